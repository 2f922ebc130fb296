/* SPDX-License-Identifier: Apache-2.0 */
/* The file between levels: a line `WANGLOU-CARRY-1`, a line of JSON that says what is in it, a zstd frame (RFC 8878) of
 * lines, and 64 bytes of Ed25519 signature over all before it. */
#include "collector/service/carry_file.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "collector/service/carry.h"
#include "collector/service/hierarchy.h"

static const char magic[] = "WANGLOU-CARRY-1\n";
enum { MAGIC = sizeof magic - 1, HEAD_MOST = 64 << 10 };

void carry_put(struct carry_body *b, const char *bytes, size_t length)
{
    if (b->used + length > b->room) {
        b->room = 2 * (b->used + length) + 4096;
        if (!(b->bytes = realloc(b->bytes, b->room))) abort();
    }
    if (length) memcpy(b->bytes + b->used, bytes, length);
    b->used += length;
}

uint8_t *carry_pack(json_t *head, struct carry_body *body, const struct keys *keys, size_t *length)
{
    struct carry_body file = {0};
    char *text = json_dumps(head, JSON_COMPACT);
    if (!text) abort();
    json_decref(head);
    carry_put(&file, magic, MAGIC);
    carry_put(&file, text, strlen(text));
    carry_put(&file, "\n", 1);
    free(text);
    size_t bound = ZSTD_compressBound(body->used);
    char *packed = malloc(bound);
    if (!packed) abort();
    size_t n = ZSTD_compress(packed, bound, body->bytes, body->used, 3);
    if (ZSTD_isError(n)) abort(); /* the bound is the library's own */
    carry_put(&file, packed, n);
    free(packed);
    free(body->bytes);
    uint8_t signature[SIGNATURE];
    crypto_sign_detached(signature, NULL, (const uint8_t *)file.bytes, file.used, keys->sign_secret);
    carry_put(&file, (const char *)signature, sizeof signature);
    *length = file.used;
    return (uint8_t *)file.bytes;
}

void carry_file_free(struct carry_file *o)
{
    json_decref(o->head);
    free(o->body);
}

bool carry_unpack(struct carry_file *o, const uint8_t *file, size_t length)
{
    const char *at = (const char *)file + MAGIC, *end = (const char *)file + length;
    if (length < MAGIC + SIGNATURE || memcmp(file, magic, MAGIC) != 0) return false;
    end -= SIGNATURE;
    const char *newline = memchr(at, '\n', (size_t)(end - at) < HEAD_MOST ? (size_t)(end - at) : HEAD_MOST);
    if (!newline || !(o->head = json_loadb(at, (size_t)(newline - at), JSON_REJECT_DUPLICATES, NULL))) return false;
    at = newline + 1;
    unsigned long long size = ZSTD_getFrameContentSize(at, (size_t)(end - at));
    if (size > CARRY_MOST) return false; /* unknown and wrong are larger */
    if (!(o->body = malloc(size + 1))) abort();
    o->length = ZSTD_decompress(o->body, size, at, (size_t)(end - at));
    o->from = hierarchy_text(o->head, "from");
    o->direction = hierarchy_text(o->head, "direction");
    o->number = (uint64_t)json_integer_value(json_object_get(o->head, "number"));
    return !ZSTD_isError(o->length) && node_name_valid(o->from) && o->number;
}
