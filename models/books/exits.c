/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lessors who give up by choice: they can pay, but their cards are worth more to others.
 *
 * A lessor that has lost money over the last year or so, and over the last quarter or so still does, considers selling
 * its centres: in a boom nobody gives up because of the losses before it. What is written off beside the schedule does
 * not count: it is gone whether they sell or stay, and all of a year's falls on one month. It leaves at the rate
 *
 *     review * logistic(slope * ln(go / stay))
 *
 * `go` is the price of its cards in the market for used ones (resale.c) and a part of the cost of its halls, at most what
 * a buyer can earn with them; `stay` is what the cards can still earn where they are (value.c, less the cost of
 * activation if they are dormant). It leaves only if the proceeds and its cash pay its debts; otherwise it waits, or fails
 * (finance.c). Its centres go as they are to other lessors, with leases and loans, so no contract is broken; its owners
 * get the rest, and projects of its class go to other firms. The clock of a firm is exponential: its hazard is run down
 * once a step.
 *
 * Imposed: rate, steepness. Emerges: which firms leave, and when. Phases: books, after accounting; finance, after finance.
 * Off: nobody leaves.
 */
#include "models/supply/pipeline.h"
#include "resale.h"

#include "sim/base/det.h"

struct settings {
    double review_per_yr, slope, hall_share, memory_yr;
};

struct followed { /* of a firm */
    double profit_yr; /* smoothed */
    double earned_yr,
        earns_yr; /* the same before what was written off beside the schedule; over a quarter of the time */
    double retained; /* earnings when the last step ended */
    double clock;
    uint32_t draws;
    bool known;
};

struct exits {
    const struct settings *settings;
    struct followed *firm;
    size_t classes; /* of owners */
    double chosen_since_sample;
};

enum { STREAM_OF_CLOCK, STREAM_OF_BUYER }; /* (draw, firm); (class, number of the vintage) */

static inline struct exits *exits_state(const struct world *w)
{
    return w->state[STATE_exits];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, review_per_yr, "review_rate", "/yr", 0, 50, "1 /yr", UNCERTAIN, "rate at which a lessor that loses money considers leaving", NULL),
    NUMBER(struct settings, slope, "slope", "", 0, 100, "8", UNCERTAIN, "steepness of a lessor's decision to leave in the log of the proceeds of leaving over the value of staying", NULL),
    NUMBER(struct settings, hall_share, "hall", "", 0, 1, "0.3", UNCERTAIN, "price of a vacated hall, share of the cost of a new one", NULL),
    NUMBER(struct settings, memory_yr, "memory", "yr", 0.1, 10, "1 year", FIXED, "time over which a lessor's profits are averaged", NULL),
    {0},
};
/* clang-format on */

/* The classes whose centres must earn their cost. */
struct classes {
    bool earns[MAX_OPERATORS];
};

static struct classes classes_that_earn(const struct world *w)
{
    struct classes c = {{false}};
    for (uint32_t o = 0; o < exits_state(w)->classes && sim_enabled(w->sim, &model_pipeline); o++)
        c.earns[o] = pipeline_must_earn(w, o);
    return c;
}

static bool is_lessor(const struct world *w, const struct classes *classes, uint32_t firm)
{
    const struct firm *f = &w->firms.row[firm];
    return classes->earns[f->owner_class] && !firms_in_possession(w, firm) && !f->defaulted && f->cards > 0;
}

static void wind(const struct world *w, uint32_t firm)
{
    struct followed *x = &exits_state(w)->firm[firm];
    struct stream random = sim_stream(w->sim, &model_exits, identity(STREAM_OF_CLOCK, x->draws++, firm));
    x->clock = stream_exponential(&random);
}

static void follow(double *smoothed, double per_yr, double kept)
{
    *smoothed = *smoothed * kept + per_yr * (1 - kept);
}

/* What the step's closing added to retained earnings is its profit. */
static void note_profits(struct world *w)
{
    struct exits *state = exits_state(w);
    double dt = w->sim->dt, memory_yr = state->settings->memory_yr;
    double of_year = det_exp(-dt / memory_yr), of_quarter = det_exp(-4 * dt / memory_yr);
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        struct followed *x = &state->firm[firm];
        double profit = (w->ledger.sheet[firm].retained - x->retained) / dt;
        double earned = profit + w->firms.row[firm].written_off / dt;
        if (!x->known)
            wind(w, firm);
        follow(&x->profit_yr, profit, x->known ? of_year : 0);
        follow(&x->earned_yr, earned, x->known ? of_year : 0);
        follow(&x->earns_yr, earned, x->known ? of_quarter : 0);
        x->known = true;
    }
}

static bool loses_money(const struct followed *x)
{
    return x->earned_yr < 0 && x->earns_yr < 0;
}

/* What a vintage brings if it is given up, CNY: its cards go as they stand, so nobody pays more than they can still earn
 * there, or than they fetch as parts. */
static double brings(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    double card = sim_enabled(w->sim, &model_resale) ? resale_per_card(w, id) : 0,
           parts = supply_salvage(w, v->generation);
    double hall = exits_state(w)->settings->hall_share * procurement_building_cost_per_card(w, v->generation);
    return v->cards * max_of(parts, min_of(max_of(card, parts) + hall, value_of_vintage(w, v)));
}

struct choice {
    double go, stay;
};

static struct choice weigh(const struct world *w, uint32_t firm)
{
    struct choice c = {0, 0};
    for (uint32_t id = w->firms.first_vintage[firm]; id != UINT32_MAX; id = w->vintages.row[id].next_of_firm) {
        const struct vintage *v = &w->vintages.row[id];
        if (!v->standing)
            continue;
        c.go += brings(w, id);
        c.stay += v->cards * value_of_vintage(w, v);
    }
    return c;
}

static bool may_buy(const struct world *w, uint32_t firm)
{
    const struct firm *f = &w->firms.row[firm];
    return pipeline_must_earn(w, f->owner_class) && !f->defaulted && !f->left && !f->distressed;
}

/* Another firm that is sound; UINT32_MAX if there is none. */
static uint32_t find_buyer(const struct world *w, uint32_t seller, const struct vintage *v)
{
    struct stream random = sim_stream(w->sim, &model_exits, identity(STREAM_OF_BUYER, v->owner_class, v->number));
    return firms_search(w, stream_uniform(&random), seller, may_buy);
}

static void sell(struct world *w, uint32_t seller, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    uint32_t buyer = find_buyer(w, seller, v);
    double price = brings(w, id);
    ledger_post(w, buyer, ACCOUNT_PAID_IN, max_of(0, price - v->debt));
    vintage_transfer(w, id, buyer, price);
}

/* Centres are sold, debts are paid, and owners take what is left. */
static void leave(struct world *w, uint32_t firm)
{
    struct firm *f = &w->firms.row[firm];
    const union balance_sheet *sheet = &w->ledger.sheet[firm];
    char name[64];
    for (uint32_t id = w->firms.first_vintage[firm], next; id != UINT32_MAX; id = next) {
        next = w->vintages.row[id].next_of_firm; /* it may be sold */
        if (w->vintages.row[id].standing)
            sell(w, firm, id);
    }
    ledger_post(w, firm, ACCOUNT_DEBT, -f->credit_line);
    f->credit_line = 0;
    f->left = true;
    exits_state(w)->chosen_since_sample++;
    tell(w->sim, "exits", "left", firms_name(w, firm, name), "with %.4g MCNY for its owners", sheet->cash / 1e6);
}

static void review(struct world *w, uint32_t firm)
{
    const struct settings *s = exits_state(w)->settings;
    struct followed *x = &exits_state(w)->firm[firm];
    const union balance_sheet *sheet = &w->ledger.sheet[firm];
    struct choice c = weigh(w, firm);
    double odds = c.stay > 0 ? det_pow(c.go / c.stay, s->slope) : HUGE_VAL;
    x->clock -= s->review_per_yr * w->sim->dt * (odds < 1e300 ? odds / (1 + odds) : 1);
    if (x->clock > 0)
        return;
    wind(w, firm);
    bool pays = c.go + sheet->cash - sheet->contract_liabilities > sheet->debt;
    if (pays && find_buyer(w, firm, &w->vintages.row[w->firms.first_vintage[firm]]) != UINT32_MAX)
        leave(w, firm);
}

static void run(struct world *w)
{
    struct exits *state = exits_state(w);
    struct classes classes = classes_that_earn(w);
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        const struct firm *f = &w->firms.row[firm];
        if (state->firm[firm].known && is_lessor(w, &classes, firm) && !f->distressed && !f->left &&
            loses_money(&state->firm[firm]) && w->sim->now - f->first_delivery > state->settings->memory_yr)
            review(w, firm);
    }
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        state->firm[firm].retained = w->ledger.sheet[firm].retained;
    }
}

static void start(struct world *w)
{
    struct exits *state = exits_state(w);
    state->settings = sim_settings(w->sim, &model_exits);
    state->classes = sim_row_count(w->sim, "operators");
    state->firm = arena_array(&w->sim->arena, w->firms.count, sizeof *state->firm);
    for (uint32_t firm = 0; firm < w->firms.count; firm++)
        state->firm[firm].retained = w->ledger.sheet[firm].retained;
}

enum { OUT_CHOSEN, OUT_PROFITABLE };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_CHOSEN] = {"exits.chosen", OUTPUT_SERIES, "", NULL, "lessors that left by choice, though they could pay, since the last report"},
    [OUT_PROFITABLE] = {"lessors.profitable", OUTPUT_SERIES, "", NULL, "share of lessors with cards that have made a profit over the last year or so", .share = true},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct exits *state = exits_state(w);
    struct classes classes = classes_that_earn(w);
    double lessors = 0, profitable = 0;
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        if (!is_lessor(w, &classes, firm))
            continue;
        lessors++;
        profitable += state->firm[firm].profit_yr > 0;
    }
    sim_record(w->sim, &model_exits, OUT_CHOSEN, -1, state->chosen_since_sample, false);
    sim_record(w->sim, &model_exits, OUT_PROFITABLE, -1, lessors > 0 ? profitable / lessors : NONE, false);
    state->chosen_since_sample = 0;
}

const struct model model_exits = {
    .name = "exits",
    .help = "lessors that give up by choice, and how many make a profit",
    .without = "lessors stay until they fail",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(exits, struct exits),
    .start = start,
    .phase = {[PHASE_BOOKS] = note_profits, [PHASE_FINANCE] = run, [PHASE_SAMPLE] = sample},
};
