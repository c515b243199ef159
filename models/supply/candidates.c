/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaps and acceptances from one stream, filled in blocks. */
#include "candidates.h"

#include "sim/engine/arrays.h"

#include <math.h>

/* The next candidates' gaps and acceptances, from uniform numbers in turn. */
static void draw_ahead(struct candidates *c)
{
    double number[2 * CANDIDATES_AHEAD];
    stream_fill_uniform(&c->stream, number, 2 * CANDIDATES_AHEAD);
    for (int i = 0; i < CANDIDATES_AHEAD; i++) {
        c->gap_yr[i] = number[2 * i];
        c->accept[i] = number[2 * i + 1];
    }
    array_log(c->gap_yr, c->gap_yr, CANDIDATES_AHEAD);
    for (int i = 0; i < CANDIDATES_AHEAD; i++)
        c->gap_yr[i] /= -c->per_yr;
    c->used = 0;
}

void candidates_open(struct candidates *c, struct stream stream, double per_yr, double from)
{
    *c = (struct candidates){.stream = stream, .per_yr = per_yr, .next = (double)INFINITY};
    if (per_yr <= 0)
        return;
    draw_ahead(c);
    c->next = from + c->gap_yr[0];
}

bool candidates_next(struct candidates *c, double before, double share, struct candidate *next)
{
    bool found = false;
    while (!found && c->next < before) {
        *next = (struct candidate){.k = c->count++, .at = c->next, .accept = c->accept[c->used++]};
        found = next->accept < share;
        if (c->used == CANDIDATES_AHEAD)
            draw_ahead(c);
        c->next += c->gap_yr[c->used];
    }
    return found;
}
