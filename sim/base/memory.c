/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_NO_MEMORY = 4 }; /* as EXIT_FAILED of the commands, which this floor does not know */

void memory_fail(size_t bytes)
{
    fprintf(stderr, "iccsim: out of memory (asked for %zu bytes)\n", bytes);
    fflush(stderr);
    _exit(EXIT_NO_MEMORY); /* other threads go on, and must not meet what exit takes down */
}

void *memory_new(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory)
        memory_fail(count * size);
    return memory;
}

void *memory_grow(void *old, size_t count, size_t size)
{
    void *memory = reallocarray(old, count ? count : 1, size);
    if (!memory)
        memory_fail(count * size);
    return memory;
}
