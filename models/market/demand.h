/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside demand: what its files share. Others see the verbs of tenants.h.
 *
 * demand.c has the mechanism and the sum of desires; demand_params.c its parameters; tenants.c who comes, leaves and is
 * hit by a shock; cohort.c the columns of those who are present.
 */
#ifndef ICCSIM_MODELS_MARKET_DEMAND_H
#define ICCSIM_MODELS_MARKET_DEMAND_H

#include "cohort.h"
#include "models/models.h"
#include "models/supply/candidates.h"
#include "models/world.h"

struct demand_settings {
    double elasticity[WORKLOADS], progress_per_yr[WORKLOADS], reference_rent;
    double needs_at; /* NaN: the start */
    double users_below, users_price, users_slope;
    double overflow, own_usage, model_work;
    double pulse_height, pulse_centre, pulse_width_yr;
};

struct demand_row {
    double training_share, training_share_late, shift_yr, entry_per_yr, initial, growth_per_yr, growth_years,
        exit_per_yr;
    const struct distribution *need_p;
    const struct dated_series *realised;
    bool usage, overflow, pulse, voucher, shocked;
};

struct shock {
    const char *label;
    double date, progress, need_drop, funding_drop, exit_boost, exit_decay_yr;
    bool chart;
};

struct demand {
    const struct demand_settings *settings;
    const struct demand_row *row;
    const struct shock *shock;
    size_t classes, shocks;
    struct candidates candidates[MAX_TENANT_CLASSES];
    double base[WORKLOADS]; /* sum of desires at the reference rent */
    double models_share, models_of_base; /* work of models in inference: of what follows usage, of all */
    double unrealised; /* what downstream keeps from being wanted, of both workloads */
    double models_at_start; /* work of models then, as a multiple of January 2024 */
    double log_reference_rent, log_users_price;
    double usage_need_p[MAX_TENANT_CLASSES]; /* of all who follow usage, at the usage of January 2024; NaN: others */
    double maturing[MAX_TENANT_CLASSES]; /* by what a need grows in all */
    double median_need_p[MAX_TENANT_CLASSES]; /* of one that comes */
    double hazard_sum[MAX_TENANT_CLASSES]; /* of leaving, over time */
    double entries, exits; /* since the last sample */
    double updated; /* date of the needs */
};

static inline struct demand *demand_state(const struct world *w)
{
    return w->state[STATE_demand];
}

enum { STREAM_OF_ARRIVALS, STREAM_OF_TENANT }; /* (class, 0); (class, k) */
enum event_kind { ENTRY, EXIT, SHOCK };

/* All tenants of a class run the same hazard, so one sum stands for all their clocks. */
struct exits {
    double hazard[MAX_TENANT_CLASSES], before[MAX_TENANT_CLASSES]; /* in this step; summed until its start */
};

#define TENANT "tenants"
#define SHOCKS "shocks"
extern const struct param demand_params[];

/* -- tenants.c */

/* An event that tenants_handle gets; id: of the tenant, the class that one enters, or the shock. */
struct event demand_event(const struct world *w, enum event_kind kind, uint32_t id);
/* Tenants of a class that are there at the start, of ages as they would have. */
void tenants_add_initial(struct world *w, size_t class_);
/* Candidates of a class a year at the height of the pulse. */
double tenants_most_entries_per_yr(const struct demand *d, size_t class_);
/* Candidates of this step that are accepted at the rate of their date: they enter as events. */
void tenants_accept_entries(struct world *w);
/* Hazards of leaving in this step, added to their sums. */
struct exits tenants_run_hazards(struct world *w);
/* Those of a class whose clocks ring within the step leave, at their time. */
void tenants_schedule_exits(struct world *w, size_t class_, const struct exits *exits);
/* Entry, exit or shock. */
void tenants_handle(struct world *w, const struct event *event);

#endif
