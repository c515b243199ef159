/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the pipeline: what its files share. Others see the verbs of world.h.
 *
 * pipeline.c has the mechanism, its parameters and outputs; card_choice.c what a project would order; projects.c the
 * table; project.c their life; cancellation.c the clocks that end it.
 */
#ifndef ICCSIM_MODELS_SUPPLY_PIPELINE_H
#define ICCSIM_MODELS_SUPPLY_PIPELINE_H

#include "candidates.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/engine/arrays.h"

struct pipeline_settings {
    double q_max, taste_slope, wait_cost_per_yr, low_q_cancellation, least_q, waiting_q, rush, reorder_delay_yr,
        after_loss;
    double share_of_size, size_cost_cny_per_p, silent, rent_duration_yr, guided_cancellation_per_yr, refit_yr,
        least_power;
};

struct pipeline_row {
    double candidate_per_yr, q_elasticity, cancellation_per_yr, domestic_preference, gray_preference, hurdle_per_yr,
        location_slope, first;
    bool own_need;
    const struct distribution *size_p, *approval_delay_yr, *build_time_yr;
    const struct dated_series *targets;
};

/* Projects of a region that wait for room under its power cap, in the order in which they had their money. */
struct queue {
    uint32_t *project;
    size_t count, capacity;
};

/* Clocks of cancellation of a class's projects, columns in the order of approval. One whose project cannot be given up
 * any more stays until it rings. */
struct clocks {
    size_t count, capacity, silent; /* silent: have rung, and are infinite */
    uint32_t *project;
    double *rings_at; /* hazard of the class, summed over time */
    double *size_p; /* infinite on the site of old cards: guidance is about new centres */
};

/* Which project asked last what it would order, when, and the answer: money, customers and the order itself ask one
 * after the other. */
struct asked {
    uint64_t events; /* that had happened */
    double at;
    uint32_t k, orders, replaces;
    uint16_t firm;
    uint8_t owner_class, region;
    bool known;
    int8_t answer;
};

/* A candidate that passes in this step: all of its project that is known beforehand. */
struct approval {
    struct project project;
    double clock, delay_yr; /* hazard until it is given up; from approval to money */
};

struct pipeline {
    const struct pipeline_settings *settings;
    const struct pipeline_row *row;
    size_t operators, places; /* rows of their tables */
    struct candidates candidates[MAX_OPERATORS];
    struct approval *approval; /* of this step */
    size_t approvals, approval_capacity;
    double hazard_sum[MAX_OPERATORS]; /* of cancellation, over time */
    struct clocks clocks[MAX_OPERATORS];
    double log_least_q, log_q_max;
    size_t weighed; /* number of projects, from the first, that have weighed the present fear of a ban */
    struct queue for_power[MAX_REGIONS];
    double log_hurdle[MAX_OPERATORS]; /* of the factor of the hurdle rate on value */
    double share_below[MAX_OPERATORS]
                      [MAX_REGIONS]; /* cumulative share of a class's new projects, in the order of the regions */
    double log_q[MAX_REGIONS]
                [MAX_GENERATIONS]; /* of every offer, value over cost at the market's discount rate; -inf: no value */
    double preference[MAX_OPERATORS][CHANNELS]; /* utility of an offer through a channel beyond that, for a class */
    double barred[MAX_GENERATIONS]; /* share of state-funded orders that may not be for an offer */
    /* by class: log of what an offer is worth over its cost to one that decides by entry.c */
    double own_log_q[MAX_OPERATORS][MAX_REGIONS][MAX_GENERATIONS];
    double build_yr[MAX_OPERATORS]; /* median time to build */
    bool opened; /* candidates come */
    double log_q_of[MAX_OPERATORS]; /* of the best card, for a class */
    double waiting; /* utility of waiting but for taste */
    struct asked asked;
    /* of the centres opened: compute and cost since the last sample, time to build and the largest ever; others since
     * the last sample, but approved_in, ever */
    double sampled_p, sampled_cny, months, largest_p, begun, grants_cny, refreshed, refreshed_cny;
    double approved_in[MAX_REGIONS];
};

static inline struct pipeline *pipeline_state(const struct world *w)
{
    return w->state[STATE_pipeline];
}

enum {
    STREAM_OF_ARRIVALS, /* (operator, 0): gaps between candidates and their acceptance */
    STREAM_OF_PROJECT, /* (operator, k): guidance, size, region, delays, luck */
    STREAM_OF_TASTE, /* (operator and round of orders, k): tastes for cards */
};
enum event_kind { APPROVAL, MONEY_READY, CENTRE_READY, REORDER, CANCELLED };
enum {
    REFRESHED = 0x01000000,
    MOST_ROUNDS = 0x40
}; /* added to a project's number each time new cards take over its site */

/* -- projects.c */

/* An event that the pipeline handles; dropped if the row has another stamp by then. */
struct event project_event(const struct world *w, enum event_kind kind, uint32_t id, uint32_t stamp);
/* Moves a project to another state, and the counts with it. */
void project_set_state(struct world *w, uint32_t id, enum project_state state);
/* Once the cards are there and the date of the connection is known. */
void project_schedule_opening(struct world *w, uint32_t id);

/* -- card_choice.c */

/* What does not depend on the project that chooses, once a step: q of every offer, places, q of every class. */
void choice_update(struct world *w);
/* The card that project p would order now; -1: none is worth buying, or better wait. */
int choice_card(const struct world *w, const struct project *p);
/* Log of what a card is worth to project p over its cost; of a class that decides by entry.c. */
double choice_own_log_q(const struct world *w, const struct project *p, int g);
/* Cost of a card on the site of old ones, CNY: without a building, perhaps with a refit. */
double choice_cost_on_site(const struct world *w, uint32_t vintage, int g);
/* What a kW of new cards in the hall of a vintage earns beyond its cost, CNY. */
double choice_npv_on_site(const struct world *w, uint32_t vintage, int g);

/* -- project.c */

extern const struct order_follower pipeline_follows_orders;

/* A project's own random numbers, uniform, in this order: what approval asks for, and what few projects live to need; of
 * these the even ones cost less. */
enum uniform {
    UNIFORM_GUIDANCE,
    UNIFORM_SIZE,
    UNIFORM_REGION,
    UNIFORM_DELAY,
    UNIFORM_STATE,
    UNIFORM_FIRM,
    UNIFORM_SILENT,
    UNIFORM_CANCEL,
    UNIFORMS,
    UNIFORM_BUILD_TIME = UNIFORMS,
    UNIFORM_AFTER_LOSS,
    UNIFORM_RUSH
};
/* Uniform numbers of a project that few projects live to need. */
double project_late_uniform(const struct world *w, const struct project *p, enum uniform which);
/* Candidates of a class a year at its highest q. */
double project_most_candidates_per_yr(const struct world *w, size_t o);
/* Candidates of this step that are accepted at its q and under its guidance. */
void project_accept_candidates(struct world *w, uint32_t owner_class);
void project_approve(struct world *w, const struct approval *a);
void project_cancel(struct world *w, uint32_t id, const char *why);
/* A project has money and site: it begins, waits or queues. */
void project_money_ready(struct world *w, uint32_t id);
/* Orders the best card now; if there is none, tries again after the reorder delay. */
void project_order(struct world *w, uint32_t id);
void project_open(struct world *w, uint32_t id);
/* Approved projects that order ahead of a feared ban, while the gate is still open. */
void project_weigh_fear(struct world *w);
/* Those that wait for room under the cap of a region. */
void project_serve_power(struct world *w, int region);

/* -- cancellation.c */

/* A project is given up when its class has run through that much hazard from now on. */
void cancellation_start_clock(struct world *w, uint32_t id, double hazard);
/* Until the cards are there: nobody gives up a centre with its cards in store. */
bool cancellation_possible(const struct project *p);
/* Runs the clocks over the step. */
void cancellation_run(struct world *w);

#endif
