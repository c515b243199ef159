/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oracles of the books: schedules of depreciation and of loans, and what the market says of a card of that age. */
#include "oracle.h"

#include "models/books/depreciation.h"
#include "models/books/loans.h"

#include "sim/base/det.h"

#include <math.h>

/* The largest error of a schedule's yearly amounts. MACRS counts tax years, which begin half a year before. */
static double worst_year(const struct depreciation_terms *terms, double cost, const double *expected, int years)
{
    struct schedule s;
    depreciation_schedule(&s, terms);
    double worst = 0;
    for (int k = 0; k < years; k++) {
        double from = k ? k - s.ahead_yr : 0,
               amount = cost * (schedule_left(&s, from) - schedule_left(&s, k + 1 - s.ahead_yr));
        worst = fmax(worst, fabs(amount - expected[k]));
    }
    return worst;
}

/* Cost 100, salvage 5, five years. */
static double five_years(enum depreciation method, const double expected[5], double mistake)
{
    struct depreciation_terms terms = {.method = method, .life_yr = 5 * (1 + mistake), .salvage = 0.05, .factor = 2};
    return worst_year(&terms, 100, expected, 5);
}

static double straight_line_error(double mistake)
{
    static const double expected[] = {19, 19, 19, 19, 19};
    return five_years(DEPRECIATION_STRAIGHT_LINE, expected, mistake);
}

static double sum_of_years_error(double mistake)
{
    static const double expected[] = {95 * 5 / 15., 95 * 4 / 15., 95 * 3 / 15., 95 * 2 / 15., 95 * 1 / 15.};
    return five_years(DEPRECIATION_SUM_OF_YEARS, expected, mistake);
}

static double declining_error(double mistake)
{
    static const double expected[] = {40, 24, 14.4, 8.64, 7.96};
    return five_years(DEPRECIATION_DECLINING, expected, mistake);
}

static double chinese_double_error(double mistake)
{
    static const double expected[] = {40, 24, 14.4, 8.3, 8.3};
    return five_years(DEPRECIATION_CHINESE_DOUBLE, expected, mistake);
}

/* Revenue Procedure 87-57, table 1 (half-year convention), which prints them to a hundredth of a per cent. A mistake is
 * one of the first year's part. */
static double macrs_error(double mistake)
{
    static const struct {
        double life, amount[21];
        int years;
    } tables[] = {
        {3, {0.333333, 0.444444, 0.148148, 0.074074}, 4},
        {5, {0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576}, 6},
        {7, {0.142857, 0.244898, 0.174927, 0.124948, 0.089249, 0.089249, 0.089249, 0.044624}, 8},
        {10, {0.1, 0.18, 0.144, 0.1152, 0.09216, 0.073728, 0.065536, 0.065536, 0.065536, 0.065536, 0.032768}, 11},
        {15,
         {0.05, 0.095, 0.0855, 0.07695, 0.069255, 0.062329, 0.059049, 0.059049, 0.059049, 0.059049, 0.059049, 0.059049,
          0.059049, 0.059049, 0.059049, 0.029524},
         16},
        {20,
         {0.0375,   0.072188, 0.066773, 0.061765, 0.057133, 0.052848, 0.048884, 0.045218, 0.044615, 0.044615, 0.044615,
          0.044615, 0.044615, 0.044615, 0.044615, 0.044615, 0.044615, 0.044615, 0.044615, 0.044615, 0.022308},
         21},
    };
    double worst = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct depreciation_terms terms = {
            .method = DEPRECIATION_MACRS, .life_yr = tables[i].life, .first_yr = 0.5 * (1 + mistake)};
        worst = fmax(worst, worst_year(&terms, 1, tables[i].amount, tables[i].years));
    }
    return worst;
}

/* The same, tables 2 to 5 (mid-quarter convention), five years. */
static double mid_quarter_error(double mistake)
{
    static const double amounts[4][6] = {{0.35, 0.26, 0.156, 0.1101, 0.1101, 0.0138},
                                         {0.25, 0.3, 0.18, 0.1137, 0.1137, 0.0426},
                                         {0.15, 0.34, 0.204, 0.1224, 0.113, 0.0706},
                                         {0.05, 0.38, 0.228, 0.1368, 0.1094, 0.0958}};
    double worst = 0;
    for (int quarter = 0; quarter < 4; quarter++) {
        struct depreciation_terms terms = {
            .method = DEPRECIATION_MACRS, .life_yr = 5, .first_yr = (3.5 - quarter) / 4 * (1 + mistake)};
        worst = fmax(worst, worst_year(&terms, 1, amounts[quarter], 6));
    }
    return worst;
}

static double sculpted_error(double mistake)
{
    static const double cfads[] = {30, 28, 26, 24, 20}, expected = 79.75021801580156;
    double repaid[5], left = 1, worst = 0;
    double debt = loan_sculpted(cfads, 5, 0.08 * (1 + mistake), 1.3, repaid);
    for (int t = 0; t < 5; t++) {
        worst = fmax(worst, fabs(cfads[t] / (expected * (repaid[t] + 0.08 * left)) - 1.3));
        left -= repaid[t];
    }
    return fmax(fmax(worst, fabs(left)), fabs(debt - expected));
}

static double payment_error(double mistake)
{
    struct schedule s;
    loan_schedule(&s, &(struct loan_terms){.kind = LOAN_ANNUITY, .life_yr = 5, .rate = 0.1 * (1 + mistake)});
    return fabs(1 - schedule_left(&s, 1) + 0.1 - 0.26379748079474524);
}

/* clang-format off */
const struct oracle oracles_books[] = {
    {"dep.sl", "straight line, cost 100, salvage 5, five years", "19 a year, by definition", straight_line_error, 1e-12, "CNY", 1e-9},
    {"dep.syd", "sum of years' digits, the same", "95 times 5/15, 4/15, ...", sum_of_years_error, 1e-12, "CNY", 1e-9},
    {"dep.ddb_switch", "double declining with switch, the same", "by definition", declining_error, 1e-12, "CNY", 1e-9},
    {"dep.ddb_cn", "Chinese double declining, the same", "enterprise accounting standard 4", chinese_double_error, 1e-12, "CNY", 1e-9},
    {"dep.macrs", "MACRS, half-year convention: 3, 5, 7, 10, 15, 20 years", "Rev. Proc. 87-57, table 1", macrs_error, 5e-5, "of cost", 0.01},
    {"dep.macrs_mq", "MACRS, mid-quarter convention: 5 years, each quarter", "Rev. Proc. 87-57, tables 2 to 5", mid_quarter_error, 6e-5, "of cost", 0.01},
    {"fin.debt_sculpt", "loan sculpted to a cover of 1.3, its cover in each of five years", "sum of CFADS / (DSCR (1 + r)^t)",
     sculpted_error, 1e-10, "CNY", 1e-9},
    {"loan.annuity", "first payment of a loan at 10 % over 5 years", "r / (1 - (1 + r)^-n)", payment_error, 1e-12, "of principal", 1e-9},
    {0},
};
/* clang-format on */
