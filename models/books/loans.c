/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With r the rate of a period, B the balance: interest r B, principal what the payment leaves.
 *
 *     annuity    payment r / (1 - (1 + r)^-n) of the principal
 *     sculpted   payment_t = CFADS_t / DSCR, so the debt is their present value and the cover the same in every period
 *                (project finance practice: Bodmer, Corporate and Project Finance Modeling, 2014)
 */
#include "loans.h"

#include "sim/base/det.h"

#include <math.h>

double loan_payment(double rate, double periods)
{
    return fabs(rate) < 1e-12 ? 1 / periods : -rate / det_expm1(-periods * det_log(1 + rate));
}

static double present_value(const double *flow, size_t periods, double rate)
{
    double sum = 0;
    for (size_t t = periods; t-- > 0;)
        sum = (sum + flow[t]) / (1 + rate);
    return sum;
}

double loan_sculpted(const double *cfads, size_t periods, double rate, double dscr, double *principal)
{
    double debt = present_value(cfads, periods, rate) / dscr, left = debt;
    for (size_t t = 0; principal && t < periods; t++) {
        principal[t] = cfads[t] / dscr - rate * left;
        left -= principal[t];
    }
    return debt;
}

double loan_life_cover(const double *cfads, size_t periods, double rate, double debt)
{
    return present_value(cfads, periods, rate) / debt;
}

/* Shares of the loan repaid in each year by payments in proportion to `flow`, interest included. */
static void repay_from(const double *flow, size_t years, double rate, double *amount)
{
    double debt = loan_sculpted(flow, years, rate, 1, amount);
    for (size_t t = 0; t < years; t++)
        amount[t] /= debt;
}

void loan_schedule(struct schedule *s, const struct loan_terms *terms)
{
    double flow[SCHEDULE_YEARS + 1], amount[SCHEDULE_YEARS + 1] = {0}, expected = 1;
    size_t years = 0;
    for (; years < SCHEDULE_YEARS && (double)years < terms->life_yr; years++) {
        double length = fmin(1, terms->life_yr - (double)years);
        flow[years] = expected * length;
        amount[years] = length / terms->life_yr;
        expected *= terms->kind == LOAN_SCULPTED ? 1 - terms->decline : 1;
    }
    if (terms->kind == LOAN_ANNUITY || terms->kind == LOAN_SCULPTED)
        repay_from(flow, years, terms->rate, amount);
    double balloon = terms->kind == LOAN_BULLET ? 1 : terms->balloon;
    for (size_t t = 0; t < years; t++)
        amount[t] *= 1 - balloon;
    schedule_of_amounts(s, amount, terms->life_yr);
    s->salvage = balloon;
    s->straight = terms->kind == LOAN_EQUAL_PARTS;
}
