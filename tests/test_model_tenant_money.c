/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants' purses in the Chinese market: the small leave first, and what users do not pay is missing. */
#include "signs.h"

#define PURSES                                                                                                         \
    "tenant_money: {enabled: true}\n"                                                                                  \
    "tenants:\n"                                                                                                       \
    "  developer: {cash: 1.2 years, earns: {2022-01: 0.05, 2024-01: 0.1, 2025-06: 0.3, 2028-01: 0.7, 2032-01: 0.9},\n" \
    "    raises: {2022-01: 0.8, 2023-01: 1.2, 2023-10: 1.1, 2024-04: 0.6, 2025-01: 0.4, 2026-01: 0.6, 2028-01: "       \
    "0.3}}\n"                                                                                                          \
    "  startup: {cash: 1.2 years, earns: {2022-01: 0.3, 2025-06: 0.5}, raises: {2022-01: 0.7, 2024-06: 0.35}}\n"

/* clang-format off */
static const struct experiment experiments[] = {
    {"the_small_leave_first",
     {"tenants.developer.exit_by_size=0.5", "tenants.startup.exit_by_size=0.5"},
     "2025-01",
     {{"tenants.developer", "2024-01", "2025-01", -1}, {"price.training", "2024-01", "2025-01", +1}},
     PURSES},
    {"money_that_runs_out_drives_builders_out",
     {"tenants.developer.raises={2022-01: 0.8, 2023-01: 1.2, 2023-10: 0.5, 2024-04: 0.2}"},
     "2026-01",
     {{"tenants.runway.developer", "2024-01", "2025-01", -1}, {"tenants.developer", "2024-10", "2026-01", -1}, {"price.training", "2024-07", "2025-07", -1}},
     PURSES},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2025-01");
}
