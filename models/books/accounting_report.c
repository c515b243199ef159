/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What accounting shows. */
#include "accounting.h"

enum {
    OUT_BALANCE, /* the first of BALANCES */
    OUT_ECONOMIC = OUT_BALANCE + BALANCES,
    OUT_TAX_VALUE,
    OUT_PHYSICAL,
    OUT_GAP,
    OUT_GROSS,
    OUT_NET,
    OUT_IMPAIRMENT,
    OUT_COST_OF,
    OUT_FINANCE_OF,
    OUT_IMPAIRMENT_OF,
    OUT_OTHER_OF,
    OUT_EXCEPTIONAL_OF,
    OUT_NET_OF,
    OUT_ENTRANT_COST,
    OUT_ENTRANT_FINANCE,
    OUT_ENTRANT_IMPAIRMENT,
    OUT_ENTRANT_OTHER,
    OUT_ENTRANT_NET,
    OUT_REVENUE,
    OUT_REVENUE_OF,
    OUT_ENERGY,
    OUT_CARBON,
    OUT_AGE_BOOK,
    OUT_AGE_ECONOMIC,
    OUT_AGE_TAX,
    OUT_AGE_PHYSICAL
};
#define BY_AGE                                                                                                         \
    {                                                                                                                  \
        "age", "yr", 0, 1.0 / AGES_PER_YEAR, AGES                                                                      \
    }
/* clang-format off */
const struct output accounting_outputs[] = {
#define BALANCE(id, text, class_is, with, output, says)                                                                \
    [OUT_BALANCE + ACCOUNT_##id] = {output, OUTPUT_SERIES, "CNY", NULL, says},
#define FLOW(id, ...)
#include "accounts.def"
#undef FLOW
#undef BALANCE
    [OUT_ECONOMIC] = {"economic_value", OUTPUT_SERIES, "CNY", NULL, "present value of what rental centres' cards can still earn"},
    [OUT_TAX_VALUE] = {"tax_value", OUTPUT_SERIES, "CNY", NULL, "tax value of rental centres: what is still to be deducted from taxable profit"},
    [OUT_PHYSICAL] = {"physical_value", OUTPUT_SERIES, "CNY", NULL, "cost of rental centres times the share of physical life that is left"},
    [OUT_GAP] = {"stranded_gap", OUTPUT_SERIES, "CNY", NULL, "book value less economic value"},
    [OUT_GROSS] = {"margin.gross", OUTPUT_SERIES, "", NULL, "revenue of lessors (neither state-funded nor for their own need) less power, upkeep, repairs and depreciation, over revenue, of the last twelve months", .percent = true},
    [OUT_NET] = {"margin.net", OUTPUT_SERIES, "", NULL, "profit of lessors (neither state-funded nor for their own need), impairments and all, over revenue, of the last twelve months", .percent = true},
    [OUT_IMPAIRMENT] = {"impairment", OUTPUT_SERIES, "CNY", NULL, "book value impaired (less what was reversed) since the last report"},
    [OUT_COST_OF] = {"pnl.cost", OUTPUT_SERIES, "", OPERATOR, "power, upkeep, repairs and depreciation of a class of owners in the last twelve months, over revenue", .percent = true},
    [OUT_FINANCE_OF] = {"pnl.finance", OUTPUT_SERIES, "", OPERATOR, "interest of a class of owners in the last twelve months, over revenue", .percent = true},
    [OUT_IMPAIRMENT_OF] = {"pnl.impairment", OUTPUT_SERIES, "", OPERATOR, "impairments, disposals and prepayments lost of a class of owners in the last twelve months, over revenue", .percent = true},
    [OUT_OTHER_OF] = {"pnl.other", OUTPUT_SERIES, "", OPERATOR, "staff, administration, penalties paid less those received, and tax of a class of owners in the last twelve months, over revenue", .percent = true},
    [OUT_EXCEPTIONAL_OF] = {"pnl.exceptional", OUTPUT_SERIES, "", OPERATOR, "non-recurring losses less gains (centres sold, investments in tenants, debt forgiven) of a class of owners in the last twelve months, over revenue; not part of its profit", .percent = true},
    [OUT_NET_OF] = {"pnl.net", OUTPUT_SERIES, "", OPERATOR, "profit of a class of owners in the last twelve months, over revenue", .percent = true},
    [OUT_ENTRANT_COST] = {"entrant_margin.cost", OUTPUT_SERIES, "", NULL, "power, upkeep, repairs and depreciation of entrants (centres of accounting.entrants in their first year on offer), over revenue", .percent = true},
    [OUT_ENTRANT_FINANCE] = {"entrant_margin.finance", OUTPUT_SERIES, "", NULL, "interest of entrants, over revenue", .percent = true},
    [OUT_ENTRANT_IMPAIRMENT] = {"entrant_margin.impairment", OUTPUT_SERIES, "", NULL, "impairments and disposals of entrants, over revenue", .percent = true},
    [OUT_ENTRANT_OTHER] = {"entrant_margin.other", OUTPUT_SERIES, "", NULL, "staff, administration and tax of entrants, over revenue", .percent = true},
    [OUT_ENTRANT_NET] = {"entrant_margin.net", OUTPUT_SERIES, "", NULL, "profit of entrants, over revenue", .percent = true},
    [OUT_REVENUE] = {"revenue", OUTPUT_SERIES, "CNY", NULL, "rents since the last report, ex VAT"},
    [OUT_REVENUE_OF] = {"revenue", OUTPUT_SERIES, "CNY", OPERATOR, "rents of a class of owners since the last report, ex VAT"},
    [OUT_ENERGY] = {"energy", OUTPUT_SERIES, "kWh", NULL, "energy used by let cards and their cooling since the last report"},
    [OUT_CARBON] = {"carbon", OUTPUT_SERIES, "t", NULL, "carbon dioxide of the energy used since the last report"},
    [OUT_AGE_BOOK] = {"value_by_age.book", OUTPUT_CURVE, "", NULL, "book value of standing cards of one generation by age, over cost", BY_AGE, .percent = true},
    [OUT_AGE_ECONOMIC] = {"value_by_age.economic", OUTPUT_CURVE, "", NULL, "economic value of standing cards of one generation by age, over cost", BY_AGE, .percent = true},
    [OUT_AGE_TAX] = {"value_by_age.tax", OUTPUT_CURVE, "", NULL, "tax value of standing cards of one generation by age, over cost", BY_AGE, .percent = true},
    [OUT_AGE_PHYSICAL] = {"value_by_age.physical", OUTPUT_CURVE, "", NULL, "physical value of standing cards of one generation by age, over cost", BY_AGE, .percent = true},
    {0},
};
/* clang-format on */

/* A vintage counts for a point of the curve in the month in which it is of that age. */
static void count_by_age(const struct world *w, const struct vintage *v)
{
    struct accounting *a = accounting_state(w);
    double years = w->sim->now - v->delivered, age = years * AGES_PER_YEAR, point = round(age);
    if (!v->standing || fabs(age - point) > 0.5 * AGES_PER_YEAR / MONTHS_PER_YEAR || point >= AGES)
        return;
    struct at_age *at = &a->age[(size_t)point];
    at->cost += v->cards * v->base_per_card;
    at->book += v->cards * v->book_per_card;
    at->economic += v->cards * value_of_vintage(w, v);
    at->tax += v->cards * (w->firms.own_tax_ledger ? v->tax_per_card : v->book_per_card);
    at->physical += v->cards * physical_per_card(v, years, a->settings->wear_by_use);
}

/* What was added up as books were kept, anew if a centre was closed since or if the tax ledger is the book. */
static struct ledgers ledgers_now(const struct world *w)
{
    const struct accounting *a = accounting_state(w);
    struct ledgers sum = {0, 0, w->firms.changes};
    if (a->ledgers.changes == w->firms.changes && w->firms.own_tax_ledger)
        return a->ledgers;
    for (size_t i = 0; i < a->standing.count; i++) {
        const struct vintage *v = &w->vintages.row[a->standing.id[i]];
        if (v->standing)
            vintage_books_add_to_ledgers(w, v, 1, &sum);
    }
    return sum;
}

static void sample_ledgers(struct world *w)
{
    struct accounting *a = accounting_state(w);
    struct ledgers sum = ledgers_now(w);
    for (size_t k = 0; k < a->shown.count; k++)
        count_by_age(w, &w->vintages.row[a->shown.id[k]]);
    sim_record(w->sim, &model_accounting, OUT_TAX_VALUE, -1, sum.tax, false);
    sim_record(w->sim, &model_accounting, OUT_PHYSICAL, -1, sum.physical, false);
}

/* Adds what was done since the last report to the month that ends; returns the sum of twelve. */
static struct period_account last_year(const struct world *w, struct accounts *s, const struct flows *done)
{
    double line[LINES], profit = ledger_statement(w, done, line);
    struct period_account year = {.month = lround(w->sim->now * MONTHS_PER_YEAR)};
    struct period_account *now = &s->month[year.month % MONTHS_PER_YEAR];
    if (now->month != year.month)
        *now = year;
    now->profit += profit;
    for (int k = 0; k < LINES; k++)
        now->line[k] += line[k];
    for (int i = 0; i < MONTHS_PER_YEAR; i++) {
        const struct period_account *m = &s->month[i];
        if (year.month - m->month >= MONTHS_PER_YEAR)
            continue;
        year.profit += m->profit;
        for (int k = 0; k < LINES; k++)
            year.line[k] += m->line[k];
    }
    return year;
}

/* The lines of an account and the profit, over revenue if there is any; `out` says which outputs they are. */
static void record_account(struct world *w, const struct period_account *s, const int out[LINES], int out_net, int row)
{
    double revenue = s->line[LINE_REVENUE];
    if (revenue <= 0)
        return;
    for (int line = 0; line < LINES; line++)
        if (out[line] >= 0)
            sim_record(w->sim, &model_accounting, out[line], row, s->line[line] / revenue, false);
    sim_record(w->sim, &model_accounting, out_net, row, s->profit / revenue, false);
}

static const int of_class[LINES] = {[LINE_REVENUE] = -1,
                                    [LINE_COST] = OUT_COST_OF,
                                    [LINE_FINANCE] = OUT_FINANCE_OF,
                                    [LINE_IMPAIRMENT] = OUT_IMPAIRMENT_OF,
                                    [LINE_OTHER] = OUT_OTHER_OF,
                                    [LINE_EXCEPTIONAL] = OUT_EXCEPTIONAL_OF};
static const int of_entrants[LINES] = {[LINE_REVENUE] = -1,
                                       [LINE_COST] = OUT_ENTRANT_COST,
                                       [LINE_FINANCE] = OUT_ENTRANT_FINANCE,
                                       [LINE_IMPAIRMENT] = OUT_ENTRANT_IMPAIRMENT,
                                       [LINE_OTHER] = OUT_ENTRANT_OTHER,
                                       [LINE_EXCEPTIONAL] = -1};

static void sample_entrants(struct world *w)
{
    struct flows done = accounting_state(w)->entrants_year;
    struct period_account s;
    done.of[ACCOUNT_INCOME_TAX] = max_of(0, ledger_statement(w, &done, s.line)) * accounting_state(w)->settings->tax;
    s.profit = ledger_statement(w, &done, s.line);
    record_account(w, &s, of_entrants, OUT_ENTRANT_NET, -1);
}

static void sample_accounts(struct world *w)
{
    struct accounting *a = accounting_state(w);
    for (size_t o = 0; o < a->operators; o++) {
        struct period_account year = last_year(w, &a->account[o], &a->done[o]);
        record_account(w, &year, of_class, OUT_NET_OF, (int)o);
        sim_record(w->sim, &model_accounting, OUT_REVENUE_OF, (int)o, a->done[o].of[ACCOUNT_REVENUE], false);
        a->done[o] = (struct flows){{0}};
    }
}

static void sample_margins(struct world *w)
{
    struct period_account year = last_year(w, &accounting_state(w)->lessors, &w->books.lessors);
    double revenue = year.line[LINE_REVENUE];
    bool any = revenue > 0;
    sim_record(w->sim, &model_accounting, OUT_GROSS, -1, any ? 1 - year.line[LINE_COST] / revenue : NONE, false);
    sim_record(w->sim, &model_accounting, OUT_NET, -1, any ? year.profit / revenue : NONE, false);
}

void accounting_sample(struct world *w)
{
    const struct model *m = &model_accounting;
    struct books *b = &w->books;
    b->economic_value = w->firms.economic;
    for (int balance = 0; balance < BALANCES; balance++)
        sim_record(w->sim, m, OUT_BALANCE + balance, -1, b->sum.of[balance], false);
    sim_record(w->sim, m, OUT_ECONOMIC, -1, b->economic_value, false);
    sim_record(w->sim, m, OUT_GAP, -1, b->sum.book - b->economic_value, false);
    sim_record(w->sim, m, OUT_IMPAIRMENT, -1, b->all.of[ACCOUNT_IMPAIRMENT], false);
    sim_record(w->sim, m, OUT_REVENUE, -1, b->all.of[ACCOUNT_REVENUE], false);
    sim_record(w->sim, m, OUT_ENERGY, -1, b->all.energy_kwh, false);
    sim_record(w->sim, m, OUT_CARBON, -1, b->all.carbon_t, false);
    sample_ledgers(w);
    sample_entrants(w);
    sample_accounts(w);
    sample_margins(w);
    b->all = b->lessors = (struct flows){{0}};
}

void accounting_finish(struct world *w)
{
    for (size_t k = 0; k < AGES; k++) {
        const struct at_age *at = &accounting_state(w)->age[k];
        const double value[] = {at->book, at->economic, at->tax, at->physical};
        for (int ledger = 0; ledger < 4; ledger++)
            sim_record_point(w->sim, &model_accounting, OUT_AGE_BOOK + ledger, -1, k,
                             at->cost > 0 ? value[ledger] / at->cost : NONE);
    }
}
