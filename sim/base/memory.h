/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory from the system, to be freed. Running out of it ends the program with one line and exit code 4: no caller can
 * do better. */
#ifndef ICCSIM_BASE_MEMORY_H
#define ICCSIM_BASE_MEMORY_H

#include <stddef.h>

void *memory_new(size_t count, size_t size); /* zeroed; count 0 gives something to free as well */
/* `old`, or NULL, with room for `count` elements; what is behind the old ones is not zeroed. */
void *memory_grow(void *old, size_t count, size_t size);
_Noreturn void memory_fail(size_t bytes); /* what both do when there is no memory left */

#endif
