/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beliefs: what extrapolators make of the forward curve, against quadrature; who wins when; what is neutral. */
#include "models_lab.h"

#include "models/market/switching.h"

#include <gsl/gsl_integration.h>

static void success_moves_the_share_and_intensity_says_how_far(void **state)
{
    (void)state;
    assert_near(switching_share(2.385, 0.3, -0.4), 0.8415091467900566, 1e-15); /* 1 / (1 + exp(-2.385 * .7)) */
    assert_near(switching_share(2.385, -0.4, 0.3), 1 - 0.8415091467900566, 1e-15);
    assert_near(switching_share(0, 5, -5), 0.5, 0);
    assert_near(switching_share(1e300, 1, 0), 1, 1e-300);
    assert_near(switching_share(1e300, 0, 1), 0, 1e-300);
}

#define NEUTRAL "expectations.switchers=0", "expectations.competition_neglect=0"

/* Every series of a in b, bit by bit. */
static void assert_same_bits(const struct lab *a, const struct lab *b)
{
    for (size_t i = 0; i < a->plan->series_count; i++) {
        const char *name = a->plan->series[i].name;
        assert_memory_equal(lab_series(a, name), lab_series(b, name), a->plan->sample_count * sizeof(double));
    }
}

static void without_switchers_and_neglect_nothing_changes(void **state)
{
    (void)state;
    struct lab off, neutral;
    lab_open(&off, NULL, LAB_SET("run.end=2024-07", "expectations.enabled=false"));
    lab_open(&neutral, NULL, LAB_SET("run.end=2024-07", NEUTRAL));
    lab_run(&off, 3);
    lab_run(&neutral, 3);
    assert_same_bits(&off, &neutral);
    assert_near(lab_mean(&neutral, "bubble_index", 2022, 2025), 1, 1e-3); /* the last quarter's interpolation */
    lab_close(&off);
    lab_close(&neutral);
}

#define CROWD                                                                                                          \
    "expectations.competition_neglect=0", "expectations.switchers=0.9", "expectations.trend_fade=1.7 yr",              \
        "expectations.steepest_trend=2 /yr"

/* The mean curve of a card, written a second time. */
struct curve {
    const struct world *w;
    int generation;
};

static double forward(const struct curve *c, double s)
{
    const struct value *v = &c->w->value;
    const struct beliefs *b = &c->w->beliefs;
    double long_run = v->entry_rent_card[c->generation], now = c->w->market.rent_card[c->generation];
    double fundamental = long_run * exp(-v->decline_per_yr * s) + (now - long_run) * exp(-v->reversion_per_yr * s);
    double projected = now * exp(-v->decline_per_yr * s + b->trend_per_yr * b->fade_yr * (1 - exp(-s / b->fade_yr)));
    return (1 - b->extrapolators) * fundamental + b->extrapolators * projected;
}

static double discounted(double s, void *of)
{
    const struct curve *c = of;
    return forward(c, s) * exp(-c->w->value.discount_per_yr * s);
}

static double mean_over(const struct curve *c, double years)
{
    enum { ROOM = 200 };
    gsl_integration_workspace *room = gsl_integration_workspace_alloc(ROOM);
    gsl_function function = {.function = discounted, .params = (void *)(uintptr_t)c};
    double result, error, rho = c->w->value.discount_per_yr;
    gsl_integration_qag(&function, 0, years, 0, 1e-10, ROOM, GSL_INTEG_GAUSS41, room, &result, &error);
    gsl_integration_workspace_free(room);
    return result * rho / (1 - exp(-rho * years));
}

static void a_mean_rent_is_the_mean_of_what_all_believe(void **state)
{
    (void)state;
    static const int months[] = {1, 7, 24, 60, 132};
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2023-08", CROWD));
    struct world *w = lab_run(&lab, 1);
    assert_true(w->beliefs.extrapolators > 0.3 && w->beliefs.trend_per_yr > 0.1);
    for (int g = 0; g < (int)w->generations.count; g++)
        for (size_t i = 0; w->generations.launched[g] && i < sizeof months / sizeof *months; i++) {
            const struct curve c = {w, g};
            double mean = mean_over(&c, months[i] / 12.0);
            assert_near(value_mean_rent(w, g, months[i]), mean, 1e-3 * mean);
        }
    lab_close(&lab);
}

static void a_rising_trend_makes_cards_worth_more_than_fundamentals(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2023-08", CROWD));
    struct world *w = lab_run(&lab, 1);
    int g = lab_generation(w, "A800");
    double worth = value_of_card(w, 0, g, 5), fundamental = value_fundamental(w, 0, g, 5);
    assert_true(worth > 1.05 * fundamental);
    assert_true(lab_mean(&lab, "bubble_index", 2023.4, 2023.7) > 1.05);
    double years = 2.385; /* between two quarters */
    lab_close(&lab);
    lab_open(&lab, NULL, LAB_SET("run.end=2023-08", NEUTRAL));
    w = lab_run(&lab, 1);
    assert_near(value_of_card(w, 0, g, years), value_fundamental(w, 0, g, years), 1e-9 * worth);
    lab_close(&lab);
}

static void neglect_of_competition_makes_excess_rents_last(void **state)
{
    (void)state;
    static const char *const neglect[] = {"expectations.competition_neglect=0", "expectations.competition_neglect=0.4",
                                          "expectations.competition_neglect=1"};
    double bubble[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open(&lab, NULL,
                 LAB_SET("run.end=2023-11", "expectations.switchers=0", "value.reversion=0.9 /yr",
                         "value.decline=0.2 /yr", neglect[i]));
        struct world *w = lab_run(&lab, 2);
        const double expected[] = {0.9, 0.62, 0.2};
        assert_near(w->value.reversion_per_yr, expected[i], 1e-12);
        bubble[i] = lab_mean(&lab, "bubble_index", 2023.5, 2023.9);
        lab_close(&lab);
    }
    assert_true(bubble[2] > bubble[1] + 0.02 && bubble[1] > bubble[0] + 0.02);
}

/* Nobody comes and needs of all grow by .9 a year, or fall, without noise: a trend from the first day. */
#define STEADY(growth)                                                                                                 \
    LAB_STILL "value: {decline: 0 /yr, reversion: 0.5 /yr}\n",                                                         \
        LAB_SET("run.end=2024-01", "market.kappa_training=3 /yr", "market.kappa_inference=3 /yr",                      \
                "market.offshore_wedge=50", "tenants.developer.growth=" growth, "tenants.platform.growth=" growth,     \
                "tenants.industry.growth=" growth, "tenants.startup.growth=" growth, "expectations.enabled=true",      \
                "expectations.switchers=0.8", "expectations.intensity=60", "expectations.trend_fade=3 yr",             \
                "expectations.steepest_trend=5 /yr", "expectations.hoarding=0.7",                                      \
                "expectations.competition_neglect=0")

static void who_projects_a_trend_that_lasts_wins_the_crowd(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, STEADY("0.5 /yr"));
    lab_run(&lab, 0);
    const double *share = lab_series(&lab, "extrapolators"), *trend = lab_series(&lab, "rent_trend");
    size_t last = lab.plan->sample_count - 1;
    assert_near(share[0], 0.4, 1e-3); /* nobody has been judged: half of those who switch */
    assert_true(trend[last] > 0.2);
    assert_true(share[last] > 0.45);
    for (size_t k = 0; k <= last; k++)
        assert_true(share[k] >= 0 && share[k] <= 0.8);
    lab_close(&lab);
}

static void cards_are_held_back_only_while_rents_are_to_rise(void **state)
{
    (void)state;
    struct lab rising, falling;
    lab_open_bare(&rising, STEADY("0.5 /yr"));
    lab_open_bare(&falling, STEADY("-0.5 /yr"));
    struct world *w = lab_run(&rising, 0);
    double most = w->beliefs.extrapolators * 0.7;
    assert_true(w->beliefs.withheld > 0.01 && w->beliefs.withheld < most);
    double on_offer = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        on_offer += w->vintages.offered_cards[g] *
                    (w->market.training_share[g] * w->generations.effective_p[TRAINING][g] +
                     (1 - w->market.training_share[g]) * w->generations.effective_p[INFERENCE][g]);
    double supplied = w->market.supply[TRAINING] + w->market.supply[INFERENCE];
    assert_true(supplied < on_offer * 0.995 && supplied > on_offer * (1 - most));
    lab_run(&falling, 0);
    const double *withheld = lab_series(&falling, "withheld");
    for (size_t k = 2; k < falling.plan->sample_count; k++)
        assert_near(withheld[k], 0, 0);
    lab_close(&rising);
    lab_close(&falling);
}

static void the_trend_that_anybody_projects_is_bounded(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2026-01", "expectations.switchers=1", "expectations.steepest_trend=0.05 /yr",
                     "expectations.trend_memory=1 month"));
    lab_run(&lab, 0);
    const double *trend = lab_series(&lab, "rent_trend");
    double most = 0;
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        most = fmax(most, fabs(trend[k]));
    assert_true(most < 0.05 && most > 0.03);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(success_moves_the_share_and_intensity_says_how_far),
        cmocka_unit_test(without_switchers_and_neglect_nothing_changes),
        cmocka_unit_test(a_mean_rent_is_the_mean_of_what_all_believe),
        cmocka_unit_test(a_rising_trend_makes_cards_worth_more_than_fundamentals),
        cmocka_unit_test(neglect_of_competition_makes_excess_rents_last),
        cmocka_unit_test(who_projects_a_trend_that_lasts_wins_the_crowd),
        cmocka_unit_test(cards_are_held_back_only_while_rents_are_to_rise),
        cmocka_unit_test(the_trend_that_anybody_projects_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
