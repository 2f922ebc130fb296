/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory's memory, and what its files do with it: devices, the keys that lead to them, modules, links.
 *
 * Devices are named by their index for life. Two records that prove to be one device become one: the later one stays
 * as an alias of the first, so that links need not be rewritten. */
#ifndef WANGLOU_SENSOR_PLANT_DEVICES_TABLE_H
#define WANGLOU_SENSOR_PLANT_DEVICES_TABLE_H

#include "sensor/plant/devices.h"
#include "sensor/plant/keeper.h"

enum {
    DEVICES_AT_MOST = 16384,
    OUTSIDERS_AT_MOST = 4096, /* of them: public addresses, so that the Internet does not crowd out the plant */
    KEYS_AT_MOST = 65536,
    KEY_SLOTS = 2 * KEYS_AT_MOST,
    LINKS_AT_MOST = 131072,
    LINK_SLOTS = 2 * LINKS_AT_MOST,
    MODULES_AT_MOST = 8192,
    MODULES_OF_DEVICE = 64,
    DEVICE_ADDRESSES = 8,
    DEVICE_MACS = 4,
    DEVICE_PROTOCOLS = 16,
    DEVICE_TEXT = 96,
    SLOT_TEXT = 16,
    MAKER_PERCENT = 30, /* how sure a vendor is that the MAC alone names */
    NONE = 0            /* no index: they are counted from 1 */
};

enum {
    ATTRIBUTE_VENDOR,
    ATTRIBUTE_MODEL,
    ATTRIBUTE_ORDER_NUMBER,
    ATTRIBUTE_FIRMWARE,
    ATTRIBUTE_HARDWARE,
    ATTRIBUTE_SERIAL,
    ATTRIBUTE_NAME,
    ATTRIBUTE_LOCATION,
    ATTRIBUTE_ROLE,
    ATTRIBUTES
};
extern const char *const attribute_name[ATTRIBUTES];
enum { BY_MAC = UINT16_MAX }; /* in `parser`: no protocol said so, the MAC's registry did */

struct attribute {
    char text[DEVICE_TEXT], before[DEVICE_TEXT]; /* before: another value, equally sure, that it replaced */
    uint64_t frame;
    uint16_t parser;
    uint8_t percent; /* how sure */
    bool changed;    /* since the last event, from another value */
    bool conflict;   /* both values keep coming */
};

struct module {
    char slot[SLOT_TEXT];
    struct attribute attribute[ATTRIBUTE_NAME]; /* those before NAME */
    uint32_t next;
};

/* What it does, counted: who commands, who answers. */
struct doings {
    uint64_t reads, writes, engineering, answers; /* in protocols of the plant */
    uint64_t read_frame, write_frame, engineering_frame, answer_frame;
    uint16_t read_parser, write_parser, engineering_parser, answer_parser;
    uint16_t it_parser; /* an office protocol it serves, 0 none */
    uint64_t it_frame;
    uint32_t commanded; /* devices it asked something of */
    bool telecontrol;
};

struct device {
    uint32_t alias_of, next_alias;
    struct address address[DEVICE_ADDRESSES];
    uint8_t mac[DEVICE_MACS][6]; /* [0] is the present one */
    uint8_t address_count, mac_count, protocol_count, module_count;
    uint8_t address_by_arp; /* bit an address */
    bool changed, carrier, moved_told, duplicate, vulnerable;
    uint16_t vlan;
    uint16_t protocols[DEVICE_PROTOCOLS];
    uint64_t id; /* of its first key: the same for life */
    uint64_t first_ns, last_ns, changed_ns, told_ns, told, frames;
    uint64_t moved_ns, moved_frame, duplicate_ns;
    uint32_t modules, asks, answers; /* heads of lists; `asks`, `answers` of links */
    struct attribute attribute[ATTRIBUTES];
    struct doings doings;
};

struct key {
    uint8_t family; /* 0: a MAC */
    uint8_t bytes[16];
    bool carrier;   /* a MAC that carries addresses of other networks: a router */
    uint8_t net[3]; /* of the first address behind it */
    bool has_net;
    uint32_t device;
};

/* Who asks whom in which protocol; the counts of each class. */
struct link {
    uint32_t client, server, next_of_client, next_of_server;
    uint16_t parser;
    uint32_t count[OT_CLASS_COUNT];
    uint64_t first_ns, last_ns, first_frame;
};

struct devices {
    struct keeping *keeping;
    struct event_out *out;
    struct device *table; /* [0] unused */
    struct key *keys;     /* likewise */
    struct link *links;
    struct module *modules;
    uint32_t *key_slots, *link_slots;
    uint32_t count, outsiders, key_count, link_count, module_count;
    uint32_t *dirty, dirty_count; /* changed since told */
    uint32_t hand, unlooked;      /* the next to be looked at; how many since something was learned */
    uint64_t steps;               /* of the plant's time that the hand has taken */
    bool unsaved;                 /* something was learned since saved_ns */
    uint64_t saved_ns;
    struct party asked; /* inventory_facts */
    struct {
        uint64_t refused, keys_refused, links_refused, modules_refused, merged, split, moved, duplicates;
    } counters;
};

/* ---- devices_find.c: parties and devices ---- */
bool party_is_group(const struct party *party);
/* The device of a party; made when `make`. NULL: a group, no room, or not there. */
struct device *device_of(struct devices *d, const struct party *party, uint64_t now, bool make);
/* A party was seen sending with this address and MAC. */
void device_seen(struct devices *d, const struct observation *o);
/* `from` proved to be `to`. */
void device_merge(struct devices *d, struct device *to, struct device *from);
uint32_t device_index(const struct devices *d, const struct device *v);
struct device *device_at(struct devices *d, uint32_t index); /* aliases resolved */
void device_changed(struct devices *d, struct device *v, uint64_t now);
uint32_t key_enter(struct devices *d, uint8_t family, const uint8_t *bytes, uint32_t device);

/* ---- devices_learn.c: attributes ---- */
void learn_attribute(struct devices *d, struct device *v, struct attribute *a, const struct observation *o,
                     struct bytes text, unsigned percent);
void learn_identity(struct devices *d, const struct observation *o, const char *payload);
void learn_protocol(struct devices *d, struct device *v, uint16_t parser, uint64_t now);
struct module *module_of(struct devices *d, struct device *v, const char *slot, bool make);
/* A station of its own behind the device's address, not a part of it. */
bool module_is_unit(const struct module *m);

/* ---- devices_links.c: who asks whom, and the roles that follow ---- */
void learn_talk(struct devices *d, const struct observation *o);
void link_enter(struct devices *d, uint32_t index); /* into lists and slots, after loading */
void device_role(struct devices *d, struct device *v);
/* A public address that is not of the plant. Plants do use public ranges inside: what stands here with a MAC of its own
 * and answers in a protocol of the plant is of the plant, and so is who asks such a one from the same /16. */
bool device_is_outside(const struct devices *d, const struct device *v);
/* Purdue level: -1 unknown. */
int device_level(const struct device *v);

/* ---- devices_tell.c: events ---- */
void device_put_evidence(struct json *json, const struct device *v);
void device_tell(struct devices *d, struct device *v);
/* An `anomaly` about a device: `before` and `after` may be NULL. */
void device_tell_change(struct devices *d, struct device *v, const char *event, const char *zh, const char *en,
                        const char *before, const char *after, uint64_t frame);

/* ---- devices_save.c ---- */
void devices_save(void *self, struct snapshot *s);
bool devices_load(void *self, struct snapshot *s);

#endif
