/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the payload of every packet. Those that ask for ports are kept by port. Which of them packets of some
 * addresses, ports and flags can fulfil is worked out once for all that are alike; octets at fixed places part these
 * (gates.h); where literals may stand anywhere, one Hyperscan search for the longest of each rule tells which are
 * asked, if a look at few octets does not spare it (triples.h). */
#include "signatures/rule.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signatures/database.h"
#include "signatures/gates.h"
#include "signatures/triples.h"

/* Rules whose literals are searched for together. */
struct anchored {
    struct candidate *candidates;
    struct filter_ports *ports; /* of each; count 0: any */
    unsigned count;
    hs_database_t *database; /* pattern i is that of candidate i; NULL: there is none */
};

/* Up to GATE_RULES rules that are looked at together. */
struct chunk {
    unsigned count;
    uint64_t anchored; /* those that only the search for their literal tells */
    struct candidate *candidates;
    struct gates gates;
    struct triples triples; /* of the anchored ones' literals */
};

/* Rules of one port. */
struct shelf {
    uint32_t key; /* 0: free */
    unsigned count;
    struct candidate *candidates;
    unsigned chunk_count;
    struct chunk *chunks;
};

enum { OF_ANY, OF_PORTS, KINDS };

struct packet_rules {
    struct shelf any; /* of any port, without a literal to search for */
    struct anchored anchored[KINDS];
    struct triples triples; /* of those of any port */
    struct shelf *shelves;  /* open addressing */
    uint32_t mask;
};

enum { ANCHOR_LEAST = 3 }; /* a shorter literal is found in most packets */

/* The literal to search for; NULL: there is none, or it stands at one place, where a gate knows it. */
static const struct payload_step *anchor_of(const struct candidate *c)
{
    const struct payload_step *s = payload_anchor(c->condition->payload);
    bool searched = s && s->length >= ANCHOR_LEAST && !gates_know(c->condition->payload, s);
    return searched ? s : NULL;
}

static bool is_about_packets(const struct candidate *c)
{
    return c->condition->payload && c->condition->payload->packet;
}

static bool add_anchor(struct database_request *request, unsigned i, const struct payload_step *s)
{
    char expression[PAYLOAD_LITERAL * 4 + 1];
    struct database_pattern p = {.expression = expression,
                                 .flags = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | (s->nocase ? HS_FLAG_CASELESS : 0)};
    for (unsigned n = 0; n < s->length; n++) snprintf(expression + n * 4, 5, "\\x%02x", s->literal[n]);
    if (!s->relative && s->offset.saved < 0 && s->depth.saved < 0 && s->offset.value >= 0) {
        p.min_offset = s->offset.value ? (uint64_t)s->offset.value + s->length : 0;
        p.max_offset = s->depth.value > 0 ? (uint64_t)(s->offset.value + s->depth.value) : 0;
    }
    return database_add(request, i, &p);
}

static bool make_database(struct anchored *a, struct fault *fault)
{
    struct database_request request = {.room = a->count};
    bool good = true;
    if (!request.room) return true;
    for (unsigned i = 0; good && i < a->count; i++) good = add_anchor(&request, i, anchor_of(&a->candidates[i]));
    if (!good) fault_set(fault, "out of memory");
    if (good) good = database_make(&request, &a->database, fault);
    database_forget(&request);
    return good;
}

/* ---- sorting ----------------------------------------------------- */

/* One that no packet can fulfil, say for an empty set, is asked of none. */
static bool can_hold(const struct candidate *c)
{
    const struct filter_known packet = {.class = -1, .role = -1, .status = -1};
    return !c->condition->where || filter_judge(c->condition->where, &packet) != FILTER_NO;
}

static struct filter_ports ports_of(const struct candidate *c)
{
    struct filter_ports ports;
    bool bound = c->condition->where && filter_ports(c->condition->where, &ports);
    return bound ? ports : (struct filter_ports){.count = 0};
}

static struct shelf *shelf_of(const struct packet_rules *p, uint32_t key)
{
    uint32_t slot = port_slot(key);
    while (p->shelves[slot & p->mask].key && p->shelves[slot & p->mask].key != key) slot++;
    return &p->shelves[slot & p->mask];
}

/* Counts what stands on a shelf in a first pass, and puts it there in a second. */
static bool put_on(struct region *memory, struct shelf *s, const struct candidate *c, bool counting)
{
    if (!counting && !s->candidates) {
        s->candidates = region_take(memory, s->count * sizeof *s->candidates);
        s->count = 0;
        if (!s->candidates) return false;
    }
    if (!counting) s->candidates[s->count] = *c;
    s->count++;
    return true;
}

static bool put_on_shelves(struct region *memory, struct packet_rules *p, const struct candidate *c,
                           const struct filter_ports *ports, bool counting)
{
    if (!ports->count) return anchor_of(c) || put_on(memory, &p->any, c, counting);
    for (unsigned i = 0; i < ports->count; i++) {
        uint32_t key = port_key(ports->ip_proto, ports->destination, ports->ports[i]);
        struct shelf *s = shelf_of(p, key);
        s->key = key;
        if (!put_on(memory, s, c, counting)) return false;
    }
    return true;
}

static bool make_chunk(struct region *memory, struct chunk *k)
{
    const struct payload *payloads[GATE_RULES];
    const struct payload_step *literals[GATE_RULES];
    unsigned found = 0;
    for (unsigned i = 0; i < k->count; i++) {
        const struct payload_step *anchor = anchor_of(&k->candidates[i]);
        payloads[i] = k->candidates[i].condition->payload;
        if (!anchor) continue;
        literals[found++] = anchor;
        k->anchored |= (uint64_t)1 << i;
    }
    return gates_make(memory, payloads, k->count, &k->gates) && triples_make(memory, literals, found, &k->triples);
}

static bool make_chunks(struct region *memory, struct shelf *s)
{
    s->chunks = region_take(memory, (s->count / GATE_RULES + 1) * sizeof *s->chunks);
    if (!s->chunks) return false;
    for (unsigned at = 0; at < s->count; at += GATE_RULES) {
        unsigned left = s->count - at;
        struct chunk *k = &s->chunks[s->chunk_count++];
        *k = (struct chunk){.candidates = s->candidates + at, .count = left < GATE_RULES ? left : GATE_RULES};
        if (!make_chunk(memory, k)) return false;
    }
    return true;
}

static bool sort(struct ruleset *r, struct packet_rules *p, const struct candidate *list, unsigned count)
{
    uint32_t size = 64;
    unsigned places = 0;
    for (unsigned i = 0; i < count; i++) places += ports_of(&list[i]).count;
    while (size < places * 2) size *= 2;
    p->mask = size - 1;
    p->shelves = region_take(&r->memory, size * sizeof *p->shelves);
    for (unsigned k = 0; k < KINDS; k++) {
        p->anchored[k].candidates = region_take(&r->memory, (count + 1) * sizeof *list);
        p->anchored[k].ports = region_take(&r->memory, (count + 1) * sizeof(struct filter_ports));
        if (!p->anchored[k].candidates || !p->anchored[k].ports) return false;
    }
    if (!p->shelves) return false;
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < count; i++) {
            struct filter_ports ports = ports_of(&list[i]);
            struct anchored *a = &p->anchored[ports.count ? OF_PORTS : OF_ANY];
            if (!can_hold(&list[i])) continue;
            if (!put_on_shelves(&r->memory, p, &list[i], &ports, pass == 0)) return false;
            if (pass == 0 || !anchor_of(&list[i])) continue;
            a->ports[a->count] = ports;
            a->candidates[a->count++] = list[i];
        }
    bool good = make_chunks(&r->memory, &p->any);
    for (uint32_t i = 0; good && i < size; i++)
        if (p->shelves[i].key) good = make_chunks(&r->memory, &p->shelves[i]);
    return good;
}

static bool make_triples(struct region *memory, struct packet_rules *p)
{
    const struct anchored *a = &p->anchored[OF_ANY];
    const struct payload_step **literals = region_take(memory, (a->count + 1) * sizeof(void *));
    for (unsigned i = 0; literals && i < a->count; i++) literals[i] = anchor_of(&a->candidates[i]);
    return literals && triples_make(memory, literals, a->count, &p->triples);
}

bool packet_rules_make(struct ruleset *r, struct candidate *list, unsigned *count, struct fault *fault)
{
    unsigned found = 0, left = 0;
    struct candidate *own = region_take(&r->memory, (*count + 1) * sizeof *own);
    if (!own) return fault_set(fault, "out of memory");
    for (unsigned i = 0; i < *count; i++) {
        if (is_about_packets(&list[i]))
            own[found++] = list[i];
        else
            list[left++] = list[i];
    }
    *count = left;
    if (!found) return true;
    struct packet_rules *p = r->packet_rules = region_take(&r->memory, sizeof *p);
    if (!p || !sort(r, p, own, found) || !make_triples(&r->memory, p)) return fault_set(fault, "out of memory");
    return make_database(&p->anchored[OF_ANY], fault) && make_database(&p->anchored[OF_PORTS], fault);
}

void packet_rules_free(struct packet_rules *p)
{
    for (unsigned k = 0; p && k < KINDS; k++) hs_free_database(p->anchored[k].database);
}

bool packet_rules_prepare(const struct packet_rules *p, hs_scratch_t **scratch)
{
    for (unsigned k = 0; p && k < KINDS; k++)
        if (p->anchored[k].database && hs_alloc_scratch(p->anchored[k].database, scratch) != HS_SUCCESS) return false;
    return true;
}

bool ruleset_wants_packets(const struct ruleset *r) { return r->packet_rules != NULL; }

/* ---- hits -------------------------------------------------------- */

/* Rules are asked behind the search: they use the same scratch. */
enum { HITS = 64 };
struct hits {
    unsigned list[HITS], count;
    bool full;
};

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct hits *h = context;
    (void)from, (void)to, (void)flags;
    if (h->count == HITS) return h->full = true;
    h->list[h->count++] = id;
    return 0;
}

static bool is_of(const struct filter_ports *ports, const struct packet_meta *packet)
{
    uint16_t port = ports->destination ? packet->dst_port : packet->src_port;
    if (!ports->count) return true;
    if (packet->ip_proto != ports->ip_proto) return false;
    for (unsigned i = 0; i < ports->count; i++)
        if (ports->ports[i] == port) return true;
    return false;
}

/* ---- what is settled --------------------------------------------- */

enum { LIKES_LOG = 11, WAYS = 4, LIKE_CHUNKS = 4, SHELVES = 3 /* of any port, of the two ports */ };

/* Of a chunk, what packets of this kind can fulfil. */
struct like_chunk {
    const struct chunk *chunk;
    uint64_t possible, certain; /* certain: the filter holds */
};

struct packet_like {
    uint8_t packet[PACKET_LIKE];
    bool used;
    bool many; /* more than there is room for: look at all of them */
    uint8_t count;
    struct like_chunk chunks[LIKE_CHUNKS];
};

struct packet_likes {
    struct packet_like table[1 << LIKES_LOG][WAYS];
    uint8_t next[1 << LIKES_LOG]; /* the way that gives way next */
};

struct packet_likes *packet_likes_open(void) { return calloc(1, sizeof(struct packet_likes)); }
void packet_likes_close(struct packet_likes *likes) { free(likes); }
void packet_likes_clear(struct packet_likes *likes) { memset(likes, 0, sizeof *likes); }

static struct like_chunk settle_chunk(const struct chunk *k, const struct message *m)
{
    const struct filter_known known = {.class = -1, .role = -1, .status = -1, .message = m};
    struct like_chunk out = {.chunk = k};
    for (unsigned i = 0; i < k->count; i++) {
        const struct rule_condition *c = k->candidates[i].condition;
        enum filter_verdict v = c->where ? filter_judge(c->where, &known) : FILTER_YES;
        if (v == FILTER_NO || !payload_can_fit(c->payload, m->packet)) continue;
        out.possible |= (uint64_t)1 << i;
        out.certain |= (uint64_t)(v == FILTER_YES) << i;
    }
    return out;
}

/* The shelves of a packet: of any port, of its source port, of its destination port. */
static void shelves_at(const struct packet_rules *p, const struct packet_meta *packet, const struct shelf *out[SHELVES])
{
    out[0] = &p->any;
    for (unsigned destination = 0; destination < 2; destination++)
        out[1 + destination] =
            shelf_of(p, port_key(packet->ip_proto, destination, destination ? packet->dst_port : packet->src_port));
}

static void settle(struct packet_like *l, const struct packet_rules *p, const struct message *m)
{
    const struct shelf *shelves[SHELVES];
    shelves_at(p, m->packet, shelves);
    for (unsigned s = 0; s < SHELVES; s++)
        for (unsigned i = 0; i < shelves[s]->chunk_count; i++) {
            struct like_chunk k = settle_chunk(&shelves[s]->chunks[i], m);
            if (!k.possible) continue;
            if ((l->many = l->count == LIKE_CHUNKS)) return;
            l->chunks[l->count++] = k;
        }
}

static const struct packet_like *like_of(const struct packet_rules *p, struct packet_likes *likes,
                                         const struct message *m)
{
    const uint8_t *like = packet_like(m->packet);
    uint64_t hash =
        (m->packet->flow_id ^ (uint64_t)m->packet->src_port << 48 ^ m->packet->tcp_flags) * 0x9e3779b97f4a7c15;
    size_t set = hash >> (64 - LIKES_LOG);
    for (unsigned way = 0; way < WAYS; way++) {
        struct packet_like *l = &likes->table[set][way];
        if (l->used && memcmp(l->packet, like, PACKET_LIKE) == 0) return l;
    }
    struct packet_like *l = &likes->table[set][likes->next[set]++ % WAYS];
    *l = (struct packet_like){.used = true};
    memcpy(l->packet, like, PACKET_LIKE);
    settle(l, p, m);
    return l;
}

/* ---- searching --------------------------------------------------- */

struct search {
    const struct packet_meta *packet;
    struct bytes payload;
    hs_scratch_t *scratch;
    void (*each)(void *context, const struct candidate *candidate, bool certain);
    void *context;
};

static void search(const struct search *s, const struct anchored *a)
{
    struct hits h = {.count = 0};
    if (!a->database) return;
    hs_scan(a->database, (const char *)s->payload.at, (unsigned)bytes_left(&s->payload), 0, s->scratch, on_hit, &h);
    unsigned asked = h.full ? a->count : h.count; /* more than are kept: ask them all */
    for (unsigned i = 0; i < asked; i++) {
        unsigned id = h.full ? i : h.list[i];
        const struct candidate *c = &a->candidates[id];
        if (is_of(&a->ports[id], s->packet)) s->each(s->context, c, !c->condition->where);
    }
}

/* Asks those that the gates let through; true: one whose literal has to be searched for may be among them. */
static bool look(const struct search *s, const struct like_chunk *l)
{
    const struct chunk *k = l->chunk;
    uint64_t open = l->possible & gates_open(&k->gates, &s->payload);
    for (uint64_t left = open & ~k->anchored; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        const struct candidate *c = &k->candidates[i];
        s->each(s->context, c, !c->condition->where || l->certain >> i & 1);
    }
    return open & k->anchored && triples_pass(&k->triples, &s->payload);
}

static bool look_at_all(const struct search *s, const struct packet_rules *p)
{
    const struct shelf *shelves[SHELVES];
    bool found = false;
    shelves_at(p, s->packet, shelves);
    for (unsigned i = 0; i < SHELVES; i++)
        for (unsigned k = 0; k < shelves[i]->chunk_count; k++)
            found |= look(s, &(struct like_chunk){&shelves[i]->chunks[k], UINT64_MAX, 0});
    return found;
}

void packet_rules_search(const struct packet_rules *p, struct packet_likes *likes, const struct message *m,
                         hs_scratch_t *scratch,
                         void (*each)(void *context, const struct candidate *candidate, bool certain), void *context)
{
    const struct search s = {m->packet, m->pdu, scratch, each, context};
    const struct packet_like *l = like_of(p, likes, m);
    bool found = l->many && look_at_all(&s, p);
    for (unsigned i = 0; !l->many && i < l->count; i++) found |= look(&s, &l->chunks[i]);
    if (triples_pass(&p->triples, &m->pdu)) search(&s, &p->anchored[OF_ANY]);
    if (found) search(&s, &p->anchored[OF_PORTS]);
}
