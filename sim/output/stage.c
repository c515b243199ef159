/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16, MARK_WITHIN_BYTES = 4096 };

bool stage_fail(struct stage *stage, const char *what, const char *path)
{
    if (!stage->error)
        stage->error = arena_printf(&stage->arena, "%s %s: %s", what, path, strerror(errno));
    return false;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
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

/* Folders that earlier runs into the same DIR left when they were killed. */
static void remove_leftovers(struct stage *stage, const char *parent, const char *prefix)
{
    DIR *folder = opendir(parent);
    if (!folder)
        return;
    size_t length = strlen(prefix);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, length) != 0)
            continue;
        char *end;
        long process = strtol(entry->d_name + length, &end, 10);
        if (process > 0 && process <= INT_MAX && !*end && kill((pid_t)process, 0) != 0 && errno == ESRCH)
            remove_tree(arena_printf(&stage->arena, "%s/%s", parent, entry->d_name));
    }
    closedir(folder);
}

static bool make_folder(struct stage *stage)
{
    char *folder = arena_printf(&stage->arena, "%s.tmp-%ld", stage->target, (long)getpid());
    if (!make_folders_above(folder))
        return stage_fail(stage, "cannot make the folders above", stage->target);
    char *slash = strrchr(folder, '/');
    char *parent = arena_printf(&stage->arena, "%.*s", slash == folder ? 1 : (int)(slash - folder), folder);
    char *prefix = arena_printf(&stage->arena, "%s.tmp-", strrchr(stage->target, '/') + 1);
    remove_leftovers(stage, parent, prefix);
    if (mkdir(folder, 0777) != 0)
        return stage_fail(stage, "cannot make", folder);
    stage->folder = folder;
    return true;
}

bool stage_open(struct stage *stage, const char *target, bool force)
{
    *stage = (struct stage){0};
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

FILE *stage_file(struct stage *stage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *name = NULL;
    int length = vasprintf(&name, format, args);
    va_end(args);
    char *path = arena_printf(&stage->arena, "%s/%s", stage->folder, length < 0 ? "" : name);
    free(name);
    if (stage->error)
        return open_nothing();
    FILE *file = make_folders_above(path) ? fopen(path, "w") : NULL;
    if (file)
        return file;
    stage_fail(stage, "cannot write", path);
    return open_nothing();
}

/* Why an earlier write failed: errno has moved on since, so the file is asked to fail again. */
static int ask_again(FILE *file)
{
    clearerr(file);
    return putc('\n', file) == EOF || fflush(file) != 0 ? errno : EIO;
}

void stage_close_file(struct stage *stage, FILE *file)
{
    bool failed = ferror(file), written = !failed && fflush(file) == 0;
    int why = failed ? ask_again(file) : errno;
    if (fclose(file) == 0 && written)
        return;
    errno = written ? errno : why;
    stage_fail(stage, "cannot write into", stage->folder);
}

/* Both exist: exchanged in one call where the file system can, else by way of a third name. */
static bool exchange(struct stage *stage)
{
    if (renameat2(AT_FDCWD, stage->folder, AT_FDCWD, stage->target, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    char *old = arena_printf(&stage->arena, "%s.old-%ld", stage->target, (long)getpid());
    if (rename(stage->target, old) != 0)
        return false;
    if (rename(stage->folder, stage->target) != 0) {
        int why = errno;
        rename(old, stage->target);
        errno = why;
        return false;
    }
    return rename(old, stage->folder) == 0;
}

/* Nothing in the way: one rename, that refuses to replace. */
static bool place(struct stage *stage)
{
    if (renameat2(AT_FDCWD, stage->folder, AT_FDCWD, stage->target, RENAME_NOREPLACE) == 0)
        return true;
    bool unknown = errno == EINVAL || errno == ENOSYS;
    return unknown && access(stage->target, F_OK) != 0 && rename(stage->folder, stage->target) == 0;
}

bool stage_commit(struct stage *stage)
{
    bool placed = !stage->error && place(stage);
    if (!placed && !stage->error && !exchange(stage))
        stage_fail(stage, "cannot put in place", stage->target);
    if (!placed)
        remove_tree(stage->folder); /* what was in DIR before, or what was written in vain */
    stage->folder = NULL;
    return !stage->error;
}

void stage_abandon(struct stage *stage)
{
    if (stage->folder)
        remove_tree(stage->folder);
    stage->folder = NULL;
}

void stage_free(struct stage *stage)
{
    arena_free(&stage->arena);
    *stage = (struct stage){0};
}
