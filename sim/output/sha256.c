/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FIPS 180-4, 6.2: names of variables and functions are the standard's. Processors that have instructions for it (Intel
 * 2013, "Intel SHA Extensions") take four turns with two of them.
 */
#include "sha256.h"

#include "sim/base/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void schedule(uint32_t w[64], const unsigned char block[64])
{
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 | (uint32_t)block[4 * t + 2] << 8 |
               block[4 * t + 3];
    for (int t = 16; t < 64; t++) {
        uint32_t sigma0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t sigma1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
    }
}

/* One turn of the standard's loop, the new a in the place of h and the new e in that of d. */
static inline void turn(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g,
                        uint32_t *h, uint32_t k_and_w)
{
    uint32_t sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25), ch = ((f ^ g) & e) ^ g;
    uint32_t t1 = *h + sum1 + ch + k_and_w;
    uint32_t sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22), maj = (a & b) | ((a | b) & c);
    *d += t1;
    *h = t1 + sum0 + maj;
}

static void compress_plainly(uint32_t state[8], const unsigned char block[64])
{
    uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    schedule(w, block);
    for (int t = 0; t < 64; t += 8) { /* after eight turns every variable is back in its place */
        turn(a, b, c, &d, e, f, g, &h, K[t] + w[t]);
        turn(h, a, b, &c, d, e, f, &g, K[t + 1] + w[t + 1]);
        turn(g, h, a, &b, c, d, e, &f, K[t + 2] + w[t + 2]);
        turn(f, g, h, &a, b, c, d, &e, K[t + 3] + w[t + 3]);
        turn(e, f, g, &h, a, b, c, &d, K[t + 4] + w[t + 4]);
        turn(d, e, f, &g, h, a, b, &c, K[t + 5] + w[t + 5]);
        turn(c, d, e, &f, g, h, a, &b, K[t + 6] + w[t + 6]);
        turn(b, c, d, &e, f, g, h, &a, K[t + 7] + w[t + 7]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

#ifdef __x86_64__
/* The processor's two halves of the state: f, e, b, a and h, g, d, c from the lowest word up. */
__attribute__((target("sha,sse4.1"))) static void compress_by_processor(uint32_t state[8],
                                                                        const unsigned char block[64])
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)state), 0xb1); /* c d a b */
    const __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)(state + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0), w[4];
    const __m128i abef_before = abef, cdgh_before = cdgh;
    for (int i = 0; i < 16; i++) { /* four turns each; w[i % 4] are their words */
        if (i < 4) {
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), big_endian);
        } else {
            __m128i seven_back = _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4);
            __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]), seven_back);
            w[i % 4] = _mm_sha256msg2_epu32(sum, w[(i + 3) % 4]);
        }
        __m128i k_and_w = _mm_add_epi32(w[i % 4], _mm_loadu_si128((const __m128i *)(const void *)(K + 4 * i)));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k_and_w);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k_and_w, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static bool ask_processor(void)
{
    enum { SSSE3_AND_SSE41 = 1 << 9 | 1 << 19, SHA = 1 << 29 };
    unsigned a, b, c, d;
    bool shuffles = __get_cpuid(1, &a, &b, &c, &d) && (c & SSSE3_AND_SSE41) == SSSE3_AND_SSE41;
    return shuffles && __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & SHA;
}

/* Asked once: in a virtual machine the question costs microseconds. */
static bool processor_knows(void)
{
    static _Atomic int known; /* 0: not asked yet; 1: no; 2: yes */
    if (!known)
        known = 1 + ask_processor();
    return known == 2;
}
#endif

void sha256_begin_plainly(struct sha256 *sha)
{
    *sha = (struct sha256){
        .compress = compress_plainly,
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_begin(struct sha256 *sha)
{
    sha256_begin_plainly(sha);
#ifdef __x86_64__
    if (processor_knows())
        sha->compress = compress_by_processor;
#endif
}

void sha256_add(struct sha256 *sha, const void *data, size_t bytes)
{
    const unsigned char *from = data;
    while (bytes > 0) {
        size_t used = sha->bytes % sizeof sha->block, room = sizeof sha->block - used,
               part = bytes < room ? bytes : room;
        if (part < sizeof sha->block)
            memcpy(sha->block + used, from, part);
        if (part == room)
            sha->compress(sha->state, part < sizeof sha->block ? sha->block : from);
        sha->bytes += part;
        from += part;
        bytes -= part;
    }
}

const char *sha256_end(struct sha256 *sha, char text[SHA256_TEXT_BYTES])
{
    uint64_t bits = 8 * sha->bytes;
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    sha256_add(sha, "\x80", 1);
    while (sha->bytes % sizeof sha->block != 56)
        sha256_add(sha, "", 1);
    sha256_add(sha, length, sizeof length);
    for (int i = 0; i < 8; i++)
        snprintf(text + 8 * i, SHA256_TEXT_BYTES - 8 * (size_t)i, "%08x", sha->state[i]);
    return text;
}

bool sha256_file(const char *path, char text[SHA256_TEXT_BYTES])
{
    FILE *file = input_open(path);
    if (!file)
        return false;
    struct sha256 sha;
    unsigned char buffer[16384];
    sha256_begin(&sha);
    for (size_t bytes; (bytes = fread(buffer, 1, sizeof buffer, file)) > 0;)
        sha256_add(&sha, buffer, bytes);
    bool whole = !ferror(file);
    int why = errno;
    fclose(file);
    errno = why;
    sha256_end(&sha, text);
    return whole;
}
