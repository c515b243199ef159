/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include "store_inside.h"

#include "sim/base/bytes.h"
#include "sim/base/dates.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

/* ---- Points ---- */

static void bind_factors(const struct store *store, sqlite3_stmt *row, int from, const struct stored_point *point)
{
    for (size_t i = 0; i < store->factor_count; i++) {
        if (point->word[i])
            sqlite3_bind_text(row, from + (int)i, point->word[i], -1, SQLITE_STATIC);
        else
            sqlite3_bind_double(row, from + (int)i, point->number[i]); /* NaN is NULL */
    }
}

static const char *places(struct store *store, size_t count)
{
    const char *list = "?1";
    for (size_t i = 2; i <= count; i++)
        list = arena_printf(&store->arena, "%s, ?%zu", list, i);
    return list;
}

bool store_add_point(struct store *store, const struct stored_point *point)
{
    enum { POINT = 1, STATUS, NAME, REPLICATIONS, FAILED, REASON, FACTORS };
    if (!store->finish) {
        const char *sql = arena_printf(&store->arena, "INSERT INTO points VALUES (%s)",
                                       places(store, FACTORS - 1 + store->factor_count));
        if (!store_prepare(store, &store->finish, sql))
            return false;
    }
    sqlite3_bind_int64(store->finish, POINT, (sqlite3_int64)point->point);
    sqlite3_bind_text(store->finish, STATUS, point->status, -1, SQLITE_STATIC);
    sqlite3_bind_text(store->finish, NAME, point->name, -1, SQLITE_STATIC);
    bind_factors(store, store->finish, FACTORS, point);
    return store_step(store, store->finish);
}

void store_end_points(struct store *store)
{
    sqlite3_finalize(store->finish);
    store->finish = NULL;
}

static bool note_point(struct store *store, const struct stored_point *point)
{
    sqlite3_stmt *row =
        store_prepare(store, &store->finish,
                      "UPDATE points SET status = ?2, replications = ?3, failed = ?4, reason = ?5 WHERE point = ?1");
    if (!row)
        return false;
    sqlite3_bind_int64(row, 1, (sqlite3_int64)point->point);
    sqlite3_bind_text(row, 2, point->status, -1, SQLITE_STATIC);
    sqlite3_bind_int64(row, 3, point->replications);
    sqlite3_bind_int64(row, 4, point->failed);
    sqlite3_bind_text(row, 5, point->reason, -1, SQLITE_STATIC);
    return store_step(store, row);
}

static bool keep_numbers(struct store *store, const struct stored_point *point)
{
    sqlite3_stmt *row = store_prepare(store, &store->keep, "INSERT OR REPLACE INTO kept VALUES (?1, ?2)");
    struct bytes bytes = {0};
    if (!row)
        return false;
    bytes_put_numbers(&bytes, point->kept, point->replications * (1 + store->measure_count));
    sqlite3_bind_int64(row, 1, (sqlite3_int64)point->point);
    sqlite3_bind_blob64(row, 2, bytes.data, bytes.count, SQLITE_STATIC);
    bool right = store_step(store, row);
    sqlite3_clear_bindings(row);
    bytes_free(&bytes);
    return right;
}

static void bind_band(sqlite3_stmt *row, int from, const struct band *band)
{
    const double number[] = {band->mean, band->se, band->p05, band->p25, band->p50, band->p75, band->p95};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        sqlite3_bind_double(row, from + (int)i, number[i]);
}

static bool keep_band(struct store *store, size_t point, const struct stored_band *one)
{
    enum { POINT = 1, OUTPUT, UNIT, DATE, YEAR, N, BAND };
    char date[DATE_TEXT_BYTES];
    sqlite3_stmt *row = store_prepare(store, &store->series,
                                      "INSERT INTO series VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                                      "?13)");
    if (!row)
        return false;
    sqlite3_bind_int64(row, POINT, (sqlite3_int64)point);
    sqlite3_bind_text(row, OUTPUT, one->output, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, UNIT, one->unit, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, DATE, date_text(one->year, date), -1, SQLITE_STATIC);
    sqlite3_bind_double(row, YEAR, one->year);
    sqlite3_bind_int64(row, N, (sqlite3_int64)one->band.n);
    bind_band(row, BAND, &one->band);
    return store_step(store, row);
}

bool store_finish_point(struct store *store, const struct stored_point *point, const struct stored_band *series,
                        size_t series_count)
{
    bool right = store_in_place(store) && store_begin(store) && note_point(store, point) && keep_numbers(store, point);
    for (size_t i = 0; right && i < series_count; i++)
        right = keep_band(store, point->point, &series[i]);
    right = right && store_commit(store);
    if (!right)
        store_roll_back(store);
    return right;
}

/* ---- Results ---- */

bool store_begin_results(struct store *store)
{
    sqlite3_finalize(store->result);
    store->result = NULL;
    const char *sql =
        arena_printf(&store->arena,
                     "DROP TABLE IF EXISTS results;"
                     "CREATE TABLE results (point INTEGER%s, measure TEXT, unit TEXT, n INTEGER, failed INTEGER,"
                     " mean REAL, se REAL, p05 REAL, p25 REAL, p50 REAL, p75 REAL, p95 REAL, difference REAL,"
                     " low REAL, high REAL);",
                     store_factor_columns(store, true));
    return store_run(store, sql);
}

bool store_add_result(struct store *store, const struct stored_result *result)
{
    enum { POINT = 1, FACTORS, BEHIND = 14 };
    int at = FACTORS + (int)store->factor_count;
    if (!store->result) {
        const char *sql = arena_printf(&store->arena, "INSERT INTO results VALUES (%s)",
                                       places(store, FACTORS - 1 + store->factor_count + BEHIND));
        if (!store_prepare(store, &store->result, sql))
            return false;
    }
    sqlite3_stmt *row = store->result;
    sqlite3_bind_int64(row, POINT, (sqlite3_int64)result->point->point);
    bind_factors(store, row, FACTORS, result->point);
    sqlite3_bind_text(row, at, store->measure[result->measure].name, -1, SQLITE_STATIC);
    sqlite3_bind_text(row, at + 1, store->measure[result->measure].unit, -1, SQLITE_STATIC);
    sqlite3_bind_int64(row, at + 2, (sqlite3_int64)result->band.n);
    sqlite3_bind_int64(row, at + 3, result->point->failed);
    bind_band(row, at + 4, &result->band);
    sqlite3_bind_double(row, at + 11, result->difference);
    sqlite3_bind_double(row, at + 12, result->low);
    sqlite3_bind_double(row, at + 13, result->high);
    return store_step(store, row);
}

/* ---- Shards ---- */

static bool attach(struct store *store, const char *file)
{
    sqlite3_stmt *row = NULL;
    bool right = store_prepare(store, &row, "ATTACH DATABASE ?1 AS shard");
    if (right) {
        sqlite3_bind_text(row, 1, file, -1, SQLITE_STATIC);
        right = store_step(store, row);
    }
    sqlite3_finalize(row);
    return right;
}

/* The first text a query gives; NULL if it gives no row. */
static const char *first_text(struct store *store, const char *sql)
{
    sqlite3_stmt *row = NULL;
    const char *text = NULL;
    if (!store_prepare(store, &row, sql))
        return NULL;
    int code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        text = arena_text(&store->arena, (const char *)sqlite3_column_text(row, 0));
    else if (code != SQLITE_DONE)
        store_fail(store);
    sqlite3_finalize(row);
    return text;
}

/* An empty store becomes like the shard, without points that were run. */
static bool copy_head(struct store *store)
{
    struct sqlite3_stmt *row = NULL;
    bool right = store_prepare(store, &row,
                               "SELECT sql FROM shard.sqlite_master WHERE type = 'table' AND name IN "
                               "('meta', 'factors', 'measures', 'points', 'kept', 'series')");
    while (right && sqlite3_step(row) == SQLITE_ROW)
        right = store_run(store, (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    return right &&
           store_run(store, "INSERT INTO meta SELECT * FROM shard.meta WHERE key <> 'shard';"
                            "INSERT INTO factors SELECT * FROM shard.factors;"
                            "INSERT INTO measures SELECT * FROM shard.measures;"
                            "INSERT INTO points SELECT * FROM shard.points;"
                            "UPDATE points SET status = 'missing', replications = NULL, failed = NULL,"
                            " reason = NULL;") &&
           store_run(store, arena_printf(&store->arena, "PRAGMA main.application_id=%d", STORE_APPLICATION));
}

static const char take_points[] =
    "CREATE TEMP TABLE fresh AS SELECT s.point FROM shard.points s JOIN points p USING (point)"
    " WHERE p.status = 'missing' AND s.status <> 'missing';"
    "UPDATE points SET (status, replications, failed, reason) = (SELECT status, replications, failed, reason"
    " FROM shard.points s WHERE s.point = points.point) WHERE point IN (SELECT point FROM fresh);"
    "INSERT INTO kept SELECT * FROM shard.kept WHERE point IN (SELECT point FROM fresh);"
    "INSERT INTO series SELECT * FROM shard.series WHERE point IN (SELECT point FROM fresh);"
    "DROP TABLE fresh;";

static bool take_attached(struct store *store, const char *file)
{
    if (!first_text(store, "SELECT name FROM shard.sqlite_master WHERE name = 'points'"))
        return store_refuse(store, arena_printf(&store->arena, "%s is no store of a sweep", file));
    if (store_is_empty(store) && !first_text(store, "SELECT name FROM main.sqlite_master WHERE name = 'points'") &&
        !copy_head(store))
        return false;
    const char *other = first_text(store, "SELECT m.key FROM meta m LEFT JOIN shard.meta s USING (key) WHERE "
                                          "m.key LIKE 'identity.%' AND m.value IS NOT s.value ORDER BY m.key LIMIT 1");
    if (other)
        return store_refuse(store, arena_printf(&store->arena, "%s is of another sweep: its %s differs", file,
                                                other + strlen("identity.")));
    const char *twice = first_text(store, "SELECT k.point FROM kept k JOIN shard.kept s USING (point) WHERE "
                                          "k.numbers IS NOT s.numbers LIMIT 1");
    if (twice)
        return store_refuse(store, arena_printf(&store->arena, "%s has other numbers for point %s", file, twice));
    return !store->error && store_run(store, take_points);
}

bool store_take(struct store *store, const char *file)
{
    const char *own = store->file;
    store->file = arena_text(&store->arena, file); /* for messages */
    if (!attach(store, file))
        return false;
    bool right = store_begin(store) && take_attached(store, file) && store_commit(store);
    if (!right)
        store_roll_back(store);
    store->file = own;
    bool apart = sqlite3_exec(store->db, "DETACH DATABASE shard", NULL, NULL, NULL) == SQLITE_OK;
    return right && apart;
}
