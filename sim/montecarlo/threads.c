/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "threads.h"

#include "sim/base/memory.h"

#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static void *wait_at(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* What a thread of OpenMP takes, and more than any of its runtimes asks for. */
enum { STACK_BYTES = 8 << 20 };

/* Its stack is ours: the C library would keep it for threads of the same size, and libomp's are of another. */
static bool start(pthread_t *thread, void **stack, pthread_mutex_t *gate)
{
    pthread_attr_t with;
    bool started = false;
    *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (*stack == MAP_FAILED)
        return false;
    if (pthread_attr_init(&with) == 0) {
        started =
            pthread_attr_setstack(&with, *stack, STACK_BYTES) == 0 && pthread_create(thread, &with, wait_at, gate) == 0;
        pthread_attr_destroy(&with);
    }
    if (!started)
        munmap(*stack, STACK_BYTES);
    return started;
}

/* How many threads there can be at once beside this one, at most `most`: they are started, and wait for the last. */
static int count_startable(int most)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *thread = memory_new((size_t)most, sizeof *thread);
    void **stack = memory_new((size_t)most, sizeof *stack);
    int started = 0;
    pthread_mutex_lock(&gate);
    while (started < most && start(&thread[started], &stack[started], &gate))
        started++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
        munmap(stack[i], STACK_BYTES);
    }
    free(stack);
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
