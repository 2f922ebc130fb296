/* SPDX-License-Identifier: Apache-2.0 */
/* Encoding and decoding of the link's frames, big-endian: docs/link-protocol.md, "Frames". */
#include "common/link/frame.h"
#include "common/event.h"

#include <sodium.h>
#include <string.h>

const char *const refusal_text[REFUSE_COUNT] = {
    [REFUSE_VERSION] = "another version of the protocol is spoken there",
    [REFUSE_HELLO] = "the session is not known there",
    [REFUSE_MALFORMED] = "a frame was malformed",
    [REFUSE_REVOKED] = "the key of this node was revoked",
    [REFUSE_REPLACED] = "another process uses the same key",
    [REFUSE_FULL] = "too many nodes are connected there",
    [REFUSE_BUSY] = "the receiver cannot store now",
    [REFUSE_ORDER] = "a batch did not follow the one before it",
    [REFUSE_EPOCH] = "the receiver knows a later epoch",
};

struct out {
    uint8_t *start, *at;
};

static void put(struct out *o, uint64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i > 0; i--) *o->at++ = (uint8_t)(value >> 8 * (i - 1));
}

static void put_bytes(struct out *o, const void *data, size_t length)
{
    memcpy(o->at, data, length);
    o->at += length;
}

static void put_text(struct out *o, const char *text)
{
    size_t n = strlen(text);
    put(o, n, 1);
    put_bytes(o, text, n);
}

static struct out begin(uint8_t *out, enum frame_type type, uint32_t session)
{
    struct out o = {out, out};
    put_bytes(&o, "WL", 2);
    put(&o, FRAME_VERSION, 1);
    put(&o, type, 1);
    put(&o, session, 4);
    return o;
}

static size_t end(const struct out *o) { return (size_t)(o->at - o->start); }

static void put_position(struct out *o, const struct link_position *p)
{
    put(o, p->epoch, 8);
    put(o, p->first, 8);
    put(o, p->next, 8);
}

size_t frame_put_bare(uint8_t *out, enum frame_type type, uint32_t session)
{
    struct out o = begin(out, type, session);
    return end(&o);
}

size_t frame_put_hello(uint8_t *out, enum frame_type type, uint32_t session, const struct frame_hello *hello)
{
    struct out o = begin(out, type, session);
    put(&o, hello->clock_us, 8);
    put(&o, LINK_STREAMS, 1);
    for (unsigned i = 0; i < LINK_STREAMS; i++) put_position(&o, &hello->streams[i]);
    put_position(&o, &hello->items);
    put_text(&o, hello->version);
    return end(&o);
}

size_t frame_put_welcome(uint8_t *out, enum frame_type type, uint32_t session, const struct frame_welcome *welcome)
{
    struct out o = begin(out, type, session);
    put(&o, welcome->clock_us, 8);
    put(&o, welcome->window, 4);
    put(&o, LINK_STREAMS, 1);
    for (unsigned i = 0; i < LINK_STREAMS; i++) put_position(&o, &welcome->streams[i]);
    return end(&o);
}

size_t frame_put_batch(uint8_t *out, uint32_t session, const struct frame_batch *batch)
{
    struct out o = begin(out, LINK_BATCH, session);
    put(&o, batch->stream, 1);
    put(&o, 0, 3);
    put(&o, batch->count, 4);
    put(&o, batch->epoch, 8);
    put(&o, batch->first, 8);
    put(&o, batch->after, 8);
    return end(&o);
}

size_t frame_put_ack(uint8_t *out, uint32_t session, unsigned stream, uint64_t epoch, uint64_t next)
{
    struct out o = begin(out, LINK_ACK, session);
    put(&o, stream, 1);
    put(&o, epoch, 8);
    put(&o, next, 8);
    return end(&o);
}

size_t frame_put_item(uint8_t *out, uint32_t session, const struct link_item *item)
{
    struct out o = begin(out, LINK_ITEM, session);
    put(&o, item->epoch, 8);
    put(&o, item->number, 8);
    put_bytes(&o, item->id, ULID_LENGTH);
    put_text(&o, item->kind);
    put_text(&o, item->issuer);
    put_bytes(&o, item->signature, SIGNATURE);
    put_bytes(&o, item->json, item->length);
    return end(&o);
}

size_t frame_put_item_ack(uint8_t *out, uint32_t session, uint64_t next)
{
    struct out o = begin(out, LINK_ITEM_ACK, session);
    put(&o, next, 8);
    return end(&o);
}

size_t frame_put_refuse(uint8_t *out, uint32_t session, enum refusal why)
{
    struct out o = begin(out, LINK_REFUSE, session);
    put(&o, why, 1);
    return end(&o);
}

/* ---- decoding ---------------------------------------------------------------------------------------------------- */

static bool whole(const struct bytes *in) { return bytes_ok(in) && bytes_empty(in); }

/* Printable ASCII without quotes and backslashes: these texts go to logs and pages. */
static bool get_text(struct bytes *in, char *out, size_t most)
{
    size_t n = bytes_u8(in);
    struct bytes text = bytes_take(in, n);
    if (!bytes_ok(&text) || n > most) return false;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = bytes_u8(&text);
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '<' || c == '&') return false;
        out[i] = (char)c;
    }
    out[n] = 0;
    return true;
}

static struct link_position get_position(struct bytes *in)
{
    struct link_position p;
    p.epoch = bytes_be64(in);
    p.first = bytes_be64(in);
    p.next = bytes_be64(in);
    return p;
}

bool frame_get_head(struct bytes *in, struct frame_head *head)
{
    bool ours = bytes_starts(in, "WL");
    bytes_skip(in, 2);
    head->version = bytes_u8(in);
    head->type = bytes_u8(in);
    head->session = bytes_be32(in);
    return ours && bytes_ok(in) && head->type >= LINK_HELLO && head->type < LINK_TYPES;
}

bool frame_get_hello(struct bytes *in, struct frame_hello *hello)
{
    hello->clock_us = bytes_be64(in);
    if (bytes_u8(in) != LINK_STREAMS) return false;
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        struct link_position *p = &hello->streams[i];
        *p = get_position(in);
        if (p->first > p->next || !p->epoch) return false;
    }
    hello->items = get_position(in);
    return get_text(in, hello->version, LINK_VERSION_TEXT) && whole(in);
}

bool frame_get_welcome(struct bytes *in, struct frame_welcome *welcome)
{
    welcome->clock_us = bytes_be64(in);
    welcome->window = bytes_be32(in);
    if (bytes_u8(in) != LINK_STREAMS) return false;
    for (unsigned i = 0; i < LINK_STREAMS; i++) welcome->streams[i] = get_position(in);
    return whole(in) && welcome->window >= LINK_STREAMS;
}

bool frame_get_batch(struct bytes *in, struct frame_batch *batch)
{
    batch->stream = bytes_u8(in);
    bytes_skip(in, 3);
    batch->count = bytes_be32(in);
    batch->epoch = bytes_be64(in);
    batch->first = bytes_be64(in);
    batch->after = bytes_be64(in);
    batch->data = bytes_take(in, bytes_left(in));
    return bytes_ok(in) && batch->stream < LINK_STREAMS && batch->count && batch->epoch && batch->first &&
           batch->first + batch->count > batch->first && batch->after <= batch->first && !bytes_empty(&batch->data);
}

bool frame_get_ack(struct bytes *in, struct frame_batch *ack)
{
    *ack = (struct frame_batch){0};
    ack->stream = bytes_u8(in);
    ack->epoch = bytes_be64(in);
    ack->first = bytes_be64(in);
    return whole(in) && ack->stream < LINK_STREAMS;
}

bool frame_get_item(struct bytes *in, struct link_item *item)
{
    *item = (struct link_item){.epoch = bytes_be64(in)};
    item->number = bytes_be64(in);
    struct bytes id = bytes_take(in, ULID_LENGTH);
    if (!bytes_ok(&id) || !ulid_valid((const char *)id.at, ULID_LENGTH)) return false;
    memcpy(item->id, id.at, ULID_LENGTH);
    if (!get_text(in, item->kind, LINK_KIND_MAX) || !get_text(in, item->issuer, NODE_NAME_MAX)) return false;
    struct bytes signature = bytes_take(in, SIGNATURE);
    if (!bytes_ok(&signature) || bytes_left(in) > LINK_ITEM_MAX || !node_name_valid(item->issuer)) return false;
    memcpy(item->signature, signature.at, SIGNATURE);
    item->length = bytes_left(in);
    item->json = (const char *)bytes_step(in, item->length);
    return item->number > 0;
}

bool frame_get_number(struct bytes *in, uint64_t *number)
{
    *number = bytes_be64(in);
    return whole(in);
}

bool frame_get_refuse(struct bytes *in, enum refusal *why)
{
    unsigned code = bytes_u8(in);
    *why = (enum refusal)code;
    return whole(in) && code >= REFUSE_VERSION && code < REFUSE_COUNT;
}

/* ---- signatures of items ----------------------------------------------------------------------------------------- */

/* Over id, kind, issuer and JSON, each text with its end, behind a name that no other signature begins with. */
static void item_hash(const struct link_item *item, crypto_sign_state *state)
{
    static const char domain[] = "wanglou item 1";
    crypto_sign_init(state);
    crypto_sign_update(state, (const uint8_t *)domain, sizeof domain);
    crypto_sign_update(state, (const uint8_t *)item->id, strlen(item->id) + 1);
    crypto_sign_update(state, (const uint8_t *)item->kind, strlen(item->kind) + 1);
    crypto_sign_update(state, (const uint8_t *)item->issuer, strlen(item->issuer) + 1);
    crypto_sign_update(state, (const uint8_t *)item->json, item->length);
}

void link_item_sign(struct link_item *item, const struct keys *issuer)
{
    crypto_sign_state state;
    memcpy(item->issuer, issuer->name, sizeof item->issuer);
    item_hash(item, &state);
    crypto_sign_final_create(&state, item->signature, NULL, issuer->sign_secret);
}

bool link_item_verify(const struct link_item *item, const uint8_t issuer_public[SIGN_PUBLIC])
{
    crypto_sign_state state;
    item_hash(item, &state);
    return crypto_sign_final_verify(&state, item->signature, issuer_public) == 0;
}
