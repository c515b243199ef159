/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plots.h"

#include "gnuplot.h"

#include "sim/base/mistakes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_AT_ONCE = 8,
    SECONDS_A_PICTURE = 60,
    HANGS_ENOUGH = 2, /* after as many the rest is not tried */
    NO_SUCH_COMMAND = 127,
    SAID_BYTES = 4096,
    COMPLAINT_BYTES = 512,
    LOOK_MS = 200, /* how often to look whether to stop */
};

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

/* -- Scripts ------------------------------------------------------------------------------------------------------- */

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    for (size_t length = strlen(text); length && strchr(" \r\n", text[length - 1]); length--)
        text[length - 1] = '\0';
    return text;
}

/* The rest of the first line that begins with `key`, without blanks around it, or NULL. */
static char *remark(struct arena *arena, FILE *script, const char *key)
{
    char *line = NULL, *found = NULL;
    size_t room = 0;
    rewind(script);
    while (!found && getline(&line, &room, script) > 0 && line[0] == '#')
        if (strncmp(line, key, strlen(key)) == 0)
            found = trimmed(arena_text(arena, line + strlen(key)));
    free(line);
    return found;
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

static void warn(FILE *words, const char *path)
{
    if (words)
        fprintf(words, "iccsim: warning: cannot read %s: %s\n", path, strerror(errno));
}

/* What has no title is shared by the others. */
static bool read_script(const char *path, struct arena *arena, struct picture *picture, FILE *words)
{
    FILE *script = fopen(path, "r");
    if (!script) {
        warn(words, path);
        return false;
    }
    const char *title = remark(arena, script, "# title:"), *caption = remark(arena, script, "# caption:");
    const char *name = strrchr(path, '/') + 1;
    *picture = (struct picture){.name = arena_printf(arena, "%.*s", (int)(strlen(name) - strlen(".gp")), name),
                                .title = title,
                                .caption = caption ? caption : "",
                                .needs = remark(arena, script, "# needs:")};
    fclose(script);
    return title;
}

size_t pictures_list(const char *scripts, struct arena *arena, const struct picture **picture, FILE *words)
{
    struct dirent **entry = NULL;
    int count = scandir(scripts, &entry, is_script, by_bytes);
    if (count < 0)
        warn(words, scripts);
    struct picture *list = arena_array(arena, count > 0 ? (size_t)count : 0, sizeof *list);
    size_t found = 0;
    for (int i = 0; i < count; i++) {
        found += read_script(arena_printf(arena, "%s/%s", scripts, entry[i]->d_name), arena, &list[found], words);
        free(entry[i]);
    }
    free(entry);
    *picture = list;
    return found;
}

/* ---- What is to be drawn, and by whom ---------------------------------------------------------------------------- */

struct drawing { /* one picture in one format */
    const char *name, *format, *script;
    bool is_drawn;
    const char *why, *said; /* if it failed: how gnuplot ended, and what it wrote */
};

/* One gnuplot draws a list of pictures, and says so after each: a start costs as much as a simple picture. */
struct painter {
    size_t *drawing; /* what is left, numbers of drawings */
    size_t left;
    pid_t process; /* 0: not running; leads a group of its own */
    int words; /* the end of a pipe */
    char said[SAID_BYTES]; /* since the last picture was finished; of very much the end */
    size_t length;
    double deadline;
};

struct gallery {
    const struct plots_request *request;
    struct plots plots;
    struct drawing *drawing;
    size_t count;
    struct painter painter[MOST_AT_ONCE];
    size_t painters, hangs;
    char **environment;
    struct arena arena;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static const char *picture_file(struct gallery *gallery, const struct drawing *drawing)
{
    return arena_printf(&gallery->arena, "plots/%s.%s", drawing->name, drawing->format);
}

static char *picture_path(struct gallery *gallery, const struct drawing *drawing)
{
    return arena_printf(&gallery->arena, "%s/%s", gallery->request->folder, picture_file(gallery, drawing));
}

static bool is_there(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_size > 0;
}

/* -- gnuplot ------------------------------------------------------------------------------------------------------- */

/* Nothing of the user's settings of gnuplot, only what a program needs to start and fonts to be found. */
static char **environment(struct arena *arena, const char *folder)
{
    static const char *const kept[] = {
        "PATH",          "HOME",          "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_DATA_DIRS", "FONTCONFIG_FILE", "FONTCONFIG_PATH"};
    enum { KEPT = sizeof kept / sizeof *kept };
    char **list = arena_array(arena, KEPT + 3, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < KEPT; i++)
        if (getenv(kept[i]))
            list[count++] = arena_printf(arena, "%s=%s", kept[i], getenv(kept[i]));
    list[count++] = arena_text(arena, "LC_ALL=C.UTF-8");
    list[count++] = arena_printf(arena, "TMPDIR=%s", folder);
    list[count] = NULL;
    return list;
}

/* What stays in gnuplot of an earlier picture is swept out, so that each looks the same whatever was drawn before:
 * variables, settings, and the pen, which a line to nowhere brings into a known state. */
static const char sweep[] = "unset multiplot; set output; reset; "
                            "undefine a* b* c* d* e* f* g* h* i* j* k* l* m* n* o* p* q* r* s* t* u* v* w* x* y* z* "
                            "A* B* C* D* E* F* G* H* I* J* K* L* M* N* O* P* Q* R* S* T* U* V* W* X* Y* Z* _*; "
                            "set terminal svg size 99,99; set output '/dev/null'; unset xtics; unset ytics; unset key; "
                            "plot [0:1] [0:1] 0 lw 1 lc rgb 'black'; set output; reset";

/* gnuplot finds a variable along the list of all there were, in the order of their first mention, and anew whenever a row
 * or a round assigns one. Those that are assigned most are mentioned first, from the right to the left. */
static const char mentioned_first[] =
    "rate = dated_event_label_width = policy_label_width = generation_label_width = panel_least = line_count = name = "
    "candidates = generation_label = policy_label = panel_count = "
    "x = names = rows_used = axis_low = is_seen = name_at = last_of_world = panel_high = dated_event_kind = "
    "dated_event_label = dated_event_year = rank = j = event_width = event_kind = event_label = event_year = "
    "event_left = name_of = line_end = event_count = row = highest_fact = lowest_fact = facts = meant = "
    "is_left = k = event_row = tops = at = running = high_mean = found = flagged = high_median = "
    "low_median = low90 = high90 = high50 = low50 = last_median = i = 0";

static const char mark[] = "iccsim: drawn\n", nothing[] = "iccsim: nothing to show\n"; /* a script says it */

/* gnuplot -d -e SWEEP -e VARIABLES SCRIPT -e MARK, and so on. */
static char **arguments(struct gallery *gallery, const struct painter *painter)
{
    enum { FIRST = 4, EACH = 7 };
    struct arena *arena = &gallery->arena;
    char **list = arena_array(arena, FIRST + EACH * painter->left + 1, sizeof *list);
    const char *share = gnuplot_literal(arena, gallery->request->scripts);
    size_t count = 0;
    list[count++] = arena_text(arena, "gnuplot");
    list[count++] = arena_text(arena, "-d");
    list[count++] = arena_text(arena, "-e");
    list[count++] = arena_text(arena, mentioned_first);
    for (size_t i = 0; i < painter->left; i++) {
        const struct drawing *drawing = &gallery->drawing[painter->drawing[i]];
        list[count++] = arena_text(arena, "-e");
        list[count++] = arena_text(arena, sweep);
        list[count++] = arena_text(arena, "-e");
        list[count++] = arena_printf(arena, "format=\"%s\"; out=%s; share=%s", drawing->format,
                                     gnuplot_literal(arena, picture_file(gallery, drawing)), share);
        list[count++] = arena_text(arena, drawing->script);
        list[count++] = arena_text(arena, "-e");
        list[count++] = arena_printf(arena, "unset multiplot; set output; print '%.*s'", (int)sizeof mark - 2, mark);
    }
    list[count] = NULL;
    return list;
}

/* In the child: signals as usual, a group of its own that ends with us, the run's folder, its words into the pipe. */
static _Noreturn void become_gnuplot(const struct gallery *gallery, int words, pid_t parent, char *const argv[])
{
    int null = open("/dev/null", O_RDONLY);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && null >= 0 && chdir(gallery->request->folder) == 0 && dup2(null, STDIN_FILENO) >= 0 &&
        dup2(words, STDOUT_FILENO) >= 0 && dup2(words, STDERR_FILENO) >= 0)
        execvpe(argv[0], argv, gallery->environment);
    _exit(errno == ENOENT ? NO_SUCH_COMMAND : NO_SUCH_COMMAND - 1);
}

static bool start(struct gallery *gallery, struct painter *painter)
{
    char **argv = arguments(gallery, painter);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t parent = getpid();
    painter->process = fork();
    if (painter->process == 0)
        become_gnuplot(gallery, ends[1], parent, argv);
    close(ends[1]);
    if (painter->process < 0) {
        painter->process = 0;
        close(ends[0]);
        return false;
    }
    setpgid(painter->process, painter->process); /* whichever of the two is first */
    painter->words = ends[0];
    painter->length = 0;
    painter->deadline = now() + gallery->request->seconds;
    return true;
}

static void end_group(const struct painter *painter)
{
    kill(-painter->process, SIGKILL);
}

static int reap(struct painter *painter)
{
    int status = 0;
    while (waitpid(painter->process, &status, 0) < 0 && errno == EINTR)
        continue;
    close(painter->words);
    painter->process = 0;
    return status;
}

/* -- How it goes --------------------------------------------------------------------------------------------------- */

static struct drawing *pop(struct gallery *gallery, struct painter *painter)
{
    struct drawing *drawing = &gallery->drawing[*painter->drawing++];
    painter->left--;
    return drawing;
}

static void fail_next(struct gallery *gallery, struct painter *painter, const char *why)
{
    struct drawing *drawing = pop(gallery, painter);
    drawing->why = why;
    drawing->said = arena_printf(&gallery->arena, "%.*s", (int)painter->length, painter->said);
    unlink(picture_path(gallery, drawing));
}

static void finish_next(struct gallery *gallery, struct painter *painter)
{
    const char *path = picture_path(gallery, &gallery->drawing[*painter->drawing]);
    bool has_nothing = memmem(painter->said, painter->length, nothing, strlen(nothing)) != NULL;
    painter->deadline = now() + gallery->request->seconds;
    if (has_nothing) {
        unlink(path);
        pop(gallery, painter);
        gallery->plots.skipped++;
        return;
    }
    if (!is_there(path)) {
        fail_next(gallery, painter, "it wrote nothing");
        return;
    }
    pop(gallery, painter)->is_drawn = true;
}

/* Each mark finishes a picture. */
static void look_for_marks(struct gallery *gallery, struct painter *painter)
{
    char *at;
    while (painter->left && (at = memmem(painter->said, painter->length, mark, strlen(mark)))) {
        size_t before = (size_t)(at - painter->said), used = before + strlen(mark);
        size_t after = painter->length - used;
        painter->length = before;
        finish_next(gallery, painter);
        memmove(painter->said, painter->said + used, after);
        painter->length = after;
    }
}

static const char *ending(struct gallery *gallery, int status)
{
    if (WIFSIGNALED(status))
        return arena_printf(&gallery->arena, "signal %d", WTERMSIG(status));
    return arena_printf(&gallery->arena, "exit status %d", WEXITSTATUS(status));
}

static void give_up(struct gallery *gallery, struct painter *painter, const char *why)
{
    while (painter->left)
        fail_next(gallery, painter, why);
}

/* gnuplot has ended: what it did not finish failed, and another one draws the rest. */
static void settle(struct gallery *gallery, struct painter *painter)
{
    int status = reap(painter);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_COMMAND) {
        gallery->plots.no_gnuplot = true;
        painter->left = 0;
    }
    if (painter->left)
        fail_next(gallery, painter, ending(gallery, status));
    if (painter->left && !start(gallery, painter))
        give_up(gallery, painter, strerror(errno));
}

static void time_out(struct gallery *gallery, struct painter *painter)
{
    end_group(painter);
    reap(painter);
    fail_next(gallery, painter, arena_printf(&gallery->arena, "ended after %g s", gallery->request->seconds));
    if (++gallery->hangs >= HANGS_ENOUGH)
        give_up(gallery, painter, "not tried, as others hung");
    if (painter->left && !start(gallery, painter))
        give_up(gallery, painter, strerror(errno));
}

static void listen_to(struct gallery *gallery, struct painter *painter)
{
    if (painter->length == SAID_BYTES) {
        painter->length /= 2;
        memmove(painter->said, painter->said + painter->length, painter->length);
    }
    ssize_t length = read(painter->words, painter->said + painter->length, SAID_BYTES - painter->length);
    if (length < 0 && errno == EINTR)
        return;
    if (length <= 0) {
        settle(gallery, painter);
        return;
    }
    painter->length += (size_t)length;
    look_for_marks(gallery, painter);
}

static void stop_all(struct gallery *gallery)
{
    gallery->plots.stopped = true;
    for (size_t i = 0; i < gallery->painters; i++) {
        struct painter *painter = &gallery->painter[i];
        if (!painter->process)
            continue;
        end_group(painter);
        reap(painter);
        while (painter->left)
            unlink(picture_path(gallery, pop(gallery, painter)));
    }
}

/* Nothing can be heard of them. */
static void fail_all(struct gallery *gallery, const char *why)
{
    for (size_t i = 0; i < gallery->painters; i++) {
        struct painter *painter = &gallery->painter[i];
        if (!painter->process)
            continue;
        end_group(painter);
        reap(painter);
        give_up(gallery, painter, why);
    }
}

/* One look at all of them. False when none is left. */
static bool attend(struct gallery *gallery)
{
    struct pollfd look[MOST_AT_ONCE];
    struct painter *of[MOST_AT_ONCE];
    nfds_t running = 0;
    for (size_t i = 0; i < gallery->painters; i++)
        if (gallery->painter[i].process) {
            of[running] = &gallery->painter[i];
            look[running++] = (struct pollfd){.fd = gallery->painter[i].words, .events = POLLIN};
        }
    if (!running)
        return false;
    if (poll(look, running, LOOK_MS) < 0 && errno != EINTR) {
        fail_all(gallery, strerror(errno));
        return false;
    }
    for (nfds_t i = 0; i < running; i++)
        if (look[i].revents)
            listen_to(gallery, of[i]);
        else if (now() > of[i]->deadline)
            time_out(gallery, of[i]);
    return true;
}

/* -- What is said -------------------------------------------------------------------------------------------------- */

/* gnuplot's last line without the place in the script: equal for equal reasons. */
static const char *reason(struct gallery *gallery, const struct drawing *drawing)
{
    char *said = trimmed(arena_text(&gallery->arena, drawing->said));
    const char *last = strrchr(said, '\n'), *line = last ? last + 1 : said, *place = strstr(line, "line ");
    const char *colon = place ? strstr(place, ": ") : NULL;
    return arena_printf(&gallery->arena, "%s|%s", drawing->why, colon ? colon + 2 : line);
}

static const char *names_of(struct gallery *gallery, const size_t *alike, size_t count)
{
    enum { NAMED = 3 };
    const char *names = "";
    for (size_t i = 0; i < count && i < NAMED; i++) {
        const struct drawing *drawing = &gallery->drawing[alike[i]];
        names = arena_printf(&gallery->arena, "%s%s%s.%s", names, i ? ", " : "", drawing->name, drawing->format);
    }
    return count > NAMED ? arena_printf(&gallery->arena, "%s and %zu more", names, count - NAMED) : names;
}

static void complain(struct gallery *gallery, const size_t *alike, size_t count)
{
    const struct drawing *first = &gallery->drawing[alike[0]];
    const char *said = trimmed(arena_text(&gallery->arena, first->said));
    fprintf(gallery->request->words, "iccsim: warning: gnuplot could not draw %s (%s)%s\n",
            names_of(gallery, alike, count), first->why, *said ? ":" : "");
    if (*said)
        fprintf(gallery->request->words, "%.*s\n", COMPLAINT_BYTES, said);
}

/* One warning for each reason. */
static void complain_of_all(struct gallery *gallery)
{
    size_t *alike = arena_array(&gallery->arena, gallery->count, sizeof *alike);
    bool *is_told = arena_array(&gallery->arena, gallery->count, sizeof *is_told);
    for (size_t i = 0; i < gallery->count; i++) {
        size_t count = 0;
        for (size_t k = i; k < gallery->count && gallery->drawing[i].why && !is_told[i]; k++)
            if (gallery->drawing[k].why &&
                strcmp(reason(gallery, &gallery->drawing[i]), reason(gallery, &gallery->drawing[k])) == 0)
                alike[count++] = k;
        for (size_t k = 0; k < count; k++)
            is_told[alike[k]] = true;
        if (count)
            complain(gallery, alike, count);
    }
}

/* -- All of them --------------------------------------------------------------------------------------------------- */

static bool has_inputs(struct gallery *gallery, const struct picture *picture)
{
    char *rest = NULL, *needs = picture->needs ? arena_text(&gallery->arena, picture->needs) : NULL;
    for (char *word = needs ? strtok_r(needs, " ", &rest) : NULL; word; word = strtok_r(NULL, " ", &rest))
        if (access(arena_printf(&gallery->arena, "%s/%s", gallery->request->folder, word), R_OK) != 0)
            return false;
    return true;
}

static bool is_among(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}

static void list_drawings(struct gallery *gallery)
{
    static const char *const formats[] = {"svg", "png"};
    const struct plots_request *request = gallery->request;
    const struct picture *picture;
    size_t count = pictures_list(request->scripts, &gallery->arena, &picture, request->words);
    gallery->drawing = arena_array(&gallery->arena, 2 * count, sizeof *gallery->drawing);
    for (size_t i = 0; i < count; i++) {
        if (request->names && !is_among(request->names, picture[i].name))
            continue;
        if (!has_inputs(gallery, &picture[i])) {
            gallery->plots.skipped++;
            continue;
        }
        const char *script = arena_printf(&gallery->arena, "%s/%s.gp", request->scripts, picture[i].name);
        for (size_t f = 0; f < (request->png ? 2 : 1); f++)
            gallery->drawing[gallery->count++] =
                (struct drawing){.name = picture[i].name, .format = formats[f], .script = script};
    }
}

/* Deals the pictures out, one to each in turn. */
static void hire(struct gallery *gallery)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    gallery->painters = processors < 1 ? 1 : processors > MOST_AT_ONCE ? MOST_AT_ONCE : (size_t)processors;
    if (gallery->painters > gallery->count)
        gallery->painters = gallery->count;
    for (size_t i = 0; i < gallery->painters; i++) {
        struct painter *painter = &gallery->painter[i];
        painter->drawing = arena_array(&gallery->arena, gallery->count, sizeof *painter->drawing);
        for (size_t k = i; k < gallery->count; k += gallery->painters)
            painter->drawing[painter->left++] = k;
        if (!start(gallery, painter))
            give_up(gallery, painter, strerror(errno));
    }
}

static bool is_to_stop(const struct plots_request *request)
{
    return request->stop && *request->stop;
}

struct plots plots_draw(const struct plots_request *asked)
{
    struct plots_request request = *asked;
    struct gallery gallery = {.request = &request};
    if (request.seconds <= 0)
        request.seconds = SECONDS_A_PICTURE;
    if (is_to_stop(&request))
        request.stop = NULL; /* a run that was interrupted is drawn, as far as it went */
    gallery.environment = environment(&gallery.arena, request.folder);
    list_drawings(&gallery);
    mkdir(arena_printf(&gallery.arena, "%s/plots", request.folder), 0777);
    hire(&gallery);
    while (attend(&gallery))
        if (is_to_stop(&request))
            stop_all(&gallery);
    for (size_t i = 0; i < gallery.count; i++) {
        gallery.plots.drawn += gallery.drawing[i].is_drawn;
        gallery.plots.failed += gallery.drawing[i].why != NULL;
    }
    if (gallery.plots.no_gnuplot)
        fputs("iccsim: warning: there is no gnuplot, so no pictures were drawn\n", request.words);
    complain_of_all(&gallery);
    if (gallery.plots.drawn == 0)
        rmdir(arena_printf(&gallery.arena, "%s/plots", request.folder));
    arena_free(&gallery.arena);
    return gallery.plots;
}

/* A name of `--plots` that no script has. */
bool plots_know(const char *scripts, const char *names, struct arena *arena, const char **unknown, const char **nearest)
{
    const struct picture *picture;
    size_t count = pictures_list(scripts, arena, &picture, NULL);
    const char **known = arena_array(arena, count + 1, sizeof *known);
    for (size_t i = 0; i < count; i++)
        known[i] = picture[i].name;
    char *rest = NULL;
    for (char *name = strtok_r(arena_text(arena, names), ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        size_t i = 0;
        while (i < count && strcmp(known[i], name) != 0)
            i++;
        if (i < count)
            continue;
        *unknown = name;
        *nearest = nearest_name(name, known);
        return false;
    }
    return true;
}
