/* SPDX-License-Identifier: Apache-2.0 */
/* What confirmed services ask and answer, and information reports. Follows ISO 9506-2 clauses 8 to 18. */
#include "parsers/mms/mms.h"

/* ---- names kept for the answer ---------------------------------------------------------------------------------- */

static void remember_part(struct mms_memory *m, struct bytes part)
{
    size_t n = bytes_left(&part);
    memcpy(m->text + m->length, part.at, n);
    m->length = (uint8_t)(m->length + n);
}

static void remember(struct pdu *p, uint64_t key, const struct mms_list *list)
{
    struct mms_state *state = p->state;
    struct mms_memory *m = &state->memories[state->next_memory];
    state->next_memory = (uint8_t)((state->next_memory + 1) % MMS_NAMES);
    *m = (struct mms_memory){.key = key};
    for (unsigned i = 0; i < list->count; i++) {
        const struct mms_name *name = &list->names[i];
        bool domain = !bytes_empty(&name->domain);
        size_t needed = bytes_left(&name->domain) + domain + bytes_left(&name->item) + 1;
        if (m->length + needed > sizeof m->text) return;
        if (domain) {
            remember_part(m, name->domain);
            m->text[m->length++] = '/';
        }
        if (!bytes_empty(&name->item)) remember_part(m, name->item);
        m->text[m->length++] = 0;
        m->count++;
    }
}

static const struct mms_memory *recall(const struct pdu *p, uint64_t key)
{
    const struct mms_state *state = p->state;
    for (unsigned i = 0; i < MMS_NAMES; i++)
        if (state->memories[i].count && state->memories[i].key == key) return &state->memories[i];
    return NULL;
}

/* ---- requests --------------------------------------------------------------------------------------------------- */

static void parse_read(struct pdu *p, struct bytes content, uint64_t key)
{
    struct ber element, specification;
    struct mms_list list = {0};
    while (ber_next(&content, &element))
        if (element.id == BER_CONSTRUCTED(1) && ber_next(&element.content, &specification))
            mms_parse_variables(p, &specification, &list);
    for (unsigned i = 0; i < list.count; i++) mms_emit_object(p, &list.names[i]);
    remember(p, key, &list);
}

static void parse_write(struct pdu *p, struct bytes content, uint64_t key)
{
    struct ber specification, data, item;
    struct mms_list list = {0};
    if (!ber_next(&content, &specification)) return;
    mms_parse_variables(p, &specification, &list);
    remember(p, key, &list);
    uint32_t operation = p->message->operation_code;
    bool control = operation >= MMS_OP_OPERATE && operation <= MMS_OP_CANCEL;
    if (!ber_next(&content, &data) || data.id != BER_CONSTRUCTED(0)) return;
    for (unsigned i = 0; ber_next(&data.content, &item); i++) {
        if (i < list.count) mms_emit_object(p, &list.names[i]);
        if (control && item.id == BER_CONSTRUCTED(2))
            mms_parse_control(p, item.content);
        else if (wants_object(p) && i < list.count)
            mms_emit_value(p, &item);
    }
}

static void parse_name_list_request(struct pdu *p, struct bytes content)
{
    enum { CLASS = BER_CONSTRUCTED(0), SCOPE = BER_CONSTRUCTED(1) };
    struct ber element, part;
    while (ber_next(&content, &element)) {
        if (element.id == CLASS && ber_next(&element.content, &part)) {
            emit_int(p, F_OBJECT_CLASS, (int32_t)ber_int(part.content));
        } else if (element.id == SCOPE && ber_next(&element.content, &part) && part.id == BER_CONTEXT(1)) {
            emit_text(p, F_DOMAIN_SCOPE, part.content);
            message_object_text(p, part.content);
        }
    }
}

/* Services whose content is one name, or the number of a state machine. */
static bool parse_bare(struct pdu *p, uint32_t service, struct bytes content)
{
    switch (service) {
    case MMS_DOWNLOAD_SEGMENT:
    case MMS_INITIATE_UPLOAD:
    case MMS_DELETE_DOMAIN:
    case MMS_DOMAIN_ATTRIBUTES:
    case MMS_DELETE_PROGRAM:
    case MMS_PROGRAM_ATTRIBUTES:
        message_object_text(p, content);
        return true;
    case MMS_UPLOAD_SEGMENT:
    case MMS_TERMINATE_UPLOAD:
        message_object(p, "upload %u", (unsigned)ber_uint(content));
        return true;
    case MMS_FILE_READ:
    case MMS_FILE_CLOSE:
        message_object(p, "file %u", (unsigned)ber_uint(content));
        return true;
    }
    return false;
}

void mms_parse_request(struct pdu *p, uint32_t service, struct bytes content, uint64_t key)
{
    switch (service) {
    case MMS_STATUS:
    case MMS_IDENTIFY:
        return;
    case MMS_GET_NAME_LIST:
        parse_name_list_request(p, content);
        return;
    case MMS_READ:
        parse_read(p, content, key);
        return;
    case MMS_WRITE:
        parse_write(p, content, key);
        return;
    }
    if (!parse_bare(p, service, content)) mms_parse_shape(p, mms_shape_of(service, false), content);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

static void refuse(struct pdu *p, const struct ber *failure)
{
    uint8_t code = (uint8_t)ber_uint(failure->content);
    emit_int(p, F_FAILURE, code);
    if (p->message->status != STATUS_REFUSED) message_status(p, STATUS_REFUSED, MMS_STATUS_ACCESS + code);
}

/* listOfAccessResult beside the names of the request: an error or a value for each. */
static void parse_results(struct pdu *p, struct bytes results, const struct mms_memory *names)
{
    struct ber result;
    const char *name = names ? names->text : NULL;
    bool wanted = wants_object(p);
    for (unsigned i = 0; ber_next(&results, &result); i++) {
        bool known = names && i < names->count;
        if (mms_is_failure(&result)) {
            refuse(p, &result);
        } else if (known && wanted) {
            mms_emit_remembered(p, name);
            mms_emit_value(p, &result);
        }
        if (known && !mms_is_failure(&result)) mms_identity_of(p, name, &result);
        if (known) name += strlen(name) + 1;
    }
}

static void parse_read_answer(struct pdu *p, struct bytes content, uint64_t key)
{
    enum { SPECIFICATION = BER_CONSTRUCTED(0), RESULTS = BER_CONSTRUCTED(1) };
    struct ber element, specification;
    struct mms_list list = {0};
    while (ber_next(&content, &element)) {
        if (element.id == SPECIFICATION && ber_next(&element.content, &specification))
            mms_parse_variables(p, &specification, &list);
        else if (element.id == RESULTS)
            parse_results(p, element.content, recall(p, key));
    }
}

static void parse_write_answer(struct pdu *p, struct bytes content)
{
    struct ber result;
    while (ber_next(&content, &result))
        if (mms_is_failure(&result)) refuse(p, &result);
}

static void parse_name_list_answer(struct pdu *p, struct bytes content)
{
    enum { IDENTIFIERS = BER_CONSTRUCTED(0), MORE = BER_CONTEXT(1) };
    struct ber element, name;
    while (ber_next(&content, &element)) {
        if (element.id == MORE) emit_uint(p, F_MORE_FOLLOWS, ber_uint(element.content) != 0);
        if (element.id != IDENTIFIERS || !wants(p, F_IDENTIFIER)) continue;
        while (ber_next(&element.content, &name)) emit_text(p, F_IDENTIFIER, name.content);
    }
}

static void parse_identify_answer(struct pdu *p, struct bytes content)
{
    static const struct {
        uint16_t field;
        enum identity identity;
    } parts[] = {{F_VENDOR, IDENTITY_VENDOR}, {F_MODEL, IDENTITY_MODEL}, {F_REVISION, IDENTITY_FIRMWARE}};
    struct ber element;
    while (ber_next(&content, &element)) {
        if (ber_is_constructed(&element) || element.tag >= COUNT_OF(parts)) continue;
        emit_text(p, parts[element.tag].field, element.content);
        message_identity(p, parts[element.tag].identity, bytes_trimmed(element.content));
    }
}

void mms_parse_status(struct pdu *p, struct bytes content)
{
    struct ber element;
    while (ber_next(&content, &element)) {
        if (element.id == BER_CONTEXT(0)) emit_int(p, F_LOGICAL_STATUS, (int32_t)ber_int(element.content));
        if (element.id == BER_CONTEXT(1)) emit_int(p, F_PHYSICAL_STATUS, (int32_t)ber_int(element.content));
    }
}

void mms_parse_response(struct pdu *p, uint32_t service, struct bytes content, uint64_t key)
{
    switch (service) {
    case MMS_STATUS:
        mms_parse_status(p, content);
        break;
    case MMS_GET_NAME_LIST:
        parse_name_list_answer(p, content);
        break;
    case MMS_IDENTIFY:
        parse_identify_answer(p, content);
        break;
    case MMS_READ:
        parse_read_answer(p, content, key);
        break;
    case MMS_WRITE:
        parse_write_answer(p, content);
        break;
    default:
        mms_parse_shape(p, mms_shape_of(service, true), content);
        break;
    }
}

/* ---- information report ------------------------------------------------------------------------------------------ */

static void emit_report_values(struct pdu *p, const struct mms_list *list, struct bytes results)
{
    struct ber result;
    for (unsigned i = 0; ber_next(&results, &result); i++) {
        if (mms_is_failure(&result)) continue;
        if (!list->is_list && i < list->count) mms_emit_object(p, &list->names[i]);
        if (list->is_list && list->count) {
            const struct mms_name *name = &list->names[0];
            message_object(p, "%.*s%s%.*s[%u]", (int)bytes_left(&name->domain), (const char *)name->domain.at,
                           bytes_empty(&name->domain) ? "" : "/", (int)bytes_left(&name->item),
                           (const char *)name->item.at, i);
        }
        if (list->count) mms_emit_value(p, &result);
    }
}

void mms_parse_report(struct pdu *p, struct bytes content)
{
    struct bytes ahead = content;
    struct ber specification, results;
    uint32_t operation = MMS_OP_UNCONFIRMED;
    bool has_results =
        ber_next(&ahead, &specification) && ber_next(&ahead, &results) && results.id == BER_CONSTRUCTED(0);
    bool is_report = has_results && bytes_starts(&specification.content, "\x80\x03RPT");
    bool is_error = false, is_end = false;
    struct mms_list list = {0};
    if (is_report) {
        operation = MMS_OP_REPORT;
    } else if (has_results && specification.id == BER_CONSTRUCTED(0)) {
        /* the names are needed before the operation is known; their fields are wanted alike by all notifications */
        message_operation(p, operation);
        mms_parse_variables(p, &specification, &list);
        for (unsigned i = 0; i < list.count; i++) {
            if (mms_name_ends(&list.names[i], "LastApplError")) is_error = true;
            if (mms_name_ends(&list.names[i], "$Oper")) is_end = true;
        }
        if (is_error || is_end) operation = is_error ? MMS_OP_LAST_ERROR : MMS_OP_TERMINATION;
    }
    message_operation(p, operation);
    message_role(p, ROLE_NOTIFY);
    emit_uint(p, F_UNCONFIRMED, 0);
    if (!has_results) return;
    if (!list.count) mms_parse_variables(p, &specification, &list);
    if (is_report) {
        mms_parse_iec61850_report(p, results.content);
    } else if (is_error) {
        struct ber structure;
        if (ber_next(&results.content, &structure)) mms_parse_last_error(p, &structure);
    } else if (wants_object(p)) {
        emit_report_values(p, &list, results.content);
    }
}
