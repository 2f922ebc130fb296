/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a sensor believes: the public keys it was given, less what a signed revocation list takes back.
 *
 * A sealed file is four lines of minisign's signature (common/minisign.h) and then the content they sign. A revocation
 * list is a sealed file whose content is YAML; a later serial replaces an earlier one:
 *
 *     serial: 3
 *     keys: [57BBA0EFD8A98D51]
 *     bundles: [{name: wanglou-library, version: 12}]
 */
#ifndef WANGLOU_SIGNATURES_TRUST_H
#define WANGLOU_SIGNATURES_TRUST_H

#include "common/minisign.h"

/* X(id, name, zh, en): why something signed is not taken. */
#define BUNDLE_REFUSALS(X)                                                                                             \
    X(NONE, "", "", "")                                                                                                \
    X(MALFORMED, "malformed", "格式不对", "not of this format")                                                        \
    X(UNSIGNED, "unsigned", "没有签名", "not signed")                                                                  \
    X(UNTRUSTED_KEY, "untrusted_key", "签名者不在信任名单中", "signed with a key that is not trusted here")            \
    X(REVOKED_KEY, "revoked_key", "签名密钥已吊销", "signed with a revoked key")                                       \
    X(TAMPERED, "tampered", "签名与内容不符，可能被篡改", "the signature does not fit the content")                    \
    X(REVOKED_VERSION, "revoked_version", "该版本已吊销", "this version is revoked")                                   \
    X(ENGINE, "engine", "需要更新的传感器版本", "needs a newer sensor")                                                \
    X(OLDER, "older", "版本低于生效版本", "older than the one in force")                                               \
    X(SAME_VERSION, "same_version", "与生效版本同号但内容不同", "the version in force, with another content")          \
    X(BAD_RULE, "bad_rule", "规则有误", "a rule is wrong")                                                             \
    X(UNKNOWN_DIGEST, "unknown_digest", "本机没有该内容，请重新下发", "its content is not here: send it")              \
    X(UNVERIFIED, "unverified", "不是本采集端签发", "not issued by this node's own collector")                         \
    X(STORAGE, "storage", "无法保存", "cannot be kept")
enum bundle_refusal {
#define X(id, name, zh, en) BUNDLE_##id,
    BUNDLE_REFUSALS(X)
#undef X
        BUNDLE_REFUSAL_COUNT
};
extern const char *const bundle_refusal_name[], *const bundle_refusal_zh[], *const bundle_refusal_en[];

/* Notes the reason and fills the fault; returns false. */
bool bundle_refuse(enum bundle_refusal *why, enum bundle_refusal reason, struct fault *fault, const char *what);

struct trust;

/* The keys are minisign's .pub files. NULL and a fault. */
struct trust *trust_open(const char *const *paths, unsigned count, struct fault *fault);
void trust_close(struct trust *trust);
/* Takes a revocation list into force. False: refused, the present one stays. */
bool trust_revoke(struct trust *trust, const char *bytes, size_t length, enum bundle_refusal *why, struct fault *fault);
uint64_t trust_serial(const struct trust *trust); /* of the list in force; 0: none */
bool trust_version_revoked(const struct trust *trust, const char *name, uint64_t version);
/* Is a bundle that was in order taken back by now, with its key or by its version? Then the reason and the fault say
 * so.
 */
bool trust_revoked(const struct trust *trust, const char *key_id, const char *name, uint64_t version,
                   enum bundle_refusal *why, struct fault *fault);

/* The content of a sealed file that one of the trusted keys signed; `key_id` gets its id. `trust` NULL: the signature
 * is passed over unread. */
bool trust_unseal(const struct trust *trust, const char *bytes, size_t length, const char **content, size_t *size,
                  char key_id[MINISIGN_ID_TEXT + 1], enum bundle_refusal *why, struct fault *fault);

#endif
