/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hazard clocks against closed forms of survival, and every instruction set against the others. */
#include "sim/base/det.h"
#include "sim/engine/clocks.h"
#include "sim/engine/stream.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct streams streams = {.seed = 271828};

struct segment {
    float *left, *base, *slope, *after;
    uint32_t *fired;
    size_t count;
};

static struct segment segment_new(size_t count, uint64_t identity)
{
    struct segment segment = {.count = count};
    segment.left = malloc(count * sizeof(float));
    segment.base = malloc(count * sizeof(float));
    segment.slope = malloc(count * sizeof(float));
    segment.after = malloc(count * sizeof(float));
    segment.fired = malloc(count * sizeof(uint32_t));
    struct stream s = stream_open(&streams, identity);
    for (size_t i = 0; i < count; i++) {
        segment.left[i] = (float)stream_exponential(&s);
        segment.base[i] = (float)(0.2 * stream_exponential(&s));
        segment.slope[i] = (float)(2 * stream_uniform(&s));
    }
    return segment;
}

static void segment_free(struct segment *segment)
{
    free(segment->left);
    free(segment->base);
    free(segment->slope);
    free(segment->after);
    free(segment->fired);
}

static struct clock_columns columns_of(const struct segment *segment)
{
    return (struct clock_columns){segment->left, segment->base, segment->slope, segment->count};
}

/* sqrt(n) times the Kolmogorov-Smirnov distance; exceeds 1.95 once in a thousand. */
static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double distance(double *x, size_t fired, size_t count, double cumulative_hazard(double))
{
    qsort(x, fired, sizeof *x, compare_doubles);
    double d = 0, n = (double)count;
    for (size_t i = 0; i < fired; i++) {
        double cdf = 1 - det_exp(-cumulative_hazard(x[i]));
        d = fmax(d, fmax(fabs(cdf - (double)i / n), fabs(cdf - (double)(i + 1) / n)));
    }
    return d * sqrt(n);
}

/* Lets a million clocks with one hazard run; the hazard of each step has the step's exact integral. */
static double run_against(double cumulative_hazard(double), double dt, int steps)
{
    enum { COUNT = 1000000 };
    struct segment segment = segment_new(COUNT, 1);
    double *times = malloc(COUNT * sizeof *times);
    size_t fired = 0;
    for (int step = 0; step < steps; step++) {
        double hazard = (cumulative_hazard((step + 1) * dt) - cumulative_hazard(step * dt)) / dt;
        for (size_t i = 0; i < COUNT; i++) {
            segment.base[i] = (float)hazard;
            segment.slope[i] = 0;
        }
        size_t fires = clocks_sweep(columns_of(&segment), 1, (float)dt, segment.fired, segment.after);
        for (size_t i = 0; i < fires; i++)
            times[fired++] = step * dt + (double)segment.after[i];
    }
    double d = distance(times, fired, COUNT, cumulative_hazard);
    free(times);
    segment_free(&segment);
    return d;
}

static double weibull(double t)
{
    return det_pow(t / 1.37, 2.2);
}

static void survival_under_a_growing_hazard_is_weibull(void **state)
{
    (void)state;
    assert_true(run_against(weibull, 0.01, 400) < 1.95);
}

/* .2 a year, from year 1 on 2.5, from year 1.5 on none, from year 3 on .6. */
static double piecewise(double t)
{
    return 0.2 * fmin(t, 1) + 2.5 * fmin(fmax(t - 1, 0), 0.5) + 0.6 * fmax(t - 3, 0);
}

static void survival_under_a_piecewise_constant_hazard_is_piecewise_exponential(void **state)
{
    (void)state;
    assert_true(run_against(piecewise, 0.25, 60) < 1.95);
}

/* Firing times inside one long step are exact: the whole life in a single sweep. */
static void one_long_step_gives_the_same_lives_as_many_short_ones(void **state)
{
    (void)state;
    struct segment one = segment_new(5000, 2), many = segment_new(5000, 2);
    size_t fires = clocks_sweep(columns_of(&one), 1.3f, 64, one.fired, one.after);
    float *life = calloc(5000, sizeof *life);
    for (int step = 0; step < 256; step++) {
        size_t some = clocks_sweep(columns_of(&many), 1.3f, 0.25f, many.fired, many.after);
        for (size_t i = 0; i < some; i++)
            life[many.fired[i]] = 0.25f * (float)step + many.after[i];
    }
    for (size_t i = 0; i < fires; i++)
        assert_true(fabsf(life[one.fired[i]] - one.after[i]) <= 2e-5f * (1 + one.after[i]));
    assert_true(fires > 4000 && fires < 5000);
    free(life);
    segment_free(&one);
    segment_free(&many);
}

static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 15, 16, 17, 127, 128, 129, 1000, 4096};
    for (enum isa isa = ISA_AVX2; isa < ISAS; isa++) {
        for (size_t c = 0; isa_supported(isa) && c < sizeof counts / sizeof *counts; c++) {
            struct segment base = segment_new(counts[c], 3), other = segment_new(counts[c], 3);
            for (int step = 0; step < 100; step++) {
                float covariate = 0.05f * (float)step;
                size_t n = clocks_sweep_with(ISA_BASE, columns_of(&base), covariate, 0.083f, base.fired, base.after);
                size_t m = clocks_sweep_with(isa, columns_of(&other), covariate, 0.083f, other.fired, other.after);
                assert_int_equal(n, m);
                assert_memory_equal(base.fired, other.fired, n * sizeof *base.fired);
                assert_memory_equal(base.after, other.after, n * sizeof *base.after);
                assert_memory_equal(base.left, other.left, counts[c] * sizeof *base.left);
            }
            segment_free(&base);
            segment_free(&other);
        }
    }
}

static void blocks_with_covariates_of_their_own_fire_as_segments_of_their_own(void **state)
{
    (void)state;
    enum { BLOCKS = 37, CLOCKS = BLOCKS * CLOCK_BLOCK };
    for (enum isa isa = ISA_BASE; isa < ISAS; isa++) {
        struct segment parts = segment_new(CLOCKS, 5);
        struct clock_block block[BLOCKS];
        uint32_t fired_in_blocks[CLOCKS];
        uint32_t cell[BLOCKS];
        float covariate[BLOCKS], of_cell[BLOCKS], after[CLOCKS];
        for (size_t i = 0; i < CLOCKS; i++) {
            block[i / CLOCK_BLOCK].left[i % CLOCK_BLOCK] = parts.left[i];
            block[i / CLOCK_BLOCK].base[i % CLOCK_BLOCK] = parts.base[i];
            block[i / CLOCK_BLOCK].slope[i % CLOCK_BLOCK] = parts.slope[i];
        }
        for (int step = 0; isa_supported(isa) && step < 100; step++) {
            for (int b = 0; b < BLOCKS; b++)
                of_cell[cell[b] = (uint32_t)(b * 5 % BLOCKS)] = covariate[b] = 0.04f * (float)((b * 7 + step) % 50);
            size_t n = clocks_sweep_blocks_with(isa, block, cell, BLOCKS, of_cell, 0.083f, fired_in_blocks, after),
                   m = 0;
            for (size_t b = 0; b < BLOCKS; b++) {
                size_t at = b * CLOCK_BLOCK;
                struct clock_columns part = {parts.left + at, parts.base + at, parts.slope + at, CLOCK_BLOCK};
                size_t fired =
                    clocks_sweep_with(ISA_BASE, part, covariate[b], 0.083f, parts.fired + m, parts.after + m);
                for (size_t i = 0; i < fired; i++)
                    parts.fired[m++] += (uint32_t)at;
            }
            assert_int_equal(n, m);
            assert_memory_equal(fired_in_blocks, parts.fired, n * sizeof *fired_in_blocks);
            assert_memory_equal(after, parts.after, n * sizeof *after);
            for (size_t b = 0; b < BLOCKS; b++)
                assert_memory_equal(block[b].left, parts.left + b * CLOCK_BLOCK, sizeof block[b].left);
        }
        segment_free(&parts);
    }
}

static void firings_come_in_order_inside_the_step_and_once_only(void **state)
{
    (void)state;
    struct segment segment = segment_new(1001, 4);
    segment.left[0] = 1e-30f;
    segment.left[1000] = 1e-30f;
    segment.left[7] = (float)HUGE_VAL;
    segment.base[0] = segment.base[7] = segment.base[1000] = 0.25f;
    segment.left[9] = 0.125f; /* reaches zero exactly at the end */
    segment.base[9] = 0.25f;
    segment.slope[9] = 0;
    unsigned char *seen = calloc(1001, 1);
    for (int step = 0; step < 1000; step++) {
        size_t fires = clocks_sweep(columns_of(&segment), 0.9f, 0.5f, segment.fired, segment.after);
        for (size_t i = 0; i < fires; i++) {
            assert_true(i == 0 || segment.fired[i] > segment.fired[i - 1]);
            assert_true(segment.after[i] > 0 && segment.after[i] <= 0.5f);
            assert_false(seen[segment.fired[i]]++);
            if (segment.fired[i] == 9)
                assert_true(step == 0 && segment.after[i] == 0.5f);
        }
    }
    assert_true(seen[0] && seen[1000] && seen[9] && !seen[7]);
    free(seen);
    segment_free(&segment);
}

/* By hand, in quarters and eighths, which float holds exactly: left 1, hazard 1/2 for a step of one year. */
static void a_hazard_that_changes_inside_a_step_is_settled(void **state)
{
    (void)state;
    float left = 1, base = 0.5f, slope = 0, after = -1;
    uint32_t fired;
    assert_int_equal(clocks_sweep((struct clock_columns){&left, &base, &slope, 1}, 1, 1, &fired, &after), 0);
    assert_true(left == 0.5f);
    /* at year 1/4 the hazard becomes 1: .875 is left, .125 of it after the remaining .75 years */
    assert_false(clock_settle(&left, 0.5f, 1, 0.75f, &after));
    assert_true(left == 0.125f);
    /* at year 1/2 it becomes 2: .625 is left and lasts .3125 years */
    assert_true(clock_settle(&left, 1, 2, 0.5f, &after));
    assert_true(after == 0.3125f && left == -0.375f);
    /* at year 3/4, before it fires, it becomes 1/4: .125 is left and outlives the step */
    assert_false(clock_settle(&left, 2, 0.25f, 0.25f, &after));
    assert_true(left == 0.0625f);
    left = -0.375f; /* fired at year .8125: a change at .875 comes too late */
    assert_false(clock_settle(&left, 2, 4, 0.125f, &after));
    assert_true(left <= 0);
}

static void a_hazard_is_the_base_until_the_covariate_lifts_it(void **state)
{
    (void)state;
    assert_true(clock_hazard(0.25f, 0.5f, 1) == 0.25f);
    assert_true(clock_hazard(0.25f, 0.5f, 3) == 0.375f);
    assert_true(clock_hazard(0.25f, 0, 1000) == 0.25f);
}

static void the_instruction_set_has_a_name(void **state)
{
    (void)state;
    assert_non_null(strstr("base avx2 avx512", clocks_isa()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survival_under_a_growing_hazard_is_weibull),
        cmocka_unit_test(survival_under_a_piecewise_constant_hazard_is_piecewise_exponential),
        cmocka_unit_test(one_long_step_gives_the_same_lives_as_many_short_ones),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(blocks_with_covariates_of_their_own_fire_as_segments_of_their_own),
        cmocka_unit_test(firings_come_in_order_inside_the_step_and_once_only),
        cmocka_unit_test(a_hazard_that_changes_inside_a_step_is_settled),
        cmocka_unit_test(a_hazard_is_the_base_until_the_covariate_lifts_it),
        cmocka_unit_test(the_instruction_set_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
