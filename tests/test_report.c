/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/output/report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define NONE ((double)NAN)
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- A folder to write into and what comes out of it ------------------------------------------------------------ */

struct folder {
    char path[32];
};

static void path_in(const struct folder *folder, const char *file, char path[128])
{
    snprintf(path, 128, "%s/%s", folder->path, file);
}

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    strcpy(folder->path, "/tmp/iccsim-report-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) ? 0 : -1;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    const char *const files[] = {"report.html", "a.svg", "b.svg"};
    char path[128];
    for (size_t i = 0; i < COUNT(files); i++) {
        path_in(folder, files[i], path);
        remove(path);
    }
    int failed = rmdir(folder->path);
    free(folder);
    return failed;
}

static void write_file(const struct folder *folder, const char *file, const char *bytes)
{
    char path[128];
    path_in(folder, file, path);
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    fputs(bytes, to);
    assert_int_equal(fclose(to), 0);
}

/* Writes the page into `file` of the folder; 0 or why it failed. */
static int write_into(const struct folder *folder, const char *file, const struct report *report)
{
    char path[128];
    path_in(folder, file, path);
    FILE *to = fopen(path, "wb");
    int inside = open(folder->path, O_RDONLY | O_DIRECTORY);
    assert_true(to && inside >= 0);
    errno = 0;
    int why = report_write(to, inside, report) ? 0 : errno ? errno : EIO;
    fclose(to);
    close(inside);
    return why;
}

/* The page, to be freed. */
static char *page_of(const struct folder *folder, const struct report *report)
{
    assert_int_equal(write_into(folder, "report.html", report), 0);
    char path[128], *page = NULL;
    size_t bytes;
    path_in(folder, "report.html", path);
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    assert_true(getdelim(&page, &bytes, '\0', from) > 0);
    fclose(from);
    return page;
}

static void assert_holds(const char *page, const char *text)
{
    if (!strstr(page, text))
        fail_msg("the page lacks: %s", text);
}

static void assert_lacks(const char *page, const char *text)
{
    if (strstr(page, text))
        fail_msg("the page holds: %s", text);
}

static void assert_in_order(const char *page, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(page, texts[i]);
        if (!found)
            fail_msg("not there, or out of order: %s", texts[i]);
        page = found + strlen(texts[i]);
    }
}

/* Every tag is closed, in order, as in XML. */
static void assert_well_formed(const char *page)
{
    char open[32][16];
    size_t depth = 0;
    for (const char *at = strchr(page, '<'); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        assert_non_null(end);
        char name[16] = "";
        if (at[1] == '!' || end[-1] == '/')
            continue;
        assert_int_equal(sscanf(at + (at[1] == '/' ? 2 : 1), "%15[a-z0-9]", name), 1);
        if (at[1] != '/') {
            assert_true(depth < COUNT(open));
            strcpy(open[depth++], name);
        } else {
            assert_true(depth > 0);
            assert_string_equal(name, open[--depth]);
        }
    }
    assert_int_equal(depth, 0);
}

/* ---- A report with something of everything ---------------------------------------------------------------------- */

/* clang-format off */
static const struct report_picture pictures[] = {
    {"a.svg", "Rent of a server", "The line is the median."},
    {"b.svg", "Not drawn", "There is no such file."},
};
/* clang-format on */
/* clang-format off */
static const struct report_number numbers[] = {
    {.label = "rent of an H100 server", .unit = "CNY/month", .when = "2024-10",
     .p05 = 61234.5, .p50 = 71482, .p95 = 1084321},
    {.label = "crash", .is_date = true, .p05 = 2024.0417, .p50 = 2024.7917, .p95 = 2025.5417},
    {.label = "net margin", .unit = "share", .p05 = -0.18123, .p50 = 0, .p95 = NONE},
};
/* clang-format on */
/* clang-format off */
static const struct report_fact facts[] = {
    {.name = "rent_2024_10", .output = "rent_server_month.H100", .unit = "CNY/month", .when = "2024-10",
     .source = "cnBeta", .confidence = "B", .value = 70000, .low = 59500, .high = 80500, .p05 = 61234.5, .p50 = 71482,
     .p95 = 84321, .verdict = REPORT_INSIDE},
    {.name = "util_2025", .output = "utilisation", .unit = "share", .when = "2025", .value = NONE,
     .low = 0.2, .high = 0.35, .p05 = 0.41, .p50 = 0.45, .p95 = 0.52, .verdict = REPORT_OUTSIDE},
    {.name = "peak", .output = "rent_server_month.H100", .value = 180000, .low = NONE, .high = NONE,
     .p05 = 179000, .p50 = 180000, .p95 = 181000, .verdict = REPORT_ON_BOUND},
    {.name = "rent_of_nothing", .output = "rent.X", .value = 1, .low = NONE, .high = NONE, .p05 = NONE, .p50 = NONE,
     .p95 = NONE, .verdict = REPORT_NOT_SHOWN},
};
/* clang-format on */
/* clang-format off */
static const struct report_assumption assumptions[] = {
    {"policy", "rule_2023.effective", "2023-10-23", NULL, "US BIS", "2023-10-17", "A"},
    {"market", "kappa_training", "14", "/yr", "feasibility study", NULL, "C"},
    {"hardware", "H100.pflops", "0.989", "P", "data sheet", "2022-09", "A"},
    {"market", "elasticity", "0.5 to 1.5", NULL, NULL, NULL, NULL},
};
/* clang-format on */
static const struct report_input inputs[] = {{"scenarios/china.yml", "9f86d081884c7d65"}};
static const char *const notes[] = {"3 of 500 replications failed."};

static struct report everything(void)
{
    return (struct report){
        .title = "The Chinese market",
        .question = "Why did rents fall?",
        .finding = "Rents fell by 42 %.",
        .changes = "seed 7 instead of 1",
        .answer = "Supply arrived late.",
        .version = "0.1.0",
        .command = "iccsim run scenarios/china.yml -n 500 -s 7",
        .seed = 18446744073709551615U,
        .replications = 500,
        .inputs = inputs,
        .input_count = COUNT(inputs),
        .notes = notes,
        .note_count = COUNT(notes),
        .pictures = pictures,
        .picture_count = COUNT(pictures),
        .numbers = numbers,
        .number_count = COUNT(numbers),
        .facts = facts,
        .fact_count = COUNT(facts),
        .assumptions = assumptions,
        .assumption_count = COUNT(assumptions),
    };
}

/* ---- Tests ------------------------------------------------------------------------------------------------------ */

static void the_page_tells_the_whole_run_in_order(void **state)
{
    struct report report = everything();
    write_file(*state, "a.svg", "<svg/>");
    char *page = page_of(*state, &report);
    const char *const order[] = {"<h1>The Chinese market</h1>",
                                 "Why did rents fall?",
                                 "seed 7 instead of 1",
                                 "Rents fell by 42 %.",
                                 "Supply arrived late.",
                                 "3 of 500 replications failed.",
                                 "<b>Rent of a server</b>. The line is the median.",
                                 "Facts against bands",
                                 "rent_2024_10",
                                 "Assumptions",
                                 "How to reproduce",
                                 "iccsim run scenarios/china.yml -n 500 -s 7",
                                 "0.1.0",
                                 "18446744073709551615",
                                 "500 replications",
                                 "9f86d081884c7d65"};
    assert_in_order(page, order, COUNT(order));
    assert_well_formed(page);
    free(page);
}

static void every_text_is_escaped(void **state)
{
    const char *nasty = "<b>\"R&D\" it's 算力租赁\x01</b>";
    const struct report_picture picture = {"a.svg", nasty, nasty};
    const struct report_number number = {.label = nasty, .unit = nasty, .when = nasty};
    const struct report_fact fact = {
        .name = nasty, .output = nasty, .unit = nasty, .when = nasty, .source = nasty, .confidence = nasty};
    const struct report_assumption assumption = {nasty, nasty, nasty, nasty, nasty, nasty, nasty};
    const struct report_input input = {nasty, nasty};
    struct report report = {.title = nasty,
                            .question = nasty,
                            .finding = nasty,
                            .changes = nasty,
                            .answer = nasty,
                            .version = nasty,
                            .command = nasty,
                            .inputs = &input,
                            .input_count = 1,
                            .notes = &nasty,
                            .note_count = 1,
                            .pictures = &picture,
                            .picture_count = 1,
                            .numbers = &number,
                            .number_count = 1,
                            .facts = &fact,
                            .fact_count = 1,
                            .assumptions = &assumption,
                            .assumption_count = 1};
    write_file(*state, "a.svg", "<svg/>");
    char *page = page_of(*state, &report);
    const char *safe = "&lt;b&gt;&quot;R&amp;D&quot; it&#39;s 算力租赁\xef\xbf\xbd&lt;/b&gt;";
    size_t seen = 0;
    for (const char *at = page; (at = strstr(at, safe)); at++)
        seen++;
    size_t titles = 2, prose = 7, of_picture = 4, of_number = 3, of_fact = 6, of_assumption = 7, of_input = 2;
    assert_int_equal(seen, titles + prose + of_picture + of_number + of_fact + of_assumption + of_input);
    assert_lacks(page, "R&D");
    assert_lacks(page, "\x01");
    assert_well_formed(page);
    free(page);
}

static void rows_that_begin_alike_say_it_once(void **state)
{
    static const char *const columns[] = {"what", "|cost"}, *const cells[] = {"rent", "3.4G", "rent", "2.2G",
                                                                              "own",  "1.1G", "rent", "4.4G"};
    const struct report_table table = {
        .title = "Differences", .note = "", .columns = columns, .column_count = 2, .row_count = 4, .cells = cells};
    struct report report = everything();
    report.differences = table;
    char *page = page_of(*state, &report);
    const char *const order[] = {
        "<tr><td class=\"head\" rowspan=\"2\">rent</td><td data-head=\"cost\" class=\"number\">3.4G</td></tr>",
        "<tr><td data-head=\"cost\" class=\"number\">2.2G</td></tr>", "<tr><td class=\"head\">own</td>",
        "<tr><td class=\"head\">rent</td>"};
    assert_in_order(page, order, COUNT(order));
    assert_well_formed(page);
    free(page);
}

static void an_interval_stays_on_one_line(void **state)
{
    static const char *const columns[] = {"what", "|cost"}, *const cells[] = {"a", "-2 (-3 to 4)", "b", "(open",
                                                                              "c", ")((1) 2)"};
    const struct report_table table = {
        .title = "Costs", .note = "", .columns = columns, .column_count = 2, .row_count = 3, .cells = cells};
    struct report report = everything();
    report.differences = table;
    char *page = page_of(*state, &report);
    assert_holds(page, ">\u22122 <span class=\"interval\">(\u22123 to 4)</span></td>");
    assert_well_formed(page);
    free(page);
}

static void tables_of_words_stand_behind_the_key_picture(void **state)
{
    static const char *const columns[] = {"alternative", "|cost"}, *const cells[] = {"build & own", "3.4G", "rent",
                                                                                     "2.2G"};
    const struct report_table table = {.title = "Decision",
                                       .note = "read <this>",
                                       .columns = columns,
                                       .column_count = 2,
                                       .row_count = 2,
                                       .cells = cells};
    struct report report = everything();
    report.tables = &table;
    report.table_count = 1;
    write_file(*state, "a.svg", "<svg/>");
    char *page = page_of(*state, &report);
    const char *const order[] = {"<figure>",
                                 ">Decision</h2>",
                                 "read &lt;this&gt;",
                                 ">alternative</th>",
                                 "class=\"number\">cost</th>",
                                 ">build &amp; own</td>",
                                 "class=\"number\">3.4G</td>",
                                 ">rent</td>",
                                 "2.2G</td>",
                                 "Further pictures"};
    assert_in_order(page, order, COUNT(order));
    assert_well_formed(page);
    free(page);
}

static void a_picture_is_embedded(void **state)
{
    /* RFC 4648, section 10: "foobar" is Zm9vYmFy, "fooba" Zm9vYmE=, "foob" Zm9vYg== */
    static const char *const vectors[][2] = {{"foobar", "Zm9vYmFy\""}, {"fooba", "Zm9vYmE=\""}, {"foob", "Zm9vYg==\""}};
    struct report report = everything();
    for (size_t i = 0; i < COUNT(vectors); i++) {
        write_file(*state, "a.svg", vectors[i][0]);
        char *page = page_of(*state, &report);
        const char *at = strstr(page, "data:image/svg+xml;base64,");
        assert_non_null(at);
        at += strlen("data:image/svg+xml;base64,");
        assert_memory_equal(at, vectors[i][1], strlen(vectors[i][1]));
        free(page);
    }
}

static void a_picture_that_was_not_drawn_is_left_out(void **state)
{
    struct report report = everything();
    write_file(*state, "a.svg", "<svg/>");
    char *page = page_of(*state, &report);
    assert_lacks(page, "Not drawn");
    free(page);
}

static void the_page_needs_nothing_from_outside(void **state)
{
    struct report report = everything();
    write_file(*state, "a.svg", "<svg/>");
    char *page = page_of(*state, &report);
    const char *const never[] = {
        "http:", "https:", "<script", "<link", "url(", "@import", ((struct folder *)*state)->path};
    for (size_t i = 0; i < COUNT(never); i++)
        assert_lacks(page, never[i]);
    free(page);
}

static void numbers_have_three_digits_and_their_kind(void **state)
{
    struct report report = everything();
    char *page = page_of(*state, &report);
    const char *const order[] = {">61,200</td>",  ">71,500</td>",  ">1.08 million</td>", "CNY/month", ">2024-01</td>",
                                 ">2024-10</td>", ">2025-07</td>", ">\u22120.181</td>",  ">0</td>",   ">\u2013</td>"};
    assert_in_order(page, order, COUNT(order));
    free(page);
}

static void small_and_large_numbers_stay_readable(void **state)
{
    const struct report_number row = {.label = "x", .p05 = 0.00002384, .p50 = 999.7, .p95 = 2.386e17};
    struct report report = {.title = "t", .numbers = &row, .number_count = 1};
    char *page = page_of(*state, &report);
    const char *const order[] = {">2.38e-05</td>", ">1,000</td>", ">239,000 trillion</td>"};
    assert_in_order(page, order, COUNT(order));
    free(page);
}

/* On a narrow screen cells stand below each other, so each says of which column it is; the first names the row. */
static void every_cell_says_of_which_column_it_is(void **state)
{
    struct report report = everything();
    char *page = page_of(*state, &report);
    size_t tables = 0;
    for (const char *at = page; (at = strstr(at, "<table")); at++, tables++)
        assert_int_equal(strncmp(at, "<table class=\"stack", strlen("<table class=\"stack")), 0);
    assert_true(tables >= 6); /* numbers, facts, assumptions of three sections, inputs */
    for (const char *at = page; (at = strstr(at, "<td")); at++)
        assert_true(strncmp(at, "<td data-head=\"", strlen("<td data-head=\"")) == 0 &&
                    at[strlen("<td data-head=\"")] != '"' && at[strlen("<td data-head=\"")] != '|');
    assert_holds(page, "<td data-head=\"5 %\" class=\"number\">61,200</td>");
    assert_holds(page, "<td data-head=\"verdict\" class=\"outside\">outside</td>");
    free(page);
}

static void facts_say_whether_they_lie_inside(void **state)
{
    struct report report = everything();
    char *page = page_of(*state, &report);
    assert_holds(page, "1 of 2 facts that count as evidence lie inside");
    const char *const order[] = {"rent_2024_10",
                                 ">70,000<br/>",
                                 "59,500 to 80,500",
                                 ">inside</td>",
                                 "cnBeta (B)",
                                 "util_2025",
                                 ">0.2 to 0.35</td>",
                                 ">outside</td>",
                                 "peak",
                                 ">on a price bound: no evidence</td>",
                                 "rent_of_nothing",
                                 ">not in this run</td>"};
    assert_in_order(page, order, COUNT(order));
    assert_lacks(page, "nan");
    free(page);
}

static void assumptions_are_sorted_by_section_and_name(void **state)
{
    struct report report = everything();
    char *page = page_of(*state, &report);
    const char *const order[] = {"<h3>hardware</h3>", "H100.pflops",     "0.989 <span class=\"soft\">P</span>",
                                 "data sheet",        "2022-09",         ">A</td>",
                                 "<h3>market</h3>",   "elasticity",      "0.5 to 1.5",
                                 "kappa_training",    "<h3>policy</h3>", "rule_2023.effective"};
    assert_in_order(page, order, COUNT(order));
    free(page);
}

static void an_empty_report_is_a_page(void **state)
{
    struct report report = {.title = "Nothing", .version = "0.1.0", .replications = 1};
    char *page = page_of(*state, &report);
    assert_well_formed(page);
    assert_holds(page, "1 replication.");
    const char *const never[] = {"<table", "<h3", "<figure", "Pictures", "Assumptions", "(null)"};
    for (size_t i = 0; i < COUNT(never); i++)
        assert_lacks(page, never[i]);
    free(page);
}

static void the_same_run_gives_the_same_bytes(void **state)
{
    struct report report = everything();
    write_file(*state, "a.svg", "<svg/>");
    char *first = page_of(*state, &report), *second = page_of(*state, &report);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void a_picture_that_cannot_be_read_is_an_error(void **state)
{
    struct report report = everything();
    char path[128];
    path_in(*state, "a.svg", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(write_into(*state, "report.html", &report), EISDIR);
}

static void a_full_disk_is_an_error(void **state)
{
    struct report report = everything();
    char path[128];
    path_in(*state, "report.html", path);
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(symlink("/dev/full", path), 0);
    assert_int_equal(write_into(*state, "report.html", &report), ENOSPC);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_page_tells_the_whole_run_in_order),
        IN_FOLDER(every_text_is_escaped),
        IN_FOLDER(rows_that_begin_alike_say_it_once),
        IN_FOLDER(an_interval_stays_on_one_line),
        IN_FOLDER(tables_of_words_stand_behind_the_key_picture),
        IN_FOLDER(a_picture_is_embedded),
        IN_FOLDER(a_picture_that_was_not_drawn_is_left_out),
        IN_FOLDER(the_page_needs_nothing_from_outside),
        IN_FOLDER(numbers_have_three_digits_and_their_kind),
        IN_FOLDER(small_and_large_numbers_stay_readable),
        IN_FOLDER(every_cell_says_of_which_column_it_is),
        IN_FOLDER(facts_say_whether_they_lie_inside),
        IN_FOLDER(assumptions_are_sorted_by_section_and_name),
        IN_FOLDER(an_empty_report_is_a_page),
        IN_FOLDER(the_same_run_gives_the_same_bytes),
        IN_FOLDER(a_picture_that_cannot_be_read_is_an_error),
        IN_FOLDER(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
