/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar against a list that is searched from end to end. */
#include "sim/engine/calendar.h"
#include "sim/engine/stream.h"
#include "theory_queues.h"

#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The reference: every event that is pending, in no order. */
struct known {
    double time;
    int priority;
    uint64_t sequence;
    uint32_t id;
    struct handle handle;
};

struct reference {
    struct known *list;
    size_t count;
    uint64_t sequence;
};

static bool is_before(const struct known *a, const struct known *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->priority != b->priority)
        return a->priority < b->priority;
    return a->sequence < b->sequence;
}

static struct known *first_of(const struct reference *reference)
{
    struct known *first = NULL;
    for (size_t i = 0; i < reference->count; i++) {
        if (!first || is_before(&reference->list[i], first))
            first = &reference->list[i];
    }
    return first;
}

static void forget(struct reference *reference, struct known *known)
{
    *known = reference->list[--reference->count];
}

/* Delays by shape: each is a way to make widths hard to guess. */
enum shape {
    EXPONENTIAL,
    TIED,
    FEW_VALUES,
    ZERO_OFTEN,
    STIFF,
    OUTLIERS,
    NEVER_OFTEN,
    BACKWARDS,
    HUGE_TIMES,
    TINY_TIMES,
    SHAPES
};

static double delay(enum shape shape, struct stream *s)
{
    double u = stream_uniform(s), e = stream_exponential(s);
    switch (shape) {
    case TIED:
        return 0;
    case FEW_VALUES:
        return floor(4 * u);
    case ZERO_OFTEN:
        return u < 0.7 ? 0 : e;
    case STIFF:
        return u < 0.5 ? 1e-7 * e : e;
    case OUTLIERS:
        return u < 0.01 ? 1e12 * e : e;
    case NEVER_OFTEN:
        return u < 0.3 ? HUGE_VAL : e;
    case BACKWARDS:
        return u - 0.7;
    case HUGE_TIMES:
        return u < 0.1 ? 1.7e308 * u : 1e300 * e;
    case TINY_TIMES:
        return 5e-324 * floor(20 * u);
    default:
        return e;
    }
}

static int random_priority(enum shape shape, struct stream *s)
{
    return shape % 2 ? (int)(5 * stream_uniform(s)) - 2 : 0;
}

struct play {
    struct calendar *calendar;
    struct reference reference;
    struct stream stream;
    enum shape shape;
    double now;
    uint32_t next_id;
};

static void play_push(struct play *play)
{
    struct known known = {.time = play->now + delay(play->shape, &play->stream),
                          .priority = random_priority(play->shape, &play->stream),
                          .sequence = play->reference.sequence++,
                          .id = play->next_id++};
    struct event event = {.model = 3, .kind = 5, .id = known.id, .stamp = 7 * known.id, .data = ~known.id};
    known.handle = calendar_push(play->calendar, known.time, known.priority, event);
    play->reference.list[play->reference.count++] = known;
}

static void play_pop(struct play *play, double before)
{
    struct known *first = first_of(&play->reference);
    double time;
    struct event event;
    bool popped = calendar_pop(play->calendar, before, &time, &event);
    assert_int_equal(popped, first && first->time < before);
    if (!popped)
        return;
    assert_true(time == first->time);
    assert_int_equal(event.id, first->id);
    assert_int_equal(event.stamp, 7 * first->id);
    assert_int_equal(event.data, ~first->id);
    assert_int_equal(event.model, 3);
    assert_int_equal(event.kind, 5);
    assert_false(calendar_cancel(play->calendar, first->handle));
    play->now = time;
    forget(&play->reference, first);
}

static struct known *play_any(struct play *play)
{
    size_t count = play->reference.count;
    return count ? &play->reference.list[(size_t)(stream_uniform(&play->stream) * (double)count)] : NULL;
}

static void play_cancel(struct play *play)
{
    struct known *known = play_any(play);
    if (!known)
        return;
    struct handle handle = known->handle;
    assert_true(calendar_cancel(play->calendar, handle));
    assert_false(calendar_cancel(play->calendar, handle));
    assert_false(calendar_reschedule(play->calendar, &handle, play->now, 0));
    forget(&play->reference, known);
}

static void play_reschedule(struct play *play)
{
    struct known *known = play_any(play);
    if (!known)
        return;
    struct handle before = known->handle;
    known->time = play->now + delay(play->shape, &play->stream);
    known->priority = random_priority(play->shape, &play->stream);
    known->sequence = play->reference.sequence++;
    assert_true(calendar_reschedule(play->calendar, &known->handle, known->time, known->priority));
    assert_false(calendar_cancel(play->calendar, before));
}

/* Random operations with about `level` events pending, then everything that comes is popped. */
static void play_game(struct calendar *calendar, enum shape shape, size_t level, uint64_t game)
{
    enum { OPERATIONS = 4000 };
    struct streams streams = {.seed = 20240229};
    struct play play = {
        .calendar = calendar, .stream = stream_open(&streams, identity(1, shape, (uint32_t)game)), .shape = shape};
    play.reference.list = calloc(level + 2 * OPERATIONS, sizeof *play.reference.list);
    for (size_t i = 0; i < level; i++)
        play_push(&play);
    for (int i = 0; i < OPERATIONS; i++) {
        double u = stream_uniform(&play.stream);
        if (u < 0.4)
            play_pop(&play, HUGE_VAL);
        else if (u < 0.5)
            play_pop(&play, play.now + stream_uniform(&play.stream));
        else if (u < 0.8)
            play_push(&play);
        else if (u < 0.85)
            play_cancel(&play);
        else
            play_reschedule(&play);
        assert_int_equal(calendar_pending(calendar), play.reference.count);
    }
    while (play.reference.count) {
        const struct known *first = first_of(&play.reference);
        if (first->time == HUGE_VAL)
            break;
        play_pop(&play, HUGE_VAL);
    }
    double time;
    struct event event;
    assert_false(calendar_pop(calendar, HUGE_VAL, &time, &event));
    free(play.reference.list);
}

static void it_agrees_with_a_list_on_random_games(void **state)
{
    (void)state;
    static const size_t levels[] = {0, 1, 2, 20, 100, 700};
    struct calendar *kept = calendar_new();
    for (enum shape shape = 0; shape < SHAPES; shape++) {
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            struct calendar *fresh = calendar_new();
            play_game(fresh, shape, levels[l], l);
            calendar_free(fresh);
            calendar_reset(kept);
            play_game(kept, shape, levels[l], l);
        }
    }
    calendar_free(kept);
}

static void events_at_one_instant_come_in_order_of_priority_then_of_pushing(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    for (uint32_t i = 0; i < 5000; i++)
        calendar_push(calendar, 2024.25, (int)(i % 3) - 1, (struct event){.id = i});
    double time;
    struct event event;
    for (uint32_t class_ = 0; class_ < 3; class_++) {
        for (uint32_t i = class_; i < 5000; i += 3) {
            assert_true(calendar_pop(calendar, 2024.5, &time, &event));
            assert_int_equal(event.id, i);
        }
    }
    calendar_free(calendar);
}

static void an_event_pushed_at_now_comes_after_those_already_there(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    for (uint32_t i = 0; i < 100; i++)
        calendar_push(calendar, 1.5 + 0.001 * i, 0, (struct event){.id = i});
    calendar_push(calendar, 1.5, 0, (struct event){.id = 100});
    double time;
    struct event event;
    assert_true(calendar_pop(calendar, 2, &time, &event));
    calendar_push(calendar, time, 0, (struct event){.id = 101});
    calendar_push(calendar, time, -1, (struct event){.id = 102});
    static const uint32_t expected[] = {102, 100, 101, 1};
    for (int i = 0; i < 4; i++) {
        assert_true(calendar_pop(calendar, 2, &time, &event));
        assert_int_equal(event.id, expected[i]);
    }
    calendar_free(calendar);
}

static void a_stale_handle_cancels_nothing(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    struct handle none = {0};
    assert_false(calendar_cancel(calendar, none));
    struct handle first = calendar_push(calendar, 1, 0, (struct event){.id = 1});
    double time;
    struct event event;
    assert_true(calendar_pop(calendar, 2, &time, &event));
    struct handle second = calendar_push(calendar, 3, 0, (struct event){.id = 2});
    assert_int_equal(second.slot, first.slot);
    assert_false(calendar_cancel(calendar, first));
    assert_int_equal(calendar_pending(calendar), 1);
    calendar_reset(calendar);
    assert_int_equal(calendar_pending(calendar), 0);
    struct handle third = calendar_push(calendar, 1, 0, (struct event){.id = 3});
    assert_int_equal(third.slot, second.slot);
    assert_false(calendar_cancel(calendar, second));
    assert_true(calendar_cancel(calendar, third));
    calendar_free(calendar);
}

static void an_event_at_infinity_never_comes_but_can_be_moved(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    struct handle handle = calendar_push(calendar, HUGE_VAL, 0, (struct event){.id = 9});
    double time;
    struct event event;
    assert_false(calendar_pop(calendar, HUGE_VAL, &time, &event));
    assert_int_equal(calendar_pending(calendar), 1);
    assert_true(calendar_reschedule(calendar, &handle, 4.5, 0));
    assert_false(calendar_pop(calendar, 4.5, &time, &event));
    assert_true(calendar_pop(calendar, 4.6, &time, &event));
    assert_true(time == 4.5);
    assert_int_equal(event.id, 9);
    calendar_free(calendar);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void a_million_events_come_out_sorted(void **state)
{
    (void)state;
    enum { COUNT = 1000000 };
    struct calendar *calendar = calendar_new();
    struct streams streams = {.seed = 31};
    double *expected = malloc(COUNT * sizeof *expected);
    for (enum shape shape = 0; shape < SHAPES; shape++) {
        if (shape == NEVER_OFTEN)
            continue;
        struct stream s = stream_open(&streams, shape);
        for (uint32_t i = 0; i < COUNT; i++) {
            expected[i] = delay(shape, &s);
            calendar_push(calendar, expected[i], 0, (struct event){.id = i});
        }
        double *sorted = malloc(COUNT * sizeof *sorted);
        memcpy(sorted, expected, COUNT * sizeof *sorted);
        qsort(sorted, COUNT, sizeof *sorted, compare_doubles);
        double time;
        struct event event = {0}, last = {0};
        for (uint32_t i = 0; i < COUNT; i++) {
            assert_true(calendar_pop(calendar, HUGE_VAL, &time, &event));
            assert_true(time == sorted[i] && time == expected[event.id]);
            assert_true(!i || sorted[i] > sorted[i - 1] || event.id > last.id);
            last = event;
        }
        assert_int_equal(calendar_pending(calendar), 0);
        free(sorted);
    }
    free(expected);
    calendar_free(calendar);
}

static size_t bytes_in_use(void)
{
    struct mallinfo2 info = mallinfo2(); /* all zero under a sanitizer, where the next two tests test nothing */
    return info.uordblks + info.hblkhd;
}

static void hold(struct calendar *calendar, size_t pending, size_t events)
{
    struct streams streams = {.seed = 5};
    struct stream s = stream_open(&streams, 0);
    for (uint32_t i = 0; i < pending; i++)
        calendar_push(calendar, stream_exponential(&s), 0, (struct event){.id = i});
    double time;
    struct event event;
    for (size_t i = 0; i < events; i++) {
        assert_true(calendar_pop(calendar, HUGE_VAL, &time, &event));
        calendar_push(calendar, time + stream_exponential(&s), 0, event);
    }
}

static void a_second_run_allocates_nothing(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    hold(calendar, 3000, 50000);
    calendar_reset(calendar);
    size_t before = bytes_in_use();
    hold(calendar, 3000, 50000);
    assert_int_equal(bytes_in_use(), before);
    calendar_free(calendar);
}

/* Each leaves an entry behind; were they kept, a million would take 24 MB. */
static void rescheduling_for_ever_takes_no_memory(void **state)
{
    (void)state;
    struct calendar *calendar = calendar_new();
    hold(calendar, 100, 1000);
    struct handle handle = calendar_push(calendar, 1e6, 0, (struct event){.id = 1});
    size_t before = bytes_in_use();
    for (int i = 0; i < 1000000; i++)
        assert_true(calendar_reschedule(calendar, &handle, 1e6 + i, 0));
    assert_true(bytes_in_use() <= before + 100000);
    assert_int_equal(calendar_pending(calendar), 101);
    calendar_free(calendar);
}

/* Theory: load / (1 - load). The standard error of a time average over T is sqrt(2 load (1 + load) / T) / (1 -
 * load)^2. */
static void an_mm1_queue_has_the_mean_number_of_theory(void **state)
{
    (void)state;
    static const double loads[] = {0.3, 0.8};
    enum { CUSTOMERS = 2000000 };
    for (size_t i = 0; i < 2; i++) {
        struct streams streams = {.seed = 1917};
        double load = loads[i], idle = 1 - load;
        double error = sqrt(2 * load * (1 + load) / (CUSTOMERS / load)) / (idle * idle);
        assert_true(fabs(queue_mm1(&streams, load, CUSTOMERS) - load / idle) < 3 * error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_a_list_on_random_games),
        cmocka_unit_test(events_at_one_instant_come_in_order_of_priority_then_of_pushing),
        cmocka_unit_test(an_event_pushed_at_now_comes_after_those_already_there),
        cmocka_unit_test(a_stale_handle_cancels_nothing),
        cmocka_unit_test(an_event_at_infinity_never_comes_but_can_be_moved),
        cmocka_unit_test(a_million_events_come_out_sorted),
        cmocka_unit_test(a_second_run_allocates_nothing),
        cmocka_unit_test(rescheduling_for_ever_takes_no_memory),
        cmocka_unit_test(an_mm1_queue_has_the_mean_number_of_theory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
