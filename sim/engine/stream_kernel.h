/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a draw is, for LANES draws at a time: included by stream.c once for one lane and once per instruction set, with
 *     LANES      1, 2, 4 or 8
 *     NAME(x)    x with a suffix
 *     TARGET     the target attribute
 *     MULTIPLY   of the low halves of a and b, to 64 bits
 *     HIGH       the upper half of a, in the lower half
 * Only additions, multiplications, one division and operations on bits: every width gives the same.
 */

#if LANES == 1
typedef uint64_t NAME(words);
typedef double NAME(numbers);
#else
typedef uint64_t NAME(words) __attribute__((vector_size(8 * LANES)));
typedef double NAME(numbers) __attribute__((vector_size(8 * LANES)));
#endif

#define WORDS NAME(words)
#define NUMBERS NAME(numbers)
#define KERNEL TARGET ISA_BODY

KERNEL NUMBERS NAME(numbers_of_bits)(WORDS bits)
{
    NUMBERS x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

KERNEL WORDS NAME(bits_of_numbers)(NUMBERS x)
{
    WORDS bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* A Philox counter, or a block, of 32-bit words in the low halves; what the upper halves hold does not matter. */
struct NAME(state) {
    WORDS c0, c1, c2, c3;
};

KERNEL struct NAME(state) NAME(round)(struct NAME(state) c, const uint64_t key[2])
{
    WORDS p0 = MULTIPLY(c.c0, 0xd2511f53), p1 = MULTIPLY(c.c2, 0xcd9e8d57);
    return (struct NAME(state)){HIGH(p1) ^ c.c1 ^ key[0], p1, HIGH(p0) ^ c.c3 ^ key[1], p0};
}

/* 64 bits of two words. */
KERNEL WORDS NAME(joined)(WORDS low, WORDS high)
{
    return high << 32 | (low & (uint64_t)UINT32_MAX);
}

/* (2 m + 1) 2^-53 with m the upper 52 bits: put m behind the point of a number in [1, 2), take 1 - 2^-53 off, exactly.
 * `flip` is MANTISSA for antithetic draws, else 0: with all bits of m turned over u is 1 - u, exactly. */
KERNEL NUMBERS NAME(uniform)(WORDS draw, uint64_t flip)
{
    return NAME(numbers_of_bits)((draw >> 12 ^ flip) | (uint64_t)ONE_BITS) - (1 - 0x1p-53);
}

/* -log(u) for u in (0, 1), within an ulp: u = z 2^k with z in [sqrt(1/2), sqrt(2)), and with s = (z-1)/(z+1) the
 * series of log(z) = 2 atanh(s) as fitted in FreeBSD's e_log.c (Sun Microsystems 1993). Not det_log, because what
 * takes only normal positive numbers needs no branch, no table and no conversion from integers. */
KERNEL NUMBERS NAME(exponential)(NUMBERS u)
{
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    WORDS bits = NAME(bits_of_numbers)(u) + (uint64_t)(ONE_BITS - SQRT_HALF_BITS);
    NUMBERS k = NAME(numbers_of_bits)(bits >> 52 | (uint64_t)TWO_52_BITS) - (0x1p52 + 1023);
    NUMBERS f = NAME(numbers_of_bits)((bits & (uint64_t)MANTISSA) + (uint64_t)SQRT_HALF_BITS) - 1.0;
    NUMBERS s = f / (2.0 + f), z = s * s, w = z * z;
    NUMBERS odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    NUMBERS even = z * (6.666666666666735130e-01 +
                        w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    NUMBERS half_square = 0.5 * f * f;
    return ((half_square - (s * (half_square + (odd + even)) + k * ln2_low)) - f) - k * ln2_high;
}

#if LANES > 1

/* Two draws from each of LANES blocks, in the order of the blocks. */
KERNEL void NAME(store)(double *out, NUMBERS first, NUMBERS second)
{
#if LANES == 2
    NUMBERS low = __builtin_shufflevector(first, second, 0, 2);
    NUMBERS high = __builtin_shufflevector(first, second, 1, 3);
#elif LANES == 4
    NUMBERS low = __builtin_shufflevector(first, second, 0, 4, 1, 5);
    NUMBERS high = __builtin_shufflevector(first, second, 2, 6, 3, 7);
#else
    NUMBERS low = __builtin_shufflevector(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
    NUMBERS high = __builtin_shufflevector(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
#endif
    memcpy(out, &low, sizeof low);
    memcpy(out + LANES, &high, sizeof high);
}

KERNEL void NAME(store_uniforms)(double *out, struct NAME(state) block, uint64_t flip)
{
    NUMBERS first = NAME(uniform)(NAME(joined)(block.c0, block.c1), flip);
    NUMBERS second = NAME(uniform)(NAME(joined)(block.c2, block.c3), flip);
    NAME(store)(out, first, second);
}

/* Uniforms of the stream's blocks `from` to `from` + LANES * chains, which is 1 or 2: with two chains of rounds the
 * processor need not wait for each multiplication. */
KERNEL void NAME(blocks)(const struct stream *s, const struct schedule *keys, double *restrict out, unsigned from,
                         int chains)
{
    const uint64_t flip = s->antithetic ? MANTISSA : 0;
    WORDS zero = {0}, lane;
    for (unsigned i = 0; i < LANES; i++)
        lane[i] = i;
    struct NAME(state) c = {lane + (uint64_t)(s->counter[0] + from), zero + (uint64_t)s->counter[1],
                            zero + (uint64_t)s->counter[2], zero + (uint64_t)s->counter[3]};
    struct NAME(state) d = c;
    d.c0 += (uint64_t)LANES;
    for (int r = 0; r < PHILOX_ROUNDS; r++) {
        c = NAME(round)(c, keys->round[r]);
        if (chains > 1)
            d = NAME(round)(d, keys->round[r]);
    }
    NAME(store_uniforms)(out, c, flip);
    if (chains > 1)
        NAME(store_uniforms)(out + BLOCK_DRAWS * LANES, d, flip);
}

/* Numbers of the stream's next `count` blocks, and then of some more to fill a vector. `restrict`: what the
 * first rounds make of the counter's fixed words is worked out once. */
KERNEL void NAME(batch)(const struct stream *s, const struct schedule *keys, double *restrict out, unsigned count,
                        bool exponentials)
{
    unsigned done = 0;
    for (; done + LANES < count; done += 2 * LANES)
        NAME(blocks)(s, keys, out + BLOCK_DRAWS * done, done, 2);
    if (done < count) {
        NAME(blocks)(s, keys, out + BLOCK_DRAWS * done, done, 1);
        done += LANES;
    }
    if (!exponentials)
        return;
    for (unsigned i = 0; i < BLOCK_DRAWS * done; i += LANES) {
        NUMBERS u;
        memcpy(&u, out + i, sizeof u);
        u = NAME(exponential)(u);
        memcpy(out + i, &u, sizeof u);
    }
}

/* Exponentials of the draws with these numbers: half a block of each, a lane each. */
TARGET static void NAME(picked)(const struct stream *s, const struct schedule *keys, const uint64_t *number,
                                double *restrict out, size_t count)
{
    const uint64_t flip = s->antithetic ? MANTISSA : 0;
    WORDS zero = {0}, at;
    for (size_t i = 0; i < count; i += LANES) {
        memcpy(&at, number + i, sizeof at);
        struct NAME(state) c = {at >> 1, zero + (uint64_t)s->counter[1], zero + (uint64_t)s->counter[2],
                                zero + (uint64_t)s->counter[3]};
        for (int r = 0; r < PHILOX_ROUNDS; r++)
            c = NAME(round)(c, keys->round[r]);
        WORDS first = NAME(joined)(c.c0, c.c1), second = NAME(joined)(c.c2, c.c3), odd = zero - (at & (uint64_t)1);
        NUMBERS e = NAME(exponential)(NAME(uniform)(first ^ ((first ^ second) & odd), flip));
        memcpy(out + i, &e, sizeof e);
    }
}

TARGET static void NAME(many)(const struct streams *from, const uint64_t *identity, const uint64_t *block, size_t count,
                              double (*u)[DRAWS_AT_ONCE])
{
    const uint64_t flip = from->antithetic ? MANTISSA : 0;
    const WORDS replication = (WORDS){0} + (uint64_t)from->replication;
    struct schedule keys;
    schedule_fill(&keys, (const uint32_t[]){(uint32_t)from->seed, (uint32_t)(from->seed >> 32)});
    for (size_t i = 0; i < count; i += LANES) {
        struct NAME(state) c = {.c1 = replication};
        memcpy(&c.c0, block + i, sizeof c.c0);
        memcpy(&c.c2, identity + i, sizeof c.c2);
        c.c3 = c.c2 >> 32;
        struct NAME(state) d = c;
        d.c0 += (uint64_t)1;
        for (int r = 0; r < PHILOX_ROUNDS; r++) {
            c = NAME(round)(c, keys.round[r]);
            d = NAME(round)(d, keys.round[r]);
        }
        const WORDS draw[DRAWS_AT_ONCE] = {NAME(joined)(c.c0, c.c1), NAME(joined)(c.c2, c.c3), NAME(joined)(d.c0, d.c1),
                                           NAME(joined)(d.c2, d.c3)};
        for (int k = 0; k < DRAWS_AT_ONCE; k++) {
            NUMBERS x = NAME(uniform)(draw[k], flip);
            for (size_t lane = 0; lane < LANES; lane++)
                u[i + lane][k] = x[lane];
        }
    }
}

TARGET static void NAME(uniform_batch)(const struct stream *s, const struct schedule *keys, double *restrict out,
                                       unsigned count)
{
    NAME(batch)(s, keys, out, count, false);
}

TARGET static void NAME(exponential_batch)(const struct stream *s, const struct schedule *keys, double *restrict out,
                                           unsigned count)
{
    NAME(batch)(s, keys, out, count, true);
}

#endif

#undef KERNEL
#undef NUMBERS
#undef WORDS
#undef MULTIPLY
#undef HIGH
#undef TARGET
#undef NAME
#undef LANES
