/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replication of the headline scenario costs, all mechanisms on, and what a second thread gains. */
#include "models/models.h"
#include "seconds.h"
#include "sim/engine/stream.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"

#include <stdio.h>

struct headline {
    struct study study;
    struct scenario *scenario;
    struct arena arena;
    struct montecarlo request;
};

/* Loaded at the first call; benchmarks run in the source tree, as `make bench` does. */
static struct headline *headline(void)
{
    static struct headline h;
    if (h.scenario)
        return &h;
    struct mistakes mistakes = {0};
    study_open(&h.study, models, models_world_size);
    h.scenario = scenario_load(&(struct load_request){.file = "scenarios/china.yml"}, &h.study.schema, &mistakes);
    struct plan *plan = h.scenario ? study_plan(&h.study, h.scenario, &h.arena) : NULL;
    mistakes_print(&mistakes, stderr);
    if (!plan)
        exit(1);
    uint64_t seed = (uint64_t)study_settings(h.scenario).seed;
    h.request = (struct montecarlo){.plan = plan, .seed = seed, .draw = study_draw, .draw_state = h.scenario};
    return &h;
}

enum { HEADLINE_REPLICATIONS = 96 }; /* enough that threads share them evenly and warming up counts little */

/* Seconds that replications take on that many threads; in `events`, how many events each had on average. */
static double headline_run(int threads, double *events)
{
    struct montecarlo request = headline()->request;
    struct ensemble ensemble;
    request.replications = HEADLINE_REPLICATIONS;
    request.threads = threads;
    double from = bench_elapsed();
    montecarlo_run(&request, &ensemble);
    double took = bench_elapsed() - from;
    if (ensemble.failed)
        exit(1);
    *events = (double)ensemble.events / HEADLINE_REPLICATIONS;
    ensemble_free(&ensemble);
    return took;
}

/* One thread, one workplace, warm: the replication alone, without bands. */
static double headline_replication_ms(void)
{
    const struct headline *h = headline();
    struct arena results = {0}, draws = {0};
    struct sim *sim = sim_new(h->request.plan);
    struct result *result = result_new(h->request.plan, &results);
    double from = 0;
    for (uint32_t r = 0; r <= HEADLINE_REPLICATIONS; r++) {
        if (r == 1) /* the first grew the arena */
            from = bench_seconds();
        if (!montecarlo_replicate(&h->request, r, sim, &draws, NULL, result))
            exit(1);
    }
    double each = (bench_seconds() - from) / HEADLINE_REPLICATIONS * 1e3;
    sim_free(sim);
    arena_free(&draws);
    arena_free(&results);
    return each;
}

static double headline_events(void)
{
    double events;
    headline_run(1, &events);
    return events;
}

static double headline_speedup_2(void)
{
    double events, one = headline_run(1, &events);
    return one / headline_run(2, &events);
}

/* Pure computing in registers, in as many pieces as there are replications. */
static double headline_control_run(int threads)
{
    enum { BLOCKS = 300000 };
    uint32_t sum = 0;
    double from = bench_elapsed();
#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(+ : sum)
    for (uint32_t piece = 0; piece < HEADLINE_REPLICATIONS; piece++) {
        uint32_t block[4] = {piece, 0, 0, 0};
        for (int i = 0; i < BLOCKS; i++)
            philox(block, block, block);
        sum += block[0];
    }
    double took = bench_elapsed() - from;
    return sum == UINT32_MAX ? 0 : took; /* so that the sum is needed */
}

static double headline_speedup_control(void)
{
    double one = headline_control_run(1);
    return one / headline_control_run(2);
}

/* A process of its own: what other benchmarks leave in the heap would slow down the second thread. */
int main(void)
{
    enum { ROUNDS = 5 };
    static const struct {
        const char *name;
        double (*measure)(void);
        const char *unit;
    } lines[] = {
        {"replication", headline_replication_ms, "ms"},
        {"replication_events", headline_events, "events"},
        {"speedup_2", headline_speedup_2, "times"},
        {"speedup_control", headline_speedup_control, "times"},
    };
    enum { LINES = sizeof lines / sizeof *lines };
    double value[LINES][ROUNDS];
    for (int round = 0; round < ROUNDS; round++)
        for (int line = 0; line < LINES; line++)
            value[line][round] = lines[line].measure();
    for (int line = 0; line < LINES; line++) {
        qsort(value[line], ROUNDS, sizeof value[line][0], bench_compare);
        printf("%s %.4g %s\n", lines[line].name, value[line][ROUNDS / 2], lines[line].unit);
    }
    return 0;
}
