/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of ensembles and of naive forecasts. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/backtest.h"
#include "sim/montecarlo/study.h"
#include "sim/study/outcome.h"

#include <stdlib.h>
#include <string.h>

static double uniform(uint64_t *state) /* splitmix64, Vigna 2015 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* ---- The score ---- */

static double crps_by_force(const double *x, size_t n, double y)
{
    double away = 0, apart = 0;
    for (size_t i = 0; i < n; i++) {
        away += fabs(x[i] - y);
        for (size_t k = 0; k < n; k++)
            apart += fabs(x[i] - x[k]);
    }
    return away / (double)n - apart / (double)(n * n) / 2;
}

static void the_score_matches_all_pairs_by_force(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    for (size_t n = 1; n < 300; n = n * 3 / 2 + 1) {
        double x[300], y = 20 * uniform(&seed) - 10;
        for (size_t i = 0; i < n; i++)
            x[i] = floor(30 * uniform(&seed)) - 12.5; /* with ties */
        double expected = crps_by_force(x, n, y);
        assert_near(crps(x, n, y), expected, 1e-12 * (1 + expected));
    }
    assert_true(isnan(crps(NULL, 0, 1)));
}

static void the_score_of_one_number_is_its_distance(void **state)
{
    (void)state;
    double x = 7.25, same[] = {3, 3, 3};
    assert_true(crps(&x, 1, 5) == 2.25);
    assert_true(crps(same, 3, 3) == 0);
}

/* The integral of (F(x) - 1{x >= y})^2 for the uniform on [0, 1]: y^3 / 3 + (1 - y)^3 / 3. */
static void the_score_of_many_equal_quantiles_is_that_of_the_uniform(void **state)
{
    (void)state;
    enum { N = 10000 };
    double *x = malloc(N * sizeof *x);
    for (size_t i = 0; i < N; i++)
        x[(i * 7919) % N] = ((double)i + 0.5) / N;
    for (double y = 0.1; y < 1; y += 0.2)
        assert_near(crps(x, N, y), y * y * y / 3 + (1 - y) * (1 - y) * (1 - y) / 3, 1e-4);
    free(x);
}

static void a_large_common_offset_costs_no_digits(void **state)
{
    (void)state;
    double near[] = {0.5, 1.5, 2.75}, far[] = {1048576.5, 1048577.5, 1048578.75};
    assert_near(crps(far, 3, 1048577), crps(near, 3, 1), 1e-14);
}

/* ---- The naive forecasts ---- */

static const char facts_scenario[] =
    "title: A walk\n"
    "run: {start: 2022-01, end: 2024-01}\n"
    "facts:\n"
    "  first:  {output: level, at: 2022-03, value: 8 CNY, tolerance: 10%}\n"
    "  window: {output: level, from: 2022-04, to: 2022-06, range: [3 CNY, 5 CNY]}\n"
    "  third:  {output: level, at: 2022-07, value: 3 CNY, tolerance: 10%}\n"
    "  other:  {output: tally, at: 2022-05, value: 5, tolerance: 10%}\n"
    "  ratio:  {output: level, at: 2022-07, relative_to: 2022-03, value: 0.4}\n"
    "  ratio2: {output: level, at: 2022-10, relative_to: 2022-03, value: 0.3}\n"
    "  sum:    {output: tally, from: 2022-01, to: 2022-03, stat: sum, value: 30}\n"
    "  sum2:   {output: tally, from: 2022-07, to: 2022-12, stat: sum, value: 61}\n"
    "  minus:  {output: weighted.one, at: 2022-02, value: -1 CNY}\n"
    "  plus:   {output: weighted.one, at: 2022-04, value: 2 CNY}\n"
    "  after:  {output: weighted.one, at: 2022-06, value: 5 CNY}\n"
    "  end:    {output: last, value: 24 CNY, tolerance: 50%}\n"
    "  part:   {output: level, at: 2023-03, kind: lower, value: 6 CNY}\n"
    "  whole:  {output: level, at: 2023-05, kind: upper, value: 2 CNY, counts: more, counted_by: us,\n"
    "           stated_by: [things.one.weight, run.step]}\n"
    "things: {one: {weight: 1}}\n";

struct fixture {
    char folder[64];
    struct study study;
    struct scenario *scenario;
    struct plan *plan;
    struct fact_targets facts;
    struct arena arena;
};

static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){.folder = "/tmp/iccsim-test-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    study_open(&f->study, fake_models, sizeof(struct world));
    struct load_request request = {.file = fake_file(f->folder, "walk", facts_scenario)};
    struct mistakes mistakes = {0};
    f->scenario = scenario_load(&request, &f->study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    assert_non_null(f->scenario);
    f->plan = study_plan(&f->study, f->scenario, &f->arena);
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

static struct score score_of(const struct fixture *f, const char *name)
{
    struct said said = {.facts = f->facts.count};
    for (size_t i = 0; i < f->facts.count; i++)
        if (strcmp(f->facts.target[i].fact->name, name) == 0)
            return backtest_score(&f->facts, i, &said);
    fail_msg("no fact %s", name);
    return (struct score){0};
}

static void naive_forecasts_know_only_the_past(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    struct score first = score_of(&f, "first"), window = score_of(&f, "window"), third = score_of(&f, "third");
    assert_true(isnan(first.last) && isnan(first.decay) && isnan(first.crps_last));
    assert_true(window.observed == 4 && window.last == 8 && window.crps_last == 4 && isnan(window.decay));
    assert_true(third.last == 4 && third.crps_last == 1);
    /* From March to May, the middle of the window, 8 fell to 4; July is as far again. */
    assert_near(third.decay, 2, 1e-10);
    assert_near(third.crps_decay, 1, 1e-10);
    assert_true(isnan(score_of(&f, "other").last));
    assert_true(isnan(score_of(&f, "end").last));
    close_fixture(&f);
}

static void a_ratio_was_one_at_the_date_it_is_relative_to(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    struct score ratio = score_of(&f, "ratio"), ratio2 = score_of(&f, "ratio2");
    assert_true(ratio.last == 1 && isnan(ratio.decay));
    assert_true(ratio2.last == 0.4);
    assert_near(ratio2.decay, pow(0.4, 7. / 4), 1e-10); /* 4 months to fall to 0.4, then 3 more */
    close_fixture(&f);
}

static void sums_are_forecast_as_rates(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    assert_near(score_of(&f, "sum2").last, 60, 1e-9); /* 30 in three months, six months */
    assert_true(isnan(score_of(&f, "sum").last));
    close_fixture(&f);
}

/* The other facts about the level are 8, 4 and 3, whatever their date; bounds and ratios are not among them. */
static void climatology_is_the_other_facts_of_the_same_output(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    double others[] = {8, 4};
    assert_near(score_of(&f, "third").crps_climate, crps(others, 2, 3), 1e-12);
    assert_true(isnan(score_of(&f, "end").crps_climate)); /* none of its kind */
    assert_true(isnan(score_of(&f, "ratio2").crps_climate)); /* one alone is no climate */
    close_fixture(&f);
}

static size_t place_of(const struct fixture *f, const char *name)
{
    size_t i = 0;
    while (strcmp(f->facts.target[i].fact->name, name) != 0)
        i++;
    return i;
}

/* Half of the members say 1 and half say 9: of at least 6 the ones are 5 short, of at most 2 the nines 7 over. */
static void beyond_a_bound_all_values_are_as_good(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    struct said said = {.facts = f.facts.count};
    double derived[32];
    for (uint32_t r = 0; r < 20; r++) {
        for (size_t i = 0; i < f.facts.count; i++)
            derived[i] = r % 2 ? 9 : 1;
        said_commit(&said, &(struct committed){.replication = r, .derived = derived});
    }
    size_t lower = place_of(&f, "part"), upper = place_of(&f, "whole");
    assert_near(backtest_score(&f.facts, lower, &said).crps, 2.5 - 1.25, 1e-12);
    assert_near(backtest_score(&f.facts, upper, &said).crps, 3.5 - 1.75, 1e-12);
    assert_near(backtest_median_error(&f.facts, lower, 7), 0, 0);
    assert_near(backtest_median_error(&f.facts, lower, 4.5), -0.25, 1e-12);
    assert_near(backtest_median_error(&f.facts, upper, 5), 1.5, 1e-12);
    assert_near(backtest_median_error(&f.facts, upper, 1.3), 0, 0);
    said_free(&said);
    close_fixture(&f);
}

static void a_fact_says_what_it_bounds_and_what_states_it(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    const struct fact *part = f.facts.target[place_of(&f, "part")].fact;
    const struct fact *whole = f.facts.target[place_of(&f, "whole")].fact;
    assert_true(part->kind == FACT_LOWER && whole->kind == FACT_UPPER);
    assert_null(part->stated_by);
    assert_string_equal(whole->stated_by, "things.one.weight run.step");
    assert_string_equal(whole->counts, "more");
    assert_string_equal(whole->counted_by, "us");
    struct band above = {.n = 9, .p05 = 6.5, .p95 = 7}, below = {.n = 9, .p05 = 1, .p95 = 1.5};
    assert_true(outcome_fact_inside(part, &above) && !outcome_fact_inside(part, &below));
    assert_true(outcome_fact_inside(whole, &below) && !outcome_fact_inside(whole, &above));
    close_fixture(&f);
}

static enum fact_standing standing_of_band(struct fixture *f, const char *name, double p05, double p95)
{
    size_t i = place_of(f, name);
    struct band *derived = calloc(f->facts.count, sizeof *derived);
    struct band *series = calloc(f->facts.plan->series_count * f->facts.plan->sample_count, sizeof *series);
    struct outcome outcome = {.facts = f->facts, .plan = f->plan};
    derived[i] = (struct band){.n = 20, .p05 = p05, .p50 = (p05 + p95) / 2, .p95 = p95};
    outcome.ensemble.derived = derived;
    outcome.ensemble.series = series;
    enum fact_standing standing = outcome_fact_standing(&outcome, i);
    free(derived);
    free(series);
    return standing;
}

static void what_an_input_states_and_a_band_without_width_are_no_evidence(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    assert_int_equal(standing_of_band(&f, "first", 7, 9), FACT_EVIDENCE);
    assert_int_equal(standing_of_band(&f, "first", 8, 8.07), FACT_NO_FORECAST);
    assert_int_equal(standing_of_band(&f, "first", 8, 8.09), FACT_EVIDENCE);
    assert_int_equal(standing_of_band(&f, "whole", 1, 3), FACT_STATED);
    close_fixture(&f);
}

static void no_exponential_passes_through_what_is_not_positive(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    assert_true(isnan(score_of(&f, "plus").decay));
    assert_true(score_of(&f, "after").last == 2 && isnan(score_of(&f, "after").decay));
    close_fixture(&f);
}

static void what_replications_say_is_scored_without_failures_and_gaps(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f);
    struct said said = {.facts = f.facts.count};
    for (uint32_t r = 0; r < 150; r++) {
        double derived[32];
        for (size_t i = 0; i < f.facts.count; i++)
            derived[i] = r % 3 == 0 ? (double)NAN : r % 3 == 1 ? 6 : 12;
        struct committed one = {.replication = r, .failed = r % 5 == 0 ? "a reason" : NULL, .derived = derived};
        said_commit(&said, &one);
    }
    assert_int_equal(said.rows, 120);
    /* 40 sixes and 40 twelves around 8: mean |x - y| 3, mean |x - x'| 3. */
    assert_near(backtest_score(&f.facts, 0, &said).crps, 1.5, 1e-12);
    said_free(&said);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_matches_all_pairs_by_force),
        cmocka_unit_test(the_score_of_one_number_is_its_distance),
        cmocka_unit_test(the_score_of_many_equal_quantiles_is_that_of_the_uniform),
        cmocka_unit_test(a_large_common_offset_costs_no_digits),
        cmocka_unit_test(naive_forecasts_know_only_the_past),
        cmocka_unit_test(a_ratio_was_one_at_the_date_it_is_relative_to),
        cmocka_unit_test(sums_are_forecast_as_rates),
        cmocka_unit_test(climatology_is_the_other_facts_of_the_same_output),
        cmocka_unit_test(beyond_a_bound_all_values_are_as_good),
        cmocka_unit_test(a_fact_says_what_it_bounds_and_what_states_it),
        cmocka_unit_test(what_an_input_states_and_a_band_without_width_are_no_evidence),
        cmocka_unit_test(no_exponential_passes_through_what_is_not_positive),
        cmocka_unit_test(what_replications_say_is_scored_without_failures_and_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
