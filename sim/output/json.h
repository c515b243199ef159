/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes JSON (RFC 8259), value after value, indented by two blanks.
 *
 * Numbers are the shortest decimals that read back as the same double; NaN and infinities, which JSON lacks, are null.
 * Bytes that are not UTF-8 become U+FFFD. `key` is NULL inside an array and at the top.
 */
#ifndef ICCSIM_OUTPUT_JSON_H
#define ICCSIM_OUTPUT_JSON_H

#include "digits.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct json { /* {.to = file} begins */
    FILE *to;
    int depth;
    bool follows; /* something stands before in this object or array */
};

void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_text(struct json *json, const char *key, const char *text); /* NULL: null */
/* See above; a whole number up to 2^64 - 1; true or false. */
void json_number(struct json *json, const char *key, double number);
void json_count(struct json *json, const char *key, uint64_t count);
void json_flag(struct json *json, const char *key, bool flag);
void json_time(struct json *json, const char *key, time_t time); /* UTC, to the second, as ISO 8601 has it */

#endif
