/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hazard clocks: a state-dependent hazard h_i(t) is never sampled per step.
 *
 * Each entity draws E ~ Exp(1) once; its clock runs down by the integral of h_i and fires at the exact time it reaches
 * zero (random time change: Gibson and Bruck 2000; Anderson 2007). With h constant inside a step this is exact. Columns
 * of a segment share one covariate, so a sweep is a broadcast and a fused compare:
 *
 *     h_i = base_i * max(1, slope_i * covariate)        left_i -= h_i * dt
 *
 * The kernel exists once and is compiled per instruction set behind a table (ICCSIM_ISA=base|avx2|avx512 forces one);
 * all give the same bits: no fused multiply-add, no reassociation.
 */
#ifndef ICCSIM_ENGINE_CLOCKS_H
#define ICCSIM_ENGINE_CLOCKS_H

#include "isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock_columns {
    float *left; /* exposure left until it fires; the sweep lowers it. +inf: never; at or below 0: has fired */
    const float *base; /* hazard a year at covariate 0, >= 0 */
    const float *slope; /* >= 0 */
    size_t count;
};

/* Runs all clocks down over dt years. Indices of those that reach zero go to `fired` (room for count), in ascending
 * order, and `after` gets for each the time from the step's start to the firing, in (0, dt]. Returns how many fired.
 * A clock that has fired stays at or below zero and never fires again, until it is given a new exposure. */
size_t clocks_sweep(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after);

/* The same for clocks in blocks, each with the covariate of its cell: segments of any length, padded with clocks that
 * never fire. What belongs to a clock lies close together, because one by one they are set and looked at as often as
 * they are swept. Clocks are numbered through all blocks; `fired` and `after` have room for them all. */
#define CLOCK_BLOCK 8
struct clock_block {
    float left[CLOCK_BLOCK], base[CLOCK_BLOCK], slope[CLOCK_BLOCK]; /* as the columns above */
};
size_t clocks_sweep_blocks(struct clock_block *block, const uint32_t *cell, size_t blocks,
                           const float *covariate_of_cell, float dt, uint32_t *fired, float *after);

/* A hazard that changes `rest` years before the step's end, after the sweep: gives back what the sweep took for the
 * rest at the old hazard and takes it at the new one. True if the clock now fires inside the rest, `*after` from the
 * change; a firing that the sweep announced for later than the change no longer holds. */
bool clock_settle(float *left, float old_hazard, float new_hazard, float rest, float *after);

/* As in the sweep. */
static inline float clock_hazard(float base, float slope, float covariate)
{
    float factor = slope * covariate;
    return base * (factor > 1 ? factor : 1);
}

/* The same with a given instruction set, for tests; the processor must have it. */
size_t clocks_sweep_with(enum isa isa, struct clock_columns columns, float covariate, float dt, uint32_t *fired,
                         float *after);

size_t clocks_sweep_blocks_with(enum isa isa, struct clock_block *block, const uint32_t *cell, size_t blocks,
                                const float *covariate_of_cell, float dt, uint32_t *fired, float *after);

/* The name of the instruction set in use: base, avx2 or avx512. */
const char *clocks_isa(void);

#endif
