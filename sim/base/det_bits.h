/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the deterministic functions share: the bits of a double, and arithmetic whose error is kept. Private to
 * sim/base/det*.c. Nothing here may be contracted to fused operations or reassociated (Makefile, BITS). */
#ifndef ICCSIM_BASE_DET_BITS_H
#define ICCSIM_BASE_DET_BITS_H

#include <stdint.h>
#include <string.h>

#define ONE_BITS 0x3ff0000000000000u /* of 1.0 */
#define MANTISSA 0x000fffffffffffffu
#define LEADING_BIT 0x0010000000000000u /* of a mantissa, not stored */
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdu /* of sqrt(1/2) */
#define TO_INTEGER 0x1.8p52 /* added to a number, leaves the nearest integer in its last bits */

/* ln 2 in two parts; a multiple of the upper one by an integer below 2^20 is exact. */
static const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;

struct pair {
    double high, low; /* their sum, with about twice the digits of one */
};

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The upper 26 bits of x: a product of two such is exact, and so is x less its upper bits. */
static inline double upper_bits(double x)
{
    return of_bits(bits_of(x) & ~(uint64_t)0x7ffffff);
}

/* a + b exactly, for |a| >= |b| or a = 0 (Dekker 1971). */
static inline struct pair sum_of_larger(double a, double b)
{
    double sum = a + b;
    return (struct pair){sum, b - (sum - a)};
}

/* a + b exactly, whichever is larger (Knuth, The Art of Computer Programming 2, 4.2.2). */
static inline struct pair sum_of(double a, double b)
{
    double sum = a + b, b_of_sum = sum - a;
    return (struct pair){sum, (a - (sum - b_of_sum)) + (b - b_of_sum)};
}

/* a b to about 106 bits (Dekker 1971). */
static inline struct pair product_of(double a, double b)
{
    double product = a * b, a_high = upper_bits(a), b_high = upper_bits(b), a_low = a - a_high, b_low = b - b_high;
    return (struct pair){product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

double det_exp_of_large(double x); /* det_exp beyond 708, and of NaN */

#endif
