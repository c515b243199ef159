/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for people, on stderr. What was written to stdout before comes out first, so that the two mix in one pipe only
 * between lines; what would steer a terminal (in the name of a file, in an argument) is shown as a code.
 */
#ifndef ICCSIM_BASE_SAY_H
#define ICCSIM_BASE_SAY_H

#include <stdio.h>

/* As printf; the text brings its own newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From now on nothing is said: by processes that leave words to one of them. */
void say_nothing(void);
/* For a writer that wants a stream and shows nothing of a user's as it is: stderr, after stdout was flushed. */
FILE *say_stream(void);

#endif
