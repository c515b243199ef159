# SPDX-License-Identifier: GPL-3.0-or-later
# title: Rent of a server with eight cards, thousand CNY a month incl. VAT
# caption: Each colour is a generation: the line is the median of the replications, the bands hold half and nine tenths of them; points are dated facts, rings mark months in which most replications sit on the floor or ceiling of prices.
# needs: series/price.training.dat
load share.'/common.gp'

eval picture('Rent of a server with eight cards, thousand CNY a month incl. VAT')
eval panel(1, 1, 'thousand CNY a month')
do for [g in 'A800 H100 H20 H200 B200'] {
    eval fan('rent_server_month.'.g, label_of(g), headline_colour(g), 1e3)
}
eval draw
