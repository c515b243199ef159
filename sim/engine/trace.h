/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who did what when, in one replication.
 *
 * `tell(sim, "pipeline", "approved", "neocloud-17", "1,200 P in the west")` costs one branch when nobody listens, and
 * never changes a number. Lines come in the order in which things happen inside a step: phases first, then its events
 * in order of time.
 */
#ifndef ICCSIM_ENGINE_TRACE_H
#define ICCSIM_ENGINE_TRACE_H

#include "sim.h"

#include <stdio.h>

enum trace_format { TRACE_TEXT, TRACE_CSV, TRACE_JSONL };

struct trace {
    FILE *to;
    enum trace_format format;
    const char *const *only; /* mechanisms whose lines are wanted, ending with NULL; NULL: all */
    const char *about; /* a text that the verb, the subject or the sentence holds, or NULL */
};

void trace_begin(struct trace *trace); /* writes the header of a CSV */
/* One line, if the trace wants it; sim->trace must be there: use `tell`. */
void trace_write(const struct sim *sim, const char *model, const char *verb, const char *subject, const char *format,
                 ...) __attribute__((format(printf, 5, 6)));

#define tell(sim, model, verb, subject, ...)                                                                           \
    do {                                                                                                               \
        if ((sim)->trace)                                                                                              \
            trace_write((sim), (model), (verb), (subject), __VA_ARGS__);                                               \
    } while (0)

#endif
