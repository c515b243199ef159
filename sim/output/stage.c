/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage.h"

#include "folder.h"
#include "inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 32 << 10 }; /* most files are written in one call */

struct stage_buffer {
    struct stage_buffer *next;
    char bytes[BUFFER_BYTES];
};

/* A file of ours: what must be there when the folder is put in place. */
struct stage_written {
    const char *path; /* relative to DIR */
    FILE *open; /* NULL: it is whole, and has so many bytes */
    struct stage_buffer *buffer;
    off_t bytes;
};

struct stage_omitted {
    struct stage_omitted *next;
    const char *path;
};

bool stage_fail(struct stage *stage, const char *what, const char *path)
{
    if (!stage->error)
        stage->error = arena_printf(&stage->arena, "%s %s: %s", what, path, strerror(errno));
    return false;
}

/* Makes the folders of `path` up to its last slash. */
static bool make_folders_above(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

/* The name of DIR in its parent. */
static const char *base_of(const struct stage *stage)
{
    return strrchr(stage->target, '/') + 1;
}

/* The absolute name of DIR: symbolic links followed if it exists, else below the current folder. NULL if that has been
 * removed. */
static const char *absolute(struct stage *stage, const char *target)
{
    char *real = realpath(target, NULL), *here = real || target[0] == '/' ? NULL : getcwd(NULL, 0);
    char *name = real               ? arena_text(&stage->arena, real)
                 : target[0] == '/' ? arena_text(&stage->arena, target)
                 : here             ? arena_printf(&stage->arena, "%s/%s", here, target)
                                    : NULL;
    free(real);
    free(here);
    for (size_t length = name ? strlen(name) : 0; length > 1 && name[length - 1] == '/'; length--)
        name[length - 1] = '\0';
    return name;
}

static void remove_leftover(struct stage *stage, const char *name)
{
    struct folder_sweep everything = {.arena = &stage->arena};
    struct stat ours, theirs;
    int folder = folder_open(stage->parent, name);
    if (folder < 0)
        return;
    bool same_owner = fstat(stage->lock, &ours) == 0 && fstat(folder, &theirs) == 0 && ours.st_uid == theirs.st_uid;
    int lock = same_owner ? folder_lock_leftover(folder) : -1;
    if (lock >= 0) {
        folder_remove(stage->parent, name, folder, &everything);
        close(lock);
    }
    close(folder);
}

/* Folders that earlier runs into the same DIR left when they were killed. */
static void remove_leftovers(struct stage *stage, const char *prefix)
{
    struct dirent **entry = NULL;
    int count = scandirat(stage->parent, ".", &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (strncmp(entry[i]->d_name, prefix, strlen(prefix)) == 0 && strcmp(entry[i]->d_name, stage->name) != 0)
            remove_leftover(stage, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
}

/* The folder that DIR is in, made if need be. */
static bool open_parent(struct stage *stage)
{
    char *path = arena_text(&stage->arena, stage->target), *slash = strrchr(path, '/');
    if (!make_folders_above(path))
        return stage_fail(stage, "cannot make the folders above", stage->target);
    *slash = '\0';
    stage->parent = open(slash == path ? "/" : path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return stage->parent >= 0 || stage_fail(stage, "cannot open", path);
}

/* The name of our folder, beside DIR. */
static void call_it(struct stage *stage, const char *name)
{
    stage->name = name;
    stage->folder = arena_printf(&stage->arena, "%.*s%s", (int)(base_of(stage) - stage->target), stage->target, name);
}

static bool mark(struct stage *stage)
{
    stage->inside = folder_open(stage->parent, stage->name);
    stage->lock = stage->inside < 0 ? -1 : folder_mark(stage->inside);
    return stage->lock >= 0 || stage_fail(stage, "cannot write into", stage->folder);
}

static bool make_folder(struct stage *stage)
{
    if (!open_parent(stage))
        return false;
    const char *prefix = arena_printf(&stage->arena, "%s.tmp-", base_of(stage));
    const char *name = folder_make(stage->parent, prefix, &stage->arena);
    if (!name)
        return stage_fail(stage, "cannot make a folder beside", stage->target);
    call_it(stage, name);
    if (!mark(stage)) {
        unlinkat(stage->parent, stage->name, AT_REMOVEDIR); /* without a mark it is no leftover to anybody */
        return false;
    }
    remove_leftovers(stage, prefix);
    return true;
}

/* ---- What may be replaced ---- */

/* A folder that is or was in the place of DIR. */
struct standing {
    int folder;
    struct stat status;
    struct inventory inventory;
    struct folder_sweep sweep; /* of what may go */
};

static bool is_listed(void *inventory, const char *path, const struct stat *status)
{
    return inventory_knows(inventory, path, status);
}

static bool is_nothing(void *state, const char *path, const struct stat *status)
{
    (void)state, (void)path, (void)status;
    return false;
}

static const char *why_no_run(struct stage *stage, enum inventory_found found)
{
    switch (found) {
    case INVENTORY_LOCKED:
        return errno == EWOULDBLOCK ? "is being used by another process"
                                    : arena_printf(&stage->arena, "cannot be locked: %s", strerror(errno));
    case INVENTORY_SILENT:
        return "holds a run of an earlier version, which does not list its files";
    default:
        return "exists and holds no run of iccsim";
    }
}

/* NULL if the folder, its manifest locked, may be replaced; else why not. */
static const char *why_not(struct stage *stage, struct standing *standing)
{
    struct stat ours;
    standing->sweep = (struct folder_sweep){.known = is_nothing, .arena = &stage->arena};
    if (folder_sweep(standing->folder, &standing->sweep))
        return NULL; /* empty */
    enum inventory_found found = inventory_open(&standing->inventory, standing->folder, &stage->arena);
    if (found != INVENTORY_READ)
        return why_no_run(stage, found);
    if (fstat(stage->inside, &ours) != 0 || ours.st_uid != standing->status.st_uid)
        return "holds a run of another user";
    standing->sweep = (struct folder_sweep){.known = is_listed, .state = &standing->inventory, .arena = &stage->arena};
    if (folder_sweep(standing->folder, &standing->sweep))
        return NULL;
    return arena_printf(&stage->arena,
                        "holds a run of iccsim and `%s`, which the run did not write or which was changed since",
                        standing->sweep.stranger);
}

static void release(struct standing *standing)
{
    inventory_close(&standing->inventory);
    if (standing->folder >= 0)
        close(standing->folder);
    standing->folder = -1;
}

/* Judges what is called `name` in the parent of DIR. NULL if it may be replaced; else why not. To be released either
 * way. */
static const char *judge(struct stage *stage, const char *name, struct standing *standing)
{
    *standing = (struct standing){.folder = folder_open(stage->parent, name), .inventory.manifest = -1};
    if (standing->folder < 0 && (errno == ENOTDIR || errno == ELOOP))
        return "exists and is no folder";
    if (standing->folder < 0 || fstat(standing->folder, &standing->status) != 0)
        return arena_printf(&stage->arena, "cannot be looked at: %s", strerror(errno));
    bool forced = stage->forced_number == standing->status.st_ino && stage->forced_device == standing->status.st_dev;
    standing->sweep = (struct folder_sweep){.arena = &stage->arena};
    return forced ? NULL : why_not(stage, standing);
}

/* ---- What is never replaced ---- */

static bool is_or_holds(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    return path && strncmp(folder, path, length) == 0 && (!path[length] || path[length] == '/');
}

/* A file system, or what a container was given of one, is mounted on it: it cannot be renamed. */
static bool is_mounted_on(const struct stage *stage)
{
    struct statx status;
    return statx(stage->parent, base_of(stage), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status) == 0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Folders that no run replaces, forced or not; NULL if DIR is none of them. */
static const char *why_never(struct stage *stage)
{
    char *here = getcwd(NULL, 0);
    bool holds_us = is_or_holds(stage->target, here);
    free(here);
    if (holds_us)
        return "is the current folder or holds it; name a folder below";
    return is_mounted_on(stage) ? "is where a file system is mounted; name a folder below" : NULL;
}

/* Nobody keeps what a run may replace, forced or not, in the root folder or as a home. */
static bool may_be_forced(const struct stage *stage)
{
    const char *home = getenv("HOME");
    char *real = home ? realpath(home, NULL) : NULL;
    bool is_home = is_or_holds(stage->target, real);
    free(real);
    return !is_home && strrchr(stage->target, '/') != stage->target;
}

/* Force consents to the folder that is there now. */
static void consent(struct stage *stage, const struct stat *status)
{
    stage->forced_device = status->st_dev;
    stage->forced_number = status->st_ino;
}

static bool may_replace(struct stage *stage, bool force)
{
    struct stat status;
    if (fstatat(stage->parent, base_of(stage), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || stage_fail(stage, "cannot look at", stage->target);
    bool is_folder = S_ISDIR(status.st_mode), forcible = is_folder && may_be_forced(stage);
    if (force && forcible)
        consent(stage, &status);
    struct standing standing;
    const char *never = why_never(stage), *reason = never ? never : judge(stage, base_of(stage), &standing);
    if (!never)
        release(&standing);
    if (reason)
        stage->error = arena_printf(&stage->arena, "%s %s%s", stage->target, reason,
                                    forcible && !never ? "; --force replaces all that is in it" : "");
    return !reason;
}

static const char *why_no_name(struct stage *stage, const char *target)
{
    if (!stage->target)
        return "the current folder has been removed; name a folder by its whole path";
    const char *base = base_of(stage);
    bool is_name = *target && *base && strcmp(base, ".") != 0 && strcmp(base, "..") != 0;
    return is_name ? NULL : arena_printf(&stage->arena, "`%s` names no folder that could be replaced", target);
}

bool stage_open(struct stage *stage, const char *target, bool force)
{
    *stage = (struct stage){.parent = -1, .inside = -1, .lock = -1, .last_folder = -1};
    stage->target = absolute(stage, target);
    stage->error = why_no_name(stage, target);
    if (stage->error)
        return false;
    if (make_folder(stage) && may_replace(stage, force))
        return true;
    stage_abandon(stage);
    return false;
}

static FILE *open_nothing(void)
{
    FILE *file = fopen("/dev/null", "w");
    if (!file) {
        fprintf(stderr, "iccsim: cannot open /dev/null: %s\n", strerror(errno));
        exit(4);
    }
    return file;
}

/* ---- What is written ---- */

static bool has_vanished(struct stage *stage)
{
    if (!folder_is(stage->parent, stage->name, stage->inside) && !stage->error)
        stage->error = arena_printf(&stage->arena, "%s vanished while it was being written", stage->folder);
    return stage->error;
}

/* The folder of our own that holds the file `path`, made if need be; `*leaf` is the file's name in it. */
static int folder_of(const struct stage *stage, const char *path, bool make, const char **leaf)
{
    int folder = openat(stage->inside, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *slash;
    for (; folder >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        char *name = strndup(path, (size_t)(slash - path));
        int above = folder;
        errno = EINVAL;
        bool there = name && strcmp(name, "..") != 0 && (!make || mkdirat(above, name, 0777) == 0 || errno == EEXIST);
        folder = there ? folder_open(above, name) : -1;
        int why = errno;
        close(above);
        free(name);
        errno = why;
    }
    *leaf = path;
    return folder;
}

/* The same, made, and kept for the next file, which mostly goes into the same one. The caller does not close it. */
static int folder_to_write(struct stage *stage, const char *path, const char **leaf)
{
    const char *slash = strrchr(path, '/');
    *leaf = slash ? slash + 1 : path;
    size_t length = (size_t)(*leaf - path);
    if (stage->last && strlen(stage->last) == length && memcmp(stage->last, path, length) == 0)
        return stage->last_folder;
    int folder = folder_of(stage, path, true, leaf);
    if (folder < 0)
        return -1;
    if (stage->last_folder >= 0)
        close(stage->last_folder);
    stage->last = arena_printf(&stage->arena, "%.*s", (int)length, path);
    stage->last_folder = folder;
    return folder;
}

int stage_folder(const struct stage *stage, const char *path)
{
    const char *leaf;
    int folder = folder_of(stage, path, false, &leaf);
    if (folder < 0 || !*leaf)
        return folder;
    int below = folder_open(folder, leaf), why = errno;
    close(folder);
    errno = why;
    return below;
}

static struct stage_written *add_written(struct stage *stage, const char *path)
{
    if (stage->written_count == stage->written_capacity) {
        size_t capacity = stage->written_capacity ? 2 * stage->written_capacity : 64;
        stage->written = arena_grow(&stage->arena, stage->written, stage->written_count * sizeof *stage->written,
                                    capacity * sizeof *stage->written);
        stage->written_capacity = capacity;
    }
    struct stage_written *one = &stage->written[stage->written_count++];
    *one = (struct stage_written){.path = path};
    return one;
}

/* The stream of a file: a large buffer, and no lock at every character. */
static void add_stream(struct stage *stage, const char *path, FILE *file)
{
    struct stage_written *one = add_written(stage, path);
    one->open = file;
    one->buffer = stage->spare ? stage->spare : arena_alloc(&stage->arena, sizeof *one->buffer);
    stage->spare = one->buffer->next;
    setvbuf(file, one->buffer->bytes, _IOFBF, sizeof one->buffer->bytes);
    __fsetlocking(file, FSETLOCKING_BYCALLER);
}

/* A name is written once: a second file would take the place of the first. */
static int create(struct stage *stage, const char *path)
{
    const char *leaf;
    int folder = folder_to_write(stage, path, &leaf);
    return folder < 0 ? -1 : openat(folder, leaf, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

static FILE *create_stream(struct stage *stage, const char *path)
{
    int file = create(stage, path);
    FILE *opened = file < 0 ? NULL : fdopen(file, "w");
    int why = errno;
    if (file >= 0 && !opened)
        close(file);
    errno = why;
    return opened;
}

__attribute__((format(printf, 2, 0))) static const char *path_printed(struct stage *stage, const char *format,
                                                                      va_list args)
{
    char *name = NULL;
    int length = vasprintf(&name, format, args);
    const char *path = length < 0 ? "" : arena_text(&stage->arena, name);
    free(length < 0 ? NULL : name);
    return path;
}

static void fail_to_create(struct stage *stage, const char *path)
{
    int why = errno;
    const char *where = arena_printf(&stage->arena, "%s/%s", stage->folder, path);
    if (has_vanished(stage))
        return;
    errno = why;
    stage_fail(stage, "cannot write", where);
}

FILE *stage_file(struct stage *stage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *path = path_printed(stage, format, args);
    va_end(args);
    if (stage->error)
        return open_nothing();
    FILE *file = create_stream(stage, path);
    if (!file) {
        fail_to_create(stage, path);
        return open_nothing();
    }
    add_stream(stage, path, file);
    return file;
}

static bool write_all(int file, const char *bytes, size_t count)
{
    for (ssize_t done; count > 0; bytes += done, count -= (size_t)done) {
        while ((done = write(file, bytes, count)) < 0 && errno == EINTR)
            ;
        if (done < 0)
            return false;
    }
    return true;
}

void stage_put(struct stage *stage, const char *bytes, size_t count, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *path = path_printed(stage, format, args);
    va_end(args);
    if (stage->error)
        return;
    int file = create(stage, path);
    if (file < 0) {
        fail_to_create(stage, path);
        return;
    }
    add_written(stage, path)->bytes = (off_t)count;
    bool written = write_all(file, bytes, count);
    int why = errno;
    if (close(file) == 0 && written)
        return;
    errno = written ? errno : why;
    stage_fail(stage, "cannot write into", stage->folder);
}

/* What is not listed would be a stranger in the folder, and no later run could replace it. */
void stage_adopt(struct stage *stage, const char *path)
{
    int folder = stage_folder(stage, path);
    if (folder < 0 && errno == ENOENT)
        return;
    struct dirent **entry = NULL;
    int count = folder < 0 ? -1 : scandirat(folder, ".", &entry, NULL, alphasort);
    if (count < 0)
        stage_fail(stage, "cannot list", path);
    for (int i = 0; i < count; i++) {
        struct stat status;
        bool there = fstatat(folder, entry[i]->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
        if (!there && errno != ENOENT)
            stage_fail(stage, "cannot look at", entry[i]->d_name);
        if (there && S_ISREG(status.st_mode))
            add_written(stage, arena_printf(&stage->arena, "%s/%s", path, entry[i]->d_name))->bytes = status.st_size;
        free(entry[i]);
    }
    free(entry);
    if (folder >= 0)
        close(folder);
}

/* Whether the folder is still there under its name, and holds every file as it was written. */
static bool is_whole(struct stage *stage)
{
    for (size_t i = 0; i < stage->written_count && !stage->error; i++) {
        const struct stage_written *one = &stage->written[i];
        struct stat status;
        bool there = fstatat(stage->inside, one->path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
        if (!there || one->open || status.st_size != one->bytes)
            stage->error = arena_printf(&stage->arena, "%s/%s %s after it was written", stage->folder, one->path,
                                        there ? "changed" : "vanished");
    }
    return !has_vanished(stage);
}

/* Why an earlier write failed: errno has moved on since, so the file is asked to fail again. */
static int ask_again(FILE *file)
{
    clearerr(file);
    return putc('\n', file) == EOF || fflush(file) != 0 ? errno : EIO;
}

/* What is known of an open file; NULL of one that was opened after an error. */
static struct stage_written *written_of(struct stage *stage, const FILE *file)
{
    for (size_t i = stage->written_count; i-- > 0;)
        if (stage->written[i].open == file)
            return &stage->written[i];
    return NULL;
}

/* Call when nothing will be written into it any more: the stream is closed, and its buffer free for the next. */
static bool close_stream(struct stage *stage, FILE *file)
{
    struct stage_written *one = written_of(stage, file);
    struct stat status;
    if (one)
        one->bytes = fstat(fileno(file), &status) == 0 ? status.st_size : -1;
    bool closed = fclose(file) == 0;
    if (one) {
        one->open = NULL;
        one->buffer->next = stage->spare;
        stage->spare = one->buffer;
    }
    return closed;
}

void stage_close_file(struct stage *stage, FILE *file)
{
    bool failed = ferror(file), written = !failed && fflush(file) == 0;
    int why = failed ? ask_again(file) : errno;
    if (close_stream(stage, file) && written)
        return;
    errno = written ? errno : why;
    stage_fail(stage, "cannot write into", stage->folder);
}

/* ---- The commit ---- */

void stage_omit(struct stage *stage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *path = NULL;
    int length = vasprintf(&path, format, args);
    va_end(args);
    struct stage_omitted *one = arena_alloc(&stage->arena, sizeof *one);
    one->path = arena_text(&stage->arena, length < 0 ? "" : path);
    free(path);
    *(stage->last_omitted ? &stage->last_omitted->next : &stage->first_omitted) = one;
    stage->last_omitted = one;
}

void stage_list(const struct stage *stage, struct json *json)
{
    json_open(json, "files", '{');
    for (size_t i = 0; i < stage->written_count; i++)
        if (!stage->written[i].open)
            json_count(json, stage->written[i].path, (uint64_t)stage->written[i].bytes);
    json_close(json, '}');
    json_open(json, "not_written", '[');
    for (const struct stage_omitted *one = stage->first_omitted; one; one = one->next)
        json_text(json, NULL, one->path);
    json_close(json, ']');
}

static bool move(const struct stage *stage, const char *from, const char *to)
{
    return renameat(stage->parent, from, stage->parent, to) == 0;
}

/* Both exist: exchanged in one call where the file system can, else by way of a third name. Then what was in the place
 * of DIR has the name that was ours. */
static bool exchange(struct stage *stage)
{
    const char *base = base_of(stage);
    if (renameat2(stage->parent, stage->name, stage->parent, base, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    const char *old = folder_make(stage->parent, arena_printf(&stage->arena, "%s.old-", base), &stage->arena);
    if (!old)
        return false;
    bool aside = move(stage, base, old), placed = aside && move(stage, stage->name, base);
    int why = errno;
    if (aside && !placed)
        move(stage, old, base);
    else if (!aside)
        unlinkat(stage->parent, old, AT_REMOVEDIR);
    errno = why;
    if (placed && !move(stage, old, stage->name))
        call_it(stage, old); /* it is in place: what was there keeps the third name */
    return placed;
}

static void end(struct stage *stage)
{
    int *const open[] = {&stage->lock, &stage->inside, &stage->parent, &stage->last_folder};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        if (*open[i] >= 0)
            close(*open[i]);
        *open[i] = -1;
    }
    stage->folder = NULL;
}

/* Removes what was in the place of DIR, marked first: should we be killed, it is a leftover. What is not known to it
 * stays, and is reported. */
static void remove_replaced(struct stage *stage, struct standing *standing)
{
    int lock = folder_mark(standing->folder);
    if (!folder_remove(stage->parent, stage->name, standing->folder, &standing->sweep)) {
        unlinkat(standing->folder, FOLDER_MARK, 0);
        stage->remark = arena_printf(&stage->arena, "not all of what was in %s could be removed; the rest is in %s",
                                     stage->target, stage->folder);
    }
    if (lock >= 0)
        close(lock);
}

/* What has been swapped out is not ours to replace: it goes back, and our folder stays beside it, no leftover to
 * anybody. */
static void take_back(struct stage *stage, const char *reason)
{
    exchange(stage);
    bool back = folder_is(stage->parent, stage->name, stage->inside);
    stage->error =
        arena_printf(&stage->arena, "%s changed during the run: it %s. %s %s", stage->target, reason,
                     back ? "It is left as it is; the results are in" : "What was there is now in", stage->folder);
}

/* False: our folder is still beside DIR, and of no use. */
static bool replace(struct stage *stage)
{
    struct standing standing;
    if (!exchange(stage))
        return stage_fail(stage, "cannot put in place", stage->target);
    const char *reason = judge(stage, stage->name, &standing);
    if (reason)
        take_back(stage, reason);
    else
        remove_replaced(stage, &standing);
    release(&standing);
    return true;
}

static void remove_written(struct stage *stage)
{
    struct folder_sweep everything = {.arena = &stage->arena};
    folder_remove(stage->parent, stage->name, stage->inside, &everything);
}

bool stage_commit(struct stage *stage)
{
    /* A folder is renamed to what is not there or is an empty folder, and to nothing else. */
    bool whole = !stage->error && is_whole(stage);
    if (whole && (move(stage, stage->name, base_of(stage)) || replace(stage)))
        unlinkat(stage->inside, FOLDER_MARK, 0);
    else
        remove_written(stage);
    end(stage);
    return !stage->error;
}

void stage_abandon(struct stage *stage)
{
    if (!stage->folder)
        return;
    remove_written(stage);
    end(stage);
}

void stage_free(struct stage *stage)
{
    for (size_t i = 0; i < stage->written_count; i++)
        if (stage->written[i].open) /* its buffer is the arena's */
            fclose(stage->written[i].open);
    if (stage->target)
        end(stage);
    arena_free(&stage->arena);
    *stage = (struct stage){.parent = -1, .inside = -1, .lock = -1, .last_folder = -1};
}
