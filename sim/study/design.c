/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design.h"

#include "sim/base/dates.h"
#include "sim/montecarlo/morris.h"
#include "sim/montecarlo/saltelli.h"
#include "sim/montecarlo/study.h"
#include "sim/output/json.h"
#include "sim/scenario/sampling.h"

#include <math.h>
#include <string.h>

/* ---- Points before exceptions ---- */

static size_t count_all(const struct sweep *sweep)
{
    size_t count = 1;
    switch (sweep->design) {
    case SWEEP_GRID:
        for (size_t i = 0; i < sweep->factor_count && count <= MOST_SWEEP_POINTS; i++)
            count *= sweep->factor[i].count;
        return count;
    case SWEEP_ZIP:
        return sweep->factor[0].count;
    case SWEEP_LIST:
    case SWEEP_CSV:
        return sweep->row_count;
    case SWEEP_LHS:
    case SWEEP_SOBOL:
    case SWEEP_DRAWS:
        return sweep->points;
    case SWEEP_MORRIS:
        return sweep->points * (1 + sweep->unit_count);
    case SWEEP_SALTELLI:
        return sweep->points * (2 + sweep->unit_count);
    }
    return 0;
}

static size_t row_points(const struct sweep *sweep)
{
    return !sweep_is_for_sensitivity(sweep) ? 0 : count_all(sweep) / sweep->points;
}

uint32_t design_first(const struct design *design, size_t point, uint32_t replications)
{
    return design->row_points ? (uint32_t)(point / design->row_points) * replications : 0;
}

/* The last factor of a grid turns fastest. */
static size_t grid_index(const struct sweep *sweep, size_t i, size_t factor)
{
    for (size_t k = sweep->factor_count - 1; k > factor; k--)
        i /= sweep->factor[k].count;
    return i % sweep->factor[factor].count;
}

static const struct lever_value *listed_value(const struct sweep *sweep, size_t i, size_t factor)
{
    switch (sweep->design) {
    case SWEEP_GRID:
        return &sweep->factor[factor].value[grid_index(sweep, i, factor)];
    case SWEEP_ZIP:
        return &sweep->factor[factor].value[i];
    default:
        return sweep->row[i].value[factor];
    }
}

static void stay(const struct design *design, size_t factor, struct move_to *to)
{
    const struct lever *lever = design->sweep->factor[factor].lever;
    *to = (struct move_to){.value = lever_value_of(lever_now(lever, design->scenario))};
}

/* Of saltelli: point 0 of a row is A, point 1 is B, and point 2 + i is A with the columns of unit i from B. */
static double uniform_at(const struct design *design, size_t i, size_t factor)
{
    const struct sweep *sweep = design->sweep;
    size_t n = sweep->factor_count, row = i;
    if (sweep->design == SWEEP_SALTELLI) {
        size_t which = i % design->row_points, unit = sweep->factor[factor].unit;
        row = i / design->row_points + (which == 1 || which == 2 + unit ? sweep->points : 0);
    }
    return design->u[row * n + factor];
}

static struct lever_value sampled_value(const struct design *design, size_t i, size_t factor)
{
    struct lever_value value =
        design->x ? lever_value_of(design->x[i * design->sweep->factor_count + factor])
                  : lever_value_at(&design->sweep->factor[factor].distribution, uniform_at(design, i, factor));
    value.text = "";
    return value;
}

static bool is_sampled(const struct design *design)
{
    return design->u || design->x;
}

/* Point `i` of the design, exceptions included. */
static void point_of_all(const struct design *design, size_t i, struct move_to *to)
{
    const struct sweep *sweep = design->sweep;
    for (size_t k = 0; k < sweep->factor_count; k++) {
        if (is_sampled(design)) {
            to[k] = (struct move_to){.moved = true, .value = sampled_value(design, i, k)};
            continue;
        }
        const struct lever_value *value = listed_value(sweep, i, k);
        if (value)
            to[k] = (struct move_to){.moved = true, .value = *value};
        else
            stay(design, k, &to[k]);
    }
}

static size_t index_of(const struct design *design, size_t point)
{
    size_t i = point - design->base_is_extra;
    return design->kept ? design->kept[i] : i;
}

void design_point(const struct design *design, size_t point, struct move_to *to)
{
    if (!design->base_is_extra || point > 0) {
        point_of_all(design, index_of(design, point), to);
        return;
    }
    for (size_t k = 0; k < design->sweep->factor_count; k++)
        stay(design, k, &to[k]);
}

const char *design_name(const struct design *design, size_t point)
{
    if (design->base_is_extra && point == 0)
        return "base";
    return design->sweep->row ? design->sweep->row[index_of(design, point)].name : "";
}

/* ---- Exceptions ---- */

static bool matches(const struct sweep_row *except, const struct move_to *to, size_t factors)
{
    bool any = false;
    for (size_t k = 0; k < factors; k++) {
        if (!except->value[k])
            continue;
        any = true;
        if (!sweep_same_value(except->value[k], &to[k].value))
            return false;
    }
    return any;
}

static void leave_out(struct design *design, struct mistakes *mistakes)
{
    const struct sweep *sweep = design->sweep;
    size_t *hits = arena_array(&design->arena, sweep->except_count, sizeof *hits), kept = 0;
    struct move_to *to = arena_array(&design->arena, sweep->factor_count, sizeof *to);
    if (!sweep->except_count)
        return;
    design->kept = arena_array(&design->arena, design->all, sizeof *design->kept);
    for (size_t i = 0; i < design->all; i++) {
        bool out = false;
        point_of_all(design, i, to);
        for (size_t e = 0; e < sweep->except_count; e++)
            if (matches(&sweep->except[e], to, sweep->factor_count)) {
                hits[e]++;
                out = true;
            }
        if (!out)
            design->kept[kept++] = (uint32_t)i;
    }
    for (size_t e = 0; e < sweep->except_count; e++)
        if (!hits[e])
            mistake_add(mistakes, sweep->except[e].place, "sweep.except.%s: no point has these values",
                        sweep->except[e].name);
    if (!kept)
        mistake_add(mistakes, sweep->place, "sweep.except: leaves no point over");
    design->count = kept;
}

/* ---- The base ---- */

static bool moves_nothing(const struct design *design, const struct move_to *to)
{
    for (size_t k = 0; k < design->sweep->factor_count; k++)
        if (to[k].moved && !lever_leaves(design->sweep->factor[k].lever, design->scenario, &to[k].value))
            return false;
    return true;
}

static void find_base(struct design *design)
{
    struct move_to *to = arena_array(&design->arena, design->sweep->factor_count, sizeof *to);
    design->base = design->count;
    if (design->row_points)
        return;
    for (size_t i = 0; !is_sampled(design) && i < design->count; i++) {
        design_point(design, i, to);
        design->base = i;
        if (moves_nothing(design, to))
            return;
    }
    design->base = 0;
    design->base_is_extra = true;
    design->count++;
}

/* ---- Checks ---- */

bool design_move(const struct design *design, const struct move_to *to, struct scenario *copy,
                 struct mistakes *mistakes)
{
    bool right = true;
    scenario_restore(copy, design->scenario);
    for (size_t k = 0; right && k < design->sweep->factor_count; k++)
        if (to[k].moved)
            right = lever_apply(design->sweep->factor[k].lever, &to[k].value, copy, mistakes);
    return right && scenario_recheck(copy, mistakes);
}

/* Each listed value by itself, so that one that is wrong is said once and not at every point that has it. */
static void check_values(const struct design *design, struct scenario *copy, struct mistakes *mistakes)
{
    for (size_t k = 0; k < design->sweep->factor_count; k++) {
        const struct sweep_factor *factor = &design->sweep->factor[k];
        for (size_t i = 0; i < factor->count; i++) {
            scenario_restore(copy, design->scenario);
            lever_apply(factor->lever, &factor->value[i], copy, mistakes);
        }
    }
}

static void report_points(const struct design *design, size_t first, size_t wrong, struct mistakes *mistakes)
{
    struct arena arena = {0};
    const char *more = wrong > 1 ? arena_printf(&arena, ", nor are %zu other points", wrong - 1) : "";
    mistake_add(mistakes, design->sweep->place, "sweep: %s is no sound scenario%s; allowed: other values, or `except`",
                design_point_text(design, first, &arena), more);
    arena_free(&arena);
}

/* What is wrong at the first wrong point, and how many others there are. */
static void check_points(const struct design *design, struct scenario *copy, struct mistakes *mistakes)
{
    struct move_to *to = NULL;
    struct arena arena = {0};
    size_t wrong = 0, first = 0;
    to = arena_array(&arena, design->sweep->factor_count, sizeof *to);
    for (size_t i = 0; i < design->count; i++) {
        struct mistakes here = {0};
        design_point(design, i, to);
        if (!design_move(design, to, copy, &here) && wrong++ == 0) {
            mistakes_append(mistakes, &here);
            first = i;
        }
        mistakes_free(&here);
    }
    if (wrong)
        report_points(design, first, wrong, mistakes);
    arena_free(&arena);
}

static void check(const struct design *design, struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct scenario *copy = scenario_copy(design->scenario);
    check_values(design, copy, mistakes);
    if (mistakes->count == before)
        check_points(design, copy, mistakes);
    scenario_free(copy);
}

/* ---- The whole ---- */

static void correlate(struct design *design, size_t first, size_t count)
{
    const struct sweep *sweep = design->sweep;
    size_t n = sweep->factor_count;
    double *factor = arena_array(&design->arena, n * n, sizeof *factor);
    correlation_factor(sweep->correlation, n, factor);
    sample_correlate(factor, count, n, design->u + first * n);
}

/* A and B of each copy are samples of their own. */
static void sample_rows(struct design *design, uint64_t seed)
{
    const struct sweep *sweep = design->sweep;
    const struct saltelli saltelli = {.copies = sweep->copies,
                                      .rows = sweep->points / sweep->copies,
                                      .units = sweep->unit_count,
                                      .columns = sweep->factor_count};
    design->u = arena_array(&design->arena, 2 * sweep->points * sweep->factor_count, sizeof *design->u);
    saltelli_sample(seed, &saltelli, design->u);
    for (size_t i = 0; sweep->correlation && i < 2 * sweep->copies; i++)
        correlate(design, i * saltelli.rows, saltelli.rows);
}

static void sample_trajectories(struct design *design, uint64_t seed)
{
    const struct sweep *sweep = design->sweep;
    size_t *unit_of = arena_array(&design->arena, sweep->factor_count, sizeof *unit_of);
    for (size_t k = 0; k < sweep->factor_count; k++)
        unit_of[k] = sweep->factor[k].unit;
    const struct morris morris = {.trajectories = sweep->points,
                                  .levels = sweep->levels,
                                  .units = sweep->unit_count,
                                  .columns = sweep->factor_count,
                                  .unit_of = unit_of};
    design->u = arena_array(&design->arena, design->all * sweep->factor_count, sizeof *design->u);
    morris_sample(seed, &morris, design->u, NULL);
}

/* Point i has what replication i of a run with this seed would draw. */
static void take_draws(struct design *design, uint64_t seed)
{
    size_t n = design->sweep->factor_count;
    struct arena arena = {0};
    design->x = arena_array(&design->arena, design->all * n, sizeof *design->x);
    for (size_t i = 0; i < design->all; i++) {
        const struct streams streams = {.seed = seed, .replication = (uint32_t)i};
        struct values values = study_draw(design->scenario, (uint32_t)i, &streams, &arena);
        study_inputs(design->scenario, &values, design->x + i * n);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

static void sample(struct design *design, uint64_t seed)
{
    const struct sweep *sweep = design->sweep;
    size_t n = sweep->factor_count;
    if (sweep->design == SWEEP_DRAWS) {
        take_draws(design, seed);
        return;
    }
    if (sweep->design == SWEEP_MORRIS) {
        sample_trajectories(design, seed);
        return;
    }
    if (sweep->design == SWEEP_SALTELLI) {
        sample_rows(design, seed);
        return;
    }
    design->u = arena_array(&design->arena, design->all * n, sizeof *design->u);
    if (sweep->design == SWEEP_LHS)
        sample_latin(seed, design->all, n, design->u);
    else
        sample_sobol(seed, design->all, n, design->u);
    if (sweep->correlation)
        correlate(design, 0, design->all);
}

bool design_open(struct design *design, const struct sweep *sweep, const struct scenario *scenario, uint64_t seed,
                 struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    *design = (struct design){.sweep = sweep, .scenario = scenario};
    design->all = design->count = count_all(sweep);
    design->row_points = row_points(sweep);
    if (design->all > MOST_SWEEP_POINTS) {
        mistake_add(mistakes, sweep->place, "sweep: the %s has more than %d points; allowed: %s",
                    sweep_designs[sweep->design], MOST_SWEEP_POINTS,
                    design->row_points ? "fewer rows or groups" : "fewer values, or design lhs or sobol");
        return false;
    }
    if (sweep->design == SWEEP_LHS || sweep->design == SWEEP_SOBOL || design->row_points)
        sample(design, seed);
    leave_out(design, mistakes);
    if (mistakes->count > before)
        return false;
    find_base(design);
    check(design, mistakes);
    return mistakes->count == before;
}

void design_free(struct design *design)
{
    arena_free(&design->arena);
    *design = (struct design){0};
}

bool design_moves_plan(const struct design *design)
{
    for (size_t k = 0; k < design->sweep->factor_count; k++)
        if (lever_moves_plan(design->sweep->factor[k].lever))
            return true;
    return false;
}

static void hash_text(struct sha256 *sha, const char *text)
{
    sha256_add(sha, text, strlen(text) + 1);
}

void design_hash(const struct design *design, char text[SHA256_TEXT_BYTES])
{
    const struct sweep *sweep = design->sweep;
    struct arena arena = {0};
    struct move_to *to = arena_array(&arena, sweep->factor_count, sizeof *to);
    struct sha256 sha;
    sha256_begin(&sha);
    for (size_t k = 0; k < sweep->factor_count; k++) {
        const struct lever *lever = sweep->factor[k].lever;
        const char verb[] = {(char)('0' + lever_verb(lever)), '\0'};
        hash_text(&sha, sweep->factor[k].name);
        hash_text(&sha, verb);
        for (size_t i = 0; i < lever_target_count(lever); i++)
            hash_text(&sha, lever_target(lever, i));
    }
    for (size_t i = 0; i < design->count; i++) {
        design_point(design, i, to);
        for (size_t k = 0; k < sweep->factor_count; k++) {
            char number[NUMBER_TEXT_BYTES];
            hash_text(&sha, to[k].moved ? number_text(to[k].value.number, number) : "");
            bool worded = to[k].moved && (to[k].value.distribution || isnan(to[k].value.number));
            hash_text(&sha, worded ? to[k].value.text : "");
        }
    }
    sha256_end(&sha, text);
    arena_free(&arena);
}

static const char *value_text(const struct lever *lever, const struct move_to *to, struct arena *arena)
{
    char date[DATE_TEXT_BYTES];
    const char *unit = lever_unit(lever);
    if (!to->moved)
        return "as it is";
    if (*to->value.text)
        return to->value.text;
    if (!strcmp(unit, "date"))
        return arena_text(arena, date_text(to->value.number, date));
    return arena_printf(arena, "%.6g%s%s", to->value.number, *unit ? " " : "", unit);
}

const char *design_point_text(const struct design *design, size_t point, struct arena *arena)
{
    const struct sweep *sweep = design->sweep;
    struct move_to *to = arena_array(arena, sweep->factor_count, sizeof *to);
    const char *text = "";
    design_point(design, point, to);
    for (size_t k = 0; k < sweep->factor_count; k++)
        text = arena_printf(arena, "%s%s%s %s", text, k ? ", " : "", sweep->factor[k].name,
                            value_text(sweep->factor[k].lever, &to[k], arena));
    return arena_printf(arena, "point %zu (%s)", point, text);
}
