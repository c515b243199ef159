/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a command that writes a folder, as its options ask for them. */
#ifndef ICCSIM_COMMAND_PICTURES_H
#define ICCSIM_COMMAND_PICTURES_H

#include "command.h"

#include "sim/output/plots.h"
#include "sim/output/stage.h"

#include <signal.h>

struct pictures {
    const struct options *options;
    const char *command; /* for messages */
    const char *scripts; /* NULL: nothing is drawn */
    struct plots sum; /* of all folders */
    struct arena *arena;
};

/* Finds the scripts. Says on stderr if there are none, and if --plots names one that does not exist: then false. */
bool pictures_open(struct pictures *pictures, const struct options *options, const char *command, struct arena *arena);
/* Those of `folder` of the stage, "" or "variant/". */
void pictures_draw(struct pictures *pictures, struct stage *stage, const char *folder,
                   const volatile sig_atomic_t *stop);
/* Says how it went, once the result is in `target`: EXIT_OK, EXIT_INTERRUPTED or, if every picture failed, EXIT_FAILED.
 */
enum exit_code pictures_tell(const struct pictures *pictures, const char *target);

#endif
