/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole scenario file. What `show` prints of one that is right is right too, and holds the same values. */
#include "fuzz.h"

static char *show(const char *file, size_t *length)
{
    struct mistakes mistakes = {0};
    struct scenario *scenario = scenario_load(&(struct load_request){.file = file}, &fuzz_study()->schema, &mistakes);
    char *text = NULL;
    promise(scenario && mistakes.count == 0);
    FILE *to = open_memstream(&text, length);
    scenario_show(scenario, to);
    fclose(to);
    scenario_free(scenario);
    mistakes_free(&mistakes);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const char *file = fuzz_file(&arena, "scenario.yml", "", data, size);
    if (fuzz_check(&(struct load_request){.file = file})) {
        size_t length;
        char *text = show(file, &length);
        const char *again = fuzz_file(&arena, "again.yml", "", text, length);
        promise(fuzz_check(&(struct load_request){.file = again}));
        free(text);
    }
    arena_free(&arena);
    return 0;
}
