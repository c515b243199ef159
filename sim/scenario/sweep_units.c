/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_units.h"

#include "loaded.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

#define complain(r, node, ...) mistake_add((r)->mistakes, (node)->place, __VA_ARGS__)

/* ---- Every uncertain parameter ---- */

bool sweep_take_own(const struct scenario *scenario, const struct sweep *sweep, struct sweep_factor *factor)
{
    bool joint;
    const struct distribution *own = lever_own(factor->lever, scenario, &joint);
    if (own && (!joint || sweep->design == SWEEP_DRAWS))
        factor->distribution = (struct lever_value){.text = "", .number = (double)NAN, .distribution = own};
    return factor->distribution.distribution;
}

static void vary_one(struct scenario *s, struct sweep *sweep, const struct drawn_parameter *one,
                     struct mistakes *mistakes)
{
    struct sweep_factor *factor = &sweep->factor[sweep->factor_count];
    *factor = (struct sweep_factor){.name = one->path,
                                    .label = one->path,
                                    .words = drawn_parameter_words(one, &s->arena),
                                    .confidence = one->confidence};
    factor->lever = lever_find(s, one->path, LEVER_SET,
                               tree_new_text(&s->arena, sweep->place, arena_text(&s->arena, one->path)), mistakes);
    if (!factor->lever)
        return;
    if (sweep_take_own(s, sweep, factor))
        sweep->factor_count++;
    else
        mistake_add(mistakes, sweep->place,
                    "sweep.factors: %s is drawn from %s jointly with others, which a design %s would take apart; "
                    "allowed: design draws, or factors with values",
                    one->path, s->draws.file, sweep_designs[sweep->design]);
}

void sweep_vary_all(struct scenario *s, struct sweep *sweep, struct mistakes *mistakes)
{
    size_t count = scenario_input_count(s), before = mistakes->count;
    sweep->factor = arena_array(&s->arena, count + 1, sizeof *sweep->factor);
    for (size_t i = 0; i < count && mistakes->count == before; i++) {
        struct drawn_parameter one = scenario_input(s, i);
        vary_one(s, sweep, &one, mistakes);
    }
    if (!count)
        mistake_add(mistakes, sweep->place,
                    "sweep.factors: nothing is uncertain in this scenario, so there is nothing to vary; allowed: "
                    "distributions such as 5 to 10 among its values, or factors with values");
}

/* ---- Groups ---- */

struct unit_reader {
    struct scenario *s;
    struct sweep *sweep;
    struct mistakes *mistakes;
    bool *taken; /* factors that are in a group */
};

static const char *written(struct unit_reader *r, const struct node *node)
{
    return value_written(&r->s->arena, node);
}

static void take_factor(struct unit_reader *r, size_t unit, size_t factor, const struct node *node)
{
    struct sweep_factor *one = &r->sweep->factor[factor];
    if (r->taken[factor])
        complain(r, node, "sweep.groups.%s: %s is in the group %s already; allowed: one group a factor",
                 r->sweep->unit[unit].name, one->name, r->sweep->unit[one->unit].name);
    r->taken[factor] = true;
    one->unit = unit;
    r->sweep->unit[unit].count++;
}

static void take_pattern(struct unit_reader *r, size_t unit, const struct node *node)
{
    bool found = false;
    const char *group = r->sweep->unit[unit].name;
    if (node->kind != NODE_TEXT) {
        complain(r, node, "sweep.groups.%s: not a factor, %s; allowed: names, in which * stands for anything", group,
                 written(r, node));
        return;
    }
    for (size_t i = 0; i < r->sweep->factor_count; i++) {
        if (fnmatch(node->text, r->sweep->factor[i].name, 0) != 0)
            continue;
        found = true;
        take_factor(r, unit, i, node);
    }
    const char **names = arena_array(&r->s->arena, r->sweep->factor_count + 1, sizeof *names);
    for (size_t i = 0; i < r->sweep->factor_count; i++)
        names[i] = r->sweep->factor[i].name;
    const char *nearest = found ? NULL : nearest_name(node->text, names);
    if (!found)
        complain(r, node, "sweep.groups.%s: no factor is called like that, %s%s%s", group, node->text,
                 nearest ? "; did you mean " : "", nearest ? nearest : "");
}

static void read_members(struct unit_reader *r, size_t unit, const struct node *members)
{
    for (size_t i = 0; i < (members->kind == NODE_LIST ? members->count : 1); i++)
        take_pattern(r, unit, members->kind == NODE_LIST ? members->item[i] : members);
}

static void read_group(struct unit_reader *r, const struct node *key, const struct node *node)
{
    size_t unit = r->sweep->unit_count++;
    const struct node *members = node, *label = NULL;
    r->sweep->unit[unit] = (struct sweep_unit){.name = key->text, .label = key->text, .is_group = true};
    if (!is_entity_name(key->text) || !strcmp(key->text, "luck") || !strcmp(key->text, "interactions"))
        complain(r, key,
                 "sweep.groups: not a name for a group, %s; allowed: letters, digits, _ and -, but neither "
                 "luck nor interactions",
                 key->text);
    if (node->kind == NODE_MAP) {
        members = tree_get(node, "factors");
        label = tree_get(node, "label");
        for (size_t i = 0; i < node->count; i++)
            if (strcmp(node->key[i]->text, "factors") != 0 && strcmp(node->key[i]->text, "label") != 0)
                complain(r, node->key[i], "sweep.groups.%s: unknown key, %s; allowed: factors, label", key->text,
                         node->key[i]->text);
    }
    if (label && label->kind == NODE_TEXT)
        r->sweep->unit[unit].label = label->text;
    else if (label)
        complain(r, label, "sweep.groups.%s.label: not a text, %s; allowed: a few words", key->text, written(r, label));
    if (members)
        read_members(r, unit, members);
    else
        complain(r, node, "sweep.groups.%s: no factors; allowed: {factors: [...], label: ...}", key->text);
}

static void add_lone_factors(struct unit_reader *r)
{
    for (size_t i = 0; i < r->sweep->factor_count; i++) {
        struct sweep_factor *factor = &r->sweep->factor[i];
        if (r->taken[i])
            continue;
        factor->unit = r->sweep->unit_count++;
        r->sweep->unit[factor->unit] = (struct sweep_unit){.name = factor->name, .label = factor->label, .count = 1};
    }
}

static void check_count(struct unit_reader *r)
{
    const struct sweep *sweep = r->sweep;
    if (sweep->design == SWEEP_SALTELLI && sweep->unit_count > MOST_SALTELLI_UNITS)
        mistake_add(r->mistakes, sweep->place,
                    "sweep: %zu groups and factors outside them, for each of which a design saltelli runs all its rows "
                    "again; allowed: up to %d; put factors into `groups` first, then look inside those that matter",
                    sweep->unit_count, MOST_SALTELLI_UNITS);
}

void sweep_units_read(struct scenario *s, struct sweep *sweep, const struct node *groups, struct mistakes *mistakes)
{
    struct unit_reader r = {.s = s, .sweep = sweep, .mistakes = mistakes};
    if (sweep->design != SWEEP_MORRIS && sweep->design != SWEEP_SALTELLI)
        return;
    r.taken = arena_array(&s->arena, sweep->factor_count + 1, sizeof *r.taken);
    sweep->unit = arena_array(&s->arena, sweep->factor_count + (groups ? groups->count : 0) + 1, sizeof *sweep->unit);
    for (size_t i = 0; groups && i < groups->count; i++)
        if (groups->item[i]->kind != NODE_NULL)
            read_group(&r, groups->key[i], groups->item[i]);
    add_lone_factors(&r);
    check_count(&r);
}
