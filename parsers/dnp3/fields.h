/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3's fields under Wireshark's names, after IEEE Std 1815-2012. X(id, name, type, base, flags, zh, en, names). */
#ifndef WANGLOU_PARSERS_DNP3_FIELDS_H
#define WANGLOU_PARSERS_DNP3_FIELDS_H

/* Clause 9: data link layer; clause 8: transport function. */
#define DNP3_LINK_FIELDS(X)                                                                                            \
    X(START, "dnp3.start", UINT16, HEX, PLAIN, "起始字", "Start bytes", NULL)                                          \
    X(LEN, "dnp3.len", UINT8, DEC, PLAIN, "链路帧长度", "Link length", NULL)                                           \
    X(CTL, "dnp3.ctl", UINT8, HEX, PLAIN, "链路控制域", "Link control", NULL)                                          \
    X(CTL_DIR, "dnp3.ctl.dir", BOOL, DEC, PLAIN, "来自主站", "Direction (from master)", NULL)                          \
    X(CTL_PRM, "dnp3.ctl.prm", BOOL, DEC, PLAIN, "启动方报文", "Primary", NULL)                                        \
    X(CTL_FCB, "dnp3.ctl.fcb", BOOL, DEC, PLAIN, "帧计数位", "Frame count bit", NULL)                                  \
    X(CTL_FCV, "dnp3.ctl.fcv", BOOL, DEC, PLAIN, "帧计数有效", "Frame count valid", NULL)                              \
    X(CTL_DFC, "dnp3.ctl.dfc", BOOL, DEC, PLAIN, "数据流控制", "Data flow control", NULL)                              \
    X(CTL_PRIFUNC, "dnp3.ctl.prifunc", UINT8, DEC, PLAIN, "链路功能码(启动方)", "Link function (primary)",             \
      dnp3_primary_names)                                                                                              \
    X(CTL_SECFUNC, "dnp3.ctl.secfunc", UINT8, DEC, PLAIN, "链路功能码(从动方)", "Link function (secondary)",           \
      dnp3_secondary_names)                                                                                            \
    X(DST, "dnp3.dst", UINT16, DEC, PLAIN, "目的站址", "Destination", NULL)                                            \
    X(SRC, "dnp3.src", UINT16, DEC, PLAIN, "源站址", "Source", NULL)                                                   \
    X(ADDR, "dnp3.addr", UINT16, DEC, PLAIN, "站址", "Address", NULL)                                                  \
    X(HEADER_CRC, "dnp3.hdr.CRC", UINT16, HEX, PLAIN, "链路头校验", "Link header CRC", NULL)                           \
    X(CHUNK_CRC_BAD, "dnp3.data_chunk.CRC.incorrect", NONE, DEC, PLAIN, "数据块校验错", "Data block CRC incorrect",    \
      NULL)                                                                                                            \
    X(TR_CTL, "dnp3.tr.ctl", UINT8, HEX, PLAIN, "传输头", "Transport control", NULL)                                   \
    X(TR_FIN, "dnp3.tr.fin", BOOL, DEC, PLAIN, "传输末段", "Transport final", NULL)                                    \
    X(TR_FIR, "dnp3.tr.fir", BOOL, DEC, PLAIN, "传输首段", "Transport first", NULL)                                    \
    X(TR_SEQ, "dnp3.tr.seq", UINT8, DEC, PLAIN, "传输序号", "Transport sequence", NULL)

/* Clause 4: application layer headers, internal indications, object headers. */
#define DNP3_APPLICATION_FIELDS(X)                                                                                     \
    X(AL_CTL, "dnp3.al.ctl", UINT8, HEX, PLAIN, "应用控制域", "Application control", NULL)                             \
    X(AL_FIR, "dnp3.al.fir", BOOL, DEC, PLAIN, "应用首片", "First fragment", NULL)                                     \
    X(AL_FIN, "dnp3.al.fin", BOOL, DEC, PLAIN, "应用末片", "Final fragment", NULL)                                     \
    X(AL_CON, "dnp3.al.con", BOOL, DEC, PLAIN, "要求确认", "Confirm", NULL)                                            \
    X(AL_UNS, "dnp3.al.uns", BOOL, DEC, PLAIN, "主动上报", "Unsolicited", NULL)                                        \
    X(AL_SEQ, "dnp3.al.seq", UINT8, DEC, PLAIN, "应用序号", "Application sequence", NULL)                              \
    X(AL_FUNC, "dnp3.al.func", UINT8, DEC, PLAIN, "应用功能码", "Application function", dnp3_function_names)           \
    X(IIN, "dnp3.al.iin", UINT16, HEX, PLAIN, "内部指示", "Internal indications", NULL)                                \
    X(IIN_RST, "dnp3.al.iin.rst", BOOL, DEC, PLAIN, "装置重启", "Device restart", NULL)                                \
    X(IIN_DT, "dnp3.al.iin.dt", BOOL, DEC, PLAIN, "装置故障", "Device trouble", NULL)                                  \
    X(IIN_DOL, "dnp3.al.iin.dol", BOOL, DEC, PLAIN, "输出处于就地", "Digital outputs in local", NULL)                  \
    X(IIN_TSR, "dnp3.al.iin.tsr", BOOL, DEC, PLAIN, "需要对时", "Time synchronisation required", NULL)                 \
    X(IIN_CLASS3, "dnp3.al.iin.cls3d", BOOL, DEC, PLAIN, "有3类数据", "Class 3 data available", NULL)                  \
    X(IIN_CLASS2, "dnp3.al.iin.cls2d", BOOL, DEC, PLAIN, "有2类数据", "Class 2 data available", NULL)                  \
    X(IIN_CLASS1, "dnp3.al.iin.cls1d", BOOL, DEC, PLAIN, "有1类数据", "Class 1 data available", NULL)                  \
    X(IIN_BMSG, "dnp3.al.iin.bmsg", BOOL, DEC, PLAIN, "收到广播", "Broadcast message received", NULL)                  \
    X(IIN_CC, "dnp3.al.iin.cc", BOOL, DEC, PLAIN, "配置损坏", "Configuration corrupt", NULL)                           \
    X(IIN_OAE, "dnp3.al.iin.oae", BOOL, DEC, PLAIN, "操作已在执行", "Operation already executing", NULL)               \
    X(IIN_EBO, "dnp3.al.iin.ebo", BOOL, DEC, PLAIN, "事件缓冲溢出", "Event buffer overflow", NULL)                     \
    X(IIN_PIOOR, "dnp3.al.iin.pioor", BOOL, DEC, PLAIN, "参数错误", "Parameter error", NULL)                           \
    X(IIN_OBJU, "dnp3.al.iin.obju", BOOL, DEC, PLAIN, "对象未知", "Object unknown", NULL)                              \
    X(IIN_FCNI, "dnp3.al.iin.fcni", BOOL, DEC, PLAIN, "功能码不支持", "Function code not supported", NULL)             \
    X(OBJ, "dnp3.al.obj", UINT16, HEX, PLAIN, "对象组与变体", "Object group and variation", dnp3_object_names)         \
    X(OBJQ_PREFIX, "dnp3.al.objq.prefix", UINT8, DEC, PLAIN, "前缀码", "Prefix code", dnp3_prefix_names)               \
    X(OBJQ_RANGE, "dnp3.al.objq.range", UINT8, DEC, PLAIN, "范围码", "Range code", dnp3_range_names)                   \
    X(RANGE_START, "dnp3.al.range.start", UINT32, DEC, PLAIN, "起始点号", "Start index", NULL)                         \
    X(RANGE_STOP, "dnp3.al.range.stop", UINT32, DEC, PLAIN, "结束点号", "Stop index", NULL)                            \
    X(RANGE_ABS, "dnp3.al.range.abs", UINT32, DEC, PLAIN, "绝对地址", "Absolute address", NULL)                        \
    X(RANGE_QUANTITY, "dnp3.al.range.quantity", UINT32, DEC, PLAIN, "对象个数", "Quantity", NULL)                      \
    X(UNKNOWN_OBJECT, "dnp3.unknown_object", NONE, DEC, PLAIN, "未知对象", "Unknown object", NULL)

/* Annex A: objects. Made for each point. */
#define DNP3_POINT_FIELDS(X)                                                                                           \
    X(INDEX, "dnp3.al.index", UINT32, DEC, BULK, "点号(前缀)", "Index prefix", NULL)                                   \
    X(SIZE, "dnp3.al.size", UINT32, DEC, BULK, "对象长度(前缀)", "Size prefix", NULL)                                  \
    X(POINT_INDEX, "dnp3.al.point_index", UINT32, DEC, BULK, "点号", "Point index", NULL)                              \
    X(BIT, "dnp3.al.bit", BOOL, DEC, BULK, "状态位", "Bit value", NULL)                                                \
    X(TWO_BIT, "dnp3.al.2bit", UINT8, DEC, BULK, "双点状态", "Double-bit value", dnp3_double_bit_names)                \
    X(BI_FLAGS, "dnp3.al.biq", UINT8, HEX, BULK, "开入品质", "Binary input flags", NULL)                               \
    X(BI_STATE, "dnp3.al.biq.b7", BOOL, DEC, BULK, "开入状态", "Binary input state", NULL)                             \
    X(BI_CHATTER, "dnp3.al.biq.b5", BOOL, DEC, BULK, "开入抖动", "Binary input chatter filter", NULL)                  \
    X(BI_LOCAL, "dnp3.al.biq.b4", BOOL, DEC, BULK, "开入就地强制", "Binary input locally forced", NULL)                \
    X(BI_REMOTE, "dnp3.al.biq.b3", BOOL, DEC, BULK, "开入远方强制", "Binary input remotely forced", NULL)              \
    X(BI_COMM, "dnp3.al.biq.b2", BOOL, DEC, BULK, "开入通信中断", "Binary input communication lost", NULL)             \
    X(BI_RESTART, "dnp3.al.biq.b1", BOOL, DEC, BULK, "开入重启未更新", "Binary input restart", NULL)                   \
    X(BI_ONLINE, "dnp3.al.biq.b0", BOOL, DEC, BULK, "开入在线", "Binary input online", NULL)                           \
    X(BO_FLAGS, "dnp3.al.boq", UINT8, HEX, BULK, "开出品质", "Binary output flags", NULL)                              \
    X(BO_STATE, "dnp3.al.boq.b7", BOOL, DEC, BULK, "开出状态", "Binary output state", NULL)                            \
    X(BO_LOCAL, "dnp3.al.boq.b4", BOOL, DEC, BULK, "开出就地强制", "Binary output locally forced", NULL)               \
    X(BO_REMOTE, "dnp3.al.boq.b3", BOOL, DEC, BULK, "开出远方强制", "Binary output remotely forced", NULL)             \
    X(BO_COMM, "dnp3.al.boq.b2", BOOL, DEC, BULK, "开出通信中断", "Binary output communication lost", NULL)            \
    X(BO_RESTART, "dnp3.al.boq.b1", BOOL, DEC, BULK, "开出重启未更新", "Binary output restart", NULL)                  \
    X(BO_ONLINE, "dnp3.al.boq.b0", BOOL, DEC, BULK, "开出在线", "Binary output online", NULL)                          \
    X(CTR_FLAGS, "dnp3.al.ctrq", UINT8, HEX, BULK, "计数品质", "Counter flags", NULL)                                  \
    X(CTR_DISCONTINUITY, "dnp3.al.ctrq.b6", BOOL, DEC, BULK, "计数不连续", "Counter discontinuity", NULL)              \
    X(CTR_ROLLOVER, "dnp3.al.ctrq.b5", BOOL, DEC, BULK, "计数翻转", "Counter rollover", NULL)                          \
    X(CTR_ONLINE, "dnp3.al.ctrq.b0", BOOL, DEC, BULK, "计数在线", "Counter online", NULL)                              \
    X(AI_FLAGS, "dnp3.al.aiq", UINT8, HEX, BULK, "模入品质", "Analog input flags", NULL)                               \
    X(AI_REFERENCE, "dnp3.al.aiq.b6", BOOL, DEC, BULK, "模入基准错误", "Analog input reference error", NULL)           \
    X(AI_OVER_RANGE, "dnp3.al.aiq.b5", BOOL, DEC, BULK, "模入越限", "Analog input over-range", NULL)                   \
    X(AI_LOCAL, "dnp3.al.aiq.b4", BOOL, DEC, BULK, "模入就地强制", "Analog input locally forced", NULL)                \
    X(AI_REMOTE, "dnp3.al.aiq.b3", BOOL, DEC, BULK, "模入远方强制", "Analog input remotely forced", NULL)              \
    X(AI_COMM, "dnp3.al.aiq.b2", BOOL, DEC, BULK, "模入通信中断", "Analog input communication lost", NULL)             \
    X(AI_ONLINE, "dnp3.al.aiq.b0", BOOL, DEC, BULK, "模入在线", "Analog input online", NULL)                           \
    X(AO_FLAGS, "dnp3.al.aoq", UINT8, HEX, BULK, "模出品质", "Analog output flags", NULL)                              \
    X(AO_ONLINE, "dnp3.al.aoq.b0", BOOL, DEC, BULK, "模出在线", "Analog output online", NULL)                          \
    X(CNT, "dnp3.al.cnt", UINT32, DEC, BULK, "计数值", "Counter value", NULL)                                          \
    X(ANA_INT, "dnp3.al.ana.int", INT32, DEC, BULK, "模拟量(整数)", "Analog value (integer)", NULL)                    \
    X(ANA_FLOAT, "dnp3.al.ana.float", FLOAT, DEC, BULK, "模拟量(单精度)", "Analog value (float)", NULL)                \
    X(ANA_DOUBLE, "dnp3.al.ana.double", DOUBLE, DEC, BULK, "模拟量(双精度)", "Analog value (double)", NULL)            \
    X(ANAOUT_INT, "dnp3.al.anaout.int", INT32, DEC, BULK, "模出值(整数)", "Analog output (integer)", NULL)             \
    X(ANAOUT_FLOAT, "dnp3.al.anaout.float", FLOAT, DEC, BULK, "模出值(单精度)", "Analog output (float)", NULL)         \
    X(ANAOUT_DOUBLE, "dnp3.al.anaout.double", DOUBLE, DEC, BULK, "模出值(双精度)", "Analog output (double)", NULL)     \
    X(CONTROL_OP, "dnp3.ctl.op", UINT8, DEC, BULK, "遥控操作类型", "Control operation", dnp3_control_operation_names)  \
    X(CONTROL_CLEAR, "dnp3.ctl.clr", UINT8, DEC, BULK, "遥控清除/排队", "Control clear/queue", NULL)                   \
    X(CONTROL_TRIP, "dnp3.ctl.trip", UINT8, DEC, BULK, "遥控分合码", "Trip/close code", dnp3_trip_names)               \
    X(CONTROL_COUNT, "dnp3.al.count", UINT8, DEC, BULK, "遥控次数", "Control count", NULL)                             \
    X(ON_TIME, "dnp3.al.on_time", UINT32, DEC, BULK, "合位时间(毫秒)", "On time (ms)", NULL)                           \
    X(OFF_TIME, "dnp3.al.off_time", UINT32, DEC, BULK, "分位时间(毫秒)", "Off time (ms)", NULL)                        \
    X(CONTROL_STATUS, "dnp3.al.ctrlstatus", UINT8, DEC, BULK, "控制状态", "Control status", dnp3_control_status_names) \
    X(COMMANDED, "dnp3.al.bocs", BOOL, DEC, BULK, "下令状态", "Commanded state", NULL)                                 \
    X(TIMESTAMP, "dnp3.al.timestamp", TIME, DEC, BULK, "时标", "Timestamp", NULL)                                      \
    X(RELATIVE_TIME, "dnp3.al.reltimestamp", DOUBLE, DEC, BULK, "相对时标(秒)", "Relative timestamp (s)", NULL)        \
    X(INTERVAL, "dnp3.al.interval", UINT32, DEC, BULK, "周期", "Interval", NULL)                                       \
    X(TIME_DELAY, "dnp3.al.time_delay", UINT32, DEC, BULK, "时延(毫秒)", "Time delay (ms)", NULL)                      \
    X(OCTET_STRING, "dnp3.al.octet_string", BYTES, DEC, BULK, "字节串", "Octet string", NULL)                          \
    X(UNKNOWN_CHUNK, "dnp3.al.unknown_data_chunk", BYTES, DEC, BULK, "未识别数据", "Unknown data chunk", NULL)         \
    X(DA_TYPE, "dnp3.al.datatype", UINT8, HEX, PLAIN, "属性数据类型", "Attribute data type", dnp3_attribute_types)     \
    X(DA_LENGTH, "dnp3.al.da.length", UINT8, DEC, PLAIN, "属性长度", "Attribute length", NULL)                         \
    X(DA_TEXT, "dnp3.al.da.value", TEXT, DEC, PLAIN, "属性值(文本)", "Attribute value (text)", NULL)                   \
    X(DA_UINT8, "dnp3.al.da.uint8", UINT8, DEC, PLAIN, "属性值(8位无符号)", "Attribute value (8-bit unsigned)", NULL)  \
    X(DA_UINT16, "dnp3.al.da.uint16", UINT16, DEC, PLAIN, "属性值(16位无符号)", "Attribute value (16-bit unsigned)",   \
      NULL)                                                                                                            \
    X(DA_UINT32, "dnp3.al.da.uint32", UINT32, DEC, PLAIN, "属性值(32位无符号)", "Attribute value (32-bit unsigned)",   \
      NULL)                                                                                                            \
    X(DA_INT8, "dnp3.al.da.int8", INT8, DEC, PLAIN, "属性值(8位有符号)", "Attribute value (8-bit signed)", NULL)       \
    X(DA_INT16, "dnp3.al.da.int16", INT16, DEC, PLAIN, "属性值(16位有符号)", "Attribute value (16-bit signed)", NULL)  \
    X(DA_INT32, "dnp3.al.da.int32", INT32, DEC, PLAIN, "属性值(32位有符号)", "Attribute value (32-bit signed)", NULL)  \
    X(DA_FLOAT, "dnp3.al.da.float", FLOAT, DEC, PLAIN, "属性值(单精度)", "Attribute value (float)", NULL)              \
    X(DA_DOUBLE, "dnp3.al.da.double", DOUBLE, DEC, PLAIN, "属性值(双精度)", "Attribute value (double)", NULL)          \
    X(FILE_STRING_OFFSET, "dnp3.al.file_string_offset", UINT16, DEC, PLAIN, "文件名偏移", "File name offset", NULL)    \
    X(FILE_STRING_LENGTH, "dnp3.al.file_string_length", UINT16, DEC, PLAIN, "文件名长度", "File name length", NULL)    \
    X(FILE_PERMISSIONS, "dnp3.al.file.perms", UINT16, DEC, PLAIN, "文件权限", "File permissions", NULL)                \
    X(FILE_AUTHENTICATION, "dnp3.al.file.auth", UINT32, HEX, PLAIN, "文件认证键", "File authentication key", NULL)     \
    X(FILE_SIZE, "dnp3.al.file.size", UINT32, HEX, PLAIN, "文件大小", "File size", NULL)                               \
    X(FILE_MODE, "dnp3.al.file.mode", UINT16, DEC, PLAIN, "文件打开方式", "File mode", dnp3_file_modes)                \
    X(FILE_BLOCK_SIZE, "dnp3.al.file.maxblock", UINT16, DEC, PLAIN, "最大块长", "Maximum block size", NULL)            \
    X(FILE_REQUEST, "dnp3.al.file.reqID", UINT16, DEC, PLAIN, "文件请求号", "File request identifier", NULL)           \
    X(FILE_STATUS, "dnp3.al.file.status", UINT8, DEC, PLAIN, "文件操作结果", "File status", dnp3_file_status_names)    \
    X(FILE_HANDLE, "dnp3.al.file.handle", UINT32, HEX, PLAIN, "文件句柄", "File handle", NULL)                         \
    X(FILE_BLOCK, "dnp3.al.file.blocknum", UINT32, HEX, PLAIN, "文件块号", "File block number", NULL)                  \
    X(FILE_LAST, "dnp3.al.file.lastblock", BOOL, DEC, PLAIN, "末块", "Last block", NULL)                               \
    X(FILE_DATA, "dnp3.al.file.data", BYTES, DEC, PLAIN, "文件数据", "File data", NULL)                                \
    X(FILE_NAME, "dnp3.al.file_name", TEXT, DEC, PLAIN, "文件名", "File name", NULL)                                   \
    X(FILE_TYPE, "dnp3.al.file.type", UINT16, DEC, PLAIN, "文件类型", "File type", dnp3_file_types)                    \
    X(FILE_TEXT, "dnp3.al.file.text", TEXT, DEC, PLAIN, "文件说明文本", "File text", NULL)                             \
    X(SA_SEQUENCE, "dnp3.sa.sequence", UINT32, DEC, PLAIN, "安全认证序号", "Authentication sequence", NULL)            \
    X(SA_USER, "dnp3.sa.user", UINT16, DEC, PLAIN, "安全认证用户号", "Authentication user", NULL)                      \
    X(SA_MAC_ALGORITHM, "dnp3.sa.mac_algorithm", UINT8, DEC, PLAIN, "认证算法", "MAC algorithm", dnp3_mac_algorithms)  \
    X(SA_KEY_WRAP, "dnp3.sa.key_wrap", UINT8, DEC, PLAIN, "密钥封装算法", "Key wrap algorithm", dnp3_key_wraps)        \
    X(SA_KEY_STATUS, "dnp3.sa.key_status", UINT8, DEC, PLAIN, "会话密钥状态", "Session key status", dnp3_key_status)   \
    X(SA_REASON, "dnp3.sa.reason", UINT8, DEC, PLAIN, "质询原因", "Challenge reason", NULL)                            \
    X(SA_ERROR, "dnp3.sa.error", UINT8, DEC, PLAIN, "认证错误", "Authentication error", dnp3_authentication_errors)    \
    X(SA_ERROR_TEXT, "dnp3.sa.error_text", TEXT, DEC, PLAIN, "认证错误说明", "Authentication error text", NULL)

#define DNP3_FIELDS(X) DNP3_LINK_FIELDS(X) DNP3_APPLICATION_FIELDS(X) DNP3_POINT_FIELDS(X)

#endif
