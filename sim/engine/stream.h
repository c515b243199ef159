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

/* The streams that belong to a name: of a mechanism, or of any other code that draws. Other names have other numbers. */
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

/* Skips this number of blocks of two draws; nothing may have been drawn from the present block. */
static inline void stream_skip_blocks(struct stream *s, uint32_t blocks)
{
    s->counter[0] += blocks;
}

/* Each draw below takes 64 bits, half a block. */
double stream_uniform(struct stream *s); /* an odd multiple of 2^-53 in (0, 1): 1 - u is another */
double stream_exponential(struct stream *s); /* mean 1, by inversion */
double stream_normal(struct stream *s); /* mean 0, deviation 1, by inversion */
uint32_t stream_poisson(struct stream *s, double mean); /* by inversion; mean in [0, 1e6] */

/* False if the uniform must be drawn again. The 52 bits of u, times n, over 2^52: the rest tells how many of the bits
 * give the same k. */
static inline bool below_of_uniform(double u, uint32_t n, uint32_t *k)
{
    uint64_t bits = (uint64_t)(u * 0x1p52), high = (bits >> 26) * n,
             low = (bits & 0x3ffffff) * n + (high << 26 & 0xfffffffffffff);
    *k = (uint32_t)((high >> 26) + (low >> 52));
    low &= 0xfffffffffffff;
    return low >= n || low >= (UINT64_C(1) << 52) % n;
}

/* One of 0 .. n - 1, each as likely to the last bit (Lemire 2019, "Fast random integer generation in an interval": a
 * draw in 2^52 / n or fewer is drawn again); n > 0. */
uint32_t stream_below(struct stream *s, uint32_t n);

/* The next `count` draws at once: the same bits as one by one, several times faster. */
typedef void stream_fill(struct stream *s, double *x, size_t count);
stream_fill stream_fill_uniform, stream_fill_exponential, stream_fill_normal;

/* A stream that keeps a few draws in reserve: for draws of one kind that are asked for one by one. The same bits as the
 * stream alone would give, two to three times faster. */
enum { RESERVE_DRAWS = 64 };
struct reserve {
    struct stream stream;
    stream_fill *fill;
    uint32_t used; /* of these */
    double draw[RESERVE_DRAWS];
};

static inline void reserve_open(struct reserve *r, struct stream stream, stream_fill *fill)
{
    r->stream = stream;
    r->fill = fill;
    r->used = RESERVE_DRAWS;
}

double reserve_refill(struct reserve *r); /* private: draws anew and gives the first */

static inline double reserve_next(struct reserve *r)
{
    return r->used < RESERVE_DRAWS ? r->draw[r->used++] : reserve_refill(r);
}

/* stream_below from a reserve of uniforms. */
static inline uint32_t reserve_below(struct reserve *r, uint32_t n)
{
    uint32_t k;
    while (!below_of_uniform(reserve_next(r), n, &k))
        ;
    return k;
}

/* The first i with weight[0] + ... + weight[i] > u (weight[0] + ... + weight[count - 1]): weights in any unit, none
 * negative, not all 0; u in (0, 1). One of weight 0 is never chosen. */
static inline size_t weighted_choice(double u, const double *weight, size_t count)
{
    double all = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        all += weight[i];
    size_t place = 0; /* counted, not searched: nobody can predict the end of a search */
    for (size_t i = 0; i < count; i++)
        place += (sum += weight[i]) <= u * all;
    if (place < count)
        return place;
    while (weight[count - 1] <= 0) /* what rounding leaves falls to the last of positive weight */
        count--;
    return count - 1;
}

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
