/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capital: a project is paid for by its owner's funds and a loan, or it is built smaller, or not at all.
 *
 * Own funds of a firm at entry are lognormal, by class. Listed classes may issue shares: their funds grow by
 *
 *     d ln E / dt = issues * concept premium
 *
 * What is free is E, less what owners have paid in since the start, plus the cash of the firm, less what it has set
 * aside for cards on order. Profits kept are in that cash, losses have been taken from it; dividends are gone.
 *
 * A lender gives for a card the least of three amounts: the class's usual share of its cost (accounting.debt_share); a
 * share of what it is worth; and the loan whose interest and principal, in equal payments over the life of loans at
 * today's rate, the rents that it counts cover `cover` times,
 *
 *     D = counted / cover * PV(quasi-rents over the loan) * annuity(loan rate) / annuity(discount rate),
 *
 * `counted` being the share of rents that lenders count: less where no contract is signed (presale.c). So dearer credit both raises the
 * return that owners want (entry.c) and shrinks what they can borrow. The outlay is at most free funds and loan; a
 * project that could pay for less than least_share of its cards is not approved, or given up where it has been.
 *
 * That binds classes whose own funds are stated and that decide by entry.c.
 *
 * A class may have a dated budget instead, money that the state commits to it: it adds up, orders are taken from it, and
 * what is not enough for one is kept for the next. Its projects are approved and begin only while money is left.
 *
 * Phase: decide, before entry. Off: owners pay whatever their loans do not.
 */
#include "capital.h"

#include "entry.h"

#include "models/planner/cashflow.h"

#include "sim/base/det.h"

struct settings {
    double sigma, issues_per_yr, loan_to_value, cover, counted, counted_signed, least_share;
};

struct row {
    double own_funds_cny;
    const struct dated_series *budget_per_yr;
};

struct paid { /* of a project */
    double set_aside_cny, of_budget_cny;
    float debt_share; /* 0: nothing was ordered */
};

struct capital {
    const struct settings *settings;
    const struct row *row;
    double *funds_cny, *paid_in_at_start, *set_aside_cny; /* of each firm: at entry; in its books then; for orders */
    double log_issued[MAX_OPERATORS], grown[MAX_OPERATORS]; /* funds of a class over those at entry */
    uint32_t operators;
    double purse_cny[MAX_OPERATORS]; /* of a class with a budget: what is left of it */
    struct paid *paid;
    size_t projects, capacity;
    bool in_books, opened; /* there are books; those of the start are known */
    /* since the last sample */
    double wanted_cny, outlay_cny, borrowed_cny, refused;
};

enum { STREAM_OF_FUNDS }; /* (class, firm of the class) */

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, sigma, "own_funds_sigma", "", 0, 4, "1.2", UNCERTAIN, "standard deviation of firms' own funds, log", NULL),
    NUMBER(struct settings, issues_per_yr, "issues", "/yr", 0, 5, "0.15 /yr", UNCERTAIN,
           "new shares that listed firms issue in a year at a concept premium of one, share of their funds", NULL),
    NUMBER(struct settings, loan_to_value, "loan_to_value", "", 0, 2, "0.6", UNCERTAIN, "most that is lent, share of what cards can earn",
           "lenders' loan to value of 50 to 65 % (GLRI 2026-01)"),
    NUMBER(struct settings, cover, "cover", "", 0.1, 10, "1.2", UNCERTAIN, "debt service cover (CFADS over debt service) that lenders ask for", NULL),
    NUMBER(struct settings, counted, "counted", "", 0, 1, "0.5", UNCERTAIN, "share of expected rents that lenders take into account", NULL),
    NUMBER(struct settings, counted_signed, "counted_signed", "", 0, 1, "0.85", UNCERTAIN,
           "share of expected rents that lenders count where a lease is signed (leases.presale)", "practice of delayed-draw loans to American neoclouds"),
    NUMBER(struct settings, least_share, "least_share", "", 0, 1, "0.2", UNCERTAIN,
           "share of its cards that a project must be able to pay for", NULL),
    COLUMN(OPERATOR, struct row, own_funds_cny, "own_funds", "CNY", 0, 1e15, "none", UNCERTAIN,
           "median of a firm's own funds for computing when it enters, by class of owners; none: no limit", NULL),
    {.name = "budget", .table = OPERATOR, .type = PARAM_SERIES, .unit = "CNY/yr", .min = 0, .max = 1e15, .value = "none",
     .help = "money that the state commits to a class of owners in a year, over time; none: no limit",
     .offset = offsetof(struct row, budget_per_yr)},
    {0},
};
/* clang-format on */

static struct capital *state_of(const struct world *w)
{
    return w->state[STATE_capital];
}

static bool limited(const struct world *w, uint32_t owner_class)
{
    const struct capital *c = state_of(w);
    return c && !isnan(c->row[owner_class].own_funds_cny) && sim_enabled(w->sim, &model_pipeline) &&
           entry_decides(w, owner_class);
}

static bool budgeted(const struct world *w, uint32_t owner_class)
{
    const struct capital *c = state_of(w);
    return c && c->row[owner_class].budget_per_yr;
}

/* -- what there is ------------------------------------------------------------------------------------------------- */

static double free_funds(const struct world *w, uint32_t firm)
{
    const struct capital *c = state_of(w);
    double paid_in = 0, cash = 0;
    if (c->in_books) {
        paid_in = w->ledger.sheet[firm].paid_in - c->paid_in_at_start[firm];
        cash = max_of(0, w->ledger.sheet[firm].cash);
    }
    double funds = c->funds_cny[firm] * c->grown[w->firms.row[firm].owner_class];
    return max_of(0, funds - paid_in + cash - c->set_aside_cny[firm]);
}

/* Lent on a card, of its cost. */
static double lent(const struct world *w, const struct project *p, int g, double cost)
{
    const struct settings *s = state_of(w)->settings;
    double years = w->credit.loan_yr > 0 ? w->credit.loan_yr : VALUE_YEARS / 2.0;
    double rate = w->credit.base_per_yr + w->credit.spread_per_yr[p->owner_class];
    double worth = value_of_card(w, p->region, g, years), usual = w->credit.debt_share;
    double counted = p->contracted ? max_of(s->counted, s->counted_signed) : s->counted;
    double served =
        counted / s->cover * worth * cashflow_annuity(rate, years) / cashflow_annuity(w->value.discount_per_yr, years);
    return min_of(usual, min_of(s->loan_to_value * worth, served) / cost);
}

static double paid_per_card(const struct world *w, const struct project *p, int g)
{
    double cost = procurement_cost_per_card(w, g);
    return p->replaces == UINT32_MAX ? cost : cost - procurement_building_cost_per_card(w, g);
}

static double affordable(const struct world *w, const struct project *p, int g)
{
    double cost = paid_per_card(w, p, g);
    if (budgeted(w, p->owner_class))
        return max_of(0, state_of(w)->purse_cny[p->owner_class]) / cost;
    double own = cost * (1 - lent(w, p, g, cost));
    return own > 0 ? free_funds(w, pipeline_firm(w, p)) / own : HUGE_VAL;
}

double capital_cards(const struct world *w, const struct project *p, int g, double cards)
{
    if (!capital_binds(w, p->owner_class) || cards <= 0)
        return cards;
    double unit = w->generations.cards_per_server[g], most = affordable(w, p, g);
    return most < cards ? floor(most / unit) * unit : cards;
}

double capital_free_cny(const struct world *w, uint32_t firm)
{
    return limited(w, w->firms.row[firm].owner_class) ? free_funds(w, firm) : HUGE_VAL;
}

bool capital_binds(const struct world *w, uint32_t owner_class)
{
    return limited(w, owner_class) || budgeted(w, owner_class);
}

bool capital_can_begin(const struct world *w, const struct project *p, int g, double cards)
{
    return !capital_binds(w, p->owner_class) || affordable(w, p, g) >= state_of(w)->settings->least_share * cards;
}

void capital_refused(struct world *w)
{
    state_of(w)->refused++;
}

/* -- what is spent ------------------------------------------------------------------------------------------------- */

void capital_commit(struct world *w, uint32_t id, int g, double cards, double wanted_cards)
{
    struct capital *c = state_of(w);
    const struct project *p = &w->projects.row[id];
    if (!capital_binds(w, p->owner_class))
        return;
    size_t before = c->projects;
    c->projects = before > id ? before : (size_t)id + 1;
    while (c->capacity < c->projects) {
        size_t more = c->capacity ? 2 * c->capacity : 1024;
        c->paid = arena_grow(&w->sim->arena, c->paid, before * sizeof *c->paid, more * sizeof *c->paid);
        c->capacity = more;
    }
    for (size_t i = before; i < c->projects; i++)
        c->paid[i] = (struct paid){0};
    double cost = paid_per_card(w, p, g), share = lent(w, p, g, cost);
    if (budgeted(w, p->owner_class)) {
        c->paid[id] = (struct paid){.of_budget_cny = cost * cards};
        c->purse_cny[p->owner_class] -= cost * cards;
        return;
    }
    c->paid[id] = (struct paid){.set_aside_cny = (1 - share) * cost * cards, .debt_share = (float)share};
    c->set_aside_cny[pipeline_firm(w, p)] += c->paid[id].set_aside_cny;
    c->wanted_cny += cost * wanted_cards;
    c->outlay_cny += cost * cards;
    c->borrowed_cny += share * cost * cards;
}

void capital_release(struct world *w, uint32_t id, bool spent)
{
    struct capital *c = state_of(w);
    if (!c || id >= c->projects)
        return;
    const struct project *p = &w->projects.row[id];
    double *kept = &c->set_aside_cny[pipeline_firm(w, p)];
    *kept = max_of(0, *kept - c->paid[id].set_aside_cny);
    c->purse_cny[p->owner_class] += spent ? 0 : c->paid[id].of_budget_cny;
    c->paid[id].set_aside_cny = c->paid[id].of_budget_cny = 0;
}

double capital_debt_share(const struct world *w, uint32_t project)
{
    const struct capital *c = state_of(w);
    return c && project < c->projects && c->paid[project].debt_share > 0 ? (double)c->paid[project].debt_share : 1;
}

/* -- the rest ------------------------------------------------------------------------------------------------------ */

static void decide(struct world *w)
{
    struct capital *c = state_of(w);
    for (uint32_t i = 0; i < w->firms.count && !c->opened && c->in_books; i++)
        c->paid_in_at_start[i] = w->ledger.sheet[i].paid_in;
    c->opened = true;
    for (uint32_t o = 0; o < c->operators; o++) {
        if (budgeted(w, o))
            c->purse_cny[o] += series_at(c->row[o].budget_per_yr, w->sim->now) * w->sim->dt;
        if (!limited(w, o))
            continue;
        c->log_issued[o] += c->settings->issues_per_yr * w->projects.concept_premium[o] * w->sim->dt;
        c->grown[o] = det_exp(c->log_issued[o]);
    }
}

static void start(struct world *w)
{
    struct capital *c = state_of(w);
    struct arena *arena = &w->sim->arena;
    c->settings = sim_settings(w->sim, &model_capital);
    c->row = sim_rows(w->sim, &model_capital, OPERATOR);
    c->operators = (uint32_t)sim_row_count(w->sim, OPERATOR);
    c->in_books = sim_enabled(w->sim, &model_ledger);
    for (uint32_t o = 0; o < c->operators; o++)
        c->grown[o] = 1;
    c->funds_cny = arena_array(arena, w->firms.count, sizeof *c->funds_cny);
    c->paid_in_at_start = arena_array(arena, w->firms.count, sizeof *c->paid_in_at_start);
    c->set_aside_cny = arena_array(arena, w->firms.count, sizeof *c->set_aside_cny);
    for (uint32_t i = 0; i < w->firms.count; i++) {
        uint32_t o = w->firms.row[i].owner_class;
        if (isnan(c->row[o].own_funds_cny))
            continue;
        struct stream random = sim_stream(w->sim, &model_capital, identity(STREAM_OF_FUNDS, o, i - w->firms.first[o]));
        c->funds_cny[i] = c->row[o].own_funds_cny * det_exp(c->settings->sigma * stream_normal(&random));
    }
}

enum { OUT_FREE, OUT_SHORT, OUT_BORROWED, OUT_REFUSED, OUT_BUDGET };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_FREE] = {"capital.free", OUTPUT_SERIES, "CNY", OPERATOR, "what the firms of a class could still put into new cards, loans apart"},
    [OUT_SHORT] = {"capital.short", OUTPUT_SERIES, "", NULL,
                   "share of the orders that owners wanted to place since the last report for which funds and loans were lacking", .share = true},
    [OUT_BORROWED] = {"capital.borrowed", OUTPUT_SERIES, "", NULL, "share of the orders since the last report that owners pay with loans", .share = true},
    [OUT_REFUSED] = {"capital.refused", OUTPUT_SERIES, "", NULL, "projects not approved or given up since the last report for want of money"},
    [OUT_BUDGET] = {"budget.left", OUTPUT_SERIES, "CNY", OPERATOR, "what is left of the money that the state has committed to a class"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct capital *c = state_of(w);
    for (uint32_t o = 0; o < c->operators; o++) {
        double sum = 0;
        bool bound = limited(w, o);
        for (uint32_t i = 0; i < w->firms.of_class[o] && bound; i++)
            sum += free_funds(w, w->firms.first[o] + i);
        sim_record(w->sim, &model_capital, OUT_FREE, (int)o, bound ? sum : NONE, false);
        sim_record(w->sim, &model_capital, OUT_BUDGET, (int)o, budgeted(w, o) ? c->purse_cny[o] : NONE, false);
    }
    bool any = c->wanted_cny > 0;
    sim_record(w->sim, &model_capital, OUT_SHORT, -1, any ? 1 - c->outlay_cny / c->wanted_cny : NONE, false);
    sim_record(w->sim, &model_capital, OUT_BORROWED, -1, c->outlay_cny > 0 ? c->borrowed_cny / c->outlay_cny : NONE,
               false);
    sim_record(w->sim, &model_capital, OUT_REFUSED, -1, c->refused, false);
    c->wanted_cny = c->outlay_cny = c->borrowed_cny = c->refused = 0;
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_capital = {
    .name = "capital",
    .help = "own funds, issues of shares and lenders' limits: what projects can be paid with",
    .without = "owners pay whatever their loans do not",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(capital, struct capital),
    .start = start,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = sample},
};
