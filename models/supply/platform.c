/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internet platforms: firms with a need, a fleet and money, that buy cards for themselves from the channels that
 * lessors buy from.
 *
 * Need. Platform j serves the share s_j of the country's work: older work, recommendation and search, and that of
 * models (usage.c). N_j = s_j times that work, in effective P. It wants a fleet
 *
 *     W_j = N_j e^(g lead) / u + theta F_j max(0, growth of rivals' fleets in the last year or so),
 *
 * g the growth of work in the last half year or so, u the load of a fleet at the peak of the day, theta the arms race
 * (Richardson 1960: each arms beyond its need because others do), F_j what its cards deliver. It orders, a year,
 *
 *     (W_j - F_j - what is under way) / lag + F_j / life,   at most money / price.
 *
 * What models do gets cheaper with the cards that they run on, and work answers with the elasticity of demand for
 * inference: from a date on, N_j's part of models is multiplied by (k / k then)^-eps. Users are charged what an hour
 * costs at the margin, the rent R, as far as competition makes platforms do so, and else what the fleet costs:
 *
 *     ln k = m ln R + (1 - m) ln K,
 *
 * R averaged over the time in which prices and limits of use are reset, K the cost of an effective P in a choice of
 * cards, averaged over some years as a fleet turns over. At m = 0 no shortage would ever cost a user anything, and need
 * could be many times what there is to run on. Until that date what was counted includes the answer.
 *
 * Fleets. Generations are counted for all platforms together. A platform's part is effective P, bought and worked off;
 * as software gets better it gains what all gain on average.
 *
 * Money: platform_money.c. Which cards: platform_choice.c. Own chips come late with a probability, by a lognormal time.
 * Work that finds no fleet is rented (demand.c), and of a fleet that stands idle beyond its peak a share is let. What
 * nobody pays for is rationed: models do (what is paid for / what was expected)^r of what users would take (usage.c).
 *
 * Off: nobody buys cards but lessors, and what tenants rent does not depend on fleets. Neutral: rivalry 0, let 0,
 * security 0, discipline 0, rationing 0, turns 0, slip_odds 0.
 */
#include "platform_inside.h"

#include "sim/base/det.h"

enum { STREAM_OF_SLIP }; /* (generation, 0) */

#define PLATFORM "platforms"
#define GENERATION "generations"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct platform_settings, training_share, "training_share", "", 0, 1, "0.3", UNCERTAIN, "share of platforms' own work that is training", NULL),
    NUMBER(struct platform_settings, load, "load", "", 0.05, 1, "0.75", UNCERTAIN,
           "share of a fleet that its need fills when it is large enough: days have peaks", NULL),
    NUMBER(struct platform_settings, rivalry, "rivalry", "", 0, 5, "0.3", UNCERTAIN,
           "fleet that a platform wants beyond its need for each unit of growth of rivals' fleets in a year, over its own fleet", NULL),
    NUMBER(struct platform_settings, lag_yr, "lag", "yr", 0.05, 10, "0.75 years", UNCERTAIN,
           "time in which a platform orders what its fleet lacks", NULL),
    NUMBER(struct platform_settings, lead_yr, "lead", "yr", 0, 5, "0.5 years", UNCERTAIN, "horizon over which a platform plans its fleet", NULL),
    NUMBER(struct platform_settings, life_yr, "life", "yr", 0.5, 30, "6 years", UNCERTAIN, "mean time that a card stays in a fleet",
           "accounts of platforms: five to six years"),
    NUMBER(struct platform_settings, trend_yr, "trend", "yr", 0.05, 5, "6 months", FIXED, "time over which a platform measures the growth of its work", NULL),
    NUMBER(struct platform_settings, priority, "priority", "", 0.1, 100, "2", UNCERTAIN,
           "weight of a card ordered by a platform over one ordered by a lessor, where cards are short", NULL),
    NUMBER(struct platform_settings, slope, "slope", "", 0.1, 50, "3", UNCERTAIN,
           "slope of the choice of cards in the log of cost per effective P", NULL),
    NUMBER(struct platform_settings, nesting, "nesting", "", 0.05, 1, "0.5", UNCERTAIN,
           "dissimilarity of cards on the same side of a platform's software; 1: a plain logit", NULL),
    NUMBER(struct platform_settings, gray_taste, "gray_taste", "", -20, 5, "-1", UNCERTAIN,
           "what listed firms add to the utility of a card that comes through the gray channel", NULL),
    NUMBER(struct platform_settings, security, "security", "", 0, 20, "0", UNCERTAIN,
           "utility that security of supply adds to domestic cards when gates stop high-end foreign ones", NULL),
    NUMBER(struct platform_settings, running_yr, "running", "yr", 0, 20, "3 years", UNCERTAIN,
           "years of power and upkeep that count in the cost of a card; 0: purchase price alone", NULL),
    {.name = "answer_from", .type = PARAM_DATE, .draw = FIXED, .min = 2015, .max = 2100, .value = "2025-06-30",
     .help = "date from which work answers to the cost of compute: that of the last count of usage", .offset = offsetof(struct platform_settings, answer_from)},
    NUMBER(struct platform_settings, answer_yr, "answer_time", "yr", 0.05, 20, "2 years", UNCERTAIN,
           "time over which the cost of compute reaches users, as fleets turn over", NULL),
    NUMBER(struct platform_settings, marginal, "marginal", "", 0, 1, "1", UNCERTAIN,
           "weight of the rent of compute, which is what an hour at the margin costs, in the cost that users answer to; the rest is the cost of cards in fleets", NULL),
    NUMBER(struct platform_settings, marginal_yr, "marginal_time", "yr", 0.05, 20, "6 months", UNCERTAIN, "time in which prices and limits of use follow rents", NULL),
    NUMBER(struct platform_settings, own_cost, "own_cost", "", 0.1, 3, "1", UNCERTAIN, "cost of a chip of one's own over its listed price", NULL),
    {.name = "incumbent", .type = PARAM_REFERENCE, .of = GENERATION, .value = "none",
     .help = "card whose vendor's software platforms run; none: all is alike to them", .offset = offsetof(struct platform_settings, incumbent)},
    NUMBER(struct platform_settings, cash_share, "cash_share", "", 0, 2, "0.7", UNCERTAIN,
           "share of operating cash flow that a platform spends on capital at most", NULL),
    NUMBER(struct platform_settings, least_cash_yr, "least_cash", "yr", 0, 10, "0.5 years", UNCERTAIN,
           "cash reserve of a platform, in years of operating cash flow", NULL),
    NUMBER(struct platform_settings, drawdown_yr, "drawdown", "yr", 0.1, 1000, "3 years", UNCERTAIN, "time in which a platform may spend its cash beyond the reserve", NULL),
    NUMBER(struct platform_settings, payout, "payout", "", 0, 2, "0.35", UNCERTAIN,
           "share of operating cash flow that goes to shareholders", NULL),
    NUMBER(struct platform_settings, investment, "investment", "", 0, 2, "0.25", UNCERTAIN,
           "share of operating cash flow that goes into acquisitions, equity investments and working capital", NULL),
    NUMBER(struct platform_settings, write_off_per_yr, "write_off", "/yr", 0, 2, "0.05 /yr", UNCERTAIN,
           "rate at which assets other than cash lose value, net of revaluations", NULL),
    {.name = "paid", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2023-01: 0.05, 2025-06: 0.2, 2028-01: 0.4, 2032-01: 0.6}",
     .help = "share of the work of models that users pay for, as boards expect it", .offset = offsetof(struct platform_settings, paid)},
    NUMBER(struct platform_settings, monetised, "monetised", "", 0, 20, "1", UNCERTAIN,
           "work that users pay for over what boards expected, in the long run", NULL),
    NUMBER(struct platform_settings, monetised_over_yr, "monetised_over", "yr", 0.05, 20, "18 months", FIXED, "time in which the difference between paid and expected work shows", NULL),
    {.name = "monetised_from", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2100, .value = "2025-12",
     .help = "date from which the difference between paid and expected work shows", .offset = offsetof(struct platform_settings, monetised_from)},
    NUMBER(struct platform_settings, discipline, "discipline", "", 0, 5, "0.5", UNCERTAIN,
           "elasticity of what boards spend in what is paid for over what was expected; 0: they do not care",
           "firms that deploy it: 80 % see no more profit"),
    NUMBER(struct platform_settings, rationing, "rationing", "", 0, 2, "0", UNCERTAIN,
           "elasticity of the work of models that platforms do in what is paid for over what was expected; 0: they do all that users would take", NULL),
    NUMBER(struct platform_settings, patience_yr, "patience", "yr", 0.05, 20, "1 year", UNCERTAIN, "time in which boards learn what users pay", NULL),
    NUMBER(struct platform_settings, turns, "turns", "", 0, 20, "2.5", UNCERTAIN, "limit of a platform's debt, in years of operating cash flow; 0: no debt", NULL),
    {.name = "credit", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2020: 1}",
     .help = "factor on the limit of debt, over time: how open bond markets and private credit are", .offset = offsetof(struct platform_settings, credit)},
    NUMBER(struct platform_settings, borrowing_yr, "borrowing", "yr", 0.1, 50, "5 years", UNCERTAIN, "time in which a platform can use its room for debt", NULL),
    NUMBER(struct platform_settings, repayment_yr, "repayment", "yr", 0.5, 100, "10 years", FIXED, "time in which platforms repay debt", NULL),
    NUMBER(struct platform_settings, interest_per_yr, "interest", "/yr", 0, 1, "3 %/yr", UNCERTAIN, "interest rate of platforms' debt without a spread", NULL),
    NUMBER(struct platform_settings, base_spread_per_yr, "spread", "/yr", 0, 1, "1 %/yr", UNCERTAIN, "credit spread of a platform without debt", NULL),
    NUMBER(struct platform_settings, spread_per_turn, "spread_per_turn", "/yr", 0, 1, "0.5 %/yr", UNCERTAIN, "increase of the credit spread for debt of one year of operating cash flow", NULL),
    NUMBER(struct platform_settings, let, "let", "", 0, 1, "0", UNCERTAIN,
           "share of a fleet that need leaves idle beyond the peak which is let; 0: nothing", NULL),
    NUMBER(struct platform_settings, slip_odds, "slip_odds", "", 0, 1, "0.35", UNCERTAIN, "probability that a chip of one's own comes late",
           "Maia 100 and 200, MTIA: late or withdrawn"),
    NUMBER(struct platform_settings, slip_yr, "slip", "yr", 0, 10, "6 months", UNCERTAIN, "median delay of a late chip of one's own", NULL),
    NUMBER(struct platform_settings, slip_spread, "slip_spread", "", 0, 3, "0.5", UNCERTAIN, "standard deviation of the delay of a late launch or chip, log", NULL),
    NUMBER(struct platform_settings, dominant, "dominant", "", 0, 1, "0", UNCERTAIN,
           "share of the work of models that one tenant takes or pays for; 0: there is none so large", NULL),
    {.name = "dominant_fails", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2100, .value = "none",
     .help = "date from which the dominant tenant does not pay; none: it pays", .offset = offsetof(struct platform_settings, fails)},
    NUMBER(struct platform_settings, backstop, "backstop", "", 0, 1, "0.5", UNCERTAIN, "share of what the dominant tenant owes that a guarantor pays after its failure", NULL),
    NUMBER(struct platform_settings, backstop_yr, "backstop_time", "yr", 0, 30, "1 year", UNCERTAIN, "for how long", NULL),
    NUMBER(struct platform_settings, moved, "moved", "", 0, 1, "0.5", UNCERTAIN, "share of the dominant tenant's work that goes on with other providers", NULL),
    NUMBER(struct platform_settings, contract_yr, "contract_time", "yr", 0.1, 30, "3 years", UNCERTAIN, "time over which contracts of the dominant tenant are renewed", NULL),
    COLUMN(PLATFORM, struct platform_row, share, "share", "", 0, 1, NULL, UNCERTAIN, "share of the country's work that a platform serves", NULL),
    COLUMN(PLATFORM, struct platform_row, fleet_p, "fleet", "P", 1, 1e9, NULL, UNCERTAIN,
           "effective P of inference of a platform's fleet at the start, which its need fills then", NULL),
    COLUMN(PLATFORM, struct platform_row, cash_cny, "cash", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "cash and securities of a platform at the start", NULL),
    COLUMN(PLATFORM, struct platform_row, assets_cny, "assets", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "total assets of a platform at the start", NULL),
    COLUMN(PLATFORM, struct platform_row, debt_cny, "debt", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "debt at the start", NULL),
    COLUMN(PLATFORM, struct platform_row, turns, "turns", "", 0, 20, "none", UNCERTAIN,
           "limit of a platform's own debt, in years of operating cash flow; none: as of all", NULL),
    {.name = "cash_flow", .table = PLATFORM, .type = PARAM_SERIES, .unit = "CNY/yr", .min = 0, .max = 1e15,
     .help = "operating cash flow of a platform, over time", .offset = offsetof(struct platform_row, cash_flow)},
    {.name = "other_capital", .table = PLATFORM, .type = PARAM_SERIES, .unit = "CNY/yr", .min = 0, .max = 1e15, .value = "none",
     .help = "capital spending of a platform on other things than cards and their halls, over time; none: nothing", .offset = offsetof(struct platform_row, other_capital)},
    {.name = "own", .table = PLATFORM, .type = PARAM_REFERENCES, .of = GENERATION, .value = "[]",
     .help = "generation of chips that a platform makes for itself", .offset = offsetof(struct platform_row, own)},
    {.name = "own_output", .table = GENERATION, .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e8, .value = "none",
     .help = "chips a month that can be had by the platform that makes them for itself; none: it makes none",
     .offset = offsetof(struct platform_card, own_output)},
    {0},
};
/* clang-format on */

static struct platforms *state_of(const struct world *w)
{
    return w->state[STATE_platform];
}

/* -- fleets --------------------------------------------------------------------------------------------------------
 */

/* What was ordered at a rate and paid for in the step, of a unit of the mix of a nest in a round, or of a card. */
struct bought {
    double p, cards, cny;
};

static void add(struct bought *to, double cards, double each_p, double each_cny)
{
    to->p += cards * each_p;
    to->cards += cards;
    to->cny += cards * each_cny;
}

/* What all platforms did with their cards in a step. */
struct turnover {
    double came, stays; /* share of what was under way that came in; of what was in place that stays */
    double faster, faster_under_way; /* an effective P of before delivers now */
    struct bought mix[MOST_ROUNDS][OWN];
    struct bought stocked, released; /* put aside ahead of a ban, and out of that */
};

static void begin_turnover(const struct platforms *b, double dt, struct turnover *t)
{
    const double lead_yr = 4.0 / MONTHS_PER_YEAR; /* from an order to a card that works */
    *t = (struct turnover){.came = -det_expm1(-dt / lead_yr), .stays = det_exp(-dt / b->settings->life_yr)};
}

/* Cards of all platforms: what was bought comes in time, what is worn out goes. */
static void turn_cards_over(const struct world *w, struct platforms *b, double dt, struct turnover *t)
{
    struct fleet_market *market = procurement_fleets(w);
    double was_p = b->old_p, is_p = b->old_p, was_coming_p = 0, is_coming_p = 0;
    for (uint64_t left = b->known; left; left &= left - 1) {
        int g = __builtin_ctzll(left);
        struct fleet_cards *f = &b->fleet[g];
        double each_p = platform_effective_p(w, b->settings, g), cost = b->cost_of[g];
        double bought = b->own_from[g] >= 0 ? market->ordered[g] * dt : market->bought[g];
        was_p += f->in_place * f->each_p;
        is_p += f->in_place * each_p;
        was_coming_p += f->under_way * f->each_p;
        is_coming_p += f->under_way * each_p;
        double comes = (f->under_way + bought) * t->came;
        f->under_way += bought - comes;
        f->in_place = f->in_place * t->stays + comes + market->released[g];
        f->each_p = each_p;
        add(&t->stocked, market->stocked[g], each_p, cost);
        add(&t->released, market->released[g], each_p, cost);
        bought += market->stocked[g];
        b->bought[g] += bought;
        b->all_cny += bought * cost;
        b->domestic_cny += w->generations.domestic[g] ? bought * cost : 0;
    }
    b->old_p *= t->stays;
    t->faster = is_p / was_p;
    t->faster_under_way = was_coming_p > 0 ? is_coming_p / was_coming_p : 1;
}

/* Of an order of one a year, cards paid for in the step. */
static double served(const struct platforms *b, const struct fleet_market *market, int g, double dt)
{
    return b->own_from[g] >= 0 ? dt : market->ordered[g] > 0 ? market->bought[g] / market->ordered[g] : 0;
}

static void sum_mixes(const struct world *w, const struct platforms *b, double dt, struct turnover *t)
{
    const struct fleet_market *market = procurement_fleets(w);
    const struct choice *c = &b->choice;
    for (size_t i = 0; i < c->count; i++) {
        int g = c->generation[i];
        if (c->nest[i] == OWN)
            continue;
        double part = served(b, market, g, dt);
        for (int round = 0; round < c->rounds; round++)
            add(&t->mix[round][c->nest[i]], c->mix[round][i] * part, b->fleet[g].each_p, b->cost_of[g]);
    }
}

/* What platform j bought in the step. */
static struct bought bought_by(const struct world *w, const struct platforms *b, size_t j, double dt,
                               const struct turnover *t)
{
    const struct platform *p = &b->platform[j];
    struct bought all = {0};
    for (int round = 0; round < b->choice.rounds; round++)
        for (int n = 0; n < OWN; n++) {
            const struct bought *unit = &t->mix[round][n];
            all.p += p->mix[round][n] * unit->p;
            all.cards += p->mix[round][n] * unit->cards;
            all.cny += p->mix[round][n] * unit->cny;
        }
    for (size_t k = 0; k < p->own_count; k++) {
        int g = b->choice.generation[p->own[k]];
        add(&all, p->own_orders[k] * served(b, procurement_fleets(w), g, dt), b->fleet[g].each_p, b->cost_of[g]);
    }
    return all;
}

/* Fleets and accounts at the end of the step. */
static void keep_books(struct world *w)
{
    struct platforms *b = state_of(w);
    struct fleet_market *market = procurement_fleets(w);
    double dt = w->sim->step_end - w->sim->step_start;
    struct turnover t;
    begin_turnover(b, dt, &t);
    turn_cards_over(w, b, dt, &t);
    sum_mixes(w, b, dt, &t);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        double part = b->row[j].share;
        struct bought new = bought_by(w, b, j, dt, &t);
        double under_way_p = p->under_way_p * t.faster_under_way + new.p;
        p->fleet_p = p->fleet_p * t.faster * t.stays + under_way_p * t.came + part * t.released.p;
        p->under_way_p = under_way_p * (1 - t.came);
        p->cards_sampled += new.cards + part *t.stocked.cards;
        platform_pay(b, j, dt, new.cny + part *t.stocked.cny);
    }
    size_t size = w->generations.count * sizeof(double);
    memset(market->bought, 0, size);
    memset(market->stocked, 0, size);
    memset(market->released, 0, size);
}

/* -- what they want ------------------------------------------------------------------------------------------------
 */

/* Of the work of models, over what it would be at the cost of compute when the answer begins. */
static double answer_to_cost(const struct world *w, struct platforms *b)
{
    if (isnan(b->log_cost_of_p) || w->sim->now < b->settings->answer_from)
        return 1;
    double marginal = b->settings->marginal, log_cost = (1 - marginal) * b->log_cost_of_p + marginal * b->log_rent;
    if (isnan(b->log_cost_then))
        b->log_cost_then = log_cost;
    return det_exp(-demand_elasticity(w, INFERENCE) * (log_cost - b->log_cost_then));
}

/* Log of the rent of an effective P of platforms' mix of work: what an hour at the margin costs, or would bring. */
static double log_rent_of_mix(const struct world *w, const struct platforms *b)
{
    double training = b->settings->training_share;
    return det_log(max_of(1e-9, training * w->market.rent[TRAINING] + (1 - training) * w->market.rent[INFERENCE]));
}

static void update_need(struct world *w, struct platforms *b, double dt)
{
    double need = 0, growth = 0, fleets = 0;
    const struct own_need now = demand_own_need(w, w->sim->now);
    double kept = det_exp(-dt / b->settings->trend_yr), answer = answer_to_cost(w, b),
           works = platform_tenant_works(b, w->sim->now);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        p->models_p = p->need_at_start * now.models * answer * works;
        p->need = p->need_at_start * (now.all - now.models) + p->models_p;
        need += p->need;
    }
    double log_need = det_log(need);
    b->log_need_seen = log_need + (b->log_need_seen - log_need) * kept;
    b->trend_per_yr = (log_need - b->log_need_seen) / b->settings->trend_yr;
    const double year_kept = det_exp(-dt);
    double own_growth[MAX_PLATFORMS];
    for (size_t j = 0; j < b->count; j++) { /* growth in the last year or so */
        struct platform *p = &b->platform[j];
        double log_fleet = det_log(p->fleet_p);
        p->log_fleet_seen = log_fleet + (p->log_fleet_seen - log_fleet) * year_kept;
        own_growth[j] = log_fleet - p->log_fleet_seen;
        growth += own_growth[j] * p->fleet_p;
        fleets += p->fleet_p;
    }
    double ahead = det_exp(b->trend_per_yr * b->settings->lead_yr) / b->settings->load;
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        double others = fleets - p->fleet_p;
        double rivals = others > 0 ? (growth - own_growth[j] * p->fleet_p) / others : own_growth[j];
        double wanted = p->need * ahead + b->settings->rivalry * p->fleet_p * max_of(0, rivals);
        p->wanted_p =
            max_of(0, (wanted - p->fleet_p - p->under_way_p) / b->settings->lag_yr + p->fleet_p / b->settings->life_yr);
    }
}

static void turn_over(const struct world *w, struct platforms *b, double dt)
{
    double kept = det_exp(-dt / b->settings->answer_yr);
    if (isnan(b->log_cost_of_p))
        b->log_cost_of_p = b->log_cost_new;
    b->log_cost_of_p = b->log_cost_new + (b->log_cost_of_p - b->log_cost_new) * kept;
    double log_rent = log_rent_of_mix(w, b);
    if (isnan(b->log_rent))
        b->log_rent = log_rent;
    b->log_rent = log_rent + (b->log_rent - log_rent) * det_exp(-dt / b->settings->marginal_yr);
}

/* Once a step: what is announced inside it finds orders placed. */
static void decide(struct world *w)
{
    struct platforms *b = state_of(w);
    struct left left[MAX_PLATFORMS];
    if (w->sim->now > w->sim->whole_start)
        return;
    double dt = w->sim->whole_end - w->sim->whole_start;
    update_need(w, b, dt);
    platform_tenant_contracts(w, b, dt);
    platform_believe(w, b, dt);
    platform_look(w, b);
    platform_money_flows(w, b);
    for (size_t j = 0; j < b->count; j++) {
        const struct platform *p = &b->platform[j];
        left[j] = (struct left){p->wanted_p, platform_own_money(b, j) + p->flow.room_for_debt};
    }
    turn_over(w, b, dt);
    platform_buy(w, b, left);
}

/* -- start and outputs ---------------------------------------------------------------------------------------------
 */

/* Chips of one's own that are not sold, and when they come. */
static void draw_slips(struct world *w, struct platforms *b)
{
    const struct platform_settings *s = b->settings;
    uint64_t own = 0;
    for (size_t j = 0; j < b->count; j++)
        own |= b->row[j].own;
    for (size_t g = 0; g < w->generations.count; g++) {
        b->own_from[g] = NONE;
        if (!(own >> g & 1) || !b->card[g].own_output || w->generations.sold[g])
            continue;
        struct stream uniform = sim_stream(w->sim, &model_platform, identity(STREAM_OF_SLIP, (uint32_t)g, 0));
        bool late = stream_uniform(&uniform) < s->slip_odds;
        double by = s->slip_yr * det_exp(s->slip_spread * stream_normal(&uniform));
        b->own_from[g] = w->generations.launch[g] + (late ? by : 0);
    }
}

static void start(struct world *w)
{
    struct platforms *b = state_of(w);
    b->settings = sim_settings(w->sim, &model_platform);
    b->row = sim_rows(w->sim, &model_platform, PLATFORM);
    b->card = sim_rows(w->sim, &model_platform, GENERATION);
    b->count = sim_row_count(w->sim, PLATFORM);
    double need = 0, fleet = 0;
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        const struct platform_row *row = &b->row[j];
        p->fleet_p = row->fleet_p;
        p->need = p->need_at_start = b->settings->load * row->fleet_p;
        p->log_fleet_seen = det_log(p->fleet_p);
        p->cash = row->cash_cny;
        p->other_assets = row->assets_cny - row->cash_cny;
        p->debt = row->debt_cny;
        need += p->need;
        fleet += p->fleet_p;
    }
    b->old_p = fleet;
    b->belief = 1;
    b->log_need_seen = det_log(max_of(1e-9, need));
    b->fullness_at_start = need / fleet;
    b->log_cost_of_p = b->log_cost_then = b->contract_rent = NONE;
    draw_slips(w, b);
}

enum {
    OUT_PURCHASES,
    OUT_CARDS,
    OUT_SHARE_BY_VALUE,
    OUT_CAPITAL,
    OUT_CAPITAL_OF,
    OUT_CASH_SHARE,
    OUT_CASH_SHARE_OF,
    OUT_DEBT,
    OUT_REVENUE,
    OUT_FLEET,
    OUT_LET,
    OUT_BELIEF
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_PURCHASES] = {"platform_cards", OUTPUT_SERIES, "cards/month", PLATFORM, "cards that a platform bought, chips of its own included, since the last report"},
    [OUT_CARDS] = {"platform_cards.by", OUTPUT_SERIES, "cards/month", GENERATION, "cards of a generation that platforms bought since the last report"},
    [OUT_SHARE_BY_VALUE] = {"platforms.domestic_value", OUTPUT_SERIES, "", NULL, "domestic share of what platforms paid for cards in place since the last report", .share = true},
    [OUT_CAPITAL] = {"platforms.capex", OUTPUT_SERIES, "CNY/yr", NULL, "capital spending of platforms, since the last report at the rate of a year"},
    [OUT_CAPITAL_OF] = {"capex", OUTPUT_SERIES, "CNY/yr", PLATFORM, "capital spending of a platform, since the last report at the rate of a year"},
    [OUT_CASH_SHARE] = {"platforms.cash_share", OUTPUT_SERIES, "", NULL, "cash and securities of platforms over their assets", .share = true},
    [OUT_CASH_SHARE_OF] = {"cash_share", OUTPUT_SERIES, "", PLATFORM, "cash and securities of a platform over its assets", .share = true},
    [OUT_DEBT] = {"platforms.debt", OUTPUT_SERIES, "CNY", NULL, "debt of platforms"},
    [OUT_REVENUE] = {"platforms.model_revenue", OUTPUT_SERIES, "CNY/yr", NULL, "what users pay for models, at the rate of a year"},
    [OUT_FLEET] = {"platforms.fleet", OUTPUT_SERIES, "P", NULL, "effective P of platforms' own fleets, in their own mix of work"},
    [OUT_LET] = {"platforms.let", OUTPUT_SERIES, "P", NULL, "effective P of platforms' own fleets that is let to others"},
    [OUT_BELIEF] = {"platforms.belief", OUTPUT_SERIES, "", NULL, "spending of cash flow that boards allow platforms, over what they would allow if models earned as expected", .percent = true},
    {0},
};
/* clang-format on */

static double share_of(double part, double rest)
{
    return part + rest > 0 ? part / (part + rest) : NONE;
}

static void sample(struct world *w)
{
    struct platforms *b = state_of(w);
    const struct model *m = &model_platform;
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double capital = 0, cash = 0, other = 0, debt = 0, revenue = 0, fleet = 0;
    double paid = platform_paid_share(w, b->settings);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        sim_record(w->sim, m, OUT_PURCHASES, (int)j, p->cards_sampled / since / MONTHS_PER_YEAR, false);
        sim_record(w->sim, m, OUT_CAPITAL_OF, (int)j, p->capital_sampled / since, false);
        sim_record(w->sim, m, OUT_CASH_SHARE_OF, (int)j, share_of(p->cash, p->other_assets), false);
        capital += p->capital_sampled / since;
        cash += p->cash;
        other += p->other_assets;
        debt += p->debt;
        revenue += paid * p->models_p * platform_tenant_leaves(b->settings, w->sim->now) * HOURS_PER_YEAR *
                       w->market.rent[INFERENCE] +
                   platform_tenant_pays(b, j, w->sim->now);
        fleet += p->fleet_p;
        p->cards_sampled = p->capital_sampled = 0;
    }
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (b->bought[g] > 0)
            sim_record(w->sim, m, OUT_CARDS, g, b->bought[g] / since / MONTHS_PER_YEAR, false);
        b->bought[g] = 0;
    }
    sim_record(w->sim, m, OUT_SHARE_BY_VALUE, -1, share_of(b->domestic_cny, b->all_cny - b->domestic_cny), false);
    b->domestic_cny = b->all_cny = 0;
    sim_record(w->sim, m, OUT_CAPITAL, -1, capital, false);
    sim_record(w->sim, m, OUT_CASH_SHARE, -1, share_of(cash, other), false);
    sim_record(w->sim, m, OUT_DEBT, -1, debt, false);
    sim_record(w->sim, m, OUT_REVENUE, -1, revenue, false);
    sim_record(w->sim, m, OUT_FLEET, -1, fleet, false);
    sim_record(w->sim, m, OUT_LET, -1, platform_let_p(w), false);
    sim_record(w->sim, m, OUT_BELIEF, -1, b->belief, false);
}

/* clang-format off */
static const struct table tables[] = {
    {PLATFORM, sizeof(struct platform_row), "internet platforms that buy cards for themselves"},
    {GENERATION, sizeof(struct platform_card), "hardware generations"},
    {0},
};
/* clang-format on */

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    check_row_count(scenario, mistakes, PLATFORM, 1, MAX_PLATFORMS);
}

const struct model model_platform = {
    .name = "platform",
    .help = "internet platforms: need, fleets, money, and the cards that they buy beside lessors",
    .without = "nobody buys cards but lessors, and what platforms rent does not depend on their fleets",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct platform_settings),
    STATE(platform, struct platforms),
    .check = check,
    .start = start,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_BOOKS] = keep_books, [PHASE_SAMPLE] = sample},
};
