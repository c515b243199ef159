/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv_table.h"

#include "characters.h"
#include "input.h"
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const struct csv_table *table;
    int line;
    size_t columns, rows;
    struct csv_cell *cell; /* of one line */
    size_t room;
};

static const char BLANKS[] = " \t";

static struct place place_of(const struct reader *r, int column)
{
    return (struct place){.file = r->table->file, .line = r->line, .column = column};
}

#define complain(r, at, ...) mistake_add((r)->table->mistakes, place_of((r), (at)), __VA_ARGS__)

/* Ends a cell at `end`, or before the blanks there; returns where it begins. */
static char *trim(char *cell, char *end)
{
    while (end > cell && strchr(BLANKS, end[-1]))
        end--;
    *end = '\0';
    return cell + strspn(cell, BLANKS);
}

/* Ends the cell at `*at` and goes on to the next; NULL after the last. `*open`: its quote does not end. */
static char *next_cell(char **at, bool *open)
{
    char *from = *at;
    if (!from)
        return NULL;
    from += strspn(from, BLANKS);
    char *cell = from, *to = from;
    bool quoted = *from == '"';
    from += quoted;
    for (*open = quoted; *from && (*open || *from != ','); from++) {
        if (quoted && *from == '"' && !(*open && from[1] == '"' && from++))
            *open = false;
        else if (*open || !quoted)
            *to++ = *from;
    }
    *at = *from ? from + 1 : NULL;
    return trim(cell, to);
}

static void keep(struct reader *r, size_t i, char *text, int column)
{
    if (i == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        r->cell = memory_grow(r->cell, r->room, sizeof *r->cell);
    }
    r->cell[i] = (struct csv_cell){.text = text, .place = place_of(r, column)};
}

/* Takes a line apart; returns the number of cells. */
static size_t cut(struct reader *r, char *line, char *from)
{
    size_t count = 0;
    bool open = false;
    for (char *cell; (cell = next_cell(&from, &open)); count++)
        keep(r, count, cell, (int)(cell - line) + 1);
    if (open)
        complain(r, r->cell[count - 1].place.column, "a quote that does not end; allowed: cells without line ends");
    return count;
}

static void read_header(struct reader *r, char *line)
{
    r->columns = cut(r, line, line);
    r->table->header(r->table->state, r->cell, r->columns);
}

static void read_row(struct reader *r, char *line)
{
    size_t cells = cut(r, line, line);
    r->rows++;
    if (cells == r->columns)
        r->table->row(r->table->state, r->cell, cells);
    else
        complain(r, 1, "%zu cells where the header has %zu", cells, r->columns);
}

/* All of the line can be shown, and read as a C string. */
static bool check_characters(struct reader *r, const char *line, size_t length)
{
    uint32_t c;
    const char *found = character_find_control(line, line + length, &c);
    if (found)
        complain(r, (int)(found - line) + 1, "a control character in a cell, U+%04X; allowed: what can be read", c);
    return !found;
}

/* Without its end and, on the first line, the mark of the byte order, which spreadsheets begin UTF-8 with. */
static void strip(char *line, size_t *length, bool is_first)
{
    static const char mark[] = "\xef\xbb\xbf";
    *length -= *length && line[*length - 1] == '\n';
    *length -= *length && line[*length - 1] == '\r';
    if (is_first && *length >= strlen(mark) && memcmp(line, mark, strlen(mark)) == 0) {
        *length -= strlen(mark);
        memmove(line, line + strlen(mark), *length);
    }
    line[*length] = '\0';
}

static void read_lines(struct reader *r, FILE *from)
{
    enum { ENOUGH = 20 }; /* mistakes: the rest of the file is of the same kind */
    const struct mistakes *mistakes = r->table->mistakes;
    char *line = NULL;
    size_t room = 0, before = mistakes->count;
    for (ssize_t got; mistakes->count < before + ENOUGH && (got = getline(&line, &room, from)) >= 0;) {
        size_t length = (size_t)got;
        strip(line, &length, ++r->line == 1);
        if (!check_characters(r, line, length))
            r->rows++;
        else if (r->line == 1)
            read_header(r, line);
        else if (*line)
            read_row(r, line);
        if (r->line == 1 && mistakes->count > before)
            break;
    }
    bool failed = ferror(from);
    int why = errno;
    free(line);
    r->line = 0;
    if (failed)
        complain(r, 0, "cannot be read: %s", strerror(why));
    else if (!r->rows && mistakes->count == before)
        complain(r, 0, "no rows; allowed: a header and a row %s", r->table->row_is);
}

const char *csv_table_read(const struct csv_table *table)
{
    struct reader r = {.table = table};
    FILE *from = input_open(table->file);
    if (!from)
        return input_error(errno);
    read_lines(&r, from);
    fclose(from);
    free(r.cell);
    return NULL;
}
