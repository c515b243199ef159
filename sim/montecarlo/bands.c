/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments by a ladder; order statistics by a sorting network that compares whole rows of lanes.
 *
 * The variance of the mean is s / (n - 1) / n. The network is Batcher's merge exchange (Knuth, TAOCP 3, 5.2.2,
 * algorithm M): which pairs it compares depends on their number alone, so a pair is one vector minimum and maximum over
 * all lanes.
 */
#include "bands.h"

#include "interval.h"
#include "ladder.h"
#include "sketch.h"

#include "sim/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };
const double percentile_share[PERCENTILES] = {0.05, 0.25, 0.50, 0.75, 0.95};

struct bands {
    size_t cells, rows;
    double *origin; /* NULL: 0 */
    struct ladder all, pairs; /* pairs: unused while nothing is paired */
    double *pair; /* room for the mean of two rows */
    double *flagged;
    double *kept[EXACT_ROWS]; /* all rows, while they are few */
    struct sketch *sketch; /* afterwards */
};

void bands_begin(struct bands *bands, uint64_t first)
{
    ladder_open(&bands->all, bands->cells, first);
    ladder_open(&bands->pairs, bands->cells, (first + 1) / 2);
}

struct bands *bands_new(size_t cells, const double *origin)
{
    struct bands *bands = memory_new(1, sizeof *bands);
    bands->cells = cells;
    bands_begin(bands, 0);
    bands->flagged = memory_new(cells, sizeof *bands->flagged);
    if (origin) {
        bands->origin = memory_new(cells, sizeof *bands->origin);
        memcpy(bands->origin, origin, cells * sizeof *origin);
    }
    return bands;
}

static void free_kept(struct bands *bands)
{
    for (size_t i = 0; i < EXACT_ROWS; i++) {
        free(bands->kept[i]);
        bands->kept[i] = NULL;
    }
}

void bands_free(struct bands *bands)
{
    if (!bands)
        return;
    for (size_t c = 0; bands->sketch && c < bands->cells; c++)
        sketch_free(&bands->sketch[c]);
    free(bands->sketch);
    free_kept(bands);
    free(bands->origin);
    ladder_free(&bands->all);
    ladder_free(&bands->pairs);
    free(bands->pair);
    free(bands->flagged);
    free(bands);
}

static void add_flags(struct bands *bands, const double *value, const unsigned char *flag)
{
    double *flagged = bands->flagged;
#pragma omp simd
    for (size_t c = 0; c < bands->cells; c++)
        flagged[c] += fabs(value[c]) <= 1.7976931348623157e308 && flag[c] ? 1 : 0;
}

static void add_to_sketches(struct bands *bands, const double *value)
{
    for (size_t c = 0; c < bands->cells; c++)
        if (isfinite(value[c]))
            sketch_add(&bands->sketch[c], value[c] - (bands->origin ? bands->origin[c] : 0));
}

/* What was kept as rows goes into the sketches. */
static void sketch_rows(struct bands *bands)
{
    if (bands->sketch)
        return;
    bands->sketch = memory_new(bands->cells, sizeof *bands->sketch);
    for (size_t i = 0; i < bands->rows; i++)
        add_to_sketches(bands, bands->kept[i]);
    free_kept(bands);
}

void bands_add(struct bands *bands, const double *value, const unsigned char *flag)
{
    ladder_add(&bands->all, value);
    add_flags(bands, value, flag);
    if (bands->rows == EXACT_ROWS)
        sketch_rows(bands);
    if (bands->sketch) {
        add_to_sketches(bands, value);
    } else {
        bands->kept[bands->rows] = memory_grow(NULL, bands->cells, sizeof **bands->kept);
        memcpy(bands->kept[bands->rows], value, bands->cells * sizeof *value);
    }
    bands->rows++;
}

void bands_skip(struct bands *bands)
{
    ladder_add(&bands->all, NULL);
}

void bands_pair(struct bands *bands, const double *one, const double *other)
{
    if (!bands->pair)
        bands->pair = memory_new(bands->cells, sizeof *bands->pair);
    for (size_t c = 0; one && c < bands->cells; c++)
        bands->pair[c] = (one[c] + other[c]) / 2;
    ladder_add(&bands->pairs, one ? bands->pair : NULL);
}

bool bands_are_exact(const struct bands *bands)
{
    return !bands->sketch;
}

/* A block of cells side by side, ready to be sorted a lane a cell. */
struct tile {
    double row[EXACT_ROWS][LANES];
};

static void exchange(double *low, double *high)
{
#pragma omp simd
    for (int lane = 0; lane < LANES; lane++) {
        double a = low[lane], b = high[lane];
        low[lane] = b < a ? b : a;
        high[lane] = b < a ? a : b;
    }
}

/* Merge exchange. p, q, r and d are Knuth's. */
static void tile_sort(struct tile *tile, size_t rows)
{
    size_t top = 1;
    while (2 * top < rows)
        top *= 2;
    for (size_t p = rows > 1 ? top : 0; p > 0; p /= 2)
        for (size_t q = top, r = 0, d = p;; d = q - p, q /= 2, r = p) {
            for (size_t i = 0; i + d < rows; i++)
                if ((i & p) == r)
                    exchange(tile->row[i], tile->row[i + d]);
            if (q == p)
                break;
        }
}

/* Gathers cells from `first` on; what is not finite goes to the end as +infinity. */
static void tile_fill(struct tile *tile, const struct bands *bands, size_t first, size_t lanes)
{
    for (size_t i = 0; i < bands->rows; i++)
        for (size_t lane = 0; lane < LANES; lane++) {
            double value = lane < lanes ? bands->kept[i][first + lane] : (double)INFINITY;
            tile->row[i][lane] = isfinite(value) ? value : (double)INFINITY;
        }
}

/* The k-th smallest of one cell, however it is kept. */
typedef double order_statistic(const void *from, size_t lane, size_t k);

static double tile_order(const void *tile, size_t lane, size_t k)
{
    return ((const struct tile *)tile)->row[k][lane];
}

static double sketches_order(const void *sketch, size_t lane, size_t k)
{
    return sketch_order(&((const struct sketch *)sketch)[lane], k);
}

/* Which order statistics of a sample of n a percentile lies between, how far from the lower one, and its interval. */
struct percentile_at {
    size_t below;
    double part; /* 0: it is the lower one */
    struct ranks interval;
};

/* These for samples of one size, which is mostly that of the cell before. */
struct known_ranks {
    double n;
    struct percentile_at at[PERCENTILES];
};

static const struct percentile_at *ranks_for(struct known_ranks *known, double n)
{
    for (size_t i = 0; known->n != n && i < PERCENTILES; i++) {
        double at = (n - 1) * percentile_share[i], below = floor(at);
        known->at[i] =
            (struct percentile_at){(size_t)below, at - below, interval_ranks((uint64_t)n, percentile_share[i])};
    }
    known->n = n;
    return known->at;
}

static double percentile(const struct percentile_at *at, order_statistic *order, const void *from, size_t lane)
{
    double low = order(from, lane, at->below);
    return at->part == 0 ? low : low + at->part * (order(from, lane, at->below + 1) - low);
}

static double standard_error(struct moment m)
{
    return m.n > 1 ? sqrt(m.squares / (m.n - 1) / m.n) : (double)NAN;
}

static void find_intervals(struct band *band, const struct percentile_at *at, order_statistic *order, const void *from,
                           size_t lane, double origin)
{
    for (size_t i = 0; i < PERCENTILES; i++) {
        bool has_low = at[i].interval.low >= 0, has_high = (double)at[i].interval.high < band->n;
        band->low[i] = has_low ? origin + order(from, lane, (size_t)at[i].interval.low) : (double)NAN;
        band->high[i] = has_high ? origin + order(from, lane, (size_t)at[i].interval.high) : (double)NAN;
    }
}

/* Of a cell without a number. */
static struct band nothing(void)
{
    const double nan = (double)NAN;
    struct band band = {nan, nan, nan, nan, nan, nan, nan, .n = 0, .flag = nan};
    for (size_t i = 0; i < PERCENTILES; i++)
        band.low[i] = band.high[i] = nan;
    return band;
}

static inline void summarise(const struct bands *bands, size_t c, order_statistic *order, const void *from, size_t lane,
                             struct known_ranks *known, struct band *band)
{
    struct moment all = ladder_cell(&bands->all, c);
    if (all.n == 0) {
        *band = nothing();
        return;
    }
    bool is_paired = bands->pairs.end > bands->pairs.first;
    double origin = bands->sketch && bands->origin ? bands->origin[c] : 0;
    const struct percentile_at *at = ranks_for(known, all.n);
    band->mean = all.mean;
    band->se = standard_error(is_paired ? ladder_cell(&bands->pairs, c) : all);
    band->p05 = origin + percentile(&at[0], order, from, lane);
    band->p25 = origin + percentile(&at[1], order, from, lane);
    band->p50 = origin + percentile(&at[2], order, from, lane);
    band->p75 = origin + percentile(&at[3], order, from, lane);
    band->p95 = origin + percentile(&at[4], order, from, lane);
    band->n = all.n;
    band->flag = bands->flagged[c] / all.n;
    find_intervals(band, at, order, from, lane, origin);
}

/* As many cells from `first` on as a tile has lanes for. */
static void finish_tile(const struct bands *bands, struct tile *tile, size_t first, size_t lanes, struct band *band,
                        struct known_ranks *known)
{
    tile_fill(tile, bands, first, lanes);
    tile_sort(tile, bands->rows);
    for (size_t lane = 0; lane < lanes; lane++)
        summarise(bands, first + lane, tile_order, tile, lane, known, &band[lane]);
}

/* A second thread costs some ten thousand instructions to wait for. */
static int threads_for(const struct bands *bands, int threads)
{
    enum { NUMBERS_A_THREAD = 1 << 16 };
    size_t worth = bands->cells * (bands->rows + 1) / NUMBERS_A_THREAD + 1;
    return worth < (size_t)threads ? (int)worth : threads;
}

static void finish_exact(const struct bands *bands, struct band *band, int threads)
{
    (void)threads; /* a build without OpenMP has one */
#pragma omp parallel num_threads(threads)
    {
        struct tile *tile = memory_new(1, sizeof *tile);
        struct known_ranks known = {0};
#pragma omp for
        for (size_t first = 0; first < bands->cells; first += LANES)
            finish_tile(bands, tile, first, bands->cells - first < LANES ? bands->cells - first : LANES, &band[first],
                        &known);
        free(tile);
    }
}

void bands_finish(const struct bands *bands, struct band *band, int threads)
{
    threads = threads_for(bands, threads);
    if (!bands->sketch) {
        finish_exact(bands, band, threads);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        struct known_ranks known = {0};
#pragma omp for
        for (size_t c = 0; c < bands->cells; c++)
            summarise(bands, c, sketches_order, &bands->sketch[c], 0, &known, &band[c]);
    }
}

struct band bands_cell(const struct bands *bands, size_t cell)
{
    struct known_ranks known = {0};
    struct band band;
    if (bands->sketch) {
        summarise(bands, cell, sketches_order, &bands->sketch[cell], 0, &known, &band);
        return band;
    }
    struct tile *tile = memory_new(1, sizeof *tile);
    finish_tile(bands, tile, cell, 1, &band, &known);
    free(tile);
    return band;
}

/* ---- Parts ---- */

static void take_rows(struct bands *bands, struct bands *next)
{
    for (size_t i = 0; i < next->rows; i++) {
        bands->kept[bands->rows + i] = next->kept[i];
        next->kept[i] = NULL;
    }
}

void bands_join(struct bands *bands, struct bands *next)
{
    bool exact = !bands->sketch && !next->sketch && bands->rows + next->rows <= EXACT_ROWS;
    if (exact) {
        take_rows(bands, next);
    } else {
        sketch_rows(bands);
        sketch_rows(next);
        for (size_t c = 0; c < bands->cells; c++)
            sketch_merge(&bands->sketch[c], &next->sketch[c]);
    }
    for (size_t c = 0; c < bands->cells; c++)
        bands->flagged[c] += next->flagged[c];
    bands->rows += next->rows;
    ladder_join(&bands->all, &next->all);
    ladder_join(&bands->pairs, &next->pairs);
}

void bands_write(const struct bands *bands, struct bytes *to)
{
    bytes_put_count(to, bands->rows);
    ladder_write(&bands->all, to);
    ladder_write(&bands->pairs, to);
    bytes_put_numbers(to, bands->flagged, bands->cells);
    bytes_put_count(to, bands->sketch != NULL);
    for (size_t i = 0; !bands->sketch && i < bands->rows; i++)
        bytes_put_numbers(to, bands->kept[i], bands->cells);
    for (size_t c = 0; bands->sketch && c < bands->cells; c++)
        sketch_write(&bands->sketch[c], to);
}

static bool read_rows(struct bands *bands, struct byte_reader *from)
{
    for (size_t i = 0; i < bands->rows; i++) {
        if (from->left / sizeof(double) < bands->cells)
            return false;
        bands->kept[i] = memory_new(bands->cells, sizeof **bands->kept);
        bytes_numbers(from, bands->kept[i], bands->cells);
    }
    return true;
}

static bool read_sketches(struct bands *bands, struct byte_reader *from)
{
    bands->sketch = memory_new(bands->cells, sizeof *bands->sketch);
    for (size_t c = 0; c < bands->cells; c++)
        if (!sketch_read(&bands->sketch[c], from))
            return false;
    return true;
}

bool bands_read(struct bands *bands, uint64_t first, uint64_t count, struct byte_reader *from)
{
    uint64_t rows = bytes_count(from);
    ladder_free(&bands->all);
    ladder_free(&bands->pairs);
    if (!ladder_read(&bands->all, bands->cells, from) || !ladder_read(&bands->pairs, bands->cells, from))
        return false;
    if (bands->all.first != first || bands->all.end != first + count || rows > count ||
        from->left / sizeof(double) < bands->cells)
        return false;
    bytes_numbers(from, bands->flagged, bands->cells);
    uint64_t sketched = bytes_count(from);
    if (from->is_short || sketched > 1 || (!sketched && rows > EXACT_ROWS))
        return false;
    bands->rows = (size_t)rows;
    return sketched ? read_sketches(bands, from) : read_rows(bands, from);
}
