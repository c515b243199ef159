/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim plan: what a run would take, measured on one replication; writes nothing. */
#include "command.h"
#include "sim/base/say.h"
#include "sim/study/outcome.h"

#include "sim/output/listing.h"

#include <omp.h>
#include <time.h>

/* Bytes of a row and of the head of a .dat, and of a number in a .csv, as they come out. */
enum { DAT_ROW_BYTES = 110, DAT_HEAD_BYTES = 400, CSV_NUMBER_BYTES = 18 };

struct measured {
    double seconds;
    uint64_t events, steps;
    const char *failed;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The second of two runs of the first replication: the first one warms memory up. */
static struct measured measure(const struct outcome *outcome, struct arena *keep)
{
    struct arena arena = {0}, of_result = {0};
    struct sim *sim = sim_new(outcome->plan);
    struct montecarlo request = outcome_request(outcome);
    struct result *result = result_new(outcome->plan, &of_result);
    struct measured measured = {0};
    for (int i = 0; i < 2; i++) {
        double began = now_s();
        montecarlo_replicate(&request, 0, sim, &arena, NULL, result);
        measured.seconds = now_s() - began;
    }
    measured.events = result->events;
    measured.steps = result->steps;
    measured.failed = result->failed ? arena_text(keep, result->failed) : NULL;
    sim_free(sim);
    arena_free(&arena);
    arena_free(&of_result);
    return measured;
}

static double disk_bytes(const struct outcome *outcome)
{
    const struct plan *plan = outcome->plan;
    double series = (double)plan->series_count * (DAT_HEAD_BYTES + DAT_ROW_BYTES * (double)plan->sample_count);
    double curves = (double)plan->curve_count * DAT_HEAD_BYTES + DAT_ROW_BYTES * (double)plan->point_count;
    return series + curves +
           (double)(plan->scalar_count + outcome->measures.count + 1) * outcome->replications * CSV_NUMBER_BYTES;
}

static void add(struct listing *listing, const char *what, double value, const char *unit)
{
    char text[SHORT_NUMBER_BYTES];
    listing_add(listing, "%s", what);
    listing_add(listing, "%s", short_number(value, text));
    listing_add(listing, "%s", unit);
}

struct runs {
    size_t written, along; /* along: combinations of an attribution, of which only a few numbers are kept */
};

static void print(const struct outcome *outcome, const struct measured *one, struct runs runs, int threads, bool csv)
{
    const struct plan *plan = outcome->plan;
    double replications = outcome->replications, all = replications * (double)(runs.written + runs.along);
    struct listing listing = {.columns = 3};
    listing_add(&listing, "what");
    listing_add(&listing, "number");
    listing_add(&listing, "unit");
    add(&listing, "scenario and variants", (double)runs.written, "runs");
    if (runs.along)
        add(&listing, "further combinations of mechanisms", (double)runs.along, "runs");
    add(&listing, "replications of each", replications, "");
    add(&listing, "threads", threads, "");
    add(&listing, "steps of a replication", (double)one->steps, "");
    add(&listing, "events of a replication", (double)one->events, "");
    add(&listing, "series", (double)plan->series_count, "");
    add(&listing, "samples of a series", (double)plan->sample_count, "");
    add(&listing, "scalars", (double)plan->scalar_count, "");
    add(&listing, "curves", (double)plan->curve_count, "");
    add(&listing, "facts", (double)outcome->facts.count, "");
    add(&listing, "measures", (double)(outcome->measures.count - outcome->facts.count), "");
    add(&listing, "time of a replication", 1e3 * one->seconds, "ms");
    add(&listing, "time, about", all * one->seconds / threads, "s");
    add(&listing, "memory of the bands, about",
        (double)(runs.written * montecarlo_bytes(plan, outcome->measures.count, outcome->replications, threads)) / 1e6,
        "MB");
    add(&listing, "disk without pictures, about", disk_bytes(outcome) * (double)runs.written / 1e6, "MB");
    listing_print(&listing, stdout, csv);
    listing_free(&listing);
}

static enum exit_code show(const struct options *options, const struct outcome *outcome)
{
    struct arena arena = {0};
    struct measured one = measure(outcome, &arena);
    bool alone = options->variant || options->no_variants;
    size_t runs = alone ? 1 : 1 + scenario_variant_count(outcome->scenario);
    const struct attribution *attribution = scenario_attribution(outcome->scenario);
    size_t combinations = options->no_attribution ? 1 : (size_t)1 << attribution->mechanism_count;
    int threads = options->threads ? (int)options->threads : omp_get_num_procs();
    if (one.failed)
        say("iccsim plan: the first replication failed: %s\n", one.failed);
    else
        print(outcome, &one, (struct runs){runs, combinations - 1}, threads, options->csv);
    arena_free(&arena);
    return one.failed ? EXIT_FAILED : EXIT_OK;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct outcome outcome;
    enum exit_code code = EXIT_INVALID;
    if (outcome_open(&outcome, options, study, 0, options->variant))
        code = show(options, &outcome);
    outcome_free(&outcome);
    return code;
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "FILE",
    .help = "what a run would take: replications, time, memory, disk; writes nothing",
    .takes = "replications threads seed set variant no-variants no-attribution csv",
    .least = 1,
    .most = 1,
    .run = run,
};
