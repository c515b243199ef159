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
#include <sys/ioctl.h>
#include <unistd.h>

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

enum { GAP = 2, PROSE = 40, LEAST_ROOM = 28, INDENT = 4 };

size_t terminal_columns(FILE *to)
{
    struct winsize window;
    int descriptor = fileno(to);
    const char *said = getenv("COLUMNS");
    if (descriptor >= 0 && isatty(descriptor) && ioctl(descriptor, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        return window.ws_col;
    long columns = said ? strtol(said, NULL, 10) : 0;
    return columns > 0 ? (size_t)columns : 0;
}

static void blanks(FILE *to, size_t count)
{
    fprintf(to, "%*s", (int)count, "");
}

/* Words from column `used` on, in lines of up to `most` columns; further lines begin at `indent`. */
static void print_words(FILE *to, const char *text, size_t used, size_t indent, size_t most)
{
    struct arena arena = {0};
    bool is_first = true;
    while (*text) {
        size_t length = strcspn(text, " ");
        const char *word = arena_printf(&arena, "%.*s", (int)length, text);
        size_t width = text_columns(word);
        if (!is_first && used + 1 + width > most) {
            putc('\n', to);
            blanks(to, indent);
            used = indent;
            is_first = true;
        }
        fprintf(to, "%s%s", is_first ? "" : " ", word);
        used += width + !is_first;
        is_first = false;
        text += length + (text[length] == ' ');
    }
    putc('\n', to);
    arena_free(&arena);
}

/* Column 0 and those from `first` to before `end`. */
static void print_group(const struct listing *listing, const size_t *width, size_t first, size_t end, FILE *to)
{
    for (size_t row = 0; row + listing->columns <= listing->count; row += listing->columns) {
        size_t filled = end;
        while (filled > first && !*listing->cell[row + filled - 1])
            filled--;
        for (size_t c = 0; c < end; c = c ? c + 1 : first) {
            const char *cell = listing->cell[row + c];
            size_t next = c ? c + 1 : first;
            fputs(cell, to);
            if (next < filled)
                blanks(to, width[c] - text_columns(cell) + GAP);
        }
        putc('\n', to);
    }
}

/* The first column again beside as many others as fit, until all were there. */
static void print_groups(const struct listing *listing, const size_t *width, size_t most, FILE *to)
{
    for (size_t first = 1, end; first < listing->columns; first = end) {
        size_t used = width[0];
        for (end = first; end < listing->columns && (end == first || used + GAP + width[end] <= most); end++)
            used += GAP + width[end];
        if (first > 1)
            putc('\n', to);
        print_group(listing, width, first, end, to);
    }
}

/* The last column is prose: it goes on below itself. */
static void print_prose(const struct listing *listing, const size_t *width, size_t before, size_t most, FILE *to)
{
    size_t last = listing->columns - 1;
    for (size_t row = 0; row + listing->columns <= listing->count; row += listing->columns) {
        for (size_t c = 0; c < last; c++) {
            fputs(listing->cell[row + c], to);
            blanks(to, width[c] - text_columns(listing->cell[row + c]) + GAP);
        }
        print_words(to, listing->cell[row + last], before, before, most);
    }
}

/* No room beside the others: the first cell, and all else below it. */
static void print_stacked(const struct listing *listing, size_t most, FILE *to)
{
    struct arena arena = {0};
    for (size_t row = 0; row + listing->columns <= listing->count; row += listing->columns) {
        const char *rest = "";
        for (size_t c = 1; c < listing->columns; c++)
            if (*listing->cell[row + c])
                rest = arena_printf(&arena, "%s%s%s", rest, *rest ? "; " : "", listing->cell[row + c]);
        fprintf(to, "%s\n", listing->cell[row]);
        blanks(to, INDENT);
        print_words(to, rest, INDENT, INDENT, most);
    }
    arena_free(&arena);
}

void listing_print(const struct listing *listing, FILE *to, bool csv)
{
    if (csv) {
        print_csv(listing, to);
        return;
    }
    if (!listing->columns || !listing->count)
        return;
    size_t *width = memory_new(listing->columns, sizeof *width), most = terminal_columns(to), before = 0;
    for (size_t i = 0; i < listing->count; i++) {
        size_t needed = text_columns(listing->cell[i]), *column = &width[i % listing->columns];
        *column = needed > *column ? needed : *column;
    }
    for (size_t c = 0; c + 1 < listing->columns; c++)
        before += width[c] + GAP;
    size_t last = width[listing->columns - 1];
    if (!most || before + last <= most || listing->columns == 1)
        print_group(listing, width, 1, listing->columns, to);
    else if (last < PROSE)
        print_groups(listing, width, most, to);
    else if (before + LEAST_ROOM <= most)
        print_prose(listing, width, before, most, to);
    else
        print_stacked(listing, most, to);
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
    } ranges[] = {{999.5e9, 1e12, "tn"}, {999.5e6, 1e9, "bn"}, {999.5e3, 1e6, "M"}, {9995, 1e3, "k"}, {0, 1, ""}};
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
