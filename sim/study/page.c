/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What report.html shows of a run. */
#include "outcome.h"

#include "decision.h"
#include "display.h"
#include "evidence.h"
#include "finding.h"
#include "identity.h"
#include "shares.h"
#include "sim/command/command.h"
#include "worlds.h"

#include "sim/base/dates.h"
#include "sim/base/say.h"
#include "sim/output/plots.h"
#include "sim/output/report.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { MONTH_TEXT_BYTES = sizeof "YYYY-MM" - 1 };

struct page {
    const struct outcome *outcome;
    const struct options *options;
    struct report report;
    struct arena arena;
};

static bool is_date(const char *unit)
{
    return strcmp(unit, "date") == 0;
}

static const char *day(struct page *page, double year)
{
    char text[DATE_TEXT_BYTES];
    return arena_text(&page->arena, date_text(year, text));
}

static const char *month(struct page *page, double year)
{
    return arena_printf(&page->arena, "%.*s", (int)MONTH_TEXT_BYTES, day(page, year));
}

/* Nothing that depends on where or with how many threads it ran. */
static void add_command(struct page *page)
{
    const struct outcome *outcome = page->outcome;
    const char *which = page->options->replication_given ? "--replication" : "-n";
    uint32_t number = page->options->replication_given ? outcome->first : outcome->ensemble.done;
    const char *text = arena_printf(&page->arena, "iccsim run %s %s %" PRIu32 " -s %" PRIu64 "%s%s",
                                    page->options->argument[0], which, number, outcome->seed,
                                    outcome->antithetic ? " --antithetic" : "", outcome->intervals ? " --ci" : "");
    if (outcome->variant)
        text = arena_printf(&page->arena, "%s --variant %s", text, outcome->variant);
    for (size_t i = 0; i < page->options->override_count; i++)
        text = arena_printf(&page->arena, "%s --set '%s'", text, page->options->override[i].argument);
    page->report.command = text;
}

static void add_differences(struct page *page)
{
    const struct contest *contest = page->outcome->contest;
    struct report_link *link = arena_array(&page->arena, contest->count, sizeof *link);
    for (size_t i = 0; i < contest->count; i++)
        link[i] = (struct report_link){.text = contest->other[i].label,
                                       .to = arena_printf(&page->arena, "%s/report.html", contest->other[i].name)};
    page->report.differences = finding_report(contest, &page->arena);
    page->report.links = link;
    page->report.link_count = contest->count;
}

static void add_inputs(struct page *page)
{
    const struct outcome *outcome = page->outcome;
    struct report_input *to = arena_array(&page->arena, outcome->input_count, sizeof *to);
    for (size_t i = 0; i < outcome->input_count; i++)
        to[i] = (struct report_input){.file = outcome->input[i].path, .sha256 = outcome->input[i].sha256};
    page->report.inputs = to;
    page->report.input_count = outcome->input_count;
}

static void add_notes(struct page *page)
{
    const struct ensemble *ensemble = &page->outcome->ensemble;
    const char **note = arena_array(&page->arena, 2 + ensemble->failure_count, sizeof *note);
    const char *withheld = identity_answer_withheld(page->outcome, ensemble->done, &page->arena);
    size_t count = 0;
    if (withheld && !page->outcome->variant)
        note[count++] = withheld;
    if (ensemble->failed)
        note[count++] =
            arena_printf(&page->arena, "%" PRIu32 " of %" PRIu32 " replications failed and are left out of the bands.",
                         ensemble->failed, ensemble->done);
    for (size_t i = 0; i < ensemble->failure_count; i++)
        note[count++] = arena_printf(&page->arena, "Replication %" PRIu32 ": %s", ensemble->failure[i].replication,
                                     ensemble->failure[i].reason);
    page->report.notes = note;
    page->report.note_count = count;
}

/* The pictures in the order of the story; what is not named comes after, by name. */
static size_t rank_of_story(const char *name)
{
    static const char *const order[] = {"decision",      "tornado",     "compare", "attribution", "decision-frontier",
                                        "decision-paid", "rents",       "prices",  "gray",        "capacity",
                                        "domestic",      "funnel",      "leases",  "survival",    "survival-compared",
                                        "approvals",     "utilisation", "demand",  "margins",     "books"};
    size_t at = 0;
    while (at < sizeof order / sizeof *order && strcmp(order[at], name) != 0)
        at++;
    return at;
}

/* The picture of a decision is the first, where there is one, and then that of the key output; of a study that chose, only
 * those chosen follow, in its order. False: not this one. */
static bool rank(const struct shown *shown, const char *name, size_t *at)
{
    enum { DECISION, KEY, OTHERS };
    *at = strcmp(name, "decision") == 0 ? DECISION : KEY;
    if (*at == DECISION || strcmp(name, "key") == 0)
        return true;
    *at = 0;
    while (*at < shown->picture_count && strcmp(shown->picture[*at], name) != 0)
        ++*at;
    bool chosen = *at < shown->picture_count;
    *at = OTHERS + (shown->picture_count ? *at : rank_of_story(name));
    return chosen || !shown->picture_count;
}

/* What the key picture holds depends on the run. */
static const char *caption_of(const struct page *page, const struct picture *picture)
{
    if (strcmp(picture->name, "key") != 0 || contest_moves_key(page->outcome))
        return picture->caption;
    return worlds_count(page->outcome->worlds)
               ? "Median and bands of all replications; thin lines are three single worlds, none of which runs along "
                 "the median."
               : "Median and bands of all replications.";
}

/* The key picture is about what the study says it is about. */
static const char *title_of(struct page *page, const struct picture *picture)
{
    const char *words = scenario_shown(page->outcome->scenario)->words;
    if (strcmp(picture->name, "key") != 0 || !words || !*words)
        return picture->title;
    return arena_printf(&page->arena, "%c%s", toupper((unsigned char)*words), words + 1);
}

static void add_pictures(struct page *page, const char *scripts)
{
    const struct shown *shown = scenario_shown(page->outcome->scenario);
    const struct picture *from = NULL;
    size_t count = scripts ? pictures_list(scripts, &page->arena, &from, say_stream()) : 0, taken = 0;
    struct report_picture *to = arena_array(&page->arena, count, sizeof *to);
    size_t *ranks = arena_array(&page->arena, count, sizeof *ranks);
    for (size_t i = 0; i < count; i++) { /* insertion keeps equals in order */
        size_t at = taken, mine;
        if (!rank(shown, from[i].name, &mine))
            continue;
        for (; at > 0 && ranks[at - 1] > mine; at--) {
            to[at] = to[at - 1];
            ranks[at] = ranks[at - 1];
        }
        ranks[at] = mine;
        to[at] = (struct report_picture){.file = arena_printf(&page->arena, "plots/%s.svg", from[i].name),
                                         .title = title_of(page, &from[i]),
                                         .caption = caption_of(page, &from[i])};
        taken++;
    }
    page->report.pictures = to;
    page->report.picture_count = taken;
}

/* `year`: NaN for what has no date. */
static struct report_number number_of(struct page *page, const struct channel *channel, const struct band *band,
                                      double year, const char *when)
{
    struct display of = display_of(page->outcome, channel->output, year, &page->arena);
    return (struct report_number){
        .label = channel->name,
        .unit = is_date(of.unit) ? "" : of.unit,
        .when = when,
        .is_date = is_date(of.unit),
        .p05 = of.factor * band->p05,
        .p50 = of.factor * band->p50,
        .p95 = of.factor * band->p95,
    };
}

/* Where nothing was measured in any replication there is nothing to show. */
static size_t add_points(struct page *page, const struct channel *curve, struct report_number *number)
{
    const struct axis *x = &curve->output->x;
    size_t point[HEADLINE_SAMPLES], points = outcome_headline_points(x, point), count = 0;
    for (size_t k = 0; k < points; k++) {
        const struct band *band = &page->outcome->ensemble.point[curve->first_point + point[k]];
        if (band->n > 0)
            number[count++] =
                number_of(page, curve, band, (double)NAN,
                          arena_printf(&page->arena, "%s %.10g", x->name, x->from + x->step * (double)point[k]));
    }
    return count;
}

/* The headline series at the headline dates, the scalars that are not one a row of a table, curves at a few points. */
static void add_numbers(struct page *page)
{
    const struct outcome *outcome = page->outcome;
    const struct plan *plan = outcome->plan;
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(outcome, series), samples = outcome_headline_samples(outcome, sample);
    size_t room = series_count * samples + plan->scalar_count + plan->curve_count * HEADLINE_SAMPLES;
    struct report_number *number = arena_array(&page->arena, room, sizeof *number);
    size_t count = 0;
    for (size_t i = 0; i < series_count; i++)
        for (size_t s = 0; s < samples; s++)
            number[count++] = number_of(page, &plan->series[series[i]],
                                        &outcome->ensemble.series[series[i] * plan->sample_count + sample[s]],
                                        plan->sample_at[sample[s]], day(page, plan->sample_at[sample[s]]));
    for (size_t i = 0; i < plan->scalar_count; i++)
        if (plan->scalar[i].row < 0 && outcome->ensemble.scalar[i].n > 0)
            number[count++] = number_of(page, &plan->scalar[i], &outcome->ensemble.scalar[i], (double)NAN, NULL);
    for (size_t i = 0; i < plan->curve_count; i++)
        count += add_points(page, &plan->curve[i], &number[count]);
    page->report.numbers = number;
    page->report.number_count = count;
}

static const char *when_of(struct page *page, const struct fact *fact)
{
    if (isnan(fact->from))
        return NULL;
    const char *when = month(page, fact->from);
    if (fact->to > fact->from)
        when = arena_printf(&page->arena, "%s to %s", when, month(page, fact->to));
    if (!isnan(fact->relative_to))
        when = arena_printf(&page->arena, "%s over %s", when, month(page, fact->relative_to));
    return when;
}

static enum report_verdict verdict_of(const struct outcome *outcome, size_t i)
{
    const struct fact_target *target = &outcome->facts.target[i];
    const struct band *band = &outcome->ensemble.derived[i];
    if (band->n < 1)
        return REPORT_NOT_SHOWN;
    switch (outcome_fact_standing(outcome, i)) {
    case FACT_STATED:
        return REPORT_STATED;
    case FACT_ON_BOUND:
        return REPORT_ON_BOUND;
    case FACT_NO_FORECAST:
        return REPORT_NO_FORECAST;
    case FACT_EVIDENCE:
        break;
    }
    return outcome_fact_inside(target->fact, band) ? REPORT_INSIDE : REPORT_OUTSIDE;
}

/* What was counted, by whom, and which way it bounds the output; NULL if the source counted just that. */
static const char *counted(struct page *page, const struct fact *fact)
{
    const char *bound = fact->kind == FACT_LOWER ? "at least" : fact->kind == FACT_UPPER ? "at most" : NULL;
    const char *const part[] = {bound, fact->counts, fact->counted_by ? "by" : NULL, fact->counted_by};
    const char *text = NULL;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i])
            text = text ? arena_printf(&page->arena, "%s %s", text, part[i]) : part[i];
    return text;
}

static void add_facts(struct page *page)
{
    const struct outcome *outcome = page->outcome;
    struct report_fact *to = arena_array(&page->arena, outcome->facts.count, sizeof *to);
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact_target *target = &outcome->facts.target[i];
        const struct fact *fact = target->fact;
        const struct band *band = &outcome->ensemble.derived[i];
        struct display of = display_of_target(outcome, target, &page->arena);
        to[i] = (struct report_fact){
            .name = fact->name,
            .output = fact->output,
            .unit = is_date(of.unit) ? "" : of.unit,
            .when = when_of(page, fact),
            .counted = counted(page, fact),
            .source = fact->source,
            .confidence = fact->confidence,
            .is_date = is_date(of.unit),
            .value = of.factor * fact->value,
            .low = of.factor * fact->low,
            .high = of.factor * fact->high,
            .p05 = of.factor * band->p05,
            .p50 = of.factor * band->p50,
            .p95 = of.factor * band->p95,
            .verdict = verdict_of(outcome, i),
        };
    }
    page->report.facts = to;
    page->report.fact_count = outcome->facts.count;
}

static struct report_assumption assumption_of(struct page *page, const struct assumption *from)
{
    size_t section = strcspn(from->path, ".");
    return (struct report_assumption){
        .section = arena_printf(&page->arena, "%.*s", (int)section, from->path),
        .name = from->path[section] ? from->path + section + 1 : from->path,
        .value = from->text,
        .source = from->source,
        .date = from->as_of,
        .confidence = from->confidence,
    };
}

/* What was given, and of a planner what was not. */
static void add_assumptions(struct page *page)
{
    const struct scenario *scenario = page->outcome->scenario;
    size_t given = scenario_assumption_count(scenario);
    size_t defaults = page->outcome->decision ? scenario_defaults(scenario, "planner", NULL) : 0;
    struct assumption *fallback = arena_array(&page->arena, defaults, sizeof *fallback);
    struct report_assumption *to = arena_array(&page->arena, given + defaults, sizeof *to);
    if (defaults)
        scenario_defaults(scenario, "planner", fallback);
    for (size_t i = 0; i < given + defaults; i++) {
        struct assumption from = i < given ? scenario_assumption(scenario, i) : fallback[i - given];
        to[i] = assumption_of(page, &from);
    }
    page->report.assumptions = to;
    page->report.assumption_count = given + defaults;
}

static void write_page(const struct report *report, struct stage *stage, const char *folder)
{
    int inside = stage_folder(stage, folder);
    FILE *to = stage_file(stage, "%sreport.html", folder);
    if (!report_write(to, inside, report))
        stage_fail(stage, "cannot write report.html in", stage->folder);
    stage_close_file(stage, to);
    if (inside >= 0)
        close(inside);
}

void outcome_write_report(const struct outcome *outcome, const struct options *options, struct stage *stage,
                          const char *folder, const char *scripts)
{
    struct page page = {.outcome = outcome, .options = options};
    page.report = (struct report){
        .title = scenario_title(outcome->scenario),
        .question = scenario_question(outcome->scenario),
        .finding = finding_of_run(outcome, outcome->contest, &page.arena),
        .changes = finding_changes_of_run(outcome, options, &page.arena),
        .version = arena_printf(&page.arena, ICCSIM_VERSION ", commit %s", outcome->study->commit),
        .seed = outcome->seed,
        .replications = outcome->ensemble.done,
    };
    if (outcome->variant)
        page.report.title = arena_printf(&page.arena, "%s: %s", page.report.title ? page.report.title : "",
                                         outcome_variant_label(outcome));
    page.report.answer = identity_answer(outcome, outcome->ensemble.done, &page.arena);
    add_command(&page);
    if (outcome->contest)
        add_differences(&page);
    add_inputs(&page);
    add_notes(&page);
    add_pictures(&page, scripts);
    add_numbers(&page);
    if (outcome->decision)
        decision_report(outcome->decision, &page.report, &page.arena);
    if (outcome->shares)
        shares_report(outcome->shares, &page.report, &page.arena);
    if (outcome->evidence)
        evidence_report(outcome->evidence, &page.report, &page.arena);
    if (worlds_count(outcome->worlds))
        page.report.worlds = worlds_report(outcome->worlds, options->argument[0], &page.arena);
    add_facts(&page);
    add_assumptions(&page);
    write_page(&page.report, stage, folder);
    arena_free(&page.arena);
}
