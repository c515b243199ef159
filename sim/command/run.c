/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim run: a scenario and its variants, from the file to the pictures. */
#include "command.h"
#include "interrupt.h"
#include "manifest.h"
#include "outcome.h"

#include "../output/plots.h"

#include <omp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct job {
    const struct options *options;
    const struct study *study;
    struct outcome **outcome; /* the scenario itself, then its variants */
    size_t count, finished;
    int threads;
    const volatile sig_atomic_t *stop;
    time_t began;
    struct stage stage;
    struct plots plots;
    struct arena arena;
};

/* Names that a run gives to folders of its own. */
static bool is_reserved(const char *variant)
{
    static const char *const own[] = {"series", "curves", "plots", "compare"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(variant, own[i]) == 0)
            return true;
    return false;
}

static bool add_outcome(struct job *job, const char *variant)
{
    struct outcome *outcome = job->outcome[job->count++] = arena_alloc(&job->arena, sizeof *outcome);
    return outcome_open(outcome, job->options, job->study, 0, variant);
}

/* All that will run is loaded first: a mistake in the last variant must not cost the time of the others. */
static bool load(struct job *job)
{
    const struct options *options = job->options;
    job->outcome = arena_array(&job->arena, 1, sizeof *job->outcome);
    if (!add_outcome(job, options->variant))
        return false;
    const struct scenario *scenario = job->outcome[0]->scenario;
    size_t variants = options->variant || options->no_variants ? 0 : scenario_variant_count(scenario);
    struct outcome **list = arena_array(&job->arena, 1 + variants, sizeof *list);
    list[0] = job->outcome[0];
    job->outcome = list;
    bool sound = true;
    for (size_t i = 0; i < variants; i++) {
        const char *name = scenario_variant_name(scenario, i);
        if (is_reserved(name)) {
            fprintf(stderr, "%s: a variant cannot be called `%s`: a run has a folder of that name\n", options->argument[0], name);
            sound = false;
        }
        sound &= add_outcome(job, name);
    }
    return sound;
}

static const char *default_folder(struct job *job)
{
    const struct outcome *outcome = job->outcome[0];
    const char *name = scenario_name(outcome->scenario);
    return outcome->variant ? arena_printf(&job->arena, "out/%s.%s", name, outcome->variant)
                            : arena_printf(&job->arena, "out/%s", name);
}

/* Where a variant's files go, below DIR. What runs alone or first goes to DIR itself. */
static const char *folder_of(struct job *job, size_t i)
{
    return i == 0 ? "" : arena_printf(&job->arena, "%s/", job->outcome[i]->variant);
}

static void warn_of_failures(const struct outcome *outcome)
{
    const struct ensemble *ensemble = &outcome->ensemble;
    if (!ensemble->failed)
        return;
    fprintf(stderr, "iccsim: %s%s%s: %u of %u replications failed; the first, number %u: %s\n", scenario_name(outcome->scenario),
            outcome->variant ? "." : "", outcome->variant ? outcome->variant : "", ensemble->failed, ensemble->done,
            ensemble->failure[0].replication, ensemble->failure[0].reason);
}

static void replicate(struct job *job, size_t i)
{
    struct outcome *outcome = job->outcome[i];
    const char *folder = folder_of(job, i);
    struct row_writer rows = {.outcome = outcome, .to = stage_file(&job->stage, "%sreplications.csv", folder)};
    struct montecarlo request = outcome_request(outcome);
    request.threads = job->threads;
    request.commit = row_writer_commit;
    request.commit_state = &rows;
    request.stop = job->stop;
    request.progress = !job->options->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
    row_writer_begin(&rows);
    montecarlo_run(&request, &outcome->ensemble);
    stage_close_file(&job->stage, rows.to);
    warn_of_failures(outcome);
    if (outcome->ensemble.done > outcome->ensemble.failed) {
        outcome_write(outcome, &job->stage, folder);
        job->finished++;
    } else if (*folder) {
        stage_remove(&job->stage, folder);
    }
}

static bool is_interrupted(const struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        if (job->outcome[i]->ensemble.done < job->outcome[i]->replications)
            return true;
    return false;
}

/* True if the scenario and every variant left something, or would have but for an interruption. */
static bool replicate_all(struct job *job)
{
    for (size_t i = 0; i < job->count && !*job->stop; i++) {
        replicate(job, i);
        if (job->finished <= i && !*job->stop)
            return false;
    }
    return job->finished > 0;
}

/* The folder with the scripts of the pictures, or NULL. */
static const char *find_scripts(struct job *job)
{
    const char *scripts = job->options->no_plots ? NULL : share_folder("plots", &job->arena);
    if (!scripts && !job->options->no_plots)
        fputs("iccsim: warning: no folder `plots` with the scripts of the pictures; set ICCSIM_SHARE\n", stderr);
    return scripts;
}

static void illustrate(struct job *job)
{
    const char *scripts = find_scripts(job);
    for (size_t i = 0; i < job->finished && !job->stage.error; i++) {
        const char *folder = arena_printf(&job->arena, "%s/%s", job->stage.folder, folder_of(job, i));
        if (scripts && !job->plots.no_gnuplot) {
            struct plots plots = plots_draw(folder, scripts, stderr);
            job->plots.drawn += plots.drawn;
            job->plots.no_gnuplot = plots.no_gnuplot;
        }
        if (!outcome_write_report(job->outcome[i], job->options, folder, scripts))
            stage_fail(&job->stage, "cannot write report.html in", folder);
    }
}

static void write_manifest(struct job *job)
{
    struct manifest manifest = {
        .command = "run",
        .options = job->options,
        .outcome = job->outcome,
        .count = job->count,
        .finished = job->finished,
        .interrupted = is_interrupted(job),
        .pictures = job->plots.drawn,
        .threads = job->threads,
        .began = job->began,
    };
    manifest_write(&manifest, &job->stage);
}

static enum exit_code refuse(const struct job *job)
{
    fprintf(stderr, "iccsim run: %s\n", job->stage.error);
    return EXIT_USAGE;
}

static enum exit_code finish(struct job *job)
{
    illustrate(job);
    write_manifest(job);
    if (!stage_commit(&job->stage)) {
        fprintf(stderr, "iccsim run: %s\n", job->stage.error);
        return EXIT_FAILED;
    }
    if (!job->options->quiet) {
        outcome_print(job->outcome[0], stdout, job->options->csv);
        fprintf(stderr, "\nwritten to %s\n", job->stage.target);
    }
    if (!is_interrupted(job))
        return EXIT_OK;
    const struct outcome *last = job->outcome[job->finished - 1];
    fprintf(stderr, "iccsim run: interrupted; the first %u of %u replications are kept", last->ensemble.done, last->replications);
    fprintf(stderr, job->count > 1 ? " of run %zu of %zu\n" : "\n", job->finished, job->count);
    return EXIT_INTERRUPTED;
}

static enum exit_code carry_out(struct job *job)
{
    if (!load(job))
        return EXIT_INVALID;
    const char *folder = job->options->out ? job->options->out : default_folder(job);
    if (!stage_open(&job->stage, folder, job->options->force))
        return refuse(job);
    job->stop = interrupt_watch();
    if (replicate_all(job))
        return finish(job);
    fputs(*job->stop ? "iccsim run: interrupted before there was anything to keep\n"
                     : "iccsim run: all replications failed; nothing is written\n",
          stderr);
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
    for (size_t i = 0; i < job.count; i++)
        outcome_free(job.outcome[i]);
    arena_free(&job.arena);
    return code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "FILE",
    .help = "run a scenario and its variants: series, scalars, pictures",
    .details = "Writes into DIR, which is replaced whole, and only if it is new, empty or an earlier run. Ctrl-C keeps the\n"
               "replications finished so far: the same as if only so many had been asked for.",
    .takes = "replications threads seed set variant no-variants output force no-plots csv quiet",
    .least = 1,
    .most = 1,
    .run = run,
};
