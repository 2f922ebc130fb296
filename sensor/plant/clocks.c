/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper of clocks: which devices' clocks are off, by the least delay of their time stamps in ten minutes; told as
 * `visibility` events of the asset, since times of events and evidence cannot be trusted there. */
#include "sensor/plant/clocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/plant/devices.h"
#include "sensor/plant/keeper.h"

enum { CLOCKS_AT_MOST = 4096, STAMPS_LEAST = 5 };
#define SECOND        1000000000ll
#define WINDOW        (600 * SECOND)
#define ZONE_STEP     (1800 * SECOND) /* nearly all zones differ by whole half hours */
#define FARTHEST_ZONE (14 * 3600 * SECOND)

struct clock {
    uint32_t device; /* of the inventory */
    uint16_t parser;
    bool local, off;
    uint32_t count;
    uint64_t begun_ns, frame;
    int64_t least_ns, tolerance_ns, told_ns; /* told: the offset that was told last */
};

struct clocks {
    struct keeping *keeping;
    struct clock *table;
    uint32_t count;
    uint64_t refused, told;
};

static bool clocks_open(void *self, struct keeping *k, struct fault *fault)
{
    struct clocks *c = self;
    c->keeping = k;
    c->table = calloc(CLOCKS_AT_MOST, sizeof *c->table);
    return c->table || fault_set(fault, "out of memory");
}

static void clocks_close(void *self) { free(((struct clocks *)self)->table); }

static struct clock *clock_of(struct clocks *c, uint32_t device, uint16_t parser)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->table[i].device == device && c->table[i].parser == parser) return &c->table[i];
    if (c->count == CLOCKS_AT_MOST) {
        c->refused++;
        return NULL;
    }
    c->table[c->count] = (struct clock){.device = device, .parser = parser};
    return &c->table[c->count++];
}

/* A zone that the protocol does not name is taken out where it can be one. */
static int64_t zone_of(const struct clock *c, int64_t offset)
{
    int64_t zone = (int64_t)llround((double)offset / (double)ZONE_STEP) * ZONE_STEP;
    return c->local && llabs(zone) <= FARTHEST_ZONE ? zone : 0;
}

static void tell(struct clocks *c, struct clock *k, int64_t offset, int64_t zone, uint64_t now)
{
    struct json j = event_begin(c->keeping->out, EVENT_VISIBILITY, NULL, NULL);
    json_begin_object(&j, "visibility");
    json_put_string(&j, "scope", "asset");
    json_put_string(&j, "reason", "clock_offset");
    json_put_string(&j, "zh", k->off ? "设备时钟不准" : "设备时钟已恢复准确");
    json_put_string(&j, "en", k->off ? "the device's clock is off" : "the device's clock is right again");
    inventory_put(c->keeping->devices, k->device, &j);
    json_put_string(&j, "protocol", registry()->parsers[k->parser]->name);
    json_put_double(&j, "offset", round((double)offset / 1e6) / 1e3);
    if (zone) json_put_double(&j, "zone", (double)zone / 3.6e12);
    json_put_bool(&j, "off", k->off);
    json_put_uint(&j, "count", k->count);
    json_put_uint(&j, "frame", k->frame);
    json_end_object(&j);
    event_send(c->keeping->out, &j, EVENT_VISIBILITY, 0, now, (uint64_t)k->device << 16 | k->parser, c->told++);
}

/* A window is over. Told when it goes wrong, gets right, or becomes twice as wrong. */
static void judge(struct clocks *c, struct clock *k, uint64_t now)
{
    int64_t offset = -k->least_ns, zone = zone_of(k, offset);
    offset -= zone;
    if (k->count < STAMPS_LEAST) return;
    bool off = llabs(offset) > k->tolerance_ns, worse = off && llabs(offset) > 2 * llabs(k->told_ns);
    if (off != k->off || worse) {
        k->off = off;
        k->told_ns = offset;
        tell(c, k, offset, zone, now);
    }
    k->count = 0;
}

static void clocks_observe(void *self, const struct observation *o, const void *payload)
{
    struct clocks *c = self;
    struct clock_reading r;
    if (o->kind != OBSERVED_CLOCK || o->length != sizeof r) return;
    memcpy(&r, payload, sizeof r);
    uint32_t device = inventory_find(c->keeping->devices, &o->device);
    struct clock *k = device ? clock_of(c, device, o->parser) : NULL;
    if (!k) return;
    if (k->count && o->time_ns - k->begun_ns >= (uint64_t)WINDOW) judge(c, k, o->time_ns);
    if (!k->count) k->begun_ns = o->time_ns, k->least_ns = INT64_MAX;
    if (r.least_ns < k->least_ns) k->least_ns = r.least_ns, k->frame = o->frame;
    k->count += r.count;
    k->local = r.local;
    k->tolerance_ns = r.tolerance_ns;
}

static void clocks_finish(void *self, uint64_t now)
{
    struct clocks *c = self;
    for (uint32_t i = 0; i < c->count; i++) judge(c, &c->table[i], now);
}

static void clocks_counters(void *self, struct json *j)
{
    const struct clocks *c = self;
    uint32_t off = 0;
    for (uint32_t i = 0; i < c->count; i++) off += c->table[i].off;
    json_put_uint(j, "clocks", c->count);
    json_put_uint(j, "off", off);
    json_put_uint(j, "refused", c->refused);
}

const struct keeper keeper_clocks = {.name = "clocks",
                                     .size = sizeof(struct clocks),
                                     .open = clocks_open,
                                     .observe = clocks_observe,
                                     .finish = clocks_finish,
                                     .counters = clocks_counters,
                                     .close = clocks_close};
