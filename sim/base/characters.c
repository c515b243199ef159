/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "characters.h"

#include <stddef.h>
#include <string.h>

enum { C0_END = 0x20, DELETE = 0x7f, C1_END = 0xa0, NEXT_LINE = 0x85, BYTE_ORDER_MARK = 0xfeff };

uint32_t character_next(const char **at)
{
    const unsigned char *byte = (const unsigned char *)*at;
    uint32_t first = *byte, c = first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    c &= more ? 0x3fu >> more : 0xffu;
    for (int i = 1; i <= more; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            ++*at;
            return first;
        }
        c = c << 6 | (byte[i] & 0x3fu);
    }
    *at += more + 1;
    return c;
}

static bool is_between(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

bool character_is_control(uint32_t c)
{
    if (c == '\t' || c == '\n' || c == NEXT_LINE)
        return false;
    if (c < C0_END || (c >= DELETE && c < C1_END))
        return true;
    bool turns = is_between(c, 0x200e, 0x200f) || is_between(c, 0x202a, 0x202e) || is_between(c, 0x2066, 0x2069);
    return turns || c == BYTE_ORDER_MARK || (c & 0xfffe) == 0xfffe; /* the last: U+FFFE, U+FFFF and their like */
}

const char *character_find_control(const char *text, const char *end, uint32_t *which)
{
    for (const char *at = text; at < end;) {
        const char *before = at;
        if (*at >= ' ' && *at <= '~') { /* most are */
            at++;
            continue;
        }
        *which = character_next(&at);
        if (character_is_control(*which))
            return before;
    }
    return NULL;
}

void blank_controls(char *text)
{
    const char *at = text;
    while (*at) {
        const char *before = at;
        uint32_t c = character_next(&at);
        if (character_is_control(c) || c == '\t' || c == '\n' || c == NEXT_LINE)
            memset(text + (before - text), ' ', (size_t)(at - before));
    }
}

char character_plain(uint32_t c)
{
    if (is_between(c, 0xff01, 0xff5e))
        return (char)(c - 0xff01 + '!');
    if (c == 0xa0 || c == 0x3000 || c == 0x202f || is_between(c, 0x2000, 0x200a))
        return ' ';
    if (is_between(c, 0x2010, 0x2015) || c == 0x2212)
        return '-';
    return 0;
}
