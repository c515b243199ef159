/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensitivity as tables, sentences and what pictures read. */
#include "sensitivity.h"

#include "sim/base/csv.h"
#include "sim/base/text.h"
#include "sim/output/amount.h"
#include "sim/output/dat.h"
#include "sim/output/gnuplot.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const method_names[] = {
    [METHOD_FIRST] = "first",       [METHOD_TOTAL] = "total",     [METHOD_RANK] = "rank",
    [METHOD_MU_STAR] = "mu_star",   [METHOD_MU] = "mu",           [METHOD_SIGMA] = "sigma",
    [METHOD_EVIDENCE] = "evidence", [METHOD_TORNADO] = "tornado", [METHOD_FLIP] = "flip"};

bool sensitivity_is_screening(const struct sensitivity *s)
{
    return !strcmp(s->design, "morris");
}

/* ---- The table of all ---- */

static void put_number(FILE *to, double number)
{
    char text[NUMBER_TEXT_BYTES];
    putc(',', to);
    if (isfinite(number))
        fputs(number_text(number, text), to);
}

void sensitivity_csv(const struct sensitivity *s, FILE *to)
{
    fputs("measure,parameter,method,index,low,high,confidence\n", to);
    for (size_t m = 0; m < s->count; m++)
        for (size_t i = 0; i < s->measure[m].count; i++) {
            const struct sensitivity_row *row = &s->measure[m].row[i];
            csv_text(to, s->measure[m].name);
            putc(',', to);
            csv_text(to, row->name);
            fprintf(to, ",%s", method_names[row->method]);
            put_number(to, row->index.value);
            put_number(to, row->index.low);
            put_number(to, row->index.high);
            fprintf(to, ",%s\n", row->kind == KIND_PARAMETER && !*row->confidence ? "none" : row->confidence);
        }
}

/* ---- The largest of a measure ---- */

static double size_of(const struct sensitivity_row *row)
{
    return isnan(row->index.value) ? -HUGE_VAL : row->index.value;
}

static int by_size(const void *a, const void *b)
{
    const struct sensitivity_row *one = *(const struct sensitivity_row *const *)a,
                                 *other = *(const struct sensitivity_row *const *)b;
    if (size_of(one) != size_of(other))
        return size_of(one) > size_of(other) ? -1 : 1;
    return one < other ? -1 : one > other; /* as they stand */
}

/* Parameters by what `method` says of them, the largest first. */
static size_t largest(const struct sensitivity_measure *m, enum sensitivity_method method, bool members,
                      struct arena *arena, const struct sensitivity_row ***rows)
{
    size_t count = 0;
    *rows = arena_array(arena, m->count, sizeof **rows);
    for (size_t i = 0; i < m->count; i++) {
        const struct sensitivity_row *row = &m->row[i];
        if (row->kind == KIND_PARAMETER && row->method == method && row->member == members)
            (*rows)[count++] = row;
    }
    qsort(*rows, count, sizeof **rows, by_size);
    return count;
}

static enum sensitivity_method main_method(const struct sensitivity *s)
{
    return sensitivity_is_screening(s) ? METHOD_MU_STAR : METHOD_FIRST;
}

static const struct sensitivity_row *row_of_kind(const struct sensitivity_measure *m, enum sensitivity_kind kind)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->row[i].kind == kind)
            return &m->row[i];
    return NULL;
}

static const struct sensitivity_row *same_by(const struct sensitivity_measure *m, const struct sensitivity_row *of,
                                             enum sensitivity_method method)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->row[i].method == method && m->row[i].kind == of->kind && !strcmp(m->row[i].name, of->name))
            return &m->row[i];
    return NULL;
}

/* ---- Words ---- */

/* Shares are shown from 0 to 100 %: the estimate of a share of nothing is as often below 0 as above. */
static double shown_share(double share)
{
    return isnan(share) ? share : round(100 * fmin(fmax(share, 0), 1));
}

static const char *share_text(struct arena *arena, const struct bounded *b)
{
    if (isnan(b->value))
        return "-";
    if (isnan(b->low))
        return arena_printf(arena, "%.0f %%", shown_share(b->value));
    return arena_printf(arena, "%.0f %% (%.0f to %.0f)", shown_share(b->value), shown_share(b->low),
                        shown_share(b->high));
}

static const char *number_cell(struct arena *arena, const struct bounded *b)
{
    char text[AMOUNT_BAND_BYTES];
    return arena_text(arena, amount_band(b->value, b->low, b->high, text));
}

static const char *rank_text(struct arena *arena, const struct sensitivity_row *row)
{
    if (!row || isnan(row->index.value))
        return "-";
    return arena_printf(arena, "%+.2f (%+.2f to %+.2f)", row->index.value, row->index.low, row->index.high);
}

static const char *confidence_text(const struct sensitivity_row *row)
{
    return *row->confidence ? row->confidence : "none";
}

/* What weak evidence carries: sources of confidence C, and none; NULL: unknown. With the interval if it is one of them. */
static const char *weak_text(const struct sensitivity_measure *m, struct arena *arena)
{
    struct bounded weak = {0};
    size_t kinds = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct sensitivity_row *row = &m->row[i];
        bool is_weak = row->kind == KIND_CONFIDENCE && (!strcmp(row->name, "C") || !strcmp(row->name, "none"));
        if (row->kind == KIND_CONFIDENCE && isnan(row->index.value))
            return NULL;
        if (is_weak)
            weak = kinds++ ? (struct bounded){weak.value + row->index.value, (double)NAN, (double)NAN} : row->index;
    }
    return row_of_kind(m, KIND_CONFIDENCE) ? share_text(arena, &weak) : NULL;
}

/* Of differences. */
static const char *unit_of(const struct sensitivity_measure *m)
{
    return m->is_logarithm ? "" : strcmp(m->unit, "date") ? m->unit : "years";
}

static const char *index_text(const struct sensitivity *s, const struct sensitivity_measure *m,
                              const struct sensitivity_row *row, struct arena *arena)
{
    char text[AMOUNT_BYTES];
    if (!sensitivity_is_screening(s))
        return share_text(arena, &row->index);
    const char *unit = unit_of(m);
    return arena_printf(arena, "%s%s%s", amount_text(row->index.value, text), *unit ? " " : "", unit);
}

/* Surely more than nothing. Of many shares of noise some intervals leave nothing out: the more parameters there are, the
 * farther (Bonferroni). */
static bool stands_out(const struct sensitivity *s, const struct sensitivity_row *row)
{
    static const double tail = 0.025, seen = 0.005; /* what is not printed as 0 % */
    if (!sensitivity_is_screening(s) && row->index.value < seen)
        return false;
    if (sensitivity_is_screening(s) || s->parameters < 2)
        return row->index.low > 0;
    double reach = gsl_cdf_ugaussian_Qinv(tail / (double)s->parameters) / gsl_cdf_ugaussian_Qinv(tail);
    return row->index.value - reach * (row->index.value - row->index.low) > 0;
}

/* For people: what a parameter is, not where it stands. */
static const char *words_of(const struct sensitivity_row *row)
{
    return row->words ? row->words : row->label;
}

/* `usage 41 % (35 to 47), prices 12 % (9 to 15)`: those that stand out, three at most. */
static const char *drivers(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    enum { MOST = 3 };
    const struct sensitivity_row **row;
    const char *text = "";
    size_t count = largest(m, main_method(s), false, arena, &row), told = 0;
    for (size_t i = 0; i < count && told < MOST; i++)
        if (stands_out(s, row[i]))
            text = arena_printf(arena, "%s%s%s %s", text, told++ ? ", " : "", words_of(row[i]),
                                index_text(s, m, row[i], arena));
    bool varies = count && !isnan(row[0]->index.value) && (told || row[0]->index.high > 0);
    return told ? text : varies ? "no parameter stands out" : "nothing moves it";
}

/* `; luck 20 % (17 to 23), interactions 5 % (1 to 9)`. */
static const char *remainder_text(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    static const enum sensitivity_kind kinds[] = {KIND_LUCK, KIND_INTERACTIONS, KIND_REST};
    const char *text = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct sensitivity_row *row = row_of_kind(m, kinds[i]);
        if (row && !isnan(row->index.value))
            text =
                arena_printf(arena, "%s%s%s %s", text, *text ? ", " : "; ", row->label, index_text(s, m, row, arena));
    }
    return text;
}

const char *sensitivity_due_to(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    const char *weak = weak_text(m, arena);
    const char *evidence = weak ? arena_printf(arena, "; %s rests on sources of confidence C or none", weak) : "";
    return arena_printf(arena, "%s%s%s", drivers(s, m, arena), remainder_text(s, m, arena), evidence);
}

static const char *sentence(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    return arena_printf(arena, "Of %s: %s.", m->label, sensitivity_due_to(s, m, arena));
}

/* `43 % (37 to 49) is due to usage, 23 % (22 to 25) to luck`: the parameter that says most, and luck. */
static const char *shortest(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    const struct sensitivity_row **row, *luck = row_of_kind(m, KIND_LUCK);
    size_t count = largest(m, main_method(s), false, arena, &row), i = 0;
    while (i < count && !stands_out(s, row[i]))
        i++;
    const char *most = i < count
                           ? arena_printf(arena, "%s is due to %s", index_text(s, m, row[i], arena), words_of(row[i]))
                           : "no parameter stands out";
    if (!luck || isnan(luck->index.value))
        return most;
    return arena_printf(arena, "%s, %s%s to luck", most, index_text(s, m, luck, arena), i < count ? "" : " is due");
}

/* One sentence; tables have the rest. */
const char *sensitivity_finding(const struct sensitivity *s, struct arena *arena)
{
    bool is_screening = sensitivity_is_screening(s);
    const char *text =
        is_screening ? "What moves each measure when it moves by half of its distribution, twice that (mu*)." : "";
    for (size_t m = 0; m < s->shown; m++)
        text = is_screening ? arena_printf(arena, "%s %s", text, sentence(s, &s->measure[m], arena))
                            : arena_printf(arena, "%s%s %s, %s", text, m ? "; of that of" : "Of the variance of",
                                           s->measure[m].label, shortest(s, &s->measure[m], arena));
    return is_screening || !s->shown ? text : arena_printf(arena, "%s.", text);
}

/* ---- Notes ---- */

static double widest(const struct sensitivity *s)
{
    double width = 0;
    for (size_t m = 0; m < s->shown; m++)
        for (size_t i = 0; i < s->measure[m].count; i++) {
            const struct sensitivity_row *row = &s->measure[m].row[i];
            if (row->kind == KIND_CONFIDENCE || row->method == METHOD_FIRST)
                width = fmax(width, (row->index.high - row->index.low) / 2); /* NaN is passed over */
        }
    return width;
}

/* Intervals shrink with the square root of the rows. */
static const char *size_note(const struct sensitivity *s, struct arena *arena)
{
    static const double TOLERABLE = 0.1, HOPELESS = 0.5;
    enum { ENOUGH = 500 };
    double width = widest(s), factor = width * width / TOLERABLE / TOLERABLE;
    if (sensitivity_is_screening(s))
        return NULL;
    if (s->rows < LEAST_GIVEN_ROWS)
        return arena_printf(arena, "%zu rows are too few to share out a variance; at least %d are needed.", s->rows,
                            LEAST_GIVEN_ROWS);
    if (width <= TOLERABLE)
        return NULL;
    if (width > HOPELESS)
        return arena_printf(arena, "%zu rows are too few: most shares may be anything. %d say more.", s->rows, ENOUGH);
    return arena_printf(arena,
                        "%zu rows are few: shares are known within %.0f points. About %.0f would bring that to %.0f.",
                        s->rows, 100 * width, ceil((double)s->rows * factor / 100) * 100, 100 * TOLERABLE);
}

static size_t first_as_absent(const struct sensitivity *s, size_t m)
{
    size_t first = 0;
    while (s->measure[first].absent != s->measure[m].absent)
        first++;
    return first;
}

/* Of all measures that are missing as often as `m`. */
static const char *absence_note(const struct sensitivity *s, size_t m, struct arena *arena)
{
    const char *names = s->measure[m].label;
    bool several = false;
    for (size_t i = m + 1; i < s->shown; i++)
        if (s->measure[i].absent == s->measure[m].absent) {
            names = arena_printf(arena, "%s; %s", names, s->measure[i].label);
            several = true;
        }
    return arena_printf(arena, "Left out: %.3g %% of the replications, in which %s%s%s.", 100 * s->measure[m].absent,
                        several ? "these do not exist: " : "", names, several ? "" : " does not exist");
}

size_t sensitivity_notes(const struct sensitivity *s, struct arena *arena, const char **note)
{
    size_t count = 0;
    const char *size = size_note(s, arena);
    if (size)
        note[count++] = size;
    if (s->joint)
        note[count++] = "Some parameters are drawn together, so their shares overlap and need not add up to one.";
    if (s->failures)
        note[count++] = arena_printf(arena, "%zu replications failed (%.3g %%) and are left out; the first: %s.",
                                     s->failures, 100 * s->measure[0].failed, s->reason);
    for (size_t m = 0; m < s->shown; m++)
        if (s->measure[m].absent > 0 && first_as_absent(s, m) == m)
            note[count++] = absence_note(s, m, arena);
    return count;
}

/* ---- Tables ---- */

enum { MOST_ROWS = 14, MOST_MEMBERS = 8, MOST_PRINTED_ROWS = 6 };

struct table {
    struct arena *arena;
    const char **cell;
    size_t columns, rows;
    size_t most, most_members; /* parameters */
};

static void add_cells(struct table *t, const char *const *cell)
{
    for (size_t i = 0; i < t->columns; i++)
        t->cell[t->rows * t->columns + i] = cell[i];
    t->rows++;
}

/* Where it stands too, for those who go on to move it. */
static const char *label_in_table(const struct sensitivity_row *row, struct arena *arena)
{
    return row->words ? arena_printf(arena, "%s (%s)", row->words, row->name) : row->label;
}

enum { SHARE_COLUMNS = 5 };

static void add_share_row(struct table *t, const struct sensitivity_measure *m, const struct sensitivity_row *row,
                          const char *indent)
{
    const struct sensitivity_row *total = same_by(m, row, METHOD_TOTAL);
    bool is_parameter = row->kind == KIND_PARAMETER;
    const char *const cell[SHARE_COLUMNS] = {
        arena_printf(t->arena, "%s%s", indent, label_in_table(row, t->arena)), is_parameter ? confidence_text(row) : "",
        share_text(t->arena, &row->index), total ? share_text(t->arena, &total->index) : "",
        is_parameter ? rank_text(t->arena, same_by(m, row, METHOD_RANK)) : ""};
    add_cells(t, cell);
}

static void add_screening_row(struct table *t, const struct sensitivity_measure *m, const struct sensitivity_row *row)
{
    const struct sensitivity_row *mu = same_by(m, row, METHOD_MU), *sigma = same_by(m, row, METHOD_SIGMA);
    const char *const cell[SHARE_COLUMNS] = {
        label_in_table(row, t->arena), row->kind == KIND_PARAMETER ? confidence_text(row) : "",
        number_cell(t->arena, &row->index), mu ? number_cell(t->arena, &mu->index) : "",
        sigma ? number_cell(t->arena, &sigma->index) : ""};
    add_cells(t, cell);
}

static void add_measure_rows(const struct sensitivity *s, const struct sensitivity_measure *m, struct table *t)
{
    static const enum sensitivity_kind kinds[] = {KIND_LUCK, KIND_INTERACTIONS, KIND_REST};
    const struct sensitivity_row **row;
    bool screening = sensitivity_is_screening(s);
    size_t count = largest(m, main_method(s), false, t->arena, &row);
    for (size_t i = 0; i < count && i < t->most; i++)
        if (screening)
            add_screening_row(t, m, row[i]);
        else
            add_share_row(t, m, row[i], "");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct sensitivity_row *one = row_of_kind(m, kinds[i]);
        if (one && screening)
            add_screening_row(t, m, one);
        else if (one)
            add_share_row(t, m, one, "");
    }
    count = largest(m, METHOD_FIRST, true, t->arena, &row);
    for (size_t i = 0; i < count && i < t->most_members; i++)
        add_share_row(t, m, row[i], "of these, ");
}

static const char *const share_heads[SHARE_COLUMNS] = {"parameter", "confidence of its source",
                                                       "|share of the variance", "|with all it interacts with",
                                                       "|rank correlation"};
static const char *const screening_heads[SHARE_COLUMNS] = {"parameter", "confidence of its source", "|mu*", "|mu",
                                                           "|sigma"};

static struct report_table measure_table(const struct sensitivity *s, const struct sensitivity_measure *m, size_t most,
                                         size_t most_members, struct arena *arena)
{
    bool screening = sensitivity_is_screening(s);
    struct table t = {.arena = arena, .columns = SHARE_COLUMNS, .most = most, .most_members = most_members};
    t.cell = arena_array(arena, (most + most_members + 3) * SHARE_COLUMNS, sizeof *t.cell);
    add_measure_rows(s, m, &t);
    return (struct report_table){
        .title = arena_printf(arena, "What moves: %s%s", m->label, m->is_logarithm ? " (its logarithm)" : ""),
        .note = screening
                    ? "Effects of moving a parameter over half of its distribution, divided by that half; of a "
                      "group, of moving all its parameters. sigma: how much the effect hangs on the others."
                    : "Shares of the variance with their 95 % intervals. The share of a parameter is what would be "
                      "gone if it were known; luck is what differs between replications with the same parameters.",
        .columns = screening ? screening_heads : share_heads,
        .column_count = SHARE_COLUMNS,
        .cells = t.cell,
        .row_count = t.rows};
}

enum { EVIDENCE_COLUMNS = 2 + CONFIDENCES + 1 };

static void add_evidence_row(struct table *t, const struct sensitivity *s, const struct sensitivity_measure *m)
{
    const char *cell[EVIDENCE_COLUMNS] = {m->label, drivers(s, m, t->arena), "-", "-", "-", "-", ""};
    for (size_t i = 0; i < m->count; i++)
        if (m->row[i].kind == KIND_CONFIDENCE)
            cell[2 + sensitivity_confidence_of(m->row[i].name)] = share_text(t->arena, &m->row[i].index);
    const char *rest = remainder_text(s, m, t->arena);
    cell[2 + CONFIDENCES] = *rest ? rest + strlen("; ") : "-";
    add_cells(t, cell);
}

struct report_table sensitivity_evidence(const struct sensitivity *s, struct arena *arena)
{
    static const char *const heads[EVIDENCE_COLUMNS] = {"measure",    "due most to", "|sources A", "|sources B",
                                                        "|sources C", "|none",       "the rest"};
    const char *note[SENSITIVITY_NOTES];
    const char *text =
        "Shares of the variance by the confidence of the sources that the parameters rest on: A and B are "
        "good, C is judgement, none has no source. With 95 % intervals.";
    size_t notes = sensitivity_notes(s, arena, note);
    for (size_t i = 0; i < notes; i++)
        text = arena_printf(arena, "%s %s", text, note[i]);
    struct table t = {.arena = arena, .columns = EVIDENCE_COLUMNS};
    t.cell = arena_array(arena, s->shown * EVIDENCE_COLUMNS, sizeof *t.cell);
    for (size_t m = 0; m < s->shown; m++)
        add_evidence_row(&t, s, &s->measure[m]);
    return (struct report_table){.title = "On what evidence it rests",
                                 .note = text,
                                 .columns = heads,
                                 .column_count = EVIDENCE_COLUMNS,
                                 .cells = t.cell,
                                 .row_count = t.rows};
}

size_t sensitivity_tables(const struct sensitivity *s, struct arena *arena, struct report_table *table)
{
    size_t count = 0;
    if (!sensitivity_is_screening(s))
        table[count++] = sensitivity_evidence(s, arena);
    for (size_t m = 0; m < s->shown; m++)
        table[count++] = measure_table(s, &s->measure[m], MOST_ROWS, MOST_MEMBERS, arena);
    return count;
}

static void print_table(const struct report_table *table, FILE *to)
{
    struct listing listing = {.columns = table->column_count};
    for (size_t i = 0; i < table->column_count; i++)
        listing_add(&listing, "%s", table->columns[i] + (*table->columns[i] == '|'));
    for (size_t i = 0; i < table->row_count * table->column_count; i++)
        listing_add(&listing, "%s", table->cells[i]);
    fprintf(to, "\n%s\n\n", table->title);
    listing_print(&listing, to, false);
    listing_free(&listing);
}

void sensitivity_print(const struct sensitivity *s, FILE *to)
{
    struct arena arena = {0};
    const char *note[SENSITIVITY_NOTES];
    size_t notes = sensitivity_notes(s, &arena, note);
    for (size_t m = 0; m < s->shown; m++) {
        struct report_table table = measure_table(s, &s->measure[m], MOST_PRINTED_ROWS, MOST_PRINTED_ROWS / 2, &arena);
        print_table(&table, to);
    }
    putc('\n', to);
    for (size_t m = 0; m < s->shown; m++)
        fprintf(to, "%s\n", sentence(s, &s->measure[m], &arena));
    for (size_t i = 0; i < notes; i++)
        fprintf(to, "%s\n", note[i]);
    arena_free(&arena);
}

/* ---- Pictures ---- */

enum { BAR_ROWS = 8, LABEL_COLUMNS = 54, TITLE_COLUMNS = 90 };

/* The bars of a measure: the largest parameters, then luck and interactions. */
static size_t bars_of(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena,
                      const struct sensitivity_row **bar)
{
    static const enum sensitivity_kind kinds[] = {KIND_LUCK, KIND_INTERACTIONS, KIND_REST};
    const struct sensitivity_row **row;
    size_t count = largest(m, main_method(s), false, arena, &row), bars = 0;
    for (; bars < count && bars < BAR_ROWS - 2; bars++)
        bar[bars] = row[bars];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct sensitivity_row *one = row_of_kind(m, kinds[i]);
        if (one)
            bar[bars++] = one;
    }
    return bars;
}

/* 1 to 5: A, B, C, none, several; 6: luck; 7: interactions. */
static double colour_of(const struct sensitivity_row *row)
{
    enum { MIXED = 5, LUCK, INTERACTIONS };
    if (row->kind != KIND_PARAMETER)
        return row->kind == KIND_LUCK ? LUCK : INTERACTIONS;
    return strcmp(row->confidence, "mixed") ? 1 + (double)sensitivity_confidence_of(row->confidence) : MIXED;
}

static double scale_of(const struct sensitivity *s, const struct sensitivity_measure *m)
{
    const struct sensitivity_row **row;
    struct arena arena = {0};
    size_t count = largest(m, METHOD_MU_STAR, false, &arena, &row);
    double most = count ? fabs(row[0]->index.value) : 1;
    arena_free(&arena);
    if (!sensitivity_is_screening(s))
        return 0.01;
    return most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : most >= 1e4 ? 1e3 : 1;
}

void sensitivity_bars_dat(const struct sensitivity *s, FILE *to)
{
    struct arena arena = {0};
    struct dat dat = {.to = to};
    dat_remark(&dat, "design", s->design);
    dat_remark(&dat, "index",
               sensitivity_is_screening(s) ? "mu*, scaled as the axis says" : "share of the variance, %");
    dat_word(&dat, "panel row index low high total total_low total_high colour");
    dat_end_row(&dat);
    for (size_t m = 0; m < s->shown; m++) {
        const struct sensitivity_row *bar[BAR_ROWS + 1];
        size_t bars = bars_of(s, &s->measure[m], &arena, bar);
        double scale = scale_of(s, &s->measure[m]);
        for (size_t i = 0; i < bars; i++) {
            const struct sensitivity_row *total = same_by(&s->measure[m], bar[i], METHOD_TOTAL);
            const struct bounded none = {(double)NAN, (double)NAN, (double)NAN}, *t = total ? &total->index : &none;
            const double number[] = {(double)m + 1,
                                     (double)i + 1,
                                     bar[i]->index.value / scale,
                                     bar[i]->index.low / scale,
                                     bar[i]->index.high / scale,
                                     t->value / scale,
                                     t->low / scale,
                                     t->high / scale,
                                     colour_of(bar[i])};
            dat_numbers(&dat, number, sizeof number / sizeof *number);
            dat_end_row(&dat);
        }
    }
    arena_free(&arena);
}

void sensitivity_morris_dat(const struct sensitivity *s, FILE *to)
{
    struct dat dat = {.to = to};
    dat_word(&dat, "panel mu_star mu_star_low mu_star_high sigma sigma_low sigma_high label");
    dat_end_row(&dat);
    for (size_t m = 0; m < s->shown; m++) {
        const struct sensitivity_row **row;
        struct arena arena = {0};
        double scale = scale_of(s, &s->measure[m]);
        size_t count = largest(&s->measure[m], METHOD_MU_STAR, false, &arena, &row);
        for (size_t i = 0; i < count; i++) {
            const struct sensitivity_row *sigma = same_by(&s->measure[m], row[i], METHOD_SIGMA);
            const double number[] = {(double)m + 1,
                                     row[i]->index.value / scale,
                                     row[i]->index.low / scale,
                                     row[i]->index.high / scale,
                                     sigma->index.value / scale,
                                     sigma->index.low / scale,
                                     sigma->index.high / scale};
            dat_numbers(&dat, number, sizeof number / sizeof *number);
            dat_text(&dat, i < 6 ? row[i]->label : "");
            dat_end_row(&dat);
        }
        arena_free(&arena);
    }
}

static const char *axis_of(const struct sensitivity *s, const struct sensitivity_measure *m, struct arena *arena)
{
    double scale = scale_of(s, m);
    const char *prefix = scale == 1e9 ? "billion " : scale == 1e6 ? "million " : scale == 1e3 ? "thousand " : "";
    if (!sensitivity_is_screening(s))
        return "% of the variance";
    return arena_printf(arena, "%s%s", prefix, unit_of(m));
}

static bool has_points(const struct sensitivity *s)
{
    for (size_t m = 0; m < s->shown; m++)
        for (size_t i = 0; i < s->measure[m].count; i++)
            if (s->measure[m].row[i].method == METHOD_SIGMA && !isnan(s->measure[m].row[i].index.value))
                return true;
    return false;
}

/* Whether a run's own draws say anything surely; a design was asked for, and is shown whatever it says. */
static bool tells(const struct sensitivity *s)
{
    if (strcmp(s->design, "run") != 0)
        return true;
    for (size_t m = 0; m < s->shown; m++)
        for (size_t i = 0; i < s->measure[m].count; i++) {
            const struct sensitivity_row *row = &s->measure[m].row[i];
            if (row->kind == KIND_PARAMETER && row->method == main_method(s) && stands_out(s, row))
                return true;
        }
    return false;
}

void sensitivity_context(const struct sensitivity *s, FILE *to)
{
    struct arena arena = {0};
    const char **title = arena_array(&arena, s->shown, sizeof *title),
               **axis = arena_array(&arena, s->shown, sizeof *axis),
               **label = arena_array(&arena, s->shown * BAR_ROWS, sizeof *label);
    double *bars = arena_array(&arena, s->shown, sizeof *bars);
    for (size_t m = 0; m < s->shown; m++) {
        const struct sensitivity_row *bar[BAR_ROWS + 1];
        size_t count = bars_of(s, &s->measure[m], &arena, bar);
        title[m] = s->measure[m].label;
        axis[m] = axis_of(s, &s->measure[m], &arena);
        bars[m] = (double)count;
        for (size_t i = 0; i < BAR_ROWS; i++)
            label[m * BAR_ROWS + i] = i < count ? text_two_lines(&arena, words_of(bar[i]), LABEL_COLUMNS) : "";
    }
    fputs("# What the scripts of pictures need to know.\n", to);
    gnuplot_assign_number(to, "sensitivity_panels", (double)s->shown);
    gnuplot_assign_number(to, "sensitivity_bar_rows", BAR_ROWS);
    gnuplot_assign_number(to, "sensitivity_screens", sensitivity_is_screening(s));
    gnuplot_assign_number(to, "sensitivity_points", has_points(s));
    gnuplot_assign_number(to, "sensitivity_tells", tells(s));
    gnuplot_assign_labels(to, "sensitivity_title", title, s->shown, TITLE_COLUMNS);
    gnuplot_assign_labels(to, "sensitivity_axis", axis, s->shown, TITLE_COLUMNS);
    gnuplot_assign_lines(to, "sensitivity_label", label, s->shown * BAR_ROWS);
    gnuplot_assign_numbers(to, "sensitivity_bars", bars, s->shown);
    arena_free(&arena);
}
