/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oracles of the engine: random numbers, transcendental functions, vector kernels, calendar, clocks and queues. */
#include "oracle.h"

#include "sim/base/arena.h"
#include "sim/base/det.h"
#include "sim/engine/calendar.h"
#include "sim/engine/clocks.h"
#include "sim/engine/queue.h"
#include "sim/engine/stream.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct streams numbers = {.seed = 20240229};

/* -- random numbers ----------------------------------------------------------------------------------------------- */

static double philox_error(double mistake)
{
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    double wrong = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t block[4], counter[4];
        memcpy(counter, known[i].counter, sizeof counter);
        counter[0] ^= mistake > 0;
        philox(known[i].key, counter, block);
        for (int word = 0; word < 4; word++)
            wrong += block[word] != known[i].expected[word];
    }
    return wrong;
}

enum { DRAWS = 1000000 };

/* The farthest of the first three moments from what it should be, in its standard errors; `moment` holds the first
 * six. */
static double moments_error(double draw(struct stream *), const double moment[6], double mistake)
{
    struct stream s = stream_open(&numbers, 1);
    double sum[3] = {0}, worst = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = draw(&s) * (1 + mistake);
        sum[0] += x;
        sum[1] += x * x;
        sum[2] += x * x * x;
    }
    for (int k = 0; k < 3; k++) {
        double deviation = sqrt((moment[2 * k + 1] - moment[k] * moment[k]) / DRAWS);
        worst = fmax(worst, fabs(sum[k] / DRAWS - moment[k]) / deviation);
    }
    return worst;
}

static double uniform_error(double mistake)
{
    return moments_error(stream_uniform, (const double[]){1 / 2., 1 / 3., 1 / 4., 1 / 5., 1 / 6., 1 / 7.}, mistake);
}

static double exponential_error(double mistake)
{
    return moments_error(stream_exponential, (const double[]){1, 2, 6, 24, 120, 720}, mistake);
}

static double normal_error(double mistake)
{
    return moments_error(stream_normal, (const double[]){0, 1, 0, 3, 0, 15}, mistake);
}

/* -- transcendental functions -------------------------------------------------------------------------------------- */

struct sample {
    double at, value; /* correctly rounded, from 60 decimal digits of Python's decimal module */
};

static double ulps_error(const struct sample *sample, size_t count, double function(double), double mistake)
{
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        double unit = nextafter(fabs(sample[i].value), HUGE_VAL) - fabs(sample[i].value);
        worst = fmax(worst, fabs(function(sample[i].at) * (1 + mistake) - sample[i].value) / unit);
    }
    return worst;
}

static double exp_error(double mistake)
{
    static const struct sample known[] = {
        {0x1.0000000000000p-1, 0x1.a61298e1e069cp+0},     {0x1.0000000000000p+0, 0x1.5bf0a8b145769p+1},
        {-0x1.0000000000000p+0, 0x1.78b56362cef38p-2},    {0x1.3147ae147ae14p+1, 0x1.5b7d70fc618b0p+3},
        {-0x1.2a00000000000p+5, 0x1.3278bcd70e981p-54},   {0x1.9080000000000p+6, 0x1.5daaf24221d5ep+144},
        {-0x1.5e40000000000p+9, 0x1.4ff475c68ca02p-1011}, {0x1.12e0be826d695p-30, 0x1.000000044b830p+0},
        {0x1.62c0000000000p+9, 0x1.81e9b4b52d0c9p+1023},  {0x1.921fb54442d18p+1, 0x1.724046eb09339p+4},
        {-0x1.0000000000000p-13, 0x1.fff0003fff555p-1},   {0x1.4000000000000p+4, 0x1.ceb088b68e804p+28},
    };
    return ulps_error(known, sizeof known / sizeof *known, det_exp, mistake);
}

static double log_error(double mistake)
{
    static const struct sample known[] = {
        {0x1.0000000000000p-1, -0x1.62e42fefa39efp-1},  {0x1.0000000000000p+1, 0x1.62e42fefa39efp-1},
        {0x1.3147ae147ae14p+1, 0x1.bd07aae981c39p-1},   {0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9},
        {0x1.7e43c8800759cp+996, 0x1.5963447f87fb5p+9}, {0x1.000001ad7f29bp+0, 0x1.ad7f2847b6492p-24},
        {0x1.fffffca501acbp-1, -0x1.ad7f2b1049b9fp-24}, {0x1.921fb54442d18p+1, 0x1.250d048e7a1bdp+0},
        {0x1.2599ed7c6fbd2p-14, -0x1.3224fd4dc5f10p+3}, {0x1.81cd6c8b43958p+13, 0x1.2d79559791e31p+3},
        {0x1.8000000000000p+0, 0x1.9f323ecbf984cp-2},   {0x1.6a09e667f3bcdp-1, -0x1.62e42fefa39eep-2},
    };
    return ulps_error(known, sizeof known / sizeof *known, det_log, mistake);
}

/* How many of the names that GSL takes from the C library the dynamic linker finds elsewhere than in this program. The
 * mistake is to ask for one that we leave to libm. */
static double interposition_error(double mistake)
{
    const char *const names[] = {"exp", "expm1", "log", "log1p", "pow", "sin", "tan", mistake > 0 ? "cbrt" : "hypot"};
    Dl_info here, found;
    double elsewhere = 0;
    if (!dladdr(oracles_engine, &here))
        return NAN;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *symbol = dlsym(RTLD_DEFAULT, names[i]);
        elsewhere += !symbol || !dladdr(symbol, &found) || found.dli_fbase != here.dli_fbase;
    }
    return elsewhere;
}

/* -- kernels ------------------------------------------------------------------------------------------------------- */

enum { CLOCKS = 4099 };
struct sweep {
    float left[CLOCKS], base[CLOCKS], slope[CLOCKS], after[CLOCKS];
    uint32_t fired[CLOCKS];
};

static struct sweep *sweep_new(struct arena *arena)
{
    struct sweep *sweep = arena_alloc(arena, sizeof *sweep);
    struct stream s = stream_open(&numbers, 2);
    for (size_t i = 0; i < CLOCKS; i++) {
        sweep->left[i] = (float)stream_exponential(&s);
        sweep->base[i] = (float)(0.2 * stream_exponential(&s));
        sweep->slope[i] = (float)(2 * stream_uniform(&s));
    }
    return sweep;
}

static size_t sweep_run(struct sweep *sweep, enum isa isa, float covariate)
{
    const float month = 0.083f;
    struct clock_columns columns = {sweep->left, sweep->base, sweep->slope, CLOCKS};
    return clocks_sweep_with(isa, columns, covariate, month, sweep->fired, sweep->after);
}

static double sweep_apart(enum isa isa, double mistake)
{
    struct arena arena = {0};
    struct sweep *one = sweep_new(&arena), *other = sweep_new(&arena);
    double apart = 0;
    for (int step = 0; step < 100; step++) {
        float covariate = 0.05f * (float)step;
        size_t n = sweep_run(one, ISA_BASE, covariate), m = sweep_run(other, isa, covariate * (float)(1 + mistake));
        apart += n != m || memcmp(one->fired, other->fired, n * sizeof *one->fired) ||
                 memcmp(one->after, other->after, n * sizeof *one->after) ||
                 memcmp(one->left, other->left, sizeof one->left);
    }
    arena_free(&arena);
    return apart;
}

static double sweep_error(double mistake)
{
    double apart = 0;
    for (enum isa isa = ISA_BASE; isa < ISAS; isa++)
        apart += isa_supported(isa) ? sweep_apart(isa, mistake) : 0;
    return apart;
}

/* Draws by the kernel in use against draws one by one. */
static double fill_error(double mistake)
{
    enum { COUNT = 10007 };
    double filled[COUNT], apart = 0;
    struct stream all = stream_open(&numbers, 3), one = stream_open(&numbers, 3 + (mistake > 0));
    stream_fill_exponential(&all, filled, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        apart += filled[i] != stream_exponential(&one);
    return apart;
}

/* -- calendar ------------------------------------------------------------------------------------------------------ */

struct pending {
    double time;
    int priority;
    uint32_t sequence, id;
};

static int by_order(const void *a, const void *b)
{
    const struct pending *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* Events with ties in time and priority, a tenth cancelled, a tenth moved: how many come out of their place. The
 * mistake moves one without telling the calendar. */
static double calendar_error(double mistake)
{
    enum { EVENTS = 100000, SORTS = 10 };
    struct calendar *calendar = calendar_new();
    struct arena arena = {0};
    struct handle *handle = arena_array(&arena, EVENTS, sizeof *handle);
    struct pending *pending = arena_array(&arena, EVENTS, sizeof *pending);
    struct stream s = stream_open(&numbers, 5);
    uint32_t made = 0, count = 0;
    for (uint32_t i = 0; i < EVENTS; i++) {
        double time = floor(1e4 * stream_exponential(&s)) / 100;
        pending[i] = (struct pending){time, (int)(i % 3), made++, i};
        handle[i] = calendar_push(calendar, time, pending[i].priority, (struct event){.id = i});
    }
    for (uint32_t i = 0; i < EVENTS; i++) {
        if (i % SORTS == 1) {
            calendar_cancel(calendar, handle[i]);
            continue;
        }
        if (i % SORTS == 2) {
            pending[i] = (struct pending){floor(100 * stream_uniform(&s)), 1, made++, i};
            calendar_reschedule(calendar, &handle[i], pending[i].time, 1);
        }
        pending[count++] = pending[i];
    }
    pending[0].time += mistake;
    qsort(pending, count, sizeof *pending, by_order);
    double astray = 0, time;
    struct event event;
    for (uint32_t i = 0; i < count; i++)
        astray +=
            !calendar_pop(calendar, HUGE_VAL, &time, &event) || time != pending[i].time || event.id != pending[i].id;
    astray += calendar_pending(calendar) != 0;
    calendar_free(calendar);
    arena_free(&arena);
    return astray;
}

/* -- hazard clocks ------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* sqrt(n) times the Kolmogorov-Smirnov distance of a million clocks from the survival exp(-cumulative hazard). */
static double survival_error(double cumulative_hazard(double), double dt, int steps, uint64_t seed, double mistake)
{
    struct arena arena = {0};
    float *left = arena_array(&arena, DRAWS, sizeof *left), *base = arena_array(&arena, DRAWS, sizeof *base);
    float *slope = arena_array(&arena, DRAWS, sizeof *slope), *after = arena_array(&arena, DRAWS, sizeof *after);
    uint32_t *fired = arena_array(&arena, DRAWS, sizeof *fired);
    double *life = arena_array(&arena, DRAWS, sizeof *life), distance = 0;
    struct stream s = stream_open(&numbers, seed);
    for (size_t i = 0; i < DRAWS; i++)
        left[i] = (float)stream_exponential(&s);
    size_t dead = 0;
    for (int step = 0; step < steps; step++) {
        double hazard = (cumulative_hazard((step + 1) * dt) - cumulative_hazard(step * dt)) / dt;
        for (size_t i = 0; i < DRAWS; i++)
            base[i] = (float)(hazard * (1 + mistake));
        size_t fires = clocks_sweep((struct clock_columns){left, base, slope, DRAWS}, 0, (float)dt, fired, after);
        for (size_t i = 0; i < fires; i++)
            life[dead++] = step * dt + (double)after[i];
    }
    qsort(life, dead, sizeof *life, by_size);
    for (size_t i = 0; i < dead; i++) {
        double by_now = -det_expm1(-cumulative_hazard(life[i]));
        distance = fmax(distance, fmax(fabs(by_now - (double)i / DRAWS), fabs(by_now - (double)(i + 1) / DRAWS)));
    }
    arena_free(&arena);
    return distance * sqrt(DRAWS);
}

/* Shape 1.5, scale 24 months: .7021885 live for a year. */
static double weibull(double years)
{
    return det_pow(years / 2, 1.5);
}

/* .2 a year, from year 1 on 2.5, from year 1.5 on none, from year 3 on .6. */
static double piecewise(double years)
{
    return 0.2 * fmin(years, 1) + 2.5 * fmin(fmax(years - 1, 0), 0.5) + 0.6 * fmax(years - 3, 0);
}

static double weibull_error(double mistake)
{
    return survival_error(weibull, 1 / 48., 480, 6, mistake);
}

static double piecewise_error(double mistake)
{
    return survival_error(piecewise, 0.25, 60, 7, mistake);
}

/* -- queues -------------------------------------------------------------------------------------------------------- */

/* Mean 1, squared coefficient of variation 5. */
static double uneven(struct stream *s)
{
    double mean = stream_uniform(s) < 0.1 ? 5.5 : 0.5;
    return mean * stream_exponential(s);
}

static double half_widths(struct interval seen, double theory)
{
    return fabs(seen.mean - theory) / seen.half_width;
}

/* The farther of number and wait from theory. The mistake is in the rate of arrivals. */
static double queue_error(struct queue queue, double time, double mistake)
{
    struct queue_theory theory = queue_theory(&queue);
    queue.arrival_rate *= 1 + mistake;
    struct queue_observed seen = queue_observe(&queue, &numbers, time);
    double number = half_widths(seen.number, theory.number);
    if (!queue.servers)
        return number;
    double wait = half_widths(seen.wait, theory.wait);
    return number > wait ? number : wait;
}

static double mm1_error(double mistake)
{
    return queue_error((struct queue){.arrival_rate = 0.7, .service_rate = 1, .servers = 1}, 1.4e6, mistake);
}

static double mmc_error(double mistake)
{
    return queue_error((struct queue){.arrival_rate = 4.1, .service_rate = 1, .servers = 5}, 4e5, mistake);
}

static double mg_infinity_error(double mistake)
{
    return queue_error((struct queue){.arrival_rate = 12.385, .service_rate = 1, .service = uneven}, 1e5, mistake);
}

static double repair_error(double mistake)
{
    struct queue machines = {.arrival_rate = 0.1, .service_rate = 0.9, .servers = 2, .population = 20};
    return queue_error(machines, 3e5, mistake);
}

static double erlang_a_error(double mistake)
{
    struct queue calls = {.arrival_rate = 11, .service_rate = 1, .servers = 10, .patience_rate = 0.4};
    return queue_error(calls, 1e5, mistake);
}

#define SURVIVAL_TOLERANCE 1.95 /* a right distribution exceeds it once in a thousand seeds; this one is fixed */

/* clang-format off */
const struct oracle oracles_engine[] = {
    {"stream.philox", "Philox4x32-10: wrong words", "kat_vectors of Random123, Salmon et al. 2011",
     philox_error, 0, "words", 1},
    {"stream.fill", "kernel in use against draws one by one", "the definition", fill_error, 0, "draws", 1},
    {"stream.uniform", "first three moments of 1e6 draws", "1/2, 1/3, 1/4", uniform_error, 4, "standard errors", 0.01},
    {"stream.exponential", "first three moments of 1e6 draws", "1, 2, 6", exponential_error, 4,
     "standard errors", 0.01},
    {"stream.normal", "first three moments of 1e6 draws", "0, 1, 0", normal_error, 4, "standard errors", 0.01},
    {"det.exp", "exp against correctly rounded values", "60 decimal digits", exp_error, 1, "ulp", 1e-15},
    {"det.log", "log against correctly rounded values", "60 decimal digits", log_error, 1, "ulp", 1e-15},
    {"det.interposed", "functions that GSL would take from libm", "the dynamic linker", interposition_error, 0,
     "functions", 1},
    {"clock.sweep", "steps in which instruction sets differ", "the scalar sweep", sweep_error, 0, "steps", 1e-6},
    {"clock.weibull", "survival of 1e6 clocks, Kolmogorov-Smirnov", "exp(-(t/24 months)^1.5)", weibull_error,
     SURVIVAL_TOLERANCE, "sqrt(n) D", 0.01},
    {"clock.piecewise", "survival of 1e6 clocks, Kolmogorov-Smirnov", "piecewise exponential", piecewise_error,
     SURVIVAL_TOLERANCE, "sqrt(n) D", 0.01},
    {"calendar.order", "events out of place among 9e4, with cancels and moves", "a sort", calendar_error, 0,
     "events", 1},
    {"queue.mm1", "M/M/1: number and wait", "rho/(1-rho)", mm1_error, 2, "half-widths", 0.02},
    {"queue.mmc", "M/M/5: number and wait", "Erlang C", mmc_error, 2, "half-widths", 0.02},
    {"queue.mginf", "M/G/infinity: number", "load, whatever the law", mg_infinity_error, 2, "half-widths", 0.02},
    {"queue.repair", "machine repair by hazard clocks: number and wait", "birth-death sum", repair_error, 2,
     "half-widths", 0.02},
    {"queue.erlang_a", "M/M/10 with reneging: number and wait", "birth-death sum", erlang_a_error, 2,
     "half-widths", 0.02},
    {0},
};
/* clang-format on */
