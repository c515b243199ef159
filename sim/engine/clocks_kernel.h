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

/* Lowers BLOCK vectors, with one bit for each clock that fires; firing times are found one by one, from what was
 * left. */
TARGET static size_t NAME(sweep)(struct clock_columns columns, float covariate, float dt, struct firings *firings)
{
    enum { BLOCK = 4 };
    size_t from = 0;
    for (; from + BLOCK * LANES <= columns.count; from += BLOCK * LANES) {
        NAME(floats) next[BLOCK], zero = {0}, one = zero + 1.0f;
        uint64_t fired = 0;
        for (int i = 0; i < BLOCK; i++) {
            size_t at = from + (size_t)i * LANES;
            NAME(floats) left = NAME(load)(columns.left + at);
            NAME(floats) factor = LARGER(NAME(load)(columns.slope + at) * covariate, one);
            next[i] = left - NAME(load)(columns.base + at) * factor * dt;
            fired |= BITS((next[i] <= zero) & (left > zero)) << (i * LANES);
        }
        for (; fired; fired &= fired - 1)
            note_firing(columns, from + (size_t)__builtin_ctzll(fired), covariate, dt, firings);
        memcpy(columns.left + from, next, sizeof next);
    }
    return from;
}

#undef LARGER
#undef BITS
#undef TARGET
#undef NAME
#undef LANES
