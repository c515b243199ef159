/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants: how many come and go, what they need, what moves it. */
#include "models_lab.h"

#include <gsl/gsl_cdf.h>

#define QUIET                                                                                                          \
    "pipeline: {enabled: false}\naccounting: {enabled: false}\nleasing: {enabled: false}\ncircular: {enabled: "        \
    "false}\n"

static int class_of(const struct world *w, const char *name)
{
    for (size_t c = 0; c < sim_row_count(w->sim, "tenants"); c++)
        if (strcmp(sim_row_name(w->sim, "tenants", c), name) == 0)
            return (int)c;
    fail();
    return -1;
}

/* Tenants of a class that came after the start. */
static double arrivals(const struct world *w, int class_)
{
    double count = 0;
    for (size_t i = 0; i < w->tenants.count; i++)
        count += (int)w->tenants.row[i].class_ == class_ && w->tenants.row[i].entered >= w->sim->plan->start;
    return count;
}

/* -- coming and going ---------------------------------------------------------------------------------------------- */

static void tenants_come_as_a_poisson_process(void **state)
{
    (void)state;
    enum { WORLDS = 150 };
    const double mean = 31 * 3;
    struct lab lab;
    lab_open(&lab, QUIET, LAB_SET("run.end=2025-01", "tenants.industry.entry=31 /yr"));
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        double count = arrivals(w, class_of(w, "industry"));
        sum += count, squares += (count - mean) * (count - mean);
    }
    assert_near(sum / WORLDS, mean, 3.5 * sqrt(mean / WORLDS));
    /* squares over the mean are chi-squared with as many degrees of freedom as worlds */
    double p = gsl_cdf_chisq_P(squares / mean, WORLDS);
    assert_true(p > 0.0005 && p < 0.9995);
    lab_close(&lab);
}

/* Developers come at 1 + height e^(-z^2/2) times their normal rate; the integral of the pulse is a normal
 * distribution's. */
static void a_pulse_of_funding_brings_its_integral(void **state)
{
    (void)state;
    enum { WORLDS = 40 };
    const double height = 6.5, width = 0.4, centre = 2023 + 4.0 / 12, rate = 25;
    struct lab lab;
    lab_open(&lab, QUIET,
             LAB_SET("run.end=2024-01", "demand.pulse_height=6.5", "demand.pulse_width=0.4 yr",
                     "demand.pulse_centre=2023-05", "tenants.developer.entry=25 /yr"));
    double sum = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        sum += arrivals(w, class_of(w, "developer"));
    }
    double inside = gsl_cdf_ugaussian_P((2024 - centre) / width) - gsl_cdf_ugaussian_P((2022 - centre) / width);
    double mean = rate * (2 + height * width * sqrt(2 * M_PI) * inside);
    assert_near(sum / WORLDS, mean, 3.5 * sqrt(mean / WORLDS));
    lab_close(&lab);
}

static double share_left(const char *lines, const char *const *sets)
{
    enum { WORLDS = 12 };
    struct lab lab;
    lab_open_bare(&lab, lines, sets);
    double present = 0, all = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        int startups = class_of(w, "startup");
        for (size_t i = 0; i < w->tenants.count; i++)
            if ((int)w->tenants.row[i].class_ == startups)
                present += w->tenants.row[i].present, all++;
    }
    assert_near(all, 500 * WORLDS, 0);
    lab_close(&lab);
    return present / all;
}

static void those_of_the_start_leave_at_a_constant_hazard(void **state)
{
    (void)state;
    double left = share_left(QUIET, LAB_SET("run.end=2024-01", "tenants.startup.initial=500",
                                            "tenants.startup.entry=0 /yr", "tenants.startup.exit=0.37 /yr"));
    double expected = exp(-0.37 * 2);
    assert_near(left, expected, 3.5 * sqrt(expected * (1 - expected) / 6000));
}

/* A shock multiplies the hazard by 1 + boost e^(-t/decay): its integral over T is T + boost decay (1 - e^(-T/decay)).
 * Over a step the boost of its start holds, which a short step makes small. */
static void a_shock_drives_tenants_out_by_its_integral(void **state)
{
    (void)state;
    const double boost = 4, decay = 0.5, before = 0.5, after = 1;
    double left = share_left(QUIET "shocks: {blow: {date: 2022-07, exit_boost: 4, exit_decay: 6 months}}\n",
                             LAB_SET("run.end=2023-07", "run.step=1 week", "tenants.startup.initial=500",
                                     "tenants.startup.entry=0 /yr", "tenants.startup.exit=0.11 /yr",
                                     "tenants.startup.shocked=true"));
    double expected = exp(-0.11 * (before + after + boost * decay * (1 - exp(-after / decay))));
    assert_near(left, expected, 3.5 * sqrt(expected * (1 - expected) / 6000) + 0.003);
}

/* -- desires ------------------------------------------------------------------------------------------------------- */

static double demand_total(const struct world *w, enum workload k, double rent)
{
    return demand_at_reference(w, k) * exp(demand_response(w, k, log(rent)).log);
}

static void the_markets_demand_is_the_sum_of_desires(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2025-01"));
    struct world *w = lab_run(&lab, 2);
    /* tenants that came in the last step count from the next on */
    model_demand.phase[PHASE_DEMAND](w);
    double at_home[WORKLOADS], log_rent[WORKLOADS];
    for (int k = 0; k < WORKLOADS; k++)
        at_home[k] = exp(demand_response(w, (enum workload)k, log_rent[k] = log(w->market.rent[k])).log);
    demand_at_rents(w, log_rent, at_home);
    for (int k = 0; k < WORKLOADS; k++) {
        double sum = 0;
        for (uint32_t id = 0; id < w->tenants.count; id++)
            sum += demand_desire(w, id, (enum workload)k);
        assert_near(sum, demand_total(w, (enum workload)k, w->market.rent[k]), 1e-9 * sum);
    }
    lab_close(&lab);
}

static void demand_has_the_elasticity_it_was_given(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2022-04", "demand.users_below=0",
                     "demand.elasticity_training={uniform: {low: 0.61999999, high: 0.62000001}}"));
    struct world *w = lab_run(&lab, 0);
    double base = demand_total(w, TRAINING, 41);
    assert_near(demand_total(w, TRAINING, 82) / base, pow(2, -0.62), 1e-6);
    assert_near(demand_total(w, TRAINING, 41 / 3.0) / base, pow(3, 0.62), 1e-6);
    lab_close(&lab);
}

/* Demand of one tenant class in still air: what one change multiplies it by. */
static double base_demand(const char *lines, enum workload k, const char *set)
{
    struct lab lab;
    lab_open_bare(&lab, lines,
                  LAB_SET("run.end=2024-02", "pipeline.enabled=false", "tenants.platform.usage=false", set));
    struct world *w = lab_run(&lab, 0);
    double total = demand_total(w, k, 60);
    lab_close(&lab);
    return total;
}

/* Algorithmic progress saves compute and is used for more of it: A^(eps - 1); but growth of usage is stated net of it.
 */
static void progress_moves_demand_by_elasticity_less_one(void **state)
{
    (void)state;
    static const char *const elasticity[] = {"demand.elasticity_inference=1.4", "demand.elasticity_inference=1",
                                             "demand.elasticity_inference=0.7"};
    static const double less_one[] = {0.4, 0, -0.3};
    for (int i = 0; i < 3; i++) {
        double still = base_demand(LAB_STILL, INFERENCE, elasticity[i]);
        double faster = base_demand(LAB_STILL_BUT("progress_inference: 0.5 /yr"), INFERENCE, elasticity[i]);
        assert_near(faster / still, exp(less_one[i] * 0.5 * 2), 1e-9); /* two years to the start of the last step */
    }
}

/* At the algorithms and the rent that needs are stated with, elasticity changes nothing; a year earlier it does. */
static void elasticities_agree_where_needs_are_stated(void **state)
{
    (void)state;
    static const char *const elasticity[] = {"demand.elasticity_inference=1.4", "demand.elasticity_inference=0.7"};
    double there[2], before[2];
    for (int i = 0; i < 2; i++) {
        there[i] =
            base_demand(LAB_STILL_BUT("progress_inference: 0.5 /yr\n  needs_at: 2024-01"), INFERENCE, elasticity[i]);
        before[i] =
            base_demand(LAB_STILL_BUT("progress_inference: 0.5 /yr\n  needs_at: 2025-01"), INFERENCE, elasticity[i]);
    }
    assert_near(there[0] / there[1], 1, 1e-9);
    assert_near(before[0] / before[1], exp(-(1.4 - 0.7) * 0.5), 1e-3); /* of a year of 366 days */
}

static void a_shock_saves_compute_and_takes_need_away(void **state)
{
    (void)state;
    const char *with = LAB_STILL "shocks: {blow: {date: 2023-05, progress: 0.4, need_drop: 0.3}}\n";
    static const char *const inelastic = "demand.elasticity_training=0.6";
    double before = base_demand(LAB_STILL, TRAINING, inelastic), after = base_demand(with, TRAINING, inelastic);
    /* nobody is `shocked` but developers, who lose 30 % of their need; everyone trains by 0.4 cheaper at elasticity 0.6
     */
    double developers = 15 * 20 * 0.85, platforms = 20 * 20 * 0.2, industry = 30 * 20 * 0.35, startups = 33 * 2 * 0.3;
    double all = developers + platforms + industry + startups;
    assert_near(before, all, 1e-6 * all); /* a tenant's share of training is a float */
    assert_near(after / before, exp(-0.4 * 0.4) * (all - 0.3 * developers) / all, 1e-7);
}

static void a_voucher_moves_its_holders_along_their_demand_curve(void **state)
{
    (void)state;
    const char *with =
        LAB_STILL "policies: {gift: {kind: voucher, announced: 2023-01, effective: 2023-01, strength: 0.3}}\n";
    static const char *const elasticity = "demand.elasticity_inference=0.7";
    double before = base_demand(LAB_STILL, INFERENCE, elasticity), after = base_demand(with, INFERENCE, elasticity);
    double startups = 33 * 2 * 0.7, others = 15 * 20 * 0.15 + 20 * 20 * 0.8 + 30 * 20 * 0.65;
    assert_near(before, startups + others, 1e-6 * before);
    assert_near(after / before, (startups * pow(0.7, -0.7) + others) / (startups + others), 1e-7);
}

static void a_tenant_grows_for_its_years_and_no_longer(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2026-01", "tenants.startup.growth=0.4 /yr", "tenants.startup.growth_years=2 yr",
                          "tenants.startup.exit=0 /yr", "tenants.startup.entry=50 /yr", "tenants.startup.need=3 P"));
    struct world *w = lab_run(&lab, 0);
    int startups = class_of(w, "startup");
    double now = w->sim->step_start;
    for (size_t i = 0; i < w->tenants.count; i++) {
        const struct tenant *t = &w->tenants.row[i];
        if ((int)t->class_ == startups && t->entered < now) {
            double expected = 3 * exp(0.4 * fmin(2, now - t->entered));
            assert_near(w->tenants.cohort[startups].need_p[t->place], expected, 1e-9 * expected);
        }
    }
    lab_close(&lab);
}

/* ln 1000 / 3 = 2.303: what a frontier that asks for a thousand times the compute in three years grows by. */
static void a_thousandfold_in_three_years_is_a_growth_of_two_point_three(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2025-02", "tenants.developer.growth=2.302585 /yr",
                          "tenants.developer.growth_years=10 yr", "tenants.developer.initial=0",
                          "tenants.developer.entry=40 /yr", "tenants.developer.exit=0 /yr",
                          "tenants.developer.need=0.7 P", "tenants.developer.pulse=false"));
    struct world *w = lab_run(&lab, 0);
    double now = w->sim->step_start, oldest = now, need_p = 0;
    for (size_t i = 0; i < w->tenants.count; i++)
        if ((int)w->tenants.row[i].class_ == class_of(w, "developer") && w->tenants.row[i].entered < oldest)
            oldest = w->tenants.row[i].entered,
            need_p = w->tenants.cohort[w->tenants.row[i].class_].need_p[w->tenants.row[i].place];
    assert_true(now - oldest > 2.5);
    assert_near(log10(need_p / 0.7), now - oldest, 1e-6);
    lab_close(&lab);
}

/* A training peak, then a product: of the tenants there, share(age) = late + (first - late) e^(-age / time). */
static void a_tenants_work_moves_from_training_to_inference(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2026-01", "tenants.developer.training_share=0.93",
                          "tenants.developer.training_share_late=0.21", "tenants.developer.shift_time=1.7 yr"));
    struct world *w = lab_run(&lab, 3);
    double now = w->sim->step_start;
    int developers = class_of(w, "developer"), compared = 0;
    for (size_t i = 0; i < w->tenants.count; i++) {
        const struct tenant *t = &w->tenants.row[i];
        if ((int)t->class_ == developers && t->present && t->entered < now) {
            double share = w->tenants.cohort[developers].training_share[t->place];
            assert_near(share, 0.21 + (0.93 - 0.21) * exp(-(now - t->entered) / 1.7), 1e-12);
            compared++;
        }
    }
    assert_true(compared > 20);
    lab_close(&lab);
}

/* Seen over the ages of those there: a class that grows for three years trains most then, and infers more every year.
 */
static void a_developers_training_peaks_and_its_inference_does_not(void **state)
{
    (void)state;
    enum { AGES = 6 };
    double work[WORKLOADS][AGES] = {{0}}, count[AGES] = {0};
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2028-01", "tenants.developer.training_share=0.92",
                          "tenants.developer.training_share_late=0.4", "tenants.developer.shift_time=3 yr",
                          "tenants.developer.growth=0.7 /yr", "tenants.developer.growth_years=3 yr",
                          "tenants.developer.need=5 P", "tenants.developer.exit=0 /yr", "tenants.developer.initial=0",
                          "tenants.developer.entry=60 /yr"));
    struct world *w = lab_run(&lab, 0);
    for (size_t i = 0; i < w->tenants.count; i++) {
        const struct tenant *t = &w->tenants.row[i];
        int age = (int)(w->sim->step_start - t->entered + 0.5);
        if ((int)t->class_ != class_of(w, "developer") || t->entered > w->sim->step_start || age >= AGES)
            continue;
        count[age]++;
        for (int k = 0; k < WORKLOADS; k++)
            work[k][age] += demand_need(w, (uint32_t)i, (enum workload)k);
    }
    for (int age = 1; age < AGES; age++) {
        double training = work[TRAINING][age] / count[age], before = work[TRAINING][age - 1] / count[age - 1];
        assert_true(age <= 3 ? training > before : training < before);
        assert_true(work[INFERENCE][age] / count[age] > work[INFERENCE][age - 1] / count[age - 1]);
    }
    lab_close(&lab);
}

static void what_downstream_does_not_let_be_is_reported_and_not_wanted(void **state)
{
    (void)state;
    static const char *const realised = "tenants.industry.realised={2022-01: 0.4}";
    double all = base_demand(LAB_STILL, TRAINING, "tenants.industry.initial=30"),
           part = base_demand(LAB_STILL, TRAINING, realised);
    double industry = 30 * 20 * 0.35;
    assert_near(all - part, 0.6 * industry, 1e-6 * all);
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2022-06", realised));
    lab_run(&lab, 0);
    assert_near(lab_series(&lab, "unrealised_demand")[3], 0.6 * 30 * 20, 1e-6 * all);
    lab_close(&lab);
}

/* Fleets that nobody adds to fill up as usage grows, and what platforms rent is convex in what their users need: f^c.
 */
/* What all use was counted, so it is shared out: neither how many platforms come nor how their sizes fall moves it. */
static void platforms_share_out_what_they_use(void **state)
{
    (void)state;
    static const char *const entry[] = {"tenants.platform.entry=0 /yr", "tenants.platform.entry=40 /yr"};
    double wanted[2];
    uint32_t present[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, LAB_STILL,
                      LAB_SET("run.end=2024-01", "tenants.developer.initial=0", "tenants.industry.initial=0",
                              "tenants.startup.initial=0", "tenants.carmaker=null", "demand.overflow=0",
                              "tenants.platform.training_share=25%", "tenants.platform.exit=0 /yr",
                              "tenants.platform.need={lognormal: {median: 3 P, sigma: 1.3}}", entry[i]));
        struct world *w = lab_run(&lab, (uint32_t)i);
        wanted[i] = demand_at_reference(w, TRAINING) + demand_at_reference(w, INFERENCE);
        present[i] = (uint32_t)w->tenants.present;
        lab_close(&lab);
    }
    assert_true(present[0] == 20 && present[1] > 80);
    assert_near(wanted[1], wanted[0], 1e-6 * wanted[0]);
}

/* Platforms that buy nothing. */
#define POOR "platform.cash_share=0", "platform.turns=0", "platform.drawdown=1000 yr", "platform.paid={2022: 0}"

static void a_full_fleet_overflows_convexly(void **state)
{
    (void)state;
    enum { POWERS = 3 };
    static const char *const overflow[POWERS] = {"demand.overflow=0", "demand.overflow=0.8", "demand.overflow=1.6"};
    double rented[POWERS], full = 0;
    for (int i = 0; i < POWERS; i++) {
        struct lab lab;
        lab_open_bare(&lab, LAB_STILL,
                      LAB_SET("run.end=2024-02", "platform.enabled=true", POOR, "usage.enabled=true",
                              "demand.model_work=0", "demand.own_usage=0", "usage.growth_older=0.6 /yr",
                              "tenants.platform.overflow=true", overflow[i], "tenants.developer.initial=0",
                              "tenants.industry.initial=0", "tenants.startup.initial=0"));
        struct world *w = lab_run(&lab, 0);
        rented[i] = demand_at_reference(w, INFERENCE);
        if (i == 1)
            full = lab_series(&lab, "fleet_fullness")[lab.plan->sample_count - 2]; /* at the start of the last step */
        assert_true(isnan(lab_series(&lab, "fleet_fullness")[5]) == (i == 0));
        lab_close(&lab);
    }
    assert_true(full > 1.3);
    for (int i = 1; i < POWERS; i++)
        assert_near(rented[i] / rented[0], pow(full, 0.8 * i), 1e-6);
}

static void cards_that_platforms_buy_keep_them_from_renting(void **state)
{
    (void)state;
    double full[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, QUIET,
                      i ? LAB_SET("run.end=2024-02", "platform.enabled=true")
                        : LAB_SET("run.end=2024-02", "platform.enabled=true", POOR));
        lab_run(&lab, 0);
        full[i] = lab_series(&lab, "fleet_fullness")[lab.plan->sample_count - 1];
        lab_close(&lab);
    }
    assert_true(full[1] < 0.85 * full[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tenants_come_as_a_poisson_process),
        cmocka_unit_test(a_pulse_of_funding_brings_its_integral),
        cmocka_unit_test(those_of_the_start_leave_at_a_constant_hazard),
        cmocka_unit_test(a_shock_drives_tenants_out_by_its_integral),
        cmocka_unit_test(the_markets_demand_is_the_sum_of_desires),
        cmocka_unit_test(demand_has_the_elasticity_it_was_given),
        cmocka_unit_test(progress_moves_demand_by_elasticity_less_one),
        cmocka_unit_test(elasticities_agree_where_needs_are_stated),
        cmocka_unit_test(a_shock_saves_compute_and_takes_need_away),
        cmocka_unit_test(a_voucher_moves_its_holders_along_their_demand_curve),
        cmocka_unit_test(a_tenant_grows_for_its_years_and_no_longer),
        cmocka_unit_test(a_thousandfold_in_three_years_is_a_growth_of_two_point_three),
        cmocka_unit_test(a_tenants_work_moves_from_training_to_inference),
        cmocka_unit_test(a_developers_training_peaks_and_its_inference_does_not),
        cmocka_unit_test(what_downstream_does_not_let_be_is_reported_and_not_wanted),
        cmocka_unit_test(platforms_share_out_what_they_use),
        cmocka_unit_test(a_full_fleet_overflows_convexly),
        cmocka_unit_test(cards_that_platforms_buy_keep_them_from_renting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
