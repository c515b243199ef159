/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include "sim/command/command.h"
#include "sim/montecarlo/threads.h"

#include <string.h>
#include <unistd.h>

void job_open(struct job *job, const struct options *options, const struct study *study)
{
    *job = (struct job){
        .options = options,
        .study = study,
        .threads = threads_start((int)options->threads),
        .began = time(NULL),
    };
}

void job_close(struct job *job)
{
    stage_abandon(&job->stage);
    stage_free(&job->stage);
    contest_free(&job->contest);
    for (size_t i = 0; i < job->count; i++)
        outcome_free(job->outcome[i]);
    for (size_t i = 0; i < job->extra_count; i++)
        outcome_free(job->extra[i]);
    arena_free(&job->arena);
}

static void make_room(struct job *job)
{
    size_t capacity = job->capacity ? 2 * job->capacity : 8;
    size_t before = job->capacity * sizeof(void *), after = capacity * sizeof(void *);
    job->outcome = arena_grow(&job->arena, job->outcome, before, after);
    job->name = arena_grow(&job->arena, job->name, before, after);
    job->label = arena_grow(&job->arena, job->label, before, after);
    job->capacity = capacity;
}

bool job_add(struct job *job, const struct options *options, size_t argument, const char *variant)
{
    if (job->count == job->capacity)
        make_room(job);
    struct outcome *outcome = arena_alloc(&job->arena, sizeof *outcome);
    job->outcome[job->count] = outcome;
    job->name[job->count] = job->label[job->count] = NULL;
    job->count++;
    return outcome_open(outcome, options, job->study, argument, variant);
}

const char *job_folder_name(const char *scenario)
{
    return *scenario && *scenario != '.' ? scenario : "unnamed";
}

void job_name_base(struct job *job)
{
    const struct scenario *scenario = job->outcome[0]->scenario;
    const char *said = scenario_shown(scenario)->base;
    job->name[0] = scenario_name(scenario);
    job->label[0] = said ? said : job->name[0];
}

bool job_add_variants(struct job *job)
{
    const struct scenario *scenario = job->outcome[0]->scenario;
    bool sound = true;
    for (size_t i = 0; i < scenario_variant_count(scenario); i++) {
        sound &= job_add(job, job->options, 0, scenario_variant_name(scenario, i));
        job->name[job->count - 1] = scenario_variant_name(scenario, i);
        job->label[job->count - 1] = scenario_variant_label(scenario, i);
    }
    return sound;
}

static struct outcome *outcome_at(const struct job *job, size_t i)
{
    return i < job->count ? job->outcome[i] : job->extra[i - job->count];
}

struct montecarlo *job_requests(struct job *job)
{
    size_t all = job->count + job->extra_count;
    struct montecarlo *request = arena_array(&job->arena, all, sizeof *request);
    for (size_t i = 0; i < all; i++) {
        struct outcome *outcome = outcome_at(job, i);
        outcome->seed = job->outcome[0]->seed;
        outcome->replications = job->outcome[0]->replications;
        request[i] = outcome_request(outcome);
    }
    request[0].threads = job->threads;
    request[0].stop = job->stop;
    request[0].aside = job->stage.folder;
    request[0].progress = !job->options->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
    return request;
}

static void commit(void *state, const struct committed *all)
{
    struct job *job = state;
    contest_commit(&job->contest, all);
    if (job->extra_count)
        job->along(job->along_state, &all[0], &all[job->count]);
}

void job_replicate(struct job *job, const struct montecarlo *request)
{
    size_t all = job->count + job->extra_count;
    struct ensemble **ensemble = arena_array(&job->arena, all, sizeof *ensemble);
    for (size_t i = 0; i < all; i++)
        ensemble[i] = &outcome_at(job, i)->ensemble;
    contest_open(&job->contest, job->outcome, job->name, job->label, job->count);
    montecarlo_run_together(request, all, ensemble, commit, job);
    for (size_t i = 0; i < all; i++)
        outcome_pool_measures(outcome_at(job, i));
}

bool job_is_interrupted(const struct job *job)
{
    return job->outcome[0]->ensemble.stopped;
}
