/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 transport function: segments into application fragments (IEEE Std 1815-2012 clause 8). */
#include "parsers/dnp3/dnp3.h"

enum { FIN = 0x80, FIR = 0x40, SEQUENCE = 0x3f };

static struct dnp3_stream *stream_of(struct dnp3_state *state, const struct dnp3_link *link, bool make)
{
    for (unsigned i = 0; i < STREAMS; i++) {
        struct dnp3_stream *s = &state->streams[i];
        if (s->used && s->source == link->source && s->destination == link->destination) return s;
    }
    if (!make) return NULL;
    struct dnp3_stream *s = &state->streams[state->stream_turn++ % STREAMS];
    *s = (struct dnp3_stream){.source = link->source, .destination = link->destination, .used = true};
    return s;
}

/* Clause 8.2.4: a segment that repeats the one before is passed over, any other break of the sequence ends the
 * fragment under way. */
bool dnp3_transport(struct pdu *p, const struct dnp3_link *link, struct bytes user, struct bytes *whole, bool *gap)
{
    struct dnp3_state *state = p->state;
    uint8_t header = bytes_u8(&user), sequence = header & SEQUENCE;
    bool first = header & FIR, last = header & FIN;
    struct dnp3_stream *s = stream_of(state, link, first && !last);
    if (first && last) {
        if (s) s->open = false;
        *whole = user;
        return true;
    }
    if (!s || (!first && !s->open)) {
        *gap = true;
        return false;
    }
    if (!first && sequence != s->next) {
        if (sequence == ((s->next - 1) & SEQUENCE)) return false;
        s->open = false;
        *gap = true;
        return false;
    }
    s->next = (sequence + 1) & SEQUENCE;
    s->open = !last;
    return pdu_join(p, (unsigned)(s - state->streams), user, first, last, whole);
}

void dnp3_emit_transport(struct pdu *p, uint8_t header)
{
    emit_uint(p, F_TR_CTL, header);
    emit_uint(p, F_TR_FIN, header >> 7);
    emit_uint(p, F_TR_FIR, header >> 6 & 1);
    emit_uint(p, F_TR_SEQ, header & SEQUENCE);
}
