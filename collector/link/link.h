/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's end of the link: one thread that receives, stores, acknowledges, and knows who is there. */
#ifndef WANGLOU_COLLECTOR_LINK_H
#define WANGLOU_COLLECTOR_LINK_H

#include "collector/output/output.h"
#include "collector/store/store.h"
#include "common/link.h"

struct collector_link_options {
    const char *endpoint;    /* tcp://0.0.0.0:5555 */
    const char *key_file;    /* own .key file */
    const char *nodes;       /* directory of enrolled nodes */
    const char *subscribers; /* endpoint of a PUB socket for programs on this machine; NULL: none */
    uint64_t heartbeat_ns;   /* 0: 5 s */
    uint64_t peers;          /* at most; 0: 4,096 */
    struct store *store;
    struct eve_file *eve;                             /* every event goes there, too; NULL: none */
    void (*notice)(const char *text);                 /* a line for the log; may be NULL */
    void (*changed)(void *context, const char *node); /* a node came or went; in the link's thread; may be NULL */
    void *context;
};

struct collector_link;

/* Listens and starts the thread; NULL and a fault when the key, the directory or the address cannot be used. */
struct collector_link *collector_link_open(const struct collector_link_options *options, struct fault *fault);
void collector_link_close(struct collector_link *link);

/* A node as it is enrolled and as it is seen. */
struct collector_node {
    struct node enrolled;
    char fingerprint[FINGERPRINT + 1];
    bool online;
    int64_t seen_us; /* last heard of, microseconds since 1970; 0: not since this start */
    char address[LINK_ADDRESS_TEXT + 1], version[LINK_VERSION_TEXT + 1], reason[64];
    int64_t clock_offset_us;
    uint64_t backlog; /* events that lie at the node */
};
/* Calls back for each node, by name; from any thread. False from the callback ends it. */
bool collector_link_nodes(struct collector_link *link, bool (*row)(void *context, const struct collector_node *node),
                          void *context, struct fault *fault);

/* Signs an item (id, kind, json) as this collector and queues it for nodes; from any thread. */
bool collector_link_send(struct collector_link *link, const struct link_item *item, const char *const *nodes,
                         unsigned count, struct fault *fault);

void collector_link_look(struct collector_link *link, struct link_receiver_counters *counters);
unsigned collector_link_port(const struct collector_link *link);
/* This collector's own keys, and where its enrolled nodes are. */
const struct keys *collector_link_keys(const struct collector_link *link);
const char *collector_link_directory(const struct collector_link *link);

#endif
