# SPDX-License-Identifier: GPL-3.0-or-later
# title: Consolidation: how concentrated owners are, and what that adds to rents
# caption: Centres of firms in distress go to those with cash; fewer firms hold capacity back.
# needs: series/hhi.dat series/markup.dat
load share.'/common.gp'

# Where no firm has the size to hold capacity back there is nothing that it adds.
eval moves('markup')
panels = is_moving ? 2 : 1
eval picture(panels == 2 ? 'Consolidation: how concentrated owners are, and what that adds to rents' : 'How concentrated owners are')
eval panel(1, panels, "concentration\n(sum of squared shares)")
eval fan('hhi', 'HHI', purple, 1)
eval draw
if (panels == 2) {
    eval panel(2, 2, "rents over those\nof competition")
    eval fan('markup', 'mark-up', orange, 1)
    eval draw
}
