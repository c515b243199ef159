/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers of tenants: those of an occasion, several occasions ahead. */
#include "leasing.h"

enum { STREAM_OF_LEASES }; /* (tenant, occasion): term, middleman, clock */

static uint32_t tenant_identity(const struct tenant *t)
{
    return t->class_ << 20 | ((t->k >> 31) << 19) | (t->k & 0x7ffff);
}

uint64_t lease_identity(const struct world *w, uint32_t tenant, uint32_t occasion)
{
    return identity_pair(STREAM_OF_LEASES, tenant_identity(&w->tenants.row[tenant]), occasion);
}

struct stream lease_stream(const struct world *w, uint32_t tenant, uint32_t occasion)
{
    return sim_stream(w->sim, &model_leasing, lease_identity(w, tenant, occasion));
}

void lease_room_for_tenants(struct world *w)
{
    enum { ROOM_AT_FIRST = 512 };
    struct leasing *state = leasing_state(w);
    struct arena *arena = &w->sim->arena;
    size_t had = state->tenant_room, room = had ? had : ROOM_AT_FIRST;
    while (room < w->tenants.count)
        room *= 2;
    if (room == had)
        return;
    state->ahead = arena_grow(arena, state->ahead, had * sizeof *state->ahead, room * sizeof *state->ahead);
    state->waiting = arena_grow(arena, state->waiting, had * sizeof *state->waiting, room * sizeof *state->waiting);
    for (size_t i = had; i < room; i++) {
        state->ahead[i] = (struct ahead){.part = 0};
        state->waiting[i][TRAINING] = state->waiting[i][INFERENCE] = (struct waiting){0};
    }
    state->attended = arena_array(arena, words_of(room * WORKLOADS), sizeof *state->attended);
    state->asking = arena_grow(arena, NULL, 0, room * WORKLOADS * sizeof *state->asking);
    state->tenant_room = room;
}

void lease_draw_ahead(struct world *w, uint32_t tenant, uint32_t part)
{
    enum { NUMBERS = OCCASIONS_AHEAD * DRAWS };
    struct ahead *ahead = &leasing_state(w)->ahead[tenant];
    struct stream random = lease_stream(w, tenant, OCCASION_SIGN);
    stream_skip_blocks(&random, (part - 1) * NUMBERS / 2);
    if (!ahead->u)
        ahead->u = arena_grow(&w->sim->arena, NULL, 0, NUMBERS * sizeof *ahead->u);
    stream_fill_uniform(&random, ahead->u, NUMBERS);
    ahead->part = part;
}
