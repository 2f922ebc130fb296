/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of messages: who listens to all that are alike in protocol, operation, class, role and status. Worked out when
 * the first one of its kind comes, by asking each inspector what it cares about (inspect.h), and kept: a plant has a
 * few dozen kinds, and most messages concern two or three inspectors. */
#ifndef WANGLOU_SENSOR_INSPECT_KINDS_H
#define WANGLOU_SENSOR_INSPECT_KINDS_H

#include "parsers/parser.h"

enum { KINDS_LOG = 12, KINDS_SLOTS = 1 << KINDS_LOG, KINDS_AT_MOST = KINDS_SLOTS / 4 * 3, LISTENERS_AT_MOST = 16 };

struct inspector;

struct kind {
    const struct parser *parser;
    const struct operation *operation; /* NULL: codes that are not in the table */
    uint8_t class, role, status;
    uint16_t number;    /* from 1, so that an inspector can keep what is its own; 0: beyond the cap, asked each time */
    uint32_t listeners; /* bit by bit */
};

struct kinds {
    struct kind slots[KINDS_SLOTS];
    struct kind beyond; /* the one in hand of those above the cap */
    uint32_t count;
    uint32_t anomalies, identities, firsts; /* who listens to these, whatever the kind */
    unsigned listener_count;
    struct message_listener {
        void (*call)(void *self, const struct message *message);
        bool (*cares)(void *self, const struct kind *kind);
        void *self;
        bool by_flags; /* to what its flags say, and no more */
    } listeners[LISTENERS_AT_MOST];
};

/* Nobody listens any more. */
void kinds_clear(struct kinds *kinds);
void kinds_listen(struct kinds *kinds, const struct inspector *type, void *self);
/* The kind of a message that none of the slots from `at` on has. */
const struct kind *kinds_add(struct kinds *kinds, const struct message *message, size_t at);

static inline const struct kind *kind_of(struct kinds *k, const struct message *m)
{
    uint64_t by = (uintptr_t)m->parser ^ (uint64_t)(uintptr_t)m->operation << 20 ^ (uint64_t)m->operation_class << 56 ^
                  (uint64_t)m->role << 52 ^ (uint64_t)m->status << 48;
    size_t at = by * 0x9e3779b97f4a7c15 >> (64 - KINDS_LOG);
    const struct kind *s = &k->slots[at];
    if (s->parser == m->parser && s->operation == m->operation && s->class == m->operation_class &&
        s->role == m->role && s->status == m->status)
        return s;
    return kinds_add(k, m, at);
}

#endif
