/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lab_state.h"

#include "models/models.h"
#include "sim/base/memory.h"
#include "sim/engine/trace.h"
#include "sim/scenario/tree.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Words ---- */

struct memory {
    FILE *to;
    char *text;
    size_t size;
};

static void memory_open(struct memory *memory)
{
    *memory = (struct memory){0};
    memory->to = open_memstream(&memory->text, &memory->size);
    if (!memory->to)
        abort();
}

/* Frees what stood at `place` before. */
static const char *memory_close(struct memory *memory, char **place)
{
    if (fclose(memory->to) != 0)
        abort();
    free(*place);
    *place = memory->text;
    return *place;
}

static bool note_mistakes(struct lab *lab)
{
    struct memory memory;
    bool right = lab->mistakes.count == 0;
    memory_open(&memory);
    mistakes_print(&lab->mistakes, memory.to);
    memory_close(&memory, &lab->message);
    mistakes_free(&lab->mistakes);
    lab->mistakes = (struct mistakes){0};
    return right;
}

const char *lab_message(const struct lab *lab)
{
    return lab->message;
}

/* ---- The numbers of a replication ---- */

static void derive(const void *state, const struct result *result, double *derived)
{
    const struct numbers *numbers = state;
    facts_match(&numbers->measures, result, derived);
    derived += numbers->measures.count;
    for (size_t i = 0; i < numbers->series_count; i++, derived += numbers->sample_count)
        for (size_t k = 0; k < numbers->sample_count; k++)
            derived[k] = numbers->series[i] == NOT_THERE
                             ? (double)NAN
                             : result->series[numbers->series[i] * numbers->sample_count + k];
}

static size_t series_named(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->series_count; i++)
        if (strcmp(plan->series[i].name, name) == 0)
            return i;
    return NOT_THERE;
}

static void find_numbers(const struct lab *lab, struct lab_side *side, struct arena *arena)
{
    const struct plan *base = lab->outcome.plan;
    side->numbers = (struct numbers){.measures = facts_find(lab->scenario, side->plan, arena),
                                     .series_count = lab->shown_count,
                                     .sample_count = base->sample_count};
    for (size_t i = 0; i < lab->shown_count; i++)
        side->numbers.series[i] = series_named(side->plan, base->series[lab->shown[i]].name);
}

size_t lab_width(const struct lab *lab)
{
    return lab->side[LAB_BASE].numbers.measures.count + lab->shown_count * lab->outcome.plan->sample_count;
}

static struct montecarlo request(const struct lab *lab, enum lab_world world)
{
    const struct lab_side *side = &lab->side[world];
    return (struct montecarlo){
        .plan = side->plan,
        .seed = lab->seed,
        .threads = 1,
        .workplace = side->workplace,
        .draw = study_draw,
        .draw_state = side->scenario,
        .derived_count = lab_width(lab),
        .derive = derive,
        .derive_state = &side->numbers,
        .derived_origin = lab->origin,
        .keep = true,
        .derived_only = true,
        .identity = side->identity,
    };
}

/* ---- Opening ---- */

static void open_sides(struct lab *lab)
{
    struct lab_side *base = &lab->side[LAB_BASE], *moved = &lab->side[LAB_MOVED];
    lab->shown_count = outcome_headline_series(&lab->outcome, lab->shown);
    base->scenario = lab->scenario;
    moved->scenario = lab->moved;
    base->plan = moved->plan = lab->outcome.plan;
    find_numbers(lab, base, &lab->arena);
    moved->numbers = base->numbers;
    base->workplace = moved->workplace = workplace_new(base->plan);
    size_t width = lab_width(lab);
    lab->origin = arena_array(&lab->arena, width, sizeof *lab->origin);
    memcpy(lab->origin, base->numbers.measures.origin, base->numbers.measures.count * sizeof *lab->origin);
    lab->band = arena_array(&lab->arena, width, LAB_BAND * sizeof *lab->band);
    lab->difference = arena_array(&lab->arena, width, LAB_DIFFERENCE * sizeof *lab->difference);
    lab->one = arena_array(&lab->arena, width, sizeof *lab->one);
}

struct lab *lab_open(const char *file)
{
    struct lab *lab = memory_new(1, sizeof *lab);
    study_open(&lab->study, models, models_world_size);
    lab->file = arena_text(&lab->arena, file);
    lab->scenario = scenario_load(&(struct load_request){.file = lab->file}, &lab->study.schema, &lab->mistakes);
    if (!note_mistakes(lab))
        return lab;
    lab->outcome = (struct outcome){
        .study = &lab->study, .scenario = lab->scenario, .plan = study_plan(&lab->study, lab->scenario, &lab->arena)};
    lab->seed = lab->next_seed = study_settings(lab->scenario).seed;
    lab->moved = scenario_copy(lab->scenario);
    lab->lever_count = scenario_slider_count(lab->scenario);
    lab->text = arena_array(&lab->arena, lab->lever_count, sizeof *lab->text);
    lab->value = arena_array(&lab->arena, lab->lever_count, sizeof *lab->value);
    for (size_t i = 0; i < lab->lever_count; i++)
        lab->text[i] = "";
    open_sides(lab);
    return lab;
}

static void forget_workplace(struct lab *lab)
{
    struct lab_side *base = &lab->side[LAB_BASE], *moved = &lab->side[LAB_MOVED];
    if (moved->workplace != base->workplace)
        workplace_free(moved->workplace);
    moved->workplace = base->workplace;
}

void lab_close(struct lab *lab)
{
    forget_workplace(lab);
    if (lab->side[LAB_BASE].workplace)
        workplace_free(lab->side[LAB_BASE].workplace);
    for (size_t i = 0; i < LAB_WORLDS; i++) {
        blocks_free(&lab->side[i].blocks);
        arena_free(&lab->side[i].arena);
    }
    scenario_free(lab->moved);
    scenario_free(lab->scenario);
    study_close(&lab->study);
    bytes_free(&lab->bytes);
    mistakes_free(&lab->mistakes);
    free(lab->message);
    free(lab->description);
    free(lab->trace);
    free(lab->yaml);
    arena_free(&lab->arena);
    free(lab);
}

/* ---- Moving ---- */

static const char *path_of(struct lab *lab, size_t lever)
{
    return arena_printf(&lab->arena, "levers.%s", scenario_slider(lab->scenario, lever)->name);
}

bool lab_move(struct lab *lab, size_t lever, const char *text)
{
    const struct slider *slider = scenario_slider(lab->scenario, lever);
    if (strcmp(lab->text[lever], text) == 0)
        return note_mistakes(lab);
    struct lever_value value = {.number = (double)NAN};
    const struct node *node = tree_new_text(&lab->arena, (struct place){0}, arena_text(&lab->arena, text));
    if (*text)
        lever_value_read(lab->scenario, slider->lever, path_of(lab, lever), node, &value, &lab->mistakes);
    if (value.distribution)
        mistake_add(&lab->mistakes, node->place, "%s: one value is wanted, not a distribution, %s", path_of(lab, lever),
                    text);
    else if (value.number < slider->from.number || value.number > slider->to.number)
        mistake_add(&lab->mistakes, node->place, "%s: %s is not between its ends; allowed: %s to %s",
                    path_of(lab, lever), text, slider->from.text, slider->to.text);
    if (!note_mistakes(lab))
        return false;
    lab->text[lever] = node->text;
    lab->value[lever] = value;
    return true;
}

bool lab_seed(struct lab *lab, const char *text)
{
    char *end;
    unsigned long long seed = strtoull(text, &end, 10);
    if (*end || end == text || *text == '-')
        mistake_add(&lab->mistakes, (struct place){0}, "seed: not a whole number, %s; allowed: 0 to 2^64 - 1", text);
    else
        lab->next_seed = seed;
    return note_mistakes(lab);
}

static uint64_t hash_of(const struct lab *lab)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < lab->lever_count; i++)
        for (const char *at = lab->text[i];; at++) {
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
            if (!*at)
                break;
        }
    return hash;
}

static bool apply(struct lab *lab)
{
    bool right = true;
    scenario_restore(lab->moved, lab->scenario);
    for (size_t i = 0; right && i < lab->lever_count; i++)
        if (*lab->text[i])
            right = lever_apply(scenario_slider(lab->scenario, i)->lever, &lab->value[i], lab->moved, &lab->mistakes);
    return right && scenario_recheck(lab->moved, &lab->mistakes);
}

/* The grids and mechanisms of the moved world. */
static void plan_moved(struct lab *lab)
{
    struct lab_side *base = &lab->side[LAB_BASE], *moved = &lab->side[LAB_MOVED];
    bool own = false;
    for (size_t i = 0; i < lab->lever_count; i++)
        own |= *lab->text[i] && lever_moves_plan(scenario_slider(lab->scenario, i)->lever);
    forget_workplace(lab);
    arena_reset(&moved->arena);
    moved->plan = base->plan;
    moved->numbers = base->numbers;
    if (!own)
        return;
    moved->plan = study_plan(&lab->study, lab->moved, &moved->arena);
    if (moved->plan->sample_count != base->plan->sample_count)
        mistake_add(&lab->mistakes, (struct place){0}, "a lever moves the reports of the run, which must be the same");
    find_numbers(lab, moved, &moved->arena);
    moved->workplace = workplace_new(moved->plan);
}

bool lab_settle(struct lab *lab)
{
    struct lab_side *base = &lab->side[LAB_BASE], *moved = &lab->side[LAB_MOVED];
    if (!apply(lab))
        return note_mistakes(lab);
    plan_moved(lab);
    moved->identity = hash_of(lab);
    blocks_free(&moved->blocks);
    if (lab->seed != lab->next_seed)
        blocks_free(&base->blocks);
    lab->seed = lab->next_seed;
    return note_mistakes(lab);
}

/* ---- Running ---- */

void lab_run(struct lab *lab, enum lab_world world, unsigned first, unsigned count)
{
    struct montecarlo study = request(lab, world);
    study.first = first;
    study.replications = count;
    struct block *block = block_run(&study);
    lab->bytes.count = 0;
    block_write(block, &lab->bytes);
    block_free(block);
}

const void *lab_data(const struct lab *lab)
{
    return lab->bytes.data;
}

size_t lab_size(const struct lab *lab)
{
    return lab->bytes.count;
}

bool lab_take(struct lab *lab, enum lab_world world, const void *data, size_t size)
{
    struct montecarlo study = request(lab, world);
    const char *wrong;
    struct block *block = block_read(&study, data, size, &wrong);
    return block && blocks_add(&lab->side[world].blocks, block, &wrong);
}

static const struct block *run_of(const struct lab *lab, enum lab_world world)
{
    const struct blocks *blocks = &lab->side[world].blocks;
    return blocks->count && block_first(blocks->block[0]) == 0 ? blocks->block[0] : NULL;
}

unsigned lab_count(const struct lab *lab, enum lab_world world)
{
    const struct block *block = run_of(lab, world);
    return block ? block_count(block) : 0;
}

unsigned lab_failed(const struct lab *lab, enum lab_world world)
{
    const struct block *block = run_of(lab, world);
    return block ? block_failed(block) : 0;
}

/* ---- Looking ---- */

const double *lab_bands(struct lab *lab, enum lab_world world, unsigned count)
{
    const struct block *block = run_of(lab, world);
    size_t width = lab_width(lab);
    if (!block || block_count(block) < count)
        return NULL;
    struct bands *bands = bands_new(width, lab->origin);
    struct band *band = memory_new(width, sizeof *band);
    unsigned char *flag = memory_new(width, sizeof *flag);
    for (unsigned i = 0; i < count; i++) {
        struct kept kept = block_kept(block, i);
        if (kept.failed)
            bands_skip(bands);
        else
            bands_add(bands, kept.derived, flag);
    }
    bands_finish(bands, band, NULL, 1);
    for (size_t i = 0; i < width; i++) {
        const struct band *b = &band[i];
        const double row[LAB_BAND] = {b->mean, b->se, b->p05, b->p25, b->p50, b->p75, b->p95, b->n};
        memcpy(lab->band + i * LAB_BAND, row, sizeof row);
    }
    bands_free(bands);
    free(band);
    free(flag);
    return lab->band;
}

struct pairs {
    double n, mean, squares; /* Welford 1962 */
};

static void put_difference(const struct pairs *pairs, double *to)
{
    bool enough = pairs->n > 1;
    double se = enough ? sqrt(pairs->squares / (pairs->n - 1) / pairs->n) : (double)NAN;
    double reach = enough ? gsl_cdf_tdist_Qinv(0.025, pairs->n - 1) * se : (double)NAN;
    double mean = pairs->n > 0 ? pairs->mean : (double)NAN;
    const double row[LAB_DIFFERENCE] = {mean, se, mean - reach, mean + reach, pairs->n};
    memcpy(to, row, sizeof row);
}

const double *lab_differences(struct lab *lab, unsigned count)
{
    const struct block *base = run_of(lab, LAB_BASE), *moved = run_of(lab, LAB_MOVED);
    size_t width = lab_width(lab);
    if (!base || !moved || block_count(base) < count || block_count(moved) < count)
        return NULL;
    struct pairs *pairs = memory_new(width, sizeof *pairs);
    for (unsigned i = 0; i < count; i++) {
        struct kept a = block_kept(base, i), b = block_kept(moved, i);
        for (size_t k = 0; !a.failed && !b.failed && k < width; k++) {
            double difference = b.derived[k] - a.derived[k], off = difference - pairs[k].mean;
            if (!isfinite(difference))
                continue;
            pairs[k].mean += off / ++pairs[k].n;
            pairs[k].squares += off * (difference - pairs[k].mean);
        }
    }
    for (size_t k = 0; k < width; k++)
        put_difference(&pairs[k], lab->difference + k * LAB_DIFFERENCE);
    free(pairs);
    return lab->difference;
}

const double *lab_one(struct lab *lab, enum lab_world world, unsigned replication)
{
    struct montecarlo study = request(lab, world);
    struct arena arena = {0}, of_result = {0};
    struct sim *sim = sim_new(study.plan);
    struct result *result = result_new(study.plan, &of_result);
    struct memory memory;
    memory_open(&memory);
    struct trace trace = {.to = memory.to, .format = TRACE_JSONL};
    trace_begin(&trace);
    bool worked = montecarlo_replicate(&study, replication, sim, &arena, &trace, result);
    memory_close(&memory, &lab->trace);
    if (worked)
        derive(study.derive_state, result, lab->one);
    sim_free(sim);
    arena_free(&arena);
    arena_free(&of_result);
    return worked ? lab->one : NULL;
}

const char *lab_trace(const struct lab *lab)
{
    return lab->trace;
}

const char *lab_scenario(struct lab *lab, unsigned replications)
{
    struct arena arena = {0};
    struct override *set = arena_array(&arena, lab->lever_count + 2, sizeof *set);
    size_t count = 0;
    set[count++].argument = arena_printf(&arena, "run.seed=%llu", (unsigned long long)lab->seed);
    set[count++].argument = arena_printf(&arena, "run.replications=%u", replications);
    for (size_t i = 0; i < lab->lever_count; i++)
        if (*lab->text[i])
            set[count++].argument = arena_printf(&arena, "%s.at=%s", path_of(lab, i), lab->text[i]);
    const struct load_request load = {.file = lab->file, .overrides = set, .override_count = count};
    struct scenario *scenario = scenario_load(&load, &lab->study.schema, &lab->mistakes);
    bool right = note_mistakes(lab);
    struct memory memory;
    memory_open(&memory);
    if (scenario)
        scenario_show(scenario, memory.to);
    memory_close(&memory, &lab->yaml);
    scenario_free(scenario);
    arena_free(&arena);
    return right ? lab->yaml : NULL;
}
