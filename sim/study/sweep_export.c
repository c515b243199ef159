/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_export.h"

#include "finding.h"
#include "sweep_files.h"

#include "sim/base/csv.h"
#include "sim/base/say.h"
#include "sim/output/dat.h"
#include "sim/output/json.h"

#include <dirent.h>
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double TAIL = 0.025; /* either side of a 95 % interval */

/* ---- Files ---- */

bool sweep_error(struct sweep_files *files, const char *what, const char *name)
{
    if (!files->error)
        files->error = arena_printf(files->arena, "%s %s/%s: %s", what, files->request->folder, name, strerror(errno));
    return false;
}

static void note_written(struct sweep_files *files, const char *name)
{
    if (files->count == files->room) {
        size_t room = files->room ? 2 * files->room : 32, size = sizeof *files->written;
        files->written = arena_grow(files->arena, files->written, files->count * size, room * size);
        files->room = room;
    }
    files->written[files->count++] = arena_text(files->arena, name);
}

FILE *sweep_file(struct sweep_files *files, const char *name)
{
    FILE *file = files->error ? NULL : fopen(arena_printf(files->arena, "%s/%s", files->work, name), "w");
    if (!file) {
        sweep_error(files, "cannot write", name);
        return fopen("/dev/null", "w");
    }
    note_written(files, name);
    return file;
}

void sweep_close_file(struct sweep_files *files, FILE *file, const char *name)
{
    if (!file)
        return;
    bool wrong = ferror(file) != 0;
    if (fclose(file) != 0 || wrong)
        sweep_error(files, "cannot write", name);
}

/* All that a killed run left: files, and files in folders. */
static void clear_folder(const char *path, int levels)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (unlinkat(dirfd(dir), entry->d_name, 0) != 0 && levels > 0) {
            struct arena arena = {0};
            clear_folder(arena_printf(&arena, "%s/%s", path, entry->d_name), levels - 1);
            arena_free(&arena);
        }
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static bool make_work(struct sweep_files *files)
{
    static const char *const folders[] = {"", "/sweep", "/series", "/plots", "/sensitivity"};
    clear_folder(files->work, 1);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (mkdir(arena_printf(files->arena, "%s%s", files->work, folders[i]), 0777) != 0)
            return sweep_error(files, "cannot make", SWEEP_WORK);
    return true;
}

static void adopt_pictures(struct sweep_files *files)
{
    struct dirent **entry = NULL;
    int count = scandir(arena_printf(files->arena, "%s/plots", files->work), &entry, NULL, alphasort);
    if (count < 0 && errno != ENOENT) /* which it is if nothing was drawn */
        sweep_error(files, "cannot list", "plots");
    for (int i = 0; i < count; i++) {
        if (entry[i]->d_name[0] != '.')
            note_written(files, arena_printf(files->arena, "plots/%s", entry[i]->d_name));
        free(entry[i]);
    }
    free(entry);
}

/* Into their places, the manifest last. */
static bool move_in(struct sweep_files *files)
{
    static const char *const folders[] = {"sweep", "series", "plots", "sensitivity"};
    const char *folder = files->request->folder;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        mkdir(arena_printf(files->arena, "%s/%s", folder, folders[i]), 0777);
    for (size_t i = 0; i < files->count; i++) {
        const char *name = files->written[i];
        if (rename(arena_printf(files->arena, "%s/%s", files->work, name),
                   arena_printf(files->arena, "%s/%s", folder, name)) != 0)
            return sweep_error(files, "cannot write", name);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) /* if nothing is in it */
        if (rmdir(arena_printf(files->arena, "%s/%s", folder, folders[i])) != 0 && errno != ENOTEMPTY &&
            errno != EEXIST)
            return sweep_error(files, "cannot remove the empty", folders[i]);
    if (!files->request->keep)
        unlink(arena_printf(files->arena, "%s/replications.csv", folder)); /* of an earlier run, with fewer points */
    return true;
}

/* ---- Cells ---- */

static void put_number(FILE *to, double number)
{
    char text[NUMBER_TEXT_BYTES];
    putc(',', to);
    if (!isnan(number))
        fputs(number_text(number, text), to);
}

static void put_text(FILE *to, const char *text)
{
    putc(',', to);
    csv_text(to, text);
}

static void put_column(struct sweep_files *files, FILE *to, const struct store_column *column)
{
    put_text(to, *column->unit ? arena_printf(files->arena, "%s [%s]", column->name, column->unit) : column->name);
}

static void put_factor_names(struct sweep_files *files, FILE *to)
{
    const struct store *store = files->request->store;
    for (size_t i = 0; i < store->factor_count; i++)
        put_column(files, to, &store->factor[i]);
}

static void put_factors(const struct store *store, FILE *to, const struct stored_point *point)
{
    for (size_t i = 0; i < store->factor_count; i++)
        if (point->word[i])
            put_text(to, point->word[i]);
        else
            put_number(to, point->number[i]);
}

/* ---- Numbers of a point ---- */

struct sums {
    double n, mean, squares;
};

static void add(struct sums *sums, double x)
{
    double off = x - sums->mean;
    sums->n++;
    sums->mean += off / sums->n;
    sums->squares += off * (x - sums->mean);
}

static double difference_of(const double *row, const double *base, size_t measure)
{
    return row[0] != 0 || base[0] != 0 ? (double)NAN : row[1 + measure] - base[1 + measure];
}

/* Mean of the point less the base over the replications that both have, and its interval. Antithetic replications count
 * as the means of pairs. */
static void paired_difference(const struct stored_point *point, const struct stored_point *base, size_t measure,
                              size_t width, bool antithetic, double result[3])
{
    uint32_t n =
        base && base->kept ? (point->replications < base->replications ? point->replications : base->replications) : 0;
    struct sums sums = {0};
    for (uint32_t i = 0; i < n; i += 1 + antithetic) {
        double d = difference_of(point->kept + i * width, base->kept + i * width, measure);
        if (antithetic && i + 1 < n)
            d = (d + difference_of(point->kept + (i + 1) * width, base->kept + (i + 1) * width, measure)) / 2;
        if (isfinite(d))
            add(&sums, d);
    }
    double reach =
        sums.n > 1 ? gsl_cdf_tdist_Qinv(TAIL, sums.n - 1) * sqrt(sums.squares / (sums.n - 1) / sums.n) : (double)NAN;
    result[0] = sums.n > 0 ? sums.mean : (double)NAN;
    result[1] = result[0] - reach;
    result[2] = result[0] + reach;
}

static void bands_of(const struct store *store, const struct stored_point *point, bool antithetic, const double *origin,
                     const unsigned char *flag, struct band *band)
{
    size_t width = 1 + store->measure_count;
    struct bands *bands = bands_new(store->measure_count, origin);
    for (uint32_t i = 0; i < point->replications; i++) {
        const double *row = point->kept + i * width, *even = row - width;
        if (row[0] != 0)
            bands_skip(bands);
        else
            bands_add(bands, row + 1, flag);
        if (antithetic && i % 2)
            bands_pair(bands, row[0] == 0 && even[0] == 0 ? even + 1 : NULL, row + 1);
    }
    bands_finish(bands, band, NULL, 1);
    bands_free(bands);
}

/* ---- Tables ---- */

struct tables {
    struct sweep_files *files;
    struct store *store;
    FILE *points, *results, *replications;
    struct stored_point base;
    bool antithetic;
    double *origin;
    unsigned char *flag;
    struct band *band;
    double (*difference)[3];
};

static void write_heads(struct tables *t)
{
    fputs("point,status", t->points);
    put_factor_names(t->files, t->points);
    fputs(",name,replications,failed,base\n", t->points);
    if (t->results) {
        fputs("point", t->results);
        put_factor_names(t->files, t->results);
        fputs(",measure,unit,n,failed,mean,se,p05,p25,p50,p75,p95,difference,low,high\n", t->results);
    }
    if (!t->replications)
        return;
    fputs("point,replication,failed", t->replications);
    for (size_t i = 0; i < t->store->measure_count; i++)
        put_column(t->files, t->replications, &t->store->measure[i]);
    putc('\n', t->replications);
}

static void write_point(struct tables *t, const struct stored_point *point)
{
    fprintf(t->points, "%zu,%s", point->point, point->status);
    put_factors(t->store, t->points, point);
    put_text(t->points, point->name);
    if (point->kept)
        fprintf(t->points, ",%" PRIu32 ",%" PRIu32, point->replications, point->failed);
    else
        fputs(",,", t->points);
    fprintf(t->points, ",%d\n", point->point == t->files->base);
}

static bool write_result(struct tables *t, const struct stored_point *point, size_t measure)
{
    FILE *to = t->results;
    const struct band *band = &t->band[measure];
    const double *d = t->difference[measure];
    const double numbers[] = {band->mean, band->se,  band->p05, band->p25, band->p50,
                              band->p75,  band->p95, d[0],      d[1],      d[2]};
    fprintf(to, "%zu", point->point);
    put_factors(t->store, to, point);
    put_text(to, t->store->measure[measure].name);
    put_text(to, t->store->measure[measure].unit);
    fprintf(to, ",%.0f,%" PRIu32, band->n, point->failed);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(to, band->n > 0 ? numbers[i] : (double)NAN);
    putc('\n', to);
    return store_add_result(
        t->store,
        &(struct stored_result){
            .point = point, .measure = measure, .band = *band, .difference = d[0], .low = d[1], .high = d[2]});
}

static void write_replications(struct tables *t, const struct stored_point *point)
{
    size_t width = 1 + t->store->measure_count;
    for (uint32_t i = 0; t->replications && i < point->replications; i++) {
        const double *row = point->kept + i * width;
        fprintf(t->replications, "%zu,%" PRIu32 ",%d", point->point, i, row[0] != 0);
        for (size_t k = 1; k < width; k++)
            put_number(t->replications, row[k]);
        putc('\n', t->replications);
    }
}

static bool write_results(struct tables *t, const struct stored_point *point)
{
    size_t measures = t->store->measure_count;
    bool right = true;
    if (!t->results) {
        write_replications(t, point);
        return true;
    }
    bands_of(t->store, point, t->antithetic, t->origin, t->flag, t->band);
    for (size_t i = 0; right && i < measures; i++) {
        paired_difference(point, t->base.kept ? &t->base : NULL, i, 1 + measures, t->antithetic, t->difference[i]);
        right = write_result(t, point, i);
    }
    write_replications(t, point);
    sweep_sheet_add(t->files, point, t->band, (const double(*)[3])t->difference);
    return right;
}

static bool write_rows(struct tables *t)
{
    struct stored_point point = {0};
    bool right =
        store_begin(t->store) && (!t->results || store_begin_results(t->store)) && store_rewind(t->store, true);
    while (right && !t->files->error && store_next(t->store, &point)) {
        write_point(t, &point);
        t->files->all++;
        if (!point.kept)
            continue;
        t->files->done++;
        right = write_results(t, &point);
    }
    stored_point_free(&point);
    right = right && !t->store->error && store_commit(t->store);
    if (!right)
        store_roll_back(t->store);
    return right;
}

static bool write_tables(struct sweep_files *files)
{
    struct store *store = files->request->store;
    const char *antithetic = store_get(store, "identity.antithetic");
    struct tables t = {.files = files, .store = store, .antithetic = antithetic && !strcmp(antithetic, "yes")};
    size_t measures = store->measure_count;
    t.origin = arena_array(files->arena, measures, sizeof *t.origin);
    t.flag = arena_array(files->arena, measures, sizeof *t.flag);
    t.band = arena_array(files->arena, measures, sizeof *t.band);
    t.difference = arena_array(files->arena, measures, sizeof *t.difference);
    for (size_t i = 0; i < measures; i++)
        t.origin[i] = store->measure[i].origin;
    if (!files->sensitivity)
        store_point(store, files->base, &t.base);
    t.points = sweep_file(files, "points.csv");
    t.results = files->sensitivity ? NULL : sweep_file(files, "results.csv");
    t.replications = files->request->keep ? sweep_file(files, "replications.csv") : NULL;
    write_heads(&t);
    bool right = write_rows(&t);
    sweep_close_file(files, t.points, "points.csv");
    sweep_close_file(files, t.results, "results.csv");
    sweep_close_file(files, t.replications, "replications.csv");
    stored_point_free(&t.base);
    return right;
}

/* ---- Series ---- */

static void write_band(void *state, size_t point, const struct stored_band *one)
{
    struct dat *dat = state;
    const struct band *band = &one->band;
    const double numbers[] = {band->mean, band->se, band->p05, band->p25, band->p50, band->p75, band->p95, band->n};
    dat_number(dat, (double)point);
    dat_date(dat, one->year);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        dat_number(dat, numbers[i]);
    dat_end_row(dat);
}

static bool write_series(struct sweep_files *files)
{
    struct store *store = files->request->store;
    const char *names = store_get(store, "identity.series");
    bool right = true;
    for (char *at = arena_text(files->arena, names ? names : ""), *name; right && (name = strsep(&at, " "));) {
        if (!*name)
            continue;
        const char *file = arena_printf(files->arena, "series/%s.dat", name);
        FILE *to = sweep_file(files, file);
        struct dat dat = {.to = to};
        dat_remark(&dat, "output", name);
        dat_word(&dat, "point date year mean se p05 p25 p50 p75 p95 n");
        dat_end_row(&dat);
        right = store_each_band(store, name, write_band, &dat);
        sweep_close_file(files, to, file);
    }
    return right;
}

/* ---- Sensitivity ---- */

static void write_as(struct sweep_files *files, const char *name, void (*write)(const struct sensitivity *, FILE *))
{
    FILE *to = sweep_file(files, name);
    write(files->sensitivity, to);
    sweep_close_file(files, to, name);
}

static bool write_sensitivity(struct sweep_files *files)
{
    if (!files->sensitivity)
        return true;
    if (!sensitivity_of_store(files->sensitivity, files->request->store))
        return false;
    write_as(files, "sensitivity.csv", sensitivity_csv);
    write_as(files, "sensitivity/bars.dat", sensitivity_bars_dat);
    write_as(files, "sensitivity/context.gp", sensitivity_context);
    if (sensitivity_is_screening(files->sensitivity))
        write_as(files, "sensitivity/morris.dat", sensitivity_morris_dat);
    return true;
}

/* ---- The whole ---- */

static void write_scenario(struct sweep_files *files)
{
    const char *text = store_get(files->request->store, "scenario_yml");
    FILE *to = sweep_file(files, "scenario.yml");
    fputs(text ? text : "", to);
    sweep_close_file(files, to, "scenario.yml");
}

static void draw(struct sweep_files *files)
{
    struct sweep_export *request = files->request;
    if (!request->scripts || files->error)
        return;
    request->drawn = plots_draw(&(struct plots_request){.folder = files->work,
                                                        .scripts = request->scripts,
                                                        .names = request->pictures,
                                                        .png = request->png,
                                                        .words = say_stream(),
                                                        .stop = request->stop});
    adopt_pictures(files);
}

static bool write_all(struct sweep_files *files)
{
    struct store *store = files->request->store;
    if (!store_in_place(store) || !make_work(files) || !write_tables(files) || !write_series(files) ||
        !write_sensitivity(files))
        return false;
    write_scenario(files);
    sweep_write_sheets(files);
    draw(files);
    sweep_write_report(files);
    sweep_write_manifest(files);
    return !files->error && store_in_place(store) && move_in(files);
}

static void tell(struct sweep_files *files, FILE *to)
{
    const char *found = files->sensitivity ? NULL : sweep_finding(files);
    if (files->sensitivity)
        sensitivity_print(files->sensitivity, to);
    if (found)
        print_wrapped(to, arena_printf(files->arena, "Found: %s", found), 0, WORDS_COLUMNS);
}

bool sweep_export(struct sweep_export *request)
{
    struct arena arena = {0};
    struct sensitivity sensitivity = {0};
    struct sweep_files files = {.request = request, .arena = &arena};
    const char *base = store_get(request->store, "base");
    if (sensitivity_is_of(request->store))
        files.sensitivity = &sensitivity;
    files.base = files.sensitivity ? SIZE_MAX : base ? strtoul(base, NULL, 10) : 0;
    files.work = arena_printf(&arena, "%s/" SWEEP_WORK, request->folder);
    files.sheet = sweep_sheet_new(&files);
    bool right = write_all(&files);
    if (!right)
        say("iccsim %s: %s%s\n", request->command, files.error ? files.error : request->store->error,
            request->store->moved ? "" : "; the store has all points that were run");
    if (right && request->tell)
        tell(&files, request->tell);
    sensitivity_free(&sensitivity);
    if (!request->store->moved)
        clear_folder(files.work, 1);
    arena_free(&arena);
    return right;
}
