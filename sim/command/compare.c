/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim compare: scenarios, or the variants of one, on common random numbers. */
#include "command.h"
#include "pictures.h"
#include "sim/base/say.h"
#include "sim/study/finding.h"
#include "sim/study/interrupt.h"
#include "sim/study/job.h"
#include "sim/study/manifest.h"

#include <string.h>

enum { MOST_FILES = 64 };

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

static bool load_files(struct job *job)
{
    bool sound = true;
    for (size_t i = 0; i < job->options->argument_count; i++) {
        if (job_add(job, job->options, i, NULL))
            job->name[i] = job->label[i] =
                unlike_the_others(job, job_folder_name(scenario_name(job->outcome[i]->scenario)));
        else
            sound = false;
    }
    return sound;
}

static bool load_variants(struct job *job)
{
    if (!job_add(job, job->options, 0, NULL))
        return false;
    job_name_base(job);
    return job_add_variants(job);
}

/* The file as it is, and as --set changes it. */
static bool load_as_set(struct job *job)
{
    struct options plain = *job->options;
    const char *name = "";
    for (size_t i = 0; i < plain.override_count; i++)
        name = arena_printf(&job->arena, "%s%s%s", name, i ? ", " : "", plain.override[i].argument);
    plain.override_count = 0;
    if (!job_add(job, &plain, 0, NULL) || !job_add(job, job->options, 0, NULL))
        return false;
    job_name_base(job);
    job->name[1] = job->label[1] = name;
    return true;
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
    say("iccsim compare: %s has no variants; name another scenario, or set a value with --set\n", options->argument[0]);
    return EXIT_USAGE;
}

static void replicate(struct job *job)
{
    struct montecarlo *request = job_requests(job);
    for (size_t i = 0; i < job->count; i++) {
        request[i].no_bands = true;
        request[i].what = NULL;
    }
    job_replicate(job, request);
}

/* False if one of them has no replication that worked. */
static bool is_usable(const struct job *job)
{
    bool usable = true;
    for (size_t i = 0; i < job->count; i++) {
        const struct ensemble *ensemble = &job->outcome[i]->ensemble;
        if (ensemble->failed)
            say("iccsim compare: %s: %u of %u replications failed; the first, number %u: %s\n", job->name[i],
                ensemble->failed, ensemble->done, ensemble->failure[0].replication, ensemble->failure[0].reason);
        usable &= ensemble->done > ensemble->failed;
    }
    return usable;
}

static void write_with(struct job *job, const char *name, void (*write_one)(const struct outcome *outcome, FILE *to))
{
    FILE *to = stage_file(&job->stage, "%s", name);
    write_one(job->outcome[0], to);
    stage_close_file(&job->stage, to);
}

static bool write_folder(struct job *job, struct pictures *pictures)
{
    contest_write(&job->contest, &job->stage);
    write_with(job, "context.gp", outcome_write_context);
    write_with(job, "events.dat", outcome_write_events);
    pictures_draw(pictures, &job->stage, "", job->stop);
    struct manifest manifest = {
        .command = "compare",
        .options = job->options,
        .outcome = job->outcome,
        .count = job->count,
        .interrupted = job_is_interrupted(job),
        .pictures = pictures->sum.drawn,
        .threads = job->threads,
        .began = job->began,
    };
    manifest_write(&manifest, &job->stage);
    return stage_commit(&job->stage);
}

static enum exit_code tell(struct job *job, struct pictures *pictures)
{
    if (!write_folder(job, pictures)) {
        say("iccsim compare: %s\n", job->stage.error);
        return EXIT_FAILED;
    }
    if (job->stage.remark)
        say("iccsim compare: warning: %s\n", job->stage.remark);
    if (!job->options->quiet) {
        if (!job->options->csv) {
            finding_differences_print(&job->contest, stdout);
            putchar('\n');
        }
        contest_print(&job->contest, stdout, job->options->csv);
        say("\nwritten to %s\n", job->stage.target);
    }
    enum exit_code drawn = pictures_tell(pictures, job->stage.target);
    if (!job_is_interrupted(job))
        return drawn;
    say("iccsim compare: interrupted; the first %u of %u replications are kept\n", job->outcome[0]->ensemble.done,
        job->outcome[0]->replications);
    return EXIT_INTERRUPTED;
}

static enum exit_code carry_out(struct job *job)
{
    struct pictures pictures;
    if (!pictures_open(&pictures, job->options, "compare", &job->arena))
        return EXIT_USAGE;
    enum exit_code code = load(job);
    if (code != EXIT_OK)
        return code;
    const char *folder = job->options->out;
    if (!folder)
        folder = arena_printf(&job->arena, "out/%s.compare", job_folder_name(scenario_name(job->outcome[0]->scenario)));
    job->stop = interrupt_watch();
    if (!stage_open(&job->stage, folder, job->options->force)) {
        say("iccsim compare: %s\n", job->stage.error);
        return EXIT_USAGE;
    }
    replicate(job);
    if (is_usable(job))
        return tell(job, &pictures);
    say("iccsim compare: there is nothing to compare; nothing is written\n");
    return *job->stop ? EXIT_INTERRUPTED : EXIT_FAILED;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct job job;
    job_open(&job, options, study);
    enum exit_code code = carry_out(&job);
    job_close(&job);
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
        "Writes compare/series/*.dat, compare/curves/*.dat, compare/scalars.dat and a picture (default folder: "
        "out/A.compare).",
    .takes = "replications antithetic threads seed set output force no-plots png csv quiet",
    .least = 1,
    .most = MOST_FILES,
    .run = run,
};
