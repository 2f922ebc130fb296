/* SPDX-License-Identifier: Apache-2.0 */
/* The way up: one thread that sends what the forwarding policy lets out to the parent collector, and keeps the items
 * that come down. */
#ifndef WANGLOU_COLLECTOR_PARENT_H
#define WANGLOU_COLLECTOR_PARENT_H

#include "collector/store/outbox.h"
#include "common/forward.h"
#include "common/link.h"

struct parent_options {
    const char *endpoint;   /* tcp://host:port; NULL: there is no line, files are carried (collector/service/carry.h) */
    const char *public_key; /* the parent's .pub file */
    const char *key_file;   /* own .key file; its name is this site's at the parent */
    const char *pseudonyms; /* file of the key that pseudonyms are made from; made when missing, 0600 */
    const char *policy;     /* file; NULL: the built-in one */
    const char *adopted;    /* text of the policy that was adopted here, instead; NULL: none */
    uint64_t most;          /* events that wait, of one stream; 0: no bound */
    uint64_t heartbeat_ns;  /* 0: 5 s */
    struct store *store;
    void (*notice)(const char *text); /* a line for the log; may be NULL */
    void (*received)(void *context);  /* an item came; in the parent's thread; may be NULL */
    void *context;
};

/* Opened before the collector's link and closed after it: what is stored in between would not be queued. */
struct parent;
struct parent *parent_open(const struct parent_options *options, struct fault *fault);
void parent_close(struct parent *parent);

/* The name under which an address of here leaves: "~" and hexadecimal digits. */
enum { PARENT_PSEUDONYM = FORWARD_PSEUDONYM };
void parent_pseudonym(const struct parent *parent, const char *address, char out[PARENT_PSEUDONYM + 1]);

/* Puts the policy of this text in force, or (NULL) the configured one again. */
bool parent_change_policy(struct parent *parent, const char *text, struct fault *fault);
/* A policy from its text, or (NULL) the configured one; to be closed. NULL and a fault that says where it is wrong. */
struct forward_policy *parent_read_policy(const struct parent *parent, const char *text, struct fault *fault);
/* Calls back with the one in force, which stays so meanwhile. */
void parent_with_policy(struct parent *parent, void (*compare)(void *context, const struct forward_policy *policy),
                        void *context);
/* What of an event would leave: its length, or 0. Where the policy stays in force: within the call back. */
size_t parent_forward(const struct parent *parent, const struct event_envelope *envelope, const char *line,
                      size_t length, char *out, size_t room);

/* For files instead of a line. */
bool parent_carried(const struct parent *parent);
struct outbox *parent_outbox(struct parent *parent);
const char *parent_name(const struct parent *parent);
const uint8_t *parent_sign_key(const struct parent *parent); /* SIGN_PUBLIC bytes */
bool parent_take_item(struct parent *parent, const struct link_item *item);

struct parent_look {
    char name[NODE_NAME_MAX + 1];
    char policy[64]; /* digest */
    struct outbox_position streams[LINK_STREAMS];
    struct link_sender_counters link;
    char reason[128]; /* why it is not connected */
};
void parent_look(struct parent *parent, struct parent_look *look);

#endif
