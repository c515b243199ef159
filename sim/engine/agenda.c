/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting by distribution: most times in a step lie evenly, so as many buckets as items leave little to do for the
 * insertion that follows. Where they crowd, the library's sort finishes.
 */
#include "agenda.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256, MOVES_PER_ITEM = 8 };

static void *room_for(void *old, size_t count, size_t size)
{
    void *memory = realloc(old, count * size);
    if (!memory) {
        fprintf(stderr, "iccsim: out of memory (asked for %zu bytes)\n", count * size);
        exit(4);
    }
    return memory;
}

static void grow(struct agenda *a)
{
    a->capacity = a->capacity ? 2 * a->capacity : FIRST_CAPACITY;
    a->item = room_for(a->item, a->capacity, sizeof *a->item);
    a->sorted = room_for(a->sorted, a->capacity, sizeof *a->sorted);
    a->bucket = room_for(a->bucket, a->capacity, sizeof *a->bucket);
    a->place = room_for(a->place, a->capacity + 1, sizeof *a->place);
}

void agenda_free(struct agenda *a)
{
    free(a->item);
    free(a->sorted);
    free(a->bucket);
    free(a->place);
    *a = (struct agenda){0};
}

void agenda_reset(struct agenda *a)
{
    a->added = a->first = a->count = 0;
}

void agenda_add(struct agenda *a, double time, uint64_t order, struct event event)
{
    assert(fabs(time) < HUGE_VAL);
    if (a->added + (a->count - a->first) >= a->capacity)
        grow(a);
    a->item[a->added++] = (struct agenda_item){time, order, event};
}

static inline bool earlier(const struct agenda_item *a, const struct agenda_item *b)
{
    return (a->time < b->time) | ((a->time == b->time) & (a->order < b->order));
}

static int by_order(const void *a, const void *b)
{
    return earlier(b, a) - earlier(a, b);
}

/* The bucket of each item, and in place[b + 1] how many are in bucket b. */
static void count_buckets(struct agenda *a, size_t n)
{
    double from = HUGE_VAL, to = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        from = a->item[i].time < from ? a->item[i].time : from;
        to = a->item[i].time > to ? a->item[i].time : to;
    }
    double last = (double)(n - 1), per_yr = last / (to - from);
    if (!isfinite(per_yr))
        per_yr = 0; /* too close to tell apart: one bucket */
    memset(a->place, 0, (n + 1) * sizeof *a->place);
    for (size_t i = 0; i < n; i++) {
        double place = (a->item[i].time - from) * per_yr;
        a->bucket[i] = (uint32_t)(int64_t)(place < last ? place : last);
        a->place[a->bucket[i] + 1]++;
    }
}

/* Insertion sort of what is nearly sorted; false if it is not. */
static bool put_right(struct agenda_item *item, size_t n)
{
    size_t moves = 0;
    for (size_t i = 1; i < n; i++) {
        if (!earlier(&item[i], &item[i - 1]))
            continue;
        struct agenda_item one = item[i];
        size_t k = i;
        do {
            item[k] = item[k - 1];
            k--;
        } while (k && earlier(&one, &item[k - 1]));
        item[k] = one;
        moves += i - k;
        if (moves > MOVES_PER_ITEM * n)
            return false;
    }
    return true;
}

static void sort(struct agenda *a)
{
    for (; a->first < a->count; a->first++)
        a->item[a->added++] = a->sorted[a->first];
    size_t n = a->added;
    count_buckets(a, n);
    for (size_t b = 1; b < n; b++)
        a->place[b] += a->place[b - 1];
    for (size_t i = 0; i < n; i++)
        a->sorted[a->place[a->bucket[i]]++] = a->item[i];
    if (!put_right(a->sorted, n))
        qsort(a->sorted, n, sizeof *a->sorted, by_order);
    a->first = a->added = 0;
    a->count = n;
}

const struct agenda_item *agenda_first(struct agenda *a)
{
    if (a->added)
        sort(a);
    return a->first < a->count ? &a->sorted[a->first] : NULL;
}
