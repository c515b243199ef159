/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of iccsim. */
#include "models/models.h"
#include "sim/command/command.h"
#include "sim/study/ranks.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct command *const commands[] = {
    &command_run,     &command_check,    &command_show,   &command_plan,        &command_trace,
    &command_compare, &command_backtest, &command_sweep,  &command_sensitivity, &command_merge,
    &command_rerun,   &command_list,     &command_schema, &command_selftest,    NULL,
};

/* A library that gives up, as OpenMP does, ends the program with a code of its own: to us that is a run that failed. */
static void keep_to_our_codes(int code, void *unused)
{
    (void)unused;
    if (code >= EXIT_OK && code <= EXIT_INTERRUPTED && code != 1)
        return;
    fflush(NULL);
    _exit(EXIT_FAILED);
}

/* A stack that cannot grow, for want of memory, is a signal, and no message: it grows now or the program does not
 * begin.
 */
static __attribute__((noinline)) void take_stack(void)
{
    enum { BYTES = 1 << 19, PAGE = 1 << 12 };
    volatile char room[BYTES];
    for (size_t i = 0; i < BYTES; i += PAGE)
        room[i] = 0;
    (void)room[0];
}

int main(int argc, char **argv)
{
    take_stack();
    on_exit(keep_to_our_codes, NULL);
    signal(SIGPIPE, SIG_IGN); /* a lost reader and a full quota are failed writes, which are reported */
    signal(SIGXFSZ, SIG_IGN);
    struct study study;
    study_open(&study, models, models_world_size);
    study.commit = ICCSIM_COMMIT;
    study.numbers = ICCSIM_NUMBERS;
    ranks_start(&argc, &argv);
    enum exit_code code = commands_main(commands, &study, argc, argv);
    ranks_end();
    study_close(&study);
    return (int)code;
}
