/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "finding.h"

#include "decision.h"
#include "display.h"
#include "evidence.h"
#include "identity.h"
#include "models/planner/planner.h"
#include "sim/base/dates.h"
#include "sim/base/text.h"
#include "sim/command/command.h"
#include "sim/output/amount.h"
#include "sim/output/listing.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMED = 6, LABEL_COLUMNS = 34, MOST_PLAIN = 3 };
static const double MONTHS = 12;

/* ---- Numbers in words ---- */

static bool is_date(struct display of)
{
    return strcmp(of.unit, "date") == 0;
}

const char *number_in_words(double value, struct arena *arena)
{
    char text[AMOUNT_BYTES];
    return arena_text(arena, amount_text(value, text));
}

/* Things that are counted, and so have a plural: `268 trillion tokens a day`. */
static bool is_counted(const char *thing)
{
    static const char *const things[] = {"token", "card", "server", "rack", "month", "year"};
    size_t i = 0;
    while (i < sizeof things / sizeof *things && strcmp(thing, things[i]) != 0)
        i++;
    return i < sizeof things / sizeof *things;
}

const char *unit_in_words(const char *unit, struct arena *arena)
{
    const char *per = strchr(unit, '/');
    char *thing = arena_printf(arena, "%.*s", (int)(per ? (size_t)(per - unit) : strlen(unit)), unit);
    if (is_counted(thing))
        thing = arena_printf(arena, "%ss", thing);
    if (!per)
        return thing;
    const char *what = strcmp(per + 1, "yr") == 0 ? "year" : per + 1;
    return arena_printf(arena, "%s%sa%s %s", thing, *thing ? " " : "", strcmp(what, "hour") == 0 ? "n" : "", what);
}

static const char *level(double value, struct display of, struct arena *arena)
{
    char text[SHORT_NUMBER_BYTES];
    if (!isfinite(value))
        return "(no number in this run)";
    if (is_date(of))
        return arena_text(arena, short_quantity(value, of.unit, text));
    const char *number = number_in_words(of.factor * value, arena), *unit = unit_in_words(of.unit, arena);
    return *unit ? arena_printf(arena, "%s %s", number, unit) : number;
}

/* The lower end of an interval, whose upper one has the unit. */
static const char *end_of(double value, struct display of, struct arena *arena)
{
    return is_date(of) ? level(value, of, arena) : number_in_words(of.factor * value, arena);
}

const char *quantity_in_words(double value, const char *unit, struct arena *arena)
{
    return level(value, (struct display){.unit = unit, .factor = 1}, arena);
}

/* ---- Differences in words ---- */

struct change {
    bool is_percent; /* of which nobody wants three digits */
    double mean, low, high; /* low and high NaN: no interval */
    const char *unit; /* with its leading blank */
    const char *less, *more;
};

static struct change scaled(struct difference d, double scale, const char *unit, const char *less, const char *more)
{
    return (struct change){.is_percent = strcmp(unit, " %") == 0 || strcmp(unit, " points") == 0,
                           .mean = scale * d.mean,
                           .low = scale * d.low,
                           .high = scale * d.high,
                           .unit = unit,
                           .less = less,
                           .more = more};
}

static struct change absolute_change(struct difference d, struct display of, struct arena *arena)
{
    if (is_date(of))
        return scaled(d, MONTHS, " months", "earlier", "later");
    if (of.is_percent)
        return scaled(d, of.factor, " points", "less", "more");
    const char *unit = unit_in_words(of.unit, arena);
    return scaled(d, of.factor, *unit ? arena_printf(arena, " %s", unit) : "", "less", "more");
}

static struct change relative_change(struct difference d)
{
    const double percent = 100;
    return scaled(d, percent / fabs(d.base), " %", "lower", "higher");
}

/* Two digits: nobody wants more of a difference. */
static const char *size_of(const struct change *c, double value, struct arena *arena)
{
    const double whole = 9.95, largest = 1e4, seen = 0.05;
    double size = fabs(value);
    char text[AMOUNT_BYTES];
    if (c->is_percent && size < largest)
        return arena_printf(arena, "%.*f", size < whole && size >= seen, size);
    snprintf(text, sizeof text, "%.1e", size);
    return number_in_words(strtod(text, NULL), arena);
}

static const char *signed_words(const struct change *c, double value, struct arena *arena)
{
    return arena_printf(arena, "%s%s %s", size_of(c, value, arena), c->unit, value < 0 ? c->less : c->more);
}

/* `up to 0.4 % higher`, where the other end of the interval would read 0.0; NULL: neither end does. */
static const char *one_sided(const struct change *c, double seen, struct arena *arena)
{
    bool is_median_seen = fabs(c->mean) >= seen;
    if (!c->is_percent || (is_median_seen && !(c->low < 0 && c->high > 0)))
        return NULL;
    double end = c->low > -seen ? c->high : c->low;
    return c->low > -seen || c->high < seen ? arena_printf(arena, "up to %s", signed_words(c, end, arena)) : NULL;
}

/* `13 % lower (11 to 15)`; where the interval holds zero, from where to where; `15 % lower` where both ends read the same. */
static const char *change_text(const struct change *c, struct arena *arena)
{
    if (!isfinite(c->mean))
        return "(no number in this run)";
    const double seen = 0.05; /* of a per cent or point: what rounds to 0.0 is none */
    bool is_none = c->is_percent && fmax(fabs(c->mean), fmax(fabs(c->low), fabs(c->high))) < seen;
    if (is_none || (c->mean == 0 && !(c->high > c->low)))
        return arena_printf(arena, "neither %s nor %s", c->less, c->more);
    if (!isfinite(c->low) || !isfinite(c->high))
        return signed_words(c, c->mean, arena);
    const char *up_to = one_sided(c, seen, arena);
    if (up_to)
        return up_to;
    if (c->low < 0 && c->high > 0)
        return arena_printf(arena, "between %s and %s", signed_words(c, c->low, arena),
                            signed_words(c, c->high, arena));
    double a = fmin(fabs(c->low), fabs(c->high)), b = fmax(fabs(c->low), fabs(c->high));
    const char *from = size_of(c, a, arena), *to = size_of(c, b, arena), *mean = signed_words(c, c->mean, arena);
    return strcmp(from, to) == 0 ? mean : arena_printf(arena, "%s (%s to %s)", mean, from, to);
}

/* ---- Where numbers are found ---- */

static const struct fact_target *find_target(const struct outcome *outcome, const char *measure, size_t *index)
{
    for (size_t i = outcome->measures.count; i-- > 0;)
        if (strcmp(outcome->measures.target[i].fact->name, measure) == 0) {
            *index = i;
            return &outcome->measures.target[i];
        }
    return NULL;
}

static const struct contender *find_contender(const struct contest *contest, const char *variant)
{
    for (size_t i = 0; contest && i < contest->count; i++)
        if (strcmp(contest->other[i].name, variant) == 0)
            return &contest->other[i];
    return NULL;
}

/* The fact or measure of that name: measures stand behind facts. NULL: not both have it. */
static const struct common *find_common(const struct comparison *c, const char *measure)
{
    for (size_t i = c->common_count; i-- > 0;)
        if ((c->common[i].kind == COMMON_FACT || c->common[i].kind == COMMON_MEASURE) &&
            strcmp(c->common[i].name, measure) == 0)
            return &c->common[i];
    return NULL;
}

/* The medians of all replications where there are bands, else of the pairs that `compare` kept. */
static bool find_medians(const struct outcome *base, size_t index, const struct contender *other,
                         const struct common *common, struct difference *d)
{
    size_t there = 0;
    if (base->ensemble.derived && find_target(other->outcome, base->measures.target[index].fact->name, &there)) {
        const struct band *a = &base->ensemble.derived[index], *b = &other->outcome->ensemble.derived[there];
        *d = (struct difference){.base = a->p50, .other = b->p50, .n = fmin(a->n, b->n)};
    } else if (common) {
        *d = comparison_cell(&other->comparison, common, 0);
        comparison_medians(&other->comparison, common, &d->base, &d->other);
    } else {
        return false;
    }
    d->mean = d->other - d->base;
    return true;
}

/* Of medians, as pictures have them: `relative` says what the interval is to be of. A pooled measure, which is of all
 * replications together, has no pairs, and so no interval. */
static bool find_median_difference(const struct outcome *base, size_t index, const struct contender *other,
                                   bool relative, struct difference *d)
{
    const struct common *common = find_common(&other->comparison, base->measures.target[index].fact->name);
    if (!find_medians(base, index, other, common, d))
        return false;
    d->se = d->low = d->high = (double)NAN;
    double size = relative ? fabs(d->base) : 1, low = 0, high = 0;
    if (common && d->n > 0 && size > 0 &&
        comparison_median_interval(&other->comparison, common, relative, d->mean / size, &low, &high)) {
        d->low = low * size;
        d->high = high * size;
    }
    return true;
}

/* Of means if they are asked for. Both NaN: not both have it. */
static struct difference difference_of(const struct outcome *base, size_t index, const struct contender *other,
                                       bool is_mean, bool relative)
{
    const struct fact_target *target = &base->measures.target[index];
    struct difference d = {.base = NAN, .other = NAN, .mean = NAN, .low = NAN, .high = NAN};
    if (!is_mean || facts_are_pooled(target))
        find_median_difference(base, index, other, relative, &d);
    else if (find_common(&other->comparison, target->fact->name))
        d = comparison_cell(&other->comparison, find_common(&other->comparison, target->fact->name), 0);
    return d;
}

static double middle_of(const struct band *band, bool is_mean)
{
    return band->n < 1 ? (double)NAN : is_mean ? band->mean : band->p50;
}

/* ---- The sentence ---- */

static const struct outcome *outcome_of(const struct outcome *outcome, const struct contest *contest,
                                        const struct finding_part *part)
{
    const struct contender *other = part->variant ? find_contender(contest, part->variant) : NULL;
    return other ? other->outcome : part->variant ? NULL : outcome;
}

static bool can_be_said(const struct outcome *outcome, const struct contest *contest)
{
    const struct finding *finding = &scenario_shown(outcome->scenario)->finding;
    for (size_t i = 0; i < finding->count; i++) {
        const struct outcome *of = outcome_of(outcome, contest, &finding->part[i]);
        if (!of || (finding->part[i].kind == FINDING_DECISION && !of->decision))
            return false;
    }
    return finding->count > 0;
}

/* Whether the study's own sentence speaks of its decision: else the decision speaks for itself. */
static bool quotes_decision(const struct outcome *outcome, const struct contest *contest)
{
    const struct finding *finding = &scenario_shown(outcome->scenario)->finding;
    size_t i = 0;
    while (i < finding->count && finding->part[i].kind != FINDING_DECISION)
        i++;
    return i < finding->count && finding->is_own && can_be_said(outcome, contest);
}

/* What fewer than half of the worlds have is no number of the study. */
static const char *of_worlds(const struct outcome *outcome, const struct fact_target *target, double n,
                             const char *text, struct arena *arena)
{
    double ran = outcome->ensemble.done - outcome->ensemble.failed, percent = 100;
    if (facts_are_pooled(target) || n <= 0 || 2 * n >= ran)
        return text;
    return arena_printf(arena, "%s (in %.0f %% of the worlds, others have none)", text, percent * n / ran);
}

static const char *number_of(const struct outcome *outcome, const struct contest *contest,
                             const struct finding_part *part, struct arena *arena)
{
    size_t index = 0;
    if (part->kind == FINDING_DECISION) {
        const char *quoted = decision_quote(outcome_of(outcome, contest, part)->decision, part->measure, arena);
        return quoted ? quoted : quantity_in_words((double)NAN, "", arena);
    }
    if (part->kind == FINDING_DRIVERS)
        return evidence_drivers(outcome->evidence, part->measure, arena);
    const struct fact_target *target = find_target(outcome, part->measure, &index);
    if (!target)
        return quantity_in_words((double)NAN, "", arena);
    struct display of = display_of_target(outcome, target, arena);
    if (!part->variant)
        return of_worlds(outcome, target, outcome->ensemble.derived[index].n,
                         level(middle_of(&outcome->ensemble.derived[index], part->is_mean), of, arena), arena);
    struct difference d = difference_of(outcome, index, find_contender(contest, part->variant), part->is_mean,
                                        part->kind == FINDING_CHANGE);
    if (part->kind == FINDING_NUMBER)
        return of_worlds(outcome, target, d.n, level(d.other, of, arena), arena);
    struct change change = part->kind == FINDING_DIFFERENCE ? absolute_change(d, of, arena) : relative_change(d);
    change.less = part->less ? part->less : change.less;
    change.more = part->more ? part->more : change.more;
    return change_text(&change, arena);
}

static const char *one_line(const char *text, struct arena *arena)
{
    char *copy = arena_text(arena, text), *to = copy;
    for (const char *from = copy; *from; from++) {
        bool blank = *from == ' ' || *from == '\n' || *from == '\t';
        if (!blank)
            *to++ = *from;
        else if (to > copy && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > copy && to[-1] == ' ')
        to--;
    *to = '\0';
    return copy;
}

static const char *sentence(const struct outcome *outcome, const struct contest *contest, struct arena *arena)
{
    const struct finding *finding = &scenario_shown(outcome->scenario)->finding;
    const char *text = "";
    for (size_t i = 0; i < finding->count; i++) {
        const struct finding_part *part = &finding->part[i];
        text = arena_printf(arena, "%s%s%s", text, part->before,
                            part->kind == FINDING_TEXT ? "" : number_of(outcome, contest, part, arena));
    }
    return one_line(text, arena);
}

struct named {
    const char *name;
    bool is_mean;
};

/* The measures that the finding speaks of, each once, else the scenario's own. */
static size_t named_measures(const struct outcome *outcome, struct named named[MOST_NAMED])
{
    const struct finding *finding = &scenario_shown(outcome->scenario)->finding;
    size_t count = 0;
    for (size_t i = 0; i < finding->count && count < MOST_NAMED; i++) {
        size_t k = 0;
        while (k < count && finding->part[i].measure && strcmp(named[k].name, finding->part[i].measure) != 0)
            k++;
        bool is_number = finding->part[i].kind != FINDING_DECISION && finding->part[i].kind != FINDING_DRIVERS;
        if (finding->part[i].measure && is_number && k == count)
            named[count++] = (struct named){finding->part[i].measure, finding->part[i].is_mean};
    }
    for (size_t i = outcome->facts.count; !finding->count && i < outcome->measures.count && count < MOST_NAMED; i++)
        named[count++] = (struct named){outcome->measures.target[i].fact->name, false};
    return count;
}

/* `rent of a server, mid 2025: 42,300 CNY a month (33,500 to 85,700)`, one after the other. */
static const char *list_of_numbers(const struct outcome *outcome, struct arena *arena)
{
    struct named named[MOST_NAMED];
    const char *text = NULL;
    size_t count = named_measures(outcome, named);
    for (size_t i = 0; i < count; i++) {
        size_t index = 0;
        const struct fact_target *target = find_target(outcome, named[i].name, &index);
        const struct band *band = target ? &outcome->ensemble.derived[index] : NULL;
        if (!band || band->n < 1)
            continue;
        struct display of = display_of_target(outcome, target, arena);
        text =
            arena_printf(arena, "%s%s%s: %s", text ? arena_printf(arena, "%s; ", text) : "", target->fact->label,
                         named[i].is_mean ? " in the mean" : "", level(middle_of(band, named[i].is_mean), of, arena));
        if (band->n > 1 && band->p95 > band->p05)
            text = arena_printf(arena, "%s (nine in ten: %s to %s)", text, end_of(band->p05, of, arena),
                                level(band->p95, of, arena));
    }
    return text ? arena_printf(arena, "In the median, %s.", text) : NULL;
}

const char *finding_text(const struct outcome *outcome, const struct contest *contest, struct arena *arena)
{
    if (can_be_said(outcome, contest))
        return sentence(outcome, contest, arena);
    return list_of_numbers(outcome, arena);
}

const char *finding_of_run(const struct outcome *outcome, const struct contest *contest, struct arena *arena)
{
    bool speaks = outcome->decision && !quotes_decision(outcome, contest);
    const char *decided = speaks ? decision_finding(outcome->decision, arena) : NULL;
    const char *said = decided ? NULL : finding_text(outcome, contest, arena);
    return decided ? decided : said;
}

/* ---- Differences ---- */

/* How a difference from such a base is said. */
static bool is_relative(struct display of, double base)
{
    return !is_date(of) && !of.is_percent && base != 0;
}

static void add_row(struct finding_table *table, const struct contender *other, const char *what, struct difference d,
                    struct display of, struct arena *arena)
{
    struct change change = is_relative(of, d.base) ? relative_change(d) : absolute_change(d, of, arena);
    table->row[table->count++] = (struct finding_row){.what = what,
                                                      .variant = other->label,
                                                      .base = level(d.base, of, arena),
                                                      .other = level(d.other, of, arena),
                                                      .change = change_text(&change, arena)};
}

static void add_measure(struct finding_table *table, const struct contest *contest, struct named named,
                        struct arena *arena)
{
    size_t index = 0;
    const struct fact_target *target = find_target(contest->base, named.name, &index);
    if (!target)
        return;
    struct display of = display_of_target(contest->base, target, arena);
    const char *what =
        named.is_mean ? arena_printf(arena, "%s, in the mean", target->fact->label) : target->fact->label;
    for (size_t o = 0; o < contest->count; o++) {
        struct difference d =
            difference_of(contest->base, index, &contest->other[o], named.is_mean, !is_date(of) && !of.is_percent);
        if (d.n > 0)
            add_row(table, &contest->other[o], what, d, of, arena);
    }
}

static struct difference scalar_difference(const struct comparison *c, const char *name)
{
    for (size_t i = 0; i < c->common_count; i++)
        if (c->common[i].kind == COMMON_SCALAR && strcmp(c->common[i].name, name) == 0)
            return comparison_cell(c, &c->common[i], 0);
    return (struct difference){.base = NAN, .other = NAN, .mean = NAN, .low = NAN, .high = NAN};
}

/* What an alternative costs in each variant, in the currency of its decision. */
static void add_alternative(struct finding_table *table, const struct contest *contest, size_t i, struct arena *arena)
{
    const char *name = scenario_row_name(contest->base->scenario, PLANNER_TABLE, i);
    const char *cost = arena_printf(arena, "%s.cost", name), *label = arena_printf(arena, "%s.label", name);
    const char *words = decision_quote(contest->base->decision, label, arena);
    for (size_t o = 0; o < contest->count && words; o++) {
        const struct contender *other = &contest->other[o];
        const char *quoted = other->outcome->decision ? decision_quote(other->outcome->decision, cost, arena) : NULL;
        struct difference d = scalar_difference(&other->comparison, arena_printf(arena, "plan.cost.%s", name));
        struct change change = relative_change(d);
        if (quoted)
            table->row[table->count++] =
                (struct finding_row){.what = arena_printf(arena, "%s, present cost in the mean", words),
                                     .variant = other->label,
                                     .base = decision_quote(contest->base->decision, cost, arena),
                                     .other = quoted,
                                     .change = isfinite(d.mean) ? change_text(&change, arena) : ""};
    }
}

/* A headline output at the last of its dates. */
static void add_output(struct finding_table *table, const struct contest *contest, size_t series, size_t sample,
                       struct arena *arena)
{
    const struct plan *plan = contest->base->plan;
    const struct channel *channel = &plan->series[series];
    char date[DATE_TEXT_BYTES];
    const char *what =
        arena_printf(arena, "%s, %s, in the mean", channel->name, date_text(plan->sample_at[sample], date));
    struct display of = display_of(contest->base, channel->output, plan->sample_at[sample], arena);
    for (size_t o = 0; o < contest->count; o++) {
        struct difference d;
        if (contest_difference(&contest->other[o], channel->name, plan->sample_at[sample], &d) && d.n > 0)
            add_row(table, &contest->other[o], what, d, of, arena);
    }
}

struct finding_table finding_differences(const struct contest *contest, struct arena *arena)
{
    struct named named[MOST_NAMED];
    size_t count = named_measures(contest->base, named), series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t alternatives = contest->base->decision ? scenario_row_count(contest->base->scenario, PLANNER_TABLE) : 0;
    struct finding_table table = {
        .row = arena_array(arena, (MOST_NAMED + MOST_PLAIN + alternatives) * contest->count + 1, sizeof *table.row)};
    for (size_t i = 0; i < alternatives; i++)
        add_alternative(&table, contest, i, arena);
    for (size_t i = 0; i < count; i++)
        add_measure(&table, contest, named[i], arena);
    size_t shown = outcome_headline_series(contest->base, series),
           samples = outcome_headline_samples(contest->base, sample);
    for (size_t i = 0; table.count == 0 && samples && i < shown && i < MOST_PLAIN; i++)
        add_output(&table, contest, series[i], sample[samples - 1], arena);
    return table;
}

void finding_differences_print(const struct contest *contest, FILE *to)
{
    struct arena arena = {0};
    struct finding_table table = finding_differences(contest, &arena);
    struct listing listing = {.columns = 3};
    for (size_t i = 0; i < table.count; i++) {
        const struct finding_row *row = &table.row[i];
        if (i == 0 || strcmp(row->what, table.row[i - 1].what) != 0) {
            if (i) {
                listing_print(&listing, to, false);
                listing_free(&listing);
                listing = (struct listing){.columns = 3};
            }
            print_wrapped(to, row->what, 0, WORDS_COLUMNS);
            listing_add(&listing, "  %s", text_cut(&arena, contest->label, LABEL_COLUMNS));
            listing_add(&listing, "%s", row->base);
            listing_add(&listing, "%s", "");
        }
        listing_add(&listing, "  %s", text_cut(&arena, row->variant, LABEL_COLUMNS));
        listing_add(&listing, "%s", row->other);
        listing_add(&listing, "%s", row->change);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
    if (table.count)
        fprintf(to,
                "Medians of %" PRIu32
                " replications on common random numbers, where nothing else is said; in parentheses 95 %% intervals.\n",
                contest->base->ensemble.done);
    arena_free(&arena);
}

struct report_table finding_report(const struct contest *contest, struct arena *arena)
{
    static const char *const columns[] = {"what", "in the variant", "|base", "|variant", "difference, 95 % interval"};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    struct finding_table table = finding_differences(contest, arena);
    const char **cell = arena_array(arena, table.count * COLUMNS + 1, sizeof *cell);
    for (size_t i = 0; i < table.count; i++) {
        const struct finding_row *row = &table.row[i];
        const char *const cells[COLUMNS] = {row->what, row->variant, row->base, row->other, row->change};
        memcpy(&cell[i * COLUMNS], cells, sizeof cells);
    }
    return (struct report_table){.title = "Differences",
                                 .note = arena_printf(arena,
                                                      "Medians of %" PRIu32
                                                      " replications, where nothing else is said; each met the same "
                                                      "luck in both; the base: %s.",
                                                      contest->base->ensemble.done, contest->label),
                                 .columns = columns,
                                 .column_count = COLUMNS,
                                 .row_count = table.count,
                                 .cells = cell};
}

/* ---- What was changed ---- */

static const char *joined(const char *text, const char *more, struct arena *arena)
{
    return text ? arena_printf(arena, "%s; %s", text, more) : more;
}

const char *finding_changes(const struct outcome *outcome, struct replicated replicated, const struct options *options,
                            struct arena *arena)
{
    uint64_t seed = study_settings(outcome->scenario).seed;
    const char *text = outcome->variant ? arena_printf(arena, "variant \"%s\"", outcome_variant_label(outcome)) : NULL;
    for (size_t i = 0; i < options->override_count; i++)
        text = joined(text, arena_printf(arena, "--set %s", options->override[i].argument), arena);
    for (size_t i = 0; i < options->vary_count; i++)
        text = joined(text, arena_printf(arena, "--vary %s", options->vary[i].argument), arena);
    if (replicated.times != replicated.written)
        text = joined(text,
                      arena_printf(arena, "%" PRIu64 " replication%s instead of %" PRIu64, replicated.times,
                                   replicated.times == 1 ? "" : "s", replicated.written),
                      arena);
    if (outcome->seed != seed)
        text = joined(text, arena_printf(arena, "seed %" PRIu64 " instead of %" PRIu64, outcome->seed, seed), arena);
    return text;
}

const char *finding_changes_of_run(const struct outcome *outcome, const struct options *options, struct arena *arena)
{
    const struct replicated replicated = {outcome->ensemble.done, study_settings(outcome->scenario).replications};
    return finding_changes(outcome, replicated, options, arena);
}

/* ---- On the terminal ---- */

void print_wrapped(FILE *to, const char *text, size_t indent, size_t columns)
{
    struct arena arena = {0};
    size_t used = 0;
    for (const char *at = one_line(text, &arena); *at;) {
        size_t length = strcspn(at, " ");
        const char *word = arena_printf(&arena, "%.*s", (int)length, at);
        size_t width = text_columns(word);
        if (used && used + 1 + width > columns) {
            putc('\n', to);
            used = 0;
        }
        if (used)
            putc(' ', to);
        else
            fprintf(to, "%*s", (int)indent, "");
        fputs(word, to);
        used += (used ? 1 : indent) + width;
        at += length;
        at += *at == ' ';
    }
    putc('\n', to);
    arena_free(&arena);
}

void finding_print(const struct outcome *outcome, const struct contest *contest, const struct options *options,
                   FILE *to)
{
    struct arena arena = {0};
    const char *title = scenario_title(outcome->scenario), *question = scenario_question(outcome->scenario);
    const char *finding = finding_of_run(outcome, contest, &arena),
               *changes = finding_changes_of_run(outcome, options, &arena),
               *withheld = identity_answer_withheld(outcome, outcome->ensemble.done, &arena);
    if (title)
        print_wrapped(to, title, 0, WORDS_COLUMNS);
    if (question)
        print_wrapped(to, question, 2, WORDS_COLUMNS);
    if (changes)
        print_wrapped(to, arena_printf(&arena, "Changed from the study as written: %s.", changes), 0, WORDS_COLUMNS);
    if (finding)
        print_wrapped(to, arena_printf(&arena, "Found: %s", finding), 0, WORDS_COLUMNS);
    if (withheld)
        print_wrapped(to, withheld, 0, WORDS_COLUMNS);
    if (contest && contest->count) {
        putc('\n', to);
        finding_differences_print(contest, to);
    }
    arena_free(&arena);
}
