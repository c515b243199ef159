/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the manifest of a run says is in its folder: the files that the run wrote, with their sizes. */
#ifndef ICCSIM_OUTPUT_INVENTORY_H
#define ICCSIM_OUTPUT_INVENTORY_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <sys/stat.h>

#define INVENTORY_FILE "manifest.json"
#define INVENTORY_PROGRAM "iccsim" /* what `program` in it says */

struct inventory {
    struct inventory_file *file; /* by name; NULL: the manifest lists none */
    size_t count;
    int manifest; /* its descriptor, which holds its lock */
};

enum inventory_found {
    INVENTORY_READ,
    INVENTORY_NONE, /* no manifest of iccsim is in the folder */
    INVENTORY_SILENT, /* there is one that lists no files: of version 0.1.0 */
    INVENTORY_LOCKED, /* somebody holds its lock, or it cannot be locked; errno says which */
};

/* Locks and reads the manifest in the open folder `folder`. Unless it was read, nothing is left to close. */
enum inventory_found inventory_open(struct inventory *inventory, int folder, struct arena *arena);
void inventory_close(struct inventory *inventory); /* gives the lock back */
/* Whether the run wrote the file `path`, relative to its folder, and it still has its size. */
bool inventory_knows(const struct inventory *inventory, const char *path, const struct stat *status);

#endif
