# SPDX-License-Identifier: GPL-3.0-or-later
# title: Where the revenue of a lessor goes, each year from January on
# caption: Above, where the revenue goes; below, what is left of it. Each January begins anew.
# needs: series/pnl.net.lianhua.dat series/pnl.cost.lianhua.dat
load share.'/common.gp'

eval picture('Where the revenue of a lessor goes, each year from January on')
eval panel(1, 2, '% of revenue')
eval half_fan('pnl.cost.lianhua', 'cost', gray, 0.01)
eval half_fan('pnl.finance.lianhua', 'interest', blue, 0.01)
eval half_fan('pnl.impairment.lianhua', 'impairment', vermillion, 0.01)
eval half_fan('pnl.other.lianhua', 'other', orange, 0.01)
eval draw
eval panel(2, 2, '% of revenue')
eval fan('pnl.net.lianhua', 'net', green, 0.01)
eval draw
