# SPDX-License-Identifier: GPL-3.0-or-later
# title: What the books say and what the cards can still earn
# caption: Book is what depreciation leaves, economic what the cards will still earn; the gap is their difference.
# needs: series/book_value.dat series/economic_value.dat
load share.'/common.gp'

eval measure('book_value')
unit = found && high90 < 1e9 ? 1e6 : 1e9
unit_name = (unit < 1e9 ? 'million ' : 'billion ').money
eval picture('What the books say and what the cards can still earn')
eval panel(1, 2, "value of all cards\n".unit_name)
eval fan('book_value', 'book', gray, unit)
eval fan('economic_value', 'economic', green, unit)
eval draw
eval panel(2, 2, "stranded gap\n".unit_name)
eval fan('stranded_gap', 'gap', vermillion, unit)
eval draw
