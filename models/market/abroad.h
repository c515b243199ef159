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

#endif
