/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of debt, beside the unlevered cost (adjusted present value: Myers, Dill and Bautista 1976).
 *
 * A loan B at the rate r_l adds int ((r_d - r_l) + T r_l) B dt, discounted at the market's rate of debt r_d; term
 * contracts displace debt and lose its tax shield. A loan is a share of what is built or, if a cover ratio is given,
 * what the expected cash flow of the cards bears: their hours at forward rents less what they cost to run, over the
 * ratio and discounted at the loan's rate, and repaid in the same measure (books/loans.h).
 */
#include "inside.h"

static double loan_rate(const struct planner *plan, const struct alternative *a)
{
    return isnan(a->loan_per_yr) ? plan->settings->debt_per_yr : a->loan_per_yr;
}

/* Cash flow available for debt service of a tranche in a year of its life: rent saved less running cost. */
static double expected_cash(const struct world *w, const struct position *p, const struct tranche *t, int year)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double hours = 0, need = plan->need[TRAINING] + plan->need[INFERENCE];
    for (int k = 0; k < WORKLOADS; k++) {
        double load = plan_load(plan, p, (enum workload)k);
        hours += plan->need[k] / need * load * plan_hours_below(min_of(1, a->share), load) / max_of(a->share, SLACK_YR);
    }
    hours = min_of(1, hours) * t->cards * HOURS_PER_YEAR;
    double rent = offer_rent_ahead(w, a->generation, year, 1) * plan->settings->on_demand_premium;
    double fixed = quote_maintenance(w, a, t->cards, t->cost / t->cards) +
                   t->cards * (a->running_cny_per_card_yr + quote_site_kw(w, a) * a->colocation_cny_per_kw_yr) +
                   a->staff_cny_per_yr / round(a->tranches);
    return hours * (rent - quote_power(w, a)) - fixed;
}

static void lend_by_cover(const struct world *w, struct position *p, struct tranche *t)
{
    double cash[SCHEDULE_YEARS], repaid[SCHEDULE_YEARS + 1] = {0};
    double rate = det_expm1(loan_rate(planner_state(w), p->row));
    size_t years = (size_t)max_of(1, round(p->row->loan_yr));
    for (size_t y = 0; y < years; y++)
        cash[y] = max_of(0, expected_cash(w, p, t, (int)y));
    t->loan = loan_sculpted(cash, years, rate, p->row->dscr, repaid);
    schedule_of_amounts(&t->repayment, repaid, (double)years);
}

void financing_lend(const struct world *w, struct position *p, struct tranche *t)
{
    const struct alternative *a = p->row;
    if (!isnan(a->dscr))
        lend_by_cover(w, p, t);
    else if (a->debt_share > 0) {
        struct loan_terms terms = {
            .kind = (enum loan)a->loan_kind, .life_yr = a->loan_yr, .rate = det_expm1(loan_rate(planner_state(w), a))};
        t->loan = (t->cost + t->hall) * a->debt_share;
        loan_schedule(&t->repayment, &terms);
    }
    if (t->loan <= 0)
        return;
    p->lent += t->loan;
    plan_note(planner_state(w), p, ITEM_LOAN, t->loan, t->due);
}

static double balance(const struct tranche *t, double time)
{
    return t->loan > 0 && time < t->due + t->repayment.life_yr - SLACK_YR
               ? t->loan * schedule_left(&t->repayment, time - t->due)
               : 0;
}

void financing_step(const struct planner *plan, struct position *p)
{
    const struct planner_settings *s = plan->settings;
    double rate = loan_rate(plan, p->row), debt = 0;
    for (int i = 0; i < p->ordered; i++) {
        struct tranche *t = &p->tranche[i];
        if (!t->came || t->loan <= 0)
            continue;
        double now = balance(t, plan->middle), repaid = balance(t, max_of(t->due, plan->now)) - balance(t, plan->until);
        debt += now;
        plan_note(plan, p, ITEM_INTEREST, -now * rate * plan->dt, plan->middle);
        plan_note(plan, p, ITEM_PRINCIPAL, -repaid, plan->middle);
    }
    double still_due = p->contract_cny_per_yr * max_of(0, p->contract_ends - plan->middle) * p->row->displaced;
    double gain = (s->debt_per_yr - rate + s->tax * rate) * debt - s->tax * s->debt_per_yr * still_due;
    p->financing += gain * plan->dt * plan->discount_debt;
}

/* What is left of loans at the end is paid back. */
void financing_close(const struct planner *plan, struct position *p)
{
    for (int i = 0; i < p->ordered; i++)
        if (p->tranche[i].came)
            plan_note(plan, p, ITEM_PRINCIPAL, -balance(&p->tranche[i], plan->until), plan->until);
}
