/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper of visibility: how far this sensor can be trusted, as a score from 100 down with a reason for each point
 * that is missing; which assets are seen from one side only, and which declared ones were never seen. */
#include "sensor/plant/visibility.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/plant/devices.h"
#include "sensor/plant/keeper.h"

enum { WORKERS = 64, DECLARED_AT_MOST = 16384, ONE_WAY_AT_MOST = 16384, LINE = 1024 };
#define TELL_EVERY 900000000000ull /* ns */
#define SILENT     60000000000ull  /* ns without a frame: the mirror port or its cable */

/* X(id, name, most, zh, en): `most` points are lost when the share is 1. */
#define REASONS(X)                                                                                                     \
    X(SILENT, "silent_port", 100, "镜像口无流量", "the mirror port is silent")                                         \
    X(ONE_WAY, "one_way", 50, "只看到单向流量（镜像配置不全）", "only one direction of conversations is seen")         \
    X(DROPS, "drops", 60, "抓包丢包", "frames dropped by the kernel")                                                  \
    X(GAPS, "gaps", 60, "TCP数据缺口", "gaps in TCP streams")                                                          \
    X(UNDECODED, "undecoded", 20, "未识别协议的会话", "conversations whose protocol is not understood")                \
    X(CUT, "cut", 30, "报文被截断", "frames cut short by the capture")                                                 \
    X(UNSEEN, "unseen_assets", 40, "台账中的资产未出现", "declared assets that were never seen")
enum {
#define X(id, name, most, zh, en) REASON_##id,
    REASONS(X)
#undef X
        REASON_COUNT
};
static const struct {
    const char *name;
    double most;
    const char *zh, *en;
} reasons[] = {
#define X(id, name, most, zh, en) {name, most, zh, en},
    REASONS(X)
#undef X
};

struct declared {
    struct party party;
    bool told;
    char name[64];
};

struct visibility {
    struct keeping *keeping;
    struct sight before; /* of the runs before this one */
    struct sight of_worker[WORKERS];
    uint64_t frames, frames_ns, next_ns, told;
    struct declared *declared;
    uint32_t declared_count;
    struct one_way {
        uint32_t device, count;
        uint64_t first_frame;
        bool told;
    } * one_way;
    uint32_t one_way_count;
    uint64_t refused, started_ns;
    bool told_silent;
};

static bool read_mac(const char *text, uint8_t mac[6])
{
    unsigned b[6];
    if (sscanf(text, "%2x%*1[:-]%2x%*1[:-]%2x%*1[:-]%2x%*1[:-]%2x%*1[:-]%2x", b, b + 1, b + 2, b + 3, b + 4, b + 5) !=
        6)
        return false;
    for (unsigned i = 0; i < 6; i++) mac[i] = (uint8_t)b[i];
    return true;
}

/* One asset a line: address or MAC, then a name; what is neither (a heading) is passed over. */
static void declare(struct visibility *v, char *line)
{
    struct declared d = {0};
    char *rest = line, *address = strsep(&rest, ",;\t"), *name = strsep(&rest, ",;\t\r\n");
    address[strcspn(address, " \r\n")] = 0;
    if (inet_pton(AF_INET, address, d.party.address.bytes) == 1)
        d.party.address.family = 4;
    else if (inet_pton(AF_INET6, address, d.party.address.bytes) == 1)
        d.party.address.family = 6;
    else if (!read_mac(address, d.party.mac))
        return;
    snprintf(d.name, sizeof d.name, "%s", name ? name : "");
    if (v->declared_count < DECLARED_AT_MOST)
        v->declared[v->declared_count++] = d;
    else
        v->refused++;
}

static bool read_declared(struct visibility *v, const char *path, struct fault *fault)
{
    char line[LINE];
    FILE *f = fopen(path, "r");
    if (!f) return fault_set(fault, "plant.declared: %s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, f)) declare(v, line);
    fclose(f);
    return v->declared_count || fault_set(fault, "plant.declared: %s: no line begins with an address or a MAC", path);
}

static bool visibility_open(void *self, struct keeping *k, struct fault *fault)
{
    struct visibility *v = self;
    v->keeping = k;
    v->declared = calloc(DECLARED_AT_MOST, sizeof *v->declared);
    v->one_way = calloc(ONE_WAY_AT_MOST, sizeof *v->one_way);
    if (v->declared && v->one_way && (!k->options->declared || read_declared(v, k->options->declared, fault)))
        return true;
    free(v->declared);
    free(v->one_way);
    return fault_set(fault, "out of memory");
}

static void visibility_close(void *self)
{
    struct visibility *v = self;
    free(v->declared);
    free(v->one_way);
}

static void see_one_way(struct visibility *v, const struct observation *o)
{
    uint32_t device = inventory_find(v->keeping->devices, &o->device), i = 0;
    while (i < v->one_way_count && v->one_way[i].device != device) i++;
    if (!device || i == ONE_WAY_AT_MOST) {
        v->refused++;
        return;
    }
    if (i == v->one_way_count)
        v->one_way[v->one_way_count++] = (struct one_way){.device = device, .first_frame = o->frame};
    v->one_way[i].count++;
    v->keeping->changed = true;
}

static void visibility_observe(void *self, const struct observation *o, const void *payload)
{
    struct visibility *v = self;
    if (!v->started_ns) v->started_ns = o->time_ns;
    if (o->kind == OBSERVED_ONE_WAY) see_one_way(v, o);
    if (o->kind == OBSERVED_SIGHT) v->keeping->due_ns = 0;
    if (o->kind == OBSERVED_SIGHT && o->length == sizeof *v->of_worker && o->what < WORKERS)
        memcpy(&v->of_worker[o->what], payload, sizeof *v->of_worker);
}

static void add(struct sight *all, const struct sight *s)
{
    all->frames += s->frames, all->kernel_drops += s->kernel_drops;
    all->segments += s->segments, all->gaps += s->gaps;
    all->two_way += s->two_way, all->one_way += s->one_way;
    all->understood += s->understood, all->undecoded += s->undecoded, all->cut += s->cut;
}

static struct sight sum(const struct visibility *v)
{
    struct sight all = v->before;
    for (unsigned i = 0; i < WORKERS; i++) add(&all, &v->of_worker[i]);
    return all;
}

static double share(uint64_t bad, uint64_t good) { return bad ? (double)bad / (double)(bad + good) : 0; }

static uint32_t count_unseen(const struct visibility *v)
{
    uint32_t unseen = 0;
    for (uint32_t i = 0; i < v->declared_count; i++)
        unseen += !inventory_find(v->keeping->devices, &v->declared[i].party);
    return unseen;
}

static double rounded(double v, double steps) { return round(v * steps) / steps; }

static void put_reasons(struct json *j, const double shares[REASON_COUNT])
{
    double score = 100;
    for (unsigned i = 0; i < REASON_COUNT; i++) score -= shares[i] * reasons[i].most;
    json_put_uint(j, "score", score > 0 ? (uint64_t)(score + 0.5) : 0);
    json_begin_array(j, "reasons");
    for (unsigned i = 0; i < REASON_COUNT; i++) {
        if (shares[i] <= 0) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "name", reasons[i].name);
        json_put_string(j, "zh", reasons[i].zh);
        json_put_string(j, "en", reasons[i].en);
        json_put_double(j, "share", rounded(shares[i], 1e4));
        json_put_double(j, "points", rounded(shares[i] * reasons[i].most, 10));
        json_end_object(j);
    }
    json_end_array(j);
}

static void tell_sensor(struct visibility *v, uint64_t now)
{
    struct sight s = sum(v);
    uint32_t unseen = count_unseen(v);
    double shares[REASON_COUNT] = {
        [REASON_SILENT] = !s.frames || (v->frames_ns && now - v->frames_ns >= SILENT) ? 1 : 0,
        [REASON_ONE_WAY] = share(s.one_way, s.two_way),
        [REASON_DROPS] = share(s.kernel_drops, s.frames),
        [REASON_GAPS] = share(s.gaps, s.segments),
        [REASON_UNDECODED] = share(s.undecoded, s.understood),
        [REASON_CUT] = share(s.cut, s.frames),
        [REASON_UNSEEN] = share(unseen, v->declared_count - unseen),
    };
    struct json j = event_begin(v->keeping->out, EVENT_VISIBILITY, NULL, NULL);
    json_begin_object(&j, "visibility");
    json_put_string(&j, "scope", "sensor");
    put_reasons(&j, shares);
    json_put_uint(&j, "frames", s.frames);
    json_put_uint(&j, "kernel_drops", s.kernel_drops);
    json_put_uint(&j, "gaps", s.gaps);
    json_put_uint(&j, "two_way", s.two_way);
    json_put_uint(&j, "one_way", s.one_way);
    json_put_uint(&j, "understood", s.understood);
    json_put_uint(&j, "undecoded", s.undecoded);
    json_put_uint(&j, "assets", inventory_count(v->keeping->devices));
    if (v->declared_count) {
        json_put_uint(&j, "declared", v->declared_count);
        json_put_uint(&j, "unseen", unseen);
    }
    json_put_time(&j, "since", v->started_ns);
    json_end_object(&j);
    event_send(v->keeping->out, &j, EVENT_VISIBILITY, 0, now, 0, v->told++);
}

static void tell_one_way(struct visibility *v, struct one_way *o, uint64_t now)
{
    struct json j = event_begin(v->keeping->out, EVENT_VISIBILITY, NULL, NULL);
    o->told = true;
    json_begin_object(&j, "visibility");
    json_put_string(&j, "scope", "asset");
    json_put_string(&j, "reason", reasons[REASON_ONE_WAY].name);
    json_put_string(&j, "zh", reasons[REASON_ONE_WAY].zh);
    json_put_string(&j, "en", reasons[REASON_ONE_WAY].en);
    inventory_put(v->keeping->devices, o->device, &j);
    json_put_uint(&j, "count", o->count);
    json_put_uint(&j, "frame", o->first_frame);
    json_end_object(&j);
    event_send(v->keeping->out, &j, EVENT_VISIBILITY, 0, now, o->device, v->told++);
}

static void tell_unseen(struct visibility *v, struct declared *d, uint64_t now)
{
    char text[64];
    struct json j = event_begin(v->keeping->out, EVENT_VISIBILITY, NULL, NULL);
    d->told = true;
    json_begin_object(&j, "visibility");
    json_put_string(&j, "scope", "asset");
    json_put_string(&j, "reason", reasons[REASON_UNSEEN].name);
    json_put_string(&j, "zh", reasons[REASON_UNSEEN].zh);
    json_put_string(&j, "en", reasons[REASON_UNSEEN].en);
    if (d->party.address.family)
        json_put_string(&j, "address", address_text(&d->party.address, text));
    else
        json_put_string(&j, "mac", mac_text(d->party.mac, text));
    if (d->name[0]) json_put_string(&j, "name", d->name);
    json_end_object(&j);
    event_send(v->keeping->out, &j, EVENT_VISIBILITY, 0, now, UINT64_MAX, v->told++);
}

static void tell(struct visibility *v, uint64_t now)
{
    tell_sensor(v, now);
    for (uint32_t i = 0; i < v->one_way_count; i++)
        if (!v->one_way[i].told) tell_one_way(v, &v->one_way[i], now);
    for (uint32_t i = 0; i < v->declared_count; i++)
        if (!v->declared[i].told && !inventory_find(v->keeping->devices, &v->declared[i].party))
            tell_unseen(v, &v->declared[i], now);
}

/* Between two frames of a file time is only said to have passed: a silent mirror is told once, not each minute. */
static bool is_gap(const struct visibility *v, uint64_t now)
{
    return v->keeping->options->file && !v->keeping->options->replay && v->frames_ns && now - v->frames_ns >= SILENT;
}

static void visibility_tick(void *self, uint64_t now)
{
    struct visibility *v = self;
    uint64_t frames = sum(v).frames;
    if (frames != v->frames) v->keeping->changed = true;
    if (frames != v->frames || !v->frames_ns) v->frames_ns = now;
    v->frames = frames;
    if (!v->next_ns) v->next_ns = now + TELL_EVERY;
    if (now >= v->next_ns && !(v->told_silent && is_gap(v, now))) {
        v->next_ns = now + TELL_EVERY;
        tell(v, now);
        v->told_silent = now - v->frames_ns >= SILENT;
    }
    v->keeping->due_ns = v->told_silent && is_gap(v, now) ? UINT64_MAX : v->next_ns;
}

static void visibility_finish(void *self, uint64_t now) { tell(self, now); }

/* ---- snapshot ------------------------------------------------------ */

/* Of the declared assets only who was told to be missing: the list itself is the officer's. */
static void visibility_save(void *self, struct snapshot *s)
{
    const struct visibility *v = self;
    const struct sight all = sum(v);
    uint32_t told = 0;
    snapshot_put(s, &all, sizeof all);
    snapshot_put_uint(s, v->started_ns);
    snapshot_put_uint(s, v->told);
    snapshot_put_uint(s, v->one_way_count);
    snapshot_put(s, v->one_way, v->one_way_count * sizeof *v->one_way);
    for (uint32_t i = 0; i < v->declared_count; i++) told += v->declared[i].told;
    snapshot_put_uint(s, told);
    for (uint32_t i = 0; i < v->declared_count; i++)
        if (v->declared[i].told) snapshot_put(s, &v->declared[i].party, sizeof v->declared[i].party);
}

static void remember_told(struct visibility *v, const struct party *party)
{
    for (uint32_t i = 0; i < v->declared_count; i++)
        if (memcmp(&v->declared[i].party, party, sizeof *party) == 0) v->declared[i].told = true;
}

static bool visibility_load(void *self, struct snapshot *s)
{
    struct visibility *v = self;
    struct party party;
    uint32_t known = inventory_count(v->keeping->devices);
    snapshot_get(s, &v->before, sizeof v->before);
    v->started_ns = snapshot_get_uint(s);
    v->told = snapshot_get_uint(s);
    uint64_t count = snapshot_get_uint(s);
    bool good = count <= ONE_WAY_AT_MOST;
    if (good) snapshot_get(s, v->one_way, count * sizeof *v->one_way);
    for (uint64_t i = 0; good && i < count; i++) good = v->one_way[i].device && v->one_way[i].device <= known;
    uint64_t told = good ? snapshot_get_uint(s) : 0;
    for (uint64_t i = 0; i < told && !s->bad; i++) {
        snapshot_get(s, &party, sizeof party);
        remember_told(v, &party);
    }
    v->frames = sum(v).frames;
    v->one_way_count = good && !s->bad ? (uint32_t)count : 0;
    if (good && !s->bad) return true;
    v->before = (struct sight){0};
    v->started_ns = v->told = v->frames = 0;
    return false;
}

static void visibility_counters(void *self, struct json *j)
{
    const struct visibility *v = self;
    json_put_uint(j, "declared", v->declared_count);
    json_put_uint(j, "one_way_assets", v->one_way_count);
    json_put_uint(j, "refused", v->refused);
}

const struct keeper keeper_visibility = {.name = "visibility",
                                         .size = sizeof(struct visibility),
                                         .version = 1u << 16 | sizeof(struct sight),
                                         .open = visibility_open,
                                         .observe = visibility_observe,
                                         .tick = visibility_tick,
                                         .finish = visibility_finish,
                                         .save = visibility_save,
                                         .load = visibility_load,
                                         .counters = visibility_counters,
                                         .close = visibility_close};
