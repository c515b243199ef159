/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says on the terminal: headline series at a few dates, scalars, facts against bands. */
#include "decision.h"
#include "outcome.h"

#include "sim/base/dates.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

#include <math.h>
#include <string.h>

static void add_band(struct listing *listing, const struct band *band, const char *unit)
{
    char p05[SHORT_NUMBER_BYTES], p50[SHORT_NUMBER_BYTES], p95[SHORT_NUMBER_BYTES];
    if (band->n < 1)
        listing_add(listing, "-");
    else if (isnan(band->p05)) /* pooled: of all replications together */
        listing_add(listing, "%s", short_quantity(band->p50, unit, p50));
    else
        listing_add(listing, "%s [%s, %s]", short_quantity(band->p50, unit, p50), short_quantity(band->p05, unit, p05),
                    short_quantity(band->p95, unit, p95));
}

/* `months 12: 0.63 [0.6, 0.7]`; nothing where the curve has fewer points. */
static void add_point(struct listing *listing, const struct outcome *outcome, const struct channel *curve,
                      const size_t *point)
{
    const struct axis *x = &curve->output->x;
    if (!point) {
        listing_add(listing, "%s", "");
        return;
    }
    const struct band *band = &outcome->ensemble.point[curve->first_point + *point];
    const char *unit = curve->output->unit;
    char at[SHORT_NUMBER_BYTES], p05[SHORT_NUMBER_BYTES], p50[SHORT_NUMBER_BYTES], p95[SHORT_NUMBER_BYTES];
    short_number(x->from + x->step * (double)*point, at);
    if (band->n < 1)
        listing_add(listing, "%s %s: -", x->name, at);
    else
        listing_add(listing, "%s %s: %s [%s, %s]", x->name, at, short_quantity(band->p50, unit, p50),
                    short_quantity(band->p05, unit, p05), short_quantity(band->p95, unit, p95));
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
        const char *unit = plan->series[series[i]].output->unit;
        listing_add(&listing, "%s", plan->series[series[i]].name);
        listing_add(&listing, "%s", unit);
        for (size_t s = 0; s < samples; s++)
            add_band(&listing, &outcome->ensemble.series[series[i] * plan->sample_count + sample[s]], unit);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
}

/* On the terminal only scalars of the whole world: those one a row of a table are in scalars.dat. */
static bool scalar_is_shown(const struct outcome *outcome, size_t i)
{
    return outcome->ensemble.scalar[i].n > 0 && outcome->plan->scalar[i].row < 0;
}

static void print_scalars(const struct outcome *outcome, FILE *to)
{
    const struct plan *plan = outcome->plan;
    size_t shown = 0;
    for (size_t i = 0; i < plan->scalar_count; i++)
        shown += scalar_is_shown(outcome, i);
    if (!shown)
        return;
    putc('\n', to);
    struct listing listing = {.columns = 4};
    listing_add(&listing, "scalar");
    listing_add(&listing, "unit");
    listing_add(&listing, "median [p05, p95]");
    listing_add(&listing, "in replications");
    for (size_t i = 0; i < plan->scalar_count; i++) {
        const struct band *band = &outcome->ensemble.scalar[i];
        if (!scalar_is_shown(outcome, i))
            continue;
        listing_add(&listing, "%s", plan->scalar[i].name);
        listing_add(&listing, "%s", plan->scalar[i].output->unit);
        add_band(&listing, band, plan->scalar[i].output->unit);
        listing_add(&listing, "%.0f", band->n);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
}

static void print_curves(const struct outcome *outcome, FILE *to)
{
    const struct plan *plan = outcome->plan;
    if (!plan->curve_count)
        return;
    putc('\n', to);
    struct listing listing = {.columns = 2 + HEADLINE_SAMPLES};
    const char *const header[] = {"curve", "unit", "median [p05, p95] at"};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", i < sizeof header / sizeof *header ? header[i] : "");
    for (size_t i = 0; i < plan->curve_count; i++) {
        const struct output *output = plan->curve[i].output;
        size_t point[HEADLINE_SAMPLES], points = outcome_headline_points(&output->x, point);
        listing_add(&listing, "%s", plan->curve[i].name);
        listing_add(&listing, "%s", output->unit);
        for (size_t k = 0; k < HEADLINE_SAMPLES; k++)
            add_point(&listing, outcome, &plan->curve[i], k < points ? &point[k] : NULL);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
}

static void add_observed(struct listing *listing, const struct fact *fact, const char *unit)
{
    char value[SHORT_NUMBER_BYTES], low[SHORT_NUMBER_BYTES], high[SHORT_NUMBER_BYTES];
    if (isnan(fact->value))
        listing_add(listing, "%s to %s", short_quantity(fact->low, unit, low), short_quantity(fact->high, unit, high));
    else
        listing_add(listing, "%s", short_quantity(fact->value, unit, value));
}

static void print_facts(const struct outcome *outcome, FILE *to)
{
    if (!outcome->facts.count)
        return;
    putc('\n', to);
    struct listing listing = {.columns = 5};
    const char *const header[] = {"fact", "output", "observed", "median [p05, p95]", "band holds it"};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact_target *target = &outcome->facts.target[i];
        const struct band *band = &outcome->ensemble.derived[i];
        const char *unit = target->channel && isnan(target->fact->relative_to) ? target->channel->output->unit : "";
        listing_add(&listing, "%s", target->fact->name);
        listing_add(&listing, "%s", target->fact->output);
        add_observed(&listing, target->fact, unit);
        add_band(&listing, band, unit);
        const char *standing = fact_standing_text(outcome_fact_standing(outcome, i));
        listing_add(&listing, "%s%s%s",
                    band->n < 1                               ? "-"
                    : outcome_fact_inside(target->fact, band) ? "yes"
                                                              : "no",
                    *standing ? ", " : "", standing);
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
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
        listing_add(&listing, "%s", facts_unit(target));
        add_band(&listing, &outcome->ensemble.derived[i], facts_unit(target));
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
    fprintf(to, "%s%s%s: %u replications, seed %llu\n\n", scenario_name(outcome->scenario),
            outcome->variant ? ", variant " : "", outcome->variant ? outcome->variant : "", outcome->ensemble.done,
            (unsigned long long)outcome->seed);
    print_series(outcome, to);
    print_scalars(outcome, to);
    print_curves(outcome, to);
    print_facts(outcome, to);
    print_measures(outcome, to);
    if (outcome->decision)
        decision_print(outcome->decision, to);
}
