/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C, a terminal that closes, a limit of processor time and the end of a batch job ask a run to stop in order; a
 * second time they end the program at once. */
#ifndef ICCSIM_COMMAND_INTERRUPT_H
#define ICCSIM_COMMAND_INTERRUPT_H

#include <signal.h>

/* From now on SIGINT, SIGTERM, SIGHUP and SIGXCPU make the number returned nonzero. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
