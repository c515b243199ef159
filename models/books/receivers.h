/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What finance.c asks of receivers.c; only where that mechanism is enabled. */
#ifndef ICCSIM_MODELS_BOOKS_RECEIVERS_H
#define ICCSIM_MODELS_BOOKS_RECEIVERS_H

#include "models/models.h"
#include "models/world.h"

/* The firm that holds what creditors have taken of a class. */
uint32_t receivers_servicer(const struct world *w, uint32_t owner_class);
/* A firm fails: so much is claimed, what it owed when it first left bills unpaid or more. */
void receivers_begin(struct world *w, double claim_cny);
/* A standing vintage of this firm goes to the servicer of its class; the firm gets what creditors bid. */
void receivers_take(struct world *w, uint32_t vintage);
/* All is taken. Of the claim and of their bids creditors have so much. */
void receivers_end(struct world *w, double have_cny);
/* Share of all such debt that creditors have got, or are asking for, discounted; NaN: nobody has failed. */
double receivers_recovery(const struct world *w);

#endif
