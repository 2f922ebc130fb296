/* SPDX-License-Identifier: Apache-2.0 */
/* What messages and flows show of exposures, sent to the plant: logins in clear text (a keyed hash, never the word),
 * weak SNMP and TLS, control without authentication, remote access, public addresses. */
#include "sensor/plant/exposure.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/cipher_suites.h"
#include "sensor/plant/devices.h"
#include "sensor/plant/plant.h"

enum { SETS = 2048, WAYS = 4, TELL_EVERY = 256 };

struct exposure {
    struct worker *worker;
    int snmp_community, snmp_version, tls_version, tls_suite, ftp_argument;
    int not_before, not_after, self_signed, weak_signature;
    const struct parser *snmp, *tls, *ftp;
    const struct parser *unauthenticated[16];
    struct {
        uint64_t hash;
        uint32_t count;
    } seen[SETS][WAYS]; /* what was told, and how often it came since */
};

/* Protocols whose commands carry no proof of who gives them (IEC 62443-4-2, CR 1.2). Those with an option for it (DNP3
 * SA, OPC UA, BACnet/SC, IEC 62351) are told when it is not used; their parsers say so by an identity or a secured
 * layer. */
static const char *const unauthenticated[] = {"modbus", "s7comm", "enip", "cip",  "fins",   "iec104",  "dnp3", "bacnet",
                                              "mms",    "umas",   "ads",  "slmp", "melsec", "ge_srtp", "egd",  "h1"};

static const struct {
    uint8_t proto;
    uint16_t port;
    const char *service;
} remote[] = {
    {6, 22, "SSH"},       {6, 23, "Telnet"},   {6, 3389, "RDP"},        {17, 3389, "RDP"},
    {6, 5900, "VNC"},     {6, 5901, "VNC"},    {6, 5938, "TeamViewer"}, {17, 5938, "TeamViewer"},
    {6, 7070, "AnyDesk"}, {6, 1723, "PPTP"},   {17, 1194, "OpenVPN"},   {6, 1194, "OpenVPN"},
    {17, 500, "IPsec"},   {17, 4500, "IPsec"}, {17, 1701, "L2TP"},      {17, 51820, "WireGuard"},
    {6, 513, "rlogin"},   {6, 514, "rsh"},
};

/* Words that vendors' manuals print and every dictionary begins with. */
static const char *const default_words[] = {
    "",           "admin",    "administrator", "root",    "user",   "guest",    "password", "1234",
    "12345",      "123456",   "12345678",      "888888",  "666666", "default",  "public",   "private",
    "supervisor", "operator", "service",       "siemens", "USER",   "anonymous"};

static bool is_default(struct bytes word)
{
    for (unsigned i = 0; i < sizeof default_words / sizeof *default_words; i++) {
        size_t n = strlen(default_words[i]);
        if (bytes_left(&word) == n && memcmp(word.at, default_words[i], n) == 0) return true;
    }
    return false;
}

static bool exposure_open(void *self, struct worker *w, struct fault *fault)
{
    struct exposure *s = self;
    (void)fault;
    s->worker = w;
    s->snmp = registry_parser("snmp");
    s->tls = registry_parser("tls");
    s->ftp = registry_parser("ftp");
    s->snmp_community = registry_field("snmp.community");
    s->snmp_version = registry_field("snmp.version");
    s->tls_version = registry_field("tls.handshake.version");
    s->tls_suite = registry_field("tls.handshake.ciphersuite");
    s->not_before = registry_field("tls.certificate.not_before");
    s->not_after = registry_field("tls.certificate.not_after");
    s->self_signed = registry_field("tls.certificate.self_signed");
    s->weak_signature = registry_field("tls.certificate.weak_signature");
    s->ftp_argument = registry_field("ftp.request.arg");
    for (unsigned i = 0; i < sizeof unauthenticated / sizeof *unauthenticated; i++)
        s->unauthenticated[i] = registry_parser(unauthenticated[i]);
    return w->plant;
}

static void exposure_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct exposure *s = self;
    (void)class;
    want[s->snmp_community] = want[s->snmp_version] = want[s->tls_version] = want[s->ftp_argument] = 1;
    want[s->tls_suite] = want[OT_FIELD_IDENTITY + IDENTITY_USER] = 1;
    want[s->not_before] = want[s->not_after] = want[s->self_signed] = want[s->weak_signature] = 1;
}

/* Is this one to be told: the first, and each TELL_EVERY-th? Of a set's four the one that came least gives way. */
static bool is_due(struct exposure *s, uint64_t hash, uint32_t *count)
{
    unsigned give = 0;
    for (unsigned i = 0; i < WAYS; i++) {
        if (s->seen[hash % SETS][i].hash != hash) {
            if (s->seen[hash % SETS][i].count < s->seen[hash % SETS][give].count) give = i;
            continue;
        }
        *count = TELL_EVERY;
        return s->seen[hash % SETS][i].count++ % TELL_EVERY == 0;
    }
    s->seen[hash % SETS][give].hash = hash;
    s->seen[hash % SETS][give].count = 1;
    return true;
}

static void send(struct exposure *s, const struct packet_meta *p, enum exposure_kind kind, bool to_device,
                 const struct parser *parser, const struct exposure_fact *fact)
{
    struct observation o = {.kind = OBSERVED_EXPOSURE,
                            .what = (uint8_t)kind,
                            .parser = parser ? (uint16_t)registry_parser_index(parser) : 0,
                            .length = sizeof *fact,
                            .count = 1,
                            .time_ns = p->time_ns,
                            .frame = p->frame};
    o.device.address = to_device ? p->dst : p->src;
    o.peer.address = to_device ? p->src : p->dst;
    memcpy(o.device.mac, to_device ? p->dst_mac : p->src_mac, 6);
    memcpy(o.peer.mac, to_device ? p->src_mac : p->dst_mac, 6);
    if (!fact->start_ns) { /* sessions count each; the rest repeats with every packet */
        const uint64_t seed = (uint64_t)kind << 32 | o.parser;
        uint64_t h =
            XXH3_64bits_withSeed(fact, sizeof *fact, XXH3_64bits_withSeed(&o.device, 2 * sizeof o.device, seed));
        if (!is_due(s, h, &o.count)) return;
    }
    plant_observe(s->worker->plant, s->worker->number, &o, fact);
}

/* BLAKE2b with the installation's key: equal words of one site are recognised, and no dictionary leads back. */
static void hash_secret(const struct exposure *s, struct bytes word, uint8_t out[EXPOSURE_SECRET])
{
    const struct sensor_options *o = s->worker->options;
    if (!o->has_secret_key) return;
    crypto_generichash(out, EXPOSURE_SECRET, word.at, bytes_left(&word), o->secret_key, sizeof o->secret_key);
}

static struct exposure_fact fact_of(const char *detail)
{
    struct exposure_fact f = {0};
    snprintf(f.detail, sizeof f.detail, "%s", detail);
    return f;
}

static void see_login(struct exposure *s, const struct message *m)
{
    const struct value *user = message_value(m, OT_FIELD_IDENTITY + IDENTITY_USER);
    const struct value *word = NULL;
    struct exposure_fact f = fact_of("");
    if (m->parser == s->ftp && m->operation && strcmp(m->operation->name, "pass") == 0)
        word = message_value(m, (uint16_t)s->ftp_argument);
    const struct value *said = word ? word : user;
    if (!said || m->role == ROLE_RESPONSE) return;
    struct bytes text = bytes_over(said->bytes, said->length);
    hash_secret(s, text, f.secret);
    f.port = m->packet->dst_port;
    send(s, m->packet, EXPOSED_LOGIN, true, m->parser, &f);
    if (word && is_default(text)) send(s, m->packet, EXPOSED_DEFAULT_LOGIN, true, m->parser, &f);
}

static void see_snmp(struct exposure *s, const struct message *m)
{
    const struct value *community = message_value(m, (uint16_t)s->snmp_community);
    const struct value *version = message_value(m, (uint16_t)s->snmp_version);
    if (!community || m->role == ROLE_RESPONSE) return;
    struct bytes text = bytes_over(community->bytes, community->length);
    struct exposure_fact f = fact_of(version && version->u ? "v2c" : "v1");
    bool notify = m->role == ROLE_NOTIFY; /* a trap: its sender is the agent */
    hash_secret(s, text, f.secret);
    send(s, m->packet, EXPOSED_SNMP, !notify, m->parser, &f);
    if (is_default(text)) send(s, m->packet, EXPOSED_DEFAULT_SNMP, !notify, m->parser, &f);
}

static void send_tls(struct exposure *s, const struct message *m, enum exposure_kind kind, const char *detail)
{
    struct exposure_fact f = fact_of(detail);
    f.port = m->packet->src_port;
    send(s, m->packet, kind, false, m->parser, &f);
}

/* RFC 5280 clause 4.1.2.5, by the packets' clock; a server's own certificate. */
static void see_certificate(struct exposure *s, const struct message *m)
{
    const struct value *from = message_value(m, (uint16_t)s->not_before),
                       *until = message_value(m, (uint16_t)s->not_after),
                       *self = message_value(m, (uint16_t)s->self_signed),
                       *weak = message_value(m, (uint16_t)s->weak_signature);
    char signature[EXPOSURE_DETAIL];
    if (m->role != ROLE_RESPONSE) return;
    if (until && until->u < m->packet->time_ns) send_tls(s, m, EXPOSED_CERTIFICATE, "expired");
    if (from && from->u > m->packet->time_ns) send_tls(s, m, EXPOSED_CERTIFICATE, "not yet valid");
    if (self && self->u) send_tls(s, m, EXPOSED_CERTIFICATE, "self-signed");
    if (!weak) return;
    snprintf(signature, sizeof signature, "%.*s signature", (int)weak->length, (const char *)weak->bytes);
    send_tls(s, m, EXPOSED_CERTIFICATE, signature);
}

/* SSL 3.0 (RFC 7568), TLS 1.0 and 1.1 (RFC 8996) are not to be used; the server's choice counts. */
static void see_tls(struct exposure *s, const struct message *m)
{
    const struct value *version = message_value(m, (uint16_t)s->tls_version);
    const struct value *suite = message_value(m, (uint16_t)s->tls_suite);
    if (m->operation && strcmp(m->operation->name, "certificate") == 0) see_certificate(s, m);
    if (!m->operation || strcmp(m->operation->name, "server_hello") != 0) return;
    if (version && version->u < 0x0303)
        send_tls(s, m, EXPOSED_TLS, version->u < 0x0301 ? "SSL 3.0" : version->u == 0x0301 ? "TLS 1.0" : "TLS 1.1");
    const char *why = suite ? cipher_suite_weakness((uint16_t)suite->u) : NULL;
    if (why) send_tls(s, m, EXPOSED_TLS, why);
}

static bool is_control(const struct exposure *s, const struct kind *kind)
{
    if (kind->role != ROLE_REQUEST || kind->class < OT_WRITE || kind->class > OT_CONFIGURE) return false;
    for (unsigned i = 0; i < sizeof unauthenticated / sizeof *unauthenticated; i++)
        if (s->unauthenticated[i] == kind->parser) return true;
    return false;
}

static bool exposure_cares(void *self, const struct kind *kind)
{
    const struct exposure *s = self;
    bool speaks = kind->parser == s->snmp || kind->parser == s->tls || kind->parser == s->ftp;
    return kind->status != STATUS_UNANSWERED && (speaks || is_control(s, kind));
}

static void exposure_message(void *self, const struct message *m)
{
    struct exposure *s = self;
    if (is_control(s, s->worker->kind)) {
        struct exposure_fact f = fact_of(ot_class_name[m->operation_class]);
        send(s, m->packet, EXPOSED_CONTROL, true, m->parser, &f);
    }
    if (m->parser == s->snmp)
        see_snmp(s, m);
    else if (m->parser == s->tls)
        see_tls(s, m);
    else
        see_login(s, m);
}

/* The first packet between a plant's address and a public one. */
static void exposure_flow(void *self, const struct packet *p)
{
    struct exposure_fact f = fact_of("");
    const uint8_t *d = p->meta.dst.bytes;
    if (!p->meta.src.family || !p->meta.from_client || p->meta.dst_mac[0] & 1) return;
    if (address_is_public(&p->meta.src) || !address_is_public(&p->meta.dst) || d[0] == 0xff) return;
    f.port = p->meta.dst_port;
    send(self, &p->meta, EXPOSED_PUBLIC, false, NULL, &f);
}

static void exposure_flow_end(void *self, const struct flow *f, enum flow_end_reason reason)
{
    unsigned server = !f->client;
    (void)reason;
    if (!f->side[0].packets || !f->side[1].packets) return; /* nobody answered */
    for (unsigned i = 0; i < sizeof remote / sizeof *remote; i++) {
        if (remote[i].proto != f->key.proto || remote[i].port != f->key.port[server]) continue;
        struct exposure_fact fact = fact_of(remote[i].service);
        struct packet_meta m = {.time_ns = f->last_ns, .frame = f->start_frame};
        m.src.family = m.dst.family = f->key.family;
        memcpy(m.src.bytes, f->key.address[f->client], 16);
        memcpy(m.dst.bytes, f->key.address[server], 16);
        memcpy(m.src_mac, f->mac[f->client], 6);
        memcpy(m.dst_mac, f->mac[server], 6);
        fact.start_ns = f->start_ns;
        fact.bytes = f->side[0].bytes + f->side[1].bytes;
        fact.port = remote[i].port;
        send(self, &m, EXPOSED_REMOTE, true, NULL, &fact);
        return;
    }
}

const struct inspector inspector_exposure = {.name = "exposure",
                                             .size = sizeof(struct exposure),
                                             .open = exposure_open,
                                             .wants = exposure_wants,
                                             .cares = exposure_cares,
                                             .identities = true,
                                             .on_message = exposure_message,
                                             .on_flow = exposure_flow,
                                             .on_flow_end = exposure_flow_end};
