/* SPDX-License-Identifier: Apache-2.0 */
/* Sampled values: currents and voltages as merging units publish them over Ethernet, or over UDP (R-SV).
 * Follows IEC 61850-9-2:2011 clause 8.5 and annex, IEC 61869-9:2016, IEC/TR 61850-90-5. */
#include "parsers/ber.h"
#include "parsers/goose/transport.h"

enum { SAV_PDU = 0x60, STREAMS = 16, OP_SAMPLES = 1 };

/* ASDU, clause 8.5.2: context tags. */
enum { SV_ID, DAT_SET, SMP_CNT, CONF_REV, REFR_TM, SMP_SYNCH, SMP_RATE, SEQ_DATA, SMP_MOD };

static const struct value_name synch_names[] = {
    {0, "未同步", "not synchronised"},
    {1, "本地时钟同步", "synchronised to a local clock"},
    {2, "全局时钟同步", "synchronised to a global clock"},
    {0, NULL, NULL},
};

static const struct value_name mode_names[] = {
    {0, "每周期采样数", "samples per period"},
    {1, "每秒采样数", "samples per second"},
    {2, "每采样秒数", "seconds per sample"},
    {0, NULL, NULL},
};

#define FIELDS(X)                                                                                                      \
    X(APPID, "sv.appid", UINT16, HEX, PLAIN, "应用标识", "APPID", NULL)                                                \
    X(LENGTH, "sv.length", UINT16, DEC, PLAIN, "长度", "Length", NULL)                                                 \
    X(SIMULATED, "sv.reserve1.s_bit", BOOL, DEC, PLAIN, "仿真位", "Simulated", NULL)                                   \
    X(COUNT, "sv.noASDU", UINT32, DEC, PLAIN, "ASDU个数", "Number of ASDUs", NULL)                                     \
    X(ID, "sv.svID", TEXT, DEC, PLAIN, "采样值标识", "SV id", NULL)                                                    \
    X(DATA_SET, "sv.datSet", TEXT, DEC, PLAIN, "数据集", "Data set", NULL)                                             \
    X(SAMPLE, "sv.smpCnt", UINT32, DEC, PLAIN, "采样计数", "Sample count", NULL)                                       \
    X(REVISION, "sv.confRev", UINT32, DEC, PLAIN, "配置版本", "Configuration revision", NULL)                          \
    X(SYNCH, "sv.smpSynch", INT32, DEC, PLAIN, "采样同步", "Sample synchronisation", synch_names)                      \
    X(RATE, "sv.smpRate", UINT32, DEC, PLAIN, "采样率", "Sample rate", NULL)                                           \
    X(DATA, "sv.seqData", BYTES, DEC, BULK, "采样数据", "Sampled data", NULL)                                          \
    X(MODE, "sv.smpMod", INT32, DEC, PLAIN, "采样方式", "Sample mode", mode_names)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

static const struct operation operations[] = {
    {OP_SAMPLES, "samples", OT_NOTIFY, NULL, "采样值", "sampled values"},
};

#define ANOMALIES(X)                                                                                                   \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度字段与报文不符", "length does not fit the frame")                  \
    X(BAD_ENCODING, "bad_encoding", ODD, "编码不符合BER", "not encoded by BER")                                        \
    X(COUNT_MISMATCH, "count_mismatch", ODD, "ASDU个数不符", "number of ASDUs differs")                                \
    X(SIMULATION, "simulation", ODD, "仿真采样值", "simulated samples")                                                \
    X(UNSYNCHRONISED, "unsynchronised", NOTE, "采样未同步", "samples not synchronised")                                \
    X(SAMPLE_REPEATED, "sample_repeated", ODD, "采样计数重复", "sample count repeated")                                \
    X(SAMPLE_GAP, "sample_gap", NOTE, "采样丢失", "samples missing")                                                   \
    X(REVISION_CHANGED, "revision_changed", ODD, "配置版本改变", "configuration revision changed")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

/* What a stream said last. */
struct stream {
    uint32_t name; /* hash of svID; 0: free */
    uint32_t revision;
    uint16_t sample, period; /* `period`: the highest count seen before it began again at 0 */
};

struct sv_state {
    struct stream streams[STREAMS];
    uint8_t next;
};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_UDP) return session_header_fits(in, SPDU_SAMPLES) ? PROBE_YES : PROBE_NO;
    struct link_header header;
    if (!link_header_take(in, &header)) return PROBE_NO;
    return !header.length_wrong && bytes_peek(&header.apdu, 0) == SAV_PDU ? PROBE_YES : PROBE_MAYBE;
}

/* smpCnt runs up to the nominal rate and begins again at 0 with each second. */
static void follow(struct pdu *p, struct bytes id, uint16_t sample, uint32_t revision)
{
    struct sv_state *state = p->state;
    uint32_t name = publication_hash(id);
    struct stream *s = NULL;
    for (unsigned i = 0; i < STREAMS && state->streams[i].name && !s; i++)
        if (state->streams[i].name == name) s = &state->streams[i];
    if (!s) {
        s = &state->streams[state->next];
        state->next = (uint8_t)((state->next + 1) % STREAMS);
        *s = (struct stream){name, revision, sample, 0};
        return;
    }
    if (s->revision != revision) message_anomaly(p, A_REVISION_CHANGED);
    if (sample == s->sample)
        message_anomaly(p, A_SAMPLE_REPEATED);
    else if (sample == 0 && (!s->period || s->sample == s->period))
        s->period = s->sample;
    else if (sample != (uint16_t)(s->sample + 1))
        message_anomaly(p, A_SAMPLE_GAP);
    s->revision = revision;
    s->sample = sample;
}

static void parse_asdu(struct pdu *p, struct bytes content)
{
    struct ber e;
    struct bytes id = {0};
    uint64_t sample = 0, revision = 0;
    bool counted = false;
    while (ber_next(&content, &e)) {
        if (!ber_is_context(&e)) continue;
        switch (e.tag) {
        case SV_ID:
            id = e.content;
            emit_text(p, F_ID, id);
            message_object_text(p, id);
            break;
        case DAT_SET:
            emit_text(p, F_DATA_SET, e.content);
            break;
        case SMP_CNT:
            sample = ber_uint(e.content);
            counted = true;
            emit_uint(p, F_SAMPLE, (uint32_t)sample);
            break;
        case CONF_REV:
            revision = ber_uint(e.content);
            emit_uint(p, F_REVISION, (uint32_t)revision);
            break;
        case SMP_SYNCH:
            emit_int(p, F_SYNCH, (int32_t)ber_int(e.content));
            if (!ber_uint(e.content)) message_anomaly(p, A_UNSYNCHRONISED);
            break;
        case SMP_RATE:
            emit_uint(p, F_RATE, (uint32_t)ber_uint(e.content));
            break;
        case SEQ_DATA:
            emit_bytes(p, F_DATA, e.content);
            break;
        case SMP_MOD:
            emit_int(p, F_MODE, (int32_t)ber_int(e.content));
            break;
        }
    }
    if (!bytes_ok(&content)) message_anomaly(p, A_BAD_ENCODING);
    if (counted) follow(p, id, (uint16_t)sample, (uint32_t)revision);
}

/* SavPdu: { noASDU [0], security [1], seqASDU [2] SEQUENCE OF ASDU } */
static void parse_apdu(struct pdu *p, struct bytes apdu)
{
    enum { NO_ASDU = BER_CONTEXT(0), SEQ_ASDU = BER_CONSTRUCTED(2) };
    struct ber outer, e, asdu;
    uint64_t announced = 0, found = 0;
    if (!ber_next(&apdu, &outer) || outer.id != SAV_PDU) {
        message_anomaly(p, A_BAD_ENCODING);
        return;
    }
    while (ber_next(&outer.content, &e)) {
        if (e.id == NO_ASDU) {
            announced = ber_uint(e.content);
            emit_uint(p, F_COUNT, (uint32_t)announced);
        }
        if (e.id != SEQ_ASDU) continue;
        for (; ber_next(&e.content, &asdu); found++)
            if (asdu.id == BER_SEQUENCE) parse_asdu(p, asdu.content);
    }
    if (outer.cut || !bytes_ok(&outer.content)) message_anomaly(p, A_BAD_ENCODING);
    if (announced != found) message_anomaly(p, A_COUNT_MISMATCH);
}

static void parse(struct pdu *p)
{
    message_operation(p, OP_SAMPLES);
    message_role(p, ROLE_NOTIFY);
    if (p->transport != OVER_UDP) {
        struct link_header header;
        if (!link_header_take(p->in, &header)) {
            message_anomaly(p, A_LENGTH_MISMATCH);
            return;
        }
        emit_uint(p, F_APPID, header.appid);
        emit_uint(p, F_LENGTH, header.length);
        emit_uint(p, F_SIMULATED, header.simulation);
        if (header.length_wrong) message_anomaly(p, A_LENGTH_MISMATCH);
        if (header.simulation) message_anomaly(p, A_SIMULATION);
        parse_apdu(p, header.apdu);
        return;
    }
    struct session_header session;
    struct session_apdu apdu;
    if (!session_header_take(p->in, &session)) {
        message_anomaly(p, A_BAD_ENCODING);
        return;
    }
    while (session_apdu_take(&session.payload, &apdu) && apdu.tag == PAYLOAD_SAMPLES) {
        if (apdu.simulation) message_anomaly(p, A_SIMULATION);
        parse_apdu(p, apdu.apdu);
    }
}

static const uint16_t udp_ports[] = {102, 0};
static const uint32_t link_types[] = {0x88ba, 0};

const struct parser parser_sv = {
    .name = "sv",
    .zh = "采样值 (SV)",
    .en = "sampled values (SV)",
    .specification = "IEC 61850-9-2:2011+A1:2020, IEC 61869-9:2016, IEC/TR 61850-90-5:2012",
    .transports = OVER_LINK | OVER_UDP,
    .udp_ports = udp_ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .state_size = sizeof(struct sv_state),
    .probe = probe,
    .parse = parse,
};
