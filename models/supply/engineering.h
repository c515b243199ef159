/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engineering of standing vintages (engineering.c). */
#ifndef ICCSIM_MODELS_SUPPLY_ENGINEERING_H
#define ICCSIM_MODELS_SUPPLY_ENGINEERING_H

#include "models/conventions.h"

/* An owner looks at a vintage: engineering.c buys, or not. */
void engineering_review(struct world *w, uint32_t vintage);

#endif
