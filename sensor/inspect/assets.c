/* SPDX-License-Identifier: Apache-2.0 */
/* What messages reveal of devices, sent to the plant: identities once each, and who speaks what with whom. */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { RECENT = 4096, SLOT = 16 /* longest name of a module */, HOSTS = 8192 };

struct assets {
    struct worker *worker;
    uint64_t recent[RECENT]; /* hashes of identities already sent: most repeat with every poll */
    uint64_t hosts[HOSTS];   /* hashes of address and MAC in places of the address: sent again when they differ */
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
    uint64_t h = XXH3_64bits_withSeed(text, o->length, o->what + 1u + 256u * o->slot);
    h = XXH3_64bits_withSeed(&o->device, sizeof o->device, h) | 1;
    uint64_t *place = &s->recent[h % RECENT];
    if (*place == h) return true;
    *place = h;
    return false;
}

/* A message's identities speak of its sender until an ADDRESS or MAC among them names another device; those behind a
 * SLOT speak of a module. */
static bool is_identity(const struct value *v)
{
    return v->field >= OT_FIELD_IDENTITY && v->field <= OT_FIELD_IDENTITY + IDENTITY_USER;
}

/* Whom the values that follow speak of. An address of its own, with or without a MAC behind it. */
static bool turn(struct observation *o, const struct value *v, bool *address_first)
{
    if (o->what == IDENTITY_ADDRESS && (v->length == 4 || v->length == 16)) {
        o->device = (struct party){.address.family = v->length == 4 ? 4 : 6};
        memcpy(o->device.address.bytes, v->bytes, v->length);
        *address_first = true;
        return true;
    }
    if (o->what != IDENTITY_MAC || v->length != 6) return false;
    if (!*address_first) o->device.address = (struct address){0};
    memcpy(o->device.mac, v->bytes, 6);
    *address_first = false;
    return true;
}

static void send_identities(struct assets *s, const struct message *m)
{
    uint32_t first = 0;
    while (first < m->value_count && !is_identity(&m->values[first])) first++;
    if (first == m->value_count) return;
    struct observation o = {.kind = OBSERVED_IDENTITY,
                            .time_ns = m->packet->time_ns,
                            .frame = m->packet->frame,
                            .vlan = m->packet->vlan[0],
                            .device = party_of(&m->packet->src, m->packet->src_mac)};
    char payload[OBSERVATION_PAYLOAD];
    bool address_first = false;
    o.parser = (uint16_t)registry_parser_index(m->parser);
    for (uint32_t i = first; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (!is_identity(v)) continue;
        o.what = (uint8_t)(v->field - OT_FIELD_IDENTITY);
        if (turn(&o, v, &address_first)) {
            o.slot = 0;
        } else if (o.what == IDENTITY_SLOT && v->length && v->length < SLOT) {
            memcpy(payload, v->bytes, v->length);
            o.slot = (uint16_t)v->length;
        } else if (v->kind == VALUE_TEXT) {
            size_t n = v->length < sizeof payload - o.slot ? v->length : sizeof payload - o.slot;
            memcpy(payload + o.slot, v->bytes, n);
            o.length = (uint16_t)(o.slot + n);
            if (!sent_before(s, &o, payload)) plant_observe(s->worker->plant, s->worker->number, &o, payload);
        }
    }
}

/* Told of `count` messages: the first, then in whole steps, so that a link counts each flow to within a step. */
static uint64_t told_of(uint64_t count) { return count < INSPECT_STEP ? count != 0 : count - count % INSPECT_STEP; }

/* Who commands, who answers: by meaning, not by who opened the connection. */
static void send_talk(struct assets *s, const struct message *m, uint32_t count)
{
    struct observation o = {.kind = OBSERVED_TALK,
                            .what = m->operation_class,
                            .parser = (uint16_t)registry_parser_index(m->parser),
                            .count = count,
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
    const struct said *said = s->worker->said;
    if (m->status == STATUS_UNANSWERED) return;
    if (m->has_identity) send_identities(s, m);
    if (!said || (said->count > 1 && said->count % INSPECT_STEP)) return;
    send_talk(s, m, (uint32_t)(told_of(said->count) - told_of(said->count - 1)));
}

/* Once for each pair of address and MAC, and again after the address was sent by another one. */
static void send_host(struct assets *s, const struct packet_meta *p, const struct party *party, enum host_seen how)
{
    uint64_t place = XXH3_64bits(&party->address, sizeof party->address);
    uint64_t h = XXH3_64bits_withSeed(party, sizeof *party, how + 2u * p->vlan[0]) | 1;
    if (s->hosts[place % HOSTS] == h) return;
    s->hosts[place % HOSTS] = h;
    struct observation o = {.kind = OBSERVED_HOST,
                            .what = (uint8_t)how,
                            .vlan = p->vlan[0],
                            .time_ns = p->time_ns,
                            .frame = p->frame,
                            .device = *party};
    plant_observe(s->worker->plant, s->worker->number, &o, NULL);
}

static void assets_flow(void *self, const struct packet *p)
{
    struct party party = party_of(&p->meta.src, p->meta.src_mac);
    if (party.address.family) send_host(self, &p->meta, &party, HOST_SENT);
}

/* ARP for IPv4 over Ethernet (RFC 826): the sender's own addresses. */
static void assets_payload(void *self, const struct packet_meta *p, struct bytes in)
{
    enum { ETHERTYPE_ARP = 0x0806 };
    static const uint8_t head[] = {0, 1, 8, 0, 6, 4}, none[4];
    struct party party = {.address.family = 4};
    if (p->ethertype != ETHERTYPE_ARP || p->src.family) return;
    struct bytes kind = bytes_take(&in, sizeof head);
    bytes_skip(&in, 2);
    struct bytes mac = bytes_take(&in, 6), ip = bytes_take(&in, 4);
    if (!bytes_ok(&in) || memcmp(kind.at, head, sizeof head) != 0 || memcmp(ip.at, none, 4) == 0) return;
    memcpy(party.mac, mac.at, 6);
    memcpy(party.address.bytes, ip.at, 4);
    send_host(self, p, &party, HOST_ARP);
}

const struct inspector inspector_assets = {.name = "assets",
                                           .size = sizeof(struct assets),
                                           .open = assets_open,
                                           .wants = assets_wants,
                                           .identities = true,
                                           .firsts = true,
                                           .on_message = assets_message,
                                           .on_payload = assets_payload,
                                           .on_flow = assets_flow};
