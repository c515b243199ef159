/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantiles against closed forms and tables; every form against its own cumulative probability and mean. */
#include "near.h"
#include "sim/scenario/distribution.h"

#include <string.h>

static int setup(void **state)
{
    static struct arena arena;
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static const struct distribution_form *form_named(const char *type, const char *first)
{
    const struct distribution_form *form = distribution_forms;
    while (form->type && (strcmp(form->type, type) != 0 || strcmp(form->argument[0].name, first) != 0))
        form++;
    assert_non_null(form->type);
    return form;
}

static const struct distribution *made(struct arena *arena, const char *type, const char *first, double a, double b,
                                       double c)
{
    const struct argument x[MOST_ARGUMENTS] = {{true, a, 0, 0, 0}, {true, b, 0, 0, 0}, {true, c, 0, 0, 0}};
    const char *wrong;
    const struct distribution_form *form = form_named(type, first);
    const struct argument two[MOST_ARGUMENTS] = {x[0], x[1]};
    const struct distribution *d = distribution_new(arena, form, form->required < 3 ? two : x, &wrong);
    assert_non_null(d);
    return d;
}

static void expect(const struct distribution *d, double u, double x)
{
    assert_near(distribution_quantile(d, u), x, 1e-9 * (1 + fabs(x)));
}

/* Normal: Abramowitz and Stegun, table 26.5: z(.975) = 1.959963984540054. */
static void quantiles_agree_with_tables_and_closed_forms(void **arena)
{
    const double z = 1.959963984540054;
    expect(made(*arena, "normal", "mean", 3, 2, 0), 0.975, 3 + 2 * z);
    expect(made(*arena, "normal", "low", 5, 10, 0), 0.05, 5);
    expect(made(*arena, "normal", "low", 5, 10, 0), 0.95, 10);
    expect(made(*arena, "lognormal", "median", 150, 1.5, 0), 0.975, 150 * exp(1.5 * z));
    expect(made(*arena, "lognormal", "low", 5, 10, 0), 0.05, 5);
    expect(made(*arena, "lognormal", "low", 5, 10, 0), 0.95, 10);
    expect(made(*arena, "lognormal", "low", 5, 10, 0), 0.5, sqrt(50));
    expect(made(*arena, "uniform", "low", 2, 10, 0), 0.25, 4);
    expect(made(*arena, "loguniform", "low", 2, 32, 0), 0.75, 16);
    expect(made(*arena, "pareto", "shape", 1, 1000, 40000), 0.5, 1000 / (1 - 0.5 * 0.975));
    expect(made(*arena, "triangular", "low", 0, 1, 4), 0.25, 1);
    expect(made(*arena, "triangular", "low", 0, 1, 4), 0.75, 4 - sqrt(3));
    expect(made(*arena, "weibull", "shape", 2, 3, 0), 1 - exp(-4), 6);
    expect(made(*arena, "exponential", "mean", 5, 0, 0), 0.5, 5 * 0.6931471805599453);
}

/* Gamma with shape 2 and beta with exponents 2, 3 have polynomials for F: the quantile must solve them. */
static void gamma_and_beta_solve_their_polynomials(void **arena)
{
    const struct distribution *g = made(*arena, "gamma", "shape", 2, 3, 0), *b = made(*arena, "beta", "alpha", 2, 3, 0);
    for (double u = 0.005; u < 1; u += 0.0099) {
        double x = distribution_quantile(g, u) / 3, y = distribution_quantile(b, u);
        assert_near(1 - exp(-x) * (1 + x), u, 1e-12);
        assert_near(y * y * (6 - 8 * y + 3 * y * y), u, 1e-12);
    }
}

static void moments_give_the_distribution_that_has_them(void **arena)
{
    assert_near(distribution_mean(made(*arena, "lognormal", "mean", 7, 3, 0)), 7, 1e-12);
    assert_near(distribution_mean(made(*arena, "gamma", "mean", 7, 3, 0)), 7, 1e-12);
    assert_near(distribution_mean(made(*arena, "pert", "low", 1, 2, 9)), (1 + 8 + 9) / 6.0, 1e-12);
    assert_near(distribution_mean(made(*arena, "weibull", "shape", 2, 3, 0)), 3 * sqrt(acos(-1)) / 2, 1e-12);
    assert_near(distribution_mean(made(*arena, "loguniform", "low", 1, 10, 0)), 9 / log(10), 1e-12);
    assert_near(distribution_mean(made(*arena, "pareto", "shape", 1, 1, 40)), log(40) / 0.975, 1e-12);
    assert_near(distribution_mean(made(*arena, "pareto", "shape", 2, 1, 4)), 2 * (1 - 0.25) / (1 - 1 / 16.0), 1e-12);
}

/* Nine tenths below 1000, and a heavy tail. */
static const struct distribution *body_and_tail(struct arena *arena)
{
    static const double weights[] = {9, 1};
    const struct distribution **of = arena_array(arena, 2, sizeof *of);
    of[0] = made(arena, "loguniform", "low", 20, 1000, 0);
    of[1] = made(arena, "pareto", "shape", 1, 1000, 40000);
    const struct argument x[MOST_ARGUMENTS] = {{true, 0, 2, weights, 0}, {true, 0, 2, 0, of}};
    const char *wrong;
    const struct distribution *d = distribution_new(arena, form_named("mixture", "weights"), x, &wrong);
    assert_near(distribution_quantile(d, 0.45), sqrt(20 * 1000), 1e-9);
    assert_near(distribution_quantile(d, 0.95), 1000 / (1 - 0.5 * 0.975), 1e-9);
    assert_near(distribution_mean(d), 0.9 * 980 / log(50) + 0.1 * 1000 * log(40) / 0.975, 1e-9);
    return d;
}

static const struct distribution *two_peaks(struct arena *arena)
{
    static const double weights[] = {1, 3};
    const struct distribution *of[] = {made(arena, "normal", "mean", -2, 0.5, 0),
                                       made(arena, "uniform", "low", 1, 5, 0)};
    const struct argument x[MOST_ARGUMENTS] = {{true, 0, 2, weights, 0}, {true, 0, 2, 0, of}};
    const struct distribution **kept = arena_array(arena, 2, sizeof *kept);
    memcpy(kept, of, sizeof of);
    const struct argument y[MOST_ARGUMENTS] = {x[0], {true, 0, 2, 0, kept}};
    const char *wrong;
    const struct distribution *d = distribution_new(arena, form_named("mixture", "weights"), y, &wrong);
    assert_non_null(d);
    return d;
}

static void a_mixture_spends_its_weights(void **arena)
{
    const struct distribution *d = two_peaks(*arena);
    expect(d, 0.125, -2); /* half of the first quarter */
    expect(d, 0.25 + 0.375, 3); /* half of the rest */
    assert_near(distribution_mean(d), 0.25 * -2 + 0.75 * 3, 1e-12);
    assert_near(distribution_cdf(d, 0), 0.25 * 0.9999683287581669, 1e-12); /* Phi(4) from tables */
}

static const struct distribution *dice(struct arena *arena)
{
    static const double value[] = {10, 2, 30}, weight[] = {3, 5, 2};
    const struct argument x[MOST_ARGUMENTS] = {{true, 0, 3, value, 0}, {true, 0, 3, weight, 0}};
    const char *wrong;
    return distribution_new(arena, form_named("discrete", "values"), x, &wrong);
}

static void a_discrete_one_gives_each_value_its_share(void **arena)
{
    const struct distribution *d = dice(*arena);
    expect(d, 0.49, 2);
    expect(d, 0.51, 10);
    expect(d, 0.79, 10);
    expect(d, 0.81, 30);
    assert_near(distribution_mean(d), 10, 1e-12);
    assert_near(distribution_cdf(d, 9.99), 0.5, 1e-15);
    assert_near(distribution_cdf(d, 10), 0.8, 1e-15);
}

static void an_empirical_one_gives_all_values_the_same_share(void **arena)
{
    static const double value[] = {7, 1, 4, 4};
    const struct argument x[MOST_ARGUMENTS] = {{true, 0, 4, value, 0}};
    const char *wrong;
    const struct distribution *d = distribution_new(*arena, form_named("empirical", "values"), x, &wrong);
    expect(d, 0.2, 1);
    expect(d, 0.3, 4);
    expect(d, 0.7, 4);
    expect(d, 0.8, 7);
    assert_near(distribution_mean(d), 4, 1e-12);
}

/* The mean of a normal cut to [-1, 2]: (phi(1) - phi(2)) / (Phi(2) - Phi(-1)). */
static void truncation_conditions_and_does_not_pile_up(void **arena)
{
    const struct distribution *d = distribution_truncate(*arena, made(*arena, "normal", "mean", 0, 1, 0), -1, 2);
    double phi1 = 0.24197072451914337, phi2 = 0.05399096651318806, inside = 0.9772498680518208 - 0.15865525393145705;
    assert_near(distribution_mean(d), (phi1 - phi2) / inside, 1e-9);
    expect(d, (0.5 - 0.15865525393145705) / inside, 0);
    assert_true(distribution_quantile(d, 1e-12) >= -1);
    assert_true(distribution_quantile(d, 1 - 1e-12) <= 2);
    assert_true(distribution_quantile(d, 1e-3) > -1 + 1e-4);
    assert_near(distribution_cdf(d, 2), 1, 0);
}

static void an_atom_on_the_bound_is_inside(void **arena)
{
    const struct distribution *d = dice(*arena);
    assert_near(distribution_outside(d, 2, 30), 0, 0);
    assert_ptr_equal(distribution_truncate(*arena, d, 2, 30), d);
    assert_near(distribution_outside(d, 3, 30), 0.5, 1e-15);
    expect(distribution_truncate(*arena, d, 3, 30), 0.59, 10);
    expect(distribution_truncate(*arena, d, 3, 30), 0.61, 30);
}

static void every_distribution_inverts_and_ascends(void **arena)
{
    const struct distribution *all[] = {
        made(*arena, "normal", "mean", 3, 2, 0),
        made(*arena, "lognormal", "mean", 7, 3, 0),
        made(*arena, "loguniform", "low", 0.1, 90, 0),
        made(*arena, "pareto", "shape", 1.1, 2, 90),
        made(*arena, "triangular", "low", 2, 2, 9),
        body_and_tail(*arena),
        made(*arena, "pert", "low", 1, 8, 9),
        made(*arena, "beta", "alpha", 0.3, 0.4, 0),
        made(*arena, "gamma", "shape", 0.2, 5, 0),
        made(*arena, "gamma", "shape", 900, 5, 0),
        made(*arena, "weibull", "shape", 0.7, 5, 0),
        two_peaks(*arena),
        distribution_truncate(*arena, made(*arena, "gamma", "mean", 7, 3, 0), 2, 15),
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double before = -HUGE_VAL;
        for (double u = 0.0013; u < 1; u += 0.0207) {
            double x = distribution_quantile(all[i], u);
            assert_near(distribution_cdf(all[i], x), u, 1e-9);
            assert_true(x > before);
            before = x;
        }
    }
}

/* Q(u) is the least x with F(x) >= u: where F jumps, or is steeper than doubles are dense, u lies between F just below
 * Q(u) and F(Q(u)). */
static void assert_inverts(const struct distribution *d, double u, double *before)
{
    double x = distribution_quantile(d, u), slack = 1e-7;
    assert_true(isfinite(x));
    assert_true(x >= *before);
    assert_true(distribution_cdf(d, nextafter(x, -HUGE_VAL)) <= u + slack && distribution_cdf(d, x) >= u - slack);
    *before = x;
}

static void assert_inverts_everywhere(const struct distribution *d, size_t points)
{
    double before = -HUGE_VAL;
    assert_inverts(d, 0x1p-53, &before);
    for (size_t k = 0; k < points; k++)
        assert_inverts(d, ((double)k + 0.5) / (double)points, &before);
    assert_inverts(d, 1 - 0x1p-53, &before);
}

static void a_quantile_is_finite_ascends_and_inverts_for_every_u_of_every_form(void **arena)
{
    enum { POINTS = 10000 };
    static const struct {
        const char *type, *first;
        double a[6], b[6];
    } grid[] = {
        {"normal", "mean", {-3, 1e5}, {0.01, 2}},
        {"normal", "low", {-5, 2}, {3, 1e3}},
        {"lognormal", "median", {1e-6, 150}, {0.01, 1.5, 8}},
        {"lognormal", "mean", {1e-3, 7}, {1e-5, 3}},
        {"lognormal", "low", {1e-8, 5}, {6, 1e9}},
        {"uniform", "low", {-5, 2}, {3, 1e9}},
        {"loguniform", "low", {1e-150, 2}, {3, 1e150}},
        {"weibull", "shape", {0.1, 0.7, 1, 30}, {5}},
        {"exponential", "mean", {0.01, 1e6}, {1}},
    };
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
        for (const double *a = grid[i].a; *a != 0; a++)
            for (const double *b = grid[i].b; *b != 0; b++)
                assert_inverts_everywhere(made(*arena, grid[i].type, grid[i].first, *a, *b, 0), POINTS);
    for (double mode = 1; mode <= 9; mode += 2) {
        assert_inverts_everywhere(made(*arena, "triangular", "low", 1, mode, 9), POINTS);
        assert_inverts_everywhere(made(*arena, "pert", "low", 1, mode, 9), POINTS / 10);
    }
    assert_inverts_everywhere(dice(*arena), POINTS);
    assert_inverts_everywhere(two_peaks(*arena), POINTS / 10);
    assert_inverts_everywhere(distribution_truncate(*arena, made(*arena, "normal", "mean", 0, 1, 0), 1, HUGE_VAL),
                              POINTS);
}

/* GSL's inverse gave no number for 82 % of u at a shape of .01, .03 % at 1600 and 2 % at 62500. */
static void a_gamma_quantile_is_a_number_whatever_its_shape(void **arena)
{
    static const double shape[] = {0.02, 0.1, 0.9, 1, 2.385, 40, 400, 1600, 10000, 62500};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
        assert_inverts_everywhere(made(*arena, "gamma", "shape", shape[i], 3, 0), shape[i] < 0.05 ? 1000 : 10000);
    assert_inverts_everywhere(made(*arena, "gamma", "mean", 6, 0.15, 0), 10000);
}

/* Here GSL's inverse stops, with a number, 29 deviations out instead of 7 at 1 - 1e-12. */
static void a_gamma_quantile_far_out_is_where_the_tail_is(void **arena)
{
    static const double u[] = {0x1p-53, 1e-12, 1e-4, 0.5, 0.9999, 1 - 1e-12, 1 - 0x1p-53};
    const struct distribution *d = made(*arena, "gamma", "mean", 41, 0.1, 0);
    double before = 0;
    for (size_t i = 0; i < sizeof u / sizeof *u; i++) {
        double x = distribution_quantile(d, u[i]);
        assert_true(x > before && fabs(x - 41) < 0.1 * 9);
        before = x;
    }
}

static void a_beta_quantile_is_a_number_whatever_its_exponents(void **arena)
{
    static const double exponent[] = {0.05, 0.7, 2.385, 30, 300};
    enum { COUNT = sizeof exponent / sizeof *exponent };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++)
            assert_inverts_everywhere(made(*arena, "beta", "alpha", exponent[i], exponent[j], 0), 1000);
}

/* The mean is the average of the quantile over evenly spread u: 1e5 of them are good to a few parts in 1e4. */
static void every_mean_is_the_average_quantile(void **arena)
{
    const struct distribution *all[] = {
        made(*arena, "normal", "mean", 3, 2, 0),
        made(*arena, "lognormal", "median", 3, 0.5, 0),
        made(*arena, "triangular", "low", 1, 2, 9),
        made(*arena, "beta", "alpha", 2, 5, 0),
        made(*arena, "gamma", "shape", 2, 5, 0),
        made(*arena, "exponential", "mean", 4, 0, 0),
        dice(*arena),
    };
    enum { POINTS = 20000 };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double sum = 0;
        for (int k = 0; k < POINTS; k++)
            sum += distribution_quantile(all[i], (k + 0.5) / POINTS);
        double mean = distribution_mean(all[i]);
        assert_near(sum / POINTS, mean, 1e-3 * mean);
    }
}

static void wrong_arguments_are_named(void **arena)
{
    static const struct {
        const char *type, *first;
        double a, b, c;
    } wrong[] = {
        {"normal", "mean", 1, 0, 0},       {"normal", "low", 5, 5, 0},         {"lognormal", "median", -1, 1, 0},
        {"lognormal", "mean", 1, 0, 0},    {"lognormal", "low", 0, 1, 0},      {"uniform", "low", 2, 1, 0},
        {"loguniform", "low", 0, 1, 0},    {"triangular", "low", 1, 0, 3},     {"pert", "low", 1, 4, 3},
        {"beta", "alpha", 0, 1, 0},        {"gamma", "shape", 1, -1, 0},       {"gamma", "mean", 0, 1, 0},
        {"weibull", "shape", -1, 1, 0},    {"exponential", "mean", 0, 0, 0},   {"loguniform", "low", 1e-200, 1e200, 0},
        {"weibull", "shape", 0.004, 1, 0}, {"lognormal", "median", 1, 100, 0}, {"pareto", "shape", 0, 1, 2},
        {"pareto", "shape", 1, 2, 2}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct argument x[MOST_ARGUMENTS] = {
            {true, wrong[i].a, 0, 0, 0}, {true, wrong[i].b, 0, 0, 0}, {.number = wrong[i].c}};
        const char *why = NULL;
        assert_null(distribution_new(*arena, form_named(wrong[i].type, wrong[i].first), x, &why));
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_agree_with_tables_and_closed_forms),
        cmocka_unit_test(gamma_and_beta_solve_their_polynomials),
        cmocka_unit_test(moments_give_the_distribution_that_has_them),
        cmocka_unit_test(a_mixture_spends_its_weights),
        cmocka_unit_test(a_discrete_one_gives_each_value_its_share),
        cmocka_unit_test(an_empirical_one_gives_all_values_the_same_share),
        cmocka_unit_test(truncation_conditions_and_does_not_pile_up),
        cmocka_unit_test(an_atom_on_the_bound_is_inside),
        cmocka_unit_test(every_distribution_inverts_and_ascends),
        cmocka_unit_test(a_quantile_is_finite_ascends_and_inverts_for_every_u_of_every_form),
        cmocka_unit_test(a_gamma_quantile_is_a_number_whatever_its_shape),
        cmocka_unit_test(a_gamma_quantile_far_out_is_where_the_tail_is),
        cmocka_unit_test(a_beta_quantile_is_a_number_whatever_its_exponents),
        cmocka_unit_test(every_mean_is_the_average_quantile),
        cmocka_unit_test(wrong_arguments_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
