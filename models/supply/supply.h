/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside supply: what its files share. Others see the verbs of vintages.h.
 *
 * supply.c has the mechanism and what stands at the start; supply_params.c its parameters; supply_report.c its outputs;
 * vintages.c the table, from delivery to scrap; activation.c waking and sleeping; review.c what owners decide about a
 * vintage: scrap, replace, improve.
 */
#ifndef ICCSIM_MODELS_SUPPLY_SUPPLY_H
#define ICCSIM_MODELS_SUPPLY_SUPPLY_H

#include "models/models.h"
#include "models/world.h"

struct supply_settings {
    double slope, domestic_factor, high_end_factor, sleep_limit_yr, initial_p, initial_age_yr, initial_offered;
    double review_per_yr, refresh_margin, scrap_share;
    const struct distribution *life_yr;
    uint64_t initial;
};

struct supply_row {
    const struct distribution *activation_cost;
    double activation_per_yr;
    bool state_funded, owns_initial;
};

struct sleeper { /* a dormant vintage: what its clock of activation asks for, a line of the cache at every step */
    double clock; /* hazard left */
    double since, retires, activation_cost_per_card;
    uint32_t id;
    uint8_t owner_class, region, generation;
};

struct supply {
    const struct supply_settings *settings;
    const struct supply_row *row;
    uint32_t numbered[MAX_OPERATORS];
    struct sleeper *dormant; /* ascending */
    size_t dormant_count, dormant_capacity;
    uint32_t *idle; /* vintages on offer that do not pay, in a step */
    size_t idle_capacity;
    double retired_p; /* since the last sample */
    double annuity_yr; /* of a CNY a year over the life that owners give new cards, now */
};

static inline struct supply *supply_state(const struct world *w)
{
    return w->state[STATE_supply];
}

enum { STREAM_OF_VINTAGE }; /* (operator, k): activation, service life */
enum { STREAM_START = 0x4000, STREAM_SLEEPS = 0x8000 }; /* of a vintage, beside its first */
enum event_kind { END_OF_LIFE, REVIEW };

#define OPERATOR "operators"
extern const struct param supply_params[];
extern const struct output supply_outputs[];

/* -- vintages.c */

/* A stream of a vintage: one of its owner class, with STREAM_START or STREAM_SLEEPS another. */
struct stream vintages_stream(const struct world *w, uint32_t owner_class, uint32_t number);
/* Schedules a review after that many periods of review: the first on a date of the vintage's own, or the next. */
void vintages_schedule_review(struct world *w, uint32_t id, double periods);
/* Joins the dormant; `clock`: the hazard of activation that it asks for. */
void vintages_fall_asleep(struct world *w, uint32_t id, double since, double clock);
/* Puts on offer a vintage that the caller has taken out of the dormant. */
void vintages_offer(struct world *w, uint32_t id);
/* Its leases end, and it is on no list until it falls asleep or is scrapped. */
void vintages_stop_offering(struct world *w, uint32_t id, const char *why);
/* The end, for the scrap value, of a vintage that the caller has taken off offer or out of the dormant. */
void vintages_scrap(struct world *w, uint32_t id, const char *why);

/* -- activation.c */

/* Lists the vintages on offer that do not pay, ascending, in `idle`; returns how many. */
size_t activation_find_idle(struct world *w);
/* The clocks of dormant vintages run down over the step. */
void activation_run(struct world *w);
/* A vintage on offer goes dormant. */
void activation_sleep_again(struct world *w, uint32_t id);

/* -- review.c */

/* Value of a CNY a year over the life that owners expect of new cards, CNY. */
double review_annuity_yr(const struct world *w);
/* A vintage is reviewed, or worn out. */
void review_handle(struct world *w, const struct event *event);

/* -- supply_report.c */

/* Outputs of a report; scalars, at the end of a replication. */
void supply_sample(struct world *w);
void supply_finish(struct world *w);

#endif
