# SPDX-License-Identifier: GPL-3.0-or-later
# title: Margins of the lessors, % of revenue
# caption: Gross is after power, upkeep, staff and depreciation; net is after interest and tax as well.
# needs: series/margin.gross.dat
load share.'/common.gp'

eval picture('Margins of the lessors, % of revenue')
eval panel(1, 1, '% of revenue')
eval fan('margin.gross', 'gross', blue, 0.01)
eval fan('margin.net', 'net', orange, 0.01)
panel_low = larger(panel_low, -150.) # a month of large write-offs would flatten all others
eval draw
