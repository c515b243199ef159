/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers that belong to a cause, not to a moment.
 *
 * A stream is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") keyed by the seed and
 * the name of the mechanism that draws, with the counter made of (replication, identity, position). The identity is
 * causal: what the numbers are for and whom they befall, never when they are drawn. Inside a mechanism identities are
 * told apart by numbers of its own; another mechanism may use the same. So switching a ban on, or adding a mechanism
 * or a stream, changes what that causes and nobody else's draws. Opening a stream costs nothing.
 */
#ifndef ICCSIM_ENGINE_STREAM_H
#define ICCSIM_ENGINE_STREAM_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream {
    uint32_t key[2], counter[4]; /* counter: position, replication, identity low, identity high */
    uint64_t draw[2]; /* of the last block */
    int left; /* of these */
    bool antithetic;
};

/* Where all of a replication's numbers come from. */
struct streams {
    uint64_t seed;
    uint32_t replication;
    bool antithetic; /* u becomes 1 - u */
};

/* Those that belong to a name: a mechanism's, or whoever else draws. Other names have other numbers. */
struct streams streams_of(const struct streams *from, const char *name);

/* Identity of (purpose, class, k): 16 + 16 + 32 bits, so that no two coincide. The purpose is a number of the
 * mechanism's own. */
static inline uint64_t identity(uint32_t purpose, uint32_t class_, uint32_t k)
{
    return (uint64_t)(purpose & 0xffff) << 48 | (uint64_t)(class_ & 0xffff) << 32 | k;
}

/* The same of a numbered owner and a numbered occasion, 24 bits each. */
static inline uint64_t identity_pair(uint32_t purpose, uint32_t owner, uint32_t occasion)
{
    return (uint64_t)(purpose & 0xffff) << 48 | (uint64_t)(owner & 0xffffff) << 24 | (occasion & 0xffffff);
}

struct stream stream_open(const struct streams *from, uint64_t identity);

/* Goes on so many blocks of two draws later; nothing may have been drawn of the present one. */
static inline void stream_skip_blocks(struct stream *s, uint32_t blocks)
{
    s->counter[0] += blocks;
}

/* Each draw below takes 64 bits, half a block. */
double stream_uniform(struct stream *s); /* an odd multiple of 2^-53 in (0, 1): 1 - u is another */
double stream_exponential(struct stream *s); /* mean 1, by inversion */
double stream_normal(struct stream *s); /* mean 0, deviation 1, by inversion */
uint32_t stream_poisson(struct stream *s, double mean); /* by inversion; mean in [0, 1e6] */

/* The next `count` draws at once: the same bits as one by one, several times faster. */
void stream_fill_uniform(struct stream *s, double *u, size_t count);
void stream_fill_exponential(struct stream *s, double *e, size_t count);

/* The draws with these numbers, 0 being the stream's first, whatever has been drawn: the same bits, at the cost of as
 * many blocks. Whole vectors are read and written: both arrays have room, with any number in it, up to the next
 * multiple of STREAM_PICKS. */
enum { STREAM_PICKS = 8 };
void stream_pick_exponential(const struct stream *s, const uint64_t *number, double *e, size_t count);

/* Two blocks of each of many streams, from block[i] on. All arrays have room for a multiple of STREAMS_AT_ONCE. */
enum { STREAMS_AT_ONCE = 8, DRAWS_AT_ONCE = 4 };
void streams_fill_uniform(const struct streams *from, const uint64_t *identity, const uint64_t *block, size_t count,
                          double (*u)[DRAWS_AT_ONCE]);

/* The smallest k with P(K <= k) >= u for K ~ Poisson(mean): never falls when u grows. */
uint32_t poisson_quantile(double u, double mean);

/* Ten rounds of Philox4x32 on one counter. */
void philox(const uint32_t key[2], const uint32_t counter[4], uint32_t block[4]);

/* Philox for GSL; its state is a struct stream, so *(struct stream *)rng->state = stream_open(...) gives it an
 * identity. */
extern const gsl_rng_type *const gsl_rng_philox;

/* A well-mixed 64-bit hash of a text (FNV-1a with a finaliser), for identities that are names. */
uint64_t identity_of_text(const char *text);

#endif
