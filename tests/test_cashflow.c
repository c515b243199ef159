/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments and what they are worth, against algebra and against each other. */
#include "near.h"

#include "models/planner/cashflow.h"

static const double lent[] = {-100, 30, 30, 30, 30, 30};
enum { LENT = sizeof lent / sizeof *lent };

static void the_net_present_value_is_the_discounted_sum(void **state)
{
    (void)state;
    assert_near(cashflow_npv(0.1, lent, LENT), 13.723603082253423, 1e-12); /* by definition, summed elsewhere */
    assert_near(cashflow_npv(0, lent, LENT), 50, 1e-12);
    assert_near(cashflow_npv(0.1, lent, 0), 0, 0);
}

static void one_change_of_sign_gives_one_rate(void **state)
{
    (void)state;
    double rate[LENT];
    assert_int_equal(cashflow_irr(lent, LENT, rate), 1);
    assert_near(rate[0], 0.15238237116630649, 1e-12); /* by bisection, elsewhere */
    assert_near(cashflow_npv(rate[0], lent, LENT), 0, 1e-10);
}

static void two_changes_of_sign_can_give_two_rates(void **state)
{
    (void)state;
    static const double flow[] = {-100, 230, -132}; /* -100 (1 + r - 1.1) (1 + r - 1.2) */
    double rate[3];
    assert_int_equal(cashflow_irr(flow, 3, rate), 2);
    assert_near(rate[0], 0.1, 1e-12);
    assert_near(rate[1], 0.2, 1e-12);
}

static void a_double_root_is_told_once(void **state)
{
    (void)state;
    static const double flow[] = {-100, 230, -132.25}; /* -100 (1 + r - 1.15)^2 */
    double rate[3];
    assert_int_equal(cashflow_irr(flow, 3, rate), 1);
    assert_near(rate[0], 0.15, 1e-6);
}

static void what_never_changes_sign_has_no_rate(void **state)
{
    (void)state;
    static const double flow[] = {-100, -3, -2.385}, nothing[] = {0, 0, 0};
    double rate[3];
    assert_int_equal(cashflow_irr(flow, 3, rate), 0);
    assert_int_equal(cashflow_irr(nothing, 3, rate), 0);
    assert_int_equal(cashflow_irr(flow, 0, rate), 0);
}

static void empty_periods_before_and_after_change_no_rate(void **state)
{
    (void)state;
    double padded[LENT + 4] = {0}, rate[LENT + 4];
    for (size_t k = 0; k < LENT; k++)
        padded[2 + k] = lent[k];
    assert_int_equal(cashflow_irr(padded, LENT + 4, rate), 1);
    assert_near(rate[0], 0.15238237116630649, 1e-12);
}

/* A loan of n level payments at a known rate: the polynomial has degree n. */
static void the_rate_of_a_long_loan_comes_back(void **state)
{
    (void)state;
    enum { MONTHS = 120 };
    for (double monthly = 0.002385; monthly < 0.04; monthly *= 1.9) {
        double flow[MONTHS + 1] = {1e6}, rate[MONTHS + 1];
        for (int k = 1; k <= MONTHS; k++)
            flow[k] = -1e6 * cashflow_capital_recovery(monthly, MONTHS);
        assert_int_equal(cashflow_irr(flow, MONTHS + 1, rate), 1);
        assert_near(rate[0], monthly, 1e-12);
    }
}

static void the_modified_rate_is_the_rate_if_that_is_what_returns_earn(void **state)
{
    (void)state;
    double irr = 0.15238237116630649;
    assert_near(cashflow_mirr(lent, LENT, 0.07, irr), irr, 1e-12);
    /* 150 come back, at 10 % they grow to 30 (1.1^5 - 1) / .1 */
    assert_near(cashflow_mirr(lent, LENT, 0.07, 0.1), pow(30 * (pow(1.1, 5) - 1) / 0.1 / 100, 0.2) - 1, 1e-12);
    assert_true(isnan(cashflow_mirr(lent + 1, LENT - 1, 0.07, 0.1)));
}

static void payback_is_when_the_sum_stays_above_nothing(void **state)
{
    (void)state;
    static const double wavering[] = {-100, 120, -60, 50}, never[] = {-100, 20, 20}, always[] = {5, 3};
    assert_near(cashflow_payback(lent, LENT), 10 / 3., 1e-12);
    assert_near(cashflow_payback(wavering, 4), 2 + 40 / 50., 1e-12);
    assert_true(isnan(cashflow_payback(never, 3)));
    assert_near(cashflow_payback(always, 2), 0, 0);
}

static const struct cashflow_machine machine = {
    .capital = 50000, .periods = 5, .rate = 0.1, .running = 6000, .units = 8760};

static void levelised_cost_and_break_even_meet(void **state)
{
    (void)state;
    assert_near(cashflow_capital_recovery(0.1, 5), 0.26379748079474524, 1e-15);
    assert_near(cashflow_capital_recovery(0, 5), 0.2, 1e-15);
    assert_near(cashflow_levelised(&machine, 0.7), 3.1294641291156653, 1e-12); /* (FCR ICC + FOC) / AEP */
    struct cashflow_machine used = machine;
    used.per_unit = 0.15;
    double use = cashflow_break_even_use(&used, 2.5);
    assert_near(use, 0.9321808044174322, 1e-12);
    assert_near(cashflow_levelised(&used, use), 2.5, 1e-12);
}

/* int_from^(from + years) e^(growth (s - from) - rate s) ds by many midpoints. */
static void a_stream_is_worth_its_integral(void **state)
{
    (void)state;
    enum { PIECES = 20000 };
    double sum = 0, rate = 0.11, growth = -0.2385, from = 1.5, years = 4;
    for (int i = 0; i < PIECES; i++) {
        double s = (i + 0.5) / PIECES * years;
        sum += exp(growth * s - rate * (from + s)) * years / PIECES;
    }
    assert_near(cashflow_stream(rate, growth, from, years), sum, 1e-8);
    assert_near(cashflow_annuity(0, 7), 7, 0);
}

/* Against the first terms of their series, the rest of which is below r^3. The formulas that subtract powers from one
 * lose a digit for each of r. */
static void tiny_rates_keep_all_digits(void **state)
{
    (void)state;
    static const double rates[] = {1e-6, -1e-7, 1e-9, 3e-12, -9e-13, 1e-15, 1e-18, 1e-300};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        double r = rates[i], n = 60, years = 7;
        double recovery = (1 + r * (n + 1) / 2 + r * r * (n * n - 1) / 12) / n;
        double annuity = years * (1 - r * years / 2 + r * years * r * years / 6);
        assert_near(cashflow_capital_recovery(r, n) / recovery, 1, 1e-15 + fabs(r * r * r) * n * n * n);
        assert_near(cashflow_annuity(r, years) / annuity, 1, 1e-15 + fabs(r * r * r) * years * years * years);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_net_present_value_is_the_discounted_sum),
        cmocka_unit_test(one_change_of_sign_gives_one_rate),
        cmocka_unit_test(two_changes_of_sign_can_give_two_rates),
        cmocka_unit_test(a_double_root_is_told_once),
        cmocka_unit_test(what_never_changes_sign_has_no_rate),
        cmocka_unit_test(empty_periods_before_and_after_change_no_rate),
        cmocka_unit_test(the_rate_of_a_long_loan_comes_back),
        cmocka_unit_test(the_modified_rate_is_the_rate_if_that_is_what_returns_earn),
        cmocka_unit_test(payback_is_when_the_sum_stays_above_nothing),
        cmocka_unit_test(levelised_cost_and_break_even_meet),
        cmocka_unit_test(a_stream_is_worth_its_integral),
        cmocka_unit_test(tiny_rates_keep_all_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
