/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_table.h"

#include "loaded.h"

#include <errno.h>
#include <stdlib.h>
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
    int line;
    size_t columns, room;
    struct column *column;
};

static struct place place_of(const struct table_reader *r, int column)
{
    return (struct place){.file = r->file, .line = r->line, .column = column};
}

#define complain(r, at, ...) mistake_add((r)->mistakes, place_of((r), (at)), __VA_ARGS__)

/* Ends the cell at `*at` and goes on to the next; NULL after the last. In quotes there may be commas, and doubled
 * quotes; no line ends. */
static char *next_cell(char **at)
{
    char *from = *at;
    if (!from)
        return NULL;
    from += strspn(from, " \t");
    char *cell = from, *to = from;
    bool quoted = *from == '"', open = quoted;
    from += quoted;
    for (; *from && (open || *from != ','); from++) {
        if (quoted && *from == '"' && !(open && from[1] == '"' && from++))
            open = false;
        else if (open || !quoted)
            *to++ = *from;
    }
    *at = *from ? from + 1 : NULL;
    while (!quoted && to > cell && strchr(" \t", to[-1]))
        to--;
    *to = '\0';
    return cell;
}

static size_t count_cells(struct table_reader *r, const char *line)
{
    char *copy = arena_text(&r->s->arena, line);
    size_t count = 0;
    while (next_cell(&copy))
        count++;
    return count;
}

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

static void read_column(struct table_reader *r, size_t i, char *name, int at)
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

static void read_header(struct table_reader *r, char *line)
{
    static const char mark[] = "\xef\xbb\xbf"; /* what spreadsheets begin UTF-8 with */
    char *start = line, *at = line + (strncmp(line, mark, strlen(mark)) ? 0 : strlen(mark)), *cell;
    r->columns = count_cells(r, at);
    r->column = arena_array(&r->s->arena, r->columns, sizeof *r->column);
    size_t before = r->mistakes->count;
    for (size_t i = 0; (cell = next_cell(&at)); i++)
        read_column(r, i, cell, (int)(cell - start) + 1);
    for (size_t k = 0; r->mistakes->count == before && k < r->sweep->factor_count; k++) {
        bool found = false;
        for (size_t i = 0; i < r->columns; i++)
            found |= r->column[i].factor == (ptrdiff_t)k;
        if (!found)
            complain(r, 1, "no column of the factor %s", r->sweep->factor[k].name);
    }
}

/* ---- Rows ---- */

static struct sweep_row *new_row(struct table_reader *r)
{
    struct sweep *sweep = r->sweep;
    if (sweep->row_count == r->room) {
        size_t room = r->room ? 2 * r->room : 64, size = sizeof *sweep->row;
        sweep->row = arena_grow(&r->s->arena, sweep->row, r->room * size, room * size);
        r->room = room;
    }
    struct sweep_row *row = &sweep->row[sweep->row_count++];
    *row = (struct sweep_row){.name = "", .place = place_of(r, 1)};
    row->value = arena_array(&r->s->arena, sweep->factor_count, sizeof *row->value);
    return row;
}

static const struct lever_value *read_cell(struct table_reader *r, const struct column *column, const char *cell,
                                           int at)
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
    placed.place = place_of(r, at);
    return lever_value_read(r->s, factor->lever, factor->name, &placed, value, r->mistakes) ? value : NULL;
}

static void read_row(struct table_reader *r, char *line)
{
    size_t cells = count_cells(r, line);
    if (cells != r->columns) {
        complain(r, 1, "%zu cells where the header has %zu", cells, r->columns);
        return;
    }
    struct sweep_row *row = new_row(r);
    char *start = line, *cell;
    for (size_t i = 0; (cell = next_cell(&line)); i++) {
        const struct column *column = &r->column[i];
        if (column->is_name)
            row->name = arena_text(&r->s->arena, cell);
        else
            row->value[column->factor] = read_cell(r, column, cell, (int)(cell - start) + 1);
    }
}

static void read_lines(struct table_reader *r, FILE *from)
{
    enum { ENOUGH = 20 }; /* mistakes: the rest of the file is of the same kind */
    char *line = NULL;
    size_t room = 0, before = r->mistakes->count;
    while (r->mistakes->count < before + ENOUGH && getline(&line, &room, from) >= 0) {
        r->line++;
        line[strcspn(line, "\r\n")] = '\0';
        if (r->line == 1)
            read_header(r, line);
        else if (*line)
            read_row(r, line);
        if (r->line == 1 && r->mistakes->count > before)
            break;
    }
    bool failed = ferror(from);
    free(line);
    r->line = 0;
    if (failed)
        complain(r, 0, "cannot be read: %s", strerror(errno));
    else if (!r->sweep->row_count && r->mistakes->count == before)
        complain(r, 0, "no rows; allowed: a header and a row a point");
}

void sweep_table_read(struct scenario *s, struct sweep *sweep, const struct node *name, struct mistakes *mistakes)
{
    struct table_reader r = {.s = s, .sweep = sweep, .mistakes = mistakes};
    r.file = file_beside(s, name);
    FILE *from = fopen(r.file, "r");
    if (!from) {
        mistake_add(mistakes, name->place, "sweep.file: %s: %s", r.file, strerror(errno));
        return;
    }
    note_source_file(s, r.file);
    read_lines(&r, from);
    fclose(from);
}
