/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rents abroad. */
#ifndef ICCSIM_MODELS_MARKET_ABROAD_H
#define ICCSIM_MODELS_MARKET_ABROAD_H

#include "models/conventions.h"

struct abroad { /* owner: abroad.c */
    double log_over_dated; /* of rents abroad, over their dated path; 0 if the mechanism is off */
};
/* List rent abroad where the dated path says `dated_usd`; just that if the mechanism is off. */
double abroad_rent_usd(const struct world *w, double dated_usd);
/* Effective P that others leave, and owners there add, in the long run for who pays this much (a log) over the rent
 * abroad. Nil if the mechanism is off, or if nothing is said of the market there. */
double abroad_room_p(const struct world *w, double log_premium);

#endif
