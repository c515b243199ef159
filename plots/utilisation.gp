# SPDX-License-Identifier: GPL-3.0-or-later
# title: Let and used: how much of the capacity is let, and how much works
# caption: Used is let times load; high-end cards run short while others stand idle.
# needs: series/utilisation.dat
load share.'/common.gp'

# Where nearly all cards are high-end, within a point, there is one line.
high_end(output) = measure(output.'.high_end')."; was = high_median + low_median + last_median;" \
    .measure(output)."; if (abs(high_median + low_median + last_median - was) > 0.03) { ".fan(output.'.high_end', 'high-end', blue, 0.01)." }"

eval picture('Let and used: how much of the capacity is let, and how much works')
eval panel(1, 2, "let\n% of capacity")
eval high_end('lit_share')
eval fan('lit_share', 'all', green, 0.01)
eval draw
eval panel(2, 2, "used\n% of capacity")
eval high_end('utilisation')
eval fan('utilisation', 'all', green, 0.01)
eval draw
