/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leases. */
#ifndef ICCSIM_MODELS_LEASES_LEASES_H
#define ICCSIM_MODELS_LEASES_LEASES_H

#include "models/conventions.h"

enum lease_end {
    LEASE_EXPIRED, /* and was not renewed */
    LEASE_TERMINATED, /* the tenant, or the middleman, walked away */
    LEASE_TENANT_LEFT, /* the market */
    LEASE_CENTRE_CLOSED,
    LEASE_BROKEN, /* by the lessor */
    LEASE_NOT_STARTED, /* signed, and never used */
    LEASE_ENDS
};
enum billing { BILLING_RESERVED, BILLING_ON_DEMAND, BILLING_METERED, BILLING_PACKAGE, BILLINGS };

struct lease { /* two lines of the cache: what walks along lists and what keeps sums reads the first one */
    _Alignas(64) uint32_t stamp;
    uint32_t next; /* of the same tenant and workload */
    uint32_t tenant, vintage;
    uint8_t class_, owner_class, region, generation; /* of these, as they stay */
    uint8_t workload, billing;
    bool live, middleman;
    bool opaque; /* written per P, and the tenant has not found out which card it is */
    bool started; /* not: it holds cards, pays nothing and lapses at `ends` */
    uint32_t slot; /* of its clock */
    double cards, effective_p, own_p; /* effective P counted for the tenant; own_p: a card's, were it alone */
    double rent; /* what the owner gets, CNY per card-hour, ex VAT */
    double signed_on, ends, since; /* since: the tenant first leased them */
    uint32_t request, windings; /* causal: which request of the tenant; times its clock was wound up again */
    uint32_t entry; /* in the list of its vintage */
    float vacancy_uniform, load; /* load: share of the hours that are paid, 1 unless metered */
};
struct prepaid { /* sums over packages of rent an hour, of that times the date of the end */
    double rent, until;
};
struct leases { /* owner: leasing.c */
    size_t count, capacity, live, free_count, free_capacity;
    OF_LEASES struct lease *row;
    OF_LEASES uint32_t *free_slot;
    double ended_since_sample[LEASE_ENDS], terminated_value_since_sample;
    double vacated_cards[MAX_GENERATIONS]; /* of vintages on offer: let before, not on offer again yet */
    double live_cards, live_p; /* cards and effective P under lease */
    double live_of[BILLINGS], sublet_cards; /* of these cards, by billing; through middlemen */
    size_t term_leases; /* live ones that have a term: all but those on demand */
    size_t count_of[BILLINGS]; /* live ones by billing */
    uint32_t count_in[MAX_TENANT_CLASSES][MAX_REGIONS]; /* live ones by class and region */
    double unmet_p[WORKLOADS]; /* wanted and not held, effective P */
    double due_rent, due_until; /* sums over leases with a term of rent an hour, of that times the date of the end */
    OF_LEASES struct prepaid *prepaid; /* of each firm; NULL: nobody leases */
    double rent_of[MAX_TENANT_CLASSES][MAX_REGIONS]; /* what a class pays for cards in a region, CNY an hour, ex VAT */
};

#endif
