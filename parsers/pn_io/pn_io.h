/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET IO's context management, records and alarms; IEC 61158-6-10:2019 clause 5. Private to parsers/pn_io. */
#ifndef WANGLOU_PARSERS_PN_IO_H
#define WANGLOU_PARSERS_PN_IO_H

#include "parsers/parser.h"

extern const struct value_name pn_io_block_types[], pn_io_alarm_types[];

#define PN_IO_FIELDS(X)                                                                                                \
    X(OPNUM, "pn_io.opnum", UINT16, DEC, PLAIN, "操作", "Operation", NULL)                                             \
    X(BLOCK_TYPE, "pn_io.block_type", UINT16, HEX, PLAIN, "块类型", "Block type", pn_io_block_types)                   \
    X(RELATION, "pn_io.ar_uuid", GUID, DEC, PLAIN, "应用关系标识", "AR UUID", NULL)                                    \
    X(API, "pn_io.api", UINT32, HEX, PLAIN, "应用过程标识", "API", NULL)                                               \
    X(SLOT, "pn_io.slot_nr", UINT16, HEX, PLAIN, "槽号", "Slot", NULL)                                                 \
    X(SUBSLOT, "pn_io.subslot_nr", UINT16, HEX, PLAIN, "子槽号", "Subslot", NULL)                                      \
    X(INDEX, "pn_io.index", UINT16, HEX, PLAIN, "记录索引", "Index", NULL)                                             \
    X(ALARM_TYPE, "pn_io.alarm_type", UINT16, HEX, PLAIN, "报警类型", "Alarm type", pn_io_alarm_types)                 \
    X(STATION, "pn_io.cminitiator_station_name", TEXT, DEC, PLAIN, "控制器站名", "Initiator station name", NULL)       \
    X(ERROR_CODE, "pn_io.error_code", UINT8, HEX, PLAIN, "错误码", "Error code", NULL)                                 \
    X(ERROR_DECODE, "pn_io.error_decode", UINT8, HEX, PLAIN, "错误解码", "Error decode", NULL)                         \
    X(ERROR_CODE1, "pn_io.error_code1", UINT8, DEC, PLAIN, "错误码1", "Error code 1", NULL)                            \
    X(ERROR_CODE2, "pn_io.error_code2", UINT8, DEC, PLAIN, "错误码2", "Error code 2", NULL)                            \
    X(DESTINATION, "pn_io.alarm_dst_endpoint", UINT16, HEX, PLAIN, "报警目的端点", "Alarm destination endpoint", NULL) \
    X(SOURCE, "pn_io.alarm_src_endpoint", UINT16, HEX, PLAIN, "报警源端点", "Alarm source endpoint", NULL)             \
    X(PDU_TYPE, "pn_io.pdu_type.type", UINT8, HEX, PLAIN, "报警报文类型", "Alarm PDU type", NULL)                      \
    X(ORDER, "pn_io.order_id", TEXT, DEC, PLAIN, "订货号", "Order id", NULL)                                           \
    X(SERIAL, "pn_io.im_serial_number", TEXT, DEC, PLAIN, "序列号", "Serial number", NULL)
enum { PN_IO_FIELDS(FIELD_ID) FIELD_COUNT };

#define PN_IO_ANOMALIES(X)                                                                                             \
    X(SHORT_FRAME, "short_frame", ODD, "报文过短", "message too short")                                                \
    X(BAD_BLOCK, "bad_block", ODD, "块长度与报文不符", "block does not fit the message")                               \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度字段与报文不符", "length does not fit the message")                \
    X(UNKNOWN_OPERATION, "unknown_operation", ODD, "未定义的操作", "undefined operation")
enum { PN_IO_ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };

enum { UUID = 16, RELATIONS = 256, DEEPEST_BLOCK = 4 };

/* Application relations whose Connect was seen: what one flow tells of another. */
struct pn_io_shared {
    uint8_t relation[RELATIONS][UUID];
    uint16_t next;
};

/* What the blocks of one message say beside their fields. */
struct pn_io_walk {
    struct pn_io_shared *shared;
    struct bytes relation; /* the last one named that is known */
    const uint8_t *start;  /* of the block, as padding counts from there */
    uint16_t first_type, relation_type;
    uint16_t slot, subslot, index;
    uint32_t record_length;
    uint8_t error, version_low;
};

void pn_io_blocks(struct pdu *p, struct pn_io_walk *w, struct bytes in, unsigned depth);
/* PNIOStatus, four octets in the order code, decode, code 1, code 2. */
void pn_io_status(struct pdu *p, struct pn_io_walk *w, const uint8_t *status);
bool pn_io_record_has_blocks(uint16_t index, bool written);

#endif
