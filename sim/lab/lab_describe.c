/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lab shows, as JSON. */
#include "lab_state.h"

#include "sim/output/json.h"
#include "sim/study/events.h"

#include <math.h>
#include <stdlib.h>

static void describe_words(const struct lab *lab, const struct lever *lever, struct json *json, struct arena *arena)
{
    const char *word;
    json_open(json, "words", '[');
    for (size_t i = 0; (word = lever_word(lever, i, arena)); i++)
        json_text(json, NULL, word);
    json_close(json, ']');
    word = lever_word(lever, lever_word_now(lever, lab->scenario), arena);
    json_text(json, "now", word);
}

static void describe_lever(const struct lab *lab, const struct slider *slider, struct json *json, struct arena *arena)
{
    json_open(json, NULL, '{');
    json_text(json, "name", slider->name);
    json_text(json, "label", slider->label);
    json_text(json, "label_zh", slider->label_zh);
    json_text(json, "unit", lever_unit(slider->lever));
    json_flag(json, "is_number", lever_is_number(slider->lever));
    if (lever_is_number(slider->lever)) {
        json_number(json, "from", slider->from.number);
        json_number(json, "to", slider->to.number);
        json_text(json, "from_text", slider->from.text);
        json_text(json, "to_text", slider->to.text);
        json_number(json, "now", lever_now(slider->lever, lab->scenario));
    } else {
        describe_words(lab, slider->lever, json, arena);
    }
    json_open(json, "moves", '[');
    for (size_t i = 0; i < lever_target_count(slider->lever); i++)
        json_text(json, NULL, lever_target(slider->lever, i));
    json_close(json, ']');
    json_close(json, '}');
}

static void describe_measure(const struct fact_target *target, struct json *json)
{
    const struct fact *fact = target->fact;
    json_open(json, NULL, '{');
    json_text(json, "name", fact->name);
    json_text(json, "label", fact->label);
    json_text(json, "output", fact->output);
    json_text(json, "unit", facts_unit(target));
    json_flag(json, "observed", fact->observed);
    json_flag(json, "is_relative", !isnan(fact->relative_to));
    json_number(json, "from", fact->from);
    json_number(json, "to", fact->to);
    json_number(json, "value", fact->value);
    json_number(json, "low", fact->low);
    json_number(json, "high", fact->high);
    json_text(json, "source", fact->source);
    json_close(json, '}');
}

static void describe_series(const struct lab *lab, struct json *json)
{
    json_open(json, "series", '[');
    for (size_t i = 0; i < lab->shown_count; i++) {
        const struct channel *channel = &lab->outcome.plan->series[lab->shown[i]];
        json_open(json, NULL, '{');
        json_text(json, "name", channel->name);
        json_text(json, "row", channel->label);
        json_text(json, "unit", channel->output->unit);
        json_text(json, "help", channel->output->help);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void describe_events(const struct lab *lab, struct json *json, struct arena *arena)
{
    struct dated_event *event;
    size_t count = events_find(&lab->study.schema, lab->scenario, arena, &event);
    json_open(json, "events", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, NULL, '{');
        json_number(json, "year", event[i].year);
        json_text(json, "kind", event[i].kind);
        json_text(json, "label", event[i].label);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void describe_grid(const struct lab *lab, struct json *json)
{
    const struct plan *plan = lab->outcome.plan;
    const struct shown *shown = scenario_shown(lab->scenario);
    size_t sample[HEADLINE_SAMPLES], count = outcome_headline_samples(&lab->outcome, sample);
    json_number(json, "start", plan->start);
    json_number(json, "end", plan->end);
    json_number(json, "from", shown->from);
    json_number(json, "to", shown->to);
    json_open(json, "samples", '[');
    for (size_t i = 0; i < plan->sample_count; i++)
        json_number(json, NULL, plan->sample_at[i]);
    json_close(json, ']');
    json_open(json, "dates", '['); /* samples to show first */
    for (size_t i = 0; i < count; i++)
        json_count(json, NULL, sample[i]);
    json_close(json, ']');
}

const char *lab_describe(struct lab *lab)
{
    struct arena arena = {0};
    size_t size;
    free(lab->description);
    struct json json = {.to = open_memstream(&lab->description, &size)};
    if (!json.to)
        abort();
    const struct fact_targets *measures = &lab->side[LAB_BASE].numbers.measures;
    json_open(&json, NULL, '{');
    json_text(&json, "version", ICCSIM_VERSION);
    json_text(&json, "name", scenario_name(lab->scenario));
    json_text(&json, "title", scenario_title(lab->scenario));
    json_text(&json, "question", scenario_question(lab->scenario));
    json_count(&json, "seed", lab->seed);
    json_count(&json, "width", lab_width(lab));
    describe_grid(lab, &json);
    describe_series(lab, &json);
    json_open(&json, "measures", '[');
    for (size_t i = 0; i < measures->count; i++)
        describe_measure(&measures->target[i], &json);
    json_close(&json, ']');
    json_open(&json, "levers", '[');
    for (size_t i = 0; i < lab->lever_count; i++)
        describe_lever(lab, scenario_slider(lab->scenario, i), &json, &arena);
    json_close(&json, ']');
    describe_events(lab, &json, &arena);
    json_close(&json, '}');
    if (fclose(json.to) != 0)
        abort();
    arena_free(&arena);
    return lab->description;
}
