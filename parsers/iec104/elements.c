/* SPDX-License-Identifier: Apache-2.0 */
/* IEC 104's information elements: quality, values, commands, qualifiers, times (IEC 60870-5-101:2003 clause 7.2.6). */
#include "parsers/iec104/iec104.h"

#include <stdio.h>

#include "parsers/calendar.h"

/* A run of bits of a one-octet element, and the field it is told as. */
struct bit_field {
    uint8_t field, shift, width;
};
static const struct bit_field siq_bits[] = {{F_SIQ, 0, 8},    {F_SIQ_SPI, 0, 1}, {F_SIQ_BL, 4, 1},
                                            {F_SIQ_SB, 5, 1}, {F_SIQ_NT, 6, 1},  {F_SIQ_IV, 7, 1}};
static const struct bit_field diq_bits[] = {{F_DIQ, 0, 8},    {F_DIQ_DPI, 0, 2}, {F_DIQ_BL, 4, 1},
                                            {F_DIQ_SB, 5, 1}, {F_DIQ_NT, 6, 1},  {F_DIQ_IV, 7, 1}};
static const struct bit_field qds_bits[] = {{F_QDS, 0, 8},    {F_QDS_OV, 0, 1}, {F_QDS_BL, 4, 1},
                                            {F_QDS_SB, 5, 1}, {F_QDS_NT, 6, 1}, {F_QDS_IV, 7, 1}};
static const struct bit_field vti_bits[] = {{F_VTI, 0, 8}, {F_VTI_TRANSIENT, 7, 1}};
static const struct bit_field sco_bits[] = {{F_SCO, 0, 8}, {F_SCO_ON, 0, 1}, {F_SCO_QU, 2, 5}, {F_SCO_SE, 7, 1}};
static const struct bit_field dco_bits[] = {{F_DCO, 0, 8}, {F_DCO_ON, 0, 2}, {F_DCO_QU, 2, 5}, {F_DCO_SE, 7, 1}};
static const struct bit_field rco_bits[] = {{F_RCO, 0, 8}, {F_RCO_UP, 0, 2}, {F_RCO_QU, 2, 5}, {F_RCO_SE, 7, 1}};
static const struct bit_field qos_bits[] = {{F_QOS, 0, 8}, {F_QOS_QL, 0, 7}, {F_QOS_SE, 7, 1}};
static const struct bit_field qpm_bits[] = {{F_QPM, 0, 8}, {F_QPM_KPA, 0, 6}, {F_QPM_LPC, 6, 1}, {F_QPM_POP, 7, 1}};
static const struct bit_field qpa_bits[] = {{F_QPA, 0, 8}};
static const struct bit_field coi_bits[] = {{F_COI, 0, 8}, {F_COI_R, 0, 7}, {F_COI_I, 7, 1}};
static const struct bit_field qoi_bits[] = {{F_QOI, 0, 8}};
static const struct bit_field qcc_bits[] = {{F_QCC, 0, 8}, {F_RQT, 0, 6}, {F_FRZ, 6, 2}};
static const struct bit_field qrp_bits[] = {{F_QRP, 0, 8}};
static const struct bit_field sep_bits[] = {{F_SEP, 0, 8}};
static const struct bit_field spe_bits[] = {{F_SPE, 0, 8}};
static const struct bit_field oci_bits[] = {{F_OCI, 0, 8}};
static const struct bit_field qdp_bits[] = {{F_QDP, 0, 8}};
static const struct bit_field nos_bits[] = {{F_NOS, 0, 8}};
static const struct bit_field fq_bits[] = {{F_FILE_QUALIFIER, 0, 8}};
static const struct bit_field chs_bits[] = {{F_CHECKSUM, 0, 8}};
static const struct bit_field segment_bits[] = {{F_LOS, 0, 8}};

#define BITS(list) list, COUNT_OF(list)
#define NO_BITS    NULL, 0
/* Octets of each element, how many low bits of it are its value (0: it has none of its own), its bits. */
static const struct {
    uint8_t octets, value_bits;
    const struct bit_field *bits;
    uint8_t count;
} elements[ELEMENT_COUNT] = {
    [SIQ] = {1, 1, BITS(siq_bits)}, [DIQ] = {1, 2, BITS(diq_bits)},
    [VTI] = {1, 0, BITS(vti_bits)}, [QDS] = {1, 0, BITS(qds_bits)},
    [BSI] = {4, 0, NO_BITS},        [NVA] = {2, 0, NO_BITS},
    [SVA] = {2, 0, NO_BITS},        [FLT] = {4, 0, NO_BITS},
    [BCR] = {5, 0, NO_BITS},        [SCO] = {1, 1, BITS(sco_bits)},
    [DCO] = {1, 2, BITS(dco_bits)}, [RCO] = {1, 2, BITS(rco_bits)},
    [QOS] = {1, 0, BITS(qos_bits)}, [QPM] = {1, 0, BITS(qpm_bits)},
    [QPA] = {1, 8, BITS(qpa_bits)}, [COI] = {1, 7, BITS(coi_bits)},
    [QOI] = {1, 8, BITS(qoi_bits)}, [QCC] = {1, 8, BITS(qcc_bits)},
    [QRP] = {1, 8, BITS(qrp_bits)}, [SEP] = {1, 2, BITS(sep_bits)},
    [SPE] = {1, 8, BITS(spe_bits)}, [OCI] = {1, 8, BITS(oci_bits)},
    [QDP] = {1, 0, BITS(qdp_bits)}, [SCD] = {4, 0, NO_BITS},
    [FBP] = {2, 0, NO_BITS},        [TSC] = {2, 0, NO_BITS},
    [NOF] = {2, 0, NO_BITS},        [NOS] = {1, 0, BITS(nos_bits)},
    [LOF] = {3, 0, NO_BITS},        [FQ] = {1, 0, BITS(fq_bits)},
    [CHS] = {1, 0, BITS(chs_bits)}, [SEGMENT] = {1, 0, BITS(segment_bits)},
    [AID] = {2, 0, NO_BITS},        [CP16] = {2, 0, NO_BITS},
    [CP24] = {3, 0, NO_BITS},       [CP56] = {7, 0, NO_BITS},
};

/* Their fields stand side by side. */
static void emit_bits(struct pdu *p, enum element element, uint8_t octet)
{
    const struct bit_field *bits = elements[element].bits;
    unsigned count = elements[element].count;
    if (!count || !wants_bits(p, bits[0].field, bits[count - 1].field - bits[0].field + 1u, octet)) return;
    for (unsigned i = 0; i < count; i++) {
        const struct bit_field *b = &bits[i];
        emit_uint(p, b->field, octet >> b->shift & ((1u << b->width) - 1));
    }
}

static void counter_reading(struct pdu *p, struct bytes *in)
{
    int32_t count = (int32_t)bytes_le32(in);
    uint8_t sequence = bytes_u8(in);
    emit_int(p, F_BCR_COUNT, count);
    emit_uint(p, F_BCR_SQ, sequence & 0x1f);
    emit_uint(p, F_BCR_CY, sequence >> 5 & 1);
    emit_uint(p, F_BCR_CA, sequence >> 6 & 1);
    emit_uint(p, F_BCR_IV, sequence >> 7);
    message_value_int(p, count);
}

/* 7.2.6.18: seven octet binary time; years are those of this century, summer time is an hour ahead. */
static void binary_time(struct pdu *p, struct bytes *in)
{
    uint16_t ms = bytes_le16(in);
    uint8_t minute = bytes_u8(in), hour = bytes_u8(in), day = bytes_u8(in), month = bytes_u8(in), year = bytes_u8(in);
    emit_uint(p, F_CP56_MS, ms);
    emit_uint(p, F_CP56_MIN, minute & 0x3f);
    emit_uint(p, F_CP56_GEN, minute >> 6 & 1);
    emit_uint(p, F_CP56_IV, minute >> 7);
    emit_uint(p, F_CP56_HOUR, hour & 0x1f);
    emit_uint(p, F_CP56_SU, hour >> 7);
    emit_uint(p, F_CP56_DAY, day & 0x1f);
    emit_uint(p, F_CP56_DOW, day >> 5);
    emit_uint(p, F_CP56_MONTH, month & 0x0f);
    emit_uint(p, F_CP56_YEAR, year & 0x7f);
    if (!wants(p, F_CP56)) return;
    int64_t days =
        calendar_days(2000 + (year & 0x7f) % 100, month & 0x0f ? month & 0x0f : 1, day & 0x1f ? day & 0x1f : 1);
    int64_t minutes = (days * 24 + (hour & 0x1f) - (hour >> 7)) * 60 + (minute & 0x3f);
    emit_uint(p, F_CP56, (uint64_t)(minutes * 60000 + ms) * 1000000);
}

static void short_time(struct pdu *p, struct bytes *in)
{
    emit_uint(p, F_CP24_MS, bytes_le16(in));
    uint8_t minute = bytes_u8(in);
    emit_uint(p, F_CP24_MIN, minute & 0x3f);
    emit_uint(p, F_CP24_IV, minute >> 7);
}

static void number(struct pdu *p, enum element element, struct bytes *in)
{
    switch (element) {
    case VTI: {
        uint8_t octet = bytes_peek(in, 0);
        int position = (octet & 0x3f) - (octet & 0x40);
        emit_int(p, F_VTI_VALUE, position);
        message_value_int(p, position);
        emit_bits(p, VTI, bytes_u8(in));
        break;
    }
    case BSI: {
        /* The field shows the octets in their order, as Wireshark does; as a number the first octet is the lowest. */
        struct bytes copy = *in;
        emit_uint(p, F_BITSTRING, bytes_be32(&copy));
        message_value_int(p, bytes_le32(in));
        break;
    }
    case NVA: {
        double value = (int16_t)bytes_le16(in) / 32768.0;
        emit_double(p, F_NORMVAL, value);
        message_value_double(p, value);
        break;
    }
    case SVA: {
        int16_t value = (int16_t)bytes_le16(in);
        emit_int(p, F_SCALVAL, value);
        message_value_int(p, value);
        break;
    }
    default: {
        double value = bytes_le_float(in);
        emit_double(p, F_FLOATVAL, value);
        message_value_double(p, value);
    }
    }
}

/* Plain unsigned numbers, told as one field. */
static void plain(struct pdu *p, unsigned field, uint32_t value, bool is_value)
{
    emit_uint(p, field, value);
    if (is_value) message_value_int(p, value);
}

static void element(struct pdu *p, enum element which, struct bytes *in)
{
    switch (which) {
    case VTI:
    case BSI:
    case NVA:
    case SVA:
    case FLT:
        number(p, which, in);
        break;
    case BCR:
        counter_reading(p, in);
        break;
    case SCD:
        plain(p, F_SCD, bytes_le32(in), true);
        break;
    case FBP:
        plain(p, F_FBP, bytes_le16(in), true);
        break;
    case TSC:
        plain(p, F_TSC, bytes_le16(in), true);
        break;
    case NOF:
        plain(p, F_NOF, bytes_le16(in), true);
        break;
    case LOF:
        plain(p, F_LOF, bytes_le24(in), false);
        break;
    case AID:
        plain(p, F_STATISTIC, bytes_le16(in), false);
        break;
    case CP16:
        plain(p, F_CP16, bytes_le16(in), false);
        break;
    case CP24:
        short_time(p, in);
        break;
    case CP56:
        binary_time(p, in);
        break;
    default: {
        uint8_t octet = bytes_u8(in);
        emit_bits(p, which, octet);
        if (elements[which].value_bits) message_value_int(p, octet & ((1u << elements[which].value_bits) - 1));
    }
    }
}

size_t iec104_octets(const struct iec104_type *type)
{
    size_t octets = 0;
    for (unsigned i = 0; i < ELEMENTS_MOST; i++) octets += elements[type->elements[i]].octets;
    return octets;
}

/* A clock command has its time as the value, other commands and data their first element. */
static void clock_value(struct pdu *p, struct bytes in)
{
    enum { ROOM = 32 };
    char *text = (char *)pdu_scratch(p, ROOM);
    if (!text) return;
    unsigned ms = bytes_le16(&in);
    uint8_t minute = bytes_u8(&in), hour = bytes_u8(&in), day = bytes_u8(&in), month = bytes_u8(&in),
            year = bytes_u8(&in);
    int n = snprintf(text, ROOM, "20%02u-%02u-%02u %02u:%02u:%02u.%03u", (year & 0x7f) % 100, month & 0x0f, day & 0x1f,
                     hour & 0x1f, minute & 0x3f, ms / 1000, ms % 1000);
    message_value_text(p, bytes_over(text, n > 0 && n < ROOM ? (size_t)n : 0));
}

void iec104_object(struct pdu *p, const struct iec104_type *type, uint32_t address, struct bytes in)
{
    emit_uint(p, F_IOA, address);
    if (wants_object(p)) {
        message_object(p, "IOA %u", address);
        if (type->elements[0] == CP56)
            clock_value(p, in);
        else if (type->elements[0] == NO_ELEMENT)
            message_value_text(p, bytes_over(NULL, 0));
    }
    for (unsigned i = 0; i < ELEMENTS_MOST && type->elements[i]; i++) element(p, (enum element)type->elements[i], &in);
}
