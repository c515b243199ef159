/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long things last: the product-limit estimator (Kaplan and Meier 1958) with late entry, on a fine fixed grid.
 *
 *     S(t) = prod over times of events j <= t of (1 - events_j / at_risk_j)
 *
 * An age of x months falls into the cell (x - 1/8, x] that ends at the next eighth of a month, so ages of whole months
 * are exact. A subject that enters late (the lease existed before it was first seen) is at risk from that age on; one lost to
 * sight in the cell of an event was at risk in it.
 */
#ifndef ICCSIM_MODELS_SURVIVAL_H
#define ICCSIM_MODELS_SURVIVAL_H

#include "sim/base/dates.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SURVIVAL_MONTHS = 60, SURVIVAL_PER_MONTH = 8, SURVIVAL_CELLS = SURVIVAL_MONTHS * SURVIVAL_PER_MONTH };

struct survival {
    struct survival_cell {
        uint32_t entered, gone, events; /* gone: with or without event */
    } cell[SURVIVAL_CELLS + 2];
};

#define SURVIVAL_ROUNDING 1e-6 /* cells: ages are differences of dates */

/* The first cell in which a subject that enters at this age can end. */
static inline size_t survival_cell_after(double age_yr)
{
    double at = age_yr * MONTHS_PER_YEAR * SURVIVAL_PER_MONTH + SURVIVAL_ROUNDING;
    return at < 0 ? 1 : at < SURVIVAL_CELLS ? (size_t)(int)at + 1 : SURVIVAL_CELLS + 1;
}

/* The cell that an age falls into; the last one stands for all beyond the grid. */
static inline size_t survival_cell_of(double age_yr)
{
    double at = age_yr * MONTHS_PER_YEAR * SURVIVAL_PER_MONTH - SURVIVAL_ROUNDING;
    return at < 0 ? 1 : at < SURVIVAL_CELLS ? (size_t)(int)at + 1 : SURVIVAL_CELLS + 1;
}

/* Adds one that was seen from one age to another, in years; `event`: it ended then, else it was lost to sight. */
static inline void survival_add(struct survival *s, double from_yr, double until_yr, bool event)
{
    size_t from = survival_cell_after(from_yr), until = survival_cell_of(until_yr);
    if (until < from)
        return;
    s->cell[from].entered++;
    s->cell[until].gone++;
    s->cell[until].events += event;
}
/* Survival beyond 0, 1, ... months. Returns how many of these points were observed: 0 if nobody was ever at risk; from
 * the first one on at which nobody is, the last estimate is held (Gill 1980), so that the mean and the percentiles of
 * many curves are those of one population at all ages, and fall as each of them does. */
size_t survival_curve(const struct survival *s, double curve[SURVIVAL_MONTHS + 1]);

#endif
