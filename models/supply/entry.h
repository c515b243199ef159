/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entry of owners who must earn their money: what the pipeline asks of entry.c. Where the mechanism is off,
 * entry_decides is false for every class and nothing else may be called but entry_quality.
 */
#ifndef ICCSIM_MODELS_SUPPLY_ENTRY_H
#define ICCSIM_MODELS_SUPPLY_ENTRY_H

#include "models/models.h"
#include "models/world.h"

/* Whether a class of owners invests by this rule: it is neither state-funded nor buys for its own need. */
bool entry_decides(const struct world *w, uint32_t owner_class);
/* Log of the q beyond which a firm of the class invests. */
double entry_log_trigger(const struct world *w, uint32_t owner_class);
/* Candidates of the class over those at a q of one, now; and at most. */
double entry_volume(const struct world *w, uint32_t owner_class);
double entry_most_volume(const struct world *w);
/* Log of what project (class, k) expects to earn over what anybody would with the same cards. */
double entry_log_signal(const struct world *w, uint32_t owner_class, uint32_t k);
/* What it then earns over that: factor on what its cards deliver, 1 where nobody differs. */
double entry_quality(const struct world *w, uint32_t owner_class, uint32_t number);
/* What loans at today's spread add to the return that a class wants, a year, over those at the spread at which its
 * hurdle rate was stated. */
double entry_dearer_per_yr(const struct world *w, uint32_t owner_class);
/* Log of the cost of a project over what is left of it once its announcement has raised the owner's share price. */
double entry_log_gain(const struct world *w, uint32_t owner_class);
/* A project of the class was approved; it orders cards at that cost, at that q of its own, fewer than it wants for lack of
 * funds or not. */
void entry_approved(struct world *w, uint32_t firm);
void entry_committed(struct world *w, const struct project *p, int generation, double cost_cny, double log_q,
                     bool short_of_funds);

#endif
