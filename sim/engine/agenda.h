/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agenda of a step: events of this step that are known before its first one happens.
 *
 * Most events are: clocks that fire and candidates that come are found by looking over the whole step, and what was
 * scheduled in earlier steps without a handle has waited in a list of this one (sim.c). Nobody cancels them, so they
 * need neither slot nor handle, and all are sorted at once for a tenth of what the calendar asks. The calendar gives
 * each its place in the total order (calendar.h), and the simulator merges the two as it pops.
 */
#ifndef ICCSIM_ENGINE_AGENDA_H
#define ICCSIM_ENGINE_AGENDA_H

#include "calendar.h"

struct agenda_item {
    double time;
    uint64_t order; /* calendar_order */
    struct event event;
};

struct agenda_key {
    double time;
    uint32_t item, bucket;
};

struct agenda {
    struct agenda_item *item; /* the first `known` have keys */
    struct agenda_key *sorted, *unsorted; /* sorted[first..count) are to come */
    uint32_t *place; /* where a bucket begins */
    size_t items, known, first, count, capacity; /* capacity: of each */
};

/* Leaves it zeroed. */
void agenda_free(struct agenda *agenda);
void agenda_reset(struct agenda *agenda); /* opens a zeroed one, or empties it and keeps its memory */
/* Finite times. May come between two pops too, but sorts what is left anew. */
void agenda_add(struct agenda *agenda, double time, uint64_t order, struct event event);
/* The earliest item, or NULL; valid until something is added. */
static inline const struct agenda_item *agenda_first(struct agenda *agenda);
static inline void agenda_pop(struct agenda *agenda)
{
    agenda->first++;
}

/* Sorts what was added; the earliest item. */
const struct agenda_item *agenda_sort(struct agenda *agenda);
static inline const struct agenda_item *agenda_first(struct agenda *agenda)
{
    bool sorted = agenda->first < agenda->count && agenda->known == agenda->items;
    return sorted ? &agenda->item[agenda->sorted[agenda->first].item] : agenda_sort(agenda);
}

#endif
