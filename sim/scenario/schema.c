/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the schema together; it never changes afterwards. */
#include "schema.h"

#include <assert.h>
#include <string.h>

struct switch_settings {
    bool enabled;
};

#define SWITCH(fallback)                                                                                               \
    {                                                                                                                  \
        .name = "enabled", .type = PARAM_FLAG, .value = (fallback), .help = "whether this mechanism takes part",       \
        .offset = offsetof(struct switch_settings, enabled)                                                            \
    }
static const struct param on_params[] = {SWITCH("true"), {0}}, off_params[] = {SWITCH("false"), {0}};

struct label_row {
    const char *label;
};

/* clang-format off */
static const struct param label_params[] = {
    {.name = "label",
     .type = PARAM_TEXT,
     .value = "none",
     .help = "name to show; the key if none is given",
     .offset = offsetof(struct label_row, label)},
    {0},
};
/* clang-format on */

const struct section *schema_section(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!strcmp(schema->section[i].name, name))
            return &schema->section[i];
    return NULL;
}

bool schema_has(const struct section *section, size_t parts, const char *key)
{
    for (size_t p = 0; p < parts; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            if (!strcmp(param->name, key))
                return true;
    return false;
}

size_t schema_part_count(const struct schema *schema)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->count; i++)
        count += schema->section[i].part_count;
    return count;
}

static bool belongs(const struct param *param, const char *section, bool is_table)
{
    return is_table ? param->table && !strcmp(param->table, section) : !param->table;
}

/* The rows of `params` that belong to the section, ended by an empty one. */
static const struct param *select_params(struct arena *arena, const char *section, bool is_table,
                                         const struct param *params)
{
    size_t count = 0;
    for (const struct param *p = params; p && p->name; p++)
        count += belongs(p, section, is_table);
    struct param *selected = arena_array(arena, count + 1, sizeof *selected);
    count = 0;
    for (const struct param *p = params; p && p->name; p++)
        if (belongs(p, section, is_table))
            selected[count++] = *p;
    return selected;
}

static void add_part(struct section *section, const struct param *params, size_t size, int owner)
{
    assert(section->part_count < SECTION_PARTS);
    section->part[section->part_count++] = (struct section_part){.params = params, .size = size, .owner = owner};
}

static struct section *new_section(struct schema *schema, struct arena *arena, const char *name, bool is_table,
                                   const char *help)
{
    struct section *list = arena_array(arena, schema->count + 1, sizeof *list);
    if (schema->count)
        memcpy(list, schema->section, schema->count * sizeof *list);
    struct section *section = &list[schema->count];
    *section = (struct section){.name = name, .help = help, .is_table = is_table};
    if (is_table)
        add_part(section, label_params, sizeof(struct label_row), OWNER_SCENARIO);
    schema->section = list;
    schema->count++;
    return section;
}

void schema_add_switch(struct schema *schema, struct arena *arena, const char *section, const char *help, bool on)
{
    struct section *to = new_section(schema, arena, section, false, help);
    add_part(to, on ? on_params : off_params, sizeof(struct switch_settings), OWNER_SCENARIO);
}

void schema_set_check(struct schema *schema, const char *section, section_check *check)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!strcmp(schema->section[i].name, section))
            schema->section[i].check = check;
}

void schema_set_alone(struct schema *schema, const char *section)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!strcmp(schema->section[i].name, section))
            schema->section[i].alone = true;
}

void schema_add(struct schema *schema, struct arena *arena, const char *section, bool is_table, const char *help,
                const struct param *params, size_t size, int owner)
{
    struct section *to = NULL;
    for (size_t i = 0; i < schema->count; i++)
        if (!strcmp(schema->section[i].name, section))
            to = &schema->section[i];
    if (!to)
        to = new_section(schema, arena, section, is_table, help);
    assert(to->is_table == is_table);
    add_part(to, select_params(arena, section, is_table, params), size, owner);
}

double series_at(const struct dated_series *series, double year)
{
    size_t after = 0, until = series->count; /* the first that is later lies between */
    while (after < until) {
        size_t middle = after + (until - after) / 2;
        bool is_later = !(series->year[middle] <= year);
        until = is_later ? middle : until;
        after = is_later ? after : middle + 1;
    }
    if (after == 0)
        return series->value[0];
    if (series->step || after == series->count)
        return series->value[after - 1];
    double from = series->year[after - 1], to = series->year[after];
    double share = (year - from) / (to - from);
    return series->value[after - 1] + share * (series->value[after] - series->value[after - 1]);
}
