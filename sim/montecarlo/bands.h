/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many replications say of many numbers: mean, its standard error, percentiles, how many are finite, how many
 * flagged.
 *
 * Rows are added in the order of replications, so sums are the same bits for any number of threads. Percentiles are of
 * type 7 (Hyndman and Fan 1996: linear between the order statistics around (n - 1) p): exact up to EXACT_ROWS rows;
 * from then on the order statistics come from a quantile sketch, within SKETCH_RELATIVE_ERROR of the value less its
 * cell's origin. Values that are not finite do not count. Every percentile has its 95 % interval: two order statistics
 * (interval.h), free of assumptions on the distribution, but for independence; NaN where there are too few values.
 */
#ifndef ICCSIM_MONTECARLO_BANDS_H
#define ICCSIM_MONTECARLO_BANDS_H

#include <stdbool.h>
#include <stddef.h>

enum { EXACT_ROWS = 1024 };

enum { PERCENTILES = 5 };
extern const double percentile_share[PERCENTILES]; /* 0.05, 0.25, 0.5, 0.75, 0.95 */

struct band {
    double mean, se, p05, p25, p50, p75, p95;
    double n; /* how many were finite */
    double flag; /* share of them that was flagged */
    double low[PERCENTILES], high[PERCENTILES];
};

struct bands;

/* `origin`: what the sketch measures magnitude from, a cell; NULL: 0. It is copied. */
struct bands *bands_new(size_t cells, const double *origin);
void bands_free(struct bands *bands);
void bands_add(struct bands *bands, const double *value,
               const unsigned char *flag); /* one row: a value and a flag a cell */
/* Says that two rows that were added belong together, as antithetic ones do. From then on standard errors are those of
 * the mean of pairs. */
void bands_pair(struct bands *bands, const double *one, const double *other);
struct band bands_cell(const struct bands *bands, size_t cell); /* one of those that bands_finish gives */
bool bands_are_exact(const struct bands *bands);
void bands_finish(const struct bands *bands, struct band *band, int threads); /* room for one a cell */

#endif
