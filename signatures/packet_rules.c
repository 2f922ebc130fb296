/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the payload of every packet: one Hyperscan search for the rarest literal of each tells which are asked.
 */
#include "signatures/rule.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>

#include "signatures/database.h"

struct packet_rules {
    struct candidate *candidates; /* those without a literal first */
    unsigned count, plain_count;
    hs_database_t *anchors; /* pattern i is that of candidate plain_count + i; NULL: none has one */
};

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

static bool make_anchors(struct packet_rules *p, struct fault *fault)
{
    struct database_request request = {.room = p->count - p->plain_count};
    bool good = true;
    if (!request.room) return true;
    for (unsigned i = p->plain_count; good && i < p->count; i++)
        good = add_anchor(&request, i - p->plain_count, payload_anchor(p->candidates[i].condition->payload));
    if (!good) fault_set(fault, "out of memory");
    if (good) good = database_make(&request, &p->anchors, fault);
    database_forget(&request);
    return good;
}

bool packet_rules_make(struct ruleset *r, struct candidate *list, unsigned *count, struct fault *fault)
{
    unsigned found = 0, left = 0;
    for (unsigned i = 0; i < *count; i++) found += is_about_packets(&list[i]);
    if (!found) return true;
    struct packet_rules *p = r->packet_rules = region_take(&r->memory, sizeof *p);
    if (!p || !(p->candidates = region_take(&r->memory, found * sizeof *p->candidates)))
        return fault_set(fault, "out of memory");
    for (unsigned anchored = 0; anchored < 2; anchored++) {
        for (unsigned i = 0; i < *count; i++)
            if (is_about_packets(&list[i]) && (payload_anchor(list[i].condition->payload) != NULL) == anchored)
                p->candidates[p->count++] = list[i];
        if (!anchored) p->plain_count = p->count;
    }
    for (unsigned i = 0; i < *count; i++)
        if (!is_about_packets(&list[i])) list[left++] = list[i];
    *count = left;
    return make_anchors(p, fault);
}

void packet_rules_free(struct packet_rules *p)
{
    if (p) hs_free_database(p->anchors);
}

bool packet_rules_prepare(const struct packet_rules *p, hs_scratch_t **scratch)
{
    return !p || !p->anchors || hs_alloc_scratch(p->anchors, scratch) == HS_SUCCESS;
}

bool ruleset_wants_packets(const struct ruleset *r) { return r->packet_rules != NULL; }

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

void packet_rules_search(const struct packet_rules *p, struct bytes payload, hs_scratch_t *scratch,
                         void (*each)(void *context, const struct candidate *candidate), void *context)
{
    struct hits h = {.count = 0};
    if (p->anchors)
        hs_scan(p->anchors, (const char *)payload.at, (unsigned)bytes_left(&payload), 0, scratch, on_hit, &h);
    for (unsigned i = 0; i < p->plain_count; i++) each(context, &p->candidates[i]);
    if (h.full) /* more than are kept: ask them all */
        for (unsigned i = p->plain_count; i < p->count; i++) each(context, &p->candidates[i]);
    for (unsigned i = 0; !h.full && i < h.count; i++) each(context, &p->candidates[p->plain_count + h.list[i]]);
}
