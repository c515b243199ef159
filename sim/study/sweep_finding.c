/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a grid found, in words; all numbers are those of the points at hand. */
#include "finding.h"
#include "sweep_files.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { MOST_FACTORS = 3, MOST_WORDED = 4 };

struct grid {
    struct sweep_files *files;
    struct arena *arena;
    size_t count; /* of factors with more than one value */
    struct sweep_levels factor[MOST_FACTORS];
};

static const struct store *store_of(const struct grid *grid)
{
    return grid->files->request->store;
}

static const struct store_column *column_of(const struct grid *grid, size_t i)
{
    return &store_of(grid)->factor[grid->factor[i].factor];
}

static double x_at(const struct grid *grid, size_t row, size_t i)
{
    return grid->files->sheet->x[row * store_of(grid)->factor_count + grid->factor[i].factor];
}

static double mean_at(const struct grid *grid, size_t row, size_t k)
{
    return grid->files->sheet->cell[row * grid->files->sheet->measure_count + k].mean;
}

/* Whether the points are all combinations of a few values of at most three factors, each once. */
static bool is_whole(struct grid *grid)
{
    size_t points = 1, rows = grid->files->sheet->rows;
    for (size_t i = 0; i < store_of(grid)->factor_count; i++) {
        struct sweep_levels levels = sweep_levels_of(grid->files, i);
        if (levels.count < 2)
            continue;
        if (levels.count > MOST_SHEET_LEVELS || grid->count == MOST_FACTORS)
            return false;
        grid->factor[grid->count++] = levels;
        points *= levels.count;
    }
    return grid->count > 0 && points == rows;
}

static const char *level_text(const struct grid *grid, size_t i, size_t level)
{
    return sweep_level_text(grid->files, &grid->factor[i], level);
}

static const char *unit_of(const struct grid *grid, size_t i)
{
    const struct store_column *column = column_of(grid, i);
    bool has_unit = *column->unit && strcmp(column->unit, "date") != 0;
    return has_unit ? arena_printf(grid->arena, " %s", column->unit) : "";
}

/* Mean over the rows at a level of factor `i`; NaN where one of them has no number. */
static double mean_of_level(const struct grid *grid, size_t k, size_t i, double value)
{
    double sum = 0, count = 0;
    for (size_t row = 0; row < grid->files->sheet->rows; row++)
        if (x_at(grid, row, i) == value) {
            sum += mean_at(grid, row, k);
            count++;
        }
    return sum / count;
}

/* `-1.54 to -0.105 over use of the cards (0.4 to 1)`. */
static const char *effect(const struct grid *grid, size_t k, const char *unit, size_t i)
{
    const struct sweep_levels *levels = &grid->factor[i];
    size_t last = levels->count - 1;
    double from = mean_of_level(grid, k, i, levels->value[0]), to = mean_of_level(grid, k, i, levels->value[last]);
    return arena_printf(grid->arena, "%s to %s over %s (%s to %s%s)", number_in_words(from, grid->arena),
                        quantity_in_words(to, unit, grid->arena), column_of(grid, i)->label, level_text(grid, i, 0),
                        level_text(grid, i, last), unit_of(grid, i));
}

/* The mean at these values of both factors. */
static double mean_where(const struct grid *grid, size_t k, double a, double b)
{
    for (size_t row = 0; row < grid->files->sheet->rows; row++)
        if (x_at(grid, row, 0) == a && x_at(grid, row, 1) == b)
            return mean_at(grid, row, k);
    return (double)NAN;
}

/* Where along the second factor the measure changes its sign at a value of the first, between two of the grid's by a
 * straight line; NaN: nowhere. */
static double zero_at(const struct grid *grid, size_t k, double first)
{
    const struct sweep_levels *levels = &grid->factor[1];
    double before = (double)NAN;
    for (size_t i = 0; i < levels->count; i++) {
        double x = levels->value[i], y = mean_where(grid, k, first, x);
        if (before * y < 0)
            return levels->value[i - 1] + (x - levels->value[i - 1]) * before / (before - y);
        before = y;
    }
    return (double)NAN;
}

/* ` It is zero where use is 0.7 and decline -0.19 /yr, 0.8 and -0.13; nowhere at 0.4.` */
static const char *frontier(const struct grid *grid, size_t k)
{
    const char *somewhere = "", *nowhere = "";
    if (grid->count != 2 || grid->files->sheet->words[grid->factor[1].factor])
        return "";
    for (size_t i = 0; i < grid->factor[0].count; i++) {
        double zero = zero_at(grid, k, grid->factor[0].value[i]);
        const char *at = level_text(grid, 0, i);
        if (isnan(zero))
            nowhere = arena_printf(grid->arena, "%s%s%s", nowhere, *nowhere ? ", " : "; nowhere at ", at);
        else if (*somewhere)
            somewhere = arena_printf(grid->arena, "%s, %s and %s", somewhere, at, number_in_words(zero, grid->arena));
        else
            somewhere = arena_printf(grid->arena, " It is zero where %s is %s%s and %s %s%s", column_of(grid, 0)->label,
                                     at, unit_of(grid, 0), column_of(grid, 1)->label,
                                     number_in_words(zero, grid->arena), unit_of(grid, 1));
    }
    return *somewhere ? arena_printf(grid->arena, "%s%s.", somewhere, nowhere) : "";
}

static const char *capital(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    *copy = (char)toupper((unsigned char)*copy);
    return copy;
}

static const char *sentence(const struct grid *grid, size_t k)
{
    const struct sweep_sheet *sheet = grid->files->sheet;
    const struct store_column *measure = &store_of(grid)->measure[sheet->measure[k]];
    double low = (double)NAN, high = (double)NAN;
    for (size_t row = 0; row < sheet->rows; row++) {
        low = fmin(low, mean_at(grid, row, k)); /* fmin passes NaN over */
        high = fmax(high, mean_at(grid, row, k));
    }
    if (isnan(low))
        return "";
    const char *least = quantity_in_words(low, measure->unit, grid->arena),
               *most = quantity_in_words(high, measure->unit, grid->arena);
    if (strcmp(least, most) == 0)
        return arena_printf(grid->arena, "%s: %s at all points. ", capital(grid->arena, measure->label), least);
    const char *text = arena_printf(grid->arena, "%s: %s to %s", capital(grid->arena, measure->label),
                                    number_in_words(low, grid->arena), most);
    for (size_t i = 0; i < grid->count && grid->count > 1; i++)
        text = arena_printf(grid->arena, "%s%s%s", text, i == 0 ? "; in the mean over the rest, " : ", ",
                            effect(grid, k, measure->unit, i));
    if (grid->count == 1)
        text = arena_printf(grid->arena, "%s; %s", text, effect(grid, k, measure->unit, 0));
    return arena_printf(grid->arena, "%s.%s ", text, frontier(grid, k));
}

const char *sweep_finding(struct sweep_files *files)
{
    struct grid grid = {.files = files, .arena = files->arena};
    const char *text = "";
    if (files->done < files->all || !is_whole(&grid))
        return NULL;
    for (size_t k = 0; k < files->sheet->measure_count && k < MOST_WORDED; k++)
        text = arena_printf(files->arena, "%s%s", text, sentence(&grid, k));
    size_t length = strlen(text);
    return length ? arena_printf(files->arena, "%.*s", (int)length - 1, text) : NULL;
}
