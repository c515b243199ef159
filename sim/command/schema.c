/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario grammar as JSON Schema (draft-07), so that editors complete and explain keys while one types.
 *
 * It knows keys, choices and shapes; units, ranges and references are for `check`.
 */
#include "command.h"
#include "sim/output/json.h"
#include "sim/scenario/distribution.h"

#include <math.h>
#include <string.h>

static void constant(struct json *json, const char *key, const char *name, const char *value)
{
    json_open(json, key, '{');
    json_text(json, name, value);
    json_close(json, '}');
}

static void one_type(struct json *json, const char *type)
{
    constant(json, NULL, "type", type);
}

static void refer(struct json *json, const char *key, const char *definition)
{
    char text[64];
    snprintf(text, sizeof text, "#/definitions/%s", definition);
    constant(json, key, "$ref", text);
}

/* Two rows of one type stand together. */
static bool begins_type(const struct distribution_form *form)
{
    return form == distribution_forms || strcmp(form[-1].type, form->type) != 0;
}

static void distribution_arguments(struct json *json, const struct distribution_form *form)
{
    json_open(json, NULL, '{');
    json_text(json, "type", "object");
    json_text(json, "description", form->help);
    json_open(json, "properties", '{');
    for (size_t i = 0; i < MOST_ARGUMENTS && form->argument[i].name; i++)
        json_open(json, form->argument[i].name, '{'), json_close(json, '}');
    json_close(json, '}');
    json_open(json, "required", '[');
    for (size_t i = 0; i < form->required; i++)
        json_text(json, NULL, form->argument[i].name);
    json_close(json, ']');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void annotations(struct json *json)
{
    constant(json, "source", "type", "string");
    json_open(json, "as_of", '{');
    json_close(json, '}');
    constant(json, "note", "type", "string");
    json_open(json, "confidence", '{');
    json_open(json, "enum", '[');
    for (const char *const *grade = (const char *const[]){"A", "B", "C", NULL}; *grade; grade++)
        json_text(json, NULL, *grade);
    json_close(json, ']');
    json_close(json, '}');
}

static void distributions(struct json *json)
{
    json_open(json, "distribution", '{');
    json_text(json, "type", "object");
    json_open(json, "properties", '{');
    annotations(json);
    for (const struct distribution_form *form = distribution_forms; form->type; form++) {
        if (!begins_type(form))
            continue;
        json_open(json, form->type, '{');
        json_open(json, "anyOf", '[');
        for (const struct distribution_form *way = form; way->type && !strcmp(way->type, form->type); way++)
            distribution_arguments(json, way);
        if (!strcmp(form->type, "empirical"))
            one_type(json, "array");
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void long_form(struct json *json)
{
    json_open(json, "said", '{');
    json_text(json, "type", "object");
    json_open(json, "properties", '{');
    json_open(json, "value", '{');
    json_close(json, '}');
    annotations(json);
    json_close(json, '}');
    json_open(json, "required", '[');
    json_text(json, NULL, "value");
    json_close(json, ']');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void date_map(struct json *json, const char *key)
{
    json_open(json, key, '{');
    json_text(json, "type", "object");
    json_open(json, "patternProperties", '{');
    json_open(json, "^[0-9]{4}(Q[1-4]|-[0-9]{2}(-[0-9]{2})?)?$", '{');
    json_close(json, '}');
    json_close(json, '}');
    json_open(json, "properties", '{');
    annotations(json);
    if (!key || strcmp(key, "step") != 0)
        date_map(json, "step");
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

/* `{key: {"anyOf": [string, number, null, long form, more]}}` */
static void any_of(struct json *json, const char *key, const char *const *types, const char *const *definitions)
{
    json_open(json, key, '{');
    json_open(json, "anyOf", '[');
    for (; *types; types++)
        one_type(json, *types);
    for (; *definitions; definitions++)
        refer(json, NULL, *definitions);
    json_close(json, ']');
    json_close(json, '}');
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void definitions(struct json *json)
{
    json_open(json, "definitions", '{');
    long_form(json);
    distributions(json);
    date_map(json, "dates");
    any_of(json, "fixed", LIST("string", "number", "null"), LIST("said"));
    any_of(json, "uncertain", LIST("string", "number", "null"), LIST("said", "distribution"));
    any_of(json, "series", LIST("string", "number", "null"), LIST("said", "dates"));
    any_of(json, "text", LIST("string", "number", "null"), LIST("said"));
    any_of(json, "flag", LIST("boolean", "null"), LIST("said"));
    any_of(json, "names", LIST("string", "array", "null"), LIST("said"));
    json_close(json, '}');
}

static const char *definition_of(const struct param *param)
{
    switch (param->type) {
    case PARAM_NUMBER:
    case PARAM_WHOLE:
    case PARAM_DATE:
        return param->draw == FIXED ? "fixed" : "uncertain";
    case PARAM_FLAG:
        return "flag";
    case PARAM_SERIES:
        return "series";
    case PARAM_REFERENCES:
        return "names";
    default:
        return "text";
    }
}

static void describe(struct json *json, const struct param *param, struct arena *arena)
{
    const char *unit = param->unit && *param->unit ? arena_printf(arena, " [%s]", param->unit) : "";
    const char *source = param->source ? arena_printf(arena, "; source: %s", param->source) : "";
    bool is_bounded = (param->min != 0 || param->max != 0) && isfinite(param->min) && isfinite(param->max);
    const char *range = is_bounded ? arena_printf(arena, "; %.10g to %.10g", param->min, param->max) : "";
    const char *draw = param->draw == HETEROGENEOUS ? "; a distribution means that entities differ" : "";
    json_text(json, "description", arena_printf(arena, "%s%s%s%s%s", param->help, unit, range, draw, source));
}

static void choices(struct json *json, const char *words)
{
    json_open(json, "enum", '[');
    while (*words) {
        char word[64];
        size_t length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        json_text(json, NULL, word);
        words += length + strspn(words + length, " ");
    }
    json_close(json, ']');
}

static void parameter(struct json *json, const struct param *param, struct arena *arena)
{
    json_open(json, param->name, '{');
    describe(json, param, arena);
    if (param->value)
        json_text(json, "default", param->value);
    json_open(json, "anyOf", '[');
    if (param->choices) {
        json_open(json, NULL, '{');
        choices(json, param->choices);
        json_close(json, '}');
        refer(json, NULL, "said");
    } else {
        refer(json, NULL, definition_of(param));
    }
    json_close(json, ']');
    json_close(json, '}');
}

static void parameters(struct json *json, const char *key, const struct section *section, struct arena *arena)
{
    json_open(json, key, '{');
    json_open(json, "type", '[');
    json_text(json, NULL, "object");
    json_text(json, NULL, "null");
    json_close(json, ']');
    json_open(json, "properties", '{');
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            if (!schema_has(section, p, param->name))
                parameter(json, param, arena);
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void section_schema(struct json *json, const struct section *section, struct arena *arena)
{
    json_open(json, section->name, '{');
    json_text(json, "description", section->help);
    if (!section->is_table) {
        json_open(json, "allOf", '[');
        parameters(json, NULL, section, arena);
        json_close(json, ']');
    } else {
        json_text(json, "type", "object");
        json_open(json, "patternProperties", '{');
        parameters(json, "^[A-Za-z0-9_-]+$", section, arena);
        json_close(json, '}');
        json_flag(json, "additionalProperties", false);
    }
    json_close(json, '}');
}

static void described(struct json *json, const char *key, const char *type, const char *description)
{
    json_open(json, key, '{');
    if (type)
        json_text(json, "type", type);
    json_text(json, "description", description);
    json_close(json, '}');
}

/* Things by name, each a map of these keys. */
static void named_maps(struct json *json, const char *section, const char *description, const char *const *keys)
{
    json_open(json, section, '{');
    json_text(json, "type", "object");
    json_text(json, "description", description);
    json_open(json, "additionalProperties", '{');
    json_open(json, "properties", '{');
    for (const char *const *key = keys; *key; key++) {
        json_open(json, *key, '{');
        json_close(json, '}');
    }
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
    json_close(json, '}');
}

static void shown(struct json *json)
{
    json_open(json, "show", '{');
    json_text(json, "type", "object");
    json_text(json, "description", "what is shown first");
    json_open(json, "properties", '{');
    described(json, "base", "string", "what the scenario itself is called beside its variants");
    described(json, "outputs", "array", "outputs over time of the tables and of the picture of differences");
    described(json, "dates", "array", "dates of the tables");
    described(json, "from", NULL, "when pictures begin");
    described(json, "to", NULL, "when pictures end");
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void attribution(struct json *json)
{
    json_open(json, "attribution", '{');
    json_text(json, "type", "object");
    json_text(json, "description", "outputs shared out among mechanisms by Shapley values");
    json_open(json, "properties", '{');
    described(json, "mechanisms", "object",
              "by name: what switches it off, a map from path to value, and perhaps a label");
    described(json, "outputs", "array", "names, name@date, or {output, from, to, stat}");
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static enum exit_code print_schema(const struct options *options, const struct study *study)
{
    (void)options;
    struct arena arena = {0};
    struct json json = {.to = stdout};
    json_open(&json, NULL, '{');
    json_text(&json, "$schema", "http://json-schema.org/draft-07/schema#");
    json_text(&json, "title", "iccsim scenario");
    json_text(&json, "type", "object");
    definitions(&json);
    json_open(&json, "properties", '{');
    described(&json, "title", "string", "what is studied, in one line");
    described(&json, "question", "string", "what the study asks");
    described(&json, "answer", "string", "what it found");
    described(&json, "draws", "string", "a CSV file of joint draws of uncertain parameters");
    described(&json, "extends", NULL, "a file or a list of files; later wins");
    described(&json, "variants", "object", "by name: maps from path to value, and perhaps a label");
    named_maps(&json, "facts", "dated observations",
               LIST("output", "at", "from", "to", "stat", "value", "range", "tolerance", "relative_to", "weight",
                    "source", "confidence", "note"));
    named_maps(&json, "measures", "named numbers of a replication",
               LIST("output", "at", "from", "to", "stat", "relative_to", "label"));
    named_maps(&json, "levers", "values that a reader may move, by name",
               LIST("set", "shift", "scale", "from", "to", "label", "label_zh"));
    shown(&json);
    attribution(&json);
    for (size_t i = 0; i < study->schema.count; i++)
        section_schema(&json, &study->schema.section[i], &arena);
    json_close(&json, '}');
    json_flag(&json, "additionalProperties", false);
    json_close(&json, '}');
    fputc('\n', stdout);
    arena_free(&arena);
    return EXIT_OK;
}

const struct command command_schema = {
    .name = "schema",
    .arguments = "",
    .help = "the scenario grammar as JSON Schema (draft-07), for editors",
    .takes = "",
    .least = 0,
    .most = 0,
    .run = print_schema,
};
