/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two mechanisms of a few lines and scenarios for them, so that what is above the engine can be tested without the
 * economics.
 *
 * `walk` draws a level once a step, and fails where it is told to; `tally` counts, and can be switched off.
 */
#ifndef ICCSIM_TESTS_FAKE_MODELS_H
#define ICCSIM_TESTS_FAKE_MODELS_H

#include "sim/engine/sim.h"
#include "sim/engine/trace.h"
#include "sim/scenario/schema.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

struct world {
    struct sim *sim;
    double level;
    struct stream noise;
};

struct walk_settings {
    double drift, spread, failing_share;
};
struct thing_row {
    double weight;
};
struct mark_row {
    double date;
};

/* clang-format off */
static const struct param walk_params[] = {
    NUMBER(struct walk_settings, drift, "drift", "CNY", -100, 100, "1 CNY", UNCERTAIN, "what is added a step", NULL),
    NUMBER(struct walk_settings, spread, "spread", "CNY", 0, 100, "2.385 CNY", FIXED, "deviation of the noise", NULL),
    NUMBER(struct walk_settings, failing_share, "failing_share", "", 0, 1, "0", FIXED, "share of replications that fail", NULL),
    COLUMN("things", struct thing_row, weight, "weight", "", 0, 100, "1", FIXED, "what the level is multiplied by", NULL),
    {.name = "date", .table = "marks", .type = PARAM_DATE, .min = 2000, .max = 2100, .help = "when",
     .offset = offsetof(struct mark_row, date)},
    {0},
};
/* clang-format on */
static const struct table walk_tables[] = {{"things", sizeof(struct thing_row), "things with a weight"},
                                           {"marks", sizeof(struct mark_row), "dates to mark"},
                                           {0}};
enum { WALK_LEVEL, WALK_OF, WALK_LAST, WALK_PASSAGE, WALK_PROFILE };
enum { PROFILE_POINTS = 6 };
static const struct output walk_outputs[] = {{"level", OUTPUT_SERIES, "CNY", NULL, "where the walk is"},
                                             {"weighted", OUTPUT_SERIES, "CNY", "things", "the level times the weight"},
                                             {"last", OUTPUT_SCALAR, "CNY", NULL, "where it ends"},
                                             {"passage", OUTPUT_SCALAR, "date", NULL, "a date in the middle"},
                                             {"profile",
                                              OUTPUT_CURVE,
                                              "CNY",
                                              "things",
                                              "its end by age, but at the age of 15",
                                              {"months", "month", 0, 3, PROFILE_POINTS}},
                                             {0}};
static const struct model model_walk;

static void walk_start(struct world *w)
{
    const struct walk_settings *s = sim_settings(w->sim, &model_walk);
    struct stream stream = stream_open(&w->sim->streams, identity(1, 0, 0));
    w->noise = stream_open(&w->sim->streams, identity(2, 0, 0));
    if (stream_uniform(&stream) < s->failing_share)
        sim_fail(w->sim, "told to fail, \"with quotes\"");
}

static void walk_decide(struct world *w)
{
    const struct walk_settings *s = sim_settings(w->sim, &model_walk);
    w->level += s->drift + s->spread * stream_normal(&w->noise);
    tell(w->sim, "walk", "stepped", "level", "%.3f", w->level);
}

static void walk_sample(struct world *w)
{
    const struct thing_row *rows = sim_rows(w->sim, &model_walk, "things");
    sim_record(w->sim, &model_walk, WALK_LEVEL, -1, w->level, w->level > 20);
    for (size_t r = 0; r < sim_row_count(w->sim, "things"); r++)
        sim_record(w->sim, &model_walk, WALK_OF, (int)r, w->level > 5 ? w->level * rows[r].weight : (double)NAN, false);
}

static void walk_finish(struct world *w)
{
    sim_record(w->sim, &model_walk, WALK_LAST, -1, w->level, false);
    sim_record(w->sim, &model_walk, WALK_PASSAGE, -1, 2022.5 + w->level / 1000, false);
    const struct thing_row *rows = sim_rows(w->sim, &model_walk, "things");
    for (size_t r = 0; r < sim_row_count(w->sim, "things"); r++)
        for (size_t k = 0; k + 1 < PROFILE_POINTS; k++)
            sim_record_point(w->sim, &model_walk, WALK_PROFILE, (int)r, k, w->level * rows[r].weight + 3 * (double)k);
}

static const struct model model_walk = {
    .name = "walk",
    .help = "a random walk",
    .without = "nothing moves",
    .tables = walk_tables,
    .params = walk_params,
    .outputs = walk_outputs,
    .settings_size = sizeof(struct walk_settings),
    .start = walk_start,
    .finish = walk_finish,
    .phase = {[PHASE_DECIDE] = walk_decide, [PHASE_SAMPLE] = walk_sample},
};

static const struct output tally_outputs[] = {{"tally", OUTPUT_SERIES, "", NULL, "steps so far"}, {0}};
static const struct model model_tally;

static void tally_sample(struct world *w)
{
    sim_record(w->sim, &model_tally, 0, -1, (double)w->sim->step, false);
}

static const struct model model_tally = {
    .name = "tally",
    .help = "counts steps",
    .without = "nobody counts",
    .outputs = tally_outputs,
    .phase = {[PHASE_SAMPLE] = tally_sample},
};

static const struct model *const fake_models[] = {&model_walk, &model_tally, NULL};

/* Writes a scenario; the path is valid until the next call. */
static inline const char *fake_file(const char *folder, const char *name, const char *text)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s.yml", folder, name);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

static const char fake_scenario[] =
    "title: A walk\n"
    "question: Where does it go?\n"
    "run: {start: 2022-01, end: 2024-01, replications: 40, seed: 5}\n"
    "walk: {drift: {uniform: {low: 0 CNY, high: 2 CNY}}}\n"
    "things: {one: {weight: 1, label: 'Thing one'}, two: {weight: 2}}\n"
    "marks: {begin: {date: 2022-06-15, label: It begins}}\n"
    "facts:\n"
    "  mid: {output: level, at: 2022-12, value: 12 CNY, tolerance: 50%, source: a test}\n"
    "  sum: {output: tally, from: 2022-01, to: 2022-12, stat: sum, value: 78, tolerance: 1%, source: a test}\n"
    "  rise: {output: level, at: 2023-12, relative_to: 2022-12, value: 2, tolerance: 20%, source: a test}\n"
    "  late: {output: level, at: 2030-12, value: 12 CNY, tolerance: 50%, source: a test}\n"
    "  end: {output: last, value: 24 CNY, tolerance: 50%, source: a test}\n";

#endif
