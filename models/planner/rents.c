/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Term contracts, signed again at each term's end, and rent by the hour.
 *
 * A contract pays max(take_or_pay, use) of its hours, at a rent that the escalator raises. At signing it is a lease of
 * identified cards: liability and right of use are both the present value of what must be paid, at the lessee's rate of
 * debt (IFRS 16, ASC 842 and CAS 21 alike; terms of up to twelve months may stay off the balance sheet).
 */
#include "cashflow.h"
#include "inside.h"

static double escalated(const struct planner *plan, const struct position *p)
{
    return det_exp(p->row->escalator_per_yr * (plan->middle - p->contract_signed));
}

static void measure_lease(const struct planner *plan, struct position *p, double term)
{
    double rate = plan->settings->debt_per_yr - p->row->escalator_per_yr;
    p->lease = p->contract_cny_per_yr * p->row->take_or_pay * cashflow_annuity(rate, term);
}

void rents_sign(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double left = plan->settings->start + planner_horizon(plan->settings) - plan->now, term = min_of(a->term_yr, left);
    int months = (int)max_of(1, round(term * MONTHS_PER_YEAR)), wanted = quote_card(w, a);
    bool is_quoted = !isnan(a->rent_cny) || !isnan(a->server_rent_cny);
    double rent = 0, premium = is_quoted ? 1 : plan->settings->reserved_premium;
    for (int k = 0; k < WORKLOADS; k++) {
        double price = offer_market_rent(w, (enum workload)k), e = 1;
        int g = wanted >= 0 && (is_quoted || offer_is_there(w, wanted, (enum workload)k))
                    ? wanted
                    : offer_cheapest(w, (enum workload)k, months, &price);
        if (g >= 0) {
            e = offer_effective_p(w, (enum workload)k, g);
            price = quote_rent(w, a, months, g) / e;
        }
        p->contract_generation[k] = g;
        p->contract_cards[k] = plan->need[k] * reserved_share(a) / e;
        rent += plan->need[k] > 0 ? plan->need[k] * reserved_share(a) * price : 0;
    }
    p->contract_cny_per_yr = rent * premium * of_a_rent(plan->settings) * HOURS_PER_YEAR * p->lens->term;
    p->contract_signed = plan->now;
    p->contract_ends = plan->now + term;
    if (p->signed_before)
        plan_expense(plan, p, ITEM_MOVING, p->contract_cny_per_yr * a->recontracting_yr, plan->middle);
    else
        measure_lease(plan, p, term);
    p->signed_before = true;
    if (p->is_told)
        tell(w->sim, "planner", "signed", plan_name(w, p), "%.0f months at %.3g MCNY a year", term * MONTHS_PER_YEAR,
             p->contract_cny_per_yr / 1e6);
}

double rents_contract_p(const struct world *w, const struct position *p, enum workload k)
{
    int g = p->contract_generation[k];
    return p->contract_cards[k] * (g >= 0 ? offer_effective_p(w, k, g) : 1);
}

void rents_pay(const struct planner *plan, struct position *p, double by_hour, double used)
{
    double contract = p->contract_cny_per_yr * plan->dt, middle = plan->middle;
    if (contract > 0)
        contract *= escalated(plan, p) * max_of(p->row->take_or_pay, min_of(1, used));
    double all = by_hour + contract;
    double voucher = min_of(plan->voucher * all, plan->settings->voucher_cny_per_yr * plan->dt),
           paid = all > 0 ? 1 - voucher / all : 1;
    p->rented += plan_expense(plan, p, ITEM_RENT_BY_HOUR, by_hour * paid, middle);
    plan_expense(plan, p, ITEM_RENT_BY_CONTRACT, contract * paid, middle);
    if (is_due(plan, p->next_move)) {
        plan_expense(plan, p, ITEM_MOVING, by_hour / plan->dt * p->row->recontracting_yr, middle);
        p->next_move += p->row->term_yr;
    }
}
