/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim run: a scenario and its variants, from the file to the pictures. */
#include "command.h"
#include "interrupt.h"
#include "outcome.h"

#include "../engine/clocks.h"
#include "../output/json.h"
#include "../output/plots.h"

#include <omp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
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

static void json_time(struct json *json, const char *key, time_t time)
{
    char text[sizeof "YYYY-MM-DDThh:mm:ssZ"];
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_text(json, key, text);
}

static void json_host(struct json *json, const struct job *job)
{
    struct utsname host;
    struct rusage usage;
    bool known = uname(&host) == 0;
    json_open(json, "host", '{');
    json_text(json, "name", known ? host.nodename : NULL);
    json_text(json, "system", known ? host.sysname : NULL);
    json_text(json, "release", known ? host.release : NULL);
    json_text(json, "machine", known ? host.machine : NULL);
    json_text(json, "instruction_set", clocks_isa());
    json_text(json, "compiler", __VERSION__);
    json_count(json, "threads", (uint64_t)job->threads);
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        json_count(json, "peak_memory_kib", (uint64_t)usage.ru_maxrss);
    json_close(json, '}');
}

/* Whether one of the runs before has read it already. */
static bool is_known(const struct job *job, size_t before, const char *path)
{
    for (size_t i = 0; i < before; i++)
        for (size_t k = 0; k < job->outcome[i]->input_count; k++)
            if (strcmp(job->outcome[i]->input[k].path, path) == 0)
                return true;
    return false;
}

static void json_inputs(struct json *json, const struct job *job)
{
    json_open(json, "inputs", '[');
    for (size_t i = 0; i < job->count; i++)
        for (size_t k = 0; k < job->outcome[i]->input_count; k++) {
            const struct input *input = &job->outcome[i]->input[k];
            if (is_known(job, i, input->path))
                continue;
            json_open(json, NULL, '{');
            json_text(json, "path", input->path);
            json_text(json, "sha256", input->sha256);
            json_close(json, '}');
        }
    json_close(json, ']');
}

static void json_options(struct json *json, const struct options *options)
{
    json_open(json, "options", '{');
    json_text(json, "file", options->argument[0]);
    json_text(json, "variant", options->variant);
    json_flag(json, "no_variants", options->no_variants);
    json_flag(json, "no_plots", options->no_plots);
    json_open(json, "set", '[');
    for (size_t i = 0; i < options->override_count; i++)
        json_text(json, NULL, options->override[i].argument);
    json_close(json, ']');
    json_close(json, '}');
}

static void json_runs(struct json *json, const struct job *job)
{
    json_open(json, "runs", '[');
    for (size_t i = 0; i < job->finished; i++) {
        const struct outcome *outcome = job->outcome[i];
        json_open(json, NULL, '{');
        json_text(json, "variant", outcome->variant);
        json_count(json, "seed", outcome->seed);
        json_count(json, "asked", outcome->replications);
        json_count(json, "done", outcome->ensemble.done);
        json_count(json, "failed", outcome->ensemble.failed);
        json_number(json, "seconds", outcome->ensemble.seconds);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_manifest(struct job *job)
{
    FILE *to = stage_file(&job->stage, "manifest.json");
    struct json json = {.to = to};
    json_open(&json, NULL, '{');
    json_text(&json, "program", "iccsim"); /* first: it is what makes the folder ours, see STAGE_MANIFEST_MARK */
    json_text(&json, "version", ICCSIM_VERSION);
    json_text(&json, "scenario", scenario_name(job->outcome[0]->scenario));
    json_options(&json, job->options);
    json_runs(&json, job);
    json_flag(&json, "interrupted", is_interrupted(job));
    json_inputs(&json, job);
    json_count(&json, "pictures", job->plots.drawn);
    json_time(&json, "started", job->began);
    json_time(&json, "finished", time(NULL));
    json_host(&json, job);
    json_close(&json, '}');
    stage_close_file(&job->stage, to);
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
