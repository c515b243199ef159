/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gnuplot.h"

#include "sim/base/text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool is_plain(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr(" .,:()/_-", c));
}

/* Octal codes have four digits: after a leading zero gnuplot reads as many, so a digit that follows is not swallowed.
 */
enum { ESCAPED_BYTES = sizeof "\\0177" - 1 };

static char *put_byte(char *to, unsigned char c)
{
    if (is_plain(c) || c < 0x20)
        *to++ = c < 0x20 ? ' ' : (char)c;
    else
        to += sprintf(to, "\\%04o", c);
    return to;
}

const char *gnuplot_literal(struct arena *arena, const char *text)
{
    char *literal = arena_alloc(arena, ESCAPED_BYTES * strlen(text) + sizeof "\"\""), *to = literal;
    *to++ = '"';
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '>' && i >= 2 && text[i - 1] == ']' && text[i - 2] == ']')
            *to++ = ' ';
        to = put_byte(to, (unsigned char)text[i]);
    }
    *to++ = '"';
    *to = '\0';
    return literal;
}

static void put_text(FILE *to, const char *text)
{
    struct arena arena = {0};
    fputs(gnuplot_literal(&arena, text), to);
    arena_free(&arena);
}

static void put_number(FILE *to, double number)
{
    if (isnan(number))
        fputs("NaN", to);
    else
        fprintf(to, "%.10g", number);
}

static void end_line(FILE *to)
{
    putc('\n', to);
}

void gnuplot_assign_text(FILE *to, const char *name, const char *text)
{
    fprintf(to, "%s = ", name);
    put_text(to, text);
    end_line(to);
}

void gnuplot_assign_number(FILE *to, const char *name, double number)
{
    fprintf(to, "%s = ", name);
    put_number(to, number);
    end_line(to);
}

static void declare(FILE *to, const char *name, size_t count)
{
    fprintf(to, "array %s[%zu]\n", name, count ? count : 1);
}

void gnuplot_assign_texts(FILE *to, const char *name, const char *const *text, size_t count)
{
    declare(to, name, count);
    for (size_t i = 0; i < count; i++) {
        fprintf(to, "%s[%zu] = ", name, i + 1);
        put_text(to, text[i]);
        end_line(to);
    }
}

void gnuplot_assign_lines(FILE *to, const char *name, const char *const *text, size_t count)
{
    struct arena arena = {0};
    declare(to, name, count);
    for (size_t i = 0; i < count; i++) {
        fprintf(to, "%s[%zu] = ", name, i + 1);
        for (const char *at = text[i]; at;) {
            size_t length = strcspn(at, "\n");
            put_text(to, arena_printf(&arena, "%.*s", (int)length, at));
            at = at[length] ? at + length + 1 : NULL;
            fputs(at ? " . \"\\n\" . " : "", to);
        }
        end_line(to);
    }
    arena_free(&arena);
}

void gnuplot_assign_labels(FILE *to, const char *name, const char *const *label, size_t count, size_t columns)
{
    struct arena arena = {0};
    const char **cut = arena_array(&arena, count, sizeof *cut);
    double *width = arena_array(&arena, count, sizeof *width);
    for (size_t i = 0; i < count; i++) {
        cut[i] = text_cut(&arena, label[i], columns);
        width[i] = (double)text_columns(cut[i]);
    }
    gnuplot_assign_texts(to, name, cut, count);
    gnuplot_assign_numbers(to, arena_printf(&arena, "%s_width", name), width, count);
    arena_free(&arena);
}

void gnuplot_assign_numbers(FILE *to, const char *name, const double *number, size_t count)
{
    declare(to, name, count);
    for (size_t i = 0; i < count; i++) {
        fprintf(to, "%s[%zu] = ", name, i + 1);
        put_number(to, number[i]);
        end_line(to);
    }
}
