/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include "characters.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* East Asian Wide and Fullwidth of Unicode's EastAsianWidth.txt, joined where nothing else lies between. */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18aff},
    {0x1b000, 0x1b2fb}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
static const struct range empty[] = {
    {0x0300, 0x036f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

static bool is_in(const struct range *list, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++)
        if (character >= list[i].first && character <= list[i].last)
            return true;
    return false;
}

static size_t columns_of(uint32_t character)
{
    if (is_in(empty, sizeof empty / sizeof *empty, character))
        return 0;
    return is_in(wide, sizeof wide / sizeof *wide, character) ? 2 : 1;
}

size_t text_columns(const char *text)
{
    size_t columns = 0;
    while (*text)
        columns += columns_of(character_next(&text));
    return columns;
}

const char *text_cut(struct arena *arena, const char *text, size_t columns)
{
    if (text_columns(text) <= columns)
        return text;
    const char *end = text, *next = text;
    for (size_t used = 1; (used += columns_of(character_next(&next))) <= columns;) /* 1: the ellipsis */
        end = next;
    while (end > text && end[-1] == ' ')
        end--;
    return arena_printf(arena, "%.*s…", (int)(end - text), text);
}

const char *text_two_lines(struct arena *arena, const char *text, size_t columns)
{
    if (text_columns(text) <= columns)
        return text;
    char *first = arena_text(arena, text), *blank = strrchr(first, ' ');
    while (blank && (*blank = '\0', text_columns(first) > columns))
        blank = strrchr(first, ' ');
    if (!blank)
        return text_cut(arena, text, columns);
    return arena_printf(arena, "%s\n%s", first, text_cut(arena, text + (blank - first) + 1, columns));
}
