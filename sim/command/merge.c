/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim merge: the shards of a sweep, joined. */
#include "command.h"
#include "pictures.h"
#include "sim/base/say.h"
#include "sim/study/interrupt.h"
#include "sim/study/sweep.h"
#include "sim/study/sweep_export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct merge {
    const struct options *options;
    const char *folder, *file;
    struct store store;
    struct pictures pictures;
    struct arena arena;
};

/* The folder of the first shard, unless -o says otherwise. */
static const char *folder_of(struct merge *merge)
{
    const char *first = merge->options->argument[0], *slash = strrchr(first, '/');
    if (merge->options->out)
        return merge->options->out;
    return slash ? arena_printf(&merge->arena, "%.*s", (int)(slash - first), first) : ".";
}

static enum exit_code refuse(const struct merge *merge, enum exit_code code)
{
    say("iccsim merge: %s\n", merge->store.error);
    return code;
}

static bool shards_are_there(const struct options *options)
{
    bool right = true;
    for (size_t i = 0; i < options->argument_count; i++)
        if (access(options->argument[i], R_OK) != 0) {
            say("iccsim merge: %s: %s\n", options->argument[i], strerror(errno));
            right = false;
        }
    return right;
}

static enum exit_code join(struct merge *merge)
{
    if (!store_open(&merge->store, merge->file))
        return refuse(merge, EXIT_USAGE);
    for (size_t i = 0; i < merge->options->argument_count; i++)
        if (strcmp(merge->options->argument[i], merge->file) != 0 &&
            !store_take(&merge->store, merge->options->argument[i]))
            return refuse(merge, EXIT_USAGE);
    store_close(&merge->store); /* opened anew, it knows its columns */
    return store_open(&merge->store, merge->file) ? EXIT_OK : refuse(merge, EXIT_FAILED);
}

static enum exit_code write_all(struct merge *merge)
{
    struct sweep_export request = {.store = &merge->store,
                                   .folder = merge->folder,
                                   .keep = merge->options->keep,
                                   .scripts = merge->pictures.scripts,
                                   .pictures = merge->options->plots,
                                   .png = merge->options->png,
                                   .stop = interrupt_watch(),
                                   .command = "merge",
                                   .threads = 1,
                                   .began = time(NULL),
                                   .tell = merge->options->quiet ? NULL : stdout};
    size_t missing = store_count(&merge->store, "missing"), all = store_count(&merge->store, NULL);
    if (missing)
        say("iccsim merge: %zu of %zu points are still missing\n", missing, all);
    if (!sweep_export(&request))
        return EXIT_FAILED;
    merge->pictures.sum = request.drawn;
    if (!merge->options->quiet)
        say("%zu points of %zu stores written to %s\n", all - missing, merge->options->argument_count, merge->folder);
    return pictures_tell(&merge->pictures, merge->folder);
}

static enum exit_code carry_out(struct merge *merge)
{
    if (!pictures_open(&merge->pictures, merge->options, "merge", &merge->arena) || !shards_are_there(merge->options))
        return EXIT_USAGE;
    merge->folder = folder_of(merge);
    merge->file = arena_printf(&merge->arena, "%s/" SWEEP_STORE, merge->folder);
    if (!sweep_make_folders(merge->folder)) {
        say("iccsim merge: cannot make %s: %s\n", merge->folder, strerror(errno));
        return EXIT_USAGE;
    }
    enum exit_code code = join(merge);
    return code == EXIT_OK ? write_all(merge) : code;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    (void)study;
    struct merge merge = {.options = options};
    enum exit_code code = carry_out(&merge);
    store_close(&merge.store);
    arena_free(&merge.arena);
    return code;
}

const struct command command_merge = {
    .name = "merge",
    .arguments = "STORE...",
    .help = "join the shards of one sweep, and write its tables and pictures",
    .details =
        "The joined store is " SWEEP_STORE " in DIR, by default the folder of the first shard. Points that are in "
        "several shards must have\nthe same numbers.",
    .takes = "output keep no-plots plots png quiet",
    .least = 1,
    .most = 100000,
    .run = run,
};
