/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands as the user meets them: every one in a process of its own, with its words, data and exit code. */
#include "fake_models.h"
#include "files.h"
#include "json_check.h"
#include "near.h"

#include "sim/command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct command *const table[] = {
    &command_run,      &command_check, &command_show,   &command_plan,  &command_trace, &command_compare,
    &command_backtest, &command_list,  &command_schema, &command_sweep, &command_merge, NULL,
};

static struct arena arena;
static char program[4096]; /* the real one, beside the tests */

static int find_program(void **state)
{
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - sizeof "iccsim");
    *strrchr(program, '/') = '\0';
    strcpy(strrchr(program, '/'), "/iccsim");
    return length > 0 ? enter_folder(state) : -1;
}

static int leave(void **state)
{
    arena_free(&arena);
    return leave_folder(state);
}

static const char *get(const char *path)
{
    return text_of_file(path, &arena);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---- Calling ---- */

enum { MOST_WORDS = 32 };

static size_t split(char *line, char **argv)
{
    size_t count = 0;
    for (char *rest, *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[count++] = word;
    argv[count] = NULL;
    return count;
}

static pid_t start(const char *line, const char *out, const char *err, bool real)
{
    fflush(NULL);
    pid_t child = fork();
    if (child != 0)
        return child;
    char *argv[MOST_WORDS];
    size_t argc = split(arena_printf(&arena, "iccsim %s", line), argv);
    if (!freopen(out, "w", stdout) || !freopen(err, "w", stderr))
        _exit(99);
    if (real) {
        personality(ADDR_NO_RANDOMIZE); /* what memory it takes to start is the same each time */
        execv(program, argv);
        _exit(98);
    }
    signal(SIGPIPE, SIG_IGN);
    struct study study;
    study_open(&study, fake_models, sizeof(struct world));
    enum exit_code code = commands_main(table, &study, (int)argc, argv);
    study_close(&study);
    fflush(NULL);
    _exit((int)code);
}

static int await(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The exit code; what was said is in the files `out` and `err`. */
static int call(const char *line)
{
    return await(start(line, "out", "err", false));
}

static const char *walk(void)
{
    return fake_file(".", "walk", fake_scenario);
}

/* ---- Trees ---- */

static const char *tree_a, *tree_b;
static size_t differing;

static int compare_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)ftw;
    if (type != FTW_F || strstr(path, "manifest.json"))
        return 0;
    differing += strcmp(get(path), get(arena_printf(&arena, "%s%s", tree_b, path + strlen(tree_a)))) != 0;
    return 0;
}

static size_t differences(const char *a, const char *b)
{
    tree_a = a;
    tree_b = b;
    differing = 0;
    nftw(a, compare_one, 16, FTW_PHYS);
    return differing;
}

/* ---- Help ---- */

static void help_tells_of_every_command_and_every_option_it_takes(void **state)
{
    (void)state;
    assert_int_equal(call("help"), EXIT_OK);
    const char *overview = get("out");
    for (size_t i = 0; table[i]; i++) {
        assert_non_null(strstr(overview, arena_printf(&arena, "iccsim %s", table[i]->name)));
        assert_non_null(strstr(overview, table[i]->help));
        assert_int_equal(call(arena_printf(&arena, "help %s", table[i]->name)), EXIT_OK);
        const char *help = get("out");
        char *takes = arena_text(&arena, table[i]->takes), *word[MOST_WORDS];
        for (size_t k = 0, count = split(takes, word); k < count; k++)
            if (!strstr(help, arena_printf(&arena, "--%s", word[k])))
                fail_msg("help %s is silent on --%s", table[i]->name, word[k]);
        assert_int_equal(call(arena_printf(&arena, "%s --help", table[i]->name)), EXIT_OK);
        assert_string_equal(get("out"), help);
    }
}

static void the_program_lists_the_commands_that_are_tested(void **state)
{
    (void)state;
    assert_int_equal(await(start("help", "out", "err", true)), EXIT_OK);
    const char *overview = get("out");
    for (size_t i = 0; table[i]; i++)
        assert_non_null(strstr(overview, arena_printf(&arena, "iccsim %s", table[i]->name)));
    assert_int_equal(await(start("--version", "out", "err", true)), EXIT_OK);
    const char *version = "iccsim " ICCSIM_VERSION ", commit ";
    assert_int_equal(strncmp(get("out"), version, strlen(version)), 0);
    assert_int_equal(await(start("list models", "out", "err", true)), EXIT_OK);
}

static void mistakes_of_usage_name_what_was_meant(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "iccsim run FILE"},
        {"runn x", "did you mean run?"},
        {"run", "something is missing"},
        {"run a b", "too many arguments"},
        {"run --sed 3 a", "did you mean --seed?"},
        {"run -x a", "no option `-x`"},
        {"check --seed 3 a", "no option `--seed`"},
        {"run -n 0 a", "from 1"},
        {"run -n -3 a", "from 1"},
        {"run -n 3x a", "`3x`"},
        {"run -n 99999999999999999999 a", "from 1 to 4294967295"},
        {"run a -n", "needs a value"},
        {"run a --set", "needs a value"},
        {"run a --set b", "PATH=VALUE"},
        {"run a --csv=yes", "takes no value"},
        {"run a --output=", "is empty"},
        {"trace a --format josnl", "did you mean jsonl?"},
        {"list modles", "did you mean models?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(call(cases[i][0]), EXIT_USAGE);
        if (!strstr(get("err"), cases[i][1]))
            fail_msg("`iccsim %s` says: %s", cases[i][0], get("err"));
        assert_string_equal(get("out"), "");
    }
}

static void options_may_stand_anywhere_and_be_written_in_every_way(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run -n3 -s 9 --no-plots walk.yml -o forms_a -q"), EXIT_OK);
    assert_int_equal(call("run --output=forms_b --replications=3 --seed=9 -q --no-plots -- ./walk.yml"), EXIT_OK);
    assert_string_equal(get("forms_a/replications.csv"), get("forms_b/replications.csv"));
}

/* ---- Run ---- */

static void threads_change_nothing_but_the_manifest(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml -s 7 -j 1 -o one --no-plots -q"), EXIT_OK);
    assert_int_equal(call("run walk.yml -s 7 -j 2 -o elsewhere/two --no-plots -q"), EXIT_OK);
    assert_int_equal(call("run walk.yml -s 7 -j 3 -o three --no-plots -q"), EXIT_OK);
    assert_int_equal(differences("one", "elsewhere/two"), 0);
    assert_int_equal(differences("three", "one"), 0);
    assert_int_equal(call("run walk.yml -s 8 -o four --no-plots -q"), EXIT_OK);
    assert_true(differences("one", "four") > 0);
    assert_string_equal(get("err"), "");
    assert_string_equal(get("out"), "");
}

static void a_run_writes_every_file_it_promises(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml -o promised --no-plots"), EXIT_OK);
    static const char *const files[] = {"series/level.dat", "series/weighted.one.dat",
                                        "series/tally.dat", "scalars.dat",
                                        "replications.csv", "index.dat",
                                        "facts.dat",        "events.dat",
                                        "context.gp",       "summary.json",
                                        "scenario.yml",     "report.html",
                                        "manifest.json"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!exists(arena_printf(&arena, "promised/%s", files[i])))
            fail_msg("there is no %s", files[i]);
    assert_true(json_is_valid(get("promised/summary.json")));
    assert_true(json_is_valid(get("promised/manifest.json")));
    assert_non_null(strstr(get("promised/manifest.json"), "\"commit\": \"unknown\""));
    assert_non_null(strstr(get("promised/report.html"), "iccsim " ICCSIM_VERSION ", commit unknown, seed 5"));
    const char *series = get("promised/series/level.dat");
    assert_non_null(strstr(series, "# output level\n# unit CNY\n"));
    assert_non_null(strstr(series, "# replications 40\n"));
    assert_non_null(strstr(series, "\ndate year mean se p05 p25 p50 p75 p95 n flag\n2022-02-01 2022.083333 "));
    assert_non_null(strstr(get("promised/events.dat"), "2022-06-15 2022.455556 mark \"It begins\"\n"));
    assert_non_null(strstr(get("promised/context.gp"),
                           "things = \"one two\"\narray thing_label[2]\nthing_label[1] = \"Thing one\"\n"));
    assert_non_null(strstr(get("promised/facts.dat"), "\nsum tally 2022-07-01 2022.5 2022 2023 78 "));
    assert_non_null(strstr(get("out"), "level"));
    assert_non_null(strstr(get("err"), "promised"));
}

static void the_merged_scenario_of_a_run_gives_its_numbers_again(void **state)
{
    (void)state;
    fake_file(".", "merged", arena_printf(&arena, "%svariants: {calm: {walk.spread: 0 CNY}}\n", fake_scenario));
    assert_int_equal(call("run merged.yml --set walk.drift=7CNY -s 99 -n 3 -o merged --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("merged/scenario.yml"), "drift: 7CNY"));
    assert_non_null(strstr(get("merged/calm/scenario.yml"), "variant calm"));
    static const char *const folders[] = {"merged", "merged/calm"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            call(arena_printf(&arena, "run %s/scenario.yml --seed 99 -n 3 -o again --no-plots --no-variants -q",
                              folders[i])),
            EXIT_OK);
        assert_string_equal(get("again/replications.csv"),
                            get(arena_printf(&arena, "%s/replications.csv", folders[i])));
    }
    assert_true(strcmp(get("merged/replications.csv"), get("merged/calm/replications.csv")) != 0);
}

static void money_says_whether_its_level_is_evidence(void **state)
{
    (void)state;
    walk();
    static const struct {
        const char *facts, *level;
    } said[] = {
        {"mid: {output: level, at: 2022-12, value: 12 CNY, tolerance: 50%, source: a test}", "evidence: facts"},
        {"mid: {output: level, at: 2022-12, kind: lower, value: 12 CNY, source: a test}", "bounded: facts"},
        {"mid: {output: level, at: 2022-12, value: 12 CNY, tolerance: 50%, source: a test, stated_by: [walk.drift]}",
         "an input: "},
        {"mid: {output: level, at: 2022-12, relative_to: 2022-06, value: 2, tolerance: 50%, source: a test}",
         "no evidence: "}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        FILE *to = fopen("level.yml", "w");
        fprintf(to, "extends: walk.yml\nfacts:\n  %s\n  late: null\n", said[i].facts);
        fclose(to);
        assert_int_equal(call("run level.yml -n 3 -o level --force --no-plots"), EXIT_OK);
        assert_non_null(strstr(get("level/series/level.dat"), arena_printf(&arena, "\n# level %s", said[i].level)));
        bool untested = strncmp(said[i].level, "no evidence", 11) == 0;
        assert_non_null(strstr(get("level/summary.json"), arena_printf(&arena, "\"level\": \"%s", said[i].level)));
        assert_true(!!strstr(get("out"), "No fact tests the level of level") == untested);
    }
}

static void a_series_without_a_number_is_named_and_not_written(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --set walk.drift=0CNY --set walk.spread=0CNY -n 3 -o sparse --no-plots"),
                     EXIT_OK);
    assert_true(exists("sparse/series/level.dat"));
    assert_false(exists("sparse/series/weighted.one.dat") || exists("sparse/series/weighted.two.dat"));
    assert_non_null(strstr(get("err"), "but for 2 series of which no replication has a number"));
    assert_non_null(strstr(get("sparse/summary.json"),
                           "\"series_without_a_number\": [\n    \"weighted.one\",\n    \"weighted.two\"\n  ],"));
    assert_non_null(
        strstr(get("sparse/manifest.json"),
               "\"not_written\": [\n    \"series/weighted.one.dat\",\n    \"series/weighted.two.dat\"\n  ]"));
    assert_null(strstr(get("sparse/index.dat"), "weighted."));
    assert_non_null(strstr(get("sparse/scalars.dat"), "\nlast "));
    assert_int_equal(call("run walk.yml -n 3 -o sparse --no-plots"), EXIT_OK); /* now they have numbers */
    assert_true(exists("sparse/series/weighted.one.dat") && !strstr(get("err"), "but for"));
    assert_non_null(strstr(get("sparse/manifest.json"), "\"not_written\": []"));
    fake_file(".", "still",
              "extends: walk.yml\nwalk: {drift: 0 CNY, spread: 0 CNY}\nvariants: {wild: {walk.drift: 9 CNY}}\n");
    assert_int_equal(call("compare still.yml -n 3 -o sparse_compared --no-plots"), EXIT_OK); /* no pair has both */
    assert_false(exists("sparse_compared/compare/series/weighted.one.dat"));
    assert_non_null(strstr(get("sparse_compared/manifest.json"), "\"compare/series/weighted.one.dat\""));
    fake_file(
        ".", "moving",
        "extends: walk.yml\nvariants: {still: {walk.drift: 0 CNY, walk.spread: 0 CNY}, wild: {walk.drift: 9 CNY}}\n");
    assert_int_equal(call("compare moving.yml -n 3 -o moved --no-plots"), EXIT_OK);
    assert_true(exists("moved/compare/wild/series/weighted.one.dat") &&
                exists("moved/compare/still/series/weighted.one.dat"));
}

static void a_curve_is_written_by_its_x(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --set walk.drift=1CNY --set walk.spread=0CNY -n 3 -o curved --no-plots"),
                     EXIT_OK);
    assert_string_equal(get("curved/curves/profile.two.dat"),
                        "# program iccsim " ICCSIM_VERSION "\n# scenario walk\n# output profile.two\n# unit CNY\n"
                        "# help its end by age, but at the age of 15\n# level no evidence: no fact tests it, so read "
                        "changes and not amounts\n# seed 5\n# replications 3\n"
                        "# percentiles exact, type 7 of Hyndman and Fan (linear between order statistics)\n"
                        "# x months\n# x_unit month\nmonths mean se p05 p25 p50 p75 p95 n flag\n"
                        "0 48 0 48 48 48 48 48 3 0\n3 51 0 51 51 51 51 51 3 0\n6 54 0 54 54 54 54 54 3 0\n"
                        "9 57 0 57 57 57 57 57 3 0\n12 60 0 60 60 60 60 60 3 0\n15 NaN NaN NaN NaN NaN NaN NaN 0 0\n");
    assert_non_null(strstr(get("curved/index.dat"), "\nprofile.one curve profile things one \"CNY\" \"Thing one\" "));
    assert_non_null(strstr(get("curved/summary.json"), "\"profile.two\": {"));
    assert_true(json_is_valid(get("curved/summary.json")));
    assert_non_null(strstr(get("curved/report.html"), "months 6"));
    assert_int_equal(call("run walk.yml -n 3 -o curved --no-plots --csv"), EXIT_OK);
    assert_non_null(strstr(get("out"), "\ncurve,profile.one@12,CNY,,"));
    assert_int_equal(call("list outputs"), EXIT_OK);
    assert_non_null(strstr(get("out"), "curve by months"));
    assert_int_equal(call("compare walk.yml --set walk.drift=1CNY -n 3 -o curves_compared --no-plots"), EXIT_OK);
    assert_non_null(
        strstr(get("curves_compared/compare/curves/profile.one.dat"), "\nmonths base other diff se low high "));
}

static void fewer_replications_are_the_first_rows_of_more(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml -n 10 -o ten --no-plots -q"), EXIT_OK);
    assert_int_equal(call("run walk.yml -n 20 -o twenty --no-plots -q"), EXIT_OK);
    const char *ten = get("ten/replications.csv");
    assert_memory_equal(ten, get("twenty/replications.csv"), strlen(ten));
}

static void failed_replications_are_in_all_the_books(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --set walk.failing_share=0.3 -n 40 -o failing --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("err"), "of 40 replications failed"));
    const char *summary = get("failing/summary.json");
    assert_true(json_is_valid(summary));
    assert_null(strstr(summary, "\"failed\": 0,"));
    assert_non_null(strstr(summary, "told to fail, \\\"with quotes\\\""));
    assert_non_null(strstr(get("failing/replications.csv"), ",\"2022-01-01: told to fail, \"\"with quotes\"\"\"\n"));
    assert_non_null(strstr(get("failing/series/level.dat"), "# failed "));
}

static void a_run_in_which_all_fail_writes_nothing(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --set walk.failing_share=1 -o hopeless --no-plots"), EXIT_FAILED);
    assert_non_null(strstr(get("err"), "all replications failed"));
    assert_false(exists("hopeless"));
}

static void a_world_that_fails_is_named_by_every_command(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("compare walk.yml --set walk.failing_share=0.3 -n 40 -o failing --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("err"), "of 40 replications failed; the first, number "));
    assert_int_equal(call("compare walk.yml --set walk.failing_share=1 -n 3 -o hopeless --no-plots"), EXIT_FAILED);
    assert_non_null(strstr(get("err"), "there is nothing to compare; nothing is written"));
    assert_int_equal(call("backtest walk.yml --set walk.failing_share=0.3 -n 40"), EXIT_OK);
    assert_non_null(strstr(get("err"), "of 40 replications failed; the first, number "));
    assert_int_equal(call("backtest walk.yml --set walk.failing_share=1 -n 3 -o hopeless --no-plots"), EXIT_FAILED);
    assert_int_equal(call("plan walk.yml --set walk.failing_share=1"), EXIT_FAILED);
    assert_non_null(strstr(get("err"), "the first replication failed: 2022-01-01: told to fail"));
    assert_false(exists("hopeless"));
}

/* A pipe would be waited for, and a device has no end. */
static void only_regular_files_are_read(void **state)
{
    (void)state;
    walk();
    assert_int_equal(mkfifo("pipe.yml", 0666), 0);
    static const char *const inputs[] = {"pipe.yml", "/dev/zero", "/dev/tty", "."};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        assert_int_equal(call(arena_printf(&arena, "check %s", inputs[i])), EXIT_INVALID);
        assert_non_null(strstr(get("err"), "cannot be read"));
        fake_file(".", "extended", arena_printf(&arena, "extends: %s\n", inputs[i]));
        assert_int_equal(call("check extended.yml"), EXIT_INVALID);
        assert_non_null(strstr(get("err"), "extended.yml:1:"));
        assert_int_equal(call(arena_printf(&arena, "backtest walk.yml --facts %s", inputs[i])), EXIT_INVALID);
    }
    assert_int_equal(call("check pipe.yml"), EXIT_INVALID);
    assert_non_null(strstr(get("err"), "it is no regular file"));
    assert_int_equal(symlink("walk.yml", "link.yml"), 0);
    assert_int_equal(call("check link.yml"), EXIT_OK);
}

static void a_wrong_scenario_leaves_no_trace(void **state)
{
    (void)state;
    fake_file(".", "wrong", "run: {strat: 2022-01}\n");
    assert_int_equal(call("run wrong.yml"), EXIT_INVALID);
    assert_non_null(strstr(get("err"), "wrong.yml:1:"));
    assert_false(exists("out/wrong"));
    walk();
    assert_int_equal(call("run walk.yml --set run.report=0.5months -o never"), EXIT_INVALID);
    assert_int_equal(call("run walk.yml --variant nobody -o never"), EXIT_INVALID);
    assert_non_null(strstr(get("err"), "no such variant, nobody; allowed: none, the scenario has no variants"));
    assert_false(exists("never"));
}

static void a_folder_of_something_else_is_refused_before_the_run(void **state)
{
    (void)state;
    walk();
    mkdir("thesis", 0777);
    fclose(fopen("thesis/chapter", "w"));
    assert_int_equal(call("run walk.yml -n 4000000 -o thesis --no-plots"), EXIT_USAGE);
    assert_non_null(strstr(get("err"), "--force"));
    assert_true(exists("thesis/chapter"));
    assert_int_equal(call("run walk.yml -n 2 -o thesis --no-plots -q --force"), EXIT_OK);
    assert_false(exists("thesis/chapter"));
    assert_int_equal(call("run walk.yml -n 2 -o thesis --no-plots -q"), EXIT_OK);
    fclose(fopen("thesis/notes", "w"));
    assert_int_equal(call("run walk.yml -n 2 -o thesis --no-plots -q"), EXIT_USAGE);
    assert_non_null(strstr(get("err"), "`notes`"));
    assert_true(exists("thesis/notes"));
}

/* What the manifest lists is what is there, also for variants, pictures and other commands. */
static void the_manifest_lists_every_file(void **state)
{
    (void)state;
    fake_file(".", "listed", arena_printf(&arena, "%svariants: {calm: {walk.spread: 0 CNY}}\n", fake_scenario));
    static const char *const lines[] = {"run listed.yml -n 3 -o listed -q", "compare listed.yml -n 3 -o listed -q",
                                        "backtest listed.yml -n 3 -o listed -q"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(call(lines[i]), EXIT_OK);
        assert_int_equal(
            system("cd listed && find . -type f ! -name manifest.json -printf '    \"%P\": %s\\n' | sort > ../there;"
                   "sed -n '/\"files\": {/,/}/s/^\\(    .*[0-9]\\),*$/\\1/p' manifest.json | sort > ../said"),
            0);
        assert_string_equal(get("there"), get("said"));
        assert_non_null(strstr(get("said"), i == 0   ? "calm/report.html"
                                            : i == 1 ? "compare/scalars.dat"
                                                     : "backtest.dat"));
    }
}

static double processor_s(pid_t child)
{
    clockid_t clock;
    struct timespec time;
    assert_int_equal(clock_getcpuclockid(child, &clock), 0);
    assert_int_equal(clock_gettime(clock, &time), 0);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool is_begun(const char *folder)
{
    glob_t found;
    bool begun = glob(arena_printf(&arena, "%s.tmp-*", folder), 0, NULL, &found) == 0;
    globfree(&found);
    return begun;
}

/* Until its folder is there and it has had a tenth of a second of a processor since, however busy the machine is. */
static void wait_until_it_works(pid_t child, const char *folder)
{
    double since = -1;
    for (int i = 0; i < 12000; i++) {
        usleep(5000);
        if (since < 0 && is_begun(folder))
            since = processor_s(child);
        if (since >= 0 && processor_s(child) > since + 0.1)
            return;
    }
    fail_msg("%s is not begun", folder);
}

static void interrupt(int signal_number)
{
    walk();
    pid_t child = start("run walk.yml -n 4000000000 -o stopped --no-plots -q", "out", "err", false);
    wait_until_it_works(child, "stopped");
    kill(child, signal_number);
    assert_int_equal(await(child), EXIT_INTERRUPTED);
    assert_non_null(strstr(get("err"), "are kept"));
    const char *summary = strstr(get("stopped/summary.json"), "\"replications\": ");
    unsigned kept = (unsigned)strtoul(summary + strlen("\"replications\": "), NULL, 10);
    assert_true(kept > 0);
    assert_int_equal(call(arena_printf(&arena, "run walk.yml -n %u -o asked --no-plots -q", kept)), EXIT_OK);
    assert_int_equal(differences("asked", "stopped"), 0);
}

/* The same for Ctrl-C, the end of a batch job, a terminal that closes and a limit of processor time. */
static void an_interruption_keeps_the_first_replications(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        interrupt(signals[i]);
    assert_int_equal(system("ls -d stopped.*  2>/dev/null"), 2 << 8); /* nothing is left beside it */
}

/* ---- A terminal ---- */

/* What comes through it until it says `word`, or until nobody writes to it any more. */
static const char *heard(int terminal, const char *word)
{
    static char text[1 << 16];
    size_t length = 0;
    struct pollfd look = {.fd = terminal, .events = POLLIN};
    memset(text, 0, sizeof text);
    while (length + 1 < sizeof text && poll(&look, 1, 60000) > 0) {
        ssize_t got = read(terminal, text + length, sizeof text - 1 - length);
        if (got <= 0)
            break;
        length += (size_t)got;
        if (word && strstr(text, word))
            break;
    }
    return text;
}

static int open_terminal(const char **name)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    *name = arena_text(&arena, ptsname(terminal));
    return terminal;
}

static void progress_is_told_on_a_terminal(void **state)
{
    (void)state;
    walk();
    static const struct {
        const char *line, *says;
    } cases[] = {{"run walk.yml -n 4000000000 -o watched --no-plots", " of 4000000000 replications, "},
                 {"compare walk.yml --set things.two.weight=3 -n 4000000000 -o watched --no-plots",
                  " of 4000000000 replications, "},
                 {"sweep walk.yml --vary things.two.weight=1,3 -n 4000 -o watched.sweep --no-plots", " of 3 points, "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name;
        int terminal = open_terminal(&name), kept = open(name, O_RDWR | O_NOCTTY); /* else it ends with the child */
        pid_t child = start(cases[i].line, "out", name, false);
        const char *text = heard(terminal, cases[i].says);
        if (!strstr(text, cases[i].says) || !strchr(text, '\r'))
            fail_msg("`%s` is not told in `%s`", cases[i].says, text);
        kill(child, SIGINT);
        await(child);
        close(kept);
        close(terminal);
    }
}

/* As wide as the terminal, which here is narrow. */
static void tables_are_as_wide_as_the_terminal(void **state)
{
    (void)state;
    walk();
    for (unsigned short columns = 60; columns <= 200; columns += 70) {
        const char *name;
        int terminal = open_terminal(&name), kept = open(name, O_RDWR | O_NOCTTY);
        assert_int_equal(ioctl(kept, TIOCSWINSZ, &(struct winsize){.ws_row = 24, .ws_col = columns}), 0);
        assert_int_equal(await(start("run walk.yml -n 5 -o narrow --no-plots -q", name, "err", false)), EXIT_OK);
        assert_int_equal(await(start("list parameters", name, "err", false)), EXIT_OK);
        fputs("THE END\n", fdopen(dup(kept), "w"));
        fflush(NULL);
        const char *text = heard(terminal, "THE END");
        size_t widest = 0;
        for (const char *line = text; *line; line += strcspn(line, "\r\n"), line += strspn(line, "\r\n"))
            widest = strcspn(line, "\r\n") > widest ? strcspn(line, "\r\n") : widest;
        print_message("    %u columns: %zu\n", columns, widest);
        assert_true(widest > columns / 2 && widest <= columns);
        close(kept);
        close(terminal);
    }
}

static void a_run_under_nohup_outlives_its_terminal(void **state)
{
    (void)state;
    walk();
    signal(SIGHUP, SIG_IGN);
    pid_t child = start("run walk.yml -n 4000000000 -o stopped --no-plots -q", "out", "err", false);
    wait_until_it_works(child, "stopped");
    kill(child, SIGHUP);
    usleep(200000);
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    kill(child, SIGTERM);
    assert_int_equal(await(child), EXIT_INTERRUPTED);
    signal(SIGHUP, SIG_DFL);
}

static int call_below(const char *line)
{
    return await(start(line, "../out", "../err", false));
}

/* Files whose name is no name of a folder: the results are not put in place of the folder `out`, or of the current one.
 */
static void a_file_without_a_name_has_a_folder_of_its_own(void **state)
{
    static const char *const names[] = {".yml", "...yml", "..yml"};
    mkdir("below", 0777);
    assert_int_equal(chdir("below"), 0);
    walk();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = names[i];
        assert_int_equal(rename("walk.yml", name), 0);
        assert_int_equal(call_below(arena_printf(&arena, "run %s -n 2 --no-plots", name)), EXIT_OK);
        assert_true(exists("out/unnamed/manifest.json") && exists(name));
        assert_int_equal(call_below(arena_printf(&arena, "compare %s %s %s -n 2 --no-plots", name, name, name)),
                         EXIT_OK);
        assert_true(exists("out/unnamed.compare/compare/unnamed-2/scalars.dat"));
        assert_true(exists("out/unnamed.compare/compare/unnamed-3/scalars.dat"));
        assert_int_equal(rename(name, "walk.yml"), 0);
    }
    assert_int_equal(call_below("run walk.yml -n 2 -o . --force"), EXIT_USAGE);
    assert_true(exists("walk.yml"));
    assert_int_equal(chdir(*state), 0);
}

static void a_current_folder_that_was_removed_is_told(void **state)
{
    const char *scenario = arena_printf(&arena, "%s/walk.yml", (const char *)*state);
    walk();
    const char *const lines[] = {arena_printf(&arena, "run %s -n 2 --no-plots", scenario),
                                 arena_printf(&arena, "run %s -n 2 --no-plots -o x", scenario),
                                 arena_printf(&arena, "compare %s %s -n 2 --no-plots", scenario, scenario),
                                 arena_printf(&arena, "backtest %s -n 2 -o x", scenario)};
    mkdir("gone", 0777);
    assert_int_equal(chdir("gone"), 0);
    assert_int_equal(rmdir("../gone"), 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int code = await(start(lines[i], "/dev/null", arena_printf(&arena, "%s/err", (const char *)*state), false));
        assert_int_equal(code, EXIT_USAGE);
        assert_non_null(strstr(get(arena_printf(&arena, "%s/err", (const char *)*state)), "has been removed"));
    }
    assert_int_equal(chdir(*state), 0);
}
static void a_run_whose_folder_vanishes_fails(void **state)
{
    (void)state;
    walk();
    pid_t child = start("run walk.yml -n 4000000000 -o vanished --no-plots -q", "out", "err", false);
    wait_until_it_works(child, "vanished");
    assert_int_equal(system("rm -r vanished.tmp-*"), 0);
    kill(child, SIGINT);
    assert_int_equal(await(child), EXIT_FAILED);
    assert_non_null(strstr(get("err"), "vanished while it was being written"));
    assert_false(exists("vanished"));
}

/* The number behind the first `key` after `from` in a JSON text. */
static double json_number_after(const char *text, const char *from, const char *key)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    at = strstr(at, arena_printf(&arena, "\"%s\":", key));
    assert_non_null(at);
    return strtod(strchr(at, ':') + 1, NULL);
}

static void the_finding_has_the_numbers_of_this_run(void **state)
{
    (void)state;
    fake_file(".", "found",
              arena_printf(&arena,
                           "%smeasures: {final: {output: last, label: where it ends}}\n"
                           "show: {key: level, words: the walk, finding: \"Ends at {final}, if wild "
                           "{final.shifted - final | below | above}, at {final.shifted}; in the mean {mean final}, and "
                           "{mean final.shifted - final}.\"}\n"
                           "variants: {shifted: {walk.drift: 7 CNY}}\n",
                           fake_scenario));
    assert_int_equal(call("run found.yml -n 6 -o found --no-plots"), EXIT_OK);
    const char *summary = get("found/summary.json"), *said = strstr(summary, "Ends at ");
    assert_non_null(said);
    double base = json_number_after(summary, "\"measures\"", "p50"),
           other = json_number_after(get("found/shifted/summary.json"), "\"measures\"", "p50");
    assert_true(fabs(strtod(said + strlen("Ends at "), NULL) - base) <= 0.006 * fabs(base));
    assert_true(fabs(strtod(strstr(said, "if wild ") + strlen("if wild "), NULL) - (other - base)) <=
                0.051 * fabs(other - base)); /* two digits */
    assert_non_null(strstr(said, other > base ? "above" : "below"));
    double mean = json_number_after(summary, "\"measures\"", "mean");
    assert_true(fabs(strtod(strstr(said, "in the mean ") + strlen("in the mean "), NULL) - mean) <= 0.006 * fabs(mean));
    assert_true(fabs(mean - base) > 0.02 * fabs(mean)); /* or this would not tell them apart */
    assert_non_null(strstr(get("out"), "Found: Ends at "));
    assert_non_null(strstr(get("found/report.html"), "6 replications instead of"));
    /* without its variants it says what it has */
    assert_int_equal(call("run found.yml -n 6 --no-variants -o alone --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("alone/summary.json"), "In the median, where it ends: "));
    /* and where both ends of an interval read the same, it is not said twice */
    fake_file(".", "sure", "extends: found.yml\nwalk: {drift: 3 CNY}\n");
    assert_int_equal(call("run sure.yml -n 6 -o sure --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("sure/summary.json"), " CNY more."));
    assert_null(strstr(get("sure/summary.json"), " CNY more ("));
}

/* A study with an answer that is of the run `of`; "": it does not say. */
static void answering(const char *of, const char *drift)
{
    fake_file(".", "answering",
              arena_printf(&arena, "%svariants: {shifted: {walk.drift: %s}}\nanswer: This is what I wrote.\n%s%s\n",
                           fake_scenario, drift, *of ? "answer_of: " : "", of));
}

static bool repeats_the_answer(const char *options)
{
    assert_int_equal(call(arena_printf(&arena, "run answering.yml -o answering --no-plots --force %s", options)),
                     EXIT_OK);
    assert_null(strstr(get("answering/shifted/report.html"), "This is what I wrote."));
    bool repeats = strstr(get("answering/report.html"), "This is what I wrote.");
    assert_true(repeats == !strstr(get("out"), "The study's `answer`"));
    assert_true(repeats == !strstr(get("answering/report.html"), "s `answer` "));
    return repeats;
}

/* The author's answer is tied to the run that it is about, by the hash of that run's inputs. */
static void an_answer_is_repeated_of_its_own_run_alone(void **state)
{
    (void)state;
    answering("", "7 CNY");
    assert_false(repeats_the_answer(""));
    const char *identity = strstr(get("answering/manifest.json"), "\"identity\": \"");
    assert_non_null(identity);
    const char *of = arena_printf(&arena, "%.16s", identity + strlen("\"identity\": \""));
    assert_non_null(strstr(get("out"), of));
    answering(of, "7 CNY");
    assert_true(repeats_the_answer(""));
    assert_false(repeats_the_answer("-n 6"));
    assert_false(repeats_the_answer("-s 77"));
    assert_false(repeats_the_answer("--antithetic"));
    assert_false(repeats_the_answer("--set walk.drift=3CNY"));
    assert_true(repeats_the_answer(""));
    answering(of, "8 CNY"); /* a variant that is another moves the differences that it may speak of */
    assert_false(repeats_the_answer(""));
    answering("0123456789abcdef", "7 CNY");
    assert_false(repeats_the_answer(""));
    assert_non_null(strstr(get("out"), "0123456789abcdef"));
}

static void variants_run_too_each_into_its_folder(void **state)
{
    (void)state;
    fake_file(
        ".", "many",
        arena_printf(&arena, "%svariants: {calm: {walk.spread: 0 CNY}, wild: {walk.spread: 9 CNY}}\n", fake_scenario));
    assert_int_equal(call("run many.yml -o variants --no-plots -q"), EXIT_OK);
    assert_true(exists("variants/calm/summary.json") && exists("variants/wild/report.html"));
    assert_true(differences("variants/calm", "variants/wild") > 0);
    assert_int_equal(call("run many.yml --variant calm -o calm --no-plots -q"), EXIT_OK);
    assert_int_equal(differences("calm", "variants/calm"), 0);
    assert_int_equal(call("run many.yml --no-variants -o bare --no-plots -q"), EXIT_OK);
    assert_false(exists("bare/calm"));
    assert_int_equal(call("run many.yml --variant clam -o never --no-plots"), EXIT_INVALID);
    assert_non_null(strstr(get("err"), "did you mean calm"));
}

static void a_variant_cannot_take_the_name_of_a_folder(void **state)
{
    (void)state;
    fake_file(".", "clash", arena_printf(&arena, "%svariants: {series: {walk.spread: 0 CNY}}\n", fake_scenario));
    assert_int_equal(call("run clash.yml -o clash"), EXIT_INVALID);
    assert_false(exists("clash"));
}

static void data_that_cannot_be_written_is_a_failure(void **state)
{
    (void)state;
    walk();
    static const char *const lines[] = {"list models", "trace walk.yml", "plan walk.yml", "help"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(await(start(lines[i], "/dev/full", "err", false)), EXIT_FAILED);
        assert_non_null(strstr(get("err"), "cannot write"));
    }
}

/* A quota stands for a full disk: files may not grow beyond some bytes. */
static void a_full_disk_leaves_the_earlier_run_as_it_was(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml -n 5 -o full --no-plots -q"), EXIT_OK);
    const char *before = get("full/replications.csv");
    struct rlimit usual, tight = {.rlim_cur = 2000, .rlim_max = RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &usual);
    tight.rlim_max = usual.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    int code = call("run walk.yml -n 500 -o full --no-plots -q");
    setrlimit(RLIMIT_FSIZE, &usual);
    assert_int_equal(code, EXIT_FAILED);
    if (!strstr(get("err"), strerror(EFBIG)))
        fail_msg("no word of a file too large in: %s", get("err"));
    assert_string_equal(get("full/replications.csv"), before);
    assert_int_equal(call("run walk.yml -n 5 -o full --no-plots -q"), EXIT_OK);
}

/* ---- What the system does not give ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CAN_LIMIT_MEMORY = false }; /* sanitizers want terabytes of addresses */
#else
enum { CAN_LIMIT_MEMORY = true };
#endif

static const char *scenario_of_the_tree(const char *name)
{
    int folder = (int)(strrchr(program, '/') - program);
    return arena_printf(&arena, "%.*s/../../scenarios/%s.yml", folder, program, name);
}

/* Exit code of the real program with that many MB of address space. */
static int call_within(const char *line, size_t megabytes)
{
    struct rlimit usual, tight;
    getrlimit(RLIMIT_AS, &usual);
    tight = (struct rlimit){.rlim_cur = megabytes << 20, .rlim_max = usual.rlim_max};
    setrlimit(RLIMIT_AS, &tight);
    int status = 0;
    pid_t child = start(line, "out", "err", true);
    setrlimit(RLIMIT_AS, &usual);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Megabytes in which the program and its libraries can be started: one that cannot is killed before it has begun. */
static size_t least_megabytes(void)
{
    size_t megabytes = 8;
    while (call_within("--version", megabytes) != EXIT_OK)
        megabytes++;
    return megabytes + 1;
}

static void little_memory_is_a_run_that_fails(void **state)
{
    (void)state;
    if (!CAN_LIMIT_MEMORY || !exists(program))
        skip();
    const char *line =
        arena_printf(&arena, "run %s -n 4 -j 2 -o tight --no-plots -q", scenario_of_the_tree("one-server"));
    size_t failed = 0;
    int code = EXIT_FAILED;
    for (size_t megabytes = least_megabytes(); megabytes < 200 && code != EXIT_OK; megabytes += 2) {
        code = call_within(line, megabytes);
        if (code != EXIT_OK && code != EXIT_FAILED)
            fail_msg("exit code %d within %zu MB: %s", code, megabytes, get("err"));
        failed += code == EXIT_FAILED;
        assert_int_equal(exists("tight"), code == EXIT_OK);
    }
    assert_true(code == EXIT_OK && failed > 2);
}

static void threads_that_cannot_be_started_are_done_without(void **state)
{
    (void)state;
    if (!CAN_LIMIT_MEMORY || !exists(program))
        skip();
    const char *scenario = scenario_of_the_tree("one-server");
    assert_int_equal(call_within(arena_printf(&arena, "run %s -n 4 -j 64 -o few --no-plots -q", scenario), 250),
                     EXIT_OK);
    assert_non_null(strstr(get("err"), "of 64 threads, for want of memory"));
    assert_int_equal(
        await(start(arena_printf(&arena, "run %s -n 4 -j 1 -o one --no-plots -q", scenario), "out", "err", true)),
        EXIT_OK);
    assert_int_equal(differences("one", "few"), 0);
}

/* ---- The others ---- */

static void a_trace_is_told_in_three_forms(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("trace walk.yml --replication 3"), EXIT_OK);
    assert_non_null(strstr(get("out"), "stepped"));
    assert_int_equal(call("trace walk.yml --replication 3 --format csv"), EXIT_OK);
    assert_int_equal(strncmp(get("out"), "date,year,mechanism,verb,subject,text\n", 37), 0);
    assert_int_equal(call("trace walk.yml --replication 3 --format jsonl"), EXIT_OK);
    size_t lines = 0;
    for (char *rest, *line = strtok_r(arena_text(&arena, get("out")), "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest), lines++)
        assert_true(json_is_valid(line));
    assert_int_equal(lines, 24);
}

static void a_trace_can_be_asked_for_one_mechanism_or_one_name(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("trace walk.yml --only walk"), EXIT_OK);
    const char *all = arena_text(&arena, get("out"));
    assert_true(*all != '\0');
    assert_int_equal(call("trace walk.yml"), EXIT_OK);
    assert_string_equal(get("out"), all);
    assert_int_equal(call("trace walk.yml --about nobody"), EXIT_OK);
    assert_string_equal(get("out"), "");
    assert_int_equal(call("trace walk.yml --about 2024-06"), EXIT_OK); /* the date is not searched */
    assert_string_equal(get("out"), "");
    assert_int_equal(call("trace walk.yml --only wlak"), EXIT_USAGE);
    assert_non_null(strstr(get("err"), "there is no mechanism `wlak` (did you mean walk?)"));
}

static void where_two_worlds_part_is_shown(void **state)
{
    (void)state;
    walk();
    fake_file(".", "parted", "extends: walk.yml\nvariants: {wild: {walk.drift: 9 CNY}}\n");
    assert_int_equal(call("trace parted.yml --against wild"), EXIT_OK);
    assert_non_null(strstr(get("out"), "lines alike; then\n- parted.yml\n+ parted.yml, wild\n"));
    assert_non_null(strstr(get("out"), "\n- 20"));
    assert_non_null(strstr(get("out"), "\n+ 20"));
    assert_int_equal(call("trace parted.yml --against walk.yml"), EXIT_OK);
    assert_string_equal(get("out"), "No event tells the two worlds apart.\n");
    assert_int_equal(call("trace walk.yml --set walk.drift=9CNY --against walk.yml"), EXIT_OK);
    assert_non_null(strstr(get("out"), "- walk.yml as set\n+ walk.yml\n"));
    assert_int_equal(call("trace walk.yml --against nowhere.yml"), EXIT_INVALID);
    assert_int_equal(call("trace walk.yml --against walk.yml --format csv"), EXIT_USAGE);
}

static void a_failing_replication_can_be_traced(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("trace walk.yml --set walk.failing_share=1"), EXIT_FAILED);
    assert_non_null(strstr(get("err"), "told to fail"));
}

static void a_plan_writes_nothing(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("plan walk.yml -n 1000"), EXIT_OK);
    assert_non_null(strstr(get("out"), "1000"));
    assert_non_null(strstr(get("out"), "samples of a series"));
    assert_false(exists("out/walk"));
}

static void lists_are_read_from_the_tables(void **state)
{
    (void)state;
    assert_int_equal(call("list models"), EXIT_OK);
    assert_non_null(strstr(get("out"), "nobody counts"));
    assert_int_equal(call("list parameters --csv"), EXIT_OK);
    assert_non_null(strstr(get("out"), "walk.spread,0 to 100 CNY,2.385 CNY,fixed,deviation of the noise,\n"));
    assert_non_null(strstr(get("out"), "things.*.weight,"));
    assert_non_null(strstr(get("out"), "run.start,"));
    assert_int_equal(call("list outputs"), EXIT_OK);
    assert_non_null(strstr(get("out"), "weighted.things"));
    assert_int_equal(call("list distributions"), EXIT_OK);
    assert_non_null(strstr(get("out"), "{lognormal: {"));
}

static void a_table_for_scripts_is_csv(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml -n 5 -o csv --no-plots --csv"), EXIT_OK);
    const char *text = get("out");
    assert_int_equal(strncmp(text, "kind,name,unit,date,mean,se,p05,", 32), 0);
    assert_non_null(strstr(text, "\nseries,level,CNY,2022-07-01,"));
    assert_non_null(strstr(text, "\nscalar,last,CNY,,"));
    assert_non_null(strstr(text, "\nfact,mid,level,,"));
}

/* ---- What several runs have to say of each other ---- */

static void a_run_until_a_number_is_sure_is_a_run_of_that_many(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --until last.p50+-10% -j3 -o until --no-plots"), EXIT_OK);
    const char *told = strstr(get("err"), "reached after ");
    assert_non_null(told);
    unsigned needed = (unsigned)strtoul(told + strlen("reached after "), NULL, 10);
    assert_true(needed >= 64 && (needed & (needed - 1)) == 0);
    assert_int_equal(call(arena_printf(&arena, "run walk.yml -n %u -j2 -o counted --no-plots", needed)), EXIT_OK);
    assert_int_equal(differences("until", "counted"), 0);
    assert_int_equal(call("run walk.yml --until last.p50+-0.0001% -n 100 -o until --no-plots"), EXIT_OK);
    assert_non_null(strstr(get("err"), "not reached after 100"));
}

static void a_condition_that_cannot_be_read_is_refused_at_once(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"lasd.p50+-1%", "did you mean last?"},           {"level.p50+-1%", "a series needs a date"},
        {"last@2022-03.p50+-1%", "has no date"},          {"level@2022-03.p51+-1%", "did you mean p50?"},
        {"level@2052-03.p50+-1%", "outside the horizon"}, {"level@March.p50+-1%", "not a date"},
        {"level@2022-03.p50+-0%", "no positive number"},  {"level", "not understood"}};
    walk();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(call(arena_printf(&arena, "run walk.yml --until %s -o refused", wrong[i][0])), EXIT_USAGE);
        if (!strstr(get("err"), wrong[i][1]))
            fail_msg("`%s` should be answered with `%s`, not %s", wrong[i][0], wrong[i][1], get("err"));
    }
    assert_false(exists("refused"));
    assert_int_equal(call("run walk.yml --antithetic --until last.p50+-1%"), EXIT_USAGE);
    assert_int_equal(call("run walk.yml --antithetic --ci"), EXIT_USAGE);
    assert_int_equal(call("run walk.yml --replication 3 -n 4"), EXIT_USAGE);
}

static void intervals_stand_behind_the_columns_that_others_read(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --ci -o intervals --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("intervals/series/level.dat"), "n flag p05_low p05_high p25_low"));
    assert_non_null(strstr(get("intervals/scalars.dat"), "n flag p05_low p05_high p25_low"));
    assert_int_equal(call("run walk.yml -o plain --no-plots -q"), EXIT_OK);
    assert_null(strstr(get("plain/series/level.dat"), "p05_low"));
}

static void one_replication_alone_says_what_it_says_among_others(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --replication 7 -o alone --no-plots -q"), EXIT_OK);
    assert_int_equal(call("run walk.yml -n 8 -o eight --no-plots -q"), EXIT_OK);
    const char *row = strstr(get("alone/replications.csv"), "\n7,");
    assert_non_null(row);
    assert_non_null(strstr(get("eight/replications.csv"), row));
    assert_non_null(strstr(get("alone/series/level.dat"), "# first 7\n"));
}

static void antithetic_runs_say_so(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("run walk.yml --antithetic -o pairs --no-plots -q"), EXIT_OK);
    assert_non_null(strstr(get("pairs/series/level.dat"), "# antithetic "));
    assert_non_null(strstr(get("pairs/summary.json"), "\"antithetic\": true"));
    assert_non_null(strstr(get("pairs/report.html"), "--antithetic"));
}

static void scenarios_are_compared_into_a_folder(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("compare walk.yml -n 30 -o set --no-plots --set things.two.weight=3"), EXIT_OK);
    assert_non_null(strstr(get("out"), "weighted.two"));
    assert_non_null(strstr(get("out"), "+50.0% ["));
    assert_non_null(strstr(get("set/compare/series/level.dat"), "date year base other diff se low high same_sign n"));
    assert_true(exists("set/compare/scalars.dat") && exists("set/compare/context.gp"));
    assert_true(json_is_valid(get("set/manifest.json")));
    assert_int_equal(call("compare walk.yml -n 30 -o same --no-plots -q --set things.two.weight=2"), EXIT_OK);
    assert_true(exists("same/compare/scalars.dat") && !exists("same/compare/context.gp")); /* nothing to draw */
    fake_file(".", "more", arena_printf(&arena, "%stally: {enabled: false}\n", fake_scenario));
    assert_int_equal(call("compare walk.yml more.yml more.yml -n 30 -j3 -o files --no-plots"), EXIT_OK);
    assert_non_null(strstr(get("out"), "only in the base: tally"));
    assert_true(exists("files/compare/more/scalars.dat") && exists("files/compare/more-2/scalars.dat"));
    assert_int_equal(call("compare walk.yml more.yml more.yml -n 30 -j1 -o again --no-plots -q"), EXIT_OK);
    assert_int_equal(differences("files", "again"), 0);
    assert_int_equal(call("compare walk.yml -o never"), EXIT_USAGE);
    assert_non_null(strstr(get("err"), "has no variants"));
}

/* The number in that column of the row, columns as the header names them. */
static double csv_number(const char *text, const char *row_begins, const char *column)
{
    const char *at = strstr(text, column), *row = strstr(text, arena_printf(&arena, "\n%s", row_begins));
    assert_true(at && row++);
    for (; at > text; at--)
        if (at[-1] == ',')
            row = strchr(row, ',') + 1;
    return strtod(row, NULL);
}

static void differences_for_scripts_are_csv(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("compare walk.yml -n 30 -o rows --no-plots --csv --set things.two.weight=3"), EXIT_OK);
    const char *text = get("out");
    assert_int_equal(strncmp(text, "against,kind,name,unit,date,base,other,diff,se,low,high,", 56), 0);
    static const char *const rows[] = {"series,weighted.two,CNY,2022-07-01", "series,level,CNY,2022-07-01",
                                       "scalar,last,CNY,", "fact,mid,"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *row = arena_printf(&arena, "things.two.weight=3,%s", rows[i]);
        double base = csv_number(text, row, "base"), other = csv_number(text, row, "other");
        assert_near(csv_number(text, row, "diff"), other - base, 1e-9 * fabs(other) + 1e-12);
        assert_near(other / base, i == 0 ? 1.5 : 1, 1e-9); /* of three, two were */
        assert_near(csv_number(text, row, "n,relative"), i == 0 ? 20 : 30, 0); /* ten have no number of it */
    }
}

static void one_pair_has_no_interval(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("compare walk.yml -n 1 -o alone.compare --no-plots --set walk.drift=3CNY"), EXIT_OK);
    const char *row = strstr(get("out"), "\nlevel ");
    assert_true(row && strcspn(row + 1, "%") < strcspn(row + 1, "\n")); /* it changed */
    assert_null(strstr(get("out"), "nan"));
}

/* Of a pair the halves mirror each other, so that it counts as one. */
static void antithetic_pairs_are_compared_as_one(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("compare walk.yml --antithetic -n 30 -o mirrored --no-plots -q "
                          "--set walk.spread=9CNY"),
                     EXIT_OK);
    const char *level = get("mirrored/compare/series/level.dat");
    assert_non_null(strstr(level, "\n# antithetic "));
    const char *row = strstr(level, "\n2022-07-01");
    double number[10];
    char *rest = NULL;
    assert_non_null(row);
    strtok_r(arena_text(&arena, row), " \n", &rest);
    for (size_t i = 0; i < 10; i++)
        number[i] = strtod(strtok_r(NULL, " \n", &rest), NULL);
    assert_near(number[1], 6, 1e-12); /* six steps of a drift of 1 on average, whatever the noise */
    assert_near(number[2], 6, 1e-12);
    assert_near(number[3], 0, 1e-12);
    assert_near(number[8], 15, 0);
}

/* ---- A store in which one statement fails ---- */

static int steps_left = -1; /* of SQLite's machine until one is interrupted; below 0: never */

static int interrupt_once(void *unused)
{
    (void)unused;
    return steps_left >= 0 && steps_left-- == 0;
}

static int interrupt_later(sqlite3 *db, char **why, const struct sqlite3_api_routines *api)
{
    (void)why, (void)api;
    sqlite3_progress_handler(db, 1, interrupt_once, NULL);
    return SQLITE_OK;
}

/* Wherever it is that the store fails. */
static void a_sweep_whose_store_fails_is_told_and_goes_on(void **state)
{
    (void)state;
    walk();
    int tried = 0;
    assert_int_equal(sqlite3_auto_extension((void (*)(void))interrupt_later), SQLITE_OK);
    assert_int_equal(call("sweep walk.yml --vary things.two.weight=1,3 -n 3 -o unbroken --no-plots -q"), EXIT_OK);
    for (int after = 0;; after += 1 + after / 8, tried++) {
        const char *again =
            arena_printf(&arena, "sweep walk.yml --vary things.two.weight=1,3 -n 3 -o part%d --no-plots -q", after);
        steps_left = after;
        int code = call(again);
        steps_left = -1;
        if (code == EXIT_OK)
            break;
        assert_int_equal(code, EXIT_FAILED);
        assert_true(*get("err"));
        assert_int_equal(call(again), EXIT_OK);
        assert_int_equal(differences("unbroken", arena_printf(&arena, "part%d", after)), 0);
    }
    sqlite3_reset_auto_extension();
    assert_true(tried > 20);
}

static void a_run_compares_its_variants_as_compare_does(void **state)
{
    (void)state;
    fake_file(".", "one", arena_printf(&arena, "%svariants: {wild: {walk.spread: 9 CNY}}\n", fake_scenario));
    assert_int_equal(call("run one.yml -o ran --no-plots -q"), EXIT_OK);
    assert_int_equal(call("compare one.yml -o compared --no-plots -q"), EXIT_OK);
    assert_true(exists("ran/compare/series/level.dat") && exists("ran/wild/summary.json"));
    assert_int_equal(differences("compared/compare", "ran/compare"), 0);
}

static void a_study_chooses_what_its_tables_show(void **state)
{
    (void)state;
    fake_file(".", "chosen",
              arena_printf(&arena,
                           "%svariants: {wild: {label: with wind, walk.spread: 9 CNY}}\n"
                           "show: {base: in a calm, outputs: [weighted.two], dates: [2022-09-10, 2023-06],\n"
                           "  from: 2022-07, to: 2023-07}\n",
                           fake_scenario));
    assert_int_equal(call("run chosen.yml -o chosen --no-plots"), EXIT_OK);
    const char *told = get("out");
    assert_non_null(strstr(told, "2022-10-01"));
    assert_non_null(strstr(told, "2023-06-01"));
    assert_non_null(strstr(told, "weighted.two"));
    assert_null(strstr(told, "2024-01-01"));
    assert_null(strstr(told, "\nlevel"));
    assert_non_null(strstr(get("chosen/context.gp"), "xstart = 2022.5\nxend = 2023.5\n"));
    const char *context = get("chosen/compare/context.gp");
    assert_non_null(strstr(context, "compared_base = \"in a calm\""));
    assert_non_null(strstr(context, "compared_name[1] = \"with wind\""));
    assert_non_null(strstr(context, "compared_outputs = \"weighted.two\""));
    assert_int_equal(call("compare chosen.yml -o chosen.compare --no-plots"), EXIT_OK);
    assert_non_null(strstr(get("out"), "with wind against in a calm"));
}

static const char *shared_walk(void)
{
    return arena_printf(
        &arena,
        "%sattribution:\n"
        "  mechanisms:\n"
        "    tide: {label: The tide, walk.drift: 0 CNY}\n"
        "    second: {things.two.weight: 0}\n"
        "    calm: {walk.spread: 1 CNY}\n"
        "  outputs: [last, level@2023-12, {output: weighted.two, at: 2023-12, label: twice}, passage]\n",
        fake_scenario);
}

/* The number behind `share "tide" ""` and the like in the rows of an output. */
static double shared(const char *dat, const char *output, const char *row, int column)
{
    const char *at = strstr(dat, arena_printf(&arena, "\"%s\"", output));
    while (at && !(strstr(at, row) && strstr(at, row) < strchr(at, '\n')))
        at = strstr(at + 1, arena_printf(&arena, "\"%s\"", output));
    if (!at)
        fail_msg("no row %s of %s", row, output);
    at = strstr(at, row) + strlen(row);
    char *end = NULL;
    double number = 0;
    for (int i = 0; i <= column; i++, at = end)
        number = strtod(at, &end);
    return number;
}

static void an_outcome_is_shared_out_among_mechanisms(void **state)
{
    (void)state;
    fake_file(".", "shared", shared_walk());
    assert_int_equal(call("run shared.yml -o shared --no-plots -j2"), EXIT_OK);
    assert_non_null(strstr(get("out"), "8 combinations of 3 mechanisms"));
    assert_non_null(strstr(get("out"), "The tide"));
    const char *dat = get("shared/attribution.dat");
    /* 24 steps of a drift that is uniform in 0 to 2, of the same draws as the run: what `last` has without its noise.
     */
    double tide = shared(dat, "last", "\"share\" \"tide\" \"\"", 0),
           calm = shared(dat, "last", "\"share\" \"calm\" \"\"", 0);
    double off = shared(dat, "last", "\"all_off\" \"\" \"\"", 0), on = shared(dat, "last", "\"all_on\" \"\" \"\"", 0);
    assert_true(tide > 18 && tide < 30);
    assert_near(tide + calm, on - off, 1e-8);
    assert_near(shared(dat, "last", "\"share\" \"second\" \"\"", 0), 0, 1e-12);
    assert_near(shared(dat, "last", "\"interaction\" \"tide\" \"calm\"", 0), 0, 1e-12);
    assert_near(shared(dat, "last", "\"share\" \"tide\" \"\"", 4), 40, 0);
    assert_near(shared(dat, "passage", "\"share\" \"tide\" \"\"", 0), tide / 1000, 1e-9);
    assert_near(shared(dat, "level@2023-12", "\"share\" \"tide\" \"\"", 0), tide, 1e-8);
    /* A thing that weighs nothing: of the walk's 24 or so, times 2, half of what the tide brought is the weight's. */
    assert_true(shared(dat, "twice", "\"share\" \"second\" \"\"", 0) > 0);
    assert_true(shared(dat, "twice", "\"interaction\" \"tide\" \"second\"", 2) > 0);
    assert_true(shared(dat, "twice", "\"share\" \"tide\" \"\"", 4) < 40); /* it has no number below a level of 5 */
    assert_true(json_is_valid(get("shared/summary.json")));
    assert_non_null(strstr(get("shared/summary.json"), "\"attribution\""));
    assert_non_null(strstr(get("shared/report.html"), "What did it"));
    assert_non_null(strstr(get("shared/attribution.csv"),
                           "output,unit,kind,mechanism,with,mean,se,low,high,n\nlast,CNY,all_off,,,"));
    assert_int_equal(call("run shared.yml -o alone --no-plots -j1 -q"), EXIT_OK);
    assert_int_equal(differences("shared", "alone"), 0);
}

static void an_attribution_can_be_left_out_and_is_planned_for(void **state)
{
    (void)state;
    fake_file(".", "shared", shared_walk());
    assert_int_equal(call("plan shared.yml"), EXIT_OK);
    assert_non_null(strstr(get("out"), "further combinations of mechanisms  7"));
    assert_int_equal(call("plan shared.yml --no-attribution"), EXIT_OK);
    assert_null(strstr(get("out"), "further combinations"));
    assert_int_equal(call("run shared.yml --no-attribution -o bare --no-plots -q"), EXIT_OK);
    assert_false(exists("bare/attribution.dat"));
    assert_int_equal(call("run shared.yml -o whole --no-plots -q"), EXIT_OK);
    assert_string_equal(get("bare/series/level.dat"), get("whole/series/level.dat"));
}

static void what_a_combination_lacks_cannot_be_shared_out(void **state)
{
    (void)state;
    fake_file(".", "lacking",
              arena_printf(&arena,
                           "%sattribution:\n"
                           "  mechanisms: {count: {tally.enabled: false}, tide: {walk.drift: 0 CNY}}\n"
                           "  outputs: [last, tally@2022-12, level@2031]\n",
                           fake_scenario));
    assert_int_equal(call("run lacking.yml -o never --no-plots"), EXIT_INVALID);
    assert_non_null(
        strstr(get("err"), "lacking.yml:15:34: attribution.outputs: level@2031 is not in the run; allowed"));
    fake_file(".", "lacking",
              arena_printf(&arena,
                           "%sattribution:\n"
                           "  mechanisms: {count: {tally.enabled: false}, tide: {walk.drift: 0 CNY}}\n"
                           "  outputs: [last, tally@2022-12]\n",
                           fake_scenario));
    assert_int_equal(call("run lacking.yml -o never --no-plots"), EXIT_INVALID);
    assert_non_null(
        strstr(get("err"), "lacking.yml:15:19: attribution.outputs: tally@2022-12 is not in the run without count"));
    assert_false(exists("never"));
}

static void a_backtest_is_a_table_for_people_and_for_scripts(void **state)
{
    (void)state;
    walk();
    assert_int_equal(call("backtest walk.yml --csv -o scored --no-plots"), EXIT_OK);
    assert_int_equal(strncmp(get("out"),
                             "fact,output,observed,p05,p50,p95,inside,width,flag,crps,crps_last,crps_decay,kind,"
                             "standing,error,crps_climate\n",
                             110),
                     0);
    assert_non_null(
        strstr(get("out"), "\nlate,level,12,NaN,NaN,NaN,,NaN,0,NaN,0,NaN,value,,")); /* the run does not reach it */
    assert_true(exists("scored/backtest.dat") && json_is_valid(get("scored/manifest.json")));
    assert_int_equal(call("backtest walk.yml"), EXIT_OK);
    assert_non_null(strstr(get("out"), "facts inside their band (1 not in this run)"));
    fake_file(".", "facts", "facts: {other: {output: last, value: 20 CNY, tolerance: 5%}}\n");
    assert_int_equal(call("backtest walk.yml --facts facts.yml --csv"), EXIT_OK);
    assert_non_null(strstr(get("out"), "\nother,last,20,"));
    assert_null(strstr(get("out"), "\nmid,"));
    fake_file(".", "none", "things: {one: {weight: 1}}\n");
    assert_int_equal(call("backtest walk.yml --facts none.yml"), EXIT_INVALID);
    assert_non_null(strstr(get("err"), "none.yml:1:1: facts: none in this file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_tells_of_every_command_and_every_option_it_takes),
        cmocka_unit_test(the_program_lists_the_commands_that_are_tested),
        cmocka_unit_test(mistakes_of_usage_name_what_was_meant),
        cmocka_unit_test(options_may_stand_anywhere_and_be_written_in_every_way),
        cmocka_unit_test(threads_change_nothing_but_the_manifest),
        cmocka_unit_test(a_run_writes_every_file_it_promises),
        cmocka_unit_test(the_merged_scenario_of_a_run_gives_its_numbers_again),
        cmocka_unit_test(money_says_whether_its_level_is_evidence),
        cmocka_unit_test(a_series_without_a_number_is_named_and_not_written),
        cmocka_unit_test(a_curve_is_written_by_its_x),
        cmocka_unit_test(fewer_replications_are_the_first_rows_of_more),
        cmocka_unit_test(failed_replications_are_in_all_the_books),
        cmocka_unit_test(a_run_in_which_all_fail_writes_nothing),
        cmocka_unit_test(a_world_that_fails_is_named_by_every_command),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_wrong_scenario_leaves_no_trace),
        cmocka_unit_test(a_folder_of_something_else_is_refused_before_the_run),
        cmocka_unit_test(the_manifest_lists_every_file),
        cmocka_unit_test(little_memory_is_a_run_that_fails),
        cmocka_unit_test(threads_that_cannot_be_started_are_done_without),
        cmocka_unit_test(an_interruption_keeps_the_first_replications),
        cmocka_unit_test(progress_is_told_on_a_terminal),
        cmocka_unit_test(tables_are_as_wide_as_the_terminal),
        cmocka_unit_test(a_run_under_nohup_outlives_its_terminal),
        cmocka_unit_test(a_file_without_a_name_has_a_folder_of_its_own),
        cmocka_unit_test(a_current_folder_that_was_removed_is_told),
        cmocka_unit_test(a_run_whose_folder_vanishes_fails),
        cmocka_unit_test(the_finding_has_the_numbers_of_this_run),
        cmocka_unit_test(an_answer_is_repeated_of_its_own_run_alone),
        cmocka_unit_test(variants_run_too_each_into_its_folder),
        cmocka_unit_test(a_variant_cannot_take_the_name_of_a_folder),
        cmocka_unit_test(data_that_cannot_be_written_is_a_failure),
        cmocka_unit_test(a_full_disk_leaves_the_earlier_run_as_it_was),
        cmocka_unit_test(a_trace_is_told_in_three_forms),
        cmocka_unit_test(a_trace_can_be_asked_for_one_mechanism_or_one_name),
        cmocka_unit_test(where_two_worlds_part_is_shown),
        cmocka_unit_test(a_failing_replication_can_be_traced),
        cmocka_unit_test(a_plan_writes_nothing),
        cmocka_unit_test(lists_are_read_from_the_tables),
        cmocka_unit_test(a_table_for_scripts_is_csv),
        cmocka_unit_test(a_run_until_a_number_is_sure_is_a_run_of_that_many),
        cmocka_unit_test(a_condition_that_cannot_be_read_is_refused_at_once),
        cmocka_unit_test(intervals_stand_behind_the_columns_that_others_read),
        cmocka_unit_test(one_replication_alone_says_what_it_says_among_others),
        cmocka_unit_test(antithetic_runs_say_so),
        cmocka_unit_test(scenarios_are_compared_into_a_folder),
        cmocka_unit_test(differences_for_scripts_are_csv),
        cmocka_unit_test(one_pair_has_no_interval),
        cmocka_unit_test(antithetic_pairs_are_compared_as_one),
        cmocka_unit_test(a_sweep_whose_store_fails_is_told_and_goes_on),
        cmocka_unit_test(a_run_compares_its_variants_as_compare_does),
        cmocka_unit_test(a_study_chooses_what_its_tables_show),
        cmocka_unit_test(an_outcome_is_shared_out_among_mechanisms),
        cmocka_unit_test(an_attribution_can_be_left_out_and_is_planned_for),
        cmocka_unit_test(what_a_combination_lacks_cannot_be_shared_out),
        cmocka_unit_test(a_backtest_is_a_table_for_people_and_for_scripts),
    };
    return cmocka_run_group_tests(tests, find_program, leave);
}
