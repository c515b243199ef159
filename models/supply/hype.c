/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concept stocks: listed firms from other trades announce that they go into computing, and their shares jump.
 *
 * Sentiment is s = e^z. It follows recent rents and dated news and is forgotten otherwise:
 *
 *     dz = -z dt / tau + pull d(log rent) + news
 *
 * Announcements come as a Poisson process, one of `stocks` firms at a time, at the rate
 *
 *     stocks * rate * min(most, s (1 + fame P)),    P = (1 - herding) mean(p) + herding max(p)
 *
 * p being the log premium of a stock over what it would be worth without the concept. An announcement makes p jump by
 * an exponential amount, and p decays at the rate (1 + unwinding max(0, -z)) / life: faster when sentiment is bad. So a
 * leader's gain calls others in (herding), and a fall of rents lets the air out.
 *
 * What is announced is a framework, more often than not on paper alone; else it becomes a candidate project of the
 * listed classes, whatever Tobin's q: the motive is the share price (pipeline.c decides by guidance, and later by q
 * whether cards are ordered). Its project is the same in every world in which it is announced.
 *
 * Imposed: dated news. Emerges: waves of announcements, entry of outsiders at the top, what is never built.
 * Neutral: no stocks.
 */
#include "candidates.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double stocks, rate_per_yr, most, pull, memory_yr, fame, herding, jump, life_yr, unwinding, paper;
};

struct row {
    bool listed;
};

struct news {
    double date, jump;
};

struct hype_state {
    const struct settings *settings;
    const struct news *news;
    size_t news_count;
    struct candidates candidates;
    uint32_t listed[MAX_OPERATORS], listed_count; /* classes that announced projects belong to */
    double log_sentiment, log_index; /* z; the rents that it has seen */
    double decayed; /* sum of decay until now: premia are kept times its exponential */
    size_t stocks, famous; /* firms; those that have announced */
    double *premium; /* log, times e^decayed; 0: has not announced */
    double premium_sum, premium_most; /* the same */
    double announced_since_sample, announced;
};

static inline struct hype_state *hype_state(const struct world *w)
{
    return w->state[STATE_hype];
}

enum {
    STREAM_OF_GAPS,
    STREAM_OF_ANNOUNCEMENT
}; /* (0, 0): and acceptance; (0, k): which stock, how far it jumps, what follows */
enum event_kind { ANNOUNCEMENT, NEWS };
enum uniform { UNIFORM_STOCK, UNIFORM_JUMP, UNIFORM_PAPER, UNIFORM_CLASS, UNIFORMS };

#define OPERATOR "operators"
#define NEWS_TABLE "news"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, stocks, "stocks", "", 0, 1e5, "0", FIXED, "listed firms that might announce; 0: none ever does", NULL),
    NUMBER(struct settings, rate_per_yr, "rate", "/yr", 0, 100, "0.2 /yr", UNCERTAIN,
           "announcements of one firm a year in a quiet world", NULL),
    NUMBER(struct settings, most, "most", "", 1, 1000, "20", FIXED, "upper bound of the rate of announcements, as a multiple of that in a quiet world", NULL),
    NUMBER(struct settings, pull, "rent_pull", "", 0, 20, "1.5", UNCERTAIN, "effect of a rise of the log rent by one on log sentiment", NULL),
    NUMBER(struct settings, memory_yr, "sentiment_memory", "yr", 0.02, 20, "9 months", UNCERTAIN, "time in which sentiment decays", NULL),
    NUMBER(struct settings, fame, "fame", "", 0, 100, "1", UNCERTAIN, "effect of premia on further announcements", NULL),
    NUMBER(struct settings, herding, "herding", "", 0, 1, "0.5", UNCERTAIN,
           "weight of the leader's premium against the mean premium in what others see", "funds queue for the leader"),
    NUMBER(struct settings, jump, "jump", "", 0, 5, "0.35", UNCERTAIN, "mean jump of a stock on its announcement, log",
           "+442 % at Hongbo in the first half of 2023, +83 % at Hengrun in the fourth quarter, after several each"),
    NUMBER(struct settings, life_yr, "premium_life", "yr", 0.02, 20, "9 months", UNCERTAIN, "time in which a premium decays",
           "Hongbo: 45 CNY in mid 2023, about 20 in April 2024"),
    NUMBER(struct settings, unwinding, "unwinding", "", 0, 50, "1", UNCERTAIN, "factor by which a premium decays faster when sentiment is bad", NULL),
    NUMBER(struct settings, paper, "paper", "", 0, 1, "0.6", UNCERTAIN, "share of announcements after which no project is begun", NULL),
    {.name = "listed", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "whether announced projects belong to a class of owners, in equal parts if there are several", .offset = offsetof(struct row, listed)},
    {.name = "date", .table = NEWS_TABLE, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .help = "when it breaks",
     .offset = offsetof(struct news, date)},
    COLUMN(NEWS_TABLE, struct news, jump, "jump", "", -10, 10, "0", UNCERTAIN, "effect of a piece of news on log sentiment", NULL),
    {0},
};
/* clang-format on */

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_hype), .kind = (uint16_t)kind, .id = id};
}

/* -- premia -------------------------------------------------------------------------------------------------------- */

static double mean_premium(const struct hype_state *h)
{
    return h->famous ? h->premium_sum * det_exp(-h->decayed) / (double)h->famous : 0;
}

static double most_premium(const struct hype_state *h)
{
    return h->premium_most * det_exp(-h->decayed);
}

/* What the classes that announced projects belong to see of it. */
static void publish(struct world *w)
{
    const struct hype_state *h = hype_state(w);
    for (uint32_t i = 0; i < h->listed_count; i++)
        w->projects.concept_premium[h->listed[i]] = det_expm1(mean_premium(h));
}

/* Premia are kept times e^decayed; before that grows large they are restated. */
static void restate(struct hype_state *h)
{
    const double far = 100;
    if (h->decayed < far)
        return;
    double factor = det_exp(-h->decayed);
    for (size_t i = 0; i < h->stocks; i++)
        h->premium[i] *= factor;
    h->premium_sum *= factor;
    h->premium_most *= factor;
    h->decayed = 0;
}

/* -- announcements ------------------------------------------------------------------------------------------------- */

static void raise_premium(struct hype_state *h, size_t stock, double jump)
{
    double kept = jump * det_exp(h->decayed);
    h->famous += !(h->premium[stock] > 0);
    h->premium[stock] += kept;
    h->premium_sum += kept;
    h->premium_most = max_of(h->premium_most, h->premium[stock]);
}

static const char *stock_name(size_t stock, char text[32])
{
    snprintf(text, 32, "stock-%zu", stock);
    return text;
}

static void announce(struct world *w, uint32_t k)
{
    struct hype_state *h = hype_state(w);
    const struct settings *s = h->settings;
    struct stream random = sim_stream(w->sim, &model_hype, identity(STREAM_OF_ANNOUNCEMENT, 0, k));
    double uniform[UNIFORMS];
    stream_fill_uniform(&random, uniform, UNIFORMS);
    size_t stock = (size_t)(uniform[UNIFORM_STOCK] * (double)h->stocks);
    double jump = -s->jump * det_log(uniform[UNIFORM_JUMP]);
    bool on_paper = uniform[UNIFORM_PAPER] < s->paper || !h->listed_count || !sim_enabled(w->sim, &model_pipeline);
    char name[32];
    raise_premium(h, stock, jump);
    publish(w);
    h->announced++;
    h->announced_since_sample++;
    bool proposed = !on_paper && pipeline_propose(w, h->listed[(size_t)(uniform[UNIFORM_CLASS] * h->listed_count)], k);
    tell(w->sim, "hype", "announced", stock_name(stock, name), "share price %+.0f %%, %s", 100 * (det_exp(jump) - 1),
         proposed ? "a project follows" : "nothing follows");
}

/* What sentiment and premia have forgotten by the step's end is taken off already, so of news only what is left then is
 * added. */
static void break_news(struct world *w, uint32_t id)
{
    struct hype_state *h = hype_state(w);
    double jump = h->news[id].jump;
    h->log_sentiment += jump * det_exp(-(w->sim->step_end - w->sim->now) / h->settings->memory_yr);
    tell(w->sim, "hype", "news", sim_row_name(w->sim, NEWS_TABLE, id), "sentiment times %.1f", det_exp(jump));
}

static void handle(struct world *w, const struct event *event)
{
    if (event->kind == ANNOUNCEMENT)
        announce(w, event->id);
    else
        break_news(w, event->id);
}

/* -- every step ---------------------------------------------------------------------------------------------------- */

static double rate_factor(const struct hype_state *h)
{
    const struct settings *s = h->settings;
    double seen = (1 - s->herding) * mean_premium(h) + s->herding * most_premium(h);
    return min_of(s->most, det_exp(h->log_sentiment) * (1 + s->fame * seen));
}

static void accept_announcements(struct world *w)
{
    struct hype_state *h = hype_state(w);
    double accepted = rate_factor(h) / h->settings->most;
    struct candidate next;
    while (candidates_next(&h->candidates, w->sim->step_end, accepted, &next))
        sim_schedule(w->sim, next.at, 0, event_for(w, ANNOUNCEMENT, next.k));
}

static void update(struct world *w)
{
    struct hype_state *h = hype_state(w);
    const struct settings *s = h->settings;
    if (!h->stocks)
        return;
    h->log_sentiment += s->pull * (w->market.log_index - h->log_index);
    h->log_index = w->market.log_index;
    accept_announcements(w);
    h->log_sentiment *= det_exp(-w->sim->dt / s->memory_yr);
    h->decayed += w->sim->dt / s->life_yr * (1 + s->unwinding * max_of(0, -h->log_sentiment));
    restate(h);
    publish(w);
}

static void start(struct world *w)
{
    struct hype_state *h = hype_state(w);
    const struct settings *s = h->settings = sim_settings(w->sim, &model_hype);
    const struct row *row = sim_rows(w->sim, &model_hype, OPERATOR);
    h->stocks = (size_t)s->stocks;
    if (!h->stocks)
        return;
    h->premium = arena_array(&w->sim->arena, h->stocks, sizeof *h->premium);
    for (uint32_t o = 0; o < sim_row_count(w->sim, OPERATOR); o++)
        if (row[o].listed)
            h->listed[h->listed_count++] = o;
    h->news = sim_rows(w->sim, &model_hype, NEWS_TABLE);
    h->news_count = sim_row_count(w->sim, NEWS_TABLE);
    for (uint32_t i = 0; i < h->news_count; i++)
        if (h->news[i].date >= w->sim->now)
            sim_schedule(w->sim, h->news[i].date, -1, event_for(w, NEWS, i));
    candidates_open(&h->candidates, sim_stream(w->sim, &model_hype, identity(STREAM_OF_GAPS, 0, 0)),
                    s->stocks * s->rate_per_yr * s->most, w->sim->now);
}

enum { OUT_SENTIMENT, OUT_PREMIUM, OUT_LEADER, OUT_ANNOUNCEMENTS, OUT_STOCKS, OUT_NEVER };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_SENTIMENT] = {"sentiment", OUTPUT_SERIES, "", NULL, "sentiment towards computing, 1 in a quiet world"},
    [OUT_PREMIUM] = {"concept_premium", OUTPUT_SERIES, "", NULL,
                     "mean price premium of the stocks that have announced computing over what they would be without", .percent = true},
    [OUT_LEADER] = {"concept_premium.leader", OUTPUT_SERIES, "", NULL, "the largest price premium of a stock that has announced computing", .percent = true},
    [OUT_ANNOUNCEMENTS] = {"announcements", OUTPUT_SERIES, "", NULL, "announcements of listed firms since the last report"},
    [OUT_STOCKS] = {"concept_stocks", OUTPUT_SERIES, "", NULL, "listed firms that have announced computing"},
    [OUT_NEVER] = {"announcements.never_built", OUTPUT_SCALAR, "", NULL,
                   "share of announced projects never begun, or begun and given up", .share = true},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct hype_state *h = hype_state(w);
    sim_record(w->sim, &model_hype, OUT_SENTIMENT, -1, det_exp(h->log_sentiment), false);
    sim_record(w->sim, &model_hype, OUT_PREMIUM, -1, det_exp(mean_premium(h)) - 1, false);
    sim_record(w->sim, &model_hype, OUT_LEADER, -1, det_exp(most_premium(h)) - 1, false);
    sim_record(w->sim, &model_hype, OUT_ANNOUNCEMENTS, -1, h->announced_since_sample, false);
    sim_record(w->sim, &model_hype, OUT_STOCKS, -1, (double)h->famous, false);
    h->announced_since_sample = 0;
}

static void finish(struct world *w)
{
    double alive = 0, announced = hype_state(w)->announced;
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        bool refit = (p->k & ~(uint32_t)PROJECT_ANNOUNCED) >= hype_state(w)->candidates.count;
        alive += (p->k & PROJECT_ANNOUNCED) && !refit && p->state != PROJECT_CANCELLED;
    }
    sim_record(w->sim, &model_hype, OUT_NEVER, -1, announced > 0 ? 1 - alive / announced : NONE, false);
}

/* clang-format off */
static const struct table tables[] = {
    {OPERATOR, sizeof(struct row), "classes of owners"},
    {NEWS_TABLE, sizeof(struct news), "dated news that move sentiment"},
    {0},
};
/* clang-format on */

const struct model model_hype = {
    .name = "hype",
    .help = "listed firms that announce computing, their share prices, sentiment and the entry that follows",
    .without = "nobody announces anything; projects come from Tobin's q alone",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(hype, struct hype_state),
    .start = start,
    .event = handle,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = update, [PHASE_SAMPLE] = sample},
};
