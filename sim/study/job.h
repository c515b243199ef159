/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios and variants that are run together into one folder: what `run` and `compare` have in common. */
#ifndef ICCSIM_COMMAND_JOB_H
#define ICCSIM_COMMAND_JOB_H

#include "contest.h"
#include "outcome.h"

#include <signal.h>
#include <time.h>

struct job {
    const struct options *options;
    const struct study *study;
    size_t count, capacity;
    struct outcome **outcome; /* the base, then the others */
    const char **name, **label; /* of each: for folders, for people */
    /* What runs along on the same luck, and is neither compared nor written: passed to `along` after each replication. */
    size_t extra_count;
    struct outcome **extra;
    void (*along)(void *state, const struct committed *base, const struct committed *extra);
    void *along_state;
    int threads;
    time_t began;
    const volatile sig_atomic_t *stop;
    struct contest contest;
    struct stage stage;
    struct arena arena;
};

/* An empty job; `options` and `study` must live as long. */
void job_open(struct job *job, const struct options *options, const struct study *study);
void job_close(struct job *job);
/* Adds argument `argument` of the command line as `variant` (NULL: the scenario itself), its names still to be given;
 * says on stderr what is wrong, and returns false. */
bool job_add(struct job *job, const struct options *options, size_t argument, const char *variant);
/* Adds every variant of the base, under its own names. */
bool job_add_variants(struct job *job);
/* The name of a scenario as that of a folder: one of a file `.yml` or `...yml` would be the folder above, or none. */
const char *job_folder_name(const char *scenario);
/* Gives the base its names beside its variants. */
void job_name_base(struct job *job);
/* One request for each, those of the extra ones behind, with the seed and number of replications of the base; the
 * caller adds commits. */
struct montecarlo *job_requests(struct job *job);
/* Runs them all; with contest. */
void job_replicate(struct job *job, const struct montecarlo *request);
bool job_is_interrupted(const struct job *job);

#endif
