/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Version 2 of the bytes: mark, study, counts, failures, kept numbers, bands. */
#include "block.h"

#include "sim/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MARK[] = "iccsim block 2\n";

struct block {
    uint64_t study; /* what it is of, see identity_of */
    size_t cells, series_cells, scalar_count, derived_count, input_count;
    bool antithetic, keep;
    uint32_t first, count, failed;
    uint64_t events, steps;
    struct failure *failure; /* reasons are ours; FAILURES_KEPT */
    size_t failure_count;
    double *kept; /* a replication: failed, derived, input */
    size_t kept_room;
    struct bands *bands; /* NULL: none are wanted */
    double *even; /* antithetic: the last row with an even number, and whether it worked */
    bool even_worked;
};

static char *copy_text(const char *text, size_t length)
{
    char *copy = memory_grow(NULL, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* ---- What a block is of ---- */

static uint64_t mix(uint64_t hash, const void *data, size_t count)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
    return hash;
}

static uint64_t mix_count(uint64_t hash, uint64_t count)
{
    unsigned char byte[sizeof count];
    for (size_t i = 0; i < sizeof count; i++)
        byte[i] = (unsigned char)(count >> 8 * i);
    return mix(hash, byte, sizeof byte);
}

static uint64_t mix_number(uint64_t hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return mix_count(hash, bits);
}

static uint64_t mix_channels(uint64_t hash, const struct channel *channel, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = mix(hash, channel[i].name, strlen(channel[i].name) + 1);
    return mix_count(hash, count);
}

/* Seed, shape and names of all numbers, and the caller's own number. */
static uint64_t identity_of(const struct montecarlo *study)
{
    const struct plan *plan = study->plan;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const uint64_t counts[] = {study->seed,        study->antithetic, study->keep,        study->derived_only,
                               study->no_bands,    study->identity,   study->input_count, study->derived_count,
                               plan->sample_count, plan->point_count};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        hash = mix_count(hash, counts[i]);
    for (size_t i = 0; i < plan->sample_count; i++)
        hash = mix_number(hash, plan->sample_at[i]);
    hash = mix_channels(hash, plan->series, plan->series_count);
    hash = mix_channels(hash, plan->scalar, plan->scalar_count);
    return mix_channels(hash, plan->curve, plan->curve_count);
}

struct block *block_new(const struct montecarlo *study, const double *origin)
{
    const struct plan *plan = study->plan;
    struct block *block = memory_grow(NULL, 1, sizeof *block);
    *block = (struct block){.study = identity_of(study),
                            .series_cells = plan->series_count * plan->sample_count,
                            .scalar_count = plan->scalar_count,
                            .derived_count = study->derived_count,
                            .input_count = study->input_count,
                            .antithetic = study->antithetic,
                            .keep = study->keep,
                            .first = study->first};
    block->cells = (study->derived_only ? 0 : plan_cells(plan)) + study->derived_count;
    if (study->no_bands || study->derived_only)
        return block;
    block->bands = bands_new(block->cells, origin);
    bands_begin(block->bands, block->first);
    if (block->antithetic)
        block->even = memory_grow(NULL, block->cells, sizeof *block->even);
    return block;
}

void block_free(struct block *block)
{
    if (!block)
        return;
    for (size_t i = 0; i < block->failure_count; i++)
        free((char *)(uintptr_t)block->failure[i].reason);
    free(block->failure);
    free(block->kept);
    free(block->even);
    bands_free(block->bands);
    free(block);
}

uint32_t block_first(const struct block *block)
{
    return block->first;
}

uint32_t block_count(const struct block *block)
{
    return block->count;
}

uint32_t block_failed(const struct block *block)
{
    return block->failed;
}

void block_put_aside(struct block *block, int file)
{
    if (block->bands)
        bands_put_aside(block->bands, file);
    else
        close(file);
}

const struct bands *block_bands(const struct block *block)
{
    return block->bands;
}

/* ---- Filling ---- */

static void note_failure(struct block *block, uint32_t replication, const char *reason, size_t length)
{
    if (block->failure_count == FAILURES_KEPT)
        return;
    size_t count = block->failure_count + 1;
    block->failure = memory_grow(block->failure, count, sizeof *block->failure);
    block->failure[block->failure_count++] =
        (struct failure){.replication = replication, .reason = copy_text(reason, length)};
}

static size_t kept_width(const struct block *block)
{
    return block->keep ? 1 + block->derived_count + block->input_count : 0;
}

static double *kept_at(const struct block *block, uint32_t i)
{
    return block->kept + i * kept_width(block);
}

static void make_room(struct block *block, size_t rows)
{
    if (rows <= block->kept_room)
        return;
    size_t room = 2 * block->kept_room > rows ? 2 * block->kept_room : rows;
    block->kept = memory_grow(block->kept, room * kept_width(block), sizeof *block->kept);
    block->kept_room = room;
}

static void keep(struct block *block, const struct leaving *one)
{
    if (!block->keep)
        return;
    make_room(block, block->count + (size_t)1);
    double *row = kept_at(block, block->count);
    row[0] = one->failed ? 1 : 0;
    if (block->derived_count)
        memcpy(row + 1, one->derived, block->derived_count * sizeof *row);
    if (block->input_count)
        memcpy(row + 1 + block->derived_count, one->input, block->input_count * sizeof *row);
}

/* The standard error of antithetic replications is over the means of pairs: of those that both worked. */
static void pair_up(struct block *block, uint32_t replication, const struct leaving *one)
{
    if (replication % 2 == 0) {
        memcpy(block->even, one->row, block->cells * sizeof *block->even);
        block->even_worked = !one->failed;
    } else if (replication > block->first) {
        bool both = block->even_worked && !one->failed;
        bands_pair(block->bands, both ? block->even : NULL, one->row);
    }
}

void block_add(struct block *block, const struct leaving *one)
{
    uint32_t replication = block->first + block->count;
    if (one->failed) {
        block->failed++;
        note_failure(block, replication, one->failed, strlen(one->failed));
    }
    if (block->bands && one->failed)
        bands_skip(block->bands);
    else if (block->bands)
        bands_add(block->bands, one->row, one->flag);
    if (block->even)
        pair_up(block, replication, one);
    keep(block, one);
    block->events += one->events;
    block->steps += one->steps;
    block->count++;
}

/* ---- What was kept ---- */

struct kept block_kept(const struct block *block, uint32_t i)
{
    assert(block->keep && i < block->count);
    const double *row = kept_at(block, i);
    return (struct kept){.failed = row[0] != 0, .derived = row + 1, .input = row + 1 + block->derived_count};
}

void block_measure(const struct block *block, const struct montecarlo *study, struct band *band)
{
    struct bands *bands = bands_new(block->derived_count, study->derived_origin);
    unsigned char *flag = memory_grow(NULL, block->derived_count, 1);
    memset(flag, 0, block->derived_count);
    bands_begin(bands, block->first);
    for (uint32_t i = 0; i < block->count; i++) {
        struct kept one = block_kept(block, i);
        if (one.failed)
            bands_skip(bands);
        else
            bands_add(bands, one.derived, flag);
    }
    bands_finish(bands, band, NULL, 1);
    bands_free(bands);
    free(flag);
}

/* ---- Joining ---- */

static void take_failures(struct block *block, const struct block *next)
{
    for (size_t i = 0; i < next->failure_count; i++)
        note_failure(block, next->failure[i].replication, next->failure[i].reason, strlen(next->failure[i].reason));
    block->failed += next->failed;
}

static void take_kept(struct block *block, const struct block *next)
{
    if (!block->keep || !next->count)
        return;
    make_room(block, (size_t)block->count + next->count);
    memcpy(kept_at(block, block->count), next->kept, next->count * kept_width(block) * sizeof *block->kept);
}

bool block_merge(struct block *block, struct block *next, const char **wrong)
{
    *wrong = block->study != next->study                            ? "a block of another study"
             : (uint64_t)block->first + block->count != next->first ? "a block that does not follow"
             : block->antithetic && block->count && next->count && next->first % 2
                 ? "a block that splits an antithetic pair"
                 : NULL;
    if (*wrong)
        return false;
    take_failures(block, next);
    take_kept(block, next);
    if (block->bands)
        bands_join(block->bands, next->bands);
    block->events += next->events;
    block->steps += next->steps;
    block->count += next->count;
    block_free(next);
    return true;
}

static uint64_t block_end(const struct block *block)
{
    return (uint64_t)block->first + block->count;
}

static void take_out(struct blocks *blocks, size_t at)
{
    memmove(&blocks->block[at], &blocks->block[at + 1], (blocks->count - at - 1) * sizeof *blocks->block);
    blocks->count--;
}

static bool join_neighbours(struct blocks *blocks, size_t at, const char **wrong)
{
    if (at + 1 == blocks->count || block_end(blocks->block[at]) != blocks->block[at + 1]->first)
        return true;
    if (!block_merge(blocks->block[at], blocks->block[at + 1], wrong))
        return false;
    take_out(blocks, at + 1);
    return true;
}

bool blocks_add(struct blocks *blocks, struct block *block, const char **wrong)
{
    size_t at = 0;
    while (at < blocks->count && blocks->block[at]->first < block->first)
        at++;
    bool overlaps = (at > 0 && block_end(blocks->block[at - 1]) > block->first) ||
                    (at < blocks->count && block_end(block) > blocks->block[at]->first);
    bool foreign = blocks->count && blocks->block[0]->study != block->study;
    *wrong = foreign ? "a block of another study" : overlaps ? "a block whose replications are here already" : NULL;
    if (*wrong) {
        block_free(block);
        return false;
    }
    if (blocks->count == blocks->room) {
        blocks->room = blocks->room ? 2 * blocks->room : 8;
        blocks->block = memory_grow(blocks->block, blocks->room, sizeof *blocks->block);
    }
    memmove(&blocks->block[at + 1], &blocks->block[at], (blocks->count - at) * sizeof *blocks->block);
    blocks->block[at] = block;
    blocks->count++;
    return join_neighbours(blocks, at, wrong) && (at == 0 || join_neighbours(blocks, at - 1, wrong));
}

void blocks_free(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++)
        block_free(blocks->block[i]);
    free(blocks->block);
    *blocks = (struct blocks){0};
}

/* ---- Bytes ---- */

void block_write(const struct block *block, struct bytes *to)
{
    bytes_put(to, MARK, sizeof MARK - 1);
    const uint64_t counts[] = {block->study,  block->cells,  block->first, block->count,
                               block->failed, block->events, block->steps, block->failure_count};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        bytes_put_count(to, counts[i]);
    for (size_t i = 0; i < block->failure_count; i++) {
        bytes_put_count(to, block->failure[i].replication);
        bytes_put_text(to, block->failure[i].reason);
    }
    bytes_put_numbers(to, block->kept, block->count * kept_width(block));
    if (block->bands)
        bands_write(block->bands, to);
}

static bool read_failures(struct block *block, size_t count, struct byte_reader *from)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t replication = bytes_count(from);
        size_t length = bytes_count_of(from, 1);
        const unsigned char *reason = bytes_get(from, length);
        if (!reason || replication < block->first || replication >= block_end(block) || memchr(reason, '\0', length))
            return false;
        note_failure(block, (uint32_t)replication, (const char *)reason, length);
    }
    return block->failure_count == count;
}

static bool read_kept(struct block *block, struct byte_reader *from)
{
    size_t width = kept_width(block);
    if (!width)
        return true;
    if (from->left / sizeof(double) / width < block->count)
        return false;
    make_room(block, block->count);
    bytes_numbers(from, block->kept, block->count * width);
    return true;
}

static bool read_body(struct block *block, struct byte_reader *from)
{
    uint64_t first = bytes_count(from), count = bytes_count(from), failed = bytes_count(from);
    if (from->is_short || first > UINT32_MAX || count > UINT32_MAX - first || failed > count)
        return false;
    block->first = (uint32_t)first;
    block->count = (uint32_t)count;
    block->failed = (uint32_t)failed;
    block->events = bytes_count(from);
    block->steps = bytes_count(from);
    size_t failures = bytes_count_of(from, 2 * sizeof(uint64_t));
    if (failures != (failed < FAILURES_KEPT ? failed : FAILURES_KEPT) || !read_failures(block, failures, from))
        return false;
    if (!read_kept(block, from))
        return false;
    return (!block->bands || bands_read(block->bands, block->first, block->count, from)) && !from->is_short &&
           from->left == 0;
}

struct block *block_read(const struct montecarlo *study, const void *data, size_t count, const char **wrong)
{
    struct byte_reader from = {.data = data, .left = count};
    const unsigned char *mark = bytes_get(&from, sizeof MARK - 1);
    *wrong = "not a block, or one of another version";
    if (!mark || memcmp(mark, MARK, sizeof MARK - 1) != 0)
        return NULL;
    double *origin = montecarlo_origin(study);
    struct block *block = block_new(study, origin);
    free(origin);
    *wrong = "a block of another study";
    if (bytes_count(&from) == block->study && bytes_count(&from) == block->cells) {
        *wrong = "a block that is cut short or damaged";
        if (read_body(block, &from)) {
            *wrong = NULL;
            return block;
        }
    }
    block_free(block);
    return NULL;
}

/* ---- Results ---- */

static void copy_failures(const struct block *block, struct ensemble *ensemble)
{
    ensemble->failure_count = block->failure_count;
    ensemble->failure = arena_array(&ensemble->arena, block->failure_count, sizeof *ensemble->failure);
    for (size_t i = 0; i < block->failure_count; i++)
        ensemble->failure[i] = (struct failure){.replication = block->failure[i].replication,
                                                .reason = arena_text(&ensemble->arena, block->failure[i].reason)};
}

/* What the means of its curves say stands for a pooled scalar; of spread between replications there is none. */
static struct band pooled_band(const struct plan *plan, const struct channel *scalar, const struct band *point,
                               struct arena *arena)
{
    const struct pool *pool = scalar->output->pool;
    const double *curve[MOST_POOLED_CURVES];
    const struct axis *axis = &plan->models[scalar->model]->outputs[pool->first].x;
    double n = 0;
    for (size_t c = 0; c < pool->curves; c++) {
        size_t channel =
            plan->first[scalar->model][(size_t)pool->first + c] + (size_t)(scalar->row < 0 ? 0 : scalar->row);
        const struct band *from = point + plan->curve[channel].first_point;
        double *mean = arena_array(arena, axis->points, sizeof *mean);
        for (size_t i = 0; i < axis->points; i++)
            mean[i] = from[i].mean;
        curve[c] = mean;
        n = from[0].n;
    }
    double value = n > 0 ? pool->number(curve, axis) : (double)NAN;
    struct band band = {.mean = value, .p50 = value, .n = isnan(value) ? 0 : n};
    band.se = band.p05 = band.p25 = band.p75 = band.p95 = (double)NAN;
    return band;
}

const struct bounds *ensemble_bounds(const struct ensemble *ensemble, const struct band *band)
{
    return ensemble->bounds ? ensemble->bounds + (band - ensemble->series) : NULL;
}

static void pool_scalars(const struct plan *plan, struct ensemble *ensemble)
{
    for (size_t i = 0; i < plan->scalar_count; i++)
        if (plan->scalar[i].output->pool)
            ensemble->scalar[i] = pooled_band(plan, &plan->scalar[i], ensemble->point, &ensemble->arena);
}

void block_finish(const struct block *block, const struct montecarlo *study, struct ensemble *ensemble)
{
    *ensemble = (struct ensemble){
        .done = block->count, .failed = block->failed, .events = block->events, .steps = block->steps};
    copy_failures(block, ensemble);
    if (!block->bands)
        return;
    struct band *band = arena_grow(&ensemble->arena, NULL, 0, block->cells * sizeof *band); /* bands_finish fills it */
    if (study->bounds)
        ensemble->bounds = arena_grow(&ensemble->arena, NULL, 0, block->cells * sizeof *ensemble->bounds);
    bands_finish(block->bands, band, ensemble->bounds, study->threads);
    ensemble->series = band;
    ensemble->scalar = band + block->series_cells;
    ensemble->point = ensemble->scalar + block->scalar_count;
    ensemble->derived = band + block->cells - block->derived_count;
    ensemble->exact = bands_are_exact(block->bands);
    if (!study->derived_only)
        pool_scalars(study->plan, ensemble);
}
