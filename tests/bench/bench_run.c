/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole run of the headline scenario costs at one replication, without pictures: mostly loading and files. */
#include "tests/bench/seconds.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The program of the same build. */
static void find_program(char program[4096])
{
    ssize_t length = readlink("/proc/self/exe", program, 4096 - sizeof "iccsim");
    if (length <= 0)
        exit(1);
    program[length] = '\0';
    for (int i = 0; i < 3; i++) /* tests/bench/bench_run */
        *strrchr(program, '/') = '\0';
    strcat(program, "/iccsim");
}

static double processor_ms(const struct rusage *usage)
{
    return 1e3 * (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           1e-3 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

enum { MOST_WORDS = 16 };

/* Processor time of one run into the new folder `out`. */
static double run_ms(char *program, char *out)
{
    char line[] = "run scenarios/china.yml -n 1 -j 1 --no-plots -q -o", *argv[MOST_WORDS], *rest = line;
    size_t count = 0;
    argv[count++] = program;
    for (char *word; (word = strsep(&rest, " "));)
        argv[count++] = word;
    argv[count++] = out;
    argv[count] = NULL;
    pid_t child;
    int status;
    struct rusage usage;
    if (posix_spawn(&child, program, NULL, NULL, argv, environ) != 0 || wait4(child, &status, 0, &usage) != child ||
        status != 0)
        exit(1);
    return processor_ms(&usage);
}

int main(void)
{
    enum { ROUNDS = 15 };
    char program[4096], folder[] = "/dev/shm/iccsim-bench-XXXXXX", out[sizeof folder + sizeof "/00"], remove[64];
    double ms[ROUNDS];
    find_program(program);
    /* in memory: what a disk makes of 500 files depends on what else was deleted on it */
    if (!mkdtemp(folder))
        return 1;
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(out, sizeof out, "%s/%d", folder, i % 100);
        ms[i] = run_ms(program, out);
    }
    qsort(ms, ROUNDS, sizeof *ms, bench_compare);
    printf("run_1 %.4g ms\n", ms[ROUNDS / 2]);
    snprintf(remove, sizeof remove, "rm -rf %s", folder); /* the name is our own */
    return system(remove) != 0;
}
