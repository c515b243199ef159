/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes that share the points of a sweep: the ranks of an MPI program (make MPI=1), or this process alone.
 *
 * Rank 0 owns the store and hands out tasks; every thread of every rank asks for one, runs it, and gives its block
 * back with its next question. A thread that asks when nothing is left gets that answer, once. A rank that is lost ends the job:
 * mpirun sees to that, and the same command goes on with what the store has not got.
 *
 * Without MPI all of this is one rank, and ranks_ask and ranks_serve are never called.
 */
#ifndef ICCSIM_STUDY_RANKS_H
#define ICCSIM_STUDY_RANKS_H

#include "sim/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First and last in main. Ranks other than 0 say nothing from then on. */
void ranks_start(int *argc, char ***argv);
void ranks_end(void);

/* At least 1; whether this is rank 0. */
int ranks_count(void);
bool ranks_am_first(void);
/* Threads of this rank, if 0 are asked for: the machine's processors over its ranks, as far as the rank may use them.
 */
int ranks_threads(int asked);
/* The largest of all ranks' numbers: an exit code that all return. Every rank calls it as often. */
int ranks_agree(int code);
/* Rank 0's bytes, to all. */
void ranks_share(void *data, size_t count);
/* The sum of all ranks' counts but the first one's. */
size_t ranks_sum_of_others(size_t count);

struct task {
    uint64_t todo; /* which of the points that are missing */
    uint32_t first, replications; /* 0: nothing is left */
};

/* From one of the threads of a rank that is not the first: what its last task gave (empty at first), and the next one.
 * False: nothing is left. */
bool ranks_ask(int thread, const struct task *done, const struct bytes *result, struct task *next);

/* On the first rank: answers until `askers` threads know that nothing is left. */
struct rank_server {
    bool (*next)(void *state, struct task *task); /* false: nothing is left */
    void (*done)(void *state, const struct task *task, const void *result, size_t count);
    void *state;
};
void ranks_serve(const struct rank_server *server, size_t askers);

#endif
