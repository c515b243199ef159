/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outcome.h"

#include "decision.h"
#include "evidence.h"
#include "sim/base/say.h"
#include "sim/command/command.h"
#include "until.h"
#include "worlds.h"

#include <math.h>
#include <string.h>

static void note_inputs(struct outcome *outcome)
{
    outcome->input_count = scenario_file_count(outcome->scenario);
    outcome->input = arena_array(&outcome->arena, outcome->input_count, sizeof *outcome->input);
    for (size_t i = 0; i < outcome->input_count; i++) {
        char text[SHA256_TEXT_BYTES];
        const char *path = scenario_file(outcome->scenario, i);
        bool read = sha256_file(path, text);
        if (!read)
            say("iccsim: warning: %s cannot be read again, so the run does not say which it was\n", path);
        outcome->input[i] = (struct input){.path = path, .sha256 = read ? arena_text(&outcome->arena, text) : NULL};
    }
}

static bool draws_suffice(const struct outcome *outcome)
{
    struct mistakes mistakes = {0};
    bool suffice = scenario_check_draws(outcome->scenario, outcome->first, outcome->replications, &mistakes);
    mistakes_print(&mistakes, say_stream());
    mistakes_free(&mistakes);
    return suffice;
}

bool outcome_open(struct outcome *outcome, const struct options *options, const struct study *study, size_t i,
                  const char *variant)
{
    return outcome_open_without(outcome, options, study, i, variant, 0);
}

const char *outcome_variant_label(const struct outcome *outcome)
{
    const struct scenario *scenario = outcome->scenario;
    for (size_t i = 0; outcome->variant && i < scenario_variant_count(scenario); i++)
        if (strcmp(scenario_variant_name(scenario, i), outcome->variant) == 0)
            return scenario_variant_label(scenario, i);
    return outcome->variant;
}

bool outcome_open_without(struct outcome *outcome, const struct options *options, const struct study *study, size_t i,
                          const char *variant, uint32_t off)
{
    *outcome = (struct outcome){.study = study, .variant = variant};
    outcome->scenario = command_load(options, study, i, variant, off);
    if (!outcome->scenario)
        return false;
    note_inputs(outcome);
    outcome->plan = study_plan(study, outcome->scenario, &outcome->arena);
    outcome->measures = facts_find(outcome->scenario, outcome->plan, &outcome->arena);
    outcome->facts = facts_first(&outcome->measures, scenario_fact_count(outcome->scenario));
    struct run_settings run = study_settings(outcome->scenario);
    outcome->seed = options->seed_given ? options->seed : run.seed;
    outcome->replications = (uint32_t)(options->replications ? options->replications : run.replications);
    outcome->antithetic = options->antithetic;
    outcome->intervals = options->ci;
    if (options->replication_given) {
        outcome->first = (uint32_t)options->replication;
        outcome->replications = 1;
    } else if (options->until && !options->replications) {
        outcome->replications = UNTIL_MOST;
    }
    return draws_suffice(outcome);
}

void outcome_free(struct outcome *outcome)
{
    ensemble_free(&outcome->ensemble);
    decision_free(outcome->decision);
    evidence_free(outcome->evidence);
    worlds_free(outcome->worlds);
    scenario_free(outcome->scenario);
    arena_free(&outcome->arena);
    *outcome = (struct outcome){0};
}

struct montecarlo outcome_request(const struct outcome *outcome)
{
    return (struct montecarlo){
        .plan = outcome->plan,
        .seed = outcome->seed,
        .first = outcome->first,
        .replications = outcome->replications,
        .antithetic = outcome->antithetic,
        .threads = 1,
        .draw = study_draw,
        .draw_state = outcome->scenario,
        .input_count = scenario_input_count(outcome->scenario),
        .inputs = study_inputs,
        .derived_count = outcome->measures.count,
        .derive = facts_match,
        .derive_state = &outcome->measures,
        .derived_origin = outcome->measures.origin,
        .bounds = outcome->intervals,
        .what = outcome->variant,
    };
}

bool outcome_fact_inside(const struct fact *fact, const struct band *band)
{
    double low = isnan(fact->low) ? fact->value : fact->low, high = isnan(fact->high) ? fact->value : fact->high;
    return (fact->kind == FACT_UPPER || low <= band->p95) && (fact->kind == FACT_LOWER || high >= band->p05);
}

static bool is_on_bound(const struct outcome *outcome, const struct fact_target *target)
{
    if (!target->channel || target->channel->output->kind != OUTPUT_SERIES)
        return false;
    const struct band *band = outcome->ensemble.series + target->index * outcome->plan->sample_count;
    for (size_t i = target->first; i <= target->last; i++)
        if (band[i].flag > 0.5)
            return true;
    return false;
}

void outcome_pool_measures(struct outcome *outcome)
{
    struct ensemble *ensemble = &outcome->ensemble;
    for (size_t i = 0; ensemble->derived && i < outcome->measures.count; i++)
        if (facts_are_pooled(&outcome->measures.target[i]))
            ensemble->derived[i] = ensemble->scalar[outcome->measures.target[i].index];
}

enum fact_standing outcome_fact_standing(const struct outcome *outcome, size_t i)
{
    const double narrow = 0.01;
    const struct fact_target *target = &outcome->facts.target[i];
    const struct band *band = &outcome->ensemble.derived[i];
    if (target->fact->stated_by)
        return FACT_STATED;
    if (is_on_bound(outcome, target))
        return FACT_ON_BOUND;
    bool is_narrow = band->p95 - band->p05 < narrow * fabs(band->p50 - outcome->facts.origin[i]);
    return band->n > 1 && is_narrow ? FACT_NO_FORECAST : FACT_EVIDENCE;
}

const char *fact_standing_text(enum fact_standing standing)
{
    static const char *const text[] = {[FACT_EVIDENCE] = "",
                                       [FACT_STATED] = "stated by an input",
                                       [FACT_ON_BOUND] = "on a bound",
                                       [FACT_NO_FORECAST] = "no width"};
    return text[standing];
}
