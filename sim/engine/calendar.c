/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ladder queue (Tang, Goh and Thng 2005, "Ladder queue: an O(1) priority queue structure") with lazy cancellation.
 *
 * An event lies in a slot that its handle names; what is ordered is a 24-byte entry that points to the slot. Entries
 * wait, from the latest to the earliest, in
 *     far      an unsorted list of what lies beyond the ladder;
 *     rungs    rows of buckets, each row spreading one bucket of the row above;
 *     bottom   a short sorted list, the bucket whose turn it is;
 *     heap     what belongs into the bottom but would move too many of its entries, or cannot be spread.
 * Where an entry goes is a monotone function of its time alone, computed by the same expression at every push, so that
 * ties always meet in the same place and rounding cannot reorder anything. A cancelled event leaves its entry behind,
 * whose stamp no longer agrees with the slot's; it is dropped when its turn comes, or when such entries are the
 * majority. Events at +inf, which never come, have a slot and no entry.
 *
 * A bad guess of a width costs time, never order: a full bucket is spread again, up to RUNGS times; a bottom that
 * swells spills into the heap; and when a quarter as many entries have met the heap as are pending, all is spread
 * afresh.
 *
 * What decides the speed is branches the processor guesses wrong and, from 1e5 pending on, lines it has to wait for. So
 * buckets have room of their own, a small one is sorted by rank, and slots and chunks are asked for ahead of their
 * turn.
 */
#include "calendar.h"

#include "sim/base/memory.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NONE UINT32_MAX /* no slot, no chunk */

/* What pushing and popping do most of the time is one piece of code, what they seldom do is out of its way. */
#define HOT __attribute__((always_inline))
#define COLD __attribute__((noinline))

enum {
    RUNGS = 8,
    BUCKETS_MIN = 16,
    BUCKETS_MAX = 4096,
    FIRST_BUCKET_TARGET = 3, /* of the entries that are there; by the time its turn comes a bucket holds more */
    BUCKET_TARGET = 6, /* on the rungs below, which are soon used up */
    BUCKET_OWN = 16, /* entries a bucket has room for without a chunk; as many are sorted by rank */
    CHUNK_ENTRIES = 32,
    BOTTOM_TARGET = 32, /* a bucket up to here is sorted at once */
    BOTTOM_MAX = 64, /* up to here in place, whatever it is */
    SHIFT_MAX = 32, /* entries an insertion into the bottom may move */
    BOTTOM_MARGIN = 32, /* free places before a fresh bottom */
    SAMPLE = 33, /* of the far list, for its median */
    CACHE_LINE_BYTES = 64,
    HUGE_PAGE_BYTES = 2 << 20,
};

struct entry {
    double time;
    uint64_t order; /* priority above sequence */
    uint32_t slot, stamp;
};

struct slot {
    _Alignas(32) struct event event; /* never in two cache lines */
    uint32_t stamp;
    uint32_t next; /* free slot after this one */
    bool has_entry; /* somewhere below, under this stamp */
};

struct list {
    struct entry *entry;
    size_t count, capacity;
};

/* The first BUCKET_OWN entries lie in the rung, the others in chunks: a ring, the last one's next is the first. */
struct bucket {
    uint32_t count, last;
};

struct rung {
    double start, per_year; /* buckets a year */
    double end; /* the number of buckets */
    uint32_t buckets, next; /* next: the first whose turn has not come */
    struct bucket *bucket;
    struct entry (*own)[BUCKET_OWN];
    uint32_t capacity; /* buckets */
};

struct calendar {
    struct calendar_front front; /* none is earlier than `soonest`: of the last entry looked at, or pushed since */
    struct list far, heap, bottom;
    size_t head; /* first entry of the bottom; the list's count is its end */
    double limit; /* without rungs: up to here the bottom, beyond it far */
    int rungs; /* in use */
    size_t pending, stale, met_heap;

    struct slot *slot;
    uint32_t slots, slot_capacity, free_slot;

    struct entry (*chunk)[CHUNK_ENTRIES];
    uint32_t *chunk_next;
    uint32_t chunks, chunk_capacity, free_chunk;

    struct rung rung[RUNGS];
};

/* Memory */

/* Large arrays are met at random: whole huge pages spare the processor a page walk at each entry. */
static void *grown(void *old, size_t old_bytes, size_t bytes)
{
    size_t alignment = bytes < HUGE_PAGE_BYTES ? 64 : HUGE_PAGE_BYTES;
    bytes = (bytes + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, bytes);
    if (!memory)
        memory_fail(bytes);
    if (alignment == HUGE_PAGE_BYTES)
        madvise(memory, bytes, MADV_HUGEPAGE);
    if (old_bytes)
        memcpy(memory, old, old_bytes);
    free(old);
    return memory;
}

COLD static void list_grow(struct list *list)
{
    size_t capacity = list->capacity ? 2 * list->capacity : 4 * BOTTOM_MAX;
    list->entry = grown(list->entry, list->capacity * sizeof *list->entry, capacity * sizeof *list->entry);
    list->capacity = capacity;
}

static inline void list_append(struct list *list, struct entry entry)
{
    if (list->count == list->capacity)
        list_grow(list);
    list->entry[list->count++] = entry;
}

COLD static void slots_grow(struct calendar *c)
{
    uint32_t capacity = c->slot_capacity ? 2 * c->slot_capacity : 256;
    assert(capacity > c->slot_capacity);
    c->slot = grown(c->slot, c->slot_capacity * sizeof *c->slot, capacity * sizeof *c->slot);
    for (uint32_t i = c->slot_capacity; i < capacity; i++)
        c->slot[i] = (struct slot){.stamp = 1};
    c->slot_capacity = capacity;
}

static void chunks_grow(struct calendar *c)
{
    uint32_t capacity = c->chunk_capacity ? 2 * c->chunk_capacity : 256;
    assert(capacity > c->chunk_capacity);
    c->chunk = grown(c->chunk, c->chunk_capacity * sizeof *c->chunk, capacity * sizeof *c->chunk);
    c->chunk_next = grown(c->chunk_next, c->chunk_capacity * sizeof *c->chunk_next, capacity * sizeof *c->chunk_next);
    c->chunk_capacity = capacity;
}

/* Only while the rung's buckets are empty. */
static void rung_grow(struct rung *rung, uint32_t buckets)
{
    free(rung->bucket);
    free(rung->own);
    rung->bucket = grown(NULL, 0, buckets * sizeof *rung->bucket);
    rung->own = grown(NULL, 0, buckets * sizeof *rung->own);
    memset(rung->bucket, 0, buckets * sizeof *rung->bucket);
    memset(rung->own, 0, buckets * sizeof *rung->own);
    rung->capacity = buckets;
}

static inline uint32_t slot_take(struct calendar *c)
{
    uint32_t slot = c->free_slot;
    if (slot != NONE) {
        c->free_slot = c->slot[slot].next;
        return slot;
    }
    if (c->slots == c->slot_capacity)
        slots_grow(c);
    return c->slots++;
}

static inline void slot_restamp(struct slot *slot)
{
    if (!++slot->stamp)
        slot->stamp = 1; /* 0 means no event */
}

static inline void slot_release(struct calendar *c, uint32_t slot)
{
    slot_restamp(&c->slot[slot]);
    c->slot[slot].next = c->free_slot;
    c->free_slot = slot;
    c->pending--;
}

static inline uint32_t chunk_take(struct calendar *c)
{
    uint32_t chunk = c->free_chunk;
    if (chunk != NONE) {
        c->free_chunk = c->chunk_next[chunk];
        return chunk;
    }
    if (c->chunks == c->chunk_capacity)
        chunks_grow(c);
    return c->chunks++;
}

/* The order */

static inline bool earlier(const struct entry *a, const struct entry *b)
{
    return (a->time < b->time) | ((a->time == b->time) & (a->order < b->order));
}

static inline bool is_stale(const struct calendar *c, const struct entry *entry)
{
    return c->slot[entry->slot].stamp != entry->stamp;
}

/* The heap */

COLD static void heap_push(struct list *heap, struct entry entry)
{
    list_append(heap, entry);
    size_t i = heap->count - 1;
    while (i && earlier(&entry, &heap->entry[(i - 1) / 2])) {
        heap->entry[i] = heap->entry[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap->entry[i] = entry;
}

COLD static void heap_pop(struct list *heap)
{
    struct entry entry = heap->entry[--heap->count];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < heap->count) {
        if (child + 1 < heap->count && earlier(&heap->entry[child + 1], &heap->entry[child]))
            child++;
        if (!earlier(&heap->entry[child], &entry))
            break;
        heap->entry[i] = heap->entry[child];
        i = child;
    }
    heap->entry[i] = entry;
}

/* The bottom */

static void bottom_clear(struct calendar *c)
{
    c->head = c->bottom.count = BOTTOM_MARGIN;
}

static bool bottom_empty(const struct calendar *c)
{
    return c->head == c->bottom.count && !c->heap.count;
}

/* The place of a new entry: after all that are not later. */
static size_t bottom_place(const struct calendar *c, const struct entry *entry)
{
    size_t low = c->head, count = c->bottom.count - low;
    while (count) {
        size_t half = count / 2;
        bool after = !earlier(entry, &c->bottom.entry[low + half]);
        low = after ? low + half + 1 : low;
        count = after ? count - half - 1 : half;
    }
    return low;
}

/* The bottom wanders through its array: moves it back, or if it is long doubles the array. */
static void bottom_make_room(struct calendar *c)
{
    size_t count = c->bottom.count - c->head;
    if (count + BOTTOM_MARGIN > c->bottom.capacity / 2) {
        list_grow(&c->bottom);
        return;
    }
    memmove(c->bottom.entry + BOTTOM_MARGIN, c->bottom.entry + c->head, count * sizeof *c->bottom.entry);
    c->head = BOTTOM_MARGIN;
    c->bottom.count = BOTTOM_MARGIN + count;
}

/* Puts an entry between the others, moving those on the shorter side. */
COLD static void bottom_insert(struct calendar *c, const struct entry *entry)
{
    if (c->bottom.count == c->bottom.capacity)
        bottom_make_room(c);
    struct entry *list = c->bottom.entry;
    size_t end = c->bottom.count;
    if (c->head == end || !earlier(entry, &list[end - 1])) {
        list[c->bottom.count++] = *entry;
        return;
    }
    size_t at = bottom_place(c, entry), before = at - c->head, after = end - at;
    if (c->head && before < after && before <= SHIFT_MAX) {
        for (size_t i = --c->head; i + 1 < at; i++)
            list[i] = list[i + 1];
        list[at - 1] = *entry;
    } else if (after <= SHIFT_MAX) {
        for (size_t i = c->bottom.count++; i > at; i--)
            list[i] = list[i - 1];
        list[at] = *entry;
    } else {
        heap_push(&c->heap, *entry);
        c->met_heap++;
    }
}

/* Sorts a fresh bottom by insertion. One that is long (it could not be spread) and out of order becomes the heap
 * instead. */
static void bottom_sort(struct calendar *c)
{
    struct entry *first = c->bottom.entry + c->head;
    size_t count = c->bottom.count - c->head;
    for (size_t i = 1; i < count; i++) {
        if (!earlier(&first[i], &first[i - 1]))
            continue;
        if (count > BOTTOM_MAX) {
            for (size_t k = 0; k < count; k++)
                heap_push(&c->heap, first[k]);
            bottom_clear(c);
            return;
        }
        struct entry entry = first[i];
        size_t k = i;
        do {
            first[k] = first[k - 1];
            k--;
        } while (k && earlier(&entry, &first[k - 1]));
        first[k] = entry;
    }
}

/* The slot will be wanted when the entry's turn comes. */
static inline void bottom_append(struct calendar *c, const struct entry *entry)
{
    __builtin_prefetch(&c->slot[entry->slot]);
    list_append(&c->bottom, *entry);
}

typedef double pair __attribute__((vector_size(16)));
typedef int64_t pair_of_counts __attribute__((vector_size(16)));

/* How many of eight times are before `own`. */
static inline int64_t rank_among_8(const pair time[4], double own)
{
    pair mine = {own, own};
    pair_of_counts before = ((time[0] < mine) + (time[1] < mine)) + ((time[2] < mine) + (time[3] < mine));
    return -(before[0] + before[1]);
}

/* A few entries, in a bucket's own room, go straight to their ranks: n^2 comparisons of times, but two at a time and
 * none that the processor has to guess. Two entries with one time would get one rank; then the ranks do not add up. */
static void bottom_rank(struct calendar *c, const struct entry *entry, size_t count)
{
    pair time[BUCKET_OWN / 2];
    pair_of_counts number = {0, 1}, counts = {(int64_t)count, (int64_t)count};
    bool few = count <= BUCKET_OWN / 2;
    for (size_t i = 0; i < (few ? BUCKET_OWN / 4 : BUCKET_OWN / 2); i++, number += 2) {
        pair both = {entry[2 * i].time, entry[2 * i + 1].time}, never = {HUGE_VAL, HUGE_VAL};
        pair_of_counts there = number < counts;
        time[i] = (pair)((there & (pair_of_counts)both) | (~there & (pair_of_counts)never));
    }
    struct entry *first = c->bottom.entry + BOTTOM_MARGIN;
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(&c->slot[entry[i].slot]);
        int64_t rank = rank_among_8(time, entry[i].time);
        if (!few)
            rank += rank_among_8(time + BUCKET_OWN / 4, entry[i].time);
        first[rank] = entry[i];
        sum += (size_t)rank;
    }
    c->head = BOTTOM_MARGIN;
    c->bottom.count = BOTTOM_MARGIN + count;
    if (sum == count * (count - 1) / 2)
        return;
    memcpy(first, entry, count * sizeof *entry);
    bottom_sort(c);
}

/* The rungs */

/* The bucket a time falls into; monotone, whatever the rounding. Beyond the rung: the number of its buckets. */
static inline uint32_t rung_bucket(const struct rung *rung, double time)
{
    double place = (time - rung->start) * rung->per_year;
    place = place > 0 ? place : 0;
    return (uint32_t)(int64_t)(place < rung->end ? place : rung->end);
}

COLD static void chunk_append(struct calendar *c, struct bucket *bucket, uint32_t place, const struct entry *entry)
{
    uint32_t within = place % CHUNK_ENTRIES;
    if (!within) {
        uint32_t chunk = chunk_take(c);
        if (place) {
            c->chunk_next[chunk] = c->chunk_next[bucket->last];
            c->chunk_next[bucket->last] = chunk;
        } else {
            c->chunk_next[chunk] = chunk;
        }
        bucket->last = chunk;
    }
    c->chunk[bucket->last][within] = *entry;
}

static inline void rung_append(struct calendar *c, struct rung *rung, uint32_t number, const struct entry *entry)
{
    struct bucket *bucket = &rung->bucket[number];
    uint32_t place = bucket->count++;
    if (place < BUCKET_OWN)
        rung->own[number][place] = *entry;
    else
        chunk_append(c, bucket, place - BUCKET_OWN, entry);
}

/* Empties a bucket, giving back its ring of chunks. */
static void bucket_clear(struct calendar *c, struct bucket *bucket)
{
    if (bucket->count > BUCKET_OWN) {
        uint32_t first = c->chunk_next[bucket->last];
        c->chunk_next[bucket->last] = c->free_chunk;
        c->free_chunk = first;
    }
    bucket->count = 0;
}

/* A bucket's entries in the order they came, in runs that lie together. Chunks may move while entries are added
 * elsewhere: a run is good until the next append. */
struct run {
    const struct entry *entry;
    uint32_t count, seen, chunk;
};

static bool next_run(const struct calendar *c, const struct rung *rung, uint32_t number, struct run *run)
{
    const struct bucket *bucket = &rung->bucket[number];
    run->seen += run->count;
    uint32_t left = bucket->count - run->seen;
    if (!left)
        return false;
    uint32_t room = run->seen ? CHUNK_ENTRIES : BUCKET_OWN;
    run->count = left < room ? left : room;
    if (!run->seen) {
        run->entry = rung->own[number];
        return true;
    }
    run->chunk = c->chunk_next[run->seen == BUCKET_OWN ? bucket->last : run->chunk];
    run->entry = c->chunk[run->chunk];
    const struct entry *after = c->chunk[c->chunk_next[run->chunk]];
    for (size_t byte = 0; byte < sizeof *c->chunk; byte += CACHE_LINE_BYTES)
        __builtin_prefetch((const char *)after + byte);
    return true;
}

/* Opens a rung over [start, end]; NULL if times so close cannot be told apart. */
static struct rung *rung_open(struct calendar *c, double start, double end, size_t wanted)
{
    if (c->rungs == RUNGS)
        return NULL;
    uint32_t buckets = wanted < BUCKETS_MIN ? BUCKETS_MIN : wanted > BUCKETS_MAX ? BUCKETS_MAX : (uint32_t)wanted;
    double per_year = buckets / (end - start);
    if (!isfinite(per_year) || !(per_year > 0))
        return NULL;
    struct rung *rung = &c->rung[c->rungs++];
    if (rung->capacity < buckets)
        rung_grow(rung, buckets);
    rung->start = start;
    rung->per_year = per_year;
    rung->buckets = buckets;
    rung->end = buckets;
    rung->next = 0;
    return rung;
}

/* Spreads a large bucket over a new rung; false if that cannot be done. */
static bool bucket_spread(struct calendar *c, struct rung *from, uint32_t number)
{
    double start = HUGE_VAL, end = -HUGE_VAL;
    for (struct run run = {0}; next_run(c, from, number, &run);) {
        for (uint32_t i = 0; i < run.count; i++) {
            double time = run.entry[i].time;
            start = time < start ? time : start;
            end = time > end ? time : end;
        }
    }
    struct rung *rung = rung_open(c, start, end, from->bucket[number].count / BUCKET_TARGET);
    if (!rung)
        return false;
    for (struct run run = {0}; next_run(c, from, number, &run);) {
        for (uint32_t i = 0; i < run.count; i++) {
            struct entry entry = (run.seen ? c->chunk[run.chunk] : from->own[number])[i];
            uint32_t bucket = rung_bucket(rung, entry.time);
            rung_append(c, rung, bucket < rung->buckets ? bucket : rung->buckets - 1, &entry);
        }
    }
    return true;
}

/* Takes the bucket whose turn it is into the bottom or, if it is large, onto a new rung. */
static void bucket_take(struct calendar *c, struct rung *rung, uint32_t number)
{
    uint32_t count = rung->bucket[number].count;
    if (count <= BUCKET_OWN) {
        bottom_rank(c, rung->own[number], count);
    } else if (count <= BOTTOM_TARGET || !bucket_spread(c, rung, number)) {
        bottom_clear(c);
        for (struct run run = {0}; next_run(c, rung, number, &run);) {
            for (uint32_t i = 0; i < run.count; i++)
                bottom_append(c, &run.entry[i]);
        }
        bottom_sort(c);
    }
    bucket_clear(c, &rung->bucket[number]);
}

/* The far list */

/* The median of a sample, which a few outliers cannot drag away as they would the mean. */
static double far_median(const struct list *far)
{
    double sample[SAMPLE];
    for (size_t i = 0; i < SAMPLE; i++) {
        double time = far->entry[i * (far->count - 1) / (SAMPLE - 1)].time;
        size_t k = i;
        for (; k && time < sample[k - 1]; k--)
            sample[k] = sample[k - 1];
        sample[k] = time;
    }
    return sample[SAMPLE / 2];
}

static void far_drop_stale(struct calendar *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->far.count; i++) {
        if (!is_stale(c, &c->far.entry[i]))
            c->far.entry[kept++] = c->far.entry[i];
    }
    c->stale -= c->far.count - kept;
    c->far.count = kept;
}

static void far_to_bottom(struct calendar *c)
{
    bottom_clear(c);
    for (size_t i = 0; i < c->far.count; i++)
        bottom_append(c, &c->far.entry[i]);
    c->far.count = 0;
    c->limit = DBL_MAX;
    bottom_sort(c);
}

/* Spreads the far list over a first rung that reaches four times as far as the median; exponential delays then
 * leave one entry in sixteen for the next time. */
static void far_spread(struct calendar *c)
{
    if (c->stale > c->far.count / 8)
        far_drop_stale(c);
    c->met_heap = 0;
    double start = HUGE_VAL, end = -HUGE_VAL;
    for (size_t i = 0; i < c->far.count; i++) {
        double time = c->far.entry[i].time;
        start = time < start ? time : start;
        end = time > end ? time : end;
    }
    struct rung *rung = NULL;
    if (c->far.count > BOTTOM_TARGET) {
        double reach = 4 * (far_median(&c->far) - start);
        end = reach > 0 && isfinite(start + reach) ? start + reach : end;
        rung = rung_open(c, start, end, c->far.count / FIRST_BUCKET_TARGET);
    }
    if (!rung) {
        far_to_bottom(c);
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < c->far.count; i++) {
        struct entry entry = c->far.entry[i];
        uint32_t bucket = rung_bucket(rung, entry.time);
        if (bucket < rung->buckets)
            rung_append(c, rung, bucket, &entry);
        else
            c->far.entry[kept++] = entry;
    }
    c->far.count = kept;
}

/* Throws everything back onto the far list, to be spread afresh. */
COLD static void gather(struct calendar *c)
{
    for (size_t i = c->head; i < c->bottom.count; i++)
        list_append(&c->far, c->bottom.entry[i]);
    for (size_t i = 0; i < c->heap.count; i++)
        list_append(&c->far, c->heap.entry[i]);
    for (struct rung *rung = c->rung; rung < c->rung + c->rungs; rung++) {
        for (uint32_t b = rung->next; b < rung->buckets; b++) {
            for (struct run run = {0}; next_run(c, rung, b, &run);) {
                for (uint32_t i = 0; i < run.count; i++)
                    list_append(&c->far, run.entry[i]);
            }
            bucket_clear(c, &rung->bucket[b]);
        }
    }
    c->heap.count = 0;
    c->rungs = 0;
    c->limit = -HUGE_VAL;
    bottom_clear(c);
    far_drop_stale(c);
}

/* Brings the next bucket to the bottom. False if nothing is left. */
COLD static bool refill(struct calendar *c)
{
    while (bottom_empty(c)) {
        if (!c->rungs && !c->far.count) {
            bottom_clear(c);
            c->limit = DBL_MAX;
            return false;
        }
        if (!c->rungs) {
            far_spread(c);
            continue;
        }
        struct rung *rung = &c->rung[c->rungs - 1];
        while (rung->next < rung->buckets && !rung->bucket[rung->next].count)
            rung->next++;
        if (rung->next < rung->buckets)
            bucket_take(c, rung, rung->next++);
        else
            c->rungs--;
    }
    return true;
}

/* The earliest entry, or NULL. */
COLD static const struct entry *first_entry(struct calendar *c)
{
    if (bottom_empty(c) && !refill(c))
        return NULL;
    const struct entry *entry = &c->bottom.entry[c->head];
    bool from_heap = c->heap.count && (c->head == c->bottom.count || earlier(c->heap.entry, entry));
    return from_heap ? c->heap.entry : entry;
}

static inline void first_remove(struct calendar *c, const struct entry *entry)
{
    if (entry == c->heap.entry)
        heap_pop(&c->heap);
    else
        c->head++;
}

/* Puts an entry where its time belongs. */
HOT static inline void place(struct calendar *c, const struct entry *entry)
{
    if (!c->rungs && entry->time > c->limit) {
        list_append(&c->far, *entry);
        return;
    }
    for (struct rung *rung = c->rung; rung < c->rung + c->rungs; rung++) {
        uint32_t bucket = rung_bucket(rung, entry->time);
        if (bucket == rung->buckets) {
            if (rung == c->rung) {
                list_append(&c->far, *entry);
                return;
            }
            bucket--; /* a lower rung's last bucket reaches to the end of the bucket above */
        }
        if (bucket >= rung->next) {
            rung_append(c, rung, bucket, entry);
            return;
        }
    }
    bottom_insert(c, entry);
    if (c->met_heap > c->pending / 4 + SHIFT_MAX)
        gather(c);
}

HOT static inline uint32_t schedule(struct calendar *c, uint32_t slot_number, double time, uint64_t order)
{
    assert(time > -HUGE_VAL); /* not NaN either */
    struct slot *slot = &c->slot[slot_number];
    uint32_t stamp = slot->stamp;
    slot->has_entry = false;
    if (time < HUGE_VAL) {
        slot->has_entry = true;
        c->front.soonest = time < c->front.soonest ? time : c->front.soonest;
        place(c, &(struct entry){.time = time, .order = order, .slot = slot_number, .stamp = stamp});
    }
    return stamp;
}

/* The slot's entry, if any, is from now on stale. */
static void disown(struct calendar *c, uint32_t slot)
{
    c->stale += c->slot[slot].has_entry;
    slot_restamp(&c->slot[slot]);
}

static bool is_pending(const struct calendar *c, struct handle handle)
{
    return handle.stamp && handle.slot < c->slots && c->slot[handle.slot].stamp == handle.stamp;
}

/* The interface */

struct calendar *calendar_new(void)
{
    struct calendar *c = calloc(1, sizeof *c);
    if (!c)
        memory_fail(sizeof *c);
    c->free_slot = c->free_chunk = NONE;
    list_grow(&c->bottom);
    calendar_reset(c);
    return c;
}

void calendar_free(struct calendar *c)
{
    if (!c)
        return;
    for (struct rung *rung = c->rung; rung < c->rung + RUNGS; rung++) {
        free(rung->bucket);
        free(rung->own);
    }
    free(c->far.entry);
    free(c->heap.entry);
    free(c->bottom.entry);
    free(c->slot);
    free(c->chunk);
    free(c->chunk_next);
    free(c);
}

void calendar_reset(struct calendar *c)
{
    gather(c);
    for (uint32_t i = 0; i < c->slots; i++)
        slot_restamp(&c->slot[i]); /* handles from before are stale */
    c->far.count = c->pending = c->stale = c->met_heap = 0;
    c->slots = c->chunks = 0;
    c->free_slot = c->free_chunk = NONE;
    c->front.sequence = 0;
    c->limit = DBL_MAX;
    c->front.soonest = HUGE_VAL;
}

static inline uint32_t slot_for(struct calendar *c, struct event event)
{
    uint32_t slot = slot_take(c);
    c->slot[slot].event = event;
    c->pending++;
    return slot;
}

struct handle calendar_push(struct calendar *c, double time, int priority, struct event event)
{
    uint32_t slot = slot_for(c, event);
    return (struct handle){.slot = slot, .stamp = schedule(c, slot, time, calendar_order(c, priority))};
}

COLD void calendar_push_at(struct calendar *c, double time, uint64_t order, struct event event)
{
    schedule(c, slot_for(c, event), time, order);
}

HOT static inline bool pop_before(struct calendar *c, double before, uint64_t order, double *time, struct event *event)
{
    for (;;) {
        bool plain = c->head != c->bottom.count && !c->heap.count;
        const struct entry *entry = plain ? &c->bottom.entry[c->head] : first_entry(c);
        c->front.soonest = entry ? entry->time : HUGE_VAL;
        if (!entry)
            return false;
        const struct slot *slot = &c->slot[entry->slot];
        if (slot->stamp == entry->stamp) {
            if (!((entry->time < before) | ((entry->time == before) & (entry->order < order))))
                return false;
            *time = entry->time;
            *event = slot->event;
            slot_release(c, entry->slot);
            first_remove(c, entry);
            return true;
        }
        c->stale--;
        first_remove(c, entry);
    }
}

bool calendar_pop_before(struct calendar *c, double before, uint64_t order, double *time, struct event *event)
{
    return pop_before(c, before, order, time, event);
}

bool calendar_pop(struct calendar *c, double before, double *time, struct event *event)
{
    return pop_before(c, before, 0, time, event);
}

bool calendar_cancel(struct calendar *c, struct handle handle)
{
    if (!is_pending(c, handle))
        return false;
    c->stale += c->slot[handle.slot].has_entry;
    slot_release(c, handle.slot);
    if (c->stale > c->pending + BOTTOM_MAX)
        gather(c);
    return true;
}

bool calendar_reschedule(struct calendar *c, struct handle *handle, double time, int priority)
{
    if (!is_pending(c, *handle))
        return false;
    disown(c, handle->slot);
    handle->stamp = schedule(c, handle->slot, time, calendar_order(c, priority));
    if (c->stale > c->pending + BOTTOM_MAX)
        gather(c);
    return true;
}

size_t calendar_pending(const struct calendar *c)
{
    return c->pending;
}
