/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers that belong to a cause, not to a moment.
 *
 * A stream is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") keyed by the seed, with
 * the counter made of (replication, entity, position). The entity's identity is causal: what it is, never when
 * it was made. So switching a ban on changes what the ban causes and nothing else. Opening a stream costs nothing.
 */
#ifndef ICCSIM_ENGINE_STREAM_H
#define ICCSIM_ENGINE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

struct stream {
    uint32_t key[2], counter[4]; /* counter: position, replication, identity low, identity high */
    uint32_t block[4];
    int left; /* unused words in block */
    bool antithetic;
};

/* Where all of a replication's numbers come from. */
struct streams {
    uint64_t seed;
    uint32_t replication;
    bool antithetic; /* u becomes 1 - u */
};

/* Identity of (purpose, class, k): 16 + 16 + 32 bits, so that no two coincide. */
static inline uint64_t identity(uint32_t purpose, uint32_t class_, uint32_t k)
{
    return (uint64_t)(purpose & 0xffff) << 48 | (uint64_t)(class_ & 0xffff) << 32 | k;
}

struct stream stream_open(const struct streams *from, uint64_t identity);
double stream_uniform(struct stream *s);     /* in the open interval (0, 1), 53 bits */
double stream_exponential(struct stream *s); /* mean 1, by inversion */
double stream_normal(struct stream *s);      /* mean 0, deviation 1, by inversion */
uint32_t stream_poisson(struct stream *s, double mean); /* by inversion, products in blocks; mean up to 1e6 */

/* A well-mixed 64-bit hash of a text (FNV-1a with a finaliser), for identities that are names. */
uint64_t identity_of_text(const char *text);

#endif
