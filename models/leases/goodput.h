/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goodput of training: what interruptions leave of the time of a block of cards. */
#ifndef ICCSIM_MODELS_LEASES_GOODPUT_H
#define ICCSIM_MODELS_LEASES_GOODPUT_H

#include "models/world.h"

/* Share of its time that a block of cards loses (0..1). */
double goodput_lost(double failures_per_yr, double checkpoint_s, double restart_s, double cards);
/* What is left to the usual block; 1 if nothing interrupts. */
double goodput_usual(const struct world *w);
/* What a block of that many cards delivers over the usual block; `engineered`: in a vintage that had the service. */
double goodput_of(const struct world *w, double cards, bool engineered);
/* Notes a block of that many cards let for training, for the output training_lost. */
void goodput_note(struct world *w, double cards, bool engineered);

#endif
