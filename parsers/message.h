/* SPDX-License-Identifier: Apache-2.0 */
/* A message: the meaning of one PDU, as parsers fill it and signatures, inspectors and outputs read it.
 *
 * Owned by the worker that made it, valid until the inspectors return; bytes and text point into the packet,
 * the reassembly buffer or the worker's scratch. Read-only for everyone behind the parser. */
#ifndef WANGLOU_PARSERS_MESSAGE_H
#define WANGLOU_PARSERS_MESSAGE_H

#include "common/bytes.h"

/* What a message does to the process, the same for every protocol (docs/architecture.md, "ot.class"). */
#define OT_CLASSES(X)                                                                                                  \
    X(NONE, "none", "未分类", "unclassified")                                                                          \
    X(READ, "read", "读取", "read")                                                                                    \
    X(WRITE, "write", "写入", "write")                                                                                 \
    X(CONTROL, "control", "控制", "control")                                                                           \
    X(MODE, "mode", "运行状态切换", "mode change")                                                                     \
    X(PROGRAM, "program", "程序上下载", "program transfer")                                                            \
    X(FIRMWARE, "firmware", "固件", "firmware")                                                                        \
    X(CONFIGURE, "configure", "组态配置", "configuration")                                                             \
    X(FILE, "file", "文件传输", "file transfer")                                                                       \
    X(TIME, "time", "时钟", "clock")                                                                                   \
    X(IDENTIFY, "identify", "身份识别", "identification")                                                              \
    X(DIAGNOSE, "diagnose", "诊断", "diagnosis")                                                                       \
    X(SESSION, "session", "会话", "session")                                                                           \
    X(NOTIFY, "notify", "主动上报", "notification")                                                                    \
    X(ALARM, "alarm", "报警", "alarm")                                                                                 \
    X(ERROR, "error", "错误应答", "refusal")
enum ot_class {
#define X(id, name, zh, en) OT_##id,
    OT_CLASSES(X)
#undef X
        OT_CLASS_COUNT
};

/* Who speaks, by meaning: not who opened the connection. */
enum ot_role { ROLE_UNKNOWN, ROLE_REQUEST, ROLE_RESPONSE, ROLE_NOTIFY, ROLE_COUNT };

enum ot_status {
    STATUS_NONE,       /* a request, or the protocol has no status */
    STATUS_OK,         /* answered and done */
    STATUS_REFUSED,    /* exception, negative confirmation, error code */
    STATUS_UNANSWERED, /* made by the engine for a request whose answer never came */
    STATUS_COUNT
};

enum value_kind { VALUE_UINT, VALUE_INT, VALUE_DOUBLE, VALUE_BYTES, VALUE_TEXT, VALUE_NONE };

struct value {
    uint16_t field;  /* registry-wide number; field_of(value.field) tells name, type, titles */
    uint8_t kind;    /* enum value_kind */
    uint32_t length; /* of bytes and text */
    union {
        uint64_t u;
        int64_t i;
        double f;
        const uint8_t *bytes;
    };
};

struct address {
    uint8_t family; /* 0 none, 4, 6 */
    uint8_t bytes[16];
};

/* The frame a message came with (the one that completed it). */
struct packet_meta {
    uint64_t frame;     /* number in the capture, from 1 */
    uint64_t time_ns;   /* since the epoch */
    uint64_t flow_id;   /* 0 where the frame belongs to no flow */
    uint32_t length;    /* on the wire */
    uint16_t ethertype; /* of the innermost frame */
    uint16_t vlan[2];   /* outer first; 0xffff none */
    uint16_t src_port, dst_port;
    uint8_t ip_proto;  /* 0 none, 6 TCP, 17 UDP */
    uint8_t tcp_flags; /* RFC 9293 3.1; 0 without TCP */
    uint8_t src_mac[6], dst_mac[6];
    bool from_client; /* sent by the side that opened the flow, as far as known */
    bool direction_known;
    struct address src, dst;
};

/* What all packets of one sender in one flow have alike, as octets: all from `ethertype` on, without padding. */
enum { PACKET_LIKE = sizeof(struct packet_meta) - offsetof(struct packet_meta, ethertype) };
static inline const uint8_t *packet_like(const struct packet_meta *p) { return (const uint8_t *)&p->ethertype; }

#define MESSAGE_ANOMALIES 8
#define MESSAGE_LAYERS    4

struct parser;
struct operation;

struct message {
    const struct parser *parser;       /* innermost protocol that spoke; NULL: nothing said */
    const struct operation *operation; /* row of parser->operations, NULL when the code is not in the table */
    uint32_t operation_code;
    bool has_operation;
    uint8_t role, status;    /* enum ot_role, ot_status */
    uint8_t operation_class; /* enum ot_class; the operation's own unless the parser knew better */
    uint32_t status_code;    /* as on the wire; words by status_title() */
    const struct parser *status_parser;
    bool has_unit, has_identity;
    uint32_t unit;                               /* station, slave, rack/slot, common address */
    uint64_t latency_ns;                         /* of an answer behind its request, 0 unknown */
    uint64_t request_frame;                      /* 0 unknown */
    const struct parser *layers[MESSAGE_LAYERS]; /* outermost first, ends with `parser` */
    uint8_t layer_count;
    uint8_t anomaly_count;
    struct {
        const struct parser *parser;
        uint16_t anomaly; /* row of parser->anomalies */
    } anomalies[MESSAGE_ANOMALIES];
    const struct packet_meta *packet;
    struct bytes pdu; /* the whole PDU of the innermost parser, for payload patterns */
    uint32_t value_count;
    struct value *values;
    void **settled; /* where the flow keeps what the matcher settled for its last message of this side; NULL: nowhere */
};

/* First value of a field, or NULL. */
static inline const struct value *message_value(const struct message *m, uint16_t field)
{
    for (uint32_t i = 0; i < m->value_count; i++)
        if (m->values[i].field == field) return &m->values[i];
    return NULL;
}

#endif
