/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pictures.h"

#include "sim/base/say.h"

#include <stdio.h>
#include <string.h>

static bool names_are_known(const struct pictures *pictures, struct arena *arena)
{
    const char *unknown, *nearest;
    if (!pictures->options->plots || plots_know(pictures->scripts, pictures->options->plots, arena, &unknown, &nearest))
        return true;
    say("iccsim %s: --plots: no picture `%s`", pictures->command, unknown);
    if (nearest)
        say(" (did you mean %s?)", nearest);
    say("; see the names of files in plots/\n");
    return false;
}

bool pictures_open(struct pictures *pictures, const struct options *options, const char *command, struct arena *arena)
{
    *pictures = (struct pictures){.options = options, .command = command, .arena = arena};
    if (options->no_plots && (options->plots || options->png)) {
        say("iccsim %s: --no-plots does not go with --%s\n", command, options->plots ? "plots" : "png");
        return false;
    }
    if (options->no_plots)
        return true;
    pictures->scripts = share_folder("plots", arena);
    if (!pictures->scripts)
        say("iccsim: warning: no folder `plots` with the scripts of the pictures; set ICCSIM_SHARE\n");
    return !pictures->scripts || names_are_known(pictures, arena);
}

void pictures_draw(struct pictures *pictures, struct stage *stage, const char *folder,
                   const volatile sig_atomic_t *stop)
{
    struct plots *sum = &pictures->sum;
    if (!pictures->scripts || sum->no_gnuplot || sum->stopped)
        return;
    struct plots plots =
        plots_draw(&(struct plots_request){.folder = arena_printf(pictures->arena, "%s/%s", stage->folder, folder),
                                           .scripts = pictures->scripts,
                                           .names = pictures->options->plots,
                                           .png = pictures->options->png,
                                           .words = say_stream(),
                                           .stop = stop});
    stage_adopt(stage, arena_printf(pictures->arena, "%splots", folder));
    sum->drawn += plots.drawn;
    sum->skipped += plots.skipped;
    sum->failed += plots.failed;
    sum->no_gnuplot |= plots.no_gnuplot;
    sum->stopped |= plots.stopped;
}

enum exit_code pictures_tell(const struct pictures *pictures, const char *target)
{
    const struct plots *sum = &pictures->sum;
    if (sum->stopped) {
        say("iccsim %s: interrupted while drawing; the numbers are whole, some pictures are missing\n",
            pictures->command);
        return EXIT_INTERRUPTED;
    }
    if (!sum->failed)
        return EXIT_OK;
    if (sum->drawn) {
        say("iccsim %s: %zu of %zu pictures failed\n", pictures->command, sum->failed, sum->drawn + sum->failed);
        return EXIT_OK;
    }
    say("iccsim %s: all %zu pictures failed; the numbers are in %s\n", pictures->command, sum->failed, target);
    return EXIT_FAILED;
}
