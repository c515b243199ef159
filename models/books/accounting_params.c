/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of accounting, and what is wrong with them as a whole. */
#include "accounting.h"

#include "sim/scenario/scenario.h"

/* clang-format off */
const struct param accounting_params[] = {
    {.name = "book_method", .type = PARAM_CHOICE, .choices = DEPRECIATION_WORDS, .value = "straight_line",
     .help = "how cost is written off in the books", .source = "straight line in all filings seen", .offset = offsetof(struct accounting_settings, method)},
    NUMBER(struct accounting_settings, life_yr, "book_life", "yr", 0.5, 20, "5 years", UNCERTAIN, "life in the books",
           "filings of lessors: five years"),
    NUMBER(struct accounting_settings, salvage, "salvage", "", 0, 0.9, "0.05", UNCERTAIN, "salvage value, share of cost",
           "5 % in Chinese lessors' accounts"),
    NUMBER(struct accounting_settings, factor, "declining_factor", "", 1, 4, "2", FIXED, "declining balance: rate times life, 2 for double; MACRS has its own", NULL),
    {.name = "custom", .type = PARAM_TEXT, .value = "none",
     .help = "shares of cost written off year by year under the method custom, as in \"0.4 0.3 0.25\"", .offset = offsetof(struct accounting_settings, custom)},
    NUMBER(struct accounting_settings, revised_life_yr, "revised_life", "yr", 0.5, 20, "none", UNCERTAIN,
           "life in the books after the change of estimate; none: no change", NULL),
    {.name = "revised_on", .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none", .help = "date of the change of estimate of book lives",
     .offset = offsetof(struct accounting_settings, revised_on)},
    {.name = "impairment", .type = PARAM_CHOICE, .choices = IMPAIRMENT_WORDS, .value = "none",
     .help = "standard by which books are tested for impairment at the end of each year", .offset = offsetof(struct accounting_settings, impairment)},
    NUMBER(struct accounting_settings, impairment_share, "impairment_share", "", 0, 1, "1", UNCERTAIN,
           "share of a shortfall that a test makes owners book; 1: by the letter of the standard", NULL),
    {.name = "tax_method", .type = PARAM_CHOICE, .choices = DEPRECIATION_WORDS " as_booked", .value = "as_booked",
     .help = "how cost is written off for tax", .offset = offsetof(struct accounting_settings, tax_method)},
    NUMBER(struct accounting_settings, tax_life_yr, "tax_life", "yr", 0.5, 20, "5 years", FIXED, "life for tax", "electronic equipment: at least three years in China; MACRS: five"),
    {.name = "tax_convention", .type = PARAM_CHOICE, .choices = "half_year mid_quarter", .value = "half_year",
     .help = "what MACRS counts of the first tax year: half of it, or from the middle of the quarter of purchase on",
     .source = "26 USC 168(d)", .offset = offsetof(struct accounting_settings, convention)},
    {.name = "bonus", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 1, .value = "0",
     .help = "share of cost that is deducted from taxable profit at once, by the date of delivery, where tax has a ledger of its own",
     .source = "26 USC 168(k)", .offset = offsetof(struct accounting_settings, bonus)},
    NUMBER(struct accounting_settings, expense_below, "expense_below", "CNY/server", 0, 1e9, "0 CNY/server", FIXED,
           "price up to which a server is expensed at once for tax", NULL),
    {.name = "expense_until", .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none", .help = "when expensing at once ends; none: never",
     .offset = offsetof(struct accounting_settings, expense_until)},
    NUMBER(struct accounting_settings, loss_offset, "loss_offset", "", 0, 1, "1", FIXED, "share of a profit that losses carried forward may offset",
           "all in China; 80 % in the United States"),
    NUMBER(struct accounting_settings, tax, "tax", "", 0, 1, "25%", FIXED, "corporate income tax", "statute"),
    NUMBER(struct accounting_settings, vat_output, "vat_output", "", 0, 1, "0", FIXED, "VAT on rents", NULL),
    NUMBER(struct accounting_settings, vat_input, "vat_input", "", 0, 1, "0", FIXED, "VAT on equipment and power", NULL),
    NUMBER(struct accounting_settings, gray_invoiced, "gray_invoiced", "", 0, 1, "1", UNCERTAIN,
           "share of gray purchases that come with an invoice on which VAT is recovered", NULL),
    NUMBER(struct accounting_settings, wear_by_use, "wear_by_use", "", 0, 1, "0", UNCERTAIN, "share of wear that comes with use and not with age", NULL),
    {.name = "loan", .type = PARAM_CHOICE, .choices = LOAN_WORDS, .value = "equal_parts", .help = "how loans are repaid",
     .offset = offsetof(struct accounting_settings, loan)},
    NUMBER(struct accounting_settings, debt_share, "debt_share", "", 0, 1, "0.6", UNCERTAIN, "share of a vintage's cost that is borrowed",
           "debt over assets of 70-78 % at two listed lessors, 2025"),
    NUMBER(struct accounting_settings, debt_life_yr, "debt_life", "yr", 0.5, 30, "5 years", UNCERTAIN, "time over which debt is repaid", NULL),
    NUMBER(struct accounting_settings, balloon, "balloon", "", 0, 1, "0", UNCERTAIN, "share of a loan that is due at its end", NULL),
    {.name = "base_rate", .type = PARAM_SERIES, .unit = "/yr", .min = -0.05, .max = 1, .value = "{2022-01: 3.7 %/yr}",
     .help = "base rate of loans", .source = "one-year loan prime rate", .offset = offsetof(struct accounting_settings, base_per_yr)},
    NUMBER(struct accounting_settings, spread_per_yr, "spread", "/yr", 0, 1, "2.5 %/yr", UNCERTAIN, "lessors' spread over the base rate",
           "bank loans of 5.35 to 7.5 % at one listed lessor, 2024"),
    NUMBER(struct accounting_settings, staff_share, "overhead", "", 0, 1, "0.08", UNCERTAIN, "selling and administration, share of revenue", NULL),
    NUMBER(struct accounting_settings, fixed_staff_per_yr, "overhead_fixed", "/yr", 0, 1, "0 /yr", UNCERTAIN,
           "cost of staff that does not depend on revenue, a year, share of the cost of the centres that stand", NULL),
    {.name = "entrants", .type = PARAM_REFERENCE, .of = OPERATOR, .value = "none",
     .help = "class of owners whose centres in their first year are reported as entrants", .offset = offsetof(struct accounting_settings, entrants)},
    {.name = "value_curve", .type = PARAM_REFERENCE, .of = "generations", .value = "none",
     .help = "generation whose four ledgers are shown by age", .offset = offsetof(struct accounting_settings, curve_of)},
    {.name = "book_method", .table = OPERATOR, .type = PARAM_CHOICE, .choices = "as_all " DEPRECIATION_WORDS, .value = "as_all",
     .help = "depreciation method of a class of owners in its books", .offset = offsetof(struct accounting_row, method)},
    COLUMN(OPERATOR, struct accounting_row, life_yr, "book_life", "yr", 0.5, 20, "none", UNCERTAIN, "depreciation life in the books of a class of owners; none: as all", NULL),
    COLUMN(OPERATOR, struct accounting_row, salvage, "salvage", "", 0, 0.9, "none", UNCERTAIN, "salvage value in the books of a class of owners, share of cost; none: as all", NULL),
    COLUMN(OPERATOR, struct accounting_row, debt_share, "debt_share", "", 0, 1, "none", UNCERTAIN, "share of cost that a class of owners borrows; none: as all", NULL),
    COLUMN(OPERATOR, struct accounting_row, spread_over_per_yr, "spread_over", "/yr", -0.2, 1, "0 /yr", UNCERTAIN,
           "spread of the loans of a class of owners over that of all lessors", NULL),
    {.name = "vat_exempt", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "whether a class of owners is exempt: it charges no VAT and recovers none", .offset = offsetof(struct accounting_row, vat_exempt)},
    {0},
};
/* clang-format on */

static bool is_custom(const struct scenario *scenario, const struct drawn *drawn, const struct accounting_settings *s)
{
    const struct accounting_row *row = checked_block(scenario, drawn, OPERATOR, &model_accounting);
    bool custom = s->method == DEPRECIATION_CUSTOM || s->tax_method == DEPRECIATION_CUSTOM;
    for (size_t o = 0; o < scenario_row_count(scenario, OPERATOR); o++)
        custom = custom || row[o].method == DEPRECIATION_CUSTOM + 1;
    return custom;
}

/* Lives that no class of MACRS has, be it the middle of a distribution or its end. */
static void check_macrs(const struct scenario *scenario, struct mistakes *mistakes, const char *path, int method,
                        double life_yr)
{
    if (method == DEPRECIATION_MACRS && !isnan(life_yr) && depreciation_macrs_factor(life_yr) == 0)
        scenario_complain(scenario, mistakes, path,
                          "%g years are no class of MACRS; allowed: 3, 5, 7, 10, 15, 20 years", life_yr);
}

static void check_lives(const struct scenario *scenario, struct mistakes *mistakes, const struct drawn *drawn)
{
    const struct accounting_settings *s = checked_block(scenario, drawn, "accounting", &model_accounting);
    check_macrs(scenario, mistakes, "accounting.tax_life", s->tax_method, s->tax_life_yr);
    check_macrs(scenario, mistakes, "accounting.book_life", s->method, s->life_yr);
    check_macrs(scenario, mistakes, "accounting.revised_life", s->method, s->revised_life_yr);
    const struct accounting_row *row = checked_block(scenario, drawn, OPERATOR, &model_accounting);
    for (size_t o = 0; o < scenario_row_count(scenario, OPERATOR); o++) {
        char path[128];
        bool own = !isnan(row[o].life_yr);
        snprintf(path, sizeof path, "operators.%s.%s", scenario_row_name(scenario, OPERATOR, o),
                 own ? "book_life" : "book_method");
        if (own || row[o].method)
            check_macrs(scenario, mistakes, path, row[o].method ? row[o].method - 1 : s->method,
                        own ? row[o].life_yr : s->life_yr);
    }
}

void accounting_check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn drawn = scenario_draw(scenario, &arena, NULL, NULL), highest = highest_values(scenario, &arena);
    size_t before = mistakes->count;
    check_lives(scenario, mistakes, &drawn);
    if (mistakes->count == before)
        check_lives(scenario, mistakes, &highest);
    const struct accounting_settings *s = checked_block(scenario, &drawn, "accounting", &model_accounting);
    double share[SCHEDULE_YEARS];
    if (is_custom(scenario, &drawn, s) && !class_books_read_custom(s->custom, share))
        scenario_complain(scenario, mistakes, "accounting.custom",
                          "not a list of shares, %s; allowed: numbers from 0, one a year, that sum to at most 1",
                          s->custom ? s->custom : "nothing");
    if (isnan(s->revised_life_yr) != isnan(s->revised_on))
        scenario_complain(scenario, mistakes,
                          isnan(s->revised_on) ? "accounting.revised_life" : "accounting.revised_on",
                          "a change of estimate needs both revised_life and revised_on");
    arena_free(&arena);
}
