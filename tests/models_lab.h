/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A laboratory: a world of models/ that extends scenarios/china.yml, run replication by replication and looked into.
 *
 * After a run the world stays where it was at the horizon until the next one, so a test sets `run.end`, runs, and reads
 * the tables; or it adds a mechanism of its own to the list, a probe, that looks at the world in every phase it likes.
 */
#ifndef ICCSIM_TESTS_MODELS_LAB_H
#define ICCSIM_TESTS_MODELS_LAB_H

#include "near.h"

#include "models/models.h"
#include "models/world.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAB_SETS = 32, LAB_MODELS = 48 };

struct lab {
    struct arena arena, draws;
    const struct model *models[LAB_MODELS];
    struct study study;
    struct scenario *scenario;
    struct plan *plan;
    struct montecarlo request;
    struct sim *sim;
    struct result *result;
    bool bare; /* without china's policies and shocks */
    const char *of; /* the scenario it extends; NULL: china */
    const char *beneath; /* lines between that scenario and those of the test; NULL: none */
    const char *variant; /* of that scenario; NULL: itself */
};

/* The source tree that this program was built in. */
static inline const char *lab_source(struct arena *arena)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = '\0';
    *strrchr(self, '/') = '\0'; /* build/release/tests */
    char *folder = realpath(arena_printf(arena, "%s/../../..", self), NULL);
    assert_non_null(folder);
    const char *kept = arena_text(arena, folder);
    free(folder);
    return kept;
}

/* China without what decides how long cards last and what interrupts training, with owners who believe in slower
 * progress, in as many of the best cards as anybody wants, and stay until they fail: what most tests are not about.
 * Those that are set it, or run a study (`of`). */
#define LAB_LASTING_CARDS                                                                                              \
    "life: {failures: 0 /yr, wear_scale: none, hall_use: false, refit_cost: 0 CNY*h/kWh, refit_time: 0 yr}\n"          \
    "supply: {service_life: {lognormal: {median: 6.5 years, sigma: 0.15}}}\n"                                          \
    "market: {small_jobs: none}\ngoodput: {interruptions: 0 /card/yr}\ntechnology: {support: none}\n"                  \
    "value: {decline: 0.1 to 0.22 /yr, entry_horizon: none}\nexits: {enabled: false}\n"
/* Small tenants stand for half as many firms: what tests of mechanisms count on is less lumpy. */
#define LAB_MANY_TENANTS                                                                                               \
    "tenants: {startup: {initial: 33, entry: 16 /yr, need: {lognormal: {median: 9 P, sigma: 1.0}}},\n"                 \
    "          industry: {initial: 30, entry: 12.5 /yr, need: {lognormal: {median: 24 P, sigma: 1.1}}}}\n"
#define LAB_FREE_HALLS                                                                                                 \
    "regions: {east: {hall_rent: 0 CNY/kWh}, central: {hall_rent: 0 CNY/kWh}, west: {hall_rent: 0 CNY/kWh}}\n"

/* Nobody buys cards but lessors, and makers do not answer; platforms rent as if their fleets kept up. */
#define LAB_LESSORS_ALONE "platform: {enabled: false}\nvendor: {enabled: false}\n"
/* Tenants stay or leave by their hazards alone, and come to centres that stand. */
#define LAB_SOLVENT_TENANTS "tenant_money: {enabled: false}\npresale: {enabled: false}\n"
#define LAB_RENTED_WORK "demand: {model_work: 0.2}\n"

/* Platforms build a few large halls, needs are those of the start, car makers grow for longer, and projects are sizes and
 * no sums of money: the world that tests were written in. */
#define LAB_NEEDS_OF_THE_START                                                                                         \
    "pipeline: {size_cost: none}\n"                                                                                    \
    "demand: {reference_rent: 60 CNY/P-hour, needs_at: none}\n"                                                        \
    "tenants:\n"                                                                                                       \
    "  developer: {need: {lognormal: {median: 12.8 P, sigma: 1.2}}}\n"                                                 \
    "  platform: {need: {lognormal: {median: 4.5 P, sigma: 1.0}}}\n"                                                   \
    "  carmaker: {need: {lognormal: {median: 21 P, sigma: 0.8}}, growth: 0.6 to 1 /yr, growth_years: 3 to 5 years}\n"  \
    "  industry: {need: {lognormal: {median: 24 P, sigma: 1.1}}}\n"                                                    \
    "  startup: {need: {lognormal: {median: 9 P, sigma: 1.0}}}\n"                                                      \
    "operators:\n"                                                                                                     \
    "  hyperscaler: {candidate_rate: 0.35 /month, size: {truncated: {of: {lognormal: {median: 6000 P, sigma: 1.0}}, "  \
    "high: 40000 P}},\n"                                                                                               \
    "    targets: {2022-01: 0.5, 2023-03: 0.8, 2024-06: 1.5, 2025-03: 2, 2027-01: 2, 2029-01: 1.5}}\n"

/* A scenario of these lines on top of another, in a file that is deleted once it has been loaded. */
static inline const char *lab_write(struct lab *lab, const char *extends, const char *lines)
{
    char *path = arena_text(&lab->arena, "/tmp/iccsim-lab-XXXXXX.yml");
    int file = mkstemps(path, 4);
    assert_true(file >= 0);
    FILE *to = fdopen(file, "w");
    assert_non_null(to);
    fprintf(to, "extends: %s\n%s", extends, lines ? lines : "");
    assert_int_equal(fclose(to), 0);
    return path;
}

/* What was said about a scenario that does not load, in the lab's arena; NULL if it loads. */
static inline const char *lab_load(struct lab *lab, const char *lines, const char *const *sets)
{
    struct override override[LAB_SETS];
    const char *china =
        arena_printf(&lab->arena, "%s/scenarios/%s.yml", lab_source(&lab->arena), lab->of ? lab->of : "china");
    const char *beneath =
        arena_printf(&lab->arena, "%s%s%s%s", lab->of ? "" : LAB_LASTING_CARDS LAB_MANY_TENANTS LAB_SOLVENT_TENANTS,
                     lab->of ? "" : LAB_LESSORS_ALONE, lab->of || lab->beneath ? "" : LAB_FREE_HALLS,
                     lab->bare      ? "policies: null\nshocks: null\nwaves: null\nabroad: {enabled: false}\n"
                                      "demand: {users_below: 0, model_work: 0.2}\n"
                     : lab->beneath ? lab->beneath
                     : lab->of      ? ""
                                    : LAB_RENTED_WORK);
    const char *start = lab_write(lab, china, lab->of ? "" : LAB_NEEDS_OF_THE_START);
    const char *bare = lab_write(lab, start, beneath);
    struct load_request request = {.file = lab_write(lab, bare, lines), .overrides = override, .variant = lab->variant};
    for (; sets && sets[request.override_count]; request.override_count++) {
        assert_true(request.override_count < LAB_SETS);
        override[request.override_count].argument = sets[request.override_count];
    }
    struct mistakes mistakes = {0};
    lab->scenario = scenario_load(&request, &lab->study.schema, &mistakes);
    if (lab->scenario)
        lab->plan = study_plan(&lab->study, lab->scenario, &lab->arena);
    unlink(request.file);
    unlink(bare);
    unlink(start);
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    mistakes_print(&mistakes, to);
    fclose(to);
    const char *said = lab->plan ? NULL : arena_text(&lab->arena, text);
    free(text);
    mistakes_free(&mistakes);
    return said;
}

/* Begins a lab whose models are those of models.def and `own` (or NULL). */
static inline void lab_list_at(struct lab *lab, size_t place, const struct model *own, size_t world_size)
{
    *lab = (struct lab){0};
    size_t count = 0;
    while (models[count])
        count++;
    assert_true(count + 2 <= LAB_MODELS && place <= count);
    memcpy(lab->models, models, place * sizeof *models);
    lab->models[place] = own;
    memcpy(lab->models + place + 1, models + place, (count - place) * sizeof *models);
    study_open(&lab->study, lab->models, world_size);
}

static inline void lab_list(struct lab *lab, const struct model *own, size_t world_size)
{
    size_t count = 0;
    while (models[count])
        count++;
    lab_list_at(lab, count, own, world_size);
}

/* Loads and makes ready to run; `lines` and `sets` may be NULL. */
static inline void lab_ready(struct lab *lab, const char *lines, const char *const *sets)
{
    const char *said = lab_load(lab, lines, sets);
    if (said)
        print_error("%s", said);
    assert_null(said);
    struct run_settings run = study_settings(lab->scenario);
    lab->request = (struct montecarlo){.plan = lab->plan,
                                       .seed = (uint64_t)run.seed,
                                       .replications = 1,
                                       .threads = 1,
                                       .draw = study_draw,
                                       .draw_state = lab->scenario};
    lab->sim = sim_new(lab->plan);
    lab->result = result_new(lab->plan, &lab->arena);
}

static inline void lab_open_with(struct lab *lab, const struct model *own, const char *lines, const char *const *sets)
{
    lab_list(lab, own, models_world_size);
    lab_ready(lab, lines, sets);
}

static inline void lab_open(struct lab *lab, const char *lines, const char *const *sets)
{
    lab_open_with(lab, NULL, lines, sets);
}

/* Another world of scenarios/. */
static inline void lab_open_of(struct lab *lab, const char *scenario, const char *const *sets)
{
    lab_list(lab, NULL, models_world_size);
    lab->of = scenario;
    lab_ready(lab, NULL, sets);
}

/* China without what its and other states did, and without shocks. */
static inline void lab_open_bare(struct lab *lab, const char *lines, const char *const *sets)
{
    lab_list(lab, NULL, models_world_size);
    lab->bare = true;
    lab_ready(lab, lines, sets);
}

#define LAB_SET(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline void lab_close(struct lab *lab)
{
    sim_free(lab->sim);
    scenario_free(lab->scenario);
    study_close(&lab->study);
    arena_free(&lab->draws);
    arena_free(&lab->arena);
    *lab = (struct lab){0};
}

static inline bool lab_try(struct lab *lab, uint32_t replication)
{
    return montecarlo_replicate(&lab->request, replication, lab->sim, &lab->draws, NULL, lab->result);
}

/* Runs one replication, which must succeed, and returns its world at the horizon. */
static inline struct world *lab_run(struct lab *lab, uint32_t replication)
{
    if (!lab_try(lab, replication)) {
        print_error("replication %u: %s\n", replication, lab->result->failed);
        fail();
    }
    return lab->sim->world;
}

static inline size_t lab_channel(const struct channel *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return i;
    print_error("no output %s\n", name);
    fail();
    return 0;
}

/* The samples of a series in the last run. */
static inline const double *lab_series(const struct lab *lab, const char *name)
{
    return lab->result->series +
           lab_channel(lab->plan->series, lab->plan->series_count, name) * lab->plan->sample_count;
}

static inline double lab_scalar(const struct lab *lab, const char *name)
{
    return lab->result->scalar[lab_channel(lab->plan->scalar, lab->plan->scalar_count, name)];
}

/* Mean of a row of samples over [from, to], of those that are there; NaN if none is. */
static inline double lab_mean_of(const struct plan *plan, const double *sample, double from, double to)
{
    double sum = 0, count = 0;
    for (size_t k = 0; k < plan->sample_count; k++)
        if (plan->sample_at[k] >= from && plan->sample_at[k] <= to && !isnan(sample[k]))
            sum += sample[k], count++;
    return count > 0 ? sum / count : NONE;
}

static inline double lab_mean(const struct lab *lab, const char *name, double from, double to)
{
    return lab_mean_of(lab->plan, lab_series(lab, name), from, to);
}

static inline int lab_generation(const struct world *w, const char *name)
{
    for (int g = 0; g < (int)w->generations.count; g++)
        if (strcmp(w->generations.name[g], name) == 0)
            return g;
    print_error("no generation %s\n", name);
    fail();
    return -1;
}

/* Tenants of every class that never come, leave, grow or change. */
#define LAB_STILL_TENANTS                                                                                              \
    "tenants:\n"                                                                                                       \
    "  developer: {entry: 0 /yr, exit: 0 /yr, growth: 0 /yr, need: 20 P, training_share: 0.85, training_share_late: "  \
    "none, funded: 0}\n"                                                                                               \
    "  platform: {entry: 0 /yr, exit: 0 /yr, growth: 0 /yr, need: 20 P, overflow: false}\n"                            \
    "  carmaker: {initial: 0, entry: 0 /yr}\n"                                                                         \
    "  industry: {entry: 0 /yr, exit: 0 /yr, growth: 0 /yr, need: 20 P, realised: none}\n"                             \
    "  startup: {entry: 0 /yr, exit: 0 /yr, growth: 0 /yr, need: 2 P, funded: 0}\n"

/* Projects go where their fixed shares say, whatever it pays. */
#define LAB_FIXED_PLACES                                                                                               \
    "operators: {government: {location_slope: 0}, carrier: {location_slope: 0}, crossover: {location_slope: 0}, "      \
    "neocloud: {location_slope: 0}, hyperscaler: {location_slope: 0}}\n"

/* A bare world that stands still: nobody comes, leaves, grows, learns, wears out or fails. `demand`: further
 * settings of that section. */
#define LAB_STILL_BUT(demand) LAB_STILL_WITH(demand, "enabled: false")
#define LAB_STILL_WITH(demand, usage)                                                                                  \
    "technology: {learning: 0 /yr, fp8_ceiling: 0}\n"                                                                  \
    "pipeline: {enabled: false}\n"                                                                                     \
    "expectations: {enabled: false}\n"                                                                                 \
    "finance: {enabled: false}\n"                                                                                      \
    "supply: {service_life: 20 yr, initial_competent: 1, sleep_limit: 50 yr, review_rate: 0 /yr, initial_capacity: "   \
    "14000 P}\n"                                                                                                       \
    "usage: {" usage "}\n"                                                                                             \
    "market: {noise: 0}\n" LAB_STILL_TENANTS "demand:\n"                                                               \
    "  progress_training: 0 /yr\n"                                                                                     \
    "  " demand "\n"
#define LAB_STILL LAB_STILL_BUT("progress_inference: 0 /yr")

#endif
