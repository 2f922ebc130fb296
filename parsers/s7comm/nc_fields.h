/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of Sinumerik's program invocation services as fields, named as Wireshark 4.0 names them; the manuals of
 * NCDDE and SINUMERIK 840D tell their order (nc_arguments.c). X(id, name, type, base, flags, zh, en, names).
 * Private to parsers/s7comm. */
#ifndef WANGLOU_PARSERS_S7COMM_NC_FIELDS_H
#define WANGLOU_PARSERS_S7COMM_NC_FIELDS_H

#define S7_NC_FIELDS(X)                                                                                                \
    X(NC_FILE, "s7comm.param.pi.n_x.filename", TEXT, DEC, PLAIN, "NC文件名", "NC filename", NULL)                      \
    X(NC_PASSWORD, "s7comm.param.pi.n_x.password", TEXT, DEC, PLAIN, "NC口令", "NC password", NULL)                    \
    X(NC_WINDOW, "s7comm.param.pi.n_x.editwindowname", TEXT, DEC, PLAIN, "NC编辑窗口", "NC editor window", NULL)       \
    X(NC_SEEK, "s7comm.param.pi.n_x.seekpointer", TEXT, DEC, PLAIN, "NC定位指针", "NC seek pointer", NULL)             \
    X(NC_WINDOW_SIZE, "s7comm.param.pi.n_x.windowsize", TEXT, DEC, PLAIN, "NC窗口大小", "NC window size", NULL)        \
    X(NC_COMPARE, "s7comm.param.pi.n_x.comparestring", TEXT, DEC, PLAIN, "NC比较串", "NC compare string", NULL)        \
    X(NC_SKIP, "s7comm.param.pi.n_x.skipcount", TEXT, DEC, PLAIN, "NC跳过次数", "NC skip count", NULL)                 \
    X(NC_INTERRUPT, "s7comm.param.pi.n_x.interruptnr", TEXT, DEC, PLAIN, "NC中断号", "NC interrupt number", NULL)      \
    X(NC_PRIORITY, "s7comm.param.pi.n_x.priority", TEXT, DEC, PLAIN, "NC优先级", "NC priority", NULL)                  \
    X(NC_LIFTFAST, "s7comm.param.pi.n_x.liftfast", TEXT, DEC, PLAIN, "NC快速退刀", "NC fast retraction", NULL)         \
    X(NC_BLSYNC, "s7comm.param.pi.n_x.blsync", TEXT, DEC, PLAIN, "NC程序段同步", "NC block synchronisation", NULL)     \
    X(NC_MAGAZINE, "s7comm.param.pi.n_x.magnr", TEXT, DEC, PLAIN, "NC刀库号", "NC magazine number", NULL)              \
    X(NC_D_NUMBER, "s7comm.param.pi.n_x.dnr", TEXT, DEC, PLAIN, "NCD号", "NC d number", NULL)                          \
    X(NC_SPINDLE, "s7comm.param.pi.n_x.spindlenumber", TEXT, DEC, PLAIN, "NC主轴号", "NC spindle number", NULL)        \
    X(NC_TOOL_W, "s7comm.param.pi.n_x.wznr", TEXT, DEC, PLAIN, "NC刀具号", "NC tool number (W)", NULL)                 \
    X(NC_CLASS, "s7comm.param.pi.n_x.class", TEXT, DEC, PLAIN, "NC数据级别", "NC class", NULL)                         \
    X(NC_TOOL_T, "s7comm.param.pi.n_x.tnr", TEXT, DEC, PLAIN, "NCT号", "NC t number", NULL)                            \
    X(NC_TOOL, "s7comm.param.pi.n_x.toolnumber", TEXT, DEC, PLAIN, "NC刀具号", "NC tool number", NULL)                 \
    X(NC_EDGE_C, "s7comm.param.pi.n_x.cenumber", TEXT, DEC, PLAIN, "NC刀沿号", "NC cutting edge number", NULL)         \
    X(NC_BLOCK, "s7comm.param.pi.n_x.datablocknumber", TEXT, DEC, PLAIN, "NC数据块号", "NC data block number", NULL)   \
    X(NC_COLUMN_FIRST, "s7comm.param.pi.n_x.firstcolumnnumber", TEXT, DEC, PLAIN, "NC首列", "NC first column", NULL)   \
    X(NC_COLUMN_LAST, "s7comm.param.pi.n_x.lastcolumnnumber", TEXT, DEC, PLAIN, "NC末列", "NC last column", NULL)      \
    X(NC_ROW_FIRST, "s7comm.param.pi.n_x.firstrownnumber", TEXT, DEC, PLAIN, "NC首行", "NC first row", NULL)           \
    X(NC_ROW_LAST, "s7comm.param.pi.n_x.lastrownnumber", TEXT, DEC, PLAIN, "NC末行", "NC last row", NULL)              \
    X(NC_DIRECTION, "s7comm.param.pi.n_x.direction", TEXT, DEC, PLAIN, "NC复制方向", "NC direction", NULL)             \
    X(NC_SOURCE, "s7comm.param.pi.n_x.sourcefilename", TEXT, DEC, PLAIN, "NC源文件", "NC source file", NULL)           \
    X(NC_DESTINATION, "s7comm.param.pi.n_x.destinationfilename", TEXT, DEC, PLAIN, "NC目标文件",                       \
      "NC destination file", NULL)                                                                                     \
    X(NC_CHANNEL, "s7comm.param.pi.n_x.channelnumber", TEXT, DEC, PLAIN, "NC通道号", "NC channel number", NULL)        \
    X(NC_PROTECTION, "s7comm.param.pi.n_x.protection", TEXT, DEC, PLAIN, "NC保护级", "NC protection", NULL)            \
    X(NC_OLD_FILE, "s7comm.param.pi.n_x.oldfilename", TEXT, DEC, PLAIN, "NC原文件名", "NC old filename", NULL)         \
    X(NC_NEW_FILE, "s7comm.param.pi.n_x.newfilename", TEXT, DEC, PLAIN, "NC新文件名", "NC new filename", NULL)         \
    X(NC_FIND_MODE, "s7comm.param.pi.n_x.findmode", TEXT, DEC, PLAIN, "NC搜索方式", "NC find mode", NULL)              \
    X(NC_SWITCH, "s7comm.param.pi.n_x.switch", TEXT, DEC, PLAIN, "NC开关", "NC switch", NULL)                          \
    X(NC_FUNCTION_NUMBER, "s7comm.param.pi.n_x.functionnumber", TEXT, DEC, PLAIN, "NC功能号", "NC function number",    \
      NULL)                                                                                                            \
    X(NC_SEMAPHORE, "s7comm.param.pi.n_x.semaphorevalue", TEXT, DEC, PLAIN, "NC信号量", "NC semaphore value", NULL)    \
    X(NC_ON_OFF, "s7comm.param.pi.n_x.onoff", TEXT, DEC, PLAIN, "NC开或关", "NC on or off", NULL)                      \
    X(NC_OPERATING_MODE, "s7comm.param.pi.n_x.mode", TEXT, DEC, PLAIN, "NC方式", "NC mode", NULL)                      \
    X(NC_FACTOR, "s7comm.param.pi.n_x.factor", TEXT, DEC, PLAIN, "NC系数", "NC factor", NULL)                          \
    X(NC_PASSWORD_LEVEL, "s7comm.param.pi.n_x.passwordlevel", TEXT, DEC, PLAIN, "NC口令级别", "NC password level",     \
      NULL)                                                                                                            \
    X(NC_LINE, "s7comm.param.pi.n_x.linenumber", TEXT, DEC, PLAIN, "NC行号", "NC line number", NULL)                   \
    X(NC_WEAR_GROUP, "s7comm.param.pi.n_x.weargroup", TEXT, DEC, PLAIN, "NC磨损组", "NC wear group", NULL)             \
    X(NC_TOOL_STATUS, "s7comm.param.pi.n_x.toolstatus", TEXT, DEC, PLAIN, "NC刀具状态", "NC tool status", NULL)        \
    X(NC_WEAR_SEARCH, "s7comm.param.pi.n_x.wearsearchstrat", TEXT, DEC, PLAIN, "NC磨损搜索策略", "NC search strategy", \
      NULL)                                                                                                            \
    X(NC_TOOL_ID, "s7comm.param.pi.n_x.toolid", TEXT, DEC, PLAIN, "NC刀具标识", "NC tool identifier", NULL)            \
    X(NC_DUPLO, "s7comm.param.pi.n_x.duplonumber", TEXT, DEC, PLAIN, "NC备刀号", "NC duplo number", NULL)              \
    X(NC_EDGE, "s7comm.param.pi.n_x.edgenumber", TEXT, DEC, PLAIN, "NC刀沿数", "NC edge number", NULL)                 \
    X(NC_PLACE, "s7comm.param.pi.n_x.placenr", TEXT, DEC, PLAIN, "NC刀位号", "NC place number", NULL)                  \
    X(NC_PLACE_REFERENCE, "s7comm.param.pi.n_x.placerefnr", TEXT, DEC, PLAIN, "NC参考刀位", "NC reference place",      \
      NULL)                                                                                                            \
    X(NC_MAGAZINE_REFERENCE, "s7comm.param.pi.n_x.magrefnr", TEXT, DEC, PLAIN, "NC参考刀库", "NC reference magazine",  \
      NULL)                                                                                                            \
    X(NC_PLACE_FROM, "s7comm.param.pi.n_x.placenrfrom", TEXT, DEC, PLAIN, "NC起始刀位", "NC place from", NULL)         \
    X(NC_MAGAZINE_FROM, "s7comm.param.pi.n_x.magnrfrom", TEXT, DEC, PLAIN, "NC起始刀库", "NC magazine from", NULL)     \
    X(NC_PLACE_TO, "s7comm.param.pi.n_x.placenrto", TEXT, DEC, PLAIN, "NC终止刀位", "NC place to", NULL)               \
    X(NC_MAGAZINE_TO, "s7comm.param.pi.n_x.magnrto", TEXT, DEC, PLAIN, "NC终止刀库", "NC magazine to", NULL)           \
    X(NC_HALF_LEFT, "s7comm.param.pi.n_x.halfplacesleft", TEXT, DEC, PLAIN, "NC左侧半刀位", "NC half places left",     \
      NULL)                                                                                                            \
    X(NC_HALF_RIGHT, "s7comm.param.pi.n_x.halfplacesright", TEXT, DEC, PLAIN, "NC右侧半刀位", "NC half places right",  \
      NULL)                                                                                                            \
    X(NC_HALF_UP, "s7comm.param.pi.n_x.halfplacesup", TEXT, DEC, PLAIN, "NC上侧半刀位", "NC half places up", NULL)     \
    X(NC_HALF_DOWN, "s7comm.param.pi.n_x.halfplacesdown", TEXT, DEC, PLAIN, "NC下侧半刀位", "NC half places down",     \
      NULL)                                                                                                            \
    X(NC_PLACE_TYPE, "s7comm.param.pi.n_x.placetype", TEXT, DEC, PLAIN, "NC刀位类型", "NC place type", NULL)           \
    X(NC_SEARCH_DIRECTION, "s7comm.param.pi.n_x.searchdirection", TEXT, DEC, PLAIN, "NC搜索方向",                      \
      "NC search direction", NULL)                                                                                     \
    X(NC_TOOL_NAME, "s7comm.param.pi.n_x.toolname", TEXT, DEC, PLAIN, "NC刀具名", "NC tool name", NULL)                \
    X(NC_PLACE_SOURCE, "s7comm.param.pi.n_x.placenrsource", TEXT, DEC, PLAIN, "NC取刀刀位", "NC place of source",      \
      NULL)                                                                                                            \
    X(NC_MAGAZINE_SOURCE, "s7comm.param.pi.n_x.magnrsource", TEXT, DEC, PLAIN, "NC取刀刀库", "NC magazine of source",  \
      NULL)                                                                                                            \
    X(NC_PLACE_DESTINATION, "s7comm.param.pi.n_x.placenrdestination", TEXT, DEC, PLAIN, "NC放刀刀位",                  \
      "NC place of destination", NULL)                                                                                 \
    X(NC_MAGAZINE_DESTINATION, "s7comm.param.pi.n_x.magnrdestination", TEXT, DEC, PLAIN, "NC放刀刀库",                 \
      "NC magazine of destination", NULL)                                                                              \
    X(NC_INCREMENT, "s7comm.param.pi.n_x.incrementnumber", TEXT, DEC, PLAIN, "NC增量", "NC increment", NULL)           \
    X(NC_MONITORING, "s7comm.param.pi.n_x.monitoringmode", TEXT, DEC, PLAIN, "NC监控方式", "NC monitoring mode", NULL) \
    X(NC_SEARCH_KIND, "s7comm.param.pi.n_x.kindofsearch", TEXT, DEC, PLAIN, "NC搜索种类", "NC kind of search", NULL)

#endif
