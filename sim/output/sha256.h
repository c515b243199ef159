/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4), to say which input a result came from. */
#ifndef ICCSIM_OUTPUT_SHA256_H
#define ICCSIM_OUTPUT_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha256 {
    void (*compress)(uint32_t state[8], const unsigned char block[64]);
    uint32_t state[8];
    unsigned char block[64];
    uint64_t bytes;
};
enum { SHA256_TEXT_BYTES = 65 };

/* Opens one, then any number of parts. */
void sha256_begin(struct sha256 *sha);
void sha256_begin_plainly(struct sha256 *sha); /* without the processor's own instructions for it: for tests */
void sha256_add(struct sha256 *sha, const void *data, size_t bytes);
const char *sha256_end(struct sha256 *sha, char text[SHA256_TEXT_BYTES]); /* hexadecimal; returns `text` */
bool sha256_file(const char *path, char text[SHA256_TEXT_BYTES]); /* false if it cannot be read */

#endif
