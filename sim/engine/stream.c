/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) and what is drawn from it by inversion.
 *
 * One round maps (c0, c1, c2, c3) under (k0, k1) to (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2), hi(M0 c0) ^ c3 ^ k1, lo(M0 c0));
 * the key grows by a constant each round. Known answer: counter 0 under key 0 gives 6627e8d5 e169c58d bc57ac4c
 * 9b00dbd8.
 */
#include "stream.h"

#include "isa.h"
#include "sim/base/det.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum {
    BLOCK_DRAWS = 2,
    WHOLE = 2 * 8 * BLOCK_DRAWS, /* draws of two chains of the widest vectors */
};

/* The key of each round, in the lower halves. Computed once a fill: broadcast from memory it costs the kernels nothing.
 */
enum { PHILOX_ROUNDS = 10 };
static const uint32_t philox_growth[2] = {0x9e3779b9, 0xbb67ae85};
struct schedule {
    uint64_t round[PHILOX_ROUNDS][2];
};

static inline void schedule_fill(struct schedule *keys, const uint32_t key[2])
{
    uint64_t low = key[0], high = key[1];
    for (int i = 0; i < PHILOX_ROUNDS; i++, low += philox_growth[0], high += philox_growth[1]) {
        keys->round[i][0] = low;
        keys->round[i][1] = high;
    }
}

#define MANTISSA 0x000fffffffffffffu
#define ONE_BITS 0x3ff0000000000000u /* of 1.0 */
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdu /* of sqrt(1/2) */
#define TWO_52_BITS 0x4330000000000000u /* of 2^52: the integers below it are the mantissas behind it */

#define SWAP_HALVES 0xb1 /* of each 64 bits; a shuffle where a shift would wait for the port that multiplies */

#define LANES 1
#define NAME(x) x##_one
#define TARGET
#define MULTIPLY(a, b) ((uint64_t)(uint32_t)(a) * (b))
#define HIGH(a) ((a) >> 32)
#include "stream_kernel.h"

#define LANES 2
#define NAME(x) x##_base
#define TARGET
#ifdef __x86_64__
#define MULTIPLY(a, b) ((words_base)_mm_mul_epu32((__m128i)(a), _mm_set1_epi64x(b)))
#define HIGH(a) ((words_base)_mm_shuffle_epi32((__m128i)(a), SWAP_HALVES))
#else
#define MULTIPLY(a, b) (((a) & (uint64_t)UINT32_MAX) * (uint64_t)(b))
#define HIGH(a) ((a) >> 32)
#endif
#include "stream_kernel.h"

#ifdef __x86_64__
#define LANES 4
#define NAME(x) x##_avx2
#define TARGET ISA_TARGET_AVX2
#define MULTIPLY(a, b) ((words_avx2)_mm256_mul_epu32((__m256i)(a), _mm256_set1_epi64x(b)))
#define HIGH(a) ((words_avx2)_mm256_shuffle_epi32((__m256i)(a), SWAP_HALVES))
#include "stream_kernel.h"

#define LANES 8
#define NAME(x) x##_avx512
#define TARGET ISA_TARGET_AVX512
#define MULTIPLY(a, b) ((words_avx512)_mm512_mul_epu32((__m512i)(a), _mm512_set1_epi64(b)))
#define HIGH(a) ((words_avx512)_mm512_shuffle_epi32((__m512i)(a), (_MM_PERM_ENUM)SWAP_HALVES))
#include "stream_kernel.h"
#endif

typedef void batch(const struct stream *s, const struct schedule *keys, double *out, unsigned count);

typedef void many(const struct streams *from, const uint64_t *identity, const uint64_t *block, size_t count,
                  double (*u)[DRAWS_AT_ONCE]);

static const struct {
    batch *uniform, *exponential;
    many *many;
    void (*picked)(const struct stream *s, const struct schedule *keys, const uint64_t *number, double *out,
                   size_t count);
} kernels[ISAS] = {
    [ISA_BASE] = {uniform_batch_base, exponential_batch_base, many_base, picked_base},
#ifdef __x86_64__
    [ISA_AVX2] = {uniform_batch_avx2, exponential_batch_avx2, many_avx2, picked_avx2},
    [ISA_AVX512] = {uniform_batch_avx512, exponential_batch_avx512, many_avx512, picked_avx512},
#endif
};

static inline struct state_one numbered_round(struct state_one c, const uint32_t key[2], uint32_t r)
{
    const uint64_t now[2] = {key[0] + r * philox_growth[0], key[1] + r * philox_growth[1]};
    return round_one(c, now);
}

/* One block; unrolled, which the compiler would not do by itself. */
static inline struct state_one block_of(const uint32_t key[2], const uint32_t counter[4])
{
    struct state_one c = {counter[0], counter[1], counter[2], counter[3]};
    c = numbered_round(numbered_round(c, key, 0), key, 1);
    c = numbered_round(numbered_round(c, key, 2), key, 3);
    c = numbered_round(numbered_round(c, key, 4), key, 5);
    c = numbered_round(numbered_round(c, key, 6), key, 7);
    return numbered_round(numbered_round(c, key, 8), key, 9);
}

void philox(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4])
{
    struct state_one c = block_of(key, counter);
    block[0] = (uint32_t)c.c0;
    block[1] = (uint32_t)c.c1;
    block[2] = (uint32_t)c.c2;
    block[3] = (uint32_t)c.c3;
}

struct stream stream_open(const struct streams *from, uint64_t identity)
{
    return (struct stream){
        .key = {(uint32_t)from->seed, (uint32_t)(from->seed >> 32)},
        .counter = {0, from->replication, (uint32_t)identity, (uint32_t)(identity >> 32)},
        .antithetic = from->antithetic,
    };
}

/* Philox needs no mixed keys: any two that differ give unrelated numbers. */
struct streams streams_of(const struct streams *from, const char *name)
{
    struct streams its = *from;
    its.seed ^= identity_of_text(name);
    return its;
}

static uint64_t next_draw(struct stream *s)
{
    if (!s->left) {
        struct state_one c = block_of(s->key, s->counter);
        s->draw[0] = joined_one(c.c0, c.c1);
        s->draw[1] = joined_one(c.c2, c.c3);
        s->counter[0]++;
        assert(s->counter[0]); /* 2^33 draws from one stream */
        s->left = BLOCK_DRAWS;
    }
    return s->draw[BLOCK_DRAWS - s->left--];
}

double stream_uniform(struct stream *s)
{
    return uniform_one(next_draw(s), s->antithetic ? MANTISSA : 0);
}

double stream_exponential(struct stream *s)
{
    return exponential_one(stream_uniform(s));
}

double stream_normal(struct stream *s)
{
    return gsl_cdf_ugaussian_Pinv(stream_uniform(s));
}

uint32_t stream_below(struct stream *s, uint32_t n)
{
    uint32_t k;
    while (!below_of_uniform(stream_uniform(s), n, &k))
        ;
    return k;
}

/* Fewer than fill the widest vectors: the kernel fills whole ones, so they come here first. Not inlined, because where
 * gcc knows how few they are it copies them with an instruction that takes longer than the kernel. */
static __attribute__((noinline)) void fill_part(struct stream *s, const struct schedule *keys, double *out,
                                                size_t count, batch *kernel)
{
    double part[WHOLE];
    unsigned blocks = (unsigned)(count + BLOCK_DRAWS - 1) / BLOCK_DRAWS;
    kernel(s, keys, part, blocks);
    memcpy(out, part, count * sizeof *out);
    s->counter[0] += (unsigned)count / BLOCK_DRAWS;
    if (count % BLOCK_DRAWS) /* half of the last block is left */
        next_draw(s);
}

static void fill(struct stream *s, double *out, size_t count, double one(struct stream *), batch *kernel)
{
    for (; count && s->left; count--)
        *out++ = one(s);
    assert(count / BLOCK_DRAWS < UINT32_MAX - s->counter[0]);
    struct schedule keys;
    schedule_fill(&keys, s->key);
    size_t whole = count / WHOLE * WHOLE;
    kernel(s, &keys, out, (unsigned)(whole / BLOCK_DRAWS));
    s->counter[0] += (unsigned)(whole / BLOCK_DRAWS);
    if (count > whole)
        fill_part(s, &keys, out + whole, count - whole, kernel);
}

void stream_fill_uniform(struct stream *s, double *u, size_t count)
{
    fill(s, u, count, stream_uniform, kernels[isa_in_use()].uniform);
}

void stream_fill_exponential(struct stream *s, double *e, size_t count)
{
    fill(s, e, count, stream_exponential, kernels[isa_in_use()].exponential);
}

void stream_fill_normal(struct stream *s, double *x, size_t count)
{
    stream_fill_uniform(s, x, count);
    for (size_t i = 0; i < count; i++)
        x[i] = gsl_cdf_ugaussian_Pinv(x[i]);
}

__attribute__((noinline)) double reserve_refill(struct reserve *r)
{
    r->fill(&r->stream, r->draw, RESERVE_DRAWS);
    r->used = 1;
    return r->draw[0];
}

void stream_pick_exponential(const struct stream *s, const uint64_t *number, double *e, size_t count)
{
    struct schedule keys;
    schedule_fill(&keys, s->key);
    kernels[isa_in_use()].picked(s, &keys, number, e, count);
}

void streams_fill_uniform(const struct streams *from, const uint64_t *identity, const uint64_t *block, size_t count,
                          double (*u)[DRAWS_AT_ONCE])
{
    kernels[isa_in_use()].many(from, identity, block, count, u);
}

/* Poisson by inversion
 *
 * The probabilities are summed upwards, p(k) = p(k-1) mean / k, from 0 if exp(-mean) is a normal number, else from
 * the nearest anchor below: anchors stand at whole deviations from the mean, where GSL gives the distribution
 * function. A sum that starts at one anchor ends at the next, so u and k rise together whatever is rounded.
 */

enum { POISSON_MEAN_MAX = 1000000 };
static const double summed_from_zero_to = 500; /* exp(-500) = 7e-218 */

static uint32_t poisson_climb(double u, double mean, double k, double p, double sum, double last)
{
    while (sum < u && k < last) {
        k++;
        p *= mean / k;
        sum += p;
    }
    return (uint32_t)k;
}

static double poisson_anchor(double mean, int deviations)
{
    double at = floor(mean + deviations * sqrt(mean));
    return at > 0 ? at : 0;
}

/* log k! - (k + 1/2) log k + k - log(2 pi)/2 is the Stirling series' rest; k here is at least 200. */
static double poisson_probability(double k, double mean)
{
    const double log_2_pi_half = 0.91893853320467274178;
    double rest = (1 / 12. - (1 / 360. - 1 / 1260. / (k * k)) / (k * k)) / k;
    double d = (k - mean) / mean; /* k log(k/mean) - (k - mean) without cancellation */
    double deviance = mean * ((1 + d) * det_log1p(d) - d);
    return det_exp(-deviance - rest - log_2_pi_half - 0.5 * det_log(k));
}

static uint32_t poisson_from_anchor(double u, double mean)
{
    int deviations = (int)floor(gsl_cdf_ugaussian_Pinv(u));
    double k = poisson_anchor(mean, deviations), sum = gsl_cdf_poisson_P((unsigned)k, mean);
    while (sum >= u) {
        k = poisson_anchor(mean, --deviations);
        sum = gsl_cdf_poisson_P((unsigned)k, mean);
    }
    for (;;) {
        double next = poisson_anchor(mean, deviations + 1), next_sum = gsl_cdf_poisson_P((unsigned)next, mean);
        if (next_sum >= u || next_sum <= sum)
            return poisson_climb(u, mean, k, poisson_probability(k, mean), sum, next);
        deviations++;
        k = next;
        sum = next_sum;
    }
}

uint32_t poisson_quantile(double u, double mean)
{
    assert(u > 0x1p-54 && u < 1 && mean >= 0 && mean <= POISSON_MEAN_MAX);
    if (mean > summed_from_zero_to)
        return poisson_from_anchor(u, mean);
    double none = det_exp(-mean);
    return poisson_climb(u, mean, 0, none, none, poisson_anchor(mean, 40) + 40);
}

uint32_t stream_poisson(struct stream *s, double mean)
{
    return poisson_quantile(stream_uniform(s), mean);
}

uint64_t identity_of_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd; /* MurmurHash3's finaliser: FNV mixes its upper bits poorly */
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
    return hash ^ hash >> 33;
}

/* The same numbers for GSL */

static void rng_set(void *state, unsigned long seed)
{
    struct streams streams = {.seed = seed};
    *(struct stream *)state = stream_open(&streams, 0);
}

static unsigned long rng_get(void *state)
{
    return next_draw(state) >> 32;
}

static double rng_get_double(void *state)
{
    return stream_uniform(state);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .size = sizeof(struct stream),
    .set = rng_set,
    .get = rng_get,
    .get_double = rng_get_double,
};

const gsl_rng_type *const gsl_rng_philox = &philox_type;
