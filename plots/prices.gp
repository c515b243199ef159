# SPDX-License-Identifier: GPL-3.0-or-later
# title: Price of an effective P-hour of training and of inference
# caption: An effective P-hour is what an H100 of its launch date would deliver, so generations compare.
# needs: series/price.training.dat series/price.inference.dat
load share.'/common.gp'

eval picture('Price of an effective P-hour of training and of inference')
eval panel(1, 1, money.' per effective P-hour')
prices = 1
eval fan('price.training', 'training', blue, 1)
eval fan('price.inference', 'inference', orange, 1)
eval draw
