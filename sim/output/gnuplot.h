/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assignments of gnuplot, for files that its scripts load.
 *
 * Texts are data and never code: a byte that is not a letter, a digit, a blank, part of a UTF-8 sequence or one of . ,
 * : ( ) / _ - is written as an octal code. No text can end its quotes, run a command or split a line.
 */
#ifndef ICCSIM_OUTPUT_GNUPLOT_H
#define ICCSIM_OUTPUT_GNUPLOT_H

#include "sim/base/arena.h"

#include <stddef.h>
#include <stdio.h>

/* A literal, with its quotes. Control characters become blanks, and `]]>`, which gnuplot would leave as it is in an SVG
 * although XML forbids it, `]] >`. */
const char *gnuplot_literal(struct arena *arena, const char *text);

/* `name` is an identifier of gnuplot. Numbers have ten digits, NaN is NaN. */
void gnuplot_assign_text(FILE *to, const char *name, const char *text);
void gnuplot_assign_number(FILE *to, const char *name, double number);
/* Arrays begin at 1. One of no elements gets a single empty one, as gnuplot has no empty arrays. */
void gnuplot_assign_texts(FILE *to, const char *name, const char *const *text, size_t count);
/* The same, where a text may have several lines. */
void gnuplot_assign_lines(FILE *to, const char *name, const char *const *text, size_t count);
/* Labels for a picture: cut to that many columns; NAME_width has the columns that each takes. */
void gnuplot_assign_labels(FILE *to, const char *name, const char *const *label, size_t count, size_t columns);
void gnuplot_assign_numbers(FILE *to, const char *name, const double *number, size_t count);

#endif
