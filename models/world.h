/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one world: a directory of its tables.
 *
 * Each table has a header of its own in the room of its owner, the mechanism named beside it: the struct, and below it
 * the verbs by which others ask the owner for a change. Everyone reads all tables and writes none but their own: to
 * files of other rooms a table is const (OF_SUPPLY and the like, conventions.h). Rows that are handled one by one are
 * structs; what is swept every step (lease clocks) is columns. All memory is the replication's arena. Rows keep their
 * place for life; a reusable slot carries a stamp.
 *
 * A table's header knows conventions.h and nothing of `struct world` beyond its name. Verbs so short that a call would
 * cost more than they do are inlined: they need the whole world, so they stand in NAME_inline.h beside the table and are
 * included at the end of this file. What a mechanism keeps to itself is in its own file or in a private header of its
 * room (leasing.h, pipeline.h, inside.h), behind w->state.
 */
#ifndef ICCSIM_MODELS_WORLD_H
#define ICCSIM_MODELS_WORLD_H

#include "models/books/books.h"
#include "models/books/concentration.h"
#include "models/books/credit.h"
#include "models/books/firms.h"
#include "models/books/ledger.h"
#include "models/books/money.h"
#include "models/conventions.h"
#include "models/hardware/generations.h"
#include "models/hardware/policy.h"
#include "models/hardware/power.h"
#include "models/hardware/regions.h"
#include "models/leases/leases.h"
#include "models/market/abroad.h"
#include "models/market/beliefs.h"
#include "models/market/market.h"
#include "models/market/tenants.h"
#include "models/market/value.h"
#include "models/supply/channels.h"
#include "models/supply/projects.h"
#include "models/supply/vintages.h"

#include "sim/engine/sim.h"
#include "sim/engine/trace.h"
#include "sim/scenario/distribution.h"
#include "sim/scenario/run.h"
#include "sim/scenario/schema.h"

#include <string.h>

/* clang-format off */
enum { /* the mechanisms of models.def */
#define MODEL(name) STATE_##name,
#include "models.def"
#undef MODEL
    STATES
};
/* clang-format on */

/* In the constant of a mechanism: its state is of that type. Its files find it at w->state[STATE_name]. */
#define STATE(name, type)                                                                                              \
    .state_size = sizeof(type), .state_at = offsetof(struct world, state) + STATE_##name * sizeof(void *)

struct world {
    struct sim *sim; /* first: the engine sets it */
    OF_HARDWARE struct generations generations;
    OF_HARDWARE struct policy policy;
    OF_HARDWARE struct regions regions;
    OF_MARKET struct beliefs beliefs;
    OF_HARDWARE struct power power;
    OF_MARKET struct value value;
    OF_SUPPLY struct channels channels;
    OF_SUPPLY struct projects projects;
    OF_SUPPLY struct vintages vintages;
    OF_MARKET struct market market;
    OF_MARKET struct abroad abroad;
    OF_MARKET struct tenants tenants;
    OF_LEASES struct leases leases;
    OF_BOOKS struct firms firms;
    OF_BOOKS struct ledger ledger;
    OF_BOOKS struct books books;
    OF_BOOKS struct credit credit;
    OF_BOOKS struct money money;
    OF_BOOKS struct concentration concentration;
    /* What each mechanism keeps to itself, zeroed at every start; NULL if it is switched off. Only its own files know the
     * shape, so they alone can read it. */
    void *state[STATES];
};

static inline const struct run_settings *run_settings(const struct sim *sim)
{
    return sim->values.block(sim->values.drawn, "run", -1);
}

/* Doubles the room of a growing table in the replication's arena; rows keep their index, not their address. New rows
 * are not zeroed. There is much room from the start: what is never used costs nothing, and moving rows does. */
#define WORLD_GROW(w, pointer, used, room)                                                                             \
    do {                                                                                                               \
        if ((used) == (room)) {                                                                                        \
            size_t larger_ = (room) ? 2 * (room) : 4096, row_ = sizeof *(pointer);                                     \
            (pointer) = arena_grow(&(w)->sim->arena, (pointer), (room)*row_, larger_ * row_);                          \
            (room) = larger_;                                                                                          \
        }                                                                                                              \
    } while (0)

#include "models/books/firms_inline.h"
#include "models/leases/leases_inline.h"
#include "models/market/tenants_inline.h"
#include "models/market/value_inline.h"
#include "models/supply/channels_inline.h"
#include "models/supply/vintages_inline.h"

#endif
