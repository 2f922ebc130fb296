/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 file objects: commands, status, blocks (IEEE Std 1815-2012 annex A.30, group 70). */
#include "parsers/dnp3/dnp3.h"

/* Octets of a file command before its name: offset and length of the name are the first four of them. */
enum { COMMAND_FIXED = 26 };

static void name(struct dnp3_walk *w, struct bytes text, const char *value)
{
    emit_text(w->p, F_FILE_NAME, text);
    if (!wants_object(w->p)) return;
    message_object_text(w->p, text);
    message_value_text(w->p, bytes_over(value, strlen(value)));
}

static void status(struct dnp3_walk *w, struct bytes *in)
{
    uint8_t code = bytes_u8(in);
    if (!bytes_ok(in)) return;
    emit_uint(w->p, F_FILE_STATUS, code);
    if (code) message_status(w->p, STATUS_REFUSED, STATUS_OF_FILE + code);
    if (!bytes_empty(in)) emit_text(w->p, F_FILE_TEXT, *in);
}

static void times_and_permissions(struct pdu *p, struct bytes *in)
{
    dnp3_emit_time(p, bytes_le(in, 6));
    emit_uint(p, F_FILE_PERMISSIONS, bytes_le16(in));
}

/* A.30.3: size and times have meaning for a file to be written only. */
static void command(struct dnp3_walk *w, struct bytes *in)
{
    static const char *const modes[] = {"none", "read", "write", "append"};
    struct pdu *p = w->p;
    struct bytes object = *in;
    uint16_t offset = bytes_le16(in), length = bytes_le16(in);
    emit_uint(p, F_FILE_STRING_OFFSET, offset);
    emit_uint(p, F_FILE_STRING_LENGTH, length);
    struct bytes descriptor = bytes_take(in, 8);
    uint32_t key = bytes_le32(in), size = bytes_le32(in);
    uint16_t mode = bytes_le16(in), block = bytes_le16(in), request = bytes_le16(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_FILE_OBJECT);
        return;
    }
    if (mode == 2) times_and_permissions(p, &descriptor);
    emit_uint(p, F_FILE_AUTHENTICATION, key);
    if (mode == 2) emit_uint(p, F_FILE_SIZE, size);
    emit_uint(p, F_FILE_MODE, mode);
    emit_uint(p, F_FILE_BLOCK_SIZE, block);
    emit_uint(p, F_FILE_REQUEST, request);
    if (length == 0) return;
    bytes_skip(&object, offset);
    struct bytes text = bytes_take(&object, length);
    if (offset < COMMAND_FIXED || !bytes_ok(&text)) {
        message_anomaly(p, A_FILE_OBJECT);
        return;
    }
    name(w, text, w->function == FC_DELETE_FILE ? "delete" : mode < COUNT_OF(modes) ? modes[mode] : "undefined");
    *in = object;
}

static void command_status(struct dnp3_walk *w, struct bytes *in)
{
    uint32_t handle = bytes_le32(in), size = bytes_le32(in);
    uint16_t block = bytes_le16(in), request = bytes_le16(in);
    if (!bytes_ok(in)) {
        message_anomaly(w->p, A_FILE_OBJECT);
        return;
    }
    emit_uint(w->p, F_FILE_HANDLE, handle);
    emit_uint(w->p, F_FILE_SIZE, size);
    emit_uint(w->p, F_FILE_BLOCK_SIZE, block);
    emit_uint(w->p, F_FILE_REQUEST, request);
    if (!bytes_empty(in)) status(w, in);
}

/* A.30.5 and A.30.6: the top bit of the block number marks the last one. */
static void transport(struct dnp3_walk *w, struct bytes *in, bool is_status)
{
    struct pdu *p = w->p;
    uint32_t handle = bytes_le32(in), block = bytes_le32(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_FILE_OBJECT);
        return;
    }
    emit_uint(p, F_FILE_HANDLE, handle);
    emit_uint(p, F_FILE_BLOCK, block & 0x7fffffff);
    emit_uint(p, F_FILE_LAST, block >> 31);
    if (wants_object(p)) {
        message_object(p, "File handle 0x%08x", handle);
        message_value_int(p, block & 0x7fffffff);
    }
    if (is_status) {
        status(w, in);
    } else if (!bytes_empty(in)) {
        emit_bytes(p, F_FILE_DATA, *in);
        bytes_skip(in, bytes_left(in));
    }
}

static void descriptor(struct dnp3_walk *w, struct bytes *in)
{
    struct pdu *p = w->p;
    struct bytes object = *in;
    uint16_t offset = bytes_le16(in), length = bytes_le16(in), type = bytes_le16(in);
    uint32_t size = bytes_le32(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_FILE_OBJECT);
        return;
    }
    emit_uint(p, F_FILE_STRING_OFFSET, offset);
    emit_uint(p, F_FILE_STRING_LENGTH, length);
    emit_uint(p, F_FILE_TYPE, type);
    emit_uint(p, F_FILE_SIZE, size);
    times_and_permissions(p, in);
    emit_uint(p, F_FILE_REQUEST, bytes_le16(in));
    bytes_skip(&object, offset);
    struct bytes text = bytes_take(&object, length);
    if (bytes_ok(&text) && length) name(w, text, type ? "file" : "directory");
}

/* A.30.2: the password itself is left alone; the user it belongs to is told. */
static void authentication(struct dnp3_walk *w, struct bytes *in)
{
    struct pdu *p = w->p;
    struct bytes object = *in;
    uint16_t offset = bytes_le16(in), length = bytes_le16(in);
    bytes_skip(in, 4);
    emit_uint(p, F_FILE_AUTHENTICATION, bytes_le32(in));
    bytes_skip(&object, offset);
    struct bytes user = bytes_take(&object, length);
    if (bytes_ok(&user) && length) message_identity(p, IDENTITY_USER, user);
}

void dnp3_file(struct dnp3_walk *w, unsigned variation, struct bytes *in, bool sized)
{
    if (!sized) message_anomaly(w->p, A_FILE_OBJECT);
    switch (variation) {
    case 2:
        authentication(w, in);
        break;
    case 3:
        command(w, in);
        break;
    case 4:
        command_status(w, in);
        break;
    case 5:
        transport(w, in, false);
        break;
    case 6:
        transport(w, in, true);
        break;
    case 7:
        descriptor(w, in);
        break;
    case 8:
        name(w, *in, "specification");
        break;
    default:
        emit_bytes(w->p, F_UNKNOWN_CHUNK, *in);
    }
}
