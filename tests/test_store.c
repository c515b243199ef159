/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store of a sweep: what goes in comes out, a transaction is whole or not at all, shards join. */
#include "near.h"
#include "sim/study/store.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct store_column factors[] = {
    {.name = "ban", .unit = "month", .label = "the \"ban\"", .is_number = true},
    {.name = "word", .unit = "", .label = "word"},
};
static const struct store_column measures[] = {
    {.name = "rent", .unit = "CNY/month", .label = "rent", .origin = 2.385},
    {.name = "opening", .unit = "date", .label = "opening", .is_fact = true},
};
enum { FACTORS = 2, MEASURES = 2, POINTS = 3, WIDTH = 1 + MEASURES };

static char folder[] = "/tmp/iccsim-test-XXXXXX";

static const char *path(const char *name)
{
    static char text[4][128];
    static size_t next;
    char *to = text[next++ % 4];
    snprintf(to, sizeof text[0], "%s/%s", folder, name);
    return to;
}

static void make(struct store *store, const char *file, const char *seed)
{
    unlink(file);
    assert_true(store_open(store, file));
    assert_true(store_is_empty(store));
    assert_true(store_begin(store) && store_make(store, factors, FACTORS, measures, MEASURES));
    assert_true(store_set(store, "identity.seed", seed) && store_set(store, "title", "a 'title'"));
    for (size_t i = 0; i < POINTS; i++) {
        double number[FACTORS] = {-6 + 6.25 * (double)i, (double)NAN};
        const char *word[FACTORS] = {NULL, i ? "exact, \"quoted\"" : ""};
        assert_true(store_add_point(
            store,
            &(struct stored_point){.point = i, .status = "missing", .name = "", .number = number, .word = word}));
    }
    store_end_points(store);
    assert_true(store_commit(store));
}

static struct stored_point run_of(size_t point, double *kept)
{
    const double numbers[2 * WIDTH] = {0, 0.1 + (double)point, 2022.75, 1, (double)NAN, (double)NAN};
    memcpy(kept, numbers, sizeof numbers);
    return (struct stored_point){
        .point = point, .status = "done", .reason = "bad luck", .replications = 2, .failed = 1, .kept = kept};
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    struct store store;
    double kept[2 * WIDTH];
    const char *file = path("a.sqlite");
    make(&store, file, "7");
    struct stored_point run = run_of(1, kept);
    const struct stored_band band = {.output = "use", .unit = "", .year = 2023.5, .band = {.n = 2, .mean = 0.5}};
    assert_true(store_finish_point(&store, &run, &band, 1));
    store_close(&store);

    assert_true(store_open(&store, file));
    assert_false(store_is_empty(&store));
    assert_int_equal(store.factor_count, FACTORS);
    assert_string_equal(store.factor[0].label, "the \"ban\"");
    assert_true(store.factor[0].is_number && !store.factor[1].is_number);
    assert_near(store.measure[0].origin, 2.385, 0);
    assert_string_equal(store_get(&store, "title"), "a 'title'");
    assert_null(store_get(&store, "nothing"));
    bool missing[POINTS];
    assert_true(store_missing(&store, missing, POINTS));
    assert_true(missing[0] && !missing[1] && missing[2]);
    assert_int_equal(store_count(&store, "done"), 1);
    assert_int_equal(store_count(&store, NULL), POINTS);

    struct stored_point point = {0};
    size_t count = 0;
    assert_true(store_rewind(&store, true));
    for (; store_next(&store, &point); count++) {
        assert_int_equal(point.point, count);
        assert_near(point.number[0], -6 + 6.25 * (double)count, 0);
        assert_string_equal(point.word[1], count ? "exact, \"quoted\"" : "");
        assert_int_equal(point.kept != NULL, count == 1);
        if (count == 1) {
            assert_int_equal(point.failed, 1);
            assert_string_equal(point.reason, "bad luck");
            assert_true(point.kept[1] == 1.1 && point.kept[WIDTH] == 1 && isnan(point.kept[WIDTH + 1]));
        }
    }
    assert_int_equal(count, POINTS);
    assert_null(store.error);
    stored_point_free(&point);
    store_close(&store);
}

static void a_store_that_is_open_is_nobody_elses(void **state)
{
    (void)state;
    struct store store, other;
    make(&store, path("b.sqlite"), "7");
    assert_false(store_open(&other, path("b.sqlite")));
    assert_true(other.in_use);
    assert_non_null(strstr(other.error, "is in use"));
    store_close(&other);
    store_close(&store);
    assert_true(store_open(&other, path("b.sqlite")));
    store_close(&other);
}

static void a_file_of_something_else_is_refused(void **state)
{
    (void)state;
    struct store store;
    sqlite3 *db;
    FILE *to = fopen(path("c.sqlite"), "w");
    assert_non_null(to);
    for (int i = 0; i < 1000; i++)
        fputs("no database\n", to);
    fclose(to);
    assert_false(store_open(&store, path("c.sqlite")));
    assert_non_null(strstr(store.error, "is no store of a sweep"));
    store_close(&store);
    unlink(path("d.sqlite"));
    assert_int_equal(sqlite3_open(path("d.sqlite"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE recipes (name)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_false(store_open(&store, path("d.sqlite")));
    assert_non_null(strstr(store.error, "is no store of a sweep"));
    store_close(&store);
}

static void a_point_that_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    struct store store;
    double kept[2 * WIDTH];
    make(&store, path("e.sqlite"), "7");
    struct stored_point run = run_of(2, kept);
    /* The third statement of the transaction fails. */
    assert_int_equal(sqlite3_exec(store.db, "DROP TABLE series", NULL, NULL, NULL), SQLITE_OK);
    const struct stored_band band = {.output = "use", .unit = ""};
    assert_false(store_finish_point(&store, &run, &band, 1));
    assert_non_null(store.error);
    assert_int_equal(store_count(&store, "missing"), POINTS);
    store_close(&store);
}

static void shards_join(void **state)
{
    (void)state;
    struct store one, other, joined;
    double kept[2 * WIDTH];
    make(&one, path("1.sqlite"), "7");
    make(&other, path("2.sqlite"), "7");
    struct stored_point run = run_of(0, kept);
    assert_true(store_finish_point(&one, &run, NULL, 0));
    run = run_of(2, kept);
    assert_true(store_finish_point(&other, &run, NULL, 0));
    run = run_of(0, kept);
    assert_true(store_finish_point(&other, &run, NULL, 0)); /* in both, with the same numbers */
    store_close(&one);
    store_close(&other);
    unlink(path("joined.sqlite"));
    assert_true(store_open(&joined, path("joined.sqlite")));
    assert_true(store_take(&joined, path("1.sqlite")));
    assert_true(store_take(&joined, path("2.sqlite")));
    store_close(&joined);
    assert_true(store_open(&joined, path("joined.sqlite")));
    assert_int_equal(store_count(&joined, "done"), 2);
    struct stored_point point = {0};
    assert_true(store_point(&joined, 2, &point));
    assert_true(point.kept && point.kept[1] == 2.1);
    stored_point_free(&point);

    struct store wrong;
    make(&wrong, path("3.sqlite"), "8");
    store_close(&wrong);
    assert_false(store_take(&joined, path("3.sqlite")));
    assert_non_null(strstr(joined.error, "is of another sweep: its seed differs"));
    store_close(&joined);

    make(&wrong, path("4.sqlite"), "7");
    run = run_of(2, kept);
    kept[1] = 5;
    assert_true(store_finish_point(&wrong, &run, NULL, 0));
    store_close(&wrong);
    assert_true(store_open(&joined, path("joined.sqlite")));
    assert_false(store_take(&joined, path("4.sqlite")));
    assert_non_null(strstr(joined.error, "has other numbers for point 2"));
    store_close(&joined);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "1", "2", "3", "4", "joined"};
    char name[32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "%s.sqlite", names[i]);
        unlink(path(name));
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(a_store_that_is_open_is_nobody_elses),
        cmocka_unit_test(a_file_of_something_else_is_refused),
        cmocka_unit_test(a_point_that_cannot_be_written_leaves_nothing),
        cmocka_unit_test(shards_join),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
