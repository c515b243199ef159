/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What usage moves, and which way: the headline scenario on common random numbers, each value inside its own 90 %
 * interval. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"waves_of_new_uses_raise_both_rents",
     {"usage.wave_rate=1 /yr"},
     "2028-01",
     {{"usage", "2026-07", "2028-01", +1}, {"price.inference", "2026-07", "2028-01", +1}, {"price.training", "2026-07", "2028-01", +1},
      {"offshore_rent", "2026-07", "2028-01", +1}}, /* the same waves abroad */
     "usage: {wave_rate: 0.25 /yr}\n"},
    {"usage_that_saturates_late_keeps_inference_dear",
     {"usage.saturation=480"},
     "2031-01",
     {{"usage", "2028-01", "2031-01", +1}, {"price.inference", "2029-01", "2031-01", +1}},
     "usage: {saturation: 21}\n",
     96}, /* a few worlds make most of the mean */
    {"heavier_tokens_raise_the_rent_of_inference",
     {"usage.weight=0.8 /yr"},
     "2028-01",
     {{"price.inference", "2026-07", "2028-01", +1}, {"inference_share", "2026-07", "2028-01", +1}, {"token_price", "2026-07", "2028-01", +1}},
     "usage: {weight: 0.2 /yr}\n"},
    {"a_higher_count_raises_rents_of_2025",
     {"usage.level=400"},
     "2026-01",
     {{"price.inference", "2025-01", "2026-01", +1}, {"rent_server_month.H100", "2025-01", "2026-01", +1}, {"tokens", "2025-07", "2026-01", +1}},
     "usage: {level: 225}\n"},
    {"usage_that_grew_faster_at_the_count_goes_on_to_more",
     {"usage.growth=2 /yr"},
     "2028-01", /* what was reached in June 2025 is given: it came later */
     {{"tokens", "2024-06", "2025-05", -1}, {"tokens", "2026-01", "2028-01", +1}, {"price.inference", "2026-01", "2028-01", +1}, {"price.training", "2026-01", "2028-01", +1}},
     "usage: {growth: 0.8 /yr}\n"},
    {"car_makers_who_grow_faster_make_training_dearer",
     {"tenants.carmaker.growth=0.98 /yr"},
     "2028-01",
     {{"price.training", "2026-01", "2028-01", +1}},
     "tenants: {carmaker: {growth: 0.62 /yr}}\n",
     96},
    {"training_that_grows_a_thousandfold_in_three_years_takes_compute_from_inference", /* ln 1000 / 3, as some expect */
     {"tenants.developer.growth=2.3 /yr"},
     "2028-01",
     {{"price.training", "2026-01", "2028-01", +1}, {"inference_share", "2026-01", "2028-01", -1}},
     NULL},
    {"sellers_who_take_more_for_tokens_are_read_less",
     {"usage.markup_long=0.45"},
     "2030-01", /* at once tokens are dearer and less are read; then lessors bear it, since cards stand; and fewer are built */
     {{"token_price", "2025-08", "2026-03", +1}, {"tokens", "2025-08", "2026-06", -1}, {"price.inference", "2026-07", "2028-01", -1},
      {"capacity.installed", "2028-07", "2030-01", -1}},
     "usage: {markup_long: -0.25, saturation: 400, growth_long: 0.5 /yr}\n",
     96},
    {"rents_abroad_follow_work_less_where_supply_answers",
     {"abroad.supply_elasticity=1.9", "usage.wave_rate=1 /yr"},
     "2028-01",
     {{"offshore_rent", "2026-07", "2028-01", -1}},
     "abroad: {supply_elasticity: 1.1}\nusage: {wave_rate: 1 /yr}\n",
     120},
    {"halls_abroad_that_answer_to_crowding_hold_rents_down_at_home", /* where all want more than there is */
     {"abroad.let={2022: 900 kP}"},
     "2029-01",
     {{"offshore_capacity", "2027-07", "2029-01", +1}, {"price.inference", "2027-07", "2029-01", -1}, {"price.training", "2027-07", "2029-01", -1}},
     "abroad: {let: {2022: 300 kP}}\nusage: {growth_long: 0.9 /yr, saturation: 60}\n", /* without the few worlds of endless rents */
     96},
    {"what_nobody_reads_keeps_compute_in_use_as_heavier_tokens",
     {"usage.heavier=0.98"},
     "2031-01",
     {{"usage.compute", "2029-01", "2031-01", +1}, {"price.inference", "2029-01", "2031-01", +1}},
     "usage: {heavier: 0.72}\n",
     96},
    {"users_who_come_below_a_price_hold_rents_up",
     {"demand.users_below=0.09"},
     "2031-01", /* in worlds that have enough early, where compute gets cheap */
     {{"users_below", "2030-01", "2031-01", +1}, {"price.inference", "2030-01", "2031-01", +1}, {"price.training", "2030-01", "2031-01", +1}},
     "demand: {users_below: 0.025, model_work: 0.1}\nusage: {saturation: 25}\n",
     240},
    {"elastic_demand_takes_more_of_cheap_compute",
     {"demand.elasticity_inference=0.83"},
     "2026-01",
     {{"price.inference", "2025-01", "2026-01", +1}, {"inference_share", "2025-01", "2026-01", +1}},
     "demand: {elasticity_inference: 0.62}\n"},
    {"usage_that_goes_on_growing_keeps_compute_dear",
     {"usage.growth_long=0.9 /yr"},
     "2029-01",
     {{"usage", "2027-01", "2029-01", +1}, {"price.inference", "2027-01", "2029-01", +1}, {"capacity.installed", "2028-01", "2029-01", +1}},
     "usage: {growth_long: 0.1 /yr}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run(experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
