/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files; and a group of tests in a folder of its own: cmocka_run_group_tests(tests, enter_folder, leave_folder). It
 * is in memory where it can be: a disk takes longer. */
#ifndef ICCSIM_TESTS_FILES_H
#define ICCSIM_TESTS_FILES_H

#include "near.h"

#include "sim/base/arena.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

static inline int remove_all(const char *path)
{
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The state is the folder's path. */
static inline int enter_folder(void **state)
{
    static char in_memory[] = "/dev/shm/iccsim-test-XXXXXX", name[] = "/tmp/iccsim-test-XXXXXX";
    *state = mkdtemp(in_memory);
    *state = *state ? *state : mkdtemp(name);
    return *state ? chdir(*state) : -1;
}

static inline int leave_folder(void **state)
{
    return chdir("/") == 0 ? remove_all(*state) : -1;
}

/* To be freed; NULL if there is no such file. */
static inline char *whole_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t room = 0;
    if (getdelim(&text, &room, '\0', file) < 0 && text)
        text[0] = '\0';
    fclose(file);
    return text;
}

/* In `arena`; the test fails without one. */
static inline const char *text_of_file(const char *path, struct arena *arena)
{
    char *text = whole_file(path);
    if (!text)
        fail_msg("there is no %s", path);
    const char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

#endif
