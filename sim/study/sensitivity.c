/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sensitivity.h"

#include "sim/base/dates.h"
#include "sim/base/det.h"
#include "sim/base/memory.h"
#include "sim/montecarlo/morris.h"
#include "sim/montecarlo/saltelli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const sensitivity_confidence[CONFIDENCES] = {"A", "B", "C", "none"};

size_t sensitivity_confidence_of(const char *confidence)
{
    size_t i = 0;
    while (i < CONFIDENCES - 1 && strcmp(sensitivity_confidence[i], confidence) != 0)
        i++;
    return i;
}

/* ---- Rows ---- */

void sensitivity_add(struct sensitivity *s, struct sensitivity_measure *measure, const struct sensitivity_row *row)
{
    enum { ROOM = 32 };
    size_t size = sizeof *row;
    if (measure->count % ROOM == 0)
        measure->row = arena_grow(&s->arena, measure->row, measure->count * size, (measure->count + ROOM) * size);
    measure->row[measure->count++] = *row;
}

static void add_luck_and_rest(struct sensitivity *s, struct sensitivity_measure *measure, const struct bounded *luck,
                              const struct bounded *rest)
{
    bool apart = !isnan(luck->value);
    if (apart)
        sensitivity_add(s, measure,
                        &(struct sensitivity_row){.name = "luck",
                                                  .label = "luck",
                                                  .confidence = "",
                                                  .method = METHOD_FIRST,
                                                  .kind = KIND_LUCK,
                                                  .index = *luck});
    sensitivity_add(s, measure,
                    &(struct sensitivity_row){.name = apart ? "interactions" : "luck_and_interactions",
                                              .label = apart ? "interactions" : "luck and interactions",
                                              .confidence = "",
                                              .method = METHOD_FIRST,
                                              .kind = apart ? KIND_INTERACTIONS : KIND_REST,
                                              .index = *rest});
}

static void add_input(struct sensitivity *s, struct sensitivity_measure *measure, const struct given_names *names,
                      size_t input, enum sensitivity_method method, const struct bounded *index)
{
    sensitivity_add(s, measure,
                    &(struct sensitivity_row){.name = names->name[input],
                                              .label = names->label[input],
                                              .confidence = names->confidence[input],
                                              .words = names->words ? names->words[input] : NULL,
                                              .method = method,
                                              .member = names->member,
                                              .index = *index});
}

static bool has_confidence(const struct given *given, size_t confidence)
{
    for (size_t i = 0; i < given->inputs; i++)
        if (given->set_of[i] == confidence)
            return true;
    return false;
}

void sensitivity_add_given(struct sensitivity *s, struct sensitivity_measure *measure, const struct given *given,
                           size_t replications, const double *y, const struct given_names *names)
{
    struct arena arena = {0};
    struct given_indices indices = {.first = arena_array(&arena, given->inputs, sizeof *indices.first),
                                    .rank = arena_array(&arena, given->inputs, sizeof *indices.rank),
                                    .set = arena_array(&arena, CONFIDENCES, sizeof *indices.set)};
    given_analyse(given, replications, y, &indices);
    for (size_t i = 0; !names->no_first && i < given->inputs; i++)
        add_input(s, measure, names, i, METHOD_FIRST, &indices.first[i]);
    for (size_t i = 0; i < given->inputs; i++)
        add_input(s, measure, names, i, METHOD_RANK, &indices.rank[i]);
    if (!names->member) {
        measure->mean = indices.mean;
        measure->deviation = sqrt(indices.variance);
        add_luck_and_rest(s, measure, &indices.luck, &indices.rest);
    }
    for (size_t c = 0; c < CONFIDENCES; c++)
        if (has_confidence(given, c))
            sensitivity_add(s, measure,
                            &(struct sensitivity_row){.name = sensitivity_confidence[c],
                                                      .label = sensitivity_confidence[c],
                                                      .confidence = sensitivity_confidence[c],
                                                      .method = METHOD_EVIDENCE,
                                                      .kind = KIND_CONFIDENCE,
                                                      .index = indices.set[c]});
    arena_free(&arena);
}

double sensitivity_number(const struct sensitivity_measure *measure, double number)
{
    if (!measure->is_logarithm)
        return number;
    return number > 0 ? det_log(number) : (double)NAN;
}

/* Whether anything is known of what it is due to. */
static bool tells(const struct sensitivity_measure *measure)
{
    for (size_t i = 0; i < measure->count; i++)
        if (measure->row[i].kind == KIND_PARAMETER && !isnan(measure->row[i].index.value))
            return true;
    return false;
}

/* 0: measures that vary; then facts that do; then all that do not. */
static int rank_of(const struct sensitivity_measure *measure)
{
    return !tells(measure) ? 2 : measure->is_fact;
}

void sensitivity_order(struct sensitivity *s)
{
    struct sensitivity_measure *order = arena_array(&s->arena, s->count + 1, sizeof *order);
    size_t at = 0, of_rank[3] = {0};
    for (int rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < s->count; i++)
            if (rank_of(&s->measure[i]) == rank) {
                order[at++] = s->measure[i];
                of_rank[rank]++;
            }
    s->measure = order;
    s->shown = of_rank[0] ? of_rank[0] : of_rank[1] ? of_rank[1] : of_rank[2];
    if (s->shown > MOST_SENSITIVITY_MEASURES)
        s->shown = MOST_SENSITIVITY_MEASURES;
}

void sensitivity_free(struct sensitivity *s)
{
    arena_free(&s->arena);
    *s = (struct sensitivity){0};
}

/* ---- What a store says of its design ---- */

struct reader {
    struct store *store;
    struct sensitivity *s;
    size_t points, row_points, units, copies, levels;
    size_t *unit_of; /* of each factor */
    const char **unit_name, **unit_label, **name, **label, **words, **confidence;
    bool grouped;
    size_t first, batch; /* measures that are read at a time */
    double *x; /* x[factor][given row] */
    double *y; /* y[measure of the batch][point][replication] */
    size_t missing; /* points that were not run yet */
    struct given given; /* the rows of draws; A and B of all rows of saltelli */
    size_t given_rows;
};

static const char *text_at(struct reader *r, const char *key)
{
    const char *value = store_get(r->store, key);
    return arena_text(&r->s->arena, value ? value : "");
}

static size_t number_at(struct reader *r, const char *key)
{
    return strtoul(text_at(r, key), NULL, 10);
}

static const char *of_item(struct reader *r, const char *item, size_t i, const char *key)
{
    return arena_printf(&r->s->arena, "%s.%04zu.%s", item, i, key);
}

bool sensitivity_is_of(struct store *store)
{
    const char *design = store_get(store, "design");
    return design && (!strcmp(design, "draws") || !strcmp(design, "morris") || !strcmp(design, "saltelli"));
}

static bool is(const struct reader *r, const char *design)
{
    return !strcmp(r->s->design, design);
}

static void read_factors(struct reader *r)
{
    struct arena *arena = &r->s->arena;
    size_t factors = r->store->factor_count;
    r->unit_of = arena_array(arena, factors, sizeof *r->unit_of);
    r->name = arena_array(arena, factors, sizeof *r->name);
    r->label = arena_array(arena, factors, sizeof *r->label);
    r->words = arena_array(arena, factors, sizeof *r->words);
    r->confidence = arena_array(arena, factors, sizeof *r->confidence);
    for (size_t i = 0; i < factors; i++) {
        r->name[i] = arena_text(arena, r->store->factor[i].name);
        r->label[i] = arena_text(arena, r->store->factor[i].label);
        const char *words = text_at(r, of_item(r, "factor", i, "words"));
        r->words[i] = *words ? words : NULL;
        r->confidence[i] = text_at(r, of_item(r, "factor", i, "confidence"));
        r->unit_of[i] = number_at(r, of_item(r, "factor", i, "unit"));
        if (r->unit_of[i] >= r->units)
            r->units = r->unit_of[i] + 1;
    }
    r->grouped = r->units < factors;
}

static void read_units(struct reader *r)
{
    r->unit_name = arena_array(&r->s->arena, r->units, sizeof *r->unit_name);
    r->unit_label = arena_array(&r->s->arena, r->units, sizeof *r->unit_label);
    for (size_t i = 0; i < r->units; i++) {
        r->unit_name[i] = text_at(r, of_item(r, "unit", i, "name"));
        r->unit_label[i] = text_at(r, of_item(r, "unit", i, "label"));
    }
}

static void read_design(struct reader *r)
{
    struct sensitivity *s = r->s;
    s->design = text_at(r, "design");
    s->rows = number_at(r, "rows");
    s->replications = number_at(r, "identity.replications");
    s->joint = !strcmp(text_at(r, "joint"), "yes");
    s->parameters = r->store->factor_count;
    s->reason = "";
    r->copies = number_at(r, "copies");
    r->levels = number_at(r, "levels");
    r->points = store_count(r->store, NULL);
    r->row_points = s->rows ? r->points / s->rows : 1;
    read_factors(r);
    if (!is(r, "draws"))
        read_units(r);
    r->given_rows = is(r, "draws") ? r->points : is(r, "saltelli") ? 2 * s->rows : 0;
}

static void read_measures(struct reader *r)
{
    struct sensitivity *s = r->s;
    s->count = r->store->measure_count;
    s->measure = arena_array(&s->arena, s->count, sizeof *s->measure);
    for (size_t i = 0; i < s->count; i++) {
        const struct store_column *column = &r->store->measure[i];
        bool is_logarithm = *text_at(r, arena_printf(&s->arena, "logarithm.%s", column->name));
        s->measure[i] = (struct sensitivity_measure){.name = arena_text(&s->arena, column->name),
                                                     .label = arena_text(&s->arena, column->label),
                                                     .is_logarithm = is_logarithm,
                                                     .unit = arena_text(&s->arena, column->unit),
                                                     .is_fact = column->is_fact,
                                                     .mean = (double)NAN,
                                                     .deviation = (double)NAN};
    }
}

/* ---- What it says of its points ---- */

/* The given row that a point is; SIZE_MAX: none. */
static size_t given_row(const struct reader *r, size_t point)
{
    if (is(r, "draws"))
        return point;
    size_t which = point % r->row_points;
    return is(r, "saltelli") && which < 2 ? 2 * (point / r->row_points) + which : SIZE_MAX;
}

static double factor_value(const struct stored_point *point, size_t factor)
{
    double year;
    if (!isnan(point->number[factor]) || !point->word[factor])
        return point->number[factor];
    return date_parse(point->word[factor], &year) ? year : (double)NAN;
}

static void take_values(struct reader *r, const struct stored_point *point)
{
    size_t R = r->s->replications, width = 1 + r->s->count;
    for (size_t m = 0; m < r->batch; m++)
        for (size_t k = 0; k < R; k++) {
            bool there = point->kept && k < point->replications && point->kept[k * width] == 0;
            r->y[(m * r->points + point->point) * R + k] =
                there ? sensitivity_number(&r->s->measure[r->first + m], point->kept[k * width + 1 + r->first + m])
                      : (double)NAN;
        }
}

static void take_factors(struct reader *r, const struct stored_point *point)
{
    size_t row = given_row(r, point->point);
    for (size_t f = 0; row != SIZE_MAX && f < r->store->factor_count; f++)
        r->x[f * r->given_rows + row] = factor_value(point, f);
}

/* Failures are counted once, with the first batch. */
static void take_point(struct reader *r, const struct stored_point *point)
{
    struct sensitivity *s = r->s;
    if (point->point >= r->points)
        return;
    take_values(r, point);
    if (r->first > 0)
        return;
    take_factors(r, point);
    r->missing += !point->kept;
    if (point->failed && !s->failures)
        s->reason = arena_text(&s->arena, point->reason);
    s->failures += point->failed;
}

static bool read_points(struct reader *r)
{
    struct stored_point point = {0};
    bool right = store_rewind(r->store, true);
    while (right && store_next(r->store, &point))
        take_point(r, &point);
    stored_point_free(&point);
    return right && !r->store->error;
}

/* ---- Analysis ---- */

static void count_missing(struct reader *r, struct sensitivity_measure *measure, const double *y)
{
    size_t all = (r->points - r->missing) * r->s->replications, there = 0;
    for (size_t i = 0; i < r->points * r->s->replications; i++)
        there += !isnan(y[i]);
    double ran = (double)all - (double)r->s->failures;
    measure->failed = all ? (double)r->s->failures / (double)all : 0;
    measure->absent = ran > 0 ? 1 - (double)there / ran : 0;
}

static void add_unit(struct reader *r, struct sensitivity_measure *measure, size_t unit, enum sensitivity_method method,
                     const struct bounded *index)
{
    const char *confidence = NULL, *words = NULL;
    for (size_t i = 0; i < r->store->factor_count; i++) {
        if (r->unit_of[i] == unit && !strcmp(r->unit_name[unit], r->name[i]))
            words = r->words[i];
        const char *one = *r->confidence[i] ? r->confidence[i] : sensitivity_confidence[CONFIDENCES - 1];
        if (r->unit_of[i] == unit)
            confidence = !confidence || !strcmp(confidence, one) ? one : "mixed";
    }
    sensitivity_add(r->s, measure,
                    &(struct sensitivity_row){.name = r->unit_name[unit],
                                              .label = r->unit_label[unit],
                                              .words = words,
                                              .confidence = confidence,
                                              .method = method,
                                              .index = *index});
}

static void analyse_given(struct reader *r, struct sensitivity_measure *measure, const double *y)
{
    struct given_names names = {
        .name = r->name, .label = r->label, .words = r->words, .confidence = r->confidence, .member = !is(r, "draws")};
    names.no_first = names.member && !r->grouped;
    sensitivity_add_given(r->s, measure, &r->given, r->s->replications, y, &names);
}

/* The points A and B of all rows, which are draws like any others. */
static void analyse_members(struct reader *r, struct sensitivity_measure *measure, const double *y)
{
    size_t R = r->s->replications;
    double *of_rows = memory_new(r->given_rows * R, sizeof *of_rows);
    for (size_t point = 0; point < r->points; point++)
        if (given_row(r, point) != SIZE_MAX)
            memcpy(of_rows + given_row(r, point) * R, y + point * R, R * sizeof *y);
    analyse_given(r, measure, of_rows);
    free(of_rows);
}

static void analyse_saltelli(struct reader *r, struct sensitivity_measure *measure, const double *y)
{
    struct arena arena = {0};
    const struct saltelli design = {
        .copies = r->copies, .rows = r->s->rows / r->copies, .units = r->units, .columns = r->store->factor_count};
    struct saltelli_indices indices = {.first = arena_array(&arena, r->units, sizeof *indices.first),
                                       .total = arena_array(&arena, r->units, sizeof *indices.total)};
    saltelli_analyse(&design, r->s->replications, y, &indices);
    measure->mean = indices.mean;
    measure->deviation = sqrt(indices.variance);
    for (size_t i = 0; i < r->units; i++)
        add_unit(r, measure, i, METHOD_FIRST, &indices.first[i]);
    for (size_t i = 0; i < r->units; i++)
        add_unit(r, measure, i, METHOD_TOTAL, &indices.total[i]);
    add_luck_and_rest(r->s, measure, &indices.luck, &indices.interactions);
    analyse_members(r, measure, y);
    arena_free(&arena);
}

static void analyse_morris(struct reader *r, struct sensitivity_measure *measure, const double *y)
{
    struct arena arena = {0};
    const struct morris design = {.trajectories = r->s->rows,
                                  .levels = r->levels,
                                  .units = r->units,
                                  .columns = r->store->factor_count,
                                  .unit_of = r->unit_of};
    struct morris_step *step = arena_array(&arena, r->s->rows * r->units, sizeof *step);
    struct morris_effects effects = {.mu_star = arena_array(&arena, r->units, sizeof *effects.mu_star),
                                     .mu = arena_array(&arena, r->units, sizeof *effects.mu),
                                     .sigma = arena_array(&arena, r->units, sizeof *effects.sigma)};
    morris_sample(strtoull(text_at(r, "identity.seed"), NULL, 10), &design, NULL, step);
    morris_analyse(&design, step, r->s->replications, y, &effects);
    measure->mean = effects.mean;
    for (size_t i = 0; i < r->units; i++) {
        add_unit(r, measure, i, METHOD_MU_STAR, &effects.mu_star[i]);
        add_unit(r, measure, i, METHOD_MU, &effects.mu[i]);
        add_unit(r, measure, i, METHOD_SIGMA, &effects.sigma[i]);
    }
    if (!isnan(effects.luck.value))
        sensitivity_add(r->s, measure,
                        &(struct sensitivity_row){.name = "luck",
                                                  .label = "luck",
                                                  .confidence = "",
                                                  .method = METHOD_MU_STAR,
                                                  .kind = KIND_LUCK,
                                                  .index = effects.luck});
    arena_free(&arena);
}

static void open_given(struct reader *r)
{
    size_t factors = r->store->factor_count, *set_of = arena_array(&r->s->arena, factors, sizeof *set_of);
    for (size_t i = 0; i < factors; i++)
        set_of[i] = sensitivity_confidence_of(r->confidence[i]);
    given_open(&r->given, r->x, r->given_rows, factors, set_of, CONFIDENCES);
}

static void analyse(struct reader *r, size_t measure, const double *y)
{
    struct sensitivity_measure *to = &r->s->measure[measure];
    count_missing(r, to, y);
    if (is(r, "morris"))
        analyse_morris(r, to, y);
    else if (is(r, "saltelli"))
        analyse_saltelli(r, to, y);
    else
        analyse_given(r, to, y);
}

/* As many measures at a time as fit into some memory: each pass reads the whole store. */
static bool analyse_all(struct reader *r)
{
    enum { BYTES = 1 << 28 };
    size_t one = r->points * r->s->replications * sizeof *r->y, fit = one ? BYTES / one : 1;
    size_t most = fit < 1 ? 1 : fit < r->s->count ? fit : r->s->count;
    bool right = true;
    r->x = memory_new(r->given_rows * r->store->factor_count, sizeof *r->x);
    r->y = memory_new(most, one);
    for (r->first = 0; right && r->first < r->s->count; r->first += r->batch) {
        size_t left = r->s->count - r->first;
        r->batch = left < most ? left : most;
        right = read_points(r);
        if (right && r->first == 0 && r->given_rows)
            open_given(r);
        for (size_t m = 0; right && m < r->batch; m++)
            analyse(r, r->first + m, r->y + m * r->points * r->s->replications);
    }
    given_free(&r->given);
    free(r->x);
    free(r->y);
    return right;
}

bool sensitivity_of_store(struct sensitivity *s, struct store *store)
{
    struct reader r = {.store = store, .s = s};
    *s = (struct sensitivity){0};
    read_design(&r);
    read_measures(&r);
    bool right = analyse_all(&r);
    sensitivity_order(s);
    return right;
}
