/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one loop of the simulator: steps, phases inside a step, events inside the event phase. */
#include "sim.h"

#include "sim/base/dates.h"
#include "sim/base/memory.h"

#include <assert.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTS_AT_ONCE = 8 }; /* numbers in a line of the cache */
enum { NO_LATER = 0, LATERS_AT_FIRST = 64, LATERS_A_PAGE = 31 };

struct later { /* a page of them, so that a step reads on where it stands */
    uint32_t next; /* of the same step, or of the free ones */
    _Alignas(32) struct agenda_item item[LATERS_A_PAGE]; /* never in two lines of the cache */
};

struct later_list { /* of a step, in the order in which its events were scheduled */
    uint32_t first, last, count; /* pages; items of the last one, as if it were full where there is none */
};

/* Mechanisms ask for one another's state and streams all the time: their numbers are hashed by address (linear
 * probing). Where they lie decides how long the search takes, never what it finds. */
static size_t next_slot(const struct sim *sim, size_t at)
{
    return (at + 1) % (sizeof sim->number_of / sizeof *sim->number_of);
}

/* For a sim that a program filled in itself, without sim_new. */
static int number_in_list(const struct plan *plan, const struct model *model)
{
    for (size_t m = 0; m < plan->model_count; m++)
        if (plan->models[m] == model)
            return (int)m;
    assert(!"a mechanism that is not in the list");
    return -1;
}

static void number_models(struct sim *sim)
{
    assert(sim->plan->model_count < sizeof sim->number_of / sizeof *sim->number_of);
    for (size_t m = 0; m < sim->plan->model_count; m++) {
        size_t at = sim_model_slot(sim, sim->plan->models[m]);
        while (sim->number_of[at])
            at = next_slot(sim, at);
        sim->number_of[at] = (uint16_t)(m + 1);
    }
}

static struct later *new_pages(uint32_t capacity)
{
    struct later *pages = aligned_alloc(64, capacity * sizeof *pages);
    if (!pages)
        memory_fail(capacity * sizeof *pages);
    return pages;
}

struct sim *sim_new(const struct plan *plan)
{
    struct sim *sim = memory_new(1, sizeof *sim);
    sim->plan = plan;
    sim->arena.in_large_pages = true;
    sim->calendar = calendar_new();
    sim->later_capacity = LATERS_AT_FIRST;
    sim->later = new_pages(LATERS_AT_FIRST);
    number_models(sim);
    return sim;
}

void sim_free(struct sim *sim)
{
    if (!sim)
        return;
    calendar_free(sim->calendar);
    agenda_free(&sim->agenda);
    arena_free(&sim->arena);
    free(sim->later);
    free(sim->split);
    free(sim);
}

struct result *result_new(const struct plan *plan, struct arena *arena)
{
    struct result *result = arena_alloc(arena, sizeof *result);
    result->series = arena_array(arena, plan->series_count * plan->sample_count, sizeof *result->series);
    result->flag = arena_array(arena, plan_cells(plan), sizeof *result->flag);
    result->scalar = arena_array(arena, plan->scalar_count, sizeof *result->scalar);
    result->point = arena_array(arena, plan->point_count, sizeof *result->point);
    return result;
}

static void fill_nan(double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = NAN;
}

/* All but the series, of which every report writes its part. */
static void result_open(const struct plan *plan, struct result *result)
{
    memset(result->flag, 0, plan_cells(plan));
    fill_nan(result->scalar, plan->scalar_count);
    fill_nan(result->point, plan->point_count);
    result->events = result->steps = 0;
    result->failed = NULL;
}

void sim_fail(struct sim *sim, const char *format, ...)
{
    char date[DATE_TEXT_BYTES];
    int used = snprintf(sim->reason, sizeof sim->reason, "%s: ", date_text(sim->now, date));
    va_list args;
    va_start(args, format);
    vsnprintf(sim->reason + used, sizeof sim->reason - (size_t)used, format, args);
    va_end(args);
    longjmp(*(jmp_buf *)sim->escape, 1);
}

void sim_split_at(struct sim *sim, double year)
{
    if (!(year > sim->plan->start && year < sim->plan->end))
        return;
    if (sim->split_count == sim->split_capacity) {
        sim->split_capacity = sim->split_capacity ? 2 * sim->split_capacity : 64;
        sim->split = memory_grow(sim->split, sim->split_capacity, sizeof *sim->split);
    }
    sim->split[sim->split_count++] = year;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

__attribute__((noinline)) /* and so out of the way of what most events take */
struct handle
sim_schedule_handle(struct sim *sim, double time, int priority, struct event event)
{
    assert(time >= sim->now);
    if (time >= sim->plan->end) /* never comes */
        return (struct handle){0, 0};
    return calendar_push(sim->calendar, time, priority, event);
}

/* The step in which an event of that time happens; it lies before the end. */
static size_t step_of(const struct sim *sim, double time)
{
    const struct plan *plan = sim->plan;
    size_t k = (size_t)(int64_t)((time - plan->start) * sim->steps_per_yr); /* signed: one instruction */
    k = k < plan->step_count ? k : plan->step_count - 1;
    while (plan->step_end[k] <= time)
        k++;
    while (k && plan->step_end[k - 1] > time)
        k--;
    return k;
}

static uint32_t take_page(struct sim *sim)
{
    uint32_t id = sim->later_free;
    if (id != NO_LATER) {
        sim->later_free = sim->later[id].next;
        return id;
    }
    if (sim->laters == sim->later_capacity) {
        struct later *larger = new_pages(2 * sim->later_capacity);
        memcpy(larger, sim->later, sim->later_capacity * sizeof *larger);
        free(sim->later);
        sim->later = larger;
        sim->later_capacity *= 2;
    }
    return sim->laters++;
}

static __attribute__((noinline)) void begin_page(struct sim *sim, struct later_list *list, double time, uint64_t order,
                                                 struct event event)
{
    uint32_t id = take_page(sim);
    sim->later[id].next = NO_LATER;
    sim->later[id].item[0] = (struct agenda_item){time, order, event};
    if (list->first == NO_LATER)
        list->first = id;
    else
        sim->later[list->last].next = id;
    list->last = id;
    list->count = 1;
}

/* Nobody can cancel the event, so it waits unsorted for the agenda of its step. */
static void put_off(struct sim *sim, double time, uint64_t order, struct event event)
{
    struct later_list *list = &sim->later_of_step[step_of(sim, time)];
    if (list->count < LATERS_A_PAGE)
        sim->later[list->last].item[list->count++] = (struct agenda_item){time, order, event};
    else
        begin_page(sim, list, time, order, event);
}

/* Tells those who want to know it that an event comes. */
static void announce(struct sim *sim, const struct agenda_item *item, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct model *model = sim->plan->models[item[i].event.model];
        if (model->ahead)
            model->ahead(sim->world, &item[i].event);
    }
}

/* As many events are expected as the step before had. */
static void begin_agenda(struct sim *sim)
{
    agenda_begin(&sim->agenda, sim->whole_start, sim->whole_end, sim->result->events - sim->events_before);
    sim->events_before = sim->result->events;
    const struct later_list *list = &sim->later_of_step[sim->step];
    for (uint32_t id = list->first, next; id != NO_LATER; id = next) {
        struct later *page = &sim->later[id];
        uint32_t count = id == list->last ? list->count : LATERS_A_PAGE;
        if (sim->looks_ahead)
            announce(sim, page->item, count);
        agenda_add_all(&sim->agenda, page->item, count);
        next = page->next;
        page->next = sim->later_free;
        sim->later_free = id;
    }
}

static void forget_later(struct sim *sim)
{
    sim->laters = NO_LATER + 1;
    sim->later_free = NO_LATER;
    sim->later_of_step = arena_array(&sim->arena, sim->plan->step_count, sizeof *sim->later_of_step);
    for (size_t k = 0; k < sim->plan->step_count; k++)
        sim->later_of_step[k] = (struct later_list){NO_LATER, NO_LATER, LATERS_A_PAGE};
}

void sim_schedule(struct sim *sim, double time, int priority, struct event event)
{
    assert(time >= sim->now);
    if (time >= sim->plan->end)
        return; /* never comes */
    uint64_t order = calendar_order(sim->calendar, priority);
    if (time >= sim->whole_end)
        put_off(sim, time, order, event);
    else
        agenda_add(&sim->agenda, time, order, event);
}

bool sim_cancel(struct sim *sim, struct handle handle)
{
    return calendar_cancel(sim->calendar, handle);
}

bool sim_reschedule(struct sim *sim, struct handle *handle, double time, int priority)
{
    assert(time >= sim->now);
    if (time < sim->plan->end)
        return calendar_reschedule(sim->calendar, handle, time, priority);
    bool pending = calendar_cancel(sim->calendar, *handle);
    *handle = (struct handle){0, 0};
    return pending;
}

static const struct output_place *place_of(const struct sim *sim, const struct model *model, int output)
{
    return &sim->place[sim_model_index(sim, model)][output];
}

/* Beyond any quantity of an economy, and its square still a number: what is summed over replications stays finite. */
static const double LARGEST_OUTPUT = 1e100;

static __attribute__((noinline)) void refuse_nonsense(struct sim *sim, const struct model *model, int output,
                                                      double value)
{
    const struct output *o = &model->outputs[output];
    const double rounding = 1e-9;
    if (fabs(value) > LARGEST_OUTPUT) /* NaN does not apply */
        sim_fail(sim, "%s is %.3g, beyond %g", o->name, value, LARGEST_OUTPUT);
    if (o->share && (value < -rounding || value > 1 + rounding))
        sim_fail(sim, "%s is a share, and comes out as %.9g", o->name, value);
}

static size_t place_of_point(const struct sim *sim, const struct model *model, int output, int row, size_t point)
{
    const struct output_place *curve = place_of(sim, model, output);
    assert(curve->kind == OUTPUT_CURVE && point < model->outputs[output].x.points);
    return sim->plan->curve[curve->first + (row > 0 ? (unsigned)row : 0)].first_point + point;
}

void sim_record_point(struct sim *sim, const struct model *model, int output, int row, size_t point, double value)
{
    refuse_nonsense(sim, model, output, value);
    sim->result->point[place_of_point(sim, model, output, row, point)] = value;
}

void sim_flag_point(struct sim *sim, const struct model *model, int output, int row, size_t point)
{
    size_t before = plan_cells(sim->plan) - sim->plan->point_count;
    sim->result->flag[before + place_of_point(sim, model, output, row, point)] = 1;
}

/* What few numbers take: those that are refused, that sit on a bound, or that are scalars. */
static __attribute__((noinline)) void record_seldom(struct sim *sim, const struct model *model, int output, int row,
                                                    double value, bool on_bound)
{
    const struct output_place *place = place_of(sim, model, output);
    size_t channel = place->first + (row > 0 ? (unsigned)row : 0);
    refuse_nonsense(sim, model, output, value);
    if (place->kind == OUTPUT_SERIES) {
        sim->report[channel] = value;
        if (on_bound)
            sim->result->flag[channel * sim->plan->sample_count + sim->sample] = 1;
    } else {
        assert(place->kind == OUTPUT_SCALAR);
        sim->result->scalar[channel] = value;
    }
}

void sim_record(struct sim *sim, const struct model *model, int output, int row, double value, bool on_bound)
{
    const struct output_place *place = place_of(sim, model, output);
    if (place->kind != OUTPUT_SERIES || on_bound || fabs(value) > LARGEST_OUTPUT ||
        (place->is_share && !(fabs(value - 0.5) <= 0.5))) {
        record_seldom(sim, model, output, row, value, on_bound);
        return;
    }
    assert(sim->sampling);
    sim->report[place->first + (row > 0 ? (unsigned)row : 0)] = value;
}

/* Puts the last reports into the lines of their channels: one by one each number would ask for a line of the cache of
 * its own. */
static void put_reports(struct sim *sim, size_t count)
{
    enum { LINES_AHEAD = 16 };
    size_t channels = sim->plan->series_count, samples = sim->plan->sample_count;
    double *line = sim->result->series + sim->sample - count;
    for (size_t c = 0; c < channels; c++, line += samples) {
        __builtin_prefetch(line + (c + LINES_AHEAD < channels ? LINES_AHEAD * samples : 0), 1);
        for (size_t i = 0; i < count; i++)
            line[i] = sim->reports[i * channels + c];
    }
}

/* What is not recorded does not apply. */
static void begin_report(struct sim *sim)
{
    sim->report = sim->reports + sim->sample % REPORTS_AT_ONCE * sim->plan->series_count;
    fill_nan(sim->report, sim->plan->series_count);
}

/* The next event of this step or part of it, from the agenda or the calendar. */
static bool next_event(struct sim *sim, double *time, struct event *event)
{
    const struct agenda_item *next = agenda_first(&sim->agenda);
    if (!next || next->time >= sim->step_end)
        return calendar_pop(sim->calendar, sim->step_end, time, event);
    if (next->time < calendar_soonest(sim->calendar) ||
        !calendar_pop_before(sim->calendar, next->time, next->order, time, event)) {
        *time = next->time;
        *event = next->event;
        agenda_pop(&sim->agenda);
    }
    return true;
}

/* Events of this step, those they schedule inside it included. */
static void run_events(struct sim *sim)
{
    struct event event;
    double time;
    while (next_event(sim, &time, &event)) {
        sim->now = time;
        sim->result->events++;
        sim->running = event.model;
        sim->plan->models[event.model]->event(sim->world, &event);
    }
}

static void run_phase(struct sim *sim, enum phase phase)
{
    for (const struct call *call = sim->call[phase]; call->run; call++) {
        sim->running = call->model;
        call->run(sim->world);
    }
}

static void run_phases(struct sim *sim, enum phase first, enum phase last)
{
    for (int phase = first; phase <= (int)last; phase++)
        run_phase(sim, (enum phase)phase);
}

static void set_span(struct sim *sim, double from, double to)
{
    sim->step_start = from;
    sim->step_end = to;
    sim->dt = to - from;
}

/* A part of a step: up to the next split, or to the step's end. */
static void run_part(struct sim *sim, double part_end)
{
    double start = sim->whole_start, part_start = sim->now;
    set_span(sim, part_start, part_end);
    run_phases(sim, PHASE_TECHNOLOGY, PHASE_DECIDE);
    if (part_start <= start) {
        set_span(sim, start, sim->whole_end);
        run_phases(sim, PHASE_REQUEST, PHASE_HAZARD);
        set_span(sim, part_start, part_end);
    }
    run_events(sim);
    sim->now = part_end;
}

/* A split this close to a step's end is that end: shorter parts only add rounding. */
static const double SHORTEST_PART_YR = 1e-9;

/* Reports show the world as its last part began it. */
static void run_samples(struct sim *sim, double part_start)
{
    set_span(sim, part_start, sim->whole_end);
    begin_report(sim);
    run_phase(sim, PHASE_SAMPLE);
    sim->sample++;
    if (sim->sample % REPORTS_AT_ONCE == 0)
        put_reports(sim, REPORTS_AT_ONCE);
}

static void run_step(struct sim *sim, size_t *split, double step_end)
{
    const struct plan *plan = sim->plan;
    sim->whole_start = sim->now;
    sim->whole_end = step_end;
    begin_agenda(sim);
    sim->sampling = sim->sample < plan->sample_count && plan->sample_at[sim->sample] <= step_end;
    for (; *split < sim->split_count && sim->split[*split] < step_end - SHORTEST_PART_YR; ++*split)
        if (sim->split[*split] > sim->now + SHORTEST_PART_YR)
            run_part(sim, sim->split[*split]);
    double last_part = sim->now;
    run_part(sim, step_end);
    set_span(sim, sim->whole_start, step_end);
    run_phases(sim, PHASE_BOOKS, PHASE_FINANCE);
    if (sim->sampling)
        run_samples(sim, last_part);
    sim->step++;
}

static void run_steps(struct sim *sim)
{
    if (sim->split_count) /* qsort must not be given NULL */
        qsort(sim->split, sim->split_count, sizeof *sim->split, by_time);
    size_t split = 0;
    for (size_t k = 0; k < sim->plan->step_count; k++)
        run_step(sim, &split, sim->plan->step_end[k]);
    put_reports(sim, sim->sample % REPORTS_AT_ONCE);
    sim->result->steps = sim->step;
}

/* What the enabled mechanisms do in each phase. */
static void list_calls(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    for (int phase = 0; phase < PHASES; phase++) {
        struct call *call = sim->call[phase] = arena_array(&sim->arena, plan->model_count + 1, sizeof *call);
        for (size_t m = 0; m < plan->model_count; m++)
            if (plan->enabled[m] && plan->models[m]->phase[phase])
                *call++ = (struct call){plan->models[m]->phase[phase], m};
    }
    sim->looks_ahead = false;
    for (size_t m = 0; m < plan->model_count; m++)
        sim->looks_ahead |= plan->models[m]->ahead != NULL;
}

/* Where the outputs of each mechanism go. */
static void list_places(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    sim->place = arena_array(&sim->arena, plan->model_count, sizeof *sim->place);
    for (size_t m = 0; m < plan->model_count; m++) {
        const struct output *outputs = plan->models[m]->outputs;
        size_t count = 0;
        while (outputs && outputs[count].name)
            count++;
        sim->place[m] = arena_array(&sim->arena, count, sizeof **sim->place);
        for (size_t i = 0; i < count; i++)
            sim->place[m][i] = (struct output_place){
                .first = (uint32_t)plan->first[m][i], .kind = outputs[i].kind, .is_share = outputs[i].share};
    }
    sim->reports = arena_array(&sim->arena, REPORTS_AT_ONCE * plan->series_count, sizeof *sim->reports);
}

static void name_streams(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    sim->of_model = arena_array(&sim->arena, plan->model_count, sizeof *sim->of_model);
    for (size_t m = 0; m < plan->model_count; m++)
        sim->of_model[m] = streams_of(&sim->streams, plan->models[m]->name);
}

void sim_open_states(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    sim->state = arena_array(&sim->arena, plan->model_count + 1, sizeof *sim->state);
    for (size_t m = 0; m < plan->model_count; m++)
        if (plan->enabled[m] && plan->models[m]->state_size > 0)
            sim->state[m] = arena_alloc(&sim->arena, plan->models[m]->state_size);
    for (size_t m = 0; m < plan->model_count; m++)
        if (plan->models[m]->state_at > 0)
            memcpy((char *)sim->world + plan->models[m]->state_at, &sim->state[m], sizeof sim->state[m]);
}

static void run_start(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    for (size_t m = 0; m < plan->model_count; m++) {
        void (*begin)(struct world *) = plan->enabled[m] ? plan->models[m]->start : plan->models[m]->off;
        if (begin)
            begin(sim->world);
    }
}

static void run_finish(struct sim *sim)
{
    const struct plan *plan = sim->plan;
    for (size_t m = 0; m < plan->model_count; m++)
        if (plan->enabled[m] && plan->models[m]->finish)
            plan->models[m]->finish(sim->world);
}

bool sim_run(struct sim *sim, struct streams streams, struct values values, struct trace *trace, struct result *result)
{
    jmp_buf escape;
    sim->escape = &escape;
    sim->streams = streams;
    sim->values = values;
    sim->trace = trace;
    sim->result = result;
    sim->now = sim->step_start = sim->step_end = sim->whole_start = sim->whole_end = sim->plan->start;
    sim->dt = 0;
    sim->steps_per_yr = (double)sim->plan->step_count / (sim->plan->end - sim->plan->start);
    sim->step = sim->sample = sim->split_count = sim->running = 0;
    sim->sampling = false;
    calendar_reset(sim->calendar);
    agenda_reset(&sim->agenda, sim->calendar);
    sim->events_before = 0;
    arena_reset(&sim->arena);
    result_open(sim->plan, result);
    list_calls(sim);
    forget_later(sim);
    list_places(sim);
    name_streams(sim);
    sim->world = arena_alloc(&sim->arena, sim->plan->world_size);
    *(struct sim **)sim->world = sim; /* its first member, by contract (model.h) */
    sim_open_states(sim);
    if (setjmp(escape)) {
        result_open(sim->plan, result);
        fill_nan(result->series, sim->plan->series_count * sim->plan->sample_count);
        result->failed = sim->reason;
        return false;
    }
    run_start(sim);
    run_steps(sim);
    run_finish(sim);
    return true;
}

int sim_model_search(const struct sim *sim, const struct model *model)
{
    size_t at = sim_model_slot(sim, model);
    while (sim->number_of[at] && sim->plan->models[sim->number_of[at] - 1u] != model)
        at = next_slot(sim, at);
    return sim->number_of[at] ? sim->number_of[at] - 1 : number_in_list(sim->plan, model);
}

const struct streams *sim_streams(const struct sim *sim, const struct model *model)
{
    return &sim->of_model[sim_model_index(sim, model)];
}

struct stream sim_stream(const struct sim *sim, const struct model *model, uint64_t identity)
{
    return stream_open(sim_streams(sim, model), identity);
}

bool sim_enabled(const struct sim *sim, const struct model *model)
{
    return sim->plan->enabled[sim_model_index(sim, model)];
}

const void *sim_settings(const struct sim *sim, const struct model *model)
{
    return sim->values.block(sim->values.drawn, model->name, sim_model_index(sim, model));
}

const void *sim_rows(const struct sim *sim, const struct model *model, const char *table)
{
    return sim->values.block(sim->values.drawn, table, sim_model_index(sim, model));
}

size_t sim_row_count(const struct sim *sim, const char *table)
{
    return sim->values.row_count(sim->values.drawn, table);
}

const char *sim_row_name(const struct sim *sim, const char *table, size_t row)
{
    return sim->values.row_name(sim->values.drawn, table, row);
}
