/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agenda of a step: what it gives is sorted, whatever it was given. */
#include "near.h"

#include "sim/engine/agenda.h"

enum { ITEMS = 3000 };

static uint64_t random_bits(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static bool comes_before(const struct agenda_item *a, const struct agenda_item *b)
{
    return a->time < b->time || (a->time == b->time && a->order < b->order);
}

/* Adds `count` items with these times, orders mixed up by a multiplication modulo 2^16, and takes them all. */
static void add_and_take(struct agenda *agenda, const double *time, size_t count)
{
    bool seen[ITEMS] = {0};
    for (size_t i = 0; i < count; i++)
        agenda_add(agenda, time[i], i * 40503 % 65536, (struct event){.id = (uint32_t)i});
    struct agenda_item last = {.time = -HUGE_VAL};
    size_t taken = 0;
    for (const struct agenda_item *next; (next = agenda_first(agenda)); agenda_pop(agenda)) {
        assert_true(comes_before(&last, next));
        last = *next;
        assert_true(next->event.id < count && !seen[next->event.id]);
        assert_true(next->time == time[next->event.id]);
        seen[next->event.id] = true;
        taken++;
    }
    assert_int_equal(taken, count);
}

static void items_come_by_time_and_then_by_order_however_they_are_spread(void **state)
{
    (void)state;
    struct agenda agenda = {0};
    agenda_reset(&agenda, NULL);
    double time[ITEMS];
    uint64_t bits = 7;
    const double far = exp(600), month = 1 / 12.;
    const double from[] = {2024, 2024, 2024, 2024 - ITEMS / 1e5, 2024, -far};
    const double to[] = {2024 + month, 2024, 2024 + month, 2024, 1e9, far};
    for (int kind = 0; kind < 6; kind++)
        for (size_t count = 0; count <= ITEMS; count = 3 * count + 1) {
            for (size_t i = 0; i < count; i++) {
                double u = (double)random_bits(&bits) / 0x1p31;
                time[i] = kind == 0   ? 2024 + u * month /* evenly */
                          : kind == 1 ? 2024 /* all tied */
                          : kind == 2 ? 2024 + floor(8 * u) / 96 /* many tied */
                          : kind == 3 ? 2024 - (double)i / 1e5 /* backwards */
                          : kind == 4 ? (i ? 2024 + u * 1e-9 : 1e9) /* an outlier squeezes the others into one bucket */
                                      : (i % 2 ? 1 : -1) * exp(600 * u);
            }
            agenda_begin(&agenda, from[kind], to[kind], count);
            add_and_take(&agenda, time, count);
        }
    agenda_free(&agenda);
}

static void what_is_added_between_two_pops_is_sorted_in(void **state)
{
    (void)state;
    struct agenda agenda = {0};
    agenda_reset(&agenda, NULL);
    for (uint32_t i = 0; i < 600; i++)
        agenda_add(&agenda, 10 + i, i, (struct event){.id = 10 + i});
    for (uint32_t i = 0; i < 300; i++, agenda_pop(&agenda))
        assert_int_equal(agenda_first(&agenda)->event.id, 10 + i);
    for (uint32_t i = 0; i < 5; i++)
        agenda_add(&agenda, i, i, (struct event){.id = i});
    for (uint32_t i = 0; i < 5; i++, agenda_pop(&agenda))
        assert_int_equal(agenda_first(&agenda)->event.id, i);
    for (uint32_t i = 300; i < 600; i++, agenda_pop(&agenda))
        assert_int_equal(agenda_first(&agenda)->event.id, 10 + i);
    assert_null(agenda_first(&agenda));
    agenda_free(&agenda);
}

/* Takes the earlier of what the agenda and the calendar have next. */
static bool take(struct agenda *agenda, struct calendar *calendar, double *time, struct event *event)
{
    const struct agenda_item *next = agenda_first(agenda);
    if (!next)
        return calendar_pop(calendar, HUGE_VAL, time, event);
    if (!calendar_pop_before(calendar, next->time, next->order, time, event)) {
        *time = next->time;
        *event = next->event;
        agenda_pop(agenda);
    }
    return true;
}

/* As events do: each that is taken may bring about others, at its time or up to `width` later. `spread`: in which the
 * first ones come. Returns how often some wait in the calendar. */
static size_t take_what_brings_about_more(double spread, double width)
{
    enum { BEFORE = 200 };
    struct calendar *calendar = calendar_new();
    struct agenda agenda = {0};
    agenda_reset(&agenda, calendar);
    agenda_begin(&agenda, 0, 4, BEFORE);
    uint64_t bits = 3;
    size_t added = 0, taken = 0, elsewhere = 0;
    double last = -1, time;
    for (; added < BEFORE; added++)
        agenda_add(&agenda, spread * (double)random_bits(&bits) / 0x1p31, calendar_order(calendar, 0),
                   (struct event){.id = (uint32_t)added});
    uint32_t last_id = 0;
    for (struct event event; take(&agenda, calendar, &time, &event); taken++) {
        assert_true(time > last || (time == last && event.id > last_id)); /* numbered as they were added */
        last = time;
        last_id = event.id;
        for (int more = (int)(random_bits(&bits) % 3); more > 0 && added < ITEMS; more--, added++) {
            double after = width * (double)(random_bits(&bits) % 8) / 8;
            agenda_add(&agenda, time + after, calendar_order(calendar, 0), (struct event){.id = (uint32_t)added});
        }
        elsewhere += calendar_pending(calendar) > 0;
    }
    assert_int_equal(taken, added);
    assert_true(added > 2 * BEFORE);
    agenda_free(&agenda);
    calendar_free(calendar);
    return elsewhere;
}

static void what_events_bring_about_comes_in_its_turn(void **state)
{
    (void)state;
    assert_int_equal(take_what_brings_about_more(1, .1), 0);
    assert_int_equal(take_what_brings_about_more(1, 0), 0);
}

static void a_crowd_goes_to_the_calendar_and_comes_in_its_turn(void **state)
{
    (void)state;
    assert_true(take_what_brings_about_more(0, 1e-6) > 0);
    assert_true(take_what_brings_about_more(0, 0) > 0);
}

static void a_reset_agenda_is_empty(void **state)
{
    (void)state;
    struct agenda agenda = {0};
    agenda_reset(&agenda, NULL);
    agenda_add(&agenda, 1, 1, (struct event){.id = 1});
    agenda_add(&agenda, 2, 2, (struct event){.id = 2});
    assert_int_equal(agenda_first(&agenda)->event.id, 1);
    agenda_add(&agenda, 3, 3, (struct event){.id = 3});
    agenda_reset(&agenda, NULL);
    assert_null(agenda_first(&agenda));
    agenda_free(&agenda);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_by_time_and_then_by_order_however_they_are_spread),
        cmocka_unit_test(what_is_added_between_two_pops_is_sorted_in),
        cmocka_unit_test(what_events_bring_about_comes_in_its_turn),
        cmocka_unit_test(a_crowd_goes_to_the_calendar_and_comes_in_its_turn),
        cmocka_unit_test(a_reset_agenda_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
