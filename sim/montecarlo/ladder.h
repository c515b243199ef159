/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and sums of squared deviations of many cells over rows that are numbered, the same bits however the rows were
 * split and in which order the parts came.
 *
 * Rows 2^k i to 2^k (i + 1) - 1 make one rung of level k, the sum of its two halves, which are rungs of level k - 1; a
 * row is a rung of level 0. A ladder keeps the largest rungs that its rows fill, at most 2 log2 of their number, and
 * puts two halves together as soon as it has both: so every rung is made of the same sums, wherever the halves came from.
 * Two rungs are joined as by Chan, Golub and LeVeque (1983): n = n1 + n2, d = m2 - m1, m = m1 + d n2 / n,
 * s = s1 + s2 + d^2 n1 n2 / n. Values that are not finite do not count.
 */
#ifndef ICCSIM_MONTECARLO_LADDER_H
#define ICCSIM_MONTECARLO_LADDER_H

#include "sim/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_RUNGS = 130 };

struct rung {
    uint64_t first; /* row */
    unsigned level;
    double *sums; /* mean, squares, n: each of all cells; NULL: no value is finite */
};

struct ladder {
    size_t cells;
    uint64_t first, end; /* rows, `end` not included */
    size_t count, spare_count;
    struct rung rung[MOST_RUNGS];
    double *spare[MOST_RUNGS];
};

struct moment {
    double mean, squares, n;
};

/* An empty one, whose first row will have that number. */
void ladder_open(struct ladder *ladder, size_t cells, uint64_t first);
void ladder_free(struct ladder *ladder);
void ladder_restart(struct ladder *ladder, uint64_t first); /* empty again, with its memory at hand */
void ladder_add(struct ladder *ladder, const double *value); /* the next row; NULL: one that does not count */
/* Takes the rungs of `next`, whose rows follow, and leaves it empty. */
void ladder_join(struct ladder *ladder, struct ladder *next);
struct moment ladder_cell(const struct ladder *ladder, size_t cell); /* over all rows */
void ladder_total(const struct ladder *ladder, double *sums); /* of all cells: means, then squares, then n */

/* Adds its bytes to `to`: the same for the same rows. */
void ladder_write(const struct ladder *ladder, struct bytes *to);
/* False if these are not the bytes of a ladder with that many cells. Freed by the caller either way. */
bool ladder_read(struct ladder *ladder, size_t cells, struct byte_reader *from);

#endif
