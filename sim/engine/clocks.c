/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep left -= base max(1, slope covariate) dt, and what is done to one clock. */
#include "clocks.h"

#include <float.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

struct firings {
    uint32_t *fired;
    float *after;
    size_t count;
};

/* When a clock with `left` > 0 fires, if it does within dt. Rounding must not put it outside (0, dt]. */
static float firing_time(float left, float hazard, float dt)
{
    float after = left / hazard;
    return after < dt ? after > 0 ? after : FLT_TRUE_MIN : dt;
}

/* Takes down that clock i, not lowered yet, fires. */
static void note_firing(struct clock_columns columns, size_t i, float covariate, float dt, struct firings *firings)
{
    float hazard = clock_hazard(columns.base[i], columns.slope[i], covariate);
    firings->fired[firings->count] = (uint32_t)i;
    firings->after[firings->count++] = firing_time(columns.left[i], hazard, dt);
}

static void note_firing_of_block(struct clock_block *block, size_t b, size_t i, float covariate, float dt,
                                 struct firings *firings)
{
    note_firing((struct clock_columns){block[b].left, block[b].base, block[b].slope, CLOCK_BLOCK}, i, covariate, dt,
                firings);
    firings->fired[firings->count - 1] += (uint32_t)(b * CLOCK_BLOCK);
}

#define LANES 4
#define NAME(x) x##_base
#define TARGET
#ifdef __x86_64__
#define LARGER(a, b) ((floats_base)_mm_max_ps((__m128)(a), (__m128)(b)))
#define BITS(a) ((uint64_t)_mm_movemask_ps((__m128)(a)))
#else
#define LARGER(a, b) larger(a, b)
#define BITS(a) bits(a)
typedef float floats __attribute__((vector_size(16)));
typedef int32_t masks __attribute__((vector_size(16)));

static inline floats larger(floats a, floats b)
{
    for (int i = 0; i < 4; i++)
        a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
}

static inline uint64_t bits(masks a)
{
    return (a[0] & 1) | (a[1] & 2) | (a[2] & 4) | (a[3] & 8);
}
#endif
#include "clocks_kernel.h"

#ifdef __x86_64__
#define LANES 8
#define NAME(x) x##_avx2
#define TARGET ISA_TARGET_AVX2
#define LARGER(a, b) ((floats_avx2)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define BITS(a) ((uint64_t)(uint32_t)_mm256_movemask_ps((__m256)(a)))
#include "clocks_kernel.h"

#define LANES 16
#define NAME(x) x##_avx512
#define TARGET ISA_TARGET_AVX512
#define LARGER(a, b) ((floats_avx512)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define BITS(a) ((uint64_t)_mm512_movepi32_mask((__m512i)(a)))
#include "clocks_kernel.h"
#endif

/* Sweeps as many as fill whole blocks of vectors; returns how many these are. */
typedef size_t kernel(struct clock_columns columns, float covariate, float dt, struct firings *firings);
typedef void block_kernel(struct clock_block *block, const uint32_t *cell, size_t blocks,
                          const float *covariate_of_cell, float dt, struct firings *firings);

static kernel *const kernels[ISAS] = {
    [ISA_BASE] = sweep_base,
#ifdef __x86_64__
    [ISA_AVX2] = sweep_avx2,
    [ISA_AVX512] = sweep_avx512,
#endif
};

size_t clocks_sweep_with(enum isa isa, struct clock_columns columns, float covariate, float dt, uint32_t *fired,
                         float *after)
{
    struct firings firings = {.fired = fired, .after = after};
    size_t swept = kernels[isa](columns, covariate, dt, &firings);
    for (size_t i = swept; i < columns.count; i++) {
        float next = columns.left[i] - clock_hazard(columns.base[i], columns.slope[i], covariate) * dt;
        if (next <= 0 && columns.left[i] > 0)
            note_firing(columns, i, covariate, dt, &firings);
        columns.left[i] = next;
    }
    return firings.count;
}

size_t clocks_sweep_blocks_with(enum isa isa, struct clock_block *block, const uint32_t *cell, size_t blocks,
                                const float *covariate_of_cell, float dt, uint32_t *fired, float *after)
{
    static block_kernel *const block_kernels[ISAS] = {
        [ISA_BASE] = sweep_blocks_base,
#ifdef __x86_64__
        [ISA_AVX2] = sweep_blocks_avx2,
        [ISA_AVX512] = sweep_blocks_avx2, /* blocks are shorter than its vectors */
#endif
    };
    struct firings firings = {.fired = fired, .after = after};
    block_kernels[isa](block, cell, blocks, covariate_of_cell, dt, &firings);
    return firings.count;
}

size_t clocks_sweep_blocks(struct clock_block *block, const uint32_t *cell, size_t blocks,
                           const float *covariate_of_cell, float dt, uint32_t *fired, float *after)
{
    return clocks_sweep_blocks_with(isa_in_use(), block, cell, blocks, covariate_of_cell, dt, fired, after);
}

size_t clocks_sweep(struct clock_columns columns, float covariate, float dt, uint32_t *fired, float *after)
{
    return clocks_sweep_with(isa_in_use(), columns, covariate, dt, fired, after);
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
