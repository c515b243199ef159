# SPDX-License-Identifier: GPL-3.0-or-later
# title: Three single worlds
# caption: What the bands are made of: single replications wander through them, and none runs along the median.
# needs: key.gp worlds.dat compare/context.gp
plot_right = 0.73
load share.'/common.gp'
load 'key.gp'

eval picture(key_words.': three single worlds')
eval panel(1, 1, key_axis)
prices = key_prices
eval fan(key_output, 'median', blue, key_scale)
load share.'/single.gp'
eval draw
