/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim sensitivity: which inputs matter. */
#include "sim/study/sensitivity.h"
#include "command.h"
#include "sim/study/sweep.h"
#include "sweep.h"

static enum exit_code run(const struct options *options, const struct study *study)
{
    return sweep_as("sensitivity", options, study);
}

const struct command command_sensitivity = {
    .name = "sensitivity",
    .arguments = "FILE",
    .help = "which inputs matter: shares of luck, interactions and weak evidence",
    .details =
        "By the section `sweep` with one of the designs\n"
        "  draws     what a run draws of all uncertain parameters; the default if there is no such section\n"
        "  morris    screening: trajectories, levels, groups\n"
        "  saltelli  Sobol's indices, first and total, with intervals from shifted copies: points, copies, groups\n"
        "--set sweep.design=morris --set sweep.trajectories=20 does without a section. -n is the replications of "
        "a point, which tell\nluck from the rest (default: 2). Writes sensitivity.csv (measure, parameter, "
        "method, index, low, high, confidence), pictures and\na report into DIR, where the store " SWEEP_STORE
        " stays, as for `iccsim sweep`: the same command goes on where it was, shards\nare joined by `iccsim "
        "merge`, and numbers depend neither on -j nor on shards.",
    .takes = "replications keep shard threads seed set variant output force no-plots plots png quiet",
    .least = 1,
    .most = 1,
    .spreads = true,
    .run = run,
};
