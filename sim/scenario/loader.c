/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a file to typed values. The grammar:
 *
 * A scenario is a YAML map. `title` (wanted of a study, not of a file that others extend), `question` and `answer` are
 * texts. `extends` names files beside this one, of which the last wins; `null` deletes what was inherited. `variants` holds,
 * by name, maps from path to value, and perhaps a `label`. `facts` are dated observations and `measures` named numbers
 * (facts.c), `show` what is shown first (shown.c), `attribution` what is shared out among mechanisms (attribution.c).
 * Each other key is a section of the schema: a mechanism's own, `key: value`, or a table, `entity: {key: value}`, whose
 * entities are words of letters, digits, `_` and `-`.
 *
 * A value is a quantity with its unit (base/units.h), a date, a word, a text, `true` or `false`, the name of an entity
 * or a list of them (or `all`), a series `{2022-01: 6.5 CNY/USD, 2023: ...}` of straight lines or `{step: {...}}`; or,
 * where a number or date may be uncertain, a distribution: `5 to 10 /yr`, the middle 90 %, or one of the forms of
 * distribution.c. `none` is no value, where that is allowed. Any of these may be written `{value: ..., source: ...,
 * as_of: ..., confidence: A, note: ...}`; `as_of` is also the date of the exchange rate, `run.fx`, if the money is not
 * in the wanted currency (a series uses its own dates).
 */
#include "loaded.h"

#include "sim/base/dates.h"
#include "sim/base/memory.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct loader {
    struct scenario *s;
    struct mistakes *mistakes;
    struct mistakes unsaid; /* of defaults of what the given world does not have */
    bool quiet; /* it is one of these */
    struct mistakes of_defaults; /* reported only if there are no others, of which they may be consequences */
    struct reading reading;
    bool files_missing;
};

struct reading scenario_reading(struct scenario *s, struct mistakes *mistakes)
{
    return (struct reading){
        .arena = &s->arena, .mistakes = mistakes, .usd = s->usd, .eur = s->eur, .as_of = s->as_of, .sparse = s->sparse};
}

#define complain(l, node, ...) mistake_add((l)->reading.mistakes, (node)->place, __VA_ARGS__)

size_t section_param_count(const struct section_part *part)
{
    size_t count = 0;
    while (part->params[count].name)
        count++;
    return count;
}

static const char *did_you_mean(struct arena *arena, const char *name, const char *const *names)
{
    const char *nearest = nearest_name(name, names);
    return nearest ? arena_printf(arena, "; did you mean %s", nearest) : "";
}

/* names, for hints */

static const char *const top_level[] = {"title",    "question",    "answer",   "answer_of", "extends",
                                        "variants", "facts",       "measures", "levers",    "draws",
                                        "show",     "attribution", "sweep",    "world"};
enum { TOP_LEVEL = sizeof top_level / sizeof *top_level };

static const char *const *section_names(struct loader *l)
{
    const struct schema *schema = l->s->schema;
    const char **names = arena_array(&l->s->arena, schema->count + TOP_LEVEL + 1, sizeof *names);
    memcpy(names, top_level, sizeof top_level);
    for (size_t i = 0; i < schema->count; i++)
        names[TOP_LEVEL + i] = schema->section[i].name;
    return names;
}

static const char *const *param_names(struct loader *l, const struct section *section)
{
    size_t count = 0;
    for (size_t p = 0; p < section->part_count; p++)
        count += section_param_count(&section->part[p]);
    const char **names = arena_array(&l->s->arena, count + 1, sizeof *names);
    count = 0;
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            names[count++] = param->name;
    return names;
}

static bool has_param(const struct section *section, const char *name)
{
    return schema_has(section, section->part_count, name);
}

static bool is_top_level(struct loader *l, const char *name)
{
    for (size_t i = 0; i < TOP_LEVEL; i++)
        if (!strcmp(top_level[i], name))
            return true;
    return schema_section(l->s->schema, name) != NULL;
}

/* The section that has such a key, for one that stands a level too far out. */
static const struct section *owner_of(struct loader *l, const char *param)
{
    const struct schema *schema = l->s->schema;
    for (size_t i = 0; i < schema->count; i++)
        if (has_param(&schema->section[i], param) && strcmp(param, "enabled") != 0 && strcmp(param, "label") != 0)
            return &schema->section[i];
    return NULL;
}

/* tables and keys */

bool is_entity_name(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-')
            return false;
    return *name;
}

/* A map, or nothing; anything else is a mistake. */
static const struct node *as_map(struct loader *l, const char *path, const struct node *node, const char *allowed)
{
    if (!node || node->kind == NODE_NULL)
        return NULL;
    if (node->kind == NODE_MAP)
        return node;
    complain(l, node, "%s: not a map, %s; allowed: %s", path, value_written(&l->s->arena, node), allowed);
    return NULL;
}

/* The other key of the map that may have been meant. */
static const char *meant_key(struct loader *l, const struct node *map, const struct node *key)
{
    const char **names = arena_array(&l->s->arena, map->count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < map->count; i++)
        if (map->key[i] != key)
            names[count++] = map->key[i]->text;
    return did_you_mean(&l->s->arena, key->text, names);
}

static void report_null(struct loader *l, const char *path, const struct node *map, const struct node *key)
{
    complain(l, key, "%s: null deletes what was inherited, and there is no %s%s", path, key_shown(key->text),
             meant_key(l, map, key));
}

static void report_row(struct loader *l, const struct section *section, const struct node *map, size_t i)
{
    const struct node *key = map->key[i], *item = map->item[i];
    if (!is_entity_name(key->text))
        complain(l, key, "%s: not a name, %s; allowed: letters, digits, _ and - (a name to show goes into label)",
                 section->name, key->text);
    else if (item->kind == NODE_NULL && !has_param(section, key->text))
        report_null(l, section->name, map, key);
    else if (has_param(section, key->text))
        complain(l, key, "%s: %s is a key of one entity of %s, not of the table: is it indented one level too little?",
                 section->name, key->text, section->name);
    else
        complain(l, item, "%s.%s: not a map, %s; allowed: the keys of an entity of %s", section->name, key->text,
                 value_written(&l->s->arena, item), section->name);
}

static bool lacks_required(const struct section *section, const struct node *row)
{
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            if (!param->value && !tree_get(row, param->name))
                return true;
    return false;
}

/* A path through an entity that is not there names another, or wants one that must be given whole. */
static void report_no_entity(struct loader *l, const struct section *section, const struct node *map, size_t i)
{
    complain(l, map->item[i],
             "no such entity of %s, %s; allowed: one that is there, or all keys that a new one needs%s", section->name,
             key_shown(map->key[i]->text), meant_key(l, map, map->key[i]));
}

static void find_rows(struct loader *l, const struct section *section, struct rows *rows)
{
    const struct node *given = tree_get(l->s->root, section->name);
    const struct node *map =
        as_map(l, section->name, given, section->is_table ? "entities by name" : "keys of this section");
    rows->broken = l->files_missing || (given && !map);
    size_t room = section->is_table ? (map ? map->count : 0) : 1;
    rows->name = arena_array(&l->s->arena, room, sizeof *rows->name);
    rows->label = arena_array(&l->s->arena, room, sizeof *rows->label);
    rows->key = arena_array(&l->s->arena, room, sizeof *rows->key);
    rows->node = arena_array(&l->s->arena, room, sizeof *rows->node);
    if (!section->is_table) {
        ptrdiff_t i = tree_find(l->s->root, section->name);
        rows->key[0] = i == NOT_FOUND ? l->s->root : l->s->root->key[i];
        rows->node[0] = map;
        rows->count = 1;
        return;
    }
    for (size_t i = 0; i < room; i++) {
        if (map->item[i]->deletes)
            continue;
        if (map->item[i]->made && lacks_required(section, map->item[i])) {
            report_no_entity(l, section, map, i);
            rows->broken = true;
            continue;
        }
        if (map->item[i]->kind != NODE_MAP || !is_entity_name(map->key[i]->text)) {
            report_row(l, section, map, i);
            rows->broken = true;
            continue;
        }
        rows->name[rows->count] = rows->label[rows->count] = map->key[i]->text;
        rows->key[rows->count] = map->key[i];
        rows->node[rows->count++] = map->item[i];
    }
}

static const char *row_path(struct loader *l, const struct section *section, const struct rows *rows, size_t row)
{
    return section->is_table ? arena_printf(&l->s->arena, "%s.%s", section->name, rows->name[row]) : section->name;
}

/* A map whose keys are columns of the table that it stands in one level too deep. */
static bool looks_like_row(const struct section *section, const struct node *item)
{
    if (!section->is_table || item->kind != NODE_MAP || !item->count)
        return false;
    for (size_t i = 0; i < item->count; i++)
        if (!has_param(section, item->key[i]->text))
            return false;
    return true;
}

static void report_unknown_key(struct loader *l, const struct section *section, const char *path,
                               const struct node *key, const struct node *item)
{
    const char *hint = did_you_mean(&l->s->arena, key->text, param_names(l, section));
    if (is_top_level(l, key->text))
        hint = arena_printf(&l->s->arena, "; %s belongs at the top level: is it indented too far?", key->text);
    else if (looks_like_row(section, item))
        hint = arena_printf(&l->s->arena, "; it looks like an entity of %s: is it indented one level too far?",
                            section->name);
    complain(l, key, "%s: unknown key, %s%s", path, key_shown(key->text), hint);
}

static void check_keys(struct loader *l, const struct section *section, const struct rows *rows)
{
    for (size_t row = 0; row < rows->count; row++) {
        const struct node *map = rows->node[row];
        for (size_t i = 0; map && i < map->count; i++)
            if (!has_param(section, map->key[i]->text))
                report_unknown_key(l, section, row_path(l, section, rows, row), map->key[i], map->item[i]);
    }
}

static void check_top_level(struct loader *l)
{
    const struct node *root = l->s->root;
    for (size_t i = 0; i < root->count; i++) {
        const char *name = root->key[i]->text;
        if (is_top_level(l, name))
            continue;
        const struct section *owner = owner_of(l, name);
        const char *hint = did_you_mean(&l->s->arena, name, section_names(l));
        if (owner)
            hint = arena_printf(&l->s->arena, "; %s is a key of %s%s: is it indented one level too little?", name,
                                owner->is_table ? "an entity of " : "", owner->name);
        complain(l, root->key[i], "unknown section, %s%s", key_shown(name), hint);
    }
}

/* one value */

struct slot {
    const struct value *value;
    const struct param *param;
    const struct node *node; /* without what is said about it */
    struct wanted wanted;
    void *to;
    const struct distribution **drawn; /* where the distribution of what is drawn for every replication goes */
};

static bool may_be_none(const struct param *param)
{
    return param->value && !strcmp(param->value, "none");
}

static void put_distribution(struct loader *l, const struct slot *slot)
{
    const struct distribution *d = value_read_distribution(&l->reading, &slot->wanted, slot->node);
    if (!d)
        return;
    if (slot->param->draw == HETEROGENEOUS) {
        memcpy(slot->to, &d, sizeof d);
        return;
    }
    double median = distribution_quantile(d, 0.5);
    memcpy(slot->to, &median, sizeof median);
    *slot->drawn = d;
}

static void put_number(struct loader *l, const struct slot *slot)
{
    double number = nan("");
    bool none = may_be_none(slot->param) && tree_is_word(slot->node, "none");
    if (!none && slot->param->draw == HETEROGENEOUS) {
        put_distribution(l, slot);
    } else if (slot->param->draw != HETEROGENEOUS && (none || !value_is_distribution(slot->node))) {
        if (none || value_read_quantity(&l->reading, &slot->wanted, slot->node, &number))
            memcpy(slot->to, &number, sizeof number);
    } else if (!none && slot->param->draw == UNCERTAIN) {
        put_distribution(l, slot);
    } else if (!none) {
        complain(l, slot->node, "%s: a distribution where one value belongs, %s; allowed: %s", slot->value->path,
                 value_written(&l->s->arena, slot->node), value_allowed(&l->s->arena, &slot->wanted));
    }
}

static void put_whole(struct loader *l, const struct slot *slot)
{
    uint64_t number = 0;
    if (value_read_whole(&l->reading, &slot->wanted, slot->node, &number))
        memcpy(slot->to, &number, sizeof number);
}

/* The text of a scalar, or NULL after complaining. */
static const char *scalar_text(struct loader *l, const struct slot *slot, const char *allowed)
{
    if (slot->node->kind == NODE_TEXT)
        return slot->node->text;
    complain(l, slot->node, "%s: not a word, %s; allowed: %s", slot->value->path,
             value_written(&l->s->arena, slot->node), allowed);
    return NULL;
}

static void put_flag(struct loader *l, const struct slot *slot)
{
    static const char *const yaml_1_1[] = {"yes", "no", "on", "off", "y", "n", "true", "false", NULL};
    const char *text = scalar_text(l, slot, "true or false");
    if (!text)
        return;
    bool value = !strcmp(text, "true"), is_flag = value || !strcmp(text, "false");
    if (is_flag) {
        memcpy(slot->to, &value, sizeof value);
        return;
    }
    const char *hint = "";
    for (const char *const *word = yaml_1_1; *word; word++)
        if (!strcasecmp(text, *word))
            hint = " (the other words of YAML 1.1 are not read)";
    complain(l, slot->node, "%s: not a flag, %s; allowed: true or false%s", slot->value->path, text, hint);
}

static const char *const *split_words(struct arena *arena, const char *words)
{
    size_t count = 1;
    for (const char *c = words; *c; c++)
        count += *c == ' ';
    const char **list = arena_array(arena, count + 1, sizeof *list);
    char *copy = arena_text(arena, words), *rest = NULL;
    count = 0;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        list[count++] = word;
    return list;
}

static void put_choice(struct loader *l, const struct slot *slot)
{
    const char *text = scalar_text(l, slot, slot->param->choices);
    const char *const *choices = split_words(&l->s->arena, slot->param->choices);
    if (!text)
        return;
    for (int i = 0; choices[i]; i++)
        if (!strcmp(choices[i], text)) {
            memcpy(slot->to, &i, sizeof i);
            return;
        }
    complain(l, slot->node, "%s: no such choice, %s; allowed: %s%s", slot->value->path, text, slot->param->choices,
             did_you_mean(&l->s->arena, text, choices));
}

static void put_text(struct loader *l, const struct slot *slot)
{
    const char *text = NULL;
    if (!(may_be_none(slot->param) && tree_is_word(slot->node, "none"))) {
        text = scalar_text(l, slot, "a text");
        if (!text)
            return;
    }
    memcpy(slot->to, &text, sizeof text);
}

/* The row that `node` names, or NOT_FOUND after complaining. */
static ptrdiff_t find_reference(struct loader *l, const struct slot *slot, const struct node *node)
{
    const char *table = slot->param->of;
    if (node->kind != NODE_TEXT) {
        complain(l, node, "%s: not a name, %s; allowed: an entity of %s", slot->value->path,
                 value_written(&l->s->arena, node), table);
        return NOT_FOUND;
    }
    ptrdiff_t row = scenario_row(l->s, table, node->text);
    if (row != NOT_FOUND)
        return row;
    size_t section = scenario_section_index(l->s, table);
    const struct rows none = {0}, *rows = section < l->s->schema->count ? &l->s->rows[section] : &none;
    if (rows->broken)
        return NOT_FOUND;
    const char **names = arena_array(&l->s->arena, rows->count + 1, sizeof *names);
    for (size_t i = 0; i < rows->count; i++)
        names[i] = rows->name[i];
    complain(l, node, "%s: no such entity of %s, %s%s%s", slot->value->path, table, node->text,
             slot->value->given ? "" : ", which is the default", did_you_mean(&l->s->arena, node->text, names));
    return NOT_FOUND;
}

static void put_reference(struct loader *l, const struct slot *slot)
{
    int row = -1;
    if (!(may_be_none(slot->param) && tree_is_word(slot->node, "none")))
        row = (int)find_reference(l, slot, slot->node);
    memcpy(slot->to, &row, sizeof row);
}

enum { MOST_REFERENCES = 64 }; /* bits of the set */

static uint64_t read_reference_list(struct loader *l, const struct slot *slot, size_t table_rows)
{
    const struct node *const *item = slot->node->kind == NODE_LIST ? slot->node->item : &slot->node;
    size_t count = slot->node->kind == NODE_LIST ? slot->node->count : 1;
    uint64_t set = 0;
    if (tree_is_word(slot->node, "all"))
        return table_rows == MOST_REFERENCES ? UINT64_MAX : ((uint64_t)1 << table_rows) - 1;
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t row = find_reference(l, slot, item[i]);
        if (row != NOT_FOUND)
            set |= (uint64_t)1 << row;
    }
    return set;
}

static void put_references(struct loader *l, const struct slot *slot)
{
    size_t rows = scenario_row_count(l->s, slot->param->of);
    uint64_t set = 0;
    if (rows > MOST_REFERENCES) {
        complain(l, slot->node, "%s: %s has %zu entities; allowed: up to %d where a set of them is wanted",
                 slot->value->path, slot->param->of, rows, MOST_REFERENCES);
        return;
    }
    if (!(may_be_none(slot->param) && tree_is_word(slot->node, "none")))
        set = read_reference_list(l, slot, rows);
    memcpy(slot->to, &set, sizeof set);
}

static void put_series(struct loader *l, const struct slot *slot)
{
    const struct dated_series *series = NULL;
    if (!(may_be_none(slot->param) && tree_is_word(slot->node, "none")))
        series = value_read_series(&l->reading, &slot->wanted, slot->node);
    memcpy(slot->to, &series, sizeof series);
}

static void (*const put_by_type[])(struct loader *, const struct slot *) = {
    [PARAM_NUMBER] = put_number,         [PARAM_DATE] = put_number,   [PARAM_FLAG] = put_flag,
    [PARAM_CHOICE] = put_choice,         [PARAM_TEXT] = put_text,     [PARAM_REFERENCE] = put_reference,
    [PARAM_REFERENCES] = put_references, [PARAM_SERIES] = put_series, [PARAM_WHOLE] = put_whole,
};

struct wanted value_wanted(const struct param *param, const char *path, double as_of)
{
    struct wanted wanted = {.path = path,
                            .is_date = param->type == PARAM_DATE,
                            .unit_text = param->unit ? param->unit : "",
                            .low = param->min,
                            .high = param->max,
                            .as_of = as_of};
    if (param->min == 0 && param->max == 0) {
        wanted.low = -HUGE_VAL;
        wanted.high = HUGE_VAL;
    }
    if (!unit_parse(wanted.unit_text, &wanted.unit)) {
        fprintf(stderr, "iccsim: parameter %s has no valid unit: %s (the units are listed in sim/base/units.c)\n", path,
                wanted.unit_text);
        abort();
    }
    return wanted;
}

/* What stays in the block if the file gives nothing, in a mechanism that is off. */
static void put_nothing(const struct param *param, void *to)
{
    double nothing = nan("");
    int nowhere = -1;
    if ((param->type == PARAM_NUMBER || param->type == PARAM_DATE) && param->draw != HETEROGENEOUS)
        memcpy(to, &nothing, sizeof nothing);
    else if (param->type == PARAM_REFERENCE)
        memcpy(to, &nowhere, sizeof nowhere);
}

static void report_missing(struct loader *l, const struct param *param, const char *path, const struct node *at)
{
    struct wanted wanted = value_wanted(param, path, nan(""));
    const char *allowed = param->type == PARAM_NUMBER || param->type == PARAM_DATE || param->type == PARAM_SERIES
                              ? value_allowed(&l->s->arena, &wanted)
                          : param->choices ? param->choices
                          : param->of      ? arena_printf(&l->s->arena, "an entity of %s", param->of)
                                           : "a text";
    complain(l, at, "%s: missing, %s; allowed: %s", path, param->help, allowed);
}

static void load_value(struct loader *l, struct value *value, const struct param *param, const struct node *fallback,
                       const struct node *given, struct slot *slot)
{
    bool has = given && given->kind != NODE_NULL;
    if (given && tree_is_empty(given))
        complain(l, given, "%s: nothing given; null takes back what was inherited", value->path);
    value->param = param;
    value->node = has ? given : fallback;
    value->given = has;
    if (!value->node) {
        put_nothing(param, slot->to);
        return;
    }
    value->said = value_unwrap(&l->reading, value->path, value->node);
    slot->value = value;
    slot->param = param;
    slot->node = value->said.value;
    slot->wanted.path = value->path;
    slot->wanted.as_of = value->said.as_of_year;
    l->reading.mistakes = has ? l->mistakes : l->quiet ? &l->unsaid : &l->of_defaults;
    size_t before = l->reading.mistakes->count;
    put_by_type[param->type](l, slot);
    value->unread = l->reading.mistakes->count > before;
    l->reading.mistakes = l->mistakes;
}

bool scenario_read_value(struct scenario *s, struct mistakes *mistakes, const struct value *value,
                         const struct node *node, union typed *typed, const struct distribution **drawn)
{
    struct loader l = {.s = s, .mistakes = mistakes};
    size_t before = mistakes->count;
    l.reading = scenario_reading(s, mistakes);
    struct given said = value_unwrap(&l.reading, value->path, node);
    struct slot slot = {.value = value,
                        .param = value->param,
                        .node = said.value,
                        .wanted = value_wanted(value->param, value->path, said.as_of_year),
                        .to = typed,
                        .drawn = drawn};
    *typed = (union typed){0};
    *drawn = NULL;
    put_by_type[value->param->type](&l, &slot);
    return mistakes->count == before;
}

static const char *param_path(struct loader *l, const struct section *section, const struct rows *rows, size_t row,
                              const char *name)
{
    const char *part[] = {section->name, section->is_table ? rows->name[row] : name, section->is_table ? name : NULL};
    return arena_join(&l->s->arena, part, section->is_table ? 3 : 2, ".");
}

static void load_param(struct loader *l, const struct section *section, struct rows *rows, const struct param *param,
                       size_t part, struct value *values)
{
    const struct node *fallback = NULL;
    size_t block = rows->first_block + part, row_size = section->part[part].size;
    bool repeated = schema_has(section, part, param->name);
    if (param->value)
        fallback = tree_read_text(&l->s->arena, param->value, l->s->sources.list[0].name, l->mistakes);
    const struct wanted wanted = value_wanted(param, param->name, nan(""));
    for (size_t row = 0; row < rows->count; row++) {
        size_t offset = row * row_size + param->offset;
        const struct distribution *drawn = NULL;
        struct slot slot = {.to = (char *)l->s->block[block].template + offset, .drawn = &drawn, .wanted = wanted};
        values[row].path = param_path(l, section, rows, row, param->name);
        values[row].repeated = repeated;
        load_value(l, &values[row], param, fallback, tree_get(rows->node[row], param->name), &slot);
        if (drawn)
            l->s->uncertain[l->s->uncertain_count++] =
                (struct uncertain){.block = block, .offset = offset, .distribution = drawn, .value = &values[row]};
        if (!values[row].node && rows->enabled)
            report_missing(l, param, values[row].path, rows->key[row]);
    }
}

/* A mechanism that is off does not need its required parameters. */
static void note_enabled(struct rows *rows, const struct block *block)
{
    memcpy(&rows->enabled, block->template, sizeof rows->enabled);
}

static void note_labels(struct rows *rows, const struct block *block)
{
    const char *const *label = block->template;
    for (size_t row = 0; row < rows->count; row++)
        if (label[row])
            rows->label[row] = label[row];
}

static void load_section(struct loader *l, size_t index)
{
    const struct section *section = &l->s->schema->section[index];
    struct rows *rows = &l->s->rows[index];
    struct value *values = l->s->value + rows->first_value;
    l->quiet = !rows->enabled;
    for (size_t p = 0; p < section->part_count; p++) {
        const struct section_part *part = &section->part[p];
        for (const struct param *param = part->params; param->name; param++, values += rows->count)
            load_param(l, section, rows, param, p, values);
        if (part->owner == OWNER_SCENARIO && section->is_table)
            note_labels(rows, &l->s->block[rows->first_block + p]);
        else if (part->owner == OWNER_SCENARIO && !l->s->is_given)
            note_enabled(rows, &l->s->block[rows->first_block + p]);
    }
}

/* In a given world only what can stand alone runs, and tables need not be complete. */
static bool is_part_of(const struct scenario *s, const struct section *section)
{
    return !s->is_given || section->alone || (section->part_count && section->part[0].owner == OWNER_SIMULATOR);
}

/* Rows of all sections first: references may point forward. */
static void lay_out(struct loader *l)
{
    struct scenario *s = l->s;
    s->rows = arena_array(&s->arena, s->schema->count, sizeof *s->rows);
    s->block = arena_array(&s->arena, schema_part_count(s->schema), sizeof *s->block);
    for (size_t i = 0; i < s->schema->count; i++) {
        const struct section *section = &s->schema->section[i];
        struct rows *rows = &s->rows[i];
        *rows = (struct rows){
            .first_value = s->value_count, .first_block = s->block_count, .enabled = is_part_of(s, section)};
        find_rows(l, section, rows);
        check_keys(l, section, rows);
        for (size_t p = 0; p < section->part_count; p++) {
            size_t bytes = rows->count * section->part[p].size;
            s->block[s->block_count++] = (struct block){.bytes = bytes, .template = arena_alloc(&s->arena, bytes)};
            s->value_count += section_param_count(&section->part[p]) * rows->count;
        }
    }
    s->value = arena_array(&s->arena, s->value_count, sizeof *s->value);
    s->uncertain = arena_array(&s->arena, s->value_count, sizeof *s->uncertain);
}

/* The parameter `run.name`, if the schema has it. */
static const struct param *run_param(const struct schema *schema, const char *name)
{
    const struct section *run = schema_section(schema, "run");
    for (size_t p = 0; run && p < run->part_count; p++)
        for (const struct param *param = run->part[p].params; param->name; param++)
            if (!strcmp(param->name, name))
                return param;
    return NULL;
}

/* An exchange rate is needed before all that is read with it. */
static struct exchange read_rate(struct loader *l, const char *name, struct mistakes *unsaid)
{
    const struct param *param = run_param(l->s->schema, name);
    const struct node *given = tree_get(tree_get(l->s->root, "run"), name), *node = given;
    struct exchange none = {0};
    if (!param)
        return none;
    if (!node && param->value)
        node = tree_read_text(&l->s->arena, param->value, "default", unsaid);
    if (!node || tree_is_word(node, "none"))
        return none;
    const char *path = arena_printf(&l->s->arena, "run.%s", name);
    struct wanted wanted = value_wanted(param, path, nan(""));
    const struct node *said = value_unwrap(&l->reading, path, node).value;
    return (struct exchange){.rate = value_read_series(&l->reading, &wanted, said),
                             .always = given && said && said->kind == NODE_TEXT};
}

/* Exchange rates and the basis of P are needed to read all the rest; what is wrong with them is said in its turn. */
static void prepare_reading(struct loader *l)
{
    struct scenario *s = l->s;
    struct mistakes unsaid = {0};
    const struct param *basis = run_param(s->schema, "basis");
    const struct node *as_of = tree_get(tree_get(s->root, "run"), "as_of");
    l->reading = (struct reading){.arena = &s->arena, .mistakes = &unsaid, .as_of = (double)NAN};
    struct exchange usd = read_rate(l, "fx", &unsaid), eur = read_rate(l, "fx_eur", &unsaid);
    if (basis) {
        const struct node *node = tree_get(tree_get(s->root, "run"), "basis");
        node = node ? value_unwrap(&l->reading, "run.basis", node).value : NULL;
        l->reading.sparse = node ? tree_is_word(node, "sparse") : basis->value && !strcmp(basis->value, "sparse");
    }
    as_of = as_of ? value_unwrap(&l->reading, "run.as_of", as_of).value : NULL;
    if (as_of && as_of->kind == NODE_TEXT && !date_parse(as_of->text, &l->reading.as_of))
        l->reading.as_of = (double)NAN;
    l->reading.mistakes = l->mistakes;
    s->as_of = l->reading.as_of;
    s->usd = l->reading.usd = usd;
    s->eur = l->reading.eur = eur;
    s->sparse = l->reading.sparse;
    mistakes_free(&unsaid);
}

/* `world: given`: prices are given, and no market is simulated. */
static void load_world(struct loader *l)
{
    const struct node *node = tree_get(l->s->root, "world");
    l->s->is_given = node && tree_is_word(node, "given");
    if (node && node->kind != NODE_NULL && !l->s->is_given && !tree_is_word(node, "simulated"))
        complain(l, node, "world: neither, %s; allowed: simulated, given", value_written(&l->s->arena, node));
}

/* texts and variants */

static const char *top_text(struct loader *l, const char *key)
{
    const struct node *node = tree_get(l->s->root, key);
    if (node && node->kind == NODE_TEXT)
        return node->text;
    if (node && (node->kind != NODE_NULL || tree_is_empty(node)))
        complain(l, node, "%s: not a text, %s; allowed: one text", key, value_written(&l->s->arena, node));
    return NULL;
}

static void load_texts(struct loader *l)
{
    l->s->title = top_text(l, "title");
    l->s->question = top_text(l, "question");
    l->s->answer = top_text(l, "answer");
    l->s->answer_of = top_text(l, "answer_of");
    const char *of = l->s->answer_of;
    if (of && (strlen(of) + 1 != IDENTITY_TEXT_BYTES || of[strspn(of, "0123456789abcdef")]))
        complain(l, tree_get(l->s->root, "answer_of"),
                 "answer_of: not what a run is known by, %s; allowed: the %d digits of `identity` in its manifest.json",
                 value_written(&l->s->arena, tree_get(l->s->root, "answer_of")), IDENTITY_TEXT_BYTES - 1);
    const struct node *title = tree_get(l->s->root, "title");
    if (!title || title->kind == NODE_NULL)
        complain(l, l->s->root,
                 "title: missing; allowed: one line that says what is studied (one that is only extended needs none)");
}

/* The map at a top-level key without what was deleted; NULL if there is none. */
static const struct node *live_map(struct loader *l, const char *key, const char *allowed)
{
    const struct node *map = as_map(l, key, tree_get(l->s->root, key), allowed);
    if (!map)
        return NULL;
    struct node *live = tree_new_map(&l->s->arena, map->place, map->count);
    for (size_t i = 0; i < map->count; i++) {
        if (map->item[i]->kind == NODE_NULL && !map->item[i]->deletes)
            report_null(l, key, map, map->key[i]);
        else if (map->item[i]->kind != NODE_NULL)
            tree_append(live, map->key[i], map->item[i]);
    }
    return live;
}

const char *const reserved_variants[] = {"series", "curves", "plots", "compare", "decision", NULL};

static bool is_reserved(const char *variant)
{
    for (const char *const *name = reserved_variants; *name; name++)
        if (!strcmp(*name, variant))
            return true;
    return false;
}

static void load_variants(struct loader *l)
{
    const struct node *map = l->s->variants = live_map(l, "variants", "variants by name");
    if (map && map->count > MOST_VARIANTS)
        complain(l, map->key[MOST_VARIANTS], "variants: too many, %zu; allowed: up to %d", map->count, MOST_VARIANTS);
    for (size_t i = 0; map && i < map->count; i++) {
        if (!is_entity_name(map->key[i]->text))
            complain(l, map->key[i], "variants: not a name, %s; allowed: letters, digits, _ and -", map->key[i]->text);
        if (is_reserved(map->key[i]->text))
            complain(l, map->key[i], "variants: not a name for a variant, %s; a run has a folder of that name",
                     map->key[i]->text);
        if (map->item[i]->kind != NODE_MAP)
            complain(l, map->item[i], "variants.%s: not a map, %s; allowed: paths and their values", map->key[i]->text,
                     value_written(&l->s->arena, map->item[i]));
        const struct node *label = tree_get(map->item[i], "label");
        if (label && label->kind != NODE_TEXT)
            complain(l, label, "variants.%s.label: not a text, %s; allowed: a few words", map->key[i]->text,
                     value_written(&l->s->arena, label));
    }
}

static const char *name_of_file(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file, *dot = strrchr(base, '.');
    size_t length = dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml")) ? (size_t)(dot - base) : strlen(base);
    return arena_printf(arena, "%.*s", (int)length, base);
}

static const struct value *find_value(const struct scenario *s, const char *path)
{
    for (size_t i = 0; i < s->value_count; i++)
        if (!strcmp(s->value[i].path, path))
            return &s->value[i];
    return NULL;
}

static bool date_value(const struct value *value, double *year)
{
    return value && value->node && value->said.value->kind == NODE_TEXT && date_parse(value->said.value->text, year);
}

static void check_horizon(struct loader *l)
{
    const struct value *start = find_value(l->s, "run.start"), *end = find_value(l->s, "run.end");
    double from, to;
    if (date_value(start, &from) && date_value(end, &to) && to <= from)
        complain(l, end->said.value, "run.end: not after run.start, %s; allowed: a date after %s",
                 end->said.value->text, start->said.value->text);
}

static void gather_assumptions(struct scenario *s)
{
    s->assumption = arena_array(&s->arena, s->value_count, sizeof *s->assumption);
    for (size_t i = 0; i < s->value_count; i++) {
        const struct value *value = &s->value[i];
        if (value->given && !value->repeated)
            s->assumption[s->assumption_count++] = (struct assumption){.path = value->path,
                                                                       .text = tree_flow(&s->arena, value->said.value),
                                                                       .origin = tree_origin(&s->arena, value->node),
                                                                       .source = value->said.source,
                                                                       .as_of = value->said.as_of,
                                                                       .confidence = value->said.confidence};
    }
}

static void load_all(struct loader *l)
{
    load_texts(l);
    load_variants(l);
    check_top_level(l);
    load_world(l);
    prepare_reading(l);
    lay_out(l);
    for (size_t i = 0; i < l->s->schema->count; i++)
        load_section(l, i);
    check_horizon(l);
    l->s->facts = live_map(l, "facts", "facts by name");
    l->s->measures = live_map(l, "measures", "measures by name");
    measures_load(l->s, &l->reading);
    l->s->levers = live_map(l, "levers", "levers by name");
    shown_load(l->s,
               as_map(l, "show", tree_get(l->s->root, "show"),
                      "base, key, words, finding, outputs, dates, from, to and pictures"),
               &l->reading);
    attribution_load(l->s, as_map(l, "attribution", tree_get(l->s->root, "attribution"), "mechanisms and outputs"),
                     &l->reading);
    gather_assumptions(l->s);
}

void scenario_check_sections(const struct scenario *s, struct mistakes *mistakes)
{
    for (size_t i = 0; i < s->schema->count; i++)
        if (s->schema->section[i].check && s->rows[i].enabled)
            s->schema->section[i].check(s, mistakes);
}

/* Loads it even if there are mistakes. */
static struct scenario *load(const struct load_request *request, const struct schema *schema, struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct scenario *s = memory_new(1, sizeof *s);
    s->schema = schema;
    s->name = name_of_file(&s->arena, request->file);
    s->is_variant = request->variant != NULL;
    s->root = merge_request(&s->arena, request, schema, &s->sources, mistakes);
    struct loader loader = {.s = s, .mistakes = mistakes, .reading.mistakes = mistakes};
    loader.files_missing = mistakes->count > before;
    if (s->root)
        load_all(&loader);
    s->shown.finding.is_own = !request->variant;
    if (mistakes->count == before)
        mistakes_append(mistakes, &loader.of_defaults);
    mistakes_free(&loader.of_defaults);
    mistakes_free(&loader.unsaid);
    if (mistakes->count == before)
        scenario_check_sections(s, mistakes);
    if (mistakes->count == before)
        draws_load(s, mistakes);
    if (mistakes->count == before)
        levers_load(s, mistakes);
    if (mistakes->count == before)
        sweep_load(s, mistakes);
    return s;
}

struct scenario *scenario_load(const struct load_request *request, const struct schema *schema,
                               struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct scenario *s = load(request, schema, mistakes);
    if (mistakes->count == before)
        return s;
    scenario_free(s);
    return NULL;
}

bool scenario_check(const struct load_request *request, const struct schema *schema, struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct scenario *s = load(request, schema, mistakes);
    for (size_t i = 0; i < scenario_variant_count(s) && i < MOST_VARIANTS; i++) {
        struct load_request variant = *request;
        variant.variant = scenario_variant_name(s, i);
        scenario_free(load(&variant, schema, mistakes));
    }
    bool sound = mistakes->count == before;
    for (size_t i = 0; sound && i < s->attribution.mechanism_count; i++) {
        struct load_request without = *request;
        without.off = (uint32_t)1 << i;
        scenario_free(load(&without, schema, mistakes));
    }
    scenario_free(s);
    return mistakes->count == before;
}
