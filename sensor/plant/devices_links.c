/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks whom in which protocol, and the roles that follow: who commands is a station, who answers is what the
 * protocol is made for. A guess until the device itself says what it is. */
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/plant/devices_table.h"

/* What answers in a protocol of the plant; `percent`: how sure. Protocols that are not here are of the office. */
static const struct answerer {
    const char *parser, *role;
    uint8_t percent;
    bool telecontrol; /* its masters sit in a dispatch centre */
} answerers[] = {
    {"ads", "plc", 55, false},
    {"bacnet", "controller", 55, false},
    {"bsap", "rtu", 55, true},
    {"c1222", "meter", 55, true},
    {"c37118", "pmu", 55, true},
    {"cip", "controller", 55, false},
    {"cotp", "controller", 45, false},
    {"dlms", "meter", 55, true},
    {"dnp3", "rtu", 55, true},
    {"egd", "controller", 50, false},
    {"enip", "controller", 50, false},
    {"epl", "io device", 55, false},
    {"ethercat", "io device", 50, false},
    {"ff", "io device", 50, false},
    {"fins", "plc", 55, false},
    {"ge_srtp", "plc", 55, false},
    {"goose", "ied", 55, false},
    {"h1", "plc", 55, false},
    {"hart_ip", "gateway", 50, false},
    {"iec104", "rtu", 55, true},
    {"knx", "gateway", 50, false},
    {"melsec", "plc", 55, false},
    {"mms", "ied", 55, true},
    {"modbus", "controller", 55, false},
    {"opcua", "server", 35, false},
    {"pn_io", "io device", 50, false},
    {"proconos", "plc", 55, false},
    {"s7comm", "plc", 55, false},
    {"s7comm_plus", "plc", 55, false},
    {"slmp", "plc", 55, false},
    {"sv", "ied", 55, false},
    {"synchrophasor", "pmu", 55, true},
    {"umas", "plc", 55, false},
};

static const struct answerer *answerer_of(uint16_t parser)
{
    const char *name = registry()->parsers[parser]->name;
    for (unsigned i = 0; i < sizeof answerers / sizeof *answerers; i++)
        if (strcmp(answerers[i].parser, name) == 0) return &answerers[i];
    return NULL;
}

static uint64_t link_hash(uint32_t client, uint32_t server, uint16_t parser)
{
    const uint32_t of[] = {client, server, parser};
    return XXH3_64bits(of, sizeof of);
}

static struct link *link_find(struct devices *d, uint32_t client, uint32_t server, uint16_t parser)
{
    for (uint64_t i = link_hash(client, server, parser);; i++) {
        uint32_t n = d->link_slots[i % LINK_SLOTS];
        struct link *l = &d->links[n];
        if (!n) return NULL;
        if (l->client == client && l->server == server && l->parser == parser) return l;
    }
}

void link_enter(struct devices *d, uint32_t index)
{
    struct link *l = &d->links[index];
    uint64_t i = link_hash(l->client, l->server, l->parser);
    while (d->link_slots[i % LINK_SLOTS]) i++;
    d->link_slots[i % LINK_SLOTS] = index;
    l->next_of_client = d->table[l->client].asks;
    d->table[l->client].asks = index;
    l->next_of_server = d->table[l->server].answers;
    d->table[l->server].answers = index;
}

static struct link *link_of(struct devices *d, struct device *client, struct device *server,
                            const struct observation *o)
{
    uint32_t c = device_index(d, client), s = device_index(d, server);
    struct link *l = link_find(d, c, s, o->parser);
    if (l) return l;
    if (d->link_count + 1 == LINKS_AT_MOST) {
        d->counters.links_refused++;
        return NULL;
    }
    l = &d->links[++d->link_count];
    *l = (struct link){.client = c, .server = s, .parser = o->parser, .first_ns = o->time_ns, .first_frame = o->frame};
    link_enter(d, d->link_count);
    client->doings.commanded++;
    device_changed(d, client, o->time_ns);
    device_changed(d, server, o->time_ns);
    return l;
}

static void do_count(uint64_t *count, uint64_t *frame, uint16_t *parser, const struct observation *o)
{
    if (!*count) *frame = o->frame, *parser = o->parser;
    *count += o->count;
}

/* Sessions, notifications and diagnostics go both ways: only what reads or changes something tells who commands. */
static void count_doings(struct device *client, struct device *server, const struct observation *o)
{
    const struct answerer *plant = answerer_of(o->parser);
    struct doings *c = client ? &client->doings : NULL, *s = server ? &server->doings : NULL;
    if (!plant) {
        if (s && !s->it_parser) s->it_parser = o->parser, s->it_frame = o->frame;
        return;
    }
    bool engineering = o->what == OT_PROGRAM || o->what == OT_MODE || o->what == OT_FIRMWARE;
    bool writes = o->what == OT_WRITE || o->what == OT_CONTROL || o->what == OT_CONFIGURE || o->what == OT_TIME;
    bool tells = o->what == OT_NOTIFY || o->what == OT_ALARM;
    if (!engineering && !writes && !tells && o->what != OT_READ && o->what != OT_FILE && o->what != OT_IDENTIFY) return;
    if (s) do_count(&s->answers, &s->answer_frame, &s->answer_parser, o);
    if (!c || tells || o->what == OT_IDENTIFY) return;
    c->telecontrol |= plant->telecontrol;
    if (engineering)
        do_count(&c->engineering, &c->engineering_frame, &c->engineering_parser, o);
    else if (writes)
        do_count(&c->writes, &c->write_frame, &c->write_parser, o);
    else
        do_count(&c->reads, &c->read_frame, &c->read_parser, o);
}

void learn_talk(struct devices *d, const struct observation *o)
{
    struct device *client = device_of(d, &o->device, o->time_ns, true),
                  *server = device_of(d, &o->peer, o->time_ns, true);
    if (client) client->last_ns = o->time_ns;
    if (server) server->last_ns = o->time_ns;
    if (client) learn_protocol(d, client, o->parser, o->time_ns);
    if (server) learn_protocol(d, server, o->parser, o->time_ns);
    count_doings(client, server, o);
    if (!client || !server || client == server) return;
    struct link *l = link_of(d, client, server, o);
    if (!l) return;
    bool first = !l->count[o->what];
    l->count[o->what] += o->count;
    l->last_ns = o->time_ns;
    if (!first) return;
    device_changed(d, client, o->time_ns);
    device_changed(d, server, o->time_ns);
}

struct guess {
    const char *role;
    unsigned percent;
    uint64_t frame;
    uint16_t parser;
};

static void better(struct guess *best, const char *role, unsigned percent, uint64_t frame, uint16_t parser)
{
    if (percent > best->percent) *best = (struct guess){role, percent, frame, parser};
}

enum { MANY = 3 /* devices one station asks: more than an operator's panel does */ };

static void guess_station(struct guess *g, const struct doings *s)
{
    bool many = s->commanded >= MANY;
    if (s->engineering) better(g, "engineering station", 60, s->engineering_frame, s->engineering_parser);
    if (s->writes) better(g, many || s->telecontrol ? "scada" : "hmi", 50, s->write_frame, s->write_parser);
    if (s->reads && s->telecontrol) better(g, "scada", 45, s->read_frame, s->read_parser);
    if (s->reads) better(g, many ? "historian" : "master", many ? 30 : 40, s->read_frame, s->read_parser);
}

static bool stands_here(const struct device *v) { return v->mac_count && !v->carrier && v->doings.answers; }

bool device_is_outside(const struct devices *d, const struct device *v)
{
    if (!v->address_count || !address_is_public(&v->address[0]) || stands_here(v)) return false;
    if (!v->mac_count || v->carrier || v->address[0].family != 4) return true;
    for (uint32_t i = v->asks; i; i = d->links[i].next_of_client) {
        const struct device *asked = &d->table[d->links[i].server];
        if (stands_here(asked) && asked->address_count && asked->address[0].family == 4 &&
            memcmp(asked->address[0].bytes, v->address[0].bytes, 2) == 0)
            return false;
    }
    return true;
}

void device_role(struct devices *d, struct device *v)
{
    struct attribute *a = &v->attribute[ATTRIBUTE_ROLE];
    struct doings *s = &v->doings;
    struct guess g = {0};
    const struct answerer *answers = s->answers ? answerer_of(s->answer_parser) : NULL;
    if (answers) better(&g, answers->role, answers->percent, s->answer_frame, s->answer_parser);
    guess_station(&g, s);
    if (v->carrier) better(&g, "router", 70, 0, BY_MAC);
    if (s->it_parser) better(&g, "server", 20, s->it_frame, s->it_parser);
    if (v->asks) better(&g, "client", 10, d->links[v->asks].first_frame, d->links[v->asks].parser);
    if (device_is_outside(d, v)) better(&g, "outside", 80, 0, BY_MAC);
    if (!g.role || strcmp(g.role, a->text) == 0) return;
    /* what the device said of itself stands above what it does */
    if (a->percent > 80 || (a->percent > g.percent && a->percent != 0 && a->percent > 70)) return;
    memcpy(a->before, a->text, DEVICE_TEXT);
    strncpy(a->text, g.role, DEVICE_TEXT - 1);
    a->changed = a->percent >= 50;
    a->percent = (uint8_t)g.percent;
    a->frame = g.frame;
    a->parser = g.parser;
}

/* Purdue reference model (IEC 62264-1 / ISA-95): 0 the process itself, 1 control, 2 supervision, 3 operation, 4 office,
 * 5 outside. */
static const struct {
    const char *role;
    int level;
} levels[] = {
    {"sensor", 0},    {"actuator", 0},  {"meter", 1},  {"controller", 1}, {"plc", 1},
    {"rtu", 1},       {"dcs", 1},       {"ied", 1},    {"pmu", 1},        {"drive", 1},
    {"io device", 1}, {"adapter", 1},   {"slave", 1},  {"outstation", 1}, {"safety", 1},
    {"robot", 1},     {"master", 2},    {"hmi", 2},    {"scada", 2},      {"engineering station", 2},
    {"gateway", 2},   {"historian", 3}, {"server", 3}, {"client", 4},     {"camera", 3},
    {"printer", 4},   {"outside", 5},
};

int device_level(const struct device *v)
{
    for (unsigned i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i].role, v->attribute[ATTRIBUTE_ROLE].text) == 0) return levels[i].level;
    return -1;
}
