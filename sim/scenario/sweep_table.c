/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_table.h"

#include "loaded.h"
#include "sim/base/csv_table.h"

#include <string.h>

struct column {
    ptrdiff_t factor; /* NOT_FOUND: another */
    bool is_name;
    const char *unit; /* "": cells bring their own */
};

struct table_reader {
    struct scenario *s;
    struct sweep *sweep;
    struct mistakes *mistakes;
    const char *file;
    size_t columns, room;
    struct column *column;
};

#define complain(r, at, ...) mistake_add((r)->mistakes, (at), __VA_ARGS__)

/* ---- The header ---- */

static const char *near_factor(struct table_reader *r, const char *name)
{
    const char **names = arena_array(&r->s->arena, r->sweep->factor_count + 1, sizeof *names);
    for (size_t i = 0; i < r->sweep->factor_count; i++)
        names[i] = r->sweep->factor[i].name;
    const char *nearest = nearest_name(name, names);
    return nearest ? arena_printf(&r->s->arena, "; did you mean %s", nearest) : "";
}

static const char *cut_unit(char *name)
{
    char *open = strchr(name, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close)
        return "";
    *close = *open = '\0';
    for (char *end = open; end > name && end[-1] == ' ';)
        *--end = '\0';
    return strcmp(open + 1, "date") != 0 && strcmp(open + 1, "1") != 0 ? open + 1 : "";
}

static void read_column(struct table_reader *r, size_t i, char *name, struct place at)
{
    struct column *column = &r->column[i];
    column->unit = arena_text(&r->s->arena, cut_unit(name));
    column->factor = NOT_FOUND;
    if ((column->is_name = !strcmp(name, "name")))
        return;
    for (size_t k = 0; k < r->sweep->factor_count; k++)
        if (!strcmp(r->sweep->factor[k].name, name))
            column->factor = (ptrdiff_t)k;
    if (column->factor == NOT_FOUND)
        complain(r, at, "no such factor, %s%s", name, near_factor(r, name));
    for (size_t k = 0; k < i && column->factor != NOT_FOUND; k++)
        if (r->column[k].factor == column->factor)
            complain(r, at, "%s: two columns; allowed: one", name);
}

static void read_header(void *reader, const struct csv_cell *cell, size_t count)
{
    struct table_reader *r = reader;
    r->columns = count;
    r->column = arena_array(&r->s->arena, count, sizeof *r->column);
    size_t before = r->mistakes->count;
    for (size_t i = 0; i < count; i++)
        read_column(r, i, cell[i].text, cell[i].place);
    for (size_t k = 0; r->mistakes->count == before && k < r->sweep->factor_count; k++) {
        bool found = false;
        for (size_t i = 0; i < r->columns; i++)
            found |= r->column[i].factor == (ptrdiff_t)k;
        if (!found)
            complain(r, ((struct place){.file = r->file, .line = 1, .column = 1}), "no column of the factor %s",
                     r->sweep->factor[k].name);
    }
}

/* ---- Rows ---- */

static struct sweep_row *new_row(struct table_reader *r, struct place place)
{
    struct sweep *sweep = r->sweep;
    if (sweep->row_count == r->room) {
        size_t room = r->room ? 2 * r->room : 64, size = sizeof *sweep->row;
        sweep->row = arena_grow(&r->s->arena, sweep->row, r->room * size, room * size);
        r->room = room;
    }
    struct sweep_row *row = &sweep->row[sweep->row_count++];
    *row = (struct sweep_row){.name = "", .place = place};
    row->value = arena_array(&r->s->arena, sweep->factor_count, sizeof *row->value);
    return row;
}

static const struct lever_value *read_cell(struct table_reader *r, const struct column *column, const char *cell,
                                           struct place at)
{
    const struct sweep_factor *factor = &r->sweep->factor[column->factor];
    struct lever_value *value = arena_alloc(&r->s->arena, sizeof *value);
    const char *text = *column->unit ? arena_printf(&r->s->arena, "%s %s", cell, column->unit) : cell;
    struct mistakes unsaid = {0};
    const struct node *node = tree_read_text(&r->s->arena, text, r->file, &unsaid);
    mistakes_free(&unsaid);
    if (!node || node->kind == NODE_NULL) {
        complain(r, at, "%s: %s; allowed: a value", factor->name, *cell ? "not a value" : "an empty cell");
        return NULL;
    }
    struct node placed = *node;
    placed.place = at;
    return lever_value_read(r->s, factor->lever, factor->name, &placed, value, r->mistakes) ? value : NULL;
}

static void read_row(void *reader, const struct csv_cell *cell, size_t count)
{
    struct table_reader *r = reader;
    struct place line = cell[0].place;
    line.column = 1;
    struct sweep_row *row = new_row(r, line);
    for (size_t i = 0; i < count; i++) {
        const struct column *column = &r->column[i];
        if (column->is_name)
            row->name = arena_text(&r->s->arena, cell[i].text);
        else
            row->value[column->factor] = read_cell(r, column, cell[i].text, cell[i].place);
    }
}

void sweep_table_read(struct scenario *s, struct sweep *sweep, const struct node *name, struct mistakes *mistakes)
{
    struct table_reader r = {.s = s, .sweep = sweep, .mistakes = mistakes};
    r.file = file_beside(s, name);
    const char *wrong = csv_table_read(&(struct csv_table){.file = r.file,
                                                           .row_is = "a point",
                                                           .mistakes = mistakes,
                                                           .header = read_header,
                                                           .row = read_row,
                                                           .state = &r});
    if (wrong)
        mistake_add(mistakes, name->place, "sweep.file: %s: %s", r.file, wrong);
    else
        note_source_file(s, r.file);
}
