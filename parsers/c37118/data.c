/* SPDX-License-Identifier: Apache-2.0 */
/* Synchrophasor data frames, as the configuration frame of the stream laid them out (IEEE Std C37.118.2-2011
 * clause 6.3). */
#include "parsers/c37118/c37118.h"

#include <math.h>

static void status_word(struct pdu *p, uint16_t stat)
{
    emit_uint(p, F_DATA_ERROR, stat >> 14);
    emit_uint(p, F_SYNC_LOST, stat >> 13 & 1);
    emit_uint(p, F_SORTING, stat >> 12 & 1);
    emit_uint(p, F_TRIGGER, stat >> 11 & 1);
    emit_uint(p, F_CONFIG_CHANGED, stat >> 10 & 1);
    emit_uint(p, F_MODIFIED, stat >> 9 & 1);
    emit_uint(p, F_PMU_QUALITY, stat >> 6 & 7);
    emit_uint(p, F_UNLOCKED, stat >> 4 & 3);
    emit_uint(p, F_TRIGGER_REASON, stat & 15);
}

static void value(struct pdu *p, const struct c37118_pmu *pmu, const char *what, unsigned number, double v)
{
    if (!wants_object(p)) return;
    message_object(p, "PMU %u %s %u", pmu->id, what, number);
    message_value_double(p, v);
}

/* Polar integers are an unsigned magnitude and an angle in 10^-4 rad; rectangular ones a signed pair. */
static void phasor(struct pdu *p, const struct c37118_pmu *pmu, unsigned number, double scale, struct bytes *in)
{
    double first, second;
    if (pmu->format & FLOAT_PHASORS) {
        first = bytes_be_float(in);
        second = bytes_be_float(in);
    } else if (pmu->format & POLAR) {
        first = bytes_be16(in) * scale;
        second = (int16_t)bytes_be16(in) * 1e-4;
    } else {
        first = (int16_t)bytes_be16(in) * scale;
        second = (int16_t)bytes_be16(in) * scale;
    }
    bool polar = pmu->format & POLAR;
    double magnitude = polar ? first : hypot(first, second);
    emit_double(p, F_MAGNITUDE, magnitude);
    emit_double(p, F_ANGLE, polar ? second : atan2(second, first));
    value(p, pmu, "phasor", number, magnitude);
}

static void frequency(struct pdu *p, const struct c37118_pmu *pmu, struct bytes *in)
{
    double hertz;
    if (pmu->format & FLOAT_FREQUENCY) {
        hertz = bytes_be_float(in);
        emit_double(p, F_FREQUENCY, hertz);
        emit_double(p, F_ROCOF, bytes_be_float(in));
    } else {
        int16_t deviation = (int16_t)bytes_be16(in);
        hertz = (pmu->at_50_hz ? 50 : 60) + deviation / 1000.0;
        emit_int(p, F_DEVIATION, deviation);
        emit_double(p, F_ROCOF, (int16_t)bytes_be16(in) / 100.0);
    }
    if (wants_object(p)) {
        message_object(p, "PMU %u frequency", pmu->id);
        message_value_double(p, hertz);
    }
}

static void block(struct pdu *p, const struct c37118_state *state, const struct c37118_pmu *pmu, struct bytes *in)
{
    status_word(p, bytes_be16(in));
    for (unsigned i = 0; i < pmu->phasors; i++) {
        unsigned at = pmu->first_scale + i;
        phasor(p, pmu, i + 1, at < state->scale_count ? (double)state->scales[at] : 1.0, in);
    }
    frequency(p, pmu, in);
    for (unsigned i = 0; i < pmu->analogs; i++) {
        double v = pmu->format & FLOAT_ANALOGS ? (double)bytes_be_float(in) : (int16_t)bytes_be16(in);
        emit_double(p, F_ANALOG, v);
        value(p, pmu, "analog", i + 1, v);
    }
    for (unsigned i = 0; i < pmu->digitals; i++) {
        uint16_t word = bytes_be16(in);
        emit_uint(p, F_DIGITAL, word);
        value(p, pmu, "digital", i + 1, word);
    }
}

static size_t octets_of(const struct c37118_pmu *pmu)
{
    return 2 + pmu->phasors * (pmu->format & FLOAT_PHASORS ? 8u : 4u) + (pmu->format & FLOAT_FREQUENCY ? 8u : 4u) +
           pmu->analogs * (pmu->format & FLOAT_ANALOGS ? 4u : 2u) + pmu->digitals * 2u;
}

static bool points_wanted(const struct pdu *p)
{
    if (wants_object(p)) return true;
    for (unsigned f = F_DATA_ERROR; f <= F_DIGITAL; f++)
        if (wants(p, f)) return true;
    return false;
}

void c37118_data(struct pdu *p, struct bytes in, uint16_t stream)
{
    const struct c37118_state *state = p->state;
    if (!state->configured || state->stream != stream) return;
    size_t octets = 0;
    for (unsigned i = 0; i < state->pmu_count; i++) octets += octets_of(&state->pmus[i]);
    if (octets != bytes_left(&in)) {
        message_anomaly(p, A_DATA_MISMATCH);
        return;
    }
    if (!points_wanted(p)) return;
    for (unsigned i = 0; i < state->pmu_count; i++) block(p, state, &state->pmus[i], &in);
}
