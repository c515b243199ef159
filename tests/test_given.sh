#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The planner in given worlds: published calculations, an independent recomputation, and oracles through the loader.
source "$(dirname "$0")/it.sh"

run_given() { # run_given FILE: into $work/run
    exits 0 "$iccsim" run "$1" --no-plots -q -o "$work/run"
}

# column FILE ALTERNATIVE COLUMN: of a table with a header
column() {
    awk -F, -v row="$2" -v name="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        $1 == row && at { print $at; found = 1 }
        END { exit !found }' "$1"
}

# item FILE ALTERNATIVE YEAR ITEM
item() {
    awk -F, -v row="$2" -v year="$3" -v what="$4" '
        $1 == row && $2 == year && $3 == what { print $4; found = 1 }
        END { exit !found }' "$1"
}

near() { # near IS SHOULD_BE TOLERANCE
    awk -v is="$1" -v be="$2" -v tol="$3" 'BEGIN { d = is - be; exit !(is == is + 0 && d <= tol && -d <= tol) }' ||
        fail "$1, not $2 within $3"
}

published_calculations_take_few_lines() {
    for file in tests/given/*.yml; do
        [ "$(wc -l <"$file")" -le 15 ] || fail "$file has $(wc -l <"$file") lines"
    done
}

# Broker note, second half of 2024: 32 to 37 % of revenue in a straight line; by the sum of years' digits a loss of 51,000 in
# the first year, then 14, 35, 55 and 75 %.
the_h100_server_of_the_broker_note() {
    run_given tests/given/h100-server.yml
    for year in 1 2 3 4 5; do
        near "$(item "$work/run/statement.csv" own $year margin)" 0.345 0.025
    done
    local digits=$work/run/digits/statement.csv
    near "$(item "$digits" own 1 'result before tax')" -51000 500
    near "$(item "$digits" own 2 margin)" 0.14 0.005
    near "$(item "$digits" own 3 margin)" 0.35 0.0051
    near "$(item "$digits" own 4 margin)" 0.55 0.005
    near "$(item "$digits" own 5 margin)" 0.75 0.005
}

# Epoch AI, 14 May 2026: 8.5 bn USD a year, about 12 at three years of life of IT equipment and 7 at seven.
the_gigawatt_of_epoch() {
    run_given tests/given/gigawatt.yml
    near "$(column "$work/run/decision.csv" own a_year)" 8.5e9 0.056e9
    near "$(column "$work/run/three_years/decision.csv" own a_year)" 12e9 0.5e9
    near "$(column "$work/run/seven_years/decision.csv" own a_year)" 7e9 0.07e9
}

another_language_finds_the_same_costs() {
    run_given tests/given/board.yml
    local count=0
    while read -r name cost; do
        near "$(column "$work/run/decision.csv" "$name" cost)" "$cost" "$(awk "BEGIN { print 0.002 * $cost }")"
        count=$((count + 1))
    done < <(awk -f tests/recompute.awk)
    [ $count = 3 ] || fail "$count alternatives"
}

# world RENTS ROWS PLANNER: a card bought for 100 CNY against rents a year, one for each year from 2025 on.
world() {
    local path year=2025
    for rent in $1; do
        path+="$year-01: $(awk "BEGIN { printf \"%.17g\", $rent / 8760 }") CNY/card-hour, "
        year=$((year + 1))
    done
    cat >"$work/given.yml" <<END
title: "A card"
world: given
run: {start: 2025-01, end: $year-01, report: 1 year, replications: 2}
generations: {H100: {rent_path: {step: {${path%, }}}}}
planner: {start: 2025-01, horizon: $((year - 2025)) years, cards_training: 1 card, convention: year_end, $3}
alternatives:
  own: {kind: build, generation: H100, prepaid: 1, service_life: 10 years, $2}
  rent: {kind: rent_on_demand}
END
    run_given "$work/given.yml"
}

decision() {
    column "$work/run/decision.csv" "$1" "$2"
}

returns_are_those_of_the_textbook() {
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 10 %/yr'
    near "$(awk "BEGIN { print $(decision rent cost) - $(decision own cost) }")" 13.723603082 1e-4 # definition
    near "$(decision own irr)" 0.152382371 1e-6
    near "$(decision own mirr)" 0.128661 1e-5 # (30 s / 100)^(1/5) - 1, s = (1.1^5 - 1) / .1
    near "$(decision own payback_yr)" 3.3333333 1e-6
    near "$(decision own break_even_price_share)" 1.13723603 1e-6
    near "$(decision own break_even_rent)" "$(awk 'BEGIN { print 26.379748 / 8760 }')" 1e-7 # capital recovery factor
}

# The price of a card may be given for the card, of its server of eight, or by date; so may the alternative's, and rents likewise.
prices_may_be_told_in_any_way() {
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 10 %/yr'
    local bought hour
    bought=$(decision own cost) hour=$(decision rent cost)
    price_is() { # price_is OF-THE-GENERATION OF-THE-ALTERNATIVE
        sed "s|price: 100 CNY/card|TOLD|; s|generations: {H100: {|&$1|; s|TOLD|$2|" "$work/given.yml" >"$work/told.yml"
        run_given "$work/told.yml"
        near "$(decision own cost)" "$bought" 1e-9
        near "$(decision rent cost)" "$hour" 1e-9
    }
    price_is '' 'server_price: 800 CNY/server'
    price_is '' 'price_path: {2025-01: 100 CNY/card, 2027-01: 50 CNY/card}'
    price_is 'price: 100 CNY/card, ' 'lead: 0 days'
    price_is 'server_price: 800 CNY/server, ' 'lead: 0 days'
    price_is 'price_path: {2025-01: 100 CNY/card, 2027-01: 50 CNY/card}, ' 'lead: 0 days'
    price_is 'price: 125 CNY/card, ' 'price_discount: 20%'
    rent_is() { # rent_is OF-THE-ALTERNATIVE: a quote in the place of the market's rent
        sed "s|kind: rent_on_demand|&, $1|" "$work/given.yml" >"$work/quoted.yml"
        run_given "$work/quoted.yml"
        near "$(decision rent cost)" "$hour" 1e-9
    }
    rent_is 'rent: 0.00342465753424657534 CNY/card-hour'
    rent_is 'server_rent: 20 CNY/server-month'
    rent_is 'generation: H100'
    rent_is 'generation: H100, server_rent: 25 CNY/server-month, rent_discount: 20%'
}

# Microsoft's help of IRR: -70,000, then 12, 15, 18, 21 and 26 thousand return 8.66 %.
returns_are_those_of_a_published_example() {
    world '12000 15000 18000 21000 26000' 'price: 70000 CNY/card' 'target_irr: 8.6631 %/yr'
    near "$(decision own irr)" 0.0866 5e-5
    near "$(decision own target_price_share)" 1 1e-4
    near "$(decision own target_rent_share)" 1 1e-4
}

# Microsoft's help of MIRR: -120,000, then 39, 30, 21, 37 and 46 thousand, reinvested at 12 %, return 12.61 %.
a_modified_return_is_that_of_a_published_example() {
    world '39000 30000 21000 37000 46000' 'price: 120000 CNY/card' 'cost_of_capital: 12 %/yr'
    near "$(decision own mirr)" 0.1261 5e-5
}

# Ross, Westerfield and Jordan, Fundamentals of Corporate Finance, chapter 9: 500, then 100, 200 and 500, in 2.4 years.
a_payback_is_that_of_a_published_example() {
    world '100 200 500' 'price: 500 CNY/card' ''
    near "$(decision own payback_yr)" 2.4 1e-9
}

# sum CFADS_t / (1.3 1.08^t) = 79.75: Bodmer, Corporate and Project Finance Modeling, 2014.
cash_flow_and_cover_size_a_loan() {
    world '30 28 26 24 20' 'price: 100 CNY/card, dscr: 1.3, loan_rate: 8 %/yr, loan_life: 5 years' ''
    near "$(decision own debt)" 79.750218016 1e-6
    near "$(item "$work/run/cashflow.csv" own 0 loan)" 79.750218016 1e-6
    local repaid=0
    for year in 1 2 3 4 5; do
        repaid=$(awk "BEGIN { print $repaid - $(item "$work/run/cashflow.csv" own $year principal) }")
    done
    near "$repaid" 79.750218 1e-4
    near "$(item "$work/run/cashflow.csv" own 1 principal)" -16.69690556 1e-6 # 30 / 1.3 - .08 debt
}

# writes_off PERCENT...: deductions of each year, of a card of 100 CNY taxed at 25 %
writes_off() {
    local year=1
    for percent; do
        near "$(item "$work/run/cashflow.csv" own $year 'income tax')" "$(awk "BEGIN { print $percent / 4 }")" 0.002
        year=$((year + 1))
    done
}

# IRS Publication 946, tables A-1, A-2 and A-5.
macrs_is_that_of_the_tables() {
    local taxed='tax: 25%, tax_method: macrs, tax_life: 5 years'
    world '30 30 30 30 30 30' 'price: 100 CNY/card' "$taxed"
    writes_off 20 32 19.2 11.52 11.52 5.76
    rm -r "$work/run"
    world '30 30 30 30 30 30' 'price: 100 CNY/card' "$taxed, macrs_convention: quarter_1"
    writes_off 35 26 15.6 11.01 11.01 1.38
    rm -r "$work/run"
    world '30 30 30 30 30 30' 'price: 100 CNY/card' "$taxed, macrs_convention: quarter_4"
    writes_off 5 38 22.8 13.68 10.94 9.58
    rm -r "$work/run"
    world '30 30 30 30 30 30' 'price: 100 CNY/card' "$taxed, bonus_depreciation: 40%"
    writes_off 52 19.2 11.52 6.912 6.912 3.456
}

# Ministry of Finance and Tax Administration, notice 37 of 2023: units up to 5 M CNY are deducted at once.
china_deducts_a_server_of_five_million_at_once() {
    local taxed='tax: 25%, tax_life: 3 years, expense_below: 5 MCNY/server'
    world '30 30 30 30' 'price: 625000 CNY/card' "$taxed"
    near "$(item "$work/run/cashflow.csv" own 1 'income tax')" 156250 1e-3
    near "$(item "$work/run/cashflow.csv" own 2 'income tax')" 0 1e-3
    rm -r "$work/run"
    world '30 30 30 30' 'price: 625001 CNY/card' "$taxed"
    near "$(item "$work/run/cashflow.csv" own 1 'income tax')" 52083.417 1e-2
}

a_lease_is_the_present_value_of_what_must_be_paid() {
    run_given tests/given/board.yml
    # 800 cards, 9 CNY, 60 % of 8760 hours, five years at ln 1.06
    near "$(decision contract lease_liability)" "$(awk 'BEGIN { r = log(1.06); printf "%.3f", 800 * 9 * 0.6 * 8760 * (1 - exp(-5 * r)) / r }')" 1
    near "$(decision own lease_liability)" 0 0
}

a_choice_flips_where_the_tornado_says() {
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 10 %/yr'
    near "$(column "$work/run/tornado.csv" price flip)" 1.13723603 1e-6
    near "$(column "$work/run/tornado.csv" rent flip)" "$(awk 'BEGIN { print 1 / 1.1372360308 }')" 1e-6
    [ "$(column "$work/run/tornado.csv" price flips_to)" = rent ] || fail "to whom?"
    local price=113.8
    rm -r "$work/run"
    world '30 30 30 30 30' "price: $price CNY/card" 'cost_of_capital: 10 %/yr'
    awk "BEGIN { exit !($(decision own cost) > $(decision rent cost)) }" || fail "it does not flip"
}

ties_are_named() {
    world '30 30 30' 'price: 100 CNY/card' ''
    sed -i 's/^  rent:.*/&\n  again: {kind: rent_on_demand}/' "$work/given.yml"
    rm -r "$work/run"
    exits 0 "$iccsim" run "$work/given.yml" --no-plots -o "$work/run"
    near "$(decision again tied)" 1 0
    says out 'again ties with the cheapest in 100 %.'
}

cash_flows_add_up_to_the_present_cost() {
    run_given tests/given/board.yml
    for name in rent contract; do
        near "$(awk -F, -v row=$name '$1 == row && $3 == "total unlevered" { sum -= $4 / 1.09 ^ $2 } END { print sum }' "$work/run/cashflow.csv")" \
            "$(decision $name cost)" 1000
    done
}

# A card rented for 30 CNY a year, three of them in two months of each year: 5 x 30 (1 + 2/6); of its own, one and two
# rented in these months; a burst of training leaves inference alone.
bursts_are_met_by_the_hour() {
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 0 /yr'
    printf 'bursts: {release: {start: 2025-03, length: 2 months, every: 1 year, times: 3}}\n' >>"$work/given.yml"
    rm -r "$work/run"
    run_given "$work/given.yml"
    near "$(decision rent cost)" 200 1e-9
    near "$(decision own cost)" 150 1e-9
    sed -i 's/, every: 1 year//' "$work/given.yml"
    rm -r "$work/run"
    run_given "$work/given.yml"
    near "$(decision rent cost)" 160 1e-9
    sed -i 's/times: 3/&, workload: inference/' "$work/given.yml"
    rm -r "$work/run"
    run_given "$work/given.yml"
    near "$(decision rent cost)" 150 1e-9
}

# Whatever a sentence may quote is in this run, and is what decision.csv has.
a_sentence_quotes_the_decision() {
    local name quotes=
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 10 %/yr, target_irr: 12 %/yr, tokens: 1e9 token/P-hour'
    for name in $(sed -n '/planner_numbers\[\] =/,/NULL/p' models/planner/terms.c | grep -o '"[a-z_0-9]*"' | tr -d '"'); do
        quotes+=" {decision.own.$name}"
    done
    cat >>"$work/given.yml" <<END
variants: {dear: {alternatives.own.price: 130 CNY/card}}
show:
  finding: "$quotes; {decision.best} for {decision.own.cost}, not {decision.rent.cost}, ahead by {decision.lead};
    {decision.best.dear} for {decision.rent.cost.dear} if dear; at {decision.flip.price} of the price
    {decision.flip.price.to}"
END
    rm -r "$work/run"
    exits 0 "$iccsim" run "$work/given.yml" --no-plots -o "$work/run"
    tr '\n' ' ' <"$work.out" >"$work.line"
    says line 'own for 100 CNY, not 114 CNY, ahead by 13.7 CNY; rent for 114 CNY if dear; at 114 % of the price rent'
    ! grep -q 'no number in this run' "$work.line" || fail "$(cat "$work.line")"
    near "$(decision own cost)" 100 1e-9
    near "$(decision rent cost)" 113.7236 1e-4
    # Another's alternatives are not the sentence's: the decision speaks for itself.
    printf 'extends: given.yml\nalternatives: {own: null, mine: {kind: build, generation: H100, price: 90 CNY/card}}\n' >"$work/mine.yml"
    printf 'variants: {dear: null}\n' >>"$work/mine.yml"
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -o "$work/run"
    says out '"mine" has the least expected cost, 90 CNY'
}

# What the other file asked, and its variants of what is not there, are about that file; quotes are of one day.
a_file_that_extends_a_study_asks_its_own_question() {
    world '30 30 30 30 30' 'price: 100 CNY/card' ''
    cat >>"$work/given.yml" <<'END'
question: Their question?
answer: Their answer.
variants: {guarded: {alternatives.own.residual_guarantee: 0.5}, cheap: {alternatives.rent.rent: 20 CNY/card-hour}}
END
    cat >"$work/mine.yml" <<'END'
extends: given.yml
run: {fx: {2025-01: 7 CNY/USD, 2026-01: 8 CNY/USD}, as_of: 2025-07}
alternatives: {own: null, mine: {kind: build, generation: H100, price: 10 USD/card, prepaid: 1, service_life: 10 years}}
END
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -o "$work/run"
    ! grep -q Their "$work.out" || fail "$(cat "$work.out")"
    [ "$(wc -l <"$work/run/guarded/decision.csv")" = 3 ] || fail "$(cat "$work/run/guarded/decision.csv")"
    near "$(decision mine cost)" 75 0.1 # at the rate of 2025-07
    exits 0 "$iccsim" check "$work/run/scenario.yml"
}

# Every amount by the rate of the day of the decision, 8 CNY a EUR, and no share, rate or date by it.
results_are_told_in_the_currency_of_the_question() {
    world '30 30 30 30 30' 'price: 100 CNY/card, debt_share: 0.5' 'tax: 25%'
    mv "$work/run" "$work/in_cny"
    sed -i 's/^run: {/run: {fx_eur: {2025-01: 8 CNY\/EUR, 2026-01: 16 CNY\/EUR}, /; s/^planner: {/&currency: EUR, /' "$work/given.yml"
    exits 0 "$iccsim" run "$work/given.yml" --no-plots -o "$work/run"
    says out 'present cost, EUR'
    local file name
    for file in cashflow statement; do # money by eight, a margin as it is
        paste -d, "$work/in_cny/$file.csv" "$work/run/$file.csv" | awk -F, -v OFS=, '
            NR == 1 { next }
            { scale = $5 == "CNY" ? 8 : 1; off = $4 / scale - $9 }
            $1 != $6 || $2 != $7 || $3 != $8 || off * off > 1e-18 * (1 + $9 * $9) || $10 != (scale > 1 ? "EUR" : "") { bad = 1 }
            END { exit bad || NR < 10 }' || fail "$file.csv"
    done
    for name in lead_low lead_high rent_low own_high; do
        near "$(awk "BEGIN { print $(column "$work/in_cny/tornado.csv" price $name) / 8 }")" "$(column "$work/run/tornado.csv" price $name)" 1e-4
    done
    near "$(column "$work/in_cny/tornado.csv" price flip)" "$(column "$work/run/tornado.csv" price flip)" 1e-12
    for name in cost cost_low cvar p95 unlevered financing hindsight_regret per_card_hour_before_tax a_year debt \
        break_even_rent; do
        near "$(awk "BEGIN { printf \"%.15g\", $(column "$work/in_cny/decision.csv" own $name) / 8 }")" "$(decision own $name)" 1e-9
    done
    for name in best irr mirr payback_yr break_even_use break_even_price_share; do
        near "$(column "$work/in_cny/decision.csv" own $name)" "$(decision own $name)" 1e-12
    done
}

# 10 CNY a EUR: ten EUR are a hundred CNY; and a real rate of ln 1.1 less inflation with it is the nominal one.
quotes_in_euro_and_real_rates() {
    world '30 30 30 30 30' 'price: 100 CNY/card' 'cost_of_capital: 10 %/yr'
    sed -i 's/^run: {/run: {fx_eur: 10 CNY\/EUR, /; s/100 CNY.card/10 EUR\/card/; s/cost_of_capital: 10 %.yr/end: 2030-01, rates: real, inflation: 3 %\/yr, cost_of_capital: 6.796117 %\/yr/' \
        "$work/given.yml"
    rm -r "$work/run"
    run_given "$work/given.yml"
    near "$(awk "BEGIN { print $(decision rent cost) - $(decision own cost) }")" 13.723603082 1e-4
}

of_one_world_nothing_is_decided() {
    world '30 31 30' 'price: 100 CNY/card' ''
    exits 0 "$iccsim" run "$work/given.yml" --no-plots -n 1 -o "$work/one"
    says out 'Too few replications worked to decide on.'
    ! grep -q least_expected_cost "$work/one/summary.json" || fail "the summary decides"
    ! grep -q 'least expected cost' "$work.out" "$work/one/report.html" || fail "it decides on one world"
    [ ! -e "$work/one/decision.csv" ] || fail "there is a decision.csv"
}

it of_one_world_nothing_is_decided a_file_that_extends_a_study_asks_its_own_question a_sentence_quotes_the_decision bursts_are_met_by_the_hour results_are_told_in_the_currency_of_the_question a_modified_return_is_that_of_a_published_example \
    a_payback_is_that_of_a_published_example quotes_in_euro_and_real_rates published_calculations_take_few_lines the_h100_server_of_the_broker_note the_gigawatt_of_epoch \
    another_language_finds_the_same_costs prices_may_be_told_in_any_way returns_are_those_of_the_textbook returns_are_those_of_a_published_example \
    cash_flow_and_cover_size_a_loan macrs_is_that_of_the_tables china_deducts_a_server_of_five_million_at_once \
    a_lease_is_the_present_value_of_what_must_be_paid a_choice_flips_where_the_tornado_says ties_are_named \
    cash_flows_add_up_to_the_present_cost
finish
