/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number times a power of ten in a long double is off by half a unit of its 64th bit at most. Where that leaves no
 * doubt, the digits are those of the whole part; everything else is printf's.
 */
#include "digits.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEN = 10,
    MOST_DIGITS = 17, /* that tell any double from its neighbours */
    MOST_POWER = 27 /* 10^27 is the last power of ten that a long double of 64 bits holds exactly */
};

/* x * 10^power, off by half a unit of the 64th bit at most. */
static long double scaled(long double x, int power)
{
    static const long double ten[MOST_POWER + 1] = {
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
        1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    return power >= 0 ? x * ten[power] : x / ten[-power];
}

/* x > 0 as a number of `digits` digits before the point, and the power of ten of the first. False: too large or too
 * small. */
static inline bool spread(double x, int digits, long double *all, int *power)
{
    static const long double ten[MOST_DIGITS + 1] = {1e0L, 1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,
                                                     1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L};
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int twos = (int)(bits >> 52) - 1023; /* of a subnormal number: too small */
    *power = twos * 1233 / 4096; /* about log10(2); at most one too large, or too small by one */
    if (LDBL_MANT_DIG < 64 || *power > digits - 1 + MOST_POWER - 1 || *power < digits - MOST_POWER)
        return false;
    *all = scaled(x, digits - 1 - *power);
    if (*all >= ten[digits])
        *all = scaled(x, digits - 1 - ++*power);
    else if (*all < ten[digits - 1])
        *all = scaled(x, digits - 1 - --*power);
    return true;
}

static char *put_exponent(char *to, int power)
{
    *to++ = 'e';
    *to++ = power < 0 ? '-' : '+';
    power = power < 0 ? -power : power;
    *to++ = (char)('0' + power / 10);
    *to++ = (char)('0' + power % 10);
    return to;
}

static void put_pair(char *to, unsigned pair)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
        "99";
    memcpy(to, pairs + 2 * pair, 2);
}

/* The digits as characters; returns how many there are without trailing zeros, one at least. */
static inline int spell(uint64_t digits, int count, char *digit)
{
    int i = count - 1;
    for (; i > 0; i -= 2, digits /= 100)
        put_pair(digit + i - 1, (unsigned)(digits % 100));
    if (i == 0)
        digit[0] = (char)('0' + digits);
    while (count > 1 && digit[count - 1] == '0')
        count--;
    return count;
}

/* Writes `most` digits as %.*g does: the point behind the digit of 10^0, or behind the first if an exponent follows. */
static inline char *put_digits(char *to, uint64_t digits, int most, int power)
{
    char digit[2 * MOST_DIGITS] = {0};
    int count = spell(digits, most, digit), point = power < -4 || power >= most ? 0 : power;
    if (point < 0) {
        memcpy(to, "0.000", 5);
        return mempcpy(to + 1 - point, digit, (size_t)count);
    }
    memcpy(to, digit, (size_t)most);
    if (count > point + 1) {
        size_t behind = (size_t)(most == TEN ? TEN - 1 : count - point - 1); /* at once, if that is a constant */
        to[point + 1] = '.';
        memcpy(to + point + 2, digit + point + 1, behind);
        to += count + 1;
    } else {
        to += point + 1;
    }
    return point == power ? to : put_exponent(to, power);
}

/* ---- Ten digits ---- */

/* The first ten digits of x > 0, rounded, and the power of ten of the first. False: too close to a tie, or too large or
 * small. */
static bool ten_of(double x, uint64_t *digits, int *power)
{
    long double all;
    if (!spread(x, TEN, &all, power))
        return false;
    uint64_t whole = (uint64_t)all;
    long double rest = all - (long double)whole;
    if (fabsl(rest - 0.5L) < 1e-6L)
        return false;
    *digits = whole + (rest > 0.5L);
    if (*digits == 10000000000) {
        *digits /= 10;
        ++*power;
    }
    return true;
}

char *ten_digits(double number, char text[TEN_DIGITS_BYTES])
{
    uint64_t digits;
    int power;
    char *to = text;
    if (isnan(number)) {
        memcpy(text, "NaN", sizeof "NaN");
        return text + 3;
    }
    if (signbit(number))
        *to++ = '-';
    if (number < 10 && number > -10 && number == (int)number)
        *to++ = (char)('0' + abs((int)number));
    else if (isfinite(number) && ten_of(fabs(number), &digits, &power))
        to = put_digits(to, digits, TEN, power);
    else
        return text + snprintf(text, TEN_DIGITS_BYTES, "%.10g", number);
    *to = '\0';
    return to;
}

/* ---- As many digits as it takes ---- */

static const char *by_trial(double number, char text[NUMBER_TEXT_BYTES])
{
    for (int digits = 15; digits <= MOST_DIGITS; digits++) {
        snprintf(text, NUMBER_TEXT_BYTES, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return text;
}

/* Seventeen digits before the point have 57 bits, and an error of 2^-8 at most. */
static const long double IN_DOUBT = 0x1p-6L;

/* `whole` and `rest` < 1 rounded to a multiple of `unit`. False: too close to a tie. */
static bool round_to(uint64_t whole, long double rest, uint64_t unit, uint64_t *rounded)
{
    uint64_t below = whole / unit * unit;
    long double over = (long double)(whole - below) + rest, half = (long double)unit / 2;
    *rounded = below + (over > half ? unit : 0);
    return fabsl(over - half) > IN_DOUBT;
}

/* The fewest digits, 15 at least, of x > 0 that are nearer to it than to its neighbours, and their number. False: too
 * close to tell. A power of two, whose neighbours are not equally far, is left to others. */
static bool fewest_digits(double x, uint64_t *digits, int *count, int *power)
{
    int twos;
    long double all;
    if (frexp(x, &twos) == 0.5 || !spread(x, MOST_DIGITS, &all, power))
        return false;
    long double reach = scaled(ldexpl(1, twos - DBL_MANT_DIG - 1), MOST_DIGITS - 1 - *power); /* half a unit of x */
    uint64_t whole = (uint64_t)all, unit = 100;
    long double rest = all - (long double)whole;
    for (*count = 15; *count < MOST_DIGITS; ++*count, unit /= 10) {
        if (!round_to(whole, rest, unit, digits))
            return false;
        long double off = fabsl((long double)(int64_t)(*digits - whole) - rest);
        if (fabsl(off - reach) <= IN_DOUBT)
            return false;
        if (off < reach)
            break;
    }
    if (*count == MOST_DIGITS && !round_to(whole, rest, 1, digits))
        return false;
    *digits /= unit;
    return *digits < (uint64_t)1e15 * (100 / unit); /* one digit more: rare */
}

const char *number_text(double number, char text[NUMBER_TEXT_BYTES])
{
    uint64_t digits;
    int count, power;
    char *to = text;
    if (isnan(number))
        return strcpy(text, "NaN"); /* whatever its sign */
    if (signbit(number))
        *to++ = '-';
    if (number < 10 && number > -10 && number == (int)number)
        *to++ = (char)('0' + abs((int)number));
    else if (isfinite(number) && fewest_digits(fabs(number), &digits, &count, &power))
        to = put_digits(to, digits, count, power);
    else
        return by_trial(number, text);
    *to = '\0';
    return text;
}
