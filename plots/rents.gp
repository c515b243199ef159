# SPDX-License-Identifier: GPL-3.0-or-later
# title: Rent of a server with eight cards
# caption: The ceiling of 2023-24 breaks when supply arrives; rings mark prices on their floor or ceiling.
# needs: series/price.training.dat
load share.'/common.gp'

bands_note = 'Bands: middle 50 % and, of H100, 90 % of the replications.'
eval picture('Rent of a server with eight cards')
eval panel(1, 1, 'thousand '.money.(money eq 'CNY' ? ' a month, VAT included' : ' a month'))
prices = 1
do for [g in headlines] {
    if (g eq 'H100') { eval fan('rent_server_month.'.g, label_of(g), headline_colour(g), 1e3) } \
    else { eval half_fan('rent_server_month.'.g, label_of(g), headline_colour(g), 1e3) }
}
eval draw
