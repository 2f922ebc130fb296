/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP parser: requests on any port, bodies by length and by chunks, SSDP, bad input (RFC 9112). */
#include "tests/unit/parser_harness.h"

static void send(struct harness *h, enum direction to, const char *text)
{
    harness_send_bytes(h, to, (const uint8_t *)text, strlen(text));
}

static void a_request_and_its_answer(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 8123);
    send(h, TO_SERVER, "GET /x HTTP/1.1\r\nHost: plc\r\nUser-");
    assert_int_equal(h->message_count, 0);
    send(h, TO_SERVER, "Agent:  hmi 1 \r\n\r\n");
    assert_string_equal(harness_text(h, "http.request.method"), "GET");
    assert_string_equal(harness_text(h, "http.host"), "plc");
    assert_string_equal(harness_text(h, "http.user_agent"), "hmi 1");
    send(h, TO_CLIENT, "HTTP/1.1 404 Not Found\r\nServer: S7 Web\r\nContent-Length: 10\r\n\r\n12345");
    assert_int_equal(h->message_count, 0); /* told with the end of the body */
    send(h, TO_CLIENT, "67890");
    assert_string_equal(harness_text(h, "http.server"), "S7 Web");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].request_frame, 2);
    harness_close(h);
}

static void chunks(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 80);
    send(h, TO_SERVER, "POST /w HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
    send(h, TO_SERVER, "de\r\n0\r\n");
    assert_int_equal(h->message_count, 0);
    send(h, TO_SERVER, "\r\nGET / HTTP/1.1\r\n\r\n");
    assert_string_equal(harness_text(h, "http.request.method"), "POST,GET");
    harness_close(h);
}

static void answers_without_a_body(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 80);
    send(h, TO_SERVER, "HEAD / HTTP/1.1\r\n\r\n");
    send(h, TO_CLIENT, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nServer: a\r\n\r\n");
    assert_string_equal(harness_text(h, "http.server"), "a");
    send(h, TO_CLIENT, "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nServer: b\r\n\r\n");
    assert_string_equal(harness_text(h, "http.server"), "b");
    harness_close(h);
}

static void discovery(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 1900);
    send(h, TO_SERVER, "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n");
    assert_string_equal(harness_text(h, "http.host"), "239.255.255.250:1900");
    assert_string_equal(harness_operation(h, 0), "m_search");
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 80);
    send(h, TO_SERVER, "GETTING nothing\r\n\r\n");
    assert_int_equal(h->message_count, 0);
    send(h, TO_SERVER, "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_true(harness_has_anomaly(h, "both_lengths"));
    harness_close(h);
}

static void send_words(struct harness *h, enum direction to, const char *text)
{
    harness_send_bytes(h, to, (const uint8_t *)text, strlen(text));
}

/* RFC 9112 clause 6.3, 8: a response without a declared length ends with the connection. */
static void an_answer_without_length_ends_with_the_connection(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 80);
    (void)state;
    send_words(h, TO_SERVER, "GET / HTTP/1.0\r\n\r\n");
    send_words(h, TO_CLIENT, "HTTP/1.0 200 OK\r\nServer: embedded/1\r\n\r\n<html>");
    assert_int_equal(h->message_count, 0);
    send_words(h, TO_CLIENT, "HTTP/1.0 looks like a header and is none");
    assert_int_equal(h->message_count, 0);
    feed_end(h->worker, h->flow, !h->flow->client);
    assert_string_equal(harness_text(h, "http.server"), "embedded/1");
    harness_close(h);
}

/* UPnP Device Architecture 2.0, clause 1.3.3: the answer comes from a port of its own. */
static void discovery_on_any_port(void **state)
{
    struct harness *h = harness_open(OVER_UDP, 50000, 40000);
    (void)state;
    send_words(h, TO_CLIENT, "HTTP/1.1 200 OK\r\nSERVER: OS/1 UPnP/2.0 product/1\r\nST: upnp:rootdevice\r\n\r\n");
    assert_string_equal(harness_text(h, "http.server"), "OS/1 UPnP/2.0 product/1");
    harness_close(h);
    h = harness_open(OVER_UDP, 50000, 40000);
    send_words(h, TO_CLIENT, "HTTP/1.1 200 OK\r\nSERVER: cut before its end");
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_without_length_ends_with_the_connection),
        cmocka_unit_test(discovery_on_any_port),
        cmocka_unit_test(a_request_and_its_answer),
        cmocka_unit_test(chunks),
        cmocka_unit_test(answers_without_a_body),
        cmocka_unit_test(discovery),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
