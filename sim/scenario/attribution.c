/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which mechanisms a study shares its outcome out among, and what of the outcome:
 *
 *     attribution:
 *       mechanisms:                 # what switches each off: paths and values, as in a variant, and perhaps a label
 *         beliefs: {label: Beliefs, expectations.enabled: false}
 *         credit: {finance.enabled: false, accounting.debt_share: 0}
 *       outputs:
 *         - peak_to_trough          # one number a replication
 *         - hhi@2025-06             # an output at a date
 *         - {output: rent.H100, from: 2023-01, to: 2024-12, stat: max, label: "peak"}  # as in a fact
 *
 * The scenario itself has all mechanisms on. No two mechanisms may set the same value.
 */
#include "loaded.h"

#include <math.h>
#include <string.h>

struct attribution_reader {
    struct scenario *s;
    const struct reading *r;
};

#define complain(f, node, ...) mistake_add((f)->r->mistakes, (node)->place, __VA_ARGS__)

static const char *const keys[] = {"mechanisms", "outputs", NULL};

static void check_keys(struct attribution_reader *f, const struct node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const char *key = map->key[i]->text, *const *known = keys;
        while (*known && strcmp(*known, key) != 0)
            known++;
        if (*known)
            continue;
        const char *nearest = nearest_name(key, keys);
        complain(f, map->key[i], "attribution: unknown key, %s%s%s", key, nearest ? "; did you mean " : "",
                 nearest ? nearest : "");
    }
}

/* -- mechanisms ---------------------------------------------------------------------------------------------------- */

/* Whether one path is the other or holds it: `market` and `market.kappa`. */
static bool overlap(const char *a, const char *b)
{
    size_t shorter = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    const char *longer = strlen(a) < strlen(b) ? b : a;
    return strncmp(a, b, shorter) == 0 && (longer[shorter] == '\0' || longer[shorter] == '.');
}

static bool is_label(const char *key)
{
    return strcmp(key, "label") == 0;
}

static void check_apart(struct attribution_reader *f, const struct node *one, const char *name,
                        const struct node *other, const char *other_name)
{
    for (size_t i = 0; i < one->count; i++)
        for (size_t k = 0; k < other->count; k++)
            if (!is_label(one->key[i]->text) && overlap(one->key[i]->text, other->key[k]->text))
                complain(f, one->key[i],
                         "attribution.mechanisms.%s: %s is switched by %s too; allowed: values of its own", name,
                         one->key[i]->text, other_name);
}

static void read_mechanism(struct attribution_reader *f, const struct node *key, const struct node *map)
{
    struct attribution *a = &f->s->attribution;
    struct mechanism *mechanism = &a->mechanism[a->mechanism_count++];
    const struct node *label = tree_get(map, "label");
    *mechanism = (struct mechanism){.name = key->text, .label = key->text};
    if (label && label->kind == NODE_TEXT)
        mechanism->label = label->text;
    else if (label)
        complain(f, label, "attribution.mechanisms.%s.label: not a text, %s; allowed: a few words", key->text,
                 value_written(f->r->arena, label));
    if (map->count == (label != NULL))
        complain(f, key, "attribution.mechanisms.%s: nothing switches it off; allowed: paths and their values",
                 key->text);
}

static void read_mechanisms(struct attribution_reader *f, const struct node *map)
{
    const struct node *seen[MOST_MECHANISMS];
    for (size_t i = 0; i < map->count; i++) {
        const struct node *key = map->key[i], *item = map->item[i];
        size_t count = f->s->attribution.mechanism_count;
        if (item->kind == NODE_NULL && item->deletes)
            continue;
        if (!is_entity_name(key->text)) {
            complain(f, key, "attribution.mechanisms: not a name, %s; allowed: letters, digits, _ and -", key->text);
        } else if (item->kind != NODE_MAP) {
            complain(f, item, "attribution.mechanisms.%s: not a map, %s; allowed: paths and their values", key->text,
                     value_written(f->r->arena, item));
        } else if (count == MOST_MECHANISMS) {
            complain(
                f, key,
                "attribution.mechanisms: more than %d of them; allowed: 1 to %d, since all their combinations are run",
                MOST_MECHANISMS, MOST_MECHANISMS);
            return;
        } else {
            for (size_t k = 0; k < count; k++)
                check_apart(f, item, key->text, seen[k], f->s->attribution.mechanism[k].name);
            seen[count] = item;
            read_mechanism(f, key, item);
        }
    }
    if (!map->count)
        complain(f, map, "attribution.mechanisms: none; allowed: 1 to %d of them", MOST_MECHANISMS);
}

/* -- outputs ------------------------------------------------------------------------------------------------------- */

/* `hhi@2025-06` as the map {output: hhi, at: 2025-06}. */
static const struct node *spelt_out(struct attribution_reader *f, const struct node *text)
{
    const char *at = strchr(text->text, '@');
    struct node *map = tree_new_map(f->r->arena, text->place, 2);
    size_t length = at ? (size_t)(at - text->text) : strlen(text->text);
    tree_append(map, tree_new_text(f->r->arena, text->place, "output"),
                tree_new_text(f->r->arena, text->place, arena_printf(f->r->arena, "%.*s", (int)length, text->text)));
    if (at)
        tree_append(map, tree_new_text(f->r->arena, text->place, "at"),
                    tree_new_text(f->r->arena, text->place, at + 1));
    return map;
}

static const char *name_of(struct attribution_reader *f, const struct node *item)
{
    const struct node *label = tree_get(item, "label");
    if (item->kind == NODE_TEXT)
        return item->text;
    if (label && label->kind == NODE_TEXT)
        return label->text;
    if (label)
        complain(f, label, "attribution.outputs: the label is no text, %s", value_written(f->r->arena, label));
    return tree_flow(f->r->arena, item);
}

static void read_output(struct attribution_reader *f, const struct node *item)
{
    struct attribution *a = &f->s->attribution;
    if (item->kind != NODE_TEXT && item->kind != NODE_MAP) {
        complain(
            f, item,
            "attribution.outputs: not an output, %s; allowed: name, name@date or {output: ..., from: ..., to: ...}",
            value_written(f->r->arena, item));
        return;
    }
    struct fact *fact = &a->output[a->output_count];
    a->place[a->output_count] = item->place;
    *fact = (struct fact){
        .name = name_of(f, item), .value = (double)NAN, .low = (double)NAN, .high = (double)NAN, .weight = 1};
    if (fact_read_window(f->s, f->r, "attribution.outputs", item->kind == NODE_MAP ? item : spelt_out(f, item), fact))
        a->output_count++;
}

static void read_outputs(struct attribution_reader *f, const struct node *list)
{
    struct attribution *a = &f->s->attribution;
    if (list->kind != NODE_LIST || !list->count) {
        complain(f, list, "attribution.outputs: not a list, %s; allowed: names of outputs",
                 value_written(f->r->arena, list));
        return;
    }
    a->output = arena_array(&f->s->arena, list->count, sizeof *a->output);
    a->place = arena_array(&f->s->arena, list->count, sizeof *a->place);
    for (size_t i = 0; i < list->count; i++)
        read_output(f, list->item[i]);
}

void attribution_load(struct scenario *s, const struct node *map, const struct reading *reading)
{
    struct attribution_reader f = {.s = s, .r = reading};
    if (!map)
        return;
    const struct node *mechanisms = tree_get(map, "mechanisms"), *outputs = tree_get(map, "outputs");
    check_keys(&f, map);
    if (!mechanisms || mechanisms->kind != NODE_MAP)
        complain(&f, mechanisms ? mechanisms : map,
                 "attribution.mechanisms: %s; allowed: mechanisms by name, each with what "
                 "switches it off",
                 mechanisms ? "not a map" : "missing");
    else
        read_mechanisms(&f, mechanisms);
    if (outputs)
        read_outputs(&f, outputs);
    else
        complain(&f, map, "attribution.outputs: missing; allowed: a list of outputs to share out among the mechanisms");
}
