/* SPDX-License-Identifier: Apache-2.0 */
/* From addresses and MACs to devices: one device with several of them is one, a router is not all that stand behind it.
 *
 * A MAC belongs to the device whose address it sends. When addresses of two networks come from one MAC, it is a
 * router's: from then on it names the router only, and what stands behind is known by its address. ARP (RFC 826) tells
 * of the sender's own address, so it is believed even then. */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/plant/devices_table.h"

#define BOTH_ALIVE 3600000000000ull /* ns: an address that returns to a MAC within this time has two owners */

enum { MAC = 0 };

static size_t key_size(uint8_t family) { return family == 4 ? 4 : family == 6 ? 16 : 6; }

static uint64_t key_hash(uint8_t family, const uint8_t *bytes)
{
    return XXH3_64bits_withSeed(bytes, key_size(family), family);
}

static struct key *key_find(struct devices *d, uint8_t family, const uint8_t *bytes)
{
    for (uint64_t i = key_hash(family, bytes);; i++) {
        uint32_t n = d->key_slots[i % KEY_SLOTS];
        if (!n) return NULL;
        struct key *k = &d->keys[n];
        if (k->family == family && memcmp(k->bytes, bytes, key_size(family)) == 0) return k;
    }
}

uint32_t key_enter(struct devices *d, uint8_t family, const uint8_t *bytes, uint32_t device)
{
    uint64_t i = key_hash(family, bytes);
    if (d->key_count == KEYS_AT_MOST) {
        d->counters.keys_refused++;
        return NONE;
    }
    while (d->key_slots[i % KEY_SLOTS]) i++;
    struct key *k = &d->keys[++d->key_count];
    *k = (struct key){.family = family, .device = device};
    memcpy(k->bytes, bytes, key_size(family));
    d->key_slots[i % KEY_SLOTS] = d->key_count;
    return d->key_count;
}

static bool is_set(const uint8_t mac[6])
{
    static const uint8_t none[6];
    return memcmp(mac, none, 6) != 0;
}

bool party_is_group(const struct party *p)
{
    const uint8_t *a = p->address.bytes;
    static const uint8_t none[16];
    if (p->address.family == 4) return a[0] >= 224 || a[0] == 0 || (a[3] == 255 && p->mac[0] & 1);
    if (p->address.family == 6) return a[0] == 0xff || memcmp(a, none, 16) == 0;
    return p->mac[0] & 1 || !is_set(p->mac);
}

/* RFC 1918, 3927, 6598, loopback, documentation aside: what is routed in the Internet. */
bool address_is_public(const struct address *address)
{
    const uint8_t *a = address->bytes;
    if (address->family == 6) return (a[0] & 0xe0) == 0x20;
    if (address->family != 4) return false;
    if (a[0] == 10 || a[0] == 127 || a[0] == 0 || a[0] >= 224) return false;
    if (a[0] == 172 && (a[1] & 0xf0) == 16) return false;
    if (a[0] == 100 && (a[1] & 0xc0) == 64) return false;
    return !(a[0] == 192 && a[1] == 168) && !(a[0] == 169 && a[1] == 254);
}

uint32_t device_index(const struct devices *d, const struct device *v) { return (uint32_t)(v - d->table); }

struct device *device_at(struct devices *d, uint32_t index)
{
    while (d->table[index].alias_of) index = d->table[index].alias_of;
    return &d->table[index];
}

void device_changed(struct devices *d, struct device *v, uint64_t now)
{
    if (!v->changed) d->dirty[d->dirty_count++] = device_index(d, v);
    v->changed = true;
    v->changed_ns = now;
    d->keeping->changed = true;
}

static struct device *device_make(struct devices *d, const struct party *p, uint64_t now)
{
    bool outsider = address_is_public(&p->address);
    if (d->count + 1 == DEVICES_AT_MOST || (outsider && d->outsiders == OUTSIDERS_AT_MOST)) {
        d->counters.refused++;
        return NULL;
    }
    struct device *v = &d->table[++d->count];
    d->outsiders += outsider;
    v->first_ns = v->last_ns = now;
    v->vlan = 0xffff;
    v->id = p->address.family ? key_hash(p->address.family, p->address.bytes) : key_hash(MAC, p->mac);
    device_changed(d, v, now);
    return v;
}

static bool is_link_local(const struct address *a)
{
    if (a->family == 4) return a->bytes[0] == 169 && a->bytes[1] == 254;
    return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

/* [0] is the one a device is called by. */
static void prefer_last(struct device *v)
{
    unsigned last = v->address_count - 1u, arp = v->address_by_arp;
    struct address swap = v->address[0];
    v->address[0] = v->address[last];
    v->address[last] = swap;
    if ((arp & 1) != (arp >> last & 1)) v->address_by_arp = (uint8_t)(arp ^ (1u | 1u << last));
}

static bool add_address(struct devices *d, struct device *v, const struct address *a, bool by_arp)
{
    if (v->address_count == DEVICE_ADDRESSES || !key_enter(d, a->family, a->bytes, device_index(d, v))) return false;
    if (by_arp) v->address_by_arp |= (uint8_t)(1u << v->address_count);
    v->address[v->address_count++] = *a;
    if (v->address_count > 1 && is_link_local(&v->address[0]) && !is_link_local(a)) prefer_last(v);
    return true;
}

/* In front: it is the present one. */
static void put_mac(struct device *v, const uint8_t mac[6])
{
    unsigned at = 0;
    while (at < v->mac_count && memcmp(v->mac[at], mac, 6) != 0) at++;
    if (at == v->mac_count && v->mac_count < DEVICE_MACS) v->mac_count++;
    if (at == DEVICE_MACS) at--;
    memmove(v->mac[1], v->mac[0], at * 6u);
    memcpy(v->mac[0], mac, 6);
}

static void remove_mac(struct device *v, const uint8_t mac[6])
{
    for (unsigned i = 0; i < v->mac_count; i++) {
        if (memcmp(v->mac[i], mac, 6) != 0) continue;
        memmove(v->mac[i], v->mac[i + 1], (v->mac_count - i - 1u) * 6u);
        v->mac_count--;
        return;
    }
}

struct device *device_of(struct devices *d, const struct party *p, uint64_t now, bool make)
{
    if (party_is_group(p)) return NULL;
    struct key *k = p->address.family ? key_find(d, p->address.family, p->address.bytes) : key_find(d, MAC, p->mac);
    if (k) return device_at(d, k->device);
    struct device *v = make ? device_make(d, p, now) : NULL;
    if (!v) return NULL;
    if (p->address.family)
        add_address(d, v, &p->address, false);
    else if (key_enter(d, MAC, p->mac, device_index(d, v)))
        put_mac(v, p->mac);
    return v;
}

static void merge_attributes(struct device *to, const struct device *from)
{
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        if (from->attribute[i].percent > to->attribute[i].percent) to->attribute[i] = from->attribute[i];
}

void device_merge(struct devices *d, struct device *to, struct device *from)
{
    uint64_t now = to->last_ns > from->last_ns ? to->last_ns : from->last_ns;
    if (to == from) return;
    d->counters.merged++;
    for (unsigned i = 0; i < from->address_count && to->address_count < DEVICE_ADDRESSES; i++) {
        if (from->address_by_arp >> i & 1) to->address_by_arp |= (uint8_t)(1u << to->address_count);
        to->address[to->address_count++] = from->address[i];
    }
    for (unsigned i = 0; i < from->mac_count && to->mac_count < DEVICE_MACS; i++)
        memcpy(to->mac[to->mac_count++], from->mac[i], 6);
    merge_attributes(to, from);
    for (unsigned i = 0; i < from->protocol_count; i++) learn_protocol(d, to, from->protocols[i], now);
    if (from->first_ns < to->first_ns) to->first_ns = from->first_ns;
    to->last_ns = now;
    uint32_t module = from->modules, next;
    for (; module; module = next) {
        next = d->modules[module].next;
        d->modules[module].next = to->modules;
        to->modules = module;
    }
    to->module_count = (uint8_t)(to->module_count + from->module_count);
    from->modules = NONE;
    from->alias_of = device_index(d, to);
    uint32_t last = device_index(d, from);
    while (d->table[last].next_alias) last = d->table[last].next_alias;
    d->table[last].next_alias = to->next_alias;
    to->next_alias = device_index(d, from);
    device_changed(d, to, now);
}

/* The MAC is a router's: it leaves the device that was taken for its owner, with what was said on the link itself. */
static void split(struct devices *d, struct key *mac, const struct observation *o)
{
    struct device *v = device_at(d, mac->device);
    mac->carrier = true;
    if (!v->address_count) {
        v->carrier = true;
        return;
    }
    struct party party = {0};
    memcpy(party.mac, mac->bytes, 6);
    struct device *router = device_make(d, &party, o->time_ns);
    if (!router) return;
    d->counters.split++;
    router->carrier = true;
    put_mac(router, mac->bytes);
    remove_mac(v, mac->bytes);
    mac->device = device_index(d, router);
    for (unsigned i = 0; i < v->address_count;) {
        struct key *k = key_find(d, v->address[i].family, v->address[i].bytes);
        if (!(v->address_by_arp >> i & 1) || !k || router->address_count == DEVICE_ADDRESSES) {
            i++;
            continue;
        }
        k->device = mac->device;
        router->address_by_arp |= (uint8_t)(1u << router->address_count);
        router->address[router->address_count++] = v->address[i];
        v->address_by_arp = (uint8_t)((v->address_by_arp & ((1u << i) - 1)) | (v->address_by_arp >> (i + 1) << i));
        memmove(&v->address[i], &v->address[i + 1], (v->address_count - i - 1u) * sizeof *v->address);
        v->address_count--;
    }
    for (unsigned i = 0; i < ATTRIBUTES; i++) {
        struct attribute *a = &v->attribute[i];
        bool link = a->parser == BY_MAC || (a->text[0] && registry()->parsers[a->parser]->transports == OVER_LINK);
        if (!link) continue;
        router->attribute[i] = *a;
        memset(a, 0, sizeof *a);
    }
    device_changed(d, v, o->time_ns);
}

/* Addresses that several machines take over from each other on purpose: VRRP (RFC 9568), HSRP (RFC 2281). */
static bool is_virtual(const uint8_t mac[6])
{
    static const uint8_t vrrp[4] = {0x00, 0x00, 0x5e, 0x00}, hsrp[5] = {0x00, 0x00, 0x0c, 0x07, 0xac};
    return memcmp(mac, vrrp, 4) == 0 || memcmp(mac, hsrp, 5) == 0;
}

/* An EtherCAT slave marks a frame on its way back in the local bit of the source (ETG.1000.4). */
static bool is_twin(const uint8_t a[6], const uint8_t b[6])
{
    return (a[0] ^ b[0]) == 2 && memcmp(a + 1, b + 1, 5) == 0;
}

/* The address is sent by another MAC than before. */
static void moved(struct devices *d, struct device *v, const struct observation *o)
{
    const uint8_t *mac = o->device.mac;
    if (is_virtual(mac) || is_virtual(v->mac[0]) || (o->vlan != v->vlan && v->vlan != 0xffff)) return;
    if (is_twin(mac, v->mac[0]) || (o->device.address.family == 4 && o->device.address.bytes[0] == 127)) return;
    bool returned = v->mac_count > 1 && memcmp(v->mac[1], mac, 6) == 0 && o->time_ns - v->moved_ns < BOTH_ALIVE;
    bool known = returned && v->duplicate_ns && o->time_ns - v->duplicate_ns < BOTH_ALIVE;
    put_mac(v, mac);
    if (known) return; /* the two take turns */
    v->duplicate |= returned;
    v->moved_ns = o->time_ns;
    v->moved_frame = o->frame;
    v->moved_told = false;
    device_changed(d, v, o->time_ns);
}

static bool other_network(struct key *mac, const struct address *a)
{
    if (a->family != 4 || (a->bytes[0] == 169 && a->bytes[1] == 254)) return false;
    if (mac->has_net) return memcmp(mac->net, a->bytes, 3) != 0;
    mac->has_net = true;
    memcpy(mac->net, a->bytes, 3);
    return false;
}

static bool has_mac(const struct device *v, const uint8_t mac[6])
{
    for (unsigned i = 0; i < v->mac_count; i++)
        if (memcmp(v->mac[i], mac, 6) == 0) return true;
    return false;
}

/* Both are known, as two: whether they are one. */
static void join(struct devices *d, struct device *by_address, struct device *by_mac, const struct observation *o)
{
    bool plain = !by_address->mac_count;
    if (plain && !by_mac->address_count)
        device_merge(d, by_address, by_mac);
    else if (plain && by_mac->address_count + by_address->address_count <= DEVICE_ADDRESSES)
        device_merge(d, by_mac, by_address);
    else if (!plain)
        moved(d, by_address, o);
}

static void bind(struct devices *d, struct key *mac, struct device *v, const struct observation *o)
{
    struct device *owner = mac ? device_at(d, mac->device) : NULL;
    const uint8_t *m = o->device.mac;
    if (owner && owner != v) {
        join(d, v, owner, o);
    } else if (!owner) {
        bool first = !v->mac_count;
        if (!key_enter(d, MAC, m, device_index(d, v))) return;
        if (first)
            put_mac(v, m);
        else
            moved(d, v, o);
        if (first) device_changed(d, v, o->time_ns);
    } else if (memcmp(v->mac[0], m, 6) != 0) {
        if (has_mac(v, m))
            moved(d, v, o);
        else
            put_mac(v, m);
    }
}

void device_seen(struct devices *d, const struct observation *o)
{
    const struct party *p = &o->device;
    bool arp = o->what == HOST_ARP;
    if (party_is_group(p) || !p->address.family) return;
    struct key *mac = is_set(p->mac) && !(p->mac[0] & 1) ? key_find(d, MAC, p->mac) : NULL;
    struct key *address = key_find(d, p->address.family, p->address.bytes);
    if (mac && !mac->carrier && !arp && other_network(mac, &p->address)) split(d, mac, o);
    if (mac && mac->carrier && !arp) {
        struct device *behind = device_of(d, p, o->time_ns, true);
        if (behind) behind->last_ns = o->time_ns;
        return;
    }
    if (mac && !address) {
        struct device *owner = device_at(d, mac->device);
        if (add_address(d, owner, &p->address, arp)) device_changed(d, owner, o->time_ns);
        owner->last_ns = o->time_ns;
        return;
    }
    struct device *v = device_of(d, p, o->time_ns, true);
    if (!v) return;
    v->last_ns = o->time_ns;
    if (!is_set(p->mac) || p->mac[0] & 1) return;
    if (v->vlan == 0xffff) v->vlan = o->vlan;
    bind(d, mac, v, o);
    mac = key_find(d, MAC, p->mac);
    if (mac && !mac->has_net) other_network(mac, &p->address);
}
