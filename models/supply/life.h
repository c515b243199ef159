/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What age and place make of a vintage (life.c). */
#ifndef ICCSIM_MODELS_SUPPLY_LIFE_H
#define ICCSIM_MODELS_SUPPLY_LIFE_H

#include "models/conventions.h"

/* What a card of it is worth to an owner who stops when that pays: with what its age and its place cost (life.c). */
double life_value_left(const struct world *w, uint32_t vintage);
/* What a kW of its hall earns in another use than with its own cards, over the years that owners plan for, CNY. */
double life_hall_value_per_kw(const struct world *w, uint32_t vintage);
/* What it costs to make the hall of a vintage fit for new cards, CNY a card; 0 if they fit. */
double life_refit_per_card(const struct world *w, uint32_t vintage, int generation);
double life_refit_yr(const struct world *w, uint32_t vintage, int generation); /* and how long */

#endif
