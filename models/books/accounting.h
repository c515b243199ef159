/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside accounting: what its files share. Others see the verbs of books.h.
 *
 * accounting.c has the mechanism; accounting_params.c its parameters and what is wrong with them; accounting_report.c
 * its outputs; class_books.c the schedules of a class of owners; purchases.c how a vintage comes to the books;
 * vintage_books.c what a step does to it; impairment.c the yearly test; firm_books.c closing the books of firms; tax.c
 * income tax.
 */
#ifndef ICCSIM_MODELS_BOOKS_ACCOUNTING_H
#define ICCSIM_MODELS_BOOKS_ACCOUNTING_H

#include "depreciation.h"
#include "loans.h"
#include "models/models.h"
#include "models/world.h"
#include "tax.h"

struct accounting_settings {
    double life_yr, salvage, factor, revised_life_yr, revised_on;
    double tax_life_yr, expense_below, expense_until, loss_offset, tax;
    double vat_output, vat_input, gray_invoiced;
    double impairment_share, wear_by_use;
    double debt_share, debt_life_yr, balloon, spread_per_yr, staff_share, fixed_staff_per_yr;
    const struct dated_series *base_per_yr, *bonus;
    const char *custom;
    int method, tax_method, convention, impairment, loan, entrants, curve_of;
};

/* An owner class may keep other books than the rest. */
struct accounting_row {
    double life_yr, salvage, debt_share, spread_over_per_yr;
    int method;
    bool vat_exempt;
};

enum { QUARTERS = 4 };

/* How a class keeps its books: schedules made at the start, and which one is followed now. */
struct class_books {
    struct schedule book, revised, loan;
    struct schedule tax[QUARTERS]; /* by the quarter of purchase */
    const struct schedule *now;
    bool by_use, taxed_as_booked, vat_exempt;
    double debt_share;
};

/* What a step makes of one firm's vintages: a line of the cache. */
union sums {
    struct {
        _Alignas(64) double rent_per_hour;
        double power, list_price, cost, economic, written, interest, repaid;
    };
    double each[8];
};

/* Vintages, by number. */
struct list {
    uint32_t *id;
    size_t count, capacity;
};

enum { AGES = 29, AGES_PER_YEAR = 4 };

/* Sums over vintages that stand, as of the last walk along them. */
struct ledgers {
    double tax, physical;
    uint32_t changes; /* that firms had seen */
};

/* Sums over vintages of an age: cost and the four ledgers. */
struct at_age {
    double cost, book, economic, tax, physical;
};

/* Accounts of the last twelve months, CNY. */
struct accounts {
    struct period_account {
        long month; /* from year 0 */
        double line[LINES], profit;
    } month[MONTHS_PER_YEAR];
};

struct accounting {
    const struct accounting_settings *settings;
    const struct accounting_row *row;
    size_t operators; /* classes of owners */
    size_t known; /* vintages already on the books */
    union sums *sums; /* of each firm, in this step */
    struct class_books of_class[MAX_OPERATORS];
    struct closing closing[MAX_OPERATORS];
    struct flows done[MAX_OPERATORS]; /* of each class, since the last report */
    struct accounts account[MAX_OPERATORS], lessors;
    struct flows entrants_year; /* since the year began */
    double year_of; /* which year that is */
    struct ledgers ledgers;
    struct list standing, owing, deducted; /* that stand; that only owe; with something left to deduct */
    struct list shown; /* of the generation whose ledgers are shown by age */
    float *younger_yr; /* of each vintage that was resold: by how much it is younger in the books than it is */
    size_t younger_capacity;
    union sums entrant_sums; /* of this step, and what was impaired */
    double entrants_impaired;
    double undiscounted[MAX_REGIONS][MAX_GENERATIONS][VALUE_STEPS + 1]; /* as value.card, without discount */
    struct at_age age[AGES];
};

static inline struct accounting *accounting_state(const struct world *w)
{
    return w->state[STATE_accounting];
}

/* What a step does, the same for all vintages of a kind. */
struct step {
    double now, dt, base_rate, hours, wear_by_use;
    bool reverses; /* impairments */
    double upkeep, fixed_staff; /* of a list price, of a cost */
    double line_rate[MAX_OPERATORS]; /* of credit lines of a class */
    struct card {
        double power, full_kw, list_price; /* power: what it costs if it is let, CNY */
        const double *worth; /* over the quarters to come: value.c */
    } card[MAX_REGIONS * MAX_GENERATIONS];
    struct { /* on the way */
        double full_kw[MAX_REGIONS]; /* of let cards */
        double physical;
    } sum;
};

static inline void accounting_put_down(struct world *w, struct list *list, size_t vintage)
{
    WORLD_GROW(w, list->id, list->count, list->capacity);
    list->id[list->count++] = (uint32_t)vintage;
}

/* A centre on offer, perhaps in its first year. */
static inline bool is_entrant(const struct vintage *v)
{
    return v->entrant & v->on_offer;
}

static inline void add_sums(union sums *to, const union sums *s)
{
    for (int k = 0; k < 8; k++)
        to->each[k] += s->each[k];
}

/* Cost times the share of service life that is left, age and use counted. */
static inline double physical_per_card(const struct vintage *v, double age, double by_use)
{
    double worn = (1 - by_use) * age + by_use * v->let_yr;
    return v->base_per_card * max_of(0, 1 - worn / (v->retires - v->delivered));
}

#define OPERATOR "operators"
extern const struct param accounting_params[];
extern const struct output accounting_outputs[];
/* Complains of settings that do not go together. */
void accounting_check(const struct scenario *scenario, struct mistakes *mistakes);

/* -- class_books.c */

/* Reads the shares of a custom schedule; returns how many, 0 if the text is no list of shares that sum to at most one.
 */
size_t class_books_read_custom(const char *text, double share[SCHEDULE_YEARS]);
/* Schedules of a class of owners, at the start. */
void class_books_open(const struct world *w, size_t owner_class, struct class_books *c);
/* By which the cost of a vintage is deducted from taxable profit. */
const struct schedule *class_books_tax_schedule(const struct class_books *c, const struct vintage *v);

/* -- purchases.c */

/* Vintages that came since the last call enter the books. */
void purchases_enter(struct world *w);
/* Capacity standing at the start is partly written off and repaid. */
void purchases_age_initial(struct world *w);

/* -- vintage_books.c */

extern const struct vintage_follower accounting_follower;
/* Adds what a vintage is in the ledgers that are only summed, `times` over. */
void vintage_books_add_to_ledgers(const struct world *w, const struct vintage *v, double times, struct ledgers *to);
/* A step of the vintages that stand, into the sums of their firms; those that do not leave the books at a loss. */
void vintage_books_run_standing(struct world *w, struct step *step);
/* A step of the loans that outlive what they bought. */
void vintage_books_run_owing(struct world *w, const struct step *step);
/* What is left to deduct is written off for tax; returns what is left then, CNY. */
double vintage_books_run_deducted(struct world *w, const struct step *step);

/* -- impairment.c */

/* At a year's end every standing vintage is tested. */
void impairment_run(struct world *w);

/* -- firm_books.c */

/* What the vintages of each firm did goes to its books and to the flows of its class. */
void firm_books_post(struct world *w, struct step *step);
void firm_books_show_entrants(struct world *w, const struct step *step);
void firm_books_use_energy(struct world *w, const struct step *step);

/* -- accounting_report.c */

/* Outputs of a report: statements, ledgers, balances. */
void accounting_sample(struct world *w);
/* Curves by age, at the end of a replication. */
void accounting_finish(struct world *w);

#endif
