/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of chip makers: vendor.c, vendor_state.c. */
#ifndef ICCSIM_MODELS_SUPPLY_VENDOR_INSIDE_H
#define ICCSIM_MODELS_SUPPLY_VENDOR_INSIDE_H

#include "vendor.h"

enum { MAX_VENDORS = 16, WEEKS = 52 };

struct vendor_settings {
    double lag_yr, memory_yr, from;
    double memory_share, memory_speed_per_yr, memory_elasticity, memory_lag_yr, memory_growth_per_yr, memory_inference;
    double raised_elasticity, raised_lag_yr, sentiment;
    const struct dated_series *raised;
};

struct vendor_row {
    const char *label;
    uint64_t cards;
    double response;
};

struct vendor {
    double sold_p, share_before; /* effective P in the last year or so; share on the date of the last list prices */
    double log_factor; /* ln f */
    double cards, cny; /* since the last report */
};

/* What was paid for cards by the reports of a week. */
struct week {
    size_t number;
    double domestic_cny, all_cny;
};

struct vendors {
    const struct vendor_settings *settings;
    const struct vendor_row *row;
    size_t count;
    struct vendor vendor[MAX_VENDORS];
    double seen[MAX_GENERATIONS]; /* of sold_cards */
    double sold_gb; /* in the last year or so */
    double log_gb_before, log_work_before; /* NaN: prices do not answer yet */
    double log_memory, memory_supply; /* ln m, S */
    double capacity; /* K */
    struct week week[WEEKS]; /* of the last year, in a ring */
    double reported[MAX_GENERATIONS]; /* of sold_cards */
};

#endif
