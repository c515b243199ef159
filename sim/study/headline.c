/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outputs and samples that are shown first. */
#include "outcome.h"

#include <string.h>

/* In order of interest; those that the scenario has are shown. */
static const char *const headline[] = {
    "rent_server_month.H100",
    "rent_server_month.A800",
    "price.training",
    "price.inference",
    "gray.premium",
    "server_price.H100",
    "capacity.installed",
    "utilisation",
    "lit_share",
    "pipeline.operating",
    "leases.active",
    "churn.rate",
    "domestic_share",
    "inference_share",
};
_Static_assert(sizeof headline / sizeof *headline == HEADLINE_SERIES, "as many as there is room for");

size_t outcome_headline_series(const struct outcome *outcome, size_t series[HEADLINE_SERIES])
{
    const struct plan *plan = outcome->plan;
    const struct shown *shown = scenario_shown(outcome->scenario);
    const char *const *name = shown->output_count ? shown->output : headline;
    size_t names = shown->output_count ? shown->output_count : HEADLINE_SERIES, count = 0;
    for (size_t i = 0; i < names; i++)
        for (size_t k = 0; k < plan->series_count; k++)
            if (strcmp(plan->series[k].name, name[i]) == 0) {
                series[count++] = k;
                break;
            }
    for (size_t k = 0; count == 0 && k < plan->series_count && k < HEADLINE_SERIES; k++)
        series[k] = k;
    return count ? count : plan->series_count < HEADLINE_SERIES ? plan->series_count : HEADLINE_SERIES;
}

size_t outcome_key_series(const struct outcome *outcome)
{
    size_t series[HEADLINE_SERIES], count = outcome_headline_series(outcome, series);
    const char *key = scenario_shown(outcome->scenario)->key;
    const struct plan *plan = outcome->plan;
    size_t i = key || !count ? 0 : series[0];
    while (key && i < plan->series_count && strcmp(plan->series[i].name, key) != 0)
        i++;
    return i;
}

/* The ends of a few equal parts. */
static size_t spread_out(size_t all, size_t sample[HEADLINE_SAMPLES])
{
    enum { PARTS = 4 };
    size_t count = all < PARTS ? all : PARTS;
    for (size_t i = 0; i < count; i++)
        sample[i] = (i + 1) * all / count - 1;
    return count;
}

/* The first at or after each date; the last for those after it. */
static size_t samples_shown(const struct outcome *outcome, const struct shown *shown, size_t sample[HEADLINE_SAMPLES])
{
    size_t all = outcome->plan->sample_count, count = 0;
    for (size_t i = 0; i < shown->date_count; i++) {
        size_t k = 0;
        while (k + 1 < all && outcome->plan->sample_at[k] < shown->date[i])
            k++;
        if (count == 0 || sample[count - 1] != k)
            sample[count++] = k;
    }
    return count;
}

size_t outcome_headline_samples(const struct outcome *outcome, size_t sample[HEADLINE_SAMPLES])
{
    const struct shown *shown = scenario_shown(outcome->scenario);
    return shown->date_count ? samples_shown(outcome, shown, sample) : spread_out(outcome->plan->sample_count, sample);
}

size_t outcome_headline_points(const struct axis *x, size_t point[HEADLINE_SAMPLES])
{
    return spread_out(x->points, point);
}
