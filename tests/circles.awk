# SPDX-License-Identifier: GPL-3.0-or-later
# Circles in a graph. Input: a line `FROM TO` an edge. Output: a line a circle, the names of those who reach each other.
{ name[$1]; name[$2]; reaches[$1, $2] }
END {
    for (via in name)
        for (a in name)
            if ((a, via) in reaches)
                for (b in name)
                    if ((via, b) in reaches)
                        reaches[a, b]
    for (a in name) {
        if (a in seen || !((a, a) in reaches))
            continue
        line = ""
        for (b in name)
            if ((a, b) in reaches && (b, a) in reaches) {
                seen[b]
                line = line " " b
            }
        print substr(line, 2)
    }
}
