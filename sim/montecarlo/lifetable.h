/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long things last, from counts by age: the life table (Cutler and Ederer 1958), which is the product-limit estimate
 * (Kaplan and Meier 1958) of lives that are only known by the cell of age in which they came under observation, ended or
 * were last seen.
 *
 * In a cell, those who came under observation and those who were last seen count half among those at risk. Of counts
 * that are summed over replications, the table is that of all of them together.
 */
#ifndef ICCSIM_MONTECARLO_LIFETABLE_H
#define ICCSIM_MONTECARLO_LIFETABLE_H

#include "sim/engine/model.h"

#include <stddef.h>

/* The three curves of a pooled life, in the order in which a mechanism lists them. */
enum lifetable_curve { LIFETABLE_ENTERED, LIFETABLE_ENDED, LIFETABLE_CENSORED, LIFETABLE_CURVES };

/* The age at which half would have ended, between the ends of cells as if deaths were spread evenly over a cell; NaN
 * where less than half of those who were followed ended. `curve` has the counts of axis->points cells each. */
double lifetable_median(const double *const *curve, const struct axis *axis);

#endif
