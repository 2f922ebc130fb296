/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that wait for their answers (parser.h, struct request): a few slots a layer that grow as far as the parser
 * allows, and who is told when no answer came. */
#include <string.h>

#include "sensor/engine/worker.h"

#define REQUEST_TIMEOUT 30000000000ull /* ns; industrial masters time out after seconds */

static void remember_unanswered(struct worker *w, const struct layer *l, const struct request *r)
{
    w->counters.unanswered++;
    if (w->unanswered_count == UNANSWERED_AT_MOST) {
        w->counters.unanswered_dropped++;
        return;
    }
    /* the analyzer cannot see that a full layer has an oldest request */
    w->unanswered[w->unanswered_count++] = (struct unanswered){*r, l->parser}; /* NOLINT(clang-analyzer-*) */
}

static uint32_t slots_at_most(const struct parser *p)
{
    return p->request_slots < REQUEST_SLOTS_AT_MOST ? p->request_slots : REQUEST_SLOTS_AT_MOST;
}

static struct requests *requests_sized(struct worker *w, uint32_t slots)
{
    struct requests *rs = arena_take(&w->arena, requests_size(slots));
    if (!rs) {
        w->counters.no_memory++;
        return NULL;
    }
    memset(rs, 0, requests_size(slots));
    rs->slots = slots;
    return rs;
}

static struct requests *requests_of(struct worker *w, struct layer *l)
{
    uint32_t slots = slots_at_most(l->parser);
    if (!l->requests) l->requests = requests_sized(w, slots < REQUEST_SLOTS_FIRST ? slots : REQUEST_SLOTS_FIRST);
    return l->requests;
}

/* Twice as many, and one: what fills the arena's next class but one. */
static bool requests_grow(struct worker *w, struct layer *l)
{
    struct requests *old = l->requests;
    uint32_t most = slots_at_most(l->parser), slots = old->slots * 2 + 1;
    if (old->slots >= most) return false;
    struct requests *rs = requests_sized(w, slots < most ? slots : most);
    if (!rs) return false;
    rs->used = old->used;
    memcpy(rs->slot, old->slot, old->slots * sizeof *old->slot);
    arena_give(&w->arena, old, requests_size(old->slots));
    l->requests = rs;
    return true;
}

struct request *request_take(struct worker *w, struct layer *l)
{
    struct requests *rs = l->parser->request_slots ? requests_of(w, l) : NULL;
    struct request *oldest = NULL;
    if (!rs) return NULL;
    for (uint64_t used = rs->used; used; used &= used - 1) {
        unsigned i = (unsigned)__builtin_ctzll(used);
        struct request *r = &rs->slot[i];
        if (r->in_use && w->now_ns > r->time_ns && w->now_ns - r->time_ns > REQUEST_TIMEOUT) {
            remember_unanswered(w, l, r);
            r->in_use = 0;
        }
        if (!r->in_use)
            rs->used &= ~(1ull << i);
        else if (!oldest || r->time_ns < oldest->time_ns)
            oldest = r;
    }
    unsigned i = rs->used == UINT64_MAX ? 64 : (unsigned)__builtin_ctzll(~rs->used);
    if (i < rs->slots) {
        rs->used |= 1ull << i;
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): there are slots, or `i` were not below */
        if (rs->used == UINT64_MAX >> (64 - rs->slots)) w->crowded = l; /* not now: the parser may hold another */
        return &rs->slot[i];
    }
    if (requests_grow(w, l)) return request_take(w, l);
    remember_unanswered(w, l, oldest);
    return oldest;
}

void requests_make_room(struct worker *w)
{
    (void)requests_grow(w, w->crowded);
    w->crowded = NULL;
}

void end_requests(struct worker *w, struct flow *f)
{
    struct session *s = f->session;
    for (unsigned i = 0; s && i < s->layer_count; i++) {
        struct requests *rs = layer_at(s, i)->requests;
        for (uint64_t used = rs ? rs->used : 0; used; used &= used - 1) {
            struct request *r = &rs->slot[__builtin_ctzll(used)];
            if (!r->in_use) continue;
            remember_unanswered(w, layer_at(s, i), r);
            r->in_use = 0;
        }
    }
    if (w->unanswered_count) tell_unanswered(w, f);
}
