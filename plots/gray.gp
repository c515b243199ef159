# SPDX-License-Identifier: GPL-3.0-or-later
# title: The gray channel: street price over list price, and what a server costs
# caption: Each ban (red line) sends buyers to the gray channel: first the premium jumps, then the server.
# needs: series/gray.premium.dat
years_after_events = 1.5
load share.'/common.gp'

# Where nothing is banned there is no premium, and what a server costs stands alone.
eval measure('gray.premium')
panels = found ? 2 : 1
if (found) {
    bands_note = 'Bands: middle 50 % and, above, 90 % of the replications.'
    eval picture('The gray channel: street price over list price, and what a server costs')
    eval panel(1, 2, "street price\nover list price")
    eval fan('gray.premium', 'banned cards', purple, 1)
    eval draw
} else {
    bands_note = 'Band: middle half of the replications.'
    eval picture('What a server with eight cards costs')
}
eval panel(panels, panels, "8-card server\nmillion ".money)
do for [g in headlines] {
    eval half_fan('server_price.'.g, label_of(g), headline_colour(g), 1e6)
}
eval draw
