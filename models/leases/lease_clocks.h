/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hazard clocks of leases, segmented: all in a block share a cell, and a cell one covariate (engine/clocks.h).
 *
 * A cell is what the covariate depends on: for leases, the generation of the cards and the half-year in which the lease
 * ends. A cell takes blocks as it needs them and gives them back when it is closed; a holder keeps its slot until it
 * gives it up. Slots are numbered through all blocks.
 */
#ifndef ICCSIM_MODELS_LEASE_CLOCKS_H
#define ICCSIM_MODELS_LEASE_CLOCKS_H

#include "sim/base/arena.h"
#include "sim/engine/clocks.h"

#include <stddef.h>
#include <stdint.h>

#define NO_BLOCK UINT32_MAX
#define NO_SLOT UINT32_MAX

/* The lease that has a slot. */
struct clock_holder {
    uint32_t id, stamp; /* lease; id of a free slot: the next free one of its cell */
};

struct lease_clocks {
    size_t slots, room;
    struct clock_block *block;
    struct clock_holder *holder; /* a slot */
    double *due; /* a slot: end of the lease; infinite where there is none */
    uint32_t *cell, *next; /* a block: its cell, the next block of that cell or the next spare one */
    uint32_t *first_block, *free_slot; /* a cell */
    uint32_t spare_block;
    uint32_t *fired;
    float *after;
    struct arena *arena;
};

/* Zeroed clocks with that many cells and no slot; memory is the arena's. */
void lease_clocks_open(struct lease_clocks *c, size_t cells, struct arena *arena);
/* The slot that the next holder in a cell will take comes from memory meanwhile. */
static inline void lease_clocks_fetch(const struct lease_clocks *c, uint32_t cell)
{
    uint32_t slot = c->free_slot[cell];
    if (slot == NO_SLOT)
        return;
    __builtin_prefetch(&c->holder[slot], 1);
    __builtin_prefetch(&c->due[slot], 1);
    __builtin_prefetch(&c->block[slot / CLOCK_BLOCK], 1);
}
/* A slot for a holder; its clock stands still until it is set. */
uint32_t lease_clocks_take(struct lease_clocks *c, uint32_t cell, double due, struct clock_holder holder);
/* Frees a slot that was taken; it no longer fires. */
void lease_clocks_give(struct lease_clocks *c, uint32_t slot);
/* Gives back the blocks of a cell in which nobody holds a slot. */
void lease_clocks_close(struct lease_clocks *c, uint32_t cell);
/* Runs all down at one covariate a cell; slots that fire are in c->fired, when in c->after. Returns how many. */
size_t lease_clocks_run(struct lease_clocks *c, const float *covariate_of_cell, double dt);

/* Slots of a block that are due before a date: bits. */
static inline unsigned lease_clocks_due(const struct lease_clocks *c, uint32_t block, double before)
{
    typedef double pair __attribute__((vector_size(16)));
    typedef int64_t bits __attribute__((vector_size(16)));
    const double *due = &c->due[block * CLOCK_BLOCK];
    pair limit = {before, before};
    bits found = {0, 0};
    for (int i = 0; i < CLOCK_BLOCK; i += 2) {
        pair both = {due[i], due[i + 1]};
        found |= (both < limit) & (bits){1 << i, 2 << i};
    }
    return (unsigned)(found[0] | found[1]);
}

/* One clock: see struct clock_columns. The slope of a free slot is negative. */
static inline float *lease_clocks_left(const struct lease_clocks *c, uint32_t slot)
{
    return &c->block[slot / CLOCK_BLOCK].left[slot % CLOCK_BLOCK];
}
static inline float *lease_clocks_base(const struct lease_clocks *c, uint32_t slot)
{
    return &c->block[slot / CLOCK_BLOCK].base[slot % CLOCK_BLOCK];
}
static inline float *lease_clocks_slope(const struct lease_clocks *c, uint32_t slot)
{
    return &c->block[slot / CLOCK_BLOCK].slope[slot % CLOCK_BLOCK];
}
static inline bool lease_clocks_free(const struct lease_clocks *c, uint32_t slot)
{
    return *lease_clocks_slope(c, slot) < 0;
}
static inline uint32_t lease_clocks_cell(const struct lease_clocks *c, uint32_t slot)
{
    return c->cell[slot / CLOCK_BLOCK];
}

#endif
