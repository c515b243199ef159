# SPDX-License-Identifier: GPL-3.0-or-later
# title: What owners believe: who follows the trend, and what that makes of prices
# caption: Above one, cards cost more than they are worth to owners who look at fundamentals and at what others build.
# needs: series/extrapolators.dat series/bubble_index.dat
load share.'/common.gp'

eval moves('bubble_index')
if (is_moving) {
    eval picture('What owners believe: who follows the trend, and what that makes of prices')
    eval panel(1, 2, "price of cards\nover fundamentals")
    eval fan('bubble_index', 'bubble index', vermillion, 1)
    eval draw
    eval panel(2, 2, '% of owners')
    eval fan('extrapolators', 'follow the trend', blue, 0.01)
    eval draw
} else { eval nothing_to_show }
