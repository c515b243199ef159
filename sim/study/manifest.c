/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest.h"

#include "identity.h"
#include "sim/engine/clocks.h"
#include "sim/output/inventory.h"
#include "sim/output/json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

static void json_host(struct json *json, const struct manifest *manifest)
{
    struct utsname host;
    struct rusage usage;
    bool known = uname(&host) == 0;
    json_open(json, "host", '{');
    json_text(json, "name", known ? host.nodename : NULL);
    json_text(json, "system", known ? host.sysname : NULL);
    json_text(json, "release", known ? host.release : NULL);
    json_text(json, "machine", known ? host.machine : NULL);
    json_text(json, "instruction_set", clocks_isa());
    json_text(json, "compiler", __VERSION__);
    json_count(json, "threads", (uint64_t)manifest->threads);
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        json_count(json, "peak_memory_kib", (uint64_t)usage.ru_maxrss);
    json_close(json, '}');
}

/* Whether one of the runs before has read it already. */
static bool is_known(const struct manifest *manifest, size_t before, const char *path)
{
    for (size_t i = 0; i < before; i++)
        for (size_t k = 0; k < manifest->outcome[i]->input_count; k++)
            if (strcmp(manifest->outcome[i]->input[k].path, path) == 0)
                return true;
    return false;
}

static void json_inputs(struct json *json, const struct manifest *manifest)
{
    json_open(json, "inputs", '[');
    for (size_t i = 0; i < manifest->count; i++)
        for (size_t k = 0; k < manifest->outcome[i]->input_count; k++) {
            const struct input *input = &manifest->outcome[i]->input[k];
            if (is_known(manifest, i, input->path))
                continue;
            json_open(json, NULL, '{');
            json_text(json, "path", input->path);
            json_text(json, "sha256", input->sha256);
            json_close(json, '}');
        }
    json_close(json, ']');
}

static void json_options(struct json *json, const struct options *options)
{
    json_open(json, "options", '{');
    json_text(json, "file", options->argument[0]);
    json_open(json, "with", '[');
    for (size_t i = 1; i < options->argument_count; i++)
        json_text(json, NULL, options->argument[i]);
    json_close(json, ']');
    json_text(json, "facts", options->facts);
    json_text(json, "variant", options->variant);
    json_flag(json, "no_variants", options->no_variants);
    json_flag(json, "no_attribution", options->no_attribution);
    json_flag(json, "no_plots", options->no_plots);
    json_text(json, "plots", options->plots);
    json_flag(json, "png", options->png);
    json_flag(json, "ci", options->ci);
    json_flag(json, "antithetic", options->antithetic);
    json_text(json, "until", options->until);
    json_open(json, "set", '[');
    for (size_t i = 0; i < options->override_count; i++)
        json_text(json, NULL, options->override[i].argument);
    json_close(json, ']');
    json_close(json, '}');
}

/* The command line without where, with how many threads and with how many words. */
static void json_arguments(struct json *json, const struct manifest *manifest)
{
    const struct options *options = manifest->options;
    const struct outcome *base = manifest->outcome[0];
    const struct {
        const char *option, *value;
    } texts[] = {{"--variant", options->variant},
                 {"--until", options->until},
                 {"--plots", options->plots},
                 {"--facts", options->facts}};
    const struct {
        const char *option;
        bool is_given;
    } flags[] = {{"--no-variants", options->no_variants},
                 {"--no-attribution", options->no_attribution},
                 {"--no-plots", options->no_plots},
                 {"--png", options->png},
                 {"--ci", options->ci},
                 {"--antithetic", options->antithetic}};
    char number[sizeof "18446744073709551615"];
    json_open(json, "arguments", '[');
    for (size_t i = 0; i < options->argument_count; i++)
        json_text(json, NULL, options->argument[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value) {
            json_text(json, NULL, texts[i].option);
            json_text(json, NULL, texts[i].value);
        }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].is_given)
            json_text(json, NULL, flags[i].option);
    for (size_t i = 0; i < options->override_count; i++) {
        json_text(json, NULL, "--set");
        json_text(json, NULL, options->override[i].argument);
    }
    if (!options->until || options->replications) {
        snprintf(number, sizeof number, "%" PRIu64,
                 options->replication_given ? options->replication : (uint64_t)base->ensemble.done);
        json_text(json, NULL, options->replication_given ? "--replication" : "-n");
        json_text(json, NULL, number);
    }
    snprintf(number, sizeof number, "%" PRIu64, base->seed);
    json_text(json, NULL, "-s");
    json_text(json, NULL, number);
    json_close(json, ']');
}

/* Of two files that hold every number of a replication and of the whole. */
static void json_outputs(struct json *json, struct stage *stage)
{
    static const char *const names[] = {"replications.csv", "summary.json"};
    struct arena arena = {0};
    char hash[SHA256_TEXT_BYTES];
    json_open(json, "outputs", '[');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sha256_file(arena_printf(&arena, "%s/%s", stage->folder, names[i]), hash)) {
            json_open(json, NULL, '{');
            json_text(json, "path", names[i]);
            json_text(json, "sha256", hash);
            json_close(json, '}');
        } else if (errno != ENOENT)
            stage_fail(stage, "cannot read again", names[i]);
    json_close(json, ']');
    arena_free(&arena);
}

static void json_runs(struct json *json, const struct manifest *manifest)
{
    struct arena arena = {0};
    json_open(json, "runs", '[');
    for (size_t i = 0; i < manifest->count; i++) {
        const struct outcome *outcome = manifest->outcome[i];
        json_open(json, NULL, '{');
        json_text(json, "variant", outcome->variant);
        json_text(json, "identity", identity_of_run(outcome, outcome->ensemble.done, &arena));
        json_count(json, "seed", outcome->seed);
        json_count(json, "asked", outcome->replications);
        json_count(json, "done", outcome->ensemble.done);
        json_count(json, "failed", outcome->ensemble.failed);
        json_number(json, "seconds", outcome->ensemble.seconds);
        json_close(json, '}');
    }
    json_close(json, ']');
    arena_free(&arena);
}

void manifest_write(const struct manifest *manifest, struct stage *stage)
{
    FILE *to = stage_file(stage, INVENTORY_FILE);
    struct json json = {.to = to};
    json_open(&json, NULL, '{');
    json_text(&json, "program", INVENTORY_PROGRAM);
    json_text(&json, "version", ICCSIM_VERSION);
    json_text(&json, "commit", manifest->outcome[0]->study->commit);
    json_text(&json, "command", manifest->command);
    json_text(&json, "scenario", scenario_name(manifest->outcome[0]->scenario));
    json_options(&json, manifest->options);
    json_arguments(&json, manifest);
    json_runs(&json, manifest);
    json_flag(&json, "interrupted", manifest->interrupted);
    json_inputs(&json, manifest);
    json_outputs(&json, stage);
    json_count(&json, "pictures", manifest->pictures);
    json_time(&json, "started", manifest->began);
    json_time(&json, "finished", time(NULL));
    json_host(&json, manifest);
    stage_list(stage, &json);
    json_close(&json, '}');
    stage_close_file(stage, to);
}
