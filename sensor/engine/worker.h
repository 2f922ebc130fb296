/* SPDX-License-Identifier: Apache-2.0 */
/* A worker: everything between a frame and the inspectors, for one thread. Workers share nothing that is written. */
#ifndef WANGLOU_SENSOR_ENGINE_WORKER_H
#define WANGLOU_SENSOR_ENGINE_WORKER_H

#include "sensor/capture/captured.h"
#include "sensor/engine/session.h"
#include "sensor/flow/stream.h"
#include "sensor/inspect/event.h"
#include "sensor/inspect/inspect.h"
#include "sensor/options.h"

/* X(name, zh, en): the engine's own counters; together with those of flows, streams and decode they make `stats`. */
#define ENGINE_COUNTERS(X)                                                                                             \
    X(frames, "帧", "frames")                                                                                          \
    X(bytes, "字节", "bytes")                                                                                          \
    X(messages, "报文", "messages")                                                                                    \
    X(pdus, "协议数据单元", "PDUs")                                                                                    \
    X(claimed_flows, "已识别的流", "flows recognised")                                                                 \
    X(probes_exhausted, "未识别的流", "flows not recognised")                                                          \
    X(skipped_bytes, "重新同步跳过的字节", "bytes passed over to find a PDU")                                          \
    X(lost_segments, "无法定界的分段", "segments without a PDU boundary")                                              \
    X(oversized, "超长协议数据单元", "PDUs longer than their parser's limit")                                          \
    X(cut_datagrams, "被截断的数据报", "datagrams shorter than their PDU")                                             \
    X(no_memory, "内存上限", "refused for want of memory")                                                             \
    X(layers_full, "协议层数上限", "more layers than a flow may have")                                                 \
    X(unanswered, "无应答请求", "requests without an answer")                                                          \
    X(unanswered_dropped, "未报告的无应答请求", "requests without an answer that were not told")                       \
    X(values_dropped, "字段数上限", "values above the cap of a message")                                               \
    X(scratch_dropped, "暂存区上限", "texts above the scratch's cap")
struct engine_counters {
#define X(name, zh, en) uint64_t name;
    ENGINE_COUNTERS(X)
#undef X
    uint64_t oddities[ODD_COUNT];
};

enum { UNANSWERED_AT_MOST = 64, WORKER_INSPECTORS = 16 };

/* A frame that is decoded already, while those before it are still in work. */
struct ahead {
    const struct captured *frame;
    struct packet packet;
    struct flow_key key;
    uint64_t hash;
    struct flow *likely; /* the flow that was in the hash's place when it was decoded */
    uint8_t side;
    bool has_flow;
};
enum { AHEAD = 8, APPROACH = 8 /* frames from the first step to the work */ };

/* Some frames on their way to be worked on. */
struct approach {
    const struct captured *frames;
    unsigned count, first; /* first: the place of the first one in `ahead` */
    unsigned decoded;      /* how many of them are */
    int link;
    bool waits; /* the one decoded last must be in work before the next is decoded */
};

struct unanswered {
    struct request request;
    const struct parser *parser;
};

struct worker {
    const struct sensor_options *options;
    unsigned number;
    int link;
    struct arena arena;
    struct decoder *decoder;
    struct flow_table flows;
    struct stream_order order;
    struct emitter emitter;
    void **shared;           /* of each parser, what its flows share (parser.h, shared_size) */
    struct packet *packet;   /* the frame in hand, or the last one: one of those in `ahead` */
    struct ahead *ahead;     /* AHEAD of them, in turn */
    unsigned turn;           /* whose it is next */
    struct session *session; /* of the message in hand, NULL: none */
    unsigned side;           /* of that session, which speaks */
    uint64_t kernel_drops;   /* told by the capture */
    struct engine_counters counters;
    struct {
        const struct inspector *type;
        void *self;
    } inspectors[WORKER_INSPECTORS];
    unsigned inspector_count;
    /* who listens to what the packet path says, so that it asks nobody else */
    struct kinds kinds;
    const struct kind *kind; /* of the message in hand */
    struct {
        void (*call)(void *self, const struct packet *packet);
        void *self;
    } on_frame[WORKER_INSPECTORS];
    struct {
        void (*call)(void *self, const struct flow *flow, unsigned side, struct bytes bytes);
        void (*gap)(void *self, const struct flow *flow);
        void *self;
    } on_stream[WORKER_INSPECTORS];
    unsigned on_frame_count, on_stream_count;
    const struct said *said; /* of the message in hand, counted already; NULL: none */
    uint64_t frame;          /* the number of the last frame, or of the one in hand */
    uint64_t place; /* of what is said now among what all workers say: the frame's number, or behind all of them */
    bool ending;
    uint64_t now_ns, tick_ns;
    uint64_t end_ns, end_frame; /* of the last frame read, be it another worker's */
    struct unanswered unanswered[UNANSWERED_AT_MOST];
    unsigned unanswered_count;
    struct layer *crowded; /* its requests have no slot left: they grow behind the PDU in hand */
    struct labels *labels; /* NULL: nobody asked */
    struct event_out out;
    struct evidence *evidence;                 /* NULL: none is kept */
    struct plant *plant;                       /* NULL: nobody asked for the plant */
    const struct matcher_counters *matching;   /* of the signatures; NULL: none */
    const struct evidence_counters *evidenced; /* NULL: none */
    uint64_t alerts_suppressed;
};

struct worker *worker_open(const struct sensor_options *options, struct publisher *publisher, struct plant *plant,
                           unsigned number, struct fault *fault);
/* Tells the plant and the other workers how far this one is, when it has nothing to say. */
void worker_mark(struct worker *worker);
/* Is this a frame by which time passes for all, though it is another worker's? */
bool worker_must_pass(const struct worker *worker, uint64_t frame, uint64_t time_ns);
/* Frames are numbered from 1 by the caller; `link` is a DLT_ number. */
void worker_frame(struct worker *worker, int link, uint64_t frame, uint64_t time_ns, const uint8_t *bytes,
                  size_t captured, uint32_t length);
/* Many of them, in order: memory that the later ones need is fetched while the earlier ones are in work. Of another
 * worker's frames it needs the one that is the last of all, and those by which time passes. */
void worker_frames(struct worker *worker, int link, const struct captured *frames, unsigned count);
/* Lets time pass without packets. */
void worker_tick(struct worker *worker, uint64_t now_ns);
/* Ends all flows, lets the inspectors write their last events. */
void worker_finish(struct worker *worker);
void worker_close(struct worker *worker);

/* ---- inside the engine: one file each ---- */

/* ahead.c: brings the frames behind this one a step further; this one is decoded. From -APPROACH on: then the first one
 * sets out. */
struct ahead *approach(struct worker *w, struct approach *in, int i);

static inline enum direction direction_of(const struct flow *f, unsigned side)
{
    if (!f->client_known) return DIRECTION_UNKNOWN;
    return f->client == side ? TO_SERVER : TO_CLIENT;
}

/* claim.c: finds the parser of a flow's or a carried payload. NULL: none (yet). `link_type`: of OVER_LINK only. */
struct layer *claim_layer(struct worker *w, struct session *s, struct bytes in, const struct probe_hint *hint,
                          uint32_t link_type);
static inline size_t requests_size(uint32_t slots) { return sizeof(struct requests) + slots * sizeof(struct request); }

/* requests.c; NULL: without memory, or a parser without slots. */
struct request *request_take(struct worker *w, struct layer *l);
/* For the layer that is crowded; behind a PDU only: before, its parser may hold requests. */
void requests_make_room(struct worker *w);
void end_requests(struct worker *w, struct flow *f);
/* session.c */
struct session *session_of(struct worker *w, struct flow *f);
void session_end(struct worker *w, struct flow *f);
bool buffer_append(struct worker *w, struct buffer *b, const uint8_t *bytes, size_t n, size_t limit);
void buffer_drop(struct worker *w, struct buffer *b);
/* feed.c: bytes in order, or one datagram or frame. */
void feed_stream(struct worker *w, struct flow *f, unsigned side, struct bytes data);
void feed_gap(struct worker *w, struct flow *f, unsigned side);
void feed_end(struct worker *w, struct flow *f, unsigned side);
void feed_datagram(struct worker *w, struct flow *f, unsigned side, struct bytes data);
void inspect_payload(struct worker *w, struct bytes data);
/* calls.c: one PDU through its parser, and the services parsers call. */
void parse_pdu(struct worker *w, struct flow *f, unsigned side, struct layer *layer, struct bytes in);
void tell_unanswered(struct worker *w, struct flow *f);
extern const struct engine_calls engine_calls;

/* Adds an inspector that is open (tests bring their own). */
void worker_listen(struct worker *w, const struct inspector *type, void *self);
/* Works out anew which fields somebody reads, between two frames. */
void worker_want(struct worker *w);
void inspect_message(struct worker *w, const struct message *message);

#endif
