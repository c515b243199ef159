/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep for vectors of LANES floats: included by clocks.c once per instruction set, with
 *     LANES      4, 8 or 16
 *     NAME(x)    x with a suffix
 *     TARGET     the target attribute
 *     LARGER     of the elements of a and b: a > b ? a : b
 *     BITS       one bit for each true element of a comparison
 */

typedef float NAME(floats) __attribute__((vector_size(4 * LANES)));

TARGET ISA_BODY NAME(floats) NAME(load)(const float *from)
{
    NAME(floats) x;
    memcpy(&x, from, sizeof x);
    return x;
}

/* What is left of a vector of clocks, and a bit for each that fires. */
TARGET ISA_BODY NAME(floats)
    NAME(lower)(const float *left_, const float *base, const float *slope, float covariate, float dt, uint64_t *fired)
{
    NAME(floats) left = NAME(load)(left_), zero = {0}, one = zero + 1.0f;
    NAME(floats) factor = LARGER(NAME(load)(slope) * covariate, one);
    NAME(floats) next = left - NAME(load)(base) * factor * dt;
    *fired = BITS((next <= zero) & (left > zero));
    return next;
}

/* Lowers BLOCK vectors, with one bit for each clock that fires; firing times are found one by one, from what was
 * left. */
TARGET static size_t NAME(sweep)(struct clock_columns columns, float covariate, float dt, struct firings *firings)
{
    enum { BLOCK = 4 };
    size_t from = 0;
    for (; from + BLOCK * LANES <= columns.count; from += BLOCK * LANES) {
        NAME(floats) next[BLOCK];
        uint64_t fired = 0, bits;
        for (int i = 0; i < BLOCK; i++) {
            size_t at = from + (size_t)i * LANES;
            next[i] = NAME(lower)(columns.left + at, columns.base + at, columns.slope + at, covariate, dt, &bits);
            fired |= bits << (i * LANES);
        }
        for (; fired; fired &= fired - 1)
            note_firing(columns, from + (size_t)__builtin_ctzll(fired), covariate, dt, firings);
        memcpy(columns.left + from, next, sizeof next);
    }
    return from;
}

#if LANES <= CLOCK_BLOCK
/* The same where every CLOCK_BLOCK clocks have a covariate of their own. */
TARGET static void NAME(sweep_blocks)(struct clock_block *block, const uint32_t *cell, size_t blocks,
                                      const float *covariate_of_cell, float dt, struct firings *firings)
{
    for (size_t b = 0; b < blocks; b++) {
        float covariate = covariate_of_cell[cell[b]];
        uint64_t fired = 0, bits;
        NAME(floats) next[CLOCK_BLOCK / LANES];
        for (size_t i = 0; i < CLOCK_BLOCK / LANES; i++) {
            size_t at = i * LANES;
            next[i] = NAME(lower)(block[b].left + at, block[b].base + at, block[b].slope + at, covariate, dt, &bits);
            fired |= bits << at;
        }
        for (; fired; fired &= fired - 1)
            note_firing_of_block(block, b, (size_t)__builtin_ctzll(fired), covariate, dt, firings);
        memcpy(block[b].left, next, sizeof next);
    }
}
#endif

#undef LARGER
#undef BITS
#undef TARGET
#undef NAME
#undef LANES
