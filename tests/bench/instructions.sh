#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Instructions per hold event with 1e4 pending, random numbers included; counts repeat where seconds do not.
# Usage: instructions.sh BENCH_ENGINE. Fails above the limit.
set -eu
limit=300
events=800000
log=$(mktemp)
trap 'rm -f "$log"' EXIT
valgrind --tool=callgrind --callgrind-out-file=/dev/null '--toggle-collect=hold_run*' "$1" --count >"$log" 2>&1 ||
    { cat "$log"; exit 1; }
count=$(awk -v events=$events '/Collected/ { printf "%.0f", $NF / events }' "$log")
echo "hold_1e4_instructions $count instructions/event"
[ "$count" -gt 0 ] && [ "$count" -le $limit ]
