/* SPDX-License-Identifier: Apache-2.0 */
/* Asset lists as CSV (RFC 4180; comma, semicolon or tab; UTF-8, or GB18030 as Chinese spreadsheets write it), line by
 * line, each fault with its line and column. */
#ifndef WANGLOU_COLLECTOR_SERVICE_ASSET_CSV_H
#define WANGLOU_COLLECTOR_SERVICE_ASSET_CSV_H

#include <stdbool.h>
#include <stddef.h>

/* X(id, name, zh, bytes) */
#define DECLARED_MEMBERS(X)                                                                                            \
    X(ADDRESS, "address", "地址", 45)                                                                                  \
    X(MAC, "mac", "MAC", 17)                                                                                           \
    X(NAME, "name", "名称", 127)                                                                                       \
    X(ROLE, "role", "类型", 63)                                                                                        \
    X(VENDOR, "vendor", "厂商", 63)                                                                                    \
    X(MODEL, "model", "型号", 63)                                                                                      \
    X(FIRMWARE, "firmware", "固件版本", 63)                                                                            \
    X(SERIAL, "serial", "序列号", 63)                                                                                  \
    X(ZONE, "zone", "区域", 63)                                                                                        \
    X(LOCATION, "location", "位置", 127)
enum declared_member {
#define X(id, name, zh, bytes) DECLARED_##id,
    DECLARED_MEMBERS(X)
#undef X
        DECLARED_MEMBER_COUNT
};
extern const char *const declared_name[DECLARED_MEMBER_COUNT];

struct asset_csv_report {
    void *context;
    /* A good line; values[enum declared_member], "" when absent. False ends the reading. */
    bool (*row)(void *context, unsigned line, const char *const values[DECLARED_MEMBER_COUNT]);
    /* What is wrong with a line (column 1 is the first; 0: the line as a whole). */
    void (*fault)(void *context, unsigned line, unsigned column, const char *zh, const char *en);
};
/* `mapping` "address:IP地址,name:设备名" tells which heading means what, beside those that are known; NULL: those only.
 * `text` is written into. False: it is no table of assets (a fault has been told). */
bool asset_csv_read(char *text, size_t length, const char *mapping, const struct asset_csv_report *report);

#endif
