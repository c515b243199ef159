/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many threads there can be. OpenMP ends the program when it cannot start one, for want of memory or because a
 * container may have no more processes; results do not depend on their number, so that fewer will do. */
#ifndef ICCSIM_MONTECARLO_THREADS_H
#define ICCSIM_MONTECARLO_THREADS_H

/* As many as asked for, 0 standing for one a processor, or half of those that can be started, which is said on stderr.
 * They are started now, and OpenMP keeps them: what is allocated later does not take their place. */
int threads_start(int asked);

#endif
