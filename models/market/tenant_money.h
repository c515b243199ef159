/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tenants' money does to them, for demand. All are 1 while tenant_money.c is off, and for classes whose owners pay.
 */
#ifndef ICCSIM_MODELS_MARKET_TENANT_MONEY_H
#define ICCSIM_MODELS_MARKET_TENANT_MONEY_H

#include "models/world.h"

struct tenant_money_effect {
    double exits; /* hazard of leaving over that of a tenant with money */
    double wants; /* of what it would want with money */
};
/* Whether tenants of a class live on a purse. */
bool tenant_money_has_purse(const struct world *w, size_t class_);
/* The effect on a class in this step. */
struct tenant_money_effect tenant_money_effect(const struct world *w, size_t class_);
/* Time until a tenant leaves, over that of one of median size, by its size over the median. */
double tenant_money_stay(const struct world *w, size_t class_, double over_median);
/* Notes the hazard, a year, at which tenants of a class leave in this step: for demand. */
void tenant_money_note_hazard(const struct world *w, size_t class_, double per_yr);

#endif
