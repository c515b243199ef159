# SPDX-License-Identifier: GPL-3.0-or-later
# The present cost of every alternative of tests/given/board.yml, computed again from its inputs and from nothing else:
# awk -f tests/recompute.awk prints `alternative cost` a line. Money in CNY, payments at the ends of years.
#
# 100 servers of eight cards, bought for 2.6 M each at once, or rented at 12 CNY a card-hour falling by .15 a year, or
# under a contract of five years at 9 of it with take or pay of 60 %. Three fifths of the hours are used.
function irr_free_npv(rate, flow, years,    k, sum) {
    for (k = 0; k <= years; k++) sum += flow[k] / (1 + rate) ^ k
    return sum
}
# mean over a year of exp(-d t), as months of equal length see it: at their middles
function year_mean(decline, year,    m, sum) {
    for (m = 0; m < 12; m++) sum += exp(-decline * (year - 1 + (m + 0.5) / 12))
    return sum / 12
}
BEGIN {
    years = 5; rate = 0.09; debt_rate = 0.06; tax = 0.25; cards = 800; use = 0.6; hours = 8760
    price = 2.6e6 / 8 * cards
    # MACRS of five years, half a year in the first (IRS Publication 946, table A-1)
    split("0.2 0.32 0.192 0.1152 0.1152 0.0576", macrs, " ")
    bonus = 0.4
    deducted = 0
    for (year = 1; year <= years; year++) {
        rise = year_mean(-0.02, year)
        running = cards * use * hours * 1.3 * 1.25 * 0.5 * rise + 0.03 * price * rise + 4e6 * rise
        saved = (1 - bonus) * price * macrs[year] + (year == 1 ? bonus * price : 0)
        deducted += saved
        own[year] = running * (1 - tax) - saved * tax
    }
    sold = 0.5 * 60000 * exp(-0.25 * years) * cards
    own[0] = price
    own[years] -= sold * (1 - tax) + (price - deducted) * tax
    unlevered = irr_free_npv(rate, own, years)
    # half is lent for four years in equal parts; its interest saves tax: continuous rate on the mean balance of a month,
    # discounted at the rate of debt
    loan = 0.5 * price
    for (m = 0; m < 48; m++)
        shield += tax * log(1 + debt_rate) * loan * (1 - (m + 0.5) / 48) / 12 / (1 + debt_rate) ^ (int(m / 12) + 1)
    for (year = 1; year <= years; year++) {
        by_hour[year] = cards * use * hours * 12 * year_mean(0.15, year) * (1 - tax)
        contract[year] = cards * 0.6 * hours * 9 * (1 - tax)
    }
    printf "own %.6f\n", unlevered - shield
    printf "rent %.6f\n", irr_free_npv(rate, by_hour, years)
    printf "contract %.6f\n", irr_free_npv(rate, contract, years)
}
