/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a sweep spreads over ranks: what the first rank spends on a block of 64 replications of the headline that
 * another rank sent (reading it, joining it, storing the point: an SQLite transaction with its syncs), against what the
 * block cost to compute. A core gives a block every t seconds, and the first rank takes T for each: beyond t/T cores
 * the rest wait, and the efficiency of N cores is at most t / (N T). Here a point is one block, the worst case.
 */
#include "models/models.h"
#include "seconds.h"
#include "sim/command/command.h"
#include "sim/montecarlo/block.h"
#include "sim/study/outcome.h"
#include "sim/study/store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REPLICATIONS = 64, BLOCKS = 100 };

static struct store_column *columns(const struct outcome *outcome, struct arena *arena)
{
    struct store_column *column = arena_array(arena, outcome->measures.count, sizeof *column);
    for (size_t i = 0; i < outcome->measures.count; i++)
        column[i] =
            (struct store_column){.name = arena_printf(arena, "m%zu", i), .unit = "", .label = "", .is_number = true};
    return column;
}

static void store_or_die(bool right, const struct store *store)
{
    if (right)
        return;
    fprintf(stderr, "%s\n", store->error);
    exit(1);
}

/* Seconds a block, by the clock: a disk that syncs is waited for. */
static double receive(const struct montecarlo *request, const struct bytes *bytes, struct store *store, size_t measures)
{
    double *kept = calloc(REPLICATIONS * (1 + measures), sizeof *kept);
    double from = bench_elapsed();
    for (size_t i = 0; i < BLOCKS; i++) {
        const char *wrong = NULL;
        struct blocks blocks = {0};
        struct block *block = block_read(request, bytes->data, bytes->count, &wrong);
        if (!block || !blocks_add(&blocks, block, &wrong))
            exit(1);
        for (uint32_t r = 0; r < REPLICATIONS; r++)
            memcpy(kept + r * (1 + measures) + 1, block_kept(blocks.block[0], r).derived, measures * sizeof *kept);
        struct stored_point point = {.point = i, .status = "done", .replications = REPLICATIONS, .kept = kept};
        store_or_die(store_finish_point(store, &point, NULL, 0), store);
        blocks_free(&blocks);
    }
    double each = (bench_elapsed() - from) / BLOCKS;
    free(kept);
    return each;
}

int main(void)
{
    struct study study;
    struct outcome outcome;
    struct arena arena = {0};
    const char *file = "scenarios/china.yml";
    struct options options = {.argument = &file, .argument_count = 1};
    study_open(&study, models, models_world_size);
    if (!outcome_open(&outcome, &options, &study, 0, NULL))
        return 1;
    struct montecarlo request = outcome_request(&outcome);
    request.replications = REPLICATIONS;
    request.threads = 1;
    request.derived_only = request.keep = true;
    double from = bench_elapsed();
    struct block *block = block_run(&request);
    double computed = bench_elapsed() - from;
    struct bytes bytes = {0};
    block_write(block, &bytes);

    char folder[] = "/tmp/iccsim-bench-XXXXXX";
    struct store store;
    if (!mkdtemp(folder))
        return 1;
    const char *path = arena_printf(&arena, "%s/sweep.sqlite", folder);
    store_or_die(store_open(&store, path) && store_begin(&store) &&
                     store_make(&store, NULL, 0, columns(&outcome, &arena), outcome.measures.count),
                 &store);
    for (size_t i = 0; i < BLOCKS; i++)
        store_or_die(store_add_point(&store, &(struct stored_point){.point = i, .name = "", .status = "missing"}),
                     &store);
    store_end_points(&store);
    store_or_die(store_commit(&store), &store);
    double received = receive(&request, &bytes, &store, outcome.measures.count);
    store_close(&store);
    unlink(path);
    rmdir(folder);

    printf("rank_block_bytes %zu bytes\n", bytes.count);
    printf("rank_block_computed %.1f ms\n", computed * 1e3);
    printf("rank_block_received %.3f ms\n", received * 1e3);
    printf("rank_cores_served %.0f cores\n", computed / received);
    printf("rank_efficiency_64 %.3f ratio\n", fmin(1, computed / (64 * received)));
    printf("rank_efficiency_1000 %.3f ratio\n", fmin(1, computed / (1000 * received)));
    return 0;
}
