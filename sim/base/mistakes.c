/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mistakes are kept as finished lines; sorting and dropping repeats waits until they are printed. */
#include "mistakes.h"

#include "characters.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct mistake {
    struct place place;
    size_t order; /* of finding: keeps the sort stable */
    const char *text;
};

/* The arena keeps outgrown lists until the end: they add up to less than the last one. */
static void make_room(struct mistakes *mistakes)
{
    if (mistakes->count < mistakes->capacity)
        return;
    size_t capacity = mistakes->capacity ? 2 * mistakes->capacity : 16;
    struct mistake *list = arena_array(&mistakes->arena, capacity, sizeof *list);
    if (mistakes->count)
        memcpy(list, mistakes->list, mistakes->count * sizeof *list);
    mistakes->list = list;
    mistakes->capacity = capacity;
}

void mistake_add(struct mistakes *mistakes, struct place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(&mistakes->arena, (size_t)length + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    blank_controls(text); /* one mistake is one line, whatever the value in it holds */
    if (place.file) {
        char *file = arena_text(&mistakes->arena, place.file);
        blank_controls(file);
        place.file = file;
    }
    make_room(mistakes);
    mistakes->list[mistakes->count] = (struct mistake){.place = place, .order = mistakes->count, .text = text};
    mistakes->count++;
}

void mistakes_append(struct mistakes *mistakes, const struct mistakes *more)
{
    for (size_t i = 0; i < more->count; i++)
        mistake_add(mistakes, more->list[i].place, "%s", more->list[i].text);
}

static int compare_places(struct place a, struct place b)
{
    int by_file = strcmp(a.file ? a.file : "", b.file ? b.file : "");
    if (by_file)
        return by_file;
    if (a.line != b.line)
        return a.line < b.line ? -1 : 1;
    return a.column < b.column ? -1 : a.column > b.column;
}

static int compare_mistakes(const void *left, const void *right)
{
    const struct mistake *a = left, *b = right;
    int by_place = compare_places(a->place, b->place);
    if (by_place)
        return by_place;
    return a->order < b->order ? -1 : 1;
}

static void print_place(struct place place, FILE *to)
{
    fputs(place.file ? place.file : "iccsim", to);
    if (place.line)
        fprintf(to, ":%d:%d", place.line, place.column);
    fputs(": ", to);
}

/* A line is the same mistake found twice when a file is read for several variants. */
static bool is_repeat(const struct mistake *list, size_t i)
{
    for (size_t k = i; k-- > 0 && compare_places(list[k].place, list[i].place) == 0;)
        if (strcmp(list[k].text, list[i].text) == 0)
            return true;
    return false;
}

void mistakes_print(struct mistakes *mistakes, FILE *to)
{
    if (!mistakes->count)
        return;
    qsort(mistakes->list, mistakes->count, sizeof *mistakes->list, compare_mistakes);
    size_t found = 0;
    for (size_t i = 0; i < mistakes->count; i++) {
        if (is_repeat(mistakes->list, i) || found++ >= MOST_MISTAKES_SHOWN)
            continue;
        print_place(mistakes->list[i].place, to);
        fprintf(to, "%s\n", mistakes->list[i].text);
    }
    if (found > MOST_MISTAKES_SHOWN)
        fprintf(to, "iccsim: and %zu mistakes more\n", found - MOST_MISTAKES_SHOWN);
}

void mistakes_free(struct mistakes *mistakes)
{
    arena_free(&mistakes->arena);
    *mistakes = (struct mistakes){0};
}

enum { LONGEST_NAME = 128 };

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b) || (a == '-' && b == '_') || (a == '_' && b == '-');
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment (Damerau-Levenshtein with adjacent swaps); neither case nor - for _ counts. Gives up, with
 * something above `most`, as soon as it cannot be less. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t most)
{
    size_t rows[3][LONGEST_NAME + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t least = row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + !same_letter(a[i - 1], b[j - 1]));
            bool swapped = i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
            least = row[j] < least ? row[j] : least;
        }
        if (least > most)
            return least;
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

const char *nearest_name(const char *name, const char *const *names)
{
    size_t length = strlen(name), least = length < 2 ? 1 : (length + 1) / 3; /* a slip every three letters */
    const char *nearest = NULL;
    if (length > LONGEST_NAME)
        return NULL;
    for (; *names; names++) {
        size_t other = strlen(*names);
        if (other > LONGEST_NAME || other > length + least || length > other + least)
            continue;
        size_t distance = edit_distance(name, length, *names, other, least);
        if (distance < least || (distance == least && !nearest)) {
            least = distance;
            nearest = *names;
        }
    }
    return nearest;
}
