/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One forward curve of rents behind levelised cost, q, term prices and the economic ledger. */
#ifndef ICCSIM_MODELS_MARKET_VALUE_H
#define ICCSIM_MODELS_MARKET_VALUE_H

#include "models/conventions.h"

enum { VALUE_STEPS_PER_YEAR = 4, VALUE_YEARS = 10, VALUE_STEPS = VALUE_STEPS_PER_YEAR * VALUE_YEARS };

struct value { /* owner: value.c */
    double entry_rent[WORKLOADS]; /* long-run rent that pays for a new card, CNY per effective P-hour */
    double decline_per_yr; /* of the entry rent, as believed */
    double reversion_per_yr; /* of the rent to the entry rent, as believed by fundamentalists */
    double discount_per_yr;
    double occupancy; /* as believed */
    double yield; /* what an hour let pays over the spot rent, at the terms for which cards are let now */
    double entry_rent_card[MAX_GENERATIONS]; /* the same for a card, CNY per card-hour */
    double cash_cost[MAX_REGIONS][MAX_GENERATIONS]; /* avoidable, CNY per card-hour */
    double card[MAX_REGIONS][MAX_GENERATIONS]
               [VALUE_STEPS + 1]; /* present value of quasi-rents over k/4 more years, CNY a card */
};
double value_load(const struct world *w); /* mean load of a let card */
double value_upkeep(const struct world *w,
                    double list_price_cny); /* maintenance and site staff of cards of that price, CNY a year */
/* What is ahead of a card that stays, quarter by quarter. */
struct staying {
    int quarters;
    double cost_cny_per_yr[VALUE_STEPS]; /* beside power and upkeep, let or not */
    double contract_rent[VALUE_STEPS], contracted[VALUE_STEPS]; /* CNY per card-hour, and share of its hours */
    double rent_factor; /* over the generation's rent, in the other hours */
};
/* What it is worth to an owner who may stop for good at the end of any quarter, CNY, after overhead. At least 0. */
double value_of_staying(const struct world *w, int region, int generation, const struct staying *staying);
/* The same as value_of_card if all were fundamentalists who reckon with what others build. */
double value_fundamental(const struct world *w, int region, int generation, double years_left);
/* Weights of the long-run rent and of today's excess over it in the mean rent of a term, and how far its price counts
 * the vacancy of spot letting (0..1); they depend on its length alone. */
struct tenor {
    double long_run, excess, vacancy;
};
enum { LONGEST_TERM_MONTHS = 180 };
const struct tenor *value_tenor(const struct world *w, int months); /* at least 1, at most the longest */
double value_term_rent_with(const struct world *w, int generation, const struct tenor *tenor);
/* What an hour of a card costs in a term contract of that length, paid whether used or not, CNY per card-hour. */
double value_term_rent(const struct world *w, int generation, int months);
/* Forward spot rent of a card averaged over the next months, discounted: earned in the hours let alone. */
double value_mean_rent(const struct world *w, int generation, int months);

#endif
