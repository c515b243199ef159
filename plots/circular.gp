# SPDX-License-Identifier: GPL-3.0-or-later
# title: Money that goes in a circle: what lessors put into tenants and get back as rent
# caption: What is not organic is rent paid with money that owners of computing centres had put into the tenant.
# needs: series/organic_share.dat series/circular.invested.dat
load share.'/common.gp'

eval measure_step('organic_share')
eval moves('organic_share')
if (is_moving) {
    eval picture('Money that goes in a circle: what lessors put into tenants and get back as rent')
    eval panel(1, 2, "organic share\nof rents, %")
    eval fan('organic_share', 'organic', green, 0.01)
    # Nearly all of it is organic nearly everywhere: the axis shows what is not.
    axis_from = low90 > 0.2 ? 10 * floor(10 * larger(low90 - 0.02, 0)) : 0.
    axis_to = 100
    eval draw
    eval panel(2, 2, "million ".money."\n".per_step(0))
    eval half_fan('circular.invested', 'invested', blue, 1e6)
    eval half_fan('circular.written_off', 'written off', vermillion, 1e6)
    eval half_fan('circular.returned', 'returned', orange, 1e6)
    eval draw
} else { eval nothing_to_show }
