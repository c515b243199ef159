/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books: they balance, write off what was paid, and tax what was earned. */
#include "models_lab.h"

/* Straight lines and nothing else: no VAT, one ledger for book and tax, no impairment, no credit. */
#define PLAIN_BUT(more)                                                                                                \
    "accounting: {vat_input: 0, vat_output: 0, tax_method: as_booked, expense_below: 0 CNY/server, impairment: none, " \
    "impairment_share: 1" more "}\n"

/* New capacity at the start and nothing after it, for round numbers. */
#define FRESH_BUT(more)                                                                                                \
    LAB_STILL PLAIN_BUT(", book_life: 3 yr, salvage: 0.07, debt_share: 0.62, debt_life: 4.5 yr" more)
#define FRESH FRESH_BUT("")

static struct world *fresh_world(struct lab *lab, const char *end)
{
    lab_open_bare(lab, FRESH, LAB_SET(end, "supply.initial_age=0 yr"));
    return lab_run(lab, 0);
}

static double paid(const struct world *w)
{
    double cost = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        cost += w->vintages.row[i].cards * w->vintages.row[i].cost_per_card;
    return cost;
}

static void straight_lines_sum_to_the_depreciable_base(void **state)
{
    (void)state;
    struct lab lab;
    double cost = paid(fresh_world(&lab, "run.end=2026-01"));
    const double *book = lab_series(&lab, "book_value");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double age = lab.plan->sample_at[k] - 2022;
        assert_near(book[k], cost * (1 - 0.93 * fmin(1, age / 3)), 1e-9 * cost);
    }
    lab_close(&lab);
}

static void debt_is_repaid_in_equal_parts(void **state)
{
    (void)state;
    struct lab lab;
    double cost = paid(fresh_world(&lab, "run.end=2027-06"));
    const double *debt = lab_series(&lab, "debt");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double age = lab.plan->sample_at[k] - 2022;
        assert_near(debt[k], 0.62 * cost * fmax(0, 1 - age / 4.5), 1e-9 * cost);
    }
    lab_close(&lab);
}

static void capacity_of_the_start_is_written_off_and_repaid_by_its_age(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH, LAB_SET("run.end=2022-02", "supply.initial_age=24 months"));
    struct world *w = lab_run(&lab, 0);
    double cost = paid(w); /* ages spread evenly over two years: on average one, and a month more by now */
    assert_near(w->books.sum.book, cost * (1 - 0.93 * (13.0 / 12) / 3), 1e-9 * cost);
    assert_near(w->books.sum.debt, cost * 0.62 * (1 - (13.0 / 12) / 4.5), 1e-9 * cost);
    lab_close(&lab);
}

static void scrapping_writes_off_the_rest(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH, LAB_SET("run.end=2024-06", "supply.initial_age=0 yr", "supply.service_life=2 yr"));
    double cost = paid(lab_run(&lab, 0));
    const double *book = lab_series(&lab, "book_value");
    assert_near(book[22], cost * (1 - 0.93 * 23.0 / 36), 1e-9 * cost);
    assert_near(book[lab.plan->sample_count - 1], 0, 1e-9 * cost);
    lab_close(&lab);
}

/* -- full worlds, looked at before accounting reports and clears its sums ------------------------------------------ */

enum { FIRMS = 512 };
static struct {
    double energy, carbon, power, revenue, worst;
    double tax, carried[FIRMS], retained[FIRMS]; /* tax: of lessors, up to the last step of this report */
    size_t steps;
} audit;

static void expect_equal(double is, double should)
{
    audit.worst = fmax(audit.worst, fabs(is - should) / (1 + fabs(should)));
}

/* A firm's loss is set off against its later profits before they are taxed at a quarter: what it earned follows from
 * what it kept. */
static double tax_of_firm(size_t firm, double kept)
{
    double carried = audit.carried[firm], earned = kept > carried ? (kept - 0.25 * carried) / 0.75 : kept;
    audit.carried[firm] = fmax(0, carried - earned);
    return 0.25 * fmax(0, earned - carried);
}

static void audit_tax(const struct world *w)
{
    double tax = 0;
    for (size_t i = 0; i < w->firms.count; i++) {
        const struct firm *f = &w->firms.row[i];
        double of_firm = tax_of_firm(i, w->ledger.sheet[i].retained - audit.retained[i]);
        tax += pipeline_must_earn(w, f->owner_class) ? of_firm : 0;
        audit.retained[i] = w->ledger.sheet[i].retained;
        expect_equal(f->loss_carried, audit.carried[i]);
    }
    assert_near(w->books.lessors.of[ACCOUNT_INCOME_TAX] - audit.tax, tax, 1e-6 * (1e6 + tax));
    audit.tax = w->sim->sampling ? 0 : w->books.lessors.of[ACCOUNT_INCOME_TAX];
}

static void audit_flows(const struct world *w)
{
    double hours = 8760 * w->sim->dt;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        double server = 1.5, kw = server * w->generations.power_kw[v->generation] * w->regions.pue[v->region];
        double kwh = v->let_cards * kw * value_load(w) * hours; /* what the grid has to give, in test_model_power.c */
        audit.energy += kwh;
        audit.carbon += kwh * w->regions.carbon_t_per_kwh[v->region];
        audit.power +=
            kwh * w->regions.power_price_cny_per_kwh[v->region] * (1 - w->policy.power_discount[v->generation]);
    }
    for (size_t i = 0; i < w->leases.count; i++)
        audit.revenue += w->leases.row[i].live ? w->leases.row[i].cards * w->leases.row[i].rent * hours : 0;
    expect_equal(w->books.all.energy_kwh, audit.energy);
    expect_equal(w->books.all.carbon_t, audit.carbon);
    expect_equal(w->books.all.of[ACCOUNT_POWER], audit.power);
    expect_equal(w->books.all.of[ACCOUNT_REVENUE], audit.revenue);
    if (w->sim->sampling)
        audit.energy = audit.carbon = audit.power = audit.revenue = 0;
}

static void audit_step(struct world *w)
{
    const struct books *b = &w->books;
    expect_equal(b->sum.cash + b->sum.book,
                 b->sum.debt + b->sum.contract_liabilities + b->sum.paid_in + b->sum.retained);
    double book = 0, debt = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        book += w->vintages.row[i].cards * w->vintages.row[i].book_per_card;
        debt += w->vintages.row[i].debt;
    }
    expect_equal(b->sum.book, book);
    expect_equal(b->sum.debt, debt);
    audit_flows(w);
    audit_tax(w);
    audit.steps++;
}

static const struct model auditor = {
    .name = "auditor", .help = "checks the books", .phase = {[PHASE_FINANCE] = audit_step}};

static void the_books_balance_and_follow_from_leases_and_cards_at_every_step(void **state)
{
    (void)state;
    static const char *const policy[] = {"policy.enabled=true", "policy.enabled=false"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_with(&lab, &auditor, PLAIN_BUT(""),
                      LAB_SET("run.end=2030-01", "finance.enabled=false", "circular.enabled=false",
                              "accounting.tax=25%", policy[i]));
        for (uint32_t r = 0; r < 3; r++) {
            memset(&audit, 0, sizeof audit);
            lab_run(&lab, r);
            assert_int_equal(audit.steps, lab.result->steps);
            assert_near(audit.worst, 0, 1e-9);
        }
        lab_close(&lab);
    }
}

/* -- methods, estimates, impairment -------------------------------------------------------------------------------- */

static void a_change_of_estimate_spreads_the_rest_over_the_new_life(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH_BUT(", revised_life: 6 yr, revised_on: 2023-01"),
                  LAB_SET("run.end=2026-01", "supply.initial_age=0 yr"));
    double cost = paid(lab_run(&lab, 0));
    const double *book = lab_series(&lab, "book_value");
    assert_near(book[11], cost * (1 - 0.93 / 3), 1e-9 * cost); /* a year written off over three */
    assert_near(book[23], cost * (0.69 - 0.62 / 5), 1e-9 * cost); /* .62 above salvage, five years to go */
    assert_near(book[47], cost * (0.69 - 3 * 0.62 / 5), 1e-9 * cost);
    lab_close(&lab);
}

static void units_of_production_write_off_what_is_let(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH_BUT(", book_method: units"), LAB_SET("run.end=2024-06", "supply.initial_age=0 yr"));
    struct world *w = lab_run(&lab, 0);
    double most = 0, least = 3;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        assert_near(v->book_per_card / v->cost_per_card, 1 - 0.93 * fmin(1, v->let_yr / 3), 1e-9);
        most = fmax(most, v->let_yr);
        least = fmin(least, v->let_yr);
    }
    assert_true(most > 0.2 && least < 2.41); /* some use, and not all of the time */
    lab_close(&lab);
}

static void the_custom_schedule_is_followed_year_by_year(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH_BUT(", book_method: custom, custom: \"0.5 0.2, 0.1\""),
                  LAB_SET("run.end=2026-01", "supply.initial_age=0 yr"));
    double cost = paid(lab_run(&lab, 0));
    const double *book = lab_series(&lab, "book_value");
    assert_near(book[5], 0.75 * cost, 1e-9 * cost);
    assert_near(book[11], 0.5 * cost, 1e-9 * cost);
    assert_near(book[17], 0.4 * cost, 1e-9 * cost);
    assert_near(book[47], 0.2 * cost, 1e-9 * cost);
    lab_close(&lab);
}

static void a_class_may_keep_other_books_than_the_rest(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH,
                  LAB_SET("run.end=2023-01", "supply.initial_age=0 yr",
                          "supply.initial_generations=[A100, A800, H800, H100, H20]",
                          "operators.carrier.book_life=6 yr", "operators.carrier.salvage=0",
                          "operators.neocloud.debt_share=0.1"));
    struct world *w = lab_run(&lab, 0);
    size_t carriers = 0, neoclouds = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        assert_near(v->book_per_card, v->cost_per_card * (v->owner_class == 1 ? 5. / 6 : 1 - 0.93 / 3),
                    1e-9 * v->cost_per_card);
        assert_near(v->debt, (v->owner_class == 3 ? 0.1 : 0.62) * (1 - 1 / 4.5) * v->cards * v->cost_per_card,
                    1e-6 * v->debt);
        carriers += v->owner_class == 1;
        neoclouds += v->owner_class == 3;
    }
    assert_true(carriers && neoclouds);
    lab_close(&lab);
}

/* Standing vintages whose books exceed what their cards can still earn, after the test of the last day of 2024. */
static size_t overvalued(const char *regime)
{
    struct lab lab;
    lab_open(&lab, PLAIN_BUT(""), LAB_SET("run.end=2025-01", "finance.enabled=false", regime));
    struct world *w = lab_run(&lab, 2);
    size_t count = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        double worth = value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
        worth = v->on_offer ? worth : fmax(0, worth - v->activation_cost_per_card);
        count += v->standing && v->book_per_card > worth * (1 + 1e-9) + 1e-6;
        assert_true(v->book_per_card <= v->unimpaired_per_card * (1 + 1e-12));
    }
    lab_close(&lab);
    return count;
}

static void impairment_by_the_letter_leaves_no_book_above_economic_value(void **state)
{
    (void)state;
    size_t untested = overvalued("accounting.impairment=none"), asc = overvalued("accounting.impairment=asc360");
    assert_int_equal(overvalued("accounting.impairment=cas8"), 0);
    assert_int_equal(overvalued("accounting.impairment=ias36"), 0);
    assert_true(untested > 5);
    assert_true(asc > 0 && asc < untested); /* some are saved by their undiscounted flows */
}

/* -- purchases, VAT and taxes -------------------------------------------------------------------------------------- */

/* A hundred servers for a million each in a world that stands still, paid for half a year ahead. */
#define PURCHASE                                                                                                       \
    "purchases:\n"                                                                                                     \
    "  told: {owner: neocloud, generation: A800, region: east, ordered: 2022-07, delivered: 2023-01, servers: 100 "    \
    "servers,\n"                                                                                                       \
    "    cost: 1 MCNY/server, let_share: 0.75, rent: 40 kCNY/month, let_until: 2025-01}\n"

static struct vintage *told_vintage(struct world *w)
{
    for (size_t i = 0; i < w->vintages.count; i++)
        if (w->vintages.row[i].paid_ahead > 0)
            return &w->vintages.row[i];
    fail();
    return NULL;
}

static void what_is_paid_ahead_is_a_prepayment_and_then_a_book(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH PURCHASE, LAB_SET("run.end=2022-10", "operators.neocloud.firms=1"));
    struct world *w = lab_run(&lab, 0);
    uint32_t firm = firms_owner(w, 3, 0);
    assert_near(w->ledger.sheet[firm].prepayments, 1e8, 1);
    assert_near(w->firms.row[firm].credit_line, 0.62e8, 1);
    lab_close(&lab);
    lab_open_bare(&lab, FRESH PURCHASE, LAB_SET("run.end=2024-01", "operators.neocloud.firms=1"));
    w = lab_run(&lab, 0);
    firm = firms_owner(w, 3, 0);
    const struct vintage *v = told_vintage(w);
    assert_near(w->ledger.sheet[firm].prepayments, 0, 1);
    assert_near(w->firms.row[firm].credit_line, 0, 1);
    assert_near(v->book_per_card * v->cards, 1e8 * 0.69, 1);
    assert_near(v->debt, 0.62e8 * 3.5 / 4.5, 1);
    assert_near(v->let_cards, 600, 200); /* its own customer's, and what the market rents beside */
    assert_true(v->rent_sum * 8760 / 12 >= 75 * 40e3 - 1);
    lab_close(&lab);
    lab_open_bare(&lab, FRESH PURCHASE, LAB_SET("run.end=2025-06", "operators.neocloud.firms=1"));
    v = told_vintage(lab_run(&lab, 0));
    assert_true(v->let_cards < 600 || v->rent_sum < 75 * 40e3 * 12 / 8760); /* its customer has left */
    lab_close(&lab);
}

static void vat_collected_is_paid_to_the_state_less_what_was_paid_on_equipment_and_power(void **state)
{
    (void)state;
    struct lab lab;
    double state_before = 0, rents[2], power[2], received[2], credit[2];
    static const char *const ends[] = {"run.end=2022-12", "run.end=2025-06"};
    for (int i = 0; i < 2; i++) { /* before and after the purchase */
        lab_open_bare(&lab, FRESH PURCHASE,
                      LAB_SET(ends[i], "accounting.vat_input=13%", "accounting.vat_output=6%", "accounting.tax=0",
                              "leasing.penalty=0", "leasing.package_forfeit=0"));
        const struct world *w = lab_run(&lab, 0);
        rents[i] = -(w->ledger.counterparty[COUNTERPARTY_TENANTS] + w->books.sum.contract_liabilities) / 1.06;
        power[i] = w->ledger.counterparty[COUNTERPARTY_UTILITIES] / 1.13;
        received[i] = w->ledger.counterparty[COUNTERPARTY_STATE] - state_before;
        credit[i] = 0;
        for (size_t k = 0; k < w->firms.count; k++)
            credit[i] += w->ledger.sheet[k].vat_credit;
        lab_close(&lab);
    }
    assert_true(credit[0] < 1e5 && credit[1] > 1e6);
    double collected = 0.06 * (rents[1] - rents[0]), paid_on = 0.13 * (power[1] - power[0]) + 0.13 * 1e8;
    assert_near(received[1] - received[0], collected - paid_on + credit[1] - credit[0], 1e3);
}

static void who_is_exempt_or_buys_without_invoice_pays_vat_as_cost(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH PURCHASE,
                  LAB_SET("run.end=2023-02", "accounting.vat_input=13%", "operators.neocloud.vat_exempt=true"));
    assert_near(told_vintage(lab_run(&lab, 0))->base_per_card, 1.13e6 / 8, 1e-6);
    lab_close(&lab);
    lab_open(
        &lab, NULL,
        LAB_SET("run.end=2024-06", "finance.enabled=false", "accounting.gray_invoiced=0.25", "entry.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    size_t gray = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        double lost = v->channel == CHANNEL_GRAY ? 0.75 * 0.13 : 0;
        assert_true(!(v->base_per_card > 0) || fabs(v->base_per_card / v->cost_per_card - 1 - lost) < 1e-12);
        gray += v->channel == CHANNEL_GRAY && v->base_per_card > 0;
    }
    assert_true(gray > 10);
    lab_close(&lab);
}

/* Taxes paid until every ledger is written off, on rents that always exceed cost: sooner or later, but the same. */
static double taxes(const char *method, const char *below, const char *end)
{
    struct lab lab;
    lab_open_bare(&lab, FRESH_BUT(", overhead: 0"),
                  LAB_SET(end, "supply.initial_age=0 yr", "value.upkeep=0 /yr", method, below,
                          "accounting.debt_share=0", "accounting.salvage=0", "accounting.tax_life=10 yr"));
    double sum = lab_run(&lab, 0)->ledger.counterparty[COUNTERPARTY_STATE];
    lab_close(&lab);
    return sum;
}

static void a_faster_tax_ledger_defers_taxes_and_does_not_save_them(void **state)
{
    (void)state;
    static const char *const none = "accounting.expense_below=0 CNY/server";
    double even = taxes("accounting.tax_method=straight_line", none, "run.end=2023-01");
    double fast = taxes("accounting.tax_method=macrs", none, "run.end=2023-01");
    assert_true(fast < 0.9 * even);
    even = taxes("accounting.tax_method=straight_line", none, "run.end=2033-01");
    fast = taxes("accounting.tax_method=macrs", none, "run.end=2033-01");
    assert_true(even > 1e6);
    assert_near(fast, even, 1e-9 * even);
}

static void cheap_servers_are_expensed_at_once(void **state)
{
    (void)state;
    struct lab lab;
    static const char *const below[] = {"accounting.expense_below=1.1 MCNY/server",
                                        "accounting.expense_below=0.9 MCNY/server"};
    double carried[2];
    for (int i = 0; i < 2; i++) {
        lab_open_bare(
            &lab, FRESH PURCHASE,
            LAB_SET("run.end=2023-02", "operators.neocloud.firms=1", "accounting.tax_method=straight_line", below[i]));
        struct world *w = lab_run(&lab, 0);
        const struct vintage *v = told_vintage(w);
        carried[i] = w->firms.row[v->firm].loss_carried;
        assert_near(v->tax_per_card * v->cards, i ? 1e8 * (1 - 0.93 / 36) : 0,
                    1e3); /* three years for tax, salvage as in the books */
        lab_close(&lab);
    }
    assert_true(carried[0] - carried[1] > 0.8e8);
}

/* What is left to deduct of cards that are lost, or scrapped with their centre, is deducted at once. */
static void scrapping_deducts_what_is_left_for_tax(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, FRESH PURCHASE,
                  LAB_SET("run.end=2023-07", "operators.neocloud.firms=1", "accounting.tax_method=macrs"));
    struct world *w = lab_run(&lab, 0);
    struct vintage *v = told_vintage(w);
    uint32_t id = (uint32_t)(v - w->vintages.row);
    struct firm *f = &w->firms.row[v->firm];
    double before = f->temporary_difference, card = v->tax_per_card;
    assert_near(card * v->cards, 1e8 * 2 / 3, 1e3); /* three years: a third in the first tax year */
    assert_near(supply_lose(w, id, 238.5, "test"), 238.5, 1e-9);
    assert_near(f->temporary_difference - before, -238.5 * card, 1e-6 * 1e8);
    lab_close(&lab);
}

static bool closes;

static void close_told(struct world *w)
{
    if (closes && w->sim->now > 2023.45)
        supply_close(w, (uint32_t)(told_vintage(w) - w->vintages.row), "test");
}

/* Closed on the first of June: what MACRS had left is a loss of this year, and no rent came in afterwards. */
static void closing_a_centre_deducts_what_is_left_for_tax(void **state)
{
    (void)state;
    static const struct model closer = {
        .name = "closer", .help = "closes a centre", .phase = {[PHASE_DECIDE] = close_told}};
    double carried[2], earned[2]; /* before tax and what is written off */
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        closes = i == 1;
        lab_open_with(&lab, &closer, FRESH PURCHASE,
                      LAB_SET("run.end=2023-07", "operators.neocloud.firms=1", "accounting.tax_method=macrs",
                              "finance.enabled=false", "supply.scrap_value=0", "leasing.penalty=0"));
        struct world *w = lab_run(&lab, 0);
        uint32_t firm = firms_owner(w, 3, 0);
        carried[i] = w->firms.row[firm].loss_carried;
        earned[i] = w->ledger.sheet[firm].retained - w->ledger.sheet[firm].book;
        lab_close(&lab);
    }
    assert_near(carried[1] - carried[0] + earned[1] - earned[0], 1e8 * 2 / 3, 1e5);
}

/* Through the loader: fifteen years at 150 % by both conventions, bought in a first quarter, a year later; and 40 % at
 * once, on which no tax is paid in that year. */
static void macrs_takes_its_class_its_convention_and_its_bonus(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        double left;
    } cases[] = {{"accounting.bonus=0", 1 - 0.05 - 0.095 / 2},
                 {"accounting.tax_convention=mid_quarter", 1 - 0.0875 - 0.125 * 0.1 * (1 - 0.0875)},
                 {"accounting.bonus={step: {2010: 0%, 2022-06: 40%, 2023-06: 0%}}", 0.6 * (1 - 0.05 - 0.095 / 2)}};
    double taxes_paid[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open_bare(&lab, FRESH PURCHASE,
                      LAB_SET("run.end=2024-01", "operators.neocloud.firms=1", "accounting.tax_method=macrs",
                              "accounting.tax_life=15 years", "value.vacancy_time=none",
                              "purchases.told.rent=80 kCNY/month", cases[i].set)); /* so much is earned in that year */
        struct world *w = lab_run(&lab, 0);
        const struct vintage *v = told_vintage(w);
        assert_near(w->sim->now - v->delivered, 1, 1e-6);
        assert_near(v->tax_per_card / v->base_per_card, cases[i].left, 1e-6);
        taxes_paid[i] = w->ledger.counterparty[COUNTERPARTY_STATE];
        lab_close(&lab);
    }
    assert_near(taxes_paid[0] - taxes_paid[2], 0.25 * 0.4 * 0.9025 * 1e8, 1e4);
}

/* -- value by age -------------------------------------------------------------------------------------------------- */

static const double *curve_of(const struct lab *lab, const char *name)
{
    return lab->result->point +
           lab->plan->curve[lab_channel(lab->plan->curve, lab->plan->curve_count, name)].first_point;
}

/* By algebra: V(t) = e^(-.3 t) (1 - e^(-.4 (T - t))) / .4 - .15 (1 - e^(-.1 (T - t))) / .1 years of the first rent, T =
 * ln(1 / .15) / .3. */
static double by_algebra(double age)
{
    double left = log(1 / 0.15) / 0.3 - age;
    return exp(-0.3 * age) * (1 - exp(-0.4 * left)) / 0.4 - 0.15 * (1 - exp(-0.1 * left)) / 0.1;
}

static void after_three_years_a_fifth_is_left_where_six_year_books_say_half(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    struct load_request request = {.file =
                                       arena_printf(&lab.arena, "%s/scenarios/one-server.yml", lab_source(&lab.arena))};
    struct mistakes mistakes = {0};
    lab.scenario = scenario_load(&request, &lab.study.schema, &mistakes);
    assert_non_null(lab.scenario);
    lab.plan = study_plan(&lab.study, lab.scenario, &lab.arena);
    assert_non_null(lab.plan);
    lab.request = (struct montecarlo){
        .plan = lab.plan, .seed = 1, .replications = 1, .threads = 1, .draw = study_draw, .draw_state = lab.scenario};
    lab.sim = sim_new(lab.plan);
    lab.result = result_new(lab.plan, &lab.arena);
    lab_run(&lab, 0);
    const double *book = curve_of(&lab, "value_by_age.book"), *economic = curve_of(&lab, "value_by_age.economic");
    for (int year = 1; year <= 6; year++) {
        assert_near(book[4 * year], 1 - year / 6., 1e-9);
        assert_near(economic[4 * year], by_algebra(year) / by_algebra(0),
                    0.01); /* rents are of the week before, and within 1 % */
    }
    assert_near(book[12], 0.5, 1e-9);
    assert_near(economic[12], 0.20, 0.01);
    mistakes_free(&mistakes);
    lab_close(&lab);
}

static void the_stranded_gap_is_book_less_economic_value(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2028-01"));
    lab_run(&lab, 0);
    const double *book = lab_series(&lab, "book_value"), *worth = lab_series(&lab, "economic_value"),
                 *gap = lab_series(&lab, "stranded_gap");
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        assert_near(gap[k], book[k] - worth[k], 1e-9 * book[k]);
    lab_close(&lab);
}

static double year_before(const double *series, size_t k)
{
    double sum = 0;
    for (size_t m = 0; m < 12; m++)
        sum += series[k - m];
    return sum;
}

/* In us.yml all classes must earn what they spend. */
static void the_margin_of_lessors_counts_every_line_of_their_accounts(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_of(&lab, "us", LAB_SET("run.end=2029-01"));
    lab_run(&lab, 3);
    double impaired = 0;
    for (size_t k = 11; k < lab.plan->sample_count; k += 7) {
        static const char *const of[][4] = {
            {"revenue.neocloud", "pnl.net.neocloud", "pnl.cost.neocloud", "pnl.impairment.neocloud"},
            {"revenue.newcomer", "pnl.net.newcomer", "pnl.cost.newcomer", "pnl.impairment.newcomer"},
            {"revenue.hyperscaler", "pnl.net.hyperscaler", "pnl.cost.hyperscaler", "pnl.impairment.hyperscaler"}};
        double revenue = 0, net = 0, cost = 0;
        for (size_t o = 0; o < sizeof of / sizeof *of; o++) {
            double year = year_before(lab_series(&lab, of[o][0]), k);
            if (!(year > 0))
                continue;
            revenue += year;
            net += year * lab_series(&lab, of[o][1])[k];
            cost += year * lab_series(&lab, of[o][2])[k];
            impaired += year * lab_series(&lab, of[o][3])[k];
        }
        assert_near(lab_series(&lab, "margin.net")[k], net / revenue, 1e-9);
        assert_near(lab_series(&lab, "margin.gross")[k], 1 - cost / revenue, 1e-9);
    }
    assert_true(impaired > 0);
    lab_close(&lab);
}

static void revenues_of_classes_of_owners_sum_to_all(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, "", LAB_SET("run.end=2026-01"));
    lab_run(&lab, 1);
    static const char *const of[] = {"revenue.government", "revenue.carrier", "revenue.crossover", "revenue.neocloud",
                                     "revenue.hyperscaler"};
    const double *all = lab_series(&lab, "revenue");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double sum = 0;
        for (size_t o = 0; o < sizeof of / sizeof *of; o++)
            sum += lab_series(&lab, of[o])[k];
        assert_near(sum, all[k], 1e-9 * all[k]);
    }
    lab_close(&lab);
}

static void without_accounting_nothing_else_changes(void **state)
{
    (void)state;
    struct lab with, without;
    /* entry reads what overhead rents must pay, and what credit costs */
    lab_open(&with, "finance: {enabled: false}\ncircular: {enabled: false}\nentry: {enabled: false}\n",
             LAB_SET("run.end=2026-01"));
    lab_open(&without, "finance: {enabled: false}\ncircular: {enabled: false}\nentry: {enabled: false}\n",
             LAB_SET("run.end=2026-01", "accounting.enabled=false"));
    lab_run(&with, 1);
    lab_run(&without, 1);
    for (size_t i = 0; i < without.plan->series_count; i++)
        assert_memory_equal(lab_series(&without, without.plan->series[i].name),
                            lab_series(&with, without.plan->series[i].name),
                            without.plan->sample_count * sizeof(double));
    assert_true(without.plan->series_count < with.plan->series_count);
    lab_close(&with);
    lab_close(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(straight_lines_sum_to_the_depreciable_base),
        cmocka_unit_test(debt_is_repaid_in_equal_parts),
        cmocka_unit_test(capacity_of_the_start_is_written_off_and_repaid_by_its_age),
        cmocka_unit_test(scrapping_writes_off_the_rest),
        cmocka_unit_test(the_books_balance_and_follow_from_leases_and_cards_at_every_step),
        cmocka_unit_test(the_stranded_gap_is_book_less_economic_value),
        cmocka_unit_test(a_change_of_estimate_spreads_the_rest_over_the_new_life),
        cmocka_unit_test(units_of_production_write_off_what_is_let),
        cmocka_unit_test(the_custom_schedule_is_followed_year_by_year),
        cmocka_unit_test(a_class_may_keep_other_books_than_the_rest),
        cmocka_unit_test(impairment_by_the_letter_leaves_no_book_above_economic_value),
        cmocka_unit_test(what_is_paid_ahead_is_a_prepayment_and_then_a_book),
        cmocka_unit_test(vat_collected_is_paid_to_the_state_less_what_was_paid_on_equipment_and_power),
        cmocka_unit_test(who_is_exempt_or_buys_without_invoice_pays_vat_as_cost),
        cmocka_unit_test(a_faster_tax_ledger_defers_taxes_and_does_not_save_them),
        cmocka_unit_test(cheap_servers_are_expensed_at_once),
        cmocka_unit_test(scrapping_deducts_what_is_left_for_tax),
        cmocka_unit_test(closing_a_centre_deducts_what_is_left_for_tax),
        cmocka_unit_test(macrs_takes_its_class_its_convention_and_its_bonus),
        cmocka_unit_test(after_three_years_a_fifth_is_left_where_six_year_books_say_half),
        cmocka_unit_test(the_margin_of_lessors_counts_every_line_of_their_accounts),
        cmocka_unit_test(revenues_of_classes_of_owners_sum_to_all),
        cmocka_unit_test(without_accounting_nothing_else_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
