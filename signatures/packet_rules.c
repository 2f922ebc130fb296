/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the payload of every packet. Those that ask for ports are kept by port; of the others, and of those with
 * ports, one Hyperscan search each for the rarest literal of every rule tells which are asked. Which of those without a
 * literal packets of some addresses, ports and flags can fulfil is worked out once for all that are alike. */
#include "signatures/rule.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signatures/database.h"

/* Rules whose literals are searched for together. */
struct anchored {
    struct candidate *candidates;
    struct filter_ports *ports; /* of each; count 0: any */
    unsigned count;
    hs_database_t *database; /* pattern i is that of candidate i; NULL: there is none */
};

/* Rules of one port that have no literal. */
struct shelf {
    uint32_t key;  /* 0: free */
    bool anchored; /* there are others of this port that have one */
    unsigned count;
    struct candidate *candidates;
};

enum { OF_ANY, OF_PORTS, KINDS };

struct packet_rules {
    struct candidate *plain; /* of any port, without a literal */
    unsigned plain_count;
    struct anchored anchored[KINDS];
    struct shelf *shelves; /* open addressing */
    uint32_t mask;
};

enum { ANCHOR_LEAST = 3 }; /* a shorter literal is found in most packets */

static const struct payload_step *anchor_of(const struct candidate *c)
{
    const struct payload_step *s = payload_anchor(c->condition->payload);
    return s && s->length >= ANCHOR_LEAST ? s : NULL;
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

/* Counts what stands on each shelf in a first pass, and puts it there in a second. */
static bool put_on_shelves(struct region *memory, struct packet_rules *p, const struct candidate *c,
                           const struct filter_ports *ports, bool counting)
{
    bool has_anchor = anchor_of(c);
    for (unsigned i = 0; i < ports->count; i++) {
        uint32_t key = port_key(ports->ip_proto, ports->destination, ports->ports[i]);
        struct shelf *s = shelf_of(p, key);
        s->key = key;
        s->anchored |= has_anchor;
        if (has_anchor) continue;
        if (!counting && !s->candidates) {
            s->candidates = region_take(memory, s->count * sizeof *s->candidates);
            s->count = 0;
            if (!s->candidates) return false;
        }
        if (!counting) s->candidates[s->count] = *c;
        s->count++;
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
    p->plain = region_take(&r->memory, (count + 1) * sizeof *p->plain);
    for (unsigned k = 0; k < KINDS; k++) {
        p->anchored[k].candidates = region_take(&r->memory, (count + 1) * sizeof *p->plain);
        p->anchored[k].ports = region_take(&r->memory, (count + 1) * sizeof(struct filter_ports));
        if (!p->anchored[k].candidates || !p->anchored[k].ports) return false;
    }
    if (!p->shelves || !p->plain) return false;
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < count; i++) {
            struct filter_ports ports = ports_of(&list[i]);
            struct anchored *a = &p->anchored[ports.count ? OF_PORTS : OF_ANY];
            if (!can_hold(&list[i])) continue;
            if (!put_on_shelves(&r->memory, p, &list[i], &ports, pass == 0)) return false;
            if (pass == 0) continue;
            if (anchor_of(&list[i])) {
                a->ports[a->count] = ports;
                a->candidates[a->count++] = list[i];
            } else if (!ports.count) {
                p->plain[p->plain_count++] = list[i];
            }
        }
    return true;
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
    if (!p || !sort(r, p, own, found)) return fault_set(fault, "out of memory");
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

enum { LIKES_LOG = 11, WAYS = 4, LIKE_RULES = 24 };

struct packet_like {
    uint8_t packet[PACKET_LIKE];
    bool used, anchored;
    bool many; /* more than there is room for: ask them all */
    uint8_t count;
    uint32_t certain; /* bit i: the filter of rules[i] holds */
    const struct candidate *rules[LIKE_RULES];
};

struct packet_likes {
    struct packet_like table[1 << LIKES_LOG][WAYS];
    uint8_t next[1 << LIKES_LOG]; /* the way that gives way next */
};

struct packet_likes *packet_likes_open(void) { return calloc(1, sizeof(struct packet_likes)); }
void packet_likes_close(struct packet_likes *likes) { free(likes); }
void packet_likes_clear(struct packet_likes *likes) { memset(likes, 0, sizeof *likes); }

static void settle(struct packet_like *l, const struct candidate *list, unsigned count, const struct message *m)
{
    const struct filter_known known = {.class = -1, .role = -1, .status = -1, .message = m};
    for (unsigned i = 0; i < count && !l->many; i++) {
        const struct filter *where = list[i].condition->where;
        enum filter_verdict v = where ? filter_judge(where, &known) : FILTER_YES;
        if (v == FILTER_NO) continue;
        l->many = l->count == LIKE_RULES;
        if (l->many) return;
        l->certain |= (uint32_t)(v == FILTER_YES) << l->count;
        l->rules[l->count++] = &list[i];
    }
}

static const struct shelf *shelf_at(const struct packet_rules *p, const struct packet_meta *packet, bool destination)
{
    return shelf_of(p, port_key(packet->ip_proto, destination, destination ? packet->dst_port : packet->src_port));
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
    settle(l, p->plain, p->plain_count, m);
    for (unsigned destination = 0; destination < 2; destination++) {
        const struct shelf *shelf = shelf_at(p, m->packet, destination);
        l->anchored |= shelf->anchored;
        settle(l, shelf->candidates, shelf->count, m);
    }
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

static void ask_list(const struct search *s, const struct candidate *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++) s->each(s->context, &list[i], !list[i].condition->where);
}

void packet_rules_search(const struct packet_rules *p, struct packet_likes *likes, const struct message *m,
                         hs_scratch_t *scratch,
                         void (*each)(void *context, const struct candidate *candidate, bool certain), void *context)
{
    const struct search s = {m->packet, m->pdu, scratch, each, context};
    const struct packet_like *l = like_of(p, likes, m);
    for (unsigned i = 0; !l->many && i < l->count; i++) each(context, l->rules[i], l->certain >> i & 1);
    if (l->many) {
        ask_list(&s, p->plain, p->plain_count);
        for (unsigned destination = 0; destination < 2; destination++) {
            const struct shelf *shelf = shelf_at(p, m->packet, destination);
            ask_list(&s, shelf->candidates, shelf->count);
        }
    }
    search(&s, &p->anchored[OF_ANY]);
    if (l->anchored) search(&s, &p->anchored[OF_PORTS]);
}
