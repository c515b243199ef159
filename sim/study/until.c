/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "until.h"

#include "sim/base/dates.h"
#include "sim/base/mistakes.h"
#include "sim/base/say.h"
#include "sim/output/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NORMAL_975 = 1.959963984540054; /* the 97.5 % quantile of the normal */
static const char *const stats[] = {"p05", "p25", "p50", "p75", "p95", "mean", NULL};

/* The condition taken apart: NAME[@DATE].STAT +-NUMBER[%]. */
struct parts {
    char *name, *date, *stat, *tolerance; /* date NULL: none */
};

static bool refuse(const struct until *until, const char *what, const char *word, const char *near)
{
    say("iccsim %s: --until `%s`: %s", until->command, until->text, what);
    if (word)
        say(", `%s`", word);
    if (near)
        say(" (did you mean %s?)", near);
    say("; wanted is OUTPUT@DATE.STAT +-TOLERANCE, as in 'utilisation@2025-06.p50 +-1%%'\n");
    return false;
}

static bool take_apart(struct parts *parts, char *copy)
{
    static const char plus_minus[] = "\xc2\xb1";
    char *ascii = strstr(copy, "+-"), *sign = ascii ? ascii : strstr(copy, plus_minus);
    if (!sign)
        return false;
    parts->tolerance = sign + strlen("+-"); /* both signs have two bytes */
    for (*sign = '\0'; sign > copy && sign[-1] == ' ';)
        *--sign = '\0';
    char *dot = strrchr(copy, '.'), *at = strchr(copy, '@');
    if (!dot || (at && at > dot))
        return false;
    *dot = '\0';
    if (at)
        *at = '\0';
    *parts = (struct parts){.name = copy, .date = at ? at + 1 : NULL, .stat = dot + 1, .tolerance = parts->tolerance};
    return true;
}

static bool read_tolerance(struct until *until, const char *text)
{
    char *end;
    until->tolerance = strtod(text, &end);
    until->is_share = *end == '%';
    if (until->is_share)
        until->tolerance /= 100;
    return end != text && end[until->is_share] == '\0' && until->tolerance > 0 && isfinite(until->tolerance);
}

static const struct channel *find(const struct channel *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static const char *nearest_output(const struct plan *plan, const char *name)
{
    struct arena arena = {0};
    const char **names = arena_array(&arena, plan->series_count + plan->scalar_count + 1, sizeof *names);
    for (size_t i = 0; i < plan->series_count; i++)
        names[i] = plan->series[i].name;
    for (size_t i = 0; i < plan->scalar_count; i++)
        names[plan->series_count + i] = plan->scalar[i].name;
    const char *near = nearest_name(name, names);
    arena_free(&arena);
    return near;
}

static bool find_cell(struct until *until, const struct parts *parts, const struct plan *plan)
{
    const struct channel *series = find(plan->series, plan->series_count, parts->name);
    const struct channel *scalar = series ? NULL : find(plan->scalar, plan->scalar_count, parts->name);
    if (!series && !scalar)
        return refuse(until, "no such output", parts->name, nearest_output(plan, parts->name));
    if (scalar && parts->date)
        return refuse(until, "one number a replication has no date", parts->date, NULL);
    if (scalar) {
        until->cell = plan->series_count * plan->sample_count + (size_t)(scalar - plan->scalar);
        until->origin = strcmp(scalar->output->unit, "date") == 0 ? plan->start : 0;
        return true;
    }
    double year;
    if (!parts->date)
        return refuse(until, "a series needs a date", NULL, NULL);
    if (!date_parse(parts->date, &year))
        return refuse(until, "not a date", parts->date, NULL);
    size_t sample = facts_sample(plan, year);
    if (sample == plan->sample_count)
        return refuse(until, "the date lies outside the horizon", parts->date, NULL);
    until->cell = (size_t)(series - plan->series) * plan->sample_count + sample;
    return true;
}

static bool read_stat(struct until *until, const char *stat)
{
    for (int i = 0; stats[i]; i++)
        if (strcmp(stats[i], stat) == 0) {
            until->percentile = i < PERCENTILES ? i : -1;
            return true;
        }
    return refuse(until, "no such statistic", stat, nearest_name(stat, stats));
}

bool until_read(struct until *until, const char *text, const struct outcome *outcome, const char *command)
{
    struct arena arena = {0};
    struct parts parts = {0};
    *until = (struct until){.command = command, .text = text};
    bool right = take_apart(&parts, arena_text(&arena, text)) || refuse(until, "not understood", NULL, NULL);
    right = right && read_stat(until, parts.stat) && find_cell(until, &parts, outcome->plan);
    right = right && (read_tolerance(until, parts.tolerance) ||
                      refuse(until, "the tolerance is no positive number or share", parts.tolerance, NULL));
    if (right && until->percentile >= 0 && outcome->antithetic)
        right = refuse(until,
                       "intervals of percentiles need independent replications, so not with --antithetic; the mean can",
                       NULL, NULL);
    arena_free(&arena);
    return right;
}

struct estimate {
    double value, low, high;
};

static struct estimate estimate_of(const struct until *until, const struct band *band, const struct bounds *bounds)
{
    const double percentile[] = {band->p05, band->p25, band->p50, band->p75, band->p95};
    if (until->percentile < 0)
        return (struct estimate){band->mean, band->mean - NORMAL_975 * band->se, band->mean + NORMAL_975 * band->se};
    return (struct estimate){percentile[until->percentile], bounds->low[until->percentile],
                             bounds->high[until->percentile]};
}

/* False while the interval is unknown. */
static bool is_within(const struct until *until, struct estimate e)
{
    double allowed = until->tolerance * (until->is_share ? fabs(e.value - until->origin) : 1);
    return e.high - e.value <= allowed && e.value - e.low <= allowed;
}

uint32_t until_go_on(void *state, const struct bands *bands, uint32_t done)
{
    const struct until *until = state;
    struct band band;
    struct bounds bounds;
    bands_cell(bands, until->cell, &band, &bounds);
    return is_within(until, estimate_of(until, &band, &bounds)) ? done : done > UINT32_MAX / 2 ? UINT32_MAX : 2 * done;
}

void until_tell(const struct until *until, const struct outcome *outcome)
{
    const struct band *band = &outcome->ensemble.series[until->cell];
    struct estimate e = estimate_of(until, band, ensemble_bounds(&outcome->ensemble, band));
    char value[SHORT_NUMBER_BYTES], low[SHORT_NUMBER_BYTES], high[SHORT_NUMBER_BYTES];
    bool reached = is_within(until, e);
    say("iccsim %s: %s: %s after %u replications: %s [%s, %s]\n", until->command, until->text,
        reached ? "reached" : "not reached", outcome->ensemble.done, short_number(e.value, value),
        short_number(e.low, low), short_number(e.high, high));
}
