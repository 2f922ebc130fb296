/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as syslog messages: the four forms, and what each must escape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "collector/output/output.h"

static const char event[] =
    "{\"timestamp\":\"2026-11-24T05:46:38.123456+0000\",\"event_type\":\"alert\",\"src_ip\":\"10.0.0.66\",\"src_port\":"
    "40000,\"dest_ip\":\"10.0.0.10\",\"dest_port\":102,\"proto\":\"TCP\",\"app_proto\":\"s7comm\",\"alert\":{\"rule\":"
    "\"wl-s7-0001\",\"severity\":1,\"category\":\"unsafe-operation\",\"signature\":\"控制器\\\"停机\\n]\","
    "\"signature_en\":\"PLC|stop=\\\\now\",\"techniques\":[\"T0858\"]},\"ot\":{\"operation\":\"plc_stop\",\"status\":"
    "\"none\"},\"sensor\":\"plant-1\",\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"seq\":18446744073709551615}";

static void expect(enum output_format format, const char *wanted)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_true(output_syslog(out, format, "enterprise 1", event, sizeof event - 1));
    fclose(out);
    assert_string_equal(text, wanted);
    assert_null(strchr(text, '\n'));
    free(text);
}

static void plain(void **state)
{
    (void)state;
    expect(FORMAT_PLAIN,
           "<130>1 2026-11-24T05:46:38.123456Z enterprise_1 wanglou - alert [wanglou@32473 severity=\"1\" "
           "rule=\"wl-s7-0001\" id=\"01ARZ3NDEKTSV4RRFFQ69G5FAV\" sensor=\"plant-1\" src=\"10.0.0.66\" "
           "dst=\"10.0.0.10\" protocol=\"s7comm\" category=\"unsafe-operation\" technique=\"T0858\"] "
           "\xef\xbb\xbf控制器\"停机 ] · PLC|stop=\\now · 10.0.0.66 -> 10.0.0.10");
}

static void cef(void **state)
{
    (void)state;
    expect(FORMAT_CEF,
           "<130>1 2026-11-24T05:46:38.123456Z enterprise_1 wanglou - alert - CEF:0|Wanglou|wanglou|0.1.0|"
           "wl-s7-0001|PLC\\|stop=\\\\now|10|rt=1795499198123 externalId=01ARZ3NDEKTSV4RRFFQ69G5FAV "
           "src=10.0.0.66 spt=40000 dst=10.0.0.10 dpt=102 proto=TCP app=s7comm deviceExternalId=plant-1 "
           "cat=unsafe-operation msg=控制器\"停机 ] act=plc_stop outcome=none cs1Label=technique cs1=T0858");
}

static void leef(void **state)
{
    (void)state;
    expect(FORMAT_LEEF,
           "<130>1 2026-11-24T05:46:38.123456Z enterprise_1 wanglou - alert - LEEF:2.0|Wanglou|wanglou|0.1.0|"
           "wl-s7-0001|x09|devTime=1795499198123\tsev=10\texternalId=01ARZ3NDEKTSV4RRFFQ69G5FAV\tsrc=10.0.0.66\t"
           "srcPort=40000\tdst=10.0.0.10\tdstPort=102\tproto=TCP\tapp=s7comm\tsensor=plant-1\tcat=unsafe-operation\t"
           "msg=控制器\"停机 ]\toperation=plc_stop\toutcome=none\ttechnique=T0858");
}

static void json(void **state)
{
    char wanted[sizeof event + 128];
    (void)state;
    snprintf(wanted, sizeof wanted, "<130>1 2026-11-24T05:46:38.123456Z enterprise_1 wanglou - alert - %s", event);
    expect(FORMAT_JSON, wanted);
}

static void no_event(void **state)
{
    (void)state;
    assert_false(output_syslog(stdout, FORMAT_PLAIN, "x", "{}", 2));
    assert_false(output_syslog(stdout, FORMAT_JSON, "x", "nothing", 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain), cmocka_unit_test(cef), cmocka_unit_test(leef),
                                       cmocka_unit_test(json), cmocka_unit_test(no_event)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
