# SPDX-License-Identifier: GPL-3.0-or-later
# title: Projects approved and projects cancelled, a month
# caption: Approvals follow rents late; cancellations follow guidance, failed deliveries and falling rents.
# needs: series/approvals.dat
load share.'/common.gp'

eval picture('Projects approved and projects cancelled, a month')
eval panel(1, 2, 'approvals\na month')
eval fan('approvals', 'approved', blue, 1)
eval draw
eval panel(2, 2, 'cancellations\na month')
eval fan('cancellations', 'cancelled', vermillion, 1)
eval draw
