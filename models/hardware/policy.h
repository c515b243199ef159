/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules in force: export gates, quotas, tariffs, enforcement, subsidies. */
#ifndef ICCSIM_MODELS_HARDWARE_POLICY_H
#define ICCSIM_MODELS_HARDWARE_POLICY_H

#include "models/conventions.h"

struct policy { /* owner: policy.c; what is in force at the step's start */
    double official_open[MAX_GENERATIONS]; /* share of official sales that both sides let pass, 0..1, quotas aside */
    int licence[MAX_GENERATIONS]; /* act whose quota the card shares with others; -1: no quota */
    double quota_per_month[MAX_GENERATIONS]; /* cards of that act together, for this market */
    double ban_announced[MAX_GENERATIONS]; /* when the ban was that impends or is in force; NaN: none, or sold again
                                              since */
    bool feared[MAX_GENERATIONS]; /* a ban is rumoured or announced, and not yet in effect */
    double price_factor[MAX_GENERATIONS]; /* tariffs and price shocks, in either channel */
    double licence_price[MAX_GENERATIONS]; /* what licences make of the official price, beyond that */
    struct enforcement { /* acts of enforcement against the gray channel in force */
        uint32_t act; /* its identity */
        double strength; /* share of gray suppliers that it puts out of business */
    } enforcement[MAX_ENFORCEMENTS];
    size_t enforcements;
    double enforced_seizure; /* share of gray deliveries that they seize */
    double barred_for_state[MAX_GENERATIONS]; /* share of state-funded orders that may not be for this card */
    double power_discount[MAX_GENERATIONS]; /* share of the power bill that the state pays */
    double approvals_factor, minimum_size_p; /* window guidance on projects below a size */
    double voucher_share[MAX_TENANT_CLASSES]; /* of the rent of a class, if it is eligible, paid by the state */
};

#endif
