/* SPDX-License-Identifier: Apache-2.0 */
/* However TCP cuts or reorders the bytes, the messages are the same: every capture of tests/captures is replayed as it
 * is, cut at every byte, cut at random, and with the pieces of a segment out of order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <dirent.h>

#include "sensor/capture/capture.h"
#include "tests/support/listener.h"

enum cut { WHOLE, EVERY_BYTE, AT_RANDOM, OUT_OF_ORDER };
static const char *const cut_name[] = {"whole", "cut at every byte", "cut at random", "out of order"};

static uint32_t random_state;
static uint32_t chance(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Ethernet, IPv4 without options: what the project's own captures are made of. */
struct segment {
    size_t header, payload; /* bytes */
};

static bool tcp_segment(const struct captured *c, struct segment *s)
{
    const uint8_t *b = c->bytes;
    if (c->captured != c->length || c->captured < 54 || b[12] != 8 || b[13] != 0 || b[14] != 0x45 || b[23] != 6)
        return false;
    size_t total = 14u + (size_t)(b[16] << 8 | b[17]);
    s->header = 34u + ((size_t)b[46] >> 4) * 4;
    if (total > c->captured || s->header >= total || b[47] & 7) return false; /* SYN, FIN, RST stay whole */
    s->payload = total - s->header;
    return true;
}

static void send_piece(struct worker *w, const struct captured *c, const struct segment *s, size_t from, size_t n)
{
    uint8_t *frame = malloc(s->header + n);
    uint32_t seq =
        (uint32_t)c->bytes[38] << 24 | (uint32_t)c->bytes[39] << 16 | (uint32_t)c->bytes[40] << 8 | c->bytes[41];
    size_t total = s->header - 14 + n;
    memcpy(frame, c->bytes, s->header);
    memcpy(frame + s->header, c->bytes + s->header + from, n);
    seq += (uint32_t)from;
    for (unsigned i = 0; i < 4; i++) frame[38 + i] = (uint8_t)(seq >> (24 - 8 * i));
    frame[16] = (uint8_t)(total >> 8);
    frame[17] = (uint8_t)total;
    worker_frame(w, 1, c->number, c->time_ns, frame, s->header + n, (uint32_t)(s->header + n));
    free(frame);
}

static void send_cut(struct worker *w, const struct captured *c, const struct segment *s, enum cut cut)
{
    size_t at[2048], n = 0;
    for (size_t i = 0; i < s->payload && n < 2047;) {
        at[n++] = i;
        i += cut == EVERY_BYTE ? 1 : 1 + chance(s->payload < 40 ? 8 : 200);
    }
    at[n] = s->payload;
    if (cut != OUT_OF_ORDER) {
        for (size_t i = 0; i < n; i++) send_piece(w, c, s, at[i], at[i + 1] - at[i]);
        return;
    }
    size_t order[2048]; /* the first octet comes first: a receiver that starts in the middle knows no earlier one */
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n > 1 ? n - 1 : 0; i > 1; i--) {
        size_t k = 1 + chance((uint32_t)i), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    for (size_t i = 0; i < n; i++) send_piece(w, c, s, at[order[i]], at[order[i] + 1] - at[order[i]]);
}

static struct listener *replay(const char *path, enum cut cut)
{
    struct fault fault = {0};
    struct captured frame;
    struct segment s;
    struct listener *l = listener_open(true);
    struct capture *c = capture_open_file(path, &fault);
    assert_non_null(l);
    if (!c) fail_msg("%s", fault.text);
    random_state = 20261124;
    while (capture_next(c, &frame, &fault) == CAPTURE_FRAME)
        if (cut != WHOLE && tcp_segment(&frame, &s))
            send_cut(l->worker, &frame, &s, cut);
        else
            worker_frame(l->worker, capture_link(c), frame.number, frame.time_ns, frame.bytes, frame.captured,
                         frame.length);
    worker_finish(l->worker);
    capture_close(c);
    return l;
}

static void check_capture(const char *path, enum cut cut)
{
    struct listener *whole = replay(path, WHOLE), *pieces = replay(path, cut);
    for (size_t i = 0; i < whole->count && i < pieces->count; i++)
        if (strcmp(whole->lines[i], pieces->lines[i]) != 0)
            fail_msg("%s, %s: message %zu\n  whole:  %.600s\n  pieces: %.600s", path, cut_name[cut], i, whole->lines[i],
                     pieces->lines[i]);
    if (whole->count != pieces->count)
        fail_msg("%s, %s: %zu messages whole, %zu in pieces", path, cut_name[cut], whole->count, pieces->count);
    listener_close(whole);
    listener_close(pieces);
}

/* `disorder` is out of order itself; in `odd` the boundary of a segment is all that parts garbage from the PDU behind
 * it, and no reader can know it once that boundary is gone. */
static bool excepted(const char *name) { return strstr(name, "disorder") || strstr(name, "odd"); }

static void check_all(enum cut cut)
{
    DIR *d = opendir("tests/captures");
    unsigned seen = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char path[512];
        if (!strstr(e->d_name, ".pcap") || excepted(e->d_name)) continue;
        snprintf(path, sizeof path, "tests/captures/%s", e->d_name);
        check_capture(path, cut);
        seen++;
    }
    closedir(d);
    assert_true(seen > 0);
}

static void at_every_byte(void **state)
{
    (void)state;
    check_all(EVERY_BYTE);
}

static void at_random(void **state)
{
    (void)state;
    check_all(AT_RANDOM);
}

static void out_of_order(void **state)
{
    (void)state;
    check_all(OUT_OF_ORDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_every_byte), cmocka_unit_test(at_random),
                                       cmocka_unit_test(out_of_order)};
    return cmocka_run_group_tests_name("segments", tests, NULL, NULL);
}
