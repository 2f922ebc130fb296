/* SPDX-License-Identifier: Apache-2.0 */
/* The S7 telegram: header, jobs and their answers, pairing and direction. Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum { PROTOCOL_ID = 0x32, HEADER = 10, ANSWER_HEADER = 12 };

/* Nothing else above COTP begins so: the redundancy id is always zero, and lengths add up unless they are damaged. */
enum verdict s7_probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    uint8_t protocol = bytes_u8(&in), rosctr = bytes_u8(&in);
    uint16_t redundancy = bytes_be16(&in);
    bytes_skip(&in, 2);
    uint32_t lengths = bytes_be16(&in);
    lengths += bytes_be16(&in);
    if (!bytes_ok(&in) || protocol != PROTOCOL_ID || rosctr < 1 || rosctr > 7) return PROBE_NO;
    bool answer = rosctr == S7_ACK || rosctr == S7_ACK_DATA;
    bool defined = answer || rosctr == S7_JOB || rosctr == S7_USERDATA;
    return (defined && redundancy == 0) || lengths + (answer ? 2 : 0) == bytes_left(&in) ? PROBE_YES : PROBE_MAYBE;
}

/* Words of an error, and of a request's end. */
static void answer_status(struct pdu *p, uint16_t error)
{
    message_status(p, error ? STATUS_REFUSED : STATUS_OK, error);
}

static void parse_setup(struct pdu *p, struct bytes in, bool answer)
{
    struct s7_state *state = p->state;
    bytes_skip(&in, 1);
    uint16_t calling = bytes_be16(&in), called = bytes_be16(&in), length = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_MAX_AMQ_CALLING, calling);
    emit_uint(p, F_MAX_AMQ_CALLED, called);
    emit_uint(p, F_PDU_LENGTH, length);
    if (answer) state->pdu_length = length;
}

static void parse_variables(struct pdu *p, uint8_t function, struct bytes in, uint16_t data_length, uint16_t pdu_ref)
{
    struct s7_state *state = p->state;
    uint8_t count = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_ITEM_COUNT, count);
    if (function == S7_READ) {
        struct s7_memory *memory = &state->memories[state->next_memory];
        state->next_memory = (uint8_t)((state->next_memory + 1) % S7_MEMORIES);
        memory->key = pdu_ref;
        s7_parse_items(p, &in, count, memory);
        s7_emit_objects(p, memory);
        return;
    }
    struct s7_memory written;
    s7_parse_items(p, &in, count, &written);
    if (data_length) s7_parse_values(p, &in, count, &written);
}

static void parse_job(struct pdu *p, struct bytes in, uint16_t parameter_length, uint16_t data_length, uint16_t pdu_ref)
{
    uint8_t function = bytes_u8(&in);
    switch (function) {
    case S7_READ:
    case S7_WRITE:
        parse_variables(p, function, in, data_length, pdu_ref);
        break;
    case S7_SETUP:
        parse_setup(p, in, false);
        break;
    case S7_REQUEST_DOWNLOAD:
    case S7_DOWNLOAD_BLOCK:
    case S7_DOWNLOAD_ENDED:
    case S7_START_UPLOAD:
    case S7_UPLOAD:
    case S7_END_UPLOAD:
        s7_parse_block_job(p, function, in, parameter_length);
        break;
    case S7_PI_SERVICE:
        s7_parse_pi_job(p, in, parameter_length);
        break;
    case S7_PLC_STOP:
        s7_parse_stop_job(p, in);
        break;
    }
}

static const struct s7_memory *recall(const struct s7_state *state, uint16_t pdu_ref)
{
    for (unsigned i = 0; i < S7_MEMORIES; i++)
        if (state->memories[i].count && state->memories[i].key == pdu_ref) return &state->memories[i];
    return NULL;
}

static void parse_read_answer(struct pdu *p, struct bytes in, uint16_t data_length, uint16_t pdu_ref)
{
    uint8_t count = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_ITEM_COUNT, count);
    if (!data_length) return;
    uint8_t worst = s7_parse_values(p, &in, count, recall(p->state, pdu_ref));
    if (worst != S7_RETURN_OK) message_status(p, STATUS_REFUSED, worst);
}

static void parse_write_answer(struct pdu *p, struct bytes in, uint16_t data_length)
{
    uint8_t count = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_ITEM_COUNT, count);
    uint8_t worst = S7_RETURN_OK;
    for (unsigned i = 0; data_length && i < count && !bytes_empty(&in); i++) {
        uint8_t code = bytes_u8(&in);
        emit_uint(p, F_RETURN_CODE, code);
        if (worst == S7_RETURN_OK) worst = code;
    }
    if (worst != S7_RETURN_OK) message_status(p, STATUS_REFUSED, worst);
}

static void parse_answer(struct pdu *p, struct bytes in, uint16_t parameter_length, uint16_t data_length,
                         uint16_t pdu_ref)
{
    uint8_t function = bytes_u8(&in);
    switch (function) {
    case S7_READ:
        parse_read_answer(p, in, data_length, pdu_ref);
        break;
    case S7_WRITE:
        parse_write_answer(p, in, data_length);
        break;
    case S7_SETUP:
        parse_setup(p, in, true);
        break;
    case S7_REQUEST_DOWNLOAD:
    case S7_DOWNLOAD_BLOCK:
    case S7_DOWNLOAD_ENDED:
    case S7_START_UPLOAD:
    case S7_UPLOAD:
    case S7_END_UPLOAD:
        s7_parse_block_answer(p, function, in, parameter_length, data_length);
        break;
    case S7_PI_SERVICE:
        if (parameter_length >= 2 && !bytes_empty(&in)) emit_uint(p, F_FUNCTION_STATUS, bytes_u8(&in));
        break;
    }
}

/* A CPU asks the programming device for the blocks of a download: there the roles turn round. */
static void settle_direction(struct pdu *p, bool request, uint8_t function)
{
    bool turned = function == S7_DOWNLOAD_BLOCK || function == S7_DOWNLOAD_ENDED;
    enum direction direction = request != turned ? TO_SERVER : TO_CLIENT;
    if (p->direction == DIRECTION_UNKNOWN || (!turned && p->direction != direction)) pdu_direction(p, direction);
}

static void emit_header(struct pdu *p, uint8_t rosctr, uint16_t redundancy, uint16_t pdu_ref, uint16_t parameter_length,
                        uint16_t data_length)
{
    emit_uint(p, F_PROTOCOL_ID, PROTOCOL_ID);
    emit_uint(p, F_ROSCTR, rosctr);
    emit_uint(p, F_REDUNDANCY_ID, redundancy);
    emit_uint(p, F_PDU_REF, pdu_ref);
    emit_uint(p, F_PARAMETER_LENGTH, parameter_length);
    emit_uint(p, F_DATA_LENGTH, data_length);
}

/* The operation a job asks for; an answer to a program invocation has only its request to tell which. */
static void begin_job(struct pdu *p, struct bytes in, uint8_t function, uint16_t pdu_ref)
{
    bytes_skip(&in, 1);
    message_operation(p, function == S7_PI_SERVICE ? s7_pi_operation(in) : function);
    message_role(p, ROLE_REQUEST);
    settle_direction(p, true, function);
    pdu_request(p, pdu_ref);
}

static struct request *begin_answer(struct pdu *p, uint8_t function, bool has_function, uint16_t pdu_ref)
{
    struct request *request = pdu_answers(p, pdu_ref);
    if (request && (!has_function || function == S7_PI_SERVICE))
        message_operation(p, request->operation_code);
    else
        message_operation(p, function);
    message_role(p, ROLE_RESPONSE);
    if (!request) message_anomaly(p, A_UNREQUESTED);
    settle_direction(p, false, has_function ? function : (uint8_t)(request ? request->operation_code : 0));
    return request;
}

void s7_parse(struct pdu *p)
{
    const struct s7_state *state = p->state;
    struct bytes in = p->in;
    size_t whole = bytes_left(&in);
    bytes_skip(&in, 1);
    uint8_t rosctr = bytes_u8(&in);
    uint16_t redundancy = bytes_be16(&in), pdu_ref = bytes_be16(&in);
    uint16_t parameter_length = bytes_be16(&in), data_length = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    bool answer = rosctr == S7_ACK || rosctr == S7_ACK_DATA;
    uint16_t error = answer ? bytes_be16(&in) : 0;
    uint8_t function = parameter_length ? bytes_peek(&in, 0) : 0;
    struct request *request = NULL;
    if (rosctr == S7_JOB)
        begin_job(p, in, function, pdu_ref);
    else if (answer)
        request = begin_answer(p, function, parameter_length > 0, pdu_ref);
    else if (rosctr == S7_USERDATA) /* settled again, with its own code, once that is read */
        message_operation(p, S7_OP_USERDATA(bytes_peek(&in, 5) & 15, bytes_peek(&in, 5) & 15 ? bytes_peek(&in, 6) : 0));
    size_t expected = (answer ? ANSWER_HEADER : HEADER) + (size_t)parameter_length + data_length;
    if (expected != whole) message_anomaly(p, A_LENGTH_MISMATCH);
    if (state->pdu_length && whole > state->pdu_length) message_anomaly(p, A_PDU_TOO_LONG);
    emit_header(p, rosctr, redundancy, pdu_ref, parameter_length, data_length);
    if (answer && bytes_ok(&in)) {
        emit_uint(p, F_ERROR_CLASS, error >> 8);
        emit_uint(p, F_ERROR_CODE, error & 0xff);
        if (error) emit_uint(p, F_PARAMETER_ERROR, error);
        answer_status(p, error);
    }
    if (rosctr == S7_USERDATA) {
        s7_parse_userdata(p, in, parameter_length, data_length, pdu_ref);
    } else if ((rosctr == S7_JOB || rosctr == S7_ACK_DATA) && parameter_length && !bytes_empty(&in)) {
        if (!p->message->operation) message_anomaly(p, A_UNKNOWN_FUNCTION);
        emit_uint(p, F_FUNCTION, function);
        if (rosctr == S7_JOB)
            parse_job(p, in, parameter_length, data_length, pdu_ref);
        else
            parse_answer(p, in, parameter_length, data_length, pdu_ref);
    } else if (!answer && rosctr != S7_JOB) {
        message_anomaly(p, A_UNKNOWN_TYPE);
    }
    if (request) request_done(request);
}

void s7_gap(void *state, enum direction direction)
{
    struct s7_state *s = state;
    for (unsigned slot = 0; slot < COUNT_OF(s->joining); slot++) {
        if (direction != TO_SERVER) s->joining[slot][false] = false;
        if (direction != TO_CLIENT) s->joining[slot][true] = false;
    }
}
