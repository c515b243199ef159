/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many bytes the UTF-8 character at `text` has; 0 if it is none (RFC 3629: no overlong forms, no surrogates). */
static int utf8_length(const unsigned char *text)
{
    if (text[0] < 0x80)
        return 1;
    int length = text[0] >= 0xc2 && text[0] <= 0xdf ? 2 : text[0] >= 0xe0 && text[0] <= 0xef ? 3 : 4;
    if (text[0] < 0xc2 || text[0] > 0xf4)
        return 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool beyond = (text[0] == 0xed && text[1] > 0x9f) || (text[0] == 0xf4 && text[1] > 0x8f);
    return overlong || beyond ? 0 : length;
}

/* Stands for itself. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void write_string(FILE *to, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    putc_unlocked('"', to);
    while (*at) {
        const unsigned char *from = at;
        while (is_plain(*at))
            at++;
        fwrite(from, 1, (size_t)(at - from), to);
        if (!*at)
            break;
        int length = utf8_length(at);
        if (length == 0) {
            fputs("\\ufffd", to);
            length = 1;
        } else if (*at < 0x20) {
            fprintf(to, "\\u%04x", *at);
        } else {
            if (*at == '"' || *at == '\\')
                putc_unlocked('\\', to);
            fwrite(at, 1, (size_t)length, to);
        }
        at += length;
    }
    putc_unlocked('"', to);
}

static void begin_line(struct json *json)
{
    putc_unlocked('\n', json->to);
    for (int i = 0; i < 2 * json->depth; i++)
        putc_unlocked(' ', json->to);
}

static void begin(struct json *json, const char *key)
{
    if (json->follows)
        putc_unlocked(',', json->to);
    if (json->depth > 0)
        begin_line(json);
    json->follows = true;
    if (key) {
        write_string(json->to, key);
        fputs(": ", json->to);
    }
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    putc_unlocked(bracket, json->to);
    json->depth++;
    json->follows = false;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (json->follows)
        begin_line(json);
    putc_unlocked(bracket, json->to);
    if (json->depth == 0)
        putc_unlocked('\n', json->to);
    json->follows = true;
}

void json_text(struct json *json, const char *key, const char *text)
{
    begin(json, key);
    if (text)
        write_string(json->to, text);
    else
        fputs("null", json->to);
}

void json_number(struct json *json, const char *key, double number)
{
    char text[NUMBER_TEXT_BYTES];
    begin(json, key);
    fputs(isfinite(number) ? number_text(number, text) : "null", json->to);
}

void json_count(struct json *json, const char *key, uint64_t count)
{
    begin(json, key);
    fprintf(json->to, "%llu", (unsigned long long)count);
}

void json_flag(struct json *json, const char *key, bool flag)
{
    begin(json, key);
    fputs(flag ? "true" : "false", json->to);
}

void json_time(struct json *json, const char *key, time_t time)
{
    char text[sizeof "YYYY-MM-DDThh:mm:ssZ"];
    struct tm utc;
    gmtime_r(&time, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_text(json, key, text);
}
