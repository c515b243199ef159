/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensitivity from given data: what a measure owes to each input that was drawn, without a design.
 *
 * A row is one draw of all inputs and the measure's R replications with it, of which the mean Y is used; w is their
 * variance. Of an input
 *
 *     rank     Spearman's correlation with Y, its interval by Fisher's transformation with the variance
 *              (1 + rank^2 / 2) / (n - 3) of Bonett and Wright 2000
 *     first    Var(E[Y | input]) / V, the share of the variance that would be gone if the input were known. The rows
 *              are parted by the rank of the input into M = sqrt(n) classes (Plischke, Borgonovo and Smith 2013,
 *              "Global sensitivity measures from given data"); the correlation ratio of the classes, eta^2, is too
 *              large by what the noise of their means adds, (M - 1)/(n - M) (1 - eta^2), which is taken off (Kelley
 *              1935), so an input without effect has 0 in the mean, and may come out below 0
 *     V        Var(Y) + (1 - 1/R) E[w]: the variance of one replication
 *     luck     E[w] / V; with R = 1 it cannot be separated from interactions
 *     rest     1 - sum of first - luck: interactions; with R = 1, and luck
 *
 * Inputs must be independent for the shares to add up. Intervals of shares come from their influence functions
 * (Da Veiga and Gamboa 2013), 2 E[Y | input] Y - E[Y | input]^2 - Y^2 first over V, and the noise 2 (M - 1) (1 -
 * first)^2 / n^2 that a share of 0 has too. Shares of sets of inputs add their functions, so their intervals are the
 * set's own.
 *
 * A row in which a replication of the measure does not exist is left out.
 */
#ifndef ICCSIM_MONTECARLO_GIVEN_H
#define ICCSIM_MONTECARLO_GIVEN_H

#include "jackknife.h"

#include "sim/base/arena.h"

#include <stdint.h>

enum { LEAST_GIVEN_ROWS = 20 }; /* fewer have no shares */

struct given {
    size_t rows, inputs, sets;
    const double *x; /* x[input][row] */
    const size_t *set_of; /* of each input, below `sets`; may be NULL */
    uint32_t *order; /* order[input][k]: the row with the k-th smallest */
    struct arena arena;
};

/* Keeps `x` and `set_of`, which must live as long. */
void given_open(struct given *given, const double *x, size_t rows, size_t inputs, const size_t *set_of, size_t sets);
void given_free(struct given *given);

struct given_indices {
    size_t used; /* rows */
    double mean, variance; /* V */
    struct bounded luck, rest;
    struct bounded *first, *rank; /* room for the inputs */
    struct bounded *set; /* room for the sets */
};
/* `y[row][replication]`. NaN where there is nothing to share out. */
void given_analyse(const struct given *given, size_t replications, const double *y, struct given_indices *indices);

#endif
