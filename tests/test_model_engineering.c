/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engineering service: who buys it, what it costs, and that supply, leases and rents count what it adds. */
#include "models_lab.h"

/* Every owner looks often, and the service costs next to nothing. */
#define CHEAP                                                                                                          \
    "supply.review_rate=20 /yr", "supply.refresh_margin=none", "engineering.gain=0.3", "engineering.cost=0.0001",      \
        "engineering.from=none"

static double improved_share(const struct world *w)
{
    double improved = 0, all = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->standing)
            all += v->cards, improved += v->quality > 1 ? v->cards : 0;
    }
    return improved / all;
}

static double effective_p(const struct world *w)
{
    return w->market.supply[TRAINING] + w->market.supply[INFERENCE];
}

static void what_costs_little_is_bought_by_all_and_adds_to_supply(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open_bare(&with, LAB_STILL, LAB_SET("run.end=2023-01", CHEAP));
    lab_open_bare(&without, LAB_STILL, LAB_SET("run.end=2023-01"));
    struct world *a = lab_run(&with, 0), *b = lab_run(&without, 0);
    assert_near(improved_share(a), 1, 1e-9);
    /* one generation, so the split of cards is all that can move beside the gain */
    int g = lab_generation(a, "A100");
    double cards = a->vintages.offered_cards[g];
    assert_near(b->vintages.offered_cards[g], cards, 1e-6);
    assert_near(a->vintages.offered_work[g], 1.3 * cards, 1e-6 * cards);
    double phi = a->market.training_share[g];
    assert_near(
        effective_p(a),
        1.3 * cards *
            (phi * a->generations.effective_p[TRAINING][g] + (1 - phi) * a->generations.effective_p[INFERENCE][g]),
        1e-6 * effective_p(a));
    assert_true(effective_p(a) > 1.2 * effective_p(b));
    assert_true(a->market.rent[TRAINING] < 0.9 * b->market.rent[TRAINING]);
    assert_true(a->market.rent[INFERENCE] < 0.9 * b->market.rent[INFERENCE]);
    lab_close(&with);
    lab_close(&without);
}

/* A lease signed on improved cards holds more effective P, at a rent higher by its part that is paid for work. */
static void leases_count_what_was_added(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2025-01", "leasing.coupling=0", CHEAP));
    struct world *w = lab_run(&lab, 0);
    size_t improved = 0;
    double work =
        1 - 1.2 / w->market.rent_card[lab_generation(w, "A100")]; /* 1.2: what any card earns, market.convenience */
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        const struct vintage *v = &w->vintages.row[l->vintage];
        if (!l->live || l->signed_on < 2024)
            continue;
        assert_near(l->effective_p, 1.3 * l->cards * w->generations.effective_p[l->workload][v->generation],
                    1e-5 * l->effective_p);
        assert_near(supply_rent_factor(w, l->vintage), 1 + 0.3 * work, 1e-6);
        improved++;
    }
    assert_true(improved > 30);
    /* the sum of rents of each vintage is that of its leases: what the books take */
    for (uint32_t i = 0; i < w->vintages.count; i++) {
        double sum = 0;
        for (size_t k = 0; k < w->leases.count; k++)
            sum += w->leases.row[k].live && w->leases.row[k].vintage == i
                       ? w->leases.row[k].rent * w->leases.row[k].cards
                       : 0;
        assert_near(w->vintages.row[i].rent_sum, sum, 1e-6 * (1 + sum));
    }
    lab_close(&lab);
}

static void what_costs_more_than_it_adds_is_not_bought(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(
        &lab, LAB_STILL,
        LAB_SET("run.end=2024-01", "supply.review_rate=20 /yr", "engineering.gain=0.3", "engineering.cost=5"));
    struct world *w = lab_run(&lab, 0);
    assert_near(improved_share(w), 0, 0);
    lab_close(&lab);
}

static void nobody_buys_before_it_is_offered(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2024-01", CHEAP, "engineering.from=2023-06-15"));
    lab_run(&lab, 0);
    const double *cards = lab_series(&lab, "engineering.cards");
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        assert_true(lab.plan->sample_at[k] > 2023.4548 ? cards[k] > 0 : cards[k] <= 0);
    lab_close(&lab);
}

/* The service finds users for cards that slept, if what they earn pays for waking them. */
static void it_wakes_what_slept(void **state)
{
    (void)state;
    static const char *const cost[] = {"0.0001", "50"};
    for (int i = 0; i < 2; i++) {
        char lines[2048] = LAB_STILL "operators:\n";
        static const char *const owner[] = {"government", "carrier", "crossover", "neocloud", "hyperscaler"};
        for (int o = 0; o < 5; o++)
            snprintf(lines + strlen(lines), sizeof lines - strlen(lines),
                     "  %s: {activation_rate: 0 /yr, activation_cost: %s}\n", owner[o], cost[i]);
        struct lab lab;
        lab_open_bare(&lab, lines, LAB_SET("run.end=2024-01", CHEAP, "supply.initial_competent=0.5"));
        struct world *w = lab_run(&lab, 0);
        size_t awake = 0;
        for (size_t k = 0; k < w->vintages.count; k++)
            awake += w->vintages.row[k].on_offer;
        assert_true(i ? awake < 0.8 * (double)w->vintages.count && awake > 0 : awake == w->vintages.count);
        lab_close(&lab);
    }
}

/* What the books can read step by step is what was spent: price times cards of all that were improved. */
static void its_cost_reaches_the_books_once(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2025-01", "supply.review_rate=2 /yr", "engineering.gain=0.2", "engineering.cost=0.037",
                     "run.step=1 week", "entry.private_value=0"));
    struct world *w = lab_run(&lab, 0);
    double cost = 0, reported = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        if (w->vintages.row[i].quality > 1)
            cost += 0.037 * w->vintages.row[i].cost_per_card * w->vintages.row[i].cards;
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        reported += lab_series(&lab, "engineering.cost")[k];
    assert_true(cost > 1e6);
    assert_near(w->vintages.engineering_cny, cost, 1e-9 * cost);
    assert_near(reported, cost, 1e-9 * cost);
    lab_close(&lab);
}

static void without_it_the_world_is_that_of_no_gain(void **state)
{
    (void)state;
    struct lab off, none;
    lab_open(
        &off, NULL,
        LAB_SET("run.end=2025-01", "supply.review_rate=2 /yr", "engineering.gain=0.4", "engineering.enabled=false"));
    lab_open(&none, NULL, LAB_SET("run.end=2025-01", "supply.review_rate=2 /yr", "engineering.gain=0"));
    lab_run(&off, 1);
    lab_run(&none, 1);
    size_t bytes = off.plan->sample_count * sizeof(double);
    assert_memory_equal(lab_series(&off, "capacity.effective"), lab_series(&none, "capacity.effective"), bytes);
    assert_memory_equal(lab_series(&off, "rent.A100"), lab_series(&none, "rent.A100"), bytes);
    lab_close(&off);
    lab_close(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_costs_little_is_bought_by_all_and_adds_to_supply),
        cmocka_unit_test(leases_count_what_was_added),
        cmocka_unit_test(what_costs_more_than_it_adds_is_not_bought),
        cmocka_unit_test(nobody_buys_before_it_is_offered),
        cmocka_unit_test(it_wakes_what_slept),
        cmocka_unit_test(its_cost_reaches_the_books_once),
        cmocka_unit_test(without_it_the_world_is_that_of_no_gain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
