/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the MMS parser share. Private to parsers/mms.
 *
 * ISO 9506-1 and -2 (MMS) over ISO 8327 (session), ISO 8823 (presentation) and ISO 8650 (ACSE), as IEC 61850-8-1 and
 * IEC 60870-6 (ICCP/TASE.2) use them. */
#ifndef WANGLOU_PARSERS_MMS_H
#define WANGLOU_PARSERS_MMS_H

#include "parsers/ber.h"
#include "parsers/parser.h"

extern const struct value_name mms_request_names[], mms_unconfirmed_names[], mms_object_class_names[],
    mms_access_error_names[], mms_error_class_names[], mms_reject_names[], mms_logical_status_names[],
    mms_physical_status_names[], mms_origin_names[], mms_cause_names[], mms_spdu_names[];

#define MMS_FIELDS(X)                                                                                                  \
    X(SPDU_TYPE, "ses.type", UINT8, DEC, PLAIN, "会话报文类型", "SPDU type", mms_spdu_names)                           \
    X(ACSE_PASSWORD, "acse.charstring", TEXT, DEC, PLAIN, "ACSE口令", "ACSE password", NULL)                           \
    X(INVOKE_ID, "mms.invokeID", INT32, DEC, PLAIN, "调用标识", "Invoke id", NULL)                                     \
    X(ORIGINAL_INVOKE_ID, "mms.originalInvokeID", INT32, DEC, PLAIN, "原调用标识", "Original invoke id", NULL)         \
    X(REQUEST, "mms.confirmedServiceRequest", UINT32, DEC, PLAIN, "确认服务请求", "Confirmed service request",         \
      mms_request_names)                                                                                               \
    X(RESPONSE, "mms.confirmedServiceResponse", UINT32, DEC, PLAIN, "确认服务应答", "Confirmed service response",      \
      mms_request_names)                                                                                               \
    X(UNCONFIRMED, "mms.unconfirmedService", UINT32, DEC, PLAIN, "非确认服务", "Unconfirmed service",                  \
      mms_unconfirmed_names)                                                                                           \
    X(DOMAIN_ID, "mms.domainId", TEXT, DEC, BULK, "域名(逻辑设备)", "Domain id", NULL)                                 \
    X(ITEM_ID, "mms.itemId", TEXT, DEC, BULK, "项名", "Item id", NULL)                                                 \
    X(VMD_NAME, "mms.vmd_specific", TEXT, DEC, BULK, "VMD级名称", "VMD-specific name", NULL)                           \
    X(ASSOCIATION_NAME, "mms.aa_specific", TEXT, DEC, BULK, "关联级名称", "Association-specific name", NULL)           \
    X(VENDOR, "mms.vendorName", TEXT, DEC, PLAIN, "厂商名称", "Vendor name", NULL)                                     \
    X(MODEL, "mms.modelName", TEXT, DEC, PLAIN, "型号名称", "Model name", NULL)                                        \
    X(REVISION, "mms.revision", TEXT, DEC, PLAIN, "版本", "Revision", NULL)                                            \
    X(CALLING_DETAIL, "mms.localDetailCalling", INT32, DEC, PLAIN, "主叫最大报文", "Local detail calling", NULL)       \
    X(CALLED_DETAIL, "mms.localDetailCalled", INT32, DEC, PLAIN, "被叫最大报文", "Local detail called", NULL)          \
    X(CALLING_VERSION, "mms.proposedVersionNumber", INT32, DEC, PLAIN, "提议版本号", "Proposed version", NULL)         \
    X(CALLED_VERSION, "mms.negociatedVersionNumber", INT32, DEC, PLAIN, "协商版本号", "Negotiated version", NULL)      \
    X(OBJECT_CLASS, "mms.objectClass", INT32, DEC, PLAIN, "对象类别", "Object class", mms_object_class_names)          \
    X(DOMAIN_SCOPE, "mms.domainSpecific", TEXT, DEC, PLAIN, "域范围", "Domain scope", NULL)                            \
    X(IDENTIFIER, "mms.Identifier", TEXT, DEC, BULK, "标识符", "Identifier", NULL)                                     \
    X(MORE_FOLLOWS, "mms.moreFollows", BOOL, DEC, PLAIN, "还有后续", "More follows", NULL)                             \
    X(DOMAIN_NAME, "mms.domainName", TEXT, DEC, PLAIN, "域名称", "Domain name", NULL)                                  \
    X(PROGRAM_NAME, "mms.programInvocationName", TEXT, DEC, PLAIN, "程序调用名", "Program invocation", NULL)           \
    X(FILE_NAME, "mms.FileName_item", TEXT, DEC, BULK, "文件名", "File name", NULL)                                    \
    X(FILE_SIZE, "mms.sizeOfFile", INT32, DEC, BULK, "文件大小", "Size of file", NULL)                                 \
    X(LOGICAL_STATUS, "mms.vmdLogicalStatus", INT32, DEC, PLAIN, "VMD逻辑状态", "VMD logical status",                  \
      mms_logical_status_names)                                                                                        \
    X(PHYSICAL_STATUS, "mms.vmdPhysicalStatus", INT32, DEC, PLAIN, "VMD物理状态", "VMD physical status",               \
      mms_physical_status_names)                                                                                       \
    X(FAILURE, "mms.failure", INT32, DEC, BULK, "访问失败原因", "Access failure", mms_access_error_names)              \
    X(ERROR_CLASS, "mms.errorClass", UINT32, DEC, PLAIN, "错误类别", "Error class", mms_error_class_names)             \
    X(REJECT_REASON, "mms.rejectReason", UINT32, DEC, PLAIN, "拒绝类别", "Reject reason", mms_reject_names)            \
    X(REPORT_ID, "iec61850.report_id", TEXT, DEC, PLAIN, "报告标识", "Report id", NULL)                                \
    X(DATA_SET, "iec61850.data_set", TEXT, DEC, PLAIN, "数据集", "Data set", NULL)                                     \
    X(REPORT_NUMBER, "iec61850.report_sqnum", UINT32, DEC, PLAIN, "报告序号", "Report sequence number", NULL)          \
    X(BUFFER_OVERFLOW, "iec61850.buffer_overflow", BOOL, DEC, PLAIN, "缓存溢出", "Buffer overflow", NULL)              \
    X(CONTROL_VALUE, "iec61850.ctl_val", TEXT, DEC, PLAIN, "控制值", "Control value", NULL)                            \
    X(ORIGIN_CATEGORY, "iec61850.or_cat", UINT8, DEC, PLAIN, "操作来源", "Originator category", mms_origin_names)      \
    X(ORIGIN_IDENTITY, "iec61850.or_ident", TEXT, DEC, PLAIN, "操作者标识", "Originator identity", NULL)               \
    X(CONTROL_NUMBER, "iec61850.ctl_num", UINT8, DEC, PLAIN, "控制序号", "Control number", NULL)                       \
    X(CONTROL_TEST, "iec61850.test", BOOL, DEC, PLAIN, "测试标志", "Test", NULL)                                       \
    X(ADD_CAUSE, "iec61850.add_cause", UINT8, DEC, PLAIN, "控制失败原因", "Additional cause", mms_cause_names)

enum { MMS_FIELDS(FIELD_ID) FIELD_COUNT };

#define MMS_ANOMALIES(X)                                                                                               \
    X(TRUNCATED, "truncated", ODD, "报文内容不完整", "content ends early")                                             \
    X(BAD_ENCODING, "bad_encoding", ODD, "编码不符合BER", "not encoded by BER")                                        \
    X(UNKNOWN_PDU, "unknown_pdu", ODD, "未定义的MMS报文", "undefined MMS PDU")                                         \
    X(UNKNOWN_SERVICE, "unknown_service", ODD, "未定义的MMS服务", "undefined MMS service")                             \
    X(UNREQUESTED, "unrequested", NOTE, "应答没有对应请求", "answer without a request")                                \
    X(NO_SESSION, "no_session", NOTE, "缺少会话层和表示层", "no session and presentation layer")                       \
    X(CLEAR_PASSWORD, "clear_password", NOTE, "关联使用明文口令", "association with a clear-text password")            \
    X(TEST_CONTROL, "test_control", NOTE, "带测试标志的控制", "control with the test flag")
enum { MMS_ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };

/* MMSpdu, ISO 9506-2 clause 7.1: the context tag. */
enum {
    MMS_REQUEST,
    MMS_RESPONSE,
    MMS_ERROR,
    MMS_UNCONFIRMED,
    MMS_REJECT,
    MMS_CANCEL_REQUEST,
    MMS_CANCEL_RESPONSE,
    MMS_CANCEL_ERROR,
    MMS_INITIATE_REQUEST,
    MMS_INITIATE_RESPONSE,
    MMS_INITIATE_ERROR,
    MMS_CONCLUDE_REQUEST,
    MMS_CONCLUDE_RESPONSE,
    MMS_CONCLUDE_ERROR
};

/* Confirmed services that are looked into: tags of ConfirmedServiceRequest and -Response. */
enum {
    MMS_STATUS = 0,
    MMS_GET_NAME_LIST = 1,
    MMS_IDENTIFY = 2,
    MMS_READ = 4,
    MMS_WRITE = 5,
    MMS_DOWNLOAD_SEGMENT = 27,
    MMS_INITIATE_UPLOAD = 29,
    MMS_UPLOAD_SEGMENT = 30,
    MMS_TERMINATE_UPLOAD = 31,
    MMS_DELETE_DOMAIN = 36,
    MMS_DOMAIN_ATTRIBUTES = 37,
    MMS_DELETE_PROGRAM = 39,
    MMS_PROGRAM_ATTRIBUTES = 45,
    MMS_FILE_READ = 73,
    MMS_FILE_CLOSE = 74,
    MMS_LAST_SERVICE = 78
};

/* Operation codes: confirmed services keep their tag; the rest has spaces of its own. */
enum {
    MMS_OP_UNCONFIRMED = 0x100, /* + tag of UnconfirmedService */
    MMS_OP_PDU = 0x200,         /* + tag of MMSpdu */
    MMS_OP_OPERATE = 0x300,     /* IEC 61850-8-1 clause 20: control blocks behind plain reads and writes */
    MMS_OP_SELECT_WITH_VALUE,
    MMS_OP_CANCEL,
    MMS_OP_SELECT,
    MMS_OP_TERMINATION,
    MMS_OP_LAST_ERROR,
    MMS_OP_REPORT,
    MMS_OP_REPORT_CONTROL,
    MMS_OP_GOOSE_CONTROL,
    MMS_OP_SAMPLES_CONTROL,
    MMS_OP_LOG_CONTROL,
    MMS_OP_SETTING_GROUP,
    MMS_OP_SETTING,
    MMS_OP_CONFIGURATION,
    MMS_OP_SUBSTITUTION,
    MMS_OP_SESSION = 0x400 /* + SPDU identifier */
};

/* Status codes: spaces for the three ways to be refused. */
enum { MMS_STATUS_ACCESS = 0x100, MMS_STATUS_SERVICE = 0x1000, MMS_STATUS_CAUSE = 0x2000, MMS_STATUS_REJECT = 0x3000 };

/* ObjectName, ISO 9506-2 clause 7.5.2. */
struct mms_name {
    struct bytes domain, item; /* an empty domain: of the VMD or the association */
};

enum { MMS_NAMES = 8, MMS_NAME_TEXT = 240, MMS_LISTED = 32 };

/* The names of a read or write, kept for its answer: each ends with a NUL. */
struct mms_memory {
    uint64_t key;
    uint8_t count;
    uint8_t length;
    char text[MMS_NAME_TEXT];
};

struct mms_state {
    bool contexts_known; /* the association was seen to begin */
    uint8_t contexts[4]; /* presentation contexts that carry MMS */
    uint8_t context_count;
    uint8_t next_memory;
    struct mms_memory memories[MMS_NAMES];
};

/* The variables that a PDU names, in order. */
struct mms_list {
    unsigned count; /* of `names`; further ones are not kept */
    bool is_list;   /* one name, of a list of variables */
    struct mms_name names[MMS_LISTED];
};

/* session.c */
enum verdict mms_probe(struct bytes in, const struct probe_hint *hint);
void mms_parse(struct pdu *p);

/* pdu.c */
void mms_parse_pdu(struct pdu *p, struct bytes in);
bool mms_looks_like_pdu(struct bytes in);

/* names.c */
bool mms_parse_name(struct pdu *p, const struct ber *element, struct mms_name *name);
/* A VariableAccessSpecification, from its chosen element on. */
void mms_parse_variables(struct pdu *p, const struct ber *specification, struct mms_list *list);
void mms_emit_object(struct pdu *p, const struct mms_name *name);
void mms_emit_remembered(struct pdu *p, const char *text);

/* data.c */
enum { MMS_VALUE_TEXT = 160 };
/* Data as text, nested structures in braces; what does not fit is cut. Returns its length. */
size_t mms_data_text(const struct ber *data, char *out, size_t size);
void mms_emit_value(struct pdu *p, const struct ber *data);
bool mms_is_failure(const struct ber *access_result);

/* services.c */
void mms_parse_request(struct pdu *p, uint32_t service, struct bytes content, uint64_t key);
void mms_parse_response(struct pdu *p, uint32_t service, struct bytes content, uint64_t key);
void mms_parse_report(struct pdu *p, struct bytes content);
/* Status of a VMD, asked for or not. */
void mms_parse_status(struct pdu *p, struct bytes content);

/* shapes.c: what a service names, by a shape as that file writes them */
void mms_parse_shape(struct pdu *p, const char *shape, struct bytes content);
const char *mms_shape_of(uint32_t service, bool response);

/* iec61850.c */
/* What reading or writing this name means in IEC 61850; the plain service for all others. */
uint32_t mms_operation_of(const struct mms_name *name, uint32_t service);
bool mms_name_ends(const struct mms_name *name, const char *suffix);
void mms_parse_control(struct pdu *p, struct bytes structure);
void mms_parse_iec61850_report(struct pdu *p, struct bytes results);
void mms_parse_last_error(struct pdu *p, const struct ber *structure);
void mms_identity_of(struct pdu *p, const char *name, const struct ber *data);

#endif
