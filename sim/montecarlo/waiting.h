/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When to stop waiting, and for what: least squares on simulated paths (Longstaff and Schwartz 2001).
 *
 * On each date the planner sees the state and either takes one of several choices, whose costs lie in the future, or
 * waits for the next date. What each choice and what waiting would cost is expected by regression on the state; the
 * least expected is done. The rule is fitted on the even paths and scored on the odd ones, and conversely: no path is
 * judged by a rule that has seen it, so the mean of the scores is what such a planner would really pay, a bound from
 * above on the best rule's cost.
 */
#ifndef ICCSIM_MONTECARLO_WAITING_H
#define ICCSIM_MONTECARLO_WAITING_H

#include <stdbool.h>
#include <stddef.h>

struct waiting {
    size_t paths, dates, choices, states;
    size_t knots; /* of the piecewise linear part of the basis in each state; 0: straight lines */
    bool products; /* of two states too */
    const double *cost; /* [path][date][choice]: present value of what follows; NaN: not to be had on that date */
    const double *paid; /* [path][date]: present value of what waiting until then has cost */
    const double *state; /* [path][date][state], finite */
};

struct waited {
    double cost; /* paid until the stop, and what followed */
    size_t date, choice;
};

/* How many coefficients a fit has; a half of the paths should hold ten times as many. */
size_t waiting_terms(const struct waiting *waiting);
/* The best that can be done from date `first` on; on the last date a choice must be taken. Room for one result a path.
 */
void waiting_solve(const struct waiting *waiting, size_t first, struct waited *result);

#endif
