/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every call of the system fails once: whatever it is, a command ends with one of its codes and with words, what it
 * replaces is there as it was or as it is to be, and the next run finds nothing in its way. */
#include "fake_models.h"
#include "files.h"
#include "near.h"
#include "sanitized.h"

#include "failing_calls.h"
#include "sim/command/command.h"
#include "sim/output/folder.h"

#include <glob.h>
#include <signal.h>
#include <string.h>

static const struct command *const table[] = {
    &command_run, &command_compare, &command_backtest, &command_sweep, &command_merge, &command_rerun, NULL,
};

static struct arena arena, reading; /* for good, and until the next files are read */

static int leave(void **state)
{
    arena_free(&arena);
    arena_free(&reading);
    return leave_folder(state);
}

static const char *get(const char *path)
{
    return text_of_file(path, &reading);
}

/* ---- Trees ---- */

static const char *tree, *other_tree;
static const char *difference; /* of the two, or NULL */
static bool pictures_count;

static bool is_compared(const char *path)
{
    bool shows_pictures = strstr(path, "/plots") || strstr(path, "report.html");
    bool is_ours = strstr(path, "manifest.json") || strstr(path, FOLDER_MARK) || strstr(path, ".sqlite") ||
                   strstr(path, "/.exports");
    return !is_ours && (pictures_count || !shows_pictures);
}

static int find_other(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)ftw;
    arena_reset(&reading);
    const char *other = arena_printf(&reading, "%s%s", other_tree, path + strlen(tree));
    if (!difference && is_compared(path))
        if (access(other, R_OK) != 0 || (type == FTW_F && strcmp(get(path), get(other)) != 0))
            difference = arena_text(&arena, path);
    return 0;
}

static void look_for_difference(const char *a, const char *b)
{
    tree = a;
    other_tree = b;
    nftw(a, find_other, 16, FTW_PHYS);
}

static const char *part(const char *manifest, const char *from, const char *to)
{
    const char *begin = strstr(manifest, from), *end = begin ? strstr(begin, to) : NULL;
    return end ? arena_printf(&reading, "%.*s", (int)(end - begin), begin) : "";
}

/* What its manifest says of its files; that of a sweep says nothing. */
static const char *listed(const char *folder)
{
    const char *manifest = get(arena_printf(&reading, "%s/manifest.json", folder));
    return arena_printf(&reading, "%s%s", part(manifest, "\"outputs\"", "\"pictures\""),
                        part(manifest, "\"files\"", "\"not_written\""));
}

/* Each has the files of the other, and nothing else. */
static bool are_same(const char *a, const char *b, bool with_pictures)
{
    pictures_count = with_pictures;
    difference = access(a, R_OK) != 0 || access(b, R_OK) != 0 ? "one is not there" : NULL;
    look_for_difference(a, b);
    look_for_difference(b, a);
    if (!difference && with_pictures && strcmp(listed(a), listed(b)) != 0)
        difference = "the lists of files";
    return !difference;
}

/* ---- Commands ---- */

/* In a process of its own; the exit code. */
static int call(const char *line)
{
    fflush(NULL);
    struct callings *watched = places;
    places = NULL; /* in the command alone */
    pid_t child = fork();
    int status = 0;
    if (child != 0) {
        assert_int_equal(waitpid(child, &status, 0), child);
        places = watched;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    char *argv[32], *rest = NULL;
    size_t argc = 0;
    for (char *word = strtok_r(arena_printf(&arena, "iccsim %s", line), " ", &rest); word;
         word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    if (!freopen("out", "w", stdout) || !freopen("err", "w", stderr))
        _exit(99);
    signal(SIGPIPE, SIG_IGN);
    places = watched;
    struct study study;
    study_open(&study, fake_models, sizeof(struct world));
    enum exit_code code = commands_main(table, &study, (int)argc, argv);
    places = NULL;
    study_close(&study);
    fflush(NULL);
    _exit((int)code);
}

static const char scripts[] = "#!/bin/sh\n"
                              "for a; do case $a in\n"
                              "format=*) eval \"$a\"; echo picture > $out;;\n"
                              "*print*) echo 'iccsim: drawn';;\n"
                              "esac; done\n";

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A gnuplot of a few lines, two pictures, and the study. */
static void prepare(void)
{
    if (mkdir("bin", 0777) != 0)
        return;
    mkdir("plots", 0777);
    put("bin/gnuplot", scripts);
    chmod("bin/gnuplot", 0755);
    put("plots/one.gp", "# title: One\n# needs: replications.csv\n");
    put("plots/two.gp", "# title: Two\n");
    fake_file(".", "walk", arena_printf(&arena, "%svariants: {calm: {walk.spread: 0 CNY}}\n", fake_scenario));
    char *here = getcwd(NULL, 0);
    setenv("PATH", arena_printf(&arena, "%s/bin:%s", here, getenv("PATH")), 1);
    setenv("ICCSIM_SHARE", here, 1);
    free(here);
}

/* ---- One call fails ---- */

/* A command that replaces a folder: two lines that give different results. */
struct trial {
    const char *line[2]; /* without the folder */
    const char *folder;
    bool once; /* the first call of a place alone, not also the last one */
    const char *only; /* calls of these names alone */
    bool is_interrupted; /* by a signal, after which the call is made again */
    size_t now; /* which of the two is there */
};

static const char *into(const struct trial *trial, size_t which, const char *folder)
{
    return arena_printf(&arena, "%s -o %s", trial->line[which], folder);
}

static const char *whole(const struct trial *trial, size_t which)
{
    return arena_printf(&arena, "%s.whole%zu", trial->folder, which);
}

static size_t beside(const struct trial *trial)
{
    glob_t found;
    glob(arena_printf(&arena, "%s.[to]*-*", trial->folder), 0, NULL, &found);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static size_t complaints;

static void complain(const struct calling *place, uint32_t which, int code, const char *why)
{
    print_message("    call %u of %s at %#zx: %s (exit code %d, %s)\n%s", which, place->call,
                  (size_t)(place->at - (uintptr_t)&__executable_start - 1), why, code,
                  difference ? difference : "all files", get("err"));
    complaints++;
}

/* What stays beside the folder is gone after the next run, but for what the user was told of. */
static void run_again(struct trial *trial, const struct calling *place, uint32_t which)
{
    bool told = strstr(get("err"), "is in ") || strstr(get("err"), "are in ") || strstr(get("err"), "now in ");
    int code = call(into(trial, trial->now, trial->folder));
    if (code != EXIT_OK)
        complain(place, which, code, "the next run does not end well");
    if (!are_same(trial->folder, whole(trial, trial->now), true))
        complain(place, which, code, "the next run has other files");
    if (beside(trial) > 0 && !told)
        complain(place, which, code, "something is left beside the folder");
    if (beside(trial) > 0)
        (void)!system(arena_printf(&arena, "rm -rf %s.[to]*-*", trial->folder));
}

static void fail_one(struct trial *trial, const struct calling *place, uint32_t which)
{
    size_t other = 1 - trial->now;
    calls_fail(place, which, trial->is_interrupted ? EINTR : EIO);
    int code = call(into(trial, other, trial->folder));
    uint32_t failed = places->failed;
    calls_stop();
    if (!failed)
        return;
    bool said = *get("err");
    if (code != EXIT_OK && code != EXIT_USAGE && code != EXIT_INVALID && code != EXIT_FAILED)
        complain(place, which, code, "no such exit code");
    if (code != EXIT_OK && !said)
        complain(place, which, code, "it says nothing");
    if (trial->is_interrupted && (code != EXIT_OK || said))
        complain(place, which, code, "it was not made again");
    if (are_same(trial->folder, whole(trial, other), !said))
        trial->now = other;
    else if (code == EXIT_OK || !are_same(trial->folder, whole(trial, trial->now), true))
        complain(place, which, code, "a folder in parts");
    if (beside(trial) > 0 || !are_same(trial->folder, whole(trial, trial->now), true))
        run_again(trial, place, which);
}

static void every_call_fails_once(struct trial *trial)
{
    if (IS_SANITIZED) /* to fork takes them 100 ms */
        skip();
    prepare();
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(call(into(trial, i, whole(trial, i))), EXIT_OK);
    assert_false(are_same(whole(trial, 0), whole(trial, 1), true));
    assert_int_equal(call(into(trial, 0, trial->folder)), EXIT_OK);
    calls_watch();
    assert_int_equal(call(into(trial, 1, trial->folder)), EXIT_OK);
    assert_true(are_same(trial->folder, whole(trial, 1), true));
    trial->now = 1;
    struct calling place[MOST_CALLINGS];
    memcpy(place, places->place, sizeof place);
    calls_stop();
    size_t tried = complaints = 0;
    for (size_t i = 0; i < MOST_CALLINGS && place[i].at; i++)
        if (place[i].count && (!trial->only || strstr(trial->only, place[i].call))) {
            fail_one(trial, &place[i], 1);
            if (place[i].count > 1 && !trial->once)
                fail_one(trial, &place[i], place[i].count);
            tried++;
        }
    print_message("    %zu places\n", tried);
    assert_int_equal(complaints, 0);
    assert_true(tried > (trial->only ? 2 : 20));
}

static void a_run_is_whole_or_not_there_whatever_fails(void **state)
{
    (void)state;
    every_call_fails_once(
        &(struct trial){.line = {"run walk.yml -n 3 -j 1 -q -s 1", "run walk.yml -n 4 -j 1 -q -s 2"}, .folder = "run"});
}

static void without_exchange_of_names_it_is_too(void **state)
{
    (void)state;
    names_cannot_be_exchanged = true;
    every_call_fails_once(&(struct trial){.line = {"run walk.yml -n 3 -j 1 -q -s 1 --no-plots --no-variants",
                                                   "run walk.yml -n 4 -j 1 -q -s 2 --no-plots --no-variants"},
                                          .folder = "old",
                                          .only = "renameat mkdirat getrandom fstatat"});
    names_cannot_be_exchanged = false;
}

static void calls_that_a_signal_interrupts_are_made_again(void **state)
{
    (void)state;
    every_call_fails_once(&(struct trial){.line = {"run walk.yml -n 3 -j 1 -q -s 1", "run walk.yml -n 4 -j 1 -q -s 2"},
                                          .folder = "again",
                                          .only = "write poll waitpid",
                                          .is_interrupted = true});
}

static void a_comparison_is_whole_or_not_there_whatever_fails(void **state)
{
    (void)state;
    every_call_fails_once(
        &(struct trial){.line = {"compare walk.yml -n 3 -j 1 -q -s 1", "compare walk.yml -n 4 -j 1 -q -s 2"},
                        .folder = "compare",
                        .once = true});
}

static void a_backtest_is_whole_or_not_there_whatever_fails(void **state)
{
    (void)state;
    every_call_fails_once(
        &(struct trial){.line = {"backtest walk.yml -n 3 -j 1 -q -s 1", "backtest walk.yml -n 4 -j 1 -q -s 2"},
                        .folder = "backtest",
                        .once = true});
}

/* A folder of a sweep grows: what was done stays, and the same command goes on. */
static void sweep_again(const struct calling *place, const char *line)
{
    calls_fail(place, 1, EIO);
    int code = call(line);
    uint32_t failed = places->failed;
    calls_stop();
    bool said = *get("err");
    if (failed && code != EXIT_OK && code != EXIT_USAGE && code != EXIT_INVALID && code != EXIT_FAILED)
        complain(place, 1, code, "no such exit code");
    if (failed && code != EXIT_OK && !said)
        complain(place, 1, code, "it says nothing");
    if (failed && code == EXIT_OK && !are_same("sweep", "sweep.whole", !said))
        complain(place, 1, code, "other files, and no word");
    if (failed && code != EXIT_OK) {
        code = call(line);
        if (code != EXIT_OK || !are_same("sweep", "sweep.whole", true))
            complain(place, 1, code, "the same command does not go on");
    }
    remove_all("sweep");
}

static void a_sweep_goes_on_whatever_failed(void **state)
{
    (void)state;
    prepare();
    static const char line[] = "sweep walk.yml --vary things.two.weight=1,3 -n 3 -j 1 -q -o sweep";
    assert_int_equal(call(arena_printf(&arena, "%s.whole", line)), EXIT_OK);
    calls_watch();
    assert_int_equal(call(line), EXIT_OK);
    struct calling place[MOST_CALLINGS];
    memcpy(place, places->place, sizeof place);
    calls_stop();
    remove_all("sweep");
    size_t tried = complaints = 0;
    for (size_t i = 0; i < MOST_CALLINGS && place[i].at; i++)
        if (place[i].count) {
            sweep_again(&place[i], line);
            tried++;
        }
    print_message("    %zu places\n", tried);
    assert_int_equal(complaints, 0);
    assert_true(tried > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_whole_or_not_there_whatever_fails),
        cmocka_unit_test(without_exchange_of_names_it_is_too),
        cmocka_unit_test(calls_that_a_signal_interrupts_are_made_again),
        cmocka_unit_test(a_comparison_is_whole_or_not_there_whatever_fails),
        cmocka_unit_test(a_backtest_is_whole_or_not_there_whatever_fails),
        cmocka_unit_test(a_sweep_goes_on_whatever_failed),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave);
}
