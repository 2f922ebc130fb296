/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper of the inventory: takes observations, lets changes settle, tells them, and what they mean (a moved
 * address, a replaced device, another firmware). */
#include "sensor/plant/devices.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/plant/devices_table.h"
#include "sensor/plant/vendors.h"

#define SETTLE  1000000000ull   /* ns: attributes of one answer arrive together */
#define MOVED   3000000000ull   /* ns: time to find that the new MAC is a router's */
#define REFRESH 300000000000ull /* ns: last_seen and counts are told at least so often while a device speaks */
#define SAVE    60000000000ull  /* ns: counts alone are saved so often */
enum { REFRESH_STEPS = 64 /* devices looked at a second, at least */ };

static bool devices_open(void *self, struct keeping *k, struct fault *fault)
{
    struct devices *d = self;
    d->keeping = k;
    d->out = k->out;
    d->table = calloc(DEVICES_AT_MOST, sizeof *d->table);
    d->keys = calloc(KEYS_AT_MOST + 1, sizeof *d->keys);
    d->links = calloc(LINKS_AT_MOST, sizeof *d->links);
    d->modules = calloc(MODULES_AT_MOST, sizeof *d->modules);
    d->key_slots = calloc(KEY_SLOTS, sizeof *d->key_slots);
    d->link_slots = calloc(LINK_SLOTS, sizeof *d->link_slots);
    d->dirty = calloc(DEVICES_AT_MOST, sizeof *d->dirty);
    if (d->table && d->keys && d->links && d->modules && d->key_slots && d->link_slots && d->dirty) return true;
    return fault_set(fault, "out of memory");
}

static void devices_close(void *self)
{
    struct devices *d = self;
    free(d->table);
    free(d->keys);
    free(d->links);
    free(d->modules);
    free(d->key_slots);
    free(d->link_slots);
    free(d->dirty);
    vendors_close();
}

static uint32_t looks(const struct devices *d) { return d->count / 200 + REFRESH_STEPS; }

/* Steps of time at which there was nothing to look at. */
static void pass_over(struct devices *d)
{
    uint64_t skipped = d->keeping->steps - d->steps;
    if (d->count && looks(d) < d->count) d->hand = (uint32_t)((d->hand + skipped * looks(d)) % d->count);
    d->steps = d->keeping->steps;
}

static void devices_observe(void *self, const struct observation *o, const void *payload)
{
    struct devices *d = self;
    if (o->kind != OBSERVED_IDENTITY && o->kind != OBSERVED_TALK && o->kind != OBSERVED_HOST) return;
    pass_over(d);
    d->keeping->due_ns = 0;
    d->unsaved = true;
    if (o->kind == OBSERVED_IDENTITY)
        learn_identity(d, o, payload);
    else if (o->kind == OBSERVED_TALK)
        learn_talk(d, o);
    else
        device_seen(d, o);
    d->unlooked = d->count;
}

/* What nobody said, the MAC's first half tells: the maker of its network chip at least. */
static void learn_maker(struct device *v)
{
    struct attribute *a = &v->attribute[ATTRIBUTE_VENDOR];
    const char *maker = a->percent >= MAKER_PERCENT || !v->mac_count ? NULL : vendor_of_mac(v->mac[0]);
    if (!maker) return;
    *a = (struct attribute){.percent = MAKER_PERCENT};
    strncpy(a->text, maker, DEVICE_TEXT - 1);
    a->parser = BY_MAC;
}

static void tell_moved(struct devices *d, struct device *v, uint64_t now)
{
    char before[18], after[18];
    if (!v->moved_ns || v->moved_told || now - v->moved_ns < MOVED || v->mac_count < 2) return;
    v->moved_told = true;
    mac_text(v->mac[1], before);
    mac_text(v->mac[0], after);
    if (v->duplicate) {
        v->duplicate = false;
        v->duplicate_ns = v->moved_ns;
        d->counters.duplicates++;
        device_tell_change(d, v, "duplicate_address", "地址冲突：两台设备使用同一IP地址",
                           "duplicate address: two devices use the same IP address", before, after, v->moved_frame);
    } else if (!v->duplicate_ns || now - v->duplicate_ns >= 3600 * 1000000000ull) {
        d->counters.moved++;
        device_tell_change(d, v, "moved_mac", "IP地址换了网卡（MAC）：设备更换、主备切换或被冒用",
                           "the IP address moved to another MAC: device replaced, switched over, or impersonated",
                           before, after, v->moved_frame);
    }
}

static const struct {
    unsigned attribute;
    const char *event, *zh, *en;
} told_changes[] = {
    {ATTRIBUTE_SERIAL, "device_replaced", "设备被更换：同一地址的序列号变了",
     "device replaced: another serial number at the same address"},
    {ATTRIBUTE_ORDER_NUMBER, "device_replaced", "设备被更换：同一地址的订货号变了",
     "device replaced: another order number at the same address"},
    {ATTRIBUTE_FIRMWARE, "firmware_changed", "固件版本变了", "firmware changed"},
};

static void tell_changes(struct devices *d, struct device *v)
{
    bool replaced = false;
    for (unsigned i = 0; i < sizeof told_changes / sizeof *told_changes; i++) {
        const struct attribute *a = &v->attribute[told_changes[i].attribute];
        bool replaces = told_changes[i].attribute != ATTRIBUTE_FIRMWARE;
        if (!a->changed || a->percent < 90 || (replaced && replaces)) continue;
        replaced |= replaces;
        device_tell_change(d, v, told_changes[i].event, told_changes[i].zh, told_changes[i].en, a->before, a->text,
                           a->frame);
    }
}

static void tell(struct devices *d, struct device *v)
{
    learn_maker(v);
    device_role(d, v);
    tell_changes(d, v);
    device_tell(d, v);
}

/* `now` UINT64_MAX: whatever changed. */
static void tell_settled(struct devices *d, uint64_t now)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->dirty_count; i++) {
        struct device *v = &d->table[d->dirty[i]];
        if (now != UINT64_MAX && now - v->changed_ns < SETTLE) {
            d->dirty[kept++] = d->dirty[i];
            continue;
        }
        bool pending = v->moved_ns && !v->moved_told && now != UINT64_MAX && now - v->moved_ns < MOVED;
        if (!v->alias_of) tell_moved(d, v, now);
        if (pending) {
            d->dirty[kept++] = d->dirty[i];
            continue;
        }
        v->changed = false;
        if (!v->alias_of) tell(d, v);
    }
    d->dirty_count = kept;
}

/* A few devices each second: those that still speak are told again now and then, so that last_seen stays true. */
static void refresh(struct devices *d, uint64_t now)
{
    uint32_t steps = looks(d);
    for (uint32_t i = 0; i < steps && i < d->count; i++) {
        struct device *v = &d->table[d->hand % d->count + 1];
        d->hand = (d->hand + 1) % d->count;
        if (!v->alias_of && v->told && !v->changed && v->last_ns > v->told_ns && v->last_ns - v->told_ns >= REFRESH)
            tell(d, v);
    }
    d->unlooked = d->unlooked > steps ? d->unlooked - steps : 0;
    if (!d->unsaved || now - d->saved_ns < SAVE) return;
    d->unsaved = false;
    d->saved_ns = now;
    d->keeping->changed |= d->count > 0;
}

/* Devices that are told or looked at are soon done with; then only what was learned waits to be saved. */
static void devices_tick(void *self, uint64_t now)
{
    struct devices *d = self;
    pass_over(d);
    d->steps++; /* this one */
    tell_settled(d, now);
    refresh(d, now);
    if (!d->dirty_count && !d->unlooked) d->keeping->due_ns = d->unsaved ? d->saved_ns + SAVE : UINT64_MAX;
}

static void devices_finish(void *self, uint64_t now)
{
    struct devices *d = self;
    (void)now;
    tell_settled(d, UINT64_MAX);
    d->keeping->changed |= d->count > 0;
}

static void devices_counters(void *self, struct json *j)
{
    const struct devices *d = self;
    json_put_uint(j, "devices", d->count);
    json_put_uint(j, "keys", d->key_count);
    json_put_uint(j, "links", d->link_count);
    json_put_uint(j, "modules", d->module_count);
    json_put_uint(j, "devices_refused", d->counters.refused);
    json_put_uint(j, "keys_refused", d->counters.keys_refused);
    json_put_uint(j, "links_refused", d->counters.links_refused);
    json_put_uint(j, "modules_refused", d->counters.modules_refused);
    json_put_uint(j, "merged", d->counters.merged);
    json_put_uint(j, "split", d->counters.split);
    json_put_uint(j, "moved", d->counters.moved);
    json_put_uint(j, "duplicates", d->counters.duplicates);
}

const struct keeper keeper_devices = {.name = "devices",
                                      .size = sizeof(struct devices),
                                      .version = 1,
                                      .open = devices_open,
                                      .observe = devices_observe,
                                      .tick = devices_tick,
                                      .finish = devices_finish,
                                      .save = devices_save,
                                      .load = devices_load,
                                      .counters = devices_counters,
                                      .close = devices_close};
