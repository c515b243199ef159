/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates of a class, a Poisson process at a rate fixed in advance, to be thinned (Lewis and Shedler 1979).
 *
 * Candidate k comes at the same date, with the same number that decides on its acceptance, in every world; only what
 * the world does with the number differs. Rejected candidates cost no event and no stream of their own.
 */
#ifndef ICCSIM_MODELS_CANDIDATES_H
#define ICCSIM_MODELS_CANDIDATES_H

#include "sim/engine/stream.h"

#include <stdbool.h>
#include <stdint.h>

enum { CANDIDATES_AHEAD = 32 };

struct candidates {
    struct stream stream;
    double per_yr;
    double next; /* date of the next one; infinite if there is none */
    uint32_t count; /* so far */
    unsigned used;
    double gap_yr[CANDIDATES_AHEAD], accept[CANDIDATES_AHEAD]; /* drawn ahead: until it comes, and a uniform number */
};

struct candidate {
    uint32_t k;
    double at, accept; /* accept: uniform */
};

/* The first one comes after `from`; the stream is this process's alone. per_yr may be 0: none comes. */
void candidates_open(struct candidates *c, struct stream stream, double per_yr, double from);
/* The next candidate whose number is below that share, if it comes before that date. */
bool candidates_next(struct candidates *c, double before, double share, struct candidate *next);

#endif
