/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dated events of a scenario, for pictures: rows of tables that have a column `effective` or `date`, unless their
 * `chart` is false. */
#ifndef ICCSIM_STUDY_EVENTS_H
#define ICCSIM_STUDY_EVENTS_H

#include "sim/base/arena.h"

#include <stddef.h>

struct scenario;
struct schema;

struct dated_event {
    double year; /* decimal */
    const char *kind, *label; /* kind: ban, shock */
};

/* All of them by date, at their medians. The list lives in `arena`, labels in the scenario. */
size_t events_find(const struct schema *schema, const struct scenario *scenario, struct arena *arena,
                   struct dated_event **event);

/* What one row of a table is: `shocks` -> `shock`, `policies` -> `policy`. */
const char *events_row_of(const char *table, struct arena *arena);

#endif
