/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep.h"

#include "loaded.h"
#include "sampling.h"
#include "sweep_table.h"
#include "sweep_units.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const sweep_designs[] = {[SWEEP_GRID] = "grid",         [SWEEP_ZIP] = "zip",
                                     [SWEEP_LIST] = "list",         [SWEEP_CSV] = "csv",
                                     [SWEEP_LHS] = "lhs",           [SWEEP_SOBOL] = "sobol",
                                     [SWEEP_DRAWS] = "draws",       [SWEEP_MORRIS] = "morris",
                                     [SWEEP_SALTELLI] = "saltelli", NULL};
static const char *const keys[] = {"design",       "points",    "trajectories", "levels",     "copies",
                                   "replications", "factors",   "groups",       "except",     "rows",
                                   "file",         "correlate", "series",       "logarithms", NULL};
static const char *const factor_keys[] = {"set", "shift", "scale", "values", "label", NULL};
/* Columns of the tables beside the factors. */
static const char *const reserved[] = {"point",  "status",     "base", "name", "measure",     "unit", "n",
                                       "failed", "mean",       "se",   "p05",  "p25",         "p50",  "p75",
                                       "p95",    "difference", "low",  "high", "replication", NULL};

struct sweep_reader {
    struct scenario *s;
    struct mistakes *mistakes;
    struct sweep *sweep;
};

#define complain(r, node, ...) mistake_add((r)->mistakes, (node)->place, __VA_ARGS__)

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(*names, name))
            return true;
    return false;
}

static const char *hint(struct sweep_reader *r, const char *name, const char *const *names)
{
    const char *nearest = nearest_name(name, names);
    return nearest ? arena_printf(&r->s->arena, "; did you mean %s", nearest) : "";
}

static const char *written(struct sweep_reader *r, const struct node *node)
{
    return value_written(&r->s->arena, node);
}

static void check_keys(struct sweep_reader *r, const char *path, const struct node *map, const char *const *known)
{
    for (size_t i = 0; i < map->count; i++)
        if (!is_among(map->key[i]->text, known))
            complain(r, map->key[i], "%s: unknown key, %s%s", path, map->key[i]->text,
                     hint(r, map->key[i]->text, known));
}

/* What stands at `key`, unless it was deleted; NULL after complaining that it is of another kind. */
static const struct node *child(struct sweep_reader *r, const struct node *map, const char *key, enum node_kind kind,
                                const char *allowed)
{
    const struct node *node = tree_get(map, key);
    if (!node || (node->kind == NODE_NULL && !tree_is_empty(node)))
        return NULL;
    if (node->kind == kind)
        return node;
    complain(r, node, "sweep.%s: not %s, %s", key, allowed, written(r, node));
    return NULL;
}

static bool is_sampled(const struct sweep *sweep)
{
    return sweep->design == SWEEP_LHS || sweep->design == SWEEP_SOBOL || sweep->design == SWEEP_MORRIS ||
           sweep->design == SWEEP_SALTELLI;
}

bool sweep_is_for_sensitivity(const struct sweep *sweep)
{
    return sweep->design == SWEEP_DRAWS || sweep->design == SWEEP_MORRIS || sweep->design == SWEEP_SALTELLI;
}

static bool is_listed(const struct sweep *sweep)
{
    return sweep->design == SWEEP_LIST || sweep->design == SWEEP_CSV;
}

/* ---- Numbers and words ---- */

static bool read_design(struct sweep_reader *r, const struct node *map)
{
    size_t before = r->mistakes->count;
    const struct node *node = child(r, map, "design", NODE_TEXT, "a word");
    for (size_t i = 0; node && sweep_designs[i]; i++)
        if (!strcmp(node->text, sweep_designs[i])) {
            r->sweep->design = (enum sweep_design)i;
            return true;
        }
    if (node)
        complain(
            r, node,
            "sweep.design: no such design, %s; allowed: grid, zip, list, csv, lhs, sobol, draws, morris, saltelli%s",
            node->text, hint(r, node->text, sweep_designs));
    return r->mistakes->count == before;
}

static uint64_t read_count(struct sweep_reader *r, const struct node *map, const char *key, double most)
{
    const struct node *node = child(r, map, key, NODE_TEXT, "a whole number");
    struct reading reading = scenario_reading(r->s, r->mistakes);
    struct wanted wanted = {.path = arena_printf(&r->s->arena, "sweep.%s", key),
                            .unit_text = "",
                            .low = 1,
                            .high = most,
                            .as_of = (double)NAN};
    uint64_t count = 0;
    return node && value_read_whole(&reading, &wanted, node, &count) ? count : 0;
}

static void read_series(struct sweep_reader *r, const struct node *map)
{
    const struct node *list = child(r, map, "series", NODE_LIST, "a list of outputs");
    r->sweep->series = arena_array(&r->s->arena, list ? list->count : 0, sizeof *r->sweep->series);
    for (size_t i = 0; list && i < list->count; i++) {
        const struct node *name = list->item[i];
        const struct schema_output *output = name->kind == NODE_TEXT ? output_find(r->s, name->text) : NULL;
        if (name->kind != NODE_TEXT)
            complain(r, name, "sweep.series: not an output, %s", written(r, name));
        else if (!output)
            complain(r, name, "sweep.series: no such output, %s%s", name->text, output_hint(r->s, name->text));
        else if (output->is_scalar || output->is_curve)
            complain(r, name, "sweep.series: %s is no series; allowed: outputs with a value at each date", name->text);
        else
            r->sweep->series[r->sweep->series_count++] = name->text;
    }
}

static bool is_measure(const struct sweep_reader *r, const char *name)
{
    for (size_t i = 0; i < r->s->measure_count; i++)
        if (!strcmp(r->s->measure[i].name, name))
            return true;
    return false;
}

static const char *measure_hint(struct sweep_reader *r, const char *name)
{
    const char **names = arena_array(&r->s->arena, r->s->measure_count + 1, sizeof *names);
    for (size_t i = 0; i < r->s->measure_count; i++)
        names[i] = r->s->measure[i].name;
    return hint(r, name, names);
}

static void read_logarithms(struct sweep_reader *r, const struct node *map)
{
    const struct node *list = child(r, map, "logarithms", NODE_LIST, "a list of measures");
    r->sweep->logarithm = arena_array(&r->s->arena, list ? list->count : 0, sizeof *r->sweep->logarithm);
    for (size_t i = 0; list && i < list->count; i++) {
        const struct node *name = list->item[i];
        if (name->kind != NODE_TEXT)
            complain(r, name, "sweep.logarithms: not a measure, %s", written(r, name));
        else if (!is_measure(r, name->text))
            complain(r, name, "sweep.logarithms: no such measure, %s%s", name->text, measure_hint(r, name->text));
        else
            r->sweep->logarithm[r->sweep->logarithm_count++] = name->text;
    }
}

bool sweep_takes_logarithm(const struct sweep *sweep, const char *measure)
{
    for (size_t i = 0; sweep && i < sweep->logarithm_count; i++)
        if (!strcmp(sweep->logarithm[i], measure))
            return true;
    return false;
}

/* ---- Factors ---- */

static const char *factor_path(struct sweep_reader *r, const struct sweep_factor *factor)
{
    return arena_printf(&r->s->arena, "sweep.factors.%s", factor->name);
}

static void read_values(struct sweep_reader *r, struct sweep_factor *factor, const struct node *node)
{
    struct lever_value *value = arena_array(&r->s->arena, node->count, sizeof *value);
    const char *path = factor_path(r, factor);
    for (size_t i = 0; i < node->count; i++) {
        if (!lever_value_read(r->s, factor->lever, path, node->item[i], &value[factor->count], r->mistakes))
            continue;
        for (size_t k = 0; k < factor->count; k++)
            if (sweep_same_value(&value[k], &value[factor->count]) && r->sweep->design == SWEEP_GRID)
                complain(r, node->item[i], "%s: the same value twice, %s", path, value[k].text);
        factor->count++;
    }
    factor->value = value;
    if (!node->count)
        complain(r, node, "%s.values: empty; allowed: one value or more", path);
}

static void read_distribution(struct sweep_reader *r, struct sweep_factor *factor, const struct node *node)
{
    const char *path = factor_path(r, factor), *design = sweep_designs[r->sweep->design];
    struct lever_value *value = &factor->distribution;
    if (!lever_is_number(factor->lever)) {
        complain(r, node, "%s: %s is no number, so there is nothing to sample; allowed: design grid, zip, list or csv",
                 path, lever_target(factor->lever, 0));
    } else if (node->kind == NODE_LIST) {
        complain(r, node,
                 "%s.values: a list of values, which a design %s does not sample; allowed: a distribution "
                 "such as 5 to 10, or design grid",
                 path, design);
    } else if (lever_value_read(r->s, factor->lever, path, node, value, r->mistakes) && !value->distribution) {
        complain(r, node,
                 "%s.values: one value, %s, where a design %s samples; allowed: a distribution such as "
                 "5 to 10",
                 path, value->text, design);
    }
}

static void read_what(struct sweep_reader *r, struct sweep_factor *factor, const struct node *map)
{
    const struct node *node = tree_get(map, "values");
    const char *path = factor_path(r, factor);
    if (is_listed(r->sweep)) {
        if (node)
            complain(r, node, "%s.values: the points of a design %s are in its %s, %s", path,
                     sweep_designs[r->sweep->design], r->sweep->design == SWEEP_LIST ? "rows" : "file",
                     written(r, node));
    } else if ((!node || node->kind == NODE_NULL) && is_sampled(r->sweep) && sweep_take_own(r->s, r->sweep, factor)) {
        return;
    } else if (!node || node->kind == NODE_NULL) {
        complain(r, map, "%s.values: missing; allowed: %s", path,
                 is_sampled(r->sweep) ? "a distribution such as 5 to 10" : "a list of values");
    } else if (is_sampled(r->sweep)) {
        read_distribution(r, factor, node);
    } else if (node->kind != NODE_LIST) {
        complain(r, node,
                 "%s.values: not a list, %s; allowed: a list of values, or design lhs or sobol with a "
                 "distribution",
                 path, written(r, node));
    } else {
        read_values(r, factor, node);
    }
}

/* A value that two factors move would be moved twice. */
static void check_apart(struct sweep_reader *r, const struct sweep_factor *factor, const struct node *node)
{
    for (struct sweep_factor *other = r->sweep->factor; other < factor; other++) {
        const char *both = lever_in_common(other->lever, factor->lever);
        if (both)
            complain(r, node, "%s: moves %s, which %s moves too; allowed: one factor a value", factor_path(r, factor),
                     both, other->name);
    }
}

static void read_factor(struct sweep_reader *r, const struct node *key, const struct node *map)
{
    struct sweep_factor *factor = &r->sweep->factor[r->sweep->factor_count];
    *factor = (struct sweep_factor){.name = key->text, .label = key->text};
    const char *path = factor_path(r, factor);
    if (!is_entity_name(key->text))
        complain(r, key, "sweep.factors: not a name, %s; allowed: letters, digits, _ and -", key->text);
    else if (is_among(key->text, reserved))
        complain(r, key, "sweep.factors: not a name for a factor, %s; the tables have a column of that name",
                 key->text);
    if (map->kind != NODE_MAP) {
        complain(r, map, "%s: not a map, %s; allowed: {set: PATH, values: [...]}", path, written(r, map));
        return;
    }
    check_keys(r, path, map, factor_keys);
    const struct node *label = tree_get(map, "label");
    if (label && label->kind != NODE_TEXT)
        complain(r, label, "%s.label: not a text, %s; allowed: a few words", path, written(r, label));
    else if (label)
        factor->label = label->text;
    factor->lever = lever_read(r->s, path, map, r->mistakes);
    if (!factor->lever)
        return;
    factor->confidence = lever_confidence(factor->lever);
    check_apart(r, factor, map);
    read_what(r, factor, map);
    r->sweep->factor_count++;
}

static void read_factors(struct sweep_reader *r, const struct node *map)
{
    const struct node *factors = child(r, map, "factors", NODE_MAP, "a map of factors by name");
    size_t live = 0;
    if (sweep_is_for_sensitivity(r->sweep) && (!factors || !factors->count)) {
        sweep_vary_all(r->s, r->sweep, r->mistakes);
        return;
    }
    if (r->sweep->design == SWEEP_DRAWS) /* whose factors are a mistake that was reported */
        return;
    r->sweep->factor = arena_array(&r->s->arena, factors ? factors->count : 0, sizeof *r->sweep->factor);
    for (size_t i = 0; factors && i < factors->count; i++) {
        if (factors->item[i]->kind == NODE_NULL)
            continue;
        live++;
        read_factor(r, factors->key[i], factors->item[i]);
    }
    if (!live && (!tree_get(map, "factors") || factors))
        complain(r, map,
                 "sweep.factors: nothing is varied; allowed: factors by name, such as {share: {set: "
                 "SECTION.KEY, values: [...]}}");
    if (r->sweep->design == SWEEP_SOBOL && live > MOST_SOBOL_DIMENSIONS)
        complain(r, factors,
                 "sweep.factors: %zu, more than Sobol's sequence has dimensions here; allowed: up to %d, "
                 "or design lhs",
                 live, MOST_SOBOL_DIMENSIONS);
}

static ptrdiff_t factor_index(const struct sweep *sweep, const char *name)
{
    for (size_t i = 0; i < sweep->factor_count; i++)
        if (!strcmp(sweep->factor[i].name, name))
            return (ptrdiff_t)i;
    return NOT_FOUND;
}

static const char *factor_hint(struct sweep_reader *r, const char *name)
{
    const char **names = arena_array(&r->s->arena, r->sweep->factor_count + 1, sizeof *names);
    for (size_t i = 0; i < r->sweep->factor_count; i++)
        names[i] = r->sweep->factor[i].name;
    return hint(r, name, names);
}

/* ---- Rows ---- */

static void read_row(struct sweep_reader *r, const char *key, const struct node *name, const struct node *map,
                     struct sweep_row *row)
{
    size_t factors = r->sweep->factor_count;
    const char *path = arena_printf(&r->s->arena, "sweep.%s.%s", key, name->text);
    *row = (struct sweep_row){.name = name->text, .place = name->place};
    row->value = arena_array(&r->s->arena, factors, sizeof *row->value);
    if (map->kind != NODE_MAP) {
        complain(r, map, "%s: not a map, %s; allowed: {FACTOR: VALUE, ...}", path, written(r, map));
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        ptrdiff_t at = factor_index(r->sweep, map->key[i]->text);
        if (at == NOT_FOUND) {
            complain(r, map->key[i], "%s: no such factor, %s%s", path, map->key[i]->text,
                     factor_hint(r, map->key[i]->text));
            continue;
        }
        struct lever_value *value = arena_alloc(&r->s->arena, sizeof *value);
        if (lever_value_read(r->s, r->sweep->factor[at].lever, path, map->item[i], value, r->mistakes))
            row->value[at] = value;
    }
}

static struct sweep_row *read_rows(struct sweep_reader *r, const struct node *map, const char *key, size_t *count)
{
    const struct node *rows = child(r, map, key, NODE_MAP, "a map of rows by name");
    struct sweep_row *list = arena_array(&r->s->arena, rows ? rows->count : 0, sizeof *list);
    for (size_t i = 0; rows && i < rows->count; i++)
        if (rows->item[i]->kind != NODE_NULL)
            read_row(r, key, rows->key[i], rows->item[i], &list[(*count)++]);
    return list;
}

/* What one design has and the others have not. */
static void check_fitting(struct sweep_reader *r, const struct node *map)
{
    enum {
        LISTED = 1u << SWEEP_GRID | 1u << SWEEP_ZIP | 1u << SWEEP_LIST | 1u << SWEEP_CSV,
        FILLING = 1u << SWEEP_LHS | 1u << SWEEP_SOBOL,
        BY_UNITS = 1u << SWEEP_MORRIS | 1u << SWEEP_SALTELLI,
    };
    static const struct {
        const char *key;
        unsigned designs, needed; /* a bit for each that has the key, or needs it */
    } rules[] = {{"points", FILLING | 1u << SWEEP_DRAWS | 1u << SWEEP_SALTELLI, FILLING | 1u << SWEEP_SALTELLI},
                 {"trajectories", 1u << SWEEP_MORRIS, 0},
                 {"levels", 1u << SWEEP_MORRIS, 0},
                 {"copies", 1u << SWEEP_SALTELLI, 0},
                 {"groups", BY_UNITS, 0},
                 {"factors", ~(1u << SWEEP_DRAWS), 0},
                 {"correlate", FILLING | 1u << SWEEP_SALTELLI, 0},
                 {"rows", 1u << SWEEP_LIST, 1u << SWEEP_LIST},
                 {"file", 1u << SWEEP_CSV, 1u << SWEEP_CSV},
                 {"except", LISTED, 0},
                 {"series", LISTED | FILLING, 0},
                 {"logarithms", BY_UNITS | 1u << SWEEP_DRAWS, 0}};
    const char *design = sweep_designs[r->sweep->design];
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct node *node = tree_get(map, rules[i].key);
        bool given = node && node->kind != NODE_NULL, fits = rules[i].designs >> r->sweep->design & 1;
        if (given && !fits)
            complain(r, node, "sweep.%s: a design %s has none, %s", rules[i].key, design, written(r, node));
        else if (!given && rules[i].needed >> r->sweep->design & 1)
            complain(r, map, "sweep.%s: missing, which a design %s needs", rules[i].key, design);
    }
}

static void check_zip(struct sweep_reader *r, const struct node *map)
{
    const struct sweep_factor *first = r->sweep->factor;
    for (size_t i = 1; i < r->sweep->factor_count; i++)
        if (first[i].count != first->count)
            complain(r, map,
                     "sweep.factors: %s has %zu values and %s has %zu; allowed: as many in all factors of a "
                     "design zip",
                     first->name, first->count, first[i].name, first[i].count);
}

static void read_file(struct sweep_reader *r, const struct node *map)
{
    const struct node *file = child(r, map, "file", NODE_TEXT, "the name of a CSV file");
    if (file)
        sweep_table_read(r->s, r->sweep, file, r->mistakes);
}

/* ---- Correlations ---- */

static void read_correlation(struct sweep_reader *r, size_t one, const struct node *key, const struct node *node,
                             double *matrix)
{
    size_t n = r->sweep->factor_count;
    ptrdiff_t other = factor_index(r->sweep, key->text);
    struct reading reading = scenario_reading(r->s, r->mistakes);
    const char *path = arena_printf(&r->s->arena, "sweep.correlate.%s.%s", r->sweep->factor[one].name, key->text);
    struct wanted wanted = {.path = path, .unit_text = "", .low = -1, .high = 1, .as_of = (double)NAN};
    double rho;
    unit_parse("", &wanted.unit);
    if (other == NOT_FOUND) {
        complain(r, key, "sweep.correlate: no such factor, %s%s", key->text, factor_hint(r, key->text));
        return;
    }
    if ((size_t)other == one) {
        complain(r, key, "%s: a factor with itself", path);
        return;
    }
    if (!value_read_quantity(&reading, &wanted, node, &rho))
        return;
    double *at = &matrix[one * n + (size_t)other];
    if (!isnan(*at) && *at != rho)
        complain(r, node, "%s: %s, and %.10g the other way round; allowed: one number a pair", path, written(r, node),
                 *at);
    *at = matrix[(size_t)other * n + one] = rho;
}

static void report_nearest(struct sweep_reader *r, const struct node *node, const double *matrix)
{
    size_t n = r->sweep->factor_count;
    double *nearest = arena_array(&r->s->arena, n * n, sizeof *nearest);
    const char *text = "";
    correlation_nearest(matrix, n, nearest);
    for (size_t i = 0; i < n; i++) {
        const char *row = "";
        for (size_t k = i + 1; k < n; k++)
            if (fabs(nearest[i * n + k]) >= 5e-4)
                row = arena_printf(&r->s->arena, "%s%s%s: %.3f", row, *row ? ", " : "", r->sweep->factor[k].name,
                                   nearest[i * n + k]);
        if (*row)
            text = arena_printf(&r->s->arena, "%s%s%s: {%s}", text, *text ? ", " : "", r->sweep->factor[i].name, row);
    }
    complain(r, node,
             "sweep.correlate: no such correlations can be, as their matrix is not positive semi-definite; "
             "the nearest that can: {%s}",
             text);
}

/* The share of one of two correlated factors is also that of the other. */
static void check_together(struct sweep_reader *r, const struct node *node, const double *matrix)
{
    const struct sweep *sweep = r->sweep;
    size_t n = sweep->factor_count;
    for (size_t i = 0; sweep->design == SWEEP_SALTELLI && i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (matrix[i * n + k] != 0 && sweep->factor[i].unit != sweep->factor[k].unit)
                complain(r, node,
                         "sweep.correlate: %s and %s are correlated, so their shares cannot be told apart; allowed: a "
                         "group of sweep.groups that has both",
                         sweep->factor[i].name, sweep->factor[k].name);
}

static void read_correlations(struct sweep_reader *r, const struct node *map)
{
    const struct node *node = child(r, map, "correlate", NODE_MAP, "a map of factors by name");
    size_t n = r->sweep->factor_count, before = r->mistakes->count;
    if (!node || !is_sampled(r->sweep))
        return;
    double *matrix = arena_array(&r->s->arena, n * n, sizeof *matrix);
    double *factor = arena_array(&r->s->arena, n * n, sizeof *factor);
    for (size_t i = 0; i < n * n; i++)
        matrix[i] = i % (n + 1) ? (double)NAN : 1;
    for (size_t i = 0; i < node->count; i++) {
        ptrdiff_t one = factor_index(r->sweep, node->key[i]->text);
        const struct node *others = node->item[i];
        if (one == NOT_FOUND)
            complain(r, node->key[i], "sweep.correlate: no such factor, %s%s", node->key[i]->text,
                     factor_hint(r, node->key[i]->text));
        else if (others->kind != NODE_MAP)
            complain(r, others, "sweep.correlate.%s: not a map, %s; allowed: {FACTOR: -1 to 1, ...}",
                     node->key[i]->text, written(r, others));
        for (size_t k = 0; one != NOT_FOUND && others->kind == NODE_MAP && k < others->count; k++)
            read_correlation(r, (size_t)one, others->key[k], others->item[k], matrix);
    }
    for (size_t i = 0; i < n * n; i++)
        if (isnan(matrix[i]))
            matrix[i] = 0;
    if (r->mistakes->count > before)
        return;
    if (!correlation_factor(matrix, n, factor))
        report_nearest(r, node, matrix);
    r->sweep->correlation = matrix;
    check_together(r, node, matrix);
}

/* ---- Rows, copies and levels of designs for sensitivity ---- */

enum { TRAJECTORIES = 20, LEVELS = 4, COPIES = 16, LEAST_COPIES = 10 };

static void read_morris(struct sweep_reader *r, const struct node *map)
{
    struct sweep *sweep = r->sweep;
    sweep->points = read_count(r, map, "trajectories", MOST_SWEEP_POINTS);
    sweep->levels = read_count(r, map, "levels", MOST_MORRIS_LEVELS);
    sweep->points = sweep->points ? sweep->points : TRAJECTORIES;
    sweep->levels = sweep->levels ? sweep->levels : LEVELS;
    if (sweep->levels % 2)
        complain(r, tree_get(map, "levels"), "sweep.levels: %zu; allowed: an even number from 2 to %d", sweep->levels,
                 MOST_MORRIS_LEVELS);
    if (sweep->points < 2)
        complain(r, tree_get(map, "trajectories"), "sweep.trajectories: %zu; allowed: 2 or more, for an interval",
                 sweep->points);
}

static void read_saltelli(struct sweep_reader *r, const struct node *map)
{
    struct sweep *sweep = r->sweep;
    sweep->points = read_count(r, map, "points", MOST_SWEEP_POINTS);
    sweep->copies = read_count(r, map, "copies", MOST_SWEEP_POINTS);
    sweep->copies = sweep->copies ? sweep->copies : COPIES;
    if (sweep->copies < LEAST_COPIES)
        complain(r, tree_get(map, "copies"), "sweep.copies: %zu; allowed: %d or more, since intervals come from them",
                 sweep->copies, LEAST_COPIES);
    if (sweep->points % sweep->copies)
        complain(r, tree_get(map, "points"),
                 "sweep.points: %zu rows cannot be shared out among %zu copies; allowed: a "
                 "multiple of %zu, at best by a power of two",
                 sweep->points, sweep->copies, sweep->copies);
}

static void read_size(struct sweep_reader *r, const struct node *map)
{
    if (r->sweep->design == SWEEP_MORRIS)
        read_morris(r, map);
    else if (r->sweep->design == SWEEP_SALTELLI)
        read_saltelli(r, map);
    else
        r->sweep->points = read_count(r, map, "points", MOST_SWEEP_POINTS);
}

/* ---- The whole ---- */

bool sweep_same_value(const struct lever_value *a, const struct lever_value *b)
{
    if (!a || !b)
        return a == b;
    bool no_number = isnan(a->number) || isnan(b->number);
    if (a->distribution || b->distribution || no_number)
        return !strcmp(a->text, b->text);
    return a->number == b->number;
}

void sweep_load(struct scenario *s, struct mistakes *mistakes)
{
    const struct node *map = tree_get(s->root, "sweep");
    size_t before = mistakes->count;
    if (!map || (map->kind == NODE_NULL && !tree_is_empty(map)))
        return;
    struct sweep *sweep = arena_alloc(&s->arena, sizeof *sweep);
    struct sweep_reader r = {.s = s, .mistakes = mistakes, .sweep = sweep};
    sweep->place = map->place;
    if (map->kind != NODE_MAP) {
        complain(&r, map, "sweep: not a map, %s; allowed: design, factors and what they need", written(&r, map));
        return;
    }
    check_keys(&r, "sweep", map, keys);
    if (!read_design(&r, map))
        return;
    check_fitting(&r, map);
    read_size(&r, map);
    sweep->replications = (uint32_t)read_count(&r, map, "replications", UINT32_MAX);
    read_factors(&r, map);
    if (mistakes->count > before)
        return;
    sweep_units_read(s, sweep, child(&r, map, "groups", NODE_MAP, "a map of groups by name"), mistakes);
    if (sweep->design == SWEEP_ZIP)
        check_zip(&r, map);
    if (sweep->design == SWEEP_LIST)
        sweep->row = read_rows(&r, map, "rows", &sweep->row_count);
    if (sweep->design == SWEEP_CSV)
        read_file(&r, map);
    sweep->except = read_rows(&r, map, "except", &sweep->except_count);
    read_correlations(&r, map);
    read_series(&r, map);
    read_logarithms(&r, map);
    if (mistakes->count == before)
        s->sweep = sweep;
}

const struct sweep *scenario_sweep(const struct scenario *scenario)
{
    return scenario->sweep;
}

const struct sweep *sweep_for_sensitivity(struct scenario *scenario, size_t replications, struct mistakes *mistakes)
{
    struct sweep *sweep = arena_alloc(&scenario->arena, sizeof *sweep);
    size_t before = mistakes->count;
    if (scenario->sweep && sweep_is_for_sensitivity(scenario->sweep))
        *sweep = *scenario->sweep;
    else
        *sweep = (struct sweep){.design = SWEEP_DRAWS, .place = {.file = scenario->name}};
    if (!sweep->factor_count)
        sweep_vary_all(scenario, sweep, mistakes);
    sweep->points = sweep->points ? sweep->points : replications;
    return mistakes->count == before ? sweep : NULL;
}

/* ---- --vary ---- */

static void vary_one(struct sweep_reader *r, const char *argument)
{
    struct arena *arena = &r->s->arena;
    const char *equals = strchr(argument, '=');
    const char *name = arena_printf(arena, "%.*s", (int)(equals - argument), argument);
    const char *from = arena_printf(arena, "--vary %s", argument);
    struct place place = {.file = from};
    struct sweep_factor *factor = &r->sweep->factor[r->sweep->factor_count];
    *factor = (struct sweep_factor){.name = name, .label = name};
    const struct node *list = tree_read_text(arena, arena_printf(arena, "[%s]", equals + 1), from, r->mistakes);
    factor->lever = lever_find(r->s, "--vary", LEVER_SET, tree_new_text(arena, place, name), r->mistakes);
    if (!list || !factor->lever)
        return;
    check_apart(r, factor, list);
    read_values(r, factor, list);
    r->sweep->factor_count++;
}

const struct sweep *sweep_vary(struct scenario *scenario, const struct override *vary, size_t count,
                               struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct sweep *sweep = arena_alloc(&scenario->arena, sizeof *sweep);
    *sweep = (struct sweep){.design = SWEEP_GRID, .place = {.file = "--vary"}};
    if (scenario->sweep)
        sweep->replications = scenario->sweep->replications;
    sweep->factor = arena_array(&scenario->arena, count, sizeof *sweep->factor);
    struct sweep_reader r = {.s = scenario, .mistakes = mistakes, .sweep = sweep};
    for (size_t i = 0; i < count; i++)
        vary_one(&r, vary[i].argument);
    return mistakes->count == before ? sweep : NULL;
}
