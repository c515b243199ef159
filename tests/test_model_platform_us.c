/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Platforms in the American market as it is shipped: cash, credit, chips of their own, and what they leave to lessors. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"more_of_cash_flow_for_capital_is_more_capital",
     {"platform.cash_share=0.8"},
     "2027-01",
     {{"platforms.capex", "2025-01", "2026-12", +1}},
     "platform: {cash_share: 0.65}\n"},
    {"twice_the_money_makes_dearer_what_lessors_want_too",
     {"platform.cash_share=0.8"},
     "2027-01",
     {{"premium.H200", "2024-07", "2025-12", +1}, {"premium.B200", "2025-01", "2026-12", +1}, {"platforms.cash_share", "2025-01", "2026-12", -1}},
     "platform: {cash_share: 0.4}\n"},
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
    {"a_stop_of_credit_cuts_debt",
     {"platform.credit={2022: 1, 2025-12: 1, 2026-01: 0}"},
     "2028-01",
     {{"platforms.debt", "2026-06", "2027-12", -1}}},
    {"platforms_with_half_the_money_leave_cards_to_lessors",
     {"platform.cash_share=0.4"},
     "2028-01",
     {{"fleet_purchases", "2025-01", "2027-12", -1}, {"orders.delivered", "2025-01", "2027-12", +1}},
     "platform: {cash_share: 0.8}\n",
     .pairs = 144},
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
