/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amount.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THOUSAND = 1000 };

static const struct {
    double size;
    const char *behind, *before;
} words[] = {
    {1e12, " trillion", "trillion "}, {1e9, " billion", "billion "}, {1e6, " million", "million "}, {1, "", ""}};

/* The largest word of which there is one, as three digits round it. */
static size_t word_of(double value)
{
    const double one = 0.9995;
    size_t i = 0;
    while (words[i].size > 1 && !(fabs(value) >= one * words[i].size))
        i++;
    return i;
}

/* `size` rounded to `decimals`, with a comma before every third digit of its whole part. */
static void put_whole(double size, int decimals, char text[AMOUNT_BYTES])
{
    char plain[AMOUNT_BYTES];
    int length = snprintf(plain, sizeof plain, "%.*f", decimals, size);
    const char *point = strchr(plain, '.');
    int whole = point ? (int)(point - plain) : length;
    for (int i = 0; i < length; i++) {
        *text++ = plain[i];
        if (i + 1 < whole && (whole - i - 1) % 3 == 0)
            *text++ = ',';
    }
    *text = '\0';
}

/* Three digits of a size in units of its word. */
static void put_size(double size, char text[AMOUNT_BYTES])
{
    const double largest = 1e15; /* beyond it digits are noise */
    snprintf(text, AMOUNT_BYTES, "%.2e", size);
    double rounded = strtod(text, NULL);
    if (rounded >= THOUSAND && rounded < largest)
        put_whole(rounded, 0, text);
    else
        snprintf(text, AMOUNT_BYTES, "%.3g", rounded);
}

/* Without its word. */
static const char *put_number(double value, size_t word, char text[AMOUNT_BYTES])
{
    char size[AMOUNT_BYTES];
    put_size(fabs(value) / words[word].size, size);
    snprintf(text, AMOUNT_BYTES, "%s%.40s", value < 0 && strcmp(size, "0") != 0 ? "-" : "", size);
    return text;
}

const char *amount_text(double value, char text[AMOUNT_BYTES])
{
    if (isnan(value))
        return strcpy(text, "-");
    put_number(value, word_of(value), text);
    return strcat(text, words[word_of(value)].behind);
}

static bool has_width(double low, double high)
{
    return isfinite(low) && isfinite(high) && low < high;
}

const char *amount_band(double value, double low, double high, char text[AMOUNT_BAND_BYTES])
{
    char number[3][AMOUNT_BYTES];
    size_t word = word_of(value);
    if (isnan(value) || !has_width(low, high))
        return amount_text(value, text);
    bool is_one = word_of(low) == word && word_of(high) == word;
    if (is_one)
        snprintf(text, AMOUNT_BAND_BYTES, "%s (%s to %s)%s", put_number(value, word, number[0]),
                 put_number(low, word, number[1]), put_number(high, word, number[2]), words[word].behind);
    else
        snprintf(text, AMOUNT_BAND_BYTES, "%s (%s to %s)", amount_text(value, number[0]), amount_text(low, number[1]),
                 amount_text(high, number[2]));
    return text;
}

struct amount_scale amount_scale(double largest, int digits)
{
    const double one = 0.9995, least = 1e-6;
    size_t word = word_of(largest);
    double size = fabs(largest) / words[word].size, above = 10;
    int before = 1; /* digits before the point; none, or zeros behind it, of what is below one */
    for (; before < digits && size >= one * above; above *= 10)
        before++;
    for (; above > least && size > 0 && size < one * above / 10; above /= 10)
        before--;
    return (struct amount_scale){
        .size = words[word].size, .word = words[word].before, .decimals = digits > before ? digits - before : 0};
}

const char *amount_scaled(struct amount_scale scale, double value, char text[AMOUNT_BYTES])
{
    char size[AMOUNT_BYTES];
    if (!isfinite(value))
        return strcpy(text, "-");
    put_whole(fabs(value) / scale.size, scale.decimals, size);
    bool is_zero = !strpbrk(size, "123456789");
    snprintf(text, AMOUNT_BYTES, "%s%.40s", value < 0 && !is_zero ? "-" : "", is_zero ? "0" : size);
    return text;
}

const char *amount_scaled_band(struct amount_scale scale, double value, double low, double high,
                               char text[AMOUNT_BAND_BYTES])
{
    char number[3][AMOUNT_BYTES];
    if (isnan(value) || !has_width(low, high))
        return amount_scaled(scale, value, text);
    snprintf(text, AMOUNT_BAND_BYTES, "%s (%s to %s)", amount_scaled(scale, value, number[0]),
             amount_scaled(scale, low, number[1]), amount_scaled(scale, high, number[2]));
    return text;
}
