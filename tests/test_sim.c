/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of one replication, with two small mechanisms that write down what happens to them. */
#include "near.h"

#include "counted_malloc.h"
#include "sim/engine/sim.h"

#include <string.h>

enum { LOG = 1024, EVENTS = 8, SPLITS = 8, STARTED = 100, SWITCHED_OFF, FINISHED, HAPPENED };

struct entry {
    int what; /* a phase, or one of the above */
    char who;
    double now, step_start, step_end;
    uint32_t id;
    bool sampling;
};

struct world {
    struct sim *sim;
    struct entry log[LOG];
    size_t count;
    bool used;
    unsigned char *block;
    unsigned *runs, *other; /* states of the first and the second */
};

/* What the first mechanism is to do. */
struct orders {
    double split[SPLITS];
    size_t splits;
    struct {
        double at;
        int priority;
        uint32_t id;
    } event[EVENTS];
    size_t events;
    bool ahead; /* each event is scheduled by the step in which it comes, not at the start */
    double fail_at, beyond_at, beyond; /* 0: never; beyond: what is recorded from then on */
    size_t bytes;
};

static void note(struct world *w, int what, char who, uint32_t id)
{
    assert_true(w->count < LOG);
    w->log[w->count++] = (struct entry){.what = what,
                                        .who = who,
                                        .now = w->sim->now,
                                        .step_start = w->sim->step_start,
                                        .step_end = w->sim->step_end,
                                        .id = id,
                                        .sampling = w->sim->sampling};
}

static const struct model first, second;

enum { SERIES_PLAIN, SERIES_ROWS, SCALAR, CURVE };
enum { POINTS = 3 };
enum { SPAWNS = 50 }; /* events from this id on schedule another one hundredth of a year later, with an id one less; */
enum { CROWD = 1000, MANY = 200 }; /* this one many at once, whose ids are beyond it */

static void first_start(struct world *w)
{
    const struct orders *o = sim_settings(w->sim, &first);
    assert_false(w->used); /* memory is zeroed */
    assert_int_equal(w->count, 0);
    w->used = true;
    assert_ptr_equal(w->runs, sim_state(w->sim, &first));
    assert_int_equal((*w->runs)++, 0); /* and so is the state */
    note(w, STARTED, 'a', 0);
    w->block = arena_alloc(&w->sim->arena, o->bytes);
    for (size_t i = 0; i < o->splits; i++)
        sim_split_at(w->sim, o->split[i]);
    for (size_t i = 0; i < o->events && !o->ahead; i++)
        sim_schedule(w->sim, o->event[i].at, o->event[i].priority, (struct event){.model = 0, .id = o->event[i].id});
}

static void first_hazard(struct world *w)
{
    const struct orders *o = sim_settings(w->sim, &first);
    note(w, PHASE_HAZARD, 'a', 0);
    for (size_t i = 0; i < o->events && o->ahead; i++)
        if (o->event[i].at >= w->sim->step_start && o->event[i].at < w->sim->step_end)
            sim_schedule(w->sim, o->event[i].at, o->event[i].priority,
                         (struct event){.model = 0, .id = o->event[i].id});
}

/* Fifty instants, each four times over, in two priorities. */
static double crowd_time(double now, uint32_t i)
{
    return now + 0.001 * (i * 37 % 50);
}

static int crowd_priority(uint32_t i)
{
    return i % 4 < 2 ? 0 : 1;
}

static void first_event(struct world *w, const struct event *event)
{
    const struct orders *o = sim_settings(w->sim, &first);
    note(w, HAPPENED, 'a', event->id);
    if (o->fail_at > 0 && w->sim->now >= o->fail_at)
        sim_fail(w->sim, "only %d cards left", 7);
    for (uint32_t i = 1; event->id == CROWD && i <= MANY; i++)
        sim_schedule(w->sim, crowd_time(w->sim->now, i), crowd_priority(i),
                     (struct event){.model = 0, .id = CROWD + i});
    if (event->id > SPAWNS && event->id < CROWD)
        sim_schedule(w->sim, w->sim->now + 0.01, 0, (struct event){.model = 0, .id = event->id - 1});
}

static void first_finish(struct world *w)
{
    note(w, FINISHED, 'a', 0);
    sim_record(w->sim, &first, SCALAR, -1, 3.25, false);
    sim_record_point(w->sim, &first, CURVE, 1, 2, 0.4);
}

/* clang-format off */
static const struct output first_outputs[] = {
    [SERIES_PLAIN] = {"plain", OUTPUT_SERIES, "", NULL, "the date of the sample"},
    [SERIES_ROWS] = {"rows", OUTPUT_SERIES, "", "things", "the date times the row's number"},
    [SCALAR] = {"scalar", OUTPUT_SCALAR, "", NULL, "a number"},
    [CURVE] = {"curve", OUTPUT_CURVE, "", "things", "numbers by age", {"age", "yr", 0, 0.5, POINTS}},
    {0},
};
/* clang-format on */

static void first_sample(struct world *w)
{
    const struct orders *o = sim_settings(w->sim, &first);
    note(w, PHASE_SAMPLE, 'a', (uint32_t)w->sim->sample);
    sim_record(w->sim, &first, SERIES_PLAIN, -1, w->sim->now, w->sim->now > 2023);
    for (int row = 0; row < 2; row++)
        sim_record(w->sim, &first, SERIES_ROWS, row, w->sim->now * (row + 1), false);
    if (o->beyond_at > 0 && w->sim->now >= o->beyond_at)
        sim_record(w->sim, &first, SERIES_PLAIN, -1, o->beyond, false);
}

static void second_start(struct world *w)
{
    note(w, STARTED, 'b', 0);
}

static void second_off(struct world *w)
{
    note(w, SWITCHED_OFF, 'b', 0);
}

#define NOTES(name, phase, who)                                                                                        \
    static void name(struct world *w)                                                                                  \
    {                                                                                                                  \
        note(w, phase, who, 0);                                                                                        \
    }
NOTES(first_technology, PHASE_TECHNOLOGY, 'a')
NOTES(first_supply, PHASE_SUPPLY, 'a')
NOTES(first_demand, PHASE_DEMAND, 'a')
NOTES(first_clear, PHASE_CLEAR, 'a')
NOTES(first_beliefs, PHASE_BELIEFS, 'a')
NOTES(first_decide, PHASE_DECIDE, 'a')
NOTES(first_request, PHASE_REQUEST, 'a')
NOTES(first_books, PHASE_BOOKS, 'a')
NOTES(first_finance, PHASE_FINANCE, 'a')
NOTES(second_technology, PHASE_TECHNOLOGY, 'b')
NOTES(second_clear, PHASE_CLEAR, 'b')
NOTES(second_books, PHASE_BOOKS, 'b')
NOTES(second_sample, PHASE_SAMPLE, 'b')

static const struct model first = {
    .name = "first",
    .state_size = sizeof(unsigned),
    .state_at = offsetof(struct world, runs),
    .outputs = first_outputs,
    .start = first_start,
    .event = first_event,
    .finish = first_finish,
    .phase = {[PHASE_TECHNOLOGY] = first_technology,
              [PHASE_SUPPLY] = first_supply,
              [PHASE_DEMAND] = first_demand,
              [PHASE_CLEAR] = first_clear,
              [PHASE_BELIEFS] = first_beliefs,
              [PHASE_DECIDE] = first_decide,
              [PHASE_REQUEST] = first_request,
              [PHASE_HAZARD] = first_hazard,
              [PHASE_BOOKS] = first_books,
              [PHASE_FINANCE] = first_finance,
              [PHASE_SAMPLE] = first_sample},
};
static const struct model second = {
    .name = "second",
    .state_size = sizeof(unsigned),
    .state_at = offsetof(struct world, other),
    .start = second_start,
    .off = second_off,
    .phase = {[PHASE_TECHNOLOGY] = second_technology,
              [PHASE_CLEAR] = second_clear,
              [PHASE_BOOKS] = second_books,
              [PHASE_SAMPLE] = second_sample},
};

/* -- a plan by hand: four quarters-of-a-year steps a year, a report every half year, two years --------------------- */

enum { STEPS = 8, SAMPLES = 4 };
static const struct model *const both[] = {&first, &second, NULL};
static const double step_end[STEPS] = {2022.25, 2022.5, 2022.75, 2023, 2023.25, 2023.5, 2023.75, 2024};
static const double sample_at[SAMPLES] = {2022.5, 2023, 2023.5, 2024};
/* clang-format off */
static const struct channel series[] = {
    {.name = "plain", .output = &first_outputs[SERIES_PLAIN], .row = -1},
    {.name = "rows.x", .output = &first_outputs[SERIES_ROWS], .row = 0},
    {.name = "rows.y", .output = &first_outputs[SERIES_ROWS], .row = 1},
};
/* clang-format on */
static const struct channel scalar[] = {{.name = "scalar", .output = &first_outputs[SCALAR], .row = -1}};
/* clang-format off */
static const struct channel curve[] = {
    {.name = "curve.x", .output = &first_outputs[CURVE], .row = 0, .first_point = 0},
    {.name = "curve.y", .output = &first_outputs[CURVE], .row = 1, .first_point = POINTS},
};
/* clang-format on */
static const size_t of_first[] = {0, 1, 0, 0}, of_second[] = {0};
static const size_t *const first_channel[] = {of_first, of_second};
static const bool both_on[] = {true, true}, second_is_off[] = {true, false};

static const struct plan two_years = {
    .models = both,
    .model_count = 2,
    .enabled = both_on,
    .start = 2022,
    .end = 2024,
    .step_count = STEPS,
    .sample_count = SAMPLES,
    .step_end = step_end,
    .sample_at = sample_at,
    .series_count = 3,
    .scalar_count = 1,
    .curve_count = 2,
    .point_count = 2 * POINTS,
    .series = series,
    .scalar = scalar,
    .curve = curve,
    .first = first_channel,
    .world_size = sizeof(struct world),
};

static const void *block(const void *orders, const char *section, int model)
{
    return strcmp(section, "first") == 0 && model == 0 ? orders : NULL;
}

struct bench {
    struct arena arena;
    struct sim *sim;
    struct result *result;
};

static struct bench bench_new(const struct plan *plan)
{
    struct bench b = {.sim = sim_new(plan)};
    b.result = result_new(plan, &b.arena);
    return b;
}

static void bench_free(struct bench *b)
{
    sim_free(b->sim);
    arena_free(&b->arena);
}

static bool try_run(struct bench *b, const struct orders *orders)
{
    return sim_run(b->sim, (struct streams){.seed = 1}, (struct values){.block = block, .drawn = orders}, NULL,
                   b->result);
}

static const struct world *run(struct bench *b, const struct orders *orders)
{
    assert_true(try_run(b, orders));
    return b->sim->world;
}

/* -- tests --------------------------------------------------------------------------------------------------------- */

static void phases_run_in_their_order_and_mechanisms_in_theirs(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    const struct world *w = run(&b, &(struct orders){0});
    assert_int_equal(w->log[0].what, STARTED);
    assert_int_equal(w->log[1].who, 'b');
    size_t at = 2;
    for (size_t step = 0; step < STEPS; step++)
        for (int phase = 0; phase < PHASES; phase++)
            for (size_t m = 0; m < 2; m++) {
                bool sampled = phase != PHASE_SAMPLE || step % 2 == 1;
                if (!both[m]->phase[phase] || !sampled)
                    continue;
                assert_int_equal(w->log[at].what, phase);
                assert_int_equal(w->log[at].who, "ab"[m]);
                at++;
            }
    assert_int_equal(w->log[at].what, FINISHED);
    assert_int_equal(w->count, at + 1);
    assert_int_equal(b.result->steps, STEPS);
    bench_free(&b);
}

static void now_is_the_steps_start_until_its_events_and_its_end_from_the_books_on(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    const struct world *w = run(&b, &(struct orders){0});
    for (size_t i = 2; i + 1 < w->count; i++) {
        const struct entry *e = &w->log[i];
        assert_near(e->now, e->what < PHASE_EVENTS ? e->step_start : e->step_end, 0);
        assert_true(e->step_start < e->step_end);
    }
    bench_free(&b);
}

static void what_is_off_gets_off_instead_of_start_and_no_phase(void **state)
{
    (void)state;
    struct plan plan = two_years;
    plan.enabled = second_is_off;
    struct bench b = bench_new(&plan);
    const struct world *w = run(&b, &(struct orders){0});
    assert_int_equal(w->log[1].what, SWITCHED_OFF);
    for (size_t i = 2; i < w->count; i++)
        assert_int_equal(w->log[i].who, 'a');
    assert_false(sim_enabled(b.sim, &second));
    assert_true(sim_enabled(b.sim, &first));
    bench_free(&b);
}

static void the_world_points_to_the_state_of_each_mechanism_that_is_on(void **state)
{
    (void)state;
    struct plan plan = two_years;
    struct bench b = bench_new(&plan);
    for (int i = 0; i < 2; i++) { /* a second replication begins with zeros as the first */
        const struct world *w = run(&b, &(struct orders){0});
        assert_int_equal(*w->runs, 1);
        assert_non_null(w->other);
        assert_ptr_equal(w->other, sim_state(b.sim, &second));
    }
    bench_free(&b);
    plan.enabled = second_is_off;
    b = bench_new(&plan);
    const struct world *w = run(&b, &(struct orders){0});
    assert_int_equal(*w->runs, 1);
    assert_null(w->other);
    assert_null(sim_state(b.sim, &second));
    bench_free(&b);
}

static void steps_are_split_at_the_dates_asked_for(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    /* out of order, twice the same, on the grid, at the ends and outside of the run */
    struct orders orders = {.split = {2022.625, 2022.3125, 2022.3125, 2023, 2022, 2024, 1999.5, 2031}, .splits = 8};
    const struct world *w = run(&b, &orders);
    static const double ends[] = {2022.25, 2022.3125, 2022.5, 2022.625, 2022.75, 2023, 2023.25, 2023.5, 2023.75, 2024};
    size_t step = 0;
    double from = 2022;
    for (size_t i = 0; i < w->count; i++)
        if (w->log[i].what == PHASE_CLEAR && w->log[i].who == 'a') {
            assert_near(w->log[i].step_start, from, 0);
            assert_near(w->log[i].step_end, ends[step], 0);
            from = ends[step++];
        }
    assert_int_equal(step, sizeof ends / sizeof *ends);
    assert_int_equal(b.result->steps, STEPS);
    bench_free(&b);
}

static void requests_look_over_the_whole_step_and_its_books_are_closed_once(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    const struct world *w =
        run(&b, &(struct orders){.split = {2022.3125, 2022.375}, .splits = 2, .event = {{2022.34, 0, 7}}, .events = 1});
    static const struct {
        int what;
        double step_start, step_end;
    } second_step[] = {
        {PHASE_CLEAR, 2022.25, 2022.3125}, {PHASE_HAZARD, 2022.25, 2022.5}, {PHASE_CLEAR, 2022.3125, 2022.375},
        {HAPPENED, 2022.3125, 2022.375},   {PHASE_CLEAR, 2022.375, 2022.5}, {PHASE_BOOKS, 2022.25, 2022.5},
    };
    size_t at = 0, lines = sizeof second_step / sizeof *second_step;
    for (size_t i = 0; i < w->count; i++) {
        const struct entry *e = &w->log[i];
        bool known = e->what == PHASE_CLEAR || e->what == PHASE_HAZARD || e->what == PHASE_BOOKS || e->what == HAPPENED;
        if (e->who != 'a' || !known || e->step_start < 2022.25 || e->step_start >= 2022.5)
            continue;
        assert_true(at < lines);
        assert_int_equal(e->what, second_step[at].what);
        assert_near(e->step_start, second_step[at].step_start, 0);
        assert_near(e->step_end, second_step[at].step_end, 0);
        at++;
    }
    assert_int_equal(at, lines);
    bench_free(&b);
}

static void a_split_a_rounding_error_beside_the_grid_makes_no_step(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    run(&b, &(struct orders){.split = {2022.25 - 3e-13, 2022.25 + 3e-13}, .splits = 2});
    assert_int_equal(b.result->steps, STEPS);
    bench_free(&b);
}

/* The ids of the events of a run in the order in which they happened. */
static size_t happened(const struct world *w, uint32_t *id, double *when)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->log[i].what == HAPPENED) {
            id[count] = w->log[i].id;
            when[count++] = w->log[i].now;
        }
    return count;
}

/* Scheduled at the start, when the calendar keeps them, or by the steps that look ahead. */
static void check_total_order(bool ahead)
{
    struct bench b = bench_new(&two_years);
    struct orders orders = {.event = {{2022.3, 0, 5},
                                      {2022.2, 0, 4},
                                      {2022.1, 1, 3},
                                      {2022.1, 0, 1},
                                      {2022.1, 0, 2},
                                      {2022.25, 0, 6},
                                      {2022, 0, 0},
                                      {2024, 0, 9}},
                            .events = 8,
                            .ahead = ahead,
                            .split = {2022.15},
                            .splits = 1};
    const struct world *w = run(&b, &orders);
    uint32_t id[LOG];
    double when[LOG];
    static const uint32_t order[] = {0, 1, 2, 3, 4, 6, 5};
    assert_int_equal(happened(w, id, when), 7); /* what is due at the very end of the run does not come */
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(id[i], order[i]);
    for (size_t i = 0; i < w->count; i++)
        if (w->log[i].what == HAPPENED)
            assert_true(w->log[i].now >= w->log[i].step_start && w->log[i].now < w->log[i].step_end);
    assert_int_equal(b.result->events, 7);
    bench_free(&b);
}

static void events_come_in_total_order_inside_the_step_that_contains_them(void **state)
{
    (void)state;
    check_total_order(false);
}

static void events_that_a_step_looks_ahead_to_come_in_the_same_order(void **state)
{
    (void)state;
    check_total_order(true);
}

static void events_known_ahead_give_way_to_earlier_ones_made_by_events(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    /* 53 makes 52, 51 and 50; 9 and 8 are known ahead, 8 at the very time of 51 but before it in priority */
    struct orders orders = {
        .event = {{2022.1, 0, 53}, {2022.115, 0, 9}, {2022.1 + 0.01 + 0.01, -1, 8}}, .events = 3, .ahead = true};
    const struct world *w = run(&b, &orders);
    uint32_t id[LOG];
    double when[LOG];
    static const uint32_t order[] = {53, 52, 9, 8, 51, 50};
    assert_int_equal(happened(w, id, when), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(id[i], order[i]);
    bench_free(&b);
}

static void events_of_this_step_made_by_its_events_come_in_it(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    /* 53 makes 52 makes 51 makes 50, a hundredth of a year apart; 7 lies between two of them; 50 is in the next step */
    struct orders orders = {.event = {{2022.2251, 0, 53}, {2022.24, 0, 7}}, .events = 2};
    const struct world *w = run(&b, &orders);
    uint32_t id[LOG];
    double when[LOG];
    static const uint32_t order[] = {53, 52, 7, 51, 50};
    static const double at[] = {2022.2251, 2022.2351, 2022.24, 2022.2451, 2022.2551};
    assert_int_equal(happened(w, id, when), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(id[i], order[i]);
        assert_near(when[i], at[i], 1e-9);
    }
    bench_free(&b);
}

static void more_events_than_wait_in_the_list_of_a_step_come_in_total_order(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    struct orders orders = {.event = {{2022.01, 0, CROWD}}, .events = 1};
    const struct world *w = run(&b, &orders);
    uint32_t id[LOG];
    double when[LOG];
    assert_int_equal(happened(w, id, when), MANY + 1);
    for (size_t k = 2; k <= MANY; k++) {
        uint32_t i = id[k - 1] - CROWD, next = id[k] - CROWD;
        double at = crowd_time(when[0], i), then = crowd_time(when[0], next);
        bool same_time = !(at < then) && !(then < at), same_priority = crowd_priority(i) == crowd_priority(next);
        assert_near(when[k], then, 1e-12);
        assert_true(at < then || (same_time && crowd_priority(i) < crowd_priority(next)) ||
                    (same_time && same_priority && i < next));
    }
    bench_free(&b);
}

static void a_failed_replication_says_when_and_why_and_the_next_is_clean(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    struct orders good = {.event = {{2022.7, 0, 1}, {2023.6, 0, 2}}, .events = 2, .split = {2022.6}, .splits = 1};
    run(&b, &good);
    struct result *result = b.result;
    double kept[3 * SAMPLES], kept_scalar = result->scalar[0];
    memcpy(kept, result->series, sizeof kept);
    uint64_t events = result->events, steps = result->steps;

    struct orders bad = good;
    bad.fail_at = 2023;
    assert_false(try_run(&b, &bad));
    assert_string_equal(result->failed,
                        "2023-08-07: only 7 cards left"); /* 2023.6 is .2 of August, whose days are 31 */
    for (size_t i = 0; i < 3 * SAMPLES; i++)
        assert_true(isnan(result->series[i]));
    assert_true(isnan(result->scalar[0]));

    run(&b, &good);
    assert_null(result->failed);
    assert_memory_equal(kept, result->series, sizeof kept);
    assert_near(result->scalar[0], kept_scalar, 0);
    assert_int_equal(result->events, events);
    assert_int_equal(result->steps, steps);
    bench_free(&b);
}

/* Its square still has to be a number where replications are summed up. */
static void an_output_beyond_all_measure_fails_the_replication(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *failed;
    } cases[] = {{(double)INFINITY, "2023-07-01: plain is inf, beyond 1e+100"},
                 {-3e100, "2023-07-01: plain is -3e+100, beyond 1e+100"},
                 {1e100, NULL},
                 {(double)NAN, NULL}}; /* does not apply */
    struct bench b = bench_new(&two_years);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool worked = try_run(&b, &(struct orders){.beyond_at = 2023.5, .beyond = cases[i].value});
        assert_true(worked == !cases[i].failed);
        if (!worked)
            assert_string_equal(b.result->failed, cases[i].failed);
    }
    bench_free(&b);
}

static void the_world_starts_zeroed_whatever_the_last_one_left(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    struct orders orders = {.bytes = 100000};
    for (int i = 0; i < 3; i++) {
        struct world *w = (struct world *)(uintptr_t)run(&b, &orders);
        for (size_t k = 0; i > 0 && k < orders.bytes; k++)
            assert_int_equal(w->block[k], 0);
        memset(w->block, 0xa5, orders.bytes);
        memset((unsigned char *)w + sizeof w->sim, 0xa5, sizeof *w - sizeof w->sim);
    }
    bench_free(&b);
}

static void samples_lie_on_the_reporting_grid(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    run(&b, &(struct orders){.split = {2022.4, 2023.1}, .splits = 2});
    for (size_t k = 0; k < SAMPLES; k++) {
        assert_near(b.result->series[k], sample_at[k], 0);
        assert_near(b.result->series[SAMPLES + k], sample_at[k], 0);
        assert_near(b.result->series[2 * SAMPLES + k], 2 * sample_at[k], 0);
        assert_int_equal(b.result->flag[k], sample_at[k] > 2023);
        assert_int_equal(b.result->flag[SAMPLES + k], 0);
    }
    assert_near(b.result->scalar[0], 3.25, 0);
    bench_free(&b);
}

static void points_of_a_curve_are_recorded_where_they_belong(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    for (int again = 0; again < 2; again++) {
        run(&b, &(struct orders){0});
        for (size_t k = 0; k < 2 * POINTS; k++)
            assert_true(k == POINTS + 2 ? b.result->point[k] == 0.4 : isnan(b.result->point[k]));
        assert_false(try_run(&b, &(struct orders){.fail_at = 2022.5, .event = {{2022.7, 0, 1}}, .events = 1}));
        assert_true(isnan(b.result->point[POINTS + 2]));
    }
    bench_free(&b);
}

static void a_world_that_has_run_once_allocates_nothing_more(void **state)
{
    (void)state;
    struct bench b = bench_new(&two_years);
    struct orders orders = {.event = {{2022.1, 0, 53}, {2023.1, 0, 52}},
                            .events = 2,
                            .split = {2022.4, 2023.1},
                            .splits = 2,
                            .bytes = 3 << 20};
    run(&b, &orders);
    size_t before = heap_requests;
    for (int i = 0; i < 3; i++)
        run(&b, &orders);
    assert_int_equal(heap_requests, before);
    assert_true(before > 0 || !HEAP_IS_COUNTED);
    bench_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_run_in_their_order_and_mechanisms_in_theirs),
        cmocka_unit_test(now_is_the_steps_start_until_its_events_and_its_end_from_the_books_on),
        cmocka_unit_test(what_is_off_gets_off_instead_of_start_and_no_phase),
        cmocka_unit_test(the_world_points_to_the_state_of_each_mechanism_that_is_on),
        cmocka_unit_test(steps_are_split_at_the_dates_asked_for),
        cmocka_unit_test(requests_look_over_the_whole_step_and_its_books_are_closed_once),
        cmocka_unit_test(a_split_a_rounding_error_beside_the_grid_makes_no_step),
        cmocka_unit_test(events_come_in_total_order_inside_the_step_that_contains_them),
        cmocka_unit_test(events_that_a_step_looks_ahead_to_come_in_the_same_order),
        cmocka_unit_test(events_known_ahead_give_way_to_earlier_ones_made_by_events),
        cmocka_unit_test(events_of_this_step_made_by_its_events_come_in_it),
        cmocka_unit_test(more_events_than_wait_in_the_list_of_a_step_come_in_total_order),
        cmocka_unit_test(a_failed_replication_says_when_and_why_and_the_next_is_clean),
        cmocka_unit_test(an_output_beyond_all_measure_fails_the_replication),
        cmocka_unit_test(the_world_starts_zeroed_whatever_the_last_one_left),
        cmocka_unit_test(samples_lie_on_the_reporting_grid),
        cmocka_unit_test(points_of_a_curve_are_recorded_where_they_belong),
        cmocka_unit_test(a_world_that_has_run_once_allocates_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
