/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards of one's own: ordered in tranches, paid for, written off, run, and sold at the end.
 *
 * Tax: a share (`tax_bonus`, or all of it below `expense_below` a server) is deducted when the cards come, the rest by
 * the schedule of the method, year of ownership by year of ownership. MACRS deducts
 *
 *     f/L * c in the first year,   max(f/L B, B / years left) after it,   what is left in year L + 1,
 *
 * f = 2 (1.5 from 15 years on), B what is left, c = 1/2 (half year) or 7/8, 5/8, 3/8, 1/8 for cards that come in the
 * first to fourth quarter (mid quarter; 26 USC 168(d), IRS Publication 946). Other methods: books/depreciation.h.
 *
 * A hall of one's own serves longer than cards. Level charges over its life L pay for it; what is left of it at the end
 * of the plan, at age t, is the present value of the charges still due: K (1 - e^(-r (L - t))) / (1 - e^(-r L)).
 */
#include "inside.h"

enum { CONVENTION_HALF_YEAR }; /* then the four quarters */

static void macrs_years(struct schedule *s, double life_yr, int convention)
{
    static const double first[] = {0.5, 0.875, 0.625, 0.375, 0.125};
    double amount[SCHEDULE_YEARS + 1] = {0}, left = 1, life = max_of(1, round(life_yr)), years_left = life;
    double factor = depreciation_macrs_factor(life), length = first[convention];
    int years = 0;
    for (; years_left > SLACK_YR && years < SCHEDULE_YEARS; length = min_of(1, years_left)) {
        double take = left * max_of(factor / life, 1 / years_left) * length;
        amount[years++] = min_of(left, take);
        left -= amount[years - 1];
        years_left -= length;
    }
    schedule_of_amounts(s, amount, years);
    s->salvage = 0;
}

void own_start(struct planner *plan)
{
    const struct planner_settings *s = plan->settings;
    struct depreciation_terms tax = {
        .method = (enum depreciation)s->tax_method, .life_yr = s->tax_life_yr, .factor = 2};
    if (s->tax_life_yr > 0 && s->tax_method == DEPRECIATION_MACRS)
        macrs_years(&plan->tax_schedule, s->tax_life_yr, s->tax_convention);
    else if (s->tax_life_yr > 0)
        depreciation_schedule(&plan->tax_schedule, &tax);
    struct depreciation_terms book = {.method = (enum depreciation)s->book_method,
                                      .life_yr = s->book_life_yr,
                                      .salvage = s->book_salvage,
                                      .factor = 2};
    depreciation_schedule(&plan->book_schedule, &book);
}

void own_order(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double cards = cards_for(w, a->generation, plan->need) * a->share * (1 + a->headroom) / round(a->tranches);
    double wait = quote_wait_yr(w, a, cards), all = cards * round(a->tranches);
    double vat = of_a_price(plan->settings, a);
    double cost = cards * quote_price(w, a, all) * vat * p->lens->price, hall = cards * a->hall_cny_per_card * vat;
    double due = plan->now + max_of(wait, a->build_time_yr);
    struct tranche *t = &p->tranche[p->ordered++];
    *t = (struct tranche){.cards = cards, .cost = cost, .hall = hall, .due = due, .pay_at = due + a->pay_after_yr};
    p->next_order += a->tranche_yr;
    plan_pay(plan, p, ITEM_EQUIPMENT, cost * a->prepaid, plan->now);
    plan_pay(plan, p, ITEM_HALL, hall * a->prepaid, plan->now);
    if (p->is_told)
        tell(w->sim, "planner", "ordered", plan_name(w, p), "%.0f %s cards for %.3g MCNY, due in %.1f months", cards,
             sim_row_name(w->sim, "generations", (size_t)a->generation), (cost + hall) / 1e6,
             (due - plan->now) * MONTHS_PER_YEAR);
}

/* Cards that come before the middle of a step come at its start, or when they were due. */
static void take_delivery(const struct world *w, struct position *p, struct tranche *t)
{
    const struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings;
    double all = t->cost + t->hall, per_server = t->cost / t->cards * offer_cards_per_server(w, p->row->generation);
    bool at_once = s->tax_life_yr <= 0 || per_server <= s->expense_below_cny;
    double deducted = at_once ? all : s->tax_bonus * all;
    t->came = t->standing = true;
    t->tax_base = all - deducted;
    t->book_left = 1;
    plan_pay(plan, p, ITEM_TAX, -deducted * s->tax, plan->middle);
    financing_lend(w, p, t);
}

static void pay_rest(const struct planner *plan, struct position *p, struct tranche *t)
{
    double time = plan->settings->convention == CONVENTION_YEAR_END ? t->pay_at : plan->middle;
    t->paid = true;
    plan_pay(plan, p, ITEM_EQUIPMENT, t->cost * (1 - p->row->prepaid), time);
    plan_pay(plan, p, ITEM_HALL, t->hall * (1 - p->row->prepaid), time);
}

/* Tax saved by writing cards off; and the books. */
static void write_off(const struct planner *plan, struct position *p, struct tranche *t)
{
    double age = max_of(0, plan->until - t->due), book = schedule_left(&plan->book_schedule, age);
    plan_note(plan, p, ITEM_DEPRECIATION, -(t->cost + t->hall) * (t->book_left - book), plan->middle);
    t->book_left = book;
    if (t->tax_base <= 0)
        return;
    double written = 1 - schedule_left(&plan->tax_schedule, age);
    plan_pay(plan, p, ITEM_TAX, -t->tax_base * (written - t->written) * plan->settings->tax, plan->middle);
    t->written = written;
}

double own_cards(const struct world *w, struct position *p)
{
    const struct planner *plan = planner_state(w);
    double cards = 0;
    for (int i = 0; i < p->ordered; i++) {
        struct tranche *t = &p->tranche[i];
        if (!t->came && t->due <= plan->middle)
            take_delivery(w, p, t);
        if (t->came && !t->paid && t->pay_at <= plan->middle)
            pay_rest(plan, p, t);
        if (t->standing && plan->middle > t->due + p->row->service_life_yr * p->lens->life) /* scrapped */
            t->standing = false;
        if (t->came)
            write_off(plan, p, t);
        cards += t->standing ? t->cards : 0;
    }
    return cards;
}

static double paid_per_card(const struct position *p)
{
    double paid = 0, cards = 0;
    for (int i = 0; i < p->ordered; i++)
        paid += p->tranche[i].cost, cards += p->tranche[i].cards;
    return cards > 0 ? paid / cards : 0;
}

void own_run(const struct world *w, struct position *p, double cards, double used)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double dearer = plan_prices_rise(plan, plan->middle) * p->lens->running * plan->dt, middle = plan->middle;
    if (p->ordered)
        plan_expense(plan, p, ITEM_STAFF, a->staff_cny_per_yr * dearer, middle);
    if (cards <= 0)
        return;
    double power = quote_power(w, a) * p->lens->running, spare = cards * HOURS_PER_YEAR * plan->dt - used;
    double margin = a->sublet * plan->let_share * max_of(0, offer_rent(w, a->generation) * p->lens->hour - power);
    double upkeep = quote_maintenance(w, a, cards, paid_per_card(p)) * plan->dt * p->lens->running;
    plan_expense(plan, p, ITEM_MAINTENANCE, upkeep, middle);
    plan_expense(plan, p, ITEM_COLOCATION, cards * quote_site_kw(w, a) * a->colocation_cny_per_kw_yr * dearer, middle);
    plan_expense(plan, p, ITEM_RUNNING, cards * a->running_cny_per_card_yr * dearer, middle);
    p->usage += plan_expense(plan, p, ITEM_POWER, used * power, middle);
    if (!(margin > 0)) /* also where nothing is let: no rent is known */
        return;
    p->sublet -= plan_expense(plan, p, ITEM_SUBLET, -spare * margin, middle);
    p->spare_worth += used * margin * (1 - plan->settings->tax) * plan_discount(plan, p, middle);
}

/* What a card brings at the end: a share of its used price, at least what is guaranteed or given in trade. */
static double sale_price(const struct world *w, const struct position *p, const struct tranche *t, double left)
{
    const struct alternative *a = p->row;
    double price = max_of(0, a->resale * p->lens->resale * quote_used_price(w, a, left));
    return max_of(price, max_of(a->residual_guarantee * t->cost / t->cards, a->trade_in_cny));
}

static double hall_left(const struct planner *plan, const struct alternative *a, double age_yr)
{
    double rate = planner_rate(plan->settings), left = max_of(0, a->hall_life_yr - age_yr);
    if (rate == 0)
        return left / a->hall_life_yr;
    return det_expm1(-rate * left) / det_expm1(-rate * a->hall_life_yr);
}

void own_sell(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double tax = plan->settings->tax, until = plan->until;
    for (int i = 0; i < p->ordered; i++) {
        struct tranche *t = &p->tranche[i];
        double left = t->due + a->service_life_yr * p->lens->life - until;
        if (!t->came)
            continue;
        if (!t->paid)
            pay_rest(plan, p, t);
        double sold = t->standing && left > SLACK_YR ? t->cards * sale_price(w, p, t, left) : 0;
        sold += t->hall * hall_left(plan, a, until - t->due);
        plan_expense(plan, p, ITEM_SALE, -sold, until);
        plan_pay(plan, p, ITEM_TAX, -t->tax_base * (1 - t->written) * tax, until);
    }
}
