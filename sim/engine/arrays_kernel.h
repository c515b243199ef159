/* SPDX-License-Identifier: GPL-3.0-or-later */
/* det_exp and det_log for LANES numbers at a time: included by arrays.c once per instruction set, with
 *     LANES      2, 4 or 8
 *     NAME(x)    x with a suffix
 *     TARGET     the target attribute
 * The operations and their order are those of det.c, which says where they come from; only the exponent of the
 * logarithm becomes a number without a conversion from integers, exactly. Arguments that take a branch there go there.
 */

typedef uint64_t NAME(words) __attribute__((vector_size(8 * LANES)));
typedef int64_t NAME(masks) __attribute__((vector_size(8 * LANES)));
typedef double NAME(numbers) __attribute__((vector_size(8 * LANES)));

#define WORDS NAME(words)
#define MASKS NAME(masks)
#define NUMBERS NAME(numbers)
#define KERNEL TARGET ISA_BODY

KERNEL NUMBERS NAME(of_bits)(WORDS bits)
{
    NUMBERS x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

KERNEL WORDS NAME(bits_of)(NUMBERS x)
{
    WORDS bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

KERNEL bool NAME(all)(MASKS mask)
{
    int64_t all = mask[0];
    for (int i = 1; i < LANES; i++)
        all &= mask[i];
    return all;
}

KERNEL NUMBERS NAME(exp)(NUMBERS x)
{
    const double to_integer = 0x1.8p52;
    NUMBERS shifted = x * 1.44269504088896338700e+00 + to_integer, k = shifted - to_integer;
    NUMBERS high = x - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
    NUMBERS t2 = t * t;
    NUMBERS upper = (6.61375632143793436117e-05 + t * -1.65339022054652515390e-06) + t2 * 4.13813679705723846039e-08;
    NUMBERS even = t * ((1.66666666666666019037e-01 + t * -2.77777777770155933842e-03) + t2 * upper);
    NUMBERS c = r - even, power = 1.0 - ((low - r * c / (2.0 - c)) - high);
    return power * NAME(of_bits)((NAME(bits_of)(shifted) << 52) + (uint64_t)ONE_BITS);
}

KERNEL NUMBERS NAME(log)(NUMBERS x)
{
    WORDS bits = NAME(bits_of)(x) + (uint64_t)(ONE_BITS - SQRT_HALF_BITS);
    NUMBERS k = NAME(of_bits)(bits >> 52 | (uint64_t)TWO_52_BITS) - (0x1p52 + 1023);
    NUMBERS f = NAME(of_bits)((bits & (uint64_t)MANTISSA) + (uint64_t)SQRT_HALF_BITS) - 1.0;
    NUMBERS s = f / (2.0 + f), z = s * s, w = z * z;
    NUMBERS odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    NUMBERS even = z * (6.666666666666735130e-01 +
                        w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    NUMBERS half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (s * (half_square + (odd + even)) + k * ln2_low)) - f);
}

KERNEL NUMBERS NAME(load)(const double *x)
{
    NUMBERS v;
    memcpy(&v, x, sizeof v);
    return v;
}

/* Whether there is a vector of them and none takes a branch. Looked at before: loops without calls keep their
 * constants. */
KERNEL bool NAME(plain)(const double *x, size_t count, double least, double most)
{
    if (count < LANES)
        return false;
    NUMBERS last = NAME(load)(x + count - LANES);
    MASKS within = (last >= least) & (last <= most);
    for (size_t i = 0; i + LANES < count; i += LANES) {
        NUMBERS v = NAME(load)(x + i);
        within &= (v >= least) & (v <= most);
    }
    return NAME(all)(within);
}

/* Where some take a branch these go to det_exp. */
TARGET static void NAME(exp_odd)(const double *x, double *y, size_t count)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        NUMBERS v = NAME(load)(x + i), e = NAME(exp)(v);
        for (int k = 0; k < LANES; k++)
            if (!(v[k] >= -707 && v[k] <= 707))
                e[k] = det_exp(v[k]);
        memcpy(y + i, &e, sizeof e);
    }
    for (; i < count; i++)
        y[i] = det_exp(x[i]);
}

/* Where some take a branch these go to det_log. */
TARGET static void NAME(log_odd)(const double *x, double *y, size_t count)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        NUMBERS v = NAME(load)(x + i), l = NAME(log)(v);
        for (int k = 0; k < LANES; k++)
            if (!(v[k] >= DBL_MIN && v[k] <= DBL_MAX))
                l[k] = det_log(v[k]);
        memcpy(y + i, &l, sizeof l);
    }
    for (; i < count; i++)
        y[i] = det_log(x[i]);
}

/* The last vector overlaps the one before; it is worked out first, because y may be x. */
TARGET static void NAME(exp_array)(const double *x, double *y, size_t count)
{
    if (!NAME(plain)(x, count, -707, 707)) {
        NAME(exp_odd)(x, y, count);
        return;
    }
    NUMBERS last = NAME(exp)(NAME(load)(x + count - LANES));
    for (size_t i = 0; i + LANES < count; i += LANES) {
        NUMBERS v = NAME(exp)(NAME(load)(x + i));
        memcpy(y + i, &v, sizeof v);
    }
    memcpy(y + count - LANES, &last, sizeof last);
}

TARGET static void NAME(log_array)(const double *x, double *y, size_t count)
{
    if (!NAME(plain)(x, count, DBL_MIN, DBL_MAX)) {
        NAME(log_odd)(x, y, count);
        return;
    }
    NUMBERS last = NAME(log)(NAME(load)(x + count - LANES));
    for (size_t i = 0; i + LANES < count; i += LANES) {
        NUMBERS v = NAME(log)(NAME(load)(x + i));
        memcpy(y + i, &v, sizeof v);
    }
    memcpy(y + count - LANES, &last, sizeof last);
}

#undef KERNEL
#undef NUMBERS
#undef MASKS
#undef WORDS
#undef TARGET
#undef NAME
#undef LANES
