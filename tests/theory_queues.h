/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues with known answers, run through the calendar: for the bench and for tests of theory. */
#ifndef ICCSIM_TESTS_THEORY_QUEUES_H
#define ICCSIM_TESTS_THEORY_QUEUES_H

#include "sim/engine/calendar.h"
#include "sim/engine/stream.h"

#include <math.h>

/* The integral of a level over time. */
struct time_average {
    double level, since, area;
};

static inline void time_average_set(struct time_average *average, double now, double level)
{
    average->area += average->level * (now - average->since);
    average->since = now;
    average->level = level;
}

/* Draws in blocks, one stream a cause. */
struct block {
    struct stream stream;
    double draw[256];
    size_t left;
};

static inline double block_draw(struct block *block)
{
    enum { DRAWS = sizeof block->draw / sizeof *block->draw };
    if (!block->left) {
        stream_fill_exponential(&block->stream, block->draw, DRAWS);
        block->left = DRAWS;
    }
    return block->draw[--block->left];
}

/* One server, arrivals at rate `load`, service at rate 1. The time-weighted mean number in the system, in theory
 * load / (1 - load), until the given number of customers has left. */
static inline double queue_mm1(const struct streams *streams, double load, long customers)
{
    enum { ARRIVAL, DEPARTURE };
    struct calendar *calendar = calendar_new();
    struct block arrival = {.stream = stream_open(streams, identity(1, 1, 1))};
    struct block service = {.stream = stream_open(streams, identity(1, 1, 2))};
    struct time_average number = {0};
    double now = 0;
    struct event event;
    calendar_push(calendar, block_draw(&arrival) / load, 0, (struct event){.kind = ARRIVAL});
    while (customers && calendar_pop(calendar, HUGE_VAL, &now, &event)) {
        if (event.kind == ARRIVAL) {
            time_average_set(&number, now, number.level + 1);
            calendar_push(calendar, now + block_draw(&arrival) / load, 0, event);
            if (number.level == 1)
                calendar_push(calendar, now + block_draw(&service), 0, (struct event){.kind = DEPARTURE});
        } else {
            time_average_set(&number, now, number.level - 1);
            customers--;
            if (number.level > 0)
                calendar_push(calendar, now + block_draw(&service), 0, event);
        }
    }
    calendar_free(calendar);
    return number.area / now;
}

#endif
