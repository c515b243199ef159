/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a project can be paid with: what the pipeline and the books ask of capital.c. Where the mechanism is off, or the
 * class has no limit, money is no bound and debt is the share that accounting gives.
 */
#ifndef ICCSIM_MODELS_SUPPLY_CAPITAL_H
#define ICCSIM_MODELS_SUPPLY_CAPITAL_H

#include "models/models.h"
#include "models/world.h"

/* How many of these cards the owner of project p can pay for, in whole servers. */
double capital_cards(const struct world *w, const struct project *p, int generation, double cards);
/* Whether money is a bound to projects of a class at all. */
bool capital_binds(const struct world *w, uint32_t owner_class);
/* What a firm could put into computing now, loans apart, its cash included, CNY; infinite where nothing limits it. */
double capital_free_cny(const struct world *w, uint32_t firm);
/* Whether what it can pay for is enough to begin. */
bool capital_can_begin(const struct world *w, const struct project *p, int generation, double cards);
/* A project was not approved, or given up, because it is not. */
void capital_refused(struct world *w);
/* Project `id` orders: what its owner pays is set aside, and its loan agreed. */
void capital_commit(struct world *w, uint32_t id, int generation, double cards, double wanted_cards);
/* What was set aside is spent and in the books, or free again. */
void capital_release(struct world *w, uint32_t id, bool spent);
/* Share of the cost of a project's cards that lenders give at most; 1 where they set no limit of their own. */
double capital_debt_share(const struct world *w, uint32_t project);

#endif
