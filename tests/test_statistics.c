/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statistics against numbers worked out by hand or by the definition, in an order that shares nothing with the code. */
#include "near.h"

#include "sim/engine/statistics.h"
#include "sim/engine/stream.h"

#include <string.h>

static void a_tally_gives_mean_variance_and_extremes(void **state)
{
    (void)state;
    static const double values[] = {2.385, -1.25, 7.5, 0.125, 3.0}; /* sum 11.76 */
    struct tally tally = {0};
    double mean = 11.76 / 5, squares = 0;
    for (size_t i = 0; i < 5; i++) {
        tally_add(&tally, values[i]);
        squares += (values[i] - mean) * (values[i] - mean);
    }
    assert_int_equal(tally.count, 5);
    assert_near(tally.mean, mean, 1e-15);
    assert_near(tally_variance(&tally), squares / 4, 1e-14);
    assert_true(tally.min == -1.25 && tally.max == 7.5);
}

/* 1e9 + {4, 7, 13, 16}: variance 30, a textbook case where the sum of squares loses all digits. */
static void a_tally_far_from_zero_keeps_its_variance(void **state)
{
    (void)state;
    struct tally tally = {0};
    assert_true(isnan(tally_variance(&tally)));
    for (int i = 0; i < 4; i++)
        tally_add(&tally, 1e9 + (const double[]){4, 7, 13, 16}[i]);
    assert_near(tally_variance(&tally), 30, 1e-9);
}

/* By hand: level 3 over [10, 12], 5 over [12, 13], 1 over [13, 20], asked at 20: area 18, mean 1.8,
 * second moment (9*2 + 25 + 7)/10 = 5, variance 5 - 3.24. */
static void a_time_average_weighs_levels_by_how_long_they_held(void **state)
{
    (void)state;
    struct time_average average;
    time_average_start(&average, 10, 3);
    assert_true(isnan(time_average_mean(&average, 10)));
    time_average_update(&average, 12, 40); /* for no time: seen as an extreme only */
    time_average_update(&average, 12, 5);
    time_average_update(&average, 13, 1);
    assert_near(time_average_mean(&average, 20), 1.8, 1e-14);
    assert_near(time_average_variance(&average, 20), 1.76, 1e-13);
    assert_near(time_average_mean(&average, 13), 11 / 3.0, 1e-14); /* asking changes nothing */
    assert_true(average.min == 1 && average.max == 40);
}

static void a_reset_forgets_all_but_the_level(void **state)
{
    (void)state;
    struct time_average average;
    time_average_start(&average, 0, 100);
    time_average_update(&average, 1, 6);
    time_average_reset(&average, 5);
    assert_true(average.min == 6 && average.max == 6);
    time_average_update(&average, 7, 2);
    assert_near(time_average_mean(&average, 9), 4, 1e-15);
    assert_near(time_average_variance(&average, 9), 4, 1e-14);
}

/* Means 1..5: deviation sqrt(2.5), t of 4 degrees at 97.5 % 2.776445 (any table): half-width 1.963243. */
static void an_interval_is_students(void **state)
{
    (void)state;
    struct interval interval = interval_of_means((const double[]){1, 2, 3, 4, 5}, 5, 0.95);
    assert_near(interval.mean, 3, 1e-15);
    assert_near(interval.half_width, 1.963243161, 1e-8);
    assert_true(isnan(interval_of_means(&interval.mean, 1, 0.95).half_width));
}

static void full_batches_join_and_what_is_not_full_is_left_out(void **state)
{
    (void)state;
    struct batches batches = {0};
    for (int i = 0; i < BATCHES; i++)
        batches_add(&batches, i);
    assert_int_equal(batches.full, BATCHES);
    batches_add(&batches, 1e9);
    assert_int_equal(batches.full, BATCHES / 2);
    assert_int_equal(batches.length, 2);
    assert_near(batches_interval(&batches, 0.9).mean, (BATCHES - 1) / 2.0, 1e-12);
    for (int i = 1; i < 5 * BATCHES; i++)
        batches_add(&batches, 1e9);
    assert_int_equal(batches.length, 8);
    assert_int_equal(batches.full, 6 * BATCHES / 8);
}

/* Of many runs of correlated values with mean 2 (a first-order autoregression, coefficient .9), nine in ten intervals
 * hold it. */
static void the_interval_holds_the_mean_as_often_as_it_says(void **state)
{
    (void)state;
    enum { RUNS = 1000, LENGTH = 16384 };
    struct streams streams = {.seed = 5};
    int held = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        struct stream s = stream_open(&streams, run);
        struct batches batches = {0};
        double noise[LENGTH], x = 0;
        stream_fill_uniform(&s, noise, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            x = 0.9 * x + noise[i] - 0.5;
            batches_add(&batches, 2 + x);
        }
        struct interval interval = batches_interval(&batches, 0.9);
        held += fabs(interval.mean - 2) < interval.half_width;
    }
    assert_in_range(held, 865, 925); /* 900 with a deviation of 9.5, less a little for what correlation is left */
}

/* A level of 10 over the first 42 of 1000 values, then noise around 0: MSER cuts at the next multiple of five. */
static void the_warm_up_is_found_where_it_ends(void **state)
{
    (void)state;
    double value[1000];
    struct streams streams = {.seed = 9};
    struct stream s = stream_open(&streams, 1);
    stream_fill_uniform(&s, value, 1000);
    for (int i = 0; i < 42; i++)
        value[i] += 10;
    assert_int_equal(warm_up(value, 1000), 45);
}

/* Against the definition, summed afresh for each cut. */
static void the_cut_minimises_the_squared_standard_error_of_means_of_five(void **state)
{
    (void)state;
    enum { COUNT = 403, GROUPS = COUNT / 5 };
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct streams streams = {.seed = seed};
        struct stream s = stream_open(&streams, 2);
        double value[COUNT], least = HUGE_VAL;
        size_t best = 0;
        for (int i = 0; i < COUNT; i++)
            value[i] = stream_normal(&s) + (double)seed / (1 + 0.2 * i);
        for (size_t cut = 0; cut <= GROUPS / 2; cut++) {
            double n = (double)(GROUPS - cut), mean = 0, squares = 0;
            for (size_t pass = 0; pass < 2; pass++)
                for (size_t g = cut; g < GROUPS; g++) {
                    const double *v = value + 5 * g;
                    double group = (v[0] + v[1] + v[2] + v[3] + v[4]) / 5;
                    if (pass)
                        squares += (group - mean) * (group - mean);
                    else
                        mean += group / n;
                }
            if (squares / (n * n) < least) {
                least = squares / (n * n);
                best = cut;
            }
        }
        assert_int_equal(warm_up(value, COUNT), best == GROUPS / 2 ? (size_t)COUNT : best * 5);
    }
}

static void a_run_that_never_settles_is_all_warm_up(void **state)
{
    (void)state;
    double value[200];
    for (int i = 0; i < 200; i++)
        value[i] = i;
    assert_int_equal(warm_up(value, 200), 200);
    assert_int_equal(warm_up(value, 3), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_gives_mean_variance_and_extremes),
        cmocka_unit_test(a_tally_far_from_zero_keeps_its_variance),
        cmocka_unit_test(a_time_average_weighs_levels_by_how_long_they_held),
        cmocka_unit_test(a_reset_forgets_all_but_the_level),
        cmocka_unit_test(an_interval_is_students),
        cmocka_unit_test(full_batches_join_and_what_is_not_full_is_left_out),
        cmocka_unit_test(the_interval_holds_the_mean_as_often_as_it_says),
        cmocka_unit_test(the_warm_up_is_found_where_it_ends),
        cmocka_unit_test(the_cut_minimises_the_squared_standard_error_of_means_of_five),
        cmocka_unit_test(a_run_that_never_settles_is_all_warm_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
