/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survival.h"

#include "../sim/base/dates.h"

#include <math.h>

static const double ROUNDING = 1e-6; /* cells: ages are differences of dates */

/* The cell that an age falls into; the last one stands for all beyond the grid. */
static size_t cell_of(double age_yr)
{
    double at = age_yr * MONTHS_PER_YEAR * SURVIVAL_PER_MONTH - ROUNDING;
    if (at >= SURVIVAL_CELLS)
        return SURVIVAL_CELLS + 1;
    return at > 0 ? (size_t)at + 1 : 1;
}

/* The first cell that one who enters at this age can end in. */
static size_t cell_after(double age_yr)
{
    double at = age_yr * MONTHS_PER_YEAR * SURVIVAL_PER_MONTH + ROUNDING;
    return at < SURVIVAL_CELLS ? (size_t)at + 1 : SURVIVAL_CELLS + 1;
}

void survival_add(struct survival *s, double from_yr, double until_yr, bool event)
{
    size_t from = cell_after(from_yr), until = cell_of(until_yr);
    if (until < from)
        return;
    s->entered[from]++;
    s->gone[until]++;
    s->events[until] += event;
}

void survival_curve(const struct survival *s, double curve[SURVIVAL_MONTHS + 1])
{
    double left = 1;
    uint32_t at_risk = 0;
    curve[0] = 1;
    for (size_t cell = 1; cell <= SURVIVAL_CELLS; cell++) {
        at_risk += s->entered[cell] - s->gone[cell - 1];
        if (s->events[cell])
            left *= 1 - (double)s->events[cell] / at_risk;
        if (cell % SURVIVAL_PER_MONTH == 0)
            curve[cell / SURVIVAL_PER_MONTH] = at_risk ? left : (double)NAN;
    }
}
