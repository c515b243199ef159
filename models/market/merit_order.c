/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The merit order of cards.
 *
 * Free entry holds the long-run rent at the cost of the marginal card. That is the cheapest one only if it can be had in
 * any number. Where a ban lets a few through, or makers cannot deliver, the few earn a rent, the street price takes it
 * from them, and the next card in the order sets the rent of all. Cards are ranked by their own entry rents; each can
 * supply what its channel delivers in the horizon once today's queue is served, in the market's mix of workloads:
 *
 *     s_g = capacity_g (H - wait_g)+ p_g share_k,        N_k = S_k (e^(g_k H) - 1 + H / life),
 *
 * S_k being what is on offer today, g_k the trend of need at reference rents that owners have seen (exponential memory
 * of two years, neither negative nor above a doubling a year) and H/life what wears out. The rent is read off the supply
 * curve at N_k, linear between cards so that it moves without jumps. (Merit order: Boiteux 1949; of mines, Hotelling.)
 */
#include "merit_order.h"

#include "models/world.h"

#include "sim/base/det.h"

static const double MEMORY_YR = 2, FASTEST_GROWTH_PER_YR = 0.7;

void merit_order_watch(struct world *w, struct need_trend *need)
{
    double kept = det_exp(-w->sim->dt / MEMORY_YR);
    for (int k = 0; k < WORKLOADS; k++) {
        double log_need = det_log(max_of(1e-9, demand_at_reference(w, (enum workload)k)));
        if (!need->begun)
            need->log_smoothed[k] = log_need;
        need->log_smoothed[k] = kept * need->log_smoothed[k] + (1 - kept) * log_need;
        double seen = (log_need - need->log_smoothed[k]) / MEMORY_YR;
        need->growth_per_yr[k] = min_of(max_of(seen, 0), FASTEST_GROWTH_PER_YR);
    }
    need->begun = true;
}

static double additions_p(const struct world *w, const struct need_trend *need, int k, double horizon_yr,
                          double life_yr)
{
    return w->market.supply[k] * (det_expm1(need->growth_per_yr[k] * horizon_yr) + horizon_yr / life_yr);
}

static double can_be_had_p(const struct world *w, int k, int g, double horizon_yr)
{
    double year = procurement_queue_years(w, g, 1), both = w->market.supply[TRAINING] + w->market.supply[INFERENCE];
    double left_yr = max_of(0, horizon_yr - procurement_wait_years(w, g));
    double share = both > 0 ? w->market.supply[k] / both : 1.0 / WORKLOADS;
    return year > 0 ? left_yr / year * w->generations.effective_p[k][g] * share : HUGE_VAL;
}

double merit_order_rent(const struct world *w, const struct need_trend *need, enum workload k,
                        const double rent[MAX_GENERATIONS], double horizon_yr, double life_yr)
{
    double left = additions_p(w, need, (int)k, horizon_yr, life_yr), below = INFINITY, most = w->market.rent[k];
    uint64_t taken = 0;
    for (;;) {
        int next = -1;
        for (int g = 0; g < (int)w->generations.count; g++)
            if (!(taken >> g & 1) && isfinite(rent[g]) && (next < 0 || rent[g] < rent[next]))
                next = g;
        if (next < 0)
            return most;
        if (taken == 0)
            below = rent[next], most = max_of(most, below);
        taken |= (uint64_t)1 << next;
        double had = can_be_had_p(w, (int)k, next, horizon_yr);
        if (had >= left)
            return min_of(most, below + (rent[next] - below) * (had > 0 && isfinite(had) ? left / had : 0));
        if (rent[next] >= most)
            return most;
        left -= had;
        below = rent[next];
    }
}
