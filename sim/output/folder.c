/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

enum { RANDOM_CHARACTERS = 6, TRIES = 100, MARK_BYTES = 256, KERNEL_BYTES = 64 };

int folder_open(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool folder_is(int parent, const char *name, int folder)
{
    struct stat there, here;
    return fstatat(parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && fstat(folder, &here) == 0 &&
           there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

const char *folder_make(int parent, const char *prefix, struct arena *arena)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32: no bias */
    for (int i = 0; i < TRIES; i++) {
        unsigned char random[RANDOM_CHARACTERS];
        if (getrandom(random, sizeof random, 0) != sizeof random)
            return NULL;
        char *name = arena_printf(arena, "%s%*s", prefix, RANDOM_CHARACTERS, ""), *end = name + strlen(prefix);
        for (size_t k = 0; k < sizeof random; k++)
            end[k] = characters[random[k] % 32];
        if (mkdirat(parent, name, 0777) == 0)
            return name;
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}

/* ---- Marks ---- */

/* The identity of the running kernel, the same in all containers on it; "" if it cannot be found. */
static const char *kernel(char text[KERNEL_BYTES])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    size_t length = file ? fread(text, 1, KERNEL_BYTES - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* What the mark of `folder` says; false if it cannot be read. */
static bool mark_text(int folder, const char *kernel_id, char text[MARK_BYTES])
{
    struct stat status;
    if (fstat(folder, &status) != 0)
        return false;
    int length =
        snprintf(text, MARK_BYTES, "iccsim writes folder %ju under kernel %s\n", (uintmax_t)status.st_ino, kernel_id);
    return length > 0 && length < MARK_BYTES;
}

static bool write_mark(int folder, int mark, bool locked)
{
    char kernel_id[KERNEL_BYTES], text[MARK_BYTES];
    if (!mark_text(folder, locked ? kernel(kernel_id) : "without locks", text))
        return false;
    ssize_t written;
    while ((written = write(mark, text, strlen(text))) < 0 && errno == EINTR)
        continue;
    if (written >= 0 && written != (ssize_t)strlen(text))
        errno = ENOSPC;
    return written == (ssize_t)strlen(text);
}

/* Locked before it is written: a process that comes in between finds an empty mark, and leaves it. */
int folder_mark(int folder)
{
    int mark = openat(folder, FOLDER_MARK, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (mark < 0)
        return -1;
    int failed;
    while ((failed = flock(mark, LOCK_EX)) != 0 && errno == EINTR)
        continue;
    if (write_mark(folder, mark, !failed))
        return mark;
    int why = errno;
    close(mark);
    errno = why;
    return -1;
}

static bool bears_its_mark(int folder, int mark)
{
    char kernel_id[KERNEL_BYTES], expected[MARK_BYTES], found[MARK_BYTES];
    if (!*kernel(kernel_id) || !mark_text(folder, kernel_id, expected))
        return false;
    ssize_t length = pread(mark, found, sizeof found, 0);
    return length == (ssize_t)strlen(expected) && memcmp(found, expected, (size_t)length) == 0;
}

int folder_lock_leftover(int folder)
{
    int mark = openat(folder, FOLDER_MARK, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (mark < 0)
        return -1;
    if (fstat(mark, &status) == 0 && S_ISREG(status.st_mode) && flock(mark, LOCK_EX | LOCK_NB) == 0 &&
        bears_its_mark(folder, mark))
        return mark;
    close(mark);
    return -1;
}

/* ---- Looking and removing ---- */

static bool sweep_folder(int folder, const char *above, dev_t device, struct folder_sweep *sweep);

static bool sweep_below(int parent, const char *name, const char *path, dev_t device, struct folder_sweep *sweep)
{
    struct stat status;
    int folder = folder_open(parent, name);
    if (folder < 0)
        return false;
    bool gone = fstat(folder, &status) == 0 && status.st_dev == device &&
                sweep_folder(folder, arena_printf(sweep->arena, "%s/", path), device, sweep);
    close(folder);
    return gone;
}

static bool sweep_entry(int parent, const char *above, const char *name, dev_t device, struct folder_sweep *sweep)
{
    struct stat status;
    const char *path = arena_printf(sweep->arena, "%s%s", above, name);
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    bool is_folder = S_ISDIR(status.st_mode);
    bool gone = is_folder ? sweep_below(parent, name, path, device, sweep)
                          : !sweep->known || sweep->known(sweep->state, path, &status);
    if (gone && sweep->remove)
        gone = unlinkat(parent, name, is_folder ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT;
    if (!gone && !sweep->stranger)
        sweep->stranger = path;
    return gone;
}

static bool sweep_folder(int folder, const char *above, dev_t device, struct folder_sweep *sweep)
{
    struct dirent **entry = NULL;
    int count = scandirat(folder, ".", &entry, NULL, alphasort), held = 0;
    bool gone = count >= 0;
    for (int i = 0; i < count; i++) {
        const char *name = entry[i]->d_name;
        bool of_its_own = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        bool mark = !*above && strcmp(name, FOLDER_MARK) == 0;
        held += !of_its_own;
        bool enough = sweep->stranger && !sweep->remove;
        if (!of_its_own && !mark && !enough)
            gone &= sweep_entry(folder, above, name, device, sweep);
        free(entry[i]);
    }
    free(entry);
    return gone && (held > 0 || !sweep->known || !*above); /* no list names an empty folder */
}

bool folder_sweep(int folder, struct folder_sweep *sweep)
{
    struct stat status;
    sweep->stranger = NULL;
    return fstat(folder, &status) == 0 && sweep_folder(folder, "", status.st_dev, sweep);
}

bool folder_remove(int parent, const char *name, int folder, struct folder_sweep *sweep)
{
    sweep->remove = true;
    return folder_sweep(folder, sweep) && (unlinkat(folder, FOLDER_MARK, 0) == 0 || errno == ENOENT) &&
           folder_is(parent, name, folder) && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}
