/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions as values, drawn by their inverse so that one uniform number gives one value and neighbours stay
 * neighbours: common random numbers, quasi-random designs and sensitivity all need that. GSL gives the quantiles.
 *
 * Immutable after load and shared by all threads; drawing allocates nothing. Truncation is by conditioning: u is mapped
 * into [F(low), F(high)].
 */
#ifndef ICCSIM_SCENARIO_DISTRIBUTION_H
#define ICCSIM_SCENARIO_DISTRIBUTION_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct distribution;

double distribution_quantile(const struct distribution *d, double u); /* 0 < u < 1 */
/* The probability of at most x; the mean, which may be infinite. */
double distribution_cdf(const struct distribution *d, double x);
double distribution_mean(const struct distribution *d);

/* How each is written: `type: {name: argument, ...}`. One type may have several rows: ways to parametrise it. */
enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_POINT, /* a value such as the parameter's own: a quantity or a date */
    ARGUMENT_SPREAD, /* a difference of two values: a quantity; a duration among dates */
    ARGUMENT_NUMBER, /* a pure number */
    ARGUMENT_POINTS,
    ARGUMENT_NUMBERS,
    ARGUMENT_DISTRIBUTION,
    ARGUMENT_DISTRIBUTIONS,
};
enum { MOST_ARGUMENTS = 4 };

struct argument {
    bool given;
    double number;
    size_t count;
    const double *list;
    const struct distribution *const *of;
};

struct distribution_form {
    const char *type;
    struct {
        const char *name;
        enum argument_kind kind;
    } argument[MOST_ARGUMENTS];
    size_t required; /* this many, from the first, must be given; the others have a default */
    const char *help;
    const char *(*make)(struct distribution *d, struct arena *arena, const struct argument *argument);
};
/* Rows of a type stand together; ends with a row without one. */
extern const struct distribution_form distribution_forms[];

/* NULL, and `wrong` says why, if the arguments make no such distribution. Lists are copied into `arena`. */
const struct distribution *distribution_new(struct arena *arena, const struct distribution_form *form,
                                            const struct argument *argument, const char **wrong);
/* The 90 % interval `low to high`: lognormal if both are positive, else normal; always normal among dates. */
const struct distribution *distribution_interval(struct arena *arena, double low, double high, bool always_normal,
                                                 const char **wrong);
const struct distribution *distribution_constant(struct arena *arena, double value);

/* The probability of lying outside [low, high]. */
double distribution_outside(const struct distribution *d, double low, double high);
/* `d` on condition that it lies in [low, high], which must have some mass; `d` itself if it always does. */
const struct distribution *distribution_truncate(struct arena *arena, const struct distribution *d, double low,
                                                 double high);
/* `scale` times `d` plus `shift`; scale >= 0. */
const struct distribution *distribution_moved(struct arena *arena, const struct distribution *d, double scale,
                                              double shift);

#endif
