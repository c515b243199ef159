/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block: what replications a to b of one study leave, as a thing that can be written as bytes, sent, stored, read and
 * joined with its neighbours.
 *
 *     struct block *block = block_run(&study);             study.first and study.replications say which
 *     block_write(block, &bytes);
 *     ...
 *     struct block *block = block_read(&study, data, count, &wrong);
 *     blocks_add(&blocks, block, &wrong);                  in any order of arrival; neighbours are joined at once
 *     if (blocks.count == 1) block_finish(blocks.block[0], &study, &ensemble);
 *
 * However the replications were split, and in whichever order the blocks came, the bytes of the joined block are those
 * of one run. montecarlo_run itself fills a block. Bytes are little-endian and versioned, and name the study they are
 * of: its seed, its shape and what the caller calls it; those of another are refused, and so are those that are cut
 * short.
 *
 * A block holds the failures, counts, bands of all numbers (unless no_bands or derived_only) and, with `keep`, every
 * replication's derived numbers and inputs.
 */
#ifndef ICCSIM_MONTECARLO_BLOCK_H
#define ICCSIM_MONTECARLO_BLOCK_H

#include "montecarlo.h"
#include "sim/base/bytes.h"

struct block;

/* Runs the replications of the study, with its threads, stop and commit; a stop leaves a shorter block. */
struct block *block_run(const struct montecarlo *study);
void block_free(struct block *block);

/* Number of its first replication; how many it has; how many of these failed. */
uint32_t block_first(const struct block *block);
uint32_t block_count(const struct block *block);
uint32_t block_failed(const struct block *block);
/* What replication block_first + i left, of a study with `keep`. */
struct kept {
    bool failed;
    const double *derived, *input;
};
struct kept block_kept(const struct block *block, uint32_t i);
/* Bands of the derived numbers alone, from what was kept; room for derived_count. */
void block_measure(const struct block *block, const struct montecarlo *study, struct band *band);

/* Adds its bytes to `to`. */
void block_write(const struct block *block, struct bytes *to);
/* NULL if the bytes are not a block of this study, and `wrong` says why. study->first and replications do not matter.
 */
struct block *block_read(const struct montecarlo *study, const void *data, size_t count, const char **wrong);

/* Joins `next`, whose replications must follow, and frees it; false, and `wrong` says why, if it cannot. */
bool block_merge(struct block *block, struct block *next, const char **wrong);
/* Blocks that have arrived, in order, neighbours joined. {0} is empty. */
struct blocks {
    size_t count, room;
    struct block **block;
};
/* Takes the block; false, and `wrong` says why, if it overlaps another or is of another study: it is freed. */
bool blocks_add(struct blocks *blocks, struct block *block, const char **wrong);
void blocks_free(struct blocks *blocks);

/* What montecarlo_run gives; `ensemble` is overwritten. The seconds are 0. */
void block_finish(const struct block *block, const struct montecarlo *study, struct ensemble *ensemble);

/* ---- For montecarlo.c ---- */

/* An empty one from study->first on; `origin` is montecarlo_origin's, and copied. */
struct block *block_new(const struct montecarlo *study, const double *origin);
/* The next replication: its numbers, or why it failed. */
struct leaving {
    const char *failed;
    const double *row, *derived, *input;
    const unsigned char *flag;
    uint64_t events, steps;
};
void block_add(struct block *block, const struct leaving *one);
void block_put_aside(struct block *block, int file); /* see bands.h; closed if there are no bands */
const struct bands *block_bands(const struct block *block); /* NULL: none */

#endif
