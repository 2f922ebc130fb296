/* SPDX-License-Identifier: Apache-2.0 */
/* Program invocation (PI) services of S7 CPUs and of Sinumerik numerical controls, as the manuals of NCDDE and
 * SINUMERIK 840D name them; X(index, service, operation name, class, technique, zh, en). Private to parsers/s7comm. */
#ifndef WANGLOU_PARSERS_S7COMM_PROGRAM_INVOCATIONS_H
#define WANGLOU_PARSERS_S7COMM_PROGRAM_INVOCATIONS_H

#define S7_PROGRAM_INVOCATIONS(X)                                                                                      \
    X(0, "P_PROGRAM", "plc_start", MODE, "T0858", "PLC启动", "PLC start (warm restart)")                               \
    X(1, "_INSE", "insert_blocks", PROGRAM, "T0889", "激活块", "insert blocks")                                        \
    X(2, "_INS2", "insert_blocks_2", PROGRAM, "T0889", "激活块(2)", "insert blocks (2)")                               \
    X(3, "_DELE", "delete_blocks", PROGRAM, "T0809", "删除块", "delete blocks")                                        \
    X(4, "_MODU", "copy_ram_to_rom", PROGRAM, "T0889", "RAM复制到ROM", "copy RAM to ROM")                              \
    X(5, "_GARB", "compress_memory", PROGRAM, NULL, "压缩存储器", "compress memory")                                   \
    X(6, "_N_LOGIN_", "nc_login", SESSION, "T0859", "NC登录", "NC login")                                              \
    X(7, "_N_LOGOUT", "nc_logout", SESSION, NULL, "NC注销", "NC logout")                                               \
    X(8, "_N_CANCEL", "nc_cancel", CONTROL, NULL, "NC复位报警", "NC cancel alarms")                                    \
    X(9, "_N_DASAVE", "nc_save_data", CONFIGURE, NULL, "NC保存数据", "NC save data from SRAM to flash")                \
    X(10, "_N_DIGIOF", "nc_digitising_off", CONTROL, NULL, "NC数字化关", "NC digitising off")                          \
    X(11, "_N_DIGION", "nc_digitising_on", CONTROL, NULL, "NC数字化开", "NC digitising on")                            \
    X(12, "_N_DZERO_", "nc_zero_d_numbers", CONFIGURE, NULL, "NC清零D号", "NC set all D numbers invalid")              \
    X(13, "_N_ENDEXT", "nc_end_external", CONTROL, NULL, "NC结束外部执行", "NC end of external execution")             \
    X(14, "_N_F_OPER", "nc_open_read", FILE, NULL, "NC只读打开文件", "NC open file read-only")                         \
    X(15, "_N_OST_OF", "nc_overstore_off", CONTROL, NULL, "NC覆盖存储关", "NC overstore off")                          \
    X(16, "_N_OST_ON", "nc_overstore_on", CONTROL, NULL, "NC覆盖存储开", "NC overstore on")                            \
    X(17, "_N_SCALE_", "nc_units", CONFIGURE, "T0836", "NC计量单位", "NC unit of measurement")                         \
    X(18, "_N_SETUFR", "nc_set_frame", CONFIGURE, "T0836", "NC激活用户坐标系", "NC activate user frame")               \
    X(19, "_N_STRTLK", "nc_start_lock", CONTROL, NULL, "NC全局启动锁定", "NC set global start lock")                   \
    X(20, "_N_STRTUL", "nc_start_unlock", CONTROL, NULL, "NC全局启动解锁", "NC reset global start lock")               \
    X(21, "_N_TMRASS", "nc_reset_assignment", CONFIGURE, NULL, "NC复位刀具有效状态", "NC reset active status")         \
    X(22, "_N_F_DELE", "nc_delete_file", FILE, "T0809", "NC删除文件", "NC delete file")                                \
    X(23, "_N_EXTERN", "nc_select_external", MODE, NULL, "NC选择外部程序", "NC select external program")               \
    X(24, "_N_EXTMOD", "nc_external_mode", MODE, NULL, "NC外部执行方式", "NC mode of external execution")              \
    X(25, "_N_F_DELR", "nc_delete_file_in_reserve", FILE, "T0809", "NC删除文件(预留)", "NC delete file, locked")       \
    X(26, "_N_F_XFER", "nc_transfer_file", FILE, NULL, "NC选择传输文件", "NC select file for transfer")                \
    X(27, "_N_LOCKE_", "nc_lock_active_file", FILE, NULL, "NC锁定活动文件", "NC lock active file for editing")         \
    X(28, "_N_SELECT", "nc_select_program", MODE, "T0821", "NC选择加工程序", "NC select program")                      \
    X(29, "_N_SRTEXT", "nc_mark_external", FILE, NULL, "NC标记外部文件", "NC mark file for external execution")        \
    X(30, "_N_F_CLOS", "nc_close_file", FILE, NULL, "NC关闭文件", "NC close file")                                     \
    X(31, "_N_F_OPEN", "nc_open_file", FILE, NULL, "NC打开文件", "NC open file")                                       \
    X(32, "_N_F_SEEK", "nc_seek_file", FILE, NULL, "NC定位文件", "NC position in file")                                \
    X(33, "_N_ASUP__", "nc_assign_interrupt", PROGRAM, "T0821", "NC分配中断程序", "NC assign interrupt")               \
    X(34, "_N_CHEKDM", "nc_check_d_number", DIAGNOSE, NULL, "NC检查D号唯一性", "NC check uniqueness of D numbers")     \
    X(35, "_N_CHKDNO", "nc_check_tool_d_number", DIAGNOSE, NULL, "NC检查刀具D号", "NC check D numbers of a tool")      \
    X(36, "_N_CONFIG", "nc_reconfigure", CONFIGURE, "T0836", "NC重新组态机床数据", "NC reconfigure machine data")      \
    X(37, "_N_CRCEDN", "nc_create_edge", CONFIGURE, NULL, "NC创建刀沿", "NC create cutting edge")                      \
    X(38, "_N_DELECE", "nc_delete_edge", CONFIGURE, NULL, "NC删除刀沿", "NC delete cutting edge")                      \
    X(39, "_N_CREACE", "nc_create_next_edge", CONFIGURE, NULL, "NC创建下一刀沿", "NC create next cutting edge")        \
    X(40, "_N_CREATO", "nc_create_tool", CONFIGURE, NULL, "NC创建刀具", "NC create tool")                              \
    X(41, "_N_DELETO", "nc_delete_tool", CONFIGURE, NULL, "NC删除刀具", "NC delete tool")                              \
    X(42, "_N_CRTOCE", "nc_create_tool_edge", CONFIGURE, NULL, "NC创建刀具刀沿", "NC create tool with edge")           \
    X(43, "_N_DELVAR", "nc_delete_variables", CONFIGURE, NULL, "NC删除变量", "NC delete variables")                    \
    X(44, "_N_F_COPY", "nc_copy_file", FILE, NULL, "NC复制文件", "NC copy file")                                       \
    X(45, "_N_F_DMDA", "nc_delete_mda", FILE, NULL, "NC删除MDA存储器", "NC delete MDA memory")                         \
    X(46, "_N_F_PROR", "nc_protect_read", FILE, NULL, "NC设置文件保护(读)", "NC set file protection, read")            \
    X(47, "_N_F_PROT", "nc_protect_file", FILE, NULL, "NC设置文件保护", "NC set file protection")                      \
    X(48, "_N_F_RENA", "nc_rename_file", FILE, NULL, "NC重命名文件", "NC rename file")                                 \
    X(49, "_N_FINDBL", "nc_block_search", CONTROL, NULL, "NC程序段搜索", "NC block search")                            \
    X(50, "_N_IBN_SS", "nc_set_setup_switch", MODE, "T0858", "NC设置调试开关", "NC set commissioning switch")          \
    X(51, "_N_MMCSEM", "nc_semaphore", CONTROL, NULL, "NC信号量", "NC MMC semaphore")                                  \
    X(52, "_N_NCKMOD", "nc_mode", MODE, "T0858", "NC运行方式", "NC operating mode of the NCK")                         \
    X(53, "_N_NEWPWD", "nc_new_password", CONFIGURE, "T0892", "NC修改口令", "NC new password")                         \
    X(54, "_N_SEL_BL", "nc_select_block", CONTROL, NULL, "NC选择程序段", "NC select block")                            \
    X(55, "_N_SETTST", "nc_set_tool_status", CONFIGURE, NULL, "NC激活磨损组刀具", "NC activate tools of a wear group") \
    X(56, "_N_TMAWCO", "nc_activate_wear_group", CONFIGURE, NULL, "NC激活磨损组", "NC activate wear group")            \
    X(57, "_N_TMCRTC", "nc_create_tool_with_edge", CONFIGURE, NULL, "NC按刀沿创建刀具", "NC create tool by edge")      \
    X(58, "_N_TMCRTO", "nc_create_named_tool", CONFIGURE, NULL, "NC按名创建刀具", "NC create tool by name")            \
    X(59, "_N_TMFDPL", "nc_find_place", DIAGNOSE, NULL, "NC查找装刀空位", "NC find empty place for loading")           \
    X(60, "_N_TMFPBP", "nc_find_place_by_size", DIAGNOSE, NULL, "NC按尺寸查找空位", "NC find empty place by size")     \
    X(61, "_N_TMGETT", "nc_get_tool", DIAGNOSE, NULL, "NC查询刀号", "NC get tool number")                              \
    X(62, "_N_TMMVTL", "nc_move_tool", CONTROL, "T0855", "NC装卸刀具", "NC load or unload tool")                       \
    X(63, "_N_TMPCIT", "nc_piece_counter", CONFIGURE, NULL, "NC工件计数", "NC set piece counter")                      \
    X(64, "_N_TMPOSM", "nc_position_magazine", CONTROL, "T0855", "NC定位刀库", "NC position magazine or tool")         \
    X(65, "_N_TRESMO", "nc_reset_monitoring", CONFIGURE, NULL, "NC复位监控值", "NC reset monitoring values")           \
    X(66, "_N_TSEARC", "nc_search_tool", DIAGNOSE, NULL, "NC搜索刀具", "NC search tool")

#endif
