/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a long capture of a synthetic plant: hundreds of sessions that poll and, now and then, write.
 *
 *     plant [packets=4000000] [sessions=400] [devices=0] [writes=0.01] [loss=0.001] [late=0.001] [again=0.001]
 * [rate=50000] [seed=1] [only=modbus] > plant.pcap
 *
 * `loss`, `late` and `again` are the shares of TCP PDUs that the capture misses, has in two segments in wrong order,
 * has twice. The same words give the same bytes. Standard error tells how many packets, turns and writes there are. */
#include "tests/bench/plant.h"

#include <stdio.h>
#include <stdlib.h>

enum { HANDSHAKE = 3 };

struct settings {
    double packets, sessions, devices, writes, loss, late, again, rate, seed;
    const char *only;
};

struct session {
    const struct protocol *protocol;
    struct packet_path path;
    uint32_t sequence[2];
    uint16_t ip_id[2];
    unsigned step; /* 0..2 handshake, then two a turn */
    struct talk talk;
};

static struct settings set = {4e6, 400, 0, 0.01, 0.001, 0.001, 0.001, 50000, 1, NULL};
static uint64_t random_state, written, turns, writes, clock_ns = 1772409600000000000, step_ns;
static uint8_t segment[PACKET_ROOM], frame[PACKET_ROOM];

static double chance(void)
{
    random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
    return (double)(random_state >> 11) / 9007199254740992.0;
}

static void write_frame(const uint8_t *bytes, size_t n)
{
    uint8_t record[PCAP_RECORD];
    pcap_record(record, clock_ns, n, n);
    if (fwrite(record, 1, sizeof record, stdout) != sizeof record || fwrite(bytes, 1, n, stdout) != n) {
        perror("plant: standard output");
        exit(1);
    }
    clock_ns += step_ns;
    written++;
}

/* One segment of what `side` says: `n` bytes from `at` on. */
static void send_segment(struct session *s, unsigned side, unsigned flags, const struct speech *speech, size_t at,
                         size_t n)
{
    struct packet_path path = side ? packet_reversed(&s->path) : s->path;
    path.ip_id = s->ip_id[side]++;
    size_t length = packet_tcp(segment, &path, s->sequence[side] + (uint32_t)at,
                               flags & TCP_ACK ? s->sequence[!side] : 0, flags, speech->bytes + at, n);
    write_frame(frame, packet_ip(frame, &path, IP_PROTOCOL_TCP, segment, length, 0, false));
}

/* With the misfortunes of a mirror port: missed, in two segments of which the second comes first, twice. */
static void send_tcp(struct session *s, unsigned side, unsigned flags, const struct speech *speech)
{
    size_t n = speech->length, half = n / 2;
    double misfortune = half ? chance() : 1;
    bool lost = misfortune < set.loss, late = !lost && misfortune < set.loss + set.late;
    bool again = !lost && !late && misfortune < set.loss + set.late + set.again;
    if (late) {
        send_segment(s, side, flags, speech, half, n - half);
        send_segment(s, side, flags, speech, 0, half);
    }
    for (unsigned copies = lost || late ? 0 : 1 + again; copies; copies--) send_segment(s, side, flags, speech, 0, n);
    s->sequence[side] += (uint32_t)n + (flags & TCP_SYN ? 1 : 0);
}

static void send_other(struct session *s, unsigned side, const struct speech *speech)
{
    struct packet_path path = side ? packet_reversed(&s->path) : s->path;
    size_t n;
    if (s->protocol->ethertype) {
        n = packet_ethernet(frame, &path, s->protocol->ethertype);
        memcpy(frame + n, speech->bytes, speech->length);
        n = packet_padded(frame, n + speech->length);
    } else {
        path.ip_id = s->ip_id[side]++;
        n = packet_udp(segment, &path, speech->bytes, speech->length);
        n = packet_ip(frame, &path, IP_PROTOCOL_UDP, segment, n, 0, false);
    }
    write_frame(frame, n);
}

static void step(struct session *s)
{
    static const unsigned handshake[HANDSHAKE] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK};
    struct speech speech = {.length = 0};
    bool tcp = s->protocol->ip_protocol == IP_PROTOCOL_TCP;
    if (s->step < HANDSHAKE && tcp) {
        send_tcp(s, s->step == 1, handshake[s->step], &speech);
        s->step++;
        return;
    }
    unsigned side = (s->step - (tcp ? HANDSHAKE : 0)) & 1;
    if (side == 0) {
        s->talk.write = s->talk.turn >= s->protocol->openings && s->protocol->port && chance() < set.writes;
        turns++, writes += s->talk.write;
    }
    s->protocol->say(&s->talk, side, &speech);
    if (speech.length && tcp)
        send_tcp(s, side, TCP_ACK | TCP_PSH, &speech);
    else if (speech.length)
        send_other(s, side, &speech);
    s->step++;
    s->talk.turn += side;
}

/* Session `number`: operator stations 10.0.0.x ask controllers 10.(1+n/250).x.y; a GOOSE publisher its group. With
 * `devices` there are no more controllers than that, and each is asked by several stations. */
static void open_session(struct session *s, unsigned number, const struct protocol *protocol)
{
    struct packet_path *p = &s->path;
    unsigned devices = (unsigned)set.devices, station = devices ? number / devices : number,
             controller = devices ? number % devices : number;
    s->protocol = protocol;
    p->vlan[0] = p->vlan[1] = PACKET_NO_VLAN;
    p->from.address = (struct address){4, {10, 0, 0, (uint8_t)(1 + station % 20)}};
    p->to.address = (struct address){
        4, {10, (uint8_t)(1 + controller / 62500), (uint8_t)(controller / 250 % 250), (uint8_t)(1 + controller % 250)}};
    p->from.port = (uint16_t)(protocol->ip_protocol == IP_PROTOCOL_UDP ? protocol->port : 10000 + number % 50000);
    p->to.port = protocol->port;
    packet_default_mac(&p->from);
    packet_default_mac(&p->to);
    if (protocol->ethertype) memcpy(p->from.mac, "\x01\x0c\xcd\x01\x00", 5);
    s->sequence[0] = number * 7919u, s->sequence[1] = number * 104729u;
}

static const struct protocol *protocol_named(const char *name)
{
    for (unsigned i = 0; name && i < protocol_count; i++)
        if (strcmp(protocols[i].name, name) == 0) return &protocols[i];
    return NULL;
}

/* word=value */
static bool take_word(const char *word)
{
    const struct {
        const char *name;
        double *value;
    } words[] = {{"packets=", &set.packets}, {"sessions=", &set.sessions}, {"devices=", &set.devices},
                 {"writes=", &set.writes},   {"loss=", &set.loss},         {"late=", &set.late},
                 {"again=", &set.again},     {"rate=", &set.rate},         {"seed=", &set.seed}};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].name);
        char *end;
        if (strncmp(word, words[i].name, n) != 0) continue;
        *words[i].value = strtod(word + n, &end);
        return end != word + n && !*end && *words[i].value >= 0;
    }
    if (strncmp(word, "only=", 5) != 0) return false;
    set.only = word + 5;
    return protocol_named(set.only);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (take_word(argv[i])) continue;
        fprintf(stderr, "plant: cannot use '%s'\n", argv[i]);
        return 2;
    }
    unsigned count = (unsigned)set.sessions;
    struct session *sessions = count ? calloc(count, sizeof *sessions) : NULL;
    if (!sessions || set.rate < 1) return fprintf(stderr, "plant: needs sessions and a rate\n"), 2;
    random_state = 88172645463325252 ^ (uint64_t)set.seed << 32;
    step_ns = (uint64_t)(1e9 / set.rate);
    const struct protocol *only = protocol_named(set.only);
    for (unsigned i = 0; i < count; i++) open_session(&sessions[i], i, only ? only : &protocols[i % protocol_count]);
    uint8_t head[PCAP_HEADER];
    pcap_header(head);
    fwrite(head, 1, sizeof head, stdout);
    while ((double)written < set.packets) step(&sessions[(unsigned)(chance() * count)]);
    free(sessions);
    if (fflush(stdout) != 0) return perror("plant: standard output"), 1;
    fprintf(stderr, "plant: %llu packets, %llu turns, %llu writes\n", (unsigned long long)written,
            (unsigned long long)turns, (unsigned long long)writes);
    return 0;
}
