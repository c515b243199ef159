/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue run through the engine as a mechanism would use it, and what theory says of it: the proof that calendar,
 * streams and hazard clocks work together.
 *
 * Customers arrive, wait first come first served, are served and leave, or lose patience and leave unserved. By its
 * numbers it is
 *
 *     M/M/1, M/M/c        servers
 *     M/G/infinity        no_limit servers and a law of service
 *     M/M/c+M (Erlang A)  patience_rate > 0
 *     machine repair      population > 0: the machines are the customers, and arrive by their hazard clocks
 *
 * Theory is the stationary birth-death chain, p(n) ~ p(n-1) birth(n-1) / death(n), summed; with Little's law.
 */
#ifndef ICCSIM_ENGINE_QUEUE_H
#define ICCSIM_ENGINE_QUEUE_H

#include "statistics.h"
#include "stream.h"

#include <stdint.h>

enum { NO_LIMIT = 0 };

struct queue {
    double arrival_rate; /* of all, or of each customer outside if there is a population */
    double service_rate;
    double patience_rate; /* 0: nobody gives up */
    uint32_t servers; /* or NO_LIMIT */
    uint32_t population; /* or NO_LIMIT */
    double (*service)(struct stream *s); /* its law, scaled to mean 1; NULL: exponential */
};

/* In theory: values; from a run: means with their 95 % interval by batches. */
struct queue_theory {
    double number; /* in the system, over time */
    double wait; /* of a customer until served or gone */
    double lost; /* share of customers who give up */
};
struct queue_observed {
    struct interval number, wait, lost;
    uint64_t events;
};

/* The chain must be stable. A law of service other than exponential needs NO_LIMIT servers, where only its mean
 * matters. */
struct queue_theory queue_theory(const struct queue *queue);

/* From empty over the given time, the warm-up found by MSER-5 left out. The intervals are NaN if that leaves too
 * little. */
struct queue_observed queue_observe(const struct queue *queue, const struct streams *streams, double time);

/* Share of calls lost with `servers` and no queue (Erlang B), and that wait with an endless one (Erlang C); load in
 * Erlangs. */
double erlang_b(uint32_t servers, double load);
double erlang_c(uint32_t servers, double load);

#endif
