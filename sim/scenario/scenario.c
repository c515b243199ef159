/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others may ask of a loaded scenario, and the draw of one replication's values. */
#include "loaded.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return;
    arena_free(&scenario->arena);
    free(scenario);
}

const char *scenario_name(const struct scenario *scenario)
{
    return scenario->name;
}

const char *scenario_title(const struct scenario *scenario)
{
    return scenario->title;
}

const char *scenario_question(const struct scenario *scenario)
{
    return scenario->question;
}

const char *scenario_answer(const struct scenario *scenario)
{
    return scenario->answer;
}

const char *scenario_answer_of(const struct scenario *scenario)
{
    return scenario->answer_of;
}

size_t scenario_variant_count(const struct scenario *scenario)
{
    return scenario->variants ? scenario->variants->count : 0;
}

const char *scenario_variant_name(const struct scenario *scenario, size_t i)
{
    return scenario->variants->key[i]->text;
}

const char *scenario_variant_label(const struct scenario *scenario, size_t i)
{
    const struct node *label = tree_get(scenario->variants->item[i], "label");
    return label && label->kind == NODE_TEXT ? label->text : scenario_variant_name(scenario, i);
}

const struct shown *scenario_shown(const struct scenario *scenario)
{
    return &scenario->shown;
}

const struct attribution *scenario_attribution(const struct scenario *scenario)
{
    return &scenario->attribution;
}

size_t scenario_file_count(const struct scenario *scenario)
{
    return scenario->sources.count;
}

const char *scenario_file(const struct scenario *scenario, size_t i)
{
    return scenario->sources.list[i].name;
}

size_t scenario_section_index(const struct scenario *scenario, const char *name)
{
    size_t i = 0;
    while (i < scenario->schema->count && strcmp(scenario->schema->section[i].name, name) != 0)
        i++;
    return i;
}

static ptrdiff_t find_step(const struct node *map, const char *path, size_t length)
{
    for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++)
        if (strlen(map->key[i]->text) == length && memcmp(map->key[i]->text, path, length) == 0)
            return (ptrdiff_t)i;
    return NOT_FOUND;
}

/* The value at the end of the path, or the last key on it that somebody wrote. */
static const struct node *written_at(const struct scenario *scenario, const char *path)
{
    const struct node *map = scenario->root, *at = scenario->root;
    for (;;) {
        size_t length = strcspn(path, ".");
        ptrdiff_t i = find_step(map, path, length);
        if (i == NOT_FOUND)
            return at;
        at = map->key[i];
        map = map->item[i];
        if (!path[length])
            break;
        path += length + 1;
    }
    const struct node *value = tree_get(map, "value");
    return value ? value : map;
}

void scenario_complain(const struct scenario *scenario, struct mistakes *mistakes, const char *path, const char *format,
                       ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) >= 0)
        mistake_add(mistakes, written_at(scenario, path)->place, "%s: %s", path, text);
    va_end(args);
    free(text);
}

static const struct rows *rows_of(const struct scenario *scenario, const char *section, bool is_table)
{
    size_t i = scenario_section_index(scenario, section);
    bool is_there = i < scenario->schema->count && scenario->schema->section[i].is_table == is_table;
    return is_there ? &scenario->rows[i] : NULL;
}

bool scenario_enabled(const struct scenario *scenario, const char *section)
{
    const struct rows *rows = rows_of(scenario, section, false);
    return rows && rows->enabled;
}

size_t scenario_row_count(const struct scenario *scenario, const char *table)
{
    const struct rows *rows = rows_of(scenario, table, true);
    return rows ? rows->count : 0;
}

const char *scenario_row_name(const struct scenario *scenario, const char *table, size_t row)
{
    return rows_of(scenario, table, true)->name[row];
}

const char *scenario_row_label(const struct scenario *scenario, const char *table, size_t row)
{
    return rows_of(scenario, table, true)->label[row];
}

ptrdiff_t scenario_row(const struct scenario *scenario, const char *table, const char *name)
{
    for (size_t row = 0; row < scenario_row_count(scenario, table); row++)
        if (!strcmp(scenario_row_name(scenario, table, row), name))
            return (ptrdiff_t)row;
    return NOT_FOUND;
}

struct drawn scenario_draw(const struct scenario *scenario, struct arena *arena, scenario_uniform *uniform, void *state)
{
    return scenario_draw_for(scenario, arena, uniform, state, 0);
}

struct drawn scenario_draw_for(const struct scenario *scenario, struct arena *arena, scenario_uniform *uniform,
                               void *state, uint32_t replication)
{
    size_t row = scenario->draws.file ? draws_row(&scenario->draws, replication) : 0;
    struct drawn drawn = {.count = scenario->block_count,
                          .block = arena_array(arena, scenario->block_count, sizeof(void *))};
    for (size_t i = 0; i < scenario->block_count; i++) {
        const struct block *block = &scenario->block[i];
        drawn.block[i] = memcpy(arena_alloc(arena, block->bytes), block->template, block->bytes);
    }
    for (size_t i = 0; uniform && i < scenario->uncertain_count; i++) {
        const struct uncertain *one = &scenario->uncertain[i];
        double value =
            one->column ? one->column[row] : distribution_quantile(one->distribution, uniform(state, one->value->path));
        memcpy((char *)drawn.block[one->block] + one->offset, &value, sizeof value);
    }
    return drawn;
}

size_t scenario_input_count(const struct scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario->uncertain_count; i++)
        count += !scenario->uncertain[i].value->repeated;
    return count;
}

/* `path` is SECTION.ROW.PARAMETER of a table, or SECTION.PARAMETER. */
static const char *row_label_of(const struct scenario *scenario, const char *path)
{
    for (size_t i = 0; i < scenario->schema->count; i++) {
        const char *section = scenario->schema->section[i].name;
        size_t length = strlen(section);
        const struct rows *rows = &scenario->rows[i];
        if (!scenario->schema->section[i].is_table || strncmp(path, section, length) != 0 || path[length] != '.')
            continue;
        const char *row = path + length + 1;
        for (size_t k = 0; k < rows->count; k++)
            if (!strncmp(row, rows->name[k], strlen(rows->name[k])) && row[strlen(rows->name[k])] == '.')
                return rows->label[k];
    }
    return NULL;
}

const char *drawn_parameter_words(const struct drawn_parameter *parameter, struct arena *arena)
{
    size_t length = strcspn(parameter->help, ",;:(");
    while (length && parameter->help[length - 1] == ' ')
        length--;
    if (!length)
        return parameter->path;
    return arena_printf(arena, "%s%s%.*s", parameter->of ? parameter->of : "", parameter->of ? ": " : "", (int)length,
                        parameter->help);
}

struct drawn_parameter scenario_input(const struct scenario *scenario, size_t i)
{
    const struct uncertain *one = scenario->uncertain;
    for (; one->value->repeated || i > 0; one++)
        i -= !one->value->repeated;
    const struct param *param = one->value->param;
    const char *confidence = one->value->said.confidence;
    return (struct drawn_parameter){.path = one->value->path,
                                    .unit = param->type == PARAM_DATE ? "date" : param->unit,
                                    .help = param->help,
                                    .of = row_label_of(scenario, one->value->path),
                                    .confidence = confidence ? confidence : "",
                                    .joint = one->column != NULL};
}

void scenario_inputs(const struct scenario *scenario, const struct drawn *drawn, double *input)
{
    for (size_t i = 0; i < scenario->uncertain_count; i++) {
        const struct uncertain *one = &scenario->uncertain[i];
        if (!one->value->repeated)
            memcpy(input++, (const char *)drawn->block[one->block] + one->offset, sizeof *input);
    }
}

void *drawn_block(const struct scenario *scenario, const struct drawn *drawn, const char *section, int owner)
{
    size_t i = scenario_section_index(scenario, section);
    if (i == scenario->schema->count)
        return NULL;
    const struct section *in = &scenario->schema->section[i];
    for (size_t p = 0; p < in->part_count; p++)
        if (in->part[p].owner == owner)
            return drawn->block[scenario->rows[i].first_block + p];
    return NULL;
}

int scenario_owner(const struct scenario *scenario, const struct model *model)
{
    int owner = 0;
    while (scenario->schema->models[owner] != model)
        owner++;
    return owner;
}

size_t scenario_fact_count(const struct scenario *scenario)
{
    return scenario->fact_count;
}

const struct fact *scenario_fact(const struct scenario *scenario, size_t i)
{
    return &scenario->measure[i];
}

size_t scenario_measure_count(const struct scenario *scenario)
{
    return scenario->measure_count;
}

const struct fact *scenario_measure(const struct scenario *scenario, size_t i)
{
    return &scenario->measure[i];
}

size_t scenario_assumption_count(const struct scenario *scenario)
{
    return scenario->assumption_count;
}

size_t scenario_defaults(const struct scenario *scenario, const char *section, struct assumption *list)
{
    size_t length = strlen(section), count = 0;
    for (size_t i = 0; i < scenario->value_count; i++) {
        const struct value *value = &scenario->value[i];
        bool is_there = strncmp(value->path, section, length) == 0 && value->path[length] == '.';
        if (!is_there || value->given || value->repeated || !value->param->value ||
            strcmp(value->param->value, "none") == 0)
            continue;
        if (list)
            list[count] = (struct assumption){.path = value->path,
                                              .text = value->param->value,
                                              .origin = "default",
                                              .source = value->param->source ? value->param->source : "default"};
        count++;
    }
    return count;
}

struct assumption scenario_assumption(const struct scenario *scenario, size_t i)
{
    return scenario->assumption[i];
}
