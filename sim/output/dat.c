/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dat.h"

#include "sim/base/dates.h"

#include <math.h>
#include <string.h>

static void separate(struct dat *dat)
{
    if (dat->follows)
        putc(' ', dat->to);
    dat->follows = true;
}

static void put_on_one_line(FILE *to, const char *text, char instead_of_quote)
{
    for (; *text; text++)
        putc((unsigned char)*text < 0x20 ? ' ' : *text == '"' ? instead_of_quote : *text, to);
}

void dat_remark(struct dat *dat, const char *key, const char *text)
{
    fprintf(dat->to, "# %s%s", key, *text ? " " : "");
    put_on_one_line(dat->to, text, '"');
    putc('\n', dat->to);
}

void dat_number(struct dat *dat, double number)
{
    separate(dat);
    if (isnan(number))
        fputs("NaN", dat->to);
    else
        fprintf(dat->to, "%.10g", number);
}

void dat_word(struct dat *dat, const char *word)
{
    separate(dat);
    fputs(word, dat->to);
}

void dat_text(struct dat *dat, const char *text)
{
    separate(dat);
    putc('"', dat->to);
    put_on_one_line(dat->to, text ? text : "", '\'');
    putc('"', dat->to);
}

void dat_date(struct dat *dat, double year)
{
    char text[DATE_TEXT_BYTES];
    dat_word(dat, isnan(year) ? "NaN" : date_text(year, text));
    dat_number(dat, year);
}

void dat_end_row(struct dat *dat)
{
    putc('\n', dat->to);
    dat->follows = false;
}

void csv_text(FILE *to, const char *text)
{
    if (!strpbrk(text, "\",\r\n")) {
        fputs(text, to);
        return;
    }
    putc('"', to);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', to);
        putc(*text, to);
    }
    putc('"', to);
}
