/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medians of lives known by cells of age, and numbers pooled over replications from them. */
#include "near.h"

#include "sim/engine/plan.h"
#include "sim/montecarlo/block.h"
#include "sim/montecarlo/lifetable.h"
#include "sim/montecarlo/montecarlo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 8 };
static const struct axis years = {"age", "yr", 0, 1, CELLS};

struct table {
    double count[LIFETABLE_CURVES][CELLS];
};

static double median(const struct table *table)
{
    const double *const curve[] = {table->count[0], table->count[1], table->count[2]};
    return lifetable_median(curve, &years);
}

/* 100 come at age 0; 30 end in the third year and 40 in the fifth: S is .7 after three, .3 after five. */
static void half_are_gone_at_the_median(void **state)
{
    (void)state;
    struct table table = {{{100}, {0, 0, 30, 0, 40}, {0, 0, 0, 0, 0, 30}}};
    assert_near(median(&table), 4 + 0.2 / 0.4, 1e-12);
}

static void where_less_than_half_ended_there_is_no_median(void **state)
{
    (void)state;
    struct table none = {0}, few = {{{100}, {0, 49}, {0, 0, 0, 51}}}, enough = {{{100}, {0, 50}, {0, 0, 0, 50}}};
    assert_true(isnan(median(&none)));
    assert_true(isnan(median(&few)));
    assert_near(median(&enough), 2, 1e-12);
}

/* Half of those last seen in a cell were at risk in it: of 100, 40 are last seen in the second year and 24 end there,
 * 24 of 80; of the 36 left 26 end in the third. S: .7, then .7 * 10 / 36. */
static void those_last_seen_in_a_cell_are_at_risk_for_half_of_it(void **state)
{
    (void)state;
    struct table table = {{{100}, {0, 24, 26}, {0, 40, 0, 10}}};
    double after = 0.7 * 10 / 36;
    assert_near(median(&table), 2 + 0.2 / (0.7 - after), 1e-12);
}

/* 50 that come at age 3 could not have ended before. */
static void those_who_come_late_were_not_at_risk_before(void **state)
{
    (void)state;
    struct table table = {{{50, 0, 0, 50}, {0, 10, 0, 0, 60}, {0, 0, 0, 0, 0, 30}}};
    assert_near(median(&table), 4 + 0.3 / (0.8 * 60 / 90), 1e-12); /* .8 after two years; 90 at risk in the fifth */
}

/* -- over replications: a mechanism whose cards all end in a year of their replication's own -- */

enum { LIFE, ENTERED, ENDED, CENSORED };
static const struct pool pool = {.first = ENTERED, .curves = LIFETABLE_CURVES, .number = lifetable_median};
static const struct output outputs[] = {
    [LIFE] = {"life", OUTPUT_SCALAR, "years", NULL, "median", .pool = &pool},
    [ENTERED] = {"entered", OUTPUT_CURVE, "", NULL, "", {"age", "yr", 0, 1, CELLS}},
    [ENDED] = {"ended", OUTPUT_CURVE, "", NULL, "", {"age", "yr", 0, 1, CELLS}},
    [CENSORED] = {"censored", OUTPUT_CURVE, "", NULL, "", {"age", "yr", 0, 1, CELLS}},
    {0},
};

static void finish(struct world *w);
static const struct model cards = {.name = "cards", .help = "", .outputs = outputs, .finish = finish};

struct world {
    struct sim *sim;
};

static void finish(struct world *w)
{
    struct stream luck = sim_stream(w->sim, &cards, 0);
    size_t year = (size_t)(stream_uniform(&luck) * CELLS);
    for (size_t k = 0; k < CELLS; k++) {
        sim_record_point(w->sim, &cards, ENTERED, -1, k, k == 0 ? 10 : 0);
        sim_record_point(w->sim, &cards, ENDED, -1, k, k == year ? 10 : 0);
        sim_record_point(w->sim, &cards, CENSORED, -1, k, 0);
    }
}

static struct values draw(const void *state, uint32_t replication, const struct streams *streams, struct arena *arena)
{
    (void)replication, (void)streams, (void)arena;
    return *(const struct values *)state;
}

static void blocks_merge_into_the_pooled_number_of_all(void **state)
{
    (void)state;
    const struct model *const models[] = {&cards, NULL};
    const void *settings[] = {NULL};
    struct plan_request request = {.models = models,
                                   .start = 2022,
                                   .end = 2023,
                                   .steps = 2,
                                   .world_size = sizeof(struct world),
                                   .settings = settings};
    struct arena arena = {0};
    struct plan *plan = plan_new(&request, &arena);
    struct values values = plan_values(&request);
    struct montecarlo study = {
        .plan = plan, .seed = 7, .replications = 300, .threads = 2, .draw = draw, .draw_state = &values};
    struct ensemble whole;
    montecarlo_run(&study, &whole);
    assert_near(whole.scalar[0].mean, 4, 0.6); /* they end at any age from 0 to 8 */
    assert_near(whole.scalar[0].p50, whole.scalar[0].mean, 0);
    assert_true(isnan(whole.scalar[0].p95)); /* no replication has a life of its own to be wide */
    struct montecarlo first = study, second = study;
    first.replications = 111;
    second.first = 111, second.replications = 189;
    struct block *block = block_run(&first), *next = block_run(&second);
    struct ensemble alone, both;
    block_finish(block, &study, &alone);
    const char *wrong = NULL;
    assert_true(block_merge(block, next, &wrong));
    block_finish(block, &study, &both);
    assert_memory_equal(&both.scalar[0].mean, &whole.scalar[0].mean, sizeof(double));
    assert_true(fabs(alone.scalar[0].mean - both.scalar[0].mean) > 1e-6);
    block_free(block);
    ensemble_free(&whole);
    ensemble_free(&alone);
    ensemble_free(&both);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_are_gone_at_the_median),
        cmocka_unit_test(where_less_than_half_ended_there_is_no_median),
        cmocka_unit_test(those_last_seen_in_a_cell_are_at_risk_for_half_of_it),
        cmocka_unit_test(those_who_come_late_were_not_at_risk_before),
        cmocka_unit_test(blocks_merge_into_the_pooled_number_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
