/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence.h"

#include "decision.h"
#include "sensitivity.h"

#include "sim/base/memory.h"
#include "sim/scenario/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct evidence {
    const struct outcome *outcome;
    size_t inputs, measures, rows, room;
    double *input, *derived; /* row by row */
    bool *failed; /* by row */
    size_t failures;
    const char *reason; /* of the first failure */
    struct sensitivity found;
    struct arena arena;
};

struct evidence *evidence_open(const struct outcome *outcome)
{
    size_t inputs = scenario_input_count(outcome->scenario);
    bool tells = outcome->measures.count || outcome->decision;
    if (!inputs || !tells || outcome->antithetic)
        return NULL;
    struct evidence *e = memory_new(1, sizeof *e);
    *e = (struct evidence){.outcome = outcome, .inputs = inputs, .measures = outcome->measures.count, .reason = ""};
    return e;
}

void evidence_free(struct evidence *e)
{
    if (!e)
        return;
    free(e->input);
    free(e->derived);
    free(e->failed);
    sensitivity_free(&e->found);
    arena_free(&e->arena);
    free(e);
}

static void make_room(struct evidence *e)
{
    if (e->rows < e->room)
        return;
    e->room = e->room ? 2 * e->room : 256;
    e->input = memory_grow(e->input, e->room * e->inputs, sizeof *e->input);
    e->derived = memory_grow(e->derived, e->room * e->measures, sizeof *e->derived);
    e->failed = memory_grow(e->failed, e->room, sizeof *e->failed);
}

void evidence_note(struct evidence *e, const struct committed *one)
{
    if (e->rows == MOST_EVIDENCE_ROWS)
        return;
    make_room(e);
    e->failed[e->rows] = one->failed != NULL;
    if (one->failed && !e->failures++)
        e->reason = arena_text(&e->arena, one->failed);
    memcpy(e->input + e->rows * e->inputs, one->input, e->inputs * sizeof *e->input);
    for (size_t i = 0; i < e->measures; i++)
        e->derived[e->rows * e->measures + i] = one->failed ? (double)NAN : one->derived[i];
    e->rows++;
}

/* ---- Analysis ---- */

/* What one measure was in each replication. */
static void analyse(struct evidence *e, struct sensitivity_measure *measure, const struct given *given,
                    const struct given_names *names, const double *y)
{
    size_t there = 0, ran = e->rows - e->failures;
    for (size_t i = 0; i < e->rows; i++)
        there += !isnan(y[i]);
    measure->failed = e->rows ? (double)e->failures / (double)e->rows : 0;
    measure->absent = ran ? 1 - (double)there / (double)ran : 0;
    sensitivity_add_given(&e->found, measure, given, 1, y, names);
}

static void add_swing(void *state, const struct decision_swing *swing)
{
    struct evidence *e = state;
    struct sensitivity_row row = {
        .name = arena_text(&e->found.arena, swing->input),
        .label = arena_text(&e->found.arena, swing->label),
        .confidence = "",
        .method = METHOD_TORNADO,
        .kind = KIND_SWING,
        .index = {fabs(swing->lead_high - swing->lead_low), swing->lead_low, swing->lead_high}};
    struct sensitivity_measure *measure = &e->found.measure[e->found.count - 1];
    sensitivity_add(&e->found, measure, &row);
    row.method = METHOD_FLIP;
    row.index = (struct bounded){swing->flip, (double)NAN, (double)NAN};
    sensitivity_add(&e->found, measure, &row);
}

/* A decision knows the replications that worked. */
static void add_lead(struct evidence *e, const struct given *given, const struct given_names *names, double *y)
{
    size_t count, next = 0;
    const char *text;
    const struct decision *decision = e->outcome->decision;
    const double *lead = decision ? decision_leads(decision, &count, &e->arena, &text) : NULL;
    if (!lead)
        return;
    struct sensitivity_measure *measure = &e->found.measure[e->found.count++];
    *measure =
        (struct sensitivity_measure){.name = "decision_lead", .label = text, .unit = decision_currency(decision)};
    for (size_t i = 0; i < e->rows; i++)
        y[i] = e->failed[i] || next == count ? (double)NAN : lead[next++];
    analyse(e, measure, given, names, y);
    decision_each_swing(decision, add_swing, e);
}

static void add_measures(struct evidence *e, const struct given *given, const struct given_names *names, double *y)
{
    for (size_t m = 0; m < e->measures; m++) {
        const struct fact_target *target = &e->outcome->measures.target[m];
        struct sensitivity_measure *measure = &e->found.measure[e->found.count++];
        *measure = (struct sensitivity_measure){
            .name = target->fact->name,
            .label = target->fact->label,
            .unit = facts_unit(target),
            .is_fact = target->fact->observed,
            .is_logarithm = sweep_takes_logarithm(scenario_sweep(e->outcome->scenario), target->fact->name)};
        for (size_t i = 0; i < e->rows; i++)
            y[i] = sensitivity_number(measure, e->derived[i * e->measures + m]);
        analyse(e, measure, given, names, y);
    }
}

static struct given_names names_of(struct evidence *e, size_t *set_of, bool *joint)
{
    const char **name = arena_array(&e->arena, e->inputs, sizeof *name),
               **confidence = arena_array(&e->arena, e->inputs, sizeof *confidence),
               **words = arena_array(&e->arena, e->inputs, sizeof *words);
    for (size_t i = 0; i < e->inputs; i++) {
        struct drawn_parameter one = scenario_input(e->outcome->scenario, i);
        name[i] = one.path;
        words[i] = drawn_parameter_words(&one, &e->arena);
        confidence[i] = one.confidence;
        set_of[i] = sensitivity_confidence_of(one.confidence);
        *joint |= one.joint;
    }
    return (struct given_names){.name = name, .label = name, .words = words, .confidence = confidence};
}

static bool is_enough(const struct evidence *e)
{
    return e->rows - e->failures >= LEAST_GIVEN_ROWS;
}

void evidence_take(struct evidence *e)
{
    struct given given;
    if (!is_enough(e))
        return;
    size_t *set_of = arena_array(&e->arena, e->inputs, sizeof *set_of);
    double *x = memory_new(e->inputs * e->rows, sizeof *x), *y = memory_new(e->rows, sizeof *y);
    for (size_t i = 0; i < e->inputs; i++)
        for (size_t row = 0; row < e->rows; row++)
            x[i * e->rows + row] = e->input[row * e->inputs + i];
    e->found = (struct sensitivity){.design = "run",
                                    .rows = e->rows,
                                    .replications = 1,
                                    .parameters = e->inputs,
                                    .failures = e->failures,
                                    .reason = e->reason};
    e->found.measure = arena_array(&e->found.arena, e->measures + 1, sizeof *e->found.measure);
    struct given_names names = names_of(e, set_of, &e->found.joint);
    given_open(&given, x, e->rows, e->inputs, set_of, CONFIDENCES);
    add_lead(e, &given, &names, y);
    add_measures(e, &given, &names, y);
    sensitivity_order(&e->found);
    given_free(&given);
    free(x);
    free(y);
}

/* ---- Files and report ---- */

static void write_as(const struct evidence *e, struct stage *stage, const char *folder, const char *name,
                     void (*write)(const struct sensitivity *, FILE *))
{
    FILE *to = stage_file(stage, "%s%s", folder, name);
    write(&e->found, to);
    stage_close_file(stage, to);
}

void evidence_write(const struct evidence *e, struct stage *stage, const char *folder)
{
    if (!is_enough(e))
        return;
    write_as(e, stage, folder, "sensitivity.csv", sensitivity_csv);
    write_as(e, stage, folder, "sensitivity/bars.dat", sensitivity_bars_dat);
    write_as(e, stage, folder, "sensitivity/context.gp", sensitivity_context);
}

static void add_table(const struct evidence *e, struct report *report, struct arena *arena)
{
    struct report_table *tables = arena_array(arena, report->table_count + 1, sizeof *tables);
    if (report->table_count)
        memcpy(tables, report->tables, report->table_count * sizeof *tables);
    tables[report->table_count++] = sensitivity_evidence(&e->found, arena);
    report->tables = tables;
}

static void add_note(const struct evidence *e, struct report *report, struct arena *arena)
{
    const char **note = arena_array(arena, report->note_count + 1, sizeof *note);
    if (report->note_count)
        memcpy(note, report->notes, report->note_count * sizeof *note);
    note[report->note_count++] =
        arena_printf(arena,
                     "%zu replications are too few to tell which inputs matter and on what evidence the numbers rest; "
                     "at least %d are needed, better 500.",
                     e->rows - e->failures, LEAST_GIVEN_ROWS);
    report->notes = note;
}

void evidence_report(const struct evidence *e, struct report *report, struct arena *arena)
{
    if (is_enough(e))
        add_table(e, report, arena);
    else
        add_note(e, report, arena);
}

const char *evidence_drivers(const struct evidence *e, const char *measure, struct arena *arena)
{
    if (!e || !is_enough(e))
        return "(too few replications to say)";
    for (size_t m = 0; m < e->found.count; m++)
        if (!strcmp(e->found.measure[m].name, measure))
            return sensitivity_due_to(&e->found, &e->found.measure[m], arena);
    return "(no number in this run)";
}
