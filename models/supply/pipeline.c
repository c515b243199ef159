/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects, from a candidate to a running centre.
 *
 * Candidates of an owner class come at a fixed maximum rate and are accepted by thinning (candidates.h), so that
 * candidate (class, k) is the same project in every world:
 *
 *     lambda = candidate_rate * targets * min(q, q_max)^eta * guidance
 *
 * with q = Tobin's q of the best card that can be had, at the class's hurdle rate, in the places that the class goes
 * to. What makes classes differ is in their rows: city platforms and carriers follow `targets` and hardly q, lessors
 * live on q, internet platforms follow the dated targets of their spending, and buy for their own need at any q; a
 * class whose targets are nil pauses, its approved projects too.
 *
 * A project goes to region r with a probability in proportion to
 *
 *     project_share_r * (q_r)^location_slope,      q_r = value_r / (cost_r (1 - incentive_r)),
 *
 * a logit on value, incentives included (McFadden 1974): slope 0 is fixed shares. An approved project waits for money
 * and site, less long where the place approves fast, then for room under the region's power cap (power.c), first come
 * first served; then it orders cards and builds; it runs when the building, its power and the cards are there. Until
 * the cards are there a cancellation clock runs down, faster when q is low or guidance would not approve it today.
 * Which card it buys is a logit over cards and their channels:
 *
 *     utility = taste_slope ln(value / cost) - wait_cost * waiting time + preference of the class + Gumbel
 *
 * For owners who must earn their money, entry.c decides when they invest and how many propose, if it is on. If not,
 * waiting is an alternative of its own, with utility
 * taste_slope ln(waiting_q) + Gumbel.
 *
 * Sizes are stated in P of a date. A project is a sum of money: where a P costs less than it did then (size_cost) it builds
 * as many as that money buys.
 *
 * Where a ban is feared, part of the approved projects order at once: the order wave that lands half a year later.
 *
 * The site of old cards can be taken over by new ones (supply.c decides when): a project without approval and building,
 * with the power that the old ones drew, which stand until the new ones are there.
 *
 * Neutral: location_slope 0, guided_cancellation 0, targets none, size_cost none.
 */
#include "pipeline.h"

#include "sim/base/det.h"
#define OPERATOR "operators"
#define REGION "regions"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct pipeline_settings, q_max, "q_max", "", 0.1, 100, "4", FIXED, "q beyond which approvals grow no further", NULL),
    NUMBER(struct pipeline_settings, taste_slope, "taste_slope", "", 0, 50, "2.5", UNCERTAIN,
           "slope of the logit choice of cards in the log of value over cost", NULL),
    NUMBER(struct pipeline_settings, wait_cost_per_yr, "wait_cost", "/yr", 0, 50, "4 /yr", UNCERTAIN,
           "utility lost for a year of waiting for cards", NULL),
    NUMBER(struct pipeline_settings, low_q_cancellation, "low_q_cancellation", "", 0, 50, "2", UNCERTAIN,
           "factor on the hazard of cancellation as q falls from one to zero", NULL),
    NUMBER(struct pipeline_settings, least_q, "least_q", "", 0, 10, "0.35", UNCERTAIN,
           "q below which owners who are not state-funded order no card", NULL),
    NUMBER(struct pipeline_settings, waiting_q, "waiting_q", "", 0, 100, "0", UNCERTAIN,
           "q at which waiting is worth as much to owners who are not state-funded as a card they have no taste for; 0: they do not wait", NULL),
    NUMBER(struct pipeline_settings, rush, "rush", "", 0, 1, "0.5", UNCERTAIN,
           "share of approved projects that order at once when a ban on the card they want is feared", NULL),
    NUMBER(struct pipeline_settings, reorder_delay_yr, "reorder_delay", "yr", 0, 3, "3 months", UNCERTAIN,
           "time to find another card after an order was caught or seized", NULL),
    NUMBER(struct pipeline_settings, after_loss, "cancelled_after_loss", "", 0, 1, "0.25", UNCERTAIN,
           "share of projects given up when their order is caught or seized", NULL),
    NUMBER(struct pipeline_settings, share_of_size, "built_share", "", 0.01, 1, "0.7", UNCERTAIN,
           "share of the announced size that is built", "10,000 P announced and 500 P built; 40,000 P and 3,000 P; most are nearer"),
    NUMBER(struct pipeline_settings, size_cost_cny_per_p, "size_cost", "CNY/P", 1, 1e9, "none", UNCERTAIN,
           "cost in place of a P at which sizes are stated: where P are cheaper a project builds as many as the same money buys; none: never more than stated", NULL),
    NUMBER(struct pipeline_settings, rent_duration_yr, "rent_duration", "yr", 0, 20, "1.5 years", UNCERTAIN,
           "duration of a card's rents: what an owner's hurdle rate discounts beyond the market's rate", NULL),
    NUMBER(struct pipeline_settings, silent, "silent", "", 0, 1, "0.85", UNCERTAIN,
           "share of cancelled projects that end without an announcement", "11 public cancellations in 2023, over 100 in the 18 months after"),
    NUMBER(struct pipeline_settings, guided_cancellation_per_yr, "guided_cancellation", "/yr", 0, 20, "0 /yr", UNCERTAIN,
           "added hazard of cancellation of projects that guidance at full strength would not approve", NULL),
    NUMBER(struct pipeline_settings, refit_yr, "refit", "yr", 0, 5, "2 months", UNCERTAIN,
           "time it takes to clear a standing hall and equip it with new cards", NULL),
    NUMBER(struct pipeline_settings, least_power, "least_power", "", 0, 1, "0.5", UNCERTAIN,
           "least share of the power it wants with which a project begins, and builds less, where a cap leaves no more", NULL),
    COLUMN(OPERATOR, struct pipeline_row, candidate_per_yr, "candidate_rate", "/yr", 0, 1e5, NULL, UNCERTAIN,
           "projects of a class approved a year when q is one", NULL),
    {.name = "targets", .table = OPERATOR, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 100, .value = "none",
     .help = "factor on the candidate rate by plans and targets, over time; none: always one",
     .offset = offsetof(struct pipeline_row, targets)},
    COLUMN(OPERATOR, struct pipeline_row, q_elasticity, "q_elasticity", "", 0, 5, "0.8", UNCERTAIN,
           "elasticity of approvals in q", "feasibility study"),
    {.name = "size", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "P", .min = 1, .max = 1e6,
     .help = "announced size of a project", .offset = offsetof(struct pipeline_row, size_p)},
    {.name = "approval_delay", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0, .max = 20,
     .help = "time from approval to money and site", .offset = offsetof(struct pipeline_row, approval_delay_yr)},
    {.name = "build_time", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0, .max = 20,
     .help = "time from money to a building with power", .offset = offsetof(struct pipeline_row, build_time_yr)},
    COLUMN(OPERATOR, struct pipeline_row, cancellation_per_yr, "cancellation", "/yr", 0, 20, "0.33 /yr", UNCERTAIN,
           "hazard of cancellation before a project runs, at q of one or more", "feasibility study"),
    COLUMN(OPERATOR, struct pipeline_row, domestic_preference, "domestic_preference", "", -20, 20, "0", UNCERTAIN,
           "utility of a domestic card to a class of owners, beyond its value over cost", NULL),
    COLUMN(OPERATOR, struct pipeline_row, gray_preference, "gray_access", "", -20, 20, "0", UNCERTAIN,
           "utility of a gray card to a class of owners, beyond its value over cost", NULL),
    COLUMN(OPERATOR, struct pipeline_row, hurdle_per_yr, "hurdle_rate", "/yr", 0, 1, "10 %/yr", UNCERTAIN,
           "required rate of return of a class of owners", NULL),
    {.name = "own_need", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "whether a class buys for its own need: it neither waits for a better q nor gives up because of it", .offset = offsetof(struct pipeline_row, own_need)},
    COLUMN(OPERATOR, struct pipeline_row, location_slope, "location_slope", "", 0, 50, "0", UNCERTAIN,
           "slope of the choice of a place in the log of value over cost there, incentives included; 0: fixed shares", NULL),
    {.name = "first", .table = OPERATOR, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which a class of owners enters; none: the start", .offset = offsetof(struct pipeline_row, first)},
    {0},
};
/* clang-format on */
static void handle(struct world *w, const struct event *event)
{
    if (event->kind == APPROVAL) {
        project_approve(w, &pipeline_state(w)->approval[event->data]);
        return;
    }
    const struct project *p = &w->projects.row[event->id];
    if (event->kind == CANCELLED) {
        if (cancellation_possible(p))
            project_cancel(w, event->id, "given up");
        return;
    }
    if (event->stamp != p->stamp)
        return;
    switch ((enum event_kind)event->kind) {
    case MONEY_READY:
        project_money_ready(w, event->id);
        break;
    case CENTRE_READY:
        project_open(w, event->id);
        break;
    case REORDER:
        project_order(w, event->id);
        break;
    case CANCELLED:
    case APPROVAL:
        break;
    }
}
static void fetch(struct world *w, const struct event *event)
{
    __builtin_prefetch(&w->projects.row[event->id]);
    __builtin_prefetch(&w->projects.row[event->id].approved);
}

/* At the first step, when it is known who must earn. */
static void open_candidates(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    state->opened = true;
    for (size_t o = 0; o < state->operators; o++)
        candidates_open(&state->candidates[o],
                        sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_ARRIVALS, (uint32_t)o, 0)),
                        project_most_candidates_per_yr(w, o), w->sim->now);
}

static void decide(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    if (!state->opened)
        open_candidates(w);
    choice_update(w);
    for (int r = 0; r < (int)w->regions.count; r++)
        if (state->for_power[r].count)
            project_serve_power(w, r);
    state->approvals = 0;
    for (size_t o = 0; o < state->operators; o++)
        project_accept_candidates(w, (uint32_t)o);
    project_weigh_fear(w);
}
static void start(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    w->channels.follower = &pipeline_follows_orders;
    state->settings = sim_settings(w->sim, &model_pipeline);
    state->row = sim_rows(w->sim, &model_pipeline, OPERATOR);
    state->operators = sim_row_count(w->sim, OPERATOR);
    state->places = sim_row_count(w->sim, REGION);
    state->log_least_q = det_log(state->settings->least_q);
    state->log_q_max = det_log(state->settings->q_max);
    state->waiting =
        state->settings->waiting_q > 0 ? state->settings->taste_slope * det_log(state->settings->waiting_q) : -HUGE_VAL;
    for (size_t o = 0; o < state->operators; o++) {
        state->build_yr[o] = distribution_quantile(state->row[o].build_time_yr, 0.5);
        w->projects.tobins_q[o] = 1;
        state->preference[o][CHANNEL_GRAY] = state->row[o].gray_preference;
        state->preference[o][CHANNEL_DOMESTIC] = state->row[o].domestic_preference;
    }
}

enum {
    OUT_APPROVED,
    OUT_BUILDING,
    OUT_OPERATING,
    OUT_APPROVALS,
    OUT_CANCELLATIONS,
    OUT_DEATHS,
    OUT_Q,
    OUT_BELOW_1000P,
    OUT_STARTS,
    OUT_BEGUN,
    OUT_COST,
    OUT_LARGEST,
    OUT_GRANTS,
    OUT_REFRESHES,
    OUT_IN_REGION,
    OUT_APPROVED_SHARE,
    OUT_BUILDING_SHARE,
    OUT_OPERATING_SHARE,
    OUT_INVESTMENT,
    OUT_MONTHS
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_APPROVED] = {"pipeline.approved", OUTPUT_SERIES, "", NULL, "approved projects that wait for money, a site or power"},
    [OUT_BUILDING] = {"pipeline.building", OUTPUT_SERIES, "", NULL, "new centres being built or waiting for cards"},
    [OUT_OPERATING] = {"pipeline.operating", OUTPUT_SERIES, "", NULL,
                       "projects in operation, without the centres that stood at the start and those scrapped"},
    [OUT_APPROVALS] = {"approvals", OUTPUT_SERIES, "", NULL, "projects approved since the last report"},
    [OUT_CANCELLATIONS] = {"cancellations", OUTPUT_SERIES, "", NULL, "projects publicly cancelled since the last report"},
    [OUT_DEATHS] = {"cancellations.silent", OUTPUT_SERIES, "", NULL, "projects given up without an announcement since the last report"},
    [OUT_Q] = {"tobins_q", OUTPUT_SERIES, "", OPERATOR, "present value over cost of the best card, of those that a class of owners can buy"},
    [OUT_BELOW_1000P] = {"share_under_1000p", OUTPUT_SERIES, "", NULL,
                         "share of centres opened so far that were announced with less than 1000 P, without those that platforms build for themselves", .share = true},
    [OUT_STARTS] = {"building_starts", OUTPUT_SERIES, "", NULL, "new centres that began to build and order since the last report"},
    [OUT_BEGUN] = {"pipeline.built_or_building", OUTPUT_SERIES, "", NULL, "new centres being built, and projects in operation"},
    [OUT_COST] = {"cost_per_p", OUTPUT_SERIES, "CNY/P", NULL,
                  "cost of the centres opened since the last report, building included, ex VAT, before grants, over their compute"},
    [OUT_LARGEST] = {"largest_centre", OUTPUT_SERIES, "P", NULL, "compute of the largest centre opened so far"},
    [OUT_GRANTS] = {"incentives", OUTPUT_SERIES, "CNY", NULL, "paid by local governments for the centres opened since the last report"},
    [OUT_REFRESHES] = {"refreshes", OUTPUT_SERIES, "", NULL, "centres whose old cards were replaced by new ones since the last report"},
    [OUT_IN_REGION] = {"approvals.share", OUTPUT_SERIES, "", REGION, "share of the projects approved so far that go to a region", .share = true},
    [OUT_APPROVED_SHARE] = {"pipeline.approved_share", OUTPUT_SERIES, "", NULL, "share of live projects that wait for money, a site or power", .share = true},
    [OUT_BUILDING_SHARE] = {"pipeline.building_share", OUTPUT_SERIES, "", NULL, "share of live projects that are being built or wait for cards", .share = true},
    [OUT_OPERATING_SHARE] = {"pipeline.operating_share", OUTPUT_SERIES, "", NULL, "share of live projects in operation", .share = true},
    [OUT_INVESTMENT] = {"investment", OUTPUT_SERIES, "CNY", NULL,
                        "cost of the rental centres opened or refreshed since the last report, building included, ex VAT, before grants"},
    [OUT_MONTHS] = {"build_months", OUTPUT_SCALAR, "months", NULL, "mean time from the start of building to opening, of the centres opened"},
    {0},
};
/* clang-format on */

static void sample_stages(struct world *w)
{
    struct projects *p = &w->projects;
    const struct model *m = &model_pipeline;
    const double stage[] = {(double)p->in_state[PROJECT_APPROVED],
                            (double)(p->in_state[PROJECT_BUILDING] - p->refreshing),
                            (double)p->in_state[PROJECT_OPERATING]};
    double alive = stage[0] + stage[1] + stage[2];
    for (int s = 0; s < 3; s++) {
        sim_record(w->sim, m, OUT_APPROVED + s, -1, stage[s], false);
        sim_record(w->sim, m, OUT_APPROVED_SHARE + s, -1, alive > 0 ? stage[s] / alive : NONE, false);
    }
    sim_record(w->sim, m, OUT_BEGUN, -1, stage[1] + stage[2], false);
    sim_record(w->sim, m, OUT_APPROVALS, -1, p->approvals_since_sample, false);
    sim_record(w->sim, m, OUT_CANCELLATIONS, -1, p->cancellations_since_sample, false);
    sim_record(w->sim, m, OUT_DEATHS, -1, p->deaths_since_sample, false);
    p->approvals_since_sample = p->cancellations_since_sample = p->deaths_since_sample = 0;
}

static void sample_places(struct world *w)
{
    const double *in = pipeline_state(w)->approved_in;
    double all = 0;
    for (size_t r = 0; r < w->regions.count; r++)
        all += in[r];
    bool by_region = sim_enabled(w->sim, &model_region) && all > 0;
    for (size_t r = 0; r < pipeline_state(w)->places; r++)
        sim_record(w->sim, &model_pipeline, OUT_IN_REGION, (int)r, by_region ? in[r] / all : NONE, false);
}

static void sample(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    const struct projects *p = &w->projects;
    const struct model *m = &model_pipeline;
    sample_stages(w);
    sample_places(w);
    for (size_t o = 0; o < state->operators; o++)
        sim_record(w->sim, m, OUT_Q, (int)o, p->tobins_q[o], false);
    sim_record(w->sim, m, OUT_BELOW_1000P, -1,
               p->opened_announced > 0 ? p->opened_below_1000p / p->opened_announced : NONE, false);
    sim_record(w->sim, m, OUT_STARTS, -1, state->begun, false);
    sim_record(w->sim, m, OUT_COST, -1, state->sampled_p > 0 ? state->sampled_cny / state->sampled_p : NONE, false);
    sim_record(w->sim, m, OUT_LARGEST, -1, state->largest_p, false);
    sim_record(w->sim, m, OUT_GRANTS, -1, state->grants_cny, false);
    sim_record(w->sim, m, OUT_REFRESHES, -1, state->refreshed, false);
    sim_record(w->sim, m, OUT_INVESTMENT, -1, state->sampled_cny + state->refreshed_cny, false);
    state->refreshed_cny = state->begun = state->sampled_p = state->sampled_cny = state->grants_cny = state->refreshed =
        0;
}

static void finish(struct world *w)
{
    const struct pipeline *state = pipeline_state(w);
    double opened = w->projects.opened;
    sim_record(w->sim, &model_pipeline, OUT_MONTHS, -1, opened > 0 ? state->months / opened : NONE, false);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct pipeline_row), "classes of owners"}, {0}};

const struct model model_pipeline = {
    .name = "pipeline",
    .help = "projects: approval by Tobin's q, money, building, cards, cancellation, opening",
    .without = "no centre is added to those standing at the start",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct pipeline_settings),
    STATE(pipeline, struct pipeline),
    .start = start,
    .event = handle,
    .ahead = fetch,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_HAZARD] = cancellation_run, [PHASE_SAMPLE] = sample},
};
