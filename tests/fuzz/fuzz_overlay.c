/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two files, one laid over the other and both over a right one: the bytes up to a line `===`, and those behind it. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const char *ground = arena_printf(&arena, "extends: %s/" FUZZ_GROUND "\n", fuzz_root());
    const uint8_t *split = size ? memmem(data, size, "===\n", 4) : NULL;
    size_t first = split ? (size_t)(split - data) : size;
    fuzz_file(&arena, "below.yml", ground, data, first);
    const char *over =
        fuzz_file(&arena, "over.yml", "extends: below.yml\n", split ? split + 4 : data, split ? size - first - 4 : 0);
    fuzz_check(&(struct load_request){.file = over});
    arena_free(&arena);
    return 0;
}
