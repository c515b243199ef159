/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of cells beside a scenario: joint draws or points of a sweep, as the first byte says. Of draws that are right
 * each replication has its own. */
#include "fuzz.h"

static const char *const sections[] = {
    "draws: table.csv\n",
    "measures: {rent: {output: rent.H100, at: 2024-01}}\n"
    "sweep: {design: csv, file: table.csv, factors: {pue: {set: regions.east.pue}, noise: {set: market.noise}}}\n"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    if (size == 0)
        return 0;
    const char *section = sections[data[0] % 2];
    fuzz_file(&arena, "table.csv", "", data + 1, size - 1);
    const char *text = arena_printf(&arena, "extends: %s/" FUZZ_GROUND "\n%s", fuzz_root(), section);
    fuzz_check(&(struct load_request){.file = fuzz_file(&arena, "scenario.yml", text, "", 0)});
    arena_free(&arena);
    return 0;
}
