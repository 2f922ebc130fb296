/* SPDX-License-Identifier: Apache-2.0 */
/* `asset` events: what is known of a device, each attribute with its evidence, its modules, and whom it talks with. */
#include <stdio.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/plant/devices_table.h"
#include "sensor/plant/zones.h"

enum { PEERS_AT_MOST = 64, MODULES_TOLD = 32 };

static const char *source_name(const struct attribute *a)
{
    return a->parser == BY_MAC ? "mac" : registry()->parsers[a->parser]->name;
}

static void put_attributes(struct json *j, struct device *v)
{
    bool changed = false, conflict = false;
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        if (v->attribute[i].text[0]) json_put_string(j, attribute_name[i], v->attribute[i].text);
        changed |= v->attribute[i].changed;
        conflict |= v->attribute[i].conflict;
    }
    if (changed) {
        json_begin_array(j, "changed");
        for (unsigned i = 0; i < ATTRIBUTES; i++)
            if (v->attribute[i].changed) json_put_string(j, NULL, attribute_name[i]);
        json_end_array(j);
    }
    if (!conflict) return;
    json_begin_object(j, "conflicts");
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (v->attribute[i].conflict) json_put_string(j, attribute_name[i], v->attribute[i].before);
    json_end_object(j);
}

void device_put_evidence(struct json *j, const struct device *v)
{
    json_begin_object(j, "evidence");
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        const struct attribute *a = &v->attribute[i];
        if (!a->text[0]) continue;
        json_begin_object(j, attribute_name[i]);
        if (a->frame) json_put_uint(j, "frame", a->frame);
        json_put_string(j, "protocol", source_name(a));
        json_put_double(j, "confidence", a->percent / 100.0);
        json_end_object(j);
    }
    json_end_object(j);
}

static void put_names(struct json *j, const struct device *v)
{
    char text[64];
    if (v->address_count) json_put_string(j, "address", address_text(&v->address[0], text));
    if (v->mac_count) json_put_string(j, "mac", mac_text(v->mac[0], text));
    if (v->address_count > 1) {
        json_begin_array(j, "addresses");
        for (unsigned i = 0; i < v->address_count; i++) json_put_string(j, NULL, address_text(&v->address[i], text));
        json_end_array(j);
    }
    if (v->mac_count > 1) {
        json_begin_array(j, "macs");
        for (unsigned i = 0; i < v->mac_count; i++) json_put_string(j, NULL, mac_text(v->mac[i], text));
        json_end_array(j);
    }
}

static void put_modules(struct json *j, const struct devices *d, const struct device *v)
{
    unsigned told = 0;
    if (!v->modules) return;
    if (v->module_count == 1 && module_is_unit(&d->modules[v->modules])) return; /* the device itself */
    json_begin_array(j, "modules");
    for (uint32_t i = v->modules; i && told < MODULES_TOLD; i = d->modules[i].next, told++) {
        const struct module *m = &d->modules[i];
        json_begin_object(j, NULL);
        json_put_string(j, "slot", m->slot);
        for (unsigned k = 0; k < ATTRIBUTE_NAME; k++)
            if (m->attribute[k].text[0]) json_put_string(j, attribute_name[k], m->attribute[k].text);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_peer(struct json *j, struct devices *d, const struct link *l, bool asks)
{
    char text[64];
    const struct device *peer = device_at(d, asks ? l->server : l->client);
    json_begin_object(j, NULL);
    if (peer->address_count)
        json_put_string(j, "address", address_text(&peer->address[0], text));
    else if (peer->mac_count)
        json_put_string(j, "mac", mac_text(peer->mac[0], text));
    json_put_string(j, "direction", asks ? "asks" : "answers");
    json_put_string(j, "protocol", registry()->parsers[l->parser]->name);
    json_begin_object(j, "classes");
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        if (l->count[c]) json_put_uint(j, ot_class_name[c], l->count[c]);
    json_end_object(j);
    json_put_time(j, "first", l->first_ns);
    json_put_time(j, "last", l->last_ns);
    json_end_object(j);
}

/* The newest first, as the lists have them; those of aliases, too. */
static void put_peers(struct json *j, struct devices *d, const struct device *v)
{
    unsigned told = 0, all = 0;
    if (!v->asks && !v->answers && !v->next_alias) return;
    json_begin_array(j, "peers");
    for (const struct device *a = v; a; a = a->next_alias ? &d->table[a->next_alias] : NULL) {
        for (uint32_t i = a->asks; i; i = d->links[i].next_of_client)
            if (all++ < PEERS_AT_MOST) put_peer(j, d, &d->links[i], true), told++;
        for (uint32_t i = a->answers; i; i = d->links[i].next_of_server)
            if (all++ < PEERS_AT_MOST) put_peer(j, d, &d->links[i], false), told++;
    }
    json_end_array(j);
    if (all > told) json_put_uint(j, "peer_count", all);
}

void device_tell(struct devices *d, struct device *v)
{
    struct json j = event_begin(d->out, EVENT_ASSET, NULL, NULL);
    int level = device_level(v);
    json_begin_object(&j, "asset");
    json_put_format(&j, "device", "%016llx", (unsigned long long)v->id);
    put_names(&j, v);
    put_attributes(&j, v);
    if (level >= 0) json_put_int(&j, "level", level);
    json_put_string(&j, "zone", zone_of(d->keeping->options, &v->address[0], level));
    if (v->vlan != 0xffff) json_put_uint(&j, "vlan", v->vlan);
    if (v->protocol_count) {
        json_begin_array(&j, "protocols");
        for (unsigned i = 0; i < v->protocol_count; i++)
            json_put_string(&j, NULL, registry()->parsers[v->protocols[i]]->name);
        json_end_array(&j);
    }
    put_modules(&j, d, v);
    put_peers(&j, d, v);
    json_put_time(&j, "first_seen", v->first_ns);
    json_put_time(&j, "last_seen", v->last_ns);
    device_put_evidence(&j, v);
    json_end_object(&j);
    event_send(d->out, &j, EVENT_ASSET, 0, v->last_ns, v->id, v->told++);
    v->told_ns = v->last_ns;
    for (unsigned i = 0; i < ATTRIBUTES; i++) v->attribute[i].changed = false;
}

void device_tell_change(struct devices *d, struct device *v, const char *event, const char *zh, const char *en,
                        const char *before, const char *after, uint64_t frame)
{
    char text[64];
    struct json j = event_begin(d->out, EVENT_ANOMALY, NULL, NULL);
    json_begin_object(&j, "anomaly");
    json_put_string(&j, "type", "asset");
    json_put_string(&j, "event", event);
    json_put_string(&j, "layer", "plant");
    json_put_string(&j, "zh", zh);
    json_put_string(&j, "en", en);
    if (v->address_count) json_put_string(&j, "address", address_text(&v->address[0], text));
    if (v->mac_count) json_put_string(&j, "mac", mac_text(v->mac[0], text));
    if (before) json_put_string(&j, "before", before);
    if (after) json_put_string(&j, "after", after);
    if (frame) json_put_uint(&j, "frame", frame);
    json_end_object(&j);
    event_send(d->out, &j, EVENT_ANOMALY, 0, d->out->now_ns, v->id ^ frame, v->told++);
}
