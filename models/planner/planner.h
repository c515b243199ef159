/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner's section and table, for those who draw a decision from its outputs (sim/command/decision.c). */
#ifndef ICCSIM_MODELS_PLANNER_H
#define ICCSIM_MODELS_PLANNER_H

#include "models/world.h"

enum {
    PLANNER_DATES = 9, /* the start and up to eight later dates of decision */
    PLANNER_ALTERNATIVES = 12, /* at most */
};
#define PLANNER_TABLE "alternatives"

enum alternative_kind {
    ALTERNATIVE_BUILD,
    ALTERNATIVE_ON_DEMAND,
    ALTERNATIVE_RESERVED,
    ALTERNATIVE_HYBRID,
    ALTERNATIVE_WAIT
};

struct planner_settings {
    double start, horizon_yr;
    double need_p[WORKLOADS], growth_per_yr[WORKLOADS], load[WORKLOADS];
    double volatility, ends_per_yr;
    double discount_per_yr, debt_per_yr, tax, tax_life_yr;
    double vat_rent, vat_equipment, vat_recovered;
    double on_demand_premium, reserved_premium, shortage, voucher, voucher_cny_per_yr;
    double tokens_per_p_hour; /* NaN: no such figure wanted */
    int reference;
};

struct alternative {
    int kind, generation, channel, region;
    double share, rest_reserved;
    double tranches, tranche_yr, build_time_yr, headroom, prepaid, lost;
    bool invoice;
    double sublet, resale, service_life_yr, staff_cny_per_yr;
    double term_yr, recontracting_yr, penalty, displaced;
    double debt_share, loan_per_yr, loan_yr;
    double until_yr, review_yr;
};

/* Outputs of the planner, in this order; those of a date stand date by date. */
enum planner_output {
    PLAN_COST, /* by alternative, for each date */
    PLAN_ASK = PLAN_COST + PLANNER_DATES, /* the same */
    PLAN_UNLEVERED = PLAN_ASK + PLANNER_DATES,
    PLAN_FINANCING,
    PLAN_USAGE,
    PLAN_RENTED,
    PLAN_SUBLET,
    PLAN_SPARE_WORTH,
    PLAN_DELIVERED,
    PLAN_SPENT, /* a series */
    PLAN_HOURS,
    PLAN_CARD_HOURS,
    PLAN_OUTPUTS
};

/* When the planner may decide: start + k review, up to `until`; returns how many, at least 1. */
size_t planner_dates(const struct planner_settings *settings, const struct alternative *row, size_t rows,
                     double date[PLANNER_DATES]);

#endif
