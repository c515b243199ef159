/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the planner's files share: positions, the step, and what is asked of whom.
 *
 *     planner.c       the need, a step
 *     planner_report.c  outputs
 *     plan.c          money, dates and what all alternatives reckon alike
 *     bursts.c        times when the need is a multiple of itself
 *     offers.c        what cards cost and bring: the buyer's quotes, else the market, else the given world
 *     own.c           cards of one's own: orders, write-offs, running, sale
 *     rents.c         term contracts and rent by the hour
 *     financing.c     loans, and the debt that contracts displace
 *     terms.c         parameter tables and what is wrong with a plan as a whole
 */
#ifndef ICCSIM_MODELS_PLANNER_INSIDE_H
#define ICCSIM_MODELS_PLANNER_INSIDE_H

#include "models/books/depreciation.h"
#include "models/books/loans.h"
#include "models/models.h"
#include "planner.h"

#include "sim/base/det.h"

enum { MOST_TRANCHES = 8, HORIZON_MOST_YR = PLANNER_YEARS - 1 };
#define SLACK_YR 1e-6 /* steps end on dates up to rounding */

/* A card in a world that is given: columns of the table of generations. */
struct given_card {
    double rent_cny, server_rent_cny, rent_decline_per_yr, price_cny, server_price_cny, price_decline_per_yr, used_cny,
        used_decline_per_yr; /* NaN: none */
    const struct dated_series *rent_path, *price_path, *used_path; /* or NULL */
    double effective_p, cards_per_server, power_w;
};

struct tranche {
    double cards, cost, hall; /* cost: with VAT that is not recovered */
    double due, pay_at, tax_base, written; /* tax_base: what is not deducted at once; written: share of that */
    double book_left; /* share of cost and hall */
    double loan;
    struct schedule repayment;
    bool came, paid, standing;
};

/* What a lens makes of the inputs of a position. */
struct lens {
    double price, hour, term, use, running, resale, life, rate_per_yr;
};

/* An alternative begun at one date, and what it has cost so far. */
struct position {
    const struct alternative *row;
    const struct lens *lens;
    double began, next_order, next_move;
    int ordered; /* tranches so far */
    bool open, closed, is_told; /* is_told: a story, not a what-if */
    struct tranche tranche[MOST_TRANCHES];
    double contract_cards[WORKLOADS], contract_cny_per_yr, contract_signed, contract_ends; /* with VAT */
    int contract_generation[WORKLOADS];
    bool signed_before;
    double cost, financing; /* present values at the start, after tax */
    double usage, rented, sublet, spare_worth; /* parts of cost: power of used hours, rent by the hour, sublet income;
                                                  used hours at that income */
    double spent, delivered, lent, lease; /* undiscounted: CNY, effective P-hours; lease: liability at signing */
    double *cash; /* [PLAN_ITEMS][PLANNER_YEARS], or NULL */
};

struct planner {
    const struct planner_settings *settings;
    const struct alternative *row;
    const struct given_card *card;
    const struct burst *burst;
    size_t rows, dates, cards, bursts;
    bool is_given;
    double date[PLANNER_DATES], end; /* end: of the need, or of the horizon */
    struct position *position; /* [rows][dates] */
    struct position *swung; /* [rows][PLAN_LENSES] */
    struct lens plain, lens[PLAN_LENSES];
    struct schedule tax_schedule, book_schedule;
    double asked[PLANNER_DATES][PLANNER_ALTERNATIVES], paid[PLANNER_DATES];
    size_t noted; /* dates passed */
    double level; /* X */
    int level_month;
    double need_at_start[WORKLOADS]; /* effective P; NaN: not known yet */
    double hours, card_hours; /* present value of what is needed */
    /* this step */
    double now, until, middle, dt, discount, discount_debt;
    double need[WORKLOADS], peak[WORKLOADS]; /* effective P at the peak: without and with bursts */
    double spot[WORKLOADS]; /* CNY per effective P-hour by the hour, everything included */
    double let_share, voucher; /* voucher: share of rents that it pays */
};

static inline struct planner *planner_state(const struct world *w)
{
    return w->state[STATE_planner];
}

static inline bool waits(const struct planner *plan, size_t i)
{
    return plan->row[i].kind == ALTERNATIVE_WAIT;
}

static inline bool is_due(const struct planner *plan, double date)
{
    return plan->now >= date - SLACK_YR;
}

/* -- plan.c -------------------------------------------------------------------------------------------------------- */

/* The year of the plan in which a payment falls: 0 on the day of the decision. */
int plan_year(const struct planner *plan, double time);
/* Discount factor at a rate a year; of a payment of a position. */
double plan_discount_at(const struct planner *plan, double rate, double time);
double plan_discount(const struct planner *plan, const struct position *p, double time);
/* Pays at a time; money that comes in is negative. */
void plan_pay(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time);
/* The same, deductible from income; returns its present value after tax. */
double plan_expense(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time);
/* Money that is no part of the unlevered cost: loans and the books. */
void plan_note(const struct planner *plan, struct position *p, enum plan_item item, double cny, double time);
/* The name of a position's alternative, as in the scenario. */
const char *plan_name(const struct world *w, const struct position *p);
double plan_prices_rise(const struct planner *plan, double time); /* inflation since the start */
/* Mean load of a need over its peak, at most 1. */
double plan_load(const struct planner *plan, const struct position *p, enum workload k);
double plan_hours_below(double share, double load); /* share of hours that capacity for a share of the peak delivers */

/* -- offers.c ------------------------------------------------------------------------------------------------------ */

/* Share of the need for which an alternative has cards of its own, or a contract. */
double built_share(const struct alternative *a);
double reserved_share(const struct alternative *a);
bool offer_is_there(const struct world *w, int g, enum workload k); /* to rent */
/* Effective P of a card, and cards of a server: of the market, or of the given world. */
double offer_effective_p(const struct world *w, enum workload k, int g);
double offer_cards_per_server(const struct world *w, int g);
double offer_rent(const struct world *w, int g); /* by the hour, CNY a card-hour ex VAT */
double offer_rent_ahead(const struct world *w, int g, double from_yr, double years); /* mean, as expected */
/* The cheapest card per effective P, at spot (months 0) or for a term; -1: none. */
int offer_cheapest(const struct world *w, enum workload k, int months, double *price);
double offer_market_rent(const struct world *w, enum workload k); /* of an effective P-hour */
double offer_shortage(const struct world *w, enum workload k); /* share of demand that is not met */
/* Share of the cards on offer that are let; 1 in a given world. */
double offer_let_share(const struct world *w);
/* Whether the state pays a part of rents, now. */
bool offer_vouchers(const struct world *w);
/* Of one alternative. */
double quote_rent(const struct world *w, const struct alternative *a, int months, int g); /* NaN: g is not on offer */
int quote_card(const struct world *w, const struct alternative *a); /* that its rent is quoted for; -1: any */
/* Whether its cards can be ordered now. */
bool quote_is_open(const struct world *w, const struct alternative *a);
double quote_price(const struct world *w, const struct alternative *a, double cards); /* in place, ex VAT, CNY a card */
/* From the order to the cards, for that many of them, years. */
double quote_wait_yr(const struct world *w, const struct alternative *a, double cards);
/* CNY a year for that many cards, for which that was paid each. */
double quote_maintenance(const struct world *w, const struct alternative *a, double cards, double paid_per_card);
double quote_power(const struct world *w, const struct alternative *a); /* CNY a card-hour in use */
double quote_site_kw(const struct world *w, const struct alternative *a); /* of a card, cooling aside */
double quote_used_price(const struct world *w, const struct alternative *a, double years_left); /* CNY a card */
/* Cards that a need of effective P takes; what a card cannot do is left out. */
double cards_for(const struct world *w, int g, const double need[WORKLOADS]);
double of_a_rent(const struct planner_settings *s); /* what a yuan of rent costs with its tax */
/* The same of a yuan of equipment, and of what is lost on the way. */
double of_a_price(const struct planner_settings *s, const struct alternative *a);
/* CNY per effective P-hour by the hour, tax included: of a position, by its quote if it has one; of a card, or of the
 * cheapest if it is -1 or not there. */
double spot_of(const struct world *w, const struct position *p, enum workload k);
double spot_price(const struct world *w, enum workload k, int generation);

/* -- bursts.c ------------------------------------------------------------------------------------------------------ */

/* Reads the table of bursts, and splits steps where they begin and end. */
void bursts_start(struct world *w);
void bursts_apply(struct planner *plan); /* fills in `peak` */

/* -- own.c --------------------------------------------------------------------------------------------------------- */

/* Schedules of tax and books. */
void own_start(struct planner *plan);
/* Orders the next tranche for the need of this step, and pays what is due at once. */
void own_order(const struct world *w, struct position *p);
double own_cards(const struct world *w, struct position *p); /* that stand in this step, or NaN */
/* Pays for a step of `cards` that stand, `used` card-hours of them; the hours that are spare are sublet. */
void own_run(const struct world *w, struct position *p, double cards, double used);
/* Sells all that stands and closes the books, at the end of the step. */
void own_sell(const struct world *w, struct position *p);

/* -- rents.c ------------------------------------------------------------------------------------------------------- */

/* Signs the next contract for the need of this step; it begins at once. */
void rents_sign(const struct world *w, struct position *p);
/* Effective P under contract. */
double rents_contract_p(const struct world *w, const struct position *p, enum workload k);
/* by_hour: CNY; used: share of contracted hours that are used. */
void rents_pay(const struct planner *plan, struct position *p, double by_hour, double used);

/* -- financing.c --------------------------------------------------------------------------------------------------- */

/* The loan of a tranche that has just come, by share of its cost or by cover. */
void financing_lend(const struct world *w, struct position *p, struct tranche *t);
/* Interest and repayment of a step, and what its debt is worth beside the unlevered cost. */
void financing_step(const struct planner *plan, struct position *p);
/* Pays back what is left, at the end of the step. */
void financing_close(const struct planner *plan, struct position *p);

/* -- terms.c ------------------------------------------------------------------------------------------------------- */

extern const struct param planner_params[];
extern const struct table planner_tables[];
/* The check of the mechanism (see section_check). */
void planner_check(const struct scenario *scenario, struct mistakes *mistakes);

/* -- planner_report.c ---------------------------------------------------------------------------------------------- */

extern const struct output planner_outputs[];
/* Outputs of a report; scalars and curves, at the end of a replication. */
void planner_sample(struct world *w);
void planner_finish(struct world *w);

#endif
