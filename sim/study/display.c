/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display.h"

#include <math.h>
#include <string.h>

static const double PERCENT = 100;
static const char cny[] = "CNY";

bool display_is_money(const char *unit)
{
    size_t length = strlen(cny);
    return strncmp(unit, cny, length) == 0 && (!unit[length] || unit[length] == '/');
}

bool display_is_price(const char *unit)
{
    return display_is_money(unit) && strchr(unit, '/');
}

const char *display_currency(const struct outcome *outcome)
{
    const char *currency = scenario_shown(outcome->scenario)->currency;
    return currency ? currency : cny;
}

double display_rate(const struct outcome *outcome, double year)
{
    const char *currency = display_currency(outcome);
    struct run_settings run = study_settings(outcome->scenario);
    const struct dated_series *rate = strcmp(currency, "USD") == 0   ? run.fx
                                      : strcmp(currency, "EUR") == 0 ? run.fx_eur
                                                                     : NULL;
    return rate ? series_at(rate, year) : 1;
}

struct display display_of(const struct outcome *outcome, const struct output *output, double year, struct arena *arena)
{
    if (output->share || output->percent)
        return (struct display){.unit = "%", .factor = PERCENT, .is_percent = true};
    if (strcmp(output->unit, "/yr") == 0)
        return (struct display){.unit = "%/yr", .factor = PERCENT, .is_percent = true};
    double rate = display_is_money(output->unit) && !isnan(year) ? display_rate(outcome, year) : 1;
    if (rate == 1)
        return (struct display){.unit = output->unit, .factor = 1};
    return (struct display){.unit = arena_printf(arena, "%s%s", display_currency(outcome), output->unit + strlen(cny)),
                            .factor = 1 / rate};
}

struct display display_of_target(const struct outcome *outcome, const struct fact_target *target, struct arena *arena)
{
    if (!target->channel || !isnan(target->fact->relative_to))
        return (struct display){.unit = "", .factor = 1};
    return display_of(outcome, target->channel->output, (target->fact->from + target->fact->to) / 2, arena);
}

struct band display_band(const struct band *band, struct display display)
{
    struct band shown = *band;
    double *const number[] = {&shown.mean, &shown.se, &shown.p05, &shown.p25, &shown.p50, &shown.p75, &shown.p95};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        *number[i] *= display.factor;
    return shown;
}
