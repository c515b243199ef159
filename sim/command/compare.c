/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim compare: scenarios, or the variants of one, on common random numbers. */
#include "command.h"
#include "contest.h"
#include "interrupt.h"
#include "manifest.h"
#include "outcome.h"

#include "../output/plots.h"

#include <omp.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILES = 64 };

struct job {
    const struct options *options;
    const struct study *study;
    struct outcome **outcome; /* the base, then the others */
    const char **name;
    size_t count;
    int threads;
    time_t began;
    const volatile sig_atomic_t *stop;
    struct contest contest;
    struct stage stage;
    struct arena arena;
};

/* Two files of one name in different folders need two folders. */
static const char *unlike_the_others(struct job *job, const char *name)
{
    const char *unlike = name;
    for (size_t i = 0, again = 2; i < job->count; i++)
        if (job->name[i] && strcmp(job->name[i], unlike) == 0) {
            unlike = arena_printf(&job->arena, "%s-%zu", name, again++);
            i = (size_t)-1;
        }
    return unlike;
}

/* `name` NULL: that of the scenario. */
static bool add(struct job *job, const struct options *options, size_t argument, const char *variant, const char *name)
{
    struct outcome *outcome = job->outcome[job->count] = arena_alloc(&job->arena, sizeof *outcome);
    bool sound = outcome_open(outcome, options, job->study, argument, variant);
    if (sound && !name)
        name = scenario_name(outcome->scenario);
    job->name[job->count] = sound ? unlike_the_others(job, name) : NULL;
    job->count++;
    return sound;
}

static void make_room(struct job *job, size_t count)
{
    struct outcome **outcome = arena_array(&job->arena, count, sizeof *outcome);
    const char **name = arena_array(&job->arena, count, sizeof *name);
    for (size_t i = 0; i < job->count; i++) {
        outcome[i] = job->outcome[i];
        name[i] = job->name[i];
    }
    job->outcome = outcome;
    job->name = name;
}

static bool load_files(struct job *job)
{
    bool sound = true;
    make_room(job, job->options->argument_count);
    for (size_t i = 0; i < job->options->argument_count; i++)
        sound &= add(job, job->options, i, NULL, NULL);
    return sound;
}

static bool load_variants(struct job *job)
{
    make_room(job, 1);
    if (!add(job, job->options, 0, NULL, NULL))
        return false;
    const struct scenario *scenario = job->outcome[0]->scenario;
    size_t variants = scenario_variant_count(scenario);
    bool sound = true;
    make_room(job, 1 + variants);
    for (size_t i = 0; i < variants; i++)
        sound &= add(job, job->options, 0, scenario_variant_name(scenario, i), scenario_variant_name(scenario, i));
    return sound;
}

/* The file as it is, and as --set changes it. */
static bool load_as_set(struct job *job)
{
    struct options plain = *job->options;
    const char *name = "";
    for (size_t i = 0; i < plain.override_count; i++)
        name = arena_printf(&job->arena, "%s%s%s", name, i ? ", " : "", plain.override[i].argument);
    plain.override_count = 0;
    make_room(job, 2);
    return add(job, &plain, 0, NULL, NULL) && add(job, job->options, 0, NULL, name);
}

static enum exit_code load(struct job *job)
{
    const struct options *options = job->options;
    bool alone = options->argument_count == 1;
    bool sound = !alone ? load_files(job) : options->override_count ? load_as_set(job) : load_variants(job);
    if (!sound)
        return EXIT_INVALID;
    if (job->count > 1)
        return EXIT_OK;
    fprintf(stderr, "iccsim compare: %s has no variants; name another scenario, or set a value with --set\n",
            options->argument[0]);
    return EXIT_USAGE;
}

static void replicate(struct job *job)
{
    struct montecarlo *request = arena_array(&job->arena, job->count, sizeof *request);
    struct ensemble **ensemble = arena_array(&job->arena, job->count, sizeof *ensemble);
    for (size_t i = 0; i < job->count; i++) {
        request[i] = outcome_request(job->outcome[i]);
        request[i].seed = job->outcome[i]->seed = job->outcome[0]->seed;
        request[i].replications = job->outcome[i]->replications = job->outcome[0]->replications;
        request[i].no_bands = true;
        request[i].what = NULL;
        ensemble[i] = &job->outcome[i]->ensemble;
    }
    request[0].threads = job->threads;
    request[0].stop = job->stop;
    request[0].progress = !job->options->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
    contest_open(&job->contest, job->outcome, job->name, job->count);
    montecarlo_run_together(request, job->count, ensemble, contest_commit, &job->contest);
}

/* False if one of them has no replication that worked. */
static bool is_usable(const struct job *job)
{
    bool usable = true;
    for (size_t i = 0; i < job->count; i++) {
        const struct ensemble *ensemble = &job->outcome[i]->ensemble;
        if (ensemble->failed)
            fprintf(stderr, "iccsim compare: %s: %u of %u replications failed; the first, number %u: %s\n",
                    job->name[i], ensemble->failed, ensemble->done, ensemble->failure[0].replication,
                    ensemble->failure[0].reason);
        usable &= ensemble->done > ensemble->failed;
    }
    return usable;
}

static size_t draw(struct job *job)
{
    const char *scripts = job->options->no_plots ? NULL : share_folder("plots", &job->arena);
    return scripts ? plots_draw(job->stage.folder, scripts, stderr).drawn : 0;
}

static void write_with(struct job *job, const char *name, void (*write_one)(const struct outcome *outcome, FILE *to))
{
    FILE *to = stage_file(&job->stage, "%s", name);
    write_one(job->outcome[0], to);
    stage_close_file(&job->stage, to);
}

static bool write_folder(struct job *job)
{
    contest_write(&job->contest, &job->stage);
    write_with(job, "context.gp", outcome_write_context);
    write_with(job, "events.dat", outcome_write_events);
    struct manifest manifest = {
        .command = "compare",
        .options = job->options,
        .outcome = job->outcome,
        .count = job->count,
        .interrupted = job->outcome[0]->ensemble.stopped,
        .pictures = draw(job),
        .threads = job->threads,
        .began = job->began,
    };
    manifest_write(&manifest, &job->stage);
    return stage_commit(&job->stage);
}

static enum exit_code tell(struct job *job)
{
    const struct ensemble *ensemble = &job->outcome[0]->ensemble;
    if (!write_folder(job)) {
        fprintf(stderr, "iccsim compare: %s\n", job->stage.error);
        return EXIT_FAILED;
    }
    if (!job->options->quiet) {
        contest_print(&job->contest, stdout, job->options->csv);
        fprintf(stderr, "\nwritten to %s\n", job->stage.target);
    }
    if (!ensemble->stopped)
        return EXIT_OK;
    fprintf(stderr, "iccsim compare: interrupted; the first %u of %u replications are kept\n", ensemble->done,
            job->outcome[0]->replications);
    return EXIT_INTERRUPTED;
}

static enum exit_code carry_out(struct job *job)
{
    enum exit_code code = load(job);
    if (code != EXIT_OK)
        return code;
    const char *folder = job->options->out;
    if (!folder)
        folder = arena_printf(&job->arena, "out/%s.compare", scenario_name(job->outcome[0]->scenario));
    if (!stage_open(&job->stage, folder, job->options->force)) {
        fprintf(stderr, "iccsim compare: %s\n", job->stage.error);
        return EXIT_USAGE;
    }
    job->stop = interrupt_watch();
    replicate(job);
    if (is_usable(job))
        return tell(job);
    fputs("iccsim compare: there is nothing to compare; nothing is written\n", stderr);
    return *job->stop ? EXIT_INTERRUPTED : EXIT_FAILED;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct job job = {
        .options = options,
        .study = study,
        .threads = options->threads ? (int)options->threads : omp_get_num_procs(),
        .began = time(NULL),
    };
    enum exit_code code = carry_out(&job);
    stage_abandon(&job.stage);
    stage_free(&job.stage);
    contest_free(&job.contest);
    for (size_t i = 0; i < job.count; i++)
        outcome_free(job.outcome[i]);
    arena_free(&job.arena);
    return code;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "A [B...]",
    .help = "scenarios, or variants of one, on common random numbers",
    .details =
        "A alone: against each of its variants or, with --set, against itself with these values. With B...: against "
        "each of\n"
        "them, --set in all. Seed and replications are those of A. Replication k of all meets the same luck, so "
        "differences\n"
        "are taken pair by pair: their means, 95 % intervals and how much less they vary than independent ones would.\n"
        "Writes compare/series/*.dat, compare/curves/*.dat, compare/scalars.dat and a picture (default folder: out/A.compare).",
    .takes = "replications antithetic threads seed set output force no-plots csv quiet",
    .least = 1,
    .most = MOST_FILES,
    .run = run,
};
