/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ICCSIM_BENCH_SECONDS_H
#define ICCSIM_BENCH_SECONDS_H

#include <stdlib.h>
#include <time.h>

static inline double bench_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Processor time of this process, of all its threads: what others do on the machine does not count. */
static inline double bench_seconds(void)
{
    return bench_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* What passes by the clock on the wall, for what several threads or processes do. */
static inline double bench_elapsed(void)
{
    return bench_clock(CLOCK_MONOTONIC);
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#endif
