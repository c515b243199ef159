/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep on many ranks: a task is a block of replications of a point, so that a few large points spread as well as
 * many small ones. Rank 0 joins the blocks (montecarlo/block.h: the bytes of one run, however they were split) and
 * writes a point when it is whole. One more thread of its answers the others; it sleeps when nobody asks.
 *
 * With --until a point cannot be split: whether it goes on hangs on what came before.
 */
#include "ranks.h"
#include "sim/base/memory.h"
#include "sim/base/say.h"
#include "sweep.h"

#include <omp.h>
#include <stdlib.h>

enum { TASK_REPLICATIONS = 64 }; /* even, for antithetic pairs */

struct spread {
    struct sweep_run *run;
    size_t todo; /* of the next task */
    uint32_t first;
    struct blocks *arrived; /* of each point of todo */
    struct point_runner *reader; /* knows the request of a point, for its bytes */
    const char *wrong; /* a block that could not be read */
};

static bool goes_on(const struct spread *spread)
{
    return !*spread->run->stop && !spread->run->failed && !spread->wrong;
}

static uint32_t first_of(const struct sweep_run *run, size_t todo)
{
    return design_first(&run->design, run->todo[todo], run->outcome.replications);
}

static bool next_task(void *state, struct task *task)
{
    struct spread *spread = state;
    const struct sweep_run *run = spread->run;
    uint32_t all = run->outcome.replications;
    bool more = false;
#pragma omp critical(iccsim_sweep_tasks)
    if (goes_on(spread) && spread->todo < run->todo_count) {
        uint32_t left = all - spread->first, most = run->setup.go_on ? all : TASK_REPLICATIONS;
        *task = (struct task){.todo = spread->todo,
                              .first = first_of(run, spread->todo) + spread->first,
                              .replications = left < most ? left : most};
        spread->first += task->replications;
        if (spread->first == all) {
            spread->todo++;
            spread->first = 0;
        }
        more = true;
    }
    return more;
}

static bool is_whole(const struct spread *spread, size_t todo, const struct blocks *blocks)
{
    const struct sweep_run *run = spread->run;
    return blocks->count == 1 && block_first(blocks->block[0]) == first_of(run, todo) &&
           (run->setup.go_on || block_count(blocks->block[0]) == run->outcome.replications);
}

/* By a stop; with --until a block may end early of its own. */
static bool is_cut_short(const struct sweep_run *run, const struct task *task, const struct block *block)
{
    return block_count(block) < task->replications && (*run->stop || !run->setup.go_on);
}

/* Takes a block; writes the point if it is whole. One thread at a time. */
static void take_block(struct spread *spread, const struct task *task, struct block *block,
                       const struct montecarlo *request)
{
    struct blocks *blocks = &spread->arrived[task->todo];
    if (is_cut_short(spread->run, task, block)) { /* it runs again next time */
        block_free(block);
        return;
    }
    if (!blocks_add(blocks, block, &spread->wrong) || !is_whole(spread, task->todo, blocks))
        return;
    sweep_write_point(spread->run, spread->run->todo[task->todo], blocks->block[0], request);
    blocks_free(blocks);
    *blocks = (struct blocks){0};
}

static void take_bytes(void *state, const struct task *task, const void *result, size_t count)
{
    struct spread *spread = state;
    const struct point point = {.number = spread->run->todo[task->todo],
                                .first = task->first,
                                .replications = task->replications,
                                .threads = 1,
                                .stop = spread->run->stop};
    if (!count)
        return;
#pragma omp critical(iccsim_sweep_blocks)
    {
        const struct montecarlo *request = point_prepare(spread->reader, &point);
        struct block *block = block_read(request, result, count, &spread->wrong);
        if (block)
            take_block(spread, task, block, request);
    }
}

static struct block *run_task(const struct sweep_run *run, struct point_runner *runner, const struct task *task)
{
    const struct point point = {.number = run->todo[task->todo],
                                .first = task->first,
                                .replications = task->replications,
                                .threads = 1,
                                .stop = run->stop};
    return point_run(runner, &point);
}

static void compute_here(struct spread *spread)
{
    struct point_runner *runner = point_runner_new(&spread->run->setup);
    for (struct task task; next_task(spread, &task);) {
        struct block *block = run_task(spread->run, runner, &task);
#pragma omp critical(iccsim_sweep_blocks)
        take_block(spread, &task, block, point_request(runner));
    }
    point_runner_free(runner);
}

void sweep_lead_ranks(struct sweep_run *run)
{
    struct spread spread = {.run = run,
                            .arrived = memory_new(run->todo_count, sizeof *spread.arrived),
                            .reader = point_runner_new(&run->setup)};
    const struct rank_server server = {.next = next_task, .done = take_bytes, .state = &spread};
    uint64_t count = run->todo_count;
    ranks_share(&count, sizeof count);
    ranks_share(run->todo, run->todo_count * sizeof *run->todo);
    size_t askers = ranks_sum_of_others(0);
#pragma omp parallel num_threads(run->threads + 1)
    if (omp_get_thread_num() == 0)
        ranks_serve(&server, askers);
    else
        compute_here(&spread);
    if (spread.wrong)
        say("iccsim %s: a rank sent what is no block of this sweep: %s; do all ranks run one program?\n", run->command,
            spread.wrong);
    run->failed |= spread.wrong != NULL;
    for (size_t i = 0; i < run->todo_count; i++)
        blocks_free(&spread.arrived[i]);
    free(spread.arrived);
    point_runner_free(spread.reader);
}

void sweep_follow(struct sweep_run *run)
{
    uint64_t count;
    ranks_share(&count, sizeof count);
    run->todo_count = (size_t)count;
    run->todo = arena_array(&run->arena, run->todo_count, sizeof *run->todo);
    ranks_share(run->todo, run->todo_count * sizeof *run->todo);
    ranks_sum_of_others((size_t)run->threads);
#pragma omp parallel num_threads(run->threads)
    {
        struct point_runner *runner = point_runner_new(&run->setup);
        struct bytes result = {0};
        struct task done = {0};
        for (struct task next; ranks_ask(omp_get_thread_num(), &done, &result, &next); done = next) {
            struct block *block = run_task(run, runner, &next);
            result.count = 0;
            if (!is_cut_short(run, &next, block))
                block_write(block, &result);
            block_free(block);
        }
        bytes_free(&result);
        point_runner_free(runner);
    }
}
