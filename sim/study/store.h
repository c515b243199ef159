/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store of a sweep: one SQLite file that holds every point, from which all tables are written.
 *
 *     meta      key, value                          what the sweep is of: version, scenario, seed, design ...
 *     factors   position, name, unit, label, is_number
 *     measures  position, name, unit, label, is_fact, origin
 *     points    point, status (missing, done, failed), name, replications, failed, reason, a column a factor
 *     kept      point, numbers                      a replication: 1 if it failed, then its measures; little-endian
 *                                                   doubles
 *     series    point, output, unit, date, year, n, mean, se, p05 ... p95
 *     results   point, a column a factor, measure, unit, n, failed, mean ... difference, low, high
 *
 * journal_mode is DELETE and synchronous FULL: it survives kill -9, a full disk and a loss of power, also on network
 * file systems. A point is one transaction. While it is open nobody else can open it.
 *
 * Functions that return bool leave in `error` what went wrong.
 */
#ifndef ICCSIM_STUDY_STORE_H
#define ICCSIM_STUDY_STORE_H

#include "sim/base/arena.h"
#include "sim/montecarlo/bands.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite3;
struct sqlite3_stmt;

struct store_column {
    const char *name, *unit, *label;
    bool is_number; /* of a factor */
    bool is_fact; /* of a measure */
    double origin; /* of a measure: what its magnitude is measured from */
};

struct store {
    struct sqlite3 *db;
    struct sqlite3_stmt *finish, *keep, *series, *result, *next; /* prepared when first needed */
    const char *file, *error;
    bool in_use; /* the error: somebody else has it open */
    bool moved; /* that error is that another file, or none, has its name by now */
    size_t factor_count, measure_count;
    struct store_column *factor, *measure; /* NULL until it is made or read */
    struct arena arena;
};

/* Opens the file, or makes an empty one. */
bool store_open(struct store *store, const char *file);
void store_close(struct store *store);
bool store_is_empty(const struct store *store); /* nothing is in it yet */
bool store_clear(struct store *store); /* makes it empty */

/* ---- Making ---- */

/* A transaction; false: store->error says why. Rolling back never fails. */
bool store_begin(struct store *store);
bool store_commit(struct store *store);
void store_roll_back(struct store *store);
/* The tables; then the caller adds all meta and points and commits. */
bool store_make(struct store *store, const struct store_column *factor, size_t factors,
                const struct store_column *measure, size_t measures);
bool store_set(struct store *store, const char *key, const char *value);

/* One point; `number` and `word` have one a factor, of which one is meant: NaN, or NULL. */
struct stored_point {
    size_t point;
    const char *name, *status, *reason; /* reason: of the first failure */
    uint32_t replications, failed;
    double *number;
    const char **word;
    double *kept; /* replications x (1 + measures); NULL: not asked for, or missing */
};
bool store_add_point(struct store *store, const struct stored_point *point);
void store_end_points(struct store *store); /* after the last of them */

/* ---- Running ---- */

/* The value of a key; NULL if there is none. Lives as long as the store is open. */
const char *store_get(struct store *store, const char *key);
/* `missing` gets a true for each point that is; it has room for `count`. */
bool store_missing(struct store *store, bool *missing, size_t count);
size_t store_count(struct store *store, const char *status); /* NULL: all points */
/* False, an error, once the file was moved or removed: what stands in its folder by now belongs to somebody else. */
bool store_in_place(struct store *store);

struct stored_band {
    const char *output, *unit;
    double year;
    struct band band;
};
/* A point that has been run, as one transaction. */
bool store_finish_point(struct store *store, const struct stored_point *point, const struct stored_band *series,
                        size_t series_count);

/* ---- Reading ---- */

/* Points in order; false after the last, or after an error. `point` is {0} at first; what is read lives until the next
 * one, and is freed by stored_point_free. */
bool store_rewind(struct store *store, bool with_kept);
bool store_next(struct store *store, struct stored_point *point);
void stored_point_free(struct stored_point *point);
/* One point alone, without its texts. */
bool store_point(struct store *store, size_t point, struct stored_point *read);
/* Rows of series in order of point and date. */
bool store_each_band(struct store *store, const char *output,
                     void (*row)(void *state, size_t point, const struct stored_band *band), void *state);

/* ---- Results and shards ---- */

struct stored_result {
    const struct stored_point *point;
    size_t measure;
    struct band band;
    double difference, low, high;
};
bool store_begin_results(struct store *store); /* drops those of before; in a transaction of the caller's */
/* Between store_begin_results and the commit. */
bool store_add_result(struct store *store, const struct stored_result *result);

/* Takes all points of another store of the same sweep that are not here yet. */
bool store_take(struct store *store, const char *file);

#endif
