/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the paper for the board has beside the ranking: cash flows by year and item, the books of who owns, and how far
 * each input must move until another alternative is the cheapest.
 *
 * Cash flows are means over replications, in nominal money as it is paid, not discounted; year 0 is the day of the
 * decision. The statement sets an owner's cost against the rent that it need not pay:
 *
 *     result = rent saved - running cost - depreciation - interest,    margin = result / rent saved.
 */
#include "decision_numbers.h"

#include "sim/base/text.h"
#include "sim/output/amount.h"
#include "sim/output/dat.h"
#include "sim/output/listing.h"

#include <math.h>
#include <string.h>

static const char *const item_name[PLAN_ITEMS] = {
    [ITEM_EQUIPMENT] = "equipment",
    [ITEM_HALL] = "hall",
    [ITEM_SALE] = "sale",
    [ITEM_STAFF] = "staff",
    [ITEM_MAINTENANCE] = "maintenance",
    [ITEM_POWER] = "power",
    [ITEM_COLOCATION] = "colocation",
    [ITEM_RUNNING] = "running",
    [ITEM_RENT_BY_HOUR] = "rent by the hour",
    [ITEM_RENT_BY_CONTRACT] = "rent by contract",
    [ITEM_MOVING] = "moving",
    [ITEM_PENALTY] = "penalty",
    [ITEM_SUBLET] = "sublet",
    [ITEM_TAX] = "income tax",
    [ITEM_LOAN] = "loan",
    [ITEM_INTEREST] = "interest",
    [ITEM_PRINCIPAL] = "principal",
};

static bool is_ever_paid(const struct decision *d, size_t row, int item)
{
    for (int year = 0; year <= decision_years(d); year++)
        if (decision_cash(d, row, item, year) != 0)
            return true;
    return false;
}

static double all_items(const struct decision *d, size_t row, int year)
{
    double sum = 0;
    for (int item = 0; item < ITEMS_UNLEVERED; item++)
        sum += decision_cash(d, row, item, year);
    return sum;
}

/* `currency` is empty for a ratio. */
static void csv_row(FILE *to, const char *name, int year, const char *item, double amount, const char *currency)
{
    char text[NUMBER_TEXT_BYTES];
    fprintf(to, "%s,%d,%s,%s,%s\n", name, year, item, number_text(amount, text), currency);
}

void paper_cashflow_csv(const struct decision *d, FILE *to)
{
    fputs("alternative,year,item,amount,currency\n", to);
    for (size_t i = 0; i < d->choices; i++)
        for (int year = 0; i != d->waits && year <= decision_years(d); year++) {
            for (int item = 0; item < ITEM_DEPRECIATION; item++)
                if (is_ever_paid(d, i, item))
                    csv_row(to, d->choice[i].name, year, item_name[item], decision_cash(d, i, item, year), d->currency);
            csv_row(to, d->choice[i].name, year, "total unlevered", all_items(d, i, year), d->currency);
        }
}

static double sum_of(const struct decision *d, size_t row, int year, const enum plan_item *items, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += decision_cash(d, row, items[i], year);
    return sum;
}

void paper_statement_csv(const struct decision *d, FILE *to)
{
    static const enum plan_item running[] = {ITEM_STAFF,        ITEM_MAINTENANCE,      ITEM_POWER,
                                             ITEM_COLOCATION,   ITEM_RUNNING,          ITEM_SUBLET,
                                             ITEM_RENT_BY_HOUR, ITEM_RENT_BY_CONTRACT, ITEM_MOVING},
                                rents[] = {ITEM_RENT_BY_HOUR, ITEM_RENT_BY_CONTRACT, ITEM_MOVING};
    fputs("alternative,year,item,amount,currency\n", to);
    for (size_t i = 0; i < d->owners; i++) {
        size_t row = (size_t)(d->owner[i].choice - d->choice), renter = (size_t)(d->rented - d->choice);
        for (int year = 1; year <= decision_years(d); year++) {
            double saved = -sum_of(d, renter, year, rents, sizeof rents / sizeof *rents),
                   cost = sum_of(d, row, year, running, sizeof running / sizeof *running),
                   depreciation = decision_cash(d, row, ITEM_DEPRECIATION, year),
                   interest = decision_cash(d, row, ITEM_INTEREST, year),
                   result = saved + cost + depreciation + interest;
            const char *name = d->owner[i].choice->name;
            csv_row(to, name, year, "rent saved", saved, d->currency);
            csv_row(to, name, year, "running cost", cost, d->currency);
            csv_row(to, name, year, "depreciation", depreciation, d->currency);
            csv_row(to, name, year, "interest", interest, d->currency);
            csv_row(to, name, year, "result before tax", result, d->currency);
            csv_row(to, name, year, "margin", result / saved, "");
        }
    }
}

/* -- tornado ------------------------------------------------------------------------------------------------------- */

const char *paper_input_name(int lens)
{
    static const char *const name[] = {
        "price of what is built", "rent by the hour", "rent by contract", "use",
        "running cost",           "resale value",     "service life",     "cost of capital"};
    return name[lens / 2];
}

static size_t next_best(const struct decision *d)
{
    size_t best = decision_best_now(d), next = d->choices;
    for (size_t c = 0; c < d->choices; c++)
        if (c != best && c != d->waits && d->choice[c].ranked &&
            (next == d->choices || decision_is_cheaper(d->choice[c].cost.value, d->choice[next].cost.value)))
            next = c;
    return next;
}

const char *paper_lead_words(const struct decision *d, struct arena *arena)
{
    enum { COLUMNS = 40 };
    size_t best = decision_best_now(d), next = best < d->choices ? next_best(d) : best;
    if (next >= d->choices)
        return "";
    return arena_printf(
        arena, "how much cheaper \"%s\" is than \"%s\"%s", text_cut(arena, d->choice[best].label, COLUMNS),
        text_cut(arena, d->choice[next].label, COLUMNS), d->waits < d->choices ? ", waiting left out" : "");
}

/* What the cheapest is ahead of the next, of those that do not wait. */
static double lead_under(const struct decision *d, int lens)
{
    size_t best = decision_best_now(d);
    double next = (double)NAN;
    for (size_t c = 0; c < d->choices; c++)
        if (c != best && c != d->waits && d->choice[c].ranked && !(decision_swing(d, c, lens) > next))
            next = decision_swing(d, c, lens);
    return next - decision_swing(d, best, lens);
}

double paper_lead(const struct decision *d)
{
    size_t best = decision_best_now(d);
    double next = (double)NAN;
    for (size_t c = 0; c < d->choices; c++)
        if (c != best && c != d->waits && d->choice[c].ranked && !(d->choice[c].cost.value > next))
            next = d->choice[c].cost.value;
    return best < d->choices ? next - d->choice[best].cost.value : next;
}

const double *decision_leads(const struct decision *d, size_t *count, struct arena *arena, const char **text)
{
    size_t best = d->choice ? decision_best_now(d) : d->choices, next = best < d->choices ? next_best(d) : best;
    if (next == d->choices)
        return NULL;
    double *lead = arena_array(arena, d->kept, sizeof *lead);
    for (size_t i = 0; i < d->kept; i++) {
        double ahead = d->choice[next].sample[i] - d->choice[best].sample[i];
        lead[i] = isfinite(ahead) ? ahead : (double)NAN;
    }
    *count = d->kept;
    *text = arena_printf(arena, "what \"%s\" costs less than \"%s\"", d->choice[best].label, d->choice[next].label);
    return lead;
}

const char *decision_currency(const struct decision *d)
{
    return d->currency;
}

void decision_each_swing(const struct decision *d, void (*use)(void *state, const struct decision_swing *swing),
                         void *state)
{
    if (!d->choice || decision_best_now(d) == d->choices)
        return;
    for (int lens = 0; lens < LENSES_SWUNG; lens += 2) {
        size_t rival = d->choices;
        struct decision_swing swing = {.input = planner_inputs[lens / 2],
                                       .label = paper_input_name(lens),
                                       .lead_low = lead_under(d, lens),
                                       .lead_high = lead_under(d, lens + 1),
                                       .flip = decision_flip(d, lens, &rival)};
        swing.flips_to = rival < d->choices ? d->choice[rival].name : "";
        use(state, &swing);
    }
}

void paper_json(const struct decision *d, struct json *json)
{
    if (decision_best_now(d) == d->choices)
        return;
    json_open(json, "tornado", '{');
    for (int lens = 0; lens < LENSES_SWUNG; lens += 2) {
        size_t rival = d->choices;
        json_open(json, planner_inputs[lens / 2], '{');
        json_number(json, "lead_low", lead_under(d, lens));
        json_number(json, "lead_high", lead_under(d, lens + 1));
        json_number(json, "flip", decision_flip(d, lens, &rival));
        json_text(json, "flips_to", rival < d->choices ? d->choice[rival].name : NULL);
        json_close(json, '}');
    }
    json_close(json, '}');
}

void paper_tornado_csv(const struct decision *d, FILE *to)
{
    char text[NUMBER_TEXT_BYTES];
    size_t best = decision_best_now(d);
    fputs("input,low,high,lead_low,lead_high,flip,flips_to,currency", to);
    for (size_t c = 0; c < d->choices; c++)
        if (c != d->waits)
            fprintf(to, ",%s_low,%s_high", d->choice[c].name, d->choice[c].name);
    putc('\n', to);
    for (int lens = 0; lens < LENSES_SWUNG && best < d->choices; lens += 2) {
        size_t rival = d->choices;
        double flip = decision_flip(d, lens, &rival);
        fprintf(to, "%s", planner_inputs[lens / 2]);
        for (int side = 0; side < 2; side++)
            fprintf(to, ",%s", number_text(planner_lens_factor(d->settings, lens + side), text));
        for (int side = 0; side < 2; side++)
            fprintf(to, ",%s", number_text(lead_under(d, lens + side), text));
        fprintf(to, ",%s,%s,%s", number_text(flip, text), rival < d->choices ? d->choice[rival].name : "", d->currency);
        for (size_t c = 0; c < d->choices; c++)
            for (int side = 0; c != d->waits && side < 2; side++)
                fprintf(to, ",%s", number_text(decision_swing(d, c, lens + side), text));
        putc('\n', to);
    }
}

/* How far a lens moves the lead, to either side. */
static double swing_of(const struct decision *d, int lens)
{
    double lead = paper_lead(d), low = lead_under(d, lens), high = lead_under(d, lens + 1);
    return fmax(fmax(low, high), lead) - fmin(fmin(low, high), lead); /* which leave NaN out */
}

/* Lenses by how far they move the lead, the farthest first; equal ones keep their order. */
static void order_by_swing(const struct decision *d, int lens[LENSES_SWUNG / 2])
{
    for (int i = 0; i < LENSES_SWUNG / 2; i++) {
        int at = i;
        for (; at > 0 && swing_of(d, lens[at - 1]) < swing_of(d, 2 * i); at--)
            lens[at] = lens[at - 1];
        lens[at] = 2 * i;
    }
}

void paper_tornado_dat(const struct decision *d, FILE *to)
{
    struct dat dat = {.to = to};
    size_t best = decision_best_now(d);
    dat_word(&dat, "input label lead_low lead_high flip flips");
    dat_end_row(&dat);
    int order[LENSES_SWUNG / 2];
    order_by_swing(d, order);
    for (int k = 0; k < LENSES_SWUNG / 2 && best < d->choices; k++) {
        int lens = order[k];
        size_t rival;
        char text[SHORT_NUMBER_BYTES];
        double flip = decision_flip(d, lens, &rival);
        snprintf(text, sizeof text, "%.0f %%", 100 * flip);
        dat_word(&dat, planner_inputs[lens / 2]);
        dat_text(&dat, paper_input_name(lens));
        dat_number(&dat, lead_under(d, lens));
        dat_number(&dat, lead_under(d, lens + 1));
        dat_number(&dat, flip);
        dat_text(&dat, isnan(flip) ? "never" : text);
        dat_end_row(&dat);
    }
}

/* -- tables of the report ------------------------------------------------------------------------------------------ */

static const char *money_text(struct arena *arena, struct amount_scale scale, double amount)
{
    char text[AMOUNT_BYTES];
    return arena_text(arena, amount_scaled(scale, amount, text));
}

static void tornado_table(const struct decision *d, struct arena *arena, struct report_table *table)
{
    enum { COLUMNS = 5, DIGITS = 3 };
    const char **cell = arena_array(arena, (size_t)COLUMNS * LENSES_SWUNG, sizeof *cell), **next = cell;
    const char **header = arena_array(arena, COLUMNS, sizeof *header);
    double largest = 0;
    for (int lens = 0; lens < LENSES_SWUNG; lens++)
        largest = fmax(largest, fabs(lead_under(d, lens)));
    struct amount_scale scale = amount_scale(largest, DIGITS);
    const char *const names[COLUMNS] = {"input", arena_printf(arena, "|lead if lower, %s%s", scale.word, d->currency),
                                        arena_printf(arena, "|lead if higher, %s%s", scale.word, d->currency),
                                        "|flips at", "to"};
    memcpy(header, names, sizeof names);
    int order[LENSES_SWUNG / 2];
    order_by_swing(d, order);
    for (int k = 0; k < LENSES_SWUNG / 2; k++) {
        int lens = order[k];
        size_t rival = d->choices;
        double flip = decision_flip(d, lens, &rival);
        *next++ = paper_input_name(lens);
        *next++ = money_text(arena, scale, lead_under(d, lens));
        *next++ = money_text(arena, scale, lead_under(d, lens + 1));
        *next++ = isnan(flip) ? "never" : arena_printf(arena, "%.0f %%", 100 * flip);
        *next++ = rival < d->choices ? d->choice[rival].label : "";
    }
    *table = (struct report_table){
        .title = "What would change the choice",
        .note = arena_printf(arena,
                             "By how much \"%s\" is ahead of the next if one input is %.0f %% lower or higher and all "
                             "else stays; and the share of today's value at which another is the cheapest. Waiting is "
                             "left out.",
                             d->choice[decision_best_now(d)].label, 100 * d->settings->swing),
        .columns = header,
        .column_count = COLUMNS,
        .cells = cell,
        .row_count = LENSES_SWUNG / 2};
}

/* Of all amounts of the table; one digit more than elsewhere, for its small items. */
static struct amount_scale cash_scale(const struct decision *d)
{
    enum { DIGITS = 4 };
    double largest = 0;
    for (size_t i = 0; i < d->choices; i++)
        for (int year = 0; i != d->waits && year <= decision_years(d); year++) {
            largest = fmax(largest, fabs(all_items(d, i, year)));
            for (int item = 0; item < ITEM_DEPRECIATION; item++)
                largest = fmax(largest, fabs(decision_cash(d, i, item, year)));
        }
    return amount_scale(largest, DIGITS);
}

static void cash_table(const struct decision *d, struct arena *arena, struct report_table *table)
{
    struct amount_scale scale = cash_scale(d);
    size_t columns = 3 + (size_t)decision_years(d), rows = 0;
    const char **header = arena_array(arena, columns, sizeof *header);
    header[0] = "alternative";
    header[1] = "item";
    for (int year = 0; year <= decision_years(d); year++)
        header[2 + year] = arena_printf(arena, "|year %d", year);
    const char **cell = arena_array(arena, columns * d->choices * (PLAN_ITEMS + 1), sizeof *cell), **next = cell;
    for (size_t i = 0; i < d->choices; i++) {
        const char *label = d->choice[i].label;
        for (int item = 0; i != d->waits && item <= ITEM_DEPRECIATION; item++) {
            bool is_sum = item == ITEM_DEPRECIATION;
            if (!is_sum && !is_ever_paid(d, i, item))
                continue;
            *next++ = label;
            *next++ = is_sum ? "total, unlevered" : item_name[item];
            for (int year = 0; year <= decision_years(d); year++)
                *next++ = money_text(arena, scale, is_sum ? all_items(d, i, year) : decision_cash(d, i, item, year));
            label = "";
            rows++;
        }
    }
    *table = (struct report_table){
        .title = arena_printf(arena, "Cash flow by year, %s%s", scale.word, d->currency),
        .note = "Means over the replications, as paid, not discounted; year 0 is the day of the decision. Money out is "
                "negative. Loans are beside the total.",
        .columns = header,
        .column_count = columns,
        .cells = cell,
        .row_count = rows};
}

size_t paper_tables(const struct decision *d, struct arena *arena, struct report_table table[PAPER_TABLES])
{
    size_t count = 0;
    if (decision_best_now(d) < d->choices)
        tornado_table(d, arena, &table[count++]);
    cash_table(d, arena, &table[count++]);
    return count;
}
