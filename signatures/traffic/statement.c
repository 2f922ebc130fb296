/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the traffic script: one function for each word that can begin one (docs/traffic-scripts.md). */
#include "signatures/traffic/script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool block(struct script *s, bool inner);

static bool run_host(struct script *s)
{
    struct name name;
    struct packet_end end = {0};
    skip_blanks(s);
    const char *at = s->at;
    if (!read_name(s, &name)) return false;
    if (host_named(s, &name)) return script_wrong(s, at, "host '%s' stands above already", name.text);
    if (s->host_count == HOSTS) return script_wrong(s, at, "more than %d hosts", HOSTS);
    skip_blanks(s);
    bool only_mac = isxdigit((unsigned char)s->at[0]) && isxdigit((unsigned char)s->at[1]) && s->at[2] == ':';
    if (!only_mac && !read_address(s, &end)) return false;
    if (!at_line_end(s) && !read_mac(s, end.mac)) return false;
    s->hosts[s->host_count++] = (struct host){name, end};
    return true;
}

/* RFC 3339. */
static bool run_time(struct script *s)
{
    struct tm tm = {0};
    int length = 0, hours = 0, minutes = 0;
    double second;
    char sign[2];
    skip_blanks(s);
    const char *at = s->at;
    int n = sscanf(at, "%4d-%2d-%2dT%2d:%2d:%lf%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
                   &second, &length);
    s->at += n == 6 ? length : 0;
    bool zoned = n == 6 && sscanf(s->at, "%1[+-]%2d:%2d%n", sign, &hours, &minutes, &length) == 3;
    if (zoned) s->at += length;
    if (n != 6 || !(zoned || take_char(s, 'Z')) || tm.tm_year < 1970 || !(second >= 0 && second < 61))
        return script_wrong(s, at, "a time expected, such as 2026-03-02T08:00:00+08:00");
    tm.tm_year -= 1900, tm.tm_mon -= 1;
    int64_t offset = zoned ? (hours * 60 + minutes) * (*sign == '-' ? -60 : 60) : 0;
    s->clock_ns = (uint64_t)(timegm(&tm) - offset) * 1000000000 + (uint64_t)(second * 1e9 + 0.5);
    return true;
}

static bool run_wait(struct script *s)
{
    uint64_t ns;
    if (!read_duration(s, &ns)) return false;
    s->clock_ns += ns;
    return true;
}

static bool run_pace(struct script *s) { return read_duration(s, &s->pace_ns); }
static bool run_jitter(struct script *s) { return read_duration(s, &s->jitter_ns); }

static bool run_set(struct script *s)
{
    struct name name;
    double value;
    skip_blanks(s);
    const char *at = s->at;
    return read_name(s, &name) && expect_char(s, '=') && expression(s, &value) && variable_set(s, at, &name, value);
}

/* ---- connections --------------------------------------------------------------------------------------------- */

static struct connection *connection_named(struct script *s, const struct name *name)
{
    for (unsigned i = 1; i < s->connection_count; i++)
        if (strcmp(s->connections[i].name.text, name->text) == 0) return &s->connections[i];
    return NULL;
}

static bool read_vlan(struct script *s, struct packet_path *path)
{
    skip_blanks(s);
    for (unsigned i = 0; i < 2; i++) {
        char *end;
        unsigned long id = strtoul(s->at, &end, 10);
        if (end == s->at || id > 4095) return script_wrong(s, s->at, "a VLAN from 0 to 4095 expected");
        path->vlan[i] = (uint16_t)id;
        s->at = end;
        if (*s->at != '.') return true;
        s->at++;
    }
    return script_wrong(s, s->at, "at most two VLANs");
}

/* What may follow the two ends: vlan N[.M], how it opens, as NAME. Then the connection is the current one. */
static bool begin(struct script *s, struct connection *c)
{
    static const char *const words[] = {"midstream", "syn", "refused"};
    enum opening opening = OPENING_WHOLE;
    struct connection *place = &s->connections[0]; /* of the one without a name */
    while (!at_line_end(s)) {
        const char *at = s->at;
        unsigned i = 0;
        while (i < 3 && !(c->kind == CONNECTION_TCP && take_word(s, words[i]))) i++;
        if (i < 3) {
            opening = (enum opening)(OPENING_MIDSTREAM + i);
        } else if (take_word(s, "vlan")) {
            if (!read_vlan(s, &c->path)) return false;
        } else if (take_word(s, "as")) {
            if (!read_name(s, &c->name)) return false;
            place = connection_named(s, &c->name);
            if (!place && s->connection_count == CONNECTIONS)
                return script_wrong(s, at, "more than %d named connections", CONNECTIONS);
            if (!place) place = &s->connections[s->connection_count++];
        } else {
            return script_wrong(s, at, "vlan N, midstream, syn, refused or as NAME expected");
        }
    }
    c->in_use = true;
    *place = *c;
    s->current = place;
    return connection_open(s, place, opening);
}

static bool run_ip(struct script *s, enum connection_kind kind)
{
    struct connection c = {.kind = kind, .path.vlan = {PACKET_NO_VLAN, PACKET_NO_VLAN}};
    skip_blanks(s);
    const char *at = s->at;
    if (!read_end(s, &c.path.from) || !expect_char(s, '>') || !read_end(s, &c.path.to)) return false;
    if (c.path.from.address.family != c.path.to.address.family)
        return script_wrong(s, at, "one end is IPv4, the other IPv6");
    return begin(s, &c);
}

static bool run_tcp(struct script *s) { return run_ip(s, CONNECTION_TCP); }
static bool run_udp(struct script *s) { return run_ip(s, CONNECTION_UDP); }

/* A MAC or a host's name. */
static bool read_station(struct script *s, struct packet_end *end)
{
    skip_blanks(s);
    return s->at[0] && s->at[1] && s->at[2] == ':' ? read_mac(s, end->mac) : read_address(s, end);
}

static bool run_ether(struct script *s)
{
    struct connection c = {.kind = CONNECTION_ETHER, .path.vlan = {PACKET_NO_VLAN, PACKET_NO_VLAN}};
    double type = 0;
    if (!take_word(s, "llc") && !expression_integer(s, 0x600, 0xffff, &type)) return false;
    c.ethertype = (uint16_t)type;
    return read_station(s, &c.path.from) && expect_char(s, '>') && read_station(s, &c.path.to) && begin(s, &c);
}

static bool run_use(struct script *s)
{
    struct name name;
    skip_blanks(s);
    const char *at = s->at;
    if (!read_name(s, &name)) return false;
    struct connection *c = connection_named(s, &name);
    if (!c) return script_wrong(s, at, "no connection '%s' above; write: tcp A:P > B:P as %s", name.text, name.text);
    s->current = c;
    return true;
}

/* `close`, `reset`, `ack`, each with `>` (when nothing is said) or `<`: who does it. */
static bool current_tcp(struct script *s, unsigned *side)
{
    const char *at = s->at;
    *side = take_char(s, '<');
    if (!*side) take_char(s, '>');
    return (s->current && s->current->kind == CONNECTION_TCP) || script_wrong(s, at, "no TCP connection is open");
}

static bool run_close(struct script *s)
{
    unsigned side;
    return current_tcp(s, &side) && connection_flags(s, s->current, side, TCP_FIN | TCP_ACK) &&
           connection_flags(s, s->current, !side, TCP_FIN | TCP_ACK) && connection_flags(s, s->current, side, TCP_ACK);
}

static bool run_reset(struct script *s)
{
    unsigned side;
    return current_tcp(s, &side) && connection_flags(s, s->current, side, TCP_RST | TCP_ACK);
}

static bool run_ack(struct script *s)
{
    unsigned side;
    return current_tcp(s, &side) && connection_flags(s, s->current, side, TCP_ACK);
}

static bool run_frame(struct script *s)
{
    struct output data = {.most = ITEM_ROOM};
    bool done = items(s, &data) && frame_emit(s, data.bytes, data.length, 0);
    free(data.bytes);
    return done;
}

/* ---- blocks -------------------------------------------------------------------------------------------------- */

static bool line_ended(struct script *s)
{
    return at_line_end(s) || script_wrong(s, s->at, "the line should end here");
}

static bool run_repeat(struct script *s)
{
    double count;
    struct name name = {""};
    if (!expression_integer(s, 0, STATEMENTS, &count)) return false;
    skip_blanks(s);
    const char *at = s->at;
    if (take_word(s, "as") && !read_name(s, &name)) return false;
    if (!line_ended(s)) return false;
    const char *start = s->at;
    for (unsigned i = 0, n = (unsigned)count; i < n; i++) {
        s->at = start;
        if (name.text[0] && !variable_set(s, at, &name, i)) return false;
        if (!block(s, true)) return false;
    }
    for (unsigned open = 1; count == 0 && open;) {
        skip_line(s);
        if (!*s->at) return script_wrong(s, at, "this block has no 'end'");
        s->at++;
        if (take_word(s, "repeat") || take_word(s, "timeline"))
            open++;
        else if (take_word(s, "end"))
            open--;
    }
    return true;
}

/* Runs beside what follows: afterwards the clock stands where it stood. */
static bool run_timeline(struct script *s)
{
    uint64_t start = s->clock_ns, after = 0;
    struct connection *current = s->current;
    if (take_word(s, "after") && !read_duration(s, &after)) return false;
    if (!line_ended(s)) return false;
    s->clock_ns += after;
    bool done = block(s, true);
    s->clock_ns = start;
    s->current = current;
    return done;
}

/* ---- sending ------------------------------------------------------------------------------------------------- */

static bool read_manner(struct script *s, struct manner *m)
{
    struct {
        const char *word;
        bool *flag;
        unsigned *number;
    } words[] = {{"lost", &m->lost, NULL},        {"late", &m->late, NULL}, {"twice", &m->twice, NULL},
                 {"split", NULL, &m->split},      {"back", NULL, &m->back}, {"cut", NULL, &m->cut},
                 {"fragment", NULL, &m->fragment}};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (!take_word(s, words[i].word)) continue;
        double number = 0;
        if (words[i].number && !expression_integer(s, 1, ITEM_ROOM, &number)) return false;
        if (words[i].number) *words[i].number = (unsigned)number;
        if (words[i].flag) *words[i].flag = true;
        i = (unsigned)-1; /* begin anew: several may stand in any order */
    }
    return true;
}

/* [manner] [connection] > items, or < items */
static bool run_send(struct script *s)
{
    struct manner manner = {0};
    skip_blanks(s);
    const char *at = s->at;
    if (!read_manner(s, &manner)) return false;
    skip_blanks(s);
    const char *word = s->at;
    struct connection *c = s->current;
    if (isalpha((unsigned char)*s->at)) {
        struct name name;
        if (!read_name(s, &name)) return false;
        c = connection_named(s, &name);
        if (!c) return script_wrong(s, word, "'%s' begins no line and names no connection", name.text);
    }
    unsigned side = take_char(s, '<');
    if (!side && !take_char(s, '>')) return script_wrong(s, s->at, "'>' or '<' expected");
    if (!c) return script_wrong(s, at, "open a connection first: tcp, udp or ether");
    struct output data = {.most = ITEM_ROOM};
    bool done = items(s, &data) && connection_send(s, c, side, &data, &manner);
    free(data.bytes);
    return done;
}

static const struct {
    const char *word;
    bool (*run)(struct script *s);
} statements[] = {{"host", run_host},        {"time", run_time},   {"wait", run_wait},       {"pace", run_pace},
                  {"jitter", run_jitter},    {"set", run_set},     {"define", macro_define}, {"tcp", run_tcp},
                  {"udp", run_udp},          {"ether", run_ether}, {"use", run_use},         {"close", run_close},
                  {"reset", run_reset},      {"ack", run_ack},     {"frame", run_frame},     {"repeat", run_repeat},
                  {"timeline", run_timeline}};

/* Lines up to `end`, or up to the end of the text. */
static bool block(struct script *s, bool inner)
{
    const char *start = s->at;
    if (s->blocks == DEPTH) return script_wrong(s, start, "blocks nested deeper than %d", DEPTH);
    s->blocks++;
    for (;; s->at++) {
        while (at_line_end(s) && *s->at) s->at++;
        if (!*s->at) break;
        if (take_word(s, "end")) {
            if (!inner) return script_wrong(s, s->at - 3, "'end' without repeat or timeline");
            s->blocks--;
            return line_ended(s);
        }
        if (++s->statements > STATEMENTS) return script_wrong(s, s->at, "more than %d steps", STATEMENTS);
        unsigned i = 0, count = sizeof statements / sizeof *statements;
        while (i < count && !take_word(s, statements[i].word)) i++;
        if (!(i < count ? statements[i].run(s) : run_send(s)) || !line_ended(s)) return false;
        if (!*s->at) break;
    }
    s->blocks--;
    return !inner || script_wrong(s, start, "this block has no 'end'");
}

bool script_run(struct script *s) { return block(s, false); }
