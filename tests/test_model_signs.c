/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves what, and which way: the headline scenario against one change, on common random numbers.
 *
 * Each row changes one thing and says which output rises or falls over which window. An effect counts if the mean
 * paired difference is beyond 3 of its standard errors and beyond 2 % of the base. Worlds that lack the output drop out in pairs.
 */
#include "models_lab.h"

#include "../sim/base/dates.h"

enum { REPLICATIONS = 48, LEAST = 40 };
static const double STANDARD_ERRORS = 3, LEAST_EFFECT = 0.02;

struct experiment {
    const char *sentence;
    const char *lines;  /* what both worlds have beyond china.yml */
    const char *change[4]; /* settings of the second */
    const char *end;    /* horizon */
    const char *output, *from, *to;
    int sign;           /* of the change's effect */
};

static const struct experiment experiments[] = {
    {"without the ban of October 2023 an A800 server is cheaper after it", NULL,
     {"policies.ban_a800_h800_2023=null"}, "2024-01", "server_price.A800", "2023-11", "2024-01", -1},
    {"without the ban of October 2023 the street premium of an A800 is lower after it", NULL,
     {"policies.ban_a800_h800_2023=null"}, "2024-01", "premium.A800", "2023-11", "2024-01", -1},
    {"without it more H800 stand in centres", NULL,
     {"policies.ban_a800_h800_2023=null"}, "2025-01", "capacity.by_generation.H800", "2024-06", "2025-01", +1},
    {"a later ban lowers the premium at the original date", NULL,
     {"policies.ban_a800_h800_2023.announced=2024-03", "policies.ban_a800_h800_2023.feared=2024-01",
      "policies.ban_a800_h800_2023.effective=2024-04"}, "2024-01", "premium.A800", "2023-11", "2024-01", -1},
    {"a ban raises the domestic share", NULL,
     {"policies.ban_a800_h800_2023=null"}, "2024-01", "domestic_share", "2023-11", "2024-01", -1},
    {"without the efficiency shock training costs more within months", NULL,
     {"shocks.deepseek_2025=null"}, "2025-07", "price.training", "2025-03", "2025-07", +1},
    {"without open weights rents in mid 2024 are higher", NULL,
     {"shocks.open_weights_2024=null"}, "2024-09", "rent.A800", "2024-06", "2024-09", +1},
    {"vouchers raise the leases in force", NULL,
     {"policies.voucher_shanghai_2023.strength=0.6"}, "2025-01", "leases.active", "2024-01", "2025-01", +1},
    {"vouchers raise utilisation", NULL,
     {"policies.voucher_shanghai_2023.strength=0.6"}, "2025-01", "utilisation", "2024-01", "2025-01", +1},
    {"guidance cuts approvals", NULL,
     {"policies.ndrc_guidance_2025.strength=0.9"}, "2026-01", "approvals", "2025-04", "2026-01", -1},
    {"longer building delays capacity", NULL,
     {"operators.government.build_time=2 yr", "operators.neocloud.build_time=2 yr", "operators.carrier.build_time=2 yr",
      "operators.crossover.build_time=2 yr"}, "2025-01", "capacity.installed", "2024-01", "2025-01", -1},
    {"more gray capacity lowers the premium", NULL,
     {"procurement.gray_capacity={2022-10: 3000 card/month, 2024-01: 12000 card/month}"}, "2025-01", "premium.H100", "2023-01", "2025-01", -1},
    {"belief in faster progress raises the entry rent", NULL,
     {"value.decline=0.5 /yr"}, "2022-07", "entry_rent.training", "2022-01", "2022-07", +1},
    {"a higher hazard of walking away raises churn", NULL,
     {"tenants.startup.walk_away=0.5 /yr", "tenants.industry.walk_away=0.4 /yr"}, "2024-01", "churn.rate", "2022-03", "2024-01", +1},
    {"dearer power lowers margins", NULL,
     {"regions.east.power_price=1.6 CNY/kWh", "regions.central.power_price=1.3 CNY/kWh", "regions.west.power_price=1.1 CNY/kWh"},
     "2024-01", "margin.gross", "2023-01", "2024-01", -1},
    {"cheap power for domestic cards wakes more of them", NULL,
     {"policies.power_subsidy_2025.effective=2023-01", "policies.power_subsidy_2025.announced=2023-01",
      "policies.power_subsidy_2025.strength=0.9"}, "2026-01", "capacity.competent", "2024-06", "2026-01", +1},
    {"and more of them are bought", NULL,
     {"policies.power_subsidy_2025.effective=2023-01", "policies.power_subsidy_2025.announced=2023-01",
      "policies.power_subsidy_2025.strength=0.9"}, "2026-01", "capacity.by_generation.Ascend910B", "2024-06", "2026-01", +1},
};

/* The measure in each replication. */
static void measure(const struct experiment *e, const char *const *sets, double value[REPLICATIONS])
{
    struct lab lab;
    lab_open(&lab, e->lines, sets);
    size_t series = lab_channel(lab.plan->series, lab.plan->series_count, e->output);
    double from, to;
    assert_true(date_parse(e->from, &from) && date_parse(e->to, &to));
#pragma omp parallel num_threads(2)
    {
        struct sim *sim = sim_new(lab.plan);
        struct arena arena = {0}, draws = {0};
        struct result *result = result_new(lab.plan, &arena);
#pragma omp for schedule(dynamic)
        for (uint32_t r = 0; r < REPLICATIONS; r++) {
            bool ran = montecarlo_replicate(&lab.request, r, sim, &draws, NULL, result);
            value[r] = ran ? lab_mean_of(lab.plan, result->series + series * lab.plan->sample_count, from, to) : NONE;
        }
        arena_free(&arena);
        arena_free(&draws);
        sim_free(sim);
    }
    lab_close(&lab);
}

static void run(void **state)
{
    const struct experiment *e = *state;
    double base[REPLICATIONS], changed[REPLICATIONS], sum = 0, squares = 0, level = 0, count = 0;
    const char *end = e->end;
    char horizon[32];
    snprintf(horizon, sizeof horizon, "run.end=%s", end);
    measure(e, LAB_SET(horizon), base);
    const char *sets[6] = {horizon};
    for (size_t i = 0; i < 4 && e->change[i]; i++)
        sets[i + 1] = e->change[i];
    measure(e, sets, changed);
    for (size_t r = 0; r < REPLICATIONS; r++)
        if (!isnan(base[r]) && !isnan(changed[r])) {
            double difference = changed[r] - base[r];
            sum += difference, squares += difference * difference, level += base[r], count++;
        }
    double mean = sum / count, error = sqrt((squares / count - mean * mean) / (count - 1)), relative = mean / fabs(level / count);
    print_message("%-28s base %10.4g  effect %+10.4g  se %9.3g  t %+7.1f  %+6.1f %%  n %.0f  %s\n", e->output, level / count, mean, error,
                  mean / error, 100 * relative, count, e->sentence);
    assert_true(count >= LEAST);
    assert_true(e->sign * mean > STANDARD_ERRORS * error);
    assert_true(e->sign * relative > LEAST_EFFECT);
}

int main(void)
{
    enum { COUNT = sizeof experiments / sizeof *experiments };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest){.name = experiments[i].sentence, .test_func = run, .initial_state = (void *)(uintptr_t)&experiments[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
