/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worlds.h"

#include "display.h"
#include "finding.h"

#include "sim/base/dates.h"
#include "sim/base/det.h"
#include "sim/base/memory.h"
#include "sim/output/dat.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct worlds {
    const struct outcome *outcome;
    size_t series, samples, inputs;
    size_t count; /* of those kept */
    uint32_t number[WORLDS_KEPT];
    double *path, *input; /* [count][samples], [count][inputs] */
    double place[WORLDS_KEPT]; /* from 0, below all others at every date, to 1 */
    double off[WORLDS_KEPT][WORLDS_SHOWN]; /* how far its ranks are from those of the three, mean over dates */
    size_t shown, world[WORLDS_SHOWN];
};

struct worlds *worlds_open(const struct outcome *outcome)
{
    size_t series = outcome_key_series(outcome);
    if (series >= outcome->plan->series_count)
        return NULL;
    struct worlds *w = memory_new(1, sizeof *w);
    *w = (struct worlds){.outcome = outcome,
                         .series = series,
                         .samples = outcome->plan->sample_count,
                         .inputs = scenario_input_count(outcome->scenario)};
    w->path = memory_new(WORLDS_KEPT * w->samples, sizeof *w->path);
    w->input = memory_new(WORLDS_KEPT * w->inputs + 1, sizeof *w->input);
    return w;
}

void worlds_free(struct worlds *w)
{
    if (!w)
        return;
    free(w->path);
    free(w->input);
    free(w);
}

void worlds_note(struct worlds *w, const struct committed *one)
{
    if (one->failed || w->count == WORLDS_KEPT)
        return;
    w->number[w->count] = one->replication;
    memcpy(w->path + w->count * w->samples, one->row + w->series * w->samples, w->samples * sizeof *w->path);
    if (w->inputs)
        memcpy(w->input + w->count * w->inputs, one->input, w->inputs * sizeof *w->input);
    w->count++;
}

/* ---- Which ------------------------------------------------------------------------------------------------------- */

/* Pictures show it. */
static bool is_shown(const struct worlds *w, size_t sample)
{
    const struct shown *shown = scenario_shown(w->outcome->scenario);
    double at = w->outcome->plan->sample_at[sample];
    return !(at < shown->from) && !(at > shown->to); /* NaN: nothing said */
}

/* The share of the others that lie below, ties shared; `value` has one number a world, `stride` apart. */
static double rank_of(const double *value, size_t stride, size_t count, size_t world)
{
    double below = 0, others = 0, mine = value[world * stride];
    for (size_t i = 0; i < count; i++) {
        double other = value[i * stride];
        if (i == world || isnan(other))
            continue;
        below += other < mine ? 1 : other == mine ? 0.5 : 0;
        others++;
    }
    return others > 0 && !isnan(mine) ? below / others : (double)NAN;
}

static size_t dates_of(const struct worlds *w, size_t world)
{
    size_t dates = 0;
    for (size_t i = 0; i < w->samples; i++)
        dates += is_shown(w, i) && !isnan(w->path[world * w->samples + i]);
    return dates;
}

static const double level[WORLDS_SHOWN] = {0.1, 0.5, 0.9};

/* NaN: it has no number at more than a quarter of the dates at which others have one. */
static void find_place(struct worlds *w, size_t world, size_t most_dates)
{
    double sum = 0, dates = 0, off[WORLDS_SHOWN] = {0};
    bool is_long = 4 * dates_of(w, world) >= 3 * most_dates;
    for (size_t i = 0; i < w->samples && is_long; i++) {
        double rank = is_shown(w, i) ? rank_of(w->path + i, w->samples, w->count, world) : (double)NAN;
        for (size_t k = 0; !isnan(rank) && k < WORLDS_SHOWN; k++)
            off[k] += fabs(rank - level[k]);
        if (!isnan(rank))
            sum += rank, dates++;
    }
    w->place[world] = dates > 0 ? sum / dates : (double)NAN;
    for (size_t k = 0; k < WORLDS_SHOWN; k++)
        w->off[world][k] = dates > 0 ? off[k] / dates : (double)NAN;
}

/* The world that stays nearest to the level. */
static size_t nearest_to(const struct worlds *w, size_t k)
{
    size_t best = 0;
    double least = HUGE_VAL;
    for (size_t i = 0; i < w->count; i++)
        if (w->off[i][k] < least)
            least = w->off[i][k], best = i;
    return best;
}

/* In a picture that holds the median: else their lines lie on each other. */
static bool can_be_told_apart(const struct worlds *w)
{
    static const double width_of_lines = 0.02;
    double largest = 0, widest = 0;
    for (size_t i = 0; i < w->samples; i++) {
        const struct band *band = &w->outcome->ensemble.series[w->series * w->samples + i];
        if (!is_shown(w, i) || !(band->n > 0))
            continue;
        largest = fmax(largest, fabs(band->p50));
        widest = fmax(widest, band->p95 - band->p05);
    }
    return widest > width_of_lines * largest;
}

void worlds_take(struct worlds *w)
{
    size_t most = 0, placed = 0;
    for (size_t i = 0; i < w->count; i++)
        most = dates_of(w, i) > most ? dates_of(w, i) : most;
    for (size_t i = 0; i < w->count; i++) {
        find_place(w, i, most);
        placed += !isnan(w->place[i]);
    }
    if (placed < WORLDS_LEAST)
        return;
    for (size_t k = 0; k < WORLDS_SHOWN; k++)
        w->world[k] = nearest_to(w, k);
    bool differ = w->world[0] != w->world[1] && w->world[1] != w->world[2] && w->world[0] != w->world[2];
    w->shown = differ && can_be_told_apart(w) ? WORLDS_SHOWN : 0;
}

size_t worlds_count(const struct worlds *w)
{
    return w ? w->shown : 0;
}

uint32_t world_number(const struct worlds *w, size_t i)
{
    return w->number[w->world[i]];
}

/* ---- What sets it apart ------------------------------------------------------------------------------------------ */

static const double *path_of(const struct worlds *w, size_t i)
{
    return w->path + w->world[i] * w->samples;
}

static double median_at(const struct worlds *w, size_t sample)
{
    return w->outcome->ensemble.series[w->series * w->samples + sample].p50;
}

/* Of prices, which have a logarithmic axis, ratios matter. */
static double distance(const struct worlds *w, double value, double median)
{
    return display_is_price(w->outcome->plan->series[w->series].output->unit) ? det_log(value / median)
                                                                              : value - median;
}

/* The date at which it is farthest above (`sign` 1) or below (-1) the median. */
static size_t farthest(const struct worlds *w, size_t i, double sign)
{
    size_t best = w->samples;
    double most = -HUGE_VAL;
    for (size_t k = 0; k < w->samples; k++) {
        double off = is_shown(w, k) ? sign * distance(w, path_of(w, i)[k], median_at(w, k)) : (double)NAN;
        if (off > most)
            most = off, best = k;
    }
    return best;
}

static size_t crossings(const struct worlds *w, size_t i)
{
    size_t count = 0;
    double before = 0;
    for (size_t k = 0; k < w->samples; k++) {
        double off = is_shown(w, k) ? path_of(w, i)[k] - median_at(w, k) : 0;
        if (isnan(off) || off == 0)
            continue;
        count += off * before < 0;
        before = off;
    }
    return count;
}

static const char *const places[WORLDS_SHOWN] = {"low", "in the middle", "high"};

/* `310 in 2028-03 (median 62)`; of the world in the middle how often it crosses the median. */
static const char *course(const struct worlds *w, size_t i, double scale, struct arena *arena)
{
    enum { MIDDLE = 1 };
    if (i == MIDDLE) {
        size_t count = crossings(w, i);
        static const char *const often[] = {"never crosses the median", "crosses the median once",
                                            "crosses the median twice"};
        return count < sizeof often / sizeof *often ? often[count]
                                                    : arena_printf(arena, "crosses the median %zu times", count);
    }
    size_t k = farthest(w, i, i > MIDDLE ? 1 : -1);
    if (k == w->samples)
        return "";
    const struct plan *plan = w->outcome->plan;
    struct display of = display_of(w->outcome, plan->series[w->series].output, plan->sample_at[k], arena);
    char date[DATE_TEXT_BYTES];
    return arena_printf(arena, "%s in %.7s (median %s)", number_in_words(of.factor * path_of(w, i)[k] / scale, arena),
                        date_text(plan->sample_at[k], date),
                        number_in_words(of.factor * median_at(w, k) / scale, arena));
}

const char *world_label(const struct worlds *w, size_t i, double scale, struct arena *arena)
{
    return arena_printf(arena, "world %" PRIu32 ", %s:\n%s", world_number(w, i), places[i], course(w, i, scale, arena));
}

/* Spearman's correlation of an input with the places. */
static double says_of_places(const struct worlds *w, size_t input, const double *place_rank)
{
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < w->count; i++) {
        double x = rank_of(w->input + input, w->inputs, w->count, i) - 0.5, y = place_rank[i] - 0.5;
        if (isnan(x) || isnan(y))
            continue;
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* `usage.growth, above that of 96 % of the worlds`: the input that pulls this world most to where it is, if it is surely
 * related to places. With 150 inputs the largest of as many correlations of noise is 2.7 standard errors. */
static const char *driver(const struct worlds *w, size_t i, const double *place_rank, struct arena *arena)
{
    const double sure = 3.3, far = 0.25, percent = 100;
    size_t best = w->inputs;
    double most = 0, best_rank = 0;
    for (size_t k = 0; k < w->inputs; k++) {
        double rank = rank_of(w->input + k, w->inputs, w->count, w->world[i]) - 0.5;
        double rho = says_of_places(w, k, place_rank);
        double pull = rho * rank * (place_rank[w->world[i]] - 0.5);
        bool counts = fabs(rho) * sqrt((double)w->count) > sure && fabs(rank) > far;
        if (counts && pull > most)
            most = pull, best = k, best_rank = rank;
    }
    if (best == w->inputs)
        return "no single input: luck and many small draws";
    return arena_printf(arena, "%s, %s in %.0f %% of the worlds", scenario_input(w->outcome->scenario, best).path,
                        best_rank > 0 ? "higher than" : "lower than", percent * (0.5 + fabs(best_rank)));
}

/* ---- Written ----------------------------------------------------------------------------------------------------- */

void worlds_write(const struct worlds *w, FILE *to)
{
    const struct plan *plan = w->outcome->plan;
    const struct channel *channel = &plan->series[w->series];
    struct arena arena = {0};
    struct dat dat = {.to = to};
    dat_remark(&dat, "program", "iccsim " ICCSIM_VERSION);
    dat_remark(&dat, "output", channel->name);
    dat_remark(&dat, "unit", channel->output->unit);
    dat_remark(&dat, "seed", arena_printf(&arena, "%" PRIu64, w->outcome->seed));
    dat_remark(&dat, "worlds", "single replications by number: a low, a middle and a high one");
    dat_word(&dat, "date year");
    for (size_t i = 0; i < w->shown; i++)
        dat_word(&dat, arena_printf(&arena, "world_%" PRIu32, world_number(w, i)));
    dat_end_row(&dat);
    for (size_t k = 0; k < w->samples; k++) {
        dat_date(&dat, plan->sample_at[k]);
        for (size_t i = 0; i < w->shown; i++)
            dat_number(&dat, path_of(w, i)[k]);
        dat_end_row(&dat);
    }
    arena_free(&arena);
}

struct report_table worlds_report(const struct worlds *w, const char *file, struct arena *arena)
{
    static const char *const columns[] = {"world", "where it runs", "what was drawn far out in it", "its story"};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    const struct channel *channel = &w->outcome->plan->series[w->series];
    double *place_rank = arena_array(arena, w->count + 1, sizeof *place_rank);
    for (size_t i = 0; i < w->count; i++)
        place_rank[i] = rank_of(w->place, 1, w->count, i);
    const char **cell = arena_array(arena, WORLDS_SHOWN * COLUMNS, sizeof *cell);
    for (size_t i = 0; i < w->shown; i++) {
        const char *const row[COLUMNS] = {
            arena_printf(arena, "%" PRIu32, world_number(w, i)),
            arena_printf(arena, "%s: %s", places[i], course(w, i, 1, arena)), driver(w, i, place_rank, arena),
            arena_printf(arena, "iccsim trace %s --replication %" PRIu32, file, world_number(w, i))};
        memcpy(cell + i * COLUMNS, row, sizeof row);
    }
    struct display of = display_of(w->outcome, channel->output, w->outcome->plan->end, arena);
    return (struct report_table){
        .title = "Three single worlds",
        .note =
            arena_printf(arena,
                         "Bands are of all worlds at each date; a single world wanders through them. These three of "
                         "the first %zu run low, in the middle and high in %s%s%s.",
                         w->count, channel->name, *of.unit ? ", " : "", of.unit),
        .columns = columns,
        .column_count = COLUMNS,
        .row_count = w->shown,
        .cells = cell};
}
