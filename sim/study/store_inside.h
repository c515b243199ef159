/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the store share. */
#ifndef ICCSIM_STUDY_STORE_INSIDE_H
#define ICCSIM_STUDY_STORE_INSIDE_H

#include "store.h"

enum { STORE_APPLICATION = 0x69636373 }; /* iccs: by which `file` and we recognise a store */

/* Notes SQLite's last error, unless there is one already; returns false. */
bool store_fail(struct store *store);
bool store_refuse(struct store *store, const char *why);
bool store_run(struct store *store, const char *sql);
/* Prepares a statement, or makes one that was prepared before ready to be bound again; NULL after an error. */
struct sqlite3_stmt *store_prepare(struct store *store, struct sqlite3_stmt **kept, const char *sql);
bool store_step(struct store *store, struct sqlite3_stmt *statement); /* one that returns no rows */
/* `, "ban [month]", "cards"`, with types or without. */
const char *store_factor_columns(struct store *store, bool typed);

#endif
