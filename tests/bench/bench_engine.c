/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine's parts and a whole replication cost, one `name value unit` a line.
 *
 * The yardstick, a plain binary heap under the same load, is measured between the others in every round; each
 * line is the median over the rounds. Fractions of the yardstick go to stderr: they mean something on a noisy machine.
 */
#include "seconds.h"
#include "sim/engine/calendar.h"
#include "sim/engine/clocks.h"
#include "sim/engine/stream.h"
#include "tests/lease_book.h"
#include "tests/theory_queues.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15, DELAYS = 4096 };

/* Exponential delays, drawn in blocks. */
struct delays {
    struct stream stream;
    double block[DELAYS];
    size_t used;
};

static struct delays delays_new(uint64_t seed)
{
    struct streams streams = {.seed = seed};
    return (struct delays){.stream = stream_open(&streams, 0), .used = DELAYS};
}

static inline double delay(struct delays *d)
{
    if (d->used == DELAYS) {
        stream_fill_exponential(&d->stream, d->block, DELAYS);
        d->used = 0;
    }
    return d->block[d->used++];
}

/* The yardstick */

struct node {
    double time;
    uint64_t sequence;
    struct {
        uint32_t id, stamp, data, kind;
    } event;
};

struct heap {
    struct node *node;
    size_t count;
};

static inline bool node_earlier(const struct node *a, const struct node *b)
{
    return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

static void heap_push(struct heap *heap, struct node node)
{
    size_t i = heap->count++;
    while (i && node_earlier(&node, &heap->node[(i - 1) / 2])) {
        heap->node[i] = heap->node[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap->node[i] = node;
}

static struct node heap_pop(struct heap *heap)
{
    struct node first = heap->node[0], node = heap->node[--heap->count];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < heap->count) {
        if (child + 1 < heap->count && node_earlier(&heap->node[child + 1], &heap->node[child]))
            child++;
        if (!node_earlier(&heap->node[child], &node))
            break;
        heap->node[i] = heap->node[child];
        i = child;
    }
    heap->node[i] = node;
    return first;
}

static double reference_heap(size_t pending, size_t events)
{
    struct delays delays = delays_new(1);
    struct heap heap = {.node = malloc((pending + 1) * sizeof *heap.node)};
    uint64_t sequence = 0;
    for (size_t i = 0; i < pending; i++)
        heap_push(&heap, (struct node){.time = delay(&delays), .sequence = sequence++, .event.id = (uint32_t)i});
    double from = 0;
    for (size_t i = 0; i < 2 * events; i++) {
        if (i == events)
            from = bench_seconds();
        struct node node = heap_pop(&heap);
        node.time += delay(&delays);
        node.sequence = sequence++;
        heap_push(&heap, node);
    }
    double each = (bench_seconds() - from) / (double)events * 1e9;
    free(heap.node);
    return each;
}

/* The hold model: each event popped is pushed again, an exponential delay later. With cancels, one operation in eight
 * cancels an event at random instead and pushes another in its place. */
struct hold {
    struct calendar *calendar;
    struct delays delays;
    struct handle *handle; /* NULL: no cancels */
    size_t pending;
    double now;
    uint64_t random;
};

/* tests/bench/instructions.sh counts in here. */
__attribute__((noinline)) static void hold_run(struct hold *hold, size_t events)
{
    struct event event;
    for (size_t i = 0; i < events; i++) {
        if (hold->handle && i % 8 == 0) {
            hold->random = hold->random * 6364136223846793005u + 1442695040888963407u;
            event.id = (uint32_t)((hold->random >> 33) * hold->pending >> 31);
            calendar_cancel(hold->calendar, hold->handle[event.id]);
        } else {
            calendar_pop(hold->calendar, HUGE_VAL, &hold->now, &event);
        }
        struct handle pushed = calendar_push(hold->calendar, hold->now + delay(&hold->delays), 0, event);
        if (hold->handle)
            hold->handle[event.id] = pushed;
    }
}

static double hold(size_t pending, size_t events, bool cancels)
{
    static struct calendar *calendar; /* kept, as by one replication after another */
    if (calendar)
        calendar_reset(calendar);
    else
        calendar = calendar_new();
    struct hold hold = {.calendar = calendar, .delays = delays_new(1), .pending = pending};
    struct handle *handle = calloc(pending, sizeof *handle);
    for (size_t i = 0; i < pending; i++)
        handle[i] = calendar_push(calendar, delay(&hold.delays), 0, (struct event){.id = (uint32_t)i});
    if (cancels)
        hold.handle = handle;
    hold_run(&hold, events);
    double from = bench_seconds();
    hold_run(&hold, events);
    double each = (bench_seconds() - from) / (double)events * 1e9;
    free(handle);
    return each;
}

/* One replication of another model on the engine, warm. */
static double lease_book(void)
{
    enum { CENTRES = 500, REPLICATIONS = 8 };
    static struct book_lab lab; /* kept, as by one replication after another */
    if (!lab.sim) {
        book_lab_open(&lab, CENTRES);
        book_lab_run(&lab, 1, 0);
    }
    double from = bench_seconds();
    for (uint32_t r = 1; r <= REPLICATIONS; r++)
        if (!book_lab_run(&lab, 1, r))
            exit(1);
    return (bench_seconds() - from) / REPLICATIONS * 1e3;
}

static double reference_heap_1e4(void)
{
    return reference_heap(10000, 200000);
}

static double hold_1e2(void)
{
    return hold(100, 400000, false);
}

static double hold_1e4(void)
{
    return hold(10000, 400000, false);
}

static double hold_1e6(void)
{
    return hold(1000000, 3000000, false);
}

static double hold_cancel_1e4(void)
{
    return hold(10000, 400000, true);
}

static double mm1(void)
{
    enum { CUSTOMERS = 300000 };
    struct streams streams = {.seed = 7};
    double from = bench_seconds();
    queue_mm1(&streams, 0.8, CUSTOMERS);
    return (bench_seconds() - from) / CUSTOMERS * 1e9;
}

/* Ten thousand leases in fifty segments, as the headline has them, for a thousand steps. */
static double sweep(void)
{
    enum { CLOCKS = 10000, SEGMENTS = 50, STEPS = 1000 };
    static float left[CLOCKS], base[CLOCKS], slope[CLOCKS], after[CLOCKS];
    static uint32_t fired[CLOCKS];
    struct delays delays = delays_new(3);
    for (size_t i = 0; i < CLOCKS; i++) {
        left[i] = (float)delay(&delays);
        base[i] = 0.2f;
        slope[i] = (float)delay(&delays);
    }
    size_t fires = 0, each = CLOCKS / SEGMENTS;
    double from = bench_seconds();
    for (int step = 0; step < STEPS; step++) {
        for (size_t s = 0; s < SEGMENTS; s++) {
            float *own = left + s * each;
            struct clock_columns columns = {own, base + s * each, slope + s * each, each};
            size_t n = clocks_sweep(columns, 1.1f, 1 / 52.0f, fired, after);
            for (size_t i = 0; i < n; i++)
                own[fired[i]] = 1 + after[i];
            fires += n;
        }
    }
    double cost = (bench_seconds() - from) / ((double)CLOCKS * STEPS) * 1e9;
    return fires ? cost : 0;
}

static double exponential(void)
{
    enum { BLOCKS = 1000 };
    struct delays delays = delays_new(4);
    double from = bench_seconds(), sum = 0;
    for (int i = 0; i < BLOCKS; i++) {
        stream_fill_exponential(&delays.stream, delays.block, DELAYS);
        sum += delays.block[i];
    }
    double each = (bench_seconds() - from) / ((double)BLOCKS * DELAYS) * 1e9;
    return sum > 0 ? each : 0;
}

static const struct {
    const char *name;
    double (*measure)(void);
    const char *unit;
    double ns; /* in one unit; 0 if it is no time */
} lines[] = {
    {"reference_heap_1e4", reference_heap_1e4, "ns/event", 1},
    {"hold_1e2", hold_1e2, "ns/event", 1},
    {"hold_1e4", hold_1e4, "ns/event", 1},
    {"hold_1e6", hold_1e6, "ns/event", 1},
    {"hold_cancel_1e4", hold_cancel_1e4, "ns/event", 1},
    {"mm1", mm1, "ns/customer", 1},
    {"sweep", sweep, "ns/lease-step", 1},
    {"exponential", exponential, "ns", 1},
    {"lease_book", lease_book, "ms", 1e6},
};
enum { LINES = sizeof lines / sizeof *lines };

/* `bench_engine NAME...` measures these lines only. */
static bool asked(const char *name, int count, char **names)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return count == 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--count") == 0) {
        hold(10000, 400000, false);
        return 0;
    }
    static double value[LINES][ROUNDS], fraction[LINES][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (int line = 0; line < LINES; line++) {
            if (!asked(lines[line].name, argc - 1, argv + 1))
                continue;
            double before = reference_heap_1e4();
            value[line][round] = lines[line].measure();
            fraction[line][round] = 2 * value[line][round] * lines[line].ns / (before + reference_heap_1e4());
        }
    }
    for (int line = 0; line < LINES; line++) {
        if (!asked(lines[line].name, argc - 1, argv + 1))
            continue;
        qsort(value[line], ROUNDS, sizeof value[line][0], bench_compare);
        qsort(fraction[line], ROUNDS, sizeof fraction[line][0], bench_compare);
        printf("%s %.4g %s\n", lines[line].name, value[line][ROUNDS / 2], lines[line].unit);
        if (lines[line].ns > 0)
            fprintf(stderr, "# %s %.4f of the reference\n", lines[line].name, fraction[line][ROUNDS / 2]);
    }
    return 0;
}
