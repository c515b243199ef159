/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep: many points of one scenario, into a store that survives, and from there into tables, pictures and a page.
 *
 *     sweep_open      loads, lays out and checks every point, opens the store, finds what is missing
 *     sweep_run       runs that: one thread a point, and all threads for the last few
 *     sweep_export    writes what the store holds (sweep_export.h), which needs no scenario
 */
#ifndef ICCSIM_STUDY_SWEEP_H
#define ICCSIM_STUDY_SWEEP_H

#include "design.h"
#include "outcome.h"
#include "point.h"
#include "sim/command/command.h"
#include "store.h"
#include "until.h"

#include <signal.h>
#include <time.h>

#define SWEEP_STORE "sweep.sqlite"

struct sweep_run {
    const char *command; /* sweep or sensitivity, for messages */
    const struct options *options;
    const struct study *study;
    struct outcome outcome; /* the scenario as it is */
    const struct sweep *sweep;
    struct design design;
    struct store store;
    const char *folder, *file; /* file: the store's, in the folder */
    size_t shard, shards; /* number of this shard, from 0, and how many there are */
    size_t *todo, todo_count, done_before;
    struct until until;
    struct point_setup setup;
    size_t *series, series_count; /* of the plan, whose bands are kept */
    int threads;
    const volatile sig_atomic_t *stop;
    _Atomic bool failed; /* the store could not be written */
    _Atomic size_t finished; /* points, in this run */
    time_t began;
    struct arena arena;
};

/* Loads the scenario and lays out the points; says what is wrong on stderr. `command` is sweep or sensitivity. */
enum exit_code sweep_load_points(struct sweep_run *run, const char *command, const struct options *options,
                                 const struct study *study);
/* The folder and the store. EXIT_USAGE, after saying why, if they are those of something else. */
enum exit_code sweep_open_store(struct sweep_run *run);
/* How much is there and how much is missing, without making or changing anything. */
enum exit_code sweep_look(struct sweep_run *run);
/* Runs what is missing. EXIT_OK, EXIT_INTERRUPTED, or EXIT_FAILED after saying why. */
enum exit_code sweep_replicate(struct sweep_run *run);
/* The same on many ranks (sweep_ranks.c): the first one leads, the others follow until nothing is left. */
void sweep_lead_ranks(struct sweep_run *run);
void sweep_follow(struct sweep_run *run);
/* A whole point into the store; sets `failed` if it cannot be written. Any thread. */
void sweep_write_point(struct sweep_run *run, size_t number, const struct block *block,
                       const struct montecarlo *request);
void sweep_close(struct sweep_run *run);
/* The folder `path` and those above it, where they do not exist; false with errno set. */
bool sweep_make_folders(const char *path);

/* sweep_identity.c: what a store is of. Writes it into an empty one. */
bool sweep_identify(struct sweep_run *run);
/* Whether the store is of this sweep; says on stderr what changed if not. */
bool sweep_is_same(struct sweep_run *run);
/* The replications that are asked for at each point. */
/* A sweep reports measures and facts: adds a mistake if there are none. */
void sweep_check_measures(const struct scenario *scenario, struct mistakes *mistakes);
uint32_t sweep_replications(const struct options *options, const struct sweep *sweep, const struct outcome *outcome);

#endif
