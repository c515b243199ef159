# SPDX-License-Identifier: GPL-3.0-or-later
# title: Let and used: how much of the capacity is let, and how much works
# caption: Used is let times load; high-end cards run short while others stand idle.
# needs: series/utilisation.dat
load share.'/common.gp'

eval picture('Let and used: how much of the capacity is let, and how much works')
eval panel(1, 2, "let\n% of capacity")
eval fan('lit_share.high_end', 'high-end', blue, 0.01)
eval fan('lit_share', 'all', green, 0.01)
eval draw
eval panel(2, 2, "used\n% of capacity")
eval fan('utilisation.high_end', 'high-end', blue, 0.01)
eval fan('utilisation', 'all', green, 0.01)
eval draw
