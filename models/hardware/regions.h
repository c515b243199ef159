/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The regions in which centres stand. */
#ifndef ICCSIM_MODELS_HARDWARE_REGIONS_H
#define ICCSIM_MODELS_HARDWARE_REGIONS_H

#include "models/conventions.h"

struct regions { /* owner: region.c */
    size_t count;
    int reference; /* where what the whole market has one number for is reckoned: floors, street premia, resale */
    /* The reference first, then by name: who goes where does not depend on the order in the file. */
    uint8_t order[MAX_REGIONS];
    const char *name[MAX_REGIONS];
    bool realtime[MAX_REGIONS]; /* near enough to the users for inference in real time */
    double realtime_share_now; /* of inference requests: must be served in such a region */
    double power_price_cny_per_kwh[MAX_REGIONS], pue[MAX_REGIONS], carbon_t_per_kwh[MAX_REGIONS];
    double project_share[MAX_REGIONS]; /* of new projects where the places are worth the same */
    double incentive[MAX_REGIONS]; /* share of a centre's cost that the place pays, now */
    double approval_factor[MAX_REGIONS]; /* on the time from approval to money and site */
};

#endif
