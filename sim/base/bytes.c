/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

static void make_room(struct bytes *bytes, size_t more)
{
    if (bytes->room - bytes->count >= more)
        return;
    size_t room = 2 * bytes->room + more;
    bytes->data = memory_grow(bytes->data, room, 1);
    bytes->room = room;
}

void bytes_put(struct bytes *bytes, const void *data, size_t count)
{
    make_room(bytes, count);
    if (count)
        memcpy(bytes->data + bytes->count, data, count);
    bytes->count += count;
}

void bytes_put_count(struct bytes *bytes, uint64_t count)
{
    make_room(bytes, sizeof count);
    for (size_t i = 0; i < sizeof count; i++)
        bytes->data[bytes->count++] = (unsigned char)(count >> 8 * i);
}

void bytes_put_number(struct bytes *bytes, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bytes_put_count(bytes, bits);
}

void bytes_put_numbers(struct bytes *bytes, const double *number, size_t count)
{
    make_room(bytes, count * sizeof *number);
    for (size_t i = 0; i < count; i++)
        bytes_put_number(bytes, number[i]);
}

void bytes_put_text(struct bytes *bytes, const char *text)
{
    size_t length = strlen(text);
    bytes_put_count(bytes, length);
    bytes_put(bytes, text, length);
}

const unsigned char *bytes_get(struct byte_reader *reader, size_t count)
{
    reader->is_short |= count > reader->left;
    if (reader->is_short)
        return NULL;
    const unsigned char *data = reader->data;
    reader->data += count;
    reader->left -= count;
    return data;
}

uint64_t bytes_count(struct byte_reader *reader)
{
    const unsigned char *data = bytes_get(reader, sizeof(uint64_t));
    uint64_t count = 0;
    for (size_t i = 0; data && i < sizeof count; i++)
        count |= (uint64_t)data[i] << 8 * i;
    return count;
}

size_t bytes_count_of(struct byte_reader *reader, size_t each)
{
    uint64_t count = bytes_count(reader);
    reader->is_short |= count > reader->left / each;
    return reader->is_short ? 0 : (size_t)count;
}

double bytes_number(struct byte_reader *reader)
{
    uint64_t bits = bytes_count(reader);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

void bytes_numbers(struct byte_reader *reader, double *number, size_t count)
{
    for (size_t i = 0; i < count; i++)
        number[i] = bytes_number(reader);
}
