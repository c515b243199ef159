/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failures, repairs, halls, small jobs: what decides how long a card earns. */
#include "models_lab.h"

#include "models/leases/lease_income.h"
#include "models/market/small_jobs.h"
#include "models/supply/life.h"

/* Capacity standing at the start and nothing else: nobody builds, nobody rents. */
#define STANDING                                                                                                       \
    "pipeline: {enabled: false}\nleasing: {enabled: false}\naccounting: {enabled: false}\nfinance: {enabled: false}\n"

static void small_jobs_fill_the_hours_that_cards_give_them(void **state)
{
    (void)state;
    static const double cards[] = {4e4, 9e4, 2e4}, rent[] = {0.4, 2, 11};
    struct small_jobs jobs = {.cards = 3e4, .reference_price = 1.2, .elasticity = 0.8};
    double price = small_jobs_price(&jobs, cards, rent, 3, 1.2), given = 0;
    for (int i = 0; i < 3; i++)
        given += cards[i] * price / (price + rent[i]);
    assert_near(given, 3e4 * pow(price / 1.2, -0.8), 1e-4);
    assert_near(small_jobs_price(&jobs, cards, rent, 3, 500), price, 1e-9); /* from wherever it starts */
    assert_near(small_jobs_price(&jobs, cards, rent, 3, 1e-4), price, 1e-9);
    assert_true(small_jobs_price(&jobs, cards, rent, 2, 1.2) > price); /* fewer cards */
    assert_near(small_jobs_price(&jobs, cards, rent, 0, 3), 1.2, 0);
}

static double sum_of(struct lab *lab, const char *name, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += lab_series(lab, name)[i];
    return sum;
}

/* 40 % of what stands fails a year, a tenth of it in a quarter: lost to the card if a repair costs more than a card,
 * repaired if it costs next to nothing. */
static void what_fails_is_repaired_where_that_pays_and_lost_where_not(void **state)
{
    (void)state;
    static const char *const repair[] = {"life.repair=100", "life.repair=0.001"};
    for (int cheap = 0; cheap < 2; cheap++) {
        struct lab lab;
        lab_open(&lab, STANDING,
                 LAB_SET("run.end=2024-01", "supply.initial_competent=1", "supply.review_rate=0 /yr",
                         "life.failures=0.4 /yr", "life.wear_scale=none", "life.guarantee=0 years", repair[cheap]));
        struct world *w = lab_run(&lab, 0);
        size_t steps = lab.plan->step_count;
        double lost = sum_of(&lab, "cards_broken", steps), spent = sum_of(&lab, "repairs", steps);
        if (cheap) {
            assert_near(lost, 0, 0);
            assert_true(spent > 0);
        } else {
            assert_true(lost > 100);
            assert_near(lost, w->vintages.retired_cards, 1e-6 * lost);
            assert_near(spent, 0, 0);
        }
        lab_close(&lab);
    }
}

static void under_guarantee_the_maker_replaces(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, STANDING,
             LAB_SET("run.end=2024-01", "supply.initial_competent=1", "supply.review_rate=0 /yr", "life.failures=1 /yr",
                     "life.guarantee=9 years", "life.repair=100"));
    struct world *w = lab_run(&lab, 0);
    assert_near(w->vintages.retired_cards, 0, 0);
    lab_close(&lab);
}

/* Of a vintage that earns: what is left to it falls with age, and with what its hall could let for. */
static void age_and_halls_take_of_what_is_left(void **state)
{
    (void)state;
    static const char *const hall[] = {"regions.east.hall_rent=0 CNY/kWh", "regions.east.hall_rent=1.5 CNY/kWh"};
    double left[2] = {0};
    size_t compared = 0;
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, STANDING,
                 LAB_SET("run.end=2022-03", "life.hall_use=false", "life.failures=0.05 /yr", "life.wear_scale=8 yr",
                         "supply.service_life=15 yr", hall[i], "supply.review_rate=0 /yr"));
        struct world *w = lab_run(&lab, 0);
        for (uint32_t id = 0; id < w->vintages.count; id++) {
            struct vintage *v = &w->vintages.row[id];
            double now = life_value_left(w, id);
            left[i] += v->region == 0 ? now : 0;
            v->delivered -= 5;
            assert_true(life_value_left(w, id) < now);
            compared++;
        }
        lab_close(&lab);
    }
    assert_true(compared > 20);
    assert_true(left[1] < left[0]);
}

/* A rack of 15 kW holds a server of H100, not one of MI355X, one of 40 kW both; R200 come in racks of 216 kW. */
static void cards_that_a_hall_has_no_racks_for_cost_a_refit(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, STANDING, LAB_SET("run.end=2022-03", "life.refit_cost=32000 CNY*h/kWh", "life.refit_time=0.5 yr"));
    struct world *w = lab_run(&lab, 0);
    int h100 = lab_generation(w, "H100"), mi355x = lab_generation(w, "MI355X"), r200 = lab_generation(w, "R200");
    struct vintage *v = &w->vintages.row[0];
    assert_true(v->delivered < 2022);
    assert_near(life_refit_per_card(w, 0, h100), 0, 0);
    assert_near(life_refit_per_card(w, 0, mi355x), 32000 * procurement_site_kw(w, mi355x), 1e-6);
    assert_near(life_refit_yr(w, 0, mi355x), 0.5, 0);
    v->delivered = 2023.5;
    assert_near(life_refit_per_card(w, 0, mi355x), 0, 0);
    assert_near(life_refit_yr(w, 0, mi355x), 0, 0);
    assert_near(life_refit_per_card(w, 0, r200), 32000 * procurement_site_kw(w, r200), 1e-6);
    v->delivered = 2027.5;
    assert_near(life_refit_per_card(w, 0, r200), 0, 0);
    lab_close(&lab);
}

/* What failures, halls and refits are not asked for changes nothing. */
static void a_card_without_wear_or_a_hall_worth_something_is_worth_its_quasi_rents(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2024-01", "life.failures=0 /yr", "life.wear_scale=none", "life.hall_use=false",
                     "regions.east.hall_rent=0 CNY/kWh", "regions.central.hall_rent=0 CNY/kWh",
                     "regions.west.hall_rent=0 CNY/kWh"));
    struct world *w = lab_run(&lab, 0);
    for (uint32_t id = 0; id < w->vintages.count; id++) {
        const struct vintage *v = &w->vintages.row[id];
        double quasi_rents = value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
        assert_near(life_value_left(w, id), quasi_rents, 0);
    }
    assert_true(w->vintages.count > 20);
    lab_close(&lab);
}

/* Sums over the leases of each vintage: rent, and cards, of contracts that run past a quarter's middle. */
static void what_contracts_will_pay_is_their_rents_while_tenants_stay(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_of(&lab, "life", LAB_SET("run.end=2026-01"));
    struct world *w = lab_run(&lab, 0);
    size_t compared = 0;
    for (uint32_t v = 0; v < w->vintages.count; v++) {
        double rent[VALUE_STEPS] = {0}, cards[VALUE_STEPS] = {0};
        struct lease_income income;
        lease_income_of(w, v, &income);
        for (size_t i = 0; i < w->leases.count; i++) {
            const struct lease *l = &w->leases.row[i];
            for (int k = 0; k < VALUE_STEPS && l->live && l->started && l->vintage == v; k++)
                if (l->billing != BILLING_ON_DEMAND && w->sim->now + (k + 0.5) / VALUE_STEPS_PER_YEAR < l->ends) {
                    rent[k] += l->cards * l->rent;
                    cards[k] += l->cards;
                }
        }
        for (int k = 0; k < VALUE_STEPS; k++) {
            assert_true(income.rent[k] <= rent[k] * (1 + 1e-12) && income.cards[k] <= cards[k] * (1 + 1e-12));
            assert_true((income.cards[k] > 0) == (cards[k] > 0)); /* they may leave, and most do not within a quarter */
            assert_true(k > 0 || income.cards[k] >= 0.7 * cards[k]);
            assert_true(k < income.quarters || rent[k] <= 0);
        }
        compared += income.quarters > 0;
    }
    assert_true(compared > 50);
    lab_close(&lab);
}

/* A vintage under contract: rents of its contracts are worth something, and nothing if owners do not count them. */
static void contracts_keep_cards_that_would_not_pay_at_the_rents_of_the_day(void **state)
{
    (void)state;
    static const char *const counted[] = {"life.contracts=false", "life.contracts=true"};
    for (int counts = 0; counts < 2; counts++) {
        struct lab lab;
        size_t dearer = 0;
        lab_open_of(&lab, "life", LAB_SET("run.end=2026-01", counted[counts]));
        struct world *w = lab_run(&lab, 0);
        for (uint32_t v = 0; v < w->vintages.count; v++) {
            double before = life_value_left(w, v);
            struct lease_income income;
            lease_income_of(w, v, &income);
            for (size_t i = 0; i < w->leases.count; i++)
                if (w->leases.row[i].live && w->leases.row[i].vintage == v)
                    w->leases.row[i].rent *= 7;
            double after = life_value_left(w, v);
            assert_true(after >= before);
            assert_true(after == before || (counts && income.quarters > 0));
            dearer += after > before;
        }
        assert_int_equal(dearer > 50, counts);
        lab_close(&lab);
    }
}

/* -- lives: the study of scenarios/life.yml -------------------------------------------------------------------------
 */

enum { GENERATIONS = 5, WORLDS = 300 };
static const char *const followed[GENERATIONS] = {"A100", "A800", "H100", "H800", "H20"};

static void find_lives(double life[GENERATIONS], const char *variant, double *service_life)
{
    struct lab lab;
    struct ensemble ensemble;
    lab_list(&lab, NULL, models_world_size);
    lab.of = "life";
    lab.variant = variant;
    lab_ready(&lab, NULL, NULL);
    lab.request.replications = WORLDS;
    lab.request.threads = 2;
    montecarlo_run(&lab.request, &ensemble);
    assert_int_equal(ensemble.failed, 0);
    print_message("    %-20s", variant ? variant : "as it is");
    for (int g = 0; g < GENERATIONS; g++) {
        char name[64];
        snprintf(name, sizeof name, "economic_life.%s", followed[g]);
        life[g] = ensemble.scalar[lab_channel(lab.plan->scalar, lab.plan->scalar_count, name)].mean;
        print_message(" %s %.2f", followed[g], life[g]);
    }
    print_message("\n");
    *service_life = 12; /* lives.yml, the median */
    ensemble_free(&ensemble);
    lab_close(&lab);
}

static void lives_come_of_what_cards_earn_and_cost(void **state)
{
    (void)state;
    static const char *const variant[] = {"fast_progress", "dear_power", "no_small_jobs"};
    static const double moved_by = 0.09, shorter = -0.05; /* two generations or more; in the mean over all */
    double base[GENERATIONS], other[GENERATIONS], service_life, least = HUGE_VAL, most = 0;
    find_lives(base, NULL, &service_life);
    for (int g = 0; g < GENERATIONS; g++) {
        assert_true(base[g] > 3 && base[g] < 8); /* well before materials give in */
        assert_true(fabs(base[g] / service_life - 1) > 0.05);
        least = fmin(least, base[g]), most = fmax(most, base[g]);
    }
    assert_true(most > 1.2 * least); /* a schedule has one life for all */
    for (int v = 0; v < 3; v++) {
        int moved = 0;
        double sum = 0;
        find_lives(other, variant[v], &service_life);
        for (int g = 0; g < GENERATIONS; g++) {
            moved += other[g] / base[g] <= 1 - moved_by;
            sum += other[g] / base[g] - 1;
        }
        assert_true(moved >= 2);
        assert_true(sum / GENERATIONS < shorter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_jobs_fill_the_hours_that_cards_give_them),
        cmocka_unit_test(what_fails_is_repaired_where_that_pays_and_lost_where_not),
        cmocka_unit_test(under_guarantee_the_maker_replaces),
        cmocka_unit_test(age_and_halls_take_of_what_is_left),
        cmocka_unit_test(cards_that_a_hall_has_no_racks_for_cost_a_refit),
        cmocka_unit_test(a_card_without_wear_or_a_hall_worth_something_is_worth_its_quasi_rents),
        cmocka_unit_test(what_contracts_will_pay_is_their_rents_while_tenants_stay),
        cmocka_unit_test(contracts_keep_cards_that_would_not_pay_at_the_rents_of_the_day),
        cmocka_unit_test(lives_come_of_what_cards_earn_and_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
