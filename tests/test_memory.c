/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory a run takes at most: the headline scenario with forty variants, from what a few and a dozen take. */
#include "near.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FEW = 2, MANY = 12, ASKED = 40, MOST_MB = 1000 };

/* Of the program beside the tests, in MB; `words` end with NULL, the first is for its name. */
static double peak_of(const char **words)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - sizeof "iccsim");
    assert_true(length > 0);
    program[length] = '\0';
    for (int i = 0; i < 2; i++) /* tests/test_memory */
        *strrchr(program, '/') = '\0';
    strcat(program, "/iccsim");
    words[0] = program;
    pid_t child;
    int status;
    struct rusage usage;
    assert_int_equal(posix_spawn(&child, program, NULL, NULL, (char **)(uintptr_t)words, environ), 0);
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    assert_int_equal(status, 0);
    return (double)usage.ru_maxrss / 1024;
}

static void write_study(const char *path, int variants)
{
    FILE *to = fopen(path, "w");
    char *here = realpath("scenarios/china.yml", NULL);
    assert_non_null(to);
    assert_non_null(here);
    fprintf(to, "extends: %s\nvariants:\n", here);
    for (int i = 0; i < variants; i++)
        fprintf(to, "  v%02d: {demand.elasticity_training: %.3f}\n", i, 0.4 + 0.01 * i);
    free(here);
    assert_int_equal(fclose(to), 0);
}

/* Of a run with that many variants; its files go into memory where they can, since they are many. */
static double peak_with(int variants)
{
    char folder[] = "/dev/shm/iccsim-test-XXXXXX", elsewhere[] = "/tmp/iccsim-test-XXXXXX", study[64], out[64],
         clean[64];
    const char *made = mkdtemp(folder) ? folder : mkdtemp(elsewhere);
    assert_non_null(made);
    snprintf(study, sizeof study, "%s/many.yml", made);
    snprintf(out, sizeof out, "%s/out", made);
    snprintf(clean, sizeof clean, "rm -rf %s", made); /* the name is our own */
    write_study(study, variants);
    double peak =
        peak_of((const char *[]){NULL, "run", study, "-n", "2", "-j", "2", "--no-plots", "-q", "-o", out, NULL});
    assert_int_equal(system(clean), 0);
    return peak;
}

static void forty_variants_take_less_than_a_gigabyte(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* it keeps what is freed */
#endif
    double few = peak_with(FEW), each = (peak_with(MANY) - few) / (MANY - FEW);
    print_message("%.0f MB with %d variants, %.1f MB for each one more\n", few, FEW, each);
    assert_true(each > 1); /* what was measured is the program */
    assert_true(few + (ASKED - FEW) * each < MOST_MB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forty_variants_take_less_than_a_gigabyte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
