/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a text is JSON (RFC 8259): a reader that keeps nothing. */
#ifndef ICCSIM_TESTS_JSON_CHECK_H
#define ICCSIM_TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline const char *json_blank(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static inline size_t json_utf8(const unsigned char *at)
{
    size_t length = *at < 0x80                  ? 1
                    : *at >= 0xc2 && *at < 0xe0 ? 2
                    : *at >= 0xe0 && *at < 0xf0 ? 3
                    : *at >= 0xf0 && *at < 0xf5 ? 4
                                                : 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* Each gives where it ends, or NULL. */
static inline const char *json_string(const char *at)
{
    if (*at++ != '"')
        return NULL;
    while (*at != '"') {
        size_t length = json_utf8((const unsigned char *)at);
        if (!length || (unsigned char)*at < 0x20)
            return NULL;
        if (*at == '\\') {
            if (*++at == 'u' ? strspn(at + 1, "0123456789abcdefABCDEF") < 4 : !strchr("\"\\/bfnrt", *at) || !*at)
                return NULL;
            length = *at == 'u' ? 5 : 1;
        }
        at += length;
    }
    return at + 1;
}

static inline const char *json_digits(const char *at)
{
    size_t digits = strspn(at, "0123456789");
    return digits ? at + digits : NULL;
}

static inline const char *json_numeral(const char *at)
{
    at += *at == '-';
    if (*at == '0' && at[1] >= '0' && at[1] <= '9')
        return NULL;
    at = json_digits(at);
    if (at && *at == '.')
        at = json_digits(at + 1);
    if (at && (*at == 'e' || *at == 'E')) {
        at++;
        at = json_digits(at + (*at == '+' || *at == '-'));
    }
    return at;
}

static inline const char *json_value(const char *at);

static inline const char *json_members(const char *at, char end)
{
    at = json_blank(at + 1);
    if (*at == end)
        return at + 1;
    for (;; at = json_blank(at + 1)) {
        if (end == '}') {
            at = json_string(at);
            at = at ? json_blank(at) : NULL;
            if (!at || *at++ != ':')
                return NULL;
        }
        at = json_value(at);
        at = at ? json_blank(at) : NULL;
        if (!at || *at == end)
            return at ? at + 1 : NULL;
        if (*at != ',')
            return NULL;
    }
}

static inline const char *json_value(const char *at)
{
    static const char *const words[] = {"true", "false", "null"};
    at = json_blank(at);
    if (*at == '{' || *at == '[')
        return json_members(at, *at == '{' ? '}' : ']');
    if (*at == '"')
        return json_string(at);
    for (size_t i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    return json_numeral(at);
}

static inline bool json_is_valid(const char *text)
{
    const char *end = json_value(text);
    return end && !*json_blank(end);
}

#endif
