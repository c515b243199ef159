/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vintages: added, awake, dormant, retired. */
#include "models_lab.h"

/* Capacity standing at the start and nothing else: nobody builds, nobody rents. */
#define STANDING                                                                                                       \
    "pipeline: {enabled: false}\nleasing: {enabled: false}\naccounting: {enabled: false}\nfinance: {enabled: false}\n"

static double cards_of(const struct world *w, bool standing)
{
    double sum = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        sum += w->vintages.row[i].standing == standing ? w->vintages.row[i].cards : 0;
    return sum;
}

static void the_capacity_of_the_start_is_what_the_scenario_says(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, STANDING,
             LAB_SET("run.end=2022-02", "supply.initial_capacity=12340 P", "supply.service_life=15 yr",
                     "supply.initial_generations=[A100, Ascend910]", "supply.initial_age=18 months"));
    struct world *w = lab_run(&lab, 0);
    const double half_cards = 0.5 * 18 * 0.32; /* cards are whole, in each of 18 vintages a generation */
    assert_near(lab_series(&lab, "capacity.installed")[0], 12340, 2 * half_cards);
    assert_near(lab_series(&lab, "capacity.by_generation.A100")[0], 6170, half_cards);
    assert_near(lab_series(&lab, "capacity.by_generation.Ascend910")[0], 6170, half_cards);
    assert_int_equal(w->vintages.count, 2 * 18);
    for (size_t i = 0; i < w->vintages.count; i++) {
        assert_near(w->vintages.row[i].cards, round(w->vintages.row[i].cards), 0);
        assert_true(w->vintages.row[i].delivered > 2020.5 && w->vintages.row[i].delivered < 2022);
    }
    lab_close(&lab);
}

static void a_vintage_retires_when_its_service_life_is_over(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, STANDING,
             LAB_SET("run.end=2026-01", "supply.service_life=3.21 yr", "supply.sleep_limit=50 yr",
                     "supply.review_rate=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        assert_false(v->standing);
        assert_near(v->retired_on - v->delivered, 3.21, 1e-9);
    }
    assert_near(lab_scalar(&lab, "retirement_age"), 3.21, 1e-9);
    assert_near(lab_scalar(&lab, "mean_life.A100"), 3.21, 1e-9);
    assert_near(lab_series(&lab, "capacity.installed")[47], 0, 1e-6);
    lab_close(&lab);
}

static void what_sleeps_too_long_is_scrapped(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, STANDING,
             LAB_SET("run.end=2025-01", "supply.initial_competent=0", "supply.sleep_limit=2 yr",
                     "supply.service_life=20 yr", "operators.government.activation_rate=0 /yr",
                     "operators.carrier.activation_rate=0 /yr", "operators.crossover.activation_rate=0 /yr",
                     "operators.neocloud.activation_rate=0 /yr", "operators.hyperscaler.activation_rate=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    assert_near(cards_of(w, true), 0, 0);
    for (size_t i = 0; i < w->vintages.count; i++) {
        double slept = w->vintages.row[i].retired_on - w->vintages.row[i].delivered;
        assert_true(slept > 2 && slept < 2 + 1.0 / 12 + 1e-9); /* looked at once a step */
    }
    lab_close(&lab);
}

/* Where waking costs nothing the hazard is the rate itself: the awake share after t years is 1 - e^(-rate t). */
static void vintages_wake_at_the_rate_of_their_owners(void **state)
{
    (void)state;
    enum { WORLDS = 60 };
    struct lab lab;
    lab_open(&lab,
             STANDING "operators:\n"
                      "  government: {activation_rate: 0.8 /yr, activation_cost: 0.0001}\n  carrier: {activation_rate: "
                      "0.8 /yr, activation_cost: 0.0001}\n"
                      "  crossover: {activation_rate: 0.8 /yr, activation_cost: 0.0001}\n  neocloud: {activation_rate: "
                      "0.8 /yr, activation_cost: 0.0001}\n"
                      "  hyperscaler: {activation_rate: 0.8 /yr, activation_cost: 0.0001}\n",
             LAB_SET("run.end=2023-01", "supply.initial_competent=0", "supply.service_life=20 yr",
                     "supply.sleep_limit=50 yr", "supply.initial_age=36 months", "supply.activation_high_end=1"));
    double awake = 0, all = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->vintages.count; i++)
            awake += w->vintages.row[i].on_offer, all++;
    }
    double expected = 1 - exp(-0.8);
    assert_near(awake / all, expected, 3.5 * sqrt(expected * (1 - expected) / all) + 1e-3);
    lab_close(&lab);
}

static void a_vintage_whose_rent_is_below_its_avoidable_cost_sleeps(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL,
                  LAB_SET("run.end=2022-06", "supply.initial_generations=[A100, Ascend910]",
                          "market.convenience=0 CNY/card-hour", "supply.initial_capacity=400000 P"));
    struct world *w = lab_run(&lab, 0);
    size_t asleep = 0, awake = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        bool pays = w->market.rent_card[v->generation] >=
                    0.95 * w->value.cash_cost[v->region][v->generation]; /* which rose with the dollar */
        assert_true(pays || !v->on_offer);
        asleep += !v->on_offer, awake += v->on_offer;
    }
    assert_true(asleep > 0 && awake > 0);
    lab_close(&lab);
}

/* The product-limit estimate by its definition: each death multiplies the curve by one less its share of those still at
 * risk. */
static double mean_life(const struct world *w, int g, double limit)
{
    double alive = 1, area = 0, at = 0;
    for (;;) {
        double next = limit, dying = 0, at_risk = 0;
        for (size_t i = 0; i < w->vintages.count; i++) {
            const struct vintage *v = &w->vintages.row[i];
            double age = v->retired_on - v->delivered;
            if (v->generation == g && v->woken && !v->standing && age > at && age < next)
                next = age;
        }
        area += alive * (next - at);
        if (next >= limit)
            return area;
        for (size_t i = 0; i < w->vintages.count; i++) {
            const struct vintage *v = &w->vintages.row[i];
            double age = (v->standing ? w->sim->now : v->retired_on) - v->delivered;
            if (v->generation != g || !v->woken)
                continue;
            at_risk += age >= next ? v->cards : 0;
            dying += !v->standing && fabs(age - next) < 1e-12 ? v->cards : 0;
        }
        alive *= 1 - dying / at_risk;
        at = next;
    }
}

static void the_life_of_a_generation_counts_those_that_still_stand(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2031-01", "entry.enabled=false", "supply.review_rate=1 /yr", "supply.scrap_value=0.2",
                     "supply.service_life={lognormal: {median: 6.8 yr, sigma: 0.3}}"));
    for (uint32_t r = 0; r < 3; r++) {
        struct world *w = lab_run(&lab, r);
        static const char *const followed[] = {"A100", "A800"};
        for (int i = 0; i < 2; i++) {
            char name[64];
            snprintf(name, sizeof name, "mean_life.%s", followed[i]);
            assert_near(lab_scalar(&lab, name), mean_life(w, lab_generation(w, followed[i]), 7), 1e-9);
        }
        assert_true(isnan(lab_scalar(&lab, "mean_life.R200"))); /* too young to say */
    }
    lab_close(&lab);
}

static void what_is_worth_more_as_parts_is_scrapped(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(
        &lab, LAB_STILL,
        LAB_SET("run.end=2028-02", "supply.review_rate=6 /yr", "supply.scrap_value=0.8", "supply.service_life=8 yr"));
    struct world *w = lab_run(&lab, 0);
    int g = lab_generation(w, "A100");
    double parts = 0.8 * w->generations.list_price_cny[g], worst_kept = 0;
    size_t scrapped = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        scrapped += !v->standing && v->retired_on < v->retires;
        if (v->standing)
            worst_kept = fmax(worst_kept, parts - value_of_card(w, v->region, g, v->retires - w->sim->now));
    }
    assert_true(scrapped > 2 && scrapped < w->vintages.count);
    assert_true(worst_kept < 0.25 * parts); /* a few may wait for their next review */
    lab_close(&lab);
}

/* Prices stand still in this world, so that what scrap earned is price times cards. */
static void what_scrap_earns_reaches_the_books_once(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, LAB_STILL "policies: null\nshocks: null\n",
             LAB_SET("run.end=2026-01", "supply.scrap_value=0.07", "supply.service_life=3.3 yr",
                     "generations.A100.list_price_decline=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    double expected = 0.07 * w->generations.list_price_cny[lab_generation(w, "A100")] * w->vintages.retired_cards;
    assert_true(expected > 1e6);
    assert_near(w->vintages.scrap_cny, expected, 0.1 * expected); /* the dollar moves */
    lab_close(&lab);
}

/* Each vintage is looked at once in every interval, on a date of its own: with a service so cheap that the first look
 * buys it, the share improved rises in a straight line. */
static void owners_look_once_in_every_interval(void **state)
{
    (void)state;
    enum { WORLDS = 60 };
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL,
                  LAB_SET("run.end=2022-07", "supply.review_rate=1.3 /yr", "engineering.gain=0.01",
                          "engineering.cost=0", "engineering.from=none", "supply.initial_age=36 months"));
    double looked_at = 0, all = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->vintages.count; i++)
            looked_at += w->vintages.row[i].quality > 1, all++;
    }
    double expected = 1.3 * 181 / 365.0;
    assert_near(looked_at / all, expected, 3.5 * sqrt(expected * (1 - expected) / all));
    lab_close(&lab);
}

/* -- full worlds --------------------------------------------------------------------------------------------------- */

static struct {
    size_t looked;
    double worst;
    double lost, lost_early; /* cards of vintages that stand on without them; of those, from the start */
} seen;

static void off_by(double difference, double scale)
{
    seen.worst = fmax(seen.worst, fabs(difference) / (1 + scale));
}

/* Cards are neither made nor lost between a delivery and the scrapyard, and the sums by generation are those of the
 * rows. */
static void count_cards(struct world *w)
{
    const struct vintages *v = &w->vintages;
    double installed[MAX_GENERATIONS] = {0}, awake[MAX_GENERATIONS] = {0}, let[MAX_GENERATIONS] = {0};
    double work[MAX_GENERATIONS] = {0}, all = 0, before = 0, retired = 0, standing = 0, improved = 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct vintage *one = &v->row[i];
        all += one->cards;
        before += one->project == UINT32_MAX ? one->cards : 0;
        retired += one->standing ? 0 : one->cards;
        if (!one->standing) {
            off_by(one->let_cards, 0);
            continue;
        }
        installed[one->generation] += one->cards;
        improved += one->quality > 1 ? one->cards : 0;
        awake[one->generation] += one->on_offer ? one->cards : 0;
        work[one->generation] += one->on_offer ? one->cards * (double)one->quality : 0;
        let[one->generation] += one->let_cards;
        assert_true(one->let_cards >= -1e-6 && one->let_cards <= one->cards + 1e-6);
        assert_true(one->on_offer || one->let_cards < 1e-6);
    }
    for (size_t g = 0; g < w->generations.count; g++) {
        off_by(installed[g] - v->installed_cards[g], installed[g]);
        off_by(awake[g] - v->offered_cards[g], awake[g]);
        off_by(work[g] - v->offered_work[g], work[g]);
        off_by(let[g] - v->let_cards[g], let[g]);
        standing += installed[g];
    }
    off_by(retired + seen.lost - v->retired_cards, retired);
    off_by(improved - v->improved_cards, improved);
    off_by(standing + v->retired_cards - seen.lost - all, all);
    double waiting = 0; /* delivered to a site that is not ready, or whose project was given up meanwhile */
    for (size_t i = 0; i < w->projects.count; i++)
        waiting += isnan(w->projects.row[i].ready) ? w->projects.row[i].cards : 0;
    off_by(w->channels.delivered - waiting - (all + seen.lost - before - seen.lost_early), all);
    double in_flight = 0;
    for (int k = 0; k < CHANNELS; k++)
        for (size_t g = 0; g < w->generations.count; g++)
            in_flight += w->channels.backlog_cards[k][g];
    off_by(w->channels.ordered - w->channels.delivered - w->channels.refunded - w->channels.lost - w->channels.seized -
               in_flight,
           w->channels.ordered);
    seen.looked++;
}

static void count_lost(struct world *w, uint32_t id, double cards)
{
    const struct vintage *v = &w->vintages.row[id];
    seen.lost += v->standing ? cards : 0;
    seen.lost_early += v->standing && v->project == UINT32_MAX ? cards : 0;
}

static const struct vintage_follower loser = {.lost = count_lost};

static void follow_lost(struct world *w)
{
    supply_follow(w, &loser);
}

static const struct model counter = {
    .name = "counter", .help = "counts cards", .start = follow_lost, .phase = {[PHASE_FINANCE] = count_cards}};

static void cards_are_conserved_at_every_step(void **state)
{
    (void)state;
    static const char *const policy[] = {"policy.enabled=true", "policy.enabled=false"}, *const cap[] = {"none",
                                                                                                         "90 MW"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        char east[64];
        snprintf(east, sizeof east, "regions.east.power_cap=%s", cap[i]);
        lab_open_with(&lab, &counter, NULL,
                      LAB_SET("run.end=2030-01", policy[i], east, "supply.review_rate=2 /yr", "supply.refresh_margin=0",
                              "supply.scrap_value=0.1", "engineering.gain=0.1", "life.failures=0.05 /yr",
                              "life.wear_scale=8 yr", "life.repair=0.5", "entry.private_value=0"));
        for (uint32_t r = 0; r < 4; r++) {
            seen.looked = 0, seen.worst = 0, seen.lost = 0, seen.lost_early = 0;
            lab_run(&lab, r);
            assert_true(seen.looked >= lab.plan->step_count);
            assert_near(seen.worst, 0, 1e-9);
            assert_true(seen.lost > 10);
        }
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_capacity_of_the_start_is_what_the_scenario_says),
        cmocka_unit_test(a_vintage_retires_when_its_service_life_is_over),
        cmocka_unit_test(what_sleeps_too_long_is_scrapped),
        cmocka_unit_test(vintages_wake_at_the_rate_of_their_owners),
        cmocka_unit_test(a_vintage_whose_rent_is_below_its_avoidable_cost_sleeps),
        cmocka_unit_test(the_life_of_a_generation_counts_those_that_still_stand),
        cmocka_unit_test(what_is_worth_more_as_parts_is_scrapped),
        cmocka_unit_test(what_scrap_earns_reaches_the_books_once),
        cmocka_unit_test(owners_look_once_in_every_interval),
        cmocka_unit_test(cards_are_conserved_at_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
