/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Platforms' money, a year: c (sigma cash flow + cash beyond a reserve / time - other capital spending) + revenue of
 * models and of what they let + new debt, less interest and repayment.
 *
 * Cash flow is a dated input, from filings. Models earn the share of their work that is paid for, at the rent of
 * inference. Debt makes up what is missing, to a multiple of cash flow that `credit` scales, at a spread that rises
 * with it. c is what boards believe: it follows (what is paid for / what was expected)^d with a time constant, so that
 * weak monetisation feeds back into spending.
 *
 *     cash' = cash flow + revenue - other capital spending - cards - interest + debt' - payouts - investments.
 */
#include "platform_inside.h"

#include "sim/base/det.h"

void platform_believe(const struct world *w, struct platforms *b, double dt)
{
    const struct platform_settings *s = b->settings;
    double over = platform_earned_over_expected(w) * platform_tenant_paid_of_due(w, b);
    double due = s->discipline > 0 ? det_pow(max_of(over, 1e-6), s->discipline) : 1;
    b->belief = due + (b->belief - due) * det_exp(-dt / s->patience_yr);
}

void platform_money_flows(const struct world *w, struct platforms *b)
{
    const struct platform_settings *s = b->settings;
    double now = w->sim->now, paid = platform_paid_share(w, s), credit = series_at(s->credit, now),
           rent = HOURS_PER_YEAR * w->market.rent[INFERENCE];
    for (size_t j = 0; j < b->count; j++) {
        const struct platform_row *row = &b->row[j];
        struct platform *p = &b->platform[j];
        struct money_flow *f = &p->flow;
        double let_p = s->let * max_of(0, p->fleet_p - p->need / s->load);
        f->cash_flow = series_at(row->cash_flow, now);
        f->other_capital = row->other_capital ? series_at(row->other_capital, now) : 0;
        f->repayment = p->debt / s->repayment_yr;
        double others_p = p->models_p * platform_tenant_leaves(s, now);
        f->revenue = (paid * others_p + let_p) * rent + platform_tenant_pays(b, j, now);
        double turns = f->cash_flow > 0 ? p->debt / f->cash_flow : 0;
        f->interest = p->debt * (s->interest_per_yr + s->base_spread_per_yr + s->spread_per_turn * turns);
        double most = isnan(row->turns) ? s->turns : row->turns;
        f->room_for_debt = max_of(0, most * credit * f->cash_flow - p->debt) / s->borrowing_yr;
    }
}

double platform_own_money(const struct platforms *b, size_t j)
{
    const struct platform_settings *s = b->settings;
    const struct platform *p = &b->platform[j];
    const struct money_flow *f = &p->flow;
    double beyond = max_of(0, p->cash - s->least_cash_yr * f->cash_flow) / s->drawdown_yr;
    double free = b->belief * (s->cash_share * f->cash_flow + beyond - f->other_capital);
    return max_of(0, free + f->revenue - f->interest - f->repayment);
}

void platform_pay(struct platforms *b, size_t j, double dt, double spent)
{
    const struct platform_settings *s = b->settings;
    struct platform *p = &b->platform[j];
    const struct money_flow *f = &p->flow;
    double borrowed = max_of(0, min_of(f->room_for_debt * dt, spent - platform_own_money(b, j) * dt));
    double invested = s->investment * f->cash_flow * dt, other = f->other_capital * dt;
    p->cash += (f->cash_flow * (1 - s->payout) + f->revenue - f->interest - f->repayment) * dt - invested - other -
               spent + borrowed;
    p->debt += borrowed - f->repayment * dt;
    p->other_assets += spent + other + invested - p->other_assets * -det_expm1(-s->write_off_per_yr * dt);
    if (p->cash < 0) { /* overdrawn */
        p->debt -= p->cash;
        p->cash = 0;
    }
    p->capital_sampled += spent + other;
}
