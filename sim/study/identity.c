/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "identity.h"

#include "sim/base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

char *identity_text(struct arena *arena, const struct scenario *scenario,
                    void (*print)(const struct scenario *, FILE *))
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        return arena_text(arena, "");
    print(scenario, to);
    fclose(to);
    char *copy = arena_text(arena, text);
    free(text);
    return copy;
}

const char *identity_hash(struct arena *arena, const char *text)
{
    struct sha256 sha;
    char hash[SHA256_TEXT_BYTES];
    sha256_begin(&sha);
    sha256_add(&sha, text, strlen(text));
    return arena_text(arena, sha256_end(&sha, hash));
}

static bool is_scenario_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml"));
}

const char *identity_of_data(const struct outcome *outcome, struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; i < outcome->input_count; i++)
        if (!is_scenario_file(outcome->input[i].path))
            all = arena_printf(arena, "%s%s ", all, outcome->input[i].sha256);
    return *all ? identity_hash(arena, all) : "";
}

const char *identity_of_run(const struct outcome *outcome, uint32_t replications, struct arena *arena)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length); /* a long text: hashed where it is */
    if (!to)
        memory_fail(0);
    scenario_show_study(outcome->scenario, to);
    fprintf(to, "data %s\nseed %" PRIu64 "\nreplications %" PRIu32 "\n%s", identity_of_data(outcome, arena),
            outcome->seed, replications, outcome->antithetic ? "antithetic\n" : "");
    fclose(to);
    const char *hash = identity_hash(arena, text);
    free(text);
    return arena_printf(arena, "%.*s", IDENTITY_TEXT_BYTES - 1, hash);
}

const char *identity_answer(const struct outcome *outcome, uint32_t replications, struct arena *arena)
{
    const char *of = scenario_answer_of(outcome->scenario);
    bool is_of_this = of && !strcmp(of, identity_of_run(outcome, replications, arena));
    return is_of_this ? scenario_answer(outcome->scenario) : NULL;
}

const char *identity_answer_withheld(const struct outcome *outcome, uint32_t replications, struct arena *arena)
{
    const char *of = scenario_answer_of(outcome->scenario);
    if (!scenario_answer(outcome->scenario) || identity_answer(outcome, replications, arena))
        return NULL;
    const char *this = identity_of_run(outcome, replications, arena);
    if (!of)
        return arena_printf(arena,
                            "The study's `answer` does not say which run it is of, so it is not repeated; of this one "
                            "it would be with answer_of: %s.",
                            this);
    return arena_printf(arena, "The study's `answer` is of the run %s, not of this one, %s; it is not repeated.", of,
                        this);
}
