/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine keeps for a flow that carries payload: who claimed it, what is half received, what is unanswered. */
#ifndef WANGLOU_SENSOR_ENGINE_SESSION_H
#define WANGLOU_SENSOR_ENGINE_SESSION_H

#include "parsers/parser.h"

enum {
    PROBE_BUFFER = 128,  /* bytes of an unclaimed stream kept to try again with more */
    PROBES_AT_MOST = 64, /* segments of a flow that are offered to the probes */
    SESSION_LAYERS = 6,  /* parsers of one flow, carried ones included */
    SESSION_LAYERS_FIRST = 2,
    JOIN_SLOTS = 4,
    REQUEST_SLOTS_FIRST = 2,
    REQUEST_SLOTS_AT_MOST = 64
};

struct buffer {
    uint8_t *data;
    uint32_t length, room;
    uint32_t need; /* bytes the PDU at its start has, or the next question needs; 0 when empty */
};

/* Begins with a few slots and grows as far as the parser allows. */
struct requests {
    uint64_t used; /* bit a slot: may be in use */
    uint32_t slots;
    struct request slot[];
};

/* One parser at work in a flow. */
struct layer {
    const struct parser *parser;
    void *state;
    struct requests *requests;          /* made with the first request */
    struct buffer (*joins)[JOIN_SLOTS]; /* [side][slot], made with the first piece */
    uint16_t number, field_base;        /* of the parser in the registry */
    uint8_t transport;
};

/* How often an operation was said in a flow, and which anomalies were told already. */
enum { SESSION_SAID = 8, SESSION_SAID_FIRST = 2, SESSION_TOLD = 8 };
/* octets of the rest of them */
#define SAID_MORE ((SESSION_SAID - SESSION_SAID_FIRST) * sizeof(struct said))
struct said {
    const struct parser *parser;
    const struct operation *operation; /* NULL: codes that are not in the table */
    uint64_t count;
};

/* Whose places a session has, so that they are fetched before its next message comes. */
enum session_place { PLACE_BEHAVIOUR, PLACE_FAILURES, SESSION_PLACES };

struct session {
    struct layer layers[SESSION_LAYERS_FIRST]; /* [0] claimed the flow */
    struct layer *deeper;                      /* the rest of SESSION_LAYERS; NULL: none yet */
    uint8_t layer_count;
    bool on_port;
    bool resync[2]; /* after a loss: what is passed over until a PDU is found is no finding */
    uint16_t probes;
    union {
        uint32_t skip[2];  /* bytes to pass over */
        uint32_t early[2]; /* while nobody knows the stream: frame of the last segment in the buffer, its low bits */
    };
    struct buffer buffer[2];
    struct said said[SESSION_SAID_FIRST]; /* most flows say no more */
    struct said *more;                    /* the rest of SESSION_SAID; NULL: none yet */
    const struct anomaly **told;          /* SESSION_TOLD of them; NULL: none yet */
    void *places[2][SESSION_PLACES];      /* by side: what inspectors keep about its last message, as they say */
    uint32_t said_other;
    uint8_t said_count, told_count;
};
_Static_assert(sizeof(struct session) <= 256, "one of the arena's classes; a million flows have one each");

#define LAYERS_DEEPER ((SESSION_LAYERS - SESSION_LAYERS_FIRST) * sizeof(struct layer)) /* octets of the rest */
static inline struct layer *layer_at(const struct session *s, unsigned i)
{
    return i < SESSION_LAYERS_FIRST ? (struct layer *)&s->layers[i] : &s->deeper[i - SESSION_LAYERS_FIRST];
}

static inline struct said *said_at(const struct session *s, unsigned i)
{
    return i < SESSION_SAID_FIRST ? (struct said *)&s->said[i] : &s->more[i - SESSION_SAID_FIRST];
}

#endif
