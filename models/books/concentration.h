/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Market power, and the sale of centres to the highest bidder. */
#ifndef ICCSIM_MODELS_BOOKS_CONCENTRATION_H
#define ICCSIM_MODELS_BOOKS_CONCENTRATION_H

#include "models/conventions.h"

struct concentration { /* owner: consolidation.c; all zero: nobody has market power */
    double hhi; /* sum of squares of firms' shares of effective capacity on offer */
    double markup; /* of rents over what competition would give */
    double withheld; /* share of that capacity that is held back for it */
};
/* 1 / (1 - concentration / elasticity) as far as it is below `most`. */
double consolidation_markup(double concentration, double elasticity, double most);
/* Offers a standing vintage to all who may buy it; if somebody bids enough it is sold. Returns the price in CNY, 0 if
 * it is not. */
double consolidation_auction(struct world *w, uint32_t vintage);

#endif
