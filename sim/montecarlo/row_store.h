/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first rows of numbers that bands add, each as it was: in memory, or put aside in a file.
 *
 * A file that does not take a row leaves it in memory; one that does not give it back ends the program.
 */
#ifndef ICCSIM_MONTECARLO_ROW_STORE_H
#define ICCSIM_MONTECARLO_ROW_STORE_H

#include "bands.h"

struct row_store {
    size_t cells, count;
    uint64_t number[EXACT_ROWS]; /* as the caller counts them */
    double *row[EXACT_ROWS]; /* NULL: it lies in the file, behind those before */
    int aside; /* that file; -1: none */
};

/* An empty one in memory; row_store_free closes its file too. */
void row_store_open(struct row_store *store, size_t cells);
void row_store_free(struct row_store *store);
/* The next one, a copy; there is room for EXACT_ROWS. */
void row_store_add(struct row_store *store, uint64_t number, const double *row);
/* The same, and the row becomes the store's: freed by it, and never put aside. */
void row_store_take(struct row_store *store, uint64_t number, double *row);
/* `count` numbers of row i from `cell` on: where they are, or read into `room`. */
const double *row_store_part(const struct row_store *store, size_t i, size_t cell, size_t count, double *room);
/* Rows of `next` behind those here, all in memory; leaves it empty. */
void row_store_join(struct row_store *store, struct row_store *next);

#endif
