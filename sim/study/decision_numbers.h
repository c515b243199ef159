/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision in numbers: what decision.c finds and decision_show.c shows. */
#ifndef ICCSIM_COMMAND_DECISION_NUMBERS_H
#define ICCSIM_COMMAND_DECISION_NUMBERS_H

#include "decision.h"

#include "models/planner/planner.h"

struct estimate { /* with its 95 % interval */
    double value, low, high;
};

enum { DECISION_PERCENTILES = 5 }; /* those of percentile_share */

struct choice {
    const char *name, *label;
    int kind;
    struct estimate cost, cvar, best, regret; /* present cost at the start, CNY; best: how often it is the cheapest */
    struct estimate per_p_hour, per_card_hour, per_mtoken;
    double unlevered, financing, percentile[DECISION_PERCENTILES];
    double *sample; /* cost in each replication */
};

/* Owning against renting by the hour. */
struct ownership {
    const struct choice *choice;
    struct estimate use,
        rent; /* break-even mean use of the peak; break-even rent of the reference card, CNY per card-hour */
    double payback_yr, mirr;
    size_t irr_count;
    double irr[3]; /* the first of them, a year */
    double fixed, usage, topped_up, sublet, spare_worth; /* means: see frontier_rent */
};

struct decision {
    const struct outcome *outcome;
    const struct planner_settings *settings; /* at their medians */
    const struct alternative *row;
    size_t rows, dates, model;
    double date[PLANNER_DATES];
    /* the planner's scalars of every replication that worked */
    size_t first, width, kept, room;
    double *scalar;
    /* found */
    size_t choices, waits; /* waits: index of the choice that waits; choices: none does */
    struct choice *choice;
    size_t best, second; /* with the least expected cost, and the next */
    struct estimate lead; /* what the best costs less than the second, in pairs */
    size_t owners;
    struct ownership *owner;
    const struct choice *rented; /* what owning is held against; NULL */
    double use, rent; /* mean use of the peak need; rent by the hour, CNY per hour of the reference card */
    struct estimate waiting; /* value of waiting against choosing at once by what is seen then */
    struct estimate at_once; /* cost of that */
    double *stops, *takes; /* share of replications by date; by choice, of those who wait */
    struct arena arena;
};

/* The rent by the hour at which owning and renting cost the same if a share `use` of the peak is used on average. Rents
 * and what is let to others scale together; the cards' prices stay. */
double decision_frontier_rent(const struct decision *decision, const struct ownership *owner, double use);

#endif
