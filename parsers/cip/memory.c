/* SPDX-License-Identifier: Apache-2.0 */
/* What a flow remembers of CIP: requests, because answers do not say what they answer, and open connections.
 * Requests are kept as nodes (cip.h) in a ring of fixed size; what was overwritten is told by its position.
 * Follows The CIP Networks Library, Volume 1, clauses 2-4 and 3-5. */
#include "parsers/cip/cip.h"

enum { RECORD_MOST = 1600, INLINE = REQUEST_NOTE - 6, REPEATS_MOST = 255 };

/* The note of a request: short records stand in it, longer ones in the ring. */
struct note {
    uint32_t position;
    uint16_t length;
    uint8_t record[INLINE];
};
_Static_assert(sizeof(struct note) <= REQUEST_NOTE, "a note has that much room");

struct writer {
    uint8_t *at;
    size_t length;
    bool full;
};

static void put(struct writer *w, const void *data, size_t n)
{
    if (n > RECORD_MOST - w->length) {
        w->full = true;
        return;
    }
    if (n) memcpy(w->at + w->length, data, n);
    w->length += n;
}

static void put_u8(struct writer *w, uint8_t v) { put(w, &v, 1); }
static void put_bytes(struct writer *w, struct bytes b) { put(w, b.at, bytes_left(&b)); }

/* A path length of bytes in 16 bits, low first. */
static void put_u16(struct writer *w, size_t v)
{
    put_u8(w, (uint8_t)v);
    put_u8(w, (uint8_t)(v >> 8));
}

static bool put_node(struct writer *w, const struct cip_head *request, unsigned depth);

static bool put_request(struct writer *w, struct bytes request, unsigned depth)
{
    if (depth > CIP_DEPTH) return false;
    struct cip_head head = cip_head_of(request);
    return put_node(w, &head, depth);
}

/* Services of a Multiple Service Packet; equal neighbours, as lists of tags have them, are written once and counted. */
static void put_services(struct writer *w, struct bytes body, unsigned depth)
{
    struct bytes table = body;
    uint16_t count = bytes_le16(&table);
    size_t previous = 0, previous_length = 0, repeat = 0;
    put_u16(w, count);
    for (unsigned i = 0; i < count && bytes_left(&table) >= 2 && !w->full; i++) {
        size_t start = bytes_le16(&table), end = i + 1u < count ? bytes_peek_le16(&table, 0) : bytes_left(&body);
        struct bytes one = body;
        bytes_skip(&one, start);
        size_t at = w->length;
        if (end < start || !put_request(w, bytes_take(&one, end - start), depth + 1)) {
            w->length = at;
            put_u8(w, CIP_NOTHING);
            previous_length = 0;
            continue;
        }
        size_t length = w->length - at;
        if (length == previous_length && memcmp(w->at + at, w->at + previous, length) == 0) {
            w->length = at;
            if (repeat && w->at[repeat] < REPEATS_MOST) {
                w->at[repeat]++;
            } else {
                put_u8(w, CIP_REPEAT);
                repeat = w->length;
                put_u8(w, 1);
            }
            continue;
        }
        previous = at;
        previous_length = length;
        repeat = 0;
    }
}

static void set_inner_length(struct writer *w, size_t at)
{
    size_t n = w->length - at - 2;
    w->at[at] = (uint8_t)n;
    w->at[at + 1] = (uint8_t)(n >> 8);
}

static enum cip_node_kind kind_of(uint8_t service, const struct cip_target *t, struct bytes body, struct bytes *extra,
                                  uint8_t *slot)
{
    if (service == CIP_MULTIPLE_SERVICE) return CIP_MULTIPLE;
    if (t->class == CIP_CLASS_PCCC && service >= CIP_CLASS_SPECIFIC) {
        *extra = cip_pccc_command(body);
        *extra = bytes_take_upto(extra, 24);
        return CIP_PCCC;
    }
    if (t->class != CIP_CLASS_CONNECTION_MANAGER) return CIP_PLAIN;
    if (service == CIP_UNCONNECTED_SEND) return CIP_UNCONNECTED;
    if (service == CIP_FORWARD_OPEN || service == CIP_LARGE_FORWARD_OPEN) {
        struct cip_opening opening;
        if (!cip_opening_of(body, service == CIP_LARGE_FORWARD_OPEN, &opening)) return CIP_PLAIN;
        *extra = opening.path;
        *slot = opening.transport_class | (opening.null ? CIP_OPENS_NOTHING : 0);
        return CIP_OPEN;
    }
    if (service == CIP_FORWARD_CLOSE) return cip_close_path(body, extra) ? CIP_CLOSE : CIP_PLAIN;
    return CIP_PLAIN;
}

/* kind, service, slot (of an OPEN its transport class), path length and path, extra length and extra, inner length and
 * inner. */
static bool put_node(struct writer *w, const struct cip_head *request, unsigned depth)
{
    if (!request->whole) return false;
    struct bytes path = request->path, extra = bytes_over(NULL, 0), inner = request->body;
    uint8_t slot = 255;
    enum cip_node_kind kind = kind_of(request->service, &request->target, request->body, &extra, &slot);
    if (kind == CIP_UNCONNECTED) {
        struct bytes route = request->body;
        inner = cip_embedded(request->body);
        bytes_skip(&route, 4 + bytes_left(&inner) + bytes_left(&inner) % 2 + 2);
        uint16_t link = cip_target_of(route).slot;
        slot = link < 255 ? (uint8_t)link : 255;
    }
    put_u8(w, (uint8_t)kind);
    put_u8(w, request->service);
    put_u8(w, slot);
    put_u16(w, bytes_left(&path));
    put_bytes(w, path);
    put_u16(w, bytes_left(&extra));
    put_bytes(w, extra);
    size_t at = w->length;
    put_u16(w, 0);
    if (kind == CIP_UNCONNECTED) (void)put_request(w, inner, depth + 1);
    if (kind == CIP_MULTIPLE && bytes_left(&inner) >= 2) put_services(w, inner, depth);
    if (w->full) return false;
    set_inner_length(w, at);
    return true;
}

/* Takes room of the ring in one piece. */
static uint8_t *arena_room(struct cip_state *state, size_t n, uint32_t *position)
{
    uint32_t place = state->arena_head % CIP_ARENA;
    if (place + n > CIP_ARENA) state->arena_head += CIP_ARENA - place;
    *position = state->arena_head;
    state->arena_head += (uint32_t)n;
    return state->arena + *position % CIP_ARENA;
}

void cip_remember(struct pdu *p, struct request *asked, const struct cip_head *request)
{
    struct cip_state *state = p->state;
    uint8_t record[RECORD_MOST];
    struct writer w = {record, 0, false};
    struct note note = {0};
    if (!put_node(&w, request, 0)) {
        if (w.full) message_anomaly(p, A_NOT_REMEMBERED);
        return;
    }
    note.length = (uint16_t)w.length;
    uint8_t *room = w.length <= INLINE ? note.record : arena_room(state, w.length, &note.position);
    memcpy(room, record, w.length);
    memcpy(asked->note, &note, sizeof note);
}

/* Valid until the next cip_remember of the flow; empty when it was not remembered or has been overwritten. */
struct bytes cip_recall(const struct cip_state *state, const struct request *asked)
{
    struct note note;
    memcpy(&note, asked->note, sizeof note);
    if (note.length <= INLINE) return bytes_over(asked->note + offsetof(struct note, record), note.length);
    if (state->arena_head - note.position > CIP_ARENA) return bytes_over(NULL, 0);
    return bytes_over(state->arena + note.position % CIP_ARENA, note.length);
}

bool cip_node_next(struct bytes *record, struct cip_node *node)
{
    *node = (struct cip_node){.kind = CIP_NOTHING};
    if (bytes_empty(record)) return false;
    node->kind = bytes_u8(record);
    if (node->kind == CIP_NOTHING) return true;
    if (node->kind == CIP_REPEAT) {
        node->count = bytes_u8(record);
        return bytes_ok(record);
    }
    node->service = bytes_u8(record);
    node->slot = bytes_u8(record);
    node->path = bytes_take(record, bytes_le16(record));
    node->extra = bytes_take(record, bytes_le16(record));
    node->inner = bytes_take(record, bytes_le16(record));
    if (node->kind == CIP_MULTIPLE) node->count = bytes_le16(&node->inner);
    return bytes_ok(record);
}

bool cip_nodes_next(struct cip_nodes *nodes, struct cip_node *node)
{
    if (nodes->repeats) {
        struct bytes again = nodes->last;
        nodes->repeats--;
        return cip_node_next(&again, node);
    }
    struct bytes before = nodes->record;
    if (!cip_node_next(&nodes->record, node)) return false;
    if (node->kind != CIP_REPEAT) {
        nodes->last = before;
        return true;
    }
    nodes->repeats = node->count;
    return cip_nodes_next(nodes, node);
}

/* ---- connections ---- */

struct cip_connection *cip_connection_find(struct cip_state *state, uint32_t id)
{
    for (unsigned i = 0; i < CIP_CONNECTIONS; i++) {
        struct cip_connection *c = &state->connections[i];
        if (c->in_use && (c->ot == id || c->to == id)) return c;
    }
    return NULL;
}

struct cip_connection *cip_connection_of(struct cip_state *state, uint16_t serial, uint16_t vendor, uint32_t originator)
{
    for (unsigned i = 0; i < CIP_CONNECTIONS; i++) {
        struct cip_connection *c = &state->connections[i];
        if (c->in_use && c->serial == serial && c->vendor == vendor && c->originator == originator) return c;
    }
    return NULL;
}

void cip_connection_add(struct cip_state *state, uint32_t ot, uint32_t to, uint16_t serial, uint16_t vendor,
                        uint32_t originator, struct bytes path)
{
    struct cip_connection *c = cip_connection_of(state, serial, vendor, originator);
    struct cip_target t = cip_target_of(path);
    if (!c) {
        c = &state->connections[state->next_connection];
        state->next_connection = (uint8_t)((state->next_connection + 1) % CIP_CONNECTIONS);
    }
    path = bytes_take_upto(&path, CIP_CONNECTION_PATH);
    *c = (struct cip_connection){.ot = ot,
                                 .to = to,
                                 .serial = serial,
                                 .vendor = vendor,
                                 .originator = originator,
                                 .in_use = true,
                                 .message_router = t.has_class && t.class == CIP_CLASS_MESSAGE_ROUTER,
                                 .path_length = (uint8_t)bytes_left(&path)};
    if (c->path_length) memcpy(c->path, path.at, c->path_length);
}
