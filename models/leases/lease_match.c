/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests and matching: who lacks something, where there is room for it, and how long it waits.
 *
 * A tenant has one request outstanding per need. It goes to a generation drawn in proportion to free capacity that
 * serves the workload (where training is coupled, first to the generation that the tenant holds), and there to a
 * vintage with room. A cluster for training must stand in one place: a vintage with less room than the least block of
 * the class will not do, nor will a big cloud that lets nodes and no clusters of that size. Inference in real time
 * needs a region near the users. What finds no room waits, up to a patience that is drawn anew for each wait, then
 * gives up for a while.
 */
#include "goodput.h"
#include "leasing.h"

/* Effective P of an idle card of generation g that serves a workload, as tenants rank it; the split gives a share of
 * it. */
static double worth_of(const struct world *w, enum workload k, int g)
{
    const struct vintages *v = &w->vintages;
    double quality = v->offered_work[g] / v->offered_cards[g];
    double share = k == TRAINING ? w->market.training_share[g] : 1 - w->market.training_share[g];
    return quality * share * w->generations.effective_p[k][g] * w->market.preference[k][g];
}

/* Brings the weights of generation g up to date. */
static void weigh(struct world *w, int g)
{
    struct leasing *state = leasing_state(w);
    const struct vintages *v = &w->vintages;
    double idle = max_of(0, v->offered_cards[g] - v->let_cards[g] - w->leases.vacated_cards[g]);
    for (int k = 0, i = state->place[g]; k < WORKLOADS; k++) {
        double weight = idle * state->worth[k][i];
        state->weights[k] += weight - state->weight[k][i];
        state->weight[k][i] = weight;
    }
}

static void offer(struct world *w, int g)
{
    struct leasing *state = leasing_state(w);
    int i = state->offered_count++;
    state->place[g] = i;
    state->offered[i] = g;
    for (int k = 0; k < WORKLOADS; k++) {
        state->worth[k][i] = worth_of(w, (enum workload)k, g);
        state->weight[k][i] = 0;
    }
    weigh(w, g);
}

void lease_weigh_all(struct world *w)
{
    struct leasing *state = leasing_state(w);
    lease_room_for_vacated(w);
    state->offered_count = 0;
    state->weights[TRAINING] = state->weights[INFERENCE] = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (w->vintages.offered_cards[g] > 0)
            offer(w, g);
}

/* What decides where a request goes is free effective P; for who cannot see the card its peak, whatever it delivers.
 * Returns the sum. */
static double weigh_by_peak(const struct world *w, enum workload k, double weight[MAX_GENERATIONS])
{
    const struct leasing *state = leasing_state(w);
    double sum = 0;
    for (int i = 0; i < state->offered_count; i++) {
        int g = state->offered[i];
        double e = w->generations.effective_p[k][g] * w->market.preference[k][g];
        sum += weight[i] = e > 0 ? state->weight[k][i] / e * w->generations.pflops_fp16[g] : 0;
    }
    return sum;
}

/* The place of one drawn in proportion to its weight, or -1 if there is none left. Where the draw falls is counted, not
 * searched: nobody can predict the end of a search. */
static int draw_place(const double *weight, int count, double sum, double u)
{
    double below = 0;
    int place = 0;
    for (int i = 0; i < count; i++)
        place += (below += weight[i]) <= u * sum;
    place -= place == count;
    while (place >= 0 && weight[place] <= 0) /* u * sum was rounded up to the sum, or there is none */
        place--;
    return place;
}

/* The next whole number, of one that is not negative: without SSE4.1 ceil is a call. */
static double rounded_up(double x)
{
    double whole = (double)(long)x;
    return whole + (whole < x);
}

/* Whole servers, but whole cards for a tenant that needs less than one. */
static double whole_units(double cards, double unit)
{
    return cards < unit ? rounded_up(cards) : (double)(long)(cards / unit + 0.5) * unit;
}

/* What a vintage must have. */
struct request {
    double cards, least; /* in one place */
    uint32_t owners, regions; /* bits of those that will do */
};

static inline double room_in(const struct vintage *row, const float *vacated, uint32_t vintage)
{
    return row[vintage].cards - row[vintage].let_cards - (double)vacated[vintage];
}

static inline bool suits(const struct vintage *v, const struct request *request)
{
    return request->owners >> v->owner_class & request->regions >> v->region & 1;
}

/* A vintage of g with room for all cards, else the one with the most room, looked for from a random place; UINT32_MAX
 * if none has room for the least. Tells the room. */
static uint32_t find_vintage(const struct world *w, int g, const struct request *request, double u, double *most)
{
    const struct vintage *row = w->vintages.row;
    const float *vacated = leasing_state(w)->vacated;
    const uint32_t *list = w->vintages.of_generation[g];
    size_t count = w->vintages.generation_count[g], at = (size_t)(long)(u * (double)(long)count);
    uint32_t best = UINT32_MAX;
    *most = request->least - 0.5;
    for (size_t left = count; left; left--) {
        uint32_t id = list[at++];
        double room = room_in(row, vacated, id);
        at = at == count ? 0 : at;
        if (room <= *most || !suits(&row[id], request))
            continue;
        best = id, *most = room;
        if (room >= request->cards)
            break;
    }
    return best;
}

static uint32_t owners_of_clusters(const struct leasing *state, double cards)
{
    uint32_t bits = 0;
    for (size_t o = 0; o < state->owners; o++)
        bits |= (uint32_t)(state->owner[o].largest_cluster >= cards) << o;
    return bits;
}

static inline struct request request_for(const struct world *w, const struct tenant *t, enum workload k, int g,
                                         double lacks, const struct uniform *uniform)
{
    const struct leasing *state = leasing_state(w);
    const struct leasing_row *row = &state->row[t->class_];
    double unit = w->generations.cards_per_server[g];
    double wanted = lacks / w->generations.effective_p[k][g];
    if (k == TRAINING)
        wanted /= goodput_of(w, wanted, false);
    double cards = min_of(row->largest_cards, whole_units(wanted, unit));
    const double least[WORKLOADS] = {[TRAINING] = min_of(cards, row->least_cards), [INFERENCE] = 1}; /* no branch */
    bool near = (k == INFERENCE) & (kind_uniform(uniform, KIND_REALTIME) < w->regions.realtime_share_now);
    return (struct request){.cards = cards,
                            .least = least[k],
                            .regions = near ? state->near : UINT32_MAX,
                            .owners =
                                least[k] <= state->any_cluster ? UINT32_MAX : owners_of_clusters(state, least[k])};
}

/* The generation of the tenant's cluster, if training is coupled and it has one; else -1. */
static int own_generation(const struct world *w, const struct tenant *t, enum workload k)
{
    if (leasing_state(w)->settings->coupling <= 0 || k != TRAINING)
        return -1;
    uint32_t newest = t->first_lease[TRAINING];
    return newest == UINT32_MAX ? -1 : w->leases.row[newest].generation;
}

/* A vintage of that generation for what the tenant lacks, and how many of its cards. */
static inline uint32_t look_in(const struct world *w, const struct tenant *t, enum workload k, int g, double lacks,
                               const struct uniform *uniform, double *cards)
{
    struct request request = request_for(w, t, k, g, lacks, uniform);
    double room, quality;
    uint32_t vintage = find_vintage(w, g, &request, uniform->place, &room);
    if (vintage == UINT32_MAX)
        return vintage;
    if ((quality = (double)w->vintages.row[vintage].quality) != 1)
        request.cards = min_of(request.cards, whole_units(lacks / w->generations.effective_p[k][g] / quality,
                                                          w->generations.cards_per_server[g]));
    *cards = min_of(request.cards, room);
    return vintage;
}

/* Asks for generation after generation, each drawn by what is left, until one has what it takes. */
static uint32_t look_around(const struct world *w, const struct tenant *t, enum workload k, double lacks,
                            const struct uniform *uniform, double *cards)
{
    enum { MOST_TRIED = 4 };
    const struct leasing *state = leasing_state(w);
    double left[MAX_GENERATIONS], sum = state->weights[k];
    const double *weight = state->weight[k];
    if (kind_uniform(uniform, KIND_OPAQUE) < state->settings->opaque_share) {
        sum = weigh_by_peak(w, k, left);
        weight = left;
    }
    for (int tried = 0; tried < MOST_TRIED; tried++) {
        int place = draw_place(weight, state->offered_count, sum, uniform->generation);
        uint32_t vintage = place < 0 ? UINT32_MAX : look_in(w, t, k, state->offered[place], lacks, uniform, cards);
        if (vintage != UINT32_MAX || place < 0)
            return vintage;
        if (weight != left)
            memcpy(left, weight, (size_t)state->offered_count * sizeof *left);
        sum -= left[place];
        left[place] = 0;
        weight = left;
    }
    return UINT32_MAX;
}

/* The vintage of the tenant's own supplier with the most room for a workload, and how many of its cards. */
static uint32_t look_at_supplier(const struct world *w, const struct tenant *t, enum workload k, double lacks,
                                 const struct uniform *uniform, double *cards)
{
    const struct vintage *row = w->vintages.row;
    uint32_t best = UINT32_MAX;
    double most = 0, its_room = 0;
    for (uint32_t id = w->firms.first_vintage[t->supplier - 1]; id != UINT32_MAX; id = row[id].next_of_firm) {
        double room = row[id].on_offer ? room_in(row, leasing_state(w)->vacated, id) : 0;
        double p = room * w->generations.effective_p[k][row[id].generation];
        if (p > most)
            best = id, most = p, its_room = room;
    }
    if (best != UINT32_MAX)
        *cards = min_of(its_room, request_for(w, t, k, row[best].generation, lacks, uniform).cards);
    return best;
}

/* The halves of a uniform number. */
static inline void split_in_two(double u, double *high, double *low)
{
    int64_t bits = (int64_t)(u * 0x1p52);
    *high = ((double)(bits >> 26) + 0.5) * 0x1p-26;
    *low = ((double)(bits & 0x3ffffff) + 0.5) * 0x1p-26;
}

static inline struct uniform draw_uniforms(struct world *w, uint32_t tenant, bool in_the_past)
{
    const double *draw = lease_draws(w, tenant);
    struct uniform uniform = {.kinds = (int64_t)(draw[DRAW_KINDS] * 0x1p52), .clock = draw[DRAW_CLOCK], .age = 0};
    split_in_two(draw[DRAW_WHERE], &uniform.generation, &uniform.place);
    split_in_two(draw[DRAW_TERM], &uniform.term, &uniform.vacancy);
    if (in_the_past) {
        struct stream random = lease_stream(w, tenant, OCCASION_AGE | w->tenants.row[tenant].requests);
        uniform.age = stream_uniform(&random);
    }
    return uniform;
}

/* Finds a tenant what it lacks of a workload in one place, as far as it goes: at its own supplier first. Whether any. */
bool lease_serve(struct world *w, uint32_t tenant, enum workload k, double lacks, bool in_the_past)
{
    const struct tenant *t = &w->tenants.row[tenant];
    struct uniform uniform = draw_uniforms(w, tenant, in_the_past);
    double cards = 0;
    int own = own_generation(w, t, k);
    uint32_t vintage = t->supplier ? look_at_supplier(w, t, k, lacks, &uniform, &cards) : UINT32_MAX;
    if (vintage == UINT32_MAX && own >= 0)
        vintage = look_in(w, t, k, own, lacks, &uniform, &cards);
    if (vintage == UINT32_MAX)
        vintage = look_around(w, t, k, lacks, &uniform, &cards);
    if (vintage == UINT32_MAX)
        return false;
    lease_sign(w, tenant, k, vintage, cards, &uniform);
    weigh(w, w->vintages.row[vintage].generation);
    return true;
}

/* -- waiting ------------------------------------------------------------------------------------------------------- */

enum { OCCASION_MASK = 0x1fffff };

static bool is_away(const struct world *w, uint32_t tenant, enum workload k)
{
    return w->tenants.row[tenant].gave_up && (double)leasing_state(w)->waiting[tenant][k].away_until > w->sim->now;
}

/* A need that was not met in this step: its wait begins, goes on, or ends with the patience. */
static void wait_for(struct world *w, uint32_t tenant, enum workload k, double lacks)
{
    struct leasing *state = leasing_state(w);
    if (isnan(state->settings->patience_yr))
        return;
    struct waiting *wait = &state->waiting[tenant][k];
    uint32_t step = (uint32_t)w->sim->step + 1;
    if (wait->seen + 1 < step) {
        struct stream s = lease_stream(
            w, tenant, OCCASION_WAIT | ((w->tenants.row[tenant].requests * WORKLOADS + k) & OCCASION_MASK));
        wait->gives_up = (float)(w->sim->now + state->settings->patience_yr * stream_exponential(&s));
    }
    wait->seen = step;
    if ((double)wait->gives_up > w->sim->now)
        return;
    wait->away_until = (float)(w->sim->now + state->settings->away_yr);
    wait->seen = 0;
    w->tenants.row[tenant].gave_up = true;
    state->reneged_p += lacks;
}

static void queue_up(struct world *w, uint32_t tenant, enum workload k, double lacks)
{
    struct leasing *state = leasing_state(w);
    WORLD_GROW(w, state->unmet, state->unmet_count, state->unmet_room);
    state->unmet[state->unmet_count++] = (struct unmet){tenant, k, lacks};
}

void lease_keep_away(struct world *w, uint32_t tenant, enum workload k, double until)
{
    leasing_state(w)->waiting[tenant][k].away_until = (float)until;
    w->tenants.row[tenant].gave_up = true;
}

/* -- requests ------------------------------------------------------------------------------------------------------ */

/* A tenant asks when it holds less than the least, and sheds hours on demand when it holds more than the most; a need
 * of one. */
struct range {
    double least[WORKLOADS], most[WORKLOADS];
};

static struct range range_of(const struct world *w, size_t class_)
{
    const struct leasing_settings *s = leasing_state(w)->settings;
    const double *wanted = w->tenants.wanted[class_];
    return (struct range){.least = {wanted[TRAINING] * (1 - s->least_gap), wanted[INFERENCE] * (1 - s->least_gap)},
                          .most = {wanted[TRAINING] * s->excess, wanted[INFERENCE] * s->excess}};
}

/* Spreads the k-th tenants over a month: multiples of the golden section, less whole ones. */
static double day_of(uint32_t k)
{
    double turns = (k & ~FROM_THE_START) * 0.6180339887498949;
    return turns - (double)(long)turns;
}

/* A tenant reviews its needs once a month, on a day of its own: letting must not go faster because steps are shorter.
 */
static bool reviews(const struct world *w, const struct tenant *t)
{
    double day = day_of(t->k);
    double from = w->sim->step_start * MONTHS_PER_YEAR - day, to = w->sim->step_end * MONTHS_PER_YEAR - day;
    return (long)to > (long)from;
}

/* One centre after another, until it has found nearly all it looked for. */
static void sign_with_several(struct world *w, uint32_t tenant, enum workload k, double desire)
{
    const struct leasing_settings *s = leasing_state(w)->settings;
    double lacks = desire - demand_held(w, tenant, k), enough = s->least_gap * lacks;
    for (double centres = 0; centres < s->most_centres && lacks > enough; centres++) {
        if (!lease_serve(w, tenant, k, lacks, false))
            return;
        lacks = desire - demand_held(w, tenant, k);
    }
}

static void ask(struct world *w, uint32_t tenant, enum workload k, double desire)
{
    if (is_away(w, tenant, k))
        return;
    if (reviews(w, &w->tenants.row[tenant]))
        sign_with_several(w, tenant, k, desire);
    double lacks = max_of(0, desire - demand_held(w, tenant, k));
    w->leases.unmet_p[k] += lacks;
    if (lacks <= leasing_state(w)->settings->least_gap * desire)
        return;
    wait_for(w, tenant, k, lacks);
    if (sim_enabled(w->sim, &model_presale))
        queue_up(w, tenant, k, lacks);
}

/* Hours on demand end the day they are not needed. */
static void shed_on_demand(struct world *w, uint32_t tenant, enum workload k, double desire)
{
    const struct tenant *t = &w->tenants.row[tenant];
    for (uint32_t id = t->first_lease[k], next; id != UINT32_MAX; id = next) {
        const struct lease *l = &w->leases.row[id];
        next = l->next;
        if (l->billing == BILLING_ON_DEMAND && demand_held(w, tenant, k) - l->effective_p >= desire)
            lease_end(w, id, LEASE_TERMINATED);
    }
    demand_note_hourly(w, tenant, (int)k, INFINITY);
    for (uint32_t id = t->first_lease[k]; id != UINT32_MAX; id = w->leases.row[id].next)
        if (w->leases.row[id].billing == BILLING_ON_DEMAND)
            lease_note_hourly(w, &w->leases.row[id]);
}

/* What a tenant is below the least, or above what it wants with its smallest lease on demand given up: negative within.
 */
static inline double off_range(double need_p, double held, double hourly_p, double least, double wanted)
{
    return max_of(need_p * least - held, held - hourly_p - need_p * wanted);
}

/* Without branches, so that compilers take several tenants at a time. */
static void measure_class(const struct world *w, size_t class_, const struct range *range, size_t from, size_t count,
                          double *restrict training, double *restrict inference)
{
    const struct cohort *c = &w->tenants.cohort[class_];
    const double *need_p = c->need_p + from, *share = c->training_share + from, *wanted = w->tenants.wanted[class_];
    const double *held_t = c->held[TRAINING] + from, *held_i = c->held[INFERENCE] + from;
    const double *hourly_t = c->hourly_p[TRAINING] + from, *hourly_i = c->hourly_p[INFERENCE] + from;
    double least_t = range->least[TRAINING], least_i = range->least[INFERENCE], wanted_t = wanted[TRAINING],
           wanted_i = wanted[INFERENCE];
    double of_all = c->training_share[0];
    bool alike = c->alike;
    for (size_t i = 0; i < count; i++) {
        double trains = alike ? of_all : share[i];
        training[i] = off_range(need_p[i] * trains, held_t[i], hourly_t[i], least_t, wanted_t);
        inference[i] = off_range(need_p[i] * (1 - trains), held_i[i], hourly_i[i], least_i, wanted_i);
    }
}

/* Marks the needs of a class that may not be met, or held more than met on demand: most are neither. */
static void mark_attended(struct world *w, size_t class_, const struct range *range)
{
    const struct cohort *c = &w->tenants.cohort[class_];
    enum { PART = 128 };
    double training[PART], inference[PART];
    uint32_t need[WORKLOADS * PART];
    for (size_t from = 0; from < c->count; from += PART) {
        size_t count = c->count - from < PART ? c->count - from : PART, found = 0;
        measure_class(w, class_, range, from, count, training, inference);
        for (size_t i = 0; i < count; i++) {
            uint32_t first = c->tenant[from + i] * WORKLOADS;
            need[found] = first + TRAINING;
            found += training[i] >= 0;
            need[found] = first + INFERENCE;
            found += inference[i] >= 0;
        }
        for (size_t i = 0; i < found; i++)
            leasing_state(w)->attended[need[i] / 64] |= (uint64_t)1 << need[i] % 64;
    }
}

static void attend_to(struct world *w, uint32_t tenant, enum workload k, const struct range *range)
{
    const struct tenant *t = &w->tenants.row[tenant];
    const struct cohort *c = &w->tenants.cohort[t->class_];
    double need_p = demand_need(w, tenant, k), held = c->held[k][t->place];
    double desire = need_p * w->tenants.wanted[t->class_][k];
    if (held < need_p * range[t->class_].least[k])
        ask(w, tenant, k, desire);
    else if (held > need_p * range[t->class_].most[k] && held - c->hourly_p[k][t->place] >= desire)
        shed_on_demand(w, tenant, k, desire);
}

/* Lists those marked, from need `from` until before `until`, after the `count` that are. Returns how many then are. */
static size_t list_those(const struct world *w, size_t from, size_t until, size_t count)
{
    uint32_t *asking = leasing_state(w)->asking;
    for (size_t word = from / 64; word < words_of(until); word++) {
        uint64_t bits = leasing_state(w)->attended[word];
        bits &= word == from / 64 ? ~(uint64_t)0 << from % 64 : ~(uint64_t)0;
        bits &= word == until / 64 ? ~(~(uint64_t)0 << until % 64) : ~(uint64_t)0;
        for (; bits; bits &= bits - 1)
            asking[count++] = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
    }
    return count;
}

/* All of them are fetched from memory at a time, not one after another. */
static void fetch_those(const struct world *w, const uint32_t *asking, size_t count)
{
    const struct leasing *state = leasing_state(w);
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(&w->tenants.row[asking[i] / WORKLOADS]);
        __builtin_prefetch(&state->ahead[asking[i] / WORKLOADS]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct tenant *t = &w->tenants.row[asking[i] / WORKLOADS];
        const double *u = state->ahead[asking[i] / WORKLOADS].u;
        uint32_t newest = t->first_lease[asking[i] % WORKLOADS];
        if (u)
            __builtin_prefetch(u + t->requests % OCCASIONS_AHEAD * DRAWS);
        if (newest != UINT32_MAX)
            __builtin_prefetch(&w->leases.row[newest]);
    }
}

/* The tenant that came as number `n` of those present. */
static size_t nth_present(const struct tenants *table, size_t n)
{
    size_t word = 0, before = 0, here;
    for (; before + (here = (size_t)__builtin_popcountll(table->here[word])) <= n; word++)
        before += here;
    uint64_t bits = table->here[word];
    for (; before < n; before++)
        bits &= bits - 1;
    return word * 64 + (size_t)__builtin_ctzll(bits);
}

/* Tenants are served in an order that starts elsewhere every step, so that none is always first. */
static void attend_to_all(struct world *w)
{
    size_t present = w->tenants.present;
    struct range range[MAX_TENANT_CLASSES];
    memset(leasing_state(w)->attended, 0, words_of(w->tenants.count * WORKLOADS) * sizeof *leasing_state(w)->attended);
    for (size_t class_ = 0; class_ < MAX_TENANT_CLASSES; class_++) {
        range[class_] = range_of(w, class_);
        mark_attended(w, class_, &range[class_]);
    }
    size_t first = present ? nth_present(&w->tenants, w->sim->step * 7919 % present) : 0;
    const uint32_t *asking = leasing_state(w)->asking;
    size_t count = list_those(w, first * WORKLOADS, w->tenants.count * WORKLOADS, 0);
    count = list_those(w, 0, first * WORKLOADS, count);
    fetch_those(w, asking, count);
    for (size_t i = 0; i < count; i++)
        attend_to(w, asking[i] / WORKLOADS, (enum workload)(asking[i] % WORKLOADS), range);
}

void lease_request(struct world *w)
{
    w->leases.unmet_p[TRAINING] = w->leases.unmet_p[INFERENCE] = 0;
    leasing_state(w)->unmet_count = 0;
    lease_release_vacated(w);
    lease_weigh_all(w);
    lease_price_markets(w);
    lease_room_for_tenants(w);
    attend_to_all(w);
}
