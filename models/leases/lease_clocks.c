/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lease_clocks.h"

#include <math.h>

void lease_clocks_open(struct lease_clocks *c, size_t cells, struct arena *arena)
{
    *c = (struct lease_clocks){.arena = arena, .spare_block = NO_BLOCK};
    c->first_block = arena_array(arena, cells, sizeof *c->first_block);
    c->free_slot = arena_array(arena, cells, sizeof *c->free_slot);
    for (size_t cell = 0; cell < cells; cell++) {
        c->first_block[cell] = NO_BLOCK;
        c->free_slot[cell] = NO_SLOT;
    }
}

static void *larger(struct lease_clocks *c, const void *old, size_t size, size_t used, size_t room)
{
    return arena_grow(c->arena, old, used * size, room * size);
}

static void grow(struct lease_clocks *c)
{
    enum { FIRST_ROOM = 256 * CLOCK_BLOCK };
    size_t room = c->room ? 2 * c->room : FIRST_ROOM, blocks = c->slots / CLOCK_BLOCK;
    c->block = larger(c, c->block, sizeof *c->block, blocks, room / CLOCK_BLOCK);
    c->holder = larger(c, c->holder, sizeof *c->holder, c->slots, room);
    c->due = larger(c, c->due, sizeof *c->due, c->slots, room);
    c->cell = larger(c, c->cell, sizeof *c->cell, blocks, room / CLOCK_BLOCK);
    c->next = larger(c, c->next, sizeof *c->next, blocks, room / CLOCK_BLOCK);
    c->fired = larger(c, c->fired, sizeof *c->fired, 0, room);
    c->after = larger(c, c->after, sizeof *c->after, 0, room);
    c->room = room;
}

static uint32_t new_block(struct lease_clocks *c)
{
    uint32_t block = c->spare_block;
    if (block != NO_BLOCK) {
        c->spare_block = c->next[block];
        return block;
    }
    if (c->slots == c->room)
        grow(c);
    c->slots += CLOCK_BLOCK;
    return (uint32_t)(c->slots / CLOCK_BLOCK - 1);
}

static void stop(struct lease_clocks *c, uint32_t slot, uint32_t next_free)
{
    *lease_clocks_left(c, slot) = INFINITY; /* whatever the hazard, which is finite */
    *lease_clocks_slope(c, slot) = -1;
    c->due[slot] = (double)INFINITY;
    c->holder[slot].id = next_free;
}

static void add_block(struct lease_clocks *c, uint32_t cell)
{
    uint32_t block = new_block(c), first = block * CLOCK_BLOCK;
    c->cell[block] = cell;
    c->next[block] = c->first_block[cell];
    c->first_block[cell] = block;
    for (uint32_t slot = first; slot < first + CLOCK_BLOCK; slot++) {
        *lease_clocks_base(c, slot) = 0;
        stop(c, slot, slot + 1 < first + CLOCK_BLOCK ? slot + 1 : NO_SLOT);
    }
    c->free_slot[cell] = first;
}

uint32_t lease_clocks_take(struct lease_clocks *c, uint32_t cell, double due, struct clock_holder holder)
{
    if (c->free_slot[cell] == NO_SLOT)
        add_block(c, cell);
    uint32_t slot = c->free_slot[cell];
    c->free_slot[cell] = c->holder[slot].id;
    c->holder[slot] = holder;
    c->due[slot] = due;
    *lease_clocks_slope(c, slot) = 0;
    return slot;
}

void lease_clocks_give(struct lease_clocks *c, uint32_t slot)
{
    uint32_t cell = lease_clocks_cell(c, slot);
    stop(c, slot, c->free_slot[cell]);
    c->free_slot[cell] = slot;
}

void lease_clocks_close(struct lease_clocks *c, uint32_t cell)
{
    for (uint32_t block = c->first_block[cell], next; block != NO_BLOCK; block = next) {
        next = c->next[block];
        c->next[block] = c->spare_block;
        c->spare_block = block;
    }
    c->first_block[cell] = NO_BLOCK;
    c->free_slot[cell] = NO_SLOT;
}

size_t lease_clocks_run(struct lease_clocks *c, const float *covariate_of_cell, double dt)
{
    return clocks_sweep_blocks(c->block, c->cell, c->slots / CLOCK_BLOCK, covariate_of_cell, (float)dt, c->fired,
                               c->after);
}
