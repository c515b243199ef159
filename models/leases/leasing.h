/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of leasing share: settings, the state of the mechanism, and what each does for the others.
 *
 *     leasing.c       the mechanism, and its leases at the start
 *     leasing_params.c, leasing_report.c  parameters, outputs
 *     lease_book.c    contracts: signing, ending, new terms
 *     lease_draws.c   random numbers of tenants
 *     lease_terms.c   how long they run
 *     lease_prices.c  what they cost
 *     lease_sums.c    running sums: cards held, rents paid
 *     lease_vacancy.c cards that come back
 *     lease_hazards.c clocks of new contracts
 *     lease_match.c   requests, waiting and matching
 *     lease_exit.c    clocks, leaving, renegotiation, expiry and renewal
 *     lease_clocks.c  hazard clocks in segments
 *     survival.c      how long leases last
 *     presale.c       contracts signed before the centre is built
 */
#ifndef ICCSIM_MODELS_LEASING_H
#define ICCSIM_MODELS_LEASING_H

#include "lease_clocks.h"
#include "models/models.h"
#include "models/world.h"
#include "survival.h"

struct leasing_settings {
    double b_gap, b_size, b_middleman, middleman_share, middleman_size, penalty, least_gap, excess, most_centres;
    double novation, middleman_margin;
    double opaque_share, opaque_discount, b_opaque, found_out_yr;
    double never_start, start_lag_yr;
    double lessor_review_per_yr, renegotiation, reletting_lag_yr;
    double patience_yr, away_yr;
    double shock_jump, coupling;
    double on_demand_premium, on_demand_slope, on_demand_leave_per_yr, metered_premium, package_discount,
        package_forfeit;
};

struct leasing_row { /* a class of tenants */
    const struct distribution *term_yr;
    double hazard_per_yr, largest_cards, least_cards;
    double on_demand, metered, package; /* shares of its leases */
};

struct leasing_owner { /* a class of operators */
    double know_how, largest_cluster;
};

enum { ENDS_PER_YEAR = 2, ENDS_AHEAD = 12 }; /* ends further ahead count as the last of these */
enum { TERM_PARTS = 1024 };
enum { RELEASES_PER_YEAR = 48 };

/* The uniform numbers of an occasion on which a tenant signs or renews. The k-th takes draws 4 k to 4 k + 3 of the
 * tenant's stream, computed for several occasions at once. */
enum draw { DRAW_WHERE, DRAW_TERM, DRAW_KINDS, DRAW_CLOCK, DRAWS };
enum { OCCASIONS_AHEAD = 8 };
struct ahead {
    double *u; /* of these eight occasions; NULL until it signs */
    uint32_t part; /* which eight occasions, from 1; 0: none yet */
};

/* What a request makes of them: two stand in one draw of 52 bits, and choices among few in ten bits each. */
struct uniform {
    double generation, place, term, vacancy, clock, age;
    int64_t kinds;
};
enum kind { KIND_MIDDLEMAN, KIND_BILLING, KIND_OPAQUE, KIND_REALTIME, KIND_START };
static inline double kind_uniform(const struct uniform *uniform, enum kind kind)
{
    return ((double)(uniform->kinds >> 10 * kind & 0x3ff) + 0.5) * 0x1p-10;
}

/* Streams of a tenant: the number of the request, or the like, stands below. */
enum {
    OCCASION_SIGN = 0,
    OCCASION_AGE = 0x400000,
    OCCASION_WAIT = 0x800000,
    OCCASION_SHOCK = 0xa00000,
    OCCASION_LOAD = 0xb00000,
    OCCASION_WINDING = 0xc00000
};

enum leasing_event { EVENT_EXPIRY, EVENT_WALK_AWAY, EVENT_FOUND_OUT };

/* Contracts whose clocks are set when the clocks are next run down: their logarithms are taken together. Of those that
 * took the same slot the last one counts. */
struct fresh {
    struct fresh_clock {
        uint32_t slot;
        bool sees_gap, middleman;
        double of_size, fixed; /* hazard a year: the part that grows with the size of the lease, and the rest */
    } * clock;
    double *rent, *exposure, *cards; /* exposure: uniform; cards: over those of the base */
    size_t count, room;
};

/* A lease in the list of its vintage, which begins with the newest. The entry stays until the vintage closes. */
struct entry {
    uint32_t lease, next; /* lease: UINT32_MAX when it has ended */
};

/* Cards that come back to the market. */
struct release {
    uint32_t vintage, next;
    uint16_t sleeps;
    float cards;
};
#define NO_RELEASE UINT32_MAX

/* The random numbers of one winding of a clock: two blocks. */
enum { CHANCE_CAUSE, CHANCE_CLOCK, CHANCE_STAY, CHANCE_TERM, CHANCES = DRAWS_AT_ONCE, BLOCKS_A_WINDING = 2 };
struct windings { /* of the clocks that fire in this step, which draw them together */
    uint64_t *identity, *block;
    double (*chance)[CHANCES];
    size_t room;
};

/* A need that waits. */
struct waiting {
    float gives_up, away_until; /* dates */
    uint32_t seen; /* step in which it last lacked something */
};

/* A need that was not met in this step. */
struct unmet {
    uint32_t tenant;
    enum workload workload;
    double lacks_p;
};

struct leasing {
    const struct leasing_settings *settings;
    const struct leasing_row *row;
    const struct leasing_owner *owner;
    size_t owners;
    double any_cluster; /* cards that every class of owners lets in one piece */
    uint32_t near; /* regions for real time: bits */
    double term_below[MAX_TENANT_CLASSES][LONGEST_TERM_MONTHS + 1]; /* share of terms up to this number of months */
    unsigned char term_from[MAX_TENANT_CLASSES][TERM_PARTS + 1]; /* shortest term in each part of the share */
    struct lease_clocks clocks;
    struct entry *entry;
    size_t entries, entry_room;
    float *forward_power; /* a cell: forward ^ -b_gap; the last one is that of open ends */
    int ends; /* half-years in which a lease can end */
    int closed, over; /* of these, those whose cells were given back, and those over at the step before */
    struct fresh fresh;
    struct windings windings;
    int offered[MAX_GENERATIONS], offered_count; /* generations with commissioned cards */
    int place[MAX_GENERATIONS]; /* of a generation among these */
    double weight[WORKLOADS][MAX_GENERATIONS]; /* their free effective P, kept through the requests */
    double worth[WORKLOADS][MAX_GENERATIONS]; /* that of an idle card */
    double weights[WORKLOADS]; /* their sum */
    double on_demand_rent[MAX_GENERATIONS]; /* of this step, CNY per card-hour */
    double opaque_rent[WORKLOADS]; /* pooled, CNY per hour and P of peak */
    struct release *release;
    float *vacated; /* a vintage: cards of ended leases that are not on offer again yet */
    size_t vacated_room; /* at the least for those there at the last requests */
    uint32_t *release_in; /* first in each week, of the horizon */
    size_t releases, release_room, weeks, released; /* released: weeks that are over */
    uint32_t spare_release;
    struct waiting (*waiting)[WORKLOADS]; /* a tenant */
    struct unmet *unmet; /* of this step, if presale.c is enabled: the queue */
    size_t unmet_count, unmet_room;
    struct ahead *ahead; /* a tenant */
    uint64_t *attended; /* bits [tenant * WORKLOADS + workload]: needs to attend to in this step */
    uint32_t *asking; /* their numbers, in the order in which they are attended to */
    size_t tenant_room;
    uint32_t *due; /* leases whose clocks ring in this step: what their events will read is fetched beforehand */
    size_t dues, due_room;
    double survived_yr, ended; /* exposure and ends before term, for the mean churn */
    struct survival contract[MAX_TENANT_CLASSES], customer[MAX_TENANT_CLASSES];
    /* since the last sample */
    double signed_rent[2], signed_p[2]; /* on demand, for a term: rents and effective P */
    double opaque_paid, opaque_worth, reneged_p, renegotiated, lessor_exits, never_started, relet;
    double penalties_cny;
};

static inline struct leasing *leasing_state(const struct world *w)
{
    return w->state[STATE_leasing];
}

#define TENANT "tenants"
#define OPERATOR "operators"
extern const struct param leasing_params[];
extern const struct output leasing_outputs[];

/* lease_draws.c */

/* Identity of an occasion of a tenant: OCCASION_AGE or another, with a number. */
uint64_t lease_identity(const struct world *w, uint32_t tenant, uint32_t occasion);
struct stream lease_stream(const struct world *w, uint32_t tenant, uint32_t occasion);
/* Room for what is kept of each tenant that there is now. */
void lease_room_for_tenants(struct world *w);
/* Draws the numbers of a part: eight occasions. */
void lease_draw_ahead(struct world *w, uint32_t tenant, uint32_t part);
/* The DRAWS numbers of the tenant's present occasion. */
static inline const double *lease_draws(struct world *w, uint32_t tenant)
{
    const struct ahead *ahead = &leasing_state(w)->ahead[tenant];
    uint32_t occasion = w->tenants.row[tenant].requests, part = occasion / OCCASIONS_AHEAD + 1;
    if (ahead->part != part)
        lease_draw_ahead(w, tenant, part);
    return &ahead->u[occasion % OCCASIONS_AHEAD * DRAWS];
}

/* lease_book.c */
struct event leasing_event(const struct world *w, enum leasing_event kind, uint32_t id, uint32_t stamp);
void lease_sign(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards,
                const struct uniform *uniform);
/* A reserved contract that was signed before the vintage stood begins, at the rent agreed then. */
void lease_begin(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards, int months,
                 double rent);
void lease_end(struct world *w, uint32_t id, enum lease_end how);
/* Gives a lease that goes on new terms from now: price, end, clock. `spare` cards are given back. */
void lease_renew(struct world *w, uint32_t id, int months, double spare, double exposure);
/* The owner takes over the sub-tenant of a middleman that gave up. */
void lease_novate(struct world *w, uint32_t id, int months, double exposure);
/* A new price for the rest of the term. */
void lease_reprice(struct world *w, uint32_t id, double rent, double exposure);
/* A lease on demand that its tenant can give up at once when it can do without it. */
static inline void lease_note_hourly(struct world *w, const struct lease *l)
{
    const struct tenant *t = &w->tenants.row[l->tenant];
    double least = w->tenants.cohort[t->class_].hourly_p[l->workload][t->place];
    if (l->effective_p < least)
        demand_note_hourly(w, l->tenant, l->workload, l->effective_p);
}
/* What the owner of a lease gets over the rent of a card of that generation. */
static inline double lease_received(const struct world *w, const struct lease *l)
{
    return supply_rent_factor(w, l->vintage) * (l->middleman ? 1 - leasing_state(w)->settings->middleman_margin : 1);
}
/* Hours of the term that are left; none on demand. */
static inline double lease_hours_left(const struct world *w, const struct lease *l)
{
    return l->billing == BILLING_ON_DEMAND ? 0 : HOURS_PER_YEAR * max_of(0, l->ends - w->sim->now);
}
/* Share of the rent still due that is lost by leaving before the end. */
static inline double leasing_penalty(const struct leasing_settings *s, const struct lease *l)
{
    return l->billing == BILLING_RESERVED ? s->penalty : l->billing == BILLING_PACKAGE ? s->package_forfeit : 0;
}
/* Ends the observation of all leases. */
void lease_lose_sight(struct world *w);

/* lease_terms.c */

/* Term of a class of tenants that a uniform number stands for, months. */
int lease_term_of(const struct leasing *state, uint32_t class_, double u);
void lease_tabulate_terms(struct leasing *state, size_t classes); /* at the start, as is */
void lease_open_cells(struct world *w);
/* Cell of the clocks for leases on demand; for a lease with its price and end. */
uint32_t lease_open_cell(const struct world *w);
uint32_t lease_cell_of(const struct world *w, const struct lease *l);

/* lease_match.c */
/* A tenant asks for nothing until that date: what it lacks is promised. */
void lease_keep_away(struct world *w, uint32_t tenant, enum workload workload, double until);

/* lease_prices.c */

/* Prices that are not term rents, once a step. */
void lease_price_markets(struct world *w);
/* The rent of a lease over lease_received, CNY per card-hour. */
double lease_rent_of(const struct world *w, const struct lease *l, int months);
/* The share of it that the tenant pays: an investor leaves its own tenant a part. */
double lease_not_given_up(const struct world *w, const struct lease *l);
/* Load of a metered lease. */
float lease_load_of(const struct world *w, uint32_t tenant, uint32_t request);

/* lease_sums.c */

/* What is paid for a lease enters the sums (sign 1) or leaves them (-1). */
void lease_count_rent(struct world *w, const struct lease *l, double sign);
/* Cards that are let under a lease, or given back if negative. */
void lease_count_cards(struct world *w, const struct lease *l, double cards);
/* Its effective P. */
void lease_count_p(struct world *w, const struct lease *l, double sign);
/* Training cards of a tenant wait for the slowest: after a lease came, at the head of its list; after one went. */
void lease_couple_new(struct world *w, const struct lease *l);
void lease_couple_rest(struct world *w, const struct lease *l);
/* The buyer of a centre serves its packages, and the seller pays it what tenants have paid in advance for them. */
void lease_hand_over(struct world *w, uint32_t vintage, uint32_t to_firm);

/* lease_vacancy.c */

/* Cards of a lease that ends, or gives some back, are on offer after a lag. */
void lease_vacate(struct world *w, const struct lease *l, double cards);
void lease_room_for_vacated(struct world *w);
void lease_release_vacated(struct world *w);
void lease_forget_vacated(struct world *w, uint32_t vintage); /* it is not on offer any more */
static inline double lease_vacated(const struct world *w, uint32_t vintage)
{
    return vintage < leasing_state(w)->vacated_room ? (double)leasing_state(w)->vacated[vintage] : 0;
}

/* lease_hazards.c */

enum { SIZE_OF_BASE = 64 }; /* cards of the lease for which walk_away is stated */
/* The clock of a lease is set, to this exposure (uniform), when the clocks are next run down; `rent`: over
 * lease_received. */
void lease_note_fresh(struct world *w, const struct lease *l, double rent, double exposure);
void lease_set_fresh_clocks(struct world *w);

/* lease_match.c */
void lease_weigh_all(struct world *w);
bool lease_serve(struct world *w, uint32_t tenant, enum workload k, double lacks, bool in_the_past);
void lease_request(struct world *w);

/* lease_exit.c */
extern const struct vintage_follower leasing_follower;
extern const struct tenant_follower leasing_follows_tenants;
void lease_run_clocks(struct world *w);
void lease_handle(struct world *w, const struct event *event);

/* leasing_report.c */

/* Outputs of a report; scalars and curves, at the end of a replication. */
void leasing_sample(struct world *w);
void leasing_finish(struct world *w);

#endif
