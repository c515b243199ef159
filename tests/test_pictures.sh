#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The pictures of runs, by the true gnuplot.
source "$(dirname "$0")/it.sh"
headline=scenarios/china.yml

a_picture_looks_the_same_whichever_others_are_drawn() {
    exits 0 "$iccsim" run $headline -n 2 -s 7 -o "$work/all" --png
    exits 0 "$iccsim" run $headline -n 2 -s 7 -o "$work/some" --plots utilisation,gray,value-by-age --png
    [ "$(ls "$work/some/plots" | wc -l)" = 6 ] || fail "$(ls "$work/some/plots")"
    for picture in "$work"/some/plots/*; do
        cmp "$picture" "$work/all/plots/${picture##*/}"
    done
    exits 2 "$iccsim" run $headline -n 2 -o "$work/none" --plots rent
    says err 'no picture `rent` (did you mean rents?)'
    exits 2 "$iccsim" run $headline -n 2 -o "$work/none" --plots rents --no-plots
    [ ! -e "$work/none" ] || fail "it left a folder"
}

# What is set for gnuplot elsewhere is not for us, and no place is needed but the run's own folder.
pictures_need_nothing_of_the_environment() {
    exits 0 env GNUTERM=dumb GNUPLOT_LIB=/nowhere TMPDIR=/nowhere HOME=/nowhere "$iccsim" run $headline -n 2 -o "$work/run"
    [ ! -s "$work.err" ] || ! grep -q warning "$work.err" || { cat "$work.err"; fail "it warned"; }
    [ -s "$work/run/plots/rents.svg" ] || fail "no picture"
}

a_run_without_a_single_picture_says_so_and_keeps_its_numbers() {
    mkdir "$work/bin"
    printf '#!/bin/sh\necho "\"x.gp\" line 3: bad luck" >&2\nexit 1\n' >"$work/bin/gnuplot"
    chmod +x "$work/bin/gnuplot"
    exits 4 env PATH="$work/bin:$PATH" "$iccsim" run $headline -n 2 -q -o "$work/run"
    [ "$(grep -c warning "$work.err")" = 1 ] || { cat "$work.err"; fail "not one warning"; }
    tail -n 1 "$work.err" | grep -q '^iccsim run: all [0-9]* pictures failed; the numbers are in ' ||
        { cat "$work.err"; fail "the last line does not say so"; }
    [ -s "$work/run/scalars.dat" ] && [ -s "$work/run/report.html" ] || fail "no numbers"
}

every_fact_is_drawn_beside_its_own_name() {
    exits 0 "$iccsim" backtest $headline -n 6 -s 3 -q -o "$work/scored"
    local facts="$work/facts" named="$work/named"
    # Those with a band, in the order of the file; each has a row, from the top down.
    awk '/^#/ { next } !columns { for (columns = 1; columns <= NF; columns++) at[$columns] = columns; next }
         $at["p50"] != "NaN" { print $at["fact"] }' "$work/scored/backtest.dat" >"$facts"
    [ "$(wc -l <"$facts")" -gt 40 ] || fail "only $(wc -l <"$facts") facts"
    sed -n 's/.*<text>.*>\([a-z0-9_]*\)<\/tspan.*/\1/p; s/.*<text>\([a-z0-9_]*\)<\/text>.*/\1/p' \
        "$work/scored/plots/backtest.svg" | grep -xFf "$facts" >"$named" || fail "no names"
    diff "$facts" "$named"
    local height=$(sed -n 's/.*<svg *width="[0-9]*" height="\([0-9]*\)".*/\1/p; s/^ *width="[0-9]*" height="\([0-9]*\)".*/\1/p' \
        "$work/scored/plots/backtest.svg" | head -n 1)
    [ "$height" -ge $((12 * $(wc -l <"$facts"))) ] || fail "$(wc -l <"$facts") names in $height pixels"
}

# The text as it is, whatever separates or formats elsewhere; a newline is a blank.
labels_are_drawn_as_they_are() {
    cat >"$work/odd.yml" <<END
title: "odd labels"
extends: $root/scenarios/university-lab.yml
alternatives:
  buy_h100: {label: "a|b 'c' \"d\" \\\\e f_g^h @i {j} 5 %\nk"}
  on_demand: {label: "''x'' || 100 % %s"}
END
    exits 0 "$iccsim" run "$work/odd.yml" -n 2 --no-variants -q -o "$work/run" --plots decision,decision-paid,decision-frontier
    local picture
    for picture in decision decision-paid decision-frontier; do
        grep -qF "a|b 'c' \"d\" \\e f_g^h @i {j} 5 % k" "$work/run/plots/$picture.svg" || fail "not in $picture"
    done
    for picture in decision decision-paid; do
        grep -qF "''x'' || 100 % %s" "$work/run/plots/$picture.svg" || fail "not in $picture"
        grep -qF "Buy Ascend" "$work/run/plots/$picture.svg" || fail "another label is not in $picture"
    done
}

long_labels_are_cut_and_told_apart() {
    local long=每小时租用按月结算的长租合同与自建智算中心以及政府算力券补贴下的国产昇腾服务器集群方案
    cat >"$work/long.yml" <<END
title: "long labels"
extends: $root/scenarios/china.yml
run: {end: 2024-01}
variants:
  one: {label: "甲$long", demand.elasticity_training: 0.5}
  two: {label: "乙$long", demand.elasticity_training: 0.6}
  three: {label: "$long 甲", demand.elasticity_training: 0.7}
  four: {label: "$long 乙", demand.elasticity_training: 0.8}
END
    exits 0 "$iccsim" run "$work/long.yml" -n 2 -q -o "$work/run" --plots compare
    local name
    for name in 甲每小时 乙每小时 '>three<' '>four<'; do
        grep -qF "$name" "$work/run/plots/compare.svg" || fail "no $name"
    done
    ! grep -qF "$long" "$work/run/plots/compare.svg" || fail "nothing was cut"
}

# Bars are found by their place, not by what they are called.
odd_names_of_mechanisms_have_the_same_bars() {
    local kind
    for kind in plain odd; do
        sed -e 's|^extends: .*|extends: ["'"$root"'/scenarios/china.yml"]|' scenarios/bubble-anatomy.yml >"$work/$kind.yml"
    done
    sed -i -e "s/label: \"price after it\"/label: 'p_\"r\" {5 %} | ^2'/" -e "s/label: \"policy\"/label: 'the \"policy\", 5 %'/" "$work/odd.yml"
    for kind in plain odd; do
        exits 0 "$iccsim" run "$work/$kind.yml" -n 2 -q -o "$work/$kind" --plots attribution
        grep -o '<path[^>]*>\|<polygon[^>]*>' "$work/$kind/plots/attribution.svg" >"$work/$kind.shapes"
    done
    [ "$(wc -l <"$work/plain.shapes")" -gt 100 ] || fail "no bars"
    diff "$work/plain.shapes" "$work/odd.shapes"
    grep -qF 'the "policy", 5 %' "$work/odd/plots/attribution.svg" || fail "no label"
    grep -qF 'p_"r" {5 %} | ^2' "$work/odd/plots/attribution.svg" || fail "no output"
}

# As text gnuplot reads 1e+11 as 1 with something behind it.
facts_of_any_size_are_drawn() {
    cat >"$work/large.yml" <<END
title: "a large fact"
extends: $root/scenarios/china.yml
facts:
  large: {output: book_value, at: 2025-01, value: 100000 MCNY, tolerance: 20%, source: "made up"}
END
    exits 0 "$iccsim" run "$work/large.yml" -n 2 -q -o "$work/run"
    grep -q '^large .* 1e+11 ' "$work/run/facts.dat" || fail "it is written in another way"
    ! grep -q warning "$work.err" || { cat "$work.err"; fail "it warned"; }
    [ -s "$work/run/plots/books.svg" ] || fail "no picture"
    ! grep -n 'real(strcol' plots/*.gp || fail "numbers of files are read as texts"
}

# Each column of worlds.dat is the replication that it names, and the three lie in the order of their names.
single_worlds_are_the_replications_they_name() {
    exits 0 "$iccsim" run $headline -n 8 -q -o "$work/run" --plots key
    local number mean path
    set -- $(sed -n 's/^date year //p' "$work/run/worlds.dat")
    [ $# = 3 ] || fail "$# worlds"
    number=${2#world_}
    exits 0 "$iccsim" run $headline --replication "$number" -q --no-plots -o "$work/one"
    mean=$(grep -v '^#' "$work/one/series/rent_server_month.H100.dat" | awk 'NR > 1 { print $1, $3 }')
    path=$(grep -v '^#' "$work/run/worlds.dat" | awk 'NR > 1 { print $1, $4 }')
    [ "$mean" = "$path" ] || fail "world $number is another"
    grep -q "world $number, in the middle:" "$work/run/plots/key.svg" || fail "it is not named"
    # Of rents, which are positive.
    grep -v '^#' "$work/run/worlds.dat" | awk 'NR > 1 && $3 != "NaN" && $5 != "NaN" { d += log($5) - log($3) } END { exit d <= 0 }' ||
        fail "the high world is below the low one"
}

# Files keep CNY; sentences, tables and pictures have the dollars of each date.
a_study_in_dollars_is_shown_in_dollars() {
    exits 0 "$iccsim" run scenarios/us.yml -n 3 --no-variants -o "$work/run" --plots key,rents,domestic
    says out 'USD a card-hour'
    ! grep -q CNY "$work.out" || fail "it speaks of CNY"
    grep -q 'USD a card-hour' "$work/run/plots/key.svg" && grep -q 'thousand USD a month' "$work/run/plots/rents.svg" || fail "no dollars"
    grep -q '^# unit CNY/card-hour' "$work/run/series/rent.H100.dat" || fail "the file has another unit"
    awk '/"rent_2025_q3": / { here = 1 } here && /"exchange_rate": / { gsub(/[^0-9.]/, ""); exit !($0 > 7.1 && $0 < 7.2) }' \
        "$work/run/summary.json" || fail "another rate"
    # No card is made at home there: no picture, and no complaint.
    [ ! -e "$work/run/plots/domestic.svg" ] && ! grep -q warning "$work.err" || fail "an empty picture"
}

# What is cut at the frame is said.
an_outer_band_that_would_flatten_the_rest_is_cut_and_told() {
    mkdir "$work/share" && cp plots/*.gp "$work/share"
    exits 0 "$iccsim" run $headline -n 6 -q -o "$work/run" --plots utilisation
    local low high
    for high in 0.9 90; do
        sed "s/^\(2027-[^ ]* [^ ]* [^ ]* [^ ]* [^ ]* [^ ]* [^ ]* [^ ]*\) [^ ]*/\1 $high/" -i "$work/run/series/lit_share.dat"
        (cd "$work/run" && gnuplot -d -e "format='svg'; out='cut.svg'; share='$work/share'" "$work/share/utilisation.gp")
        [ "$high" = 0.9 ] && low=$(grep -c 'outer band' "$work/run/cut.svg" || true)
    done
    [ "$low" = 0 ] || fail "nothing was cut"
    grep -q 'Above, the outer band reaches 9000' "$work/run/cut.svg" || fail "it is not said"
}

it single_worlds_are_the_replications_they_name a_study_in_dollars_is_shown_in_dollars \
    an_outer_band_that_would_flatten_the_rest_is_cut_and_told \
    facts_of_any_size_are_drawn labels_are_drawn_as_they_are long_labels_are_cut_and_told_apart odd_names_of_mechanisms_have_the_same_bars \
    a_picture_looks_the_same_whichever_others_are_drawn \
    pictures_need_nothing_of_the_environment \
    a_run_without_a_single_picture_says_so_and_keeps_its_numbers \
    every_fact_is_drawn_beside_its_own_name
finish
