/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sobol's indices by design: which share of a measure's variance is due to what.
 *
 * A unit is a factor, or a group of factors that are varied together. A row of the design has 2 + units points: A, B,
 * and A with the columns of unit i from B, called AB_i. Each point is run with R replications, and all points of a row
 * meet the same luck, which differs between rows; so luck is one factor more. With Y(point; r) centred at its mean and
 * r, s two different replications (the same if R is 1):
 *
 *     V      = E[Y(A)^2]                                     law of total variance: V = Var(E[Y | factors]) + luck
 *     first  = E[Y(B; r) (Y(AB_i; s) - Y(A; s))] / V         Saltelli et al. 2010, "Variance based sensitivity
 *                                                            analysis of model output", table 2 (b)
 *     total  = E[(Y(A; r) - Y(AB_i; r))^2] / 2 V             Jansen 1999; with what unit i does together with luck
 *     luck   = E[variance over r at a point] / V
 *     interactions = 1 - luck - sum of first
 *
 * The rows are `copies` times one stretch of Sobol's sequence in 2 x columns dimensions, each shifted modulo 1 by a
 * vector of its own; the copies are independent, and intervals come from them (jackknife.h). A bootstrap over one
 * sequence would not cover. GSL's sequence has 40 dimensions: sets of 20 columns each have a sequence of their own,
 * those beyond the first in a random order (Owen 1998, "Latin supercube sampling").
 *
 * A replication that failed, or has no such number, is NaN and left out wherever it stands.
 */
#ifndef ICCSIM_MONTECARLO_SALTELLI_H
#define ICCSIM_MONTECARLO_SALTELLI_H

#include "jackknife.h"

#include <stdint.h>

struct saltelli {
    size_t copies, rows; /* rows of a copy */
    size_t units, columns; /* columns: factors */
};

/* Writes u[half][row][column] in (0, 1): first A of all rows, then B. */
void saltelli_sample(uint64_t seed, const struct saltelli *design, double *u);

struct saltelli_indices {
    double present; /* share of the values that exist */
    double mean, variance;
    struct bounded luck, interactions; /* luck: NaN with one replication a point */
    struct bounded *first, *total; /* room for `units` */
};
/* `y[row][point][replication]`. Leaves NaN where there is nothing to share out. */
void saltelli_analyse(const struct saltelli *design, size_t replications, const double *y,
                      struct saltelli_indices *indices);

#endif
