# SPDX-License-Identifier: GPL-3.0-or-later
# title: What the books say and what the cards can still earn
# caption: Book is what depreciation leaves, economic what the cards will still earn; the gap is their difference.
# needs: series/book_value.dat series/economic_value.dat
load share.'/common.gp'

eval picture('What the books say and what the cards can still earn')
eval panel(1, 2, "value of all cards\nbillion ".money)
eval fan('book_value', 'book', gray, 1e9)
eval fan('economic_value', 'economic', green, 1e9)
eval draw
eval panel(2, 2, "stranded gap\nbillion ".money)
eval fan('stranded_gap', 'gap', vermillion, 1e9)
eval draw
