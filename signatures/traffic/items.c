/* SPDX-License-Identifier: Apache-2.0 */
/* Data lines of the traffic script: hex, text, numbers, and wrappers around groups (docs/traffic-scripts.md). */
#include "signatures/traffic/script.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

bool output_append(struct output *out, const void *bytes, size_t n)
{
    if (n > out->most - out->length) return false;
    if (out->length + n > out->room) {
        size_t room = (out->length + n) * 2;
        uint8_t *larger = realloc(out->bytes, room);
        if (!larger) return false;
        out->bytes = larger, out->room = room;
    }
    if (n) memcpy(out->bytes + out->length, bytes, n);
    out->length += n;
    return true;
}

static bool put(struct script *s, const char *at, struct output *out, const void *bytes, size_t n)
{
    return output_append(out, bytes, n) || script_wrong(s, at, "a line holds at most %d bytes", ITEM_ROOM);
}

static bool put_filled(struct script *s, const char *at, struct output *out, uint8_t byte, double count)
{
    if (count < 0 || count > ITEM_ROOM) return script_wrong(s, at, "%.0f bytes are not from 0 to %d", count, ITEM_ROOM);
    for (unsigned i = 0, n = (unsigned)count; i < n; i++)
        if (!put(s, at, out, &byte, 1)) return false;
    return true;
}

/* ---- numbers ------------------------------------------------------------------------------------------------ */

static const struct number_form {
    const char *name;
    uint8_t size;
    bool little, real;
} number_forms[] = {{"u8", 1, false, false},     {"be16", 2, false, false},     {"be24", 3, false, false},
                    {"be32", 4, false, false},   {"be48", 6, false, false},     {"be64", 8, false, false},
                    {"le16", 2, true, false},    {"le24", 3, true, false},      {"le32", 4, true, false},
                    {"le48", 6, true, false},    {"le64", 8, true, false},      {"float_be", 4, false, true},
                    {"float_le", 4, true, true}, {"double_be", 8, false, true}, {"double_le", 8, true, true}};

static bool put_integer(struct script *s, const char *at, struct output *out, uint64_t v, unsigned size, bool little)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < size; i++) bytes[little ? i : size - 1 - i] = (uint8_t)(v >> 8 * i);
    return put(s, at, out, bytes, size);
}

static bool put_number(struct script *s, const char *at, struct output *out, const struct number_form *form, double v)
{
    uint64_t bits = 0;
    if (form->real && form->size == 4) {
        float f = (float)v;
        uint32_t word;
        memcpy(&word, &f, sizeof word);
        bits = word;
    } else if (form->real) {
        memcpy(&bits, &v, sizeof bits);
    } else {
        double most = ldexp(1, 8 * form->size);
        v = floor(v + 1e-9);
        if (v < -most / 2 || v >= most) return script_wrong(s, at, "%.0f does not fit into %s", v, form->name);
        bits = v < 0 ? (uint64_t)(int64_t)v : (uint64_t)v;
    }
    return put_integer(s, at, out, bits, form->size, form->little);
}

/* ---- wrappers that are more than text ------------------------------------------------------------------------ */

struct arguments {
    double value[PARAMETERS];
    unsigned count;
    struct output body[2];
};

static bool put_fill(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    return put_filled(s, at, out, (uint8_t)a->value[1], a->value[0]);
}

static bool put_pad(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    double room = a->value[0] - (double)a->body[0].length;
    if (room < 0) return script_wrong(s, at, "the group has %zu bytes already", a->body[0].length);
    return put(s, at, out, a->body[0].bytes, a->body[0].length) && put_filled(s, at, out, (uint8_t)a->value[1], room);
}

/* Length in BER (ITU-T X.690, 8.1.3) and the group. */
static bool put_ber(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    size_t n = a->body[0].length;
    unsigned size = n < 0x80 ? 0 : n < 0x100 ? 1 : 2;
    uint8_t head = size ? (uint8_t)(0x80 | size) : (uint8_t)n;
    return put(s, at, out, &head, 1) && put_integer(s, at, out, n, size, false) && put(s, at, out, a->body[0].bytes, n);
}

/* The group and its CRC, as Modbus over serial line V1.02, 2.5.1.2 has it. */
static bool put_crc16(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    uint16_t crc = packet_crc16(a->body[0].bytes, a->body[0].length, 0xffff, 0xa001);
    return put(s, at, out, a->body[0].bytes, a->body[0].length) && put_integer(s, at, out, crc, 2, true);
}

static bool put_dnp3_block(struct script *s, const char *at, struct output *out, const uint8_t *block, size_t n)
{
    uint16_t crc = (uint16_t)~packet_crc16(block, n, 0, 0xa6bc);
    return put(s, at, out, block, n) && put_integer(s, at, out, crc, 2, true);
}

/* DNP3 link frame, IEEE 1815-2012, 9.2: control, destination, source; a CRC after the header and each 16 bytes. */
static bool put_dnp3(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    size_t n = a->body[0].length;
    unsigned control = (unsigned)a->value[0], to = (unsigned)a->value[1], from = (unsigned)a->value[2];
    if (n > 250) return script_wrong(s, at, "a DNP3 link frame carries at most 250 bytes, here are %zu", n);
    uint8_t head[8] = {0x05,
                       0x64,
                       (uint8_t)(5 + n),
                       (uint8_t)control,
                       (uint8_t)to,
                       (uint8_t)(to >> 8),
                       (uint8_t)from,
                       (uint8_t)(from >> 8)};
    if (!put_dnp3_block(s, at, out, head, sizeof head)) return false;
    for (size_t i = 0; i < n; i += 16)
        if (!put_dnp3_block(s, at, out, a->body[0].bytes + i, n - i < 16 ? n - i : 16)) return false;
    return true;
}

/* IEC 60870-5-4, CP56Time2a of the script's clock in UTC. */
static bool put_cp56time(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    (void)a;
    time_t seconds = (time_t)(s->clock_ns / 1000000000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    unsigned ms = (unsigned)tm.tm_sec * 1000 + (unsigned)(s->clock_ns / 1000000 % 1000);
    uint8_t bytes[7] = {(uint8_t)ms,
                        (uint8_t)(ms >> 8),
                        (uint8_t)tm.tm_min,
                        (uint8_t)tm.tm_hour,
                        (uint8_t)(tm.tm_mday | (tm.tm_wday ? tm.tm_wday : 7) << 5),
                        (uint8_t)(tm.tm_mon + 1),
                        (uint8_t)(tm.tm_year % 100)};
    return put(s, at, out, bytes, sizeof bytes);
}

/* DNP3 time: milliseconds since 1970 in 48 bits (IEEE 1815-2012, 11.3.5). */
static bool put_dnp3_time(struct script *s, const char *at, const struct arguments *a, struct output *out)
{
    (void)a;
    return put_integer(s, at, out, s->clock_ns / 1000000, 6, true);
}

static const struct wrapper {
    const char *name;
    uint8_t arguments, bodies;
    bool (*put)(struct script *s, const char *at, const struct arguments *a, struct output *out);
} wrappers[] = {{"fill", 2, 0, put_fill},          {"pad", 2, 1, put_pad},   {"ber", 0, 1, put_ber},
                {"crc16", 0, 1, put_crc16},        {"dnp3", 3, 1, put_dnp3}, {"cp56time", 0, 0, put_cp56time},
                {"dnp3_time", 0, 0, put_dnp3_time}};

/* Wrappers that can be said in the language itself. Lengths take what has to be added to the group's. */
static const char prelude[] =
    "define length_u8(add) u8(size + add) body\n"
    "define length_be16(add) be16(size + add) body\n"
    "define length_be32(add) be32(size + add) body\n"
    "define length_le16(add) le16(size + add) body\n"
    "define length_le32(add) le32(size + add) body\n"
    "define mbap(transaction, unit) be16(transaction) 0000 be16(size + 1) u8(unit) body\n"
    "define tpkt 03 00 be16(size + 4) body\n"
    "define cotp tpkt { 02 f0 80 body }\n"
    "define s7(type, reference) cotp { 32 u8(type) 0000 be16(reference) be16(size) be16(size2) body body2 }\n"
    "define s7_answer(reference, error) cotp { 32 03 0000 be16(reference) be16(size) be16(size2) be16(error) body "
    "body2 }\n"
    "define iec104(sent, received) 68 u8(size + 4) le16(sent << 1) le16(received << 1) body\n"
    "define enip(command, session) le16(command) le16(size) le32(session) 00000000 fill(8) 00000000 body\n";

/* ---- calls --------------------------------------------------------------------------------------------------- */

static bool group(struct script *s, struct output *out)
{
    if (s->depth > DEPTH) return script_wrong(s, s->at, "brackets nested deeper than %d", DEPTH);
    out->most = ITEM_ROOM;
    return items(s, out) && expect_close(s, '}');
}

static bool read_arguments(struct script *s, struct arguments *a, unsigned most)
{
    if (!take_open(s, '(')) return true;
    if (take_char(s, ')')) return s->depth--, true;
    do {
        skip_blanks(s);
        if (a->count == most) return script_wrong(s, s->at, most ? "at most %u numbers here" : "no number here", most);
        if (!expression(s, &a->value[a->count++])) return false;
    } while (take_char(s, ','));
    return expect_close(s, ')');
}

static bool macro_run(struct script *s, const char *at, const struct macro *m, struct arguments *a, struct output *out)
{
    struct call call = {.macro = m, .bodies = {a->body[0], a->body[1]}};
    memcpy(call.arguments, a->value, sizeof call.arguments);
    if (s->calls == DEPTH) return script_wrong(s, at, "wrappers nested deeper than %d", DEPTH);
    const struct call *outer = s->call;
    const char *back = s->at, *site = s->call_site;
    unsigned depth = s->depth;
    if (at >= s->text && at < s->end) s->call_site = at;
    s->call = &call, s->at = m->items, s->depth = 0, s->calls++;
    bool done = items(s, out);
    s->call = outer, s->at = back, s->depth = depth, s->call_site = site, s->calls--;
    return done;
}

static bool times(struct script *s, struct output *out)
{
    static const struct name index = {"k"};
    double count;
    if (!take_open(s, '(')) return script_wrong(s, s->at, "'(' expected after times");
    if (!expression_integer(s, 0, ITEM_ROOM, &count) || !expect_close(s, ')') || !expect_char(s, '{')) return false;
    const char *start = s->at;
    s->depth++;
    struct output dropped = {.most = ITEM_ROOM};
    bool done = true;
    for (unsigned k = 0, n = (unsigned)count; done && (k < n || k == 0);
         k++) { /* none at all still has to be passed over */
        s->at = start;
        if (++s->statements > STATEMENTS) return script_wrong(s, start, "more than %d steps", STATEMENTS);
        done = variable_set(s, start, &index, k) && items(s, count > 0 ? out : &dropped);
    }
    free(dropped.bytes);
    return done && expect_close(s, '}');
}

/* ip(host), mac(host) */
static bool address_bytes(struct script *s, bool mac, struct output *out)
{
    struct packet_end end;
    skip_blanks(s);
    const char *at = s->at;
    if (!take_open(s, '(')) return script_wrong(s, at, "'(' and a host expected");
    if (!read_address(s, &end) || !expect_close(s, ')')) return false;
    if (mac) return put(s, at, out, end.mac, 6);
    return put(s, at, out, end.address.bytes, end.address.family == 6 ? 16 : end.address.family);
}

static const struct macro *macro_named(const struct script *s, const struct name *name)
{
    for (unsigned i = s->macro_count; i > 0; i--)
        if (strcmp(s->macros[i - 1].name.text, name->text) == 0) return &s->macros[i - 1];
    return NULL;
}

static const struct number_form *number_form_named(const struct name *name)
{
    for (size_t i = 0; i < sizeof number_forms / sizeof *number_forms; i++)
        if (strcmp(number_forms[i].name, name->text) == 0) return &number_forms[i];
    return NULL;
}

static const struct wrapper *wrapper_named(const struct name *name)
{
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (strcmp(wrappers[i].name, name->text) == 0) return &wrappers[i];
    return NULL;
}

static bool call_with(struct script *s, const char *at, const struct name *name, struct arguments *a,
                      struct output *out)
{
    const struct macro *macro = macro_named(s, name);
    const struct number_form *form = macro ? NULL : number_form_named(name);
    const struct wrapper *wrapper = macro || form ? NULL : wrapper_named(name);
    if (!macro && !form && !wrapper)
        return script_wrong(s, at, "'%s' is neither hex nor a known name; text stands in \"quotes\"", name->text);
    unsigned most = macro ? macro->parameter_count : form ? 1 : wrapper->arguments;
    unsigned bodies = macro ? 2 : form ? 0 : wrapper->bodies;
    if (!read_arguments(s, a, most)) return false;
    for (unsigned i = 0; i < bodies && take_open(s, '{'); i++)
        if (!group(s, &a->body[i])) return false;
    if (macro) return macro_run(s, at, macro, a, out);
    if (form && !a->count) return script_wrong(s, s->at, "%s needs a number in brackets", name->text);
    return form ? put_number(s, at, out, form, a->value[0]) : wrapper->put(s, at, a, out);
}

static bool call(struct script *s, struct output *out)
{
    const char *at = s->at;
    struct name name;
    if (!read_name(s, &name)) return false;
    if (s->call && strcmp(name.text, "body") == 0)
        return put(s, at, out, s->call->bodies[0].bytes, s->call->bodies[0].length);
    if (s->call && strcmp(name.text, "body2") == 0)
        return put(s, at, out, s->call->bodies[1].bytes, s->call->bodies[1].length);
    if (strcmp(name.text, "times") == 0) return times(s, out);
    if (strcmp(name.text, "ip") == 0 || strcmp(name.text, "mac") == 0) return address_bytes(s, *at == 'm', out);
    struct arguments a = {0};
    bool done = call_with(s, at, &name, &a, out);
    free(a.body[0].bytes);
    free(a.body[1].bytes);
    return done;
}

/* ---- the line ------------------------------------------------------------------------------------------------ */

static bool text(struct script *s, struct output *out)
{
    const char *start = s->at++;
    for (; *s->at != '"'; s->at++) {
        char c = *s->at;
        if (!c || c == '\n') return script_wrong(s, start, "this text has no closing '\"'");
        if (c == '\\') {
            static const char from[] = "nrt0\\\"", to[] = "\n\r\t\0\\\"";
            const char *escape = *++s->at ? strchr(from, *s->at) : NULL;
            if (escape) {
                c = to[escape - from];
            } else if (*s->at == 'x' && isxdigit((unsigned char)s->at[1]) && isxdigit((unsigned char)s->at[2])) {
                char digits[3] = {s->at[1], s->at[2], 0};
                c = (char)strtoul(digits, NULL, 16);
                s->at += 2;
            } else {
                return script_wrong(s, s->at - 1, "unknown escape; there are \\n \\r \\t \\0 \\\\ \\\" \\xHH");
            }
        }
        if (!put(s, start, out, &c, 1)) return false;
    }
    s->at++;
    return true;
}

static bool hex(struct script *s, struct output *out, size_t n)
{
    if (n % 2) return script_wrong(s, s->at, "hex digits come in pairs; here are %zu", n);
    for (size_t i = 0; i < n; i += 2) {
        char digits[3] = {s->at[i], s->at[i + 1], 0};
        uint8_t byte = (uint8_t)strtoul(digits, NULL, 16);
        if (!put(s, s->at, out, &byte, 1)) return false;
    }
    s->at += n;
    return true;
}

static bool item(struct script *s, struct output *out)
{
    if (*s->at == '"') return text(s, out);
    size_t word = 0, digits = 0;
    while (isalnum((unsigned char)s->at[word]) || s->at[word] == '_') word++;
    while (isxdigit((unsigned char)s->at[digits])) digits++;
    if (!word) return script_wrong(s, s->at, "hex, \"text\" or a name expected");
    size_t next = word + strspn(s->at + word, " \t");
    bool named = digits != word || s->at[next] == '(' || s->at[next] == '{';
    return named ? call(s, out) : hex(s, out, word);
}

bool items(struct script *s, struct output *out)
{
    while (!at_line_end(s) && *s->at != '}')
        if (!item(s, out)) return false;
    return true;
}

void skip_line(struct script *s)
{
    unsigned depth = s->depth;
    bool quoted = false;
    for (; *s->at; s->at++) {
        if (quoted) {
            if (*s->at == '\\' && s->at[1])
                s->at++;
            else if (*s->at == '"' || *s->at == '\n')
                quoted = false;
            continue;
        }
        if (at_line_end(s)) break;
        if (*s->at == '"')
            quoted = true;
        else if (*s->at == '{' || *s->at == '(')
            s->depth++;
        else if ((*s->at == '}' || *s->at == ')') && s->depth > depth)
            s->depth--;
    }
    s->depth = depth;
}

bool macro_define(struct script *s)
{
    skip_blanks(s);
    const char *at = s->at;
    if (s->macro_count == MACROS) return script_wrong(s, at, "more than %d wrappers defined", MACROS);
    struct macro *m = &s->macros[s->macro_count];
    memset(m, 0, sizeof *m);
    if (!read_name(s, &m->name)) return false;
    if (number_form_named(&m->name) || wrapper_named(&m->name))
        return script_wrong(s, at, "'%s' is taken", m->name.text);
    if (*s->at == '(' && take_open(s, '(')) {
        do {
            if (m->parameter_count == PARAMETERS) return script_wrong(s, s->at, "at most %d parameters", PARAMETERS);
            if (!read_name(s, &m->parameters[m->parameter_count++])) return false;
        } while (take_char(s, ','));
        if (!expect_close(s, ')')) return false;
    }
    skip_blanks(s);
    m->items = s->at;
    skip_line(s);
    s->macro_count++;
    return true;
}

bool prelude_define(struct script *s)
{
    const char *back = s->at;
    for (s->at = prelude; *s->at; s->at += *s->at == '\n')
        if (!take_word(s, "define") || !macro_define(s)) return false;
    s->at = back;
    return true;
}
