/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory as other keepers may ask it. */
#ifndef WANGLOU_SENSOR_PLANT_DEVICES_H
#define WANGLOU_SENSOR_PLANT_DEVICES_H

#include "common/json.h"
#include "sensor/plant/plant.h"

struct devices;
struct party;

/* Index of the device a party belongs to, the same for life; 0: not known (yet). */
uint32_t inventory_find(struct devices *devices, const struct party *party);
/* How many there are; their indexes run from 1 to this, aliases of others included. */
uint32_t inventory_count(const struct devices *devices);

struct device_facts {
    uint64_t id;                                                 /* `asset.device` */
    const struct party *who;                                     /* valid during the call's plant tick */
    const char *vendor, *model, *order_number, *firmware, *role; /* "" unknown */
    uint64_t first_ns, last_ns;
    bool plant;   /* speaks a protocol of the plant: asks or answers in one */
    bool outside; /* a public address */
};
/* False: an alias of another, or no such index. */
bool inventory_facts(struct devices *devices, uint32_t index, struct device_facts *facts);
/* An open vulnerability of high severity is known of it; what `vulnerabilities` says is not kept over a restart. */
void inventory_set_vulnerable(struct devices *devices, uint32_t index, bool vulnerable);
bool inventory_vulnerable(struct devices *devices, uint32_t index);
/* "device", "address" and "mac" of a device, as members of the object in hand. */
void inventory_put(struct devices *devices, uint32_t index, struct json *json);
/* "evidence" of what it is: the frames and protocols that told it. */
void inventory_put_evidence(struct devices *devices, uint32_t index, struct json *json);
bool address_is_public(const struct address *address);

#endif
