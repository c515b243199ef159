/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, making and reading; store_write.c has what is written while and after a sweep runs. */
#include "store.h"

#include "store_inside.h"

#include "sim/base/bytes.h"
#include "sim/base/memory.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Errors ---- */

bool store_fail(struct store *store)
{
    if (store->error)
        return false;
    int code = sqlite3_errcode(store->db) & 0xff;
    store->in_use = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    if (store->in_use)
        store->error = arena_printf(&store->arena, "%s is in use: another iccsim is working on it", store->file);
    else if (code == SQLITE_FULL)
        store->error = arena_printf(&store->arena, "%s: the disk is full", store->file);
    else if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        store->error = arena_printf(&store->arena, "%s is no store of a sweep, or damaged: %s", store->file,
                                    sqlite3_errmsg(store->db));
    else
        store->error = arena_printf(&store->arena, "%s: %s", store->file, sqlite3_errmsg(store->db));
    return false;
}

bool store_refuse(struct store *store, const char *why)
{
    if (!store->error)
        store->error = arena_text(&store->arena, why);
    return false;
}

bool store_run(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(store);
}

sqlite3_stmt *store_prepare(struct store *store, sqlite3_stmt **kept, const char *sql)
{
    if (*kept) {
        sqlite3_reset(*kept);
        sqlite3_clear_bindings(*kept);
    } else if (sqlite3_prepare_v2(store->db, sql, -1, kept, NULL) != SQLITE_OK) {
        store_fail(store);
    }
    return *kept;
}

bool store_step(struct store *store, sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    if (!done)
        store_fail(store);
    sqlite3_reset(statement);
    return done;
}

/* ---- Opening ---- */

bool store_in_place(struct store *store)
{
    int moved = 0;
    if (store->error)
        return false;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved); /* 0 where it cannot be told */
    store->moved = moved;
    return !moved || store_refuse(store, arena_printf(&store->arena, "%s was moved or removed meanwhile", store->file));
}

static int number_of(struct store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int number = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int(statement, 0);
    else
        store_fail(store);
    sqlite3_finalize(statement);
    return number;
}

bool store_is_empty(const struct store *store)
{
    return !store->factor;
}

static char *column_text(struct store *store, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return arena_text(&store->arena, text ? text : "");
}

static bool read_columns(struct store *store, const char *sql, struct store_column **to, size_t *count)
{
    sqlite3_stmt *row = NULL;
    size_t room = 0;
    if (sqlite3_prepare_v2(store->db, sql, -1, &row, NULL) != SQLITE_OK)
        return store_fail(store);
    *to = arena_alloc(&store->arena, sizeof **to);
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        if (*count >= room) {
            room = room ? 2 * room : 16;
            *to = arena_grow(&store->arena, *to, *count * sizeof **to, room * sizeof **to);
        }
        (*to)[(*count)++] = (struct store_column){
            .name = column_text(store, row, 0),
            .unit = column_text(store, row, 1),
            .label = column_text(store, row, 2),
            .is_number = sqlite3_column_int(row, 3),
            .is_fact = sqlite3_column_int(row, 3),
            .origin = sqlite3_column_double(row, 4),
        };
    }
    if (code != SQLITE_DONE)
        store_fail(store);
    sqlite3_finalize(row);
    return code == SQLITE_DONE;
}

static bool read_head(struct store *store)
{
    return read_columns(store, "SELECT name, unit, label, is_number, 0 FROM factors ORDER BY position", &store->factor,
                        &store->factor_count) &&
           read_columns(store, "SELECT name, unit, label, is_fact, origin FROM measures ORDER BY position",
                        &store->measure, &store->measure_count);
}

bool store_open(struct store *store, const char *file)
{
    *store = (struct store){0};
    store->file = arena_text(&store->arena, file);
    int code = sqlite3_open_v2(file, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK)
        return store_fail(store);
    /* In exclusive mode the lock of the first transaction is kept until the end. */
    if (!store_run(store, "PRAGMA cache_size=-256; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA "
                          "synchronous=FULL;"
                          "BEGIN EXCLUSIVE; COMMIT;"))
        return false;
    int tables = number_of(store, "SELECT count(*) FROM sqlite_master");
    if (tables < 0)
        return false;
    if (tables == 0)
        return true;
    if (number_of(store, "PRAGMA application_id") != STORE_APPLICATION)
        return store_refuse(store, arena_printf(&store->arena, "%s is no store of a sweep", file));
    return read_head(store);
}

void store_close(struct store *store)
{
    sqlite3_stmt *statements[] = {store->finish, store->keep, store->series, store->result, store->next};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        sqlite3_finalize(statements[i]);
    sqlite3_close(store->db);
    arena_free(&store->arena);
    *store = (struct store){0};
}

bool store_clear(struct store *store)
{
    if (!store_run(store, "BEGIN IMMEDIATE; DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS factors;"
                          "DROP TABLE IF EXISTS measures; DROP TABLE IF EXISTS points; DROP TABLE IF EXISTS kept;"
                          "DROP TABLE IF EXISTS series; DROP TABLE IF EXISTS results; COMMIT;"))
        return false;
    store->factor = store->measure = NULL;
    store->factor_count = store->measure_count = 0;
    return true;
}

bool store_begin(struct store *store)
{
    return store_run(store, "BEGIN IMMEDIATE");
}

bool store_commit(struct store *store)
{
    return store_run(store, "COMMIT");
}

void store_roll_back(struct store *store)
{
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL); /* after some errors SQLite has done so itself */
}

/* ---- Making ---- */

static const char *store_header(struct arena *arena, const struct store_column *column)
{
    return *column->unit ? arena_printf(arena, "%s [%s]", column->name, column->unit) : column->name;
}

const char *store_factor_columns(struct store *store, bool typed)
{
    const char *list = "";
    for (size_t i = 0; i < store->factor_count; i++) {
        const struct store_column *factor = &store->factor[i];
        bool as_number = factor->is_number && strcmp(factor->unit, "date") != 0;
        char *quoted = sqlite3_mprintf("\"%w\"", store_header(&store->arena, factor));
        list = arena_printf(&store->arena, "%s, %s%s", list, quoted, !typed ? "" : as_number ? " REAL" : " TEXT");
        sqlite3_free(quoted);
    }
    return list;
}

static bool add_columns(struct store *store, const char *sql, const struct store_column *column, size_t count)
{
    sqlite3_stmt *row = NULL;
    bool right = store_prepare(store, &row, sql);
    for (size_t i = 0; right && i < count; i++) {
        sqlite3_reset(row);
        sqlite3_bind_int64(row, 1, (sqlite3_int64)i);
        sqlite3_bind_text(row, 2, column[i].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 3, column[i].unit, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 4, column[i].label, -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 5, column[i].is_number || column[i].is_fact);
        sqlite3_bind_double(row, 6, column[i].origin);
        right = store_step(store, row);
    }
    sqlite3_finalize(row);
    return right;
}

static struct store_column *copy_columns(struct store *store, const struct store_column *column, size_t count)
{
    struct store_column *copy = arena_array(&store->arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = column[i];
        copy[i].name = arena_text(&store->arena, column[i].name);
        copy[i].unit = arena_text(&store->arena, column[i].unit);
        copy[i].label = arena_text(&store->arena, column[i].label);
    }
    return copy;
}

bool store_make(struct store *store, const struct store_column *factor, size_t factors,
                const struct store_column *measure, size_t measures)
{
    store->factor = copy_columns(store, factor, factors);
    store->measure = copy_columns(store, measure, measures);
    store->factor_count = factors;
    store->measure_count = measures;
    const char *sql = arena_printf(
        &store->arena,
        "PRAGMA application_id=%d;"
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
        "CREATE TABLE factors (position INTEGER PRIMARY KEY, name TEXT, unit TEXT, label TEXT, is_number INTEGER);"
        "CREATE TABLE measures (position INTEGER PRIMARY KEY, name TEXT, unit TEXT, label TEXT, is_fact INTEGER,"
        " origin REAL);"
        "CREATE TABLE points (point INTEGER PRIMARY KEY, status TEXT, name TEXT, replications INTEGER,"
        " failed INTEGER, reason TEXT%s);"
        "CREATE TABLE kept (point INTEGER PRIMARY KEY, numbers BLOB);"
        "CREATE TABLE series (point INTEGER, output TEXT, unit TEXT, date TEXT, year REAL, n INTEGER, mean REAL,"
        " se REAL, p05 REAL, p25 REAL, p50 REAL, p75 REAL, p95 REAL);",
        STORE_APPLICATION, store_factor_columns(store, true));
    return store_run(store, sql) &&
           add_columns(store, "INSERT INTO factors VALUES (?1, ?2, ?3, ?4, ?5)", factor, factors) &&
           add_columns(store, "INSERT INTO measures VALUES (?1, ?2, ?3, ?4, ?5, ?6)", measure, measures);
}

bool store_set(struct store *store, const char *key, const char *value)
{
    sqlite3_stmt *row = NULL;
    bool right = store_prepare(store, &row, "INSERT OR REPLACE INTO meta VALUES (?1, ?2)");
    if (right) {
        sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 2, value, -1, SQLITE_STATIC);
        right = store_step(store, row);
    }
    sqlite3_finalize(row);
    return right;
}

/* ---- Reading ---- */

const char *store_get(struct store *store, const char *key)
{
    sqlite3_stmt *row = NULL;
    const char *value = NULL;
    if (!store_prepare(store, &row, "SELECT value FROM meta WHERE key = ?1"))
        return NULL;
    sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_type(row, 0) != SQLITE_NULL)
        value = column_text(store, row, 0);
    sqlite3_finalize(row);
    return value;
}

bool store_missing(struct store *store, bool *missing, size_t count)
{
    sqlite3_stmt *row = NULL;
    memset(missing, 0, count * sizeof *missing);
    if (!store_prepare(store, &row, "SELECT point FROM points WHERE status = 'missing'"))
        return false;
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        sqlite3_int64 point = sqlite3_column_int64(row, 0);
        if (point >= 0 && (size_t)point < count)
            missing[point] = true;
    }
    if (code != SQLITE_DONE)
        store_fail(store);
    sqlite3_finalize(row);
    return code == SQLITE_DONE;
}

size_t store_count(struct store *store, const char *status)
{
    sqlite3_stmt *row = NULL;
    size_t count = 0;
    if (!store_prepare(store, &row, "SELECT count(*) FROM points WHERE ?1 IS NULL OR status = ?1"))
        return 0;
    sqlite3_bind_text(row, 1, status, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW)
        count = (size_t)sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return count;
}

bool store_rewind(struct store *store, bool with_kept)
{
    sqlite3_finalize(store->next);
    store->next = NULL;
    const char *sql = arena_printf(&store->arena,
                                   "SELECT p.point, status, name, replications, failed, reason, %s%s FROM points p "
                                   "LEFT JOIN kept USING (point) ORDER BY p.point",
                                   with_kept ? "numbers" : "NULL", store_factor_columns(store, false));
    return store_prepare(store, &store->next, sql);
}

static const char *text_or_empty(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

static bool take_row(struct store *store, sqlite3_stmt *row, struct stored_point *point)
{
    enum { KEPT = 6, FACTORS };
    double *number = point->number, *kept = point->kept;
    const char **word = point->word;
    *point = (struct stored_point){.point = (size_t)sqlite3_column_int64(row, 0),
                                   .status = text_or_empty(row, 1),
                                   .name = text_or_empty(row, 2),
                                   .replications = (uint32_t)sqlite3_column_int64(row, 3),
                                   .failed = (uint32_t)sqlite3_column_int64(row, 4),
                                   .reason = text_or_empty(row, 5)};
    point->number = memory_grow(number, store->factor_count, sizeof *number);
    point->word = memory_grow(word, store->factor_count, sizeof *word);
    for (size_t i = 0; i < store->factor_count; i++) {
        bool is_number = sqlite3_column_type(row, FACTORS + (int)i) == SQLITE_FLOAT ||
                         sqlite3_column_type(row, FACTORS + (int)i) == SQLITE_INTEGER;
        point->number[i] = is_number ? sqlite3_column_double(row, FACTORS + (int)i) : (double)NAN;
        point->word[i] = is_number ? NULL : text_or_empty(row, FACTORS + (int)i);
    }
    size_t wanted = (size_t)point->replications * (1 + store->measure_count);
    if (sqlite3_column_type(row, KEPT) == SQLITE_NULL) {
        free(kept);
        return true;
    }
    struct byte_reader from = {.data = sqlite3_column_blob(row, KEPT), .left = (size_t)sqlite3_column_bytes(row, KEPT)};
    if (from.left != wanted * sizeof *kept)
        return store_refuse(store, arena_printf(&store->arena, "%s is damaged: point %zu", store->file, point->point));
    point->kept = memory_grow(kept, wanted, sizeof *kept);
    bytes_numbers(&from, point->kept, wanted);
    return true;
}

bool store_next(struct store *store, struct stored_point *point)
{
    int code = sqlite3_step(store->next);
    if (code == SQLITE_ROW)
        return take_row(store, store->next, point);
    if (code != SQLITE_DONE)
        store_fail(store);
    sqlite3_reset(store->next);
    return false;
}

bool store_point(struct store *store, size_t point, struct stored_point *read)
{
    sqlite3_stmt *row = NULL;
    const char *sql =
        arena_printf(&store->arena,
                     "SELECT p.point, status, name, replications, failed, reason, numbers%s FROM points p "
                     "LEFT JOIN kept USING (point) WHERE p.point = %zu",
                     store_factor_columns(store, false), point);
    if (!store_prepare(store, &row, sql))
        return false;
    bool found = sqlite3_step(row) == SQLITE_ROW && take_row(store, row, read);
    read->status = read->name = read->reason = ""; /* they end with the row */
    sqlite3_finalize(row);
    return found;
}

bool store_each_band(struct store *store, const char *output,
                     void (*each)(void *state, size_t point, const struct stored_band *band), void *state)
{
    sqlite3_stmt *row = NULL;
    if (!store_prepare(store, &row,
                       "SELECT point, unit, year, n, mean, se, p05, p25, p50, p75, p95 FROM series "
                       "WHERE output = ?1 ORDER BY point, year"))
        return false;
    sqlite3_bind_text(row, 1, output, -1, SQLITE_STATIC);
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        enum { NUMBERS = 2 };
        double x[9];
        for (int i = 0; i < 9; i++)
            x[i] = sqlite3_column_type(row, NUMBERS + i) == SQLITE_NULL ? (double)NAN
                                                                        : sqlite3_column_double(row, NUMBERS + i);
        const struct stored_band band = {
            .output = output,
            .unit = text_or_empty(row, 1),
            .year = x[0],
            .band = {
                .n = x[1], .mean = x[2], .se = x[3], .p05 = x[4], .p25 = x[5], .p50 = x[6], .p75 = x[7], .p95 = x[8]}};
        each(state, (size_t)sqlite3_column_int64(row, 0), &band);
    }
    if (code != SQLITE_DONE)
        store_fail(store);
    sqlite3_finalize(row);
    return code == SQLITE_DONE;
}

void stored_point_free(struct stored_point *point)
{
    free(point->number);
    free(point->word);
    free(point->kept);
    *point = (struct stored_point){0};
}
