/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels through which cards are bought: prices, queues, orders. */
#ifndef ICCSIM_MODELS_SUPPLY_CHANNELS_H
#define ICCSIM_MODELS_SUPPLY_CHANNELS_H

#include "models/conventions.h"

enum channel_kind { CHANNEL_OFFICIAL, CHANNEL_GRAY, CHANNEL_DOMESTIC, CHANNELS };

struct offers { /* what can be ordered in this step, a column each of what a choice between them asks for */
    size_t count;
    int generation[MAX_GENERATIONS], place[MAX_GENERATIONS]; /* place: of a generation that is on offer */
    double lead_yr[MAX_GENERATIONS],
        queue_free[MAX_GENERATIONS]; /* an order placed now waits for its turn until then */
    double log_migration[MAX_GENERATIONS]; /* for a firm that does not run this software, a bit a vendor: */
    uint64_t software[MAX_GENERATIONS];
};

/* A mechanism that orders cards is notified of what became of them. */
struct order_follower {
    void (*delivered)(struct world *w, uint32_t project, double cards, double cost_per_card, enum channel_kind channel);
    void (*lost)(struct world *w, uint32_t project, double cards, const char *why); /* by a ban, seizure or rule */
};

struct channels { /* owner: procurement.c */
    struct offers offers;
    const struct order_follower *follower; /* the pipeline; set before anything is ordered */
    double site_kw[MAX_GENERATIONS]; /* power of a card with its share of the server, without cooling */
    int kind[MAX_GENERATIONS]; /* the channel through which it can be ordered in this step; -1: none */
    double premium[MAX_GENERATIONS]; /* street price over list price of foreign cards, >= 1 */
    bool premium_on_bound[MAX_GENERATIONS]; /* all that the card can earn, or the price without scarcity */
    double street_price_cny[MAX_GENERATIONS]; /* a card, ex VAT */
    double server_price_cny[MAX_GENERATIONS]; /* a server with its share of network and storage, incl VAT, as quoted */
    double backlog_cards[CHANNELS][MAX_GENERATIONS];
    double first_arrival[MAX_GENERATIONS]; /* NaN: not yet */
    /* cards since the start: ordered = delivered + refunded + lost + seized + backlog */
    double ordered, delivered, refunded, lost, seized;
    /* cards that dealers and hyperscalers ever bought ahead of bans = what they sold on or used + what they hold */
    double stock_bought, stock_released, stock_held;
    double all_prepayments_lost_cny; /* since the start */
    double step_delivered_domestic, step_delivered_foreign; /* to the rental market since the last sample */
    double sold_cards[MAX_GENERATIONS]; /* to platforms, and ordered by lessors, since the start */
};
/* What one card costs in place now, with its share of the server, network and building, ex VAT. */
double procurement_cost_per_card(const struct world *w, int generation);
/* The part of that for the building with its power and cooling. */
double procurement_building_cost_per_card(const struct world *w, int generation);
/* Power of one card with its share of the server, without cooling. */
double procurement_site_kw(const struct world *w, int generation);
/* Lead time and queue of an order placed now. */
double procurement_wait_years(const struct world *w, int generation);
/* Time that many cards more, ordered now, take the channel to serve; 0 if it is closed. */
double procurement_queue_years(const struct world *w, int generation, double cards);
/* Log of one plus what moving to the card's software costs, as a share of its price: nothing for a firm that
 * runs it. */
double procurement_log_migration(const struct world *w, uint32_t firm, int generation);
/* Share of the software work on a new vintage that its firm's experience with the card's software saves. */
double procurement_experience(const struct world *w, uint32_t firm, int generation);
/* From now on that firm has experience: its first centre with such cards stands. */
void procurement_gain_experience(struct world *w, uint32_t firm, int generation);
/* Places the order of a project for a generation; whether it is delivered or lost the follower hears. Returns when it is
 * due. */
double procurement_order(struct world *w, uint32_t project, int generation, double cards);
void procurement_cancel(struct world *w, uint32_t project);

#endif
