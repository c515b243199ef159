/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ranks.h"

#include "sim/base/say.h"

#include <omp.h>

#ifdef ICCSIM_MPI

#include "sim/base/memory.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A question: who asks, which task is done, and its result behind. An answer goes to the asker's own tag. */
struct question {
    uint64_t thread;
    struct task done;
};
enum { TAG_QUESTION = 1, TAG_ANSWERS = 16 };

static int mine, count, on_this_machine;

void ranks_start(int *argc, char ***argv)
{
    int level;
    MPI_Comm here;
    MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, &mine);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &on_this_machine);
    MPI_Comm_free(&here);
    if (level < MPI_THREAD_SERIALIZED && count > 1) {
        say("iccsim: this MPI lets no threads in; ranks need MPI_THREAD_SERIALIZED\n");
        MPI_Abort(MPI_COMM_WORLD, 4);
    }
    if (mine)
        say_nothing();
}

void ranks_end(void)
{
    MPI_Finalize();
}

int ranks_count(void)
{
    return count;
}

bool ranks_am_first(void)
{
    return mine == 0;
}

int ranks_threads(int asked)
{
    if (asked || count == 1)
        return asked;
    int share = (int)sysconf(_SC_NPROCESSORS_ONLN) / on_this_machine, allowed = omp_get_num_procs();
    int threads = share < allowed ? share : allowed;
    return threads < 1 ? 1 : threads;
}

int ranks_agree(int code)
{
    int all = code;
    MPI_Allreduce(&code, &all, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return all;
}

void ranks_share(void *data, size_t bytes)
{
    enum { MOST = 1 << 30 }; /* MPI counts with an int */
    for (size_t at = 0; at < bytes; at += MOST)
        MPI_Bcast((char *)data + at, (int)(bytes - at < MOST ? bytes - at : MOST), MPI_BYTE, 0, MPI_COMM_WORLD);
}

size_t ranks_sum_of_others(size_t number)
{
    uint64_t one = mine ? number : 0, sum = 0;
    MPI_Allreduce(&one, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    return (size_t)sum;
}

/* MPI waits by asking again and again, which would take a processor from a thread that computes. */
static void pause_shortly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static bool wait_for(MPI_Request *request)
{
    for (int ready = 0;;) {
        MPI_Test(request, &ready, MPI_STATUS_IGNORE);
        if (ready)
            return true;
        pause_shortly();
    }
}

bool ranks_ask(int thread, const struct task *done, const struct bytes *result, struct task *next)
{
    struct question question = {.thread = (uint64_t)thread, .done = *done};
    size_t bytes = sizeof question + result->count;
    unsigned char *message = memory_new(bytes, 1);
    memcpy(message, &question, sizeof question);
    if (result->count)
        memcpy(message + sizeof question, result->data, result->count);
#pragma omp critical(iccsim_ranks)
    {
        MPI_Request sent, received;
        MPI_Irecv(next, sizeof *next, MPI_BYTE, 0, TAG_ANSWERS + thread, MPI_COMM_WORLD, &received);
        MPI_Isend(message, (int)bytes, MPI_BYTE, 0, TAG_QUESTION, MPI_COMM_WORLD, &sent);
        wait_for(&sent);
        wait_for(&received);
    }
    free(message);
    return next->replications > 0;
}

static void answer(const struct rank_server *server, const MPI_Status *status, size_t *askers)
{
    int bytes;
    MPI_Get_count(status, MPI_BYTE, &bytes);
    unsigned char *message = memory_new((size_t)bytes, 1);
    MPI_Recv(message, bytes, MPI_BYTE, status->MPI_SOURCE, TAG_QUESTION, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    struct question question;
    memcpy(&question, message, sizeof question);
    struct task next = {0};
    *askers -= !server->next(server->state, &next);
    MPI_Send(&next, sizeof next, MPI_BYTE, status->MPI_SOURCE, TAG_ANSWERS + (int)question.thread, MPI_COMM_WORLD);
    if (question.done.replications)
        server->done(server->state, &question.done, message + sizeof question, (size_t)bytes - sizeof question);
    free(message);
}

void ranks_serve(const struct rank_server *server, size_t askers)
{
    while (askers) {
        int there;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_QUESTION, MPI_COMM_WORLD, &there, &status);
        if (there)
            answer(server, &status, &askers);
        else
            pause_shortly();
    }
}

#else

void ranks_start(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
}

void ranks_end(void)
{
}

int ranks_count(void)
{
    return 1;
}

bool ranks_am_first(void)
{
    return true;
}

int ranks_threads(int asked)
{
    return asked;
}

int ranks_agree(int code)
{
    return code;
}

void ranks_share(void *data, size_t count)
{
    (void)data;
    (void)count;
}

size_t ranks_sum_of_others(size_t count)
{
    (void)count;
    return 0;
}

bool ranks_ask(int thread, const struct task *done, const struct bytes *result, struct task *next)
{
    (void)thread;
    (void)done;
    (void)result;
    *next = (struct task){0};
    return false;
}

void ranks_serve(const struct rank_server *server, size_t askers)
{
    (void)server;
    (void)askers;
}

#endif
