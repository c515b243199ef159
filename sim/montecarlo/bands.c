/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments by a ladder; order statistics by a sorting network that compares whole rows of lanes.
 *
 * The variance of the mean is s / (n - 1) / n. The network is Batcher's merge exchange (Knuth, TAOCP 3, 5.2.2,
 * algorithm M): which pairs it compares depends on their number alone, so a pair is one vector minimum and maximum over
 * all lanes. While all rows are kept, everything follows from them, and the ladder is put up when they are finished.
 */
#include "bands.h"

#include "interval.h"
#include "ladder.h"
#include "row_store.h"
#include "sketch.h"

#include "sim/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };
const double percentile_share[PERCENTILES] = {0.05, 0.25, 0.50, 0.75, 0.95};

struct bands {
    size_t cells, rows;
    uint64_t first, end; /* numbers of rows, those included that do not count; `end` is not */
    double *origin; /* NULL: 0 */
    struct ladder all, pairs; /* all: from the first sketch on; pairs: unused while nothing is paired */
    double *pair; /* room for the mean of two rows */
    double *flagged;
    struct row_store kept; /* all of them, while they are few */
    struct sketch *sketch; /* after the last of them */
};

void bands_begin(struct bands *bands, uint64_t first)
{
    bands->first = bands->end = first;
    ladder_open(&bands->all, bands->cells, first);
    ladder_open(&bands->pairs, bands->cells, (first + 1) / 2);
}

struct bands *bands_new(size_t cells, const double *origin)
{
    struct bands *bands = memory_new(1, sizeof *bands);
    bands->cells = cells;
    row_store_open(&bands->kept, cells);
    bands_begin(bands, 0);
    bands->flagged = memory_new(cells, sizeof *bands->flagged);
    if (origin) {
        bands->origin = memory_new(cells, sizeof *bands->origin);
        memcpy(bands->origin, origin, cells * sizeof *origin);
    }
    return bands;
}

void bands_put_aside(struct bands *bands, int file)
{
    bands->kept.aside = file;
}

void bands_free(struct bands *bands)
{
    if (!bands)
        return;
    for (size_t c = 0; bands->sketch && c < bands->cells; c++)
        sketch_free(&bands->sketch[c]);
    free(bands->sketch);
    row_store_free(&bands->kept);
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

/* Adds rows that do not count up to number `end`. */
static void skip_to(struct ladder *ladder, uint64_t end)
{
    while (ladder->end < end)
        ladder_add(ladder, NULL);
}

/* What was kept as rows goes into the ladder and the sketches. */
static void sketch_rows(struct bands *bands)
{
    if (bands->sketch)
        return;
    double *room = memory_grow(NULL, bands->cells, sizeof *room);
    bands->sketch = memory_new(bands->cells, sizeof *bands->sketch);
    for (size_t i = 0; i < bands->kept.count; i++) {
        const double *row = row_store_part(&bands->kept, i, 0, bands->cells, room);
        skip_to(&bands->all, bands->kept.number[i]);
        ladder_add(&bands->all, row);
        add_to_sketches(bands, row);
    }
    skip_to(&bands->all, bands->end);
    row_store_free(&bands->kept);
    free(room);
}

void bands_add(struct bands *bands, const double *value, const unsigned char *flag)
{
    add_flags(bands, value, flag);
    if (bands->rows == EXACT_ROWS)
        sketch_rows(bands);
    if (bands->sketch) {
        ladder_add(&bands->all, value);
        add_to_sketches(bands, value);
    } else {
        row_store_add(&bands->kept, bands->end, value);
    }
    bands->rows++;
    bands->end++;
}

void bands_skip(struct bands *bands)
{
    if (bands->sketch)
        ladder_add(&bands->all, NULL);
    bands->end++;
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

/* Which order statistics of a sample of n a percentile lies between, how far from the lower one. */
struct percentile_at {
    size_t below;
    double part; /* 0: it is the lower one */
};

/* These, and their intervals if they are asked for, for samples of one size, which is mostly that of the cell before.
 */
struct known_ranks {
    double n, interval_n;
    struct percentile_at at[PERCENTILES];
    struct ranks interval[PERCENTILES];
};

/* What a thread finishes at a time, a tile after the other. */
enum { SPAN_CELLS = 64 * LANES };

/* A block of cells side by side, ready to be sorted a lane a cell. */
struct tile {
    double row[EXACT_ROWS][LANES];
};

/* What a thread needs to finish one tile after the other. */
struct bench {
    size_t first; /* cell of the span */
    const double *row[EXACT_ROWS]; /* of the span */
    double *room; /* for those of rows that were put aside, so many cells each; 0: there are none */
    size_t room_cells;
    struct tile tile;
    struct ladder ladder; /* of its rows */
    double sums[3][LANES]; /* and what they come to: mean, squares, n */
    struct known_ranks known;
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

static void span_open(struct bench *bench, const struct bands *bands, size_t first, size_t cells)
{
    bench->first = first;
    for (size_t i = 0; i < bands->rows; i++)
        bench->row[i] = row_store_part(&bands->kept, i, first, cells, bench->room + i * bench->room_cells);
}

/* Gathers cells of the span from `first` on; what is not finite goes to the end as +infinity. */
static void tile_fill(struct bench *bench, size_t rows, size_t first, size_t lanes)
{
    struct tile *tile = &bench->tile;
    for (size_t i = 0; i < rows; i++)
        for (size_t lane = 0; lane < LANES; lane++) {
            double value = lane < lanes ? bench->row[i][first - bench->first + lane] : (double)INFINITY;
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

static const struct percentile_at *ranks_for(struct known_ranks *known, double n)
{
    for (size_t i = 0; known->n != n && i < PERCENTILES; i++) {
        double at = (n - 1) * percentile_share[i], below = floor(at);
        known->at[i] = (struct percentile_at){(size_t)below, at - below};
    }
    known->n = n;
    return known->at;
}

static const struct ranks *intervals_for(struct known_ranks *known, double n)
{
    for (size_t i = 0; known->interval_n != n && i < PERCENTILES; i++)
        known->interval[i] = interval_ranks((uint64_t)n, percentile_share[i]);
    known->interval_n = n;
    return known->interval;
}

static inline double percentile(const struct percentile_at *at, order_statistic *order, const void *from, size_t lane)
{
    double low = order(from, lane, at->below);
    return at->part == 0 ? low : low + at->part * (order(from, lane, at->below + 1) - low);
}

static double standard_error(struct moment m)
{
    return m.n > 1 ? sqrt(m.squares / (m.n - 1) / m.n) : (double)NAN;
}

static struct bounds no_bounds(void)
{
    struct bounds none;
    for (size_t i = 0; i < PERCENTILES; i++)
        none.low[i] = none.high[i] = (double)NAN;
    return none;
}

static struct bounds find_bounds(double n, struct known_ranks *known, order_statistic *order, const void *from,
                                 size_t lane, double origin)
{
    struct bounds bounds = no_bounds();
    const struct ranks *interval = intervals_for(known, n);
    for (size_t i = 0; i < PERCENTILES; i++) {
        if (interval[i].low >= 0)
            bounds.low[i] = origin + order(from, lane, (size_t)interval[i].low);
        if ((double)interval[i].high < n)
            bounds.high[i] = origin + order(from, lane, (size_t)interval[i].high);
    }
    return bounds;
}

/* Where a band goes, and its bounds, unless they are not wanted. */
struct finished {
    struct band *band;
    struct bounds *bounds;
};

static inline void summarise(const struct bands *bands, size_t c, struct moment all, order_statistic *order,
                             const void *from, size_t lane, struct known_ranks *known, struct finished to)
{
    const double nan = (double)NAN;
    if (all.n == 0) {
        *to.band = (struct band){nan, nan, nan, nan, nan, nan, nan, .n = 0, .flag = nan};
        if (to.bounds)
            *to.bounds = no_bounds();
        return;
    }
    bool is_paired = bands->pairs.end > bands->pairs.first;
    double origin = bands->sketch && bands->origin ? bands->origin[c] : 0;
    const struct percentile_at *at = ranks_for(known, all.n);
    struct band *band = to.band;
    band->mean = all.mean;
    band->se = standard_error(is_paired ? ladder_cell(&bands->pairs, c) : all);
    band->p05 = origin + percentile(&at[0], order, from, lane);
    band->p25 = origin + percentile(&at[1], order, from, lane);
    band->p50 = origin + percentile(&at[2], order, from, lane);
    band->p75 = origin + percentile(&at[3], order, from, lane);
    band->p95 = origin + percentile(&at[4], order, from, lane);
    band->n = all.n;
    band->flag = bands->flagged[c] / all.n;
    if (to.bounds)
        *to.bounds = find_bounds(all.n, known, order, from, lane, origin);
}

static struct finished finished_at(struct finished to, size_t cell)
{
    return (struct finished){to.band + cell, to.bounds ? to.bounds + cell : NULL};
}

/* The moments of a tile's rows, before they are sorted: of lanes that hold one number a row each. */
static void find_moments(struct bench *bench, const struct bands *bands)
{
    struct ladder *ladder = &bench->ladder;
    ladder_restart(ladder, bands->first);
    for (size_t i = 0; i < bands->rows; i++) {
        skip_to(ladder, bands->kept.number[i]);
        ladder_add(ladder, bench->tile.row[i]);
    }
    ladder_total(ladder, bench->sums[0]);
}

/* As many cells from `first` on as a tile has lanes for. */
static void finish_tile(const struct bands *bands, struct bench *bench, size_t first, size_t lanes, struct finished to)
{
    tile_fill(bench, bands->rows, first, lanes);
    find_moments(bench, bands);
    tile_sort(&bench->tile, bands->rows);
    for (size_t lane = 0; lane < lanes; lane++)
        summarise(bands, first + lane,
                  (struct moment){bench->sums[0][lane], bench->sums[1][lane], bench->sums[2][lane]}, tile_order,
                  &bench->tile, lane, &bench->known, finished_at(to, lane));
}

static struct bench *bench_new(const struct bands *bands)
{
    struct bench *bench = memory_grow(NULL, 1, sizeof *bench); /* its rows are filled in turn */
    bench->room_cells = bands->kept.aside < 0 ? 0 : SPAN_CELLS;
    bench->room = memory_grow(NULL, bands->rows * bench->room_cells, sizeof(double));
    bench->known = (struct known_ranks){0};
    ladder_open(&bench->ladder, LANES, 0);
    return bench;
}

static void bench_free(struct bench *bench)
{
    ladder_free(&bench->ladder);
    free(bench->room);
    free(bench);
}

/* A second thread costs some ten thousand instructions to wait for. */
static int threads_for(const struct bands *bands, int threads)
{
    enum { NUMBERS_A_THREAD = 1 << 16 };
    size_t worth = bands->cells * (bands->rows + 1) / NUMBERS_A_THREAD + 1;
    return worth < (size_t)threads ? (int)worth : threads;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* What one row comes to: itself. */
static void finish_single(const struct bands *bands, const double *row, size_t first, size_t end, struct band *band)
{
    const double nan = (double)NAN;
    for (size_t c = first; c < end; c++) {
        double value = row[c - first], order = 0 + value; /* of -0 too */
        band[c] = isfinite(value)
                      ? (struct band){value, nan, order, order, order, order, order, .n = 1, .flag = bands->flagged[c]}
                      : (struct band){nan, nan, nan, nan, nan, nan, nan, .n = 0, .flag = nan};
    }
}

static void finish_span(const struct bands *bands, struct bench *bench, size_t first, struct finished to)
{
    size_t end = first + least(SPAN_CELLS, bands->cells - first);
    span_open(bench, bands, first, end - first);
    if (bands->rows == 1 && !to.bounds) {
        finish_single(bands, bench->row[0], first, end, to.band);
        return;
    }
    for (size_t cell = first; cell < end; cell += LANES)
        finish_tile(bands, bench, cell, least(LANES, end - cell), finished_at(to, cell));
}

static void finish_exact(const struct bands *bands, struct finished to, int threads)
{
    (void)threads; /* a build without OpenMP has one */
#pragma omp parallel num_threads(threads)
    {
        struct bench *bench = bench_new(bands);
#pragma omp for
        for (size_t first = 0; first < bands->cells; first += SPAN_CELLS)
            finish_span(bands, bench, first, to);
        bench_free(bench);
    }
}

void bands_finish(const struct bands *bands, struct band *band, struct bounds *bounds, int threads)
{
    struct finished to = {band, bounds};
    threads = threads_for(bands, threads);
    if (!bands->sketch) {
        finish_exact(bands, to, threads);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        struct known_ranks known = {0};
#pragma omp for
        for (size_t c = 0; c < bands->cells; c++)
            summarise(bands, c, ladder_cell(&bands->all, c), sketches_order, &bands->sketch[c], 0, &known,
                      finished_at(to, c));
    }
}

void bands_cell(const struct bands *bands, size_t cell, struct band *band, struct bounds *bounds)
{
    struct known_ranks known = {0};
    struct finished to = {band, bounds};
    if (bands->sketch) {
        summarise(bands, cell, ladder_cell(&bands->all, cell), sketches_order, &bands->sketch[cell], 0, &known, to);
        return;
    }
    struct bench *bench = bench_new(bands);
    span_open(bench, bands, cell, 1);
    finish_tile(bands, bench, cell, 1, to);
    bench_free(bench);
}

/* ---- Parts ---- */

void bands_join(struct bands *bands, struct bands *next)
{
    bool exact = !bands->sketch && !next->sketch && bands->rows + next->rows <= EXACT_ROWS;
    if (exact) {
        row_store_join(&bands->kept, &next->kept);
    } else {
        sketch_rows(bands);
        sketch_rows(next);
        for (size_t c = 0; c < bands->cells; c++)
            sketch_merge(&bands->sketch[c], &next->sketch[c]);
        ladder_join(&bands->all, &next->all);
    }
    for (size_t c = 0; c < bands->cells; c++)
        bands->flagged[c] += next->flagged[c];
    bands->rows += next->rows;
    bands->end = next->end;
    ladder_join(&bands->pairs, &next->pairs);
}

/* Nearly all of its bytes are rows, or a ladder and sketches. */
void bands_write(const struct bands *bands, struct bytes *to)
{
    bytes_put_count(to, bands->first);
    bytes_put_count(to, bands->end);
    bytes_put_count(to, bands->rows);
    ladder_write(&bands->pairs, to);
    bytes_put_numbers(to, bands->flagged, bands->cells);
    bytes_put_count(to, bands->sketch != NULL);
    double *room = memory_grow(NULL, bands->cells, sizeof *room);
    for (size_t i = 0; !bands->sketch && i < bands->rows; i++) {
        bytes_put_count(to, bands->kept.number[i]);
        bytes_put_numbers(to, row_store_part(&bands->kept, i, 0, bands->cells, room), bands->cells);
    }
    free(room);
    if (!bands->sketch)
        return;
    ladder_write(&bands->all, to);
    for (size_t c = 0; c < bands->cells; c++)
        sketch_write(&bands->sketch[c], to);
}

static bool read_rows(struct bands *bands, size_t rows, struct byte_reader *from)
{
    for (uint64_t least = bands->first; bands->rows < rows; bands->rows++) {
        uint64_t number = bytes_count(from);
        if (number < least || number >= bands->end || from->left / sizeof(double) < bands->cells)
            return false;
        double *row = memory_new(bands->cells, sizeof *row);
        bytes_numbers(from, row, bands->cells);
        row_store_take(&bands->kept, number, row);
        least = number + 1;
    }
    return true;
}

static bool read_sketches(struct bands *bands, size_t rows, struct byte_reader *from)
{
    if (!ladder_read(&bands->all, bands->cells, from) || bands->all.first != bands->first ||
        bands->all.end != bands->end)
        return false;
    bands->rows = rows;
    bands->sketch = memory_new(bands->cells, sizeof *bands->sketch);
    for (size_t c = 0; c < bands->cells; c++)
        if (!sketch_read(&bands->sketch[c], from))
            return false;
    return true;
}

bool bands_read(struct bands *bands, uint64_t first, uint64_t count, struct byte_reader *from)
{
    uint64_t its_first = bytes_count(from), end = bytes_count(from), rows = bytes_count(from);
    if (its_first != first || end != first + count || rows > count)
        return false;
    bands_begin(bands, first);
    bands->end = end;
    if (!ladder_read(&bands->pairs, bands->cells, from) || from->left / sizeof(double) < bands->cells)
        return false;
    bytes_numbers(from, bands->flagged, bands->cells);
    uint64_t sketched = bytes_count(from);
    if (from->is_short || sketched > 1 || (!sketched && rows > EXACT_ROWS))
        return false;
    return sketched ? read_sketches(bands, (size_t)rows, from) : read_rows(bands, (size_t)rows, from);
}
