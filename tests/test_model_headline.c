/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shipped headline says about dates that were seen and about the months after them, as statistics of its
 * worlds: not what moves it (test_model_headline_signs.c) but where it stands, and how surely. */
#include "models_lab.h"

#include "sim/base/dates.h"

enum { MOST_WORLDS = 200, MOST_LOOKS = 16 };

struct look {
    const char *output, *from, *to;
};

/* What was looked at, a row a look, a column a world. */
struct seen {
    double at[MOST_LOOKS][MOST_WORLDS];
    size_t worlds;
};

static double year_of(const char *date)
{
    double year = 0;
    assert_true(date_parse(date, &year));
    return year;
}

static void look_at(struct lab *lab, size_t worlds, const struct look *look, size_t looks, struct seen *seen)
{
    assert_true(worlds <= MOST_WORLDS && looks <= MOST_LOOKS);
    seen->worlds = worlds;
    for (uint32_t r = 0; r < worlds; r++) {
        lab_run(lab, r);
        for (size_t i = 0; i < looks; i++)
            seen->at[i][r] = lab_mean(lab, look[i].output, year_of(look[i].from) - 1e-6, year_of(look[i].to) + 1e-6);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *value, size_t count, double p)
{
    double sorted[MOST_WORLDS];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(value[i]))
            sorted[n++] = value[i];
    assert_true(n > count * 3 / 4);
    qsort(sorted, n, sizeof *sorted, by_size);
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return sorted[i] + (at - (double)i) * (sorted[i + 1 < n ? i + 1 : i] - sorted[i]);
}

static double band(const struct seen *seen, size_t row, double p)
{
    return quantile(seen->at[row], seen->worlds, p);
}

/* -- usage and rents: a forecast made at the end of 2025 ------------------------------------------------------------ */

enum { DOUBAO = 6 };
/* T tokens a day of Doubao alone: Volcano Engine at its dates. Its share was 46 % at the end of 2024 and 49 % in mid 2025 (IDC), so that the
 * country read at least this and hardly more than three times as much. */
static const struct {
    const char *date;
    double tera;
} doubao[DOUBAO] = {{"2024-05-01", 0.12}, {"2024-09-01", 1.3}, {"2024-12-01", 4},
                    {"2025-05-01", 16.4}, {"2025-09-01", 30},  {"2025-12-01", 50}};

enum { JUNE_2025 = DOUBAO, OCTOBER_2025, JUNE_2026, MARCH_2025, HALF_2025, FIVE_YEARS_OF_H800, CHURN, USED_H200, SEEN };
static struct seen forecast;

static int open_forecast(void **state)
{
    (void)state;
    struct look look[SEEN];
    for (size_t i = 0; i < DOUBAO; i++)
        look[i] = (struct look){"tokens", doubao[i].date, doubao[i].date};
    look[JUNE_2025] = (struct look){"rent_server_month.H100", "2025-06-01", "2025-06-01"};
    look[OCTOBER_2025] = (struct look){"rent.H100", "2025-10-01", "2025-10-01"};
    look[JUNE_2026] = (struct look){"rent.H100", "2026-06-01", "2026-06-01"};
    look[MARCH_2025] = (struct look){"rent_server_month.H100", "2025-03-01", "2025-03-01"};
    look[FIVE_YEARS_OF_H800] = (struct look){"contract.60m.H800", "2024-01-01", "2024-02-01"};
    look[CHURN] = (struct look){"churn.rate", "2024-01-02", "2026-01-01"};
    look[USED_H200] = (struct look){"used_price.H200", "2025-01-02", "2025-07-01"};
    look[HALF_2025] = (struct look){"rent_server_month.H100", "2025-01-01", "2025-06-01"};
    struct lab lab;
    lab_open_of(&lab, "china", LAB_SET("run.end=2026-06-02"));
    look_at(&lab, MOST_WORLDS, look, SEEN, &forecast);
    lab_close(&lab);
    return 0;
}

static void tokens_keep_to_the_dated_path_of_the_largest_platform(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOUBAO; i++) {
        double low = band(&forecast, i, 0.05) / 1e12, high = band(&forecast, i, 0.95) / 1e12;
        print_message("    %s: %.2f to %.2f T, of which Doubao %.2f\n", doubao[i].date, low, high, doubao[i].tera);
        assert_true(high > doubao[i].tera);
        if (i >= 2) /* before that few others counted */
            assert_true(low < doubao[i].tera / 0.4);
    }
}

static void the_rent_of_mid_2025_is_known_to_nine_tenths_and_its_facts_are_inside(void **state)
{
    (void)state;
    double low = band(&forecast, JUNE_2025, 0.05), middle = band(&forecast, JUNE_2025, 0.5),
           high = band(&forecast, JUNE_2025, 0.95);
    print_message("    June 2025: %.0f [%.0f, %.0f], width %.2f\n", middle, low, high, (high - low) / middle);
    assert_true(high - low < 0.9 * middle);
    assert_true(high - low > 0.1 * middle); /* a band without width is no forecast */
    assert_true(band(&forecast, MARCH_2025, 0.05) < 62500 && band(&forecast, MARCH_2025, 0.95) > 62500);
    assert_true(band(&forecast, HALF_2025, 0.05) < 60000 && band(&forecast, HALF_2025, 0.95) > 60000);
}

static void the_rent_may_rise_and_may_fall_in_the_months_after_the_last_that_was_seen(void **state)
{
    (void)state;
    double ratio[MOST_WORLDS];
    size_t rises = 0;
    for (size_t r = 0; r < forecast.worlds; r++) {
        ratio[r] = forecast.at[JUNE_2026][r] / forecast.at[OCTOBER_2025][r];
        rises += ratio[r] > 1;
    }
    double share = (double)rises / (double)forecast.worlds;
    double spread = quantile(ratio, forecast.worlds, 0.95) / quantile(ratio, forecast.worlds, 0.05);
    print_message("    %.2f of worlds rise, p95 over p05 is %.2f\n", share, spread);
    assert_true(share > 0.2 && share < 0.8);
    assert_true(spread > 2);
}

/* 10.3 CNY an hour for five years of H800, signed in January 2024; 2.23 MCNY for each of 76 servers of H200, used, early in 2025. */
static void contracts_churn_and_used_cards_are_what_was_seen(void **state)
{
    (void)state;
    double contract = band(&forecast, FIVE_YEARS_OF_H800, 0.5), churn = band(&forecast, CHURN, 0.5),
           used = band(&forecast, USED_H200, 0.5);
    print_message("    H800 for five years %.2f CNY, churn %.2f a year, a used H200 server %.2f MCNY\n", contract,
                  churn, used / 1e6);
    assert_near(contract, 10.3, 0.25 * 10.3);
    assert_true(churn > 0.16 && churn < 0.36);
    assert_near(used, 2.23e6, 0.35 * 2.23e6);
}

/* Drawn apart: where usage stood, and how fast it grew. */
static void level_and_growth_of_usage_are_two_numbers(void **state)
{
    (void)state;
    double log_level[MOST_WORLDS], growth[MOST_WORLDS], mean[2] = {0}, square[2] = {0}, product = 0;
    struct lab lab;
    lab_open_of(&lab, "china", LAB_SET("run.end=2025-09-02"));
    const size_t worlds = 100;
    for (uint32_t r = 0; r < worlds; r++) {
        lab_run(&lab, r);
        log_level[r] = log(lab_mean(&lab, "tokens", 2025.4, 2025.6));
        growth[r] = log(lab_mean(&lab, "tokens", 2025.6, 2025.7)) - log_level[r];
        mean[0] += log_level[r] / (double)worlds;
        mean[1] += growth[r] / (double)worlds;
    }
    lab_close(&lab);
    for (size_t r = 0; r < worlds; r++) {
        double x = log_level[r] - mean[0], y = growth[r] - mean[1];
        square[0] += x * x / (double)worlds;
        square[1] += y * y / (double)worlds;
        product += x * y / (double)worlds;
    }
    double correlation = product / sqrt(square[0] * square[1]);
    print_message("    deviation of the log level %.2f, correlation with growth %.2f\n", sqrt(square[0]), correlation);
    assert_true(sqrt(square[0]) > 0.15);
    assert_true(fabs(correlation) < 3 / sqrt((double)worlds));
}

/* -- the outside option, to the end of the run ---------------------------------------------------------------------- */

enum { MONTHS = 120, LONG_WORLDS = 60 };

static void what_leaves_for_abroad_fits_in_there_in_every_month(void **state)
{
    (void)state;
    static double gone[MONTHS][LONG_WORLDS], room[MONTHS][LONG_WORLDS], bound[MONTHS];
    struct lab lab;
    lab_open_of(&lab, "china", NULL);
    const size_t months = lab.plan->sample_count < MONTHS ? lab.plan->sample_count : MONTHS;
    for (uint32_t r = 0; r < LONG_WORLDS; r++) {
        lab_run(&lab, r);
        for (size_t k = 0; k < months; k++) {
            gone[k][r] = lab_series(&lab, "offshore_outflow")[k];
            room[k][r] = lab_series(&lab, "offshore_capacity")[k];
            bound[k] += lab_series(&lab, "bound.ceiling")[k] / LONG_WORLDS;
            assert_true(gone[k][r] <= room[k][r] * (1 + 1e-9));
        }
    }
    double most = 0, share = 0;
    for (size_t k = 0; k < months; k++) {
        double part = quantile(gone[k], LONG_WORLDS, 0.95) / quantile(room[k], LONG_WORLDS, 0.95);
        most = part > most ? part : most;
        share = bound[k] > share ? bound[k] : share;
    }
    print_message(
        "    p95 of what leaves is at most %.2f of p95 of the room; at most %.2f of worlds are on the ceiling\n", most,
        share);
    assert_true(most < 1 && most > 0.01);
    assert_true(share < 0.3);
    lab_close(&lab);
}

/* -- whose cards ---------------------------------------------------------------------------------------------------- */

/* Reports tell of the month before them. */
enum {
    CARDS_2023,
    CARDS_2025,
    CARDS_H1_2025,
    VALUE_2024,
    VALUE_2025,
    HUAWEI_2026,
    DOMESTIC_2026,
    FLEETS_2023,
    FLEETS_2025,
    APPROVED_2023,
    APPROVED_2025,
    SHARES
};

static void domestic_makers_have_their_shares_by_cards_by_value_and_by_vendor(void **state)
{
    (void)state;
    static const struct look look[SHARES] = {
        [CARDS_2023] = {"domestic_share", "2023-01-02", "2023-07-01"},
        [CARDS_H1_2025] = {"domestic_share", "2025-01-02", "2025-07-01"},
        [CARDS_2025] = {"domestic_share", "2025-01-02", "2026-01-01"},
        [VALUE_2024] = {"domestic_value", "2025-01-01", "2025-01-01"},
        [VALUE_2025] = {"domestic_value", "2026-01-01", "2026-01-01"},
        [HUAWEI_2026] = {"vendor.share.huawei", "2026-01-02", "2027-01-01"},
        [DOMESTIC_2026] = {"domestic_share", "2026-01-02", "2027-01-01"},
        [FLEETS_2023] = {"fleet_purchases", "2023-01-02", "2024-01-01"},
        [FLEETS_2025] = {"fleet_purchases", "2025-01-02", "2026-01-01"},
        [APPROVED_2023] = {"approvals", "2023-01-02", "2024-01-01"},
        [APPROVED_2025] = {"approvals", "2025-01-02", "2026-01-01"},
    };
    static struct seen seen;
    struct lab lab;
    lab_open_of(&lab, "china", LAB_SET("run.end=2027-01"));
    look_at(&lab, 100, look, SHARES, &seen);
    lab_close(&lab);
    print_message("    cards %.2f %.2f %.2f, value %.2f %.2f, Huawei %.2f of %.2f\n", band(&seen, CARDS_2023, 0.5),
                  band(&seen, CARDS_H1_2025, 0.5), band(&seen, CARDS_2025, 0.5), band(&seen, VALUE_2024, 0.5),
                  band(&seen, VALUE_2025, 0.5), band(&seen, HUAWEI_2026, 0.5), band(&seen, DOMESTIC_2026, 0.5));
    print_message("    fleets %.0f then %.0f a month, approvals %.0f then %.0f\n", band(&seen, FLEETS_2023, 0.5),
                  band(&seen, FLEETS_2025, 0.5), band(&seen, APPROVED_2023, 0.5), band(&seen, APPROVED_2025, 0.5));
    static const struct {
        size_t row;
        double fact;
    } inside[] = {{CARDS_2023, 0.1}, {CARDS_H1_2025, 0.35}, {CARDS_2025, 0.41}};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        assert_true(band(&seen, inside[i].row, 0.05) < inside[i].fact &&
                    band(&seen, inside[i].row, 0.95) > inside[i].fact);
    double rise = band(&seen, VALUE_2025, 0.5) - band(&seen, VALUE_2024, 0.5);
    assert_true(band(&seen, VALUE_2025, 0.5) > 0.4 && band(&seen, VALUE_2025, 0.5) < 0.6);
    assert_true(rise > 0.1 && rise < 0.3);
    assert_near(band(&seen, HUAWEI_2026, 0.5) / band(&seen, DOMESTIC_2026, 0.5), 0.5, 0.1); /* about half of 2026 */
    assert_true(band(&seen, FLEETS_2025, 0.5) >
                1.2 * band(&seen, FLEETS_2023, 0.5)); /* platforms buy on while lessors stop */
    assert_true(band(&seen, APPROVED_2025, 0.5) < 0.9 * band(&seen, APPROVED_2023, 0.5));
}

/* -- platforms of the USA ------------------------------------------------------------------------------------------- */

enum { CASH_2021, CASH_2025, CAPITAL, YEARS = 4, AMERICAN = CAPITAL + YEARS };

static void american_platforms_spend_what_they_reported_and_their_cash_share_halves(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        double bn_usd, cny_per_usd;
    } reported[YEARS] = {{"2022-01-01", "2022-12-31", 158, 6.7},
                         {"2023-01-01", "2023-12-31", 155, 7.05},
                         {"2024-01-01", "2024-12-31", 243, 7.19},
                         {"2025-01-01", "2025-12-31", 418, 7.2}};
    struct look look[AMERICAN] = {{"platforms.cash_share", "2022-02-01", "2022-02-01"},
                                  {"platforms.cash_share", "2025-07-01", "2025-07-01"}};
    for (size_t i = 0; i < YEARS; i++)
        look[CAPITAL + i] = (struct look){"platforms.capex", reported[i].from, reported[i].to};
    static struct seen seen;
    struct lab lab;
    lab_open_of(&lab, "us", LAB_SET("run.end=2026-01"));
    look_at(&lab, 100, look, AMERICAN, &seen);
    lab_close(&lab);
    print_message("    cash share %.3f, then %.3f\n", band(&seen, CASH_2021, 0.5), band(&seen, CASH_2025, 0.5));
    assert_near(band(&seen, CASH_2021, 0.5), 0.29, 0.03);
    assert_near(band(&seen, CASH_2025, 0.5), 0.15, 0.03);
    for (size_t i = 0; i < YEARS; i++) {
        double bn_usd = band(&seen, CAPITAL + i, 0.5) / reported[i].cny_per_usd / 1e9;
        print_message("    %.4s: %.0f bn USD, reported %.0f\n", reported[i].from, bn_usd, reported[i].bn_usd);
        assert_near(bn_usd / reported[i].bn_usd, 1, 0.3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_keep_to_the_dated_path_of_the_largest_platform),
        cmocka_unit_test(the_rent_of_mid_2025_is_known_to_nine_tenths_and_its_facts_are_inside),
        cmocka_unit_test(the_rent_may_rise_and_may_fall_in_the_months_after_the_last_that_was_seen),
        cmocka_unit_test(contracts_churn_and_used_cards_are_what_was_seen),
        cmocka_unit_test(level_and_growth_of_usage_are_two_numbers),
        cmocka_unit_test(what_leaves_for_abroad_fits_in_there_in_every_month),
        cmocka_unit_test(domestic_makers_have_their_shares_by_cards_by_value_and_by_vendor),
        cmocka_unit_test(american_platforms_spend_what_they_reported_and_their_cash_share_halves),
    };
    return cmocka_run_group_tests(tests, open_forecast, NULL);
}
