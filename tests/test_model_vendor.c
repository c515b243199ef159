/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chip makers in the American market: a maker that loses ground gets cheaper, memory gets dearer with use, launches slip. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"a_rival_line_sold_outside_makes_the_leader_answer_in_price",
     {"generations.TPUv7.sold=false"}, /* as its maker long kept it */
     "2028-01",
     {{"vendor.price.nvidia", "2026-07", "2027-12", +1}, {"server_price.B300", "2027-01", "2027-12", +1},
      {"vendor.share.nvidia", "2026-06", "2027-12", +1}, {"fleet_purchases", "2026-06", "2027-12", -1}}},
    {"a_maker_that_answers_more_is_cheaper_where_it_has_lost_ground",
     {"vendors.nvidia.response=1.2"},
     "2028-01",
     {{"server_price.B300", "2027-01", "2027-12", -1}, {"vendor.share.nvidia", "2027-01", "2027-12", +1}},
     "vendors: {nvidia: {response: 0.4}}\n"},
    {"more_use_of_models_makes_memory_and_servers_dearer",
     {"usage.growth=1.8 /yr"},
     "2028-01",
     {{"memory.price", "2026-07", "2027-12", +1}, {"server_price.B300", "2027-01", "2027-12", +1}},
     "usage: {growth: 0.7 /yr}\n"},
    {"dear_memory_counts_by_its_share_in_a_card",
     {"vendor.memory_share=0.16"},
     "2028-01",
     {{"server_price.R200", "2027-01", "2027-12", +1}},
     "vendor: {memory_share: 0.08}\n"},
    {"a_launch_that_slips_leaves_its_maker_less",
     {"generations.TPUv7.slip_odds=1", "technology.slip_from=2025"},
     "2028-01",
     {{"vendor.share.google", "2025-12", "2026-12", -1}, {"vendor.share.nvidia", "2025-12", "2026-12", +1}},
     "generations: {TPUv7: {slip_odds: 0}}\n"},
    {"a_cheaper_second_maker_wins_a_share",
     {"generations.MI355X.list_price_usd=20000 USD/card"},
     "2028-01",
     {{"vendor.share.amd", "2025-09", "2027-12", +1}}},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("us", experiments, sizeof experiments / sizeof *experiments, "run.end=2028-01");
}
