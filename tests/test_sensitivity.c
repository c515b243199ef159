/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indices of functions whose indices are known.
 *
 * Ishigami and Homma 1990: sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on (-pi, pi)^3. Sobol's G: the product of
 * (|4 u - 2| + a) / (1 + a) with a = 0, 1, 4.5, 9, 99, 99, 99, 99, whose partial variances are 1 / (3 (1 + a)^2)
 * (Saltelli et al. 2010, section 6). An interval of 95 % that is right covers in 95 of 100 seeds, give or take 2.2.
 */
#include "near.h"
#include "sim/engine/stream.h"
#include "sim/montecarlo/given.h"
#include "sim/montecarlo/morris.h"
#include "sim/montecarlo/saltelli.h"

#include <math.h>
#include <stdlib.h>

enum { COPIES = 16, ROWS = 256, N = COPIES * ROWS, SEEDS = 100, MOST = 8 };
static const double PI = 3.14159265358979323846;

struct function {
    const char *name;
    size_t inputs;
    double (*value)(const double *u);
    double first[MOST], total[MOST];
};

static double ishigami(const double *u)
{
    double a = sin(PI * (2 * u[0] - 1)), b = sin(PI * (2 * u[1] - 1)), x = PI * (2 * u[2] - 1);
    return a + 7 * b * b + 0.1 * x * x * x * x * a;
}

static const double g_a[MOST] = {0, 1, 4.5, 9, 99, 99, 99, 99};

static double sobol_g(const double *u)
{
    double product = 1;
    for (size_t i = 0; i < MOST; i++)
        product *= (fabs(4 * u[i] - 2) + g_a[i]) / (1 + g_a[i]);
    return product;
}

static struct function ishigami_known(void)
{
    struct function f = {"Ishigami", 3, ishigami, {0}, {0}};
    double p4 = pow(PI, 4), p8 = p4 * p4, one = 0.5 * pow(1 + 0.1 * p4 / 5, 2), two = 49.0 / 8,
           both = 0.01 * p8 * (1.0 / 18 - 1.0 / 50), all = one + two + both;
    f.first[0] = one / all, f.first[1] = two / all, f.first[2] = 0;
    f.total[0] = (one + both) / all, f.total[1] = two / all, f.total[2] = both / all;
    return f;
}

static struct function sobol_g_known(void)
{
    struct function f = {"Sobol's G", MOST, sobol_g, {0}, {0}};
    double all = 1, part[MOST];
    for (size_t i = 0; i < MOST; i++) {
        part[i] = 1 / (3 * (1 + g_a[i]) * (1 + g_a[i]));
        all *= 1 + part[i];
    }
    for (size_t i = 0; i < MOST; i++) {
        f.first[i] = part[i] / (all - 1);
        f.total[i] = part[i] * all / (1 + part[i]) / (all - 1);
    }
    return f;
}

/* ---- By design ---- */

struct design {
    struct saltelli saltelli;
    double *u, *y, point[MOST];
};

static void evaluate(const struct function *f, struct design *d)
{
    size_t n = d->saltelli.copies * d->saltelli.rows, k = f->inputs, width = 2 + k;
    for (size_t row = 0; row < n; row++)
        for (size_t p = 0; p < width; p++) {
            for (size_t i = 0; i < k; i++)
                d->point[i] = d->u[((p == 1 || p == 2 + i ? n : 0) + row) * k + i];
            d->y[row * width + p] = f->value(d->point);
        }
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    assert_non_null(memory);
    return memory;
}

static bool covers(const struct bounded *b, double exact)
{
    return b->low <= exact && exact <= b->high;
}

static void assert_covered(const char *what, const struct function *f, size_t input, int covered)
{
    if (covered < 89 || covered > 99)
        print_error("%s of input %zu of %s: covered by %d of %d intervals\n", what, input + 1, f->name, covered, SEEDS);
    assert_in_range(covered, 89, 99);
}

static void assert_designs_cover(struct function f)
{
    struct design d = {.saltelli = {.copies = COPIES, .rows = ROWS, .units = f.inputs, .columns = f.inputs}};
    struct bounded first[MOST], total[MOST];
    struct saltelli_indices indices = {.first = first, .total = total};
    int covers_first[MOST] = {0}, covers_total[MOST] = {0}, covers_none = 0;
    d.u = room(2 * N * f.inputs, sizeof *d.u);
    d.y = room(N * (2 + f.inputs), sizeof *d.y);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        saltelli_sample(seed, &d.saltelli, d.u);
        evaluate(&f, &d);
        saltelli_analyse(&d.saltelli, 1, d.y, &indices);
        for (size_t i = 0; i < f.inputs; i++) {
            covers_first[i] += covers(&first[i], f.first[i]);
            covers_total[i] += covers(&total[i], f.total[i]);
        }
        covers_none += isnan(indices.luck.value);
    }
    for (size_t i = 0; i < f.inputs; i++) {
        assert_covered("first order", &f, i, covers_first[i]);
        assert_covered("total", &f, i, covers_total[i]);
    }
    assert_int_equal(covers_none, SEEDS); /* nothing is due to luck where each point has one replication */
    free(d.u);
    free(d.y);
}

static void designs_cover_the_indices_of_ishigami(void **state)
{
    (void)state;
    assert_designs_cover(ishigami_known());
}

static void designs_cover_the_indices_of_sobols_g(void **state)
{
    (void)state;
    assert_designs_cover(sobol_g_known());
}

/* ---- From given data ---- */

static void draw(uint64_t seed, const struct function *f, double *x, double *y)
{
    struct streams all = {.seed = seed};
    struct stream stream = stream_open(&all, 1);
    double u[MOST];
    for (size_t row = 0; row < N; row++) {
        for (size_t i = 0; i < f->inputs; i++)
            x[i * N + row] = u[i] = stream_uniform(&stream);
        y[row] = f->value(u);
    }
}

static void assert_given_data_cover(struct function f)
{
    double *x = room(N * f.inputs, sizeof *x), *y = room(N, sizeof *y);
    struct bounded first[MOST], rank[MOST];
    int covered[MOST] = {0}, rest = 0;
    double left = 1;
    for (size_t i = 0; i < f.inputs; i++)
        left -= f.first[i];
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct given given;
        struct given_indices indices = {.first = first, .rank = rank};
        draw(seed, &f, x, y);
        given_open(&given, x, N, f.inputs, NULL, 0);
        given_analyse(&given, 1, y, &indices);
        for (size_t i = 0; i < f.inputs; i++)
            covered[i] += covers(&first[i], f.first[i]);
        rest += covers(&indices.rest, left);
        given_free(&given);
    }
    for (size_t i = 0; i < f.inputs; i++)
        assert_covered("given data: first order", &f, i, covered[i]);
    assert_in_range(rest, 89, 99);
    free(x);
    free(y);
}

static void given_data_cover_the_first_indices_of_ishigami(void **state)
{
    (void)state;
    assert_given_data_cover(ishigami_known());
}

static void given_data_cover_the_first_indices_of_sobols_g(void **state)
{
    (void)state;
    assert_given_data_cover(sobol_g_known());
}

/* ---- Luck, groups, and what does nothing ---- */

enum { FEW_ROWS = 64, FEW = COPIES * FEW_ROWS, LUCKS = 2 };

/* u0 and luck, 1 : 2 in variance; u1 does nothing. */
static double with_luck(const double *u, struct stream *luck)
{
    return u[0] + sqrt(2.0 / 12) * stream_normal(luck);
}

/* All points of a row meet the same luck; replications differ. */
static void evaluate_with_luck(uint64_t seed, const struct saltelli *d, const double *u, double *y)
{
    size_t n = d->copies * d->rows, k = d->columns, width = 2 + d->units;
    double at[MOST];
    for (size_t row = 0; row < n; row++)
        for (size_t p = 0; p < width; p++)
            for (size_t r = 0; r < LUCKS; r++) {
                struct streams all = {.seed = seed, .replication = (uint32_t)(row * LUCKS + r)};
                struct stream stream = stream_open(&all, 7);
                for (size_t i = 0; i < k; i++)
                    at[i] = u[((p == 1 || p == 2 + i ? n : 0) + row) * k + i];
                y[(row * width + p) * LUCKS + r] = with_luck(at, &stream);
            }
}

static void luck_is_a_factor_of_its_own(void **state)
{
    (void)state;
    const struct saltelli d = {.copies = COPIES, .rows = FEW_ROWS, .units = 2, .columns = 2};
    double *u = room(2 * FEW * 2, sizeof *u), *y = room(FEW * 4 * LUCKS, sizeof *y);
    struct bounded first[2], total[2];
    struct saltelli_indices indices = {.first = first, .total = total};
    int luck = 0, one = 0, interactions = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        saltelli_sample(seed, &d, u);
        evaluate_with_luck(seed, &d, u, y);
        saltelli_analyse(&d, LUCKS, y, &indices);
        luck += covers(&indices.luck, 2. / 3);
        one += covers(&first[0], 1. / 3);
        interactions += covers(&indices.interactions, 0);
        /* Luck is the same at A and at AB: what does nothing changes nothing. */
        assert_near(total[1].value, 0, 0);
        assert_true(covers(&first[1], 0) && covers(&total[1], 0));
    }
    assert_in_range(luck, 89, 99);
    assert_in_range(one, 89, 99);
    assert_in_range(interactions, 89, 99);
    free(u);
    free(y);
}

/* The share of chance follows from given draws too, if each has two replications. */
static void given_draws_with_two_replications_tell_luck_from_interactions(void **state)
{
    (void)state;
    enum { ROWS_GIVEN = 500 };
    double x[2 * ROWS_GIVEN], y[LUCKS * ROWS_GIVEN];
    struct bounded first[2], rank[2];
    int luck = 0, one = 0, none = 0, rest = 0, correlated = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct streams all = {.seed = seed};
        struct stream stream = stream_open(&all, 3);
        struct given given;
        struct given_indices indices = {.first = first, .rank = rank};
        for (size_t row = 0; row < ROWS_GIVEN; row++) {
            double u[2] = {stream_uniform(&stream), stream_uniform(&stream)};
            x[row] = u[0], x[ROWS_GIVEN + row] = u[1];
            for (size_t r = 0; r < LUCKS; r++)
                y[row * LUCKS + r] = with_luck(u, &stream);
        }
        given_open(&given, x, ROWS_GIVEN, 2, NULL, 0);
        given_analyse(&given, LUCKS, y, &indices);
        luck += covers(&indices.luck, 2. / 3);
        rest += covers(&indices.rest, 0);
        one += covers(&first[0], 1. / 3);
        none += covers(&first[1], 0);
        correlated += covers(&rank[1], 0);
        assert_true(rank[0].low > 0);
        given_free(&given);
    }
    assert_in_range(luck, 89, 99);
    assert_in_range(rest, 89, 100);
    assert_in_range(one, 89, 99);
    assert_in_range(none, 89, 100);
    assert_in_range(correlated, 89, 99);
}

static void a_hundred_inputs_without_effect_have_no_share_of_500_rows(void **state)
{
    (void)state;
    enum { INERT = 100, ROWS_GIVEN = 500 };
    double *x = room(INERT * ROWS_GIVEN, sizeof *x), y[ROWS_GIVEN], sum = 0, shown = 0;
    struct bounded first[INERT], rank[INERT];
    struct streams all = {.seed = 2022};
    struct stream stream = stream_open(&all, 5);
    struct given given;
    struct given_indices indices = {.first = first, .rank = rank};
    int cover = 0;
    for (size_t i = 0; i < INERT * ROWS_GIVEN; i++)
        x[i] = stream_uniform(&stream);
    for (size_t row = 0; row < ROWS_GIVEN; row++)
        y[row] = stream_exponential(&stream);
    given_open(&given, x, ROWS_GIVEN, INERT, NULL, 0);
    given_analyse(&given, 1, y, &indices);
    for (size_t i = 0; i < INERT; i++) {
        sum += first[i].value;
        shown += fmax(first[i].value, 0);
        cover += covers(&first[i], 0);
    }
    assert_near(sum / INERT, 0, 0.004);
    assert_true(shown / INERT < 0.02); /* even without those that came out below 0 */
    assert_in_range(cover, 89, 100);
    given_free(&given);
    free(x);
}

/* More columns than Sobol's sequence has dimensions: 24 that add up, in four groups of 3, 5, 7 and 9. */
static void groups_have_the_shares_of_their_members(void **state)
{
    (void)state;
    enum { COLUMNS = 24, GROUPS = 4, WIDTH = 2 + GROUPS };
    const struct saltelli d = {.copies = COPIES, .rows = FEW_ROWS, .units = GROUPS, .columns = COLUMNS};
    double *u = room(2 * FEW * COLUMNS, sizeof *u), *y = room(FEW * WIDTH, sizeof *y);
    struct bounded first[GROUPS], total[GROUPS];
    struct saltelli_indices indices = {.first = first, .total = total};
    int covered[GROUPS] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        saltelli_sample(seed, &d, u);
        for (size_t row = 0; row < FEW; row++)
            for (size_t p = 0; p < WIDTH; p++) {
                double sum = 0;
                for (size_t i = 0; i < COLUMNS; i++) {
                    size_t group = i < 3 ? 0 : i < 8 ? 1 : i < 15 ? 2 : 3;
                    sum += u[((p == 1 || p == 2 + group ? FEW : 0) + row) * COLUMNS + i];
                }
                y[row * WIDTH + p] = sum;
            }
        saltelli_analyse(&d, 1, y, &indices);
        for (size_t g = 0; g < GROUPS; g++)
            covered[g] += covers(&first[g], (3 + 2 * (double)g) / COLUMNS);
    }
    for (size_t g = 0; g < GROUPS; g++)
        assert_in_range(covered[g], 89, 99);
    free(u);
    free(y);
}

/* Where the second input is above a half there is no such measure. What it does is the same in both halves. */
static size_t draw_half(uint64_t seed, const struct function *f, double *x, double *y)
{
    size_t there = 0;
    draw(seed, f, x, y);
    for (size_t row = 0; row < N; row++) {
        y[row] = x[N + row] < 0.5 ? 100 + y[row] : (double)NAN;
        there += !isnan(y[row]);
    }
    return there;
}

static void what_does_not_exist_is_left_out_and_is_no_zero(void **state)
{
    (void)state;
    struct function f = ishigami_known();
    double *x = room(N * f.inputs, sizeof *x), *y = room(N, sizeof *y);
    struct bounded first[MOST], rank[MOST];
    int covered[MOST] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct given given;
        struct given_indices indices = {.first = first, .rank = rank};
        size_t there = draw_half(seed, &f, x, y);
        given_open(&given, x, N, f.inputs, NULL, 0);
        given_analyse(&given, 1, y, &indices);
        assert_int_equal(indices.used, there);
        assert_near(indices.mean, 103.5, 0.5);
        for (size_t i = 0; i < f.inputs; i++)
            covered[i] += covers(&first[i], f.first[i]);
        given_free(&given);
    }
    for (size_t i = 0; i < f.inputs; i++)
        assert_covered("half of the data: first order", &f, i, covered[i]);
    free(x);
    free(y);
}

static void what_differs_by_rounding_only_is_not_shared_out(void **state)
{
    (void)state;
    struct function f = ishigami_known();
    double *x = room(N * f.inputs, sizeof *x), *y = room(N, sizeof *y);
    struct bounded first[MOST], rank[MOST];
    struct given given;
    struct given_indices indices = {.first = first, .rank = rank};
    draw(1, &f, x, y);
    for (size_t row = 0; row < N; row++)
        y[row] = row % 2 ? 5 : 5 + 1e-14;
    given_open(&given, x, N, f.inputs, NULL, 0);
    given_analyse(&given, 1, y, &indices);
    assert_true(isnan(first[0].value) && isnan(indices.rest.value));
    given_free(&given);
    free(x);
    free(y);
}

static void the_shares_of_a_set_add_up_with_an_interval_of_their_own(void **state)
{
    (void)state;
    struct function f = sobol_g_known();
    const size_t set_of[MOST] = {1, 1, 1, 0, 0, 0, 0, 0};
    double *x = room(N * MOST, sizeof *x), *y = room(N, sizeof *y);
    struct bounded first[MOST], rank[MOST], set[2];
    int covered = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct given given;
        struct given_indices indices = {.first = first, .rank = rank, .set = set};
        draw(seed, &f, x, y);
        given_open(&given, x, N, MOST, set_of, 2);
        given_analyse(&given, 1, y, &indices);
        assert_near(set[1].value, first[0].value + first[1].value + first[2].value, 1e-12);
        covered += covers(&set[1], f.first[0] + f.first[1] + f.first[2]);
        given_free(&given);
    }
    assert_in_range(covered, 89, 99);
    free(x);
    free(y);
}

/* ---- Morris ---- */

enum { TRAJECTORIES = 40, UNITS = 3, STEPS = 1 + UNITS };

/* 3 u0 - 2 u1 u2 + luck. */
static void screen(const struct morris *d, double luck, struct morris_effects *effects)
{
    double u[TRAJECTORIES * STEPS * UNITS], y[TRAJECTORIES * STEPS * LUCKS];
    struct morris_step step[TRAJECTORIES * UNITS];
    morris_sample(11, d, u, step);
    for (size_t p = 0; p < TRAJECTORIES * STEPS; p++)
        for (size_t r = 0; r < LUCKS; r++) {
            struct streams all = {.seed = 1, .replication = (uint32_t)(p / STEPS * LUCKS + r)};
            struct stream stream = stream_open(&all, 2);
            const double *at = &u[p * UNITS];
            for (size_t i = 0; i < UNITS; i++)
                assert_true(at[i] > 0 && at[i] < 1);
            y[p * LUCKS + r] = 3 * at[0] - 2 * at[1] * at[2] + luck * stream_normal(&stream);
        }
    morris_analyse(d, step, LUCKS, y, effects);
}

static void trajectories_find_slopes_and_what_hangs_on_others(void **state)
{
    (void)state;
    const size_t unit_of[UNITS] = {0, 1, 2};
    const struct morris d = {
        .trajectories = TRAJECTORIES, .levels = 4, .units = UNITS, .columns = UNITS, .unit_of = unit_of};
    struct bounded mu_star[UNITS], mu[UNITS], sigma[UNITS];
    struct morris_effects e = {.mu_star = mu_star, .mu = mu, .sigma = sigma};
    screen(&d, 0.5, &e);
    assert_near(mu_star[0].value, 3, 1e-12);
    assert_near(mu[0].value, 3, 1e-12);
    assert_near(sigma[0].value, 0, 1e-12);
    /* The slope over u1 is -2 u2, u2 one of 1/8, 3/8, 5/8, 7/8: mean -1, deviation sqrt(5) / 4. */
    assert_true(covers(&mu[1], -1) && covers(&mu_star[1], 1) && covers(&mu_star[2], 1));
    assert_true(covers(&sigma[1], sqrt(5) / 4) && covers(&sigma[2], sqrt(5) / 4));
    /* Two normal numbers differ by 2 sigma / sqrt(pi) in the mean. */
    assert_true(covers(&e.luck, 3 * 2 * 0.5 / sqrt(PI)));
    assert_near(e.present, 1, 0);
}

static void a_group_moves_together_and_has_no_direction(void **state)
{
    (void)state;
    const size_t unit_of[UNITS] = {0, 1, 1};
    const struct morris d = {
        .trajectories = TRAJECTORIES, .levels = 4, .units = 2, .columns = UNITS, .unit_of = unit_of};
    double u[TRAJECTORIES * STEPS * UNITS];
    struct morris_step step[TRAJECTORIES * UNITS];
    morris_sample(11, &d, u, step);
    for (size_t t = 0; t < TRAJECTORIES; t++)
        for (size_t k = 0; k < d.units; k++) {
            const double *before = &u[(t * (1 + d.units) + k) * UNITS], *after = before + UNITS;
            for (size_t i = 0; i < UNITS; i++)
                assert_near(fabs(after[i] - before[i]), unit_of[i] == step[t * d.units + k].unit ? 0.5 : 0, 0);
        }
    struct bounded mu_star[2], mu[2], sigma[2];
    struct morris_effects e = {.mu_star = mu_star, .mu = mu, .sigma = sigma};
    double y[TRAJECTORIES * 3];
    for (size_t p = 0; p < TRAJECTORIES * 3; p++)
        y[p] = 3 * u[p * UNITS] + u[p * UNITS + 1] + u[p * UNITS + 2];
    y[4] = (double)NAN; /* a point that failed costs the effects on both sides of it */
    morris_analyse(&d, step, 1, y, &e);
    assert_near(mu_star[0].value, 3, 1e-12);
    assert_true(covers(&mu_star[1], 1)); /* 2 in the same direction, 0 in opposite ones */
    assert_true(isnan(mu[1].value) && isnan(sigma[1].value) && isnan(e.luck.value));
    assert_near(e.present, 1 - 1. / (TRAJECTORIES * 3), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(designs_cover_the_indices_of_ishigami),
        cmocka_unit_test(designs_cover_the_indices_of_sobols_g),
        cmocka_unit_test(given_data_cover_the_first_indices_of_ishigami),
        cmocka_unit_test(given_data_cover_the_first_indices_of_sobols_g),
        cmocka_unit_test(luck_is_a_factor_of_its_own),
        cmocka_unit_test(given_draws_with_two_replications_tell_luck_from_interactions),
        cmocka_unit_test(a_hundred_inputs_without_effect_have_no_share_of_500_rows),
        cmocka_unit_test(groups_have_the_shares_of_their_members),
        cmocka_unit_test(what_does_not_exist_is_left_out_and_is_no_zero),
        cmocka_unit_test(what_differs_by_rounding_only_is_not_shared_out),
        cmocka_unit_test(the_shares_of_a_set_add_up_with_an_interval_of_their_own),
        cmocka_unit_test(trajectories_find_slopes_and_what_hangs_on_others),
        cmocka_unit_test(a_group_moves_together_and_has_no_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
