/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is handed out and taken back all at once.
 *
 * An arena grows by chunks and keeps them when it is reset, so a replication allocates nothing from the
 * system once the largest one so far has run. What it hands out is zeroed, unless said otherwise, and is owned by the
 * arena. Running out of memory ends the program with one line: no caller can do better.
 */
#ifndef ICCSIM_BASE_ARENA_H
#define ICCSIM_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena {
    struct arena_chunk *first, *current;
    bool in_large_pages; /* chunks of megabytes, where the system has such pages: for what is met at random */
};

void *arena_alloc(struct arena *arena, size_t bytes); /* zeroed, aligned to 64 bytes */
void *arena_array(struct arena *arena, size_t count, size_t size); /* the same for count elements; checks overflow */
/* A copy of the first `used` bytes at `old` with room for `bytes`; what is behind them is not zeroed. */
void *arena_grow(struct arena *arena, const void *old, size_t used, size_t bytes);
char *arena_text(struct arena *arena, const char *text); /* a copy */
char *arena_join(struct arena *arena, const char *const *part, size_t count, const char *between);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *arena); /* takes all back, keeps the chunks */
void arena_free(struct arena *arena);

#endif
