/* SPDX-License-Identifier: Apache-2.0 */
/* SLMP: the examples of SH-080956ENG, clause 5.2 and 5.4, in 3E and 4E frames, and what must not be taken for it. */
#include "tests/unit/parser_harness.h"

#include "parsers/slmp/slmp.h"

/* Reads M100 to M107 in bits, D100 to D102 in words; both answers. */
static void read_devices(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 5007);
    harness_send(h, TO_SERVER, "5000 00 ff ff03 00 0c00 1000 0104 0100 640000 90 0800");
    assert_string_equal(harness_operation(h, 0), "read");
    assert_string_equal(harness_text(h, "slmp.device"), "M100");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    harness_send(h, TO_CLIENT, "d000 00 ff ff03 00 0600 0000 00010011");
    assert_string_equal(harness_text(h, "ot.object"), "M100,M101,M102,M103,M104,M105,M106,M107");
    assert_string_equal(harness_text(h, "ot.value"), "0,0,0,1,0,0,1,1");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_SERVER, "5000 00 ff ff03 00 0c00 1000 0104 0000 640000 a8 0300");
    harness_send(h, TO_CLIENT, "d000 00 ff ff03 00 0800 0000 3412 0200 ef1d");
    assert_string_equal(harness_text(h, "ot.object"), "D100,D101,D102");
    assert_string_equal(harness_text(h, "ot.value"), "4660,2,7663");
    harness_close(h);
}

static void write_and_stop(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 61450);
    harness_send(h, TO_SERVER, "5400 3412 0000 00 ff ff03 00 1000 1000 0114 0000 200000 9c 0200 4723 96ab");
    assert_string_equal(harness_operation(h, 0), "write");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_string_equal(harness_text(h, "ot.object"), "X20,X21"); /* in hexadecimal, as the manual numbers inputs */
    assert_string_equal(harness_text(h, "ot.value"), "9031,43926");
    harness_send(h, TO_CLIENT, "d400 3412 0000 00 ff ff03 00 0b00 51c0 00 ff ff03 00 0114 0000");
    assert_string_equal(harness_operation(h, 0), "write");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0xc051);
    harness_send(h, TO_SERVER, "5400 3512 0000 00 ff ff03 00 0800 1000 0210 0000 0300");
    assert_string_equal(harness_operation(h, 0), "remote_stop");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_true(harness_has_anomaly(h, "forced"));
    harness_close(h);
}

static void what_it_is(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 2000);
    harness_send(h, TO_SERVER, "5000 00 ff ff03 00 0600 1000 0101 0000");
    assert_string_equal(harness_operation(h, 0), "read_type_name");
    harness_send(h, TO_CLIENT, "d000 00 ff ff03 00 1400 0000 51303355444543505520202020202020 6802");
    assert_string_equal(harness_text(h, "ot.identity.model"), "Q03UDECPU");
    assert_string_equal(harness_text(h, "ot.identity.vendor"), "Mitsubishi Electric");
    assert_string_equal(harness_text(h, "slmp.type_code"), "0x0268");
    harness_close(h);
}

/* Each command is known by its number, in the class that its title says. */
static void every_command(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < SLMP_OPERATIONS; i++) {
        char hex[128];
        uint32_t c = slmp_operations[i].code;
        struct harness *h = harness_open(OVER_TCP, 49152, 5007);
        snprintf(hex, sizeof hex, "5000 00 ff ff03 00 0c00 1000 %02x%02x 0000 640000 a8 0000", c & 255, c >> 8);
        harness_send(h, TO_SERVER, hex);
        assert_string_equal(harness_operation(h, 0), slmp_operations[i].name);
        assert_int_equal(h->messages[0].operation_class, slmp_operations[i].class);
        harness_close(h);
    }
}

static void what_it_is_not(void **unused)
{
    (void)unused;
    static const char *const others[] = {"5000 00 ff ff03 00 0600 1000 9999 0000",   /* no such command */
                                         "5000 f0 ff ff03 00 0600 1000 0101 0000",   /* no such network */
                                         "5000 00 ff ff03 00 0500 1000 0101 0000",   /* too short for a command */
                                         "5700 0000 00111107 0000ffff 0300 00fe03"}; /* MELSOFT's own */
    for (unsigned i = 0; i < COUNT_OF(others); i++) {
        struct harness *h = harness_open(OVER_UDP, 49152, 4000);
        harness_send(h, TO_SERVER, others[i]);
        assert_int_equal(h->message_count, 0);
        harness_close(h);
    }
    struct harness *h = harness_open(OVER_TCP, 49152, 5007);
    harness_send(h, TO_SERVER, "5000 00 ff ff03 00 0800 1000 0104 0000 6400"); /* ends before its device */
    assert_true(harness_has_anomaly(h, "cut"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_devices),  cmocka_unit_test(write_and_stop), cmocka_unit_test(what_it_is),
        cmocka_unit_test(every_command), cmocka_unit_test(what_it_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
