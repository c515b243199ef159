/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of iccsim. */
#include "models/models.h"
#include "sim/command/command.h"
#include "sim/study/ranks.h"

#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct command *const commands[] = {
    &command_run,     &command_check,    &command_show,   &command_plan,        &command_trace,
    &command_compare, &command_backtest, &command_sweep,  &command_sensitivity, &command_merge,
    &command_rerun,   &command_list,     &command_schema, &command_selftest,    NULL,
};

/* A library that gives up, as OpenMP does, ends the program with a code of its own: to us that is a run that failed. */
static void keep_to_our_codes(int code, void *unused)
{
    (void)unused;
    if (code >= EXIT_OK && code <= EXIT_INTERRUPTED && code != 1)
        return;
    fflush(NULL);
    _exit(EXIT_FAILED);
}

/* A stack that cannot grow, for want of memory, is a signal, and no message: it grows now or the program does not
 * begin.
 */
static __attribute__((noinline)) void take_stack(void)
{
    enum { BYTES = 1 << 19, PAGE = 1 << 12 };
    volatile char room[BYTES];
    for (size_t i = 0; i < BYTES; i += PAGE)
        room[i] = 0;
    (void)room[0];
}

/* Threads share one heap, since they seldom allocate: one of its own would reserve 128 MB of addresses for each, in which
 * its neighbour's stack is to lie where addresses are few. */
static void share_the_heap(void)
{
    mallopt(M_ARENA_MAX, 1);
}

/* The heap is taken in large pages where the system has them: 5,000 small ones, each at its first touch, are 10 ms. What
 * is never touched takes no memory either way. */
static void use_large_pages(void)
{
    enum { HEAP = 64 << 20, LARGEST_IN_HEAP = 32 << 20, USUAL_PAD = 128 << 10, LARGE_PAGE = 2 << 20 };
    mallopt(M_TOP_PAD, HEAP);
    mallopt(M_TRIM_THRESHOLD, 2 * HEAP);
    mallopt(M_MMAP_THRESHOLD, LARGEST_IN_HEAP);
    void *first = malloc(LARGEST_IN_HEAP / 2); /* for which the heap grows */
    uintptr_t from = ((uintptr_t)first + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE, end = (uintptr_t)sbrk(0);
    if (first && from < end)
        madvise((void *)from, end - from, MADV_HUGEPAGE);
    else
        mallopt(M_TOP_PAD, USUAL_PAD); /* there is not that much memory */
    free(first);
}

int main(int argc, char **argv)
{
    take_stack();
    use_large_pages();
    share_the_heap();
    on_exit(keep_to_our_codes, NULL);
    signal(SIGPIPE, SIG_IGN); /* a lost reader and a full quota are failed writes, which are reported */
    signal(SIGXFSZ, SIG_IGN);
    struct study study;
    study_open(&study, models, models_world_size);
    study.commit = ICCSIM_COMMIT;
    study.numbers = ICCSIM_NUMBERS;
    ranks_start(&argc, &argv);
    enum exit_code code = commands_main(commands, &study, argc, argv);
    ranks_end();
    study_close(&study);
    return (int)code;
}
