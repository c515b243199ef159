/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of slots between the threads that run replications and the one, whichever is free, that commits them in order. */
#include "montecarlo.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS_PER_THREAD = 4, REASON_BYTES = 512 };
static const double PROGRESS_EVERY_S = 0.2;

/* A replication that is being run or waits for its turn. One row of numbers: series, scalars, derived. */
struct slot {
    double *row;
    unsigned char *flag;
    struct result result; /* its arrays point into row and flag */
    bool ready;
    char reason[REASON_BYTES];
};

struct run {
    const struct montecarlo *study;
    struct ensemble *ensemble;
    struct bands *bands;
    size_t series_cells, cells;
    struct slot *slot;
    uint32_t slots;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t moved;
    uint32_t next, committed;
    bool committing;
    double began_s, shown_s;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static size_t series_cells(const struct plan *plan)
{
    return plan->series_count * plan->sample_count;
}

static void slots_new(struct run *run, struct arena *arena)
{
    const struct plan *plan = run->study->plan;
    run->slot = arena_array(arena, run->slots, sizeof *run->slot);
    for (uint32_t i = 0; i < run->slots; i++) {
        struct slot *slot = &run->slot[i];
        slot->row = arena_array(arena, run->cells, sizeof *slot->row);
        slot->flag = arena_array(arena, run->cells, sizeof *slot->flag);
        slot->result.series = slot->row;
        slot->result.flag = slot->flag;
        slot->result.scalar = slot->row + series_cells(plan);
    }
}

static double *derived_of(const struct run *run, struct slot *slot)
{
    return slot->row + run->series_cells + run->study->plan->scalar_count;
}

bool montecarlo_replicate(const struct montecarlo *study, uint32_t replication, struct sim *sim, struct arena *arena,
                          struct trace *trace, struct result *result)
{
    struct streams streams = {.seed = study->seed, .replication = replication};
    arena_reset(arena);
    struct values values = study->draw(study->draw_state, &streams, arena);
    return sim_run(sim, streams, values, trace, result);
}

static void run_one(struct run *run, uint32_t replication, struct sim *sim, struct arena *arena)
{
    const struct montecarlo *study = run->study;
    struct slot *slot = &run->slot[replication % run->slots];
    double *derived = derived_of(run, slot);
    if (!montecarlo_replicate(study, replication, sim, arena, NULL, &slot->result)) {
        snprintf(slot->reason, sizeof slot->reason, "%s", slot->result.failed);
        slot->result.failed = slot->reason;
        for (size_t i = 0; i < study->derived_count; i++)
            derived[i] = (double)NAN;
    } else if (study->derived_count) {
        study->derive(study->derive_state, &slot->result, derived);
    }
}

static void note_failure(struct ensemble *ensemble, uint32_t replication, const char *reason)
{
    ensemble->failed++;
    if (ensemble->failure_count == FAILURES_KEPT)
        return;
    if (!ensemble->failure)
        ensemble->failure = arena_array(&ensemble->arena, FAILURES_KEPT, sizeof *ensemble->failure);
    ensemble->failure[ensemble->failure_count++] =
        (struct failure){.replication = replication, .reason = arena_text(&ensemble->arena, reason)};
}

static void commit_one(struct run *run, uint32_t replication)
{
    struct slot *slot = &run->slot[replication % run->slots];
    struct ensemble *ensemble = run->ensemble;
    ensemble->done++;
    if (slot->result.failed)
        note_failure(ensemble, replication, slot->result.failed);
    else
        bands_add(run->bands, slot->row, slot->flag);
    ensemble->events += slot->result.events;
    ensemble->steps += slot->result.steps;
    struct committed one = {.replication = replication,
                            .failed = slot->result.failed,
                            .scalar = slot->result.scalar,
                            .derived = derived_of(run, slot)};
    if (run->study->commit)
        run->study->commit(run->study->commit_state, &one);
}

static void show_progress(struct run *run)
{
    FILE *to = run->study->progress;
    double now = now_s();
    if (!to || now - run->shown_s < PROGRESS_EVERY_S)
        return;
    run->shown_s = now;
    double spent = now - run->began_s, left = spent * (run->study->replications - run->committed) / run->committed;
    fprintf(to, "\r\033[K%s%s%u of %u replications, %.0f s, about %.0f s left", run->study->what ? run->study->what : "",
            run->study->what ? ": " : "", run->committed, run->study->replications, spent, left);
    fflush(to);
}

/* Commits all that is ready and next in turn. Holds the mutex except while it sums. */
static void commit_ready(struct run *run)
{
    if (run->committing)
        return;
    run->committing = true;
    while (run->committed < run->next && run->slot[run->committed % run->slots].ready) {
        uint32_t turn = run->committed;
        pthread_mutex_unlock(&run->mutex);
        commit_one(run, turn);
        pthread_mutex_lock(&run->mutex);
        run->slot[turn % run->slots].ready = false;
        run->committed++;
        show_progress(run);
        pthread_cond_broadcast(&run->moved);
    }
    run->committing = false;
}

static bool must_stop(const struct run *run)
{
    return run->next == run->study->replications || (run->study->stop && *run->study->stop);
}

/* Takes the next replication once there is room for its result. */
static bool take(struct run *run, uint32_t *replication)
{
    while (!must_stop(run) && run->next - run->committed >= run->slots)
        pthread_cond_wait(&run->moved, &run->mutex);
    if (must_stop(run))
        return false;
    *replication = run->next++;
    return true;
}

static void work(struct run *run)
{
    struct sim *sim = sim_new(run->study->plan);
    struct arena arena = {0};
    uint32_t replication;
    pthread_mutex_lock(&run->mutex);
    while (take(run, &replication)) {
        pthread_mutex_unlock(&run->mutex);
        run_one(run, replication, sim, &arena);
        pthread_mutex_lock(&run->mutex);
        run->slot[replication % run->slots].ready = true;
        commit_ready(run);
    }
    pthread_mutex_unlock(&run->mutex);
    arena_free(&arena);
    sim_free(sim);
}

/* Dates are sketched from the start of the run: 0.1 % of a calendar year would be two years. */
static double *make_origin(const struct run *run, struct arena *arena)
{
    const struct plan *plan = run->study->plan;
    double *origin = arena_array(arena, run->cells, sizeof *origin);
    for (size_t i = 0; i < run->cells; i++) {
        size_t channel = i < run->series_cells ? i / plan->sample_count : i - run->series_cells;
        if (i >= run->series_cells + plan->scalar_count)
            origin[i] = run->study->derived_origin ? run->study->derived_origin[channel - plan->scalar_count] : 0;
        else if (strcmp((i < run->series_cells ? plan->series : plan->scalar)[channel].output->unit, "date") == 0)
            origin[i] = plan->start;
    }
    return origin;
}

static void finish(struct run *run)
{
    struct ensemble *ensemble = run->ensemble;
    struct band *band = arena_array(&ensemble->arena, run->cells, sizeof *band);
    bands_finish(run->bands, band, run->study->threads);
    ensemble->series = band;
    ensemble->scalar = band + run->series_cells;
    ensemble->derived = ensemble->scalar + run->study->plan->scalar_count;
    ensemble->exact = bands_are_exact(run->bands);
    ensemble->stopped = ensemble->done < run->study->replications;
    ensemble->seconds = now_s() - run->began_s;
    if (run->study->progress) {
        fputs("\r\033[K", run->study->progress);
        fflush(run->study->progress);
    }
}

void montecarlo_run(const struct montecarlo *study, struct ensemble *ensemble)
{
    *ensemble = (struct ensemble){0};
    struct arena arena = {0};
    struct run run = {
        .study = study,
        .ensemble = ensemble,
        .series_cells = series_cells(study->plan),
        .cells = series_cells(study->plan) + study->plan->scalar_count + study->derived_count,
        .slots = (uint32_t)(SLOTS_PER_THREAD * study->threads),
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
        .began_s = now_s(),
    };
    slots_new(&run, &arena);
    run.bands = bands_new(run.cells, make_origin(&run, &arena));
#pragma omp parallel num_threads(study->threads)
    work(&run);
    finish(&run);
    bands_free(run.bands);
    arena_free(&arena);
    pthread_cond_destroy(&run.moved);
    pthread_mutex_destroy(&run.mutex);
}

void ensemble_free(struct ensemble *ensemble)
{
    arena_free(&ensemble->arena);
    *ensemble = (struct ensemble){0};
}

size_t montecarlo_bytes(const struct plan *plan, size_t derived_count, uint32_t replications, int threads)
{
    size_t cells = series_cells(plan) + plan->scalar_count + derived_count;
    size_t rows = replications < EXACT_ROWS ? replications : EXACT_ROWS;
    size_t window = SLOTS_PER_THREAD * (size_t)threads * cells * (sizeof(double) + 1);
    return window + cells * (rows * sizeof(double) + 5 * sizeof(double) + sizeof(struct band));
}
