/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole arrays of exp and log: the bits of one at a time, with every instruction set. */
#include "sim/base/det.h"
#include "sim/engine/arrays.h"
#include "sim/engine/stream.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 4099 }; /* no multiple of a vector */

typedef void array_function(enum isa isa, const double *x, double *y, size_t count);

static void expect_bits(array_function *array, double one(double), const double *x, size_t count)
{
    static double y[MANY];
    for (enum isa isa = ISA_BASE; isa < ISAS; isa++) {
        if (!isa_supported(isa))
            continue;
        array(isa, x, y, count);
        for (size_t i = 0; i < count; i++) {
            double expected = one(x[i]);
            if (!(isnan(expected) && isnan(y[i])))
                assert_memory_equal(&y[i], &expected, sizeof expected);
        }
    }
}

static void fill(double *x, double low, double high)
{
    struct streams streams = {.seed = 7};
    struct stream s = stream_open(&streams, 3);
    stream_fill_uniform(&s, x, MANY);
    for (size_t i = 0; i < MANY; i++)
        x[i] = low + (high - low) * x[i];
}

static void whole_arrays_have_the_bits_of_one_number_at_a_time(void **state)
{
    (void)state;
    static double x[MANY];
    fill(x, -40, 40);
    expect_bits(array_exp_with, det_exp, x, MANY);
    fill(x, 1e-9, 3e4);
    expect_bits(array_log_with, det_log, x, MANY);
    for (size_t count = 0; count < 20; count++)
        expect_bits(array_log_with, det_log, x, count);
}

static void arguments_out_of_the_ordinary_get_their_limits_in_any_lane(void **state)
{
    (void)state;
    const double odd[] = {0, -1, -0.0, INFINITY, -INFINITY, NAN, DBL_MIN / 8, DBL_MAX, 708, -708, 1e4, -1e4, 1e300};
    for (size_t lane = 0; lane < 8; lane++)
        for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
            double x[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            x[lane] = odd[i];
            expect_bits(array_exp_with, det_exp, x, 9);
            expect_bits(array_log_with, det_log, x, 9);
        }
}

static void an_array_may_be_replaced_in_place(void **state)
{
    (void)state;
    double x[11], y[11];
    for (int i = 0; i < 11; i++)
        x[i] = y[i] = 0.3 * i - 1;
    array_exp(x, x, 11);
    for (int i = 0; i < 11; i++)
        assert_true(x[i] == det_exp(y[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_arrays_have_the_bits_of_one_number_at_a_time),
        cmocka_unit_test(arguments_out_of_the_ordinary_get_their_limits_in_any_lane),
        cmocka_unit_test(an_array_may_be_replaced_in_place),
    };
    return cmocka_run_group_tests_name("arrays", tests, NULL, NULL);
}
