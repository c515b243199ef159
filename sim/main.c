/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of iccsim. */
#include "models/models.h"
#include "sim/command/command.h"

#include <signal.h>

static const struct command *const commands[] = {
    &command_run,      &command_check, &command_show,   &command_plan,     &command_trace, &command_compare,
    &command_backtest, &command_list,  &command_schema, &command_selftest, NULL,
};

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a lost reader and a full quota are failed writes, which are reported */
    signal(SIGXFSZ, SIG_IGN);
    struct study study;
    study_open(&study, models, models_world_size);
    enum exit_code code = commands_main(commands, &study, argc, argv);
    study_close(&study);
    return (int)code;
}
