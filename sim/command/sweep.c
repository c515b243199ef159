/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim sweep: many points of one scenario. */
#include "sweep.h"
#include "command.h"
#include "pictures.h"
#include "sim/base/say.h"
#include "sim/study/interrupt.h"
#include "sim/study/ranks.h"
#include "sim/study/sweep.h"
#include "sim/study/sweep_export.h"

#include <stdio.h>

static enum exit_code write_all(struct sweep_run *run, struct pictures *pictures)
{
    struct sweep_export request = {.store = &run->store,
                                   .folder = run->folder,
                                   .keep = run->options->keep,
                                   .scripts = pictures->scripts,
                                   .pictures = run->options->plots,
                                   .png = run->options->png,
                                   .stop = run->stop,
                                   .command = run->command,
                                   .threads = run->threads,
                                   .began = run->began,
                                   .tell = run->options->quiet ? NULL : stdout};
    if (!sweep_export(&request))
        return EXIT_FAILED;
    pictures->sum = request.drawn;
    if (!run->options->quiet)
        say("written to %s\n", run->folder);
    return pictures_tell(pictures, run->folder);
}

static enum exit_code tell_interruption(const struct sweep_run *run)
{
    say("iccsim %s: interrupted; %zu of %zu points are kept, and the same command goes on from there\n", run->command,
        run->done_before + run->finished, run->done_before + run->todo_count);
    return EXIT_INTERRUPTED;
}

static enum exit_code warn_of_failures(struct sweep_run *run)
{
    size_t failed = store_count(&run->store, "failed"), all = store_count(&run->store, NULL);
    if (failed)
        say("iccsim %s: at %zu of %zu points every replication failed; see `reason` in the table points "
            "of %s\n",
            run->command, failed, all, run->file);
    return failed && failed == run->done_before + run->finished ? EXIT_FAILED : EXIT_OK;
}

/* A rank that fails alone sees other files than the first. */
static enum exit_code agree(const struct sweep_run *run, enum exit_code mine)
{
    enum exit_code all = (enum exit_code)ranks_agree((int)mine);
    if (all != mine)
        say("iccsim %s: another rank ends with exit code %d; do all ranks see the same files?\n", run->command,
            (int)all);
    return all;
}

/* Exports are written even of a sweep that was stopped: points that are missing say so. A shard waits for the merge. */
static enum exit_code carry_out(struct sweep_run *run, const char *command, const struct options *options,
                                const struct study *study)
{
    struct pictures pictures;
    enum exit_code code = sweep_load_points(run, command, options, study);
    if (code == EXIT_OK && !pictures_open(&pictures, options, command, &run->arena))
        code = EXIT_USAGE;
    if (code == EXIT_OK && ranks_am_first())
        code = sweep_open_store(run);
    code = agree(run, code);
    if (code != EXIT_OK)
        return code;
    run->stop = interrupt_watch();
    if (!ranks_am_first()) {
        sweep_follow(run);
        return EXIT_OK;
    }
    enum exit_code ran = sweep_replicate(run);
    if (ran == EXIT_FAILED)
        return ran;
    code = run->shards > 1 ? EXIT_OK : write_all(run, &pictures);
    if (ran == EXIT_INTERRUPTED)
        return tell_interruption(run);
    if (run->shards > 1 && !options->quiet)
        say("%s is whole; `iccsim merge` joins the shards\n", run->file);
    enum exit_code failed = warn_of_failures(run);
    return failed != EXIT_OK ? failed : code;
}

enum exit_code sweep_as(const char *command, const struct options *options, const struct study *study)
{
    struct sweep_run run = {0};
    enum exit_code code = carry_out(&run, command, options, study);
    sweep_close(&run);
    return code;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    return sweep_as("sweep", options, study);
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "FILE",
    .help = "run a scenario at many points: its section `sweep`, or --vary",
    .details =
        "Writes into DIR, where the store " SWEEP_STORE " stays: an SQLite file with every point. After Ctrl-C, "
        "kill -9 or a full disk\nthe same command goes on where it was; one that asks for something else is "
        "refused, with a list of what changed.\nAll points have the same luck. results.csv has a row a point and "
        "measure, with the paired difference to the base,\nthe scenario as it is. Numbers do not depend on -j.",
    .takes = "vary replications until antithetic keep shard threads seed set variant output force no-plots plots png "
             "quiet",
    .least = 1,
    .most = 1,
    .spreads = true,
    .run = run,
};
