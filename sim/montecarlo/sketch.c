/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buckets numbered by the upper bits of a double (as in HdrHistogram, without its fixed range). */
#include "sketch.h"

#include "sim/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DROPPED_BITS = 52 - 9, PAGE_BUCKETS = 64 };
static const double SMALLEST = 0x1p-40;

static uint32_t bucket_of(double magnitude)
{
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    return (uint32_t)(bits >> DROPPED_BITS);
}

static double middle_of(uint32_t bucket)
{
    uint64_t bits = (uint64_t)bucket << DROPPED_BITS | (uint64_t)1 << (DROPPED_BITS - 1);
    double middle;
    memcpy(&middle, &bits, sizeof middle);
    return middle;
}

/* Makes room for the buckets from `low` to `high` (exclusive), in whole pages. */
static void side_cover(struct sketch_side *side, uint32_t low, uint32_t high)
{
    uint32_t first = low / PAGE_BUCKETS * PAGE_BUCKETS, end = (high + PAGE_BUCKETS - 1) / PAGE_BUCKETS * PAGE_BUCKETS;
    if (side->length) {
        first = first < side->first ? first : side->first;
        end = end > side->first + side->length ? end : side->first + side->length;
    }
    if (side->length == end - first)
        return;
    uint32_t *count = memory_new(end - first, sizeof *count);
    if (side->length)
        memcpy(count + (side->first - first), side->count, side->length * sizeof *count);
    free(side->count);
    *side = (struct sketch_side){.count = count, .first = first, .length = end - first};
}

static void side_add(struct sketch_side *side, double magnitude)
{
    uint32_t bucket = bucket_of(magnitude);
    if (bucket - side->first >= side->length) /* unsigned: also true below the first */
        side_cover(side, bucket, bucket + 1);
    side->count[bucket - side->first]++;
}

void sketch_add(struct sketch *sketch, double value)
{
    sketch->least = sketch->total && sketch->least < value ? sketch->least : value;
    sketch->most = sketch->total && sketch->most > value ? sketch->most : value;
    sketch->total++;
    if (value >= SMALLEST)
        side_add(&sketch->positive, value);
    else if (value <= -SMALLEST)
        side_add(&sketch->negative, -value);
    else
        sketch->zeros++;
}

static void side_merge(struct sketch_side *into, const struct sketch_side *from)
{
    if (!from->length)
        return;
    side_cover(into, from->first, from->first + from->length);
    for (uint32_t i = 0; i < from->length; i++)
        into->count[from->first - into->first + i] += from->count[i];
}

void sketch_merge(struct sketch *into, const struct sketch *from)
{
    if (!from->total)
        return;
    into->least = into->total && into->least < from->least ? into->least : from->least;
    into->most = into->total && into->most > from->most ? into->most : from->most;
    into->total += from->total;
    into->zeros += from->zeros;
    side_merge(&into->negative, &from->negative);
    side_merge(&into->positive, &from->positive);
}

/* The bucket that holds the k-th, going up on the positive side and down on the negative one. Lowers *k by what it
 * passes. */
static double side_find(const struct sketch_side *side, int direction, uint64_t *k)
{
    for (uint32_t i = 0; i < side->length; i++) {
        uint32_t at = direction > 0 ? i : side->length - 1 - i;
        if (*k < side->count[at])
            return direction * middle_of(side->first + at);
        *k -= side->count[at];
    }
    return (double)NAN;
}

double sketch_order(const struct sketch *sketch, uint64_t k)
{
    double found = side_find(&sketch->negative, -1, &k);
    if (isnan(found) && k < sketch->zeros)
        found = 0;
    if (isnan(found)) {
        k -= sketch->zeros;
        found = side_find(&sketch->positive, 1, &k);
    }
    return fmin(fmax(found, sketch->least), sketch->most);
}

/* Only buckets that hold something are written, as their number and count. */
static void side_write(const struct sketch_side *side, struct bytes *to)
{
    uint64_t filled = 0;
    for (uint32_t i = 0; i < side->length; i++)
        filled += side->count[i] > 0;
    bytes_put_count(to, filled);
    for (uint32_t i = 0; i < side->length; i++)
        if (side->count[i])
            bytes_put_count(to, (uint64_t)(side->first + i) << 32 | side->count[i]);
}

static bool side_read(struct sketch_side *side, uint64_t *total, struct byte_reader *from)
{
    enum { LAST_BUCKET = 0x7ff << 9 }; /* of finite magnitudes */
    size_t filled = bytes_count_of(from, sizeof(uint64_t));
    uint32_t least = 0;
    for (size_t i = 0; i < filled; i++) {
        uint64_t both = bytes_count(from);
        uint32_t bucket = (uint32_t)(both >> 32), count = (uint32_t)both;
        if (bucket < least || bucket >= LAST_BUCKET || !count)
            return false;
        side_cover(side, bucket, bucket + 1);
        side->count[bucket - side->first] = count;
        *total += count;
        least = bucket + 1;
    }
    return !from->is_short;
}

void sketch_write(const struct sketch *sketch, struct bytes *to)
{
    bytes_put_count(to, sketch->total);
    bytes_put_count(to, sketch->zeros);
    bytes_put_number(to, sketch->least);
    bytes_put_number(to, sketch->most);
    side_write(&sketch->negative, to);
    side_write(&sketch->positive, to);
}

bool sketch_read(struct sketch *sketch, struct byte_reader *from)
{
    sketch->total = bytes_count(from);
    sketch->zeros = bytes_count(from);
    sketch->least = bytes_number(from);
    sketch->most = bytes_number(from);
    uint64_t total = sketch->zeros;
    return side_read(&sketch->negative, &total, from) && side_read(&sketch->positive, &total, from) &&
           total == sketch->total;
}

void sketch_free(struct sketch *sketch)
{
    free(sketch->negative.count);
    free(sketch->positive.count);
    *sketch = (struct sketch){0};
}
