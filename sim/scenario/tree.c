/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recursive descent over libyaml's events, never deeper than DEEPEST_NESTING. */
#include "tree.h"

#include "nearby.h"

#include "sim/base/characters.h"
#include "sim/base/input.h"
#include "sim/base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    const struct node *node; /* NULL while it is still being read */
    struct anchor *next;
};

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct mistakes *mistakes;
    const char *file;
    const char *bytes;
    size_t length;
    bool has_lines; /* false: not a file, places are only its name */
    struct anchor *anchors;
    size_t nodes;
};

static struct place place_of(const struct reader *r, yaml_mark_t mark)
{
    if (!r->has_lines)
        return (struct place){.file = r->file};
    return (struct place){.file = r->file, .line = (int)mark.line + 1, .column = (int)mark.column + 1};
}

/* libyaml gives a byte, not a line, when the bytes are no characters. */
static struct place place_of_byte(const struct reader *r, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < r->length; i++) {
        mark.column += ((unsigned char)r->bytes[i] & 0xc0) != 0x80; /* characters */
        if (r->bytes[i] == '\n') {
            mark.line++;
            mark.column = 0;
        }
    }
    return place_of(r, mark);
}

static bool indents_by_tab(const struct reader *r, size_t line)
{
    const char *at = r->bytes, *end = r->bytes + r->length;
    for (; line && at < end; line--) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    while (at < end && *at == ' ')
        at++;
    return at < end && *at == '\t';
}

static void report_syntax(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_READER_ERROR)
        mistake_add(r->mistakes, place_of_byte(r, p->problem_offset), "not a text file: %s; allowed: UTF-8",
                    p->problem);
    else if (indents_by_tab(r, p->problem_mark.line))
        mistake_add(r->mistakes, place_of(r, p->problem_mark), "not YAML: a tab in the indentation; allowed: blanks");
    else
        mistake_add(r->mistakes, place_of(r, p->problem_mark), "not YAML: %s%s%s",
                    p->problem ? p->problem : "out of memory", p->context ? " " : "", p->context ? p->context : "");
}

static bool next_event(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return true;
    report_syntax(r);
    return false;
}

static struct node *node_new(struct arena *arena, enum node_kind kind, struct place place)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    *node = (struct node){.kind = kind, .place = place, .size = 1, .height = 1};
    return node;
}

static const char *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return (const char *)event->data.scalar.anchor;
    case YAML_MAPPING_START_EVENT:
        return (const char *)event->data.mapping_start.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return (const char *)event->data.sequence_start.anchor;
    default:
        return NULL;
    }
}

static const char *tag_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return (const char *)event->data.scalar.tag;
    case YAML_MAPPING_START_EVENT:
        return (const char *)event->data.mapping_start.tag;
    case YAML_SEQUENCE_START_EVENT:
        return (const char *)event->data.sequence_start.tag;
    default:
        return NULL;
    }
}

static struct anchor *anchor_add(struct reader *r, const char *name)
{
    struct anchor *anchor = arena_alloc(r->arena, sizeof *anchor);
    *anchor = (struct anchor){.name = arena_text(r->arena, name), .next = r->anchors};
    r->anchors = anchor;
    return anchor;
}

static bool refuse(struct reader *r, struct place place, const char *what)
{
    mistake_add(r->mistakes, place, "%s", what);
    return false;
}

static bool count_nodes(struct reader *r, struct place place, size_t nodes)
{
    r->nodes += nodes;
    if (r->nodes <= MOST_NODES)
        return true;
    mistake_add(r->mistakes, place, "too much: more than %d values, counting every use of an alias", MOST_NODES);
    return false;
}

static const struct node *read_alias(struct reader *r, const char *name, struct place place, size_t depth)
{
    const struct anchor *anchor = r->anchors;
    while (anchor && strcmp(anchor->name, name) != 0)
        anchor = anchor->next;
    if (!anchor || !anchor->node) {
        mistake_add(r->mistakes, place, "alias *%s %s", name, anchor ? "contains itself" : "has no anchor before it");
        return NULL;
    }
    if (depth + anchor->node->height > DEEPEST_NESTING) {
        mistake_add(r->mistakes, place, "nested deeper than %d levels", DEEPEST_NESTING);
        return NULL;
    }
    return count_nodes(r, place, anchor->node->size) ? anchor->node : NULL;
}

static bool is_null_word(const char *text)
{
    return !*text || !strcmp(text, "~") || !strcmp(text, "null") || !strcmp(text, "Null") || !strcmp(text, "NULL");
}

/* All of it can be shown, and read as a C string. */
static bool check_characters(struct reader *r, const yaml_event_t *event, struct place place)
{
    const char *text = (const char *)event->data.scalar.value;
    uint32_t c;
    if (!character_find_control(text, text + event->data.scalar.length, &c))
        return true;
    mistake_add(r->mistakes, place, "a control character in a text, U+%04X; allowed: what can be read", c);
    return false;
}

static struct node *read_scalar(struct reader *r, const yaml_event_t *event, struct place place)
{
    const char *text = (const char *)event->data.scalar.value;
    if (!check_characters(r, event, place))
        return NULL;
    bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    struct node *node = node_new(r->arena, quoted || !is_null_word(text) ? NODE_TEXT : NODE_NULL, place);
    node->quoted = quoted;
    node->text = arena_text(r->arena, text);
    return node;
}

/* The children of the container being read. */
struct children {
    const struct node **list;
    size_t count, capacity;
};

static void children_add(struct children *children, const struct node *node)
{
    if (children->count == children->capacity) {
        children->capacity = children->capacity ? 2 * children->capacity : 16;
        children->list = memory_grow(children->list, children->capacity, sizeof *children->list);
    }
    children->list[children->count++] = node;
}

static const struct node *read_node(struct reader *r, yaml_event_t *event, size_t depth);

static void adopt(struct node *parent, const struct node *child)
{
    parent->size += child->size;
    if (parent->height < child->height + 1)
        parent->height = child->height + 1;
}

static struct node *read_list(struct reader *r, struct place place, size_t depth, struct children *children)
{
    yaml_event_t event;
    while (next_event(r, &event)) {
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            struct node *list = node_new(r->arena, NODE_LIST, place);
            list->item = arena_array(r->arena, children->count, sizeof *list->item);
            for (size_t i = 0; i < children->count; i++)
                adopt(list, list->item[list->count++] = children->list[i]);
            return list;
        }
        const struct node *item = read_node(r, &event, depth + 1);
        if (!item)
            return NULL;
        children_add(children, item);
    }
    return NULL;
}

static bool check_key(struct reader *r, const struct node *key)
{
    if (key->kind != NODE_TEXT)
        return refuse(r, key->place, "a key must be a word");
    if (strlen(key->text) > LONGEST_KEY) {
        mistake_add(r->mistakes, key->place, "a key longer than %d characters", LONGEST_KEY);
        return false;
    }
    if (!key->quoted && !strcmp(key->text, "<<"))
        return refuse(r, key->place,
                      "merge keys (<<) are not read; allowed: `extends` for files, *alias for one value");
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const struct node *a = *(const struct node *const *)left, *b = *(const struct node *const *)right;
    int by_name = strcmp(a->text, b->text);
    if (by_name || a == b)
        return by_name;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    return a->place.column < b->place.column ? -1 : a->place.column > b->place.column;
}

static bool has_duplicates(const struct node *map)
{
    for (size_t i = 1; i < map->count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(map->key[i]->text, map->key[k]->text))
                return true;
    return false;
}

static void report_duplicates(struct reader *r, const struct node *map)
{
    enum { FEW = 16 }; /* so few are compared each with each before anything is sorted */
    if (map->count < 2 || (map->count <= FEW && !has_duplicates(map)))
        return;
    const struct node **sorted = memory_new(map->count, sizeof *sorted);
    memcpy(sorted, map->key, map->count * sizeof *sorted);
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < map->count; i++)
        if (!strcmp(sorted[i - 1]->text, sorted[i]->text))
            mistake_add(r->mistakes, sorted[i]->place, "%s: duplicate key, first given in line %d",
                        key_shown(sorted[i]->text), sorted[i - 1]->place.line);
    free(sorted);
}

static struct node *make_map(struct reader *r, struct place place, const struct children *children)
{
    struct node *map = tree_new_map(r->arena, place, children->count / 2);
    for (size_t i = 0; i < children->count; i += 2)
        tree_append(map, children->list[i], children->list[i + 1]);
    report_duplicates(r, map);
    return map;
}

static struct node *read_map(struct reader *r, struct place place, size_t depth, struct children *children)
{
    yaml_event_t event;
    while (next_event(r, &event)) {
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return make_map(r, place, children);
        }
        const struct node *node = read_node(r, &event, depth + 1);
        if (!node || (children->count % 2 == 0 && !check_key(r, node)))
            return NULL;
        children_add(children, node);
    }
    return NULL;
}

static struct node *read_content(struct reader *r, const yaml_event_t *event, struct place place, size_t depth)
{
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(r, event, place);
    struct children children = {0};
    struct node *node = event->type == YAML_MAPPING_START_EVENT ? read_map(r, place, depth, &children)
                                                                : read_list(r, place, depth, &children);
    free(children.list);
    return node;
}

/* Reads the node that `event` begins, and releases the event. */
static const struct node *read_node(struct reader *r, yaml_event_t *event, size_t depth)
{
    struct place place = place_of(r, event->start_mark);
    const struct node *node = NULL;
    if (event->type == YAML_ALIAS_EVENT) {
        node = read_alias(r, (const char *)event->data.alias.anchor, place, depth);
    } else if (tag_of(event)) {
        mistake_add(r->mistakes, place, "tag %s: tags are not read; the type follows from the key", tag_of(event));
    } else if (depth > DEEPEST_NESTING) {
        mistake_add(r->mistakes, place, "nested deeper than %d levels", DEEPEST_NESTING);
    } else if (count_nodes(r, place, 1)) {
        struct anchor *anchor = anchor_of(event) ? anchor_add(r, anchor_of(event)) : NULL;
        node = read_content(r, event, place, depth);
        if (anchor)
            anchor->node = node;
    }
    yaml_event_delete(event);
    return node;
}

static yaml_event_type_t skip_event(struct reader *r, struct place *place)
{
    yaml_event_t event;
    if (!next_event(r, &event))
        return YAML_NO_EVENT;
    yaml_event_type_t type = event.type;
    *place = place_of(r, event.start_mark);
    yaml_event_delete(&event);
    return type;
}

static const struct node *read_only_document(struct reader *r)
{
    struct place place;
    if (skip_event(r, &place) != YAML_STREAM_START_EVENT)
        return NULL;
    yaml_event_type_t type = skip_event(r, &place);
    if (type == YAML_STREAM_END_EVENT)
        refuse(r, (struct place){.file = r->file}, "holds nothing");
    yaml_event_t event;
    if (type != YAML_DOCUMENT_START_EVENT || !next_event(r, &event))
        return NULL;
    const struct node *root = read_node(r, &event, 1);
    if (!root || skip_event(r, &place) != YAML_DOCUMENT_END_EVENT)
        return NULL;
    type = skip_event(r, &place);
    if (type == YAML_DOCUMENT_START_EVENT)
        refuse(r, place, "a second document begins here; allowed: one a file");
    return type == YAML_STREAM_END_EVENT ? root : NULL;
}

static const char *const BYTE_ORDER_MARK = "\xef\xbb\xbf";

/* Documents in UTF-16 would pass otherwise, and no message could show them. libyaml skips the mark that some editors
 * put before a text only where it guesses the encoding. */
static const struct node *read_bytes(struct reader *r)
{
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (r->length >= mark && memcmp(r->bytes, BYTE_ORDER_MARK, mark) == 0) {
        r->bytes += mark;
        r->length -= mark;
    }
    if (!yaml_parser_initialize(&r->parser))
        memory_fail(sizeof r->parser);
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->bytes, r->length);
    const struct node *root = read_only_document(r);
    yaml_parser_delete(&r->parser);
    return root;
}

const char *key_shown(const char *key)
{
    enum { LONGEST_SHOWN = 64 };
    size_t length = strlen(key);
    for (const char *c = key; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_-.", *c))
            return "(not a word)";
    return length && length <= LONGEST_SHOWN ? key : "(not a word)";
}

/* The whole file, up to one byte more than is allowed; NULL with errno set if it cannot be read. */
static char *slurp(const char *file, size_t *length)
{
    FILE *from = input_open(file);
    if (!from)
        return NULL;
    char *bytes = memory_grow(NULL, LARGEST_FILE_BYTES + 1, 1);
    errno = 0;
    *length = fread(bytes, 1, LARGEST_FILE_BYTES + 1, from);
    int error = ferror(from) ? errno : 0;
    fclose(from);
    if (!error)
        return bytes;
    free(bytes);
    errno = error;
    return NULL;
}

const struct node *tree_read_file(struct arena *arena, const char *file, struct place from, struct mistakes *mistakes)
{
    struct reader r = {.arena = arena, .mistakes = mistakes, .file = arena_text(arena, file), .has_lines = true};
    char *bytes = slurp(file, &r.length);
    if (!bytes) {
        int error = errno;
        const char *meant = error == ENOENT ? file_meant(arena, file) : NULL;
        mistake_add(mistakes, from, "%s: cannot be read: %s%s%s", file, input_error(error),
                    meant ? "; did you mean " : "", meant ? meant : "");
        return NULL;
    }
    const struct node *root = NULL;
    r.bytes = bytes;
    if (r.length > LARGEST_FILE_BYTES)
        mistake_add(mistakes, (struct place){.file = file}, "larger than %d MB", LARGEST_FILE_BYTES >> 20);
    else
        root = read_bytes(&r);
    free(bytes);
    return root;
}

/* What needs no quotes in flow style wherever it stands. */
static bool is_safe(char c)
{
    switch (c) { /* becomes a test of bits, which strchr does not */
    case ' ':
    case '_':
    case '+':
    case '-':
    case '.':
    case '%':
    case '/':
    case '*':
        return true;
    default:
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

static bool is_plain(const char *text)
{
    size_t length = 0;
    while (is_safe(text[length]))
        length++;
    if (text[length] || is_null_word(text) || text[length - 1] == ' ')
        return false;
    return isalnum((unsigned char)text[strchr("+-.", text[0]) != NULL]);
}

const struct node *tree_read_text(struct arena *arena, const char *text, const char *name, struct mistakes *mistakes)
{
    struct reader r = {
        .arena = arena, .mistakes = mistakes, .file = arena_text(arena, name), .bytes = text, .length = strlen(text)};
    if (*text && !is_plain(text))
        return read_bytes(&r);
    struct node *node = node_new(arena, *text ? NODE_TEXT : NODE_NULL, (struct place){.file = r.file});
    node->text = arena_text(arena, text);
    return node;
}

struct node *tree_new_map(struct arena *arena, struct place place, size_t capacity)
{
    struct node *map = node_new(arena, NODE_MAP, place);
    map->key = arena_array(arena, capacity, sizeof *map->key);
    map->item = arena_array(arena, capacity, sizeof *map->item);
    return map;
}

void tree_append(struct node *map, const struct node *key, const struct node *item)
{
    map->key[map->count] = key;
    map->item[map->count++] = item;
    map->size++;
    adopt(map, item);
}

struct node *tree_new_text(struct arena *arena, struct place place, const char *text)
{
    struct node *node = node_new(arena, NODE_TEXT, place);
    node->text = text;
    return node;
}

const struct node *tree_mark(struct arena *arena, const struct node *node, const char *variant)
{
    struct node *copy = arena_alloc(arena, sizeof *copy);
    *copy = *node;
    copy->variant = variant;
    if (node->count) {
        copy->item = arena_array(arena, node->count, sizeof *copy->item);
        for (size_t i = 0; i < node->count; i++)
            copy->item[i] = tree_mark(arena, node->item[i], variant);
    }
    return copy;
}

ptrdiff_t tree_find(const struct node *map, const char *key)
{
    if (map && map->kind == NODE_MAP)
        for (size_t i = 0; i < map->count; i++)
            if (!strcmp(map->key[i]->text, key))
                return (ptrdiff_t)i;
    return NOT_FOUND;
}

const struct node *tree_get(const struct node *map, const char *key)
{
    ptrdiff_t i = tree_find(map, key);
    return i == NOT_FOUND ? NULL : map->item[i];
}

bool tree_is_empty(const struct node *node)
{
    return node->kind == NODE_NULL && !*node->text;
}

bool tree_is_word(const struct node *node, const char *word)
{
    return node->kind == NODE_TEXT && !node->quoted && !strcmp(node->text, word);
}

const char *tree_origin(struct arena *arena, const struct node *node)
{
    if (!node->place.line)
        return node->place.file;
    if (node->variant)
        return arena_printf(arena, "%s:%d (variant %s)", node->place.file, node->place.line, node->variant);
    char digits[16],
        *line = digits + sizeof digits; /* every value has an origin: printf would be half of what it takes */
    *--line = '\0';
    for (int left = node->place.line; left > 0; left /= 10)
        *--line = (char)('0' + left % 10);
    const char *const parts[] = {node->place.file, line};
    return arena_join(arena, parts, 2, ":");
}

/* A text that grows. */
struct printed {
    char *bytes;
    size_t length, capacity;
};

static void make_room(struct printed *to, size_t count)
{
    enum { FIRST_ROOM = 512 };
    if (to->length + count <= to->capacity)
        return;
    to->capacity = to->bytes ? 2 * (to->length + count) : FIRST_ROOM + count;
    to->bytes = memory_grow(to->bytes, to->capacity, 1);
}

static void put_bytes(struct printed *to, const char *bytes, size_t count)
{
    make_room(to, count);
    memcpy(to->bytes + to->length, bytes, count);
    to->length += count;
}

static void put_byte(struct printed *to, char byte)
{
    make_room(to, 1);
    to->bytes[to->length++] = byte;
}

static void put_word(struct printed *to, const char *word)
{
    put_bytes(to, word, strlen(word));
}

/* The end of a text too. */
static bool is_escaped(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void put_escaped(struct printed *to, unsigned char c)
{
    static const char digit[] = "0123456789ABCDEF";
    if (c == '"' || c == '\\') {
        put_bytes(to, (const char[]){'\\', (char)c}, 2);
    } else if (c == '\n') {
        put_word(to, "\\n");
    } else {
        put_bytes(to, (const char[]){'\\', 'x', digit[c >> 4], digit[c & 15]}, 4);
    }
}

static void put_text(struct printed *to, const struct node *node)
{
    if (!node->quoted && is_plain(node->text)) {
        put_word(to, node->text);
        return;
    }
    put_byte(to, '"');
    for (const char *c = node->text; *c;) {
        const char *from = c;
        while (!is_escaped((unsigned char)*c))
            c++;
        put_bytes(to, from, (size_t)(c - from));
        if (*c)
            put_escaped(to, (unsigned char)*c++);
    }
    put_byte(to, '"');
}

static void put_flow(struct printed *to, const struct node *node)
{
    if (node->kind == NODE_NULL) {
        put_word(to, "null");
    } else if (node->kind == NODE_TEXT) {
        put_text(to, node);
    } else {
        bool is_map = node->kind == NODE_MAP;
        put_byte(to, is_map ? '{' : '[');
        for (size_t i = 0; i < node->count; i++) {
            put_word(to, i ? ", " : "");
            if (is_map) {
                put_text(to, node->key[i]);
                put_word(to, ": ");
            }
            put_flow(to, node->item[i]);
        }
        put_byte(to, is_map ? '}' : ']');
    }
}

const char *tree_flow(struct arena *arena, const struct node *node)
{
    if (node->kind == NODE_TEXT && !node->quoted && is_plain(node->text))
        return arena_text(arena, node->text);
    struct printed flow = {0};
    put_flow(&flow, node);
    put_byte(&flow, '\0');
    const char *text = arena_text(arena, flow.bytes);
    free(flow.bytes);
    return text;
}
