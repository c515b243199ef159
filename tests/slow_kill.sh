#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Kills, interruptions and full disks: an existing folder of results stays whole.
source "$(dirname "$0")/it.sh"
headline=scenarios/china.yml

run() { # run REPLICATIONS FOLDER
    "$iccsim" run $headline -n "$1" -s 7 --no-plots -q -o "$2"
}

has_begun() { # has_begun FOLDER: a run into it has written some replications
    [ -n "$(find "$1".tmp-*/replications.csv -size +0 2>/dev/null)" ]
}

start() { # start REPLICATIONS FOLDER: in the background, as $pid, some replications on
    "$iccsim" run $headline -n "$1" -s 7 --no-plots -q -o "$2" 2>"$work.err" &
    pid=$!
    wait_until 120 has_begun "$2"
}

beside() { # how many names begin with that of the folder
    find "$(dirname "$1")" -maxdepth 1 -name "$(basename "$1")*" | wc -l
}

a_killed_run_leaves_what_was_there_and_the_next_one_cleans_up() {
    exits 0 run 2 "$work/run"
    cp -a "$work/run" "$work/copy"
    start 100000 "$work/run"
    kill -KILL $pid
    wait $pid || true
    diff -r "$work/copy" "$work/run"
    [ "$(beside "$work/run")" = 2 ] || fail "not DIR and one temporary folder: $(ls "$work")"
    exits 0 run 3 "$work/run"
    [ "$(beside "$work/run")" = 1 ] || fail "the temporary folder is still there: $(ls "$work")"
}

interrupt_by() { # interrupt_by SIGNAL: the replications so far are the same as if only these had been asked for
    local status=0 kept
    start 100000 "$work/run"
    kill -"$1" $pid
    wait $pid || status=$?
    [ $status = 5 ] || { cat "$work.err"; fail "exit status $status"; }
    kept=$(tail -n 1 "$work/run/replications.csv" | cut -d, -f1)
    kept=$((kept + 1))
    [ $kept -lt 100000 ] || fail "it ran to the end"
    grep -q "first $kept of 100000 replications are kept" "$work.err" || { cat "$work.err"; fail "kept $kept"; }
    exits 0 run $kept "$work/asked"
    same "$work/asked" "$work/run"
    [ "$(beside "$work/run")" = 1 ] || fail "something is left: $(ls "$work")"
}

an_interrupted_run_keeps_the_first_replications() {
    interrupt_by INT
}

a_terminated_run_keeps_the_first_replications() {
    interrupt_by TERM
}

a_limit_on_file_size_is_a_failure_that_changes_nothing() {
    exits 0 run 2 "$work/run"
    cp -a "$work/run" "$work/copy"
    # Ignored, the signal becomes an error of the write.
    (trap '' XFSZ && ulimit -f 8 && exits 4 run 8 "$work/run" 2>&1)
    diff -r "$work/copy" "$work/run"
    [ "$(beside "$work/run")" = 1 ] || fail "something is left: $(ls "$work")"
}

# In a name space of its own, so that the mount is gone with the test, however it ends.
a_full_disk_is_a_failure_that_changes_nothing() {
    [ "$(id -u)" = 0 ] && unshare --mount true 2>"$work.err" || { echo "only as root"; return 0; }
    exits 0 run 2 "$work/sample"
    local kib
    kib=$(du -sk "$work/sample" | cut -f1)
    mkdir "$work/disk"
    export work iccsim headline kib
    export -f exits fail run beside full_disk
    unshare --mount --propagation private bash -euc full_disk
}

full_disk() {
    mount -t tmpfs -o size=$((kib * 3 / 2))k none "$work/disk"
    exits 0 run 2 "$work/disk/run"
    cp -a "$work/disk/run" "$work/copy"
    exits 4 run 2 "$work/disk/run"
    grep -q "No space left on device" "$work.err"
    diff -r "$work/copy" "$work/disk/run"
    [ "$(beside "$work/disk/run")" = 1 ] || fail "something is left: $(ls "$work/disk")"
}

it a_killed_run_leaves_what_was_there_and_the_next_one_cleans_up an_interrupted_run_keeps_the_first_replications \
    a_terminated_run_keeps_the_first_replications a_limit_on_file_size_is_a_failure_that_changes_nothing \
    a_full_disk_is_a_failure_that_changes_nothing
finish
