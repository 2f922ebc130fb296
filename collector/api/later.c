/* SPDX-License-Identifier: Apache-2.0 */
/* Work beside the server's threads, with libmicrohttpd's suspended connections. */
#include "collector/api/later.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>

struct laters {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    unsigned running;
    bool stopping;
};

struct job {
    struct laters *laters;
    struct MHD_Connection *connection;
    later_work *work;
    void *context;
};

struct laters *laters_make(void)
{
    struct laters *l = calloc(1, sizeof *l);
    if (!l) abort();
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->ended, NULL);
    return l;
}

bool laters_stopping(struct laters *l)
{
    pthread_mutex_lock(&l->lock);
    bool stopping = l->stopping;
    pthread_mutex_unlock(&l->lock);
    return stopping;
}

void laters_stop(struct laters *l)
{
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    while (l->running) pthread_cond_wait(&l->ended, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

void laters_free(struct laters *l)
{
    if (!l) return;
    pthread_cond_destroy(&l->ended);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* One more is at work; false: there are enough, or the server stops. */
static bool enter(struct laters *l)
{
    pthread_mutex_lock(&l->lock);
    bool room = !l->stopping && l->running < LATER_MOST;
    l->running += room;
    pthread_mutex_unlock(&l->lock);
    return room;
}

static void leave(struct laters *l, struct MHD_Connection *connection)
{
    pthread_mutex_lock(&l->lock);
    l->running--;
    MHD_resume_connection(connection); /* within the lock: the server stops only after it */
    pthread_cond_broadcast(&l->ended);
    pthread_mutex_unlock(&l->lock);
}

static void *run(void *context)
{
    struct job job = *(struct job *)context;
    free(context);
    job.work(job.context);
    leave(job.laters, job.connection);
    return NULL;
}

void later_begin(struct request *r, struct reply *reply, later_work *work, void *context, later_work *forget)
{
    pthread_t thread;
    struct laters *l = r->api->laters;
    r->later = context;
    r->later_forget = forget;
    if (!enter(l)) {
        reply_error(reply, API_BUSY, NULL);
        return;
    }
    struct job *job = malloc(sizeof *job);
    if (!job) abort();
    *job = (struct job){l, r->connection, work, context};
    MHD_suspend_connection(r->connection);
    if (pthread_create(&thread, NULL, run, job) != 0) { /* then in this one */
        run(job);
    } else {
        pthread_detach(thread);
    }
    reply->later = true;
}
