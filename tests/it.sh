# SPDX-License-Identifier: GPL-3.0-or-later
# What the test scripts share. A script sources this with its build folder as argument, says `it FUNCTION...`, and the
# function's name is the test's. A test fails when one of its commands does. Each has an empty folder `$work` of its own.
# Printed as cmocka does, for tests/run.
set -uo pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${1:-build/release}
iccsim=$root/$build/iccsim
cd "$root" || exit 1

# In memory, where there is some to spare: runs make thousands of small files, and a disk takes minutes to remove them.
spare_kib=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
[ "${spare_kib:-0}" -gt $((2 << 20)) ] && [ -w /dev/shm ] && [ -z "${TMPDIR-}" ] && TMPDIR=/dev/shm
scratch=$(TMPDIR=${TMPDIR-} mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
failed=()

it() {
    for test; do
        work=$scratch/$test
        mkdir "$work"
        echo "[ RUN      ] $test"
        # Not as a condition: that would switch `set -e` off.
        (set -e; "$test") >"$work.log" 2>&1
        if [ $? = 0 ]; then
            echo "[       OK ] $test"
        else
            sed 's/^/    /' "$work.log"
            echo "[  FAILED  ] $test"
            failed+=("$test")
        fi
        rm -rf "$work" "$work".???
    done
}

finish() {
    [ ${#failed[@]} = 0 ] && exit 0
    echo "[  FAILED  ] ${#failed[@]} test(s), listed below:"
    printf '    %s\n' "${failed[@]}"
    exit 1
}

fail() {
    echo "$*"
    return 1
}

# exits CODE COMMAND...: what it says goes to $work.out and $work.err.
exits() {
    local expected=$1 status=0
    shift
    "$@" >"$work.out" 2>"$work.err" || status=$?
    [ "$status" = "$expected" ] && return
    tail -n 20 "$work.out" "$work.err"
    fail "exit status $status, not $expected: $*"
}

says() { # says FILE TEXT: out or err of the last `exits`
    grep -qF -- "$2" "$work.$1" || { cat "$work.$1"; fail "not in $1: $2"; }
}

# Two runs have the same bits. The manifest alone may differ.
same() {
    diff -rq --exclude=manifest.json "$1" "$2"
}

wait_until() { # wait_until SECONDS COMMAND...
    local left=$(($1 * 20))
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "waited in vain for: $*"
        sleep 0.05
    done
}
