/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share. Each reads bytes, must come back from them, and promises something of what it reads:
 * `promise` that is broken aborts, which libFuzzer reports with the input. Built by `make fuzz BUILD=fuzz`, run by
 * tests/slow_fuzz.sh from the project's folder.
 */
#ifndef ICCSIM_TESTS_FUZZ_H
#define ICCSIM_TESTS_FUZZ_H

#include "models/models.h"
#include "sim/base/arena.h"
#include "sim/base/mistakes.h"
#include "sim/montecarlo/study.h"
#include "sim/scenario/scenario.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define promise(what)                                                                                                  \
    do {                                                                                                               \
        if (!(what)) {                                                                                                 \
            fprintf(stderr, "broken promise: %s\n", #what);                                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#define FUZZ_GROUND "tests/bad/ground/right.yml"

/* The study of all models, opened once. */
static inline const struct study *fuzz_study(void)
{
    static struct study study;
    if (!study.schema.count)
        study_open(&study, models, models_world_size);
    return &study;
}

/* The bytes as a C string in `arena`. */
static inline const char *fuzz_text(struct arena *arena, const uint8_t *data, size_t size)
{
    char *text = arena_alloc(arena, size + 1);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* The folder of the project, from which the targets run. */
static inline const char *fuzz_root(void)
{
    static char root[4096];
    if (!*root)
        promise(getcwd(root, sizeof root));
    return root;
}

/* A file of these bytes behind `head`, in memory, under a name that is the process's own; returns the name. Beside it
 * is what the files of tests/bad extend, so that these are a corpus too. */
static inline const char *fuzz_file(struct arena *arena, const char *name, const char *head, const void *bytes,
                                    size_t size)
{
    const char *folder = arena_printf(arena, "/dev/shm/iccsim-fuzz-%d", (int)getpid());
    const char *file = arena_printf(arena, "%s/%s", folder, name);
    if (mkdir(folder, 0700) == 0)
        promise(symlink(arena_printf(arena, "%s/tests/bad/ground", fuzz_root()),
                        arena_printf(arena, "%s/ground", folder)) == 0);
    FILE *to = fopen(file, "wb");
    promise(to);
    fputs(head, to);
    fwrite(bytes, 1, size, to);
    promise(fclose(to) == 0);
    return file;
}

/* The whole of `check`: right, or with a mistake that is printed. */
static inline bool fuzz_check(const struct load_request *request)
{
    struct mistakes mistakes = {0};
    bool right = scenario_check(request, &fuzz_study()->schema, &mistakes);
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    mistakes_print(&mistakes, to);
    fclose(to);
    promise(right == (length == 0));
    free(text);
    mistakes_free(&mistakes);
    return right;
}

#endif
