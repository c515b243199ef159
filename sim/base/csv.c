/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return end != text && !*end;
}

static bool looks_like_a_formula(const char *text)
{
    return *text && strchr("=+-@\t\r", *text) && text[1] && !is_number(text);
}

void csv_text(FILE *to, const char *text)
{
    const char *before = looks_like_a_formula(text) ? "'" : "";
    if (!strpbrk(text, "\",\r\n")) {
        fprintf(to, "%s%s", before, text);
        return;
    }
    fprintf(to, "\"%s", before);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', to);
        putc(*text, to);
    }
    putc('"', to);
}
