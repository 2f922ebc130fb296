/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: a bounded table, attributes with their evidence, and `asset` events when something about one changed. */
#include "sensor/plant/devices.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/plant/keeper.h"

enum { DEVICES_AT_MOST = 16384, SLOTS = 32768, PROTOCOLS_AT_MOST = 16, TEXT = 96 };
#define SETTLE  1000000000ull   /* ns: attributes of one answer arrive together */
#define REFRESH 300000000000ull /* ns: last_seen is told at least so often while a device speaks */

/* Attributes an asset event carries; the order is that of enum identity. */
static const struct {
    enum identity identity;
    const char *name;
} attributes[] = {
    {IDENTITY_VENDOR, "vendor"},     {IDENTITY_MODEL, "model"},       {IDENTITY_ORDER_NUMBER, "order_number"},
    {IDENTITY_FIRMWARE, "firmware"}, {IDENTITY_HARDWARE, "hardware"}, {IDENTITY_SERIAL, "serial"},
    {IDENTITY_NAME, "name"},         {IDENTITY_LOCATION, "location"}, {IDENTITY_ROLE, "role"},
};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

struct attribute {
    char text[TEXT];
    uint64_t frame;
    uint16_t parser;
    uint8_t percent; /* how sure */
    bool changed;    /* since the last event, from another value */
};

struct device {
    struct party party;
    uint64_t first_ns, last_ns, changed_ns, told_ns, told;
    struct attribute attribute[ATTRIBUTES];
    uint16_t protocols[PROTOCOLS_AT_MOST];
    uint8_t protocol_count;
    bool changed;
};

struct devices {
    struct event_out *out;
    struct device *table;
    uint32_t slots[SLOTS]; /* index + 1 */
    uint32_t count;
    uint64_t refused;
};

static bool devices_open(void *self, struct keeping *k, struct fault *fault)
{
    struct devices *d = self;
    d->out = k->out;
    d->table = calloc(DEVICES_AT_MOST, sizeof *d->table);
    return d->table || fault_set(fault, "out of memory");
}

static void devices_close(void *self)
{
    struct devices *d = self;
    free(d->table);
}

static bool same(const struct party *a, const struct party *b)
{
    if (a->address.family != b->address.family) return false;
    if (!a->address.family) return memcmp(a->mac, b->mac, 6) == 0;
    return memcmp(a->address.bytes, b->address.bytes, a->address.family == 4 ? 4 : 16) == 0;
}

static uint64_t party_hash(const struct party *p)
{
    if (!p->address.family) return XXH3_64bits(p->mac, 6);
    return XXH3_64bits(p->address.bytes, p->address.family == 4 ? 4 : 16);
}

static bool is_group(const struct party *p)
{
    const uint8_t *a = p->address.bytes;
    if (p->address.family == 4) return a[0] >= 224 || a[0] == 0 || (a[3] == 255 && p->mac[0] & 1);
    if (p->address.family == 6) return a[0] == 0xff;
    return p->mac[0] & 1;
}

static struct device *device_of(struct devices *d, const struct party *party, uint64_t now)
{
    uint64_t i = party_hash(party);
    if (is_group(party)) return NULL;
    for (;; i++) {
        uint32_t n = d->slots[i % SLOTS];
        if (!n) break;
        if (same(&d->table[n - 1].party, party)) return &d->table[n - 1];
    }
    if (d->count == DEVICES_AT_MOST) {
        d->refused++;
        return NULL;
    }
    struct device *v = &d->table[d->count++];
    d->slots[i % SLOTS] = d->count;
    v->party = *party;
    v->first_ns = v->last_ns = now;
    return v;
}

static void change(struct device *v, uint64_t now)
{
    v->changed = true;
    v->changed_ns = now;
}

static void learn_protocol(struct device *v, uint16_t parser, uint64_t now)
{
    for (unsigned i = 0; i < v->protocol_count; i++)
        if (v->protocols[i] == parser) return;
    if (v->protocol_count == PROTOCOLS_AT_MOST) return;
    v->protocols[v->protocol_count++] = parser;
    change(v, now);
}

static void learn_text(struct device *v, unsigned which, const struct observation *o, const char *text, size_t length,
                       unsigned percent)
{
    struct attribute *a = &v->attribute[which];
    char clean[TEXT] = "";
    struct bytes trimmed = bytes_trimmed(bytes_over(text, length < TEXT - 1 ? length : TEXT - 1));
    memcpy(clean, trimmed.at, bytes_left(&trimmed));
    if (!clean[0] || percent < a->percent || strcmp(clean, a->text) == 0) return;
    a->changed = a->text[0] && percent == a->percent;
    memcpy(a->text, clean, TEXT);
    a->frame = o->frame;
    a->parser = o->parser;
    a->percent = (uint8_t)percent;
    change(v, o->time_ns);
}

static void learn_role(struct device *v, const struct observation *o, const char *role, unsigned percent)
{
    learn_text(v, ATTRIBUTES - 1, o, role, strlen(role), percent);
}

/* Who commands is a station of people or software; who answers an industrial protocol is a controller. A guess until
 * the device itself says what it is. */
static void learn_talk(struct devices *d, const struct observation *o)
{
    struct device *commander = device_of(d, &o->device, o->time_ns), *answerer = device_of(d, &o->peer, o->time_ns);
    bool engineering = o->what == OT_PROGRAM || o->what == OT_MODE || o->what == OT_FIRMWARE;
    if (commander) {
        commander->last_ns = o->time_ns;
        learn_protocol(commander, o->parser, o->time_ns);
        learn_role(commander, o, engineering ? "engineering station" : "master", engineering ? 40 : 30);
    }
    if (answerer) {
        answerer->last_ns = o->time_ns;
        learn_protocol(answerer, o->parser, o->time_ns);
        learn_role(answerer, o, "controller", 50);
    }
}

static void learn_identity(struct devices *d, const struct observation *o, const char *text)
{
    struct device *v = device_of(d, &o->device, o->time_ns);
    if (!v) return;
    v->last_ns = o->time_ns;
    learn_protocol(v, o->parser, o->time_ns);
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (attributes[i].identity == o->what) learn_text(v, i, o, text, o->length, 95);
}

static void devices_observe(void *self, const struct observation *o, const void *payload)
{
    struct devices *d = self;
    if (o->kind == OBSERVED_IDENTITY)
        learn_identity(d, o, payload);
    else if (o->kind == OBSERVED_TALK)
        learn_talk(d, o);
}

static void put_attributes(struct json *j, struct device *v)
{
    bool changed = false;
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        if (v->attribute[i].text[0]) json_put_string(j, attributes[i].name, v->attribute[i].text);
        changed |= v->attribute[i].changed;
    }
    if (!changed) return;
    json_begin_array(j, "changed");
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        if (v->attribute[i].changed) json_put_string(j, NULL, attributes[i].name);
        v->attribute[i].changed = false;
    }
    json_end_array(j);
}

static void put_evidence(struct json *j, const struct device *v)
{
    json_begin_object(j, "evidence");
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        const struct attribute *a = &v->attribute[i];
        if (!a->text[0]) continue;
        json_begin_object(j, attributes[i].name);
        json_put_uint(j, "frame", a->frame);
        json_put_string(j, "protocol", registry()->parsers[a->parser]->name);
        json_put_double(j, "confidence", a->percent / 100.0);
        json_end_object(j);
    }
    json_end_object(j);
}

static void tell(struct devices *d, struct device *v)
{
    char text[64];
    static const uint8_t none[6];
    struct json j = event_begin(d->out, EVENT_ASSET, NULL, NULL);
    json_begin_object(&j, "asset");
    if (v->party.address.family) json_put_string(&j, "address", address_text(&v->party.address, text));
    if (memcmp(v->party.mac, none, 6) != 0) json_put_string(&j, "mac", mac_text(v->party.mac, text));
    put_attributes(&j, v);
    json_begin_array(&j, "protocols");
    for (unsigned i = 0; i < v->protocol_count; i++)
        json_put_string(&j, NULL, registry()->parsers[v->protocols[i]]->name);
    json_end_array(&j);
    json_put_time(&j, "first_seen", v->first_ns);
    json_put_time(&j, "last_seen", v->last_ns);
    put_evidence(&j, v);
    json_end_object(&j);
    event_send(d->out, &j, EVENT_ASSET, 0, v->last_ns, party_hash(&v->party), v->told++);
    v->changed = false;
    v->told_ns = v->last_ns;
}

static void devices_tick(void *self, uint64_t now)
{
    struct devices *d = self;
    for (uint32_t i = 0; i < d->count; i++) {
        struct device *v = &d->table[i];
        bool settled = v->changed && now - v->changed_ns >= SETTLE;
        bool stale = now != UINT64_MAX && v->told && v->last_ns - v->told_ns >= REFRESH;
        if (settled || stale) tell(d, v);
    }
}

static void devices_finish(void *self, uint64_t now)
{
    (void)now;
    devices_tick(self, UINT64_MAX);
}

static void devices_counters(void *self, struct json *j)
{
    const struct devices *d = self;
    json_put_uint(j, "devices", d->count);
    json_put_uint(j, "refused", d->refused);
}

const struct keeper keeper_devices = {.name = "devices",
                                      .size = sizeof(struct devices),
                                      .open = devices_open,
                                      .observe = devices_observe,
                                      .tick = devices_tick,
                                      .finish = devices_finish,
                                      .counters = devices_counters,
                                      .close = devices_close};
