/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps merge down to the level of values; a value is replaced as a whole, so that no distribution keeps half of
 * another, no series the points of another, and no number keeps the source of the one it replaces. null deletes: it
 * stays in the tree, where it hides what was inherited, so that a file may delete what a file before it gave. A
 * section or an entity with nothing in it, not even null, changes nothing. */
#include "merge.h"

#include "sim/base/dates.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct merger {
    struct arena *arena;
    const struct schema *schema;
    struct sources *sources;
    struct mistakes *mistakes;
};

/* How many levels of maps lie between a top-level key and its values: 0 for a text, 1 for a section, 2 for a table. */
static int levels_below(const struct schema *schema, const char *key)
{
    const struct section *section = schema_section(schema, key);
    if (section)
        return section->is_table ? 2 : 1;
    static const char *const two_deep[] = {"facts", "measures", "levers", "attribution", "sweep"};
    for (size_t i = 0; i < sizeof two_deep / sizeof *two_deep; i++)
        if (!strcmp(key, two_deep[i]))
            return 2;
    return !strcmp(key, "variants") || !strcmp(key, "show"); /* a variant is one value: its nulls are for later */
}

static const struct node *merge(struct merger *m, const struct node *base, const struct node *over, int levels);

static const struct node *merge_null(struct merger *m, const struct node *base, const struct node *null, int levels)
{
    if (tree_is_empty(null) && levels > 0)
        return merge(m, base, tree_new_map(m->arena, null->place, 0), levels);
    struct node *copy = arena_alloc(m->arena, sizeof *copy);
    *copy = *null;
    copy->deletes = copy->deletes || (base && base->kind != NODE_NULL);
    return copy;
}

/* Keys stay where the base has them; new ones follow. */
static const struct node *merge_maps(struct merger *m, const struct node *base, const struct node *over, int levels,
                                     bool root)
{
    struct node *result = tree_new_map(m->arena, over->place, (base ? base->count : 0) + over->count);
    result->variant = over->variant;
    for (size_t i = 0; base && i < base->count; i++) {
        ptrdiff_t k = tree_find(over, base->key[i]->text);
        int below = root ? levels_below(m->schema, base->key[i]->text) : levels - 1;
        if (k == NOT_FOUND)
            tree_append(result, base->key[i], base->item[i]);
        else
            tree_append(result, over->key[k], merge(m, base->item[i], over->item[k], below));
    }
    for (size_t i = 0; i < over->count; i++)
        if (!base || tree_find(base, over->key[i]->text) == NOT_FOUND)
            tree_append(result, over->key[i],
                        merge(m, NULL, over->item[i], root ? levels_below(m->schema, over->key[i]->text) : levels - 1));
    return result;
}

static const struct node *merge(struct merger *m, const struct node *base, const struct node *over, int levels)
{
    bool has_base = base && base->kind == NODE_MAP;
    if (over->kind == NODE_NULL)
        return merge_null(m, base, over, levels);
    if (levels > 0 && over->kind == NODE_MAP)
        return merge_maps(m, has_base ? base : NULL, over, levels, false);
    return over;
}

/* files */

static const char *beside(struct merger *m, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    if (*name == '/' || !slash)
        return name;
    return arena_printf(m->arena, "%.*s/%s", (int)(slash - file), file, name);
}

static size_t source_index(struct merger *m, const char *file, const char *real)
{
    struct sources *s = m->sources;
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->list[i].real, real))
            return i;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 8;
        struct source_file *list = arena_array(m->arena, capacity, sizeof *list);
        if (s->count)
            memcpy(list, s->list, s->count * sizeof *list);
        s->list = list;
        s->capacity = capacity;
    }
    s->list[s->count] = (struct source_file){.name = arena_text(m->arena, file), .real = arena_text(m->arena, real)};
    return s->count++;
}

static const struct node *load_file(struct merger *m, const char *file, struct place from, size_t depth);

static const struct node *extend_one(struct merger *m, const struct node *base, const char *file,
                                     const struct node *name, size_t depth)
{
    if (name->kind != NODE_TEXT) {
        mistake_add(m->mistakes, name->place, "extends: not a file name; allowed: a file or a list of files");
        return base;
    }
    const struct node *loaded = load_file(m, beside(m, file, name->text), name->place, depth + 1);
    return loaded ? merge_maps(m, base, loaded, 0, true) : base;
}

static const struct node *extend(struct merger *m, const char *file, const struct node *extends, size_t depth)
{
    const struct node *base = NULL;
    if (!extends)
        return NULL;
    if (extends->kind != NODE_LIST)
        return extend_one(m, NULL, file, extends, depth);
    for (size_t i = 0; i < extends->count; i++)
        base = extend_one(m, base, file, extends->item[i], depth);
    return base;
}

static const struct node *without_key(struct merger *m, const struct node *map, const char *key)
{
    struct node *rest = tree_new_map(m->arena, map->place, map->count);
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->key[i]->text, key) != 0)
            tree_append(rest, map->key[i], map->item[i]);
    return rest;
}

static const struct node *load_tree(struct merger *m, const char *file, struct place from, size_t depth)
{
    const struct node *tree = tree_read_file(m->arena, file, from, m->mistakes);
    if (tree && tree->kind != NODE_MAP) {
        mistake_add(m->mistakes, tree->place,
                    "a scenario is a map of sections: `market:` and below it, indented, `key: value`");
        return NULL;
    }
    if (!tree)
        return NULL;
    const struct node *base = extend(m, file, tree_get(tree, "extends"), depth);
    return merge_maps(m, base, without_key(m, tree, "extends"), 0, true);
}

static const struct node *load_file(struct merger *m, const char *file, struct place from, size_t depth)
{
    enum { LONGEST_CHAIN = 32 };
    char real[PATH_MAX];
    size_t i = source_index(m, file, realpath(file, real) ? real : file);
    if (m->sources->list[i].open || depth > LONGEST_CHAIN) {
        mistake_add(m->mistakes, from, "extends: %s %s", file,
                    depth > LONGEST_CHAIN ? "is the end of too long a chain"
                                          : "extends itself, directly or through others");
        return NULL;
    }
    if (m->sources->list[i].tree)
        return m->sources->list[i].tree;
    m->sources->list[i].open = true;
    const struct node *tree = load_tree(m, file, from, depth);
    m->sources->list[i].open = false; /* the list may have moved meanwhile: no pointer is kept into it */
    m->sources->list[i].tree = tree;
    return tree;
}

/* paths: `market.eps_training`, `generations.H300` */

static const struct node *new_on_the_way(struct merger *m, struct place place)
{
    struct node *map = tree_new_map(m->arena, place, 0);
    map->made = true;
    return map;
}

/* The rest of a path from a value on: a date means a point of the series, also where that is written {value: ...}. */
static const char *through_value(struct merger *m, const struct node *value, const char *rest)
{
    double year;
    const char *step = arena_printf(m->arena, "%.*s", (int)strcspn(rest, "."), rest);
    return tree_get(value, "value") && date_parse(step, &year) ? arena_printf(m->arena, "value.%s", rest) : rest;
}

/* The map with `item` put at `path`, making maps on the way. */
static const struct node *put(struct merger *m, const struct node *map, const char *path, const struct node *item,
                              int levels, bool root)
{
    const char *dot = strchr(path, '.');
    const char *name = dot ? arena_printf(m->arena, "%.*s", (int)(dot - path), path) : path;
    const struct node *old = tree_get(map, name);
    int below = root ? levels_below(m->schema, name) : levels - 1;
    struct node *key = tree_new_text(m->arena, item->place, name);
    key->variant = item->variant;
    if (dot)
        item = put(m, old && old->kind == NODE_MAP ? old : new_on_the_way(m, item->place),
                   below == 0 ? through_value(m, old, dot + 1) : dot + 1, item, below, false);
    else if (below > 0 || item->kind == NODE_NULL)
        item = merge(m, old, item, below);
    struct node *result = tree_new_map(m->arena, map->place, map->count + 1);
    result->variant = map->variant;
    result->made = map->made;
    for (size_t i = 0; i < map->count; i++)
        tree_append(result, map->key[i], !strcmp(map->key[i]->text, name) ? item : map->item[i]);
    if (!old)
        tree_append(result, key, item);
    return result;
}

static bool is_path(const char *path)
{
    if (!*path || *path == '.' || path[strlen(path) - 1] == '.' || strstr(path, ".."))
        return false;
    size_t steps = 1;
    for (const char *c = path; *c; c++)
        steps += *c == '.';
    return steps <= 8;
}

static const struct node *set(struct merger *m, const struct node *root, const char *path, const struct node *item)
{
    if (is_path(path))
        return put(m, root, path, item, 0, true);
    mistake_add(m->mistakes, item->place, "not a path, %s; allowed: section.key or table.entity.key", path);
    return root;
}

static const struct node *apply_override(struct merger *m, const struct node *root, const char *argument)
{
    const char *name = arena_printf(m->arena, "--set %s", argument);
    const char *equals = strchr(argument, '=');
    if (!equals) {
        mistake_add(m->mistakes, (struct place){.file = name}, "no value; allowed: --set path=value");
        return root;
    }
    const struct node *item = tree_read_text(m->arena, equals + 1, name, m->mistakes);
    return item ? set(m, root, arena_printf(m->arena, "%.*s", (int)(equals - argument), argument), item) : root;
}

static void report_variant(struct merger *m, const struct node *root, const struct node *variants, const char *name)
{
    enum { MOST_NAMED = 20 };
    size_t count = variants ? variants->count : 0;
    const char **names = arena_array(m->arena, count + 1, sizeof *names), *all = "";
    for (size_t i = 0; i < count; i++) {
        names[i] = key_shown(variants->key[i]->text);
        if (i < MOST_NAMED)
            all = arena_printf(m->arena, "%s%s%s", all, i ? ", " : "", names[i]);
    }
    const char *nearest = nearest_name(name, names);
    mistake_add(m->mistakes, (struct place){.file = root->place.file}, "no such variant, %s; allowed: %s%s%s%s", name,
                *all ? all : "none, the scenario has no variants", count > MOST_NAMED ? ", ..." : "",
                nearest ? "; did you mean " : "", nearest ? nearest : "");
}

/* Paths and their values; a label is not one. `mark` says what set them. */
static const struct node *set_all(struct merger *m, const struct node *root, const struct node *paths, const char *mark)
{
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->key[i]->text, "label") != 0)
            root = set(m, root, paths->key[i]->text, tree_mark(m->arena, paths->item[i], mark));
    return root;
}

static const struct node *apply_variant(struct merger *m, const struct node *root, const char *name)
{
    const struct node *variants = tree_get(root, "variants"), *variant = tree_get(variants, name);
    if (!variant) {
        report_variant(m, root, variants && variants->kind == NODE_MAP ? variants : NULL, name);
        return root;
    }
    if (variant->kind != NODE_MAP)
        return root; /* reported with the other mistakes of `variants` */
    return set_all(m, root, variant, name);
}

/* Mechanisms count in the order of the file; what is no map is reported with the other mistakes of `attribution`. */
static const struct node *switch_off(struct merger *m, const struct node *root, uint32_t off)
{
    const struct node *mechanisms = tree_get(tree_get(root, "attribution"), "mechanisms");
    for (size_t i = 0, k = 0; mechanisms && mechanisms->kind == NODE_MAP && i < mechanisms->count; i++)
        if (mechanisms->item[i]->kind == NODE_MAP && off >> k++ & 1)
            root =
                set_all(m, root, mechanisms->item[i], arena_printf(m->arena, "without %s", mechanisms->key[i]->text));
    return root;
}

/* What another file asked and found is about that file; what its variants say of an entity that was deleted is about
 * nothing. */

static bool is_own(const struct node *root, const struct node *node)
{
    return !node->place.file || strcmp(node->place.file, root->place.file) == 0;
}

/* Whether a path leads into what was deleted. */
static bool leads_nowhere(struct merger *m, const struct node *at, const char *path)
{
    for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
        at = tree_get(at, arena_printf(m->arena, "%.*s", (int)(dot - path), path));
        if (!at || at->kind == NODE_NULL)
            return at;
    }
    return false;
}

static bool is_about_another(struct merger *m, const struct node *root, const char *map, const struct node *key,
                             const struct node *item)
{
    if (is_own(root, item))
        return false;
    if (!*map)
        return !strcmp(key->text, "question") || !strcmp(key->text, "answer") || !strcmp(key->text, "answer_of");
    if (!strcmp(map, "show"))
        return !strcmp(key->text, "finding") && item->kind == NODE_TEXT && strstr(item->text, "{decision.");
    return leads_nowhere(m, root, key->text);
}

/* A map without that: the root itself, its `show`, or a variant. */
static const struct node *own_part(struct merger *m, const struct node *root, const char *name, const struct node *map)
{
    struct node *rest = tree_new_map(m->arena, map->place, map->count);
    rest->variant = map->variant;
    rest->made = map->made;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *item = map->item[i];
        bool is_root = map == root, is_map = item->kind == NODE_MAP;
        if (is_about_another(m, root, name, map->key[i], item))
            continue;
        if (is_map && ((is_root && (!strcmp(map->key[i]->text, "show") || !strcmp(map->key[i]->text, "variants"))) ||
                       (!is_root && !strcmp(name, "variants"))))
            item = own_part(m, root, is_root ? map->key[i]->text : "paths of a variant", item);
        tree_append(rest, map->key[i], item);
    }
    return rest;
}

/* `root` with the facts of another file, of which nothing else counts. */
static const struct node *replace_facts(struct merger *m, const struct node *root, const char *file)
{
    const struct node *other = load_file(m, file, (struct place){0}, 1);
    if (!other)
        return root;
    const struct node *facts = tree_get(other, "facts");
    if (!facts) {
        mistake_add(m->mistakes, other->place, "facts: none in this file; allowed: a file with dated facts");
        return root;
    }
    struct node *with = tree_new_map(m->arena, root->place, root->count + 1);
    for (size_t i = 0; i < root->count; i++)
        if (strcmp(root->key[i]->text, "facts") != 0)
            tree_append(with, root->key[i], root->item[i]);
    tree_append(with, tree_new_text(m->arena, other->place, "facts"), facts);
    return with;
}

const struct node *merge_request(struct arena *arena, const struct load_request *request, const struct schema *schema,
                                 struct sources *sources, struct mistakes *mistakes)
{
    struct merger m = {.arena = arena, .schema = schema, .sources = sources, .mistakes = mistakes};
    const struct node *root = load_file(&m, request->file, (struct place){0}, 1);
    if (!root)
        return NULL;
    root = own_part(&m, root, "", root);
    if (request->variant)
        root = apply_variant(&m, root, request->variant);
    root = switch_off(&m, root, request->off);
    for (size_t i = 0; i < request->override_count; i++)
        root = apply_override(&m, root, request->overrides[i].argument);
    if (request->facts)
        root = replace_facts(&m, root, request->facts);
    return root;
}
