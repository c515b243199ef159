/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures show of a sweep: a heat map where two or three factors have a few values each, curves over one of at
 * most two, and the draws of a sampled design. */
#include "sweep_files.h"

#include "sim/base/dates.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PANELS = 6, MOST_LINES = 8, SCATTER_MEASURES = 3, SCATTER_FACTORS = 4 };

/* ---- Gathering ---- */

/* The measures of the scenario; if it has none, the first facts. */
static void choose_measures(const struct store *store, struct sweep_sheet *sheet)
{
    for (int facts = 0; facts < 2 && !sheet->measure_count; facts++)
        for (size_t i = 0; i < store->measure_count && sheet->measure_count < MOST_SHEET_MEASURES; i++)
            if (store->measure[i].is_fact == (facts == 1))
                sheet->measure[sheet->measure_count++] = i;
}

struct sweep_sheet *sweep_sheet_new(struct sweep_files *files)
{
    const struct store *store = files->request->store;
    struct sweep_sheet *sheet = arena_alloc(files->arena, sizeof *sheet);
    sheet->word = arena_array(files->arena, store->factor_count + 1, sizeof *sheet->word);
    sheet->words = arena_array(files->arena, store->factor_count + 1, sizeof *sheet->words);
    for (size_t i = 0; i < store->factor_count; i++)
        sheet->word[i] = arena_array(files->arena, MOST_SHEET_LEVELS, sizeof **sheet->word);
    choose_measures(store, sheet);
    size_t points = store_count(files->request->store, NULL);
    sheet->room = points < MOST_SHEET_ROWS ? points : MOST_SHEET_ROWS;
    sheet->point = arena_array(files->arena, sheet->room, sizeof *sheet->point);
    sheet->x = arena_array(files->arena, sheet->room * store->factor_count, sizeof *sheet->x);
    sheet->cell = arena_array(files->arena, sheet->room * sheet->measure_count, sizeof *sheet->cell);
    return sheet;
}

/* The place of a word among those of its factor, from 1; NaN beyond those there is room for. */
static double place_of_word(struct sweep_files *files, size_t factor, const char *word)
{
    struct sweep_sheet *sheet = files->sheet;
    for (size_t i = 0; i < sheet->words[factor]; i++)
        if (!strcmp(sheet->word[factor][i], word))
            return (double)i + 1;
    if (sheet->words[factor] == MOST_SHEET_LEVELS)
        return (double)NAN;
    sheet->word[factor][sheet->words[factor]++] = arena_text(files->arena, word);
    return (double)sheet->words[factor];
}

static bool is_date(const struct store_column *column)
{
    return !strcmp(column->unit, "date");
}

static double x_of(struct sweep_files *files, size_t factor, const struct stored_point *point)
{
    double year;
    if (!point->word[factor])
        return point->number[factor];
    if (is_date(&files->request->store->factor[factor]) && date_parse(point->word[factor], &year))
        return year;
    return place_of_word(files, factor, point->word[factor]);
}

void sweep_sheet_add(struct sweep_files *files, const struct stored_point *point, const struct band *band,
                     const double (*difference)[3])
{
    struct sweep_sheet *sheet = files->sheet;
    const struct store *store = files->request->store;
    const char *extra = store_get(files->request->store, "base_is_extra");
    if (point->point == files->base && extra && !strcmp(extra, "yes"))
        return;
    if (sheet->rows == sheet->room)
        return;
    sheet->point[sheet->rows] = point->point;
    for (size_t i = 0; i < store->factor_count; i++)
        sheet->x[sheet->rows * store->factor_count + i] = x_of(files, i, point);
    for (size_t k = 0; k < sheet->measure_count; k++) {
        const struct band *b = &band[sheet->measure[k]];
        const double *d = difference[sheet->measure[k]];
        sheet->cell[sheet->rows * sheet->measure_count + k] =
            (struct sweep_cell){.mean = b->n > 0 ? b->mean : (double)NAN,
                                .p05 = b->p05,
                                .p25 = b->p25,
                                .p50 = b->p50,
                                .p75 = b->p75,
                                .p95 = b->p95,
                                .difference = d[0],
                                .low = d[1],
                                .high = d[2]};
    }
    sheet->rows++;
}

/* ---- Levels ---- */

static void note_level(struct sweep_levels *levels, double value)
{
    size_t at = 0;
    while (at < levels->count && levels->value[at] < value)
        at++;
    if (isnan(value) || (at < levels->count && levels->value[at] == value))
        return;
    if (levels->count >= MOST_SHEET_LEVELS) {
        levels->count = MOST_SHEET_LEVELS + 1;
        return;
    }
    memmove(&levels->value[at + 1], &levels->value[at], (levels->count - at) * sizeof levels->value[0]);
    levels->value[at] = value;
    levels->count++;
}

struct sweep_levels sweep_levels_of(const struct sweep_files *files, size_t factor)
{
    struct sweep_levels levels = {.factor = factor};
    size_t factors = files->request->store->factor_count;
    for (size_t i = 0; i < files->sheet->rows && levels.count <= MOST_SHEET_LEVELS; i++)
        note_level(&levels, files->sheet->x[i * factors + factor]);
    return levels;
}

static size_t level_index(const struct sweep_levels *levels, double value)
{
    for (size_t i = 0; i < levels->count; i++)
        if (levels->value[i] == value)
            return i;
    return levels->count;
}

const char *sweep_level_text(struct sweep_files *files, const struct sweep_levels *levels, size_t i)
{
    const struct sweep_sheet *sheet = files->sheet;
    const struct store_column *factor = &files->request->store->factor[levels->factor];
    char date[DATE_TEXT_BYTES];
    if (is_date(factor))
        return arena_text(files->arena, date_text(levels->value[i], date));
    if (sheet->words[levels->factor])
        return sheet->word[levels->factor][i];
    return arena_printf(files->arena, "%.6g", levels->value[i]);
}

static const char *axis_label(struct sweep_files *files, size_t factor)
{
    const struct store_column *column = &files->request->store->factor[factor];
    if (!*column->unit || is_date(column))
        return column->label;
    return arena_printf(files->arena, "%s, %s", column->label, column->unit);
}

static const char *measure_title(struct sweep_files *files, size_t k)
{
    const struct store_column *measure = &files->request->store->measure[files->sheet->measure[k]];
    return *measure->unit && !is_date(measure) ? arena_printf(files->arena, "%s, %s", measure->label, measure->unit)
                                               : measure->label;
}

/* ---- Context ---- */

struct sheets {
    struct sweep_files *files;
    FILE *context;
    struct sweep_levels varying[3]; /* factors with more than one value; a fourth has no place in a picture */
    size_t varying_count;
    bool sampled;
};

static void assign_levels(struct sheets *s, const char *prefix, const struct sweep_levels *levels)
{
    struct arena *arena = s->files->arena;
    const char **text = arena_array(arena, levels->count + 1, sizeof *text);
    for (size_t i = 0; i < levels->count; i++)
        text[i] = sweep_level_text(s->files, levels, i);
    gnuplot_assign_number(s->context, arena_printf(arena, "%s_levels", prefix), (double)levels->count);
    gnuplot_assign_texts(s->context, arena_printf(arena, "%s_text", prefix), text, levels->count);
    gnuplot_assign_numbers(s->context, arena_printf(arena, "%s_value", prefix), levels->value, levels->count);
    gnuplot_assign_text(s->context, arena_printf(arena, "%s_label", prefix), axis_label(s->files, levels->factor));
}

struct panel_set {
    size_t count;
    const char *title[SCATTER_MEASURES * SCATTER_FACTORS], *x_label[SCATTER_MEASURES * SCATTER_FACTORS];
    double low[SCATTER_MEASURES * SCATTER_FACTORS], high[SCATTER_MEASURES * SCATTER_FACTORS];
};

static void widen(struct panel_set *panels, size_t panel, double value)
{
    panels->low[panel] = fmin(panels->low[panel], value); /* fmin passes NaN over */
    panels->high[panel] = fmax(panels->high[panel], value);
}

static size_t new_panel(struct panel_set *panels, const char *title)
{
    panels->title[panels->count] = title;
    panels->x_label[panels->count] = "";
    panels->low[panels->count] = panels->high[panels->count] = (double)NAN;
    return panels->count++;
}

static void assign_panels(struct sheets *s, const char *prefix, const struct panel_set *panels)
{
    struct arena *arena = s->files->arena;
    gnuplot_assign_number(s->context, arena_printf(arena, "%s_panels", prefix), (double)panels->count);
    gnuplot_assign_texts(s->context, arena_printf(arena, "%s_title", prefix), panels->title, panels->count);
    gnuplot_assign_texts(s->context, arena_printf(arena, "%s_x_of", prefix), panels->x_label, panels->count);
    gnuplot_assign_numbers(s->context, arena_printf(arena, "%s_low", prefix), panels->low, panels->count);
    gnuplot_assign_numbers(s->context, arena_printf(arena, "%s_high", prefix), panels->high, panels->count);
}

static double x_at(const struct sheets *s, size_t row, size_t factor)
{
    return s->files->sheet->x[row * s->files->request->store->factor_count + factor];
}

static const struct sweep_cell *cell_at(const struct sheets *s, size_t row, size_t k)
{
    return &s->files->sheet->cell[row * s->files->sheet->measure_count + k];
}

/* ---- Heat maps ---- */

static bool are_few(const struct sweep_levels *levels)
{
    return levels->count > 1 && levels->count <= MOST_SHEET_LEVELS;
}

static void write_heat_panel(struct sheets *s, struct dat *dat, struct panel_set *panels, size_t k, double third)
{
    const struct sweep_levels *x = &s->varying[0], *y = &s->varying[1];
    struct sweep_files *files = s->files;
    const struct store_column *measure = &files->request->store->measure[files->sheet->measure[k]];
    const char *title = measure_title(files, k);
    char text[SHORT_NUMBER_BYTES];
    if (!isnan(third))
        title =
            arena_printf(files->arena, "%s (%s %s)", title, files->request->store->factor[s->varying[2].factor].label,
                         sweep_level_text(files, &s->varying[2], level_index(&s->varying[2], third)));
    size_t panel = new_panel(panels, title);
    for (size_t i = 0; i < files->sheet->rows; i++) {
        const struct sweep_cell *cell = cell_at(s, i, k);
        if ((!isnan(third) && x_at(s, i, s->varying[2].factor) != third) || isnan(cell->mean))
            continue;
        widen(panels, panel, cell->mean);
        dat_number(dat, (double)panel + 1);
        dat_number(dat, (double)level_index(x, x_at(s, i, x->factor)) + 1);
        dat_number(dat, (double)level_index(y, x_at(s, i, y->factor)) + 1);
        dat_number(dat, cell->mean);
        dat_text(dat, short_quantity(cell->mean, measure->unit, text));
        dat_end_row(dat);
    }
}

static void write_heat(struct sheets *s)
{
    struct panel_set panels = {0};
    struct sweep_files *files = s->files;
    size_t thirds = s->varying_count > 2 ? s->varying[2].count : 1;
    if (s->sampled || s->varying_count < 2 || !are_few(&s->varying[0]) || !are_few(&s->varying[1]) ||
        thirds > MOST_PANELS)
        return;
    FILE *to = sweep_file(files, "sweep/heat.dat");
    struct dat dat = {.to = to};
    dat_word(&dat, "panel x y value text");
    dat_end_row(&dat);
    for (size_t k = 0; k < files->sheet->measure_count; k++)
        for (size_t t = 0; t < thirds && panels.count < MOST_PANELS; t++)
            write_heat_panel(s, &dat, &panels, k, thirds > 1 ? s->varying[2].value[t] : (double)NAN);
    sweep_close_file(files, to, "sweep/heat.dat");
    assign_panels(s, "heat", &panels);
    assign_levels(s, "heat_x", &s->varying[0]);
    assign_levels(s, "heat_y", &s->varying[1]);
}

/* ---- Curves ---- */

static bool is_numeric(const struct sheets *s, const struct sweep_levels *levels)
{
    return !s->files->sheet->words[levels->factor];
}

/* The factor along the axis: that with more values of those that are numbers. */
static const struct sweep_levels *axis_of_curves(const struct sheets *s)
{
    const struct sweep_levels *best = NULL;
    for (size_t i = 0; i < s->varying_count; i++)
        if (is_numeric(s, &s->varying[i]) && (!best || s->varying[i].count > best->count))
            best = &s->varying[i];
    return best;
}

struct curve_row {
    double line, x;
    const struct sweep_cell *cell;
};

static int by_line_and_x(const void *a, const void *b)
{
    const struct curve_row *one = a, *other = b;
    if (one->line != other->line)
        return one->line < other->line ? -1 : 1;
    return (one->x > other->x) - (one->x < other->x);
}

static void write_curve_panel(struct sheets *s, struct dat *dat, struct panel_set *panels, size_t k,
                              const struct sweep_levels *x, const struct sweep_levels *lines)
{
    struct sweep_files *files = s->files;
    size_t rows = files->sheet->rows, panel = new_panel(panels, measure_title(files, k));
    struct curve_row *row = arena_array(files->arena, rows, sizeof *row);
    for (size_t i = 0; i < rows; i++)
        row[i] = (struct curve_row){
            .line = lines ? (double)level_index(lines, x_at(s, i, lines->factor)) + 1 : 1,
            .x = x_at(s, i, x->factor),
            .cell = cell_at(s, i, k),
        };
    qsort(row, rows, sizeof *row, by_line_and_x);
    for (size_t i = 0; i < rows; i++) {
        const struct sweep_cell *cell = row[i].cell;
        const double number[] = {(double)panel + 1, row[i].line, row[i].x,  cell->mean, cell->p05,
                                 cell->p25,         cell->p50,   cell->p75, cell->p95};
        widen(panels, panel, lines ? cell->p50 : cell->p05);
        widen(panels, panel, lines ? cell->p50 : cell->p95);
        for (size_t n = 0; n < sizeof number / sizeof *number; n++)
            dat_number(dat, number[n]);
        dat_end_row(dat);
    }
}

static void write_curves(struct sheets *s)
{
    struct panel_set panels = {0};
    struct sweep_files *files = s->files;
    const struct sweep_levels *x = axis_of_curves(s);
    if (s->sampled || s->varying_count < 1 || s->varying_count > 2 || !x)
        return;
    const struct sweep_levels *lines = s->varying_count < 2  ? NULL
                                       : x == &s->varying[0] ? &s->varying[1]
                                                             : &s->varying[0];
    if (lines && lines->count > MOST_LINES)
        return;
    FILE *to = sweep_file(files, "sweep/curves.dat");
    struct dat dat = {.to = to};
    dat_word(&dat, "panel line x mean p05 p25 p50 p75 p95");
    dat_end_row(&dat);
    for (size_t k = 0; k < files->sheet->measure_count; k++)
        write_curve_panel(s, &dat, &panels, k, x, lines);
    sweep_close_file(files, to, "sweep/curves.dat");
    assign_panels(s, "curve", &panels);
    const struct sweep_levels none = {.factor = x->factor};
    gnuplot_assign_text(s->context, "curve_x_label", axis_label(files, x->factor));
    assign_levels(s, "curve_line", lines ? lines : &none);
}

/* ---- Draws ---- */

static void write_draws(struct sheets *s)
{
    struct panel_set panels = {0};
    struct sweep_files *files = s->files;
    size_t factors = files->request->store->factor_count, measures = files->sheet->measure_count;
    factors = factors < SCATTER_FACTORS ? factors : SCATTER_FACTORS;
    measures = measures < SCATTER_MEASURES ? measures : SCATTER_MEASURES;
    if (!s->sampled)
        return;
    FILE *to = sweep_file(files, "sweep/draws.dat");
    struct dat dat = {.to = to};
    dat_word(&dat, "panel x y");
    dat_end_row(&dat);
    for (size_t k = 0; k < measures; k++)
        for (size_t f = 0; f < factors; f++) {
            size_t panel = new_panel(&panels, measure_title(files, k));
            panels.x_label[panel] = axis_label(files, f);
            for (size_t i = 0; i < files->sheet->rows; i++) {
                widen(&panels, panel, cell_at(s, i, k)->mean);
                dat_number(&dat, (double)panel + 1);
                dat_number(&dat, x_at(s, i, f));
                dat_number(&dat, cell_at(s, i, k)->mean);
                dat_end_row(&dat);
            }
        }
    sweep_close_file(files, to, "sweep/draws.dat");
    assign_panels(s, "draws", &panels);
    gnuplot_assign_number(s->context, "draws_columns", (double)factors);
}

/* ---- The whole ---- */

static void find_varying(struct sheets *s)
{
    for (size_t i = 0; i < s->files->request->store->factor_count; i++) {
        struct sweep_levels levels = sweep_levels_of(s->files, i);
        if (levels.count < 2)
            continue;
        if (s->varying_count < sizeof s->varying / sizeof *s->varying)
            s->varying[s->varying_count] = levels;
        s->varying_count++;
    }
    if (s->varying_count > sizeof s->varying / sizeof *s->varying)
        s->varying_count = 0; /* more than a picture can show */
}

/* What common.gp wants to know of a run; a sweep has neither dates nor series. */
static void write_context(struct sweep_files *files)
{
    struct store *store = files->request->store;
    const char *title = store_get(store, "title"), *name = store_get(store, "scenario");
    const char *replications = store_get(store, "identity.replications"), *seed = store_get(store, "identity.seed");
    FILE *to = sweep_file(files, "context.gp");
    fputs("# What the scripts of pictures need to know of this sweep.\n", to);
    gnuplot_assign_text(to, "title", title && *title ? title : name);
    gnuplot_assign_text(to, "subtitle",
                        arena_printf(files->arena, "%s, %zu points, %s replications each, seed %s", name, files->all,
                                     replications, seed));
    static const char *const numbers[] = {"xstart", "series_rows", "series_worlds", "fact_rows", "dated_events"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        gnuplot_assign_number(to, numbers[i], 0);
    gnuplot_assign_number(to, "xend", 1);
    gnuplot_assign_text(to, "series_written", "");
    gnuplot_assign_text(to, "generations", "");
    sweep_close_file(files, to, "context.gp");
}

void sweep_write_sheets(struct sweep_files *files)
{
    const char *design = store_get(files->request->store, "design");
    struct sheets s = {.files = files};
    s.sampled = design && (!strcmp(design, "lhs") || !strcmp(design, "sobol"));
    write_context(files);
    s.context = sweep_file(files, "sweep/context.gp");
    fputs("# What the scripts of a sweep's pictures need to know.\n", s.context);
    find_varying(&s);
    if (files->sheet->rows > 1) {
        write_heat(&s);
        write_curves(&s);
        write_draws(&s);
    }
    sweep_close_file(files, s.context, "sweep/context.gp");
}
