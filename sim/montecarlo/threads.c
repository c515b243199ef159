/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "threads.h"

#include "sim/base/memory.h"

#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *wait_at(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* How many threads there can be at once beside this one, at most `most`: they are started, and wait for the last. */
static int count_startable(int most)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *thread = memory_new((size_t)most, sizeof *thread);
    int started = 0;
    pthread_mutex_lock(&gate);
    while (started < most && pthread_create(&thread[started], NULL, wait_at, &gate) == 0)
        started++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    free(thread);
    return started;
}

int threads_start(int asked)
{
    int wanted = asked > 0 ? asked : omp_get_num_procs(), threads = wanted;
    if (wanted > 1)
        threads = 1 + count_startable(wanted - 1);
    if (threads < wanted) {
        threads = (threads + 1) / 2; /* their stacks leave room for the work */
        fprintf(stderr, "iccsim: warning: %d of %d threads, for want of memory or processes\n", threads, wanted);
    }
    int met = 0;
#pragma omp parallel num_threads(threads) reduction(+ : met)
    met++;
    return met;
}
