/* SPDX-License-Identifier: Apache-2.0 */
/* What devices say of themselves: attributes with the frame that proves them and how sure it is. The surer one stays;
 * of two equally sure the later one stays, is told as a change, and as a conflict when both keep coming. */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/plant/devices_table.h"
#include "sensor/plant/vendors.h"

const char *const attribute_name[ATTRIBUTES] = {"vendor", "model", "order_number", "firmware", "hardware",
                                                "serial", "name",  "location",     "role"};

static const uint8_t attribute_of[] = {
    [IDENTITY_ADDRESS] = ATTRIBUTES,
    [IDENTITY_MAC] = ATTRIBUTES,
    [IDENTITY_VENDOR] = ATTRIBUTE_VENDOR,
    [IDENTITY_MODEL] = ATTRIBUTE_MODEL,
    [IDENTITY_ORDER_NUMBER] = ATTRIBUTE_ORDER_NUMBER,
    [IDENTITY_FIRMWARE] = ATTRIBUTE_FIRMWARE,
    [IDENTITY_HARDWARE] = ATTRIBUTE_HARDWARE,
    [IDENTITY_SERIAL] = ATTRIBUTE_SERIAL,
    [IDENTITY_NAME] = ATTRIBUTE_NAME,
    [IDENTITY_LOCATION] = ATTRIBUTE_LOCATION,
    [IDENTITY_ROLE] = ATTRIBUTE_ROLE,
    [IDENTITY_SLOT] = ATTRIBUTES,
    [IDENTITY_USER] = ATTRIBUTES,
};

/* A plant protocol's own words are sure; a banner names a program more than the device; DNS says it of others. Percent.
 */
enum { SURE = 95, FAMILY = 50 /* a number that stands for a family of devices */ };
static const struct {
    const char *parser;
    uint8_t percent;
} sources[] = {
    {"lldp", 90}, {"cdp", 90},  {"snmp", 90}, {"pn_dcp", 90}, {"opcua", 80}, {"smb", 80}, {"dhcp", 70},
    {"ftp", 50},  {"mqtt", 60}, {"tls", 50},  {"telnet", 50}, {"http", 40},  {"dns", 40},
};

static unsigned percent_of(const struct parser *parser)
{
    for (unsigned i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].parser, parser->name) == 0) return sources[i].percent;
    return SURE;
}

void learn_protocol(struct devices *d, struct device *v, uint16_t parser, uint64_t now)
{
    for (unsigned i = 0; i < v->protocol_count; i++)
        if (v->protocols[i] == parser) return;
    if (v->protocol_count == DEVICE_PROTOCOLS) return;
    v->protocols[v->protocol_count++] = parser;
    device_changed(d, v, now);
}

/* Printable, in one line, whole UTF-8 characters left alone. */
static void clean(char out[DEVICE_TEXT], struct bytes text)
{
    struct bytes trimmed = bytes_trimmed(text);
    size_t n = 0;
    while (!bytes_empty(&trimmed) && n + 1 < DEVICE_TEXT) {
        uint8_t c = bytes_u8(&trimmed);
        if (c == 0) break;
        out[n++] = c < ' ' || c == 0x7f ? ' ' : (char)c;
    }
    if (n + 1 == DEVICE_TEXT) /* not half a character */
        while (n && ((uint8_t)out[n - 1] & 0xc0) == 0x80) n--;
    while (n && out[n - 1] == ' ') n--;
    out[n] = 0;
}

void learn_attribute(struct devices *d, struct device *v, struct attribute *a, const struct observation *o,
                     struct bytes text, unsigned percent)
{
    char now[DEVICE_TEXT];
    clean(now, text);
    if (!now[0] || percent < a->percent || strcasecmp(now, a->text) == 0) return;
    bool rival = a->text[0] && percent == a->percent;
    if (rival && strcmp(now, a->before) == 0) { /* it was told both ways already */
        if (a->conflict) return;
        a->conflict = true;
    } else {
        memcpy(a->before, rival ? a->text : "", rival ? DEVICE_TEXT : 1);
        a->changed = rival;
        a->conflict = false;
        memcpy(a->text, now, DEVICE_TEXT);
        a->frame = o->frame;
        a->parser = o->parser;
        a->percent = (uint8_t)percent;
    }
    device_changed(d, v, o->time_ns);
}

/* In the order in which they were first heard. */
struct module *module_of(struct devices *d, struct device *v, const char *slot, bool make)
{
    uint32_t *end = &v->modules;
    for (; *end; end = &d->modules[*end].next)
        if (strcmp(d->modules[*end].slot, slot) == 0) return &d->modules[*end];
    if (!make) return NULL;
    if (d->module_count + 1 == MODULES_AT_MOST || v->module_count == MODULES_OF_DEVICE) {
        d->counters.modules_refused++;
        return NULL;
    }
    struct module *m = &d->modules[++d->module_count];
    *m = (struct module){.next = NONE};
    strncpy(m->slot, slot, SLOT_TEXT - 1);
    *end = d->module_count;
    v->module_count++;
    return m;
}

bool module_is_unit(const struct module *m) { return strncmp(m->slot, "unit ", 5) == 0; }

static bool same_text(const struct device *a, const struct device *b, unsigned which)
{
    return a->attribute[which].text[0] && strcmp(a->attribute[which].text, b->attribute[which].text) == 0;
}

static bool tells_apart(const char *serial)
{
    size_t n = strlen(serial);
    for (size_t i = 1; i < n; i++)
        if (serial[i] != serial[0]) return n >= 6;
    return false;
}

/* Two interfaces of one device: vendor, serial number and what it is agree. */
static void merge_by_serial(struct devices *d, struct device *v)
{
    const struct attribute *serial = &v->attribute[ATTRIBUTE_SERIAL];
    if (serial->percent < SURE || !tells_apart(serial->text)) return;
    for (uint32_t i = 1; i <= d->count; i++) {
        struct device *other = &d->table[i];
        if (other == v || other->alias_of || !same_text(other, v, ATTRIBUTE_SERIAL) ||
            !same_text(other, v, ATTRIBUTE_VENDOR))
            continue;
        if (!same_text(other, v, ATTRIBUTE_MODEL) && !same_text(other, v, ATTRIBUTE_ORDER_NUMBER)) continue;
        if (other->address_count + v->address_count > DEVICE_ADDRESSES) continue;
        device_merge(d, i < device_index(d, v) ? other : v, i < device_index(d, v) ? v : other);
        return;
    }
}

/* A number that nobody here can name says less than the MAC does. */
static void learn_vendor(struct devices *d, struct device *v, const struct observation *o, struct bytes text,
                         unsigned percent)
{
    struct vendor_name named;
    enum vendor_said said = vendor_named(registry()->parsers[o->parser]->name, text, &named);
    if (said != VENDOR_IN_WORDS) text = bytes_over(named.name, strlen(named.name));
    learn_attribute(d, v, &v->attribute[ATTRIBUTE_VENDOR], o, text,
                    said == VENDOR_UNKNOWN ? MAKER_PERCENT - 1u : percent);
    if (named.model)
        learn_attribute(d, v, &v->attribute[ATTRIBUTE_MODEL], o, bytes_over(named.model, strlen(named.model)), FAMILY);
}

/* Devices behind a gateway answer by its address, each as a unit of its own: the first that was heard is taken for the
 * device of that address. */
static bool is_first_unit(const struct devices *d, const struct device *v, const struct module *m)
{
    for (uint32_t i = v->modules; i; i = d->modules[i].next)
        if (module_is_unit(&d->modules[i])) return &d->modules[i] == m;
    return false;
}

static void learn_module(struct devices *d, struct device *v, const struct observation *o, const char *payload)
{
    char slot[SLOT_TEXT] = "";
    uint8_t which = attribute_of[o->what];
    struct bytes text = bytes_over(payload, o->length);
    struct bytes head = bytes_take(&text, o->slot);
    size_t n = bytes_left(&head) < SLOT_TEXT - 1 ? bytes_left(&head) : SLOT_TEXT - 1;
    if (n) memcpy(slot, head.at, n);
    if (which == ATTRIBUTE_ROLE) { /* a chassis is what its processor is */
        learn_attribute(d, v, &v->attribute[which], o, text, SURE + 1);
        return;
    }
    struct module *m = which < ATTRIBUTES ? module_of(d, v, slot, true) : NULL;
    if (m && which < ATTRIBUTE_NAME) learn_attribute(d, v, &m->attribute[which], o, text, SURE);
    if (m && is_first_unit(d, v, m)) learn_attribute(d, v, &v->attribute[which], o, text, SURE);
}

void learn_identity(struct devices *d, const struct observation *o, const char *payload)
{
    const struct parser *parser = registry()->parsers[o->parser];
    unsigned percent = percent_of(parser);
    /* names of strangers make no devices */
    bool make = strcmp(parser->name, "dns") != 0 || !address_is_public(&o->device.address);
    struct device *v = device_of(d, &o->device, o->time_ns, make);
    if (!v || o->what >= sizeof attribute_of || attribute_of[o->what] == ATTRIBUTES) return;
    unsigned which = attribute_of[o->what];
    v->last_ns = o->time_ns;
    learn_protocol(d, v, o->parser, o->time_ns);
    if (o->slot) {
        learn_module(d, v, o, payload);
        if (which <= ATTRIBUTE_SERIAL) merge_by_serial(d, v);
        return;
    }
    struct bytes text = bytes_over(payload, o->length);
    if (which == ATTRIBUTE_VENDOR)
        learn_vendor(d, v, o, text, percent);
    else
        learn_attribute(d, v, &v->attribute[which], o, text, percent);
    if (which <= ATTRIBUTE_SERIAL) merge_by_serial(d, v);
}
