# SPDX-License-Identifier: GPL-3.0-or-later
# title: Concept stocks: what shares gain, and how many firms announce computing
# caption: News and rising rents call announcements in; most of what is announced is never built.
# needs: series/concept_premium.dat series/concept_stocks.dat
load share.'/common.gp'

eval measure_step('announcements')
eval moves('announcements')
if (is_moving) {
    eval picture('Concept stocks: what shares gain, and how many firms announce computing')
    eval panel(1, 2, 'price gain, %')
    eval half_fan('concept_premium.leader', 'the leader', vermillion, 0.01)
    eval half_fan('concept_premium', 'mean', orange, 0.01)
    eval draw
    eval panel(2, 2, "announcements\n".per_step(0))
    eval count_fan('announcements', 'announced', purple)
    eval draw
} else { eval nothing_to_show }
