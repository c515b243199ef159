/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases: who holds what, what it costs, when it ends. */
#include "models_lab.h"

/* -- books of capacity ----------------------------------------------------------------------------------------------------------- */

static struct {
    double worst, expected, seen_ended;
    size_t looked, live;
} seen;

static void off_by(double is, double should)
{
    seen.worst = fmax(seen.worst, fabs(is - should) / (1 + fabs(should)));
}

/* What vintages and tenants say of their leases is what the leases say. */
static void add_up_leases(struct world *w)
{
    const struct leases *t = &w->leases;
    double *cards = arena_array(&w->sim->arena, w->vintages.count, sizeof *cards);
    double *rents = arena_array(&w->sim->arena, w->vintages.count, sizeof *rents);
    double(*held)[WORKLOADS] = arena_array(&w->sim->arena, w->tenants.count, sizeof *held);
    size_t live = 0;
    double all = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct lease *l = &t->row[i];
        if (!l->live)
            continue;
        live++;
        all += l->cards;
        cards[l->vintage] += l->cards;
        rents[l->vintage] += l->cards * l->rent;
        held[l->tenant][l->workload] += l->effective_p;
        assert_true(w->tenants.row[l->tenant].present);
        assert_true(w->vintages.row[l->vintage].competent);
        assert_true(l->cards > 0 && l->rent > 0);
        assert_true(l->ends > w->sim->now - 1e-9);
    }
    assert_int_equal(live, t->live);
    off_by(t->live_cards, all);
    for (size_t i = 0; i < w->vintages.count; i++) {
        off_by(w->vintages.row[i].let_cards, cards[i]);
        off_by(w->vintages.row[i].rent_sum, rents[i]);
    }
    for (size_t i = 0; i < w->tenants.count; i++)
        for (int k = 0; k < WORKLOADS; k++)
            off_by(w->tenants.row[i].held[k], held[i][k]);
    seen.looked++;
}

static const struct model auditor = {.name = "auditor", .help = "adds up leases", .phase = {[PHASE_SAMPLE] = add_up_leases}};

static void leases_add_up_at_every_sample(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &auditor, NULL, LAB_SET("run.end=2029-01"));
    memset(&seen, 0, sizeof seen);
    for (uint32_t r = 0; r < 3; r++)
        lab_run(&lab, r);
    assert_int_equal(seen.looked, 3 * lab.plan->sample_count);
    assert_near(seen.worst, 0, 1e-9);
    lab_close(&lab);
}

/* -- walking away ------------------------------------------------------------------------------------------------------------------ */

/* The compensator of the count of terminations: hazard times time, by the formula at the head of models/leasing.c. Terms of
 * contracts are read from the lease; the forward price is asked for at the middle of the tenor's half year. */
static struct {
    double hazard[MAX_TENANT_CLASSES], b_gap, b_size, b_middleman;
} rules;

static double hazard_of(const struct world *w, const struct lease *l)
{
    const struct vintage *v = &w->vintages.row[l->vintage];
    double h = rules.hazard[w->tenants.row[l->tenant].class_] * pow(l->cards / 64, rules.b_size);
    h *= l->middleman ? exp(rules.b_middleman) : 1;
    int half_years = (int)fmin(fmax(0, l->ends - w->sim->now) * 2, 11);
    double forward = value_term_rent(w, v->generation, 6 * half_years + 3);
    return h * fmax(1, pow(l->rent / forward, rules.b_gap));
}

static void expect_terminations(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++)
        if (w->leases.row[i].live)
            seen.expected += hazard_of(w, &w->leases.row[i]) * w->sim->dt;
}

static void note_terminations(struct world *w)
{
    if (w->sim->sampling)
        seen.seen_ended += w->leases.ended_since_sample[LEASE_TERMINATED];
}

/* The books come before leasing clears its counters at a sample. */
static const struct model expecter = {.name = "expecter", .help = "counts terminations",
                                      .phase = {[PHASE_HAZARD] = expect_terminations, [PHASE_BOOKS] = note_terminations}};

static void compare_hazards(const char *lines, const char *const *sets, double least_count)
{
    struct lab lab;
    lab_open_with(&lab, &expecter, lines, sets);
    memset(&seen, 0, sizeof seen);
    for (uint32_t r = 0; r < 3; r++)
        lab_run(&lab, r);
    assert_true(seen.seen_ended > least_count);
    /* counts less their compensator: a martingale of variance the compensator; 1 % for what ends or begins inside a step */
    assert_near(seen.seen_ended, seen.expected, 3.5 * sqrt(seen.expected) + 0.01 * seen.expected);
    lab_close(&lab);
}

#define ONE_HAZARD "  developer: {walk_away: 0.31 /yr}\n  platform: {walk_away: 0.31 /yr}\n  industry: {walk_away: 0.31 /yr}\n  startup: {walk_away: 0.31 /yr}\n"

static void the_hazard_of_walking_away_is_recovered(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        rules.hazard[c] = 0.31;
    compare_hazards("tenants:\n" ONE_HAZARD,
                    LAB_SET("run.end=2025-01", "run.step=1 week", "run.report=1 week", "leasing.gap_effect=0", "leasing.size_effect=0",
                            "leasing.middleman_share=0", "leasing.penalty=0"), 500);
}

static void size_middlemen_and_the_gap_multiply_it(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        rules.hazard[c] = 0.31;
    rules.b_gap = 1.3, rules.b_size = 0.21, rules.b_middleman = 0.8;
    compare_hazards("tenants:\n" ONE_HAZARD,
                    LAB_SET("run.end=2025-01", "run.step=1 week", "run.report=1 week", "leasing.gap_effect=1.3", "leasing.size_effect=0.21",
                            "leasing.middleman_effect=0.8", "leasing.middleman_share=0.4", "leasing.penalty=0"), 500);
}

static void nobody_leaves_while_the_penalty_exceeds_any_saving(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2026-01", "leasing.penalty=1", "leasing.middleman_share=0", "leasing.excess=100"));
    lab_run(&lab, 0);
    const double *ended = lab_series(&lab, "churn.terminations"), *active = lab_series(&lab, "leases.active");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        assert_near(ended[k], 0, 0);
        assert_true(active[k] > 100);
    }
    lab_close(&lab);
}

static void a_tenant_that_leaves_takes_its_leases_with_it(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2023-01", "tenants.startup.exit=20 /yr", "tenants.industry.exit=20 /yr",
                                 "tenants.developer.exit=20 /yr", "tenants.platform.exit=20 /yr", "tenants.startup.entry=0 /yr",
                                 "tenants.carmaker.exit=20 /yr", "tenants.carmaker.entry=0 /yr",
                                 "tenants.industry.entry=0 /yr", "tenants.developer.entry=0 /yr", "tenants.platform.entry=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->tenants.present, 0);
    assert_int_equal(w->leases.live, 0);
    assert_near(w->leases.live_cards, 0, 1e-6);
    lab_close(&lab);
}

/* -- terms ------------------------------------------------------------------------------------------------------------------------- */

static struct {
    double sum, square, count;
} ages;

static void look_at_ages(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        double share = (w->sim->now - l->signed_on) / (l->ends - l->signed_on);
        assert_true(share >= 0 && share <= 1);
        ages.sum += share, ages.square += share * share, ages.count++;
    }
}

static const struct model registrar = {.name = "registrar", .help = "looks at the leases of the start", .start = look_at_ages};

static void leases_of_the_start_are_at_a_uniform_share_of_their_term(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &registrar, NULL, LAB_SET("run.end=2022-02"));
    memset(&ages, 0, sizeof ages);
    for (uint32_t r = 0; r < 10; r++)
        lab_run(&lab, r);
    assert_true(ages.count > 2000);
    assert_near(ages.sum / ages.count, 0.5, 3.5 * sqrt(1.0 / 12 / ages.count));
    assert_near(ages.square / ages.count, 1.0 / 3, 3.5 * sqrt(4.0 / 45 / ages.count));
    lab_close(&lab);
}

/* Where every contract is of 14 months and nobody leaves, every lease is as old as its term says and is renewed in time. */
static void contracts_last_their_term_and_are_renewed(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL "leasing: {penalty: 1, middleman_share: 0, excess: 100}\n",
                  LAB_SET("run.end=2026-01", "tenants.developer.term=14 months", "tenants.platform.term=14 months",
                          "tenants.industry.term=14 months", "tenants.startup.term=14 months"));
    struct world *w = lab_run(&lab, 0);
    size_t renewed = 0;
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        assert_true(l->live);
        assert_near(l->ends - l->signed_on, 14.0 / 12, 1e-9);
        assert_true(l->signed_on <= 2026 && l->ends >= 2026 - 1e-9);
        renewed += l->signed_on > 2022.5;
    }
    assert_true(renewed > 100);
    lab_close(&lab);
}

static void a_new_lease_costs_the_term_rent(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2022-03", "leasing.excess=100"));
    struct world *w = lab_run(&lab, 0);
    size_t looked = 0;
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live || l->signed_on < 2022)
            continue;
        int months = (int)lround((l->ends - l->signed_on) * 12), g = w->vintages.row[l->vintage].generation;
        assert_near(l->rent, value_term_rent(w, g, months), 0.02 * l->rent); /* list prices move a little */
        looked++;
    }
    assert_true(looked > 3);
    lab_close(&lab);
}

static void without_leasing_nothing_is_let_and_the_market_clears(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-01", "leasing.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->leases.count, 0);
    const double *lit = lab_series(&lab, "capacity.lit"), *price = lab_series(&lab, "price.training");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        assert_near(lit[k], 0, 0);
        assert_true(price[k] > 0);
    }
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leases_add_up_at_every_sample),
        cmocka_unit_test(the_hazard_of_walking_away_is_recovered),
        cmocka_unit_test(size_middlemen_and_the_gap_multiply_it),
        cmocka_unit_test(nobody_leaves_while_the_penalty_exceeds_any_saving),
        cmocka_unit_test(a_tenant_that_leaves_takes_its_leases_with_it),
        cmocka_unit_test(leases_of_the_start_are_at_a_uniform_share_of_their_term),
        cmocka_unit_test(contracts_last_their_term_and_are_renewed),
        cmocka_unit_test(a_new_lease_costs_the_term_rent),
        cmocka_unit_test(without_leasing_nothing_is_let_and_the_market_clears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
