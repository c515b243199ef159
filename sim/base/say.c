/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "say.h"

#include "characters.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

static FILE *nowhere; /* NULL: words are heard */

void say_nothing(void)
{
    nowhere = fopen("/dev/null", "w");
}

FILE *say_stream(void)
{
    if (nowhere)
        return nowhere;
    int error = errno;
    fflush(stdout); /* a write that fails is reported when it is closed */
    errno = error;
    return stderr;
}

static void put_shown(const char *text, FILE *to)
{
    while (*text) {
        const char *from = text;
        uint32_t character = character_next(&text);
        if (character_is_control(character))
            fprintf(to, character < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)character);
        else
            fwrite(from, 1, (size_t)(text - from), to);
    }
}

void say(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    put_shown(length < 0 ? "iccsim: out of memory\n" : text, say_stream());
    if (length >= 0)
        free(text);
}
