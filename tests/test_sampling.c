/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs in the unit cube, and correlations planted in them. */
#include "near.h"
#include "sim/scenario/sampling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 4096 };

static const double *sorting_by;
static int by_value(const void *a, const void *b)
{
    double one = sorting_by[*(const size_t *)a], other = sorting_by[*(const size_t *)b];
    return (one > other) - (one < other);
}

/* The ranks of one dimension, from 0; freed by the caller. */
static double *ranks_of(const double *u, size_t points, size_t dimensions, size_t d)
{
    double *value = calloc(points, sizeof *value), *rank = calloc(points, sizeof *rank);
    size_t *order = calloc(points, sizeof *order);
    assert_true(value && rank && order);
    for (size_t i = 0; i < points; i++) {
        value[i] = u[i * dimensions + d];
        order[i] = i;
    }
    sorting_by = value;
    qsort(order, points, sizeof *order, by_value);
    for (size_t k = 0; k < points; k++)
        rank[order[k]] = (double)k;
    free(value);
    free(order);
    return rank;
}

/* Spearman's; there are no ties. */
static double rank_correlation(const double *u, size_t points, size_t dimensions, size_t a, size_t b)
{
    double *one = ranks_of(u, points, dimensions, a), *other = ranks_of(u, points, dimensions, b), sum = 0;
    double n = (double)points;
    for (size_t i = 0; i < points; i++)
        sum += (one[i] - other[i]) * (one[i] - other[i]);
    free(one);
    free(other);
    return 1 - 6 * sum / (n * (n * n - 1));
}

typedef void sample(uint64_t seed, size_t points, size_t dimensions, double *u);

static double error_of_planted(sample *draw, uint64_t seed)
{
    enum { DIMENSIONS = 3 };
    const double rank[] = {1, 0.6, 0, 0.6, 1, -0.3, 0, -0.3, 1};
    double factor[DIMENSIONS * DIMENSIONS], *u = calloc(POINTS * DIMENSIONS, sizeof *u);
    assert_non_null(u);
    draw(seed, POINTS, DIMENSIONS, u);
    assert_true(correlation_factor(rank, DIMENSIONS, factor));
    sample_correlate(factor, POINTS, DIMENSIONS, u);
    double error = fmax(fabs(rank_correlation(u, POINTS, DIMENSIONS, 0, 1) - 0.6),
                        fmax(fabs(rank_correlation(u, POINTS, DIMENSIONS, 1, 2) + 0.3),
                             fabs(rank_correlation(u, POINTS, DIMENSIONS, 0, 2))));
    free(u);
    return error;
}

static void a_planted_correlation_is_found_again_in_a_latin_hypercube(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        assert_true(error_of_planted(sample_latin, seed) < 0.05);
    assert_true(error_of_planted(sample_latin, 2022) < 0.03);
}

static void a_planted_correlation_is_found_again_in_sobols_sequence(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        assert_true(error_of_planted(sample_sobol, seed) < 0.005);
}

/* How many of `points` equal strata hold just one number. */
static size_t strata_filled_once(const double *u, size_t points, size_t dimensions, size_t d)
{
    unsigned char *count = calloc(points, 1);
    size_t once = 0;
    assert_non_null(count);
    for (size_t i = 0; i < points; i++) {
        double x = u[i * dimensions + d];
        assert_true(x > 0 && x < 1);
        count[(size_t)(x * (double)points)]++;
    }
    for (size_t i = 0; i < points; i++)
        once += count[i] == 1;
    free(count);
    return once;
}

static void a_latin_hypercube_fills_every_stratum_even_when_it_is_correlated(void **state)
{
    (void)state;
    enum { N = 237, DIMENSIONS = 2 };
    const double rank[] = {1, -0.8, -0.8, 1};
    double u[N * DIMENSIONS], factor[DIMENSIONS * DIMENSIONS];
    sample_latin(17, N, DIMENSIONS, u);
    assert_true(correlation_factor(rank, DIMENSIONS, factor));
    sample_correlate(factor, N, DIMENSIONS, u);
    for (size_t d = 0; d < DIMENSIONS; d++)
        assert_int_equal(strata_filled_once(u, N, DIMENSIONS, d), N);
    assert_true(rank_correlation(u, N, DIMENSIONS, 0, 1) < -0.7);
}

/* Whatever the shift, 2^k points of Sobol's sequence have one in each of 2^k strata. */
static void sobols_sequence_fills_every_stratum_in_all_dimensions(void **state)
{
    (void)state;
    enum { N = 256 };
    double *u = calloc((size_t)N * MOST_SOBOL_DIMENSIONS, sizeof *u);
    assert_non_null(u);
    sample_sobol(3, N, MOST_SOBOL_DIMENSIONS, u);
    for (size_t d = 0; d < MOST_SOBOL_DIMENSIONS; d++) {
        double least = 1;
        for (size_t i = 0; i < N; i++)
            least = fmin(least, u[i * MOST_SOBOL_DIMENSIONS + d]);
        for (size_t i = 0; i < N; i++)
            u[i * MOST_SOBOL_DIMENSIONS + d] += 0.5 / N - least;
        assert_int_equal(strata_filled_once(u, N, MOST_SOBOL_DIMENSIONS, d), N);
    }
    free(u);
}

static void other_seeds_have_other_points(void **state)
{
    (void)state;
    double a[8], b[8], c[8];
    sample *const samples[] = {sample_latin, sample_sobol};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        samples[i](1, 4, 2, a);
        samples[i](1, 4, 2, b);
        samples[i](2, 4, 2, c);
        assert_memory_equal(a, b, sizeof a);
        assert_memory_not_equal(a, c, sizeof a);
    }
}

/* Higham (2002), section 4: the nearest correlation matrix of {1 1 0, 1 1 1, 0 1 1} has 0.7607 and 0.1573. Ours is of
 * scores, with the smallest eigenvalue 1e-4 instead of 0. */
static void the_nearest_correlations_are_those_of_higham(void **state)
{
    (void)state;
    enum { N = 3 };
    const double pi = 3.14159265358979323846, wanted[] = {1, 1, 0, 1, 1, 1, 0, 1, 1};
    double factor[N * N], nearest[N * N];
    assert_false(correlation_factor(wanted, N, factor));
    correlation_nearest(wanted, N, nearest);
    assert_near(2 * sin(pi * nearest[1] / 6), 0.7607, 2e-4);
    assert_near(2 * sin(pi * nearest[2] / 6), 0.1573, 2e-4);
    assert_true(correlation_factor(nearest, N, factor));
    for (size_t i = 0; i < N * N; i++)
        nearest[i] = round(nearest[i] * 1000) / 1000; /* as it is printed */
    assert_true(correlation_factor(nearest, N, factor));
}

static void correlations_of_one_can_be(void **state)
{
    (void)state;
    const double same[] = {1, 1, 1, 1};
    double factor[4], u[] = {0.1, 0.7, 0.5, 0.2, 0.9, 0.4};
    assert_true(correlation_factor(same, 2, factor));
    sample_correlate(factor, 3, 2, u);
    assert_near(rank_correlation(u, 3, 2, 0, 1), 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_correlation_is_found_again_in_a_latin_hypercube),
        cmocka_unit_test(a_planted_correlation_is_found_again_in_sobols_sequence),
        cmocka_unit_test(a_latin_hypercube_fills_every_stratum_even_when_it_is_correlated),
        cmocka_unit_test(sobols_sequence_fills_every_stratum_in_all_dimensions),
        cmocka_unit_test(other_seeds_have_other_points),
        cmocka_unit_test(the_nearest_correlations_are_those_of_higham),
        cmocka_unit_test(correlations_of_one_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
