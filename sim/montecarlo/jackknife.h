/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An estimate with its 95 % interval, from independent parts of a sample.
 *
 * A statistic of the whole and the same statistic without each of n parts give Tukey's jackknife: n pseudo-values
 * n all - (n - 1) without[i], whose mean has no bias of first order and whose scatter, by Student's distribution with
 * n - 1 degrees of freedom, gives the interval (Efron and Stein 1981, "The jackknife estimate of variance").
 */
#ifndef ICCSIM_MONTECARLO_JACKKNIFE_H
#define ICCSIM_MONTECARLO_JACKKNIFE_H

#include <stdbool.h>
#include <stddef.h>

struct bounded {
    double value, low, high; /* NaN: unknown */
};

/* Of the statistics that are numbers; without an interval if fewer than two are. */
struct bounded jackknife(double all, const double *without, size_t n);
/* The mean of the numbers among `x`, with Student's interval. */
struct bounded bounded_mean(const double *x, size_t n);
/* value -+ 1.96 se. */
struct bounded bounded_normal(double value, double se);
/* Whether numbers with this mean and variance differ by more than rounding: else there is nothing to explain. */
bool varies(double mean, double variance);

#endif
