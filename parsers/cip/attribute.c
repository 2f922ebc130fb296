/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of the objects every device has: how long each is, which Get_Attributes_All returns, what identifies.
 * Follows The CIP Networks Library, Volume 1, chapter 5 (objects) and Volume 2, chapter 5 (TCP/IP, Ethernet Link). */
#include "parsers/cip/cip.h"

enum attribute_form {
    FIXED,       /* `size` bytes */
    COUNTED8,    /* a count of 8 bits, and as many pieces of `size` bytes */
    COUNTED16,   /* a count of 16 bits */
    COUNTED32,   /* of 32 bits */
    TEXT16,      /* a text with 16 bits of length, padded to even */
    BITS16,      /* a count of 16 bits, and as many bits */
    EPATH16,     /* a path with its words in 16 bits */
    EPATH8,      /* a path with its words in 8 bits */
    EPATHS8,     /* a count of 8 bits, and as many paths */
    STATE_EPATH, /* a byte, then EPATH8 */
    LISTS8,      /* three lists in a row, each COUNTED8 of bytes */
    DOMAIN,      /* 20 bytes of addresses, then TEXT16 */
    SPEEDS,      /* 4 bytes, then COUNTED8 of 3 bytes */
    PAIRS8,      /* a count of 8 bits, and as many pairs of COUNTED8 texts */
    TEXTS8,      /* a count of 8 bits, and as many texts with their language (STRINGI, appendix C-5.2.2) */
    REST         /* all that is left */
};
enum { OF_INSTANCE = 1, OF_CLASS = 0, IN_ALL = 1, NOT_IN_ALL = 0, ANY_CLASS = 0 };

struct attribute {
    uint16_t class;
    uint8_t of_instance, id, in_all, form, size;
};

/* In the order in which Get_Attributes_All returns them. */
static const struct attribute attributes[] = {
    /* Identity */
    {0x01, OF_INSTANCE, 1, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 2, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 3, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 4, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 5, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 6, IN_ALL, FIXED, 4},
    {0x01, OF_INSTANCE, 7, IN_ALL, COUNTED8, 1},
    {0x01, OF_INSTANCE, 8, IN_ALL, FIXED, 1},
    {0x01, OF_INSTANCE, 9, IN_ALL, FIXED, 2},
    {0x01, OF_INSTANCE, 10, IN_ALL, FIXED, 1},
    /* Message Router */
    {0x02, OF_INSTANCE, 1, IN_ALL, COUNTED16, 2},
    {0x02, OF_INSTANCE, 2, IN_ALL, FIXED, 2},
    {0x02, OF_INSTANCE, 3, IN_ALL, FIXED, 2},
    {0x02, OF_INSTANCE, 4, IN_ALL, REST, 0},
    /* Connection Manager */
    {0x06, OF_INSTANCE, 1, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 2, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 3, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 4, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 5, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 6, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 7, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 8, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 9, IN_ALL, BITS16, 0},
    {0x06, OF_INSTANCE, 11, IN_ALL, FIXED, 2},
    {0x06, OF_INSTANCE, 12, IN_ALL, FIXED, 4},
    {0x06, OF_INSTANCE, 13, IN_ALL, FIXED, 4},
    /* File */
    {0x37, OF_INSTANCE, 4, NOT_IN_ALL, TEXTS8, 0},
    /* Safety Supervisor */
    {0x39, OF_INSTANCE, 1, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 2, NOT_IN_ALL, REST, 0},
    {0x39, OF_INSTANCE, 5, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 6, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 7, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 8, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 9, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 10, NOT_IN_ALL, COUNTED8, 1},
    {0x39, OF_INSTANCE, 11, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 12, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 13, NOT_IN_ALL, LISTS8, 0},
    {0x39, OF_INSTANCE, 14, NOT_IN_ALL, LISTS8, 0},
    {0x39, OF_INSTANCE, 15, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 16, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 17, NOT_IN_ALL, FIXED, 6},
    {0x39, OF_INSTANCE, 18, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 19, NOT_IN_ALL, FIXED, 2},
    {0x39, OF_INSTANCE, 20, NOT_IN_ALL, FIXED, 2},
    {0x39, OF_INSTANCE, 21, NOT_IN_ALL, FIXED, 2},
    {0x39, OF_INSTANCE, 22, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 23, NOT_IN_ALL, FIXED, 4},
    {0x39, OF_INSTANCE, 24, NOT_IN_ALL, FIXED, 1},
    {0x39, OF_INSTANCE, 25, NOT_IN_ALL, FIXED, 10},
    {0x39, OF_INSTANCE, 26, NOT_IN_ALL, FIXED, 10},
    {0x39, OF_INSTANCE, 27, NOT_IN_ALL, FIXED, 10},
    {0x39, OF_INSTANCE, 28, NOT_IN_ALL, COUNTED16, 11},
    {0x39, OF_INSTANCE, 29, NOT_IN_ALL, FIXED, 10},
    /* Safety Validator */
    {0x3a, OF_INSTANCE, 1, IN_ALL, FIXED, 1},
    {0x3a, OF_INSTANCE, 2, IN_ALL, FIXED, 1},
    {0x3a, OF_INSTANCE, 3, IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 4, IN_ALL, COUNTED8, 2},
    {0x3a, OF_INSTANCE, 5, IN_ALL, COUNTED8, 2},
    {0x3a, OF_INSTANCE, 6, IN_ALL, COUNTED8, 1},
    {0x3a, OF_INSTANCE, 7, IN_ALL, FIXED, 1},
    {0x3a, OF_INSTANCE, 8, IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 9, IN_ALL, COUNTED8, 2},
    {0x3a, OF_INSTANCE, 10, IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 11, IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 12, IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 13, IN_ALL, REST, 0},
    {0x3a, OF_INSTANCE, 14, NOT_IN_ALL, FIXED, 2},
    {0x3a, OF_INSTANCE, 15, NOT_IN_ALL, COUNTED8, 1},
    {0x3a, OF_CLASS, 8, NOT_IN_ALL, FIXED, 2},
    /* Motion Device Axis */
    {0x42, OF_INSTANCE, 40, NOT_IN_ALL, FIXED, 1},
    {0x42, OF_INSTANCE, 42, NOT_IN_ALL, FIXED, 1},
    {0x42, OF_INSTANCE, 60, NOT_IN_ALL, FIXED, 4},
    {0x42, OF_INSTANCE, 61, NOT_IN_ALL, FIXED, 4},
    {0x42, OF_CLASS, 14, NOT_IN_ALL, FIXED, 1},
    {0x42, OF_CLASS, 15, NOT_IN_ALL, FIXED, 1},
    {0x42, OF_CLASS, 31, NOT_IN_ALL, FIXED, 1},
    {0x42, OF_CLASS, 34, NOT_IN_ALL, FIXED, 4},
    {0x42, OF_CLASS, 36, NOT_IN_ALL, FIXED, 1},
    /* Time Sync */
    {0x43, OF_INSTANCE, 1, NOT_IN_ALL, FIXED, 1},
    {0x43, OF_INSTANCE, 2, NOT_IN_ALL, FIXED, 1},
    {0x43, OF_INSTANCE, 3, NOT_IN_ALL, FIXED, 8},
    {0x43, OF_INSTANCE, 4, NOT_IN_ALL, FIXED, 8},
    {0x43, OF_INSTANCE, 5, NOT_IN_ALL, FIXED, 8},
    {0x43, OF_INSTANCE, 6, NOT_IN_ALL, FIXED, 8},
    {0x43, OF_INSTANCE, 7, NOT_IN_ALL, FIXED, 8},
    {0x43, OF_INSTANCE, 8, NOT_IN_ALL, FIXED, 24},
    {0x43, OF_INSTANCE, 9, NOT_IN_ALL, FIXED, 16},
    {0x43, OF_INSTANCE, 10, NOT_IN_ALL, FIXED, 20},
    {0x43, OF_INSTANCE, 11, NOT_IN_ALL, FIXED, 2},
    {0x43, OF_INSTANCE, 12, NOT_IN_ALL, COUNTED16, 4},
    {0x43, OF_INSTANCE, 13, NOT_IN_ALL, COUNTED16, 4},
    {0x43, OF_INSTANCE, 14, NOT_IN_ALL, COUNTED16, 4},
    {0x43, OF_INSTANCE, 15, NOT_IN_ALL, COUNTED16, 4},
    {0x43, OF_INSTANCE, 16, NOT_IN_ALL, FIXED, 1},
    {0x43, OF_INSTANCE, 17, NOT_IN_ALL, FIXED, 1},
    {0x43, OF_INSTANCE, 18, NOT_IN_ALL, FIXED, 1},
    {0x43, OF_INSTANCE, 19, NOT_IN_ALL, FIXED, 2},
    {0x43, OF_INSTANCE, 20, NOT_IN_ALL, FIXED, 4},
    {0x43, OF_INSTANCE, 21, NOT_IN_ALL, COUNTED32, 1},
    {0x43, OF_INSTANCE, 22, NOT_IN_ALL, COUNTED32, 1},
    {0x43, OF_INSTANCE, 23, NOT_IN_ALL, COUNTED32, 1},
    {0x43, OF_INSTANCE, 24, NOT_IN_ALL, COUNTED16, 10},
    {0x43, OF_INSTANCE, 25, NOT_IN_ALL, COUNTED16, 36},
    {0x43, OF_INSTANCE, 26, NOT_IN_ALL, COUNTED16, 22},
    {0x43, OF_INSTANCE, 27, NOT_IN_ALL, FIXED, 2},
    {0x43, OF_INSTANCE, 28, NOT_IN_ALL, FIXED, 16},
    /* Device Level Ring */
    {0x47, OF_INSTANCE, 1, IN_ALL, FIXED, 1},
    {0x47, OF_INSTANCE, 2, IN_ALL, FIXED, 1},
    {0x47, OF_INSTANCE, 3, NOT_IN_ALL, FIXED, 1},
    {0x47, OF_INSTANCE, 4, NOT_IN_ALL, FIXED, 12},
    {0x47, OF_INSTANCE, 5, NOT_IN_ALL, FIXED, 2},
    {0x47, OF_INSTANCE, 6, NOT_IN_ALL, FIXED, 10},
    {0x47, OF_INSTANCE, 7, NOT_IN_ALL, FIXED, 10},
    {0x47, OF_INSTANCE, 8, NOT_IN_ALL, FIXED, 2},
    {0x47, OF_INSTANCE, 9, NOT_IN_ALL, REST, 0},
    {0x47, OF_INSTANCE, 10, NOT_IN_ALL, FIXED, 10},
    {0x47, OF_INSTANCE, 11, NOT_IN_ALL, FIXED, 1},
    {0x47, OF_INSTANCE, 12, NOT_IN_ALL, FIXED, 4},
    {0x47, OF_INSTANCE, 13, NOT_IN_ALL, FIXED, 11},
    {0x47, OF_INSTANCE, 14, NOT_IN_ALL, FIXED, 1},
    {0x47, OF_INSTANCE, 15, NOT_IN_ALL, FIXED, 10},
    {0x47, OF_INSTANCE, 16, NOT_IN_ALL, FIXED, 1},
    /* QoS */
    {0x48, OF_INSTANCE, 1, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 2, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 3, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 4, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 5, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 6, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 7, NOT_IN_ALL, FIXED, 1},
    {0x48, OF_INSTANCE, 8, NOT_IN_ALL, FIXED, 1},
    /* SERCOS III Link */
    {0x4c, OF_INSTANCE, 1, NOT_IN_ALL, FIXED, 6},
    {0x4c, OF_INSTANCE, 2, NOT_IN_ALL, FIXED, 4},
    {0x4c, OF_INSTANCE, 3, NOT_IN_ALL, FIXED, 2},
    {0x4c, OF_INSTANCE, 4, NOT_IN_ALL, FIXED, 2},
    {0x4c, OF_INSTANCE, 5, NOT_IN_ALL, FIXED, 4},
    {0x4c, OF_INSTANCE, 6, NOT_IN_ALL, FIXED, 2},
    /* CIP Security, EtherNet/IP Security, Certificate Management */
    {0x5d, OF_INSTANCE, 1, IN_ALL, FIXED, 1},
    {0x5d, OF_INSTANCE, 2, IN_ALL, FIXED, 2},
    {0x5e, OF_INSTANCE, 1, IN_ALL, FIXED, 1},
    {0x5e, OF_INSTANCE, 2, IN_ALL, FIXED, 4},
    {0x5e, OF_INSTANCE, 3, IN_ALL, COUNTED8, 2},
    {0x5e, OF_INSTANCE, 4, IN_ALL, COUNTED8, 2},
    {0x5e, OF_INSTANCE, 5, IN_ALL, PAIRS8, 0},
    {0x5e, OF_INSTANCE, 6, IN_ALL, EPATHS8, 0},
    {0x5e, OF_INSTANCE, 7, IN_ALL, EPATHS8, 0},
    {0x5e, OF_INSTANCE, 8, IN_ALL, EPATH8, 0},
    {0x5e, OF_INSTANCE, 9, IN_ALL, FIXED, 1},
    {0x5e, OF_INSTANCE, 10, IN_ALL, FIXED, 1},
    {0x5e, OF_INSTANCE, 11, IN_ALL, FIXED, 1},
    {0x5f, OF_INSTANCE, 1, IN_ALL, COUNTED8, 1},
    {0x5f, OF_INSTANCE, 2, IN_ALL, FIXED, 1},
    {0x5f, OF_INSTANCE, 3, IN_ALL, STATE_EPATH, 0},
    {0x5f, OF_INSTANCE, 4, IN_ALL, STATE_EPATH, 0},
    {0x5f, OF_INSTANCE, 5, IN_ALL, FIXED, 1},
    /* Connection Configuration */
    {0xf3, OF_CLASS, 1, IN_ALL, FIXED, 2},
    {0xf3, OF_CLASS, 2, IN_ALL, FIXED, 4},
    {0xf3, OF_CLASS, 3, IN_ALL, FIXED, 4},
    {0xf3, OF_CLASS, 8, IN_ALL, FIXED, 2},
    {0xf3, OF_CLASS, 9, IN_ALL, FIXED, 4},
    /* Port */
    {0xf4, OF_INSTANCE, 1, IN_ALL, FIXED, 2},
    {0xf4, OF_INSTANCE, 2, IN_ALL, FIXED, 2},
    {0xf4, OF_INSTANCE, 3, IN_ALL, EPATH16, 0},
    {0xf4, OF_INSTANCE, 4, IN_ALL, COUNTED8, 1},
    {0xf4, OF_INSTANCE, 7, IN_ALL, FIXED, 2},
    {0xf4, OF_INSTANCE, 8, NOT_IN_ALL, FIXED, 4},
    {0xf4, OF_INSTANCE, 9, NOT_IN_ALL, FIXED, 2},
    {0xf4, OF_INSTANCE, 11, NOT_IN_ALL, EPATHS8, 0},
    {0xf4, OF_CLASS, 1, IN_ALL, FIXED, 2},
    {0xf4, OF_CLASS, 2, IN_ALL, FIXED, 2},
    {0xf4, OF_CLASS, 3, IN_ALL, FIXED, 2},
    {0xf4, OF_CLASS, 8, IN_ALL, FIXED, 2},
    {0xf4, OF_CLASS, 9, IN_ALL, REST, 0},
    /* TCP/IP Interface */
    {0xf5, OF_INSTANCE, 1, IN_ALL, FIXED, 4},
    {0xf5, OF_INSTANCE, 2, IN_ALL, FIXED, 4},
    {0xf5, OF_INSTANCE, 3, IN_ALL, FIXED, 4},
    {0xf5, OF_INSTANCE, 4, IN_ALL, EPATH16, 0},
    {0xf5, OF_INSTANCE, 5, IN_ALL, DOMAIN, 0},
    {0xf5, OF_INSTANCE, 6, IN_ALL, TEXT16, 0},
    {0xf5, OF_INSTANCE, 7, IN_ALL, FIXED, 6},
    {0xf5, OF_INSTANCE, 8, IN_ALL, FIXED, 1},
    {0xf5, OF_INSTANCE, 9, IN_ALL, FIXED, 8},
    {0xf5, OF_INSTANCE, 10, IN_ALL, FIXED, 1},
    {0xf5, OF_INSTANCE, 11, IN_ALL, FIXED, 35},
    {0xf5, OF_INSTANCE, 12, IN_ALL, FIXED, 1},
    {0xf5, OF_INSTANCE, 13, IN_ALL, FIXED, 2},
    {0xf5, OF_INSTANCE, 14, NOT_IN_ALL, COUNTED8, 6},
    /* Ethernet Link */
    {0xf6, OF_INSTANCE, 1, IN_ALL, FIXED, 4},
    {0xf6, OF_INSTANCE, 2, IN_ALL, FIXED, 4},
    {0xf6, OF_INSTANCE, 3, IN_ALL, FIXED, 6},
    {0xf6, OF_INSTANCE, 4, IN_ALL, FIXED, 44},
    {0xf6, OF_INSTANCE, 5, IN_ALL, FIXED, 48},
    {0xf6, OF_INSTANCE, 6, IN_ALL, FIXED, 4},
    {0xf6, OF_INSTANCE, 7, IN_ALL, FIXED, 1},
    {0xf6, OF_INSTANCE, 8, IN_ALL, FIXED, 1},
    {0xf6, OF_INSTANCE, 9, IN_ALL, FIXED, 1},
    {0xf6, OF_INSTANCE, 10, IN_ALL, COUNTED8, 1},
    {0xf6, OF_INSTANCE, 11, IN_ALL, SPEEDS, 0},
    {0xf6, OF_INSTANCE, 12, IN_ALL, FIXED, 64},
    {0xf6, OF_INSTANCE, 13, IN_ALL, FIXED, 48},
    /* What every class has about itself, clause 4-4.1. */
    {ANY_CLASS, OF_CLASS, 1, IN_ALL, FIXED, 2},
    {ANY_CLASS, OF_CLASS, 2, IN_ALL, FIXED, 2},
    {ANY_CLASS, OF_CLASS, 3, IN_ALL, FIXED, 2},
    {ANY_CLASS, OF_CLASS, 4, IN_ALL, COUNTED16, 2},
    {ANY_CLASS, OF_CLASS, 5, IN_ALL, COUNTED16, 2},
    {ANY_CLASS, OF_CLASS, 6, IN_ALL, FIXED, 2},
    {ANY_CLASS, OF_CLASS, 7, IN_ALL, FIXED, 2},
    /* Certificate Management, behind these */
    {0x5f, OF_CLASS, 8, IN_ALL, FIXED, 4},
    {0x5f, OF_CLASS, 9, IN_ALL, PAIRS8, 0},
};

/* Which of the class's own attributes Get_Attributes_All returns, for classes that say so: a bit for each ID. */
static const struct {
    uint16_t class, ids;
} class_all[] = {{0x01, 1 << 1 | 1 << 2 | 1 << 6 | 1 << 7},
                 {0x02, 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7},
                 {0x06, 1 << 1 | 1 << 2 | 1 << 6 | 1 << 7},
                 {0x43, 0xfe},
                 {0x47, 0xfe},
                 {0x48, 0xfe},
                 {0x5f, 1 << 1 | 1 << 2 | 1 << 6 | 1 << 7},
                 {0xf5, 0xfe},
                 {0xf6, 0xfe}};

static bool is_class(const struct cip_target *t) { return t->has_instance && t->instance == 0; }

static const struct attribute *attribute_of(const struct cip_target *t, uint32_t id)
{
    bool class_level = is_class(t);
    if (!t->has_class) return NULL;
    for (unsigned i = 0; i < COUNT_OF(attributes); i++) {
        const struct attribute *a = &attributes[i];
        bool same = a->class == t->class || (a->class == ANY_CLASS && class_level);
        if (same && a->id == id && a->of_instance == !class_level) return a;
    }
    return NULL;
}

/* A text of a STRINGI: language, type, character set, and the text as its type says. */
static bool skip_text(struct bytes *in)
{
    bytes_skip(in, 3);
    uint8_t type = bytes_u8(in);
    bytes_skip(in, 2);
    switch (type) {
    case 0xd0:
        bytes_skip(in, bytes_le16(in));
        return true;
    case 0xd5:
        bytes_skip(in, bytes_le16(in) * 2u);
        return true;
    case 0xda:
        bytes_skip(in, bytes_u8(in));
        return true;
    default:
        return false;
    }
}

static void skip_path(struct pdu *p, struct bytes *in, size_t words)
{
    cip_emit_path(p, bytes_take_upto(in, words * 2));
}

/* Moves past the value; paths in it are told, as Wireshark does. False when it is cut short. */
static bool pass_value(struct pdu *p, struct bytes *in, const struct attribute *a)
{
    uint32_t n;
    switch (a->form) {
    case FIXED:
        bytes_skip(in, a->size);
        break;
    case COUNTED8:
        bytes_skip(in, (size_t)a->size * bytes_u8(in));
        break;
    case COUNTED16:
        bytes_skip(in, (size_t)a->size * bytes_le16(in));
        break;
    case COUNTED32:
        bytes_skip(in, (size_t)a->size * bytes_le32(in));
        break;
    case DOMAIN:
        bytes_skip(in, 20);
        /* fall through */
    case TEXT16:
        n = bytes_le16(in);
        bytes_skip(in, n + n % 2);
        break;
    case BITS16:
        bytes_skip(in, (bytes_le16(in) + 7u) / 8);
        break;
    case EPATH16:
        skip_path(p, in, bytes_le16(in));
        break;
    case STATE_EPATH:
        bytes_skip(in, 1);
        /* fall through */
    case EPATH8:
        skip_path(p, in, bytes_u8(in));
        break;
    case EPATHS8:
        for (n = bytes_u8(in); n > 0 && !bytes_empty(in); n--) skip_path(p, in, bytes_u8(in));
        break;
    case LISTS8:
        for (n = 0; n < 3; n++) bytes_skip(in, bytes_u8(in));
        break;
    case SPEEDS:
        bytes_skip(in, 4);
        bytes_skip(in, 3u * bytes_u8(in));
        break;
    case PAIRS8:
        for (n = bytes_u8(in) * 2u; n > 0 && !bytes_empty(in); n--) bytes_skip(in, bytes_u8(in));
        break;
    case TEXTS8:
        for (n = bytes_u8(in); n > 0 && !bytes_empty(in); n--)
            if (!skip_text(in)) break;
        break;
    default:
        bytes_skip(in, bytes_left(in));
    }
    return bytes_ok(in);
}

/* The Identity object, clause 5A-2.2. */
static void identify(struct pdu *p, struct bytes v, uint8_t id)
{
    switch (id) {
    case 1:
        emit_uint(p, F_ID_VENDOR, bytes_peek_le16(&v, 0));
        cip_identify_vendor(p, bytes_peek_le16(&v, 0));
        break;
    case 2:
        emit_uint(p, F_ID_TYPE, bytes_peek_le16(&v, 0));
        cip_identify_type(p, bytes_peek_le16(&v, 0));
        break;
    case 3:
        emit_uint(p, F_ID_PRODUCT, bytes_peek_le16(&v, 0));
        break;
    case 4:
        emit_uint(p, F_ID_MAJOR, bytes_peek(&v, 0));
        emit_uint(p, F_ID_MINOR, bytes_peek(&v, 1));
        message_identity_format(p, IDENTITY_FIRMWARE, "%u.%03u", bytes_peek(&v, 0), bytes_peek(&v, 1));
        break;
    case 5:
        emit_uint(p, F_ID_STATUS, bytes_peek_le16(&v, 0));
        break;
    case 6:
        emit_uint(p, F_ID_SERIAL, bytes_le32(&v));
        break;
    case 7:
        bytes_skip(&v, 1);
        emit_text(p, F_ID_NAME, v);
        message_identity(p, IDENTITY_MODEL, bytes_trimmed(v));
        break;
    default:
        break;
    }
}

/* One attribute's value: passed over, and told where it says who the device is. */
static bool value(struct pdu *p, struct bytes *in, const struct cip_target *t, const struct attribute *a)
{
    struct bytes before = *in;
    if (!pass_value(p, in, a)) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    struct bytes v = bytes_take(&before, bytes_left(&before) - bytes_left(in));
    if (t->class == CIP_CLASS_IDENTITY && t->instance == 1) {
        if (a->id == 6)
            message_identity_format(p, IDENTITY_SERIAL, "%08X",
                                    (uint32_t)bytes_peek_le16(&v, 2) << 16 | bytes_peek_le16(&v, 0));
        identify(p, v, a->id);
    }
    if (t->class == CIP_CLASS_TCPIP && a->id == 6 && a->form == TEXT16) {
        uint16_t n = bytes_le16(&v);
        v = bytes_take_upto(&v, n);
        emit_text(p, F_HOSTNAME, v);
        message_identity(p, IDENTITY_NAME, bytes_trimmed(v));
    }
    return true;
}

static void identity_slot(struct pdu *p, const struct cip_target *t)
{
    if (t->class == CIP_CLASS_IDENTITY && p->message->has_unit)
        message_identity_format(p, IDENTITY_SLOT, "%u", p->message->unit);
}

static bool in_all(const struct attribute *a, const struct cip_target *t)
{
    if (a->class != ANY_CLASS) return a->class == t->class && a->of_instance == !is_class(t) && a->in_all;
    for (unsigned i = 0; i < COUNT_OF(class_all); i++)
        if (is_class(t) && class_all[i].class == t->class) return class_all[i].ids >> a->id & 1;
    return false;
}

void cip_get_all(struct pdu *p, struct bytes in, const struct cip_target *target)
{
    if (!target->has_class) {
        emit_bytes(p, F_DATA, in);
        return;
    }
    identity_slot(p, target);
    for (unsigned i = 0; i < COUNT_OF(attributes) && !bytes_empty(&in); i++) {
        if (!in_all(&attributes[i], target)) continue;
        emit_uint(p, F_ATTRIBUTE, attributes[i].id);
        if (!value(p, &in, target, &attributes[i])) return;
    }
    if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
}

static bool counted(struct pdu *p, struct bytes *in, size_t least, unsigned *count)
{
    *count = bytes_le16(in);
    if (bytes_ok(in) && bytes_left(in) >= *count * least) return true;
    message_anomaly(p, A_LIST_INVALID);
    return false;
}

void cip_list_request(struct pdu *p, struct bytes in, const struct cip_target *target, bool set)
{
    unsigned count;
    if (!counted(p, &in, 2, &count)) return;
    for (; count > 0 && bytes_left(&in) >= 2; count--) {
        uint16_t id = bytes_le16(&in);
        emit_uint(p, F_ATTRIBUTE, id);
        const struct attribute *a = set ? attribute_of(target, id) : NULL;
        if (!set) continue;
        if (!a || !value(p, &in, target, a)) break; /* how long its value is nobody says */
    }
    if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
}

void cip_list_response(struct pdu *p, struct bytes in, const struct cip_target *target, bool set)
{
    unsigned count;
    if (!counted(p, &in, 4, &count)) return;
    if (!set) identity_slot(p, target);
    for (; count > 0 && bytes_left(&in) >= 4; count--) {
        uint16_t id = bytes_le16(&in), status = bytes_le16(&in);
        emit_uint(p, F_ATTRIBUTE, id);
        emit_uint(p, set ? F_SETLIST_STATUS : F_GETLIST_STATUS, status & 0xff);
        if (set || status) continue;
        const struct attribute *a = attribute_of(target, id);
        if (!a || !value(p, &in, target, a)) break;
    }
    if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
}

void cip_single_value(struct pdu *p, struct bytes in, const struct cip_target *target)
{
    const struct attribute *a = target->has_attribute ? attribute_of(target, target->attribute) : NULL;
    emit_bytes(p, F_DATA, in);
    if (!a) return;
    identity_slot(p, target);
    (void)value(p, &in, target, a);
}
