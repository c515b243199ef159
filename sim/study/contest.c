/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contest.h"

#include "display.h"
#include "finding.h"
#include "worlds.h"

#include "sim/base/dates.h"
#include "sim/base/text.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOVED_SHOWN = 12, DRAWN = 6, LABEL_COLUMNS = 44, KEY_COLUMNS = 31 };
static const double LEAST_MOVE = 0.02; /* relative: less is not worth telling, however sure */

void contest_open(struct contest *contest, struct outcome *const *outcome, const char *const *name,
                  const char *const *label, size_t count)
{
    *contest = (struct contest){.base = outcome[0], .label = label[0], .count = count - 1};
    contest->other = arena_array(&contest->arena, contest->count, sizeof *contest->other);
    for (size_t i = 0; i < contest->count; i++) {
        struct contender *other = &contest->other[i];
        *other = (struct contender){.name = name[1 + i], .label = label[1 + i], .outcome = outcome[1 + i]};
        comparison_open(&other->comparison, outcome[0]->plan, &outcome[0]->measures, outcome[1 + i]->plan,
                        &outcome[1 + i]->measures, outcome[0]->antithetic);
    }
}

void contest_commit(void *state, const struct committed *all)
{
    struct contest *contest = state;
    for (size_t i = 0; i < contest->count; i++)
        comparison_add(&contest->other[i].comparison, &all[0], &all[1 + i]);
}

void contest_free(struct contest *contest)
{
    for (size_t i = 0; i < contest->count; i++)
        comparison_free(&contest->other[i].comparison);
    arena_free(&contest->arena);
    *contest = (struct contest){0};
}

static const struct common *find_common(const struct comparison *c, const char *name)
{
    for (size_t i = 0; i < c->common_count; i++)
        if (c->common[i].kind == COMMON_SERIES && strcmp(c->common[i].name, name) == 0)
            return &c->common[i];
    return NULL;
}

static bool is_measure(const struct common *common)
{
    return common->kind == COMMON_FACT || common->kind == COMMON_MEASURE;
}

/* A measure relative to another date is a ratio. */
static const char *unit_of(const struct contest *contest, const struct common *common)
{
    const struct fact_targets *measures = &contest->base->measures;
    for (size_t i = 0; is_measure(common) && i < measures->count; i++)
        if (measures->target[i].fact->name == common->name)
            return facts_unit(&measures->target[i]);
    return common->channel->output->unit;
}

/* ---- Files ---- */

static const char *folder_of(const struct contest *contest, size_t i, struct arena *arena)
{
    return contest->count == 1 ? "compare" : arena_printf(arena, "compare/%s", contest->other[i].name);
}

static void write_remarks(const struct contest *contest, const struct contender *other, const struct common *common,
                          struct dat *dat)
{
    struct arena arena = {0};
    const struct ensemble *ensemble = &contest->base->ensemble;
    dat_remark(dat, "program", "iccsim " ICCSIM_VERSION);
    dat_remark(dat, "base", scenario_name(contest->base->scenario));
    dat_remark(dat, "other", other->name);
    if (common) {
        dat_remark(dat, "output", common->name);
        dat_remark(dat, "unit", common->channel->output->unit);
        dat_remark(dat, "help", common->channel->output->help ? common->channel->output->help : "");
    }
    dat_remark(dat, "seed", arena_printf(&arena, "%" PRIu64, contest->base->seed));
    dat_remark(dat, "replications", arena_printf(&arena, "%" PRIu32, ensemble->done));
    if (contest->base->antithetic)
        dat_remark(dat, "antithetic", "what is counted as one is the mean of replications 2k and 2k + 1 (u and 1 - u)");
    dat_remark(dat, "diff",
               "other less base, mean over pairs on common random numbers; low and high: its 95 % interval (Student)");
    dat_remark(dat, "reduction", "variance of the difference of independent replications over that of pairs");
    arena_free(&arena);
}

static void write_difference(struct dat *dat, const struct difference *d)
{
    const double numbers[] = {d->base, d->other,     d->mean, d->se,       d->low,
                              d->high, d->same_sign, d->n,    d->relative, d->reduction};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        dat_number(dat, numbers[i]);
    dat_end_row(dat);
}

static const char difference_columns[] = "base other diff se low high same_sign n relative reduction";

/* A series by date, a curve by its x. */
static void write_cells(const struct contest *contest, const struct contender *other, const struct common *common,
                        FILE *to)
{
    bool is_curve = common->kind == COMMON_CURVE;
    const struct comparison *c = &other->comparison;
    struct dat dat = {.to = to};
    write_remarks(contest, other, common, &dat);
    dat_word(&dat, is_curve ? common->channel->output->x.name : "date year");
    dat_word(&dat, difference_columns);
    dat_end_row(&dat);
    for (size_t i = 0; i < common->count; i++) {
        struct difference d = comparison_cell(c, common, i);
        (is_curve ? dat_number : dat_date)(&dat, comparison_at(c, common, i));
        write_difference(&dat, &d);
    }
}

static bool is_one_number(const struct common *common)
{
    return common->kind == COMMON_SCALAR || is_measure(common);
}

static const char *kind_name(const struct common *common)
{
    static const char *const names[] = {[COMMON_SERIES] = "series",
                                        [COMMON_SCALAR] = "scalar",
                                        [COMMON_CURVE] = "curve",
                                        [COMMON_FACT] = "fact",
                                        [COMMON_MEASURE] = "measure"};
    return names[common->kind];
}

static void write_scalars(const struct contest *contest, const struct contender *other, FILE *to)
{
    const struct comparison *c = &other->comparison;
    struct dat dat = {.to = to};
    write_remarks(contest, other, NULL, &dat);
    dat_word(&dat, "scalar kind unit");
    dat_word(&dat, difference_columns);
    dat_end_row(&dat);
    for (size_t i = 0; i < c->common_count; i++) {
        if (!is_one_number(&c->common[i]))
            continue;
        struct difference d = comparison_cell(c, &c->common[i], 0);
        dat_word(&dat, c->common[i].name);
        dat_word(&dat, kind_name(&c->common[i]));
        dat_text(&dat, unit_of(contest, &c->common[i]));
        write_difference(&dat, &d);
    }
}

static bool all_have(const struct contest *contest, const char *series)
{
    for (size_t i = 0; i < contest->count; i++)
        if (!find_common(&contest->other[i].comparison, series))
            return false;
    return true;
}

struct scale {
    double from;
    const char *factor, *prefix; /* whole, since gnuplot reads the word 1e3 as 1 */
};

static const struct scale *scale_of(double largest)
{
    static const struct scale scales[] = {{1e12, "1000000000000", "trillion "},
                                          {1e9, "1000000000", "billion "},
                                          {1e6, "1000000", "million "},
                                          {1e4, "1000", "thousand "},
                                          {0, "1", ""}};
    const struct scale *scale = scales;
    while (largest < scale->from)
        scale++;
    return scale;
}

/* What a number of an output is multiplied with to be shown. */
static double shown_factor(const struct contest *contest, const struct channel *channel, double year)
{
    struct arena arena = {0};
    double factor = display_of(contest->base, channel->output, year, &arena).factor;
    arena_free(&arena);
    return factor;
}

/* The scale of an axis that holds the means of both. */
static const struct scale *scale_for(const struct contest *contest, const struct channel *channel)
{
    const struct comparison *c = &contest->other[0].comparison;
    const struct common *common = find_common(c, channel->name);
    double largest = 0;
    for (size_t i = 0; i < common->count; i++) {
        struct difference d = comparison_cell(c, common, i);
        double factor = shown_factor(contest, channel, comparison_at(c, common, i));
        largest = fmax(largest, factor * fmax(fabs(d.base), fabs(d.other)));
    }
    return scale_of(largest);
}

/* How many pairs there are at most: of replications, or of antithetic ones. */
static double units_of(const struct contest *contest)
{
    return contest->base->ensemble.done / (contest->base->antithetic ? 2. : 1.);
}

struct range {
    double low, high;
};

enum spanned { DIFFERENCES, LEVELS };

/* What one cell of a comparison spans: its difference with the interval, or both means; nothing where too few runs have
 * it. */
static struct range span_of(const struct contest *contest, struct difference d, enum spanned what)
{
    if (what == DIFFERENCES && 2 * d.n >= units_of(contest))
        return (struct range){fmin(d.mean, d.low), fmax(d.mean, d.high)};
    if (what == LEVELS && d.n >= 1)
        return (struct range){fmin(d.base, d.other), fmax(d.base, d.other)};
    return (struct range){0, 0};
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The range of zero and of `count` cells, of which `low` and `high` are put in order. Few dates that would flatten all
 * others are cut, a little beyond those. */
static struct range range_of_most(double *low, double *high, size_t count, bool *is_cut)
{
    static const double few = 0.02, flat = 4, beyond = 0.2;
    if (!count)
        return (struct range){0, 0};
    qsort(low, count, sizeof *low, by_size);
    qsort(high, count, sizeof *high, by_size);
    size_t skipped = (size_t)ceil(few * (double)count);
    struct range all = {fmin(0, low[0]), fmax(0, high[count - 1])}, most = all;
    if (2 * skipped < count)
        most = (struct range){fmin(0, low[skipped]), fmax(0, high[count - 1 - skipped])};
    double span = most.high - most.low;
    if (!(span > 0) || all.high - all.low <= flat * span)
        return all;
    *is_cut = true;
    return (struct range){fmax(all.low, most.low - beyond * span), fmin(all.high, most.high + beyond * span)};
}

/* Of all others and zero, in units of `scale`, within the dates that pictures show; `otherwise` if that is a point. */
static struct range range_of(const struct contest *contest, const struct channel *channel, double scale,
                             enum spanned what, struct range otherwise, bool *is_cut)
{
    const struct shown *shown = scenario_shown(contest->base->scenario);
    struct arena arena = {0};
    size_t room = contest->count * contest->base->plan->sample_count, count = 0;
    double *low = arena_array(&arena, room, sizeof *low), *high = arena_array(&arena, room, sizeof *high);
    for (size_t o = 0; o < contest->count; o++) {
        const struct comparison *c = &contest->other[o].comparison;
        const struct common *common = find_common(c, channel->name);
        for (size_t i = 0; i < common->count && count < room; i++) {
            double at = comparison_at(c, common, i), factor = shown_factor(contest, channel, at) / scale;
            if (at < shown->from || at > shown->to)
                continue;
            struct range cell = span_of(contest, comparison_cell(c, common, i), what);
            low[count] = factor * cell.low;
            high[count++] = factor * cell.high;
        }
    }
    struct range range = range_of_most(low, high, count, is_cut);
    arena_free(&arena);
    return range.low < range.high ? range : otherwise;
}

/* All have it and it differs: planners, for one, leave the market as it is. */
static bool differs(const struct contest *contest, const char *series)
{
    for (size_t o = 0; o < contest->count && all_have(contest, series); o++) {
        const struct comparison *c = &contest->other[o].comparison;
        const struct common *common = find_common(c, series);
        for (size_t i = 0; i < common->count; i++)
            if (fabs(comparison_cell(c, common, i).mean) > 0)
                return true;
    }
    return false;
}

/* Whether the headline series number i gets a panel. Unless the study chose, one row of an output stands for the next.
 */
static bool is_drawn(const struct contest *contest, const size_t *series, size_t i)
{
    const struct channel *channel = &contest->base->plan->series[series[i]];
    const struct channel *before = i ? &contest->base->plan->series[series[i - 1]] : NULL;
    bool chosen = scenario_shown(contest->base->scenario)->output_count > 0;
    bool looks_alike = !chosen && before && before->output == channel->output && differs(contest, before->name);
    return !looks_alike && differs(contest, channel->name);
}

static bool is_anything_drawn(const struct contest *contest)
{
    size_t series[HEADLINE_SERIES], count = outcome_headline_series(contest->base, series), i = 0;
    while (i < count && !is_drawn(contest, series, i))
        i++;
    return i < count;
}

static const char *capitalised(const char *text, struct arena *arena)
{
    char *copy = arena_text(arena, text);
    if (*copy >= 'a' && *copy <= 'z')
        *copy = (char)(*copy - 'a' + 'A');
    return copy;
}

/* What an output is in words: its help up to the first comma. */
static const char *panel_words(const struct channel *channel, struct arena *arena)
{
    const char *help = channel->output->help;
    if (!help || !*help)
        return channel->name;
    size_t length = strcspn(help, ",;:(");
    while (length && help[length - 1] == ' ')
        length--;
    return arena_printf(arena, "%.*s", (int)length, help);
}

static bool ends_cut(const char *text)
{
    static const char ellipsis[] = "…";
    size_t length = strlen(text), end = strlen(ellipsis);
    return length >= end && strcmp(text + length - end, ellipsis) == 0;
}

/* In two lines, of which row and in which unit: `Rent of a card: H100, CNY a card-hour`. If there is no room for all, the
 * words are cut, never the row, of which an explanation after a colon is left out, or the unit. */
static const char *panel_label(const struct channel *channel, const char *unit, struct arena *arena)
{
    enum { LEAST_COLUMNS = 24 };
    const char *words = capitalised(panel_words(channel, arena), arena), *row = channel->label ? channel->label : "";
    const char *end =
        arena_printf(arena, "%s%.*s%s%s", *row ? ": " : "", (int)strcspn(row, ":"), row, *unit ? ", " : "", unit);
    const char *lines = text_two_lines(arena, arena_printf(arena, "%s%s", words, end), LABEL_COLUMNS);
    for (size_t room = text_columns(words); *end && ends_cut(lines) && room-- > LEAST_COLUMNS;)
        lines = text_two_lines(arena, arena_printf(arena, "%s%s", text_cut(arena, words, room), end), LABEL_COLUMNS);
    return lines;
}

/* The headline outputs that get a panel, and what each spans. */
static void assign_panels(const struct contest *contest, FILE *to, struct arena *arena)
{
    size_t series[HEADLINE_SERIES], count = outcome_headline_series(contest->base, series), drawn = 0;
    const char *outputs = "", *label[DRAWN];
    bool is_cut = false;
    double factor[DRAWN], money[DRAWN], low[DRAWN], high[DRAWN], bottom[DRAWN], top[DRAWN];
    for (size_t i = 0; i < count && drawn < DRAWN; i++) {
        const struct channel *channel = &contest->base->plan->series[series[i]];
        if (!is_drawn(contest, series, i))
            continue;
        const struct scale *scale = scale_for(contest, channel);
        struct display of = display_of(contest->base, channel->output, contest->base->plan->end, arena);
        double in_units = strtod(scale->factor, NULL);
        struct range range = range_of(contest, channel, in_units, DIFFERENCES, (struct range){-1, 1}, &is_cut),
                     level = range_of(contest, channel, in_units, LEVELS, (struct range){0, 1}, &is_cut);
        money[drawn] = display_is_money(channel->output->unit);
        factor[drawn] = money[drawn] ? in_units : in_units / of.factor; /* the script exchanges money by itself */
        low[drawn] = range.low;
        high[drawn] = range.high;
        bottom[drawn] = level.low;
        top[drawn] = level.high;
        outputs = arena_printf(arena, "%s%s%s", outputs, drawn ? " " : "", channel->name);
        label[drawn++] =
            panel_label(channel, arena_printf(arena, "%s%s", scale->prefix, unit_in_words(of.unit, arena)), arena);
    }
    gnuplot_assign_text(to, "compared_outputs", outputs);
    gnuplot_assign_lines(to, "compared_label", label, drawn);
    gnuplot_assign_numbers(to, "compared_scale", factor, drawn);
    gnuplot_assign_numbers(to, "compared_money", money, drawn);
    gnuplot_assign_numbers(to, "compared_low", low, drawn);
    gnuplot_assign_numbers(to, "compared_high", high, drawn);
    gnuplot_assign_numbers(to, "compared_bottom", bottom, drawn);
    gnuplot_assign_numbers(to, "compared_top", top, drawn);
    gnuplot_assign_number(to, "compared_is_cut", is_cut);
}

typedef const char *fit(struct arena *, const char *text, size_t columns);

/* Its label as far as there is room, or its name if the label does not distinguish it from another one. */
static const char *picture_name(const struct contest *contest, size_t i, fit *fitted, size_t columns,
                                struct arena *arena)
{
    const char *label = fitted(arena, contest->other[i].label, columns);
    for (size_t k = 0; k < contest->count; k++)
        if (k != i && strcmp(label, fitted(arena, contest->other[k].label, columns)) == 0)
            return contest->other[i].name;
    return label;
}

/* What the script of the picture needs to know. */
static void write_context(const struct contest *contest, FILE *to)
{
    struct arena arena = {0};
    const char **folder = arena_array(&arena, contest->count, sizeof *folder),
               **name = arena_array(&arena, contest->count, sizeof *name);
    for (size_t i = 0; i < contest->count; i++) {
        folder[i] = folder_of(contest, i, &arena);
        name[i] = picture_name(contest, i, text_cut, LABEL_COLUMNS, &arena);
    }
    fputs("# What the script of compare.svg needs to know.\n", to);
    gnuplot_assign_number(to, "compared_units", units_of(contest));
    gnuplot_assign_text(to, "compared_base", text_cut(&arena, contest->label, LABEL_COLUMNS));
    gnuplot_assign_number(to, "compared_others", (double)contest->count);
    gnuplot_assign_texts(to, "compared_folder", folder, contest->count);
    gnuplot_assign_labels(to, "compared_name", name, contest->count, LABEL_COLUMNS);
    assign_panels(contest, to, &arena);
    arena_free(&arena);
}

/* Whether any other has a difference from the base anywhere. Pictures want a series of all others or of none. */
static bool is_compared(const struct contest *contest, const char *series)
{
    for (size_t o = 0; o < contest->count; o++) {
        const struct comparison *c = &contest->other[o].comparison;
        const struct common *common = find_common(c, series);
        for (size_t i = 0; common && i < common->count; i++)
            if (comparison_cell(c, common, i).n > 0)
                return true;
    }
    return false;
}

/* NULL if no replication has a number of it. */
static const struct channel *key_channel(const struct outcome *outcome)
{
    size_t i = outcome_key_series(outcome);
    return i < outcome->plan->series_count && outcome_has_series(outcome, i) ? &outcome->plan->series[i] : NULL;
}

/* The largest number of the picture, to choose its unit. */
static double largest_median(const struct outcome *outcome, const struct channel *channel)
{
    const struct plan *plan = outcome->plan;
    const struct band *band = &outcome->ensemble.series[(size_t)(channel - plan->series) * plan->sample_count];
    double largest = 0;
    for (size_t i = 0; i < plan->sample_count; i++)
        if (band[i].n > 0)
            largest = fmax(largest, fabs(band[i].p50));
    return largest;
}

/* Whether a variant moves it by as much as can be seen in a picture of it. */
static bool moves(const struct comparison *c, const struct common *common)
{
    const double seen = 1e-3;
    double base = 0, most = 0; /* fmax leaves NaN out */
    for (size_t i = 0; common && i < common->count; i++) {
        struct difference difference = comparison_cell(c, common, i);
        base = fmax(base, fabs(difference.base));
        most = fmax(most, fmax(fabs(difference.mean), fmax(fabs(difference.low), fabs(difference.high))));
    }
    return most > seen * base;
}

/* Whether any other moves it: variants of a decision leave the market as it is, and lines that all coincide say nothing. */
static bool is_moved(const struct contest *contest, const char *series)
{
    size_t o = 0;
    while (o < contest->count &&
           !moves(&contest->other[o].comparison, find_common(&contest->other[o].comparison, series)))
        o++;
    return o < contest->count;
}

static void write_key_others(const struct contest *contest, const char *series, FILE *to, struct arena *arena)
{
    size_t room = contest ? contest->count : 0, count = 0;
    const char **folder = arena_array(arena, room + 1, sizeof *folder),
               **name = arena_array(arena, room + 1, sizeof *name);
    for (size_t i = 0; i < room && is_moved(contest, series); i++) {
        if (!find_common(&contest->other[i].comparison, series))
            continue;
        folder[count] = contest->other[i].name; /* of its own run */
        name[count++] = picture_name(contest, i, text_two_lines, KEY_COLUMNS, arena);
    }
    gnuplot_assign_number(to, "key_others", (double)count);
    gnuplot_assign_texts(to, "key_folder", folder, count);
    gnuplot_assign_lines(to, "key_name", name, count);
}

static void write_key_worlds(const struct outcome *outcome, double scale, FILE *to, struct arena *arena)
{
    size_t count = worlds_count(outcome->worlds);
    const char *column[WORLDS_SHOWN], *label[WORLDS_SHOWN];
    for (size_t i = 0; i < count; i++) {
        column[i] = arena_printf(arena, "world_%" PRIu32, world_number(outcome->worlds, i));
        label[i] = world_label(outcome->worlds, i, scale, arena);
    }
    gnuplot_assign_number(to, "key_worlds", (double)count);
    gnuplot_assign_texts(to, "key_world", column, count);
    gnuplot_assign_lines(to, "key_world_label", label, count);
}

/* Percent of what, where the words say it: `% of revenue` of a `share of revenue`. */
static const char *axis_of(const char *unit, const char *words, struct arena *arena)
{
    static const char share[] = "share of ";
    const char *of = strcmp(unit, "%") == 0 ? strcasestr(words, share) : NULL;
    return of ? arena_printf(arena, "%% of %s", of + strlen(share)) : unit;
}

bool contest_moves_key(const struct outcome *outcome)
{
    const struct channel *channel = key_channel(outcome);
    return channel && outcome->contest && is_moved(outcome->contest, channel->name);
}

bool contest_write_key(const struct outcome *outcome, FILE *to)
{
    const struct channel *channel = key_channel(outcome);
    if (!channel || !to)
        return channel;
    struct arena arena = {0};
    const struct shown *shown = scenario_shown(outcome->scenario);
    bool is_own = shown->words && shown->key;
    struct display of = display_of(outcome, channel->output, outcome->plan->end, &arena);
    const struct scale *scale = scale_of(of.factor * largest_median(outcome, channel));
    const char *unit = arena_printf(&arena, "%s%s", scale->prefix, unit_in_words(of.unit, &arena));
    const char *words = is_own ? shown->words : channel->name;
    double factor = strtod(scale->factor, NULL);
    /* The script exchanges money by itself. */
    double divisor = display_is_money(channel->output->unit) ? factor : factor / of.factor;
    fputs("# What the script of key.svg needs to know.\n", to);
    gnuplot_assign_text(to, "key_output", channel->name);
    gnuplot_assign_text(to, "key_words",
                        text_cut(&arena, capitalised(words, &arena), LABEL_COLUMNS + LABEL_COLUMNS / 2));
    gnuplot_assign_text(to, "key_axis", *of.unit ? axis_of(unit, words, &arena) : words);
    gnuplot_assign_number(to, "key_scale", divisor);
    gnuplot_assign_number(to, "key_prices", display_is_price(channel->output->unit));
    const char *base = contest_moves_key(outcome) ? outcome->contest->label : "median",
               *base_lines = text_two_lines(&arena, base, KEY_COLUMNS);
    gnuplot_assign_text(to, "key_base", text_cut(&arena, base, 2 * KEY_COLUMNS));
    gnuplot_assign_lines(to, "key_base_name", &base_lines, 1);
    write_key_others(outcome->contest, channel->name, to, &arena);
    write_key_worlds(outcome, factor, to, &arena);
    arena_free(&arena);
    return true;
}

void contest_write(const struct contest *contest, struct stage *stage)
{
    struct arena arena = {0};
    for (size_t i = 0; i < contest->count; i++) {
        const struct contender *other = &contest->other[i];
        const char *folder = folder_of(contest, i, &arena);
        for (size_t k = 0; k < other->comparison.common_count; k++) {
            const struct common *common = &other->comparison.common[k];
            if (is_one_number(common))
                continue;
            const char *kind = common->kind == COMMON_CURVE ? "curves" : "series";
            if (common->kind != COMMON_CURVE && !is_compared(contest, common->name)) {
                stage_omit(stage, "%s/%s/%s.dat", folder, kind, common->name);
                continue;
            }
            FILE *to = stage_file(stage, "%s/%s/%s.dat", folder, kind, common->name);
            write_cells(contest, other, common, to);
            stage_close_file(stage, to);
        }
        FILE *to = stage_file(stage, "%s/scalars.dat", folder);
        write_scalars(contest, other, to);
        stage_close_file(stage, to);
    }
    if (is_anything_drawn(contest)) {
        FILE *to = stage_file(stage, "compare/context.gp");
        write_context(contest, to);
        stage_close_file(stage, to);
    }
    arena_free(&arena);
}

/* ---- Tables ---- */

/* How far a number moved, for ranking: the surest cell of a series, scalar or fact among those that moved enough. */
struct move {
    const struct common *common;
    size_t cell;
    struct difference difference;
    double sureness; /* |mean| / se */
};

/* Numbers that hardly any pair has say little. */
static bool is_worth_telling(const struct contest *contest, const struct difference *d)
{
    return d->n > 1 && 2 * d->n >= units_of(contest) && d->mean != 0 && fabs(d->relative) >= LEAST_MOVE;
}

static struct move surest_cell(const struct contest *contest, const struct comparison *c, const struct common *common)
{
    struct move best = {.common = common, .sureness = -1};
    for (size_t i = 0; i < common->count; i++) {
        struct difference d = comparison_cell(c, common, i);
        double sureness = is_worth_telling(contest, &d) ? fabs(d.mean) / d.se : -1;
        if (sureness > best.sureness)
            best = (struct move){.common = common, .cell = i, .difference = d, .sureness = sureness};
    }
    return best;
}

static int by_sureness(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    if (x->sureness != y->sureness)
        return x->sureness < y->sureness ? 1 : -1;
    double dx = fabs(x->difference.relative), dy = fabs(y->difference.relative);
    return dx != dy ? (dx < dy ? 1 : -1) : strcmp(x->common->name, y->common->name);
}

/* Of one output only its surest row. Facts repeat outputs, so they are left to their table. */
static size_t find_moves(const struct contest *contest, const struct comparison *c, struct move *move)
{
    size_t count = 0;
    for (size_t i = 0; i < c->common_count; i++) {
        if (c->common[i].kind == COMMON_FACT)
            continue;
        struct move one = surest_cell(contest, c, &c->common[i]);
        size_t same = 0;
        while (same < count && move[same].common->channel->output != one.common->channel->output)
            same++;
        if (one.sureness > 0 && (same == count || by_sureness(&one, &move[same]) < 0))
            move[same] = one;
        count += one.sureness > 0 && same == count;
    }
    qsort(move, count, sizeof *move, by_sureness);
    return count < MOVED_SHOWN ? count : MOVED_SHOWN;
}

static void add_change(struct listing *listing, const struct difference *d, double scale)
{
    if (d->n < 1)
        listing_add(listing, "-");
    else if (d->mean == 0 && !(d->se > 0))
        listing_add(listing, "0");
    else if (!isfinite(d->low) || !isfinite(d->high)) /* of one pair */
        listing_add(listing, scale > 0 ? "%+.1f%%" : "%+.3g", scale > 0 ? 100 * d->mean / scale : d->mean);
    else if (scale == 0) /* nothing to be relative to */
        listing_add(listing, "%+.3g [%+.3g, %+.3g]", d->mean, d->low, d->high);
    else
        listing_add(listing, "%+.1f%% [%+.1f, %+.1f]", 100 * d->mean / scale, 100 * d->low / scale,
                    100 * d->high / scale);
}

static void add_header(struct listing *listing, const char *const *name)
{
    for (; *name; name++)
        listing_add(listing, "%s", *name);
}

/* A date, or `months 12`. */
static void add_where(struct listing *listing, const struct common *common, double at)
{
    char date[DATE_TEXT_BYTES], number[SHORT_NUMBER_BYTES];
    if (common->kind == COMMON_CURVE)
        listing_add(listing, "%s %s", common->channel->output->x.name, short_number(at, number));
    else
        listing_add(listing, "%s", isnan(at) ? "" : date_text(at, date));
}

static void print_moves(const struct contest *contest, const struct comparison *c, FILE *to)
{
    struct arena arena = {0};
    struct move *move = arena_array(&arena, c->common_count, sizeof *move);
    size_t count = find_moves(contest, c, move);
    struct listing listing = {.columns = 8};
    add_header(&listing, (const char *const[]){"moved most", "unit", "at", "base", "other", "change [95 %]",
                                               "same sign", "variance reduced", NULL});
    for (size_t i = 0; i < count; i++) {
        const struct difference *d = &move[i].difference;
        const char *unit = unit_of(contest, move[i].common);
        double at = comparison_at(c, move[i].common, move[i].cell);
        char text[SHORT_NUMBER_BYTES];
        listing_add(&listing, "%s", move[i].common->name);
        listing_add(&listing, "%s", unit);
        add_where(&listing, move[i].common, at);
        listing_add(&listing, "%s", short_quantity(d->base, unit, text));
        listing_add(&listing, "%s", short_quantity(d->other, unit, text));
        if (strcmp(unit, "date") == 0)
            listing_add(&listing, "%+.2f [%+.2f, %+.2f] years", d->mean, d->low, d->high);
        else
            add_change(&listing, d, fabs(d->base));
        listing_add(&listing, "%.0f%%", 100 * d->same_sign);
        listing_add(&listing, "%s%s", short_number(d->reduction, text), isnan(d->reduction) ? "" : " times");
    }
    if (count)
        listing_print(&listing, to, false);
    else
        fprintf(to, "Nothing moved by %g %% or more.\n", 100 * LEAST_MOVE);
    listing_free(&listing);
    arena_free(&arena);
}

bool contest_difference(const struct contender *other, const char *series, double at, struct difference *difference)
{
    const struct comparison *c = &other->comparison;
    const struct common *common = find_common(c, series);
    for (size_t i = 0; common && i < common->count; i++)
        if (comparison_at(c, common, i) == at) {
            *difference = comparison_cell(c, common, i);
            return true;
        }
    return false;
}

/* The sample of `common` at the date of the base's `sample`; its count if there is none. */
static size_t cell_at(const struct contest *contest, const struct comparison *c, const struct common *common,
                      size_t sample)
{
    size_t i = 0;
    while (i < common->count && comparison_at(c, common, i) != contest->base->plan->sample_at[sample])
        i++;
    return i;
}

static void print_headline(const struct contest *contest, const struct comparison *c, FILE *to)
{
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(contest->base, series),
           samples = outcome_headline_samples(contest->base, sample);
    struct listing listing = {.columns = 1 + samples};
    char date[DATE_TEXT_BYTES];
    listing_add(&listing, "change [95 %%]");
    for (size_t s = 0; s < samples; s++)
        listing_add(&listing, "%s", date_text(contest->base->plan->sample_at[sample[s]], date));
    for (size_t i = 0; i < series_count; i++) {
        const struct common *common = find_common(c, contest->base->plan->series[series[i]].name);
        if (!common)
            continue;
        listing_add(&listing, "%s", common->name);
        for (size_t s = 0; s < samples; s++) {
            size_t cell = cell_at(contest, c, common, sample[s]);
            struct difference d = cell < common->count ? comparison_cell(c, common, cell) : (struct difference){0};
            add_change(&listing, &d, fabs(d.base));
        }
    }
    listing_print(&listing, to, false);
    listing_free(&listing);
}

/* The median over all cells that differ. */
static double typical_reduction(const struct comparison *c, size_t *count)
{
    struct arena arena = {0};
    double *reduction = arena_array(&arena, c->cell_count, sizeof *reduction);
    *count = 0;
    for (size_t i = 0; i < c->common_count; i++)
        for (size_t k = 0; k < c->common[i].count; k++) {
            struct difference d = comparison_cell(c, &c->common[i], k);
            if (d.n > 1 && isfinite(d.reduction))
                reduction[(*count)++] = d.reduction;
        }
    qsort(reduction, *count, sizeof *reduction, by_size);
    double middle = *count ? reduction[*count / 2] : (double)NAN;
    arena_free(&arena);
    return middle;
}

static void print_lone(const struct contender *other, FILE *to)
{
    const struct comparison *c = &other->comparison;
    static const char *const title[] = {"only in the other: ", "only in the base: "};
    for (int in_base = 1; in_base >= 0; in_base--) {
        size_t count = 0;
        for (size_t i = 0; i < c->lone_count; i++)
            if (c->lone[i].in_base == (in_base == 1))
                fprintf(to, "%s%s", count++ ? ", " : title[in_base], c->lone[i].name);
        if (count)
            putc('\n', to);
    }
}

static void print_other(const struct contest *contest, const struct contender *other, FILE *to)
{
    size_t cells;
    char text[SHORT_NUMBER_BYTES];
    double reduction = typical_reduction(&other->comparison, &cells);
    fprintf(to, "%s against %s: %" PRIu32 " pairs, seed %" PRIu64 "\n\n", other->label, contest->label,
            contest->base->ensemble.done, contest->base->seed);
    print_moves(contest, &other->comparison, to);
    putc('\n', to);
    print_headline(contest, &other->comparison, to);
    if (cells)
        fprintf(
            to,
            "\ncommon random numbers cut the variance of differences %s times (median of %zu numbers that differ)\n",
            short_number(reduction, text), cells);
    else
        fputs("\nnothing differs in any replication\n", to);
    print_lone(other, to);
}

static void add_csv_row(const struct contest *contest, const struct contender *other, const struct common *common,
                        size_t cell, struct listing *listing)
{
    struct difference d = comparison_cell(&other->comparison, common, cell);
    double at = comparison_at(&other->comparison, common, cell);
    char text[NUMBER_TEXT_BYTES], date[DATE_TEXT_BYTES];
    add_header(listing, (const char *const[]){other->name, kind_name(common), common->name, unit_of(contest, common),
                                              isnan(at) ? "" : date_text(at, date), NULL});
    const double numbers[] = {d.base, d.other, d.mean, d.se, d.low, d.high, d.same_sign, d.n, d.relative, d.reduction};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        listing_add(listing, "%s", number_text(numbers[i], text));
}

/* Headline outputs at a few dates, all scalars, facts and measures. */
static void print_csv(const struct contest *contest, FILE *to)
{
    size_t series[HEADLINE_SERIES], sample[HEADLINE_SAMPLES];
    size_t series_count = outcome_headline_series(contest->base, series),
           samples = outcome_headline_samples(contest->base, sample);
    struct listing listing = {.columns = 15};
    add_header(&listing, (const char *const[]){"against", "kind", "name", "unit", "date", "base", "other", "diff", "se",
                                               "low", "high", "same_sign", "n", "relative", "reduction", NULL});
    for (size_t o = 0; o < contest->count; o++) {
        const struct contender *other = &contest->other[o];
        const struct comparison *c = &other->comparison;
        for (size_t i = 0; i < series_count; i++) {
            const struct common *common = find_common(c, contest->base->plan->series[series[i]].name);
            for (size_t s = 0; common && s < samples; s++)
                if (cell_at(contest, c, common, sample[s]) < common->count)
                    add_csv_row(contest, other, common, cell_at(contest, c, common, sample[s]), &listing);
        }
        for (size_t i = 0; i < c->common_count; i++)
            if (is_one_number(&c->common[i]))
                add_csv_row(contest, other, &c->common[i], 0, &listing);
    }
    listing_print(&listing, to, true);
    listing_free(&listing);
}

void contest_print(const struct contest *contest, FILE *to, bool csv)
{
    if (csv) {
        print_csv(contest, to);
        return;
    }
    for (size_t i = 0; i < contest->count; i++) {
        if (i)
            putc('\n', to);
        print_other(contest, &contest->other[i], to);
    }
}
