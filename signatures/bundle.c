/* SPDX-License-Identifier: Apache-2.0 */
/* Opens bundles of signatures (bundle.h): seal, then digests, then content; all of it may be hostile. */
#include "signatures/bundle.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "common/file.h"
#include "common/text.h"
#include "signatures/rule.h"

enum { FILES_AT_MOST = 4096, MANIFEST_MOST = 8 << 20 };
static const uint8_t zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd}; /* RFC 8878, 3.1.1 */

struct bundle {
    struct bundle_manifest manifest;
    json_t *rules; /* of the manifest */
    struct bundle_file *files;
    char *content;
};

bool bundle_begins(const char *bytes, size_t length)
{
    static const char comment[] = "untrusted comment:";
    return (length >= sizeof zstd_magic && memcmp(bytes, zstd_magic, sizeof zstd_magic) == 0) ||
           (length >= sizeof comment - 1 && memcmp(bytes, comment, sizeof comment - 1) == 0);
}

void bundle_close(struct bundle *b)
{
    if (!b) return;
    json_decref(b->rules);
    free(b->files);
    free(b->content);
    free(b);
}

const struct bundle_manifest *bundle_manifest(const struct bundle *b) { return &b->manifest; }

const struct bundle_file *bundle_files(const struct bundle *b, unsigned *count)
{
    *count = b->manifest.file_count;
    return b->files;
}

static char *unpack(const char *packed, size_t length, size_t *size)
{
    unsigned long long told = ZSTD_getFrameContentSize(packed, length);
    if (told == ZSTD_CONTENTSIZE_UNKNOWN || told == ZSTD_CONTENTSIZE_ERROR || told > BUNDLE_UNPACKED) return NULL;
    char *content = malloc((size_t)told + 1);
    size_t n = content ? ZSTD_decompress(content, (size_t)told, packed, length) : 0;
    if (content && (ZSTD_isError(n) || n != told)) {
        free(content);
        return NULL;
    }
    *size = n;
    return content;
}

/* Letters, digits and . _ - /, no part of it beginning with a dot: a name that faults can show, never a path to open.
 */
static bool name_is_fit(const char *name, size_t most)
{
    size_t n = strlen(name);
    if (!n || n > most || name[0] == '/' || name[0] == '.' || strstr(name, "/.") || strstr(name, "//")) return false;
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/") == n;
}

static bool take_file(struct bundle *b, const json_t *about, size_t *at, size_t size, struct fault *fault)
{
    const char *name = json_string_value(json_object_get(about, "name"));
    const char *sha256 = json_string_value(json_object_get(about, "sha256"));
    json_int_t length = json_integer_value(json_object_get(about, "size"));
    struct bundle_file *f = &b->files[b->manifest.file_count];
    char digest[BUNDLE_DIGEST + 1];
    if (!name || !name_is_fit(name, 128) || !sha256 || length < 0 || (uint64_t)length > size - *at)
        return fault_set(fault, "manifest: file %u is not described as it should be", b->manifest.file_count + 1);
    snprintf(f->name, sizeof f->name, "%s@%llu/%s", b->manifest.name, (unsigned long long)b->manifest.version, name);
    f->text = b->content + *at;
    f->length = (size_t)length;
    *at += f->length;
    digest_text(f->text, f->length, digest);
    b->manifest.file_count++;
    return strcmp(digest, sha256) == 0 || fault_set(fault, "%s: its digest does not fit", f->name);
}

static bool take_files(struct bundle *b, const json_t *manifest, size_t at, size_t size, struct fault *fault)
{
    const json_t *list = json_object_get(manifest, "files");
    size_t count = json_array_size(list);
    if (!count || count > FILES_AT_MOST) return fault_set(fault, "manifest: 1 to %d files", FILES_AT_MOST);
    b->files = calloc(count, sizeof *b->files);
    if (!b->files) return fault_set(fault, "out of memory");
    for (size_t i = 0; i < count; i++)
        if (!take_file(b, json_array_get(list, i), &at, size, fault)) return false;
    return at == size || fault_set(fault, "%zu bytes behind the last file", size - at);
}

static bool take_manifest(struct bundle *b, const json_t *manifest, struct fault *fault)
{
    struct bundle_manifest *m = &b->manifest;
    const char *is = json_string_value(json_object_get(manifest, "format"));
    const char *name = json_string_value(json_object_get(manifest, "name"));
    const char *made = json_string_value(json_object_get(manifest, "made"));
    json_int_t version = json_integer_value(json_object_get(manifest, "version"));
    json_int_t engine = json_integer_value(json_object_get(manifest, "engine"));
    b->rules = json_incref(json_object_get(manifest, "rules"));
    if (!is || strcmp(is, BUNDLE_FORMAT) != 0 || !name || !name_is_fit(name, BUNDLE_NAME) || strchr(name, '/') ||
        !made || !text_put(m->made, sizeof m->made, made) || version < 1 || engine < 1 || engine > 1000000 ||
        !json_is_object(b->rules))
        return fault_set(fault, "the manifest is not one of a bundle");
    (void)text_put(m->name, sizeof m->name, name);
    m->version = (uint64_t)version;
    m->engine = (unsigned)engine;
    m->rule_count = (unsigned)json_object_size(b->rules);
    return true;
}

static bool take_content(struct bundle *b, const char *packed, size_t length, struct fault *fault)
{
    size_t size = 0;
    b->content = unpack(packed, length, &size);
    const char *end = b->content ? memchr(b->content, '\n', size < MANIFEST_MOST ? size : MANIFEST_MOST) : NULL;
    json_t *manifest = end ? json_loadb(b->content, (size_t)(end - b->content), JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool good = manifest && take_manifest(b, manifest, fault) &&
                take_files(b, manifest, (size_t)(end + 1 - b->content), size, fault);
    json_decref(manifest);
    return good || fault_set(fault, "it cannot be unpacked");
}

struct bundle *bundle_open(const char *bytes, size_t length, const struct trust *trust, enum bundle_refusal *why,
                           struct fault *fault)
{
    const char *packed;
    size_t packed_length;
    struct bundle *b = sodium_init() < 0 ? NULL : calloc(1, sizeof *b);
    *why = BUNDLE_MALFORMED;
    bool good = b && trust_unseal(trust, bytes, length, &packed, &packed_length, b->manifest.key_id, why, fault) &&
                take_content(b, packed, packed_length, fault);
    const struct bundle_manifest *m = b ? &b->manifest : NULL;
    if (good) digest_text(bytes, length, b->manifest.digest);
    if (good && trust && trust_version_revoked(trust, m->name, m->version))
        good = bundle_refuse(why, BUNDLE_REVOKED_VERSION, fault, m->name);
    if (good && m->engine > SIGNATURE_ENGINE) good = bundle_refuse(why, BUNDLE_ENGINE, fault, m->name);
    if (good) {
        *why = BUNDLE_NONE;
        return b;
    }
    fault_set(fault, "out of memory");
    bundle_close(b);
    return NULL;
}

struct bundle *bundle_load(const char *path, const struct trust *trust, enum bundle_refusal *why, struct fault *fault)
{
    struct fault inner = {""};
    size_t length;
    *why = BUNDLE_STORAGE;
    char *bytes = file_read(path, BUNDLE_MOST, &length, 0, fault);
    struct bundle *b = bytes ? bundle_open(bytes, length, trust, why, &inner) : NULL;
    if (bytes && !b) fault_set(fault, "%s: %s", path, inner.text);
    free(bytes);
    return b;
}

bool bundle_rules_fit(const struct bundle *b, const struct ruleset *ruleset, struct fault *fault)
{
    char prefix[BUNDLE_NAME + 32], digest[BUNDLE_DIGEST + 1];
    unsigned count, proofs;
    int n = snprintf(prefix, sizeof prefix, "%s@%llu/", b->manifest.name, (unsigned long long)b->manifest.version);
    const struct rule *const *rules = ruleset_rules(ruleset, &count);
    for (unsigned i = 0; i < count; i++) {
        if (strncmp(rules[i]->file, prefix, (size_t)n) != 0) continue;
        const json_t *told = json_object_get(b->rules, rules[i]->id), *list = json_object_get(told, "proofs");
        const struct proof *proof = rule_proofs(rules[i], &proofs);
        bool good = json_integer_value(json_object_get(told, "revision")) == rules[i]->revision &&
                    json_array_size(list) == proofs;
        for (unsigned k = 0; good && k < proofs; k++) {
            const char *expected = json_string_value(json_array_get(list, k));
            digest_text(proof[k].traffic, strlen(proof[k].traffic), digest);
            good = expected && strcmp(digest, expected) == 0;
        }
        if (!good)
            return fault_at(fault, rules[i]->file, rules[i]->line, 1, "rule %s is not the one of the manifest",
                            rules[i]->id);
    }
    return true;
}
