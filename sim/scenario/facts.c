/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Named numbers of a replication, and dated observations of such numbers:
 *
 *     measures:
 *       rent_2025: {output: rent.H100, at: 2025-06, label: "rent of an H100 in mid 2025"}
 *       used_2025: {output: utilisation, from: 2025-01, to: 2025-12, stat: mean}
 *     facts:
 *       rent:    {output: rent.H100, at: 2024-10, value: 9 CNY/card-hour, tolerance: 15%, source: ..., weight: 1}
 *       used:    {output: utilisation, from: 2025-01, to: 2025-12, stat: mean, range: [20%, 35%]}
 *       arrival: {output: first_arrival.H200, value: 2024-09, tolerance: 2 months}
 *       slide:   {output: rent.A100, at: 2025-09, relative_to: 2024-02, value: 0.77}
 *
 * A value is in the output's unit; money of another currency is converted as of the fact's own date. A tolerance in %
 * is a share of the value, and is the error of the observation. A scalar has no date; a series has `at`, or `from` and
 * `to`.
 *
 * A measure's dates lie in the run; one that may lie beyond it says `beyond_run: true`, and has no number then. A file
 * that extends another may cut a run short and keep the other's measures, which a merged scenario marks in this way.
 *
 * `kind: lower` says that the output must be at least the value, because only part of it was counted (one firm, tenders
 * won); `kind: upper` that it must be at most the value, because more was counted. `counts` and `counted_by` say what
 * and who. `stated_by: [section.parameter]` names inputs that state what was observed: agreement is then no evidence.
 */
#include "loaded.h"

#include "sim/base/dates.h"

#include <math.h>
#include <string.h>

struct fact_reader {
    struct scenario *s;
    const struct reading *r;
    const char *path;
    const struct node *key, *map;
    const struct schema_output *output;
    struct wanted wanted; /* of its value */
};

#define complain(f, node, ...) mistake_add((f)->r->mistakes, (node)->place, "%s: " __VA_ARGS__)

static const char *const fact_keys[] = {"output", "at",        "from",        "to",         "stat",      "value",
                                        "range",  "tolerance", "relative_to", "weight",     "source",    "confidence",
                                        "note",   "kind",      "counts",      "counted_by", "stated_by", NULL};
static const char *const kinds[] = {[FACT_VALUE] = "value", [FACT_LOWER] = "lower", [FACT_UPPER] = "upper", NULL};
static const char *const stats[] = {
    [FACT_MEAN] = "mean", [FACT_SUM] = "sum", [FACT_MIN] = "min", [FACT_MAX] = "max", [FACT_LAST] = "last", NULL};

static void check_fact_keys(struct fact_reader *f, const char *const *allowed)
{
    for (size_t i = 0; i < f->map->count; i++) {
        const char *key = f->map->key[i]->text;
        const char *const *known = allowed;
        while (*known && strcmp(*known, key) != 0)
            known++;
        if (*known)
            continue;
        const char *nearest = nearest_name(key, allowed);
        complain(f, f->map->key[i], "unknown key, %s%s%s", f->path, key_shown(key), nearest ? "; did you mean " : "",
                 nearest ? nearest : "");
    }
}

/* outputs */

static bool find_output(struct fact_reader *f)
{
    const struct node *name = tree_get(f->map, "output");
    if (!name || name->kind != NODE_TEXT) {
        complain(f, name ? name : f->key, "output: missing; allowed: the name of an output", f->path);
        return false;
    }
    f->output = output_find(f->s, name->text);
    if (!f->output)
        complain(f, name, "no such output, %s%s", f->path, name->text, output_hint(f->s, name->text));
    else if (f->output->is_curve)
        complain(f, name, "a curve, %s; allowed: a series or a scalar", f->path, name->text);
    return f->output && !f->output->is_curve;
}

/* dates */

static bool read_fact_date(struct fact_reader *f, const char *key, double *year)
{
    const struct node *node = tree_get(f->map, key);
    struct wanted date = {.path = f->path, .is_date = true, .unit_text = "", .low = -HUGE_VAL, .high = HUGE_VAL};
    *year = nan("");
    return !node || value_read_quantity(f->r, &date, node, year);
}

static void check_dates(struct fact_reader *f, const struct fact *fact, double at)
{
    bool has_window = !isnan(fact->from) && !isnan(fact->to);
    const struct node *to = tree_get(f->map, "to"), *at_node = tree_get(f->map, "at");
    if (f->output->is_scalar) {
        for (const char *const *key = (const char *const[]){"at", "from", "to", "relative_to", "stat", NULL}; *key;
             key++)
            if (tree_get(f->map, *key))
                complain(f, tree_get(f->map, *key), "%s: %s is one number a replication; allowed: no date and no stat",
                         f->path, *key, f->output->name);
    } else if (isnan(at) && !has_window) {
        complain(f, f->key, "no date; allowed: at, or from and to", f->path);
    } else if (!isnan(at) && (tree_get(f->map, "from") || to)) {
        complain(f, at_node, "at beside from and to, %s; allowed: one of the two", f->path,
                 value_written(f->r->arena, at_node));
    } else if (has_window && fact->to <= fact->from) {
        complain(f, to, "to is not after from, %s; allowed: a date after %s", f->path, value_written(f->r->arena, to),
                 value_written(f->r->arena, tree_get(f->map, "from")));
    }
}

static void read_dates(struct fact_reader *f, struct fact *fact)
{
    double at;
    bool right = read_fact_date(f, "at", &at);
    right &= read_fact_date(f, "from", &fact->from);
    right &= read_fact_date(f, "to", &fact->to);
    right &= read_fact_date(f, "relative_to", &fact->relative_to);
    if (right)
        check_dates(f, fact, at);
    if (!isnan(at))
        fact->from = fact->to = at;
}

/* values */

static void set_wanted(struct fact_reader *f, const struct fact *fact)
{
    bool is_ratio = !isnan(fact->relative_to);
    f->wanted =
        (struct wanted){.path = f->path, .unit_text = "", .low = -HUGE_VAL, .high = HUGE_VAL, .as_of = fact->from};
    f->wanted.is_date = !is_ratio && !strcmp(f->output->unit, "date");
    if (!is_ratio && !f->wanted.is_date && unit_parse(f->output->unit, &f->wanted.unit))
        f->wanted.unit_text = f->output->unit;
    else
        unit_parse("", &f->wanted.unit); /* a ratio, or a count of something that is no unit: projects */
}

static bool is_share(const struct node *node)
{
    double number;
    const char *unit;
    return node->kind == NODE_TEXT && number_parse(node->text, &number, &unit) && !strcmp(unit, "%");
}

static bool read_tolerance(struct fact_reader *f, const struct node *node, double value, double *tolerance)
{
    struct wanted wanted = f->wanted;
    wanted.low = 0;
    if (is_share(node) || wanted.is_date) {
        wanted.unit_text = is_share(node) ? "" : "year";
        wanted.is_date = false;
        unit_parse(wanted.unit_text, &wanted.unit);
    }
    if (is_share(node) && f->wanted.is_date) {
        complain(f, node, "a share of a date, %s; allowed: a duration, 2 months", f->path,
                 value_written(f->r->arena, node));
        return false;
    }
    if (!value_read_quantity(f->r, &wanted, node, tolerance))
        return false;
    *tolerance *= is_share(node) ? fabs(value) : 1;
    return true;
}

static void read_value(struct fact_reader *f, struct fact *fact, const struct node *value)
{
    const struct node *tolerance = tree_get(f->map, "tolerance");
    double slack = 0;
    if (!value_read_quantity(f->r, &f->wanted, value, &fact->value))
        return;
    if (tolerance && !read_tolerance(f, tolerance, fact->value, &slack))
        return;
    fact->low = fact->value - slack;
    fact->high = fact->value + slack;
}

static void read_range(struct fact_reader *f, struct fact *fact, const struct node *range)
{
    if (range->kind != NODE_LIST || range->count != 2) {
        complain(f, range, "not a range, %s; allowed: [low, high]", f->path, value_written(f->r->arena, range));
        return;
    }
    if (value_read_quantity(f->r, &f->wanted, range->item[0], &fact->low) &&
        value_read_quantity(f->r, &f->wanted, range->item[1], &fact->high) && !(fact->low <= fact->high))
        complain(f, range, "low is above high, %s; allowed: [low, high]", f->path, value_written(f->r->arena, range));
}

static void read_observation(struct fact_reader *f, struct fact *fact)
{
    const struct node *value = tree_get(f->map, "value"), *range = tree_get(f->map, "range");
    const struct node *tolerance = tree_get(f->map, "tolerance");
    fact->value = nan("");
    set_wanted(f, fact);
    if (value)
        read_value(f, fact, value);
    if (range)
        read_range(f, fact, range);
    if (!value && !range)
        complain(f, f->key, "nothing observed; allowed: value, or range: [low, high]", f->path);
    if (range && tolerance)
        complain(f, tolerance, "tolerance beside range, %s; allowed: one of the two", f->path,
                 value_written(f->r->arena, tolerance));
}

/* the rest */

static const char *fact_text(struct fact_reader *f, const char *key)
{
    const struct node *node = tree_get(f->map, key);
    if (!node || node->kind == NODE_TEXT)
        return node ? node->text : NULL;
    complain(f, node, "%s is no text, %s", f->path, key, value_written(f->r->arena, node));
    return NULL;
}

static void read_confidence(struct fact_reader *f, struct fact *fact)
{
    fact->confidence = fact_text(f, "confidence");
    if (fact->confidence && (strlen(fact->confidence) != 1 || !strchr("ABC", *fact->confidence)))
        complain(f, tree_get(f->map, "confidence"), "confidence, %s; allowed: A, B or C", f->path, fact->confidence);
}

/* The index of the word at `key` among `words`; `fallback` if there is none. */
static int read_word(struct fact_reader *f, const char *key, const char *const *words, const char *allowed,
                     int fallback)
{
    const char *text = fact_text(f, key);
    if (!text)
        return fallback;
    for (int i = 0; words[i]; i++)
        if (!strcmp(words[i], text))
            return i;
    const char *nearest = nearest_name(text, words);
    complain(f, tree_get(f->map, key), "no such %s, %s; allowed: %s%s%s", f->path, key, text, allowed,
             nearest ? "; did you mean " : "", nearest ? nearest : "");
    return fallback;
}

static void read_stat(struct fact_reader *f, struct fact *fact)
{
    fact->stat = (enum fact_stat)read_word(f, "stat", stats, "mean, sum, min, max, last", FACT_MEAN);
}

static void read_kind(struct fact_reader *f, struct fact *fact)
{
    const struct node *kind = tree_get(f->map, "kind");
    fact->kind = (enum fact_kind)read_word(f, "kind", kinds, "value, lower, upper", FACT_VALUE);
    if (fact->kind != FACT_VALUE && tree_get(f->map, "range"))
        complain(f, kind, "kind %s beside range; allowed: a bound is one value", f->path, kinds[fact->kind]);
}

static bool is_input(const struct scenario *s, const char *path)
{
    for (size_t i = 0; i < s->value_count; i++) {
        const char *its_path = s->value[i].path;
        if (its_path && *its_path == *path && !strcmp(its_path, path)) /* most begin otherwise */
            return true;
    }
    return false;
}

static void read_stated_by(struct fact_reader *f, struct fact *fact)
{
    const struct node *list = tree_get(f->map, "stated_by");
    if (!list)
        return;
    if (list->kind != NODE_LIST || !list->count) {
        complain(f, list, "stated_by is no list, %s; allowed: [section.parameter, ...]", f->path,
                 value_written(f->r->arena, list));
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct node *path = list->item[i];
        if (path->kind != NODE_TEXT || !is_input(f->s, path->text))
            complain(f, path, "stated_by: no such input, %s; allowed: section.parameter or table.row.column", f->path,
                     value_written(f->r->arena, path));
        else
            fact->stated_by =
                arena_printf(&f->s->arena, "%s%s%s", fact->stated_by ? fact->stated_by : "", i ? " " : "", path->text);
    }
}

static void read_weight(struct fact_reader *f, struct fact *fact)
{
    const struct node *node = tree_get(f->map, "weight");
    struct wanted pure = {.path = f->path, .unit_text = "", .low = 0, .high = HUGE_VAL, .as_of = nan("")};
    unit_parse("", &pure.unit);
    fact->weight = 1;
    if (node)
        value_read_quantity(f->r, &pure, node, &fact->weight);
}

static void read_fact(struct fact_reader *f, struct fact *fact)
{
    *fact = (struct fact){.observed = true, .name = f->key->text, .label = f->key->text};
    check_fact_keys(f, fact_keys);
    read_stat(f, fact);
    read_kind(f, fact);
    read_stated_by(f, fact);
    read_weight(f, fact);
    read_confidence(f, fact);
    fact->source = fact_text(f, "source");
    fact->note = fact_text(f, "note");
    fact->counts = fact_text(f, "counts");
    fact->counted_by = fact_text(f, "counted_by");
    if (!find_output(f))
        return;
    fact->output = tree_get(f->map, "output")->text;
    read_dates(f, fact);
    read_observation(f, fact);
}

/* What a map says that names a number of a replication; false if it is wrong. */
static bool read_window(struct fact_reader *f, const char *const *keys, struct fact *fact)
{
    size_t before = f->r->mistakes->count;
    check_fact_keys(f, keys);
    read_stat(f, fact);
    if (!find_output(f))
        return false;
    fact->output = tree_get(f->map, "output")->text;
    read_dates(f, fact);
    return f->r->mistakes->count == before;
}

bool fact_read_window(struct scenario *s, const struct reading *reading, const char *path, const struct node *map,
                      struct fact *fact)
{
    static const char *const keys[] = {"output", "at", "from", "to", "stat", "relative_to", "label", NULL};
    struct fact_reader f = {.s = s, .r = reading, .path = path, .key = map, .map = map};
    return read_window(&f, keys, fact);
}

/* The place of a file in the order of reading, in which a file stands before those that it extends; 0: the command line. */
static size_t order_of(const struct scenario *s, const struct node *node)
{
    for (size_t i = 0; node->place.file && node->place.line && i < s->sources.count; i++)
        if (strcmp(s->sources.list[i].name, node->place.file) == 0)
            return i + 1;
    return 0;
}

/* The start or the end of the run; NULL if it is not given as a date. */
static const struct value *end_of_run(const struct scenario *s, const char *path, const char **text, double *year)
{
    size_t i = 0;
    while (i < s->value_count && strcmp(s->value[i].path, path) != 0)
        i++;
    const struct value *value = i < s->value_count ? &s->value[i] : NULL;
    const struct node *said = value && value->node ? value->said.value : NULL;
    if (!said || said->kind != NODE_TEXT || !date_parse(said->text, year))
        return NULL;
    *text = said->text;
    return value;
}

struct run_dates {
    const struct value *start, *end;
    const char *start_text, *end_text;
    double first, last;
};

static bool read_run_dates(const struct scenario *s, struct run_dates *run)
{
    run->start = end_of_run(s, "run.start", &run->start_text, &run->first);
    run->end = end_of_run(s, "run.end", &run->end_text, &run->last);
    return run->start && run->end;
}

/* The next date of a measure, from `*i` on, that the run does not reach; NULL: none. */
static const struct node *date_beyond(const struct run_dates *run, const struct node *measure, size_t *i,
                                      const char **key)
{
    static const char *const keys[] = {"at", "from", "to", "relative_to"};
    double year;
    while (*i < sizeof keys / sizeof *keys) {
        const struct node *date = tree_get(measure, *key = keys[(*i)++]);
        if (date && date->kind == NODE_TEXT && date_parse(date->text, &year) && (year < run->first || year > run->last))
            return date;
    }
    return NULL;
}

bool measure_is_beyond_run(const struct scenario *s, const struct node *measure)
{
    struct run_dates run;
    const char *key;
    return read_run_dates(s, &run) && date_beyond(&run, measure, &(size_t){0}, &key);
}

/* Whether the measure was written for a run with that start or end. A file that extends another, a variant and --set may
 * cut a run short, and keep measures that it has no number for. */
static bool is_bound(const struct scenario *s, const struct value *value, const struct node *measure)
{
    return !value->given || (!value->node->variant && order_of(s, measure) <= order_of(s, value->node));
}

static bool may_be_beyond(struct fact_reader *f)
{
    static const char *const flags[] = {"false", "true", NULL};
    return read_word(f, "beyond_run", flags, "true, false", 0) == 1;
}

/* A measure whose dates are not in the run would never have a number. */
static void check_in_run(struct fact_reader *f)
{
    struct run_dates run;
    const char *key;
    if (may_be_beyond(f) || !read_run_dates(f->s, &run) || !is_bound(f->s, run.start, f->map) ||
        !is_bound(f->s, run.end, f->map))
        return;
    const struct node *date;
    for (size_t i = 0; (date = date_beyond(&run, f->map, &i, &key));)
        complain(f, date, "not in the run, %s; allowed: from run.start to run.end, %s to %s",
                 arena_printf(f->r->arena, "%s.%s", f->path, key), date->text, run.start_text, run.end_text);
}

static void read_measure(struct fact_reader *f, struct fact *measure)
{
    static const char *const keys[] = {"output",      "at",    "from",       "to", "stat",
                                       "relative_to", "label", "beyond_run", NULL};
    const char *label = fact_text(f, "label");
    const double nan = (double)NAN;
    *measure = (struct fact){.name = f->key->text,
                             .label = label ? label : f->key->text,
                             .value = nan,
                             .low = nan,
                             .high = nan,
                             .weight = 1};
    if (read_window(f, keys, measure))
        check_in_run(f);
}

/* Adds what `read` makes of each item of the map. */
static void read_each(struct scenario *s, const struct reading *reading, const char *section, const struct node *map,
                      const char *allowed, void (*read)(struct fact_reader *f, struct fact *fact))
{
    for (size_t i = 0; map && i < map->count; i++) {
        struct fact_reader f = {.s = s, .r = reading, .key = map->key[i], .map = map->item[i]};
        f.path = arena_printf(&s->arena, "%s.%s", section, f.key->text);
        if (!is_entity_name(f.key->text))
            complain(&f, f.key, "not a name, %s; allowed: letters, digits, _ and -", section, f.key->text);
        if (f.map->kind == NODE_MAP)
            read(&f, &s->measure[s->measure_count++]);
        else
            complain(&f, f.map, "not a map, %s; allowed: %s", f.path, value_written(&s->arena, f.map), allowed);
    }
}

void measures_load(struct scenario *s, const struct reading *reading)
{
    size_t most = (s->facts ? s->facts->count : 0) + (s->measures ? s->measures->count : 0);
    s->measure = arena_array(&s->arena, most, sizeof *s->measure);
    read_each(s, reading, "facts", s->facts, "{output: ..., at: ..., value: ...}", read_fact);
    s->fact_count = s->measure_count;
    read_each(s, reading, "measures", s->measures, "{output: ..., at: ...}", read_measure);
}
