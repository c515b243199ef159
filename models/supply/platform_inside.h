/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the mechanism `platform` share: its settings, its state, and what each does for the others.
 *
 * platform.c        settings, outputs, needs and fleets
 * platform_state.c  what others read of them
 * platform_money.c  what platforms can spend, and their accounts
 * platform_choice.c which cards they order
 * platform_tenant.c one dominant tenant
 * platform_state.c  what others ask
 */
#ifndef ICCSIM_MODELS_SUPPLY_PLATFORM_INSIDE_H
#define ICCSIM_MODELS_SUPPLY_PLATFORM_INSIDE_H

#include "platform.h"

#include "models/models.h"

enum { MAX_PLATFORMS = 8, VECTOR = 8 };
enum nest { ON_OUR_SOFTWARE, OTHERS, OWN, NESTS };
enum { MOST_ROUNDS = 8 }; /* of ordering: first choices, and what is left of them while there is anything to buy */

struct platform_settings {
    double training_share, load, rivalry, lag_yr, lead_yr, life_yr, trend_yr, priority;
    double slope, nesting, gray_taste, security, running_yr, own_cost, answer_from, answer_yr, marginal, marginal_yr;
    double cash_share, least_cash_yr, drawdown_yr, payout, investment, write_off_per_yr;
    double monetised, monetised_over_yr, monetised_from, discipline, patience_yr, rationing;
    double turns, borrowing_yr, repayment_yr, base_spread_per_yr, spread_per_turn, interest_per_yr;
    double let, slip_odds, slip_yr, slip_spread;
    double dominant, fails, backstop, backstop_yr, moved, contract_yr;
    const struct dated_series *paid, *credit;
    int incumbent;
};

struct platform_row {
    double share, fleet_p, cash_cny, assets_cny, debt_cny, turns;
    const struct dated_series *cash_flow, *other_capital;
    uint64_t own;
};

struct platform_card {
    const struct dated_series *own_output;
};

struct money_flow { /* CNY a year */
    double cash_flow, other_capital, revenue, interest, repayment, room_for_debt;
};

struct platform {
    double need_at_start, need, fleet_p, under_way_p, log_fleet_seen, models_p; /* effective P */
    double contracted_p; /* of models, by the dominant tenant; as of its failure, after that */
    double wanted_p; /* a year */
    double cash, other_assets, debt; /* CNY */
    struct money_flow flow; /* of this step */
    double cards_sampled, capital_sampled; /* cards and CNY since the last report */
    /* orders: effective P a year of each nest's mix in each round; of its own chips beyond that, cards a year */
    double mix[MOST_ROUNDS][OWN];
    size_t own_count;
    uint8_t own[MAX_GENERATIONS]; /* place in the choice */
    double own_orders[MAX_GENERATIONS];
};

/* Cards to choose from, in this step. Within a nest the odds of two cards are those of e, whoever chooses; what a
 * platform makes of its own chips is apart. */
struct choice {
    size_t count;
    int rounds; /* of ordering in this step */
    int generation[MAX_GENERATIONS];
    uint8_t nest[MAX_GENERATIONS]; /* OWN: not sold to others */
    bool gray[MAX_GENERATIONS];
    double per_p[MAX_GENERATIONS]; /* cards that deliver an effective P */
    double room[MAX_GENERATIONS], cny_per_p[MAX_GENERATIONS]; /* cards a year */
    double utility[MAX_GENERATIONS + VECTOR], e[MAX_GENERATIONS + VECTOR];
    double most[OWN], inside[OWN]; /* of a nest: highest utility, sum of e */
    double mix[MOST_ROUNDS][MAX_GENERATIONS]; /* cards that a unit of weight in a round got */
};

/* Probabilities of one platform: those of a sold card are e times the factor of its nest. */
struct taste {
    double factor[OWN], renting,
        log_cost; /* log_cost: of an effective P, all that there is to choose from considered */
    double own_weight[MAX_GENERATIONS]; /* of chips of its own, in their order */
};

struct left { /* of one platform: effective P a year that it has not ordered yet, and money for them */
    double p, cny;
};

/* What platforms have of a generation together: cards in place and under way, and what one delivered when last seen. */
struct fleet_cards {
    double in_place, under_way, each_p;
};

struct platforms {
    const struct platform_settings *settings;
    const struct platform_row *row;
    const struct platform_card *card;
    size_t count;
    double old_p; /* of the start, worked off */
    double fullness_at_start, log_need_seen, trend_per_yr; /* of all need */
    double belief; /* what boards believe, c */
    double contract_rent; /* CNY per effective P-hour; NaN: no contract yet */
    double own_from[MAX_GENERATIONS]; /* date from which chips of one's own come */
    double security; /* in the utility of domestic cards, now */
    double log_rise; /* of rents, if platforms rented what they lack */
    double log_cost_new, log_cost_of_p, log_cost_then; /* log of the cost of an effective P: bought now; in fleets as
                                                          they are; when the answer begins */
    double log_rent; /* of an effective P-hour of the mix, averaged; NaN: not yet */
    struct platform platform[MAX_PLATFORMS];
    struct choice choice;
    struct taste common, taste[MAX_PLATFORMS]; /* common: of whoever makes no chips */
    double cost_of[MAX_GENERATIONS]; /* a card in place, as last seen */
    uint64_t known; /* cards that were ever on offer, a bit each */
    struct fleet_cards fleet[MAX_GENERATIONS];
    /* since the last report */
    double domestic_cny, all_cny, bought[MAX_GENERATIONS];
};

/* Effective P of a card in the mix of platforms' own work. */
double platform_effective_p(const struct world *w, const struct platform_settings *s, int generation);

/* Lists what is on offer, finds what each platform makes of it, and its log cost of an effective P. */
void platform_look(struct world *w, struct platforms *b);
/* Orders cards for what is left of each, into procurement's fleet market. */
void platform_buy(struct world *w, struct platforms *b, struct left left[MAX_PLATFORMS]);

/* Share of the work of models that is paid for now. */
double platform_paid_share(const struct world *w, const struct platform_settings *s);
/* Part of the work of models that goes on: all of it until the dominant tenant fails. */
double platform_tenant_works(const struct platforms *b, double now);
/* Share of the work of models that is not the dominant tenant's. */
double platform_tenant_leaves(const struct platform_settings *s, double now);
/* Its contracts in this step, given the work of models of each platform. */
void platform_tenant_contracts(const struct world *w, struct platforms *b, double dt);
/* What it pays platform j for them, or who stands in for it, CNY a year. */
double platform_tenant_pays(const struct platforms *b, size_t j, double now);
/* What is paid for models over what was due, the failure of the dominant tenant counted. */
double platform_tenant_paid_of_due(const struct world *w, const struct platforms *b);
/* Boards learn what is paid for. */
void platform_believe(const struct world *w, struct platforms *b, double dt);
/* Of all platforms, in this step: what comes in and what is due. */
void platform_money_flows(const struct world *w, struct platforms *b);
/* What platform j can spend on cards, a year, new debt apart. */
double platform_own_money(const struct platforms *b, size_t j);
/* Platform j pays for what it bought in the step. */
void platform_pay(struct platforms *b, size_t j, double dt, double spent_cny);

#endif
