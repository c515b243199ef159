# SPDX-License-Identifier: GPL-3.0-or-later
# title: Domestic cards as a share of all new cards, by number
# caption: The share of cards bought in a month that is made in China, internet platforms included.
# needs: series/domestic_share.dat
load share.'/common.gp'

eval moves('domestic_share')
if (is_moving) {
    eval picture('Domestic cards as a share of all new cards, by number')
    eval panel(1, 1, '% of new cards')
    eval fan('domestic_share', 'domestic', vermillion, 0.01)
    eval draw
} else { eval nothing_to_show }
