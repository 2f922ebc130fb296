/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE's registry of MA-L assignments (oui.csv of Debian's ieee-data: "Registry,Assignment,Organization,Address"), read
 * into one sorted array; and the few PROFINET vendor numbers (PI's Man_ID table) seen most. */
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

static const struct {
    unsigned number;
    const char *name;
} profinet[] = {{0x002a, "Siemens"}, {0x00b0, "Phoenix Contact"}, {0x011e, "Hilscher"}};

bool vendor_named(const char *parser, struct bytes text, char *out, size_t size)
{
    unsigned vendor, device = 0;
    char number[32] = "";
    if (strncmp(parser, "pn_", 3) != 0 || bytes_left(&text) >= sizeof number) return false;
    memcpy(number, text.at, bytes_left(&text));
    if (sscanf(number, "0x%4x:0x%4x", &vendor, &device) < 1) return false;
    for (unsigned i = 0; i < sizeof profinet / sizeof *profinet; i++)
        if (profinet[i].number == vendor) {
            snprintf(out, size, "%s", profinet[i].name);
            return true;
        }
    snprintf(out, size, "PROFINET vendor 0x%04x", vendor);
    return true;
}
