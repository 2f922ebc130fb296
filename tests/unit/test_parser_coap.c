/* SPDX-License-Identifier: Apache-2.0 */
/* The CoAP parser: requests, answers by token and bad input (RFC 7252). */
#include "tests/unit/parser_harness.h"

static void request_and_answer(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 5683);
    harness_send(h, TO_SERVER, "41 03 00 01 07 b5 72 65 6c 61 79 01 31 ff 6f 6e");
    assert_string_equal(harness_operation(h, 0), "put");
    assert_string_equal(harness_text(h, "coap.opt.uri_path_recon"), "/relay/1");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    harness_send(h, TO_CLIENT, "61 83 00 01 07");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "coap.opt.uri_path_recon"), "/relay/1");
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 5683);
    harness_send(h, TO_SERVER, "40 01 00 02 bd ff 61");
    assert_true(harness_has_anomaly(h, "option_malformed"));
    harness_send(h, TO_SERVER, "49 01 00 03");
    assert_true(harness_has_anomaly(h, "token_length"));
    harness_send(h, TO_SERVER, "44 01 00 03 01");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_close(h);
}

/* RFC 7252 appendix A, figure 16: GET /temperature; proof on another port, which a lone header is not. */
static void on_another_port(void **state)
{
    struct harness *h = harness_open(OVER_UDP, 40000, 17500);
    (void)state;
    harness_send(h, TO_SERVER, "40 01 7d34");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "40 01 7d34 bb 74656d7065726174757265 01"); /* an undefined option behind it */
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "40 01 7d34 bb 74656d7065726174757265");
    assert_string_equal(harness_operation(h, 0), "get");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(on_another_port), cmocka_unit_test(request_and_answer),
                                       cmocka_unit_test(bad_input)};
    return cmocka_run_group_tests_name("coap", tests, NULL, NULL);
}
