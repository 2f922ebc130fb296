/* SPDX-License-Identifier: Apache-2.0 */
/* What IEC 61850 puts into MMS names and structures: control, reports, control blocks, name plates.
 * Follows IEC 61850-8-1 (2011) clauses 17 (reports), 20 (control) and annex E, IEC 61850-7-2 for the meanings. */
#include "parsers/mms/mms.h"

enum { VISIBLE = BER_CONTEXT(10), BIT_STRING = BER_CONTEXT(4), BOOLEAN = BER_CONTEXT(3), UNSIGNED = BER_CONTEXT(6) };
enum { INTEGER = BER_CONTEXT(5), OCTETS = BER_CONTEXT(9), STRUCTURE = BER_CONSTRUCTED(2) };

static bool contains(const struct bytes *text, const char *part)
{
    struct bytes rest = *text;
    size_t n = strlen(part);
    while (bytes_left(&rest) >= n) {
        if (bytes_starts_with(&rest, part, n)) return true;
        bytes_skip(&rest, 1);
    }
    return false;
}

bool mms_name_ends(const struct mms_name *name, const char *suffix)
{
    struct bytes item = name->item;
    size_t n = strlen(suffix);
    if (bytes_left(&item) < n) return false;
    bytes_skip(&item, bytes_left(&item) - n);
    return bytes_starts_with(&item, suffix, n);
}

static uint32_t control_operation(const struct mms_name *name, uint32_t service)
{
    if (service == MMS_READ) return mms_name_ends(name, "$SBO") ? (uint32_t)MMS_OP_SELECT : service;
    if (contains(&name->item, "$SBOw")) return MMS_OP_SELECT_WITH_VALUE;
    if (contains(&name->item, "$Cancel")) return MMS_OP_CANCEL;
    return MMS_OP_OPERATE;
}

/* The functional constraint follows the first dollar: "CSWI1$CO$Pos$Oper". */
uint32_t mms_operation_of(const struct mms_name *name, uint32_t service)
{
    static const struct {
        char constraint[3];
        uint16_t operation;
    } writes[] = {
        {"BR", MMS_OP_REPORT_CONTROL}, {"RP", MMS_OP_REPORT_CONTROL},  {"GO", MMS_OP_GOOSE_CONTROL},
        {"GS", MMS_OP_GOOSE_CONTROL},  {"MS", MMS_OP_SAMPLES_CONTROL}, {"US", MMS_OP_SAMPLES_CONTROL},
        {"LG", MMS_OP_LOG_CONTROL},    {"SP", MMS_OP_SETTING},         {"SE", MMS_OP_SETTING},
        {"SG", MMS_OP_SETTING},        {"CF", MMS_OP_CONFIGURATION},   {"DC", MMS_OP_CONFIGURATION},
        {"EX", MMS_OP_CONFIGURATION},  {"SV", MMS_OP_SUBSTITUTION},    {"BL", MMS_OP_SUBSTITUTION},
    };
    struct bytes rest = name->item;
    ptrdiff_t dollar = bytes_find(&rest, '$');
    if (dollar < 0) return service;
    bytes_skip(&rest, (size_t)dollar + 1);
    if (bytes_left(&rest) > 2 && bytes_peek(&rest, 2) != '$') return service;
    if (bytes_starts(&rest, "CO")) return control_operation(name, service);
    if (service != MMS_WRITE) return service;
    if (bytes_starts(&rest, "SP") && contains(&name->item, "SGCB")) return MMS_OP_SETTING_GROUP;
    for (size_t i = 0; i < COUNT_OF(writes); i++)
        if (bytes_starts_with(&rest, writes[i].constraint, 2)) return writes[i].operation;
    return service;
}

static void parse_origin(struct pdu *p, struct bytes origin)
{
    struct ber category, identity;
    if (!ber_next(&origin, &category)) return;
    emit_uint(p, F_ORIGIN_CATEGORY, ber_uint(category.content));
    if (ber_next(&origin, &identity)) emit_text(p, F_ORIGIN_IDENTITY, identity.content);
}

/* Oper, SBOw and Cancel: { ctlVal, [operTm], origin, ctlNum, T, Test, [Check] }. */
void mms_parse_control(struct pdu *p, struct bytes structure)
{
    struct ber element;
    if (!ber_next(&structure, &element)) return;
    char text[MMS_VALUE_TEXT];
    if (wants(p, F_CONTROL_VALUE)) {
        mms_data_text(&element, text, sizeof text);
        emit_format(p, F_CONTROL_VALUE, "%s", text);
    }
    if (wants_object(p)) mms_emit_value(p, &element);
    while (ber_next(&structure, &element)) {
        if (element.id == STRUCTURE) parse_origin(p, element.content);
        if (element.id == UNSIGNED) emit_uint(p, F_CONTROL_NUMBER, ber_uint(element.content));
        if (element.id == BOOLEAN) {
            bool test = ber_uint(element.content) != 0;
            emit_uint(p, F_CONTROL_TEST, test);
            if (test) message_anomaly(p, A_TEST_CONTROL);
        }
    }
}

/* { CntrlObj, Error, Origin, ctlNum, AddCause }, clause 20.9 */
void mms_parse_last_error(struct pdu *p, const struct ber *structure)
{
    struct bytes content = structure->content;
    struct ber element;
    unsigned integers = 0;
    while (ber_next(&content, &element)) {
        if (element.id == VISIBLE) message_object_text(p, element.content);
        if (element.id == STRUCTURE) parse_origin(p, element.content);
        if (element.id == UNSIGNED) emit_uint(p, F_CONTROL_NUMBER, ber_uint(element.content));
        if (element.id != INTEGER || integers++ == 0) continue;
        uint8_t cause = (uint8_t)ber_uint(element.content);
        emit_uint(p, F_ADD_CAUSE, cause);
        message_status(p, STATUS_REFUSED, MMS_STATUS_CAUSE + cause);
    }
}

/* ---- reports ---------------------------------------------------------------------------------------------------- */

/* OptFlds, clause 17.2.3: bit 0 is the first of the string. */
enum {
    HAS_NUMBER = 1,
    HAS_TIME,
    HAS_REASON,
    HAS_DATA_SET,
    HAS_REFERENCE,
    HAS_OVERFLOW,
    HAS_ENTRY,
    HAS_REVISION,
    HAS_SEGMENTS
};

static bool bit_at(struct bytes bits, size_t i) { return bytes_peek(&bits, 1 + i / 8) >> (7 - i % 8) & 1; }

/* The next result when the option is set; false (and nothing taken) when not. */
static bool optional(struct bytes *in, struct bytes options, unsigned option, struct ber *element)
{
    return bit_at(options, option) && ber_next(in, element);
}

static struct bytes parse_report_head(struct pdu *p, struct bytes *in, struct bytes options, struct bytes name)
{
    struct ber element;
    if (optional(in, options, HAS_NUMBER, &element)) emit_uint(p, F_REPORT_NUMBER, ber_uint(element.content));
    (void)optional(in, options, HAS_TIME, &element);
    if (optional(in, options, HAS_DATA_SET, &element)) {
        emit_text(p, F_DATA_SET, element.content);
        name = element.content;
    }
    if (optional(in, options, HAS_OVERFLOW, &element)) emit_uint(p, F_BUFFER_OVERFLOW, ber_uint(element.content) != 0);
    (void)optional(in, options, HAS_ENTRY, &element);
    (void)optional(in, options, HAS_REVISION, &element);
    if (optional(in, options, HAS_SEGMENTS, &element)) (void)ber_next(in, &element);
    return name;
}

/* Members of the data set that the report includes: their references when given, then their values. */
static void parse_members(struct pdu *p, struct bytes in, struct bytes options, struct bytes name)
{
    struct ber inclusion, reference, value;
    if (!ber_next(&in, &inclusion) || inclusion.id != BIT_STRING) return;
    size_t members = bytes_left(&inclusion.content) * 8, included = 0;
    uint8_t unused = bytes_peek(&inclusion.content, 0); /* bits at the end */
    members = members > 8u + unused ? members - 8 - unused : 0;
    for (size_t i = 0; i < members; i++) included += bit_at(inclusion.content, i);
    struct bytes references = in;
    bool referenced = bit_at(options, HAS_REFERENCE);
    for (size_t i = 0; referenced && i < included; i++)
        if (!ber_next(&in, &reference)) return;
    for (size_t i = 0; i < members; i++) {
        if (!bit_at(inclusion.content, i)) continue;
        if (!ber_next(&in, &value)) return;
        if (referenced && ber_next(&references, &reference))
            message_object_text(p, reference.content);
        else
            message_object(p, "%.*s[%u]", (int)bytes_left(&name), (const char *)name.at, (unsigned)i);
        mms_emit_value(p, &value);
    }
}

void mms_parse_iec61850_report(struct pdu *p, struct bytes results)
{
    struct ber id, options;
    if (!ber_next(&results, &id) || id.id != VISIBLE) return;
    emit_text(p, F_REPORT_ID, id.content);
    if (!ber_next(&results, &options) || options.id != BIT_STRING) return;
    struct bytes name = parse_report_head(p, &results, options.content, id.content);
    if (wants_object(p)) parse_members(p, results, options.content, name);
}

/* ---- name plates ------------------------------------------------------------------------------------------------ */

/* Attributes of the classes DPL and LPL as they are read one by one (IEC 61850-7-3 clause 7.9). */
void mms_identity_of(struct pdu *p, const char *name, const struct ber *data)
{
    static const struct {
        const char *suffix;
        enum identity identity;
    } plates[] = {
        {"$PhyNam$vendor", IDENTITY_VENDOR},
        {"$PhyNam$model", IDENTITY_MODEL},
        {"$PhyNam$hwRev", IDENTITY_HARDWARE},
        {"$PhyNam$swRev", IDENTITY_FIRMWARE},
        {"$PhyNam$serNum", IDENTITY_SERIAL},
        {"$PhyNam$location", IDENTITY_LOCATION},
        {"$PhyNam$name", IDENTITY_NAME},
        {"LLN0$DC$NamPlt$vendor", IDENTITY_VENDOR},
        {"LLN0$DC$NamPlt$swRev", IDENTITY_FIRMWARE},
    };
    if (data->id != VISIBLE) return;
    struct mms_name whole = {{0}, bytes_over(name, strlen(name))};
    if (!contains(&whole.item, "$DC$")) return;
    for (size_t i = 0; i < COUNT_OF(plates); i++)
        if (mms_name_ends(&whole, plates[i].suffix)) {
            message_identity(p, plates[i].identity, bytes_trimmed(data->content));
            message_identity(p, IDENTITY_ROLE, bytes_over("ied", 3));
        }
}
