/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listing.h"

#include "dat.h"

#include "sim/base/csv.h"
#include "sim/base/dates.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void grow(struct listing *listing)
{
    listing->capacity = listing->capacity ? 2 * listing->capacity : 64;
    const char **larger = arena_array(&listing->arena, listing->capacity, sizeof *larger);
    if (listing->count)
        memcpy(larger, listing->cell, listing->count * sizeof *larger);
    listing->cell = larger;
}

static char *on_one_line(char *text)
{
    for (char *at = text; *at; at++)
        *at = (unsigned char)*at < 0x20 ? ' ' : *at;
    for (size_t length = strlen(text); length && text[length - 1] == ' '; length--)
        text[length - 1] = '\0';
    return text;
}

void listing_add(struct listing *listing, const char *format, ...)
{
    if (listing->count == listing->capacity)
        grow(listing);
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int length = vasprintf(&text, format, args);
    va_end(args);
    listing->cell[listing->count++] = on_one_line(arena_text(&listing->arena, length < 0 ? "" : text));
    free(text);
}

static void print_csv(const struct listing *listing, FILE *to)
{
    for (size_t i = 0; i < listing->count; i++) {
        csv_text(to, listing->cell[i]);
        putc((i + 1) % listing->columns ? ',' : '\n', to);
    }
}

void listing_print(const struct listing *listing, FILE *to, bool csv)
{
    if (csv) {
        print_csv(listing, to);
        return;
    }
    size_t *width = memory_new(listing->columns, sizeof *width);
    for (size_t i = 0; i < listing->count; i++) {
        size_t needed = text_columns(listing->cell[i]), *column = &width[i % listing->columns];
        *column = needed > *column ? needed : *column;
    }
    for (size_t i = 0; i < listing->count; i++) {
        bool last = (i + 1) % listing->columns == 0;
        size_t used = text_columns(listing->cell[i]), column = width ? width[i % listing->columns] : used;
        fprintf(to, last ? "%s\n" : "%s%*s", listing->cell[i], (int)(column - used + 2), "");
    }
    free(width);
}

void listing_free(struct listing *listing)
{
    arena_free(&listing->arena);
    *listing = (struct listing){0};
}

const char *short_number(double number, char text[SHORT_NUMBER_BYTES])
{
    static const struct {
        double from, scale;
        const char *suffix;
    } ranges[] = {{999.5e9, 1e12, "T"}, {999.5e6, 1e9, "G"}, {999.5e3, 1e6, "M"}, {9995, 1e3, "k"}, {0, 1, ""}};
    double size = fabs(number);
    if (isnan(number))
        return strcpy(text, "-");
    if (size > 0 && size < 0.0005) {
        snprintf(text, SHORT_NUMBER_BYTES, "%.1e", number);
        return text;
    }
    size_t i = 0;
    while (size < ranges[i].from)
        i++;
    double scaled = number / ranges[i].scale, scaled_size = size / ranges[i].scale;
    int decimals = scaled_size >= 99.95 || scaled_size == 0 ? 0
                   : scaled_size >= 9.995                   ? 1
                   : scaled_size >= 0.9995                  ? 2
                                                            : 3;
    snprintf(text, SHORT_NUMBER_BYTES, "%.*f", decimals, scaled);
    char *point = strchr(text, '.');
    for (char *end = text + strlen(text); point && (end[-1] == '0' || end[-1] == '.') && end > point; end--)
        end[-1] = '\0';
    return strcat(text, ranges[i].suffix);
}

const char *short_quantity(double value, const char *unit, char text[SHORT_NUMBER_BYTES])
{
    enum { MONTH_TEXT_BYTES = sizeof "YYYY-MM" - 1 };
    if (strcmp(unit, "date") != 0 || isnan(value))
        return short_number(value, text);
    char date[DATE_TEXT_BYTES];
    snprintf(text, SHORT_NUMBER_BYTES, "%.*s", (int)MONTH_TEXT_BYTES, date_text(value, date));
    return text;
}
