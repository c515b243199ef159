/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rungs, and when two of them are the halves of one. */
#include "ladder.h"

#include "sim/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_DOUBLE 1.7976931348623157e308

void ladder_open(struct ladder *ladder, size_t cells, uint64_t first)
{
    *ladder = (struct ladder){.cells = cells, .first = first, .end = first};
}

void ladder_free(struct ladder *ladder)
{
    for (size_t i = 0; i < ladder->count; i++)
        free(ladder->rung[i].sums);
    for (size_t i = 0; i < ladder->spare_count; i++)
        free(ladder->spare[i]);
    *ladder = (struct ladder){0};
}

void ladder_restart(struct ladder *ladder, uint64_t first)
{
    for (size_t i = 0; i < ladder->count; i++)
        if (ladder->rung[i].sums)
            ladder->spare[ladder->spare_count++] = ladder->rung[i].sums;
    ladder->count = 0;
    ladder->first = ladder->end = first;
}

static double *sums_new(struct ladder *ladder)
{
    if (ladder->spare_count)
        return ladder->spare[--ladder->spare_count];
    return memory_grow(NULL, 3 * ladder->cells + 1, sizeof(double));
}

static void sums_drop(struct ladder *ladder, double *sums)
{
    if (sums && ladder->spare_count < 2)
        ladder->spare[ladder->spare_count++] = sums;
    else
        free(sums);
}

static inline struct moment moment_join(struct moment a, struct moment b)
{
    double n = a.n + b.n, apart = b.mean - a.mean, some = n > 0 ? n : 1;
    bool both = a.n > 0 && b.n > 0;
    return (struct moment){.mean = both      ? a.mean + apart * (b.n / some)
                                   : b.n > 0 ? b.mean
                                             : a.mean,
                           .squares = a.squares + b.squares + (both ? apart * apart * (a.n * b.n / some) : 0),
                           .n = n};
}

/* Cells `from` to `end` of `into` and of what follows it, for as many rows each: n1 n2 / n is half of one, n2 / n a half,
 * and where there are none all is 0. */
static void join_halves(double *into, const double *next, size_t cells, size_t from, size_t end)
{
    double *mean = into, *squares = into + cells, *n = into + 2 * cells;
    const double *next_mean = next, *next_squares = next + cells;
#pragma omp simd
    for (size_t c = from; c < end; c++) {
        double apart = next_mean[c] - mean[c];
        mean[c] = mean[c] + apart * 0.5;
        squares[c] = squares[c] + next_squares[c] + apart * apart * (n[c] * 0.5);
        n[c] = n[c] + n[c];
    }
}

static bool have_as_many(const double *into, const double *next, size_t cells, size_t from, size_t end)
{
    const double *n = into + 2 * cells, *next_n = next + 2 * cells;
    int others = 0;
    for (size_t c = from; c < end; c++)
        others |= n[c] < next_n[c] || n[c] > next_n[c];
    return !others;
}

static void join_any(double *into, const double *next, size_t cells, size_t from, size_t end)
{
    double *mean = into, *squares = into + cells, *n = into + 2 * cells;
    const double *next_mean = next, *next_squares = next + cells, *next_n = next + 2 * cells;
#pragma omp simd
    for (size_t c = from; c < end; c++) {
        struct moment joint = moment_join((struct moment){mean[c], squares[c], n[c]},
                                          (struct moment){next_mean[c], next_squares[c], next_n[c]});
        mean[c] = joint.mean;
        squares[c] = joint.squares;
        n[c] = joint.n;
    }
}

/* `into` and what follows it. The same sums either way: most numbers are finite in all replications or in none. */
static void sums_join(double *into, const double *next, size_t cells)
{
    enum { PART = 16 };
    for (size_t from = 0; from < cells; from += PART) {
        size_t end = cells - from < PART ? cells : from + PART;
        bool halves = have_as_many(into, next, cells, from, end);
        (halves ? join_halves : join_any)(into, next, cells, from, end);
    }
}

static bool are_halves(const struct rung *a, const struct rung *b)
{
    uint64_t size = (uint64_t)1 << a->level;
    return a->level == b->level && a->first % (2 * size) == 0 && b->first == a->first + size;
}

static void push(struct ladder *ladder, struct rung rung)
{
    ladder->rung[ladder->count++] = rung;
    ladder->end = rung.first + ((uint64_t)1 << rung.level);
    while (ladder->count > 1 && are_halves(&ladder->rung[ladder->count - 2], &ladder->rung[ladder->count - 1])) {
        struct rung *a = &ladder->rung[ladder->count - 2], *b = &ladder->rung[ladder->count - 1];
        if (a->sums && b->sums)
            sums_join(a->sums, b->sums, ladder->cells);
        if (a->sums)
            sums_drop(ladder, b->sums);
        else
            a->sums = b->sums;
        a->level++;
        ladder->count--;
    }
}

void ladder_add(struct ladder *ladder, const double *value)
{
    struct rung rung = {.first = ladder->end, .sums = value ? sums_new(ladder) : NULL};
    size_t cells = ladder->cells;
    if (value) {
        double *mean = rung.sums, *squares = rung.sums + cells, *n = rung.sums + 2 * cells;
#pragma omp simd
        for (size_t c = 0; c < cells; c++) {
            bool finite = fabs(value[c]) <= LARGEST_DOUBLE;
            mean[c] = finite ? value[c] : 0;
            squares[c] = 0;
            n[c] = finite ? 1 : 0;
        }
    }
    push(ladder, rung);
}

void ladder_join(struct ladder *ladder, struct ladder *next)
{
    for (size_t i = 0; i < next->count; i++)
        push(ladder, next->rung[i]);
    next->count = 0;
    next->first = next->end = ladder->end;
}

struct moment ladder_cell(const struct ladder *ladder, size_t cell)
{
    struct moment all = {0};
    for (size_t i = 0; i < ladder->count; i++) {
        const double *sums = ladder->rung[i].sums;
        size_t cells = ladder->cells;
        if (sums)
            all = moment_join(all, (struct moment){sums[cell], sums[cells + cell], sums[2 * cells + cell]});
    }
    return all;
}

void ladder_total(const struct ladder *ladder, double *sums)
{
    memset(sums, 0, 3 * ladder->cells * sizeof *sums);
    for (size_t i = 0; i < ladder->count; i++)
        if (ladder->rung[i].sums)
            sums_join(sums, ladder->rung[i].sums, ladder->cells);
}

/* ---- Bytes ---- */

void ladder_write(const struct ladder *ladder, struct bytes *to)
{
    bytes_put_count(to, ladder->first);
    bytes_put_count(to, ladder->count);
    for (size_t i = 0; i < ladder->count; i++) {
        const struct rung *rung = &ladder->rung[i];
        bytes_put_count(to, rung->first);
        bytes_put_count(to, rung->level);
        bytes_put_count(to, rung->sums != NULL);
        if (rung->sums)
            bytes_put_numbers(to, rung->sums, 3 * ladder->cells);
    }
}

static bool read_rung(struct ladder *ladder, struct byte_reader *from)
{
    struct rung rung = {.first = bytes_count(from)};
    uint64_t level = bytes_count(from), has_sums = bytes_count(from);
    bool fits = rung.first == ladder->end && level < 32 && rung.first % ((uint64_t)1 << level) == 0 && has_sums <= 1;
    if (!fits || from->is_short || ladder->count + 1 == MOST_RUNGS)
        return false;
    if (has_sums && from->left / sizeof(double) < 3 * ladder->cells)
        return false;
    rung.level = (unsigned)level;
    if (has_sums) {
        rung.sums = sums_new(ladder);
        bytes_numbers(from, rung.sums, 3 * ladder->cells);
    }
    push(ladder, rung);
    return true;
}

bool ladder_read(struct ladder *ladder, size_t cells, struct byte_reader *from)
{
    ladder_open(ladder, cells, bytes_count(from));
    size_t count = bytes_count_of(from, 3 * sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        if (!read_rung(ladder, from))
            return false;
    return !from->is_short;
}
