/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects: centres from approval to opening. */
#ifndef ICCSIM_MODELS_SUPPLY_PROJECTS_H
#define ICCSIM_MODELS_SUPPLY_PROJECTS_H

#include "models/conventions.h"
#include "models/supply/channels.h"

enum project_state {
    PROJECT_APPROVED,
    PROJECT_BUILDING,
    PROJECT_OPERATING,
    PROJECT_CANCELLED,
    PROJECT_RETIRED,
    PROJECT_STATES
};

enum customer { CUSTOMER_NOT_NEEDED, CUSTOMER_MISSING, CUSTOMER_SIGNED };

struct project { /* two lines of the cache */
    _Alignas(64) uint32_t k; /* causal identity: with its class */
    uint8_t owner_class;
    uint8_t state; /* enum project_state */
    uint8_t region;
    int8_t generation; /* -1 until ordered */
    uint8_t channel; /* enum channel_kind */
    bool silent; /* if it dies, then without a public word: drawn at approval, as is */
    bool contracted; /* a lease is signed for it */
    uint16_t firm; /* that applied for it, and */
    double
        own_uniform; /* state-funded: uniform, see pipeline.c; must earn: log of what it expects of itself, entry.c */
    uint32_t orders; /* rounds of ordering so far */
    uint32_t stamp;
    uint32_t replaces; /* vintage whose site it takes over; UINT32_MAX: none, it is a new centre */
    uint32_t order; /* row in procurement's table; UINT32_MAX: none */
    double cards, cost_per_card; /* as delivered */
    double size_p; /* as announced */
    double approved, building_since, ready;
    double site_ready; /* when the building is */
    double connected; /* when the power is; NaN: not known yet */
    double power_mw; /* promised */
    double asked_mw; /* in vain, while it waits for room under a cap */
    double grant_cny; /* paid by the place */
};
_Static_assert(sizeof(struct project) == 128, "a project fills two lines");
/* Who finds customers before a centre stands registers at the start. */
struct project_follower {
    /* Project `id` would order these cards now, to open on that date. It waits if a customer is missing. */
    enum customer (*customer)(struct world *w, uint32_t id, int generation, double cards, double opens);
    /* It has opened: the vintage stands, dormant. */
    void (*opened)(struct world *w, uint32_t id, uint32_t vintage);
};
struct projects { /* owner: pipeline.c */
    size_t count, capacity;
    OF_SUPPLY struct project *row;
    size_t in_state[PROJECT_STATES];
    double approvals_since_sample, cancellations_since_sample, deaths_since_sample;
    size_t refreshing; /* of those being built, on the site of old cards */
    double opened, opened_announced, opened_below_1000p; /* announced: not for the owner's own need */
    double tobins_q[MAX_OPERATORS];
    /* hype.c: mean premium of the stocks that have announced computing, over what they would be worth without, for the
     * classes that announced projects belong to; nil for all others, and where there are no concept stocks */
    double concept_premium[MAX_OPERATORS];
    double fill_yr; /* time that owners expect a new centre to wait for customers (entry.c); 0: they do not ask */
    const struct project_follower *follower; /* NULL: centres are built without customers */
};
void pipeline_follow(struct world *w, const struct project_follower *follower);
void pipeline_retired(struct world *w, uint32_t project);
/* Puts candidate k of a class that came by another way than the class's own to the vote of guidance, now. k must be
 * below PROJECT_ANNOUNCED; the project's is above. False: the class is not there yet. */
enum { PROJECT_ANNOUNCED = 0x40000000 };
bool pipeline_propose(struct world *w, uint32_t owner_class, uint32_t k);
void pipeline_promised(struct world *w, uint32_t project, double mw); /* of power, and when it will come: for power.c */
void pipeline_connected(struct world *w, uint32_t project, double when);
/* Orders new cards for the site of a vintage, which stands until they are there, if those that its owner would take
 * earn more than this beyond their cost. Returns the project; UINT32_MAX: they do not. */
uint32_t pipeline_refresh(struct world *w, uint32_t vintage, double least_cny_per_kw);
const char *pipeline_name(const struct world *w, uint32_t project, char text[64]);
/* The firm that it belongs to now: the owner of the site where it takes one over. */
uint32_t pipeline_firm(const struct world *w, const struct project *p);
/* Whether a class of owners must earn what it spends: it is neither state-funded nor builds for its own need. */
bool pipeline_must_earn(const struct world *w, uint32_t owner_class);

#endif
