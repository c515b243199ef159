/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases: who holds what, what it costs, when it ends. */
#include "models_lab.h"

#include "models/leases/leasing.h"

#include <gsl/gsl_linalg.h>

/* Every mechanism of leasing at its neutral value: the section to its defaults, classes and owners as said in its head.
 */
#define PLAIN "leasing: null\nengineering: {enabled: false}\ncircular: {enabled: false}\n"
#define PLAIN_SETS                                                                                                     \
    "tenants.developer.on_demand=0", "tenants.developer.package=0", "tenants.platform.on_demand=0",                    \
        "tenants.platform.metered=0", "tenants.carmaker.package=0", "tenants.industry.on_demand=0",                    \
        "tenants.industry.metered=0", "tenants.industry.package=0", "tenants.startup.on_demand=0",                     \
        "tenants.startup.metered=0", "tenants.startup.package=0", "operators.government.know_how=1",                   \
        "operators.carrier.know_how=1", "operators.crossover.know_how=1",                                              \
        "operators.hyperscaler.largest_cluster=1e6 card"

/* -- books of capacity --------------------------------------------------------------------------------------------- */

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
    double *prepaid = arena_array(&w->sim->arena, w->firms.count, sizeof *prepaid);
    double(*held)[WORKLOADS] = arena_array(&w->sim->arena, w->tenants.count, sizeof *held);
    const double thousand = 1000;
    size_t live = 0, terms = 0;
    double all = 0, sublet = 0, of[BILLINGS] = {0}, due = 0, vacated[MAX_GENERATIONS] = {0};
    for (size_t i = 0; i < t->count; i++) {
        const struct lease *l = &t->row[i];
        if (!l->live)
            continue;
        live++;
        all += l->cards;
        cards[l->vintage] += l->cards;
        rents[l->vintage] += l->cards * l->rent;
        held[l->tenant][l->workload] += l->effective_p;
        of[l->billing] += l->cards;
        sublet += l->middleman ? l->cards : 0;
        bool term = l->billing != BILLING_ON_DEMAND;
        double owed = term ? l->cards * l->rent * HOURS_PER_YEAR * (l->ends - w->sim->now) : 0;
        terms += term;
        due += owed;
        prepaid[w->vintages.row[l->vintage].firm] += l->billing == BILLING_PACKAGE ? owed : 0;
        assert_true(w->tenants.row[l->tenant].present);
        assert_true(w->vintages.row[l->vintage].on_offer);
        assert_true(l->cards > 0 && (l->rent > 0) == l->started && l->load <= 1);
        assert_true(l->ends > w->sim->now - 1e-9);
    }
    assert_int_equal(live, t->live);
    assert_int_equal(terms, t->term_leases);
    off_by(t->live_cards, all);
    off_by(t->sublet_cards, sublet);
    off_by((t->due_until - w->sim->now * t->due_rent) * HOURS_PER_YEAR / thousand, due / thousand);
    for (int billing = 0; billing < BILLINGS; billing++)
        off_by(t->live_of[billing], of[billing]);
    for (uint32_t i = 0; i < w->firms.count; i++)
        off_by(leasing_prepaid_cny(w, i) / thousand, prepaid[i] / thousand);
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        assert_true(v->let_cards + lease_vacated(w, (uint32_t)i) <=
                    v->cards * (1 + 1e-6) + 0.01); /* a card is let once */
        vacated[v->generation] += v->on_offer ? lease_vacated(w, (uint32_t)i) : 0;
        off_by(w->vintages.row[i].let_cards, cards[i]);
        off_by(w->vintages.row[i].rent_sum, rents[i]);
    }
    for (size_t i = 0; i < w->tenants.count; i++)
        for (int k = 0; k < WORKLOADS; k++)
            off_by(w->tenants.row[i].present ? demand_held(w, (uint32_t)i, k) : 0, held[i][k]);
    for (size_t g = 0; g < w->generations.count; g++)
        assert_near(w->leases.vacated_cards[g], vacated[g], 0.01);
    seen.looked++;
}

static const struct model auditor = {
    .name = "auditor", .help = "adds up leases", .phase = {[PHASE_SAMPLE] = add_up_leases}};

static void leases_add_up_at_every_sample(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &auditor, NULL, LAB_SET("run.end=2029-01"));
    memset(&seen, 0, sizeof seen);
    for (uint32_t r = 0; r < 3; r++)
        lab_run(&lab, r);
    assert_int_equal(seen.looked, 3 * lab.plan->sample_count);
    assert_near(seen.worst, 0, 1e-7); /* what is due is a difference of sums times dates */
    lab_close(&lab);
}

/* -- walking away -------------------------------------------------------------------------------------------------- */

/* The compensator of the count of terminations: hazard times time, by the formula at the head of models/leasing.c.
 * Terms of contracts are read from the lease. */
static struct {
    double hazard[MAX_TENANT_CLASSES], b_gap, b_size, b_middleman;
} rules;

/* To the middle of the half-year, counted from the start of the world, in which the lease ends. */
static double forward_seen(const struct world *w, const struct lease *l)
{
    double start = w->sim->plan->start, end = floor((l->ends - start) * 2), now_half = floor((w->sim->now - start) * 2);
    double left = (fmin(end, now_half + 10) + 0.5) / 2 - (w->sim->now - start);
    return value_term_rent(w, w->vintages.row[l->vintage].generation, (int)round(left * 12));
}

static double hazard_of(const struct world *w, const struct lease *l)
{
    double h = rules.hazard[w->tenants.row[l->tenant].class_] * pow(l->cards / 64, rules.b_size);
    h *= l->middleman ? exp(rules.b_middleman) : 1;
    double forward = forward_seen(w, l);
    return h * fmax(1, pow(l->rent / supply_rent_factor(w, l->vintage) / forward, rules.b_gap));
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
static const struct model expecter = {
    .name = "expecter",
    .help = "counts terminations",
    .phase = {[PHASE_HAZARD] = expect_terminations, [PHASE_BOOKS] = note_terminations}};

static void compare_hazards(const char *lines, const char *const *sets, double least_count)
{
    struct lab lab;
    lab_open_with(&lab, &expecter, lines, sets);
    memset(&seen, 0, sizeof seen);
    for (uint32_t r = 0; r < 3; r++)
        lab_run(&lab, r);
    assert_true(seen.seen_ended > least_count);
    /* counts less their compensator: a martingale of variance the compensator; 1 % for what ends or begins inside a
     * step */
    assert_near(seen.seen_ended, seen.expected, 3.5 * sqrt(seen.expected) + 0.01 * seen.expected);
    lab_close(&lab);
}

#define ONE_HAZARD                                                                                                     \
    "  developer: {walk_away: 0.31 /yr}\n  platform: {walk_away: 0.31 /yr}\n  industry: {walk_away: 0.31 /yr}\n  "     \
    "carmaker: {walk_away: 0.31 /yr}\n  startup: {walk_away: 0.31 /yr}\n"

static void the_hazard_of_walking_away_is_recovered(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        rules.hazard[c] = 0.31;
    compare_hazards(PLAIN "tenants:\n" ONE_HAZARD,
                    LAB_SET("run.end=2025-01", "run.step=1 week", "run.report=1 week", "leasing.gap_effect=0",
                            "leasing.size_effect=0", "leasing.middleman_share=0", "leasing.penalty=0", PLAIN_SETS),
                    500);
}

static void size_middlemen_and_the_gap_multiply_it(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        rules.hazard[c] = 0.31;
    rules.b_gap = 1.3, rules.b_size = 0.21, rules.b_middleman = 0.8;
    compare_hazards(PLAIN "tenants:\n" ONE_HAZARD,
                    LAB_SET("run.end=2025-01", "run.step=1 week", "run.report=1 week", "leasing.gap_effect=1.3",
                            "leasing.size_effect=0.21", "leasing.middleman_effect=0.8", "leasing.middleman_share=0.4",
                            "leasing.penalty=0", PLAIN_SETS),
                    500);
}

/* -- partial likelihood -------------------------------------------------------------------------------------------- */

/* All leases at risk in every week, with the covariates they had and whether they were terminated in it. The likelihood
 * of Cox (1975) asks only who of those at risk it was, so that it needs nothing of the baseline; ties are Breslow's. */
enum { COVARIATES = 3 }; /* gap, log size, middleman */
struct at_risk {
    double x[COVARIATES];
    uint32_t lease, stamp;
    bool event;
};
static struct {
    struct at_risk *row;
    size_t count, room, *week, weeks, week_room; /* first row of each week */
} cohort;

static void note_cohort(struct world *w)
{
    if (cohort.weeks == cohort.week_room)
        cohort.week = realloc(cohort.week, (cohort.week_room = 2 * cohort.week_room + 64) * sizeof *cohort.week);
    cohort.week[cohort.weeks++] = cohort.count;
    for (uint32_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live)
            continue;
        if (cohort.count == cohort.room)
            cohort.row = realloc(cohort.row, (cohort.room = 2 * cohort.room + 4096) * sizeof *cohort.row);
        double forward = forward_seen(w, l);
        cohort.row[cohort.count++] =
            (struct at_risk){.x = {fmax(0, log(l->rent / supply_rent_factor(w, l->vintage) / forward)),
                                   log(l->cards / 64), l->middleman},
                             .lease = i,
                             .stamp = l->stamp};
    }
}

/* Rows are let again in the requests of the next step at the earliest, so they still say whose they were. Expiries,
 * tenants that left and centres that closed are no events. */
static void note_events(struct world *w)
{
    for (size_t i = cohort.week[cohort.weeks - 1]; i < cohort.count; i++) {
        const struct lease *l = &w->leases.row[cohort.row[i].lease];
        bool renewed = l->live && l->stamp == cohort.row[i].stamp + 1 && l->signed_on >= w->sim->step_start;
        bool gone = l->stamp != cohort.row[i].stamp && !renewed;
        cohort.row[i].event = gone && l->ends > w->sim->step_end && w->tenants.row[l->tenant].present &&
                              w->vintages.row[l->vintage].on_offer;
    }
}

static const struct model epidemiologist = {.name = "epidemiologist",
                                            .help = "follows a cohort of leases",
                                            .phase = {[PHASE_HAZARD] = note_cohort, [PHASE_BOOKS] = note_events}};

/* Gradient and information of the log partial likelihood at b. */
static void score(const double b[COVARIATES], gsl_vector *gradient, gsl_matrix *information)
{
    gsl_vector_set_zero(gradient);
    gsl_matrix_set_zero(information);
    for (size_t week = 0; week < cohort.weeks; week++) {
        size_t from = cohort.week[week], to = week + 1 < cohort.weeks ? cohort.week[week + 1] : cohort.count,
               events = 0;
        double sum = 0, mean[COVARIATES] = {0}, square[COVARIATES][COVARIATES] = {{0}}, seen_x[COVARIATES] = {0};
        for (size_t i = from; i < to; i++) {
            const double *x = cohort.row[i].x;
            double risk = exp(b[0] * x[0] + b[1] * x[1] + b[2] * x[2]);
            events += cohort.row[i].event;
            sum += risk;
            for (int j = 0; j < COVARIATES; j++) {
                seen_x[j] += cohort.row[i].event ? x[j] : 0;
                mean[j] += risk * x[j];
                for (int k = 0; k < COVARIATES; k++)
                    square[j][k] += risk * x[j] * x[k];
            }
        }
        for (int j = 0; events && j < COVARIATES; j++) {
            double m = mean[j] / sum, n = (double)events;
            gsl_vector_set(gradient, (size_t)j, gsl_vector_get(gradient, (size_t)j) + seen_x[j] - n * m);
            for (int k = 0; k < COVARIATES; k++) {
                double *cell = gsl_matrix_ptr(information, (size_t)j, (size_t)k);
                *cell += n * (square[j][k] / sum - m * mean[k] / sum);
            }
        }
    }
}

static void the_covariates_of_the_hazard_are_recovered_by_partial_likelihood(void **state)
{
    (void)state;
    enum { NEWTON = 8 };
    static const double truth[COVARIATES] = {1.3, 0.21, 0.8};
    struct lab lab;
    memset(&cohort, 0, sizeof cohort);
    lab_open_with(&lab, &epidemiologist, PLAIN "tenants:\n" ONE_HAZARD,
                  LAB_SET("run.end=2025-01", "run.step=1 week", "run.report=1 month", "leasing.gap_effect=1.3",
                          "leasing.size_effect=0.21", "leasing.middleman_effect=0.8", "leasing.middleman_share=0.4",
                          "leasing.penalty=0", PLAIN_SETS));
    for (uint32_t r = 0; r < 2; r++)
        lab_run(&lab, r);
    gsl_vector *gradient = gsl_vector_alloc(COVARIATES), *step = gsl_vector_alloc(COVARIATES);
    gsl_matrix *information = gsl_matrix_alloc(COVARIATES, COVARIATES);
    double b[COVARIATES] = {0};
    for (int i = 0; i < NEWTON; i++) {
        score(b, gradient, information);
        assert_int_equal(gsl_linalg_cholesky_decomp1(information), 0);
        gsl_linalg_cholesky_solve(information, gradient, step);
        for (size_t k = 0; k < COVARIATES; k++)
            b[k] += gsl_vector_get(step, k);
    }
    gsl_linalg_cholesky_invert(information);
    for (size_t k = 0; k < COVARIATES; k++) {
        double error = sqrt(gsl_matrix_get(information, k, k));
        print_message("    effect %zu: %.3f, should be %.3f, standard error %.3f\n", k, b[k], truth[k], error);
        assert_near(b[k], truth[k], 3 * error);
        assert_true(error < 0.25 * truth[k]);
    }
    gsl_vector_free(gradient);
    gsl_vector_free(step);
    gsl_matrix_free(information);
    free(cohort.row);
    free(cohort.week);
    lab_close(&lab);
}

static void nobody_leaves_while_the_penalty_exceeds_any_saving(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(
        &lab, PLAIN LAB_STILL,
        LAB_SET("run.end=2026-01", "leasing.penalty=1", "leasing.middleman_share=0", "leasing.excess=100", PLAIN_SETS));
    lab_run(&lab, 0);
    const double *ended = lab_series(&lab, "churn.terminations"), *active = lab_series(&lab, "leases.active");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        assert_near(ended[k], 0, 0);
        assert_true(active[k] > 100);
    }
    lab_close(&lab);
}

/* Not what rounding leaves of a running sum, which is no weight and no denominator. */
static void assert_no_remainder(const struct world *w)
{
    const struct leases *t = &w->leases;
    assert_near(t->live_cards + t->live_p + t->sublet_cards, 0, 0);
    assert_near(t->due_rent + t->due_until, 0, 0);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < MAX_REGIONS; r++)
            assert_near(t->rent_of[c][r], 0, 0);
    for (int billing = 0; billing < BILLINGS; billing++)
        assert_near(t->live_of[billing], 0, 0);
    for (size_t firm = 0; firm < w->firms.count; firm++) {
        assert_near(t->prepaid[firm].rent, 0, 0);
        assert_near(t->prepaid[firm].until, 0, 0);
    }
}

static void a_tenant_that_leaves_takes_its_leases_with_it(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2023-01", "tenants.startup.exit=20 /yr", "tenants.industry.exit=20 /yr",
                     "tenants.developer.exit=20 /yr", "tenants.platform.exit=20 /yr", "tenants.startup.entry=0 /yr",
                     "tenants.carmaker.exit=20 /yr", "tenants.carmaker.entry=0 /yr", "tenants.industry.entry=0 /yr",
                     "tenants.developer.entry=0 /yr", "tenants.platform.entry=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->tenants.present, 0);
    assert_int_equal(w->leases.live, 0);
    assert_no_remainder(w);
    lab_close(&lab);
}

/* -- terms --------------------------------------------------------------------------------------------------------- */

static struct {
    double sum, square, count;
} ages;

static void look_at_ages(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        double share = (w->sim->now - l->signed_on) / (l->ends - l->signed_on);
        if (l->billing == BILLING_ON_DEMAND)
            continue;
        assert_true(share >= 0 && share <= 1);
        ages.sum += share, ages.square += share * share, ages.count++;
    }
}

static const struct model registrar = {
    .name = "registrar", .help = "looks at the leases of the start", .start = look_at_ages};

static void leases_of_the_start_are_at_a_uniform_share_of_their_term(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &registrar, NULL, LAB_SET("run.end=2022-02"));
    memset(&ages, 0, sizeof ages);
    for (uint32_t r = 0; r < 20; r++)
        lab_run(&lab, r);
    assert_true(ages.count > 2000);
    assert_near(ages.sum / ages.count, 0.5, 3.5 * sqrt(1.0 / 12 / ages.count));
    assert_near(ages.square / ages.count, 1.0 / 3, 3.5 * sqrt(4.0 / 45 / ages.count));
    lab_close(&lab);
}

/* Where every contract is of 14 months and nobody leaves, every lease is as old as its term says and is renewed in
 * time. */
static void contracts_last_their_term_and_are_renewed(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, PLAIN LAB_STILL,
                  LAB_SET("run.end=2026-01", "leasing.penalty=1", "leasing.middleman_share=0", "leasing.excess=100",
                          PLAIN_SETS, "tenants.developer.term=14 months", "tenants.platform.term=14 months",
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
    lab_open_bare(&lab, PLAIN LAB_STILL, LAB_SET("run.end=2022-03", "leasing.excess=100", PLAIN_SETS));
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

/* Of a large need a review can meet what one centre has room for, or what several have. */
static void large_tenants_sign_with_several_centres_in_a_month(void **state)
{
    (void)state;
    struct lab lab;
    double unmet[2] = {0, 0}, let[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        lab_open(&lab, NULL, LAB_SET("run.end=2026-01", i ? "leasing.most_centres=8" : "leasing.most_centres=1"));
        for (uint32_t r = 0; r < 6; r++) {
            lab_run(&lab, r);
            unmet[i] += lab_mean(&lab, "unmet_demand", 2025, 2026) / 6;
            let[i] += lab_mean(&lab, "lit_share", 2025, 2026) / 6;
        }
        lab_close(&lab);
    }
    print_message("    unmet %.0f P with one centre a month, %.0f with eight; let %.3f, %.3f\n", unmet[0], unmet[1],
                  let[0], let[1]);
    assert_true(unmet[1] < 0.6 * unmet[0]);
    assert_true(let[1] > let[0] + 0.01);
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
        cmocka_unit_test(the_covariates_of_the_hazard_are_recovered_by_partial_likelihood),
        cmocka_unit_test(nobody_leaves_while_the_penalty_exceeds_any_saving),
        cmocka_unit_test(a_tenant_that_leaves_takes_its_leases_with_it),
        cmocka_unit_test(leases_of_the_start_are_at_a_uniform_share_of_their_term),
        cmocka_unit_test(contracts_last_their_term_and_are_renewed),
        cmocka_unit_test(a_new_lease_costs_the_term_rent),
        cmocka_unit_test(large_tenants_sign_with_several_centres_in_a_month),
        cmocka_unit_test(without_leasing_nothing_is_let_and_the_market_clears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
