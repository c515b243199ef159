/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vintages: the cards of a centre, from delivery to scrap. */
#ifndef ICCSIM_MODELS_SUPPLY_VINTAGES_H
#define ICCSIM_MODELS_SUPPLY_VINTAGES_H

#include "models/conventions.h"
#include "models/supply/channels.h"

/* Rows are only ever added: a row is the same centre for ever, whose owner_class and number stay when it is sold; its firm
 * does not. Three lines of the cache: what is walked every step; what books and sleep add to that; the rest. The columns of the
 * books and of leasing are theirs alone. */
struct vintage {
    _Alignas(64) OF_SUPPLY uint8_t owner_class;
    OF_SUPPLY uint8_t region, generation;
    OF_SUPPLY bool on_offer, standing;
    OF_SUPPLY bool improved : 1; /* by engineering */
    OF_BOOKS bool entrant : 1; /* of the class that accounting shows as such, and not known to be too old for it */
    OF_BOOKS bool resold : 1; /* bought used */
    OF_SUPPLY uint16_t firm; /* that owns it; of the class `operator` unless it was sold across classes */
    OF_LEASES uint32_t first_lease; /* 1 + the first entry in the list of its leases; 0: none */
    OF_SUPPLY float quality; /* effective P of a card over that of its generation; 1: as all */
    OF_SUPPLY double cards, let_cards;
    OF_SUPPLY double rent_sum; /* rents of its leases, CNY per hour */
    OF_BOOKS double let_yr; /* years of use: its cards let, over time */
    OF_SUPPLY double retires; /* end of service life */
    OF_SUPPLY double activation_cost_per_card;
    /* the second line */
    OF_SUPPLY double delivered; /* date */
    OF_BOOKS double base_per_card; /* what was paid, VAT that cannot be recovered included; 0: off the books */
    OF_BOOKS double book_per_card, debt; /* a change of either must set `steady_until` to 0: */
    OF_BOOKS double written_per_yr, repaid_per_yr; /* what these two lose, CNY a card and CNY, */
    OF_BOOKS double steady_until; /* until this date */
    OF_BOOKS float spread_per_yr; /* of its loan over the base rate */
    OF_SUPPLY uint16_t sleeps; /* times it went dormant again */
    OF_SUPPLY bool woken; /* has been on offer */
    OF_SUPPLY uint8_t channel; /* enum channel_kind */
    /* the third */
    OF_SUPPLY double retired_on;
    OF_BOOKS double tax_per_card; /* left to be deducted */
    OF_SUPPLY double cost_per_card; /* ex VAT, with server, network and building, less grants */
    OF_BOOKS double unimpaired_per_card; /* where impairments are reversed: the book had it never been impaired */
    OF_SUPPLY double paid_ahead; /* CNY, to accounting_pay_ahead */
    OF_SUPPLY float most_debt_share; /* of its cost that lenders gave at most; 0: as its class */
    OF_SUPPLY uint32_t successor; /* project that will take over its site; UINT32_MAX: none */
    OF_SUPPLY uint32_t project; /* whose centre it stands in; UINT32_MAX: from before the start */
    OF_SUPPLY uint32_t number; /* causal: which vintage of this operator class */
    OF_BOOKS uint32_t next_of_firm; /* the next that its firm ever had and did not sell; UINT32_MAX: none */
    OF_SUPPLY float broken; /* cards beyond repair that still count, because nobody has taken them out yet */
};
_Static_assert(sizeof(struct vintage) == 192, "a vintage fills three lines");
/* A mechanism that follows vintages registers at its start; supply.c calls followers in that order. NULL: not called. */
struct vintage_follower {
    /* Cards are withdrawn from the market, because they sleep, are closed or lost: those that remain are `kept`. Leases
     * on the others end; what is let must fit into what is kept. */
    void (*withdrawn)(struct world *w, uint32_t vintage, double kept);
    /* Cards are gone for good. If nothing of the vintage stands afterwards, only `standing` says so. */
    void (*lost)(struct world *w, uint32_t vintage, double cards);
    /* It is about to go from its firm to another, leases and all. */
    void (*sold)(struct world *w, uint32_t vintage, uint32_t to_firm);
};
enum { MAX_FOLLOWERS = 8 };
struct vintages { /* owner: supply.c */
    size_t count, capacity;
    bool state_funded[MAX_OPERATORS]; /* by owner class */
    struct vintage *row; /* each column has its owner */
    OF_SUPPLY uint32_t *of_generation[MAX_GENERATIONS]; /* commissioned standing ones, for matching */
    size_t generation_count[MAX_GENERATIONS], generation_capacity[MAX_GENERATIONS];
    double installed_cards[MAX_GENERATIONS], offered_cards[MAX_GENERATIONS], let_cards[MAX_GENERATIONS];
    double offered_work[MAX_GENERATIONS]; /* commissioned cards times their quality */
    double improved_cards; /* that stand and have been improved by engineering */
    double added_cards, retired_cards, retired_age_sum;
    double rent_of_told; /* what customers of scheduled purchases pay (lessor.c), CNY an hour, ex VAT */
    double scrap_cny, engineering_cny; /* received for scrap, spent on engineering, since the start */
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
/* Rent that is paid from now on (negative: not any more) for cards of it, CNY an hour. */
void supply_earn(struct world *w, uint32_t vintage, double rent);
/* It belongs to another firm from now on: for transfer.c. */
void supply_hand_over(struct world *w, uint32_t vintage, uint32_t to_firm);

#endif
