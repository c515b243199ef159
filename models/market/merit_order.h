/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which card sets the long-run rent: the dearest of those that the market's growth will take. */
#ifndef ICCSIM_MODELS_MARKET_MERIT_ORDER_H
#define ICCSIM_MODELS_MARKET_MERIT_ORDER_H

#include "models/conventions.h"

struct world;

/* What owners have seen of the need for compute, at reference rents: all zero before the first step. */
struct need_trend {
    double log_smoothed[WORKLOADS], growth_per_yr[WORKLOADS];
    bool begun;
};
/* Once a step, before any rent is asked for. */
void merit_order_watch(struct world *w, struct need_trend *need);
/* Entry rent of a workload, CNY per effective P-hour: that of the marginal card for the additions of `horizon_yr` years.
 * `rent`: that of each generation, infinite if it cannot be had; at least one is finite. A card lasts `life_yr`. At least
 * that of the cheapest card; beyond that at most today's rent, since nobody enters at a loss. */
double merit_order_rent(const struct world *w, const struct need_trend *need, enum workload workload,
                        const double rent[MAX_GENERATIONS], double horizon_yr, double life_yr);

#endif
