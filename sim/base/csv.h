/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of a CSV (RFC 4180). Every text that gets into one goes through here. */
#ifndef ICCSIM_BASE_CSV_H
#define ICCSIM_BASE_CSV_H

#include <stdio.h>

/* One field, quoted where it must be. A text that a spreadsheet would take for a formula, as it begins with = + - or @
 * and is no number, gets an apostrophe before it, which spreadsheets do not show. */
void csv_text(FILE *to, const char *text);

#endif
