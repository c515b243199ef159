/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shares.h"

#include "sim/base/say.h"
#include "sim/command/command.h"

#include "sim/base/csv.h"
#include "sim/output/amount.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/listing.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- Running ---- */

static size_t combinations_of(const struct attribution *what)
{
    return (size_t)1 << what->mechanism_count;
}

static bool is_date(const struct fact_target *target)
{
    return target->channel && isnan(target->fact->relative_to) && strcmp(target->channel->output->unit, "date") == 0;
}

static const char *unit_of(const struct fact_target *target)
{
    if (!target->channel || !isnan(target->fact->relative_to))
        return "";
    return is_date(target) ? "years" : target->channel->output->unit;
}

/* What a combination lacks cannot be shared out. */
static bool has_all_outputs(const struct shares *shares, const struct fact_targets *targets, const char *without)
{
    struct mistakes mistakes = {0};
    for (size_t i = 0; i < targets->count; i++)
        if (!targets->target[i].channel)
            mistake_add(
                &mistakes, shares->what->place[i],
                "attribution.outputs: %s is not in the run%s; allowed: outputs and dates of every combination of "
                "mechanisms",
                targets->target[i].fact->name, without);
    bool sound = mistakes.count == 0;
    mistakes_print(&mistakes, say_stream());
    mistakes_free(&mistakes);
    return sound;
}

static bool add(struct shares *shares, struct job *job, size_t on, const char *without)
{
    const struct outcome *base = shares->base;
    const struct plan *plan = base->plan;
    size_t all = combinations_of(shares->what) - 1;
    if (on != all) {
        struct outcome *outcome = job->extra[on];
        uint32_t off = (uint32_t)(all & ~on);
        if (!outcome_open_without(outcome, job->options, job->study, 0, base->variant, off))
            return false;
        plan = outcome->plan;
    }
    shares->targets[on] = facts_find_among(shares->what->output, shares->what->output_count, plan, &shares->arena);
    return has_all_outputs(shares, &shares->targets[on], without);
}

/* First with one mechanism off, so that what is wrong with it is said once. */
static bool add_all(struct shares *shares, struct job *job)
{
    size_t all = combinations_of(shares->what) - 1;
    bool sound = add(shares, job, all, "");
    if (!sound)
        return false;
    for (size_t i = 0; i < shares->what->mechanism_count; i++)
        sound &= add(shares, job, all & ~((size_t)1 << i),
                     arena_printf(&shares->arena, " without %s", shares->what->mechanism[i].name));
    for (size_t on = 0; sound && on < all; on++)
        if (__builtin_popcountll(all & ~on) > 1)
            sound = add(shares, job, on, " without some of the mechanisms");
    return sound;
}

static void commit(void *state, const struct committed *base, const struct committed *extra)
{
    struct shares *shares = state;
    size_t all = shares->shapley.coalitions - 1, outputs = shares->what->output_count;
    const struct plan *plan = shares->base->plan;
    bool failed = base->failed;
    for (size_t on = 0; on < all; on++)
        failed |= extra[on].failed != NULL;
    if (failed) {
        shapley_add(&shares->shapley, base->replication, NULL);
        return;
    }
    double *row = (double *)(uintptr_t)base->row; /* a result is only read below */
    struct result result = {.series = row, .scalar = row + plan->series_count * plan->sample_count};
    facts_match(&shares->targets[all], &result, shares->derived);
    for (size_t o = 0; o < outputs; o++)
        for (size_t on = 0; on <= all; on++)
            shares->v[o * (all + 1) + on] = on == all ? shares->derived[o] : extra[on].derived[o];
    shapley_add(&shares->shapley, base->replication, shares->v);
}

static bool open_all(struct shares *shares, struct job *job)
{
    const struct attribution *what = shares->what;
    size_t combinations = combinations_of(what), outputs = what->output_count;
    shares->targets = arena_array(&shares->arena, combinations, sizeof *shares->targets);
    shares->unit = arena_array(&shares->arena, outputs, sizeof *shares->unit);
    shares->v = arena_array(&shares->arena, outputs * combinations, sizeof *shares->v);
    shares->derived = arena_array(&shares->arena, outputs, sizeof *shares->derived);
    shapley_open(&shares->shapley, what->mechanism_count, outputs, shares->base->antithetic);
    job->extra_count = combinations - 1;
    job->extra = arena_array(&job->arena, job->extra_count, sizeof *job->extra);
    for (size_t i = 0; i < job->extra_count; i++)
        job->extra[i] = arena_alloc(&job->arena, sizeof **job->extra);
    job->along = commit;
    job->along_state = shares;
    if (!add_all(shares, job))
        return false;
    for (size_t o = 0; o < outputs; o++)
        shares->unit[o] = unit_of(&shares->targets[combinations - 1].target[o]);
    return true;
}

bool shares_open(struct shares *shares, struct job *job)
{
    const struct attribution *what = scenario_attribution(job->outcome[0]->scenario);
    *shares = (struct shares){.base = job->outcome[0]};
    if (!what->mechanism_count || job->options->no_attribution)
        return true;
    shares->what = what;
    return open_all(shares, job);
}

void shares_free(struct shares *shares)
{
    shapley_free(&shares->shapley);
    arena_free(&shares->arena);
}

void shares_request(const struct shares *shares, const struct job *job, struct montecarlo *request)
{
    for (size_t on = 0; shares->what && on < job->extra_count; on++) {
        struct montecarlo *one = &request[job->count + on];
        one->derived_only = true;
        one->derived_count = shares->what->output_count;
        one->derive_state = &shares->targets[on];
        one->derived_origin = NULL;
    }
}

/* ---- What was found, row by row ---- */

enum row_kind { ROW_NONE, ROW_ALL, ROW_SHARE, ROW_PAIR };
static const char *const kind_names[] = {
    [ROW_NONE] = "all_off", [ROW_ALL] = "all_on", [ROW_SHARE] = "share", [ROW_PAIR] = "interaction"};

struct row {
    enum row_kind kind;
    size_t output, one, other; /* mechanisms: of a share the first, of a pair both */
    struct estimate estimate;
};
typedef void use_row(const struct shares *shares, const struct row *row, void *state);

static void each_row(const struct shares *shares, use_row *use, void *state)
{
    const struct shapley *s = &shares->shapley;
    for (size_t o = 0; o < s->outputs; o++) {
        use(shares, &(struct row){ROW_NONE, o, 0, 0, shapley_none(s, o)}, state);
        use(shares, &(struct row){ROW_ALL, o, 0, 0, shapley_all(s, o)}, state);
        for (size_t i = 0; i < s->players; i++)
            use(shares, &(struct row){ROW_SHARE, o, i, 0, shapley_share(s, o, i)}, state);
        for (size_t i = 0; i < s->players; i++)
            for (size_t j = i + 1; j < s->players; j++)
                use(shares, &(struct row){ROW_PAIR, o, i, j, shapley_pair(s, o, i, j)}, state);
    }
}

static const char *mechanism_name(const struct shares *shares, const struct row *row, bool second)
{
    bool has = second ? row->kind == ROW_PAIR : row->kind >= ROW_SHARE;
    return has ? shares->what->mechanism[second ? row->other : row->one].name : "";
}

/* A date is one in the rows of what is shared out, a number of years in those of shares. */
static const char *row_unit(const struct shares *shares, const struct row *row)
{
    const struct fact_target *target = &shares->targets[shares->shapley.coalitions - 1].target[row->output];
    return row->kind <= ROW_ALL && is_date(target) ? "date" : shares->unit[row->output];
}

static const char *output_name(const struct shares *shares, size_t output)
{
    return shares->what->output[output].name;
}

static void dat_row(const struct shares *shares, const struct row *row, void *state)
{
    struct dat *dat = state;
    const struct estimate *e = &row->estimate;
    const char *const texts[] = {output_name(shares, row->output), row_unit(shares, row), kind_names[row->kind],
                                 mechanism_name(shares, row, false), mechanism_name(shares, row, true)};
    const double numbers[] = {e->mean, e->se, e->low, e->high, e->n};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        dat_text(dat, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        dat_number(dat, numbers[i]);
    dat_end_row(dat);
}

static void csv_row(const struct shares *shares, const struct row *row, void *state)
{
    FILE *to = state;
    char text[NUMBER_TEXT_BYTES];
    const struct estimate *e = &row->estimate;
    const char *const texts[] = {output_name(shares, row->output), row_unit(shares, row), kind_names[row->kind],
                                 mechanism_name(shares, row, false), mechanism_name(shares, row, true)};
    const double numbers[] = {e->mean, e->se, e->low, e->high, e->n};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fputs(i ? "," : "", to);
        csv_text(to, texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        fprintf(to, ",%s", number_text(numbers[i], text));
    putc('\n', to);
}

/* ---- Files ---- */

static void write_dat(const struct shares *shares, FILE *to)
{
    struct arena arena = {0};
    struct dat dat = {.to = to};
    dat_remark(&dat, "program", "iccsim " ICCSIM_VERSION);
    dat_remark(&dat, "scenario", scenario_name(shares->base->scenario));
    dat_remark(&dat, "seed", arena_printf(&arena, "%" PRIu64, shares->base->seed));
    dat_remark(&dat, "replications", arena_printf(&arena, "%" PRIu32, shares->base->ensemble.done));
    dat_remark(
        &dat, "share",
        "Shapley value: contribution averaged over all orders of switching on; low and high: 95 % interval (Student)");
    dat_remark(&dat, "interaction", "how much one's contribution rises by the other's presence (Grabisch and Roubens)");
    dat_remark(&dat, "gap",
               arena_printf(&arena, "shares add up to all_on less all_off within %.2g of the largest number",
                            shares->shapley.largest_gap));
    dat_word(&dat, "output unit kind mechanism with mean se low high n");
    dat_end_row(&dat);
    each_row(shares, dat_row, &dat);
    arena_free(&arena);
}

static void write_csv(const struct shares *shares, FILE *to)
{
    fputs("output,unit,kind,mechanism,with,mean,se,low,high,n\n", to);
    each_row(shares, csv_row, to);
}

enum { OUTPUT_COLUMNS = 34, HEAD_COLUMNS = 44, MECHANISM_COLUMNS = 22 }; /* that the picture has room for */

/* What a panel of the picture spans: all intervals, and zero. */
struct span {
    double low, high, scale;
    const char *prefix;
};

/* A part of a whole, which the picture has in percent. */
static bool is_percent(const struct shares *shares, size_t output)
{
    const struct channel *channel = shares->targets[0].target[output].channel;
    return channel && (channel->output->share || channel->output->percent);
}

static struct span span_of(const struct shares *shares, size_t output)
{
    struct span span = {0, 0, 1, ""};
    for (size_t i = 0; i < shares->what->mechanism_count; i++) {
        struct estimate e = shapley_share(&shares->shapley, output, i);
        span.low = fmin(span.low, fmin(e.mean, e.low)); /* NaN is passed over */
        span.high = fmax(span.high, fmax(e.mean, e.high));
    }
    double largest = fmax(-span.low, span.high);
    if (is_percent(shares, output))
        span.scale = 0.01, span.prefix = "%";
    else if (largest >= 1e9)
        span.scale = 1e9, span.prefix = "billion ";
    else if (largest >= 1e6)
        span.scale = 1e6, span.prefix = "million ";
    else if (largest >= 1e4)
        span.scale = 1e3, span.prefix = "thousand ";
    return span;
}

/* `billion CNY: 3.1 off, 4.2 on`: what is above a panel. */
static const char *panel_head(const struct shares *shares, size_t output, const struct span *span, struct arena *arena)
{
    char off[SHORT_NUMBER_BYTES], on[SHORT_NUMBER_BYTES];
    const char *unit = row_unit(shares, &(struct row){.kind = ROW_ALL, .output = output});
    bool bare = !*span->prefix && !*shares->unit[output];
    double factor = is_percent(shares, output) ? 1 / span->scale : 1;
    return arena_printf(arena, "%s%s%s%s off, %s on", span->prefix, shares->unit[output], bare ? "" : ": ",
                        short_quantity(factor * shapley_none(&shares->shapley, output).mean, unit, off),
                        short_quantity(factor * shapley_all(&shares->shapley, output).mean, unit, on));
}

static void assign_panels(const struct shares *shares, FILE *to, struct arena *arena)
{
    size_t count = shares->what->output_count;
    const char **name = arena_array(arena, count, sizeof *name), **head = arena_array(arena, count, sizeof *head);
    double *scale = arena_array(arena, count, sizeof *scale), *low = arena_array(arena, count, sizeof *low),
           *high = arena_array(arena, count, sizeof *high);
    for (size_t o = 0; o < count; o++) {
        struct span span = span_of(shares, o);
        name[o] = output_name(shares, o);
        head[o] = panel_head(shares, o, &span, arena);
        scale[o] = span.scale;
        low[o] = span.low / span.scale;
        high[o] = span.high / span.scale;
    }
    gnuplot_assign_number(to, "attributed_outputs", (double)count);
    gnuplot_assign_labels(to, "attributed_output", name, count, OUTPUT_COLUMNS);
    gnuplot_assign_labels(to, "attributed_head", head, count, HEAD_COLUMNS);
    gnuplot_assign_numbers(to, "attributed_scale", scale, count);
    gnuplot_assign_numbers(to, "attributed_low", low, count);
    gnuplot_assign_numbers(to, "attributed_high", high, count);
}

static void write_context(const struct shares *shares, FILE *to)
{
    struct arena arena = {0};
    size_t count = shares->what->mechanism_count;
    const char **label = arena_array(&arena, count, sizeof *label);
    for (size_t i = 0; i < count; i++)
        label[i] = shares->what->mechanism[i].label;
    fputs("# What the script of attribution.svg needs to know.\n", to);
    assign_panels(shares, to, &arena);
    gnuplot_assign_number(to, "attributed_mechanisms", (double)count);
    gnuplot_assign_labels(to, "mechanism_label", label, count, MECHANISM_COLUMNS);
    arena_free(&arena);
}

void shares_write(const struct shares *shares, struct stage *stage)
{
    static const struct {
        const char *name;
        void (*write)(const struct shares *shares, FILE *to);
    } files[] = {
        {"attribution.dat", write_dat}, {"attribution.csv", write_csv}, {"attribution_context.gp", write_context}};
    for (size_t i = 0; shares->what && i < sizeof files / sizeof *files; i++) {
        FILE *to = stage_file(stage, "%s", files[i].name);
        files[i].write(shares, to);
        stage_close_file(stage, to);
    }
}

/* ---- For people ---- */

/* What a number of an output is multiplied by for readers: shares are told in percent. */
static double shown_factor(const struct shares *shares, size_t output)
{
    return is_percent(shares, output) ? 100 : 1;
}

static const char *with_interval(struct arena *arena, const struct estimate *e, double factor)
{
    char text[AMOUNT_BAND_BYTES];
    if (e->n < 1)
        return "-";
    return arena_text(arena, e->n < 2 ? amount_text(factor * e->mean, text)
                                      : amount_band(factor * e->mean, factor * e->low, factor * e->high, text));
}

/* Mechanisms as rows, outputs as columns; what all of them together did, as first and last rows. */
static struct listing table_of(const struct shares *shares, struct arena *arena)
{
    const struct shapley *s = &shares->shapley;
    struct listing listing = {.columns = 1 + s->outputs};
    char text[SHORT_NUMBER_BYTES];
    listing_add(&listing, "share (95 %%)");
    for (size_t o = 0; o < s->outputs; o++)
        listing_add(&listing, "%s%s%s", output_name(shares, o), is_percent(shares, o) || *shares->unit[o] ? ", " : "",
                    is_percent(shares, o) ? "%" : shares->unit[o]);
    for (int on = 0; on <= 1; on++) {
        listing_add(&listing, on ? "all on" : "all off");
        for (size_t o = 0; o < s->outputs; o++) {
            struct estimate e = on ? shapley_all(s, o) : shapley_none(s, o);
            const struct row row = {.kind = ROW_ALL, .output = o};
            listing_add(&listing, "%s",
                        e.n < 1 ? "-" : short_quantity(shown_factor(shares, o) * e.mean, row_unit(shares, &row), text));
        }
        for (size_t i = 0; !on && i < s->players; i++) {
            listing_add(&listing, "%s", shares->what->mechanism[i].label);
            for (size_t o = 0; o < s->outputs; o++) {
                struct estimate e = shapley_share(s, o, i);
                listing_add(&listing, "%s", with_interval(arena, &e, shown_factor(shares, o)));
            }
        }
    }
    listing_add(&listing, "in replications");
    for (size_t o = 0; o < s->outputs; o++)
        listing_add(&listing, "%.0f", shapley_gain(s, o).n);
    return listing;
}

/* Pairs whose interval leaves zero out, in the order of the file; returns how many are written. */
static size_t print_pairs(const struct shares *shares, FILE *to)
{
    const struct shapley *s = &shares->shapley;
    struct arena arena = {0};
    struct listing listing = {.columns = 4};
    static const char *const header[] = {"interaction (95 %)", "with", "output", "by which one adds to the other"};
    size_t told = 0;
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t o = 0; o < s->outputs; o++)
        for (size_t i = 0; i < s->players; i++)
            for (size_t j = i + 1; j < s->players; j++) {
                struct estimate e = shapley_pair(s, o, i, j);
                if (!(e.low > 0 || e.high < 0))
                    continue;
                told++;
                listing_add(&listing, "%s", shares->what->mechanism[i].label);
                listing_add(&listing, "%s", shares->what->mechanism[j].label);
                listing_add(&listing, "%s", output_name(shares, o));
                listing_add(&listing, "%s", with_interval(&arena, &e, shown_factor(shares, o)));
            }
    if (told) {
        putc('\n', to);
        listing_print(&listing, to, false);
    }
    listing_free(&listing);
    arena_free(&arena);
    return told;
}

void shares_print(const struct shares *shares, FILE *to)
{
    struct arena arena = {0};
    if (!shares->what)
        return;
    struct listing listing = table_of(shares, &arena);
    fprintf(
        to,
        "\nattribution: Shapley values over %zu combinations of %zu mechanisms; shares add up to all on less all off "
        "within %.1g\n\n",
        shares->shapley.coalitions, shares->shapley.players, shares->shapley.largest_gap);
    listing_print(&listing, to, false);
    if (!print_pairs(shares, to))
        fputs("\nno two mechanisms interact beyond their interval\n", to);
    listing_free(&listing);
    arena_free(&arena);
}

static void json_estimate(struct json *json, const struct estimate *e)
{
    json_number(json, "mean", e->mean);
    json_number(json, "se", e->se);
    json_number(json, "low", e->low);
    json_number(json, "high", e->high);
    json_number(json, "n", e->n);
}

static void json_row(const struct shares *shares, const struct row *row, void *state)
{
    struct json *json = state;
    json_open(json, NULL, '{');
    json_text(json, "output", output_name(shares, row->output));
    json_text(json, "unit", row_unit(shares, row));
    json_text(json, "kind", kind_names[row->kind]);
    if (row->kind >= ROW_SHARE)
        json_text(json, "mechanism", mechanism_name(shares, row, false));
    if (row->kind == ROW_PAIR)
        json_text(json, "with", mechanism_name(shares, row, true));
    json_estimate(json, &row->estimate);
    json_close(json, '}');
}

void shares_json(const struct shares *shares, struct json *json)
{
    json_open(json, "attribution", '[');
    each_row(shares, json_row, json);
    json_close(json, ']');
}

void shares_report(const struct shares *shares, struct report *report, struct arena *arena)
{
    struct listing listing = table_of(shares, arena);
    struct report_table *tables = arena_array(arena, report->table_count + 1, sizeof *tables);
    const char **cells = arena_array(arena, listing.count, sizeof *cells);
    const char **columns = arena_array(arena, listing.columns, sizeof *columns);
    for (size_t i = 0; i < listing.count; i++)
        cells[i] = arena_text(arena, listing.cell[i]);
    for (size_t i = 0; i < listing.columns; i++)
        columns[i] = arena_printf(arena, "%s%s", i ? "|" : "", i ? cells[i] : "mechanism");
    if (report->table_count)
        memcpy(tables, report->tables, report->table_count * sizeof *tables);
    tables[report->table_count] = (struct report_table){
        .title = "What did it",
        .note =
            "Each mechanism's share of the way from all off to all on: its contribution averaged over all orders of "
            "switching on (Shapley value), mean over replications on common random numbers and 95 % interval.",
        .columns = columns,
        .column_count = listing.columns,
        .row_count = listing.count / listing.columns - 1,
        .cells = cells + listing.columns,
    };
    report->tables = tables;
    report->table_count++;
    listing_free(&listing);
}
