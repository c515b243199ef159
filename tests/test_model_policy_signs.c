/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What acts of states, channels and hardware move, and which way: the headline scenario against one change, on common
 * random numbers. */
#include "signs.h"

/* Buyers keener than in china.yml, where the premium is mostly all that a card can earn, whatever its supply. */
#define ABOVE_THE_BOUND "procurement: {own_use: 8}\n" EAGER
/* Lessors who do not wait for a better time. */
#define EAGER "entry: {enabled: false}\n"

/* clang-format off */
static const struct experiment experiments[] = {
    {"a_licence_lowers_the_premium",
     {"policies.h200_relax_2026.announced=2024-10", "policies.h200_relax_2026.effective=2024-11", "policies.h200_relax_2026.strength=0.1"},
     "2026-01",
     {{"premium.H200", "2025-01", "2026-01", -1}, {"server_price.H200", "2025-01", "2026-01", -1}},
     ABOVE_THE_BOUND, .pairs = 200},
    {"enforcement_raises_the_gray_premium_and_cuts_capacity",
     {"policies.gray_enforcement_2026.announced=2023-06", "policies.gray_enforcement_2026.effective=2023-06",
      "policies.gray_enforcement_2026.strength=0.9", "procurement.raid_recovery=2 yr"},
     "2024-07",
     {{"gray.premium", "2023-07", "2024-01", +1}, {"gray.suppliers", "2023-07", "2023-12", -1},
      {"gray.capacity", "2023-07", "2023-12", -1}},
     ABOVE_THE_BOUND},
    {"a_surge_of_memory_prices_raises_server_prices",
     {"policies.memory_2025.announced=2023-12", "policies.memory_2025.effective=2023-12", "policies.memory_2025.strength=0.4"},
     "2025-01",
     {{"server_price.H20", "2024-08", "2025-01", +1}, {"server_price.Ascend910B", "2024-08", "2025-01", +1}}},
    {"without_the_tariff_scare_servers_are_cheaper_in_its_weeks",
     {"policies.tariff_2025=null"},
     "2025-06",
     {{"server_price.H200", "2025-04-20", "2025-05-02", -1}, {"server_price.B200", "2025-04-20", "2025-05-02", -1}}},
    {"the_end_of_h100_pushes_buyers_to_its_successor",
     {"generations.H100.end_of_production=2023-06"},
     "2026-01",
     {{"premium.H100", "2024-09", "2025-12", +1}, {"capacity.by_generation.H100", "2025-01", "2026-01", -1},
      {"premium.H200", "2024-09", "2026-01", +1}},
     EAGER "procurement: {stock_decay: 15 /yr, own_use: 4}\ngenerations: {H100: {end_of_production: none}}\n", .pairs = 144},
    {"without_fp8_work_old_cards_keep_up",
     {"technology.fp8_ceiling=0"},
     "2026-01",
     {{"rent.A100", "2025-01", "2026-01", +1}, {"effective.training.H100", "2025-01", "2026-01", -1}}},
    {"a_supernode_helps_a_weak_chip",
     {"generations.Ascend910C.supernode_gain=1.9"},
     "2026-01",
     {{"rent.Ascend910C", "2025-04", "2026-01", +1}, {"capacity.by_generation.Ascend910C", "2025-09", "2026-01", +1}}},
    {"a_line_that_is_opened_is_bought",
     {"generations.TPUv6e.sold=true", "generations.TPUv6e.supply=18000 card/month", "policies.ban_from_launch.covers=[H100, H200, B200]"},
     "2026-01",
     {{"capacity.by_generation.TPUv6e", "2025-04", "2026-01", +1}, {"capacity.installed", "2025-07", "2026-01", +1}}},
    {"scarce_memory_cuts_domestic_cards",
     {"procurement.domestic_memory={2022-01: 0.1 PB/month}"},
     "2026-01",
     {{"domestic.cut", "2024-01", "2026-01", +1}, {"capacity.by_generation.Ascend910B", "2024-07", "2026-01", -1}}},
    {"moving_software_keeps_buyers_from_domestic_cards",
     {"generations.Ascend910B.migration_cost=0.8", "generations.Ascend910C.migration_cost=0.8"},
     "2026-01",
     {{"capacity.by_generation.Ascend910B", "2024-07", "2026-01", -1}}},
    {"mature_software_sells_domestic_cards",
     {"generations.Ascend910B.mfu_train_initial=0.3", "generations.Ascend910B.mfu_infer_initial=0.25"},
     "2025-01",
     {{"resale.Ascend910B", "2023-09", "2025-01", +1}, {"capacity.by_generation.Ascend910B", "2024-07", "2025-01", +1},
      {"domestic_share", "2023-09", "2024-06", +1}},
     EAGER},
    {"a_rule_for_state_funded_centres_sells_domestic_cards",
     {"policies.state_funded_domestic_2025.announced=2023-06", "policies.state_funded_domestic_2025.effective=2023-06",
      "policies.state_funded_domestic_2025.strength=1"},
     "2026-01",
     {{"capacity.by_generation.Ascend910B", "2024-07", "2026-01", +1}, {"capacity.by_generation.H800", "2024-07", "2026-01", -1}},
     "operators: {government: {domestic_preference: -1.5}, carrier: {domestic_preference: -1.5}}\n"},
    {"without_stockpiles_fleets_buy_later",
     {"procurement.stockpile=0"},
     "2024-10",
     {{"fleet_purchases", "2023-08", "2023-10", -1}, {"fleet_fullness", "2023-12", "2024-06", +1}},
     "platform: {enabled: true}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run(experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
