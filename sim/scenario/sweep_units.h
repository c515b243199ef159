/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a design for sensitivity varies: by default every uncertain parameter; alone, or in groups. */
#ifndef ICCSIM_SCENARIO_SWEEP_UNITS_H
#define ICCSIM_SCENARIO_SWEEP_UNITS_H

#include "sweep.h"

struct node;

/* Makes every uncertain parameter of the scenario a factor that is called like its path, with its own distribution. */
void sweep_vary_all(struct scenario *scenario, struct sweep *sweep, struct mistakes *mistakes);
/* Gives a factor the distribution of the uncertain parameter that it sets; false if it sets none, or one that is drawn
 * jointly with others. */
bool sweep_take_own(const struct scenario *scenario, const struct sweep *sweep, struct sweep_factor *factor);
/* Reads `groups`, a map from name to factors, or NULL; what is in no group is a unit of its own. */
void sweep_units_read(struct scenario *scenario, struct sweep *sweep, const struct node *groups,
                      struct mistakes *mistakes);

#endif
