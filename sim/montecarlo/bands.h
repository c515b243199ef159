/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many replications say of many numbers: mean, its standard error, percentiles, how many are finite, how many flagged.
 *
 * Rows are added in the order of replications, so sums are the same bits for any number of threads. Percentiles are of
 * type 7 (Hyndman and Fan 1996: linear between the order statistics around (n - 1) p): exact up to EXACT_ROWS rows; from
 * then on the order statistics come from a quantile sketch, within SKETCH_RELATIVE_ERROR of the value less its cell's origin.
 * Values that are not finite do not count.
 */
#ifndef ICCSIM_MONTECARLO_BANDS_H
#define ICCSIM_MONTECARLO_BANDS_H

#include <stdbool.h>
#include <stddef.h>

enum { EXACT_ROWS = 1024 };

struct band {
    double mean, se, p05, p25, p50, p75, p95;
    double n;    /* how many were finite */
    double flag; /* share of them that was flagged */
};

struct bands;

/* `origin`: what the sketch measures magnitude from, a cell; NULL: 0. It is copied. */
struct bands *bands_new(size_t cells, const double *origin);
void bands_free(struct bands *bands);
void bands_add(struct bands *bands, const double *value, const unsigned char *flag); /* one row: a value and a flag a cell */
bool bands_are_exact(const struct bands *bands);
void bands_finish(const struct bands *bands, struct band *band, int threads); /* room for one a cell */

#endif
