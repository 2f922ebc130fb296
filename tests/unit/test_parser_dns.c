/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS parser: a question, compression, a multicast host that names itself, TCP, bad input (RFC 1035 clause 4.1). */
#include "tests/unit/parser_harness.h"

#define QUESTION(id, flags) id flags "0001 0000 0000 0000 03 777777 03 6f7067 00 0001 0001"

static void question_and_answer(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 53);
    harness_send(h, TO_SERVER, QUESTION("1234", "0100"));
    assert_string_equal(harness_operation(h, 0), "query");
    assert_string_equal(harness_text(h, "dns.qry.name"), "www.opg");
    harness_send(h, TO_CLIENT, QUESTION("1234", "8183"));
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 3);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void pointers(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 53);
    harness_send(h, TO_SERVER, "0001 0100 0002 0000 0000 0000 01 61 00 0001 0001 01 62 c00c 0001 0001");
    assert_string_equal(harness_text(h, "dns.qry.name"), "a,b.a");
    harness_send(h, TO_SERVER, "0001 0100 0001 0000 0000 0000 c00c 0001 0001"); /* points at itself */
    assert_string_equal(harness_text(h, "dns.qry.name"), "");
    assert_true(harness_has_anomaly(h, "name"));
    harness_close(h);
}

static void multicast_names_a_host(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 5353, 5353);
    harness_send(h, TO_SERVER,
                 "0000 8400 0000 0001 0000 0000 03 706c63 05 6c6f63616c 00 0001 8001 00000078 0004 c0a80a05");
    assert_string_equal(harness_text(h, "ot.identity.name"), "plc.local");
    assert_string_equal(harness_text(h, "ot.identity.address"), "c0a80a05");
    harness_close(h);
}

static void over_tcp(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 53);
    harness_send(h, TO_SERVER, "0019" QUESTION("1234", "0100") "0019" QUESTION("1235", "0100"));
    assert_string_equal(harness_text(h, "dns.qry.name"), "www.opg,www.opg");
    harness_close(h);
}

/* On other ports only what is whole and exact. */
static unsigned told_elsewhere(const char *hex)
{
    struct harness *h = harness_open(OVER_UDP, 49152, 5000);
    harness_send(h, TO_SERVER, hex);
    unsigned n = h->message_count;
    harness_close(h);
    return n;
}

static void elsewhere(void **unused)
{
    (void)unused;
    assert_int_equal(told_elsewhere(QUESTION("1234", "0100")), 1);
    assert_int_equal(told_elsewhere(QUESTION("1234", "0100") "00"), 0);
    assert_int_equal(told_elsewhere("1234 0100 0001 0000 0000 0000 00 0001 0001"), 0); /* the root: next to no bytes */
    /* NetBIOS name service, RFC 1002 clause 4.2.12 */
    assert_int_equal(
        told_elsewhere("1234 0110 0001 0000 0000 0000 20 4641 4641 4641 4641 4641 4641 4641 4641 4641 4641 "
                       "4641 4641 4641 4641 4641 4141 00 0020 0001"),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_and_answer),
        cmocka_unit_test(pointers),
        cmocka_unit_test(multicast_names_a_host),
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(elsewhere),
    };
    return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
