/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that run together: paired differences, checkpoints, antithetic pairs; and the intervals of percentiles. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/compare.h"
#include "sim/montecarlo/interval.h"
#include "sim/montecarlo/study.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

static double uniform(uint64_t *state) /* splitmix64, Vigna 2015 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- Two scenarios of the fake models ---- */

struct side {
    struct scenario *scenario;
    struct plan *plan;
    struct fact_targets facts;
    struct ensemble ensemble;
};

struct fixture {
    char folder[64];
    struct study study;
    struct side side[2];
    struct comparison comparison;
    struct arena arena;
};

/* `set` ends with NULL. */
static void open_side(struct fixture *f, struct side *side, const char *const *set)
{
    struct override override[4] = {0};
    size_t count = 0;
    for (; set[count]; count++)
        override[count].argument = set[count];
    struct load_request request = {
        .file = fake_file(f->folder, "walk", fake_scenario), .overrides = override, .override_count = count};
    struct mistakes mistakes = {0};
    side->scenario = scenario_load(&request, &f->study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    assert_non_null(side->scenario);
    side->plan = study_plan(&f->study, side->scenario, &f->arena);
    assert_non_null(side->plan);
    mistakes_free(&mistakes);
    side->facts = facts_find(side->scenario, side->plan, &f->arena);
}

static void open_fixture(struct fixture *f, const char *const *set_base, const char *const *set_other)
{
    *f = (struct fixture){.folder = "/tmp/iccsim-test-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    study_open(&f->study, fake_models, sizeof(struct world));
    open_side(f, &f->side[0], set_base);
    open_side(f, &f->side[1], set_other);
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOTHING ((const char *const[]){NULL})

static void close_fixture(struct fixture *f)
{
    unlink(arena_printf(&f->arena, "%s/walk.yml", f->folder));
    rmdir(f->folder);
    for (size_t i = 0; i < 2; i++) {
        ensemble_free(&f->side[i].ensemble);
        scenario_free(f->side[i].scenario);
    }
    comparison_free(&f->comparison);
    study_close(&f->study);
    arena_free(&f->arena);
}

static struct montecarlo request_of(const struct side *side, uint32_t replications, int threads)
{
    return (struct montecarlo){.plan = side->plan,
                               .seed = 11,
                               .replications = replications,
                               .threads = threads,
                               .draw = study_draw,
                               .draw_state = side->scenario,
                               .derived_count = side->facts.count,
                               .derive = facts_match,
                               .derive_state = &side->facts,
                               .derived_origin = side->facts.origin};
}

static void commit(void *comparison, const struct committed *all)
{
    comparison_add(comparison, &all[0], &all[1]);
}

static void run_both(struct fixture *f, uint32_t replications, int threads, bool antithetic)
{
    struct montecarlo request[2];
    struct ensemble *ensemble[2];
    for (size_t i = 0; i < 2; i++) {
        request[i] = request_of(&f->side[i], replications, threads);
        request[i].antithetic = antithetic;
        ensemble[i] = &f->side[i].ensemble;
        ensemble_free(ensemble[i]);
    }
    comparison_free(&f->comparison);
    comparison_open(&f->comparison, f->side[0].plan, &f->side[0].facts, f->side[1].plan, &f->side[1].facts, antithetic);
    montecarlo_run_together(request, 2, ensemble, commit, &f->comparison);
}

static const struct common *common_of(const struct fixture *f, const char *name, enum common_kind kind)
{
    for (size_t i = 0; i < f->comparison.common_count; i++)
        if (f->comparison.common[i].kind == kind && strcmp(f->comparison.common[i].name, name) == 0)
            return &f->comparison.common[i];
    fail_msg("nothing in common is called %s", name);
    return NULL;
}

static struct difference difference_of(const struct fixture *f, const char *name, enum common_kind kind, size_t cell)
{
    return comparison_cell(&f->comparison, common_of(f, name, kind), cell);
}

/* ---- Differences ---- */

static void a_scenario_does_not_differ_from_itself(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    run_both(&f, 50, 2, false);
    assert_int_equal(f.comparison.lone_count, 0);
    assert_int_equal(f.comparison.common_count, 4 + 2 + 2 + 4); /* the fact beyond the horizon is left out */
    for (size_t i = 0; i < f.comparison.common_count; i++)
        for (size_t k = 0; k < f.comparison.common[i].count; k++) {
            struct difference d = comparison_cell(&f.comparison, &f.comparison.common[i], k);
            if (d.n > 1)
                assert_true(d.mean == 0 && d.se == 0 && d.low == 0 && d.high == 0 && d.same_sign == 1 &&
                            d.base == d.other);
        }
    assert_true(difference_of(&f, "last", COMMON_SCALAR, 0).n == 50);
    close_fixture(&f);
}

static void a_constant_shift_is_found_exactly(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, WORDS("walk.spread=0 CNY", "walk.drift=1 CNY"), WORDS("walk.spread=0 CNY", "walk.drift=3 CNY"));
    run_both(&f, 20, 3, false);
    for (size_t k = 0; k < 24; k++) {
        struct difference d = difference_of(&f, "level", COMMON_SERIES, k);
        assert_true(d.mean == 2 * (double)(k + 1) && d.se == 0 && d.low == d.mean && d.high == d.mean);
        assert_true(d.same_sign == 1 && d.relative == 2 && isnan(d.reduction));
    }
    assert_true(difference_of(&f, "mid", COMMON_FACT, 0).mean == 24);
    assert_true(difference_of(&f, "tally", COMMON_SERIES, 5).mean == 0);
    close_fixture(&f);
}

static void worlds_that_meet_the_same_luck_differ_less(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, WORDS("walk.spread=2.5 CNY"));
    run_both(&f, 400, 2, false);
    struct difference d = difference_of(&f, "last", COMMON_SCALAR, 0);
    /* Of drift 24 u, u uniform on [0, 2], and noise z sqrt(24): the difference has 0.115^2 of the noise's variance
     * alone. */
    double drift = 24. * 24 / 3, noise = 24;
    double expected = (2 * drift + noise * (2.385 * 2.385 + 2.5 * 2.5)) / (noise * 0.115 * 0.115);
    assert_true(d.reduction > 1);
    assert_near(d.reduction / expected, 1, 0.25);
    close_fixture(&f);
}

static void moments_match_two_passes_by_force(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    comparison_open(&f.comparison, f.side[0].plan, &f.side[0].facts, f.side[1].plan, &f.side[1].facts, false);
    enum { N = 37 };
    double x[N], y[N], row[2][256] = {{0}}, mean[3] = {0}, squares[3] = {0}, up = 0;
    uint64_t seed = 5;
    for (size_t i = 0; i < N; i++) {
        x[i] = row[0][0] = 1000 + uniform(&seed);
        y[i] = row[1][0] = x[i] + 0.3 * uniform(&seed) - 0.1;
        struct committed one[2] = {{.replication = (uint32_t)i, .row = row[0]},
                                   {.replication = (uint32_t)i, .row = row[1]}};
        comparison_add(&f.comparison, &one[0], &one[1]);
        const double value[] = {x[i], y[i], y[i] - x[i]};
        for (size_t k = 0; k < 3; k++)
            mean[k] += value[k] / N;
        up += y[i] > x[i];
    }
    for (size_t i = 0; i < N; i++) {
        const double value[] = {x[i], y[i], y[i] - x[i]};
        for (size_t k = 0; k < 3; k++)
            squares[k] += (value[k] - mean[k]) * (value[k] - mean[k]);
    }
    struct difference d = difference_of(&f, "level", COMMON_SERIES, 0);
    double se = sqrt(squares[2] / (N - 1) / N),
           student = 2.0280940009804504; /* its 97.5 % quantile, 36 degrees of freedom */
    assert_near(d.base, mean[0], 1e-10);
    assert_near(d.other, mean[1], 1e-10);
    assert_near(d.mean, mean[2], 1e-12);
    assert_near(d.se, se, 1e-12);
    assert_near(d.high, mean[2] + student * se, 1e-10);
    assert_near(d.low, mean[2] - student * se, 1e-10);
    assert_near(d.reduction, (squares[0] + squares[1]) / squares[2], 1e-8);
    assert_true(d.same_sign == up / N && d.n == N);
    close_fixture(&f);
}

/* One world without a number, on either side, takes its pair out and leaves the rest. */
static void pairs_without_a_number_are_left_out(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    comparison_open(&f.comparison, f.side[0].plan, &f.side[0].facts, f.side[1].plan, &f.side[1].facts, false);
    const double x[] = {3, (double)NAN, 5, 8, 7}, y[] = {4, 100, (double)NAN, 11, (double)INFINITY};
    double row[2][256] = {{0}};
    for (uint32_t i = 0; i < sizeof x / sizeof *x; i++) {
        row[0][0] = x[i];
        row[1][0] = y[i];
        comparison_add(&f.comparison, &(struct committed){.replication = i, .row = row[0]},
                       &(struct committed){.replication = i, .row = row[1]});
    }
    struct difference d = difference_of(&f, "level", COMMON_SERIES, 0),
                      next = difference_of(&f, "level", COMMON_SERIES, 1);
    assert_true(d.n == 2 && d.base == 5.5 && d.other == 7.5 && d.mean == 2 && d.same_sign == 1);
    assert_near(d.se, 1, 1e-12); /* of 1 and 3 */
    assert_true(next.n == 5 && next.mean == 0);
    close_fixture(&f);
}

/* ---- Medians ---- */

enum { FEW_PAIRS = 7, PAIRS = 60, TRIALS = 200 };

static double median_of(double *x, size_t count)
{
    qsort(x, count, sizeof *x, by_size);
    return (x[(count - 1) / 2] + x[count / 2]) / 2;
}

struct drawn_interval {
    bool is_there;
    double found, low, high;
};

/* Of pairs of the fact `mid`: uniforms to the power -2, of which no mean exists, and a fifth less with some noise. */
static struct drawn_interval interval_of_drawn(struct fixture *f, size_t pairs, uint64_t *seed)
{
    comparison_free(&f->comparison);
    comparison_open(&f->comparison, f->side[0].plan, &f->side[0].facts, f->side[1].plan, &f->side[1].facts, false);
    const struct common *mid = common_of(f, "mid", COMMON_FACT);
    double row[2][256] = {{0}}, base[PAIRS], other[PAIRS];
    for (uint32_t i = 0; i < pairs; i++) {
        base[i] = row[0][mid->base] = pow(uniform(seed), -2);
        other[i] = row[1][mid->other] = row[0][mid->base] * (0.7 + 0.2 * uniform(seed));
        struct committed one[2] = {{.replication = i, .row = row[0]}, {.replication = i, .row = row[1]}};
        comparison_add(&f->comparison, &one[0], &one[1]);
    }
    struct drawn_interval d = {.found = median_of(other, pairs) / median_of(base, pairs) - 1};
    d.is_there = comparison_median_interval(&f->comparison, mid, true, d.found, &d.low, &d.high);
    return d;
}

/* Resampling errs on the safe side where the two go together. */
static void the_interval_of_a_difference_of_medians_holds_it_and_is_not_much_wider_than_need_be(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    uint64_t seed = 5;
    double truth = -0.201, width = 0, found[TRIALS]; /* of a million pairs */
    size_t held = 0, tail = TRIALS / 40;
    assert_false(interval_of_drawn(&f, FEW_PAIRS, &seed).is_there);
    for (size_t i = 0; i < TRIALS; i++) {
        struct drawn_interval d = interval_of_drawn(&f, PAIRS, &seed);
        assert_true(d.is_there && d.low <= d.found && d.found <= d.high);
        held += d.low <= truth && truth <= d.high;
        width += (d.high - d.low) / TRIALS;
        found[i] = d.found;
    }
    qsort(found, TRIALS, sizeof *found, by_size);
    double spread = found[TRIALS - 1 - tail] - found[tail];
    assert_true(held >= 0.93 * TRIALS);
    assert_true(width > 0.9 * spread && width < 2 * spread);
    uint64_t again[2] = {7, 7};
    struct drawn_interval one = interval_of_drawn(&f, PAIRS, &again[0]), two = interval_of_drawn(&f, PAIRS, &again[1]);
    assert_true(one.low == two.low && one.high == two.high);
    close_fixture(&f);
}

static void threads_change_no_bit_of_a_difference(void **state)
{
    (void)state;
    struct fixture one, many;
    open_fixture(&one, NOTHING, WORDS("walk.failing_share=0.2", "walk.spread=3 CNY"));
    open_fixture(&many, NOTHING, WORDS("walk.failing_share=0.2", "walk.spread=3 CNY"));
    run_both(&one, 70, 1, false);
    for (int threads = 2; threads <= 4; threads++) {
        run_both(&many, 70, threads, false);
        for (size_t i = 0; i < one.comparison.common_count; i++)
            for (size_t k = 0; k < one.comparison.common[i].count; k++) {
                struct difference a = comparison_cell(&one.comparison, &one.comparison.common[i], k);
                struct difference b = comparison_cell(&many.comparison, &many.comparison.common[i], k);
                assert_memory_equal(&a, &b, sizeof a);
            }
    }
    assert_true(difference_of(&one, "last", COMMON_SCALAR, 0).n == 70 - one.side[1].ensemble.failed);
    assert_in_range(one.side[1].ensemble.failed, 4, 30);
    assert_int_equal(one.side[0].ensemble.failed, 0);
    close_fixture(&one);
    close_fixture(&many);
}

static void together_each_has_the_bands_it_has_alone(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, WORDS("tally.enabled=false", "walk.spread=9 CNY"));
    run_both(&f, 60, 2, false);
    for (size_t i = 0; i < 2; i++) {
        const struct side *side = &f.side[i];
        struct montecarlo request = request_of(side, 60, 2);
        struct ensemble alone;
        montecarlo_run(&request, &alone);
        size_t cells = plan_cells(side->plan) + side->facts.count;
        assert_memory_equal(alone.series, side->ensemble.series, cells * sizeof *alone.series);
        ensemble_free(&alone);
    }
    close_fixture(&f);
}

static void curves_are_compared_point_by_point(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, WORDS("things.two.weight=2.5", "walk.drift=1 CNY"));
    run_both(&f, 5, 1, false);
    for (size_t k = 0; k + 1 < PROFILE_POINTS; k++) {
        struct difference last = difference_of(&f, "last", COMMON_SCALAR, 0);
        struct difference d = difference_of(&f, "profile.two", COMMON_CURVE, k);
        assert_near(d.base, 2 * last.base + 3 * (double)k, 1e-12);
        assert_near(d.other, 2.5 * last.other + 3 * (double)k, 1e-12);
        assert_true(d.n == 5);
    }
    assert_true(difference_of(&f, "profile.two", COMMON_CURVE, PROFILE_POINTS - 1).n == 0);
    for (size_t i = 0; i < f.comparison.common_count; i++)
        if (f.comparison.common[i].kind == COMMON_CURVE)
            assert_true(comparison_at(&f.comparison, &f.comparison.common[i], 2) == 6);
    close_fixture(&f);
}

static void what_only_one_has_is_named_and_not_compared(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, WORDS("tally.enabled=false"));
    run_both(&f, 3, 1, false);
    assert_int_equal(f.comparison.lone_count, 1);
    assert_string_equal(f.comparison.lone[0].name, "tally");
    assert_true(f.comparison.lone[0].in_base);
    for (size_t i = 0; i < f.comparison.common_count; i++)
        assert_true(strcmp(f.comparison.common[i].channel->name, "tally") != 0);
    close_fixture(&f);
}

static void other_grids_are_compared_where_their_dates_meet(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, WORDS("walk.spread=0 CNY", "walk.drift=1 CNY"),
                 WORDS("walk.spread=0 CNY", "walk.drift=1 CNY", "run.report=3 months", "run.end=2023-07"));
    run_both(&f, 2, 1, false);
    const struct common *level = common_of(&f, "level", COMMON_SERIES);
    assert_int_equal(level->count, 6);
    for (size_t k = 0; k < 6; k++) {
        assert_near(comparison_at(&f.comparison, level, k), 2022.25 + 0.25 * (double)k, 1e-9);
        struct difference d = comparison_cell(&f.comparison, level, k);
        assert_true(d.base == 3 * (double)(k + 1) && d.mean == 0);
    }
    close_fixture(&f);
}

/* ---- Antithetic pairs ---- */

/* Where the walk ends is linear in its normals and its uniform drift, so all pairs have the same mean: 24. */
static void antithetic_pairs_cancel_what_is_linear(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, WORDS("walk.spread=3 CNY"));
    run_both(&f, 40, 3, true);
    const struct band *last = &f.side[0].ensemble.scalar[0];
    assert_near(last->mean, 24, 1e-9);
    assert_true(last->se < 1e-9 && last->n == 40);
    assert_true(last->p95 - last->p05 > 10);
    struct difference d = difference_of(&f, "last", COMMON_SCALAR, 0);
    assert_true(d.n == 20 && d.se < 1e-9);
    run_both(&f, 40, 3, false);
    assert_true(f.side[0].ensemble.scalar[0].se > 0.5);
    close_fixture(&f);
}

static void the_error_of_pairs_is_that_of_their_means(void **state)
{
    (void)state;
    const double x[] = {1, 5, 2.5, 6.5, 4, (double)NAN, 3, 8};
    const unsigned char flag = 0;
    struct bands *bands = bands_new(1, NULL);
    for (size_t i = 0; i < 8; i++) {
        bands_add(bands, &x[i], &flag);
        if (i % 2)
            bands_pair(bands, &x[i - 1], &x[i]);
    }
    struct band band;
    bands_finish(bands, &band, NULL, 1);
    /* 3, 4.5 and 5.5: deviations -4/3, 1/6, 7/6; the broken pair counts only in the mean. */
    assert_near(band.se, sqrt((16. / 9 + 1. / 36 + 49. / 36) / 2 / 3), 1e-14);
    assert_near(band.mean, 30. / 7, 1e-14);
    assert_true(band.n == 7);
    bands_free(bands);
}

/* ---- Checkpoints ---- */

struct patience {
    uint32_t asked, enough;
};

static uint32_t go_on(void *state, const struct bands *bands, uint32_t done)
{
    struct patience *patience = state;
    struct band band;
    bands_cell(bands, 3, &band, NULL);
    assert_true(band.n == done);
    patience->asked++;
    return done >= patience->enough ? done : 2 * done;
}

static void a_run_to_a_checkpoint_is_a_run_of_that_many(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    size_t cells = plan_cells(f.side[0].plan) + f.side[0].facts.count;
    struct ensemble asked, until;
    struct montecarlo request = request_of(&f.side[0], 128, 1);
    montecarlo_run(&request, &asked);
    for (int threads = 1; threads <= 4; threads++) {
        struct patience patience = {.enough = 100};
        request = request_of(&f.side[0], 5000, threads);
        request.checkpoint = 16;
        request.go_on = go_on;
        request.go_on_state = &patience;
        montecarlo_run(&request, &until);
        assert_int_equal(patience.asked, 4); /* 16, 32, 64, 128 */
        assert_int_equal(until.done, 128);
        assert_false(until.stopped);
        assert_memory_equal(asked.series, until.series, cells * sizeof *asked.series);
        ensemble_free(&until);
    }
    ensemble_free(&asked);
    close_fixture(&f);
}

static void checkpoints_end_with_what_was_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    struct ensemble ensemble;
    struct patience patience = {.enough = UINT32_MAX};
    struct montecarlo request = request_of(&f.side[0], 100, 3);
    request.checkpoint = 16;
    request.go_on = go_on;
    request.go_on_state = &patience;
    montecarlo_run(&request, &ensemble);
    assert_int_equal(ensemble.done, 100);
    assert_int_equal(patience.asked, 3);
    ensemble_free(&ensemble);
    close_fixture(&f);
}

static void a_later_replication_alone_is_the_one_among_others(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NOTHING, NOTHING);
    struct ensemble first, second, alone;
    struct montecarlo request = request_of(&f.side[0], 8, 2);
    montecarlo_run(&request, &first);
    request.replications = 9;
    montecarlo_run(&request, &second);
    request.first = 8;
    request.replications = 1;
    montecarlo_run(&request, &alone);
    assert_true(alone.scalar[0].n == 1 && alone.scalar[0].p05 == alone.scalar[0].mean);
    assert_near(alone.scalar[0].mean, 9 * second.scalar[0].mean - 8 * first.scalar[0].mean, 1e-9);
    ensemble_free(&first);
    ensemble_free(&second);
    ensemble_free(&alone);
    close_fixture(&f);
}

/* ---- Intervals of percentiles ---- */

static void ranks_leave_at_most_the_tails_outside(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 3000; n = n < 130 ? n + 1 : n * 4 / 3)
        for (size_t i = 0; i < PERCENTILES; i++) {
            double p = percentile_share[i];
            struct ranks ranks = interval_ranks(n, p);
            assert_true(ranks.low >= -1 && ranks.low < ranks.high && ranks.high <= n);
            if (ranks.low >= 0)
                assert_true(gsl_cdf_binomial_P((unsigned)ranks.low, p, n) <= INTERVAL_TAIL);
            assert_true(gsl_cdf_binomial_P((unsigned)(ranks.low + 1), p, n) > INTERVAL_TAIL);
            if (ranks.high < n)
                assert_true(gsl_cdf_binomial_Q((unsigned)ranks.high, p, n) <= INTERVAL_TAIL);
            assert_true(ranks.high == 0 || gsl_cdf_binomial_Q((unsigned)ranks.high - 1, p, n) > INTERVAL_TAIL);
        }
}

/* Textbooks give the 40th and the 61st of 100 for the median; 0.95^72 is the first power under 2.5 %. */
static void ranks_are_those_of_the_tables(void **state)
{
    (void)state;
    struct ranks median = interval_ranks(100, 0.5);
    assert_true(median.low == 39 && median.high == 60);
    assert_true(interval_ranks(71, 0.05).low == -1 && interval_ranks(72, 0.05).low == 0);
    assert_true(interval_ranks(71, 0.95).high == 71 && interval_ranks(72, 0.95).high == 71);
    /* A million: normal approximation, 1.96 sqrt(n p q) = 979.98. */
    struct ranks large = interval_ranks(1000000, 0.5);
    assert_in_range(large.low, 500000 - 983, 500000 - 979);
    assert_in_range(large.high, 500000 + 979, 500000 + 983);
}

static void intervals_cover_as_often_as_they_say(void **state)
{
    (void)state;
    enum { N = 200, SAMPLES = 4000 };
    uint64_t seed = 1;
    double covered[PERCENTILES] = {0};
    for (size_t s = 0; s < SAMPLES; s += 50) { /* 50 cells at a time */
        struct bands *bands = bands_new(50, NULL);
        const unsigned char flag[50] = {0};
        double row[50];
        struct band band[50];
        struct bounds bounds[50];
        for (size_t i = 0; i < N; i++) {
            for (size_t c = 0; c < 50; c++)
                row[c] = uniform(&seed);
            bands_add(bands, row, flag);
        }
        bands_finish(bands, band, bounds, 1);
        for (size_t c = 0; c < 50; c++)
            for (size_t i = 0; i < PERCENTILES; i++)
                covered[i] += bounds[c].low[i] <= percentile_share[i] && percentile_share[i] <= bounds[c].high[i];
        bands_free(bands);
    }
    for (size_t i = 0; i < PERCENTILES; i++) {
        struct ranks ranks = interval_ranks(N, percentile_share[i]);
        double exact = gsl_cdf_binomial_P((unsigned)ranks.high, percentile_share[i], N) -
                       gsl_cdf_binomial_P((unsigned)ranks.low, percentile_share[i], N);
        assert_true(exact >= 0.95 && exact < 0.98);
        assert_near(covered[i] / SAMPLES, exact, 4 * sqrt(exact * (1 - exact) / SAMPLES));
    }
}

static void sketched_intervals_are_the_exact_ones_within_the_stated_error(void **state)
{
    (void)state;
    enum { N = 5000 };
    const unsigned char flag = 0;
    double x[N];
    uint64_t seed = 9;
    struct bands *bands = bands_new(1, NULL);
    for (size_t i = 0; i < N; i++) {
        x[i] = 100 * uniform(&seed) * uniform(&seed);
        bands_add(bands, &x[i], &flag);
    }
    struct band band;
    struct bounds bounds;
    bands_finish(bands, &band, &bounds, 1);
    qsort(x, N, sizeof *x, by_size);
    for (size_t i = 0; i < PERCENTILES; i++) {
        struct ranks ranks = interval_ranks(N, percentile_share[i]);
        assert_near(bounds.low[i] / x[ranks.low], 1, 1. / 1024);
        assert_near(bounds.high[i] / x[ranks.high], 1, 1. / 1024);
    }
    bands_free(bands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_does_not_differ_from_itself),
        cmocka_unit_test(a_constant_shift_is_found_exactly),
        cmocka_unit_test(worlds_that_meet_the_same_luck_differ_less),
        cmocka_unit_test(moments_match_two_passes_by_force),
        cmocka_unit_test(pairs_without_a_number_are_left_out),
        cmocka_unit_test(the_interval_of_a_difference_of_medians_holds_it_and_is_not_much_wider_than_need_be),
        cmocka_unit_test(threads_change_no_bit_of_a_difference),
        cmocka_unit_test(together_each_has_the_bands_it_has_alone),
        cmocka_unit_test(curves_are_compared_point_by_point),
        cmocka_unit_test(what_only_one_has_is_named_and_not_compared),
        cmocka_unit_test(other_grids_are_compared_where_their_dates_meet),
        cmocka_unit_test(antithetic_pairs_cancel_what_is_linear),
        cmocka_unit_test(the_error_of_pairs_is_that_of_their_means),
        cmocka_unit_test(a_run_to_a_checkpoint_is_a_run_of_that_many),
        cmocka_unit_test(checkpoints_end_with_what_was_asked_for),
        cmocka_unit_test(a_later_replication_alone_is_the_one_among_others),
        cmocka_unit_test(ranks_leave_at_most_the_tails_outside),
        cmocka_unit_test(ranks_are_those_of_the_tables),
        cmocka_unit_test(intervals_cover_as_often_as_they_say),
        cmocka_unit_test(sketched_intervals_are_the_exact_ones_within_the_stated_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
