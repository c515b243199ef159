/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command of the program is one constant: what it is called, takes and does. sim/main.c lists them.
 *
 * Data goes to stdout, words to stderr. The options are described once, in options.c; a command names those it takes.
 */
#ifndef ICCSIM_COMMAND_COMMAND_H
#define ICCSIM_COMMAND_COMMAND_H

#include "sim/montecarlo/study.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum exit_code {
    EXIT_OK = 0,
    EXIT_USAGE = 2, /* the command line is wrong, or the output folder refused */
    EXIT_INVALID = 3, /* the scenario is wrong */
    EXIT_FAILED = 4, /* the run failed, or nothing could be written */
    EXIT_INTERRUPTED = 5, /* partial results kept */
};

/* The command line, read. What was not given is 0, NULL or false. */
struct options {
    const char *const *argument; /* what is no option: files, mostly */
    size_t argument_count;
    struct override *override;
    size_t override_count;
    struct override *vary; /* of a sweep: PATH=v1,v2,... */
    size_t vary_count;
    uint64_t replications, threads, seed, replication;
    bool seed_given, replication_given;
    const char *out, *variant, *format, *facts, *until, *plots, *shard, *only, *about, *against;
    bool no_plots, png, no_variants, no_attribution, csv, html, quiet, force, ci, antithetic, keep;
};

struct command {
    const char *name;
    const char *arguments; /* as shown: `FILE...` */
    const char *help; /* one sentence, lower case, no full stop */
    const char *details; /* further lines of its help, or NULL */
    const char *takes; /* names of its options, separated by blanks */
    size_t least, most; /* how many arguments */
    bool spreads; /* over the ranks of an MPI program; others are for one process */
    enum exit_code (*run)(const struct options *options, const struct study *study);
};

extern const struct command command_run, command_plan, command_trace, command_list;
extern const struct command command_check, command_show, command_schema, command_compare, command_backtest;
extern const struct command command_selftest, command_sweep, command_sensitivity, command_merge, command_rerun;

/* What the user typed, carried out. `table` ends with NULL. Returns the exit code. */
enum exit_code commands_main(const struct command *const *table, const struct study *study, int argc, char **argv);

/* Reads `argv` (what follows the command's name) for one command; says on stderr what is wrong and returns false. */
bool options_read(struct options *options, const struct command *command, int argc, char **argv, struct arena *arena);
/* The lines of help for the options a command takes. */
void options_print(const struct command *command, FILE *to);

/* Loads argument `i` as the options say (`--set`), as `variant` if not NULL, with the mechanisms of its attribution off
 * that have a bit in `off`. Prints the mistakes and returns NULL if there are any. */
struct scenario *command_load(const struct options *options, const struct study *study, size_t i, const char *variant,
                              uint32_t off);

/* Flushes stdout: EXIT_OK, or EXIT_FAILED with a message if something written there was lost; a reader that has gone
 * no longer wanted. */
enum exit_code command_flush(void);

#endif
