/* SPDX-License-Identifier: Apache-2.0 */
/* Downward items of kind `signatures`: parts of bundles, stages of a roll-out, rollback, withdrawal. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/digest.h"
#include "common/file.h"

#include "common/text.h"
#include "sensor/rules/private.h"

enum { CHUNKS_AT_MOST = 128, CHUNK_MOST = 192 << 10 };

/* An item as it was understood. */
struct order {
    const char *id, *name, *digest, *data;
    uint64_t version;
    unsigned chunk, chunks, percent, precedence;
    int64_t rank;
    bool rollback, withdrawn;
};

static uint64_t number_of(const json_t *item, const char *key, uint64_t absent)
{
    const json_t *n = json_object_get(item, key);
    return json_is_integer(n) && json_integer_value(n) >= 0 ? (uint64_t)json_integer_value(n) : absent;
}

static bool read_order(const json_t *item, struct order *o)
{
    const char *precedence = item_text(item, "precedence", 32);
    *o = (struct order){.id = item_text(item, "id", ULID_LENGTH),
                        .name = item_text(item, "name", BUNDLE_NAME),
                        .digest = item_text(item, "digest", BUNDLE_DIGEST),
                        .data = item_text(item, "data", LINK_ITEM_MAX),
                        .version = number_of(item, "version", 0),
                        .chunk = (unsigned)number_of(item, "chunk", 1),
                        .chunks = (unsigned)number_of(item, "chunks", 1),
                        .percent = (unsigned)number_of(item, "percent", 100),
                        .precedence = PRECEDENCE_UPSTREAM_PREVAILS,
                        .rank = json_integer_value(json_object_get(item, "rank")),
                        .rollback = json_is_true(json_object_get(item, "rollback")),
                        .withdrawn = json_is_true(json_object_get(item, "withdrawn"))};
    if (precedence)
        for (o->precedence = 0; o->precedence < PRECEDENCE_COUNT; o->precedence++)
            if (strcmp(precedence, precedence_names[o->precedence]) == 0) break;
    if (!o->id || !o->name || o->precedence == PRECEDENCE_COUNT || o->chunks < 1 || o->chunks > CHUNKS_AT_MOST)
        return false;
    if (o->chunk < 1 || o->chunk > o->chunks) return false;
    return o->withdrawn ||
           (o->digest && strlen(o->digest) == BUNDLE_DIGEST && strspn(o->digest, "0123456789abcdef") == BUNDLE_DIGEST);
}

static void tell(struct rules *r, const struct order *o, const char *state, enum bundle_refusal why, const char *detail)
{
    const struct held *held = holding_find(&r->holding, o->name, false);
    bool mine = held && o->digest && strcmp(held->digest, o->digest) == 0;
    struct told t = {.kind = "bundle",
                     .key = o->name,
                     .state = state,
                     .why = why,
                     .item = o->id,
                     .name = o->name,
                     .digest = o->digest,
                     .key_id = mine && held->bundle ? bundle_manifest(held->bundle)->key_id : NULL,
                     .detail = detail && *detail ? detail : NULL,
                     .version = o->version};
    rules_tell(r, &t);
}

/* ---- parts ------------------------------------------------------- */

static bool part_path(const struct rules *r, const struct order *o, unsigned chunk, char out[PATH_MAX])
{
    char suffix[32];
    snprintf(suffix, sizeof suffix, ".%u-%u.chunk", chunk, o->chunks);
    return keep_path(r, o->digest, suffix, out);
}

static bool put_part(const struct rules *r, const struct order *o)
{
    char path[PATH_MAX];
    size_t n = 0;
    uint8_t *bytes = malloc(CHUNK_MOST);
    bool good = bytes && sodium_base642bin(bytes, CHUNK_MOST, o->data, strlen(o->data), NULL, &n, NULL,
                                           sodium_base64_VARIANT_ORIGINAL) == 0;
    good = good && part_path(r, o, o->chunk, path) && file_write(path, 0600, bytes, n, NULL);
    free(bytes);
    return good;
}

/* All parts as one, or NULL when some are missing. */
static char *join_parts(const struct rules *r, const struct order *o, size_t *length)
{
    char path[PATH_MAX];
    *length = 0;
    if (!o->chunks) return NULL;
    for (unsigned i = 1; i <= o->chunks; i++)
        if (!part_path(r, o, i, path) || access(path, R_OK) != 0) return NULL;
    char *whole = malloc((size_t)o->chunks * CHUNK_MOST);
    for (unsigned i = 1; whole && i <= o->chunks; i++) {
        size_t n = 0;
        char *part = part_path(r, o, i, path) ? file_read(path, CHUNK_MOST, &n, O_NOFOLLOW, NULL) : NULL;
        if (!part) {
            free(whole);
            return NULL;
        }
        memcpy(whole + *length, part, n);
        *length += n;
        free(part);
    }
    return whole;
}

static void drop_parts(const struct rules *r, const struct order *o)
{
    char path[PATH_MAX];
    for (unsigned i = 1; i <= o->chunks; i++)
        if (part_path(r, o, i, path)) unlink(path);
}

static bool digest_fits(const char *bytes, size_t length, const char *expected)
{
    char digest[DIGEST_TEXT + 1];
    return strcmp(digest_text(bytes, length, digest), expected) == 0;
}

/* The bundle's file is there, or this says why not. */
static bool have_bundle(struct rules *r, const struct order *o, char path[PATH_MAX])
{
    size_t length;
    if (!keep_path(r, o->digest, ".bundle", path)) {
        tell(r, o, "refused", BUNDLE_STORAGE, NULL);
        return false;
    }
    if (access(path, R_OK) == 0) return true;
    if (!o->data) {
        tell(r, o, "refused", BUNDLE_UNKNOWN_DIGEST, NULL);
        return false;
    }
    if (!put_part(r, o)) {
        tell(r, o, "refused", BUNDLE_STORAGE, "data");
        return false;
    }
    char *whole = join_parts(r, o, &length);
    if (!whole) {
        if (o->chunk == 1) tell(r, o, "waiting", BUNDLE_NONE, NULL);
        return false;
    }
    bool fits = digest_fits(whole, length, o->digest), good = fits && file_write(path, 0600, whole, length, NULL);
    if (!good) tell(r, o, "refused", fits ? BUNDLE_STORAGE : BUNDLE_TAMPERED, NULL);
    free(whole);
    drop_parts(r, o);
    if (good) keep_bundle(r, o->name, o->digest);
    return good;
}

/* ---- into force -------------------------------------------------- */

static bool is_chosen(const struct rules *r, const struct order *o)
{
    char text[128];
    int n = snprintf(text, sizeof text, "%s/%s", o->id, r->options->name);
    return XXH3_64bits(text, (size_t)n) % 100 < o->percent;
}

static bool open_held(struct rules *r, const struct order *o, const char *path, struct held *h,
                      enum bundle_refusal *why, struct fault *fault)
{
    *h = (struct held){.version = o->version, .precedence = o->precedence, .rank = o->rank};
    (void)text_put(h->name, sizeof h->name, o->name);
    (void)text_put(h->digest, sizeof h->digest, o->digest);
    (void)text_put(h->item, sizeof h->item, o->id);
    h->bundle = bundle_load(path, r->trust, why, fault);
    if (!h->bundle) return false;
    const struct bundle_manifest *m = bundle_manifest(h->bundle);
    if (strcmp(m->name, o->name) != 0 || m->version != o->version)
        return bundle_refuse(why, BUNDLE_MALFORMED, fault, "it is another bundle than the item says");
    return holding_in_order(&r->holding, m, o->rollback, why, fault);
}

static void bring(struct rules *r, const struct order *o, const char *path)
{
    struct held held = {.bundle = NULL};
    struct holding candidate = r->holding;
    enum bundle_refusal why = BUNDLE_NONE;
    struct fault fault = {""};
    if (!open_held(r, o, path, &held, &why, &fault) || !holding_put(&candidate, &held)) {
        bundle_close(held.bundle);
        tell(r, o, "refused", why ? why : BUNDLE_STORAGE, fault.text);
        return;
    }
    if (!rules_bring(r, &candidate, &fault)) {
        tell(r, o, "refused", BUNDLE_BAD_RULE, fault.text);
        return;
    }
    keep_save(r);
    tell(r, o, "in_force", BUNDLE_NONE, NULL);
}

static void withdraw(struct rules *r, const struct order *o)
{
    struct holding candidate = r->holding;
    struct fault fault = {""};
    const struct held *there = holding_find(&candidate, o->name, false);
    if (there) {
        candidate.rows[there - candidate.rows] = candidate.rows[candidate.count - 1];
        candidate.count--;
        if (!rules_bring(r, &candidate, &fault)) {
            tell(r, o, "refused", BUNDLE_BAD_RULE, fault.text);
            return;
        }
        keep_save(r);
    }
    tell(r, o, "withdrawn", BUNDLE_NONE, NULL);
}

void items_bundle(struct rules *r, const json_t *item)
{
    struct order o;
    char path[PATH_MAX];
    if (!read_order(item, &o)) {
        struct told t = {.kind = "bundle", .state = "refused", .why = BUNDLE_MALFORMED, .item = o.id, .name = o.name};
        rules_tell(r, &t);
        return;
    }
    if (o.withdrawn) {
        withdraw(r, &o);
        return;
    }
    if (!have_bundle(r, &o, path)) return;
    if (is_chosen(r, &o)) {
        bring(r, &o, path);
        return;
    }
    keep_save(r);
    tell(r, &o, "held", BUNDLE_NONE, NULL);
}
