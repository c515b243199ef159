/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small table for the terminal: cells are gathered, then printed in columns as wide as they must be, or as CSV. What is
 * wider than the terminal is printed in groups of columns or, where the last column is prose, with that below itself. */
#ifndef ICCSIM_OUTPUT_LISTING_H
#define ICCSIM_OUTPUT_LISTING_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct listing { /* {.columns = n} begins */
    size_t columns, count, capacity;
    const char **cell;
    struct arena arena;
};

/* The next cell, row by row; the first row is the header. */
void listing_add(struct listing *listing, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* How wide what is printed to `to` may be: the terminal's width, else COLUMNS; 0: as wide as it must. */
size_t terminal_columns(FILE *to);
void listing_print(const struct listing *listing, FILE *to, bool csv);
void listing_free(struct listing *listing);

enum { SHORT_NUMBER_BYTES = 32 };
/* Three digits and k, M, bn or tn for narrow tables: 181k, 0.342, -1.2M; returns `text`. Pages have amount.h. */
const char *short_number(double number, char text[SHORT_NUMBER_BYTES]);
/* The same, but year and month where the unit is `date`. */
const char *short_quantity(double value, const char *unit, char text[SHORT_NUMBER_BYTES]);

#endif
