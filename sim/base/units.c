/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A unit is a product of named factors. `-` binds tighter than `/`: CNY/card-hour is CNY per (card x hour). */
#include "units.h"

#include "dates.h"
#include "det.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct prefix {
    const char *text;
    double scale;
};

static const struct prefix prefixes[] = {{"k", 1e3},  {"M", 1e6},  {"bn", 1e9}, {"tn", 1e12}, {"G", 1e9},
                                         {"T", 1e12}, {"P", 1e15}, {"E", 1e18}, {"Z", 1e21}};

struct factor {
    const char *name;
    const char *prefixes; /* those it may carry, separated by a blank */
    double scale;
    signed char exponent[DIMENSIONS];
    bool is_p;
};

#define SECONDS_PER_YEAR (HOURS_PER_YEAR * 3600)

/* clang-format off */
static const struct factor factors[] = {
    {"1", "", 1, {0}},
    {"%", "", 0.01, {0}},
    {"year", "", 1, {[DIM_TIME] = 1}},
    {"years", "", 1, {[DIM_TIME] = 1}},
    {"yr", "", 1, {[DIM_TIME] = 1}},
    {"quarter", "", 0.25, {[DIM_TIME] = 1}},
    {"quarters", "", 0.25, {[DIM_TIME] = 1}},
    {"month", "", 1.0 / MONTHS_PER_YEAR, {[DIM_TIME] = 1}},
    {"months", "", 1.0 / MONTHS_PER_YEAR, {[DIM_TIME] = 1}},
    {"week", "", 7 / DAYS_PER_YEAR, {[DIM_TIME] = 1}},
    {"weeks", "", 7 / DAYS_PER_YEAR, {[DIM_TIME] = 1}},
    {"day", "", 1 / DAYS_PER_YEAR, {[DIM_TIME] = 1}},
    {"days", "", 1 / DAYS_PER_YEAR, {[DIM_TIME] = 1}},
    {"hour", "", 1 / HOURS_PER_YEAR, {[DIM_TIME] = 1}},
    {"hours", "", 1 / HOURS_PER_YEAR, {[DIM_TIME] = 1}},
    {"h", "", 1 / HOURS_PER_YEAR, {[DIM_TIME] = 1}},
    {"min", "", 1 / (HOURS_PER_YEAR * 60), {[DIM_TIME] = 1}},
    {"s", "", 1 / SECONDS_PER_YEAR, {[DIM_TIME] = 1}},
    {"CNY", "k M bn tn", 1, {[DIM_CNY] = 1}},
    {"USD", "k M bn tn", 1, {[DIM_USD] = 1}},
    {"EUR", "k M bn tn", 1, {[DIM_EUR] = 1}},
    {"P", "k M", 1, {[DIM_COMPUTE] = 1}, .is_p = true},
    {"FLOPS", "G T P E Z", 1e-15, {[DIM_COMPUTE] = 1}},
    {"W", "k M G T", HOURS_PER_YEAR / 1e3, {[DIM_ENERGY] = 1, [DIM_TIME] = -1}},
    {"Wh", "k M G T", 1e-3, {[DIM_ENERGY] = 1}},
    {"B", "k M G T P", 1e-9, {[DIM_MEMORY] = 1}},
    {"card", "k M", 1, {[DIM_CARD] = 1}},
    {"cards", "k M", 1, {[DIM_CARD] = 1}},
    {"server", "k", 1, {[DIM_SERVER] = 1}},
    {"servers", "k", 1, {[DIM_SERVER] = 1}},
    {"rack", "k", 1, {[DIM_RACK] = 1}},
    {"racks", "k", 1, {[DIM_RACK] = 1}},
    {"token", "k M bn G T tn", 1, {[DIM_TOKEN] = 1}},
    {"tokens", "k M bn G T tn", 1, {[DIM_TOKEN] = 1}},
    {"t", "k M", 1, {[DIM_CARBON] = 1}},
    {"g", "k", 1e-6, {[DIM_CARBON] = 1}},
};
/* clang-format on */

static bool text_is(const char *text, size_t length, const char *name)
{
    return *text == *name && strncmp(text, name, length) == 0 && !name[length];
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

/* The scale that `text` gives to this factor, with or without a prefix; 0 if it does not name it. */
static double scale_named(const struct factor *factor, const char *text, size_t length)
{
    if (text_is(text, length, factor->name))
        return factor->scale;
    for (size_t i = 0; *factor->prefixes && i < sizeof prefixes / sizeof *prefixes; i++) {
        if (*prefixes[i].text != *text)
            continue;
        size_t skip = strlen(prefixes[i].text);
        if (length > skip && memcmp(text, prefixes[i].text, skip) == 0 &&
            has_word(factor->prefixes, prefixes[i].text) && text_is(text + skip, length - skip, factor->name))
            return prefixes[i].scale * factor->scale;
    }
    return 0;
}

static bool multiply(struct unit *unit, const char *text, size_t length, int power)
{
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        double scale = scale_named(&factors[i], text, length);
        if (scale == 0)
            continue;
        unit->scale = power > 0 ? unit->scale * scale : unit->scale / scale;
        for (int d = 0; d < DIMENSIONS; d++)
            unit->exponent[d] = (signed char)(unit->exponent[d] + power * factors[i].exponent[d]);
        unit->p_exponent = (signed char)(unit->p_exponent + power * factors[i].is_p);
        return true;
    }
    return false;
}

static const char *skip_blanks(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

static size_t name_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '%')
        length++;
    return length;
}

/* `%` over one time unit and nothing else. */
static bool is_effective_rate(const char *text, const struct unit *unit)
{
    if (*text != '%' || !strchr(text, '/') || unit->exponent[DIM_TIME] != -1)
        return false;
    for (int d = 0; d < DIMENSIONS; d++)
        if (d != DIM_TIME && unit->exponent[d])
            return false;
    return strpbrk(text, "-*") == NULL && strchr(text, '/') == strrchr(text, '/');
}

enum { MOST_FACTORS = 16 }; /* keeps exponents far from overflow */

bool unit_parse(const char *text, struct unit *unit)
{
    *unit = (struct unit){.scale = 1};
    const char *at = skip_blanks(text);
    if (!*at)
        return true;
    int power = 1;
    if (*at == '/') {
        power = -1;
        at = skip_blanks(at + 1);
    }
    for (int i = 0; i < MOST_FACTORS; i++) {
        size_t length = name_length(at);
        if (!length || !multiply(unit, at, length, power))
            return false;
        at = skip_blanks(at + length);
        if (!*at) {
            unit->effective_rate = is_effective_rate(skip_blanks(text), unit);
            return true;
        }
        if (*at == '/')
            power = -1;
        else if (*at == '*')
            power = 1;
        else if (*at != '-')
            return false;
        at = skip_blanks(at + 1);
    }
    return false;
}

const char *unit_pattern(struct arena *arena)
{
    const char *any = "";
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        char *prefix = arena_text(arena, factors[i].prefixes);
        for (char *c = prefix; *c; c++)
            *c = *c == ' ' ? '|' : *c;
        any = arena_printf(arena, "%s%s%s%s%s%s", any, *any ? "|" : "", *prefix ? "(" : "", prefix, *prefix ? ")?" : "",
                           factors[i].name);
    }
    return arena_printf(arena, "(/ *)?(%s)( *[-*/] *(%s))*", any, any);
}

bool unit_same_dimension(const struct unit *a, const struct unit *b)
{
    return memcmp(a->exponent, b->exponent, sizeof a->exponent) == 0;
}

/* 1 / 0.01 is meant to be 100: ratios that are whole up to rounding become whole. */
static double clean_ratio(double numerator, double denominator)
{
    double ratio = numerator / denominator, whole = round(ratio);
    return fabs(ratio - whole) < 1e-12 * whole ? whole : ratio;
}

static double rescale(double value, double from, double to)
{
    return from >= to ? value * clean_ratio(from, to) : value / clean_ratio(to, from);
}

/* An effective rate's scale is one percent per period, so `100 scale` is one per period in base units. */
double unit_convert(double value, const struct unit *from, const struct unit *to)
{
    if (from->effective_rate == to->effective_rate && from->scale == to->scale)
        return value;
    if (from->effective_rate)
        value = det_log1p(value / 100);
    double from_scale = from->effective_rate ? rescale(from->scale, 1, 0.01) : from->scale;
    double to_scale = to->effective_rate ? rescale(to->scale, 1, 0.01) : to->scale;
    value = rescale(value, from_scale, to_scale);
    return to->effective_rate ? 100 * det_expm1(value) : value;
}

/* Copies a number without its underscores; returns where it ends, or NULL if there is none. An underscore stands
 * between digits; `e` begins an exponent only if digits follow, so that 5 EFLOPS is no 5e... */
static const char *scan_digits(const char *at, char **to, bool *any)
{
    for (;; at++) {
        if (isdigit((unsigned char)*at)) {
            *(*to)++ = *at;
            *any = true;
        } else if (!(*at == '_' && *any && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[-1]))) {
            return at;
        }
    }
}

static const char *scan_number(const char *at, char *to)
{
    bool any = false;
    if (*at == '-' || *at == '+')
        *to++ = *at++;
    at = scan_digits(at, &to, &any);
    if (*at == '.') {
        *to++ = *at++;
        at = scan_digits(at, &to, &any);
    }
    if (!any)
        return NULL;
    const char *digits = at + 1 + (at[0] && (at[1] == '-' || at[1] == '+'));
    if ((*at == 'e' || *at == 'E') && isdigit((unsigned char)*digits)) {
        while (at < digits)
            *to++ = *at++;
        at = scan_digits(at, &to, &any);
    }
    *to = 0;
    return at;
}

bool number_parse(const char *text, double *number, const char **rest)
{
    char plain[64];
    text = skip_blanks(text);
    if (strspn(text, "+-.0123456789_eE") >= sizeof plain)
        return false;
    const char *end = scan_number(text, plain);
    if (!end)
        return false;
    *number = strtod(plain, NULL);
    *rest = skip_blanks(end);
    return isfinite(*number);
}
