/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 object headers: qualifiers, ranges, prefixes, and the walk over the objects behind them (IEEE Std 1815-2012
 * clauses 4.2.2.7 and 11.3). */
#include "parsers/dnp3/dnp3.h"

enum { PREFIX_SIZES = 4, PREFIX_RESERVED = 7 };
static const uint8_t prefix_octets[8] = {0, 1, 2, 4, 1, 2, 4, 0};

/* Octets of each number in the range field; the class of what it holds. */
enum range_kind { RANGE_NOTHING, RANGE_START_STOP, RANGE_ADDRESS, RANGE_COUNT, RANGE_UNDEFINED };
static const struct {
    uint8_t kind, octets;
} ranges[16] = {
    {RANGE_START_STOP, 1}, {RANGE_START_STOP, 2}, {RANGE_START_STOP, 4}, {RANGE_ADDRESS, 1},
    {RANGE_ADDRESS, 2},    {RANGE_ADDRESS, 4},    {RANGE_NOTHING, 0},    {RANGE_COUNT, 1},
    {RANGE_COUNT, 2},      {RANGE_COUNT, 4},      {RANGE_UNDEFINED, 0},  {RANGE_COUNT, 1},
    {RANGE_UNDEFINED, 0},  {RANGE_UNDEFINED, 0},  {RANGE_UNDEFINED, 0},  {RANGE_UNDEFINED, 0},
};

struct header {
    const struct dnp3_object *object; /* NULL: not in the library */
    uint16_t code;
    uint8_t prefix, range;
    uint32_t first;
    uint64_t count;
};

enum { WALK_ON = 0, WALK_ENDS = 1 };

/* Of functions whose objects Wireshark leaves alone the dnp3.al.* of headers stay away here too, so that a filter
 * means the same in both; what they do is told as ot.object, ot.value and dnp3.sa.*. */
static void emit_header(const struct dnp3_walk *w, unsigned field, uint64_t v)
{
    if (!w->unshown) emit_uint(w->p, field, v);
}

/* Object codes of headers are told as tshark tells them, before the qualifier is known to be there. */
static int read_header(struct dnp3_walk *w, struct header *h)
{
    struct pdu *p = w->p;
    h->code = bytes_be16(&w->in);
    h->object = dnp3_object_find(h->code);
    emit_header(w, F_OBJ, dnp3_string_group(h->code) ? h->code & 0xff00u : h->code);
    if (!h->object) {
        message_anomaly(p, A_OBJECT_UNKNOWN);
        emit_present(p, F_UNKNOWN_OBJECT);
    }

    uint8_t qualifier = bytes_u8(&w->in);
    if (!bytes_ok(&w->in)) return WALK_ENDS;
    h->prefix = qualifier >> 4 & 7;
    h->range = qualifier & 15;
    emit_header(w, F_OBJQ_PREFIX, h->prefix);
    emit_header(w, F_OBJQ_RANGE, h->range);

    unsigned kind = ranges[h->range].kind, octets = ranges[h->range].octets;
    if (kind == RANGE_UNDEFINED || h->prefix == PREFIX_RESERVED) message_anomaly(p, A_QUALIFIER);
    if (octets == 0) return WALK_ON;
    uint32_t number = (uint32_t)bytes_le(&w->in, octets);
    uint32_t stop = kind == RANGE_START_STOP ? (uint32_t)bytes_le(&w->in, octets) : 0;
    if (!bytes_ok(&w->in)) return WALK_ENDS;
    if (kind == RANGE_START_STOP) {
        emit_header(w, F_RANGE_START, number);
        emit_header(w, F_RANGE_STOP, stop);
        /* As a receiver with 32-bit numbers counts them: a range that runs backwards may still hold some. */
        int32_t count = (int32_t)(stop - number + 1);
        if (stop < number) message_anomaly(p, A_RANGE_BACKWARDS);
        if (count < 0) {
            if (stop > number && !w->headers_only) message_anomaly(p, A_OBJECT_CUT);
            return WALK_ENDS;
        }
        h->first = number;
        h->count = (uint32_t)count;
    } else if (kind == RANGE_ADDRESS) {
        emit_header(w, F_RANGE_ABS, number);
        h->first = number;
        h->count = 1;
    } else {
        emit_header(w, F_RANGE_QUANTITY, number);
        h->count = number;
    }
    return WALK_ON;
}

/* The prefix before one object: an index that names it, or its size in octets. */
static uint32_t read_prefix(struct dnp3_walk *w, const struct header *h, uint32_t *index)
{
    uint32_t prefix = (uint32_t)bytes_le(&w->in, prefix_octets[h->prefix]);
    if (!bytes_ok(&w->in)) return 0;
    if (h->prefix >= PREFIX_SIZES) {
        emit_header(w, F_SIZE, prefix);
        return prefix;
    }
    emit_header(w, F_INDEX, prefix);
    *index = prefix;
    return 0;
}

static void packed(struct dnp3_walk *w, const struct header *h)
{
    unsigned width = h->object->shape == SHAPE_TWO ? 2 : 1, per_octet = 8 / width, mask = width == 2 ? 3 : 1;
    uint8_t octet = 0;
    for (uint64_t i = 0; i < h->count; i++) {
        unsigned at = (unsigned)(i % per_octet);
        uint32_t index = h->first + (uint32_t)i;
        if (h->prefix) {
            read_prefix(w, h, &index);
            octet = bytes_u8(&w->in);
            at = 0;
        } else if (at == 0) {
            octet = bytes_u8(&w->in);
        }
        if (!bytes_ok(&w->in)) {
            message_anomaly(w->p, A_OBJECT_CUT);
            return;
        }
        if (!h->prefix) emit_header(w, F_POINT_INDEX, index);
        dnp3_bit_point(w, h->object, index, octet >> (at * width) & mask);
    }
}

/* Nobody reads the points: only see that they are all there. */
static bool pass_over(struct dnp3_walk *w, const struct header *h)
{
    uint64_t each = prefix_octets[h->prefix] + (uint64_t)h->object->size, octets = h->count * each;
    if (h->object->shape == SHAPE_BIT && !h->prefix) octets = (h->count + 7) / 8;
    if (h->object->shape == SHAPE_TWO && !h->prefix) octets = (h->count + 3) / 4;
    if (octets > bytes_left(&w->in)) {
        message_anomaly(w->p, A_OBJECT_CUT);
        return false;
    }
    bytes_skip(&w->in, octets);
    return true;
}

static bool can_pass_over(const struct dnp3_walk *w, const struct header *h)
{
    unsigned shape = h->object->shape;
    return !w->points && h->prefix < PREFIX_SIZES &&
           (shape == SHAPE_POINT || ((shape == SHAPE_BIT || shape == SHAPE_TWO) && !h->prefix));
}

static bool one_object(struct dnp3_walk *w, const struct header *h, uint32_t index, bool sized, uint32_t size)
{
    struct bytes own;
    const struct dnp3_object *o = h->object;
    unsigned variation = h->code & 0xff;
    if (!sized && o->shape == SHAPE_STRING) size = variation, sized = true;
    if (!sized && o->shape == SHAPE_SIZED && o->size) size = o->size, sized = true;
    if (sized) {
        bool whole = size <= bytes_left(&w->in);
        own = bytes_take_upto(&w->in, size);
        if (!whole) message_anomaly(w->p, A_OBJECT_CUT);
    }
    struct bytes *in = sized ? &own : &w->in;
    switch ((enum shape)o->shape) {
    case SHAPE_ATTRIBUTE:
        return dnp3_attribute(w, variation, index, in);
    case SHAPE_FILE:
        dnp3_file(w, variation, in, sized);
        return sized;
    case SHAPE_SECURITY:
        return dnp3_security(w, variation, in) || sized;
    case SHAPE_STRING:
        emit_bytes(w->p, F_OCTET_STRING, own);
        dnp3_object_title(w, o, index);
        if (wants_object(w->p)) message_value_text(w->p, own);
        return true;
    case SHAPE_SIZED:
        if (!sized) own = bytes_take(&w->in, bytes_left(&w->in));
        emit_bytes(w->p, F_UNKNOWN_CHUNK, own);
        return sized;
    default:
        return dnp3_point(w, o, index, in);
    }
}

/* Only a size prefix tells where an unknown object ends. */
static int unknown_objects(struct dnp3_walk *w, const struct header *h)
{
    for (uint64_t i = 0; i < h->count; i++) {
        uint32_t index = h->first, size = 0;
        if (bytes_empty(&w->in)) {
            message_anomaly(w->p, A_OBJECT_CUT);
            return WALK_ENDS;
        }
        if (prefix_octets[h->prefix])
            size = read_prefix(w, h, &index);
        else
            emit_header(w, F_POINT_INDEX, index);
        struct bytes chunk = bytes_take_upto(&w->in, size ? size : bytes_left(&w->in));
        emit_bytes(w->p, F_UNKNOWN_CHUNK, chunk);
        if (!size || !bytes_ok(&w->in)) return WALK_ENDS;
    }
    return WALK_ON;
}

static int objects_of(struct dnp3_walk *w, const struct header *h)
{
    struct pdu *p = w->p;
    if (!h->object) return unknown_objects(w, h);
    unsigned shape = h->object->shape;
    if (can_pass_over(w, h)) return pass_over(w, h) ? WALK_ON : WALK_ENDS;
    if (shape == SHAPE_BIT || shape == SHAPE_TWO) {
        packed(w, h);
        return bytes_ok(&w->in) ? WALK_ON : WALK_ENDS;
    }
    bool sized = h->prefix >= PREFIX_SIZES && h->prefix != PREFIX_RESERVED;
    for (uint64_t i = 0; i < h->count; i++) {
        uint32_t index = h->first + (uint32_t)i, size = 0;
        size_t before = bytes_left(&w->in);
        if (!before) {
            message_anomaly(p, A_OBJECT_CUT);
            return WALK_ENDS;
        }
        if (prefix_octets[h->prefix])
            size = read_prefix(w, h, &index);
        else if (h->prefix == 0)
            emit_header(w, F_POINT_INDEX, index);
        if (!bytes_ok(&w->in)) break;
        if (shape == SHAPE_NONE) {
            if (i + 1 < h->count && !prefix_octets[h->prefix]) message_anomaly(p, A_EMPTY_OBJECTS);
        } else if (!one_object(w, h, index, sized, size)) {
            if (bytes_ok(&w->in)) return WALK_ENDS;
            break;
        }
        if (before != bytes_left(&w->in)) continue;
        /* Objects of no length: a count of them says nothing and could keep us here for 2^32 turns. */
        if (shape == SHAPE_NONE) return WALK_ON;
        message_anomaly(p, A_EMPTY_OBJECTS);
        return WALK_ENDS;
    }
    if (bytes_ok(&w->in)) return WALK_ON;
    message_anomaly(p, A_OBJECT_CUT);
    return WALK_ENDS;
}

/* A request by headers alone can still list its points by index prefixes. */
static int prefixes_of(struct dnp3_walk *w, const struct header *h)
{
    for (uint64_t i = 0; prefix_octets[h->prefix] && i < h->count; i++) {
        uint32_t index = 0, size = read_prefix(w, h, &index);
        if (!bytes_ok(&w->in)) {
            message_anomaly(w->p, A_OBJECT_CUT);
            return WALK_ENDS;
        }
        if (!size) continue;
        struct bytes own = bytes_take_upto(&w->in, size);
        if (h->object && h->object->shape == SHAPE_FILE) dnp3_file(w, h->code & 0xff, &own, true);
    }
    return WALK_ON;
}

/* What a request without values acts on: classes switched on or off, points frozen or assigned to a class. */
static void tell_target(struct dnp3_walk *w, const struct header *h)
{
    static const char *const deeds[] = {
        [FC_FREEZE] = "freeze",
        [FC_FREEZE_NO_RESPONSE] = "freeze",
        [FC_FREEZE_CLEAR] = "freeze and clear",
        [FC_FREEZE_CLEAR_NO_RESPONSE] = "freeze and clear",
        [FC_FREEZE_AT_TIME] = "freeze",
        [FC_FREEZE_AT_TIME_NO_RESPONSE] = "freeze",
        [FC_ENABLE_UNSOLICITED] = "enabled",
        [FC_DISABLE_UNSOLICITED] = "disabled",
    };
    static const char *const classes[] = {"class 0", "class 1", "class 2", "class 3"};
    unsigned group = h->code >> 8, variation = h->code & 0xff;
    const char *deed = w->function < COUNT_OF(deeds) ? deeds[w->function] : NULL;
    if (w->function == FC_ASSIGN_CLASS) {
        if (group == 60 && variation >= 1 && variation <= 4) w->class = (uint8_t)variation;
        if (group == 60 || !w->class) return;
        deed = classes[w->class - 1];
    }
    if (!deed || !wants_object(w->p)) return;
    if (group == 60)
        message_object(w->p, "Class %u", variation - 1);
    else if (ranges[h->range].kind == RANGE_START_STOP)
        message_object(w->p, "g%uv%u %u-%u", group, variation, h->first, h->first + (uint32_t)h->count - 1);
    else
        message_object(w->p, "g%uv%u", group, variation);
    message_value_text(w->p, bytes_over(deed, strlen(deed)));
}

static bool points_wanted(struct pdu *p) { return wants_object(p) || wants_any(p, F_INDEX, F_UNKNOWN_CHUNK); }

void dnp3_objects(struct dnp3_walk *w)
{
    if (bytes_left(&w->in) < 2) {
        if (!bytes_empty(&w->in)) message_anomaly(w->p, A_TRAILING);
        return;
    }
    w->points = points_wanted(w->p);
    while (bytes_left(&w->in) >= 2) {
        struct header h = {0};
        if (read_header(w, &h)) {
            if (!bytes_ok(&w->in)) message_anomaly(w->p, A_OBJECT_CUT);
            return;
        }
        tell_target(w, &h);
        if (w->headers_only ? prefixes_of(w, &h) : objects_of(w, &h)) return;
    }
    if (!bytes_empty(&w->in)) message_anomaly(w->p, A_TRAILING);
}
