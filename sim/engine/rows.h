/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of rows that come and go: the smallest memory in which a table's columns stay dense.
 *
 * A row that is given back is taken again first. Its stamp changes then, so that an event or a reference that names row
 * and stamp is recognised as old. The columns are the caller's, with room for `capacity`.
 */
#ifndef ICCSIM_ENGINE_ROWS_H
#define ICCSIM_ENGINE_ROWS_H

#include "sim/base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows {
    uint32_t *stamp, *next; /* stamp: odd while the row is in use; next: of the free ones */
    uint32_t count, capacity, first_free, in_use; /* rows from `count` on have never been used: the last of the free */
};

/* private */
static inline void rows_link_unused(struct rows *rows)
{
    for (uint32_t id = rows->count; id < rows->capacity; id++)
        rows->next[id] = id + 1;
}

static inline void rows_open(struct rows *rows, struct arena *arena, uint32_t capacity)
{
    *rows = (struct rows){.stamp = arena_array(arena, capacity, sizeof *rows->stamp),
                          .next = arena_array(arena, capacity, sizeof *rows->next),
                          .capacity = capacity};
    rows_link_unused(rows);
}

/* More room; the caller's columns grow alike. */
static inline void rows_grow(struct rows *rows, struct arena *arena, uint32_t capacity)
{
    rows->stamp = arena_grow(arena, rows->stamp, rows->count * sizeof *rows->stamp, capacity * sizeof *rows->stamp);
    rows->next = arena_grow(arena, rows->next, rows->count * sizeof *rows->next, capacity * sizeof *rows->next);
    rows->capacity = capacity;
    rows_link_unused(rows);
}

static inline bool rows_full(const struct rows *rows)
{
    return rows->in_use == rows->capacity;
}

static inline uint32_t rows_take(struct rows *rows)
{
    assert(!rows_full(rows));
    uint32_t id = rows->first_free;
    rows->first_free = rows->next[id];
    rows->count = id < rows->count ? rows->count : id + 1;
    rows->stamp[id]++;
    rows->in_use++;
    return id;
}

static inline bool rows_has(const struct rows *rows, uint32_t id, uint32_t stamp)
{
    return rows->stamp[id] == stamp && stamp % 2;
}

static inline void rows_give_back(struct rows *rows, uint32_t id)
{
    assert(rows->stamp[id] % 2);
    rows->stamp[id]++;
    rows->next[id] = rows->first_free;
    rows->first_free = id;
    rows->in_use--;
}

#endif
