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
    LOAN_SCULPTED, /* payments in proportion to the cash flow expected, at least the interest */
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

/* The most that can be lent against cash flows (from zero) at a cover ratio, sum of CFADS_t / (DSCR (1 + r)^t), and the
 * shares of it that are repaid in each period by payments in proportion to the cash flows, interest included. They sum
 * to one, unless there is no cash flow, and are never negative: nothing is borrowed to pay interest. */
double loan_sculpted(const double *cfads, size_t periods, double rate, double dscr, double *repaid);

#endif
