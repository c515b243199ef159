#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# iccsim sensitivity: the same numbers however it was run, and what a run says of its own draws.
source "$(dirname "$0")/it.sh"

study() { # study FILE: half a year
    cat >"$1" <<END
title: A short run
question: What moves the rent?
extends: [$root/scenarios/one-server.yml]
run: {end: 2022-07}
show: null
measures:
  rent: {output: rent_server_month.H100, at: 2022-05, label: "rent in May"}
  use: {output: utilisation, at: 2022-05}
  never: {output: rent_server_month.A800, at: 2022-02}
END
}

by_design() { # by_design FILE
    study "$1"
    cat >>"$1" <<'END'
sweep:
  design: saltelli
  points: 40
  copies: 10
  factors:
    price: {scale: generations.H100.list_price_usd, values: 0.5 to 2, label: "list price, times"}
    decline: {set: value.decline, values: {uniform: {low: 0.2 /yr, high: 0.4 /yr}}}
    output: {set: procurement.domestic_output}
  groups: {value: {factors: [price, decline], label: "what cards are worth"}}
  correlate: {price: {decline: 0.5}}
END
}

same_exports() {
    diff -r --exclude=manifest.json --exclude='*.sqlite' "$1" "$2"
}

numbers_do_not_depend_on_threads_or_shards() {
    by_design "$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/one" -j 1
    says err '160 points, 2 replications each'
    says out 'What moves: rent in May'
    says out 'rests on sources of confidence C or none'
    exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/two" -j 2 -q
    same_exports "$work/one" "$work/two"
    for shard in 1 2 3; do
        exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/shards" --shard $shard/3 -q
    done
    exits 0 "$iccsim" merge "$work"/shards/sweep-?of3.sqlite
    says out 'What moves: rent in May'
    rm "$work"/shards/sweep-?of3.sqlite
    same_exports "$work/one" "$work/shards"
    [ "$(head -n 1 "$work/one/sensitivity.csv")" = measure,parameter,method,index,low,high,confidence ] || fail "another header"
    grep -q '^rent,value,total,0,0,0,none$' "$work/one/sensitivity.csv" || fail "no share of the group"
    grep -q '^rent,luck,first,' "$work/one/sensitivity.csv" || fail "no luck"
    grep -q '^rent,interactions,first,' "$work/one/sensitivity.csv" || fail "no interactions"
    grep -q '^rent,C,evidence,' "$work/one/sensitivity.csv" || fail "no evidence"
    [ -s "$work/one/plots/sensitivity-bars.svg" ] || fail "no picture"
    grep -q 'On what evidence it rests' "$work/one/report.html" || fail "not in the report"
    [ ! -e "$work/one/results.csv" ] || fail "a table of points that have two replications each"
}

# A number that becomes uncertain belongs into a group of the studies that have some.
no_shipped_study_with_groups_leaves_a_parameter_out() {
    local studies
    studies=$(grep -l '^ *groups:' scenarios/*.yml) || fail "no study has groups"
    for study in $studies; do
        exits 0 "$iccsim" plan "$study" --csv
        says out 'sweep: groups,'
        if grep '^sweep: in no group' "$work.out"; then
            fail "$study: put them into sweep.groups"
        fi
    done
    by_design "$work/s.yml"
    exits 0 "$iccsim" plan "$work/s.yml" --csv
    says out 'sweep: in no group,1,output'
}

it_goes_on_where_it_was_stopped() {
    by_design "$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/whole" -q --no-plots
    "$iccsim" sensitivity "$work/s.yml" -o "$work/run" -j 1 -q --no-plots 2>"$work.err" &
    local process=$!
    wait_until 60 [ -s "$work/run/sweep.sqlite" ]
    kill -INT $process || true # a fast one is through by now
    wait $process || true
    exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/run" --no-plots
    same_exports "$work/whole" "$work/run"
    exits 0 "$iccsim" sensitivity "$work/s.yml" -o "$work/run" --no-plots
    says err 'all 160 points are there; nothing runs'
    exits 2 "$iccsim" sensitivity "$work/s.yml" -o "$work/run" --set sweep.design=morris --set sweep.points=null \
        --set sweep.copies=null --set sweep.correlate=null
    says err 'points: the points or factors are others'
}

without_a_section_it_takes_what_a_run_draws() {
    study "$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" --set sweep.design=draws --set sweep.points=24 -o "$work/draws" -q --no-plots
    exits 0 "$iccsim" run "$work/s.yml" -n 24 -o "$work/run" -q --no-plots
    # A point for each replication of the run, with the same numbers of the same parameters.
    diff <(cut -d, -f 1,3-22 "$work/draws/points.csv" | sed 1d) <(cut -d, -f 1-21 "$work/run/inputs.csv" | sed 1d | awk -F, -v OFS=, \
        '{ for (i = 2; i <= NF; i++) $i = $i; print }') >"$work/diff" || {
        # As numbers: one prints 17 digits, the other as few as tell them apart.
        paste -d, <(cut -d, -f 3- "$work/draws/points.csv" | sed 1d) <(cut -d, -f 2- "$work/run/inputs.csv" | sed 1d) |
            awk -F, -v n="$(head -n 1 "$work/run/inputs.csv" | awk -F, '{ print NF - 1 }')" \
                '{ for (i = 1; i <= n; i++) if ($i + 0 != $(NF - n + i) + 0) { print NR, i, $i, $(NF - n + i); exit 1 } }' ||
            fail "other draws"
    }
    # The run says the same of them, but for luck, of which it has one replication a draw.
    grep -q '^rent,luck_and_interactions,first,' "$work/run/sensitivity.csv" || fail "no rest in the run"
    grep -q '^rent,luck,first,' "$work/draws/sensitivity.csv" || fail "no luck by draws"
    grep -q 'On what evidence it rests' "$work/run/report.html" || fail "not in the report of the run"
    exits 0 "$iccsim" run "$work/s.yml" -n 5 -o "$work/few" -q --no-plots
    grep -q '5 replications are too few to tell which inputs matter' "$work/few/report.html" || fail "it does not say so"
    [ ! -e "$work/few/sensitivity.csv" ] || fail "shares of five replications"
}

screening_names_effects_and_too_many_factors_want_groups() {
    study "$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" --set sweep.design=morris --set sweep.trajectories=4 -o "$work/run"
    says out 'mu*'
    grep -q '^rent,procurement.domestic_output,mu_star,' "$work/run/sensitivity.csv" || fail "no effects"
    [ -s "$work/run/plots/sensitivity-morris.svg" ] || fail "no picture"
    exits 3 "$iccsim" sensitivity scenarios/china.yml --set sweep.design=saltelli --set sweep.points=64 -o "$work/none"
    says err 'groups and factors outside them'
    # What is in no world has no shares, and is not taken for zero.
    grep -q '^never,procurement.domestic_output,mu_star,,,,C$' "$work/run/sensitivity.csv" || fail "a share of nothing"
}

a_decision_comes_with_its_evidence_and_its_tornado() {
    exits 0 "$iccsim" run scenarios/car-maker-10kp.yml -n 24 -o "$work/run" -q --no-plots
    grep -q '^decision_lead,rent,flip,' "$work/run/sensitivity.csv" || { cat "$work/run/sensitivity.csv"; fail "no flip"; }
    grep -q '^decision_lead,[a-z_.0-9]*,first,' "$work/run/sensitivity.csv" || fail "no shares of the lead"
    grep -q '^decision_lead,rent,tornado,' "$work/run/sensitivity.csv" || fail "no tornado"
    [ "$(awk -F, '$1 == "rent" { print $4 }' "$work/run/tornado.csv")" = \
        "$(awk -F, '$1 == "decision_lead" && $2 == "rent" && $3 == "tornado" { print $5 }' "$work/run/sensitivity.csv")" ] ||
        fail "another tornado"
}

prices_study() { # prices_study FILE: a world of told prices, three of them uncertain
    cat >"$1" <<'END'
title: Prices
world: given
run: {start: 2025-01, end: 2028-01, report: 1 year, replications: 2}
generations: {H100: {rent: 1.7 to 2.4 CNY/card-hour}}
planner: {start: 2025-01, horizon: 3 years, cards_training: 8 card, cost_of_capital: 4 to 9 %/yr}
alternatives:
  own: {kind: build, generation: H100, price: 20 to 40 kCNY/card, service_life: 10 years}
  rent: {kind: rent_on_demand}
measures: {own: {output: plan.cost.own}, rent: {output: plan.cost.rent}}
END
}

share_of() { # share_of FOLDER MEASURE PARAMETER
    awk -F, -v m="$2" -v p="$3" '$1 == m && $2 == p && $3 == "first" { print $4 }' "$1/sensitivity.csv"
}

# Alone the rent has nothing to do with what owning costs; drawn with the price it shares in it.
what_is_drawn_together_is_said() {
    prices_study "$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" --set sweep.design=draws --set sweep.points=300 -q --no-plots -o "$work/apart"
    ! grep -q 'drawn together' "$work/apart/report.html" || fail "nothing is drawn together"
    awk -v s="$(share_of "$work/apart" own generations.H100.rent)" 'BEGIN { exit !(s < 0.05) }'
    awk 'BEGIN {
        srand(5)
        print "generations.H100.rent,alternatives.own.price"
        for (i = 0; i < 300; i++) { u = rand(); printf "%.6f,%.3f\n", 1.7 + 0.7 * u, 20000 + 10000 * (u + rand()) }
    }' >"$work/joint.csv"
    echo 'draws: joint.csv' >>"$work/s.yml"
    exits 0 "$iccsim" sensitivity "$work/s.yml" --set sweep.design=draws --set sweep.points=300 -q --no-plots -o "$work/joint"
    grep -q 'Some parameters are drawn together, so their shares overlap' "$work/joint/report.html" || fail "it does not say so"
    awk -v s="$(share_of "$work/joint" own generations.H100.rent)" 'BEGIN { exit !(s > 0.3) }'
    exits 0 "$iccsim" run "$work/s.yml" -n 60 -q --no-plots -o "$work/run"
    grep -q 'Some parameters are drawn together' "$work/run/report.html" || fail "a run does not say so"
}

rows_that_are_too_few_are_not_shared_out() {
    prices_study "$work/s.yml"
    exits 0 "$iccsim" run "$work/s.yml" -n 8 -q --no-plots -o "$work/run"
    grep -q '8 replications are too few to tell which inputs matter' "$work/run/report.html" || fail "it does not say so"
    [ ! -e "$work/run/sensitivity.csv" ] || fail "shares of eight rows"
    exits 0 "$iccsim" sensitivity "$work/s.yml" --set sweep.design=draws --set sweep.points=8 -q --no-plots -o "$work/few"
    grep -q 'rows are too few to share out a variance; at least' "$work/few/report.html" || fail "it does not say so"
}

it what_is_drawn_together_is_said rows_that_are_too_few_are_not_shared_out numbers_do_not_depend_on_threads_or_shards it_goes_on_where_it_was_stopped no_shipped_study_with_groups_leaves_a_parameter_out \
    without_a_section_it_takes_what_a_run_draws screening_names_effects_and_too_many_factors_want_groups \
    a_decision_comes_with_its_evidence_and_its_tornado
finish
