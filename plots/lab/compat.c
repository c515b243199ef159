/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the C library of Debian's emscripten lacks. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

void *reallocarray(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, count * size);
}
