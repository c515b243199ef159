/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The running sums over leases: cards held and rents paid. */
#include "leasing.h"

/* Adds the rent of a package to those that a firm has been paid ahead, or takes it off. */
static void count_prepaid(struct world *w, uint32_t firm, double rent, double ends)
{
    w->leases.prepaid[firm].rent += rent;
    w->leases.prepaid[firm].until += rent * ends;
}

/* What is paid for it, in the sums. */
void lease_count_rent(struct world *w, const struct lease *l, double sign)
{
    double rent = sign * l->cards * l->rent;
    supply_earn(w, l->vintage, rent);
    w->leases.rent_of[l->class_][l->region] += rent;
    if (l->billing == BILLING_ON_DEMAND)
        return;
    w->leases.due_rent += rent;
    w->leases.due_until += rent * l->ends;
    if (l->billing == BILLING_PACKAGE)
        count_prepaid(w, w->vintages.row[l->vintage].firm, rent, l->ends);
}

/* The buyer of a centre serves its packages, and the seller pays it what tenants have paid in advance for them. */
void lease_hand_over(struct world *w, uint32_t vintage, uint32_t to_firm)
{
    uint32_t from = w->vintages.row[vintage].firm;
    double owed = 0;
    for (uint32_t at = w->vintages.row[vintage].first_lease; at; at = leasing_state(w)->entry[at - 1].next) {
        uint32_t id = leasing_state(w)->entry[at - 1].lease;
        const struct lease *l = &w->leases.row[id != UINT32_MAX ? id : 0];
        if (id == UINT32_MAX || l->billing != BILLING_PACKAGE)
            continue;
        count_prepaid(w, from, -l->cards * l->rent, l->ends);
        count_prepaid(w, to_firm, l->cards * l->rent, l->ends);
        owed += l->cards * l->rent * lease_hours_left(w, l);
    }
    if (owed <= 0 || !sim_enabled(w->sim, &model_accounting))
        return;
    double before = leasing_prepaid_cny(w, from) + owed, recorded = w->ledger.sheet[from].contract_liabilities;
    ledger_post(w, from, ACCOUNT_CONTRACT_LIABILITIES, before - recorded);
    ledger_post_with(w, from, ACCOUNT_CONTRACT_LIABILITIES, COUNTERPARTY_NOBODY, -owed);
    ledger_post_with(w, to_firm, ACCOUNT_CONTRACT_LIABILITIES, COUNTERPARTY_NOBODY, owed);
}

void lease_count_cards(struct world *w, const struct lease *l, double cards)
{
    supply_let(w, l->vintage, cards);
    w->leases.live_cards += cards;
    w->leases.live_of[l->billing] += cards;
    w->leases.sublet_cards += cards * l->middleman;
}

void lease_count_p(struct world *w, const struct lease *l, double sign)
{
    demand_hold(w, l->tenant, l->workload, demand_held(w, l->tenant, l->workload) + sign * l->effective_p);
    w->leases.live_p += sign * l->effective_p;
}

/* Counts the training cards of a tenant anew after a lease came or went that was, or is, of another generation. */
static void couple(struct world *w, uint32_t tenant)
{
    struct tenant *t = &w->tenants.row[tenant];
    struct lease *row = w->leases.row;
    const double *p = w->generations.effective_p[TRAINING];
    bool was_mixed = t->mixed;
    double least = INFINITY, coupling = leasing_state(w)->settings->coupling, sum = 0;
    uint64_t generations = 0; /* bits */
    for (uint32_t id = t->first_lease[TRAINING]; id != UINT32_MAX; id = row[id].next) {
        least = min_of(least, p[row[id].generation]);
        generations |= (uint64_t)1 << row[id].generation;
    }
    t->mixed = generations & (generations - 1);
    if (!was_mixed && !t->mixed)
        return;
    for (uint32_t id = t->first_lease[TRAINING]; id != UINT32_MAX; id = row[id].next) {
        struct lease *l = &row[id];
        l->effective_p = l->cards * l->own_p * (1 - coupling * (1 - least / p[l->generation]));
        sum += l->effective_p;
        if (l->billing == BILLING_ON_DEMAND)
            lease_note_hourly(w, l);
    }
    w->leases.live_p += sum - demand_held(w, tenant, TRAINING);
    demand_hold(w, tenant, TRAINING, sum);
}

/* A lease came: the first of its list. Mostly it is of the generation of the others. */
void lease_couple_new(struct world *w, const struct lease *l)
{
    if (leasing_state(w)->settings->coupling <= 0 || l->workload != TRAINING)
        return;
    bool alike = l->next == UINT32_MAX || w->leases.row[l->next].generation == l->generation;
    if (w->tenants.row[l->tenant].mixed || !alike)
        couple(w, l->tenant);
}

void lease_couple_rest(struct world *w, const struct lease *l)
{
    if ((l->workload == TRAINING) & w->tenants.row[l->tenant].mixed)
        couple(w, l->tenant);
}
