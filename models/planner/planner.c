/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A buyer of compute who asks: build or rent, how much of each, or wait?
 *
 * The planner reads the world and pays what it asks at each date; it never sees the future, and is too small to move
 * the world. Every alternative delivers the same effective P-hours: a need N_w(t) of peak effective P by workload,
 *
 *     N_w(t) = need_w e^(growth_w t) X(t),
 *
 * X a geometric Brownian motion of mean 1 (`volatility`), until the need ends for good (hazard `ends`); for the time of
 * a burst it is a multiple of that (bursts.c). Its hours
 * follow the load-duration curve L(x) = (1 - x)^(1/l - 1) (Stoft 2002, Power System Economics, 1-4): level x of the
 * peak is in use a share L(x) of the time, l on average. So capacity for a share s of the peak, used first, delivers
 *
 *     f(s) = 1 - (1 - s)^(1/l)
 *
 * of all hours: the first cards work nearly always, the last hardly ever. Own cards run first, then those under term
 * contracts; what is missing is rented by the hour.
 *
 * Own: tranches are ordered through the market's channel at its price, wait in its queue, and come when site and cards
 * are there. They cost power for used hours at the region's price and overhead, upkeep as in the market, and staff.
 * Spare hours are let as far as commissioned cards find users; at the end cards are sold for a share of what they can
 * still earn, at most their street price. An order that is never placed has no cost: the alternative does not exist.
 *
 * Term contracts: the forward curve's rent for all hours, used or not, signed again at each term's end.
 *
 * Quotes of an alternative (its price, lead, power, rent ...) stand in place of the market's, for this buyer alone. In
 * a world that is given nothing else runs, and the prices are columns of the table of generations (offers.c).
 *
 * The need may be given in cards or servers of a generation (`reference`), or in tokens a day: it is turned into
 * effective P on the day of the decision.
 *
 * By the hour: the cheapest card on offer for each workload, times a premium. The share of demand that the market
 * leaves unmet cannot be had at that price and is bought at `shortage` times it: rationing. Moving to the next contract
 * costs some weeks of double rent.
 *
 * Waiting: by the hour until a date of decision, and the best of the others from then on, as seen on that date
 * (Longstaff and Schwartz 2001; taken after all replications in sim/study/decision.c).
 *
 * Costs are after tax and unlevered, at the cost of capital; financing comes on top (financing.c). VAT is a cost only
 * where it is not recovered. Money is in CNY. Payments are discounted from when they are made or, by convention, from
 * the end of their year of the plan.
 *
 * Each alternative is also run with one input moved at a time (`swing`), in the same world and with the same luck: a
 * tornado costs no further replication.
 *
 * Imposed: need, shares, terms. From the world: prices, terms, lead times, queues, rationing, resale, power. On or off,
 * nothing else in the world changes.
 */
#include "inside.h"

#include "sim/scenario/scenario.h"

enum { STREAM_OF_NEED, STREAM_OF_END }; /* (0, month); (0, 0) */

static void start(struct world *w);
static void decide(struct world *w);

const struct model model_planner = {
    .name = "planner",
    .help = "a buyer of compute: what building, renting and waiting would cost in this world",
    .without = "nobody asks; nothing else changes",
    .asleep = true,
    .alone = true,
    .tables = planner_tables,
    .params = planner_params,
    .outputs = planner_outputs,
    .settings_size = sizeof(struct planner_settings),
    STATE(planner, struct planner),
    .check = planner_check,
    .start = start,
    .finish = planner_finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = planner_sample},
};

/* -- dates --------------------------------------------------------------------------------------------------------- */

size_t planner_dates(const struct planner_settings *s, const struct alternative *row, size_t rows,
                     double date[PLANNER_DATES])
{
    size_t count = 1;
    date[0] = s->start;
    for (size_t i = 0; i < rows; i++)
        if (row[i].kind == ALTERNATIVE_WAIT)
            for (; count < PLANNER_DATES && (double)count * row[i].review_yr <= row[i].until_yr + SLACK_YR; count++)
                date[count] = s->start + (double)count * row[i].review_yr;
    return count;
}

/* -- lenses -------------------------------------------------------------------------------------------------------- */

double planner_lens_factor(const struct planner_settings *s, int lens)
{
    if (lens == LENS_TARGET)
        return 1;
    return lens > LENS_TARGET || lens % 2 ? 1 + s->swing : 1 - s->swing;
}

static void make_lenses(struct planner *plan)
{
    const struct planner_settings *s = plan->settings;
    plan->plain = (struct lens){1, 1, 1, 1, 1, 1, 1, planner_rate(s)};
    for (int i = 0; i < PLAN_LENSES; i++) {
        struct lens *lens = &plan->lens[i];
        double factor = planner_lens_factor(s, i);
        *lens = plan->plain;
        double *const moved[] = {&lens->price,   &lens->hour,   &lens->term, &lens->use,
                                 &lens->running, &lens->resale, &lens->life, &lens->rate_per_yr};
        if (i < LENSES_SWUNG)
            *moved[i / 2] *= factor;
        else if (!isnan(s->target_irr_per_yr))
            lens->rate_per_yr = s->target_irr_per_yr;
        if (i == LENS_TARGET_PRICE)
            lens->price = factor;
        if (i == LENS_TARGET_RENT)
            lens->hour = lens->term = factor;
        if (i == LENS_TARGET_USE)
            lens->use = factor;
    }
}

/* -- a step -------------------------------------------------------------------------------------------------------- */

/* Meets the need of this step. */
static void serve(const struct world *w, struct position *p)
{
    const struct planner *plan = planner_state(w);
    const struct alternative *a = p->row;
    double cards = own_cards(w, p), wanted = cards > 0 ? cards_for(w, a->generation, plan->peak) : 0;
    double own_share = wanted > 0 ? min_of(1, cards / wanted) : 0, used = 0, by_hour = 0, contracted = 0, busy = 0;
    for (int k = 0; k < WORKLOADS; k++) {
        double need = plan->peak[k], load = plan_load(plan, p, (enum workload)k),
               hours = need * load * HOURS_PER_YEAR * plan->dt;
        if (need <= 0)
            continue;
        double e = cards > 0 ? offer_effective_p(w, (enum workload)k, a->generation) : 0, own = e > 0 ? own_share : 0;
        double contract = rents_contract_p(w, p, (enum workload)k), below_own = plan_hours_below(own, load),
               below_contract = plan_hours_below(own + contract / need, load);
        double by_own = hours * below_own, by_contract = hours * (below_contract - below_own),
               rest = hours * (1 - below_contract);
        used += e > 0 ? by_own / e : 0;
        by_hour += rest > 0 ? rest * spot_of(w, p, (enum workload)k) : 0;
        contracted += contract * HOURS_PER_YEAR * plan->dt;
        busy += by_contract;
        p->delivered += by_own + by_contract + rest;
    }
    own_run(w, p, cards, used);
    rents_pay(plan, p, by_hour, contracted > 0 ? busy / contracted : 0);
}

static void close_position(const struct world *w, struct position *p)
{
    const struct planner *plan = planner_state(w);
    double still_due = p->contract_cny_per_yr * max_of(0, p->contract_ends - plan->until);
    own_sell(w, p);
    plan_expense(plan, p, ITEM_PENALTY, still_due * p->row->penalty, plan->until);
    financing_close(plan, p);
    p->open = false;
    p->closed = true;
    if (p->is_told)
        tell(w->sim, "planner",
             plan->end < plan->settings->start + planner_horizon(plan->settings) ? "given up" : "ended",
             plan_name(w, p), "present cost %.4g MCNY", (p->cost - p->financing) / 1e6);
}

/* A buyer that has rented by the hour since the start and chooses that goes on as before: contracts end on the same days. */
static double next_anniversary(const struct planner *plan, const struct position *p)
{
    double term = p->row->term_yr;
    return plan->settings->start + (floor((p->began - plan->settings->start) / term + SLACK_YR) + 1) * term;
}

static void place_orders(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    while (built_share(a) > 0 && p->ordered < (int)round(a->tranches) && is_due(planner_state(w), p->next_order) &&
           quote_is_open(w, a))
        own_order(w, p);
}

static void run_position(const struct world *w, struct position *p)
{
    const struct planner *plan = planner_state(w);
    if (!p->open && !p->closed && is_due(plan, p->began) && plan->now < plan->end - SLACK_YR) {
        p->open = true;
        p->next_order = p->began;
        p->next_move = next_anniversary(plan, p);
    }
    if (!p->open)
        return;
    place_orders(w, p);
    if (reserved_share(p->row) > 0 && is_due(plan, p->contract_ends))
        rents_sign(w, p);
    serve(w, p);
    financing_step(plan, p);
    if (plan->until >= plan->end - SLACK_YR)
        close_position(w, p);
}

/* -- the need ------------------------------------------------------------------------------------------------------ */

/* Effective P at the peak of the day of the decision. */
static void measure_need(struct world *w)
{
    struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings;
    int g = s->reference;
    for (int k = 0; k < WORKLOADS && isnan(plan->need_at_start[TRAINING]); k++) {
        double cards = s->need_cards[k];
        if (s->need_servers[k] > 0)
            cards += s->need_servers[k] * offer_cards_per_server(w, g);
        plan->need[k] = s->need_p[k];
        if (cards > 0)
            plan->need[k] += cards * offer_effective_p(w, (enum workload)k, g);
        if (k == INFERENCE && s->need_tokens_per_yr > 0)
            plan->need[k] += s->need_tokens_per_yr / HOURS_PER_YEAR / s->tokens_per_p_hour / s->load[k];
        if (k == INFERENCE)
            memcpy(plan->need_at_start, plan->need, sizeof plan->need);
    }
}

/* Yesterday's level times a month of noise of mean 1, in months of the planner's calendar: the same path for any step.
 */
static void move_need(struct world *w)
{
    struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings;
    int month = (int)floor((plan->now - s->start) * MONTHS_PER_YEAR + SLACK_YR);
    double deviation = s->volatility * sqrt(1.0 / MONTHS_PER_YEAR);
    for (; plan->level_month < month; plan->level_month++) {
        struct stream uniform =
            sim_stream(w->sim, &model_planner, identity(STREAM_OF_NEED, 0, (uint32_t)plan->level_month));
        plan->level *= det_exp(deviation * stream_normal(&uniform) - deviation * deviation / 2);
    }
    for (int k = 0; k < WORKLOADS; k++) {
        double profile = s->profile[k] ? series_at(s->profile[k], plan->middle) : 1;
        plan->need[k] =
            plan->need_at_start[k] * plan->level * profile * det_exp(s->growth_per_yr[k] * (plan->middle - s->start));
    }
}

static void count_hours(struct world *w)
{
    struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings;
    for (int k = 0; k < WORKLOADS; k++) {
        double e = offer_effective_p(w, (enum workload)k, s->reference);
        double hours = plan->peak[k] * s->load[k] * HOURS_PER_YEAR * plan->dt * plan->discount;
        plan->hours += hours;
        plan->card_hours += e > 0 ? hours / e : 0;
    }
}

static void look_at_market(struct world *w)
{
    struct planner *plan = planner_state(w);
    plan->let_share = offer_let_share(w);
    plan->voucher = offer_vouchers(w) ? plan->settings->voucher : 0;
    for (int k = 0; k < WORKLOADS; k++)
        plan->spot[k] = spot_price(w, (enum workload)k, -1);
}

/* -- decisions ----------------------------------------------------------------------------------------------------- */

/* What an alternative costs per effective P on the day of a decision: a buyer's price in place, a renter's price an
 * hour, a waiting planner's need. They are what the decision is taken on. */
static double ask_of(const struct world *w, const struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = planner_state(w);
    double need = plan->need[TRAINING] + plan->need[INFERENCE], sum = 0;
    if (a->kind == ALTERNATIVE_WAIT)
        return plan->now < plan->end - SLACK_YR ? need : 0;
    if (built_share(a) > 0)
        return quote_price(w, a, cards_for(w, a->generation, plan->need)) * cards_for(w, a->generation, plan->need) /
               need;
    for (int k = 0; k < WORKLOADS; k++) {
        double price = offer_market_rent(w, (enum workload)k);
        if (a->kind == ALTERNATIVE_RESERVED)
            offer_cheapest(w, (enum workload)k, (int)round(a->term_yr * MONTHS_PER_YEAR), &price);
        else
            price = spot_of(w, p, (enum workload)k);
        sum += plan->need[k] > 0 ? plan->need[k] * price : 0;
    }
    return sum / need;
}

/* On a date of decision, before anything is done on it. */
static void note_market(struct world *w)
{
    struct planner *plan = planner_state(w);
    if (plan->noted == plan->dates || !is_due(plan, plan->date[plan->noted]))
        return;
    for (size_t i = 0; i < plan->rows; i++) {
        plan->asked[plan->noted][i] = ask_of(w, &plan->position[i * plan->dates]);
        if (plan->row[i].kind == ALTERNATIVE_WAIT)
            plan->paid[plan->noted] = plan->position[i * plan->dates].cost;
    }
    plan->noted++;
}

static void run_row(const struct world *w, size_t i)
{
    struct planner *plan = planner_state(w);
    for (size_t d = 0; d < (waits(plan, i) ? 1 : plan->dates); d++)
        run_position(w, &plan->position[i * plan->dates + d]);
    int lenses = waits(plan, i) ? 0 : isnan(plan->settings->target_irr_per_yr) ? LENSES_SWUNG : PLAN_LENSES;
    for (int k = 0; k < lenses; k++)
        run_position(w, &plan->swung[i * PLAN_LENSES + (size_t)k]);
}

static void decide(struct world *w)
{
    struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings;
    plan->now = w->sim->step_start;
    plan->until = w->sim->step_end;
    if (!is_due(plan, s->start) || plan->now >= s->start + planner_horizon(s) - SLACK_YR)
        return;
    plan->dt = w->sim->dt;
    plan->middle = plan->now + plan->dt / 2;
    plan->discount = plan_discount_at(plan, plan->plain.rate_per_yr, plan->middle);
    plan->discount_debt = plan_discount_at(plan, s->debt_per_yr, plan->middle);
    measure_need(w);
    move_need(w);
    bursts_apply(plan);
    look_at_market(w);
    note_market(w);
    for (size_t i = 0; i < plan->rows; i++)
        run_row(w, i);
    if (plan->now < plan->end - SLACK_YR)
        count_hours(w);
}

/* -- start, outputs ------------------------------------------------------------------------------------------------ */

static void open_positions(struct world *w)
{
    struct planner *plan = planner_state(w);
    plan->position = arena_array(&w->sim->arena, plan->rows * plan->dates, sizeof *plan->position);
    plan->swung = arena_array(&w->sim->arena, plan->rows * PLAN_LENSES, sizeof *plan->swung);
    for (size_t i = 0; i < plan->rows; i++) {
        for (size_t d = 0; d < plan->dates; d++) {
            plan->position[i * plan->dates + d] =
                (struct position){.row = &plan->row[i], .lens = &plan->plain, .began = plan->date[d]};
            plan->asked[d][i] = NONE;
        }
        struct position *now = &plan->position[i * plan->dates];
        now->is_told = true;
        now->cash = arena_array(&w->sim->arena, PLAN_ITEMS * PLANNER_YEARS, sizeof *now->cash);
        for (int k = 0; k < PLAN_LENSES; k++)
            plan->swung[i * PLAN_LENSES + (size_t)k] =
                (struct position){.row = &plan->row[i], .lens = &plan->lens[k], .began = plan->settings->start};
    }
}

static void start(struct world *w)
{
    struct planner *plan = planner_state(w);
    const struct planner_settings *s = plan->settings = sim_settings(w->sim, &model_planner);
    plan->row = sim_rows(w->sim, &model_planner, PLANNER_TABLE);
    plan->rows = sim_row_count(w->sim, PLANNER_TABLE);
    plan->card = sim_rows(w->sim, &model_planner, "generations");
    plan->cards = sim_row_count(w->sim, "generations");
    plan->is_given = !sim_enabled(w->sim, &model_market);
    plan->dates = planner_dates(s, plan->row, plan->rows, plan->date);
    make_lenses(plan);
    own_start(plan);
    bursts_start(w);
    open_positions(w);
    plan->level = 1;
    plan->need_at_start[TRAINING] = NONE;
    plan->end = s->start + planner_horizon(s);
    if (s->ends_per_yr > 0) {
        struct stream uniform = sim_stream(w->sim, &model_planner, identity(STREAM_OF_END, 0, 0));
        plan->end = min_of(plan->end, s->start + stream_exponential(&uniform) / s->ends_per_yr);
    }
    for (size_t d = 0; d < plan->dates; d++)
        sim_split_at(w->sim, plan->date[d]);
    sim_split_at(w->sim, s->start + planner_horizon(s));
}
