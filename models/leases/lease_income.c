/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the contracts that a vintage holds will still pay: each its rent until it ends, times the chance that its tenant
 * has not walked away by then at the hazard of today (lease_exit.c). The lessor's own looks at the contract are left
 * out. It is the "term" of valuation by term and reversion (Baum and Crosby 2008). */
#include "models/leases/lease_income.h"
#include "leasing.h"

#include "sim/base/det.h"

/* Rate at which the tenant walks away, a year. */
static double leaving_per_yr(const struct world *w, const struct lease *l)
{
    const struct leasing *state = leasing_state(w);
    const struct lease_clocks *c = &state->clocks;
    double base = (double)*lease_clocks_base(c, l->slot) - state->settings->lessor_review_per_yr;
    float slope = *lease_clocks_slope(c, l->slot), forward = state->forward_power[lease_clocks_cell(c, l->slot)];
    return max_of(0, base) * (double)clock_hazard(1, slope, forward);
}

static void add(const struct world *w, const struct lease *l, struct lease_income *income)
{
    double per_quarter = 1.0 / VALUE_STEPS_PER_YEAR, left = l->ends - w->sim->now;
    double kept = det_exp(-leaving_per_yr(w, l) * per_quarter), stays = sqrt(kept);
    for (int k = 0; k < VALUE_STEPS && (k + 0.5) * per_quarter < left; k++, stays *= kept) {
        income->rent[k] += l->cards * l->rent * stays;
        income->cards[k] += l->cards * stays;
        income->quarters = k < income->quarters ? income->quarters : k + 1;
    }
}

void lease_income_of(const struct world *w, uint32_t vintage, struct lease_income *income)
{
    memset(income, 0, sizeof *income);
    if (!sim_enabled(w->sim, &model_leasing))
        return;
    const struct entry *entry = leasing_state(w)->entry;
    for (uint32_t at = w->vintages.row[vintage].first_lease; at; at = entry[at - 1].next) {
        uint32_t id = entry[at - 1].lease;
        const struct lease *l = id != UINT32_MAX ? &w->leases.row[id] : NULL;
        if (l && l->started && l->billing != BILLING_ON_DEMAND)
            add(w, l, income);
    }
}
