/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "row_store.h"

#include "sim/base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void row_store_open(struct row_store *store, size_t cells)
{
    *store = (struct row_store){.cells = cells, .aside = -1};
}

static void close_file(struct row_store *store)
{
    if (store->aside >= 0)
        close(store->aside);
    store->aside = -1;
}

void row_store_free(struct row_store *store)
{
    for (size_t i = 0; i < store->count; i++)
        free(store->row[i]);
    store->count = 0;
    close_file(store);
}

/* ---- The file ---- */

static off_t place_of(const struct row_store *store, size_t row, size_t cell)
{
    return (off_t)((row * store->cells + cell) * sizeof(double));
}

/* False: there is no file, or no room in it. */
static bool put_aside(const struct row_store *store, const double *row)
{
    const char *from = (const char *)row;
    size_t bytes = store->aside < 0 ? 0 : store->cells * sizeof *row;
    for (ssize_t done; bytes > 0; from += done, bytes -= (size_t)done) {
        done = pwrite(store->aside, from, bytes, place_of(store, store->count, 0) + (from - (const char *)row));
        if (done <= 0)
            return false;
    }
    return store->aside >= 0;
}

/* It has no name: only a broken disk keeps its numbers back. */
static void fetch(const struct row_store *store, size_t row, size_t cell, double *number, size_t count)
{
    char *to = (char *)number;
    for (size_t bytes = count * sizeof *number; bytes > 0;) {
        ssize_t done = pread(store->aside, to, bytes, place_of(store, row, cell) + (to - (char *)number));
        if (done <= 0) {
            fprintf(stderr, "iccsim: cannot read back what was put aside: %s\n", done ? strerror(errno) : "cut short");
            exit(4);
        }
        to += done;
        bytes -= (size_t)done;
    }
}

/* ---- Rows ---- */

void row_store_take(struct row_store *store, uint64_t number, double *row)
{
    store->number[store->count] = number;
    store->row[store->count++] = row;
}

static double *new_row(const struct row_store *store)
{
    return memory_grow(NULL, store->cells, sizeof(double));
}

void row_store_add(struct row_store *store, uint64_t number, const double *row)
{
    bool is_aside = put_aside(store, row);
    row_store_take(store, number, is_aside ? NULL : memcpy(new_row(store), row, store->cells * sizeof *row));
}

const double *row_store_part(const struct row_store *store, size_t i, size_t cell, size_t count, double *room)
{
    if (store->row[i])
        return store->row[i] + cell;
    fetch(store, i, cell, room, count);
    return room;
}

static void fetch_all(struct row_store *store)
{
    for (size_t i = 0; i < store->count; i++)
        if (!store->row[i]) {
            store->row[i] = new_row(store);
            fetch(store, i, 0, store->row[i], store->cells);
        }
    close_file(store);
}

void row_store_join(struct row_store *store, struct row_store *next)
{
    fetch_all(store);
    fetch_all(next);
    for (size_t i = 0; i < next->count; i++)
        row_store_take(store, next->number[i], next->row[i]);
    next->count = 0;
}
