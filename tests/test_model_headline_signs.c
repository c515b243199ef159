/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What usage and rents abroad move in the headline scenario as it is shipped, platforms, vendors and tenants' money
 * included; each value inside its own 90 % interval. test_model_usage_signs.c isolates the same mechanisms. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"waves_of_new_uses_raise_both_rents_and_what_platforms_buy",
     {"usage.wave_rate=0.9 /yr"},
     "2028-01",
     {{"price.inference", "2026-07", "2028-01", +1}, {"price.training", "2026-07", "2028-01", +1}, {"offshore_rent", "2026-07", "2028-01", +1},
      {"platforms.capex", "2026-07", "2028-01", +1}},
     "usage: {wave_rate: 0.28 /yr}\n"},
    {"usage_that_saturates_late_keeps_inference_dear",
     {"usage.saturation=480"},
     "2031-01",
     {{"usage", "2028-01", "2031-01", +1}, {"price.inference", "2029-01", "2031-01", +1}},
     "usage: {saturation: 21}\n"},
    {"heavier_tokens_make_inference_and_tokens_dearer",
     {"usage.weight=0.8 /yr"},
     "2028-01",
     {{"price.inference", "2026-07", "2028-01", +1}, {"token_price", "2026-07", "2028-01", +1}},
     "usage: {weight: 0.2 /yr}\n"},
    {"rents_abroad_follow_waves_of_new_uses_less_where_supply_answers",
     {"abroad.supply_elasticity=1.9"},
     "2028-01",
     {{"offshore_rent", "2026-07", "2028-01", -1}},
     "abroad: {supply_elasticity: 1.1}\nusage: {wave_rate: 0.95 /yr}\n", .pairs = 144},
    {"car_makers_who_grow_faster_make_training_dearer", /* M18 */
     {"tenants.carmaker.growth=1.12 /yr"},
     "2027-01",
     {{"price.training", "2024-07", "2026-12", +1}},
     "tenants: {carmaker: {growth: 0.8 /yr}}\n", .pairs = 96},
    {"elastic_demand_takes_more_of_cheap_compute", /* M59 */
     {"demand.elasticity_inference=0.83"},
     "2026-01",
     {{"inference_share", "2025-01", "2026-01", +1}},
     "demand: {elasticity_inference: 0.62}\n", .pairs = 96},
    {"training_that_grows_a_thousandfold_in_three_years_takes_compute_from_inference", /* M60: ln 1000 / 3 */
     {"tenants.developer.growth=2.3 /yr"},
     "2028-01",
     {{"price.training", "2026-01", "2028-01", +1}, {"inference_share", "2026-01", "2028-01", -1}}},
    {"users_who_come_below_a_price_hold_rents_up", /* M77 */
     {"demand.users_below=0.095"},
     "2031-01",
     {{"users_below", "2029-01", "2031-01", +1}, {"price.inference", "2029-01", "2031-01", +1}},
     "demand: {users_below: 0.025}\nusage: {saturation: 21, growth_long: 0.05 /yr, weight: 0.2 /yr, wave_rate: 0.27 /yr}\n", .pairs = 96}, /* cheap compute */
    {"a_higher_count_of_tokens_raises_rents_of_2025", /* M81 */
     {"usage.level=400"},
     "2026-01",
     {{"price.inference", "2025-01", "2026-01", +1}, {"rent_server_month.H100", "2025-01", "2026-01", +1}, {"tokens", "2025-07", "2026-01", +1}},
     "usage: {level: 225}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2028-01");
}
