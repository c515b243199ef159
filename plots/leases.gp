# SPDX-License-Identifier: GPL-3.0-or-later
# title: Leases in force, and the rate at which they end early
# caption: Leases end early when they cost more than the market, and when tenants fail. By value: rent still due.
# needs: series/leases.active.dat series/churn.rate.dat
load share.'/common.gp'

eval picture('Leases in force, and the rate at which they end early')
eval panel(1, 2, 'leases in force')
eval fan('leases.active', 'active', blue, 1)
eval draw
eval panel(2, 2, "ended early\n% a year")
eval half_fan('churn.value_rate', 'by value', orange, 0.01)
eval fan('churn.rate', 'by number', vermillion, 0.01)
eval draw
