/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results depend on the scenario, the seed and the replication's number, and on nothing else. */
#include "models_lab.h"

#include "counted_malloc.h"

static const char *const three_years[] = {"run.end=2025-01", NULL};

static size_t cells(const struct plan *plan)
{
    return plan->series_count * plan->sample_count;
}

/* All numbers of a result in one row, in the lab's arena. */
static double *copy(struct lab *lab)
{
    const struct plan *plan = lab->plan;
    double *row = arena_array(&lab->arena, plan_cells(plan), sizeof *row);
    memcpy(row, lab->result->series, cells(plan) * sizeof *row);
    memcpy(row + cells(plan), lab->result->scalar, plan->scalar_count * sizeof *row);
    memcpy(row + cells(plan) + plan->scalar_count, lab->result->point, plan->point_count * sizeof *row);
    return row;
}

static size_t bytes(const struct lab *lab)
{
    return plan_cells(lab->plan) * sizeof(double);
}

static void a_replication_gives_the_same_bits_again_and_after_others(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, three_years);
    lab_run(&lab, 3);
    const double *alone = copy(&lab);
    uint64_t events = lab.result->events;
    lab_run(&lab, 3);
    assert_memory_equal(lab.result->series, alone, cells(lab.plan) * sizeof *alone);
    lab_run(&lab, 0);
    lab_run(&lab, 1);
    lab_run(&lab, 3);
    assert_memory_equal(copy(&lab), alone, bytes(&lab));
    assert_int_equal(lab.result->events, events);
    lab_close(&lab);
}

static void other_replications_and_other_seeds_differ(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, three_years);
    lab_run(&lab, 0);
    const double *alone = copy(&lab);
    lab_run(&lab, 1);
    assert_memory_not_equal(copy(&lab), alone, bytes(&lab));
    lab.request.seed++;
    lab_run(&lab, 0);
    assert_memory_not_equal(copy(&lab), alone, bytes(&lab));
    lab_close(&lab);
}

static void bands_are_the_same_by_one_thread_and_by_two(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, three_years);
    lab.request.replications = 9;
    struct ensemble by_one, by_two;
    montecarlo_run(&lab.request, &by_one);
    lab.request.threads = 2;
    montecarlo_run(&lab.request, &by_two);
    assert_int_equal(by_one.done, 9);
    assert_int_equal(by_one.failed, 0);
    assert_int_equal(by_one.events, by_two.events);
    assert_memory_equal(by_one.series, by_two.series, cells(lab.plan) * sizeof(struct band));
    assert_memory_equal(by_one.scalar, by_two.scalar, lab.plan->scalar_count * sizeof(struct band));
    assert_memory_equal(by_one.point, by_two.point, lab.plan->point_count * sizeof(struct band));
    ensemble_free(&by_one);
    ensemble_free(&by_two);
    lab_close(&lab);
}

/* Dated on the grid: a row on another day still splits a step there, and a split step is a finer one. */
static void a_policy_that_covers_nothing_changes_no_number(void **state)
{
    (void)state;
    static const char *const kinds[] = {"ban", "relax", "tariff", "procurement_rule", "subsidy", "note"};
    struct lab without, with;
    lab_open(&without, NULL, three_years);
    lab_run(&without, 2);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char row[256];
        snprintf(
            row, sizeof row,
            "policies: {nothing: {kind: %s, announced: 2023-03, effective: 2023-05, until: 2024-02, covers: []}}\n",
            kinds[i]);
        lab_open(&with, row, three_years);
        lab_run(&with, 2);
        assert_int_equal(bytes(&with), bytes(&without));
        assert_memory_equal(copy(&with), copy(&without), bytes(&with));
        lab_close(&with);
    }
    lab_close(&without);
}

static void a_longer_horizon_changes_nothing_before_it(void **state)
{
    (void)state;
    struct lab shorter, longer;
    lab_open(&shorter, NULL, three_years);
    lab_open(&longer, NULL, LAB_SET("run.end=2026-01"));
    lab_run(&shorter, 1);
    lab_run(&longer, 1);
    size_t short_row = shorter.plan->sample_count, long_row = longer.plan->sample_count;
    for (size_t i = 0; i < shorter.plan->series_count; i++)
        assert_memory_equal(shorter.result->series + i * short_row, longer.result->series + i * long_row,
                            short_row * sizeof(double));
    lab_close(&shorter);
    lab_close(&longer);
}

static void a_replication_that_has_run_before_allocates_nothing(void **state)
{
    (void)state;
    enum { WARM_UP = 6 };
    struct lab lab;
    lab_open(&lab, NULL, three_years);
    for (int round_ = 0; round_ < 2; round_++)
        for (uint32_t r = 0; r < WARM_UP; r++)
            lab_run(&lab, r);
    size_t before = heap_requests;
    for (uint32_t r = 0; r < WARM_UP; r++)
        lab_run(&lab, r);
    assert_int_equal(heap_requests, before);
    assert_true(before > 0 || !HEAP_IS_COUNTED);
    lab_close(&lab);
}

static void a_trace_changes_no_number(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, three_years);
    lab_run(&lab, 0);
    const double *silent = copy(&lab);
    struct trace trace = {.to = fopen("/dev/null", "w"), .format = TRACE_JSONL};
    assert_non_null(trace.to);
    assert_true(montecarlo_replicate(&lab.request, 0, lab.sim, &lab.draws, &trace, lab.result));
    fclose(trace.to);
    assert_memory_equal(copy(&lab), silent, bytes(&lab));
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replication_gives_the_same_bits_again_and_after_others),
        cmocka_unit_test(other_replications_and_other_seeds_differ),
        cmocka_unit_test(bands_are_the_same_by_one_thread_and_by_two),
        cmocka_unit_test(a_policy_that_covers_nothing_changes_no_number),
        cmocka_unit_test(a_longer_horizon_changes_nothing_before_it),
        cmocka_unit_test(a_replication_that_has_run_before_allocates_nothing),
        cmocka_unit_test(a_trace_changes_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
