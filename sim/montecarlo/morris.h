/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screening by Morris's trajectories (1991, "Factorial sampling plans for preliminary computational experiments").
 *
 * A unit is a factor, or a group of factors that move together. A trajectory has 1 + units points; from one to the next
 * one unit moves, in an order and directions drawn at random, by half of the quantiles of its factors: from level l of
 * p to l + p/2 or back, where level l stands at the quantile (l + 1/2) / p, so that no factor comes to the end of its
 * distribution. All points of a trajectory meet the same luck, which differs between trajectories. The elementary
 * effect of a unit is the change of the measure over the change of the quantile, 1/2:
 *
 *     mu_star  mean of |effect| over the trajectories: how much the unit matters (Campolongo, Cariboni and Saltelli
 *              2007; of a group, that of moving all its factors, each in a direction of its own)
 *     mu       mean of the effect: in which direction; NaN of a group
 *     sigma    its deviation: how much that hangs on the other factors; NaN of a group
 *
 * A measure that is linear in the quantile, a u, has mu_star |a| and sigma 0. Two draws of u differ by |a|/3 in the
 * mean, so luck has as its mu_star three times the mean difference of two replications of a point.
 *
 * Intervals are over trajectories: Student's for means, the jackknife's for sigma. What is NaN is left out.
 */
#ifndef ICCSIM_MONTECARLO_MORRIS_H
#define ICCSIM_MONTECARLO_MORRIS_H

#include "jackknife.h"

#include <stdint.h>

struct morris {
    size_t trajectories, levels; /* levels: even */
    size_t units, columns; /* columns: factors */
    const size_t *unit_of; /* of each column */
};

/* Which unit moved from point k of a trajectory to k + 1, and in which direction its first factor went. */
struct morris_step {
    size_t unit;
    int sign;
};

/* Writes u[trajectory][point][column] in (0, 1) and step[trajectory][k]; either may be NULL. */
void morris_sample(uint64_t seed, const struct morris *design, double *u, struct morris_step *step);

struct morris_effects {
    double present; /* share of the values that exist */
    double mean;
    struct bounded luck; /* NaN with one replication a point */
    struct bounded *mu_star, *mu, *sigma; /* room for `units` */
};
/* `y[trajectory][point][replication]`. */
void morris_analyse(const struct morris *design, const struct morris_step *step, size_t replications, const double *y,
                    struct morris_effects *effects);

#endif
