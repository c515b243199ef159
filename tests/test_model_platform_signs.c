/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What platforms do to the Chinese market as it is shipped: their money, their taste, their rivals, and what they leave
 * to lessors. Values lie in the intervals of the catalogues. */
#include "signs.h"

#define LATE "{2028-03: 5000 card/month, 2028-12: 40000 card/month, 2029-12: 60000 card/month}"

/* clang-format off */
static const struct experiment experiments[] = {
    {"what_platforms_buy_lessors_do_not_get",
     {"platform.cash_share=0.6"},
     "2027-01",
     {{"fleet_purchases", "2025-01", "2026-12", +1}, {"platforms.capex", "2025-01", "2026-12", +1}, {"orders.delivered", "2025-01", "2026-12", -1}},
     "platform: {cash_share: 0.4}\n", .pairs = 96},
    {"twice_the_money_of_platforms_makes_lessors_wait",
     {"platform.cash_share=0.6"},
     "2027-01",
     {{"wait.Ascend910B", "2025-07", "2026-12", +1}, {"wait.L20", "2025-01", "2026-12", +1}},
     "platform: {cash_share: 0.3, drawdown: 100 years}\n", .pairs = 96},
    {"and_makes_dearer_in_the_street_what_both_want_and_is_short",
     {"platform.cash_share=0.6"},
     "2030-01",
     {{"premium.Ascend950DT", "2028-07", "2029-12", +1}, {"premium.Ascend960", "2028-07", "2029-12", +1}},
     "platform: {cash_share: 0.3, drawdown: 100 years}\n", .pairs = 120},
    {"a_stop_of_credit_cuts_what_those_buy_who_borrow_and_what_all_buy", /* who has cash takes a part of what they leave */
     {"platform.credit={2022: 1, 2025-12: 1, 2026-01: 0}"},
     "2029-01",
     {{"platforms.debt", "2028-01", "2028-12", -1}, {"capex.bytedance", "2026-01", "2027-12", -1},
      {"fleet_purchases", "2027-01", "2028-12", -1}},
     .pairs = 96},
    {"platforms_answer_each_others_fleets",
     {"platform.rivalry=0.5"},
     "2026-01",
     {{"fleet_purchases", "2024-01", "2025-12", +1}},
     "platform: {rivalry: 0.15}\n"},
    {"without_bans_platforms_buy_abroad",
     {"policy.enabled=false"},
     "2026-01",
     {{"domestic_share", "2025-01", "2025-12", -1, .least = 0.25}, {"domestic_value", "2025-12", "2025-12", -1},
      {"vendor.value_share.huawei", "2025-01", "2025-12", -1}}},
    {"a_roadmap_two_years_late_costs_its_maker_value", /* older cards get the wafers and the memory: fewer P, less by cards */
     {"generations.Ascend950PR.launch=2028-03", "generations.Ascend950PR.output=" LATE,
      "generations.Ascend950DT.launch=2028-11", "generations.Ascend950DT.output={2028-11: 5000 card/month, 2029-06: 40000 card/month}",
      "generations.Ascend960.launch=2029-11", "generations.Ascend970.launch=2030-11"},
     "2029-01",
     {{"platforms.domestic_value", "2028-01", "2028-12", -1, .least = 0.1}, {"vendor.value_share.huawei", "2027-01", "2028-12", -1},
      {"domestic.cut", "2026-07", "2027-12", -1}, {"domestic_share", "2027-01", "2028-12", -1, .least = 0.05}}},
    {"roadmaps_of_all_domestic_makers_two_years_late_cost_a_tenth_of_their_share_of_cards", /* more of a card stands for its successors */
     {"generations.Ascend950PR.launch=2028-03", "generations.Ascend950PR.output=" LATE,
      "generations.Ascend950DT.launch=2028-11", "generations.Ascend950DT.output={2028-11: 5000 card/month, 2029-06: 40000 card/month}",
      "generations.Ascend960.launch=2029-11",
      "generations.Cambricon590.output={2023-10: 2000 card/month, 2024-06: 5000 card/month, 2025-12: 13000 card/month}",
      "generations.MXC500.output={2023-06: 3000 card/month, 2024-06: 10000 card/month, 2025-06: 25000 card/month, 2025-12: 30000 card/month}",
      "generations.KunlunP800.output={2024-06: 3000 card/month, 2025-06: 9000 card/month, 2025-12: 12000 card/month}",
      "generations.PPU.output={2025-03: 8000 card/month, 2025-09: 25000 card/month, 2025-12: 27000 card/month}"},
     "2029-01",
     {{"domestic_share", "2027-01", "2028-12", -1, .least = 0.1}, {"domestic_value", "2027-12", "2028-12", -1, .least = 0.1}}},
    {"weak_monetisation_cuts_spending_purchases_and_rents",
     {"platform.monetised=0.61"},
     "2029-01",
     {{"platforms.belief", "2027-06", "2028-12", -1}, {"platforms.capex", "2027-01", "2028-12", -1},
      {"fleet_purchases", "2027-01", "2028-12", -1}, {"price.inference", "2027-01", "2028-12", -1}},
     "platform: {monetised: 1}\n"},
    {"platforms_that_charge_what_an_hour_costs_at_the_margin_leave_less_to_be_rented",
     {"platform.marginal=0.95", "usage.growth=2 /yr"},
     "2029-01",
     {{"fleet_fullness", "2026-07", "2028-12", -1}, {"rent.H100", "2026-07", "2028-12", -1}},
     "platform: {marginal: 0.55}\nusage: {growth: 2 /yr}\n"},
    {"domestic_makers_that_get_less_memory_deliver_less",
     {"procurement.domestic_growth=-0.3 /yr"},
     "2029-01",
     {{"domestic.cut", "2027-01", "2028-12", +1}, {"vendor.value_share.huawei", "2027-01", "2028-12", -1},
      {"platforms.fleet", "2028-01", "2028-12", -1}},
     "procurement: {domestic_growth: 0 /yr}\n"},
    {"more_domestic_output_sells_domestic_cards_by_value_too",
     {"procurement.domestic_output=1.25"},
     "2027-01",
     {{"domestic_share", "2025-01", "2026-12", +1}, {"vendor.value_share.huawei", "2025-01", "2026-12", +1}},
     "procurement: {domestic_output: 0.8}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2029-01");
}
