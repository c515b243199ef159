/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plots.h"

#include "gnuplot.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { AT_ONCE = 2, NO_SUCH_COMMAND = 127, COMPLAINT_BYTES = 512 };
static const char *const formats[] = {"svg", "png"};

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The folder beside the program: of the source tree it was built in, or of where it was installed. */
static const char *folder_beside_program(const char *name, struct arena *arena)
{
    static const char *const ways[] = {"../..", "../share/iccsim"};
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return NULL;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *found = realpath(arena_printf(arena, "%s/%s/%s", program, ways[i], name), NULL);
        char *path = found ? arena_text(arena, found) : NULL;
        free(found);
        if (path && is_folder(path))
            return path;
    }
    return NULL;
}

const char *share_folder(const char *name, struct arena *arena)
{
    const char *given = getenv("ICCSIM_SHARE");
    if (given && *given) {
        char *path = arena_printf(arena, "%s/%s", given, name);
        return is_folder(path) ? path : NULL;
    }
    const char *beside = folder_beside_program(name, arena);
    if (beside)
        return beside;
    char *installed = arena_printf(arena, "%s/%s", ICCSIM_SHARE, name);
    return is_folder(installed) ? installed : NULL;
}

/* One drawing of one script: what it is and the process that does it. */
struct drawing {
    char *name;
    const char *format;
    pid_t process; /* 0: not running */
    FILE *said; /* what gnuplot writes */
};

struct gallery {
    const char *folder, *scripts;
    FILE *words;
    struct plots plots;
    struct drawing slot[AT_ONCE];
    size_t next;
    struct arena arena;
};

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    for (size_t length = strlen(text); length && strchr(" \r\n", text[length - 1]); length--)
        text[length - 1] = '\0';
    return text;
}

/* The rest of the first line that begins with `key`, without blanks around it, or NULL. */
static char *remark(struct arena *arena, const char *script, const char *key)
{
    FILE *file = fopen(script, "r");
    char *line = NULL, *found = NULL;
    size_t room = 0;
    while (file && !found && getline(&line, &room, file) > 0 && line[0] == '#')
        if (strncmp(line, key, strlen(key)) == 0)
            found = trimmed(arena_text(arena, line + strlen(key)));
    free(line);
    if (file)
        fclose(file);
    return found;
}

static bool has_inputs(struct gallery *gallery, const char *script)
{
    char *rest = NULL, *needs = remark(&gallery->arena, script, "# needs:");
    for (char *word = needs ? strtok_r(needs, " ", &rest) : NULL; word; word = strtok_r(NULL, " ", &rest))
        if (access(arena_printf(&gallery->arena, "%s/%s", gallery->folder, word), R_OK) != 0)
            return false;
    return true;
}

static char *path_of(struct gallery *gallery, const struct drawing *drawing)
{
    return arena_printf(&gallery->arena, "%s/plots/%s.%s", gallery->folder, drawing->name, drawing->format);
}

static void complain(struct gallery *gallery, struct drawing *drawing)
{
    char text[COMPLAINT_BYTES + 1];
    rewind(drawing->said);
    size_t length = fread(text, 1, COMPLAINT_BYTES, drawing->said);
    text[length] = '\0';
    fprintf(gallery->words, "iccsim: warning: gnuplot could not draw %s.%s:\n%s\n", drawing->name, drawing->format,
            text);
}

static void settle(struct gallery *gallery, struct drawing *drawing)
{
    int status = 0;
    while (waitpid(drawing->process, &status, 0) < 0 && errno == EINTR)
        continue;
    struct stat picture;
    char *path = path_of(gallery, drawing);
    bool drawn = WIFEXITED(status) && WEXITSTATUS(status) == 0 && stat(path, &picture) == 0 && picture.st_size > 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_COMMAND) {
        gallery->plots.no_gnuplot = true;
    } else if (drawn) {
        gallery->plots.drawn++;
    } else {
        gallery->plots.failed++;
        complain(gallery, drawing);
    }
    if (!drawn)
        unlink(path);
    fclose(drawing->said);
    drawing->process = 0;
}

/* The child begins as if the user had called it: signals as usual, the run's folder, its words to a file, no settings
 * of the user. */
static int spawn(struct gallery *gallery, struct drawing *drawing, char *const argv[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addchdir_np(&actions, gallery->folder);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(drawing->said), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(drawing->said), STDERR_FILENO);
    int error = posix_spawnp(&drawing->process, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void start(struct gallery *gallery, const char *name, const char *format, char *script)
{
    struct drawing *drawing = &gallery->slot[gallery->next++ % AT_ONCE];
    if (drawing->process)
        settle(gallery, drawing);
    *drawing = (struct drawing){.name = arena_text(&gallery->arena, name), .format = format, .said = tmpfile()};
    if (!drawing->said) {
        gallery->plots.failed++;
        fprintf(gallery->words, "iccsim: warning: cannot draw %s.%s: %s\n", name, format, strerror(errno));
        return;
    }
    char *out = arena_printf(&gallery->arena, "plots/%s.%s", name, format);
    char *before =
        arena_printf(&gallery->arena, "format=\"%s\"; out=%s; share=%s", format, gnuplot_literal(&gallery->arena, out),
                     gnuplot_literal(&gallery->arena, gallery->scripts));
    char program[] = "gnuplot", plain[] = "-d", execute[] = "-e";
    int error = spawn(gallery, drawing, (char *const[]){program, plain, execute, before, script, NULL});
    if (error) {
        drawing->process = 0;
        fclose(drawing->said);
        gallery->plots.no_gnuplot = true;
    }
}

static void draw(struct gallery *gallery, const char *name)
{
    char *script = arena_printf(&gallery->arena, "%s/%s.gp", gallery->scripts, name);
    if (!has_inputs(gallery, script)) {
        gallery->plots.skipped++;
        return;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !gallery->plots.no_gnuplot; i++)
        start(gallery, name, formats[i], script);
}

static int is_script(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > strlen(".gp") && strcmp(entry->d_name + length - strlen(".gp"), ".gp") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* What has no title is shared by the others. */
size_t pictures_list(const char *scripts, struct arena *arena, const struct picture **picture)
{
    struct dirent **entry = NULL;
    int count = scandir(scripts, &entry, is_script, by_bytes);
    struct picture *list = arena_array(arena, count > 0 ? (size_t)count : 0, sizeof *list);
    size_t found = 0;
    for (int i = 0; i < count; i++) {
        const char *file = entry[i]->d_name, *script = arena_printf(arena, "%s/%s", scripts, file);
        const char *title = remark(arena, script, "# title:"), *caption = remark(arena, script, "# caption:");
        if (title)
            list[found++] =
                (struct picture){.name = arena_printf(arena, "%.*s", (int)(strlen(file) - strlen(".gp")), file),
                                 .title = title,
                                 .caption = caption ? caption : ""};
        free(entry[i]);
    }
    free(entry);
    *picture = list;
    return found;
}

struct plots plots_draw(const char *folder, const char *scripts, FILE *words)
{
    struct gallery gallery = {.folder = folder, .scripts = scripts, .words = words};
    const struct picture *picture;
    size_t count = pictures_list(scripts, &gallery.arena, &picture);
    mkdir(arena_printf(&gallery.arena, "%s/plots", folder), 0777);
    for (size_t i = 0; i < count && !gallery.plots.no_gnuplot; i++)
        draw(&gallery, picture[i].name);
    for (size_t i = 0; i < AT_ONCE; i++)
        if (gallery.slot[i].process)
            settle(&gallery, &gallery.slot[i]);
    if (gallery.plots.no_gnuplot)
        fputs("iccsim: warning: there is no gnuplot, so no pictures were drawn\n", words);
    if (gallery.plots.drawn == 0)
        rmdir(arena_printf(&gallery.arena, "%s/plots", folder));
    arena_free(&gallery.arena);
    return gallery.plots;
}
