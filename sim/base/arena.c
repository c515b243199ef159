/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bump allocator over a list of chunks, each at least twice the one before. */
#include "arena.h"
#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, FIRST_CHUNK_BYTES = 64 << 10, LARGE_PAGE = 2 << 20 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t capacity, used;
    unsigned char *bytes;
};

static struct arena_chunk *chunk_new(const struct arena *arena, size_t capacity)
{
    struct arena_chunk *chunk = memory_new(1, sizeof *chunk);
    bool is_large = arena->in_large_pages && capacity % LARGE_PAGE == 0;
    *chunk =
        (struct arena_chunk){.capacity = capacity, .bytes = aligned_alloc(is_large ? LARGE_PAGE : ALIGNMENT, capacity)};
    if (!chunk->bytes)
        memory_fail(capacity);
    if (is_large)
        madvise(chunk->bytes, capacity, MADV_HUGEPAGE);
    return chunk;
}

/* The next chunk that can hold `bytes`: one kept from before if it is large enough, else a new one in its place. */
static struct arena_chunk *chunk_after(const struct arena *arena, size_t bytes)
{
    struct arena_chunk *chunk = arena->current;
    if (chunk->next && chunk->next->capacity >= bytes) {
        chunk->next->used = 0;
        return chunk->next;
    }
    size_t capacity = 2 * chunk->capacity;
    while (capacity < bytes)
        capacity *= 2;
    struct arena_chunk *fresh = chunk_new(arena, capacity);
    fresh->next = chunk->next;
    chunk->next = fresh;
    return fresh;
}

static void *take(struct arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 4)
        memory_fail(bytes);
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!arena->first)
        arena->first = arena->current = chunk_new(arena, FIRST_CHUNK_BYTES);
    if (arena->current->capacity - arena->current->used < bytes)
        arena->current = chunk_after(arena, bytes);
    void *memory = arena->current->bytes + arena->current->used;
    arena->current->used += bytes;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    return memset(take(arena, bytes), 0, bytes);
}

void *arena_grow(struct arena *arena, const void *old, size_t used, size_t bytes)
{
    void *moved = take(arena, bytes);
    if (used)
        memcpy(moved, old, used);
    return moved;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        memory_fail(SIZE_MAX);
    return arena_alloc(arena, count * size);
}

char *arena_text(struct arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(take(arena, bytes), text, bytes);
}

char *arena_join(struct arena *arena, const char *const *part, size_t count, const char *between)
{
    size_t bytes = 1, between_bytes = strlen(between);
    for (size_t i = 0; i < count; i++)
        bytes += strlen(part[i]) + (i ? between_bytes : 0);
    char *text = take(arena, bytes), *to = text;
    *to = '\0';
    for (size_t i = 0; i < count; i++)
        to = stpcpy(i ? stpcpy(to, between) : to, part[i]);
    return text;
}

/* Printed where it will stand; again only if the chunk had no room for it. */
char *arena_printf(struct arena *arena, const char *format, ...)
{
    struct arena_chunk *chunk = arena->current;
    char *text = chunk ? (char *)chunk->bytes + chunk->used : NULL;
    size_t room = chunk ? chunk->capacity - chunk->used : 0;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, room, format, args);
    va_end(args);
    if ((size_t)length < room)
        return take(arena, (size_t)length + 1);
    text = take(arena, (size_t)length + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

void arena_reset(struct arena *arena)
{
    arena->current = arena->first;
    if (arena->first)
        arena->first->used = 0;
}

void arena_free(struct arena *arena)
{
    for (struct arena_chunk *chunk = arena->first, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk->bytes);
        free(chunk);
    }
    *arena = (struct arena){0};
}
