/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep: left -= base max(1, slope covariate) dt, in blocks; only a block in which something fired is looked at again. */
#include "clocks.h"

#include <float.h>

enum { BLOCK = 128 }; /* two cache lines of each column for every vector width */

ISA_BODY float hazard_of(float base, float slope, float covariate)
{
    const float one = 1;
    float factor = slope * covariate;
    return base * (factor > one ? factor : one);
}

/* When a clock with `left` > 0 fires, if it does within dt. Rounding must not put it outside (0, dt]. */
static float firing_time(float left, float hazard, float dt)
{
    float after = left / hazard;
    return after < dt ? after > 0 ? after : FLT_TRUE_MIN : dt;
}

/* Lowers one block into `next` and says whether anything fired. */
ISA_BODY int block_lower(const float *restrict left, const float *restrict base, const float *restrict slope, size_t count,
                         float covariate, float dt, float next[restrict BLOCK])
{
    int any = 0;
#pragma omp simd reduction(| : any)
    for (size_t i = 0; i < count; i++) {
        next[i] = left[i] - hazard_of(base[i], slope[i], covariate) * dt;
        any |= (next[i] <= 0) & (left[i] > 0);
    }
    return any;
}

ISA_BODY size_t sweep(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    size_t fires = 0;
    for (size_t from = 0; from < columns.count; from += BLOCK) {
        size_t count = columns.count - from < BLOCK ? columns.count - from : BLOCK;
        float *left = columns.left + from, next[BLOCK];
        const float *base = columns.base + from, *slope = columns.slope + from;
        int any = count == BLOCK ? block_lower(left, base, slope, BLOCK, covariate, dt, next)
                                 : block_lower(left, base, slope, count, covariate, dt, next);
        for (size_t i = 0; any && i < count; i++) {
            if (next[i] <= 0 && left[i] > 0) {
                fired[fires] = (uint32_t)(from + i);
                after[fires++] = firing_time(left[i], hazard_of(base[i], slope[i], covariate), dt);
            }
        }
        __builtin_memcpy(left, next, count * sizeof *left);
    }
    return fires;
}

typedef size_t kernel(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after);

static size_t sweep_base(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    return sweep(columns, covariate, dt, fired, after);
}

ISA_TARGET_AVX2 static size_t sweep_avx2(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    return sweep(columns, covariate, dt, fired, after);
}

ISA_TARGET_AVX512 static size_t sweep_avx512(struct clock_columns columns, float covariate, float dt, uint32_t *fired,
                                             float *after)
{
    return sweep(columns, covariate, dt, fired, after);
}

static kernel *const kernels[ISAS] = {sweep_base, sweep_avx2, sweep_avx512};

size_t clocks_sweep_with(enum isa isa, struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    return kernels[isa](columns, covariate, dt, fired, after);
}

size_t clocks_sweep(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    return clocks_sweep_with(isa_in_use(), columns, covariate, dt, fired, after);
}

float clock_hazard(float base, float slope, float covariate)
{
    return hazard_of(base, slope, covariate);
}

bool clock_settle(float *left, float old_hazard, float new_hazard, float rest, float *after)
{
    float now = *left + old_hazard * rest;
    *left = now - new_hazard * rest;
    if (now <= 0 || *left > 0)
        return false;
    *after = firing_time(now, new_hazard, rest);
    return true;
}

const char *clocks_isa(void)
{
    return isa_name(isa_in_use());
}
