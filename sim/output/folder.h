/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders by descriptor: nothing here follows a symbolic link or looks a name up twice by its path, so that nobody who
 * may write beside us can lead a removal elsewhere.
 *
 * A folder that is being written is *marked*: it holds a file FOLDER_MARK that names the folder and the running kernel,
 * and that stays locked (flock) while the writer lives, in whatever container. The number of a process says nothing of
 * the kind: it means another process in another container, and none on another host.
 */
#ifndef ICCSIM_OUTPUT_FOLDER_H
#define ICCSIM_OUTPUT_FOLDER_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <sys/stat.h>

#define FOLDER_MARK ".iccsim.lock"

/* Opens folder `name` in `parent`. -1 with errno set, also if `name` is a symbolic link. */
int folder_open(int parent, const char *name);
/* Whether `name` in `parent` is the very folder that is open as `folder`. */
bool folder_is(int parent, const char *name, int folder);
/* Makes a new folder in `parent`, called `prefix` and six random characters. NULL with errno set; the name is the
 * arena's. */
const char *folder_make(int parent, const char *prefix, struct arena *arena);

/* Marks an empty folder as being written. Returns the descriptor that holds the lock, -1 with errno set. Where the file
 * system knows no locks, the mark says so, and nobody ever takes the folder for a leftover. */
int folder_mark(int folder);
/* Takes the lock of a marked folder whose writer has died. -1 if its writer lives, if it bears no mark of its own (a
 * copy does not), or if it was marked under another kernel: on another host, or before the last start of this one. */
int folder_lock_leftover(int folder);

struct folder_sweep {
    bool remove; /* else only look */
    /* Whether the file at `path`, relative to the folder, may go; NULL: everything may. */
    bool (*known)(void *state, const char *path, const struct stat *status);
    void *state;
    const char *stranger; /* out: the first path that may not go, or did not; NULL if there was none */
    struct arena *arena;
};

/* Looks at what is below `folder` up to the first stranger, or removes all it may, but for the mark; returns whether
 * all was known and, if asked for, removed. Other file systems mounted below are left alone. */
bool folder_sweep(int folder, struct folder_sweep *sweep);
/* Removes `name` in `parent`, which is open as `folder`: what the sweep knows, then the mark, then the folder itself.
 */
bool folder_remove(int parent, const char *name, int folder, struct folder_sweep *sweep);

#endif
