/* SPDX-License-Identifier: Apache-2.0 */
/* IEC 60870-5-104's fields under Wireshark's names, after IEC 60870-5-101/104. X(id, name, type, base, flags, zh, en,
 * names). */
#ifndef WANGLOU_PARSERS_IEC104_FIELDS_H
#define WANGLOU_PARSERS_IEC104_FIELDS_H

#define IEC104_HEADER_FIELDS(X)                                                                                        \
    X(APDULEN, "iec60870_104.apdulen", UINT8, DEC, PLAIN, "APDU长度", "APDU length", NULL)                             \
    X(FORMAT, "iec60870_104.type", UINT32, HEX, PLAIN, "帧格式", "Frame format", iec104_formats)                       \
    X(UTYPE, "iec60870_104.utype", UINT32, HEX, PLAIN, "U格式功能", "U format function", iec104_u_functions)           \
    X(TX, "iec60870_104.tx", UINT32, DEC, PLAIN, "发送序号", "Send sequence number", NULL)                             \
    X(RX, "iec60870_104.rx", UINT32, DEC, PLAIN, "接收序号", "Receive sequence number", NULL)                          \
    X(TRANSFER, "iec60870_104.transfer", UINT8, DEC, PLAIN, "数据传输状态", "Data transfer state", iec104_transfers)   \
    X(TYPEID, "iec60870_asdu.typeid", UINT8, DEC, PLAIN, "类型标识", "Type identification", iec104_type_names)         \
    X(SQ, "iec60870_asdu.sq", BOOL, DEC, PLAIN, "连续地址", "Sequence of elements", NULL)                              \
    X(NUMIX, "iec60870_asdu.numix", UINT8, DEC, PLAIN, "对象个数", "Number of objects", NULL)                          \
    X(CAUSE, "iec60870_asdu.causetx", UINT8, DEC, PLAIN, "传送原因", "Cause of transmission", iec104_causes)           \
    X(NEGATIVE, "iec60870_asdu.nega", BOOL, DEC, PLAIN, "否定确认", "Negative confirm", NULL)                          \
    X(TEST, "iec60870_asdu.test", BOOL, DEC, PLAIN, "试验", "Test", NULL)                                              \
    X(ORIGINATOR, "iec60870_asdu.oa", UINT8, DEC, PLAIN, "源发站地址", "Originator address", NULL)                     \
    X(ADDR, "iec60870_asdu.addr", UINT16, DEC, PLAIN, "公共地址", "Common address", NULL)

/* Made for each information object. */
#define IEC104_OBJECT_FIELDS(X)                                                                                        \
    X(IOA, "iec60870_asdu.ioa", UINT24, DEC, BULK, "信息体地址", "Information object address", NULL)                   \
    X(SIQ, "iec60870_asdu.siq", UINT8, HEX, BULK, "单点信息", "Single point with quality", NULL)                       \
    X(SIQ_SPI, "iec60870_asdu.siq.spi", BOOL, DEC, BULK, "单点状态", "Single point state", NULL)                       \
    X(SIQ_BL, "iec60870_asdu.siq.bl", BOOL, DEC, BULK, "单点闭锁", "Single point blocked", NULL)                       \
    X(SIQ_SB, "iec60870_asdu.siq.sb", BOOL, DEC, BULK, "单点取代", "Single point substituted", NULL)                   \
    X(SIQ_NT, "iec60870_asdu.siq.nt", BOOL, DEC, BULK, "单点非当前值", "Single point not topical", NULL)               \
    X(SIQ_IV, "iec60870_asdu.siq.iv", BOOL, DEC, BULK, "单点无效", "Single point invalid", NULL)                       \
    X(DIQ, "iec60870_asdu.diq", UINT8, HEX, BULK, "双点信息", "Double point with quality", NULL)                       \
    X(DIQ_DPI, "iec60870_asdu.diq.dpi", UINT8, DEC, BULK, "双点状态", "Double point state", iec104_double_points)      \
    X(DIQ_BL, "iec60870_asdu.diq.bl", BOOL, DEC, BULK, "双点闭锁", "Double point blocked", NULL)                       \
    X(DIQ_SB, "iec60870_asdu.diq.sb", BOOL, DEC, BULK, "双点取代", "Double point substituted", NULL)                   \
    X(DIQ_NT, "iec60870_asdu.diq.nt", BOOL, DEC, BULK, "双点非当前值", "Double point not topical", NULL)               \
    X(DIQ_IV, "iec60870_asdu.diq.iv", BOOL, DEC, BULK, "双点无效", "Double point invalid", NULL)                       \
    X(QDS, "iec60870_asdu.qds", UINT8, HEX, BULK, "品质描述", "Quality descriptor", NULL)                              \
    X(QDS_OV, "iec60870_asdu.qds.ov", BOOL, DEC, BULK, "溢出", "Overflow", NULL)                                       \
    X(QDS_BL, "iec60870_asdu.qds.bl", BOOL, DEC, BULK, "闭锁", "Blocked", NULL)                                        \
    X(QDS_SB, "iec60870_asdu.qds.sb", BOOL, DEC, BULK, "取代", "Substituted", NULL)                                    \
    X(QDS_NT, "iec60870_asdu.qds.nt", BOOL, DEC, BULK, "非当前值", "Not topical", NULL)                                \
    X(QDS_IV, "iec60870_asdu.qds.iv", BOOL, DEC, BULK, "无效", "Invalid", NULL)                                        \
    X(VTI, "iec60870_asdu.vti", UINT8, HEX, BULK, "步位置信息", "Step position", NULL)                                 \
    X(VTI_VALUE, "iec60870_asdu.vti.v", INT8, DEC, BULK, "步位置值", "Step position value", NULL)                      \
    X(VTI_TRANSIENT, "iec60870_asdu.vti.t", BOOL, DEC, BULK, "瞬变状态", "In transient state", NULL)                   \
    X(BITSTRING, "iec60870_asdu.bitstring", UINT32, HEX, BULK, "32位串", "Bitstring of 32 bits", NULL)                 \
    X(NORMVAL, "iec60870_asdu.normval", FLOAT, DEC, BULK, "归一化值", "Normalized value", NULL)                        \
    X(SCALVAL, "iec60870_asdu.scalval", INT16, DEC, BULK, "标度化值", "Scaled value", NULL)                            \
    X(FLOATVAL, "iec60870_asdu.float", FLOAT, DEC, BULK, "短浮点数", "Short floating point", NULL)                     \
    X(BCR_COUNT, "iec60870_asdu.bcr.count", INT32, DEC, BULK, "累计量", "Binary counter", NULL)                        \
    X(BCR_SQ, "iec60870_asdu.bcr.sq", UINT8, DEC, BULK, "累计量顺序号", "Counter sequence", NULL)                      \
    X(BCR_CY, "iec60870_asdu.bcr.cy", BOOL, DEC, BULK, "累计量溢出", "Counter carry", NULL)                            \
    X(BCR_CA, "iec60870_asdu.bcr.ca", BOOL, DEC, BULK, "累计量被调整", "Counter adjusted", NULL)                       \
    X(BCR_IV, "iec60870_asdu.bcr.iv", BOOL, DEC, BULK, "累计量无效", "Counter invalid", NULL)                          \
    X(SCO, "iec60870_asdu.sco", UINT8, HEX, BULK, "单点遥控命令", "Single command", NULL)                              \
    X(SCO_ON, "iec60870_asdu.sco.on", BOOL, DEC, BULK, "单点遥控合", "Single command state", NULL)                     \
    X(SCO_QU, "iec60870_asdu.sco.qu", UINT8, DEC, BULK, "单点遥控限定", "Single command qualifier", iec104_qu)         \
    X(SCO_SE, "iec60870_asdu.sco.se", BOOL, DEC, BULK, "单点遥控选择", "Single command select", iec104_select)         \
    X(DCO, "iec60870_asdu.dco", UINT8, HEX, BULK, "双点遥控命令", "Double command", NULL)                              \
    X(DCO_ON, "iec60870_asdu.dco.on", UINT8, DEC, BULK, "双点遥控状态", "Double command state",                        \
      iec104_double_commands)                                                                                          \
    X(DCO_QU, "iec60870_asdu.dco.qu", UINT8, DEC, BULK, "双点遥控限定", "Double command qualifier", iec104_qu)         \
    X(DCO_SE, "iec60870_asdu.dco.se", BOOL, DEC, BULK, "双点遥控选择", "Double command select", iec104_select)         \
    X(RCO, "iec60870_asdu.rco", UINT8, HEX, BULK, "升降命令", "Regulating step command", NULL)                         \
    X(RCO_UP, "iec60870_asdu.rco.up", UINT8, DEC, BULK, "升降方向", "Step direction", iec104_steps)                    \
    X(RCO_QU, "iec60870_asdu.rco.qu", UINT8, DEC, BULK, "升降限定", "Step command qualifier", iec104_qu)               \
    X(RCO_SE, "iec60870_asdu.rco.se", BOOL, DEC, BULK, "升降选择", "Step command select", iec104_select)               \
    X(QOS, "iec60870_asdu.qos", UINT8, HEX, BULK, "设定值限定", "Set-point qualifier", NULL)                           \
    X(QOS_QL, "iec60870_asdu.qos.ql", UINT8, DEC, BULK, "设定值限定码", "Set-point qualifier code", NULL)              \
    X(QOS_SE, "iec60870_asdu.qos.se", BOOL, DEC, BULK, "设定值选择", "Set-point select", iec104_select)                \
    X(QPM, "iec60870_asdu.qpm", UINT8, HEX, BULK, "参数限定", "Parameter qualifier", NULL)                             \
    X(QPM_KPA, "iec60870_asdu.qpm.kpa", UINT8, DEC, BULK, "参数种类", "Kind of parameter", iec104_kinds_of_parameter)  \
    X(QPM_LPC, "iec60870_asdu.qpm.lpc", UINT8, DEC, BULK, "当地参数改变", "Local parameter change", NULL)              \
    X(QPM_POP, "iec60870_asdu.qpm.pop", UINT8, DEC, BULK, "参数未运行", "Parameter not in operation", NULL)            \
    X(QPA, "iec60870_asdu.qpa", UINT8, DEC, BULK, "参数激活限定", "Parameter activation", NULL)                        \
    X(COI, "iec60870_asdu.coi", UINT8, HEX, BULK, "初始化原因", "Cause of initialization", NULL)                       \
    X(COI_R, "iec60870_asdu.coi_r", UINT8, DEC, BULK, "初始化方式", "Initialization", iec104_initializations)          \
    X(COI_I, "iec60870_asdu.coi_i", BOOL, DEC, BULK, "当地参数已改变", "Local parameters changed", NULL)               \
    X(QOI, "iec60870_asdu.qoi", UINT8, DEC, BULK, "召唤限定", "Qualifier of interrogation", iec104_interrogations)     \
    X(QCC, "iec60870_asdu.qcc", UINT8, HEX, BULK, "计数召唤限定", "Counter interrogation qualifier", NULL)             \
    X(RQT, "iec60870_asdu.rqt", UINT8, DEC, BULK, "计数召唤组", "Counter request", iec104_counter_requests)            \
    X(FRZ, "iec60870_asdu.frz", UINT8, DEC, BULK, "冻结方式", "Freeze", iec104_freezes)                                \
    X(QRP, "iec60870_asdu.qrp", UINT8, DEC, BULK, "复位限定", "Qualifier of reset", iec104_resets)                     \
    X(SEP, "iec60870_asdu.sep", UINT8, HEX, BULK, "保护单个事件", "Single protection event", NULL)                     \
    X(SPE, "iec60870_asdu.spe", UINT8, HEX, BULK, "保护启动事件", "Protection start events", NULL)                     \
    X(OCI, "iec60870_asdu.oci", UINT8, HEX, BULK, "保护出口信息", "Protection output circuit", NULL)                   \
    X(QDP, "iec60870_asdu.qdp", UINT8, HEX, BULK, "保护品质", "Protection quality", NULL)                              \
    X(SCD, "iec60870_asdu.scd", UINT32, HEX, BULK, "状态与变位", "Status and change detection", NULL)                  \
    X(FBP, "iec60870_asdu.fbp", UINT16, HEX, BULK, "固定测试字", "Fixed test pattern", NULL)                           \
    X(TSC, "iec60870_asdu.tsc", UINT16, DEC, BULK, "测试序号", "Test sequence counter", NULL)                          \
    X(NOF, "iec60870_asdu.nof", UINT16, DEC, BULK, "文件名", "Name of file", NULL)                                     \
    X(NOS, "iec60870_asdu.nos", UINT8, DEC, BULK, "节名", "Name of section", NULL)                                     \
    X(LOF, "iec60870_asdu.lof", UINT24, DEC, BULK, "文件或节长度", "Length of file or section", NULL)                  \
    X(LOS, "iec60870_asdu.los", UINT8, DEC, BULK, "段长度", "Length of segment", NULL)                                 \
    X(FILE_QUALIFIER, "iec60870_asdu.file_qualifier", UINT8, DEC, BULK, "文件限定", "File qualifier", NULL)            \
    X(CHECKSUM, "iec60870_asdu.chs", UINT8, HEX, BULK, "校验和", "Checksum", NULL)                                     \
    X(STATISTIC, "iec60870_asdu.association", UINT16, DEC, BULK, "关联号", "Association", NULL)                        \
    X(CP16, "iec60870_asdu.cp16time", UINT16, DEC, BULK, "持续时间(毫秒)", "Elapsed time (ms)", NULL)                  \
    X(CP24_MS, "iec60870_asdu.cp24time.ms", UINT16, DEC, BULK, "短时标毫秒", "Short time, ms", NULL)                   \
    X(CP24_MIN, "iec60870_asdu.cp24time.min", UINT8, DEC, BULK, "短时标分钟", "Short time, minute", NULL)              \
    X(CP24_IV, "iec60870_asdu.cp24time.iv", BOOL, DEC, BULK, "短时标无效", "Short time invalid", NULL)                 \
    X(CP56, "iec60870_asdu.cp56time", TIME, DEC, BULK, "时标", "Time tag", NULL)                                       \
    X(CP56_MS, "iec60870_asdu.cp56time.ms", UINT16, DEC, BULK, "时标毫秒", "Time, ms", NULL)                           \
    X(CP56_MIN, "iec60870_asdu.cp56time.min", UINT8, DEC, BULK, "时标分钟", "Time, minute", NULL)                      \
    X(CP56_GEN, "iec60870_asdu.cp56time.gen", BOOL, DEC, BULK, "时标被取代", "Time substituted", NULL)                 \
    X(CP56_IV, "iec60870_asdu.cp56time.iv", BOOL, DEC, BULK, "时标无效", "Time invalid", NULL)                         \
    X(CP56_HOUR, "iec60870_asdu.cp56time.hour", UINT8, DEC, BULK, "时标小时", "Time, hour", NULL)                      \
    X(CP56_SU, "iec60870_asdu.cp56time.su", BOOL, DEC, BULK, "夏令时", "Summer time", NULL)                            \
    X(CP56_DAY, "iec60870_asdu.cp56time.day", UINT8, DEC, BULK, "时标日", "Time, day", NULL)                           \
    X(CP56_DOW, "iec60870_asdu.cp56time.dow", UINT8, DEC, BULK, "时标星期", "Time, day of week", NULL)                 \
    X(CP56_MONTH, "iec60870_asdu.cp56time.month", UINT8, DEC, BULK, "时标月", "Time, month", NULL)                     \
    X(CP56_YEAR, "iec60870_asdu.cp56time.year", UINT8, DEC, BULK, "时标年", "Time, year", NULL)                        \
    X(RAWDATA, "iec60870_asdu.rawdata", BYTES, DEC, BULK, "未解析数据", "Raw data", NULL)

#define IEC104_FIELDS(X) IEC104_HEADER_FIELDS(X) IEC104_OBJECT_FIELDS(X)

#endif
