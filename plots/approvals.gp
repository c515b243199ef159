# SPDX-License-Identifier: GPL-3.0-or-later
# title: Projects approved, and projects cancelled
# caption: Approvals follow rents late; cancellations follow guidance, failed deliveries and falling rents.
# needs: series/approvals.dat
load share.'/common.gp'

eval measure_step('approvals')
eval picture('Projects approved, and projects cancelled')
eval panel(1, 2, "approvals\n".per_step(0))
eval count_fan('approvals', 'approved', blue)
eval draw
eval panel(2, 2, "cancellations\n".per_step(0))
eval count_fan('cancellations', 'cancelled', vermillion)
eval draw
