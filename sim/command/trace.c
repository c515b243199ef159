/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim trace: who did what when, in one replication. */
#include "command.h"
#include "sim/base/say.h"
#include "sim/study/outcome.h"

#include "sim/engine/trace.h"

#include <string.h>

static enum trace_format format_of(const struct options *options)
{
    if (!options->format || strcmp(options->format, "text") == 0)
        return options->csv ? TRACE_CSV : TRACE_TEXT;
    return strcmp(options->format, "csv") == 0 ? TRACE_CSV : TRACE_JSONL;
}

static enum exit_code tell_one(const struct outcome *outcome, uint32_t replication, enum trace_format format)
{
    struct arena arena = {0}, of_result = {0};
    struct sim *sim = sim_new(outcome->plan);
    struct montecarlo request = outcome_request(outcome);
    struct result *result = result_new(outcome->plan, &of_result);
    struct trace trace = {.to = stdout, .format = format};
    trace_begin(&trace);
    bool worked = montecarlo_replicate(&request, replication, sim, &arena, &trace, result);
    if (!worked)
        say("iccsim trace: replication %u failed: %s\n", replication, result->failed);
    sim_free(sim);
    arena_free(&arena);
    arena_free(&of_result);
    return worked ? EXIT_OK : EXIT_FAILED;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct outcome outcome;
    enum exit_code code = EXIT_INVALID;
    if (outcome_open(&outcome, options, study, 0, options->variant))
        code = tell_one(&outcome, (uint32_t)options->replication, format_of(options));
    outcome_free(&outcome);
    return code;
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "FILE",
    .help = "tell who did what when in one replication",
    .details = "The replication has the same bits as in a run with the same seed.",
    .takes = "replication antithetic format csv seed set variant",
    .least = 1,
    .most = 1,
    .run = run,
};
