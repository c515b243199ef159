/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario grammar as JSON Schema (draft-07), so that editors complete and explain keys while one types.
 *
 * It knows keys, choices, shapes, numbers, dates, all units and the range of pure numbers. Which unit belongs to a key,
 * what must be given, and all that needs more than one value is for `check`: tests/test_schema.c keeps the list.
 */
#include "command.h"
#include "sim/base/units.h"
#include "sim/output/json.h"
#include "sim/scenario/distribution.h"
#include "sim/scenario/sweep.h"

#include <math.h>
#include <string.h>

static void constant(struct json *json, const char *key, const char *name, const char *value)
{
    json_open(json, key, '{');
    json_text(json, name, value);
    json_close(json, '}');
}

/* Ends the properties of a map that has no others, and the map. */
static void close_map(struct json *json)
{
    json_close(json, '}');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void one_type(struct json *json, const char *type)
{
    constant(json, NULL, "type", type);
}

static void refer(struct json *json, const char *key, const char *definition)
{
    char text[96];
    snprintf(text, sizeof text, "#/definitions/%s", definition);
    constant(json, key, "$ref", text);
}

/* Two rows of one type stand together. */
static bool begins_type(const struct distribution_form *form)
{
    return form == distribution_forms || strcmp(form[-1].type, form->type) != 0;
}

/* Patterns: extended regular expressions that JavaScript reads alike. */
#define NUMBER_PATTERN "[-+]?([0-9][0-9_]*([.][0-9_]*)?|[.][0-9][0-9_]*)([eE][-+]?[0-9][0-9_]*)?"
#define ZERO_PATTERN "[-+]?(0+([.]0*)?|[.]0+)"
#define DATE_PATTERN "[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
static const char *const name_pattern = "^[A-Za-z0-9_-]+$";

/* How a value may be written: a quantity with its unit, a pure number, a date. */
struct kind {
    const char *name, *pattern; /* of one value in a text */
    const char *number; /* the JSON type that stands for one; NULL: only 0 does */
    const char *spread; /* the kind of a difference between two */
};

static void one_pattern(struct json *json, const char *pattern)
{
    json_open(json, NULL, '{');
    json_text(json, "type", "string");
    json_text(json, "pattern", pattern);
    json_close(json, '}');
}

static void types(struct json *json, const char *const *names)
{
    json_open(json, "type", '[');
    for (; *names; names++)
        json_text(json, NULL, *names);
    json_close(json, ']');
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void text_type(struct json *json, const char *key)
{
    json_open(json, key, '{');
    types(json, LIST("string", "number", "boolean", "null"));
    json_close(json, '}');
}

static void annotations(struct json *json)
{
    refer(json, "source", "text");
    refer(json, "as_of", "date");
    refer(json, "note", "text");
    refer(json, "confidence", "confidence");
}

/* `{value: ..., source: ..., ...}` with a value of that definition, or with any. */
static void long_form(struct json *json, const char *key, const char *of)
{
    json_open(json, key, '{');
    json_text(json, "type", "object");
    json_open(json, "properties", '{');
    if (of)
        refer(json, "value", of);
    else
        json_open(json, "value", '{'), json_close(json, '}');
    annotations(json);
    json_close(json, '}');
    json_open(json, "required", '[');
    json_text(json, NULL, "value");
    json_close(json, ']');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static const char *suffixed(char text[64], const struct kind *kind, const char *suffix)
{
    snprintf(text, 64, "%s%s", kind->name, suffix);
    return text;
}

static void argument(struct json *json, const char *key, enum argument_kind what, const struct kind *kind)
{
    char text[64];
    bool is_list = what == ARGUMENT_POINTS || what == ARGUMENT_NUMBERS || what == ARGUMENT_DISTRIBUTIONS;
    if (is_list) {
        json_open(json, key, '{');
        json_text(json, "type", "array");
        key = "items";
    }
    if (what == ARGUMENT_NUMBER || what == ARGUMENT_NUMBERS)
        refer(json, key, "pure");
    else if (what == ARGUMENT_SPREAD)
        refer(json, key, kind->spread);
    else if (what == ARGUMENT_DISTRIBUTION || what == ARGUMENT_DISTRIBUTIONS)
        refer(json, key, suffixed(text, kind, "_drawn"));
    else
        refer(json, key, kind->name);
    if (is_list)
        json_close(json, '}');
}

static void distribution_arguments(struct json *json, const struct distribution_form *form, const struct kind *kind)
{
    json_open(json, NULL, '{');
    json_text(json, "type", "object");
    json_text(json, "description", form->help);
    json_open(json, "properties", '{');
    for (size_t i = 0; i < MOST_ARGUMENTS && form->argument[i].name; i++)
        argument(json, form->argument[i].name, form->argument[i].kind, kind);
    json_close(json, '}');
    json_open(json, "required", '[');
    for (size_t i = 0; i < form->required; i++)
        json_text(json, NULL, form->argument[i].name);
    json_close(json, ']');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

/* Every form of the type that begins at `form`. */
static void distribution_type(struct json *json, const struct distribution_form *form, const struct kind *kind)
{
    json_open(json, form->type, '{');
    json_open(json, "anyOf", '[');
    for (const struct distribution_form *way = form; way->type && !strcmp(way->type, form->type); way++)
        distribution_arguments(json, way, kind);
    if (!strcmp(form->type, "empirical"))
        argument(json, NULL, ARGUMENT_POINTS, kind);
    json_close(json, ']');
    json_close(json, '}');
}

/* A map of one type, and perhaps what is said about it. */
static void distribution(struct json *json, const struct kind *kind)
{
    json_open(json, NULL, '{');
    json_text(json, "type", "object");
    json_open(json, "properties", '{');
    annotations(json);
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        if (begins_type(form))
            distribution_type(json, form, kind);
    json_close(json, '}');
    json_open(json, "oneOf", '[');
    for (const struct distribution_form *form = distribution_forms; form->type; form++) {
        if (!begins_type(form))
            continue;
        json_open(json, NULL, '{');
        json_open(json, "required", '[');
        json_text(json, NULL, form->type);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

/* One value of the kind, short or long. */
static void one_value(struct json *json, const struct kind *kind)
{
    json_open(json, kind->name, '{');
    json_open(json, "anyOf", '[');
    one_pattern(json, kind->pattern);
    if (kind->number) {
        one_type(json, kind->number);
    } else {
        json_open(json, NULL, '{');
        json_count(json, "const", 0);
        json_close(json, '}');
    }
    long_form(json, NULL, kind->name);
    json_close(json, ']');
    json_close(json, '}');
}

/* One value or a distribution. */
static void drawn_value(struct json *json, const struct kind *kind, const char *interval)
{
    char drawn[64];
    json_open(json, suffixed(drawn, kind, "_drawn"), '{');
    json_open(json, "anyOf", '[');
    refer(json, NULL, kind->name);
    one_pattern(json, interval);
    distribution(json, kind);
    long_form(json, NULL, drawn);
    json_close(json, ']');
    json_close(json, '}');
}

/* Values by date; `step`: within, or as, {step: {...}}. */
static void date_map(struct json *json, const char *key, const struct kind *kind, bool step)
{
    json_open(json, key, '{');
    json_text(json, "type", "object");
    json_open(json, "patternProperties", '{');
    json_open(json, "^" DATE_PATTERN "$", '{');
    json_open(json, "allOf", '[');
    refer(json, NULL, kind->name);
    json_close(json, ']');
    json_close(json, '}');
    json_close(json, '}');
    json_open(json, "properties", '{');
    if (step) {
        annotations(json);
        date_map(json, "step", kind, false);
    }
    json_close(json, '}');
    json_count(json, "minProperties", 1);
    json_flag(json, "additionalProperties", false);
    json_close(json, '}');
}

static void series(struct json *json, const struct kind *kind)
{
    char name[64];
    json_open(json, suffixed(name, kind, "_series"), '{');
    json_open(json, "anyOf", '[');
    refer(json, NULL, kind->name);
    date_map(json, NULL, kind, true);
    long_form(json, NULL, name);
    json_close(json, ']');
    json_close(json, '}');
}

static void confidence(struct json *json)
{
    json_open(json, "confidence", '{');
    json_open(json, "enum", '[');
    for (const char *const *grade = LIST("A", "B", "C"); *grade; grade++)
        json_text(json, NULL, *grade);
    json_text(json, NULL, NULL);
    json_close(json, ']');
    json_close(json, '}');
}

static void names(struct json *json)
{
    json_open(json, "name", '{');
    types(json, LIST("string", "number"));
    json_text(json, "pattern", name_pattern);
    json_close(json, '}');
    json_open(json, "names", '{');
    json_open(json, "anyOf", '[');
    refer(json, NULL, "name");
    json_open(json, NULL, '{');
    json_text(json, "type", "array");
    refer(json, "items", "name");
    json_close(json, '}');
    json_close(json, ']');
    json_close(json, '}');
}

static void flag(struct json *json)
{
    json_open(json, "flag", '{');
    json_open(json, "enum", '[');
    json_flag(json, NULL, true);
    json_flag(json, NULL, false);
    json_text(json, NULL, "true");
    json_text(json, NULL, "false");
    json_close(json, ']');
    json_close(json, '}');
}

static void whole(struct json *json)
{
    json_open(json, "whole", '{');
    json_open(json, "anyOf", '[');
    one_type(json, "integer");
    one_pattern(json, "^ *" NUMBER_PATTERN " *$");
    json_close(json, ']');
    json_close(json, '}');
}

static void one_of(struct json *json, const char *name, const char *const *words)
{
    json_open(json, name, '{');
    json_open(json, "enum", '[');
    for (; *words; words++)
        json_text(json, NULL, *words);
    json_close(json, ']');
    json_close(json, '}');
}

/* What maps such as facts use beside. */
static void more_definitions(struct json *json)
{
    json_open(json, "amount", '{');
    json_open(json, "anyOf", '[');
    for (const char *const *kind = LIST("quantity", "pure", "date"); *kind; kind++)
        refer(json, NULL, *kind);
    json_close(json, ']');
    json_close(json, '}');
    json_open(json, "range", '{');
    json_text(json, "type", "array");
    refer(json, "items", "amount");
    json_count(json, "minItems", 2);
    json_count(json, "maxItems", 2);
    json_close(json, '}');
    one_of(json, "stat", LIST("mean", "sum", "min", "max", "last"));
    one_of(json, "fact_kind", LIST("value", "lower", "upper"));
    json_open(json, "stating_inputs", '{');
    json_text(json, "type", "array");
    json_count(json, "minItems", 1);
    json_open(json, "items", '{');
    json_text(json, "type", "string");
    json_close(json, '}');
    json_close(json, '}');
}

static void definitions(struct json *json, struct arena *arena)
{
    const char *unit = unit_pattern(arena);
    const char *with_unit = arena_printf(arena, "(%s *%s|%s)", NUMBER_PATTERN, unit, ZERO_PATTERN);
    const char *may_have_unit = arena_printf(arena, "%s *(%s)?", NUMBER_PATTERN, unit);
    const struct kind quantity = {"quantity", arena_printf(arena, "^ *%s *$", with_unit), NULL, "quantity"};
    const struct kind pure = {"pure", arena_printf(arena, "^ *%s *$", may_have_unit), "number", "pure"};
    const struct kind date = {"date", "^" DATE_PATTERN "$", "integer", "quantity"};
    json_open(json, "definitions", '{');
    text_type(json, "text");
    confidence(json);
    names(json);
    flag(json);
    whole(json);
    long_form(json, "said", NULL);
    one_value(json, &quantity);
    one_value(json, &pure);
    one_value(json, &date);
    drawn_value(json, &quantity, arena_printf(arena, "^ *%s to *%s *$", may_have_unit, with_unit));
    drawn_value(json, &pure, arena_printf(arena, "^ *%s to *%s *$", may_have_unit, may_have_unit));
    drawn_value(json, &date, "^" DATE_PATTERN " to " DATE_PATTERN "$");
    series(json, &quantity);
    series(json, &pure);
    more_definitions(json);
    json_close(json, '}');
}

static const char *definition_of(const struct param *param, char text[64])
{
    const char *kind = param->type == PARAM_DATE ? "date" : param->unit && *param->unit ? "quantity" : "pure";
    switch (param->type) {
    case PARAM_NUMBER:
    case PARAM_DATE:
        return snprintf(text, 64, "%s%s", kind, param->draw == FIXED ? "" : "_drawn"), text;
    case PARAM_SERIES:
        return snprintf(text, 64, "%s_series", kind), text;
    case PARAM_WHOLE:
        return "whole";
    case PARAM_FLAG:
        return "flag";
    case PARAM_REFERENCE:
        return "name";
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

/* The range of a value that is written as a number: only pure numbers and years are. */
static void range(struct json *json, const struct param *param)
{
    bool is_number = param->type == PARAM_NUMBER || param->type == PARAM_WHOLE || param->type == PARAM_DATE;
    if (!is_number || (param->min == 0 && param->max == 0))
        return;
    if (isfinite(param->min))
        json_number(json, "minimum", param->min);
    if (isfinite(param->max))
        json_number(json, "maximum", param->max);
}

/* Whether its definition knows {value: ...}; `none` may be said at length too. */
static bool has_long_form(const struct param *param)
{
    bool is_value = param->type == PARAM_NUMBER || param->type == PARAM_DATE || param->type == PARAM_SERIES;
    return is_value && !(param->value && !strcmp(param->value, "none"));
}

static void parameter(struct json *json, const struct param *param, struct arena *arena)
{
    char text[64];
    json_open(json, param->name, '{');
    describe(json, param, arena);
    if (param->value)
        json_text(json, "default", param->value);
    range(json, param);
    json_open(json, "anyOf", '[');
    if (param->choices) {
        json_open(json, NULL, '{');
        choices(json, param->choices);
        json_close(json, '}');
    } else {
        refer(json, NULL, definition_of(param, text));
    }
    if (param->value && !strcmp(param->value, "none")) {
        json_open(json, NULL, '{');
        json_text(json, "const", "none");
        json_close(json, '}');
    }
    if (!has_long_form(param))
        refer(json, NULL, "said");
    one_type(json, "null");
    json_close(json, ']');
    json_close(json, '}');
}

static void parameters(struct json *json, const char *key, const struct section *section, struct arena *arena)
{
    json_open(json, key, '{');
    types(json, LIST("object", "null"));
    json_open(json, "properties", '{');
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            if (!schema_has(section, p, param->name))
                parameter(json, param, arena);
    close_map(json);
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
        types(json, LIST("object", "null"));
        json_open(json, "patternProperties", '{');
        parameters(json, name_pattern, section, arena);
        json_close(json, '}');
        json_flag(json, "additionalProperties", false);
    }
    json_close(json, '}');
}

/* A key of that type, or null, which deletes; NULL: any. */
static void described(struct json *json, const char *key, const char *type, const char *description)
{
    json_open(json, key, '{');
    if (type)
        types(json, LIST(type, "null"));
    json_text(json, "description", description);
    json_close(json, '}');
}

/* A key of that definition. */
static void defined(struct json *json, const char *key, const char *definition, const char *description)
{
    json_open(json, key, '{');
    json_open(json, "allOf", '[');
    refer(json, NULL, definition);
    json_close(json, ']');
    json_text(json, "description", description);
    json_close(json, '}');
}

/* Keys of such maps and their definitions. */
struct key {
    const char *name, *definition;
};
static const struct key of_windows[] = {{"output", "text"},
                                        {"at", "date"},
                                        {"from", "date"},
                                        {"to", "date"},
                                        {"stat", "stat"},
                                        {"relative_to", "date"},
                                        {"value", "amount"},
                                        {"range", "range"},
                                        {"tolerance", "amount"},
                                        {"weight", "pure"},
                                        {"source", "text"},
                                        {"confidence", "confidence"},
                                        {"note", "text"},
                                        {"label", "text"},
                                        {"kind", "fact_kind"},
                                        {"beyond_run", "flag"},
                                        {"counts", "text"},
                                        {"counted_by", "text"},
                                        {"stated_by", "stating_inputs"},
                                        {0}};
static const struct key of_levers[] = {{"label", "text"}, {"label_zh", "text"}, {0}};

static const char *definition_of_key(const struct key *known, const char *name)
{
    while (known->name && strcmp(known->name, name) != 0)
        known++;
    return known->definition;
}

/* Things by name, each a map of these keys, those among `known` with a definition. */
static void named_maps(struct json *json, const char *section, const char *description, const struct key *known,
                       const char *const *keys)
{
    json_open(json, section, '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", description);
    json_open(json, "patternProperties", '{');
    json_open(json, name_pattern, '{');
    types(json, LIST("object", "null"));
    json_open(json, "properties", '{');
    for (const char *const *key = keys; *key; key++) {
        if (definition_of_key(known, *key))
            refer(json, *key, definition_of_key(known, *key));
        else
            json_open(json, *key, '{'), json_close(json, '}');
    }
    close_map(json);
    close_map(json);
}

static void variants(struct json *json)
{
    json_open(json, "variants", '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", "by name: maps from path to value, and perhaps a label");
    json_open(json, "propertyNames", '{');
    json_text(json, "pattern", name_pattern);
    json_open(json, "not", '{');
    json_open(json, "enum", '[');
    for (const char *const *name = reserved_variants; *name; name++)
        json_text(json, NULL, *name);
    json_close(json, ']');
    json_close(json, '}');
    json_close(json, '}');
    json_open(json, "additionalProperties", '{');
    types(json, LIST("object", "null"));
    json_open(json, "properties", '{');
    refer(json, "label", "text");
    json_close(json, '}');
    json_close(json, '}');
    json_count(json, "maxProperties", MOST_VARIANTS);
    json_close(json, '}');
}

static void shown(struct json *json)
{
    json_open(json, "show", '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", "what is shown first");
    json_open(json, "properties", '{');
    defined(json, "base", "text", "what the scenario itself is called beside its variants");
    defined(json, "words", "text", "what the key output is called");
    json_open(json, "currency", '{');
    json_text(json, "description", "in which texts, tables and pictures show money; files keep CNY");
    json_open(json, "enum", '[');
    for (const char *const *name = shown_currencies; *name; name++)
        json_text(json, NULL, *name);
    json_close(json, ']');
    json_close(json, '}');
    defined(json, "finding", "text",
            "what was found: {measure}, {measure.variant - measure}, {measure.variant % measure}, "
            "{decision.contract.cost}, {drivers.measure}");
    described(json, "key", "string", "the output over time of the first picture");
    described(json, "pictures", "array", "pictures of the report, in this order");
    described(json, "outputs", "array", "outputs over time of the tables and of the picture of differences");
    described(json, "dates", "array", "dates of the tables");
    described(json, "from", NULL, "when pictures begin");
    described(json, "to", NULL, "when pictures end");
    close_map(json);
}

static void attribution(struct json *json)
{
    json_open(json, "attribution", '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", "outputs shared out among mechanisms by Shapley values");
    json_open(json, "properties", '{');
    described(json, "mechanisms", "object",
              "by name: what switches it off, a map from path to value, and perhaps a label");
    described(json, "outputs", "array", "names, name@date, or {output, from, to, stat}");
    close_map(json);
}

static void sweep_factors(struct json *json)
{
    json_open(json, "factors", '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", "what is varied, by name: one of set, shift and scale with paths, and its values");
    json_open(json, "patternProperties", '{');
    json_open(json, name_pattern, '{');
    types(json, LIST("object", "null"));
    json_open(json, "properties", '{');
    described(json, "set", NULL, "a path or a list of them");
    described(json, "shift", NULL, "a path or a list of them");
    described(json, "scale", NULL, "a path or a list of them");
    described(json, "values", NULL, "a list of values; a distribution for lhs, sobol, morris and saltelli");
    defined(json, "label", "text", "what the factor is called in pictures");
    close_map(json);
    close_map(json);
}

static void sweep(struct json *json)
{
    json_open(json, "sweep", '{');
    types(json, LIST("object", "null"));
    json_text(json, "description", "values that are varied together, by iccsim sweep");
    json_open(json, "properties", '{');
    json_open(json, "design", '{');
    json_open(json, "enum", '[');
    for (const char *const *design = sweep_designs; *design; design++)
        json_text(json, NULL, *design);
    json_text(json, NULL, NULL);
    json_close(json, ']');
    json_close(json, '}');
    described(json, "points", NULL, "how many, of lhs and sobol; rows of draws and saltelli");
    described(json, "trajectories", NULL, "of morris (default: 20)");
    described(json, "levels", NULL, "of morris, an even number (default: 4)");
    described(json, "copies", NULL, "of saltelli: sequences of points, each with its share of the rows (default: 16)");
    described(json, "replications", NULL, "of each point");
    sweep_factors(json);
    described(json, "groups", "object",
              "factors that are varied together, of morris and saltelli: names or patterns, or {factors, label}");
    described(json, "except", "object", "points left out, by name: maps from factor to value");
    described(json, "rows", "object", "the points of a list, by name: maps from factor to value");
    defined(json, "file", "text", "the points of a csv: a header of factors, a row a point");
    described(json, "correlate", "object", "rank correlations of lhs, sobol and saltelli: {A: {B: -0.4}}");
    described(json, "logarithms", "array", "measures whose logarithm is shared out, of designs for sensitivity");
    described(json, "series", "array", "outputs whose bands are kept for every point");
    close_map(json);
}

static void world(struct json *json)
{
    json_open(json, "world", '{');
    json_text(json, "description", "given: prices are given, and no market is simulated");
    json_open(json, "enum", '[');
    json_text(json, NULL, "simulated");
    json_text(json, NULL, "given");
    json_close(json, ']');
    json_close(json, '}');
}

static void extends(struct json *json)
{
    json_open(json, "extends", '{');
    json_text(json, "description", "a file or a list of files; later wins");
    json_open(json, "anyOf", '[');
    one_type(json, "string");
    json_open(json, NULL, '{');
    json_text(json, "type", "array");
    constant(json, "items", "type", "string");
    json_close(json, '}');
    json_close(json, ']');
    json_close(json, '}');
}

static void answer_of(struct json *json)
{
    json_open(json, "answer_of", '{');
    json_text(json, "description", "the identity of the run that the answer is about, from its manifest");
    types(json, LIST("string", "number", "null")); /* it may be of digits alone */
    json_text(json, "pattern", "^[0-9a-f]{16}$");
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
    definitions(&json, &arena);
    json_open(&json, "properties", '{');
    defined(&json, "title", "text", "what is studied, in one line");
    defined(&json, "question", "text", "what the study asks");
    defined(&json, "answer", "text", "what its author found");
    answer_of(&json);
    defined(&json, "draws", "text", "a CSV file of joint draws of uncertain parameters");
    world(&json);
    extends(&json);
    variants(&json);
    named_maps(&json, "facts", "dated observations", of_windows,
               LIST("output", "at", "from", "to", "stat", "value", "range", "tolerance", "relative_to", "weight",
                    "source", "confidence", "note", "kind", "counts", "counted_by", "stated_by"));
    named_maps(&json, "measures", "named numbers of a replication", of_windows,
               LIST("output", "at", "from", "to", "stat", "relative_to", "label", "beyond_run"));
    named_maps(&json, "levers", "values that a reader may move, by name", of_levers,
               LIST("set", "shift", "scale", "from", "to", "at", "label", "label_zh"));
    shown(&json);
    attribution(&json);
    sweep(&json);
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
