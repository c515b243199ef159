/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants' purses in the Chinese market as it is shipped: the small leave first, and who runs out leaves. Values lie in
 * the intervals of the catalogue. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"the_small_leave_first",
     {"tenants.developer.exit_by_size=0.5", "tenants.startup.exit_by_size=0.5"},
     "2026-01",
     {{"tenants.developer", "2024-01", "2025-12", -1}, {"price.training", "2024-01", "2025-12", +1}},
     "tenants: {developer: {exit_by_size: 0.2}, startup: {exit_by_size: 0.2}}\n"},
    {"money_that_runs_out_drives_builders_out",
     {"tenants.developer.cash=0.8 years", "tenant_money.exit_boost=5"},
     "2026-01",
     {{"tenants.runway.developer", "2023-06", "2024-12", -1}, {"tenants.developer", "2024-01", "2025-12", -1},
      {"price.training", "2024-01", "2025-12", -1}},
     "tenants: {developer: {cash: 1.6 years}}\ntenant_money: {exit_boost: 2}\n"},
    {"builders_that_can_raise_no_more_leave",
     {"tenants.developer.raises={2022-01: 0.8, 2023-01: 1.2, 2023-10: 0.5, 2024-04: 0.2}"},
     "2026-01",
     {{"tenants.developer", "2024-10", "2026-01", -1}, {"price.training", "2024-07", "2025-07", -1}}},
    {"a_shock_empties_purses",
     {"shocks.open_weights_2024.funding_drop=0.6"},
     "2026-01",
     {{"tenants.runway.developer", "2024-05", "2024-12", -1}, {"tenants.developer", "2024-10", "2026-01", -1}},
     "shocks: {open_weights_2024: {funding_drop: 0}}\n"},
};
/* clang-format on */

/* Else a shock and an empty purse would drive out the same tenants twice. */
static void a_shock_drives_out_none_who_has_a_purse(void)
{
    enum { WORLDS = 2 };
    static const char *const boost[] = {"shocks.open_weights_2024.exit_boost=0",
                                        "shocks.open_weights_2024.exit_boost=20"};
    double left[2][2];
    for (int purses = 0; purses < 2; purses++)
        for (int i = 0; i < 2; i++) {
            struct lab lab;
            left[purses][i] = 0;
            lab_open_of(&lab, "china",
                        LAB_SET("run.end=2025-01", boost[i],
                                purses ? "tenant_money.enabled=true" : "tenant_money.enabled=false"));
            for (uint32_t r = 0; r < WORLDS; r++) {
                const struct world *w = lab_run(&lab, r);
                for (size_t c = 0; c < sim_row_count(w->sim, "tenants"); c++)
                    left[purses][i] += (double)w->tenants.cohort[c].count;
            }
            lab_close(&lab);
        }
    print_message("    left without purses %.0f, %.0f; with purses %.0f, %.0f\n", left[0][0], left[0][1], left[1][0],
                  left[1][1]);
    assert_true(left[0][1] < 0.7 * left[0][0]);
    assert_near(left[1][1], left[1][0], 0);
}

int main(void)
{
    a_shock_drives_out_none_who_has_a_purse();
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
