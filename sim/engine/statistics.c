/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running means: with weight w so far and a value x that weighs d, mean += (x - mean) d / (w + d). */
#include "statistics.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

void tally_add(struct tally *tally, double value)
{
    double before = value - tally->mean;
    tally->min = tally->count ? fmin(tally->min, value) : value;
    tally->max = tally->count ? fmax(tally->max, value) : value;
    tally->mean += before / (double)++tally->count;
    tally->squares += before * (value - tally->mean);
}

double tally_variance(const struct tally *tally)
{
    return tally->count > 1 ? tally->squares / (double)(tally->count - 1) : (double)NAN;
}

void time_average_start(struct time_average *average, double now, double level)
{
    *average = (struct time_average){.level = level, .since = now, .start = now, .min = level, .max = level};
}

/* Takes the present level in up to now. */
static void hold(struct time_average *average, double now)
{
    assert(now >= average->since);
    if (now == average->since)
        return;
    double before = average->level - average->mean, held = now - average->since;
    average->mean += before * (held / (now - average->start));
    average->squares += before * (average->level - average->mean) * held;
    average->since = now;
}

void time_average_update(struct time_average *average, double now, double level)
{
    hold(average, now);
    average->level = level;
    average->min = fmin(average->min, level);
    average->max = fmax(average->max, level);
}

void time_average_reset(struct time_average *average, double now)
{
    time_average_start(average, now, average->level);
}

double time_average_mean(const struct time_average *average, double now)
{
    struct time_average until = *average;
    hold(&until, now);
    return now > until.start ? until.mean : (double)NAN;
}

double time_average_variance(const struct time_average *average, double now)
{
    struct time_average until = *average;
    hold(&until, now);
    return now > until.start ? until.squares / (now - until.start) : (double)NAN;
}

static void join_neighbours(struct batches *batches)
{
    for (size_t i = 0; i < BATCHES / 2; i++)
        batches->sum[i] = batches->sum[2 * i] + batches->sum[2 * i + 1];
    batches->full = BATCHES / 2;
    batches->length *= 2;
}

void batches_add(struct batches *batches, double value)
{
    if (!batches->length)
        batches->length = 1;
    if (batches->full == BATCHES)
        join_neighbours(batches);
    batches->sum[batches->full] = batches->filled ? batches->sum[batches->full] + value : value;
    if (++batches->filled == batches->length) {
        batches->filled = 0;
        batches->full++;
    }
}

struct interval interval_of_means(const double *mean, size_t count, double confidence)
{
    struct tally tally = {0};
    for (size_t i = 0; i < count; i++)
        tally_add(&tally, mean[i]);
    if (count < 2)
        return (struct interval){NAN, NAN};
    double n = (double)count, t = gsl_cdf_tdist_Pinv((1 + confidence) / 2, n - 1);
    return (struct interval){tally.mean, t * sqrt(tally_variance(&tally) / n)};
}

struct interval batches_interval(const struct batches *batches, double confidence)
{
    double mean[BATCHES];
    for (size_t i = 0; i < batches->full; i++)
        mean[i] = batches->sum[i] / (double)batches->length;
    return interval_of_means(mean, batches->full, confidence);
}

size_t warm_up(const double *value, size_t count)
{
    enum { GROUP = 5 };
    size_t groups = count / GROUP, best = 0;
    double least = HUGE_VAL;
    struct tally kept = {0}; /* groups from `from` on: they are added from the end */
    for (size_t from = groups; from-- > 0;) {
        double sum = 0;
        for (size_t i = 0; i < GROUP; i++)
            sum += value[from * GROUP + i];
        tally_add(&kept, sum / GROUP);
        double n = (double)kept.count, squared_error = kept.squares / (n * n);
        if (from <= groups / 2 && squared_error <= least) {
            least = squared_error;
            best = from;
        }
    }
    return groups < 2 || best == groups / 2 ? count : best * GROUP;
}
