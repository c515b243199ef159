/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that gnuplot and people read: `#` lines, one row of column names, rows; columns separated by blanks.
 *
 * Numbers have ten digits, not-a-number is `NaN`. Text is in double quotes, those inside it turned into single ones.
 */
#ifndef ICCSIM_OUTPUT_DAT_H
#define ICCSIM_OUTPUT_DAT_H

#include "digits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { DAT_MOST_IN_LINE = 32, DAT_LONGEST_FIRST = 64 };

/* The last one, behind room for what stands first: many a line has the numbers of the one before. */
struct dat_line {
    size_t count, length;
    double number[DAT_MOST_IN_LINE];
    char text[DAT_LONGEST_FIRST + DAT_MOST_IN_LINE * TEN_DIGITS_BYTES + 1];
};

struct dat { /* {.to = file} begins */
    FILE *to;
    bool follows; /* something stands before in this row */
    struct dat_line last;
};

void dat_remark(struct dat *dat, const char *key, const char *text); /* `# key text`, on one line */
void dat_number(struct dat *dat, double number);
void dat_numbers(struct dat *dat, const double *number, size_t count); /* the same for many */
void dat_word(struct dat *dat, const char *word); /* as it is: names, and whole rows of names */
void dat_text(struct dat *dat, const char *text); /* quoted; NULL is "" */
void dat_date(struct dat *dat, double year); /* two columns: ISO date and decimal year */
void dat_end_row(struct dat *dat);
/* A whole row at once: `first` as it is, then the numbers. Nothing may stand before in this row. */
void dat_line(struct dat *dat, const char *first, const double *number, size_t count);

#endif
