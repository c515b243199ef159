/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page must equal, from the natively compiled core, which reads a scenario and runs it as the program does:
 *
 *     native FILE REPLICATIONS       every number of every replication's band, its bits in hexadecimal, a line each
 *     native --time FILE COUNT       milliseconds of processor time a replication
 *
 * The order is that of the lab: measures, then the series that are shown. */
#include "models/models.h"
#include "sim/lab/lab.h"
#include "sim/study/outcome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void print_band(const struct band *band)
{
    const double row[LAB_BAND] = {band->mean, band->se, band->p05, band->p25, band->p50, band->p75, band->p95, band->n};
    for (size_t i = 0; i < LAB_BAND; i++) {
        uint64_t bits;
        memcpy(&bits, &row[i], sizeof bits);
        if (row[i] != row[i])
            printf("%sNaN", i ? " " : "");
        else
            printf("%s%016" PRIx64, i ? " " : "", bits);
    }
    putchar('\n');
}

static void print_all(const struct outcome *outcome)
{
    size_t series[HEADLINE_SERIES], count = outcome_headline_series(outcome, series);
    for (size_t i = 0; i < outcome->measures.count; i++)
        print_band(&outcome->ensemble.derived[i]);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < outcome->plan->sample_count; k++)
            print_band(&outcome->ensemble.series[series[i] * outcome->plan->sample_count + k]);
}

static int print_time(const char *file, unsigned count)
{
    struct lab *lab = lab_open(file);
    lab_run(lab, LAB_BASE, 0, 1);
    clock_t began = clock();
    lab_run(lab, LAB_BASE, 0, count);
    printf("%.6f\n", 1e3 * (double)(clock() - began) / CLOCKS_PER_SEC / count);
    lab_close(lab);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "--time"))
        return print_time(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
    if (argc != 3)
        return 2;
    struct study study;
    struct mistakes mistakes = {0};
    study_open(&study, models, models_world_size);
    struct outcome outcome = {.study = &study, .replications = (uint32_t)strtoul(argv[2], NULL, 10)};
    outcome.scenario = scenario_load(&(struct load_request){.file = argv[1]}, &study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    if (!outcome.scenario)
        return 3;
    outcome.plan = study_plan(&study, outcome.scenario, &outcome.arena);
    outcome.seed = study_settings(outcome.scenario).seed;
    outcome.measures = facts_find(outcome.scenario, outcome.plan, &outcome.arena);
    struct montecarlo request = outcome_request(&outcome);
    montecarlo_run(&request, &outcome.ensemble);
    print_all(&outcome);
    outcome_free(&outcome);
    study_close(&study);
    return 0;
}
