/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the C library of Debian's emscripten lacks, and what no page does: a scenario of the lab has no sweep with
 * correlated factors, so the eigenvalues these take, and half of GSL with them, stay out. build.js refuses one that has. */
#include "sim/scenario/sampling.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

bool correlation_factor(const double *rank, size_t n, double *factor)
{
    (void)rank, (void)n, (void)factor;
    abort();
}

void correlation_nearest(const double *rank, size_t n, double *nearest)
{
    (void)rank, (void)n, (void)nearest;
    abort();
}

void *reallocarray(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, count * size);
}
