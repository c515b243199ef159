/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths to values when a lever is found; values into blocks when it is moved. */
#include "lever.h"

#include "loaded.h"
#include "run.h"

#include "sim/base/dates.h"
#include "sim/base/memory.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a lever is moved by. */
enum sort { SORT_NUMBER, SORT_DATE, SORT_TIME, SORT_RATIO, SORT_WORD };

struct target {
    const struct value *value;
    struct wanted wanted;
    size_t section, block, offset;
    bool is_switch; /* `enabled` of a mechanism */
};

struct lever {
    const char *name;
    struct place place;
    enum lever_verb verb;
    enum sort sort;
    struct wanted wanted; /* of the number it is moved to */
    size_t count, room;
    struct target *target;
    bool moves_plan;
};

#define complain(f, node, ...) mistake_add((f)->mistakes, (node)->place, __VA_ARGS__)

static const char *const verbs[] = {[LEVER_SET] = "set", [LEVER_SHIFT] = "shift", [LEVER_SCALE] = "scale", NULL};
static const char *const done[] = {[LEVER_SET] = "set to", [LEVER_SHIFT] = "shifted by", [LEVER_SCALE] = "scaled by"};

/* ---- Finding ---- */

struct finder {
    struct scenario *s;
    struct mistakes *mistakes;
    struct lever *lever;
    const struct node *path; /* the one that is being looked up */
    const char *section, *entity, *key; /* its steps; entity: NULL in a section that is no table */
};

static bool has_wildcard(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

static const char *near(struct finder *f, const char *name, const char *const *names)
{
    const char *nearest = nearest_name(name, names);
    return nearest ? arena_printf(&f->s->arena, "; did you mean %s", nearest) : "";
}

static const char *near_section(struct finder *f)
{
    const struct schema *schema = f->s->schema;
    const char **names = arena_array(&f->s->arena, schema->count + 1, sizeof *names);
    for (size_t i = 0; i < schema->count; i++)
        names[i] = schema->section[i].name;
    return near(f, f->section, names);
}

static const char *near_key(struct finder *f, const struct section *section)
{
    size_t count = 0;
    for (size_t p = 0; p < section->part_count; p++)
        count += section_param_count(&section->part[p]);
    const char **names = arena_array(&f->s->arena, count + 1, sizeof *names);
    count = 0;
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++)
            names[count++] = param->name;
    return near(f, f->key, names);
}

static const char *near_entity(struct finder *f, const struct rows *rows)
{
    const char **names = arena_array(&f->s->arena, rows->count + 1, sizeof *names);
    for (size_t i = 0; i < rows->count; i++)
        names[i] = rows->name[i];
    return near(f, f->entity, names);
}

/* Cuts the path into its steps; false if that cannot be. */
static bool split(struct finder *f, const struct section **section)
{
    char *text = arena_text(&f->s->arena, f->path->text), *dot = strchr(text, '.'), *last = strrchr(text, '.');
    f->section = text;
    if (dot)
        *dot = '\0';
    *section = schema_section(f->s->schema, text);
    if (!*section) {
        complain(f, f->path, "%s: no such section, %s%s", f->lever->name, text, near_section(f));
        return false;
    }
    bool is_table = (*section)->is_table, fits = dot && (is_table ? last > dot + 1 : last == dot);
    if (!fits || !last[1]) {
        complain(f, f->path, "%s: not a path to a value, %s; allowed: %s.%s", f->lever->name, f->path->text, text,
                 is_table ? "ENTITY.KEY, where * may stand for a part of ENTITY" : "KEY");
        return false;
    }
    *last = '\0';
    f->entity = is_table ? dot + 1 : NULL;
    f->key = last + 1;
    return true;
}

static bool matches(const struct finder *f, const char *entity)
{
    return !f->entity || !strcmp(f->entity, entity) || (has_wildcard(f->entity) && !fnmatch(f->entity, entity, 0));
}

static bool is_none(const struct scenario *s, const struct target *target)
{
    union typed typed = {0};
    enum param_type type = target->value->param->type;
    const char *at = (const char *)s->block[target->block].template + target->offset;
    if (type == PARAM_SERIES || (type == PARAM_NUMBER && target->value->param->draw == HETEROGENEOUS)) {
        memcpy(&typed.series, at, sizeof typed.series);
        return !typed.series;
    }
    memcpy(&typed.number, at, sizeof typed.number);
    return (type == PARAM_NUMBER || type == PARAM_DATE) && isnan(typed.number);
}

static void add_target(struct finder *f, const struct target *target)
{
    struct lever *lever = f->lever;
    if (lever->count == lever->room) {
        size_t room = lever->room ? 2 * lever->room : 8, size = sizeof *lever->target;
        lever->target = arena_grow(&f->s->arena, lever->target, lever->count * size, room * size);
        lever->room = room;
    }
    lever->target[lever->count++] = *target;
}

/* What the key is in each matching row, for every mechanism that reads it. Returns how many rows match. */
static size_t add_rows(struct finder *f, const struct section *section)
{
    struct scenario *s = f->s;
    size_t index = (size_t)(section - s->schema->section), matching = 0;
    const struct rows *rows = &s->rows[index];
    const struct value *value = s->value + rows->first_value;
    for (size_t r = 0; r < rows->count; r++)
        matching += matches(f, section->is_table ? rows->name[r] : "");
    for (size_t p = 0; p < section->part_count; p++)
        for (const struct param *param = section->part[p].params; param->name; param++, value += rows->count)
            for (size_t r = 0; !strcmp(param->name, f->key) && r < rows->count; r++) {
                if (!matches(f, section->is_table ? rows->name[r] : ""))
                    continue;
                struct target target = {.value = &value[r],
                                        .wanted = value_wanted(param, value[r].path, (double)NAN),
                                        .section = index,
                                        .block = rows->first_block + p,
                                        .offset = r * section->part[p].size + param->offset};
                target.is_switch = section->part[p].owner == OWNER_SCENARIO && !section->is_table;
                if (f->lever->verb == LEVER_SET || !is_none(s, &target))
                    add_target(f, &target);
            }
    return matching;
}

static void report_no_row(struct finder *f, const struct section *section)
{
    const struct rows *rows = &f->s->rows[section - f->s->schema->section];
    const struct node *map = tree_get(f->s->root, section->name);
    ptrdiff_t i = map ? tree_find(map, f->entity) : NOT_FOUND;
    if (has_wildcard(f->entity))
        complain(f, f->path, "%s: no entity of %s is called like %s, %s%s", f->lever->name, section->name, f->entity,
                 f->path->text, rows->count ? arena_printf(&f->s->arena, "; one is %s", rows->name[0]) : "");
    else if (i != NOT_FOUND && map->item[i]->deletes)
        complain(f, f->path, "%s: %s.%s was deleted (%s), %s", f->lever->name, section->name, f->entity,
                 tree_origin(&f->s->arena, map->item[i]), f->path->text);
    else
        complain(f, f->path, "%s: no such entity of %s, %s%s", f->lever->name, section->name, f->entity,
                 near_entity(f, rows));
}

/* What decides how the rest of the file is read cannot move afterwards, and nothing depends on a label. */
static bool is_fast(struct finder *f, const struct section *section)
{
    bool of_reading = !strcmp(section->name, "run") && (!strcmp(f->key, "fx") || !strcmp(f->key, "as_of") ||
                                                        !strcmp(f->key, "fx_eur") || !strcmp(f->key, "basis"));
    if (of_reading)
        complain(f, f->path, "%s: the file was read with %s; allowed: a variant or --set", f->lever->name,
                 f->path->text);
    else if (section->is_table && !strcmp(f->key, "label"))
        complain(f, f->path, "%s: a label changes no number, %s", f->lever->name, f->path->text);
    return of_reading || (section->is_table && !strcmp(f->key, "label"));
}

static void find_path(struct finder *f)
{
    const struct section *section;
    if (!split(f, &section) || is_fast(f, section))
        return;
    if (!schema_has(section, section->part_count, f->key)) {
        complain(f, f->path, "%s: unknown key, %s%s", f->lever->name, f->key, near_key(f, section));
        return;
    }
    size_t before = f->lever->count, matching = add_rows(f, section);
    if (!matching)
        report_no_row(f, section);
    else if (f->lever->count == before)
        complain(f, f->path, "%s: none is given, so there is nothing to %s, %s", f->lever->name, verbs[f->lever->verb],
                 f->path->text);
    f->lever->moves_plan |= !strcmp(section->name, "run") || !strcmp(f->key, "enabled");
}

/* ---- What a lever is moved by ---- */

static bool is_quantity(const struct param *param)
{
    return param->type == PARAM_NUMBER || param->type == PARAM_DATE || param->type == PARAM_SERIES;
}

static enum sort sort_of(const struct finder *f, const struct target *target)
{
    enum param_type type = target->value->param->type;
    if (f->lever->verb == LEVER_SCALE)
        return SORT_RATIO;
    if (f->lever->verb == LEVER_SHIFT)
        return type == PARAM_NUMBER ? SORT_NUMBER : SORT_TIME;
    return type == PARAM_NUMBER ? SORT_NUMBER : type == PARAM_DATE ? SORT_DATE : SORT_WORD;
}

static bool same_text(const char *a, const char *b)
{
    return (!a && !b) || (a && b && !strcmp(a, b));
}

static bool same_words(const struct param *a, const struct param *b)
{
    return a->type == b->type && same_text(a->choices, b->choices) && same_text(a->of, b->of) &&
           same_text(a->unit, b->unit);
}

static bool can_be_moved(struct finder *f, const struct target *target)
{
    const struct param *param = target->value->param;
    if (f->lever->verb == LEVER_SET ||
        (is_quantity(param) && !(f->lever->verb == LEVER_SCALE && param->type == PARAM_DATE)))
        return true;
    mistake_add(f->mistakes, f->lever->place, "%s: %s is %s, which cannot be %s; allowed: %s", f->lever->name,
                target->value->path, param->type == PARAM_DATE ? "a date" : "no number",
                f->lever->verb == LEVER_SCALE ? "scaled" : "shifted",
                param->type == PARAM_DATE ? "set or shift" : "set");
    return false;
}

/* Whether one value can be meant for this target and for the first. */
static bool goes_with_first(struct finder *f, const struct target *target)
{
    const struct lever *lever = f->lever;
    const struct target *first = &lever->target[0];
    enum sort sort = sort_of(f, target);
    bool fits = sort == lever->sort;
    if (fits && sort == SORT_NUMBER)
        fits = unit_same_dimension(&target->wanted.unit, &first->wanted.unit);
    if (fits && sort == SORT_WORD)
        fits = same_words(target->value->param, first->value->param);
    if (!fits)
        mistake_add(f->mistakes, lever->place,
                    "%s: one value cannot be meant for both %s and %s: they have other units "
                    "or types",
                    lever->name, first->value->path, target->value->path);
    return fits;
}

static struct wanted wanted_by(const struct lever *lever)
{
    struct wanted wanted = {.unit_text = "", .low = -HUGE_VAL, .high = HUGE_VAL, .as_of = (double)NAN};
    const struct wanted *first = &lever->target[0].wanted;
    if (lever->verb == LEVER_SET)
        wanted = *first;
    else if (lever->sort == SORT_NUMBER)
        wanted.unit_text = first->unit_text;
    else if (lever->sort == SORT_TIME)
        wanted.unit_text = "month";
    else
        wanted.low = 0;
    unit_parse(wanted.unit_text, &wanted.unit);
    return wanted;
}

static bool settle(struct finder *f)
{
    struct lever *lever = f->lever;
    lever->sort = sort_of(f, &lever->target[0]);
    for (size_t i = 0; i < lever->count; i++)
        if (!can_be_moved(f, &lever->target[i]) || !goes_with_first(f, &lever->target[i]))
            return false;
    lever->wanted = wanted_by(lever);
    return true;
}

const struct lever *lever_find(struct scenario *s, const char *name, enum lever_verb verb, const struct node *paths,
                               struct mistakes *mistakes)
{
    struct lever *lever = arena_alloc(&s->arena, sizeof *lever);
    struct finder f = {.s = s, .mistakes = mistakes, .lever = lever};
    size_t before = mistakes->count;
    *lever = (struct lever){.name = arena_text(&s->arena, name), .place = paths->place, .verb = verb};
    bool is_list = paths->kind == NODE_LIST;
    for (size_t i = 0; i < (is_list ? paths->count : 1); i++) {
        f.path = is_list ? paths->item[i] : paths;
        if (f.path->kind == NODE_TEXT)
            find_path(&f);
        else
            complain(&f, f.path, "%s: not a path, %s; allowed: section.key, table.entity.key or a list of them", name,
                     value_written(&s->arena, f.path));
    }
    if (mistakes->count == before && !lever->count)
        complain(&f, paths, "%s: no path; allowed: section.key, table.entity.key or a list of them", name);
    return mistakes->count == before && settle(&f) ? lever : NULL;
}

const struct lever *lever_read(struct scenario *s, const char *name, const struct node *map, struct mistakes *mistakes)
{
    const struct node *paths = NULL;
    enum lever_verb verb = LEVER_SET;
    size_t count = 0;
    for (size_t i = 0; verbs[i]; i++)
        if (tree_get(map, verbs[i])) {
            paths = tree_get(map, verbs[i]);
            verb = (enum lever_verb)i;
            count++;
        }
    if (count == 1)
        return lever_find(s, name, verb, paths, mistakes);
    mistake_add(mistakes, map->place, "%s: %s; allowed: one of set, shift and scale, with a path or a list of paths",
                name, count ? "moves in two ways" : "moves nothing");
    return NULL;
}

/* ---- What others ask ---- */

enum lever_verb lever_verb(const struct lever *lever)
{
    return lever->verb;
}

const char *lever_unit(const struct lever *lever)
{
    return lever->sort == SORT_WORD ? "" : lever->wanted.is_date ? "date" : lever->wanted.unit_text;
}

bool lever_is_number(const struct lever *lever)
{
    return lever->sort != SORT_WORD;
}

const char *lever_word(const struct lever *lever, size_t i, struct arena *arena)
{
    const struct param *param = lever->target[0].value->param;
    const char *words = param->type == PARAM_FLAG ? "false true" : param->type == PARAM_CHOICE ? param->choices : "";
    for (; i > 0 && *words; i--) {
        words += strcspn(words, " ");
        words += strspn(words, " ");
    }
    return *words ? arena_printf(arena, "%.*s", (int)strcspn(words, " "), words) : NULL;
}

size_t lever_target_count(const struct lever *lever)
{
    return lever->count;
}

const char *lever_target(const struct lever *lever, size_t i)
{
    return lever->target[i].value->path;
}

const char *lever_in_common(const struct lever *a, const struct lever *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (a->target[i].value == b->target[k].value)
                return a->target[i].value->path;
    return NULL;
}

bool lever_moves_plan(const struct lever *lever)
{
    return lever->moves_plan;
}

static const void *at_target(const struct scenario *s, const struct target *target)
{
    return (const char *)s->block[target->block].template + target->offset;
}

size_t lever_word_now(const struct lever *lever, const struct scenario *s)
{
    const struct target *first = &lever->target[0];
    union typed typed = {0};
    if (first->value->param->type == PARAM_FLAG)
        memcpy(&typed.flag, at_target(s, first), sizeof typed.flag);
    else if (first->value->param->type == PARAM_CHOICE)
        memcpy(&typed.index, at_target(s, first), sizeof typed.index);
    return first->value->param->type == PARAM_FLAG ? typed.flag : (size_t)typed.index;
}

static bool is_varied(const struct target *target)
{
    return target->value->param->type == PARAM_NUMBER && target->value->param->draw == HETEROGENEOUS;
}

double lever_now(const struct lever *lever, const struct scenario *s)
{
    const struct target *first = &lever->target[0];
    union typed typed;
    if (lever->verb != LEVER_SET)
        return lever->verb == LEVER_SCALE;
    if (lever->sort == SORT_WORD)
        return (double)NAN;
    memcpy(&typed, at_target(s, first), sizeof typed.number);
    if (!is_varied(first))
        return typed.number;
    return typed.distribution ? distribution_quantile(typed.distribution, 0.5) : (double)NAN;
}

static bool sets_one_value(const struct lever *lever)
{
    for (size_t i = 1; i < lever->count; i++)
        if (strcmp(lever->target[i].value->path, lever->target[0].value->path) != 0)
            return false;
    return lever->verb == LEVER_SET;
}

const struct distribution *lever_own(const struct lever *lever, const struct scenario *s, bool *joint)
{
    const struct target *first = &lever->target[0];
    *joint = false;
    for (size_t i = 0; sets_one_value(lever) && i < s->uncertain_count; i++) {
        const struct uncertain *one = &s->uncertain[i];
        if (one->block != first->block || one->offset != first->offset)
            continue;
        *joint = one->column != NULL;
        return one->distribution;
    }
    return NULL;
}

const char *lever_confidence(const struct lever *lever)
{
    const char *confidence = lever->target[0].value->said.confidence;
    return confidence ? confidence : "";
}

static bool is_drawn(const struct scenario *s, const struct target *target)
{
    for (size_t i = 0; i < s->uncertain_count; i++)
        if (s->uncertain[i].block == target->block && s->uncertain[i].offset == target->offset)
            return true;
    return false;
}

bool lever_leaves(const struct lever *lever, const struct scenario *s, const struct lever_value *value)
{
    union typed typed;
    if (value->distribution || isnan(value->number) || lever->sort == SORT_WORD)
        return false;
    if (lever->verb != LEVER_SET)
        return value->number == (lever->verb == LEVER_SCALE);
    for (size_t i = 0; i < lever->count; i++) {
        const struct target *target = &lever->target[i];
        enum param_type type = target->value->param->type;
        memcpy(&typed, at_target(s, target), sizeof typed.number);
        if ((type != PARAM_NUMBER && type != PARAM_DATE) || is_varied(target) || is_drawn(s, target) ||
            typed.number != value->number)
            return false;
    }
    return true;
}

/* ---- Values ---- */

static bool all_may_be_none(const struct lever *lever)
{
    for (size_t i = 0; i < lever->count; i++)
        if (!same_text(lever->target[i].value->param->value, "none"))
            return false;
    return lever->verb == LEVER_SET;
}

static bool read_word(struct scenario *s, const struct lever *lever, const struct node *node, struct lever_value *value,
                      struct mistakes *mistakes)
{
    union typed typed;
    const struct distribution *drawn;
    if (!scenario_read_value(s, mistakes, lever->target[0].value, node, &typed, &drawn))
        return false;
    memcpy(&value->word, &typed, sizeof value->word);
    return true;
}

bool lever_value_read(struct scenario *s, const struct lever *lever, const char *name, const struct node *node,
                      struct lever_value *value, struct mistakes *mistakes)
{
    struct reading reading = scenario_reading(s, mistakes);
    struct wanted wanted = lever->wanted;
    size_t before = mistakes->count;
    *value = (struct lever_value){.text = tree_flow(&s->arena, node), .number = (double)NAN};
    if (lever->sort == SORT_WORD)
        return read_word(s, lever, node, value, mistakes);
    struct given given = value_unwrap(&reading, name, node);
    wanted.path = arena_text(&s->arena, name);
    wanted.as_of = given.as_of_year;
    if (tree_is_word(given.value, "none") && all_may_be_none(lever))
        return true;
    if (value_is_distribution(given.value)) {
        value->distribution = value_read_distribution(&reading, &wanted, given.value);
        value->number = value->distribution ? distribution_quantile(value->distribution, 0.5) : (double)NAN;
    } else {
        value_read_quantity(&reading, &wanted, given.value, &value->number);
    }
    return mistakes->count == before;
}

struct lever_value lever_value_of(double number)
{
    return (struct lever_value){.text = "", .number = number};
}

struct lever_value lever_value_at(const struct lever_value *value, double u)
{
    struct lever_value at = *value;
    if (at.distribution)
        at.number = distribution_quantile(at.distribution, u);
    at.distribution = NULL;
    return at;
}

/* ---- Copies ---- */

void scenario_restore(struct scenario *copy, const struct scenario *original)
{
    struct arena arena = copy->arena;
    arena_reset(&arena);
    *copy = *original;
    copy->arena = arena;
    size_t rows = original->schema->count;
    copy->rows = arena_array(&copy->arena, rows, sizeof *copy->rows);
    memcpy(copy->rows, original->rows, rows * sizeof *copy->rows);
    copy->block = arena_array(&copy->arena, original->block_count, sizeof *copy->block);
    for (size_t i = 0; i < original->block_count; i++) {
        const struct block *from = &original->block[i];
        void *template = arena_alloc(&copy->arena, from->bytes);
        copy->block[i] =
            (struct block){.bytes = from->bytes, .template = memcpy(template, from->template, from->bytes)};
    }
    /* room for what levers set as uncertain */
    copy->uncertain = arena_array(&copy->arena, original->value_count, sizeof *copy->uncertain);
    memcpy(copy->uncertain, original->uncertain, original->uncertain_count * sizeof *copy->uncertain);
}

struct scenario *scenario_copy(const struct scenario *scenario)
{
    struct scenario *copy = memory_new(1, sizeof *copy);
    scenario_restore(copy, scenario);
    return copy;
}

/* ---- Moving ---- */

/* A lever on its way to one target of a copy. */
struct move {
    const struct lever *lever;
    const struct lever_value *value;
    const struct target *target;
    struct scenario *copy;
    struct mistakes *mistakes;
};

static void put(const struct move *m, const void *from, size_t bytes)
{
    memcpy((char *)m->copy->block[m->target->block].template + m->target->offset, from, bytes);
}

static void put_number(const struct move *m, double number)
{
    put(m, &number, sizeof number);
}

static bool report_range(const struct move *m, const char *what)
{
    const struct lever *lever = m->lever;
    struct arena *arena = &m->copy->arena;
    mistake_add(m->mistakes, lever->place, "%s: %s %s %s, out of range: %s; allowed: %s", lever->name,
                m->target->value->path, done[lever->verb],
                *m->value->text ? m->value->text : value_number_text(arena, m->value->number, &lever->wanted), what,
                value_allowed(arena, &m->target->wanted));
    return false;
}

static bool check_number(const struct move *m, double number)
{
    const struct wanted *wanted = &m->target->wanted;
    if (isnan(number) || (number >= wanted->low && number <= wanted->high))
        return true;
    return report_range(m, value_number_text(&m->copy->arena, number, wanted));
}

/* `d` without what lies outside the range; NULL after complaining that too much does. */
static const struct distribution *check_distribution(const struct move *m, const struct distribution *d)
{
    const struct distribution *cut = value_cut_distribution(&m->copy->arena, &m->target->wanted, d);
    if (!cut)
        report_range(m, arena_printf(&m->copy->arena, "%.3g %% of a distribution",
                                     100 * distribution_outside(d, m->target->wanted.low, m->target->wanted.high)));
    return cut;
}

static struct uncertain *find_uncertain(const struct move *m)
{
    for (size_t i = 0; i < m->copy->uncertain_count; i++) {
        struct uncertain *one = &m->copy->uncertain[i];
        if (one->block == m->target->block && one->offset == m->target->offset)
            return one;
    }
    return NULL;
}

static void forget_uncertain(const struct move *m)
{
    struct uncertain *one = find_uncertain(m);
    if (!one)
        return;
    size_t behind = m->copy->uncertain_count - 1 - (size_t)(one - m->copy->uncertain);
    memmove(one, one + 1, behind * sizeof *one);
    m->copy->uncertain_count--;
}

static bool put_distribution(const struct move *m, const struct distribution *d)
{
    d = check_distribution(m, d);
    if (!d)
        return false;
    if (is_varied(m->target)) {
        put(m, &d, sizeof d);
        return true;
    }
    struct uncertain *one = find_uncertain(m);
    if (!one)
        one = &m->copy->uncertain[m->copy->uncertain_count++];
    *one = (struct uncertain){
        .block = m->target->block, .offset = m->target->offset, .distribution = d, .value = m->target->value};
    put_number(m, distribution_quantile(d, 0.5));
    return true;
}

/* The distribution in the unit of the target. Units are proportional, but for rates that are published by the year. */
static const struct distribution *in_unit(const struct move *m, const struct distribution *d)
{
    const struct unit *from = &m->lever->wanted.unit, *to = &m->target->wanted.unit;
    double factor = m->target->wanted.is_date ? 1 : unit_convert(1, from, to);
    return factor == 1 ? d : distribution_moved(&m->copy->arena, d, factor, 0);
}

static double number_in_unit(const struct move *m)
{
    return m->target->wanted.is_date ? m->value->number
                                     : unit_convert(m->value->number, &m->lever->wanted.unit, &m->target->wanted.unit);
}

static bool set_number(const struct move *m)
{
    if (m->value->distribution && m->target->value->param->draw == FIXED) {
        mistake_add(m->mistakes, m->lever->place, "%s: a distribution where one value belongs, %s; allowed: %s",
                    m->lever->name, m->value->text, value_allowed(&m->copy->arena, &m->target->wanted));
        return false;
    }
    if (m->value->distribution)
        return put_distribution(m, in_unit(m, m->value->distribution));
    double number = number_in_unit(m);
    if (!check_number(m, number))
        return false;
    if (is_varied(m->target)) {
        const struct distribution *d = isnan(number) ? NULL : distribution_constant(&m->copy->arena, number);
        put(m, &d, sizeof d);
        return true;
    }
    forget_uncertain(m);
    put_number(m, number);
    return true;
}

static bool set_word(const struct move *m)
{
    static const size_t bytes[] = {
        [PARAM_FLAG] = sizeof(bool),     [PARAM_CHOICE] = sizeof(int),          [PARAM_TEXT] = sizeof(char *),
        [PARAM_REFERENCE] = sizeof(int), [PARAM_REFERENCES] = sizeof(uint64_t), [PARAM_SERIES] = sizeof(void *),
    };
    put(m, &m->value->word, bytes[m->target->value->param->type]);
    if (m->target->is_switch)
        memcpy(&m->copy->rows[m->target->section].enabled, &m->value->word, sizeof(bool));
    return true;
}

static double scale_of(const struct move *m)
{
    return m->lever->verb == LEVER_SCALE ? m->value->number : 1;
}

static double shift_of(const struct move *m)
{
    return m->lever->verb == LEVER_SCALE ? 0
           : m->lever->sort == SORT_TIME ? m->value->number / MONTHS_PER_YEAR
                                         : number_in_unit(m);
}

static double moved_number(const struct move *m, double number)
{
    if (m->target->value->param->type == PARAM_DATE)
        return isnan(number) ? number : date_shift(number, m->value->number);
    return scale_of(m) * number + shift_of(m);
}

/* A series keeps its dates when it is scaled and its values when it is shifted. */
static bool move_series(const struct move *m)
{
    const struct dated_series *old;
    memcpy(&old, at_target(m->copy, m->target), sizeof old);
    if (!old)
        return true;
    double *number = arena_array(&m->copy->arena, old->count, sizeof *number);
    struct dated_series *series = arena_alloc(&m->copy->arena, sizeof *series);
    *series = *old;
    for (size_t i = 0; i < old->count; i++) {
        bool is_time = m->lever->sort == SORT_TIME;
        number[i] = is_time ? date_shift(old->year[i], m->value->number) : m->value->number * old->value[i];
        if (!is_time && !check_number(m, number[i]))
            return false;
    }
    if (m->lever->sort == SORT_TIME)
        series->year = number;
    else
        series->value = number;
    put(m, &series, sizeof series);
    return true;
}

/* The column of a file of draws, moved like its distribution, whose cut ends are its own. */
static const double *moved_column(const struct move *m, const double *column)
{
    const struct wanted *wanted = &m->target->wanted;
    double *moved = arena_array(&m->copy->arena, m->copy->draws.rows, sizeof *moved);
    for (size_t i = 0; i < m->copy->draws.rows; i++)
        moved[i] = fmin(fmax(scale_of(m) * column[i] + shift_of(m), wanted->low), wanted->high);
    return moved;
}

static bool move_uncertain(const struct move *m, struct uncertain *one)
{
    const double *column = one->column;
    if (!put_distribution(m, distribution_moved(&m->copy->arena, one->distribution, scale_of(m), shift_of(m))))
        return false;
    one->column = column ? moved_column(m, column) : NULL;
    return true;
}

static bool move_number(const struct move *m)
{
    struct uncertain *one = find_uncertain(m);
    union typed typed;
    if (one)
        return move_uncertain(m, one);
    memcpy(&typed, at_target(m->copy, m->target), sizeof typed.number);
    if (is_varied(m->target))
        return !typed.distribution ||
               put_distribution(m, distribution_moved(&m->copy->arena, typed.distribution, scale_of(m), shift_of(m)));
    double number = moved_number(m, typed.number);
    if (!check_number(m, number))
        return false;
    put_number(m, number);
    return true;
}

static bool move(const struct move *m)
{
    if (m->lever->sort == SORT_WORD)
        return set_word(m);
    if (m->lever->verb == LEVER_SET)
        return set_number(m);
    return m->target->value->param->type == PARAM_SERIES ? move_series(m) : move_number(m);
}

bool lever_apply(const struct lever *lever, const struct lever_value *value, struct scenario *copy,
                 struct mistakes *mistakes)
{
    bool right = true;
    if (value->distribution && lever->verb != LEVER_SET) {
        mistake_add(mistakes, lever->place, "%s: a distribution, %s, can be set or sampled; allowed here: one value",
                    lever->name, value->text);
        return false;
    }
    for (size_t i = 0; right && i < lever->count; i++) {
        const struct move m = {
            .lever = lever, .value = value, .target = &lever->target[i], .copy = copy, .mistakes = mistakes};
        right = move(&m);
    }
    return right;
}

/* ---- Checks of values taken together ---- */

/* A mechanism that was off when the file was read need not have been given its numbers. */
static void check_given(const struct scenario *s, size_t section, struct mistakes *mistakes)
{
    const struct rows *rows = &s->rows[section];
    const struct section *in = &s->schema->section[section];
    const struct value *value = s->value + rows->first_value;
    for (size_t p = 0; p < in->part_count; p++)
        for (const struct param *param = in->part[p].params; param->name; param++, value += rows->count)
            for (size_t r = 0; r < rows->count; r++)
                if (!value[r].node && !param->value)
                    scenario_complain(s, mistakes, value[r].path, "missing, %s, since a lever switches %s on",
                                      param->help, in->name);
}

static void check_horizon(const struct scenario *s, struct mistakes *mistakes)
{
    size_t run = scenario_section_index(s, "run");
    if (run == s->schema->count)
        return;
    const struct run_settings *settings = s->block[s->rows[run].first_block].template;
    char start[DATE_TEXT_BYTES], end[DATE_TEXT_BYTES];
    if (settings->end <= settings->start)
        scenario_complain(s, mistakes, "run.end", "not after run.start, %s; allowed: a date after %s",
                          date_text(settings->end, end), date_text(settings->start, start));
}

bool scenario_recheck(const struct scenario *copy, struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    check_horizon(copy, mistakes);
    for (size_t i = 0; i < copy->schema->count; i++)
        if (copy->rows[i].enabled && !copy->schema->section[i].is_table)
            check_given(copy, i, mistakes);
    if (mistakes->count == before)
        scenario_check_sections(copy, mistakes);
    return mistakes->count == before;
}

/* ---- The section `levers` ---- */

static const char *slider_text(struct scenario *s, const char *path, const struct node *map, const char *key,
                               struct mistakes *mistakes)
{
    const struct node *node = tree_get(map, key);
    if (node && node->kind != NODE_TEXT)
        mistake_add(mistakes, node->place, "%s.%s: not a text, %s; allowed: a few words", path, key,
                    value_written(&s->arena, node));
    return node && node->kind == NODE_TEXT ? node->text : NULL;
}

static void check_slider_keys(const char *path, const struct node *map, struct mistakes *mistakes)
{
    static const char *const keys[] = {"set", "shift", "scale", "from", "to", "at", "label", "label_zh", NULL};
    for (size_t i = 0; i < map->count; i++) {
        const char *key = map->key[i]->text, *const *known = keys;
        while (*known && strcmp(*known, key) != 0)
            known++;
        if (*known)
            continue;
        const char *nearest = nearest_name(key, keys);
        mistake_add(mistakes, map->key[i]->place, "%s: unknown key, %s%s%s", path, key,
                    nearest ? "; did you mean " : "", nearest ? nearest : "");
    }
}

static void read_ends(struct scenario *s, const char *path, const struct node *map, struct slider *slider,
                      struct mistakes *mistakes)
{
    const struct node *from = tree_get(map, "from"), *to = tree_get(map, "to");
    if (!lever_is_number(slider->lever)) {
        if (from || to)
            mistake_add(mistakes, (from ? from : to)->place,
                        "%s: %s is no number, so it has no ends; allowed: neither from nor to", path,
                        lever_target(slider->lever, 0));
        return;
    }
    if (!from || !to) {
        mistake_add(mistakes, map->place, "%s: %s is missing; allowed: from and to", path, from ? "to" : "from");
        return;
    }
    bool right =
        lever_value_read(s, slider->lever, arena_printf(&s->arena, "%s.from", path), from, &slider->from, mistakes);
    right =
        right && lever_value_read(s, slider->lever, arena_printf(&s->arena, "%s.to", path), to, &slider->to, mistakes);
    const struct lever_value *end = slider->from.distribution ? &slider->from : &slider->to;
    if (right && end->distribution)
        mistake_add(mistakes, map->place, "%s: an end is one value, not a distribution, %s", path, end->text);
    else if (right && !(slider->from.number < slider->to.number))
        mistake_add(mistakes, to->place, "%s: to is not above from, %s; allowed: above %s", path, slider->to.text,
                    slider->from.text);
}

static void read_position(struct scenario *s, const char *path, const struct node *map, struct slider *slider,
                          struct mistakes *mistakes)
{
    const struct node *at = tree_get(map, "at");
    const char *name = arena_printf(&s->arena, "%s.at", path);
    if (!at || at->kind == NODE_NULL || !lever_value_read(s, slider->lever, name, at, &slider->at, mistakes))
        return;
    slider->is_moved = true;
    bool outside = slider->at.number < slider->from.number || slider->at.number > slider->to.number;
    if (slider->at.distribution)
        mistake_add(mistakes, at->place, "%s: a lever stands at one value, not at a distribution, %s", name,
                    slider->at.text);
    else if (lever_is_number(slider->lever) && outside)
        mistake_add(mistakes, at->place, "%s: %s is not between its ends; allowed: %s to %s", name, slider->at.text,
                    slider->from.text, slider->to.text);
}

/* Whether the path names an entity that the scenario does not have. */
static bool is_gone(const struct scenario *s, const struct node *path)
{
    char text[256], *dot, *last;
    if (path->kind != NODE_TEXT || strlen(path->text) >= sizeof text || has_wildcard(path->text))
        return false;
    strcpy(text, path->text);
    dot = strchr(text, '.');
    last = strrchr(text, '.');
    if (!dot || dot == last)
        return false;
    *dot = *last = '\0';
    const struct section *section = schema_section(s->schema, text);
    return section && section->is_table && scenario_row(s, text, dot + 1) < 0;
}

/* Written in the scenario's own file, on the command line or by the variant that this is: a variant may take away what
 * its scenario's levers move, and in a merged scenario all stand in one file. */
static bool is_own(const struct scenario *s, const struct node *lever)
{
    const char *file = lever->place.file;
    return s->is_variant ? lever->variant != NULL : !file || !strcmp(file, scenario_file(s, 0));
}

/* A lever goes with what it moves: one that is not its own, on an entity that was deleted or replaced, is left out. */
static bool is_left_out(const struct scenario *s, const struct node *map)
{
    bool gone = false;
    for (size_t i = 0; map->kind == NODE_MAP && verbs[i]; i++) {
        const struct node *paths = tree_get(map, verbs[i]);
        for (size_t k = 0; paths && paths->kind == NODE_LIST && k < paths->count; k++)
            gone |= is_gone(s, paths->item[k]);
        gone |= paths && is_gone(s, paths);
    }
    return gone && !is_own(s, map);
}

static void read_slider(struct scenario *s, const struct node *key, const struct node *map, struct mistakes *mistakes)
{
    const char *path = arena_printf(&s->arena, "levers.%s", key->text);
    size_t before = mistakes->count;
    if (!is_entity_name(key->text)) {
        mistake_add(mistakes, key->place, "levers: not a name, %s; allowed: letters, digits, _ and -", key->text);
        return;
    }
    if (map->kind != NODE_MAP) {
        mistake_add(mistakes, map->place, "%s: not a map, %s; allowed: {set: PATH, from: ..., to: ...}", path,
                    value_written(&s->arena, map));
        return;
    }
    check_slider_keys(path, map, mistakes);
    const char *label = slider_text(s, path, map, "label", mistakes);
    struct slider slider = {.name = key->text,
                            .label = label ? label : key->text,
                            .label_zh = slider_text(s, path, map, "label_zh", mistakes),
                            .lever = lever_read(s, path, map, mistakes)};
    if (slider.lever)
        read_ends(s, path, map, &slider, mistakes);
    if (mistakes->count == before)
        read_position(s, path, map, &slider, mistakes);
    if (mistakes->count == before)
        s->slider[s->slider_count++] = slider;
}

/* Both ends of a lever must make a sound scenario. */
static void check_ends(const struct scenario *s, struct scenario *copy, const struct slider *slider,
                       struct mistakes *mistakes)
{
    const struct lever_value *ends[] = {&slider->from, &slider->to};
    for (size_t i = 0; lever_is_number(slider->lever) && i < sizeof ends / sizeof *ends; i++) {
        scenario_restore(copy, s);
        if (lever_apply(slider->lever, ends[i], copy, mistakes))
            scenario_recheck(copy, mistakes);
    }
}

/* Moves the scenario itself, which nobody shares yet. */
static void move_to_positions(struct scenario *s, struct mistakes *mistakes)
{
    bool right = true, any = false;
    struct uncertain *uncertain = arena_array(&s->arena, s->value_count, sizeof *uncertain);
    memcpy(uncertain, s->uncertain, s->uncertain_count * sizeof *uncertain);
    s->uncertain = uncertain; /* with room for what levers set as uncertain */
    for (size_t i = 0; right && i < s->slider_count; i++)
        if (s->slider[i].is_moved) {
            any = true;
            right = lever_apply(s->slider[i].lever, &s->slider[i].at, s, mistakes);
        }
    if (right && any)
        scenario_recheck(s, mistakes);
}

/* Whether it stays: one that is not its own, whose ends this scenario cannot take, is left out. */
static bool stays(const struct scenario *s, struct scenario *copy, const struct slider *slider,
                  struct mistakes *mistakes)
{
    struct mistakes unsaid = {0};
    bool own = is_own(s, tree_get(s->levers, slider->name)), fits;
    check_ends(s, copy, slider, own ? mistakes : &unsaid);
    fits = unsaid.count == 0;
    mistakes_free(&unsaid);
    return fits;
}

/* Only those that are there are shown. */
static void forget_left_out(struct scenario *s)
{
    struct node *live = tree_new_map(&s->arena, s->levers->place, s->levers->count);
    for (size_t i = 0; i < s->levers->count; i++)
        for (size_t k = 0; k < s->slider_count; k++)
            if (strcmp(s->levers->key[i]->text, s->slider[k].name) == 0)
                tree_append(live, s->levers->key[i], s->levers->item[i]);
    s->levers = live;
}

void levers_load(struct scenario *s, struct mistakes *mistakes)
{
    size_t before = mistakes->count, kept = 0;
    s->slider = arena_array(&s->arena, s->levers ? s->levers->count : 0, sizeof *s->slider);
    for (size_t i = 0; s->levers && i < s->levers->count; i++)
        if (!is_left_out(s, s->levers->item[i]))
            read_slider(s, s->levers->key[i], s->levers->item[i], mistakes);
    if (mistakes->count > before || !s->levers)
        return;
    struct scenario *copy = scenario_copy(s);
    for (size_t i = 0; i < s->slider_count; i++)
        if (stays(s, copy, &s->slider[i], mistakes))
            s->slider[kept++] = s->slider[i];
    scenario_free(copy);
    s->slider_count = kept;
    forget_left_out(s);
    if (mistakes->count == before && kept)
        move_to_positions(s, mistakes);
}

size_t scenario_slider_count(const struct scenario *scenario)
{
    return scenario->slider_count;
}

const struct slider *scenario_slider(const struct scenario *scenario, size_t i)
{
    return &scenario->slider[i];
}
