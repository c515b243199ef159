/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dat.h"

#include "sim/base/dates.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void separate(struct dat *dat)
{
    if (dat->follows)
        putc(' ', dat->to);
    dat->follows = true;
}

static void put_on_one_line(FILE *to, const char *text, char instead_of_quote)
{
    for (; *text; text++)
        putc((unsigned char)*text < 0x20 ? ' ' : *text == '"' ? instead_of_quote : *text, to);
}

void dat_remark(struct dat *dat, const char *key, const char *text)
{
    fprintf(dat->to, "# %s%s", key, *text ? " " : "");
    put_on_one_line(dat->to, text, '"');
    putc('\n', dat->to);
}

/* ---- Numbers ---- */

static char *by_printf(double number, char text[TEN_DIGITS_BYTES])
{
    return text + snprintf(text, TEN_DIGITS_BYTES, "%.10g", number);
}

enum { DIGITS = 10, MOST_POWER = 27 }; /* 10^27 is the last power of ten that a long double of 64 bits holds exactly */

/* x * 10^power, off by half a unit of the 64th bit at most. */
static long double scaled(long double x, int power)
{
    static const long double ten[MOST_POWER + 1] = {
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
        1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    return power >= 0 ? x * ten[power] : x / ten[-power];
}

/* The first ten digits of x > 0, rounded, and the power of ten of the first. False: too close to a tie, or too large or
 * small. */
static bool digits_of(double x, uint64_t *digits, int *power)
{
    int twos;
    frexp(x, &twos);
    *power = (twos - 1) * 1233 / 4096; /* about log10(2); at most one too large, or too small by one */
    if (*power > DIGITS - 1 + MOST_POWER - 1 || *power < DIGITS - MOST_POWER)
        return false;
    long double all = scaled(x, DIGITS - 1 - *power);
    if (all >= 1e10L)
        all = scaled(x, DIGITS - 1 - ++*power);
    else if (all < 1e9L)
        all = scaled(x, DIGITS - 1 - --*power);
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

static char *put_exponent(char *to, int power)
{
    *to++ = 'e';
    *to++ = power < 0 ? '-' : '+';
    power = power < 0 ? -power : power;
    *to++ = (char)('0' + power / 10);
    *to++ = (char)('0' + power % 10);
    return to;
}

/* The ten digits as characters; returns how many there are without trailing zeros, one at least. */
static int spell(uint64_t digits, char digit[DIGITS])
{
    for (int i = DIGITS - 1; i > 0; i -= 2, digits /= 100) {
        unsigned pair = (unsigned)(digits % 100);
        digit[i] = (char)('0' + pair % 10);
        digit[i - 1] = (char)('0' + pair / 10);
    }
    int count = DIGITS;
    while (count > 1 && digit[count - 1] == '0')
        count--;
    return count;
}

/* Writes the digits, the point behind the digit of 10^0, or behind the first if an exponent follows. */
static char *put_digits(char *to, uint64_t digits, int power)
{
    char digit[DIGITS];
    int count = spell(digits, digit), point = power < -4 || power >= DIGITS ? 0 : power;
    if (point < 0) {
        memcpy(to, "0.000", 5);
        return mempcpy(to + 1 - point, digit, (size_t)count);
    }
    memcpy(to, digit, DIGITS);
    if (count > point + 1) {
        to[point + 1] = '.';
        memcpy(to + point + 2, digit + point + 1, DIGITS - 1);
        to += count + 1;
    } else {
        to += point + 1;
    }
    return point == power ? to : put_exponent(to, power);
}

char *ten_digits(double number, char text[TEN_DIGITS_BYTES])
{
    uint64_t digits;
    int power;
    char *to = text;
    if (isnan(number))
        return stpcpy(text, "NaN");
    if (signbit(number))
        *to++ = '-';
    if (number < 10 && number > -10 && number == (int)number) {
        *to++ = (char)('0' + abs((int)number));
    } else if (LDBL_MANT_DIG >= 64 && isfinite(number) && digits_of(fabs(number), &digits, &power)) {
        to = put_digits(to, digits, power);
    } else {
        return by_printf(number, text);
    }
    *to = '\0';
    return to;
}

/* A number that repeats the one before, as percentiles do where all replications agree, is copied. */
void dat_numbers(struct dat *dat, const double *number, size_t count)
{
    enum { AT_ONCE = 32 };
    char text[AT_ONCE * TEN_DIGITS_BYTES + 1], *to = text, *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (i % AT_ONCE == 0 && i > 0) {
            fwrite(text, 1, (size_t)(to - text), dat->to);
            to = text, last = NULL;
        }
        if (dat->follows)
            *to++ = ' ';
        dat->follows = true;
        char *begin = to;
        if (last && memcmp(&number[i], &number[i - 1], sizeof *number) == 0)
            to = mempcpy(to, last, (size_t)(begin - 1 - last));
        else
            to = ten_digits(number[i], to);
        last = begin;
    }
    fwrite(text, 1, (size_t)(to - text), dat->to);
}

void dat_number(struct dat *dat, double number)
{
    dat_numbers(dat, &number, 1);
}

/* ---- Words ---- */

void dat_word(struct dat *dat, const char *word)
{
    separate(dat);
    fputs(word, dat->to);
}

void dat_text(struct dat *dat, const char *text)
{
    separate(dat);
    putc('"', dat->to);
    put_on_one_line(dat->to, text ? text : "", '\'');
    putc('"', dat->to);
}

void dat_date(struct dat *dat, double year)
{
    char text[DATE_TEXT_BYTES];
    dat_word(dat, isnan(year) ? "NaN" : date_text(year, text));
    dat_number(dat, year);
}

void dat_end_row(struct dat *dat)
{
    putc('\n', dat->to);
    dat->follows = false;
}
