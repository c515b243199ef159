/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The money of a plan and its years, and what all alternatives reckon alike. */
#include "inside.h"

double planner_horizon(const struct planner_settings *s)
{
    return isnan(s->end) ? s->horizon_yr : s->end - s->start;
}

double planner_rate(const struct planner_settings *s)
{
    return s->discount_per_yr + (s->rates_are_real ? s->inflation_per_yr : 0);
}

int plan_year(const struct planner *plan, double time)
{
    double year = ceil(time - plan->settings->start - SLACK_YR);
    return (int)min_of(max_of(year, 0), PLANNER_YEARS - 1);
}

double plan_discount_at(const struct planner *plan, double rate, double time)
{
    double years =
        plan->settings->convention == CONVENTION_YEAR_END ? plan_year(plan, time) : time - plan->settings->start;
    return det_exp(-rate * years);
}

double plan_discount(const struct planner *plan, const struct position *p, double time)
{
    bool is_usual = time == plan->middle && p->lens->rate_per_yr == plan->plain.rate_per_yr;
    return is_usual ? plan->discount : plan_discount_at(plan, p->lens->rate_per_yr, time);
}

void plan_note(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time)
{
    if (p->cash)
        p->cash[item * PLANNER_YEARS + plan_year(plan, time)] += cny;
}

void plan_pay(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time)
{
    p->cost += cny * plan_discount(plan, p, time);
    p->spent += cny;
    plan_note(plan, p, item, -cny, time);
}

double plan_expense(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time)
{
    double before = p->cost;
    if (cny == 0)
        return 0;
    plan_pay(plan, p, item, cny, time);
    if (plan->settings->tax > 0)
        plan_pay(plan, p, ITEM_TAX, -cny * plan->settings->tax, time);
    return p->cost - before;
}

double plan_prices_rise(const struct planner *plan, double time)
{
    double rate = plan->settings->inflation_per_yr;
    return rate != 0 ? det_exp(rate * (time - plan->settings->start)) : 1;
}

const char *plan_name(const struct world *w, const struct position *p)
{
    return sim_row_name(w->sim, PLANNER_TABLE, (size_t)(p->row - planner_state(w)->row));
}

double plan_hours_below(double share, double load)
{
    if (share <= 0 || share >= 1 || load >= 1)
        return min_of(1, max_of(0, share));
    return 1 - det_exp(det_log(1 - share) / load);
}

double plan_load(const struct planner *plan, const struct position *p, enum workload k)
{
    return min_of(1, plan->settings->load[k] * p->lens->use);
}
