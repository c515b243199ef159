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
 * inference: from a date on, N_j's part of models is multiplied by (k / k then)^-eps, k the cost of an effective P in a
 * choice of cards (below), averaged over some years as a fleet turns over. Until that date what was counted includes
 * it.
 *
 * Money, a year: c (sigma cash flow + cash beyond a reserve / time - other capital spending) + revenue of models and of
 * what it lets + new debt, less interest and repayment. Cash flow is a dated input, from filings. Models earn the share
 * of their work that is paid for, at the rent of inference. Debt makes up what is missing, to a multiple of cash flow
 * that `credit` scales, at a spread that rises with it. c is what boards believe: it follows (what is paid for / what
 * was expected)^d with a time constant, so that weak monetisation feeds back into spending.
 *
 *     cash' = cash flow + revenue - other capital spending - cards - interest + debt' - payouts - investments.
 *
 * Choice of card. Nested logit (McFadden 1978) in ln of the cost of an effective P of the platform's own mix of work,
 * power included: cards on the software that it runs; cards of other vendors, to which training moves at a cost that
 * inference does not have, so that lock-in weakens with the share of inference; its own chips; and renting a P
 * instead. What is short of its first choice is spread over what is left, in a few rounds, with the same weights.
 * Where orders of all exceed what a channel sells, makers serve platforms before lessors, by orders times priority
 * (procurement.c); what both wait for gets dearer in the street.
 *
 * Whoever was cut off once wants cards that nobody can cut off: domestic ones gain utility with the share of high-end
 * foreign cards that gates stop.
 *
 * Own chips come late with a probability, by a lognormal time. Work that finds no fleet is rented (demand.c), and of a
 * fleet that stands idle beyond its peak a share is let.
 *
 * Off: platforms buy what a dated series says, at no one's expense (procurement.c). Neutral: rivalry 0, let 0,
 * security 0, discipline 0, turns 0, slip_odds 0.
 */
#include "platform.h"

#include "models/models.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

enum { MAX_PLATFORMS = 8, VECTOR = 8 };
enum nest { ON_OUR_SOFTWARE, OTHERS, OWN, NESTS };

struct settings {
    double training_share, load, rivalry, lag_yr, lead_yr, life_yr, trend_yr, priority;
    double slope, nesting, gray_taste, security, running_yr, own_cost, answer_from, answer_yr;
    double cash_share, least_cash_yr, drawdown_yr, payout, investment, write_off_per_yr;
    double monetised, monetised_over_yr, monetised_from, discipline, patience_yr;
    double turns, borrowing_yr, repayment_yr, base_spread_per_yr, spread_per_turn, interest_per_yr;
    double let, slip_odds, slip_yr, slip_spread;
    const struct dated_series *paid, *credit;
    int incumbent;
};

struct row {
    double share, fleet_p, cash_cny, assets_cny, debt_cny;
    const struct dated_series *cash_flow, *other_capital;
    uint64_t own;
};

struct card_row {
    const struct dated_series *own_output;
};

struct money_flow { /* CNY a year */
    double cash_flow, other_capital, revenue, interest, repayment, room_for_debt;
};

struct platform {
    double cards[MAX_GENERATIONS], under_way[MAX_GENERATIONS], orders[MAX_GENERATIONS]; /* orders: cards a year */
    double old_p; /* fleet of the start, worked off */
    double need_at_start, need, fleet_p, under_way_p, log_fleet_seen, models_p; /* effective P */
    double wanted_p; /* a year */
    double cash, other_assets, debt, belief; /* CNY; c */
    struct money_flow flow; /* of this step */
    double cards_sampled, capital_sampled; /* cards and CNY since the last report */
};

/* Cards to choose from, in this step. Within a nest the odds of two cards are those of e, whoever chooses; what a
 * platform makes of its own chips is apart. */
struct choice {
    size_t count;
    int generation[MAX_GENERATIONS];
    uint8_t nest[MAX_GENERATIONS]; /* OWN: not sold to others */
    double p[MAX_GENERATIONS], room[MAX_GENERATIONS], cny_per_p[MAX_GENERATIONS]; /* of a card; cards a year */
    double utility[MAX_GENERATIONS + VECTOR], e[MAX_GENERATIONS + VECTOR];
    double most[OWN], inside[OWN]; /* of a nest: highest utility, sum of e */
};

/* Probabilities of one platform: those of a sold card are e times the factor of its nest. */
struct taste {
    double factor[OWN], renting;
    size_t own_count;
    uint8_t own[MAX_GENERATIONS]; /* place in the choice */
    double own_weight[MAX_GENERATIONS];
};

struct platforms {
    const struct settings *settings;
    const struct row *row;
    const struct card_row *card;
    size_t count;
    double fullness_at_start, log_need_seen, trend_per_yr; /* of all need */
    double own_from[MAX_GENERATIONS]; /* date from which chips of one's own come */
    double security; /* in the utility of domestic cards, now */
    double log_rise; /* of rents, if platforms rented what they lack */
    double log_cost_new, log_cost_of_p, log_cost_then; /* log of the cost of an effective P: bought now; in fleets as
                                                          they are; when the answer begins */
    struct platform platform[MAX_PLATFORMS];
    struct choice choice;
    struct taste taste[MAX_PLATFORMS];
    double cost_of[MAX_GENERATIONS]; /* a card in place, as last seen */
    size_t known; /* cards that were ever on offer */
    uint8_t known_card[MAX_GENERATIONS];
    /* since the last report */
    double domestic_cny, all_cny, bought[MAX_GENERATIONS];
};

enum { STREAM_OF_SLIP }; /* (generation, 0) */

#define PLATFORM "platforms"
#define GENERATION "generations"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, training_share, "training_share", "", 0, 1, "0.3", UNCERTAIN, "share of platforms' own work that is training", NULL),
    NUMBER(struct settings, load, "load", "", 0.05, 1, "0.75", UNCERTAIN,
           "share of a fleet that its need fills when it is large enough: days have peaks", NULL),
    NUMBER(struct settings, rivalry, "rivalry", "", 0, 5, "0.3", UNCERTAIN,
           "fleet that a platform wants beyond its need for each unit of growth of rivals' fleets in a year, over its own fleet", NULL),
    NUMBER(struct settings, lag_yr, "lag", "yr", 0.05, 10, "0.75 years", UNCERTAIN,
           "time in which a platform orders what its fleet lacks", NULL),
    NUMBER(struct settings, lead_yr, "lead", "yr", 0, 5, "0.5 years", UNCERTAIN, "how far ahead it looks", NULL),
    NUMBER(struct settings, life_yr, "life", "yr", 0.5, 30, "6 years", UNCERTAIN, "mean time that a card stays in a fleet",
           "accounts of platforms: five to six years"),
    NUMBER(struct settings, trend_yr, "trend", "yr", 0.05, 5, "6 months", FIXED, "time over which it takes the growth of its work", NULL),
    NUMBER(struct settings, priority, "priority", "", 0.1, 100, "2", UNCERTAIN,
           "weight of a card ordered by a platform over one ordered by a lessor, where cards are short", NULL),
    NUMBER(struct settings, slope, "slope", "", 0.1, 50, "3", UNCERTAIN,
           "slope of the choice of cards in the log of cost per effective P", NULL),
    NUMBER(struct settings, nesting, "nesting", "", 0.05, 1, "0.5", UNCERTAIN,
           "dissimilarity of cards on the same side of a platform's software; 1: a plain logit", NULL),
    NUMBER(struct settings, gray_taste, "gray_taste", "", -20, 5, "-1", UNCERTAIN,
           "what listed firms add to the utility of a card that comes through the gray channel", NULL),
    NUMBER(struct settings, security, "security", "", 0, 20, "0", UNCERTAIN,
           "what security of supply adds to the utility of a domestic card when gates stop all high-end foreign ones", NULL),
    NUMBER(struct settings, running_yr, "running", "yr", 0, 20, "3 years", UNCERTAIN,
           "years of power and upkeep that count in the cost of a card; 0: purchase price alone", NULL),
    {.name = "answer_from", .type = PARAM_DATE, .draw = FIXED, .min = 2015, .max = 2100, .value = "2025-06-30",
     .help = "date from which work answers to the cost of compute: that of the last count of usage", .offset = offsetof(struct settings, answer_from)},
    NUMBER(struct settings, answer_yr, "answer_time", "yr", 0.05, 20, "2 years", UNCERTAIN,
           "time over which the cost of compute reaches users, as fleets turn over", NULL),
    NUMBER(struct settings, own_cost, "own_cost", "", 0.1, 3, "1", UNCERTAIN, "cost of a chip of one's own over its listed price", NULL),
    {.name = "incumbent", .type = PARAM_REFERENCE, .of = GENERATION, .value = "none",
     .help = "card whose vendor's software platforms run; none: all is alike to them", .offset = offsetof(struct settings, incumbent)},
    NUMBER(struct settings, cash_share, "cash_share", "", 0, 2, "0.7", UNCERTAIN,
           "share of operating cash flow that a platform spends on capital at most", NULL),
    NUMBER(struct settings, least_cash_yr, "least_cash", "yr", 0, 10, "0.5 years", UNCERTAIN,
           "operating cash flow that it keeps as cash whatever happens, in years of it", NULL),
    NUMBER(struct settings, drawdown_yr, "drawdown", "yr", 0.1, 1000, "3 years", UNCERTAIN, "time in which it may spend what it has beyond that", NULL),
    NUMBER(struct settings, payout, "payout", "", 0, 2, "0.35", UNCERTAIN,
           "share of operating cash flow that goes to shareholders", NULL),
    NUMBER(struct settings, investment, "investment", "", 0, 2, "0.25", UNCERTAIN,
           "share of operating cash flow that goes into firms, stakes and working capital", NULL),
    NUMBER(struct settings, write_off_per_yr, "write_off", "/yr", 0, 2, "0.05 /yr", UNCERTAIN,
           "what assets other than cash lose a year, revaluations netted off", NULL),
    {.name = "paid", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2023-01: 0.05, 2025-06: 0.2, 2028-01: 0.4, 2032-01: 0.6}",
     .help = "share of the work of models that users pay for, as boards expect it", .offset = offsetof(struct settings, paid)},
    NUMBER(struct settings, monetised, "monetised", "", 0, 20, "1", UNCERTAIN,
           "what is paid for over what was expected, in the long run", NULL),
    NUMBER(struct settings, monetised_over_yr, "monetised_over", "yr", 0.05, 20, "18 months", FIXED, "time in which that shows", NULL),
    {.name = "monetised_from", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2100, .value = "2025-12",
     .help = "when it begins to show", .offset = offsetof(struct settings, monetised_from)},
    NUMBER(struct settings, discipline, "discipline", "", 0, 5, "0.5", UNCERTAIN,
           "elasticity of what boards spend in what is paid for over what was expected; 0: they do not care",
           "firms that deploy it: 80 % see no more profit"),
    NUMBER(struct settings, patience_yr, "patience", "yr", 0.05, 20, "1 year", UNCERTAIN, "time in which boards learn", NULL),
    NUMBER(struct settings, turns, "turns", "", 0, 20, "2.5", UNCERTAIN, "most debt, in years of operating cash flow; 0: none", NULL),
    {.name = "credit", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2020: 1}",
     .help = "factor on that: how open bond markets and private credit are", .offset = offsetof(struct settings, credit)},
    NUMBER(struct settings, borrowing_yr, "borrowing", "yr", 0.1, 50, "5 years", UNCERTAIN, "time in which the room for debt can be raised", NULL),
    NUMBER(struct settings, repayment_yr, "repayment", "yr", 0.5, 100, "10 years", FIXED, "time in which debt is repaid", NULL),
    NUMBER(struct settings, interest_per_yr, "interest", "/yr", 0, 1, "3 %/yr", UNCERTAIN, "interest without a spread", NULL),
    NUMBER(struct settings, base_spread_per_yr, "spread", "/yr", 0, 1, "1 %/yr", UNCERTAIN, "spread without debt", NULL),
    NUMBER(struct settings, spread_per_turn, "spread_per_turn", "/yr", 0, 1, "0.5 %/yr", UNCERTAIN, "what a year of cash flow in debt adds to it", NULL),
    NUMBER(struct settings, let, "let", "", 0, 1, "0", UNCERTAIN,
           "share of a fleet that need leaves idle beyond the peak which is let; 0: nothing", NULL),
    NUMBER(struct settings, slip_odds, "slip_odds", "", 0, 1, "0.35", UNCERTAIN, "probability that a chip of one's own comes late",
           "Maia 100 and 200, MTIA: late or withdrawn"),
    NUMBER(struct settings, slip_yr, "slip", "yr", 0, 10, "6 months", UNCERTAIN, "median delay of one that does", NULL),
    NUMBER(struct settings, slip_spread, "slip_spread", "", 0, 3, "0.5", UNCERTAIN, "deviation of the log of that delay", NULL),
    COLUMN(PLATFORM, struct row, share, "share", "", 0, 1, NULL, UNCERTAIN, "share of the country's work that it serves", NULL),
    COLUMN(PLATFORM, struct row, fleet_p, "fleet", "P", 1, 1e9, NULL, UNCERTAIN,
           "effective P of inference of its fleet at the start, which its need then fills", NULL),
    COLUMN(PLATFORM, struct row, cash_cny, "cash", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "cash and securities at the start", NULL),
    COLUMN(PLATFORM, struct row, assets_cny, "assets", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "all assets at the start", NULL),
    COLUMN(PLATFORM, struct row, debt_cny, "debt", "CNY", 0, 1e15, "0 CNY", UNCERTAIN, "debt at the start", NULL),
    {.name = "cash_flow", .table = PLATFORM, .type = PARAM_SERIES, .unit = "CNY/yr", .min = 0, .max = 1e15,
     .help = "operating cash flow", .offset = offsetof(struct row, cash_flow)},
    {.name = "other_capital", .table = PLATFORM, .type = PARAM_SERIES, .unit = "CNY/yr", .min = 0, .max = 1e15, .value = "none",
     .help = "capital spending on other things than cards and their halls; none: nothing", .offset = offsetof(struct row, other_capital)},
    {.name = "own", .table = PLATFORM, .type = PARAM_REFERENCES, .of = GENERATION, .value = "[]",
     .help = "chips of its own make", .offset = offsetof(struct row, own)},
    {.name = "own_output", .table = GENERATION, .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e8, .value = "none",
     .help = "chips a month that can be had by the platform that makes them for itself; none: it makes none",
     .offset = offsetof(struct card_row, own_output)},
    {0},
};
/* clang-format on */

static struct platforms *state_of(const struct world *w)
{
    return sim_state(w->sim, &model_platform);
}

bool platform_on(const struct world *w)
{
    return sim_enabled(w->sim, &model_platform);
}

double platform_lag_yr(const struct world *w)
{
    return ((const struct settings *)sim_settings(w->sim, &model_platform))->lag_yr;
}

double platform_priority(const struct world *w)
{
    return ((const struct settings *)sim_settings(w->sim, &model_platform))->priority;
}

/* -- fleets --------------------------------------------------------------------------------------------------------
 */

/* Of a card, in the mix of their work. */
static double effective_p(const struct world *w, const struct settings *s, int g)
{
    return s->training_share * w->generations.effective_p[TRAINING][g] +
           (1 - s->training_share) * w->generations.effective_p[INFERENCE][g];
}

/* What was bought in the step comes in time, what is worn out goes; then what it all delivers. Returns what it cost. */
static double renew(struct platforms *b, const struct fleet_market *market, size_t j, double dt,
                    const double each[MAX_GENERATIONS])
{
    const double lead_yr = 4.0 / MONTHS_PER_YEAR; /* from an order to a card that works */
    struct platform *p = &b->platform[j];
    double came = -det_expm1(-dt / lead_yr), stays = det_exp(-dt / b->settings->life_yr), part = b->row[j].share;
    double fleet_p = p->old_p *= stays, under_way_p = 0, cards = 0, cny = 0;
    for (size_t k = 0; k < b->known; k++) {
        int g = b->known_card[k];
        double ordered = p->orders[g] * market->served[g], bought = ordered + part * market->stocked[g];
        double comes = (p->under_way[g] + ordered) * came;
        p->under_way[g] += ordered - comes;
        p->cards[g] = p->cards[g] * stays + comes + part * market->released[g];
        fleet_p += p->cards[g] * each[g];
        under_way_p += p->under_way[g] * each[g];
        cards += bought;
        cny += bought * b->cost_of[g];
        b->bought[g] += bought;
    }
    p->fleet_p = fleet_p;
    p->under_way_p = under_way_p;
    p->cards_sampled += cards;
    return cny;
}

double platform_fullness(const struct world *w)
{
    const struct platforms *b = state_of(w);
    double need = 0, fleet = 0;
    for (size_t j = 0; j < b->count; j++) {
        need += b->platform[j].need;
        fleet += b->platform[j].fleet_p;
    }
    return need / fleet / b->fullness_at_start;
}

double platform_let_p(const struct world *w)
{
    const struct platforms *b = state_of(w);
    double p = 0;
    for (size_t j = 0; j < b->count && b->settings->let > 0; j++) {
        const struct platform *f = &b->platform[j];
        p += b->settings->let * max_of(0, f->fleet_p - f->need / b->settings->load);
    }
    return p;
}

/* -- what they want ------------------------------------------------------------------------------------------------
 */

/* Of the work of models, over what it would be at the cost of compute when the answer begins. */
static double answer_to_cost(const struct world *w, struct platforms *b)
{
    if (isnan(b->log_cost_of_p) || w->sim->now < b->settings->answer_from)
        return 1;
    if (isnan(b->log_cost_then))
        b->log_cost_then = b->log_cost_of_p;
    return det_exp(-demand_elasticity(w, INFERENCE) * (b->log_cost_of_p - b->log_cost_then));
}

static void update_need(struct world *w, struct platforms *b, double dt)
{
    double need = 0, growth = 0, fleets = 0;
    const struct own_need now = demand_own_need(w, w->sim->now);
    double kept = det_exp(-dt / b->settings->trend_yr), answer = answer_to_cost(w, b);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        p->models_p = p->need_at_start * now.models * answer;
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

/* -- money ---------------------------------------------------------------------------------------------------------
 */

static double paid_share(const struct settings *s, double now, double *over_expected)
{
    double shown = now > s->monetised_from ? -det_expm1(-(now - s->monetised_from) / s->monetised_over_yr) : 0;
    *over_expected = 1 + (s->monetised - 1) * shown;
    return series_at(s->paid, now) * *over_expected;
}

static struct money_flow money_flow(const struct world *w, const struct platforms *b, size_t j)
{
    const struct settings *s = b->settings;
    const struct row *row = &b->row[j];
    const struct platform *p = &b->platform[j];
    double now = w->sim->now, over, paid = paid_share(s, now, &over);
    double let_p = s->let * max_of(0, p->fleet_p - p->need / s->load);
    struct money_flow f = {.cash_flow = series_at(row->cash_flow, now),
                           .other_capital = row->other_capital ? series_at(row->other_capital, now) : 0,
                           .repayment = p->debt / s->repayment_yr};
    f.revenue = (paid * p->models_p + let_p) * HOURS_PER_YEAR * w->market.rent[INFERENCE];
    double turns = f.cash_flow > 0 ? p->debt / f.cash_flow : 0;
    f.interest = p->debt * (s->interest_per_yr + s->base_spread_per_yr + s->spread_per_turn * turns);
    f.room_for_debt = max_of(0, s->turns * series_at(s->credit, now) * f.cash_flow - p->debt) / s->borrowing_yr;
    return f;
}

/* What it can spend on cards, a year; what of that is not borrowed. */
static double own_money(const struct platforms *b, size_t j, const struct money_flow *f)
{
    const struct settings *s = b->settings;
    const struct platform *p = &b->platform[j];
    double beyond = max_of(0, p->cash - s->least_cash_yr * f->cash_flow) / s->drawdown_yr;
    double free = p->belief * (s->cash_share * f->cash_flow + beyond - f->other_capital);
    return max_of(0, free + f->revenue - f->interest - f->repayment);
}

static void believe(struct world *w, struct platforms *b, double dt)
{
    const struct settings *s = b->settings;
    double over, kept = det_exp(-dt / s->patience_yr);
    paid_share(s, w->sim->now, &over);
    double due = s->discipline > 0 ? det_pow(max_of(over, 1e-6), s->discipline) : 1;
    for (size_t j = 0; j < b->count; j++)
        b->platform[j].belief = due + (b->platform[j].belief - due) * kept;
}

static void pay(struct platforms *b, size_t j, double dt, double spent)
{
    const struct settings *s = b->settings;
    struct platform *p = &b->platform[j];
    struct money_flow f = p->flow;
    double borrowed = max_of(0, min_of(f.room_for_debt * dt, spent - own_money(b, j, &f) * dt));
    double invested = s->investment * f.cash_flow * dt, other = f.other_capital * dt;
    p->cash += (f.cash_flow * (1 - s->payout) + f.revenue - f.interest - f.repayment) * dt - invested - other - spent +
               borrowed;
    p->debt += borrowed - f.repayment * dt;
    p->other_assets += spent + other + invested - p->other_assets * -det_expm1(-s->write_off_per_yr * dt);
    if (p->cash < 0) { /* overdrawn */
        p->debt -= p->cash;
        p->cash = 0;
    }
    p->capital_sampled += spent + other;
}

/* Fleets and accounts at the end of the step. */
static void keep_books(struct world *w)
{
    struct platforms *b = state_of(w);
    struct fleet_market *market = procurement_fleets(w);
    double dt = w->sim->step_end - w->sim->step_start, each[MAX_GENERATIONS], bought[MAX_GENERATIONS];
    memcpy(bought, b->bought, sizeof bought);
    for (size_t k = 0; k < b->known; k++) {
        int g = b->known_card[k];
        bool own = b->own_from[g] >= 0;
        each[g] = effective_p(w, b->settings, g);
        market->served[g] = own ? dt : market->ordered[g] > 0 ? market->bought[g] / market->ordered[g] : 0;
    }
    for (size_t j = 0; j < b->count; j++)
        pay(b, j, dt, renew(b, market, j, dt, each));
    for (size_t k = 0; k < b->known; k++) {
        int g = b->known_card[k];
        double cny = (b->bought[g] - bought[g]) * b->cost_of[g];
        b->all_cny += cny;
        b->domestic_cny += w->generations.domestic[g] ? cny : 0;
        market->bought[g] = market->stocked[g] = market->released[g] = 0;
    }
}

/* -- what they buy -------------------------------------------------------------------------------------------------
 */

static void offer(const struct world *w, struct platforms *b, int g, enum nest nest, double price_cny, double room)
{
    struct choice *c = &b->choice;
    const struct offers *o = &w->channels.offers;
    size_t i = c->count++;
    double running = b->settings->running_yr * HOURS_PER_YEAR * w->value.cash_cost[w->regions.reference][g];
    double moving = nest == OTHERS ? o->log_migration[o->place[g]] * b->settings->training_share : 0;
    double taste = procurement_channel(w, g) == CHANNEL_GRAY ? b->settings->gray_taste : 0;
    c->generation[i] = g;
    c->nest[i] = (uint8_t)nest;
    c->room[i] = room;
    b->cost_of[g] = price_cny;
    c->p[i] = effective_p(w, b->settings, g);
    c->cny_per_p[i] = price_cny / c->p[i];
    c->utility[i] = (price_cny + running) / c->p[i];
    c->e[i] = taste - b->settings->slope * moving + (w->generations.domestic[g] ? b->security : 0);
    for (size_t k = 0; k < b->known; k++)
        if (b->known_card[k] == g)
            return;
    b->known_card[b->known++] = (uint8_t)g;
}

/* A chip of one's own in place: at its listed price, and no street between. */
static double own_chip_cny(const struct world *w, const struct platforms *b, int g)
{
    double building = procurement_building_cost_per_card(w, g), equipment = procurement_cost_per_card(w, g) - building;
    double over_list = w->channels.street_price_cny[g] / w->generations.list_price_cny[g];
    return building + equipment / over_list * b->settings->own_cost;
}

/* Utilities of what is on offer, and the odds inside the nests. */
static void weigh(struct platforms *b)
{
    struct choice *c = &b->choice;
    size_t whole = (c->count + VECTOR - 1) / VECTOR * VECTOR;
    for (size_t i = c->count; i < whole; i++)
        c->utility[i] = 1;
    array_log(c->utility, c->utility, whole);
    for (int n = 0; n < OWN; n++)
        c->most[n] = -HUGE_VAL, c->inside[n] = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->utility[i] = c->e[i] - b->settings->slope * c->utility[i];
        if (c->nest[i] < OWN)
            c->most[c->nest[i]] = max_of(c->most[c->nest[i]], c->utility[i]);
    }
    for (size_t i = 0; i < whole; i++)
        c->e[i] =
            i < c->count && c->nest[i] < OWN ? (c->utility[i] - c->most[c->nest[i]]) / b->settings->nesting : -700;
    array_exp(c->e, c->e, whole);
    for (size_t i = 0; i < c->count; i++)
        if (c->nest[i] < OWN)
            c->inside[c->nest[i]] += c->e[i];
        else
            c->e[i] = 0;
}

/* What that adds now. */
static double security(const struct world *w, const struct settings *s)
{
    double stopped = 0, all = 0;
    for (size_t g = 0; g < w->generations.count && s->security > 0; g++)
        if (w->generations.launched[g] && w->generations.high_end[g] && w->generations.sold[g] &&
            !w->generations.domestic[g]) {
            stopped += 1 - w->policy.official_open[g];
            all++;
        }
    return all > 0 ? s->security * stopped / all : 0;
}

static void list_cards(struct world *w, struct platforms *b)
{
    const struct fleet_market *market = procurement_fleets(w);
    int incumbent = b->settings->incumbent, ours = incumbent >= 0 ? w->generations.stack[incumbent] : -1;
    double now = w->sim->now;
    b->choice.count = 0;
    b->security = security(w, b->settings);
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (w->generations.effective_p[INFERENCE][g] <= 0)
            continue;
        if (procurement_channel(w, g) >= 0 && market->capacity[g] > 0)
            offer(w, b, g, ours < 0 || w->generations.stack[g] == ours ? ON_OUR_SOFTWARE : OTHERS,
                  procurement_cost_per_card(w, g), market->room[g]);
        else if (now >= b->own_from[g])
            offer(w, b, g, OWN, own_chip_cny(w, b, g), series_at(b->card[g].own_output, now) * MONTHS_PER_YEAR);
    }
    weigh(b);
}

/* Log of what an effective P costs that is rented for as long as a card would serve, used as a fleet is. If platforms
 * rented all that they lack, rents would rise as the elasticity of others' demand says: nobody can rent a fleet at the
 * price of a server. */
static double log_cost_of_renting(const struct world *w, const struct platforms *b)
{
    double training = b->settings->training_share;
    const double decay_per_yr = w->value.discount_per_yr + w->value.decline_per_yr;
    double rent = training * w->market.rent[TRAINING] + (1 - training) * w->market.rent[INFERENCE];
    double years = -det_expm1(-decay_per_yr * b->settings->life_yr) / decay_per_yr;
    return det_log(max_of(1e-9, rent * HOURS_PER_YEAR * years * b->settings->load)) + b->log_rise;
}

static double log_rise(const struct world *w, const struct platforms *b)
{
    double lacks = 0, offered = w->market.supply[TRAINING] + w->market.supply[INFERENCE];
    for (size_t j = 0; j < b->count; j++)
        lacks += b->platform[j].wanted_p * b->settings->lag_yr;
    return det_log(1 + lacks / offered) / demand_elasticity(w, INFERENCE);
}

/* Probabilities of cards and of renting. */
static void find_taste(const struct world *w, struct platforms *b, size_t j, double renting)
{
    const struct settings *s = b->settings;
    const struct choice *c = &b->choice;
    struct taste *t = &b->taste[j];
    double own_most = -HUGE_VAL, own_inside = 0, inside[OWN], sum, best = renting, of_nest[NESTS] = {0};
    memcpy(inside, c->inside, sizeof inside);
    t->own_count = 0;
    for (size_t i = 0; i < c->count && b->row[j].own; i++) {
        int g = c->generation[i];
        if (!(b->row[j].own >> g & 1))
            continue;
        const struct offers *o = &w->channels.offers;
        double moving = c->nest[i] == OTHERS ? s->slope * o->log_migration[o->place[g]] * s->training_share : 0;
        if (c->nest[i] < OWN)
            inside[c->nest[i]] = max_of(0, inside[c->nest[i]] - c->e[i]);
        t->own_weight[t->own_count] = c->utility[i] + moving;
        own_most = max_of(own_most, t->own_weight[t->own_count]);
        t->own[t->own_count++] = (uint8_t)i;
    }
    for (int n = 0; n < OWN; n++)
        best = max_of(best, c->most[n]);
    best = max_of(best, own_most);
    sum = t->renting = det_exp(renting - best);
    for (int n = 0; n < OWN; n++)
        if (inside[n] > 0)
            sum += of_nest[n] = det_exp(c->most[n] - best) * det_pow(inside[n], s->nesting);
    for (size_t i = 0; i < t->own_count; i++)
        own_inside += t->own_weight[i] = det_exp((t->own_weight[i] - own_most) / s->nesting);
    if (t->own_count)
        sum += of_nest[OWN] = det_exp(own_most - best) * det_pow(own_inside, s->nesting);
    t->renting /= sum;
    for (int n = 0; n < OWN; n++)
        t->factor[n] = inside[n] > 0 ? of_nest[n] / inside[n] / sum : 0;
    for (size_t i = 0; i < t->own_count; i++)
        t->own_weight[i] *= of_nest[OWN] / own_inside / sum;
    b->log_cost_new += b->row[j].share * -(best + det_log(sum)) / s->slope;
}

struct left { /* of one platform: effective P a year that it has not ordered yet, and money for them */
    double p, cny;
};

/* Of the cards of a nest with room: what they weigh, and what effective P of that mix cost. */
struct stall {
    double weight[OWN], cost[OWN];
};

static struct stall look(const struct choice *c, const double *served)
{
    struct stall s = {{0}, {0}};
    for (size_t i = 0; i < c->count; i++) {
        double e = served[i] * c->e[i]; /* of an own chip nil */
        s.weight[c->nest[i] % OWN] += e;
        s.cost[c->nest[i] % OWN] += e * c->cny_per_p[i];
    }
    return s;
}

/* What a platform's own chips weigh beyond what they weigh among those that all can buy. */
static double own_beyond(const struct choice *c, const struct taste *t, size_t k)
{
    size_t i = t->own[k];
    return t->own_weight[k] - c->e[i] * t->factor[c->nest[i] % OWN];
}

/* Effective P a year that a platform asks for a unit of weight, out of what is left; renting takes its part. */
static double ask(const struct choice *c, const struct taste *t, const struct stall *stall, struct left *left)
{
    double sum = t->renting, cost = 0;
    for (int n = 0; n < OWN; n++) {
        sum += t->factor[n] * stall->weight[n];
        cost += t->factor[n] * stall->cost[n];
    }
    for (size_t k = 0; k < t->own_count; k++) {
        double beyond = c->room[t->own[k]] > 0 ? own_beyond(c, t, k) : 0;
        sum += beyond;
        cost += beyond * c->cny_per_p[t->own[k]];
    }
    double unit = sum > 0 ? left->p / sum : 0, paid_for = unit * cost > left->cny ? left->cny / (unit * cost) : 1;
    left->p -= unit * t->renting;
    return unit * paid_for;
}

/* What a platform gets of what it asked for. */
static void take(struct platforms *b, size_t j, double unit, const double *served, const struct stall *sold,
                 struct left *left)
{
    const struct choice *c = &b->choice;
    const struct taste *t = &b->taste[j];
    double *orders = b->platform[j].orders, per_nest[NESTS] = {unit * t->factor[0], unit * t->factor[1], 0};
    for (size_t i = 0; i < c->count; i++)
        orders[c->generation[i]] += per_nest[c->nest[i]] * c->e[i] * served[i] / c->p[i];
    for (int n = 0; n < OWN; n++) {
        left->p -= per_nest[n] * sold->weight[n];
        left->cny -= per_nest[n] * sold->cost[n];
    }
    for (size_t k = 0; k < t->own_count; k++) {
        size_t i = t->own[k];
        double p = unit * own_beyond(c, t, k) * served[i];
        orders[c->generation[i]] += p / c->p[i];
        left->p -= p;
        left->cny -= p * c->cny_per_p[i];
    }
}

static void buy_round(struct world *w, struct platforms *b, struct left left[MAX_PLATFORMS])
{
    struct choice *c = &b->choice;
    struct fleet_market *market = procurement_fleets(w);
    double unit[MAX_PLATFORMS], per_nest[NESTS] = {0}, all[MAX_GENERATIONS], served[MAX_GENERATIONS];
    for (size_t i = 0; i < c->count; i++)
        served[i] = c->room[i] > 0;
    struct stall stall = look(c, served);
    for (size_t j = 0; j < b->count; j++) {
        unit[j] = ask(c, &b->taste[j], &stall, &left[j]);
        for (int n = 0; n < OWN; n++)
            per_nest[n] += unit[j] * b->taste[j].factor[n];
    }
    for (size_t i = 0; i < c->count; i++)
        all[i] = served[i] * per_nest[c->nest[i]] * c->e[i] / c->p[i];
    for (size_t j = 0; j < b->count; j++)
        for (size_t k = 0; k < b->taste[j].own_count; k++) {
            size_t i = b->taste[j].own[k];
            all[i] += served[i] * unit[j] * own_beyond(c, &b->taste[j], k) / c->p[i];
        }
    for (size_t i = 0; i < c->count; i++) {
        int g = c->generation[i];
        served[i] = all[i] > c->room[i] ? c->room[i] / all[i] : served[i];
        market->wanted[g] = max_of(market->wanted[g], market->ordered[g] + all[i]);
        market->ordered[g] += all[i] * served[i];
        c->room[i] = max_of(0, c->room[i] - all[i]);
    }
    struct stall sold = look(c, served);
    for (size_t j = 0; j < b->count; j++)
        take(b, j, unit[j], served, &sold, &left[j]);
}

static void buy(struct world *w, struct platforms *b, struct left left[MAX_PLATFORMS])
{
    enum { ROUNDS = 2 }; /* first choices, and what is left */
    struct fleet_market *market = procurement_fleets(w);
    memset(market->ordered, 0, sizeof market->ordered);
    memset(market->wanted, 0, sizeof market->wanted);
    for (size_t j = 0; j < b->count; j++)
        memset(b->platform[j].orders, 0, sizeof b->platform[j].orders);
    for (int round = 0; round < ROUNDS; round++)
        buy_round(w, b, left);
}

static void turn_over(struct platforms *b, double dt)
{
    double kept = det_exp(-dt / b->settings->answer_yr);
    if (isnan(b->log_cost_of_p))
        b->log_cost_of_p = b->log_cost_new;
    b->log_cost_of_p = b->log_cost_new + (b->log_cost_of_p - b->log_cost_new) * kept;
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
    believe(w, b, dt);
    list_cards(w, b);
    b->log_rise = log_rise(w, b);
    b->log_cost_new = 0;
    double renting = -b->settings->slope * log_cost_of_renting(w, b);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        p->flow = money_flow(w, b, j);
        find_taste(w, b, j, renting);
        left[j] = (struct left){p->wanted_p, own_money(b, j, &p->flow) + p->flow.room_for_debt};
    }
    turn_over(b, dt);
    buy(w, b, left);
}

/* -- start and outputs ---------------------------------------------------------------------------------------------
 */

/* Chips of one's own that are not sold, and when they come. */
static void draw_slips(struct world *w, struct platforms *b)
{
    const struct settings *s = b->settings;
    uint64_t own = 0;
    for (size_t j = 0; j < b->count; j++)
        own |= b->row[j].own;
    for (size_t g = 0; g < w->generations.count; g++) {
        b->own_from[g] = NONE;
        if (!(own >> g & 1) || !b->card[g].own_output || w->generations.sold[g])
            continue;
        struct stream luck = sim_stream(w->sim, &model_platform, identity(STREAM_OF_SLIP, (uint32_t)g, 0));
        bool late = stream_uniform(&luck) < s->slip_odds;
        double by = s->slip_yr * det_exp(s->slip_spread * stream_normal(&luck));
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
        const struct row *row = &b->row[j];
        p->old_p = p->fleet_p = row->fleet_p;
        p->need = p->need_at_start = b->settings->load * row->fleet_p;
        p->log_fleet_seen = det_log(p->fleet_p);
        p->cash = row->cash_cny;
        p->other_assets = row->assets_cny - row->cash_cny;
        p->debt = row->debt_cny;
        p->belief = 1;
        need += p->need;
        fleet += p->fleet_p;
    }
    b->log_need_seen = det_log(max_of(1e-9, need));
    b->fullness_at_start = need / fleet;
    b->log_cost_of_p = b->log_cost_then = NONE;
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
    [OUT_CAPITAL] = {"platforms.capex", OUTPUT_SERIES, "CNY/yr", NULL, "capital spending of platforms since the last report, at the rate of a year"},
    [OUT_CAPITAL_OF] = {"capex", OUTPUT_SERIES, "CNY/yr", PLATFORM, "capital spending of a platform since the last report, at the rate of a year"},
    [OUT_CASH_SHARE] = {"platforms.cash_share", OUTPUT_SERIES, "", NULL, "cash and securities of platforms over their assets", .share = true},
    [OUT_CASH_SHARE_OF] = {"cash_share", OUTPUT_SERIES, "", PLATFORM, "cash and securities of a platform over its assets", .share = true},
    [OUT_DEBT] = {"platforms.debt", OUTPUT_SERIES, "CNY", NULL, "debt of platforms"},
    [OUT_REVENUE] = {"platforms.model_revenue", OUTPUT_SERIES, "CNY/yr", NULL, "what users pay for models, at the rate of a year"},
    [OUT_FLEET] = {"platforms.fleet", OUTPUT_SERIES, "P", NULL, "effective P of platforms' own fleets, in their own mix of work"},
    [OUT_LET] = {"platforms.let", OUTPUT_SERIES, "P", NULL, "of these, effective P that are let to others"},
    [OUT_BELIEF] = {"platforms.belief", OUTPUT_SERIES, "", NULL, "what boards let platforms spend of their cash flow, over what they would if models earned what was expected"},
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
    double capital = 0, cash = 0, other = 0, debt = 0, revenue = 0, fleet = 0, over;
    double paid = paid_share(b->settings, w->sim->now, &over);
    for (size_t j = 0; j < b->count; j++) {
        struct platform *p = &b->platform[j];
        sim_record(w->sim, m, OUT_PURCHASES, (int)j, p->cards_sampled / since / MONTHS_PER_YEAR, false);
        sim_record(w->sim, m, OUT_CAPITAL_OF, (int)j, p->capital_sampled / since, false);
        sim_record(w->sim, m, OUT_CASH_SHARE_OF, (int)j, share_of(p->cash, p->other_assets), false);
        capital += p->capital_sampled / since;
        cash += p->cash;
        other += p->other_assets;
        debt += p->debt;
        revenue += paid * p->models_p * HOURS_PER_YEAR * w->market.rent[INFERENCE];
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
    sim_record(w->sim, m, OUT_BELIEF, -1, b->count ? b->platform[0].belief : NONE, false);
}

/* clang-format off */
static const struct table tables[] = {
    {PLATFORM, sizeof(struct row), "internet platforms that buy cards for themselves"},
    {GENERATION, sizeof(struct card_row), "hardware generations"},
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
    .without = "platforms buy what a dated series says, at no one's expense, and take no card from lessors",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .state_size = sizeof(struct platforms),
    .check = check,
    .start = start,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_BOOKS] = keep_books, [PHASE_SAMPLE] = sample},
};
