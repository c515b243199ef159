/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts what the program asks of the heap: glibc lets a program put its own functions before malloc's. A sanitizer
 * does the same for itself; there nothing is counted. */
#ifndef ICCSIM_TESTS_COUNTED_MALLOC_H
#define ICCSIM_TESTS_COUNTED_MALLOC_H

#include "sanitized.h"

#include <stddef.h>

static size_t heap_requests;

#define HEAP_IS_COUNTED (!IS_SANITIZED)
#if HEAP_IS_COUNTED
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *old, size_t bytes);
void *aligned_alloc(size_t alignment, size_t bytes);

void *malloc(size_t bytes)
{
    heap_requests++;
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    heap_requests++;
    return __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
    heap_requests++;
    return __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    heap_requests++;
    return __libc_memalign(alignment, bytes);
}
#endif

#endif
