/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erlang B: B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)); Erlang C: B / (1 - (a/c) (1 - B)). Two servers and one Erlang:
 * 1/5, 1/3. */
#include "queue.h"

#include "calendar.h"
#include "clocks.h"
#include "sim/base/arena.h"

#include <assert.h>
#include <math.h>

/* Theory */

double erlang_b(uint32_t servers, double load)
{
    double b = 1;
    for (uint32_t c = 1; c <= servers; c++)
        b = load * b / (c + load * b);
    return b;
}

double erlang_c(uint32_t servers, double load)
{
    double b = erlang_b(servers, load);
    return b / (1 - load / servers * (1 - b));
}

static double birth_rate(const struct queue *queue, uint32_t number)
{
    return queue->population ? queue->arrival_rate * (queue->population - number) : queue->arrival_rate;
}

static double waiting(const struct queue *queue, uint32_t number)
{
    return queue->servers && number > queue->servers ? number - queue->servers : 0;
}

struct queue_theory queue_theory(const struct queue *queue)
{
    assert(!queue->service || !queue->servers);
    const double negligible = 1e-17;
    double p = 1, all = 1, number = 0, waits = 0, arrivals = birth_rate(queue, 0), ratio = 0;
    for (uint32_t n = 1; birth_rate(queue, n - 1) > 0 && (p > negligible * all || ratio >= 1); n++) {
        double served = n - waiting(queue, n);
        ratio = birth_rate(queue, n - 1) / (served * queue->service_rate + waiting(queue, n) * queue->patience_rate);
        p *= ratio;
        all += p;
        number += n * p;
        waits += waiting(queue, n) * p;
        arrivals += birth_rate(queue, n) * p;
    }
    double wait = waits / arrivals;
    return (struct queue_theory){.number = number / all, .wait = wait, .lost = wait * queue->patience_rate};
}

/* A run */

enum { WINDOWS = 4096 };
enum { ARRIVAL, DEPARTURE, PATIENCE_ENDS };
static const uint32_t NOBODY = UINT32_MAX;

struct customer {
    double arrived;
    struct handle patience;
    uint32_t before, behind; /* in the queue; `behind` also links free rows */
};

struct run {
    const struct queue *queue;
    struct calendar *calendar;
    struct arena arena;
    struct stream arrivals, services, patiences;
    struct customer *customer;
    uint32_t rows, room, free_row, first, last;
    uint32_t number, busy;
    double now, step_end, warm;
    float *left, *hazard, *slope, *after; /* hazard clocks of a population */
    uint32_t *fired;
    struct time_average level;
    double window, mean[WINDOWS];
    size_t windows;
    struct batches wait, lost;
    uint64_t events;
};

/* Closes the windows that end by now, then notes the new level. */
static void set_number(struct run *run, uint32_t number)
{
    double end = (double)(run->windows + 1) * run->window;
    for (; end <= run->now && run->windows < WINDOWS; end = (double)(run->windows + 1) * run->window) {
        run->mean[run->windows++] = time_average_mean(&run->level, end);
        time_average_update(&run->level, end, run->number);
        time_average_reset(&run->level, end);
    }
    run->number = number;
    time_average_update(&run->level, run->now, number);
}

static uint32_t take_row(struct run *run)
{
    if (run->free_row != NOBODY) {
        uint32_t id = run->free_row;
        run->free_row = run->customer[id].behind;
        return id;
    }
    if (run->rows == run->room) {
        run->room = run->room ? 2 * run->room : 64;
        struct customer *larger = arena_array(&run->arena, run->room, sizeof *larger);
        for (uint32_t i = 0; i < run->rows; i++)
            larger[i] = run->customer[i];
        run->customer = larger;
    }
    return run->rows++;
}

static void schedule(struct run *run, double delay, uint16_t kind, uint32_t id, struct handle *handle)
{
    struct handle made = calendar_push(run->calendar, run->now + delay, 0, (struct event){.kind = kind, .id = id});
    if (handle)
        *handle = made;
}

/* A customer's wait is over. */
static void note(struct run *run, uint32_t id, bool lost)
{
    if (run->now < run->warm)
        return;
    batches_add(&run->wait, run->now - run->customer[id].arrived);
    batches_add(&run->lost, lost);
}

static void serve(struct run *run, uint32_t id)
{
    double (*law)(struct stream *) = run->queue->service ? run->queue->service : stream_exponential;
    note(run, id, false);
    run->busy++;
    schedule(run, law(&run->services) / run->queue->service_rate, DEPARTURE, id, NULL);
}

static void queue_up(struct run *run, uint32_t id)
{
    struct customer *c = &run->customer[id];
    c->before = run->last;
    c->behind = NOBODY;
    *(run->last == NOBODY ? &run->first : &run->customer[run->last].behind) = id;
    run->last = id;
    c->patience = (struct handle){0};
    if (run->queue->patience_rate > 0)
        schedule(run, stream_exponential(&run->patiences) / run->queue->patience_rate, PATIENCE_ENDS, id, &c->patience);
}

static void unqueue(struct run *run, uint32_t id)
{
    const struct customer *c = &run->customer[id];
    *(c->before == NOBODY ? &run->first : &run->customer[c->before].behind) = c->behind;
    *(c->behind == NOBODY ? &run->last : &run->customer[c->behind].before) = c->before;
}

static void arrive(struct run *run, uint32_t id)
{
    if (!run->queue->population) {
        schedule(run, stream_exponential(&run->arrivals) / run->queue->arrival_rate, ARRIVAL, 0, NULL);
        id = take_row(run);
    }
    run->customer[id].arrived = run->now;
    set_number(run, run->number + 1);
    if (!run->queue->servers || run->busy < run->queue->servers)
        serve(run, id);
    else
        queue_up(run, id);
}

/* Back to the population, whose clock is wound up inside the step, or gone. */
static void leave(struct run *run, uint32_t id)
{
    set_number(run, run->number - 1);
    if (!run->queue->population) {
        run->customer[id].behind = run->free_row;
        run->free_row = id;
        return;
    }
    float after;
    run->left[id] = (float)stream_exponential(&run->arrivals);
    if (clock_settle(&run->left[id], 0, run->hazard[id], (float)(run->step_end - run->now), &after))
        schedule(run, (double)after, ARRIVAL, id, NULL);
}

static void depart(struct run *run, uint32_t id)
{
    run->busy--;
    leave(run, id);
    uint32_t next = run->first;
    if (next == NOBODY)
        return;
    unqueue(run, next);
    calendar_cancel(run->calendar, run->customer[next].patience);
    serve(run, next);
}

static void give_up(struct run *run, uint32_t id)
{
    note(run, id, true);
    unqueue(run, id);
    leave(run, id);
}

static void handle_events(struct run *run, double before)
{
    struct event event;
    while (calendar_pop(run->calendar, before, &run->now, &event)) {
        run->events++;
        if (event.kind == ARRIVAL)
            arrive(run, event.id);
        else if (event.kind == DEPARTURE)
            depart(run, event.id);
        else
            give_up(run, event.id);
    }
}

/* All of the population is outside. */
static void wind_up(struct run *run)
{
    uint32_t count = run->queue->population;
    run->customer = arena_array(&run->arena, count, sizeof *run->customer);
    run->left = arena_array(&run->arena, count, sizeof *run->left);
    run->hazard = arena_array(&run->arena, count, sizeof *run->hazard);
    run->slope = arena_array(&run->arena, count, sizeof *run->slope);
    run->after = arena_array(&run->arena, count, sizeof *run->after);
    run->fired = arena_array(&run->arena, count, sizeof *run->fired);
    for (uint32_t i = 0; i < count; i++) {
        run->left[i] = (float)stream_exponential(&run->arrivals);
        run->hazard[i] = (float)run->queue->arrival_rate;
    }
}

/* Clocks run down in steps, whose length cannot matter; what they lead to happens inside the step. */
static void run_population(struct run *run, double time)
{
    const double step = 0.37 / run->queue->arrival_rate;
    struct clock_columns columns = {run->left, run->hazard, run->slope, run->queue->population};
    for (double start = 0; start < time; start = run->step_end) {
        run->now = start;
        run->step_end = fmin(start + step, time);
        size_t fired = clocks_sweep(columns, 1, (float)(run->step_end - start), run->fired, run->after);
        for (size_t i = 0; i < fired; i++)
            schedule(run, (double)run->after[i], ARRIVAL, run->fired[i], NULL);
        handle_events(run, run->step_end);
    }
}

static struct queue_observed observed(struct run *run)
{
    struct batches number = {0};
    for (size_t i = warm_up(run->mean, run->windows); i < run->windows; i++)
        batches_add(&number, run->mean[i]);
    const double confidence = 0.95;
    return (struct queue_observed){.number = batches_interval(&number, confidence),
                                   .wait = batches_interval(&run->wait, confidence),
                                   .lost = batches_interval(&run->lost, confidence),
                                   .events = run->events};
}

struct queue_observed queue_observe(const struct queue *queue, const struct streams *streams, double time)
{
    const double warm_share = 0.02; /* of the time, for waits: there is nothing yet to find their warm-up by */
    struct run run = {
        .queue = queue,
        .calendar = calendar_new(),
        .window = time / WINDOWS,
        .warm = warm_share * time,
        .arrivals = stream_open(streams, identity(1, 1, 1)),
        .services = stream_open(streams, identity(1, 1, 2)),
        .patiences = stream_open(streams, identity(1, 1, 3)),
        .free_row = NOBODY,
        .first = NOBODY,
        .last = NOBODY,
    };
    time_average_start(&run.level, 0, 0);
    if (queue->population) {
        wind_up(&run);
        run_population(&run, time);
    } else {
        schedule(&run, stream_exponential(&run.arrivals) / queue->arrival_rate, ARRIVAL, 0, NULL);
        handle_events(&run, time);
    }
    run.now = time;
    set_number(&run, run.number);
    struct queue_observed result = observed(&run);
    calendar_free(run.calendar);
    arena_free(&run.arena);
    return result;
}
