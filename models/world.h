/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of one world: its tables, who owns each, and what owners let others do.
 *
 * Every table has one owner, the mechanism named in its comment; everyone else reads it, and asks for changes through
 * the owner's verbs (below each table). Rows that are handled one by one are structs; what is swept every step (lease
 * clocks) is columns. All memory is the replication's arena. Rows keep their place for life; a reusable slot carries a
 * stamp.
 *
 * Conventions: time in decimal years; money in nominal CNY, books without VAT; compute P in dense FP16 PFLOP/s;
 * "effective P" is what software and cluster deliver, in units in which an H100 at its launch delivers
 * mfu * 0.989; rents per hour.
 */
#ifndef ICCSIM_MODELS_WORLD_H
#define ICCSIM_MODELS_WORLD_H

#include "models/books/ledger.h"
#include "sim/base/dates.h"
#include "sim/engine/sim.h"
#include "sim/engine/trace.h"
#include "sim/scenario/distribution.h"
#include "sim/scenario/run.h"
#include "sim/scenario/schema.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NONE ((double)NAN) /* does not apply, not yet, never */

/* fmax and fmin where no argument is NaN: one instruction instead of a call. */
static inline double max_of(double a, double b)
{
    return a > b ? a : b;
}

static inline double min_of(double a, double b)
{
    return a < b ? a : b;
}

/* max_of(0, x) where either is as likely: of max_of the compiler makes a branch there, which is mispredicted. */
static inline double above_zero(double x)
{
    return 0.5 * (x + fabs(x));
}

enum workload { TRAINING, INFERENCE, WORKLOADS }; /* 0 and 1: see demand_need */
enum { MAX_GENERATIONS = 64, MAX_REGIONS = 8, MAX_OPERATORS = 8, MAX_TENANT_CLASSES = 8, MAX_RAIDS = 16 };

/* -- technology ------------------------------------------------------------------------------------------------- */

struct generations { /* owner: technology.c */
    size_t count;
    const char *name[MAX_GENERATIONS], *label[MAX_GENERATIONS];
    bool domestic[MAX_GENERATIONS], high_end[MAX_GENERATIONS], sold[MAX_GENERATIONS];
    double launch[MAX_GENERATIONS], end_of_production[MAX_GENERATIONS];
    double pflops_fp16[MAX_GENERATIONS], power_kw[MAX_GENERATIONS], cards_per_server[MAX_GENERATIONS];
    double memory_gb[MAX_GENERATIONS];
    int stack[MAX_GENERATIONS]; /* of software: one a vendor, numbered from 0 */
    /* now */
    bool launched[MAX_GENERATIONS], in_production[MAX_GENERATIONS];
    double list_price_cny[MAX_GENERATIONS]; /* a card, ex VAT */
    double effective_p[WORKLOADS][MAX_GENERATIONS]; /* a card */
};

/* -- policy ----------------------------------------------------------------------------------------------------- */

struct policy { /* owner: policy.c; what is in force at the step's start */
    double official_open[MAX_GENERATIONS]; /* share of official sales that both sides let pass, 0..1, quotas aside */
    int licence[MAX_GENERATIONS]; /* act whose quota the card shares with others; -1: no quota */
    double quota_per_month[MAX_GENERATIONS]; /* cards of that act together, for this market */
    double ban_announced[MAX_GENERATIONS]; /* when the ban was that impends or is in force; NaN: none, or sold again
                                              since */
    bool feared[MAX_GENERATIONS]; /* a ban is rumoured or announced, and not yet in effect */
    double price_factor[MAX_GENERATIONS]; /* tariffs and price shocks, in either channel */
    double licence_price[MAX_GENERATIONS]; /* what licences make of the official price, beyond that */
    struct raid { /* acts of enforcement against the gray channel in force */
        uint32_t act; /* its identity */
        double strength; /* share of gray suppliers that it puts out of business */
    } raid[MAX_RAIDS];
    size_t raids;
    double raid_seizure; /* share of gray deliveries that they seize */
    double barred_for_state[MAX_GENERATIONS]; /* share of state-funded orders that may not be for this card */
    double power_discount[MAX_GENERATIONS]; /* share of the power bill that the state pays */
    double approvals_factor, minimum_size_p; /* window guidance on projects below a size */
    double voucher_share[MAX_TENANT_CLASSES]; /* of the rent of a class, if it is eligible, paid by the state */
};

/* -- regions and operators ----------------------------------------------------------------------------------------- */

struct regions { /* owner: region.c */
    size_t count;
    int reference; /* where what the whole market has one number for is reckoned: floors, street premia, resale */
    uint8_t
        order[MAX_REGIONS]; /* the reference first, then by name: who goes where does not depend on the file's order */
    const char *name[MAX_REGIONS];
    bool realtime[MAX_REGIONS]; /* near enough to the users for inference in real time */
    double realtime_share_now; /* of inference requests: must be served in such a region */
    double power_price_cny_per_kwh[MAX_REGIONS], pue[MAX_REGIONS], carbon_t_per_kwh[MAX_REGIONS];
    double project_share[MAX_REGIONS]; /* of new projects where the places are worth the same */
    double incentive[MAX_REGIONS]; /* share of a centre's cost that the place pays, now */
    double approval_factor[MAX_REGIONS]; /* on the time from approval to money and site */
};

/* -- beliefs ------------------------------------------------------------------------------------------------------ */

struct beliefs { /* owner: expectations.c; all zero: everybody holds the forward curve of value.c as it is */
    double extrapolators; /* share of owners who project the recent trend of the rent */
    double trend_per_yr; /* growth of the log rent that they project, now */
    double fade_yr; /* time in which they expect it to fade; 0: there are none */
    double withheld; /* share of competent capacity that is held back in the hope of higher rents */
    double competition_neglect; /* share of what others will build that nobody reckons with */
};

/* -- power --------------------------------------------------------------------------------------------------------- */

struct power { /* owner: power.c; MW of centres at full load, cooling included, by region */
    double cap_mw[MAX_REGIONS]; /* infinite: no limit */
    double drawn_mw[MAX_REGIONS]; /* by what stands */
    double promised_mw[MAX_REGIONS]; /* to centres being built */
    double wanted_mw[MAX_REGIONS]; /* by projects that would order and find no room; pipeline.c says so */
};
double power_mw(const struct world *w, int region, int generation, double cards);
double power_room_mw(const struct world *w, int region);
bool power_limited(const struct world *w, int region); /* by a cap or by a queue */
void power_draw(struct world *w, int region, double mw); /* by what stands; negative: no more */
void power_promise(struct world *w, uint32_t project, double mw); /* pipeline_connected tells when it comes */
void power_withdraw(struct world *w, uint32_t project); /* the promise, if there is one */

struct vintage;

/* -- value: one forward curve behind levelised cost, q, term prices and the economic ledger ------------------------ */

enum { VALUE_STEPS_PER_YEAR = 4, VALUE_YEARS = 10, VALUE_STEPS = VALUE_STEPS_PER_YEAR * VALUE_YEARS };

struct value { /* owner: value.c */
    double entry_rent[WORKLOADS]; /* long-run rent that pays for a new card, CNY per effective P-hour */
    double decline_per_yr; /* of the entry rent, as believed */
    double reversion_per_yr; /* of the rent to the entry rent, as believed by fundamentalists */
    double discount_per_yr;
    double occupancy; /* as believed */
    double yield; /* what an hour let pays over the spot rent, at the terms for which cards are let now */
    double entry_rent_card[MAX_GENERATIONS]; /* the same for a card, CNY per card-hour */
    double cash_cost[MAX_REGIONS][MAX_GENERATIONS]; /* avoidable, CNY per card-hour */
    double card[MAX_REGIONS][MAX_GENERATIONS]
               [VALUE_STEPS + 1]; /* present value of quasi-rents over k/4 more years, CNY a card */
};
double value_load(const struct world *w); /* mean load of a let card */
double value_upkeep(const struct world *w,
                    double list_price_cny); /* maintenance and site staff of cards of that price, CNY a year */
/* Present value of the quasi-rents of one card over the years left to it. */
static inline double value_of_card(const struct world *w, int region, int generation, double years_left);
/* The same of a vintage's, which must first be made competent if it is dormant. */
static inline double value_of_vintage(const struct world *w, const struct vintage *v);
/* What a card is worth to an owner who may stop for good at the end of any quarter, CNY: it lets at the generation's rent
 * times rent_factor, less overhead, and costs, beside power and upkeep, cost_cny_per_yr[k] in quarter k, let or not. At least 0. */
double value_of_staying(const struct world *w, int region, int generation, double rent_factor,
                        const double *cost_cny_per_yr, int quarters);
/* The same as value_of_card if all were fundamentalists who reckon with what others build. */
double value_fundamental(const struct world *w, int region, int generation, double years_left);
/* Weights of the long-run rent and of today's excess over it in the mean rent of a term, and how far its price counts
 * the vacancy of spot letting (0..1); they depend on its length alone. */
struct tenor {
    double long_run, excess, vacancy;
};
enum { LONGEST_TERM_MONTHS = 180 };
const struct tenor *value_tenor(const struct world *w, int months); /* at least 1, at most the longest */
double value_term_rent_with(const struct world *w, int generation, const struct tenor *tenor);
/* What an hour of a card costs in a term contract of that length, paid whether used or not, CNY per card-hour. */
double value_term_rent(const struct world *w, int generation, int months);
/* Forward spot rent of a card averaged over the next months, discounted: earned in the hours let alone. */
double value_mean_rent(const struct world *w, int generation, int months);

/* -- procurement ------------------------------------------------------------------------------------------------- */

enum channel_kind { CHANNEL_OFFICIAL, CHANNEL_GRAY, CHANNEL_DOMESTIC, CHANNELS };

struct offers { /* what can be ordered in this step, a column each of what a choice between them asks for */
    size_t count;
    int generation[MAX_GENERATIONS], place[MAX_GENERATIONS]; /* place: of a generation that is on offer */
    double lead_yr[MAX_GENERATIONS],
        queue_free[MAX_GENERATIONS]; /* an order placed now waits for its turn until then */
    double log_migration[MAX_GENERATIONS]; /* for a firm that does not run this software, a bit a vendor: */
    uint64_t software[MAX_GENERATIONS];
};

struct channels { /* owner: procurement.c */
    struct offers offers;
    double site_kw[MAX_GENERATIONS]; /* power of a card with its share of the server, without cooling */
    int kind[MAX_GENERATIONS]; /* the channel through which it can be ordered in this step; -1: none */
    double premium[MAX_GENERATIONS]; /* street price over list price of foreign cards, >= 1 */
    bool premium_on_bound[MAX_GENERATIONS]; /* all that the card can earn, or the price without scarcity */
    double street_price_cny[MAX_GENERATIONS]; /* a card, ex VAT */
    double server_price_cny[MAX_GENERATIONS]; /* a server with its share of network and storage, incl VAT, as quoted */
    double backlog_cards[CHANNELS][MAX_GENERATIONS];
    double first_arrival[MAX_GENERATIONS]; /* NaN: not yet */
    /* cards since the start: ordered = delivered + refunded + lost + seized + backlog */
    double ordered, delivered, refunded, lost, seized;
    /* cards that dealers and hyperscalers ever bought ahead of bans = what they sold on or used + what they hold */
    double stock_bought, stock_released, stock_held;
    double all_prepayments_lost_cny; /* since the start */
    double step_delivered_domestic, step_delivered_foreign; /* to the rental market since the last sample */
    double fleet_cards[2]; /* bought by platforms for themselves since the start: foreign, domestic */
};
/* The channel through which generation g can be ordered in this step, or -1. */
static inline int procurement_channel(const struct world *w, int generation);
/* What one card costs in place now, with its share of the server, network and building, ex VAT. */
double procurement_cost_per_card(const struct world *w, int generation);
/* Of that, the building with its power and cooling. */
double procurement_building_cost_per_card(const struct world *w, int generation);
/* Power of one card with its share of the server, without cooling. */
double procurement_site_kw(const struct world *w, int generation);
/* Lead time and queue of an order placed now. */
double procurement_wait_years(const struct world *w, int generation);
/* Time that many cards more, ordered now, take the channel to serve; 0 if it is closed. */
double procurement_queue_years(const struct world *w, int generation, double cards);
/* Log of one plus what moving to the card's software costs, as a share of its price: nothing for a firm that
 * runs it. */
double procurement_log_migration(const struct world *w, uint32_t firm, int generation);
/* Share of the software work on a new vintage that its firm's experience with the card's software saves. */
double procurement_experience(const struct world *w, uint32_t firm, int generation);
/* From now on that firm has experience: its first centre with such cards stands. */
void procurement_gain_experience(struct world *w, uint32_t firm, int generation);
/* Places the order of project p for generation g; the delivery comes as an event and calls pipeline_delivered or
 * pipeline_order_lost. Returns when it is due. */
double procurement_order(struct world *w, uint32_t project, int generation, double cards);
void procurement_cancel(struct world *w, uint32_t project);

/* -- pipeline ------------------------------------------------------------------------------------------------------ */

enum project_state {
    PROJECT_APPROVED,
    PROJECT_BUILDING,
    PROJECT_OPERATING,
    PROJECT_CANCELLED,
    PROJECT_RETIRED,
    PROJECT_STATES
};

struct project { /* two lines of the cache */
    _Alignas(64) uint32_t k; /* causal identity: with its class */
    uint8_t owner_class;
    uint8_t state; /* enum project_state */
    uint8_t region;
    int8_t generation; /* -1 until ordered */
    uint8_t channel; /* enum channel_kind */
    bool silent; /* if it dies, then without a public word: drawn at approval, as is */
    uint16_t firm; /* that applied for it, and */
    double state_luck; /* state-funded: uniform, see pipeline.c; must earn: log of what it expects of itself, entry.c */
    uint32_t orders; /* rounds of ordering so far */
    uint32_t stamp;
    uint32_t replaces; /* vintage whose site it takes over; UINT32_MAX: none, it is a new centre */
    uint32_t order; /* row in procurement's table; UINT32_MAX: none */
    double cards, cost_per_card; /* as delivered */
    double size_p; /* as announced */
    double approved, building_since, ready;
    double site_ready; /* when the building is */
    double connected; /* when the power is; NaN: not known yet */
    double power_mw; /* promised */
    double asked_mw; /* in vain, while it waits for room under a cap */
    double grant_cny; /* paid by the place */
};
_Static_assert(sizeof(struct project) == 128, "a project fills two lines");
struct projects { /* owner: pipeline.c */
    size_t count, capacity;
    struct project *row;
    size_t in_state[PROJECT_STATES];
    double approvals_since_sample, cancellations_since_sample, deaths_since_sample;
    size_t refreshing; /* of those being built, on the site of old cards */
    double opened, opened_below_1000p;
    double tobins_q[MAX_OPERATORS];
};
void pipeline_delivered(struct world *w, uint32_t project, double cards, double cost_per_card,
                        enum channel_kind channel);
void pipeline_retired(struct world *w, uint32_t project);
/* Puts candidate k of a class that came by another way than the class's own to the vote of guidance, now. k must be
 * below PROJECT_ANNOUNCED; the project's is above. False: the class is not there yet. */
enum { PROJECT_ANNOUNCED = 0x40000000 };
bool pipeline_propose(struct world *w, uint32_t owner_class, uint32_t k);
void pipeline_connected(struct world *w, uint32_t project, double when);
/* Orders new cards for the site of a vintage, which stands until they are there, if those that its owner would take
 * earn more than this beyond their cost. Returns the project; UINT32_MAX: they do not. */
uint32_t pipeline_refresh(struct world *w, uint32_t vintage, double least_cny_per_kw);
const char *pipeline_name(const struct world *w, uint32_t project, char text[64]);
/* The firm that it belongs to now: the owner of the site where it takes one over. */
uint32_t pipeline_firm(const struct world *w, const struct project *p);
/* Whether a class of owners must earn what it spends: it is neither state-funded nor builds for its own need. */
bool pipeline_must_earn(const struct world *w, uint32_t owner_class);
void pipeline_order_lost(struct world *w, uint32_t project, double cards, const char *why);

/* -- vintages ------------------------------------------------------------------------------------------------------ */

struct vintage { /* lines of the cache: what is walked every step; what books and sleep add to that; the rest */
    _Alignas(64) uint8_t owner_class;
    uint8_t region, generation;
    bool competent, standing;
    bool improved; /* by engineering */
    bool entrant; /* accounting: of the class shown as such, and not known to be too old for it */
    uint16_t firm; /* that owns it; of the class `operator` unless it was sold across classes */
    uint32_t first_lease; /* list of its leases; UINT32_MAX: none */
    float quality; /* effective P of a card over that of its generation: its owner (entry), engineering; 1: as all */
    double cards, let_cards;
    double rent_sum; /* leasing: rents of its leases, CNY per hour */
    double let_yr; /* accounting: years of use: its cards let, over time */
    double retires; /* end of service life */
    double activation_cost_per_card;
    /* the second line */
    double delivered; /* date */
    double base_per_card; /* accounting: what was paid, VAT that cannot be recovered included; 0: off the books */
    double book_per_card, debt; /* accounting; whoever changes one of them sets `steady_until` to 0: */
    double written_per_yr, repaid_per_yr, steady_until; /* what they lose until that date, CNY a card and CNY */
    float spread_per_yr; /* accounting: of its loan over the base rate */
    uint16_t sleeps; /* times it went dormant again */
    bool woken; /* has been competent */
    /* the third */
    double retired_on;
    double tax_per_card; /* accounting */
    double cost_per_card; /* ex VAT, with server, network and building, less grants */
    double unimpaired_per_card; /* accounting, where impairments are reversed: the book had it never been impaired */
    double paid_ahead; /* CNY, to accounting_pay_ahead */
    enum channel_kind channel;
    uint32_t successor; /* project that will take over its site; UINT32_MAX: none */
    uint32_t project; /* whose centre it stands in; UINT32_MAX: from before the start */
    uint32_t number; /* causal: which vintage of this operator class */
    uint32_t next_of_firm; /* firms: the next that its firm ever had and did not sell; UINT32_MAX: none */
    float broken; /* life: cards beyond repair that still count, because nobody has taken them out yet */
};
#define FROM_THE_START 0x80000000u /* in a number: it stood when the world began */
/* Who follows vintages registers at the start; supply.c calls them in that order. NULL: does not care. */
struct vintage_follower {
    /* Cards are withdrawn from the market, because they sleep, are closed or lost: those that remain are `kept`. Leases
     * on the others end; what is let must fit into what is kept. */
    void (*withdrawn)(struct world *w, uint32_t vintage, double kept);
    /* Cards are no more; of a vintage of which nothing stands afterwards only `standing` says so. */
    void (*lost)(struct world *w, uint32_t vintage, double cards);
    /* It is about to go from its firm to another, leases and all. */
    void (*sold)(struct world *w, uint32_t vintage, uint32_t to_firm);
};
enum { MAX_FOLLOWERS = 8 };
struct vintages { /* owner: supply.c */
    size_t count, capacity;
    bool state_funded[MAX_OPERATORS]; /* by owner class */
    struct vintage *row;
    uint32_t *of_generation[MAX_GENERATIONS]; /* competent standing ones, for matching */
    size_t generation_count[MAX_GENERATIONS], generation_capacity[MAX_GENERATIONS];
    double installed_cards[MAX_GENERATIONS], competent_cards[MAX_GENERATIONS], let_cards[MAX_GENERATIONS];
    double vacated_cards[MAX_GENERATIONS]; /* leasing: of competent vintages, not on offer again yet */
    double competent_work[MAX_GENERATIONS]; /* competent cards times their quality */
    double improved_cards; /* that stand and have been improved by engineering */
    double added_cards, retired_cards, retired_age_sum;
    double scrap_cny, engineering_cny; /* earned by scrapping, spent on engineering, since the start */
    const struct vintage_follower *follower[MAX_FOLLOWERS];
    size_t followers;
};
void supply_follow(struct world *w, const struct vintage_follower *follower);
uint32_t supply_add(struct world *w, const struct vintage *terms);
/* Takes cards of a vintage that stands, for nothing: what was let of them no longer is, books lose them, the loan
 * stays. All of them, or more, close it. Returns how many were lost. */
double supply_lose(struct world *w, uint32_t vintage, double cards, const char *why);
/* What a card fetches as parts, CNY. */
double supply_salvage(const struct world *w, int generation);
/* Ends its leases and scraps it: all its cards are lost, for what they fetch as parts. */
void supply_close(struct world *w, uint32_t vintage, const char *why);
void supply_replace(struct world *w, uint32_t vintage); /* the new cards for its site are there */
void supply_keep(struct world *w, uint32_t vintage); /* they will not come */
const char *supply_name(const struct world *w, uint32_t vintage, char text[64]);
void supply_improve(struct world *w, uint32_t vintage, double quality);
void supply_wake(struct world *w, uint32_t vintage);
/* Rent of a card of that vintage over the rent of a named card of its generation: the part paid for work grows with
 * quality. */
static inline double supply_rent_factor(const struct world *w, uint32_t vintage);
/* What a card of it is worth to an owner who stops when that pays: with what its age and its place cost (life.c). */
double life_value_left(const struct world *w, uint32_t vintage);
/* What a kW of its hall earns in another use than with its own cards, over the years that owners plan for, CNY. */
double life_hall_value_per_kw(const struct world *w, uint32_t vintage);
/* What it costs to make the hall of a vintage fit for new cards, CNY a card; 0 if they fit. */
double life_refit_per_card(const struct world *w, uint32_t vintage, int generation);
double life_refit_yr(const struct world *w, uint32_t vintage, int generation); /* and how long */
/* An owner looks at a vintage: engineering.c buys, or not. */
void engineering_review(struct world *w, uint32_t vintage);
/* Cards given out (negative: given back) under leases. */
void supply_let(struct world *w, uint32_t vintage, double cards);

/* -- market -------------------------------------------------------------------------------------------------------- */

struct market { /* owner: market.c */
    double rent[WORKLOADS]; /* CNY per effective P-hour, ex VAT */
    bool on_ceiling[WORKLOADS], on_floor[WORKLOADS];
    double rent_card[MAX_GENERATIONS]; /* CNY per card-hour, ex VAT */
    double small_job_rent; /* part of each of these: what a card of any speed earns for small jobs */
    double work_share[MAX_GENERATIONS]; /* of that rent, what is paid for work and not for any card at all */
    double training_share[MAX_GENERATIONS]; /* of competent cards: the split */
    double supply[WORKLOADS], demand[WORKLOADS]; /* effective P */
    double outflow[WORKLOADS]; /* effective P bought offshore; `demand` is what stays at home */
    double preference[WORKLOADS]
                     [MAX_GENERATIONS]; /* weight of a free effective P in tenants' choice, 1 for the best card */
    double log_index; /* of the rents of both workloads since the start, weighted by supply (Divisia) */
    double peak, deepest, crash; /* of the reference card's rent: highest, largest fall, date of a 30 % fall */
};

/* -- demand -------------------------------------------------------------------------------------------------------- */

struct tenant { /* half a line of the cache */
    double entered;
    uint32_t k; /* causal identity, with the class */
    uint32_t requests; /* made so far: numbers the next */
    uint32_t first_lease[WORKLOADS]; /* lists of its leases; UINT32_MAX: none */
    uint32_t place; /* in the crowd of its class, while it is present */
    uint16_t supplier; /* circular: 1 + the firm that serves it before all others, 0: none */
    uint8_t class_;
    bool present : 1;
    bool mixed : 1; /* leasing: it trains on several generations */
    bool gave_up : 1; /* leasing: waiting, at least once */
};
/* Words of a set with a bit for each of so many. */
static inline size_t words_of(size_t bits)
{
    return (bits + 63) / 64;
}
struct crowd { /* the tenants of a class who are present: columns, because all are looked at every step */
    size_t count, capacity;
    size_t aged; /* the others came since the last step */
    double first_exit; /* none leaves before */
    uint32_t *tenant;
    double *need_p; /* effective P at the reference rent, with its own growth since it came */
    double *ripe_p; /* the same when it grows no more */
    double *training_share; /* of its need, now; of all the first one's, if they are `alike` */
    bool alike;
    double *held[WORKLOADS]; /* effective P under lease */
    double *hourly_p[WORKLOADS]; /* leasing: no lease on demand has less effective P; infinite: it has none */
    double *exits_at; /* hazard of its class, summed over time, at which it leaves */
};
struct tenants { /* owner: demand.c */
    size_t count, capacity, present;
    struct tenant *row;
    struct crowd crowd[MAX_TENANT_CLASSES];
    uint64_t *here; /* a bit for each who is present */
    bool eligible[MAX_TENANT_CLASSES]; /* for compute vouchers */
    double per_need[MAX_TENANT_CLASSES]
                   [WORKLOADS]; /* effective P wanted now at the reference rent by a need of one of that workload */
    double wanted[MAX_TENANT_CLASSES][WORKLOADS]; /* the same at today's rents */
};
static inline double demand_desire(const struct world *w, uint32_t tenant,
                                   enum workload workload); /* effective P, at today's rents */
/* While it is present: effective P under lease; effective P at the reference rent. */
static inline double *demand_held(const struct world *w, uint32_t tenant, int workload);
static inline double demand_need(const struct world *w, uint32_t tenant, enum workload workload);
double demand_at_reference(const struct world *w, enum workload workload); /* sum of desires at the reference rent */
struct demand_response { /* what a rent makes of desires */
    double log, elasticity; /* elasticity: positive, at this rent */
};
struct demand_response demand_response(const struct world *w, enum workload workload, double log_rent);
double demand_elasticity(const struct world *w, enum workload workload); /* of each user's work to its price */
double demand_progress(const struct world *w, enum workload workload); /* algorithmic, a year, without shocks */
/* The market says what its rents make of desires, less what goes offshore. */
void demand_at_rents(struct world *w, const double log_rent[WORKLOADS], const double at_home[WORKLOADS]);
/* Multiplies a tenant's need. */
void demand_scale(struct world *w, uint32_t tenant, double factor);
/* It leaves the market now. */
void demand_leave(struct world *w, uint32_t tenant);
const char *demand_tenant_name(const struct world *w, uint32_t tenant, char text[64]);

/* -- usage --------------------------------------------------------------------------------------------------------- */

struct platform_work { /* at a date */
    double older; /* recommendation and search, as a multiple of the start */
    double models; /* work of models: usage over January 2024 times the work in a token over that of the last count; 0:
                      no usage */
    double training; /* factor of waves on everybody's training */
};
/* usage.c: neutral if the mechanism is off. Asks demand for elasticity and progress, so not before demand starts. */
struct platform_work usage_work(const struct world *w, double now);
/* What a rent of inference makes of the work of models, over what the elasticity of demand alone does. */
struct usage_response {
    double log, elasticity; /* elasticity of that work in all: positive */
};
struct usage_response usage_response(const struct world *w, double log_rent);
/* Log of tokens a day over January 2024, at the rents and markups of the last count; 0 if the mechanism is off. */
double usage_log_volume(const struct world *w, double now);

/* -- abroad -------------------------------------------------------------------------------------------------------- */

struct abroad { /* owner: abroad.c */
    double log_over_dated; /* of rents abroad, over their dated path; 0 if the mechanism is off */
};
/* List rent abroad where the dated path says `dated_usd`; just that if the mechanism is off. */
double abroad_rent_usd(const struct world *w, double dated_usd);

/* -- leases -------------------------------------------------------------------------------------------------------- */

enum lease_end {
    LEASE_EXPIRED, /* and was not renewed */
    LEASE_TERMINATED, /* the tenant, or the middleman, walked away */
    LEASE_TENANT_LEFT, /* the market */
    LEASE_CENTRE_CLOSED,
    LEASE_BROKEN, /* by the lessor */
    LEASE_NOT_STARTED, /* signed, and never used */
    LEASE_ENDS
};
enum billing { BILLING_RESERVED, BILLING_ON_DEMAND, BILLING_METERED, BILLING_PACKAGE, BILLINGS };

struct lease { /* two lines of the cache: what walks along lists and what keeps sums reads the first one */
    _Alignas(64) uint32_t stamp;
    uint32_t next; /* of the same tenant and workload */
    uint32_t tenant, vintage;
    uint8_t class_, owner_class, region, generation; /* of these, as they stay */
    uint8_t workload, billing;
    bool live, middleman;
    bool opaque; /* written per P, and the tenant has not found out which card it is */
    bool started; /* not: it holds cards, pays nothing and lapses at `ends` */
    uint32_t slot; /* of its clock */
    double cards, effective_p, own_p; /* effective P counted for the tenant; own_p: a card's, were it alone */
    double rent; /* what the owner gets, CNY per card-hour, ex VAT */
    double signed_on, ends, since; /* since: the tenant first leased them */
    uint32_t request, windings; /* causal: which request of the tenant; times its clock was wound up again */
    uint32_t entry; /* in the list of its vintage */
    float vacancy_luck, load; /* load: share of the hours that are paid, 1 unless metered */
};
struct prepaid { /* sums over packages of rent an hour, of that times the date of the end */
    double rent, until;
};
struct leases { /* owner: leasing.c */
    size_t count, capacity, live, free_count, free_capacity;
    struct lease *row;
    uint32_t *free_slot;
    double ended_since_sample[LEASE_ENDS], terminated_value_since_sample;
    double live_cards, live_p; /* cards and effective P under lease */
    double live_of[BILLINGS], sublet_cards; /* of these cards, by billing; through middlemen */
    size_t term_leases; /* live ones that have a term: all but those on demand */
    size_t count_of[BILLINGS]; /* live ones by billing */
    uint32_t count_in[MAX_TENANT_CLASSES][MAX_REGIONS]; /* live ones by class and region */
    double unmet_p[WORKLOADS]; /* wanted and not held, effective P */
    double due_rent, due_until; /* sums over leases with a term of rent an hour, of that times the date of the end */
    struct prepaid *prepaid; /* of each firm; NULL: nobody leases */
    double rent_of[MAX_TENANT_CLASSES][MAX_REGIONS]; /* what a class pays for cards in a region, CNY an hour, ex VAT */
    double rent_of_told; /* what customers of told purchases pay (lessor.c), likewise */
};
/* Rents of packages that a firm has received and not yet earned, CNY. */
static inline double leasing_prepaid_cny(const struct world *w, uint32_t firm);
/* A shock took this share of the needs of these classes (bits) for good. */
void leasing_shock(struct world *w, uint32_t classes, double share);
void leasing_tenant_left(struct world *w, uint32_t tenant);

/* -- firms --------------------------------------------------------------------------------------------------------- */

struct firm {
    uint8_t owner_class; /* its class */
    bool active, distressed, defaulted, left; /* active: it has owned, ordered or owed something; left: exits.c */
    double credit_line; /* of its debt: drawn on no vintage */
    double cfads, interest, principal; /* in the last step: cash flow available for debt service; what was due */
    double economic; /* what its cards that stand can still earn */
    double temporary_difference; /* of taxable profit over that of the books, since these were closed */
    double loss_carried; /* against later taxable profit */
    double cards; /* that stand */
    uint64_t software; /* whose software it runs, a bit a vendor: procurement.c */
    double first_delivery; /* NaN: nothing yet */
};
struct firms { /* owner: firms.c */
    size_t count;
    struct firm *row;
    uint32_t *active, active_count; /* all others have empty books */
    uint32_t *first_vintage, *last_vintage; /* of each: a list, ascending; UINT32_MAX: none */
    uint32_t distressed; /* how many are, at present: finance tells */
    uint32_t owners; /* how many have cards that stand */
    uint32_t changes; /* of what they have, so far: a vintage came, was closed or sold */
    double economic; /* what all can still earn */
    uint32_t first[MAX_OPERATORS], of_class[MAX_OPERATORS]; /* a class's firms are neighbours */
    bool own_tax_ledger; /* and not the book's: accounting tells */
    uint32_t ordinary; /* these come first; the others are creditors' servicers, one a class: receivers.c */
    double in_possession; /* share of effective capacity on offer that servicers have: receivers tells */
};
static inline bool firms_in_possession(const struct world *w, uint32_t firm); /* it is such a servicer */
/* The firm of a class that a uniform number stands for, and the one to which vintage `number` of a class belongs. */
uint32_t firms_drawn(const struct world *w, uint32_t owner_class, double u);
/* The first firm from a random one on that is wanted, servicers and `except` left out; u in [0, 1). UINT32_MAX: there is
 * none. */
uint32_t firms_search(const struct world *w, double u, uint32_t except,
                      bool wanted(const struct world *w, uint32_t firm));
uint32_t firms_owner(const struct world *w, uint32_t owner_class, uint32_t number);
/* The firm, or the next of its class where it has defaulted. */
uint32_t firms_heir(const struct world *w, uint32_t firm);
/* Sells a vintage for `price`, free of debt: book and loan move to the buyer, who pays the price less the loan; the
 * seller books the gain or loss. Leases go on. */
void vintage_transfer(struct world *w, uint32_t vintage, uint32_t to_firm, double price_cny);
static inline void firms_begin(struct world *w, uint32_t firm);
static inline void firms_count(struct world *w, uint32_t firm, double cards);
/* A new vintage is put down to its firm. */
void firms_own(struct world *w, uint32_t vintage);
const char *firms_name(const struct world *w, uint32_t firm, char text[64]);

/* -- concentration ------------------------------------------------------------------------------------------------- */

struct concentration { /* owner: consolidation.c; all zero: nobody has market power */
    double hhi; /* sum of squares of firms' shares of effective capacity on offer */
    double markup; /* of rents over what competition would give */
    double withheld; /* share of that capacity that is held back for it */
};
/* 1 / (1 - concentration / elasticity) as far as it is below `most`. */
double consolidation_markup(double concentration, double elasticity, double most);
/* Offers a standing vintage to all who may buy it; if somebody bids enough it is sold. Returns the price in CNY, 0 if
 * it is not. */
double consolidation_auction(struct world *w, uint32_t vintage);

/* -- circular money ------------------------------------------------------------------------------------------------ */

enum circle { CIRCLE_INVESTORS, CIRCLE_FUND, CIRCLE_TENANTS, CIRCLE_LESSORS, CIRCLE_OUTSIDE, CIRCLES };

struct money { /* owner: circular.c; of tenants that are funded, CNY; all zero: nobody is */
    double account[CIRCLES]; /* received less paid since the start: they sum to nothing */
    double tagged_fund, tagged_purses, tagged_rent,
        tagged_lost; /* where the invested money is: they sum to what was invested */
    double invested, returned; /* returned: tagged rent that came back to who had invested it */
    double letters; /* promised in letters of intent, whether or not it became cash */
    double written_off; /* stakes in tenants that left or failed */
    double tagged_rent_per_yr; /* in the last step */
    double funded_p; /* effective P wanted now that would not be without the money */
    double discount; /* off the rent that an investor asks of its own tenant */
};

/* -- accounting ---------------------------------------------------------------------------------------------------- */

struct books { /* owner: accounting.c; the rental sector as a whole, CNY, ex VAT */
    struct flows all, lessors; /* since the last sample; lessors: owners that must earn what they spend */
    double economic_value;
    double overhead_share; /* staff, selling and administration, of revenue */
    union balance_sheet sum; /* of all firms, when books were closed last */
};
/* A firm pays its vendors before they deliver, with debt and capital as for any purchase; the vintage that comes of it
 * tells. */
void accounting_pay_ahead(struct world *w, uint32_t firm, double cost);
/* A vintage stands in the ledgers at what its new owner paid. */
void accounting_sold(struct world *w, uint32_t vintage, double price);

/* -- finance ------------------------------------------------------------------------------------------------------- */

struct credit { /* owner: finance.c; without it what accounting sets at the start */
    double spread_per_yr[MAX_OPERATORS]; /* of a loan taken now, over the base rate */
    double dearer_per_yr[MAX_OPERATORS]; /* what dearer credit than at the start adds to the return a class wants */
    double debt_share; /* of a purchase */
    double tax; /* on income */
    double base_per_yr; /* rate of loans without a spread, now */
    double loan_yr; /* over which they are repaid; 0: not known */
};

/* --------------------------------------------------------------------------------------------------------------------------
 */

struct world {
    struct sim *sim; /* first: the engine sets it */
    struct generations generations;
    struct policy policy;
    struct regions regions;
    struct beliefs beliefs;
    struct power power;
    struct value value;
    struct channels channels;
    struct projects projects;
    struct vintages vintages;
    struct market market;
    struct abroad abroad;
    struct tenants tenants;
    struct leases leases;
    struct firms firms;
    struct ledger ledger;
    struct books books;
    struct credit credit;
    struct money money;
    struct concentration concentration;
    /* settings and rows of each mechanism, and what it keeps to itself */
    struct technology *technology;
    struct policy_book *policy_book;
    struct region_book *region_book;
    struct expectations *expectations;
    struct hype_book *hype_book;
    struct power_book *power_book;
    struct value_book *value_book;
    struct procurement *procurement;
    struct pipeline *pipeline;
    struct market_book *market_book;
    struct abroad_book *abroad_book;
    struct usage *usage; /* NULL: it stands still */
    struct demand *demand;
    struct leasing *leasing;
    struct planner *planner;
};

/* On a curve of so many years more. */
static inline double value_at(const double curve[VALUE_STEPS + 1], double years_left)
{
    double at = min_of(max_of(years_left, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR;
    int k = (int)min_of(at, VALUE_STEPS - 1);
    return curve[k] + (at - k) * (curve[k + 1] - curve[k]);
}

static inline double value_when_woken(const struct vintage *v, double worth)
{
    double sleeps = 1 - v->competent,
           to_wake = sleeps * v->activation_cost_per_card; /* no branch: who sleeps is scattered */
    return above_zero(worth - to_wake);
}

static inline double value_of_card(const struct world *w, int region, int generation, double years_left)
{
    return value_at(w->value.card[region][generation], years_left);
}

static inline double value_of_vintage(const struct world *w, const struct vintage *v)
{
    return value_when_woken(v, value_of_card(w, v->region, v->generation, v->retires - w->sim->now));
}

static inline int procurement_channel(const struct world *w, int generation)
{
    return w->channels.kind[generation];
}

static inline double leasing_prepaid_cny(const struct world *w, uint32_t firm)
{
    const struct prepaid *of = w->leases.prepaid;
    return of ? HOURS_PER_YEAR * max_of(0, of[firm].until - w->sim->now * of[firm].rent) : 0;
}

static inline double supply_rent_factor(const struct world *w, uint32_t vintage)
{
    const struct vintage *v = &w->vintages.row[vintage];
    return 1 + ((double)v->quality - 1) * w->market.work_share[v->generation];
}

static inline double demand_desire(const struct world *w, uint32_t tenant, enum workload workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    return t->present ? demand_need(w, tenant, workload) * w->tenants.wanted[t->class_][workload] : 0;
}

static inline double demand_need(const struct world *w, uint32_t tenant, enum workload workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    const struct crowd *c = &w->tenants.crowd[t->class_];
    double training = c->training_share[t->place * !c->alike]; /* no branches: either is as likely */
    return c->need_p[t->place] * fabs(workload - training);
}

static inline double *demand_held(const struct world *w, uint32_t tenant, int workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    return &w->tenants.crowd[t->class_].held[workload][t->place];
}

static inline bool firms_in_possession(const struct world *w, uint32_t firm)
{
    return firm >= w->firms.ordinary;
}

/* A firm has books from now on. */
static inline void firms_begin(struct world *w, uint32_t firm)
{
    if (!w->firms.row[firm].active)
        w->firms.active[w->firms.active_count++] = firm;
    w->firms.row[firm].active = true;
}

/* Cards that come to stand with a firm (negative: that stand no more). */
static inline void firms_count(struct world *w, uint32_t firm, double cards)
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

#endif
