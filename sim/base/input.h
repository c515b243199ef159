/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a scenario or a user names: regular ones only. A named pipe or a terminal would be waited for, and a
 * device has no end. */
#ifndef ICCSIM_BASE_INPUT_H
#define ICCSIM_BASE_INPUT_H

#include <stdio.h>

/* Opens a regular file, symbolic links followed, to read its bytes. NULL with errno set, to 0 if it is no regular file.
 */
FILE *input_open(const char *path);
/* What that value of errno means, as the end of a sentence. */
const char *input_error(int error);

#endif
