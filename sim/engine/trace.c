/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line an event, as a sentence, a CSV row or a JSON object. */
#include "trace.h"

#include "sim/base/csv.h"
#include "sim/base/dates.h"

#include <stdarg.h>
#include <string.h>

void trace_begin(struct trace *trace)
{
    if (trace->format == TRACE_CSV)
        fputs("date,year,mechanism,verb,subject,text\n", trace->to);
}

static void json_text(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', to);
        if ((unsigned char)*text < 0x20)
            fprintf(to, "\\u%04x", *text);
        else
            putc(*text, to);
    }
    putc('"', to);
}

static void write_fields(const struct trace *trace, const char *date, double year, const char *const field[4])
{
    FILE *to = trace->to;
    static const char *const key[4] = {"mechanism", "verb", "subject", "text"};
    switch (trace->format) {
    case TRACE_TEXT:
        fprintf(to, "%s  %-12s %-16s %-24s %s\n", date, field[0], field[1], field[2], field[3]);
        return;
    case TRACE_CSV:
        fprintf(to, "%s,%.6f", date, year);
        for (int i = 0; i < 4; i++)
            putc(',', to), csv_text(to, field[i]);
        break;
    case TRACE_JSONL:
        fprintf(to, "{\"date\":\"%s\",\"year\":%.6f", date, year);
        for (int i = 0; i < 4; i++)
            fprintf(to, ",\"%s\":", key[i]), json_text(to, field[i]);
        putc('}', to);
    }
    putc('\n', to);
}

static bool is_wanted(const char *const *only, const char *model)
{
    for (; only && *only; only++)
        if (strcmp(*only, model) == 0)
            return true;
    return !only;
}

void trace_write(const struct sim *sim, const char *model, const char *verb, const char *subject, const char *format,
                 ...)
{
    const struct trace *trace = sim->trace;
    char text[512], date[DATE_TEXT_BYTES];
    if (!is_wanted(trace->only, model))
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (trace->about && !strstr(verb, trace->about) && !strstr(subject, trace->about) && !strstr(text, trace->about))
        return;
    write_fields(trace, date_text(sim->now, date), sim->now, (const char *const[4]){model, verb, subject, text});
}
