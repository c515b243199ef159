/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ICCSIM_BENCH_SECONDS_H
#define ICCSIM_BENCH_SECONDS_H

#include <stdlib.h>
#include <time.h>

static inline double bench_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#endif
