#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the program says on stderr, and how it goes with what it prints.
source "$(dirname "$0")/it.sh"
headline=scenarios/china.yml

no_control_characters() {
    ! grep -n "$(printf '[\001-\010\013-\037\177]')" "$work.out" "$work.err" || fail "a control character got through"
    ! grep -n "$(printf '\xe2\x80\xae')" "$work.out" "$work.err" || fail "the direction of a line was turned"
    [ -s "$work.err" ] || fail "nothing was said"
}

arguments_and_names_of_files_cannot_steer_the_terminal() {
    local bad command
    bad=$(printf 'a\033[31m\007\177\xc2\x9b\xe2\x80\xaeb')
    for command in run check show plan trace compare backtest list schema selftest help; do
        "$iccsim" "$command" "$bad" >"$work.out" 2>"$work.err" || true
        [ ! -s "$work.err" ] || no_control_characters
        "$iccsim" "$command" "--$bad" >"$work.out" 2>"$work.err" || true
        no_control_characters
    done
    exits 2 "$iccsim" "$bad"
    no_control_characters
    says err 'no command `a\x1b[31m\x07\x7f'
    local option
    for option in --variant --set --until --plots --format --seed; do
        "$iccsim" run $headline -n 2 -o "$work/run" "$option" "$bad" >"$work.out" 2>"$work.err" || true
        no_control_characters
    done
    "$iccsim" run $headline -n 2 --no-plots --set "run.seed=$bad" -o "$work/run" >"$work.out" 2>"$work.err" || true
    no_control_characters
    cp $headline "$work/$bad.yml"
    "$iccsim" run "$work/$bad.yml" -n 2 --no-plots -o "$work/run" >"$work.out" 2>"$work.err" || true
    no_control_characters
    exits 0 "$iccsim" run $headline -n 2 --no-plots -o "$work/$bad"
    no_control_characters
}

what_is_printed_and_what_is_said_mix_between_lines_only() {
    exits 0 "$iccsim" run $headline -n 3 -s 7 --no-plots -o "$work/run"
    cat "$work.out" "$work.err" >"$work/in_order"
    "$iccsim" run $headline -n 3 -s 7 --no-plots -o "$work/run" >"$work/together" 2>&1
    diff "$work/in_order" "$work/together"
    tail -n 1 "$work/together" | grep -q '^written to ' || fail "the last line is another"
}

a_reader_that_has_seen_enough_is_no_failure() {
    local command
    for command in "list parameters" "show $headline" "trace $headline" "run $headline -n 2 --no-plots -o $work/run"; do
        { "$iccsim" $command 2>"$work.err"; echo $? >"$work/code"; } | head -n 1 >"$work/line"
        [ "$(cat "$work/code")" = 0 ] || { cat "$work.err"; fail "$command: exit status $(cat "$work/code")"; }
        ! grep -q 'standard output' "$work.err" || { cat "$work.err"; fail "$command complained"; }
    done
    [ -s "$work/run/scalars.dat" ] || fail "the run was lost"
    [ ! -e /dev/full ] || exits 4 sh -c "'$iccsim' list parameters >/dev/full"
}

it arguments_and_names_of_files_cannot_steer_the_terminal what_is_printed_and_what_is_said_mix_between_lines_only \
    a_reader_that_has_seen_enough_is_no_failure
finish
