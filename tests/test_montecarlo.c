/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replications in parallel, bands, sketches, grids and facts. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/bands.h"
#include "sim/montecarlo/facts.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/sketch.h"
#include "sim/montecarlo/study.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- A study of the fake models ---- */

struct fixture {
    char folder[64];
    struct study study;
    struct scenario *scenario;
    struct plan *plan;
    struct fact_targets facts;
    struct arena arena;
};

/* `set` is one --set, or NULL. */
static void open_fixture(struct fixture *f, const char *set)
{
    *f = (struct fixture){.folder = "/tmp/iccsim-test-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    study_open(&f->study, fake_models, sizeof(struct world));
    struct override override = {.argument = set};
    struct load_request request = {
        .file = fake_file(f->folder, "walk", fake_scenario), .overrides = &override, .override_count = set ? 1 : 0};
    struct mistakes mistakes = {0};
    f->scenario = scenario_load(&request, &f->study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    assert_non_null(f->scenario);
    f->plan = study_plan(&f->study, f->scenario, &f->arena);
    assert_non_null(f->plan);
    mistakes_free(&mistakes);
    f->facts = facts_find(f->scenario, f->plan, &f->arena);
}

static void close_fixture(struct fixture *f)
{
    unlink(arena_printf(&f->arena, "%s/walk.yml", f->folder));
    rmdir(f->folder);
    scenario_free(f->scenario);
    study_close(&f->study);
    arena_free(&f->arena);
}

static struct montecarlo request_of(const struct fixture *f, uint32_t replications, int threads)
{
    return (struct montecarlo){.plan = f->plan,
                               .seed = 11,
                               .replications = replications,
                               .threads = threads,
                               .draw = study_draw,
                               .draw_state = f->scenario,
                               .derived_count = f->facts.count,
                               .derive = facts_match,
                               .derive_state = &f->facts,
                               .derived_origin = f->facts.origin};
}

static size_t band_count(const struct fixture *f)
{
    return plan_cells(f->plan) + f->facts.count;
}

/* ---- Replications ---- */

static void threads_change_no_bit(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct ensemble one, many;
    for (uint32_t n = 37; n < 3000; n += 1500) { /* with exact percentiles and by sketch */
        struct montecarlo request = request_of(&f, n, 1);
        montecarlo_run(&request, &one);
        assert_int_equal(one.exact, n <= EXACT_ROWS);
        for (int threads = 2; threads <= 5; threads++) {
            request = request_of(&f, n, threads);
            montecarlo_run(&request, &many);
            assert_int_equal(many.done, n);
            assert_memory_equal(one.series, many.series, band_count(&f) * sizeof *one.series);
            ensemble_free(&many);
        }
        ensemble_free(&one);
    }
    close_fixture(&f);
}

static void another_seed_gives_other_numbers(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct ensemble a, b;
    struct montecarlo request = request_of(&f, 10, 2);
    montecarlo_run(&request, &a);
    request.seed = 12;
    montecarlo_run(&request, &b);
    assert_true(a.series[0].mean != b.series[0].mean);
    ensemble_free(&a);
    ensemble_free(&b);
    close_fixture(&f);
}

static size_t files_in(const char *folder)
{
    struct dirent **entry = NULL;
    int count = scandir(folder, &entry, NULL, NULL);
    for (int i = 0; i < count; i++)
        free(entry[i]);
    free(entry);
    return count > 2 ? (size_t)count - 2 : 0;
}

static void rows_put_aside_change_no_run_and_leave_no_file(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct ensemble inside, aside;
    struct montecarlo request = request_of(&f, 150, 2);
    size_t files = files_in(f.folder), cells = plan_cells(f.plan) + f.facts.count;
    montecarlo_run(&request, &inside);
    request.aside = f.folder;
    request.aside_from = 1;
    request.bounds = true;
    montecarlo_run(&request, &aside);
    assert_memory_equal(inside.series, aside.series, cells * sizeof *inside.series);
    assert_null(ensemble_bounds(&inside, inside.series));
    assert_non_null(ensemble_bounds(&aside, aside.series));
    assert_int_equal(files_in(f.folder), files);
    ensemble_free(&aside);
    request.aside = "/nowhere"; /* they stay in memory */
    montecarlo_run(&request, &aside);
    assert_memory_equal(inside.series, aside.series, cells * sizeof *inside.series);
    ensemble_free(&inside);
    ensemble_free(&aside);
    close_fixture(&f);
}

static void many_plans_of_many_replications_are_said_to_take_disk_and_not_memory(void **state)
{
    (void)state;
    struct plan plan = {.series_count = 700, .sample_count = 120};
    struct montecarlo_bytes one = montecarlo_bytes(&plan, 0, 500, 2, 1), forty = montecarlo_bytes(&plan, 0, 500, 2, 41);
    assert_int_equal(one.aside, 0);
    assert_true(one.memory > 500 * plan_cells(&plan) * sizeof(double));
    assert_int_equal(forty.aside, 41 * 500 * plan_cells(&plan) * sizeof(double));
    assert_true(forty.memory < 1e9);
}

struct rows {
    uint32_t count;
    double last[64];
    volatile sig_atomic_t *stop;
    uint32_t stop_at;
};

static void keep_row(void *state, const struct committed *one)
{
    struct rows *rows = state;
    assert_int_equal(one->replication, rows->count);
    rows->last[rows->count++] = one->scalar[0];
    if (rows->stop && rows->count == rows->stop_at)
        *rows->stop = 1;
}

static void fewer_replications_are_the_first_of_more(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct rows few = {0}, more = {0};
    struct ensemble ensemble;
    struct montecarlo request = request_of(&f, 10, 3);
    request.commit = keep_row;
    request.commit_state = &few;
    montecarlo_run(&request, &ensemble);
    ensemble_free(&ensemble);
    request.replications = 20;
    request.commit_state = &more;
    montecarlo_run(&request, &ensemble);
    ensemble_free(&ensemble);
    assert_int_equal(more.count, 20);
    assert_memory_equal(few.last, more.last, 10 * sizeof *few.last);
    close_fixture(&f);
}

static void a_stop_keeps_a_prefix_as_if_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    volatile sig_atomic_t stop = 0;
    struct rows rows = {.stop = &stop, .stop_at = 7}, all = {0};
    struct ensemble stopped, asked;
    struct montecarlo request = request_of(&f, 60, 2);
    request.commit = keep_row;
    request.commit_state = &rows;
    request.stop = &stop;
    montecarlo_run(&request, &stopped);
    assert_true(stopped.stopped);
    assert_in_range(stopped.done, 7, 7 + 8); /* what the window held was finished */
    request = request_of(&f, stopped.done, 1);
    request.commit = keep_row;
    request.commit_state = &all;
    montecarlo_run(&request, &asked);
    assert_memory_equal(stopped.series, asked.series, band_count(&f) * sizeof *asked.series);
    ensemble_free(&stopped);
    ensemble_free(&asked);
    close_fixture(&f);
}

static void one_replication_alone_has_the_same_bits(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct rows rows = {0};
    struct ensemble ensemble;
    struct montecarlo request = request_of(&f, 10, 2);
    request.commit = keep_row;
    request.commit_state = &rows;
    montecarlo_run(&request, &ensemble);
    struct arena arena = {0};
    struct sim *sim = sim_new(f.plan);
    struct result *result = result_new(f.plan, &f.arena);
    assert_true(montecarlo_replicate(&request, 8, sim, &arena, NULL, result));
    assert_memory_equal(&result->scalar[0], &rows.last[8], sizeof(double));
    sim_free(sim);
    arena_free(&arena);
    ensemble_free(&ensemble);
    close_fixture(&f);
}

static void failed_replications_are_counted_with_their_reasons(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "walk.failing_share=0.3");
    struct ensemble ensemble;
    struct montecarlo request = request_of(&f, 200, 3);
    montecarlo_run(&request, &ensemble);
    uint32_t expected = 0;
    for (uint32_t r = 0; r < 200; r++) {
        struct streams streams = {.seed = request.seed, .replication = r};
        struct stream stream = stream_open(&streams, identity(1, 0, 0));
        if (!(stream_uniform(&stream) < 0.3))
            continue;
        assert_int_equal(ensemble.failure[expected].replication, r);
        assert_string_equal(ensemble.failure[expected].reason, "2022-01-01: told to fail, \"with quotes\"");
        expected++;
    }
    assert_in_range(expected, 30, 90);
    assert_int_equal(ensemble.failed, expected);
    assert_int_equal(ensemble.failure_count, expected);
    assert_int_equal(ensemble.done, 200);
    assert_true(ensemble.scalar[0].n == 200 - expected);
    ensemble_free(&ensemble);
    close_fixture(&f);
}

static void no_more_than_a_thousand_reasons_are_kept(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "walk.failing_share=1");
    struct ensemble ensemble;
    struct montecarlo request = request_of(&f, 1100, 2);
    montecarlo_run(&request, &ensemble);
    assert_int_equal(ensemble.failed, 1100);
    assert_int_equal(ensemble.failure_count, FAILURES_KEPT);
    assert_true(ensemble.series[0].n == 0 && isnan(ensemble.series[0].p50));
    ensemble_free(&ensemble);
    close_fixture(&f);
}

/* ---- Bands ---- */

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

static double percentile_by_force(const double *sorted, size_t n, double p)
{
    double at = (double)(n - 1) * p;
    size_t below = (size_t)at;
    return below + 1 < n ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

static void percentiles_match_sorting_by_force(void **state)
{
    (void)state;
    enum { CELLS = 21 };
    for (size_t n = 1; n <= EXACT_ROWS; n = n < 20 ? n + 1 : n * 3 / 2) {
        uint64_t seed = n;
        struct bands *bands = bands_new(CELLS, NULL);
        double column[EXACT_ROWS], row[CELLS];
        const unsigned char flag[CELLS] = {0};
        for (size_t i = 0; i < n; i++) {
            for (size_t c = 0; c < CELLS; c++)
                row[c] = floor(100 * uniform(&seed)) - 50; /* with ties */
            column[i] = row[CELLS - 1];
            bands_add(bands, row, flag);
        }
        struct band band[CELLS];
        bands_finish(bands, band, NULL, 2);
        qsort(column, n, sizeof *column, by_size);
        assert_true(band[CELLS - 1].p05 == percentile_by_force(column, n, 0.05));
        assert_true(band[CELLS - 1].p25 == percentile_by_force(column, n, 0.25));
        assert_true(band[CELLS - 1].p50 == percentile_by_force(column, n, 0.50));
        assert_true(band[CELLS - 1].p75 == percentile_by_force(column, n, 0.75));
        assert_true(band[CELLS - 1].p95 == percentile_by_force(column, n, 0.95));
        bands_free(bands);
    }
}

static struct bands *random_bands(size_t rows, int aside)
{
    enum { CELLS = 2100 }; /* several spans */
    struct bands *bands = bands_new(CELLS, NULL);
    bands_begin(bands, 5);
    if (aside >= 0)
        bands_put_aside(bands, aside);
    uint64_t seed = 4;
    for (size_t i = 0; i < rows; i++) {
        double row[CELLS];
        unsigned char flag[CELLS];
        for (size_t c = 0; c < CELLS; c++) {
            row[c] = uniform(&seed) < 0.1 ? (double)NAN : uniform(&seed);
            flag[c] = c % 2;
        }
        bands_add(bands, row, flag);
        if (i % 7 == 3)
            bands_skip(bands);
    }
    return bands;
}

static void assert_same_bands(const struct bands *a, const struct bands *b, size_t cells)
{
    struct band *x = calloc(cells, sizeof *x), *y = calloc(cells, sizeof *y), one;
    struct bounds *p = calloc(cells, sizeof *p), *q = calloc(cells, sizeof *q);
    bands_finish(a, x, p, 2);
    bands_finish(b, y, q, 1);
    assert_memory_equal(x, y, cells * sizeof *x);
    assert_memory_equal(p, q, cells * sizeof *p);
    bands_cell(b, cells - 1, &one, NULL);
    assert_memory_equal(&one, &x[cells - 1], sizeof one);
    struct bytes v = {0}, w = {0};
    bands_write(a, &v);
    bands_write(b, &w);
    assert_int_equal(v.count, w.count);
    assert_memory_equal(v.data, w.data, v.count);
    bytes_free(&v);
    bytes_free(&w);
    free(x);
    free(y);
    free(p);
    free(q);
}

static int nameless_file(void)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int copy = dup(fileno(file));
    fclose(file);
    return copy;
}

static void rows_put_aside_give_the_same_bands(void **state)
{
    (void)state;
    const size_t rows[] = {1, 60, EXACT_ROWS + 50};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bands *inside = random_bands(rows[i], -1), *aside = random_bands(rows[i], nameless_file());
        assert_same_bands(inside, aside, 2100);
        bands_free(inside);
        bands_free(aside);
    }
}

static void rows_stay_in_memory_when_the_disk_is_full(void **state)
{
    (void)state;
    int full = open("/dev/full", O_RDWR);
    assert_true(full >= 0);
    struct bands *inside = random_bands(40, -1), *aside = random_bands(40, full);
    assert_same_bands(inside, aside, 2100);
    bands_free(inside);
    bands_free(aside);
}

/* Python: statistics.mean(x), statistics.stdev(x) / 5 ** .5; numpy's default percentile is type 7 too. */
static void a_small_sample_has_the_moments_and_percentiles_of_python(void **state)
{
    (void)state;
    const double x[] = {2.385, 7.1, -4, 11.2, 5.5};
    const unsigned char flag[] = {1, 0, 1, 0, 1};
    struct bands *bands = bands_new(1, NULL);
    for (size_t i = 0; i < 5; i++)
        bands_add(bands, &x[i], &flag[i]);
    struct band band;
    bands_finish(bands, &band, NULL, 1);
    assert_near(band.mean, 4.437, 1e-12);
    assert_near(band.se, 2.5431612217867743, 1e-12);
    assert_near(band.p05, -2.723, 1e-12);
    assert_near(band.p25, 2.385, 1e-12);
    assert_near(band.p75, 7.1, 1e-12);
    assert_near(band.p95, 10.38, 1e-12);
    assert_true(band.n == 5 && band.flag == 0.6);
    bands_free(bands);
}

static void what_is_not_finite_does_not_count(void **state)
{
    (void)state;
    const double nan = (double)NAN, row[][2] = {{nan, nan}, {3, nan}, {(double)INFINITY, nan}, {5, nan}};
    const unsigned char flag[2] = {1, 1};
    struct bands *bands = bands_new(2, NULL);
    for (size_t i = 0; i < 4; i++)
        bands_add(bands, row[i], flag);
    struct band band[2];
    bands_finish(bands, band, NULL, 1);
    assert_true(band[0].n == 2 && band[0].mean == 4 && band[0].p50 == 4 && band[0].flag == 1);
    assert_true(band[1].n == 0 && isnan(band[1].mean) && isnan(band[1].p50) && isnan(band[1].se));
    bands_free(bands);
}

static double lognormal_like(uint64_t *seed, size_t cell)
{
    double u = uniform(seed);
    return cell == 0 ? exp(12 * u - 4) : cell == 1 ? u - 0.5 : cell == 2 ? 7.25 : 2022 + 10 * u;
}

static void many_rows_are_sketched_within_the_stated_error(void **state)
{
    (void)state;
    enum { CELLS = 4, ROWS = 20000 };
    const double origin[CELLS] = {0, 0, 0, 2022};
    const unsigned char flag[CELLS] = {0};
    struct bands *bands = bands_new(CELLS, origin);
    double *column[CELLS], row[CELLS];
    uint64_t seed = 77;
    for (size_t c = 0; c < CELLS; c++)
        column[c] = malloc(ROWS * sizeof(double));
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < CELLS; c++)
            row[c] = column[c][i] = lognormal_like(&seed, c);
        bands_add(bands, row, flag);
    }
    struct band band[CELLS];
    bands_finish(bands, band, NULL, 2);
    assert_false(bands_are_exact(bands));
    for (size_t c = 0; c < CELLS; c++) {
        qsort(column[c], ROWS, sizeof(double), by_size);
        const double p[] = {0.05, 0.25, 0.50, 0.75, 0.95};
        const double found[] = {band[c].p05, band[c].p25, band[c].p50, band[c].p75, band[c].p95};
        for (size_t k = 0; k < 5; k++) {
            double exact = percentile_by_force(column[c], ROWS, p[k]);
            assert_near(found[k], exact, 1.01 * SKETCH_RELATIVE_ERROR * fabs(exact - origin[c]));
        }
        free(column[c]);
    }
    assert_true(band[2].p05 == 7.25 && band[2].p95 == 7.25);
    bands_free(bands);
}

/* ---- Sketches ---- */

static void fill(struct sketch *sketch, size_t from, size_t to, int step)
{
    for (size_t i = from; i != to; i += (size_t)step) {
        uint64_t seed = i;
        sketch_add(sketch, tan(3.1 * (uniform(&seed) - 0.5)) * pow(10, (double)(i % 7) - 3)); /* both signs, wide */
    }
}

static void the_order_of_adding_and_merging_cannot_matter(void **state)
{
    (void)state;
    struct sketch up = {0}, down = {0}, left = {0}, right = {0};
    fill(&up, 1, 5001, 1);
    fill(&down, 5000, 0, -1);
    fill(&right, 2000, 5001, 1);
    fill(&left, 1, 2000, 1);
    sketch_add(&up, 0);
    sketch_add(&down, 0);
    sketch_add(&left, 0);
    sketch_merge(&right, &left);
    assert_int_equal(right.total, 5001);
    for (uint64_t k = 0; k < 5001; k += 13) {
        double expected = sketch_order(&up, k), turned = sketch_order(&down, k), merged = sketch_order(&right, k);
        assert_memory_equal(&expected, &turned, sizeof expected);
        assert_memory_equal(&expected, &merged, sizeof expected);
    }
    sketch_free(&up);
    sketch_free(&down);
    sketch_free(&left);
    sketch_free(&right);
}

static void every_order_statistic_is_within_the_stated_error(void **state)
{
    (void)state;
    enum { N = 3001 };
    struct sketch sketch = {0};
    double value[N];
    uint64_t seed = 3;
    for (size_t i = 0; i < N; i++) {
        value[i] = i % 50 == 0 ? 0 : (uniform(&seed) - 0.4) * pow(10, floor(18 * uniform(&seed)) - 6);
        sketch_add(&sketch, value[i]);
    }
    qsort(value, N, sizeof *value, by_size);
    for (size_t k = 0; k < N; k++)
        assert_near(sketch_order(&sketch, k), value[k], SKETCH_RELATIVE_ERROR * fabs(value[k]));
    sketch_free(&sketch);
}

/* ---- Plans and facts ---- */

static void a_month_grid_ends_on_the_calendar(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    assert_int_equal(f.plan->sample_count, 24);
    assert_int_equal(f.plan->step_count, 24);
    assert_true(f.plan->sample_at[11] == 2023 && f.plan->step_end[23] == 2024);
    close_fixture(&f);
}

static void channels_are_named_by_row_and_left_out_when_switched_off(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "tally.enabled=false");
    assert_int_equal(f.plan->series_count, 3);
    assert_string_equal(f.plan->series[0].name, "level");
    assert_string_equal(f.plan->series[2].name, "weighted.two");
    assert_string_equal(f.plan->series[1].label, "Thing one");
    assert_int_equal(f.plan->scalar_count, 2);
    assert_null(f.facts.target[1].channel);
    close_fixture(&f);
}

/* The walk ends at 24 times its drift u, uniform on [0, 2], with no noise: points are that, times the row's weight,
 * plus 3 k. */
static void curves_have_bands_at_every_point(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "walk.spread=0 CNY");
    assert_int_equal(f.plan->curve_count, 2);
    assert_string_equal(f.plan->curve[1].name, "profile.two");
    assert_int_equal(f.plan->point_count, 2 * PROFILE_POINTS);
    for (uint32_t n = 40; n <= 1500; n += 1460) { /* with exact percentiles and by sketch */
        struct ensemble e;
        struct montecarlo request = request_of(&f, n, 2);
        montecarlo_run(&request, &e);
        for (size_t row = 0; row < 2; row++)
            for (size_t k = 0; k < PROFILE_POINTS; k++) {
                const struct band *band = &e.point[f.plan->curve[row].first_point + k], *last = &e.scalar[0];
                double weight = row ? 2 : 1, age = 3 * (double)k;
                if (k + 1 == PROFILE_POINTS) {
                    assert_true(band->n == 0 && isnan(band->p50));
                    continue;
                }
                assert_true(band->n == n && band->flag == 0);
                assert_near(band->mean, weight * last->mean + age, 1e-9);
                assert_near(band->se, weight * last->se, 1e-9);
                assert_near(band->p95, weight * last->p95 + age, e.exact ? 1e-9 : 0.002 * band->p95);
            }
        ensemble_free(&e);
    }
    close_fixture(&f);
}

static void facts_take_the_intervals_that_hold_their_dates(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, NULL);
    struct result *result = result_new(f.plan, &f.arena);
    size_t samples = f.plan->sample_count, tally = 3 * samples;
    for (size_t i = 0; i < samples; i++) {
        result->series[i] = (double)(i + 1);
        result->series[tally + i] = (double)(i + 1);
    }
    result->scalar[0] = 17.5;
    double value[5];
    facts_match(&f.facts, result, value);
    assert_true(value[0] == 12); /* December 2022 is the twelfth month */
    assert_true(value[1] == 78); /* 1 + 2 + ... + 12 */
    assert_true(value[2] == 2); /* 24 / 12 */
    assert_true(isnan(value[3])); /* after the end */
    assert_true(value[4] == 17.5);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(another_seed_gives_other_numbers),
        cmocka_unit_test(fewer_replications_are_the_first_of_more),
        cmocka_unit_test(a_stop_keeps_a_prefix_as_if_asked_for),
        cmocka_unit_test(one_replication_alone_has_the_same_bits),
        cmocka_unit_test(failed_replications_are_counted_with_their_reasons),
        cmocka_unit_test(no_more_than_a_thousand_reasons_are_kept),
        cmocka_unit_test(percentiles_match_sorting_by_force),
        cmocka_unit_test(rows_put_aside_give_the_same_bands),
        cmocka_unit_test(rows_put_aside_change_no_run_and_leave_no_file),
        cmocka_unit_test(many_plans_of_many_replications_are_said_to_take_disk_and_not_memory),
        cmocka_unit_test(rows_stay_in_memory_when_the_disk_is_full),
        cmocka_unit_test(a_small_sample_has_the_moments_and_percentiles_of_python),
        cmocka_unit_test(what_is_not_finite_does_not_count),
        cmocka_unit_test(many_rows_are_sketched_within_the_stated_error),
        cmocka_unit_test(the_order_of_adding_and_merging_cannot_matter),
        cmocka_unit_test(every_order_statistic_is_within_the_stated_error),
        cmocka_unit_test(a_month_grid_ends_on_the_calendar),
        cmocka_unit_test(channels_are_named_by_row_and_left_out_when_switched_off),
        cmocka_unit_test(curves_have_bands_at_every_point),
        cmocka_unit_test(facts_take_the_intervals_that_hold_their_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
