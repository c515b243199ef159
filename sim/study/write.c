/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of one run, but for the manifest: nothing here depends on the folder, the time, the host or the threads. */
#include "outcome.h"

#include "decision.h"
#include "display.h"
#include "events.h"
#include "finding.h"
#include "shares.h"
#include "worlds.h"

#include "sim/base/csv.h"
#include "sim/base/dates.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LABEL_COLUMNS = 44,
    TITLE_COLUMNS = 90,
    LINE_COLUMNS = 114,
    LEAST_COLUMNS = 30
}; /* that pictures have room for */

static const char band_columns[] = "mean se p05 p25 p50 p75 p95 n flag";
static const char interval_columns[] =
    "p05_low p05_high p25_low p25_high p50_low p50_high p75_low p75_high p95_low p95_high";

static const char *percentiles(const struct outcome *outcome)
{
    return outcome->ensemble.exact
               ? "exact, type 7 of Hyndman and Fan (linear between order statistics)"
               : "from a sketch, order statistics within 0.1 % (dates: 0.1 % of the time since the start)";
}

/* `china`, or `china, variant late_ban`. */
static const char *full_name(const struct outcome *outcome, struct arena *arena)
{
    return arena_printf(arena, "%s%s%s", scenario_name(outcome->scenario), outcome->variant ? ", variant " : "",
                        outcome->variant ? outcome->variant : "");
}

static void write_program(struct dat *dat, const struct outcome *outcome)
{
    struct arena arena = {0};
    dat_remark(dat, "program", "iccsim " ICCSIM_VERSION);
    dat_remark(dat, "scenario", full_name(outcome, &arena));
    arena_free(&arena);
}

static void write_channel(struct dat *dat, const struct outcome *outcome, const struct channel *channel)
{
    enum level level = outcome_level(outcome, channel);
    dat_remark(dat, "output", channel->name);
    dat_remark(dat, "unit", channel->output->unit);
    dat_remark(dat, "help", channel->output->help ? channel->output->help : "");
    if (level != LEVEL_NONE)
        dat_remark(dat, "level", outcome_level_text(level));
}

static void write_settings(struct dat *dat, const struct outcome *outcome)
{
    struct arena arena = {0};
    dat_remark(dat, "seed", arena_printf(&arena, "%" PRIu64, outcome->seed));
    dat_remark(dat, "replications", arena_printf(&arena, "%" PRIu32, outcome->ensemble.done));
    if (outcome->ensemble.failed)
        dat_remark(dat, "failed", arena_printf(&arena, "%" PRIu32, outcome->ensemble.failed));
    if (outcome->first)
        dat_remark(dat, "first", arena_printf(&arena, "%" PRIu32, outcome->first));
    if (outcome->antithetic)
        dat_remark(dat, "antithetic", "2k and 2k + 1 share their streams, u and 1 - u; se is of the mean of pairs");
    if (outcome->intervals)
        dat_remark(dat, "intervals", "_low and _high: 95 %, two order statistics; NaN: too few replications");
    dat_remark(dat, "percentiles", percentiles(outcome));
    arena_free(&arena);
}

static void write_remarks(struct dat *dat, const struct outcome *outcome, const struct channel *channel)
{
    write_program(dat, outcome);
    if (channel)
        write_channel(dat, outcome, channel);
    write_settings(dat, outcome);
}

enum { BAND_COLUMNS = 9, BOUND_COLUMNS = 2 * PERCENTILES };

/* The numbers of a row; returns how many there are. */
static size_t band_numbers(const struct outcome *outcome, const struct band *band,
                           double number[static BAND_COLUMNS + BOUND_COLUMNS])
{
    const double columns[BAND_COLUMNS] = {
        band->mean, band->se, band->p05, band->p25, band->p50, band->p75, band->p95, band->n, band->flag > 0.5 ? 1 : 0};
    memcpy(number, columns, sizeof columns);
    const struct bounds *bounds = ensemble_bounds(&outcome->ensemble, band);
    for (size_t i = 0; outcome->intervals && i < PERCENTILES; i++) {
        number[BAND_COLUMNS + 2 * i] = bounds->low[i];
        number[BAND_COLUMNS + 2 * i + 1] = bounds->high[i];
    }
    return outcome->intervals ? BAND_COLUMNS + BOUND_COLUMNS : BAND_COLUMNS;
}

static void write_band(const struct outcome *outcome, struct dat *dat, const struct band *band)
{
    double number[BAND_COLUMNS + BOUND_COLUMNS];
    dat_numbers(dat, number, band_numbers(outcome, band, number));
    dat_end_row(dat);
}

static void write_band_columns(const struct outcome *outcome, struct dat *dat)
{
    dat_word(dat, band_columns);
    if (outcome->intervals)
        dat_word(dat, interval_columns);
    dat_end_row(dat);
}

static const char *const *date_columns(const struct plan *plan, struct arena *arena)
{
    const char **date = arena_array(arena, plan->sample_count, sizeof *date);
    for (size_t i = 0; i < plan->sample_count; i++) {
        char day[DATE_TEXT_BYTES], year[TEN_DIGITS_BYTES];
        ten_digits(plan->sample_at[i], year);
        date[i] = arena_printf(arena, "%s %s", date_text(plan->sample_at[i], day), year);
    }
    return date;
}

/* What stands alike in all series, made once. */
struct frame {
    char *above, *below; /* the remarks on a series; `below` with the names of the columns */
    size_t above_bytes, below_bytes;
    const char *const *date; /* the two columns of each sample's date */
    struct dat_form of_one; /* of a band, if it is of one number */
};

static struct dat memory_open(char **text, size_t *bytes)
{
    struct dat dat = {.to = open_memstream(text, bytes)};
    if (!dat.to)
        memory_fail(0);
    return dat;
}

static void frame_open(struct frame *frame, const struct outcome *outcome, struct arena *arena)
{
    struct dat above = memory_open(&frame->above, &frame->above_bytes);
    write_program(&above, outcome);
    fclose(above.to);
    struct dat below = memory_open(&frame->below, &frame->below_bytes);
    write_settings(&below, outcome);
    dat_word(&below, "date year");
    write_band_columns(outcome, &below);
    fclose(below.to);
    frame->date = date_columns(outcome->plan, arena);
    dat_form_open(&frame->of_one, " ? NaN ? ? ? ? ? 1 0"); /* band_columns */
}

static void frame_free(struct frame *frame)
{
    free(frame->above);
    free(frame->below);
}

static bool are_same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Whether a band is of one number, as all are of a single replication. */
static bool is_of_one(const struct band *band)
{
    return band->n == 1 && isnan(band->se) && band->flag <= 0.5 && are_same(band->mean, band->p05) &&
           are_same(band->p05, band->p95);
}

static void write_band_line(const struct outcome *outcome, const struct frame *frame, struct dat_lines *lines,
                            const char *date, const struct band *band)
{
    double number[BAND_COLUMNS + BOUND_COLUMNS];
    if (!outcome->intervals && is_of_one(band))
        dat_line_of_one(lines, date, band->mean, &frame->of_one);
    else
        dat_line(lines, date, number, band_numbers(outcome, band, number));
}

static void write_series(const struct outcome *outcome, size_t channel, const struct frame *frame, FILE *to)
{
    const struct plan *plan = outcome->plan;
    struct dat dat = {.to = to};
    fwrite(frame->above, 1, frame->above_bytes, to);
    write_channel(&dat, outcome, &plan->series[channel]);
    fwrite(frame->below, 1, frame->below_bytes, to);
    struct dat_lines lines;
    dat_begin_lines(&lines, to);
    const struct band *band = &outcome->ensemble.series[channel * plan->sample_count];
    for (size_t i = 0; i < plan->sample_count; i++)
        write_band_line(outcome, frame, &lines, frame->date[i], &band[i]);
    dat_end_lines(&lines);
}

bool outcome_has_series(const struct outcome *outcome, size_t series)
{
    const struct band *band = &outcome->ensemble.series[series * outcome->plan->sample_count];
    size_t i = 0;
    while (i < outcome->plan->sample_count && !(band[i].n > 0))
        i++;
    return i < outcome->plan->sample_count;
}

static void write_all_series(const struct outcome *outcome, struct stage *stage, const char *folder)
{
    struct arena arena = {0};
    struct frame frame;
    char *text = NULL; /* of one file after the other */
    size_t bytes = 0;
    struct dat whole = memory_open(&text, &bytes);
    frame_open(&frame, outcome, &arena);
    for (size_t i = 0; i < outcome->plan->series_count; i++) {
        const char *name = outcome->plan->series[i].name;
        if (!outcome_has_series(outcome, i)) {
            stage_omit(stage, "%sseries/%s.dat", folder, name);
            continue;
        }
        rewind(whole.to);
        write_series(outcome, i, &frame, whole.to);
        if (fflush(whole.to) != 0)
            memory_fail(bytes);
        stage_put(stage, text, bytes, "%sseries/%s.dat", folder, name);
    }
    fclose(whole.to);
    free(text);
    frame_free(&frame);
    arena_free(&arena);
}

static void write_curve(const struct outcome *outcome, size_t channel, FILE *to)
{
    const struct channel *curve = &outcome->plan->curve[channel];
    const struct axis *x = &curve->output->x;
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, curve);
    dat_remark(&dat, "x", x->name);
    dat_remark(&dat, "x_unit", x->unit);
    dat_word(&dat, x->name);
    write_band_columns(outcome, &dat);
    for (size_t i = 0; i < x->points; i++) {
        dat_number(&dat, x->from + x->step * (double)i);
        write_band(outcome, &dat, &outcome->ensemble.point[curve->first_point + i]);
    }
}

static void write_scalars(const struct outcome *outcome, FILE *to)
{
    const struct plan *plan = outcome->plan;
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, NULL);
    dat_word(&dat, "scalar unit");
    write_band_columns(outcome, &dat);
    for (size_t i = 0; i < plan->scalar_count; i++) {
        dat_word(&dat, plan->scalar[i].name);
        dat_text(&dat, plan->scalar[i].output->unit);
        write_band(outcome, &dat, &outcome->ensemble.scalar[i]);
    }
}

static void write_measures(const struct outcome *outcome, FILE *to)
{
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, NULL);
    dat_word(&dat, "measure output unit");
    write_band_columns(outcome, &dat);
    for (size_t i = outcome->facts.count; i < outcome->measures.count; i++) {
        const struct fact_target *target = &outcome->measures.target[i];
        dat_word(&dat, target->fact->name);
        dat_word(&dat, target->fact->output);
        dat_text(&dat, facts_unit(target));
        write_band(outcome, &dat, &outcome->ensemble.derived[i]);
    }
}

static void index_one(const struct outcome *outcome, const struct channel *channel, const char *kind, struct dat *dat)
{
    bool has_row = channel->row >= 0;
    dat_word(dat, channel->name);
    dat_word(dat, kind);
    dat_word(dat, channel->output->name);
    dat_word(dat, has_row ? channel->output->by : "-");
    dat_word(dat, has_row ? scenario_row_name(outcome->scenario, channel->output->by, (size_t)channel->row) : "-");
    dat_text(dat, channel->output->unit);
    dat_text(dat, channel->label);
    dat_text(dat, channel->output->help);
    dat_end_row(dat);
}

static void write_index(const struct outcome *outcome, FILE *to)
{
    const struct plan *plan = outcome->plan;
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, NULL);
    dat_word(&dat, "name kind output table row unit label help");
    dat_end_row(&dat);
    for (size_t i = 0; i < plan->series_count; i++)
        if (outcome_has_series(outcome, i))
            index_one(outcome, &plan->series[i], "series", &dat);
    for (size_t i = 0; i < plan->scalar_count; i++)
        index_one(outcome, &plan->scalar[i], "scalar", &dat);
    for (size_t i = 0; i < plan->curve_count; i++)
        index_one(outcome, &plan->curve[i], "curve", &dat);
}

static const char *stat_name(enum fact_stat stat)
{
    static const char *const names[] = {
        [FACT_MEAN] = "mean", [FACT_SUM] = "sum", [FACT_MIN] = "min", [FACT_MAX] = "max", [FACT_LAST] = "last"};
    return names[stat];
}

/* A window ends with the last interval that is compared: `to: 2025-12` with the end of December. */
static double window_end(const struct outcome *outcome, const struct fact_target *target)
{
    bool is_window = target->fact->to > target->fact->from;
    bool is_matched = target->channel && target->channel->output->kind == OUTPUT_SERIES;
    return is_window && is_matched ? outcome->plan->sample_at[target->last] : target->fact->to;
}

static const char *fact_kind_name(enum fact_kind kind)
{
    return kind == FACT_LOWER ? "lower" : kind == FACT_UPPER ? "upper" : "value";
}

static void write_facts(const struct outcome *outcome, FILE *to)
{
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, NULL);
    dat_word(&dat, "name output date year from to value low high relative_to stat kind source");
    dat_end_row(&dat);
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact_target *target = &outcome->facts.target[i];
        const struct fact *fact = target->fact;
        double to_year = window_end(outcome, target);
        dat_word(&dat, fact->name);
        dat_word(&dat, fact->output);
        dat_date(&dat, (fact->from + to_year) / 2);
        const double numbers[] = {fact->from, to_year, fact->value, fact->low, fact->high, fact->relative_to};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            dat_number(&dat, numbers[k]);
        dat_word(&dat, stat_name(fact->stat));
        dat_word(&dat, fact_kind_name(fact->kind));
        dat_text(&dat, fact->source);
        dat_end_row(&dat);
    }
}

/* ---- Dated events ---- */

void outcome_write_events(const struct outcome *outcome, FILE *to)
{
    struct arena arena = {0};
    struct dated_event *event;
    size_t count = events_find(&outcome->study->schema, outcome->scenario, &arena, &event);
    struct dat dat = {.to = to};
    write_remarks(&dat, outcome, NULL);
    dat_word(&dat, "date year kind label");
    dat_end_row(&dat);
    for (size_t i = 0; i < count; i++) {
        dat_date(&dat, event[i].year);
        dat_word(&dat, event[i].kind);
        dat_text(&dat, event[i].label);
        dat_end_row(&dat);
    }
    arena_free(&arena);
}

/* ---- What scripts of pictures need to know, as assignments of gnuplot. ---- */

/* Names and labels of a table's rows: generations = "A100 H100", generation_label[1] = "A100 80GB". */
static void assign_table(const struct outcome *outcome, const char *table, FILE *to, struct arena *arena)
{
    size_t count = scenario_row_count(outcome->scenario, table);
    char *identifier = arena_text(arena, table);
    for (char *at = identifier; *at; at++)
        *at = *at == '-' ? '_' : *at;
    const char *names = "", **label = arena_array(arena, count, sizeof *label);
    for (size_t r = 0; r < count; r++) {
        names = arena_printf(arena, "%s%s%s", names, r ? " " : "", scenario_row_name(outcome->scenario, table, r));
        label[r] = scenario_row_label(outcome->scenario, table, r);
    }
    gnuplot_assign_text(to, identifier, names);
    gnuplot_assign_labels(to, arena_printf(arena, "%s_label", events_row_of(identifier, arena)), label, count,
                          LABEL_COLUMNS);
}

static bool is_any(const struct outcome *outcome, const struct channel *channel)
{
    (void)outcome;
    (void)channel;
    return true;
}

static bool is_of_money(const struct outcome *outcome, const struct channel *channel)
{
    (void)outcome;
    return display_is_money(channel->output->unit);
}

/* One that pictures can show: an amount, neither a ratio nor a bound. */
static bool has_fact(const struct outcome *outcome, const struct channel *channel)
{
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact *fact = outcome->facts.target[i].fact;
        if (outcome->facts.target[i].channel == channel && fact->kind == FACT_VALUE && isnan(fact->relative_to))
            return true;
    }
    return false;
}

/* A list of series of a kind, for scripts to look names up in. */
static void name_series(const struct outcome *outcome, const char *variable,
                        bool (*is_named)(const struct outcome *, const struct channel *), FILE *to)
{
    const struct plan *plan = outcome->plan;
    fprintf(to, "%s = \" ", variable);
    for (size_t i = 0; i < plan->series_count; i++)
        if (is_named(outcome, &plan->series[i]))
            fprintf(to, "%s ", plan->series[i].name);
    fputs("\"\n", to);
}

/* gnuplot would have to start a program to learn how many rows a file has, or whether there is one. */
static void assign_files(const struct outcome *outcome, FILE *to)
{
    const struct plan *plan = outcome->plan;
    gnuplot_assign_number(to, "series_rows", (double)plan->sample_count);
    gnuplot_assign_number(to, "series_worlds", (double)(outcome->ensemble.done - outcome->ensemble.failed));
    gnuplot_assign_number(to, "fact_rows", (double)outcome->facts.count);
    name_series(outcome, "series_written", is_any, to);
    name_series(outcome, "series_with_facts", has_fact, to);
}

/* Scripts read series in CNY, and exchange those of money at the rate of the row. */
static void assign_money(const struct outcome *outcome, FILE *to, struct arena *arena)
{
    const struct plan *plan = outcome->plan;
    bool exchanged = strcmp(display_currency(outcome), "CNY") != 0;
    size_t rows = exchanged ? plan->sample_count : 0;
    double *rate = arena_array(arena, rows, sizeof *rate);
    for (size_t i = 0; i < rows; i++)
        rate[i] = display_rate(outcome, plan->sample_at[i]);
    gnuplot_assign_text(to, "money", display_currency(outcome));
    gnuplot_assign_number(to, "exchanged", exchanged);
    if (!exchanged)
        return;
    name_series(outcome, "series_of_money", is_of_money, to);
    gnuplot_assign_number(to, "exchange_start", plan->sample_at[0]);
    gnuplot_assign_number(to, "exchange_step",
                          rows > 1 ? (plan->sample_at[rows - 1] - plan->sample_at[0]) / (double)(rows - 1) : 1);
    gnuplot_assign_numbers(to, "exchange_rate", rate, rows);
}

/* The row that the scenario names at that path; "" if none. */
static const char *row_named(const struct scenario *scenario, const char *path)
{
    const char *text = "none";
    for (size_t i = 0; i < scenario_assumption_count(scenario); i++)
        if (strcmp(scenario_assumption(scenario, i).path, path) == 0)
            text = scenario_assumption(scenario, i).text;
    return strcmp(text, "none") == 0 ? "" : text;
}

static void assign_events(const struct outcome *outcome, FILE *to, struct arena *arena)
{
    struct dated_event *event;
    size_t count = events_find(&outcome->study->schema, outcome->scenario, arena, &event);
    double *year = arena_array(arena, count, sizeof *year);
    const char **kind = arena_array(arena, count, sizeof *kind), **label = arena_array(arena, count, sizeof *label);
    for (size_t i = 0; i < count; i++) {
        year[i] = event[i].year;
        kind[i] = event[i].kind;
        label[i] = event[i].label;
    }
    gnuplot_assign_number(to, "dated_events", (double)count);
    gnuplot_assign_numbers(to, "dated_event_year", year, count);
    gnuplot_assign_texts(to, "dated_event_kind", kind, count);
    gnuplot_assign_labels(to, "dated_event_label", label, count, LABEL_COLUMNS);
}

void outcome_write_context(const struct outcome *outcome, FILE *to)
{
    struct arena arena = {0};
    const struct schema *schema = &outcome->study->schema;
    const char *title = scenario_title(outcome->scenario), *variant = outcome_variant_label(outcome);
    const char *subtitle =
        arena_printf(&arena, "%s%s%s, %" PRIu32 " replications, seed %" PRIu64, scenario_name(outcome->scenario),
                     variant ? ": " : "", variant ? text_cut(&arena, variant, TITLE_COLUMNS / 2) : "",
                     outcome->ensemble.done, outcome->seed);
    size_t taken = text_columns(subtitle),
           room = taken + LEAST_COLUMNS < LINE_COLUMNS ? LINE_COLUMNS - taken : LEAST_COLUMNS;
    fputs("# What the scripts of pictures need to know of this run.\n", to);
    gnuplot_assign_text(
        to, "title",
        text_cut(&arena, title ? title : full_name(outcome, &arena), room < TITLE_COLUMNS ? room : TITLE_COLUMNS));
    gnuplot_assign_text(to, "subtitle", subtitle);
    const struct shown *shown = scenario_shown(outcome->scenario);
    double from = fmax(outcome->plan->start, shown->from),
           until = fmin(outcome->plan->end, shown->to); /* NaN is passed over */
    gnuplot_assign_number(to, "xstart", from < until ? from : outcome->plan->start);
    gnuplot_assign_number(to, "xend", from < until ? until : outcome->plan->end);
    assign_files(outcome, to);
    assign_money(outcome, to, &arena);
    assign_events(outcome, to, &arena);
    gnuplot_assign_text(to, "value_curve", row_named(outcome->scenario, "accounting.value_curve"));
    for (size_t s = 0; s < schema->count; s++)
        if (schema->section[s].is_table)
            assign_table(outcome, schema->section[s].name, to, &arena);
    arena_free(&arena);
}

/* ---- summary.json ---- */

static void json_band(struct json *json, const struct band *band)
{
    const double numbers[] = {band->mean, band->se,  band->p05, band->p25, band->p50,
                              band->p75,  band->p95, band->n,   band->flag};
    static const char *const names[] = {"mean", "se", "p05", "p25", "p50", "p75", "p95", "n", "flag"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_number(json, names[i], numbers[i]);
}

static void json_unit(struct json *json, const struct outcome *outcome, const struct channel *channel)
{
    enum level level = outcome_level(outcome, channel);
    json_text(json, "unit", channel->output->unit);
    if (level != LEVEL_NONE)
        json_text(json, "level", outcome_level_text(level));
}

static void json_headline(struct json *json, const struct outcome *outcome)
{
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(outcome, series), samples = outcome_headline_samples(outcome, sample);
    const struct plan *plan = outcome->plan;
    char date[DATE_TEXT_BYTES];
    json_open(json, "headline", '{');
    for (size_t i = 0; i < series_count; i++) {
        json_open(json, plan->series[series[i]].name, '{');
        json_unit(json, outcome, &plan->series[series[i]]);
        for (size_t s = 0; s < samples; s++) {
            json_open(json, date_text(plan->sample_at[sample[s]], date), '{');
            json_band(json, &outcome->ensemble.series[series[i] * plan->sample_count + sample[s]]);
            json_close(json, '}');
        }
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void json_not_written(struct json *json, const struct outcome *outcome)
{
    json_open(json, "series_without_a_number", '[');
    for (size_t i = 0; i < outcome->plan->series_count; i++)
        if (!outcome_has_series(outcome, i))
            json_text(json, NULL, outcome->plan->series[i].name);
    json_close(json, ']');
}

static void json_scalars(struct json *json, const struct outcome *outcome)
{
    json_open(json, "scalars", '{');
    for (size_t i = 0; i < outcome->plan->scalar_count; i++) {
        json_open(json, outcome->plan->scalar[i].name, '{');
        json_unit(json, outcome, &outcome->plan->scalar[i]);
        json_band(json, &outcome->ensemble.scalar[i]);
        json_close(json, '}');
    }
    json_close(json, '}');
}

/* Curves at a few points. */
static void json_curves(struct json *json, const struct outcome *outcome)
{
    struct arena arena = {0};
    json_open(json, "curves", '{');
    for (size_t i = 0; i < outcome->plan->curve_count; i++) {
        const struct channel *curve = &outcome->plan->curve[i];
        const struct axis *x = &curve->output->x;
        size_t point[HEADLINE_SAMPLES], points = outcome_headline_points(x, point);
        json_open(json, curve->name, '{');
        json_text(json, "unit", curve->output->unit);
        json_text(json, "x", x->name);
        for (size_t k = 0; k < points; k++) {
            json_open(json, arena_printf(&arena, "%.10g", x->from + x->step * (double)point[k]), '{');
            json_band(json, &outcome->ensemble.point[curve->first_point + point[k]]);
            json_close(json, '}');
        }
        json_close(json, '}');
    }
    json_close(json, '}');
    arena_free(&arena);
}

static void json_facts(struct json *json, const struct outcome *outcome)
{
    json_open(json, "facts", '{');
    for (size_t i = 0; i < outcome->facts.count; i++) {
        const struct fact_target *target = &outcome->facts.target[i];
        const struct fact *fact = target->fact;
        const struct band *band = &outcome->ensemble.derived[i];
        json_open(json, fact->name, '{');
        json_text(json, "output", fact->output);
        json_number(json, "value", fact->value);
        json_number(json, "low", fact->low);
        json_number(json, "high", fact->high);
        json_number(json, "mean", band->mean);
        json_number(json, "p05", band->p05);
        json_number(json, "p50", band->p50);
        json_number(json, "p95", band->p95);
        json_number(json, "n", band->n);
        json_flag(json, "inside", outcome_fact_inside(fact, band));
        json_text(json, "kind", fact_kind_name(fact->kind));
        json_flag(json, "on_bound", outcome_fact_standing(outcome, i) == FACT_ON_BOUND);
        json_flag(json, "evidence", outcome_fact_standing(outcome, i) == FACT_EVIDENCE);
        if (fact->stated_by)
            json_text(json, "stated_by", fact->stated_by);
        json_close(json, '}');
    }
    json_close(json, '}');
}

/* What texts and tables show it in, where that is another currency. */
static void json_exchange(struct json *json, const struct outcome *outcome, const struct fact_target *target)
{
    struct arena arena = {0};
    struct display of = display_of_target(outcome, target, &arena);
    if (display_is_money(facts_unit(target)) && of.factor != 1) {
        json_text(json, "shown_in", of.unit);
        json_number(json, "exchange_rate", 1 / of.factor);
    }
    arena_free(&arena);
}

static void json_measures(struct json *json, const struct outcome *outcome)
{
    json_open(json, "measures", '{');
    for (size_t i = outcome->facts.count; i < outcome->measures.count; i++) {
        const struct fact_target *target = &outcome->measures.target[i];
        json_open(json, target->fact->name, '{');
        json_text(json, "label", target->fact->label);
        json_text(json, "output", target->fact->output);
        json_text(json, "unit", facts_unit(target));
        json_exchange(json, outcome, target);
        json_band(json, &outcome->ensemble.derived[i]);
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void json_failures(struct json *json, const struct outcome *outcome)
{
    const struct ensemble *ensemble = &outcome->ensemble;
    json_count(json, "failed", ensemble->failed);
    json_open(json, "failures", '[');
    for (size_t i = 0; i < ensemble->failure_count; i++) {
        json_open(json, NULL, '{');
        json_count(json, "replication", ensemble->failure[i].replication);
        json_text(json, "reason", ensemble->failure[i].reason);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* What was found in words, and the differences of variants in sentences. */
static void json_finding(struct json *json, const struct outcome *outcome)
{
    struct arena arena = {0};
    json_text(json, "finding", finding_of_run(outcome, outcome->contest, &arena));
    json_open(json, "differences", '[');
    struct finding_table table = {0};
    if (outcome->contest)
        table = finding_differences(outcome->contest, &arena);
    for (size_t i = 0; i < table.count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "what", table.row[i].what);
        json_text(json, "variant", table.row[i].variant);
        json_text(json, "base", table.row[i].base);
        json_text(json, "other", table.row[i].other);
        json_text(json, "difference", table.row[i].change);
        json_close(json, '}');
    }
    json_close(json, ']');
    arena_free(&arena);
}

static void write_summary(const struct outcome *outcome, FILE *to)
{
    struct json json = {.to = to};
    char date[DATE_TEXT_BYTES];
    json_open(&json, NULL, '{');
    json_text(&json, "program", "iccsim");
    json_text(&json, "version", ICCSIM_VERSION);
    json_text(&json, "scenario", scenario_name(outcome->scenario));
    json_text(&json, "variant", outcome->variant);
    json_text(&json, "title", scenario_title(outcome->scenario));
    json_text(&json, "question", scenario_question(outcome->scenario));
    json_finding(&json, outcome);
    json_text(&json, "start", date_text(outcome->plan->start, date));
    json_text(&json, "end", date_text(outcome->plan->end, date));
    json_count(&json, "seed", outcome->seed);
    json_count(&json, "first", outcome->first);
    json_count(&json, "replications", outcome->ensemble.done);
    json_flag(&json, "antithetic", outcome->antithetic);
    json_failures(&json, outcome);
    json_count(&json, "events", outcome->ensemble.events);
    json_count(&json, "steps", outcome->ensemble.steps);
    json_text(&json, "percentiles", percentiles(outcome));
    json_headline(&json, outcome);
    json_not_written(&json, outcome);
    json_scalars(&json, outcome);
    json_curves(&json, outcome);
    json_facts(&json, outcome);
    json_measures(&json, outcome);
    if (outcome->decision)
        decision_json(outcome->decision, &json);
    if (outcome->shares)
        shares_json(outcome->shares, &json);
    json_close(&json, '}');
}

/* As `iccsim show` prints it, and what only options of the command may have set. */
static void write_scenario(const struct outcome *outcome, FILE *to)
{
    struct arena arena = {0};
    fprintf(to, "# The merged scenario of a run of %s by iccsim " ICCSIM_VERSION ", each value with its origin.\n",
            full_name(outcome, &arena));
    fprintf(to, "# The same numbers: iccsim run scenario.yml --seed %" PRIu64 " -n %" PRIu32 "%s\n", outcome->seed,
            outcome->ensemble.done, outcome->antithetic ? " --antithetic" : "");
    scenario_show(outcome->scenario, to);
    arena_free(&arena);
}

void outcome_write(const struct outcome *outcome, struct stage *stage, const char *folder)
{
    static const struct {
        const char *name;
        void (*write)(const struct outcome *outcome, FILE *to);
    } files[] = {
        {"scalars.dat", write_scalars},
        {"index.dat", write_index},
        {"facts.dat", write_facts},
        {"events.dat", outcome_write_events},
        {"context.gp", outcome_write_context},
        {"summary.json", write_summary},
        {"scenario.yml", write_scenario},
    };
    write_all_series(outcome, stage, folder);
    for (size_t i = 0; i < outcome->plan->curve_count; i++) {
        FILE *to = stage_file(stage, "%scurves/%s.dat", folder, outcome->plan->curve[i].name);
        write_curve(outcome, i, to);
        stage_close_file(stage, to);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *to = stage_file(stage, "%s%s", folder, files[i].name);
        files[i].write(outcome, to);
        stage_close_file(stage, to);
    }
    if (contest_write_key(outcome, NULL)) {
        FILE *to = stage_file(stage, "%skey.gp", folder);
        contest_write_key(outcome, to);
        stage_close_file(stage, to);
    }
    if (worlds_count(outcome->worlds)) {
        FILE *to = stage_file(stage, "%sworlds.dat", folder);
        worlds_write(outcome->worlds, to);
        stage_close_file(stage, to);
    }
    if (outcome->measures.count > outcome->facts.count) {
        FILE *to = stage_file(stage, "%smeasures.dat", folder);
        write_measures(outcome, to);
        stage_close_file(stage, to);
    }
    if (outcome->decision)
        decision_write(outcome->decision, stage, folder);
}

/* ---- replications.csv ---- */

static void note_error(struct row_writer *writer)
{
    if (ferror(writer->to) && !writer->error)
        writer->error = errno;
}

void row_writer_begin(struct row_writer *writer)
{
    const struct outcome *outcome = writer->outcome;
    fputs("replication", writer->to);
    for (size_t i = 0; i < outcome->plan->scalar_count; i++)
        fprintf(writer->to, ",%s", outcome->plan->scalar[i].name);
    for (size_t i = 0; i < outcome->measures.count; i++) {
        const struct fact *fact = outcome->measures.target[i].fact;
        fprintf(writer->to, ",%s.%s", fact->observed ? "fact" : "measure", fact->name);
    }
    fputs(",failed\n", writer->to);
}

void row_writer_commit(void *state, const struct committed *one)
{
    struct row_writer *writer = state;
    char text[NUMBER_TEXT_BYTES];
    fprintf(writer->to, "%" PRIu32, one->replication);
    for (size_t i = 0; i < writer->outcome->plan->scalar_count; i++)
        fprintf(writer->to, ",%s", number_text(one->scalar[i], text));
    for (size_t i = 0; i < writer->outcome->measures.count; i++)
        fprintf(writer->to, ",%s", number_text(one->derived[i], text));
    putc(',', writer->to);
    csv_text(writer->to, one->failed ? one->failed : "");
    putc('\n', writer->to);
    note_error(writer);
}

/* ---- inputs.csv ---- */

void input_writer_begin(struct row_writer *writer)
{
    const struct scenario *scenario = writer->outcome->scenario;
    fputs("replication", writer->to);
    for (size_t i = 0; i < scenario_input_count(scenario); i++) {
        struct drawn_parameter one = scenario_input(scenario, i);
        fprintf(writer->to, ",%s [%s]", one.path, *one.unit ? one.unit : "1");
    }
    putc('\n', writer->to);
}

void input_writer_commit(void *state, const struct committed *one)
{
    struct row_writer *writer = state;
    size_t count = scenario_input_count(writer->outcome->scenario);
    fprintf(writer->to, "%" PRIu32, one->replication);
    for (size_t i = 0; i < count; i++)
        fprintf(writer->to, ",%.17g", one->input[i]);
    putc('\n', writer->to);
    note_error(writer);
}
