/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well an ensemble foretold what was observed, and how well two forecasts did that know only the past.
 *
 * The score is the continuous ranked probability score (Matheson and Winkler 1976) of the ensemble as it is, in the
 * form of Gneiting and Raftery (2007, eq. 21): mean |x - y| - 1/2 mean |x - x'| over all pairs of members. It has the
 * unit of the output (dates: years), is 0 for certainty about the truth, and |x - y| for a single number x. An observed
 * range counts as its middle.
 *
 * Both naive forecasts know the facts of the same output whose window ends before the fact's begins: the last of them,
 * and the exponential through the last two. A ratio to an earlier date knows that it was 1 then. Sums over windows of
 * other lengths are taken as rates. The climatological forecast is the ensemble of the other facts of the same output,
 * whatever their date: it knows the level and not the course. It takes two of them.
 *
 * Of a bound, members beyond it score as the bound itself: the threshold-weighted score with the chaining function
 * min(x, bound) or max(x, bound) (Gneiting and Ranjan 2011; Allen, Ginsbourger and Ziegel 2023). Nothing is forecast
 * from bounds.
 */
#ifndef ICCSIM_MONTECARLO_BACKTEST_H
#define ICCSIM_MONTECARLO_BACKTEST_H

#include "facts.h"
#include "montecarlo.h"

/* Sorts `member`. NaN for an empty ensemble. All are finite. */
double crps(double *member, size_t count, double observed);

/* What a replication says of each fact, kept to be scored; {.facts = n} begins. Constant memory: more than SCORED_MOST
 * are not kept. */
enum { SCORED_MOST = 1 << 16 };
struct said {
    size_t facts, rows, room;
    double *value; /* [rows][facts] */
};
void said_commit(void *said, const struct committed *one); /* a montecarlo_commit */
void said_free(struct said *said);

struct score {
    double observed; /* the middle of a range */
    double from_start; /* the same, but a date as years since the start: what a width can be a share of */
    double last, decay; /* the naive forecasts; NaN where too little is known */
    double crps, crps_climate, crps_last, crps_decay;
};
/* The median less what was observed, as a share of it (dates: of the years since the start); 0 beyond a bound. */
double backtest_median_error(const struct fact_targets *targets, size_t i, double median);
struct score backtest_score(const struct fact_targets *targets, size_t i, const struct said *said);

#endif
