#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep that is killed again and again, or runs out of disk, ends with the same files as one that was left alone; and
# memory does not grow with the number of points.
source "$(dirname "$0")/it.sh"

study() { # study FILE: 30 points of some milliseconds each
    cat >"$1" <<END
title: A sweep of thirty points
extends: [$root/scenarios/one-server.yml]
measures:
  rent_2025: {output: rent_server_month.H100, at: 2025-06}
  use_2025: {output: utilisation, from: 2025-01, to: 2025-12, stat: mean}
sweep:
  replications: 8
  factors:
    decline: {shift: value.decline, values: [-0.2 /yr, -0.1 /yr, 0 /yr, 0.1 /yr, 0.2 /yr, 0.3 /yr]}
    price: {scale: generations.H100.list_price_usd, values: [0.5, 0.8, 1, 1.5, 2]}
  series: [utilisation]
END
}

sweep() { # sweep FOLDER OPTION...
    local folder=$1
    shift
    "$iccsim" sweep "$work/s.yml" -o "$folder" "$@"
}

same_exports() {
    diff -r --exclude=manifest.json --exclude='sweep.sqlite*' "$1" "$2"
}


kills_at_any_time_change_nothing() {
    study "$work/s.yml"
    exits 0 sweep "$work/whole" -j 2
    local round delay killed=0 status
    for round in 1 2 3 4 5 6 7 8 9 10; do
        rm -rf "$work/run"
        # Up to three kills a round, each some time after a start, be it while points run or while files are written.
        for delay in $((RANDOM % 40)) $((RANDOM % 80)) $((RANDOM % 160)); do
            "$iccsim" sweep "$work/s.yml" -o "$work/run" -j 2 -q 2>"$work.killed" &
            local process=$!
            sleep "$(printf '%d.%02d' $((delay / 100)) $((delay % 100)))"
            kill -KILL $process 2>>"$work.killed" || true
            status=0
            wait $process || status=$?
            [ $status = 137 ] && killed=$((killed + 1))
        done
        exits 0 sweep "$work/run" -j 2
        same_exports "$work/whole" "$work/run"
        [ ! -e "$work/run/.exports" ] || fail "a folder of a killed run is left"
    done
    [ $killed -ge 10 ] || fail "only $killed of 30 were killed before they ended"
}

# In a name space of its own, so that the mount is gone with the test, however it ends.
a_full_disk_stops_a_sweep_that_goes_on_when_there_is_space() {
    [ "$(id -u)" = 0 ] && unshare --mount true 2>"$work.err" || { echo "only as root"; return 0; }
    study "$work/s.yml"
    exits 0 sweep "$work/whole" -j 2
    mkdir "$work/disk"
    export work iccsim
    export -f exits says fail sweep same_exports full_disk
    unshare --mount --propagation private bash -euc full_disk
}

full_disk() {
    local size
    size=$(stat -c %s "$work/whole/sweep.sqlite")
    mount -t tmpfs -o size=$((size / 1024 + 300))k none "$work/disk"
    head -c 400k /dev/zero >"$work/disk/filler" || true
    exits 4 sweep "$work/disk/run" -j 2
    says err 'the disk is full'
    says err 'the same command goes on from there'
    rm "$work/disk/filler"
    mount -o remount,size=$((size / 1024 * 3 + 8192))k "$work/disk"
    exits 0 sweep "$work/disk/run" -j 2
    says err 'points are there and stay'
    same_exports "$work/whole" "$work/disk/run"
}

# In memory, if there is a folder there: ten thousand transactions take long on a slow disk.
peak_kib() { # peak_kib POINTS
    local folder
    folder=$(mktemp -d -p /dev/shm 2>"$work.err" || mktemp -d)
    sed "s/POINTS/$1/" "$work/many.yml" >"$work/m.yml"
    /usr/bin/time -f %M -o "$work/peak" "$iccsim" sweep "$work/m.yml" -o "$folder/run" -j 2 -q --no-plots
    rm -r "$folder"
    cat "$work/peak"
}

memory_does_not_grow_with_points() {
    command -v /usr/bin/time >"$work.err" || { echo "no /usr/bin/time here: not asked"; return 0; }
    study "$work/s.yml"
    sed '/^measures:/,$d' "$work/s.yml" >"$work/many.yml"
    cat >>"$work/many.yml" <<'END'
run: {end: 2022-07}
measures: {use: {output: utilisation, at: 2022-05}}
show: null
sweep:
  design: lhs
  points: POINTS
  replications: 1
  factors:
    decline: {set: value.decline, values: {uniform: {low: 0.2 /yr, high: 0.4 /yr}}}
    price: {scale: generations.H100.list_price_usd, values: 0.5 to 2}
END
    local few many
    few=$(peak_kib 100)
    many=$(peak_kib 10000)
    echo "100 points: $few KiB, 10000: $many KiB"
    [ "$many" -le $((few * 12 / 10)) ] || fail "10000 points take $many KiB, 100 take $few KiB"
}

it kills_at_any_time_change_nothing a_full_disk_stops_a_sweep_that_goes_on_when_there_is_space \
    memory_does_not_grow_with_points
finish
