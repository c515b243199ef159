/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json: where the files of a folder come from. The only one of them that may differ between two identical
 * runs. */
#ifndef ICCSIM_COMMAND_MANIFEST_H
#define ICCSIM_COMMAND_MANIFEST_H

#include "outcome.h"
#include "sim/command/command.h"

#include <time.h>

struct manifest {
    const char *command; /* run */
    const struct options *options;
    struct outcome *const *outcome;
    size_t count;
    bool interrupted;
    size_t pictures;
    int threads;
    time_t began;
};

/* The last file of a folder: it lists the others. */
void manifest_write(const struct manifest *manifest, struct stage *stage);

#endif
