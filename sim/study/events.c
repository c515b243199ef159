/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "events.h"

#include "sim/scenario/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct param *column(const struct section_part *part, const char *name, enum param_type type)
{
    for (const struct param *param = part->params; param && param->name; param++)
        if (param->type == type && strcmp(param->name, name) == 0)
            return param;
    return NULL;
}

/* The index-th of words separated by blanks. */
static const char *choice_word(const char *words, int index, struct arena *arena)
{
    for (; index > 0 && *words; index--) {
        words += strcspn(words, " ");
        words += strspn(words, " ");
    }
    return arena_printf(arena, "%.*s", (int)strcspn(words, " "), words);
}

const char *events_row_of(const char *table, struct arena *arena)
{
    size_t length = strlen(table);
    if (length > 3 && strcmp(table + length - 3, "ies") == 0)
        return arena_printf(arena, "%.*sy", (int)length - 3, table);
    return arena_printf(arena, "%.*s", (int)(length && table[length - 1] == 's' ? length - 1 : length), table);
}

static void collect(const struct scenario *scenario, const struct section *section, const struct section_part *part,
                    const struct drawn *drawn, struct dated_event *event, size_t *count, struct arena *arena)
{
    const struct param *date = column(part, "effective", PARAM_DATE), *kind = column(part, "kind", PARAM_CHOICE);
    if (!date)
        date = column(part, "date", PARAM_DATE);
    const struct param *chart = column(part, "chart", PARAM_FLAG);
    const char *rows = date ? drawn_block(scenario, drawn, section->name, part->owner) : NULL;
    for (size_t r = 0; rows && r < scenario_row_count(scenario, section->name); r++) {
        const char *row = rows + r * part->size;
        double year = *(const double *)(const void *)(row + date->offset);
        if (isnan(year) || (chart && !*(const bool *)(const void *)(row + chart->offset)))
            continue;
        event[(*count)++] = (struct dated_event){
            .year = year,
            .kind = kind ? choice_word(kind->choices, *(const int *)(const void *)(row + kind->offset), arena)
                         : events_row_of(section->name, arena),
            .label = scenario_row_label(scenario, section->name, r),
        };
    }
}

static int by_date(const void *a, const void *b)
{
    const struct dated_event *x = a, *y = b;
    return x->year != y->year ? (x->year > y->year) - (x->year < y->year) : strcmp(x->label, y->label);
}

size_t events_find(const struct schema *schema, const struct scenario *scenario, struct arena *arena,
                   struct dated_event **event)
{
    struct drawn drawn = scenario_draw(scenario, arena, NULL, NULL);
    size_t most = 0, count = 0;
    for (size_t s = 0; s < schema->count; s++)
        if (schema->section[s].is_table)
            most += schema->section[s].part_count * scenario_row_count(scenario, schema->section[s].name);
    *event = arena_array(arena, most, sizeof **event);
    for (size_t s = 0; s < schema->count; s++)
        for (size_t p = 0; schema->section[s].is_table && p < schema->section[s].part_count; p++)
            collect(scenario, &schema->section[s], &schema->section[s].part[p], &drawn, *event, &count, arena);
    qsort(*event, count, sizeof **event, by_date);
    return count;
}
