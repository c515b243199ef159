/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions as values, drawn by their inverse so that one uniform number gives one value and neighbours stay
 * neighbours: common random numbers, quasi-random designs and sensitivity all need that. GSL gives the quantiles.
 *
 * Immutable after load and shared by all threads. Truncated to the parameter's range by conditioning: u is mapped into
 * [F(min), F(max)].
 */
#ifndef ICCSIM_SCENARIO_DISTRIBUTION_H
#define ICCSIM_SCENARIO_DISTRIBUTION_H

struct distribution;

double distribution_quantile(const struct distribution *d, double u); /* 0 < u < 1 */
double distribution_cdf(const struct distribution *d, double x);
double distribution_mean(const struct distribution *d);

#endif
