/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as decimals: the characters that printf would write, several times as fast. */
#ifndef ICCSIM_OUTPUT_DIGITS_H
#define ICCSIM_OUTPUT_DIGITS_H

enum { TEN_DIGITS_BYTES = 32 };
/* `number` as printf's %.10g writes it, NaN as `NaN`; returns the end of the text. */
char *ten_digits(double number, char text[TEN_DIGITS_BYTES]);

enum { NUMBER_TEXT_BYTES = 32 };
/* The first of %.15g, %.16g and %.17g that reads back as the same double, NaN as `NaN`; returns `text`. */
const char *number_text(double number, char text[NUMBER_TEXT_BYTES]);

#endif
