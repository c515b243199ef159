/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML file as a tree in which every node knows its place.
 *
 * Read from libyaml's events, not its documents: the depth and the expanded size of aliases are then bounded while
 * reading, before anything is built. Nodes are immutable once read and may be shared (aliases are). Refused: tags,
 * merge keys, several documents, keys that are no plain words, duplicate keys, more than MOST_NODES nodes,
 * LARGEST_FILE_BYTES bytes, DEEPEST_NESTING levels.
 */
#ifndef ICCSIM_SCENARIO_TREE_H
#define ICCSIM_SCENARIO_TREE_H

#include "sim/base/arena.h"
#include "sim/base/mistakes.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    LARGEST_FILE_BYTES = 4 << 20,
    MOST_NODES = 100000,
    DEEPEST_NESTING = 64,
    LONGEST_KEY = 100,
};

enum node_kind { NODE_NULL, NODE_TEXT, NODE_MAP, NODE_LIST };

struct node {
    enum node_kind kind;
    bool quoted; /* a text written in quotes or as a block */
    bool deletes; /* a null that took away something inherited */
    bool made; /* a map on the way of a path that was set: nobody wrote it */
    struct place place; /* file `--set ...` or `default` without a line: not from a file */
    const char *variant; /* the variant that put it there, or NULL */
    const char *text;
    size_t count; /* of a map or list */
    const struct node **key; /* of a map: texts */
    const struct node **item;
    size_t size, height; /* nodes and levels below and including this one, aliases expanded */
};

/* NULL after adding what is wrong to `mistakes`. Both live in `arena`. */
const struct node *tree_read_file(struct arena *arena, const char *file, struct place from, struct mistakes *mistakes);
/* YAML from memory; `name` stands for the file, without lines, in messages. */
const struct node *tree_read_text(struct arena *arena, const char *text, const char *name, struct mistakes *mistakes);

/* An empty map with room for that many entries. */
struct node *tree_new_map(struct arena *arena, struct place place, size_t capacity);
void tree_append(struct node *map, const struct node *key, const struct node *item); /* up to its capacity */
/* A node with that text, which is not copied. */
struct node *tree_new_text(struct arena *arena, struct place place, const char *text);
/* A deep copy marked as put there by `variant`. */
const struct node *tree_mark(struct arena *arena, const struct node *node, const char *variant);

enum { NOT_FOUND = -1 };
/* Number of the entry of a map with that key, or NOT_FOUND. */
ptrdiff_t tree_find(const struct node *map, const char *key);
const struct node *tree_get(const struct node *map, const char *key); /* NULL if absent or `map` is no map */
bool tree_is_empty(const struct node *node); /* `key:` with nothing after it, not even null */
bool tree_is_word(const struct node *node, const char *word); /* an unquoted text equal to `word` */

/* Where a value comes from, for people: `file:line`, with the variant if one set it. */
const char *tree_origin(struct arena *arena, const struct node *node);
/* One line of YAML that reads back as the same node. */
const char *tree_flow(struct arena *arena, const struct node *node);

/* A key as messages show it: itself if it is a word, a path or a date; the lines of a file that is no scenario may hold
 * what nobody should see. */
const char *key_shown(const char *key);

#endif
