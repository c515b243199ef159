/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep.h"

#include "ranks.h"

#include "sim/base/memory.h"
#include "sim/base/say.h"
#include "sim/montecarlo/threads.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- The scenario and its points ---- */

static bool print_mistakes(struct mistakes *mistakes)
{
    bool right = mistakes->count == 0;
    mistakes_print(mistakes, say_stream());
    mistakes_free(mistakes);
    return right;
}

/* Of luck, at a point of a design for sensitivity: the fewest that show how much it matters. */
enum { LUCKS = 2 };

uint32_t sweep_replications(const struct options *options, const struct sweep *sweep, const struct outcome *outcome)
{
    if (options->replications)
        return (uint32_t)options->replications;
    if (sweep->replications && !options->until)
        return sweep->replications;
    if (sweep_is_for_sensitivity(sweep))
        return LUCKS;
    return outcome->replications;
}

static bool read_shard(struct sweep_run *run, const char *text)
{
    char *end = NULL;
    unsigned long k = text ? strtoul(text, &end, 10) : 1, n = 1;
    if (text && *end == '/')
        n = strtoul(end + 1, &end, 10);
    bool right = !text || (text[0] >= '1' && text[0] <= '9' && *end == '\0' && k <= n && n > 1 && n <= 100000);
    if (!right)
        say("iccsim %s: --shard is K/N, part K of N counted from 1, such as 1/4, not `%s`\n", run->command, text);
    run->shard = k - 1;
    run->shards = n;
    return right;
}

/* Some options are nonsense with some factors. */
static bool check_combination(const struct sweep_run *run)
{
    if (run->options->until && design_moves_plan(&run->design)) {
        say("iccsim %s: --until does not go with factors that move dates of the run or switch mechanisms\n",
            run->command);
        return false;
    }
    return true;
}

static void lay_out(struct sweep_run *run, struct mistakes *mistakes)
{
    struct outcome *outcome = &run->outcome;
    size_t drawn = run->sweep->points;
    outcome->replications = sweep_replications(run->options, run->sweep, outcome);
    if (run->sweep->design != SWEEP_DRAWS)
        drawn = outcome->replications * (sweep_is_for_sensitivity(run->sweep) ? run->sweep->points : 1);
    if (drawn > UINT32_MAX)
        mistake_add(mistakes, run->sweep->place,
                    "sweep: %zu rows of %u replications each are more than %u; allowed: "
                    "fewer of either",
                    run->sweep->points, outcome->replications, UINT32_MAX);
    else if (scenario_check_draws(outcome->scenario, 0, (uint32_t)drawn, mistakes))
        design_open(&run->design, run->sweep, outcome->scenario, outcome->seed, mistakes);
}

void sweep_check_measures(const struct scenario *scenario, struct mistakes *mistakes)
{
    if (!scenario_measure_count(scenario))
        mistake_add(mistakes, (struct place){.file = scenario_file(scenario, 0)},
                    "measures: none, and no facts, so a sweep has nothing to tell; allowed: measures by name");
}

static bool take_sweep(struct sweep_run *run)
{
    struct mistakes mistakes = {0};
    const struct options *options = run->options;
    struct scenario *scenario = run->outcome.scenario;
    bool for_sensitivity = !strcmp(run->command, "sensitivity");
    if (for_sensitivity)
        run->sweep = sweep_for_sensitivity(scenario, run->outcome.replications, &mistakes);
    else if (options->vary_count)
        run->sweep = sweep_vary(scenario, options->vary, options->vary_count, &mistakes);
    else if (!(run->sweep = scenario_sweep(scenario)))
        mistake_add(&mistakes, (struct place){.file = options->argument[0]},
                    "sweep: nothing is varied; allowed: a section `sweep`, or --vary PATH=v1,v2,...");
    if (run->sweep)
        sweep_check_measures(scenario, &mistakes);
    if (!mistakes.count)
        lay_out(run, &mistakes);
    return print_mistakes(&mistakes);
}

static bool move(const void *state, size_t point, struct scenario *copy)
{
    const struct design *design = state;
    struct mistakes mistakes = {0};
    struct arena arena = {0};
    struct move_to *to = arena_array(&arena, design->sweep->factor_count, sizeof *to);
    design_point(design, point, to);
    bool right = design_move(design, to, copy, &mistakes);
    mistakes_free(&mistakes);
    arena_free(&arena);
    return right;
}

static void set_up(struct sweep_run *run)
{
    run->setup = (struct point_setup){
        .outcome = &run->outcome,
        .full = run->options->until || run->sweep->series_count,
        .moves_plan = design_moves_plan(&run->design),
        .move = move,
        .state = &run->design,
    };
    if (!run->options->until)
        return;
    run->setup.checkpoint = UNTIL_FIRST;
    run->setup.go_on = until_go_on;
    run->setup.go_on_state = &run->until;
}

enum exit_code sweep_load_points(struct sweep_run *run, const char *command, const struct options *options,
                                 const struct study *study)
{
    *run = (struct sweep_run){.command = command, .options = options, .study = study, .began = time(NULL)};
    if (!read_shard(run, options->shard))
        return EXIT_USAGE;
    run->threads = threads_start(ranks_threads((int)options->threads));
    if (!outcome_open(&run->outcome, options, study, 0, options->variant) || !take_sweep(run))
        return EXIT_INVALID;
    if (!check_combination(run))
        return EXIT_USAGE;
    if (options->until && !until_read(&run->until, options->until, &run->outcome, run->command))
        return EXIT_USAGE;
    set_up(run);
    return EXIT_OK;
}

/* ---- The folder and the store ---- */

bool sweep_make_folders(const char *path)
{
    char *copy = strdup(path);
    bool right = copy != NULL;
    for (char *at = copy + 1; right && *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        right = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *at = '/';
    }
    right = right && (mkdir(copy, 0777) == 0 || errno == EEXIST);
    free(copy);
    return right;
}

/* A name in the folder that no sweep wrote; NULL: there is none. */
static const char *stranger_in(const char *folder, struct arena *arena)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    const char *stranger = NULL;
    bool has_store = false;
    while (dir && (entry = readdir(dir))) {
        size_t length = strlen(entry->d_name);
        bool is_store = length > 7 && !strcmp(entry->d_name + length - 7, ".sqlite");
        has_store |= is_store;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_store)
            stranger = arena_text(arena, entry->d_name);
    }
    if (dir)
        closedir(dir);
    return has_store ? NULL : stranger;
}

static const char *default_folder(struct sweep_run *run)
{
    const char *name = scenario_name(run->outcome.scenario);
    return run->outcome.variant ? arena_printf(&run->arena, "out/%s.%s.%s", name, run->outcome.variant, run->command)
                                : arena_printf(&run->arena, "out/%s.%s", name, run->command);
}

static void name_files(struct sweep_run *run)
{
    const char *name = SWEEP_STORE;
    if (run->shards > 1)
        name = arena_printf(&run->arena, "sweep-%zuof%zu.sqlite", run->shard + 1, run->shards);
    run->folder = run->options->out ? run->options->out : default_folder(run);
    run->file = arena_printf(&run->arena, "%s/%s", run->folder, name);
}

static bool open_folder(struct sweep_run *run)
{
    name_files(run);
    if (!sweep_make_folders(run->folder)) {
        say("iccsim %s: cannot make %s: %s\n", run->command, run->folder, strerror(errno));
        return false;
    }
    const char *stranger = stranger_in(run->folder, &run->arena);
    if (stranger && !run->options->force)
        say("iccsim %s: %s holds something else than a sweep (%s); give another folder with -o, or "
            "--force\n",
            run->command, run->folder, stranger);
    return !stranger || run->options->force;
}

static enum exit_code refuse(const struct sweep_run *run)
{
    say("iccsim %s: %s\n", run->command, run->store.error);
    return run->store.in_use ? EXIT_USAGE : EXIT_FAILED;
}

static bool is_mine(const struct sweep_run *run, size_t point)
{
    return point % run->shards == run->shard;
}

static bool find_missing(struct sweep_run *run)
{
    bool *missing = calloc(run->design.count, sizeof *missing);
    bool right = missing && store_missing(&run->store, missing, run->design.count);
    run->todo = arena_array(&run->arena, run->design.count, sizeof *run->todo);
    for (size_t i = 0; right && i < run->design.count; i++) {
        if (is_mine(run, i) && missing[i])
            run->todo[run->todo_count++] = i;
        else if (is_mine(run, i))
            run->done_before++;
    }
    free(missing);
    return right;
}

/* `3, 5-9, 12 ...` */
static void print_points(const struct sweep_run *run)
{
    enum { RANGES_SHOWN = 12 };
    size_t ranges = 0;
    for (size_t i = 0; i < run->todo_count; ranges++) {
        size_t first = i;
        while (i + 1 < run->todo_count && run->todo[i + 1] == run->todo[i] + run->shards)
            i++;
        if (ranges == RANGES_SHOWN) {
            say(", ...");
            return;
        }
        say(i > first ? "%s%zu-%zu" : "%s%zu", ranges ? ", " : " ", run->todo[first], run->todo[i]);
        i++;
    }
}

static void tell(const struct sweep_run *run)
{
    if (run->options->quiet)
        return;
    if (run->shards > 1)
        say("shard %zu of %zu: one point in %zu\n", run->shard + 1, run->shards, run->shards);
    if (!run->done_before) {
        say("%zu points, %s%u replications each, as nothing of them is in %s yet\n", run->todo_count,
            run->options->until ? "up to " : "", run->outcome.replications, run->file);
    } else if (run->todo_count) {
        say("%s: %zu points are there and stay; %zu are missing and run now:", run->file, run->done_before,
            run->todo_count);
        print_points(run);
        say("\n");
    } else {
        say("%s: all %zu points are there; nothing runs, tables and pictures are written\n", run->file,
            run->done_before);
    }
}

enum exit_code sweep_open_store(struct sweep_run *run)
{
    if (!open_folder(run))
        return EXIT_USAGE;
    if (!store_open(&run->store, run->file))
        return refuse(run);
    bool fresh = store_is_empty(&run->store);
    if (!fresh && run->options->force && !run->options->quiet)
        say("%s: --force: begins anew\n", run->file);
    if (!fresh && run->options->force) {
        if (!store_clear(&run->store))
            return refuse(run);
        fresh = true;
    }
    if (!fresh && !sweep_is_same(run))
        return EXIT_USAGE;
    if (fresh && !sweep_identify(run))
        return refuse(run);
    if (!find_missing(run))
        return refuse(run);
    tell(run);
    return EXIT_OK;
}

enum exit_code sweep_look(struct sweep_run *run)
{
    name_files(run);
    if (access(run->file, F_OK) == 0) {
        if (!store_open(&run->store, run->file))
            return refuse(run);
        if (!store_is_empty(&run->store))
            return !sweep_is_same(run) ? EXIT_USAGE : find_missing(run) ? EXIT_OK : refuse(run);
    }
    for (size_t i = 0; i < run->design.count; i++)
        run->todo_count += is_mine(run, i);
    return EXIT_OK;
}

/* ---- Running ---- */

static size_t count_bands(const struct sweep_run *run, const struct plan *plan, struct stored_band *to,
                          const struct ensemble *ensemble)
{
    size_t count = 0;
    for (size_t i = 0; i < run->sweep->series_count; i++)
        for (size_t k = 0; k < plan->series_count; k++) {
            if (strcmp(plan->series[k].name, run->sweep->series[i]) != 0)
                continue;
            for (size_t s = 0; s < plan->sample_count; s++, count++)
                if (to)
                    to[count] = (struct stored_band){.output = plan->series[k].name,
                                                     .unit = plan->series[k].output->unit,
                                                     .year = plan->sample_at[s],
                                                     .band = ensemble->series[k * plan->sample_count + s]};
        }
    return count;
}

/* What of a block goes into the store; the kept numbers are freed by the caller. */
static struct stored_point describe(const struct sweep_run *run, size_t number, const struct block *block)
{
    size_t measures = run->outcome.measures.count, width = 1 + measures;
    struct stored_point point = {.point = number,
                                 .replications = block_count(block),
                                 .failed = block_failed(block),
                                 .status = block_failed(block) == block_count(block) ? "failed" : "done",
                                 .kept = memory_new(block_count(block), width * sizeof *point.kept)};
    for (uint32_t i = 0; i < block_count(block); i++) {
        struct kept one = block_kept(block, i);
        double *row = point.kept + i * width;
        row[0] = one.failed;
        for (size_t k = 0; k < measures; k++)
            row[1 + k] = one.failed ? (double)NAN : one.derived[k];
    }
    return point;
}

/* Into the store: one thread at a time. */
void sweep_write_point(struct sweep_run *run, size_t number, const struct block *block,
                       const struct montecarlo *request)
{
    struct stored_point point = describe(run, number, block);
    struct ensemble ensemble = {0};
    bool wants_bands = run->sweep->series_count > 0;
    if (wants_bands || point.failed)
        block_finish(block, request, &ensemble);
    if (point.failed)
        point.reason = ensemble.failure[0].reason;
    size_t bands = wants_bands ? count_bands(run, request->plan, NULL, &ensemble) : 0;
    struct stored_band *band = memory_new(bands, sizeof *band);
    if (wants_bands)
        count_bands(run, request->plan, band, &ensemble);
#pragma omp critical(iccsim_sweep_store)
    {
        if (!run->failed && !store_finish_point(&run->store, &point, band, bands))
            run->failed = true;
        run->finished += !run->failed;
    }
    free(band);
    free(point.kept);
    ensemble_free(&ensemble);
}

static bool goes_on(const struct sweep_run *run)
{
    return !*run->stop && !run->failed;
}

static void show_progress(const struct sweep_run *run, double began)
{
    if (run->options->quiet || !isatty(STDERR_FILENO) || !run->finished)
        return;
    double left = (omp_get_wtime() - began) / (double)run->finished * (double)(run->todo_count - run->finished);
    say("\r%zu of %zu points, %.0f s left  ", run->finished, run->todo_count, left);
}

static void run_point(struct sweep_run *run, struct point_runner *runner, size_t i, int threads)
{
    uint32_t replications = run->outcome.replications;
    const struct point point = {.number = run->todo[i],
                                .first = design_first(&run->design, run->todo[i], replications),
                                .replications = replications,
                                .threads = threads,
                                .stop = run->stop};
    struct block *block = point_run(runner, &point);
    /* One that was stopped is run again from its beginning. */
    if (!*run->stop || block_count(block) == point.replications)
        sweep_write_point(run, point.number, block, point_request(runner));
    block_free(block);
}

/* One thread a point. */
static void run_apart(struct sweep_run *run, size_t count, double began)
{
#pragma omp parallel num_threads(run->threads)
    {
        struct point_runner *runner = point_runner_new(&run->setup);
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < count; i++) {
            if (!goes_on(run))
                continue;
            run_point(run, runner, i, 1);
            if (omp_get_thread_num() == 0)
                show_progress(run, began);
        }
        point_runner_free(runner);
    }
}

/* All threads on one point after the other: the last few, that would leave threads idle. */
static void run_together(struct sweep_run *run, size_t first, double began)
{
    struct point_runner *runner = point_runner_new(&run->setup);
    for (size_t i = first; i < run->todo_count && goes_on(run); i++) {
        run_point(run, runner, i, run->threads);
        show_progress(run, began);
    }
    point_runner_free(runner);
}

enum exit_code sweep_replicate(struct sweep_run *run)
{
    size_t threads = (size_t)run->threads, apart = run->todo_count - run->todo_count % threads;
    double began = omp_get_wtime();
    if (ranks_count() > 1)
        sweep_lead_ranks(run);
    else if (apart)
        run_apart(run, apart, began);
    if (ranks_count() == 1 && apart < run->todo_count && goes_on(run))
        run_together(run, apart, began);
    if (!run->options->quiet && isatty(STDERR_FILENO) && run->finished)
        fputs("\r\033[K", stderr);
    if (run->store.moved) {
        say("iccsim %s: %s\n", run->command, run->store.error);
        return EXIT_FAILED;
    }
    if (run->failed) {
        say("iccsim %s: %s\n%zu of %zu points are kept; the same command goes on from there\n", run->command,
            run->store.error, run->done_before + run->finished, run->done_before + run->todo_count);
        return EXIT_FAILED;
    }
    return *run->stop && run->finished < run->todo_count ? EXIT_INTERRUPTED : EXIT_OK;
}

void sweep_close(struct sweep_run *run)
{
    store_close(&run->store);
    design_free(&run->design);
    outcome_free(&run->outcome);
    arena_free(&run->arena);
}
