/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page is also well-formed XML, so that a tool can check what a browser would forgive. */
#include "report.h"

#include "amount.h"

#include "sim/base/dates.h"
#include "sim/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char style[] =
    ":root{color-scheme:light dark;--ink:#222;--soft:#555;--line:#ccc;--paper:#fff;--tint:#f3f6f9;--mark:#0072b2;"
    "--good:#00694c;--bad:#a63603}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#b4b4b4;--line:#555;--paper:#16181b;--tint:#22262b;"
    "--mark:#56b4e9;--good:#4cc9a0;--bad:#ff9d6b}}\n"
    "*{box-sizing:border-box}\n"
    "body{font:16px/1.5 'DejaVu Sans',Verdana,sans-serif;color:var(--ink);background:var(--paper);margin:0}\n"
    "main{max-width:84em;margin:0 auto;padding:1.2em 1.2em 3em}\n"
    "h1{font-size:1.6em;line-height:1.2;margin:0 0 .4em}\n"
    "h2{font-size:1.2em;margin:1.8em 0 .5em;border-bottom:1px solid var(--line)}\n"
    "h3{font-size:1em;margin:1.4em 0 .3em}\n"
    "p{margin:0 0 .8em}\n"
    "a{color:var(--mark)}\n"
    ".question{color:var(--soft);font-size:.95em}\n"
    ".finding{border-left:4px solid var(--mark);padding-left:.9em;font-size:1.05em}\n"
    ".first figure{margin:0}\n"
    "@media(min-width:1100px){.first{display:grid;grid-template-columns:4fr 7fr;gap:2em;align-items:start}}\n"
    "figure{margin:1.4em 0;break-inside:avoid}\n"
    "figure img{display:block;width:100%;height:auto;background:#fff}\n"
    "figcaption{color:var(--soft);font-size:.9em}\n"
    "details>summary{cursor:pointer;font-size:1.2em;font-weight:bold;margin:1.2em 0 .5em;"
    "border-bottom:1px solid var(--line)}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;font-size:.85em}\n"
    "th,td{padding:.25em .6em;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);"
    "min-width:5em}\n"
    "th{border-bottom:1px solid var(--soft);vertical-align:bottom}\n"
    "tr{break-inside:avoid}\n"
    ".stack td:first-child{min-width:9em}\n"
    "@media(max-width:1000px){th,td{padding:.25em .3em;min-width:3.5em}}\n"
    ".number{text-align:right}.interval{white-space:nowrap}\n"
    ".soft{color:var(--soft)}\n"
    ".inside{color:var(--good)}\n"
    ".outside{color:var(--bad);font-weight:bold}\n"
    "h1,p,li,pre,td.soft{overflow-wrap:anywhere}\n"
    "pre{background:var(--tint);padding:.6em;white-space:pre-wrap}\n"
    "@media print{:root{--ink:#222;--soft:#444;--line:#bbb;--paper:#fff}body{font-size:9pt}"
    "main{max-width:none;padding:0}.wide{overflow:visible}table{font-size:.8em}th,td{padding:.2em .35em;min-width:0}"
    ".interval{white-space:normal}h2,h3{break-after:avoid}details:not([open]){display:none}.first "
    "figure{max-width:80%}}\n";

/* Cells below each other, each behind the name of its column. */
#define STACKED(widest, table)                                                                                         \
    "@media screen and (max-width:" widest "){" table " thead{display:none}" table " tr," table                        \
    " td{display:block;min-width:0;text-align:left;white-space:normal;overflow-wrap:anywhere}" table                   \
    " td{border:0;padding:.1em .3em}" table " tr{border-bottom:1px solid var(--line)}" table                           \
    " td:not(:empty)::before{content:attr(data-head) ': ';color:var(--soft)}" table " .head{font-weight:bold}" table   \
    " .head::before{display:none}}\n"
static const char stacked[] = STACKED("600px", ".stack") STACKED("1180px", ".many");

static bool given(const char *text)
{
    return text && *text;
}

/* ---- Text and numbers ------------------------------------------------------------------------------------------- */

static void escaped_byte(FILE *to, unsigned char byte)
{
    switch (byte) {
    case '&':
        fputs("&amp;", to);
        return;
    case '<':
        fputs("&lt;", to);
        return;
    case '>':
        fputs("&gt;", to);
        return;
    case '"':
        fputs("&quot;", to);
        return;
    case '\'':
        fputs("&#39;", to);
        return;
    case '\n':
    case '\t':
        putc_unlocked(byte, to);
        return;
    }
    if (byte < 0x20 || byte == 0x7f)
        fputs("\xef\xbf\xbd", to); /* U+FFFD: no page may hold a control character */
    else
        putc_unlocked(byte, to);
}

/* Stands for itself. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'' && c != 0x7f;
}

void report_escaped(FILE *to, const char *text)
{
    while (text && *text) {
        const char *from = text;
        while (is_plain((unsigned char)*text))
            text++;
        fwrite(from, 1, (size_t)(text - from), to);
        if (*text)
            escaped_byte(to, (unsigned char)*text++);
    }
}

static void element(FILE *to, const char *tag, const char *class, const char *text)
{
    putc_unlocked('<', to);
    fputs(tag, to);
    if (class)
        fprintf(to, " class=\"%s\"", class);
    putc_unlocked('>', to);
    report_escaped(to, text);
    fputs("</", to);
    fputs(tag, to);
    putc_unlocked('>', to);
}

static void paragraph(FILE *to, const char *class, const char *text)
{
    if (!given(text))
        return;
    element(to, "p", class, text);
    putc_unlocked('\n', to);
}

/* With a minus sign (U+2212) for the hyphen of files, before a digit; an interval in parentheses stays on one line, but
 * on paper. */
static void escaped_number(FILE *to, const char *text)
{
    bool is_inside = false;
    for (const char *at = text; at && *at; at++) {
        bool begins = at == text || at[-1] == ' ' || at[-1] == '(';
        if (*at == '(' && !is_inside && strchr(at, ')')) {
            fputs("<span class=\"interval\">", to);
            is_inside = true;
        }
        if (*at == '-' && begins && at[1] >= '0' && at[1] <= '9')
            fputs("\xe2\x88\x92", to);
        else
            escaped_byte(to, (unsigned char)*at);
        if (*at == ')' && is_inside) {
            fputs("</span>", to);
            is_inside = false;
        }
    }
}

static void number(FILE *to, double value)
{
    char text[AMOUNT_BYTES];
    if (isnan(value))
        fputs("\xe2\x80\x93", to); /* an en dash */
    else
        escaped_number(to, amount_text(value, text));
}

static void quantity(FILE *to, double value, bool is_date)
{
    char text[DATE_TEXT_BYTES];
    if (is_date && !isnan(value))
        fprintf(to, "%.7s", date_text(value, text)); /* year and month */
    else
        number(to, value);
}

/* On a narrow screen cells stand below each other, each with the name of its column; the first has none. */
static void open_cell(FILE *to, const char *column, const char *class)
{
    fputs("<td data-head=\"", to);
    report_escaped(to, column + (*column == '|'));
    fputs("\"", to);
    if (class)
        fprintf(to, " class=\"%s\"", class);
    putc_unlocked('>', to);
}

static void close_cell(FILE *to)
{
    fputs("</td>", to);
}

static void text_cell(FILE *to, const char *column, const char *class, const char *text)
{
    open_cell(to, column, class);
    report_escaped(to, text);
    close_cell(to);
}

static void quantity_cell(FILE *to, const char *column, double value, bool is_date)
{
    open_cell(to, column, "number");
    quantity(to, value, is_date);
    close_cell(to);
}

/* A leading bar marks a column of numbers. */
static void heading(FILE *to, const char *text)
{
    bool is_number = *text == '|';
    fprintf(to, "<th scope=\"col\"%s>", is_number ? " class=\"number\"" : "");
    report_escaped(to, is_number ? text + 1 : text);
    fputs("</th>", to);
}

enum { MOST_ABREAST = 6 }; /* columns on a screen of 1180 pixels */

static void table_open(FILE *to, const char *const *columns, size_t count)
{
    fprintf(
        to,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"table\"><table class=\"stack%s\"><thead><tr>",
        count > MOST_ABREAST ? " many" : "");
    for (size_t i = 0; i < count; i++)
        heading(to, columns[i]);
    fputs("</tr></thead><tbody>\n", to);
}

static void table_close(FILE *to)
{
    fputs("</tbody></table></div>\n", to);
}

/* ---- Pictures --------------------------------------------------------------------------------------------------- */

static void base64(FILE *to, FILE *from)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char in[3];
    size_t got;
    while ((got = fread(in, 1, sizeof in, from)) > 0) {
        unsigned bits = (unsigned)in[0] << 16 | (got > 1 ? (unsigned)in[1] << 8 : 0) | (got > 2 ? in[2] : 0);
        putc_unlocked(digit[bits >> 18], to);
        putc_unlocked(digit[bits >> 12 & 63], to);
        putc_unlocked(got > 1 ? digit[bits >> 6 & 63] : '=', to);
        putc_unlocked(got > 2 ? digit[bits & 63] : '=', to);
    }
}

static FILE *open_in(int folder, const char *path)
{
    int file = openat(folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    FILE *opened = file < 0 ? NULL : fdopen(file, "rb");
    if (file >= 0 && !opened)
        close(file);
    return opened;
}

static bool write_picture(FILE *to, int folder, const struct report_picture *picture)
{
    FILE *from = open_in(folder, picture->file);
    if (!from)
        return errno == ENOENT; /* not drawn in this run */
    fputs("<figure><img alt=\"", to);
    report_escaped(to, picture->title);
    fputs(given(picture->caption) ? ". " : "", to);
    report_escaped(to, picture->caption);
    fputs("\" src=\"data:image/svg+xml;base64,", to);
    errno = 0;
    base64(to, from);
    bool read = !ferror(from);
    int error = errno;
    fclose(from);
    errno = error;
    fputs("\"/><figcaption>", to);
    element(to, "b", NULL, picture->title);
    fputs(given(picture->title) && given(picture->caption) ? ". " : "", to);
    report_escaped(to, picture->caption);
    fputs("</figcaption></figure>\n", to);
    return read;
}

/* True too of one that cannot be opened: to write it will fail, and say why. */
static bool is_drawn(int folder, const struct report_picture *picture)
{
    FILE *from = open_in(folder, picture->file);
    bool is_absent = !from && errno == ENOENT;
    if (from)
        fclose(from);
    return !is_absent;
}

/* The first that was drawn is the key picture; picture_count if none was. */
static size_t key_picture(int folder, const struct report *report)
{
    size_t i = 0;
    while (i < report->picture_count && !is_drawn(folder, &report->pictures[i]))
        i++;
    return i;
}

static void fold(FILE *to, const char *title)
{
    fputs("<details><summary>", to);
    report_escaped(to, title);
    fputs("</summary>\n", to);
}

static void unfold(FILE *to)
{
    fputs("</details>\n", to);
}

static bool write_further_pictures(FILE *to, int folder, const struct report *report, size_t key)
{
    bool sound = true;
    if (key + 1 >= report->picture_count)
        return true;
    fold(to, "Further pictures");
    for (size_t i = key + 1; i < report->picture_count && sound; i++)
        sound = write_picture(to, folder, &report->pictures[i]);
    unfold(to);
    return sound;
}

/* ---- Tables ----------------------------------------------------------------------------------------------------- */

static bool is_again(const char *text, const char *before)
{
    return !*text || !strcmp(text, before);
}

/* How many rows from this one on begin alike; 0: the one before does. */
static size_t rows_alike(const struct report_table *table, size_t row)
{
    const char *const *cell = table->cells;
    size_t columns = table->column_count, end = row + 1;
    if (row && is_again(cell[row * columns], cell[(row - 1) * columns]))
        return 0;
    while (end < table->row_count && is_again(cell[end * columns], cell[row * columns]))
        end++;
    return end - row;
}

static void write_cell(FILE *to, const char *column, const char *text)
{
    bool is_number = *column == '|';
    open_cell(to, column, is_number ? "number" : NULL);
    if (is_number)
        escaped_number(to, text);
    else
        report_escaped(to, text);
    close_cell(to);
}

static void write_row(FILE *to, const struct report_table *table, size_t row)
{
    const char *const *cell = table->cells + row * table->column_count;
    size_t alike = rows_alike(table, row);
    fputs("<tr>", to);
    if (alike) {
        fprintf(to, alike > 1 ? "<td class=\"head\" rowspan=\"%zu\">" : "<td class=\"head\">", alike);
        report_escaped(to, cell[0]);
        fputs("</td>", to);
    }
    for (size_t i = 1; i < table->column_count; i++)
        write_cell(to, table->columns[i], cell[i]);
    fputs("</tr>\n", to);
}

static void write_rows(FILE *to, const struct report_table *table)
{
    table_open(to, table->columns, table->column_count);
    for (size_t row = 0; row < table->row_count; row++)
        write_row(to, table, row);
    table_close(to);
}

static void write_table(FILE *to, const struct report_table *table)
{
    if (!table->row_count)
        return;
    element(to, "h2", NULL, table->title);
    paragraph(to, "soft", table->note);
    write_rows(to, table);
}

static void write_worlds(FILE *to, const struct report_table *worlds)
{
    if (!worlds->row_count)
        return;
    fold(to, worlds->title);
    paragraph(to, "soft", worlds->note);
    write_rows(to, worlds);
    unfold(to);
}

static const char *const number_columns[] = {"quantity", "when", "|5 %", "|median", "|95 %", "unit"};

static void write_number(FILE *to, const struct report_number *row)
{
    const double band[] = {row->p05, row->p50, row->p95};
    const char *const *column = number_columns;
    fputs("<tr>", to);
    text_cell(to, *column++, "head", row->label);
    text_cell(to, *column++, NULL, row->when);
    for (size_t i = 0; i < sizeof band / sizeof *band; i++)
        quantity_cell(to, *column++, band[i], row->is_date);
    text_cell(to, *column, NULL, row->is_date ? "" : row->unit);
    fputs("</tr>\n", to);
}

static void write_numbers(FILE *to, const struct report *report)
{
    if (!report->number_count)
        return;
    fold(to, "Headline numbers");
    paragraph(to, "soft", "Nine tenths of the replications lie between 5 % and 95 %, half of them below the median.");
    table_open(to, number_columns, sizeof number_columns / sizeof *number_columns);
    for (size_t i = 0; i < report->number_count; i++)
        write_number(to, &report->numbers[i]);
    table_close(to);
    unfold(to);
}

struct span {
    double from, to;
};

static struct span widened(struct span span, double value)
{
    if (!isfinite(value))
        return span;
    return (struct span){.from = value < span.from ? value : span.from, .to = value > span.to ? value : span.to};
}

enum { STRIP_WIDTH = 130, STRIP_MARGIN = 6 };

static double strip_x(struct span span, double value)
{
    double wide = span.to > span.from ? span.to - span.from : 1;
    return STRIP_MARGIN + (value - span.from) / wide * (STRIP_WIDTH - 2 * STRIP_MARGIN);
}

static void strip_bar(FILE *to, struct span span, double from, double until, int y, int height, const char *colour)
{
    if (!isfinite(from) || !isfinite(until))
        return;
    double x = strip_x(span, from);
    fprintf(to, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", x, y,
            fmax(strip_x(span, until) - x, 2), height, colour);
}

/* The band and what was observed on one line, each row to its own scale. */
static void write_strip(FILE *to, const struct report_fact *fact)
{
    struct span span = {HUGE_VAL, -HUGE_VAL};
    const double shown[] = {fact->value, fact->low, fact->high, fact->p05, fact->p50, fact->p95};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        span = widened(span, shown[i]);
    fprintf(to, "<svg aria-hidden=\"true\" width=\"%d\" height=\"16\" viewBox=\"0 0 %d 16\">", STRIP_WIDTH,
            STRIP_WIDTH);
    strip_bar(to, span, fact->p05, fact->p95, 3, 10, "#a6cbe3");
    strip_bar(to, span, fact->p50, fact->p50, 1, 14, "#0072b2");
    strip_bar(to, span, fact->low, fact->high, 7, 2, "#222");
    if (isfinite(fact->value))
        fprintf(to, "<circle cx=\"%.1f\" cy=\"8\" r=\"3.5\" fill=\"#222\"/>", strip_x(span, fact->value));
    fputs("</svg>", to);
}

static const struct {
    const char *class, *text;
} verdicts[] = {
    [REPORT_INSIDE] = {"inside", "inside"},
    [REPORT_OUTSIDE] = {"outside", "outside"},
    [REPORT_STATED] = {"soft", "stated by an input: no evidence"},
    [REPORT_NO_FORECAST] = {"soft", "no width: no evidence"},
    [REPORT_ON_BOUND] = {"soft", "on a price bound: no evidence"},
    [REPORT_NOT_SHOWN] = {"soft", "not in this run"},
};

enum {
    FACT,
    FACT_WHEN,
    FACT_OBSERVED,
    FACT_LOW,
    FACT_MEDIAN,
    FACT_HIGH,
    FACT_UNIT,
    FACT_STRIP,
    FACT_VERDICT,
    FACT_SOURCE
};
static const char *const fact_columns[] = {
    [FACT] = "fact",         [FACT_WHEN] = "when",           [FACT_OBSERVED] = "|observed",
    [FACT_LOW] = "|5 %",     [FACT_MEDIAN] = "|median",      [FACT_HIGH] = "|95 %",
    [FACT_UNIT] = "unit",    [FACT_STRIP] = "band and fact", [FACT_VERDICT] = "verdict",
    [FACT_SOURCE] = "source"};

static void write_observed(FILE *to, const struct report_fact *fact)
{
    bool range = !isnan(fact->low) && !isnan(fact->high) && fact->low < fact->high;
    open_cell(to, fact_columns[FACT_OBSERVED], "number");
    if (!isnan(fact->value) || !range)
        quantity(to, fact->value, fact->is_date);
    if (range) {
        fputs(isnan(fact->value) ? "" : "<br/><span class=\"soft\">", to);
        quantity(to, fact->low, fact->is_date);
        fputs(" to ", to);
        quantity(to, fact->high, fact->is_date);
        fputs(isnan(fact->value) ? "" : "</span>", to);
    }
    close_cell(to);
}

static void counted_cell(FILE *to, const struct report_fact *fact)
{
    open_cell(to, fact_columns[FACT_WHEN], NULL);
    report_escaped(to, fact->when);
    if (given(fact->counted)) {
        fputs("<br/>", to);
        element(to, "span", "soft", fact->counted);
    }
    close_cell(to);
}

static void source_cell(FILE *to, const struct report_fact *fact)
{
    open_cell(to, fact_columns[FACT_SOURCE], NULL);
    report_escaped(to, fact->source);
    if (given(fact->confidence)) {
        fputs(given(fact->source) ? " (" : "(", to);
        report_escaped(to, fact->confidence);
        fputs(")", to);
    }
    close_cell(to);
}

static void write_fact(FILE *to, const struct report_fact *fact)
{
    fputs("<tr>", to);
    open_cell(to, fact_columns[FACT], "head");
    report_escaped(to, fact->name);
    fputs("<br/>", to);
    element(to, "span", "soft", fact->output);
    close_cell(to);
    counted_cell(to, fact);
    write_observed(to, fact);
    quantity_cell(to, fact_columns[FACT_LOW], fact->p05, fact->is_date);
    quantity_cell(to, fact_columns[FACT_MEDIAN], fact->p50, fact->is_date);
    quantity_cell(to, fact_columns[FACT_HIGH], fact->p95, fact->is_date);
    text_cell(to, fact_columns[FACT_UNIT], NULL, fact->is_date ? "" : fact->unit);
    open_cell(to, fact_columns[FACT_STRIP], NULL);
    write_strip(to, fact);
    close_cell(to);
    text_cell(to, fact_columns[FACT_VERDICT], verdicts[fact->verdict].class, verdicts[fact->verdict].text);
    source_cell(to, fact);
    fputs("</tr>\n", to);
}

static void write_facts(FILE *to, const struct report *report)
{
    if (!report->fact_count)
        return;
    size_t inside = 0, judged = 0;
    for (size_t i = 0; i < report->fact_count; i++) {
        inside += report->facts[i].verdict == REPORT_INSIDE;
        judged += report->facts[i].verdict == REPORT_INSIDE || report->facts[i].verdict == REPORT_OUTSIDE;
    }
    fold(to, "Facts against bands");
    fprintf(to,
            "<p class=\"soft\">%zu of %zu facts that count as evidence lie inside the band from 5 %% to 95 %%. "
            "Blue: the band and the median; black: what was observed, with its range.</p>\n",
            inside, judged);
    table_open(to, fact_columns, sizeof fact_columns / sizeof *fact_columns);
    for (size_t i = 0; i < report->fact_count; i++)
        write_fact(to, &report->facts[i]);
    table_close(to);
    unfold(to);
}

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

/* By section, then name; equal ones keep the order of the caller's array, by their addresses. */
static int by_section(const void *a, const void *b)
{
    const struct report_assumption *left = *(const struct report_assumption *const *)a;
    const struct report_assumption *right = *(const struct report_assumption *const *)b;
    int order = compare_text(left->section, right->section);
    if (order == 0)
        order = compare_text(left->name, right->name);
    return order ? order : (left > right) - (left < right);
}

static const char *const assumption_columns[] = {"name", "value", "source", "as of", "confidence"};

static void write_assumption(FILE *to, const struct report_assumption *row)
{
    const char *const *column = assumption_columns;
    fputs("<tr>", to);
    text_cell(to, *column++, "head", row->name);
    open_cell(to, *column++, NULL);
    report_escaped(to, row->value);
    if (given(row->unit)) {
        putc_unlocked(' ', to);
        element(to, "span", "soft", row->unit);
    }
    close_cell(to);
    text_cell(to, *column++, NULL, row->source);
    text_cell(to, *column++, NULL, row->date);
    text_cell(to, *column, NULL, row->confidence);
    fputs("</tr>\n", to);
}

static bool write_assumptions(FILE *to, const struct report *report)
{
    size_t count = report->assumption_count;
    if (count == 0)
        return true;
    const struct report_assumption **sorted = memory_new(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &report->assumptions[i];
    qsort(sorted, count, sizeof *sorted, by_section);
    fold(to, "Assumptions");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_text(sorted[i]->section, sorted[i - 1]->section) != 0) {
            element(to, "h3", NULL, given(sorted[i]->section) ? sorted[i]->section : "general");
            table_open(to, assumption_columns, sizeof assumption_columns / sizeof *assumption_columns);
        }
        write_assumption(to, sorted[i]);
        if (i + 1 == count || compare_text(sorted[i]->section, sorted[i + 1]->section) != 0)
            table_close(to);
    }
    unfold(to);
    free(sorted);
    return true;
}

static void write_reproduction(FILE *to, const struct report *report)
{
    fputs("<h2>How to reproduce</h2>\n", to);
    if (given(report->command)) {
        element(to, "pre", NULL, report->command);
        putc_unlocked('\n', to);
    }
    fputs("<p>iccsim ", to);
    report_escaped(to, report->version);
    fprintf(to, ", seed %llu, %zu replication%s.", report->seed, report->replications,
            report->replications == 1 ? "" : "s");
    fputs(" The same scenario, seed and version give the same numbers on any machine.</p>\n", to);
    if (!report->input_count)
        return;
    fold(to, "Input files and their hashes");
    static const char *const columns[] = {"input", "sha256"};
    table_open(to, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < report->input_count; i++) {
        fputs("<tr>", to);
        text_cell(to, columns[0], "head", report->inputs[i].file);
        text_cell(to, columns[1], "soft", report->inputs[i].sha256);
        fputs("</tr>\n", to);
    }
    table_close(to);
    unfold(to);
}

/* ---- The page --------------------------------------------------------------------------------------------------- */

void report_begin_page(FILE *to, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
          "style-src 'unsafe-inline'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
          to);
    element(to, "title", NULL, title);
    fprintf(to, "\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n", style, stacked);
}

/* The first screen: question, finding, key picture. */
static bool write_opening(FILE *to, int folder, const struct report *report, size_t key)
{
    fputs("<div class=\"first\"><div>\n", to);
    element(to, "h1", NULL, report->title);
    putc_unlocked('\n', to);
    paragraph(to, "question", report->question);
    if (given(report->changes)) {
        fputs("<p class=\"outside\">Changed from the study as written: ", to);
        report_escaped(to, report->changes);
        fputs(".</p>\n", to);
    }
    paragraph(to, "finding", report->finding);
    paragraph(to, "answer", report->answer);
    for (size_t i = 0; i < report->note_count; i++)
        paragraph(to, "outside", report->notes[i]);
    fputs("</div>\n", to);
    bool sound = key >= report->picture_count || write_picture(to, folder, &report->pictures[key]);
    fputs("</div>\n", to);
    return sound;
}

static void write_links(FILE *to, const struct report *report)
{
    if (report->link_count)
        fputs("<p>Each variant has a page of its own: ", to);
    for (size_t i = 0; i < report->link_count; i++) {
        fputs(i ? ", <a href=\"" : "<a href=\"", to);
        report_escaped(to, report->links[i].to);
        fputs("\">", to);
        report_escaped(to, report->links[i].text);
        fputs("</a>", to);
    }
    if (report->link_count)
        fputs(".</p>\n", to);
}

void report_end_page(FILE *to)
{
    fputs("</main>\n</body>\n</html>\n", to);
}

bool report_write(FILE *to, int folder, const struct report *report)
{
    size_t key = key_picture(folder, report);
    report_begin_page(to, report->title);
    if (!write_opening(to, folder, report, key))
        return false;
    write_table(to, &report->differences);
    write_links(to, report);
    for (size_t i = 0; i < report->table_count; i++)
        write_table(to, &report->tables[i]);
    if (!write_further_pictures(to, folder, report, key))
        return false;
    write_worlds(to, &report->worlds);
    write_numbers(to, report);
    write_facts(to, report);
    if (!write_assumptions(to, report))
        return false;
    write_reproduction(to, report);
    report_end_page(to);
    return fflush(to) == 0 && !ferror(to);
}
