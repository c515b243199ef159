/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit: which firms can serve their debt, which can borrow more, which fail, and the effect on the others.
 *
 * A firm's cash flow available for debt service E (CFADS), interest I and principal P, smoothed over half a year, put
 * it into one of Minsky's states (The financial instability hypothesis, 1992): hedge if E >= I + P, speculative if E >=
 * I, else Ponzi. What its cash does not cover it draws on a line that banks grant up to a share of the economic value
 * of its cards: this is also how a balloon is refinanced when it falls due. When the line is full, its owners pay in up
 * to a share of what they have put in before. The state covers its platforms without end, and so does a group that
 * stands behind its arm (`backed`): an internet platform lets what a fiftieth of its cash flow bought. A firm whose
 * bills stay unpaid, or whose debt exceeds what the cards are worth by more than a covenant allows and that cannot pay
 * the difference, is in distress; if that lasts, its creditors take the centres and sell them to the firm with most
 * cash, of the same class if one can pay, at
 *
 *     price = economic value * (1 - discount),   discount = base + depth * share of all economic value sold recently
 *
 * (fire sales: Shleifer and Vishny 1992), or scrap them where nobody can. What a sale does not recover is the banks'
 * loss: of what the firm owed when it first left bills unpaid, less what it repaid or passed on with centres sold
 * since. New loans bear
 *
 *     spread = spread of the class + default_effect * default rate + stranded_effect * stranded share of lessors' books
 *
 * with the default rate in shares of lessors' debt a year, fading. New projects must earn the higher cost of capital.
 * Firms that keep their covenants pay out the cash beyond a reserve; others trap it and repay their line.
 *
 * Imposed: the rules. Emerges: which firms fail, and when; sales, spreads, fewer projects.
 * Off: owners cover what is negative, nobody fails, spreads stay. State-funded and backed firms do not stand alone:
 * they are left out of all shares and rates.
 */
#include "receivers.h"
#include "sim/base/det.h"

struct settings {
    double advance, support, grace_yr, reserve_yr, payout, dscr_covenant, loan_to_value;
    double default_effect, stranded_effect, memory_yr, base_discount, depth, most_discount;
};

struct row {
    bool backed;
};

enum minsky { MINSKY_HEDGE, MINSKY_SPECULATIVE, MINSKY_PONZI, MINSKY_STATES };

/* What finance knows of a firm beyond its row. */
struct watched {
    double cfads_yr, interest_yr, principal_yr; /* smoothed */
    double supported; /* paid in by owners to cover bills */
    double distressed_since, arrears, owed; /* arrears: debt service that fell due since; owed: debt then */
};

struct finance {
    const struct settings *settings;
    const struct row *row; /* of classes */
    struct watched *watched;
    uint32_t *lessors, lessor_count; /* that are active, in the order in which they became so */
    size_t known; /* active firms looked at for that */
    double spread_at_start[MAX_OPERATORS];
    double default_rate_yr; /* shares of lessors' debt, fading */
    double sold_share; /* of all economic value, sold by creditors, fading */
    double lessors_debt, lessors_book, lessors_economic;
    double state_debt[MINSKY_STATES];
    double defaults_since_sample, defaults, recovered, defaulted_debt;
    double state_support_since_sample; /* paid by the state for its own, CNY */
};

static inline struct finance *finance_state(const struct world *w)
{
    return w->state[STATE_finance];
}

static const double SMOOTHING_YR = 0.5, SALE_MEMORY_YR = 0.5;

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, advance, "advance", "", 0, 5, "0.6", UNCERTAIN, "share of the economic value of a firm's cards up to which banks lend",
           "lenders to American neoclouds: 50 to 65 % of value"),
    NUMBER(struct settings, support, "support", "", 0, 10, "0.5", UNCERTAIN,
           "equity cure: the most that owners pay in to cover bills, as a share of capital paid in before", NULL),
    NUMBER(struct settings, grace_yr, "grace", "yr", 0, 5, "6 months", UNCERTAIN, "grace period that creditors give a firm in distress", NULL),
    NUMBER(struct settings, reserve_yr, "reserve", "yr", 0, 5, "6 months", UNCERTAIN, "debt service reserve: time of interest and principal that a firm keeps in cash", NULL),
    NUMBER(struct settings, payout, "payout", "", 0, 1, "0.5", UNCERTAIN, "share of the cash above the reserve that is paid out to owners in a year", NULL),
    NUMBER(struct settings, dscr_covenant, "dscr_covenant", "", 0, 10, "1.1", UNCERTAIN,
           "DSCR covenant: CFADS over debt service below which nothing is paid out to owners", "project finance: 1.1 to 1.3"),
    NUMBER(struct settings, loan_to_value, "loan_to_value", "", 0, 100, "none", UNCERTAIN,
           "loan to value at which lenders make a margin call for the difference; none: never", NULL),
    NUMBER(struct settings, default_effect, "default_effect", "", 0, 10, "0.3", UNCERTAIN,
           "rise of spreads per share of lessors' debt that defaults in a year", NULL),
    NUMBER(struct settings, stranded_effect, "stranded_effect", "/yr", 0, 1, "0.02 /yr", UNCERTAIN,
           "rise of spreads per share of lessors' books that is stranded", NULL),
    NUMBER(struct settings, memory_yr, "memory", "yr", 0.05, 20, "1 yr", UNCERTAIN, "time over which past defaults weigh on spreads", NULL),
    NUMBER(struct settings, base_discount, "fire_sale", "", 0, 1, "0.2", UNCERTAIN, "discount on economic value of the first forced sale", NULL),
    NUMBER(struct settings, depth, "fire_sale_depth", "", 0, 100, "2", UNCERTAIN,
           "rise of the fire-sale discount per share of all economic value sold recently", NULL),
    NUMBER(struct settings, most_discount, "fire_sale_most", "", 0, 1, "0.8", UNCERTAIN, "largest discount", NULL),
    {.name = "backed", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "groups stand behind the firms of the class and pay what these cannot: they do not fail",
     .offset = offsetof(struct row, backed)},
    {0},
};
/* clang-format on */

/* Neither the state nor a group pays for it. */
static bool stands_alone(const struct world *w, const struct firm *f)
{
    return !w->vintages.state_funded[f->owner_class] && !finance_state(w)->row[f->owner_class].backed;
}

static double discount_now(const struct finance *state)
{
    const struct settings *s = state->settings;
    return min_of(s->most_discount, s->base_discount + s->depth * state->sold_share);
}

/* -- what falls due ------------------------------------------------------------------------------------------------ */

/* What a step does, the same for all firms: how much of a rate is kept, what a flow adds to it, what share of spare
 * cash is paid out. */
struct pace {
    double kept, per_flow, paid_out;
};

static void smooth(double *rate, double flow, const struct pace *pace)
{
    *rate = *rate * pace->kept + flow * pace->per_flow;
}

static enum minsky state_of(const struct watched *x)
{
    return (enum minsky)((x->cfads_yr < x->interest_yr + x->principal_yr) + (x->cfads_yr < x->interest_yr));
}

static void draw_line(struct world *w, uint32_t id)
{
    struct firm *f = &w->firms.row[id];
    const union balance_sheet *sheet = &w->ledger.sheet[id];
    double room = finance_state(w)->settings->advance * f->economic - sheet->debt;
    double drawn = min_of(-sheet->cash, max_of(0, room));
    f->credit_line += drawn;
    ledger_post(w, id, ACCOUNT_DEBT, drawn);
}

static void repay_line(struct world *w, uint32_t id, double most)
{
    struct firm *f = &w->firms.row[id];
    double repaid = min_of(f->credit_line, max_of(0, most));
    if (repaid <= 0)
        return;
    f->credit_line -= repaid;
    ledger_post(w, id, ACCOUNT_DEBT, -repaid);
}

/* Bills beyond cash: the line first, then owners. The state covers its own, and so do groups. */
static void cover(struct world *w, uint32_t id)
{
    struct finance *state = finance_state(w);
    const union balance_sheet *sheet = &w->ledger.sheet[id];
    if (w->vintages.state_funded[w->firms.row[id].owner_class]) {
        state->state_support_since_sample -= sheet->cash;
        ledger_post_with(w, id, ACCOUNT_PAID_IN, COUNTERPARTY_STATE, -sheet->cash);
        return;
    }
    draw_line(w, id);
    double own = sheet->paid_in - state->watched[id].supported,
           room = state->settings->support * own - state->watched[id].supported;
    double paid = stands_alone(w, &w->firms.row[id]) ? min_of(-sheet->cash, max_of(0, room)) : -sheet->cash;
    state->watched[id].supported += paid;
    ledger_post(w, id, ACCOUNT_PAID_IN, paid);
}

/* Margin call for debt beyond the loan-to-value covenant: cash repays the credit line, then loans pro rata. Returns
 * what is still called. */
static double call(struct world *w, uint32_t id)
{
    const struct firm *f = &w->firms.row[id];
    const union balance_sheet *sheet = &w->ledger.sheet[id];
    double excess = sheet->debt - finance_state(w)->settings->loan_to_value * f->economic;
    if (!(excess > 0) || sheet->debt <= 0)
        return 0;
    double line = f->credit_line;
    repay_line(w, id, min_of(excess, sheet->cash));
    excess -= line - f->credit_line;
    double loans = sheet->debt - f->credit_line, paid = min_of(min_of(excess, loans), max_of(0, sheet->cash));
    if (paid > 0) {
        for (uint32_t i = w->firms.first_vintage[id]; i != UINT32_MAX; i = w->vintages.row[i].next_of_firm) {
            w->vintages.row[i].debt *= 1 - paid / loans;
            w->vintages.row[i].steady_until = 0;
        }
        ledger_post(w, id, ACCOUNT_DEBT, -paid);
    }
    return excess - paid;
}

/* Cash beyond the reserve repays the credit line; if covenants are kept, part of the rest is paid out to owners. */
static void use_cash(struct world *w, uint32_t id, const struct pace *pace)
{
    const struct settings *s = finance_state(w)->settings;
    const union balance_sheet *sheet = &w->ledger.sheet[id];
    const struct watched *x = &finance_state(w)->watched[id];
    double service_yr = x->interest_yr + x->principal_yr, spare = sheet->cash - s->reserve_yr * service_yr;
    if (spare <= 0)
        return;
    repay_line(w, id, spare);
    spare = sheet->cash - s->reserve_yr * service_yr;
    if (w->firms.row[id].credit_line > 0 || x->cfads_yr < s->dscr_covenant * service_yr)
        return;
    ledger_post(w, id, ACCOUNT_RETAINED, -(spare * pace->paid_out));
}

/* -- failing ------------------------------------------------------------------------------------------------------- */

/* The firm with most cash that could pay, of one class or (-1) of all but the state's; UINT32_MAX if none can. */
static uint32_t richest(const struct world *w, int owner_class, double price)
{
    uint32_t best = UINT32_MAX;
    double most = price;
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t i = w->firms.active[k];
        const struct firm *f = &w->firms.row[i];
        double cash = w->ledger.sheet[i].cash;
        bool asked = owner_class < 0 ? !w->vintages.state_funded[f->owner_class] : f->owner_class == owner_class;
        if (asked && !f->defaulted && !f->distressed && cash >= most && cash > 0)
            best = i, most = cash;
    }
    return best;
}

/* Sells one centre of a failed firm, by bids if there are any (consolidation.c), or closes it. */
static void sell(struct world *w, uint32_t id)
{
    struct finance *state = finance_state(w);
    struct vintage *v = &w->vintages.row[id];
    double worth = v->cards * value_of_vintage(w, v), price = worth * (1 - discount_now(state));
    if (sim_enabled(w->sim, &model_consolidation) && consolidation_auction(w, id) > 0) {
        state->sold_share += worth / max_of(w->firms.economic, worth);
        return;
    }
    uint32_t buyer = richest(w, w->firms.row[v->firm].owner_class, price);
    if (buyer == UINT32_MAX)
        buyer = richest(w, -1, price);
    if (buyer == UINT32_MAX || price <= 0) {
        supply_close(w, id, "its owner failed and nobody bought it");
        return;
    }
    vintage_transfer(w, id, buyer, price);
    state->sold_share += worth / max_of(w->firms.economic, worth);
}

/* What remains of a failed firm: lenders take its cash and what its centres fetched, which secured their loans; what is
 * short is their loss, bills left unpaid are its vendors', and it ends with nothing. Creditors in possession keep what
 * is more until its centres are sold. */
static void settle(struct world *w, uint32_t id, double owed, double bills)
{
    struct finance *state = finance_state(w);
    const union balance_sheet *sheet = &w->ledger.sheet[id];
    double recovered = min_of(owed, max_of(0, sheet->cash + bills)), before = max_of(0, state->watched[id].owed - owed);
    bool possession = sim_enabled(w->sim, &model_receivers);
    double kept = possession ? max_of(0, sheet->cash + bills - recovered) : 0;
    ledger_post(w, id, ACCOUNT_DEBT, -recovered);
    ledger_post_with(w, id, ACCOUNT_RETAINED, COUNTERPARTY_BANKS, -kept);
    ledger_post(w, id, ACCOUNT_DEBT_FORGIVEN, sheet->debt);
    ledger_post(w, id, ACCOUNT_PACKAGES_FORFEITED, sheet->contract_liabilities);
    ledger_post(w, id, ACCOUNT_VAT_CREDIT_LOST, sheet->vat_credit);
    ledger_post(w, id, ACCOUNT_PREPAYMENTS_FORFEITED, sheet->prepayments);
    ledger_post_with(w, id, ACCOUNT_RETAINED, sheet->cash > 0 ? COUNTERPARTY_OWNERS : COUNTERPARTY_VENDORS,
                     -sheet->cash);
    if (possession)
        receivers_end(w, before + recovered + kept);
    w->firms.row[id].temporary_difference = w->firms.row[id].loss_carried = 0;
    state->recovered += before + recovered;
    state->defaulted_debt += before + owed;
    state->defaults++;
    state->defaults_since_sample++;
    if (owed > 0)
        state->default_rate_yr += owed / max_of(state->lessors_debt, owed) / state->settings->memory_yr;
    char name[64];
    if (possession)
        tell(w->sim, "finance", "failed", firms_name(w, id, name), "owing %.4g MCNY: creditors take its centres",
             owed / 1e6);
    else
        tell(w->sim, "finance", "failed", firms_name(w, id, name), "owing %.4g MCNY, of which %.0f %% is recovered",
             owed / 1e6, owed > 0 ? 100 * recovered / owed : 100.0);
}

/* The part of a failed firm's unpaid bills that its banks bear: the debt service due since it has been in distress. */
static void add_arrears(struct world *w, uint32_t id)
{
    const struct watched *x = &finance_state(w)->watched[id];
    ledger_post(w, id, ACCOUNT_DEBT, min_of(x->arrears, max_of(0, -w->ledger.sheet[id].cash)));
}

static void fail_firm(struct world *w, uint32_t id)
{
    struct firm *f = &w->firms.row[id];
    add_arrears(w, id);
    double owed = w->ledger.sheet[id].debt, bills = max_of(0, -w->ledger.sheet[id].cash);
    f->defaulted = true;
    f->distressed = false;
    w->firms.distressed--;
    f->credit_line = 0;
    if (sim_enabled(w->sim, &model_receivers))
        receivers_begin(w, max_of(owed, finance_state(w)->watched[id].owed));
    for (uint32_t i = w->firms.first_vintage[id], next; i != UINT32_MAX; i = next) {
        struct vintage *v = &w->vintages.row[i];
        next = v->next_of_firm; /* it may be sold */
        v->debt = v->steady_until = 0;
        if (v->standing && sim_enabled(w->sim, &model_receivers))
            receivers_take(w, i);
        else if (v->standing)
            sell(w, i);
    }
    settle(w, id, owed, bills);
}

/* -- a step -------------------------------------------------------------------------------------------------------- */

static void watch(struct world *w, uint32_t id, const struct pace *pace)
{
    struct finance *state = finance_state(w);
    struct firm *f = &w->firms.row[id];
    struct watched *x = &state->watched[id];
    smooth(&x->cfads_yr, f->cfads, pace);
    smooth(&x->interest_yr, f->interest, pace);
    smooth(&x->principal_yr, f->principal, pace);
    if (w->ledger.sheet[id].cash < 0)
        cover(w, id);
    double called = stands_alone(w, f) ? call(w, id) : 0;
    bool distressed = stands_alone(w, f) && (w->ledger.sheet[id].cash < -1 || called > 1);
    if (distressed && !f->distressed)
        x->distressed_since = w->sim->now, x->arrears = 0, x->owed = w->ledger.sheet[id].debt;
    if (distressed)
        x->arrears += f->interest + f->principal;
    w->firms.distressed += (uint32_t)distressed - f->distressed;
    f->distressed = distressed;
    if (!distressed)
        use_cash(w, id, pace);
    else if (w->sim->now - x->distressed_since >= state->settings->grace_yr)
        fail_firm(w, id);
}

/* Where a whole class has failed, its projects are delivered to a new firm under an old name. */
static void begin_again(struct world *w, uint32_t id)
{
    struct firm *f = &w->firms.row[id];
    f->defaulted = f->left = false;
    f->loss_carried = f->temporary_difference = 0;
    finance_state(w)->watched[id] = (struct watched){0};
}

/* Receipts and bills after a firm's end, such as scrap and penalties, are its banks' or its vendors'. */
static void sweep(struct world *w, uint32_t id)
{
    double cash = w->ledger.sheet[id].cash;
    if (cash > 0)
        ledger_post_with(w, id, ACCOUNT_RETAINED, COUNTERPARTY_BANKS, -cash);
    else if (cash < 0)
        ledger_post_with(w, id, ACCOUNT_RETAINED, COUNTERPARTY_VENDORS, -cash);
    finance_state(w)->recovered += max_of(0, cash);
}

/* Owners of a firm that has left by choice get, or pay, what is still to come. Loans of centres scrapped before are
 * repaid at once. */
static void wind_up(struct world *w, uint32_t id)
{
    for (uint32_t i = w->firms.first_vintage[id]; i != UINT32_MAX; i = w->vintages.row[i].next_of_firm)
        w->vintages.row[i].debt = w->vintages.row[i].steady_until = 0;
    ledger_post(w, id, ACCOUNT_DEBT, -w->ledger.sheet[id].debt);
    double cash = w->ledger.sheet[id].cash;
    ledger_post(w, id, cash > 0 ? ACCOUNT_RETAINED : ACCOUNT_PAID_IN, -cash);
}

static void list_lessors(struct world *w)
{
    struct finance *state = finance_state(w);
    for (; state->known < w->firms.active_count; state->known++) {
        uint32_t firm = w->firms.active[state->known];
        if (stands_alone(w, &w->firms.row[firm]) && !firms_in_possession(w, firm))
            state->lessors[state->lessor_count++] = firm;
    }
}

static void sum_up(struct world *w)
{
    struct finance *state = finance_state(w);
    state->lessors_debt = state->lessors_book = state->lessors_economic = 0;
    memset(state->state_debt, 0, sizeof state->state_debt);
    for (size_t k = 0; k < state->lessor_count; k++) {
        uint32_t i = state->lessors[k];
        const struct firm *f = &w->firms.row[i];
        const union balance_sheet *sheet = &w->ledger.sheet[i];
        double debt =
            max_of(0, sheet->debt); /* a loan repaid in full leaves what rounding leaves, on either side of 0 */
        state->lessors_debt += debt;
        state->lessors_book += sheet->book;
        state->lessors_economic += f->economic;
        if (state->watched[i].interest_yr + state->watched[i].principal_yr > 0) /* else nothing has fallen due yet */
            state->state_debt[state_of(&state->watched[i])] += debt;
    }
}

static void price_credit(struct world *w)
{
    const struct finance *state = finance_state(w);
    double stranded =
        state->lessors_book > 0 ? max_of(0, state->lessors_book - state->lessors_economic) / state->lessors_book : 0;
    double dearer =
        state->settings->default_effect * state->default_rate_yr + state->settings->stranded_effect * stranded;
    for (size_t o = 0; o < MAX_OPERATORS; o++)
        if (!w->vintages.state_funded[o]) {
            w->credit.spread_per_yr[o] = state->spread_at_start[o] + dearer;
            w->credit.dearer_per_yr[o] = dearer * w->credit.debt_share;
        }
}

static void run(struct world *w)
{
    struct finance *state = finance_state(w);
    double dt = w->sim->dt, kept = det_exp(-dt / SMOOTHING_YR);
    struct pace pace = {
        .kept = kept, .per_flow = (1 - kept) / dt, .paid_out = -det_expm1(-state->settings->payout * dt)};
    state->default_rate_yr *= det_exp(-dt / state->settings->memory_yr);
    state->sold_share *= det_exp(-dt / SALE_MEMORY_YR);
    list_lessors(w);
    sum_up(w);
    for (uint32_t i = 0; i < w->firms.active_count; i++) {
        uint32_t firm = w->firms.active[i];
        struct firm *f = &w->firms.row[firm];
        if ((f->defaulted || f->left) && f->cards > 0)
            begin_again(w, firm);
        if (f->defaulted)
            sweep(w, firm);
        else if (f->left)
            wind_up(w, firm);
        else if (!firms_in_possession(w, firm))
            watch(w, firm, &pace);
    }
    price_credit(w);
    ledger_check(w);
}

static void start(struct world *w)
{
    struct finance *state = finance_state(w);
    state->settings = sim_settings(w->sim, &model_finance);
    state->row = sim_rows(w->sim, &model_finance, OPERATOR);
    state->lessors = arena_array(&w->sim->arena, w->firms.count, sizeof *state->lessors);
    state->watched = arena_array(&w->sim->arena, w->firms.count, sizeof *state->watched);
    memcpy(state->spread_at_start, w->credit.spread_per_yr, sizeof state->spread_at_start);
}

/* -- outputs ------------------------------------------------------------------------------------------------------- */

enum {
    OUT_HEDGE,
    OUT_SPECULATIVE,
    OUT_PONZI,
    OUT_DSCR,
    OUT_DEFAULTS,
    OUT_DISTRESSED,
    OUT_SPREAD,
    OUT_FIRE_SALE,
    OUT_STATE_SUPPORT,
    OUT_STATE_CAPACITY,
    OUT_STATE_DORMANT,
    OUT_ALL_DEFAULTS,
    OUT_RECOVERY
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_HEDGE] = {"minsky.hedge", OUTPUT_SERIES, "", NULL, "share of lessors' debt owed by firms that can pay interest and principal", .share = true},
    [OUT_SPECULATIVE] = {"minsky.speculative", OUTPUT_SERIES, "", NULL, "share of lessors' debt owed by firms that can pay interest alone", .share = true},
    [OUT_PONZI] = {"minsky.ponzi", OUTPUT_SERIES, "", NULL, "share of lessors' debt owed by firms that cannot pay interest", .share = true},
    [OUT_DSCR] = {"dscr", OUTPUT_SERIES, "", NULL, "lessors' cash flow available for debt service over debt service, half a year"},
    [OUT_DEFAULTS] = {"defaults", OUTPUT_SERIES, "", NULL, "firms that failed since the last report"},
    [OUT_DISTRESSED] = {"distressed", OUTPUT_SERIES, "", NULL, "firms that cannot pay their debt service and have not failed yet"},
    [OUT_SPREAD] = {"spread", OUTPUT_SERIES, "/yr", NULL, "spread of lessors' new loans over the base rate, weighted by debt"},
    [OUT_FIRE_SALE] = {"fire_sale", OUTPUT_SERIES, "", NULL, "discount on economic value at which creditors would sell now"},
    [OUT_STATE_SUPPORT] = {"state.support", OUTPUT_SERIES, "CNY", NULL, "what the state paid since the last report for bills that its own centres could not pay"},
    [OUT_STATE_CAPACITY] = {"state.capacity", OUTPUT_SERIES, "P", NULL, "installed capacity of centres that the state funds"},
    [OUT_STATE_DORMANT] = {"state.dormant", OUTPUT_SERIES, "", NULL, "share of the capacity of state-funded centres that is dormant, without customers, staff or software", .share = true},
    [OUT_ALL_DEFAULTS] = {"defaults.all", OUTPUT_SCALAR, "", NULL, "firms that failed within the horizon"},
    [OUT_RECOVERY] = {"recovery", OUTPUT_SCALAR, "", NULL, "share of what failed firms owed when they first left bills unpaid that was recovered; where creditors are in possession, discounted to the failure and less what they spent"},
    {0},
};
/* clang-format on */

/* Centres that the state funds, apart from lessors. */
static void sample_state(struct world *w)
{
    struct finance *state = finance_state(w);
    double capacity = 0, dormant = 0;
    for (const struct vintage *v = w->vintages.row, *end = v + w->vintages.count; v < end; v++) {
        if (!v->standing || !w->vintages.state_funded[v->owner_class])
            continue;
        double p = v->cards * w->generations.pflops_fp16[v->generation];
        capacity += p;
        dormant += v->on_offer ? 0 : p;
    }
    sim_record(w->sim, &model_finance, OUT_STATE_SUPPORT, -1, state->state_support_since_sample, false);
    sim_record(w->sim, &model_finance, OUT_STATE_CAPACITY, -1, capacity, false);
    sim_record(w->sim, &model_finance, OUT_STATE_DORMANT, -1, capacity > 0 ? dormant / capacity : NONE, false);
    state->state_support_since_sample = 0;
}

static void sample(struct world *w)
{
    struct finance *state = finance_state(w);
    const struct model *m = &model_finance;
    double cfads = 0, service = 0, spread = 0, debt = 0;
    for (size_t k = 0; k < state->lessor_count; k++) {
        uint32_t i = state->lessors[k];
        const struct firm *f = &w->firms.row[i];
        const struct watched *x = &state->watched[i];
        if (f->defaulted)
            continue;
        cfads += x->cfads_yr;
        service += x->interest_yr + x->principal_yr;
        spread += w->ledger.sheet[i].debt * w->credit.spread_per_yr[f->owner_class];
        debt += w->ledger.sheet[i].debt;
    }
    double known = 0;
    for (int k = 0; k < MINSKY_STATES; k++)
        known += state->state_debt[k];
    for (int k = 0; k < MINSKY_STATES; k++)
        sim_record(w->sim, m, OUT_HEDGE + k, -1, known > 0 ? state->state_debt[k] / known : NONE, false);
    sim_record(w->sim, m, OUT_DSCR, -1, service > 0 ? cfads / service : NONE, false);
    sim_record(w->sim, m, OUT_DEFAULTS, -1, state->defaults_since_sample, false);
    sim_record(w->sim, m, OUT_DISTRESSED, -1, w->firms.distressed, false);
    sim_record(w->sim, m, OUT_SPREAD, -1, debt > 0 ? spread / debt : NONE, false);
    sim_record(w->sim, m, OUT_FIRE_SALE, -1, discount_now(state), false);
    state->defaults_since_sample = 0;
    sample_state(w);
}

static void finish(struct world *w)
{
    const struct finance *state = finance_state(w);
    sim_record(w->sim, &model_finance, OUT_ALL_DEFAULTS, -1, state->defaults, false);
    double recovered = sim_enabled(w->sim, &model_receivers) ? receivers_recovery(w)
                       : state->defaulted_debt > 0           ? state->recovered / state->defaulted_debt
                                                             : NONE;
    sim_record(w->sim, &model_finance, OUT_RECOVERY, -1, recovered, false);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_finance = {
    .name = "finance",
    .help = "credit lines, covenants, distress, default, forced sales, and spreads that follow them",
    .without = "owners cover what is negative, nobody fails, spreads stay as they are",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(finance, struct finance),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_FINANCE] = run, [PHASE_SAMPLE] = sample},
};
