/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Halls outlive cards: where power has a cap, new racks need the halls of old ones. The American market as it is shipped,
 * with the caps of its variant power_capped. */
#include "signs.h"

#define CAPPED "{power_cap: 333 MW, connections: {2022-01: 400 MW/yr, 2024-12: 400 MW/yr, 2025-01: 80 MW/yr}}"

/* clang-format off */
static const struct experiment experiments[] = {
    {"halls_that_need_a_refit_for_new_racks_keep_capacity_down",
     {"life.refit_cost=35000 CNY*h/kWh", "life.refit_time=6 months"},
     "2030-01",
     {{"capacity.installed", "2028-01", "2030-01", -1}},
     "regions: {virginia: " CAPPED ", texas: " CAPPED ", elsewhere: " CAPPED "}\nlife: {hall_use: true}\n", .pairs = 96},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("us", experiments, sizeof experiments / sizeof *experiments, "run.end=2022-02");
}
