#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sweeps by the program: the same files however they were run, a store that goes on, and what is refused.
source "$(dirname "$0")/it.sh"

study() { # study FILE: a small grid of a small scenario
    cat >"$1" <<END
title: A small sweep
extends: [$root/scenarios/one-server.yml]
measures:
  rent_2025: {output: rent_server_month.H100, at: 2025-06}
  use_2025: {output: utilisation, from: 2025-01, to: 2025-12, stat: mean}
sweep:
  design: grid
  replications: 4
  factors:
    decline: {shift: value.decline, values: [-0.1 /yr, 0 /yr, 0.1 /yr]}
    price: {scale: generations.H100.list_price_usd, values: [0.5, 1, 2], label: "price, times"}
  except: {both: {decline: 0.1 /yr, price: 2}}
  series: [utilisation]
END
}

# All but the store and the manifest.
same_exports() {
    diff -r --exclude=manifest.json --exclude='*.sqlite' "$1" "$2"
}

exports_do_not_depend_on_threads_or_shards() {
    study "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/one" -j 1 --keep
    says err '8 points, 4 replications each'
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/two" -j 2 --keep
    same_exports "$work/one" "$work/two"
    for shard in 1 2 3 4; do
        exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/shards" --shard $shard/4 -q
    done
    exits 0 "$iccsim" merge "$work"/shards/sweep-?of4.sqlite --keep
    rm "$work"/shards/sweep-?of4.sqlite
    same_exports "$work/one" "$work/shards"
    [ "$(wc -l <"$work/one/points.csv")" = 9 ] || fail "$(cat "$work/one/points.csv")"
    [ -s "$work/one/plots/sweep-heat.svg" ] && [ -s "$work/one/plots/sweep-curves.svg" ] || fail "no pictures"
    grep -q '^4,0,1,use_2025,,4,0,.*,0,0,0$' "$work/one/results.csv" || fail "the base differs from itself"
}

a_sweep_goes_on_where_it_was_stopped() {
    study "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/whole" -n 60 --no-plots
    "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 60 -j 1 --no-plots 2>"$work.first" &
    local process=$!
    wait_until 60 [ -s "$work/run/sweep.sqlite" ]
    sleep 0.5
    kill -INT $process || true # a fast one is through by now
    local status=0
    wait $process || status=$?
    if [ $status = 5 ]; then
        grep -q 'iccsim sweep: interrupted; [0-7] of 8 points are kept' "$work.first" || { cat "$work.first"; fail "it does not say so"; }
        grep -q '^[0-9]*,missing,' "$work/run/points.csv" || fail "no point is missing"
    else
        [ $status = 0 ] || { cat "$work.first"; fail "exit status $status"; }
    fi
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 60 --no-plots
    same_exports "$work/whole" "$work/run"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 60 --no-plots
    says err 'all 8 points are there; nothing runs'
}

another_sweep_is_refused_and_what_changed_is_named() {
    study "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 1 -q --no-plots
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 2 -s 7 --set value.reversion=0.4/yr
    says err 'replications: 1 there, 2 here'
    says err 'seed: 2022 there, 7 here'
    says err 'here:  reversion: 0.4/yr'
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 1 --vary value.decline=0.2/yr,0.3/yr
    says err 'points: the points or factors are others'
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 2 --force -q --no-plots
    mkdir "$work/other"
    echo hello >"$work/other/letter"
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/other" -n 1
    says err 'holds something else than a sweep (letter)'
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/x" --shard 5/4
    says err '--shard is K/N'
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/a" -n 1 --shard 1/2 -q
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/b" -n 2 --shard 2/2 -q
    exits 2 "$iccsim" merge "$work/a/sweep-1of2.sqlite" "$work/b/sweep-2of2.sqlite" -o "$work/ab"
    says err 'is of another sweep: its replications differs'
    exits 2 "$iccsim" merge "$work/s.yml" -o "$work/nothing"
    says err 'is no store of a sweep'
    exits 2 "$iccsim" merge "$work/none.sqlite" -o "$work/nothing"
    exits 3 "$iccsim" sweep scenarios/one-server.yml -o "$work/none"
    says err 'nothing is varied; allowed: a section `sweep`, or --vary'
}

# A program rebuilt without a change of what makes numbers goes on; another gets a message that says which it takes.
a_store_goes_on_with_the_program_that_makes_its_numbers() {
    study "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 1 -q --no-plots
    command -v sqlite3 >/dev/null || return 0
    sqlite3 "$work/run/sweep.sqlite" "update meta set value = 'abc' where key = 'commit'"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 1 --no-plots
    sqlite3 "$work/run/sweep.sqlite" "update meta set value = 'other' where key = 'identity.numbers'"
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 1 --no-plots
    says err 'program: its models or engine are others; commit abc there, '
}

# A run that is told to take the folder has it for itself.
what_stands_in_the_place_of_a_sweep_is_left_alone() {
    study "$work/s.yml"
    "$iccsim" sweep "$work/s.yml" -o "$work/taken" -n 600 -j 1 -q --no-plots 2>"$work/told" &
    local process=$! code=0
    wait_until 60 [ -s "$work/taken/sweep.sqlite" ]
    exits 0 "$iccsim" run "$work/s.yml" -o "$work/taken" -n 1 -q --no-plots --force
    (cd "$work/taken" && find . -type f -exec sha256sum {} + | sort) >"$work/before"
    wait $process || code=$?
    [ "$code" = 4 ] || fail "the sweep ended with $code"
    grep -q 'taken/sweep.sqlite was moved or removed meanwhile' "$work/told" || { cat "$work/told"; fail "it is not told"; }
    diff "$work/before" <(cd "$work/taken" && find . -type f -exec sha256sum {} + | sort)
}

a_store_has_one_writer() {
    study "$work/s.yml"
    "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 600 -j 1 -q --no-plots &
    local process=$!
    wait_until 60 [ -s "$work/run/sweep.sqlite" ]
    sleep 0.3
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/run" -n 600 --no-plots
    kill -INT $process
    wait $process || true
    says err 'is in use: another iccsim is working on it'
}

points_are_checked_before_the_first_runs() {
    study "$work/s.yml"
    exits 3 "$iccsim" sweep "$work/s.yml" -o "$work/run" --vary market.reference=H100,H999 --vary value.decline=0.1/yr,900/yr
    says err 'H999'
    says err '900'
    [ ! -e "$work/run" ] || fail "it left a folder"
    # A section's points are checked by check too.
    sed -i 's/-0.1 .yr, 0 .yr/-0.1 \/yr, 900 \/yr/' "$work/s.yml"
    exits 3 "$iccsim" check "$work/s.yml"
    says err '900'
    study "$work/s.yml"
    exits 0 "$iccsim" check "$work/s.yml"
    says out ', 8 points of a sweep'
    # Each is right by itself; together the run would end before it begins.
    exits 3 "$iccsim" sweep "$work/s.yml" -o "$work/run" --vary run.start=2022-01,2028-06 --vary run.end=2025-01,2029-01
    says err 'run.end: not after run.start'
    says err 'is no sound scenario'
}

sampled_designs_draw_their_factors() {
    study "$work/s.yml"
    sed -i '/^sweep:/,$d' "$work/s.yml"
    cat >>"$work/s.yml" <<'END'
sweep:
  design: sobol
  points: 16
  replications: 1
  factors:
    decline: {set: value.decline, values: {uniform: {low: 0.2 /yr, high: 0.4 /yr}}}
    price: {scale: generations.H100.list_price_usd, values: 0.5 to 2}
  correlate: {decline: {price: 0.5}}
END
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --png
    says err '17 points, 1 replications each'
    [ -s "$work/run/plots/sweep-draws.png" ] || fail "no picture"
    # One in each sixteenth of the range, as Sobol's are.
    [ "$(awk -F, 'NR > 2 { print int(($3 - 0.2) / 0.2 * 16) }' "$work/run/points.csv" | sort -un | wc -l)" = 16 ] ||
        fail "$(cat "$work/run/points.csv")"
    grep -q '^0,done,0.3,1,base,' "$work/run/points.csv" || fail "no base"
}

short_study() { # short_study FILE: half a year, and a sweep to follow
    cat >"$1" <<END
title: A short run
extends: [$root/scenarios/one-server.yml]
run: {end: 2022-07}
show: null
measures: {use: {output: utilisation, at: 2022-05}}
sweep:
  replications: 2
END
}

points_come_from_rows_and_files() {
    short_study "$work/list.yml"
    cat >>"$work/list.yml" <<'END'
  design: list
  factors: {d: {set: value.decline}, p: {scale: generations.H100.list_price_usd}, m: {set: accounting.tax_method}}
  rows: {bold: {d: 0.2 /yr, p: 2}, books: {m: straight_line}}
END
    exits 0 "$iccsim" sweep "$work/list.yml" -o "$work/list" --no-plots
    diff - "$work/list/points.csv" <<'END'
point,status,d [/yr],p,m,name,replications,failed,base
0,done,0.3,1,,base,2,0,1
1,done,0.2,2,,bold,2,0,0
2,done,0.3,1,straight_line,books,2,0,0
END
    short_study "$work/csv.yml"
    cat >>"$work/csv.yml" <<'END'
  design: csv
  file: points.csv
  factors: {d: {set: value.decline}, end: {set: run.end}}
END
    printf 'name,d [/yr],end\n"a, b",0.2,2022-07\nc,0.3,2022-09\n' >"$work/points.csv"
    exits 0 "$iccsim" sweep "$work/csv.yml" -o "$work/csv" --no-plots
    diff - "$work/csv/points.csv" <<'END'
point,status,d [/yr],end [date],name,replications,failed,base
0,done,0.3,2022-07-01,base,2,0,1
1,done,0.2,2022-07-01,"a, b",2,0,0
2,done,0.3,2022-09-01,c,2,0,0
END
    # A longer run changes nothing of what was before its end.
    grep -q '^2,0.3,2022-09-01,use,,2,0,.*,0,0,0$' "$work/csv/results.csv" || { cat "$work/csv/results.csv"; fail "the end moved May"; }
    echo '# other points' >>"$work/points.csv"
    sed -i '$d; s/,0\.2,/,0.25,/' "$work/points.csv"
    exits 2 "$iccsim" sweep "$work/csv.yml" -o "$work/csv" --no-plots
    says err 'points: the points or factors are others'
}

each_point_runs_until_it_is_sure() {
    short_study "$work/s.yml"
    echo '  factors: {p: {scale: generations.H100.list_price_usd, values: [1, 2]}}' >>"$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --no-plots --until 'utilisation@2022-05.mean +-50%'
    [ "$(awk -F, 'NR > 1 { print $5 }' "$work/run/points.csv" | sort -u)" = 64 ] || fail "$(cat "$work/run/points.csv")"
    exits 2 "$iccsim" sweep "$work/s.yml" -o "$work/no" --until 'utilisation@2022-05.mode +-50%'
    says err 'iccsim sweep: --until'
}

# Where what owning saves changes its sign, and what each factor does in the mean over the other: the numbers of the table.
the_frontier_is_where_the_finding_says() {
    exits 0 "$iccsim" sweep scenarios/build-or-rent-frontier.yml -o "$work/run" -n 60 --no-plots
    tr '\n' ' ' <"$work.out" >"$work/found"
    grep -qF "$(sed -n 's/.*<p class="finding">\(What owning saves of the rent bill: [^;]*\);.*/\1/p' "$work/run/report.html")" "$work/found" ||
        fail "the page says something else"
    [ "$(cut -d, -f 2-4 "$work/run/results.csv" | sort | uniq -d)" = "" ] || fail "a point has two rows"
    awk -F, -v found="$(cat "$work/found")" '
        $4 == "saves" { saves[$2, $3] = $8; use[$2]; decline[$3] }
        function zero(u,    a, b, d) { # the decline at which a use breaks even, between two of the grid
            for (d = -3; d < 3; d++) {
                a = saves[u, d ? sprintf("%.1f", d / 10) : 0]; b = saves[u, d + 1 ? sprintf("%.1f", (d + 1) / 10) : 0]
                if (a * b < 0)
                    return d / 10 + 0.1 * a / (a - b)
            }
        }
        function mean(u,    d, sum) { for (d in decline) sum += saves[u, d]; return sum / 7 }
        function said(pattern) { # the last number of what matches first
            if (!match(found, pattern)) { print "not said:", pattern, "in", found; bad = 1; return }
            n = split(substr(found, RSTART, RLENGTH), word, " "); return word[n] + 0
        }
        function near(is, be) { if (is - be > 0.006 * (be < 0 ? -be : be) || be - is > 0.006 * (be < 0 ? -be : be)) { print is, "not", be; bad = 1 } }
        END {
            near(said("decline of rents [-0-9.e]+ /yr, 0.7 and [-0-9.e]+"), zero("0.7"))
            near(said(" 0.9 and [-0-9.e]+"), zero("0.9")); near(said(" 1 and [-0-9.e]+"), zero("1"))
            near(said("in the mean over the rest, [-0-9.e]+"), mean("0.4")); near(said("rest, [-0-9.e]+ to [-0-9.e]+"), mean("1"))
            if (!(zero("1") < 0 && zero("0.9") < zero("1"))) { print "busier cards need rents to rise more"; bad = 1 }
            if (found !~ /nowhere at 0\.4/ || found !~ /\(0\.4 to 1\)/) { print found; bad = 1 }
            exit bad
        }' "$work/run/results.csv" || fail "the finding is of another sweep"
}

what_was_changed_of_a_sweep_is_said() {
    study "$work/s.yml"
    printf 'answer: What I found.\nanswer_of: 0123456789abcdef\n' >>"$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --no-plots
    ! grep -q 'Found:' "$work.out" || fail "that is no whole grid: $(cat "$work.out")"
    ! grep -q 'What I found\|Changed from' "$work/run/report.html" || fail "an answer of another sweep, or a change"
    local of
    of=$(sed -n 's/.*is of the run 0123456789abcdef, not of this one, \([0-9a-f]\{16\}\);.*/\1/p' "$work/run/report.html")
    [ "$of" ] || fail "it does not say why"
    sed -i "s/^answer_of: .*/answer_of: $of/" "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --no-plots --force
    grep -q 'What I found' "$work/run/report.html" || fail "the answer of this sweep is not said"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --no-plots --force -n 2 -s 5 --set value.decline=0.2/yr
    ! grep -q 'What I found' "$work/run/report.html" || fail "an answer of another sweep"
    grep -q 'Changed from the study as written: --set value.decline=0.2/yr; 2 replications instead of 4; seed 5 instead of' \
        "$work/run/report.html" || fail "$(grep outside "$work/run/report.html")"
    sed -i '/except:/d; s/^    price: .*/    kind: {set: value.decline, values: [0.1 \/yr, 0.2 \/yr]}/; /decline: {shift/d' "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" --no-plots --force
    tr '\n' ' ' <"$work.out" | grep -q ' CNY a month at all points\. .* over kind (0\.1 to 0\.2 /yr)\.' || fail "$(cat "$work.out")"
}

a_plan_counts_points_and_writes_nothing() {
    short_study "$work/s.yml"
    echo '  factors: {p: {scale: generations.H100.list_price_usd, values: [1, 2, 3]}}' >>"$work/s.yml"
    exits 0 "$iccsim" plan "$work/s.yml" -o "$work/run" --csv
    says out 'sweep: points,3,'
    says out 'sweep: points done already,0,'
    [ ! -e "$work/run" ] || fail "it made a folder"
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/run" -q --no-plots
    exits 0 "$iccsim" plan "$work/s.yml" -o "$work/run" --csv
    says out 'sweep: points done already,3,'
    exits 2 "$iccsim" plan "$work/s.yml" -o "$work/run" -n 3
    says err 'replications: 2 there, 3 here'
}

prices_study() { # prices_study FILE: 36 points of a world of told prices, which take no time
    cat >"$1" <<'END'
title: Prices
world: given
run: {start: 2025-01, end: 2028-01, report: 1 year, replications: 2}
generations: {H100: {rent: 1.7 to 2.4 CNY/card-hour}}
planner: {start: 2025-01, horizon: 3 years, cards_training: 8 card}
alternatives:
  own: {kind: build, generation: H100, price: 30 kCNY/card, service_life: 10 years}
  rent: {kind: rent_on_demand}
measures: {own: {output: plan.cost.own}, rent: {output: plan.cost.rent}}
variants: {dear: {alternatives.own.price: 50 kCNY/card}}
sweep:
  factors:
    capital: {set: planner.cost_of_capital, values: [4 %/yr, 5 %/yr, 6 %/yr, 7 %/yr, 8 %/yr, 9 %/yr]}
    price: {scale: alternatives.own.price, values: [0.5, 0.6, 0.7, 0.8, 0.9, 1]}
END
}

a_sweep_says_which_points_it_runs_and_where_they_go() {
    prices_study "$work/s.yml"
    cd "$work"
    exits 0 "$iccsim" sweep s.yml --no-plots
    says err 'written to out/s.sweep'
    cp out/s.sweep/results.csv whole.csv
    sqlite3 out/s.sweep/sweep.sqlite "update points set status = 'missing' where point in (0, 2, 3, 4, 9)"
    exits 0 "$iccsim" sweep s.yml --no-plots
    says err 'out/s.sweep/sweep.sqlite: 31 points are there and stay; 5 are missing and run now: 0, 2-4, 9'
    cmp whole.csv out/s.sweep/results.csv
    sqlite3 out/s.sweep/sweep.sqlite "update points set status = 'missing' where point % 2"
    exits 0 "$iccsim" sweep s.yml --no-plots
    says err '18 are missing and run now: 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, ...'
    cmp whole.csv out/s.sweep/results.csv
    exits 0 "$iccsim" sweep s.yml --no-plots --force
    says err 'out/s.sweep/sweep.sqlite: --force: begins anew'
    exits 0 "$iccsim" sweep s.yml --no-plots --shard 2/5 -o shards
    says err 'shard 2 of 5: one point in 5'
    says err '`iccsim merge` joins the shards'
    exits 0 "$iccsim" merge shards/sweep-2of5.sqlite
    says err '29 of 36 points are still missing'
    exits 0 "$iccsim" sweep s.yml --no-plots --variant dear -q
    # Two thirds more for what is bought, and nothing else.
    paste -d, <(sed 1d out/s.sweep/results.csv) <(sed 1d out/s.dear.sweep/results.csv) | awk -F, '
        $4 == "own" && ($25 / $8 - 5 / 3) ^ 2 > 1e-12 || $4 == "rent" && $25 != $8 { print $1, $4; bad = 1 } END { exit bad || NR != 72 }'
}

# Of a pair the halves draw u and 1 - u, and count as one.
antithetic_pairs_of_a_sweep_count_as_one() {
    prices_study "$work/s.yml"
    exits 0 "$iccsim" sweep "$work/s.yml" --no-plots -q -n 8 -o "$work/plain"
    exits 0 "$iccsim" sweep "$work/s.yml" --no-plots -q -n 8 --antithetic -o "$work/pairs"
    # The mean rent is that of its range, and the error of a mean of pairs is less by far.
    paste -d, <(grep ',rent,' "$work/plain/results.csv") <(grep ',rent,' "$work/pairs/results.csv") | awk -F, '
        !($26 > 0 && $26 < $9 / 4) { print; bad = 1 } END { exit bad || NR != 36 }'
    exits 2 "$iccsim" sweep "$work/s.yml" --no-plots -n 8 -o "$work/pairs"
    says err 'antithetic: yes there, no here'
}

# As many points as the lists are long, and words that come twice are one level.
lists_of_a_design_go_side_by_side() {
    prices_study "$work/s.yml"
    sed -i '/^sweep:/,$d' "$work/s.yml"
    cat >>"$work/s.yml" <<'END'
sweep:
  design: zip
  factors:
    method: {set: planner.tax_method, values: [straight_line, declining, straight_line, declining]}
    tax: {set: planner.tax, values: [0, 0, 0.25, 0.25]}
END
    exits 0 "$iccsim" sweep "$work/s.yml" --no-plots -q -o "$work/run"
    printf '%s\n' method,tax ,0 straight_line,0 declining,0 straight_line,0.25 declining,0.25 >"$work/expected"
    diff "$work/expected" <(cut -d, -f 3,4 "$work/run/points.csv")
    # Without a tax it does not matter how cards are written off; with one it does.
    awk -F, '$4 == "own" { cost[$1] = $8 } END { exit !(cost[1] == cost[2] && cost[3] > cost[4]) }' "$work/run/results.csv"
}

it a_sweep_says_which_points_it_runs_and_where_they_go antithetic_pairs_of_a_sweep_count_as_one \
    lists_of_a_design_go_side_by_side exports_do_not_depend_on_threads_or_shards a_sweep_goes_on_where_it_was_stopped \
    another_sweep_is_refused_and_what_changed_is_named a_store_goes_on_with_the_program_that_makes_its_numbers a_store_has_one_writer what_stands_in_the_place_of_a_sweep_is_left_alone \
    points_are_checked_before_the_first_runs \
    sampled_designs_draw_their_factors points_come_from_rows_and_files each_point_runs_until_it_is_sure \
    a_plan_counts_points_and_writes_nothing the_frontier_is_where_the_finding_says what_was_changed_of_a_sweep_is_said
finish
