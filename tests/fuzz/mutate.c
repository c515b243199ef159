/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mutant of a scenario, for tests/slow_fuzz.sh: `mutate SEED < FILE` prints it. The lines are those of `iccsim show`,
 * one value each. One to four of these, by the seed: a number becomes an extreme or moves by orders of magnitude, a
 * date moves, a line is dropped, doubled or swapped with another, two lines trade their values.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 20000, LONGEST = 65536, MOST_CHANGES = 4 };

static char *line[MOST_LINES + MOST_CHANGES];
static size_t lines;
static uint64_t state;

/* SplitMix64. */
static uint64_t any(uint64_t below)
{
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static char *joined(const char *a, size_t length, const char *b, const char *c)
{
    char *text = malloc(length + strlen(b) + strlen(c) + 1);
    if (!text)
        abort();
    memcpy(text, a, length);
    strcpy(stpcpy(text + length, b), c);
    return text;
}

/* Where the value of `key: value # origin` begins and ends; NULL if there is none. */
static char *value_of(char *text, size_t *length)
{
    char *colon = strstr(text, ": ");
    if (!colon)
        return NULL;
    char *value = colon + 2, *end = strstr(value, "  # ");
    *length = end ? (size_t)(end - value) : strlen(value);
    return *length ? value : NULL;
}

static void replace(size_t i, const char *from, size_t length, const char *by)
{
    char *text = joined(line[i], (size_t)(from - line[i]), by, from + length);
    free(line[i]);
    line[i] = text;
}

static size_t number_length(const char *text)
{
    return strspn(text, "0123456789.e+-");
}

/* One of the numbers in the value, where a word does not contain it. */
static char *pick_number(char *value, size_t length, size_t *number)
{
    char *found[64];
    size_t count = 0;
    for (size_t i = 0; i < length && count < 64; i++)
        if (isdigit((unsigned char)value[i]) && (i == 0 || strchr(" {[", value[i - 1])))
            found[count++] = &value[i];
    if (!count)
        return NULL;
    char *one = found[any(count)];
    *number = number_length(one);
    return one;
}

static void change_number(size_t i)
{
    static const char *const extremes[] = {"0",    "-1",    "1e-300", "1e300", "1e-9", "1e9",  "1",   "0.5",
                                           "1e15", "-1e-9", "100",    "1e5",   "2",    "1000", "1e6", "0.999999"};
    static const double factors[] = {1e-6, 1e-3, 0.01, 0.1, 0.5, 2, 10, 100, 1e3, 1e6};
    size_t length, number;
    char *value = value_of(line[i], &length), *at = value ? pick_number(value, length, &number) : NULL;
    char text[64];
    if (!at)
        return;
    if (any(2))
        snprintf(text, sizeof text, "%s", extremes[any(sizeof extremes / sizeof *extremes)]);
    else
        snprintf(text, sizeof text, "%.6g", strtod(at, NULL) * factors[any(sizeof factors / sizeof *factors)]);
    replace(i, at, number, text);
}

static void change_date(size_t i)
{
    size_t length;
    char *value = value_of(line[i], &length), text[16];
    if (!value || strncmp(value, "20", 2) != 0 || length < 7 || value[4] != '-')
        return;
    snprintf(text, sizeof text, "20%02d-%02d", (int)any(60), (int)any(12) + 1);
    replace(i, value, 7, text);
}

static void drop(size_t i)
{
    free(line[i]);
    memmove(&line[i], &line[i + 1], (--lines - i) * sizeof *line);
}

static void twice(size_t i)
{
    memmove(&line[i + 1], &line[i], (lines++ - i) * sizeof *line);
    line[i] = joined(line[i], strlen(line[i]), "", "");
}

static void swap(size_t i, size_t k)
{
    char *kept = line[i];
    line[i] = line[k];
    line[k] = kept;
}

static void trade_values(size_t i, size_t k)
{
    size_t a_length, b_length;
    char *a = value_of(line[i], &a_length), *b = value_of(line[k], &b_length);
    if (i == k || !a || !b)
        return;
    char *of_a = joined(a, a_length, "", ""), *of_b = joined(b, b_length, "", "");
    replace(i, a, a_length, of_b);
    replace(k, b, b_length, of_a);
    free(of_a);
    free(of_b);
}

static void mutate(void)
{
    static const unsigned char deck[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 5}; /* numbers mostly */
    size_t i = any(lines), k = any(lines);
    switch (deck[any(sizeof deck)]) {
    case 0:
        change_number(i);
        break;
    case 1:
        change_date(i);
        break;
    case 2:
        drop(i);
        break;
    case 3:
        twice(i);
        break;
    case 4:
        swap(i, k);
        break;
    default:
        trade_values(i, k);
    }
}

int main(int argc, char **argv)
{
    static char text[LONGEST];
    if (argc != 2)
        return 2;
    state = strtoull(argv[1], NULL, 10);
    while (lines < MOST_LINES && fgets(text, sizeof text, stdin)) {
        text[strcspn(text, "\n")] = '\0';
        line[lines++] = joined(text, strlen(text), "", "");
    }
    for (uint64_t left = lines ? any(MOST_CHANGES) + 1 : 0; left; left--)
        mutate();
    for (size_t i = 0; i < lines; i++) {
        puts(line[i]);
        free(line[i]);
    }
    return 0;
}
