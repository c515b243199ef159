/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paired differences between two plans that were run together (montecarlo_run_together), on common random numbers.
 *
 * A cell is one number both have: a sample of a series at one date, a scalar, a point of a curve, a fact or
 * measure of one name and output. A pair
 * counts where both replications worked and both numbers are finite. Moments are Welford's, in the order of
 * replications; intervals are Student's. Of facts and measures the first pairs are kept as they are, for intervals of
 * medians.
 */
#ifndef ICCSIM_MONTECARLO_COMPARE_H
#define ICCSIM_MONTECARLO_COMPARE_H

#include "facts.h"
#include "montecarlo.h"

/* A date that both have a sample of. */
struct common_date {
    size_t base, other; /* which sample */
    double year;
};

/* A series, scalar, curve or fact that both have. */
struct common {
    const char *name;
    const struct channel *channel; /* of the base */
    enum common_kind { COMMON_SERIES, COMMON_SCALAR, COMMON_CURVE, COMMON_FACT, COMMON_MEASURE } kind;
    size_t first, count; /* its cells */
    size_t base, other; /* where it begins in the rows of the two */
    double origin; /* what it is relative to: a date to the start of the run */
};

/* What only one of them has. */
struct lone {
    const char *name;
    bool in_base;
};

struct sums; /* compare.c */
struct kept_pairs; /* compare.c */

struct comparison {
    size_t common_count, cell_count, lone_count, date_count;
    struct common *common;
    struct lone *lone;
    struct common_date *date; /* of every series that both have */
    struct sums *sums;
    struct kept_pairs *kept; /* a common; empty but of facts and measures */
    bool antithetic; /* what is counted as one is the mean of replications 2k and 2k + 1 */
    double *even_base, *even_other; /* a cell: of 2k, until 2k + 1 comes */
    bool has_even;
    struct arena arena;
};

struct difference {
    double base, other; /* means over the pairs */
    double mean, se; /* of other - base */
    double low, high; /* 95 % interval of the mean */
    double relative; /* mean over |base| */
    double same_sign; /* share of pairs whose difference has the sign of the mean */
    double reduction; /* variance of the difference of independent replications over that of pairs; NaN: that is 0 */
    double n;
};

/* Pairs the outputs and facts of two plans by name; the plans and facts must live as long. */
void comparison_open(struct comparison *comparison, const struct plan *base, const struct fact_targets *base_facts,
                     const struct plan *other, const struct fact_targets *other_facts, bool antithetic);
/* One replication of both, in order; one that failed in either does not count. */
void comparison_add(struct comparison *comparison, const struct committed *base, const struct committed *other);
/* Of a sample its date, of a point of a curve its x; else NaN. */
double comparison_at(const struct comparison *comparison, const struct common *common, size_t cell);
/* Over the pairs so far. */
struct difference comparison_cell(const struct comparison *comparison, const struct common *common, size_t cell);

/* The medians of both over the kept pairs; NaN if there is none. */
void comparison_medians(const struct comparison *comparison, const struct common *common, double *base, double *other);
/* The 95 % interval of the difference of the two medians of a fact or measure, over |base's median| if `relative`: pairs
 * are drawn again, RESAMPLES times (Efron and Tibshirani 1993, ch. 13; percentiles). It always holds `difference`, that
 * of all replications. False: too few pairs. */
bool comparison_median_interval(const struct comparison *comparison, const struct common *common, bool relative,
                                double difference, double *low, double *high);
void comparison_free(struct comparison *comparison);

#endif
