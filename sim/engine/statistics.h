/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a simulation says in the long run: averages over time and over observations, with an interval that holds
 * although neighbours are correlated.
 *
 * All are small structs that the caller owns; {0} is empty, but a time average begins with time_average_start. Nothing
 * here allocates or is random. Left out: quantiles (montecarlo/sketch.h) and what many replications say together
 * (montecarlo/bands.h).
 */
#ifndef ICCSIM_ENGINE_STATISTICS_H
#define ICCSIM_ENGINE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Observations, each of weight one (Welford 1962: no cancellation). NaN where there are too few. */
struct tally {
    uint64_t count;
    double mean, squares; /* squares: sum of squared deviations from the mean */
    double min, max;
};

/* A finite observation. */
void tally_add(struct tally *tally, double value);
double tally_variance(const struct tally *tally); /* of the population seen from a sample: over count - 1 */

/* A level that holds until it changes. It has a first value from time_average_start on; time never goes back. */
struct time_average {
    double level, since;
    double start, mean, squares; /* over [start, since]; squares: integral of the squared deviation */
    double min, max;
};

/* Opens one: the level is that from `now` on. */
void time_average_start(struct time_average *average, double now, double level);
void time_average_update(struct time_average *average, double now, double level); /* the level from now on */
void time_average_reset(struct time_average *average, double now); /* end of the warm-up: forgets all but the level */
/* Over [start, now], now at or after the last update; NaN if that is an instant. */
double time_average_mean(const struct time_average *average, double now);
double time_average_variance(const struct time_average *average, double now);

/* Means of equally long batches, taken as independent. Any number of observations fits: when all batches are full,
 * neighbours are joined and batches are twice as long from then on. */
enum { BATCHES = 64 };
struct batches {
    double sum[BATCHES]; /* of those that are full, then of the one being filled */
    uint64_t length, filled; /* observations a batch; in the one being filled */
    size_t full;
};

void batches_add(struct batches *batches, double value); /* {0} begins with batches of one */

struct interval {
    double mean, half_width; /* NaN with fewer than two batches */
};

/* Student's t over the full batches; confidence .95 and the like. */
struct interval batches_interval(const struct batches *batches, double confidence);
struct interval interval_of_means(const double *mean, size_t count, double confidence);

/* How many observations at the start to leave out: MSER-5 (White, Cobb and Spratt 2000), the multiple of five that
 * minimises the squared standard error of what is left, in means of five. It looks at no more than the first half; a
 * minimum at that limit means that the run is too short, and gives `count`. */
size_t warm_up(const double *value, size_t count);

#endif
