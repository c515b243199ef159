/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision on the terminal, in files, in summary.json and in the report: the same numbers from the same tables. */
#include "decision_numbers.h"
#include "finding.h"

#include "sim/base/csv.h"
#include "sim/base/dates.h"
#include "sim/base/det.h"
#include "sim/output/amount.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/listing.h"

#include <math.h>
#include <string.h>

/* -- texts --------------------------------------------------------------------------------------------------------- */

static const char *span(struct arena *arena, struct amount_scale scale, struct estimate e)
{
    char text[AMOUNT_BAND_BYTES];
    return arena_text(arena, amount_scaled_band(scale, e.value, e.low, e.high, text));
}

/* `|present cost, million CNY`: what a column of amounts holds, and in what, said once. */
static const char *money_heading(const struct decision *d, const char *what, struct amount_scale scale,
                                 struct arena *arena)
{
    return arena_printf(arena, "|%s, %s%s", what, scale.word, d->currency);
}

static const char *percent(struct arena *arena, double share)
{
    return isnan(share) ? "-" : arena_printf(arena, "%.1f %%", 100 * share);
}

static const char *percents(struct arena *arena, struct estimate e)
{
    return arena_printf(arena, "%.1f %% (%.1f to %.1f)", 100 * e.value, 100 * e.low, 100 * e.high);
}

/* A break-even use beyond full use, or below none, is never reached. */
static const char *use_text(struct arena *arena, struct estimate e)
{
    if (isnan(e.value) || e.value > 1)
        return "never";
    return e.value < 0 ? "always" : percents(arena, e);
}

static const char *irr_text(struct arena *arena, const struct ownership *o)
{
    if (o->irr_count == 0)
        return "none";
    if (o->irr_count == 1)
        return percent(arena, o->irr[0]);
    return arena_printf(arena, "not unique (%zu)", o->irr_count);
}

static const char *day(struct arena *arena, double year)
{
    char text[DATE_TEXT_BYTES];
    return arena_printf(arena, "%.7s", date_text(year, text));
}

static const char *reference_name(const struct decision *d)
{
    return scenario_row_label(d->outcome->scenario, "generations", (size_t)d->settings->reference);
}

/* -- the two tables, as cells -------------------------------------------------------------------------------------- */

struct table_of_words {
    const char **header;
    size_t columns, rows, room; /* room: for so many columns */
    const char **cell;
};

static struct table_of_words new_table(size_t columns, size_t rows, struct arena *arena)
{
    return (struct table_of_words){.header = arena_array(arena, columns, sizeof(const char *)),
                                   .cell = arena_array(arena, columns * rows, sizeof(const char *)),
                                   .rows = rows,
                                   .room = columns};
}

static void add_column(struct table_of_words *t, const char *header)
{
    t->header[t->columns++] = header;
}

/* Of the column added last. */
static const char **cell_at(struct table_of_words *t, size_t row)
{
    return &t->cell[row * t->room + t->columns - 1];
}

static bool counts_tokens(const struct decision *d)
{
    return !isnan(d->settings->tokens_per_p_hour);
}

static const char *never_text(struct arena *arena, const struct choice *c)
{
    return arena_printf(arena, "never ordered in %.0f %%", 100 * c->never);
}

enum { CHOICE_COLUMNS = 9, AMOUNT_DIGITS = 3 };

/* Those of table_of_words that hold amounts. */
struct money_column {
    const char *what;
    size_t offset; /* of a struct estimate in struct choice, or of its number alone */
    bool is_band, is_of_orders; /* is_of_orders: waiting places none, so it has no such number of its own */
};

static struct estimate estimate_at(const struct decision *d, size_t i, const struct money_column *column)
{
    const void *at = (const char *)&d->choice[i] + column->offset;
    if (column->is_of_orders && i == d->waits)
        return (struct estimate){(double)NAN, (double)NAN, (double)NAN};
    return column->is_band ? *(const struct estimate *)at
                           : (struct estimate){*(const double *)at, (double)NAN, (double)NAN};
}

/* All amounts of a column in one scale, that of its largest; costs and their tails in that of costs. */
static void add_money(const struct decision *d, struct table_of_words *t, struct money_column column,
                      struct arena *arena)
{
    struct money_column scaled = column;
    double largest = 0;
    if (column.offset == offsetof(struct choice, cvar))
        scaled.offset = offsetof(struct choice, cost);
    for (size_t i = 0; i < t->rows; i++)
        largest = fmax(largest, fabs(estimate_at(d, i, &scaled).value)); /* which leaves NaN out */
    struct amount_scale scale = amount_scale(largest, AMOUNT_DIGITS);
    add_column(t, money_heading(d, column.what, scale, arena));
    for (size_t i = 0; i < t->rows; i++)
        *cell_at(t, i) = span(arena, scale, estimate_at(d, i, &column));
}

static struct table_of_words choices_table(const struct decision *d, struct arena *arena)
{
    static const struct money_column of_cost[] = {
        {"present cost", offsetof(struct choice, cost), true, false},
        {"of the dearest 5 %", offsetof(struct choice, cvar), true, false},
        {"financing saves", offsetof(struct choice, financing), false, true},
        {"a P-hour before tax", offsetof(struct choice, per_p_hour), true, false},
        {"a card-hour before tax", offsetof(struct choice, per_card_hour), true, false}};
    static const struct money_column regret = {"hindsight regret", offsetof(struct choice, regret), false, false},
                                     mtoken = {"a million tokens before tax", offsetof(struct choice, per_mtoken), true,
                                               false};
    struct table_of_words t = new_table(CHOICE_COLUMNS - !counts_tokens(d), d->choices, arena);
    add_column(&t, "alternative");
    for (size_t i = 0; i < t.rows; i++)
        *cell_at(&t, i) = d->choice[i].label;
    for (size_t k = 0; k < sizeof of_cost / sizeof *of_cost; k++)
        add_money(d, &t, of_cost[k], arena);
    add_column(&t, "|cheapest in");
    for (size_t i = 0; i < t.rows; i++)
        *cell_at(&t, i) = d->choice[i].ranked ? percents(arena, d->choice[i].best) : never_text(arena, &d->choice[i]);
    add_money(d, &t, regret, arena);
    if (counts_tokens(d))
        add_money(d, &t, mtoken, arena);
    return t;
}

static struct table_of_words owners_table(const struct decision *d, struct arena *arena)
{
    static const char *const header[] = {"owning against renting by the hour",
                                         "|break-even use",
                                         NULL, /* the rent, with the currency */
                                         "|break-even price",
                                         "|payback, years",
                                         "|IRR, a year",
                                         "|MIRR, a year"};
    enum { COLUMNS = sizeof header / sizeof *header };
    struct table_of_words t = new_table(COLUMNS, d->owners, arena);
    for (size_t k = 0; k < COLUMNS; k++)
        add_column(&t, header[k] ? header[k]
                                 : arena_printf(arena, "|break-even rent before tax, %s a card-hour", d->currency));
    for (size_t i = 0; i < t.rows; i++) {
        const struct ownership *o = &d->owner[i];
        const char **cell = t.cell + i * COLUMNS;
        *cell++ = o->choice->label;
        *cell++ = use_text(arena, o->use);
        *cell++ = span(arena, amount_scale(o->rent.value, AMOUNT_DIGITS), o->rent);
        *cell++ = isnan(o->price) ? "never" : arena_printf(arena, "%.0f %% of today's", 100 * o->price);
        *cell++ = isnan(o->payback_yr) ? "never" : arena_printf(arena, "%.1f", o->payback_yr);
        *cell++ = irr_text(arena, o);
        *cell++ = percent(arena, o->mirr);
    }
    return t;
}

/* -- sentences ----------------------------------------------------------------------------------------------------- */

static const char *heading(const struct decision *d, struct arena *arena)
{
    const struct planner_settings *s = d->settings;
    if (!d->choice)
        return arena_printf(arena, "Decision of %s for %.3g years", day(arena, s->start), planner_horizon(s));
    return arena_printf(arena,
                        "Decision of %s for %.3g years: %s P effective at the peak, %.0f %% of it in use on average",
                        day(arena, s->start), planner_horizon(s),
                        number_in_words(d->need[TRAINING] + d->need[INFERENCE], arena), 100 * d->use);
}

/* `USD (of 7.17 CNY, the rate of 2025-07)` */
static const char *currency_text(const struct decision *d, struct arena *arena)
{
    char rate[SHORT_NUMBER_BYTES];
    if (d->cny_per_unit == 1)
        return d->currency;
    return arena_printf(arena, "%s (of %s CNY, the rate of %s)", d->currency, short_number(d->cny_per_unit, rate),
                        day(arena, d->settings->start));
}

static const char *how_to_read(const struct decision *d, struct arena *arena)
{
    return arena_printf(arena,
                        "Present values at %s in %s, after tax, financing included, with 95 %% intervals over %zu "
                        "replications. An hour is told before income tax: its present cost over one less the tax "
                        "rate; value added tax that is not credited is in it. Card-hours are those of a %s. "
                        "All alternatives deliver the same effective P-hours. Cheapest in: share of replications. "
                        "Hindsight regret: cost beyond the "
                        "cheapest of the same replication, which nobody knows beforehand.",
                        day(arena, d->settings->start), currency_text(d, arena), d->kept, reference_name(d));
}

/* `108 million CNY (-30.9 million to 246 million)`. */
static const char *amount_in_words(const struct decision *d, struct estimate e, struct arena *arena)
{
    const char *amount = arena_printf(arena, "%s %s", number_in_words(e.value, arena), d->currency);
    return isfinite(e.low) && e.low < e.high
               ? arena_printf(arena, "%s (%s to %s)", amount, number_in_words(e.low, arena),
                              number_in_words(e.high, arena))
               : amount;
}

static const char *verdict(const struct decision *d, struct arena *arena)
{
    if (d->best >= d->choices)
        return "Nothing can be ranked: no order is placed.";
    const struct choice *best = &d->choice[d->best];
    const char *text = arena_printf(
        arena, "\"%s\" has the least expected cost, %s %s, and is the cheapest in %.0f %% of the replications",
        best->label, number_in_words(best->cost.value, arena), d->currency, 100 * best->best.value);
    if (d->second >= d->choices)
        return arena_printf(arena, "%s.", text);
    return arena_printf(arena, "%s; its lead over \"%s\" is %s%s.", text, d->choice[d->second].label,
                        amount_in_words(d, d->lead, arena), d->lead.low > 0 ? "" : ", which is not significant");
}

/* Orders that are never placed, and ties; NULL: there are none. */
static const char *exceptions_text(const struct decision *d, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < d->choices; i++) {
        const struct choice *c = &d->choice[i];
        const char *before = *text ? " " : "";
        if (c->never > 0 && i != d->waits)
            text = arena_printf(arena, "%s%s%s is never ordered in %.0f %% of the replications%s.", text, before,
                                c->label, 100 * c->never, c->ranked ? "" : " and is not ranked");
        before = *text ? " " : "";
        if (c->tied > 0)
            text =
                arena_printf(arena, "%s%s%s ties with the cheapest in %.0f %%.", text, before, c->label, 100 * c->tied);
    }
    return *text ? text : NULL;
}

static const char *lease_text(const struct decision *d, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < d->choices; i++)
        if (i != d->waits && d->choice[i].lease > 0)
            text = arena_printf(arena, "%s%s%s %s %s%s", text, *text ? ", " : "", d->choice[i].label,
                                number_in_words(d->choice[i].lease, arena), d->currency,
                                d->row[i].term_yr <= 1 ? " (up to twelve months: may stay off)" : "");
    return *text ? arena_printf(
                       arena, "Lease liability and right-of-use asset at signing (IFRS 16, ASC 842, CAS 21): %s.", text)
                 : NULL;
}

static const char *target_text(const struct decision *d, struct arena *arena)
{
    const char *text = "";
    if (isnan(d->settings->target_irr_per_yr))
        return NULL;
    for (size_t i = 0; i < d->owners; i++) {
        const struct ownership *o = &d->owner[i];
        text = arena_printf(arena, "%s%s%s: price %s, rent %s, use %s", text, *text ? "; " : "", o->choice->label,
                            percent(arena, o->target_price), percent(arena, o->target_rent),
                            percent(arena, o->target_use));
    }
    return *text ? arena_printf(arena, "Owning returns %.1f %% a year if one of these is at that share of today's. %s.",
                                100 * det_expm1(d->settings->target_irr_per_yr), text)
                 : NULL;
}

/* What those who wait do, in order of frequency of date. */
static const char *waiting_text(const struct decision *d, struct arena *arena)
{
    if (d->waits >= d->choices)
        return NULL;
    const char *stops = "", *takes = "";
    for (size_t k = 1; k < d->dates; k++)
        stops = arena_printf(arena, "%s%s%s in %.0f %%", stops, *stops ? ", " : "", day(arena, d->date[k]),
                             100 * d->stops[k]);
    for (size_t i = 0; i < d->rows; i++)
        if (d->takes[i] > 0.005)
            takes = arena_printf(arena, "%s%s%s in %.0f %%", takes, *takes ? ", " : "", d->choice[i].label,
                                 100 * d->takes[i]);
    return arena_printf(arena,
                        "Value of waiting: %s against choosing at once by what is seen then (%s %s). A buyer that "
                        "waits decides on %s, and takes %s.",
                        amount_in_words(d, d->waiting, arena), number_in_words(d->at_once.value, arena), d->currency,
                        stops, takes);
}

static const char *owners_text(const struct decision *d, struct arena *arena)
{
    if (!d->owners)
        return NULL;
    const char *several = "";
    for (size_t i = 0; i < d->owners; i++)
        if (d->owner[i].irr_count > 1)
            several = arena_printf(arena,
                                   "%s Warning: the savings of %s change sign more than once and have %zu internal "
                                   "rates; none of them means anything.",
                                   several, d->owner[i].choice->label, d->owner[i].irr_count);
    return arena_printf(
        arena,
        "Against %s at %.3g %s a card-hour before tax, all told, and a mean use of %.0f %% of the peak. IRR and "
        "MIRR are of the expected "
        "savings after tax, unlevered, from report to report.%s",
        d->rented->label, d->rent, d->currency, 100 * d->use, several);
}

static const char *too_few = "Too few replications worked to decide on.";

/* -- terminal ------------------------------------------------------------------------------------------------------ */

static void print_table(const struct table_of_words *t, FILE *to)
{
    struct listing listing = {.columns = t->columns};
    for (size_t i = 0; i < t->columns; i++)
        listing_add(&listing, "%s", t->header[i] + (t->header[i][0] == '|'));
    for (size_t i = 0; i < t->columns * t->rows; i++)
        listing_add(&listing, "%s", t->cell[i]);
    listing_print(&listing, to, false);
    listing_free(&listing);
}

static void print_sentence(const char *text, FILE *to)
{
    enum { COLUMNS = 80 };
    size_t most = terminal_columns(to);
    if (text)
        print_wrapped(to, text, 0, most ? most : COLUMNS);
}

void decision_print(const struct decision *d, bool brief, FILE *to)
{
    struct arena arena = {0};
    const char *variant = d->outcome->variant;
    putc('\n', to);
    print_sentence(arena_printf(&arena, "%s%s%s", variant ? variant : "", variant ? ": " : "", heading(d, &arena)), to);
    if (!d->choice || brief) {
        print_sentence(d->choice ? verdict(d, &arena) : too_few, to);
        arena_free(&arena);
        return;
    }
    struct table_of_words choices = choices_table(d, &arena), owners = owners_table(d, &arena);
    print_table(&choices, to);
    const char *const sentences[] = {verdict(d, &arena), exceptions_text(d, &arena), waiting_text(d, &arena),
                                     target_text(d, &arena), lease_text(d, &arena)};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        print_sentence(sentences[i], to);
    if (d->owners) {
        putc('\n', to);
        print_table(&owners, to);
        print_sentence(owners_text(d, &arena), to);
    }
    arena_free(&arena);
}

/* -- files --------------------------------------------------------------------------------------------------------- */

static void write_csv(const struct decision *d, FILE *to)
{
    char text[NUMBER_TEXT_BYTES];
    fputs("alternative,label,currency", to);
    for (const struct decision_number *n = decision_of_choice; n->name; n++)
        fprintf(to, ",%s", n->name);
    for (const struct decision_number *n = decision_of_owner; n->name; n++)
        fprintf(to, ",%s", n->name);
    fputs(",irr_count,irr\n", to);
    for (size_t i = 0; d->choice && i < d->choices; i++) {
        const struct choice *c = &d->choice[i];
        const struct ownership *o = decision_owner_of(d, c);
        fprintf(to, "%s,", c->name);
        csv_text(to, c->label);
        fprintf(to, ",%s", d->currency);
        for (const struct decision_number *n = decision_of_choice; n->name; n++)
            fprintf(to, ",%s", number_text(decision_number_at(c, n), text));
        for (const struct decision_number *n = decision_of_owner; n->name; n++)
            fprintf(to, ",%s", o ? number_text(decision_number_at(o, n), text) : "");
        fprintf(to, ",%.0f,%s\n", o ? (double)o->irr_count : 0.,
                o && o->irr_count == 1 ? number_text(o->irr[0], text) : "");
    }
}

static void write_choices(const struct decision *d, FILE *to)
{
    struct dat dat = {.to = to};
    dat_remark(&dat, "currency", d->currency);
    dat_word(&dat, "name label");
    for (const struct decision_number *n = decision_of_choice; n->name; n++)
        dat_word(&dat, n->name);
    dat_end_row(&dat);
    for (size_t i = 0; i < d->choices; i++) {
        dat_word(&dat, d->choice[i].name);
        dat_text(&dat, d->choice[i].label);
        for (const struct decision_number *n = decision_of_choice; n->name; n++)
            dat_number(&dat, decision_number_at(&d->choice[i], n));
        dat_end_row(&dat);
    }
}

/* Rent at which owning breaks even, by use: a column an owner. */
static void write_frontier(const struct decision *d, FILE *to)
{
    enum { FIRST = 5, STEPS = 100 };
    struct dat dat = {.to = to};
    dat_word(&dat, "use");
    for (size_t i = 0; i < d->owners; i++)
        dat_word(&dat, d->owner[i].choice->name);
    dat_end_row(&dat);
    for (int k = FIRST; k <= STEPS; k++) {
        double use = (double)k / STEPS;
        dat_number(&dat, use);
        for (size_t i = 0; i < d->owners; i++)
            dat_number(&dat, decision_frontier_rent(d, &d->owner[i], use));
        dat_end_row(&dat);
    }
}

/* Names of those who own, as columns of frontier.dat. */
static const char *owner_names(const struct decision *d, struct arena *arena)
{
    const char *names = "";
    for (size_t i = 0; i < d->owners; i++)
        names = arena_printf(arena, "%s%s%s", names, i ? " " : "", d->owner[i].choice->name);
    return names;
}

/* What scripts of pictures need beside these. */
static void write_context(const struct decision *d, FILE *to)
{
    struct arena arena = {0};
    double most = 0;
    for (size_t i = 0; i < d->choices; i++)
        most = fmax(most, d->choice[i].cost.value); /* whose scale the table has too */
    bool is_large = most >= 1e9;
    gnuplot_assign_number(to, "plan_start", d->settings->start);
    gnuplot_assign_number(to, "plan_end", d->settings->start + planner_horizon(d->settings));
    gnuplot_assign_number(to, "plan_scale", is_large ? 1e9 : 1e6);
    gnuplot_assign_number(to, "plan_use", d->use);
    gnuplot_assign_number(to, "plan_rent", d->rent);
    gnuplot_assign_number(to, "plan_swing", d->settings->swing);
    gnuplot_assign_number(to, "plan_lead", paper_lead(d));
    gnuplot_assign_number(to, "plan_waits", d->waits < d->choices);
    gnuplot_assign_text(to, "plan_lead_words", paper_lead_words(d, &arena));
    gnuplot_assign_number(to, "plan_bars", LENSES_SWUNG / 2);
    gnuplot_assign_number(to, "plan_series_scale", (is_large ? 1e9 : 1e6) * d->cny_per_unit); /* series are in CNY */
    gnuplot_assign_text(to, "plan_unit", arena_printf(&arena, "%s %s", is_large ? "billion" : "million", d->currency));
    gnuplot_assign_text(to, "plan_currency", d->currency);
    gnuplot_assign_text(to, "plan_card", reference_name(d));
    gnuplot_assign_text(to, "plan_owners", owner_names(d, &arena));
    arena_free(&arena);
}

void decision_write(const struct decision *d, struct stage *stage, const char *folder)
{
    if (!d->choice)
        return;
    enum { ALWAYS, IF_OWNED, IF_COMPARED };
    static const struct {
        const char *name;
        void (*write)(const struct decision *d, FILE *to);
        int when;
    } files[] = {{"decision.csv", write_csv, ALWAYS},
                 {"decision/choices.dat", write_choices, ALWAYS},
                 {"decision/context.gp", write_context, ALWAYS},
                 {"cashflow.csv", paper_cashflow_csv, ALWAYS},
                 {"tornado.csv", paper_tornado_csv, ALWAYS},
                 {"decision/tornado.dat", paper_tornado_dat, IF_COMPARED},
                 {"decision/frontier.dat", write_frontier, IF_OWNED},
                 {"statement.csv", paper_statement_csv, IF_OWNED}};
    bool is_compared = !isnan(paper_lead(d));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if ((files[i].when == IF_OWNED && !d->owners) || (files[i].when == IF_COMPARED && !is_compared))
            continue;
        FILE *to = stage_file(stage, "%s%s", folder, files[i].name);
        files[i].write(d, to);
        stage_close_file(stage, to);
    }
}

/* -- summary.json -------------------------------------------------------------------------------------------------- */

static void json_numbers(struct json *json, const void *of, const struct decision_number *numbers)
{
    for (const struct decision_number *n = numbers; n->name; n++)
        json_number(json, n->name, decision_number_at(of, n));
}

static void json_estimate(struct json *json, const char *name, struct estimate e)
{
    json_open(json, name, '{');
    json_number(json, "value", e.value);
    json_number(json, "low", e.low);
    json_number(json, "high", e.high);
    json_close(json, '}');
}

static void json_owner(struct json *json, const struct ownership *o)
{
    json_open(json, "owning", '{');
    json_numbers(json, o, decision_of_owner);
    json_open(json, "irr", '[');
    if (o->irr_count == 1)
        json_number(json, NULL, o->irr[0]);
    json_close(json, ']');
    json_flag(json, "irr_is_unique", o->irr_count == 1);
    json_close(json, '}');
}

void decision_json(const struct decision *d, struct json *json)
{
    char date[DATE_TEXT_BYTES];
    if (!d->choice)
        return;
    json_open(json, "decision", '{');
    json_text(json, "start", date_text(d->settings->start, date));
    json_number(json, "horizon_yr", planner_horizon(d->settings));
    json_text(json, "currency", d->currency);
    json_number(json, "cny_per_unit", d->cny_per_unit);
    json_text(json, "least_expected_cost", d->best < d->choices ? d->choice[d->best].name : NULL);
    json_text(json, "second", d->best < d->choices && d->second < d->choices ? d->choice[d->second].name : NULL);
    json_estimate(json, "lead", d->lead);
    json_open(json, "alternatives", '{');
    for (size_t i = 0; i < d->choices; i++) {
        const struct ownership *o = decision_owner_of(d, &d->choice[i]);
        json_open(json, d->choice[i].name, '{');
        json_text(json, "label", d->choice[i].label);
        json_numbers(json, &d->choice[i], decision_of_choice);
        json_flag(json, "ranked", d->choice[i].ranked);
        if (o)
            json_owner(json, o);
        json_close(json, '}');
    }
    json_close(json, '}');
    paper_json(d, json);
    if (d->waits < d->choices) {
        json_estimate(json, "value_of_waiting", d->waiting);
        json_estimate(json, "cost_of_choosing_at_once", d->at_once);
    }
    json_close(json, '}');
}

const char *decision_finding(const struct decision *d, struct arena *arena)
{
    return d->choice ? verdict(d, arena) : NULL;
}

/* -- report.html --------------------------------------------------------------------------------------------------- */

static struct report_table report_table_of(const struct table_of_words *t, const char *title, const char *note)
{
    return (struct report_table){.title = title,
                                 .note = note,
                                 .columns = t->header,
                                 .column_count = t->columns,
                                 .cells = t->cell,
                                 .row_count = t->rows};
}

void decision_report(const struct decision *d, struct report *report, struct arena *arena)
{
    struct report_table *table = arena_array(arena, 2 + PAPER_TABLES, sizeof *table);
    if (!d->choice)
        return;
    struct table_of_words choices = choices_table(d, arena), owners = owners_table(d, arena);
    const char *const sentences[] = {exceptions_text(d, arena), waiting_text(d, arena), target_text(d, arena),
                                     lease_text(d, arena), how_to_read(d, arena)};
    const char *note = verdict(d, arena);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        note = sentences[i] ? arena_printf(arena, "%s %s", note, sentences[i]) : note;
    table[0] = report_table_of(&choices, heading(d, arena), note);
    table[1] = report_table_of(&owners, "Owning against renting", owners_text(d, arena));
    report->tables = table;
    report->table_count = d->owners ? 2 : 1;
    report->table_count += paper_tables(d, arena, table + report->table_count);
}
