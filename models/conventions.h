/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all files of the economics share: conventions, limits, small arithmetic.
 *
 * Time is in decimal years; money in nominal CNY, books without VAT; compute P in dense FP16 PFLOP/s; "effective P" is
 * what software and cluster deliver, in units in which an H100 at its launch delivers mfu * 0.989; rents are per hour.
 */
#ifndef ICCSIM_MODELS_CONVENTIONS_H
#define ICCSIM_MODELS_CONVENTIONS_H

#include "sim/base/dates.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table belongs to a room: the files of that room write it, to all others it is const. ROOM is the room that a file is
 * compiled for (the Makefile says), one of these words; a test or the page, which have none, may write everything. */
#define ROOM_hardware 1
#define ROOM_market 2
#define ROOM_supply 3
#define ROOM_leases 4
#define ROOM_books 5
#define ROOM_planner 6

#if !defined ROOM || ROOM == ROOM_hardware
#define OF_HARDWARE
#else
#define OF_HARDWARE const
#endif
#if !defined ROOM || ROOM == ROOM_market
#define OF_MARKET
#else
#define OF_MARKET const
#endif
#if !defined ROOM || ROOM == ROOM_supply
#define OF_SUPPLY
#else
#define OF_SUPPLY const
#endif
#if !defined ROOM || ROOM == ROOM_leases
#define OF_LEASES
#else
#define OF_LEASES const
#endif
#if !defined ROOM || ROOM == ROOM_books
#define OF_BOOKS
#else
#define OF_BOOKS const
#endif

struct world;
struct vintage;

#define NONE ((double)NAN) /* does not apply, not yet, never */

/* fmax and fmin where no argument is NaN: one instruction instead of a call. */
static inline double max_of(double a, double b)
{
    return a > b ? a : b;
}

static inline double min_of(double a, double b)
{
    return a < b ? a : b;
}

/* max_of(0, x) where both signs are equally likely: the compiler turns max_of into a branch, which is mispredicted. */
static inline double above_zero(double x)
{
    return 0.5 * (x + fabs(x));
}

enum workload { TRAINING, INFERENCE, WORKLOADS }; /* 0 and 1: see demand_need */
enum { MAX_GENERATIONS = 64, MAX_REGIONS = 8, MAX_OPERATORS = 8, MAX_TENANT_CLASSES = 8, MAX_ENFORCEMENTS = 16 };
#define FROM_THE_START 0x80000000u /* in a number: it stood when the world began */

/* 64-bit words that a set of that many bits takes. */
static inline size_t words_of(size_t bits)
{
    return (bits + 63) / 64;
}

#endif
