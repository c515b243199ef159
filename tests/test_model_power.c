/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power: caps, queues, connections; what they do to orders, openings and old cards. */
#include "models_lab.h"

#define QUIET "leasing: {enabled: false}\naccounting: {enabled: false}\n"
#define ONE_REGION "regions: {central: null, west: null}\n"
#define IN_ONE_REGION ONE_REGION "policies: {voucher_henan_2025: null}\n" /* the voucher is for the centre */

static const double server_factor = 1.5; /* procurement.server_power_factor of china.yml */

static double megawatts(const struct world *w, int region, int g, double cards)
{
    return cards * w->generations.power_kw[g] * server_factor * w->regions.pue[region] / 1000;
}

/* -- at every step, in every world --------------------------------------------------------------------------------- */

static struct {
    double worst_drawn, worst_promised, least_room, most_queue;
    size_t looked;
} seen;

/* What is drawn is what stands, what is promised is what is being built, and no cap is broken. */
static void look(struct world *w)
{
    double drawn[MAX_REGIONS] = {0}, promised[MAX_REGIONS] = {0};
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        drawn[v->region] += v->standing ? megawatts(w, v->region, v->generation, v->cards) : 0;
    }
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        bool building = p->state == PROJECT_BUILDING;
        assert_true(building || p->power_mw < 1e-12);
        promised[p->region] += p->power_mw;
        bool has_place = building && p->replaces != UINT32_MAX && w->vintages.row[p->replaces].standing;
        assert_true(!has_place || p->power_mw < 1e-12); /* the old cards still draw it */
    }
    for (size_t r = 0; r < w->regions.count; r++) {
        seen.worst_drawn = fmax(seen.worst_drawn, fabs(drawn[r] - w->power.drawn_mw[r]) / (1 + drawn[r]));
        seen.worst_promised =
            fmax(seen.worst_promised, fabs(promised[r] - w->power.promised_mw[r]) / (1 + promised[r]));
        seen.least_room = fmin(seen.least_room, power_room_mw(w, (int)r));
        seen.most_queue = fmax(seen.most_queue, w->power.wanted_mw[r]);
    }
    seen.looked++;
}

static const struct model watcher = {.name = "watcher", .help = "looks", .phase = {[PHASE_FINANCE] = look}};

static void look_into(const char *lines, const char *const *sets, uint32_t replications)
{
    struct lab lab;
    memset(&seen, 0, sizeof seen);
    lab_open_with(&lab, &watcher, lines, sets);
    for (uint32_t r = 0; r < replications; r++)
        lab_run(&lab, r);
    assert_true(seen.looked >= replications * lab.plan->step_count);
    lab_close(&lab);
    assert_near(seen.worst_drawn, 0, 1e-9);
    assert_near(seen.worst_promised, 0, 1e-9);
}

static void power_is_conserved_at_every_step(void **state)
{
    (void)state;
    look_into(NULL, LAB_SET("run.end=2029-01", "supply.review_rate=2 /yr", "supply.refresh_margin=0.1"), 2);
    assert_true(seen.most_queue < 1e-12); /* China has no caps */
}

/* No more is promised than a cap leaves; what stood before a cap fell below it stands on. */
static void a_cap_is_never_broken(void **state)
{
    (void)state;
    look_into(QUIET IN_ONE_REGION,
              LAB_SET("run.end=2029-01", "regions.east.power_cap=120 MW", "supply.review_rate=2 /yr",
                      "supply.refresh_margin=0.1"),
              3);
    assert_true(seen.least_room > -1e-9);
    assert_true(seen.least_room < 5);
    print_message("    least room %g MW, most wanted %g\n", seen.least_room, seen.most_queue);
    assert_true(seen.most_queue > 20);
}

static void without_power_no_region_has_a_limit(void **state)
{
    (void)state;
    struct lab off, none;
    lab_open(&off, NULL, LAB_SET("run.end=2025-01", "regions.east.power_cap=20 MW", "power.enabled=false"));
    lab_open(&none, NULL, LAB_SET("run.end=2025-01"));
    lab_run(&off, 1);
    lab_run(&none, 1);
    size_t bytes = off.plan->sample_count * sizeof(double);
    assert_memory_equal(lab_series(&off, "capacity.installed"), lab_series(&none, "capacity.installed"), bytes);
    assert_memory_equal(lab_series(&off, "rent.A100"), lab_series(&none, "rent.A100"), bytes);
    lab_close(&off);
    lab_close(&none);
}

/* -- the queue under a cap ----------------------------------------------------------------------------------------- */

/* Nothing is ordered where there is no room, and the projects wait, approved. */
static void where_there_is_no_power_nothing_is_ordered(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET ONE_REGION,
                  LAB_SET("run.end=2025-01", "regions.east.power_cap=0 MW", "supply.service_life=20 yr",
                          "supply.sleep_limit=50 yr"));
    struct world *w = lab_run(&lab, 0);
    assert_near(w->channels.ordered, 0, 0);
    assert_true(w->projects.in_state[PROJECT_APPROVED] > 50);
    assert_int_equal(w->projects.in_state[PROJECT_BUILDING] + w->projects.in_state[PROJECT_OPERATING], 0);
    double waiting = 0;
    for (size_t i = 0; i < w->projects.count; i++)
        waiting += w->projects.row[i].state == PROJECT_APPROVED ? w->projects.row[i].asked_mw : 0;
    assert_true(waiting > 10);
    const double *queue = lab_series(&lab, "power.queue");
    assert_near(queue[lab.plan->sample_count - 1], waiting, 1e-9 * waiting);
    lab_close(&lab);
}

/* Projects that have their money first begin first: those still waiting came after all that began, but for those with
 * nothing to order.
 */
static void power_goes_to_who_came_first(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET ONE_REGION,
                  LAB_SET("run.end=2025-01", "regions.east.power_cap={2022-01: 15 MW, 2025-01: 120 MW}",
                          "pipeline.least_q=0", "operators.government.approval_delay=0.5 yr",
                          "operators.carrier.approval_delay=0.5 yr", "operators.crossover.approval_delay=0.5 yr",
                          "operators.neocloud.approval_delay=0.5 yr", "operators.hyperscaler.approval_delay=0.5 yr"));
    struct world *w = lab_run(&lab, 0);
    double last_begun = 0, first_waiting = INFINITY;
    size_t late = 0;
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        if (p->state == PROJECT_BUILDING || p->state == PROJECT_OPERATING) {
            last_begun = fmax(last_begun, p->approved);
            late += p->building_since > p->approved + 0.5 + 1.0 / 12;
        } else if (p->state == PROJECT_APPROVED && p->asked_mw > 0) {
            first_waiting = fmin(first_waiting, p->approved);
        }
    }
    assert_true(late > 10);
    assert_true(isfinite(first_waiting));
    assert_true(last_begun <= first_waiting);
    lab_close(&lab);
}

/* -- connections --------------------------------------------------------------------------------------------------- */

/* A grid that connects one by one: each centre's connection is its power over the rate after the one before it, or
 * after its own application, and the wait on top. */
static void the_grid_connects_one_by_one(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET ONE_REGION,
                  LAB_SET("run.end=2025-01", "regions.east.connections=71.55 MW/yr", "regions.east.grid_wait=0.4 yr",
                          "operators.government.cancellation=0 /yr", "operators.carrier.cancellation=0 /yr",
                          "operators.crossover.cancellation=0 /yr", "operators.neocloud.cancellation=0 /yr",
                          "operators.hyperscaler.cancellation=0 /yr", "procurement.seizure=0", "pipeline.rush=0",
                          "pipeline.least_q=0", "entry.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    uint32_t order[4096];
    size_t n = 0;
    for (uint32_t i = 0; i < w->projects.count; i++) /* by application; none is given up, and all order as they begin */
        if (w->projects.row[i].state >= PROJECT_BUILDING)
            order[n++] = i;
    for (size_t i = 1; i < n; i++)
        for (size_t k = i;
             k > 0 && w->projects.row[order[k - 1]].building_since > w->projects.row[order[k]].building_since; k--) {
            uint32_t swap = order[k];
            order[k] = order[k - 1], order[k - 1] = swap;
        }
    double free_at = 0;
    size_t connected = 0;
    for (size_t i = 0; i < n; i++) {
        const struct project *p = &w->projects.row[order[i]];
        double mw = p->power_mw > 0 ? p->power_mw : megawatts(w, 0, p->generation, p->cards);
        free_at = fmax(free_at, p->building_since) + mw / 71.55;
        if (isnan(p->connected))
            break;
        assert_near(p->connected, free_at + 0.4, 1e-6);
        connected++;
        if (p->state == PROJECT_OPERATING)
            assert_true(p->ready >= p->connected);
    }
    assert_true(connected > 20);
    assert_true(n > connected); /* and some are not connected yet */
    const double *queue = lab_series(&lab, "power.queue");
    double unconnected = 0;
    for (size_t i = 0; i < n; i++)
        unconnected += isnan(w->projects.row[order[i]].connected) ? w->projects.row[order[i]].power_mw : 0;
    assert_near(queue[lab.plan->sample_count - 1], unconnected, 1e-9 * unconnected);
    lab_close(&lab);
}

/* -- taking turns on a site ---------------------------------------------------------------------------------------- */

/* New cards take the hall and the power of old ones, the day they are there, and need no approval. */
static void new_cards_take_over_the_site_of_old_ones(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, IN_ONE_REGION,
             LAB_SET("run.end=2031-01", "supply.review_rate=2 /yr", "supply.refresh_margin=0", "pipeline.refit=0.2 yr",
                     "regions.east.power_cap=100 MW"));
    size_t handed_over = 0, early = 0;
    for (uint32_t r = 0; r < 6; r++) {
        struct world *w = lab_run(&lab, r);
        double approvals = 0, refreshes = 0, opened = 0;
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            approvals += p->replaces == UINT32_MAX;
            if (p->replaces == UINT32_MAX || isnan(p->ready))
                continue;
            const struct vintage *old = &w->vintages.row[p->replaces];
            assert_false(old->standing);
            assert_true(old->retired_on <= p->ready);
            assert_true(p->ready >= p->building_since + 0.2);
            assert_int_equal(p->region, old->region);
            assert_int_equal(p->owner_class, old->owner_class);
            assert_true(megawatts(w, p->region, p->generation, p->cards) <=
                        megawatts(w, old->region, old->generation, old->cards) + 1e-9);
            handed_over += old->retired_on == p->ready;
            early += old->retired_on < p->ready && old->retired_on >= old->retires - 1e-9;
            refreshes++;
        }
        for (size_t k = 0; k < lab.plan->sample_count; k++)
            approvals -= lab_series(&lab, "approvals")[k], opened += lab_series(&lab, "refreshes")[k];
        assert_near(approvals, 0, 0);
        assert_near(opened, refreshes, 0);
    }
    print_message("    handed over %zu, worn out before %zu\n", handed_over, early);
    assert_true(handed_over > 5); /* replaced in their lifetime */
    assert_true(early > 5); /* and worn out before */
    lab_close(&lab);
}

/* Where power is short a kW of old cards must beat what new ones would earn; where it is not, only what a hall costs.
 */
static void short_power_scraps_old_cards_earlier(void **state)
{
    (void)state;
    enum { WORLDS = 160 };
    double life[2][WORLDS], sum = 0, squares = 0, level = 0, n = 0;
    static const char *const cap[] = {"regions.east.power_cap=none", "regions.east.power_cap=80 MW"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, IN_ONE_REGION,
                 LAB_SET("run.end=2032-01", "supply.review_rate=2 /yr", "supply.refresh_margin=0.2",
                         "entry.enabled=false", cap[i]));
        for (uint32_t r = 0; r < WORLDS; r++) {
            lab_run(&lab, r);
            life[i][r] = lab_scalar(&lab, "mean_life.A800");
        }
        lab_close(&lab);
    }
    for (int r = 0; r < WORLDS; r++) {
        double less = life[0][r] - life[1][r];
        if (!isnan(less))
            sum += less, squares += less * less, level += life[0][r], n++;
    }
    double mean = sum / n, error = sqrt((squares / n - mean * mean) / (n - 1));
    print_message("    an A800 lives %.3g years, with a cap %.3g less, se %.2g, %.0f pairs\n", level / n, mean, error,
                  n);
    assert_true(n > WORLDS / 2 && mean > 3 * error && mean > 0.02 * level / n);
    assert_true(level / n < 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_is_conserved_at_every_step),
        cmocka_unit_test(a_cap_is_never_broken),
        cmocka_unit_test(without_power_no_region_has_a_limit),
        cmocka_unit_test(where_there_is_no_power_nothing_is_ordered),
        cmocka_unit_test(power_goes_to_who_came_first),
        cmocka_unit_test(the_grid_connects_one_by_one),
        cmocka_unit_test(new_cards_take_over_the_site_of_old_ones),
        cmocka_unit_test(short_power_scraps_old_cards_earlier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
