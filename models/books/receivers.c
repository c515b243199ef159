/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Creditors in possession: what becomes of the centres of a firm that has failed.
 *
 * The centres go to a servicer, one a class of owners, that works for the banks. It keeps leases, offers free cards at
 * any rent above avoidable cost, and has no capital for new cards, other halls or engineering. Owners hold out for
 * better tenants, which is why some cards stand empty in a market at rest (natural vacancy, market.c); a servicer does
 * not: of the supply that market.c weighs against demand, its share counts as let to the last card,
 *
 *     S_w = S (1 - s + s / u*_w),     s its share of effective capacity on offer, u*_w the target.
 *
 * So a wave of failures lowers rents. Each centre is for sale. With V what its cards can still earn,
 *
 *     ask = max(first_ask * V * (1 - fall)^months, what its cards fetch used (resale.c), salvage)
 *
 * and buyers come at the rate visit_rate: a firm drawn among lessors that can pay, of any class. It pays the ask if that
 * has come down to what the cards fetch used, which the keenest pays (where that is more than they earn: a firm that
 * buys for its own need), or is no more than the centre is worth to it,
 *
 *     V * outlook * exp(-dearer * duration),     ln outlook ~ N(-spread^2 / 2, spread^2),
 *
 * `dearer` being what today's credit adds to the return it wants, and if it can pay: part of the price is borrowed, on
 * its credit line, a share of its cash is spent, and its owners put in what is free of the funds they have for
 * computing (capital.c; without a limit there, all it takes). So a wave that leaves few with money leaves centres
 * unsold (Shleifer and Vishny 1992). A centre whose rent has been below its avoidable cost for a year is scrapped.
 *
 * Of each failed firm creditors receive what its centres earn, less a fee, and their prices, both less what proceedings
 * cost, until its debt with interest is paid; what comes in beyond that is its owners'. What they recover of a claim
 * is the sum of that, discounted at a lender's rate, over the debt of the firms that failed (loss given default by
 * workout: Schuermann 2004). Centres still held at the horizon count as their ask.
 *
 * Imposed: the rules. Emerges: how long centres are held, their prices, the recovery rate.
 * Off: centres of failed firms are sold at once or closed (finance.c).
 */
#include "receivers.h"

#include "models/supply/capital.h"
#include "resale.h"

#include "sim/base/det.h"

#include <stdio.h>

struct settings {
    double first_ask, fall_per_month, visit_per_yr, debt_share, cash_share, spread, duration_yr, fee, costs,
        patience_yr, discount_per_yr;
};

/* A centre in possession. */
struct held {
    uint32_t vintage, visits; /* buyers that have come */
    uint32_t estate;
    double since, clock; /* hazard until the next one comes */
    double below_since; /* rent below avoidable cost since then; NaN: it is not */
};

/* What a failed firm owed when it failed, and what its creditors have got of it: CNY discounted to the start. */
struct estate {
    double owed, got;
};

struct receivers {
    const struct settings *settings;
    struct held *held;
    struct estate *estate; /* of every firm that has failed; the last one may still be failing */
    size_t count, capacity, estates, estate_capacity;
    double discount; /* of now, to the start */
    double bid_cny; /* what creditors have bid so far for the centres of the firm that is failing */
    double owed; /* by all estates */
    double asked_cny; /* of the buyer that is looked for */
    double sold_cny[MAX_OPERATORS], surplus_cny[MAX_OPERATORS]; /* in this step, of a class: prices; beyond claims */
    /* since the start: cards taken, sold, scrapped; cards sold times years held; price and worth of what was sold */
    double taken, sold, scrapped, years, price_cny, worth_cny;
    double sold_since_sample;
};

enum { STREAM_OF_BUYERS, STREAM_OF_OUTLOOK }; /* (class, number of the vintage); (0, firm) */

static inline struct receivers *receivers_state(const struct world *w)
{
    return w->state[STATE_receivers];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, first_ask, "first_ask", "", 0, 2, "0.9", UNCERTAIN, "first asking price of a centre, share of what its cards can still earn", NULL),
    NUMBER(struct settings, fall_per_month, "fall", "/month", 0, 0.5, "0.04 /month", UNCERTAIN, "rate at which the asking price falls", NULL),
    NUMBER(struct settings, visit_per_yr, "visit_rate", "/yr", 0, 100, "1 /yr", UNCERTAIN, "number of buyers with money that look at a centre",
           "commercial property repossessed takes one to two years to sell"),
    NUMBER(struct settings, debt_share, "debt_share", "", 0, 0.95, "0.5", UNCERTAIN, "share of the price of a centre that its buyer borrows", NULL),
    NUMBER(struct settings, cash_share, "cash_share", "", 0, 1, "0.5", UNCERTAIN, "share of its cash that a buyer spends on one centre", NULL),
    NUMBER(struct settings, spread, "outlook_spread", "", 0, 3, "0.3", UNCERTAIN, "deviation of the log of what firms think a centre is worth", NULL),
    NUMBER(struct settings, duration_yr, "rent_duration", "yr", 0, 10, "1.5 years", FIXED, "fall of value for a rise of the return that a buyer wants", NULL),
    NUMBER(struct settings, fee, "fee", "", 0, 1, "0.05", UNCERTAIN, "what a servicer takes of the cash that centres earn", NULL),
    NUMBER(struct settings, costs, "costs", "", 0, 1, "0.135", UNCERTAIN, "what proceedings cost, share of what centres earn and fetch in creditors' hands",
           "Lawless and Ferris 1997: direct costs of liquidations 13.5 % of what is distributed, 6.1 % of assets"),
    NUMBER(struct settings, patience_yr, "patience", "yr", 0, 20, "1 year", UNCERTAIN, "time after which a centre is scrapped whose rent is below its avoidable cost", NULL),
    NUMBER(struct settings, discount_per_yr, "discount", "/yr", 0, 1, "7 %/yr", UNCERTAIN, "rate at which recoveries are discounted: that of the loans", NULL),
    {0},
};
/* clang-format on */

/* -- taking ------------------------------------------------------------------------------------------------------- */

uint32_t receivers_servicer(const struct world *w, uint32_t owner_class)
{
    return w->firms.ordinary + owner_class;
}

static double worth_of(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    return v->cards * value_of_vintage(w, v);
}

static double exponential(const struct world *w, uint32_t id, uint32_t which)
{
    const struct vintage *v = &w->vintages.row[id];
    struct stream random =
        sim_stream(w->sim, &model_receivers, identity(STREAM_OF_BUYERS, v->owner_class | which << 8, v->number));
    return stream_exponential(&random);
}

/* What the keenest buyer pays for its cards; 0: there is none. */
static double used_price(const struct world *w, uint32_t id)
{
    return sim_enabled(w->sim, &model_resale) ? w->vintages.row[id].cards * resale_per_card(w, id) : 0;
}

/* What its cards fetch without the centre, as they are or as parts. */
static double cards_alone(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    return max_of(used_price(w, id), v->cards * supply_salvage(w, v->generation));
}

void receivers_begin(struct world *w, double claim)
{
    struct receivers *state = receivers_state(w);
    state->bid_cny = 0;
    WORLD_GROW(w, state->estate, state->estates, state->estate_capacity);
    state->estate[state->estates++] = (struct estate){.owed = claim * state->discount};
    state->owed += claim * state->discount;
}

void receivers_take(struct world *w, uint32_t id)
{
    struct receivers *state = receivers_state(w);
    const struct vintage *v = &w->vintages.row[id];
    uint32_t servicer = receivers_servicer(w, v->owner_class);
    double bid = max_of(state->settings->first_ask * worth_of(w, id), cards_alone(w, id));
    ledger_post_with(w, servicer, ACCOUNT_PAID_IN, COUNTERPARTY_BANKS, bid);
    vintage_transfer(w, id, servicer, bid);
    state->bid_cny += bid;
    state->taken += v->cards;
    WORLD_GROW(w, state->held, state->count, state->capacity);
    state->held[state->count++] = (struct held){.vintage = id,
                                                .estate = (uint32_t)state->estates - 1,
                                                .since = w->sim->now,
                                                .clock = exponential(w, id, 0),
                                                .below_since = NONE};
}

void receivers_end(struct world *w, double have)
{
    struct receivers *state = receivers_state(w);
    state->estate[state->estates - 1].got += (have - state->bid_cny) * state->discount;
}

/* What comes in, or goes out, for a failed firm: its creditors' until they are paid. Returns what is beyond that. */
static double beyond_claim(struct receivers *state, uint32_t estate, double cny)
{
    struct estate *e = &state->estate[estate];
    double room = max_of(0, e->owed - e->got) / state->discount, paid = min_of(cny, room);
    e->got += paid * state->discount;
    return cny - paid;
}

/* -- selling ------------------------------------------------------------------------------------------------------ */

static double ask(const struct world *w, const struct held *h, double worth)
{
    const struct settings *s = receivers_state(w)->settings;
    double months = (w->sim->now - h->since) * MONTHS_PER_YEAR;
    double falling = s->first_ask * det_exp(months * det_log(1 - s->fall_per_month));
    return max_of(falling * worth, cards_alone(w, h->vintage));
}

static double outlook(const struct world *w, uint32_t firm)
{
    double spread = receivers_state(w)->settings->spread;
    struct stream random = sim_stream(w->sim, &model_receivers, identity(STREAM_OF_OUTLOOK, 0, firm));
    return det_exp(spread * stream_normal(&random) - spread * spread / 2);
}

/* What a firm can spend of its own cash on a centre. */
static double spare_cash(const struct world *w, uint32_t firm)
{
    const union balance_sheet *sheet = &w->ledger.sheet[firm];
    return receivers_state(w)->settings->cash_share * max_of(0, sheet->cash - sheet->contract_liabilities);
}

static bool can_pay(const struct world *w, uint32_t firm, double price)
{
    double own = (1 - receivers_state(w)->settings->debt_share) * price;
    return own <= max_of(spare_cash(w, firm), capital_free_cny(w, firm));
}

static bool may_buy(const struct world *w, uint32_t firm)
{
    const struct firm *f = &w->firms.row[firm];
    return !w->vintages.state_funded[f->owner_class] && !f->distressed && !f->defaulted && !f->left &&
           can_pay(w, firm, receivers_state(w)->asked_cny);
}

static bool may_buy_for_its_own_need(const struct world *w, uint32_t firm)
{
    return !pipeline_must_earn(w, w->firms.row[firm].owner_class) && may_buy(w, firm);
}

static void sell(struct world *w, const struct held *h, uint32_t buyer, double price)
{
    struct receivers *state = receivers_state(w);
    const struct vintage *v = &w->vintages.row[h->vintage];
    double borrowed = state->settings->debt_share * price, own = price - borrowed, spare = spare_cash(w, buyer);
    vintage_transfer(w, h->vintage, buyer, price);
    ledger_post(w, buyer, ACCOUNT_PAID_IN, max_of(0, own - spare));
    w->firms.row[buyer].credit_line += borrowed;
    ledger_post(w, buyer, ACCOUNT_DEBT, borrowed);
    state->sold_cny[v->owner_class] += price;
    state->surplus_cny[v->owner_class] += beyond_claim(state, h->estate, (1 - state->settings->costs) * price);
    state->sold += v->cards;
    state->sold_since_sample += v->cards;
    state->years += v->cards * (w->sim->now - h->since);
    state->price_cny += price;
    state->worth_cny += v->cards * value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
}

/* A buyer has come. Returns whether it bought. */
static bool visit(struct world *w, const struct held *h)
{
    const struct settings *s = receivers_state(w)->settings;
    const struct vintage *v = &w->vintages.row[h->vintage];
    double worth = worth_of(w, h->vintage), price = ask(w, h, worth);
    struct stream random = sim_stream(w->sim, &model_receivers,
                                      identity(STREAM_OF_BUYERS, v->owner_class | (2 * h->visits + 1) << 8, v->number));
    receivers_state(w)->asked_cny = price;
    double luck = stream_uniform(&random);
    uint32_t buyer = price > 0 ? firms_search(w, luck, UINT32_MAX, may_buy) : UINT32_MAX;
    if (buyer == UINT32_MAX)
        return false;
    double dearer = w->credit.dearer_per_yr[w->firms.row[buyer].owner_class];
    bool used = price <= used_price(w, h->vintage);
    if (worth * outlook(w, buyer) * det_exp(-dearer * s->duration_yr) < price) {
        if (!used)
            return false;
        if (resale_beyond_owners(w, h->vintage))
            buyer = firms_search(w, luck, UINT32_MAX, may_buy_for_its_own_need);
    }
    if (buyer == UINT32_MAX)
        return false;
    sell(w, h, buyer, price);
    return true;
}

/* Whether the rent has been below avoidable cost for the whole of the patience. */
static bool hopeless(const struct world *w, struct held *h)
{
    const struct vintage *v = &w->vintages.row[h->vintage];
    bool below = w->market.rent_card[v->generation] < w->value.cash_cost[v->region][v->generation];
    if (!below)
        h->below_since = NONE;
    else if (isnan(h->below_since))
        h->below_since = w->sim->step_start;
    return below && w->sim->now - h->below_since >= receivers_state(w)->settings->patience_yr;
}

/* Returns whether the centre stays in possession. */
static bool keep(struct world *w, struct held *h)
{
    struct receivers *state = receivers_state(w);
    const struct vintage *v = &w->vintages.row[h->vintage];
    if (!v->standing)
        return false;
    if (hopeless(w, h)) {
        state->scrapped += v->cards;
        supply_close(w, h->vintage, "below its avoidable cost in its creditors' hands");
        return false;
    }
    h->clock -= state->settings->visit_per_yr * w->sim->dt;
    if (h->clock > 0)
        return true;
    if (visit(w, h))
        return false;
    h->clock = exponential(w, h->vintage, 2 * ++h->visits);
    return true;
}

/* -- a step ------------------------------------------------------------------------------------------------------- */

/* What the centres of a class have brought in apart from sales goes to their estates as their tenants pay. */
static void share_out(struct world *w, uint32_t owner_class, double cny)
{
    struct receivers *state = receivers_state(w);
    double rent = 0, beyond = 0;
    size_t centres = 0;
    for (size_t i = 0; i < state->count; i++) {
        const struct vintage *v = &w->vintages.row[state->held[i].vintage];
        rent += v->owner_class == owner_class ? v->rent_sum : 0;
        centres += v->owner_class == owner_class;
    }
    for (size_t i = 0; i < state->count; i++) {
        const struct vintage *v = &w->vintages.row[state->held[i].vintage];
        if (v->owner_class == owner_class)
            beyond +=
                beyond_claim(state, state->held[i].estate, cny * (rent > 0 ? v->rent_sum / rent : 1 / (double)centres));
    }
    if (!centres) /* what comes in late, when all are sold, is of the firm that failed last */
        beyond = beyond_claim(state, (uint32_t)state->estates - 1, cny);
    state->surplus_cny[owner_class] += beyond;
}

/* What a servicer has beyond what tenants have paid ahead goes to the banks, and past their claims to the owners of what
 * failed; what it lacks banks pay. */
static void settle(struct world *w, uint32_t servicer)
{
    struct receivers *state = receivers_state(w);
    const union balance_sheet *sheet = &w->ledger.sheet[servicer];
    uint32_t owner_class = servicer - w->firms.ordinary;
    const struct settings *s = state->settings;
    double sold = state->sold_cny[owner_class], cost = s->costs * sold;
    ledger_post(w, servicer, ACCOUNT_SERVICING, cost + (s->fee + s->costs) * max_of(0, w->firms.row[servicer].cfads));
    double spare = sheet->cash - sheet->contract_liabilities;
    share_out(w, owner_class, spare - (sold - cost));
    double surplus = state->surplus_cny[owner_class], to_banks = spare - surplus;
    ledger_post_with(w, servicer, ACCOUNT_RETAINED, COUNTERPARTY_OWNERS, -surplus);
    ledger_post_with(w, servicer, to_banks > 0 ? ACCOUNT_RETAINED : ACCOUNT_PAID_IN, COUNTERPARTY_BANKS, -to_banks);
    state->sold_cny[owner_class] = state->surplus_cny[owner_class] = 0;
}

/* Share of effective capacity on offer that servicers have. */
static double share_in_possession(const struct world *w)
{
    const struct receivers *state = receivers_state(w);
    double p = 0, all = 0, effective[MAX_GENERATIONS];
    for (size_t g = 0; g < w->generations.count; g++) {
        double training = w->market.training_share[g];
        effective[g] = training * w->generations.effective_p[TRAINING][g] +
                       (1 - training) * w->generations.effective_p[INFERENCE][g];
        all += w->vintages.offered_work[g] * effective[g];
    }
    for (size_t i = 0; i < state->count; i++) {
        const struct vintage *v = &w->vintages.row[state->held[i].vintage];
        p += v->on_offer ? v->cards * (double)v->quality * effective[v->generation] : 0;
    }
    return all > 0 ? min_of(1, p / all) : 0;
}

static void run(struct world *w)
{
    struct receivers *state = receivers_state(w);
    size_t kept = 0;
    state->discount = det_exp(-state->settings->discount_per_yr * (w->sim->now - w->sim->plan->start));
    if (state->taken <= 0)
        return;
    for (size_t i = 0; i < state->count; i++) {
        struct held h = state->held[i];
        if (keep(w, &h))
            state->held[kept++] = h;
    }
    state->count = kept;
    for (uint32_t servicer = w->firms.ordinary; servicer < w->firms.count; servicer++)
        if (w->firms.row[servicer].active)
            settle(w, servicer);
    w->firms.in_possession = share_in_possession(w);
}

static void start(struct world *w)
{
    receivers_state(w)->settings = sim_settings(w->sim, &model_receivers);
    receivers_state(w)->discount = 1;
}

/* -- outputs ------------------------------------------------------------------------------------------------------ */

enum { OUT_SHARE, OUT_SOLD, OUT_OWED, OUT_RETURNED, OUT_YEARS, OUT_PRICE, OUT_SCRAPPED };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_SHARE] = {"possession", OUTPUT_SERIES, "", NULL, "share of the effective capacity on offer that creditors hold after taking it from failed firms", .share = true},
    [OUT_SOLD] = {"possession.sold", OUTPUT_SERIES, "card", NULL, "cards that creditors sold since the last report"},
    [OUT_OWED] = {"recovery.claims", OUTPUT_SCALAR, "CNY", NULL, "claims of creditors on failed firms, discounted to the start"},
    [OUT_RETURNED] = {"recovery.returned", OUTPUT_SCALAR, "CNY", NULL, "what creditors recovered of their claims by collecting and selling, discounted to the start; its mean over that of recovery.claims is the recovery rate"},
    [OUT_YEARS] = {"possession.years", OUTPUT_SCALAR, "years", NULL, "time between failure and sale, weighted by cards"},
    [OUT_PRICE] = {"possession.price", OUTPUT_SCALAR, "", NULL, "price of centres sold by creditors over what their cards could still earn"},
    [OUT_SCRAPPED] = {"possession.scrapped", OUTPUT_SCALAR, "", NULL, "share of the cards taken that creditors scrapped", .share = true},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct receivers *state = receivers_state(w);
    sim_record(w->sim, &model_receivers, OUT_SHARE, -1, w->firms.in_possession, false);
    sim_record(w->sim, &model_receivers, OUT_SOLD, -1, state->sold_since_sample, false);
    state->sold_since_sample = 0;
}

/* With what is still held at its ask; what is held is in the order in which firms failed. */
static double returned_of(const struct world *w)
{
    const struct receivers *state = receivers_state(w);
    double returned = 0, net = (1 - state->settings->costs) * state->discount;
    size_t i = 0;
    for (size_t e = 0; e < state->estates; e++) {
        double got = state->estate[e].got;
        for (; i < state->count && state->held[i].estate == e; i++)
            got += net * ask(w, &state->held[i], worth_of(w, state->held[i].vintage));
        returned += min_of(got, state->estate[e].owed);
    }
    return returned;
}

double receivers_recovery(const struct world *w)
{
    double owed = receivers_state(w)->owed;
    return owed > 0 ? returned_of(w) / owed : NONE;
}

static void finish(struct world *w)
{
    const struct receivers *state = receivers_state(w);
    const double value[] = {
        [OUT_OWED] = state->owed,
        [OUT_RETURNED] = returned_of(w),
        [OUT_YEARS] = state->sold > 0 ? state->years / state->sold : NONE,
        [OUT_PRICE] = state->worth_cny > 0 ? state->price_cny / state->worth_cny : NONE,
        [OUT_SCRAPPED] = state->taken > 0 ? state->scrapped / state->taken : NONE,
    };
    for (int out = OUT_OWED; out <= OUT_SCRAPPED; out++)
        sim_record(w->sim, &model_receivers, out, -1, value[out], false);
}

const struct model model_receivers = {
    .name = "receivers",
    .help = "creditors in possession: servicers that run the centres of failed firms and sell them in time",
    .without = "centres of failed firms are sold at once or closed",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(receivers, struct receivers),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_FINANCE] = run, [PHASE_SAMPLE] = sample},
};
