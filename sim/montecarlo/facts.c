/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts.h"

#include <math.h>
#include <string.h>

/* The interval a sample stands for reaches this far back; a fact further than that from every sample is outside. */
static double reach(const struct plan *plan, size_t sample)
{
    return plan->sample_at[sample] - (sample ? plan->sample_at[sample - 1] : plan->start);
}

/* sample_count if the date lies outside the horizon. */
static size_t nearest_sample(const struct plan *plan, double year)
{
    size_t best = 0;
    for (size_t i = 1; i < plan->sample_count; i++)
        if (fabs(plan->sample_at[i] - year) < fabs(plan->sample_at[best] - year) - 1e-9)
            best = i;
    bool inside = fabs(plan->sample_at[best] - year) <= reach(plan, best) + 1e-9;
    return inside ? best : plan->sample_count;
}

static bool find_channel(struct fact_target *target, const struct channel *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, target->fact->output) == 0) {
            target->channel = &list[i];
            target->index = i;
            return true;
        }
    return false;
}

static void find_samples(struct fact_target *target, const struct plan *plan)
{
    const struct fact *fact = target->fact;
    target->from = plan->sample_count;
    for (size_t i = 0; i < plan->sample_count && fact->to > fact->from; i++)
        if (plan->sample_at[i] > fact->from + 1e-9 && plan->sample_at[i] <= fact->to + 1e-9) {
            target->from = i < target->from ? i : target->from;
            target->to = i + 1;
        }
    if (target->from == plan->sample_count) {
        target->from = nearest_sample(plan, fact->to);
        target->to = target->from + 1;
    }
    target->base = isnan(fact->relative_to) ? plan->sample_count : nearest_sample(plan, fact->relative_to);
    if (target->from == plan->sample_count || (!isnan(fact->relative_to) && target->base == plan->sample_count))
        target->channel = NULL;
}

struct fact_targets facts_find(const struct scenario *scenario, const struct plan *plan, struct arena *arena)
{
    struct fact_targets targets = {.plan = plan, .count = scenario_fact_count(scenario)};
    targets.target = arena_array(arena, targets.count, sizeof *targets.target);
    targets.origin = arena_array(arena, targets.count, sizeof *targets.origin);
    for (size_t i = 0; i < targets.count; i++) {
        struct fact_target *target = &targets.target[i];
        target->fact = scenario_fact(scenario, i);
        if (find_channel(target, plan->series, plan->series_count))
            find_samples(target, plan);
        else
            find_channel(target, plan->scalar, plan->scalar_count);
        if (target->channel && strcmp(target->channel->output->unit, "date") == 0)
            targets.origin[i] = plan->start;
    }
    return targets;
}

static double over_window(const struct fact_target *target, const double *series)
{
    double sum = 0, least = INFINITY, most = -INFINITY;
    for (size_t i = target->from; i < target->to; i++) {
        sum += series[i];
        least = fmin(least, series[i]);
        most = fmax(most, series[i]);
    }
    switch (target->fact->stat) {
    case FACT_SUM:
        return sum;
    case FACT_MIN:
        return isnan(sum) ? (double)NAN : least;
    case FACT_MAX:
        return isnan(sum) ? (double)NAN : most;
    case FACT_LAST:
        return series[target->to - 1];
    case FACT_MEAN:
        break;
    }
    return sum / (double)(target->to - target->from);
}

static double match_one(const struct plan *plan, const struct fact_target *target, const struct result *result)
{
    if (!target->channel)
        return NAN;
    if (target->channel->output->kind == OUTPUT_SCALAR)
        return result->scalar[target->index];
    const double *series = result->series + target->index * plan->sample_count;
    double value = over_window(target, series);
    return target->base == plan->sample_count ? value : value / series[target->base];
}

void facts_match(const void *targets, const struct result *result, double *value)
{
    const struct fact_targets *t = targets;
    for (size_t i = 0; i < t->count; i++)
        value[i] = match_one(t->plan, &t->target[i], result);
}
