/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lessor in its ramp, as in the accounts of Lianhua for 2024: what depreciation and staff leave of its revenue. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"shorter_lives_in_the_books_make_the_first_year_a_loss", /* peers at 5 to 6 years, says its reply to the exchange */
     {"operators.lianhua.book_life=5 years"},
     "2025-02",
     {{"pnl.cost.lianhua", "2024-10", "2025-01", +1}, {"pnl.net.lianhua", "2024-10", "2025-01", -1}},
     "operators: {lianhua: {book_life: 6 years}}\n"},
    {"staff_before_scale_costs_more_of_revenue", /* 14 % of revenue in 2024 */
     {"accounting.overhead=0.135"},
     "2025-02",
     {{"pnl.other.lianhua", "2024-10", "2025-01", +1}, {"pnl.net.lianhua", "2024-10", "2025-01", -1}},
     "accounting: {overhead: 0.065}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run_of("lessor", experiments, sizeof experiments / sizeof *experiments, "run.end=2022-02");
}
