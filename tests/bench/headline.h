/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replication of the headline scenario costs, all mechanisms on, and what a second thread gains. */
#ifndef ICCSIM_BENCH_HEADLINE_H
#define ICCSIM_BENCH_HEADLINE_H

#include "models/models.h"
#include "sim/engine/stream.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct headline {
    struct study study;
    struct scenario *scenario;
    struct arena arena;
    struct montecarlo request;
};

static inline double headline_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Loaded at the first call; benchmarks run in the source tree, as `make bench` does. */
static inline struct headline *headline(void)
{
    static struct headline h;
    if (h.scenario)
        return &h;
    struct mistakes mistakes = {0};
    study_open(&h.study, models, models_world_size);
    h.scenario = scenario_load(&(struct load_request){.file = "scenarios/china.yml"}, &h.study.schema, &mistakes);
    struct plan *plan = h.scenario ? study_plan(&h.study, h.scenario, &h.arena, &mistakes) : NULL;
    mistakes_print(&mistakes, stderr);
    if (!plan)
        exit(1);
    uint64_t seed = (uint64_t)study_settings(h.scenario).seed;
    h.request = (struct montecarlo){.plan = plan, .seed = seed, .draw = study_draw, .draw_state = h.scenario};
    return &h;
}

enum { HEADLINE_REPLICATIONS = 24 }; /* enough that threads share them evenly and warming up counts little */

/* Seconds that replications take on so many threads; in `events`, how many events each had on average. */
static inline double headline_run(int threads, double *events)
{
    struct montecarlo request = headline()->request;
    struct ensemble ensemble;
    request.replications = HEADLINE_REPLICATIONS;
    request.threads = threads;
    double from = headline_seconds();
    montecarlo_run(&request, &ensemble);
    double took = headline_seconds() - from;
    if (ensemble.failed)
        exit(1);
    *events = (double)ensemble.events / HEADLINE_REPLICATIONS;
    ensemble_free(&ensemble);
    return took;
}

/* One thread, one workplace, warm: the replication alone, without bands. */
static inline double headline_replication_ms(void)
{
    const struct headline *h = headline();
    struct arena results = {0}, draws = {0};
    struct sim *sim = sim_new(h->request.plan);
    struct result *result = result_new(h->request.plan, &results);
    double from = 0;
    for (uint32_t r = 0; r <= HEADLINE_REPLICATIONS; r++) {
        if (r == 1) /* the first grew the arena */
            from = headline_seconds();
        if (!montecarlo_replicate(&h->request, r, sim, &draws, NULL, result))
            exit(1);
    }
    double each = (headline_seconds() - from) / HEADLINE_REPLICATIONS * 1e3;
    sim_free(sim);
    arena_free(&draws);
    arena_free(&results);
    return each;
}

static inline double headline_events(void)
{
    double events;
    headline_run(1, &events);
    return events;
}

static inline double headline_speedup_2(void)
{
    double events, one = headline_run(1, &events);
    return one / headline_run(2, &events);
}

/* Pure computing in registers, in as many pieces as there are replications. */
static inline double headline_control_run(int threads)
{
    enum { BLOCKS = 300000 };
    uint32_t sum = 0;
    double from = headline_seconds();
#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(+ : sum)
    for (uint32_t piece = 0; piece < HEADLINE_REPLICATIONS; piece++) {
        uint32_t block[4] = {piece, 0, 0, 0};
        for (int i = 0; i < BLOCKS; i++)
            philox(block, block, block);
        sum += block[0];
    }
    double took = headline_seconds() - from;
    return sum == UINT32_MAX ? 0 : took; /* so that the sum is needed */
}

static inline double headline_speedup_control(void)
{
    double one = headline_control_run(1);
    return one / headline_control_run(2);
}

#endif
