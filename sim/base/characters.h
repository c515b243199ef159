/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters of UTF-8: which may be shown, and what was meant by those that look like others. */
#ifndef ICCSIM_BASE_CHARACTERS_H
#define ICCSIM_BASE_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the character at `*at` and moves behind it. A byte that begins none is a character by itself; never reads
 * beyond a NUL. */
uint32_t character_next(const char **at);
/* What steers a terminal, turns the direction of a line or is no character. Tabs and ends of lines are none. */
bool character_is_control(uint32_t character);
/* The first control of a text of known length, which may hold NULs; sets `*which`. NULL: there is none. */
const char *character_find_control(const char *text, const char *end, uint32_t *which);
/* Blanks out controls, tabs and ends of lines, so that the text is one line that can be shown. */
void blank_controls(char *text);
/* The ASCII character that a wide or typographic one stands for: digits, letters and signs of East Asian width, blanks
 * that do not break, dashes; 0 if it stands for none or is ASCII itself. */
char character_plain(uint32_t character);

#endif
