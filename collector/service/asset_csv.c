/* SPDX-License-Identifier: Apache-2.0 */
/* Asset lists as CSV. */
#include "collector/service/asset_csv.h"

#include <arpa/inet.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 64, HEADING_MOST = 128 };

#define X(id, name, zh, bytes) name,
const char *const declared_name[DECLARED_MEMBER_COUNT] = {DECLARED_MEMBERS(X)};
#undef X
#define X(id, name, zh, bytes) bytes,
static const size_t bytes_most[DECLARED_MEMBER_COUNT] = {DECLARED_MEMBERS(X)};
#undef X

/* Headings that people write, beside the names in both languages; lower case. */
static const struct {
    const char *heading;
    enum declared_member member;
} headings[] = {
#define X(id, name, zh, bytes) {name, DECLARED_##id}, {zh, DECLARED_##id},
    DECLARED_MEMBERS(X)
#undef X
        {"ip", DECLARED_ADDRESS},
    {"ip地址", DECLARED_ADDRESS},
    {"ip address", DECLARED_ADDRESS},
    {"mac", DECLARED_MAC},
    {"mac地址", DECLARED_MAC},
    {"mac address", DECLARED_MAC},
    {"设备名称", DECLARED_NAME},
    {"资产名称", DECLARED_NAME},
    {"主机名", DECLARED_NAME},
    {"设备类型", DECLARED_ROLE},
    {"资产类型", DECLARED_ROLE},
    {"角色", DECLARED_ROLE},
    {"type", DECLARED_ROLE},
    {"厂家", DECLARED_VENDOR},
    {"品牌", DECLARED_VENDOR},
    {"制造商", DECLARED_VENDOR},
    {"manufacturer", DECLARED_VENDOR},
    {"设备型号", DECLARED_MODEL},
    {"固件", DECLARED_FIRMWARE},
    {"版本", DECLARED_FIRMWARE},
    {"出厂编号", DECLARED_SERIAL},
    {"serial number", DECLARED_SERIAL},
    {"安全区", DECLARED_ZONE},
    {"安全域", DECLARED_ZONE},
    {"安装位置", DECLARED_LOCATION},
    {"所在位置", DECLARED_LOCATION},
};

/* ---- characters ---- */

static bool is_utf8(const unsigned char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned follow = s[i] < 0x80 ? 0 : s[i] >> 5 == 6 ? 1 : s[i] >> 4 == 14 ? 2 : s[i] >> 3 == 30 ? 3 : 9;
        if (follow > 3 || i + follow >= n + (follow == 0)) return false;
        for (unsigned k = 1; k <= follow; k++)
            if (s[i + k] >> 6 != 2) return false;
        i += follow + 1;
    }
    return true;
}

/* The text in UTF-8, to be freed; NULL: it is neither. */
static char *to_utf8(const char *text, size_t length, size_t *out_length)
{
    size_t room = 2 * length + 4, left = room - 1;
    char *out = malloc(room), *at = out, *from = (char *)text;
    if (!out) abort();
    if (is_utf8((const unsigned char *)text, length)) {
        memcpy(out, text, length);
        *out_length = length;
        out[length] = 0;
        return out;
    }
    iconv_t convert = iconv_open("UTF-8", "GB18030");
    bool opened = convert != (iconv_t)-1; /* NOLINT(performance-no-int-to-ptr): so iconv_open(3) says it failed */
    bool good = opened && iconv(convert, &from, &length, &at, &left) != (size_t)-1;
    if (opened) iconv_close(convert);
    *out_length = (size_t)(at - out);
    *at = 0;
    if (good) return out;
    free(out);
    return NULL;
}

/* ---- lines ---- */

struct reader {
    char *at, *end;
    char separator;
    unsigned line; /* of the record that is read next */
};

/* Cuts the next record into cells, in place. Returns their number, 0 at the end. `line` is where it begins. */
static unsigned next_record(struct reader *r, char *cells[COLUMNS_MOST], unsigned *line)
{
    unsigned count = 0;
    if (r->at >= r->end) return 0;
    *line = r->line;
    for (;;) {
        char *out = r->at, *cell = out;
        bool quoted = r->at < r->end && *r->at == '"', open = quoted;
        if (quoted) r->at++;
        while (r->at < r->end) {
            char c = *r->at;
            if (open && c == '"' && r->at + 1 < r->end && r->at[1] == '"')
                r->at++;
            else if (open && c == '"') {
                open = false;
                r->at++;
                continue;
            } else if (!open && (c == r->separator || c == '\n'))
                break;
            if (c == '\n') r->line++;
            *out++ = *r->at++;
        }
        bool last = r->at >= r->end || *r->at == '\n';
        if (r->at < r->end) r->at++;
        while (out > cell && strchr(" \r\t", out[-1])) out--;
        *out = 0;
        while (*cell == ' ' || *cell == '\t') cell++;
        if (count < COLUMNS_MOST) cells[count++] = cell;
        if (last) {
            r->line++;
            return count;
        }
    }
}

static char separator_of(const char *text)
{
    size_t n = strcspn(text, "\n"), most = 0;
    char best = ',';
    for (const char *s = ",;\t"; *s; s++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++) count += text[i] == *s; /* NOLINT(clang-analyzer-*): n octets stand there */
        if (count > most) most = count, best = *s;
    }
    return best;
}

/* ---- headings ---- */

static void lower(char *out, const char *text)
{
    size_t n = 0;
    for (; text[n] && n < HEADING_MOST - 1; n++)
        out[n] = text[n] >= 'A' && text[n] <= 'Z' ? (char)(text[n] + 32) : text[n];
    out[n] = 0;
}

/* In "address:IP地址,name:设备名": the member of this heading, -1: none. */
static int mapped(const char *mapping, const char *heading)
{
    size_t n = strlen(heading);
    for (const char *p = mapping; p && *p; p += strcspn(p, ","), p += *p == ',') {
        const char *colon = strchr(p, ':');
        size_t whole = strcspn(p, ",");
        if (!colon || colon > p + whole || whole - (size_t)(colon + 1 - p) != n || memcmp(colon + 1, heading, n) != 0)
            continue;
        for (int m = 0; m < DECLARED_MEMBER_COUNT; m++)
            if (strlen(declared_name[m]) == (size_t)(colon - p) &&
                memcmp(declared_name[m], p, (size_t)(colon - p)) == 0)
                return m;
    }
    return -1;
}

static int member_of(const char *mapping, const char *heading)
{
    char small[HEADING_MOST];
    int member = mapped(mapping, heading);
    lower(small, heading);
    for (size_t i = 0; member < 0 && i < sizeof headings / sizeof *headings; i++) {
        char known[HEADING_MOST];
        lower(known, headings[i].heading);
        if (strcmp(known, small) == 0) member = (int)headings[i].member;
    }
    return member;
}

/* ---- values ---- */

static bool is_mac(const char *text)
{
    unsigned b[6];
    char rest;
    return strlen(text) == 17 &&
           (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", b, b + 1, b + 2, b + 3, b + 4, b + 5, &rest) == 6 ||
            sscanf(text, "%2x-%2x-%2x-%2x-%2x-%2x%c", b, b + 1, b + 2, b + 3, b + 4, b + 5, &rest) == 6);
}

/* What is wrong with a value, in both languages; NULL: nothing. */
static const char *const *flaw_of(enum declared_member member, const char *value)
{
    static const char *const flaws[][2] = {
        {"不是 IP 地址", "is no IP address"}, {"不是 MAC 地址", "is no MAC address"}, {"内容太长", "is too long"}};
    struct in6_addr address;
    if (!*value) return NULL;
    if (member == DECLARED_ADDRESS && inet_pton(AF_INET, value, &address) != 1 &&
        inet_pton(AF_INET6, value, &address) != 1)
        return flaws[0];
    if (member == DECLARED_MAC && !is_mac(value)) return flaws[1];
    return strlen(value) > bytes_most[member] ? flaws[2] : NULL;
}

static bool read_row(char *const cells[], unsigned count, const int members[], unsigned line,
                     const struct asset_csv_report *report)
{
    const char *values[DECLARED_MEMBER_COUNT];
    bool good = true, empty = true;
    for (int m = 0; m < DECLARED_MEMBER_COUNT; m++) values[m] = "";
    for (unsigned i = 0; i < count; i++) {
        empty = empty && !*cells[i];
        if (members[i] < 0) continue;
        const char *const *flaw = flaw_of((enum declared_member)members[i], cells[i]);
        if (flaw) report->fault(report->context, line, i + 1, flaw[0], flaw[1]);
        good = good && !flaw;
        values[members[i]] = cells[i];
    }
    if (empty) return true;
    if (good && !*values[DECLARED_ADDRESS] && !*values[DECLARED_MAC]) {
        report->fault(report->context, line, 0, "既无 IP 地址也无 MAC 地址", "has neither an IP nor a MAC address");
        return true;
    }
    for (char *p = (char *)values[DECLARED_MAC]; good && *p; p++) /* as events write it */
        *p = *p == '-' ? ':' : *p >= 'A' && *p <= 'F' ? (char)(*p + 32) : *p;
    return !good || report->row(report->context, line, values);
}

static bool read_table(char *text, size_t length, const char *mapping, const struct asset_csv_report *report)
{
    static const char mark[] = "\xef\xbb\xbf";
    char *cells[COLUMNS_MOST];
    int members[COLUMNS_MOST];
    unsigned line, columns, known = 0, count;
    size_t skip = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    struct reader r = {text + skip, text + length, separator_of(text), 1};
    columns = next_record(&r, cells, &line);
    for (unsigned i = 0; i < columns; i++) {
        members[i] = member_of(mapping, cells[i]);
        for (unsigned k = 0; k < i && members[i] >= 0; k++)
            if (members[k] == members[i]) members[i] = -1; /* the first of two counts */
        known |= members[i] >= 0 ? 1u << members[i] : 0;
    }
    if (!(known & (1u << DECLARED_ADDRESS | 1u << DECLARED_MAC))) {
        report->fault(report->context, 1, 0, "表头里没有地址或 MAC 列",
                      "no heading says which column is the address or MAC");
        return false;
    }
    while ((count = next_record(&r, cells, &line))) {
        if (count > columns) {
            report->fault(report->context, line, columns + 1, "列数多于表头", "has more columns than the heading");
            continue;
        }
        if (!read_row(cells, count, members, line, report)) return false;
    }
    return true;
}

bool asset_csv_read(char *text, size_t length, const char *mapping, const struct asset_csv_report *report)
{
    size_t utf8_length = 0;
    char *utf8 = memchr(text, 0, length) ? NULL : to_utf8(text, length, &utf8_length);
    if (!utf8) {
        report->fault(report->context, 1, 0, "不是 UTF-8 或 GB18030 编码的 CSV（请另存为 CSV）",
                      "is no CSV in UTF-8 or GB18030 (save the table as CSV)");
        return false;
    }
    bool good = read_table(utf8, utf8_length, mapping, report);
    free(utf8);
    return good;
}
