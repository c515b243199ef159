/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user got wrong: gathered, then printed once, all together, in file order.
 *
 * One mistake gives one line: `file:line:column: what, the value, what is allowed` (and `did you mean NAME?`).
 */
#ifndef ICCSIM_BASE_MISTAKES_H
#define ICCSIM_BASE_MISTAKES_H

#include "arena.h"

#include <stdbool.h>
#include <stdio.h>

struct place {
    const char *file; /* NULL: the command line */
    int line, column; /* from 1; 0 where unknown */
};

struct mistakes {
    struct arena arena;
    struct mistake *list;
    size_t count, capacity;
};

/* Adds one; the text is copied. */
void mistake_add(struct mistakes *mistakes, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds copies of all of `more`. */
void mistakes_append(struct mistakes *mistakes, const struct mistakes *more);
enum { MOST_MISTAKES_SHOWN = 100 };
/* In order of file, line and column, and how many more there are. */
void mistakes_print(struct mistakes *mistakes, FILE *to);
void mistakes_free(struct mistakes *mistakes);

/* The known name nearest to `name` by edit distance, or NULL if none is near enough to be meant.
 * `names` ends with NULL. */
const char *nearest_name(const char *name, const char *const *names);

#endif
