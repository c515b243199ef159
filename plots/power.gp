# SPDX-License-Identifier: GPL-3.0-or-later
# title: Power of the rental centres, and what waits for power
# caption: All that stand, at full load, cooling included; and, where the grid limits, what is wanted or promised and not connected.
# needs: series/power.dat series/power.queue.dat series/power.by_region.virginia.dat
load share.'/common.gp'

eval measure('power.queue')
waits = found > 0 && high90 > 0
eval picture('Power of the rental centres'.(waits ? ', and what waits for power' : ''))
eval panel(1, waits ? 2 : 1, 'GW')
eval fan('power', 'installed', blue, 1e3)
eval draw
if (waits) {
    eval panel(2, 2, 'GW')
    eval fan('power.queue', 'waiting', vermillion, 1e3)
    eval draw
}
