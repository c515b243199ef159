/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books: they balance, write off what was paid, and tax what was earned. */
#include "models_lab.h"

/* Straight lines and nothing else: no VAT, one ledger for book and tax, no impairment, no credit. */
#define PLAIN_BUT(more)                                                                                                  \
    "accounting: {vat_input: 0, vat_output: 0, tax_method: as_booked, expense_below: 0 CNY/server, impairment: none, "   \
    "wear_by_use: 0" more "}\n"

/* New capacity at the start and nothing after it, for round numbers. */
#define FRESH_BUT(more) LAB_STILL PLAIN_BUT(", book_life: 3 yr, salvage: 0.07, debt_share: 0.62, debt_life: 4.5 yr" more)
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
    assert_near(w->books.book_value, cost * (1 - 0.93 * (13.0 / 12) / 3), 1e-9 * cost);
    assert_near(w->books.debt, cost * 0.62 * (1 - (13.0 / 12) / 4.5), 1e-9 * cost);
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

/* -- full worlds, looked at before accounting reports and clears its sums ---------------------------------------------------------- */

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

/* A firm's loss is set off against its later profits before they are taxed at a quarter: what it earned follows from what it
 * kept. */
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
        double of_firm = tax_of_firm(i, f->retained - audit.retained[i]);
        tax += w->vintages.state_funded[f->operator] ? 0 : of_firm;
        audit.retained[i] = f->retained;
        expect_equal(f->loss_carried, audit.carried[i]);
    }
    assert_near(w->books.lessors.tax - audit.tax, tax, 1e-6 * (1e6 + tax));
    audit.tax = w->sim->sampling ? 0 : w->books.lessors.tax;
}

static void audit_flows(const struct world *w)
{
    double hours = 8760 * w->sim->dt;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        double kwh = v->let_cards * w->generations.power_kw[v->generation] * value_load(w) * w->regions.pue[v->region] * hours;
        audit.energy += kwh;
        audit.carbon += kwh * w->regions.carbon_t_per_kwh[v->region];
        audit.power += kwh * w->regions.power_price_cny_per_kwh[v->region] * (1 - w->policy.power_discount[v->generation]);
    }
    for (size_t i = 0; i < w->leases.count; i++)
        audit.revenue += w->leases.row[i].live ? w->leases.row[i].cards * w->leases.row[i].rent * hours : 0;
    expect_equal(w->books.all.energy_kwh, audit.energy);
    expect_equal(w->books.all.carbon_t, audit.carbon);
    expect_equal(w->books.all.power, audit.power);
    expect_equal(w->books.all.revenue, audit.revenue);
    if (w->sim->sampling)
        audit.energy = audit.carbon = audit.power = audit.revenue = 0;
}

static void audit_step(struct world *w)
{
    const struct books *b = &w->books;
    expect_equal(b->cash + b->book_value, b->debt + b->equity);
    double book = 0, debt = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        book += w->vintages.row[i].cards * w->vintages.row[i].book_per_card;
        debt += w->vintages.row[i].debt;
    }
    expect_equal(b->book_value, book);
    expect_equal(b->debt, debt);
    audit_flows(w);
    audit_tax(w);
    audit.steps++;
}

static const struct model auditor = {.name = "auditor", .help = "checks the books", .phase = {[PHASE_FINANCE] = audit_step}};

static void the_books_balance_and_follow_from_leases_and_cards_at_every_step(void **state)
{
    (void)state;
    static const char *const policy[] = {"policy.enabled=true", "policy.enabled=false"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_with(&lab, &auditor, PLAIN_BUT(""), LAB_SET("run.end=2030-01", "finance.enabled=false", "accounting.tax=25%", policy[i]));
        for (uint32_t r = 0; r < 3; r++) {
            memset(&audit, 0, sizeof audit);
            lab_run(&lab, r);
            assert_int_equal(audit.steps, lab.result->steps);
            assert_near(audit.worst, 0, 1e-9);
        }
        lab_close(&lab);
    }
}

static void the_stranded_gap_is_book_less_economic_value(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2028-01"));
    lab_run(&lab, 0);
    const double *book = lab_series(&lab, "book_value"), *worth = lab_series(&lab, "economic_value"), *gap = lab_series(&lab, "stranded_gap");
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        assert_near(gap[k], book[k] - worth[k], 1e-9 * book[k]);
    lab_close(&lab);
}

static void without_accounting_nothing_else_changes(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open(&with, "finance: {enabled: false}\n", LAB_SET("run.end=2026-01"));
    lab_open(&without, "finance: {enabled: false}\n", LAB_SET("run.end=2026-01", "accounting.enabled=false"));
    lab_run(&with, 1);
    lab_run(&without, 1);
    for (size_t i = 0; i < without.plan->series_count; i++)
        assert_memory_equal(lab_series(&without, without.plan->series[i].name), lab_series(&with, without.plan->series[i].name),
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
        cmocka_unit_test(without_accounting_nothing_else_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
