/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage.h"

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARK_WITHIN_BYTES = 4096 };

/* A file of ours: what must be there when the folder is put in place. */
struct stage_written {
    const char *path; /* relative to DIR */
    FILE *open;       /* NULL: it is whole, and has so many bytes */
    off_t bytes;
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

static bool is_empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    bool empty = true;
    for (struct dirent *entry; empty && (entry = readdir(folder));)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}

static bool holds_manifest(struct stage *stage)
{
    FILE *file = fopen(arena_printf(&stage->arena, "%s/manifest.json", stage->target), "rb");
    if (!file)
        return false;
    char head[MARK_WITHIN_BYTES + 1];
    head[fread(head, 1, MARK_WITHIN_BYTES, file)] = '\0';
    fclose(file);
    return strstr(head, STAGE_MANIFEST_MARK);
}

static bool may_replace(struct stage *stage, bool force)
{
    struct stat status;
    if (lstat(stage->target, &status) != 0)
        return errno == ENOENT || stage_fail(stage, "cannot look at", stage->target);
    if (!S_ISDIR(status.st_mode)) {
        stage->error = arena_printf(&stage->arena, "%s exists and is no folder", stage->target);
        return false;
    }
    if (force || is_empty_folder(stage->target) || holds_manifest(stage))
        return true;
    stage->error = arena_printf(&stage->arena, "%s exists and holds no run of iccsim; --force replaces it", stage->target);
    return false;
}

/* The absolute name of DIR: symbolic links followed if it exists, else below the current folder. */
static const char *absolute(struct stage *stage, const char *target)
{
    char *real = realpath(target, NULL), *here = real || target[0] == '/' ? NULL : getcwd(NULL, 0);
    char *name = real ? arena_text(&stage->arena, real)
                      : arena_printf(&stage->arena, "%s%s%s", here ? here : "", here ? "/" : "", target);
    free(real);
    free(here);
    for (size_t length = strlen(name); length > 1 && name[length - 1] == '/'; length--)
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
    const char *prefix = arena_printf(&stage->arena, "%s.tmp-", strrchr(stage->target, '/') + 1);
    stage->name = folder_make(stage->parent, prefix, &stage->arena);
    if (!stage->name)
        return stage_fail(stage, "cannot make a folder beside", stage->target);
    const char *above = strrchr(stage->target, '/') + 1;
    stage->folder = arena_printf(&stage->arena, "%.*s%s", (int)(above - stage->target), stage->target, stage->name);
    if (!mark(stage))
        return false;
    remove_leftovers(stage, prefix);
    return true;
}

bool stage_open(struct stage *stage, const char *target, bool force)
{
    *stage = (struct stage){.parent = -1, .inside = -1, .lock = -1};
    stage->target = absolute(stage, target);
    if (strcmp(stage->target, "/") == 0) {
        stage->error = "the root folder cannot be replaced";
        return false;
    }
    return may_replace(stage, force) && make_folder(stage);
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
        bool there = name && (!make || mkdirat(above, name, 0777) == 0 || errno == EEXIST);
        folder = there ? folder_open(above, name) : -1;
        int why = errno;
        close(above);
        free(name);
        errno = why;
    }
    *leaf = path;
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

/* A name is written once: whoever comes second would take the place of the first. */
static FILE *create(struct stage *stage, const char *path)
{
    const char *leaf;
    int folder = folder_of(stage, path, true, &leaf);
    int file = folder < 0 ? -1 : openat(folder, leaf, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    FILE *opened = file < 0 ? NULL : fdopen(file, "w");
    int why = errno;
    if (folder >= 0)
        close(folder);
    if (file >= 0 && !opened)
        close(file);
    errno = why;
    return opened;
}

FILE *stage_file(struct stage *stage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *name = NULL;
    int length = vasprintf(&name, format, args);
    va_end(args);
    const char *path = length < 0 ? "" : arena_text(&stage->arena, name);
    free(name);
    if (stage->error)
        return open_nothing();
    FILE *file = create(stage, path);
    if (file) {
        add_written(stage, path)->open = file;
        return file;
    }
    const char *where = arena_printf(&stage->arena, "%s/%s", stage->folder, path);
    int why = errno;
    if (!has_vanished(stage)) {
        errno = why;
        stage_fail(stage, "cannot write", where);
    }
    return open_nothing();
}

void stage_adopt(struct stage *stage, const char *path)
{
    int folder = stage_folder(stage, path);
    if (folder < 0)
        return;
    struct dirent **entry = NULL;
    int count = scandirat(folder, ".", &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat status;
        if (fstatat(folder, entry[i]->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
            add_written(stage, arena_printf(&stage->arena, "%s/%s", path, entry[i]->d_name))->bytes = status.st_size;
        free(entry[i]);
    }
    free(entry);
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

static void note_size(struct stage *stage, FILE *file)
{
    struct stat status;
    for (size_t i = stage->written_count; i-- > 0;)
        if (stage->written[i].open == file) {
            stage->written[i].open = NULL;
            stage->written[i].bytes = fstat(fileno(file), &status) == 0 ? status.st_size : -1;
            return;
        }
}

void stage_close_file(struct stage *stage, FILE *file)
{
    bool failed = ferror(file), written = !failed && fflush(file) == 0;
    int why = failed ? ask_again(file) : errno;
    note_size(stage, file);
    if (fclose(file) == 0 && written)
        return;
    errno = written ? errno : why;
    stage_fail(stage, "cannot write into", stage->folder);
}

/* Both exist: exchanged in one call where the file system can, else by way of a third name. */
static bool exchange(struct stage *stage)
{
    const char *base = strrchr(stage->target, '/') + 1;
    if (renameat2(stage->parent, stage->name, stage->parent, base, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    const char *old = folder_make(stage->parent, arena_printf(&stage->arena, "%s.old-", base), &stage->arena);
    if (!old || renameat(stage->parent, base, stage->parent, old) != 0)
        return false;
    if (renameat(stage->parent, stage->name, stage->parent, base) != 0) {
        int why = errno;
        renameat(stage->parent, old, stage->parent, base);
        errno = why;
        return false;
    }
    return renameat(stage->parent, old, stage->parent, stage->name) == 0;
}

/* Renames our folder to DIR if nothing is there, or an empty folder: a folder never takes the place of anything else. */
static bool place(struct stage *stage)
{
    return renameat(stage->parent, stage->name, stage->parent, strrchr(stage->target, '/') + 1) == 0;
}

static void end(struct stage *stage)
{
    int *const open[] = {&stage->lock, &stage->inside, &stage->parent};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        if (*open[i] >= 0)
            close(*open[i]);
        *open[i] = -1;
    }
    stage->folder = NULL;
}

/* Removes the folder that is beside DIR under the name of ours and is open as `folder`. */
static void remove_folder(struct stage *stage, int folder)
{
    struct folder_sweep everything = {.arena = &stage->arena};
    folder_remove(stage->parent, stage->name, folder, &everything);
}

static void remove_replaced(struct stage *stage)
{
    int folder = folder_open(stage->parent, stage->name);
    if (folder < 0)
        return;
    remove_folder(stage, folder);
    close(folder);
}

bool stage_commit(struct stage *stage)
{
    bool placed = !stage->error && is_whole(stage) && place(stage);
    bool exchanged = !placed && !stage->error && exchange(stage);
    if (!placed && !exchanged)
        stage_fail(stage, "cannot put in place", stage->target);
    if (stage->error)
        remove_folder(stage, stage->inside);
    else
        unlinkat(stage->inside, FOLDER_MARK, 0);
    if (exchanged)
        remove_replaced(stage);
    end(stage);
    return !stage->error;
}

void stage_abandon(struct stage *stage)
{
    if (!stage->folder)
        return;
    remove_folder(stage, stage->inside);
    end(stage);
}

void stage_free(struct stage *stage)
{
    if (stage->target)
        end(stage);
    arena_free(&stage->arena);
    *stage = (struct stage){.parent = -1, .inside = -1, .lock = -1};
}
