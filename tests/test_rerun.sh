#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# iccsim rerun: a run repeated from its manifest and compared with what it left.
source "$(dirname "$0")/it.sh"

study() {
    cat >"$work/prices.yml" <<'END'
title: Prices
world: given
run: {start: 2025-01, end: 2028-01, report: 1 year, replications: 3}
generations: {H100: {rent: 1.7 to 2.4 CNY/card-hour}}
planner: {start: 2025-01, horizon: 3 years, cards_training: 8 card}
END
    cat >"$work/mine.yml" <<'END'
title: Mine
extends: prices.yml
alternatives:
  own: {kind: build, generation: H100, price: 30 kCNY/card, prepaid: 1, service_life: 10 years}
  rent: {kind: rent_on_demand}
measures: {own: {output: plan.cost.own}, rent: {output: plan.cost.rent}}
variants: {dear: {alternatives.own.price: 50 kCNY/card}}
sweep: {factors: {capital: {set: planner.cost_of_capital, values: [5 %/yr, 7 %/yr]}}}
END
}

a_run_is_the_same_again() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run" -n 5 -s 53 --set planner.tax=0.2
    exits 0 "$iccsim" rerun "$work/run/manifest.json"
    says out 'inputs: 2 of 2 as they were'
    says out ' 0 but for words, 0 differ, 0 on one side only'
    same "$work/run" "$work/run.rerun" || fail "not the same bytes"
}

a_run_whose_sources_have_changed_is_the_same_again() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run" -n 5 -s 53 --set planner.tax=0.2
    mv "$work/mine.yml" "$work/gone.yml"
    sed -i 's/1.7 to/1.6 to/' "$work/prices.yml"
    exits 0 "$iccsim" rerun "$work/run" -o "$work/again"
    says out "input $work/mine.yml: is not there"
    says out "input $work/prices.yml: has changed"
    says out ' 0 differ, 0 on one side only'
    cmp "$work/run/replications.csv" "$work/again/replications.csv"
    cmp "$work/run/dear/summary.json" "$work/again/dear/summary.json"
}

a_variant_alone_and_a_sweep_are_the_same_again() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/alone" -n 5 --variant dear
    exits 0 "$iccsim" sweep "$work/mine.yml" --no-plots -q -o "$work/sweep" -n 5
    exits 0 "$iccsim" sweep "$work/mine.yml" --no-plots -q -o "$work/vary" -n 5 --vary 'planner.tax=0.1,0.2'
    exits 0 "$iccsim" compare "$work/mine.yml" --no-plots -o "$work/compare" -n 5
    for folder in alone sweep vary compare; do
        exits 0 "$iccsim" rerun "$work/$folder"
        says out ' 0 differ, 0 on one side only'
    done
    mv "$work/mine.yml" "$work/gone.yml"
    for folder in alone sweep vary; do
        exits 0 "$iccsim" rerun "$work/$folder" -o "$work/$folder.again"
        says out ' 0 differ, 0 on one side only'
    done
}

what_differs_is_named() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run"
    sed -i '3s/^1,[0-9]/1,9/' "$work/run/replications.csv"
    rm "$work/run/decision.csv"
    exits 4 "$iccsim" rerun "$work/run"
    says out 'edited since the run: replications.csv'
    says out 'differs: replications.csv, line 3'
    says out 'no longer there to compare: decision.csv'
    rm "$work/run/replications.csv"
    exits 4 "$iccsim" rerun "$work/run" # by its hash it is the same
    says out '0 differ, 1 on one side only'
    sed -i '/"replications.csv"/{n; s/"[0-9a-f]*"$/"00"/}' "$work/run/manifest.json"
    exits 4 "$iccsim" rerun "$work/run"
    says out 'differs: replications.csv, by its hash'
}

what_was_there_besides_is_named() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run"
    echo more >"$work/run/more.csv"
    sed -i 's|^    "summary.json": |    "more.csv": 5,\n&|; s|"version": "[^"]*"|"version": "0.0.7"|' "$work/run/manifest.json"
    echo 4,5 >>"$work/run/replications.csv"
    exits 4 "$iccsim" rerun "$work/run"
    says out 'program: version 0.0.7, commit '
    says out 'not written again: more.csv'
    says out 'differs: replications.csv, in its length'
}

what_is_no_manifest_is_refused() {
    study
    exits 2 "$iccsim" rerun "$work/mine.yml"
    says err 'is not the manifest of a run'
    exits 2 "$iccsim" rerun "$work/nothing"
    says err 'cannot be read'
    mkfifo "$work/pipe" # that nobody writes to
    exits 2 timeout 10 "$iccsim" rerun "$work/pipe"
    says err 'it is no regular file'
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run"
    rm "$work/run/scenario.yml" "$work/mine.yml"
    exits 3 "$iccsim" rerun "$work/run"
    says err 'and the saved scenario'
    mkfifo "$work/run/scenario.yml"
    exits 3 timeout 10 "$iccsim" rerun "$work/run"
    says err 'and the saved scenario'
}

# A manifest may come from anybody.
# Whatever stands in the place of a part: a word and a code of ours, or the run again.
a_manifest_in_any_shape_does_no_harm() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots --no-variants -q -o "$work/run" -n 1
    cp "$work/run/manifest.json" "$work/sound.json"
    local key shape code refused=0
    for key in command scenario options arguments runs inputs outputs files; do
        for shape in null '"text"' '[[1], {"path": [1]}, "a"]' '{"a": [1], "seed": {}, "b": "c"}'; do
            sed "0,/\"$key\":/s//\"$key\": ${shape//\"/\\\"}, \"was_$key\":/" "$work/sound.json" >"$work/run/manifest.json"
            cmp -s "$work/sound.json" "$work/run/manifest.json" && fail "$key: the manifest is as it was"
            code=0
            timeout 20 "$iccsim" rerun "$work/run" -o "$work/again" --force >"$work.out" 2>"$work.err" || code=$?
            case $code in
            0) ;;
            2 | 3 | 4) [ -s "$work.err" ] || fail "$key: $shape: refused without a word"; refused=$((refused + 1)) ;;
            *) cat "$work.err"; fail "$key: $shape: exit status $code" ;;
            esac
        done
    done
    [ $refused -ge 8 ] || fail "only $refused of 32 are refused"
}

a_manifest_that_names_files_of_others_is_refused() {
    study
    exits 0 "$iccsim" run "$work/mine.yml" --no-plots -q -o "$work/run" -n 2
    rm "$work/mine.yml"
    echo mine >"$work/victim.yml"
    cp "$work/run/manifest.json" "$work/sound.json"
    sed "s|\"scenario\": *\"mine\"|\"scenario\": \"../..$work/victim\"|" "$work/sound.json" >"$work/run/manifest.json"
    cmp -s "$work/sound.json" "$work/run/manifest.json" && fail "the manifest is as it was"
    exits 2 "$iccsim" rerun "$work/run" -o "$work/again"
    says err 'names files outside its folder'
    sed 's|"summary.json"|"../summary.json"|' "$work/sound.json" >"$work/run/manifest.json"
    exits 2 "$iccsim" rerun "$work/run" -o "$work/again"
    [ "$(cat "$work/victim.yml")" = mine ] || fail "the file of another is gone"
    [ ! -e "$work/again" ] || fail "it ran"
}

it a_manifest_in_any_shape_does_no_harm a_manifest_that_names_files_of_others_is_refused a_run_is_the_same_again a_run_whose_sources_have_changed_is_the_same_again a_variant_alone_and_a_sweep_are_the_same_again \
    what_differs_is_named what_was_there_besides_is_named what_is_no_manifest_is_refused
finish
