/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a run has enough replications: `rent.H100@2025-06.p50 +-1%`.
 *
 * The number is a percentile or the mean of an output, at the sample that holds the date; a scalar has no date. It is
 * sure enough when its 95 % interval reaches no further than the tolerance, of the value or in the output's unit. That
 * is asked after 64 replications, after 128, and so on, so that a run has the same bits as one that was asked for its
 * final number.
 */
#ifndef ICCSIM_COMMAND_UNTIL_H
#define ICCSIM_COMMAND_UNTIL_H

#include "outcome.h"

enum { UNTIL_FIRST = 64, UNTIL_MOST = 65536 }; /* most: unless -n says otherwise */

struct until {
    const char *command, *text; /* command: whose words these are */
    size_t cell; /* in a row: series, scalars */
    int percentile; /* -1: the mean */
    double tolerance; /* of the value if is_share, else in the output's unit */
    bool is_share;
    double origin; /* what a share is of the value less: the start of the run for dates, else 0 */
};

/* Says on stderr what is wrong, and returns false. `text` and `command` are kept. */
bool until_read(struct until *until, const char *text, const struct outcome *outcome, const char *command);
uint32_t until_go_on(void *until, const struct bands *bands, uint32_t done); /* a montecarlo_go_on */
/* How it ended, on stderr. */
void until_tell(const struct until *until, const struct outcome *outcome);

#endif
