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
     {"tenants.developer.cash=0.8 years", "tenant_money.exit_boost=3"},
     "2026-01",
     {{"tenants.runway.developer", "2023-06", "2024-12", -1}, {"tenants.developer", "2024-01", "2025-12", -1},
      {"price.training", "2024-01", "2025-12", -1}},
     "tenants: {developer: {cash: 1.6 years}}\ntenant_money: {exit_boost: 1}\n"},
    {"builders_that_can_raise_no_more_leave",
     {"tenants.developer.raises={2022-01: 0.8, 2023-01: 1.2, 2023-10: 0.5, 2024-04: 0.2}"},
     "2026-01",
     {{"tenants.developer", "2024-10", "2026-01", -1}, {"price.training", "2024-07", "2025-07", -1}}},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
