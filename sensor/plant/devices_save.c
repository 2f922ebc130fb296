/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory's snapshot: devices with their keys, modules and links, texts as long as they are. */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/plant/devices_table.h"

static void put_parser(struct snapshot *s, uint16_t parser)
{
    snapshot_put_text(s, parser == BY_MAC ? "mac" : registry()->parsers[parser]->name);
}

static uint16_t get_parser(struct snapshot *s)
{
    char name[64];
    snapshot_get_text(s, name, sizeof name);
    const struct parser *p = registry_parser(name);
    return strcmp(name, "mac") == 0 ? BY_MAC : p ? (uint16_t)registry_parser_index(p) : 0;
}

static void put_attribute(struct snapshot *s, const struct attribute *a)
{
    snapshot_put_text(s, a->text);
    if (!a->text[0]) return;
    snapshot_put_text(s, a->before);
    snapshot_put_uint(s, a->frame);
    put_parser(s, a->parser);
    snapshot_put_uint(s, a->percent | (unsigned)a->conflict << 8);
}

static void get_attribute(struct snapshot *s, struct attribute *a)
{
    snapshot_get_text(s, a->text, sizeof a->text);
    if (!a->text[0]) return;
    snapshot_get_text(s, a->before, sizeof a->before);
    a->frame = snapshot_get_uint(s);
    a->parser = get_parser(s);
    uint64_t sure = snapshot_get_uint(s);
    a->percent = (uint8_t)sure;
    a->conflict = sure >> 8;
}

/* The plain members of a device, saved as they are in memory: the snapshot's version stands for their layout. */
struct plain {
    uint64_t id, first_ns, last_ns, told_ns, told, moved_ns, duplicate_ns;
    uint32_t alias_of, next_alias;
    uint8_t address_count, mac_count, address_by_arp, carrier;
    uint16_t vlan, protocol_count;
    struct address address[DEVICE_ADDRESSES];
    uint8_t mac[DEVICE_MACS][6];
};

static void put_device(struct snapshot *s, const struct devices *d, const struct device *v)
{
    struct plain p = {0};
    p.id = v->id, p.first_ns = v->first_ns, p.last_ns = v->last_ns, p.told_ns = v->told_ns, p.told = v->told;
    p.moved_ns = v->moved_ns, p.duplicate_ns = v->duplicate_ns;
    p.alias_of = v->alias_of, p.next_alias = v->next_alias;
    p.address_count = v->address_count, p.mac_count = v->mac_count, p.address_by_arp = v->address_by_arp;
    p.carrier = v->carrier, p.vlan = v->vlan, p.protocol_count = v->protocol_count;
    memcpy(p.address, v->address, sizeof p.address);
    memcpy(p.mac, v->mac, sizeof p.mac);
    snapshot_put(s, &p, sizeof p);
    for (unsigned i = 0; i < v->protocol_count; i++) put_parser(s, v->protocols[i]);
    for (unsigned i = 0; i < ATTRIBUTES; i++) put_attribute(s, &v->attribute[i]);
    snapshot_put(s, &v->doings, sizeof v->doings);
    put_parser(s, v->doings.read_parser);
    put_parser(s, v->doings.write_parser);
    put_parser(s, v->doings.engineering_parser);
    put_parser(s, v->doings.answer_parser);
    put_parser(s, v->doings.it_parser);
    snapshot_put_uint(s, v->module_count);
    for (uint32_t i = v->modules; i; i = d->modules[i].next) {
        snapshot_put_text(s, d->modules[i].slot);
        for (unsigned k = 0; k < ATTRIBUTE_NAME; k++) put_attribute(s, &d->modules[i].attribute[k]);
    }
}

void devices_save(void *self, struct snapshot *s)
{
    const struct devices *d = self;
    snapshot_put_uint(s, d->count);
    snapshot_put_uint(s, d->outsiders);
    for (uint32_t i = 1; i <= d->count; i++) put_device(s, d, &d->table[i]);
    snapshot_put_uint(s, d->key_count);
    snapshot_put(s, d->keys + 1, d->key_count * sizeof *d->keys);
    snapshot_put_uint(s, d->link_count);
    for (uint32_t i = 1; i <= d->link_count; i++) {
        snapshot_put(s, &d->links[i], sizeof *d->links);
        put_parser(s, d->links[i].parser);
    }
}

static bool get_modules(struct snapshot *s, struct devices *d, struct device *v)
{
    uint64_t count = snapshot_get_uint(s);
    for (uint64_t i = 0; i < count && !s->bad; i++) {
        char slot[SLOT_TEXT];
        snapshot_get_text(s, slot, sizeof slot);
        struct module *m = module_of(d, v, slot, true);
        if (!m) return false;
        for (unsigned k = 0; k < ATTRIBUTE_NAME; k++) get_attribute(s, &m->attribute[k]);
    }
    return true;
}

static bool get_device(struct snapshot *s, struct devices *d, struct device *v, uint64_t count)
{
    struct plain p;
    snapshot_get(s, &p, sizeof p);
    if (p.address_count > DEVICE_ADDRESSES || p.mac_count > DEVICE_MACS || p.protocol_count > DEVICE_PROTOCOLS ||
        p.alias_of > count || p.next_alias > count)
        return false;
    v->id = p.id, v->first_ns = p.first_ns, v->last_ns = p.last_ns, v->told_ns = p.told_ns, v->told = p.told;
    v->moved_ns = p.moved_ns, v->duplicate_ns = p.duplicate_ns, v->moved_told = true;
    v->alias_of = p.alias_of, v->next_alias = p.next_alias;
    v->address_count = p.address_count, v->mac_count = p.mac_count, v->address_by_arp = p.address_by_arp;
    v->carrier = p.carrier, v->vlan = p.vlan, v->protocol_count = (uint8_t)p.protocol_count;
    memcpy(v->address, p.address, sizeof p.address);
    memcpy(v->mac, p.mac, sizeof p.mac);
    for (unsigned i = 0; i < v->protocol_count; i++) v->protocols[i] = get_parser(s);
    for (unsigned i = 0; i < ATTRIBUTES; i++) get_attribute(s, &v->attribute[i]);
    snapshot_get(s, &v->doings, sizeof v->doings);
    v->doings.read_parser = get_parser(s);
    v->doings.write_parser = get_parser(s);
    v->doings.engineering_parser = get_parser(s);
    v->doings.answer_parser = get_parser(s);
    v->doings.it_parser = get_parser(s);
    return get_modules(s, d, v);
}

static bool get_keys(struct snapshot *s, struct devices *d)
{
    uint64_t count = snapshot_get_uint(s);
    for (uint64_t i = 0; i < count && !s->bad; i++) {
        struct key k;
        snapshot_get(s, &k, sizeof k);
        if (!k.device || k.device > d->count || (k.family && k.family != 4 && k.family != 6)) return false;
        uint32_t at = key_enter(d, k.family, k.bytes, k.device);
        if (!at) return false;
        d->keys[at] = k;
    }
    return true;
}

static bool get_links(struct snapshot *s, struct devices *d)
{
    uint64_t count = snapshot_get_uint(s);
    if (count >= LINKS_AT_MOST) return false;
    for (uint32_t i = 1; i <= count && !s->bad; i++) {
        struct link *l = &d->links[i];
        snapshot_get(s, l, sizeof *l);
        l->parser = get_parser(s);
        if (!l->client || l->client > d->count || !l->server || l->server > d->count) return false;
        d->link_count = i;
        link_enter(d, i);
    }
    return true;
}

/* An alias chain that does not end would be walked for ever. */
static bool aliases_end(const struct devices *d)
{
    for (uint32_t i = 1; i <= d->count; i++)
        if (d->table[i].alias_of && d->table[d->table[i].alias_of].alias_of == i) return false;
    return true;
}

static void forget(struct devices *d)
{
    memset(d->table, 0, DEVICES_AT_MOST * sizeof *d->table);
    memset(d->key_slots, 0, KEY_SLOTS * sizeof *d->key_slots);
    memset(d->link_slots, 0, LINK_SLOTS * sizeof *d->link_slots);
    d->count = d->outsiders = d->key_count = d->link_count = d->module_count = d->dirty_count = 0;
}

bool devices_load(void *self, struct snapshot *s)
{
    struct devices *d = self;
    uint64_t count = snapshot_get_uint(s);
    d->outsiders = (uint32_t)snapshot_get_uint(s);
    bool good = count < DEVICES_AT_MOST;
    for (uint32_t i = 1; good && i <= count && !s->bad; i++) {
        d->count = i;
        good = get_device(s, d, &d->table[i], count);
    }
    good = good && get_keys(s, d) && get_links(s, d) && snapshot_ended(s) && !s->bad && aliases_end(d);
    if (!good) forget(d);
    return good;
}
