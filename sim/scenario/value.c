/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities: number, unit, exchange rate, range. Distributions: the forms of distribution.h. Series: by date. */
#include "value.h"

#include "sim/base/characters.h"
#include "sim/base/dates.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More of a distribution than this outside its parameter's range is a mistake, not a tail. */
static const double MOST_OUTSIDE = 0.01;

#define complain(r, w, node, ...) mistake_add((r)->mistakes, (node)->place, "%s: " __VA_ARGS__)

const char *value_written(struct arena *arena, const struct node *node)
{
    enum { LONGEST = 60 };
    const char *text = tree_flow(arena, node);
    size_t length = strlen(text);
    if (length <= LONGEST)
        return text;
    length = LONGEST;
    while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--; /* not inside a character */
    return arena_printf(arena, "%.*s...", (int)length, text);
}

static const char *unit_wanted(const struct wanted *w)
{
    return *w->unit_text ? w->unit_text : "a pure number or %";
}

const char *value_number_text(struct arena *arena, double number, const struct wanted *w)
{
    char date[DATE_TEXT_BYTES];
    if (w->is_date)
        return arena_text(arena, date_text(number, date));
    return arena_printf(arena, "%.10g%s%s", number, *w->unit_text ? " " : "", w->unit_text);
}

const char *value_allowed(struct arena *arena, const struct wanted *w)
{
    char date[DATE_TEXT_BYTES];
    const char *low = w->is_date && isfinite(w->low) ? arena_text(arena, date_text(w->low, date))
                                                     : arena_printf(arena, "%.10g", w->low);
    if (isfinite(w->low) && isfinite(w->high))
        return arena_printf(arena, "%s to %s", low, value_number_text(arena, w->high, w));
    if (isfinite(w->low))
        return arena_printf(arena, "at least %s", value_number_text(arena, w->low, w));
    if (isfinite(w->high))
        return arena_printf(arena, "at most %s", value_number_text(arena, w->high, w));
    if (w->is_date)
        return "a date: 2023, 2023Q4, 2023-10 or 2023-10-17";
    return *w->unit_text ? arena_printf(arena, "a quantity in %s", w->unit_text) : "a pure number or %";
}

/* long form */

static const char *const annotations[] = {"source", "as_of", "confidence", "note", NULL};

static bool is_annotation(const char *key)
{
    for (const char *const *name = annotations; *name; name++)
        if (!strcmp(*name, key))
            return true;
    return false;
}

static const char *annotation_text(const struct reading *r, const char *path, const struct node *node, const char *key)
{
    const struct node *text = tree_get(node, key);
    if (!text || text->kind == NODE_NULL)
        return NULL;
    if (text->kind == NODE_TEXT)
        return text->text;
    mistake_add(r->mistakes, text->place, "%s: %s is no text, %s", path, key, value_written(r->arena, text));
    return NULL;
}

static void read_annotations(const struct reading *r, const char *path, const struct node *node, struct given *given)
{
    given->source = annotation_text(r, path, node, "source");
    given->note = annotation_text(r, path, node, "note");
    given->as_of = annotation_text(r, path, node, "as_of");
    given->confidence = annotation_text(r, path, node, "confidence");
    if (given->as_of && !date_parse(given->as_of, &given->as_of_year))
        mistake_add(r->mistakes, tree_get(node, "as_of")->place,
                    "%s: as_of is no date, %s; allowed: 2023, 2023Q4, 2023-10 or 2023-10-17", path, given->as_of);
    if (given->confidence && (strlen(given->confidence) != 1 || !strchr("ABC", *given->confidence)))
        mistake_add(r->mistakes, tree_get(node, "confidence")->place, "%s: confidence, %s; allowed: A, B or C", path,
                    given->confidence);
}

static const struct node *without_annotations(const struct reading *r, const struct node *node)
{
    struct node *rest = tree_new_map(r->arena, node->place, node->count);
    rest->variant = node->variant;
    for (size_t i = 0; i < node->count; i++)
        if (!is_annotation(node->key[i]->text))
            tree_append(rest, node->key[i], node->item[i]);
    return rest;
}

static void refuse_companions(const struct reading *r, const char *path, const struct node *node)
{
    static const char *const known[] = {"value", "source", "as_of", "confidence", "note", NULL};
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->key[i]->text;
        if (!strcmp(key, "value") || is_annotation(key))
            continue;
        const char *nearest = nearest_name(key, known);
        mistake_add(r->mistakes, node->key[i]->place,
                    "%s: unknown key beside value, %s; allowed: value, source, as_of, confidence, note%s%s", path,
                    key_shown(key), nearest ? "; did you mean " : "", nearest ? nearest : "");
    }
}

struct given value_unwrap(const struct reading *r, const char *path, const struct node *node)
{
    struct given given = {.value = node, .as_of_year = nan("")};
    if (node->kind != NODE_MAP)
        return given;
    const struct node *value = tree_get(node, "value");
    size_t said = 0;
    for (size_t i = 0; i < node->count; i++)
        said += is_annotation(node->key[i]->text);
    if (!value && !said)
        return given;
    read_annotations(r, path, node, &given);
    if (value)
        refuse_companions(r, path, node);
    given.value = value ? value : without_annotations(r, node);
    return given;
}

/* quantities */

static bool read_date(const struct reading *r, const struct wanted *w, const struct node *node, const char *text,
                      double *value)
{
    if (date_parse(text, value))
        return true;
    complain(r, w, node, "not a date, %s; allowed: 2023, 2023Q4, 2023-10 or 2023-10-17", w->path, text);
    return false;
}

/* The text as it is typed on plain keys: half-width letters, digits and blanks; NULL if it is already. */
static const char *plain_text(struct arena *arena, const char *text)
{
    char *plain = arena_text(arena, text), *to = plain;
    bool changed = false;
    for (const char *at = text; *at;) {
        const char *before = at;
        char ascii = character_plain(character_next(&at));
        changed = changed || ascii;
        if (ascii)
            *to++ = ascii;
        else
            while (before < at)
                *to++ = *before++;
    }
    *to = '\0';
    return changed ? plain : NULL;
}

/* `5-10 /yr` after its dash became plain: `5 to 10 /yr`; NULL if it is no interval. */
static const char *as_interval(struct arena *arena, const char *text)
{
    double number;
    const char *rest, *end;
    if (!number_parse(text, &number, &rest) || *rest != '-' || !number_parse(rest + 1, &number, &end))
        return NULL;
    return arena_printf(arena, "%.*s to %s", (int)(rest - text), text, rest + 1 + strspn(rest + 1, " "));
}

/* "; did you mean ...", if the text holds signs that only look like those of the grammar; or "". */
static const char *plain_hint(struct arena *arena, const char *text)
{
    const char *plain = plain_text(arena, text);
    if (!plain)
        return "";
    const char *interval = as_interval(arena, plain);
    return arena_printf(arena, "; did you mean %s (%s)", interval ? interval : plain,
                        interval ? "an interval is written LOW to HIGH" : "in signs of half width, with plain blanks");
}

static bool report_no_number(const struct reading *r, const struct wanted *w, const struct node *node)
{
    complain(r, w, node, "not a quantity, %s; allowed: %s%s", w->path, value_written(r->arena, node),
             value_allowed(r->arena, w), node->kind == NODE_TEXT ? plain_hint(r->arena, node->text) : "");
    return false;
}

/* `1,200 P`: in half of the world that comma is a point. */
static bool has_comma(const char *rest)
{
    return rest[0] == ',' && rest[1] >= '0' && rest[1] <= '9';
}

/* How many powers of a currency must become CNY, or come of it. */
static int exchange_power(const struct unit *from, const struct unit *to, enum dimension currency)
{
    return from->exponent[currency] - to->exponent[currency];
}

/* Whether nothing but currencies stands between the two. */
static bool is_money_alike(const struct unit *from, const struct unit *to)
{
    struct unit moved = *from;
    int usd = exchange_power(from, to, DIM_USD), eur = exchange_power(from, to, DIM_EUR);
    moved.exponent[DIM_USD] = (signed char)(moved.exponent[DIM_USD] - usd);
    moved.exponent[DIM_EUR] = (signed char)(moved.exponent[DIM_EUR] - eur);
    moved.exponent[DIM_CNY] = (signed char)(moved.exponent[DIM_CNY] + usd + eur);
    return (usd || eur) && unit_same_dimension(&moved, to);
}

static bool exchange_at(const struct reading *r, const struct wanted *w, const struct node *node,
                        const struct exchange *fx, const char *name, int power, struct unit *unit)
{
    if (!fx->rate) {
        complain(r, w, node, "the currency is not that of %s, %s, and no run.%s joins them", w->path, w->unit_text,
                 value_written(r->arena, node), name);
        return false;
    }
    double as_of = isnan(w->as_of) ? r->as_of : w->as_of;
    if (isnan(as_of) && !fx->always) {
        complain(r, w, node,
                 "the currency is not that of %s, %s; write {value: %s, as_of: 2024-06}, or run.as_of for all, and "
                 "run.%s of that date converts it",
                 w->path, w->unit_text, value_written(r->arena, node), value_written(r->arena, node), name);
        return false;
    }
    double rate = fx->always ? fx->rate->value[0] : series_at(fx->rate, as_of);
    for (; power > 0; power--)
        unit->scale *= rate;
    for (; power < 0; power++)
        unit->scale /= rate;
    return true;
}

static bool exchange(const struct reading *r, const struct wanted *w, const struct node *node, struct unit *unit)
{
    int usd = exchange_power(unit, &w->unit, DIM_USD), eur = exchange_power(unit, &w->unit, DIM_EUR);
    if ((usd && !exchange_at(r, w, node, &r->usd, "fx", usd, unit)) ||
        (eur && !exchange_at(r, w, node, &r->eur, "fx_eur", eur, unit)))
        return false;
    memcpy(unit->exponent, w->unit.exponent, sizeof unit->exponent);
    return true;
}

/* A unit with the everyday names of money replaced by its codes, or NULL if that does not make it one that
 * is wanted. */
static const char *with_money_codes(struct arena *arena, const char *unit, const struct unit *wanted)
{
    static const struct {
        const char *name, *code;
    } money[] = {{"RMB", "CNY"},    {"rmb", "CNY"},     {"yuan", "CNY"},   {"Yuan", "CNY"},   {"\u5143", "CNY"},
                 {"cny", "CNY"},    {"dollars", "USD"}, {"dollar", "USD"}, {"US$", "USD"},    {"usd", "USD"},
                 {"euros", "EUR"},  {"euro", "EUR"},    {"eur", "EUR"},    {"\u20ac", "EUR"}, {"\u00a5", "CNY"},
                 {"\uffe5", "CNY"}, {"$", "USD"}};
    struct unit known;
    for (size_t i = 0; i < sizeof money / sizeof *money; i++) {
        const char *at = strstr(unit, money[i].name);
        if (!at)
            continue;
        const char *replaced =
            arena_printf(arena, "%.*s%s%s", (int)(at - unit), unit, money[i].code, at + strlen(money[i].name));
        bool is_meant =
            unit_parse(replaced, &known) && (unit_same_dimension(&known, wanted) || is_money_alike(&known, wanted));
        return is_meant ? replaced : NULL;
    }
    return NULL;
}

static bool report_unit(const struct reading *r, const struct wanted *w, const struct node *node, const char *unit)
{
    const char *money = with_money_codes(r->arena, unit, &w->unit);
    const char *hint = money ? arena_printf(r->arena, "; did you mean %s", money) : plain_hint(r->arena, node->text);
    if (strlen(unit) == 1 && strchr("kKMGTb", *unit))
        hint = "; a prefix stands before a unit, as in kCNY";
    if (*unit == '-')
        hint = "; an interval is written LOW to HIGH";
    complain(r, w, node, "unknown unit %s, %s; allowed: %s%s", w->path, unit, value_written(r->arena, node),
             unit_wanted(w), hint);
    return false;
}

/* `number` with the unit `text` in the wanted unit. */
static bool apply_unit(const struct reading *r, const struct wanted *w, const struct node *node, double number,
                       const char *text, double *value)
{
    struct unit unit;
    if (number == 0 && !*text) {
        *value = 0;
        return true;
    }
    if (has_comma(text)) {
        complain(r, w, node,
                 "a comma in a number, %s; write 1200 or 1_200 for a thousand two hundred, 1.2 for one and a fifth",
                 w->path, value_written(r->arena, node));
        return false;
    }
    if (!unit_parse(text, &unit))
        return report_unit(r, w, node, text);
    if (!*text && *w->unit_text) {
        complain(r, w, node, "the unit is missing, %s; allowed: %s %s", w->path, value_written(r->arena, node),
                 value_written(r->arena, node), w->unit_text);
        return false;
    }
    if (!unit_same_dimension(&unit, &w->unit)) {
        if (!is_money_alike(&unit, &w->unit)) {
            complain(r, w, node, "wrong unit, %s; allowed: %s", w->path, value_written(r->arena, node), unit_wanted(w));
            return false;
        }
        if (!exchange(r, w, node, &unit))
            return false;
    }
    for (int i = 0; r->sparse && i < abs(unit.p_exponent); i++)
        unit.scale *= unit.p_exponent > 0 ? 0.5 : 2;
    if (unit.effective_rate && number <= -100) {
        complain(r, w, node, "a loss of everything a period, %s; allowed: above -100 %%/yr", w->path,
                 value_written(r->arena, node));
        return false;
    }
    *value = unit_convert(number, &unit, &w->unit);
    if (isfinite(*value))
        return true;
    return report_no_number(r, w, node);
}

static bool read_text_quantity(const struct reading *r, const struct wanted *w, const struct node *node,
                               const char *text, double *value)
{
    double number;
    const char *rest;
    if (w->is_date)
        return read_date(r, w, node, text, value);
    if (!number_parse(text, &number, &rest))
        return report_no_number(r, w, node);
    return apply_unit(r, w, node, number, rest, value);
}

static bool check_range(const struct reading *r, const struct wanted *w, const struct node *node, double value)
{
    if (value >= w->low && value <= w->high)
        return true;
    complain(r, w, node, "out of range, %s; allowed: %s", w->path, value_written(r->arena, node),
             value_allowed(r->arena, w));
    return false;
}

static struct wanted unbounded(const struct wanted *w)
{
    struct wanted any = *w;
    any.low = -HUGE_VAL;
    any.high = HUGE_VAL;
    return any;
}

bool value_read_quantity(const struct reading *r, const struct wanted *wanted, const struct node *node, double *value)
{
    struct given given = value_unwrap(r, wanted->path, node);
    struct wanted w = *wanted;
    if (!isnan(given.as_of_year))
        w.as_of = given.as_of_year;
    if (given.value->kind == NODE_TEXT)
        return read_text_quantity(r, &w, given.value, given.value->text, value) &&
               check_range(r, &w, given.value, *value);
    complain(r, &w, given.value, "%s where one value belongs, %s; allowed: %s", w.path,
             given.value->kind == NODE_MAP    ? "a map"
             : given.value->kind == NODE_LIST ? "a list"
                                              : "nothing",
             value_written(r->arena, given.value), value_allowed(r->arena, &w));
    return false;
}

/* whole numbers */

/* Digits, `_` between two of them; false if it is anything else. `fits`: the number is below 2^64. */
static bool scan_whole(const char *text, uint64_t *value, bool *fits)
{
    *value = 0;
    *fits = true;
    for (const char *at = text; *at; at++) {
        if (*at == '_' && at > text && isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[1]))
            continue;
        if (!isdigit((unsigned char)*at))
            return false;
        unsigned digit = (unsigned)(*at - '0');
        *fits = *fits && *value <= (UINT64_MAX - digit) / 10;
        *value = 10 * *value + digit;
    }
    return *text;
}

/* The largest whole number that a range ends with, which may be given as 2^64. */
static uint64_t whole_limit(double high)
{
    return high >= 0x1p64 ? UINT64_MAX : (uint64_t)high;
}

static const char *whole_allowed(struct arena *arena, const struct wanted *w)
{
    return arena_printf(arena, "a whole number from %" PRIu64 " to %" PRIu64, (uint64_t)w->low, whole_limit(w->high));
}

bool value_read_whole(const struct reading *r, const struct wanted *w, const struct node *node, uint64_t *value)
{
    static const double EXACT = 0x1p53;
    const char *rest;
    double number = 0;
    bool fits = true, is_text = node->kind == NODE_TEXT;
    bool is_whole = is_text && scan_whole(node->text, value, &fits);
    if (is_text && !is_whole && number_parse(node->text, &number, &rest) && !*rest && number == floor(number) &&
        fabs(number) <= EXACT) {
        is_whole = true;
        fits = number >= 0;
        *value = fits ? (uint64_t)number : 0;
    }
    if (is_whole && fits && *value >= (uint64_t)w->low && *value <= whole_limit(w->high))
        return true;
    complain(r, w, node, "%s, %s; allowed: %s", w->path, is_whole ? "out of range" : "not a whole number",
             value_written(r->arena, node), whole_allowed(r->arena, w));
    return false;
}

/* distributions */

static const char *const INTERVAL = " to ";

bool value_is_distribution(const struct node *node)
{
    return node->kind == NODE_MAP || (node->kind == NODE_TEXT && strstr(node->text, INTERVAL));
}

/* `5 to 10 /yr`: the unit may stand once, at the end. */
static const struct distribution *read_interval(const struct reading *r, const struct wanted *wanted,
                                                const struct node *node)
{
    struct wanted w = unbounded(wanted);
    const char *split = strstr(node->text, INTERVAL), *low_unit, *high_unit, *wrong;
    const char *low_text = arena_printf(r->arena, "%.*s", (int)(split - node->text), node->text);
    const char *high_text = split + strlen(INTERVAL);
    double low, high;
    if (!w.is_date && number_parse(low_text, &low, &low_unit) && !*low_unit &&
        number_parse(high_text, &high, &high_unit))
        low_text = arena_printf(r->arena, "%s %s", low_text, high_unit);
    if (!read_text_quantity(r, &w, node, low_text, &low) || !read_text_quantity(r, &w, node, high_text, &high))
        return NULL;
    const struct distribution *d = distribution_interval(r->arena, low, high, w.is_date, &wrong);
    if (!d)
        complain(r, &w, node, "%s, %s", w.path, wrong, value_written(r->arena, node));
    return d;
}

static const struct distribution *read_any(const struct reading *r, const struct wanted *w, const struct node *node);

static const char *type_names(struct arena *arena)
{
    const char *names = "";
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        if (form == distribution_forms || strcmp(form[-1].type, form->type) != 0)
            names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "", form->type);
    return names;
}

static const char *form_arguments(struct arena *arena, const struct distribution_form *form)
{
    const char *names = "";
    for (size_t i = 0; i < MOST_ARGUMENTS && form->argument[i].name; i++)
        names = arena_printf(arena, "%s%s%s%s", names, i ? ", " : "", form->argument[i].name,
                             i < form->required ? "" : "?");
    return names;
}

static const char *type_arguments(struct arena *arena, const char *type)
{
    const char *text = "";
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        if (!strcmp(form->type, type))
            text = arena_printf(arena, "%s%s{%s}", text, *text ? " or " : "", form_arguments(arena, form));
    return text;
}

static ptrdiff_t argument_index(const struct distribution_form *form, const char *key)
{
    for (size_t i = 0; i < MOST_ARGUMENTS && form->argument[i].name; i++)
        if (!strcmp(form->argument[i].name, key))
            return (ptrdiff_t)i;
    return NOT_FOUND;
}

static bool form_fits(const struct distribution_form *form, const struct node *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (argument_index(form, arguments->key[i]->text) == NOT_FOUND)
            return false;
    for (size_t i = 0; i < form->required; i++)
        if (!tree_get(arguments, form->argument[i].name))
            return false;
    return true;
}

static bool is_type(const char *name)
{
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        if (!strcmp(form->type, name))
            return true;
    return false;
}

static const char *nearest_argument(const char *type, const struct node *arguments)
{
    const char *names[4 * MOST_ARGUMENTS + 1];
    size_t count = 0;
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        for (size_t i = 0; !strcmp(form->type, type) && i < MOST_ARGUMENTS && form->argument[i].name; i++)
            if (count < 4 * MOST_ARGUMENTS)
                names[count++] = form->argument[i].name;
    names[count] = NULL;
    for (size_t i = 0; i < arguments->count; i++) {
        const char *nearest = nearest_name(arguments->key[i]->text, names);
        if (nearest && strcmp(nearest, arguments->key[i]->text) != 0)
            return nearest;
    }
    return NULL;
}

static const struct distribution_form *find_form(const struct reading *r, const struct wanted *w, const char *type,
                                                 const struct node *arguments)
{
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        if (!strcmp(form->type, type) && form_fits(form, arguments))
            return form;
    const char *nearest = nearest_argument(type, arguments);
    complain(r, w, arguments, "arguments of %s, %s; allowed: %s%s%s", w->path, type, value_written(r->arena, arguments),
             type_arguments(r->arena, type), nearest ? "; did you mean " : "", nearest ? nearest : "");
    return NULL;
}

static bool read_scalar_argument(const struct reading *r, const struct wanted *w, enum argument_kind kind,
                                 const struct node *node, double *number)
{
    struct wanted one = unbounded(w);
    if (kind == ARGUMENT_NUMBER || (kind == ARGUMENT_SPREAD && w->is_date)) {
        one.is_date = false;
        one.unit_text = kind == ARGUMENT_NUMBER ? "" : "year";
        unit_parse(one.unit_text, &one.unit);
    }
    return value_read_quantity(r, &one, node, number);
}

static bool expect_list(const struct reading *r, const struct wanted *w, const struct node *node)
{
    if (node->kind == NODE_LIST)
        return true;
    complain(r, w, node, "not a list, %s; allowed: [one, another, ...]", w->path, value_written(r->arena, node));
    return false;
}

static bool read_numbers(const struct reading *r, const struct wanted *w, enum argument_kind kind,
                         const struct node *node, struct argument *argument)
{
    if (!expect_list(r, w, node))
        return false;
    double *list = arena_array(r->arena, node->count, sizeof *list);
    bool right = true;
    for (size_t i = 0; i < node->count; i++)
        right &= read_scalar_argument(r, w, kind, node->item[i], &list[i]);
    argument->count = node->count;
    argument->list = list;
    return right;
}

static bool read_distributions(const struct reading *r, const struct wanted *w, const struct node *const *node,
                               size_t count, struct argument *argument)
{
    struct wanted any = unbounded(w);
    const struct distribution **of = arena_array(r->arena, count, sizeof *of);
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        of[i] = read_any(r, &any, node[i]);
        right &= of[i] != NULL;
    }
    argument->count = count;
    argument->of = of;
    return right;
}

static bool read_argument(const struct reading *r, const struct wanted *w, enum argument_kind kind,
                          const struct node *node, struct argument *argument)
{
    argument->given = true;
    switch (kind) {
    case ARGUMENT_POINTS:
        return read_numbers(r, w, ARGUMENT_POINT, node, argument);
    case ARGUMENT_NUMBERS:
        return read_numbers(r, w, ARGUMENT_NUMBER, node, argument);
    case ARGUMENT_DISTRIBUTION:
        return read_distributions(r, w, &node, 1, argument);
    case ARGUMENT_DISTRIBUTIONS:
        return expect_list(r, w, node) && read_distributions(r, w, node->item, node->count, argument);
    default:
        return read_scalar_argument(r, w, kind, node, &argument->number);
    }
}

/* `empirical: [1, 2]` is short for `empirical: {values: [1, 2]}`. */
static const struct node *as_arguments(const struct reading *r, const char *type, const struct node *node)
{
    if (node->kind != NODE_LIST || strcmp(type, "empirical") != 0)
        return node;
    struct node *map = tree_new_map(r->arena, node->place, 1);
    tree_append(map, tree_new_text(r->arena, node->place, "values"), node);
    return map;
}

static const struct distribution *read_form(const struct reading *r, const struct wanted *w, const char *type,
                                            const struct node *node)
{
    const struct node *arguments = as_arguments(r, type, node);
    if (arguments->kind != NODE_MAP) {
        complain(r, w, node, "arguments of %s, %s; allowed: %s", w->path, type, value_written(r->arena, node),
                 type_arguments(r->arena, type));
        return NULL;
    }
    const struct distribution_form *form = find_form(r, w, type, arguments);
    if (!form)
        return NULL;
    struct argument argument[MOST_ARGUMENTS] = {0};
    bool right = true;
    for (size_t i = 0; i < arguments->count; i++) {
        size_t k = (size_t)argument_index(form, arguments->key[i]->text);
        right &= read_argument(r, w, form->argument[k].kind, arguments->item[i], &argument[k]);
    }
    if (!right)
        return NULL;
    const char *wrong;
    const struct distribution *d = distribution_new(r->arena, form, argument, &wrong);
    if (!d)
        complain(r, w, node, "%s: %s, %s", w->path, type, wrong, value_written(r->arena, node));
    return d;
}

static const char *nearest_type(const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (const struct distribution_form *form = distribution_forms; form->type && count < 63; form++)
        names[count++] = form->type;
    names[count] = NULL;
    return nearest_name(name, names);
}

static const struct distribution *read_map(const struct reading *r, const struct wanted *w, const struct node *node)
{
    if (node->count == 1 && is_type(node->key[0]->text))
        return read_form(r, w, node->key[0]->text, node->item[0]);
    const char *nearest = node->count ? nearest_type(node->key[0]->text) : NULL;
    complain(r, w, node, "neither a value nor a distribution, %s; allowed: %s, or one of %s%s%s", w->path,
             value_written(r->arena, node), value_allowed(r->arena, w), type_names(r->arena),
             nearest ? "; did you mean " : "", nearest ? nearest : "");
    return NULL;
}

static const struct distribution *read_any(const struct reading *r, const struct wanted *wanted,
                                           const struct node *node)
{
    struct given given = value_unwrap(r, wanted->path, node);
    struct wanted w = *wanted;
    double value;
    if (!isnan(given.as_of_year))
        w.as_of = given.as_of_year;
    if (given.value->kind == NODE_MAP)
        return read_map(r, &w, given.value);
    if (value_is_distribution(given.value))
        return read_interval(r, &w, given.value);
    return value_read_quantity(r, &w, given.value, &value) ? distribution_constant(r->arena, value) : NULL;
}

const struct distribution *value_cut_distribution(struct arena *arena, const struct wanted *w,
                                                  const struct distribution *d)
{
    bool fits = distribution_outside(d, w->low, w->high) <= MOST_OUTSIDE;
    return fits ? distribution_truncate(arena, d, w->low, w->high) : NULL;
}

const struct distribution *value_read_distribution(const struct reading *r, const struct wanted *w,
                                                   const struct node *node)
{
    const struct distribution *d = read_any(r, w, node);
    if (!d)
        return NULL;
    const struct distribution *cut = value_cut_distribution(r->arena, w, d);
    if (cut)
        return cut;
    double outside = distribution_outside(d, w->low, w->high);
    complain(r, w, node,
             "%.3g %% of the distribution lies out of range, %s; allowed: %s, with at most %g %% outside to be cut off",
             w->path, 100 * outside, value_written(r->arena, node), value_allowed(r->arena, w), 100 * MOST_OUTSIDE);
    return NULL;
}

/* series */

struct point {
    double year, value;
    size_t order; /* in the file */
    const struct node *key;
};

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->year != b->year)
        return a->year < b->year ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static bool read_point(const struct reading *r, const struct wanted *wanted, const struct node *key,
                       const struct node *item, struct point *point)
{
    struct wanted w = *wanted, date = {.path = w.path, .is_date = true};
    point->key = key;
    if (!read_date(r, &date, key, key->text, &point->year))
        return false;
    w.as_of = point->year; /* the money of that date */
    if (item->kind == NODE_TEXT && value_is_distribution(item)) {
        complain(r, &w, item, "a distribution in a series, %s; allowed: one value a date", w.path,
                 value_written(r->arena, item));
        return false;
    }
    return value_read_quantity(r, &w, item, &point->value);
}

static bool points_ascend(const struct reading *r, const struct wanted *w, const struct point *point, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (point[i].year <= point[i - 1].year) {
            complain(r, w, point[i].key, "the same date twice, %s and %s", w->path, point[i - 1].key->text,
                     point[i].key->text);
            return false;
        }
    return true;
}

static const struct dated_series *make_series(const struct reading *r, const struct point *point, size_t count,
                                              bool step)
{
    double *year = arena_array(r->arena, count, sizeof *year), *value = arena_array(r->arena, count, sizeof *value);
    for (size_t i = 0; i < count; i++) {
        year[i] = point[i].year;
        value[i] = point[i].value;
    }
    struct dated_series *series = arena_alloc(r->arena, sizeof *series);
    *series = (struct dated_series){.count = count, .year = year, .value = value, .step = step};
    return series;
}

/* One quantity for all times. */
static const struct dated_series *constant_series(const struct reading *r, const struct wanted *w,
                                                  const struct node *node)
{
    struct point point = {0};
    return value_read_quantity(r, w, node, &point.value) ? make_series(r, &point, 1, true) : NULL;
}

const struct dated_series *value_read_series(const struct reading *r, const struct wanted *w, const struct node *node)
{
    const struct node *steps = tree_get(node, "step"), *map = steps && node->count == 1 ? steps : node;
    if (map->kind == NODE_TEXT && map == node && !value_is_distribution(node))
        return constant_series(r, w, node);
    if (map->kind != NODE_MAP || !map->count) {
        complain(r, w, map, "not a series, %s; allowed: {2022-01: VALUE, 2023: VALUE} or {step: {...}}, each VALUE %s",
                 w->path, value_written(r->arena, map), value_allowed(r->arena, w));
        return NULL;
    }
    struct point *point = arena_array(r->arena, map->count, sizeof *point);
    bool right = true;
    for (size_t i = 0; i < map->count; i++) {
        point[i].order = i;
        right &= read_point(r, w, map->key[i], map->item[i], &point[i]);
    }
    if (!right)
        return NULL;
    qsort(point, map->count, sizeof *point, compare_points);
    return points_ascend(r, w, point, map->count) ? make_series(r, point, map->count, map == steps) : NULL;
}
