# SPDX-License-Identifier: GPL-3.0-or-later
# title: Contracts not ended before their term, compared
# caption: One panel a class of tenants: the base in gray, the others in colour; means over all replications.
# needs: compare/context.gp series/leases.active.dat curves
load share.'/common.gp'
load 'compare/context.gp'

others = compared_others
classes = words(tenants) < 4 ? words(tenants) : 4
compared(n, class) = compared_folder[n].'/curves/lease_survival.'.class.'.dat'
colour_of(n) = word(blue.' '.vermillion.' '.green.' '.purple.' '.orange.' '.sky, 1 + (n - 1) % 6)
column_of(i) = (i - 1) % 2
row_of(i) = (i - 1) / 2

eval picture('Contracts not ended before their term, compared')
set label 'Share of contracts in %, by months since signing. Means; gray is the base, '.compared_base.'. Kaplan-Meier: expiry and ' \
    .'renewal end the observation.' at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray
do for [n = 1:others] {
    set label compared_name[n] at screen 0.985, 0.83 - 0.04 * n right noenhanced font ',10.5' \
        textcolor rgb colour_of(n)
}
set xrange [0:60]
set yrange [0:100]
set xtics 12
set ytics 20
set mxtics 2
unset key
do for [i = 1:classes] {
    set lmargin at screen 0.055 + 0.41 * column_of(i)
    set rmargin at screen 0.055 + 0.41 * column_of(i) + 0.365
    set tmargin at screen 0.855 - 0.405 * row_of(i)
    set bmargin at screen 0.855 - 0.405 * row_of(i) - 0.335
    set label tenant_label[i] at graph 0.98, 0.93 right noenhanced font ',10.5' textcolor rgb black
    plot compared(1, word(tenants, i)) using (column('months')):(100 * column('base')) with lines lw 2.4 lc rgb gray, \
        for [n = 1:others] compared(n, word(tenants, i)) using (column('months')):(100 * column('other')) \
            with lines lw 2 lc rgb colour_of(n)
    unset label
}
