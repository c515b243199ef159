/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money that circulates between investors, tenants and lessors. */
#ifndef ICCSIM_MODELS_BOOKS_MONEY_H
#define ICCSIM_MODELS_BOOKS_MONEY_H

#include "models/conventions.h"

enum circle { CIRCLE_INVESTORS, CIRCLE_FUND, CIRCLE_TENANTS, CIRCLE_LESSORS, CIRCLE_OUTSIDE, CIRCLES };

struct money { /* owner: circular.c; of tenants that are funded, CNY; all zero: nobody is */
    double account[CIRCLES]; /* received less paid since the start: they sum to nothing */
    double tagged_fund, tagged_purses, tagged_rent,
        tagged_lost; /* where the invested money is: they sum to what was invested */
    double invested, returned; /* returned: tagged rent that came back to who had invested it */
    double letters; /* promised in letters of intent, whether or not it became cash */
    double written_off; /* equity investments in tenants that left or failed */
    double tagged_rent_per_yr; /* in the last step */
    double funded_p; /* effective P wanted now that would not be without the money */
    double discount; /* off the rent that an investor asks of its own tenant */
};

#endif
