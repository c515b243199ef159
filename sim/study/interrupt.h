/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C asks a run to stop in order; a second one ends the program at once. */
#ifndef ICCSIM_COMMAND_INTERRUPT_H
#define ICCSIM_COMMAND_INTERRUPT_H

#include <signal.h>

/* From now on SIGINT and SIGTERM make the number returned nonzero. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
