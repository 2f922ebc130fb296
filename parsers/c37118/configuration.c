/* SPDX-License-Identifier: Apache-2.0 */
/* Synchrophasor configuration frames: stations, channels, formats (IEEE Std C37.118.2-2011 clauses 6.4 and 6.5). */
#include "parsers/c37118/c37118.h"

enum { NAME = 16 };

/* CFG-1 and CFG-2: 16 octets padded with blanks; CFG-3: a length octet, then the text. */
static struct bytes name(struct bytes *in, bool third) { return bytes_take(in, third ? bytes_u8(in) : NAME); }

static bool names(struct pdu *p, struct bytes *in, size_t count, bool third)
{
    for (size_t i = 0; i < count && bytes_ok(in); i++) {
        struct bytes n = name(in, third);
        if (bytes_ok(in)) emit_text(p, F_CHANNEL_NAME, bytes_trimmed(n));
    }
    return bytes_ok(in);
}

static void keep_scale(struct c37118_state *state, float scale)
{
    if (state && state->scale_count < SCALES_MOST) state->scales[state->scale_count++] = scale;
}

/* One conversion factor a phasor: of CFG-2 the low 24 bits, in 10 uV or uA a bit; of CFG-3 a float behind the flags. */
static void scales(struct bytes *in, struct c37118_state *state, const struct c37118_pmu *pmu, bool third)
{
    for (unsigned i = 0; i < pmu->phasors && bytes_ok(in); i++) {
        uint32_t word = bytes_be32(in);
        float factor = third ? bytes_be_float(in) : (float)(word & 0xffffff) * 1e-5f;
        if (third) bytes_skip(in, 4);
        keep_scale(state, factor);
    }
}

/* FORMAT and the three counts; in CFG-3 the names come before and the global ID within. */
static bool station(struct pdu *p, struct bytes *in, struct c37118_pmu *pmu, bool third)
{
    struct bytes own_name = name(in, third);
    if (bytes_ok(in)) emit_text(p, third ? F_STATION_NAME : F_STATION, third ? own_name : bytes_trimmed(own_name));
    pmu->id = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    message_identity(p, IDENTITY_NAME, bytes_trimmed(own_name));
    message_identity(p, IDENTITY_ROLE, bytes_over("pmu", 3));
    emit_uint(p, F_DATA_SOURCE, pmu->id);
    if (third) emit_bytes(p, F_GLOBAL_ID, bytes_take(in, 16));
    uint16_t format = bytes_be16(in);
    pmu->format = (uint8_t)format;
    pmu->phasors = bytes_be16(in);
    pmu->analogs = bytes_be16(in);
    pmu->digitals = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_FREQUENCY_FORMAT, format >> 3 & 1);
    emit_uint(p, F_ANALOG_FORMAT, format >> 2 & 1);
    emit_uint(p, F_PHASOR_FORMAT, format >> 1 & 1);
    emit_uint(p, F_PHASOR_NOTATION, format & 1);
    emit_uint(p, F_PHASOR_COUNT, pmu->phasors);
    emit_uint(p, F_ANALOG_COUNT, pmu->analogs);
    emit_uint(p, F_DIGITAL_COUNT, pmu->digitals);
    return true;
}

/* Table 14: where the PMU stands, unless it says infinity for unknown. */
static void location(struct pdu *p, struct bytes *in)
{
    float latitude = bytes_be_float(in), longitude = bytes_be_float(in), elevation = bytes_be_float(in);
    if (!bytes_ok(in)) return;
    emit_double(p, F_LATITUDE, latitude);
    emit_double(p, F_LONGITUDE, longitude);
    emit_double(p, F_ELEVATION, elevation);
    if (latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180)
        message_identity_format(p, IDENTITY_LOCATION, "%.5f, %.5f", latitude, longitude);
}

static bool block(struct pdu *p, struct bytes *in, struct c37118_state *state, struct c37118_pmu *pmu, bool third)
{
    if (!station(p, in, pmu, third)) return false;
    if (!names(p, in, (size_t)pmu->phasors + pmu->analogs + 16u * pmu->digitals, third)) return false;
    scales(in, state, pmu, third);
    bytes_skip(in, (size_t)pmu->analogs * (third ? 8 : 4) + (size_t)pmu->digitals * 4);
    if (third) {
        location(p, in);
        emit_text(p, F_SERVICE_CLASS, bytes_take(in, 1));
        bytes_skip(in, 8); /* window and group delay */
    }
    pmu->at_50_hz = bytes_be16(in) & 1;
    uint16_t changes = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_NOMINAL, pmu->at_50_hz);
    emit_uint(p, F_CHANGES, changes);
    return true;
}

void c37118_configuration(struct pdu *p, struct bytes in, uint16_t stream, bool third, bool keep)
{
    struct c37118_state *state = keep ? p->state : NULL;
    uint32_t time_base = bytes_be32(&in) & 0xffffff;
    uint16_t count = bytes_be16(&in);
    emit_uint(p, F_TIME_BASE, time_base);
    emit_uint(p, F_PMU_COUNT, count);
    if (state) {
        state->configured = false;
        state->stream = stream;
        state->pmu_count = state->scale_count = 0;
    }
    for (unsigned i = 0; i < count; i++) {
        struct c37118_pmu pmu = {.first_scale = state ? state->scale_count : 0};
        if (!block(p, &in, state, &pmu, third)) {
            message_anomaly(p, A_CONFIGURATION_CUT);
            return;
        }
        if (state && i < PMUS_MOST) state->pmus[state->pmu_count++] = pmu;
    }
    if (count > PMUS_MOST) message_anomaly(p, A_TOO_MANY_PMUS);
    int16_t rate = (int16_t)bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CONFIGURATION_CUT);
        return;
    }
    emit_int(p, F_RATE, rate);
    if (state) state->configured = count <= PMUS_MOST;
}
