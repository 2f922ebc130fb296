/* SPDX-License-Identifier: Apache-2.0 */
/* S7 user data telegrams: their parameters, fragments put together, and the way to what each group says.
 * Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum { SLOT_COMMON, SLOT_NC, SLOT_PBC };
enum { MORE_FOLLOWS = 1, HEADED = 12 };

/* ---- cyclic data ------------------------------------------------------------------------------------------- */

enum { CYCLE_READ = 1, CYCLE_UNSUBSCRIBE = 4, CYCLE_CHANGE = 5, CYCLE_CHANGE_MODIFY = 7 };

/* The variables of a request wait under its PDU reference; its answer gives them the number of the cyclic job. */
static struct s7_memory *cycle_of(struct s7_state *state, uint16_t key)
{
    for (unsigned i = 0; i < S7_CYCLES; i++)
        if (state->cycles[i].count && state->cycles[i].key == key) return &state->cycles[i];
    return NULL;
}

static void parse_cyclic(struct pdu *p, const struct s7_userdata *u, struct bytes in, uint16_t pdu_ref)
{
    enum { PENDING = 0x100 }; /* above every job number */
    struct s7_state *state = p->state;
    if (u->subfunction == CYCLE_UNSUBSCRIBE) {
        if (u->type != S7_REQUEST) return;
        uint8_t function = bytes_u8(&in), job = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_CYCLE_FUNCTION, function);
        emit_uint(p, F_CYCLE_JOB, job);
        return;
    }
    if (u->subfunction != CYCLE_READ && u->subfunction != CYCLE_CHANGE && u->subfunction != CYCLE_CHANGE_MODIFY) {
        emit_bytes(p, F_USERDATA_DATA, in);
        return;
    }
    uint8_t count = (uint8_t)bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_ITEM_COUNT, count);
    uint16_t pending = (uint16_t)(PENDING + (pdu_ref & 0x7fff));
    if (u->type == S7_REQUEST) {
        uint8_t base = bytes_u8(&in), time = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_CYCLE_BASE, base);
        emit_uint(p, F_CYCLE_TIME, time);
        struct s7_memory *memory = &state->cycles[state->next_cycle];
        state->next_cycle = (uint8_t)((state->next_cycle + 1) % S7_CYCLES);
        memory->key = pending;
        s7_parse_items(p, &in, count, memory);
        s7_emit_objects(p, memory);
        return;
    }
    struct s7_memory *memory = cycle_of(state, u->type == S7_RESPONSE ? pending : u->sequence);
    if (memory) memory->key = u->sequence;
    s7_parse_values(p, &in, count, memory);
}

/* ---- block communication, NC files, clock, security ------------------------------------------------------------ */

/* Before the pieces are put together: the header that each of them has. */
static void parse_bsend_header(struct pdu *p, struct bytes *in)
{
    if (bytes_left(in) < 8) return;
    uint8_t specification = bytes_u8(in), length = bytes_u8(in), syntax = bytes_u8(in);
    bytes_skip(in, 1);
    uint32_t r_id = bytes_be32(in);
    emit_uint(p, F_ITEM_SPEC, specification);
    emit_uint(p, F_ITEM_SPEC_LENGTH, length);
    emit_uint(p, F_SYNTAX_ID, syntax);
    emit_uint(p, F_R_ID, r_id);
    message_object(p, "R_ID 0x%08x", r_id);
}

static void parse_bsend(struct pdu *p, struct bytes in)
{
    uint16_t length = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_BSEND_LENGTH, length);
    emit_bytes(p, F_USERDATA_DATA, in);
}

enum { NC_REQUEST_DOWNLOAD = 1, NC_DOWNLOAD, NC_CONTINUE_DOWNLOAD, NC_START_UPLOAD = 6, NC_UPLOAD, NC_CONTINUE_UPLOAD };

static bool nc_carries_file(const struct s7_userdata *u)
{
    return u->type != S7_REQUEST &&
           (u->subfunction == NC_DOWNLOAD || u->subfunction == NC_UPLOAD || u->subfunction == NC_START_UPLOAD);
}

static void parse_nc(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    if (u->type == S7_REQUEST && (u->subfunction == NC_REQUEST_DOWNLOAD || u->subfunction == NC_START_UPLOAD)) {
        if (u->subfunction == NC_START_UPLOAD) {
            emit_uint(p, F_NC_UNACKED, bytes_u8(&in));
            bytes_skip(&in, 1);
        }
        emit_text(p, F_FILENAME, in);
        message_object_text(p, in);
    } else if (nc_carries_file(u)) {
        struct bytes length = bytes_take(&in, 8), time = bytes_take(&in, 16);
        if (!bytes_ok(&time)) return;
        emit_text(p, F_NC_FILE_LENGTH, length);
        emit_text(p, F_NC_FILE_TIME, time);
        ptrdiff_t end = bytes_find(&in, '\n');
        if (end < 0) return;
        struct bytes path = bytes_take(&in, (size_t)end + 1);
        emit_text(p, F_NC_FILE_PATH, path);
        message_object_text(p, path);
    } else if (u->subfunction == NC_REQUEST_DOWNLOAD ||
               (u->type == S7_PUSH &&
                (u->subfunction == NC_CONTINUE_UPLOAD || u->subfunction == NC_CONTINUE_DOWNLOAD))) {
        emit_uint(p, F_NC_UNACKED, bytes_u8(&in));
    }
}

static void parse_clock(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    bool set = u->subfunction == 2 || u->subfunction == 4;
    char text[32];
    if (u->return_code != S7_RETURN_OK || u->type != (set ? S7_REQUEST : S7_RESPONSE)) return;
    if (!s7_clock_text(&in, true, text)) return;
    emit_format(p, F_CLOCK, "%s", text);
    message_object(p, "clock");
    uint8_t *copy = wants_object(p) ? pdu_scratch(p, strlen(text)) : NULL;
    if (copy) message_value_text(p, bytes_over(memcpy(copy, text, strlen(text)), strlen(text)));
}

/* ---- data part ------------------------------------------------------------------------------------------------- */

/* The payload of a telegram, or of all its fragments when this is the last one; false when more is awaited. */
static bool whole_payload(struct pdu *p, const struct s7_userdata *u, unsigned slot, uint8_t id, struct bytes *payload)
{
    struct s7_state *state = p->state;
    unsigned side = p->packet->from_client;
    bool *joining = &state->joining[slot][side];
    bool last = u->last_unit != MORE_FOLLOWS;
    bool first = !*joining || state->join_id[slot][side] != id;
    if (first && last) {
        *joining = false;
        return true;
    }
    *joining = !last;
    state->join_id[slot][side] = id;
    struct bytes whole;
    if (!pdu_join(p, slot, *payload, first, last, &whole)) {
        if (last) message_anomaly(p, A_FRAGMENT_LOST);
        return false;
    }
    *payload = whole;
    return true;
}

static void parse_group(struct pdu *p, const struct s7_userdata *u, struct bytes in, uint16_t pdu_ref)
{
    switch (u->group) {
    case S7_GROUP_TIS:
        s7_parse_tis(p, u, in);
        break;
    case S7_GROUP_CYCLIC:
        parse_cyclic(p, u, in, pdu_ref);
        break;
    case S7_GROUP_BLOCK:
        s7_parse_blockinfo(p, u, in);
        break;
    case S7_GROUP_CPU:
        s7_parse_cpu(p, u, in);
        break;
    case S7_GROUP_SECURITY:
        emit_bytes(p, F_USERDATA_DATA, in);
        break;
    case S7_GROUP_PBC:
        parse_bsend(p, in);
        break;
    case S7_GROUP_TIME:
        parse_clock(p, u, in);
        break;
    case S7_GROUP_NC:
        parse_nc(p, u, in);
        break;
    }
}

static void parse_data(struct pdu *p, struct s7_userdata *u, struct bytes in, uint16_t pdu_ref)
{
    u->return_code = bytes_u8(&in);
    u->data_size = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_RETURN_CODE, u->return_code);
    emit_uint(p, F_DATA_SIZE, u->data_size);
    emit_uint(p, F_DATA_ITEM_LENGTH, length);
    if (length < 2) return;
    struct bytes payload = in; /* what is not fragmented may be longer than it says: some CPUs count wrong */
    struct bytes piece = bytes_take_upto(&in, length);
    if (u->group == S7_GROUP_NC) {
        if (nc_carries_file(u)) bytes_skip(&piece, 2);
        payload = piece;
        if (!whole_payload(p, u, SLOT_NC, u->sequence, &payload)) return;
    } else if (u->group == S7_GROUP_PBC) {
        if (u->type != S7_PUSH) parse_bsend_header(p, &piece);
        payload = piece;
        if ((u->unit_ref || u->sequence) && !whole_payload(p, u, SLOT_PBC, 0, &payload)) return;
    } else if (u->unit_ref) {
        payload = piece;
        if (!whole_payload(p, u, SLOT_COMMON, u->unit_ref, &payload)) return;
    }
    if (u->last_unit == 0 && !bytes_empty(&payload)) parse_group(p, u, payload, pdu_ref);
}

/* Roles, pairing and status; returns the request that a response answers. */
static struct request *pair(struct pdu *p, const struct s7_userdata *u, uint16_t pdu_ref)
{
    if (u->type == S7_REQUEST) {
        message_role(p, ROLE_REQUEST);
        return pdu_request(p, pdu_ref);
    }
    message_role(p, u->type == S7_RESPONSE ? ROLE_RESPONSE : ROLE_NOTIFY);
    return u->type == S7_RESPONSE ? pdu_answers(p, pdu_ref) : NULL;
}

void s7_parse_userdata(struct pdu *p, struct bytes in, uint16_t parameter_length, uint16_t data_length,
                       uint16_t pdu_ref)
{
    struct bytes parameter = in; /* its own length is not trusted: what it should have is read */
    bytes_skip(&in, parameter_length);
    bytes_skip(&parameter, 4);
    uint8_t method = bytes_u8(&parameter), group = bytes_u8(&parameter), subfunction = bytes_u8(&parameter);
    uint8_t sequence = bytes_u8(&parameter);
    if (!bytes_ok(&parameter)) {
        message_operation(p, S7_OP_USERDATA(0xff, 0));
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    struct s7_userdata u = {group >> 4 & 12, group & 15, subfunction, sequence, 0, 0, 0, 0, NULL};
    bool mode = u.group == S7_GROUP_MODE; /* of the type's four bits, two are in use */
    message_operation(p, S7_OP_USERDATA(u.group, mode ? 0u : subfunction));
    if (!p->message->operation) message_anomaly(p, A_UNKNOWN_FUNCTION);
    u.request = pair(p, &u, pdu_ref);
    emit_uint(p, F_METHOD, method);
    emit_uint(p, F_USERDATA_TYPE, group >> 4);
    emit_uint(p, F_GROUP, u.group);
    emit_uint(p, mode ? F_MODE : F_SUBFUNCTION, subfunction);
    emit_uint(p, F_SEQUENCE, sequence);
    if (mode) message_object(p, "CPU"), message_value_int(p, subfunction);
    uint16_t error = 0;
    if (parameter_length >= HEADED && bytes_left(&parameter) >= 4) {
        u.unit_ref = bytes_u8(&parameter);
        u.last_unit = bytes_u8(&parameter);
        error = bytes_be16(&parameter);
        emit_uint(p, F_UNIT_REF, u.unit_ref);
        emit_uint(p, F_LAST_UNIT, u.last_unit);
        emit_uint(p, F_PARAMETER_ERROR, error);
    }
    if (data_length >= 4) parse_data(p, &u, in, pdu_ref);
    if (u.type != S7_RESPONSE) return;
    bool refused = error || (data_length >= 4 && u.return_code != S7_RETURN_OK && u.return_code != S7_RETURN_NO_OBJECT);
    bool empty = data_length >= 4 && u.return_code == S7_RETURN_NO_OBJECT && u.data_size != 0;
    if (refused || empty)
        message_status(p, STATUS_REFUSED, error ? error : u.return_code);
    else
        message_status(p, STATUS_OK, 0);
    if (u.request) request_done(u.request);
}
