/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of results that appears whole or not at all.
 *
 * Files are written into a new folder DIR.tmp-XXXXXX beside DIR, which is swapped in by one rename. Until then DIR is untouched, whatever
 * happens. What a killed run left beside DIR is removed by the next one, which knows by a lock (folder.h) that its writer is dead. DIR may
 * be replaced if it does not exist, is empty or holds a manifest of iccsim; else opening is refused, unless forced. The first error of
 * writing is kept: later calls are harmless and the commit fails. So it does if what is there by then is not what was written: a folder
 * that has vanished is never made anew.
 */
#ifndef ICCSIM_OUTPUT_STAGE_H
#define ICCSIM_OUTPUT_STAGE_H

#include "../base/arena.h"

#include <stdbool.h>
#include <stdio.h>

struct stage {
    const char *target, *folder; /* absolute; what is to be, and what is written */
    const char *name;            /* of what is written, in its parent */
    int parent, inside, lock;    /* descriptors: the folder that DIR is in, the one that is written, its lock */
    struct stage_written *written;
    size_t written_count, written_capacity;
    const char *error;           /* NULL, or the first thing that went wrong */
    struct arena arena;
};

bool stage_open(struct stage *stage, const char *target, bool force); /* false: refused, see error */
/* Opens a file for writing, by a path relative to DIR; makes the folders above. Never NULL: after an error what is written is lost. */
FILE *stage_file(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3)));
void stage_close_file(struct stage *stage, FILE *file);
/* Counts the files that are in the folder `path`, relative to DIR, as written: another program made them. None if there is no folder. */
void stage_adopt(struct stage *stage, const char *path);
/* Opens the folder `path`, relative to DIR and "" for itself, to read in it. -1 with errno set. */
int stage_folder(const struct stage *stage, const char *path);
bool stage_fail(struct stage *stage, const char *what, const char *path); /* notes errno as the error; returns false */
/* Swaps DIR in. False: DIR is as it was, see error. Either way the stage is closed, but for its error, until stage_free. */
bool stage_commit(struct stage *stage);
void stage_abandon(struct stage *stage); /* removes what was written */
void stage_free(struct stage *stage);

/* What a manifest.json must hold for its folder to be ours. */
#define STAGE_MANIFEST_MARK "\"program\": \"iccsim\""

#endif
