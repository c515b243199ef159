/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replication says about a measure: a dated fact, or one of the numbers a scenario names.
 *
 * A sample stands for the interval that ends with it: that of December has the date of 1 January. A fact at a date
 * takes the sample whose interval holds the date, a window all samples from the one that holds its first date to the
 * one that holds its last: `from: 2025-01, to: 2025-12` is twelve months. `relative_to` divides by the sample that
 * holds that date. Samples without a number (a rent of new leases where nobody signed) are left out of a window; the
 * last one is taken as it is. NaN: no sample has a number, the output is switched off, or the fact lies outside the
 * horizon.
 */
#ifndef ICCSIM_MONTECARLO_FACTS_H
#define ICCSIM_MONTECARLO_FACTS_H

#include "sim/engine/sim.h"
#include "sim/scenario/scenario.h"

struct fact_target {
    const struct fact *fact;
    const struct channel *channel; /* NULL: nothing to compare with */
    size_t index; /* of the channel among the series or the scalars */
    size_t first, last; /* samples, both included */
    size_t base; /* sample it is relative to; sample_count: none */
};
struct fact_targets {
    const struct plan *plan;
    size_t count;
    struct fact_target *target;
    double *origin; /* plan start for dates, else 0: for the sketch */
};

/* The sample whose interval holds `year`; sample_count if it lies outside the horizon. */
size_t facts_sample(const struct plan *plan, double year);
/* Where facts are found; whose values do not matter. */
struct fact_targets facts_find_among(const struct fact *fact, size_t count, const struct plan *plan,
                                     struct arena *arena);
/* All measures of a scenario, its facts first. */
struct fact_targets facts_find(const struct scenario *scenario, const struct plan *plan, struct arena *arena);
/* The first `count` of them. */
struct fact_targets facts_first(const struct fact_targets *targets, size_t count);
/* The unit of a target's number; "" for a ratio, and where there is none. */
const char *facts_unit(const struct fact_target *target);
/* Whether no replication has the number by itself: it is a scalar that is pooled. */
bool facts_are_pooled(const struct fact_target *target);
/* A montecarlo_derive: `targets` is a struct fact_targets, `value` has room for its count. */
void facts_match(const void *targets, const struct result *result, double *value);

#endif
