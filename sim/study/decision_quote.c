/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every number of a decision by its name, and as words for a scenario's own sentence. */
#include "decision_numbers.h"
#include "finding.h"

#include <math.h>
#include <string.h>

#define ESTIMATE(type, member, name, kind)                                                                             \
    {name, offsetof(type, member.value), kind}, {name "_low", offsetof(type, member.low), kind},                       \
    {                                                                                                                  \
        name "_high", offsetof(type, member.high), kind                                                                \
    }
/* clang-format off */
const struct decision_number decision_of_choice[] = {
    ESTIMATE(struct choice, cost, "cost", NUMBER_MONEY),
    ESTIMATE(struct choice, cvar, "cvar", NUMBER_MONEY),
    {"p05", offsetof(struct choice, percentile[0]), NUMBER_MONEY},
    {"p25", offsetof(struct choice, percentile[1]), NUMBER_MONEY},
    {"p50", offsetof(struct choice, percentile[2]), NUMBER_MONEY},
    {"p75", offsetof(struct choice, percentile[3]), NUMBER_MONEY},
    {"p95", offsetof(struct choice, percentile[4]), NUMBER_MONEY},
    {"unlevered", offsetof(struct choice, unlevered), NUMBER_MONEY},
    {"financing", offsetof(struct choice, financing), NUMBER_MONEY},
    ESTIMATE(struct choice, best, "best", NUMBER_SHARE),
    ESTIMATE(struct choice, regret, "hindsight_regret", NUMBER_MONEY),
    ESTIMATE(struct choice, per_p_hour, "per_p_hour_before_tax", NUMBER_MONEY),
    ESTIMATE(struct choice, per_card_hour, "per_card_hour_before_tax", NUMBER_MONEY),
    ESTIMATE(struct choice, per_mtoken, "per_mtoken_before_tax", NUMBER_MONEY),
    {"p90", offsetof(struct choice, p90), NUMBER_MONEY},
    {"a_year", offsetof(struct choice, a_year), NUMBER_MONEY},
    {"debt", offsetof(struct choice, debt), NUMBER_MONEY},
    {"lease_liability", offsetof(struct choice, lease), NUMBER_MONEY},
    {"right_of_use", offsetof(struct choice, lease), NUMBER_MONEY},
    {"never_ordered", offsetof(struct choice, never), NUMBER_SHARE},
    {"tied", offsetof(struct choice, tied), NUMBER_SHARE},
    {0},
};
const struct decision_number decision_of_owner[] = {
    ESTIMATE(struct ownership, use, "break_even_use", NUMBER_SHARE),
    ESTIMATE(struct ownership, rent, "break_even_rent", NUMBER_MONEY),
    {"payback_yr", offsetof(struct ownership, payback_yr), NUMBER_YEARS},
    {"mirr", offsetof(struct ownership, mirr), NUMBER_SHARE},
    {"break_even_price_share", offsetof(struct ownership, price), NUMBER_SHARE},
    {"target_price_share", offsetof(struct ownership, target_price), NUMBER_SHARE},
    {"target_rent_share", offsetof(struct ownership, target_rent), NUMBER_SHARE},
    {"target_use_share", offsetof(struct ownership, target_use), NUMBER_SHARE},
    {0},
};
/* clang-format on */

double decision_number_at(const void *of, const struct decision_number *number)
{
    return *(const double *)(const void *)((const char *)of + number->offset);
}

const struct ownership *decision_owner_of(const struct decision *d, const struct choice *c)
{
    for (size_t i = 0; i < d->owners; i++)
        if (d->owner[i].choice == c)
            return &d->owner[i];
    return NULL;
}

/* -- as words ------------------------------------------------------------------------------------------------------ */

static const char *money_in_words(const struct decision *d, double amount, struct arena *arena)
{
    return isfinite(amount) ? arena_printf(arena, "%s %s", number_in_words(amount, arena), d->currency) : "none";
}

static const char *in_words(const struct decision *d, double number, enum number_kind kind, struct arena *arena)
{
    if (kind == NUMBER_MONEY)
        return money_in_words(d, number, arena);
    if (!isfinite(number))
        return "never";
    return kind == NUMBER_SHARE ? arena_printf(arena, "%.0f %%", 100 * number)
                                : arena_printf(arena, "%.1f years", number);
}

static const char *number_called(const struct decision *d, const void *of, const struct decision_number *numbers,
                                 const char *name, struct arena *arena)
{
    for (const struct decision_number *n = numbers; n->name; n++)
        if (strcmp(n->name, name) == 0)
            return in_words(d, decision_number_at(of, n), n->kind, arena);
    return NULL;
}

static const char *of_alternative(const struct decision *d, const struct choice *c, const char *name,
                                  struct arena *arena)
{
    const struct ownership *owner = decision_owner_of(d, c);
    if (strcmp(name, "label") == 0)
        return c->label;
    const char *quoted = number_called(d, c, decision_of_choice, name, arena);
    if (quoted || !owner)
        return quoted;
    if (strcmp(name, "irr") == 0)
        return owner->irr_count == 1 ? in_words(d, owner->irr[0], NUMBER_SHARE, arena) : "no single rate";
    return number_called(d, owner, decision_of_owner, name, arena);
}

static const char *flip(const struct decision *d, const char *input, struct arena *arena)
{
    const char *dot = strchr(input, '.');
    size_t length = dot ? (size_t)(dot - input) : strlen(input), rival = d->choices;
    for (int i = 0; planner_inputs[i]; i++) {
        if (strlen(planner_inputs[i]) != length || strncmp(planner_inputs[i], input, length) != 0)
            continue;
        double share = decision_flip(d, 2 * i, &rival);
        if (dot)
            return rival < d->choices ? d->choice[rival].label : "none";
        return in_words(d, share, NUMBER_SHARE, arena);
    }
    return NULL;
}

/* ---- What would change the choice */

struct overtaking {
    const char *input;
    double share; /* of what is assumed */
    size_t rival;
};

/* Those of the named inputs, `contract.price.use`, at some share of which another alternative is the cheapest. */
static size_t overtakings(const struct decision *d, const char *inputs, struct overtaking found[LENSES_SWUNG])
{
    size_t count = 0;
    for (const char *at = inputs; *at;) {
        size_t length = strcspn(at, ".");
        for (int i = 0; planner_inputs[i]; i++) {
            size_t rival = d->choices;
            if (strlen(planner_inputs[i]) != length || strncmp(planner_inputs[i], at, length) != 0)
                continue;
            double share = decision_flip(d, 2 * i, &rival);
            if (isfinite(share) && rival < d->choices && count < LENSES_SWUNG)
                found[count++] = (struct overtaking){paper_input_name(2 * i), share, rival};
        }
        at += length + (at[length] == '.');
    }
    return count;
}

/* `"By the hour" is cheaper if use falls to 66 % of what is assumed`, with every alternative named once. */
static const char *overtakers(const struct decision *d, const char *inputs, struct arena *arena)
{
    struct overtaking found[LENSES_SWUNG];
    size_t count = overtakings(d, inputs, found);
    const char *text = "", *of = " of what is assumed";
    for (size_t rival = 0; rival < d->choices; rival++) {
        bool is_named = false;
        for (size_t i = 0; i < count; i++) {
            if (found[i].rival != rival)
                continue;
            const char *verb = *text ? "if" : "becomes cheaper if";
            const char *begin =
                is_named ? " or "
                         : arena_printf(arena, "%s\"%s\" %s ", *text ? ", " : "", d->choice[rival].label, verb);
            text = arena_printf(arena, "%s%sthe %s %s to %.0f %%%s", text, begin, found[i].input,
                                found[i].share < 1 ? "falls" : "rises", 100 * found[i].share, of);
            is_named = true;
            of = "";
        }
    }
    return *text ? text : "no other alternative becomes cheaper";
}

/* `56 million USD (33 million to 79 million)` */
static const char *span_in_words(const struct decision *d, struct estimate e, struct arena *arena)
{
    const char *text = money_in_words(d, e.value, arena);
    return isfinite(e.low) && e.low < e.high ? arena_printf(arena, "%s (%s to %s)", text, number_in_words(e.low, arena),
                                                            number_in_words(e.high, arena))
                                             : text;
}

const char *decision_quote(const struct decision *d, const char *path, struct arena *arena)
{
    const char *dot = strchr(path, '.');
    if (!d->choice || d->best >= d->choices)
        return NULL;
    if (strcmp(path, "best") == 0)
        return d->choice[d->best].label;
    if (strcmp(path, "second") == 0)
        return d->second < d->choices ? d->choice[d->second].label : "none";
    if (strcmp(path, "lead") == 0)
        return span_in_words(d, d->lead, arena);
    if (strcmp(path, "waiting") == 0)
        return d->waits < d->choices ? span_in_words(d, d->waiting, arena) : NULL;
    if (dot && strncmp(path, "flip.", strlen("flip.")) == 0)
        return flip(d, dot + 1, arena);
    if (dot && strncmp(path, "flips.", strlen("flips.")) == 0)
        return overtakers(d, dot + 1, arena);
    for (size_t i = 0; dot && i < d->choices; i++)
        if (strncmp(path, d->choice[i].name, (size_t)(dot - path)) == 0 && !d->choice[i].name[dot - path])
            return of_alternative(d, &d->choice[i], dot + 1, arena);
    return NULL;
}
