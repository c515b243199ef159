#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The sources stand as clang-format 14 with .clang-format lays them; tables are fenced. `make format` lays them so.
# Other versions lay them otherwise and are not asked.
source "$(dirname "$0")/it.sh"

formatter() {
    local name
    for name in clang-format-14 clang-format; do
        command -v "$name" >/dev/null && "$name" --version | grep -q 'version 14\.' && { echo "$name"; return; }
    done
}

sources_are_laid_out_by_clang_format() {
    local format
    format=$(formatter)
    [ -n "$format" ] || { echo "no clang-format 14 here: not asked"; return 0; }
    find sim models tests -name '*.[ch]' -exec "$format" --dry-run -Werror {} +
}

it sources_are_laid_out_by_clang_format
finish
