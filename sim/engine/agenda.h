/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agenda of a step: events of this step that nobody can cancel.
 *
 * Most events are: clocks that fire and candidates that come are found by looking over the whole step, what was
 * scheduled in earlier steps without a handle has waited in a list of this one (sim.c), and what an event brings about
 * in its own step is seldom revoked. They need neither slot nor handle and cost a fraction of what the calendar asks. The
 * calendar gives each its place in the total order (calendar.h), and the simulator merges the two as it pops.
 *
 * A step is spread over buckets, several for each event: an item goes to the front of its bucket's list, and a list is
 * sorted when its turn comes, most having one item. What comes later into a list that is being taken is sorted in.
 */
#ifndef ICCSIM_ENGINE_AGENDA_H
#define ICCSIM_ENGINE_AGENDA_H

#include "calendar.h"

struct agenda_item {
    double time;
    uint64_t order; /* calendar_order */
    struct event event;
};

#define AGENDA_NONE UINT32_MAX
enum { AGENDA_BUCKETS = 64 * 64 }; /* at most */

struct agenda {
    struct agenda_item *item;
    uint32_t *next; /* after an item in its list, or AGENDA_NONE */
    uint32_t capacity; /* of both */
    uint32_t free; /* a list of items that are not in use, never empty */
    uint32_t current; /* a list in order: what comes before all buckets from `turn` on */
    uint32_t turn, last; /* buckets up to `last` are in use */
    double from, per_yr; /* buckets a year */
    struct calendar *calendar;
    uint64_t words; /* a bit for each word of `holds` that is not 0 */
    uint64_t holds[AGENDA_BUCKETS / 64]; /* a bit for each bucket whose list is not empty */
    uint32_t bucket[AGENDA_BUCKETS]; /* its list */
};

/* Leaves it zeroed. */
void agenda_free(struct agenda *agenda);
/* Opens a zeroed one, or empties it and keeps its memory. */
void agenda_reset(struct agenda *agenda, struct calendar *calendar);
/* Opens an empty one for times from `from` to `to`, of which some `expected` may come: a bad guess costs time, never
 * order. */
void agenda_begin(struct agenda *agenda, double from, double to, uint64_t expected);
/* Before anything is taken. */
void agenda_add_all(struct agenda *agenda, const struct agenda_item *item, uint32_t count);
/* May come between two pops too. What would have to be sorted into a crowd goes to the calendar. */
static inline void agenda_add(struct agenda *agenda, double time, uint64_t order, struct event event);
/* The earliest item, or NULL; valid until something is added. */
static inline const struct agenda_item *agenda_first(struct agenda *agenda);
static inline void agenda_pop(struct agenda *agenda);

/* private */
void agenda_grow(struct agenda *agenda);
void agenda_sort_in(struct agenda *agenda, double time, uint64_t order, struct event event); /* before bucket `turn` */
const struct agenda_item *agenda_turn(struct agenda *agenda); /* takes the next list; the earliest item */

/* Rising with time. */
static inline uint32_t agenda_bucket(const struct agenda *agenda, double time)
{
    uint64_t bucket = (uint64_t)(int64_t)((time - agenda->from) * agenda->per_yr); /* signed: one instruction */
    return (uint32_t)(bucket < agenda->last ? bucket : agenda->last);
}

/* An item that was free, to the front of a bucket's list. */
static inline void agenda_link(struct agenda *a, uint32_t i, uint32_t bucket)
{
    a->free = a->next[i];
    a->next[i] = a->bucket[bucket];
    a->bucket[bucket] = i;
    a->holds[bucket / 64] |= UINT64_C(1) << bucket % 64;
    a->words |= UINT64_C(1) << bucket / 64;
}

static inline void agenda_add(struct agenda *a, double time, uint64_t order, struct event event)
{
    uint32_t bucket = agenda_bucket(a, time), i = a->free;
    if (bucket < a->turn) {
        agenda_sort_in(a, time, order, event);
        return;
    }
    a->item[i] = (struct agenda_item){time, order, event};
    agenda_link(a, i, bucket);
    if (a->free == AGENDA_NONE) /* last, so that nothing need be kept for it */
        agenda_grow(a);
}

static inline const struct agenda_item *agenda_first(struct agenda *agenda)
{
    return agenda->current != AGENDA_NONE ? &agenda->item[agenda->current] : agenda_turn(agenda);
}

/* The next list is taken at once, so that what follows is known while the event happens. */
static inline void agenda_pop(struct agenda *agenda)
{
    uint32_t i = agenda->current;
    agenda->current = agenda->next[i];
    agenda->next[i] = agenda->free;
    agenda->free = i;
    if (agenda->current == AGENDA_NONE)
        agenda_turn(agenda);
}

#endif
