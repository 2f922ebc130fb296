/* SPDX-License-Identifier: Apache-2.0 */
/* Zones as the options write them: "炼钢一车间=10.20.0.0/16"; the longest prefix wins. */
#include "sensor/plant/zones.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/yaml.h"

struct network {
    struct address address;
    unsigned prefix;
};

static bool network_read(const char *text, struct network *n)
{
    char address[64];
    const char *slash = strchr(text, '/');
    char *end;
    if (!slash || slash == text || (size_t)(slash - text) >= sizeof address) return false;
    memcpy(address, text, (size_t)(slash - text));
    address[slash - text] = 0;
    n->address = (struct address){.family = strchr(address, ':') ? 6 : 4};
    unsigned long prefix = strtoul(slash + 1, &end, 10);
    n->prefix = (unsigned)prefix;
    return !*end && end != slash + 1 && prefix <= (n->address.family == 4 ? 32u : 128u) &&
           inet_pton(n->address.family == 4 ? AF_INET : AF_INET6, address, n->address.bytes) == 1;
}

bool zone_check(const struct yaml_node *value, struct fault *fault)
{
    struct network n;
    const char *equals = strrchr(value->text, '=');
    if (equals && equals != value->text && network_read(equals + 1, &n)) return true;
    return yaml_fault(value, fault, "'%s' is no zone; write NAME=NETWORK/PREFIX, as 炼钢一车间=10.20.0.0/16",
                      value->text);
}

static bool within(const struct network *n, const struct address *a)
{
    unsigned whole = n->prefix / 8, rest = n->prefix % 8;
    if (n->address.family != a->family || memcmp(n->address.bytes, a->bytes, whole) != 0) return false;
    return !rest || !((n->address.bytes[whole] ^ a->bytes[whole]) >> (8 - rest));
}

const char *zone_of(const struct sensor_options *o, const struct address *address, int level)
{
    static const char *const by_level[] = {"process", "control", "supervision", "operation", "office", "outside"};
    static char name[64];
    int best = -1;
    for (unsigned i = 0; address->family && i < o->zones.count; i++) {
        struct network n;
        const char *equals = strrchr(o->zones.items[i], '=');
        if (!equals || !network_read(equals + 1, &n) || !within(&n, address) || (int)n.prefix <= best) continue;
        best = (int)n.prefix;
        snprintf(name, sizeof name, "%.*s", (int)(equals - o->zones.items[i]), o->zones.items[i]);
    }
    return best >= 0 ? name : level >= 0 ? by_level[level] : "unknown";
}
