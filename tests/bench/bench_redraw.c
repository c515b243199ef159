/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody at a terminal waits for: the program from its start to the report with all pictures. Processor time of
 * the program and of every gnuplot. */
#include "seconds.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double children_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* build/release/iccsim for build/release/tests/bench/bench_redraw. */
static void find_program(char program[static PATH_MAX])
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < 3 && strrchr(own, '/'); up++)
        *strrchr(own, '/') = '\0';
    snprintf(program, PATH_MAX, "%.*s/iccsim", PATH_MAX - 8, own);
}

static double redraw_20(const char *program, const char *folder)
{
    double before = children_seconds();
    pid_t child = fork();
    if (child == 0) {
        execl(program, "iccsim", "run", "scenarios/china.yml", "-n", "20", "-q", "-o", folder, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        fprintf(stderr, "bench_redraw: %s failed\n", program);
        exit(1);
    }
    return children_seconds() - before;
}

int main(void)
{
    enum { ROUNDS = 5 };
    char program[PATH_MAX], folder[] = "/tmp/iccsim-bench-XXXXXX", command[sizeof folder + 16];
    double seconds[ROUNDS];
    find_program(program);
    if (!mkdtemp(folder))
        return 1;
    for (int round = 0; round < ROUNDS; round++)
        seconds[round] = redraw_20(program, folder);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        return 1;
    qsort(seconds, ROUNDS, sizeof *seconds, bench_compare);
    printf("redraw_20 %.3g s\n", seconds[ROUNDS / 2]);
    return 0;
}
