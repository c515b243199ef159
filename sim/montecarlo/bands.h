/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many replications say of many numbers: mean, its standard error, percentiles, how many are finite, how many
 * flagged.
 *
 * Rows are numbered and added in that order; sums are the same bits for any number of threads, and for any split of the
 * rows into parts that are joined (ladder.h). Percentiles are of
 * type 7 (Hyndman and Fan 1996: linear between the order statistics around (n - 1) p): exact up to EXACT_ROWS rows;
 * from then on the order statistics come from a quantile sketch, within SKETCH_RELATIVE_ERROR of the value less its
 * cell's origin. Values that are not finite do not count. Every percentile has its 95 % interval: two order statistics
 * (interval.h), free of assumptions on the distribution, but for independence; NaN where there are too few values.
 */
#ifndef ICCSIM_MONTECARLO_BANDS_H
#define ICCSIM_MONTECARLO_BANDS_H

#include "sim/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXACT_ROWS = 1024 };

enum { PERCENTILES = 5 };
extern const double percentile_share[PERCENTILES]; /* 0.05, 0.25, 0.5, 0.75, 0.95 */

struct band {
    double mean, se, p05, p25, p50, p75, p95;
    double n; /* how many were finite */
    double flag; /* share of them that was flagged */
};
/* 95 % intervals of the percentiles of one band. */
struct bounds {
    double low[PERCENTILES], high[PERCENTILES];
};

struct bands;

/* `origin`: what the sketch measures magnitude from, a cell; NULL: 0. It is copied. */
struct bands *bands_new(size_t cells, const double *origin);
/* The number of the first row, if it is not 0; before any is added. */
void bands_begin(struct bands *bands, uint64_t first);
void bands_free(struct bands *bands);
/* Rows that are kept go into this file, which is open for both and empty, and is closed with the bands; a row that it
 * does not take stays in memory. Before any is added. */
void bands_put_aside(struct bands *bands, int file);
void bands_add(struct bands *bands, const double *value,
               const unsigned char *flag); /* one row: a value and a flag a cell */
void bands_skip(struct bands *bands); /* the next row is one that does not count */
/* Says that two rows that were added belong together, as antithetic ones do: the next pair; NULL: one that does not
 * count. From then on standard errors are those of the mean of pairs. */
void bands_pair(struct bands *bands, const double *one, const double *other);
/* One of those that bands_finish gives. */
void bands_cell(const struct bands *bands, size_t cell, struct band *band, struct bounds *bounds);
bool bands_are_exact(const struct bands *bands);
/* Room for one a cell; bounds NULL: they are not wanted. */
void bands_finish(const struct bands *bands, struct band *band, struct bounds *bounds, int threads);

/* Adds `next`, whose rows follow, as if they had been added one by one; leaves it good for nothing but bands_free. */
void bands_join(struct bands *bands, struct bands *next);
void bands_write(const struct bands *bands, struct bytes *to);
/* Into new bands of as many cells; false if the bytes are not of such bands with `count` rows from `first` on. */
bool bands_read(struct bands *bands, uint64_t first, uint64_t count, struct byte_reader *from);

#endif
