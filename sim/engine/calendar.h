/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The future event list.
 *
 * Total order: time, then priority (lower first), then sequence (first in, first out). Nothing else decides, so
 * the same pushes give the same pops on any machine. A handle names one pending event and goes stale when that event
 * is popped or cancelled: cancelling a stale handle does nothing and says so. An event at +inf stays pending
 * and never comes; a time may be earlier than the last one popped; NaN and -inf are a broken promise.
 */
#ifndef ICCSIM_ENGINE_CALENDAR_H
#define ICCSIM_ENGINE_CALENDAR_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    uint16_t model; /* index of the mechanism that handles it */
    uint16_t kind; /* the mechanism's own enum */
    uint32_t id; /* row it is about */
    uint32_t stamp; /* generation of that row: the handler drops the event if the row has been reused */
    uint32_t data;
};

struct handle {
    uint32_t slot, stamp; /* stamp 0: no event */
};

enum { CALENDAR_PRIORITY_MIN = -32768, CALENDAR_PRIORITY_MAX = 32767 };

/* private: with this a calendar begins, so that what follows costs no call */
enum { CALENDAR_SEQUENCE_BITS = 48 };
struct calendar_front {
    uint64_t sequence;
    double soonest;
};

/* Never NULL; freed by calendar_free. */
struct calendar *calendar_new(void);
void calendar_free(struct calendar *calendar);
void calendar_reset(struct calendar *calendar); /* empties it, keeps its memory */

/* A priority within the bounds above. The handle may be dropped. */
struct handle calendar_push(struct calendar *calendar, double time, int priority, struct event event);
/* Of an `order` that calendar_order gave. */
void calendar_push_at(struct calendar *calendar, double time, uint64_t order, struct event event);
/* The earliest event, if its time is less than `before`. */
bool calendar_pop(struct calendar *calendar, double before, double *time, struct event *event);
/* The same, if it also comes before `order` among those at that time. */
bool calendar_pop_before(struct calendar *calendar, double before, uint64_t order, double *time, struct event *event);
/* No event comes before that time, as far as is known without looking. */
static inline double calendar_soonest(const struct calendar *calendar)
{
    return ((const struct calendar_front *)calendar)->soonest;
}

/* The place among equal times of an event of that priority that is pushed now, but elsewhere (agenda.h). */
static inline uint64_t calendar_order(struct calendar *calendar, int priority)
{
    assert(priority >= CALENDAR_PRIORITY_MIN && priority <= CALENDAR_PRIORITY_MAX);
    uint64_t above = (uint64_t)(priority - CALENDAR_PRIORITY_MIN) << CALENDAR_SEQUENCE_BITS;
    return above | ((struct calendar_front *)calendar)->sequence++;
}

/* Both O(1), and false if the handle is stale. Rescheduling is the same as cancelling and pushing the event again. */
bool calendar_cancel(struct calendar *calendar, struct handle handle);
bool calendar_reschedule(struct calendar *calendar, struct handle *handle, double time, int priority);
size_t calendar_pending(const struct calendar *calendar);

#endif
