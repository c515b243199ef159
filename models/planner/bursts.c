/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bursts of the need: from a date on and for a time, once or again and again, it is a multiple of itself.
 *
 * Steps are split where a burst begins or ends, so that it has its length to the day. Bursts that meet multiply. What
 * is ordered or contracted is sized by the need without bursts: cards that are idle serve them first, then rent by the
 * hour.
 */
#include "inside.h"

/* When the burst begins for the n-th time; at the end of the plan if it does not. */
static double begin_of(const struct planner *plan, const struct burst *b, int n)
{
    double end = plan->settings->start + planner_horizon(plan->settings);
    return n && isnan(b->every_yr) ? end : b->start + (n ? n * b->every_yr : 0);
}

void bursts_start(struct world *w)
{
    struct planner *plan = planner_state(w);
    double end = plan->settings->start + planner_horizon(plan->settings);
    plan->burst = sim_rows(w->sim, &model_planner, BURST_TABLE);
    plan->bursts = sim_row_count(w->sim, BURST_TABLE);
    for (size_t i = 0; i < plan->bursts; i++)
        for (int n = 0; begin_of(plan, &plan->burst[i], n) < end; n++) {
            sim_split_at(w->sim, begin_of(plan, &plan->burst[i], n));
            sim_split_at(w->sim, begin_of(plan, &plan->burst[i], n) + plan->burst[i].length_yr);
        }
}

static bool is_on(const struct planner *plan, const struct burst *b)
{
    double since = plan->middle - b->start;
    if (since > 0 && !isnan(b->every_yr))
        since -= floor(since / b->every_yr) * b->every_yr;
    return since > 0 && since < b->length_yr;
}

void bursts_apply(struct planner *plan)
{
    memcpy(plan->peak, plan->need, sizeof plan->peak);
    for (size_t i = 0; i < plan->bursts; i++) {
        const struct burst *b = &plan->burst[i];
        for (int k = 0; k < WORKLOADS; k++)
            if (is_on(plan, b) && (b->workload == BURST_OF_BOTH || b->workload == k))
                plan->peak[k] *= b->times;
    }
}
