/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle of signatures 特征包: rules as one file that can be carried anywhere and still be trusted.
 *
 * A sealed file (signatures/trust.h) of one zstd frame. In it: the manifest, one line of JSON, then the rule files'
 * bytes in the manifest's order.
 *
 *     {"format":"wanglou-signatures-1","name":"wanglou-library","version":12,"engine":1,"made":"2026-11-24T12:00:00Z",
 *      "rule_count":2,"rules":{"wl-s7-0001":{"revision":1,"proofs":["SHA-256 of the proof's traffic"]}},
 *      "files":[{"name":"s7comm.yaml","size":4711,"sha256":"…"}]}
 *
 * It never carries compiled patterns: their checksum proves nothing. Everything is checked before a rule is read. */
#ifndef WANGLOU_SIGNATURES_BUNDLE_H
#define WANGLOU_SIGNATURES_BUNDLE_H

#include "common/digest.h"
#include "signatures/signature.h"
#include "signatures/trust.h"

enum {
    BUNDLE_NAME = 63,
    BUNDLE_DIGEST = DIGEST_TEXT,
    BUNDLE_MOST = 16 << 20,    /* of the file */
    BUNDLE_UNPACKED = 64 << 20 /* of what is in it */
};
#define BUNDLE_FORMAT "wanglou-signatures-1"

struct bundle_manifest {
    char name[BUNDLE_NAME + 1];
    uint64_t version; /* orders the bundles of one name */
    unsigned engine;  /* version of the rule language that it was made for: SIGNATURE_ENGINE */
    char made[32];
    unsigned rule_count, file_count;
    char digest[BUNDLE_DIGEST + 1];    /* SHA-256 of the whole file, hexadecimal */
    char key_id[MINISIGN_ID_TEXT + 1]; /* "": not signed */
};

struct bundle_file {
    char name[256]; /* "NAME@VERSION/s7comm.yaml", as faults tell it */
    const char *text;
    size_t length;
};

struct bundle;

/* Does it begin as a bundle does? (Rules in YAML do not.) */
bool bundle_begins(const char *bytes, size_t length);
/* Keeps no pointer to `bytes`. `trust` NULL: whoever signed it, or nobody. */
struct bundle *bundle_open(const char *bytes, size_t length, const struct trust *trust, enum bundle_refusal *why,
                           struct fault *fault);
struct bundle *bundle_load(const char *path, const struct trust *trust, enum bundle_refusal *why, struct fault *fault);
void bundle_close(struct bundle *bundle);
const struct bundle_manifest *bundle_manifest(const struct bundle *bundle);
const struct bundle_file *bundle_files(const struct bundle *bundle, unsigned *count);
/* Are the rules that were loaded of it those of its manifest, each with its revision and the proofs told there? */
bool bundle_rules_fit(const struct bundle *bundle, const struct ruleset *ruleset, struct fault *fault);

/* ---- making ---- */

/* The rules of a directory (or one file), which have to load without a fault; unsigned. `made` in seconds since 1970.
 */
bool bundle_build(const char *directory, const char *name, uint64_t version, int64_t made, const char *out,
                  struct fault *fault);

#endif
