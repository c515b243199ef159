/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "interrupt.h"

#include <stdbool.h>
#include <stddef.h>

static volatile sig_atomic_t asked; /* a handler can reach nothing but a global */

static void ask(int signal_number)
{
    (void)signal_number;
    asked = 1;
}

static void watch(int signal_number, bool even_if_ignored)
{
    struct sigaction action = {.sa_handler = ask, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)}, before;
    sigemptyset(&action.sa_mask);
    if (even_if_ignored || (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN))
        sigaction(signal_number, &action, NULL);
}

/* A shell lets what it runs in the background ignore SIGINT, but a user who sends it means it; under nohup a run outlives its
 * terminal. */
const volatile sig_atomic_t *interrupt_watch(void)
{
    watch(SIGINT, true);
    watch(SIGTERM, true);
    watch(SIGHUP, false);
    watch(SIGXCPU, false);
    return &asked;
}
