/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of the system that fail when asked to: a program may put its own functions before those of libc.
 *
 * A place is where the program itself, not one of its libraries, calls one of the functions below. calls_watch() counts
 * the calls of every place; calls_fail() makes one of them fail, with everything that it would have done undone or not
 * begun, as far as the system could leave it so. Counts are shared with children, so that a command may be tried in a
 * process of its own.
 */
#ifndef ICCSIM_TESTS_FAILING_CALLS_H
#define ICCSIM_TESTS_FAILING_CALLS_H

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_CALLINGS = 1024 };

struct calling {
    uintptr_t at; /* where the call returns to */
    const char *call;
    uint32_t count;
};

static struct callings {
    struct calling place[MOST_CALLINGS];
    uint32_t failed; /* how many calls were made to fail */
} * places, *kept_places; /* NULL: nothing is watched */
static struct {
    uintptr_t at; /* 0: none fails, they are counted */
    uint32_t which; /* of its calls, from 1 on */
    int why;
} failing;

static bool names_cannot_be_exchanged; /* as on file systems of old */

extern char __executable_start, etext;

/* Several threads and processes may be here at once. */
static struct calling *calling_of(uintptr_t at, const char *call)
{
    for (size_t i = 0; i < MOST_CALLINGS; i++) {
        struct calling *place = &places->place[i];
        uintptr_t there = 0;
        if (__atomic_compare_exchange_n(&place->at, &there, at, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            place->call = call; /* a text of this program, at the same address in its children */
        else if (there != at)
            continue;
        return place;
    }
    abort();
}

static bool is_to_fail(const void *return_address, const char *call)
{
    uintptr_t at = (uintptr_t)return_address;
    if (!places || at < (uintptr_t)&__executable_start || at >= (uintptr_t)&etext || (failing.at && failing.at != at))
        return false;
    int kept = errno;
    uint32_t count = __atomic_add_fetch(&calling_of(at, call)->count, 1, __ATOMIC_RELAXED);
    errno = kept;
    if (!failing.at || count != failing.which)
        return false;
    __atomic_add_fetch(&places->failed, 1, __ATOMIC_RELAXED);
    errno = failing.why;
    return true;
}

/* The function of libc behind ours. */
static void *behind(const char *call)
{
    void *found = dlsym(RTLD_NEXT, call);
    if (!found)
        abort();
    return found;
}

#define FAILS(call) is_to_fail(__builtin_return_address(0), call)
/* FAILING(TYPE, NAME, FAILURE, PARAMETERS, ARGUMENTS): a function that returns FAILURE instead of being called. */
#define FAILING(type, name, failure, parameters, arguments)                                                            \
    FAILING_IF(false, 0, type, name, failure, parameters, arguments)
/* The same, which also fails always if CONDITION holds, with the error WHY. */
#define FAILING_IF(condition, why, type, name, failure, parameters, arguments)                                         \
    type name parameters                                                                                               \
    {                                                                                                                  \
        static type(*real) parameters;                                                                                 \
        if (places && (condition)) {                                                                                   \
            errno = why;                                                                                               \
            return failure;                                                                                            \
        }                                                                                                              \
        if (FAILS(#name))                                                                                              \
            return failure;                                                                                            \
        if (!real)                                                                                                     \
            *(void **)&real = behind(#name);                                                                           \
        return real arguments;                                                                                         \
    }
/* The same of one that has done its work by then. */
#define FAILING_AFTER(type, name, failure, parameters, arguments)                                                      \
    type name parameters                                                                                               \
    {                                                                                                                  \
        static type(*real) parameters;                                                                                 \
        if (!real)                                                                                                     \
            *(void **)&real = behind(#name);                                                                           \
        bool fails = FAILS(#name);                                                                                     \
        int why = errno;                                                                                               \
        type result = real arguments;                                                                                  \
        errno = fails ? why : errno;                                                                                   \
        return fails ? failure : result;                                                                               \
    }

typedef int choose(const struct dirent *);
typedef int before(const struct dirent **, const struct dirent **);

FAILING(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
FAILING(FILE *, fdopen, NULL, (int file, const char *mode), (file, mode))
FAILING(DIR *, opendir, NULL, (const char *path), (path))
FAILING(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
FAILING(int, mkdirat, -1, (int folder, const char *path, mode_t mode), (folder, path, mode))
FAILING(char *, mkdtemp, NULL, (char *name), (name))
FAILING(int, stat, -1, (const char *restrict path, struct stat *restrict status), (path, status))
FAILING(int, fstat, -1, (int file, struct stat *status), (file, status))
FAILING(int, fstatat, -1, (int folder, const char *restrict path, struct stat *restrict status, int flags),
        (folder, path, status, flags))
FAILING(int, rename, -1, (const char *from, const char *to), (from, to))
FAILING(int, renameat, -1, (int from, const char *name, int to, const char *other), (from, name, to, other))
FAILING(pid_t, waitpid, -1, (pid_t child, int *status, int how), (child, status, how))
FAILING_IF(names_cannot_be_exchanged, EINVAL, int, renameat2, -1,
           (int from, const char *name, int to, const char *other, unsigned flags), (from, name, to, other, flags))
FAILING(int, unlink, -1, (const char *path), (path))
FAILING(int, unlinkat, -1, (int folder, const char *path, int flags), (folder, path, flags))
FAILING(int, rmdir, -1, (const char *path), (path))
FAILING(int, scandir, -1, (const char *restrict path, struct dirent ***restrict list, choose *chosen, before *order),
        (path, list, chosen, order))
FAILING(int, scandirat, -1,
        (int folder, const char *restrict path, struct dirent ***restrict list, choose *chosen, before *order),
        (folder, path, list, chosen, order))
FAILING(int, flock, -1, (int file, int how), (file, how))
FAILING(ssize_t, getrandom, -1, (void *bytes, size_t count, unsigned flags), (bytes, count, flags))
FAILING(ssize_t, read, -1, (int file, void *bytes, size_t count), (file, bytes, count))
FAILING(ssize_t, pread, -1, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at))
FAILING(ssize_t, write, -1, (int file, const void *bytes, size_t count), (file, bytes, count))
FAILING(ssize_t, pwrite, -1, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
FAILING(char *, realpath, NULL, (const char *restrict path, char *restrict into), (path, into))
FAILING(ssize_t, readlink, -1, (const char *restrict path, char *restrict into, size_t size), (path, into, size))
FAILING(char *, getcwd, NULL, (char *into, size_t size), (into, size))
FAILING(int, chdir, -1, (const char *path), (path))
FAILING(pid_t, fork, -1, (void), ())
FAILING(int, pipe2, -1, (int ends[2], int flags), (ends, flags))
FAILING(int, dup2, -1, (int file, int as), (file, as))
FAILING(int, poll, -1, (struct pollfd * look, nfds_t count, int ms), (look, count, ms))
FAILING_AFTER(int, close, -1, (int file), (file))
FAILING_AFTER(int, fclose, EOF, (FILE * file), (file))
FAILING_AFTER(int, fflush, EOF, (FILE * file), (file))

size_t fread(void *restrict bytes, size_t size, size_t count, FILE *restrict file)
{
    static size_t (*real)(void *restrict, size_t, size_t, FILE *restrict);
    enum { SEEN_BY_FERROR = 0x20 }; /* in glibc */
    if (FAILS("fread")) {
        file->_flags |= SEEN_BY_FERROR;
        return 0;
    }
    if (!real)
        *(void **)&real = behind("fread");
    return real(bytes, size, count, file);
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & O_CREAT ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    static int (*real)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    if (FAILS("open"))
        return -1;
    if (!real)
        *(void **)&real = behind("open");
    return real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    static int (*real)(int, const char *, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    if (FAILS("openat"))
        return -1;
    if (!real)
        *(void **)&real = behind("openat");
    return real(folder, path, flags, mode);
}

/* From here on calls are counted, from nothing. */
static void calls_watch(void)
{
    if (!kept_places)
        kept_places = mmap(NULL, sizeof *places, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    places = kept_places;
    for (size_t i = 0; i < MOST_CALLINGS; i++)
        places->place[i].count = 0;
    places->failed = 0;
    failing.at = 0;
}

/* The call number `which` of a place fails; the others are not counted. */
static void calls_fail(const struct calling *place, uint32_t which, int why)
{
    calls_watch();
    failing.at = place->at;
    failing.which = which;
    failing.why = why;
}

/* Calls are let through again. */
static void calls_stop(void)
{
    places = NULL;
}

#endif
