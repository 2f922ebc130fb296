/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted keys, sealed files and revocation lists (trust.h). */
#include "signatures/trust.h"

#include <stdlib.h>
#include <string.h>

#include "common/region.h"
#include "common/text.h"
#include "common/yaml.h"

enum { KEYS_AT_MOST = 64, REVOKED_AT_MOST = 4096, NAME_ROOM = 64 };

#define X(id, name, zh, en) name,
const char *const bundle_refusal_name[] = {BUNDLE_REFUSALS(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const bundle_refusal_zh[] = {BUNDLE_REFUSALS(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const bundle_refusal_en[] = {BUNDLE_REFUSALS(X)};
#undef X

struct revoked_version {
    char name[NAME_ROOM];
    uint64_t version;
};

struct revocations {
    struct region memory;
    uint64_t serial;
    uint8_t (*keys)[MINISIGN_ID];
    struct revoked_version *versions;
    unsigned key_count, version_count;
};

struct trust {
    struct minisign_key keys[KEYS_AT_MOST];
    unsigned count;
    struct revocations revoked;
};

bool bundle_refuse(enum bundle_refusal *why, enum bundle_refusal reason, struct fault *fault, const char *what)
{
    *why = reason;
    return fault_set(fault, "%s%s%s", what, *what ? ": " : "", bundle_refusal_en[reason]);
}

struct trust *trust_open(const char *const *paths, unsigned count, struct fault *fault)
{
    struct trust *t = calloc(1, sizeof *t);
    bool good = t ? true : fault_set(fault, "out of memory");
    if (good && count > KEYS_AT_MOST) good = fault_set(fault, "more than %d trusted keys", KEYS_AT_MOST);
    for (unsigned i = 0; good && i < count; i++) good = minisign_load_public(&t->keys[t->count++], paths[i], fault);
    if (good) return t;
    free(t);
    return NULL;
}

void trust_close(struct trust *t)
{
    if (!t) return;
    region_free(&t->revoked.memory);
    free(t);
}

uint64_t trust_serial(const struct trust *t) { return t->revoked.serial; }

bool trust_version_revoked(const struct trust *t, const char *name, uint64_t version)
{
    for (unsigned i = 0; i < t->revoked.version_count; i++)
        if (t->revoked.versions[i].version == version && strcmp(t->revoked.versions[i].name, name) == 0) return true;
    return false;
}

static bool key_revoked(const struct trust *t, const uint8_t id[MINISIGN_ID])
{
    for (unsigned i = 0; i < t->revoked.key_count; i++)
        if (memcmp(t->revoked.keys[i], id, MINISIGN_ID) == 0) return true;
    return false;
}

bool trust_revoked(const struct trust *t, const char *key_id, const char *name, uint64_t version,
                   enum bundle_refusal *why, struct fault *fault)
{
    uint8_t id[MINISIGN_ID];
    if (minisign_id_parse(key_id, id) && key_revoked(t, id))
        return !bundle_refuse(why, BUNDLE_REVOKED_KEY, fault, key_id);
    return trust_version_revoked(t, name, version) && !bundle_refuse(why, BUNDLE_REVOKED_VERSION, fault, name);
}

static const struct minisign_key *key_of(const struct trust *t, const uint8_t id[MINISIGN_ID])
{
    for (unsigned i = 0; i < t->count; i++)
        if (memcmp(t->keys[i].id, id, MINISIGN_ID) == 0) return &t->keys[i];
    return NULL;
}

bool trust_unseal(const struct trust *t, const char *bytes, size_t length, const char **content, size_t *size,
                  char key_id[MINISIGN_ID_TEXT + 1], enum bundle_refusal *why, struct fault *fault)
{
    struct minisign_signature s;
    size_t head = minisign_parse(bytes, length, &s);
    *content = bytes + head;
    *size = length - head;
    key_id[0] = 0;
    if (head) minisign_id_text(s.id, key_id);
    if (!t) return true;
    if (!head) return bundle_refuse(why, BUNDLE_UNSIGNED, fault, "");
    const struct minisign_key *key = key_of(t, s.id);
    if (key_revoked(t, s.id)) return bundle_refuse(why, BUNDLE_REVOKED_KEY, fault, key_id);
    if (!key) return bundle_refuse(why, BUNDLE_UNTRUSTED_KEY, fault, key_id);
    return minisign_verify(&s, key, *content, *size) || bundle_refuse(why, BUNDLE_TAMPERED, fault, key_id);
}

/* ---- revocation lists -------------------------------------------- */

static bool load_keys(struct revocations *r, const struct yaml_node *list, struct fault *fault)
{
    if (!list) return true;
    if (!yaml_is_list(list, fault)) return false;
    if (list->count > REVOKED_AT_MOST) return yaml_fault(list, fault, "more than %d keys", REVOKED_AT_MOST);
    r->keys = region_take(&r->memory, (list->count + 1) * sizeof *r->keys);
    if (!r->keys) return fault_set(fault, "out of memory");
    for (const struct yaml_node *n = list->first; n; n = n->next)
        if (!minisign_id_parse(n->text, r->keys[r->key_count++]))
            return yaml_fault(n, fault, "a key's id has 16 hexadecimal digits");
    return true;
}

static bool load_versions(struct revocations *r, const struct yaml_node *list, struct fault *fault)
{
    static const char *const keys[] = {"name", "version", NULL};
    if (!list) return true;
    if (!yaml_is_list(list, fault)) return false;
    if (list->count > REVOKED_AT_MOST) return yaml_fault(list, fault, "more than %d bundles", REVOKED_AT_MOST);
    r->versions = region_take(&r->memory, (list->count + 1) * sizeof *r->versions);
    if (!r->versions) return fault_set(fault, "out of memory");
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        struct revoked_version *v = &r->versions[r->version_count++];
        const char *name = "";
        if (!yaml_keys(n, keys, fault) || !yaml_text(yaml_required(n, "name", fault), &name, fault) ||
            !yaml_uint(yaml_required(n, "version", fault), 1, UINT64_MAX, &v->version, fault) || fault->text[0])
            return false;
        if (!text_put(v->name, sizeof v->name, name)) return yaml_fault(n, fault, "the name is too long");
    }
    return true;
}

static bool load_list(struct revocations *r, const struct yaml_node *root, struct fault *fault)
{
    static const char *const keys[] = {"serial", "keys", "bundles", NULL};
    return yaml_keys(root, keys, fault) &&
           yaml_uint(yaml_required(root, "serial", fault), 1, UINT64_MAX, &r->serial, fault) && !fault->text[0] &&
           load_keys(r, yaml_get(root, "keys"), fault) && load_versions(r, yaml_get(root, "bundles"), fault);
}

bool trust_revoke(struct trust *t, const char *bytes, size_t length, enum bundle_refusal *why, struct fault *fault)
{
    char key_id[MINISIGN_ID_TEXT + 1];
    const char *content;
    size_t size;
    struct revocations r = {0};
    if (!trust_unseal(t, bytes, length, &content, &size, key_id, why, fault)) return false;
    *why = BUNDLE_MALFORMED;
    struct yaml *document = yaml_load_text("revocations", content, size, fault);
    bool good = document && load_list(&r, yaml_root(document), fault);
    yaml_close(document);
    if (good && r.serial < t->revoked.serial) good = bundle_refuse(why, BUNDLE_OLDER, fault, "revocations");
    if (!good) {
        region_free(&r.memory);
        return false;
    }
    region_free(&t->revoked.memory);
    t->revoked = r;
    *why = BUNDLE_NONE;
    return true;
}
