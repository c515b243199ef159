#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Texts of a scenario are data wherever they go: not code, not markup, not a list, not a format. Every text of studies
# with every kind of picture is replaced by a hostile one; nothing may be run, warned of, left out or malformed.
source "$(dirname "$0")/it.sh"
source tests/hostile.sh

markets_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run china 0 -n 2 -- approvals beliefs books capacity circular consolidation credit demand domestic funnel gray hype \
        leases margins prices rents survival utilisation value-by-age
}

decisions_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    for first in 0 1 2; do
        hostile_run university-lab "$first" -n 2 --no-variants -- decision decision-paid decision-frontier
    done
}

variants_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run churn-wave 1 -n 2 -- compare survival-compared
}

shares_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run bubble-anatomy 2 -n 1 -- attribution
}

backtests_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    make_hostile "$work/scenarios" 2
    exits 0 "$iccsim" backtest "$work/scenarios/china.yml" -n 2 -s 7 -o "$work/run"
    is_sound "$work/run" backtest
}

# The names of folders are no code either.
folders_may_have_any_name() {
    canary=$work/canary
    local home="$work/it's \"a\" \`touch canary\` \$(touch canary) 'home"
    mkdir -p "$home"
    cp -r plots scenarios "$home"
    cd "$work"
    exits 0 env ICCSIM_SHARE="$home" "$iccsim" run "$home/scenarios/university-lab.yml" -n 2 -o "$home/run"
    is_sound "$home/run" decision decision-paid decision-frontier
}

no_script_starts_a_program() {
    ! grep -nE '^[^#]*(system|shell|`|["'\''][<|]|^ *!)' plots/*.gp || fail "a script can start a program"
}

it markets_are_drawn_whatever_their_texts_say decisions_are_drawn_whatever_their_texts_say \
    variants_are_drawn_whatever_their_texts_say shares_are_drawn_whatever_their_texts_say \
    backtests_are_drawn_whatever_their_texts_say folders_may_have_any_name no_script_starts_a_program
finish
