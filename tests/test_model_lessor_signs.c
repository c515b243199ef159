/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lessors live of, and what moves it: the headline scenario as it is shipped on common random numbers, each value
 * inside its own 90 % interval, each effect with the sign of its source. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"staff_and_administration_eat_the_margins_of_lessors", /* as in the accounts of Lianhua, 2024 */
     {"accounting.overhead=0.135"},
     "2026-01",
     {{"pnl.other.crossover", "2023-06", "2026-01", +1}, {"margin.net", "2023-06", "2024-07", -1}},
     "accounting: {overhead: 0.065}\n"},
    {"owners_who_know_the_trade_keep_and_find_customers",
     {"operators.government.know_how=0.97", "operators.carrier.know_how=0.98", "operators.crossover.know_how=0.94"},
     "2026-01",
     {{"vacated_share", "2024-01", "2026-01", -1}},
     "operators: {government: {know_how: 0.81}, carrier: {know_how: 0.87}, crossover: {know_how: 0.71}}\n"},
    {"small_jobs_pay_any_card",
     {"market.small_jobs=43000 card"},
     "2030-01",
     {{"small_job_rent", "2025-01", "2028-01", +1}},
     "market: {small_jobs: 5200 card}\n"},
    {"lessors_who_ask_themselves_more_often_leave_more_often",
     {"exits.review_rate=1.9 /yr"},
     "2030-01",
     {{"exits.chosen", "2023-06", "2030-01", +1}},
     "exits: {review_rate: 0.55 /yr}\n"},
    {"cards_that_fail_as_often_as_they_interrupt_cost_more_repairs", /* Meta, 2024: 9 % of cards a year, not half of them */
     {"life.failures=0.09 /yr"},
     "2030-01",
     {{"repairs", "2026-01", "2030-01", +1}},
     NULL, .pairs = 96},
    {"dear_proceedings_leave_creditors_less", /* liquidations: 8 % of assets, 13.5 % of what is distributed */
     {"receivers.costs=0.18"},
     "2030-01",
     {{"recovery.returned", NULL, NULL, -1}},
     "receivers: {costs: 0.09}\n"},
    {"buyers_of_new_cards_who_search_longer_pay_more_for_used_ones", /* Lianhua's servers went at nearly the price of new ones */
     {"resale.search=5.8 months"},
     "2025-08",
     {{"used_price.H100", "2024-07", "2025-07", +1}},
     "resale: {search: 2.2 months}\n", .pairs = 96},
    {"clusters_that_fail_more_often_train_less",
     {"goodput.interruptions=0.28 /card/yr"},
     "2026-01",
     {{"training_lost", "2023-06", "2026-01", +1}},
     "goodput: {interruptions: 0.11 /card/yr}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("china", experiments, sizeof experiments / sizeof *experiments, "run.end=2022-02");
}
