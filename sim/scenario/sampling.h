/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points in the unit cube to sample distributions at: Latin hypercubes, Sobol's sequence, rank correlations.
 *
 * A sample is points x dimensions numbers in (0, 1), point by point, and depends on the seed alone. Rank correlations
 * are Spearman's; a Gaussian copula gives them: scores correlated by r = 2 sin(pi rho / 6) have ranks correlated by rho
 * (Pearson 1907).
 */
#ifndef ICCSIM_SCENARIO_SAMPLING_H
#define ICCSIM_SCENARIO_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_SOBOL_DIMENSIONS = 40 }; /* GSL's */

/* In each dimension one point in each of `points` equal strata (McKay, Beckman and Conover 1979). */
void sample_latin(uint64_t seed, size_t points, size_t dimensions, double *u);
/* Sobol's sequence from its first point, 0, on; shifted modulo 1 by a random vector (Cranley and Patterson 1976). At
 * most MOST_SOBOL_DIMENSIONS. */
void sample_sobol(uint64_t seed, size_t points, size_t dimensions, double *u);
/* The same with another shift for each `copy`; copy 0 is sample_sobol. */
void sample_sobol_shifted(uint64_t seed, size_t copy, size_t points, size_t dimensions, double *u);

/* `rank` holds n x n rank correlations, symmetric with ones on the diagonal. Writes the lower triangular factor of the
 * matrix of scores; false if that is not positive semi-definite. */
bool correlation_factor(const double *rank, size_t n, double *factor);
/* The nearest rank correlations that can be: the nearest correlation matrix of the scores in the Frobenius norm (Higham
 * 2002, "Computing the nearest correlation matrix"), with no eigenvalue below 1e-4, so that two or three digits of it
 * are one as well. */
void correlation_nearest(const double *rank, size_t n, double *nearest);

/* Correlates a sample. Each dimension keeps its numbers, in another order, so a Latin hypercube stays one. */
void sample_correlate(const double *factor, size_t points, size_t dimensions, double *u);

#endif
