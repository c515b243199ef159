# SPDX-License-Identifier: GPL-3.0-or-later
# title: Price of an effective P-hour of training and of inference, CNY
# caption: Both prices are per effective petaflop-hour, so that generations compare; rings mark months in which most replications sit on the floor or ceiling of prices.
# needs: series/price.training.dat series/price.inference.dat
load share.'/common.gp'

eval picture('Price of an effective P-hour of training and of inference, CNY')
eval panel(1, 1, 'CNY per effective P-hour')
eval fan('price.training', 'training', blue, 1)
eval fan('price.inference', 'inference', orange, 1)
eval draw
