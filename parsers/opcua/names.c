/* SPDX-License-Identifier: Apache-2.0 */
/* OPC UA services, status codes and enumerations in words (OPC 10000-4 clauses 5 and 7, OPC 10000-6 annex A). */
#include "parsers/opcua/opcua.h"

/* By the type identifier of the request; below 100 our own numbers for UA TCP. X(code, name, class, technique, zh, en)
 */
#define OPERATIONS(X)                                                                                                  \
    X(1, "hello", SESSION, NULL, "连接请求", "Hello")                                                                  \
    X(2, "acknowledge", SESSION, NULL, "连接应答", "Acknowledge")                                                      \
    X(3, "error", ERROR, NULL, "传输错误", "Error")                                                                    \
    X(4, "reverse_hello", SESSION, NULL, "反向连接请求", "ReverseHello")                                               \
    X(5, "abort", ERROR, NULL, "中止报文", "Abort")                                                                    \
    X(6, "chunk", SESSION, NULL, "报文分块", "Message chunk")                                                          \
    X(7, "secured_message", SESSION, NULL, "加密报文", "Secured message")                                              \
    X(397, "service_fault", ERROR, NULL, "服务故障", "ServiceFault")                                                   \
    X(422, "find_servers", IDENTIFY, "T0846", "查找服务器", "FindServers")                                             \
    X(428, "get_endpoints", IDENTIFY, "T0846", "查询端点", "GetEndpoints")                                             \
    X(437, "register_server", CONFIGURE, "T0848", "登记服务器", "RegisterServer")                                      \
    X(446, "open_secure_channel", SESSION, NULL, "打开安全通道", "OpenSecureChannel")                                  \
    X(452, "close_secure_channel", SESSION, NULL, "关闭安全通道", "CloseSecureChannel")                                \
    X(461, "create_session", SESSION, NULL, "建立会话", "CreateSession")                                               \
    X(467, "activate_session", SESSION, "T0859", "激活会话(登录)", "ActivateSession")                                  \
    X(473, "close_session", SESSION, NULL, "关闭会话", "CloseSession")                                                 \
    X(479, "cancel", SESSION, NULL, "取消请求", "Cancel")                                                              \
    X(488, "add_nodes", CONFIGURE, "T0889", "增加节点", "AddNodes")                                                    \
    X(494, "add_references", CONFIGURE, "T0889", "增加引用", "AddReferences")                                          \
    X(500, "delete_nodes", CONFIGURE, "T0809", "删除节点", "DeleteNodes")                                              \
    X(506, "delete_references", CONFIGURE, "T0809", "删除引用", "DeleteReferences")                                    \
    X(527, "browse", READ, "T0861", "浏览", "Browse")                                                                  \
    X(533, "browse_next", READ, "T0861", "继续浏览", "BrowseNext")                                                     \
    X(554, "translate_browse_paths", READ, "T0861", "路径转节点", "TranslateBrowsePathsToNodeIds")                     \
    X(560, "register_nodes", SESSION, NULL, "登记节点", "RegisterNodes")                                               \
    X(566, "unregister_nodes", SESSION, NULL, "注销节点", "UnregisterNodes")                                           \
    X(615, "query_first", READ, "T0861", "查询", "QueryFirst")                                                         \
    X(621, "query_next", READ, "T0861", "继续查询", "QueryNext")                                                       \
    X(631, "read", READ, "T0801", "读", "Read")                                                                        \
    X(664, "history_read", READ, "T0802", "读历史", "HistoryRead")                                                     \
    X(673, "write", WRITE, "T0836", "写", "Write")                                                                     \
    X(700, "history_update", WRITE, "T0872", "修改历史", "HistoryUpdate")                                              \
    X(712, "call", CONTROL, "T0855", "调用方法", "Call")                                                               \
    X(751, "create_monitored_items", SESSION, "T0801", "建立监视项", "CreateMonitoredItems")                           \
    X(763, "modify_monitored_items", SESSION, NULL, "修改监视项", "ModifyMonitoredItems")                              \
    X(769, "set_monitoring_mode", SESSION, "T0878", "设置监视方式", "SetMonitoringMode")                               \
    X(775, "set_triggering", SESSION, NULL, "设置触发", "SetTriggering")                                               \
    X(781, "delete_monitored_items", SESSION, NULL, "删除监视项", "DeleteMonitoredItems")                              \
    X(787, "create_subscription", SESSION, NULL, "建立订阅", "CreateSubscription")                                     \
    X(793, "modify_subscription", SESSION, NULL, "修改订阅", "ModifySubscription")                                     \
    X(799, "set_publishing_mode", SESSION, "T0878", "设置发布方式", "SetPublishingMode")                               \
    X(826, "publish", NOTIFY, NULL, "发布", "Publish")                                                                 \
    X(832, "republish", NOTIFY, NULL, "重发布", "Republish")                                                           \
    X(841, "transfer_subscriptions", SESSION, NULL, "转移订阅", "TransferSubscriptions")                               \
    X(847, "delete_subscriptions", SESSION, NULL, "删除订阅", "DeleteSubscriptions")                                   \
    X(12208, "find_servers_on_network", IDENTIFY, "T0846", "查找网络上的服务器", "FindServersOnNetwork")               \
    X(12211, "register_server2", CONFIGURE, "T0848", "登记服务器(扩展)", "RegisterServer2")

const struct operation opcua_operations[OPCUA_OPERATIONS] = {OPERATIONS(OPERATION_ROW)};

/* OPC 10000-6 annex A.2 */
const struct status_name opcua_statuses[OPCUA_STATUSES] = {
    {0x80010000, "意外错误", "BadUnexpectedError"},
    {0x80020000, "内部错误", "BadInternalError"},
    {0x80030000, "内存不足", "BadOutOfMemory"},
    {0x80040000, "资源不可用", "BadResourceUnavailable"},
    {0x80050000, "通信错误", "BadCommunicationError"},
    {0x80060000, "编码错误", "BadEncodingError"},
    {0x80070000, "解码错误", "BadDecodingError"},
    {0x80080000, "超出编码限度", "BadEncodingLimitsExceeded"},
    {0x80090000, "应答未知", "BadUnknownResponse"},
    {0x800a0000, "超时", "BadTimeout"},
    {0x800b0000, "不支持该服务", "BadServiceUnsupported"},
    {0x800c0000, "正在关闭", "BadShutdown"},
    {0x800d0000, "服务器未连接", "BadServerNotConnected"},
    {0x800e0000, "服务器已停止", "BadServerHalted"},
    {0x800f0000, "没有要做的事", "BadNothingToDo"},
    {0x80100000, "一次操作过多", "BadTooManyOperations"},
    {0x80110000, "数据类型未知", "BadDataTypeIdUnknown"},
    {0x80120000, "证书无效", "BadCertificateInvalid"},
    {0x80130000, "安全检查未通过", "BadSecurityChecksFailed"},
    {0x80140000, "证书已过期", "BadCertificateTimeInvalid"},
    {0x80150000, "签发证书已过期", "BadCertificateIssuerTimeInvalid"},
    {0x80160000, "证书主机名不符", "BadCertificateHostNameInvalid"},
    {0x80170000, "证书URI不符", "BadCertificateUriInvalid"},
    {0x80180000, "证书用途不允许", "BadCertificateUseNotAllowed"},
    {0x80190000, "签发证书用途不允许", "BadCertificateIssuerUseNotAllowed"},
    {0x801a0000, "证书不受信任", "BadCertificateUntrusted"},
    {0x801b0000, "证书吊销状态未知", "BadCertificateRevocationUnknown"},
    {0x801c0000, "签发证书吊销状态未知", "BadCertificateIssuerRevocationUnknown"},
    {0x801d0000, "证书已吊销", "BadCertificateRevoked"},
    {0x801e0000, "签发证书已吊销", "BadCertificateIssuerRevoked"},
    {0x801f0000, "用户无权访问", "BadUserAccessDenied"},
    {0x80200000, "身份令牌无效", "BadIdentityTokenInvalid"},
    {0x80210000, "身份令牌被拒绝", "BadIdentityTokenRejected"},
    {0x80220000, "安全通道号无效", "BadSecureChannelIdInvalid"},
    {0x80230000, "时间戳无效", "BadInvalidTimestamp"},
    {0x80240000, "随机数无效", "BadNonceInvalid"},
    {0x80250000, "会话号无效", "BadSessionIdInvalid"},
    {0x80260000, "会话已关闭", "BadSessionClosed"},
    {0x80270000, "会话未激活", "BadSessionNotActivated"},
    {0x80280000, "订阅号无效", "BadSubscriptionIdInvalid"},
    {0x802a0000, "请求头无效", "BadRequestHeaderInvalid"},
    {0x802b0000, "时间戳返回方式无效", "BadTimestampsToReturnInvalid"},
    {0x802c0000, "请求被客户端取消", "BadRequestCancelledByClient"},
    {0x80310000, "无通信", "BadNoCommunication"},
    {0x80320000, "等待初始数据", "BadWaitingForInitialData"},
    {0x80330000, "节点号无效", "BadNodeIdInvalid"},
    {0x80340000, "节点未知", "BadNodeIdUnknown"},
    {0x80350000, "属性无效", "BadAttributeIdInvalid"},
    {0x80360000, "索引范围无效", "BadIndexRangeInvalid"},
    {0x80370000, "索引范围内无数据", "BadIndexRangeNoData"},
    {0x80380000, "数据编码无效", "BadDataEncodingInvalid"},
    {0x80390000, "不支持该数据编码", "BadDataEncodingUnsupported"},
    {0x803a0000, "不可读", "BadNotReadable"},
    {0x803b0000, "不可写", "BadNotWritable"},
    {0x803c0000, "超出范围", "BadOutOfRange"},
    {0x803d0000, "不支持", "BadNotSupported"},
    {0x803e0000, "未找到", "BadNotFound"},
    {0x803f0000, "对象已删除", "BadObjectDeleted"},
    {0x80400000, "未实现", "BadNotImplemented"},
    {0x80410000, "监视方式无效", "BadMonitoringModeInvalid"},
    {0x80420000, "监视项无效", "BadMonitoredItemIdInvalid"},
    {0x80430000, "监视过滤器无效", "BadMonitoredItemFilterInvalid"},
    {0x804a0000, "续点无效", "BadContinuationPointInvalid"},
    {0x804b0000, "没有续点", "BadNoContinuationPoints"},
    {0x804c0000, "引用类型无效", "BadReferenceTypeIdInvalid"},
    {0x804d0000, "浏览方向无效", "BadBrowseDirectionInvalid"},
    {0x804e0000, "节点不在视图内", "BadNodeNotInView"},
    {0x804f0000, "服务器URI无效", "BadServerUriInvalid"},
    {0x80540000, "安全方式被拒绝", "BadSecurityModeRejected"},
    {0x80550000, "安全策略被拒绝", "BadSecurityPolicyRejected"},
    {0x80560000, "会话过多", "BadTooManySessions"},
    {0x80570000, "用户签名无效", "BadUserSignatureInvalid"},
    {0x80580000, "应用签名无效", "BadApplicationSignatureInvalid"},
    {0x80730000, "不支持写该属性", "BadWriteNotSupported"},
    {0x80740000, "类型不符", "BadTypeMismatch"},
    {0x80750000, "方法无效", "BadMethodInvalid"},
    {0x80760000, "缺少参数", "BadArgumentsMissing"},
    {0x80770000, "订阅过多", "BadTooManySubscriptions"},
    {0x80780000, "发布请求过多", "BadTooManyPublishRequests"},
    {0x80790000, "没有订阅", "BadNoSubscription"},
    {0x807d0000, "服务器过忙", "BadTcpServerTooBusy"},
    {0x807e0000, "报文类型无效", "BadTcpMessageTypeInvalid"},
    {0x807f0000, "安全通道未知", "BadTcpSecureChannelUnknown"},
    {0x80800000, "报文过大", "BadTcpMessageTooLarge"},
    {0x80810000, "资源不足", "BadTcpNotEnoughResources"},
    {0x80820000, "传输内部错误", "BadTcpInternalError"},
    {0x80830000, "端点URL无效", "BadTcpEndpointUrlInvalid"},
    {0x80840000, "请求被中断", "BadRequestInterrupted"},
    {0x80850000, "请求超时", "BadRequestTimeout"},
    {0x80860000, "安全通道已关闭", "BadSecureChannelClosed"},
    {0x80870000, "安全令牌未知", "BadSecureChannelTokenUnknown"},
    {0x80880000, "序列号无效", "BadSequenceNumberInvalid"},
    {0x80ab0000, "参数无效", "BadInvalidArgument"},
    {0x80ac0000, "连接被拒绝", "BadConnectionRejected"},
    {0x80ad0000, "已断开", "BadDisconnect"},
    {0x80ae0000, "连接已关闭", "BadConnectionClosed"},
    {0x80af0000, "状态无效", "BadInvalidState"},
    {0x80b80000, "请求过大", "BadRequestTooLarge"},
    {0x80b90000, "应答过大", "BadResponseTooLarge"},
    {0x80e50000, "参数过多", "BadTooManyArguments"},
    {0x81110000, "不可执行", "BadNotExecutable"},
};

const struct value_name opcua_mode_names[] = {
    {0, "无效", "Invalid"}, {1, "不加密", "None"}, {2, "签名", "Sign"}, {3, "签名并加密", "SignAndEncrypt"},
    {0, NULL, NULL},
};

const struct value_name opcua_application_names[] = {
    {0, "服务器", "Server"},
    {1, "客户端", "Client"},
    {2, "客户端和服务器", "ClientAndServer"},
    {3, "发现服务器", "DiscoveryServer"},
    {0, NULL, NULL},
};

const struct value_name opcua_user_token_names[] = {
    {0, "匿名", "Anonymous"},
    {1, "用户名口令", "UserName"},
    {2, "证书", "Certificate"},
    {3, "外部签发令牌", "IssuedToken"},
    {0, NULL, NULL},
};

const struct value_name opcua_token_request_names[] = {
    {0, "签发", "Issue"},
    {1, "更新", "Renew"},
    {0, NULL, NULL},
};

const struct value_name opcua_attribute_names[] = {
    {1, "节点号", "NodeId"},
    {2, "节点类", "NodeClass"},
    {3, "浏览名", "BrowseName"},
    {4, "显示名", "DisplayName"},
    {5, "描述", "Description"},
    {6, "写掩码", "WriteMask"},
    {7, "用户写掩码", "UserWriteMask"},
    {8, "抽象", "IsAbstract"},
    {9, "对称", "Symmetric"},
    {10, "反向名", "InverseName"},
    {11, "无环", "ContainsNoLoops"},
    {12, "事件通知", "EventNotifier"},
    {13, "值", "Value"},
    {14, "数据类型", "DataType"},
    {15, "维数", "ValueRank"},
    {16, "数组维度", "ArrayDimensions"},
    {17, "访问级别", "AccessLevel"},
    {18, "用户访问级别", "UserAccessLevel"},
    {19, "最小采样间隔", "MinimumSamplingInterval"},
    {20, "历史记录", "Historizing"},
    {21, "可执行", "Executable"},
    {22, "用户可执行", "UserExecutable"},
    {23, "数据类型定义", "DataTypeDefinition"},
    {24, "角色权限", "RolePermissions"},
    {25, "用户角色权限", "UserRolePermissions"},
    {26, "访问限制", "AccessRestrictions"},
    {27, "扩展访问级别", "AccessLevelEx"},
    {0, NULL, NULL},
};
