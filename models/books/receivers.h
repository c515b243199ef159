/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What finance.c asks of receivers.c; only where that mechanism is enabled. */
#ifndef ICCSIM_MODELS_BOOKS_RECEIVERS_H
#define ICCSIM_MODELS_BOOKS_RECEIVERS_H

#include "models/models.h"
#include "models/world.h"

/* The firm that holds what creditors have taken of a class. */
uint32_t receivers_servicer(const struct world *w, uint32_t owner_class);
/* A standing vintage of a firm that fails goes to the servicer of its class; the firm gets what it is worth. */
void receivers_take(struct world *w, uint32_t vintage);
/* Notes the failure of a firm: what it owed, and what it paid of that at once. */
void receivers_claim(struct world *w, double owed_cny, double recovered_cny);
/* Share of all such debt that creditors have got, or are asking for, discounted; NaN: nobody has failed. */
double receivers_recovery(const struct world *w);

#endif
