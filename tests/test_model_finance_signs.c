/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Books and credit: what moves what, and which way. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"owners_who_stand_by_their_firms_prevent_defaults",
     {"finance.support=5"},
     "2026-01",
     {{"defaults", "2023-06", "2026-01", -1}}},
    {"impatient_creditors_bring_defaults_and_deeper_sales",
     {"finance.grace=0.5 months", "finance.support=0"},
     "2026-01",
     {{"defaults", "2023-06", "2026-01", +1}, {"fire_sale", "2024-06", "2026-01", +1}}, .both = "receivers: {enabled: false}\n"},
    {"impatient_creditors_take_more_centres",
     {"finance.grace=0.5 months", "finance.support=0"},
     "2026-01",
     {{"possession", "2024-06", "2026-01", +1}}},
    {"dear_credit_after_defaults_stops_projects",
     {"finance.default_effect=5", "finance.stranded_effect=0.2 /yr"},
     "2026-01",
     {{"spread", "2024-06", "2026-01", +1}, {"tobins_q.neocloud", "2025-01", "2026-01", -1}}, .pairs = 144},
    {"more_debt_makes_more_firms_unable_to_pay",
     {"accounting.debt_share=0.9"},
     "2026-01",
     {{"minsky.hedge", "2024-01", "2026-01", -1}, {"dscr", "2024-01", "2026-01", -1}}},
    {"margin_calls_on_economic_value_bring_defaults",
     {"finance.loan_to_value=0.8"},
     "2026-01",
     {{"defaults", "2023-06", "2026-01", +1}, {"distressed", "2024-06", "2026-01", +1}}},
    {"short_lives_in_the_books_narrow_the_stranded_gap_and_at_first_the_margins",
     {"accounting.book_life=3 years"},
     "2026-01",
     {{"stranded_gap", "2025-01", "2026-01", -1}, {"book_value", "2024-01", "2026-01", -1}, {"margin.gross", "2023-01", "2024-01", -1}}},
    {"impairment_by_the_letter_closes_the_gap",
     {"accounting.impairment_share=1"},
     "2026-01",
     {{"stranded_gap", "2025-01", "2026-01", -1}, {"impairment", "2024-06", "2026-01", +1}}},
    {"an_equipment_lease_is_taxed_more_than_a_service_and_uses_credits_up",
     {"accounting.vat_output=13%"},
     "2026-01",
     {{"vat_credit", "2024-01", "2026-01", -1}}},
    {"invoices_for_smuggled_cards_raise_credits_and_lower_costs",
     {"accounting.gray_invoiced=1"},
     "2026-01",
     {{"vat_credit", "2024-06", "2026-01", +1}, {"margin.gross", "2025-01", "2026-01", +1}}},
    {"wear_by_use_spares_idle_cards",
     {"accounting.wear_by_use=1"},
     "2026-01",
     {{"physical_value", "2024-06", "2026-01", +1}}},
    {"an_end_of_expensing_leaves_more_to_deduct",
     {"accounting.expense_until=2023-06"},
     "2026-01",
     {{"tax_value", "2024-01", "2026-01", +1}}},
    {"bullets_and_balloons_put_principal_off",
     {"accounting.balloon=0.6"},
     "2026-01",
     {{"debt", "2024-01", "2026-01", +1}, {"dscr", "2024-01", "2026-01", +1}}},
};
/* clang-format on */

int main(void)
{
    return signs_run(experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
