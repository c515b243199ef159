/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Firms: who owns what.
 *
 * Each class of owners has a number of firms. A project belongs to the firm that its identity (class, number) draws, in
 * every world the same; if that firm has failed, to the next one of its class that has not. What it has and owes is in
 * the ledger (ledger.h).
 *
 * Neutral: one firm a class.
 */
#include "models/models.h"
#include "models/world.h"

#include <stdio.h>

struct row {
    double firms;
};

#define OPERATOR "operators"
enum { STREAM_OF_OWNER }; /* (operator, number): which firm of the class owns it */
enum { MOST_FIRMS = 4000 };
/* clang-format off */
static const struct param params[] = {
    COLUMN(OPERATOR, struct row, firms, "firms", "", 1, MOST_FIRMS, "1", FIXED, "number of firms of a class of owners", NULL),
    {0},
};
/* clang-format on */

uint32_t firms_heir(const struct world *w, uint32_t firm)
{
    const struct firms *firms = &w->firms;
    uint32_t class_ = firms->row[firm].owner_class, first = firms->first[class_], count = firms->of_class[class_];
    for (uint32_t i = 0, heir = firm; i < count; i++, heir = heir + 1 < first + count ? heir + 1 : first)
        if (!firms->row[heir].defaulted && !firms->row[heir].left)
            return heir;
    return firm;
}

uint32_t firms_drawn(const struct world *w, uint32_t owner_class, double u)
{
    return firms_heir(w, w->firms.first[owner_class] + (uint32_t)(u * w->firms.of_class[owner_class]));
}

uint32_t firms_search(const struct world *w, double u, uint32_t except,
                      bool wanted(const struct world *w, uint32_t firm))
{
    uint32_t count = w->firms.ordinary, from = (uint32_t)(u * count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t firm = from + i < count ? from + i : from + i - count;
        if (firm != except && wanted(w, firm))
            return firm;
    }
    return UINT32_MAX;
}

uint32_t firms_owner(const struct world *w, uint32_t owner_class, uint32_t number)
{
    struct stream s = sim_stream(w->sim, &model_firms, identity(STREAM_OF_OWNER, owner_class, number));
    return firms_drawn(w, owner_class, stream_uniform(&s));
}

const char *firms_name(const struct world *w, uint32_t firm, char text[64])
{
    uint32_t owner_class = w->firms.row[firm].owner_class;
    if (firms_in_possession(w, firm)) {
        snprintf(text, 64, "%s-servicer", sim_row_name(w->sim, OPERATOR, owner_class));
        return text;
    }
    snprintf(text, 64, "%s-firm-%u", sim_row_name(w->sim, OPERATOR, owner_class), firm - w->firms.first[owner_class]);
    return text;
}

/* The list of a firm's vintages from the first that is not before `vintage`. */
static uint32_t *list_from(struct world *w, uint32_t firm, uint32_t vintage)
{
    uint32_t *place = &w->firms.first_vintage[firm];
    while (*place < vintage)
        place = &w->vintages.row[*place].next_of_firm;
    return place;
}

void firms_begin(struct world *w, uint32_t firm)
{
    if (!w->firms.row[firm].active)
        w->firms.active[w->firms.active_count++] = firm;
    w->firms.row[firm].active = true;
}

void firms_count(struct world *w, uint32_t firm, double cards)
{
    struct firm *f = &w->firms.row[firm];
    firms_begin(w, firm);
    w->firms.changes++;
    w->firms.owners -= f->cards > 0;
    f->cards += cards;
    w->firms.owners += f->cards > 0;
    if (isnan(f->first_delivery))
        f->first_delivery = w->sim->now;
}

void firms_gain_software(struct world *w, uint32_t firm, uint64_t software)
{
    w->firms.row[firm].software |= software;
}

void firms_own(struct world *w, uint32_t vintage)
{
    struct vintage *row = w->vintages.row;
    uint32_t firm = row[vintage].firm, *last = &w->firms.last_vintage[firm];
    uint32_t *place = *last < vintage ? &row[*last].next_of_firm : list_from(w, firm, vintage);
    row[vintage].next_of_firm = *place;
    if (*place == UINT32_MAX)
        *last = vintage;
    *place = vintage;
}

void firms_disown(struct world *w, uint32_t vintage)
{
    struct vintage *row = w->vintages.row;
    uint32_t firm = row[vintage].firm, *first = &w->firms.first_vintage[firm], before = UINT32_MAX;
    for (uint32_t id = *first; id != vintage; id = row[id].next_of_firm)
        before = id;
    *(before == UINT32_MAX ? first : &row[before].next_of_firm) = row[vintage].next_of_firm;
    if (w->firms.last_vintage[firm] == vintage)
        w->firms.last_vintage[firm] = before;
}

/* What every firm's standing cards can still earn, where no books are kept: else accounting adds it up. */
static void measure(struct world *w)
{
    if (sim_enabled(w->sim, &model_accounting))
        return;
    w->firms.economic = 0;
    for (size_t i = 0; i < w->firms.active_count; i++)
        w->firms.row[w->firms.active[i]].economic = 0;
    for (const struct vintage *v = w->vintages.row, *end = v + w->vintages.count; v < end; v++)
        if (v->standing)
            w->firms.row[v->firm].economic += v->cards * value_of_vintage(w, v);
    for (size_t i = 0; i < w->firms.active_count; i++)
        w->firms.economic += w->firms.row[w->firms.active[i]].economic;
}

static void start(struct world *w)
{
    struct firms *firms = &w->firms;
    const struct row *row = sim_rows(w->sim, &model_firms, OPERATOR);
    size_t operators = sim_row_count(w->sim, OPERATOR);
    for (size_t o = 0; o < operators && o < MAX_OPERATORS; o++) {
        firms->first[o] = (uint32_t)firms->count;
        firms->of_class[o] = (uint32_t)row[o].firms;
        firms->count += firms->of_class[o];
    }
    firms->ordinary = (uint32_t)firms->count;
    if (sim_enabled(w->sim, &model_receivers))
        firms->count += operators;
    firms->row = arena_array(&w->sim->arena, firms->count, sizeof *firms->row);
    firms->first_vintage = arena_array(&w->sim->arena, firms->count, sizeof *firms->first_vintage);
    firms->last_vintage = arena_array(&w->sim->arena, firms->count, sizeof *firms->last_vintage);
    for (size_t i = 0; i < firms->count; i++)
        firms->first_vintage[i] = firms->last_vintage[i] = UINT32_MAX;
    firms->active = arena_array(&w->sim->arena, firms->count, sizeof *firms->active);
    for (size_t o = 0; o < operators && o < MAX_OPERATORS; o++)
        for (uint32_t i = 0; i < firms->of_class[o]; i++)
            firms->row[firms->first[o] + i] = (struct firm){.owner_class = (uint8_t)o, .first_delivery = NONE};
    for (uint32_t i = firms->ordinary; i < firms->count; i++)
        firms->row[i] = (struct firm){.owner_class = (uint8_t)(i - firms->ordinary), .first_delivery = NONE};
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_firms = {
    .name = "firms",
    .help = "firms of each class of owners, and what they own",
    .tables = tables,
    .params = params,
    .start = start,
    .phase = {[PHASE_FINANCE] = measure},
};
