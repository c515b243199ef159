/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which card sets the long-run rent: the marginal one, not the best if few of it can be had. */
#include "models_lab.h"

#include "models/market/merit_order.h"

#define HORIZON "value: {entry_horizon: 3 years}\n"

static const double HORIZON_YR = 3, LIFE_YR = 5;

/* Rents at which the cards that can be had stand in the order of their numbers, 2, 4, 6 ... CNY an hour. */
static int rank_cards(const struct world *w, double rent[MAX_GENERATIONS])
{
    int cards = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool had = procurement_channel(w, g) >= 0 && w->generations.effective_p[TRAINING][g] > 0;
        rent[g] = had ? 2.0 * ++cards : (double)INFINITY;
    }
    return cards;
}

/* Effective P for training that a card can supply over the horizon. */
static double supply_of(const struct world *w, int g)
{
    const struct market *m = &w->market;
    double years = fmax(0, HORIZON_YR - procurement_wait_years(w, g)), one = procurement_queue_years(w, g, 1);
    return years / one * w->generations.effective_p[TRAINING][g] * m->supply[TRAINING] /
           (m->supply[TRAINING] + m->supply[INFERENCE]);
}

static double rent_for(struct world *w, double additions_p, const double rent[MAX_GENERATIONS])
{
    const struct need_trend steady = {.begun = true};
    double supply = w->market.supply[TRAINING], answer;
    w->market.supply[INFERENCE] *= additions_p * LIFE_YR / HORIZON_YR / supply; /* the same mix of workloads */
    w->market.supply[TRAINING] = additions_p * LIFE_YR / HORIZON_YR;
    answer = merit_order_rent(w, &steady, TRAINING, rent, HORIZON_YR, LIFE_YR);
    w->market.supply[INFERENCE] *= supply / w->market.supply[TRAINING];
    w->market.supply[TRAINING] = supply;
    return answer;
}

static void the_rent_is_read_off_the_supply_curve(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, HORIZON, LAB_SET("run.end=2025-06"));
    struct world *w = lab_run(&lab, 0);
    double rent[MAX_GENERATIONS], stacked = 0, before = 0, most = w->market.rent[TRAINING];
    int cards = rank_cards(w, rent), seen = 0;
    assert_true(cards > 5);
    for (int g = 0; g < (int)w->generations.count && 2.0 * (seen + 1) < most; g++) {
        if (!isfinite(rent[g]) || supply_of(w, g) <= 0)
            continue;
        double own = supply_of(w, g), below = seen ? before : rent[g];
        assert_near(rent_for(w, stacked + 0.37 * own, rent), below + 0.37 * (rent[g] - below), 1e-6);
        stacked += own, before = rent[g], seen++;
    }
    assert_true(seen >= 3);
    assert_near(rent_for(w, 1e15, rent), most, 1e-9); /* nobody enters beyond today's rent */
    lab_close(&lab);
}

static void a_card_dearer_than_today_still_sets_the_rent_if_it_is_the_cheapest(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, HORIZON, LAB_SET("run.end=2023-06"));
    struct world *w = lab_run(&lab, 0);
    double rent[MAX_GENERATIONS], today = w->market.rent[TRAINING];
    rank_cards(w, rent);
    for (size_t g = 0; g < w->generations.count; g++)
        rent[g] += today;
    assert_near(rent_for(w, 1e15, rent), today + 2, 1e-9);
    lab_close(&lab);
}

static void need_that_grows_is_seen_with_a_lag_of_two_years(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, HORIZON, LAB_SET("run.end=2024-06"));
    struct world *w = lab_run(&lab, 0);
    struct need_trend need = {0};
    merit_order_watch(w, &need);
    assert_near(need.growth_per_yr[TRAINING], 0, 1e-12);
    double wanted = demand_at_reference(w, TRAINING);
    assert_true(wanted > 0);
    need.log_smoothed[TRAINING] = log(wanted) - 0.8;
    merit_order_watch(w, &need);
    assert_near(need.growth_per_yr[TRAINING], 0.4 * exp(-w->sim->dt / 2), 1e-9);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rent_is_read_off_the_supply_curve),
        cmocka_unit_test(a_card_dearer_than_today_still_sets_the_rent_if_it_is_the_cheapest),
        cmocka_unit_test(need_that_grows_is_seen_with_a_lag_of_two_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
