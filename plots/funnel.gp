# SPDX-License-Identifier: GPL-3.0-or-later
# title: Projects of AI computing centres: approved, under construction, operating
# caption: A wave of approvals passes through construction and arrives when rents have already fallen.
# needs: series/pipeline.approved.dat series/pipeline.building.dat series/pipeline.operating.dat
load share.'/common.gp'

eval picture('Projects of AI computing centres: approved, under construction, operating')
eval panel(1, 1, 'projects')
eval fan('pipeline.approved', 'approved', orange, 1)
eval fan('pipeline.building', 'building', blue, 1)
eval fan('pipeline.operating', 'operating', green, 1)
eval draw
