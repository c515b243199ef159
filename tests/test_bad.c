/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every broken scenario of tests/bad against the mistakes that are expected of it, and inputs nobody writes by hand.
 *
 * Run with --update, rewrites the expected mistakes: read the difference before committing it. Runs in the project's
 * folder.
 */
#include "files.h"
#include "models/models.h"
#include "near.h"
#include "sanitized.h"
#include "sim/montecarlo/study.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "tests/bad"

enum { LEAST_FILES = 45 };

static struct study study;

/* The mistakes as they are printed; the caller frees them. "" if there are none. */
static char *mistakes_of(const char *file)
{
    struct mistakes mistakes = {0};
    const struct load_request request = {.file = file};
    bool right = scenario_check(&request, &study.schema, &mistakes);
    assert_true(right == (mistakes.count == 0));
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    mistakes_print(&mistakes, to);
    fclose(to);
    mistakes_free(&mistakes);
    return text;
}

static void write_bytes(const char *file, const char *bytes, size_t length)
{
    FILE *to = fopen(file, "w");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, length, to), length);
    assert_int_equal(fclose(to), 0);
}

static int is_scenario(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".yml");
}

static void expected_name(const char *name, char *file, size_t size)
{
    snprintf(file, size, FOLDER "/%.*s.expected", (int)(strlen(name) - 4), name);
}

static bool is_as_expected(const char *name, bool update)
{
    char file[512], expected[512];
    snprintf(file, sizeof file, FOLDER "/%s", name);
    expected_name(name, expected, sizeof expected);
    char *is = mistakes_of(file), *should = whole_file(expected);
    bool same = should && !strcmp(is, should);
    if (update)
        write_bytes(expected, is, strlen(is));
    else if (!*is || !same)
        print_error("%s: is\n%sshould be\n%s", file, is, should ? should : "(no expected file)\n");
    bool right = *is && same;
    free(is);
    free(should);
    return right;
}

static size_t check_folder(bool update, size_t *wrong)
{
    struct dirent **list;
    int count = scandir(FOLDER, &list, is_scenario, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        *wrong += !is_as_expected(list[i]->d_name, update);
        free(list[i]);
    }
    free(list);
    return (size_t)count;
}

static void every_broken_scenario_tells_what_is_expected(void **state)
{
    (void)state;
    size_t wrong = 0, count = check_folder(false, &wrong);
    assert_true(count >= LEAST_FILES);
    assert_int_equal(wrong, 0);
}

static void what_they_extend_is_right(void **state)
{
    (void)state;
    char *text = mistakes_of(FOLDER "/ground/right.yml");
    assert_string_equal(text, "");
    free(text);
}

/* Generated inputs. */

/* How often texts were compared, which is what looks at many keys: counts repeat where seconds do not. */
static size_t comparisons;

#if !IS_SANITIZED
int strcmp(const char *a, const char *b)
{
    comparisons++;
    while (*a && *a == *b)
        a++, b++;
    return (unsigned char)*a - (unsigned char)*b;
}
#endif

/* Refused, with `part` in the message. */
static void refused(const char *bytes, size_t length, const char *part)
{
    char file[] = "/tmp/iccsim-bad-XXXXXX";
    int descriptor = mkstemp(file);
    assert_true(descriptor >= 0);
    close(descriptor);
    write_bytes(file, bytes, length);
    char *text = mistakes_of(file);
    remove(file);
    if (!strstr(text, part))
        print_error("no `%s` in %.300s\n", part, text);
    assert_non_null(strstr(text, part));
    free(text);
}

static char *repeated(const char *piece, size_t count, const char *before, const char *after)
{
    size_t length = strlen(piece);
    char *text = malloc(strlen(before) + count * length + strlen(after) + 1);
    assert_non_null(text);
    char *at = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, piece);
    strcpy(at, after);
    return text;
}

static void refuse_repeated(const char *piece, size_t count, const char *before, const char *after, const char *part)
{
    char *text = repeated(piece, count, before, after);
    refused(text, strlen(text), part);
    free(text);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    refuse_repeated("[", 20000, "title: ", "", "nested deeper than 64 levels");
    refuse_repeated("[", 20000, "", "", "nested deeper than 64 levels");
    refuse_repeated("{a: ", 20000, "title: ", "", "nested deeper than 64 levels");
    refuse_repeated("- ", 20000, "", "x\n", "nested deeper than 64 levels");
    refuse_repeated("? ", 20000, "", "x\n", "nested deeper than 64 levels");
    refuse_repeated("]", 20000, "title: ", "", "not YAML");
}

static void an_alias_bomb_does_not_go_off(void **state)
{
    (void)state;
    const char *bomb =
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
        "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n";
    refused(bomb, strlen(bomb), "more than 100000 values, counting every use of an alias");
    char chain[4096], *at = chain + sprintf(chain, "k0: &k0 [x]\n");
    for (int i = 1; i < 80; i++)
        at += sprintf(at, "k%d: &k%d [*k%d]\n", i, i, i - 1);
    refused(chain, strlen(chain), "nested deeper than 64 levels");
}

static void garbage_is_no_scenario(void **state)
{
    (void)state;
    char bytes[4096];
    uint32_t x = 2385;
    for (size_t i = 0; i < sizeof bytes; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (char)(x >> 24);
    }
    refused(bytes, sizeof bytes, "not a text file");
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(' ' + (unsigned char)bytes[i] % 95);
    refused(bytes, sizeof bytes, ": ");
    memset(bytes, 0, sizeof bytes);
    refused(bytes, sizeof bytes, "not a text file");
    refused("title: a\0b\n", 11, "not a text file");
}

static void size_is_bounded(void **state)
{
    (void)state;
    refuse_repeated("# nothing but words\n", 300000, "", "", "larger than 4 MB");
    refuse_repeated("- x\n", 200000, "", "", "more than 100000 values");
    refuse_repeated("k", 500, "", ": 1\n", "a key longer than 100 characters");
    refuse_repeated("x ", 1000000, "title: ", "\nmarkte: {}\n", "unknown section, markte");
}

static size_t comparisons_for_unknown_keys(int keys)
{
    enum { BYTES = 32 };
    char *text = malloc((size_t)keys * BYTES + 64), part[64], *at = text + sprintf(text, "title: x\nmarket:\n");
    for (int i = 0; i < keys; i++)
        at += sprintf(at, "  unknown_key_%d: 1\n", i);
    snprintf(part, sizeof part, "unknown key, unknown_key_99\niccsim: and %d mistakes more\n",
             keys - MOST_MISTAKES_SHOWN);
    size_t before = comparisons;
    refused(text, (size_t)(at - text), part);
    free(text);
    return comparisons - before;
}

/* The work grows with their number, or n log n of it, not with its square, which were 64 times as much. */
static void eight_times_the_unknown_keys_are_ten_times_the_work(void **state)
{
    (void)state;
    size_t few = comparisons_for_unknown_keys(2500), many = comparisons_for_unknown_keys(20000);
    assert_true(IS_SANITIZED || few > 2500);
    assert_true(many <= 11 * few);
}

static void variants_are_counted(void **state)
{
    (void)state;
    char *text = malloc(65536), *at = text + sprintf(text, "title: x\nvariants:\n");
    for (int i = 0; i <= MOST_VARIANTS; i++)
        at += sprintf(at, "  v%d: {run.seed: %d}\n", i, i);
    refused(text, (size_t)(at - text), ":259:3: variants: too many, 257; allowed: up to 256");
    free(text);
}

/* The lines of a file that is no scenario are not shown. */
static void what_is_no_word_is_not_shown(void **state)
{
    (void)state;
    const char *secret = "admin pass=hunter2: on\n";
    refused(secret, strlen(secret), "1:1: unknown section, (not a word)\n");
}

/* An editor's mark before the text moves no place, and what follows a NUL is not lost in silence. */
static void marks_and_nuls_have_their_places(void **state)
{
    (void)state;
    const char *marked = "\xef\xbb\xbftitel: x\nmarket: {nois: 1}\n";
    refused(marked, strlen(marked), ":1:1: unknown section, titel; did you mean title\n");
    refused(marked, strlen(marked), ":2:10: market: unknown key, nois; did you mean noise\n");
    const char *cut = "title: x\nrun: {replications: \"3\\0 00\"}\n";
    refused(cut, strlen(cut), ":2:21: a control character in a text, U+0000; allowed: what can be read\n");
    const char *turned = "title: x\nquestion: \"a\\u202eb\"\n";
    refused(turned, strlen(turned), ":2:11: a control character in a text, U+202E");
}

static void what_is_no_file_is_told(void **state)
{
    (void)state;
    char *text = mistakes_of(FOLDER);
    assert_string_equal(text, "iccsim: " FOLDER ": cannot be read: Is a directory\n");
    free(text);
    text = mistakes_of(FOLDER "/absent.yml");
    assert_string_equal(text, "iccsim: " FOLDER "/absent.yml: cannot be read: No such file or directory\n");
    free(text);
    text = mistakes_of("scenarios/chine.yml");
    assert_non_null(strstr(text, "No such file or directory; did you mean scenarios/china.yml\n"));
    free(text);
    text = mistakes_of("no-ban");
    assert_non_null(strstr(text, "No such file or directory; did you mean scenarios/no-ban.yml\n"));
    free(text);
}

/* Cuts and bytes changed in a right scenario: whatever comes, a message or a scenario, but no crash. */
static void damaged_scenarios_do_no_harm(void **state)
{
    (void)state;
    char file[] = "/tmp/iccsim-bad-XXXXXX";
    close(mkstemp(file));
    char *whole = whole_file(FOLDER "/ground/right.yml");
    size_t length = strlen(whole);
    uint32_t x = 17;
    for (size_t i = 0; i < 600; i++) {
        char *copy = strdup(whole);
        for (size_t k = 0; k <= i % 4; k++) {
            x = x * 1664525 + 1013904223;
            copy[(x >> 8) % length] = "[]{}:,&*#'\"|>-?% \n~1"[(x >> 3) % 20];
        }
        write_bytes(file, copy, i % 3 ? length : (x >> 8) % length);
        free(mistakes_of(file));
        free(copy);
    }
    free(whole);
    remove(file);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_scenario_tells_what_is_expected),
        cmocka_unit_test(what_they_extend_is_right),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(an_alias_bomb_does_not_go_off),
        cmocka_unit_test(garbage_is_no_scenario),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(eight_times_the_unknown_keys_are_ten_times_the_work),
        cmocka_unit_test(variants_are_counted),
        cmocka_unit_test(what_is_no_word_is_not_shown),
        cmocka_unit_test(marks_and_nuls_have_their_places),
        cmocka_unit_test(what_is_no_file_is_told),
        cmocka_unit_test(damaged_scenarios_do_no_harm),
    };
    study_open(&study, models, models_world_size);
    int failed = 0;
    size_t changed = 0;
    if (argc > 1 && !strcmp(argv[1], "--update"))
        check_folder(true, &changed);
    else
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    study_close(&study);
    return failed;
}
