/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to eight `--set PATH=VALUE`, one a line. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 8 };
    struct arena arena = {0};
    struct override override[MOST];
    struct load_request request = {.file = FUZZ_GROUND, .overrides = override};
    char *rest = NULL, *lines = arena_text(&arena, fuzz_text(&arena, data, size));
    for (char *line = strtok_r(lines, "\n", &rest); line && request.override_count < MOST;
         line = strtok_r(NULL, "\n", &rest))
        override[request.override_count++].argument = line;
    fuzz_check(&request);
    arena_free(&arena);
    return 0;
}
