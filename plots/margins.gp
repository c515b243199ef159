# SPDX-License-Identifier: GPL-3.0-or-later
# title: Margins of the lessors, % of revenue
# caption: Over the last twelve months. Gross is after power, upkeep, repairs and depreciation; net is after staff, interest, impairments and tax as well.
# needs: series/margin.gross.dat
load share.'/common.gp'

eval picture('Margins of the lessors, % of revenue')
eval panel(1, 1, '% of revenue')
eval fan('margin.gross', 'gross', blue, 0.01)
eval fan('margin.net', 'net', orange, 0.01)
panel_low = larger(panel_low, -150.) # a year of large write-offs would flatten all others
eval draw
