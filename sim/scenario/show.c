/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The merged scenario as YAML that can be loaded again, one value a line, each with its origin. */
#include "loaded.h"

#include <string.h>

enum { ORIGIN_COLUMN = 60 };

/* What is printed needs memory that the scenario, being shared, cannot give. */
struct printer {
    const struct scenario *s;
    struct arena arena;
    FILE *to;
    bool bare; /* without origins */
};

static size_t put_blanks(struct printer *p, size_t from, size_t to)
{
    static const char blanks[] = "                                                                ";
    for (size_t count; from < to; from += count) {
        count = to - from < sizeof blanks - 1 ? to - from : sizeof blanks - 1;
        fwrite(blanks, 1, count, p->to);
    }
    return to;
}

static size_t put(struct printer *p, const char *text)
{
    size_t length = strlen(text);
    fwrite(text, 1, length, p->to);
    return length;
}

/* A --set may hold line ends; a comment may not. */
static void put_on_one_line(struct printer *p, const char *text)
{
    while (*text) {
        const char *from = text;
        while ((unsigned char)*text >= ' ')
            text++;
        fwrite(from, 1, (size_t)(text - from), p->to);
        for (; *text && (unsigned char)*text < ' '; text++)
            putc_unlocked(' ', p->to);
    }
}

/* `key: text`, or `key:` alone if the text is empty. */
static void print_line(struct printer *p, const char *origin, int indent, const char *key, const char *text)
{
    size_t width = put_blanks(p, 0, (size_t)indent);
    width += put(p, key);
    width += put(p, *text ? ": " : ":");
    width += put(p, text);
    if (p->bare) {
        putc_unlocked('\n', p->to);
        return;
    }
    put_blanks(p, width, ORIGIN_COLUMN);
    put(p, " # ");
    put_on_one_line(p, origin);
    putc_unlocked('\n', p->to);
}

static void print_entry(struct printer *p, int indent, const struct node *map, size_t i)
{
    print_line(p, tree_origin(&p->arena, map->item[i]), indent, map->key[i]->text, tree_flow(&p->arena, map->item[i]));
}

static void print_text(struct printer *p, const char *key)
{
    ptrdiff_t i = tree_find(p->s->root, key);
    if (i != NOT_FOUND && p->s->root->item[i]->kind == NODE_TEXT)
        print_entry(p, 0, p->s->root, (size_t)i);
}

static void print_value(struct printer *p, int indent, const struct value *value)
{
    const char *origin = value->given ? tree_origin(&p->arena, value->node) : "default";
    if (value->node && !value->repeated && !value->unread)
        print_line(p, origin, indent, value->param->name, tree_flow(&p->arena, value->node));
}

static void print_row(struct printer *p, const struct section *section, const struct rows *rows, size_t row, int indent)
{
    const struct value *value = p->s->value + rows->first_value;
    for (size_t part = 0; part < section->part_count; part++)
        for (const struct param *param = section->part[part].params; param->name; param++, value += rows->count)
            print_value(p, indent, &value[row]);
}

static void print_section(struct printer *p, const struct section *section, const struct rows *rows)
{
    if (!rows->count)
        return;
    fprintf(p->to, "\n%s:\n", section->name);
    for (size_t row = 0; row < rows->count; row++) {
        if (section->is_table)
            print_line(p, tree_origin(&p->arena, rows->key[row]), 2, rows->name[row], "");
        print_row(p, section, rows, row, section->is_table ? 4 : 2);
    }
}

/* The items of a map that holds no values of the schema. */
static void print_map(struct printer *p, const char *name, const struct node *map)
{
    if (!map || !map->count)
        return;
    fprintf(p->to, "\n%s:\n", name);
    for (size_t i = 0; i < map->count; i++)
        print_entry(p, 2, map, i);
}

/* A section that says how the scenario is run or shown. */
static void print_section_map(struct printer *p, const char *name)
{
    const struct node *map = tree_get(p->s->root, name);
    if (!map || map->kind != NODE_MAP)
        return;
    fprintf(p->to, "\n%s:\n", name);
    for (size_t i = 0; i < map->count; i++)
        print_entry(p, 2, map, i);
}

static void print_attribution(struct printer *p)
{
    const struct node *attribution = tree_get(p->s->root, "attribution");
    if (!p->s->attribution.mechanism_count)
        return;
    fputs("\nattribution:\n", p->to);
    for (size_t i = 0; i < attribution->count; i++)
        print_entry(p, 2, attribution, i);
}

static void print_variants(struct printer *p)
{
    const struct node *variants = p->s->variants;
    if (!variants || !variants->count)
        return;
    fputs("\nvariants:\n", p->to);
    for (size_t i = 0; i < variants->count; i++) {
        print_line(p, tree_origin(&p->arena, variants->key[i]), 2, variants->key[i]->text,
                   variants->item[i]->count ? "" : "{}");
        for (size_t k = 0; k < variants->item[i]->count; k++)
            print_entry(p, 4, variants->item[i], k);
    }
}

/* One that the run does not reach says so, that the file can be loaded again. */
static void print_measures(struct printer *p, const struct node *measures)
{
    static const char mark[] = ", beyond_run: true}";
    if (measures && measures->count)
        fputs("\nmeasures:\n", p->to);
    for (size_t i = 0; measures && i < measures->count; i++) {
        const struct node *measure = measures->item[i];
        const char *flow = tree_flow(&p->arena, measure);
        if (measure_is_beyond_run(p->s, measure) && !tree_get(measure, "beyond_run"))
            flow = arena_printf(&p->arena, "%.*s%s", (int)strlen(flow) - 1, flow, mark);
        print_line(p, tree_origin(&p->arena, measure), 2, measures->key[i]->text, flow);
    }
}

static void print_values(struct printer *p)
{
    for (size_t i = 0; i < p->s->schema->count; i++)
        print_section(p, &p->s->schema->section[i], &p->s->rows[i]);
    print_map(p, "facts", p->s->facts);
    print_measures(p, p->s->measures);
}

static void print_design(struct printer *p)
{
    print_map(p, "levers", p->s->levers);
    print_section_map(p, "sweep");
}

void scenario_show(const struct scenario *scenario, FILE *to)
{
    struct printer p = {.s = scenario, .to = to};
    static const char *const texts[] = {"title", "question", "answer", "answer_of", "world", "draws"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        print_text(&p, texts[i]);
    print_values(&p);
    print_design(&p);
    print_section_map(&p, "show");
    print_attribution(&p);
    print_variants(&p);
    arena_free(&p.arena);
}

void scenario_show_values(const struct scenario *scenario, FILE *to)
{
    struct printer p = {.s = scenario, .to = to, .bare = true};
    print_values(&p);
    arena_free(&p.arena);
}

void scenario_show_study(const struct scenario *scenario, FILE *to)
{
    struct printer p = {.s = scenario, .to = to, .bare = true};
    print_values(&p);
    print_design(&p);
    print_attribution(&p);
    print_variants(&p);
    arena_free(&p.arena);
}
