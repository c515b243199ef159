#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Makefile builds again what has to be built again, and nothing else. In a copy of the tree.
source "$(dirname "$0")/it.sh"
tree=$scratch/tree
mkdir "$tree"
cp -a Makefile .ci sim models "$tree"
mkdir "$tree/tests" && cp -a tests/coverage "$tree/tests"
cd "$tree" || exit 1

built() { # built VARIABLE=VALUE...: how many files are compiled and linked
    make -j2 --no-print-directory "$@" >"$work.out" 2>"$work.err" || { cat "$work.err" >&2; return 1; }
    echo "$(grep -c '^  CC' "$work.out") $(grep -c '^  LINK' "$work.out")"
}

is() { # is "COMPILED LINKED" VARIABLE=VALUE...
    local expected=$1 found
    shift
    found=$(built "$@" || true)
    [ "$found" = "$expected" ] || fail "compiled and linked $found, not $expected: make $*"
}

all=$(find sim models -name '*.c' | wc -l)

a_fresh_tree_is_compiled_whole_and_then_at_rest() {
    is "$all 1" BUILD=debug
    is "0 0" BUILD=debug
}

a_changed_flag_or_compiler_compiles_everything() {
    is "$all 1" BUILD=debug CFLAGS=-DANOTHER
    is "$all 1" BUILD=debug CC=clang
    is "$all 1" BUILD=debug
}

builds_do_not_disturb_each_other() {
    is "$((all + 1)) 1" BUILD=cov # and what counts a child that ends by _exit
    is "0 0" BUILD=debug
    is "0 0" BUILD=cov
}

a_touched_header_compiles_who_includes_it() {
    touch sim/output/stage.h
    local including
    including=$(grep -lE 'output/stage\.h|output/stage\.c' -r build/debug --include='*.d' | wc -l)
    [ "$including" -gt 0 ]
    [ "$including" -lt "$all" ]
    is "$including 1" BUILD=debug
}

# What makes numbers is known to main.c by a hash: it is compiled again with any of that.
a_file_that_comes_or_goes_links_again() {
    echo 'extern int newcomer; int newcomer = 1;' >models/newcomer.c
    is "2 1" BUILD=debug
    rm models/newcomer.c
    is "1 1" BUILD=debug
    ! nm build/debug/iccsim | grep -w newcomer || fail "it is still there"
}

a_header_that_goes_is_no_obstacle() {
    echo '/* nothing */' >sim/base/newcomer.h
    sed -i '1a #include "newcomer.h"' sim/base/arena.c
    is "2 1" BUILD=debug
    sed -i 2d sim/base/arena.c
    rm sim/base/newcomer.h
    is "2 1" BUILD=debug
}

another_prefix_compiles_one_file() {
    is "1 1" BUILD=debug PREFIX=/opt/iccsim
    is "1 1" BUILD=debug
}

its_commit_is() { # its_commit_is TEXT
    built BUILD=debug >/dev/null
    exits 0 build/debug/iccsim --version
    says out ", commit $1"
}

the_program_knows_its_commit() {
    its_commit_is unknown
    local stamp=0123456789abcdef0123456789abcdef01234567
    cp .ci/commit "$work.commit"
    sed -i "s/^stamp='[^']*'/stamp='$stamp'/" .ci/commit # as `git archive` does
    is "1 1" BUILD=debug
    its_commit_is $stamp
    cp "$work.commit" .ci/commit
    git init -q . && git add Makefile .ci sim models
    git -c user.name=t -c user.email=t@t commit -qm one
    its_commit_is "$(git rev-parse HEAD)"
    is "0 0" BUILD=debug
    echo >>sim/main.c
    its_commit_is "$(git rev-parse HEAD) with changes"
    sed -i '$d' sim/main.c
    rm -rf .git
}

cleaning_removes_what_was_built_and_keeps_results() {
    mkdir -p out/china
    echo results >out/china/summary.json
    exits 0 make clean
    [ ! -e build ] || fail "build/ is still there"
    [ -s out/china/summary.json ] || fail "results are gone"
}

an_unknown_build_is_refused() {
    exits 2 make BUILD=fast
    says err "allowed are release, debug, san, tsan, cov and fuzz"
}

it a_fresh_tree_is_compiled_whole_and_then_at_rest a_changed_flag_or_compiler_compiles_everything \
    builds_do_not_disturb_each_other a_touched_header_compiles_who_includes_it a_file_that_comes_or_goes_links_again \
    a_header_that_goes_is_no_obstacle another_prefix_compiles_one_file the_program_knows_its_commit an_unknown_build_is_refused \
    cleaning_removes_what_was_built_and_keeps_results
finish
