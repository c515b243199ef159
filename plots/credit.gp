# SPDX-License-Identifier: GPL-3.0-or-later
# title: Credit: who can serve its debt, and what lenders ask
# caption: Hedge: interest and principal are paid out of cash flow. Ponzi: not even interest is. What is between is speculative.
# needs: series/minsky.ponzi.dat series/minsky.hedge.dat series/spread.dat
load share.'/common.gp'

eval moves('spread')
if (is_moving) {
    eval picture('Credit: who can serve its debt, and what lenders ask')
    eval panel(1, 2, '% of lessors’ debt')
    eval half_fan('minsky.hedge', 'hedge', green, 0.01)
    eval median_line('minsky.speculative', 'speculative', gray, 0.01)
    eval half_fan('minsky.ponzi', 'Ponzi', vermillion, 0.01)
    eval draw
    eval panel(2, 2, 'spread, % a year')
    eval fan('spread', 'spread', blue, 0.01)
    eval draw
} else { eval nothing_to_show }
