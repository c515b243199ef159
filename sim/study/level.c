/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the facts of a scenario say of the level of an output in money. */
#include "outcome.h"

#include <math.h>
#include <string.h>

static bool is_money(const char *unit)
{
    return strncmp(unit, "CNY", 3) == 0 || strncmp(unit, "USD", 3) == 0;
}

const char *outcome_level_text(enum level level)
{
    static const char *const text[] = {
        [LEVEL_NONE] = "",
        [LEVEL_TESTED] = "evidence: facts that no input states hold it",
        [LEVEL_BOUNDED] = "bounded: facts of a part or of a wider scope say at least or at most",
        [LEVEL_STATED] = "an input: what is observed of it is stated by inputs",
        [LEVEL_UNTESTED] = "no evidence: no fact tests it, so read changes and not amounts"};
    return text[level];
}

/* The best that any fact says of it: value before bound before input. */
enum level outcome_level(const struct outcome *outcome, const struct channel *channel)
{
    if (!is_money(channel->output->unit))
        return LEVEL_NONE;
    enum level best = LEVEL_UNTESTED;
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact *fact = outcome->facts.target[i].fact;
        if (!isnan(fact->relative_to) || strcmp(fact->output, channel->name) != 0)
            continue;
        enum level says = fact->stated_by ? LEVEL_STATED : fact->kind == FACT_VALUE ? LEVEL_TESTED : LEVEL_BOUNDED;
        best = says < best ? says : best;
    }
    return best;
}
