/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a sweep this one and no other: keys `identity.` of the store. Of the program that is its version and a hash
 * of the sources that make numbers: a commit that changed none of them goes on with the store. */
#include "sweep.h"

#include "finding.h"
#include "identity.h"

#include "sim/base/dates.h"
#include "sim/base/say.h"
#include "sim/scenario/sweep.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *key, *value, *what; /* what: for people, how it changed; NULL: by its values */
};
enum { ENTRIES = 10 };

static const char *names_of_series(struct sweep_run *run)
{
    const char *names = "";
    for (size_t i = 0; i < run->sweep->series_count; i++)
        names = arena_printf(&run->arena, "%s%s%s", names, i ? " " : "", run->sweep->series[i]);
    return names;
}

static void make_entries(struct sweep_run *run, const char *values, struct entry entry[ENTRIES])
{
    char hash[SHA256_TEXT_BYTES];
    struct arena *arena = &run->arena;
    design_hash(&run->design, hash);
    const struct entry all[ENTRIES] = {
        {"identity.version", ICCSIM_VERSION, NULL},
        {"identity.numbers", run->study->numbers ? run->study->numbers : "", "its models or engine are others"},
        {"identity.seed", arena_printf(arena, "%" PRIu64, run->outcome.seed), NULL},
        {"identity.replications", arena_printf(arena, "%" PRIu32, run->outcome.replications), NULL},
        {"identity.antithetic", run->outcome.antithetic ? "yes" : "no", NULL},
        {"identity.until", run->options->until ? run->options->until : "", NULL},
        {"identity.series", names_of_series(run), NULL},
        {"identity.points", arena_text(arena, hash), "the points or factors are others"},
        {"identity.data", identity_of_data(&run->outcome, arena), "a file of data that the scenario names has changed"},
        {"identity.scenario", identity_hash(arena, values), "the scenario has changed"},
    };
    memcpy(entry, all, sizeof all);
}

/* ---- Comparing ---- */

/* The first line that only one of the texts has, where they part. */
static void tell_first_change(const char *old, const char *new)
{
    while (*old && *new) {
        size_t a = strcspn(old, "\n"), b = strcspn(new, "\n");
        if (a != b || strncmp(old, new, a) != 0) {
            say("    there: %.*s\n    here:  %.*s\n", (int)(a < 200 ? a : 200), old + strspn(old, " "),
                (int)(b < 200 ? b : 200), new + strspn(new, " "));
            return;
        }
        old += a + (old[a] == '\n');
        new += b + (new[b] == '\n');
    }
}

bool sweep_is_same(struct sweep_run *run)
{
    struct entry entry[ENTRIES];
    const char *values = identity_text(&run->arena, run->outcome.scenario, scenario_show_values);
    bool same = true;
    make_entries(run, values, entry);
    for (size_t i = 0; i < ENTRIES; i++) {
        const char *old = store_get(&run->store, entry[i].key);
        if (old && !strcmp(old, entry[i].value))
            continue;
        if (same)
            say("iccsim %s: %s is of another sweep; what changed:\n", run->command, run->file);
        same = false;
        const char *name = entry[i].key + strlen("identity.");
        if (!strcmp(name, "numbers"))
            say("  program: %s; commit %s there, %s here. Build that commit again to go on.\n", entry[i].what,
                store_get(&run->store, "commit") ? store_get(&run->store, "commit") : "unknown", run->study->commit);
        else if (entry[i].what)
            say("  %s: %s\n", name, entry[i].what);
        else
            say("  %s: %s there, %s here\n", name, old && *old ? old : "none",
                *entry[i].value ? entry[i].value : "none");
        const char *old_values = store_get(&run->store, "values");
        if (!strcmp(name, "scenario") && old_values)
            tell_first_change(old_values, values);
    }
    if (!same)
        say("Give the sweep another folder with -o, or --force to begin anew in this one.\n");
    return same;
}

/* ---- Writing ---- */

static void describe_factors(struct sweep_run *run, struct store_column *to)
{
    for (size_t i = 0; i < run->sweep->factor_count; i++) {
        const struct sweep_factor *factor = &run->sweep->factor[i];
        to[i] = (struct store_column){.name = factor->name,
                                      .unit = lever_unit(factor->lever),
                                      .label = factor->label,
                                      .is_number = lever_is_number(factor->lever)};
    }
}

static void describe_measures(struct sweep_run *run, struct store_column *to)
{
    const struct fact_targets *measures = &run->outcome.measures;
    for (size_t i = 0; i < measures->count; i++)
        to[i] = (struct store_column){.name = measures->target[i].fact->name,
                                      .unit = facts_unit(&measures->target[i]),
                                      .label = measures->target[i].fact->label,
                                      .is_fact = measures->target[i].fact->observed,
                                      .origin = measures->origin[i]};
}

/* Dates are days, in words; a value that is a distribution is as it was written. */
static void describe_value(struct sweep_run *run, const struct lever *lever, const struct move_to *to, double *number,
                           const char **word)
{
    char date[DATE_TEXT_BYTES];
    *number = to->value.number;
    *word = NULL;
    if (!lever_is_number(lever) || to->value.distribution || isnan(*number))
        *word = to->moved ? to->value.text : "";
    else if (!strcmp(lever_unit(lever), "date"))
        *word = arena_text(&run->arena, date_text(*number, date));
}

static bool add_points(struct sweep_run *run)
{
    size_t factors = run->sweep->factor_count;
    struct arena arena = {0};
    struct move_to *to = arena_array(&arena, factors, sizeof *to);
    double *number = arena_array(&arena, factors, sizeof *number);
    const char **word = arena_array(&arena, factors, sizeof *word);
    bool right = true;
    for (size_t i = 0; right && i < run->design.count; i++) {
        design_point(&run->design, i, to);
        for (size_t k = 0; k < factors; k++)
            describe_value(run, run->sweep->factor[k].lever, &to[k], &number[k], &word[k]);
        right = store_add_point(
            &run->store,
            &(struct stored_point){
                .point = i, .status = "missing", .name = design_name(&run->design, i), .number = number, .word = word});
    }
    store_end_points(&run->store);
    arena_free(&arena);
    return right;
}

/* Nothing that depends on where, when and with how many threads it ran. */
static const char *command_of(struct sweep_run *run)
{
    const struct options *options = run->options;
    const char *text =
        arena_printf(&run->arena, "iccsim %s %s -n %" PRIu32 " -s %" PRIu64 "%s", run->command, options->argument[0],
                     run->outcome.replications, run->outcome.seed, run->outcome.antithetic ? " --antithetic" : "");
    if (run->outcome.variant)
        text = arena_printf(&run->arena, "%s --variant %s", text, run->outcome.variant);
    if (options->until)
        text = arena_printf(&run->arena, "%s --until '%s'", text, options->until);
    for (size_t i = 0; i < options->override_count; i++)
        text = arena_printf(&run->arena, "%s --set '%s'", text, options->override[i].argument);
    for (size_t i = 0; i < options->vary_count; i++)
        text = arena_printf(&run->arena, "%s --vary '%s'", text, options->vary[i].argument);
    return text;
}

/* Words of the author are about one sweep: no other may say them. */
static const char *answer_of(struct sweep_run *run)
{
    return run->options->until || run->options->vary_count
               ? NULL
               : identity_answer(&run->outcome, run->outcome.replications, &run->arena);
}

/* With --until, and where rows of a design are counted, how many replications a point has is no change. */
static const char *changes(struct sweep_run *run)
{
    uint64_t written =
        run->sweep->replications ? run->sweep->replications : study_settings(run->outcome.scenario).replications;
    bool as_written = run->options->until || sweep_is_for_sensitivity(run->sweep);
    const struct replicated replicated = {as_written ? written : run->outcome.replications, written};
    const char *until = run->options->until ? arena_printf(&run->arena, "--until %s", run->options->until) : NULL;
    const char *text = finding_changes(&run->outcome, replicated, run->options, &run->arena);
    return text && until ? arena_printf(&run->arena, "%s; %s", text, until) : text ? text : until;
}

static const char *withheld(struct sweep_run *run)
{
    return answer_of(run) ? NULL : identity_answer_withheld(&run->outcome, run->outcome.replications, &run->arena);
}

/* The store keeps its first error, after which nothing is set. */
static void set(struct sweep_run *run, const char *key, const char *value)
{
    if (!run->store.error)
        store_set(&run->store, key, value ? value : "");
}

/* Whether parameters are drawn together, so that their shares overlap. */
static bool are_joint(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_input_count(scenario); i++)
        if (scenario_input(scenario, i).joint)
            return true;
    return false;
}

static void set_inputs(struct sweep_run *run)
{
    for (size_t i = 0; i < run->outcome.input_count; i++)
        set(run, arena_printf(&run->arena, "input.%04zu", i),
            arena_printf(&run->arena, "%s %s", run->outcome.input[i].sha256, run->outcome.input[i].path));
}

/* What the analysis of a design for sensitivity needs, since it knows no scenario. */
static void set_design(struct sweep_run *run)
{
    const struct sweep *sweep = run->sweep;
    struct arena *arena = &run->arena;
    if (!sweep_is_for_sensitivity(sweep))
        return;
    set(run, "rows", arena_printf(arena, "%zu", sweep->points));
    set(run, "copies", arena_printf(arena, "%zu", sweep->copies));
    set(run, "levels", arena_printf(arena, "%zu", sweep->levels));
    set(run, "joint", are_joint(run->outcome.scenario) ? "yes" : "no");
    for (size_t i = 0; i < sweep->factor_count; i++) {
        set(run, arena_printf(arena, "factor.%04zu.unit", i), arena_printf(arena, "%zu", sweep->factor[i].unit));
        set(run, arena_printf(arena, "factor.%04zu.confidence", i), sweep->factor[i].confidence);
        if (sweep->factor[i].words)
            set(run, arena_printf(arena, "factor.%04zu.words", i), sweep->factor[i].words);
    }
    for (size_t i = 0; i < sweep->logarithm_count; i++)
        set(run, arena_printf(arena, "logarithm.%s", sweep->logarithm[i]), "yes");
    for (size_t i = 0; i < sweep->unit_count; i++) {
        set(run, arena_printf(arena, "unit.%04zu.name", i), sweep->unit[i].name);
        set(run, arena_printf(arena, "unit.%04zu.label", i), sweep->unit[i].label);
    }
}

static void set_words(struct sweep_run *run)
{
    const struct scenario *scenario = run->outcome.scenario;
    struct arena *arena = &run->arena;
    set(run, "program", "iccsim");
    set(run, "commit", run->study->commit);
    set(run, "scenario", scenario_name(scenario));
    set(run, "title", scenario_title(scenario));
    set(run, "question", scenario_question(scenario));
    set(run, "answer", answer_of(run));
    set(run, "answer_withheld", withheld(run));
    set(run, "changes", changes(run));
    set(run, "command", command_of(run));
    set(run, "design", sweep_designs[run->sweep->design]);
    set(run, "base", run->design.row_points ? "none" : arena_printf(arena, "%zu", run->design.base));
    set(run, "base_is_extra", run->design.base_is_extra ? "yes" : "no");
    set(run, "scenario_yml", identity_text(arena, scenario, scenario_show));
}

bool sweep_identify(struct sweep_run *run)
{
    struct entry entry[ENTRIES];
    const char *values = identity_text(&run->arena, run->outcome.scenario, scenario_show_values);
    struct store_column *factor = arena_array(&run->arena, run->sweep->factor_count + 1, sizeof *factor);
    struct store_column *measure = arena_array(&run->arena, run->outcome.measures.count + 1, sizeof *measure);
    make_entries(run, values, entry);
    describe_factors(run, factor);
    describe_measures(run, measure);
    bool right = store_begin(&run->store) &&
                 store_make(&run->store, factor, run->sweep->factor_count, measure, run->outcome.measures.count);
    for (size_t i = 0; i < ENTRIES; i++)
        set(run, entry[i].key, entry[i].value);
    set(run, "values", values);
    set_words(run);
    set_design(run);
    set_inputs(run);
    right = right && !run->store.error && add_points(run) && store_commit(&run->store);
    if (!right)
        store_roll_back(&run->store);
    return right;
}
