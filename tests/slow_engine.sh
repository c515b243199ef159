#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What counts instead of timing: instructions of an event, memory of a million replications.
source "$(dirname "$0")/it.sh"

an_event_takes_at_most_300_instructions() {
    make -s B=build/release build/release/tests/bench/bench_engine
    tests/bench/instructions.sh build/release/tests/bench/bench_engine
}

# A world of one step, a handful of tenants and only the mechanisms that cannot be off.
small_world() {
    cat >"$work/small.yml" <<YML
title: "As small as it gets"
extends: "$root/scenarios/china.yml"
run: {start: 2022-01, end: 2022-02}
pipeline: {enabled: false}
leasing: {enabled: false}
accounting: {enabled: false}
tenants: {platform: null, industry: null, startup: null, developer: {initial: 3}}
supply: {initial_age: 1 month}
YML
}

a_million_replications_take_no_more_memory_than_ten_thousand() {
    small_world
    local peak=()
    for n in 10000 1000000; do
        exits 0 "$iccsim" run "$work/small.yml" -n "$n" -o "$work/$n" --no-plots -q
        peak+=("$(sed -n 's/.*"peak_memory_kib": //p' "$work/$n/manifest.json")")
        echo "$n replications: ${peak[-1]} KiB"
    done
    [ "${peak[1]}" -lt $((peak[0] * 3 / 2)) ]
}

it an_event_takes_at_most_300_instructions a_million_replications_take_no_more_memory_than_ten_thousand
finish
