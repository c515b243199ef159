/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chip makers do, for procurement. */
#ifndef ICCSIM_MODELS_SUPPLY_VENDOR_H
#define ICCSIM_MODELS_SUPPLY_VENDOR_H

#include "models/world.h"

/* Capacity of domestic makers over what is planned; 1 while the mechanism is switched off. */
double vendor_capacity(const struct world *w);

#endif
