/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a study shows first of all it computes:
 *
 *     show:
 *       base: as it happened                        # what the scenario itself is called beside its variants
 *       outputs: [gray.premium, server_price.H100]  # series of the tables and of the picture of differences
 *       dates: [2024-06, 2025-01]                   # of the tables; each the first report at or after it
 *       from: 2023                                  # pictures begin
 *       to: 2027                                    # and end
 *       key: server_price.H100                      # what the first picture shows
 *       words: street price of an H100 server       # and what it is called
 *       currency: USD                               # in which texts, tables and pictures show money; files keep CNY
 *       finding: "It costs {price_2025} in 2025."   # what was found, with the numbers of the run at hand (finding.c)
 *       pictures: [prices, gray]                    # those of the report, in this order
 *
 * What is left out is the program's choice.
 */
#include "loaded.h"

#include "sim/base/dates.h"

#include <math.h>
#include <string.h>

struct shown_reader {
    struct scenario *s;
    const struct reading *r;
    const struct node *map;
};

const char *const shown_currencies[] = {"CNY", "USD", "EUR", NULL};

#define complain(f, node, ...) mistake_add((f)->r->mistakes, (node)->place, __VA_ARGS__)

static const char *const keys[] = {"base",  "outputs", "dates",    "from",     "to", "key",
                                   "words", "finding", "pictures", "currency", NULL};

static void check_keys(struct shown_reader *f)
{
    for (size_t i = 0; i < f->map->count; i++) {
        const char *key = f->map->key[i]->text, *const *known = keys;
        while (*known && strcmp(*known, key) != 0)
            known++;
        if (*known)
            continue;
        const char *nearest = nearest_name(key, keys);
        complain(f, f->map->key[i], "show: unknown key, %s%s%s", key, nearest ? "; did you mean " : "",
                 nearest ? nearest : "");
    }
}

/* The list at `key`, up to `most` long; NULL if there is none, or it is wrong. */
static const struct node *list_at(struct shown_reader *f, const char *key, size_t most, const char *allowed)
{
    const struct node *list = tree_get(f->map, key);
    if (!list || list->kind == NODE_NULL)
        return NULL;
    if (list->kind == NODE_LIST && list->count && list->count <= most)
        return list;
    complain(f, list, "show.%s: not a list of 1 to %zu, %s; allowed: %s", key, most, value_written(f->r->arena, list),
             allowed);
    return NULL;
}

/* The name of an output over time; NULL if there is no such output. */
static const char *output_at(struct shown_reader *f, const char *key, const struct node *name)
{
    const struct schema_output *output = name->kind == NODE_TEXT ? output_find(f->s, name->text) : NULL;
    if (!output)
        complain(f, name, "show.%s: no such output, %s%s", key, value_written(f->r->arena, name),
                 name->kind == NODE_TEXT ? output_hint(f->s, name->text) : "");
    else if (output->is_scalar || output->is_curve)
        complain(f, name, "show.%s: %s is %s; allowed: an output over time", key, name->text,
                 output->is_curve ? "a curve" : "one number a replication");
    else
        return name->text;
    return NULL;
}

static void read_output(struct shown_reader *f, const struct node *name)
{
    const char *output = output_at(f, "outputs", name);
    if (output)
        f->s->shown.output[f->s->shown.output_count++] = output;
}

static bool read_date(struct shown_reader *f, const char *key, const struct node *node, double *year)
{
    struct wanted date = {.path = arena_printf(f->r->arena, "show.%s", key),
                          .is_date = true,
                          .unit_text = "",
                          .low = -HUGE_VAL,
                          .high = HUGE_VAL};
    return value_read_quantity(f->r, &date, node, year);
}

static void read_dates(struct shown_reader *f)
{
    struct shown *shown = &f->s->shown;
    const struct node *dates = list_at(f, "dates", MOST_SHOWN_DATES, "dates in order");
    for (size_t i = 0; dates && i < dates->count; i++) {
        double year;
        if (!read_date(f, "dates", dates->item[i], &year))
            continue;
        if (shown->date_count && year <= shown->date[shown->date_count - 1])
            complain(f, dates->item[i], "show.dates: not after the one before it, %s; allowed: dates in order",
                     value_written(f->r->arena, dates->item[i]));
        shown->date[shown->date_count++] = year;
    }
}

static void read_window(struct shown_reader *f)
{
    struct shown *shown = &f->s->shown;
    const struct node *from = tree_get(f->map, "from"), *to = tree_get(f->map, "to");
    bool right = !from || read_date(f, "from", from, &shown->from);
    right &= !to || read_date(f, "to", to, &shown->to);
    if (right && from && to && shown->to <= shown->from)
        complain(f, to, "show.to: not after show.from, %s; allowed: a date after %s", value_written(f->r->arena, to),
                 value_written(f->r->arena, from));
}

/* The text at `key`, or NULL. */
static const struct node *text_at(struct shown_reader *f, const char *key)
{
    const struct node *text = tree_get(f->map, key);
    if (!text || text->kind == NODE_TEXT)
        return text;
    if (text->kind != NODE_NULL)
        complain(f, text, "show.%s: not a text, %s; allowed: a few words", key, value_written(f->r->arena, text));
    return NULL;
}

static void read_pictures(struct shown_reader *f)
{
    const struct node *pictures = list_at(f, "pictures", MOST_SHOWN_PICTURES, "names of pictures");
    for (size_t i = 0; pictures && i < pictures->count; i++)
        if (pictures->item[i]->kind != NODE_TEXT || !is_entity_name(pictures->item[i]->text))
            complain(f, pictures->item[i], "show.pictures: not the name of a picture, %s; allowed: as `rents`",
                     value_written(f->r->arena, pictures->item[i]));
        else
            f->s->shown.picture[f->s->shown.picture_count++] = pictures->item[i]->text;
}

static const char *read_currency(struct shown_reader *f, const struct node *text)
{
    const char *const *known = shown_currencies;
    while (*known && strcmp(*known, text->text) != 0)
        known++;
    if (!*known)
        complain(f, text, "show.currency: not a currency, %s; allowed: CNY, USD or EUR", text->text);
    return *known;
}

static void read_texts(struct shown_reader *f)
{
    struct shown *shown = &f->s->shown;
    const struct node *base = text_at(f, "base"), *words = text_at(f, "words"), *finding = text_at(f, "finding"),
                      *key = tree_get(f->map, "key"), *currency = text_at(f, "currency");
    shown->base = base ? base->text : NULL;
    shown->words = words ? words->text : NULL;
    shown->currency = currency ? read_currency(f, currency) : NULL;
    if (key && key->kind != NODE_NULL)
        shown->key = output_at(f, "key", key);
    if (finding)
        finding_read(f->s, f->r, finding);
}

void shown_load(struct scenario *s, const struct node *map, const struct reading *reading)
{
    struct shown_reader f = {.s = s, .r = reading, .map = map};
    s->shown = (struct shown){.from = (double)NAN, .to = (double)NAN};
    if (!map)
        return;
    check_keys(&f);
    read_texts(&f);
    read_pictures(&f);
    const struct node *outputs = list_at(&f, "outputs", MOST_SHOWN_OUTPUTS, "names of outputs");
    for (size_t i = 0; outputs && i < outputs->count; i++)
        read_output(&f, outputs->item[i]);
    read_dates(&f);
    read_window(&f);
}
