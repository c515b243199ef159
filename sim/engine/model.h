/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mechanism is one constant: its parameters, its outputs and its functions per phase.
 *
 * A step runs the phases in the order below, which is the causal order, written only here. Where a dated shock splits a
 * step, phases up to PHASE_DECIDE and the events run in each part; requests and hazards run once, in the first part and
 * for the whole step (`now` is its start, `dt` its length); books and finance run once, at its end and for the whole of it, and samples after them. A
 * mechanism registers at most one function a phase; models/models.def orders mechanisms only within a phase. `struct
 * world` belongs to the models; the engine only passes it on, and expects a `struct sim *` as its first member, which
 * it sets.
 */
#ifndef ICCSIM_ENGINE_MODEL_H
#define ICCSIM_ENGINE_MODEL_H

#include "calendar.h"

#include <stdbool.h>
#include <stddef.h>

struct world;
struct param;
struct table;
struct scenario;
struct mistakes;

enum phase {
    PHASE_TECHNOLOGY, /* launches, learning, policy in force */
    PHASE_SUPPLY, /* what is delivered, commissioned and on offer; channel prices */
    PHASE_DEMAND, /* what tenants want at today's rents */
    PHASE_CLEAR, /* split and rents */
    PHASE_BELIEFS, /* forward curve: it sees the new rent */
    PHASE_DECIDE, /* approvals, orders, activation */
    PHASE_REQUEST, /* requests and matching */
    PHASE_HAZARD, /* clocks run down; what fires becomes an event at its date, or acts at once */
    PHASE_EVENTS, /* dated events of this step, in total order */
    PHASE_BOOKS, /* revenue, costs, depreciation */
    PHASE_FINANCE,
    PHASE_SAMPLE, /* outputs, on the reporting grid */
    PHASES
};

enum output_kind {
    OUTPUT_SERIES, /* a number a report */
    OUTPUT_SCALAR, /* a number a replication */
    OUTPUT_CURVE, /* a number a point of a fixed grid, such as survival by age */
    OUTPUT_KINDS
};

/* The grid of a curve: from, from + step, ... The name is that of its column. */
struct axis {
    const char *name, *unit;
    double from, step;
    size_t points;
};

/* A scalar that no replication has by itself: what the means over replications of the points of some curves say, of the
 * same mechanism and row, on one axis. */
struct pool {
    int first; /* the first of these curves, among the outputs of the mechanism */
    size_t curves;
    double (*number)(const double *const *curve, const struct axis *axis); /* NaN: they do not say */
};
enum { MOST_POOLED_CURVES = 4 };

struct output {
    const char *name; /* `rent`; with `by`, one output a row: rent.H100 */
    enum output_kind kind;
    const char *unit; /* shown; "date" for a scalar that is a decimal year */
    const char *by; /* entity table, or NULL */
    const char *help;
    struct axis x; /* of a curve */
    bool share; /* lies in [0, 1], or is NaN: a replication that records anything else fails */
    bool percent; /* a part of something that may lie outside [0, 1], such as a margin: people read percent */
    bool hidden; /* a curve that is not shown by itself: its points are for tables of their own */
    const struct pool *pool; /* of a scalar that is pooled over replications; or NULL */
};

struct model {
    const char *name, *help;
    const char *without; /* what the world is when it is switched off; NULL: it cannot be */
    bool alone; /* runs where the world is given: all others are switched off there */
    bool asleep; /* switched off unless the scenario says `enabled: true` */
    const struct table *tables; /* entity tables it has columns in; ends with a row without a name; may be NULL */
    const struct param *params; /* may be NULL */
    const struct output *outputs; /* may be NULL */
    size_t settings_size;
    size_t state_size; /* bytes of what it keeps to itself, zeroed at every start: sim_state; 0: nothing */
    size_t state_at; /* offset in the world of a pointer to it, which costs less than sim_state; 0: none */
    void (*check)(const struct scenario *scenario, struct mistakes *mistakes); /* see section_check; or NULL */
    void (*start)(struct world *w);
    void (*off)(struct world *w); /* instead of start when switched off; leaves the neutral state */
    void (*event)(struct world *w, const struct event *event);
    /* An event of it that was scheduled in an earlier step comes in this one: may fetch what it will read, and changes
     * nothing; or NULL. */
    void (*ahead)(struct world *w, const struct event *event);
    void (*finish)(struct world *w); /* scalars and curves */
    void (*phase[PHASES])(struct world *w);
};

#endif
