/* SPDX-License-Identifier: Apache-2.0 */
/* The table of peers; the link's thread writes, HTTP threads read. */
#include "collector/service/peers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct peers {
    pthread_mutex_t lock;
    struct entry {
        char name[NODE_NAME_MAX + 1];
        struct peer_view view;
    } * entries; /* one for each enrolled node at most: the link lets no other in */
    size_t count;
};

struct peers *peers_make(void)
{
    struct peers *p = calloc(1, sizeof *p);
    if (!p) abort();
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void peers_free(struct peers *p)
{
    if (!p) return;
    pthread_mutex_destroy(&p->lock);
    free(p->entries);
    free(p);
}

static struct entry *find(struct peers *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->entries[i].name, name) == 0) return &p->entries[i];
    return NULL;
}

static struct entry *find_or_add(struct peers *p, const char *name)
{
    struct entry *e = find(p, name);
    if (e) return e;
    struct entry *grown = realloc(p->entries, (p->count + 1) * sizeof *grown);
    if (!grown) return NULL;
    p->entries = grown;
    e = &grown[p->count++];
    memset(e, 0, sizeof *e);
    snprintf(e->name, sizeof e->name, "%s", name);
    return e;
}

bool peers_set(struct peers *p, const struct link_peer *peer)
{
    struct timespec now;
    bool turned = false;
    clock_gettime(CLOCK_REALTIME, &now);
    pthread_mutex_lock(&p->lock);
    struct entry *e = find_or_add(p, peer->node);
    if (e) {
        turned = e->view.online != peer->online;
        e->view.online = peer->online;
        e->view.changed_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
        e->view.clock_offset_us = peer->clock_offset_us;
        e->view.backlog = peer->backlog[0] + peer->backlog[1];
        snprintf(e->view.address, sizeof e->view.address, "%s", peer->address);
        snprintf(e->view.version, sizeof e->view.version, "%s", peer->version);
    }
    pthread_mutex_unlock(&p->lock);
    return turned;
}

bool peers_get(struct peers *p, const char *node, struct peer_view *view)
{
    pthread_mutex_lock(&p->lock);
    const struct entry *e = find(p, node);
    if (e) *view = e->view;
    pthread_mutex_unlock(&p->lock);
    return e;
}
