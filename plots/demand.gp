# SPDX-License-Identifier: GPL-3.0-or-later
# title: What compute is wanted for, and demand that finds no card
# caption: Above, the share of inference in all work; below, demand that finds no card at the going price.
# needs: series/inference_share.dat
load share.'/common.gp'

eval picture('What compute is wanted for, and demand that finds no card')
eval panel(1, 2, "inference\n% of compute")
eval fan('inference_share', 'inference', orange, 0.01)
eval draw
eval panel(2, 2, "unmet demand\nEFLOPS")
eval fan('unmet_demand', 'unmet', purple, 1e3)
eval draw
