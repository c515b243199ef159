/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a contract costs: see lease_book.c. */
#include "leasing.h"

#include "sim/base/det.h"

#include "sim/engine/arrays.h"

static const double NATURAL_LET = 0.8; /* u*: see target_training of market.c */

/* What an investor leaves its own tenant to pay. */
double lease_not_given_up(const struct world *w, const struct lease *l)
{
    bool own = w->tenants.row[l->tenant].supplier == w->vintages.row[l->vintage].firm + 1;
    return own ? 1 - w->money.discount : 1;
}

static double hourly_rent(const struct world *w, const struct lease *l)
{
    return lease_not_given_up(w, l) * leasing_state(w)->on_demand_rent[l->generation];
}

/* The rent over lease_received. */
double lease_rent_of(const struct world *w, const struct lease *l, int months)
{
    const struct leasing *state = leasing_state(w);
    const struct leasing_settings *s = state->settings;
    int g = l->generation;
    if (l->billing == BILLING_ON_DEMAND)
        return hourly_rent(w, l);
    double rent = lease_not_given_up(w, l) * value_term_rent(w, g, months);
    if (l->opaque)
        rent *= state->opaque_rent[l->workload] * w->generations.pflops_fp16[g] / w->market.rent_card[g] *
                (1 - s->opaque_discount);
    if (l->billing == BILLING_METERED)
        return rent * (1 + s->metered_premium) * (double)l->load;
    return l->billing == BILLING_PACKAGE ? rent * (1 - s->package_discount) : rent;
}

/* A load between 0 and 1 with the mean of the market: u^((1 - m) / m). */
float lease_load_of(const struct world *w, uint32_t tenant, uint32_t request)
{
    struct stream random = lease_stream(w, tenant, OCCASION_LOAD | request);
    double mean = max_of(value_load(w), 0.01);
    return (float)det_exp((1 - mean) / mean * det_log(stream_uniform(&random)));
}

static void price_on_demand(struct world *w)
{
    struct leasing *state = leasing_state(w);
    const struct leasing_settings *s = state->settings;
    double let[MAX_GENERATIONS];
    size_t count = (size_t)state->offered_count;
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        int g = state->offered[i];
        let[i] = max_of(w->vintages.let_cards[g] / max_of(w->vintages.offered_cards[g], 1), 0.01);
        let[i] = min_of(let[i], 1) / NATURAL_LET;
    }
    array_log(let, let, count);
    for (size_t i = 0; i < count; i++)
        let[i] *= s->on_demand_slope;
    array_exp(let, let, count);
    for (size_t i = 0; i < count; i++)
        state->on_demand_rent[state->offered[i]] =
            w->market.rent_card[state->offered[i]] * (1 + s->on_demand_premium) * let[i];
}

static void reprice_on_demand(struct world *w)
{
    const struct lease_clocks *c = &leasing_state(w)->clocks;
    for (uint32_t block = c->first_block[lease_open_cell(w)]; block != NO_BLOCK; block = c->next[block])
        for (unsigned held = lease_clocks_due(c, block, (double)INFINITY); held; held &= held - 1) {
            struct lease *l = &w->leases.row[c->holder[block * CLOCK_BLOCK + (unsigned)__builtin_ctz(held)].id];
            double paid = l->cards * l->rent, rent = lease_received(w, l) * hourly_rent(w, l), pays = l->cards * rent;
            double *of_class = &w->leases.rent_of[l->class_][l->region];
            l->rent = rent;
            supply_earn(w, l->vintage, -paid);
            supply_earn(w, l->vintage, pays);
            *of_class = *of_class - paid + pays;
        }
}

/* The pooled rent of a P of peak that is idle and serves a workload. */
static double pooled_rent(const struct world *w, enum workload k)
{
    double paid = 0, peak = 0;
    for (int i = 0; i < leasing_state(w)->offered_count; i++) {
        int g = leasing_state(w)->offered[i];
        double e = w->generations.effective_p[k][g] * w->market.preference[k][g],
               cards = e > 0 ? leasing_state(w)->weight[k][i] / e : 0;
        paid += cards * w->market.rent_card[g];
        peak += cards * w->generations.pflops_fp16[g];
    }
    return peak > 0 ? paid / peak : 0;
}

/* Prices that are not term rents, once a step. */
void lease_price_markets(struct world *w)
{
    struct leasing *state = leasing_state(w);
    price_on_demand(w);
    for (int k = 0; k < WORKLOADS && state->settings->opaque_share > 0; k++)
        state->opaque_rent[k] = pooled_rent(w, (enum workload)k);
    reprice_on_demand(w);
}
