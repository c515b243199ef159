/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision in numbers: what decision.c finds and decision_show.c shows. */
#ifndef ICCSIM_COMMAND_DECISION_NUMBERS_H
#define ICCSIM_COMMAND_DECISION_NUMBERS_H

#include "decision.h"

#include "models/planner/planner.h"

struct estimate { /* with its 95 % interval */
    double value, low, high;
};

enum { DECISION_PERCENTILES = 5 }; /* those of percentile_share */

struct choice {
    const char *name, *label;
    int kind;
    struct estimate cost, cvar, best, regret; /* present cost at the start; best: how often it is the cheapest */
    struct estimate per_p_hour, per_card_hour, per_mtoken; /* before income tax: the cost over one less the tax rate */
    double unlevered, financing, percentile[DECISION_PERCENTILES], p90;
    double a_year; /* the level payment a year over the horizon that has the same present cost */
    double debt, lease; /* means: lent; lease liability and right of use at the first signing */
    double never; /* share of replications in which its order is never placed: none of these counts above */
    double tied; /* share of replications in which it costs the same as the cheapest, named before it */
    bool ranked; /* placed in nearly all */
    double *sample; /* cost in each replication; NaN: not to be had */
};

/* Owning against renting by the hour. */
struct ownership {
    const struct choice *choice;
    struct estimate use, rent; /* break-even mean use of the peak; break-even rent of a card-hour of the reference */
    double payback_yr, mirr;
    double price; /* share of today's price at which it breaks even */
    double target_price, target_rent, target_use; /* shares of today's at which it gives the wanted return; NaN: none */
    size_t irr_count;
    double irr[3]; /* the first of them, a year */
    double fixed, usage, topped_up, sublet, spare_worth; /* means: see frontier_rent */
};

struct decision {
    const struct outcome *outcome;
    const struct planner_settings *settings; /* at their medians */
    const struct alternative *row;
    const char *currency; /* of all amounts below */
    double cny_per_unit; /* of it, on the day of the decision */
    size_t rows, dates, model;
    double date[PLANNER_DATES];
    /* the planner's scalars of every replication that worked */
    size_t first, width, kept, room;
    double *scalar;
    /* found */
    size_t choices, waits; /* waits: index of the choice that waits; choices: none does */
    struct choice *choice;
    size_t best, second; /* with the least expected cost, and the next */
    struct estimate lead; /* what the best costs less than the second, in pairs */
    size_t owners;
    struct ownership *owner;
    const struct choice *rented; /* what owning is held against; NULL */
    double use, rent; /* mean use of the peak need; rent by the hour, per hour of the reference card */
    struct estimate waiting; /* value of waiting against choosing at once by what is seen then */
    struct estimate at_once; /* cost of that */
    double need[WORKLOADS]; /* effective P at the peak on the day of the decision, means */
    double *stops, *takes; /* share of replications by date; by choice, of those who wait */
    struct arena arena;
};

/* Every number of a choice and of an owner, by its name in files; both end with a NULL name. */
enum number_kind { NUMBER_MONEY, NUMBER_SHARE, NUMBER_YEARS };
struct decision_number {
    const char *name;
    size_t offset;
    enum number_kind kind;
};
extern const struct decision_number decision_of_choice[], decision_of_owner[];
double decision_number_at(const void *of, const struct decision_number *number);
const struct ownership *decision_owner_of(const struct decision *decision, const struct choice *choice); /* or NULL */

/* Mean of a cell of cashflow.csv: 0 where nothing was paid. */
double decision_cash(const struct decision *decision, size_t row, int item, int year);
int decision_years(const struct decision *decision); /* the last year of the plan */
/* Mean present cost under a lens; NaN: none. */
double decision_swing(const struct decision *decision, size_t row, int lens);
/* The share of its input at which another alternative becomes the cheapest of those that do not wait; `rival` is that
 * one. NaN: at none up to three times the input, or to full use. */
double decision_flip(const struct decision *decision, int lens, size_t *rival);
/* Costs that differ by what rounding leaves are a tie, in which the alternative named first keeps its place: waiting for
 * what one already does costs the same. */
bool decision_is_cheaper(double cost, double than);
size_t decision_best_now(const struct decision *decision); /* of those that do not wait; `choices`: there is none */

/* decision_paper.c: what the paper for the board has beside the ranking. */
void paper_cashflow_csv(const struct decision *decision, FILE *to);
void paper_statement_csv(const struct decision *decision, FILE *to);
void paper_tornado_csv(const struct decision *decision, FILE *to);
void paper_tornado_dat(const struct decision *decision, FILE *to);
/* The tables of cash flows and of the tornado for the report; returns how many. */
enum { PAPER_TABLES = 2 };
size_t paper_tables(const struct decision *decision, struct arena *arena, struct report_table table[PAPER_TABLES]);
const char *paper_input_name(int lens); /* the input that a lens moves, in words */
double paper_lead(const struct decision *decision); /* of the cheapest over the next, waiting aside */
const char *paper_lead_words(const struct decision *decision, struct arena *arena); /* of which over which */
void paper_json(const struct decision *decision, struct json *json); /* the tornado */

/* The rent by the hour at which owning and renting cost the same if a share `use` of the peak is used on average. Rents
 * and what is let to others scale together; the cards' prices stay. */
double decision_frontier_rent(const struct decision *decision, const struct ownership *owner, double use);

#endif
