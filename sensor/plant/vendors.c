/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE's registry of MA-L assignments (oui.csv of Debian's ieee-data: "Registry,Assignment,Organization,Address"), read
 * into one sorted array; and a few PROFINET vendor and device numbers. */
#include "sensor/plant/vendors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char registry_path[] = "/usr/share/ieee-data/oui.csv";

struct assignment {
    uint32_t prefix, name; /* offset in names */
};

static struct {
    bool asked;
    struct assignment *list;
    char *names;
    size_t count, room, used, size;
} oui;

static bool grow(void **memory, size_t *room, size_t need, size_t item)
{
    if (need <= *room) return true;
    size_t more = *room ? *room * 2 : 65536;
    void *p = realloc(*memory, more * item);
    if (!p) return false;
    *memory = p;
    *room = more;
    return true;
}

static int by_prefix(const void *a, const void *b)
{
    const struct assignment *x = a, *y = b;
    return x->prefix < y->prefix ? -1 : x->prefix > y->prefix;
}

/* The third column, with or without quotes; two quotes inside stand for one. */
static void add(uint32_t prefix, const char *column)
{
    bool quoted = *column == '"';
    const char *at = column + quoted;
    if (!grow((void **)&oui.list, &oui.room, oui.count + 1, sizeof *oui.list) ||
        !grow((void **)&oui.names, &oui.size, oui.used + strlen(column) + 1, 1))
        return;
    oui.list[oui.count++] = (struct assignment){prefix, (uint32_t)oui.used};
    for (; *at && *at != '\n' && *at != '\r'; at++) {
        if (quoted && *at == '"' && *++at != '"') break;
        if (!quoted && *at == ',') break;
        oui.names[oui.used++] = *at;
    }
    while (oui.used > oui.list[oui.count - 1].name && strchr(" ,", oui.names[oui.used - 1])) oui.used--;
    oui.names[oui.used++] = 0;
}

static void read_registry(void)
{
    char line[1024];
    FILE *f = fopen(registry_path, "r");
    oui.asked = true;
    if (!f) return;
    while (fgets(line, sizeof line, f)) {
        char *end;
        if (strncmp(line, "MA-L,", 5) != 0) continue;
        unsigned long prefix = strtoul(line + 5, &end, 16);
        if (end == line + 11 && *end == ',') add((uint32_t)prefix, end + 1);
    }
    fclose(f);
    qsort(oui.list, oui.count, sizeof *oui.list, by_prefix);
}

void vendors_close(void)
{
    free(oui.list);
    free(oui.names);
    memset(&oui, 0, sizeof oui);
}

const char *vendor_of_mac(const uint8_t mac[6])
{
    struct assignment wanted = {(uint32_t)mac[0] << 16 | (uint32_t)mac[1] << 8 | mac[2], 0};
    if (mac[0] & 2) return NULL;
    if (!oui.asked) read_registry();
    const struct assignment *found =
        oui.count ? bsearch(&wanted, oui.list, oui.count, sizeof *oui.list, by_prefix) : NULL;
    return found ? oui.names + found->name : NULL;
}

/* Numbers of PI's Man_ID table, and of devices of a vendor, as their GSDML files name them. The table itself is PI's
 * and not free to copy: who is not here is known by his MAC. */
static const struct {
    unsigned number;
    const char *name;
} profinet[] = {{0x002a, "Siemens"},
                {0x00b0, "Phoenix Contact"},
                {0x010c, "HMS Industrial Networks"},
                {0x011e, "Hilscher"},
                {0x0493, "RT-Labs"}};
static const struct {
    unsigned vendor, device;
    const char *model;
} profinet_devices[] = {{0x002a, 0x0301, "ET 200S"},
                        {0x002a, 0x0313, "ET 200SP"},
                        {0x002a, 0x0604, "PN/PN Coupler"},
                        {0x002a, 0x0901, "M200D"},
                        {0x002a, 0x0c01, "RF180C"}};

enum vendor_said vendor_named(const char *parser, struct bytes text, struct vendor_name *out)
{
    unsigned vendor, device = 0;
    char number[32] = "";
    *out = (struct vendor_name){.model = NULL};
    if (strncmp(parser, "pn_", 3) != 0 || bytes_left(&text) >= sizeof number) return VENDOR_IN_WORDS;
    memcpy(number, text.at, bytes_left(&text));
    if (sscanf(number, "0x%4x:0x%4x", &vendor, &device) < 1) return VENDOR_IN_WORDS;
    for (unsigned i = 0; i < sizeof profinet_devices / sizeof *profinet_devices; i++)
        if (profinet_devices[i].vendor == vendor && profinet_devices[i].device == device)
            out->model = profinet_devices[i].model;
    for (unsigned i = 0; i < sizeof profinet / sizeof *profinet; i++) {
        if (profinet[i].number != vendor) continue;
        snprintf(out->name, sizeof out->name, "%s", profinet[i].name);
        return VENDOR_BY_NUMBER;
    }
    snprintf(out->name, sizeof out->name, "PROFINET vendor 0x%04x", vendor);
    return VENDOR_UNKNOWN;
}
