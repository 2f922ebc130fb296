/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever asks for fields, the messages are the same: operations, roles, statuses, units and anomalies of every capture
 * of tests/captures, sound and damaged, are those that stand when nobody asks for any field (parsers/parser.h).
 *
 *     test_wants [FILE...]    the same for these captures */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <dirent.h>

#include "sensor/capture/capture.h"
#include "tests/support/listener.h"

enum { HEADERS = 42, DAMAGED_ROUNDS = 3, ONE_IN = 3 /* frames are damaged */ };

static uint32_t random_state;
static uint32_t chance(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Behind the headers of Ethernet, IP and UDP, or within those of TCP: a bit turned, or cut short. */
static void damage(uint8_t *bytes, struct captured *frame)
{
    if (frame->captured <= HEADERS || chance(ONE_IN)) return;
    uint32_t at = HEADERS + chance(frame->captured - HEADERS);
    if (chance(4))
        bytes[at] ^= (uint8_t)(1u << chance(8));
    else
        frame->captured = at;
}

static struct listener *replay(const char *path, unsigned round, bool all)
{
    static uint8_t bytes[1 << 18];
    struct fault fault = {0};
    struct captured frame;
    struct listener *l = listener_open(true);
    struct capture *c = capture_open_file(path, &fault);
    assert_non_null(l);
    if (!c) fail_msg("%s", fault.text);
    l->bare = true;
    listener_want(l, all);
    random_state = 20261124 + round;
    while (capture_next(c, &frame, &fault) == CAPTURE_FRAME) {
        assert_true(frame.captured <= sizeof bytes);
        memcpy(bytes, frame.bytes, frame.captured);
        if (round) damage(bytes, &frame);
        worker_frame(l->worker, capture_link(c), frame.number, frame.time_ns, bytes, frame.captured, frame.length);
    }
    worker_finish(l->worker);
    capture_close(c);
    return l;
}

static void check(const char *path)
{
    for (unsigned round = 0; round <= DAMAGED_ROUNDS; round++) {
        struct listener *all = replay(path, round, true), *none = replay(path, round, false);
        for (size_t i = 0; i < all->count && i < none->count; i++)
            if (strcmp(all->lines[i], none->lines[i]) != 0)
                fail_msg("%s, damage %u: message %zu\n  all fields: %s\n  none:       %s", path, round, i,
                         all->lines[i], none->lines[i]);
        if (all->count != none->count)
            fail_msg("%s, damage %u: %zu messages with all fields, %zu with none", path, round, all->count,
                     none->count);
        listener_close(all);
        listener_close(none);
    }
}

static void captures(void **state)
{
    DIR *d = opendir("tests/captures");
    unsigned seen = 0;
    (void)state;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char path[512];
        if (!strstr(e->d_name, ".pcap")) continue;
        snprintf(path, sizeof path, "tests/captures/%s", e->d_name);
        check(path);
        seen++;
    }
    closedir(d);
    assert_true(seen > 0);
}

static char **files;

static void named(void **state)
{
    (void)state;
    for (char **f = files; *f; f++) check(*f);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(captures)}, given[] = {cmocka_unit_test(named)};
    files = argv + 1;
    return argc > 1 ? cmocka_run_group_tests(given, NULL, NULL) : cmocka_run_group_tests(tests, NULL, NULL);
}
