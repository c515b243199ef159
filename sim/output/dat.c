/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dat.h"

#include "sim/base/dates.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static void separate(struct dat *dat)
{
    if (dat->follows)
        putc_unlocked(' ', dat->to);
    dat->follows = true;
}

static bool is_to_replace(char c, char instead_of_quote)
{
    return (unsigned char)c < 0x20 || (c == '"' && instead_of_quote != '"');
}

static void put_on_one_line(FILE *to, const char *text, char instead_of_quote)
{
    while (*text) {
        const char *from = text;
        while (*text && !is_to_replace(*text, instead_of_quote))
            text++;
        fwrite(from, 1, (size_t)(text - from), to);
        for (; *text && is_to_replace(*text, instead_of_quote); text++)
            putc_unlocked(*text == '"' ? instead_of_quote : ' ', to);
    }
}

void dat_remark(struct dat *dat, const char *key, const char *text)
{
    fputs("# ", dat->to);
    fputs(key, dat->to);
    if (*text)
        putc_unlocked(' ', dat->to);
    put_on_one_line(dat->to, text, '"');
    putc_unlocked('\n', dat->to);
}

/* ---- Numbers ---- */

enum { AT_ONCE = DAT_MOST_IN_LINE };

struct printed {
    const char *begin;
    size_t length;
};

static bool has_same_bits(const double *a, const double *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Short, and cheaper to copy whole: there is room behind both. */
static char *copy_number(char *to, struct printed number)
{
    char text[TEN_DIGITS_BYTES];
    memcpy(text, number.begin, sizeof text);
    memcpy(to, text, sizeof text);
    return to + number.length;
}

/* Numbers, each behind a blank if something stands before it. One that repeats the one before, or the last but one, is
 * copied: so do the mean and the percentiles where all replications agree. `to` has room for one number more. Returns
 * the end of the text. */
static char *put_numbers(char *to, const double *number, size_t count, bool follows)
{
    struct printed last[2] = {0}; /* of even places, of odd ones */
    for (size_t i = 0; i < count; i++) {
        const struct printed *same = i > 0 && has_same_bits(&number[i], &number[i - 1])   ? &last[(i - 1) % 2]
                                     : i > 1 && has_same_bits(&number[i], &number[i - 2]) ? &last[i % 2]
                                                                                          : NULL;
        if (follows || i > 0)
            *to++ = ' ';
        char *begin = to;
        to = same ? copy_number(to, *same) : ten_digits(number[i], to);
        last[i % 2] = (struct printed){begin, (size_t)(to - begin)};
    }
    return to;
}

void dat_numbers(struct dat *dat, const double *number, size_t count)
{
    char text[(AT_ONCE + 1) * TEN_DIGITS_BYTES];
    for (size_t i = 0; i < count; i += AT_ONCE) {
        char *end = put_numbers(text, number + i, count - i < AT_ONCE ? count - i : AT_ONCE, dat->follows);
        fwrite(text, 1, (size_t)(end - text), dat->to);
        dat->follows = true;
    }
}

void dat_begin_lines(struct dat_lines *lines, FILE *to)
{
    lines->to = to;
    lines->used = lines->numbers = 0;
    lines->form = NULL;
}

void dat_end_lines(struct dat_lines *lines)
{
    fwrite(lines->text, 1, lines->used, lines->to);
    lines->used = lines->numbers = 0;
    lines->form = NULL;
}

static bool repeats(const struct dat_lines *lines, const double *number, size_t count)
{
    size_t i = 0;
    while (i < count && count == lines->numbers && has_same_bits(&number[i], &lines->number[i]))
        i++;
    return count > 0 && i == count;
}

/* Where a row begins: behind what stands first in it. */
static char *begin_line(struct dat_lines *lines, const char *first)
{
    enum { LONGEST = DAT_LONGEST_FIRST + (AT_ONCE + 1) * TEN_DIGITS_BYTES };
    _Static_assert((size_t)AT_ONCE * TEN_DIGITS_BYTES >= sizeof(struct dat_form) + DAT_MOST_PIECES * TEN_DIGITS_BYTES,
                   "a row of one number is no longer than one of many");
    if (lines->used > sizeof lines->text - LONGEST)
        dat_end_lines(lines);
    return stpcpy(lines->text + lines->used, first);
}

static char *copy_line(const struct dat_lines *lines, char *to)
{
    return mempcpy(to, lines->text + lines->begin, lines->end - lines->begin);
}

static void end_line(struct dat_lines *lines, const char *begin, const char *end)
{
    lines->begin = (size_t)(begin - lines->text);
    lines->used = lines->end = (size_t)(end - lines->text);
}

void dat_line(struct dat_lines *lines, const char *first, const double *number, size_t count)
{
    char *begin = begin_line(lines, first), *to = begin;
    if (repeats(lines, number, count)) {
        to = copy_line(lines, to);
    } else {
        to = put_numbers(to, number, count, true);
        *to++ = '\n';
        memcpy(lines->number, number, count * sizeof *number);
    }
    lines->numbers = count;
    lines->form = NULL;
    end_line(lines, begin, to);
}

void dat_form_open(struct dat_form *form, const char *text)
{
    *form = (struct dat_form){0};
    for (bool more = true; more; form->pieces++) {
        const char *end = strchrnul(text, '?');
        size_t length = (size_t)(end - text);
        more = *end;
        assert(form->pieces < DAT_MOST_PIECES && length < sizeof form->piece->text);
        memcpy(form->piece[form->pieces].text, text, length);
        form->piece[form->pieces].length = length;
        text = end + 1;
    }
}

static char *put_form(char *to, double number, const struct dat_form *form)
{
    char text[TEN_DIGITS_BYTES];
    struct printed printed = {text, (size_t)(ten_digits(number, text) - text)};
    for (size_t i = 0; i < form->pieces; i++) {
        to = i ? copy_number(to, printed) : to;
        memcpy(to, form->piece[i].text, sizeof form->piece->text); /* short, and cheaper to copy whole */
        to += form->piece[i].length;
    }
    *to++ = '\n';
    return to;
}

void dat_line_of_one(struct dat_lines *lines, const char *first, double number, const struct dat_form *form)
{
    char *begin = begin_line(lines, first);
    bool is_same = lines->form == form && has_same_bits(&number, lines->number);
    end_line(lines, begin, is_same ? copy_line(lines, begin) : put_form(begin, number, form));
    lines->number[0] = number;
    lines->numbers = 0;
    lines->form = form;
}

void dat_number(struct dat *dat, double number)
{
    dat_numbers(dat, &number, 1);
}

/* ---- Words ---- */

void dat_word(struct dat *dat, const char *word)
{
    separate(dat);
    fputs(word, dat->to);
}

void dat_text(struct dat *dat, const char *text)
{
    separate(dat);
    putc_unlocked('"', dat->to);
    put_on_one_line(dat->to, text ? text : "", '\'');
    putc_unlocked('"', dat->to);
}

void dat_date(struct dat *dat, double year)
{
    char text[DATE_TEXT_BYTES];
    dat_word(dat, isnan(year) ? "NaN" : date_text(year, text));
    dat_number(dat, year);
}

void dat_end_row(struct dat *dat)
{
    putc_unlocked('\n', dat->to);
    dat->follows = false;
}
