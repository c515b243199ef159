/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outside option of finite size: what part of demand leaves when home is dear and outside is crowded.
 *
 * Tenants differ in what leaving costs them, so the share of workload k that has gone is
 *
 *     s_k = logistic(slope (over_k - L)),      over_k = ln rent at home - ln price of the same work outside, uncrowded.
 *
 * Outside is crowded: its price rises by the factor e^L = 1 / (1 - O / capacity), as waiting does in a queue, where O
 * is all that has gone, sum_k wanted_k s_k. So O < capacity whatever rents do, and while little has gone the price
 * rises by O / capacity.
 */
#ifndef ICCSIM_MODELS_OUTSIDE_H
#define ICCSIM_MODELS_OUTSIDE_H

#include "models/world.h"

struct outflow {
    double share[WORKLOADS]; /* of what is wanted: 0 to 1 */
    double log_stays[WORKLOADS]; /* ln(1 - share) */
    double elasticity[WORKLOADS]; /* of what stays to the rent at home, by leaving alone: positive */
    double log_crowding; /* L >= 0 */
};

/* `wanted_p` is effective P wanted of each workload at today's rents, and `elasticity` its own to the rent;
 * capacity_p may be infinite, slope is above 0. */
struct outflow outside_clear(double slope, double capacity_p, const double wanted_p[WORKLOADS],
                             const double elasticity[WORKLOADS], const double over[WORKLOADS]);

#endif
