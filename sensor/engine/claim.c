/* SPDX-License-Identifier: Apache-2.0 */
/* Recognition by content: which parser a payload belongs to. A port is a hint that turns a MAYBE into a yes. */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"

static bool on_port(const struct parser *p, const struct probe_hint *hint)
{
    const uint16_t *ports = hint->transport == OVER_TCP   ? p->tcp_ports
                            : hint->transport == OVER_UDP ? p->udp_ports
                                                          : NULL;
    for (; ports && *ports; ports++)
        if (*ports == hint->src_port || *ports == hint->dst_port) return true;
    return false;
}

static bool on_link(const struct parser *p, uint32_t link_type)
{
    for (const uint32_t *t = p->link_types; t && *t; t++)
        if (*t == link_type) return true;
    return false;
}

static const struct parser *find(struct bytes in, const struct probe_hint *given, uint32_t link_type, bool *port)
{
    const struct registry *r = registry();
    const struct parser *sure = NULL, *likely = NULL;
    for (unsigned i = 1; i < r->parser_count; i++) {
        const struct parser *p = r->parsers[i];
        if (!(p->transports & given->transport) || !p->probe) continue;
        struct probe_hint hint = *given;
        if (given->transport == OVER_LINK && !on_link(p, link_type)) continue;
        hint.on_port = given->transport == OVER_LINK || on_port(p, given);
        enum verdict v = p->probe(in, &hint);
        if (hint.on_port && v != PROBE_NO) {
            if (v == PROBE_YES) {
                *port = true;
                return p;
            }
            if (!likely) likely = p;
        } else if (v == PROBE_YES && !sure) {
            sure = p;
        }
    }
    *port = !sure && likely;
    return sure ? sure : likely;
}

/* Layers of one transport that the flow already has, as long as their probe does not say no. */
static struct layer *known(struct session *s, struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_TCP || hint->transport == OVER_UDP || hint->transport == OVER_LINK) return NULL;
    for (unsigned i = 0; i < s->layer_count; i++) {
        struct layer *l = layer_at(s, i);
        if (l->transport == hint->transport && (!l->parser->probe || l->parser->probe(in, hint) != PROBE_NO)) return l;
    }
    return NULL;
}

struct layer *claim_layer(struct worker *w, struct session *s, struct bytes in, const struct probe_hint *hint,
                          uint32_t link_type)
{
    bool port = false;
    struct layer *l = known(s, in, hint);
    if (l) return l;
    const struct parser *p = find(in, hint, link_type, &port);
    if (!p) return NULL;
    for (unsigned i = 0; i < s->layer_count; i++)
        if (layer_at(s, i)->parser == p && layer_at(s, i)->transport == hint->transport) return layer_at(s, i);
    if (s->layer_count == SESSION_LAYERS) {
        w->counters.layers_full++;
        return NULL;
    }
    if (s->layer_count >= SESSION_LAYERS_FIRST && !s->deeper) s->deeper = arena_take(&w->arena, LAYERS_DEEPER);
    if (s->layer_count >= SESSION_LAYERS_FIRST && !s->deeper) {
        w->counters.no_memory++;
        return NULL;
    }
    void *state = p->state_size ? arena_take(&w->arena, p->state_size) : NULL;
    if (p->state_size && !state) {
        w->counters.no_memory++;
        return NULL;
    }
    if (state) memset(state, 0, p->state_size);
    if (!s->layer_count) s->on_port = port, w->counters.claimed_flows++;
    l = layer_at(s, s->layer_count++);
    int index = registry_parser_index(p);
    *l = (struct layer){.parser = p,
                        .state = state,
                        .number = (uint16_t)index,
                        .field_base = registry()->field_base[index],
                        .transport = hint->transport};
    return l;
}
