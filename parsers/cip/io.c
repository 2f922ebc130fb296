/* SPDX-License-Identifier: Apache-2.0 */
/* Implicit I/O, class 0 and 1: datagrams that carry nothing but a connection's number and its data. What the number
 * means was agreed in another flow (Forward Open over TCP), so all flows of a worker share what was agreed.
 * Follows The CIP Networks Library, Volume 1, clause 3-5.5, and Volume 2, clause 3-3. */
#include "parsers/cip/cip.h"

enum { WAYS = 8, CLASS_MOTION = 0x42, HEADER_RUN = 1 };

static unsigned bucket_of(uint32_t id) { return (id * 2654435761u >> 16) % (CIP_IO_SLOTS / WAYS) * WAYS; }

static struct cip_io_connection *at_slot(struct cip_shared *shared, unsigned slot, uint32_t id)
{
    unsigned n = shared->slots[slot];
    struct cip_io_connection *c = n ? &shared->connections[n - 1] : NULL;
    return c && (c->ot == id || c->to == id) ? c : NULL;
}

/* A slot of its bucket that is free or belongs to a connection forgotten since; else the first. */
static void enter(struct cip_shared *shared, uint32_t id, uint16_t number)
{
    unsigned first = bucket_of(id), chosen = first;
    for (unsigned i = first; i < first + WAYS; i++) {
        unsigned n = shared->slots[i];
        const struct cip_io_connection *c = n ? &shared->connections[n - 1] : NULL;
        if (c && bucket_of(c->ot) != first && bucket_of(c->to) != first) n = 0;
        if (n && n != number) continue;
        chosen = i;
        break;
    }
    shared->slots[chosen] = number;
}

static bool same(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void cip_io_add(struct pdu *p, uint32_t ot, uint32_t to, uint8_t transport_class, struct bytes path)
{
    struct cip_shared *shared = p->shared;
    struct cip_target t = cip_target_of(path);
    struct cip_io_connection *c = &shared->connections[shared->next];
    shared->next = (uint16_t)((shared->next + 1) % CIP_IO_CONNECTIONS);
    uint16_t number = (uint16_t)(c - shared->connections + 1);
    path = bytes_take_upto(&path, CIP_IO_PATH);
    *c = (struct cip_io_connection){.ot = ot,
                                    .to = to,
                                    .originator = p->packet->dst, /* it is told in the answer */
                                    .target = p->packet->src,
                                    .transport_class = transport_class,
                                    .safety = t.safety,
                                    .motion = t.has_class && t.class == CLASS_MOTION,
                                    .path_length = (uint8_t)bytes_left(&path)};
    if (c->path_length) memcpy(c->path, path.at, c->path_length);
    enter(shared, ot, number);
    enter(shared, to, number);
}

/* The connection that this sender produces under that number. */
static struct cip_io_connection *find(struct pdu *p, uint32_t id, bool *from_originator)
{
    struct cip_shared *shared = p->shared;
    unsigned first = bucket_of(id);
    for (unsigned i = first; i < first + WAYS; i++) {
        struct cip_io_connection *c = at_slot(shared, i, id);
        if (!c) continue;
        *from_originator = c->ot == id && same(&c->originator, &p->packet->src);
        if (*from_originator || (c->to == id && same(&c->target, &p->packet->src))) return c;
    }
    return NULL;
}

/* Data in the direction of the target begins with a header that says whether the originator runs (clause 3-6.1.4). */
static void data(struct pdu *p, struct bytes in, const struct cip_io_connection *c, bool from_originator)
{
    if (c->transport_class == 1 && !c->safety && !c->motion) emit_uint(p, F_SEQ, bytes_le16(&in));
    cip_emit_path(p, bytes_over(c->path, c->path_length));
    if (from_originator && !c->safety && !c->motion && bytes_left(&in) >= 4) {
        uint32_t header = bytes_le32(&in);
        emit_uint(p, F_HEADER_32, header);
        emit_uint(p, F_RUN_IDLE, header & HEADER_RUN);
    }
}

void cip_io(struct pdu *p)
{
    struct bytes in = p->in;
    struct enip_item item;
    struct cip_io_connection *known = NULL;
    bool from_originator = false;
    message_operation(p, CIP_OP_IO);
    message_role(p, ROLE_NOTIFY);
    for (uint16_t count = bytes_le16(&in); count > 0 && enip_item(&in, &item); count--) {
        if (item.type == ENIP_ITEM_SEQUENCED_ADDRESS) known = find(p, bytes_le32(&item.data), &from_originator);
        if (item.type != ENIP_ITEM_CONNECTED_DATA || bytes_empty(&item.data)) continue;
        emit_bytes(p, F_IO_DATA, item.data);
        if (!known) continue;
        if (known->safety) message_operation(p, CIP_OP_SAFETY_IO);
        if (known->transport_class == 0 || bytes_left(&item.data) >= 2) data(p, item.data, known, from_originator);
    }
}
