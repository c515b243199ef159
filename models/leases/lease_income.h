/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the contracts that a vintage holds will still pay. */
#ifndef ICCSIM_MODELS_LEASES_LEASE_INCOME_H
#define ICCSIM_MODELS_LEASES_LEASE_INCOME_H

#include "models/world.h"

/* In the middle of each quarter to come, as expected now: rents, CNY an hour, and cards let. */
struct lease_income {
    double rent[VALUE_STEPS], cards[VALUE_STEPS];
    int quarters; /* after these nothing is under contract */
};

/* Of the running contracts of a vintage; leases by the hour are none. */
void lease_income_of(const struct world *w, uint32_t vintage, struct lease_income *income);

#endif
