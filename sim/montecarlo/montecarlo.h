/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many replications of one plan, in parallel, with the same bits for any number of threads.
 *
 * Replications are handed out in order and finish in any; their results wait in a small window and are committed
 * strictly in order, into a block (block.h): sums are the same for any split, and memory does not grow with the number
 * of replications. A stop finishes what has been handed out: what is committed is always the first k replications, the
 * same as if k had been asked for. A failed replication is counted with its reason and left out of the bands.
 *
 * Several plans can be run together, on common random numbers: replication k of all of them is run and committed at
 * once, so that differences can be summed without keeping anything.
 */
#ifndef ICCSIM_MONTECARLO_MONTECARLO_H
#define ICCSIM_MONTECARLO_MONTECARLO_H

#include "bands.h"
#include "sim/engine/sim.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Gives the values of one replication; called by all threads at once. Memory comes from `arena`. */
typedef struct values montecarlo_draw(const void *state, uint32_t replication, const struct streams *streams,
                                      struct arena *arena);
/* The numbers among these values that were drawn. */
typedef void montecarlo_inputs(const void *state, const struct values *values, double *input);
/* Further numbers wanted of every replication, such as facts; called by all threads at once. */
typedef void montecarlo_derive(const void *state, const struct result *result, double *derived);

/* One replication as it is committed. */
struct committed {
    uint32_t replication;
    const char *failed; /* NULL, or the reason */
    const double *scalar, *derived, *input;
    const double
        *row; /* all: series, scalars, points of curves, derived; with derived_only these alone, and no scalar */
};
typedef void montecarlo_commit(void *state, const struct committed *one); /* called in order, by one thread at a time */

/* Asked in between, when exactly `done` are committed, whether to go on; returns how many to go on to (never more
 * than were asked for), or `done` to end. */
typedef uint32_t montecarlo_go_on(void *state, const struct bands *bands, uint32_t done);

/* Where a thread runs replications, of any plan of the same mechanisms. Runs make their own unless they are given one:
 * worth it where a thread has many short runs. */
struct workplace;
struct workplace *workplace_new(const struct plan *plan);
void workplace_free(struct workplace *workplace);

struct montecarlo {
    const struct plan *plan;
    uint64_t seed;
    uint32_t first, replications; /* the number of the first, and how many */
    bool antithetic; /* 2k and 2k + 1 share their streams, with u -> 1 - u; standard errors are over pairs */
    int threads;
    struct workplace *workplace; /* for one thread; or NULL */
    montecarlo_draw *draw;
    const void *draw_state;
    size_t input_count; /* 0: inputs are not wanted */
    montecarlo_inputs *inputs;
    size_t derived_count;
    montecarlo_derive *derive;
    const void *derive_state;
    const double *derived_origin; /* of the sketch, NULL: 0 */
    montecarlo_commit *commit; /* or NULL */
    void *commit_state;
    uint32_t checkpoint; /* when go_on is asked first; 0: never */
    montecarlo_go_on *go_on;
    void *go_on_state;
    const char *aside; /* a folder where rows wait in files without a name when they would fill memory; NULL: none */
    size_t aside_from; /* bytes of all plans together; 0: half a gigabyte */
    bool bounds; /* intervals of the percentiles are wanted too: more memory than the bands themselves */
    bool no_bands; /* sums nothing: the commit does all that is needed */
    bool keep; /* every replication's derived numbers and inputs, in its block (block.h) */
    uint64_t
        identity; /* of a block: what distinguishes it from others of the same seed and shape, such as a point's number */
    bool derived_only; /* keeps only the derived numbers of a replication until it is committed; implies no_bands */
    const volatile sig_atomic_t *stop; /* nonzero: hand out no more; or NULL */
    FILE *progress; /* or NULL */
    const char *what; /* is shown with the progress; or NULL */
};

struct failure {
    uint32_t replication;
    const char *reason;
};
enum { FAILURES_KEPT = 1000 }; /* with their reasons; all are counted, and committed with their reason */

struct ensemble {
    uint32_t done, failed; /* done includes the failed */
    bool stopped; /* by `stop`, before all that were asked for */
    bool exact; /* percentiles: else by sketch */
    uint64_t events, steps;
    double seconds;
    struct failure *failure;
    size_t failure_count;
    struct band *series; /* [series_count][sample_count] */
    struct band *scalar, *point, *derived;
    struct bounds *bounds; /* NULL: not asked for; see ensemble_bounds */
    struct arena arena;
};

/* Runs the replications of the study; overwrites `ensemble`, which ensemble_free frees. A replication that fails is
 * counted, with its reason. */
void montecarlo_run(const struct montecarlo *study, struct ensemble *ensemble);
/* Replications of `count` plans together. The first one's numbers, threads, stop, progress and go_on hold for all; the
 * rest is each one's own. `commit` is called after their own commits with one row a plan. */
typedef void montecarlo_commit_all(void *state, const struct committed *all);
void montecarlo_run_together(const struct montecarlo *studies, size_t count, struct ensemble *const *ensembles,
                             montecarlo_commit_all *commit, void *state);
/* Those of one of its bands; NULL if they were not asked for. */
const struct bounds *ensemble_bounds(const struct ensemble *ensemble, const struct band *band);
void ensemble_free(struct ensemble *ensemble);

/* One replication alone, with the same bits as among others. False if it failed (result->failed). */
bool montecarlo_replicate(const struct montecarlo *study, uint32_t replication, struct sim *sim, struct arena *arena,
                          struct trace *trace, struct result *result);

/* What the sketches of all numbers measure magnitude from; freed by the caller. */
double *montecarlo_origin(const struct montecarlo *study);

/* Bytes that `plans` alike that are run together take for their bands and windows, and of files aside. */
struct montecarlo_bytes {
    size_t memory, aside;
};
struct montecarlo_bytes montecarlo_bytes(const struct plan *plan, size_t derived_count, uint32_t replications,
                                         int threads, size_t plans);

#endif
