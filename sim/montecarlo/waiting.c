/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Basis: 1; each state, standardised; its excess over each knot, a quantile of it; products of two states if wanted. */
#include "waiting.h"

#include "sim/base/memory.h"

#include <gsl/gsl_multifit.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* What was learnt for one date. */
struct rule {
    double *mean, *deviation, *knot; /* of the states; deviation 0: it says nothing. [states][knots] */
    double *choice; /* [choices][terms]; NaN first: not to be had */
    double *wait; /* [terms] */
};

struct study {
    const struct waiting *w;
    size_t first, terms, fitted; /* fitted: parity of the paths that the rules are fitted on */
    struct rule *rule; /* [dates] */
    double *later; /* [paths]: total cost under the rules of later dates, of those fitted on */
};

static double cost_at(const struct waiting *w, size_t path, size_t date, size_t choice)
{
    return w->cost[(path * w->dates + date) * w->choices + choice];
}

static double paid_at(const struct waiting *w, size_t path, size_t date)
{
    return w->paid[path * w->dates + date];
}

static const double *state_at(const struct waiting *w, size_t path, size_t date)
{
    return w->state + (path * w->dates + date) * w->states;
}

static void terms_of(const struct study *s, size_t date, size_t path, double *term)
{
    const struct waiting *w = s->w;
    const struct rule *rule = &s->rule[date];
    const double *state = state_at(w, path, date);
    size_t n = 0, from = 1;
    term[n++] = 1;
    for (size_t i = 0; i < w->states; i++)
        term[n++] = rule->deviation[i] > 0 ? (state[i] - rule->mean[i]) / rule->deviation[i] : 0;
    for (size_t i = 0; i < w->states; i++)
        for (size_t k = 0; k < w->knots; k++)
            term[n++] = fmax(0, term[from + i] - rule->knot[i * w->knots + k]);
    for (size_t i = 0; w->products && i < w->states; i++)
        for (size_t j = 0; j < i; j++)
            term[n++] = term[from + i] * term[from + j];
}

static double expected(const double *coefficient, const double *term, size_t terms)
{
    double sum = 0;
    for (size_t i = 0; i < terms; i++)
        sum += coefficient[i] * term[i];
    return sum;
}

/* Scale and knots of each state on a date, on the paths that are fitted. */
static void learn_scale(struct study *s, size_t date, double *column)
{
    const struct waiting *w = s->w;
    struct rule *rule = &s->rule[date];
    for (size_t i = 0; i < w->states; i++) {
        size_t n = 0;
        for (size_t path = s->fitted; path < w->paths; path += 2)
            column[n++] = state_at(w, path, date)[i];
        gsl_sort(column, 1, n);
        rule->mean[i] = gsl_stats_mean(column, 1, n);
        rule->deviation[i] = column[n - 1] > column[0] ? gsl_stats_sd_m(column, 1, n, rule->mean[i]) : 0;
        for (size_t k = 0; k < w->knots && rule->deviation[i] > 0; k++) {
            double quantile =
                gsl_stats_quantile_from_sorted_data(column, 1, n, (double)(k + 1) / (double)(w->knots + 1));
            rule->knot[i * w->knots + k] = (quantile - rule->mean[i]) / rule->deviation[i];
        }
    }
}

/* Terms that say nothing, or the same as others, leave a singular matrix: a trace of ridge keeps their coefficients
 * small. */
static const double RIDGE = 1e-6;

static void fit(const gsl_matrix *x, const gsl_vector *y, gsl_multifit_linear_workspace *space, double *coefficient)
{
    gsl_vector_view to = gsl_vector_view_array(coefficient, x->size2);
    double residual, size;
    gsl_multifit_linear_solve(RIDGE * sqrt((double)x->size1), x, y, &to.vector, &residual, &size, space);
}

/* The choice with the least expected cost on a date; with `wait`, if waiting is not cheaper still, else `choices`. */
static size_t best(const struct study *s, size_t date, size_t path, double *term)
{
    const struct waiting *w = s->w;
    const struct rule *rule = &s->rule[date];
    terms_of(s, date, path, term);
    double least = date + 1 < w->dates ? expected(rule->wait, term, s->terms) : (double)INFINITY;
    size_t which = w->choices;
    for (size_t c = 0; c < w->choices; c++) {
        double cost = expected(rule->choice + c * s->terms, term, s->terms);
        if (cost < least && !isnan(cost_at(w, path, date, c))) {
            least = cost;
            which = c;
        }
    }
    return which;
}

static void learn_costs(struct study *s, size_t date, gsl_matrix *x, gsl_vector *y)
{
    const struct waiting *w = s->w;
    struct rule *rule = &s->rule[date];
    gsl_multifit_linear_workspace *space = gsl_multifit_linear_alloc(x->size1, x->size2);
    for (size_t i = 0; i < x->size1; i++)
        terms_of(s, date, s->fitted + 2 * i, gsl_matrix_ptr(x, i, 0));
    gsl_multifit_linear_svd(x, space);
    for (size_t c = 0; c < w->choices; c++) {
        for (size_t i = 0; i < x->size1; i++)
            gsl_vector_set(y, i, cost_at(w, s->fitted + 2 * i, date, c));
        if (isnan(gsl_vector_get(y, 0)))
            rule->choice[c * s->terms] = (double)NAN;
        else
            fit(x, y, space, rule->choice + c * s->terms);
    }
    for (size_t i = 0; i < x->size1; i++)
        gsl_vector_set(y, i, s->later[s->fitted + 2 * i] - paid_at(w, s->fitted + 2 * i, date));
    if (date + 1 < w->dates)
        fit(x, y, space, rule->wait);
    gsl_multifit_linear_free(space);
}

/* From the last date back to the first. */
static void learn(struct study *s)
{
    const struct waiting *w = s->w;
    size_t n = (w->paths - s->fitted + 1) / 2;
    gsl_matrix *x = gsl_matrix_alloc(n, s->terms);
    gsl_vector *y = gsl_vector_alloc(n);
    double *term = memory_new(s->terms, sizeof *term), *column = memory_new(n, sizeof *column);
    for (size_t date = w->dates; date-- > s->first;) {
        learn_scale(s, date, column);
        learn_costs(s, date, x, y);
        for (size_t path = s->fitted; path < w->paths; path += 2) {
            size_t choice = best(s, date, path, term);
            if (choice < w->choices)
                s->later[path] = paid_at(w, path, date) + cost_at(w, path, date, choice);
        }
    }
    gsl_matrix_free(x);
    gsl_vector_free(y);
    free(term);
    free(column);
}

static void score(const struct study *s, struct waited *result)
{
    const struct waiting *w = s->w;
    double *term = memory_new(s->terms, sizeof *term);
    for (size_t path = 1 - s->fitted; path < w->paths; path += 2) {
        size_t date = s->first, choice;
        while ((choice = best(s, date, path, term)) == w->choices && date + 1 < w->dates)
            date++;
        double cost = choice < w->choices ? paid_at(w, path, date) + cost_at(w, path, date, choice) : (double)NAN;
        result[path] = (struct waited){.cost = cost, .date = date, .choice = choice};
    }
    free(term);
}

static void open_rules(struct study *s)
{
    const struct waiting *w = s->w;
    s->rule = memory_new(w->dates, sizeof *s->rule);
    s->later = memory_new(w->paths, sizeof *s->later);
    for (size_t date = 0; date < w->dates; date++)
        s->rule[date] = (struct rule){.mean = memory_new(w->states, sizeof(double)),
                                      .deviation = memory_new(w->states, sizeof(double)),
                                      .knot = memory_new(w->states * w->knots, sizeof(double)),
                                      .choice = memory_new(w->choices * s->terms, sizeof(double)),
                                      .wait = memory_new(s->terms, sizeof(double))};
}

static void close_rules(struct study *s)
{
    for (size_t date = 0; date < s->w->dates; date++) {
        struct rule *rule = &s->rule[date];
        free(rule->mean);
        free(rule->deviation);
        free(rule->knot);
        free(rule->choice);
        free(rule->wait);
    }
    free(s->rule);
    free(s->later);
}

size_t waiting_terms(const struct waiting *w)
{
    return 1 + w->states * (1 + w->knots) + (w->products && w->states ? w->states * (w->states - 1) / 2 : 0);
}

void waiting_solve(const struct waiting *w, size_t first, struct waited *result)
{
    for (size_t fitted = 0; fitted < 2; fitted++) {
        struct study s = {.w = w, .first = first, .fitted = fitted};
        s.terms = waiting_terms(w);
        open_rules(&s);
        learn(&s);
        score(&s, result);
        close_rules(&s);
    }
}
