/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds (kinds.h): open addressing, never forgotten, bounded by what the parsers' tables hold. */
#include "sensor/inspect/kinds.h"

#include <string.h>

#include "sensor/inspect/inspect.h"

void kinds_clear(struct kinds *k)
{
    if (k->count) memset(k->slots, 0, sizeof k->slots);
    k->count = k->listener_count = 0;
    k->anomalies = k->identities = k->firsts = 0;
}

void kinds_listen(struct kinds *k, const struct inspector *type, void *self)
{
    uint32_t bit = 1u << k->listener_count;
    if (!type->on_message || k->listener_count == LISTENERS_AT_MOST) return;
    k->listeners[k->listener_count++] =
        (struct message_listener){.call = type->on_message,
                                  .cares = type->cares,
                                  .self = self,
                                  .by_flags = type->anomalies || type->identities || type->firsts};
    if (type->anomalies) k->anomalies |= bit;
    if (type->identities) k->identities |= bit;
    if (type->firsts) k->firsts |= bit;
}

static uint32_t listeners_of(const struct kinds *k, const struct kind *kind)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < k->listener_count; i++) {
        const struct message_listener *l = &k->listeners[i];
        if (l->cares ? l->cares(l->self, kind) : !l->by_flags) bits |= 1u << i;
    }
    return bits;
}

const struct kind *kinds_add(struct kinds *k, const struct message *m, size_t at)
{
    struct kind *s;
    for (;; at++) {
        s = &k->slots[at % KINDS_SLOTS];
        if (!s->parser) break;
        if (s->parser == m->parser && s->operation == m->operation && s->class == m->operation_class &&
            s->role == m->role && s->status == m->status)
            return s;
    }
    bool full = k->count == KINDS_AT_MOST;
    if (full) s = &k->beyond;
    *s = (struct kind){.parser = m->parser,
                       .operation = m->operation,
                       .class = m->operation_class,
                       .role = m->role,
                       .status = m->status,
                       .number = full ? 0 : (uint16_t)++k->count};
    s->listeners = listeners_of(k, s);
    return s;
}
