/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tenants, and what they want. */
#ifndef ICCSIM_MODELS_MARKET_TENANTS_H
#define ICCSIM_MODELS_MARKET_TENANTS_H

#include "models/conventions.h"

struct tenant { /* half a line of the cache; the columns of leasing are its alone */
    OF_MARKET double entered;
    OF_MARKET uint32_t k; /* causal identity, with the class */
    OF_LEASES uint32_t requests; /* made so far: numbers the next */
    OF_LEASES uint32_t first_lease[WORKLOADS]; /* lists of its leases; UINT32_MAX: none */
    OF_MARKET uint32_t place; /* in the cohort of its class, while it is present */
    OF_MARKET uint16_t supplier; /* 1 + the firm that serves it before all others, 0: none */
    OF_MARKET uint8_t class_;
    OF_MARKET bool present : 1;
    OF_LEASES bool mixed : 1; /* it trains on several generations */
    OF_LEASES bool gave_up : 1; /* waiting, at least once */
};
struct cohort { /* the tenants of a class who are present: columns, because all are looked at every step */
    size_t count, capacity;
    size_t aged; /* the others came since the last step */
    double first_exit; /* none leaves before */
    OF_MARKET uint32_t *tenant;
    OF_MARKET double *need_p; /* effective P at the reference rent, with its own growth since it came */
    OF_MARKET double *mature_p; /* the same once it has stopped growing */
    OF_MARKET double *training_share; /* of its need, now; of all the first one's, if they are `alike` */
    bool alike;
    OF_MARKET double *held[WORKLOADS]; /* effective P under lease */
    OF_MARKET double *hourly_p[WORKLOADS]; /* no lease on demand has less effective P; infinite: it has none */
    OF_MARKET double *exits_at; /* hazard of its class, summed over time, at which it leaves */
};
/* A mechanism that follows tenants registers at its start; tenants.c calls followers in that order. NULL: not called. */
struct tenant_follower {
    void (*left)(struct world *w, uint32_t tenant); /* the market, for good; its row stays */
    /* A shock took this share of the needs of these classes (bits) for good. */
    void (*shocked)(struct world *w, uint32_t classes, double share);
};
enum { MAX_TENANT_FOLLOWERS = 4 };
struct tenants { /* owner: demand.c */
    size_t count, capacity, present;
    struct tenant *row; /* columns have owners of their own */
    struct cohort cohort[MAX_TENANT_CLASSES];
    OF_MARKET uint64_t *here; /* a bit for each tenant that is present */
    bool eligible[MAX_TENANT_CLASSES]; /* for compute vouchers */
    double per_need[MAX_TENANT_CLASSES]
                   [WORKLOADS]; /* effective P wanted now at the reference rent by a need of one of that workload */
    double wanted[MAX_TENANT_CLASSES][WORKLOADS]; /* the same at today's rents */
    const struct tenant_follower *follower[MAX_TENANT_FOLLOWERS];
    size_t followers;
};
void demand_follow(struct world *w, const struct tenant_follower *follower);
/* What tenants of a class can raise today, over what they could without shocks. */
double demand_funds_left(const struct world *w, size_t class_);
double demand_at_reference(const struct world *w, enum workload workload); /* sum of desires at the reference rent */
struct demand_response { /* what a rent makes of desires */
    double log, elasticity; /* elasticity: positive, at this rent */
};
struct demand_response demand_response(const struct world *w, enum workload workload, double log_rent);
double demand_elasticity(const struct world *w, enum workload workload); /* of each user's work to its price */
double demand_progress(const struct world *w, enum workload workload); /* algorithmic, a year, without shocks */
/* The market says what its rents make of desires, less what goes offshore. */
void demand_at_rents(struct world *w, const double log_rent[WORKLOADS], const double at_home[WORKLOADS]);
/* Multiplies a tenant's need. */
void demand_scale(struct world *w, uint32_t tenant, double factor);
/* What leasing says of a tenant that is present: effective P that it holds; the least of its leases on demand. */
void demand_hold(struct world *w, uint32_t tenant, int workload, double held_p);
void demand_note_hourly(struct world *w, uint32_t tenant, int workload, double least_p);
/* The firm that serves it before all others. */
void demand_set_supplier(struct world *w, uint32_t tenant, uint32_t firm);
/* It leaves the market now. */
void demand_leave(struct world *w, uint32_t tenant);
const char *demand_tenant_name(const struct world *w, uint32_t tenant, char text[64]);

#endif
