/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON Schema and the loader read one grammar: all that ships passes both, and of the broken scenarios the schema
 * refuses what a schema can. What it cannot stands in tests/bad/beyond_the_schema.txt: units of another dimension,
 * ranges of quantities, what must be given, references, and all that takes more than one value. Run with --update,
 * writes that list anew: read the difference before committing it.
 *
 * The checker knows the part of draft-07 that the schema uses and fails on any other keyword. A scenario is taken as
 * editors take it: a plain scalar is a number, a flag or null by the core rules of YAML 1.2. Runs in the project's
 * folder.
 */
#include "models/models.h"
#include "near.h"
#include "sim/command/command.h"
#include "sim/montecarlo/study.h"
#include "sim/scenario/tree.h"

#include <dirent.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST_OF_THESE "tests/bad/beyond_the_schema.txt"

static struct arena arena;
static const struct node *root; /* of the schema */

/* -- what a scalar is to an editor */

enum json_type { JSON_NULL, JSON_FLAG, JSON_NUMBER, JSON_TEXT, JSON_OBJECT, JSON_ARRAY };

static bool is_match(const char *pattern, const char *text)
{
    static struct {
        const char *pattern;
        regex_t compiled;
    } known[64];
    static size_t count;
    size_t i = 0;
    while (i < count && strcmp(known[i].pattern, pattern) != 0)
        i++;
    if (i == count) {
        assert_true(count < sizeof known / sizeof *known);
        known[count++].pattern = pattern;
        assert_int_equal(regcomp(&known[i].compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    }
    return regexec(&known[i].compiled, text, 0, NULL, 0) == 0;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words && strcmp(text, *words) != 0)
        words++;
    return *words;
}

static enum json_type type_of(const struct node *node)
{
    static const char *const flags[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    if (node->kind != NODE_TEXT)
        return node->kind == NODE_NULL ? JSON_NULL : node->kind == NODE_MAP ? JSON_OBJECT : JSON_ARRAY;
    if (node->quoted)
        return JSON_TEXT;
    if (is_one_of(node->text, flags))
        return JSON_FLAG;
    bool is_number = is_match("^[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?$", node->text);
    return is_number ? JSON_NUMBER : JSON_TEXT;
}

static bool is_equal(const struct node *a, const struct node *b)
{
    enum json_type type = type_of(a);
    if (type != type_of(b))
        return false;
    if (type == JSON_NUMBER)
        return strtod(a->text, NULL) == strtod(b->text, NULL);
    return type == JSON_NULL || !strcasecmp(a->text, b->text);
}

static bool has_type(const struct node *node, const char *name)
{
    static const char *const names[] = {"null", "boolean", "number", "string", "object", "array"};
    enum json_type type = type_of(node);
    if (!strcmp(name, "integer"))
        return type == JSON_NUMBER && strtod(node->text, NULL) == floor(strtod(node->text, NULL));
    assert_true(is_one_of(name, (const char *const[]){"null", "boolean", "number", "string", "object", "array", NULL}));
    return !strcmp(names[type], name);
}

/* -- the keywords */

static bool is_valid(const struct node *schema, const struct node *node);

static double number_of(const struct node *node)
{
    return strtod(node->text, NULL);
}

static size_t valid_count(const struct node *schemas, const struct node *node)
{
    size_t count = 0;
    for (size_t i = 0; i < schemas->count; i++)
        count += is_valid(schemas->item[i], node);
    return count;
}

static bool is_among(const struct node *list, const struct node *node)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_equal(list->item[i], node))
            return true;
    return false;
}

static bool types_allow(const struct node *type, const struct node *node)
{
    if (type->kind == NODE_TEXT)
        return has_type(node, type->text);
    for (size_t i = 0; i < type->count; i++)
        if (has_type(node, type->item[i]->text))
            return true;
    return false;
}

static bool is_valid_property(const struct node *schema, const struct node *key, const struct node *item)
{
    const struct node *named = tree_get(tree_get(schema, "properties"), key->text);
    const struct node *patterns = tree_get(schema, "patternProperties"),
                      *others = tree_get(schema, "additionalProperties");
    bool is_known = named, valid = !named || is_valid(named, item);
    for (size_t i = 0; patterns && i < patterns->count; i++)
        if (is_match(patterns->key[i]->text, key->text)) {
            is_known = true;
            valid = valid && is_valid(patterns->item[i], item);
        }
    if (is_known || !others)
        return valid;
    return others->kind == NODE_MAP ? is_valid(others, item) : !tree_is_word(others, "false");
}

static bool are_valid_properties(const struct node *schema, const struct node *node)
{
    const struct node *names = tree_get(schema, "propertyNames");
    for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++) {
        struct node name = *node->key[i];
        name.quoted = true; /* a key is a string */
        if (!is_valid_property(schema, node->key[i], node->item[i]) || (names && !is_valid(names, &name)))
            return false;
    }
    return true;
}

static bool has_all(const struct node *names, const struct node *node)
{
    for (size_t i = 0; node->kind == NODE_MAP && i < names->count; i++)
        if (!tree_get(node, names->item[i]->text))
            return false;
    return true;
}

static const struct node *definition(const char *reference)
{
    const char *prefix = "#/definitions/";
    assert_memory_equal(reference, prefix, strlen(prefix));
    const struct node *found = tree_get(tree_get(root, "definitions"), reference + strlen(prefix));
    assert_non_null(found);
    return found;
}

static bool counts(const struct node *node, enum node_kind kind, size_t least, size_t most)
{
    return node->kind != kind || (node->count >= least && node->count <= most);
}

static bool keyword_allows(const struct node *schema, const char *keyword, const struct node *value,
                           const struct node *node)
{
    static const char *const remarks[] = {"$schema",     "title",      "description",       "default",
                                          "definitions", "properties", "patternProperties", NULL};
    bool is_number = type_of(node) == JSON_NUMBER, is_text = type_of(node) == JSON_TEXT;
    if (!strcmp(keyword, "type"))
        return types_allow(value, node);
    if (!strcmp(keyword, "enum"))
        return is_among(value, node);
    if (!strcmp(keyword, "const"))
        return is_equal(value, node);
    if (!strcmp(keyword, "pattern"))
        return !is_text || is_match(value->text, node->text);
    if (!strcmp(keyword, "minimum"))
        return !is_number || number_of(node) >= number_of(value);
    if (!strcmp(keyword, "maximum"))
        return !is_number || number_of(node) <= number_of(value);
    if (!strcmp(keyword, "required"))
        return has_all(value, node);
    if (!strcmp(keyword, "minProperties"))
        return counts(node, NODE_MAP, (size_t)number_of(value), SIZE_MAX);
    if (!strcmp(keyword, "maxProperties"))
        return counts(node, NODE_MAP, 0, (size_t)number_of(value));
    if (!strcmp(keyword, "minItems"))
        return counts(node, NODE_LIST, (size_t)number_of(value), SIZE_MAX);
    if (!strcmp(keyword, "maxItems"))
        return counts(node, NODE_LIST, 0, (size_t)number_of(value));
    if (!strcmp(keyword, "items")) {
        for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
            if (!is_valid(value, node->item[i]))
                return false;
        return true;
    }
    if (!strcmp(keyword, "allOf"))
        return valid_count(value, node) == value->count;
    if (!strcmp(keyword, "anyOf"))
        return valid_count(value, node) > 0;
    if (!strcmp(keyword, "oneOf"))
        return valid_count(value, node) == 1;
    if (!strcmp(keyword, "not"))
        return !is_valid(value, node);
    if (!strcmp(keyword, "additionalProperties") || !strcmp(keyword, "propertyNames"))
        return are_valid_properties(schema, node);
    if (!is_one_of(keyword, remarks))
        fail_msg("the checker does not know %s", keyword);
    return strcmp(keyword, "properties") != 0 || are_valid_properties(schema, node);
}

static bool is_valid(const struct node *schema, const struct node *node)
{
    const struct node *reference = tree_get(schema, "$ref");
    if (reference) /* all beside it is ignored */
        return is_valid(definition(reference->text), node);
    for (size_t i = 0; i < schema->count; i++)
        if (!keyword_allows(schema, schema->key[i]->text, schema->item[i], node))
            return false;
    return true;
}

/* -- scenarios */

static bool schema_takes(const char *file)
{
    struct mistakes unsaid = {0};
    const struct node *scenario = tree_read_file(&arena, file, (struct place){0}, &unsaid);
    bool sound = unsaid.count == 0 && is_valid(root, scenario);
    mistakes_free(&unsaid);
    return sound;
}

static int is_scenario(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".yml");
}

static size_t each(const char *folder, void use(const char *file, const char *name))
{
    struct dirent **list;
    int count = scandir(folder, &list, is_scenario, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        list[i]->d_name[strlen(list[i]->d_name) - strlen(".yml")] = '\0';
        use(arena_printf(&arena, "%s/%s.yml", folder, list[i]->d_name), list[i]->d_name);
        free(list[i]);
    }
    free(list);
    return (size_t)count;
}

static size_t wrong;

static void must_take(const char *file, const char *name)
{
    (void)name;
    if (schema_takes(file))
        return;
    print_error("%s: the schema refuses it\n", file);
    wrong++;
}

/* Of the broken scenarios, those that the schema takes, one a line. */
static const char *taken = "";

static void note_if_taken(const char *file, const char *name)
{
    if (schema_takes(file))
        taken = arena_printf(&arena, "%s%s\n", taken, name);
}

static void what_ships_passes_the_schema(void **state)
{
    (void)state;
    wrong = 0;
    size_t count = each("scenarios", must_take);
    count += each("scenarios/data", must_take);
    count += each("tests/neighbours", must_take);
    assert_true(count > 50);
    assert_int_equal(wrong, 0);
}

static void broken_scenarios_are_refused_as_far_as_a_schema_can(void **state)
{
    (void)state;
    char listed[8192] = "";
    FILE *list = fopen(LIST_OF_THESE, "r");
    assert_non_null(list);
    listed[fread(listed, 1, sizeof listed - 1, list)] = '\0';
    fclose(list);
    taken = "";
    assert_true(each("tests/bad", note_if_taken) > 100);
    assert_string_equal(taken, listed); /* with --update, this program writes the list */
}

static int update(void)
{
    each("tests/bad", note_if_taken);
    FILE *list = fopen(LIST_OF_THESE, "w");
    return !list || fputs(taken, list) < 0 || fclose(list) != 0;
}

static bool takes(const char *text)
{
    struct mistakes mistakes = {0};
    const struct node *node = tree_read_text(&arena, text, "text", &mistakes);
    assert_int_equal(mistakes.count, 0);
    mistakes_free(&mistakes);
    return is_valid(root, node);
}

static void values_are_written_as_the_loader_reads_them(void **state)
{
    (void)state;
    static const char *const right[] = {"policies: null",
                                        "facts: null",
                                        "title: 2023",
                                        "variants: {a: null}",
                                        "run: {seed: 1_000, start: 2022, end: 2031Q4, step: 0.5 month}",
                                        "value: {decline: 8 %/yr, occupancy: 5 % to 90%, salvage: .05}",
                                        "value: {decline: {normal: {mean: 8 %/yr, sd: 1e-2 /yr}, source: 7}}",
                                        "value: {decline: {value: 0, as_of: 2024-06, confidence: A}}",
                                        "run: {fx: {step: {2022-01: 6.4 CNY/USD}}}",
                                        "generations: {H100: null}"};
    static const char *const wrong_ones[] = {"policies: 3",
                                             "title: [a]",
                                             "variants: {plots: {run.seed: 1}}",
                                             "run: {seed: 1.5}",
                                             "run: {start: 2022-13}",
                                             "run: {step: 1 fortnight}",
                                             "run: {step: 30}",
                                             "value: {decline: 8 per year}",
                                             "value: {salvage: 1.5}",
                                             "value: {decline: {normal: {mean: 8 %/yr, sd: much}}}",
                                             "value: {decline: {value: 0 /yr, confidence: D}}",
                                             "run: {fx: {step: {spring: 6.4 CNY/USD}}}",
                                             "generations: {H 100: null}"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (!takes(right[i]))
            fail_msg("refused: %s", right[i]);
    for (size_t i = 0; i < sizeof wrong_ones / sizeof *wrong_ones; i++)
        if (takes(wrong_ones[i]))
            fail_msg("taken: %s", wrong_ones[i]);
}

/* What `iccsim schema` prints. */
static const struct node *read_schema(const struct study *study)
{
    char file[] = "/tmp/iccsim-schema-XXXXXX";
    int to = mkstemp(file), out = dup(STDOUT_FILENO);
    assert_true(to >= 0 && out >= 0);
    fflush(stdout);
    dup2(to, STDOUT_FILENO);
    assert_int_equal(command_schema.run(&(struct options){0}, study), EXIT_OK);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(to);
    close(out);
    struct mistakes mistakes = {0};
    const struct node *schema = tree_read_file(&arena, file, (struct place){0}, &mistakes);
    mistakes_print(&mistakes, stderr);
    unlink(file);
    return schema;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ships_passes_the_schema),
        cmocka_unit_test(broken_scenarios_are_refused_as_far_as_a_schema_can),
        cmocka_unit_test(values_are_written_as_the_loader_reads_them),
    };
    struct study study;
    study_open(&study, models, models_world_size);
    root = read_schema(&study);
    if (root && argc > 1 && !strcmp(argv[1], "--update"))
        return update();
    int failed = root ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    study_close(&study);
    arena_free(&arena);
    return failed;
}
