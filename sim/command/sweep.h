/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `sweep` and `sensitivity` do alike. */
#ifndef ICCSIM_COMMAND_SWEEP_H
#define ICCSIM_COMMAND_SWEEP_H

#include "command.h"

/* Loads, runs what the store does not have yet, writes tables, pictures and the page. `command` is what the user typed.
 */
enum exit_code sweep_as(const char *command, const struct options *options, const struct study *study);

#endif
