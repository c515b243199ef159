/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What platforms, procurement and demand ask of each other. All rates are a year. */
#ifndef ICCSIM_MODELS_SUPPLY_PLATFORM_H
#define ICCSIM_MODELS_SUPPLY_PLATFORM_H

#include "models/world.h"

/* Where platforms and lessors meet: kept by procurement.c, orders filled in by platform.c. By generation. */
struct fleet_market {
    double capacity[MAX_GENERATIONS]; /* cards that its channel sells now, to whomever */
    double room[MAX_GENERATIONS]; /* of these, what lessors leave to platforms */
    double wanted[MAX_GENERATIONS]; /* by platforms, given that what suits them better may be sold out */
    double ordered[MAX_GENERATIONS]; /* within the room */
    /* so far in this step; platforms take them to their books at its end */
    double bought[MAX_GENERATIONS]; /* cards paid for, of what was ordered */
    double stocked[MAX_GENERATIONS]; /* cards paid for ahead of a ban, and put aside */
    double released[MAX_GENERATIONS]; /* cards out of what was put aside */
};
/* NULL while platforms are switched off. */
struct fleet_market *procurement_fleets(const struct world *w);

/* Work of platforms' own users at a date, as a multiple of all of it at the start: demand.c. */
struct own_need {
    double all, models; /* models: the part that is not older work */
};
struct own_need demand_own_need(const struct world *w, double now);

/* Whether platforms are simulated; nothing else below may be asked while they are switched off, unless it says so. */
bool platform_on(const struct world *w);
double platform_priority(const struct world *w); /* of their orders over those of lessors, where cards are short */
double platform_lag_yr(const struct world *w); /* in which they order what they lack */
/* Need of platforms' users over the fleets, as a multiple of the start. */
double platform_fullness(const struct world *w);
/* What models earn over what boards expected; 1 while platforms are switched off. */
double platform_earned_over_expected(const struct world *w);
/* Work of models that platforms do, over what users would take if all were paid for as expected. */
double platform_serves(const struct world *w);
/* Effective P of inference of their own fleets that they let. */
double platform_let_p(const struct world *w);

#endif
