/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim rerun: a run repeated from its manifest, and compared with what it left.
 *
 * Inputs are hashed first. Where all are as they were, the command is given again; else the merged scenario in the run's
 * folder stands in their place. Outputs are compared file by file: to the byte, else without what only says where a
 * value was written (remarks of tables, origins of values). What is no longer there is held against its hash in the
 * manifest.
 */
#include "command.h"

#include "sim/base/input.h"
#include "sim/base/memory.h"
#include "sim/base/say.h"
#include "sim/output/inventory.h"
#include "sim/output/sha256.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

struct named_hash {
    const char *path, *sha256;
};

/* A manifest, read. */
struct record {
    const char *folder, *version, *commit, *command, *scenario;
    const char **argument; /* of the command line, behind the command */
    size_t argument_count;
    struct named_hash *input, *output;
    size_t input_count, output_count;
    const char **file; /* all that were written */
    size_t file_count;
};

struct rerun {
    const struct options *options;
    const struct study *study;
    struct arena arena;
    struct record record;
    yaml_document_t document;
    const char *target, *temporary; /* temporary: a folder for the saved scenario, or NULL */
    size_t same, same_numbers, differ, only_one;
};

/* ---- The manifest; JSON is YAML ---- */

static yaml_node_t *node_at(struct rerun *r, int node)
{
    return yaml_document_get_node(&r->document, node);
}

static const char *text_of(const yaml_node_t *node)
{
    return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static yaml_node_t *member(struct rerun *r, const yaml_node_t *map, const char *key)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        const char *name = text_of(node_at(r, pair->key));
        if (name && strcmp(name, key) == 0)
            return node_at(r, pair->value);
    }
    return NULL;
}

static size_t length_of(const yaml_node_t *list)
{
    return list && list->type == YAML_SEQUENCE_NODE
               ? (size_t)(list->data.sequence.items.top - list->data.sequence.items.start)
               : 0;
}

static const char *copy(struct rerun *r, const yaml_node_t *node)
{
    const char *text = text_of(node);
    return text ? arena_text(&r->arena, text) : "";
}

static struct named_hash *take_hashes(struct rerun *r, const yaml_node_t *list, size_t *count)
{
    *count = length_of(list);
    struct named_hash *hash = arena_array(&r->arena, *count + 1, sizeof *hash);
    for (size_t i = 0; i < *count; i++) {
        const yaml_node_t *one = node_at(r, list->data.sequence.items.start[i]);
        hash[i] = (struct named_hash){copy(r, member(r, one, "path")), copy(r, member(r, one, "sha256"))};
    }
    return hash;
}

static void take_files(struct rerun *r, const yaml_node_t *files)
{
    if (!files || files->type != YAML_MAPPING_NODE)
        return;
    const yaml_node_pair_t *pair = files->data.mapping.pairs.start, *end = files->data.mapping.pairs.top;
    r->record.file = arena_array(&r->arena, (size_t)(end - pair) + 1, sizeof *r->record.file);
    for (; pair < end; pair++)
        r->record.file[r->record.file_count++] = copy(r, node_at(r, pair->key));
}

/* The words of a command line in which single quotes hold blanks together. */
static void take_words(struct rerun *r, const char *line)
{
    r->record.argument = arena_array(&r->arena, strlen(line) + 1, sizeof *r->record.argument);
    while (*line) {
        line += strspn(line, " ");
        bool quoted = *line == '\'';
        line += quoted;
        size_t length = strcspn(line, quoted ? "'" : " ");
        if (length)
            r->record.argument[r->record.argument_count++] = arena_printf(&r->arena, "%.*s", (int)length, line);
        line += length + (quoted && line[length]);
    }
}

static void take_arguments(struct rerun *r, const yaml_node_t *root)
{
    const yaml_node_t *list = member(r, root, "arguments");
    struct record *record = &r->record;
    size_t count = length_of(list), program = 2; /* iccsim sweep */
    if (!list) {
        take_words(r, copy(r, member(r, root, "command_line")));
        program = record->argument_count < program ? record->argument_count : program;
        record->argument += program;
        record->argument_count -= program;
        return;
    }
    record->argument = arena_array(&r->arena, count + 1, sizeof *record->argument);
    for (size_t i = 0; i < count; i++)
        record->argument[record->argument_count++] = copy(r, node_at(r, list->data.sequence.items.start[i]));
}

/* A manifest may come from anybody: what it names is written and read below folders of ours, and nowhere else. */
static bool stays_inside(const char *path)
{
    if (!*path || *path == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    return true;
}

static bool names_stay_inside(const struct record *record)
{
    bool inside = stays_inside(record->scenario) && !strchr(record->scenario, '/');
    for (size_t i = 0; i < record->file_count && inside; i++)
        inside = stays_inside(record->file[i]);
    return inside;
}

static bool take(struct rerun *r, const char *path)
{
    const yaml_node_t *root = yaml_document_get_root_node(&r->document);
    struct record *record = &r->record;
    if (strcmp(copy(r, member(r, root, "program")), INVENTORY_PROGRAM) != 0) {
        say("iccsim rerun: %s is not the manifest of a run\n", path);
        return false;
    }
    record->version = copy(r, member(r, root, "version"));
    record->commit = copy(r, member(r, root, "commit"));
    record->command = copy(r, member(r, root, "command"));
    record->scenario = copy(r, member(r, root, "scenario"));
    record->input = take_hashes(r, member(r, root, "inputs"), &record->input_count);
    record->output = take_hashes(r, member(r, root, "outputs"), &record->output_count);
    take_files(r, member(r, root, "files"));
    take_arguments(r, root);
    if (!names_stay_inside(record)) {
        say("iccsim rerun: %s names files outside its folder\n", path);
        return false;
    }
    if (record->argument_count && record->file_count)
        return true;
    say("iccsim rerun: %s does not tell its command line; it was written by an earlier version\n", path);
    return false;
}

static bool read_manifest(struct rerun *r)
{
    struct stat status;
    const char *path = r->options->argument[0];
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        path = arena_printf(&r->arena, "%s/" INVENTORY_FILE, path);
    const char *slash = strrchr(path, '/');
    r->record.folder = slash ? arena_printf(&r->arena, "%.*s", (int)(slash - path), path) : ".";
    FILE *from = input_open(path);
    if (!from) {
        say("iccsim rerun: %s: cannot be read: %s\n", path, input_error(errno));
        return false;
    }
    yaml_parser_t parser;
    bool right = yaml_parser_initialize(&parser);
    if (right) {
        yaml_parser_set_input_file(&parser, from);
        right = yaml_parser_load(&parser, &r->document) && yaml_document_get_root_node(&r->document);
        yaml_parser_delete(&parser);
    }
    fclose(from);
    if (!right)
        say("iccsim rerun: %s is not the manifest of a run\n", path);
    else
        right = take(r, path);
    return right;
}

/* ---- Inputs ---- */

static bool inputs_are_the_same(struct rerun *r)
{
    char hash[SHA256_TEXT_BYTES];
    size_t same = 0;
    for (size_t i = 0; i < r->record.input_count; i++) {
        const struct named_hash *input = &r->record.input[i];
        bool there = sha256_file(input->path, hash), is_same = there && strcmp(hash, input->sha256) == 0;
        same += is_same;
        if (!is_same)
            printf("input %s: %s\n", input->path, there ? "has changed" : "is not there");
    }
    printf("inputs: %zu of %zu as they were\n", same, r->record.input_count);
    return same == r->record.input_count;
}

static bool copy_file(const char *from, const char *to)
{
    FILE *in = input_open(from), *out = in ? fopen(to, "wb") : NULL;
    char bytes[1 << 14];
    bool right = out;
    for (size_t count; right && (count = fread(bytes, 1, sizeof bytes, in)) > 0;)
        right = fwrite(bytes, 1, count, out) == count;
    right = right && !ferror(in);
    if (in)
        fclose(in);
    return out && fclose(out) == 0 && right;
}

/* The saved scenario under its own name, which is on every table. */
static const char *saved_scenario(struct rerun *r)
{
    char *folder = arena_text(&r->arena, "/tmp/iccsim-rerun-XXXXXX");
    const char *saved = arena_printf(&r->arena, "%s/scenario.yml", r->record.folder);
    if (!mkdtemp(folder))
        return saved;
    r->temporary = arena_printf(&r->arena, "%s/%s.yml", folder, r->record.scenario);
    if (copy_file(saved, r->temporary))
        return r->temporary;
    say("iccsim rerun: inputs are not what they were, and the saved scenario, %s, cannot be read\n", saved);
    return NULL;
}

/* ---- The run ---- */

static const struct command *command_called(const char *name)
{
    const struct command *const known[] = {&command_run, &command_compare, &command_sweep, &command_sensitivity,
                                           &command_backtest};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i]->name, name) == 0)
            return known[i];
    return NULL;
}

static bool has_pictures(const struct record *record)
{
    for (size_t i = 0; i < record->file_count; i++)
        if (strncmp(record->file[i], "plots/", strlen("plots/")) == 0)
            return true;
    return false;
}

static enum exit_code run_again(struct rerun *r, const struct command *command, const char *saved)
{
    const struct record *record = &r->record;
    char **argv = arena_array(&r->arena, record->argument_count + 2, sizeof *argv);
    int argc = 0;
    for (size_t i = 0; i < record->argument_count; i++) {
        /* The saved scenario has the facts of another file; what --variant and --set had set changes nothing twice. */
        if (saved && strcmp(record->argument[i], "--facts") == 0) {
            i++;
            continue;
        }
        argv[argc++] = arena_text(&r->arena, saved && i == 0 ? saved : record->argument[i]);
    }
    struct options again;
    if (!options_read(&again, command, argc, argv, &r->arena))
        return EXIT_USAGE;
    again.out = r->target;
    again.force = r->options->force;
    again.threads = r->options->threads;
    again.quiet = true;
    again.no_plots |= !has_pictures(record);
    return command->run(&again, r->study);
}

/* ---- Outputs ---- */

/* A line without what says where it comes from; its length. */
static size_t number_part(const char *line, bool is_yaml)
{
    size_t length = strcspn(line, "\n");
    if (*line == '#')
        return 0;
    const char *origin = NULL;
    for (const char *at = line; is_yaml && (at = strstr(at, " # ")) && at < line + length; at++)
        origin = at;
    length = origin ? (size_t)(origin - line) : length;
    while (length && line[length - 1] == ' ')
        length--;
    return length;
}

static char *slurp(const char *path)
{
    FILE *from = input_open(path);
    char *text = NULL;
    size_t size = 0;
    if (from && getdelim(&text, &size, '\0', from) < 0 && text)
        *text = '\0';
    if (from)
        fclose(from);
    return text;
}

static bool has_the_same_numbers(const char *a, const char *b, bool is_yaml)
{
    while (*a || *b) {
        size_t x = number_part(a, is_yaml), y = number_part(b, is_yaml);
        if (x != y || strncmp(a, b, x) != 0)
            return false;
        a += strcspn(a, "\n");
        b += strcspn(b, "\n");
        a += *a != '\0';
        b += *b != '\0';
    }
    return true;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* Where the first line of numbers parts. */
static void tell_difference(const char *path, const char *old, const char *new)
{
    enum { SHOWN = 100 };
    size_t line = 1;
    while (*old && *new) {
        size_t a = strcspn(old, "\n"), b = strcspn(new, "\n");
        if (*old != '#' && (a != b || strncmp(old, new, a) != 0)) {
            size_t from = 0;
            while (from < a && from < b && old[from] == new[from])
                from++;
            from = from > SHOWN / 4 ? from - SHOWN / 4 : 0;
            size_t c = a - from, d = b - from;
            printf("differs: %s, line %zu\n  was: %.*s\n  is:  %.*s\n", path, line, (int)(c < SHOWN ? c : SHOWN),
                   old + from, (int)(d < SHOWN ? d : SHOWN), new + from);
            return;
        }
        old += a + (old[a] == '\n');
        new += b + (new[b] == '\n');
        line++;
    }
    printf("differs: %s, in its length\n", path);
}

static const char *hash_in(const struct record *record, const char *path)
{
    for (size_t i = 0; i < record->output_count; i++)
        if (strcmp(record->output[i].path, path) == 0)
            return record->output[i].sha256;
    return NULL;
}

static void compare_texts(struct rerun *r, const char *path, const char *was, const char *is)
{
    char *old = slurp(was), *new = slurp(is);
    bool is_words = ends_in(path, ".html") || ends_in(path, ".svg");
    if (old && new && (is_words || has_the_same_numbers(old, new, ends_in(path, ".yml")))) {
        r->same_numbers++;
        printf("same but for words: %s\n", path);
    } else {
        r->differ++;
        tell_difference(path, old ? old : "", new ? new : "");
    }
    free(old);
    free(new);
}

static void compare_file(struct rerun *r, const char *path)
{
    char old[SHA256_TEXT_BYTES], new[SHA256_TEXT_BYTES];
    const char *was = arena_printf(&r->arena, "%s/%s", r->record.folder, path),
               *is = arena_printf(&r->arena, "%s/%s", r->target, path), *told = hash_in(&r->record, path);
    bool had = sha256_file(was, old), has = sha256_file(is, new);
    if (had && told && strcmp(told, old) != 0)
        printf("edited since the run: %s\n", path);
    if (!had && !told)
        printf("no longer there to compare: %s\n", path);
    else if (!has)
        printf("not written again: %s\n", path);
    else if (strcmp(told && !had ? told : old, new) == 0) {
        r->same++;
        return;
    } else if (had) {
        compare_texts(r, path, was, is);
        return;
    } else {
        r->differ++;
        printf("differs: %s, by its hash\n", path);
        return;
    }
    r->only_one++;
}

static enum exit_code compare(struct rerun *r)
{
    for (size_t i = 0; i < r->record.file_count; i++) {
        const char *path = r->record.file[i];
        if (strcmp(path, INVENTORY_FILE) != 0 && !ends_in(path, ".sqlite"))
            compare_file(r, path);
    }
    printf("outputs: %zu the same to the byte, %zu but for words, %zu differ, %zu on one side only\n", r->same,
           r->same_numbers, r->differ, r->only_one);
    if (r->differ || r->only_one) {
        say("iccsim rerun: not the same; see %s\n", r->target);
        return EXIT_FAILED;
    }
    printf("the same run; %s\n", r->target);
    return EXIT_OK;
}

static enum exit_code carry_out(struct rerun *r)
{
    if (!read_manifest(r))
        return EXIT_USAGE;
    const struct record *record = &r->record;
    const struct command *command = command_called(record->command);
    if (!command) {
        say("iccsim rerun: a %s cannot be run again from its manifest\n", record->command);
        return EXIT_USAGE;
    }
    if (strcmp(record->version, ICCSIM_VERSION) != 0 || strcmp(record->commit, r->study->commit) != 0)
        printf("program: version %s, commit %s then; version " ICCSIM_VERSION ", commit %s now\n", record->version,
               record->commit, r->study->commit);
    const char *saved = NULL;
    if (!inputs_are_the_same(r)) {
        saved = saved_scenario(r);
        if (!saved)
            return EXIT_INVALID;
        printf("the saved scenario, %s/scenario.yml, stands in their place\n", record->folder);
    }
    r->target = r->options->out ? r->options->out : arena_printf(&r->arena, "%s.rerun", record->folder);
    fflush(stdout);
    enum exit_code code = run_again(r, command, saved);
    return code == EXIT_OK ? compare(r) : code;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct rerun r = {.options = options, .study = study};
    enum exit_code code = carry_out(&r);
    if (r.temporary) {
        unlink(r.temporary);
        rmdir(arena_printf(&r.arena, "%.*s", (int)(strrchr(r.temporary, '/') - r.temporary), r.temporary));
    }
    yaml_document_delete(&r.document);
    arena_free(&r.arena);
    return code;
}

const struct command command_rerun = {
    .name = "rerun",
    .arguments = "MANIFEST",
    .help = "the run of a manifest again: inputs and outputs by hash, differences named",
    .details =
        "MANIFEST is manifest.json of a run, a comparison, a sweep or a backtest, or its folder. Where inputs have "
        "moved or changed, the\nmerged scenario that was saved with the run stands in their place. Writes into "
        "DIR (default: the folder's name and .rerun).",
    .takes = "threads output force",
    .least = 1,
    .most = 1,
    .run = run,
};
