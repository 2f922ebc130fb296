/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the OPC UA parser share (OPC 10000-4 services, OPC 10000-6 binary encoding and UA TCP, 1.05). */
#ifndef WANGLOU_PARSERS_OPCUA_OPCUA_H
#define WANGLOU_PARSERS_OPCUA_OPCUA_H

#include "parsers/parser.h"

#define OPCUA_FIELDS(X)                                                                                                \
    X(TYPE, "opcua.transport.type", TEXT, DEC, PLAIN, "报文类型", "Message type", NULL)                                \
    X(CHUNK, "opcua.transport.chunk", TEXT, DEC, PLAIN, "分块类型", "Chunk type", NULL)                                \
    X(SIZE, "opcua.transport.size", UINT32, DEC, PLAIN, "报文长度", "Message size", NULL)                              \
    X(SCID, "opcua.transport.scid", UINT32, DEC, PLAIN, "安全通道号", "Secure channel ID", NULL)                       \
    X(VER, "opcua.transport.ver", UINT32, DEC, PLAIN, "规约版本", "Version", NULL)                                     \
    X(RBS, "opcua.transport.rbs", UINT32, DEC, PLAIN, "接收缓冲区", "Receive buffer size", NULL)                       \
    X(SBS, "opcua.transport.sbs", UINT32, DEC, PLAIN, "发送缓冲区", "Send buffer size", NULL)                          \
    X(MMS, "opcua.transport.mms", UINT32, DEC, PLAIN, "最大报文", "Max message size", NULL)                            \
    X(MCC, "opcua.transport.mcc", UINT32, DEC, PLAIN, "最大分块数", "Max chunk count", NULL)                           \
    X(ENDPOINT, "opcua.transport.endpoint", TEXT, DEC, PLAIN, "连接的端点", "Endpoint URL", NULL)                      \
    X(SURI, "opcua.transport.suri", TEXT, DEC, PLAIN, "服务器URI(反向连接)", "Server URI", NULL)                       \
    X(ERROR, "opcua.transport.error", UINT32, HEX, PLAIN, "传输错误码", "Error", NULL)                                 \
    X(REASON, "opcua.transport.reason", TEXT, DEC, PLAIN, "错误原因", "Reason", NULL)                                  \
    X(SPU, "opcua.security.spu", TEXT, DEC, PLAIN, "安全策略", "Security policy URI", NULL)                            \
    X(SCERT, "opcua.security.scert", BYTES, DEC, PLAIN, "发送方证书", "Sender certificate", NULL)                      \
    X(RCTHUMB, "opcua.security.rcthumb", BYTES, DEC, PLAIN, "接收方证书指纹", "Receiver certificate thumbprint", NULL) \
    X(TOKEN, "opcua.security.tokenid", UINT32, DEC, PLAIN, "安全令牌号", "Security token ID", NULL)                    \
    X(SEQ, "opcua.security.seq", UINT32, DEC, PLAIN, "序列号", "Sequence number", NULL)                                \
    X(RQID, "opcua.security.rqid", UINT32, DEC, PLAIN, "请求号", "Request ID", NULL)                                   \
    X(SERVICE, "opcua.servicenodeid.numeric", UINT32, DEC, PLAIN, "服务类型号", "Service node ID", NULL)               \
    X(HANDLE, "opcua.RequestHandle", UINT32, DEC, PLAIN, "请求句柄", "Request handle", NULL)                           \
    X(RESULT, "opcua.ServiceResult", UINT32, HEX, PLAIN, "服务结果", "Service result", NULL)                           \
    X(TOKEN_REQUEST, "opcua.SecurityTokenRequestType", UINT32, DEC, PLAIN, "令牌请求类型", "Token request type",       \
      opcua_token_request_names)                                                                                       \
    X(MODE, "opcua.MessageSecurityMode", UINT32, DEC, PLAIN, "安全模式", "Message security mode", opcua_mode_names)    \
    X(ENDPOINT_URL, "opcua.EndpointUrl", TEXT, DEC, PLAIN, "端点URL", "Endpoint URL", NULL)                            \
    X(APPLICATION_URI, "opcua.ApplicationUri", TEXT, DEC, PLAIN, "应用URI", "Application URI", NULL)                   \
    X(PRODUCT_URI, "opcua.ProductUri", TEXT, DEC, PLAIN, "产品URI", "Product URI", NULL)                               \
    X(APPLICATION_TYPE, "opcua.ApplicationType", UINT32, DEC, PLAIN, "应用类型", "Application type",                   \
      opcua_application_names)                                                                                         \
    X(SERVER_URI, "opcua.ServerUri", TEXT, DEC, PLAIN, "服务器URI", "Server URI", NULL)                                \
    X(SESSION_NAME, "opcua.SessionName", TEXT, DEC, PLAIN, "会话名", "Session name", NULL)                             \
    X(USER_NAME, "opcua.UserName", TEXT, DEC, PLAIN, "用户名", "User name", NULL)                                      \
    X(POLICY_ID, "opcua.PolicyId", TEXT, DEC, PLAIN, "认证策略", "Policy ID", NULL)                                    \
    X(POLICY_URI, "opcua.SecurityPolicyUri", TEXT, DEC, PLAIN, "安全策略URI", "Security policy URI", NULL)             \
    X(TOKEN_TYPE, "opcua.UserTokenType", UINT32, DEC, PLAIN, "用户令牌类型", "User token type",                        \
      opcua_user_token_names)                                                                                          \
    X(ENCRYPTION, "opcua.EncryptionAlgorithm", TEXT, DEC, PLAIN, "口令加密算法", "Encryption algorithm", NULL)         \
    X(MANUFACTURER, "opcua.ManufacturerName", TEXT, DEC, PLAIN, "制造商", "Manufacturer name", NULL)                   \
    X(PRODUCT, "opcua.ProductName", TEXT, DEC, PLAIN, "产品名", "Product name", NULL)                                  \
    X(SOFTWARE, "opcua.SoftwareVersion", TEXT, DEC, PLAIN, "软件版本", "Software version", NULL)                       \
    X(BUILD, "opcua.BuildNumber", TEXT, DEC, PLAIN, "构建号", "Build number", NULL)                                    \
    X(ATTRIBUTE, "opcua.AttributeId", UINT32, HEX, BULK, "属性号", "Attribute ID", opcua_attribute_names)              \
    X(STATUS_CODE, "opcua.StatusCode", UINT32, HEX, BULK, "结果码", "Status code", NULL)                               \
    X(RESULTS, "opcua.Results", UINT32, HEX, BULK, "各项结果", "Results", NULL)                                        \
    X(SUBSCRIPTION, "opcua.SubscriptionId", UINT32, DEC, PLAIN, "订阅号", "Subscription ID", NULL)                     \
    X(NODE_NS, "opcua.nodeid.nsindex", UINT16, DEC, BULK, "命名空间", "Namespace index", NULL)                         \
    X(NODE_NUMERIC, "opcua.nodeid.numeric", UINT32, DEC, BULK, "节点号", "Node ID (numeric)", NULL)                    \
    X(NODE_STRING, "opcua.nodeid.string", TEXT, DEC, BULK, "节点名", "Node ID (string)", NULL)

#define OPCUA_ANOMALIES(X)                                                                                             \
    X(SIZE, "size_invalid", ODD, "报文长度无效", "message size out of range")                                          \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "message ends before its contents")                                   \
    X(RESYNC, "resynchronised", NOTE, "跳过无法识别的字节", "bytes passed over that are no message")                   \
    X(SERVICE, "service_unknown", ODD, "未定义的服务", "service not defined")                                          \
    X(DEPTH, "nesting_too_deep", HOSTILE, "嵌套过深", "values nested too deep")                                        \
    X(ARRAY, "array_overflow", HOSTILE, "数组长度超出报文", "array longer than its message")                           \
    X(CHUNK_LOST, "chunk_lost", NOTE, "分块缺失", "chunk missing")                                                     \
    X(SEQUENCE, "sequence_break", NOTE, "序列号不连续", "sequence number does not follow")                             \
    X(CLEAR_PASSWORD, "password_in_clear", ODD, "口令明文传输", "password sent in clear")                              \
    X(UNSOLICITED, "unsolicited_answer", NOTE, "无对应请求的应答", "answer without a request")

enum { OPCUA_FIELDS(FIELD_ID) OPCUA_FIELD_COUNT };
enum { OPCUA_ANOMALIES(ANOMALY_ID) OPCUA_ANOMALY_COUNT };

/* Operation codes: the type identifier of the request's binary encoding; UA TCP's own below. */
enum { OPCUA_HELLO = 1, OPCUA_ACKNOWLEDGE, OPCUA_ERROR, OPCUA_REVERSE_HELLO, OPCUA_ABORT, OPCUA_CHUNK, OPCUA_SECURED };
enum { OPCUA_SERVICE_FAULT = 397, OPCUA_OPEN_CHANNEL = 446, OPCUA_PUBLISH = 826 };

struct opcua_state {
    bool policy_seen, secured;
    struct opcua_joining {
        uint32_t request, next;
        bool open;
    } joining[2]; /* by who sends */
};

/* encoding.c: built-in types and structures as tables (OPC 10000-6 clause 5.2). */
enum member_kind {
    M_END,
    M_BOOLEAN,
    M_BYTE,
    M_UINT16,
    M_UINT32,
    M_UINT64,
    M_STRING, /* and ByteString, XmlElement */
    M_BYTES,
    M_NODE,
    M_EXPANDED_NODE,
    M_QUALIFIED_NAME,
    M_LOCALIZED_TEXT,
    M_EXTENSION,
    M_DATA_VALUE,
    M_VARIANT,
    M_DIAGNOSTIC,
    M_STRUCT
};
enum member_meaning {
    MEANS_NOTHING,
    MEANS_OBJECT,    /* a node the service acts on */
    MEANS_METHOD,    /* the method of the object before it */
    MEANS_ATTRIBUTE, /* of the node before it */
    MEANS_VALUE,     /* of the node before it */
    MEANS_ANSWER,    /* a value whose node the request named */
    MEANS_RESULT,    /* a status of one of the things asked for */
    MEANS_APPLICATION_NAME,
    MEANS_PRODUCT,
    MEANS_MANUFACTURER,
    MEANS_MODEL,
    MEANS_FIRMWARE,
    MEANS_USER,
    MEANS_ENCRYPTION
};
enum { NO_FIELD = 255 };
struct member {
    uint8_t kind, field, meaning;
    bool array;
    const struct member *inner; /* of M_STRUCT */
};

struct opcua_walk {
    struct pdu *p;
    struct bytes in;
    uint16_t object_length;
    uint32_t attribute;
    unsigned answers;
    uint32_t worst; /* first bad result */
    bool untold, sender_is_described, identified, user, clear_password;
    bool channel_secured;
    uint8_t first_length;
    char object[96], first[REQUEST_NOTE - 1];
};
void opcua_structure(struct opcua_walk *w, const struct member *members, unsigned depth);
void opcua_flush_object(struct opcua_walk *w);
/* Numeric identifier of a NodeId in namespace 0, the kind services are named by; 0: any other. */
uint32_t opcua_type_id(struct bytes *in);

/* structures.c */
struct opcua_service {
    uint16_t request, response;
    const struct member *ask, *answer;
    bool describes_sender; /* the ApplicationDescription in the answer is the answering side's own */
};
const struct opcua_service *opcua_service_of(uint32_t type_id, bool *response);
const struct member *opcua_extension(uint32_t type_id);
extern const struct member opcua_request_header[], opcua_response_header[];

/* service.c */
void opcua_service(struct pdu *p, struct bytes body, uint32_t request_id, bool secured);

/* names.c */
enum { OPCUA_OPERATIONS = 47, OPCUA_STATUSES = 101 };
extern const struct operation opcua_operations[OPCUA_OPERATIONS];
extern const struct status_name opcua_statuses[OPCUA_STATUSES];
extern const struct value_name opcua_mode_names[], opcua_application_names[], opcua_user_token_names[],
    opcua_token_request_names[], opcua_attribute_names[];

#endif
