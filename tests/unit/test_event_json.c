/* SPDX-License-Identifier: Apache-2.0 */
/* Stored events as trees: integers stay integers, whatever flow_id is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/store/event_json.h"

static json_t *read_line(const char *line) { return event_json(line, strlen(line)); }

static void version_of(const char *line, bool whole)
{
    json_t *event = read_line(line), *answer = json_object_get(event, "answer");
    assert_non_null(event);
    assert_int_equal(json_is_integer(json_object_get(answer, "version")), whole);
    assert_true(json_number_value(json_object_get(answer, "version")) == 3);
    json_decref(event);
}

static void integers_stay(void **state)
{
    (void)state;
    version_of("{\"timestamp\":\"t\",\"flow_id\":7,\"answer\":{\"version\":3}}", true);
    version_of("{\"timestamp\":\"t\",\"flow_id\":18446744073709551615,\"answer\":{\"version\":3}}", true);
    version_of("{\"timestamp\":\"t\",\"answer\":{\"version\":3}}", true);
    /* another number that is too large: then all are reals, and nothing is lost but the kind */
    version_of("{\"timestamp\":\"t\",\"answer\":{\"version\":3,\"value\":18446744073709551615}}", false);
}

static void flow_id_is_kept(void **state)
{
    (void)state;
    json_t *event = read_line("{\"flow_id\":18446744073709551615,\"x\":1}");
    assert_true(json_real_value(json_object_get(event, "flow_id")) == 18446744073709551616.0);
    json_decref(event);
    event = read_line("{\"flow_id\":123456789012345678,\"x\":1}");
    assert_int_equal(json_integer_value(json_object_get(event, "flow_id")), 123456789012345678);
    json_decref(event);
}

/* The member's name within a text has its quotes escaped, and one that lies further within is none of the head's. */
static void no_other_is_touched(void **state)
{
    (void)state;
    json_t *event = read_line("{\"note\":\"\\\"flow_id\\\":99999999999999999999\",\"x\":1}");
    assert_string_equal(json_string_value(json_object_get(event, "note")), "\"flow_id\":99999999999999999999");
    json_decref(event);
    assert_null(read_line("{\"flow_id\":18446744073709551615"));
    assert_null(read_line("{\"flow_id\":"));
    assert_null(read_line(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_stay),
        cmocka_unit_test(flow_id_is_kept),
        cmocka_unit_test(no_other_is_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
