/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs by name, for keys of a scenario that point at them. */
#include "loaded.h"

#include <string.h>

static bool is_called(const struct scenario *s, const struct schema_output *output, const char *name)
{
    size_t length = strlen(output->name);
    if (!output->table)
        return !strcmp(output->name, name);
    return !strncmp(output->name, name, length) && name[length] == '.' &&
           scenario_row(s, output->table, name + length + 1) != NOT_FOUND;
}

const struct schema_output *output_find(const struct scenario *s, const char *name)
{
    for (const struct schema_output *o = s->schema->outputs; o && o->name; o++)
        if (is_called(s, o, name))
            return o;
    return NULL;
}

static size_t name_count(const struct scenario *s)
{
    size_t count = 0;
    for (const struct schema_output *o = s->schema->outputs; o && o->name; o++)
        count += o->table ? scenario_row_count(s, o->table) : 1;
    return count;
}

static const char *const *names(struct scenario *s)
{
    const char **name = arena_array(&s->arena, name_count(s) + 1, sizeof *name);
    size_t count = 0;
    for (const struct schema_output *o = s->schema->outputs; o && o->name; o++) {
        if (!o->table)
            name[count++] = o->name;
        for (size_t row = 0; o->table && row < scenario_row_count(s, o->table); row++)
            name[count++] = arena_printf(&s->arena, "%s.%s", o->name, scenario_row_name(s, o->table, row));
    }
    return name;
}

const char *output_hint(struct scenario *s, const char *name)
{
    const char *nearest = nearest_name(name, names(s));
    return nearest ? arena_printf(&s->arena, "; did you mean %s", nearest) : "";
}
