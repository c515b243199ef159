/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which file was meant by a name that no file has. */
#ifndef ICCSIM_SCENARIO_NEARBY_H
#define ICCSIM_SCENARIO_NEARBY_H

#include "sim/base/arena.h"

/* The scenario in the folder of `file`, or in a folder `scenarios` beside it, whose name is the nearest; NULL: none is
 * near. The text lives in `arena`. */
const char *file_meant(struct arena *arena, const char *file);

#endif
