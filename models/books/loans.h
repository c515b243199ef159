/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How loans are repaid: pure functions of their terms. Rates are a period's, not continuous. */
#ifndef ICCSIM_MODELS_LOANS_H
#define ICCSIM_MODELS_LOANS_H

#include "depreciation.h"

#include <stddef.h>

enum loan {
    LOAN_EQUAL_PARTS,
    LOAN_ANNUITY, /* equal payments of interest and principal */
    LOAN_BULLET, /* all of it at the end */
    LOAN_SCULPTED, /* payments in proportion to the cash flow expected: the same cover in every period */
};
#define LOAN_WORDS "equal_parts annuity bullet sculpted"

struct loan_terms {
    enum loan kind;
    double life_yr;
    double rate; /* of a year: ANNUITY, SCULPTED */
    double decline; /* of the cash flow from one year to the next, a share of it: SCULPTED */
    double balloon; /* share due at the end; the rest is repaid as `kind` says */
};

/* What is left of a loan at each age, the balloon counted as left to the end. */
void loan_schedule(struct schedule *s, const struct loan_terms *terms);

/* Payment a period over the principal that repays it in n periods: the capital recovery factor. */
double loan_payment(double rate, double periods);
/* The most that can be lent against cash flows at a cover ratio, sum of CFADS_t / (DSCR (1 + r)^t), and if asked what
 * of it is repaid in each period. */
double loan_sculpted(const double *cfads, size_t periods, double rate, double dscr, double *principal);
/* Loan life cover ratio: present value of the cash flows over the debt. */
double loan_life_cover(const double *cfads, size_t periods, double rate, double debt);

#endif
