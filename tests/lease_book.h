/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another model on the engine, without scenario and economics: a book of leases on blocks of computing centres.
 *
 * Ten years from empty; a centre has 8 blocks, each free, let, or vacated and being cleared. The market's price is e^X
 * where X starts at 0 and moves at the end of each month as an Ornstein-Uhlenbeck process does in that time (rate 1 a
 * year, volatility .3); between, it holds. Customers come as a Poisson process, .9 a year for each centre. One wants 1
 * to 4 blocks, all alike, in one centre: it looks at up to three centres at random, the same one perhaps twice, and
 * signs in the first that has room. Otherwise it joins the tail of one queue for all centres and leaves unserved after
 * an exponential time (mean two months). Signing, P is the market's price, and the term one, two or three years with
 * probabilities .5, .3 and .2. Customers terminate early at a hazard of .1 max(1, (P / M)^2) a year, where M is the
 * market's price of the month. At the end of its term a lease is renewed with probability .6, at the market's price and
 * for a new term, or ends. Of a lease that ends either way each block becomes free after a time of its own,
 * exponential with mean one month; then the head of the queue signs in that centre as long as it finds room there.
 */
#ifndef ICCSIM_TESTS_LEASE_BOOK_H
#define ICCSIM_TESTS_LEASE_BOOK_H

#include "sim/base/det.h"
#include "sim/engine/clock_table.h"
#include "sim/engine/plan.h"
#include "sim/engine/rows.h"

#include <math.h>
#include <string.h>

enum {
    BLOCKS_OF_CENTRE = 8,
    MOST_WANTED = 4,
    PROBES = 3,
    TERM_LENGTHS = 3,
    MONTHS_A_YEAR = 12,
    YEARS = 10,
    QUEUE_ROOM = 4096
};
static const double term_weight[TERM_LENGTHS] = {.5, .3, .2};

struct lease_book_settings {
    uint32_t centres;
};

struct lease {
    double since, price; /* since signing or renewal */
    uint32_t centre, blocks;
};

struct waiting {
    uint32_t wants; /* 0: has left */
};

struct world {
    struct sim *sim;
    uint32_t centres;
    uint8_t *free; /* blocks of each centre */
    struct rows rows;
    struct lease *lease;
    struct clock_table clocks; /* of early termination: one a lease */
    struct waiting queue[QUEUE_ROOM]; /* by number of arrival, modulo */
    uint32_t head, tail;
    double log_price, price, next_arrival;
    struct reserve gap, wanted, probe, patience, term, renewal, clearing, exposure, market;
    double let_block_years, revenue, terminated, expired, reneged;
};

enum lease_book_event { ON_ARRIVAL, ON_EXPIRY, ON_TERMINATION, ON_BLOCK_FREE, ON_PATIENCE };
enum { BOOK_UTILISATION, BOOK_TERMINATED, BOOK_EXPIRED, BOOK_RENEGED, BOOK_REVENUE, BOOK_OUTPUTS };

static inline struct event book_event(enum lease_book_event kind, uint32_t id, uint32_t stamp)
{
    return (struct event){.kind = (uint16_t)kind, .id = id, .stamp = stamp};
}

/* What the lease has brought since it was signed or renewed. */
static inline void book_account(struct world *w, const struct lease *lease)
{
    double block_years = lease->blocks * (w->sim->now - lease->since);
    w->let_block_years += block_years;
    w->revenue += lease->price * block_years;
}

/* Price and term as of now; returns the slope of its hazard. */
static inline double book_agree(struct world *w, uint32_t id)
{
    struct lease *lease = &w->lease[id];
    lease->since = w->sim->now;
    lease->price = w->price;
    double term_yr = 1 + (double)weighted_choice(reserve_next(&w->term), term_weight, TERM_LENGTHS);
    sim_schedule(w->sim, w->sim->now + term_yr, 0, book_event(ON_EXPIRY, id, w->rows.stamp[id]));
    return lease->price * lease->price;
}

static inline void book_sign(struct world *w, uint32_t centre, uint32_t blocks)
{
    uint32_t id = rows_take(&w->rows);
    w->lease[id] = (struct lease){.centre = centre, .blocks = blocks};
    w->free[centre] = (uint8_t)(w->free[centre] - blocks);
    clock_table_start(&w->clocks, id, reserve_next(&w->exposure), .1, book_agree(w, id));
}

static inline void book_end(struct world *w, uint32_t id)
{
    const struct lease *lease = &w->lease[id];
    book_account(w, lease);
    for (uint32_t i = 0; i < lease->blocks; i++)
        sim_schedule(w->sim, w->sim->now + reserve_next(&w->clearing) / MONTHS_A_YEAR, 0,
                     book_event(ON_BLOCK_FREE, lease->centre, 0));
    clock_table_stop(&w->clocks, id);
    rows_give_back(&w->rows, id);
}

static inline void book_wait(struct world *w, uint32_t wants)
{
    if (w->tail - w->head == QUEUE_ROOM)
        sim_fail(w->sim, "more than %d wait", QUEUE_ROOM);
    w->queue[w->tail % QUEUE_ROOM] = (struct waiting){wants};
    sim_schedule(w->sim, w->sim->now + reserve_next(&w->patience) / 6, 0, book_event(ON_PATIENCE, w->tail, 0));
    w->tail++;
}

static void book_arrival(struct world *w, const struct event *event)
{
    (void)event;
    uint32_t wants = 1 + reserve_below(&w->wanted, MOST_WANTED);
    for (int i = 0; i < PROBES; i++) {
        uint32_t centre = reserve_below(&w->probe, w->centres);
        if (w->free[centre] >= wants) {
            book_sign(w, centre, wants);
            return;
        }
    }
    book_wait(w, wants);
}

static void book_expiry(struct world *w, const struct event *event)
{
    uint32_t id = event->id;
    if (!rows_has(&w->rows, id, event->stamp))
        return; /* has ended before */
    w->expired++;
    if (reserve_next(&w->renewal) < .6) {
        book_account(w, &w->lease[id]);
        clock_table_change(&w->clocks, id, .1, book_agree(w, id));
    } else {
        book_end(w, id);
    }
}

static inline void book_skip_those_gone(struct world *w)
{
    while (w->head != w->tail && !w->queue[w->head % QUEUE_ROOM].wants)
        w->head++;
}

static void book_termination(struct world *w, const struct event *event)
{
    if (!clock_table_fired(&w->clocks, event))
        return;
    w->terminated++;
    book_end(w, event->id);
}

static void book_block_free(struct world *w, const struct event *event)
{
    uint32_t centre = event->id;
    w->free[centre]++;
    for (book_skip_those_gone(w); w->head != w->tail; book_skip_those_gone(w)) {
        uint32_t wants = w->queue[w->head % QUEUE_ROOM].wants;
        if (wants > w->free[centre])
            break;
        w->head++;
        book_sign(w, centre, wants);
    }
}

static void book_patience(struct world *w, const struct event *event)
{
    uint32_t number = event->id;
    if ((int32_t)(number - w->head) < 0 || !w->queue[number % QUEUE_ROOM].wants)
        return; /* served */
    w->queue[number % QUEUE_ROOM].wants = 0;
    w->reneged++;
    book_skip_those_gone(w);
}

static void book_handle(struct world *w, const struct event *event)
{
    typedef void handler_of_event(struct world * w, const struct event *event);
    static handler_of_event *const handler[] = {
        [ON_ARRIVAL] = book_arrival,       [ON_EXPIRY] = book_expiry,     [ON_TERMINATION] = book_termination,
        [ON_BLOCK_FREE] = book_block_free, [ON_PATIENCE] = book_patience,
    };
    handler[event->kind](w, event);
}

/* X moves at the end of each month. */
static void book_market(struct world *w)
{
    if (w->sim->step)
        w->log_price = w->log_price * det_exp(-1. / MONTHS_A_YEAR) +
                       .3 * sqrt(-det_expm1(-2. / MONTHS_A_YEAR) / 2) * reserve_next(&w->market);
    w->price = det_exp(w->log_price);
}

/* Those who come in this month. */
static void book_request(struct world *w)
{
    for (; w->next_arrival < w->sim->step_end; w->next_arrival += reserve_next(&w->gap) / (.9 * w->centres))
        sim_schedule(w->sim, w->next_arrival, 0, book_event(ON_ARRIVAL, 0, 0));
}

static void book_hazard(struct world *w)
{
    clock_table_run(&w->clocks, 1 / (w->price * w->price));
}

static const struct model model_lease_book;

static void book_open(struct world *w, struct reserve *r, uint32_t purpose, stream_fill *fill)
{
    reserve_open(r, sim_stream(w->sim, &model_lease_book, identity(purpose, 0, 0)), fill);
}

static void book_start(struct world *w)
{
    const struct lease_book_settings *s = sim_settings(w->sim, &model_lease_book);
    struct arena *arena = &w->sim->arena;
    w->centres = s->centres;
    w->free = arena_array(arena, s->centres, sizeof *w->free);
    memset(w->free, BLOCKS_OF_CENTRE, s->centres);
    rows_open(&w->rows, arena, s->centres * BLOCKS_OF_CENTRE);
    w->lease = arena_array(arena, w->rows.capacity, sizeof *w->lease);
    clock_table_open(&w->clocks, w->sim, book_event(ON_TERMINATION, 0, 0), w->rows.capacity);
    stream_fill *const uniform = stream_fill_uniform, *const exponential = stream_fill_exponential;
    book_open(w, &w->gap, 0, exponential), book_open(w, &w->wanted, 1, uniform);
    book_open(w, &w->probe, 2, uniform), book_open(w, &w->patience, 3, exponential);
    book_open(w, &w->term, 4, uniform), book_open(w, &w->renewal, 5, uniform);
    book_open(w, &w->clearing, 6, exponential), book_open(w, &w->exposure, 7, exponential);
    book_open(w, &w->market, 8, stream_fill_normal);
    w->next_arrival = reserve_next(&w->gap) / (.9 * w->centres);
}

static void book_finish(struct world *w)
{
    for (uint32_t id = 0; id < w->rows.count; id++)
        if (w->rows.stamp[id] % 2)
            book_account(w, &w->lease[id]);
    double whole = (double)w->centres * BLOCKS_OF_CENTRE * YEARS;
    const double value[BOOK_OUTPUTS] = {w->let_block_years / whole, w->terminated, w->expired, w->reneged, w->revenue};
    for (int i = 0; i < BOOK_OUTPUTS; i++)
        sim_record(w->sim, &model_lease_book, i, -1, value[i], false);
}

static const struct output book_outputs[] = {
    [BOOK_UTILISATION] = {"utilisation", OUTPUT_SCALAR, "", NULL, "share of blocks let, over time"},
    [BOOK_TERMINATED] = {"terminated", OUTPUT_SCALAR, "", NULL, "early terminations"},
    [BOOK_EXPIRED] = {"expired", OUTPUT_SCALAR, "", NULL, "terms that ended, renewed or not"},
    [BOOK_RENEGED] = {"reneged", OUTPUT_SCALAR, "", NULL, "customers who left the queue unserved"},
    [BOOK_REVENUE] = {"revenue", OUTPUT_SCALAR, "", NULL, "price times blocks times years let"},
    {0},
};

static const struct model model_lease_book = {
    .name = "lease_book",
    .help = "leases on blocks of computing centres",
    .outputs = book_outputs,
    .start = book_start,
    .event = book_handle,
    .finish = book_finish,
    .phase = {[PHASE_BELIEFS] = book_market, [PHASE_REQUEST] = book_request, [PHASE_HAZARD] = book_hazard},
};

/* A workplace for replications of the book. */
struct book_lab {
    struct arena arena;
    struct lease_book_settings settings;
    const void *settings_of[1];
    struct plan_request request;
    struct sim *sim;
    struct result *result;
};

static inline void book_lab_open(struct book_lab *lab, uint32_t centres)
{
    static const struct model *const models[] = {&model_lease_book, NULL};
    *lab = (struct book_lab){.settings = {centres}};
    lab->settings_of[0] = &lab->settings;
    lab->request = (struct plan_request){.models = models,
                                         .settings = lab->settings_of,
                                         .start = 0,
                                         .end = YEARS,
                                         .steps = YEARS * MONTHS_A_YEAR,
                                         .world_size = sizeof(struct world)};
    struct plan *plan = plan_new(&lab->request, &lab->arena);
    lab->sim = sim_new(plan);
    lab->result = result_new(plan, &lab->arena);
}

static inline bool book_lab_run(struct book_lab *lab, uint64_t seed, uint32_t replication)
{
    struct streams streams = {.seed = seed, .replication = replication};
    return sim_run(lab->sim, streams, plan_values(&lab->request), NULL, lab->result);
}

static inline void book_lab_close(struct book_lab *lab)
{
    sim_free(lab->sim);
    arena_free(&lab->arena);
}

#endif
