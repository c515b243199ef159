#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Through the whole simulator, the exact indices of Ishigami's and Sobol's functions lie inside the 95 % intervals in 89 to
# 99 of 100 seeds, at 4,096 rows.
source "$(dirname "$0")/it.sh"

intervals_of_a_plugged_in_function_cover_in_89_to_99_of_100_seeds() {
    "$root/$build/tests/test_sensitivity_plugin" --seeds 100
}

it intervals_of_a_plugged_in_function_cover_in_89_to_99_of_100_seeds
finish
