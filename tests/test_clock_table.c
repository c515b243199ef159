/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks joined with the calendar, rows with free lists, cancelled events and plans without a scenario, as a model of a
 * few lines meets them. */
#include "near.h"
#include "sim/engine/clock_table.h"
#include "sim/engine/plan.h"
#include "sim/engine/rows.h"

#include <math.h>

enum { CLOCKS = 4, STEPS = 8, FIRING = 1, CHANGE, START, STOP, RING, EQUAL };

/* What is done to the clocks, and what came of it. */
static struct script {
    double exposure[CLOCKS], base[CLOCKS], slope[CLOCKS], covariate[STEPS];
    const float *hazard; /* or run_at */
    struct act {
        double at, base, slope, exposure;
        int kind;
        uint32_t clock;
    } act[4];
    double fired[CLOCKS]; /* 0: not */
    uint32_t equal[8]; /* in which order events of one time came */
    int rung, equals;
    double rung_at[4];
} script;

struct world {
    struct sim *sim;
    struct clock_table clocks;
    struct handle ring[3];
};

static void start(struct world *w)
{
    clock_table_open(&w->clocks, w->sim, (struct event){.kind = FIRING}, CLOCKS);
    for (uint32_t i = 0; i < CLOCKS; i++)
        if (script.exposure[i] > 0)
            clock_table_start(&w->clocks, i, script.exposure[i], script.base[i], script.slope[i]);
    for (uint32_t i = 0; i < 4; i++)
        if (script.act[i].kind)
            sim_schedule(w->sim, script.act[i].at, 0,
                         (struct event){.kind = (uint16_t)script.act[i].kind, .id = script.act[i].clock, .data = i});
    for (uint32_t i = 0; i < 3; i++)
        w->ring[i] = sim_schedule_handle(w->sim, 1.5 + i, 0, (struct event){.kind = RING, .id = i});
    for (uint32_t i = 0; i < 8; i++) { /* with a handle, or not, and so kept elsewhere */
        const struct event event = {.kind = EQUAL, .id = i};
        if (i % 3)
            sim_schedule(w->sim, 5, i == 4 ? -1 : 0, event); /* a step begins */
        else
            sim_schedule_handle(w->sim, 5, 0, event);
    }
}

static void hazard(struct world *w)
{
    if (script.hazard)
        clock_table_run_at(&w->clocks, script.hazard);
    else
        clock_table_run(&w->clocks, script.covariate[w->sim->step]);
}

static void happen(struct world *w, const struct event *event)
{
    const struct act *act = &script.act[event->data];
    switch (event->kind) {
    case FIRING:
        if (clock_table_fired(&w->clocks, event)) {
            assert_near(script.fired[event->id], 0, 0);
            script.fired[event->id] = w->sim->now;
        }
        break;
    case CHANGE:
        clock_table_change(&w->clocks, act->clock, act->base, act->slope);
        break;
    case START:
        clock_table_start(&w->clocks, act->clock, act->exposure, act->base, act->slope);
        break;
    case STOP:
        clock_table_stop(&w->clocks, act->clock);
        break;
    case EQUAL:
        assert_near(w->sim->now, 5, 0);
        script.equal[script.equals++] = event->id;
        break;
    case RING:
        if (event->id == 0) {
            assert_true(sim_cancel(w->sim, w->ring[1]) && !sim_cancel(w->sim, w->ring[1]));
            assert_true(sim_reschedule(w->sim, &w->ring[2], 6.25, 0));
            assert_false(sim_reschedule(w->sim, &w->ring[0], 7, 0)); /* it is happening */
        } else {
            assert_true(sim_reschedule(w->sim, &w->ring[1], STEPS + 1, 0) == false);
        }
        script.rung_at[script.rung++] = w->sim->now;
        break;
    }
}

static const struct output outputs[] = {{"steps", OUTPUT_SERIES, "", NULL, "so far"},
                                        {"last", OUTPUT_SCALAR, "", NULL, "the number it was configured with"},
                                        {"line", OUTPUT_CURVE, "", NULL, "a line", {"x", "", 0, 1, 3}},
                                        {0}};
static const struct model model_clocks;

static void sample(struct world *w)
{
    sim_record(w->sim, &model_clocks, 0, -1, (double)w->sim->step, false);
}

static void finish(struct world *w)
{
    sim_record(w->sim, &model_clocks, 1, -1, *(const double *)sim_settings(w->sim, &model_clocks), false);
    for (size_t i = 0; i < 3; i++)
        sim_record_point(w->sim, &model_clocks, 2, -1, i, 2. * (double)i);
}

static const struct model model_clocks = {
    .name = "clocks",
    .outputs = outputs,
    .start = start,
    .event = happen,
    .finish = finish,
    .phase = {[PHASE_HAZARD] = hazard, [PHASE_SAMPLE] = sample},
};

static void run(void check(const struct sim *sim, const struct result *result))
{
    static const struct model *const models[] = {&model_clocks, NULL};
    static const double setting = 23.85;
    static const void *const settings[] = {&setting};
    struct plan_request request = {.models = models,
                                   .settings = settings,
                                   .start = 0,
                                   .end = STEPS,
                                   .steps = STEPS,
                                   .world_size = sizeof(struct world)};
    struct arena arena = {0};
    struct plan *plan = plan_new(&request, &arena);
    struct sim *sim = sim_new(plan);
    struct result *result = result_new(plan, &arena);
    assert_true(sim_run(sim, (struct streams){.seed = 1}, plan_values(&request), NULL, result));
    if (check)
        check(sim, result);
    sim_free(sim);
    arena_free(&arena);
}

/* Over the covariate: hazard .2 max(1, .5 covariate). */
static void a_clock_fires_when_its_hazard_has_used_up_the_exposure(void **state)
{
    (void)state;
    script = (struct script){.exposure = {1.37, 0.25, 9},
                             .base = {.2, .2, .2},
                             .slope = {.5, .5, .5},
                             .covariate = {1, 1, 4, 4, 4, 1, 1, 1}};
    run(NULL);
    assert_near(script.fired[0], 2 + (1.37 - .4) / .4, 1e-6);
    assert_near(script.fired[1], 1.25, 1e-6);
    assert_near(script.fired[2], 0, 0);
    assert_near(script.fired[3], 0, 0); /* never started */
}

/* .2 up to 2.3, 1.1 from there on, in the middle of a step that was swept at .2. */
static void a_change_inside_a_step_counts_from_its_moment(void **state)
{
    (void)state;
    script = (struct script){.exposure = {1, .47},
                             .base = {.2, .2},
                             .slope = {0, 0},
                             .act = {{2.3, 1.1, 0, 0, CHANGE, 0}, {2.3, .01, 0, 0, CHANGE, 1}}};
    run(NULL);
    assert_near(script.fired[0], 2.3 + (1 - .46) / 1.1, 1e-5);
    assert_near(script.fired[1], 2.3 + .01 / .01, 1e-4); /* announced for 2.35, put off */
}

static void stopped_clocks_do_not_fire_and_may_start_again(void **state)
{
    (void)state;
    script = (struct script){.exposure = {.47},
                             .base = {.2},
                             .slope = {3},
                             .covariate = {0, 0, 0, 0, 2},
                             .act = {{2.3, 0, 0, 0, STOP, 0}, {4.1, .2, 3, .6, START, 0}, {5.5, 9, 0, .9, START, 3}}};
    run(NULL);
    assert_near(script.fired[0], 4.1 + .6 / (.2 * 6), 1e-6); /* in the step in which it starts */
    assert_near(script.fired[3], 5.6, 1e-6);
}

static void hazards_may_be_any_column(void **state)
{
    (void)state;
    static const float column[CLOCKS] = {.5f, .25f, 0, 2};
    script = (struct script){.exposure = {2.3, 1.1, .1, 5}, .base = {.5, .25, 0, 2}, .hazard = column};
    run(NULL);
    assert_near(script.fired[0], 4.6, 1e-5);
    assert_near(script.fired[1], 4.4, 1e-5);
    assert_near(script.fired[2], 0, 0);
    assert_near(script.fired[3], 2.5, 1e-5);
}

static void cancelled_events_do_not_come_and_moved_ones_come_once(void **state)
{
    (void)state;
    script = (struct script){0};
    run(NULL);
    assert_int_equal(script.rung, 2);
    assert_near(script.rung_at[0], 1.5, 0);
    assert_near(script.rung_at[1], 6.25, 0);
}

static void events_at_one_time_come_by_priority_and_then_as_scheduled_wherever_they_wait(void **state)
{
    (void)state;
    static const uint32_t order[8] = {4, 0, 1, 2, 3, 5, 6, 7};
    script = (struct script){0};
    run(NULL);
    assert_int_equal(script.equals, 8);
    assert_memory_equal(script.equal, order, sizeof order);
}

static void check_outputs(const struct sim *sim, const struct result *result)
{
    assert_int_equal(sim->plan->series_count, 1);
    assert_int_equal(sim->plan->scalar_count, 1);
    assert_int_equal(sim->plan->point_count, 3);
    for (size_t i = 0; i < STEPS; i++)
        assert_near(result->series[i], (double)i, 0);
    assert_near(result->scalar[0], 23.85, 0);
    assert_near(result->point[2], 4, 0);
}

static void a_plan_needs_no_scenario(void **state)
{
    (void)state;
    script = (struct script){0};
    run(check_outputs);
}

static void rows_are_taken_again_under_another_stamp(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct rows rows;
    rows_open(&rows, &arena, 3);
    uint32_t a = rows_take(&rows), b = rows_take(&rows), stamp = rows.stamp[b];
    assert_true(a == 0 && b == 1 && rows_has(&rows, b, stamp));
    rows_give_back(&rows, b);
    assert_false(rows_has(&rows, b, stamp) || rows_has(&rows, b, rows.stamp[b]));
    assert_int_equal(rows_take(&rows), b);
    assert_false(rows_has(&rows, b, stamp));
    assert_int_equal(rows_take(&rows), 2);
    assert_true(rows_full(&rows));
    rows_grow(&rows, &arena, 5);
    assert_false(rows_full(&rows));
    assert_int_equal(rows_take(&rows), 3);
    assert_int_equal(rows.in_use, 4);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_fires_when_its_hazard_has_used_up_the_exposure),
        cmocka_unit_test(a_change_inside_a_step_counts_from_its_moment),
        cmocka_unit_test(stopped_clocks_do_not_fire_and_may_start_again),
        cmocka_unit_test(hazards_may_be_any_column),
        cmocka_unit_test(cancelled_events_do_not_come_and_moved_ones_come_once),
        cmocka_unit_test(events_at_one_time_come_by_priority_and_then_as_scheduled_wherever_they_wait),
        cmocka_unit_test(a_plan_needs_no_scenario),
        cmocka_unit_test(rows_are_taken_again_under_another_stamp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
