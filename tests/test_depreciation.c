/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules of depreciation and of loans: published examples are oracles of the self-test; here is what holds for any
 * input. */
#include "near.h"

#include "models/books/depreciation.h"
#include "models/books/loans.h"
#include "sim/base/det.h"
#include "sim/engine/stream.h"

#include <string.h>

enum { TRIALS = 4000, METHODS = DEPRECIATION_CUSTOM };

static double between(struct stream *s, double low, double high)
{
    return low + (high - low) * stream_uniform(s);
}

static struct depreciation_terms random_terms(struct stream *s, int method)
{
    static const double class_life[] = {3, 5, 7, 10, 15, 20};
    double years = between(s, 0.5, 30);
    bool is_macrs = method == DEPRECIATION_MACRS, whole = stream_uniform(s) < 0.5;
    return (struct depreciation_terms){.method = (enum depreciation)method,
                                       .life_yr = is_macrs ? class_life[(int)(years / 5.01)]
                                                  : whole  ? ceil(years)
                                                           : years,
                                       .salvage = is_macrs ? 0 : between(s, 0, 0.9),
                                       .factor = between(s, 1, 3),
                                       .first_yr = between(s, 0.1, 0.9)};
}

static void schedules_fall_from_the_cost_to_salvage_and_never_below(void **state)
{
    (void)state;
    struct stream random = stream_open(&(struct streams){.seed = 2385}, 1);
    for (int method = 0; method < METHODS; method++)
        for (int trial = 0; trial < TRIALS; trial++) {
            struct depreciation_terms terms = random_terms(&random, method);
            struct schedule s;
            depreciation_schedule(&s, &terms);
            assert_near(schedule_left(&s, 0), 1, 1e-12);
            assert_near(schedule_left(&s, -2.385), 1, 1e-12);
            assert_near(schedule_left(&s, terms.life_yr), terms.salvage, 0);
            assert_near(schedule_left(&s, terms.life_yr - 1e-9), terms.salvage, 1e-8);
            double before = 1;
            for (double age = 0; age < terms.life_yr + 1; age += 0.173) {
                double left = schedule_left(&s, age);
                assert_true(left <= before + 1e-12);
                assert_true(left >= terms.salvage - 1e-12);
                before = left;
            }
        }
}

/* The sum of monthly amounts, each a share of what is left, is the depreciable base: no month is lost or counted twice.
 */
static void monthly_amounts_sum_to_the_depreciable_base(void **state)
{
    (void)state;
    struct stream random = stream_open(&(struct streams){.seed = 2385}, 2);
    for (int method = 0; method < METHODS; method++)
        for (int trial = 0; trial < TRIALS / 10; trial++) {
            struct depreciation_terms terms = random_terms(&random, method);
            struct schedule s;
            depreciation_schedule(&s, &terms);
            double cost = between(&random, 1, 1e7), book = cost, sum = 0, floor_ = terms.salvage * cost;
            double first = between(&random, 0, 1. / 12); /* bought within a month */
            for (int month = 0; month < 12 * 31; month++) {
                double line = (book - floor_) * schedule_share(&s, first + (month - 1) / 12., first + month / 12.);
                assert_true(line >= -1e-9 * cost);
                sum += line;
                book -= line;
            }
            assert_near(sum, cost - floor_, 1e-9 * cost);
        }
}

static void after_an_impairment_the_rest_goes_over_the_life_that_remains(void **state)
{
    (void)state;
    struct schedule s;
    depreciation_schedule(
        &s, &(struct depreciation_terms){.method = DEPRECIATION_STRAIGHT_LINE, .life_yr = 6, .salvage = 0.05});
    double book = 100 * schedule_left(&s, 2.5) - 20;
    double line = (book - 5) * schedule_share(&s, 2.5, 3.5);
    assert_near(line, (book - 5) / 3.5, 1e-12);
}

static void a_change_of_estimate_spreads_the_rest_over_the_new_life(void **state)
{
    (void)state;
    struct schedule old, new;
    depreciation_schedule(&old, &(struct depreciation_terms){.method = DEPRECIATION_STRAIGHT_LINE, .life_yr = 4});
    depreciation_schedule(&new, &(struct depreciation_terms){.method = DEPRECIATION_STRAIGHT_LINE, .life_yr = 6});
    double book = schedule_left(&old, 2); /* half of it, over four years instead of two */
    assert_near(book * schedule_share(&new, 2, 3), 0.125, 1e-12);
    assert_near(book * schedule_share(&old, 2, 3), 0.25, 1e-12);
    assert_near(schedule_share(&old, 6, 6.1), 1, 0); /* a life already over: at once */
}

static void a_custom_schedule_keeps_what_it_does_not_name(void **state)
{
    (void)state;
    struct schedule s;
    depreciation_schedule(&s, &(struct depreciation_terms){.method = DEPRECIATION_CUSTOM,
                                                           .custom = (const double[]){0.5, 0.2, 0.2},
                                                           .custom_years = 3});
    assert_near(schedule_left(&s, 0.5), 0.75, 1e-12);
    assert_near(schedule_left(&s, 2.25), 0.25, 1e-12);
    assert_near(schedule_left(&s, 9), 0.1, 1e-12);
}

/* Worked by hand from the standards: book 60, never impaired it would be 70; it can earn or fetch 50, 65 or 80. */
static void each_regime_impairs_and_reverses_by_its_rule(void **state)
{
    (void)state;
    static const struct {
        double recoverable, undiscounted, after[4]; /* none, CAS 8, IAS 36, ASC 360 */
    } cases[] = {
        {50, 55, {60, 50, 50, 50}}, /* a loss under all */
        {50, 61, {60, 50, 50, 60}}, /* undiscounted flows still cover it */
        {65, 90, {60, 60, 65, 60}}, /* recovered in part */
        {80, 90, {60, 60, 70, 60}}, /* recovered beyond: up to what it would have been */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int regime = 0; regime < 4; regime++) {
            struct carrying c = {.book = 60,
                                 .unimpaired = 70,
                                 .recoverable = cases[i].recoverable,
                                 .undiscounted = cases[i].undiscounted};
            assert_near(impairment_test((enum impairment)regime, &c), cases[i].after[regime], 0);
        }
}

static void an_impairment_never_raises_a_book_above_its_unimpaired_path(void **state)
{
    (void)state;
    struct stream random = stream_open(&(struct streams){.seed = 2385}, 3);
    for (int trial = 0; trial < TRIALS; trial++) {
        double cost = between(&random, 1, 100), book = cost * between(&random, 0, 1);
        struct carrying c = {.book = book,
                             .unimpaired = cost,
                             .recoverable = between(&random, 0, 120),
                             .undiscounted = between(&random, 0, 150)};
        for (int regime = 0; regime < 4; regime++) {
            double after = impairment_test((enum impairment)regime, &c);
            assert_true(after <= cost && after >= fmin(book, c.recoverable));
            assert_true(after <= book || regime == IMPAIRMENT_IAS36);
        }
    }
}

static void loans_are_repaid_whole_and_the_balloon_at_the_end(void **state)
{
    (void)state;
    struct stream random = stream_open(&(struct streams){.seed = 2385}, 4);
    for (int kind = LOAN_EQUAL_PARTS; kind <= LOAN_SCULPTED; kind++)
        for (int trial = 0; trial < TRIALS; trial++) {
            double balloon = kind == LOAN_BULLET ? 1 : between(&random, 0, 1);
            struct loan_terms terms = {.kind = (enum loan)kind,
                                       .life_yr = between(&random, 0.5, 20),
                                       .rate = between(&random, 0, 0.2),
                                       .decline = between(&random, 0, 0.4),
                                       .balloon = balloon};
            struct schedule s;
            loan_schedule(&s, &terms);
            assert_near(schedule_left(&s, 0), 1, 1e-12);
            assert_near(schedule_left(&s, terms.life_yr - 1e-9), balloon, 1e-8);
            assert_near(schedule_left(&s, terms.life_yr), balloon, 0);
        }
}

/* Five years at 10 %: a payment of .263797 repays .163797, .180177, ... (each 1.1 times the last). */
static void an_annuity_repays_a_growing_share(void **state)
{
    (void)state;
    struct schedule s;
    loan_schedule(&s, &(struct loan_terms){.kind = LOAN_ANNUITY, .life_yr = 5, .rate = 0.1});
    double amount = 0.26379748079474524 - 0.1;
    for (int year = 0; year < 5; year++, amount *= 1.1)
        assert_near(schedule_left(&s, year) - schedule_left(&s, year + 1), amount, 1e-12);
}

/* A loan of five years: its first payment is (1 + 3 r + 2 r^2) / 5, the interest of which is r. */
static void an_annuity_at_a_tiny_rate_keeps_its_digits(void **state)
{
    (void)state;
    static const double rates[] = {1e-6, 1e-9, 1e-12, 1e-15, 0};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        double r = rates[i], left = 1;
        struct schedule s;
        loan_schedule(&s, &(struct loan_terms){.kind = LOAN_ANNUITY, .life_yr = 5, .rate = r});
        double first = 1 - schedule_left(&s, 1);
        assert_near(first, (1 + 3 * r + 2 * r * r) / 5 - r, 1e-15);
        for (int year = 0; year < 5; year++) { /* the same payment every year */
            double repaid = schedule_left(&s, year) - schedule_left(&s, year + 1);
            assert_near(repaid + r * left, first + r, 1e-15);
            left -= repaid;
        }
        assert_near(left, 0, 1e-15);
    }
}

static void a_sculpted_loan_has_the_same_cover_in_every_period(void **state)
{
    (void)state;
    struct stream random = stream_open(&(struct streams){.seed = 2385}, 5);
    for (int trial = 0; trial < TRIALS; trial++) {
        double cfads[12], repaid[12], rate = between(&random, -0.02, 0.1), left = 1;
        size_t n = 1 + (size_t)between(&random, 0, 11.9);
        for (size_t t = 0; t < n; t++)
            cfads[t] = between(&random, 60, 100); /* enough for the interest in every period */
        double dscr = between(&random, 1, 2.5), debt = loan_sculpted(cfads, n, rate, dscr, repaid);
        for (size_t t = 0; t < n; t++) {
            assert_near(cfads[t] / (debt * (repaid[t] + rate * left)), dscr, 1e-9);
            left -= repaid[t];
        }
        assert_near(left, 0, 1e-12);
    }
}

/* Cash flows that grow: 1, 3, 9 at 50 %, worth 4.667 at the start. One part in 4.667 would be the first payment
 * and less than the interest of a half, which is paid alone; 3 of the 6 that 3 and 9 are worth a year later are the
 * interest once more; all is repaid in the last year. */
static void a_sculpted_loan_never_grows(void **state)
{
    (void)state;
    double repaid[3], falls = 0;
    assert_near(loan_sculpted((const double[]){1, 3, 9}, 3, 0.5, 2, repaid), 7 / 3., 1e-15);
    assert_near(repaid[0], 0, 0);
    assert_near(repaid[1], 0, 1e-15);
    assert_near(repaid[2], 1, 1e-15);
    loan_sculpted((const double[]){4, 0, 0}, 3, 0.5, 2, repaid); /* nothing more comes */
    assert_true(repaid[0] == 1 && repaid[1] == 0 && repaid[2] == 0);
    struct schedule s; /* cash flows that grow by 65 % a year at 6 %: it grew to 1.21 in five */
    loan_schedule(&s, &(struct loan_terms){.kind = LOAN_SCULPTED, .life_yr = 10, .rate = 0.06, .decline = -0.65});
    for (int year = 0; year < 10; year++) {
        assert_true(schedule_left(&s, year + 1) <= schedule_left(&s, year));
        falls += schedule_left(&s, year) - schedule_left(&s, year + 1);
    }
    assert_near(falls, 1, 1e-12);
}

/* Lives that no class has are refused by the mechanism's check: tests/bad/accounting_macrs.yml. */
static void macrs_takes_half_again_the_even_rate_from_fifteen_years_on(void **state)
{
    (void)state;
    static const double life[] = {3, 5, 7, 10, 15, 20}, factor[] = {2, 2, 2, 2, 1.5, 1.5};
    for (int i = 0; i < 6; i++) {
        struct schedule s;
        depreciation_schedule(&s, &(struct depreciation_terms){.method = DEPRECIATION_MACRS, .life_yr = life[i]});
        assert_near(1 - schedule_left(&s, 0.5), factor[i] / life[i] / 2, 1e-12); /* the first tax year */
    }
    assert_near(depreciation_macrs_factor(6), 0, 0);
    assert_near(depreciation_macrs_factor(5.5), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedules_fall_from_the_cost_to_salvage_and_never_below),
        cmocka_unit_test(monthly_amounts_sum_to_the_depreciable_base),
        cmocka_unit_test(after_an_impairment_the_rest_goes_over_the_life_that_remains),
        cmocka_unit_test(a_change_of_estimate_spreads_the_rest_over_the_new_life),
        cmocka_unit_test(a_custom_schedule_keeps_what_it_does_not_name),
        cmocka_unit_test(each_regime_impairs_and_reverses_by_its_rule),
        cmocka_unit_test(an_impairment_never_raises_a_book_above_its_unimpaired_path),
        cmocka_unit_test(loans_are_repaid_whole_and_the_balloon_at_the_end),
        cmocka_unit_test(an_annuity_repays_a_growing_share),
        cmocka_unit_test(an_annuity_at_a_tiny_rate_keeps_its_digits),
        cmocka_unit_test(a_sculpted_loan_has_the_same_cover_in_every_period),
        cmocka_unit_test(a_sculpted_loan_never_grows),
        cmocka_unit_test(macrs_takes_half_again_the_even_rate_from_fifteen_years_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
