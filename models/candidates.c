/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaps and acceptances from one stream, filled in blocks. */
#include "candidates.h"

#include "../sim/engine/arrays.h"

#include <math.h>

/* The next candidates' gaps, in mean gaps and negative, and acceptances, from uniform numbers in turn. */
static void draw_ahead(struct candidates *c)
{
    double number[2 * CANDIDATES_AHEAD];
    stream_fill_uniform(&c->stream, number, 2 * CANDIDATES_AHEAD);
    for (int i = 0; i < CANDIDATES_AHEAD; i++) {
        c->gap[i] = number[2 * i];
        c->accept[i] = number[2 * i + 1];
    }
    array_log(c->gap, c->gap, CANDIDATES_AHEAD);
    c->used = 0;
}

static double gap(struct candidates *c)
{
    if (c->per_yr <= 0)
        return (double)INFINITY;
    if (c->used == CANDIDATES_AHEAD)
        draw_ahead(c);
    return -c->gap[c->used] / c->per_yr;
}

void candidates_open(struct candidates *c, struct stream stream, double per_yr, double from)
{
    c->stream = stream;
    c->per_yr = per_yr;
    c->count = 0;
    c->used = CANDIDATES_AHEAD;
    c->next = from + gap(c);
}

bool candidates_next(struct candidates *c, double before, struct candidate *next)
{
    if (c->next >= before)
        return false;
    *next = (struct candidate){.k = c->count++, .at = c->next, .accept = c->accept[c->used++]};
    c->next += gap(c);
    return true;
}
