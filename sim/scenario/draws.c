/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint draws of uncertain parameters, from a file: `draws: posterior.csv`, beside the file that says so.
 *
 *     replication,market.kappa [/yr],policies.ban_2023.announced [date]
 *     0,12.25,2023.8
 *
 * A column is a parameter by its path, with its unit in brackets (none: the parameter's own; 1: a pure number; date: a
 * decimal year). Rows have equal weight. A file with a column `replication`, as a run's own inputs.csv has, gives each
 * replication its row. Otherwise replication k takes row k of a fixed permutation, and the first row again after the
 * last: so the first 20 replications are the same whether 20 or 2,000 are run, and no order of the file matters.
 *
 * Draws replace what files say of a parameter; a variant, --set and a lever replace draws.
 */
#include "loaded.h"

#include "sim/base/csv_table.h"
#include "sim/base/dates.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct column {
    const struct value *value; /* NULL: replication, or wrong */
    struct wanted wanted;
    struct unit unit; /* in which it is written */
    bool own_unit;
    double *number;
};

struct draw_reader {
    struct scenario *s;
    struct mistakes *mistakes;
    const char *file;
    size_t columns, rows, room;
    struct column *column;
    ptrdiff_t numbers; /* the column `replication`; NOT_FOUND */
    double *number; /* of each row */
};

#define complain(r, at, ...) mistake_add((r)->mistakes, (at), __VA_ARGS__)

/* ---- The header ---- */

static const struct value *find_parameter(const struct scenario *s, const char *path)
{
    for (size_t i = 0; i < s->value_count; i++)
        if (!s->value[i].repeated && !strcmp(s->value[i].path, path))
            return &s->value[i];
    return NULL;
}

static const char *near_parameter(struct draw_reader *r, const char *path)
{
    const char **names = arena_array(&r->s->arena, r->s->value_count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < r->s->value_count; i++)
        if (r->s->value[i].param->draw == UNCERTAIN)
            names[count++] = r->s->value[i].path;
    const char *nearest = nearest_name(path, names);
    return nearest ? arena_printf(&r->s->arena, "; did you mean %s", nearest) : "";
}

/* Cuts ` [unit]` off the name; NULL if there is none. */
static char *cut_unit(char *name)
{
    char *open = strchr(name, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close)
        return NULL;
    *close = '\0';
    *open = '\0';
    for (char *end = open; end > name && end[-1] == ' ';)
        *--end = '\0';
    return open + 1;
}

static bool read_unit(struct draw_reader *r, struct column *column, const char *unit, struct place at)
{
    const char *own = column->wanted.is_date ? "date" : column->wanted.unit_text;
    column->own_unit = !unit || !strcmp(unit, own) || (!*own && !strcmp(unit, "1"));
    if (column->own_unit)
        return true;
    if (!column->wanted.is_date && unit_parse(unit, &column->unit) &&
        unit_same_dimension(&column->unit, &column->wanted.unit))
        return true;
    complain(r, at, "%s: wrong unit, %s; allowed: %s", column->value->path, unit, *own ? own : "1, a pure number");
    return false;
}

static void read_column(struct draw_reader *r, struct column *column, char *name, struct place at)
{
    const char *unit = cut_unit(name);
    const struct value *value = find_parameter(r->s, name);
    if (!value) {
        complain(r, at, "no such parameter, %s%s", name, near_parameter(r, name));
        return;
    }
    if (value->param->draw != UNCERTAIN || (value->param->type != PARAM_NUMBER && value->param->type != PARAM_DATE)) {
        complain(r, at, "%s is not drawn for a replication; allowed: a parameter that may be uncertain", name);
        return;
    }
    for (struct column *other = r->column; other < column; other++)
        if (other->value == value) {
            complain(r, at, "%s: two columns; allowed: one", name);
            return;
        }
    column->value = value;
    column->wanted = value_wanted(value->param, value->path, (double)NAN);
    if (!read_unit(r, column, unit, at))
        column->value = NULL;
}

static void read_header(void *reader, const struct csv_cell *cell, size_t count)
{
    struct draw_reader *r = reader;
    r->columns = count;
    r->column = arena_array(&r->s->arena, count, sizeof *r->column);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(cell[i].text, "replication"))
            r->numbers = (ptrdiff_t)i;
        else
            read_column(r, &r->column[i], cell[i].text, cell[i].place);
    if (r->columns == (r->numbers != NOT_FOUND))
        complain(r, ((struct place){.file = r->file, .line = 1, .column = 1}),
                 "no column of a parameter; allowed: paths such as %s",
                 r->s->uncertain_count ? r->s->uncertain[0].value->path : "section.key");
}

/* ---- Rows ---- */

static void make_room(struct draw_reader *r)
{
    size_t room = r->room ? 2 * r->room : 256, bytes = sizeof(double);
    struct arena *arena = &r->s->arena;
    for (size_t i = 0; i < r->columns; i++)
        r->column[i].number = arena_grow(arena, r->column[i].number, r->rows * bytes, room * bytes);
    r->number = arena_grow(arena, r->number, r->rows * bytes, room * bytes);
    r->room = room;
}

static bool read_number(const struct column *column, const char *cell, double *number)
{
    char *end;
    if (column->wanted.is_date && strchr(cell + (*cell == '-'), '-') && !strpbrk(cell, "eE"))
        return date_parse(cell, number);
    errno = 0;
    *number = strtod(cell, &end);
    return end != cell && !*end && isfinite(*number);
}

static void read_cell(struct draw_reader *r, struct column *column, const char *cell, struct place at)
{
    double number;
    if (!read_number(column, cell, &number)) {
        complain(r, at, "%s: not a number, %s; allowed: %s", column->value->path, *cell ? cell : "an empty cell",
                 value_allowed(&r->s->arena, &column->wanted));
        return;
    }
    if (!column->own_unit)
        number = unit_convert(number, &column->unit, &column->wanted.unit);
    if (!(number >= column->wanted.low && number <= column->wanted.high))
        complain(r, at, "%s: out of range, %s; allowed: %s", column->value->path, cell,
                 value_allowed(&r->s->arena, &column->wanted));
    column->number[r->rows] = number;
}

static void read_row_number(struct draw_reader *r, const char *cell, struct place at)
{
    char *end;
    double number = strtod(cell, &end);
    double wanted = r->rows ? r->number[0] + (double)r->rows : number;
    if (end == cell || *end || number < 0 || number != floor(number) || number > UINT32_MAX || number != wanted)
        complain(r, at, "replication: %s; allowed: whole numbers that count up by 1%s", *cell ? cell : "an empty cell",
                 r->rows ? arena_printf(&r->s->arena, ", here %.10g", wanted) : "");
    r->number[r->rows] = number;
}

static void read_row(void *reader, const struct csv_cell *cell, size_t count)
{
    struct draw_reader *r = reader;
    if (r->rows == r->room)
        make_room(r);
    for (size_t i = 0; i < count; i++) {
        if ((ptrdiff_t)i == r->numbers)
            read_row_number(r, cell[i].text, cell[i].place);
        else if (r->column[i].value)
            read_cell(r, &r->column[i], cell[i].text, cell[i].place);
    }
    r->rows++;
}

/* ---- Into the scenario ---- */

const char *file_beside(struct scenario *s, const struct node *name)
{
    const char *slash = name->place.line ? strrchr(name->place.file, '/') : NULL;
    if (*name->text == '/' || !slash)
        return name->text;
    return arena_printf(&s->arena, "%.*s/%s", (int)(slash - name->place.file), name->place.file, name->text);
}

void note_source_file(struct scenario *s, const char *file)
{
    struct sources *sources = &s->sources;
    struct source_file *list = arena_array(&s->arena, sources->count + 1, sizeof *list);
    memcpy(list, sources->list, sources->count * sizeof *list);
    list[sources->count] = (struct source_file){.name = file, .real = file};
    *sources = (struct sources){.list = list, .count = sources->count + 1, .capacity = sources->count + 1};
}

static const struct distribution *spread_of(struct draw_reader *r, const double *number)
{
    const struct distribution_form *form = distribution_forms;
    const char *wrong = NULL;
    const struct argument values = {.given = true, .count = r->rows, .list = number};
    const struct argument argument[MOST_ARGUMENTS] = {values};
    while (strcmp(form->type, "empirical") != 0)
        form++;
    return distribution_new(&r->s->arena, form, argument, &wrong);
}

static bool is_overridden(const struct value *value)
{
    return value->given && (value->node->variant || !value->node->place.line);
}

static struct uncertain *uncertain_at(struct scenario *s, const struct value *value, size_t block, size_t offset)
{
    for (size_t i = 0; i < s->uncertain_count; i++)
        if (s->uncertain[i].block == block && s->uncertain[i].offset == offset)
            return &s->uncertain[i];
    struct uncertain *one = &s->uncertain[s->uncertain_count++];
    *one = (struct uncertain){.block = block, .offset = offset, .value = value};
    return one;
}

/* The column in the unit of one of the mechanisms that read the parameter. */
static const double *in_unit(struct draw_reader *r, const struct column *column, const struct param *param)
{
    struct wanted wanted = value_wanted(param, column->wanted.path, (double)NAN);
    if (wanted.is_date || !strcmp(wanted.unit_text, column->wanted.unit_text))
        return column->number;
    double *number = arena_array(&r->s->arena, r->rows, sizeof *number);
    for (size_t i = 0; i < r->rows; i++)
        number[i] = unit_convert(column->number[i], &column->wanted.unit, &wanted.unit);
    return number;
}

static void put_column(struct draw_reader *r, const struct column *column, const struct value *value, size_t block,
                       size_t offset)
{
    struct uncertain *one = uncertain_at(r->s, value, block, offset);
    one->column = in_unit(r, column, value->param);
    one->distribution = spread_of(r, one->column);
    double median = distribution_quantile(one->distribution, 0.5);
    memcpy((char *)r->s->block[block].template + offset, &median, sizeof median);
}

/* Wherever a mechanism reads the parameter. */
static void take_column(struct draw_reader *r, const struct column *column)
{
    struct scenario *s = r->s;
    if (is_overridden(column->value))
        return;
    for (size_t i = 0; i < s->schema->count; i++) {
        const struct section *section = &s->schema->section[i];
        const struct rows *rows = &s->rows[i];
        const struct value *value = s->value + rows->first_value;
        for (size_t p = 0; p < section->part_count; p++)
            for (const struct param *param = section->part[p].params; param->name; param++, value += rows->count)
                for (size_t row = 0; row < rows->count; row++)
                    if (param->draw == UNCERTAIN && !strcmp(value[row].path, column->value->path))
                        put_column(r, column, &value[row], rows->first_block + p,
                                   row * section->part[p].size + param->offset);
    }
}

/* Fisher and Yates with the generator of Steele, Lea and Flood (2014), always from the same seed. */
static uint32_t *permutation(struct arena *arena, size_t count)
{
    uint32_t *order = arena_array(arena, count, sizeof *order);
    uint64_t state = UINT64_C(0x69636373696d); /* iccsim */
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; i > 1; i--) {
        uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        size_t k = (size_t)((z ^ (z >> 31)) % i);
        uint32_t kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
    return order;
}

static void take(struct draw_reader *r)
{
    struct draws *draws = &r->s->draws;
    *draws = (struct draws){.file = r->file, .rows = r->rows, .numbered = r->numbers != NOT_FOUND};
    if (draws->numbered)
        draws->first = (uint32_t)r->number[0];
    else
        draws->order = permutation(&r->s->arena, r->rows);
    for (size_t i = 0; i < r->columns; i++)
        if (r->column[i].value)
            take_column(r, &r->column[i]);
}

void draws_load(struct scenario *s, struct mistakes *mistakes)
{
    const struct node *name = tree_get(s->root, "draws");
    if (!name || name->kind == NODE_NULL)
        return;
    if (name->kind != NODE_TEXT || !*name->text) {
        mistake_add(mistakes, name->place, "draws: not a file name, %s; allowed: a CSV file of draws",
                    value_written(&s->arena, name));
        return;
    }
    struct draw_reader r = {.s = s, .mistakes = mistakes, .file = file_beside(s, name), .numbers = NOT_FOUND};
    size_t before = mistakes->count;
    const char *wrong = csv_table_read(&(struct csv_table){
        .file = r.file, .row_is = "a draw", .mistakes = mistakes, .header = read_header, .row = read_row, .state = &r});
    if (wrong) {
        mistake_add(mistakes, name->place, "draws: %s: %s", r.file, wrong);
        return;
    }
    note_source_file(s, r.file);
    if (mistakes->count == before)
        take(&r);
}

size_t draws_row(const struct draws *draws, uint32_t replication)
{
    if (draws->numbered)
        return (replication - draws->first) % draws->rows;
    return draws->order[replication % draws->rows];
}

bool scenario_check_draws(const struct scenario *s, uint32_t first, uint32_t replications, struct mistakes *mistakes)
{
    const struct draws *draws = &s->draws;
    double end = (double)draws->first + (double)draws->rows;
    if (!draws->numbered || (first >= draws->first && (double)first + replications <= end))
        return true;
    mistake_add(mistakes, (struct place){.file = draws->file},
                "has replications %u to %.10g, and %u to %.10g are asked for; allowed: -n %zu, or a file without the "
                "column replication, whose rows go round",
                draws->first, end - 1, first, (double)first + replications - 1, draws->rows);
    return false;
}
