/* SPDX-License-Identifier: Apache-2.0 */
/* What other keepers ask of the inventory. */
#include <string.h>

#include "sensor/plant/devices.h"
#include "sensor/plant/devices_table.h"

uint32_t inventory_find(struct devices *d, const struct party *party)
{
    const struct device *v = device_of(d, party, 0, false);
    return v ? device_index(d, v) : NONE;
}

uint32_t inventory_count(const struct devices *d) { return d->count; }

bool inventory_facts(struct devices *d, uint32_t index, struct device_facts *f)
{
    if (!index || index > d->count || d->table[index].alias_of) return false;
    const struct device *v = &d->table[index];
    const struct doings *s = &v->doings;
    d->asked = (struct party){0};
    if (v->address_count) d->asked.address = v->address[0];
    if (v->mac_count) memcpy(d->asked.mac, v->mac[0], 6);
    *f = (struct device_facts){.id = v->id,
                               .who = &d->asked,
                               .vendor = v->attribute[ATTRIBUTE_VENDOR].text,
                               .model = v->attribute[ATTRIBUTE_MODEL].text,
                               .order_number = v->attribute[ATTRIBUTE_ORDER_NUMBER].text,
                               .firmware = v->attribute[ATTRIBUTE_FIRMWARE].text,
                               .role = v->attribute[ATTRIBUTE_ROLE].text,
                               .first_ns = v->first_ns,
                               .last_ns = v->last_ns,
                               .plant = s->answers || s->reads || s->writes || s->engineering,
                               .outside = device_is_outside(d, v)};
    return true;
}

void inventory_set_vulnerable(struct devices *d, uint32_t index, bool vulnerable)
{
    device_at(d, index)->vulnerable = vulnerable;
}

bool inventory_vulnerable(struct devices *d, uint32_t index) { return index && device_at(d, index)->vulnerable; }

void inventory_put(struct devices *d, uint32_t index, struct json *j)
{
    char text[64];
    const struct device *v = device_at(d, index);
    json_put_format(j, "device", "%016llx", (unsigned long long)v->id);
    if (v->address_count) json_put_string(j, "address", address_text(&v->address[0], text));
    if (v->mac_count) json_put_string(j, "mac", mac_text(v->mac[0], text));
}

void inventory_put_evidence(struct devices *d, uint32_t index, struct json *j)
{
    device_put_evidence(j, device_at(d, index));
}
