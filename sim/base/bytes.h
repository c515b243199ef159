/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as bytes that every machine reads alike: little-endian, doubles by their bits.
 *
 * A reader never goes beyond its end: what is missing reads as 0, and `is_short` says so from then on.
 */
#ifndef ICCSIM_BASE_BYTES_H
#define ICCSIM_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes { /* {0} is empty; grows as it is written to */
    unsigned char *data;
    size_t count, room;
};

/* Leaves it empty. */
void bytes_free(struct bytes *bytes);
/* Each adds to the end: bytes as they are, a count in 8 bytes, doubles in 8 each, a text as its length and its bytes. */
void bytes_put(struct bytes *bytes, const void *data, size_t count);
void bytes_put_count(struct bytes *bytes, uint64_t count);
void bytes_put_number(struct bytes *bytes, double number);
void bytes_put_numbers(struct bytes *bytes, const double *number, size_t count);
void bytes_put_text(struct bytes *bytes, const char *text);

struct byte_reader {
    const unsigned char *data;
    size_t left;
    bool is_short;
};

/* What the function of that name put. */
uint64_t bytes_count(struct byte_reader *reader);
/* A count of things that take `each` bytes at least; 0, and short, if that many cannot be left. */
size_t bytes_count_of(struct byte_reader *reader, size_t each);
double bytes_number(struct byte_reader *reader);
void bytes_numbers(struct byte_reader *reader, double *number, size_t count);
/* The next `count` bytes, NULL if there are fewer. */
const unsigned char *bytes_get(struct byte_reader *reader, size_t count);

#endif
