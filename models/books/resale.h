/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What used cards fetch; only where resale.c is enabled. */
#ifndef ICCSIM_MODELS_BOOKS_RESALE_H
#define ICCSIM_MODELS_BOOKS_RESALE_H

#include "models/models.h"
#include "models/world.h"

/* Price of one card of a vintage if all of it were offered besides what is, CNY ex VAT; 0: nobody buys. */
double resale_per_card(const struct world *w, uint32_t vintage);
/* Whether that is more than owners who let their cards would pay: buyers of new ones set it. */
bool resale_beyond_owners(const struct world *w, uint32_t vintage);

#endif
