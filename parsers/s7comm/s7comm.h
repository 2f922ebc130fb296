/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the S7 parser share: flow state, variable items, operation codes. Private to parsers/s7comm.
 *
 * Siemens never published S7 communication; facts are those of the manuals "System Software for S7-300/400, System and
 * Standard Functions" (SZL lists, error and event ids) and of what CPUs are seen to send. */
#ifndef WANGLOU_PARSERS_S7COMM_H
#define WANGLOU_PARSERS_S7COMM_H

#include "parsers/s7comm/s7comm_fields.h"

enum { S7_JOB = 1, S7_ACK = 2, S7_ACK_DATA = 3, S7_USERDATA = 7 };

enum {
    S7_SETUP = 0xf0,
    S7_READ = 0x04,
    S7_WRITE = 0x05,
    S7_REQUEST_DOWNLOAD = 0x1a,
    S7_DOWNLOAD_BLOCK = 0x1b,
    S7_DOWNLOAD_ENDED = 0x1c,
    S7_START_UPLOAD = 0x1d,
    S7_UPLOAD = 0x1e,
    S7_END_UPLOAD = 0x1f,
    S7_PI_SERVICE = 0x28,
    S7_PLC_STOP = 0x29
};

enum { S7_PUSH = 0, S7_REQUEST = 4, S7_RESPONSE = 8 }; /* of user data */

enum {
    S7_GROUP_MODE = 0,
    S7_GROUP_TIS = 1,
    S7_GROUP_CYCLIC = 2,
    S7_GROUP_BLOCK = 3,
    S7_GROUP_CPU = 4,
    S7_GROUP_SECURITY = 5,
    S7_GROUP_PBC = 6,
    S7_GROUP_TIME = 7,
    S7_GROUP_NC = 15
};

/* Operation codes: jobs keep their function code, program invocations and user data have a space of their own. */
#define S7_OP_PI(index)                ((uint32_t)(S7_PI_SERVICE << 8 | (index)))
#define S7_OP_USERDATA(group, subfunc) ((uint32_t)(0x70000 | (group) << 8 | (subfunc)))

enum { S7_RETURN_RESERVED = 0x00, S7_RETURN_NO_OBJECT = 0x0a, S7_RETURN_OK = 0xff };

#define S7_ANOMALIES(X)                                                                                                \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "报文长度与首部不符", "lengths do not add up")                          \
    X(TRUNCATED, "truncated", ODD, "报文内容不完整", "content ends early")                                             \
    X(UNKNOWN_FUNCTION, "unknown_function", ODD, "未知功能码", "unknown function")                                     \
    X(UNKNOWN_TYPE, "unknown_type", ODD, "未定义的报文类型", "undefined ROSCTR")                                       \
    X(UNKNOWN_SYNTAX, "unknown_syntax", NOTE, "未知寻址语法", "unknown address syntax")                                \
    X(PDU_TOO_LONG, "pdu_too_long", ODD, "报文超过协商长度", "PDU longer than negotiated")                             \
    X(UNREQUESTED, "unrequested", NOTE, "应答没有对应请求", "answer without a request")                                \
    X(FRAGMENT_LOST, "fragment_lost", NOTE, "用户数据分片缺失", "a fragment of the user data is missing")
enum { S7_ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };

/* One variable that a read or write names, small enough to be remembered until the answer. */
struct s7_item {
    uint8_t syntax, area, size; /* `size`: enum of "Transport size" */
    uint8_t extra;              /* NCK: area and unit */
    uint16_t db, count;
    uint32_t address; /* S7ANY: in bits; NCK: column and line */
};

enum { S7_ITEMS = 20, S7_MEMORIES = 6, S7_CYCLES = 4 };

/* The variables of a request, kept to give the values in its answer their names. */
struct s7_memory {
    uint16_t key; /* PDU reference; job id of a cyclic read */
    uint8_t count;
    struct s7_item items[S7_ITEMS];
};

struct s7_state {
    uint16_t pdu_length; /* negotiated; 0 unknown */
    uint8_t next_memory, next_cycle;
    bool joining[4][2]; /* by slot of pdu_join and direction */
    uint8_t join_id[4][2];
    struct s7_memory memories[S7_MEMORIES], cycles[S7_CYCLES];
};

/* pdu.c */
enum verdict s7_probe(struct bytes in, const struct probe_hint *hint);
void s7_parse(struct pdu *p);
void s7_gap(void *state, enum direction direction);

/* items.c */
/* One address specification; false when it is cut short. */
bool s7_parse_item(struct pdu *p, struct bytes *in, struct s7_item *item);
/* `count` of them, with the fill octet between odd ones, into `memory`, which keeps the first S7_ITEMS. */
void s7_parse_items(struct pdu *p, struct bytes *in, uint8_t count, struct s7_memory *memory);
/* The data of a read answer or write request; `names` says what they belong to, NULL: unknown.
 * Returns the first return code that is no success, or S7_RETURN_OK. */
uint8_t s7_parse_values(struct pdu *p, struct bytes *in, uint8_t count, const struct s7_memory *names);
/* values.c */
void s7_emit_object(struct pdu *p, const struct s7_item *item);
void s7_emit_objects(struct pdu *p, const struct s7_memory *memory);
void s7_emit_value(struct pdu *p, const struct s7_item *item, struct bytes data);
/* BCD clock: of 10 octets (with century) or 8. False when it is no date. */
bool s7_clock_text(struct bytes *in, bool with_century, char out[32]);

/* blocks.c */
void s7_parse_block_job(struct pdu *p, uint8_t function, struct bytes in, uint16_t parameter_length);
void s7_parse_block_answer(struct pdu *p, uint8_t function, struct bytes in, uint16_t parameter_length,
                           uint16_t data_length);
/* The operation code of a program invocation: looks ahead, before any field is made. */
uint32_t s7_pi_operation(struct bytes parameter);
/* The field of argument `number` of an NC service; the first, 0, is its address. */
unsigned s7_nc_argument(struct bytes service, unsigned number);
void s7_parse_pi_job(struct pdu *p, struct bytes in, uint16_t parameter_length);
void s7_parse_stop_job(struct pdu *p, struct bytes in);
const char *s7_block_kind(uint8_t code); /* "OB", "DB"…; NULL unknown */

/* userdata.c */
void s7_parse_userdata(struct pdu *p, struct bytes in, uint16_t parameter_length, uint16_t data_length,
                       uint16_t pdu_ref);

/* What a user data telegram says before its payload. */
struct s7_userdata {
    uint8_t type, group, subfunction, sequence, unit_ref, last_unit;
    uint8_t return_code, data_size;
    struct request *request; /* of an answer; NULL unknown */
};

/* szl.c */
void s7_parse_szl(struct pdu *p, const struct s7_userdata *u, struct bytes in);
/* cpu.c */
void s7_parse_cpu(struct pdu *p, const struct s7_userdata *u, struct bytes in);
void s7_parse_diagnostic(struct pdu *p, struct bytes *in);
/* programmer.c: test and installation functions */
void s7_parse_tis(struct pdu *p, const struct s7_userdata *u, struct bytes in);
/* blockinfo.c */
void s7_parse_blockinfo(struct pdu *p, const struct s7_userdata *u, struct bytes in);

#endif
