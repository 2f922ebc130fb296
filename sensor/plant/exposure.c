/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper of exposures: one record for each kind, asset, other side and detail, counted and told anew when it grew.
 */
#include "sensor/plant/exposure.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/plant/country.h"
#include "sensor/plant/devices.h"
#include "sensor/plant/keeper.h"

enum { RECORDS_AT_MOST = 16384, SLOTS = 2 * RECORDS_AT_MOST };
#define SETTLE 1000000000ull    /* ns: the inventory learns from the same messages */
#define AGAIN  3600000000000ull /* ns: a record that still grows is told so often */
/* ns: one that the inventory keeps from being told is asked about again so often when it grows, and when it does not */
#define LOOK 10000000000ull
#define DAY  86400000000000ull

static const struct {
    const char *name, *zh, *en;
} kinds[] = {
#define X(id, name, zh, en) {name, zh, en},
    EXPOSURE_KINDS(X)
#undef X
};

struct record {
    uint8_t kind;
    bool untold;
    uint16_t parser, port;
    uint32_t device, peer; /* of the inventory; 0 none */
    uint64_t count, first_ns, last_ns, told_ns, asked_ns, first_frame, last_frame, bytes, told;
    uint8_t secret[EXPOSURE_SECRET];
    uint64_t session_start_ns, session_end_ns;
    struct party peer_party;
    char detail[EXPOSURE_DETAIL];
};

struct exposure {
    struct keeping *keeping;
    struct record *table; /* [0] unused */
    uint32_t *slots, count, hand;
    uint64_t pass_ns; /* the same of the records that this pass has looked at, `unseen` are left of it */
    uint32_t unseen;
    uint64_t refused, unknown;
};

static bool exposure_open(void *self, struct keeping *k, struct fault *fault)
{
    struct exposure *e = self;
    e->keeping = k;
    e->table = calloc(RECORDS_AT_MOST, sizeof *e->table);
    e->slots = calloc(SLOTS, sizeof *e->slots);
    return (e->table && e->slots) || fault_set(fault, "out of memory");
}

static void exposure_close(void *self)
{
    struct exposure *e = self;
    free(e->table);
    free(e->slots);
    country_close();
}

static uint64_t hash_of(const struct record *r)
{
    const uint32_t of[] = {r->kind, r->device, r->peer, r->port};
    return XXH3_64bits_withSeed(r->detail, strlen(r->detail), XXH3_64bits(of, sizeof of));
}

static bool same(const struct record *a, const struct record *b)
{
    return a->kind == b->kind && a->device == b->device && a->peer == b->peer && a->port == b->port &&
           strcmp(a->detail, b->detail) == 0;
}

static struct record *record_of(struct exposure *e, const struct record *wanted)
{
    uint64_t i = hash_of(wanted);
    for (;; i++) {
        uint32_t n = e->slots[i % SLOTS];
        if (!n) break;
        if (same(&e->table[n], wanted)) return &e->table[n];
    }
    if (e->count + 1 == RECORDS_AT_MOST) {
        e->refused++;
        return NULL;
    }
    e->slots[i % SLOTS] = ++e->count;
    e->table[e->count] = *wanted;
    return &e->table[e->count];
}

static bool has_secret(const uint8_t secret[EXPOSURE_SECRET])
{
    static const uint8_t none[EXPOSURE_SECRET];
    return memcmp(secret, none, EXPOSURE_SECRET) != 0;
}

static const char *secret_text(const uint8_t secret[EXPOSURE_SECRET], char out[2 * EXPOSURE_SECRET + 1])
{
    return sodium_bin2hex(out, 2 * EXPOSURE_SECRET + 1, secret, EXPOSURE_SECRET);
}

/* When it is to be told next, as things are. */
static uint64_t due(const struct record *r)
{
    uint64_t settled = r->untold ? r->last_ns + SETTLE : UINT64_MAX;
    if (r->last_ns <= r->told_ns) return settled;
    uint64_t look = r->asked_ns ? r->asked_ns + (r->last_ns > r->asked_ns ? LOOK : DAY) : 0;
    uint64_t grown = r->told_ns + AGAIN > look ? r->told_ns + AGAIN : look;
    return grown < settled ? grown : settled;
}

static void exposure_observe(void *self, const struct observation *o, const void *payload)
{
    struct exposure *e = self;
    struct exposure_fact fact;
    if (o->kind != OBSERVED_EXPOSURE || o->length != sizeof fact || o->what >= EXPOSED_COUNT) return;
    memcpy(&fact, payload, sizeof fact);
    struct record wanted = {.kind = o->what,
                            .parser = o->parser,
                            .port = fact.port,
                            .device = inventory_find(e->keeping->devices, &o->device),
                            .peer = inventory_find(e->keeping->devices, &o->peer),
                            .peer_party = o->peer,
                            .first_ns = o->time_ns,
                            .first_frame = o->frame};
    memcpy(wanted.detail, fact.detail, sizeof wanted.detail);
    wanted.detail[sizeof wanted.detail - 1] = 0;
    if (!wanted.device) {
        e->unknown++;
        return;
    }
    struct record *r = record_of(e, &wanted);
    if (!r) return;
    r->untold |= !r->count || (fact.bytes != 0 && o->time_ns - r->told_ns >= AGAIN);
    r->count += o->count;
    r->last_ns = o->time_ns;
    r->last_frame = o->frame;
    r->bytes += fact.bytes;
    if (has_secret(fact.secret)) memcpy(r->secret, fact.secret, sizeof r->secret);
    if (fact.start_ns) r->session_start_ns = fact.start_ns, r->session_end_ns = o->time_ns;
    uint64_t at = due(r);
    keeper_due(e->keeping, at);
    if (at < e->pass_ns) e->pass_ns = at;
    e->keeping->changed = true;
}

static void put_peer(struct exposure *e, struct json *j, const struct record *r)
{
    char text[64];
    if (r->peer) {
        json_begin_object(j, "peer");
        inventory_put(e->keeping->devices, r->peer, j);
        json_end_object(j);
    }
    if (!address_is_public(&r->peer_party.address)) return;
    const char *country = country_of(&r->peer_party.address);
    json_put_string(j, "public_address", address_text(&r->peer_party.address, text));
    json_put_string(j, "country", country ? country : "unknown");
}

static void tell(struct exposure *e, struct record *r)
{
    struct device_facts facts;
    char secret[2 * EXPOSURE_SECRET + 1];
    uint32_t device = r->device;
    /* of public addresses only what a device of the plant does is worth a word */
    if (r->kind == EXPOSED_PUBLIC &&
        (!inventory_facts(e->keeping->devices, device, &facts) || !facts.plant || facts.outside))
        return;
    struct json j = event_begin(e->keeping->out, EVENT_EXPOSURE, NULL, NULL);
    json_begin_object(&j, "exposure");
    json_put_string(&j, "kind", kinds[r->kind].name);
    json_put_string(&j, "zh", kinds[r->kind].zh);
    json_put_string(&j, "en", kinds[r->kind].en);
    inventory_put(e->keeping->devices, device, &j);
    put_peer(e, &j, r);
    if (r->parser) json_put_string(&j, "protocol", registry()->parsers[r->parser]->name);
    if (r->port) json_put_uint(&j, "port", r->port);
    if (r->detail[0]) json_put_string(&j, "detail", r->detail);
    if (has_secret(r->secret)) json_put_string(&j, "secret_hash", secret_text(r->secret, secret));
    json_put_uint(&j, "count", r->count);
    json_put_time(&j, "first", r->first_ns);
    json_put_time(&j, "last", r->last_ns);
    if (r->session_start_ns) {
        json_put_time(&j, "session_start", r->session_start_ns);
        json_put_time(&j, "session_end", r->session_end_ns);
        json_put_uint(&j, "bytes", r->bytes);
    }
    json_put_uint(&j, "frame", r->first_frame);
    json_end_object(&j);
    event_send(e->keeping->out, &j, EVENT_EXPOSURE, 0, r->last_ns, hash_of(r), r->told++);
    r->told_ns = r->last_ns;
}

static void exposure_tick(void *self, uint64_t now)
{
    struct exposure *e = self;
    uint32_t steps = e->count < 1024 ? e->count : 1024;
    if (!e->unseen) e->unseen = e->count, e->pass_ns = UINT64_MAX;
    if (steps > e->unseen) steps = e->unseen;
    for (uint32_t i = 0; i < steps; i++) {
        if (e->hand >= e->count) e->hand = 0;
        struct record *r = &e->table[++e->hand];
        uint64_t at = due(r);
        if (at <= now) {
            r->untold = false;
            r->asked_ns = now;
            tell(e, r);
            at = due(r);
        }
        if (at < e->pass_ns) e->pass_ns = at;
    }
    e->unseen -= steps;
    e->keeping->due_ns = e->unseen ? 0 : e->pass_ns;
}

static void exposure_finish(void *self, uint64_t now)
{
    struct exposure *e = self;
    (void)now;
    for (uint32_t i = 1; i <= e->count; i++)
        if (e->table[i].last_ns > e->table[i].told_ns) tell(e, &e->table[i]);
}

static void exposure_save(void *self, struct snapshot *s)
{
    const struct exposure *e = self;
    snapshot_put_uint(s, e->count);
    for (uint32_t i = 1; i <= e->count; i++) {
        snapshot_put(s, &e->table[i], sizeof *e->table);
        snapshot_put_parser(s, e->table[i].parser);
    }
}

static bool exposure_load(void *self, struct snapshot *s)
{
    struct exposure *e = self;
    uint64_t count = snapshot_get_uint(s), known = inventory_count(e->keeping->devices);
    bool good = count < RECORDS_AT_MOST;
    for (uint64_t i = 0; good && i < count && !s->bad; i++) {
        struct record r;
        snapshot_get(s, &r, sizeof r);
        r.parser = snapshot_get_parser(s);
        r.detail[sizeof r.detail - 1] = 0;
        good = r.device && r.device <= known && r.peer <= known && r.kind < EXPOSED_COUNT && record_of(e, &r);
    }
    good = good && !s->bad;
    if (!good) e->count = 0, memset(e->slots, 0, SLOTS * sizeof *e->slots);
    return good;
}

static void exposure_counters(void *self, struct json *j)
{
    const struct exposure *e = self;
    json_put_uint(j, "records", e->count);
    json_put_uint(j, "records_refused", e->refused);
    json_put_uint(j, "of_unknown_devices", e->unknown);
}

const struct keeper keeper_exposure = {.name = "exposure",
                                       .size = sizeof(struct exposure),
                                       .version = 3,
                                       .open = exposure_open,
                                       .observe = exposure_observe,
                                       .tick = exposure_tick,
                                       .finish = exposure_finish,
                                       .save = exposure_save,
                                       .load = exposure_load,
                                       .counters = exposure_counters,
                                       .close = exposure_close};
