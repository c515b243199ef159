/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms of credit now. */
#ifndef ICCSIM_MODELS_BOOKS_CREDIT_H
#define ICCSIM_MODELS_BOOKS_CREDIT_H

#include "models/conventions.h"

struct credit { /* owner: finance.c; without it what accounting sets at the start */
    double spread_per_yr[MAX_OPERATORS]; /* of a loan taken now, over the base rate */
    double dearer_per_yr[MAX_OPERATORS]; /* what dearer credit than at the start adds to the return a class wants */
    double debt_share; /* of a purchase */
    double tax; /* on income */
    double base_per_yr; /* rate of loans without a spread, now */
    double loan_yr; /* over which they are repaid; 0: not known */
};

#endif
