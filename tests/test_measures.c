/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures: numbers of a replication that a scenario names. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/compare.h"
#include "sim/montecarlo/facts.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"

#include <stdlib.h>
#include <string.h>

static const char text[] = "title: A walk\n"
                           "run: {start: 2022-01, end: 2024-01, replications: 40, seed: 5}\n"
                           "walk: {drift: {uniform: {low: 0 CNY, high: 2 CNY}}}\n"
                           "things: {one: {weight: 1}, two: {weight: 2}}\n"
                           "facts:\n"
                           "  mid: {output: level, at: 2022-12, value: 12 CNY, tolerance: 50%}\n"
                           "measures:\n"
                           "  mid: {output: level, at: 2022-12, label: In the middle}\n"
                           "  first_year: {output: level, from: 2022-01, to: 2022-12, stat: max}\n"
                           "  rise: {output: level, at: 2023-12, relative_to: 2022-12}\n"
                           "  end: {output: last}\n";

struct world_of_two {
    char folder[64];
    struct study study;
    struct scenario *scenario[2];
    struct plan *plan[2];
    struct fact_targets measures[2];
    struct arena arena;
};

static void open_side(struct world_of_two *w, size_t i, const char *set)
{
    struct override override = {.argument = set};
    struct load_request request = {
        .file = fake_file(w->folder, "walk", text), .overrides = &override, .override_count = set != NULL};
    struct mistakes mistakes = {0};
    w->scenario[i] = scenario_load(&request, &w->study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    assert_non_null(w->scenario[i]);
    w->plan[i] = study_plan(&w->study, w->scenario[i], &w->arena);
    w->measures[i] = facts_find(w->scenario[i], w->plan[i], &w->arena);
}

static void open_both(struct world_of_two *w)
{
    *w = (struct world_of_two){.folder = "/tmp/iccsim-test-XXXXXX"};
    assert_non_null(mkdtemp(w->folder));
    study_open(&w->study, fake_models, sizeof(struct world));
    open_side(w, 0, NULL);
    open_side(w, 1, "walk.spread=1 CNY");
}

static void close_both(struct world_of_two *w)
{
    unlink(arena_printf(&w->arena, "%s/walk.yml", w->folder));
    rmdir(w->folder);
    scenario_free(w->scenario[0]);
    scenario_free(w->scenario[1]);
    study_close(&w->study);
    arena_free(&w->arena);
}

static struct montecarlo request_of(const struct world_of_two *w, size_t i)
{
    return (struct montecarlo){.plan = w->plan[i],
                               .seed = 11,
                               .replications = 30,
                               .threads = 2,
                               .draw = study_draw,
                               .draw_state = w->scenario[i],
                               .derived_count = w->measures[i].count,
                               .derive = facts_match,
                               .derive_state = &w->measures[i],
                               .derived_origin = w->measures[i].origin};
}

static void a_measure_is_a_fact_without_an_observation(void **state)
{
    (void)state;
    struct world_of_two w;
    open_both(&w);
    assert_int_equal(scenario_fact_count(w.scenario[0]), 1);
    assert_int_equal(scenario_measure_count(w.scenario[0]), 5);
    assert_true(scenario_measure(w.scenario[0], 0)->observed);
    const struct fact *mid = scenario_measure(w.scenario[0], 1);
    assert_false(mid->observed);
    assert_true(isnan(mid->value) && isnan(mid->low) && isnan(mid->high));
    assert_string_equal(mid->label, "In the middle");
    assert_string_equal(scenario_measure(w.scenario[0], 2)->label, "first_year");
    close_both(&w);
}

static void a_measure_has_the_number_of_a_fact_that_is_written_alike(void **state)
{
    (void)state;
    struct world_of_two w;
    open_both(&w);
    struct montecarlo request = request_of(&w, 0);
    struct ensemble ensemble;
    montecarlo_run(&request, &ensemble);
    const struct band *fact = &ensemble.derived[0], *measure = &ensemble.derived[1];
    assert_int_equal(measure->n, 30);
    assert_memory_equal(fact, measure, sizeof *fact);
    assert_true(ensemble.derived[2].mean >= measure->mean);
    assert_near(ensemble.derived[4].mean, ensemble.scalar[0].mean, 0);
    ensemble_free(&ensemble);
    close_both(&w);
}

static void a_ratio_has_no_unit(void **state)
{
    (void)state;
    struct world_of_two w;
    open_both(&w);
    assert_string_equal(facts_unit(&w.measures[0].target[1]), "CNY");
    assert_string_equal(facts_unit(&w.measures[0].target[3]), "");
    close_both(&w);
}

static void compare(void *comparison, const struct committed *all)
{
    comparison_add(comparison, &all[0], &all[1]);
}

static void measures_are_compared_in_pairs_and_never_with_facts(void **state)
{
    (void)state;
    struct world_of_two w;
    open_both(&w);
    struct comparison c;
    comparison_open(&c, w.plan[0], &w.measures[0], w.plan[1], &w.measures[1], false);
    struct montecarlo request[] = {request_of(&w, 0), request_of(&w, 1)};
    struct ensemble one, two, *ensembles[] = {&one, &two};
    montecarlo_run_together(request, 2, ensembles, compare, &c);
    size_t facts = 0, measures = 0;
    for (size_t i = 0; i < c.common_count; i++) {
        const struct common *common = &c.common[i];
        facts += common->kind == COMMON_FACT;
        if (common->kind != COMMON_MEASURE)
            continue;
        struct difference d = comparison_cell(&c, common, 0);
        assert_int_equal(d.n, 30);
        assert_near(d.base, one.derived[1 + measures].mean, 1e-9);
        assert_near(d.other, two.derived[1 + measures].mean, 1e-9);
        assert_true(d.mean != 0);
        measures++;
    }
    assert_int_equal(facts, 1);
    assert_int_equal(measures, 4);
    comparison_free(&c);
    ensemble_free(&one);
    ensemble_free(&two);
    close_both(&w);
}

/* The rent of new leases in a month in which nobody signed: the mean of a year was no number, and with it the pair that
 * compare would count. */
static void a_month_without_a_number_is_left_out_of_a_window(void **state)
{
    (void)state;
    static const struct output output = {.name = "rent", .kind = OUTPUT_SERIES, .unit = "CNY"};
    const struct channel channel = {.name = "rent", .output = &output};
    const struct plan plan = {.sample_count = 4, .series_count = 1, .series = &channel};
    static const double expected[] = {
        [FACT_MEAN] = 5, [FACT_SUM] = 15, [FACT_MIN] = 2, [FACT_MAX] = 9, [FACT_LAST] = 9};
    for (int stat = FACT_MEAN; stat <= FACT_LAST; stat++) {
        const struct fact fact = {.stat = (enum fact_stat)stat};
        struct fact_target target = {.fact = &fact, .channel = &channel, .last = 3, .base = plan.sample_count};
        const struct fact_targets targets = {.plan = &plan, .count = 1, .target = &target};
        double value;
        facts_match(&targets, &(struct result){.series = (double[]){2, (double)NAN, 4, 9}}, &value);
        assert_near(value, expected[stat], 0);
        facts_match(&targets, &(struct result){.series = (double[]){NAN, NAN, NAN, NAN}}, &value);
        assert_true(isnan(value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_measure_is_a_fact_without_an_observation),
        cmocka_unit_test(a_measure_has_the_number_of_a_fact_that_is_written_alike),
        cmocka_unit_test(a_ratio_has_no_unit),
        cmocka_unit_test(a_month_without_a_number_is_left_out_of_a_window),
        cmocka_unit_test(measures_are_compared_in_pairs_and_never_with_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
