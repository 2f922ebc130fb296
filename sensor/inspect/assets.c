/* SPDX-License-Identifier: Apache-2.0 */
/* What messages reveal of devices, sent to the plant: identities once each, and who speaks what with whom. */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { RECENT = 4096 };

struct assets {
    struct worker *worker;
    uint64_t recent[RECENT]; /* hashes of identities already sent: most repeat with every poll */
};

static bool assets_open(void *self, struct worker *w, struct fault *fault)
{
    struct assets *s = self;
    (void)fault;
    s->worker = w;
    return w->plant;
}

static void assets_wants(void *self, enum ot_class class, uint8_t *want)
{
    (void)self, (void)class;
    for (unsigned i = IDENTITY_ADDRESS; i <= IDENTITY_USER; i++) want[OT_FIELD_IDENTITY + i] = 1;
}

static struct party party_of(const struct address *address, const uint8_t mac[6])
{
    struct party party = {.address = *address};
    memcpy(party.mac, mac, 6);
    return party;
}

static bool sent_before(struct assets *s, const struct observation *o, const char *text)
{
    uint64_t h = XXH3_64bits_withSeed(text, o->length, o->what + 1u);
    h = XXH3_64bits_withSeed(&o->device, sizeof o->device, h) | 1;
    uint64_t *place = &s->recent[h % RECENT];
    if (*place == h) return true;
    *place = h;
    return false;
}

/* A message's identities speak of its sender until an ADDRESS or MAC among them names another device; those behind a
 * SLOT speak of a module, which has no entry of its own. */
static bool is_identity(const struct value *v)
{
    return v->field >= OT_FIELD_IDENTITY && v->field <= OT_FIELD_IDENTITY + IDENTITY_USER;
}

static void send_identities(struct assets *s, const struct message *m)
{
    uint32_t first = 0;
    while (first < m->value_count && !is_identity(&m->values[first])) first++;
    if (first == m->value_count) return;
    struct observation o = {.kind = OBSERVED_IDENTITY,
                            .time_ns = m->packet->time_ns,
                            .frame = m->packet->frame,
                            .device = party_of(&m->packet->src, m->packet->src_mac)};
    bool module = false;
    o.parser = (uint16_t)registry_parser_index(m->parser);
    for (uint32_t i = first; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (!is_identity(v)) continue;
        o.what = (uint8_t)(v->field - OT_FIELD_IDENTITY);
        if (o.what == IDENTITY_ADDRESS && (v->length == 4 || v->length == 16)) {
            o.device.address.family = v->length == 4 ? 4 : 6;
            memcpy(o.device.address.bytes, v->bytes, v->length);
            module = false;
        } else if (o.what == IDENTITY_MAC && v->length == 6) {
            memcpy(o.device.mac, v->bytes, 6);
            module = false;
        } else if (o.what == IDENTITY_SLOT) {
            module = true;
        } else if (!module && v->kind == VALUE_TEXT) {
            o.length = (uint16_t)(v->length < OBSERVATION_PAYLOAD ? v->length : OBSERVATION_PAYLOAD);
            if (!sent_before(s, &o, (const char *)v->bytes))
                plant_observe(s->worker->plant, s->worker->number, &o, (const char *)v->bytes);
        }
    }
}

/* The first message of its kind in a flow: who commands, who answers. */
static void send_talk(struct assets *s, const struct message *m)
{
    struct observation o = {.kind = OBSERVED_TALK,
                            .what = m->operation_class,
                            .parser = (uint16_t)registry_parser_index(m->layers[0]),
                            .time_ns = m->packet->time_ns,
                            .frame = m->packet->frame,
                            .device = party_of(&m->packet->src, m->packet->src_mac),
                            .peer = party_of(&m->packet->dst, m->packet->dst_mac)};
    if (m->role == ROLE_RESPONSE || m->role == ROLE_NOTIFY) {
        struct party swap = o.device;
        o.device = o.peer;
        o.peer = swap;
    }
    plant_observe(s->worker->plant, s->worker->number, &o, NULL);
}

static void assets_message(void *self, const struct message *m)
{
    struct assets *s = self;
    if (m->status == STATUS_UNANSWERED) return;
    send_identities(s, m);
    if (s->worker->said && s->worker->said->count == 1) send_talk(s, m);
}

const struct inspector inspector_assets = {.name = "assets",
                                           .size = sizeof(struct assets),
                                           .open = assets_open,
                                           .wants = assets_wants,
                                           .on_message = assets_message};
