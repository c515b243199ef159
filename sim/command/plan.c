/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim plan: what a run would take, measured on one replication; writes nothing. */
#include "command.h"
#include "sim/base/say.h"
#include "sim/study/outcome.h"
#include "sim/study/sweep.h"

#include "sim/output/listing.h"

#include <omp.h>
#include <sys/resource.h>
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

/* Bytes of a row of results.csv and of the store's table, and of a point of points.csv and of the store. */
enum { RESULT_BYTES = 480, POINT_BYTES = 200 };

/* Groups leave few units. A factor that is in none may have been forgotten, so it is named. */
static void add_units(struct listing *listing, const struct sweep *sweep)
{
    size_t groups = 0;
    for (size_t i = 0; i < sweep->unit_count; i++)
        groups += sweep->unit[i].is_group;
    if (groups)
        add(listing, "sweep: groups", (double)groups, "");
    for (size_t i = 0; groups && i < sweep->unit_count; i++)
        if (!sweep->unit[i].is_group) {
            listing_add(listing, "sweep: in no group");
            listing_add(listing, "1");
            listing_add(listing, "%s", sweep->unit[i].name);
        }
}

/* What `iccsim sweep` would take: the store has every replication's measures, and the rows of results.csv. */
static void add_sweep(struct listing *listing, const struct sweep_run *run, const struct measured *one)
{
    double points = (double)(run->todo_count + run->done_before), todo = (double)run->todo_count;
    double replications = run->outcome.replications, measures = (double)run->outcome.measures.count;
    double kept = replications * (1 + measures) * sizeof(double), threads = run->threads;
    double sampled = run->design.u ? points * (double)run->sweep->factor_count * sizeof(double) : 0;
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    add(listing, "sweep: points", points, "");
    add(listing, "sweep: points done already", (double)run->done_before, "");
    add(listing, "sweep: replications of each", replications, "");
    add(listing, "sweep: factors", (double)run->sweep->factor_count, "");
    add_units(listing, run->sweep);
    add(listing, "sweep: threads", threads, "");
    add(listing, "sweep: time, about", todo * replications * one->seconds / threads, "s");
    add(listing, "sweep: memory, about", ((double)usage.ru_maxrss * 1024 + 2 * threads * kept + sampled) / 1e6, "MB");
    add(listing, "sweep: disk without pictures, about", points * (kept + POINT_BYTES + measures * RESULT_BYTES) / 1e6,
        "MB");
}

static void print(const struct outcome *outcome, const struct measured *one, struct runs runs, int threads,
                  const struct sweep_run *sweep, bool csv)
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
    struct montecarlo_bytes bytes =
        montecarlo_bytes(plan, outcome->measures.count, outcome->replications, threads, runs.written);
    add(&listing, "memory of the bands, about", (double)bytes.memory / 1e6, "MB");
    if (bytes.aside)
        add(&listing, "disk while it runs, about", (double)bytes.aside / 1e6, "MB");
    add(&listing, "disk without pictures, about", disk_bytes(outcome) * (double)runs.written / 1e6, "MB");
    if (sweep)
        add_sweep(&listing, sweep, one);
    listing_print(&listing, stdout, csv);
    listing_free(&listing);
}

static enum exit_code show(const struct options *options, const struct outcome *outcome, const struct sweep_run *sweep)
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
        print(outcome, &one, (struct runs){runs, combinations - 1}, threads, sweep, options->csv);
    arena_free(&arena);
    return one.failed ? EXIT_FAILED : EXIT_OK;
}

static bool is_for_sensitivity(const struct outcome *outcome)
{
    const struct sweep *sweep = scenario_sweep(outcome->scenario);
    return sweep && sweep_is_for_sensitivity(sweep);
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct outcome outcome;
    struct sweep_run sweep = {0};
    enum exit_code code = EXIT_INVALID;
    if (outcome_open(&outcome, options, study, 0, options->variant)) {
        bool sweeps = options->vary_count || scenario_sweep(outcome.scenario);
        code = sweeps
                   ? sweep_load_points(&sweep,
                                       options->vary_count || !is_for_sensitivity(&outcome) ? "sweep" : "sensitivity",
                                       options, study)
                   : EXIT_OK;
        if (sweeps && code == EXIT_OK)
            code = sweep_look(&sweep);
        if (code == EXIT_OK)
            code = show(options, &outcome, sweeps ? &sweep : NULL);
    }
    sweep_close(&sweep);
    outcome_free(&outcome);
    return code;
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "FILE",
    .help = "what a run or a sweep would take: replications, points, time, memory, disk; writes nothing",
    .takes = "vary output shard replications threads seed set variant no-variants no-attribution csv",
    .least = 1,
    .most = 1,
    .run = run,
};
