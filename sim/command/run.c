/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim run: a scenario and its variants, from the file to the pictures. */
#include "command.h"
#include "pictures.h"
#include "sim/base/say.h"
#include "sim/study/decision.h"
#include "sim/study/evidence.h"
#include "sim/study/finding.h"
#include "sim/study/interrupt.h"
#include "sim/study/job.h"
#include "sim/study/manifest.h"
#include "sim/study/shares.h"
#include "sim/study/until.h"
#include "sim/study/worlds.h"

#include <errno.h>
#include <string.h>

struct run {
    struct job job;
    struct shares shares;
    struct pictures pictures;
    struct until until;
};

/* All that will run is loaded first: a mistake in the last variant must not cost the time of the others. */
static bool load(struct job *job)
{
    const struct options *options = job->options;
    if (!job_add(job, options, 0, options->variant))
        return false;
    job_name_base(job);
    bool alone = options->variant || options->no_variants;
    return alone || job_add_variants(job);
}

static const char *default_folder(struct job *job)
{
    const struct outcome *outcome = job->outcome[0];
    const char *name = job_folder_name(scenario_name(outcome->scenario));
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
    say("iccsim: %s%s%s: %u of %u replications failed; the first, number %u: %s\n", scenario_name(outcome->scenario),
        outcome->variant ? "." : "", outcome->variant ? outcome->variant : "", ensemble->failed, ensemble->done,
        ensemble->failure[0].replication, ensemble->failure[0].reason);
}

static void close_rows(struct job *job, const struct row_writer *rows, const char *name)
{
    if (!rows->to)
        return;
    errno = rows->error;
    if (rows->error)
        stage_fail(&job->stage, "cannot write", name);
    stage_close_file(&job->stage, rows->to);
}

/* What is kept of each replication of one outcome. */
struct keeper {
    struct row_writer rows, inputs; /* inputs: without a file if nothing is uncertain */
    struct decision *decision;
    struct evidence *evidence;
    struct worlds *worlds;
};

static void keep(void *state, const struct committed *one)
{
    struct keeper *keeper = state;
    row_writer_commit(&keeper->rows, one);
    if (keeper->inputs.to)
        input_writer_commit(&keeper->inputs, one);
    if (keeper->decision)
        decision_note(keeper->decision, one);
    if (keeper->evidence)
        evidence_note(keeper->evidence, one);
    if (keeper->worlds)
        worlds_note(keeper->worlds, one);
}

/* The scenario and its variants together: replication k of all meets the same luck, and differences are taken in pairs.
 */
static void replicate(struct run *run)
{
    struct job *job = &run->job;
    struct montecarlo *request = job_requests(job);
    struct keeper *keepers = arena_array(&job->arena, job->count, sizeof *keepers);
    for (size_t i = 0; i < job->count; i++) {
        FILE *to = stage_file(&job->stage, "%sreplications.csv", folder_of(job, i));
        struct outcome *outcome = job->outcome[i];
        outcome->decision = decision_open(outcome);
        outcome->evidence = evidence_open(outcome);
        outcome->worlds = worlds_open(outcome);
        keepers[i] = (struct keeper){.rows = {.outcome = outcome, .to = to},
                                     .decision = outcome->decision,
                                     .evidence = outcome->evidence,
                                     .worlds = outcome->worlds};
        row_writer_begin(&keepers[i].rows);
        if (request[i].input_count) {
            FILE *inputs = stage_file(&job->stage, "%sinputs.csv", folder_of(job, i));
            keepers[i].inputs = (struct row_writer){.outcome = outcome, .to = inputs};
            input_writer_begin(&keepers[i].inputs);
        }
        request[i].commit = keep;
        request[i].commit_state = &keepers[i];
    }
    if (job->options->until) {
        request[0].checkpoint = UNTIL_FIRST;
        request[0].go_on = until_go_on;
        request[0].go_on_state = &run->until;
        request[0].bounds = true;
    }
    shares_request(&run->shares, job, request);
    job_replicate(job, request);
    for (size_t i = 0; i < job->count; i++) {
        close_rows(job, &keepers[i].rows, "replications.csv");
        close_rows(job, &keepers[i].inputs, "inputs.csv");
    }
    for (size_t i = 0; i < job->count; i++)
        if (job->outcome[i]->decision)
            decision_take(job->outcome[i]->decision);
    for (size_t i = 0; i < job->count; i++)
        if (job->outcome[i]->evidence)
            evidence_take(job->outcome[i]->evidence);
    for (size_t i = 0; i < job->count; i++)
        if (job->outcome[i]->worlds)
            worlds_take(job->outcome[i]->worlds);
}

/* True if the scenario and every variant left something. */
static bool is_usable(const struct job *job)
{
    bool usable = true;
    for (size_t i = 0; i < job->count; i++) {
        warn_of_failures(job->outcome[i]);
        usable &= job->outcome[i]->ensemble.done > job->outcome[i]->ensemble.failed;
    }
    return usable;
}

static void write_all(struct job *job)
{
    job->outcome[0]->contest = job->contest.count ? &job->contest : NULL;
    for (size_t i = 0; i < job->count; i++)
        outcome_write(job->outcome[i], &job->stage, folder_of(job, i));
    for (size_t i = 0; i < job->count; i++)
        if (job->outcome[i]->evidence)
            evidence_write(job->outcome[i]->evidence, &job->stage, folder_of(job, i));
    if (job->contest.count)
        contest_write(&job->contest, &job->stage);
}

static void illustrate(struct run *run)
{
    struct job *job = &run->job;
    for (size_t i = 0; i < job->count && !job->stage.error; i++) {
        pictures_draw(&run->pictures, &job->stage, folder_of(job, i), job->stop);
        outcome_write_report(job->outcome[i], job->options, &job->stage, folder_of(job, i), run->pictures.scripts);
    }
}

static void write_manifest(struct run *run)
{
    struct job *job = &run->job;
    struct manifest manifest = {
        .command = "run",
        .options = job->options,
        .outcome = job->outcome,
        .count = job->count,
        .interrupted = job_is_interrupted(job),
        .pictures = run->pictures.sum.drawn,
        .threads = job->threads,
        .began = job->began,
    };
    manifest_write(&manifest, &job->stage);
}

static enum exit_code refuse(const struct job *job)
{
    say("iccsim run: %s\n", job->stage.error);
    return EXIT_USAGE;
}

static size_t series_without_a_number(const struct outcome *outcome)
{
    size_t count = 0;
    for (size_t i = 0; i < outcome->plan->series_count; i++)
        count += !outcome_has_series(outcome, i);
    return count;
}

/* What was found first, the numbers behind it then; all of them are in files. */
static void tell(const struct run *run)
{
    const struct job *job = &run->job;
    const struct outcome *base = job->outcome[0];
    if (!job->options->csv) {
        printf("%s%s%s: %u replications, seed %llu\n\n", scenario_name(base->scenario),
               base->variant ? ", variant " : "", base->variant ? base->variant : "", base->ensemble.done,
               (unsigned long long)base->seed);
        finding_print(base, base->contest, job->options, stdout);
        for (size_t i = 0; i < job->count; i++)
            if (job->outcome[i]->decision)
                decision_print(job->outcome[i]->decision, i > 0, stdout);
        shares_print(&run->shares, stdout);
        putchar('\n');
    }
    outcome_print(base, stdout, job->options->csv);
    say("\nwritten to %s", job->stage.target);
    size_t without = series_without_a_number(job->outcome[0]);
    if (without)
        say(", but for %zu series of which no replication has a number", without);
    say("\n");
    if (run->pictures.sum.drawn)
        say("read %s/report.html; its pictures are in %s/plots\n", job->stage.target, job->stage.target);
    if (job->options->until)
        until_tell(&run->until, job->outcome[0]);
}

static enum exit_code finish(struct run *run)
{
    struct job *job = &run->job;
    write_all(job);
    shares_write(&run->shares, &job->stage);
    illustrate(run);
    write_manifest(run);
    if (!stage_commit(&job->stage)) {
        say("iccsim run: %s\n", job->stage.error);
        return EXIT_FAILED;
    }
    if (job->stage.remark)
        say("iccsim run: warning: %s\n", job->stage.remark);
    if (!job->options->quiet)
        tell(run);
    enum exit_code drawn = pictures_tell(&run->pictures, job->stage.target);
    if (!job_is_interrupted(job))
        return drawn;
    say("iccsim run: interrupted; the first %u of %u replications are kept\n", job->outcome[0]->ensemble.done,
        job->outcome[0]->replications);
    return EXIT_INTERRUPTED;
}

/* Some options are nonsense together. */
static bool options_agree(const struct options *options)
{
    const char *first = NULL, *second = NULL;
    if (options->ci && options->antithetic)
        first = "--ci", second = "--antithetic, since intervals of percentiles need independent replications";
    else if (options->replication_given && options->until)
        first = "--replication", second = "--until";
    else if (options->replication_given && options->replications)
        first = "--replication", second = "-n";
    if (first)
        say("iccsim run: %s does not go with %s\n", first, second);
    return !first;
}

static enum exit_code carry_out(struct run *run)
{
    struct job *job = &run->job;
    if (!options_agree(job->options) || !pictures_open(&run->pictures, job->options, "run", &job->arena))
        return EXIT_USAGE;
    if (!load(job) || !shares_open(&run->shares, job))
        return EXIT_INVALID;
    if (run->shares.what)
        job->outcome[0]->shares = &run->shares;
    if (job->options->until && !until_read(&run->until, job->options->until, job->outcome[0], "run"))
        return EXIT_USAGE;
    const char *folder = job->options->out ? job->options->out : default_folder(job);
    job->stop = interrupt_watch();
    if (!stage_open(&job->stage, folder, job->options->force))
        return refuse(job);
    replicate(run);
    if (is_usable(job))
        return finish(run);
    say(*job->stop ? "iccsim run: interrupted before there was anything to keep\n"
                   : "iccsim run: all replications failed; nothing is written\n");
    return *job->stop ? EXIT_INTERRUPTED : EXIT_FAILED;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct run run = {0};
    job_open(&run.job, options, study);
    enum exit_code code = carry_out(&run);
    shares_free(&run.shares);
    job_close(&run.job);
    return code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "FILE",
    .help = "run a scenario and its variants: series, scalars, pictures",
    .details = "Writes into DIR, which is replaced whole, and only if it is new, empty or an earlier run with no other "
               "files in it.\n"
               "Ctrl-C keeps the replications finished so far: as if that number had been asked for. A "
               "scenario with a section\n"
               "`attribution` is run in all combinations of its mechanisms, and its outcome shared out among them.",
    .takes = "replications until ci antithetic replication threads seed set variant no-variants no-attribution output "
             "force no-plots plots png csv quiet",
    .least = 1,
    .most = 1,
    .run = run,
};
