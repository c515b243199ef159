/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says on the terminal: headline series at a few dates, scalars, facts against bands. */
#include "decision.h"
#include "display.h"
#include "outcome.h"

#include "sim/base/dates.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

#include <math.h>
#include <string.h>

static void add_band(struct listing *listing, const struct band *measured, struct display of)
{
    const struct band shown = display_band(measured, of), *band = &shown;
    const char *unit = of.unit;
    char p05[SHORT_NUMBER_BYTES], p50[SHORT_NUMBER_BYTES], p95[SHORT_NUMBER_BYTES];
    if (band->n < 1)
        listing_add(listing, "-");
    else if (isnan(band->p05)) /* pooled: of all replications together */
        listing_add(listing, "%s", short_quantity(band->p50, unit, p50));
    else
        listing_add(listing, "%s [%s, %s]", short_quantity(band->p50, unit, p50), short_quantity(band->p05, unit, p05),
                    short_quantity(band->p95, unit, p95));
}

/* Amounts of money shown whose level no fact tests. */
static void print_levels(const struct outcome *outcome, const size_t *series, size_t count, FILE *to)
{
    size_t untested = 0;
    for (size_t i = 0; i < count; i++) {
        const struct channel *channel = &outcome->plan->series[series[i]];
        if (outcome_level(outcome, channel) == LEVEL_UNTESTED)
            fprintf(to, "%s%s", untested++ ? ", " : "No fact tests the level of ", channel->name);
    }
    if (untested)
        fputs(": read how it changes.\n", to);
}

static void print_series(const struct outcome *outcome, FILE *to)
{
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(outcome, series), samples = outcome_headline_samples(outcome, sample);
    if (!series_count)
        return;
    const struct plan *plan = outcome->plan;
    struct listing listing = {.columns = 2 + samples};
    char date[DATE_TEXT_BYTES];
    listing_add(&listing, "median [p05, p95]");
    listing_add(&listing, "unit");
    for (size_t s = 0; s < samples; s++)
        listing_add(&listing, "%s", date_text(plan->sample_at[sample[s]], date));
    for (size_t i = 0; i < series_count; i++) {
        const struct channel *channel = &plan->series[series[i]];
        struct display of = display_of(outcome, channel->output, plan->end, &listing.arena);
        listing_add(&listing, "%s", channel->name);
        listing_add(&listing, "%s", of.unit);
        for (size_t s = 0; s < samples; s++) {
            of = display_of(outcome, channel->output, plan->sample_at[sample[s]], &listing.arena);
            add_band(&listing, &outcome->ensemble.series[series[i] * plan->sample_count + sample[s]], of);
        }
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
    print_levels(outcome, series, series_count, to);
}

/* How many of the facts that are evidence lie in their bands: the rest is for backtest. */
static void print_facts(const struct outcome *outcome, FILE *to)
{
    size_t held = 0, seen = 0;
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct band *band = &outcome->ensemble.derived[i];
        if (band->n < 1 || outcome_fact_standing(outcome, i) != FACT_EVIDENCE)
            continue;
        seen++;
        held += outcome_fact_inside(outcome->facts.target[i].fact, band);
    }
    if (seen)
        fprintf(to, "\n%zu of %zu facts that are evidence lie in their bands (iccsim backtest).\n", held, seen);
}

static void print_measures(const struct outcome *outcome, FILE *to)
{
    if (outcome->measures.count == outcome->facts.count)
        return;
    putc('\n', to);
    struct listing listing = {.columns = 3};
    const char *const header[] = {"measure", "unit", "median [p05, p95]"};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t i = outcome->facts.count; i < outcome->measures.count; i++) {
        const struct fact_target *target = &outcome->measures.target[i];
        listing_add(&listing, "%s", target->fact->name);
        struct display of = display_of_target(outcome, target, &listing.arena);
        listing_add(&listing, "%s", of.unit);
        add_band(&listing, &outcome->ensemble.derived[i], of);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
}

/* ---- as CSV ---- */

static void add_numbers(struct listing *listing, const struct band *band)
{
    const double numbers[] = {band->mean, band->se, band->p05, band->p25, band->p50, band->p75, band->p95, band->n};
    char text[NUMBER_TEXT_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        listing_add(listing, "%s", number_text(numbers[i], text));
}

static void add_line(struct listing *listing, const char *kind, const char *name, const char *unit, const char *date,
                     const struct band *band, const char *observed, const char *inside)
{
    const char *const words[] = {kind, name, unit, date};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        listing_add(listing, "%s", words[i]);
    add_numbers(listing, band);
    listing_add(listing, "%s", observed);
    listing_add(listing, "%s", inside);
}

static void add_series_lines(struct listing *listing, const struct outcome *outcome)
{
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(outcome, series), samples = outcome_headline_samples(outcome, sample);
    const struct plan *plan = outcome->plan;
    char date[DATE_TEXT_BYTES];
    for (size_t i = 0; i < series_count; i++)
        for (size_t s = 0; s < samples; s++)
            add_line(listing, "series", plan->series[series[i]].name, plan->series[series[i]].output->unit,
                     date_text(plan->sample_at[sample[s]], date),
                     &outcome->ensemble.series[series[i] * plan->sample_count + sample[s]], "", "");
}

/* All points, `lease_survival.developer@12`. */
static void add_curve_lines(struct listing *listing, const struct outcome *outcome)
{
    const struct plan *plan = outcome->plan;
    for (size_t i = 0; i < plan->curve_count; i++) {
        const struct output *output = plan->curve[i].output;
        for (size_t k = 0; k < output->x.points; k++) {
            const char *name = arena_printf(&listing->arena, "%s@%.10g", plan->curve[i].name,
                                            output->x.from + output->x.step * (double)k);
            add_line(listing, "curve", name, output->unit, "", &outcome->ensemble.point[plan->curve[i].first_point + k],
                     "", "");
        }
    }
}

static void print_csv(const struct outcome *outcome, FILE *to)
{
    static const char *const header[] = {"kind", "name", "unit", "date", "mean", "se",       "p05",
                                         "p25",  "p50",  "p75",  "p95",  "n",    "observed", "inside"};
    struct listing listing = {.columns = sizeof header / sizeof *header};
    const struct plan *plan = outcome->plan;
    char text[NUMBER_TEXT_BYTES];
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    add_series_lines(&listing, outcome);
    for (size_t i = 0; i < plan->scalar_count; i++)
        add_line(&listing, "scalar", plan->scalar[i].name, plan->scalar[i].output->unit, "",
                 &outcome->ensemble.scalar[i], "", "");
    add_curve_lines(&listing, outcome);
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact *fact = outcome->facts.target[i].fact;
        const struct band *band = &outcome->ensemble.derived[i];
        double observed = isnan(fact->value) ? (fact->low + fact->high) / 2 : fact->value;
        add_line(&listing, "fact", fact->name, fact->output, "", band, number_text(observed, text),
                 band->n < 1                       ? ""
                 : outcome_fact_inside(fact, band) ? "1"
                                                   : "0");
    }
    for (size_t i = outcome->facts.count; i < outcome->measures.count; i++) {
        const struct fact_target *target = &outcome->measures.target[i];
        add_line(&listing, "measure", target->fact->name, facts_unit(target), "", &outcome->ensemble.derived[i], "",
                 "");
    }
    listing_print(&listing, to, true);
    listing_free(&listing);
}

void outcome_print(const struct outcome *outcome, FILE *to, bool csv)
{
    if (csv) {
        print_csv(outcome, to);
        return;
    }
    print_series(outcome, to);
    print_measures(outcome, to);
    print_facts(outcome, to);
}
