/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of results that appears whole or not at all.
 *
 * Files are written into a new folder DIR.tmp-XXXXXX beside DIR, which is swapped in by one rename. Until then DIR is
 * untouched, whatever happens. What a killed run left beside DIR is removed by the next one, which knows by a lock
 * (folder.h) that its writer is dead.
 *
 * DIR may be replaced if it does not exist, is empty, or is a run of the same owner: it has a manifest of iccsim and
 * holds nothing that the manifest does not list (inventory.h). Else opening is refused, unless forced. DIR is judged
 * again when it has been swapped out, and swapped back if something else has come into its place or into it meanwhile;
 * force consents to the folder that was there at first, not to another. Only what was judged is ever removed: file by
 * file, by descriptors.
 *
 * The first error of writing is kept: later calls are harmless and the commit fails. So it does if what is there by
 * then is not what was written: a folder that has vanished is never made anew.
 */
#ifndef ICCSIM_OUTPUT_STAGE_H
#define ICCSIM_OUTPUT_STAGE_H

#include "json.h"
#include "sim/base/arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct stage {
    const char *target, *folder; /* absolute; what is to be, and what is written */
    const char *name; /* of what is written, in its parent */
    int parent, inside, lock; /* descriptors: the folder that DIR is in, the one that is written, its lock */
    struct stage_written *written;
    size_t written_count, written_capacity;
    struct stage_omitted *first_omitted, *last_omitted;
    const char *last; /* the folder, relative to DIR, of the file made last; */
    int last_folder; /* its descriptor */
    struct stage_buffer *spare; /* of files that have been closed */
    const char *error; /* NULL, or the first thing that went wrong */
    const char *remark; /* NULL, or what the user must know of a commit that worked */
    dev_t forced_device; /* of the folder that may be replaced whatever it holds; */
    ino_t forced_number; /* 0: of none */
    struct arena arena;
};

bool stage_open(struct stage *stage, const char *target, bool force); /* false: refused, see error */
/* Opens a file for writing, by a path relative to DIR; makes the folders above. One thread at a time may write into it.
 * Never NULL: after an error what is written is lost. */
FILE *stage_file(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3)));
void stage_close_file(struct stage *stage, FILE *file);
/* Writes a whole file at once: a stream and what it takes to open one are spared. */
void stage_put(struct stage *stage, const char *bytes, size_t count, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Counts the files that are in the folder `path`, relative to DIR, as written: another program made them. None if there
 * is no folder. */
void stage_adopt(struct stage *stage, const char *path);
/* Opens the folder `path`, relative to DIR and "" for itself, to read in it. -1 with errno set. */
int stage_folder(const struct stage *stage, const char *path);
bool stage_fail(struct stage *stage, const char *what, const char *path); /* notes errno as the error; returns false */
/* Notes that there is nothing to write into a file that would have been expected. */
void stage_omit(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes `files`, the name and size in bytes of every file closed so far, which a manifest needs to be one, and
 * `not_written`, the names of those that were omitted. */
void stage_list(const struct stage *stage, struct json *json);
/* Swaps DIR in. False: DIR is as it was, see error; if only DIR stood in the way, what was written is kept beside it.
 * Either way the stage is closed, but for its error and remark, until stage_free. */
bool stage_commit(struct stage *stage);
void stage_abandon(struct stage *stage); /* removes what was written */
void stage_free(struct stage *stage);

#endif
