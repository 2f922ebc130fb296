/* SPDX-License-Identifier: Apache-2.0 */
/* The contract between the engine and one protocol's parser.
 *
 * A parser is one `const struct parser parser_NAME` in parsers/NAME.c or parsers/NAME/NAME.c; `make` finds it and
 * writes the list (build/gen/parsers.inc). Pure code: no allocation, I/O, clock, lock, log or JSON, no writable
 * global; it runs on the worker that owns the flow. Ports are hints, bytes decide, the direction may be unknown.
 * An out-of-spec PDU is a finding (`message_anomaly`), not an error: say so and go on. */
#ifndef WANGLOU_PARSERS_PARSER_H
#define WANGLOU_PARSERS_PARSER_H

#include "parsers/message.h"

/* ---- tables: the single source of truth of what a protocol says --------------------------------------------- */

/* Types and bases print as tshark prints them: HEX is 0x and the type's full width. */
enum field_type {
    FIELD_NONE, /* present or not: no value */
    FIELD_BOOL,
    FIELD_UINT8,
    FIELD_UINT16,
    FIELD_UINT24,
    FIELD_UINT32,
    FIELD_UINT48,
    FIELD_UINT64,
    FIELD_INT8,
    FIELD_INT16,
    FIELD_INT32,
    FIELD_INT64,
    FIELD_FLOAT,
    FIELD_DOUBLE,
    FIELD_TEXT,
    FIELD_BYTES, /* hex digits without separators */
    FIELD_ETHER,
    FIELD_IPV4,
    FIELD_IPV6,
    FIELD_GUID, /* 16 bytes, already in printing order */
    FIELD_TIME, /* VALUE_UINT: nanoseconds since 1970 UTC */
    FIELD_TYPE_COUNT
};
enum field_base { BASE_DEC, BASE_HEX };
/* BULK fields repeat with every point of a PDU: they are made only when someone asks for them. */
enum field_flag { FIELD_PLAIN = 0, FIELD_BULK = 1 };

/* A value in words; a table of them ends with a row whose `en` is NULL. */
struct value_name {
    uint64_t value;
    const char *zh, *en;
};

struct field {
    const char *name; /* Wireshark's display-filter name where it has one */
    uint8_t type, base, flags;
    const char *zh, *en;
    const struct value_name *names; /* NULL: none */
};

struct operation {
    uint32_t code;         /* as on the wire; the parser says how several code spaces are folded into one */
    const char *name;      /* the standard's word, lower case with underscores, unique within the parser */
    uint8_t class;         /* enum ot_class */
    const char *technique; /* ATT&CK for ICS, "T0855", or NULL */
    const char *zh, *en;
};

struct status_name {
    uint32_t code;
    const char *zh, *en;
};

enum anomaly_severity { ANOMALY_NOTE, ANOMALY_ODD, ANOMALY_HOSTILE };
struct anomaly {
    const char *name; /* unique within the parser, "length_mismatch" */
    uint8_t severity;
    const char *zh, *en;
};

/* X(id, ...) lists turn into an enum and a table that cannot differ:
 *   #define FIELDS(X) X(FUNC_CODE, "modbus.func_code", UINT8, DEC, PLAIN, "功能码", "Function code", function_names)
 *   enum { FIELDS(FIELD_ID) FIELD_COUNT }; static const struct field fields[] = {FIELDS(FIELD_ROW)}; */
#define FIELD_ID(id, ...) F_##id,
#define FIELD_ROW(id, name, type, base, flags, zh, en, names)                                                          \
    {name, FIELD_##type, BASE_##base, FIELD_##flags, zh, en, names},
/* X(id, name, severity, zh, en) */
#define ANOMALY_ID(id, ...)                     A_##id,
#define ANOMALY_ROW(id, name, severity, zh, en) {name, ANOMALY_##severity, zh, en},
/* X(code, name, class, technique, zh, en); sorted by code */
#define OPERATION_ROW(code, name, class, technique, zh, en) {code, name, OT_##class, technique, zh, en},
#define COUNT_OF(array)                                     (sizeof(array) / sizeof((array)[0]))

/* ---- the parser ------------------------------------------------------------------------------------------------ */

enum transport {
    OVER_TCP = 1,
    OVER_UDP = 2,
    OVER_LINK = 4,       /* its own EtherType, LLC or SNAP */
    OVER_COTP = 8,       /* user data of an ISO 8073 connection */
    OVER_MODBUS = 16,    /* the whole Modbus frame of a function the Modbus parser does not own (UMAS: 90) */
    OVER_ENIP = 32,      /* CIP: the whole EtherNet/IP PDU, its encapsulation header included */
    OVER_PN_RT = 64,     /* PROFINET real-time: the frame from its frame id on */
    OVER_ETHERCAT = 128, /* mailbox data of an EtherCAT slave: ADS */
    OVER_UDP_ANY_DIRECTION = 0
};
/* Link-layer protocol numbers: an EtherType as it is, LLC and Cisco SNAP above it. */
#define LINK_LLC(dsap)       (0x10000u | (dsap))
#define LINK_SNAP_CISCO(pid) (0x20000u | (pid))

enum direction { DIRECTION_UNKNOWN, TO_SERVER, TO_CLIENT };

enum verdict { PROBE_NO, PROBE_MAYBE, PROBE_YES }; /* MAYBE wins only on the protocol's own port */
struct probe_hint {
    uint8_t transport; /* enum transport */
    uint16_t src_port, dst_port;
    uint8_t direction;
    bool on_port; /* one of the ports is the parser's own */
};

/* What `frame` says of the bytes at hand (never empty). */
enum frame_status {
    FRAME_WHOLE, /* a PDU of `length` bytes begins here; it need not have arrived yet */
    FRAME_MORE,  /* its length cannot be told before `length` bytes in all are there (0: one more) */
    FRAME_SKIP,  /* `length` bytes are no PDU: pass over them and ask again */
    FRAME_LOST   /* no PDU can be found in this segment: wait for the next one to begin with one */
};
struct frame {
    uint8_t status;
    uint32_t length;
    uint32_t keep; /* of a WHOLE: parse needs only its first `keep` bytes (0: all); the rest is not buffered */
};
#define FRAME_OF(n)    ((struct frame){FRAME_WHOLE, (uint32_t)(n), 0})
#define FRAME_NEEDS(n) ((struct frame){FRAME_MORE, (uint32_t)(n), 0})
#define FRAME_SKIPS(n) ((struct frame){FRAME_SKIP, (uint32_t)(n), 0})
#define FRAME_IS_LOST  ((struct frame){FRAME_LOST, 0, 0})

struct pdu;

struct parser {
    const char *name;                      /* short and lower case, as in event `app_proto` and `ot.protocol` */
    const char *zh, *en;                   /* full names */
    const char *specification;             /* the norm it follows, with its edition */
    uint8_t transports;                    /* enum transport, or-ed */
    const uint16_t *tcp_ports, *udp_ports; /* 0-terminated hints, or NULL */
    const uint32_t *link_types;            /* 0-terminated, or NULL */
    const struct field *fields;
    uint16_t field_count;
    const struct operation *operations; /* sorted by code */
    uint16_t operation_count;
    const struct anomaly *anomalies;
    uint16_t anomaly_count;
    const struct status_name *statuses; /* sorted by code */
    uint16_t status_count;
    uint16_t state_size;  /* bytes of per-flow state, zeroed at flow start; at most 4096 */
    uint32_t shared_size; /* bytes that all flows of a worker share, zeroed at start: what one flow tells of another */
    uint16_t request_slots; /* unanswered requests remembered per flow; 0: no pairing */
    bool wants_end;         /* parse gets a PDU without bytes when a side closes its direction of a stream */
    uint32_t max_pdu;       /* the engine buffers no more than this for one PDU; default 65,536 */
    /* `in` starts at a segment or datagram of a flow nobody has claimed. Cheap; may be called several times. */
    enum verdict (*probe)(struct bytes in, const struct probe_hint *hint);
    /* NULL: a segment or datagram is one PDU. A datagram with several PDUs is walked with it, too. */
    struct frame (*frame)(struct bytes in, const void *state, enum direction direction);
    void (*parse)(struct pdu *pdu);
    void (*gap)(void *state, enum direction direction); /* optional: bytes were lost here */
};

/* ---- what a parser works with ------------------------------------------------------------------------------- */

struct emitter;

struct pdu {
    struct bytes in;          /* exactly one PDU (or its kept head), valid during the call */
    void *state;              /* parser->state_size bytes; NULL when that is 0 */
    void *shared;             /* parser->shared_size bytes, this worker's own; NULL when that is 0 */
    enum direction direction; /* by the opener of the flow or by the ports; settle it with pdu_direction() */
    uint8_t transport;        /* enum transport: what it came over */
    bool on_port;
    const struct packet_meta *packet;
    struct message *message;
    /* engine side */
    const struct parser *parser;
    const uint8_t *want;
    uint16_t field_base;
    uint8_t layer;
    struct emitter *emitter;
};

/* A request that waits for its answer. `note` is the parser's own; `key` pairs both. */
#define REQUEST_NOTE 32
struct request {
    uint64_t key;
    uint64_t time_ns, frame;
    const struct operation *operation;
    uint32_t operation_code, unit;
    uint8_t in_use, from_client, object_length;
    bool has_unit;
    uint8_t note[REQUEST_NOTE];
};

/* Engine services a parser can call; implemented in sensor/engine (and by the test harness with the same code). */
struct engine_calls {
    void (*deliver)(struct pdu *pdu);
    void (*carry)(struct pdu *pdu, enum transport transport, struct bytes payload);
    bool (*join)(struct pdu *pdu, unsigned slot, struct bytes piece, bool first, bool last, struct bytes *whole);
    struct request *(*request)(struct pdu *pdu, uint64_t key);
    struct request *(*pending)(struct pdu *pdu, uint64_t key);
    void (*direction)(struct pdu *pdu, enum direction direction);
};

/* One per worker, owned by the engine. */
struct emitter {
    struct message message;
    uint32_t value_limit;
    uint64_t values_dropped, scratch_dropped; /* caps that were met */
    uint8_t *scratch, *scratch_at, *scratch_end;
    const uint8_t *want_of_class[OT_CLASS_COUNT]; /* enum want for each registered field */
    const struct engine_calls *engine;
};

/* -- values -- */

struct value *emitter_append(struct emitter *emitter, uint16_t field); /* NULL when the message is full (counted) */

/* What nobody wants is not made, and nothing else changes: operation, role, status, unit, anomalies and what is
 * remembered for later PDUs are the same whoever asks (tests/unit/test_wants.c). */

/* A field of which only values other than 0 matter, or only 0, need not be made when it has the other: bits of quality
 * mostly have the same. */
enum want { WANT_ANY = 1, WANT_SET = 2, WANT_CLEAR = 4 };

static inline bool wants(const struct pdu *p, unsigned field) { return p->want[field]; }
static inline bool wants_number(const struct pdu *p, unsigned field, bool set)
{
    return p->want[field] & (WANT_ANY | (set ? WANT_SET : WANT_CLEAR));
}

/* Of a run of fields: all that is wanted of any, or 0. One question before a loop, or before work for values alone. */
static inline uint8_t wants_any(const struct pdu *p, unsigned first, unsigned last)
{
    uint8_t any = 0;
    for (unsigned f = first; f <= last; f++) any |= p->want[f];
    return any;
}

/* Is any of a run of at most eight flags made, when none is set but those in `bits`? */
static inline bool wants_bits(const struct pdu *p, unsigned first, unsigned count, unsigned bits)
{
    const uint64_t each = 0x0101010101010101;
    uint64_t run; /* there is room behind the last field */
    memcpy(&run, p->want + first, sizeof run);
    run = htole64(run) << (64 - 8 * count) >> (64 - 8 * count);
    return run & each * (bits ? 0xff : WANT_ANY | WANT_CLEAR);
}

static inline void emit_uint(struct pdu *p, unsigned field, uint64_t v)
{
    if (!wants_number(p, field, v)) return;
    struct value *x = emitter_append(p->emitter, (uint16_t)(p->field_base + field));
    if (x) x->kind = VALUE_UINT, x->u = v;
}

static inline void emit_int(struct pdu *p, unsigned field, int64_t v)
{
    if (!wants_number(p, field, v)) return;
    struct value *x = emitter_append(p->emitter, (uint16_t)(p->field_base + field));
    if (x) x->kind = VALUE_INT, x->i = v;
}

static inline void emit_double(struct pdu *p, unsigned field, double v)
{
    if (!p->want[field]) return;
    struct value *x = emitter_append(p->emitter, (uint16_t)(p->field_base + field));
    if (x) x->kind = VALUE_DOUBLE, x->f = v;
}

void emit_raw(struct pdu *p, unsigned field, enum value_kind kind, const void *bytes, size_t length);

/* Bytes, addresses, GUIDs: kept by reference, so the memory must outlive the message (packet, scratch, constant). */
static inline void emit_bytes(struct pdu *p, unsigned field, struct bytes b)
{
    if (p->want[field]) emit_raw(p, field, VALUE_BYTES, b.at, bytes_left(&b));
}

/* Text as on the wire (UTF-8 or Latin-1; outputs escape what is neither). */
static inline void emit_text(struct pdu *p, unsigned field, struct bytes b)
{
    if (p->want[field]) emit_raw(p, field, VALUE_TEXT, b.at, bytes_left(&b));
}

static inline void emit_string(struct pdu *p, unsigned field, const char *constant)
{
    if (p->want[field]) emit_raw(p, field, VALUE_TEXT, constant, strlen(constant));
}

static inline void emit_present(struct pdu *p, unsigned field)
{
    if (p->want[field]) emit_raw(p, field, VALUE_NONE, NULL, 0);
}

/* Text put together by printf, in the worker's scratch. */
void emit_format(struct pdu *p, unsigned field, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* `n` bytes of the worker's scratch, valid as long as the message; NULL when it is used up (counted). */
uint8_t *pdu_scratch(struct pdu *p, size_t n);

/* -- meaning -- */

/* Says what the PDU does. Call it as early as the code is known: it decides which fields are made.
 * An unknown code makes a message with a number and no name. */
void message_operation(struct pdu *p, uint32_t code);
/* When the operation's own class is too coarse. An operation that changes something is never made one that does not:
 * rules are grouped by that. */
void message_class(struct pdu *p, enum ot_class class);
void message_role(struct pdu *p, enum ot_role role);
void message_unit(struct pdu *p, uint32_t unit);
void message_status(struct pdu *p, enum ot_status status, uint32_t code);
void message_anomaly(struct pdu *p, unsigned anomaly);

/* The thing acted on, as an engineer writes it ("DB10.DBW4", "40001", "IOA 4001"), and its value; pairs, in order.
 * `wants_object` tells whether anyone reads them: skip the loop when not. */
bool wants_object(const struct pdu *p);
void message_object(struct pdu *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void message_object_text(struct pdu *p, struct bytes text);
void message_value_int(struct pdu *p, int64_t v);
void message_value_double(struct pdu *p, double v);
void message_value_text(struct pdu *p, struct bytes text);

/* Who the sender says it is. An identity of another device begins with its ADDRESS or MAC. */
enum identity {
    IDENTITY_ADDRESS, /* 4 or 16 bytes: the rest speaks of this address */
    IDENTITY_MAC,
    IDENTITY_VENDOR,
    IDENTITY_MODEL,
    IDENTITY_ORDER_NUMBER,
    IDENTITY_FIRMWARE,
    IDENTITY_HARDWARE,
    IDENTITY_SERIAL,
    IDENTITY_NAME,
    IDENTITY_LOCATION,
    IDENTITY_ROLE, /* "plc", "hmi", "switch", "drive", "rtu", "ied" … */
    IDENTITY_SLOT, /* number: the rest speaks of this module */
    IDENTITY_USER
};
void message_identity(struct pdu *p, enum identity what, struct bytes text);
void message_identity_format(struct pdu *p, enum identity what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- engine services -- */

/* Ends the current message and begins another for the same PDU (several operations in one PDU). */
static inline void message_next(struct pdu *p) { p->emitter->engine->deliver(p); }

/* Hands the payload on to whichever parser knows it over `transport`; what it says joins the same message.
 * Do not use `p->message` for the operation afterwards: the inner protocol owns it. */
static inline void pdu_carry(struct pdu *p, enum transport transport, struct bytes payload)
{
    p->emitter->engine->carry(p, transport, payload);
}

/* Puts pieces of a segmented message together, per flow, direction and slot (0 to 3). True when `last` completed
 * it: `whole` is then valid during this call. A first piece drops what was unfinished. Bounded by max_pdu. */
static inline bool pdu_join(struct pdu *p, unsigned slot, struct bytes piece, bool first, bool last,
                            struct bytes *whole)
{
    return p->emitter->engine->join(p, slot, piece, first, last, whole);
}

/* Remembers this request under `key`; never NULL; the oldest gives way (and is told as unanswered). The note is
 * zeroed. Call after message_operation and message_unit. */
static inline struct request *pdu_request(struct pdu *p, uint64_t key) { return p->emitter->engine->request(p, key); }

/* The request this PDU answers, or NULL; sets latency and request frame of the message. It stays until the caller
 * calls `request_done`, so that an answer in several parts finds it again. */
static inline struct request *pdu_answers(struct pdu *p, uint64_t key) { return p->emitter->engine->pending(p, key); }
static inline void request_done(struct request *r) { r->in_use = 0; }

/* The content shows who is the server: settles the flow's direction for good. */
static inline void pdu_direction(struct pdu *p, enum direction direction)
{
    p->emitter->engine->direction(p, direction);
}

#endif
