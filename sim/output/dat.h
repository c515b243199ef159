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

struct dat { /* {.to = file} begins */
    FILE *to;
    bool follows; /* something stands before in this row */
};

void dat_remark(struct dat *dat, const char *key, const char *text); /* `# key text`, on one line */
/* The shortest decimal that reads back as the same double; NaN as `NaN`. */
void dat_number(struct dat *dat, double number);
void dat_numbers(struct dat *dat, const double *number, size_t count); /* the same for many */
void dat_word(struct dat *dat, const char *word); /* as it is: names, and whole rows of names */
void dat_text(struct dat *dat, const char *text); /* quoted; NULL is "" */
void dat_date(struct dat *dat, double year); /* two columns: ISO date and decimal year */
/* Ends the line. */
void dat_end_row(struct dat *dat);

enum { DAT_MOST_IN_LINE = 32, DAT_LONGEST_FIRST = 64, DAT_MOST_PIECES = 16, DAT_LINES_BYTES = 16384 };

/* A row of one number: where the number stands, and what between. */
struct dat_form {
    size_t pieces;
    struct {
        char text[8];
        size_t length;
    } piece[DAT_MOST_PIECES]; /* the number stands behind each but the last */
};

/* Many whole rows, written together. */
struct dat_lines {
    FILE *to;
    size_t used;
    size_t numbers, begin, end; /* of the last row: how many, and where their text stands; many a row repeats it */
    double number[DAT_MOST_IN_LINE];
    const struct dat_form *form; /* of the last row, if it is of one number */
    char text[DAT_LINES_BYTES];
};

/* Opens it over a file; dat_end_lines writes what is left. */
void dat_begin_lines(struct dat_lines *lines, FILE *to);
/* `first`, at most DAT_LONGEST_FIRST bytes, as it is, then at most DAT_MOST_IN_LINE numbers. */
void dat_line(struct dat_lines *lines, const char *first, const double *number, size_t count);
/* `form` has ? for the number and at most 7 bytes before the next. */
void dat_form_open(struct dat_form *form, const char *text);
/* The same row as of dat_line if all its numbers are `number` or stand in the form. */
void dat_line_of_one(struct dat_lines *lines, const char *first, double number, const struct dat_form *form);
void dat_end_lines(struct dat_lines *lines);

#endif
