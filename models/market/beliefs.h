/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What owners believe about rents beyond the forward curve. */
#ifndef ICCSIM_MODELS_MARKET_BELIEFS_H
#define ICCSIM_MODELS_MARKET_BELIEFS_H

#include "models/conventions.h"

struct beliefs { /* owner: expectations.c; all zero: everybody holds the forward curve of value.c as it is */
    double extrapolators; /* share of owners who project the recent trend of the rent */
    double trend_per_yr; /* growth of the log rent that they project, now */
    double fade_yr; /* time in which they expect it to fade; 0: there are none */
    double withheld; /* share of commissioned capacity that is held back in the hope of higher rents */
    double competition_neglect; /* share of what others will build that nobody reckons with */
};

#endif
