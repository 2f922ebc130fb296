/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the traffic script: blanks, names, durations, addresses (docs/traffic-scripts.md). */
#include "signatures/traffic/script.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

void skip_blanks(struct script *s)
{
    for (;;) {
        while (blank(*s->at) || (s->depth && *s->at == '\n')) s->at++;
        if (*s->at == '#') {
            while (*s->at && *s->at != '\n') s->at++;
            if (!s->depth) return;
        } else if (*s->at == '\\' && (s->at[1] == '\n' || (s->at[1] == '\r' && s->at[2] == '\n'))) {
            s->at += s->at[1] == '\n' ? 2 : 3;
        } else {
            return;
        }
    }
}

bool at_line_end(struct script *s)
{
    skip_blanks(s);
    return !*s->at || *s->at == '\n';
}

bool take_char(struct script *s, char wanted)
{
    skip_blanks(s);
    if (*s->at != wanted) return false;
    s->at++;
    return true;
}

bool expect_char(struct script *s, char wanted)
{
    return take_char(s, wanted) || script_wrong(s, s->at, "'%c' expected", wanted);
}

bool take_open(struct script *s, char bracket)
{
    bool taken = take_char(s, bracket);
    s->depth += taken;
    return taken;
}

bool expect_close(struct script *s, char bracket)
{
    bool closed = expect_char(s, bracket);
    s->depth -= closed;
    return closed;
}

static bool name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

bool take_word(struct script *s, const char *word)
{
    skip_blanks(s);
    size_t n = strlen(word);
    if (strncmp(s->at, word, n) != 0 || name_char(s->at[n])) return false;
    s->at += n;
    return true;
}

bool read_name(struct script *s, struct name *name)
{
    skip_blanks(s);
    const char *start = s->at;
    if (!isalpha((unsigned char)*s->at)) return script_wrong(s, start, "a name expected");
    while (name_char(*s->at)) s->at++;
    size_t n = (size_t)(s->at - start);
    if (n >= NAME_ROOM) return script_wrong(s, start, "name longer than %d characters", NAME_ROOM - 1);
    memcpy(name->text, start, n);
    name->text[n] = 0;
    return true;
}

bool read_duration(struct script *s, uint64_t *ns)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
    skip_blanks(s);
    const char *start = s->at;
    double value = 0;
    if (take_open(s, '(')) {
        if (!expression(s, &value) || !expect_close(s, ')')) return false;
    } else {
        char *end;
        value = strtod(s->at, &end);
        if (end == s->at) return script_wrong(s, start, "a duration expected, such as 20ms or 1.5s");
        s->at = end;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!take_word(s, units[i].unit)) continue;
        if (!(value >= 0) || value * units[i].ns > 400 * 24 * 3600e9)
            return script_wrong(s, start, "duration out of range");
        *ns = (uint64_t)(value * units[i].ns + 0.5);
        return true;
    }
    return script_wrong(s, s->at, "a unit expected: us, ms, s, m or h");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_mac(struct script *s, uint8_t mac[6])
{
    skip_blanks(s);
    const char *start = s->at;
    for (unsigned i = 0; i < 6; i++) {
        int high = hex_digit(s->at[0]), low = high < 0 ? -1 : hex_digit(s->at[1]);
        if (low < 0 || (i < 5 && s->at[2] != ':'))
            return script_wrong(s, start, "a MAC expected, such as 00:1b:1b:00:00:10");
        mac[i] = (uint8_t)(high << 4 | low);
        s->at += i < 5 ? 3 : 2;
    }
    return true;
}

const struct host *host_named(const struct script *s, const struct name *name)
{
    for (unsigned i = 0; i < s->host_count; i++)
        if (strcmp(s->hosts[i].name.text, name->text) == 0) return &s->hosts[i];
    return NULL;
}

const struct host *host_of_address(const struct script *s, const struct address *address)
{
    for (unsigned i = 0; i < s->host_count; i++)
        if (memcmp(&s->hosts[i].end.address, address, sizeof *address) == 0) return &s->hosts[i];
    return NULL;
}

static bool read_ipv6(struct script *s, struct packet_end *end)
{
    char text[64];
    size_t n = strcspn(s->at, "]\n");
    if (s->at[n] != ']' || n >= sizeof text) return script_wrong(s, s->at, "']' expected after an IPv6 address");
    memcpy(text, s->at, n);
    text[n] = 0;
    end->address.family = 6;
    if (inet_pton(AF_INET6, text, end->address.bytes) != 1)
        return script_wrong(s, s->at, "not an IPv6 address: %s", text);
    s->at += n + 1;
    return true;
}

/* A decimal number or `(expression)`. */
static bool read_number(struct script *s, double most, double *value)
{
    const char *start = s->at;
    if (*s->at == '(') return take_open(s, '(') && expression_integer(s, 0, most, value) && expect_close(s, ')');
    char *end;
    unsigned long v = strtoul(s->at, &end, 10);
    if (end == s->at || !isdigit((unsigned char)*s->at)) return script_wrong(s, start, "a number expected");
    if ((double)v > most) return script_wrong(s, start, "%lu is more than %.0f", v, most);
    s->at = end;
    *value = (double)v;
    return true;
}

bool read_address(struct script *s, struct packet_end *end)
{
    memset(end, 0, sizeof *end);
    skip_blanks(s);
    const char *start = s->at;
    if (isalpha((unsigned char)*s->at)) {
        struct name name;
        if (!read_name(s, &name)) return false;
        const struct host *host = host_named(s, &name);
        if (!host)
            return script_wrong(s, start, "no host '%s' above; write: host %s ADDRESS [MAC]", name.text, name.text);
        *end = host->end;
        return true;
    }
    if (*s->at == '[') {
        s->at++;
        if (!read_ipv6(s, end)) return false;
    } else {
        end->address.family = 4;
        for (unsigned i = 0; i < 4; i++) {
            double part = 0;
            if (!read_number(s, 255, &part)) return false;
            end->address.bytes[i] = (uint8_t)part;
            if (i < 3 && *s->at++ != '.') return script_wrong(s, start, "an address expected, such as 10.1.1.5");
        }
    }
    const struct host *host = host_of_address(s, &end->address);
    if (host)
        *end = host->end;
    else
        packet_default_mac(end);
    return true;
}

bool read_end(struct script *s, struct packet_end *end)
{
    double port = 0;
    skip_blanks(s);
    const char *start = s->at;
    if (!read_address(s, end)) return false;
    if (!end->address.family) return script_wrong(s, start, "this host has no IP address");
    if (*s->at != ':') return script_wrong(s, s->at, "':' and a port expected after the address");
    s->at++;
    if (!read_number(s, 65535, &port)) return false;
    end->port = (uint16_t)port;
    return true;
}
