#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the commands refuse, each provoked once: exit code, and the words that say how to go on. What scenarios get wrong
# stands in tests/bad, but for designs of sweeps, which `check` lays out and the loader does not.
source "$(dirname "$0")/it.sh"

right=tests/bad/ground/right.yml

refuses() { # refuses CODE WORDS ARGUMENT...
    local code=$1 words=$2
    shift 2
    exits "$code" "$iccsim" "$@"
    says err "$words"
    [ ! -s "$work.out" ] || { cat "$work.out"; fail "it printed something: $*"; }
}

commands_and_options_that_are_unknown_have_a_hint() {
    refuses 2 'iccsim: no command `runn` (did you mean run?)' runn
    refuses 2 '`iccsim help` lists them' zzzzzzzz
    refuses 2 'no option `--thread` (did you mean --threads?)' run $right --thread 2
    refuses 2 'no option `-q2` (did you mean -q?); see `iccsim help run`' run $right -q2
    refuses 2 '; see `iccsim help list`' list --zzzzzzzzz
    refuses 2 "--replications is a whole number from 1 to 4294967295, not \`0\`" run $right -n 0
    refuses 2 "--threads is a whole number from 1 to 4096, not \`many\`" run $right -j many
    refuses 2 "--seed is a whole number" run $right -s -1
    refuses 2 "--set takes PATH=VALUE, not \`market.noise\`" run $right --set market.noise
    refuses 2 "--vary takes PATH=V1,V2,..., not \`=3\`" sweep $right --vary =3
    refuses 2 "--format is text, csv or jsonl, not \`jsonn\` (did you mean jsonl?)" trace $right --format jsonn
    refuses 2 "--format is text, csv or jsonl, not \`zzzzzz\`" trace $right --format zzzzzz
    refuses 2 "--output is empty" run $right -o ''
    refuses 2 "--quiet takes no value" run $right --quiet=yes
    refuses 2 "--output needs a value: DIR" run $right -o
    refuses 2 "something is missing; usage: iccsim run FILE" run
    refuses 2 "too many arguments; usage: iccsim trace FILE" trace $right $right
}

options_that_do_not_go_together_are_told() {
    refuses 2 '--ci does not go with --antithetic' run $right --ci --antithetic
    refuses 2 '--replication does not go with --until' run $right --replication 3 --until 'utilisation@2025.mean +-1%'
    refuses 2 '--replication does not go with -n' run $right --replication 3 -n 2
    refuses 2 '--no-plots does not go with --plots' run $right --no-plots --plots rents
    refuses 2 '--no-plots does not go with --png' compare $right --no-plots --png
    refuses 2 'no picture `rent` (did you mean rents?); see the names of files in plots/' run $right --plots rent
    refuses 2 '--against shows lines of text; it takes no --format and no --csv' trace $right --against $right --csv
    refuses 2 'there is no mechanism `zzzzzzzz`; see `iccsim list models`' trace $right --only zzzzzzzz
}

conditions_of_sureness_are_checked_before_the_run() {
    until_refuses() { refuses 2 "$1" run $right -o "$work/run" --no-plots --until "$2"; }
    until_refuses 'not understood; wanted is OUTPUT@DATE.STAT +-TOLERANCE' 'utilisation'
    until_refuses 'no such statistic, `p55` (did you mean p05?)' 'utilisation@2025.p55 +-1%'
    until_refuses 'no such statistic, `mode`;' 'utilisation@2025.mode +-1%'
    until_refuses 'no such output, `utilisatoin` (did you mean utilisation?)' 'utilisatoin@2025.mean +-1%'
    until_refuses 'a series needs a date' 'utilisation.mean +-1%'
    until_refuses 'not a date, `soon`' 'utilisation@soon.mean +-1%'
    until_refuses 'the date lies outside the horizon, `2044`' 'utilisation@2044.mean +-1%'
    until_refuses 'one number a replication has no date, `2024`' 'crash_date@2024.mean +-1%'
    until_refuses 'the tolerance is no positive number or share, `-1`' 'utilisation@2025.mean +--1'
    refuses 2 'so not with --antithetic; the mean can' run $right -o "$work/run" --antithetic --until 'utilisation@2025.p50 +-1%'
    [ ! -e "$work/run" ] || fail "it made a folder"
}

commands_that_lack_what_they_need_say_so() {
    refuses 2 'has no variants; name another scenario, or set a value with --set' compare $right -o "$work/run"
    refuses 3 'no dated facts; --facts FILE gives it those of another file' backtest $right
    refuses 3 'facts: none in this file; allowed: a file with dated facts' backtest scenarios/china.yml --facts $right
    refuses 3 'sweep: nothing is varied; allowed: a section `sweep`, or --vary' sweep scenarios/no-ban.yml -o "$work/run"
    refuses 3 'measures: none, and no facts, so a sweep has nothing to tell' sweep $right --vary market.noise=0,0.1 -o "$work/run"
    refuses 2 '--shard is K/N, part K of N counted from 1, such as 1/4, not `4/1`' \
        sweep scenarios/no-ban.yml --vary market.noise=0,0.1 -o "$work/run" --shard 4/1
    refuses 2 '--until does not go with factors that move dates of the run' sweep scenarios/no-ban.yml -o "$work/run" \
        --vary run.end=2026-01,2027-01 --until 'utilisation@2025-06.mean +-5%'
    refuses 2 "iccsim merge: $work/none.sqlite: No such file" merge "$work/none.sqlite"
    : >"$work/plain"
    refuses 2 "iccsim merge: cannot make $work/plain/in:" merge "$work/plain" -o "$work/plain/in"
    refuses 2 'iccsim sweep: cannot make' sweep scenarios/no-ban.yml --vary market.noise=0,0.1 -o "$work/plain/in"
    refuses 2 'no list `modles` (did you mean models?); there are models parameters' list modles
    refuses 2 '--html is for `iccsim list equations`' list models --html
    refuses 2 'equations are a text: --html makes a page of it, --csv nothing' list equations --csv
    (cd "$work"; ICCSIM_SHARE=$work refuses 4 'no folder `scenarios`; set ICCSIM_SHARE' list scenarios)
}

manifests_that_cannot_be_run_again_are_refused() {
    exits 0 "$iccsim" run $right -n 1 --no-plots -q -o "$work/run"
    sed 's/"arguments"/"argumentz"/' "$work/run/manifest.json" >"$work/manifest.json"
    refuses 2 'does not tell its command line; it was written by an earlier version' rerun "$work/manifest.json"
    sed 's/"command": "run"/"command": "walk"/' "$work/run/manifest.json" >"$work/manifest.json"
    refuses 2 'a walk cannot be run again from its manifest' rerun "$work/manifest.json"
    refuses 2 'none.json: cannot be read' rerun "$work/none.json"
}

designs_of_sweeps_are_laid_out_by_check() {
    study() { # study FACTORS MORE: a sweep of the right scenario
        printf 'extends: %s/%s\nmeasures: {use: {output: utilisation, at: 2023-01}}\nsweep:\n  factors: %s\n%s\n' \
            "$root" "$right" "$1" "${2-}" >"$work/s.yml"
    }
    local many='[1.01'
    for i in $(seq 102 200); do many="$many, $(printf '%d.%02d' $((i / 100)) $((i % 100)))"; done
    many="$many]"
    study "{a: {set: regions.east.pue, values: $many}, b: {scale: market.noise, values: $many}, c: {scale: market.kappa_training, values: $many}, d: {scale: operators.owner.size, values: $many}}"
    refuses 3 'sweep: the grid has more than' check "$work/s.yml"
    study '{pue: {set: regions.east.pue, values: [1.2, 1.3]}}' '  except: {low: {pue: 1.2}, high: {pue: 1.3}, none: {pue: 1.4}}'
    refuses 3 'sweep.except.none: no point has these values' check "$work/s.yml"
    says err 'sweep.except: leaves no point over'
    study '{start: {set: run.start, values: [2022-01, 2024-06]}, end: {set: run.end, values: [2024-01, 2026-01]}}'
    refuses 3 'is no sound scenario' check "$work/s.yml"
    study '{pue: {set: regions.east.pue, values: 1.2 to 1.3}}' '  design: saltelli
  points: 1600000
  replications: 4000'
    refuses 3 'rows of 4000 replications each are more than 4294967295; allowed: fewer of either' sensitivity "$work/s.yml" -o "$work/run"
}

a_scenario_that_is_wrong_is_listed_as_such() {
    mkdir -p "$work/share/scenarios"
    printf 'title: Mine\nquestion: Whose?\nextends: %s/scenarios/one-server.yml\n' "$root" >"$work/share/scenarios/mine.yml"
    echo 'title: [' >"$work/share/scenarios/broken.yml"
    echo 'no scenario' >"$work/share/scenarios/notes.txt"
    export ICCSIM_SHARE=$work/share
    exits 0 "$iccsim" list scenarios
    grep -q 'mine\.yml *Mine *Whose?' "$work.out" || { cat "$work.out"; fail "mine is not there"; }
    grep -q 'broken\.yml *(invalid: see iccsim check)' "$work.out" || { cat "$work.out"; fail "broken is not there"; }
    ! grep -q notes "$work.out" || fail "a text is listed as a scenario"
    exits 0 "$iccsim" list scenarios --csv
    says out "mine.yml,Mine,Whose?"
}

it a_scenario_that_is_wrong_is_listed_as_such commands_and_options_that_are_unknown_have_a_hint options_that_do_not_go_together_are_told \
    conditions_of_sureness_are_checked_before_the_run commands_that_lack_what_they_need_say_so \
    manifests_that_cannot_be_run_again_are_refused \
    designs_of_sweeps_are_laid_out_by_check
finish
