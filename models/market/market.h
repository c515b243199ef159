/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rental market: rents, supply and demand of the step. */
#ifndef ICCSIM_MODELS_MARKET_MARKET_H
#define ICCSIM_MODELS_MARKET_MARKET_H

#include "models/conventions.h"

struct market { /* owner: market.c */
    double rent[WORKLOADS]; /* CNY per effective P-hour, ex VAT */
    bool on_ceiling[WORKLOADS], on_floor[WORKLOADS];
    double rent_card[MAX_GENERATIONS]; /* CNY per card-hour, ex VAT */
    double small_job_rent; /* part of each of these: what a card of any speed earns for small jobs */
    double work_share[MAX_GENERATIONS]; /* of that rent, what is paid for work and not for any card at all */
    double training_share[MAX_GENERATIONS]; /* of commissioned cards: the split */
    double supply[WORKLOADS], demand[WORKLOADS]; /* effective P */
    double outflow[WORKLOADS]; /* effective P bought offshore; `demand` is what stays at home */
    double preference[WORKLOADS]
                     [MAX_GENERATIONS]; /* weight of a free effective P in tenants' choice, 1 for the best card */
    double log_index; /* of the rents of both workloads since the start, weighted by supply (Divisia) */
    double peak, deepest, crash; /* of the reference card's rent: highest, largest fall, date of a 30 % fall */
};

#endif
