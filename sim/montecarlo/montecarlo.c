/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of slots between the threads that run replications and the one, whichever is free, that commits them in order.
 */
#include "montecarlo.h"

#include "block.h"
#include "sim/base/memory.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS_PER_THREAD = 4, SLOTS_OF_MANY = 2, MANY_PLANS = 8, REASON_BYTES = 512 };
static const double PROGRESS_EVERY_S = 0.2;
static const size_t ROWS_IN_MEMORY_BYTES = (size_t)512 << 20; /* of all plans together */

/* A replication of one plan that is being run or waits for its turn. One row of numbers: see plan_cells; then derived
 * ones. */
struct slot {
    double *row;
    unsigned char *flag;
    double *input; /* what was drawn */
    struct result result; /* its arrays point into row and flag, or into what the thread has for it */
    char reason[REASON_BYTES];
};

/* One of the plans that are run together. */
struct part {
    const struct montecarlo *study;
    struct ensemble *ensemble;
    struct block *block;
    size_t series_cells, plan_cells, cells; /* plan_cells 0: derived numbers only */
    struct slot *slot; /* a ring */
};

struct run {
    const struct montecarlo *study; /* the first, whose settings hold for all */
    size_t count;
    struct part *part;
    struct committed *all; /* room for a row a part */
    montecarlo_commit_all *commit;
    void *commit_state;
    uint32_t slots;
    struct arena slots_arena;
    bool *ready; /* the ring once more */
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t moved;
    uint32_t next, committed, limit; /* limit: most that may be begun until the next checkpoint */
    bool committing;
    double began_s, shown_s;
};

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint32_t min_count(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t slots_for(size_t plans, int threads, uint32_t replications)
{
    return min_count((uint32_t)((plans < MANY_PLANS ? SLOTS_PER_THREAD : SLOTS_OF_MANY) * threads), replications);
}

static size_t series_cells(const struct plan *plan)
{
    return plan->series_count * plan->sample_count;
}

static double *derived_of(const struct part *part, const struct slot *slot)
{
    return slot->row + part->plan_cells;
}

static void slots_new(struct part *part, uint32_t slots, struct arena *arena)
{
    part->slot = arena_array(arena, slots, sizeof *part->slot);
    for (uint32_t i = 0; i < slots; i++) {
        struct slot *slot = &part->slot[i];
        slot->row = arena_grow(arena, NULL, 0, part->cells * sizeof *slot->row); /* every replication fills it */
        slot->input = arena_array(arena, part->study->input_count, sizeof *slot->input);
        if (part->study->derived_only)
            continue;
        slot->flag = arena_array(arena, part->cells, sizeof *slot->flag);
        slot->result.series = slot->row;
        slot->result.flag = slot->flag;
        slot->result.scalar = slot->row + part->series_cells;
        slot->result.point = slot->result.scalar + part->study->plan->scalar_count;
    }
}

/* Dates are sketched from the start of the run: 0.1 % of a calendar year would be two years. */
static void set_origin(const struct channel *channel, double start, double *origin, size_t count)
{
    if (strcmp(channel->output->unit, "date") == 0)
        for (size_t i = 0; i < count; i++)
            origin[i] = start;
}

double *montecarlo_origin(const struct montecarlo *study)
{
    const struct plan *plan = study->plan;
    size_t series = series_cells(plan), before = study->derived_only ? 0 : plan_cells(plan);
    double *origin = memory_new(before + study->derived_count + 1, sizeof *origin);
    for (size_t c = 0; before > 0 && c < plan->series_count; c++)
        set_origin(&plan->series[c], plan->start, origin + c * plan->sample_count, plan->sample_count);
    for (size_t c = 0; before > 0 && c < plan->scalar_count; c++)
        set_origin(&plan->scalar[c], plan->start, origin + series + c, 1);
    for (size_t i = 0; study->derived_origin && i < study->derived_count; i++)
        origin[before + i] = study->derived_origin[i];
    return origin;
}

static void part_open(struct part *part, const struct montecarlo *study, struct ensemble *ensemble, uint32_t slots,
                      struct arena *arena)
{
    const struct plan *plan = study->plan;
    *part = (struct part){.study = study, .ensemble = ensemble, .series_cells = series_cells(plan)};
    part->plan_cells = study->derived_only ? 0 : plan_cells(plan);
    part->cells = part->plan_cells + study->derived_count;
    slots_new(part, slots, arena);
    double *origin = montecarlo_origin(study);
    part->block = block_new(study, origin);
    free(origin);
}

static bool replicate(const struct montecarlo *study, uint32_t replication, struct sim *sim, struct arena *arena,
                      struct trace *trace, struct result *result, double *input)
{
    struct streams streams = {.seed = study->seed, .replication = replication};
    if (study->antithetic) {
        streams.replication = replication / 2;
        streams.antithetic = replication % 2;
    }
    arena_reset(arena);
    struct values values = study->draw(study->draw_state, replication, &streams, arena);
    if (input && study->input_count)
        study->inputs(study->draw_state, &values, input);
    return sim_run(sim, streams, values, trace, result);
}

bool montecarlo_replicate(const struct montecarlo *study, uint32_t replication, struct sim *sim, struct arena *arena,
                          struct trace *trace, struct result *result)
{
    return replicate(study, replication, sim, arena, trace, result, NULL);
}

static void run_one(const struct run *run, const struct part *part, uint32_t turn, struct sim *sim, struct arena *arena)
{
    const struct montecarlo *study = part->study;
    struct slot *slot = &part->slot[turn % run->slots];
    double *derived = derived_of(part, slot);
    sim->plan = study->plan;
    if (!replicate(study, run->study->first + turn, sim, arena, NULL, &slot->result, slot->input)) {
        snprintf(slot->reason, sizeof slot->reason, "%s", slot->result.failed);
        slot->result.failed = slot->reason;
        for (size_t i = 0; i < study->derived_count; i++)
            derived[i] = (double)NAN;
    } else if (study->derived_count) {
        study->derive(study->derive_state, &slot->result, derived);
    }
}

static struct committed commit_one(struct part *part, uint32_t replication, const struct slot *slot)
{
    const struct leaving left = {.failed = slot->result.failed,
                                 .row = slot->row,
                                 .derived = derived_of(part, slot),
                                 .input = slot->input,
                                 .flag = slot->flag,
                                 .events = slot->result.events,
                                 .steps = slot->result.steps};
    block_add(part->block, &left);
    struct committed one = {.replication = replication,
                            .failed = slot->result.failed,
                            .row = slot->row,
                            .scalar = part->study->derived_only ? NULL : slot->result.scalar,
                            .derived = derived_of(part, slot),
                            .input = slot->input};
    if (part->study->commit)
        part->study->commit(part->study->commit_state, &one);
    return one;
}

static void commit_all(struct run *run, uint32_t turn)
{
    for (size_t i = 0; i < run->count; i++)
        run->all[i] = commit_one(&run->part[i], run->study->first + turn, &run->part[i].slot[turn % run->slots]);
    if (run->commit)
        run->commit(run->commit_state, run->all);
}

static void show_progress(struct run *run)
{
    FILE *to = run->study->progress;
    double now = now_s();
    if (!to || now - run->shown_s < PROGRESS_EVERY_S)
        return;
    run->shown_s = now;
    double spent = now - run->began_s, left = spent * (run->limit - run->committed) / run->committed;
    fprintf(to, "\r\033[K%s%s%u of %u replications, %.0f s, about %.0f s left",
            run->study->what ? run->study->what : "", run->study->what ? ": " : "", run->committed, run->limit, spent,
            left);
    fflush(to);
}

/* Nobody runs anything while the question is asked: all up to the checkpoint is committed, and nothing beyond it was handed out.
 */
static void pass_checkpoint(struct run *run)
{
    const struct montecarlo *study = run->study;
    if (run->committed == run->limit && run->limit < study->replications)
        run->limit = min_count(study->go_on(study->go_on_state, block_bands(run->part[0].block), run->committed),
                               study->replications);
}

/* Commits all that is ready and next in turn. Holds the mutex except while it sums. */
static void commit_ready(struct run *run)
{
    if (run->committing)
        return;
    run->committing = true;
    while (run->committed < run->next && run->ready[run->committed % run->slots]) {
        uint32_t turn = run->committed;
        pthread_mutex_unlock(&run->mutex);
        commit_all(run, turn);
        pthread_mutex_lock(&run->mutex);
        run->ready[turn % run->slots] = false;
        run->committed++;
        pass_checkpoint(run);
        show_progress(run);
        pthread_cond_broadcast(&run->moved);
    }
    run->committing = false;
}

static bool is_told_to_stop(const struct run *run)
{
    return run->study->stop && *run->study->stop;
}

/* At the limit the last one to be committed may still raise it. */
static bool is_over(const struct run *run)
{
    return is_told_to_stop(run) || run->committed == run->limit || run->next == run->study->replications;
}

static bool has_room(const struct run *run)
{
    return run->next < run->limit && run->next - run->committed < run->slots;
}

/* Takes the next replication once there is room for its result. */
static bool take(struct run *run, uint32_t *replication)
{
    while (!is_over(run) && !has_room(run))
        pthread_cond_wait(&run->moved, &run->mutex);
    if (is_over(run))
        return false;
    *replication = run->next++;
    return true;
}

/* Where a thread puts the series and scalars of a replication of which only the derived numbers are kept. */
static struct result *workspace_new(const struct run *run, struct arena *arena)
{
    struct plan largest = {0};
    for (size_t i = 0; i < run->count; i++) {
        const struct montecarlo *study = run->part[i].study;
        if (!study->derived_only)
            continue;
        largest.sample_count = 1;
        largest.series_count = max_size(largest.series_count, series_cells(study->plan));
        largest.scalar_count = max_size(largest.scalar_count, study->plan->scalar_count);
        largest.point_count = max_size(largest.point_count, study->plan->point_count);
    }
    return result_new(&largest, arena);
}

struct workplace {
    struct sim *sim;
    struct arena values; /* of one replication */
    struct arena result;
};

struct workplace *workplace_new(const struct plan *plan)
{
    struct workplace *place = memory_new(1, sizeof *place);
    place->sim = sim_new(plan);
    return place;
}

void workplace_free(struct workplace *place)
{
    if (!place)
        return;
    sim_free(place->sim);
    arena_free(&place->values);
    arena_free(&place->result);
    free(place);
}

static void work_at(struct run *run, struct workplace *place)
{
    arena_reset(&place->result);
    const struct result *workspace = workspace_new(run, &place->result);
    uint32_t turn;
    pthread_mutex_lock(&run->mutex);
    while (take(run, &turn)) {
        pthread_mutex_unlock(&run->mutex);
        for (size_t i = 0; i < run->count; i++) {
            if (run->part[i].study->derived_only)
                run->part[i].slot[turn % run->slots].result = *workspace;
            run_one(run, &run->part[i], turn, place->sim, &place->values);
        }
        pthread_mutex_lock(&run->mutex);
        run->ready[turn % run->slots] = true;
        commit_ready(run);
    }
    pthread_mutex_unlock(&run->mutex);
}

/* One workplace serves all plans. */
static void work(struct run *run)
{
    struct workplace *given = run->study->threads == 1 ? run->study->workplace : NULL;
    struct workplace *place = given ? given : workplace_new(run->study->plan);
    work_at(run, place);
    if (!given)
        workplace_free(place);
}

static void clear_progress(FILE *to)
{
    if (!to)
        return;
    fputs("\r\033[K", to);
    fflush(to);
}

static void finish(const struct run *run, const struct part *part)
{
    if (!part->ensemble)
        return;
    struct montecarlo study = *part->study;
    study.threads = run->study->threads;
    block_finish(part->block, &study, part->ensemble);
    part->ensemble->stopped = is_told_to_stop(run) && part->ensemble->done < run->limit;
    part->ensemble->seconds = now_s() - run->began_s;
    block_free(part->block);
}

static void run_open(struct run *run, struct ensemble *const *ensembles, struct arena *arena)
{
    const struct montecarlo *study = run->study;
    run->part = arena_array(arena, run->count, sizeof *run->part);
    run->all = arena_array(arena, run->count, sizeof *run->all);
    run->ready = arena_array(arena, run->slots, sizeof *run->ready);
    run->limit = study->checkpoint ? min_count(study->checkpoint, study->replications) : study->replications;
    for (size_t i = 0; i < run->count; i++)
        part_open(&run->part[i], &study[i], ensembles ? ensembles[i] : NULL, run->slots, &run->slots_arena);
}

/* A file without a name, for reading and writing; -1: there can be none. */
static int nameless_file(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return file;
    char *name = NULL; /* for file systems that cannot do that */
    if (asprintf(&name, "%s/.rows-XXXXXX", folder) < 0)
        return -1;
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0)
        unlink(name);
    free(name);
    return file;
}

/* Bands keep every row, up to EXACT_ROWS of them. */
static size_t bytes_of_rows(const struct run *run)
{
    size_t rows = min_count(run->study->replications, EXACT_ROWS), cells = 0;
    for (size_t i = 0; i < run->count; i++)
        cells += block_bands(run->part[i].block) ? run->part[i].cells : 0;
    return rows * cells * sizeof(double);
}

static void put_rows_aside(const struct run *run)
{
    const struct montecarlo *study = run->study;
    size_t most = study->aside_from ? study->aside_from : ROWS_IN_MEMORY_BYTES;
    for (size_t i = 0; bytes_of_rows(run) > most && i < run->count; i++) {
        int file = study->aside ? nameless_file(study->aside) : -1;
        if (file >= 0)
            block_put_aside(run->part[i].block, file);
    }
}

/* Without ensembles, the block of the first is the caller's. */
static struct block *run_all(const struct montecarlo *studies, size_t count, struct ensemble *const *ensembles,
                             montecarlo_commit_all *commit, void *state)
{
    struct arena arena = {0};
    struct run run = {
        .study = studies,
        .count = count,
        .commit = commit,
        .commit_state = state,
        .slots = slots_for(count, studies->threads, studies->replications),
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .moved = PTHREAD_COND_INITIALIZER,
        .began_s = now_s(),
    };
    run_open(&run, ensembles, &arena);
    put_rows_aside(&run);
#pragma omp parallel num_threads(studies->threads)
    work(&run);
    struct block *block = ensembles ? NULL : run.part[0].block;
    arena_free(&run.slots_arena); /* before the bands need as much */
    for (size_t i = 0; i < count; i++)
        finish(&run, &run.part[i]);
    clear_progress(studies->progress);
    arena_free(&arena);
    pthread_cond_destroy(&run.moved);
    pthread_mutex_destroy(&run.mutex);
    return block;
}

void montecarlo_run_together(const struct montecarlo *studies, size_t count, struct ensemble *const *ensembles,
                             montecarlo_commit_all *commit, void *state)
{
    run_all(studies, count, ensembles, commit, state);
}

struct block *block_run(const struct montecarlo *study)
{
    return run_all(study, 1, NULL, NULL, NULL);
}

void montecarlo_run(const struct montecarlo *study, struct ensemble *ensemble)
{
    montecarlo_run_together(study, 1, &ensemble, NULL, NULL);
}

void ensemble_free(struct ensemble *ensemble)
{
    arena_free(&ensemble->arena);
    *ensemble = (struct ensemble){0};
}

struct montecarlo_bytes montecarlo_bytes(const struct plan *plan, size_t derived_count, uint32_t replications,
                                         int threads, size_t plans)
{
    size_t cells = plan_cells(plan) + derived_count;
    size_t rows = plans * cells * min_count(replications, EXACT_ROWS) * sizeof(double);
    size_t window = slots_for(plans, threads, replications) * cells * (sizeof(double) + 1);
    size_t rungs = replications > EXACT_ROWS ? 3 : 0; /* one for each power of two in the number, and two in hand */
    for (uint32_t n = replications; replications > EXACT_ROWS && n > 0; n /= 2)
        rungs++;
    struct montecarlo_bytes bytes = {.aside = rows > ROWS_IN_MEMORY_BYTES ? rows : 0};
    bytes.memory =
        rows - bytes.aside + plans * (window + cells * ((3 * rungs + 2) * sizeof(double) + sizeof(struct band)));
    return bytes;
}
