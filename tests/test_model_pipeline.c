/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects: candidates, their identity, their delays, their end. */
#include "models_lab.h"

#include "models/supply/pipeline.h"

#include <gsl/gsl_cdf.h>

#define QUIET "leasing: {enabled: false}\naccounting: {enabled: false}\nentry: {enabled: false}\n"

static int operator_of(const struct world *w, const char *name)
{
    for (size_t o = 0; o < sim_row_count(w->sim, "operators"); o++)
        if (strcmp(sim_row_name(w->sim, "operators", o), name) == 0)
            return (int)o;
    fail();
    return -1;
}

static double approved(const struct world *w, int owner_class)
{
    double count = 0;
    for (size_t i = 0; i < w->projects.count; i++)
        count += (int)w->projects.row[i].owner_class == owner_class;
    return count;
}

/* -- approvals ----------------------------------------------------------------------------------------------------- */

/* Where q does not count, approvals are Poisson at the candidate rate times the targets. */
static void candidates_come_as_a_poisson_process(void **state)
{
    (void)state;
    enum { WORLDS = 120 };
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2024-01", "operators.neocloud.q_elasticity=0",
                          "operators.neocloud.candidate_rate=4 /month", "operators.neocloud.first=2022-04",
                          "operators.neocloud.targets={2022-01: 0.5, 2024-01: 1.5}"));
    /* the targets rise in a straight line: their integral from the entry on is worked out by hand */
    const double mean = 48 * ((0.5 + 0.5 * 0.25) * 1.75 + 0.5 * 1.75 * 1.75 / 2);
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        double count = approved(w, operator_of(w, "neocloud"));
        sum += count, squares += (count - mean) * (count - mean);
    }
    /* the targets of a step's start hold for all of it: half a step behind a rise of 0.5 a year */
    assert_near(sum / WORLDS, mean, 3.5 * sqrt(mean / WORLDS) + 48 * 1.75 * 0.5 / 24);
    double p = gsl_cdf_chisq_P(squares / mean, WORLDS);
    assert_true(p > 0.0005 && p < 0.9995);
    lab_close(&lab);
}

static void a_class_without_a_date_is_there_from_the_start(void **state)
{
    (void)state;
    static const char *const first[] = {"operators.neocloud.first=2020-01", "operators.neocloud.first=none",
                                        "operators.neocloud.first=2090-01"};
    double count[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open_bare(&lab, QUIET, LAB_SET("run.end=2023-01", "operators.neocloud.q_elasticity=0", first[i]));
        struct world *w = lab_run(&lab, 0);
        count[i] = approved(w, operator_of(w, "neocloud"));
        lab_close(&lab);
    }
    assert_true(count[0] > 10);
    assert_near(count[1], count[0], 0);
    assert_near(count[2], 0, 0);
}

/* Announcements of listed firms made projects of their class before it had entered: 13 to 25 in china.yml. */
static void an_announcement_makes_no_project_of_a_class_that_has_not_entered(void **state)
{
    (void)state;
    size_t before[2] = {0}, after[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(
            &lab, NULL,
            LAB_SET("run.end=2024-01", i ? "operators.crossover.first=none" : "operators.crossover.first=2023-03-15"));
        struct world *w = lab_run(&lab, 0);
        for (size_t k = 0; k < w->projects.count; k++)
            if (w->projects.row[k].owner_class == operator_of(w, "crossover") &&
                w->projects.row[k].k & PROJECT_ANNOUNCED)
                ++*(w->projects.row[k].approved < 2023 + 73.0 / 365 ? &before[i] : &after[i]);
        lab_close(&lab);
    }
    assert_int_equal(before[0], 0);
    assert_true(after[0] > 5 && before[1] > 5);
}

static void approvals_follow_tobins_q_to_its_elasticity(void **state)
{
    (void)state;
    enum { WORLDS = 30 };
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2024-01", "operators.neocloud.q_elasticity=0.9",
                          "operators.neocloud.candidate_rate=20 /month", "operators.neocloud.first=2020-01",
                          "pipeline.q_max=3"));
    double seen = 0, expected = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        struct world *w = lab_run(&lab, r);
        seen += approved(w, operator_of(w, "neocloud"));
        const double *q = lab_series(&lab, "tobins_q.neocloud");
        for (size_t k = 0; k < lab.plan->sample_count; k++)
            expected += 20 * pow(fmin(q[k], 3), 0.9);
    }
    assert_near(seen, expected, 3.5 * sqrt(expected) + 0.01 * expected);
    lab_close(&lab);
}

static void guidance_cuts_the_small_and_spares_the_large(void **state)
{
    (void)state;
    const char *with = QUIET "policies: {slow: {kind: guidance, announced: 2022-01, effective: 2022-01, strength: 0.8, "
                             "minimum_size: 400 P}}\n";
    double small[2] = {0}, large[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(
            &lab, i ? with : QUIET,
            LAB_SET("run.end=2023-01", "operators.neocloud.q_elasticity=0", "operators.neocloud.first=2020-01"));
        for (uint32_t r = 0; r < 12; r++) {
            struct world *w = lab_run(&lab, r);
            for (size_t k = 0; k < w->projects.count; k++)
                if ((int)w->projects.row[k].owner_class == operator_of(w, "neocloud"))
                    *(w->projects.row[k].size_p < 400 ? &small[i] : &large[i]) += 1;
        }
        lab_close(&lab);
    }
    assert_near(large[1], large[0], 0); /* the same projects, by thinning */
    assert_true(large[0] > 50);
    assert_near(small[1], 0.2 * small[0], 3.5 * sqrt(0.2 * 0.8 * small[0]));
}

/* -- places -------------------------------------------------------------------------------------------------------- */

/* Where power costs the same everywhere, a logit of slope 6 and a share s paid by the west make odds of (1 - s)^-6
 * times the shares. */
static void projects_go_where_it_pays(void **state)
{
    (void)state;
    static const char *const alike =
        QUIET "regions:\n  east: {power_price: 0.6 CNY/kWh, pue: 1.3, project_share: 0.5, incentive: none}\n"
              "  central: {power_price: 0.6 CNY/kWh, pue: 1.3, project_share: 0.2, incentive: none}\n"
              "  west: {power_price: 0.6 CNY/kWh, pue: 1.3, project_share: 0.3, incentive: 0.09}\n";
    struct lab lab;
    lab_open_bare(&lab, alike,
                  LAB_SET("run.end=2024-01", "operators.neocloud.location_slope=6", "operators.neocloud.first=2020-01",
                          "operators.neocloud.candidate_rate=20 /month", "operators.government.location_slope=0"));
    double west[2] = {0}, all[2] = {0}, weight = 0.3 * pow(1 - 0.09, -6), expected = weight / (0.7 + weight);
    for (uint32_t r = 0; r < 8; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            for (int o = 0; o < 2; o++)
                if ((int)p->owner_class == operator_of(w, o ? "government" : "neocloud"))
                    west[o] += p->region == 2, all[o]++;
        }
    }
    assert_true(all[0] > 1000 && all[1] > 300);
    assert_near(west[0] / all[0], expected, 3.5 * sqrt(expected * (1 - expected) / all[0]));
    assert_near(west[1] / all[1], 0.3, 3.5 * sqrt(0.3 * 0.7 / all[1])); /* tied to their place */
    lab_close(&lab);
}

/* The place pays its share of what a centre costs; what its owner paid is the rest, in the books as in q. */
static void places_pay_what_they_promise(void **state)
{
    (void)state;
    double q[2], paid = 0, cost = 0;
    static const char *const share[] = {"none", "0.2"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        char east[64], central[64], west[64];
        snprintf(east, sizeof east, "regions.east.incentive=%s", share[i]);
        snprintf(central, sizeof central, "regions.central.incentive=%s", share[i]);
        snprintf(west, sizeof west, "regions.west.incentive=%s", share[i]);
        lab_open(&lab, NULL, LAB_SET("run.end=2025-01", east, central, west));
        struct world *w = lab_run(&lab, 0);
        q[i] = lab_series(&lab, "tobins_q.neocloud")[0];
        for (size_t k = 0; i && k < lab.plan->sample_count; k++)
            paid += lab_series(&lab, "incentives")[k];
        for (size_t k = 0; i && k < w->vintages.count; k++)
            if (w->vintages.row[k].project != UINT32_MAX)
                cost += w->vintages.row[k].cards * w->vintages.row[k].cost_per_card;
        lab_close(&lab);
    }
    assert_near(q[1], q[0] / 0.8, 1e-9 * q[0]);
    assert_true(cost > 1e9);
    assert_near(paid, cost * 0.2 / 0.8, 1e-9 * cost);
}

static void places_that_approve_fast_shorten_the_wait(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2025-01", "regions.west.approval_factor=0.6", "regions.east.approval_factor=1",
                          "operators.neocloud.approval_delay=0.5 yr"));
    struct world *w = lab_run(&lab, 0);
    size_t looked = 0;
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        if ((int)p->owner_class != operator_of(w, "neocloud") || isnan(p->building_since) || p->region == 1)
            continue;
        assert_near(p->building_since - p->approved, p->region == 2 ? 0.3 : 0.5, 1e-9);
        looked++;
    }
    assert_true(looked > 20);
    lab_close(&lab);
}

/* -- motives ------------------------------------------------------------------------------------------------------- */

/* A class whose targets are nil approves nothing and begins nothing, and goes on where it stopped. */
static void a_class_that_pauses_neither_approves_nor_begins(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2025-01", "operators.neocloud.first=2020-01",
                          "operators.neocloud.candidate_rate=20 /month",
                          "operators.neocloud.targets={step: {2022-01: 1, 2023-04: 0, 2023-10: 1}}"));
    struct world *w = lab_run(&lab, 0);
    size_t before = 0, after = 0, resumed = 0;
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        if ((int)p->owner_class != operator_of(w, "neocloud"))
            continue;
        assert_false(p->approved > 2023.25 + 1e-6 && p->approved < 2023.7478);
        assert_false(p->building_since > 2023.25 + 1e-6 && p->building_since < 2023.7478);
        before += p->approved<2023.25, after += p->approved> 2023.7478;
        resumed += p->approved < 2023.25 && p->building_since > 2023.7478;
    }
    assert_true(before > 100 && after > 100 && resumed > 10);
    lab_close(&lab);
}

/* q falls below one after the boom: lessors propose less, internet platforms go on by their own plans. */
static void internet_platforms_build_on_while_lessors_stop(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2026-01"));
    double boom[2] = {0}, after[2] = {0};
    for (uint32_t r = 0; r < 12; r++) {
        struct world *w = lab_run(&lab, r);
        int class_[] = {operator_of(w, "crossover"), operator_of(w, "hyperscaler")};
        for (size_t i = 0; i < w->projects.count; i++)
            for (int c = 0; c < 2; c++)
                if ((int)w->projects.row[i].owner_class == class_[c] && w->projects.row[i].replaces == UINT32_MAX) {
                    boom[c] += w->projects.row[i].approved >= 2023.25 && w->projects.row[i].approved < 2023.75;
                    after[c] += w->projects.row[i].approved >= 2025 && w->projects.row[i].approved < 2025.5;
                }
    }
    assert_true(after[0] < 0.8 * boom[0]);
    assert_true(after[1] > 1.3 * boom[1]);
    lab_close(&lab);
}

/* While guidance is in force, projects that it would not approve are given up at a further hazard; others are not. */
static void guidance_also_stops_what_was_approved(void **state)
{
    (void)state;
    const char *lines = QUIET "policies: {slow: {kind: guidance, announced: 2023-01, effective: 2023-01, strength: "
                              "0.8, minimum_size: 400 P}}\n";
    struct lab lab;
    lab_open_bare(&lab, lines,
                  LAB_SET("run.end=2024-01", "operators.neocloud.first=2020-01",
                          "operators.neocloud.candidate_rate=60 /month", "operators.neocloud.q_elasticity=0",
                          "operators.neocloud.approval_delay=20 yr", "operators.neocloud.cancellation=0 /yr",
                          "pipeline.guided_cancellation=0.5 /yr"));
    double gone[2] = {0}, all[2] = {0}; /* of those approved before it */
    for (uint32_t r = 0; r < 6; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            if ((int)p->owner_class == operator_of(w, "neocloud") && p->approved < 2023)
                gone[p->size_p < 400] += p->state == PROJECT_CANCELLED, all[p->size_p < 400]++;
        }
    }
    double expected = 1 - exp(-0.5 * 0.8);
    assert_true(all[0] > 500 && all[1] > 1500);
    assert_near(gone[0], 0, 0);
    assert_near(gone[1] / all[1], expected, 3.5 * sqrt(expected * (1 - expected) / all[1]));
    lab_close(&lab);
}

/* -- cost, size and time ------------------------------------------------------------------------------------------- */

static void cost_size_and_time_are_those_of_the_centres_opened(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2025-01"));
    struct world *w = lab_run(&lab, 2);
    double from = lab.plan->sample_at[lab.plan->sample_count - 2], p_opened = 0, cny = 0, months = 0, opened = 0,
           surveyed = 0, small = 0, largest = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->project == UINT32_MAX)
            continue;
        const struct project *p = &w->projects.row[v->project];
        double size = v->cards * w->generations.pflops_fp16[v->generation];
        largest = fmax(largest, size);
        months += (p->ready - p->building_since) * 12;
        bool announced = !pipeline_state(w)->row[p->owner_class].own_need;
        surveyed += announced;
        small += announced && p->size_p < 1000;
        opened++;
        if (v->delivered >= from)
            p_opened += size, cny += v->cards * v->cost_per_card / (1 - w->regions.incentive[v->region]);
    }
    size_t last = lab.plan->sample_count - 1;
    assert_true(opened > 50 && p_opened > 0);
    assert_near(lab_series(&lab, "largest_centre")[last], largest, 1e-9 * largest);
    assert_near(lab_series(&lab, "cost_per_p")[last], cny / p_opened,
                2e-3 * cny / p_opened); /* places pay by the day of delivery */
    assert_near(lab_series(&lab, "share_under_1000p")[last], small / surveyed, 1e-9);
    assert_near(lab_scalar(&lab, "build_months"), months / opened, 1e-9);
    double shares = lab_series(&lab, "pipeline.approved_share")[last] +
                    lab_series(&lab, "pipeline.building_share")[last] +
                    lab_series(&lab, "pipeline.operating_share")[last];
    assert_near(shares, 1, 1e-12);
    lab_close(&lab);
}

/* -- identity ------------------------------------------------------------------------------------------------------ */

/* Candidate (class, k) is the same project in every world: what a ban does not cause it does not change. */
static void a_ban_changes_no_projects_size_date_or_place(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open(&with, LAB_FIXED_PLACES, LAB_SET("run.end=2026-01"));
    lab_open(&without, LAB_FIXED_PLACES, LAB_SET("run.end=2026-01", "policies.ban_a800_h800_2023=null"));
    for (uint32_t r = 0; r < 3; r++) {
        struct world *a = lab_run(&with, r), *b = lab_run(&without, r);
        size_t same = 0;
        for (size_t i = 0; i < a->projects.count; i++)
            for (size_t j = 0; j < b->projects.count; j++) {
                const struct project *p = &a->projects.row[i], *q = &b->projects.row[j];
                if (p->owner_class != q->owner_class || p->k != q->k)
                    continue;
                assert_near(p->size_p, q->size_p, 0);
                assert_near(p->approved, q->approved, 0);
                assert_int_equal(p->region, q->region);
                same++;
            }
        assert_true(same > 0.8 * (double)a->projects.count);
        double fate = 0; /* and yet it changes what they buy */
        for (size_t g = 0; g < a->generations.count; g++)
            fate += fabs(a->vintages.installed_cards[g] - b->vintages.installed_cards[g]);
        assert_true(fate > 1000);
    }
    lab_close(&with);
    lab_close(&without);
}

/* -- draws --------------------------------------------------------------------------------------------------------- */

/* The largest distance of the sample from the distribution: Kolmogorov's statistic times the square root of n. */
static double kolmogorov(double *x, size_t n, double (*cdf)(double))
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && x[k - 1] > x[k]; k--) {
            double swap = x[k];
            x[k] = x[k - 1];
            x[k - 1] = swap;
        }
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        worst =
            fmax(worst, fmax(fabs(cdf(x[i]) - (double)i / (double)n), fabs(cdf(x[i]) - (double)(i + 1) / (double)n)));
    return worst * sqrt((double)n);
}

static double size_cdf(double p)
{
    double low = gsl_cdf_lognormal_P(1, log(180), 1.3), high = gsl_cdf_lognormal_P(1e6, log(180), 1.3);
    return (gsl_cdf_lognormal_P(p, log(180), 1.3) - low) / (high - low);
}

static double delay_cdf(double years)
{
    double shape = (0.4 / 0.2) * (0.4 / 0.2), scale = 0.2 * 0.2 / 0.4;
    return gsl_cdf_gamma_P(years, shape, scale);
}

static double build_cdf(double years)
{
    return gsl_cdf_lognormal_P(years, log(0.6), 0.35);
}

static void sizes_and_delays_have_their_distributions(void **state)
{
    (void)state;
    enum { MOST = 4000 };
    static const double critical = 2.0; /* exceeded once in 1500 */
    static double size[MOST], delay[MOST], build[MOST];
    size_t n = 0, begun = 0;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2028-01", "operators.neocloud.first=2020-01", "operators.neocloud.q_elasticity=0",
                          "operators.neocloud.size={lognormal: {median: 180 P, sigma: 1.3}}",
                          "operators.neocloud.approval_delay={gamma: {mean: 0.4 yr, sd: 0.2 yr}}",
                          "operators.neocloud.build_time={lognormal: {median: 0.6 yr, sigma: 0.35}}",
                          "operators.neocloud.cancellation=0 /yr", "pipeline.cancelled_after_loss=0"));
    for (uint32_t r = 0; r < 8; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            if ((int)p->owner_class != operator_of(w, "neocloud") || p->approved > 2024 || n == MOST)
                continue; /* those approved late may not have begun */
            size[n++] = p->size_p;
            if (p->state == PROJECT_APPROVED)
                continue;
            delay[begun] = p->building_since - p->approved;
            build[begun++] = p->site_ready - p->building_since;
        }
    }
    assert_true(n > 500);
    assert_int_equal(begun, n);
    assert_true(kolmogorov(size, n, size_cdf) < critical);
    assert_true(kolmogorov(delay, n, delay_cdf) < critical);
    assert_true(kolmogorov(build, n, build_cdf) < critical);
    lab_close(&lab);
}

/* -- life ---------------------------------------------------------------------------------------------------------- */

static double next_step(const struct plan *plan, double year)
{
    size_t k = 0;
    while (plan->step_end[k] < year)
        k++;
    return plan->step_end[k];
}

/* At a q of one or more the hazard is constant. Clocks begin with the step after the approval, so that much is not
 * exposed. */
static void projects_are_given_up_at_their_hazard(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2024-01", "run.step=1 week", "operators.neocloud.first=2020-01",
                          "operators.neocloud.candidate_rate=60 /month", "operators.neocloud.q_elasticity=0",
                          "operators.neocloud.approval_delay=20 yr", "operators.neocloud.cancellation=0.63 /yr",
                          "pipeline.low_q_cancellation=0"));
    double expected = 0, variance = 0, seen = 0;
    for (uint32_t r = 0; r < 12; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            if ((int)p->owner_class != operator_of(w, "neocloud"))
                continue;
            double gone = 1 - exp(-0.63 * (2024 - next_step(lab.plan, p->approved)));
            expected += gone, variance += gone * (1 - gone);
            seen += p->state == PROJECT_CANCELLED;
        }
    }
    assert_true(expected > 5000);
    assert_near(seen, expected, 3.5 * sqrt(variance));
    lab_close(&lab);
}

static void most_of_them_die_silently(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2026-01", "pipeline.silent=0.8"));
    double public_ = 0, silent = 0;
    for (uint32_t r = 0; r < 6; r++) {
        lab_run(&lab, r);
        for (size_t k = 0; k < lab.plan->sample_count; k++)
            public_ += lab_series(&lab, "cancellations")[k], silent += lab_series(&lab, "cancellations.silent")[k];
    }
    double all = public_ + silent;
    assert_near(silent / all, 0.8, 3.5 * sqrt(0.8 * 0.2 / all));
    lab_close(&lab);
}

/* A centre opens when the building and the cards are both there, and holds the built share of its announced size, in
 * servers. */
static void a_centre_opens_when_building_and_cards_are_there(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(
        &lab, NULL,
        LAB_SET("run.end=2027-01", "pipeline.built_share=0.6", "supply.review_rate=0 /yr", "capital.enabled=false"));
    struct world *w = lab_run(&lab, 4);
    size_t opened = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->project == UINT32_MAX)
            continue;
        const struct project *p = &w->projects.row[v->project];
        assert_true(p->ready >= p->site_ready && p->site_ready >= p->building_since &&
                    p->building_since >= p->approved);
        assert_near(v->delivered, p->ready, 0);
        int g = v->generation;
        double servers =
            fmax(1, round(0.6 * p->size_p / w->generations.pflops_fp16[g] / w->generations.cards_per_server[g]));
        assert_near(v->cards, servers * w->generations.cards_per_server[g], 0);
        assert_int_equal(v->region, p->region);
        opened++;
    }
    assert_true(opened > 100);
    lab_close(&lab);
}

static void projects_are_counted_by_state(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2028-01"));
    struct world *w = lab_run(&lab, 0);
    size_t in_state[PROJECT_STATES] = {0};
    double approvals = 0;
    double proposed = 0; /* and not the next cards of a site */
    for (size_t i = 0; i < w->projects.count; i++) {
        in_state[w->projects.row[i].state]++;
        proposed += w->projects.row[i].replaces == UINT32_MAX;
    }
    for (int s = 0; s < PROJECT_STATES; s++)
        assert_int_equal(in_state[s], w->projects.in_state[s]);
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        approvals += lab_series(&lab, "approvals")[k];
    assert_near(approvals, proposed, 0);
    assert_near(lab_series(&lab, "pipeline.operating")[lab.plan->sample_count - 1], (double)in_state[PROJECT_OPERATING],
                0);
    lab_close(&lab);
}

/* What is ordered while a ban is feared but not in force: a surplus over the same months of a world that does not fear
 * it. */
static void a_feared_ban_brings_a_rush_of_orders(void **state)
{
    (void)state;
    double ordered[2] = {0};
    static const char *const rush[] = {"pipeline.rush=0", "pipeline.rush=1"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2023-10", rush[i]));
        for (uint32_t r = 0; r < 16; r++)
            ordered[i] += lab_run(&lab, r)->channels.ordered;
        lab_close(&lab);
    }
    assert_true(ordered[1] > 1.05 * ordered[0]);
}

static void without_the_pipeline_no_centre_is_added(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(
        &lab, NULL,
        LAB_SET("run.end=2025-01", "pipeline.enabled=false", "supply.service_life=20 yr", "supply.sleep_limit=50 yr"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->projects.count, 0);
    const double *installed = lab_series(&lab, "capacity.installed");
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        assert_near(installed[k], installed[0], 1e-6);
    lab_close(&lab);
}

/* A project is a sum of money: where P cost less than the one at which sizes are stated, it builds as many
 * as that money buys; where they cost more, what its size says. */
static void a_size_is_what_its_money_buys(void **state)
{
    (void)state;
    static const char *const stated[] = {"pipeline.size_cost=none", "pipeline.size_cost=340000 CNY/P",
                                         "pipeline.size_cost=50000 CNY/P"};
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        double counted = 0, larger = 0;
        lab_list(&lab, NULL, models_world_size);
        lab.of = "steady-entry";
        lab_ready(&lab, NULL, LAB_SET("run.end=2023-07", "operators.lessor.size=2500 P", stated[i]));
        const struct world *w = lab_run(&lab, 0);
        for (size_t k = 0; k < w->vintages.count; k++) {
            const struct vintage *v = &w->vintages.row[k];
            if (v->project == UINT32_MAX)
                continue;
            const struct project *p = &w->projects.row[v->project];
            double cost_per_p = v->cost_per_card / w->generations.pflops_fp16[v->generation];
            double more = i == 1 ? 340000 / cost_per_p : 1;
            larger += v->cards * w->generations.pflops_fp16[v->generation] / p->size_p;
            assert_true(i != 1 || more > 1.3);
            assert_near(v->cards, pipeline_state(w)->settings->share_of_size * p->size_p * more, 4.5);
            counted++;
        }
        print_message("    %s: %.0f centres of %.2f times their size\n", stated[i], counted, larger / counted);
        assert_true(counted > 5);
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candidates_come_as_a_poisson_process),
        cmocka_unit_test(a_class_without_a_date_is_there_from_the_start),
        cmocka_unit_test(an_announcement_makes_no_project_of_a_class_that_has_not_entered),
        cmocka_unit_test(approvals_follow_tobins_q_to_its_elasticity),
        cmocka_unit_test(guidance_cuts_the_small_and_spares_the_large),
        cmocka_unit_test(projects_go_where_it_pays),
        cmocka_unit_test(places_pay_what_they_promise),
        cmocka_unit_test(places_that_approve_fast_shorten_the_wait),
        cmocka_unit_test(a_class_that_pauses_neither_approves_nor_begins),
        cmocka_unit_test(internet_platforms_build_on_while_lessors_stop),
        cmocka_unit_test(guidance_also_stops_what_was_approved),
        cmocka_unit_test(cost_size_and_time_are_those_of_the_centres_opened),
        cmocka_unit_test(a_ban_changes_no_projects_size_date_or_place),
        cmocka_unit_test(sizes_and_delays_have_their_distributions),
        cmocka_unit_test(projects_are_given_up_at_their_hazard),
        cmocka_unit_test(most_of_them_die_silently),
        cmocka_unit_test(a_centre_opens_when_building_and_cards_are_there),
        cmocka_unit_test(projects_are_counted_by_state),
        cmocka_unit_test(a_feared_ban_brings_a_rush_of_orders),
        cmocka_unit_test(a_size_is_what_its_money_buys),
        cmocka_unit_test(without_the_pipeline_no_centre_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
