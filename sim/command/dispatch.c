/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the command line to a command, and what all commands share. */
#include "command.h"
#include "sim/study/ranks.h"

#include "sim/base/say.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command *find(const struct command *const *table, const char *name)
{
    for (; *table; table++)
        if (strcmp((*table)->name, name) == 0)
            return *table;
    return NULL;
}

static enum exit_code no_such_command(const struct command *const *table, const char *name)
{
    size_t count = 0;
    while (table[count])
        count++;
    const char **names = calloc(count + 3, sizeof *names), *near = NULL;
    if (names) {
        for (size_t i = 0; i < count; i++)
            names[i] = table[i]->name;
        names[count] = "help";
        names[count + 1] = "--version";
        near = nearest_name(name, names);
    }
    say("iccsim: no command `%s`", name);
    if (near)
        say(" (did you mean %s?)", near);
    say("; `iccsim help` lists them\n");
    free(names);
    return EXIT_USAGE;
}

static void print_overview(const struct command *const *table, FILE *to)
{
    fputs("iccsim simulates the economics of AI computing centres: what compute costs, rents for and is worth.\n\n",
          to);
    for (; *table; table++) {
        int used = fprintf(to, "  iccsim %s %s", (*table)->name, (*table)->arguments);
        fprintf(to, "%*s%s\n", used < 28 ? 28 - used : 1, "", (*table)->help);
    }
    fputs("  iccsim help COMMAND       the options of a command\n"
          "  iccsim --version\n\n"
          "Exit: 0 ok, 2 usage, 3 invalid scenario, 4 run failed, 5 interrupted with partial results kept.\n",
          to);
}

static void print_command(const struct command *command, FILE *to)
{
    fprintf(to, "iccsim %s %s%s\n\n%s.\n", command->name, command->takes[0] ? "[OPTIONS] " : "", command->arguments,
            command->help);
    if (command->details)
        fprintf(to, "\n%s\n", command->details);
    if (command->takes[0]) {
        fputs("\nOptions\n", to);
        options_print(command, to);
    }
}

static enum exit_code help(const struct command *const *table, int argc, char **argv)
{
    if (argc == 0) {
        print_overview(table, stdout);
        return command_flush();
    }
    const struct command *command = find(table, argv[0]);
    if (!command)
        return no_such_command(table, argv[0]);
    print_command(command, stdout);
    return command_flush();
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static enum exit_code run(const struct command *command, const struct study *study, int argc, char **argv)
{
    struct arena arena = {0};
    struct options options;
    enum exit_code code = EXIT_USAGE;
    if (ranks_count() > 1 && !command->spreads)
        say("iccsim %s: runs as one process; of the commands, sweep alone spreads over MPI ranks\n", command->name);
    else if (options_read(&options, command, argc, argv, &arena))
        code = command->run(&options, study);
    arena_free(&arena);
    enum exit_code flushed = command_flush();
    return code == EXIT_OK ? flushed : code;
}

enum exit_code commands_main(const struct command *const *table, const struct study *study, int argc, char **argv)
{
    if (argc < 2) {
        print_overview(table, say_stream());
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("iccsim " ICCSIM_VERSION ", commit %s\n", study->commit);
        return command_flush();
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(table, argc - 2, argv + 2);
    const struct command *command = find(table, argv[1]);
    if (!command)
        return no_such_command(table, argv[1]);
    if (asks_help(argc - 2, argv + 2))
        return help(table, 1, argv + 1);
    return run(command, study, argc - 2, argv + 2);
}

struct scenario *command_load(const struct options *options, const struct study *study, size_t i, const char *variant,
                              uint32_t off)
{
    struct mistakes mistakes = {0};
    struct load_request request = {
        .file = options->argument[i],
        .variant = variant,
        .off = off,
        .facts = options->facts,
        .overrides = options->override,
        .override_count = options->override_count,
    };
    struct scenario *scenario = scenario_load(&request, &study->schema, &mistakes);
    mistakes_print(&mistakes, say_stream());
    mistakes_free(&mistakes);
    return scenario;
}

/* `| head` has seen enough, which is no failure. */
static bool reader_is_gone(void)
{
    struct pollfd look = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&look, 1, 0) > 0 && (look.revents & POLLERR);
}

enum exit_code command_flush(void)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || reader_is_gone()) {
        clearerr(stdout);
        return EXIT_OK;
    }
    say("iccsim: cannot write to standard output: %s\n", errno ? strerror(errno) : "an earlier write failed");
    clearerr(stdout);
    return EXIT_FAILED;
}
