/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) and what is drawn from it by inversion.
 *
 * One round maps (c0, c1, c2, c3) under (k0, k1) to (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2), hi(M0 c0) ^ c3 ^ k1, lo(M0 c0)); the key
 * grows by a constant each round. Known answer: counter 0 under key 0 gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
 */
#include "stream.h"

#include "../base/det.h"
#include "isa.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

enum {
    BLOCK_WORDS = 4,
    DRAW_WORDS = 2,
    BATCH_BLOCKS = 32, /* what a fill computes at once: 64 numbers, in the first-level cache */
    BATCH = BATCH_BLOCKS * BLOCK_WORDS / DRAW_WORDS,
};

struct words {
    uint32_t c0, c1, c2, c3;
};

ISA_BODY struct words philox_round(struct words c, uint32_t k0, uint32_t k1)
{
    uint64_t p0 = (uint64_t)0xd2511f53u * c.c0, p1 = (uint64_t)0xcd9e8d57u * c.c2;
    return (struct words){(uint32_t)(p1 >> 32) ^ c.c1 ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ c.c3 ^ k1, (uint32_t)p0};
}

/* Two rounds: i is the number of rounds before them. */
ISA_BODY struct words philox_rounds(struct words c, uint32_t k0, uint32_t k1, uint32_t i)
{
    const uint32_t grow0 = 0x9e3779b9u, grow1 = 0xbb67ae85u;
    c = philox_round(c, k0 + i * grow0, k1 + i * grow1);
    return philox_round(c, k0 + (i + 1) * grow0, k1 + (i + 1) * grow1);
}

ISA_BODY struct words philox_ten(struct words c, uint32_t k0, uint32_t k1)
{
    c = philox_rounds(c, k0, k1, 0);
    c = philox_rounds(c, k0, k1, 2);
    c = philox_rounds(c, k0, k1, 4);
    c = philox_rounds(c, k0, k1, 6);
    return philox_rounds(c, k0, k1, 8);
}

void philox(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4])
{
    struct words c = {counter[0], counter[1], counter[2], counter[3]};
    c = philox_ten(c, key[0], key[1]);
    memcpy(block, &c, sizeof c);
}

ISA_BODY double double_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

ISA_BODY uint64_t bits_of_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* (2 m + 1) 2^-53 with m the upper 52 bits: put m behind the point of a number in [1, 2), take 1 - 2^-53 off, exactly. */
ISA_BODY double uniform_of(uint32_t low, uint32_t high, bool antithetic)
{
    const double one = 1, step = 0x1p-53;
    uint64_t m = ((uint64_t)high << 32 | low) >> 12;
    double u = double_of_bits(m | bits_of_double(one)) - (one - step);
    return antithetic ? one - u : u;
}

/* -log(u) for u in (0, 1), within an ulp: u = z 2^k with z in [sqrt(1/2), sqrt(2)), and with s = (z-1)/(z+1) the series of
 * log(z) = 2 atanh(s) as fitted by FreeBSD's e_log.c (Sun Microsystems 1993). Here and not in det.c because
 * it takes normal positive numbers only and in return vectorises without a branch, a table or a conversion from int. */
ISA_BODY double exponential_of(double u)
{
    const uint64_t mantissa = 0x000fffffffffffff, sqrt_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
    const uint64_t two_52 = 0x4330000000000000;
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    uint64_t bits = bits_of_double(u) + (one - sqrt_half);
    double k = double_of_bits(bits >> 52 | two_52) - (0x1p52 + 1023);
    double f = double_of_bits((bits & mantissa) + sqrt_half) - 1;
    double s = f / (2 + f), z = s * s, w = z * z;
    double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half_square = 0.5 * f * f;
    return ((half_square - (s * (half_square + (odd + even)) + k * ln2_low)) - f) - k * ln2_high;
}

struct stream stream_open(const struct streams *from, uint64_t identity)
{
    return (struct stream){
        .key = {(uint32_t)from->seed, (uint32_t)(from->seed >> 32)},
        .counter = {0, from->replication, (uint32_t)identity, (uint32_t)(identity >> 32)},
        .antithetic = from->antithetic,
    };
}

/* Where the next draw's two words are. */
static const uint32_t *next_words(struct stream *s)
{
    if (!s->left) {
        philox(s->key, s->counter, s->block);
        s->counter[0]++;
        assert(s->counter[0]); /* 2^33 draws from one stream */
        s->left = BLOCK_WORDS;
    }
    const uint32_t *words = s->block + BLOCK_WORDS - s->left;
    s->left -= DRAW_WORDS;
    return words;
}

double stream_uniform(struct stream *s)
{
    const uint32_t *words = next_words(s);
    return uniform_of(words[0], words[1], s->antithetic);
}

double stream_exponential(struct stream *s)
{
    return exponential_of(stream_uniform(s));
}

double stream_normal(struct stream *s)
{
    return gsl_cdf_ugaussian_Pinv(stream_uniform(s));
}

/* A batch of numbers, once per instruction set. The whole batch is computed; the last one of a fill is used in part. */

ISA_BODY void uniform_batch(const struct stream *s, double out[restrict BATCH])
{
    const uint32_t k0 = s->key[0], k1 = s->key[1];
    const uint32_t c0 = s->counter[0], c1 = s->counter[1], c2 = s->counter[2], c3 = s->counter[3];
    const bool antithetic = s->antithetic;
#pragma omp simd
    for (uint32_t i = 0; i < BATCH_BLOCKS; i++) {
        struct words c = philox_ten((struct words){c0 + i, c1, c2, c3}, k0, k1);
        out[2 * i] = uniform_of(c.c0, c.c1, antithetic);
        out[2 * i + 1] = uniform_of(c.c2, c.c3, antithetic);
    }
}

ISA_BODY void exponential_batch(const struct stream *s, double out[restrict BATCH])
{
    uniform_batch(s, out);
#pragma omp simd
    for (int i = 0; i < BATCH; i++)
        out[i] = exponential_of(out[i]);
}

typedef void batch(const struct stream *s, double out[restrict BATCH]);

static void uniform_base(const struct stream *s, double out[restrict BATCH])
{
    uniform_batch(s, out);
}

static void exponential_base(const struct stream *s, double out[restrict BATCH])
{
    exponential_batch(s, out);
}

ISA_TARGET_AVX2 static void uniform_avx2(const struct stream *s, double out[restrict BATCH])
{
    uniform_batch(s, out);
}

ISA_TARGET_AVX2 static void exponential_avx2(const struct stream *s, double out[restrict BATCH])
{
    exponential_batch(s, out);
}

ISA_TARGET_AVX512 static void uniform_avx512(const struct stream *s, double out[restrict BATCH])
{
    uniform_batch(s, out);
}

ISA_TARGET_AVX512 static void exponential_avx512(const struct stream *s, double out[restrict BATCH])
{
    exponential_batch(s, out);
}

static batch *const uniform_kernel[ISAS] = {uniform_base, uniform_avx2, uniform_avx512};
static batch *const exponential_kernel[ISAS] = {exponential_base, exponential_avx2, exponential_avx512};

static void fill(struct stream *s, double *out, size_t count, double one(struct stream *), batch *kernel)
{
    while (count && s->left) {
        *out++ = one(s);
        count--;
    }
    while (count >= BATCH) {
        kernel(s, out);
        assert(s->counter[0] <= UINT32_MAX - BATCH_BLOCKS);
        s->counter[0] += BATCH_BLOCKS;
        out += BATCH;
        count -= BATCH;
    }
    while (count--)
        *out++ = one(s);
}

void stream_fill_uniform(struct stream *s, double *u, size_t count)
{
    fill(s, u, count, stream_uniform, uniform_kernel[isa_in_use()]);
}

void stream_fill_exponential(struct stream *s, double *e, size_t count)
{
    fill(s, e, count, stream_exponential, exponential_kernel[isa_in_use()]);
}

/* Poisson by inversion
 *
 * The probabilities are summed upwards, p(k) = p(k-1) mean / k, from 0 if exp(-mean) is a normal number, else from the nearest
 * anchor below: anchors stand at whole deviations from the mean, where GSL gives the distribution function. A
 * sum that starts at one anchor ends at the next, so u and k rise together whatever is rounded.
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
    return next_words(state)[1];
}

static double rng_get_double(void *state)
{
    return stream_uniform(state);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10", .max = UINT32_MAX, .size = sizeof(struct stream),
    .set = rng_set, .get = rng_get, .get_double = rng_get_double,
};

const gsl_rng_type *const gsl_rng_philox = &philox_type;
