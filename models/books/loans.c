/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With r the rate of a period, B the balance: interest r B, principal what the payment leaves.
 *
 *     sculpted   payment_t = CFADS_t / DSCR, so the debt is their present value and the cover the same in every period
 *                (project finance practice: Bodmer, Corporate and Project Finance Modeling, 2014); while such a payment
 *                would be less than the interest, interest alone is paid, and the cover is the same from then on
 *     annuity    the same of equal cash flows: r / (1 - (1 + r)^-n) of the loan
 */
#include "loans.h"

#include <math.h>

double loan_sculpted(const double *cfads, size_t periods, double rate, double dscr, double *repaid)
{
    double worth = 0, left = 1;
    for (size_t t = periods; t-- > 0;)
        repaid[t] = worth = (worth + cfads[t]) / (1 + rate); /* for now: of the cash flows from here on */
    for (size_t t = 0; t < periods; t++) {
        double payment = repaid[t] > 0 ? cfads[t] * left / repaid[t] : 0;
        repaid[t] = fmax(0, payment - rate * left);
        left -= repaid[t];
    }
    return worth / dscr;
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
        loan_sculpted(flow, years, terms->rate, 1, amount);
    double balloon = terms->kind == LOAN_BULLET ? 1 : terms->balloon;
    for (size_t t = 0; t < years; t++)
        amount[t] *= 1 - balloon;
    schedule_of_amounts(s, amount, terms->life_yr);
    s->salvage = balloon;
    s->straight = terms->kind == LOAN_EQUAL_PARTS;
}
