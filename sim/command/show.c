/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The merged scenario, each value with its origin. */
#include "command.h"

static enum exit_code show(const struct options *options, const struct study *study)
{
    struct scenario *scenario = command_load(options, study, 0, options->variant, 0);
    if (!scenario)
        return EXIT_INVALID;
    scenario_show(scenario, stdout);
    scenario_free(scenario);
    return EXIT_OK;
}

const struct command command_show = {
    .name = "show",
    .arguments = "FILE",
    .help = "the merged scenario, with the origin of every value: default, file:line or --set",
    .details = "What it prints is itself a scenario that gives the same values.",
    .takes = "set variant",
    .least = 1,
    .most = 1,
    .run = show,
};
