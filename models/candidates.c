/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaps and acceptances from one stream, filled in blocks. */
#include "candidates.h"

#include "../sim/base/det.h"

#include <math.h>

static double draw(struct candidates *c)
{
    if (c->used == CANDIDATE_NUMBERS) {
        stream_fill_uniform(&c->stream, c->number, CANDIDATE_NUMBERS);
        c->used = 0;
    }
    return c->number[c->used++];
}

static double gap(struct candidates *c)
{
    return c->per_yr > 0 ? -det_log(draw(c)) / c->per_yr : (double)INFINITY;
}

void candidates_open(struct candidates *c, struct stream stream, double per_yr, double from)
{
    c->stream = stream;
    c->per_yr = per_yr;
    c->count = 0;
    c->used = CANDIDATE_NUMBERS;
    c->next = from + gap(c);
}

bool candidates_next(struct candidates *c, double before, struct candidate *next)
{
    if (c->next >= before)
        return false;
    *next = (struct candidate){.k = c->count++, .at = c->next, .accept = draw(c)};
    c->next += gap(c);
    return true;
}
