/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of `facts:`. Those of a scenario that is right have a window and a range. */
#include "fuzz.h"

#include <math.h>

static void check_facts(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario_fact_count(scenario); i++) {
        const struct fact *fact = scenario_fact(scenario, i);
        promise(fact->low <= fact->high);
        promise(isnan(fact->from) || fact->from <= fact->to);
        promise(fact->weight >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct mistakes mistakes = {0};
    const char *head = arena_printf(&arena, "extends: %s/" FUZZ_GROUND "\nfacts:\n", fuzz_root());
    const char *file = fuzz_file(&arena, "facts.yml", head, data, size);
    struct scenario *scenario = scenario_load(&(struct load_request){.file = file}, &fuzz_study()->schema, &mistakes);
    promise((scenario != NULL) == (mistakes.count == 0));
    if (scenario)
        check_facts(scenario);
    scenario_free(scenario);
    mistakes_free(&mistakes);
    arena_free(&arena);
    return 0;
}
