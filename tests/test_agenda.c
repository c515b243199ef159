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
    agenda_reset(&agenda);
    double time[ITEMS];
    uint64_t bits = 7;
    for (int kind = 0; kind < 6; kind++)
        for (size_t count = 0; count <= ITEMS; count = 3 * count + 1) {
            for (size_t i = 0; i < count; i++) {
                double u = (double)random_bits(&bits) / 0x1p31;
                time[i] = kind == 0   ? 2024 + u / 12 /* evenly */
                          : kind == 1 ? 2024 /* all tied */
                          : kind == 2 ? 2024 + floor(8 * u) / 96 /* many tied */
                          : kind == 3 ? 2024 - (double)i / 1e5 /* backwards */
                          : kind == 4 ? (i ? 2024 + u * 1e-9 : 1e9) /* an outlier squeezes the others into one bucket */
                                      : (i % 2 ? 1 : -1) * exp(600 * u);
            }
            add_and_take(&agenda, time, count);
        }
    agenda_free(&agenda);
}

static void what_is_added_between_two_pops_is_sorted_in(void **state)
{
    (void)state;
    struct agenda agenda = {0};
    agenda_reset(&agenda);
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

static void a_reset_agenda_is_empty(void **state)
{
    (void)state;
    struct agenda agenda = {0};
    agenda_reset(&agenda);
    agenda_add(&agenda, 1, 1, (struct event){.id = 1});
    agenda_add(&agenda, 2, 2, (struct event){.id = 2});
    assert_int_equal(agenda_first(&agenda)->event.id, 1);
    agenda_add(&agenda, 3, 3, (struct event){.id = 3});
    agenda_reset(&agenda);
    assert_null(agenda_first(&agenda));
    agenda_free(&agenda);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_by_time_and_then_by_order_however_they_are_spread),
        cmocka_unit_test(what_is_added_between_two_pops_is_sorted_in),
        cmocka_unit_test(a_reset_agenda_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
