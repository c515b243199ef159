/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments: the headline scenario against one change, on common random numbers.
 *
 * An experiment changes one thing and claims which outputs rise or fall over which window. A claim holds if the mean
 * paired difference is beyond 3 of its standard errors and beyond 2 % of the base, or beyond the share that it names. A claim without dates is about a
 * scalar. A world that has no value there drops out with its twin. A file of experiments makes its main of
 * signs_run(experiments, count, end); or, about another scenario as it is shipped, of signs_run_of.
 */
#ifndef ICCSIM_TESTS_SIGNS_H
#define ICCSIM_TESTS_SIGNS_H

#include "models_lab.h"

#include "sim/base/dates.h"

enum { PAIRS = 48, MOST_PAIRS = 240, CHANGES = 10, CLAIMS = 4, THREADS = 2, EXPERIMENTS = 64 };
static const double STANDARD_ERRORS = 3, LEAST_EFFECT = 0.02;

struct claim {
    const char *output, *from, *to; /* from NULL: a scalar */
    int sign; /* of the effect */
    double least; /* size of the effect over the base; 0: LEAST_EFFECT */
};

struct experiment {
    const char *sentence;
    const char *change[CHANGES];
    const char *end;
    struct claim claim[CLAIMS];
    const char *both; /* what the base has beyond china.yml as well */
    uint32_t pairs; /* of worlds; 0: PAIRS. For an effect that is sure, and less than twice the error of so few */
};

/* One world's series and scalars in every replication; a failed replication is all NaN. */
struct worlds {
    struct lab lab;
    uint32_t count;
    double *series[MOST_PAIRS], *scalar[MOST_PAIRS];
};

static const char *shipped; /* the scenario that experiments are about; NULL: the laboratory's china */

static void run_worlds(struct worlds *worlds, uint32_t count, const char *lines, const char *const *sets)
{
    assert_true(count <= MOST_PAIRS);
    worlds->count = count;
    struct lab *lab = &worlds->lab;
    lab_list(lab, NULL, models_world_size);
    lab->of = shipped;
    lab_ready(lab, lines, sets);
    size_t cells = lab->plan->series_count * lab->plan->sample_count;
    for (size_t r = 0; r < count; r++) {
        worlds->series[r] = arena_array(&lab->arena, cells, sizeof(double));
        worlds->scalar[r] = arena_array(&lab->arena, lab->plan->scalar_count + 1, sizeof(double));
    }
#pragma omp parallel num_threads(THREADS)
    {
        struct sim *sim = sim_new(lab->plan);
        struct arena arena = {0}, draws = {0};
        struct result *result = result_new(lab->plan, &arena);
#pragma omp for schedule(dynamic)
        for (uint32_t r = 0; r < count; r++) {
            montecarlo_replicate(&lab->request, r, sim, &draws, NULL, result);
            memcpy(worlds->series[r], result->series, cells * sizeof(double));
            memcpy(worlds->scalar[r], result->scalar, lab->plan->scalar_count * sizeof(double));
        }
        arena_free(&arena);
        arena_free(&draws);
        sim_free(sim);
    }
}

static double measure(const struct worlds *worlds, size_t replication, const struct claim *claim)
{
    const struct plan *plan = worlds->lab.plan;
    double from = NONE, to = NONE;
    if (!claim->from)
        return worlds->scalar[replication][lab_channel(plan->scalar, plan->scalar_count, claim->output)];
    assert_true(date_parse(claim->from, &from) && date_parse(claim->to, &to));
    size_t series = lab_channel(plan->series, plan->series_count, claim->output);
    return lab_mean_of(plan, worlds->series[replication] + series * plan->sample_count, from, to);
}

static bool holds(const struct worlds *base, const struct worlds *changed, const struct claim *claim)
{
    double sum = 0, squares = 0, level = 0, pairs = 0;
    for (size_t r = 0; r < changed->count; r++) {
        double before = measure(base, r, claim), difference = measure(changed, r, claim) - before;
        if (!isnan(difference))
            sum += difference, squares += difference * difference, level += before, pairs++;
    }
    double mean = sum / pairs, error = sqrt(fmax(0, squares / pairs - mean * mean) / (pairs - 1)),
           share = sum / fabs(level);
    print_message("    %-30s %s to %s  base %10.4g  effect %+10.4g  se %8.3g  %+6.1f %%  (%.0f pairs)\n", claim->output,
                  claim->from ? claim->from : "-", claim->from ? claim->to : "-", level / pairs, mean, error,
                  100 * share, pairs);
    return pairs >= 0.75 * changed->count && claim->sign * mean > STANDARD_ERRORS * error &&
           claim->sign * share > (claim->least > 0 ? claim->least : LEAST_EFFECT);
}

static struct worlds headline; /* shared by the experiments that add nothing to both worlds */
static const char *horizon; /* of the latest claim on it */

static int run_headline(void **state)
{
    (void)state;
    run_worlds(&headline, PAIRS, NULL, LAB_SET(horizon));
    return 0;
}

static int close_headline(void **state)
{
    (void)state;
    lab_close(&headline.lab);
    return 0;
}

static void check(void **state)
{
    const struct experiment *e = *state;
    struct worlds base = {0}, changed;
    const char *sets[CHANGES + 2] = {0};
    char end[32];
    snprintf(end, sizeof end, "run.end=%s", e->end);
    sets[0] = end;
    uint32_t pairs = e->pairs ? e->pairs : PAIRS;
    bool own_base = e->both || pairs > PAIRS;
    if (own_base)
        run_worlds(&base, pairs, e->both, sets);
    memcpy(&sets[1], e->change, sizeof e->change);
    run_worlds(&changed, pairs, e->both, sets);
    bool all = true;
    for (const struct claim *claim = e->claim; claim < e->claim + CLAIMS && claim->output; claim++)
        all = holds(own_base ? &base : &headline, &changed, claim) && all;
    lab_close(&changed.lab);
    if (own_base)
        lab_close(&base.lab);
    assert_true(all);
}

static inline int signs_run_of(const char *scenario, const struct experiment *experiments, size_t count,
                               const char *end)
{
    shipped = scenario;
    struct CMUnitTest tests[EXPERIMENTS];
    assert_true(count <= EXPERIMENTS);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = experiments[i].sentence, .test_func = check, .initial_state = (void *)(uintptr_t)&experiments[i]};
    horizon = end;
    return _cmocka_run_group_tests("signs", tests, count, run_headline, close_headline);
}

static inline int signs_run(const struct experiment *experiments, size_t count, const char *end)
{
    return signs_run_of(NULL, experiments, count, end);
}

#endif
