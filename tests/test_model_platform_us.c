/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Platforms in the American market as it is shipped: cash, credit, chips of their own, and what they leave to lessors. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"more_of_cash_flow_for_capital_buys_what_is_to_be_had",
     {"platform.cash_share=0.8"},
     "2027-07",
     {{"platforms.capex", "2025-07", "2027-06", +1, .least = 0.005}},
     "platform: {cash_share: 0.65}\n"},
    {"twice_the_money_makes_cards_dearer_as_far_as_makers_let_it",
     {"platform.cash_share=0.8"},
     "2029-01",
     {{"premium.R200", "2026-10", "2028-12", +1, .least = 0.01}, {"premium.TPUv7", "2026-01", "2028-12", +1, .least = 0.005},
      {"platforms.cash_share", "2026-01", "2027-12", -1}},
     "platform: {cash_share: 0.4}\n",
     .pairs = 144},
    {"rivals_answer_each_others_fleets",
     {"platform.rivalry=0.5"},
     "2028-01",
     {{"fleet_purchases", "2024-01", "2026-12", +1}, {"platforms.fleet", "2026-01", "2027-12", +1}},
     "platform: {rivalry: 0.15}\n"},
    {"users_who_pay_less_than_was_expected_cost_spending_cash_and_rents",
     {"platform.monetised=0.61"},
     "2029-01",
     {{"platforms.capex", "2027-01", "2028-12", -1}, {"platforms.cash_share", "2028-01", "2028-12", -1}, {"price.inference", "2027-06", "2028-12", -1}},
     "platform: {monetised: 1}\n"},
    {"a_stop_of_credit_cuts_what_who_lives_on_it_buys_and_what_all_buy", /* others take a part of what it leaves */
     {"platform.credit={2022: 1, 2025-12: 1, 2026-01: 0}"},
     "2028-01",
     {{"platforms.debt", "2026-06", "2027-12", -1}, {"platform_cards.oracle", "2026-01", "2027-12", -1, .least = 0.1},
      {"fleet_purchases", "2026-01", "2027-12", -1, .least = 0.01}}},
    {"platforms_with_half_the_money_leave_cards_and_custom_to_lessors",
     {"platform.cash_share=0.4"},
     "2029-01",
     {{"fleet_purchases", "2025-01", "2027-12", -1}, {"rent.H100", "2024-07", "2025-12", -1, .least = 0.01}, {"capacity.installed", "2027-07", "2028-12", +1}},
     "platform: {cash_share: 0.8}\n",
     .pairs = 192},
    {"platforms_that_cannot_pay_leave_cards_to_lessors_and_later_rent_what_they_lack", /* half the money leaves most of what they want paid for */
     {"platform.cash_share=0.1", "platform.turns=0.1", "platforms.oracle.turns=0.5", "platform.drawdown=100 years"},
     "2026-07",
     {{"orders.delivered", "2023-01", "2024-06", +1}, {"capacity.installed", "2024-01", "2024-12", +1}, {"rent.H100", "2024-01", "2024-12", -1},
      {"price.inference", "2025-10", "2026-06", +1}}},
    {"inference_weakens_lock_in", /* training would have to move its software */
     {"platform.training_share=0.2"},
     "2029-01",
     {{"platform_cards.by.MI325X", "2026-07", "2028-12", +1}, {"vendor.value_share.amd", "2027-01", "2028-12", +1}},
     "platform: {training_share: 0.4}\n",
     .pairs = 144},
    {"platforms_that_let_more_of_what_they_hold_make_compute_cheaper",
     {"platform.let=0.1"},
     "2028-07",
     {{"platforms.let", "2026-07", "2028-06", +1}, {"price.training", "2027-01", "2028-06", -1}, {"price.inference", "2027-01", "2028-06", -1}},
     "platform: {let: 0.02}\n",
     .pairs = 192},
    {"makers_who_let_buyers_queue_leave_lessors_in_the_market",
     {"procurement.official_premium=1.35"},
     "2031-01",
     {{"premium.R200", "2028-01", "2030-12", -1}, {"capacity.installed", "2029-07", "2030-12", +1}},
     "procurement: {official_premium: none}\n"},
    {"projects_of_as_much_money_hold_more_of_what_comes_later",
     {"pipeline.size_cost=390000 CNY/P"},
     "2030-01",
     {{"capacity.installed", "2028-07", "2029-12", +1}, {"rent.H100", "2028-07", "2029-12", -1}},
     "pipeline: {size_cost: none}\n"},
    {"a_platform_with_room_for_debt_buys_more",
     {"platforms.oracle.turns=6"},
     "2026-01",
     {{"platform_cards.oracle", "2024-01", "2025-12", +1}},
     "platforms: {oracle: {turns: none}}\n"},
    {"chips_of_ones_own_that_slip_leave_fleets_smaller",
     {"platform.slip_odds=0.5", "platform.slip=12 months"},
     "2026-07",
     {{"platforms.fleet", "2025-06", "2026-06", -1}},
     "platform: {slip_odds: 0.2, slip: 3 months}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("us", experiments, sizeof experiments / sizeof *experiments, "run.end=2028-01");
}
