/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the agenda: an item's number stands for it. Where a step's events crowd, lists are merged in order, which
 * costs as many comparisons as any sort.
 */
#include "agenda.h"

#include "sim/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE AGENDA_NONE

enum {
    FIRST_CAPACITY = 256,
    BUCKETS_MIN = 64,
    BUCKETS_PER_ITEM = 8,
    CROWD = 64, /* steps along a list that are not too many to sort something in */
};

/* All items from that one on are free, and no others. */
static void free_from(struct agenda *a, uint32_t first)
{
    a->free = first;
    for (uint32_t i = first; i < a->capacity; i++)
        a->next[i] = i + 1 < a->capacity ? i + 1 : NONE;
}

__attribute__((noinline)) void agenda_grow(struct agenda *a)
{
    uint32_t had = a->capacity;
    a->capacity = had ? 2 * had : FIRST_CAPACITY;
    a->item = memory_grow(a->item, a->capacity, sizeof *a->item);
    a->next = memory_grow(a->next, a->capacity, sizeof *a->next);
    free_from(a, had);
}

void agenda_free(struct agenda *a)
{
    free(a->item);
    free(a->next);
    *a = (struct agenda){0};
}

void agenda_reset(struct agenda *a, struct calendar *calendar)
{
    if (!a->capacity)
        agenda_grow(a);
    free_from(a, 0);
    a->calendar = calendar;
    a->current = NONE;
    a->words = 0;
    memset(a->holds, 0, sizeof a->holds);
    memset(a->bucket, 0xff, sizeof a->bucket); /* NONE */
    agenda_begin(a, 0, 1, 0);
}

void agenda_begin(struct agenda *a, double from, double to, uint64_t expected)
{
    uint32_t buckets = BUCKETS_MIN;
    while (buckets < AGENDA_BUCKETS && buckets < BUCKETS_PER_ITEM * expected)
        buckets *= 2;
    a->last = buckets - 1;
    a->turn = 0;
    a->from = from;
    a->per_yr = buckets / (to - from);
    if (!isfinite(a->per_yr))
        a->per_yr = 0; /* too close to tell apart: one bucket */
}

static inline bool is_earlier(const struct agenda *a, uint32_t i, uint32_t k)
{
    const struct agenda_item *x = &a->item[i], *y = &a->item[k];
    return x->time < y->time || (x->time == y->time && x->order < y->order);
}

void agenda_add_all(struct agenda *a, const struct agenda_item *item, uint32_t count)
{
    for (const struct agenda_item *end = item + count; item < end; item++) {
        uint32_t i = a->free;
        a->item[i] = *item;
        agenda_link(a, i, agenda_bucket(a, item->time));
        if (a->free == NONE)
            agenda_grow(a);
    }
}

/* Item i into a list in order, unless it would have to pass more than `*most` others, from which its steps are taken. */
static inline bool sort_in(struct agenda *a, uint32_t *list, uint32_t i, int *most)
{
    for (; *list != NONE && is_earlier(a, *list, i); --*most) {
        if (!*most)
            return false;
        list = &a->next[*list];
    }
    a->next[i] = *list;
    *list = i;
    return true;
}

void agenda_sort_in(struct agenda *a, double time, uint64_t order, struct event event)
{
    uint32_t i = a->free, others = a->next[i];
    int most = CROWD;
    a->item[i] = (struct agenda_item){time, order, event};
    if (!sort_in(a, &a->current, i, &most)) {
        calendar_push_at(a->calendar, time, order, event);
        return;
    }
    a->free = others;
    if (others == NONE)
        agenda_grow(a);
}

/* Two lists in order. */
static uint32_t merged(struct agenda *a, uint32_t x, uint32_t y)
{
    uint32_t first = NONE, *end = &first;
    while (x != NONE && y != NONE) {
        uint32_t *from = is_earlier(a, x, y) ? &x : &y;
        *end = *from;
        end = &a->next[*from];
        *from = *end;
    }
    *end = x != NONE ? x : y;
    return first;
}

/* Lists in order of 1, 2, 4, ... items are merged as soon as there are two of a kind. */
static __attribute__((noinline)) uint32_t sort_crowd(struct agenda *a, uint32_t list)
{
    uint32_t part[32], parts = 0;
    while (list != NONE) {
        uint32_t one = list, kind = 0;
        list = a->next[one];
        a->next[one] = NONE;
        for (; kind < parts && part[kind] != NONE; kind++) {
            one = merged(a, part[kind], one);
            part[kind] = NONE;
        }
        parts = kind == parts ? parts + 1 : parts;
        part[kind] = one;
    }
    uint32_t all = NONE;
    for (uint32_t kind = 0; kind < parts; kind++)
        all = merged(a, part[kind], all);
    return all;
}

/* The last that came is the first of the list, so that of many at one time each passes none. */
static __attribute__((noinline)) uint32_t sort(struct agenda *a, uint32_t list)
{
    uint32_t first = NONE, next;
    int most = CROWD;
    for (; list != NONE; list = next) {
        next = a->next[list];
        if (!sort_in(a, &first, list, &most))
            return merged(a, first, sort_crowd(a, list));
    }
    return first;
}

const struct agenda_item *agenda_turn(struct agenda *a)
{
    if (!a->words)
        return NULL;
    uint32_t word = (uint32_t)__builtin_ctzll(a->words);
    uint64_t holds = a->holds[word], rest = holds & (holds - 1);
    uint32_t b = 64 * word + (uint32_t)__builtin_ctzll(holds), list = a->bucket[b];
    a->holds[word] = rest;
    a->words ^= (uint64_t)!rest << word;
    a->bucket[b] = NONE;
    a->turn = b + 1;
    list = a->next[list] == NONE ? list : sort(a, list);
    a->current = list;
    return &a->item[list];
}
