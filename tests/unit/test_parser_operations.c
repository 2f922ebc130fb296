/* SPDX-License-Identifier: Apache-2.0 */
/* Every code of the tables that have one place in the PDU: each is sent as its standard lays it out, and must be told
 * by its name. */
#include "tests/unit/parser_harness.h"

struct sweep {
    const char *protocol;
    enum transport over;
    uint32_t server; /* port or link type */
    uint32_t first, last;
    const char *opener; /* what makes the flow the protocol's, where the PDU alone proves nothing */
    /* The PDU in hex; L: the low octet of the code, A: the one above, S: that one shifted by 2, N: the lowest digit. */
    const char *layout;
};

#define ZEROS_8        "0000000000000000"
#define ENIP_REGISTERS "6500 0400 00000000 00000000 " ZEROS_8 " 00000000 0100 0000"
#define AMS_NETS       "c0a801630101 5303 c0a801c70101 2180"

static const struct sweep sweeps[] = {
    {"modbus", OVER_TCP, 502, 1, 7, NULL, "0001 0000 0006 01 L 0000 0001"},
    {"modbus", OVER_TCP, 502, 9, 42, NULL, "0001 0000 0006 01 L 0000 0001"},
    {"umas", OVER_TCP, 502, 1, 0x37, NULL, "0001 0000 0008 00 5a 00 L 00000000"},
    {"umas", OVER_TCP, 502, 0x39, 0x74, NULL, "0001 0000 0008 00 5a 00 L 00000000"},
    {"iec104", OVER_TCP, 2404, 1, 127, NULL,
     "68 1d 0000 0000 L 01 0300 0100 010000 " ZEROS_8 ZEROS_8},                /* 60870-5-101 table 8 and on */
    {"bacnet", OVER_UDP, 47808, 0, 0x21, NULL, "81 0a 000a 01 04 00 05 01 L"}, /* 135-2020 clause 21 */
    {"bacnet", OVER_UDP, 47808, 0x100, 0x10e, NULL, "81 0b 0008 01 00 10 L"},
    {"bacnet", OVER_UDP, 47808, 0x300, 0x313, NULL, "81 0b 0009 01 80 L 0001"},
    {"enip", OVER_TCP, 44818, 0, 0x66, ENIP_REGISTERS, "L00 0000 00000000 00000000 " ZEROS_8 " 00000000"},
    {"enip", OVER_TCP, 44818, 0x72, 0xc8, ENIP_REGISTERS, "L00 0000 00000000 00000000 " ZEROS_8 " 00000000"},
    {"cip", OVER_TCP, 44818, 1, 0x1d, NULL,
     "6f00 1600 01000000 00000000 " ZEROS_8 " 00000000 00000000 0000 0200 0000 0000 b200 0600 L 02 2099 2401"},
    {"cip", OVER_TCP, 44818, 0x101, 0xf6ff, NULL,
     "6f00 1600 01000000 00000000 " ZEROS_8 " 00000000 00000000 0000 0200 0000 0000 b200 0600 L 02 20A 2401"},
    {"fins", OVER_UDP, 9600, 0x100, 0xffff, NULL, "80 00 02 00 01 00 00 02 00 05 AL 82 0000 00 0001"}, /* W342 5-1 */
    {"ads", OVER_TCP, 48898, 1, 9, NULL, "0000 20000000 " AMS_NETS " L00 0400 00000000 00000000 01000000"},
    {"hart_ip", OVER_UDP, 5094, 0, 0xff, NULL, "01 00 03 00 0000 000d 02 80 L 00 00"},
    {"knx", OVER_UDP, 3671, 0x201, 0x955, NULL, "0610 AL 0006"},
    {"knx", OVER_UDP, 3671, 0x10000, 0x103ff, NULL,
     "0610 0420 0015 04010200 29 00 bce0 1101 0901 01 AL"}, /* 03_03_07 clause 2 */
    {"coap", OVER_UDP, 5683, 1, 7, NULL, "40 L 0001"},
    {"epl", OVER_LINK, 0x88ab, 0x201, 0x2ff, NULL, "06 01 f0 04 L 00"},
    {"epl", OVER_LINK, 0x88ab, 0x301, 0x37f, NULL, "06 01 f0 05 00000000 00 01 00 L 0800 0000 6010 01 00 2a000000"},
    {"ff", OVER_TCP, 1090, 0x100, 0x4ff, "01 00 04 83 00000000 0000000c",
     "01 00 S L 00010002 00000014 00000000 00000000"},
    {"smb", OVER_TCP, 445, 0, 0xff, NULL,
     "00000023 ff534d42 L 00000000 18 0000 0000 " ZEROS_8 " 0000 0000 0000 0000 0000 00 0000"},
    {"smb", OVER_TCP, 445, 0x100, 0x112, NULL,
     "00000044 fe534d42 4000 0000 00000000 L00 0000 00000000 00000000 " ZEROS_8 " 00000000 00000000 " ZEROS_8
     " " ZEROS_8 ZEROS_8 " 04000000"},
    {"opcua", OVER_TCP, 4840, 0x100, 0x3ff, NULL,
     "4d534746 39000000 01000000 01000000 01000000 01000000 0100LA 0000 " ZEROS_8
     " 01000000 00000000 ffffffff 00000000 000000"},
    {"snmp", OVER_UDP, 161, 0, 8, NULL, "3013 020101 040170 aN 0b 020101 020100 020100 3000"},
    {"cotp", OVER_TCP, 102, 1, 7, "03000016 11 e0 0000 0001 00 c1 02 0100 c2 02 0102 c0 01 0a",
     "03000009 04 N0 0001 00"}, /* ISO/IEC 8073 clause 13 */
    {"mqtt", OVER_TCP, 1883, 2, 15, "100f 0004 4d515454 04 02 003c 0003 636964", "N0 00"},
    {"s7comm", OVER_TCP, 102, 4, 5, NULL, "03000013 02f080 3201 0000 0001 0002 0000 L 00"},
    {"s7comm", OVER_TCP, 102, 0x1a, 0x1f, NULL, "03000013 02f080 3201 0000 0001 0002 0000 L 00"},
};

static void lay_out(char *hex, size_t size, const char *layout, uint32_t code)
{
    size_t n = 0;
    for (; *layout && n + 3 < size; layout++) {
        unsigned above = code >> 8 & 0xff;
        const char *form = *layout == 'N' ? "%x" : "%02x";
        if (!strchr("LASN", *layout)) {
            hex[n++] = *layout;
            continue;
        }
        unsigned value = *layout == 'L'   ? code & 0xff
                         : *layout == 'A' ? above
                         : *layout == 'S' ? above << 2 & 0xff
                                          : code & 15;
        n += (size_t)snprintf(hex + n, size - n, form, value);
    }
    hex[n] = 0;
}

static bool tells(const struct sweep *s, const struct operation *o)
{
    char hex[1024];
    struct harness *h = harness_open(s->over, 40000, s->server);
    if (s->opener) harness_send(h, TO_SERVER, s->opener);
    lay_out(hex, sizeof hex, s->layout, o->code);
    harness_send(h, TO_SERVER, hex);
    bool told = false;
    for (unsigned i = 0; i < h->message_count; i++)
        told |= h->messages[i].operation && !strcmp(h->messages[i].operation->name, o->name);
    if (!told) print_message("%s %s (0x%x): %s\n", s->protocol, o->name, o->code, hex);
    harness_close(h);
    return told;
}

static void every_code_is_told(void **state)
{
    unsigned told = 0, missed = 0;
    (void)state;
    harness_close(harness_open(OVER_TCP, 40000, 1)); /* opens the registry */
    for (const struct sweep *s = sweeps; s < sweeps + COUNT_OF(sweeps); s++) {
        unsigned before = told + missed;
        for (unsigned i = 0; i < registry()->parser_count; i++) {
            const struct parser *p = registry()->parsers[i];
            if (strcmp(p->name, s->protocol)) continue;
            for (const struct operation *o = p->operations; o < p->operations + p->operation_count; o++)
                if (o->code >= s->first && o->code <= s->last) *(tells(s, o) ? &told : &missed) += 1;
        }
        assert_int_not_equal(told + missed, before); /* a range without codes is a slip */
    }
    assert_int_equal(missed, 0);
}

/* Protocols of words: each begins its line. */
static void send_text(struct harness *h, const char *text)
{
    char hex[256];
    size_t n = 0;
    for (; *text && n + 3 < sizeof hex; text++)
        n += (size_t)snprintf(hex + n, sizeof hex - n, "%02x", (unsigned char)*text);
    harness_send(h, TO_SERVER, hex);
}

static void every_word_is_told(void **state)
{
    (void)state;
    harness_close(harness_open(OVER_TCP, 40000, 1));
    for (unsigned i = 0; i < registry()->parser_count; i++) {
        const struct parser *p = registry()->parsers[i];
        bool ftp = !strcmp(p->name, "ftp"), http = !strcmp(p->name, "http");
        for (const struct operation *o = p->operations; (ftp || http) && o < p->operations + p->operation_count - 1;
             o++) {
            char line[128];
            struct harness *h = harness_open(OVER_TCP, 40000, ftp ? 21 : 80);
            snprintf(line, sizeof line, ftp ? "%s x\r\n" : "%s / HTTP/1.1\r\n\r\n", ftp ? o->name : o->en);
            send_text(h, line);
            assert_string_equal(harness_operation(h, 0), o->name);
            harness_close(h);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_is_told), cmocka_unit_test(every_word_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
