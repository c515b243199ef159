/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep from a CSV file. */
#ifndef ICCSIM_SCENARIO_SWEEP_TABLE_H
#define ICCSIM_SCENARIO_SWEEP_TABLE_H

#include "sweep.h"

struct node;

/* Reads the rows of the file that `name` names, beside the file that says so. Its header names factors, each perhaps
 * with its unit in brackets, which its numbers then have; cells without one are written as in a scenario. A column
 * `name` names the points. */
void sweep_table_read(struct scenario *scenario, struct sweep *sweep, const struct node *name,
                      struct mistakes *mistakes);

#endif
