/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cohort.h"

#include "sim/base/det.h"

enum { COHORT_COLUMNS = 8 };
static void columns_of(struct cohort *c, double **column[COHORT_COLUMNS])
{
    double **const all[COHORT_COLUMNS] = {
        &c->need_p,          &c->mature_p,           &c->training_share,      &c->held[TRAINING],
        &c->held[INFERENCE], &c->hourly_p[TRAINING], &c->hourly_p[INFERENCE], &c->exits_at};
    memcpy(column, all, sizeof all);
}

static void make_room_in(struct world *w, struct cohort *c)
{
    enum { ROOM_AT_FIRST = 64 };
    size_t room = c->capacity ? 2 * c->capacity : ROOM_AT_FIRST;
    double **column[COHORT_COLUMNS];
    if (c->count < c->capacity)
        return;
    columns_of(c, column);
    for (int i = 0; i < COHORT_COLUMNS; i++)
        *column[i] = arena_grow(&w->sim->arena, *column[i], c->count * sizeof(double), room * sizeof(double));
    c->tenant = arena_grow(&w->sim->arena, c->tenant, c->count * sizeof *c->tenant, room * sizeof *c->tenant);
    c->capacity = room;
}

/* The one at `from` takes the place `to`, whose own is gone. */
static void move_in(struct world *w, struct cohort *c, size_t to, size_t from)
{
    double **column[COHORT_COLUMNS];
    if (to == from)
        return;
    columns_of(c, column);
    for (int i = 0; i < COHORT_COLUMNS; i++)
        (*column[i])[to] = (*column[i])[from];
    c->tenant[to] = c->tenant[from];
    w->tenants.row[c->tenant[to]].place = (uint32_t)to;
}

void cohort_leave(struct world *w, struct cohort *c, size_t place)
{
    if (place < c->aged) { /* those who have just come stay behind the others */
        move_in(w, c, place, --c->aged);
        place = c->aged;
    }
    move_in(w, c, place, --c->count);
}

size_t cohort_join(struct world *w, struct cohort *c, uint32_t tenant)
{
    make_room_in(w, c);
    size_t place = c->count++;
    c->tenant[place] = tenant;
    c->held[TRAINING][place] = c->held[INFERENCE][place] = 0;
    c->hourly_p[TRAINING][place] = c->hourly_p[INFERENCE][place] = INFINITY;
    return place;
}

/* Needs grow, or shrink, by the same factor until they are mature. */
void cohort_grow(struct cohort *c, size_t place, size_t count, double growth_per_yr, double yr)
{
    double factor = det_exp(growth_per_yr * yr), *need_p = c->need_p + place;
    const double *mature_p = c->mature_p + place;
    if (growth_per_yr >= 0)
        for (size_t i = 0; i < count; i++)
            need_p[i] = min_of(need_p[i] * factor, mature_p[i]);
    else
        for (size_t i = 0; i < count; i++)
            need_p[i] = max_of(need_p[i] * factor, mature_p[i]);
}

void cohort_shift(struct cohort *c, size_t place, size_t count, double late, double kept)
{
    for (size_t i = place; i < place + count; i++)
        c->training_share[i] = late * (1 - kept) + kept * c->training_share[i];
}

/* In four parts, because each addition to one sum waits for the one before. */
enum { PARTS = 4 };
static double sum_of(const double *x, size_t count)
{
    double part[PARTS] = {0};
    size_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] += x[i + (size_t)k];
    for (; i < count; i++)
        part[0] += x[i];
    return part[0] + part[1] + (part[2] + part[3]);
}

static double sum_of_products(const double *x, const double *y, size_t count)
{
    double part[PARTS] = {0};
    size_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] += x[i + (size_t)k] * y[i + (size_t)k];
    for (; i < count; i++)
        part[0] += x[i] * y[i];
    return part[0] + part[1] + (part[2] + part[3]);
}

double cohort_need(const struct cohort *c)
{
    return sum_of(c->need_p, c->count);
}

double cohort_training(const struct cohort *c)
{
    return sum_of_products(c->need_p, c->training_share, c->count);
}
