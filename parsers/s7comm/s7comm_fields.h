/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of S7 communication, named as Wireshark 4.0 names them; X(id, name, type, base, flags, zh, en, names).
 * Private to parsers/s7comm. */
#ifndef WANGLOU_PARSERS_S7COMM_FIELDS_H
#define WANGLOU_PARSERS_S7COMM_FIELDS_H

#include "parsers/parser.h"
#include "parsers/s7comm/nc_fields.h"

extern const struct value_name s7_rosctr_names[], s7_function_names[], s7_syntax_names[], s7_size_names[],
    s7_area_names[], s7_data_size_names[], s7_return_names[], s7_error_class_names[], s7_userdata_type_names[],
    s7_group_names[], s7_method_names[], s7_last_unit_names[], s7_mode_names[], s7_timebase_names[],
    s7_language_names[], s7_subblock_names[], s7_tis_area_names[], s7_alarm_type_names[], s7_alarm_query_names[],
    s7_nck_area_names[], s7_security_names[];

#define S7_HEADER_FIELDS(X)                                                                                            \
    X(PROTOCOL_ID, "s7comm.header.protid", UINT8, HEX, PLAIN, "协议标识", "Protocol id", NULL)                         \
    X(ROSCTR, "s7comm.header.rosctr", UINT8, DEC, PLAIN, "报文类型", "ROSCTR", s7_rosctr_names)                        \
    X(REDUNDANCY_ID, "s7comm.header.redid", UINT16, HEX, PLAIN, "冗余标识", "Redundancy id", NULL)                     \
    X(PDU_REF, "s7comm.header.pduref", UINT16, DEC, PLAIN, "报文引用号", "PDU reference", NULL)                        \
    X(PARAMETER_LENGTH, "s7comm.header.parlg", UINT16, DEC, PLAIN, "参数长度", "Parameter length", NULL)               \
    X(DATA_LENGTH, "s7comm.header.datlg", UINT16, DEC, PLAIN, "数据长度", "Data length", NULL)                         \
    X(ERROR_CLASS, "s7comm.header.errcls", UINT8, HEX, PLAIN, "错误类别", "Error class", s7_error_class_names)         \
    X(ERROR_CODE, "s7comm.header.errcod", UINT8, HEX, PLAIN, "错误代码", "Error code", NULL)                           \
    X(PARAMETER_ERROR, "s7comm.param.errcod", UINT16, HEX, PLAIN, "错误代码(合并)", "Error code (combined)", NULL)     \
    X(FUNCTION, "s7comm.param.func", UINT8, HEX, PLAIN, "功能码", "Function", s7_function_names)                       \
    X(MAX_AMQ_CALLING, "s7comm.param.maxamq_calling", UINT16, DEC, PLAIN, "主叫最大并行作业数",                        \
      "Max AmQ (parallel jobs) calling", NULL)                                                                         \
    X(MAX_AMQ_CALLED, "s7comm.param.maxamq_called", UINT16, DEC, PLAIN, "被叫最大并行作业数",                          \
      "Max AmQ (parallel jobs) called", NULL)                                                                          \
    X(PDU_LENGTH, "s7comm.param.pdu_length", UINT16, DEC, PLAIN, "协商报文长度", "Negotiated PDU length", NULL)

#define S7_ITEM_FIELDS(X)                                                                                              \
    X(ITEM_COUNT, "s7comm.param.itemcount", UINT8, DEC, PLAIN, "变量个数", "Item count", NULL)                         \
    X(ITEM_SPEC, "s7comm.param.item.varspec", UINT8, HEX, BULK, "变量规格", "Variable specification", NULL)            \
    X(ITEM_SPEC_LENGTH, "s7comm.param.item.varspec_length", UINT8, DEC, BULK, "地址说明长度",                          \
      "Length of address specification", NULL)                                                                         \
    X(SYNTAX_ID, "s7comm.param.item.syntaxid", UINT8, HEX, BULK, "寻址语法", "Syntax id", s7_syntax_names)             \
    X(ITEM_SIZE, "s7comm.param.item.transp_size", UINT8, DEC, BULK, "变量类型", "Transport size", s7_size_names)       \
    X(ITEM_LENGTH, "s7comm.param.item.length", UINT16, DEC, BULK, "变量数量", "Length", NULL)                          \
    X(ITEM_DB, "s7comm.param.item.db", UINT16, DEC, BULK, "数据块号", "DB number", NULL)                               \
    X(ITEM_AREA, "s7comm.param.item.area", UINT8, HEX, BULK, "存储区", "Area", s7_area_names)                          \
    X(ITEM_ADDRESS, "s7comm.param.item.address", UINT24, HEX, BULK, "地址", "Address", NULL)                           \
    X(ITEM_BYTE, "s7comm.param.item.address.byte", UINT24, DEC, BULK, "字节地址", "Byte address", NULL)                \
    X(ITEM_BIT, "s7comm.param.item.address.bit", UINT24, DEC, BULK, "位地址", "Bit address", NULL)                     \
    X(ITEM_NUMBER, "s7comm.param.item.address.number", UINT24, DEC, BULK, "定时器/计数器号", "Timer/counter number",   \
      NULL)                                                                                                            \
    X(DBREAD_AREAS, "s7comm.param.item.dbread.numareas", UINT8, DEC, BULK, "数据区个数", "Number of areas", NULL)      \
    X(DBREAD_LENGTH, "s7comm.param.item.dbread.length", UINT8, DEC, BULK, "读取字节数", "Bytes to read", NULL)         \
    X(DBREAD_DB, "s7comm.param.item.dbread.db", UINT16, DEC, BULK, "数据块号", "DB number", NULL)                      \
    X(DBREAD_START, "s7comm.param.item.dbread.startaddress", UINT16, DEC, BULK, "起始地址", "Start address", NULL)     \
    X(DRIVE_PARAMETER, "s7comm.param.item.driveesany.parameternr", UINT16, DEC, BULK, "驱动参数号",                    \
      "Drive parameter number", NULL)                                                                                  \
    X(DRIVE_INDEX, "s7comm.param.item.driveesany.parameteridx", UINT16, DEC, BULK, "驱动参数下标",                     \
      "Drive parameter index", NULL)                                                                                   \
    X(NCK_AREA, "s7comm.param.item.nck.area", UINT8, DEC, BULK, "NCK区", "NCK area", s7_nck_area_names)                \
    X(NCK_UNIT, "s7comm.param.item.nck.unit", UINT8, DEC, BULK, "NCK单元", "NCK unit", NULL)                           \
    X(NCK_COLUMN, "s7comm.param.item.nck.column", UINT16, DEC, BULK, "NCK列号", "NCK column", NULL)                    \
    X(NCK_LINE, "s7comm.param.item.nck.line", UINT16, DEC, BULK, "NCK行号", "NCK line", NULL)                          \
    X(NCK_MODULE, "s7comm.param.item.nck.module", UINT8, HEX, BULK, "NCK模块", "NCK module", NULL)                     \
    X(NCK_LINES, "s7comm.param.item.nck.linecount", UINT8, DEC, BULK, "NCK行数", "NCK line count", NULL)               \
    X(SYMBOL_AREA1, "s7comm.tiap.item.area1", UINT16, HEX, BULK, "符号区1", "Symbolic area 1", NULL)                   \
    X(SYMBOL_AREA2, "s7comm.tiap.item.area2", UINT16, HEX, BULK, "符号区2", "Symbolic area 2", NULL)                   \
    X(SYMBOL_AREA2_UNKNOWN, "s7comm.tiap.item.area2unknown", UINT16, HEX, BULK, "符号区2(未知)",                       \
      "Symbolic area 2 (unknown)", NULL)                                                                               \
    X(SYMBOL_DB, "s7comm.tiap.item.dbnumber", UINT16, DEC, BULK, "数据块号", "DB number", NULL)                        \
    X(SYMBOL_CRC, "s7comm.tiap.item.crc", UINT32, HEX, BULK, "符号校验", "Symbol CRC", NULL)                           \
    X(SYMBOL_FLAGS, "s7comm.tiap.item.lid_flags", UINT8, DEC, BULK, "LID标志", "LID flags", NULL)                      \
    X(SYMBOL_VALUE, "s7comm.tiap.item.value", UINT32, DEC, BULK, "LID", "LID", NULL)                                   \
    X(RETURN_CODE, "s7comm.data.returncode", UINT8, HEX, BULK, "返回码", "Return code", s7_return_names)               \
    X(DATA_SIZE, "s7comm.data.transportsize", UINT8, HEX, BULK, "数据类型", "Transport size", s7_data_size_names)      \
    X(DATA_ITEM_LENGTH, "s7comm.data.length", UINT16, DEC, BULK, "数据字节数", "Length", NULL)                         \
    X(RESPONSE_DATA, "s7comm.resp.data", BYTES, DEC, BULK, "数据", "Data", NULL)

#define S7_BLOCK_FIELDS(X)                                                                                             \
    X(FUNCTION_STATUS, "s7comm.param.blockcontrol.functionstatus", UINT8, HEX, PLAIN, "功能状态", "Function status",   \
      NULL)                                                                                                            \
    X(UPLOAD_ID, "s7comm.data.blockcontrol.uploadid", UINT32, HEX, PLAIN, "上载标识", "Upload id", NULL)               \
    X(BLOCK_ERROR, "s7comm.data.blockcontrol.errorcode", UINT16, HEX, PLAIN, "错误代码", "Error code", NULL)           \
    X(FILENAME_LENGTH, "s7comm.param.blockcontrol.filename_len", UINT8, DEC, PLAIN, "文件名长度", "Filename length",   \
      NULL)                                                                                                            \
    X(FILENAME, "s7comm.param.blockcontrol.filename", TEXT, DEC, PLAIN, "文件名", "Filename", NULL)                    \
    X(FILE_IDENTIFIER, "s7comm.data.blockcontrol.file_identifier", TEXT, DEC, PLAIN, "文件标识", "File identifier",    \
      NULL)                                                                                                            \
    X(BLOCK_TYPE, "s7comm.data.blockcontrol.block_type", TEXT, DEC, PLAIN, "块类型", "Block type", NULL)               \
    X(BLOCK_NUMBER, "s7comm.data.blockcontrol.block_number", TEXT, DEC, PLAIN, "块号", "Block number", NULL)           \
    X(FILE_SYSTEM, "s7comm.data.blockcontrol.dest_filesys", TEXT, DEC, PLAIN, "目的文件系统",                          \
      "Destination file system", NULL)                                                                                 \
    X(LOAD_LENGTH, "s7comm.data.blockcontrol.loadmem_len", TEXT, DEC, PLAIN, "装载存储器长度", "Load memory length",   \
      NULL)                                                                                                            \
    X(MC7_LENGTH, "s7comm.data.blockcontrol.mc7code_len", TEXT, DEC, PLAIN, "MC7代码长度", "MC7 code length", NULL)    \
    X(UPLOAD_LENGTH, "s7comm.param.blockcontrol.upl_lenstring", TEXT, DEC, PLAIN, "块长度", "Block length", NULL)      \
    X(PI_SERVICE, "s7comm.param.pistart.servicename", TEXT, DEC, PLAIN, "程序调用服务", "PI service", NULL)            \
    X(PI_ARGUMENT, "s7comm.param.pistart.argument", TEXT, DEC, PLAIN, "服务参数", "Argument", NULL)                    \
    X(PI_BLOCKS, "s7comm.data.plccontrol.block_cnt", UINT8, DEC, PLAIN, "块个数", "Number of blocks", NULL)            \
    X(NC_STRING_LENGTH, "s7comm.param.pi.n_x.string_len", UINT8, DEC, BULK, "字符串长度", "String length", NULL)       \
    X(NC_ADDRESS, "s7comm.param.pi.n_x.addressident", TEXT, DEC, PLAIN, "NC寻址", "NC addressing", NULL)               \
    X(NC_ARGUMENT, "s7comm.wanglou.nc_argument", TEXT, DEC, BULK, "NC服务参数", "NC service argument", NULL)

#define S7_USERDATA_FIELDS(X)                                                                                          \
    X(METHOD, "s7comm.param.userdata.reqres1", UINT8, HEX, PLAIN, "方法", "Method", s7_method_names)                   \
    X(USERDATA_TYPE, "s7comm.param.userdata.type", UINT8, DEC, PLAIN, "用户数据类型", "Type", s7_userdata_type_names)  \
    X(GROUP, "s7comm.param.userdata.funcgroup", UINT8, DEC, PLAIN, "功能组", "Function group", s7_group_names)         \
    X(SUBFUNCTION, "s7comm.param.userdata.subfunc", UINT8, DEC, PLAIN, "子功能", "Subfunction", NULL)                  \
    X(MODE, "s7comm.param.modetrans.subfunc", UINT8, DEC, PLAIN, "运行方式", "Current mode", s7_mode_names)            \
    X(SEQUENCE, "s7comm.param.userdata.seq_num", UINT8, DEC, PLAIN, "序号", "Sequence number", NULL)                   \
    X(UNIT_REF, "s7comm.param.userdata.dataunitref", UINT8, DEC, PLAIN, "数据单元号", "Data unit reference", NULL)     \
    X(LAST_UNIT, "s7comm.param.userdata.lastdataunit", UINT8, HEX, PLAIN, "最后数据单元", "Last data unit",            \
      s7_last_unit_names)                                                                                              \
    X(CYCLE_BASE, "s7comm.cyclic.interval_timebase", UINT8, DEC, PLAIN, "周期时基", "Interval time base",              \
      s7_timebase_names)                                                                                               \
    X(CYCLE_TIME, "s7comm.cyclic.interval_time", UINT8, DEC, PLAIN, "周期倍数", "Interval time", NULL)                 \
    X(CYCLE_FUNCTION, "s7comm.cyclic.function", UINT8, DEC, PLAIN, "取消的功能", "Function", NULL)                     \
    X(CYCLE_JOB, "s7comm.cyclic.job_id", UINT8, DEC, PLAIN, "作业号", "Job id", NULL)                                  \
    X(R_ID, "s7comm.pbc.req.bsend.r_id", UINT32, HEX, PLAIN, "R_ID", "R_ID", NULL)                                     \
    X(BSEND_LENGTH, "s7comm.pbc.req.bsend.len", UINT32, DEC, PLAIN, "BSEND长度", "BSEND length", NULL)                 \
    X(USERDATA_DATA, "s7comm.data.userdata", BYTES, DEC, PLAIN, "用户数据", "User data", NULL)                         \
    X(NC_UNACKED, "s7comm.data.ncprg.unackcount", UINT8, DEC, PLAIN, "未确认报文数", "Unacknowledged telegrams", NULL) \
    X(NC_FILE_LENGTH, "s7comm.data.ncprg.filelength", TEXT, DEC, PLAIN, "NC文件长度", "NC file length", NULL)          \
    X(NC_FILE_TIME, "s7comm.data.ncprg.filetime", TEXT, DEC, PLAIN, "NC文件时间", "NC file time", NULL)                \
    X(NC_FILE_PATH, "s7comm.data.ncprg.filepath", TEXT, DEC, PLAIN, "NC文件路径", "NC file path", NULL)                \
    X(LIST_BLOCK_TYPE, "s7comm.blockinfo.blocktype", TEXT, DEC, BULK, "块类型", "Block type", NULL)                    \
    X(LIST_BLOCK_COUNT, "s7comm.blockinfo.block_count", UINT16, DEC, BULK, "块数量", "Block count", NULL)              \
    X(LIST_BLOCK_NUMBER, "s7comm.blockinfo.block_num", UINT16, DEC, BULK, "块号", "Block number", NULL)                \
    X(LIST_BLOCK_FLAGS, "s7comm.blockinfo.flags", UINT8, HEX, BULK, "块标志", "Block flags", NULL)                     \
    X(LIST_BLOCK_LANGUAGE, "s7comm.blockinfo.block_lang", UINT8, DEC, BULK, "编程语言", "Block language",              \
      s7_language_names)                                                                                               \
    X(INFO_NUMBER, "s7comm.data.blockinfo.block_number", TEXT, DEC, PLAIN, "块号", "Block number", NULL)               \
    X(INFO_FILE_SYSTEM, "s7comm.data.blockinfo.filesys", TEXT, DEC, PLAIN, "文件系统", "File system", NULL)            \
    X(INFO_SUBBLOCK, "s7comm.blockinfo.subblk_type", UINT8, DEC, PLAIN, "子块类型", "Subblock type",                   \
      s7_subblock_names)                                                                                               \
    X(INFO_LOAD_LENGTH, "s7comm.blockinfo.load_mem_len", UINT32, DEC, PLAIN, "装载存储器长度", "Load memory length",   \
      NULL)                                                                                                            \
    X(INFO_SECURITY, "s7comm.blockinfo.blocksecurity", UINT32, DEC, PLAIN, "块保护", "Block security",                 \
      s7_security_names)                                                                                               \
    X(INFO_MC7_LENGTH, "s7comm.blockinfo.mc7_len", UINT16, DEC, PLAIN, "MC7代码长度", "MC7 code length", NULL)         \
    X(INFO_AUTHOR, "s7comm.blockinfo.author", TEXT, DEC, PLAIN, "块作者", "Author", NULL)                              \
    X(INFO_FAMILY, "s7comm.blockinfo.family", TEXT, DEC, PLAIN, "块系列", "Family", NULL)                              \
    X(INFO_NAME, "s7comm.blockinfo.headername", TEXT, DEC, PLAIN, "块名称", "Block name", NULL)                        \
    X(INFO_VERSION, "s7comm.blockinfo.headerversion", TEXT, DEC, PLAIN, "块版本", "Block version", NULL)               \
    X(INFO_CHECKSUM, "s7comm.blockinfo.checksum", UINT16, HEX, PLAIN, "块校验和", "Block checksum", NULL)              \
    X(CLOCK, "s7comm.wanglou.clock", TEXT, DEC, PLAIN, "时钟", "Clock", NULL)

#define S7_CPU_FIELDS(X)                                                                                               \
    X(SZL_ID, "s7comm.data.userdata.szl_id", UINT16, HEX, PLAIN, "系统状态表号", "SZL id", NULL)                       \
    X(SZL_INDEX, "s7comm.data.userdata.szl_index", UINT16, HEX, PLAIN, "系统状态表索引", "SZL index", NULL)            \
    X(SZL_LENGTH, "s7comm.data.userdata.szl_id.partlist_len", UINT16, DEC, PLAIN, "记录长度", "Record length", NULL)   \
    X(SZL_COUNT, "s7comm.data.userdata.szl_id.partlist_cnt", UINT16, DEC, PLAIN, "记录数", "Record count", NULL)       \
    X(MODULE_INDEX, "s7comm.szl.xy11.0001.index", UINT16, HEX, PLAIN, "标识索引", "Index", NULL)                       \
    X(MODULE_ORDER, "s7comm.szl.xy11.0001.anz", TEXT, DEC, PLAIN, "订货号", "Order number (MLFB)", NULL)               \
    X(MODULE_TYPE, "s7comm.szl.xy11.0001.bgtyp", UINT16, HEX, PLAIN, "模块类型", "Module type", NULL)                  \
    X(MODULE_VERSION, "s7comm.szl.xy11.0001.ausbg", UINT16, DEC, PLAIN, "模块版本", "Version of the module", NULL)     \
    X(MODULE_RELEASE, "s7comm.szl.xy11.0001.ausbe", UINT16, DEC, PLAIN, "组态文件版本", "Release of the PG file",      \
      NULL)                                                                                                            \
    X(COMPONENT_INDEX, "s7comm.szl.001c.000x.index", UINT16, HEX, PLAIN, "组件索引", "Index", NULL)                    \
    X(STATION_NAME, "s7comm.szl.001c.0001.name", TEXT, DEC, PLAIN, "自动化系统名称", "Name of the PLC", NULL)          \
    X(MODULE_NAME, "s7comm.szl.001c.0002.name", TEXT, DEC, PLAIN, "模块名称", "Name of the module", NULL)              \
    X(PLANT_TAG, "s7comm.szl.001c.0003.tag", TEXT, DEC, PLAIN, "设备标识", "Plant designation", NULL)                  \
    X(COPYRIGHT, "s7comm.szl.001c.0004.copyright", TEXT, DEC, PLAIN, "版权", "Copyright", NULL)                        \
    X(SERIAL_NUMBER, "s7comm.szl.001c.0005.serialn", TEXT, DEC, PLAIN, "序列号", "Serial number", NULL)                \
    X(CPU_TYPE, "s7comm.szl.001c.0007.cputypname", TEXT, DEC, PLAIN, "模块型号", "Module type name", NULL)             \
    X(CARD_SERIAL, "s7comm.szl.001c.0008.snmcmmc", TEXT, DEC, PLAIN, "存储卡序列号", "Memory card serial number",      \
      NULL)                                                                                                            \
    X(MANUFACTURER, "s7comm.szl.001c.0009.manufacturer_id", UINT16, HEX, PLAIN, "制造商号", "Manufacturer id", NULL)   \
    X(OEM_COPYRIGHT, "s7comm.szl.001c.000a.oem_copyright_string", TEXT, DEC, PLAIN, "OEM版权", "OEM copyright", NULL)  \
    X(LOCATION, "s7comm.szl.001c.000b.loc_id", TEXT, DEC, PLAIN, "位置标识", "Location designation", NULL)             \
    X(DIAGNOSTIC_EVENT, "s7comm.cpu.diag_msg.eventid", UINT16, HEX, BULK, "诊断事件号", "Event id", NULL)              \
    X(DIAGNOSTIC_PRIORITY, "s7comm.cpu.diag_msg.prioclass", UINT8, DEC, BULK, "优先级", "Priority class", NULL)        \
    X(DIAGNOSTIC_OB, "s7comm.cpu.diag_msg.obnumber", UINT8, DEC, BULK, "OB号", "OB number", NULL)                      \
    X(MESSAGE_EVENTS, "s7comm.cpu.msg.events", UINT8, HEX, PLAIN, "订阅事件", "Subscribed events", NULL)               \
    X(MESSAGE_USER, "s7comm.cpu.msg.username", TEXT, DEC, PLAIN, "订阅者", "User name", NULL)                          \
    X(MESSAGE_ALARM_TYPE, "s7comm.cpu.msg.almtype", UINT8, DEC, PLAIN, "报警类型", "Alarm type", s7_alarm_type_names)  \
    X(ALARM_FUNCTION, "s7comm.alarm.function", UINT8, HEX, PLAIN, "报警功能", "Function", NULL)                        \
    X(ALARM_OBJECTS, "s7comm.alarm.nr_objects", UINT8, DEC, PLAIN, "报警对象数", "Number of objects", NULL)            \
    X(ALARM_VALUES, "s7comm.alarm.nr_add_values", UINT8, DEC, BULK, "附加值个数", "Additional values", NULL)           \
    X(ALARM_EVENT, "s7comm.alarm.event_id", UINT32, HEX, BULK, "报警事件号", "Event id", NULL)                         \
    X(ALARM_EVENT_STATE, "s7comm.alarm.eventstate", UINT8, HEX, BULK, "事件状态", "Event state", NULL)                 \
    X(ALARM_STATE, "s7comm.alarm.state", UINT8, HEX, BULK, "报警状态", "State", NULL)                                  \
    X(ALARM_ACK_GOING, "s7comm.alarm.ack_state.going", UINT8, HEX, BULK, "去向确认状态", "Acknowledged going", NULL)   \
    X(ALARM_ACK_COMING, "s7comm.alarm.ack_state.coming", UINT8, HEX, BULK, "来向确认状态", "Acknowledged coming",      \
      NULL)                                                                                                            \
    X(ALARM_QUERY_TYPE, "s7comm.alarm.query.querytype", UINT8, DEC, PLAIN, "查询方式", "Query type",                   \
      s7_alarm_query_names)                                                                                            \
    X(ALARM_QUERY_ALARM, "s7comm.alarm.query.alarmtype", UINT32, DEC, BULK, "查询的报警类型", "Alarm type",            \
      s7_alarm_type_names)

#define S7_TIS_FIELDS(X)                                                                                               \
    X(TIS_PARAMETERS, "s7comm.tis.parametersize", UINT16, DEC, PLAIN, "参数字节数", "Parameter size", NULL)            \
    X(TIS_DATA, "s7comm.tis.datasize", UINT16, DEC, PLAIN, "数据字节数", "Data size", NULL)                            \
    X(TIS_ITEMS, "s7comm.varstat.item_count", UINT16, DEC, PLAIN, "变量个数", "Item count", NULL)                      \
    X(TIS_AREA, "s7comm.varstat.req.memory_area", UINT8, DEC, BULK, "存储区", "Memory area", s7_tis_area_names)        \
    X(TIS_REPEAT, "s7comm.varstat.req.repetition_factor", UINT8, DEC, BULK, "重复因子", "Repetition factor", NULL)     \
    X(TIS_BIT, "s7comm.varstat.req.bitpos", UINT16, DEC, BULK, "位地址", "Bit position", NULL)                         \
    X(TIS_DB, "s7comm.varstat.req.db_number", UINT16, DEC, BULK, "数据块号", "DB number", NULL)                        \
    X(TIS_START, "s7comm.varstat.req.startaddress", UINT16, DEC, BULK, "起始地址", "Start address", NULL)              \
    X(TIS_BLOCK_TYPE, "s7comm.diagdata.req.blocktype", UINT16, DEC, PLAIN, "块类型", "Block type", s7_subblock_names)  \
    X(TIS_BLOCK_NUMBER, "s7comm.diagdata.req.blocknumber", UINT16, DEC, PLAIN, "块号", "Block number", NULL)           \
    X(TIS_TRIGGER, "s7comm.varstat.trgevent", UINT16, HEX, PLAIN, "触发点", "Trigger event", NULL)

#define S7_FIELDS(X)                                                                                                   \
    S7_HEADER_FIELDS(X)                                                                                                \
    S7_ITEM_FIELDS(X) S7_BLOCK_FIELDS(X) S7_USERDATA_FIELDS(X) S7_CPU_FIELDS(X) S7_TIS_FIELDS(X) S7_NC_FIELDS(X)

enum { S7_FIELDS(FIELD_ID) FIELD_COUNT };

#endif
