/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grid connections: what each region may draw, and who has been promised a part of it. */
#ifndef ICCSIM_MODELS_HARDWARE_POWER_H
#define ICCSIM_MODELS_HARDWARE_POWER_H

#include "models/conventions.h"

struct power { /* owner: power.c; MW of centres at full load, cooling included, by region */
    double cap_mw[MAX_REGIONS]; /* infinite: no limit */
    double drawn_mw[MAX_REGIONS]; /* by what stands */
    double promised_mw[MAX_REGIONS]; /* to centres being built */
    double wanted_mw[MAX_REGIONS]; /* by projects that would order and find no room */
};
/* What that many cards of a generation draw at full load in a region, MW, cooling included. */
double power_mw(const struct world *w, int region, int generation, double cards);
/* MW that the cap leaves to projects that have no promise yet, this step; infinite without a cap, and negative where a
 * cap has fallen below what stands. */
double power_room_mw(const struct world *w, int region);
bool power_limited(const struct world *w, int region); /* by a cap or by a queue */
/* Adds to the power wanted by projects that would order and find no room; negative: takes it away. */
void power_want(struct world *w, int region, double mw);
/* Adds to the power drawn by what stands; negative: it is scrapped. */
void power_draw(struct world *w, int region, double mw);
/* It calls pipeline_connected with the date on which the power will come. */
void power_promise(struct world *w, uint32_t project, double mw);
void power_withdraw(struct world *w, uint32_t project); /* the promise, if there is one */

#endif
