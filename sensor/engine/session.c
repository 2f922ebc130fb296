/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions and their bounded buffers, in the worker's arena. */
#include <string.h>

#include "sensor/engine/worker.h"

struct session *session_of(struct worker *w, struct flow *f)
{
    if (f->session) return f->session;
    f->session = arena_take(&w->arena, sizeof *f->session);
    if (f->session)
        memset(f->session, 0, sizeof *f->session);
    else
        w->counters.no_memory++;
    return f->session;
}

void buffer_drop(struct worker *w, struct buffer *b)
{
    arena_give(&w->arena, b->data, b->room);
    memset(b, 0, sizeof *b);
}

bool buffer_append(struct worker *w, struct buffer *b, const uint8_t *bytes, size_t n, size_t limit)
{
    size_t wanted = b->length + n;
    if (wanted > limit) return false;
    if (wanted > b->room) {
        uint8_t *data = arena_take(&w->arena, wanted);
        if (!data) {
            w->counters.no_memory++;
            return false;
        }
        if (b->length) memcpy(data, b->data, b->length);
        arena_give(&w->arena, b->data, b->room);
        b->data = data;
        b->room = (uint32_t)arena_room(wanted);
    }
    if (n) memcpy(b->data + b->length, bytes, n);
    b->length += (uint32_t)n;
    return true;
}

void session_end(struct worker *w, struct flow *f)
{
    struct session *s = f->session;
    if (!s) return;
    for (unsigned i = 0; i < s->layer_count; i++) {
        struct layer *l = layer_at(s, i);
        for (unsigned j = 0; l->joins && j < 2 * JOIN_SLOTS; j++)
            buffer_drop(w, &l->joins[j / JOIN_SLOTS][j % JOIN_SLOTS]);
        arena_give(&w->arena, l->joins, 2 * sizeof *l->joins);
        if (l->requests) arena_give(&w->arena, l->requests, requests_size(l->requests->slots));
        arena_give(&w->arena, l->state, l->parser->state_size);
    }
    arena_give(&w->arena, s->deeper, LAYERS_DEEPER);
    arena_give(&w->arena, s->more, SAID_MORE);
    arena_give(&w->arena, s->told, SESSION_TOLD * sizeof *s->told);
    buffer_drop(w, &s->buffer[0]);
    buffer_drop(w, &s->buffer[1]);
    arena_give(&w->arena, s, sizeof *s);
    f->session = NULL;
}
