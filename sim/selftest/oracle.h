/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something whose right answer is known from elsewhere, and how far from it the program is.
 *
 * `error` takes a mistake to make on purpose, relative to the size of what is checked: 0 in the self-test. A tolerance
 * that would also let `notices` pass proves nothing: the tests hold every row to that.
 */
#ifndef ICCSIM_COMMAND_ORACLE_H
#define ICCSIM_COMMAND_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct oracle {
    const char *id, *what, *source; /* source: where the right answer comes from */
    double (*error)(double mistake); /* >= 0; NaN fails */
    double tolerance;
    const char *unit; /* of both */
    double notices; /* a mistake that must exceed the tolerance */
};

/* End with a row without an id. */
extern const struct oracle oracles_engine[], oracles_models[], oracles_finance[], oracles_books[], oracles_bubble[];

/* Asks the oracles of some tables (ends with NULL) and prints a row each; returns how many do not hold. */
size_t oracles_ask(const struct oracle *const *tables, FILE *to, bool csv);

#endif
