/* SPDX-License-Identifier: Apache-2.0 */
/* Rules with `stream: true`: their patterns are searched for in the ordered bytes of a TCP connection's side, over the
 * bounds of segments and PDUs (Hyperscan 5.4 Developer's Reference, "Streaming Mode").
 *
 * One database for all of them. Streams are made beforehand, a fixed number a matcher; only connections at a port that
 * a rule asks for take one (any, where a rule asks for none). The one that was fed longest ago of four gives way, and
 * that is counted. */
#include "signatures/rule.h"

#include <hs.h>
#include <stdlib.h>
#include <string.h>

#include "signatures/database.h"

enum { SETS_LOG = 10, WAYS = 4, HITS = 64, PORT_WORDS = 65536 / 64 };

struct stream_rules {
    struct candidate *candidates;
    uint32_t *owners; /* of each pattern: number of its candidate */
    unsigned count, pattern_count;
    hs_database_t *database;
    bool any;                      /* a rule asks for no port */
    uint64_t ports[2][PORT_WORDS]; /* of sources, of destinations */
};

struct stream_entry {
    uint64_t flow_id; /* 0: free */
    uint64_t fed;     /* when, in feeds of the pool */
    uint8_t side;
    hs_stream_t *stream;
    uint64_t *bits; /* one a pattern that was found, then one a rule that has told */
};

struct stream_pool {
    struct stream_entry sets[1 << SETS_LOG][WAYS];
    uint64_t *bits;
    uint64_t feeds;
    size_t words; /* of an entry's bits */
};

/* ---- making ------------------------------------------------------ */

static void note_ports(struct stream_rules *s, const struct candidate *c)
{
    struct filter_ports ports;
    bool bound = c->condition->where && filter_ports(c->condition->where, &ports) && ports.ip_proto == 6;
    s->any |= !bound;
    for (unsigned i = 0; bound && i < ports.count; i++)
        s->ports[ports.destination][ports.ports[i] / 64] |= (uint64_t)1 << ports.ports[i] % 64;
}

static bool compile(struct stream_rules *s, struct fault *fault)
{
    struct database_request request = {.room = s->pattern_count, .streaming = true};
    bool good = true;
    for (unsigned i = 0, n = 0; i < s->count; i++)
        for (unsigned j = 0; good && j < s->candidates[i].condition->pattern_count; j++) {
            const struct pattern *p = &s->candidates[i].condition->patterns[j];
            const struct database_pattern added = {p->expression, p->flags, p->min_offset, p->max_offset};
            s->owners[n] = i;
            good = database_add(&request, n++, &added);
        }
    if (!good) fault_set(fault, "out of memory");
    good = good && database_make(&request, &s->database, fault);
    database_forget(&request);
    return good;
}

bool stream_rules_make(struct ruleset *r, struct candidate *list, unsigned *count, struct fault *fault)
{
    unsigned left = 0, found = 0, patterns = 0;
    for (unsigned i = 0; i < *count; i++) {
        found += list[i].condition->stream;
        patterns += list[i].condition->stream ? list[i].condition->pattern_count : 0;
    }
    if (!found) return true;
    struct stream_rules *s = r->stream_rules = region_take(&r->memory, sizeof *s);
    if (s) s->candidates = region_take(&r->memory, found * sizeof *s->candidates);
    if (s) s->owners = region_take(&r->memory, patterns * sizeof *s->owners);
    if (!s || !s->candidates || !s->owners) return fault_set(fault, "out of memory");
    for (unsigned i = 0; i < *count; i++) {
        if (!list[i].condition->stream) {
            list[left++] = list[i];
            continue;
        }
        note_ports(s, &list[i]);
        list[i].first_pattern = s->pattern_count;
        s->pattern_count += list[i].condition->pattern_count;
        s->candidates[s->count++] = list[i];
    }
    *count = left;
    return compile(s, fault);
}

void stream_rules_free(struct stream_rules *s)
{
    if (s) hs_free_database(s->database);
}

bool ruleset_wants_streams(const struct ruleset *r) { return r->stream_rules != NULL; }

/* ---- streams of a matcher ---------------------------------------- */

void stream_pool_close(struct stream_pool *p)
{
    for (unsigned i = 0; p && i < 1 << SETS_LOG; i++)
        for (unsigned way = 0; way < WAYS; way++)
            if (p->sets[i][way].stream) hs_close_stream(p->sets[i][way].stream, NULL, NULL, NULL);
    if (p) free(p->bits);
    free(p);
}

struct stream_pool *stream_pool_open(const struct stream_rules *s, hs_scratch_t **scratch)
{
    struct stream_pool *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->words = (s->pattern_count + s->count + 63) / 64;
    p->bits = calloc((size_t)WAYS << SETS_LOG, p->words * sizeof *p->bits);
    bool good = p->bits && hs_alloc_scratch(s->database, scratch) == HS_SUCCESS;
    for (unsigned i = 0; good && i < 1 << SETS_LOG; i++)
        for (unsigned way = 0; good && way < WAYS; way++) {
            struct stream_entry *e = &p->sets[i][way];
            e->bits = p->bits + (i * WAYS + way) * p->words;
            good = hs_open_stream(s->database, 0, &e->stream) == HS_SUCCESS;
        }
    if (good) return p;
    stream_pool_close(p);
    return NULL;
}

static struct stream_entry *set_of(struct stream_pool *p, uint64_t flow_id)
{
    return p->sets[flow_id * 0x9e3779b97f4a7c15 >> (64 - SETS_LOG)];
}

static void begin(const struct stream_pool *p, struct stream_entry *e, uint64_t flow_id, unsigned side,
                  hs_scratch_t *scratch)
{
    e->flow_id = flow_id;
    e->side = (uint8_t)side;
    memset(e->bits, 0, p->words * sizeof *e->bits);
    hs_reset_stream(e->stream, 0, scratch, NULL, NULL);
}

static struct stream_entry *entry_of(struct stream_pool *p, uint64_t flow_id, unsigned side, hs_scratch_t *scratch,
                                     uint64_t *evicted)
{
    struct stream_entry *set = set_of(p, flow_id), *oldest = set;
    for (unsigned way = 0; way < WAYS; way++) {
        if (set[way].flow_id == flow_id && set[way].side == side) return &set[way];
        if (!set[way].flow_id || (oldest->flow_id && set[way].fed < oldest->fed)) oldest = &set[way];
    }
    *evicted += oldest->flow_id != 0;
    begin(p, oldest, flow_id, side, scratch);
    return oldest;
}

void stream_pool_forget(struct stream_pool *p, uint64_t flow_id)
{
    struct stream_entry *set = set_of(p, flow_id);
    for (unsigned way = 0; way < WAYS; way++)
        if (set[way].flow_id == flow_id) set[way].flow_id = 0;
}

/* ---- searching --------------------------------------------------- */

struct hits {
    const struct stream_rules *rules;
    uint64_t *bits;
    uint32_t touched[HITS];
    unsigned count;
    bool full;
};

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct hits *h = context;
    (void)from, (void)to, (void)flags;
    h->bits[id / 64] |= (uint64_t)1 << id % 64;
    if (h->count == HITS) h->full = true;
    if (!h->full) h->touched[h->count++] = h->rules->owners[id];
    return 0;
}

static bool is_wanted(const struct stream_rules *s, const struct packet_meta *packet)
{
    return s->any || s->ports[0][packet->src_port / 64] >> packet->src_port % 64 & 1 ||
           s->ports[1][packet->dst_port / 64] >> packet->dst_port % 64 & 1;
}

void stream_rules_search(const struct stream_rules *s, struct stream_pool *p, unsigned side, const struct message *m,
                         hs_scratch_t *scratch, uint64_t *evicted,
                         bool (*each)(void *context, const struct candidate *candidate), void *context)
{
    if (!is_wanted(s, m->packet)) return;
    struct stream_entry *e = entry_of(p, m->packet->flow_id, side, scratch, evicted);
    struct hits h = {.rules = s, .bits = e->bits};
    e->fed = ++p->feeds;
    hs_scan_stream(e->stream, (const char *)m->pdu.at, (unsigned)bytes_left(&m->pdu), 0, scratch, on_hit, &h);
    unsigned asked = h.full ? s->count : h.count;
    for (unsigned i = 0; i < asked; i++) {
        unsigned number = h.full ? i : h.touched[i], told = s->pattern_count + number;
        const struct candidate *c = &s->candidates[number];
        if (e->bits[told / 64] >> told % 64 & 1 || !patterns_hold(c->condition, c->first_pattern, e->bits)) continue;
        if (each(context, c)) e->bits[told / 64] |= (uint64_t)1 << told % 64;
    }
}
