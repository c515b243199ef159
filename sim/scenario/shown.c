/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a study shows first of all it computes:
 *
 *     show:
 *       base: as it happened                        # what the scenario itself is called beside its variants
 *       outputs: [gray.premium, server_price.H100]  # series of the tables and of the picture of differences
 *       dates: [2024-06, 2025-01]                   # of the tables; each the first report at or after it
 *       from: 2023                                  # pictures begin
 *       to: 2027                                    # and end
 *
 * What is left out is the program's choice.
 */
#include "loaded.h"

#include "sim/base/dates.h"

#include <math.h>
#include <string.h>

struct shown_reader {
    struct scenario *s;
    const struct reading *r;
    const struct node *map;
};

#define complain(f, node, ...) mistake_add((f)->r->mistakes, (node)->place, __VA_ARGS__)

static const char *const keys[] = {"base", "outputs", "dates", "from", "to", NULL};

static void check_keys(struct shown_reader *f)
{
    for (size_t i = 0; i < f->map->count; i++) {
        const char *key = f->map->key[i]->text, *const *known = keys;
        while (*known && strcmp(*known, key) != 0)
            known++;
        const char *nearest = nearest_name(key, keys);
        if (!*known)
            complain(f, f->map->key[i], "show: unknown key, %s%s%s", key, nearest ? "; did you mean " : "",
                     nearest ? nearest : "");
    }
}

/* The list at `key`, up to `most` long; NULL if there is none, or it is wrong. */
static const struct node *list_at(struct shown_reader *f, const char *key, size_t most, const char *allowed)
{
    const struct node *list = tree_get(f->map, key);
    if (!list || list->kind == NODE_NULL)
        return NULL;
    if (list->kind == NODE_LIST && list->count && list->count <= most)
        return list;
    complain(f, list, "show.%s: not a list of 1 to %zu, %s; allowed: %s", key, most, value_written(f->r->arena, list),
             allowed);
    return NULL;
}

static void read_output(struct shown_reader *f, const struct node *name)
{
    const struct schema_output *output = name->kind == NODE_TEXT ? output_find(f->s, name->text) : NULL;
    if (!output)
        complain(f, name, "show.outputs: no such output, %s%s", value_written(f->r->arena, name),
                 name->kind == NODE_TEXT ? output_hint(f->s, name->text) : "");
    else if (output->is_scalar || output->is_curve)
        complain(f, name, "show.outputs: %s is %s; allowed: an output over time", name->text,
                 output->is_curve ? "a curve" : "one number a replication");
    else
        f->s->shown.output[f->s->shown.output_count++] = name->text;
}

static bool read_date(struct shown_reader *f, const char *key, const struct node *node, double *year)
{
    struct wanted date = {.path = arena_printf(f->r->arena, "show.%s", key),
                          .is_date = true,
                          .unit_text = "",
                          .low = -HUGE_VAL,
                          .high = HUGE_VAL};
    return value_read_quantity(f->r, &date, node, year);
}

static void read_dates(struct shown_reader *f)
{
    struct shown *shown = &f->s->shown;
    const struct node *dates = list_at(f, "dates", MOST_SHOWN_DATES, "dates in order");
    for (size_t i = 0; dates && i < dates->count; i++) {
        double year;
        if (!read_date(f, "dates", dates->item[i], &year))
            continue;
        if (shown->date_count && year <= shown->date[shown->date_count - 1])
            complain(f, dates->item[i], "show.dates: not after the one before it, %s; allowed: dates in order",
                     value_written(f->r->arena, dates->item[i]));
        shown->date[shown->date_count++] = year;
    }
}

static void read_window(struct shown_reader *f)
{
    struct shown *shown = &f->s->shown;
    const struct node *from = tree_get(f->map, "from"), *to = tree_get(f->map, "to");
    bool right = !from || read_date(f, "from", from, &shown->from);
    right &= !to || read_date(f, "to", to, &shown->to);
    if (right && from && to && shown->to <= shown->from)
        complain(f, to, "show.to: not after show.from, %s; allowed: a date after %s", value_written(f->r->arena, to),
                 value_written(f->r->arena, from));
}

static void read_base(struct shown_reader *f)
{
    const struct node *base = tree_get(f->map, "base");
    if (base && base->kind == NODE_TEXT)
        f->s->shown.base = base->text;
    else if (base)
        complain(f, base, "show.base: not a text, %s; allowed: a few words", value_written(f->r->arena, base));
}

void shown_load(struct scenario *s, const struct node *map, const struct reading *reading)
{
    struct shown_reader f = {.s = s, .r = reading, .map = map};
    s->shown = (struct shown){.from = (double)NAN, .to = (double)NAN};
    if (!map)
        return;
    check_keys(&f);
    read_base(&f);
    const struct node *outputs = list_at(&f, "outputs", MOST_SHOWN_OUTPUTS, "names of outputs");
    for (size_t i = 0; outputs && i < outputs->count; i++)
        read_output(&f, outputs->item[i]);
    read_dates(&f);
    read_window(&f);
}
