#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The built program on the scenarios of the repository, as somebody at a terminal meets it.
source "$(dirname "$0")/it.sh"
headline=scenarios/china.yml

every_scenario_is_right() {
    exits 0 "$iccsim" check scenarios/*.yml
}

the_headline_runs_and_is_drawn() {
    exits 0 "$iccsim" run $headline -n 2 -s 7 -o "$work/run"
    says out rent_server_month.H100
    local pictures=("$work"/run/plots/*.svg)
    [ ${#pictures[@]} -ge 8 ] || fail "only ${#pictures[@]} pictures"
    for picture in "$work"/run/plots/*; do
        [ -s "$picture" ] || fail "empty: $picture"
    done
    for file in scalars.dat summary.json manifest.json replications.csv series/capacity.installed.dat; do
        [ -s "$work/run/$file" ] || fail "no $file"
    done
    ! grep -q warning "$work.err" || { cat "$work.err"; fail "it warned"; }
}

threads_change_nothing_and_the_seed_does() {
    exits 0 "$iccsim" run $headline -n 4 -s 7 -j 1 --no-plots -q -o "$work/one"
    exits 0 "$iccsim" run $headline -n 4 -s 7 -j 2 --no-plots -q -o "$work/two"
    exits 0 "$iccsim" run $headline -n 4 -s 8 -j 2 --no-plots -q -o "$work/other"
    same "$work/one" "$work/two"
    ! cmp -s "$work/one/scalars.dat" "$work/other/scalars.dat" || fail "the seed changed nothing"
}

a_value_can_be_set_and_is_shown() {
    exits 0 "$iccsim" show $headline --set 'run.replications=3'
    says out replications
    exits 3 "$iccsim" show $headline --set 'run.replication=3'
    says err replications
}

mistakes_have_their_exit_codes() {
    exits 2 "$iccsim" fly
    exits 2 "$iccsim" run
    exits 3 "$iccsim" run "$work/nowhere.yml" -o "$work/run"
    [ ! -e "$work/run" ] || fail "it left a folder"
    exits 0 "$iccsim" --version
    grep -qE '^iccsim [0-9.]+, commit ([0-9a-f]{40}( with changes)?|unknown)$' "$work.out" || fail "$(cat "$work.out")"
}

a_trace_tells_what_happened() {
    exits 0 "$iccsim" trace $headline --replication 1 --format csv
    [ "$(wc -l <"$work.out")" -gt 1000 ] || fail "only $(wc -l <"$work.out") lines"
}

# Makers serve platforms first: a lessor waits for H200 and B200 while centres stand half empty.
the_trace_says_that_lessors_wait_for_cards_while_centres_idle() {
    for world in 0 1 2 3 4 5 6 7 8 9; do
        exits 0 "$iccsim" trace scenarios/us.yml --replication $world --about 'crowded out'
        cat "$work.out" >>"$work/waits"
    done
    for card in H200 B200; do
        sed -n "s/.*crowded out  *$card .*lessors wait \([0-9]*\) months .* with \([0-9]*\) % of capacity let/\1 \2/p" "$work/waits" |
            awk '$1 > 5 && $2 < 60 {found = 1} END {exit !found}' || fail "nobody waits for $card while centres idle: $(cat "$work/waits")"
    done
}

# thirds.csv is of the headline as it stands, and what rents of 2031 hang on is not a bare judgement or a default.
every_constant_that_rents_of_2031_hang_on_has_its_value_and_a_source() {
    exits 0 "$iccsim" show $headline
    awk '/^[a-z_]+:/{section = substr($1, 1, length($1) - 1); entity = ""} /^  [A-Za-z0-9_]+: *(#.*)?$/{entity = substr($1, 1, length($1) - 1) "."}
        /^  [A-Za-z0-9_]+: *[^# ]/{entity = ""} /^ +[a-z_0-9]+: /{name = substr($1, 1, length($1) - 1); sub(/^ +[a-z_0-9]+: /, ""); sub(/^\{value: /, "")
        sub(/(, source: .*|  +# .*)/, ""); sub(/[ }]+$/, ""); print section "." entity name "," $0}' "$work.out" >"$work/values"
    sed 1d scenarios/data/thirds.csv >"$work/thirds"
    [ -s "$work/thirds" ] || fail "no constants"
    while IFS=, read -r path value rest; do
        grep -qxF "$path,$value" "$work/values" || fail "$path is not $value: run scenarios/data/thirds.sh again ($(grep -F "$path," "$work/values"))"
        case $rest in *'"judgement"'* | *'"default"'*) fail "$path has no source" ;; esac
    done <"$work/thirds"
}

# From the heads of the files: a mechanism without one, or an output that nobody lists, is a hole in the page.
every_mechanism_stands_on_the_page_of_the_model_with_its_equations() {
    exits 0 "$iccsim" list models --csv
    cut -d, -f1 "$work.out" | sed 1d >"$work.names"
    exits 0 "$iccsim" list equations
    while read -r name; do
        awk -v name="$name" '/^## /{inside = $2 == name} inside && /^```text/{found = 1} END{exit !found}' "$work.out" ||
            fail "$name has no equations"
    done <"$work.names"
    grep -q '^| rent\.generations |' "$work.out" || fail "no output rent"
    exits 0 "$iccsim" list equations --html
    grep -q '<h2>entry</h2>' "$work.out" || fail "no page"
    ! grep -qiE '<script|http-equiv="refresh"|src=' "$work.out" || fail "the page loads something"
    exits 2 "$iccsim" list equations --csv
    exits 2 "$iccsim" list models --html
}

# What GSL takes from the C library's mathematics depends on the processor and on its version (sim/base/det.c). glibc's
# linker names a function when it is called first; the names here are exact in IEEE 754 or no functions of reals.
gsl_calls_nothing_of_libm_whose_last_bit_is_open() {
    cat >"$work/all.yml" <<END
title: "a draw of each distribution"
extends: $root/scenarios/car-maker-10kp.yml
demand:
  elasticity_training: {beta: {alpha: 0.4, beta: 1.7, low: 0.3, high: 1.1}}
  elasticity_inference: {gamma: {mean: 0.7, sd: 0.3}}
END
    exits 0 env LD_DEBUG=bindings "$iccsim" run "$work/all.yml" -n 2 -j 1 --ci --no-plots -q -o "$work/run"
    cp "$work.err" "$work/bound"
    exits 0 env LD_DEBUG=bindings "$iccsim" compare $headline --set demand.elasticity_training=0.5 -n 2 -q --no-plots -o "$work/compare"
    grep 'file [^ ]*libgsl' "$work.err" >>"$work/bound" || [ $? = 1 ]
    if ! grep -q 'file [^ ]*libgsl[^ ]* .* to [^ ]*libgsl.*`gsl_' "$work/bound"; then
        echo "this linker does not name what it binds, or GSL is linked statically"
        return
    fi
    local exact='sqrt|floor|ceil|trunc|round|rint|fabs|fmod|frexp|ldexp|modf|fmax|fmin|signgam|nextafter'
    ! grep -E 'file [^ ]*libgsl[^ ]* .* to [^ ]*libm\.' "$work/bound" | grep -vE "\`($exact)'" ||
        fail "GSL calls these of the platform's libm"
}

it gsl_calls_nothing_of_libm_whose_last_bit_is_open every_scenario_is_right the_headline_runs_and_is_drawn threads_change_nothing_and_the_seed_does \
    a_value_can_be_set_and_is_shown mistakes_have_their_exit_codes a_trace_tells_what_happened \
    the_trace_says_that_lessors_wait_for_cards_while_centres_idle \
    every_constant_that_rents_of_2031_hang_on_has_its_value_and_a_source \
    every_mechanism_stands_on_the_page_of_the_model_with_its_equations
finish
