/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one world: its tables, who owns each, and what owners let others do.
 *
 * Every table has one owner, the mechanism named in its comment; everyone else reads it, and asks for changes through the
 * owner's verbs (below each table). Rows that are handled one by one are structs; what is swept every step (lease clocks)
 * is columns. All memory is the replication's arena. Rows keep their place for life; a reusable slot carries a stamp.
 *
 * Conventions: time in decimal years; money in nominal CNY, books without VAT; compute P in dense FP16 PFLOP/s;
 * "effective P" is what software and cluster deliver, in units in which an H100 at its launch delivers
 * mfu * 0.989; rents per hour.
 */
#ifndef ICCSIM_MODELS_WORLD_H
#define ICCSIM_MODELS_WORLD_H

#include "../sim/base/dates.h"
#include "../sim/engine/sim.h"
#include "../sim/engine/trace.h"
#include "../sim/scenario/distribution.h"
#include "../sim/scenario/run.h"
#include "../sim/scenario/schema.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NONE ((double)NAN) /* does not apply, not yet, never */

enum workload { TRAINING, INFERENCE, WORKLOADS };
enum { MAX_GENERATIONS = 64, MAX_REGIONS = 8, MAX_OPERATORS = 8, MAX_TENANT_CLASSES = 8 };

/* What random numbers are for: the first part of a stream's identity. */
enum purpose {
    PURPOSE_PROJECT_ARRIVAL = 1, /* (operator, 0): gaps between candidates and their acceptance */
    PURPOSE_PROJECT,             /* (operator, k): guidance, size, region, delays, luck */
    PURPOSE_TASTE,               /* (operator and round of orders, k): tastes for cards */
    PURPOSE_VINTAGE,             /* (operator, k): activation, service life */
    PURPOSE_TENANT_ARRIVAL,
    PURPOSE_TENANT,
    PURPOSE_LEASE,               /* (tenant, request): term, middleman, clock */
    PURPOSE_RENT_NOISE,          /* (workload, cell) */
    PURPOSE_ORDER,               /* + rounds of ordering (operator, k): mishaps. Last: it counts on */
};

/* A stream identity with a numbered owner and a numbered occasion, 24 bits each. */
static inline uint64_t identity_pair(enum purpose purpose, uint32_t owner, uint32_t occasion)
{
    return (uint64_t)purpose << 48 | (uint64_t)(owner & 0xffffff) << 24 | (occasion & 0xffffff);
}

/* -- technology ------------------------------------------------------------------------------------------------- */

struct generations { /* owner: technology.c */
    size_t count;
    const char *name[MAX_GENERATIONS], *label[MAX_GENERATIONS];
    bool domestic[MAX_GENERATIONS], high_end[MAX_GENERATIONS], sold[MAX_GENERATIONS];
    double launch[MAX_GENERATIONS], end_of_production[MAX_GENERATIONS];
    double pflops_fp16[MAX_GENERATIONS], power_kw[MAX_GENERATIONS], cards_per_server[MAX_GENERATIONS];
    /* now */
    bool launched[MAX_GENERATIONS], in_production[MAX_GENERATIONS];
    double list_price_cny[MAX_GENERATIONS];              /* a card, ex VAT */
    double effective_p[WORKLOADS][MAX_GENERATIONS];      /* a card */
};

/* -- policy ----------------------------------------------------------------------------------------------------- */

struct policy { /* owner: policy.c; what is in force at the step's start */
    double official_open[MAX_GENERATIONS];    /* share of official sales that both sides let pass, 0..1 */
    bool feared[MAX_GENERATIONS];             /* a ban is rumoured or announced, and not yet in effect */
    double price_factor[MAX_GENERATIONS];     /* tariffs and truces */
    double barred_for_state[MAX_GENERATIONS]; /* share of state-funded orders that may not be for this card */
    double power_discount[MAX_GENERATIONS];   /* share of the power bill that the state pays */
    double approvals_factor, minimum_size_p;  /* window guidance on projects below a size */
    double voucher_share;                     /* of an eligible tenant's rent paid by the state */
};

/* -- regions and operators ----------------------------------------------------------------------------------------- */

struct regions { /* owner: region.c */
    size_t count;
    const char *name[MAX_REGIONS];
    bool realtime[MAX_REGIONS];              /* near enough to the users for inference in real time */
    double realtime_share_now;               /* of inference requests: must be served in such a region */
    double power_price_cny_per_kwh[MAX_REGIONS], pue[MAX_REGIONS], carbon_t_per_kwh[MAX_REGIONS];
    double project_share_below[MAX_REGIONS]; /* cumulative share of new projects */
};

/* -- value: one forward curve behind levelised cost, q, term prices and the economic ledger ------------------------------- */

enum { VALUE_STEPS_PER_YEAR = 4, VALUE_YEARS = 10, VALUE_STEPS = VALUE_STEPS_PER_YEAR * VALUE_YEARS };

struct value { /* owner: value.c */
    double entry_rent[WORKLOADS];                          /* long-run rent that pays for a new card, CNY per effective P-hour */
    double decline_per_yr;                                 /* of the entry rent, as believed */
    double reversion_per_yr;                               /* of the rent to the entry rent, as believed */
    double discount_per_yr;
    double occupancy;                                      /* as believed */
    double entry_rent_card[MAX_GENERATIONS];               /* the same for a card, CNY per card-hour */
    double cash_cost[MAX_REGIONS][MAX_GENERATIONS];        /* avoidable, CNY per card-hour */
    double card[MAX_REGIONS][MAX_GENERATIONS][VALUE_STEPS + 1]; /* present value of quasi-rents over k/4 more years, CNY a card */
};
double value_load(const struct world *w);                  /* mean load of a let card */
double value_upkeep(const struct world *w, double list_price_cny); /* maintenance and site staff of cards of that price, CNY a year */
/* Present value of the quasi-rents of one card over the years left to it. */
double value_of_card(const struct world *w, int region, int generation, double years_left);
/* Weights of the long-run rent and of today's excess over it in the rent of a term; they depend on its length alone. */
struct tenor {
    double long_run, excess;
};
enum { LONGEST_TERM_MONTHS = 180 };
const struct tenor *value_tenor(const struct world *w, int months); /* at least 1, at most the longest */
double value_term_rent_with(const struct world *w, int generation, const struct tenor *tenor);
/* Forward rent of a card averaged over the next months, discounted: what a term contract of that length costs. */
double value_term_rent(const struct world *w, int generation, int months);

/* -- procurement ------------------------------------------------------------------------------------------------- */

enum channel_kind { CHANNEL_OFFICIAL, CHANNEL_GRAY, CHANNEL_DOMESTIC, CHANNELS };

struct channels { /* owner: procurement.c */
    int kind[MAX_GENERATIONS];               /* the channel through which it can be ordered in this step; -1: none */
    double premium[MAX_GENERATIONS];         /* street price over list price of foreign cards, >= 1 */
    bool premium_on_bound[MAX_GENERATIONS];  /* it is all that the card can earn */
    double street_price_cny[MAX_GENERATIONS];  /* a card, ex VAT */
    double server_price_cny[MAX_GENERATIONS];  /* a server with its share of network and storage, incl VAT, as quoted */
    double backlog_cards[CHANNELS][MAX_GENERATIONS];
    double first_arrival[MAX_GENERATIONS];   /* NaN: not yet */
    /* cards since the start: ordered = delivered + refunded + lost + backlog */
    double ordered, delivered, refunded, lost;
    double prepayments_lost_cny[2], all_prepayments_lost_cny; /* in this step by the state's platforms, by lessors; ever */
    double step_delivered_domestic, step_delivered_foreign;    /* to the rental market since the last sample */
};
/* The channel through which generation g can be ordered in this step, or -1. */
static inline int procurement_channel(const struct world *w, int generation);
/* What one card costs in place now, with its share of the server, network and building, ex VAT. */
double procurement_cost_per_card(const struct world *w, int generation);
/* Lead time and queue of an order placed now. */
double procurement_wait_years(const struct world *w, int generation);
/* Places the order of project p for generation g; the delivery comes as an event and calls pipeline_delivered or
 * pipeline_order_lost. Returns when it is due. */
double procurement_order(struct world *w, uint32_t project, int generation, double cards);
void procurement_cancel(struct world *w, uint32_t project);

/* -- pipeline ------------------------------------------------------------------------------------------------------ */

enum project_state { PROJECT_APPROVED, PROJECT_BUILDING, PROJECT_OPERATING, PROJECT_CANCELLED, PROJECT_RETIRED, PROJECT_STATES };

struct project {
    uint32_t operator, k;  /* causal identity */
    enum project_state state;
    int region, generation; /* generation -1 until ordered */
    uint32_t orders;        /* rounds of ordering so far */
    uint32_t feared;        /* fears of bans it has weighed so far */
    uint32_t stamp;
    double cancels_at;      /* hazard of its operator class, summed over time, at which it is given up */
    double cards, cost_per_card; /* as delivered */
    double state_luck;      /* drawn at approval, as are, all uniform, see pipeline.c: */
    double rush, after_loss, silent;
    double build_time_yr;   /* and this */
    double size_p;          /* as announced */
    double approved, building_since, ready;
    double site_ready;      /* when the building is */
    uint32_t order;         /* row in procurement's table; UINT32_MAX: none */
    enum channel_kind channel;
};
struct projects { /* owner: pipeline.c */
    size_t count, capacity;
    struct project *row;
    size_t in_state[PROJECT_STATES];
    double approvals_since_sample, cancellations_since_sample, deaths_since_sample;
    double opened, opened_below_1000p;
    double tobins_q[MAX_OPERATORS];
};
void pipeline_delivered(struct world *w, uint32_t project, double cards, double cost_per_card, enum channel_kind channel);
void pipeline_retired(struct world *w, uint32_t project);
const char *pipeline_name(const struct world *w, uint32_t project, char text[64]);
void pipeline_order_lost(struct world *w, uint32_t project, double cards, const char *why);

/* -- vintages --------------------------------------------------------------------------------------------------------- */

struct vintage { /* two lines of the cache: what the books read, what decides on waking and sleeping */
    uint8_t operator, region, generation;
    bool competent, standing;
    uint32_t first_lease;   /* list of its leases; UINT32_MAX: none */
    float vacated_cards;    /* leasing: of ended leases, not on offer again yet */
    double cards, let_cards;
    double cost_per_card;   /* ex VAT, with server, network and building */
    double book_per_card, debt; /* accounting */
    double rent_sum;        /* leasing: rents of its leases, CNY per hour */
    enum channel_kind channel;
    uint32_t sleeps;        /* times it went dormant again */
    double activation_cost_per_card;
    double activation_clock;
    double retires;         /* end of service life */
    double quiet_since;     /* dormant since, NaN while competent */
    double delivered;       /* date */
    double retired_on;
    uint32_t project;       /* whose centre it stands in; UINT32_MAX: from before the start */
    uint32_t number;        /* causal: which vintage of this operator class */
};
struct vintages { /* owner: supply.c */
    size_t count, capacity;
    bool state_funded[MAX_OPERATORS];     /* by owner class */
    struct vintage *row;
    uint32_t *of_generation[MAX_GENERATIONS]; /* competent standing ones, for matching */
    size_t generation_count[MAX_GENERATIONS], generation_capacity[MAX_GENERATIONS];
    double installed_cards[MAX_GENERATIONS], competent_cards[MAX_GENERATIONS], let_cards[MAX_GENERATIONS];
    double vacated_cards[MAX_GENERATIONS]; /* leasing: of competent vintages, not on offer again yet */
    double retired_cards, retired_age_sum;
};
uint32_t supply_add(struct world *w, struct vintage vintage);
/* Cards given out (negative: given back) under leases. */
void supply_let(struct world *w, uint32_t vintage, double cards);

/* -- market ---------------------------------------------------------------------------------------------------------- */

struct market { /* owner: market.c */
    double rent[WORKLOADS];                   /* CNY per effective P-hour, ex VAT */
    bool on_ceiling[WORKLOADS], on_floor[WORKLOADS];
    double rent_card[MAX_GENERATIONS];        /* CNY per card-hour, ex VAT */
    double training_share[MAX_GENERATIONS];   /* of competent cards: the split */
    double supply[WORKLOADS], demand[WORKLOADS]; /* effective P */
    double outflow;                           /* effective P bought offshore */
    double peak, deepest, crash;              /* of the reference card's rent: highest, largest fall, date of a 30 % fall */
};

/* -- demand ----------------------------------------------------------------------------------------------------------- */

struct tenant { /* one line of the cache: all who are present are looked at every step */
    uint32_t class_, k;           /* causal identity */
    double need_p;                /* effective P at the reference rent: when it came, times its own growth since */
    double held[WORKLOADS];       /* effective P under lease */
    double entered;
    double exits_at;              /* hazard of its class, summed over time, at which it leaves */
    uint32_t requests;            /* made so far: numbers the next */
    uint32_t first_lease;         /* list of its leases; UINT32_MAX: none */
    float review;                 /* when in a month it reviews its needs, 0..1 */
    bool present;
    bool mixed;                   /* leasing: it trains on several generations */
    uint16_t hourly;              /* leasing: its leases on demand */
};
struct tenants { /* owner: demand.c */
    size_t count, capacity, present, present_capacity;
    struct tenant *row;
    uint32_t *here;                                 /* those present, in the order in which they came */
    size_t present_of[MAX_TENANT_CLASSES];
    double per_need[MAX_TENANT_CLASSES][WORKLOADS]; /* effective P wanted now at the reference rent by a need of one */
    double wanted[MAX_TENANT_CLASSES][WORKLOADS];   /* the same at today's rents */
};
static inline double demand_desire(const struct world *w, uint32_t tenant, enum workload workload); /* effective P, at today's rents */
double demand_at_reference(const struct world *w, enum workload workload);                /* sum of desires at the reference rent */
double demand_log_response(const struct world *w, enum workload workload, double log_rent); /* log of what a rent makes of it */
double demand_elasticity(const struct world *w, enum workload workload);
void demand_at_rents(struct world *w, const double log_rent[WORKLOADS]);                  /* the market tells its rents */
const char *demand_tenant_name(const struct world *w, uint32_t tenant, char text[64]);

/* -- leases ------------------------------------------------------------------------------------------------------------- */

enum lease_end {
    LEASE_EXPIRED,       /* and was not renewed */
    LEASE_TERMINATED,    /* the tenant, or the middleman, walked away */
    LEASE_TENANT_LEFT,   /* the market */
    LEASE_CENTRE_CLOSED,
    LEASE_BROKEN,        /* by the lessor */
    LEASE_NOT_STARTED,   /* signed, and never used */
    LEASE_ENDS
};
enum billing { BILLING_RESERVED, BILLING_ON_DEMAND, BILLING_METERED, BILLING_PACKAGE, BILLINGS };

struct lease {
    uint32_t tenant, vintage, stamp;
    uint32_t slot;                         /* of its clock */
    uint32_t next;                         /* of the same tenant */
    uint32_t next_of_vintage, previous_of_vintage; /* in the same vintage; the first one's previous is not read */
    uint32_t request, windings;            /* causal: which request of the tenant; times its clock was wound up again */
    float vacancy_luck, load;              /* load: share of the hours that are paid, 1 unless metered */
    uint8_t workload, billing;
    bool live, middleman;
    bool opaque;                           /* written per P, and the tenant has not found out which card it is */
    bool started;                          /* not: it holds cards, pays nothing and lapses at `ends` */
    double cards, effective_p, own_p;      /* effective P counted for the tenant; own_p: a card's, were it alone */
    double rent;                           /* what the owner gets, CNY per card-hour, ex VAT */
    double signed_on, ends, since;         /* since: the tenant first leased them */
};
struct leases { /* owner: leasing.c */
    size_t count, capacity, live, free_count, free_capacity;
    struct lease *row;
    uint32_t *free_slot;
    double ended_since_sample[LEASE_ENDS], terminated_value_since_sample;
    double live_cards, live_p;             /* cards and effective P under lease */
    double live_of[BILLINGS], sublet_cards; /* of these cards, by billing; through middlemen */
    size_t term_leases;                    /* live ones that have a term: all but those on demand */
    double unmet_p[WORKLOADS];             /* wanted and not held, effective P */
    double due_rent, due_until;            /* sums over leases with a term of rent an hour, of that times the date of the end */
    /* by owner: the state's platforms, lessors */
    double penalties_cny[2];               /* received in this step for leaving early, less those paid by lessors */
    double prepaid_rent[2], prepaid_until[2]; /* sums over packages of rent an hour, of that times the date of the end */
};
/* Rents of packages received and not yet earned, CNY: a liability of owners that are lessors (1) or the state's platforms (0). */
static inline double leasing_prepaid_cny(const struct world *w, int lessor);
/* A shock took this share of the needs of these classes (bits) for good. */
void leasing_shock(struct world *w, uint32_t classes, double share);
void leasing_tenant_left(struct world *w, uint32_t tenant);
void leasing_centre_closed(struct world *w, uint32_t vintage);

/* -- accounting ----------------------------------------------------------------------------------------------------------- */

struct flows { /* of a period, CNY, ex VAT */
    double revenue, power, upkeep, overhead, depreciation, interest, prepayments_lost, tax, energy_kwh, carbon_t;
};
struct books { /* owner: accounting.c; the rental sector as a whole, CNY, ex VAT */
    struct flows all, lessors; /* since the last sample; lessors: owners that are not state-funded */
    double book_value, economic_value, debt, cash, equity, capital_paid_in;
};

/* -------------------------------------------------------------------------------------------------------------------------- */

struct world {
    struct sim *sim; /* first: the engine sets it */
    struct generations generations;
    struct policy policy;
    struct regions regions;
    struct value value;
    struct channels channels;
    struct projects projects;
    struct vintages vintages;
    struct market market;
    struct tenants tenants;
    struct leases leases;
    struct books books;
    /* settings and rows of each mechanism, and what it keeps to itself */
    struct technology *technology;
    struct policy_book *policy_book;
    struct region_book *region_book;
    struct value_book *value_book;
    struct procurement *procurement;
    struct pipeline *pipeline;
    struct supply *supply_book;
    struct market_book *market_book;
    struct demand *demand;
    struct leasing *leasing;
    struct accounting *accounting;
};

static inline int procurement_channel(const struct world *w, int generation)
{
    return w->channels.kind[generation];
}

static inline double leasing_prepaid_cny(const struct world *w, int lessor)
{
    return HOURS_PER_YEAR * (w->leases.prepaid_until[lessor] - w->sim->now * w->leases.prepaid_rent[lessor]);
}

static inline double demand_desire(const struct world *w, uint32_t tenant, enum workload workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    return t->present ? t->need_p * w->tenants.wanted[t->class_][workload] : 0;
}

/* fmax and fmin where no argument is NaN: one instruction instead of a call. */
static inline double max_of(double a, double b)
{
    return a > b ? a : b;
}

static inline double min_of(double a, double b)
{
    return a < b ? a : b;
}

static inline const struct run_settings *run_settings(const struct sim *sim)
{
    return sim->values.block(sim->values.drawn, "run", -1);
}

/* Doubles the room of a growing table in the replication's arena; rows keep their index, not their address. New rows are not
 * zeroed. */
#define WORLD_GROW(w, pointer, used, room)                                                                      \
    do {                                                                                                        \
        if ((used) == (room)) {                                                                                 \
            size_t larger_ = (room) ? 2 * (room) : 256, row_ = sizeof *(pointer);                               \
            (pointer) = arena_grow(&(w)->sim->arena, (pointer), (room) * row_, larger_ * row_);                 \
            (room) = larger_;                                                                                   \
        }                                                                                                       \
    } while (0)

#endif
