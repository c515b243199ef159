/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sentence that a study says of itself, whose numbers are those of the run at hand:
 *
 *     finding: >
 *       An H100 server rents for {rent_2025} in mid 2025; without the bans it would be
 *       {rent_2025.no_bans % rent_2025 | cheaper | dearer}, {rent_2025.no_bans - rent_2025} a month.
 *
 * In braces stands a measure, a measure in a variant, or the difference of the two: `-` absolute, `%` relative to the
 * base. It is the median of the replications, or the difference of two medians, as pictures have them; `{mean rent}` is
 * their mean. Two words, for a difference below and above zero, may follow. Of a planner's decision stands
 *
 *     {decision.best}  {decision.second}  {decision.lead}  {decision.waiting}  {decision.ALTERNATIVE.NUMBER}
 *     {decision.flip.INPUT}  {decision.flip.INPUT.to}  {decision.flips.INPUT.INPUT...}: a clause on all of these
 *
 * and a variant's name behind any of these for the decision in that variant. A file that extends another has alternatives
 * of its own: a sentence on a decision is not inherited (merge.c).
 */
#include "loaded.h"

#include <ctype.h>
#include <string.h>

struct finding_reader {
    struct scenario *s;
    const struct reading *r;
    const struct node *node;
    struct shown *shown;
};

#define complain(f, ...) mistake_add((f)->r->mistakes, (f)->node->place, "show.finding: " __VA_ARGS__)

static const char *trimmed(struct arena *arena, const char *from, size_t length)
{
    while (length && isspace((unsigned char)*from))
        from++, length--;
    while (length && isspace((unsigned char)from[length - 1]))
        length--;
    return arena_printf(arena, "%.*s", (int)length, from);
}

/* What stands before `end` at `*at`, which moves behind it; the rest if there is no `end`. */
static const char *piece(struct arena *arena, const char **at, const char *end)
{
    const char *until = *at ? strstr(*at, end) : NULL, *from = *at ? *at : "";
    *at = until ? until + strlen(end) : NULL;
    return trimmed(arena, from, until ? (size_t)(until - from) : strlen(from));
}

static const char *known_measure(struct finding_reader *f, const char *name)
{
    const char **names = arena_array(f->r->arena, f->s->measure_count + 1, sizeof *names);
    for (size_t i = 0; i < f->s->measure_count; i++) {
        names[i] = f->s->measure[i].name;
        if (strcmp(names[i], name) == 0)
            return names[i];
    }
    const char *nearest = nearest_name(name, names);
    complain(f, "no such measure, %s%s%s; allowed: one of `measures` or `facts`", name,
             nearest ? "; did you mean " : "", nearest ? nearest : "");
    return NULL;
}

static const char *known_variant(struct finding_reader *f, const char *name)
{
    size_t count = scenario_variant_count(f->s);
    const char **names = arena_array(f->r->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = scenario_variant_name(f->s, i);
        if (strcmp(names[i], name) == 0)
            return names[i];
    }
    const char *nearest = nearest_name(name, names);
    complain(f, "no such variant, %s%s%s", name, nearest ? "; did you mean " : "", nearest ? nearest : "");
    return NULL;
}

/* `measure` or `measure.variant`. */
static bool read_operand(struct finding_reader *f, const char *text, struct finding_part *part)
{
    const char *variant = text, *measure = piece(f->r->arena, &variant, ".");
    part->measure = known_measure(f, measure);
    part->variant = variant && part->measure ? known_variant(f, variant) : NULL;
    return part->measure && (!variant || part->variant);
}

static void read_words(struct finding_reader *f, const char *words, struct finding_part *part)
{
    part->less = piece(f->r->arena, &words, "|");
    part->more = words ? piece(f->r->arena, &words, "|") : "";
    if (!*part->less || !*part->more || words || part->kind == FINDING_NUMBER)
        complain(f, "words not understood, %s | %s; allowed: of a difference, one for less and one for more",
                 part->less, part->more);
}

static bool is_variant(const struct finding_reader *f, const char *name)
{
    for (size_t i = 0; i < scenario_variant_count(f->s); i++)
        if (strcmp(scenario_variant_name(f->s, i), name) == 0)
            return true;
    return false;
}

/* `decision.contract.cost`, or `decision.contract.cost.discount` in a variant. */
static void read_decision(struct finding_reader *f, const char *formula, struct finding_part *part)
{
    const char *path = strchr(formula, '.') + 1, *last = strrchr(path, '.');
    bool in_variant = last && is_variant(f, last + 1);
    part->kind = FINDING_DECISION;
    part->measure = in_variant ? arena_printf(&f->s->arena, "%.*s", (int)(last - path), path)
                               : arena_printf(&f->s->arena, "%s", path);
    part->variant = in_variant ? arena_printf(&f->s->arena, "%s", last + 1) : NULL;
}

/* What stands between braces. */
static void read_number(struct finding_reader *f, const char *inside, struct finding_part *part)
{
    const char *words = inside, *formula = piece(f->r->arena, &words, "|");
    part->is_mean = strncmp(formula, "mean ", strlen("mean ")) == 0;
    formula += part->is_mean ? strlen("mean ") : 0;
    formula += strspn(formula, " ");
    const char *second = formula;
    if (strncmp(formula, "decision.", strlen("decision.")) == 0) {
        read_decision(f, formula, part);
        if (words)
            complain(f, "words of a decision's number, {%s}; allowed: of a difference", inside);
        return;
    }
    if (strncmp(formula, "drivers.", strlen("drivers.")) == 0) {
        part->kind = FINDING_DRIVERS;
        part->measure = known_measure(f, strchr(formula, '.') + 1);
        if (words)
            complain(f, "words of what a measure is due to, {%s}; allowed: of a difference", inside);
        return;
    }
    bool absolute = strstr(formula, " - ") != NULL, relative = strstr(formula, " % ") != NULL;
    const char *first = absolute || relative ? piece(f->r->arena, &second, absolute ? " - " : " % ") : formula;
    part->kind = absolute ? FINDING_DIFFERENCE : relative ? FINDING_CHANGE : FINDING_NUMBER;
    if (!read_operand(f, first, part))
        return;
    if (part->kind != FINDING_NUMBER && (!part->variant || strcmp(second, part->measure) != 0))
        complain(f, "not a difference, {%s}; allowed: {%s.VARIANT %s %s}, a measure in a variant against itself",
                 formula, part->measure, absolute ? "-" : "%", part->measure);
    if (words)
        read_words(f, words, part);
}

void finding_read(struct scenario *s, const struct reading *reading, const struct node *node)
{
    struct finding_reader f = {.s = s, .r = reading, .node = node, .shown = &s->shown};
    struct finding *finding = &s->shown.finding;
    const char *at = node->text;
    size_t most = 1;
    for (const char *brace = at; (brace = strchr(brace, '{')); brace++)
        most++;
    finding->part = arena_array(&s->arena, most, sizeof *finding->part);
    while (at && *at) {
        struct finding_part *part = &finding->part[finding->count++];
        const char *open = strchr(at, '{'), *close = open ? strchr(open, '}') : NULL;
        part->before = arena_printf(&s->arena, "%.*s", (int)(open ? (size_t)(open - at) : strlen(at)), at);
        part->kind = FINDING_TEXT;
        if (open && !close)
            complain(&f, "a brace is not closed, %s; allowed: {measure}, {measure.variant - measure}", open);
        else if (open)
            read_number(&f, arena_printf(reading->arena, "%.*s", (int)(close - open - 1), open + 1), part);
        at = close ? close + 1 : NULL;
    }
}
