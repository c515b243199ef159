/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vintages: the cards of a centre, from delivery to scrap. */
#ifndef ICCSIM_MODELS_SUPPLY_VINTAGES_H
#define ICCSIM_MODELS_SUPPLY_VINTAGES_H

#include "models/conventions.h"
#include "models/supply/channels.h"

struct vintage { /* lines of the cache: what is walked every step; what books and sleep add to that; the rest */
    _Alignas(64) uint8_t owner_class;
    uint8_t region, generation;
    bool competent, standing;
    bool improved; /* by engineering */
    bool entrant; /* accounting: of the class shown as such, and not known to be too old for it */
    uint16_t firm; /* that owns it; of the class `operator` unless it was sold across classes */
    uint32_t first_lease; /* list of its leases; UINT32_MAX: none */
    float quality; /* effective P of a card over that of its generation: its owner (entry), engineering; 1: as all */
    double cards, let_cards;
    double rent_sum; /* leasing: rents of its leases, CNY per hour */
    double let_yr; /* accounting: years of use: its cards let, over time */
    double retires; /* end of service life */
    double activation_cost_per_card;
    /* the second line */
    double delivered; /* date */
    double base_per_card; /* accounting: what was paid, VAT that cannot be recovered included; 0: off the books */
    double book_per_card, debt; /* accounting; whoever changes one of them sets `steady_until` to 0: */
    double written_per_yr, repaid_per_yr, steady_until; /* what they lose until that date, CNY a card and CNY */
    float spread_per_yr; /* accounting: of its loan over the base rate */
    uint16_t sleeps; /* times it went dormant again */
    bool woken; /* has been competent */
    uint8_t channel; /* enum channel_kind */
    /* the third */
    double retired_on;
    double tax_per_card; /* accounting */
    double cost_per_card; /* ex VAT, with server, network and building, less grants */
    double unimpaired_per_card; /* accounting, where impairments are reversed: the book had it never been impaired */
    double paid_ahead; /* CNY, to accounting_pay_ahead */
    float most_debt_share; /* of its cost that lenders gave at most; 0: as its class */
    uint32_t successor; /* project that will take over its site; UINT32_MAX: none */
    uint32_t project; /* whose centre it stands in; UINT32_MAX: from before the start */
    uint32_t number; /* causal: which vintage of this operator class */
    uint32_t next_of_firm; /* firms: the next that its firm ever had and did not sell; UINT32_MAX: none */
    float broken; /* life: cards beyond repair that still count, because nobody has taken them out yet */
};
/* Who follows vintages registers at the start; supply.c calls them in that order. NULL: does not care. */
struct vintage_follower {
    /* Cards are withdrawn from the market, because they sleep, are closed or lost: those that remain are `kept`. Leases
     * on the others end; what is let must fit into what is kept. */
    void (*withdrawn)(struct world *w, uint32_t vintage, double kept);
    /* Cards are no more; of a vintage of which nothing stands afterwards only `standing` says so. */
    void (*lost)(struct world *w, uint32_t vintage, double cards);
    /* It is about to go from its firm to another, leases and all. */
    void (*sold)(struct world *w, uint32_t vintage, uint32_t to_firm);
};
enum { MAX_FOLLOWERS = 8 };
struct vintages { /* owner: supply.c */
    size_t count, capacity;
    bool state_funded[MAX_OPERATORS]; /* by owner class */
    struct vintage *row;
    uint32_t *of_generation[MAX_GENERATIONS]; /* competent standing ones, for matching */
    size_t generation_count[MAX_GENERATIONS], generation_capacity[MAX_GENERATIONS];
    double installed_cards[MAX_GENERATIONS], competent_cards[MAX_GENERATIONS], let_cards[MAX_GENERATIONS];
    double vacated_cards[MAX_GENERATIONS]; /* leasing: of competent vintages, not on offer again yet */
    double competent_work[MAX_GENERATIONS]; /* competent cards times their quality */
    double improved_cards; /* that stand and have been improved by engineering */
    double added_cards, retired_cards, retired_age_sum;
    double scrap_cny, engineering_cny; /* earned by scrapping, spent on engineering, since the start */
    const struct vintage_follower *follower[MAX_FOLLOWERS];
    size_t followers;
};
void supply_follow(struct world *w, const struct vintage_follower *follower);
/* A vintage with these terms stands from now on, dormant: supply fills in what follows from them. `quality` and
 * `most_debt_share` are those of its project; without one quality is 1. Returns its row. */
uint32_t supply_add(struct world *w, const struct vintage *terms);
/* Takes cards of a vintage that stands, for nothing: what was let of them no longer is, books lose them, the loan
 * stays. All of them, or more, close it. Returns how many were lost. */
double supply_lose(struct world *w, uint32_t vintage, double cards, const char *why);
/* What a card fetches as parts, CNY. */
double supply_salvage(const struct world *w, int generation);
/* Ends its leases and scraps it: all its cards are lost, for what they fetch as parts. */
void supply_close(struct world *w, uint32_t vintage, const char *why);
void supply_replace(struct world *w, uint32_t vintage); /* the new cards for its site are there */
void supply_keep(struct world *w, uint32_t vintage); /* they will not come */
const char *supply_name(const struct world *w, uint32_t vintage, char text[64]);
void supply_improve(struct world *w, uint32_t vintage, double quality);
void supply_wake(struct world *w, uint32_t vintage);
/* Cards given out (negative: given back) under leases. */
void supply_let(struct world *w, uint32_t vintage, double cards);

#endif
