/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim trace: who did what when, in one replication; or where two worlds of the same luck part. */
#include "command.h"
#include "sim/base/memory.h"
#include "sim/base/say.h"
#include "sim/study/outcome.h"

#include "sim/engine/trace.h"

#include <stdlib.h>
#include <string.h>

static enum trace_format format_of(const struct options *options)
{
    if (!options->format || strcmp(options->format, "text") == 0)
        return options->csv ? TRACE_CSV : TRACE_TEXT;
    return strcmp(options->format, "csv") == 0 ? TRACE_CSV : TRACE_JSONL;
}

static bool replicate(const struct outcome *outcome, uint32_t replication, struct trace *trace)
{
    struct arena arena = {0}, of_result = {0};
    struct sim *sim = sim_new(outcome->plan);
    struct montecarlo request = outcome_request(outcome);
    struct result *result = result_new(outcome->plan, &of_result);
    trace_begin(trace);
    bool worked = montecarlo_replicate(&request, replication, sim, &arena, trace, result);
    if (!worked)
        say("iccsim trace: replication %u failed: %s\n", replication, result->failed);
    sim_free(sim);
    arena_free(&arena);
    arena_free(&of_result);
    return worked;
}

/* ---- Which lines ---- */

static bool is_mechanism(const struct study *study, const char *name)
{
    for (size_t m = 0; m < study->model_count; m++)
        if (strcmp(study->models[m]->name, name) == 0)
            return true;
    const char **known = memory_new(study->model_count + 1, sizeof *known);
    for (size_t m = 0; m < study->model_count; m++)
        known[m] = study->models[m]->name;
    const char *near = nearest_name(name, known);
    say("iccsim trace: --only: there is no mechanism `%s`", name);
    say(near ? " (did you mean %s?)\n" : "; see `iccsim list models`\n", near ? near : "");
    free(known);
    return false;
}

/* The names of --only, ending with NULL; false if one is no mechanism. */
static bool read_only(const struct options *options, const struct study *study, struct arena *arena,
                      const char *const **only)
{
    if (!options->only)
        return true;
    const char **name = arena_array(arena, strlen(options->only) + 2, sizeof *name);
    size_t count = 0;
    bool sound = true;
    for (char *rest, *one = strtok_r(arena_text(arena, options->only), ",", &rest); one;
         one = strtok_r(NULL, ",", &rest))
        sound &= is_mechanism(study, name[count++] = one);
    *only = name;
    return sound;
}

/* ---- Two worlds ---- */

/* WORLD is a variant of FILE if it has one of that name, else a file. What is set on the command line, and the
 * variant, change FILE alone. */
static bool open_other(struct outcome *other, const struct outcome *base, const struct options *options,
                       const struct study *study)
{
    struct options plain = *options;
    plain.override_count = 0;
    for (size_t i = 0; i < scenario_variant_count(base->scenario); i++)
        if (strcmp(scenario_variant_name(base->scenario, i), options->against) == 0)
            return outcome_open(other, &plain, study, 0, options->against);
    plain.argument = &plain.against;
    plain.argument_count = 1;
    return outcome_open(other, &plain, study, 0, NULL);
}

struct told {
    char *text;
    size_t bytes;
    bool worked;
};

static struct told told_by(const struct outcome *outcome, uint32_t replication, struct trace trace)
{
    struct told told = {0};
    trace.to = open_memstream(&told.text, &told.bytes);
    if (!trace.to)
        memory_fail(0);
    told.worked = replicate(outcome, replication, &trace);
    if (fclose(trace.to) != 0)
        memory_fail(told.bytes);
    return told;
}

static const char *end_of_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static size_t same_lines(const char *a, const char *b) /* bytes of the lines with which both begin */
{
    const char *begin = a;
    while (*a) {
        size_t length = (size_t)(end_of_line(a) - a);
        if (strncmp(a, b, length) != 0)
            break;
        a += length, b += length;
    }
    return (size_t)(a - begin);
}

static void print_lines(const char *mark, const char *from, int count)
{
    for (int i = 0; i < count && *from; i++) {
        const char *end = end_of_line(from);
        printf("%s %.*s", mark, (int)(end - from), from);
        from = end;
    }
}

static void show_parting(const char *a, const char *b, const char *const name[2])
{
    enum { BEFORE = 3, AFTER = 8 };
    size_t same = same_lines(a, b);
    if (!a[same] && !b[same]) {
        printf("No event tells the two worlds apart.\n");
        return;
    }
    const char *context = a + same;
    for (int i = 0; i < BEFORE && context > a; i++)
        for (context--; context > a && context[-1] != '\n';)
            context--;
    size_t lines = 0;
    for (const char *at = a; at < a + same; at++)
        lines += *at == '\n';
    printf("%zu lines alike; then\n- %s\n+ %s\n\n", lines, name[0], name[1]);
    print_lines(" ", context, (int)(lines < BEFORE ? lines : BEFORE));
    print_lines("-", a + same, AFTER);
    print_lines("+", b + same, AFTER);
}

static const char *world_name(struct arena *arena, const char *file, const char *variant)
{
    return variant ? arena_printf(arena, "%s, %s", file, variant) : file;
}

static enum exit_code tell_both(const struct outcome *base, const struct options *options, const struct study *study,
                                const struct trace *trace)
{
    struct outcome other;
    enum exit_code code = EXIT_INVALID;
    if (open_other(&other, base, options, study)) {
        uint32_t replication = (uint32_t)options->replication;
        struct told a = told_by(base, replication, *trace), b = told_by(&other, replication, *trace);
        struct arena arena = {0};
        const char *file = options->argument[0];
        show_parting(a.text, b.text,
                     (const char *const[2]){
                         world_name(&arena, options->override_count ? arena_printf(&arena, "%s as set", file) : file,
                                    options->variant),
                         other.variant ? world_name(&arena, file, other.variant) : options->against});
        code = a.worked && b.worked ? EXIT_OK : EXIT_FAILED;
        arena_free(&arena);
        free(a.text), free(b.text);
    }
    outcome_free(&other);
    return code;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct arena arena = {0};
    struct trace trace = {.to = stdout, .format = format_of(options), .about = options->about};
    struct outcome outcome;
    enum exit_code code = EXIT_USAGE;
    if (options->against && trace.format != TRACE_TEXT)
        say("iccsim trace: --against shows lines of text; it takes no --format and no --csv\n");
    else if (read_only(options, study, &arena, &trace.only)) {
        code = EXIT_INVALID;
        if (outcome_open(&outcome, options, study, 0, options->variant)) {
            if (options->against)
                code = tell_both(&outcome, options, study, &trace);
            else
                code = replicate(&outcome, (uint32_t)options->replication, &trace) ? EXIT_OK : EXIT_FAILED;
        }
        outcome_free(&outcome);
    }
    arena_free(&arena);
    return code;
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "FILE",
    .help = "print who did what when in one replication",
    .details =
        "The replication has the same bits as in a run with the same seed.\n"
        "--against WORLD, another file or a variant of FILE, prints where the same replication of both parts: the\n"
        "last lines they share and the first ones they do not. --set and --variant change FILE alone, so that\n"
        "`iccsim trace FILE --set PATH=VALUE --against FILE` shows what one value changes first.",
    .takes = "replication only about against antithetic format csv seed set variant",
    .least = 1,
    .most = 1,
    .run = run,
};
