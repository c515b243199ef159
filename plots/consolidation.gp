# SPDX-License-Identifier: GPL-3.0-or-later
# title: Consolidation: how concentrated owners are, and what that adds to rents
# caption: Centres of firms in distress go to those with cash; fewer firms hold capacity back.
# needs: series/hhi.dat series/markup.dat
load share.'/common.gp'

eval picture('Consolidation: how concentrated owners are, and what that adds to rents')
eval panel(1, 2, "concentration\n(sum of squared shares)")
eval fan('hhi', 'HHI', purple, 1)
eval draw
eval panel(2, 2, "rents over those\nof competition")
eval fan('markup', 'mark-up', orange, 1)
eval draw
