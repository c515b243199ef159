/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts.h"

#include <math.h>
#include <string.h>

size_t facts_sample(const struct plan *plan, double year)
{
    if (!(year >= plan->start && year <= plan->end))
        return plan->sample_count;
    size_t sample = 0;
    while (sample + 1 < plan->sample_count && plan->sample_at[sample] <= year + 1e-9)
        sample++;
    return sample;
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
    bool is_relative = !isnan(target->fact->relative_to);
    target->first = facts_sample(plan, target->fact->from);
    target->last = facts_sample(plan, target->fact->to);
    target->base = is_relative ? facts_sample(plan, target->fact->relative_to) : plan->sample_count;
    bool outside = target->first == plan->sample_count || target->last == plan->sample_count;
    if (outside || (is_relative && target->base == plan->sample_count))
        target->channel = NULL;
}

struct fact_targets facts_find(const struct scenario *scenario, const struct plan *plan, struct arena *arena)
{
    return facts_find_among(scenario_measure(scenario, 0), scenario_measure_count(scenario), plan, arena);
}

struct fact_targets facts_first(const struct fact_targets *targets, size_t count)
{
    struct fact_targets first = *targets;
    first.count = count;
    return first;
}

const char *facts_unit(const struct fact_target *target)
{
    return target->channel && isnan(target->fact->relative_to) ? target->channel->output->unit : "";
}

struct fact_targets facts_find_among(const struct fact *fact, size_t count, const struct plan *plan,
                                     struct arena *arena)
{
    struct fact_targets targets = {.plan = plan, .count = count};
    targets.target = arena_array(arena, targets.count, sizeof *targets.target);
    targets.origin = arena_array(arena, targets.count, sizeof *targets.origin);
    for (size_t i = 0; i < targets.count; i++) {
        struct fact_target *target = &targets.target[i];
        target->fact = &fact[i];
        if (find_channel(target, plan->series, plan->series_count))
            find_samples(target, plan);
        else
            find_channel(target, plan->scalar, plan->scalar_count);
        if (target->channel && strcmp(target->channel->output->unit, "date") == 0)
            targets.origin[i] = plan->start;
    }
    return targets;
}

bool facts_are_pooled(const struct fact_target *target)
{
    return target->channel && target->channel->output->pool;
}

static double over_window(const struct fact_target *target, const double *series)
{
    double sum = 0, least = (double)INFINITY, most = -(double)INFINITY;
    size_t count = 0;
    for (size_t i = target->first; i <= target->last; i++) {
        if (isnan(series[i]))
            continue;
        count++;
        sum += series[i];
        least = fmin(least, series[i]);
        most = fmax(most, series[i]);
    }
    if (target->fact->stat == FACT_LAST || count == 0)
        return series[target->last];
    switch (target->fact->stat) {
    case FACT_SUM:
        return sum;
    case FACT_MIN:
        return least;
    case FACT_MAX:
        return most;
    default:
        return sum / (double)count;
    }
}

static double match_one(const struct plan *plan, const struct fact_target *target, const struct result *result)
{
    if (!target->channel)
        return (double)NAN;
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
