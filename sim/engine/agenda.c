/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting by distribution: most times in a step lie evenly, so as many buckets as items leave little to do for the
 * insertion that follows. Where they crowd, the library's sort finishes. Only times are moved, each with where its item
 * lies.
 */
#include "agenda.h"

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

static __attribute__((noinline)) void grow(struct agenda *a)
{
    a->capacity = a->capacity ? 2 * a->capacity : FIRST_CAPACITY;
    a->item = room_for(a->item, a->capacity, sizeof *a->item);
    a->sorted = room_for(a->sorted, a->capacity, sizeof *a->sorted);
    a->unsorted = room_for(a->unsorted, a->capacity, sizeof *a->unsorted);
    a->place = room_for(a->place, a->capacity + 1, sizeof *a->place);
}

void agenda_free(struct agenda *a)
{
    free(a->item);
    free(a->sorted);
    free(a->unsorted);
    free(a->place);
    *a = (struct agenda){0};
}

void agenda_reset(struct agenda *a)
{
    if (!a->capacity)
        grow(a);
    a->items = a->known = a->first = a->count = 0;
}

void agenda_add(struct agenda *a, double time, uint64_t order, struct event event)
{
    a->item[a->items++] = (struct agenda_item){time, order, event};
    if (a->items == a->capacity) /* last, so that nothing need be kept for it */
        grow(a);
}

static inline bool earlier(const struct agenda *a, const struct agenda_key *x, const struct agenda_key *y)
{
    return x->time < y->time || (x->time == y->time && a->item[x->item].order < a->item[y->item].order);
}

/* Takes down an item, or what is left of an earlier round, to be sorted. */
static inline void take_down(struct agenda *a, size_t *n, struct agenda_key key, double *from, double *to)
{
    *from = key.time < *from ? key.time : *from;
    *to = key.time > *to ? key.time : *to;
    a->unsorted[(*n)++] = key;
}

/* Keys of all that is to come, and from when to when. Returns how many. */
static size_t gather(struct agenda *a, double *first, double *last)
{
    size_t n = 0, known = a->known, items = a->items;
    double from = HUGE_VAL, to = -HUGE_VAL;
    for (; a->first < a->count; a->first++)
        take_down(a, &n, a->sorted[a->first], &from, &to);
    for (size_t i = known; i < items; i++)
        take_down(a, &n, (struct agenda_key){.time = a->item[i].time, .item = (uint32_t)i}, &from, &to);
    a->known = items;
    *first = from, *last = to;
    return n;
}

/* Spreads the keys over as many buckets as there are, one after another. */
static void spread(struct agenda *a, size_t n, double from, double to)
{
    double last = (double)(n - 1), per_yr = last / (to - from);
    if (!isfinite(per_yr))
        per_yr = 0; /* too close to tell apart: one bucket */
    memset(a->place, 0, (n + 1) * sizeof *a->place);
    for (size_t i = 0; i < n; i++) {
        double place = (a->unsorted[i].time - from) * per_yr;
        a->unsorted[i].bucket = (uint32_t)(int64_t)(place < last ? place : last);
        a->place[a->unsorted[i].bucket + 1]++;
    }
    for (size_t b = 1; b < n; b++)
        a->place[b] += a->place[b - 1];
    for (size_t i = 0; i < n; i++)
        a->sorted[a->place[a->unsorted[i].bucket]++] = a->unsorted[i];
}

/* Insertion sort of what is nearly sorted; false if it is not. */
static bool put_right(struct agenda *a, size_t n)
{
    struct agenda_key *key = a->sorted;
    size_t moves = 0;
    for (size_t i = 1; i < n; i++) {
        if (!earlier(a, &key[i], &key[i - 1]))
            continue;
        struct agenda_key one = key[i];
        size_t k = i;
        do {
            key[k] = key[k - 1];
            k--;
        } while (k && earlier(a, &one, &key[k - 1]));
        key[k] = one;
        moves += i - k;
        if (moves > MOVES_PER_ITEM * n)
            return false;
    }
    return true;
}

static int by_order(const void *a, const void *b)
{
    const struct agenda_item *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Sorts the items themselves. */
static void sort_crowd(struct agenda *a, size_t n)
{
    struct agenda_item *item = room_for(NULL, a->capacity, sizeof *item);
    for (size_t i = 0; i < n; i++)
        item[i] = a->item[a->sorted[i].item];
    qsort(item, n, sizeof *item, by_order);
    for (size_t i = 0; i < n; i++)
        a->sorted[i] = (struct agenda_key){.time = item[i].time, .item = (uint32_t)i};
    free(a->item);
    a->item = item;
    a->items = a->known = n;
}

const struct agenda_item *agenda_sort(struct agenda *a)
{
    if (a->first == a->count && a->known == a->items) {
        agenda_reset(a);
        return NULL;
    }
    double from, to;
    size_t n = gather(a, &from, &to);
    spread(a, n, from, to);
    if (!put_right(a, n))
        sort_crowd(a, n);
    a->first = 0;
    a->count = n;
    return &a->item[a->sorted->item];
}
