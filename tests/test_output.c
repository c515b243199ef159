/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers: JSON, tables, hashes, folders that appear whole, pictures. */
#include "files.h"
#include "near.h"

#include "json_check.h"
#include "sim/base/csv.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"
#include "sim/output/plots.h"
#include "sim/output/sha256.h"
#include "sim/output/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *get(const char *path)
{
    return text_of_file(path, &arena);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---- SHA-256 (vectors of FIPS 180-4 as published by NIST, "SHA256.pdf") ---- */

static const char *hash_of(const char *data, size_t bytes, size_t part, char text[SHA256_TEXT_BYTES])
{
    struct sha256 sha;
    sha256_begin(&sha);
    for (size_t at = 0; at < bytes; at += part)
        sha256_add(&sha, data + at, bytes - at < part ? bytes - at : part);
    return sha256_end(&sha, text);
}

static void sha256_gives_the_published_hashes(void **state)
{
    (void)state;
    char text[SHA256_TEXT_BYTES];
    assert_string_equal(hash_of("abc", 3, 3, text), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(hash_of("", 0, 1, text), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 56, text),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    for (size_t part = 1; part < 100000; part = 7 * part + 13)
        assert_string_equal(hash_of(million, 1000000, part, text),
                            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

/* On processors without such instructions, the plain ones twice. */
static void sha256_is_the_same_by_the_processors_own_instructions(void **state)
{
    (void)state;
    char data[517], text[SHA256_TEXT_BYTES], plain_text[SHA256_TEXT_BYTES];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 2654435761u >> 13);
    for (size_t bytes = 0; bytes < sizeof data; bytes += 11) {
        struct sha256 plain;
        sha256_begin_plainly(&plain);
        sha256_add(&plain, data, bytes);
        assert_string_equal(hash_of(data, bytes, 100, text), sha256_end(&plain, plain_text));
    }
}

static void a_file_is_hashed_whole_and_a_missing_one_not_at_all(void **state)
{
    (void)state;
    char text[SHA256_TEXT_BYTES];
    put("abc", "abc");
    assert_true(sha256_file("abc", text));
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_false(sha256_file("nothing", text));
}

/* ---- JSON ---- */

static const char *all_kinds(void)
{
    FILE *file = fopen("all.json", "w");
    struct json json = {.to = file};
    json_open(&json, NULL, '{');
    json_text(&json, "text", "a \"b\" \\ \n\t\x01 \xe4\xb8\xad \xff\xc0\x80 end");
    json_text(&json, "none", NULL);
    json_number(&json, "number", 0.1);
    json_number(&json, "nan", (double)NAN);
    json_number(&json, "infinite", -(double)INFINITY);
    json_count(&json, "count", UINT64_MAX);
    json_flag(&json, "flag", true);
    json_open(&json, "empty", '{');
    json_close(&json, '}');
    json_open(&json, "list", '[');
    json_number(&json, NULL, -2.385e-300);
    json_open(&json, NULL, '[');
    json_close(&json, ']');
    json_text(&json, NULL, "");
    json_close(&json, ']');
    json_close(&json, '}');
    fclose(file);
    return get("all.json");
}

static const char *in_json(const char *text)
{
    FILE *file = fopen("text.json", "w");
    struct json json = {.to = file};
    json_text(&json, NULL, text);
    fclose(file);
    return get("text.json");
}

static void json_is_valid_whatever_is_in_it(void **state)
{
    (void)state;
    const char *text = all_kinds();
    assert_true(json_is_valid(text));
    assert_non_null(strstr(text, "\"a \\\"b\\\" \\\\ \\u000a\\u0009\\u0001 \xe4\xb8\xad \\ufffd\\ufffd\\ufffd end\""));
    assert_non_null(strstr(text, "\"nan\": null"));
    assert_non_null(strstr(text, "\"infinite\": null"));
    assert_non_null(strstr(text, "\"count\": 18446744073709551615"));
    assert_non_null(strstr(text, "\"empty\": {}"));
}

/* Table 3-7 of the Unicode standard: no character has two spellings, none is a surrogate or beyond U+10FFFF. */
static void only_well_formed_utf_8_stays_as_it_is(void **state)
{
    (void)state;
    static const char *const right[] = {"\xc2\x80",     "\xdf\xbf",     "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                        "\xee\x80\x80", "\xef\xbf\xbd", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const wrong[] = {"\xc1\xbf",         "\xe0\x9f\xbf",     "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe4\xb8",     "\xf0\x9f\x98x"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_string_equal(in_json(right[i]), arena_printf(&arena, "\"%s\"", right[i]));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(strncmp(in_json(wrong[i]), "\"\\ufffd", 7), 0);
        assert_true(json_is_valid(in_json(wrong[i])));
    }
}

static void the_check_of_json_finds_mistakes(void **state)
{
    (void)state;
    assert_true(json_is_valid("{\"a\": [1, -2.5e+3, \"x\\u00e9\", null, true]}\n"));
    const char *const wrong[] = {"",      "{",           "{\"a\": }", "[1,]",  "{\"a\" 1}", "[nan]",
                                 "[01]",  "[\"\n\"]",    "[\"\\x\"]", "{} {}", "[1 2]",     "{a: 1}",
                                 "[.5]",  "[\"\\u12\"]", "[1.]",      "[1e]",  "[-]",       "{\"a\":1,}",
                                 "[tru]", "\"open",      "[\"\xff\"]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (json_is_valid(wrong[i]))
            fail_msg("`%s` is no JSON", wrong[i]);
}

static void numbers_read_back_the_same_in_the_fewest_digits(void **state)
{
    (void)state;
    char text[NUMBER_TEXT_BYTES];
    assert_string_equal(number_text(0.1, text), "0.1");
    assert_string_equal(number_text(2.0, text), "2");
    assert_string_equal(number_text(0.1 + 0.2, text), "0.30000000000000004");
    assert_string_equal(number_text(-(double)NAN, text), "NaN");
    for (uint64_t i = 1; i < 1000; i++) { /* all magnitudes */
        uint64_t bits = i * 0x9e3779b97f4a7c15;
        double number;
        memcpy(&number, &bits, sizeof number);
        if (isfinite(number))
            assert_true(strtod(number_text(number, text), NULL) == number);
    }
}

/* ---- Tables ---- */

/* Many rows, so that they do not fit into what is written at once; every second one repeats the last. */
static void a_row_of_one_number_is_written_as_the_row_of_all_its_numbers(void **state)
{
    (void)state;
    enum { ROWS = 600 };
    char *text[2];
    size_t length[2];
    struct dat_form form;
    dat_form_open(&form, " ? NaN ? 1 ?");
    for (int way = 0; way < 2; way++) {
        FILE *to = open_memstream(&text[way], &length[way]);
        struct dat_lines lines;
        dat_begin_lines(&lines, to);
        for (int i = 0; i < ROWS; i++) {
            double x = i % 3 == 0 ? 7.0 : (i / 2 - 50) / 7.0 * (i % 2 ? 1e-7 : 1);
            const double all[] = {x, (double)NAN, x, 1, x};
            if (way && i % 5)
                dat_line_of_one(&lines, "2024-01-01 2024", x, &form);
            else
                dat_line(&lines, "2024-01-01 2024", all, sizeof all / sizeof *all);
        }
        dat_end_lines(&lines);
        assert_int_equal(fclose(to), 0);
    }
    assert_int_equal(length[0], length[1]);
    assert_string_equal(text[0], text[1]);
    free(text[0]);
    free(text[1]);
}

static void a_table_has_one_blank_between_columns_and_no_bare_text(void **state)
{
    (void)state;
    FILE *file = fopen("t.dat", "w");
    struct dat dat = {.to = file};
    dat_remark(&dat, "unit", "CNY\nper month");
    dat_remark(&dat, "unit", "");
    dat_word(&dat, "date year value text");
    dat_end_row(&dat);
    dat_date(&dat, 2023 + 9.0 / 12);
    dat_number(&dat, -(double)NAN);
    dat_text(&dat, "say \"no\"\nnow");
    dat_end_row(&dat);
    dat_date(&dat, (double)NAN);
    dat_number(&dat, 1.0 / 3);
    dat_text(&dat, NULL);
    dat_end_row(&dat);
    fclose(file);
    assert_string_equal(get("t.dat"), "# unit CNY per month\n# unit\ndate year value text\n"
                                      "2023-10-01 2023.75 NaN \"say 'no' now\"\nNaN NaN 0.3333333333 \"\"\n");
}

static void csv_fields_are_quoted_only_where_they_must_be(void **state)
{
    (void)state;
    FILE *file = fopen("t.csv", "w");
    csv_text(file, "plain");
    csv_text(file, "a,b");
    csv_text(file, "a \"b\"");
    csv_text(file, "");
    fclose(file);
    assert_string_equal(get("t.csv"), "plain\"a,b\"\"a \"\"b\"\"\"");
}

/* What a spreadsheet would carry out is marked as a text; numbers stay numbers. */
static void csv_fields_are_no_formulas(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"=1+1", "'=1+1"},       {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
        {"+1 a", "'+1 a"},       {"-x,y", "\"'-x,y\""},
        {"@SUM(1)", "'@SUM(1)"}, {"\t=1", "'\t=1"},
        {"-0.25", "-0.25"},      {"+3", "+3"},
        {"-1e-9", "-1e-9"},      {"-", "-"},
        {"a=b", "a=b"},          {"-1.5 [-2, 3]", "\"'-1.5 [-2, 3]\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *file = fopen("t.csv", "w");
        csv_text(file, cases[i][0]);
        fclose(file);
        assert_string_equal(get("t.csv"), cases[i][1]);
    }
}

static void short_numbers_have_three_digits(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0, "0"},        {2.385, "2.38"},   {-0.05, "-0.05"},   {0.34249, "0.342"}, {12.34, "12.3"},
                 {999.6, "1000"}, {180499, "180k"},  {9.9951e3, "10k"},  {1.25e6, "1.25M"},  {-7.4e9, "-7.4bn"},
                 {3e12, "3tn"},   {1e-5, "1.0e-05"}, {(double)NAN, "-"}, {4321, "4321"},     {999499, "999k"},
                 {999500, "1M"},  {70000, "70k"},    {100, "100"}};
    char text[SHORT_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(short_number(cases[i].number, text), cases[i].text);
}

/* `cells` in `columns` columns on a terminal of that width. */
static void assert_listed(const char *const *cells, size_t columns, const char *terminal, const char *expected)
{
    struct listing listing = {.columns = columns};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    for (; *cells; cells++)
        listing_add(&listing, "%s", *cells);
    setenv("COLUMNS", terminal, 1);
    listing_print(&listing, to, false);
    unsetenv("COLUMNS");
    fclose(to);
    assert_string_equal(text, expected);
    free(text);
    listing_free(&listing);
}

static void a_listing_fits_the_terminal(void **state)
{
    (void)state;
    const char *const numbers[] = {"rent", "2024", "2025", "2026", "H100", "12.5", "9.25",
                                   "",     "A100", "7",    "6",    "5",    NULL};
    assert_listed(numbers, 4, "22", "rent  2024  2025  2026\nH100  12.5  9.25\nA100  7     6     5\n");
    assert_listed(numbers, 4, "17", "rent  2024  2025\nH100  12.5  9.25\nA100  7     6\n\nrent  2026\nH100\nA100  5\n");
    const char *const prose[] = {"name", "meaning", "a", "forty and more letters that go on below themselves", NULL};
    assert_listed(prose, 2, "40", "name  meaning\na     forty and more letters that go on\n      below themselves\n");
    assert_listed(prose, 2, "30",
                  "name\n    meaning\na\n    forty and more letters\n    that go on below\n    themselves\n");
}

static void a_listing_is_aligned_by_characters_not_bytes(void **state)
{
    (void)state;
    struct listing listing = {.columns = 2};
    const char *const cells[] = {"name\n", "value", "\xc3\xa9t\xc3\xa9", "1", "\xe4\xb8\xad\xe5\x9b\xbd", "a,b"};
    for (size_t i = 0; i < 6; i++)
        listing_add(&listing, "%s", cells[i]);
    FILE *file = fopen("l", "w");
    listing_print(&listing, file, false);
    listing_print(&listing, file, true);
    fclose(file);
    listing_free(&listing);
    assert_string_equal(get("l"), "name  value\n\xc3\xa9t\xc3\xa9   1\n\xe4\xb8\xad\xe5\x9b\xbd  a,b\n"
                                  "name,value\n\xc3\xa9t\xc3\xa9,1\n\xe4\xb8\xad\xe5\x9b\xbd,\"a,b\"\n");
}

static void assert_as_printf(double number)
{
    char text[TEN_DIGITS_BYTES], expected[TEN_DIGITS_BYTES];
    const char *end = ten_digits(number, text);
    snprintf(expected, sizeof expected, "%.10g", number);
    assert_string_equal(text, expected);
    assert_ptr_equal(end, text + strlen(expected));
}

/* The first of 15, 16 and 17 digits that reads back. */
static void assert_reads_back(double number)
{
    char text[NUMBER_TEXT_BYTES], expected[NUMBER_TEXT_BYTES];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(expected, sizeof expected, "%.*g", digits, number);
        if (strtod(expected, NULL) == number)
            break;
    }
    assert_string_equal(number_text(number, text), expected);
}

static void numbers_have_the_digits_of_printf(void **state)
{
    (void)state;
    static const double hard[] = {0,
                                  -0.0,
                                  1,
                                  -1,
                                  0.5,
                                  9999999999.0,
                                  9999999999.5,
                                  9999999999.4999,
                                  10000000000,
                                  999999999.95,
                                  99999.99999,
                                  0.0001,
                                  0.00009999999999,
                                  0.00001,
                                  1234567890.5,
                                  1234567891.5,
                                  0.1,
                                  1e22,
                                  1e23,
                                  8.5e-18,
                                  1e-18,
                                  1e-19,
                                  1e36,
                                  1e37,
                                  1e38,
                                  DBL_MAX,
                                  DBL_MIN,
                                  4.9406564584124654e-324,
                                  INFINITY,
                                  -INFINITY,
                                  2022.083333333333};
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        assert_as_printf(hard[i]);
        assert_reads_back(hard[i]);
    }
    for (int power = -330; power <= 310; power++)
        for (int i = -3; i <= 3; i++) { /* what stands beside a power of ten, or of two */
            double ten = strtod(arena_printf(&arena, "1e%d", power), NULL) * (1 + i * DBL_EPSILON);
            assert_as_printf(ten);
            assert_reads_back(ten);
            assert_reads_back(ldexp(1 + i * DBL_EPSILON, power));
        }
    uint64_t bits = 88172645463325252;
    for (int i = 0; i < 100000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double any, number = (double)(int64_t)bits * 0x1p-63; /* of all magnitudes; then as they occur */
        memcpy(&any, &bits, sizeof any);
        if (!isnan(any)) {
            assert_as_printf(any);
            assert_reads_back(any);
        }
        assert_reads_back(number);
        assert_reads_back(number * 1e9);
        assert_reads_back((double)(bits % 2000000000000000001) / 8192); /* 15 to 17 digits */
        assert_as_printf(number);
        assert_as_printf(number * 1e12);
        assert_as_printf((double)(bits % 20000000001) / 2); /* ties at the tenth digit */
    }
    char text[TEN_DIGITS_BYTES];
    ten_digits(-NAN, text);
    assert_string_equal(text, "NaN");
}

/* ---- Folders that appear whole ---- */

/* A file system that cannot exchange names, and a file that cannot be removed. */
static bool no_exchange;
static const char *stuck;

int renameat2(int from, const char *old, int to, const char *fresh, unsigned int flags)
{
    if (no_exchange && flags) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_renameat2, from, old, to, fresh, flags);
}

int unlinkat(int folder, const char *name, int flags)
{
    if (stuck && strcmp(name, stuck) == 0) {
        errno = EACCES;
        return -1;
    }
    return (int)syscall(SYS_unlinkat, folder, name, flags);
}

static void write_one(struct stage *stage, const char *path, const char *text)
{
    FILE *file = stage_file(stage, "%s", path);
    fputs(text, file);
    stage_close_file(stage, file);
}

static void write_manifest(struct stage *stage)
{
    FILE *file = stage_file(stage, "manifest.json");
    struct json json = {.to = file};
    json_open(&json, NULL, '{');
    json_text(&json, "program", "iccsim");
    stage_list(stage, &json);
    json_close(&json, '}');
    stage_close_file(stage, file);
}

/* A run into `folder` with some files, one of them `text`. */
static void make_run(const char *folder, const char *text)
{
    struct stage stage;
    assert_true(stage_open(&stage, folder, false));
    write_one(&stage, "series/a.dat", text);
    write_one(&stage, "summary.json", "{}");
    write_manifest(&stage);
    assert_true(stage_commit(&stage));
    stage_free(&stage);
}

/* How many folders of runs, alive or dead, are beside the folder; the first of them is `found`. */
static const char *found;

static size_t beside(const char *folder)
{
    glob_t names;
    found = NULL;
    if (glob(arena_printf(&arena, "%s.*", folder), GLOB_PERIOD, NULL, &names) != 0)
        return 0;
    size_t count = names.gl_pathc;
    found = arena_text(&arena, names.gl_pathv[0]);
    globfree(&names);
    return count;
}

static void nothing_is_seen_before_the_commit(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "deep/below/run", false));
    write_one(&stage, "series/a.dat", "one");
    write_manifest(&stage);
    assert_false(exists("deep/below/run"));
    assert_true(stage_commit(&stage));
    assert_string_equal(get("deep/below/run/series/a.dat"), "one");
    assert_false(exists("deep/below/run/.iccsim.lock"));
    assert_int_equal(beside("deep/below/run"), 0);
    stage_abandon(&stage);
    stage_free(&stage);
}

static void a_run_replaces_an_earlier_one_whole(void **state)
{
    (void)state;
    struct stage stage;
    make_run("old", "stale");
    assert_true(stage_open(&stage, "old/", false));
    write_one(&stage, "fresh", "fresh");
    assert_string_equal(get("old/series/a.dat"), "stale");
    assert_true(stage_commit(&stage));
    assert_null(stage.remark);
    assert_true(exists("old/fresh"));
    assert_false(exists("old/series"));
    assert_int_equal(beside("old"), 0);
    stage_free(&stage);
}

static void a_folder_of_something_else_is_refused_untouched(void **state)
{
    (void)state;
    struct stage stage;
    mkdir("thesis", 0777);
    put("thesis/chapter.tex", "years of work");
    put("thesis/manifest.json", "{\"program\": \"another\"}");
    assert_false(stage_open(&stage, "thesis", false));
    assert_non_null(strstr(stage.error, "--force"));
    stage_abandon(&stage);
    stage_free(&stage);
    assert_string_equal(get("thesis/chapter.tex"), "years of work");
    assert_true(stage_open(&stage, "thesis", true));
    assert_true(stage_commit(&stage));
    assert_false(exists("thesis/chapter.tex"));
    stage_free(&stage);
}

static void a_file_is_never_replaced(void **state)
{
    (void)state;
    struct stage stage;
    put("file", "kept");
    assert_false(stage_open(&stage, "file", true));
    stage_free(&stage);
    assert_false(stage_open(&stage, "file/below", true));
    stage_free(&stage);
    assert_string_equal(get("file"), "kept");
}

static void a_failed_write_leaves_the_old_folder_as_it_was(void **state)
{
    (void)state;
    struct stage stage;
    make_run("kept", "kept");
    assert_true(stage_open(&stage, "kept", false));
    const char *folder = arena_text(&arena, stage.folder);
    FILE *file = freopen("/dev/full", "w", stage_file(&stage, "a")); /* a disk that is full */
    fputs("lost", file);
    stage_close_file(&stage, file);
    assert_non_null(strstr(stage.error, strerror(ENOSPC)));
    write_one(&stage, "b", "in vain");
    assert_false(stage_commit(&stage));
    assert_string_equal(get("kept/series/a.dat"), "kept");
    assert_false(exists(folder));
    stage_free(&stage);
}

/* A run killed over `folder`, whose remains are `found`. */
static void kill_a_run(const char *folder)
{
    pid_t child = fork();
    if (child == 0) {
        struct stage stage;
        stage_open(&stage, folder, false);
        write_one(&stage, "half", "written");
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(beside(folder), 1);
}

static void a_killed_run_loses_nothing_and_its_rest_is_cleared_by_the_next(void **state)
{
    (void)state;
    make_run("precious", "kept");
    kill_a_run("precious");
    assert_string_equal(get("precious/series/a.dat"), "kept");
    struct stage stage;
    assert_true(stage_open(&stage, "precious", false));
    assert_int_equal(beside("precious"), 1);
    assert_string_equal(strrchr(stage.folder, '/') + 1, found);
    stage_abandon(&stage);
    stage_free(&stage);
    assert_int_equal(beside("precious"), 0);
    assert_true(exists("precious/manifest.json"));
}

/* Nothing in `folder` is what the stage may have written, and the stage says why. */
static void cannot_commit(struct stage *stage, const char *folder, const char *why)
{
    assert_false(stage_commit(stage));
    if (!strstr(stage->error, why))
        fail_msg("%s lacks: %s", stage->error, why);
    assert_false(exists(folder));
    stage_free(stage);
}

static void a_folder_that_vanishes_is_an_error_and_never_made_anew(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "gone", false));
    FILE *rows = stage_file(&stage, "replications.csv");
    assert_int_equal(system("rm -r gone.tmp-*"), 0);
    fputs("rows", rows);
    stage_close_file(&stage, rows);
    write_one(&stage, "series/a.dat", "in vain");
    assert_int_equal(beside("gone"), 0);
    cannot_commit(&stage, "gone", "vanished while it was being written");
    assert_int_equal(beside("gone"), 0);
}

static void a_folder_in_the_place_of_ours_is_neither_committed_nor_removed(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "swapped", false));
    write_one(&stage, "a", "written");
    const char *folder = arena_text(&arena, stage.folder);
    assert_int_equal(rename(folder, "moved"), 0);
    mkdir(folder, 0777);
    put(arena_printf(&arena, "%s/chapter.tex", folder), "years of work");
    cannot_commit(&stage, "swapped", "vanished while it was being written");
    assert_string_equal(get(arena_printf(&arena, "%s/chapter.tex", folder)), "years of work");
}

static void what_is_there_is_compared_with_what_was_written(void **state)
{
    (void)state;
    static const char *const spoil[] = {"rm lost.tmp-*/series/b.dat", "truncate -s 1 lost.tmp-*/series/b.dat",
                                        "cd lost.tmp-*/series; rm b.dat; mkdir b.dat",
                                        "cd lost.tmp-*/series; rm b.dat; ln -s a.dat b.dat", "rm -r lost.tmp-*/series"};
    for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
        struct stage stage;
        assert_true(stage_open(&stage, "lost", false));
        write_one(&stage, "series/a.dat", "one");
        write_one(&stage, "series/b.dat", "two");
        write_manifest(&stage);
        assert_int_equal(system(spoil[i]), 0);
        cannot_commit(&stage, "lost",
                      i == 1   ? "series/b.dat changed"
                      : i == 4 ? "series/a.dat vanished"
                               : "series/b.dat vanished");
        assert_int_equal(beside("lost"), 0);
    }
}

static void what_another_program_draws_is_counted_as_written(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "drawn", false));
    mkdir(arena_printf(&arena, "%s/plots", stage.folder), 0777);
    put(arena_printf(&arena, "%s/plots/a.svg", stage.folder), "<svg/>");
    stage_adopt(&stage, "plots");
    stage_adopt(&stage, "variant/plots"); /* nothing was drawn there */
    assert_int_equal(system("rm drawn.tmp-*/plots/a.svg"), 0);
    cannot_commit(&stage, "drawn", "plots/a.svg vanished");
}

static void a_name_is_written_once(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "once", false));
    write_one(&stage, "a", "first");
    write_one(&stage, "a", "second");
    cannot_commit(&stage, "once", strerror(EEXIST));
}

static void writing_follows_no_link_out_of_the_folder(void **state)
{
    (void)state;
    struct stage stage;
    mkdir("outside", 0777);
    assert_true(stage_open(&stage, "inside", false));
    assert_int_equal(symlink("../outside", arena_printf(&arena, "%s/series", stage.folder)), 0);
    write_one(&stage, "series/a.dat", "in vain");
    assert_false(exists("outside/a.dat"));
    cannot_commit(&stage, "inside", "series/a.dat");
}

static void open_and_abandon(const char *folder)
{
    struct stage stage;
    assert_true(stage_open(&stage, folder, false));
    stage_abandon(&stage);
    stage_free(&stage);
}

static void refuses(const char *folder, const char *why)
{
    struct stage stage;
    assert_false(stage_open(&stage, folder, false));
    if (!strstr(stage.error, why))
        fail_msg("%s lacks: %s", stage.error, why);
    stage_free(&stage);
    assert_int_equal(beside(folder), 0);
}

/* Not even by force. */
static void never_opens(const char *folder, const char *why)
{
    struct stage stage;
    assert_false(stage_open(&stage, folder, true));
    if (!strstr(stage.error, why) || strstr(stage.error, "--force"))
        fail_msg("%s lacks %s or speaks of --force", stage.error, why);
    stage_free(&stage);
}

static void some_folders_are_never_replaced(void **state)
{
    const char *home = getenv("HOME");
    mkdir("room", 0777);
    put("room/a", "kept");
    never_opens("", "names no folder");
    never_opens("/", "names no folder");
    never_opens("new/.", "names no folder");
    never_opens("new/..", "names no folder");
    never_opens(".", "current folder");
    never_opens("room/..", "current folder");
    never_opens(*state, "current folder");
    never_opens("/etc", "holds no run");
    never_opens("/proc", "mounted");
    setenv("HOME", arena_printf(&arena, "%s/room", (const char *)*state), true);
    never_opens("room", "holds no run");
    home ? setenv("HOME", home, true) : unsetenv("HOME");
    assert_true(exists("room/a"));
    assert_int_equal(beside("room") + beside("/etc") + beside("/proc"), 0);
}

static void a_current_folder_that_is_gone_is_an_error(void **state)
{
    mkdir("gone_from", 0777);
    assert_int_equal(chdir("gone_from"), 0);
    assert_int_equal(rmdir("../gone_from"), 0);
    never_opens("run", "has been removed");
    never_opens("deep/run", "has been removed");
    struct stage stage;
    assert_true(stage_open(&stage, arena_printf(&arena, "%s/found", (const char *)*state), false));
    write_one(&stage, "a", "new");
    assert_true(stage_commit(&stage));
    stage_free(&stage);
    assert_int_equal(chdir(*state), 0);
    assert_string_equal(get("found/a"), "new");
}

static void no_path_leads_out_of_the_folder(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "narrow", false));
    write_one(&stage, "../wide", "in vain");
    assert_false(exists("wide"));
    cannot_commit(&stage, "narrow", "../wide");
}

static void a_run_with_other_files_in_it_is_refused_untouched(void **state)
{
    (void)state;
    static const char *const additions[] = {"notes.txt", "series/b.dat", "mine/a.dat"};
    for (size_t i = 0; i < sizeof additions / sizeof *additions; i++) {
        const char *folder = arena_printf(&arena, "used%zu", i),
                   *added = arena_printf(&arena, "%s/%s", folder, additions[i]);
        make_run(folder, "one");
        mkdir(arena_printf(&arena, "%s/mine", folder), 0777);
        if (i < 2)
            rmdir(arena_printf(&arena, "%s/mine", folder));
        put(added, "years of work");
        refuses(folder, additions[i]);
        assert_string_equal(get(added), "years of work");
    }
    make_run("changed", "one");
    put("changed/series/a.dat", "edited by hand");
    refuses("changed", "series/a.dat");
    make_run("widened", "one");
    mkdir("widened/empty", 0777);
    refuses("widened", "empty");
    make_run("linked", "one");
    mkdir("target", 0777);
    put("target/a.dat", "one");
    assert_int_equal(system("rm -r linked/series && ln -s ../target linked/series"), 0);
    refuses("linked", "series");
    assert_true(exists("target/a.dat"));
}

static void a_manifest_alone_does_not_make_a_run(void **state)
{
    (void)state;
    make_run("run1", "one");
    mkdir("thesis2", 0777);
    put("thesis2/chapter.tex", "years of work");
    put("thesis2/manifest.json", get("run1/manifest.json"));
    refuses("thesis2", "chapter.tex");
    static const char *const no_run[] = {"",
                                         "[",
                                         "[]",
                                         "{\"files\": {\"chapter.tex\": 13}}",
                                         "{\"program\": [\"iccsim\"]}",
                                         "{\"program\": \"iccsim2\", \"files\": {\"chapter.tex\": 13}}"};
    for (size_t i = 0; i < sizeof no_run / sizeof *no_run; i++) {
        put("thesis2/manifest.json", no_run[i]);
        refuses("thesis2", "holds no run");
    }
    put("thesis2/manifest.json", "{\"program\": \"iccsim\", \"version\": \"0.1.0\"}");
    refuses("thesis2", "earlier version");
    unlink("thesis2/manifest.json");
    assert_int_equal(mkfifo("thesis2/manifest.json", 0666), 0);
    refuses("thesis2", "holds no run");
    unlink("thesis2/manifest.json");
    assert_int_equal(symlink("../run1/manifest.json", "thesis2/manifest.json"), 0);
    refuses("thesis2", "holds no run");
    assert_string_equal(get("thesis2/chapter.tex"), "years of work");
}

static void a_run_that_somebody_holds_or_owns_is_refused(void **state)
{
    (void)state;
    make_run("held", "one");
    int manifest = open("held/manifest.json", O_RDWR);
    assert_int_equal(flock(manifest, LOCK_SH), 0);
    refuses("held", "another process");
    close(manifest);
    make_run("held", "two");
    if (geteuid() != 0)
        return;
    assert_int_equal(chown("held", 4242, 4242), 0);
    refuses("held", "another user");
}

/* Commits into `folder`, whatever has come to be there; what was written is beside it, whole, and no leftover to the
 * next run. */
static void commits_beside(struct stage *stage, const char *folder)
{
    write_one(stage, "series/a.dat", "new");
    write_manifest(stage);
    const char *written = arena_text(&arena, stage->folder);
    assert_false(stage_commit(stage));
    assert_non_null(strstr(stage->error, "changed during the run"));
    assert_non_null(strstr(stage->error, written));
    stage_free(stage);
    open_and_abandon("elsewhere");
    assert_int_equal(beside(folder), 1);
    assert_string_equal(strrchr(written, '/') + 1, found);
    assert_string_equal(get(arena_printf(&arena, "%s/series/a.dat", written)), "new");
    assert_false(exists(arena_printf(&arena, "%s/.iccsim.lock", written)));
}

static void what_comes_to_be_there_during_the_run_stays(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "fresh", false));
    mkdir("fresh", 0777);
    put("fresh/chapter.tex", "years of work");
    commits_beside(&stage, "fresh");
    assert_string_equal(get("fresh/chapter.tex"), "years of work");

    assert_true(stage_open(&stage, "file2", false));
    put("file2", "kept");
    commits_beside(&stage, "file2");
    assert_string_equal(get("file2"), "kept");

    assert_true(stage_open(&stage, "link2", false));
    assert_int_equal(symlink("fresh", "link2"), 0);
    commits_beside(&stage, "link2");
    assert_true(exists("link2/chapter.tex"));

    make_run("noted", "old");
    assert_true(stage_open(&stage, "noted", false));
    put("noted/notes.txt", "years of work");
    commits_beside(&stage, "noted");
    assert_string_equal(get("noted/notes.txt"), "years of work");
    assert_string_equal(get("noted/series/a.dat"), "old");

    make_run("taken", "old");
    assert_true(stage_open(&stage, "taken", true)); /* forced, but over another folder */
    assert_int_equal(rename("taken", "away"), 0);
    mkdir("taken", 0777);
    put("taken/chapter.tex", "years of work");
    commits_beside(&stage, "taken");
    assert_string_equal(get("taken/chapter.tex"), "years of work");
}

static void an_empty_folder_that_comes_to_be_there_is_filled(void **state)
{
    (void)state;
    struct stage stage;
    assert_true(stage_open(&stage, "waiting", false));
    mkdir("waiting", 0777);
    write_one(&stage, "a", "new");
    assert_true(stage_commit(&stage));
    stage_free(&stage);
    assert_string_equal(get("waiting/a"), "new");
    assert_int_equal(beside("waiting"), 0);
}

static void without_exchange_of_names_it_goes_by_way_of_a_third(void **state)
{
    (void)state;
    no_exchange = true;
    make_run("third", "old");
    make_run("third", "new");
    assert_string_equal(get("third/series/a.dat"), "new");
    assert_int_equal(beside("third"), 0);
    struct stage stage;
    assert_true(stage_open(&stage, "third", false));
    put("third/notes.txt", "years of work");
    commits_beside(&stage, "third");
    no_exchange = false;
    assert_string_equal(get("third/notes.txt"), "years of work");
}

static void what_cannot_be_removed_is_told(void **state)
{
    (void)state;
    struct stage stage;
    make_run("sticky", "old");
    assert_true(stage_open(&stage, "sticky", false));
    write_one(&stage, "a", "new");
    stuck = "a.dat";
    assert_true(stage_commit(&stage));
    stuck = NULL;
    assert_int_equal(beside("sticky"), 1);
    assert_non_null(strstr(stage.remark, found));
    stage_free(&stage);
    assert_string_equal(get("sticky/a"), "new");
    assert_string_equal(get(arena_printf(&arena, "%s/series/a.dat", found)), "old");
}

static void force_removes_what_was_there_and_follows_no_link(void **state)
{
    (void)state;
    struct stage stage;
    mkdir("house", 0777);
    mkdir("house/room", 0777);
    put("house/room/a", "gone");
    mkdir("garden", 0777);
    put("garden/tree", "kept");
    assert_int_equal(symlink("../../garden", "house/room/door"), 0);
    refuses("house", "--force");
    assert_true(stage_open(&stage, "house", true));
    write_one(&stage, "a", "new");
    assert_true(stage_commit(&stage));
    assert_null(stage.remark);
    stage_free(&stage);
    assert_false(exists("house/room"));
    assert_string_equal(get("garden/tree"), "kept");
    assert_int_equal(beside("house"), 0);
}

static void only_what_a_dead_run_marked_is_a_leftover(void **state)
{
    (void)state;
    kill_a_run("shared");
    const char *copy = arena_printf(&arena, "cp -r %s shared.tmp-copied && cp -r %s shared.tmp-1", found, found);
    assert_int_equal(system(copy), 0); /* NOLINT: our own words */
    mkdir("shared.tmp-4194303", 0777);
    put("shared.tmp-4194303/chapter.tex", "years of work");
    mkdir("attic", 0777);
    put("attic/half", "kept");
    assert_int_equal(symlink("attic", "shared.tmp-linked"), 0);
    put("shared.tmp-000000", "a file");
    open_and_abandon("shared");
    assert_int_equal(beside("shared"), 5);
    assert_true(exists("shared.tmp-copied/half") && exists("shared.tmp-1/half") && exists("attic/half"));
    assert_string_equal(get("shared.tmp-4194303/chapter.tex"), "years of work");
    assert_true(exists("shared.tmp-linked/half") && exists("shared.tmp-000000"));
}

static void a_leftover_is_removed_without_following_links(void **state)
{
    (void)state;
    mkdir("elsewhere", 0777);
    put("elsewhere/kept", "kept");
    kill_a_run("led");
    assert_int_equal(symlink("../elsewhere", arena_printf(&arena, "%s/series", found)), 0);
    open_and_abandon("led");
    assert_int_equal(beside("led"), 0);
    assert_string_equal(get("elsewhere/kept"), "kept");
}

/* Locks of another kernel may not reach here, so nothing that it marked is judged. */
static void what_another_host_left_is_left(void **state)
{
    (void)state;
    kill_a_run("volume");
    const char *mark = arena_printf(&arena, "%s/.iccsim.lock", found);
    char *text = arena_text(&arena, get(mark)), *kernel = strstr(text, "kernel ");
    assert_non_null(kernel);
    kernel[strlen("kernel ")] ^= 1;
    put(mark, text);
    open_and_abandon("volume");
    assert_int_equal(beside("volume"), 1);
    assert_true(exists(arena_printf(&arena, "%s/half", found)));
}

/* A run that says on a pipe when it has begun, and commits when told on another; its exit code is 0 if all went well.
 */
static pid_t begin_run(const char *folder, int begun, int go)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    struct stage stage;
    char byte = 0;
    bool sound = stage_open(&stage, folder, false);
    write_one(&stage, "early", "early");
    sound = write(begun, &byte, 1) == 1 && sound;
    sound = read(go, &byte, 1) == 1 && sound;
    write_manifest(&stage);
    sound = stage_commit(&stage) && sound;
    stage_free(&stage);
    _exit(!sound);
}

/* Process 1 of a container of its own, if we may make one. */
static pid_t begin_contained_run(const char *folder, int begun, int go)
{
    pid_t outer = fork();
    if (outer != 0)
        return outer;
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        fputs("no containers here: two processes instead\n", stderr);
    int status = 0;
    waitpid(begin_run(folder, begun, go), &status, 0);
    _exit(status != 0);
}

static void two_runs_at_once_in_two_containers_both_end_well(void **state)
{
    (void)state;
    int begun[2], go[2], status[2] = {1, 1};
    char bytes[2] = {0};
    assert_true(pipe(begun) == 0 && pipe(go) == 0);
    pid_t first = begin_contained_run("both", begun[1], go[0]);
    assert_int_equal(read(begun[0], bytes, 1), 1);
    pid_t second = begin_contained_run("both", begun[1], go[0]);
    assert_int_equal(read(begun[0], bytes, 1), 1);
    assert_int_equal(beside("both"), 2);
    assert_int_equal(write(go[1], bytes, 2), 2);
    waitpid(first, &status[0], 0);
    waitpid(second, &status[1], 0);
    assert_true(status[0] == 0 && status[1] == 0);
    assert_true(exists("both/early") && exists("both/manifest.json"));
    assert_int_equal(beside("both"), 0);
    for (int i = 0; i < 2; i++)
        close(begun[i]), close(go[i]);
}

/* ---- Pictures, by a gnuplot of our own that writes down how it was called ---- */

/* Goes through its arguments as gnuplot does. */
#define FOR_EACH_ARGUMENT(DO)                                                                                          \
    "#!/bin/sh\nprintf '%s\\n' \"$@\" > called\nenv > environment\nfor a; do case $a in\n"                             \
    "format=*) out=${a#*out=\\\"}; out=${out%%\\\"*};;\n"                                                              \
    "*.gp) " DO ";;\n"                                                                                                 \
    "*iccsim:*) echo 'iccsim: drawn';;\nesac; done\n"

static void make_gnuplot(const char *script)
{
    mkdir("bin", 0777);
    mkdir("scripts", 0777);
    mkdir("run", 0777);
    put("bin/gnuplot", script);
    chmod("bin/gnuplot", 0755);
    put("scripts/common.gp", "# shared by all\n");
    put("scripts/a.gp", "# title: First\n# caption: With words.\n# needs: series/a.dat\n");
    put("scripts/b.gp", "# title: Second\n# needs: series/a.dat series/b.dat\n");
    put("scripts/c.gp", "# title: Third\n");
    mkdir("run/series", 0777);
    put("run/series/a.dat", "");
    const char *const old[] = {"run/plots/a.svg", "run/plots/a.png", "run/plots/c.svg", "run/plots/c.png"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        unlink(old[i]);
}

static struct plots draw_as(struct plots_request request, const char *path, const char **said)
{
    const char *before = arena_text(&arena, getenv("PATH"));
    char *here = getcwd(NULL, 0);
    request.folder = arena_printf(&arena, "%s/run", here);
    request.scripts = arena_printf(&arena, "%s/scripts", here);
    request.words = fopen("words", "w");
    setenv("PATH", path, 1);
    struct plots plots = plots_draw(&request);
    setenv("PATH", before, 1);
    fclose(request.words);
    free(here);
    *said = get("words");
    return plots;
}

static const char *our_path(void)
{
    char *here = getcwd(NULL, 0);
    const char *path = arena_printf(&arena, "%s/bin:%s", here, getenv("PATH"));
    free(here);
    return path;
}

static void pictures_are_drawn_inside_the_folder_without_its_name(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT("echo picture > $out"));
    const char *said;
    struct plots plots = draw_as((struct plots_request){.names = "a"}, our_path(), &said);
    assert_int_equal(plots.drawn, 1);
    assert_int_equal(plots.failed, 0);
    assert_string_equal(said, "");
    assert_true(exists("run/plots/a.svg") && !exists("run/plots/a.png") && !exists("run/plots/c.svg"));
    assert_non_null(strstr(get("run/called"), "\nformat=\"svg\"; out=\"plots/a.svg\"; share=\""));
}

static void pictures_without_their_files_are_skipped_and_png_is_drawn_when_asked_for(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT("echo picture > $out"));
    const char *said;
    struct plots plots = draw_as((struct plots_request){.png = true}, our_path(), &said);
    assert_int_equal(plots.drawn, 4);
    assert_int_equal(plots.skipped, 1);
    assert_true(exists("run/plots/a.svg") && exists("run/plots/a.png") && exists("run/plots/c.png"));
}

static void a_failing_picture_is_a_warning_with_the_reason_and_spoils_no_other(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT(
        "echo half > $out; case $a in *a.gp) echo '\"a.gp\" line 7: no such column' >&2; exit 3;; esac"));
    const char *said;
    struct plots plots = draw_as((struct plots_request){.png = true}, our_path(), &said);
    assert_int_equal(plots.drawn, 2);
    assert_int_equal(plots.failed, 2);
    assert_non_null(strstr(said, "a.svg, a.png (exit status 3):\n\"a.gp\" line 7: no such column\n"));
    assert_false(exists("run/plots/a.svg"));
    assert_true(exists("run/plots/c.svg") && exists("run/plots/c.png"));
}

static void equal_complaints_are_one_warning(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT("echo \"\\\"$a\\\" line 26: unknown terminal\" >&2; exit 1"));
    const char *said;
    struct plots plots = draw_as((struct plots_request){.png = true}, our_path(), &said);
    assert_int_equal(plots.failed, 4);
    const char *first = strstr(said, "warning");
    assert_non_null(first);
    assert_null(strstr(first + 1, "warning"));
    assert_non_null(strstr(said, "a.svg, a.png, c.svg and 1 more (exit status 1)"));
}

static void a_picture_that_was_not_written_has_failed(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT("case $a in *c.gp) : > $out;; esac"));
    const char *said;
    struct plots plots = draw_as((struct plots_request){0}, our_path(), &said);
    assert_int_equal(plots.drawn, 0);
    assert_int_equal(plots.failed, 2);
    assert_non_null(strstr(said, "a.svg, c.svg (it wrote nothing)"));
    assert_false(exists("run/plots"));
}

static void gnuplot_sees_nothing_of_the_users_settings(void **state)
{
    (void)state;
    make_gnuplot(FOR_EACH_ARGUMENT("echo picture > $out"));
    setenv("GNUTERM", "dumb", 1);
    const char *said;
    draw_as((struct plots_request){.names = "a"}, our_path(), &said);
    unsetenv("GNUTERM");
    assert_null(strstr(get("run/environment"), "GNUTERM"));
    assert_non_null(strstr(get("run/environment"), "PATH="));
}

/* Gone, or dead and not yet collected by the process that inherited it. */
static bool is_over(const char *pid)
{
    const char *path = arena_printf(&arena, "/proc/%.*s/stat", (int)strcspn(pid, "\n"), pid);
    FILE *file = fopen(path, "r");
    char name[64], process_state = 'Z';
    bool over = !file || fscanf(file, "%*d %63s %c", name, &process_state) != 2 || process_state == 'Z';
    if (file)
        fclose(file);
    return over;
}

static void assert_soon_over(const char *pid)
{
    for (int i = 0; i < 200 && !is_over(pid); i++)
        usleep(10000);
    assert_true(is_over(pid));
}

#define HANG FOR_EACH_ARGUMENT("echo $$ > painter; sleep 1000 & echo $! > sleeper; echo before; sleep 999")

static void a_gnuplot_that_hangs_is_ended_with_all_it_started(void **state)
{
    (void)state;
    make_gnuplot(HANG);
    const char *said;
    struct plots plots = draw_as((struct plots_request){.names = "c", .seconds = 0.5}, our_path(), &said);
    assert_int_equal(plots.failed, 1);
    assert_non_null(strstr(said, "c.svg (ended after 0.5 s):\nbefore\n"));
    assert_soon_over(get("run/sleeper"));
}

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static void drawing_stops_when_asked_to(void **state)
{
    (void)state;
    make_gnuplot(HANG);
    struct sigaction action = {.sa_handler = stop}, before;
    sigaction(SIGALRM, &action, &before);
    alarm(1);
    const char *said;
    struct plots plots = draw_as((struct plots_request){.names = "c", .stop = &stopped}, our_path(), &said);
    sigaction(SIGALRM, &before, NULL);
    assert_true(plots.stopped);
    assert_int_equal(plots.drawn + plots.failed, 0);
    assert_string_equal(said, "");
    assert_soon_over(get("run/sleeper"));
}

static void gnuplot_ends_with_the_program(void **state)
{
    (void)state;
    make_gnuplot(HANG);
    unlink("run/sleeper");
    pid_t child = fork();
    if (child == 0) {
        const char *said;
        draw_as((struct plots_request){.names = "c"}, our_path(), &said);
        _exit(0);
    }
    for (int i = 0; i < 500 && !exists("run/sleeper"); i++)
        usleep(10000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_soon_over(get("run/painter"));
    kill((pid_t)atol(get("run/sleeper")), SIGKILL); /* a grandchild: the true gnuplot starts none */
}

static void without_gnuplot_there_is_one_warning(void **state)
{
    (void)state;
    make_gnuplot("");
    const char *said;
    struct plots plots = draw_as((struct plots_request){0}, "/nowhere", &said);
    assert_true(plots.no_gnuplot);
    assert_int_equal(plots.drawn, 0);
    const char *first = strstr(said, "no gnuplot");
    assert_non_null(first);
    assert_null(strstr(first + 1, "no gnuplot"));
    assert_false(exists("run/plots"));
}

static void unknown_names_of_pictures_have_a_hint(void **state)
{
    (void)state;
    make_gnuplot("");
    put("scripts/rents.gp", "# title: Fourth\n");
    const char *unknown, *nearest;
    assert_true(plots_know("scripts", "a,rents", &arena, &unknown, &nearest));
    assert_false(plots_know("scripts", "a,rent", &arena, &unknown, &nearest));
    assert_string_equal(unknown, "rent");
    assert_string_equal(nearest, "rents");
    unlink("scripts/rents.gp");
}

/* ---- Assignments of gnuplot ---- */

static void texts_are_literals_that_cannot_be_left(void **state)
{
    (void)state;
    assert_string_equal(gnuplot_literal(&arena, "plain 12, a_b (c)/d:e-f."), "\"plain 12, a_b (c)/d:e-f.\"");
    assert_string_equal(gnuplot_literal(&arena, "`\"'\\\n@1"), "\"\\0140\\0042\\0047\\0134 \\01001\"");
    assert_string_equal(gnuplot_literal(&arena, "算力"), "\"算力\"");
    assert_string_equal(gnuplot_literal(&arena, "a]]>b"), "\"a\\0135\\0135 \\0076b\"");
    assert_string_equal(gnuplot_literal(&arena, ""), "\"\"");
}

static void lists_of_texts_are_arrays(void **state)
{
    (void)state;
    FILE *to = fopen("assignments", "w");
    gnuplot_assign_texts(to, "label", (const char *const[]){"a|b", "c"}, 2);
    gnuplot_assign_numbers(to, "none", NULL, 0);
    gnuplot_assign_number(to, "x", NAN);
    fclose(to);
    assert_string_equal(get("assignments"),
                        "array label[2]\nlabel[1] = \"a\\0174b\"\nlabel[2] = \"c\"\narray none[1]\nx = NaN\n");
}

static void scripts_tell_their_titles_and_captions(void **state)
{
    (void)state;
    make_gnuplot("");
    const struct picture *picture;
    assert_int_equal(pictures_list("scripts", &arena, &picture, NULL), 3);
    assert_string_equal(picture[0].name, "a");
    assert_string_equal(picture[0].title, "First");
    assert_string_equal(picture[0].caption, "With words.");
    assert_string_equal(picture[1].caption, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_hashes),
        cmocka_unit_test(sha256_is_the_same_by_the_processors_own_instructions),
        cmocka_unit_test(a_file_is_hashed_whole_and_a_missing_one_not_at_all),
        cmocka_unit_test(json_is_valid_whatever_is_in_it),
        cmocka_unit_test(only_well_formed_utf_8_stays_as_it_is),
        cmocka_unit_test(the_check_of_json_finds_mistakes),
        cmocka_unit_test(numbers_read_back_the_same_in_the_fewest_digits),
        cmocka_unit_test(a_table_has_one_blank_between_columns_and_no_bare_text),
        cmocka_unit_test(a_row_of_one_number_is_written_as_the_row_of_all_its_numbers),
        cmocka_unit_test(csv_fields_are_quoted_only_where_they_must_be),
        cmocka_unit_test(csv_fields_are_no_formulas),
        cmocka_unit_test(short_numbers_have_three_digits),
        cmocka_unit_test(a_listing_is_aligned_by_characters_not_bytes),
        cmocka_unit_test(a_listing_fits_the_terminal),
        cmocka_unit_test(numbers_have_the_digits_of_printf),
        cmocka_unit_test(nothing_is_seen_before_the_commit),
        cmocka_unit_test(a_run_replaces_an_earlier_one_whole),
        cmocka_unit_test(a_folder_of_something_else_is_refused_untouched),
        cmocka_unit_test(a_file_is_never_replaced),
        cmocka_unit_test(a_failed_write_leaves_the_old_folder_as_it_was),
        cmocka_unit_test(a_killed_run_loses_nothing_and_its_rest_is_cleared_by_the_next),
        cmocka_unit_test(a_folder_that_vanishes_is_an_error_and_never_made_anew),
        cmocka_unit_test(a_folder_in_the_place_of_ours_is_neither_committed_nor_removed),
        cmocka_unit_test(what_is_there_is_compared_with_what_was_written),
        cmocka_unit_test(what_another_program_draws_is_counted_as_written),
        cmocka_unit_test(a_name_is_written_once),
        cmocka_unit_test(writing_follows_no_link_out_of_the_folder),
        cmocka_unit_test(some_folders_are_never_replaced),
        cmocka_unit_test(a_current_folder_that_is_gone_is_an_error),
        cmocka_unit_test(no_path_leads_out_of_the_folder),
        cmocka_unit_test(a_run_with_other_files_in_it_is_refused_untouched),
        cmocka_unit_test(a_manifest_alone_does_not_make_a_run),
        cmocka_unit_test(a_run_that_somebody_holds_or_owns_is_refused),
        cmocka_unit_test(what_comes_to_be_there_during_the_run_stays),
        cmocka_unit_test(an_empty_folder_that_comes_to_be_there_is_filled),
        cmocka_unit_test(without_exchange_of_names_it_goes_by_way_of_a_third),
        cmocka_unit_test(what_cannot_be_removed_is_told),
        cmocka_unit_test(force_removes_what_was_there_and_follows_no_link),
        cmocka_unit_test(only_what_a_dead_run_marked_is_a_leftover),
        cmocka_unit_test(a_leftover_is_removed_without_following_links),
        cmocka_unit_test(what_another_host_left_is_left),
        cmocka_unit_test(two_runs_at_once_in_two_containers_both_end_well),
        cmocka_unit_test(pictures_are_drawn_inside_the_folder_without_its_name),
        cmocka_unit_test(pictures_without_their_files_are_skipped_and_png_is_drawn_when_asked_for),
        cmocka_unit_test(a_failing_picture_is_a_warning_with_the_reason_and_spoils_no_other),
        cmocka_unit_test(equal_complaints_are_one_warning),
        cmocka_unit_test(a_picture_that_was_not_written_has_failed),
        cmocka_unit_test(gnuplot_sees_nothing_of_the_users_settings),
        cmocka_unit_test(a_gnuplot_that_hangs_is_ended_with_all_it_started),
        cmocka_unit_test(drawing_stops_when_asked_to),
        cmocka_unit_test(gnuplot_ends_with_the_program),
        cmocka_unit_test(unknown_names_of_pictures_have_a_hint),
        cmocka_unit_test(texts_are_literals_that_cannot_be_left),
        cmocka_unit_test(lists_of_texts_are_arrays),
        cmocka_unit_test(without_gnuplot_there_is_one_warning),
        cmocka_unit_test(scripts_tell_their_titles_and_captions),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
