/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tenants of a class as columns: the place of each, and the sweeps over all of them. Columns grow in the world's arena;
 * tenants come and go with demand.c, which fills in what it knows of each. */
#ifndef ICCSIM_MODELS_MARKET_COHORT_H
#define ICCSIM_MODELS_MARKET_COHORT_H

#include "models/world.h"

/* A place for the tenant, behind all others, with nothing leased. The caller sets its other columns and its row. */
size_t cohort_join(struct world *w, struct cohort *c, uint32_t tenant);
/* Frees a place. Another tenant may be moved into it, and its row is updated. */
void cohort_leave(struct world *w, struct cohort *c, size_t place);

/* Needs of `count` tenants from `place` on grow, or shrink, at one rate until they are mature. */
void cohort_grow(struct cohort *c, size_t place, size_t count, double growth_per_yr, double yr);
/* Their training shares go to `late`, by all but `kept` of the way. */
void cohort_shift(struct cohort *c, size_t place, size_t count, double late, double kept);

/* Effective P at the reference rent: of all needs, and of their training. */
double cohort_need(const struct cohort *c);
double cohort_training(const struct cohort *c);

#endif
