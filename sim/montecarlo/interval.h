/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between which members of a sorted sample a quantile of its population lies, for any distribution.
 *
 * The number of n independent members at or below the p-quantile is binomial(n, p). So the member of rank `low` is
 * above it, and that of rank `high` below it, with a probability of at most 2.5 % each (David and Nagaraja 2003, Order
 * Statistics, 7.1).
 */
#ifndef ICCSIM_MONTECARLO_INTERVAL_H
#define ICCSIM_MONTECARLO_INTERVAL_H

#include <stdint.h>

#define INTERVAL_TAIL 0.025

struct ranks {
    int64_t low, high; /* from 0; -1 and n: the sample is too small to say */
};

struct ranks interval_ranks(uint64_t n, double p); /* 0 < p < 1 */

#endif
