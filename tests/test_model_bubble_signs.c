/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which way beliefs, building time and circular money move boom and crash, on common random numbers.
 *
 * As in test_model_signs.c a claim holds if the mean paired difference is beyond 3 of its standard errors and beyond 2
 * % of the base; here of one number a world: a scalar, or the sum or the mean of a series over a window.
 */
#include "models_lab.h"

#include "sim/base/dates.h"

enum { REPLICATIONS = 64, MOST_REPLICATIONS = 192, CHANGES = 12, CLAIMS = 3, THREADS = 2 };
static const double STANDARD_ERRORS = 3, LEAST_EFFECT = 0.02;

struct claim {
    const char *output, *from, *to; /* from NULL: a scalar */
    int sign;
};

struct experiment {
    const char *sentence, *world;
    const char *base[CHANGES], *changed[CHANGES];
    struct claim claim[CLAIMS];
    uint32_t replications; /* 0: REPLICATIONS */
};

/* The boom and its end. */
#define BOOM "run.end=2026-07"
#define BELIEFS                                                                                                        \
    "expectations.enabled=true", "expectations.hoarding=1", "expectations.trend_fade=2 yr",                            \
        "expectations.steepest_trend=3 /yr"
#define FEW_HALLS "procurement.official_premium=none", "pipeline.size_cost=none" /* supply does not answer at once */
#define BUILT_IN(time)                                                                                                 \
    "operators.hyperscaler.build_time=" time, "operators.neocloud.build_time=" time,                                   \
        "operators.newcomer.build_time=" time
#define SLOW_PROGRESS "value.decline=0.15 /yr" /* rents that return to their long run fall faster than that falls */
#define MEAN_RENTS "value.vacancy_time=none" /* lessors earn what they invest in tenants */
#define LESSORS_ALONE                                                                                                  \
    "capital.enabled=false", "operators.government.candidate_rate=0 /yr", "operators.carrier.candidate_rate=0 /yr",    \
        "operators.hyperscaler.candidate_rate=0 /yr"
#define FUNDED                                                                                                         \
    MEAN_RENTS, "circular.from=2022-10", "circular.captive=0", "operators.neocloud.invests=0.5",                       \
        "operators.crossover.invests=0.5"

/* clang-format off */
static const struct experiment experiments[] = {
    /* In the American world, where neither bans nor a market offshore stand between what owners believe and rents. */
    {"more_extrapolators_raise_peak_to_trough", "us",
     {BOOM, BELIEFS, FEW_HALLS, "expectations.switchers=0"},
     {BOOM, BELIEFS, FEW_HALLS, "expectations.switchers=1"},
     {{"peak_to_trough", NULL, NULL, +1}, {"bubble_index", "2023-06", "2023-12", +1}, {"approvals", "2023-01", "2023-12", +1}}, 128},
    {"a_longer_building_time_deepens_the_cycle", "us",
     {"run.end=2029-01", "entry.enabled=false", BUILT_IN("0.3 yr")},
     {"run.end=2029-01", "entry.enabled=false", BUILT_IN("2 yr")},
     {{"peak_to_trough", NULL, NULL, +1}, {"price.training", "2023-06", "2024-06", +1}}},
    {"neglect_of_competition_raises_approvals", "china",
     {BOOM, SLOW_PROGRESS, "value.reversion=1 /yr", "expectations.competition_neglect=0"},
     {BOOM, SLOW_PROGRESS, "value.reversion=1 /yr", "expectations.competition_neglect=1"},
     {{"approvals", "2023-01", "2023-12", +1}}, 192},
    {"where_lessors_alone_build_neglect_of_competition_lowers_the_rents_that_follow", "china",
     {BOOM, SLOW_PROGRESS, LESSORS_ALONE, "value.reversion=1 /yr", "expectations.competition_neglect=0"},
     {BOOM, SLOW_PROGRESS, LESSORS_ALONE, "value.reversion=1 /yr", "expectations.competition_neglect=1"},
     {{"capacity.installed", "2024-06", "2025-06", +1}, {"price.inference", "2025-01", "2026-01", -1}}},
    {"circular_money_raises_the_peak_and_defaults", "china",
     {BOOM, MEAN_RENTS, "tenants.developer.funded=0", "tenants.startup.funded=0"},
     {BOOM, "tenants.developer.funded=0.8", "tenants.startup.funded=0.4", "circular.letter=4 yr", FUNDED},
     {{"price.training", "2023-06", "2024-06", +1}, {"tenant_defaults", "2024-01", "2026-07", +1}, {"peak_to_trough", NULL, NULL, +1}}},
    {"concept_stocks_bring_outsiders_in", "china",
     {BOOM, "presale.enabled=false", "hype.stocks=0"},
     {BOOM, "presale.enabled=false", "hype.stocks=300", "hype.paper=0.3"},
     {{"approvals", "2023-01", "2024-06", +1}, {"building_starts", "2023-06", "2025-06", +1}}},
    {"concentrated_owners_raise_rents", "china",
     {BOOM, "consolidation.conduct=0"},
     {BOOM, "consolidation.conduct=1"},
     {{"price.training", "2024-06", "2026-01", +1}, {"price.inference", "2024-06", "2026-01", +1}}},
};
/* clang-format on */

struct numbers {
    double of[CLAIMS][MOST_REPLICATIONS];
};

static double measure(const struct lab *lab, const struct result *result, const struct claim *claim)
{
    const struct plan *plan = lab->plan;
    if (!claim->from)
        return result->scalar[lab_channel(plan->scalar, plan->scalar_count, claim->output)];
    double from = NONE, to = NONE;
    assert_true(date_parse(claim->from, &from) && date_parse(claim->to, &to));
    size_t series = lab_channel(plan->series, plan->series_count, claim->output);
    return lab_mean_of(plan, result->series + series * plan->sample_count, from, to);
}

static uint32_t replications_of(const struct experiment *e)
{
    return e->replications ? e->replications : REPLICATIONS;
}

static void run_worlds(const struct experiment *e, const char *const *sets, struct numbers *numbers)
{
    struct lab lab;
    lab_open_of(&lab, e->world, sets);
#pragma omp parallel num_threads(THREADS)
    {
        struct sim *sim = sim_new(lab.plan);
        struct arena arena = {0}, draws = {0};
        struct result *result = result_new(lab.plan, &arena);
#pragma omp for schedule(dynamic)
        for (uint32_t r = 0; r < replications_of(e); r++) {
            assert_true(montecarlo_replicate(&lab.request, r, sim, &draws, NULL, result));
            for (int c = 0; c < CLAIMS && e->claim[c].output; c++)
                numbers->of[c][r] = measure(&lab, result, &e->claim[c]);
        }
        arena_free(&arena);
        arena_free(&draws);
        sim_free(sim);
    }
    lab_close(&lab);
}

static bool holds(const struct claim *claim, const double *base, const double *changed, uint32_t count)
{
    double sum = 0, squares = 0, level = 0;
    for (size_t r = 0; r < count; r++) {
        double difference = changed[r] - base[r];
        sum += difference, squares += difference * difference, level += base[r];
    }
    double n = count, mean = sum / n, error = sqrt((squares / n - mean * mean) / (n - 1));
    print_message("    %-24s base %10.4g  effect %+10.4g  se %8.3g\n", claim->output, level / n, mean, error);
    return claim->sign * mean > STANDARD_ERRORS * error && claim->sign * mean > LEAST_EFFECT * fabs(level / n);
}

static void check(void **state)
{
    const struct experiment *e = *state;
    static struct numbers base, changed;
    run_worlds(e, e->base, &base);
    run_worlds(e, e->changed, &changed);
    bool all = true;
    for (int c = 0; c < CLAIMS && e->claim[c].output; c++)
        all = holds(&e->claim[c], base.of[c], changed.of[c], replications_of(e)) && all;
    assert_true(all);
}

int main(void)
{
    enum { COUNT = sizeof experiments / sizeof *experiments };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){
            .name = experiments[i].sentence, .test_func = check, .initial_state = (void *)(uintptr_t)&experiments[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
