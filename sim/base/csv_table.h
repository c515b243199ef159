/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of cells between commas, as spreadsheets and R write it (RFC 4180): a header, then a row a line.
 *
 * A cell may stand in quotes and then hold commas, and quotes that are doubled; line ends it may not. Blanks around it
 * and a mark of the byte order before all of them do not count, empty lines are passed over.
 */
#ifndef ICCSIM_BASE_CSV_TABLE_H
#define ICCSIM_BASE_CSV_TABLE_H

#include "mistakes.h"

#include <stdbool.h>
#include <stddef.h>

struct csv_cell {
    char *text; /* until the function returns */
    struct place place;
};

struct csv_table {
    const char *file;
    const char *row_is; /* what a row stands for, such as "a draw" */
    struct mistakes *mistakes;
    void (*header)(void *state, const struct csv_cell *cell, size_t count);
    void (*row)(void *state, const struct csv_cell *cell, size_t count); /* as many as the header has */
    void *state;
};

/* NULL if the file was read, to its end or until there were mistakes enough: a row that is longer or shorter than the
 * header, a quote that does not end, no row at all, and what header and row find; after one in the header no row is
 * read. Else why it cannot be opened. */
const char *csv_table_read(const struct csv_table *table);

#endif
