/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of users as they are shown: how wide they are and how to shorten them. UTF-8; a byte that is no part of it
 * counts as a character of one column.
 */
#ifndef ICCSIM_BASE_TEXT_H
#define ICCSIM_BASE_TEXT_H

#include "sim/base/arena.h"

#include <stddef.h>

/* Columns on a terminal: two for the wide characters of East Asia and emoji, none for combining marks, one for others.
 */
size_t text_columns(const char *text);
/* The text itself if it fits into this number of columns, else its beginning and an ellipsis. */
const char *text_cut(struct arena *arena, const char *text, size_t columns);
/* On one line if it fits into this number of columns, else on two, broken at a blank, the second cut. */
const char *text_two_lines(struct arena *arena, const char *text, size_t columns);

#endif
