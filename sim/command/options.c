/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options: each is one row here, wherever it is taken. */
#include "command.h"

#include "sim/base/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum option_type {
    OPTION_FLAG,
    OPTION_COUNT,
    OPTION_SEED,
    OPTION_INDEX,
    OPTION_TEXT,
    OPTION_FORMAT,
    OPTION_SET,
    OPTION_VARY
};

struct option_row {
    char letter; /* 0: none */
    const char *name, *value, *help;
    enum option_type type;
    size_t offset;
};

#define AT(member) offsetof(struct options, member)
/* clang-format off */
static const struct option_row rows[] = {
    {'n', "replications", "N", "how many replications (default: the scenario's)", OPTION_COUNT, AT(replications)},
    {'j', "threads", "N", "how many threads (default: all cores); never changes a number", OPTION_COUNT, AT(threads)},
    {'s', "seed", "SEED", "the seed of all random numbers (default: the scenario's)", OPTION_SEED, AT(seed)},
    {0, "set", "PATH=VALUE", "set one value of the scenario, with its unit; may be repeated", OPTION_SET, AT(override)},
    {0, "vary", "PATH=V1,V2", "vary one value, in every combination with the others; may be repeated", OPTION_VARY, AT(vary)},
    {0, "variant", "NAME", "take this variant of the scenario alone", OPTION_TEXT, AT(variant)},
    {0, "no-attribution", NULL, "leave the scenario's attribution out", OPTION_FLAG, AT(no_attribution)},
    {0, "no-variants", NULL, "leave the scenario's variants out", OPTION_FLAG, AT(no_variants)},
    {'o', "output", "DIR", "where to write (default: out/SCENARIO)", OPTION_TEXT, AT(out)},
    {0, "force", NULL, "replace DIR even if it holds something else than a run", OPTION_FLAG, AT(force)},
    {0, "no-plots", NULL, "draw no pictures", OPTION_FLAG, AT(no_plots)},
    {0, "plots", "NAME,...", "draw these pictures alone", OPTION_TEXT, AT(plots)},
    {0, "png", NULL, "draw pictures as PNG too, beside SVG", OPTION_FLAG, AT(png)},
    {0, "until", "CONDITION", "run until a number is sure enough: 'utilisation@2025-06.p50 +-1%'", OPTION_TEXT, AT(until)},
    {0, "ci", NULL, "give the 95 % interval of every percentile too", OPTION_FLAG, AT(ci)},
    {0, "antithetic", NULL, "run pairs of replications on opposite random numbers", OPTION_FLAG, AT(antithetic)},
    {0, "keep", NULL, "write every replication's measures too", OPTION_FLAG, AT(keep)},
    {0, "shard", "K/N", "run part K of N only, into a store of its own, for iccsim merge", OPTION_TEXT, AT(shard)},
    {0, "replication", "K", "this replication alone, counted from 0", OPTION_INDEX, AT(replication)},
    {0, "format", "FORMAT", "text, csv or jsonl (default: text)", OPTION_FORMAT, AT(format)},
    {0, "only", "NAME,...", "lines of these mechanisms alone", OPTION_TEXT, AT(only)},
    {0, "about", "TEXT", "lines that hold TEXT (verb, subject or sentence) alone", OPTION_TEXT, AT(about)},
    {0, "against", "WORLD", "another file, or a variant: where the two worlds part", OPTION_TEXT, AT(against)},
    {0, "facts", "FILE", "the dated facts of this scenario file instead of its own", OPTION_TEXT, AT(facts)},
    {0, "html", NULL, "print a page for the browser", OPTION_FLAG, AT(html)},
    {0, "csv", NULL, "print tables as CSV", OPTION_FLAG, AT(csv)},
    {'q', "quiet", NULL, "print nothing but errors", OPTION_FLAG, AT(quiet)},
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof *rows };

static const char *const formats[] = {"text", "csv", "jsonl", NULL};

static bool takes(const struct command *command, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = command->takes; (at = strstr(at, name)); at += length)
        if ((at == command->takes || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

void options_print(const struct command *command, FILE *to)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *row = &rows[i];
        if (!takes(command, row->name))
            continue;
        char letter[] = {'-', row->letter, ',', '\0'};
        int used = fprintf(to, "  %-3s --%s%s%s", row->letter ? letter : "", row->name, row->value ? " " : "",
                           row->value ? row->value : "");
        fprintf(to, "%*s%s\n", used < 28 ? 28 - used : 1, "", row->help);
    }
}

/* One argument that begins with `-`, taken apart: `-n64`, `-n 64`, `--set=a=b`, `--set a=b`. */
struct reading {
    const struct command *command;
    struct options *options;
    int argc, at;
    char **argv;
};

static bool unknown(const struct reading *r, const char *text)
{
    const char *known[ROWS + 1] = {0}, *near = NULL;
    char letter[] = {'-', '\0', '\0'};
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (takes(r->command, rows[i].name))
            known[count++] = rows[i].name;
    size_t length = strcspn(text, "=");
    char *name = strndup(text, length);
    if (name)
        near = nearest_name(name + strspn(name, "-"), known);
    for (size_t i = 0; i < ROWS && !near; i++)
        if (name && rows[i].letter && takes(r->command, rows[i].name) && strcmp(name, "-") != 0 &&
            name[1] == rows[i].letter)
            letter[1] = rows[i].letter;
    say("iccsim %s: no option `%s`", r->command->name, name ? name : text);
    if (near)
        say(" (did you mean --%s?)", near);
    else if (letter[1])
        say(" (did you mean %s?)", letter);
    say("; see `iccsim help %s`\n", r->command->name);
    free(name);
    return false;
}

static const struct option_row *find(const struct reading *r, const char *text, const char **value)
{
    *value = NULL;
    bool is_long = text[1] == '-';
    const char *name = text + 2;
    size_t length = strcspn(name, "=");
    for (size_t i = 0; i < ROWS; i++) {
        if (!takes(r->command, rows[i].name))
            continue;
        if (is_long && strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) {
            *value = name[length] ? name + length + 1 : NULL;
            return &rows[i];
        }
        if (!is_long && rows[i].letter == text[1] && (rows[i].value || !text[2])) {
            *value = text[2] ? text + 2 : NULL;
            return &rows[i];
        }
    }
    return NULL;
}

static bool read_whole(const struct reading *r, const struct option_row *row, const char *text, uint64_t least,
                       uint64_t most, uint64_t *to)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || number < least || number > most) {
        say("iccsim %s: --%s is a whole number from %llu to %llu, not `%s`\n", r->command->name, row->name,
            (unsigned long long)least, (unsigned long long)most, text);
        return false;
    }
    *to = number;
    return true;
}

static bool has_path(const struct reading *r, const char *option, const char *value, const char *text)
{
    if (text[0] != '=' && strchr(text, '='))
        return true;
    say("iccsim %s: --%s takes PATH=%s, not `%s`\n", r->command->name, option, value, text);
    return false;
}

static bool read_set(struct reading *r, const char *text)
{
    if (!has_path(r, "set", "VALUE", text))
        return false;
    r->options->override[r->options->override_count++] = (struct override){.argument = text};
    return true;
}

static bool read_vary(struct reading *r, const char *text)
{
    if (!has_path(r, "vary", "V1,V2,...", text))
        return false;
    r->options->vary[r->options->vary_count++] = (struct override){.argument = text};
    return true;
}

static bool read_format(struct reading *r, const char *text)
{
    for (size_t i = 0; formats[i]; i++)
        if (strcmp(formats[i], text) == 0) {
            r->options->format = text;
            return true;
        }
    const char *near = nearest_name(text, formats);
    say("iccsim %s: --format is text, csv or jsonl, not `%s`", r->command->name, text);
    say(near ? " (did you mean %s?)\n" : "\n", near ? near : "");
    return false;
}

static bool store(struct reading *r, const struct option_row *row, const char *text)
{
    void *member = (char *)r->options + row->offset;
    switch (row->type) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_COUNT:
        return read_whole(r, row, text, 1, row->letter == 'j' ? 4096 : UINT32_MAX, member);
    case OPTION_SEED:
        r->options->seed_given = true;
        return read_whole(r, row, text, 0, UINT64_MAX, member);
    case OPTION_INDEX:
        r->options->replication_given = true;
        return read_whole(r, row, text, 0, UINT32_MAX - 1, member);
    case OPTION_TEXT:
        *(const char **)member = text;
        return *text || (say("iccsim %s: --%s is empty\n", r->command->name, row->name), false);
    case OPTION_FORMAT:
        return read_format(r, text);
    case OPTION_SET:
        return read_set(r, text);
    case OPTION_VARY:
        return read_vary(r, text);
    }
    return false;
}

static bool read_option(struct reading *r)
{
    const char *text = r->argv[r->at], *value;
    const struct option_row *row = find(r, text, &value);
    if (!row)
        return unknown(r, text);
    if (!row->value && value) {
        say("iccsim %s: --%s takes no value\n", r->command->name, row->name);
        return false;
    }
    if (row->value && !value) {
        if (++r->at == r->argc) {
            say("iccsim %s: --%s needs a value: %s\n", r->command->name, row->name, row->value);
            return false;
        }
        value = r->argv[r->at];
    }
    return store(r, row, value);
}

static bool count_is_right(const struct options *options, const struct command *command)
{
    if (options->argument_count >= command->least && options->argument_count <= command->most)
        return true;
    bool few = options->argument_count < command->least;
    say("iccsim %s: %s; usage: iccsim %s %s\n", command->name, few ? "something is missing" : "too many arguments",
        command->name, command->arguments);
    return false;
}

bool options_read(struct options *options, const struct command *command, int argc, char **argv, struct arena *arena)
{
    size_t room = (size_t)argc;
    const char **argument = arena_array(arena, room, sizeof *argument);
    *options = (struct options){.argument = argument,
                                .override = arena_array(arena, room, sizeof *options->override),
                                .vary = arena_array(arena, room, sizeof *options->vary)};
    struct reading r = {.command = command, .options = options, .argc = argc, .argv = argv};
    bool only_arguments = false;
    for (; r.at < argc; r.at++) {
        const char *text = argv[r.at];
        if (only_arguments || text[0] != '-' || !text[1])
            argument[options->argument_count++] = text;
        else if (strcmp(text, "--") == 0)
            only_arguments = true;
        else if (!read_option(&r))
            return false;
    }
    return count_is_right(options, command);
}
