/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads files as `run` would, with every variant, and reports every mistake at once. */
#include "command.h"

#include "sim/base/say.h"
#include "sim/study/sweep.h"

/* Every point of its sweep, as `sweep` would move there; returns how many, 0 if there is no sweep. */
static size_t check_sweep(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct design design = {0};
    const struct sweep *sweep = scenario_sweep(scenario);
    if (!sweep)
        return 0;
    sweep_check_measures(scenario, mistakes);
    design_open(&design, sweep, scenario, study_settings(scenario).seed, mistakes);
    size_t points = design.count;
    design_free(&design);
    return points;
}

/* For a scenario that is known to load. */
static void tell(const struct study *study, const struct load_request *request, struct mistakes *mistakes)
{
    struct scenario *scenario = scenario_load(request, &study->schema, mistakes);
    size_t before = mistakes->count, points = check_sweep(scenario, mistakes);
    if (mistakes->count == before) {
        printf("%s: ok; %zu values given, %zu facts, %zu variants", request->file, scenario_assumption_count(scenario),
               scenario_fact_count(scenario), scenario_variant_count(scenario));
        if (points)
            printf(", %zu points of a sweep", points);
        putchar('\n');
    }
    scenario_free(scenario);
}

static enum exit_code check(const struct options *options, const struct study *study)
{
    struct mistakes mistakes = {0};
    for (size_t i = 0; i < options->argument_count; i++) {
        struct load_request request = {
            .file = options->argument[i], .overrides = options->override, .override_count = options->override_count};
        if (scenario_check(&request, &study->schema, &mistakes))
            tell(study, &request, &mistakes);
    }
    enum exit_code code = mistakes.count ? EXIT_INVALID : EXIT_OK;
    mistakes_print(&mistakes, say_stream());
    mistakes_free(&mistakes);
    return code;
}

const struct command command_check = {
    .name = "check",
    .arguments = "FILE...",
    .help = "every mistake of a scenario and its variants at once; runs nothing",
    .takes = "set",
    .least = 1,
    .most = SIZE_MAX,
    .run = check,
};
