/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hardware generations: what cards there are, and what they are and cost now. */
#ifndef ICCSIM_MODELS_HARDWARE_GENERATIONS_H
#define ICCSIM_MODELS_HARDWARE_GENERATIONS_H

#include "models/conventions.h"

struct generations { /* owner: technology.c */
    size_t count;
    const char *name[MAX_GENERATIONS], *label[MAX_GENERATIONS];
    bool domestic[MAX_GENERATIONS], high_end[MAX_GENERATIONS], sold[MAX_GENERATIONS];
    double launch[MAX_GENERATIONS], end_of_production[MAX_GENERATIONS];
    double slip_yr[MAX_GENERATIONS]; /* how much later than planned it is launched */
    double pflops_fp16[MAX_GENERATIONS], power_kw[MAX_GENERATIONS], cards_per_server[MAX_GENERATIONS];
    double memory_gb[MAX_GENERATIONS];
    int stack[MAX_GENERATIONS]; /* of software: one a vendor, numbered from 0 */
    /* now */
    bool launched[MAX_GENERATIONS], in_production[MAX_GENERATIONS];
    double list_price_cny[MAX_GENERATIONS]; /* a card, ex VAT */
    double effective_p[WORKLOADS][MAX_GENERATIONS]; /* a card */
};
/* Its list price of this step is that times a factor. */
void technology_scale_price(struct world *w, int generation, double factor);

#endif
