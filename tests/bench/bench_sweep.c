/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep costs beyond its replications: loading, laying out, the store and the tables, over the same points run
 * and thrown away. Processor time, in pairs, the median of five. */
#include "seconds.h"

#include "models/models.h"
#include "sim/study/interrupt.h"
#include "sim/study/sweep.h"
#include "sim/study/sweep_export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void need(bool right, const char *what)
{
    if (right)
        return;
    fprintf(stderr, "bench_sweep: %s failed\n", what);
    exit(1);
}

static double whole_sweep(const struct options *options, const struct study *study)
{
    double began = bench_seconds();
    struct sweep_run run = {0};
    need(sweep_load_points(&run, "sweep", options, study) == EXIT_OK, "loading");
    need(sweep_open_store(&run) == EXIT_OK, "opening the store");
    run.stop = interrupt_watch();
    need(sweep_replicate(&run) == EXIT_OK, "running");
    struct sweep_export request = {.store = &run.store, .folder = run.folder, .stop = run.stop, .command = "sweep"};
    need(sweep_export(&request), "writing");
    sweep_close(&run);
    return bench_seconds() - began;
}

static double bare_points(const struct options *options, const struct study *study)
{
    struct sweep_run run = {0};
    need(sweep_load_points(&run, "sweep", options, study) == EXIT_OK, "loading");
    struct point_runner *runner = point_runner_new(&run.setup);
    double began = bench_seconds();
    for (size_t i = 0; i < run.design.count; i++) {
        const struct point point = {.number = i, .replications = run.outcome.replications, .threads = 1};
        block_free(point_run(runner, &point));
    }
    double seconds = bench_seconds() - began;
    point_runner_free(runner);
    sweep_close(&run);
    return seconds;
}

static void remove_folder(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    need(system(command) == 0, "cleaning up");
}

/* `points` values of one factor, as text for --vary. */
static void write_values(char *text, size_t room, int points)
{
    int used = snprintf(text, room, "value.decline=");
    for (int i = 0; i < points; i++)
        used += snprintf(text + used, room - (size_t)used, "%s%.5f /yr", i ? "," : "", 0.2 + 0.2 * i / points);
}

static void measure(const char *name, int points, uint64_t replications, const struct study *study)
{
    enum { ROUNDS = 5, ROOM = 1 << 16 };
    static char values[ROOM];
    char folder[] = "/tmp/iccsim-bench-XXXXXX";
    const char *file[] = {"scenarios/one-server.yml"};
    double ratio[ROUNDS];
    write_values(values, sizeof values, points);
    need(mkdtemp(folder) != NULL, "making a folder");
    struct override vary = {.argument = values},
                    facts = {.argument = "measures={use: {output: utilisation, at: 2025-06}}"};
    const struct options options = {.argument = file,
                                    .argument_count = 1,
                                    .replications = replications,
                                    .threads = 1,
                                    .vary = &vary,
                                    .vary_count = 1,
                                    .override = &facts,
                                    .override_count = 1,
                                    .out = folder,
                                    .quiet = true,
                                    .force = true};
    for (int i = 0; i < ROUNDS; i++) {
        double bare = bare_points(&options, study);
        ratio[i] = whole_sweep(&options, study) / bare;
    }
    remove_folder(folder);
    qsort(ratio, ROUNDS, sizeof *ratio, bench_compare);
    printf("%s %.3f times\n", name, ratio[ROUNDS / 2]);
}

int main(void)
{
    struct study study;
    study_open(&study, models, models_world_size);
    measure("sweep_overhead", 60, 50, &study);
    measure("sweep_overhead_2000", 2000, 1, &study);
    study_close(&study);
    return 0;
}
