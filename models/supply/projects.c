/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of projects: their names, owners and stages. It asks nothing of the other files of the pipeline. */
#include "pipeline.h"

#define OPERATOR "operators"

const char *pipeline_name(const struct world *w, uint32_t id, char text[64])
{
    const struct project *p = &w->projects.row[id];
    uint32_t rounds = p->k / REFRESHED % MOST_ROUNDS;
    const char *kind = p->k & FROM_THE_START ? "early-" : p->k & PROJECT_ANNOUNCED ? "announced-" : "";
    int length = snprintf(text, 64, "%s-%s%u", sim_row_name(w->sim, OPERATOR, p->owner_class), kind, p->k % REFRESHED);
    if (rounds && length > 0 && length < 64)
        snprintf(text + length, 64 - (size_t)length, "-refit%u", rounds);
    return text;
}

uint32_t pipeline_firm(const struct world *w, const struct project *p)
{
    uint32_t site = p->replaces == UINT32_MAX ? UINT32_MAX : w->vintages.row[p->replaces].firm;
    return site == UINT32_MAX || firms_in_possession(w, site) ? firms_heir(w, p->firm) : site;
}

bool pipeline_must_earn(const struct world *w, uint32_t owner_class)
{
    return !w->vintages.state_funded[owner_class] &&
           !(pipeline_state(w) && pipeline_state(w)->row[owner_class].own_need);
}

struct event project_event(const struct world *w, enum event_kind kind, uint32_t id, uint32_t stamp)
{
    return (struct event){
        .model = (uint16_t)sim_model_index(w->sim, &model_pipeline), .kind = (uint16_t)kind, .id = id, .stamp = stamp};
}

void project_set_state(struct world *w, uint32_t id, enum project_state state)
{
    struct project *p = &w->projects.row[id];
    w->projects.in_state[p->state]--;
    w->projects.in_state[state]++;
    p->state = (uint8_t)state;
    p->stamp++; /* events of the old state no longer count */
}

/* Once the cards are there and the date of the connection is known. */
void project_schedule_opening(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    if (p->cards > 0 && !isnan(p->connected))
        sim_schedule(w->sim, max_of(w->sim->now, max_of(p->site_ready, p->connected)), 0,
                     project_event(w, CENTRE_READY, id, p->stamp));
}

void pipeline_promised(struct world *w, uint32_t id, double mw)
{
    w->projects.row[id].power_mw = mw;
}

void pipeline_connected(struct world *w, uint32_t id, double when)
{
    struct project *p = &w->projects.row[id];
    if (!isnan(p->connected))
        return;
    p->connected = when;
    project_schedule_opening(w, id);
}

void pipeline_retired(struct world *w, uint32_t id)
{
    project_set_state(w, id, PROJECT_RETIRED);
}
