/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves what, and which way: the headline scenario against one change, on common random numbers.
 *
 * An experiment changes one thing and claims which outputs rise or fall over which window. A claim holds if the mean paired
 * difference is beyond 3 of its standard errors and beyond 2 % of the base. A world that has no value there drops out with its twin.
 */
#include "models_lab.h"

#include "../sim/base/dates.h"

enum { REPLICATIONS = 48, LEAST_PAIRS = 36, CHANGES = 5, CLAIMS = 4, THREADS = 2 };
static const double STANDARD_ERRORS = 3, LEAST_EFFECT = 0.02;
static const char *const horizon = "run.end=2026-01";

struct claim {
    const char *output, *from, *to;
    int sign; /* of the effect */
};

struct experiment {
    const char *sentence;
    const char *change[CHANGES];
    const char *end;
    struct claim claim[CLAIMS];
    const char *both; /* what the base has beyond china.yml as well */
};

/* The makers of A800 and H800 stopped because of the ban, so a world without it has no end of their production. */
#define MADE_ON "generations: {A800: {end_of_production: none}, H800: {end_of_production: none}}\n"

static const struct experiment experiments[] = {
    {"without_the_ban_of_2023_there_is_less_scarcity_and_more_foreign_capacity",
     {"policies.ban_a800_h800_2023=null"},
     "2026-01",
     {{"server_price.A800", "2023-11", "2024-03", -1},
      {"premium.A800", "2023-11", "2024-03", -1},
      {"capacity.by_generation.H800", "2024-07", "2026-01", +1},
      {"domestic_share", "2023-11", "2024-03", -1}},
     MADE_ON},
    {"a_later_ban_lowers_the_premium_at_the_original_date",
     {"policies.ban_a800_h800_2023.feared=2024-03", "policies.ban_a800_h800_2023.announced=2024-06",
      "policies.ban_a800_h800_2023.effective=2024-06"},
     "2024-03",
     {{"premium.A800", "2023-11", "2024-03", -1}, {"domestic_share", "2023-11", "2024-03", -1}},
     MADE_ON},
    {"without_the_efficiency_shock_training_stays_dearer_within_months",
     {"shocks.deepseek_2025=null"},
     "2025-07",
     {{"price.training", "2025-02", "2025-04", +1}, {"price.training", "2025-03", "2025-07", +1}}},
    {"without_open_weights_rents_in_mid_2024_are_higher",
     {"shocks.open_weights_2024=null"},
     "2024-10",
     {{"rent.A800", "2024-06", "2024-10", +1}, {"price.inference", "2024-06", "2024-10", +1}}},
    {"vouchers_bring_more_leases",
     {"policies.voucher_shanghai_2023.strength=0.6"},
     "2025-01",
     {{"leases.active", "2024-01", "2025-01", +1}}},
    {"vouchers_for_all_raise_rents_and_use",
     {"policies.voucher_shanghai_2023.strength=0.5", "tenants.developer.voucher=true", "tenants.industry.voucher=true",
      "tenants.platform.voucher=true"},
     "2025-01",
     {{"price.inference", "2024-01", "2025-01", +1}, {"capacity.competent", "2024-09", "2025-01", +1}, {"capacity.lit", "2024-01", "2025-01", +1},
      {"utilisation", "2024-01", "2025-01", +1}}},
    {"guidance_cuts_approvals_and_the_later_pipeline",
     {"policies.ndrc_guidance_2025.strength=0.9"},
     "2026-01",
     {{"approvals", "2025-04", "2026-01", -1}, {"pipeline.approved", "2025-09", "2026-01", -1}}},
    {"longer_building_delays_capacity",
     {"operators.government.build_time=2 yr", "operators.neocloud.build_time=2 yr", "operators.carrier.build_time=2 yr",
      "operators.crossover.build_time=2 yr"},
     "2025-01",
     {{"capacity.installed", "2024-01", "2025-01", -1}, {"price.training", "2024-01", "2025-01", +1}}},
    {"more_gray_capacity_lowers_the_premium",
     {"procurement.gray_capacity={2022-10: 3000 card/month, 2024-01: 12000 card/month}"},
     "2025-01",
     {{"premium.H100", "2023-03", "2025-01", -1}, {"gray.premium", "2023-03", "2025-01", -1}}},
    {"belief_in_faster_progress_raises_the_entry_rent",
     {"value.decline=0.5 /yr"},
     "2022-07",
     {{"entry_rent.training", "2022-01", "2022-07", +1}, {"contract.36m.A100", "2022-01", "2022-07", -1}}},
    {"a_higher_hazard_of_walking_away_raises_churn",
     {"tenants.startup.walk_away=0.5 /yr", "tenants.industry.walk_away=0.4 /yr"},
     "2024-01",
     {{"churn.rate", "2022-03", "2024-01", +1}}},
    {"more_middlemen_raise_churn",
     {"leasing.middleman_share=0.5"},
     "2026-01",
     {{"churn.rate", "2022-03", "2026-01", +1}, {"churn.value_rate", "2022-03", "2026-01", +1}, {"let_share.middlemen", "2022-03", "2026-01", +1}}},
    {"a_higher_penalty_keeps_tenants",
     {"leasing.penalty=0.6"},
     "2026-01",
     {{"churn.rate", "2024-01", "2026-01", -1}}},
    {"contracts_that_hide_the_card_end_sooner",
     {"leasing.opaque_share=0.8", "leasing.opaque_effect=2"},
     "2026-01",
     {{"churn.rate", "2024-06", "2026-01", +1}}},
    {"contracts_that_never_start_cost_revenue",
     {"leasing.never_start=0.4"},
     "2025-01",
     {{"revenue", "2023-01", "2025-01", -1}, {"leases.never_started", "2023-01", "2025-01", +1}}},
    {"a_longer_lag_of_reletting_leaves_more_unlet",
     {"leasing.reletting_lag=6 months"},
     "2026-01",
     {{"vacated_share", "2022-06", "2026-01", +1}, {"utilisation", "2023-01", "2026-01", -1}}},
    {"larger_blocks_for_training_leave_more_unmet",
     {"tenants.developer.least_lease=512 card", "tenants.industry.least_lease=512 card"},
     "2025-01",
     {{"unmet_demand", "2023-01", "2025-01", +1}, {"cleared_less_let", "2023-01", "2025-01", +1}}},
    {"impatient_tenants_give_up",
     {"leasing.patience=1 month", "leasing.away=2 yr"},
     "2026-01",
     {{"unmet_demand", "2023-01", "2026-01", -1}, {"unmet_demand.reneged", "2023-01", "2026-01", +1}, {"utilisation", "2024-01", "2026-01", -1}}},
    {"clusters_that_wait_for_the_slowest_card_need_more_cards",
     {"leasing.coupling=1"},
     "2026-01",
     {{"cleared_less_let", "2024-01", "2026-01", +1}}},
    {"paying_in_advance_fills_the_lessors_purse",
     {"tenants.startup.package=0.5", "tenants.industry.package=0.7"},
     "2025-01",
     {{"prepaid", "2022-06", "2025-01", +1}}},
    {"dearer_power_lowers_margins",
     {"regions.east.power_price=1.6 CNY/kWh", "regions.central.power_price=1.3 CNY/kWh", "regions.west.power_price=1.1 CNY/kWh"},
     "2024-01",
     {{"margin.gross", "2023-01", "2024-01", -1}, {"economic_value", "2023-01", "2024-01", -1}}},
    {"cheap_power_for_domestic_cards_helps_them",
     {"policies.power_subsidy_2025.effective=2023-01", "policies.power_subsidy_2025.announced=2023-01",
      "policies.power_subsidy_2025.strength=0.9"},
     "2026-01",
     {{"capacity.by_generation.Ascend910B", "2024-07", "2026-01", +1}, {"resale.Ascend910B", "2024-07", "2026-01", +1}}},
};

/* One world's series in every replication; a failed replication is all NaN. */
struct worlds {
    struct lab lab;
    double *series[REPLICATIONS];
};

static void run_worlds(struct worlds *worlds, const char *lines, const char *const *sets)
{
    lab_open(&worlds->lab, lines, sets);
    struct lab *lab = &worlds->lab;
    size_t cells = lab->plan->series_count * lab->plan->sample_count;
    for (size_t r = 0; r < REPLICATIONS; r++)
        worlds->series[r] = arena_array(&lab->arena, cells, sizeof(double));
#pragma omp parallel num_threads(THREADS)
    {
        struct sim *sim = sim_new(lab->plan);
        struct arena arena = {0}, draws = {0};
        struct result *result = result_new(lab->plan, &arena);
#pragma omp for schedule(dynamic)
        for (uint32_t r = 0; r < REPLICATIONS; r++) {
            montecarlo_replicate(&lab->request, r, sim, &draws, NULL, result);
            memcpy(worlds->series[r], result->series, cells * sizeof(double));
        }
        arena_free(&arena);
        arena_free(&draws);
        sim_free(sim);
    }
}

static double measure(const struct worlds *worlds, size_t replication, const struct claim *claim)
{
    const struct plan *plan = worlds->lab.plan;
    double from = NONE, to = NONE;
    assert_true(date_parse(claim->from, &from) && date_parse(claim->to, &to));
    size_t series = lab_channel(plan->series, plan->series_count, claim->output);
    return lab_mean_of(plan, worlds->series[replication] + series * plan->sample_count, from, to);
}

static bool holds(const struct worlds *base, const struct worlds *changed, const struct claim *claim)
{
    double sum = 0, squares = 0, level = 0, pairs = 0;
    for (size_t r = 0; r < REPLICATIONS; r++) {
        double before = measure(base, r, claim), difference = measure(changed, r, claim) - before;
        if (!isnan(difference))
            sum += difference, squares += difference * difference, level += before, pairs++;
    }
    double mean = sum / pairs, error = sqrt((squares / pairs - mean * mean) / (pairs - 1)), share = sum / fabs(level);
    print_message("    %-30s %s to %s  base %10.4g  effect %+10.4g  se %8.3g  %+6.1f %%  (%.0f pairs)\n", claim->output, claim->from,
                  claim->to, level / pairs, mean, error, 100 * share, pairs);
    return pairs >= LEAST_PAIRS && claim->sign * mean > STANDARD_ERRORS * error && claim->sign * share > LEAST_EFFECT;
}

static struct worlds headline; /* shared by the experiments that add nothing to both worlds */

static int run_headline(void **state)
{
    (void)state;
    run_worlds(&headline, NULL, LAB_SET(horizon));
    return 0;
}

static int close_headline(void **state)
{
    (void)state;
    lab_close(&headline.lab);
    return 0;
}

static void check(void **state)
{
    const struct experiment *e = *state;
    struct worlds base = {0}, changed;
    const char *sets[CHANGES + 2] = {0};
    char end[32];
    snprintf(end, sizeof end, "run.end=%s", e->end);
    sets[0] = end;
    if (e->both)
        run_worlds(&base, e->both, sets);
    memcpy(&sets[1], e->change, sizeof e->change);
    run_worlds(&changed, e->both, sets);
    bool all = true;
    for (const struct claim *claim = e->claim; claim < e->claim + CLAIMS && claim->output; claim++)
        all = holds(e->both ? &base : &headline, &changed, claim) && all;
    lab_close(&changed.lab);
    if (e->both)
        lab_close(&base.lab);
    assert_true(all);
}

int main(void)
{
    enum { COUNT = sizeof experiments / sizeof *experiments };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = experiments[i].sentence, .test_func = check,
                                       .initial_state = (void *)(uintptr_t)&experiments[i]};
    return cmocka_run_group_tests(tests, run_headline, close_headline);
}
