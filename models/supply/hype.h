/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concept stocks: what others ask of hype.c. */
#ifndef ICCSIM_MODELS_SUPPLY_HYPE_H
#define ICCSIM_MODELS_SUPPLY_HYPE_H

#include "models/models.h"
#include "models/world.h"

/* Mean premium of the stocks that have announced computing, over what they would be worth without, for the classes
 * that announced projects belong to; nil for all others, and where there are no concept stocks. */
double hype_premium(const struct world *w, uint32_t owner_class);

#endif
