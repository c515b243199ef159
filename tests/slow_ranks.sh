#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sweeps on MPI ranks: the files of one process, whatever the number of ranks and whichever was killed.
# Builds build/mpi; `make test-all` installs Open MPI first.
source "$(dirname "$0")/it.sh"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none

make -s MPI=1 FAT= PLAIN= -j"$(nproc)" all || { echo "[  FAILED  ] build_with_mpi"; exit 1; }
mpi=$root/build/mpi/iccsim

study() { # study FILE REPLICATIONS: more than a task of 64 is split over ranks
    cat >"$1" <<END
title: A small sweep
extends: [$root/scenarios/one-server.yml]
measures:
  rent_2025: {output: rent_server_month.H100, at: 2025-06}
  use_2025: {output: utilisation, from: 2025-01, to: 2025-12, stat: mean}
sweep:
  design: grid
  replications: $2
  factors:
    decline: {shift: value.decline, values: [-0.1 /yr, 0 /yr, 0.1 /yr]}
    price: {scale: generations.H100.list_price_usd, values: [0.5, 1, 2], label: "price, times"}
  series: [utilisation]
END
}

same_exports() {
    diff -r --exclude=manifest.json --exclude='*.sqlite' "$1" "$2"
}

ranks_give_the_bytes_of_one_process() {
    study "$work/s.yml" 150
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/one" --keep -q --no-plots
    for n in 1 2 3; do
        exits 0 mpirun -n $n "$mpi" sweep "$work/s.yml" -o "$work/ranks$n" --keep -q --no-plots
        same_exports "$work/one" "$work/ranks$n"
    done
    for shard in 1 2 3 4; do
        exits 0 mpirun -n 2 "$mpi" sweep "$work/s.yml" -o "$work/array" --shard $shard/4 -q
    done
    exits 0 "$iccsim" merge "$work"/array/sweep-?of4.sqlite --keep --no-plots
    rm "$work"/array/sweep-?of4.sqlite
    same_exports "$work/one" "$work/array"
}

a_lost_rank_ends_the_job_and_the_same_command_goes_on() {
    study "$work/s.yml" 400
    exits 0 "$iccsim" sweep "$work/s.yml" -o "$work/one" -q --no-plots
    for wait in 0.7 1.5; do
        mpirun -n 3 "$mpi" sweep "$work/s.yml" -o "$work/ranks" -q --no-plots >"$work.log" 2>&1 &
        local job=$! status=0
        sleep $wait
        # The last rank of this job; the first one owns the store.
        pkill -9 -n -f "$mpi sweep $work/s.yml" || true
        wait $job || status=$?
        echo "killed after $wait s: exit status $status"
    done
    exits 0 mpirun -n 3 "$mpi" sweep "$work/s.yml" -o "$work/ranks" --no-plots
    same_exports "$work/one" "$work/ranks"
}

a_mistake_is_told_once_and_every_rank_ends() {
    printf 'title: x\nextends: [%s/scenarios/one-server.yml]\nsweep: {design: star}\n' "$root" >"$work/bad.yml"
    exits 3 mpirun -n 2 "$mpi" sweep "$work/bad.yml" -o "$work/bad"
    [ "$(grep -c 'bad.yml:3' "$work.err")" = 1 ] || { cat "$work.err"; fail "not once"; }
}

other_commands_want_one_process() {
    exits 2 mpirun -n 2 "$mpi" list models
    says err 'runs as one process'
    exits 0 mpirun -n 1 "$mpi" list models
}

it ranks_give_the_bytes_of_one_process a_lost_rank_ends_the_job_and_the_same_command_goes_on \
    a_mistake_is_told_once_and_every_rank_ends other_commands_want_one_process
finish
