/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside procurement: what its files share. Others see the verbs of channels.h.
 *
 * procurement.c has the mechanism; procurement_params.c its parameters; procurement_report.c its outputs; channels.c
 * what each channel sells; gray_suppliers.c those behind the gray one; street_price.c what cards cost; stockpile.c what
 * is bought ahead of bans; fleets.c what platforms take; software.c moving to a vendor's software; orders.c
 * orders from placement to delivery, refund or loss.
 */
#ifndef ICCSIM_MODELS_SUPPLY_PROCUREMENT_H
#define ICCSIM_MODELS_SUPPLY_PROCUREMENT_H

#include "platform.h"

#include "models/models.h"
#include "models/world.h"

struct procurement_settings {
    double lead_yr[CHANNELS], gray_lag_yr, gray_floor, seizure, premium_speed_per_yr, domestic_speed_per_yr,
        order_memory_yr;
    double shipped_yr, refunded, hardware_share, building_cny_per_kw, server_kw_factor, vat, ramp_yr,
        stock_decay_per_yr;
    double official_premium, own_use, panic, panic_fade_yr, domestic_output, domestic_growth_per_yr,
        domestic_growth_from, prepaid, far_along, reuse;
    double suppliers, concentration, gray_recovery_yr;
    double stockpile, stockpile_horizon_yr, dealer_share, surge, release_yr;
    const struct dated_series *gray_per_month, *process_per_month, *memory_per_month;
};

struct procurement_row {
    double supply_per_month, gray_weight, ramp_yr, migration_cost;
    const struct dated_series *output_per_month;
    bool for_this_market;
};

struct order {
    uint32_t project;
    int generation;
    enum channel_kind channel;
    double cards, cost_per_card, due;
    struct handle handle;
    bool live;
    uint32_t next_free; /* row, if it is not */
};

enum {
    STREAM_OF_ENFORCEMENT,
    STREAM_OF_ORDER
}; /* (act of enforcement, gray supplier); + rounds of ordering (operator, k): mishaps */
enum holder { DEALERS, FLEETS, HOLDERS };
enum { MAX_SUPPLIERS = 32 };

struct procurement {
    const struct procurement_settings *settings;
    const struct procurement_row *row;
    struct order *order;
    size_t count, capacity;
    uint32_t free_order; /* the row last given up; UINT32_MAX: none */
    double passes[MAX_GENERATIONS],
        passed[MAX_GENERATIONS]; /* share of official sales that passes now, and did in the last step */
    double capacity_per_yr[MAX_GENERATIONS]; /* in this step */
    double orders_per_yr[MAX_GENERATIONS], queue_free[CHANNELS][MAX_GENERATIONS];
    double closed_on[MAX_GENERATIONS]; /* NaN while open */
    double barred[MAX_GENERATIONS]; /* for state-funded owners, in the last step */
    double fleet_foreign, fleet_domestic; /* cards since the last sample */
    double fleet_cny; /* what they cost in place, likewise */
    double placed, arrived; /* the same of orders */
    double domestic_cut; /* share of planned domestic output that process and memory do not allow */
    /* gray suppliers */
    size_t suppliers, enforcements;
    double gray_per_month; /* cards that those in business can bring in */
    double supplier_share[MAX_SUPPLIERS], back_on[MAX_SUPPLIERS];
    uint32_t enforcement[MAX_ENFORCEMENTS]; /* acts that have struck */
    /* stockpiles */
    double stock[HOLDERS][MAX_GENERATIONS], stock_cost_cny[HOLDERS][MAX_GENERATIONS], stock_gain_cny;
    double release_per_yr[MAX_GENERATIONS]; /* offered out of dealers' stock in this step, part of the capacity */
    double log_migration[MAX_GENERATIONS];
    struct fleet_market fleets;
    double lessors_share[MAX_GENERATIONS]; /* of what a channel sells, where it is short */
    double made_ahead[MAX_GENERATIONS]; /* cards made since launch, before platforms' first orders */
    uint64_t ordered_once; /* cards that platforms have ordered, a bit each */
    bool fleets_order; /* platforms have decided at least once */
    uint64_t crowded_out; /* cards of which the trace has said that platforms leave lessors waiting, a bit each */
};

static inline struct procurement *procurement_state(const struct world *w)
{
    return w->state[STATE_procurement];
}

#define GENERATION "generations" /* the table to which procurement adds columns */

extern const struct param procurement_params[];
extern const struct output procurement_outputs[];

/* -- channels.c */

/* Whether gray suppliers offer a card now, be it on sale officially or not. */
bool channels_gray_offered(const struct world *w, int g);
/* Cards a year for the rental market where platforms are not simulated, with all gates open. */
double channels_rental_per_yr(const struct world *w, int g);
/* How much a maker offers at a date; only the ratio of two dates means something. */
double channels_made_at(const struct world *w, int g, double year);
/* Cards a year that its maker would sell here with all gates open. */
double channels_made_per_yr(const struct world *w, int g);
/* Channels and their capacities in this step. */
void channels_update(struct world *w);
/* What can be ordered in this step, for those who choose. */
void channels_list_offers(struct world *w);

/* -- gray_suppliers.c */

/* Their shares of the gray capacity, at the start. */
void gray_suppliers_open(struct procurement *p);
/* Acts of enforcement that came into force since the last step strike. */
void gray_suppliers_update(struct world *w);
/* Cards a month that those in business can bring in. */
double gray_suppliers_per_month(const struct world *w);
double gray_suppliers_in_business(const struct world *w); /* how many */

/* -- street_price.c */

/* Premium and prices after a step of dt years; at the start, dt = 0. */
void street_price_update(struct world *w, double dt);

/* -- stockpile.c */

enum { LEAST_STOCK = 8 }; /* cards: less is used at once */
/* Cards bought ahead, at today's price. */
void stockpile_add(struct world *w, enum holder holder, int g, double cards);
/* Cards sold on or used, worth today's price in the street. */
void stockpile_take(struct world *w, enum holder holder, int g, double cards);
/* Cards that a holder buys ahead in dt: towards its share of the horizon's purchases, at most at a rate. */
double stockpile_buys_ahead(const struct world *w, enum holder holder, int g, double rate_per_yr, double most_per_yr,
                            double dt);
/* Whether a card is bought ahead now: a ban is feared and the gate is still open. */
bool stockpile_hoarded(const struct world *w, int g);
/* Dealers buy ahead out of the channels' capacity of this step, or add to it what they hold. */
void stockpile_update_dealers(struct world *w, double dt);
/* Money tied up in cards costs interest. */
void stockpile_carry(struct world *w, double dt);
/* Cards held; the gain on all that was ever bought ahead, at today's prices. */
double stockpile_held(const struct world *w, double *gain_cny);
/* Dealers fill their part of an order out of their stock. */
void stockpile_sell(struct world *w, int g, double cards);

/* -- fleets.c */

enum { LEAST_LESSORS = 20 }; /* makers keep one card in twenty for small buyers */
/* What platforms ordered in the last step comes out of each channel's capacity. */
void fleets_share(struct world *w, double dt);

/* -- software.c */

void software_open(struct world *w); /* at the start */

/* -- orders.c */

/* An order is due. */
void orders_arrive(struct world *w, const struct event *event);
/* What closing gates and new rules do to orders outstanding. */
void orders_obey_gates(struct world *w);

/* -- procurement_report.c */

/* Outputs of a report; scalars, at the end of a replication. */
void procurement_sample(struct world *w);
void procurement_finish(struct world *w);
/* Cards in = cards out, at every step and at the end; a broken promise fails the replication. */
void procurement_check_conservation(struct world *w);

#endif
