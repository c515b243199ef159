/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantiles of any number of values from counts in buckets, in memory that their range bounds and not their number.
 *
 * Every octave of magnitude is cut into 512 equal buckets, so a bucket's middle is within 1/1024 (0.098 %) of all that
 * fell into it. The bucket of a value is its exponent and first nine bits of mantissa: nothing is rounded and no
 * logarithm taken. Counts are integers: the order of adding and merging cannot matter. Magnitudes under 2^-40 count as
 * 0. Smallest and largest value are kept as they are.
 */
#ifndef ICCSIM_MONTECARLO_SKETCH_H
#define ICCSIM_MONTECARLO_SKETCH_H

#include "sim/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKETCH_RELATIVE_ERROR (1.0 / 1024)

/* Counts of one sign by bucket number, over the part of the range that was met. */
struct sketch_side {
    uint32_t *count;
    uint32_t first, length;
};

struct sketch { /* {0} is empty */
    struct sketch_side negative, positive;
    uint64_t zeros, total;
    double least, most;
};

void sketch_add(struct sketch *sketch, double value); /* finite */
/* `into` has the values of both then. */
void sketch_merge(struct sketch *into, const struct sketch *from);
double sketch_order(const struct sketch *sketch, uint64_t k); /* about the k-th smallest, from 0; k < total */
/* Bytes that depend on the values alone. */
void sketch_write(const struct sketch *sketch, struct bytes *to);
bool sketch_read(struct sketch *sketch, struct byte_reader *from); /* into an empty one; false: not of a sketch */
void sketch_free(struct sketch *sketch);

#endif
